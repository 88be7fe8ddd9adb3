# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are for the tests
# What the tests of dpcmon share. A test is a function; $bin has the programs, $tmp is an empty folder.
# shellcheck source=userspace-test/ktap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../ktap.sh"

note() { ktap_note "$@"; }

# measured COMMAND...: sets status, cpu_us and memory_kb.
measured() { read -r status cpu_us memory_kb < <("$bin/measure" "$@"); }

# The numbers of a file: all of the JSON but when and how it was made.
numbers() {
	local status=0

	"$bin/dpcmon" report "$1" -q --json - | grep -vE '^  "(date|command)": ' || status=${PIPESTATUS[0]}
	[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
}

# check WANTED-STATUS OPTION...: of $tmp/trace; its stdout in $output.
check() {
	local want=$1 status=0

	shift
	output=$("$bin/dpcmon" check --trace "$tmp/trace" "$@" 2>"$tmp/err") || status=$?
	[ "$status" -eq "$want" ] && return
	note "check $*: status $status, wanted $want: $(cat "$tmp/err")"
	return 1
}

said() { grep -qxE -- "$1" <<<"$output" || { note "not said: $1"; return 1; }; }

# set_up DIR: from the arguments of the script, whose usage() tells what DIR is.
set_up() {
	case ${1-} in
	-h | --help) usage; exit 0 ;;
	'') usage >&2; exit 1 ;;
	esac
	bin=$(cd -- "$1" && pwd) || exit 1
	[ -x "$bin/trace_gen" ] || { echo "${0##*/}: $bin/trace_gen is missing: make check" >&2; exit 1; }
	tmp=$(mktemp -d -p "$bin")
	trap 'rm -rf -- "$tmp"' EXIT
}

# run_tests NAME...: a test that returns 4 is skipped, for what stands in $reason.
run_tests() {
	local this_test outcome

	ktap_plan $#
	for this_test; do
		outcome=0 reason=
		"$this_test" || outcome=$?
		ktap_result "$outcome" "$this_test" "$reason"
	done
	ktap_end
}

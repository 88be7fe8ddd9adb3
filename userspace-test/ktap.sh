# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Writes and reads KTAP in scripts, on the host and in the machine, where the shell is busybox's.
# Sourced; ktap_plan comes first, ktap_end last.

# ktap_plan NUMBER: so many results follow.
ktap_plan() {
	ktap_passed=0 ktap_failed=0 ktap_skipped=0
	printf 'KTAP version 1\n1..%d\n' "$1"
}

# ktap_result STATUS NAME [REASON]: 0 is a pass, 4 a skip for that reason, all else a failure.
ktap_result() {
	ktap_number=$((ktap_passed + ktap_failed + ktap_skipped + 1))
	case $1 in
	0) ktap_passed=$((ktap_passed + 1)); echo "ok $ktap_number $2" ;;
	4) ktap_skipped=$((ktap_skipped + 1)); echo "ok $ktap_number $2 # SKIP $3" ;;
	*) ktap_failed=$((ktap_failed + 1)); echo "not ok $ktap_number $2" ;;
	esac
}

# ktap_note [TEXT...]: comments, from stdin without TEXT.
ktap_note() {
	if [ $# -gt 0 ]; then printf '%s\n' "$*"; else cat; fi | sed 's/^/# /'
}

# ktap_try NAME COMMAND...: a test that is one command. The end of its output stands above the
# result of a failure, and is the reason of a skip.
ktap_try() {
	ktap_name=$1 ktap_status=0
	shift
	ktap_said=$(mktemp)
	"$@" >"$ktap_said" 2>&1 || ktap_status=$?
	case $ktap_status in
	0 | 4) ;;
	*) tail -n 5 "$ktap_said" | ktap_note ;;
	esac
	ktap_result "$ktap_status" "$ktap_name" "$(tail -n 1 "$ktap_said")"
	rm -f "$ktap_said"
}

# ktap_subtest NAME COMMAND...: a test that prints KTAP itself. It passes if it ends with 0 and has
# all the results that it planned, none of them "not ok".
ktap_subtest() {
	ktap_name=$1 ktap_status=0
	shift
	ktap_folder=$(mktemp -d)
	mkfifo "$ktap_folder/pipe"
	tee "$ktap_folder/ktap" <"$ktap_folder/pipe" | sed 's/^/    /' &
	"$@" >"$ktap_folder/pipe" || ktap_status=$?
	wait $!
	ktap_planned=$(sed -n 's/^1\.\.//p' "$ktap_folder/ktap")
	ktap_ended=$(grep -Ec '^(not )?ok ' "$ktap_folder/ktap" || :)
	if [ "$ktap_status" -ne 0 ] || [ "$ktap_planned" != "$ktap_ended" ]; then
		ktap_note "$ktap_name: status $ktap_status, $ktap_ended of ${ktap_planned:-?} tests ended"
		ktap_status=1
	elif grep -q '^not ok' "$ktap_folder/ktap"; then
		ktap_status=1
	fi
	rm -rf "$ktap_folder"
	[ "$ktap_status" -eq 0 ] || ktap_status=1
	ktap_result "$ktap_status" "$ktap_name"
}

# ktap_end: whether none has failed; the last command of a script, which so ends with its status.
ktap_end() { [ "$ktap_failed" -eq 0 ]; }

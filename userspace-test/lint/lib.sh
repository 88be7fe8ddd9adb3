# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the checks share. A check prints what is wrong on stdout, one line each, and nothing else;
# it exits 3, with the reason as its last line on stderr, when it can't run here.

LINT_DIR=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd -- "$LINT_DIR/../.." && pwd)
# shellcheck source=userspace-test/vm/lib.sh
. "$LINT_DIR/../vm/lib.sh"
cd "$ROOT" || exit

# shellcheck disable=SC2034
{
	readonly README=README.md API=docs/api.md
	readonly UAPI_DPC=include/uapi/linux/dpc.h UAPI_EDU=include/uapi/linux/dpc_edu.h
	readonly UAPI_PCI=include/uapi/linux/dpc_pci.h
	readonly TRACE=include/trace/events/dpc.h DPCMON=userspace-test/dpcmon
}

skip() { echo "$*" >&2; exit "$EX_UNAVAILABLE"; }

# need COMMAND PACKAGE
need() {
	PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ||
		skip "the command '$1' is missing: apt-get install $2"
}

# ---- files ---------------------------------------------------------------------------------

# sources PATTERN...: files of the project, also new ones; * in a pattern matches / too.
sources() {
	local pattern file

	{
		git ls-files -co --exclude-standard -- "$@" 2>/dev/null ||
			for pattern; do
				find . \( -path ./build -o -path ./.git \) -prune -o \
					-type f -path "./$pattern" -print
			done
	} | sed 's|^\./||' | sort -u | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# scripts SHELL...: files that ask for one of these in their first lines. One process looks at all.
scripts() {
	# shellcheck disable=SC2016 # awk's
	sources '*' | LC_ALL=C xargs -r -d '\n' awk -v want=" $* " '
	function is(shell) { if (index(want, " " shell " ")) print FILENAME }
	FNR == 1 && /^#! *[^ ]*\/(env +)?(-S +)?(busybox +)?(ba|da|a)?sh( .*)?$/ {
		sub(/^#! *[^ ]*\/(env +)?(-S +)?(busybox +)?/, "")
		sub(/ .*/, "")
		is($0)
		nextfile
	}
	/^# shellcheck shell=[a-z]+$/ { is(substr($0, 20)); nextfile }
	FNR == 5 { nextfile }'
}

# The documents that tables are looked for in.
documents() { sources "$README" 'docs/*.md'; }

# ---- remembering ---------------------------------------------------------------------------

# hash_of FILE...: one for all of them, their names, and what is on stdin.
hash_of() { { cat; sha256sum -- "$@"; } | sha256sum | cut -c 1-40; }

# remembered NAME KEY COMMAND...: what COMMAND prints. If it succeeds and prints nothing, it is not run
# again in the next 30 days: KEY is the hash of all that its answer depends on.
remembered() {
	local memory status=0 text

	memory=$(cache_dir)/lint/$1
	mkdir -p "$memory"
	find "$memory" -mtime +30 -delete
	if [ -e "$memory/$2" ]; then
		touch "$memory/$2"
		return
	fi
	text=$("${@:3}") || status=$?
	if [ "$status" -eq 0 ] && [ -z "$text" ]; then
		touch "$memory/$2"
	else
		echo "$text"
	fi
	return "$status"
}

# ---- comparing -----------------------------------------------------------------------------

# some WHAT LIST: an empty LIST means that a check no longer finds what it is to compare.
some() { [ -n "$2" ] || echo "found no $1: either there is none, or this check looks in the wrong place"; }

# only_in LIST-A LIST-B TEXT: prints TEXT, with the name for %, for each name of A that is not in B.
only_in() {
	local name

	comm -23 <(sort -u <<<"$1") <(sort -u <<<"$2") | while read -r name; do
		[ -z "$name" ] || echo "${3//%/$name}"
	done
}

# same WHAT-A LIST-A WHAT-B LIST-B: each non-empty, and the same names in both.
same() {
	some "$1" "$2"
	some "$3" "$4"
	only_in "$2" "$4" "% is in $1, not in $3"
	only_in "$4" "$2" "% is in $3, not in $1"
}

# doc_names KIND FILE...: what stands in backticks in the first column of KIND's tables. The
# table's first header cell says what KIND it is, or else the heading above it.
doc_names() {
	local kind=$1

	shift
	[ $# -gt 0 ] || return 0
	awk -v want="$kind" '
	function kind_of(text) {
		text = tolower(text)
		if (text ~ /ioctl/) return "ioctl"
		if (text ~ /tracepoint|event/) return "tracepoint"
		if (text ~ /parameter/) return "parameter"
		if (text ~ /sysfs|attribute/) return "sysfs"
		if (text ~ /function|export|macro|inline/) return "function"
		return ""
	}
	FNR == 1 { heading = ""; table = 0 }
	/^#+ / { heading = $0 }
	!/^\|/ { table = 0; next }
	{ split($0, cell, "|") }
	!table { table = 1; kind = kind_of(cell[2]); if (kind == "") kind = kind_of(heading); next }
	kind == want {
		text = cell[2]
		while (match(text, /`[^`]+`/)) {
			print substr(text, RSTART + 1, RLENGTH - 2)
			text = substr(text, RSTART + RLENGTH)
		}
	}' "$@" | sed -E 's/\(.*//; s/^dpc://' | sort -u
}

# stages: the names that the stages must have everywhere, from the enum in the uapi header.
stages() { enumerators STAGE | tr '[:upper:]' '[:lower:]'; }
models() { enumerators MODEL | tr '[:upper:]' '[:lower:]'; }
enumerators() { sed -nE "s/^\tDPC_$1_([A-Z_]+),\$/\1/p" "$UAPI_DPC" | grep -vx NR; }

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

# The shell that a file asks for in its first lines: bash, sh, ...; nothing for other files.
shell_of() {
	head -n 5 "$1" | LC_ALL=C sed -nE \
		-e '1s/^#! *[^ ]*\/(env +)?(-S +)?(busybox +)?(ba|da|a)?sh( .*)?$/\4sh/p' \
		-e 's/^# shellcheck shell=([a-z]+)$/\1/p' | head -n 1
}

# scripts [SHELL...]: files for these shells, for any shell without argument.
scripts() {
	local file shell

	sources '*' | while read -r file; do
		shell=$(shell_of "$file")
		[ -n "$shell" ] || continue
		[ $# -eq 0 ] || case " $* " in *" $shell "*) ;; *) continue ;; esac
		echo "$file"
	done
}

# The documents that tables are looked for in.
documents() { sources "$README" 'docs/*.md'; }

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

# ---- the kernel's own scripts and build ----------------------------------------------------

# The folder with checkpatch.pl and kernel-doc: that of the unpacked source, or just the scripts.
kernel_scripts() {
	local cache dir

	cache=$(cache_dir) || exit
	for dir in "$cache/source/$(cat "$cache/source/6.12.current" 2>/dev/null || :)" \
		"$cache"/lint/*; do
		[ ! -e "$dir/scripts/checkpatch.pl" ] || { echo "$dir/scripts"; return; }
	done
	fetch_scripts "$cache/lint"
}

# fetch_scripts DIR: out of the newest linux-source-6.12, into a folder of DIR; one check at a time.
fetch_scripts() {
	local version tmp

	version=$(apt-cache policy linux-source-6.12 2>/dev/null |
		awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }')
	[ -n "$version" ] || skip "checkpatch.pl and kernel-doc: apt knows no linux-source-6.12"
	mkdir -p "$1"
	exec 9>>"$1/.lock"
	flock 9
	if [ ! -e "$1/$version" ]; then
		tmp=$(mktemp -d "$1/new.XXXXXX") || exit
		# shellcheck disable=SC2064
		trap "rm -rf -- '$tmp'" EXIT
		mkdir "$tmp/deb" "$tmp/tree"
		{
			(cd "$tmp/deb" && apt-get -qq -o APT::Sandbox::User=root download linux-source-6.12) &&
				dpkg-deb --fsys-tarfile "$tmp"/deb/*.deb |
				tar -xO ./usr/src/linux-source-6.12.tar.xz |
				tar -C "$tmp/tree" -xJ --strip-components=1 --wildcards '*/scripts/checkpatch.pl' \
					'*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch' '*/scripts/kernel-doc'
		} >"$tmp/log" 2>&1 || { cat "$tmp/log" >&2; skip "checkpatch.pl and kernel-doc: linux-source-6.12 can't be downloaded"; }
		mv -T "$tmp/tree" "$1/$version"
	fi
	exec 9>&-
	echo "$1/$version/scripts"
}

# find_kernel NAME: sets KDIR. What is built from source is used only if somebody has built it.
find_kernel() {
	local info status=0 said

	case $1:${KDIR-} in
	*-debug: | *-kunit: | 7.*:)
		# shellcheck disable=SC2012
		KDIR=$(ls -td "$(cache_dir)/build/$1"-*/complete 2>/dev/null | head -n 1)
		KDIR=${KDIR%/complete}
		[ -n "$KDIR" ] || skip "kernel $1 was not built yet: userspace-test/vm/kernel $1"
		return
		;;
	esac
	said=$(mktemp) || exit
	info=$("$VM_DIR/kernel" "$1" 2>"$said") || status=$?
	[ "$status" -eq 0 ] || cat "$said" >&2
	rm -f "$said"
	[ "$status" -eq 0 ] || exit "$status"
	eval "$info"
}

# build_modules NAME [MAKE-ARGUMENT...]: builds them as everybody else does, or finds them built;
# prints what was warned of; sets KDIR and COPY, the folder that they are in.
build_modules() {
	local said name=$1

	find_kernel "$name"
	shift
	said=$(mktemp) || exit
	if ! COPY=$(KDIR=$KDIR "$VM_DIR/modules" W=1 DPC_BENCH=m "$@" 2>"$said"); then
		cat "$said"
		rm -f "$said"
		echo "the modules do not build for $name"
		return 1
	fi
	rm -f "$said"
	cat "$COPY.warnings"
	[ ! -s "$COPY.warnings" ]
}

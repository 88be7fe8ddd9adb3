# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What checks need of a kernel: its own scripts, and modules built for it. Sourced after lib.sh.

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

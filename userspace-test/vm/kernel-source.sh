# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are for ./kernel
# Kernels built from Debian's source; sourced by ./kernel.

# series_of NAME: the source that a kernel is built from, as in linux-source-SERIES.
series_of() {
	case $1 in
	6.12-*) echo 6.12 ;;
	6.1-*) echo 6.1 ;;
	*) echo "$1" ;;
	esac
}

latest_source() {
	apt-cache "${APT[@]}" policy "linux-source-$1" 2>/dev/null |
		awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'
}

# get_source VERSION: of series SERIES.
get_source() {
	need_tool xz debug-kernel
	fetch "$SCRATCH" "linux-source-$SERIES" || return 0
	say "unpacking the kernel source"
	mkdir "$SCRATCH/tree"
	dpkg-deb --fsys-tarfile "$SCRATCH"/*.deb | tar -xOf - "./usr/src/linux-source-$SERIES.tar.xz" |
		tar -C "$SCRATCH/tree" --strip-components=1 -xJf -
	mv -T "$SCRATCH/tree" "$CACHE/source/$1"
}

# find_source NAME: sets SOURCE_VERSION and SOURCE. Several kernels share one source, so that has a
# lock of its own.
find_source() {
	local pointer

	SERIES=$(series_of "$1")
	pointer=$CACHE/source/$SERIES.current
	(
		lock "$CACHE/source/$SERIES.lock" "the source of kernel $SERIES"
		pointer_is_current "$pointer" || [ -n "$(latest_source "$SERIES")" ] || use_newer_suites
		update "$SERIES" "$CACHE/source" latest_source get_source
	) || exit
	SOURCE_VERSION=$(cat "$pointer")
	SOURCE=$CACHE/source/$SOURCE_VERSION
}

# Objects are only of use to a rebuild, and a changed config makes a new folder anyway.
prune_build() {
	find "$1" -name '*.o' -not -path '*/tools/objtool/*' -not -path '*/scripts/*' -delete
	find "$1" \( -name '*.a' -o -name '.*.o.cmd' -o -name 'vmlinux.unstripped' -o -name '.tmp_*' \) \
		-not -path '*/tools/objtool/*' -not -path '*/scripts/*' -delete
	rm -f "$1/arch/x86/boot/compressed/vmlinux" "$1"/arch/x86/boot/{compressed/vmlinux.bin*,vmlinux.bin,bzImage}
}

# build_source NAME BUILD: resumes in an interrupted BUILD; BUILD/complete marks the end.
build_source() {
	local name=$1 build=$2 log=$2/build.log tool pid

	for tool in gcc make flex bison bc perl xz cpio; do need_tool "$tool" debug-kernel; done
	mkdir -p "$build"
	configure_source "$name" "$build"
	say "building kernel $name ($SOURCE_VERSION) with $(nproc) jobs: 5 to 15 minutes, about 1800 lines"
	make -C "$SOURCE" O="$build" -j"$(nproc)" bzImage modules >"$log" 2>&1 9>&- &
	pid=$!
	trap 'kill $(jobs -p) 2>/dev/null' EXIT
	heartbeat "$pid" "$log" "building $name"
	trap - EXIT
	wait "$pid" || { tail -n 20 "$log" >&2; die "building kernel $name failed; the whole log is $log"; }
	finish_build "$build"
}

# The image, its empty module tree, and only what external modules need of the build.
finish_build() {
	local build=$1 release moddir

	release=$(cat "$build/include/config/kernel.release")
	moddir=$build/lib/modules/$release
	mkdir -p "$moddir"
	cp "$build/arch/x86/boot/bzImage" "$build/vmlinuz"
	cp "$build"/modules.builtin "$build"/modules.builtin.modinfo "$build"/modules.order "$moddir/"
	PATH=$PATH:/usr/sbin:/sbin depmod -b "$build" "$release"
	prune_build "$build"
	echo "$release" >"$build/complete"
}

# ensure_source NAME: sets BUILD and RELEASE.
ensure_source() {
	local key

	find_source "$1"
	need_tool gcc debug-kernel
	key=$(printf '%s\n' "$SOURCE_VERSION" "$(gcc -dumpfullversion)" "$(config_lines "$1")" | sha256sum | cut -c1-12)
	BUILD=$CACHE/build/$1-$key
	[ -s "$BUILD/complete" ] || build_source "$1" "$BUILD"
	RELEASE=$(cat "$BUILD/complete")
}

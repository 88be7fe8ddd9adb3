# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Lays out the machine's files; sourced by ./run after lib.sh. TREE is the folder they go to.

# put SRC DST: a file, a link's target or a folder, with the libraries of every program in it.
put() {
	local src=$1 dst=$TREE/${2#/} file

	mkdir -p -- "$(dirname -- "$dst")"
	cp -RL --preserve=mode,timestamps -- "$src" "$dst"
	if [ -d "$src" ]; then
		while IFS= read -r file; do put_libraries "$file"; done < <(find -L "$src" -type f -perm /111)
	else
		put_libraries "$src"
	fi
}

# put_libraries FILE: what the dynamic linker would load for an ELF program, and the linker itself.
put_libraries() {
	local lib magic=

	IFS= read -r -n 4 magic 2>/dev/null <"$1" || :
	[ "$magic" = $'\177ELF' ] || return 0
	while IFS= read -r lib; do
		[ ! -e "$TREE$lib" ] || continue
		mkdir -p -- "$TREE${lib%/*}"
		cp -L -- "$lib" "$TREE$lib"
	done < <(ldd "$1" 2>/dev/null | grep -o '/[^ ]*')
}

# put_module FILE DST: uncompressed, as the first process's insmod wants it.
put_module() {
	local dst=$TREE/${2#/}

	mkdir -p -- "${dst%/*}"
	case $1 in
	*.xz) need_tool xz demo && xz -dc -- "$1" >"$dst" ;;
	*.zst) need_tool zstd demo && zstd -qdc -- "$1" >"$dst" ;;
	*) cp -- "$1" "$dst" ;;
	esac
}

# put_stock_module NAME LIST [PARAMETERS]: a module of the kernel and before it what it needs, into
# LIST in loading order. Silent about what is built in.
put_stock_module() {
	local name=$1 list=$2 params=${3-} kind path dst

	while read -r kind path _; do
		[ "$kind" = insmod ] || continue
		dst=/lib/modules/$RELEASE/${path##*/}
		dst=${dst%.xz} dst=${dst%.zst}
		if [ ! -e "$TREE$dst" ]; then
			put_module "$path" "$dst"
			echo "$dst" >>"$list"
		fi
	done < <(modprobe_depends "$name")
	[ -z "$params" ] || sed -i "\$ s|\$| $params|" "$list"
}

modprobe_depends() {
	[ -n "$MODDIR" ] || return 0
	PATH=$PATH:/usr/sbin:/sbin modprobe -C /dev/null -d "${MODDIR%/lib/modules/*}/" -S "$RELEASE" \
		--show-depends "$1" || say "warning: kernel $RELEASE has no module $1"
}

# pack FILE: the tree as an initramfs, the same for the same content. Uncompressed: unpacking costs
# more than reading here.
pack() {
	(cd "$TREE" && find . -exec touch -hd @0 {} + && find . -print0 | sort -z | cpio --quiet --null --create --format=newc --owner=0:0 --reproducible) >"$1"
}

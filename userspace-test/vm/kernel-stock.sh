# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are for ./kernel
# Debian's own kernels: downloaded and unpacked, not installed; sourced by ./kernel.

# Debian's headers include their common part by absolute path; make that relative to the file.
# Their vmlinux holds type information only: with it every module build would need pahole.
relocate_headers() {
	local file

	rm -f "$1"/usr/src/linux-headers-*/vmlinux
	for file in "$1"/usr/src/linux-headers-*/Makefile; do
		# shellcheck disable=SC2016
		sed -i 's|/usr/src/|$(dir $(realpath $(lastword $(MAKEFILE_LIST))))../|g' "$file"
	done
}

# The newest release behind kernel NAME's meta package, or nothing.
latest_stock() {
	depends "$(meta_package "$1")" 'linux-image-[0-9].*' | sed -n '$ s/^linux-image-//p'
}

# Everything a kernel of this release consists of, but for the programs of its build. A machine of
# another architecture needs a shell of its own, too.
stock_packages() {
	echo "linux-image-$1 linux-headers-$1"
	depends "linux-image-$1" 'linux-(modules|binary)-.*'
	depends "linux-headers-$1" 'linux-headers-.*-common.*'
	[ -z "$ARCH" ] || echo busybox-static
}

# get_stock RELEASE: appears in the cache in one step.
get_stock() {
	local deb root=$SCRATCH/root

	need_tool depmod demo
	# shellcheck disable=SC2046
	fetch "$SCRATCH" $(stock_packages "$1") || return 0
	# shellcheck disable=SC2046
	fetch_native "$SCRATCH" $(depends "linux-headers-$1" 'linux-kbuild-.*') || return 0
	say "unpacking $1"
	mkdir "$root"
	for deb in "$SCRATCH"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -C "$root" --exclude=./usr/share -xf -
	done
	# Where Debian merged / into /usr.
	[ -d "$root/lib/modules" ] || ln -s usr/lib "$root/lib"
	[ -d "$root/bin" ] || ln -s usr/bin "$root/bin"
	relocate_headers "$root"
	PATH=$PATH:/usr/sbin:/sbin depmod -b "$root" "$1"
	mv -T "$root" "$CACHE/kernels/$1"
}

# ensure_stock NAME: sets ROOT, RELEASE and ARCH, which is empty for this machine's architecture.
ensure_stock() {
	meta_package "$1" >/dev/null
	case $1 in
	*-arm64) ARCH=arm64 ;;
	*) ARCH= ;;
	esac
	[ -z "$ARCH" ] || pointer_is_current "$CACHE/kernels/$1.current" || use_architecture "$ARCH"
	update "$1" "$CACHE/kernels" latest_stock get_stock
	RELEASE=$(cat "$CACHE/kernels/$1.current")
	ROOT=$CACHE/kernels/$RELEASE
	check_compiler
}

# Debian's headers name the compiler that built the kernel; modules are built with it.
check_compiler() {
	local variables=$ROOT/usr/src/linux-headers-$RELEASE/.kernelvariables cc prefix=''

	cc=$(sed -n 's/^CC = .*CROSS_COMPILE)//p' "$variables")
	[ -z "$ARCH" ] || prefix=$(sed -n 's/^override CROSS_COMPILE = //p' "$variables")
	[ -z "$cc" ] || command -v "$prefix$cc" >/dev/null ||
		say "warning: modules for $RELEASE need $prefix$cc, which is missing; install it with: $VM_DIR/deps ${ARCH:-demo}"
}

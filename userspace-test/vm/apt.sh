# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are for ./kernel
# What Debian calls its kernels, and how apt brings them into the cache; sourced by ./kernel.

# The meta package that always depends on the newest image of kernel NAME.
meta_package() {
	case $(debian_release):$1 in
	12:6.12) echo linux-image-6.12-amd64 ;;
	12:6.12-rt) echo linux-image-6.12-rt-amd64 ;;
	12:6.12-arm64) echo linux-image-6.12-arm64 ;;
	12:6.1) echo linux-image-amd64 ;;
	13:6.12) echo linux-image-amd64 ;;
	13:6.12-arm64) echo linux-image-arm64 ;;
	13:6.12-rt) echo linux-image-rt-amd64 ;;
	13:6.1) unavailable "kernel 6.1: Debian 13 has no 6.1 packages" ;;
	:*) unavailable "kernel $1: this is not Debian; give a kernel with KERNEL= and its build folder with KDIR=" ;;
	*) unavailable "kernel $1: Debian $(debian_release) is not supported; give KERNEL= and KDIR=" ;;
	esac
}

# depends PACKAGE REGEX: the direct dependencies of PACKAGE whose whole name matches.
depends() {
	{ apt-cache "${APT[@]}" depends --no-recommends --no-suggests "$1" 2>/dev/null || :; } |
		awk -v re="^($2)\$" '$1 ~ /^\|?Depends:$/ && $2 ~ re { print $2 }' | sort -u
}

# What apt is told besides: options that make it look into newer releases of Debian, or into packages
# for another architecture.
APT=()

refresh_lists() {
	say "running apt-get update, because the package was not found"
	if [ ${#APT[@]} -gt 0 ]; then
		apt-get "${APT[@]}" update -qq >&2
	else
		(as_root apt-get update -qq) >&2
	fi || say "apt-get update failed; going on with what is known"
}

# The address that the machine gets Debian from, without those for security updates.
debian_mirror() {
	# shellcheck disable=SC2016 # the fields are apt's
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 2>/dev/null |
		sort -u | head -n 1
}

# Where the machine gets Debian from, security updates and all.
debian_sources() {
	# shellcheck disable=SC2016 # the fields are apt's
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
		'Origin: Debian' 2>/dev/null | sort -u
}

# use_lists DIR [OPTION...]: from now on apt knows the sources on stdin, "SITE SUITE COMPONENT", in
# lists of its own in DIR, which are as new as the machine's.
use_lists() {
	local dir=$1 keys=/usr/share/keyrings/debian-archive-keyring.gpg trust=''

	shift
	[ ! -r "$keys" ] || trust="[signed-by=$keys] "
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	sed "s|^|deb $trust|" >"$dir/sources.list"
	APT=(-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
		-o Dir::Etc::PreferencesParts=/dev/null -o "Dir::State::Lists=$dir/lists"
		-o "Dir::Cache=$dir" -o Acquire::Languages=none "$@")
	[ "$(id -u)" -ne 0 ] || APT+=(-o APT::Sandbox::User=root)
	[ "$dir/updated" -nt /var/lib/apt/lists ] || ! apt-get "${APT[@]}" update -qq >&2 || : >"$dir/updated"
}

# use_newer_suites: from now on apt knows what comes after the release that is installed.
use_newer_suites() {
	local mirror

	mirror=$(debian_mirror)
	[ -n "$mirror" ] || { refresh_lists; mirror=$(debian_mirror); }
	[ -n "$mirror" ] || { say "apt has no Debian mirror to take a newer release from"; return; }
	use_lists "$CACHE/apt" < <(printf "$mirror %s main\n" testing unstable experimental)
}

# use_architecture ARCH: from now on apt knows the machine's own sources for another architecture. The
# machine's dpkg is not told of it: these packages are unpacked, and can't be installed by mistake.
use_architecture() {
	local dir=$CACHE/apt-$1 sources

	sources=$(debian_sources)
	[ -n "$sources" ] || { refresh_lists; sources=$(debian_sources); }
	[ -n "$sources" ] || { say "apt has no Debian mirror to take packages for $1 from"; return; }
	mkdir -p "$dir"
	: >"$dir/status"
	use_lists "$dir" -o "Dir::State::status=$dir/status" -o "APT::Architecture=$1" \
		-o "APT::Architectures=$1" <<<"$sources"
}

# fetch DIR PACKAGE...: the .deb files, into DIR.
fetch() {
	local dir=$1 opts=(-qq "${APT[@]}")

	shift
	[ "$(id -u)" -ne 0 ] || opts+=(-o APT::Sandbox::User=root)
	say "downloading $*"
	(cd "$dir" && apt-get "${opts[@]}" download "$@") >&2
}

# fetch_native DIR PACKAGE...: the same, for this machine's architecture, whatever apt was told.
fetch_native() { (APT=(); fetch "$@" || { refresh_lists; fetch "$@"; }) }

# A pointer file names the newest complete copy. It is current as long as apt's lists are older.
pointer_is_current() {
	[ -s "$1" ] && [ "$1" -nt /var/lib/apt/lists ]
}

# In a new folder under the cache, removed again if this run ends early.
scratch() {
	SCRATCH=$(mktemp -d "$CACHE/new.XXXXXX")
	trap 'rm -rf -- "$SCRATCH"' EXIT
}

# update NAME FOLDER LATEST GET: makes FOLDER/NAME.current name the newest version. LATEST NAME
# prints it, GET VERSION puts it into FOLDER by way of SCRATCH, or leaves it out without network.
update() {
	local name=$1 folder=$2 latest=$3 get=$4 pointer=$2/$1.current version attempt

	! pointer_is_current "$pointer" || return 0
	for attempt in 1 2; do
		[ "$attempt" -eq 1 ] || refresh_lists
		version=$("$latest" "$name")
		if [ -n "$version" ] && [ ! -d "$folder/$version" ]; then
			scratch
			"$get" "$version"
			rm -rf -- "$SCRATCH"
		fi
		if [ -n "$version" ] && [ -d "$folder/$version" ]; then
			echo "$version" >"$pointer.new"
			mv "$pointer.new" "$pointer"
			return
		fi
	done
	[ -s "$pointer" ] ||
		unavailable "kernel $name: its package cannot be downloaded and none is cached; connect to the network, or give KERNEL= and KDIR="
	say "cannot get a newer $name now; using the cached $(cat "$pointer")"
	touch "$pointer"
}

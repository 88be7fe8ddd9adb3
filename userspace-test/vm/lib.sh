# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts of this folder share. The sourcing script sets `set -eu` first.

me=${0##*/}
VM_DIR=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

# The exit code of what cannot be had here; the same in every script of this project.
# shellcheck disable=SC2034
readonly EX_UNAVAILABLE=3

# Progress, to stderr: stdout belongs to results.
say() { printf '%s: %s\n' "$me" "$*" >&2; }

die() { say "error: $*"; exit 1; }

# die_code CODE MESSAGE...
die_code() { local code=$1; shift; say "error: $*"; exit "$code"; }

# "This cannot be had here": callers skip, with the reason just printed.
unavailable() { say "not available here: $*"; exit "$EX_UNAVAILABLE"; }

help_wanted() {
	case ${1-} in -h | --help) return 0 ;; *) return 1 ;; esac
}

# need_tool COMMAND GROUP...: COMMAND must exist; GROUP is the deps group that brings it.
need_tool() {
	PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ||
		die "the command '$1' is missing; install it with: $VM_DIR/deps $2"
}

cache_dir() {
	local dir=${DPC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dpc}

	mkdir -p -- "$dir" || die "cannot create the cache folder $dir; name another one with DPC_CACHE="
	(cd -- "$dir" && pwd)
}

# The release number of Debian ("12"), empty elsewhere.
debian_release() {
	[ -r /etc/os-release ] || return 0
	# shellcheck disable=SC1091
	(. /etc/os-release && [ "${ID-}" = debian ] && echo "${VERSION_ID-}") || :
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "root is needed for: $*; become root or install sudo"
	fi
}

# lock FILE WHAT: holds FILE until the script ends; says so when it has to wait.
lock() {
	exec 9>>"$1"
	flock -w 2 9 && return
	say "waiting for another run to finish with $2"
	flock 9
}

# heartbeat PID LOG WHAT: a line every few seconds while PID lives.
heartbeat() {
	local start=$SECONDS next=3

	while kill -0 "$1" 2>/dev/null; do
		sleep 0.2
		[ $((SECONDS - start)) -ge "$next" ] || continue
		next=$((next + 15))
		say "$3: $((SECONDS - start)) s, $(grep -c . "$2" 2>/dev/null || :) lines in $2"
	done
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Whether KVM can be used; sourced by ./run after lib.sh.

# choose_accel KERNEL RELEASE: prints kvm or tcg. /dev/kvm may open and then never run a kernel, so
# only a boot tells; the answer holds until the host boots again.
choose_accel() {
	local cache answer

	if ! [ -r /dev/kvm ] || ! [ -w /dev/kvm ]; then
		echo tcg
		return
	fi
	cache=$(cache_dir)
	answer=$cache/kvm-$(cat /proc/sys/kernel/random/boot_id)-${2:-other}
	if [ ! -s "$answer" ]; then
		lock "$cache/kvm.lock" "trying KVM"
		[ -s "$answer" ] || try_kvm "$1" "$answer"
		exec 9>&-
	fi
	cat "$answer"
}

# try_kvm KERNEL ANSWER-FILE
try_kvm() {
	local result=tcg

	say "trying KVM with a boot, 10 s at most (skip with ACCEL=tcg or ACCEL=kvm)"
	if "$VM_DIR/run" --accel kvm --kernel "$1" --edu 0 --timeout 10 --allow-reports -- true 9>&- >/dev/null 2>&1; then
		result=kvm
	fi
	say "using $result from now on"
	find "${2%/*}" -maxdepth 1 -name 'kvm-*' ! -name "kvm-$(cat /proc/sys/kernel/random/boot_id)-*" -delete
	echo "$result" >"$2"
}

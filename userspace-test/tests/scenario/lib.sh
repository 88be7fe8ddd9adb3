# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC3045
# For scripts that run in the machine, with busybox: tests are functions that
# end with 0, or by calling fail or skip. `tests a b c` runs them.
# shellcheck source=userspace-test/ktap.sh
. /root/ktap.sh

modules=/lib/modules/dpc
driver=/sys/bus/pci/drivers/dpc_edu
reason=/tmp/reason

fail() { echo "# $*"; exit 1; }
skip() { echo "$*" >"$reason"; exit 4; }

# tests NAME...: each in a shell of its own; KTAP.
tests() {
	ktap_plan $#
	for name; do
		status=0
		: >"$reason"
		("$name" 3>&1) || status=$?
		ktap_result "$status" "${0##*/}.$name" "$(cat "$reason")"
	done
	ktap_end
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	tries=$(($1 * 50))
	shift
	until "$@" 2>/dev/null; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		usleep 20000
	done
}

gone() { [ ! -e "$1" ]; }
devices() { (cd "$driver" && echo 0000:*); }

# attributes DEVICE: the folder of its interrupt object, DEVICE as dpc_edu0 or a PCI address.
attributes() {
	case $1 in dpc_edu*) set -- "$(basename "$(readlink -f "/sys/class/misc/$1/device")")" ;; esac
	echo "/sys/bus/pci/devices/$1/dpc"/interrupt*
}

# give_to DRIVER: $device, of bus address $bdf, by its driver_override; '' gives it to dpc_edu.
give_to() {
	echo "$1" >"$device/driver_override"
	[ ! -e "$device/driver" ] || echo "$bdf" >"$device/driver/unbind"
	echo "$bdf" >/sys/bus/pci/drivers_probe
	[ "$(readlink -f "$device/driver")" = "/sys/bus/pci/drivers/${1:-dpc_edu}" ]
}

# An emulated CPU stands still when the host is busy, and the watchdog rightly says so.
quiet="watchdog_call_us=0 watchdog_series_us=0"

# load_below [PARAMETER...]: what dpc_edu stands on, the core with these parameters.
# shellcheck disable=SC2086 # parameters, several
load_below() { insmod "$modules/dpc_core.ko" $quiet "$@" && insmod "$modules/dpc_nt.ko"; }

load() { load_below && insmod "$modules/dpc_edu.ko" "$@"; }

unload() {
	for module in dpc_edu dpc_nt dpc_core; do
		[ ! -d "/sys/module/$module" ] || rmmod "$module" || return 1
	done
}

# A line in the log from which `log` counts.
mark() {
	marked="mark $$ $(cat /proc/uptime)"
	echo "$marked" >/dev/kmsg
}

log() { dmesg | sed "1,/$marked/d"; }

# does_work DEVICE: a few requests of each kind.
does_work() {
	edu_test -d "$1" data.factorial_seq_rises data.dma_from_two_pages >/tmp/works 2>&1 || {
		sed 's/^/# /' /tmp/works
		return 1
	}
}

# all_drivers COMMAND: has dpcmon record all drivers for a moment.
all_drivers() {
	case $1 in
	system) dpcmon system -q --budget isr=0,dpc=1000000 --duration 200ms ;;
	check) dpcmon check --system --duration 200ms ;;
	top) dpcmon top --system --once ;;
	esac
}

# refuses TEXT COMMAND...: it ends with 1, and stderr is one line that has TEXT in it.
refuses() {
	text=$1 status=0
	shift
	"$@" >/tmp/out 2>/tmp/err || status=$?
	[ "$status" = 1 ] || fail "$*: status $status: $(cat /tmp/err)"
	[ "$(wc -l </tmp/err)" -eq 1 ] || fail "$*: not one line: $(cat /tmp/err)"
	grep -qF -- "$text" /tmp/err || fail "$*: it does not say '$text': $(cat /tmp/err)"
}

# every_refuses TEXT: each command that records all drivers.
every_refuses() { for command in system check top; do refuses "$1" all_drivers "$command"; done; }

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Whether KVM can be used: /dev/kvm may open and then never run a kernel, so only a boot tells.

The answer holds until the host boots again. As a program, with KERNEL and RELEASE, it prints kvm or tcg.
"""

import fcntl
import os
import pathlib
import subprocess
import sys

import kernel
import parts

TRIAL_S = 10


def boot_id():
    """What tells one boot of the host from the next."""
    return pathlib.Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()


def choose(name, release):
    """kvm or tcg, for this kernel."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    cache = parts.cache()
    cache.mkdir(parents=True, exist_ok=True)
    answer = cache / f"kvm-{boot_id()}-{release or 'other'}"
    with open(cache / "kvm.lock", "a", encoding="utf-8") as lock:
        if not is_known(answer):
            kernel.lock(lock, "trying KVM")
        if not is_known(answer):
            try_kvm(name, answer)
        fcntl.flock(lock, fcntl.LOCK_UN)
    return answer.read_text(encoding="utf-8").strip()


def is_known(answer):
    """Whether it was tried since the host's boot."""
    return answer.exists() and answer.stat().st_size > 0


def try_kvm(name, answer):
    """Boot with it, once, and remember how that went."""
    kernel.say(f"trying KVM with a boot, {TRIAL_S} s at most (skip with ACCEL=tcg or ACCEL=kvm)")
    trial = [sys.executable, str(kernel.VM / "run"), "--accel", "kvm", "--kernel", name, "--edu", "0"]
    trial += ["--timeout", str(TRIAL_S), "--allow-reports", "--", "true"]
    works = subprocess.run(trial, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
    result = "kvm" if works else "tcg"
    kernel.say(f"using {result} from now on")
    for old in answer.parent.glob("kvm-*"):
        if not old.name.startswith(f"kvm-{boot_id()}-"):
            old.unlink(missing_ok=True)
    answer.write_text(f"{result}\n", encoding="utf-8")


if __name__ == "__main__":
    print(choose(sys.argv[1], sys.argv[2]))

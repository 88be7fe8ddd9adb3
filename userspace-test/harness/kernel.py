# SPDX-License-Identifier: GPL-2.0-only
"""Kernels, and the modules built for them: what vm/kernel and vm/modules say, for programs."""

import fcntl
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
VM = ROOT / "userspace-test/vm"
EX_UNAVAILABLE = 3  # the same in every script of this project


SYSTEM_PATH = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"


def say(text):
    """Progress, to stderr: stdout belongs to results."""
    print(f"{pathlib.Path(sys.argv[0]).name}: {text}", file=sys.stderr, flush=True)


def die(text, status=1):
    """The end of the program."""
    say(f"error: {text}")
    sys.exit(status)


def tool_path(name):
    """Where a command is; nothing if it is missing."""
    return shutil.which(name, path=SYSTEM_PATH)


def need_tool(name, group):
    """The command must exist; the group is the one of vm/deps that brings it."""
    if not tool_path(name):
        die(f"the command '{name}' is missing; install it with: {VM}/deps {group}")


def lock(file, what):
    """Hold an open file; say so when it is another run's."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"waiting for another run to finish with {what}")
        fcntl.flock(file, fcntl.LOCK_EX)


class Missing(Exception):
    """No such kernel here, or no modules for it: the status of the script that says so, and its words."""

    def __init__(self, status, said):
        super().__init__(said)
        self.status = status
        self.said = said

    def unavailable(self):
        """Whether it cannot be had here, which is a skip and no failure."""
        return self.status == EX_UNAVAILABLE

    def reason(self):
        """The end of the last line, which says why."""
        return self.said.splitlines()[-1].rpartition(": ")[2] if self.said.strip() else "no reason given"


def output(command, quiet, environment=None):
    """What a script prints; its messages go to stderr, or with quiet into Missing."""
    done = subprocess.run(
        [str(word) for word in command], env={**os.environ, **(environment or {})}, check=False, text=True,
        errors="replace", stdout=subprocess.PIPE, stderr=subprocess.PIPE if quiet else None,
    )
    if done.returncode != 0:
        raise Missing(done.returncode, done.stderr or "")
    return done.stdout


def variables(text):
    """Lines NAME=VALUE, quoted for a shell."""
    return dict(word.split("=", 1) for word in shlex.split(text))


def find(name, quiet=False):
    """Where a kernel is: KERNEL, KDIR, MODDIR and RELEASE."""
    return variables(output([VM / "kernel", name], quiet))


def modules(name, quiet=False, options=()):
    """The folder with the modules for a kernel."""
    return pathlib.Path(output([VM / "modules", *options, name], quiet).strip())


def has(kdir, option):
    """Whether an option is on in a kernel's configuration."""
    configuration = pathlib.Path(kdir, "include/config/auto.conf").read_text(encoding="utf-8")
    return f"{option}=y" in configuration.splitlines()


def is_foreign(name):
    """Whether it is for processors of another architecture than a PC's."""
    return name.endswith("-arm64")


def is_debug(name):
    """Whether it is one of those with every checker on."""
    return name.endswith(("-debug", "-kcsan")) or name.startswith("7.")

# SPDX-License-Identifier: GPL-2.0-only
"""The parts of the check: what there is, how long each takes, and what the last run left."""

import fnmatch
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "userspace-test/check.parts"
OUT = ROOT / "build/check"

LONG_S = 60  # a part that takes so long tells how fast a host is

# Parts of which the closing table has one row.
MERGED = ("lint", "model")


class Part:
    """A line of the table, or one of the parts that a "*" in it stands for."""

    def __init__(self, name, usual_s, sets):
        self.name = name
        self.usual_s = usual_s
        self.sets = sets

    def seconds(self):
        """How long to expect: what the table says, or more if it took more the last time."""
        try:
            return max(self.usual_s, int(measured(self.name).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return self.usual_s


def cache():
    """The folder for what other clones of the project can use, too; see vm/lib.sh."""
    base = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    return pathlib.Path(os.environ.get("DPC_CACHE") or base / "dpc")


def measured(name):
    """The file with the seconds that a part took the last time, on this machine."""
    return cache() / "check" / f"{name}.seconds"


def load(name):
    """What a part or step has left: its state, counts and seconds; nothing if it did not run."""
    try:
        return json.loads((OUT / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def save(name, **values):
    """What a part or step leaves; a reader sees all of it or nothing."""
    path = OUT / f"{name}.json"
    new = path.with_suffix(".new")
    new.write_text(json.dumps(values) + "\n", encoding="utf-8")
    new.replace(path)


def members(pattern):
    """The parts behind a name with a "*": a lint check or a model's scenario each."""
    kind = pattern.split("-")[0]
    command = {
        "lint": ["userspace-test/lint/run", "--names"],
        "model": ["kunit/model/run", "--scenarios"],
    }[kind]
    listed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [name for name in (f"{kind}-{word}" for word in listed.split()) if fnmatch.fnmatch(name, pattern)]


def lines():
    """The lines of the table."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if words:
            yield Part(words[0], int(words[1]), words[2:])


def read_table():
    """All parts, in the order of the table. A name that has a line of its own is no member of a "*"."""
    found = [line for line in lines() if line.sets]
    own = {line.name for line in found}
    table = {}
    for line in found:
        for name in members(line.name) if "*" in line.name else [line.name]:
            if name == line.name or name not in own:
                table[name] = Part(name, line.usual_s, line.sets)
    return table


def seconds_of(name):
    """How long a part takes, or a kernel's build; 0 if the table does not know it."""
    found = list(lines())
    for line in [line for line in found if line.name == name] + [
        line for line in found if fnmatch.fnmatch(name, line.name)
    ]:
        return Part(name, line.usual_s, line.sets).seconds()
    return 0


def slowness():
    """How much longer than in the table the parts have taken so far on this host, at least 1."""
    usual = took = 0
    for line in lines():
        left = load(line.name)
        if line.usual_s >= LONG_S and left and "counts" in left and left["seconds"]:
            usual += line.usual_s
            took += left["seconds"]
    return max(1, took / usual) if usual else 1


def expected_s(name):
    """How long a part, or a kernel's build, will take on this host."""
    found = [line for line in lines() if line.name == name or fnmatch.fnmatch(name, line.name)]
    usual = next((line.usual_s for line in found if line.name == name), found[0].usual_s if found else 0)
    return max(seconds_of(name), round(usual * slowness()))


def kernels():
    """The names of all kernels."""
    command = ["userspace-test/vm/kernel", "--names"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def is_built(kernel):
    """Whether a kernel is built from source, with KUnit, and no stock kernel."""
    return kernel.endswith(("-debug", "-kunit")) or kernel.startswith("7.")


def is_cached(kernel):
    """Whether such a kernel needs no build any more: vm/kernel has marked it as complete."""
    return any((cache() / "build").glob(f"{kernel}-*/complete"))


def awaited_kernel(name):
    """The kernel that a part needs and that has to be built first, if there is one."""
    kernels = [line.name.partition("-")[2] for line in lines() if line.name.startswith("kernel-")]
    return next((kernel for kernel in kernels if kernel in name and not is_cached(kernel)), None)


def row_of(name):
    """The row of the closing table that a part belongs to."""
    kind = name.split("-")[0]
    return kind if kind in MERGED else name

# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of the core on purpose: their list, a private build of each, and what the suites say. ../mutate
is the command."""

import hashlib
import pathlib
import re
import subprocess
import time

import kernel
import ktap
import machine

ROOT = kernel.ROOT
LIST = ROOT / "userspace-test/mutations"
KEYS = ("name", "file", "suites", "slow", "cpus", "equivalent")
MODULES = ("dpc_core", "dpc_nt", "dpc_kunit")
# Where the .c files of each are.
FOLDERS = {"module/core/": "dpc_core", "module/nt/": "dpc_nt", "kunit/": "dpc_kunit"}
# What else Kbuild has is of no use to the suites.
LEFT_OUT = ("EDU", "PCI", "WDM_SAMPLE", "WDM_IO_SAMPLE", "BENCH")
SOURCES = ("Kbuild", "module/*.h", "module/core/*.[ch]", "module/nt/*.[ch]", "include/**/*.h", "kunit/*.[ch]",
           "module/edu/*.h", "module/sample_wdm*/*.[ch]")
SUITE_FILE = "_kunit.c"

# Verdicts. The first four have killed the mutant.
TEST, REPORT, CRASH, HANG, SURVIVED, BROKEN = "test", "report", "crash", "hang", "survived", "broken"
KILLED = (TEST, REPORT, CRASH, HANG)
# The entry is wrong, or the machine has not come up: neither says anything about the suites.
UNKNOWN = (BROKEN,)

MARK = "mutate: "
CRASHED = re.compile(r"Oops|Kernel panic|BUG: unable|BUG: kernel NULL|general protection|double fault|stack guard")
TEST_RUNS_ON = 0.3  # seconds between two looks at the console

# The suites one after another, each by a load of its own, as a filter takes one name only.
GUEST = """
say() { echo "<4>mutate: $*" >/dev/kmsg; }
# Not before: an emulated machine takes a second to print its boot.
dmesg -n 7
modules=/lib/modules/dpc kunit=/sys/module/kunit/parameters
printf %s "$1" >$kunit/filter
shift
say begin
insmod $modules/dpc_core.ko && insmod $modules/dpc_nt.ko || say no load
for suite; do
	printf %s "$suite" >$kunit/filter_glob
	insmod $modules/dpc_kunit.ko && rmmod dpc_kunit || say no load of the suites
	say suite $suite
done
rmmod dpc_nt dpc_core || say no unload
say end
"""


class Stale(Exception):
    """The list doesn't fit the code."""


class Mutation:
    """One entry of the list: a change of one place, and the suites that must see it."""

    def __init__(self, line):
        self.line = line  # of the list, where it begins
        self.name = self.file = self.equivalent = self.cpus = ""
        self.suites = []
        self.slow = False
        self.old, self.new = [], []  # lines

    def area(self):
        """The part of the core that it breaks."""
        return self.name.partition("/")[0]

    def set(self, key, value):
        """A line "key: value"."""
        if key == "suites":
            self.suites = value.split()
        elif key == "slow":
            self.slow = value == "yes"
        else:
            setattr(self, key, value)

    def add(self, text):
        """A line of the change, as in a patch."""
        if text[0] in " -":
            self.old.append(text[1:])
        if text[0] in " +":
            self.new.append(text[1:])

    def apply(self, text):
        """The file's text with the change in it."""
        lines, count = text.split("\n"), len(self.old)
        found = [at for at in range(len(lines)) if self.old and lines[at:at + count] == self.old]
        if len(found) != 1:
            raise Stale(f"its old lines occur {len(found)} times in {self.file}, and not once")
        if self.old == self.new:
            raise Stale("it changes nothing")
        return "\n".join([*lines[:found[0]], *self.new, *lines[found[0] + count:]])

    def check(self, suites):
        """What is wrong with it, given the names of all suites; else nothing."""
        if not self.name or not self.file:
            return "it has no name or no file"
        if not self.suites and not self.equivalent:
            return "it names neither a suite nor a reason why none can see it (equivalent:)"
        unknown = [suite for suite in self.suites if suite.partition(".")[0] not in suites]
        if unknown:
            return f"there is no suite {unknown[0]}"
        try:
            self.apply((ROOT / self.file).read_text(encoding="utf-8"))
        except OSError:
            return f"there is no {self.file}"
        except Stale as stale:
            return str(stale)
        return ""


def parse(text):
    """The entries of a list."""
    found, entry = [], None
    for number, line in enumerate(text.splitlines(), 1):
        if not line:
            entry = None
            continue
        if line.startswith("#"):
            continue
        if not entry:
            entry = Mutation(number)
            found.append(entry)
        key, _, value = line.partition(": ")
        if line[0] in " -+":
            entry.add(line)
        elif key in KEYS and value:
            entry.set(key, value)
        else:
            raise Stale(f"{LIST.name}:{number}: this is neither a key ({', '.join(KEYS)}) nor a line of a change")
    return found


def suite_names():
    """The names of all suites, and each one's file."""
    names = {}
    for file in sorted((ROOT / "kunit").glob(f"*{SUITE_FILE}")):
        for name in re.findall(r'^\t\.name\s*= "(dpc_\w+)",$', file.read_text(encoding="utf-8"), re.M):
            names[name] = file
    return names


def load():
    """The list in the tree."""
    return parse(LIST.read_text(encoding="utf-8"))


def complaints(entries):
    """What is wrong with the list; one line each."""
    suites, seen, said = suite_names(), set(), []
    for entry in entries:
        wrong = entry.check(suites)
        if entry.name in seen:
            wrong = "this name is taken"
        seen.add(entry.name)
        if wrong:
            said.append(f"userspace-test/{LIST.name}:{entry.line}: {entry.name}: {wrong}")
    return said


# ---- what a verdict depends on ------------------------------------------------------------------


def sources():
    """The files that the modules are built from, by their path in the tree. What a run judges is what they
    were at its beginning."""
    found = {path.relative_to(ROOT) for pattern in SOURCES for path in ROOT.glob(pattern)}
    return {path: (ROOT / path).read_bytes() for path in sorted(found) if not path.name.endswith(".mod.c")}


class Keys:
    """Hashes of all that a verdict depends on: the code, the entry, and its suites."""

    def __init__(self, files, kernel_name, cpus):
        self.suites = {name: files[path.relative_to(ROOT)] for name, path in suite_names().items()}
        self.common = hashlib.sha256(f"{kernel_name} {cpus}".encode())
        for path, content in files.items():
            if not path.name.endswith(SUITE_FILE):
                self.common.update(str(path).encode() + content)

    def of(self, entry):
        """The one for an entry."""
        key = self.common.copy()
        key.update(repr((entry.file, entry.old, entry.new, entry.suites, entry.slow, entry.cpus)).encode())
        for suite in entry.suites:
            key.update(self.suites[suite.partition(".")[0]])
        return key.hexdigest()[:40]


# ---- its build ----------------------------------------------------------------------------------


class Build:
    """A copy of the sources with a change in it, and the modules built from that."""

    def __init__(self, files, folder, kdir):
        self.files = files
        self.folder = pathlib.Path(folder)
        self.kdir = kdir
        self.stale = set(files)  # paths that were written since the last build

    def put(self, path, content):
        """A file that keeps its time where it is the same already."""
        target = self.folder / path
        if target.exists() and target.read_bytes() == content:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.stale.add(path)

    def copy(self, entry):
        """The sources, with the entry's change, if there is one."""
        for path, content in self.files.items():
            if entry and str(path) == entry.file:
                content = entry.apply(content.decode()).encode()
            self.put(path, content)

    def compiler(self):
        """The arguments that name the compiler of the kernel, where it has a name of its own."""
        text = pathlib.Path(self.kdir, "include/config/auto.conf").read_text(encoding="utf-8")
        found = re.search(r'^CONFIG_CC_VERSION_TEXT="(\S*gcc-\d+) ', text, re.M)
        return [f"CC={found[1]}"] if found and kernel.tool_path(found[1]) else []

    def kept_command(self, target):
        """What make has run for a target, which Kbuild keeps."""
        text = (self.folder / target.with_name(f".{target.name}.cmd")).read_text(encoding="utf-8")
        return text.splitlines()[0].partition(" := ")[2]

    def commands(self, jobs):
        """How to build what is stale. To find out what that is, make takes longer than all the rest, so for
        .c files of one module, what it has run is run again."""
        modules = {module for path in self.stale for folder, module in FOLDERS.items() if str(path).startswith(folder)}
        if len(modules) == 1 and all(path.suffix == ".c" for path in self.stale):
            module = pathlib.Path(*modules)
            targets = [*(path.with_suffix(".o") for path in self.stale), module.with_suffix(".o"), module.with_suffix(".ko")]
            return [["sh", "-ec", self.kept_command(target)] for target in targets]
        return [["make", "-s", f"M={self.folder}", f"-j{jobs}", "KCFLAGS=-Wno-error", *self.compiler(),
                 *(f"CONFIG_DPC_{name}=" for name in LEFT_OUT), "modules"]]

    def make(self, entry, jobs):
        """Build it; the end of what the compiler said when it fails, else nothing."""
        self.copy(entry)
        for command in self.commands(jobs) if self.stale else []:
            done = subprocess.run(
                command, cwd=self.kdir, check=False, text=True, errors="replace", stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            if done.returncode:
                return done.stdout[-2000:] or "no reason given"
        self.stale = set()
        return ""

    def modules(self):
        """The modules."""
        return [str(self.folder / f"{name}.ko") for name in MODULES]


# ---- its verdict --------------------------------------------------------------------------------


class Log:
    """What the console of a machine has so far."""

    def __init__(self, text):
        lines = [ktap.STAMP.sub("", line) for line in text.replace("\r", "").splitlines()]
        begin = [number for number, line in enumerate(lines) if line == f"{MARK}begin"]
        self.begun = bool(begin)
        self.lines = lines[begin[-1]:] if begin else []

    def has(self, words):
        """Whether the machine's script has said so."""
        return f"{MARK}{words}" in self.lines

    def last_test(self):
        """The test that has ended last, with its suite."""
        suite = name = ""
        for line in self.lines:
            started = re.match(r"    # Subtest: (\w+)", line)
            suite = started[1] if started else suite
            result = ktap.RESULT.match(line)
            if result and len(result[1]) == 4:
                name = f"{suite}.{(result[4] or '').strip()}"
        return name

    def first_wrong(self):
        """The first that is wrong: its verdict, and what says so; nothing so far."""
        suite = ""
        for line in self.lines:
            started = re.match(r"    # Subtest: (\w+)", line)
            suite = started[1] if started else suite
            result = ktap.RESULT.match(line)
            if result and result[2] and len(result[1]) == 4:
                return TEST, f"{suite}.{(result[4] or '').strip()}"
            if result and result[2] and not result[1]:
                return TEST, f"{(result[4] or '').strip()} (its end)"
            if line.startswith(f"{MARK}no "):
                return TEST, line.removeprefix(MARK)
            if machine.REPORTS.search(line):
                return (CRASH if CRASHED.search(line) else REPORT), line.strip()[:110]
        return None

    def ran(self):
        """How many tests passed, failed and were skipped."""
        return ktap.count(self.lines)


def console_text(log):
    """What is in the console's file."""
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


class Machine:
    """The machine that runs the suites on one mutant."""

    live = set()  # processes, of all machines

    def __init__(self, name, cpus, folder, patience):
        self.name, self.cpus, self.patience = name, cpus, patience
        self.folder = pathlib.Path(folder)

    def command(self, entry, modules, log):
        """Its command line."""
        speed = "speed>very_slow" if entry.slow else "speed>slow"
        limit = str(self.patience * 20)
        return [str(kernel.VM / "run"), "--kernel", self.name, "--cpus", entry.cpus or self.cpus, "--edu", "0",
                "--timeout", limit, "--log", str(log),
                *(word for module in modules for word in ("--module", module)),
                "--", "sh", "-c", GUEST, "mutate", speed, *entry.suites]

    def run(self, entry, modules):
        """The verdict, and what says so."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / "console"
        log.write_bytes(b"")
        with open(self.folder / "run.log", "wb") as said:
            process = subprocess.Popen(
                self.command(entry, modules, log), stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
            self.live.add(process)
            try:
                return self.watch(process, log)
            finally:
                if process.poll() is None:
                    process.terminate()
                process.wait()
                self.live.discard(process)

    @classmethod
    def end_all(cls):
        """End those that run; their threads are not waited for."""
        for process in list(cls.live):
            process.terminate()

    def watch(self, process, log):
        """Look at the console until there is a verdict."""
        size, since = -1, time.monotonic()
        while True:
            ended = process.poll() is not None
            text = console_text(log)
            seen = Log(text)
            wrong = seen.first_wrong()
            if wrong:
                return self.crashed(process, log) if wrong[0] == CRASH else wrong
            if ended:
                return self.at_end(seen)
            if len(text) != size:
                size, since = len(text), time.monotonic()
            elif seen.begun and time.monotonic() - since > self.patience:
                return HANG, f"after {seen.last_test() or 'the load'}"
            time.sleep(TEST_RUNS_ON)

    def crashed(self, process, log):
        """The crash with the function that it was in, which the next lines name."""
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            pass
        seen = Log(console_text(log))
        where = [match[1] for match in (re.search(r"RIP: \S+?:(\S+)", line) for line in seen.lines) if match]
        kind, said = seen.first_wrong()
        return kind, f"{said.split(',')[0][:70]}{f' in {where[0]}' if where else ''}"

    @staticmethod
    def at_end(seen):
        """The verdict on a machine that has ended by itself, with nothing wrong in its log."""
        if not seen.begun:
            return BROKEN, "the machine did not come up"
        if not seen.has("end"):
            return CRASH, f"the machine stopped after {seen.last_test() or 'the load'}"
        if not seen.ran()[0]:
            return BROKEN, "no test ran"
        return SURVIVED, f"{seen.ran()[0]} tests passed"

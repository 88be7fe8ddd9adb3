# SPDX-License-Identifier: GPL-2.0-only
"""Applies a series of patches to a kernel's source, one after another; checkpatch.pl, and a build, after each."""

import fnmatch
import hashlib
import json
import os
import re
import subprocess

from series import MODULES, ROOT, Error, git, read

ALLOWED = os.path.join(ROOT, "userspace-test/lint/checkpatch.allow")

OPTIONS = ("--strict", "--terse", "--showfile", "--show-types", "--no-summary")

# What is excused in any file, beside that list: the entry that patch 1 adds to MAINTAINERS has the folders.
IN_PATCHES = {"FILE_PATH_CHANGES"}

# path:line: LEVEL:TYPE: message
COMPLAINT = re.compile(r"(?P<path>[^:]*):\d+: (?:ERROR|WARNING|CHECK):(?P<type>\w+): ")
OURS = re.compile(r"(?mi)^(?=.*\b(?:drivers/dpc/|dpc\w*\.(?:h|ko))).*\b(?:warning|error):.*$")


def allowed(text):
    """[(pattern of paths, type)] of checkpatch.allow."""
    return [tuple(line.split()[:2]) for line in text.splitlines() if line and not line.startswith("#")]


def not_excused(said, origin, allow):
    """The lines of checkpatch's that nothing excuses. ORIGIN: {path in the kernel: path here}."""
    lines = []
    for line in said.splitlines():
        match = COMPLAINT.match(line)
        path = match and origin.get(match["path"], match["path"])
        if match and (match["type"] in IN_PATCHES or any(kind == match["type"] and fnmatch.fnmatchcase(path, pattern)
                                                         for pattern, kind in allow)):
            continue
        lines.append(line)
    return lines


def warnings(said):
    """What a compiler, or kernel-doc, says of our files."""
    return OURS.findall(said)


class Tree:
    """A folder that has the files of one step after another. One that stays as it is keeps its time, for make's sake."""

    def __init__(self, cache):
        os.makedirs(cache, exist_ok=True)
        self.folder = os.path.join(cache, "tree")
        self.parked, self.state = os.path.join(cache, "parked"), os.path.join(cache, "state.json")
        self.changed = set()
        if os.path.exists(self.state):
            self.changed = set(json.loads(read(self.state)))

    def save(self):
        with open(self.state, "w", encoding="utf-8") as file:
            json.dump(sorted(self.changed), file)

    def put(self, path, text):
        """Write a file, unless it has that content, or had it when it was taken away."""
        there, parked = os.path.join(self.folder, path), os.path.join(self.parked, path)
        if os.path.exists(there) and read(there) == text:
            return
        os.makedirs(os.path.dirname(there), exist_ok=True)
        if not os.path.exists(there) and os.path.exists(parked) and read(parked) == text:
            os.replace(parked, there)
            return
        with open(f"{there}.new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(f"{there}.new", there)

    def take(self, path):
        """Put a file away."""
        there = os.path.join(self.folder, path)
        if os.path.exists(there):
            os.makedirs(os.path.dirname(os.path.join(self.parked, path)), exist_ok=True)
            os.replace(there, os.path.join(self.parked, path))

    def show(self, files):
        """Have FILES there, {path: text}, and no others of ours."""
        gone, self.changed = self.changed - set(files), self.changed | set(files)
        self.save()
        for path in sorted(gone):
            self.take(path)
        for path, text in sorted(files.items()):
            self.put(path, text)
        self.changed = set(files)
        self.save()


class Checked:
    """Patches applied one after another, in a repository of the files that they touch."""

    def __init__(self, maker, scratch, cache):
        self.maker, self.scratch, self.memory = maker, scratch, os.path.join(cache, "checkpatch")
        self.origin = {there: here for here, there in maker.all_files()}
        self.repository = os.path.join(scratch, "applied")

    def applied(self, patch):
        """Apply one more; {path: text} of all that differs from the kernel by now."""
        git(self.repository, "-c", "user.name=check", "-c", "user.email=check", "am", "-q", patch)
        files = git(self.repository, "ls-files").splitlines()
        known = set(self.maker.touched())
        there = [path for path in files if path not in known and os.path.exists(os.path.join(self.maker.kernel, path))]
        if there:
            raise Error(f"{os.path.basename(patch)} adds {there[0]}, which the kernel has")
        return {path: read(os.path.join(self.repository, path)) for path in files}

    def root_for_checkpatch(self):
        """The kernel's folders, but not its list of maintainers' states, which costs a process a file."""
        root = os.path.join(self.scratch, "root")
        if not os.path.exists(root):
            os.makedirs(os.path.join(root, "scripts"))
            for name in os.listdir(self.maker.kernel):
                if name != "scripts":
                    os.symlink(os.path.join(self.maker.kernel, name), os.path.join(root, name))
        return root

    def checkpatch(self, patch):
        """What checkpatch.pl says and nothing excuses. It takes long, so what it has said is kept."""
        script = os.path.join(self.maker.kernel, "scripts/checkpatch.pl")
        text = re.sub(r"(?m)^Date: .*$", "", read(patch))
        key = hashlib.sha256((text + read(script) + " ".join(OPTIONS)).encode()).hexdigest()[:32]
        kept = os.path.join(self.memory, key)
        if not os.path.exists(kept):
            said = self.run_checkpatch(script, patch)
            os.makedirs(self.memory, exist_ok=True)
            with open(f"{kept}.new", "w", encoding="utf-8") as file:
                file.write(said)
            os.replace(f"{kept}.new", kept)
        return not_excused(read(kept), self.origin, allowed(read(ALLOWED)))

    def run_checkpatch(self, script, patch):
        """All that it says."""
        done = subprocess.run(["perl", script, f"--root={self.root_for_checkpatch()}", *OPTIONS, patch], cwd=self.scratch,
                              text=True, capture_output=True, check=False)
        if done.returncode > 1 or done.stderr:
            raise Error(f"checkpatch.pl ended with status {done.returncode}: {done.stderr}")
        return done.stdout


class Modules:
    """What a patch brings as modules of a kernel that is built already: that takes a tenth of the time."""

    def __init__(self, kdir, cache, log):
        self.kdir, self.log = kdir, log
        self.tree = Tree(cache)

    def build(self, files, folders):
        """Build drivers/dpc of FILES; why that did not go well, or nothing."""
        self.tree.show({path: text for path, text in files.items() if path.startswith(("drivers/dpc/", "include/"))})
        top, drivers = self.tree.folder, os.path.join(self.tree.folder, "drivers/dpc")
        command = ["make", "-C", self.kdir, f"M={drivers}", f"-j{os.cpu_count()}", "W=1",
                   f"KCPPFLAGS=-I{top}/include -I{top}/include/uapi", *(f"CONFIG_{MODULES[folder]}=m" for folder in folders)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
        with open(self.log, "a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(command)}\n{done.stdout}\n")
        found = warnings(done.stdout)
        missing = [folder for folder in folders if not os.path.exists(f"{drivers}/{folder}/dpc_{folder}.ko")]
        if found:
            forget(drivers)
        if not found and (done.returncode or missing):
            found = done.stdout.splitlines()[-20:] + [f"dpc_{folder}.ko was not made" for folder in missing]
        return "\n".join(found)


def forget(folder):
    """make would not compile again what it has warned of, and so not warn again."""
    for here, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".o", ".ko", ".cmd")):
                os.remove(os.path.join(here, name))

# SPDX-License-Identifier: GPL-2.0-only
"""Makes this tree's files into those of a kernel's tree: which file goes where, in which patch."""

import glob
import os
import re
import shutil
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(ROOT, "userspace-test/series.d")
DOCS = "Documentation/driver-api/dpc"

# What Kbuild asks of the kernel's headers: macro, header, words.
PROBE = re.compile(r"grep -w '?([\w, ]+?)'? \$\(srctree\)/(include/\S+?)\)\,\)\nccflags-y \+= -D(\w+)")

# Which module each folder of drivers/dpc is, by its symbol in Kconfig.
MODULES = {"core": "DPC_CORE", "nt": "DPC_NT", "edu": "DPC_EDU", "kunit": "DPC_KUNIT_TEST"}

# Where the series' own files go into those that the kernel has: FILE, line before which, text.
INSERTIONS = {
    1: [("drivers/Kconfig", r"^endmenu$", 'source "drivers/dpc/Kconfig"\n\n'),
        ("drivers/Makefile", r"^obj-\$\(CONFIG_DPLL\)", "obj-$(CONFIG_DPC_CORE)\t\t+= dpc/\n"),
        ("MAINTAINERS", r"^DEFXX FDDI", "@MAINTAINERS@")],
    5: [("tools/testing/selftests/Makefile", r"^TARGETS \+= drivers/dma-buf", "TARGETS += dpc\n")],
    6: [("Documentation/driver-api/index.rst", r"^   edac$", "   dpc/index\n")],
}


# What a file says of things that the series does not have.
REWORDED = {
    "kunit/main.c": [(" * dpc_kunit.ko: KUnit suites for dpc_core.ko and dpc_nt.ko.  Each\n"
                      " * dpc_<area>_kunit.c holds the suite dpc_<area>; they run when the module is loaded\n"
                      " * (see ./run), right after its init function.\n",
                      " * KUnit suites for dpc_core.ko and dpc_nt.ko.  Each dpc_<area>_kunit.c holds the\n"
                      " * suite dpc_<area>; they run at boot, or when the module is loaded, right after its\n"
                      " * init function.\n")],
    "module/compat.h": [("Differences between the supported kernels.  They are found by the content of the\n"
                         " * kernel's headers and not by its version, because stable kernels take changes from\n"
                         " * newer ones.", "What newer kernels have by other names."),
                        ("; 6.1 has no such header yet.", "."), ("  Kbuild looked. */", " */"),
                        ("Kbuild finds out whether the name of a namespace is a string, as from 6.13 on.",
                         "The name of a namespace; from 6.13 on, it is a string.")],
    "kunit/speed.h": [("them out, which is what kunit/run --fast does.  6.1 has no such marks.", "them out.")],
}

# The documents come from a tree that has more than the series.
INDEX_NOTE = """
Some of what these pages name is not part of the kernel: ``dpcmon``, which shows and compares the
figures of ``/dev/dpc``; the functions and samples with Windows' names; the modules that measure. All
of it is in the tree that this driver is developed in, and paths that begin with ``module/``,
``kunit/`` or ``userspace-test/`` are those of that tree.
"""

# The one file that several patches make, here and there.
MAIN = ("module/core/main.c", "drivers/dpc/core/main.c")


class Error(Exception):
    """Why there is no series, for the user."""


def git(folder, *words, **options):
    """What it says."""
    done = subprocess.run(["git", "-C", folder, "-c", "core.autocrlf=false", "-c", "commit.gpgSign=false", *words],
                          check=False, text=True, capture_output=True, **options)
    if done.returncode:
        raise Error(f"git {' '.join(words[:6])}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def text_of(name):
    """A file of series.d that becomes part of another text, without its comments."""
    return "".join(line for line in read(os.path.join(DATA, name)).splitlines(True) if not line.startswith("#"))


def braces(pattern):
    match = re.search(r"\{([^}]*)\}", pattern)
    if not match:
        return [pattern]
    return [name for word in match.group(1).split(",")
            for name in braces(pattern[:match.start()] + word + pattern[match.end():])]


def read_map(text=None, root=ROOT):
    """{number of a patch: [(file here, file there)]}; no file is named twice."""
    patches, seen = {}, set()
    for line in (read(os.path.join(DATA, "map")) if text is None else text).splitlines():
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r"([1-9]) (.+) -> (\S+)", line)
        if not match:
            raise Error(f"series.d/map: not PATCH FILE... -> FOLDER: {line}")
        number, folder = int(match[1]), match[3]
        for pattern in (name for word in match[2].split() for name in braces(word)):
            found = sorted(os.path.relpath(path, root) for path in glob.glob(os.path.join(root, pattern)))
            if not found:
                raise Error(f"series.d/map: {pattern} is no file")
            for path in found:
                if path in seen:
                    raise Error(f"series.d/map: {path} is named twice")
                seen.add(path)
                patches.setdefault(number, []).append((path, os.path.join(folder, os.path.basename(path))))
    return patches


def need_all_objects(kbuild, patches):
    """Each object of the modules that the series has as a whole comes with some patch."""
    named = {here for patch in patches.values() for here, _ in patch}
    for folder in ("core", "edu"):
        for name in re.findall(rf"\bmodule/{folder}/\w+(?=\.o\b)", kbuild):
            if f"{name}.c" not in named:
                raise Error(f"series.d/map names no {name}.c, of which Kbuild builds dpc_{folder}")


def missing_includes(files):
    """(file, header) of each header of ours that is not among FILES, {path in the kernel's tree: text}."""
    found = []
    for path, text in files.items():
        if path.startswith("tools/") or not path.endswith((".c", ".h")):
            continue
        for name in re.findall(r'(?m)^#include "([^"]+)"', text):
            if os.path.normpath(os.path.join(os.path.dirname(path), name)) not in files:
                found.append((path, name))
        for name in re.findall(r"(?m)^#include <((?:uapi/)?(?:linux|trace/events)/dpc\w*\.h)>", text):
            if not {f"include/{name}", f"include/uapi/{name}"} & set(files):
                found.append((path, name))
    return found


def kunitconfig(folders):
    """What kunit.py has to be told to build these folders of drivers/dpc."""
    return "CONFIG_KUNIT=y\n" + "".join(f"CONFIG_{MODULES[folder]}=y\n" for folder in folders)


def folded(text):
    """With a comment's lines that have grown beyond 100 columns in two."""
    lines = []
    for line in text.split("\n"):
        if len(line.expandtabs(8)) > 100 and line.startswith(" * "):
            head, _, tail = line[:90].rpartition(" ")
            lines += [head, f" * {tail}{line[90:]}"]
        else:
            lines.append(line)
    return "\n".join(lines)


def cut(here, diff):
    """The file of this tree without what a later patch brings."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, os.path.basename(here))
        shutil.copyfile(os.path.join(ROOT, here), path)
        done = subprocess.run(["patch", "-s", "-F0", path, diff], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Error(f"{os.path.relpath(diff, ROOT)} does not fit {here} any more:\n{done.stdout}{done.stderr}")
        return read(path)


def probes(kernel):
    """{macro: whether the kernel has what it stands for}"""
    found = {}
    for words, header, macro in PROBE.findall(read(os.path.join(ROOT, "Kbuild"))):
        found[macro] = re.search(rf"\b{re.escape(words)}\b", read(os.path.join(kernel, header))) is not None
    if not found:
        raise Error("Kbuild asks nothing of the kernel's headers that this script knows how to read")
    return found


class Maker:
    """The files of each patch."""

    def __init__(self, kernel, author, scratch):
        self.kernel, self.author = kernel, author
        self.patches = read_map()
        need_all_objects(read(os.path.join(ROOT, "Kbuild")), self.patches)
        self.unifdef = os.path.join(scratch, "unifdef")
        subprocess.run(["gcc", "-O1", "-w", "-o", self.unifdef, os.path.join(kernel, "scripts/unifdef.c")], check=True)
        self.macros = ["-DPCI_IRQ_INTX"] + [("-D" if there else "-U") + macro for macro, there in probes(kernel).items()]
        self.docs = {os.path.basename(here)[:-3] for here, there in self.all_files() if here.endswith(".md")}

    def all_files(self):
        return [pair for patch in self.patches.values() for pair in patch]

    def numbers(self):
        return sorted(self.patches)

    def up_to(self, number):
        """The files that are there once that patch is applied."""
        return [pair for n in self.numbers() if n <= number for pair in self.patches[n]]

    def files(self, number):
        """{path: text} of all that patch NUMBER adds or changes, but for INSERTIONS."""
        made = {there: self.converted(here, there) for here, there in self.patches[number]}
        # What main.c has of later patches is taken out until the patch that no longer has such a diff.
        if os.path.exists(self.diff(number)):
            made[MAIN[1]] = self.references(cut(MAIN[0], self.diff(number)))
        elif os.path.exists(self.diff(number - 1)):
            made[MAIN[1]] = self.converted(*MAIN)
        made.update(self.build_files(number))
        if number == max(self.numbers()):
            made[f"{DOCS}/index.rst"] = self.index()
        return {there.replace(".md", ".rst"): text for there, text in made.items()}

    def diff(self, number):
        return os.path.join(DATA, f"main-{number}.diff")

    def converted(self, here, there):
        text = read(os.path.join(ROOT, here))
        if here.endswith(".md"):
            return self.rst(here, text)
        if here.endswith((".c", ".h")) and "DPC_HAVE_" in text:
            done = subprocess.run([self.unifdef, *self.macros], input=text, capture_output=True, text=True, check=False)
            if done.returncode > 1:
                raise Error(f"unifdef on {here}: {done.stderr}")
            text = done.stdout
        if here == "module/compat.h":
            text = re.sub(r"(?m)^/\*.*\*/\n\n", "", text)  # of what this kernel does not need
        for old, new in REWORDED.get(here, ()):
            if old not in text:
                raise Error(f"{here} no longer says {old!r}; see REWORDED in harness/series.py")
            text = text.replace(old, new)
        if there.startswith("drivers/dpc/kunit/"):
            text = text.replace('"../module/', '"../')
        return self.references(text)

    def references(self, text):
        """Names of files in comments."""
        text = re.sub(r" \(docs/performance\.md\)|\s*\(docs/performance\.md\)", "", text)
        text = re.sub(r" \(kunit/model\)", "", text)
        text = text.replace("docs/abi/sysfs-class-dpc", "Documentation/ABI/testing/sysfs-class-dpc")
        text = re.sub(r"docs/(?:abi/)?(\w+)\.md", lambda m: f"{DOCS}/{m[1]}.rst" if m[1] in self.docs else "the project's documentation", text)
        text = re.sub(r"\bmodule/(core|nt|edu)\b", r"drivers/dpc/\1", text)
        return folded(text.replace("the maintainers, see docs/contributing.md", self.author))

    # ---- Kconfig and Makefiles ----

    def folders(self, number):
        """The folders of drivers/dpc that are there once that patch is applied."""
        return [f for f in MODULES if any(there.startswith(f"drivers/dpc/{f}/") for _, there in self.up_to(number))]

    def build_files(self, number):
        folders = self.folders(number)
        made = {"drivers/dpc/Kconfig": self.kconfig(folders),
                "drivers/dpc/Makefile": "# SPDX-License-Identifier: GPL-2.0-only\n" +
                                        "".join(f"obj-$(CONFIG_{MODULES[f]})\t+= {f}/\n" for f in folders)}
        for folder in folders:
            made[f"drivers/dpc/{folder}/Makefile"] = self.makefile(folder, number)
        if "kunit" in folders:
            made["drivers/dpc/kunit/.kunitconfig"] = kunitconfig(f for f in folders if f != "edu")
        return made

    def makefile(self, folder, number):
        sources = {os.path.basename(there)[:-2] for _, there in self.up_to(number)
                   if there.startswith(f"drivers/dpc/{folder}/") and there.endswith(".c")}
        module = f"dpc_{folder}"
        prefix = "kunit/" if folder == "kunit" else f"module/{folder}/"
        order = re.findall(rf"\b{prefix}(\w+)\.o", read(os.path.join(ROOT, "Kbuild")))
        missing = sources - set(order)
        if missing:
            raise Error(f"Kbuild builds no {prefix}{missing.pop()}.o")
        lines = ["# SPDX-License-Identifier: GPL-2.0-only", f"obj-$(CONFIG_{MODULES[folder]}) += {module}.o"]
        lines += [f"{module}-y += {name}.o" for name in order if name in sources]
        return "\n".join(lines).replace("-y += ", "-y := ", 1) + "\n"

    def kconfig(self, folders):
        """The entries of what is there, out of Kconfig."""
        text = read(os.path.join(ROOT, "Kconfig"))
        parts = re.split(r"(?m)^(?=(?:menu)?config )|^(?=if |endif)", text)
        kept = ["# SPDX-License-Identifier: GPL-2.0-only\n\n"]
        wanted = [MODULES[f] for f in folders]
        for part in parts[1:]:
            name = re.match(r"(?:menu)?config (\w+)", part)
            if not name or name[1] in wanted:
                kept.append(part)
        text = "".join(kept)
        if "DPC_NT" not in wanted:
            text = text.replace("KUnit tests of DPC_CORE and DPC_NT", "KUnit tests of DPC_CORE").replace("DPC_NT", "DPC_CORE")
        return text.replace(" With\n\t  it, linux/dpc_wdm.h has the documented WDM and KMDF names.", "")

    # ---- Documents ----

    def rst(self, here, text):
        text = re.sub(r"\]\(([^)]*)\)", lambda m: f"]({self.link(m[1])})", text)
        done = subprocess.run(["pandoc", "-f", "gfm", "-t", "rst", "--columns=98"], input=text, capture_output=True,
                              text=True, check=False)
        if done.returncode:
            raise Error(f"pandoc on {here}: {done.stderr}")
        made = re.sub(r"`([^`<]*?)\s*<doc:(\w+)>`__", lambda m: f":doc:`{' '.join(m[1].split())} <{m[2]}>`", done.stdout)
        made = re.sub(r"`([^`<]*?)\s*<gone:>`__", lambda m: m[1], made)
        made = re.sub(r"(?m)[ \t]+$", "", made)
        return ".. SPDX-License-Identifier: GPL-2.0-only\n\n" + self.references(made)

    def link(self, target):
        name = re.match(r"(?:.*/)?(\w+)\.md(#.*)?$", target)
        if target.startswith("http"):
            return target
        return f"doc:{name[1]}" if name and name[1] in self.docs else "gone:"

    def index(self):
        headers = sorted(there for _, there in self.all_files() if re.match(r"include/linux/dpc\w*\.h$", there))
        text = ".. SPDX-License-Identifier: GPL-2.0-only\n\n========================\nDeferred procedure calls\n" \
               "========================\n\n.. toctree::\n   :maxdepth: 1\n\n"
        text += "".join(f"   {name}\n" for name in sorted(self.docs))
        text += INDEX_NOTE
        text += "\nInterfaces\n==========\n"
        for header in headers:
            text += f"\n{header}\n{'-' * len(header)}\n\n.. kernel-doc:: {header}\n   :internal:\n"
        return text.replace("   :internal:\n", "")

    # ---- Files that the kernel has ----

    def insertions(self, number):
        found = {}
        for path, before, text in INSERTIONS.get(number, ()):
            old = found.get(path) or read(os.path.join(self.kernel, path))
            if text == "@MAINTAINERS@":
                text = text_of("MAINTAINERS").replace("@AUTHOR@", self.author)
            new, count = re.subn(f"(?m)(?={before})", lambda _: text, old, count=1)
            if not count:
                raise Error(f"{path} of the kernel has no line {before}")
            found[path] = new
        return found

    def touched(self):
        """Files that the kernel has already."""
        return sorted({path for rows in INSERTIONS.values() for path, _, _ in rows})

    def message(self, number):
        return text_of(f"{number}.txt").strip("\n")

# SPDX-License-Identifier: GPL-2.0-only
"""The files of a machine: a tree, packed as an initramfs."""

import os
import pathlib
import re
import shlex
import subprocess

import kernel

UNPACK = {".xz": ("xz", "-dc", "--"), ".zst": ("zstd", "-qdc", "--")}

# Where the terminals' descriptions are, on one system or another.
TERMINFO = ("/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo")


def quote_words(*words):
    """One line that a POSIX shell reads back as these words."""
    return " ".join("'" + str(word).replace("'", "'\\''") + "'" for word in words)


class Tree:
    """What goes into the machine."""

    def __init__(self, folder, moddir, release):
        self.folder = pathlib.Path(folder)
        self.moddir = moddir
        self.release = release
        for name in ("bin", "etc/dpc", "lib/modules/dpc"):
            (self.folder / name).mkdir(parents=True)
        for name in ("insmod", "channel"):
            self.write(f"/etc/dpc/{name}", "")

    def path(self, name):
        """Where a file of the machine is here."""
        return self.folder / name.lstrip("/")

    def write(self, name, text):
        """A file with this text."""
        self.path(name).write_text(text, encoding="utf-8")

    def append(self, name, line):
        """A line more."""
        with open(self.path(name), "a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def put(self, source, name):
        """A file, a link's target or a folder, with the libraries of every program in it."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["cp", "-RL", "--preserve=mode,timestamps", "--", str(source), str(target)], check=True
        )
        if not os.path.isdir(source):
            self.put_libraries(source)
            return
        for folder, _, files in os.walk(source, followlinks=True):
            for file in files:
                if os.access(os.path.join(folder, file), os.X_OK):
                    self.put_libraries(os.path.join(folder, file))

    def put_libraries(self, program):
        """What the dynamic linker would load for an ELF program, and the linker itself."""
        with open(program, "rb") as file:
            if file.read(4) != b"\x7fELF":
                return
        listed = subprocess.run(
            ["ldd", str(program)], check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ).stdout
        for library in re.findall(r"/[^ \n]*", listed):
            if not self.path(library).exists():
                self.path(library).parent.mkdir(parents=True, exist_ok=True)
                subprocess.run(["cp", "-L", "--", library, str(self.path(library))], check=True)

    def put_terminal(self, name):
        """What is known of a terminal, or of one that nearly all understand. Returns its name."""
        folders = [os.environ.get("TERMINFO", ""), os.path.expanduser("~/.terminfo"), *TERMINFO]
        for known in (name, "vt100"):
            for folder in folders if re.fullmatch(r"[\w.+-]+", known) else ():
                source = pathlib.Path(folder or "/nonexistent", known[0], known)
                if source.is_file():
                    self.put(source, f"/etc/terminfo/{known[0]}/{known}")
                    return known
        return "dumb"

    def put_module(self, source, name):
        """A module, uncompressed, as the first process's insmod wants it."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        command = UNPACK.get(pathlib.Path(source).suffix)
        if not command:
            target.write_bytes(pathlib.Path(source).read_bytes())
            return
        kernel.need_tool(command[0], "demo")
        with open(target, "wb") as file:
            subprocess.run([*command, str(source)], check=True, stdout=file)

    def put_stock_module(self, name, into, parameters=""):
        """A module of the kernel and before it what it needs, into a list in loading order.

        Silent about what is built in.
        """
        for source in self.needed_modules(name):
            target = f"/lib/modules/{self.release}/{re.sub(r'[.](xz|zst)$', '', source.name)}"
            if not self.path(target).exists():
                self.put_module(source, target)
                self.append(into, target)
        lines = self.path(into).read_text(encoding="utf-8").splitlines()
        if parameters and lines:
            lines[-1] += f" {parameters}"
            self.write(into, "".join(f"{line}\n" for line in lines))

    def needed_modules(self, name):
        """The files of a module of the kernel and of what it needs, in loading order."""
        if not self.moddir:
            return []
        done = subprocess.run(
            ["modprobe", "-C", "/dev/null", "-d", str(self.moddir).partition("/lib/modules/")[0] + "/",
             "-S", self.release, "--show-depends", name],
            check=False, text=True, stdout=subprocess.PIPE, env={**os.environ, "PATH": kernel.SYSTEM_PATH},
        )
        if done.returncode != 0:
            kernel.say(f"warning: kernel {self.release} has no module {name}")
        lines = [line.split() for line in done.stdout.splitlines()]
        return [pathlib.Path(words[1]) for words in lines if words[:1] == ["insmod"]]

    def pack(self, file):
        """The tree as an initramfs, the same for the same content. Uncompressed: unpacking costs more
        than reading here."""
        names = [b"."]
        for folder, folders, files in os.walk(os.fsencode(self.folder)):
            relative = os.path.relpath(folder, os.fsencode(self.folder))
            names += [os.path.normpath(os.path.join(b".", relative, name)) for name in folders + files]
        for name in names:
            os.utime(os.path.join(os.fsencode(self.folder), name), (0, 0), follow_symlinks=False)
        command = "cpio --quiet --null --create --format=newc --owner=0:0 --reproducible"
        with open(file, "wb") as out:
            subprocess.run(
                shlex.split(command), cwd=self.folder, input=b"".join(name + b"\0" for name in sorted(names)),
                stdout=out, check=True,
            )

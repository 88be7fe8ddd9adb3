# SPDX-License-Identifier: GPL-2.0-only
"""A machine in QEMU: its command line, its boot, and what its end means. vm/run is its command."""

import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile

import initramfs
import kernel
import races

# Exit codes beyond a command's own; the same in every script of this project.
EX_TIMEOUT, EX_MACHINE, EX_REPORT = 124, 125, 126

# What a kernel prints when something is wrong, and not when it only announces a checker.
REPORTS = re.compile(
    r"WARNING:|BUG:|KASAN:|UBSAN:|ODEBUG:|INFO: possible|possible (recursive|circular|irq lock)"
    r"|inconsistent lock state|INFO: trying to register non-static key|suspicious RCU usage"
    r"|DEBUG_LOCKS_WARN_ON|kmemleak: [0-9]+ new suspected|unreferenced object|Kernel panic|Oops[: ]"
    r"|general protection fault|INFO: task .* blocked|sleeping function called"
    r"|scheduling while atomic|rcu.*stall(s|ed)? |list_(add|del) corruption|refcount_t: "
    r"|nobody cared|double fault|workqueue lockup|slab-(use-after|out-of)"
    r"|Object (already free|padding overwritten)"
    r"|Internal error: |SError Interrupt"  # arm64
)
# What a kernel prints when the emulator has lost a CPU's timer: it then waits for ever.
STALLS = r"timer wakeup didn.t happen|rcu.*detected( expedited)? stall"
WHY_STOPPED = re.compile(rf"Oops|Kernel panic|BUG|{STALLS}")
TRIES = 3
# Signals by which QEMU ends itself: it has crashed, and nobody has ended it.
CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)
EXCERPT = 31  # lines, from the first that complains
KERNEL_ARGUMENTS = "loglevel=5 printk.devkmsg=on panic=-1 oops=panic mitigations=off random.trust_cpu=on"


class Architecture:
    """What QEMU and the kernel are told by a kind of processor: as uname -m calls it, where its packages
    come from, QEMU's machines for it, the first by default, its processor, and the kernel's arguments."""

    def __init__(self, name, group, machines, processor, arguments):
        self.name = name
        self.qemu = f"qemu-system-{name}"
        self.group = group
        self.machines = machines
        self.processor = processor
        self.arguments = arguments


# An edu device reaches 28 bits of addresses, and virt has no memory there: its IOMMU maps some. QEMU
# signs pointers for arm64 in an architected way, which costs more than all else, or in one of its own.
ARCHITECTURES = {
    architecture.name: architecture
    for architecture in (
        Architecture("x86_64", "demo", ("q35", "pc"), "max", "console=ttyS0 tsc=reliable"),
        Architecture("aarch64", "arm64", ("virt,iommu=smmuv3",), "max,pauth-impdef=on", "console=ttyAMA0"),
    )
}


def read(path):
    """The text of a file, without carriage returns; none if it is not there."""
    path = pathlib.Path(path)
    return path.read_text(encoding="utf-8", errors="replace").replace("\r", "") if path.exists() else ""


def is_filled(path):
    """Whether a file has something in it."""
    return path.exists() and path.stat().st_size > 0


def tail(path, most):
    """The end of a file."""
    return read(path).splitlines()[-most:]


def report(logs, allowed):
    """The lines from the first on in which a kernel complains of what is not allowed; none when it is content."""
    known = re.compile("|".join(allowed)) if allowed else None
    for log in logs:
        text = read(log)
        lines = text.split("\n")
        # A race of the kernel's own is for its authors; what one of ours is, harness/races.py knows.
        found = iter(races.races(text))
        for number, line in enumerate(lines):
            race = next(found) if races.TITLE.search(line) else None
            if REPORTS.search(line) and not (known and known.search(line)) and (not race or race.is_ours()):
                return lines[number : number + EXCERPT]
    return []


class Relay:
    """A pipe that QEMU opens as a file; what arrives goes to one of our outputs."""

    def __init__(self, path, output):
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(reader, True)
        # Held open: there is no end before QEMU has had its turn.
        self.writer = os.open(path, os.O_WRONLY)
        self.process = subprocess.Popen(["cat"], stdin=reader, stdout=output)
        os.close(reader)
        self.path = path

    def stop(self):
        """Let it bring what is left, and wait for that."""
        os.close(self.writer)
        self.process.wait()
        self.path.unlink()


class Machine:
    """One machine, by the options of vm/run, in a temporary folder."""

    def __init__(self, options, found, folder):
        self.options = options
        self.found = found
        self.architecture = ARCHITECTURES[found["MACHINE"]]
        self.folder = pathlib.Path(folder)
        self.log = pathlib.Path(options.log) if options.log else self.folder / "console"
        self.process = None
        self.status = None
        self.stalled = False
        self.coverage = os.environ.get("DPC_COVERAGE")  # the folder for what ./coverage counts

    # ---- what it is made of ------------------------------------------------------------------

    def ports(self):
        """The channels between the host and the first process."""
        return ["stdout", "stderr", "files", "dmesg", "verdict", *(["coverage"] if self.coverage else []),
                *(["monitor"] if self.options.monitor else [])]

    def build_tree(self):
        """The files that it starts with."""
        options = self.options
        tree = initramfs.Tree(self.folder / "tree", self.found["MODDIR"], self.found["RELEASE"])
        tree.put(self.found.get("BUSYBOX") or kernel.tool_path("busybox"), "/bin/busybox")
        tree.put(kernel.VM / "init", "/init")
        tree.put(kernel.VM / "qemu-monitor", "/bin/qemu-monitor")
        tree.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
        tree.write("/etc/group", "root:x:0:\n")
        for name in ("virtio_pci", "virtio_console"):
            tree.put_stock_module(name, "/etc/dpc/channel")
        for item in options.kmod:
            name, _, parameters = item.partition(" ")
            tree.put_stock_module(name, "/etc/dpc/insmod", parameters)
        for item in options.file:
            source, _, target = item.partition(":")
            tree.put(source, target or f"/root/{os.path.basename(os.path.normpath(source))}")
        for item in options.module:
            tree.put_module(item, f"/lib/modules/dpc/{os.path.basename(item)}")
        for item in options.insmod:
            name, _, parameters = item.partition(" ")
            if not tree.path(f"/lib/modules/dpc/{name}.ko").exists():
                kernel.die(f"--insmod {name}: give its file too: --module .../{name}.ko")
            tree.append("/etc/dpc/insmod", f"/lib/modules/dpc/{name}.ko {parameters}".rstrip())
        terminal = tree.put_terminal(os.environ.get("TERM", "")) if options.shell else ""
        tree.write("/etc/dpc/options", self.settings(terminal))
        if not options.shell:
            tree.write("/etc/dpc/command", f"exec {initramfs.quote_words(*options.command)}\n")
        tree.pack(self.folder / "initramfs")

    def settings(self, terminal):
        """What the first process reads."""
        size = ""
        if self.options.shell:
            try:
                columns, rows = os.get_terminal_size(0)
                size = f"rows {rows} cols {columns}"
            except OSError:
                pass
        options = self.options
        flags = {
            "SHELL_MODE": options.shell,
            "LEAKS": options.leaks,
            "COVERAGE": bool(self.coverage),
            # with counted instructions, it has no time but its own
            "EMULATED": options.accel == "tcg" and options.mode != "deterministic",
        }
        values = [(name, "1" if flag else "") for name, flag in flags.items()]
        values += [("PORTS", " ".join(self.ports())), ("TERM_SIZE", size), ("TERM_NAME", terminal)]
        return "".join(f"{name}='{value}'\n" for name, value in values)

    def kernel_arguments(self):
        """The kernel's command line."""
        words = [self.architecture.arguments, KERNEL_ARGUMENTS]
        if self.options.mode == "deterministic":
            words.append("nokaslr")
        if not self.options.leaks:
            words.append("kmemleak=off")  # it makes a debug kernel's boot three times as long
        return " ".join([*words, *self.options.append])

    def processor(self):
        """QEMU's words for how the CPUs run."""
        mode, accel = self.options.mode, self.options.accel
        if mode == "deterministic":
            clock = f"shift={self.options.icount_shift},sleep=off,align=off"
            return ["-accel", "tcg,thread=single", "-icount", clock, "-rtc", "base=2020-01-01,clock=vm",
                    "-seed", "1", "-net", "none", "-cpu", self.architecture.processor]
        if accel == "kvm":
            return ["-accel", "kvm", "-cpu", "host,migratable=off"]
        threads = "single" if mode == "serial" else "multi"
        return ["-accel", f"tcg,thread={threads}", "-cpu", self.architecture.processor]

    def port(self, name):
        """QEMU's words for one channel. Its monitor is wired to its port by a socket whose both ends QEMU holds."""
        if name != "monitor":
            words, back = [], f"file,id={name},path={self.folder}/{name}"
        else:
            socket = f"{self.folder}/qmp"
            words = ["-chardev", f"socket,id=qmp,path={socket},server=on,wait=off", "-mon", "chardev=qmp,mode=control"]
            back = f"socket,id={name},path={socket}"
        return [*words, "-chardev", back, "-device", f"virtserialport,chardev={name},name=org.dpc.{name}"]

    def command(self):
        """QEMU's command line."""
        options = self.options
        words = [self.architecture.qemu, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                 "-machine", options.machine, "-smp", options.cpus, "-m", options.mem,
                 "-kernel", self.found["KERNEL"], "-initrd", f"{self.folder}/initramfs",
                 "-append", self.kernel_arguments(), *self.processor()]
        words += ["-serial", "mon:stdio" if options.shell else f"file:{self.log}"]
        # ioeventfd would serve the ports in a host thread: neither reproducible nor of use here.
        words += ["-device", "virtio-serial-pci,addr=0x1e,ioeventfd=off"]
        for name in self.ports():
            words += self.port(name)
        on_root_bus, devices = options.machine == "pc", int(options.edu)
        for i in range(0 if on_root_bus else devices + 1):
            words += ["-device", f"pcie-root-port,id=slot{i},chassis={i},slot={i}"]
        for i in range(devices):
            words += ["-device", f"edu,id=edu{i}" + ("" if on_root_bus else f",bus=slot{i}")]
        return words + options.qemu

    # ---- its life ----------------------------------------------------------------------------

    def boot(self):
        """Run QEMU to its end.

        QEMU's emulation with several threads now and then trips over a kernel that patches its own
        code, loses a CPU's timer, or crashes itself. Nothing of ours has run until the first program says so: then
        once more. The last one may take its time, as slow hosts stall, too.
        """
        tries = TRIES if self.options.accel == "tcg" and not self.options.shell else 1
        for left in reversed(range(tries)):
            self.boot_once(left)
            if not left or not self.boot_failed():
                return
            kernel.say(f"the machine stopped before its first program: {self.boot_failure()}; booting it again")
            self.log.write_bytes(b"")

    def boot_once(self, left):
        """Run QEMU once; so many tries are left after this one."""
        options, command = self.options, self.command()
        if options.print:
            kernel.say(shlex.join(command))
        if sys.stderr.isatty():
            limit = f"limit {options.timeout} s"
            kernel.say(f"booting kernel {options.kernel} ({options.accel}, {options.cpus} CPUs, {limit})")
        self.stalled = False
        relays = [Relay(self.folder / "stdout", sys.stdout), Relay(self.folder / "stderr", sys.stderr)]
        # The limit holds even if this process is killed.
        limit = ["-k", "2", options.timeout]
        if options.shell:
            kernel.say("leave with 'exit', or at any time with Ctrl-A x")
            self.status = subprocess.run(["timeout", "--foreground", *limit, *command], check=False).returncode
        else:
            with open(self.folder / "qemu.log", "wb") as said:
                self.process = subprocess.Popen(
                    ["timeout", *limit, *command], stdin=subprocess.DEVNULL, stdout=said, stderr=said
                )
            self.status = self.wait(left)
            self.process = None
        for relay in relays:
            relay.stop()

    def wait(self, left):
        """Wait for QEMU's end, and end a machine that stalls before its first program."""
        while left and not is_filled(self.folder / "verdict"):
            try:
                return self.process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                if re.search(STALLS, read(self.log)):
                    self.stalled = True
                    self.process.terminate()
                    break
        return self.process.wait()

    def boot_failed(self):
        """Whether it has ended before its first program, by itself or because it stalled."""
        return not is_filled(self.folder / "verdict") and (self.stalled or self.status == 0 or self.crashed())

    def crashed(self):
        """Whether QEMU itself has; timeout passes its signal on."""
        return -self.status in CRASHES

    def boot_failure(self):
        """The line in which its kernel says why it stopped."""
        for line in read(self.log).splitlines():
            if WHY_STOPPED.search(line):
                return re.sub(r"^\[[^]]*\] *", "", line)
        if self.crashed():
            return f"QEMU crashed ({signal.Signals(-self.status).name})"
        return "no reason given"

    def end(self):
        """End QEMU, if it still runs."""
        if self.process:
            self.process.terminate()
            self.process.wait()

    # ---- its end -------------------------------------------------------------------------------

    def collect(self):
        """What it has left, to where it is wanted."""
        if self.options.dmesg:
            pathlib.Path(self.options.dmesg).write_bytes(
                (self.folder / "dmesg").read_bytes() if (self.folder / "dmesg").exists() else b""
            )
        if self.options.out:
            os.makedirs(self.options.out, exist_ok=True)
            self.unpack("files", self.options.out)
        if self.coverage:
            os.makedirs(f"{self.coverage}/counts", exist_ok=True)
            self.unpack("coverage", tempfile.mkdtemp(dir=f"{self.coverage}/counts"))

    def unpack(self, port, folder):
        """The archive that has come by a port, into a folder."""
        if is_filled(self.folder / port):
            unpack = ["tar", "-C", folder, "--no-same-owner", "-xf", str(self.folder / port)]
            if subprocess.run(unpack, check=False).returncode != 0:
                kernel.say(f"warning: the machine's {port} arrived incomplete in {folder}")

    def judge(self):
        """The exit status, from all that is known."""
        verdict = re.search(r"^exit (\d+)$", read(self.folder / "verdict"), re.M)
        complaint = report([self.log, self.folder / "dmesg"], self.options.allow)
        if not verdict and self.status == EX_TIMEOUT:
            show(tail(self.log, 20))
            kernel.die(f"no verdict after {self.options.timeout} s (--timeout)", EX_TIMEOUT)
        if self.options.shell and self.status == 0 and is_filled(self.folder / "verdict"):
            if complaint:
                show(complaint)
                kernel.say("the kernel reported a problem, see above")
            return int(verdict[1]) if verdict else 0  # none: left by Ctrl-A x
        if not verdict:
            show(read(self.folder / "qemu.log").splitlines())
            show(complaint or tail(self.log, 20))
            kernel.die(f"the machine stopped without a verdict (QEMU's status {self.status})", EX_MACHINE)
        if complaint and not self.options.allow_reports:
            show(complaint)
            status = f"the command's own status was {verdict[1]}"
            kernel.die(f"the kernel reported a problem ({status}): {complaint[0].strip()}", EX_REPORT)
        return int(verdict[1])


def show(lines):
    """Lines to stderr."""
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.stderr.flush()

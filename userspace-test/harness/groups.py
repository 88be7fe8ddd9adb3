# SPDX-License-Identifier: GPL-2.0-only
"""The groups of userspace tests: each is one machine with devices and scenarios of its own."""

import pathlib
import random
import shutil
import subprocess
import time

import faults
import kernel
import ktap
import proof

TEST = kernel.ROOT / "userspace-test"
CHECK_SCHEMAS = TEST / "harness/schema.py"
GROUPS = ("modules", "msi", "intx", "threadirqs", "life", "power", "transfer", "wdm", "pci", "errors", "bind", "trace", "locked", "bodies", "busy", "lines", "fault", "calls", "torture", "loads", "offlines", "unplugs")
# What takes a PC's root bus, its sleep, its reports of errors (none arrives on QEMU's virt), or programs
# with libraries.
ONLY_PC = ("life", "power", "errors", "bind", "trace", "locked", "bodies", "busy", "lines", "unplugs")
LIMIT_S, DEBUG_LIMIT_S = 1500, 3600
SAID_LINES = 40  # of a machine's messages, when it ended in a way that no test can tell

EMPTY_DISK = "driver=null-co,size=64M,read-zeroes=on,if=none"

# An emulated CPU stands still when the host is busy, and the watchdog rightly says so.
QUIET = "watchdog_call_us=0 watchdog_series_us=0"


class Group:
    """What a machine is given: options of vm/run, and scenarios as NAME=COMMAND for tests/guest."""

    def __init__(self, options, scenarios, edu_parameters="", loaded=(), bare=False, limit=0):
        self.options = [str(word) for word in options]
        self.scenarios = scenarios
        self.edu_parameters = edu_parameters
        self.loaded = loaded  # modules that are loaded after dpc_edu
        self.bare = bare  # without a module of ours
        self.limit = limit  # seconds that it may take; 0: as many as others
        self.modules = None  # other modules than the others test


def group_modules(setting):
    """All modules, each driver on the same device: its interrupts are counted."""
    names = ("dpc_pci", "dpc_wdm_sample", "dpc_wdm_io_sample", "dpc_bench")
    modules = [word for name in names for word in ("--module", setting.modules / f"{name}.ko")]
    return Group(["--edu", 1, *modules], ["modules=modules", "modules-intx=modules msi=N"])


def group_msi(_setting):
    """Message-signalled interrupts."""
    return Group(
        ["--edu", 2],
        ["msi-dpc=edu_test", "msi-threaded=edu_test -m threaded data wait stats stress gone lost raises notices"],
    )


def group_intx(setting):
    """Shared lines. The fifth device has the line of the first: on a PC's root bus, and behind root
    ports, which is for other machines, and for debug kernels: on a PC's root bus, each device's way
    through ACPI takes them a minute."""
    machine = ["--machine", "pc"] if setting.has_root_bus() else []
    return Group(
        ["--edu", 5, *machine],
        [
            "intx-dpc=edu_test -e /dev/dpc_edu4 args data wait stats objects notices stress gone lost raises",
            "intx-threaded=edu_test -e /dev/dpc_edu4 -m threaded data stress",
        ],
        "msi=N",
    )


def group_threadirqs(_setting):
    """Where each interrupt has a thread, whatever carries the second stage."""
    return Group(["--edu", 2, "--append", "threadirqs"], ["threadirqs=edu_test models data gone"])


def group_life(setting):
    """Modules and devices that come and go."""
    return Group(
        ["--edu", 2, "--machine", "pc", "--monitor"],
        ["params=params", "reload=reload", "hotplug=hotplug", "toolong=toolong"],
    )


def native_ports(setting):
    """Debug kernels have no ASPM, so they leave the ports to firmware, which reports no errors. Told to
    use them, they use all of them, slots included, which QEMU then has to leave to them."""
    if not kernel.is_debug(setting.kernel):
        return []
    slots = "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"
    return ["--append", "pcie_ports=native", "--qemu", "-global", "--qemu", slots]


def group_power(setting):
    """Suspend and resume. Its tests enable an event, so not in parallel threads (see vm/run), and look
    into registers that a driver has claimed, which takes "relaxed"."""
    options = ["--edu", 2, "--monitor", "--mode", "serial", "--append", "iomem=relaxed"]
    return Group([*options, *native_ports(setting)], ["power=power_test"])


def group_transfer(_setting):
    """Transfers in pieces, by turns, and to a wrong address: the third device cuts them."""
    return Group(["--edu", 3, "--qemu", "-set", "--qemu", "device.edu2.dma_mask=4095"], ["transfer=transfer"])


def group_wdm(setting):
    """The sample drivers with Windows names."""
    modules = [setting.modules / f"{name}.ko" for name in ("dpc_wdm_sample", "dpc_wdm_io_sample")]
    tool = ["--file", setting.dpcmon] if setting.dpcmon else []
    return Group(
        ["--edu", 2, *tool, *(word for module in modules for word in ("--module", module))],
        ["kmdf=wdm kmdf=Y", "wdm=wdm kmdf=N", "wdm-intx=wdm kmdf=N msi=N", "io=wdm_io", "io-intx=wdm_io msi=N"],
    )


def group_pci(setting):
    """Cards of QEMU that are given to dpc_pci. On a PC's root bus, slots four apart have one line: the
    e1000 has that of the first edu, which is in slot 2. Elsewhere they are behind root ports, as in
    group_intx(), and share no line."""
    cards = ["e1000,romfile=", "e1000e,romfile=", "rocker,name=rocker"]
    words = []
    for card, slot in zip(cards, (6, 9, 11)):
        if not setting.has_root_bus():
            words += ["-device", f"pcie-root-port,id=card{slot},chassis={slot},slot={slot}"]
            words += ["-device", f"{card},bus=card{slot}"]
        else:
            words += ["-device", f"{card},addr={slot}"]
    # iomem=relaxed: a test writes to registers that dpc_pci has.
    options = ["--edu", 2, "--append", "iomem=relaxed", "--module", setting.modules / "dpc_pci.ko"]
    options += ["--machine", "pc"] if setting.has_root_bus() else []
    options += [word for qemu in words for word in ("--qemu", qemu)]
    return Group(options, ["pci=pci_test pci_args pci_cards pci_gone"], "msi=N", ["dpc_pci"])


def group_errors(setting):
    """A card behind a port that reports errors, which QEMU injects."""
    words = ["-device", "pcie-root-port,id=card,chassis=9,slot=9",
             "-device", "e1000e,id=card0,bus=card,romfile="]
    return Group(
        ["--edu", 0, "--monitor", "--module", setting.modules / "dpc_pci.ko", *native_ports(setting),
         *(word for qemu in words for word in ("--qemu", qemu))],
        ["errors=pci_test pci_errors"],
        loaded=["dpc_pci"],
    )


def group_bind(setting):
    """Cards and a disk that dpcmon takes from their drivers and gives back. It traces: see group_trace()."""
    devices = ["e1000,romfile=", "e1000e,romfile=", "rocker,name=rocker", "rtl8139,romfile=",
               "virtio-blk-pci,drive=disk,disable-modern=on"]
    return Group(
        ["--edu", 1, "--machine", "pc", "--mode", "serial", "--kmod", "e1000e", "--kmod", "virtio_blk",
         "--qemu", "-drive", "--qemu", "driver=null-co,size=64M,snapshot=on,if=none,id=disk",
         *(word for device in devices for word in ("--qemu", "-device", "--qemu", device)),
         "--module", setting.modules / "dpc_pci.ko", "--file", setting.dpcmon or "dpcmon",
         "--file", TEST / "dpcmon/recipes"],
        ["bind=bind"],
        loaded=["dpc_pci"],
    )


def group_trace(setting):
    """Tracepoints and the tool. Enabling events patches code while another CPU executes it: not in
    parallel threads (see vm/run)."""
    options = ["--edu", 2, "--mode", "serial", "--file", shutil.which("trace-cmd") or "trace-cmd"]
    scenarios = ["trace-dpc=trace_test dpc", "trace-threaded=trace_test threaded trace"]
    if setting.has_program("sql_test"):
        scenarios.append("sql=sql_test")
    if setting.dpcmon:
        options += ["--file", setting.dpcmon]
        scenarios += ["dpcmon=dpcmon_test", "refused=refused", "lockdown=lockdown"]
    return Group(options, scenarios)


def group_locked(setting):
    """A kernel that is locked down from its boot on."""
    return Group(["--edu", 0, "--append", "lockdown=confidentiality", "--file", setting.dpcmon or "dpcmon"],
                 ["locked=locked"], bare=True)


def group_bodies(setting):
    """Routines of known length. In virtual time, as a host that is busy makes others longer; an
    instruction takes one of its ns, so that an event takes less than the 2 us that are allowed."""
    return Group(
        ["--edu", 1, "--mode", "deterministic", "--cpus", 1, "--icount-shift", 0,
         "--file", setting.dpcmon or "dpcmon", "--module", setting.modules / "dpc_bench.ko"],
        ["bodies=bodies_test"],
    )


def busy(setting, scenario, *words, edu_parameters=""):
    """An ordinary machine whose devices can all be busy at once. It traces: see group_trace()."""
    net = f"user,id=net,net=192.0.2.0/24,tftp={setting.modules}"
    devices = ["-netdev", net, "-device", "virtio-net-pci,netdev=net,romfile=",
               "-drive", f"{EMPTY_DISK},id=disk", "-device", "virtio-blk-pci,drive=disk",
               "-device", "qemu-xhci,id=usb",
               "-drive", f"{EMPTY_DISK},id=stick", "-device", "usb-storage,bus=usb.0,drive=stick"]
    modules = ("virtio_net", "virtio_blk", "xhci_pci", "usb-storage", "sd_mod")
    others = [tool for tool in map(kernel.tool_path, ("trace-cmd", "perf", "hardirqs", "softirqs")) if tool]
    return Group(
        ["--edu", 1, "--mode", "serial", *words,
         *(word for module in modules for word in ("--kmod", module)),
         *(word for qemu in devices for word in ("--qemu", qemu)),
         *(word for file in [setting.dpcmon or "dpcmon", *others] for word in ("--file", file))],
        [f"{scenario}=busy"],
        edu_parameters,
    )


def group_busy(setting):
    """Message-signalled interrupts."""
    return busy(setting, "busy")


def group_lines(setting):
    """The same machine with lines, some of which devices share."""
    return busy(setting, "lines", "--machine", "pc", "--append", "pci=nomsi", edu_parameters="msi=N")


FAULTED = ("dpc_pci", "dpc_wdm_sample", "dpc_wdm_io_sample")


def faulted(setting, folder):
    """The options of a machine whose drivers and devices fail by turns."""
    card = ["-device", "pcie-root-port,id=card,chassis=9,slot=9", "-device", "e1000e,bus=card,romfile="]
    return [
        "--edu", 1, *(["--leaks"] if kernel.is_debug(setting.kernel) else []),
        *(word for qemu in card for word in ("--qemu", qemu)),
        *(word for name in FAULTED for word in ("--module", folder / f"{name}.ko")),
    ]


def group_fault(setting):
    """Memory that runs out, one allocation after another."""
    return Group(faulted(setting, setting.modules), ["fault=fault_test fault bind.edu"])


def group_calls(setting):
    """Calls of the modules that fail, one after another. The modules are built for that."""
    folder = setting.failing
    group = Group(
        [*faulted(setting, folder), "--module", folder / "dpc_faults.ko", "--insmod", "dpc_faults",
         "--file", folder / "dpc_faults.sites", "--file", f"{TEST}/tests/faults/not-reached"],
        ["calls=fault_test", "reached=calls"],
    )
    group.modules = folder
    return group


def group_torture(setting):
    """Everything at once. On a PC's root bus the e1000 shares the line of the first edu device."""
    words = []
    for card, slot in (("e1000,romfile=", 6), ("rocker,name=rocker", 11)):
        if setting.has_root_bus():
            words += ["-device", f"{card},addr={slot}"]
        else:
            words += ["-device", f"pcie-root-port,id=card{slot},chassis={slot},slot={slot}"]
            words += ["-device", f"{card},bus=card{slot}"]
    names = ("dpc_pci", "dpc_wdm_sample", "dpc_wdm_io_sample")
    options = ["--edu", 3, "--cpus", 3, "--leaks", *(["--machine", "pc"] if setting.has_root_bus() else [])]
    options += [word for name in names for word in ("--module", setting.modules / f"{name}.ko")]
    options += [word for qemu in words for word in ("--qemu", qemu)]
    seconds, seed = setting.torture
    limit = seconds + (1800 if kernel.is_debug(setting.kernel) else 600)
    return Group(options, [f"torture=torture --seconds {seconds} --seed {seed}"], limit=limit)


def endurance(setting, what, round_s, *options):
    """The same thing very often: programs that count, and a count for them. A slow host needs so many seconds
    for each."""
    return Group(["--edu", 2, *options], [f"{what}=endurance {what} {setting.count}"],
                 limit=LIMIT_S + round_s * setting.count)


def group_loads(setting):
    """Modules that are loaded and unloaded under traffic."""
    return endurance(setting, "loads", 20)


def group_offlines(setting):
    """CPUs that are taken off and on under a flood of interrupts."""
    return endurance(setting, "offlines", 10, "--cpus", 4)


def group_unplugs(setting):
    """A device that is unplugged and plugged in with its engines busy."""
    return endurance(setting, "unplugs", 30, "--machine", "pc", "--monitor")


class Setting:
    """What the groups of one kernel run with."""

    def __init__(self, name="", modules=pathlib.Path(), programs=pathlib.Path(), dpcmon=None):
        self.kernel = name
        self.modules = modules
        self.failing = modules  # those that fail when they are told to
        self.programs = programs
        self.dpcmon = dpcmon
        self.count = 20  # of what is done very often
        self.torture = (60, random.SystemRandom().getrandbits(32))  # seconds, seed

    def has_root_bus(self):
        """Whether devices are to be on a PC's root bus."""
        return not kernel.is_debug(self.kernel) and not kernel.is_foreign(self.kernel)

    def has_program(self, name):
        """Whether the libraries allowed it to be built; without a kernel, all that there can be."""
        return not self.kernel or (self.programs / name).exists()

    def group(self, name):
        """A group by its name."""
        return globals()[f"group_{name}"](self)


def reason_to_skip(name, setting):
    """Why a group can't run on this kernel; nothing when it can."""
    if kernel.is_foreign(setting.kernel) and name in ONLY_PC:
        return "this group is for PCs"
    if name == "trace":
        if not setting.has_program("trace_test"):
            return "built without libtracecmd"
        if not shutil.which("trace-cmd"):
            return "no trace-cmd"
    if name in ("bodies", "busy", "lines"):
        if not setting.dpcmon or not setting.has_program("busy_test"):
            return "dpcmon or its test does not build here"
        if kernel.is_debug(setting.kernel):
            return "this kernel has no drivers of such devices, and takes long for an event"
    if name in ("bind", "locked") and not setting.dpcmon:
        return "dpcmon does not build here"
    if name == "locked" and kernel.is_debug(setting.kernel):
        return "this kernel can't be locked down"
    if name == "calls" and setting.kernel not in ("6.12", "6.12-debug"):
        return "the calls that fail are those of 6.12"
    if name == "fault":
        if not kernel.is_debug(setting.kernel):
            return "this kernel has no fault injection"
        if setting.kernel == "6.1-debug":
            return "this kernel can't spare a function from injected faults"
    return ""


def machine_command(group, setting, log):
    """The command that boots a group's machine."""
    limit = group.limit or (DEBUG_LIMIT_S if kernel.is_debug(setting.kernel) else LIMIT_S)
    modules = group.modules or setting.modules
    ours = [
        "--module", f"{modules}/dpc_core.ko", "--module", f"{modules}/dpc_nt.ko",
        "--module", f"{modules}/dpc_edu.ko",
        "--insmod", f"dpc_core {QUIET}", "--insmod", "dpc_nt", "--insmod", f"dpc_edu {group.edu_parameters}",
    ]
    return [
        str(kernel.VM / "run"), "--kernel", setting.kernel, *group.options, "--timeout", str(limit),
        *([] if group.bare else ours),
        *(word for module in group.loaded for word in ("--insmod", module)),
        "--file", f"{setting.programs}:/root/tests", "--file", f"{TEST}/tests/scenario:/root/tests/scenario",
        "--file", f"{TEST}/tests/guest", "--file", f"{TEST}/ktap.sh",
        "--log", f"{log}.console", "--dmesg", f"{log}.dmesg", "--out", f"{log}.out",
        "--", "guest", *group.scenarios,
    ]


def completed(lines, scenarios):
    """A machine's KTAP, with a failure for each scenario that it did not live to end."""
    lines = list(lines)
    ended = len([result for result in ktap.results(lines) if not result.depth])
    if not lines:
        lines = ktap.plan(len(scenarios))
    for number, item in list(enumerate(scenarios, 1))[ended:]:
        lines.append(ktap.line(False, number, item.partition("=")[0]))
    return lines


def keep_figures(name, group, setting, log):
    """A record of the figures that a machine has left: lines of a label, a tab and a value."""
    path = pathlib.Path(f"{log}.out/figures")
    if not path.is_file():
        return
    figures = [line.split("\t") for line in read_lines(path)]
    seconds, seed = setting.torture
    cpus = group.options[group.options.index("--cpus") + 1] if "--cpus" in group.options else "2"
    tortures = name == "torture"
    how = f"--seconds {seconds} --seed {seed}" if tortures else f"--count {setting.count}"
    proof.record(
        f"torture-{setting.kernel}" if tortures else f"endurance-{name}-{setting.kernel}",
        command=f"userspace-test/tests/run --only {name} {how} {setting.kernel}",
        kernel=setting.kernel,
        cpus=int(cpus),
        seed=seed if tortures else None,
        figures=[(label, int(value)) for label, value in figures],
    )


def run(name, setting, logs):
    """Boot a group's machine; its status and its KTAP, which is left in the folder of logs, too."""
    if name == "calls":
        setting.failing = kernel.modules(setting.kernel, options=["--faults"])
    group = setting.group(name)
    log = logs / f"{setting.kernel}.{name}"
    shutil.rmtree(f"{log}.out", ignore_errors=True)
    started = time.monotonic()
    with open(f"{log}.ktap", "w", encoding="utf-8") as out, open(f"{log}.err", "w", encoding="utf-8") as err:
        status = subprocess.run(
            machine_command(group, setting, log), stdin=subprocess.DEVNULL, stdout=out, stderr=err, check=False
        ).returncode
    lines = completed(read_lines(f"{log}.ktap"), group.scenarios)
    if status == 0:
        keep_figures(name, group, setting, log)
    if status not in (0, 1):
        lines += [f"# {line}" for line in read_lines(f"{log}.err")[-SAID_LINES:]]
    if name in ("fault", "calls") and status == 0:
        faults.record(name, setting.kernel, lines)
    lines.append(f"# {name}: {time.monotonic() - started:.0f} s")
    pathlib.Path(f"{log}.ktap").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return status, lines


def schemas(setting, logs):
    """What is wrong with the JSON that dpcmon has written in a machine; None when it can't be told here."""
    files = sorted(map(str, (logs / f"{setting.kernel}.trace.out").glob("*.json")))
    found = subprocess.run([CHECK_SCHEMAS, "--complete", *files], capture_output=True, text=True, check=False)
    if "No module named 'jsonschema'" in found.stderr:
        return None
    return (found.stdout + found.stderr).splitlines() or ([] if found.returncode == 0 else ["it failed"])


def read_lines(path):
    """The lines of a file."""
    return pathlib.Path(path).read_text(encoding="utf-8", errors="replace").splitlines()

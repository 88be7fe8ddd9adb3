#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs one part of the check, or a step that parts need, for check.mk."""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import ktap
import parts

EX_UNAVAILABLE, EX_TIME = 3, 124  # the same in every script of this project
BEAT_S = 60  # a long part shows that it lives
AFTER_BUILD_S = 300
GRACE_S = 600  # how much longer than the time limit a part may run that was begun in time

# What make tells the makes that it starts: a part's own are not of that family.
FAMILY = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MAKE_TERMOUT", "MAKE_TERMERR")


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(usage="part.py [--step] [--keep NAME] NAME [NEEDED...] -- COMMAND...")
    parser.add_argument("--step", help="no test: what it prints goes into this file, a stamp for make")
    parser.add_argument("--keep", help="keep the results as build/results/NAME.ktap, too")
    parser.add_argument("name")
    parser.add_argument("needed", nargs="*", help="steps that have to have ended well")
    words = sys.argv[1:]
    split = words.index("--")
    options = parser.parse_args(words[:split])
    options.command = words[split + 1 :]
    return options


def say(text):
    """Progress: one write, so that lines of parts that run at a time stay whole."""
    sys.stderr.write(f"check: {text}\n")
    sys.stderr.flush()


def seconds_left():
    """Until the time limit; nothing when there is none."""
    limit = os.environ.get("DPC_CHECK_UNTIL")
    return float(limit) - time.time() if limit else None


def last_line(path):
    """The last line of a file that says something."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "")


def tail(path, most=20):
    """The end of a file."""
    return path.read_text(encoding="utf-8", errors="replace").splitlines()[-most:]


def last_result(path):
    """The last result in a stream that still grows."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [result.line for result in ktap.results(file)]
    return lines[-1] if lines else ""


def watch(process, name, stdout):
    """Wait for it, and show that it lives. Returns its status; a part out of time is ended."""
    started = time.monotonic()
    while True:
        try:
            return process.wait(timeout=BEAT_S)
        except subprocess.TimeoutExpired:
            say(f"{name}: {time.monotonic() - started:.0f} s {last_result(stdout)}")
        left = seconds_left()
        if left is not None and left < -GRACE_S:
            os.killpg(process.pid, signal.SIGTERM)
            return EX_TIME


def run(options, stdout, stderr):
    """The command's status."""
    environment = {key: value for key, value in os.environ.items() if key not in FAMILY}
    with open(stdout, "wb") as out, open(stderr, "wb") as err:
        try:
            process = subprocess.Popen(
                options.command,
                cwd=parts.ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        except OSError as error:
            err.write(f"{error}\n".encode())
            return 127
        try:
            return watch(process, options.name, stdout)
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise


def complete(name, status, stdout, stderr):
    """A part that has no results, or did not end well without saying why, gets one."""
    with open(stdout, encoding="utf-8", errors="replace") as file:
        counts = ktap.count(file)
    with open(stdout, "a", encoding="utf-8") as file:
        if status == EX_UNAVAILABLE and not any(counts):
            file.write(ktap.line(True, 1, name, f"SKIP {last_line(stderr)}") + "\n")
        elif status != 0 and counts[1] == 0:
            file.write(ktap.line(False, "-", f"{name} ended with status {status}") + "\n")
            sys.stderr.write("".join(f"{line}\n" for line in tail(stderr)))
        elif not any(counts):
            file.write(ktap.line(False, "-", f"{name} ran no test") + "\n")
    with open(stdout, encoding="utf-8", errors="replace") as file:
        return ktap.count(file)


def broken_need(needed):
    """Status and reason of the first step that did not end well."""
    for name in needed:
        need = parts.load(name)
        if need["status"] != 0:
            return need["status"], f"{name}: {need['reason']}"
    return 0, ""


def has_time(options, wanted_s):
    """Whether there is that much time left, and was for what is needed; else it is left out."""
    left = seconds_left()
    if not any(parts.load(name)["state"] == "no time" for name in options.needed):
        if left is None or left >= wanted_s:
            return True
        say(f"{options.name}: not begun, it needs {wanted_s} s and {max(left, 0):.0f} s are left")
    parts.save(options.name, state="no time", seconds=0)
    return False


def step_seconds(name):
    """How long a kernel takes that is not built yet, and then a part that uses it."""
    kind, _, kernel = name.partition("-")
    if kind != "kernel" or not parts.is_built(kernel) or parts.is_cached(kernel):
        return 0
    return parts.expected_s(name) + AFTER_BUILD_S


def step(options):
    """Run a step. Its stamp stays as it is if there is nothing new, and is old if the step failed."""
    stamp = pathlib.Path(options.step)
    stdout, stderr = parts.OUT / f"{options.name}.out", parts.OUT / f"{options.name}.log"
    if not has_time(options, step_seconds(options.name)):
        stamp.write_text("no time\n", encoding="utf-8")
        os.utime(stamp, (0, 0))
        return
    started = time.monotonic()
    status, reason = broken_need(options.needed)
    if status == 0:
        status = run(options, stdout, stderr)
        reason = last_line(stderr)
    seconds = round(time.monotonic() - started)
    parts.save(options.name, state="ended", status=status, reason=reason, seconds=seconds)
    if status not in (0, EX_UNAVAILABLE):
        say(f"{options.name} failed: {reason}")
    elif seconds >= 5:
        say(f"{options.name}: {seconds} s")
    text = stdout.read_text(encoding="utf-8") if status == 0 else f"failed with {status}\n"
    if options.needed or not stamp.exists() or stamp.read_text(encoding="utf-8") != text:
        stamp.write_text(text, encoding="utf-8")
    if status != 0:
        os.utime(stamp, (0, 0))


def judge(options, stdout, stderr):
    """Run a part. Returns its counts, with all results in its KTAP."""
    status, reason = broken_need(options.needed)
    if status == 0:
        status = run(options, stdout, stderr)
    else:
        stdout.write_text("", encoding="utf-8")
        stderr.write_text(f"{reason}\n", encoding="utf-8")
    return complete(options.name, status, stdout, stderr)


def report(name, seconds, counts, stdout):
    """One block of lines: the part's row, and what failed or was skipped."""
    passed, failed, skipped = counts
    lines = [f"{name:<28} {passed:5} passed {failed:4} failed {skipped:4} skipped {seconds:5} s"]
    with open(stdout, encoding="utf-8", errors="replace") as file:
        for result in ktap.results(file):
            if result.failed or result.skipped:
                lines.append(f"  {result.line}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def part(options):
    """Run a part, unless there is no time for it."""
    stdout, stderr = parts.OUT / f"{options.name}.ktap", parts.OUT / f"{options.name}.log"
    if not has_time(options, parts.expected_s(options.name)):
        return
    say(f"{options.name} ...")
    started = time.monotonic()
    counts = judge(options, stdout, stderr)
    seconds = round(time.monotonic() - started)
    if options.keep:
        kept = parts.ROOT / "build/results" / f"{options.keep}.ktap"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(stdout, kept)
    measured = parts.measured(options.name)
    measured.parent.mkdir(parents=True, exist_ok=True)
    measured.write_text(f"{seconds}\n", encoding="utf-8")
    parts.save(options.name, state="ended", seconds=seconds, counts=counts)
    report(options.name, seconds, counts, stdout)


def main():
    """Results are told by what is left in build/check, not by the exit status: make goes on."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    parts.OUT.mkdir(parents=True, exist_ok=True)
    if options.step:
        step(options)
    else:
        part(options)


if __name__ == "__main__":
    main()

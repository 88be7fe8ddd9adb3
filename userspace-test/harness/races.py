#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads the data races that KCSAN reports. As a program: lists those in kernel logs, and whose they are."""

import collections
import pathlib
import re
import sys

import proof

USAGE = """Usage: races.py [--record NAME COMMAND] LOG...

Lists the data races in kernel logs, the most frequent first: how many reports, whose (ours, or the
kernel's own), and the two functions. A race is ours when one of the two accesses is in a function of
our modules, or in one that it calls directly. --record writes a record for docs/proof.md, too.

Exit status: 0 none is ours, 1 some are, or a log can't be read."""

TITLE = re.compile(r"BUG: KCSAN: (?P<kind>[a-z-]+) in (?P<where>.*)")
# Above the first frame of each access.
ACCESS = re.compile(r"^(?:race at unknown origin, with )?(?:read|write|assert no|read-write)[a-z ()-]* to 0x", re.I)
FRAME = re.compile(r"^ ?(?P<function>[\w.]+)\+0x[0-9a-f]+/0x[0-9a-f]+(?P<module> \[\w+\])?")
OURS = re.compile(r"\[dpc_\w+")
STAMP = re.compile(r"^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?")
# What the kernel reads plainly on purpose, and then looks whether it has to read again: by way of it, a
# race is the kernel's, whoever calls it.
LATCHED = re.compile(r"^ktime_get_\w*fast_ns\b")
NEAR = 2  # frames that count as the place of an access: the function, and its caller
LONGEST = 200  # lines of a report


class Race:
    """One report."""

    def __init__(self, kind, where, lines):
        self.kind = kind
        self.where = " / ".join(sorted(part.strip() for part in where.split(" / ")))
        self.lines = lines

    def is_ours(self):
        """Whether one of the accesses is in a function of our modules, or in one that these call."""
        if LATCHED.match(self.where) and " / " not in self.where:
            return False
        return bool(OURS.search(self.where)) or any(OURS.search(line) for line in self.places())

    def places(self):
        """The first frames of each access."""
        left = 0
        for line in self.lines:
            if ACCESS.match(line):
                left = NEAR
            elif left and FRAME.match(line):
                left -= 1
                yield line
            else:
                left = 0


def races(text):
    """The reports in a log."""
    lines = [STAMP.sub("", line.rstrip("\r")) for line in text.split("\n")]
    for number, line in enumerate(lines):
        title = TITLE.search(line)
        if title:
            end = next((i for i in range(number + 1, min(number + LONGEST, len(lines))) if lines[i].startswith("=====")), number + LONGEST)
            yield Race(title["kind"], title["where"], lines[number + 1 : end])


def main(words):
    """The exit status."""
    if not words or words[0] in ("-h", "--help"):
        print(USAGE, file=sys.stdout if words else sys.stderr)
        return not words
    name = command = None
    if words[0] == "--record":
        if len(words) < 4:
            print(USAGE, file=sys.stderr)
            return 1
        name, command, *words = words[1:]
    counts, ours, reports = collections.Counter(), set(), 0
    for word in words:
        try:
            text = pathlib.Path(word).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            print(f"races.py: error: {error}", file=sys.stderr)
            return 1
        for race in races(text):
            key = (race.is_ours(), race.where)
            counts[key] += 1
            ours |= {race.where} if key[0] else set()
            reports += 1
    rows = [(times, "ours" if mine else "kernel", where) for (mine, where), times in counts.most_common()]
    for row in rows:
        print(f"{row[0]:6} {row[1]:6} {row[2]}")
    print(f"{reports} reports of {len(counts)} races, {len(ours)} of them ours")
    if name:
        proof.record(
            name, command=command, kernel="6.12-kcsan",
            figures=[("reports", reports), ("races", len(counts)), ("ours", len(ours))],
            columns=("reports", "whose", "between"), rows=rows,
        )
    return int(bool(ours))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads KTAP. As a program: prints "pass fail skip" for the stream in FILE."""

import collections
import re
import sys

RESULT = re.compile(r"^( *)(not )?ok(?: +(\d+))?(?= |$) ?(?:- )?([^#]*)(#.*)?")
SKIP = re.compile(r"# *skip", re.I)
FRAME = re.compile(r"^ *(# (Subtest|module|Totals|totals)\b|KTAP version|TAP version|1\.\.\d)")
SAID = 8  # lines before a result that may say why it is what it is


class Result:
    """One "ok" or "not ok" line, and the last lines of what was said before it."""

    def __init__(self, match, said=()):
        self.said = list(said)
        self.depth = len(match[1])
        self.failed = match[2] is not None
        self.name = (match[4] or "").strip()
        self.skipped = bool(match[5] and SKIP.search(match[5]))
        self.line = match[0].strip()


def results(lines):
    """The results in a stream, with those of its subtests, in their order."""
    said = collections.deque(maxlen=SAID)
    for line in lines:
        match = RESULT.match(line.rstrip("\n"))
        if match:
            yield Result(match, said)
            said.clear()
        elif line.strip() and not FRAME.match(line):
            said.append(line.strip())


def count(lines):
    """Counts passed, failed and skipped tests.

    A line that sums up subtests is no result of its own, unless it says "not ok" and no subtest
    does: a suite can fail outside its tests.
    """
    passed = failed = skipped = 0
    below = []  # depth and failure of the results that no line has summed up yet
    for result in results(lines):
        children = [failure for depth, failure in below if depth > result.depth]
        below = [item for item in below if item[0] <= result.depth]
        if not children or (result.failed and not any(children)):
            if result.failed:
                failed += 1
            elif result.skipped:
                skipped += 1
            else:
                passed += 1
        below.append((result.depth, result.failed or any(children)))
    return passed, failed, skipped


class Writer:
    """Writes a stream of its own: a plan, then a line for each test."""

    def __init__(self, planned):
        self.number = 0
        self.failed = False
        print(f"KTAP version 1\n1..{planned}", flush=True)

    def result(self, name, passed, why=""):
        """One test; why it did not pass goes above it."""
        self.number += 1
        self.failed = self.failed or not passed
        for line in why.splitlines():
            print(f"# {line}")
        print(f"{'ok' if passed else 'not ok'} {self.number} {name}", flush=True)


def main(arguments):
    """Count the results in the file that is named."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("Usage: ktap.py FILE", file=sys.stderr)
        return 2
    with open(arguments[0], encoding="utf-8", errors="replace") as file:
        print(*count(file))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

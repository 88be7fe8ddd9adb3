#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads KTAP. As a program: prints "pass fail skip" for the stream in FILE."""

import collections
import re
import sys

RESULT = re.compile(r"^( *)(not )?ok(?: +(\d+))?(?= |$) ?(?:- )?([^#]*)(#.*)?")
SKIP = re.compile(r"# *skip", re.I)
FRAME = re.compile(r"^ *(# (Subtest|module|Totals|totals)\b|KTAP version|TAP version|1\.\.\d)")
STAMP = re.compile(r"^\[[ 0-9.]*\] ")
IN_LOG = re.compile(r"^ *(KTAP version |1\.\.[0-9]|ok |not ok |# )|^    +[^ ]")
PASSED, FAILED, SKIPPED = range(3)
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
    for text in lines:
        match = RESULT.match(text.rstrip("\n"))
        if match:
            yield Result(match, said)
            said.clear()
        elif text.strip() and not FRAME.match(text):
            said.append(text.strip())


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


def of_log(lines):
    """The KTAP in a kernel log, from its last header on, without time stamps and what others say.

    On 6.1 that header is from the boot, and plans none of a module's suites.
    """
    found, suites = [], 0
    for text in lines:
        text = STAMP.sub("", text.rstrip("\r"))
        if text.startswith("KTAP version"):
            found, suites = [], 0
        elif text.startswith("    # Subtest:"):
            suites += 1
        found.append(text)
    found = [f"1..{suites}" if text == "1..0" else text for text in found]
    return [text for text in found if IN_LOG.match(text)]


def plan(number):
    """The lines that a stream begins with."""
    return ["KTAP version 1", f"1..{number}"]


def line(passed, number, name, note=""):
    """The line of a result."""
    return f"{'ok' if passed else 'not ok'} {number} {name}" + (f" # {note}" if note else "")


class Writer:
    """Writes a stream, or a subtest of one: a plan, then a line for each test."""

    def __init__(self, planned, outputs=None):
        self.outputs = outputs or [(sys.stdout, 0)]  # files, and how deep the stream is in each
        self.counts = [0, 0, 0]  # passed, failed, skipped
        self.write(*plan(planned))

    def below(self):
        """The outputs for a subtest."""
        return [(file, depth + 1) for file, depth in self.outputs]

    def write(self, *lines, depth=0):
        """Lines as they are, in one piece; those of a subtest have depth 1."""
        for file, own in self.outputs:
            indent = "    " * (own + depth)
            file.write("".join(f"{indent}{text}\n" for text in lines))
            file.flush()

    def note(self, text):
        """A comment."""
        self.write(*(f"# {said}" for said in text.splitlines()))

    def end(self, kind, name, note):
        """The line of a test."""
        self.counts[kind] += 1
        self.write(line(kind != FAILED, sum(self.counts), name, note))

    def passed(self, name, note=""):
        """A test that passed."""
        self.end(PASSED, name, note)

    def failed(self, name, why="", note=""):
        """A test that failed; why stands above it."""
        self.note(why)
        self.end(FAILED, name, note)

    def skipped(self, name, reason):
        """A test that could not run here."""
        self.end(SKIPPED, name, f"SKIP {reason}")

    def result(self, name, passed, why=""):
        """A test that passed, or failed for a reason."""
        if passed:
            self.passed(name)
        else:
            self.failed(name, why)


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

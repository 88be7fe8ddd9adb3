#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Gives random streams to what reads KTAP; for userspace-test/fuzz."""

import io
import random
import re
import sys
import time

import hypothesis
from hypothesis import strategies as st

import ktap

USAGE = """Usage: fuzz_ktap.py SECONDS SEED

Writes streams of random tests, with what others say in between, and reads them: each result has to be
counted as it was written, alone and in the log of a kernel. Then reads lines of which nothing is known.
Prints how many streams were read, and how many steps from line to line of ktap.py that has taken.

Exit status: 0 all was counted; 1 not so, and the stream stands above."""

ROUND = 200  # streams from one seed
OUTCOMES = (ktap.PASSED, ktap.FAILED, ktap.SKIPPED)
WORDS = ("ok", "not ok", "ok 1 a", "not ok 2 b", "# SKIP", "# skip x", "KTAP version 1", "1..0", "1..3", "    ", "#",
         "# Subtest: s", "    # Subtest: s", "# Totals: pass:1", "- ", "[    1.000000] ", "\r", "\0", "\u2028", "9" * 50)

NAMES = st.from_regex(r"[a-z_][a-z0-9_.]{0,8}", fullmatch=True)
# What a test says of itself. Where ours stand, others may say anything else.
NOTES = st.text(max_size=30).map(lambda text: " ".join(text.split()))
TESTS = st.recursive(
    st.tuples(NAMES, st.sampled_from(OUTCOMES), NOTES),
    lambda inner: st.tuples(NAMES, st.lists(inner, min_size=1, max_size=4)),
    max_leaves=12,
)
STREAMS = st.lists(TESTS, min_size=1, max_size=4)
LINES = st.lists(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=5).map("".join), max_size=12)


class Steps:
    """Which line of ktap.py was run after which."""

    def __init__(self):
        self.seen = set()

    def trace(self, frame, event, _):
        """For sys.settrace: only what ktap.py does is followed."""
        if frame.f_code.co_filename != ktap.__file__:
            return None
        before = [0]

        def line(frame, event, _):
            self.seen.add((frame.f_code.co_name, before[0], frame.f_lineno))
            before[0] = frame.f_lineno
            return line

        return line

    def of(self, function, *arguments):
        """The result of a function that is watched."""
        sys.settrace(self.trace)
        try:
            return function(*arguments)
        finally:
            sys.settrace(None)


def write(tests, outputs, counts):
    """Write tests as the harness does, count what was meant; whether one has failed."""
    writer, any_failed = ktap.Writer(len(tests), outputs), False
    for name, what, *note in tests:
        if isinstance(what, list):
            failed = write(what, writer.below(), counts)
            writer.result(name, not failed)
        else:
            failed = what == ktap.FAILED
            counts[what] += 1
            (writer.passed, writer.failed, writer.skipped)[what](name, *note)
        any_failed |= failed
    return any_failed


def check_stream(steps, tests, said):
    """What was written is what is counted; also in a log, where the kernel speaks in between."""
    out, counts = io.StringIO(), [0, 0, 0]
    write(tests, [(out, 0)], counts)
    lines = out.getvalue().splitlines(True)
    assert steps.of(ktap.count, lines) == tuple(counts), (counts, lines)
    log = ["KTAP version 1", "1..0", "ok 1 of the boot"] + lines
    for text, place in said:
        # Each line of a log has its time; what says no more than others may say is none of KTAP.
        log.insert(3 + place % (len(lines) + 1), text if ktap.IN_LOG.match(text) is None else f"x{text}")
    log = [f"[{number:12.6f}] {text.rstrip()}\r" for number, text in enumerate(log)]
    found = steps.of(ktap.of_log, log)
    assert ktap.count(found) == tuple(counts), (counts, log)


def check_lines(steps, lines):
    """Of anything: no result is counted that is not there, and a log is not read in two ways."""
    results = list(steps.of(lambda: list(ktap.results(lines))))
    counts = steps.of(ktap.count, lines)
    assert min(counts) >= 0 and sum(counts) <= len(results), (counts, lines)
    assert bool(sum(counts)) == bool(results), (counts, lines)
    assert all(re.match(r"(not )?ok\b", result.line) for result in results), lines
    assert ktap.count([f"{line}\n" for line in lines]) == counts, lines
    found = steps.of(ktap.of_log, lines)
    assert ktap.of_log(found) == found, lines


def run_round(seed, steps):
    """One round; how many streams it had."""
    done = [0]
    settings = hypothesis.settings(
        max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck),
    )

    @hypothesis.seed(seed)
    @settings
    @hypothesis.given(STREAMS, st.lists(st.tuples(NOTES, st.integers(0, 1000)), max_size=6), LINES)
    def streams(tests, said, lines):
        done[0] += 1
        check_stream(steps, tests, said)
        check_lines(steps, lines)

    streams()
    return done[0]


def main(words):
    """The exit status."""
    if len(words) != 2 or not all(word.isdecimal() for word in words):
        print(USAGE, file=sys.stderr)
        return 1
    until, seeds = time.monotonic() + int(words[0]), random.Random(int(words[1]))
    steps, done = Steps(), 0
    while time.monotonic() < until or not done:
        done += run_round(seeds.getrandbits(32), steps)
    print(f"streams: {done} steps: {len(steps.seen)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: GPL-2.0-only
"""What was failed on purpose, from the notes of tests, for docs/proof.md."""

import re

import proof

NOTE = re.compile(r"# faults: .*: ([0-9]+) (calls|allocations), ([0-9]+) make it fail$")
RESULT = re.compile(r" *ok [0-9]+ ([a-z_.]+)$")
REACHED = re.compile(r"# ([0-9]+) calls that can fail, ([0-9]+) of them have$")


def rows_of(lines):
    """For each test that has failed something: its name, how much, and how often that made it fail."""
    rows, injected, failing = [], 0, 0
    for line in lines:
        note, result = NOTE.search(line), RESULT.match(line)
        if note:
            injected, failing = injected + int(note[1]), failing + int(note[3])
        elif result and injected:
            rows.append([result[1], injected, failing])
            injected = failing = 0
    return rows


def record(name, kernel, lines):
    """Of a group of tests that has passed."""
    rows = rows_of(lines)
    what = "calls of ours" if name == "calls" else "allocations"
    figures = [[f"{what} that were failed", sum(row[1] for row in rows)],
               ["operations that ended with an error", sum(row[2] for row in rows)]]
    for reached in filter(None, map(REACHED.search, lines)):
        figures.append(["places that call what can fail, and were failed", f"{reached[2]} of {reached[1]}"])
    proof.record(
        f"faults-{name}-{kernel}", kernel=kernel, command=f"userspace-test/tests/run --only {name} {kernel}",
        figures=figures, columns=["test", f"{what} failed", "ended with an error"], rows=rows,
    )

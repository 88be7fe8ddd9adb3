#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""perfetto_check.py FILE [CODE]: whether a viewer can draw a trace in the Trace Event Format.

Slices of a track are inside of each other, each has both ends, and arrows begin and end at slices.
CODE has to hold, too: "slices" is a list of (cat, name, track, begin, end, args), in ns; "flows" of
(from track, to track, begin, end); "names" has those of tracks.
"""

import decimal
import json
import sys


def ns(us):
    """A time of the file as a whole number."""
    value = us * 1000
    assert value == int(value), f"{us} us is no whole number of ns"
    return int(value)


def load(path):
    """Events in the order of a viewer: by time, then as they stand in the file."""
    with open(path, encoding="utf-8") as file:
        events = json.load(file, parse_float=decimal.Decimal)["traceEvents"]
    for event in events:
        event["track"] = (event["pid"], event["tid"])
        event["ts"], event["dur"] = ns(event["ts"]), ns(event.get("dur", 0))
    return sorted(events, key=lambda event: event["ts"])


def find_slices(events):
    """(cat, name, track, begin, end, args, order) of each."""
    open_, found = {}, []
    for order, event in enumerate(events):
        stack = open_.setdefault(event["track"], [])
        if event["ph"] == "B":
            stack.append((event, order))
        elif event["ph"] == "E":
            assert stack, f"an end without a beginning: {event}"
            begin, order = stack.pop()
            found.append((begin, event["ts"], order))
        elif event["ph"] == "X":
            found.append((event, event["ts"] + event["dur"], order))
    assert not any(open_.values()), "a slice does not end"
    found.sort(key=lambda one: one[2])
    return [(b["cat"], b["name"], b["track"], b["ts"], end, b.get("args", {})) for b, end, _ in found]


def check_nesting(slices):
    """In the order of their beginnings: each is within all that are open."""
    stacks = {}
    for one in slices:
        stack = stacks.setdefault(one[2], [])
        while stack and stack[-1][4] <= one[3]:
            stack.pop()
        assert one[3] <= one[4], f"{one} ends before it begins"
        assert not stack or one[4] <= stack[-1][4], f"{one} is longer than {stack[-1]}, which it is in"
        stack.append(one)


def find_flows(events, slices):
    """Each begins in the slice of a request, and ends where a call begins."""
    begins = {(s[2], s[3]) for s in slices if s[0] == "request"}
    calls = {(s[2], s[3]) for s in slices if s[0] not in ("request", "thread")}
    starts = {e["id"]: e for e in events if e["ph"] == "s"}
    ends = {e["id"]: e for e in events if e["ph"] == "f"}
    assert starts.keys() == ends.keys(), "an arrow has one end only"
    assert len(starts) == sum(e["ph"] == "s" for e in events), "an arrow begins twice"
    for number, start in starts.items():
        end = ends[number]
        assert (start["track"], start["ts"]) in begins, f"an arrow begins nowhere: {start}"
        assert (end["track"], end["ts"]) in calls, f"an arrow ends nowhere: {end}"
        assert start["ts"] <= end["ts"], f"an arrow goes back: {start}"
    return [(s["track"], ends[i]["track"], s["ts"], ends[i]["ts"]) for i, s in starts.items()]


def main():
    """An assertion says what is wrong."""
    events = load(sys.argv[1])
    slices = find_slices(events)
    check_nesting(slices)
    flows = find_flows(events, slices)
    names = {e["track"]: e["args"]["name"] for e in events if e["ph"] == "M" and e["name"] == "thread_name"}
    assert {s[2] for s in slices} <= names.keys(), "a track without a name"
    for code in sys.argv[2:]:
        scope = {"slices": slices, "flows": flows, "names": names, "events": events}
        assert eval(code, scope), f"{code} does not hold"  # pylint: disable=eval-used
    print(f"# {len(slices)} slices, {len(flows)} arrows, {len(names)} tracks")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        sys.exit(f"# {error}")

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""kcidb_cases.py [--io] DOCUMENT SCHEMA: whether a schema tells right documents from wrong ones.

With --io, kcidb-io has to say the same.
"""

import copy
import json
import sys

import jsonschema

# For a field of a test: values that are right, and values that are not.
FIELDS = {
    "id": (["lab:1"], ["1", "Lab:1", ":1", 7, None]),
    "build_id": (["lab:1", "lab:"], ["lab", "la-b:1", 7]),
    "origin": (["lab_7"], ["Lab", "lab-7", "", 7]),
    "path": (["dpc.a-b.c_D", ""], ["dpc..a", "dpc.", "dpc a", "dpc/a", 7]),
    "status": (["PASS", "FAIL", "ERROR", "MISS", "DONE", "SKIP"], ["pass", "XFAIL", ""]),
    "number": ([{"value": 1}, {"value": 1e-9, "unit": "s", "prefix": "binary"}],
               [{}, {"value": "1"}, {"value": 1, "prefix": "milli"}, {"value": 1, "more": 1}, 1]),
    "environment": ([{}, {"comment": "x", "misc": {"a": 1}, "compatible": ["a,b"]}],
                    [{"more": 1}, {"comment": "a\0b"}, {"compatible": ["a b"]}]),
    "misc": ([{}, {"a": None}], ["x", None]),
    "comment": (["x"], ["a\0b", None]),
    "duration": ([1.5], ["1"]),
    "log_excerpt": (["x" * 16384], ["x" * 16385]),
    "input_files": ([[{"name": "a", "url": "http://localhost/a"}]], [[{"name": "a"}], [{"name": "a/b", "url": "x:y"}]]),
    "more": ([], ["x"]),
}


def cases(document):
    """(what, document, whether it is right)"""
    yield "as it is", document, True
    for field, (right, wrong) in FIELDS.items():
        for value in right + wrong:
            changed = copy.deepcopy(document)
            changed["tests"][0][field] = value
            yield f"{field} = {value!r:.60}", changed, value in right
    for field in list(document["tests"][0]):
        changed = copy.deepcopy(document)
        del changed["tests"][0][field]
        yield f"no {field}", changed, field not in ("id", "build_id", "origin")
    for version, right in ({"major": 5}, True), ({"major": 5, "minor": 4}, False), ({"major": 4}, False), ({}, False):
        yield f"version {version}", {**document, "version": version}, right
    yield "no tests", {"version": document["version"]}, True
    yield "no version", {"tests": document["tests"]}, False
    yield "something else", {**document, "more": []}, False


def accepts(document):
    """Whether kcidb-io does."""
    from kcidb_io.schema import V5_3  # pylint: disable=import-outside-toplevel,import-error

    try:
        V5_3.validate_exactly(document)
        return True
    except jsonschema.ValidationError:
        return False


def main():
    """1 if something was judged wrong."""
    source, schema = sys.argv[-2:]
    with open(source, encoding="utf-8") as file, open(schema, encoding="utf-8") as schema:
        document, ours = json.load(file), jsonschema.Draft202012Validator(json.load(schema))
    found = 0
    for what, changed, right in cases(document):
        if ours.is_valid(changed) != right:
            print(f"# {what}: the schema says {not right}, and it is {right}")
            found += 1
        if "--io" in sys.argv and accepts(changed) != right:
            print(f"# {what}: kcidb-io says {not right}")
            found += 1
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())

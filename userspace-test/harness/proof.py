#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a long run has shown, as a record; and the document that is made of the records kept.

A record is a JSON object:
  name, command, commit, date          always
  kernel, cpus, seed                   where the run had one
  figures  [[label, value], ...]       what was counted
  columns, rows                        a table, where there is one
  notes    [text, ...]                 what a reader has to know
"""

import datetime
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WRITTEN = ROOT / "build/proof"  # by the runs in this tree
KEPT = ROOT / "docs/proof"  # what the document has

# The document's order: (title, what it shows, names of records as patterns).
CHAPTERS = (
    ("Races", "A kernel with KCSAN watches every plain access of ours while the tests run.", ("kcsan-*",)),
    (
        "Torture",
        "Everything at once, at random, for a given time; then the device has to work and nothing may be left.",
        ("torture-*",),
    ),
    ("Endurance", "The same thing very often, with counts that have to agree exactly.", ("endurance-*",)),
    ("Faults", "Each call that can fail is failed once, one after another, until none is left.", ("faults-*",)),
    ("Fuzz", "Input that lies.", ("fuzz*",)),
    ("Coverage", "Lines and branches that the tests have run.", ("coverage-*",)),
    ("Mutation", "The core broken on purpose, one line at a time; a test has to see it.", ("mutate*",)),
    ("Builds", "The same commit, built twice; and as patches for Linux.", ("reproducible*", "series*")),
)
KEYS = {"name", "command", "commit", "date", "kernel", "cpus", "seed", "figures", "columns", "rows", "notes"}


class Wrong(Exception):
    """A record that is none, with the reason."""


def commit():
    """What the tree is: the commit, and whether more than that was changed."""
    done = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=, changed"],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return done.stdout.strip() if done.returncode == 0 else "no repository"


def record(name, *, command, kernel=None, cpus=None, seed=None, figures=(), columns=(), rows=(), notes=()):
    """Write build/proof/NAME.json; its path."""
    made = {
        "name": name,
        "kernel": kernel,
        "cpus": cpus,
        "seed": seed,
        "command": command,
        "commit": commit(),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "figures": [list(figure) for figure in figures],
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "notes": list(notes),
    }
    made = {key: value for key, value in made.items() if value not in (None, [])}
    check(made)
    WRITTEN.mkdir(parents=True, exist_ok=True)
    path = WRITTEN / f"{name}.json"
    path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def check(made):
    """Refuse what is no record."""
    name = made.get("name") or "the record"
    for key in ("name", "command", "commit", "date"):
        if not isinstance(made.get(key), str) or not made[key]:
            raise Wrong(f"{name}: '{key}' is missing")
    unknown = sorted(set(made) - KEYS)
    if unknown:
        raise Wrong(f"{name}: no record has '{unknown[0]}'")
    if any(len(figure) != 2 for figure in made.get("figures", ())):
        raise Wrong(f"{name}: a figure is a label and a value")
    width = len(made.get("columns", ()))
    if any(len(row) != width for row in made.get("rows", ())):
        raise Wrong(f"{name}: a row has other columns than the table")
    if not any(pathlib.PurePath(name).match(pattern) for chapter in CHAPTERS for pattern in chapter[2]):
        raise Wrong(f"{name}: no chapter of docs/proof.md has records of that name")


def load(path):
    """A record from a file."""
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Wrong(f"{path}: {error}") from error
    if not isinstance(made, dict):
        raise Wrong(f"{path}: no record")
    check(made)
    if made["name"] != path.stem:
        raise Wrong(f"{path}: the record inside is called '{made['name']}'")
    return made


def cell(value):
    """A value in a table."""
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return text.replace("|", "\\|")


def table(columns, rows):
    """A table; numbers stand to the right."""
    right = [bool(rows) and all(isinstance(row[i], (int, float)) for row in rows) for i in range(len(columns))]
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "|".join("---:" if number else "---" for number in right) + "|"
    for row in rows:
        yield "| " + " | ".join(cell(value) for value in row) + " |"


def section(made):
    """One record."""
    where = [f"kernel {made['kernel']}" if "kernel" in made else "", f"{made['cpus']} CPUs" if "cpus" in made else ""]
    where += [f"seed {made['seed']}" if "seed" in made else "", f"commit {made['commit']}", made["date"]]
    yield f"### {made['name']}"
    yield ""
    yield f"`{made['command']}`\\"
    yield ", ".join(word for word in where if word)
    yield ""
    if made.get("figures"):
        yield from table(("what", "figure"), made["figures"])
        yield ""
    if made.get("rows"):
        yield from table(made["columns"], made["rows"])
        yield ""
    for note in made.get("notes", ()):
        yield f"- {note}"
    if made.get("notes"):
        yield ""


def document():
    """docs/proof.md, from the records in docs/proof."""
    kept = [load(path) for path in sorted(KEPT.glob("*.json"))]
    yield "# Proof"
    yield ""
    yield "What was run beyond the check, and what came out: each section is a record that the run wrote, and names"
    yield "the command that gives it again. Written by `userspace-test/proof doc` from `docs/proof/`."
    for title, about, patterns in CHAPTERS:
        yield from ("", f"## {title}", "", about, "")
        mine = [made for made in kept if any(pathlib.PurePath(made["name"]).match(p) for p in patterns)]
        lines = [line for made in mine for line in section(made)]
        yield from lines[:-1] if lines else ("Not run yet.",)

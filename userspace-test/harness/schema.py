#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds JSON documents against the schemas in docs/schema, more strictly than a validator does.

A reader may meet fields that his schema does not know; here each one has to be in it. And a field
that no document was without has to be required.
"""

import argparse
import json
import pathlib
import re
import sys

import jsonschema

TEST = pathlib.Path(__file__).resolve().parent.parent
SCHEMAS = TEST.parent / "docs/schema"
KCIDB = TEST / "dpcmon/tests/kcidb-5.3.schema.json"  # it is closed, and not ours to be stricter about
Validator = jsonschema.Draft202012Validator
MOST = 20  # problems that are shown


def load(folder=SCHEMAS):
    """The schemas of a folder, by what "schema" is in their documents."""
    schemas = {}
    for path in sorted(folder.glob("*.schema.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        Validator.check_schema(schema)
        schemas[path.name.removesuffix(".schema.json")] = schema
    return schemas


def documents(path):
    """What a file holds: one document, or one a line."""
    text = path.read_text(encoding="utf-8")
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


class Walk:
    """Goes through documents and their schema at the same time, and notes which fields are where.

    objects: for each schema of an object, by its place in the file: its properties, what it
    requires, how many objects were seen, and how often each field
    """

    def __init__(self, schema):
        self.schema = schema
        self.objects = {}

    def resolved(self, schema, place):
        """All schemas that say something of one value: this one, and those that it refers to."""
        found = [(schema, place)]
        if "$ref" in schema:
            target = self.schema
            for word in schema["$ref"].removeprefix("#/").split("/"):
                target = target[word]
            found += self.resolved(target, schema["$ref"])
        for number, other in enumerate(schema.get("allOf", ())):
            found += self.resolved(other, f"{place}/allOf/{number}")
        return found

    def applied(self, value, schema, place):
        """The same with the alternative that fits."""
        found = self.resolved(schema, place)
        for one, where in list(found):
            for number, other in enumerate(one.get("oneOf", ())):
                if Validator({**other, "$defs": self.schema.get("$defs", {})}).is_valid(value):
                    found += self.applied(value, other, f"{where}/oneOf/{number}")
        return found

    def value(self, value, schema, place, at):
        """Problems of a value and all that is in it."""
        found = self.applied(value, schema, place)
        if isinstance(value, list):
            for number, item in enumerate(value):
                for one, where in found:
                    if "items" in one:
                        yield from self.value(item, one["items"], f"{where}/items", f"{at}[{number}]")
        elif isinstance(value, dict):
            for one, where in found:
                if "properties" in one:
                    self.count(value, one, where)
            for key, item in value.items():
                yield from self.field(key, item, found, f"{at}.{key}")

    def count(self, value, schema, place):
        """One more object of that schema."""
        seen = self.objects.setdefault(place, {"schema": schema, "objects": 0, "fields": {}})
        seen["objects"] += 1
        for key in schema["properties"]:
            seen["fields"][key] = seen["fields"].get(key, 0) + (key in value)

    def field(self, key, item, found, at):
        """Problems of one field of an object."""
        known = False
        for one, where in found:
            inner = one.get("properties", {}).get(key, one.get("additionalProperties"))
            if inner is None:
                continue
            known = True
            yield from self.value(item, inner, f"{where}/properties/{key}", at)
        if not known:
            yield f"{at} is in no schema"

    def always_there(self):
        """Fields that could be required, as far as the documents show."""
        for place, seen in self.objects.items():
            for key, times in seen["fields"].items():
                if times == seen["objects"] and key not in seen["schema"].get("required", ()):
                    yield f"{place}: {key} is always there, and not required"

    def never_there(self):
        """Fields, and whole objects, that no document had."""
        for place, schema in declared(self.schema, "#"):
            seen = self.objects.get(place)
            if not seen:
                yield f"{place}: no document has such an object"
                continue
            for key in schema["properties"]:
                if not seen["fields"][key]:
                    yield f"{place}: no document has {key}"


def declared(schema, place):
    """Each schema of an object in a file, and its place."""
    if isinstance(schema, list):
        for number, item in enumerate(schema):
            yield from declared(item, f"{place}/{number}")
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield place, schema
        for key, item in schema.items():
            yield from declared(item, f"{place}/{key}")


def reason(error):
    """What a validator says, in one line; of an alternative, why the nearest one does not fit."""
    error = jsonschema.exceptions.best_match([error])
    at = "".join(f"[{word}]" if isinstance(word, int) else f".{word}" for word in error.absolute_path)
    return f"{at or 'the document'}: {error.message[:300]}"


def problems(paths, schemas, complete=False):
    """What is wrong with the documents of these files, and with their schemas."""
    walks = {name: Walk(schema) for name, schema in schemas.items()}
    kcidb = Validator(json.loads(KCIDB.read_text(encoding="utf-8")))
    for path in paths:
        for document in documents(path):
            if isinstance(document.get("version"), dict):
                yield from (f"{path.name}: {reason(error)}" for error in kcidb.iter_errors(document))
                continue
            name = document.get("schema")
            if name not in schemas:
                yield f"{path.name}: \"schema\" is {name!r}; known: {' '.join(schemas)}"
                continue
            errors = [reason(error) for error in Validator(schemas[name]).iter_errors(document)]
            yield from (f"{path.name}: {error}" for error in errors)
            yield from (f"{path.name}: {text}" for text in walks[name].value(document, schemas[name], "#", ""))
    for name, walk in walks.items():
        yield from (f"{name}: {text}" for text in walk.always_there())
        if complete:
            yield from (f"{name}: {text}" for text in walk.never_there())


def unlike(schemas):
    """Parts of the same name that differ between files: each file stands alone, so they are copies."""
    first = {}
    for name, schema in schemas.items():
        for part in ("bucket", "object", "interrupt_object", "other_object"):
            if part in schema.get("$defs", {}):
                other = first.setdefault(part, (name, schema["$defs"][part]))
                if other[1] != schema["$defs"][part]:
                    yield f"{part} differs between {other[0]} and {name}"
    for name, schema in schemas.items():
        if schema["$id"] != f"urn:dpc:schema:{name}" or not re.search(r"-[0-9]+$", name):
            yield f"{name}: its $id is {schema['$id']}"


def main():
    """1 if there are problems."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--complete", action="store_true", help="each field of each schema has to be in some document")
    parser.add_argument("--schemas", type=pathlib.Path, default=SCHEMAS, help="a folder; default docs/schema")
    parser.add_argument("files", type=pathlib.Path, nargs="+", metavar="FILE")
    options = parser.parse_args()
    schemas = load(options.schemas)
    found = [*unlike(schemas), *dict.fromkeys(problems(options.files, schemas, options.complete))]
    for text in found[:MOST]:
        print(text)
    if len(found) > MOST:
        print(f"... and {len(found) - MOST} more")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

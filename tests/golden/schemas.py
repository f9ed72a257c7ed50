# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Validates output lines against the published schemas, docs/schema/NAME.schema.json."""

import json
import os

import runner

try:
    import jsonschema
except ImportError:
    jsonschema = None

FOLDER = os.path.join(runner.HERE, "..", "..", "docs", "schema")


def _validators():
    found = {}
    if jsonschema is None or not os.path.isdir(FOLDER):
        return found
    for file_name in sorted(os.listdir(FOLDER)):
        if file_name.endswith(".schema.json"):
            with open(os.path.join(FOLDER, file_name), encoding="utf-8") as text:
                schema = json.load(text)
            kind = jsonschema.validators.validator_for(schema)
            kind.check_schema(schema)
            found[file_name[:-len(".schema.json")]] = kind(schema)
    return found


VALIDATORS = _validators()


def check_directory(directory):
    """Complaints about every line that its schema rejects."""
    complaints = []
    for file_name in sorted(os.listdir(directory)):
        name, ending = os.path.splitext(file_name)
        validator = VALIDATORS.get(name)
        if validator is None or ending not in (".json", ".jsonl"):
            continue
        objects = (runner.jsonl(directory, name) if ending == ".jsonl"
                   else [runner.document(directory, name)])
        for number, one in enumerate(objects, 1):
            for error in validator.iter_errors(one):
                where = "/".join(str(part) for part in error.absolute_path)
                complaints.append(f"{file_name}:{number}: {where}: {error.message[:160]}")
    return complaints

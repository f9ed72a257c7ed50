# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""What the program wrote, read back: the files of `synoptic read -o`, or of the appliance."""

import collections
import dataclasses
import json
import os
import re
import subprocess

BUCKETS = ("tcp", "duplicate", "filtered", "other_ip", "non_ip", "fragment", "truncated",
           "malformed", "unsupported_tunnel")
LOSSES = ("nic_missed", "nic_errors", "no_mbuf", "ring_full")
NAME = re.compile(r"([a-z]+)-(\d{8}T\d{6}Z)(?:_(\d+))?\.jsonl(\.zst)?")


@dataclasses.dataclass
class Output:
    """Lists of records. Of the appliance, `summaries` and `ports` have a line for each interval, and
    services and findings only the last statement of each."""
    attempts: list
    services: list
    findings: list
    ports: list
    summaries: list
    complaints: list


def parse(path, text, complaints):
    rows = []
    if text and not text.endswith("\n"):
        complaints.append(f"{path}: the last line has no end")
    for number, line in enumerate(text.splitlines(), 1):
        try:
            rows.append(json.loads(line))
        except ValueError:
            complaints.append(f"{path}:{number}: no JSON: {line[:80]!r}")
    return rows


def of_read(directory):
    complaints, tables = [], {}
    for name in ("attempts", "services", "findings", "ports"):
        path = os.path.join(directory, name + ".jsonl")
        with open(path, encoding="utf-8") as lines:
            tables[name] = parse(path, lines.read(), complaints)
    with open(os.path.join(directory, "summary.json"), encoding="utf-8") as whole:
        summaries = [json.load(whole)]
    return Output(**tables, summaries=summaries, complaints=complaints)


def of_store(directory, running=False):
    """All complete files. When the program has ended there is nothing else in the directory but its
    own notes."""
    complaints, tables, files = [], {}, []
    for name in os.listdir(directory):
        match = NAME.fullmatch(name)
        if match:
            files.append((match[1], match[2], int(match[3] or 0), name, bool(match[4])))
        elif name.endswith(".part") and not running:
            complaints.append(f"{name} was left unfinished")
    for kind, _, _, name, compressed in sorted(files):
        path = os.path.join(directory, name)
        tables.setdefault(kind, []).extend(parse(path, content(path, compressed), complaints))
    return Output(
        tables.get("attempts", []),
        last(tables.get("services", []), "server_ip", "server_port", "domain"),
        last(tables.get("findings", []), "code", "subject"),
        tables.get("ports", []), tables.get("summary", []), complaints)


def rows_of_store(directory, kind):
    """All lines of a kind in complete files, in the order in which they were written."""
    complaints, rows = [], []
    for name in sorted(name for name in os.listdir(directory) if name.startswith(kind + "-")):
        path = os.path.join(directory, name)
        rows += parse(path, content(path, name.endswith(".zst")), complaints)
    if complaints:
        raise ValueError("; ".join(complaints))
    return rows


def content(path, compressed):
    if compressed:
        return subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True,
                              text=True).stdout
    with open(path, encoding="utf-8") as lines:
        return lines.read()


def last(rows, *fields):
    """The last statement of each."""
    return list({tuple(row[field] for field in fields): row for row in rows}.values())


def totals(rows, get):
    """What a count may come to over the run: lines of an appliance count since its beginning, or
    since the line before."""
    values = [get(row) for row in rows]
    return {sum(values), values[-1]} if values else {0}


def by_port(rows):
    ports = {}
    for row in rows:
        ports.setdefault(row["port"], []).append(row)
    return ports


def connection(row):
    return (row["client_ip"], row["client_port"], row["server_ip"], row["server_port"],
            row["client_isn"])


def facts(row):
    return (row["outcome"], row["syn_count"], row["synack_count"], row["rst_count"], row["rst_phase"],
            row["rst_side"], row["close"])


def twice(attempts):
    counts = collections.Counter(connection(row) for row in attempts)
    return [f"{count} records of one attempt: {which}" for which, count in counts.items() if count > 1]


def reference(program, place, path):
    """What `synoptic read` makes of a capture."""
    out = os.path.join(place, "read")
    subprocess.run([program, "read", "-o", out, path], check=True, capture_output=True)
    return of_read(out)


def compare(name, out, right, frames):
    """The same attempts as `synoptic read` finds, and every frame in the same bucket."""
    complaints = out.complaints + twice(out.attempts)
    mine = {connection(row): facts(row) for row in out.attempts}
    others = {connection(row): facts(row) for row in right.attempts}
    complaints += [f"{which} is {mine.get(which)}, by synoptic read {others.get(which)}"
                   for which in sorted(set(mine) | set(others)) if mine.get(which) != others.get(which)]
    if totals(out.ports, lambda row: row["received"]).isdisjoint({frames}):
        complaints.append(f"received {totals(out.ports, lambda row: row['received'])}"
                          f" frames of {frames}")
    for row in out.ports:
        if row["received"] != sum(row[bucket] for bucket in BUCKETS):
            complaints.append(f"the buckets do not add up: {row}")
        complaints += [f"{loss} is {row[loss]}" for loss in LOSSES if row[loss]]
    for bucket in BUCKETS:
        wanted = sum(row[bucket] for row in right.ports)
        if wanted not in totals(out.ports, lambda row, b=bucket: row[b]):
            complaints.append(f"{totals(out.ports, lambda row, b=bucket: row[b])} frames in "
                              f"the bucket {bucket}, not {wanted}")
    return [f"{name}: {complaint}" for complaint in complaints]

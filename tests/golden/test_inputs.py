#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Bad and unusual input: one clear sentence, the right exit status, nothing half-written.

usage: test_inputs.py PROGRAM [WORD...]
"""

import csv
import json
import os
import shutil
import subprocess
import sys

import runner
import scenarios
from capgen import Net, files
from runner import Run

USAGE, BAD_INPUT, BAD_OUTPUT = 1, 2, 3
TABLES = ("attempts", "services", "hosts", "findings", "ports")
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


# Captures to work with

def capture(directory, name="good.pcap", connections=3, **form):
    """A file of some established connections."""
    net = Net()
    client, server = net.pair()
    for _ in range(connections):
        net.tcp(client, server).handshake().talk().close()
    path = os.path.join(directory, name)
    writer = files.write_pcapng if form.pop("kind", "pcap") == "pcapng" else files.write_pcap
    writer(path, net.vantages[0].records, **form)
    return path


def spoilt(directory, name, content):
    path = os.path.join(directory, name)
    with open(path, "wb") as out:
        out.write(content)
    return path


def content_of(path):
    with open(path, "rb") as whole:
        return whole.read()


# Complaints

def one_sentence(run, status, *words):
    """An error: this status, one line on stderr that has these words, and no output."""
    complaints = []
    lines = run.stderr.strip().splitlines()
    if run.status != status:
        complaints.append(f"exit status {run.status}, expected {status}")
    if len(lines) != 1:
        complaints.append(f"{len(lines)} lines on stderr, expected 1: {run.stderr[:300]!r}")
    complaints += [f"stderr does not say {word!r}: {run.stderr.strip()[:300]!r}"
                   for word in words if word not in run.stderr]
    return complaints


def leftovers(out):
    """-o DIR after a failure: nothing, or whole files only."""
    if not os.path.isdir(out):
        return []
    complaints = []
    for name in os.listdir(out):
        if name.endswith(".tmp"):
            complaints.append(f"{name} is left over")
        elif name.endswith(".jsonl"):
            try:
                runner.jsonl(out, name[:-len(".jsonl")])
            except ValueError as error:
                complaints.append(f"{name} is cut off: {error}")
    return complaints


def refused_input(directory, path, *words):
    out = os.path.join(directory, "out")
    run = Run("read", "-o", out, path)
    complaints = one_sentence(run, BAD_INPUT, os.path.basename(path), *words)
    if os.path.isdir(out) and os.listdir(out):
        complaints.append(f"files were written: {os.listdir(out)}")
    return complaints


def outcomes(out):
    return [attempt["outcome"] for attempt in runner.jsonl(out, "attempts")]


# Files that are no capture

@case
def empty_file(directory):
    return refused_input(directory, spoilt(directory, "empty.pcap", b""))


@case
def garbage(directory):
    return refused_input(directory, spoilt(directory, "garbage.pcap", bytes(range(256)) * 40))


@case
def text_file(directory):
    return refused_input(directory, spoilt(directory, "notes.txt", b"dear diary\n" * 100))


@case
def missing_file(directory):
    return refused_input(directory, os.path.join(directory, "missing.pcap"), "No such file")


@case
def a_directory(directory):
    path = os.path.join(directory, "folder.pcap")
    os.mkdir(path)
    return refused_input(directory, path)


@case
def garbage_in_gzip(directory):
    path = spoilt(directory, "garbage", bytes(range(256)) * 40)
    subprocess.run(["gzip", path], check=True)
    return refused_input(directory, path + ".gz")


@case
def damaged_gzip(directory):
    content = bytearray(content_of(compressed(capture(directory), "gzip", ".gz")))
    content[len(content) // 2] ^= 0xFF
    path = spoilt(directory, "damaged.pcap.gz", bytes(content))
    run = Run("read", path)
    return one_sentence(run, BAD_INPUT, "damaged.pcap.gz")


@case
def unreadable_link_type(directory):
    content = bytearray(content_of(capture(directory)))
    content[20:24] = (147).to_bytes(4, "little")  # LINKTYPE_USER0
    return refused_input(directory, spoilt(directory, "user0.pcap", bytes(content)), "link")


@case
def one_bad_among_good(directory):
    """The good file is not reported as if it were all."""
    good = capture(directory)
    bad = spoilt(directory, "bad.pcap", b"not a capture")
    return one_sentence(Run("read", good, bad), BAD_INPUT, "bad.pcap")


# Files that end too early

def cut(directory, path, size, connections):
    """Cut to `size` bytes: what there is is reported, and the status says that it is not all."""
    name, ending = os.path.splitext(path)
    shorter = spoilt(directory, os.path.basename(name) + f"-{size}" + ending,
                     content_of(path)[:size])
    out = os.path.join(directory, f"out-{size}")
    run = Run("read", "-o", out, shorter)
    complaints = [f"cut at {size}: {one}" for one in
                  one_sentence(run, BAD_INPUT, os.path.basename(shorter)) + leftovers(out)]
    if not os.path.isfile(os.path.join(out, "attempts.jsonl")):
        return complaints + [f"cut at {size}: what could be read was not reported"]
    got = outcomes(out).count("established")
    if got != connections:
        complaints.append(f"cut at {size}: {got} established, expected {connections}")
    inputs = json.dumps(runner.document(out, "summary")["inputs"])
    if "true" not in inputs:
        complaints.append(f"cut at {size}: summary.json does not say so: {inputs[:200]}")
    return complaints


@case
def cut_in_the_file_header(directory):
    content = content_of(capture(directory))
    complaints = []
    for size in (3, 4, 12, 23):
        complaints += refused_input(directory, spoilt(directory, f"head-{size}.pcap",
                                                      content[:size]))
    return complaints


@case
def cut_in_a_record_header(directory):
    path = capture(directory)
    return cut(directory, path, 24 + 3 * 16 + 66 + 66 + 60 + 7, 1)


@case
def cut_in_a_record(directory):
    path = capture(directory)
    size = os.path.getsize(path)
    return cut(directory, path, size - 1, 3) + cut(directory, path, size - 59, 3)


@case
def cut_pcapng(directory):
    path = capture(directory, "good.pcapng", kind="pcapng")
    return cut(directory, path, os.path.getsize(path) - 3, 3)


@case
def cut_gzip(directory):
    path = compressed(capture(directory, connections=400), "gzip", ".gz")
    shorter = spoilt(directory, "cut.pcap.gz", content_of(path)[:-40])
    return one_sentence(Run("read", shorter), BAD_INPUT, "cut.pcap.gz")


# Output that cannot be written

@case
def output_below_a_file(directory):
    path = capture(directory)
    run = Run("read", "-o", os.path.join(path, "out"), path)
    return one_sentence(run, USAGE, "out")


@case
def output_without_parent(directory):
    path = capture(directory)
    out = os.path.join(directory, "no", "such", "out")
    run = Run("read", "-o", out, path)
    return one_sentence(run, USAGE, out)


@case
def disk_full(directory):
    """A directory on a file system of 64 KiB."""
    mount = os.path.join(directory, "tiny")
    os.mkdir(mount)
    path = capture(directory, connections=3000)
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tiny", mount], check=False,
            stderr=subprocess.DEVNULL).returncode != 0:
        print("# disk_full: skipped, it needs the right to mount")
        return []
    try:
        out = os.path.join(mount, "out")
        run = Run("read", "-o", out, path)
        complaints = one_sentence(run, BAD_OUTPUT, "No space left") + leftovers(out)
        if os.path.isdir(out) and os.listdir(out):
            complaints.append(f"files were left: {os.listdir(out)}")
        return complaints
    finally:
        subprocess.run(["umount", mount], check=False)


@case
def standard_output_full(directory):
    path = capture(directory)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([runner.program(), "read", "--json", path], stdout=full,
                              stderr=subprocess.PIPE, check=False, timeout=60)
    if done.returncode == 0 or not done.stderr.strip():
        return [f"exit status {done.returncode}, stderr {done.stderr!r}: the loss goes unsaid"]
    return []


@case
def closed_streams(directory):
    """What is meant for a stream that is not there does not get into a file that took its number."""
    out = os.path.join(directory, "out")
    done = subprocess.run(["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', runner.program(), "read", "-o", out,
                           capture(directory)], check=False, timeout=60)
    complaints = leftovers(out)
    if done.returncode != BAD_OUTPUT:
        complaints.append(f"exit status {done.returncode}: that there is no report goes unsaid")
    if outcomes(out) != ["established"] * 3:
        complaints.append(f"attempts: {outcomes(out)}")
    return complaints


@case
def output_replaces_older(directory):
    out = os.path.join(directory, "out")
    Run("read", "-o", out, capture(directory, connections=3))
    Run("read", "-o", out, capture(directory, "other.pcap", connections=5))
    return [] if outcomes(out) == ["established"] * 5 else [f"attempts: {outcomes(out)}"]


# Wrong commands

@case
def wrong_commands(directory):
    path = capture(directory)
    complaints = []
    for arguments, words in ((("read",), ()),
                             (("read", "--no-such-option", path), ("no-such-option",)),
                             (("read", "--filter", "tcp prot 80", path), ("filter",)),
                             (("read", "--workers", "many", path), ("workers",)),
                             (("read", "--workers", "0", path), ("workers",)),
                             (("read", "--workers", "-1", path), ("workers",)),
                             (("read", "-o"), ()),
                             (("no-such-verb", path), ("no-such-verb",))):
        run = Run(*arguments)
        complaints += [f"{' '.join(arguments[:3])}: {one}"
                       for one in one_sentence(run, USAGE, *words)]
        if run.stdout:
            complaints.append(f"{' '.join(arguments[:3])}: output on stdout")
    return complaints


@case
def help_is_no_error(_directory):
    complaints = []
    for arguments in (("--help",), ("read", "--help")):
        run = Run(*arguments)
        if run.status != 0 or "read" not in run.stdout or run.stderr:
            complaints.append(f"{' '.join(arguments)}: status {run.status}, stderr {run.stderr!r}")
    return complaints


# Good input in unusual clothes

def compressed(path, tool, ending):
    subprocess.run([tool, *(["-q"] if tool != "gzip" else []), "-k", "-f", path,
                    *([path + ending] if tool == "lz4" else [])], check=True)
    return path + ending


def same_tables(reference, out, names=TABLES[:4]):
    return [f"{name} differs from the plain file's" for name in names
            if content_of(os.path.join(reference, name + ".jsonl"))
            != content_of(os.path.join(out, name + ".jsonl"))]


def read_to(directory, name, *arguments, **more):
    out = os.path.join(directory, name)
    run = Run("read", "-o", out, *arguments, **more)
    return out, [] if run.status == 0 else [f"{name}: status {run.status}: {run.stderr.strip()}"]


@case
def compressed_files(directory):
    path = capture(directory, connections=300)
    plain, complaints = read_to(directory, "plain", path)
    for tool, ending in (("gzip", ".gz"), ("zstd", ".zst"), ("lz4", ".lz4")):
        if shutil.which(tool) is None:
            print(f"# compressed_files: {tool} skipped, it is not installed")
            continue
        packed = compressed(path, tool, ending)
        # the content decides, not the name
        renamed = os.path.join(directory, f"capture-of-{tool}")
        shutil.copy(packed, renamed)
        out, more = read_to(directory, tool, renamed)
        complaints += more or [f"{tool}: {one}" for one in same_tables(plain, out)]
    return complaints


@case
def standard_input(directory):
    path = capture(directory)
    plain, complaints = read_to(directory, "plain", path)
    with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
        out, more = read_to(directory, "piped", "-", stdin=cat.stdout)
    return complaints + (more or same_tables(plain, out))


@case
def pcapng_is_the_same(directory):
    plain, complaints = read_to(directory, "plain", capture(directory, nanoseconds=True))
    out, more = read_to(directory, "ng", capture(directory, "good.pcapng", kind="pcapng"))
    return complaints + more + same_tables(plain, out)


@case
def several_files(directory):
    """A rotated capture: two files, one after the other, are one story; in any order."""
    whole = capture(directory, connections=20)
    content = content_of(whole)
    position = 24
    for _ in range(95):  # in the middle of a connection
        position += 16 + int.from_bytes(content[position + 8:position + 12], "little")
    first = spoilt(directory, "first.pcap", content[:position])
    second = spoilt(directory, "second.pcap", content[:24] + content[position:])
    plain, complaints = read_to(directory, "plain", whole)
    for name, order in (("forth", (first, second)), ("back", (second, first))):
        out, more = read_to(directory, name, *order)
        if more:
            complaints += more
            continue
        complaints += [f"{name}: {one}" for one in
                       same_tables(plain, out, ("attempts", "services"))]
    return complaints


@case
def same_file_twice_as_two_vantages(directory):
    path = capture(directory)
    out, complaints = read_to(directory, "out", "a=" + path, "b=" + path)
    return complaints or ([] if outcomes(out) == ["established"] * 3 else [str(outcomes(out))])


@case
def csv_tables(directory):
    """Beside each .jsonl a .csv with the same records."""
    path = capture(directory)
    out, complaints = read_to(directory, "out", "--csv", path)
    for name in TABLES:
        if complaints:
            break
        with open(os.path.join(out, name + ".csv"), encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        lines = runner.jsonl(out, name)
        if len(rows) != len(lines):
            complaints.append(f"{name}.csv has {len(rows)} records, {name}.jsonl {len(lines)}")
    return complaints


@case
def filter_of_nothing(directory):
    """A filter that nothing passes: all is filtered, no attempt, status 0."""
    out, complaints = read_to(directory, "out", "--filter", "udp port 9", capture(directory))
    if complaints:
        return complaints
    port = runner.jsonl(out, "ports")[0]
    if port["filtered"] != port["received"] or outcomes(out):
        return [f"filtered {port['filtered']} of {port['received']}, attempts {outcomes(out)}"]
    return []


@case
def empty_capture_says_so(directory):
    """No frames at all: status 0, and a reader is told that there was nothing."""
    net = scenarios.load()["empty_capture"]()
    run = Run("read", *net.write(directory))
    return [] if run.status == 0 and run.stdout.strip() else [
        f"status {run.status}, stdout {run.stdout!r}"]


def main():
    return runner.run_all(CASES)


if __name__ == "__main__":
    sys.exit(main())

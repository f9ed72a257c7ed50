#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Whole processes on the same capture: synoptic beside those of its peers that are installed.

usage: compare.py BUILD [CAPTURE]

CPU seconds are the kernel's account of each process (user and system). The tools take turns, so that
what else the machine does meets all of them. They do not compute the same: the table says which of
their many uses was run.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

RUNS = ((2.5, 5), (15.0, 3))  # what takes up to so many seconds runs so often; once what takes more
ATTEMPTS = (2_000_000, 10_000_000)
TIMEOUT_S = 120

# name, arguments; FILE and OUT are replaced.
PEERS = (
    ('tshark', ('tshark', '-n', '-q', '-z', 'conv,tcp', '-r', 'FILE')),
    ('tcptrace', ('tcptrace', '-n', 'FILE')),
    ('argus', ('argus', '-r', 'FILE', '-w', 'OUT')),
    ('softflowd', ('softflowd', '-d', '-c', 'none', '-p', 'OUT', '-r', 'FILE')),
    # With its default it follows 8,192 flows at a time; here as many as the others.
    ('softflowd, 1 M flows', ('softflowd', '-m', '1000000', '-d', '-c', 'none', '-p', 'OUT', '-r',
                              'FILE')),
)


def run(arguments, stdin=subprocess.DEVNULL):
    """CPU seconds, wall seconds and peak resident MB of one process; None when it failed."""
    start = time.monotonic()
    with subprocess.Popen(arguments, stdin=stdin, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        timer = threading.Timer(TIMEOUT_S, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        return None
    return {'cpu_s': usage.ru_utime + usage.ru_stime, 'wall_s': time.monotonic() - start,
            'rss_mb': usage.ru_maxrss / 1024}


def commands(build, capture, folder):
    """(name, arguments) of what can be run, and rows for what cannot."""
    synoptic = os.path.join(build, 'app', 'synoptic', 'synoptic')
    found = [('synoptic read', (synoptic, 'read', capture))]
    skipped = []
    for name, words in PEERS:
        if shutil.which(words[0]) is None:
            skipped.append({'tool': name, 'skipped': 'not installed'})
            continue
        out = os.path.join(folder, name + '.out')
        found.append((name, tuple({'FILE': capture, 'OUT': out}.get(w, w) for w in words)))
    return found, skipped


def runs_due(taken):
    """How often a tool is to run, by how long its first run took."""
    if not taken:
        return 1
    return next((runs for seconds, runs in RUNS if taken[0]['wall_s'] <= seconds), 1)


def compare(build, capture, folder):
    """One row a tool: medians over the runs."""
    found, rows = commands(build, capture, folder)
    taken = {name: [] for name, _ in found}
    failed = set()
    for _ in range(RUNS[0][1]):
        for name, arguments in found:
            if name in failed or len(taken[name]) >= runs_due(taken[name]):
                continue
            out = os.path.join(folder, name + '.out')
            if os.path.exists(out):
                os.remove(out)
            usage = run(arguments)
            if usage is None:
                failed.add(name)
            else:
                taken[name].append(usage)
    for name, arguments in found:
        shown = ' '.join([os.path.basename(arguments[0]), *arguments[1:]])
        shown = shown.replace(capture, 'FILE').replace(folder, 'FOLDER')
        if name in failed:
            rows.append({'tool': name, 'skipped': 'it failed or took too long', 'command': shown})
            continue
        rows.append({'tool': name, 'command': shown, 'runs': len(taken[name]),
                     'cpu_s': statistics.median(u['cpu_s'] for u in taken[name]),
                     'cpu_min_s': min(u['cpu_s'] for u in taken[name]),
                     'rss_mb': max(u['rss_mb'] for u in taken[name])})
    return rows


def memory(build, folder):
    """Peak memory of reading lone SYNs, each from another source, through a pipe."""
    gencap = os.path.join(build, 'tests', 'bench', 'gencap')
    synoptic = os.path.join(build, 'app', 'synoptic', 'synoptic')
    rows = []
    for attempts in ATTEMPTS:
        pipe = os.path.join(folder, f'attempts-{attempts}')
        os.mkfifo(pipe)
        with subprocess.Popen([gencap, pipe, '--attempts', str(attempts)],
                              stdout=subprocess.DEVNULL) as writer:
            usage = run((synoptic, 'read', pipe))
            writer.terminate()
        os.remove(pipe)
        rows.append({'attempts': attempts, **(usage or {'skipped': 'synoptic read failed'})})
    return rows


def main():
    build = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix='compare-', dir=build) as folder:
        capture = sys.argv[2] if len(sys.argv) > 2 else os.path.join(folder, 'mix.pcap')
        if len(sys.argv) <= 2:
            gencap = os.path.join(build, 'tests', 'bench', 'gencap')
            subprocess.run([gencap, capture], stdout=subprocess.DEVNULL, check=True)
        print(json.dumps({'compare': compare(build, capture, folder),
                          'memory': memory(build, folder)}, indent=1))


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()

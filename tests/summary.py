#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Closes a test run: shows the output of what failed, why tests were skipped, and as the last line
`N passed, N failed, N skipped`. Exit status 1 when anything failed, or when nothing ran.

Reads meson's machine-readable log. The arguments after -- are results of other kinds, STATUS|NAME."""

import argparse
import json
import os
import subprocess
import sys

PASSED = ('OK', 'EXPECTEDFAIL')
SHOWN_LINES = 100


def last_line(text):
    lines = [line.strip() for line in text.split('\n') if line.strip()]
    return lines[-1] if lines else 'no reason given'


def output(test):
    return test.get('stdout', '') + test.get('stderr', '')


def read_log(build):
    """The results of meson test, one JSON object a line; none when it did not get that far."""
    path = os.path.join(build, 'meson-logs', 'testlog.json')
    if not os.path.exists(path):
        return []
    with open(path, encoding='utf-8', errors='replace') as log:
        return [json.loads(line) for line in log]


def not_run(build, results):
    """Names of tests that the build has and the log has not."""
    listed = subprocess.run(['meson', 'introspect', build, '--tests'], capture_output=True,
                            text=True, check=True).stdout
    left = [test['name'].split(' / ')[-1] for test in results]
    absent = []
    for test in json.loads(listed):
        bare = test['name'].split(' / ')[-1]
        if bare in left:
            left.remove(bare)
        else:
            absent.append(test['name'])
    return absent


def show_failure(test):
    lines = output(test).rstrip().split('\n')
    print(f'\nFAILED {test["name"]} ({test["result"]}, status {test["returncode"]}):')
    if len(lines) > SHOWN_LINES:
        print(f'  | ... {len(lines) - SHOWN_LINES} lines before, in meson-logs/testlog.txt')
    for line in lines[-SHOWN_LINES:]:
        print('  | ' + line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--build', help='build directory in which meson test ran')
    parser.add_argument('--status', type=int, default=0, help='exit status of meson test')
    parser.add_argument('--all', action='store_true', help='every test of the build was to run')
    parser.add_argument('others', nargs='*', metavar='STATUS|NAME')
    args = parser.parse_args()

    others = [other.split('|', 1) for other in args.others]
    results = read_log(args.build) if args.build else []
    passed = [t for t in results if t['result'] in PASSED]
    skipped = [t for t in results if t['result'] == 'SKIP']
    failed = [t for t in results if t not in passed and t not in skipped]
    lost = not_run(args.build, results) if args.build and args.all else []

    for test in failed:
        show_failure(test)
    for name in lost:
        print(f'\nFAILED {name}: it did not run')
    for name in (name for status, name in others if status != 'passed'):
        print(f'\nFAILED {name}: see above')
    if args.build and not lost and (not results or args.status and not failed):
        print(f'\nFAILED meson test: {len(results)} results, and it ended with status {args.status}')
        lost.append('meson test')
    if skipped:
        print('\nSkipped:')
    for test in skipped:
        print(f'  {test["name"]}: {last_line(output(test))}')

    good = len(passed) + sum(status == 'passed' for status, _ in others)
    bad = len(failed) + len(lost) + sum(status != 'passed' for status, _ in others)
    print(f'\n{good} passed, {bad} failed, {len(skipped)} skipped')
    sys.exit(1 if bad or not good else 0)


main()

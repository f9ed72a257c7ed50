#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""summary.py decides whether the suite has passed, so it is tried on results that are known."""

import json
import os
import subprocess
import sys
import tempfile

SUMMARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'summary.py')


def result(name, verdict, status=0, stdout=''):
    return {'name': name, 'result': verdict, 'returncode': status, 'stdout': stdout}


GOOD = result('unit / good', 'OK')
BAD = result('unit / bad', 'FAIL', 1, 'line of the failure\n')
SLOW = result('unit / slow', 'TIMEOUT', -15)
ABSENT = result('golden / absent', 'SKIP', 77, 'noise\nno such capture\n\n')

# results in the log or None for no log, other arguments, exit status, what is printed, last line
CASES = [
    ([GOOD, GOOD], [], 0, '', '2 passed, 0 failed, 0 skipped'),
    ([GOOD, ABSENT], [], 0, 'golden / absent: no such capture', '1 passed, 0 failed, 1 skipped'),
    ([GOOD, BAD], ['--status', '1'], 1, 'line of the failure', '1 passed, 1 failed, 0 skipped'),
    ([GOOD, SLOW], ['--status', '1'], 1, 'FAILED unit / slow', '1 passed, 1 failed, 0 skipped'),
    ([ABSENT], [], 1, '', '0 passed, 0 failed, 1 skipped'),
    ([], [], 1, 'FAILED meson test', '0 passed, 1 failed, 0 skipped'),
    (None, ['--', 'passed|one build'], 1, 'FAILED meson test', '1 passed, 1 failed, 0 skipped'),
    ([GOOD], ['--status', '2'], 1, 'FAILED meson test', '1 passed, 1 failed, 0 skipped'),
    ([GOOD], ['--', 'passed|a', 'failed|b'], 1, 'FAILED b:', '2 passed, 1 failed, 0 skipped'),
]


def run(results, arguments):
    with tempfile.TemporaryDirectory() as build:
        if results is not None:
            os.mkdir(os.path.join(build, 'meson-logs'))
            with open(os.path.join(build, 'meson-logs', 'testlog.json'), 'w',
                      encoding='utf-8') as log:
                log.writelines(json.dumps(one) + '\n' for one in results)
        return subprocess.run([sys.executable, SUMMARY, '--build', build, *arguments],
                              capture_output=True, text=True, check=False)


def main():
    wrong = 0
    for results, arguments, status, printed, closing in CASES:
        done = run(results, arguments)
        lines = done.stdout.split('\n')
        if done.returncode != status or printed not in done.stdout or lines[-2:] != [closing, '']:
            wrong += 1
            print(f'expected status {status}, "{printed}", "{closing}":', done)
    print(f'{len(CASES)} cases, {wrong} wrong')
    sys.exit(1 if wrong else 0)


main()

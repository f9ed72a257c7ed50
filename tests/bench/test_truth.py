#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""What the loop reports of the benchmark's traffic is what the traffic was: above all, no attempt of
a real client is lost beside a flood that pushes flows out of the full table. No times are judged.

usage: test_truth.py BENCH
"""

import json
import subprocess
import sys

RUNS = (
    ('steady', '--flows', '250000', '--packets', '300000'),
    ('steady', '--flows', '250000', '--packets', '300000', '--tracking', 'handshake'),
    ('synflood', '--flows', '524288', '--packets', '800000'),
    ('scan', '--flows', '131072', '--packets', '300000'),
)


def complaints_of(result):
    wrong = ['%s: %d reported, %d were there' % (name, result['reported'].get(name, 0), count)
             for name, count in result['expected'].items()
             if result['reported'].get(name, 0) != count]
    if result['scenario'] in ('synflood', 'scan') and not sum(result['evicted']):
        wrong.append('no flow was pushed out: the table was not full')
    return wrong


def main():
    failed = 0
    for run in RUNS:
        command = [sys.argv[1], 'loop', *run, '--seconds', '0.1']
        output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        result = json.loads(output)
        wrong = [result['skipped']] if 'skipped' in result else complaints_of(result)
        print('FAILED' if wrong else 'ok', ' '.join(run), '; '.join(wrong))
        failed += bool(wrong)
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""A .c file is at most 400 lines and a function at most 100. size-allowed.txt names the exceptions."""

import os

import tree

FILE_LINES = 400
FUNCTION_LINES = 100
ALLOWED = 'tests/lint/size-allowed.txt'


def allowed(root, report):
    """{path: line in the list}; each entry needs a reason, and a file that still needs the leave."""
    table = {}
    if not os.path.exists(os.path.join(root, ALLOWED)):
        return table
    for number, line in enumerate(tree.code(root, ALLOWED).split('\n'), 1):
        words = line.split(None, 1)
        if not words or line.startswith('#'):
            continue
        if len(words) < 2:
            report.add(ALLOWED, number, f'{words[0]}: the reason is missing')
        table[words[0]] = number
    return table


def check_functions(path, lines, report):
    """A function's body begins with { and ends with } in column 0: the formatter sees to that."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == '{':
            start = number
        elif line.startswith('}') and start is not None:
            length = number - start + 1
            if length > FUNCTION_LINES:
                report.add(path, start, f'function of {length} lines, at most {FUNCTION_LINES}')
            start = None


def check(root, report):
    exceptions = allowed(root, report)
    for path in tree.files(root, '.c', '.h', under=('lib', 'app', 'tests')):
        lines = tree.code(root, path).rstrip('\n').split('\n')
        report.looked_at += 1
        too_long = len(lines) > FILE_LINES
        if path in exceptions:
            if not too_long:
                report.add(ALLOWED, exceptions.pop(path), f'{path} needs no exception any more')
            exceptions.pop(path, None)
        elif too_long and path.endswith('.c'):
            report.add(path, FILE_LINES + 1, f'{len(lines)} lines, at most {FILE_LINES}:'
                       ' is it one responsibility?')
        check_functions(path, lines, report)
    for path, number in exceptions.items():
        report.add(ALLOWED, number, f'{path} does not exist')


tree.run(check)

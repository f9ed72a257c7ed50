#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Libraries never print, exit or abort; and nobody leaves a mark of unfinished work behind."""

import re

import tree

# In code, not in comments or strings. static_assert is welcome.
CALLS = {
    r'\bv?f?d?printf\s*\(': 'libraries do not print: fill a struct sy_error, or return a value',
    r'\b(put(s|char)|perror|psignal|psiginfo)\s*\(': 'libraries do not print',
    r'\b(stdout|stderr)\b': 'the terminal belongs to the program',
    r'\brte_(log|vlog|exit|panic)\s*\(|\bRTE_LOG\b': 'libraries do not log, exit or panic',
    r'(?<![.>\w])(_?exit|quick_exit|abort|errx?|warnx?|error)\s*\(': 'only the program ends itself',
    r'\bassert\s*\(': 'a wrong input is an error to return, a wrong constant a static_assert',
    r'\b(gets|strcpy|strcat|sprintf|vsprintf|alloca)\s*\(': 'has no bound',
}
MARKS = re.compile(r'\b(TO' 'DO|FIX' 'ME|XX' 'X|HA' 'CK|not imple' r'mented|(?i:st' r'ubs?))\b')


def check(root, report):
    sources = tree.files(root, '.c', '.h', under=('lib',))
    for path in sources:
        code = tree.without_comments(tree.code(root, path))
        for number, line in enumerate(code.split('\n'), 1):
            for pattern, why in CALLS.items():
                found = re.search(pattern, line)
                if found:
                    report.add(path, number, f'{found.group(0).strip("( ")}: {why}')
    everything = tree.files(root, '.c', '.h', '.py', '.sh', 'meson.build', 'dev', 'run',
                            under=('lib', 'app', 'tests', '.ci')) + ['dev']
    for path in everything:
        for number, line in enumerate(tree.code(root, path).split('\n'), 1):
            found = MARKS.search(line)
            if found:
                report.add(path, number, f'{found.group(0)}: finish it, or write it down elsewhere')
    report.looked_at = len(sources)


tree.run(check)

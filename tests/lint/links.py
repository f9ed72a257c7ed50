#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Links between the documents lead to files that exist."""

import os
import re

import tree


def check(root, report):
    for path in tree.files(root, '.md'):
        report.looked_at += 1
        for number, line in enumerate(tree.code(root, path).split('\n'), 1):
            for target in re.findall(r'\]\(([^)#\s]+)[^)]*\)', line):
                where = os.path.join(root, os.path.dirname(path), target)
                if '://' not in target and not os.path.exists(where):
                    report.add(path, number, f'{target} does not exist')


tree.run(check, 'documents')

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""No file names a place of the machine that it was written on."""

import re

import tree

PRIVATE = re.compile(r'(?<![\w.*}])/(work|root|home|Users)/\w[\w./-]*|\blocaldomain\b')


def check(root, report):
    for path in tree.files(root):
        content = tree.text(root, path)
        if content is None:
            continue
        report.looked_at += 1
        for number, line in enumerate(content.split('\n'), 1):
            found = PRIVATE.search(line)
            if found:
                report.add(path, number, f'{found.group(0)} means nothing on another machine')


tree.run(check)

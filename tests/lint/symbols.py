#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Every global symbol of the libraries carries the prefix sy_. The argument is a build directory."""

import os
import subprocess

import tree


def check(build, report):
    for path in tree.files(build, '.a', under=('lib',)):
        if not os.path.basename(path).startswith('libsy_'):
            continue
        report.looked_at += 1
        result = subprocess.run(['nm', '-g', '--defined-only', path], cwd=build,
                                capture_output=True, text=True, check=False)
        if result.returncode:
            report.add(path, 1, result.stderr.strip())
        for line in result.stdout.split('\n'):
            words = line.split()
            if len(words) == 3 and not words[2].startswith('sy_'):
                report.add(path, 1, f'global symbol {words[2]} has no sy_ prefix')


tree.run(check, 'libraries')

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Common misspellings in documents and sources, by codespell."""

import os
import re
import shutil
import subprocess

import tree

IGNORED = 'tests/lint/spelling-ignored.txt'
ENDINGS = ('.md', '.c', '.h', '.py', '.sh', '.json', '.yaml', 'meson.build', 'dev', 'LICENSE')


def check(root, report):
    if not shutil.which('codespell'):
        tree.skip('codespell is not installed')
    paths = tree.files(root, *ENDINGS)
    report.looked_at = len(paths)
    ignored = ['--ignore-words', IGNORED] if os.path.exists(os.path.join(root, IGNORED)) else []
    result = subprocess.run(['codespell', '--disable-colors', *ignored, *paths], cwd=root,
                            capture_output=True, text=True, check=False)
    for path, line, message in re.findall(r'^(\S+?):(\d+): (.*)$', result.stdout, re.M):
        report.add(os.path.normpath(path), int(line), message)
    if result.returncode and not report.faults:
        report.add('codespell', 1, (result.stdout + result.stderr).strip())


tree.run(check)

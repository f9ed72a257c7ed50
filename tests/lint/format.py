#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""C sources look as clang-format with the tree's .clang-format writes them."""

import re
import shutil
import subprocess

import tree


def formatter():
    """The clang-format of the release that the style was set with: others differ in details."""
    for name in ('clang-format-14', 'clang-format'):
        path = shutil.which(name)
        if path and ' 14.' in subprocess.run([path, '--version'], capture_output=True,
                                             text=True, check=True).stdout:
            return path
    return tree.skip('clang-format 14 is not installed')


def check(root, report):
    paths = tree.files(root, '.c', '.h', under=('lib', 'app', 'tests'))
    report.looked_at = len(paths)
    if not paths:
        return
    result = subprocess.run([formatter(), '--dry-run', '-Werror', '--style=file', *paths],
                            cwd=root, capture_output=True, text=True, check=False)
    seen = {}
    for path, line in re.findall(r'^(\S+?):(\d+):\d+: (?:error|warning): ', result.stderr, re.M):
        seen.setdefault(path, set()).add(int(line))
    for path, lines in seen.items():
        report.add(path, min(lines), f'{len(lines)} lines to format: clang-format -i {path}')
    if result.returncode and not seen:
        report.add('.clang-format', 1, result.stderr.strip() or 'clang-format failed')


tree.run(check)

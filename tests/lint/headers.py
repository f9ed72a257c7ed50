#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Each header compiles alone, twice in a row, with only the include paths that its room may see."""

import os
import re
import subprocess

import tree

FLAGS = ['-std=gnu17', '-D_GNU_SOURCE', '-march=x86-64-v2', '-fsyntax-only', '-Wall', '-Wextra',
         '-Wno-missing-field-initializers', '-Werror', '-x', 'c', '-']


def include_folders(path, table):
    """Own folder, and the rooms that the folder's meson.build declares; outside lib/ all rooms."""
    parts = path.split(os.sep)
    visible = table[parts[1]] if parts[0] == 'lib' and parts[1] in table else sorted(table)
    return [os.path.dirname(path)] + [os.path.join('lib', room) for room in visible]


def dpdk_flags():
    """As system headers: their warnings are not ours."""
    flags = subprocess.run(['pkg-config', '--cflags', 'libdpdk'], capture_output=True, text=True,
                           check=False).stdout.split()
    return [word for flag in flags
            for word in (['-isystem', flag[2:]] if flag.startswith('-I') else [flag])]


def check(root, report):
    table = tree.rooms(root)
    paths = tree.files(root, '.h', under=('lib', 'app', 'tests'))
    report.looked_at = len(paths)
    dpdk = dpdk_flags()
    for path in paths:
        include = f'#include "{os.path.basename(path)}"\n'
        folders = ['-I' + folder for folder in include_folders(path, table)]
        result = subprocess.run(['gcc', *folders, *dpdk, *FLAGS], input=include * 2, cwd=root,
                                capture_output=True, text=True, check=False)
        if result.returncode:
            error = re.search(r':(\d+):\d+: (?:fatal )?error: (.*)', result.stderr)
            line, message = error.groups() if error else (1, result.stderr.strip())
            report.add(path, int(line), f'does not compile alone: {message}')


tree.run(check, 'headers')

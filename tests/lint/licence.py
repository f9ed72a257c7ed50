#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Every source file says its licence and whose it is, on its first two lines (after a #! line)."""

import tree

LICENCE = 'SPDX-License-Identifier: BSD-3-Clause'
COPYRIGHT = 'Copyright (c) 2026 The Synoptic authors'
ENDINGS = ('.c', '.h', '.py', '.sh', '.lua', 'meson.build', 'meson_options.txt')
SCRIPTS = ['dev', '.ci/run', 'config/synoptic-prepare']


def check(root, report):
    paths = tree.files(root, *ENDINGS) + SCRIPTS
    report.looked_at = len(paths)
    for path in paths:
        content = tree.code(root, path)
        lines = content.split('\n')
        first = 1 if lines[0].startswith('#!') else 0
        comment = '// ' if path.endswith(('.c', '.h')) else '-- ' if path.endswith('.lua') else '# '
        for offset, wanted in enumerate((comment + LICENCE, comment + COPYRIGHT)):
            if lines[first + offset:first + offset + 1] != [wanted]:
                report.add(path, first + offset + 1, f'should read "{wanted}"')


tree.run(check)

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""A lint that cannot fail guards nothing: plants one fault of each kind in a small tree, which has
to be found at its place, and runs each lint on the same tree without the fault, which has to pass."""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
HEAD = '// SPDX-License-Identifier: BSD-3-Clause\n// Copyright (c) 2026 The Synoptic authors\n\n'
SHELL_HEAD = '#!/bin/sh\n' + HEAD.replace('//', '#')

GOOD = {
    'dev': SHELL_HEAD,
    '.ci/run': SHELL_HEAD,
    'config/synoptic-prepare': SHELL_HEAD,
    'README.md': '[how](docs/how.md)\n',
    'docs/how.md': 'All is well.\n',
    'lib/meson.build': HEAD.replace('//', '#'),
    'lib/base/meson.build': HEAD.replace('//', '#'),
    'lib/base/sy_base.h': HEAD + '#pragma once\n\nint sy_base(void);\n',
    'lib/base/base.c': HEAD + '#include "sy_base.h"\n\nint sy_base(void)\n{\n\treturn 0;\n}\n',
    'lib/flow/meson.build': HEAD.replace('//', '#') + "deps = ['base']\n",
    'lib/flow/sy_flow.h': HEAD + '#pragma once\n\n#include "sy_base.h"\n\nint sy_flow(void);\n',
    'lib/flow/flow.c': HEAD + '#include "sy_base.h"\n#include "sy_flow.h"\n\n'
                              'int sy_flow(void)\n{\n\treturn sy_base();\n}\n',
}


def c_file(*lines):
    return HEAD + '\n'.join(lines) + '\n'


# The lint, the file to plant, its content, and what the lint should say after the file's name.
FAULTS = [
    ('format', 'lib/base/bad.c', c_file('int  x;'), ':4: '),
    ('headers', 'lib/base/sy_bad.h', c_file('#pragma once', 'uint32_t sy_x(void);'), ':5: does not'),
    ('headers', 'lib/base/sy_bad.h', c_file('struct sy_x {', '\tint a;', '};'),
     ':4: does not compile alone: redefinition'),
    ('headers', 'lib/base/sy_bad.h', c_file('#include "sy_flow.h"'),
     ':4: does not compile alone: sy_flow.h: No such file'),
    ('includes', 'lib/base/bad.c', c_file('#include "sy_flow.h"'), ':4: "sy_flow.h" belongs to'),
    ('includes', 'lib/flow/bad.c', c_file('#include <rte_ring.h>'), ':4: <rte_ring.h>: DPDK'),
    ('includes', 'lib/flow/bad.c', c_file('#include "../base/sy_base.h"'), ':4: "../base/sy_base.h"'),
    ('includes', 'lib/flow/sy_base.h', c_file('#pragma once'), ':1: lib/base has a header of'),
    ('tokens', 'lib/base/bad.c', c_file('void f(void)', '{', '\tprintf("");', '}'), ':6: printf'),
    ('tokens', 'lib/base/bad.c', c_file('// Well.', 'void f(void) { abort(); }'), ':5: abort'),
    ('tokens', 'lib/base/bad.c', c_file('void f(int x) { assert(x); }'), ':4: assert'),
    ('tokens', 'lib/base/bad.c', c_file('// TO' + 'DO: all of it'), ':4: TO' + 'DO'),
    ('tokens', 'tests/bad.sh', SHELL_HEAD + '# a st' + 'ub\n', ':5: st' + 'ub'),
    ('licence', 'lib/base/bad.c', 'int x;\n', ':1: should read'),
    ('licence', 'tests/bad.py', SHELL_HEAD.replace('2026', '2025'), ':3: should read'),
    ('paths', 'docs/bad.md', 'See\n/' + 'home/me/notes\n', ':2: /' + 'home/me/notes'),
    ('sizes', 'lib/base/bad.c', c_file(*['// line'] * 400), ':401: 403 lines'),
    ('sizes', 'lib/base/bad.c', c_file('int f(void)', '{', *['\tg();'] * 99, '}'), ':5: function of'),
    ('sizes', 'tests/lint/size-allowed.txt', 'lib/base/base.c small\n', ':1: lib/base/base.c needs no'),
    ('sizes', 'tests/lint/size-allowed.txt', 'lib/base/gone.c long\n', ':1: lib/base/gone.c does not'),
    ('spelling', 'docs/bad.md', 'Well,\nteh' + ' end.\n', ':2: teh'),
    ('links', 'docs/bad.md', '[gone](gone.md)\n', ':1: gone.md does not exist'),
]


def write(tree, path, content):
    path = os.path.join(tree, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(content)


def good_tree(folder):
    for path, content in GOOD.items():
        write(folder, path, content)
    shutil.copy(os.path.join(ROOT, '.clang-format'), folder)


def lint(name, argument):
    return subprocess.run([sys.executable, os.path.join(HERE, name + '.py'), argument],
                          capture_output=True, text=True, check=False)


def try_fault(name, path, content, complaint):
    """None, or what is wrong with the lint."""
    with tempfile.TemporaryDirectory() as folder:
        good_tree(folder)
        before = lint(name, folder)
        write(folder, path, content)
        after = lint(name, folder)
    if before.returncode:
        return f'fails without the fault: {before.stdout}{before.stderr}'
    if after.returncode != 1 or path + complaint not in after.stdout:
        return f'expected "{complaint}" for {path}: {after.returncode} {after.stdout}{after.stderr}'
    return None


def try_symbols():
    """The same for symbols.py, which looks at libraries."""
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, 'lib'))
        for symbol, status in (('sy_good', 0), ('bad', 1)):
            made = os.path.join(folder, symbol + '.o')
            subprocess.run(['gcc', '-x', 'c', '-c', '-o', made, '-'], input=f'int {symbol};',
                           text=True, check=True)
            subprocess.run(['ar', 'rc', os.path.join(folder, 'lib', 'libsy_x.a'), made], check=True)
            result = lint('symbols', folder)
            if result.returncode != status or status and 'global symbol bad' not in result.stdout:
                return f'{symbol}: {result.returncode} {result.stdout}{result.stderr}'
    return None


def main():
    failed = 0
    for name, path, content, complaint in FAULTS:
        wrong = try_fault(name, path, content, complaint)
        failed += bool(wrong)
        print(f'{name}: {wrong}' if wrong else f'{name}: finds {path}{complaint}')
    wrong = try_symbols()
    failed += bool(wrong)
    print(f'symbols: {wrong or "finds a symbol without prefix"}')
    sys.exit(1 if failed else 0)


main()

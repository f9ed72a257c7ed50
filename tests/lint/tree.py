# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""What the lints share: the files of the tree, the rooms of lib/, and how a fault is reported."""

import os
import re
import sys

EXIT_SKIPPED = 77  # meson's exit status for a test that could not run


def files(root, *endings, under=('',)):
    """Paths relative to root, sorted, of the files below `under` that end so; all without endings."""
    found = []
    for top in under:
        for where, folders, names in os.walk(os.path.join(root, top)):
            folders[:] = [f for f in folders if not is_outside(f)]
            found += [os.path.relpath(os.path.join(where, name), root)
                      for name in names if name != '.git'  # a file in a linked worktree
                      and (not endings or name.endswith(endings))]
    return sorted(set(found))


def is_outside(folder):
    """True for a folder that is no part of the source tree."""
    return (folder in ('.git', '__pycache__', '.cache', 'build', 'obj-x86_64-linux-gnu')
            or folder.startswith(('build-', '.pc')))


def text(root, path):
    """The text of a file, or None for a file that is no text (a capture)."""
    try:
        with open(os.path.join(root, path), encoding='utf-8', newline='') as file:
            content = file.read()
    except UnicodeDecodeError:
        return None
    return None if '\0' in content else content


def code(root, path):
    """The text of a source file, whatever bytes are in it."""
    with open(os.path.join(root, path), encoding='utf-8', errors='replace', newline='') as file:
        return file.read()


def without_comments(source, keep_strings=False):
    """C code with comments, and unless told otherwise literals, blanked; lines keep their numbers."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''

    def blank(match):
        found = match.group(0)
        if keep_strings and found[0] in '"\'':
            return found
        return re.sub(r'[^\n]', ' ', found)

    return re.sub(pattern, blank, source, flags=re.S)


def rooms(root):
    """The rooms of lib/ and the rooms that each may include, as its meson.build declares them."""
    table = {}
    for path in files(root, 'meson.build', under=('lib',)):
        folders = path.split(os.sep)[1:-1]
        if len(folders) != 1:
            continue
        declared = re.search(r'^deps\s*=\s*\[(.*?)\]', code(root, path), re.M | re.S)
        table[folders[0]] = re.findall(r"'(\w+)'", declared.group(1)) if declared else []
    return table


class Report:
    """Collects faults as file:line: message."""

    def __init__(self):
        self.faults = []
        self.looked_at = 0

    def add(self, path, line, message):
        self.faults.append((path, line, message))

    def finish(self, things='files'):
        """Prints the faults; returns the exit status. Looking at nothing is a fault as well."""
        for path, line, message in sorted(self.faults):
            print(f'{path}:{line}: {message}')
        if not self.looked_at:
            print(f'no {things} found to look at')
            return 1
        print(f'{self.looked_at} {things}, {len(self.faults)} faults')
        return 1 if self.faults else 0


def run(check, things='files'):
    """main() of a lint: check(root, report) on the tree named by the first argument."""
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit(f'usage: {os.path.basename(sys.argv[0])} DIRECTORY')
    report = Report()
    check(sys.argv[1], report)
    sys.exit(report.finish(things))


def skip(reason):
    """Ends the lint as skipped."""
    print(reason)
    sys.exit(EXIT_SKIPPED)

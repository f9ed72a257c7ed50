#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Includes point one way: a room of lib/ sees its own headers and those of its declared deps."""

import os
import re

import tree

DPDK_ROOMS = ('source', 'handoff')  # DPDK stays at the edges


def owners(root, report):
    """Which room each sy_ header belongs to. A name that stands twice would be found by luck."""
    owner = {}
    for path in tree.files(root, '.h', under=('lib',)):
        room, name = path.split(os.sep)[1], os.path.basename(path)
        if name in owner and owner[name] != room:
            report.add(path, 1, f'lib/{owner[name]} has a header of the same name')
        owner[name] = room
    return owner


def check_include(path, line, name, quoted, context, report):
    table, owner = context
    room = path.split(os.sep)[1]
    if re.match(r'(rte_|cmdline)', name):
        if room not in DPDK_ROOMS:
            report.add(path, line, f'<{name}>: DPDK belongs in lib/{", lib/".join(DPDK_ROOMS)}'
                       ' and app/ only')
        return
    if not quoted:
        return
    other = owner.get(os.path.basename(name))
    if other is None or '/' in name:
        report.add(path, line, f'"{name}" is no header of lib/ by its plain name')
    elif other != room and other not in table[room]:
        report.add(path, line, f'"{name}" belongs to lib/{other}, which lib/{room}/meson.build'
                   ' does not name in deps')
    elif other != room and not name.startswith('sy_'):
        report.add(path, line, f'"{name}" is private to lib/{other}')


def check(root, report):
    table = tree.rooms(root)
    context = (table, owners(root, report))
    for path in tree.files(root, '.c', '.h', under=('lib',)):
        if path.split(os.sep)[1] not in table:
            report.add(path, 1, 'lies in no room: its folder has no meson.build')
            continue
        report.looked_at += 1
        code = tree.without_comments(tree.code(root, path), keep_strings=True)
        for number, line in enumerate(code.split('\n'), 1):
            found = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
            if found:
                check_include(path, number, found.group(2), found.group(1) == '"', context, report)


tree.run(check)

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""usage: test_units.py SYNOPTIC UNIT... SYSUSERS TMPFILES: systemd understands the units, and finds
little that they leave open."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

# systemd's exposure level in tenths, 0 to 100: the units' own, and a little room.
EXPOSURE = {'synoptic.service': 20, 'synoptic-prepare.service': 50}


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False,
                            env={**os.environ, 'SYSTEMD_PAGER': '', 'LC_ALL': 'C'})
    return result.returncode, result.stdout + result.stderr


def prepare_copy(unit, folder, synoptic):
    """The unit, with commands that are there: systemd looks for them."""
    with open(unit, encoding='utf-8') as file:
        text = file.read()
    if '@' in re.sub(r'@[a-z-]+(?=\n|$)', '', re.sub(r'(?m)^#.*', '', text)):
        sys.exit(f'{unit}: something was not filled in')
    text = re.sub(r'(?m)^(Exec\w+=)\S+/synoptic ', rf'\g<1>{synoptic} ', text)
    text = re.sub(r'(?m)^(Exec\w+=)\S+/synoptic-prepare ', r'\g<1>/bin/true ', text)
    copy = os.path.join(folder, os.path.basename(unit))
    with open(copy, 'w', encoding='utf-8') as file:
        file.write(text)
    return copy


def check_verify(copies):
    """Anything that verify says is a fault, unless it is about the units of this machine."""
    _, said = run('systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', *copies)
    return [line for line in said.split('\n') if 'synoptic' in line]


def check_security(copy):
    limit = EXPOSURE[os.path.basename(copy)]
    status, said = run('systemd-analyze', 'security', '--offline=true', f'--threshold={limit}',
                       '--no-pager', copy)
    print(said.strip().split('\n')[-1])
    return [f'{os.path.basename(copy)}: more exposed than {limit / 10}:\n{said}'] if status else []


def check_snippets(sysusers, tmpfiles):
    """In a root of their own: the user is made, and the folders are given to it."""
    if os.geteuid() != 0 or not shutil.which('systemd-sysusers') or not shutil.which('systemd-tmpfiles'):
        print('sysusers and tmpfiles need root and systemd: not tried')
        return []
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.join(root, 'etc'))
        for command in (['systemd-sysusers'], ['systemd-tmpfiles', '--create']):
            path = sysusers if 'sysusers' in command[0] else tmpfiles
            status, said = run(*command, f'--root={root}', path)
            if status:
                return [f'{path}: {said}']
        with open(os.path.join(root, 'etc/passwd'), encoding='utf-8') as file:
            user = re.search(r'(?m)^synoptic:[^:]*:(\d+):', file.read())
        found = os.stat(os.path.join(root, 'var/lib/synoptic'))
        if not user or found.st_uid != int(user.group(1)) or found.st_mode & 0o777 != 0o750:
            return [f'{tmpfiles}: /var/lib/synoptic is not the user\'s: {found}']
    return []


def main():
    synoptic, units = sys.argv[1], sys.argv[2:-2]
    snippets = [os.path.abspath(path) for path in sys.argv[-2:]]
    if not shutil.which('systemd-analyze'):
        print('systemd-analyze is not installed')
        sys.exit(77)
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        copies = [prepare_copy(unit, folder, os.path.abspath(synoptic)) for unit in units]
        faults += check_verify(copies)
        for copy in copies:
            faults += check_security(copy)
        # The check can fail: a directive that does not exist is found.
        with open(copies[0], 'a', encoding='utf-8') as file:
            file.write('\n[Service]\nNoSuchDirective=yes\n')
        if not check_verify(copies[:1]):
            faults.append('systemd-analyze verify does not see a directive that does not exist')
    faults += check_snippets(*snippets)
    print('\n'.join(faults) or f'{len(units)} units, 2 snippets: fine')
    sys.exit(1 if faults else 0)


main()

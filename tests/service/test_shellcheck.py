#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""usage: test_shellcheck.py SCRIPT...: shellcheck has nothing to say about the scripts."""

import shutil
import subprocess
import sys

if not shutil.which('shellcheck'):
    print('shellcheck is not installed')
    sys.exit(77)
sys.exit(subprocess.run(['shellcheck', *sys.argv[1:]], check=False).returncode)

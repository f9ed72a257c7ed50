# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""A world of its own for a test that builds networks.

The test runs itself again in new mount, network and process namespaces, as process 1 of the latter.
Whatever it makes (processes, networks, mounted disks, files in `work()`) exists only in there, and
the kernel removes all of it when that process ends, however it ends: by itself, by ^C, or killed.
Nothing has a name outside, so runs do not meet, and nothing can be left behind.
"""

import os
import shutil
import signal
import subprocess
import sys

SKIPPED = 77
INSIDE = "SYNOPTIC_LIVE_TEST_INSIDE"
UNSHARE = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]


def skip(reason):
    """Ends the test as skipped; its last line is the reason."""
    print(f"skipped: {reason}")
    sys.stdout.flush()
    sys.exit(SKIPPED)


def require(*tools):
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        skip("not installed: " + ", ".join(missing))


def enter(*tools):
    """Returns inside; skips the test where that cannot be."""
    if os.environ.get(INSIDE) == "yes" and os.getpid() == 1:
        furnish()
        return
    if os.geteuid() != 0:
        skip("not root: network namespaces with a firewall need it")
    require("unshare", "mount", "ip", *tools)
    trial = subprocess.run([*UNSHARE, "true"], capture_output=True, check=False)
    if trial.returncode != 0:
        skip("no namespaces here: " + trial.stderr.decode(errors="replace").strip())
    sys.stdout.flush()
    os.environ[INSIDE] = "yes"
    os.execvp("unshare", [*UNSHARE, sys.executable, "-B", *sys.argv])


def furnish():
    """What process 1 of the new world does first."""
    # Process 1 gets no signal that it has not asked for.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", "/run"], check=True)
    for directory in ("/run/netns", work()):
        os.mkdir(directory)


def work():
    """A directory in memory that goes with the namespaces."""
    return "/run/synoptic-live"

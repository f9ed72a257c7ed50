# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Traffic between the client and the server of a lab."""

import contextlib
import json
import os
import subprocess
import time

import lab
import scenarios

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"
# Failures rest on attempts that were watched for a second after their last SYN.
AFTERWARDS = 1.3
FIRST_PORT = 20000   # of the client


def serve(net, reset_port, ports):
    """Starts the server's listeners; they answer when this returns."""
    words = [str(reset_port), *(str(port) for port in ports if port != reset_port)]
    process = net.start("server", [PYTHON, "-B", os.path.join(HERE, "listen.py"), *words],
                        stdout=subprocess.PIPE)
    if process.stdout.readline() != b"ready\n":
        raise RuntimeError("the server does not listen")


def connect(net, tasks, seconds=60):
    """Does all of them; returns them with what became of each."""
    words = [PYTHON, "-B", os.path.join(HERE, "connect.py"), str(FIRST_PORT)]
    process = net.start("client", words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    out, _ = process.communicate(json.dumps(tasks).encode(), timeout=seconds)
    if process.returncode != 0:
        raise RuntimeError(f"the client ended with status {process.returncode}")
    return json.loads(out)


def afterwards(net):
    """Time goes on, and packets show it."""
    time.sleep(AFTERWARDS)
    net.settle()
    time.sleep(0.2)


def tasks_of(cases):
    return [{"case": name, "version": version, "addr": lab.server(case.host, version),
             "port": case.port, "act": case.act, "wave": case.wave}
            for version in (4, 6) for name, case in cases.items() if version in case.versions
            for _ in range(case.tries)]


@contextlib.contextmanager
def world(cases, tags=False, router_ttl=64):
    """A new lab, in which nothing has happened yet, and the traffic of the cases, to be called."""
    net = lab.Lab(tags, router_ttl)
    try:
        serve(net, scenarios.RESET_PORT, scenarios.LISTENING)

        def happen():
            done = connect(net, tasks_of(cases))
            afterwards(net)
            return done
        yield net, happen
    finally:
        net.close()

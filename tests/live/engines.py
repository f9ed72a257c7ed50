# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Two ways to watch the taps of a lab with the program under test, behind one interface.

An engine is given views, {name: View}, and worlds to watch (`world()` of traffic.py, its arguments
filled in); it answers with a Watched for each view: what the program says of the traffic that it saw
through the ports of that view.
"""

import dataclasses
import os
import signal
import subprocess

import appliance
import isolate
import lab
import records


@dataclasses.dataclass(frozen=True)
class View:
    """Ports of the analyser that are watched together: {port: vantage}. `device` is the form in which
    the appliance is told of them, with {} in place of the interface."""
    ports: dict
    device: str = "{}"
    fibres: bool = False


@dataclasses.dataclass
class Watched:
    """`problems`: of the run itself; `out` is None when it came to nothing. `truth`: what the traffic
    was, as traffic() returned it."""
    out: records.Output
    truth: object
    problems: list


class Capture:
    """tcpdump at each port, then `synoptic read` of its files."""
    name = "capture"
    has_clock = True     # frames have the time at which the kernel had them

    def __init__(self, program, keep=None):
        self.program, self.keep = program, keep

    def watch(self, views, world):
        ports = sorted({port for view in views.values() for port in view.ports})
        problems = []
        with world() as (net, happen):
            dumps = {port: self.dump(net, port) for port in ports}
            truth = happen()
            for port, process in dumps.items():
                process.send_signal(signal.SIGINT)
                problems += self.losses(port, process)
        return {name: self.read(name, view, truth, problems) for name, view in views.items()}

    def path(self, port):
        return os.path.join(self.keep or isolate.work(), port + ".pcap")

    def dump(self, net, port):
        process = net.start(
            "analyser", ["tcpdump", "-i", port, "-n", "--immediate-mode", "-U", "-B", "16384",
                         "-Z", "root", "-w", self.path(port)],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        line = process.stderr.readline()
        while line and b"listening on" not in line:
            line = process.stderr.readline()
        if not line:
            raise RuntimeError(f"tcpdump does not listen on {port}")
        return process

    @staticmethod
    def losses(port, process):
        _, said = process.communicate(timeout=90)
        return [f"tcpdump on {port}: {line}" for line in said.decode().splitlines()
                if "dropped by" in line and not line.startswith("0 ")]

    def read(self, name, view, truth, problems):
        out = os.path.join(self.keep or isolate.work(), "read-" + name)
        inputs = [f"{vantage}={self.path(port)}" for port, vantage in view.ports.items()]
        done = subprocess.run([self.program, "read", "-o", out, *inputs], capture_output=True,
                              text=True, timeout=60, check=False)
        if done.returncode != 0 or done.stderr:
            problems = problems + [f"synoptic read: status {done.returncode}: {done.stderr}"]
        return Watched(records.of_read(out), truth, problems)


class Live:
    """The appliance itself in the analyser's namespace, one view after the other."""
    name = "live"
    has_clock = False

    def __init__(self, program, keep=None):
        self.program, self.keep = program, keep

    def watch(self, views, world):
        watched = {}
        for name, view in views.items():
            try:
                watched[name] = self.watch_one(name, view, world)
            except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                watched[name] = Watched(None, [], [f"{type(error).__name__}: {error}"])
        return watched

    def watch_one(self, name, view, world):
        # The machine of a test has other things to do than to poll: wider than a tap box needs.
        config = appliance.Config(os.path.join(self.keep or isolate.work(), "live-" + name),
                                  timeouts__reorder_window_ms=200)
        for number, (port, vantage) in enumerate(view.ports.items()):
            side = {"link": "tapped", "side": "ab"[number]} if view.fibres else {}
            config.port(port, view.device.format(port).replace("#", str(number)), vantage=vantage,
                        **side)
        with world() as (net, happen):
            program = appliance.Appliance(self.program, config, net=net)
            try:
                program.start()
                truth = happen()
                problems = program.end()
            finally:
                program.kill()
        return Watched(records.of_store(config.directory), truth, problems)


ENGINES = {engine.name: engine for engine in (Capture, Live)}

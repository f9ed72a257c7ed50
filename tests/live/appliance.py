# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""`synoptic live` as a test starts, asks and ends it."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

import isolate
import lab

# On a busy machine the kernel may take a minute to open or close a port.
READY_SECONDS = END_SECONDS = 90


def has_verb(program, verb):
    done = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    return re.search(rf"^  {verb}\b", done.stdout, re.MULTILINE) is not None


def require_verb(program):
    if not has_verb(program, "live"):
        isolate.skip("the program has no verb live yet")


def yaml(value):
    """A value as YAML on one line: JSON is that, but names of choices have no quotes."""
    if isinstance(value, str) and re.fullmatch("[a-z_]+", value):
        return value
    return json.dumps(value)


class Config:
    """A configuration in the making. `place`: a path for what belongs to it (PLACE.yaml and so on);
    `directory` is where the appliance writes."""

    def __init__(self, place, directory=None, **more):
        self.directory = directory or place
        self.path, self.metrics, self.log = (place + end for end in (".yaml", ".prom", ".log"))
        self.ports = []
        self.sections = {"output": {"rotate_s": 600, "compress": 0, "attempts": True},
                         "log": {"level": "info"}, "workers": {"cores": [1]}}
        self.top = {"interval_s": 1, "huge_pages": False, "memory_mib": 64, "manager_core": 0,
                    "idle": "sleep"}
        for key, value in more.items():
            self.set(key, value)

    def set(self, key, value):
        """`section__key` or the key of the top level."""
        if "__" in key:
            section, name = key.split("__")
            self.sections.setdefault(section, {})[name] = value
        else:
            self.top[key] = value
        return self

    def port(self, name, device, **more):
        self.ports.append({"name": name, "device": device, **more})
        return self

    def workers(self, count):
        """So many workers; the manager shares the first one's CPU where there is no other."""
        first = 1 if os.cpu_count() > count else 0
        return self.set("workers__cores", list(range(first, first + count)))

    def write(self):
        output = {"directory": self.directory, "prometheus": self.metrics,
                  **self.sections["output"]}
        lines = ["ports:"]
        for port in self.ports:
            lines += [f"{'  - ' if number == 0 else '    '}{key}: {yaml(value)}"
                      for number, (key, value) in enumerate(port.items())]
        for section, values in {**self.sections, "output": output}.items():
            lines += [section + ":", *(f"  {key}: {yaml(value)}" for key, value in values.items())]
        lines += [f"{key}: {yaml(value)}" for key, value in self.top.items()]
        with open(self.path, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")


def go_first():
    """Its workers have a core to themselves on an appliance; here they share it with the traffic."""
    os.setpriority(os.PRIO_PROCESS, 0, -15)


class Appliance:
    """One run of it. `net`: the lab whose analyser it runs in; None = in no particular place."""
    all = []

    def __init__(self, program, config, net=None):
        self.program, self.config, self.net = program, config, net
        self.process = None
        self.environment = {}    # beside the test's own
        self.log_path = config.log
        self.notices = []
        self.all.append(self)

    def start(self):
        """Returns when it says that it is ready. Metrics of a run before would be taken for its own."""
        self.config.write()
        if os.path.exists(self.config.metrics):
            os.remove(self.config.metrics)
        with tempfile.TemporaryDirectory(dir=isolate.work()) as place:
            path = os.path.join(place, "notify")
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
                notify.bind(path)
                self.launch(path)
                self.await_ready(notify)

    def launch(self, notify_path):
        words = [self.program, "live", "-c", self.config.path]
        if self.net is not None:
            words = lab.inside("analyser", *words)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=go_first,
                env={**os.environ, **self.environment, "NOTIFY_SOCKET": notify_path})

    def await_ready(self, notify):
        notify.settimeout(0.1)
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"synoptic live ended with status {self.process.returncode} "
                                   f"before it was ready:\n{self.tail()}")
            try:
                self.notices.append(notify.recv(4096).decode())
            except TimeoutError:
                continue
            if "READY=1" in self.notices[-1].split("\n"):
                return
        self.kill()
        raise RuntimeError(f"synoptic live did not become ready in {READY_SECONDS} s:\n{self.tail()}")

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as lines:
            return lines.read()

    def tail(self):
        return "\n".join(self.log().splitlines()[-20:])

    def signal(self, number):
        self.process.send_signal(number)

    def is_running(self):
        return self.process.poll() is None

    def kill(self):
        """Also when it has ended, or never began."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def end(self):
        """Asks it to end. Complaints: unless it does, with status 0."""
        if not self.is_running():
            return [f"it had ended, with status {self.process.returncode}:\n{self.tail()}"]
        began = time.monotonic()
        self.signal(signal.SIGTERM)
        try:
            status = self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return [f"it did not end within {END_SECONDS} s of SIGTERM:\n{self.tail()}"]
        if status != 0:
            return [f"it ended with status {status} after SIGTERM:\n{self.tail()}"]
        print(f"  ended {time.monotonic() - began:.2f} s after SIGTERM")
        return []

    def metric(self, name):
        """The sum over all labels, or over those that the name begins; 0 while there is no file."""
        try:
            with open(self.config.metrics, encoding="utf-8") as lines:
                return sum(float(line.split()[-1]) for line in lines
                           if line.startswith(name) and (
                               "{" in name or line[len(name)] in "{ "))
        except FileNotFoundError:
            return 0

    def await_that(self, holds, seconds):
        """True when holds() was true in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.is_running():
            if holds():
                return True
            time.sleep(0.05)
        return False

    def await_frames(self, count, seconds):
        return self.await_that(lambda: self.metric("synoptic_frames_total") >= count, seconds)

    def await_log(self, words, seconds, after=0):
        """That the log says so, beyond its first `after` characters. Case does not matter."""
        return self.await_that(
            lambda: re.search(words, self.log()[after:], re.IGNORECASE), seconds)


def kill_all():
    """What a test that failed has left running."""
    for one in Appliance.all:
        one.kill()
    Appliance.all.clear()

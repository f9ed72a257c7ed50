#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""The appliance in hard times: many queues, a full disk, kills, new configurations, lost ports.

usage: test_appliance.py PROGRAM [WORD...]      the cases with such a word in their name
"""

import collections
import os
import random
import signal
import subprocess
import sys
import threading
import time

import appliance
import cases
import feed
import lab
import records
from cases import HASTE, PATIENCE, case, program


# Input that comes in several queues

def run_shards(name, place, paths, frames, workers, **more):
    config = appliance.Config(os.path.join(place, name), distribution="software", **more)
    config.workers(workers)
    device = "net_pcap0," + ",".join("rx_pcap=" + path for path in paths)
    config.port("shards", device, queues=len(paths))
    live = appliance.Appliance(program(), config)
    live.start()
    complaints = []
    if not live.await_frames(frames, PATIENCE):
        complaints.append(f"{name}: counts {live.metric('synoptic_frames_total')} of {frames} frames")
    if live.metric("synoptic_wrong_worker_total"):
        complaints.append(f"{name}: segments came to the wrong worker")
    complaints += live.end()
    return complaints, records.of_store(config.directory)


@case
def queues_and_workers(place):
    """One queue or two, one worker or two: the same totals, packet for packet."""
    stories = feed.flows(2000)
    whole, odd, even = (os.path.join(place, name + ".pcap") for name in ("whole", "odd", "even"))
    frames = feed.write(whole, stories)
    # Not by the program's own hash: about half of what a worker polls is another worker's.
    feed.write(odd, stories[1::2])
    feed.write(even, stories[0::2])
    right = records.reference(program(), place, whole)
    complaints = []
    for name, paths, workers in (("one", [whole], 1), ("handed-over", [whole], 2),
                                 ("two-queues", [odd, even], 2)):
        more, out = run_shards(name, place, paths, frames, workers)
        complaints += more + records.compare(name, out, right, frames)
    return complaints


@case
def unequal_queues(place):
    """Two queues of AF_XDP, which the kernel fills as it likes, and beside them none for the second
    worker: the same totals, packet for packet."""
    feed.cable(queues=2)
    stories = feed.flows(1000)
    whole = os.path.join(place, "whole.pcap")
    frames = feed.write(whole, stories)
    right = records.reference(program(), place, whole)
    config = appliance.Config(os.path.join(place, "xdp"), timeouts__reorder_window_ms=200)
    config.workers(2)
    for queue in range(2):
        config.port(f"queue{queue}", f"net_af_xdp{queue},iface=tap,start_queue={queue}", link="tap",
                    vantage="tap")
    live = appliance.Appliance(program(), config)
    live.start()
    feed.play(stories)
    complaints = []
    if not live.await_frames(frames, PATIENCE):
        complaints.append(f"counts {live.metric('synoptic_frames_total')} of {frames} frames")
    complaints += live.end()
    out = records.of_store(config.directory)
    shares = [sum(row["received"] for row in out.ports if row["port"] == port) for port in (0, 1)]
    print(f"  the queues got {shares} frames")
    return complaints + records.compare("xdp", out, right, frames)


@case
def losses_of_queues(place):
    """What the rings of AF_XDP had no room for is counted once, whichever port's ring it was."""
    feed.cable(queues=2)
    config = appliance.Config(os.path.join(place, "lost"))
    for queue in range(2):
        config.port(f"queue{queue}", f"net_af_xdp{queue},iface=tap,start_queue={queue}", link="tap",
                    vantage="tap")
    live = appliance.Appliance(program(), config)
    live.start()
    live.signal(signal.SIGSTOP)
    sent = feed.play(feed.flows(8000, only=feed.REFUSED), per_second=100000)
    live.signal(signal.SIGCONT)
    def accounted():
        return (live.metric("synoptic_frames_total") +
                live.metric('synoptic_lost_frames_total{port="queue0",vantage="tap",kind="nic_missed"') +
                live.metric('synoptic_lost_frames_total{port="queue1",vantage="tap",kind="nic_missed"'))
    complaints = []
    if not live.await_that(lambda: accounted() >= sent, PATIENCE):
        complaints.append(f"{accounted()} frames are accounted for of {sent}")
    complaints += live.end()
    out = records.of_store(config.directory)
    received, lost = (sum(row[what] for row in out.ports) for what in ("received", "nic_missed"))
    print(f"  {received} frames received and {lost} lost of {sent}")
    if lost == 0 or received + lost != sent:
        complaints.append(f"{received} received and {lost} lost are not {sent}")
    return complaints


# Files

def not_written(out):
    lines = collections.Counter()
    for row in out.summaries:
        lines.update((row["not_written"] or {}).get("lines", {}))
    return lines


def fill(directory):
    """Takes all room there is; returns the file to remove."""
    path = os.path.join(directory, "ballast")
    with open(path, "wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            return path


@case
def full_disk(place):
    """Nothing is written for a while, everything is watched, and it catches up."""
    disk = os.path.join(place, "disk")
    os.mkdir(disk)
    lab.command("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk)
    feed.cable()
    config = appliance.Config(os.path.join(place, "full"), os.path.join(disk, "out"), **HASTE)
    config.port("tap", "tap")
    live = appliance.Appliance(program(), config)
    live.start()
    stories = feed.flows(3000, only=feed.REFUSED)
    frames = feed.play(stories[:1000])
    ballast = fill(disk)
    frames += feed.play(stories[1000:])
    complaints = []
    if not live.await_log("cannot write to", PATIENCE):
        complaints.append("does not say that it cannot write")
    if not live.await_frames(frames, PATIENCE):
        complaints.append(f"it watched {live.metric('synoptic_frames_total')} of {frames} frames")
    os.remove(ballast)
    if not live.await_log("all that waited is written", PATIENCE):
        complaints.append("does not say that it writes again")
    said = live.log().count("cannot write to")
    if said > 1:
        complaints.append(f"says {said} times that it cannot write")
    complaints += live.end()
    out = records.of_store(config.directory)
    written, lost = len(out.attempts), not_written(out)
    print(f"  {written} attempts written, not written: {dict(lost)}")
    if written + lost["attempts"] != len(stories):
        complaints.append(f"{written} attempts are written and {lost['attempts']} are counted as not "
                          f"written, of {len(stories)}")
    lab.command("umount", disk)
    return complaints + out.complaints + records.twice(out.attempts)


@case
def killed(place):
    """Killed in the middle of writing and rotating, again and again: nothing half-written."""
    feed.cable()
    config = appliance.Config(os.path.join(place, "killed"), output__rotate_mib=1, output__compress=3,
                              **HASTE).port("tap", "tap")
    complaints, dice = [], random.Random(4)
    stories = feed.flows(6000, only=feed.REFUSED)
    for turn in range(4):
        live = appliance.Appliance(program(), config)
        live.start()
        part = stories[turn * 1500:(turn + 1) * 1500]
        if turn == 3:
            frames = feed.play(part, per_second=1000)
            if not live.await_frames(frames, PATIENCE):
                complaints.append(f"counts {live.metric('synoptic_frames_total')} of {frames} frames")
            complaints += live.end()
            break
        player = threading.Thread(target=feed.play, args=(part,), kwargs={"per_second": 500})
        player.start()
        if not live.await_that(lambda l=live: l.metric("synoptic_attempts_total") >= 500, PATIENCE):
            complaints.append(f"counts no attempts before kill {turn}")
        time.sleep(dice.uniform(0.6, 1.8))
        live.kill()
        player.join()
        early = records.of_store(config.directory, running=True)
        complaints += [f"after kill {turn}: {complaint}" for complaint in early.complaints]
    out = records.of_store(config.directory)
    seen = {row["client_port"] for row in out.attempts}
    played = {10000 + number for number in range(6000)}
    print(f"  {len(seen)} attempts in the files after three kills of {len(played)}")
    if len(seen) < 2000:
        complaints.append("nothing of what was watched before the kills is there")
    if seen - played:
        complaints.append(f"attempts that nobody made: {sorted(seen - played)[:5]}")
    missing = set(range(14500, 16000)) - seen
    if missing:
        complaints.append(f"{len(missing)} attempts of the last run, which ended well, are missing")
    if "recovered" not in live.log() and "removed" not in live.log():
        complaints.append("the log does not say what was recovered")
    return complaints + out.complaints + records.twice(out.attempts)


# The configuration, and what happens to ports

@case
def reread(place):
    """SIGHUP: takes what can change while it runs, and says what cannot."""
    feed.cable()
    config = appliance.Config(os.path.join(place, "reread"), log__level="warning").port("tap", "tap")
    live = appliance.Appliance(program(), config)
    live.start()
    complaints = []

    def reread_and(words, problem):
        config.write()
        after = len(live.log())
        live.signal(signal.SIGHUP)
        if not live.await_log(words, PATIENCE, after):
            complaints.append(f"{problem}; it says {live.log()[after:]!r}")

    stories = feed.flows(50, only=feed.REFUSED)
    config.set("log__level", "info")
    reread_and("log.level: warning -> info", "does not say that it takes another log.level")
    feed.play(stories[:25])
    if not live.await_log(" info .*not_listening", PATIENCE):
        complaints.append(f"does not take another log.level:\n{live.tail()}")
    config.ports[0]["device"] = "elsewhere"
    reread_and("restart", "does not say that another port takes a restart")
    config.ports[0]["device"] = "tap"
    config.set("interval_s", "often")
    reread_and(r"\.yaml:\d+:\d+: interval_s", "does not say what is wrong with a file")
    if not live.is_running():
        return complaints + [f"it ended:\n{live.tail()}"]
    config.set("interval_s", 1)
    former, config.metrics = config.metrics, config.metrics.replace(".prom", "-new.prom")
    reread_and("output.prometheus: ", "does not take another output.prometheus")
    if os.path.exists(former):
        complaints.append("the former file of metrics is still there")
    feed.play(stories[25:])
    if not live.await_frames(sum(len(story) for story in stories), PATIENCE):
        complaints.append("it watches no more")
    complaints += live.end()
    out = records.of_store(config.directory)
    if len(out.attempts) != 50:
        complaints.append(f"{len(out.attempts)} attempts of 50 are written")
    return complaints + out.complaints


@case
def no_such_port(place):
    """EAL starts although a device cannot be had; the program must not."""
    complaints = []
    for name, device in (("interface", "nosuch0"), ("vdev", "net_af_packet0,iface=nosuch0")):
        config = appliance.Config(os.path.join(place, name)).port("tap", device)
        config.write()
        done = subprocess.run([program(), "live", "-c", config.path], capture_output=True, text=True,
                              timeout=60, check=False)
        if done.returncode == 0 or "nosuch0" not in done.stderr:
            complaints.append(f"{name}: status {done.returncode}, says {done.stderr!r}")
    return complaints


@case
def port_vanishes(place):
    """An interface that goes down, and one that is removed, end nothing."""
    feed.cable()
    feed.cable("feed2", "tap2")
    config = appliance.Config(os.path.join(place, "vanish")).port("one", "tap").port("two", "tap2")
    live = appliance.Appliance(program(), config)
    live.start()
    lab.command("ip", "link", "set", "feed2", "down")
    time.sleep(1.5)
    lab.command("ip", "link", "del", "feed2")
    time.sleep(1.5)
    frames = feed.play(feed.flows(50))
    complaints = []
    if not live.await_frames(frames, PATIENCE):
        complaints.append("it watches the other port no more")
    if not live.await_that(lambda: live.metric('synoptic_port_up{port="two"') == 0 and
                           live.metric("synoptic_port_up") == 1, PATIENCE):
        complaints.append("the metrics do not tell that port two is gone")
    feed.cable("feed2", "tap2")
    if not live.await_log("two: the device is back", PATIENCE):
        complaints.append("does not take the port again when it is back")
    frames += feed.play(feed.flows(50, first_port=20000), "feed2")
    if not live.await_frames(frames, PATIENCE):
        complaints.append("it does not watch the port that is back")
    return complaints + live.end()


if __name__ == "__main__":
    sys.exit(cases.main(__doc__))

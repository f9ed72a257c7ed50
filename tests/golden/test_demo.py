#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""The traffic of `synoptic live --demo` tells its stories and no others, and a dissector has nothing
to complain about.

usage: test_demo.py PROGRAM GENDEMO [WORD...]
"""

import hashlib
import os
import shutil
import subprocess
import sys

import runner

GENDEMO = sys.argv.pop(2)
SECONDS = 180

# What the cast of lib/demo is there for: code, subject.
FINDINGS = {
    ("service_silent", "10.32.163.5:80"),
    ("recovered", "10.32.163.5:80"),
    ("reset_by_path", "192.168.2.10:445"),
    ("not_listening", "10.20.10.13:8080"),
    ("not_listening", "10.20.30.3"),  # the scan
    ("host_silent", "10.20.20.9"),
    ("blocked_by_icmp", "10.20.40.7:22"),
}
# Round trips to the servers in µs, by lib/demo/cast.c and what is added at random.
SERVERS = {"10.20.10.11": 420, "10.20.20.5": 610, "10.20.30.2": 540, "10.32.163.5": 280}
COMPLAINTS = ("_ws.malformed", "_ws.expert.severity >= error", "tcp.checksum.status == 0",
              "ip.checksum.status == 0", "icmp.checksum.status == 0", "tcp.analysis.lost_segment",
              "tcp.analysis.ack_lost_segment", "tcp.analysis.out_of_order")


def generate(*arguments):
    return subprocess.Popen([GENDEMO, "/dev/stdout", *map(str, arguments)],
                            stdout=subprocess.PIPE)


def digest(*arguments):
    with generate(*arguments) as made:
        return hashlib.sha256(made.stdout.read()).hexdigest()


def read(out, *arguments):
    """Reads the generated traffic into the directory `out`."""
    with generate(*arguments) as made:
        run = runner.Run("read", "-o", out, "-", stdin=made.stdout, seconds=300)
    if run.status != 0 or made.returncode != 0:
        raise ValueError(f"exit status {run.status} and {made.returncode}: {run.stderr}")


def subject(finding):
    what = finding["subject"]
    return what if isinstance(what, str) else what["text"]


def findings(out):
    got = {(one["code"], subject(one)) for one in runner.jsonl(out, "findings")}
    return ([f"finding {code} of {what} is missing" for code, what in sorted(FINDINGS - got)]
            + [f"finding {code} of {what} is not told" for code, what in sorted(got - FINDINGS)])


def hello(out):
    """Silent from 40 s to 80 s."""
    silent, = (one for one in runner.jsonl(out, "findings") if one["code"] == "service_silent")
    since, ended = silent["since"][:19], (silent["ended"] or "")[:19]
    if not "2026-11-22T08:33:40" <= since <= "2026-11-22T08:33:43":
        return [f"silent since {since}"]
    return [] if "2026-11-22T08:34:20" <= ended <= "2026-11-22T08:34:24" else [f"ended {ended}"]


def totals(out):
    complaints = []
    summary = runner.document(out, "summary")
    attempts = summary["attempts"]
    established, everything = attempts["established"], sum(
        value for name, value in attempts.items() if isinstance(value, int) and name != "total")
    if not 0.97 * everything < established < 0.998 * everything:
        complaints.append(f"{established} of {everything} attempts were established")
    if not 190 * SECONDS < everything < 215 * SECONDS:
        complaints.append(f"{everything} attempts in {SECONDS} s")
    for name in ("invalid_answer", "one_sided", "reset_in_handshake"):
        if attempts[name] != 0:
            complaints.append(f"{attempts[name]} attempts are {name}")
    for name, value in summary["buckets"].items():
        if name not in ("tcp", "other_ip") and value != 0:
            complaints.append(f"{value} frames are {name}")
    return complaints


def round_trips(out):
    complaints = []
    seen = set()
    for service in runner.jsonl(out, "services"):
        rtt_us, measured = SERVERS.get(service["server_ip"]), service["server_rtt_us"]
        if rtt_us is None or not measured or not measured["count"]:
            continue
        seen.add(service["server_ip"])
        what = f"server_rtt_us of {service['server_ip']}:{service['server_port']}"
        if measured["min"] < 0.99 * rtt_us or measured["p99"] > 1.32 * rtt_us:
            complaints.append(f"{what} is {measured}")
    complaints += [f"no round trips of {ip}" for ip in sorted(set(SERVERS) - seen)]
    return complaints


def variety(out):
    """IPv6, VLANs, both families of TTL, ECN."""
    attempts = runner.jsonl(out, "attempts")
    have = {
        "IPv6": any(":" in one["client_ip"] for one in attempts),
        "a VLAN": any(one["vlan"] for one in attempts),
        "TTL 64": any(one["ttl_syn"] == 64 for one in attempts),
        "TTL 128": any(one["ttl_syn"] == 128 for one in attempts),
        "ECN": any(one["ecn_setup"] for one in attempts),
    }
    return [f"there is no {name}" for name, there in have.items() if not there]


def stories(directory):
    out = os.path.join(directory, "out")
    read(out, SECONDS)
    return findings(out) + hello(out) + totals(out) + round_trips(out) + variety(out)


def other_seeds(directory):
    """The stories do not hang on the seed, nor on the rate of the rest."""
    complaints = []
    for seed, rate in ((7, 50), (1795336380, 20)):
        out = os.path.join(directory, str(seed))
        read(out, SECONDS, seed, rate)
        complaints += [f"seed {seed}: {text}" for text in findings(out) + hello(out)]
    return complaints


def same_bytes(_directory):
    first, again, other = digest(20, 5), digest(20, 5), digest(20, 6)
    complaints = [] if first == again else ["the same seed gives other bytes"]
    return complaints + (["another seed gives the same bytes"] if first == other else [])


def dissector(directory):
    path = os.path.join(directory, "demo.pcap")
    subprocess.run([GENDEMO, path, "20"], check=True)
    options = [word for name in ("tcp", "ip") for word in ("-o", name + ".check_checksum:TRUE")]
    env = dict(os.environ, HOME=directory)

    def matching(expression):
        done = subprocess.run(["tshark", "-r", path, *options, "-Y", expression], env=env,
                              capture_output=True, text=True, timeout=300, check=True)
        return done.stdout.splitlines()

    bad = matching(" || ".join(COMPLAINTS))
    complaints = [f"tshark complains about {len(bad)} frames, first: {bad[0]}"] if bad else []
    for word in ("tcp.checksum.status == 1", "tls", "http.response", "pgsql", "dns.a", "ldap"):
        if not matching(word + " && frame.number < 20000"):
            complaints.append(f"tshark finds no frame with {word}")
    return complaints


CASES = {"stories": stories, "other_seeds": other_seeds, "same_bytes": same_bytes}
if shutil.which("tshark"):
    CASES["dissector"] = dissector
else:
    print("tshark is not installed: the dissector's opinion is not asked")

if __name__ == "__main__":
    sys.exit(runner.run_all(CASES))

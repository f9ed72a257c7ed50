# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""A small network: hosts, vantage points on the way between them, and a clock.

A host says how many routers lie between it and each vantage; a packet that it sends is seen at each
vantage with a TTL lowered by that, and at a time shifted by the transit between the vantages.
"""

import os
from collections import Counter

from . import files, wire
from .conn import Conn
from .truth import Truth

START_NS = 1795336380 * 10**9  # 2026-11-22T08:33:00Z
DAY = 86400 * 10**9


def us(value):
    return round(value * 1000)


def ms(value):
    return round(value * 1000000)


def s(value):
    return round(value * 1000000000)


class Host:
    """`hops`: routers to the vantage, or a tuple of them, one for each vantage."""

    def __init__(self, addr, ttl, hops, server, tos=0):
        self.addr, self.ttl, self.hops, self.server, self.tos = addr, ttl, hops, server, tos
        self.ident = 0x1000

    def hops_to(self, vantage):
        return self.hops if isinstance(self.hops, int) else self.hops[vantage]

    def next_ident(self):
        self.ident = self.ident % 0xFFFF + 1
        return self.ident


class Vantage:
    """`transit_ns`: from the first vantage to this one, on the way from clients to servers."""

    def __init__(self, name, transit_ns=0, clock_offset_ns=0):
        self.name, self.transit_ns, self.clock_offset_ns = name, transit_ns, clock_offset_ns
        self.records = []


class Net:
    def __init__(self, *vantages, v6=False, **form):
        """`v6`: what `pair` gives; `form`: keywords of the writers in files.py, and `kind`."""
        self.v6 = v6
        self.vantages = list(vantages) or [Vantage("tap")]
        self.now = START_NS
        self.truth = Truth()
        self.form = form
        self.arguments = []      # more arguments for the program
        self.sort = True
        self.interface = 0       # of a pcapng file, for the frames to come
        self.ports = 40000

    # Hosts and connections

    def client(self, addr="192.0.2.10", ttl=64, hops=0, **more):
        return Host(addr, ttl, hops, False, **more)

    def server(self, addr="198.51.100.20", ttl=64, hops=3, **more):
        return Host(addr, ttl, hops, True, **more)

    def pair(self):
        """The usual two: a client next to the tap, a server three routers away."""
        if self.v6:
            return self.client("2001:db8:1::10"), self.server("2001:db8:2::20")
        return self.client(), self.server()

    def tcp(self, client, server, port=80, sport=None, **more):
        if sport is None:
            sport = self.ports
            self.ports += 1
        return Conn(self, client, sport, server, port, **more)

    # The clock

    def wait(self, ns):
        self.now += ns
        return self

    def tick(self, after=s(2)):
        """Time goes on: somebody else's UDP packet, `after` the last."""
        self.wait(after)
        other = Host("203.0.113.250", 64, 0, False)
        self.udp(other, Host("203.0.113.251", 64, 0, True), 40001, 40002)

    # Frames

    def emit(self, sender, build, bucket="tcp", seen=None, wrap=None, ttl=None):
        """Sends one packet now. `build(ttl)` makes (ethertype, packet); `ttl` is the TTL as seen at
        the tap, for packets that somebody made on the way; `seen` the names of the vantages."""
        first_ns = None
        for index, vantage in enumerate(self.vantages):
            if seen is not None and vantage.name not in seen:
                continue
            shown = sender.ttl - sender.hops_to(index) if ttl is None else ttl
            ethertype, packet = build(shown)
            if wrap:
                ethertype, packet = wrap(ethertype, packet)
            transit = -vantage.transit_ns if sender.server else vantage.transit_ns
            ts_ns = self.now + transit + vantage.clock_offset_ns
            true_ns = self.now + transit  # what is true is told in the first vantage's clock
            first_ns = true_ns if first_ns is None else min(first_ns, true_ns)
            vantage.records.append(
                files.Record(ts_ns, ethertype, packet, bucket, self.interface))
        return first_ns

    def frame(self, ethertype, packet, bucket, vantage=0):
        """One frame as it stands, for what is no packet of a host."""
        self.vantages[vantage].records.append(
            files.Record(self.now, ethertype, packet, bucket, self.interface))

    def duplicate(self, after=us(50), ttl_down=0, vantage=0, bucket="duplicate"):
        """The last frame again, as a mirror of several ports copies it."""
        last = self.vantages[vantage].records[-1]
        packet = bytearray(last.packet)
        if ttl_down and last.ethertype == wire.ETH_IPV4:
            packet[8] -= ttl_down
            packet[10:12] = b"\0\0"
            packet[10:12] = wire.checksum(bytes(packet[:20])).to_bytes(2, "big")
        elif ttl_down:
            packet[7] -= ttl_down
        self.vantages[vantage].records.append(files.Record(
            last.ts_ns + after, last.ethertype, bytes(packet), bucket, last.interface))

    def udp(self, sender, receiver, sport, dport, payload=b"x" * 32, **more):
        def build(ttl):
            segment = wire.udp(sender.addr, receiver.addr, sport, dport, payload)
            return wire.ip(sender.addr, receiver.addr, wire.UDP, segment, ttl,
                           ident=sender.next_ident())
        self.emit(sender, build, more.pop("bucket", "other_ip"), **more)

    def echo(self, sender, receiver, reply=False, sequence=1, **more):
        v6 = wire.is_v6(sender.addr)
        kind = (129 if reply else 128) if v6 else (0 if reply else 8)

        def build(ttl):
            message = wire.icmp(sender.addr, receiver.addr, kind, 0, bytes(range(97, 119)) + b"abcdefghi"
                                + b"\0", 1 << 16 | sequence)
            proto = wire.ICMPV6 if v6 else wire.ICMP
            return wire.ip(sender.addr, receiver.addr, proto, message, ttl,
                           ident=sender.next_ident(), df=False)
        self.emit(sender, build, "other_ip", **more)

    def ping(self, client, server, rtt=ms(1), **more):
        self.echo(client, server, **more)
        self.wait(rtt)
        self.echo(server, client, reply=True, **more)

    # Truth

    def expect_service(self, host, port, **facts):
        self.truth.services[(host.addr, port)] = facts

    def expect_host(self, host, vantage=None, **facts):
        self.truth.hosts[(host.addr, vantage or self.vantages[0].name)] = facts

    def expect_findings(self, *findings):
        """The complete set of findings: (code, subject text)."""
        self.truth.findings = set(findings)

    def expect_finding(self, code, subject, **facts):
        """At least this finding."""
        self.truth.finding_facts[(code, subject)] = facts

    def expect_no_finding(self, *codes):
        self.truth.absent_findings |= set(codes)

    def expect_rsts(self, rsts):
        self.truth.rsts = rsts

    # Files

    def write(self, directory):
        """Writes a file for each vantage; returns the program's input arguments."""
        inputs = []
        self.truth.buckets = []
        for vantage in self.vantages:
            records = vantage.records
            if self.sort:
                records = sorted(records, key=lambda record: record.ts_ns)
            form = dict(self.form)
            kind = form.pop("kind", "pcap")
            path = os.path.join(directory, vantage.name + "." + kind)
            (files.write_pcap if kind == "pcap" else files.write_pcapng)(path, records, **form)
            self.truth.buckets.append(Counter(record.bucket for record in records))
            inputs.append(f"{vantage.name}={path}" if len(self.vantages) > 1 else path)
        return inputs

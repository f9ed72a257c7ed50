# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""The demonstration capture: 30 s of an office's traffic as a tap near the clients sees it.

Most connections are fine. One service is silent, one is not running, a firewall answers in a server's
name, another says so by ICMP, a host is gone, one client is impatient.
"""

import random

from . import wire, wrap
from .conn import Options
from .net import ms, s, us
from .wire import ACK, CWR, ECE, SYN

SECONDS = 30


class Office:
    def __init__(self, net, seed=20261122):
        self.net, self.random, self.start = net, random.Random(seed), net.now
        self.clients = [net.client(f"10.1.0.{10 + i}", ttl=128 if i % 3 else 64) for i in range(24)]
        self.clients6 = [net.client(f"2001:db8:1::{10 + i:x}") for i in range(6)]
        self.web = [net.server(f"203.0.113.{20 + i}", ttl=64, hops=7 + i) for i in range(8)]
        self.web6 = [net.server(f"2001:db8:80::{i + 1}", hops=9) for i in range(3)]
        self.files = net.server("10.32.163.5", ttl=128, hops=1)
        self.remote = net.server("192.168.2.10", ttl=128, hops=1)
        self.database = net.server("10.32.163.20", ttl=64, hops=1)
        self.gone = net.server("10.32.163.99", ttl=64, hops=1)
        self.router = net.server("10.1.0.1", ttl=64, hops=0)
        self.sport = 49152

    def at(self, seconds):
        self.net.now = self.start + s(seconds)

    def conn(self, client, server, port, **more):
        self.sport += 1
        roll = self.random.getrandbits
        options = Options(wscale=8 if client.ttl == 128 else 7,
                          ts=None if client.ttl == 128 else roll(31))
        answer = Options(wscale=7, ts=None if options.ts is None else roll(31))
        return self.net.tcp(client, server, port, self.sport, isn=roll(32), server_isn=roll(32),
                            client_options=options, server_options=answer, **more)

    def good(self, when, client, server, port, **more):
        """A request and its answer, with latencies of the size that distance gives."""
        pick = self.random
        distance = server.hops * us(900) + us(pick.randint(100, 800))
        self.at(when)
        t = self.conn(client, server, port, **more)
        t.syn()
        if pick.random() < 0.02:
            t.syn(after=s(1))
        t.synack(after=distance).ack(after=us(pick.randint(40, 200)))
        for _ in range(pick.randint(1, 4)):
            t.data(pick.randint(80, 900), after=us(pick.randint(50, 400)))
            t.ack(1, after=distance)
            for _ in range(pick.randint(1, 6)):
                t.data(pick.randint(200, 1460), 1, after=us(pick.randint(10, 300)))
            t.ack(after=us(60))
        way = pick.random()
        if way < 0.8:
            t.fin(0).fin(1, after=distance).ack(after=us(60))
        elif way < 0.9:
            t.fin(0).data(100, 1).rst(0)
        return t


def _daily_work(office):
    pick, vlan = office.random, wrap.vlan(120)
    for _ in range(260):
        client, server = pick.choice(office.clients), pick.choice(office.web)
        tagged = {"wrap": vlan} if server is office.web[0] else {}
        office.good(pick.uniform(0, SECONDS - 3), client, server, pick.choice((443, 443, 80)), **tagged)
    for _ in range(60):
        office.good(pick.uniform(0, SECONDS - 3), pick.choice(office.clients6),
                    pick.choice(office.web6), 443)
    for port, count in ((445, 25), (3389, 8)):
        for _ in range(count):
            office.good(pick.uniform(0, SECONDS - 3), pick.choice(office.clients), office.files, port)
    for _ in range(20):
        office.good(pick.uniform(0, SECONDS - 3), pick.choice(office.clients), office.database, 5432)


def _background(office):
    """Name service, ping, ARP, multicast."""
    pick, net = office.random, office.net
    resolver = net.server("10.1.0.2")
    for index in range(240):
        office.at(pick.uniform(0, SECONDS - 1))
        client = pick.choice(office.clients)
        query = index.to_bytes(2, "big") + bytes.fromhex("01000001000000000000") \
            + b"\x03www\x07example\x03com\0\0\x01\0\x01"
        net.udp(client, resolver, 50000 + index, 53, query)
        net.wait(us(400)).udp(resolver, client, 53, 50000 + index, query[:2] + b"\x81\x80" + query[4:])
    for second in range(SECONDS):
        office.at(second + 0.25)
        net.frame(*wire.arp_request("10.1.0.1", f"10.1.0.{second + 10}"), "non_ip")
        net.ping(office.clients[0], office.remote, ms(1.2), sequence=second)


def _silent_service(office):
    """"Hello, is anybody home?": port 80 answers until second 8, then no more; 445 goes on."""
    for index in range(6):
        office.good(0.5 + index, office.clients[index], office.files, 80)
    for index in range(5):
        office.at(9 + index * 1.5)
        t = office.conn(office.clients[index], office.files, 80)
        t.syn(flags=SYN | ECE | CWR)
        for gap in (1, 2, 4):
            t.syn(after=s(gap), flags=SYN | ECE | CWR)


def _interference(office):
    """A box at the client's side refuses SMB in the name of a server one router away."""
    for attempt in range(4):
        office.at(4 + attempt * 6)
        t = office.conn(office.clients[1], office.remote, 445)
        for _ in range(3):
            t.syn(after=ms(500)).refuse(ttl=64, ident=0, tos=0x10)


def _refusals(office):
    """A service that is not running, a prohibition, a host that is gone."""
    for attempt in range(6):
        office.at(2 + attempt * 4)
        t = office.conn(office.clients[2 + attempt % 3], office.database, 6379)
        for _ in range(3):
            t.syn(after=ms(500)).refuse()
        office.at(3 + attempt * 4)
        t = office.conn(office.clients[7], office.web[3], 25)
        t.syn().icmp_error(office.router, 3, 13)
        office.at(1 + attempt * 3)
        t = office.conn(office.clients[8 + attempt % 2], office.gone, 443)
        t.syn().syn(after=s(1)).syn(after=s(2)).syn(after=s(4))


def _rarities(office):
    """Half-open scans, a declined and an accepted ECN offer, a connection without its beginning."""
    scanner = office.net.client("198.18.7.7", ttl=64, hops=14)
    for index in range(30):
        office.at(12 + index * 0.05)
        t = office.conn(scanner, office.database, 1000 + index * 7)
        t.syn().refuse()
    for index in range(6):
        office.at(14 + index)
        t = office.conn(scanner, office.web[index], 443)
        t.syn().synack(after=ms(6)).rst(0)
    office.at(6)
    t = office.conn(office.clients[0], office.web[2], 443)
    t.syn(flags=SYN | ECE | CWR).synack(flags=SYN | ACK | ECE, after=ms(7)).ack().talk().close()
    office.at(7)
    t = office.conn(office.clients[4], office.web[4], 22)
    for _ in range(40):
        t.talk(48, 160)
        office.net.wait(ms(300))


def office(net):
    """Fills `net` with the demonstration."""
    place = Office(net)
    for part in (_daily_work, _background, _silent_service, _interference, _refusals, _rarities):
        part(place)
    place.at(SECONDS)
    net.tick(0)

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""ICMP errors that answer a SYN, docs/semantics.md section 3."""

from capgen import ms, s

from . import add, scenario

UNREACHABLE, TIME_EXCEEDED = 3, 11
PROHIBITED = (9, 10, 13)


def _code(net, kind, code, from_host):
    client, server = net.pair()
    router = net.server("2001:db8:9::1" if net.v6 else "203.0.113.9", ttl=64, hops=0)
    sender = server if from_host else router
    for _ in range(3):
        t = net.tcp(client, server, 83)
        t.syn(after=ms(100)).icmp_error(sender, kind, code)
        t.expect("unreachable", icmp_type=kind, icmp_code=code, icmp_from=sender.addr,
                 completeness=1)
    net.tick(s(5))


for _name, _kind, _number in (
        ("net", UNREACHABLE, 0), ("host", UNREACHABLE, 1), ("protocol", UNREACHABLE, 2),
        ("port", UNREACHABLE, 3), ("net_prohibited", UNREACHABLE, 9),
        ("host_prohibited", UNREACHABLE, 10), ("prohibited", UNREACHABLE, 13),
        ("time_exceeded", TIME_EXCEEDED, 0)):
    add("icmp_" + _name, lambda net, kind=_kind, code=_number: _code(net, kind, code, False))

for _name, _kind, _number in (
        ("no_route", 1, 0), ("prohibited", 1, 1), ("address", 1, 3), ("port", 1, 4),
        ("reject_route", 1, 6), ("time_exceeded", 3, 0)):
    add("icmp6_" + _name, lambda net, kind=_kind, code=_number: _code(net, kind, code, False),
        v6=True)

add("icmp_port_from_host", lambda net: _code(net, UNREACHABLE, 3, True))
add("icmp6_port_from_host", lambda net: _code(net, 1, 4, True), v6=True)


@scenario()
def icmp_prohibited_finding(net):
    """A firewall says so itself."""
    _code(net, UNREACHABLE, 13, False)
    net.expect_finding("blocked_by_icmp", "198.51.100.20:83")
    net.expect_service(net.server(), 83, state="blocked", unreachable=3)


@scenario()
def icmp_then_established(net):
    """A passing route flap: one error, then the retransmitted SYN is answered."""
    client, server = net.pair()
    router = net.server("203.0.113.9", hops=0)
    t = net.tcp(client, server, 80)
    t.syn().icmp_error(router, UNREACHABLE, 1)
    t.syn(after=s(1)).synack().ack()
    t.expect("established", server_rtt_us=..., client_rtt_us=..., rtt_ambiguous=...)


@scenario()
def icmp_quotes_eight_bytes(net):
    """RFC 792 asks for 8 bytes of the segment: ports and sequence number, no more."""
    client, server = net.pair()
    router = net.server("203.0.113.9", hops=0)
    t = net.tcp(client, server, 83)
    t.syn().icmp_error(router, UNREACHABLE, 13, quote_bytes=28)
    net.tick()
    t.expect("unreachable", icmp_type=3, icmp_code=13, icmp_from=router.addr)


@scenario()
def icmp_of_another_syn(net):
    """It quotes these addresses, but another client port: no answer to this SYN."""
    client, server = net.pair()
    router = net.server("203.0.113.9", hops=0)
    t = net.tcp(client, server, 83)
    t.syn()
    net.tcp(client, server, 83).icmp_error(router, UNREACHABLE, 13)
    net.tick()
    t.expect("unanswered", icmp_type=None, icmp_code=None, icmp_from=None)


@scenario()
def icmp_fragmentation_needed(net):
    """Path MTU discovery (3/4) is no refusal."""
    client, server = net.pair()
    router = net.server("203.0.113.9", hops=0)
    t = net.tcp(client, server)
    t.handshake()
    t.data(1460).icmp_error(router, UNREACHABLE, 4, rest=1400)
    t.expect("established")

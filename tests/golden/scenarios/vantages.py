# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Mirrors and vantages: duplicates, one-way taps, two taps on one path (section 6)."""

from capgen import Vantage, ms, s, us

from . import add, scenario


def _mirrored(net, ttl_down, after):
    """Every packet is copied at the ingress and at the egress of the mirroring switch."""
    client, server = net.pair()
    for _ in range(20):
        t = net.tcp(client, server)
        for step in (t.syn, t.synack, t.ack, t.data, t.fin):
            step(*((100,) if step == t.data else ()))
            net.duplicate(after=after, ttl_down=ttl_down)
        t.expect("established")
    net.expect_finding("duplicates", ...)
    net.expect_service(server, 80, syn_retransmits=0)


add("duplicates_same_ttl", lambda net: _mirrored(net, 0, us(3)))
add("duplicates_one_hop", lambda net: _mirrored(net, 1, us(300)))
add("duplicates_one_hop_v6", lambda net: _mirrored(net, 1, us(300)), v6=True)


@scenario()
def duplicates_of_failures(net):
    """Copied SYNs and RSTs are no retransmissions and no second refusals."""
    client, server = net.pair()
    for _ in range(5):
        t = net.tcp(client, server, 81)
        t.syn(after=ms(50))
        net.duplicate(ttl_down=1)
        t.refuse()
        net.duplicate(ttl_down=1)
        t.expect("refused", rst_phase="to_syn", rst_origin="unknown", syn_count=1, rst_count=1,
                 refusals=1)


@scenario()
def retransmission_is_no_duplicate(net):
    """The same SYN 5 ms later (a driver in a hurry) is outside the duplicate window."""
    t = net.tcp(*net.pair())
    t.syn().syn(after=ms(5)).synack().ack()
    t.expect("established", syn_count=2, server_rtt_us=..., client_rtt_us=..., rtt_ambiguous=...)


@scenario()
def one_way_tap(net):
    """One fibre of the tap is not connected: no verdict about servers may rest on this."""
    client = net.client()
    for index in range(40):
        server = net.server(f"198.51.100.{20 + index % 4}")
        t = net.tcp(client, server)
        t.syn(after=ms(20)).ack(after=ms(2)).data(100)
        t.ack(ack=t.server_isn + 401).fin(0)
        t.expect("one_sided", decided_by=...)
    net.tick(s(5))
    net.expect_finding("one_way_tap", ...)
    net.expect_no_finding("service_silent", "host_silent", "not_listening")


@scenario()
def one_way_tap_syn_only(net):
    """Server side only: SYN-ACKs without SYNs, data without requests."""
    client, server = net.pair()
    for _ in range(40):
        t = net.tcp(client, server)
        t.synack(after=ms(20)).data(300, 1).fin(1)
    net.tick(s(5))
    net.expect_finding("one_way_tap", ...)
    net.expect_no_finding("service_silent", "host_silent", "not_listening")


# Two taps, at the client's and at the server's side of one router.

def client_tap():
    return Vantage("client")


def server_tap():
    return Vantage("server", transit_ns=us(250))


def two_sides(net):
    return net.client(hops=(0, 1)), net.server(hops=(3, 2))


@scenario(client_tap, server_tap)
def two_taps_established(net):
    """Each packet is seen twice and is one packet."""
    client, server = two_sides(net)
    for _ in range(5):
        t = net.tcp(client, server)
        t.handshake().talk().close()
        t.expect("established", syn_count=1, synack_count=1, ts=..., server_rtt_us=...,
                 client_rtt_us=..., rtt_ambiguous=..., ttl_synack=...)


@scenario(client_tap, server_tap)
def two_taps_syn_lost_between(net):
    """SYNs pass the first tap and never reach the second, which carries other traffic."""
    client, server = two_sides(net)
    for _ in range(5):
        t = net.tcp(client, server, 80)
        t.handshake(after=ms(50)).talk().close()
        t.expect("established", ttl_synack=..., server_rtt_us=..., client_rtt_us=...,
                 rtt_ambiguous=...)
    for _ in range(5):
        t = net.tcp(client, server, 8080, seen={"client"})
        t.syn(after=ms(100)).syn(after=s(1)).syn(after=s(2))
        t.expect("unanswered")
    net.tick(s(10))
    net.expect_finding("lost_between", "198.51.100.20:8080")


@scenario(client_tap, server_tap)
def two_taps_answer_lost_between(net):
    """The server answers, and its SYN-ACKs never reach the client's tap."""
    client, server = two_sides(net)
    for _ in range(5):
        t = net.tcp(client, server, 80)
        t.handshake(after=ms(50)).talk().close()
        t.expect("established", ttl_synack=..., server_rtt_us=..., client_rtt_us=...,
                 rtt_ambiguous=...)
    for _ in range(5):
        t = net.tcp(client, server, 8080)
        t.syn(after=ms(100)).synack(seen={"server"})
        t.syn(after=s(1)).synack(seen={"server"})
        t.expect("half_open", syn_count=2, synack_count=2, ts=..., ttl_synack=62,
                 server_rtt_us=..., rtt_ambiguous=...)
    net.tick(s(10))
    net.expect_finding("lost_between", "198.51.100.20:8080")


# The same with clocks that differ: the truth is that of one clock. Times are the first vantage's.

def server_tap_with(offset, transit=us(250)):
    return lambda: Vantage("server", transit_ns=transit, clock_offset_ns=offset)


for offset_name, offset in (("2s_ahead", s(2)), ("1h_behind", -s(3600)), ("3ms_behind", -ms(3))):
    for story in (two_taps_established, two_taps_syn_lost_between, two_taps_answer_lost_between):
        add(f"{story.__name__}_{offset_name}", story, client_tap, server_tap_with(offset))

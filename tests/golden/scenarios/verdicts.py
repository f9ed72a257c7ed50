# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Findings beyond the two worked examples, and their absence where nothing is wrong."""

from capgen import ms, s, us

from . import scenario


@scenario(v6=True)
def healthy(net):
    """Nothing is wrong: no finding."""
    client = net.client("2001:db8:1::10") if net.v6 else net.client()
    for index in range(30):
        server = net.server(f"2001:db8:2::{index % 3 + 1}" if net.v6 else
                            f"198.51.100.{index % 3 + 1}")
        net.tcp(client, server, 443).handshake(after=ms(30)).talk().close().expect("established")
    net.tick(s(5))
    net.expect_findings()


@scenario(v6=True)
def finding_host_silent(net):
    """Nothing at all comes from the address, while others answer."""
    client, server = net.pair()
    dead = net.server("2001:db8:2::99" if net.v6 else "198.51.100.99")
    for _ in range(10):
        net.tcp(client, server).handshake(after=ms(100)).talk().close().expect("established")
    for port in (80, 443):
        for _ in range(3):
            t = net.tcp(client, dead, port)
            t.syn(after=ms(10)).syn(after=s(1)).syn(after=s(2)).syn(after=s(4))
            t.expect("unanswered", decided_by=...)
    net.tick(s(20))
    net.expect_finding("host_silent", dead.addr)
    net.expect_no_finding("service_silent", "not_listening", "one_way_tap")


@scenario(v6=True)
def finding_not_listening(net):
    """The host itself refuses; its other port shows its TTL."""
    client, server = net.pair()
    for _ in range(5):
        net.tcp(client, server, 443).handshake(after=ms(50)).talk().close().expect("established")
    for _ in range(5):
        t = net.tcp(client, server, 8080)
        t.syn(after=ms(200)).refuse()
        t.expect("refused", rst_phase="to_syn", rst_origin="endpoint")
    net.tick(s(3))
    port = f"[{server.addr}]:8080" if net.v6 else f"{server.addr}:8080"
    net.expect_findings(("not_listening", port))


@scenario()
def finding_half_open_clients(net):
    """A server answers, and many clients never acknowledge."""
    server = net.server()
    for index in range(60):
        client = net.client(f"192.0.2.{index + 1}", hops=8)
        t = net.tcp(client, server)
        t.syn(after=ms(5)).synack(after=us(200))
        t.expect("half_open")
    net.tick(s(10))
    net.expect_finding("half_open_clients", "198.51.100.20:80")


@scenario()
def single_lost_syn(net):
    """One lost SYN among many good connections is no alarm."""
    client, server = net.pair()
    for index in range(20):
        t = net.tcp(client, server)
        t.syn(after=ms(50))
        if index == 10:
            t.syn(after=s(1))
        t.synack().ack().talk().close()
        t.expect("established", server_rtt_us=..., rtt_ambiguous=...)
    net.tick(s(5))
    net.expect_findings()


@scenario()
def service_of_many_clients(net):
    """Clients are counted; latency is a distribution."""
    server = net.server()
    for index in range(12):
        t = net.tcp(net.client(f"192.0.2.{index + 1}"), server)
        t.syn(after=ms(5)).synack(after=ms(index + 1)).ack(after=us(100))
        t.expect("established")
    net.expect_service(server, 80, state="listening", established=12, clients=12,
                       clients_only_failing=0)


@scenario()
def mixed_service(net):
    """Some clients are answered and others are not, in the same period."""
    server = net.server()
    for index in range(20):
        client = net.client(f"192.0.2.{index % 4 + 1}")
        t = net.tcp(client, server)
        if index % 4 == 3:
            t.syn(after=ms(100)).syn(after=s(1)).syn(after=s(2))
            t.expect("unanswered", decided_by=...)
        else:
            t.handshake(after=ms(100)).talk().close()
            t.expect("established")
    net.tick(s(30))
    net.expect_service(server, 80, state="mixed", established=15, unanswered=5,
                       clients_only_failing=1)


@scenario()
def hosts_and_hops(net):
    """TTL, initial TTL, distance and family of hosts."""
    near = net.client("192.0.2.10", ttl=128, hops=0)
    far = net.server("198.51.100.20", ttl=64, hops=11)
    box = net.server("198.51.100.30", ttl=255, hops=2)
    for server in (far, box):
        for _ in range(4):
            net.tcp(near, server).handshake(after=ms(20)).talk().close().expect("established")
    net.expect_host(near, initial_ttl=128, hops=0, family="windows", ttl_syn=128)
    net.expect_host(far, initial_ttl=64, hops=11, family="unix", ttl_synack=53, ttl_data=53)
    net.expect_host(box, initial_ttl=255, hops=2, family="solaris_or_network_device",
                    ttl_synack=253)

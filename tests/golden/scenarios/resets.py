# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""RST phases and origins, docs/semantics.md section 4."""

from capgen import ms, s, us

from . import add, scenario


def served(net, client, server, port=80, times=3):
    """A baseline for the server (SYN-ACK and data) and for the client."""
    for _ in range(times):
        t = net.tcp(client, server, port)
        t.handshake(after=ms(50)).talk().close()
        t.expect("established")


@scenario(v6=True)
def rst_to_syn_endpoint(net):
    client, server = net.pair()
    served(net, client, server)
    t = net.tcp(client, server, 81)
    t.syn().refuse()
    t.expect("refused", rst_phase="to_syn", rst_origin="endpoint")
    net.expect_rsts({("to_syn", "endpoint"): 1})
    net.expect_service(server, 81, state="refusing")


@scenario(v6=True)
def rst_to_syn_path(net):
    """A device next to the tap answers for a server three routers away."""
    client, server = net.pair()
    served(net, client, server)
    for _ in range(3):
        t = net.tcp(client, server, 81)
        t.syn(after=ms(50)).refuse(ttl=64)
        t.expect("refused", rst_phase="to_syn", rst_origin="path", ttl_rst=64)
    net.expect_rsts({("to_syn", "path"): 3})
    net.expect_service(server, 81, state="blocked")
    net.expect_finding("reset_by_path", subject(server, 81))
    net.expect_no_finding("not_listening")


@scenario(v6=True)
def rst_overtakes_the_synack(net):
    """Forged in the server's name, ahead of its SYN-ACK; the client believes it and resets that."""
    client, server = net.pair()
    served(net, client, server)
    for _ in range(3):
        t = net.tcp(client, server, 81)
        t.syn(after=ms(50)).refuse(ttl=64, after=us(100)).synack(after=ms(4)).rst(0)
        t.expect("aborted", refusals=1, rst_count=2, rst_phase="to_syn", rst_side="server",
                 rst_origin="path", ttl_rst=64, conn_state="RSTO")
    net.expect_rsts({("to_syn", "path"): 3, ("to_synack", "endpoint"): 3})
    net.expect_service(server, 81, state="listening")
    net.expect_finding("reset_by_path", subject(server, 81))


def subject(host, port):
    return f"[{host.addr}]:{port}" if ":" in host.addr else f"{host.addr}:{port}"


@scenario()
def rst_to_synack_path(net):
    """Somebody on the path aborts in the client's name, after the SYN-ACK."""
    client, server = net.pair()
    served(net, client, server)
    t = net.tcp(client, server, 80)
    t.syn().synack().rst(0, ttl=250)
    t.expect("aborted", rst_phase="to_synack", rst_origin="path", ttl_rst=250)
    net.expect_rsts({("to_synack", "path"): 1})


@scenario(v6=True)
def rst_in_data_endpoint(net):
    t = net.tcp(*net.pair())
    t.handshake().talk().rst(1)
    t.expect("established", rst_phase="in_data", rst_origin="endpoint", conn_state="RSTR")
    net.expect_rsts({("in_data", "endpoint"): 1})


@scenario()
def rst_in_data_client(net):
    t = net.tcp(*net.pair())
    t.handshake().talk().rst(0)
    t.expect("established", rst_phase="in_data", rst_origin="endpoint", conn_state="RSTO")


@scenario()
def rst_in_data_path(net):
    """Forged in the server's name; the server goes on sending."""
    client, server = net.pair()
    served(net, client, server)
    t = net.tcp(client, server)
    t.handshake().talk().rst(1, ttl=63, ident=0)
    t.data(400, 1, after=us(200)).rst(0)
    t.expect("established", rst_phase="in_data", rst_origin="path", rst_side="server", rst_count=2)


@scenario()
def rst_both_ways_from_path(net):
    """A device cuts a connection by resetting both sides."""
    client, server = net.pair()
    served(net, client, server)
    t = net.tcp(client, server)
    t.handshake().talk()
    t.rst(1, ttl=250).rst(0, ttl=250, after=us(5))
    t.expect("established", rst_phase="in_data", rst_origin="path", rst_count=2)
    net.expect_rsts({("in_data", "path"): 2})


@scenario()
def rst_after_fin(net):
    """A browser that is tired of waiting: FIN, then RST."""
    t = net.tcp(*net.pair())
    t.handshake().talk().fin(0).data(200, 1).rst(0)
    t.expect("established", rst_phase="after_fin", rst_side="client", rst_origin="endpoint")
    net.expect_rsts({("after_fin", "endpoint"): 1})


@scenario()
def rst_after_the_others_fin(net):
    """The RST's own sender has sent no FIN: still in_data."""
    t = net.tcp(*net.pair())
    t.handshake().talk().fin(0).rst(1)
    t.expect("established", rst_phase="in_data", rst_side="server", rst_origin="endpoint")


@scenario()
def rst_stray(net):
    """A RST out of nowhere belongs to no attempt."""
    net.tcp(*net.pair()).rst(1)
    net.expect_rsts({("stray", "unknown"): 1})


@scenario()
def rst_out_of_window(net):
    """Three billion bytes away from the stream: no RST of this connection."""
    client, server = net.pair()
    t = net.tcp(client, server)
    t.handshake().talk()
    t.rst(1, seq=t.next[1] + 0x60000000)
    t.talk().close()
    t.expect("established", conn_state=..., rst_count=..., rst_phase=..., rst_origin=...,
             rst_side=..., ttl_rst=...)
    net.expect_rsts({("stray", "endpoint"): 1})


@scenario()
def rst_within_one_hop(net):
    """±1 is the endpoint still."""
    client, server = net.pair()
    served(net, client, server)
    t = net.tcp(client, server, 81)
    t.syn().refuse(ttl=server.ttl - server.hops - 1)
    t.expect("refused", rst_phase="to_syn", rst_origin="endpoint")


@scenario()
def rst_far_two_hops(net):
    """Farther than 5 hops, 2 are tolerated (ECMP), 3 are not."""
    client, server = net.client(), net.server(hops=12)
    served(net, client, server)
    for port, ttl, origin in ((81, 50, "endpoint"), (82, 49, "path"), (83, 54, "endpoint")):
        t = net.tcp(client, server, port)
        t.syn().refuse(ttl=ttl)
        t.expect("refused", rst_phase="to_syn", rst_origin=origin)


@scenario()
def rst_near_two_hops(net):
    """Within 5 hops, 2 are a difference."""
    client, server = net.pair()
    served(net, client, server)
    t = net.tcp(client, server, 81)
    t.syn().refuse(ttl=server.ttl - server.hops - 2)
    t.expect("refused", rst_phase="to_syn", rst_origin="path")


@scenario()
def rst_behind_load_balancer(net):
    """SYN-ACKs come from the balancer (TTL 250), data and RST from behind it (TTL 60)."""
    client, server = net.client(), net.server(ttl=64, hops=4)
    for _ in range(3):
        t = net.tcp(client, server, 443)
        t.syn(after=ms(50)).synack(ttl=250).ack().talk()
        t.rst(1)
        t.expect("established", rst_phase="in_data", rst_origin="endpoint", ttl_synack=250,
                 ttl_rst=60)
    net.expect_no_finding("reset_by_path")


@scenario()
def rst_baseline_from_ping(net):
    """No TCP from the server but RSTs: its answers to ping are the baseline."""
    client, server = net.client(), net.server(ttl=128, hops=1)
    for _ in range(4):
        net.ping(client, server)
        net.wait(s(1))
    for port, ttl, origin in ((445, 64, "path"), (135, 127, "endpoint")):
        t = net.tcp(client, server, port)
        t.syn().refuse(ttl=ttl)
        t.expect("refused", rst_phase="to_syn", rst_origin=origin)


@scenario()
def rst_with_data(net):
    """RFC 1122 4.2.2.12 allows a reason in a RST."""
    t = net.tcp(*net.pair())
    t.handshake().talk()
    t.rst(1, payload=b"connection reset by administrator")
    t.expect("established", rst_phase="in_data", rst_origin="endpoint")
    net.expect_rsts({("in_data", "endpoint"): 1})


def _storm(net):
    """Three RSTs with rising sequence numbers and odd TTLs race the stream."""
    client, server = net.pair()
    served(net, client, server)
    t = net.tcp(client, server)
    t.handshake().talk()
    for index in range(3):
        t.rst(1, seq=t.next[1] + 1460 * index, ttl=55 - index, ident=1000 + index, after=us(20),
              window=9000)
    t.expect("established", rst_phase="in_data", rst_origin="path", rst_count=3)


add("rst_storm", _storm)

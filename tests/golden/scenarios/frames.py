# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Frames that are no TCP segment, or half of one: the buckets of docs/semantics.md section 1."""

import struct

from capgen import s, us, wire, wrap

from . import scenario


def tcp_bytes(client, server, payload=b"", **more):
    flags = more.pop("flags", wire.SYN)
    return wire.tcp(client.addr, server.addr, 41000, 80, 1, 0, flags, payload, **more)


@scenario()
def no_tcp_at_all(net):
    """ARP, UDP, ping, IPv6 neighbour discovery, LLDP, spanning tree."""
    client, server = net.pair()
    net.frame(*wire.arp_request(client.addr, "192.0.2.1"), "non_ip")
    net.udp(client, server, 5000, 9999)
    net.wait(us(100)).ping(client, server)
    six, solicited = net.client("2001:db8::1"), net.server("ff02::1:ff00:2")
    message = wire.icmp(six.addr, solicited.addr, 135, 0, wire.packed("2001:db8::2"))
    net.frame(*wire.ip(six.addr, solicited.addr, wire.ICMPV6, message, 255), "other_ip")
    net.frame(0x88CC, bytes(46), "non_ip")
    net.frame(0x0026, bytes.fromhex("424203") + bytes(43), "non_ip")
    net.expect_findings()


@scenario()
def empty_capture(net):
    """A file header and nothing else."""
    net.expect_findings()


@scenario()
def arp_in_vlan(net):
    net.frame(*wrap.vlan(5)(*wire.arp_request("192.0.2.1", "192.0.2.2")), "non_ip")


@scenario()
def fragments_v4(net):
    """The first fragment has the TCP header; the others are counted and left alone."""
    client, server = net.pair()
    t = net.tcp(client, server)
    t.handshake()
    segment = wire.tcp(client.addr, server.addr, *t.ports, t.isn + 1, t.server_isn + 1,
                       wire.ACK | wire.PSH, bytes(2380))
    for offset in (0, 800, 1600):
        part = segment[offset:offset + 800]
        net.wait(us(10)).frame(
            *wire.ip(client.addr, server.addr, wire.TCP, part, 64, ident=99, df=False,
                     offset=offset, more=offset < 1600), "fragment" if offset else "tcp")
    t.bits |= 8
    t.expect("established")


@scenario()
def fragments_v6(net):
    client, server = net.client("2001:db8:1::10"), net.server("2001:db8:2::20")
    t = net.tcp(client, server)
    t.handshake()
    segment = wire.tcp(client.addr, server.addr, *t.ports, t.isn + 1, t.server_isn + 1,
                       wire.ACK | wire.PSH, bytes(2380))
    for offset in (0, 800, 1600):
        header = wire.fragment(offset, offset < 1600, 7)
        net.wait(us(10)).frame(
            *wire.ip(client.addr, server.addr, wire.TCP, segment[offset:offset + 800], 64,
                     extensions=(header,)), "fragment" if offset else "tcp")
    t.bits |= 8
    t.expect("established")


@scenario()
def first_fragment_too_short(net):
    """An attack of old: the first fragment holds 8 bytes of TCP, the next one the rest. Nothing is
    put together, so neither is a TCP segment."""
    client, server = net.pair()
    segment = tcp_bytes(client, server, bytes(100))
    for offset, part in ((0, segment[:8]), (8, segment[8:])):
        net.frame(*wire.ip(client.addr, server.addr, wire.TCP, part, 64, df=False, offset=offset,
                           more=not offset), "fragment")
        net.wait(us(10))


@scenario()
def malformed(net):
    """Lengths and versions that contradict the frame."""
    client, server = net.pair()
    segment = tcp_bytes(client, server)
    good = wire.ipv4(client.addr, server.addr, wire.TCP, segment)
    net.frame(wire.ETH_IPV4, b"\x44" + good[1:], "malformed")             # IHL of 16 bytes
    net.frame(wire.ETH_IPV4, b"\x55" + good[1:], "malformed")             # version 5
    net.frame(wire.ETH_IPV4, good[:2] + b"\0\x10" + good[4:], "malformed")  # total length 16
    net.frame(*wire.ip(client.addr, server.addr, wire.TCP,
                       tcp_bytes(client, server, data_offset=4)), "malformed")
    net.frame(*wire.ip(client.addr, server.addr, wire.TCP, segment[:12]), "malformed")
    six = wire.ipv6("2001:db8::1", "2001:db8::2", wire.TCP, bytes(20))
    net.frame(wire.ETH_IPV6, b"\x50" + six[1:], "malformed")              # version 5


@scenario()
def inner_malformed(net):
    """A good VXLAN header around an IPv4 header that is none."""
    net.frame(*wrap.vxlan(1)(wire.ETH_IPV4, b"\x41" + bytes(60)), "malformed")


@scenario()
def unsupported_tunnels(net):
    """PPTP: GRE version 1 is recognised, and not read."""
    client, server = net.pair()
    pptp_ppp = struct.pack("!HHHHI", 0x3001, 0x880B, 4, 1, 1) + b"\xff\x03\x00\x21"
    net.frame(*wire.ip(client.addr, server.addr, wire.GRE, pptp_ppp), "unsupported_tunnel")


@scenario()
def server_checksum_offload(net):
    """Wrong checksums are normal in captures made on the sender itself."""
    t = net.tcp(*net.pair())
    t.syn().synack(bad_checksum=True).ack().data(10).ack(1, bad_checksum=True)
    t.expect("established")


@scenario(snaplen=54)
def snaplen_54(net):
    """Ethernet, IPv4 and the 20 fixed bytes of TCP, no options: enough for the handshake."""
    t = net.tcp(*net.pair())
    t.handshake().talk().close()
    t.expect("established", mss_client=None, wscale_client=None, mss_server=None,
             wscale_server=None, sack_client=..., sack_server=..., ts_client=..., ts_server=...)


@scenario(snaplen=53)
def snaplen_53(net):
    """One byte less: the TCP header is not there."""
    t = net.tcp(*net.pair())
    for step in (t.syn, t.synack, t.ack):
        step(bucket="truncated")


@scenario(snaplen=96)
def snaplen_96(net):
    """Headers only: payload lengths come from the IP header."""
    t = net.tcp(*net.pair())
    t.handshake().talk(1000, 1400).close()
    t.expect("established", conn_state="SF")


@scenario()
def time_runs_backwards(net):
    """A capture whose records are not in time order is read, and the outcome stands."""
    net.sort = False
    client, server = net.pair()
    net.tcp(client, server).handshake().talk().expect("established")
    net.wait(-s(5))
    net.tcp(client, server).handshake().talk().expect("established")


@scenario()
def filter_by_port(net):
    """Frames that the filter leaves out are counted as filtered."""
    client, server = net.pair()
    net.arguments = ["--filter", "tcp port 80"]
    net.tcp(client, server, 80).handshake().expect("established")
    t = net.tcp(client, server, 443)
    t.syn(bucket="filtered").synack(bucket="filtered").ack(bucket="filtered")
    net.udp(client, server, 5000, 9999, bucket="filtered")

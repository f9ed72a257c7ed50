# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Capture formats: the same packets in every file type must tell the same story."""

from capgen import us

from . import add, scenario


def _story(net):
    client, server = net.pair()
    t = net.tcp(client, server, 80)
    t.handshake().talk().close()
    t.expect("established", conn_state="SF")
    t = net.tcp(client, server, 81)
    t.syn().refuse()
    t.expect("refused", rst_phase="to_syn", rst_origin="endpoint")
    net.udp(client, server, 5000, 9999)


for _link in ("snap", "null", "loop", "raw", "ipv4", "sll", "sll2", "ppp", "c_hdlc"):
    add("link_" + _link, _story, link=_link)
for _link in ("null", "loop", "raw", "ipv6", "sll", "sll2", "ppp", "c_hdlc"):
    add("link_" + _link + "_v6", _story, link=_link, v6=True)

add("pcap_big_endian", _story, order=">")
add("pcap_nanoseconds_big_endian", _story, order=">", nanoseconds=True)
add("null_big_endian", _story, order=">", link="null")
add("pcapng", _story, kind="pcapng")
add("pcapng_big_endian", _story, kind="pcapng", order=">")
add("pcapng_microseconds", _story, kind="pcapng", resolutions=[6])


@scenario(nanoseconds=True)
def pcap_nanoseconds(net):
    """Times to the nanosecond survive."""
    net.wait(123456789)
    t = net.tcp(*net.pair())
    t.syn().synack(after=1234567).ack(after=7654321)
    t.expect("established", server_rtt_us=1234.567, client_rtt_us=7654.321)


@scenario(kind="pcapng", links=("ethernet", "raw", "sll"), resolutions=[9, 6, 9])
def pcapng_interfaces(net):
    """Three interfaces of different link types; one connection is seen on two of them."""
    t = net.tcp(*net.pair())
    t.syn()
    net.interface = 1
    t.synack()
    net.interface = 0
    t.ack()
    t.expect("established")
    net.interface = 2
    net.tcp(*net.pair(), 443).handshake(after=us(10)).expect("established")

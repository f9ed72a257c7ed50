# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Encapsulations. Each maker returns a function (ethertype, packet) -> (ethertype, packet)."""

import struct

from . import wire
from .link import ethernet_header

MPLS, PPPOE, VLAN, SERVICE_VLAN, TEB, ERSPAN2, ERSPAN3 = (
    0x8847, 0x8864, 0x8100, 0x88A8, 0x6558, 0x88BE, 0x22EB)
ROUTER_A, ROUTER_B = "203.0.113.1", "203.0.113.2"
ROUTER_A6, ROUTER_B6 = "2001:db8:ffff::1", "2001:db8:ffff::2"


def vlan(vid, tpid=VLAN, priority=0):
    def wrap(ethertype, packet):
        return tpid, struct.pack("!HH", priority << 13 | vid, ethertype) + packet
    return wrap


def qinq(outer, inner, tpid=SERVICE_VLAN):
    def wrap(ethertype, packet):
        return vlan(outer, tpid)(*vlan(inner)(ethertype, packet))
    return wrap


def mpls(*labels):
    def wrap(_ethertype, packet):
        stack = b""
        for label in labels:
            bottom = label is labels[-1]
            stack += struct.pack("!I", label << 12 | (0x100 if bottom else 0) | 62)
        return MPLS, stack + packet
    return wrap


def pppoe(session):
    def wrap(ethertype, packet):
        protocol = 0x57 if ethertype == wire.ETH_IPV6 else 0x21
        return PPPOE, struct.pack("!BBHHH", 0x11, 0, session, len(packet) + 2, protocol) + packet
    return wrap


def _outer(v6):
    return (ROUTER_A6, ROUTER_B6) if v6 else (ROUTER_A, ROUTER_B)


def _inner_frame(ethertype, packet):
    return ethernet_header(ethertype) + packet


def ip_in_ip(v6=False):
    """IPv4 or IPv6 in IPv4 (or, with v6, in IPv6)."""
    def wrap(ethertype, packet):
        proto = wire.SIX_IN_IP if ethertype == wire.ETH_IPV6 else wire.IPIP
        return wire.ip(*_outer(v6), proto, packet, ttl=250)
    return wrap


def gre(key=None, ethernet=False, v6=False):
    def wrap(ethertype, packet):
        if ethernet:
            ethertype, packet = TEB, _inner_frame(ethertype, packet)
        header = struct.pack("!HH", 0 if key is None else 0x2000, ethertype)
        if key is not None:
            header += struct.pack("!I", key)
        return wire.ip(*_outer(v6), wire.GRE, header + packet, ttl=250)
    return wrap


def erspan1():
    def wrap(ethertype, packet):
        header = struct.pack("!HH", 0, ERSPAN2)
        return wire.ip(*_outer(False), wire.GRE, header + _inner_frame(ethertype, packet), ttl=250)
    return wrap


def erspan2(session, sequence=1):
    def wrap(ethertype, packet):
        header = struct.pack("!HHI", 0x1000, ERSPAN2, sequence)
        header += struct.pack("!HHI", 1 << 12 | 100, session, 0)
        return wire.ip(*_outer(False), wire.GRE, header + _inner_frame(ethertype, packet), ttl=250)
    return wrap


def erspan3(session, sequence=1):
    def wrap(ethertype, packet):
        header = struct.pack("!HHI", 0x1000, ERSPAN3, sequence)
        header += struct.pack("!HHIHH", 2 << 12 | 100, session, 12345, 0, 0)
        return wire.ip(*_outer(False), wire.GRE, header + _inner_frame(ethertype, packet), ttl=250)
    return wrap


def _in_udp(port, body, v6=False):
    src, dst = _outer(v6)
    return wire.ip(src, dst, wire.UDP, wire.udp(src, dst, 49152, port, body), ttl=250)


def vxlan(vni, v6=False):
    def wrap(ethertype, packet):
        header = struct.pack("!II", 0x08000000, vni << 8)
        return _in_udp(4789, header + _inner_frame(ethertype, packet), v6)
    return wrap


def geneve(vni, option_bytes=0):
    def wrap(ethertype, packet):
        header = struct.pack("!BBHI", option_bytes // 4, 0, TEB, vni << 8)
        if option_bytes:
            header += struct.pack("!HBB", 0x0102, 1, option_bytes // 4 - 1) + bytes(option_bytes - 4)
        return _in_udp(6081, header + _inner_frame(ethertype, packet))
    return wrap


def gtpu(teid, sequence=None):
    def wrap(_ethertype, packet):
        extra = b"" if sequence is None else struct.pack("!HBB", sequence, 0, 0)
        flags = 0x30 if sequence is None else 0x32
        header = struct.pack("!BBHI", flags, 255, len(extra) + len(packet), teid)
        return _in_udp(2152, header + extra + packet)
    return wrap


def both(*wraps):
    """Several encapsulations, innermost first."""
    def wrap(ethertype, packet):
        for one in wraps:
            ethertype, packet = one(ethertype, packet)
        return ethertype, packet
    return wrap

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Bytes of IP, TCP, UDP and ICMP packets. Pure functions; no state, no clock."""

import ipaddress
import struct

ETH_IPV4, ETH_IPV6, ETH_ARP = 0x0800, 0x86DD, 0x0806
ICMP, IPIP, TCP, UDP, SIX_IN_IP, GRE, ICMPV6 = 1, 4, 6, 17, 41, 47, 58
HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION = 0, 43, 44, 51, 60

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE = (1 << bit for bit in range(9))


def packed(addr):
    """The bytes of an address given as text."""
    return ipaddress.ip_address(addr).packed


def is_v6(addr):
    return ":" in addr


def checksum(data):
    """RFC 1071."""
    if len(data) & 1:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def transport_checksum(src, dst, proto, segment):
    pseudo = packed(src) + packed(dst)
    if is_v6(src):
        pseudo += struct.pack("!IxxxB", len(segment), proto)
    else:
        pseudo += struct.pack("!xBH", proto, len(segment))
    return checksum(pseudo + segment)


def ipv4(src, dst, proto, payload, ttl=64, ident=0, df=True, tos=0, options=b"",
         offset=0, more=False, total_bytes=None):
    """`offset` in bytes. `total_bytes` overrides the length field (for malformed packets)."""
    options += b"\0" * (-len(options) % 4)
    ihl = 5 + len(options) // 4
    fragment = (0x4000 if df else 0) | (0x2000 if more else 0) | offset >> 3
    total = ihl * 4 + len(payload) if total_bytes is None else total_bytes
    header = struct.pack("!BBHHHBBH", 0x40 | ihl, tos, total, ident, fragment, ttl, proto, 0)
    header += packed(src) + packed(dst) + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(src, dst, proto, payload, ttl=64, tos=0, extensions=(), flow_label=0):
    """`extensions`: (header number, bytes without the leading next-header byte), outermost first."""
    chain = b""
    for number, body in reversed(extensions):
        chain = bytes([proto]) + body + chain
        proto = number
    payload = chain + payload
    first = 6 << 28 | tos << 20 | flow_label
    return struct.pack("!IHBB", first, len(payload), proto, ttl) + packed(src) + packed(dst) + payload


def ip(src, dst, proto, payload, ttl=64, **more):
    """IPv4 or IPv6 by the addresses; returns (ethertype, packet)."""
    if is_v6(src):
        known = {key: more[key] for key in ("tos", "extensions", "flow_label") if key in more}
        return ETH_IPV6, ipv6(src, dst, proto, payload, ttl, **known)
    more.pop("extensions", None)
    return ETH_IPV4, ipv4(src, dst, proto, payload, ttl, **more)


def tcp(src, dst, sport, dport, seq, ack, flags, payload=b"", window=64240, options=b"",
        bad_checksum=False, data_offset=None):
    options += b"\1" * (-len(options) % 4)
    words = 5 + len(options) // 4 if data_offset is None else data_offset
    segment = struct.pack("!HHIIHHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                          words << 12 | flags, window, 0, 0) + options + payload
    value = transport_checksum(src, dst, TCP, segment) ^ (0x5555 if bad_checksum else 0)
    return segment[:16] + struct.pack("!H", value) + segment[18:]


def udp(src, dst, sport, dport, payload):
    segment = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    value = transport_checksum(src, dst, UDP, segment) or 0xFFFF
    return segment[:6] + struct.pack("!H", value) + payload


def icmp(src, dst, kind, code, body, rest=0):
    """ICMP or ICMPv6 message, by the addresses; `rest` is the second word."""
    message = struct.pack("!BBHI", kind, code, 0, rest) + body
    value = transport_checksum(src, dst, ICMPV6, message) if is_v6(src) else checksum(message)
    return message[:2] + struct.pack("!H", value) + message[4:]


def arp_request(sender, target):
    body = struct.pack("!HHBBH", 1, ETH_IPV4, 6, 4, 1)
    return ETH_ARP, body + b"\x02\0\0\0\0\1" + packed(sender) + bytes(6) + packed(target)


# TCP options (RFC 9293, 7323, 2018, 7413).

def option_mss(value):
    return struct.pack("!BBH", 2, 4, value)


def option_window_scale(shift):
    return bytes([3, 3, shift])


SACK_PERMITTED = bytes([4, 2])


def option_timestamps(value, echo):
    return struct.pack("!BBII", 8, 10, value & 0xFFFFFFFF, echo & 0xFFFFFFFF)


def option_fast_open(cookie=b""):
    return bytes([34, 2 + len(cookie)]) + cookie


# IPv6 extension headers, as `ipv6` wants them.

def hop_by_hop():
    return HOP_BY_HOP, bytes([0, 1, 4, 0, 0, 0, 0])


def destination_options():
    return DESTINATION, bytes([0, 1, 4, 0, 0, 0, 0])


def routing(segments_left=0):
    return ROUTING, bytes([0, 253, segments_left, 0, 0, 0, 0])


def authentication():
    return AUTHENTICATION, bytes([4, 0, 0]) + struct.pack("!II", 0x1234, 1) + bytes(12)


def fragment(offset, more, ident):
    return FRAGMENT, bytes([0]) + struct.pack("!HI", offset | (1 if more else 0), ident)

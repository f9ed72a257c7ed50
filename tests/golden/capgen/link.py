# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Link layers: how (ethertype, packet) looks in a capture of each link type."""

import struct

MAC_A, MAC_B = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
ETHERNET_MIN_BYTES = 60


def ethernet_header(ethertype):
    return MAC_B + MAC_A + struct.pack("!H", ethertype)


def _ethernet(ethertype, packet, _order):
    frame = ethernet_header(ethertype) + packet
    return frame + b"\0" * (ETHERNET_MIN_BYTES - len(frame))


def _snap(ethertype, packet, _order):
    body = bytes.fromhex("aaaa03000000") + struct.pack("!H", ethertype) + packet
    frame = MAC_B + MAC_A + struct.pack("!H", len(body)) + body
    return frame + b"\0" * (ETHERNET_MIN_BYTES - len(frame))


def _null(ethertype, packet, order):
    return struct.pack(order + "I", 24 if ethertype == 0x86DD else 2) + packet


def _loop(ethertype, packet, _order):
    return _null(ethertype, packet, ">")


def _raw(_ethertype, packet, _order):
    return packet


def _sll(ethertype, packet, _order):
    return struct.pack("!HHH6sxxH", 0, 1, 6, MAC_A, ethertype) + packet


def _sll2(ethertype, packet, _order):
    return struct.pack("!HHIHBB6sxx", ethertype, 0, 2, 1, 0, 6, MAC_A) + packet


def _ppp(ethertype, packet, _order):
    return struct.pack("!HH", 0xFF03, 0x57 if ethertype == 0x86DD else 0x21) + packet


def _c_hdlc(ethertype, packet, _order):
    return struct.pack("!HH", 0x0F00, ethertype) + packet


# name: (LINKTYPE_ number, encoder)
LINKS = {
    "ethernet": (1, _ethernet),
    "snap": (1, _snap),
    "null": (0, _null),
    "loop": (108, _loop),
    "raw": (101, _raw),
    "ipv4": (228, _raw),
    "ipv6": (229, _raw),
    "sll": (113, _sll),
    "sll2": (276, _sll2),
    "ppp": (9, _ppp),
    "c_hdlc": (104, _c_hdlc),
}

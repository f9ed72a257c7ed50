# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Writers of capture files: pcap (µs, ns, both byte orders) and pcapng."""

import struct

from .link import LINKS


class Record:
    """One frame as a capture file keeps it."""

    __slots__ = ("ts_ns", "ethertype", "packet", "interface", "bucket")

    def __init__(self, ts_ns, ethertype, packet, bucket, interface=0):
        self.ts_ns = ts_ns
        self.ethertype = ethertype
        self.packet = packet
        self.bucket = bucket
        self.interface = interface

    def bytes_on(self, link, order):
        return LINKS[link][1](self.ethertype, self.packet, order)


def write_pcap(path, records, link="ethernet", nanoseconds=False, order="<", snaplen=262144):
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    unit = 1 if nanoseconds else 1000
    with open(path, "wb") as out:
        out.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, LINKS[link][0]))
        for record in records:
            frame = record.bytes_on(link, order)
            seconds, rest = divmod(record.ts_ns, 1000000000)
            kept = frame[:snaplen]
            out.write(struct.pack(order + "IIII", seconds, rest // unit, len(kept), len(frame)))
            out.write(kept)


def _block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    total = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + total + body + total


def _option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def write_pcapng(path, records, links=("ethernet",), order="<", snaplen=262144,
                 resolutions=None):
    """One interface for each of `links`; `resolutions`: decimal exponent of each, 6 or 9."""
    resolutions = resolutions or [9] * len(links)
    with open(path, "wb") as out:
        out.write(_block(order, 0x0A0D0D0A,
                         struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for link, resolution in zip(links, resolutions):
            options = _option(order, 9, bytes([resolution])) + _option(order, 0, b"")
            out.write(_block(order, 1, struct.pack(order + "HHI", LINKS[link][0], 0, snaplen)
                             + options))
        for record in records:
            frame = record.bytes_on(links[record.interface], order)
            kept = frame[:snaplen]
            ticks = record.ts_ns // 10 ** (9 - resolutions[record.interface])
            head = struct.pack(order + "IIIII", record.interface, ticks >> 32,
                               ticks & 0xFFFFFFFF, len(kept), len(frame))
            out.write(_block(order, 6, head + kept))

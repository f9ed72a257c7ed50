# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""What tshark sees in a capture, gathered by first SYN in the words of attempts.jsonl."""

import subprocess

from capgen import iso
from capgen.wire import ACK, FIN, RST, SYN

FIELDS = ("frame.time_epoch", "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "ip.ttl",
          "ipv6.hlim", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.seq_raw", "tcp.ack_raw",
          "tcp.len", "tcp.checksum", "ip.id", "tcp.stream", "tcp.completeness")
DUPLICATE_WINDOW_NS = 2000000


class Segment:
    def __init__(self, row):
        field = dict(zip(FIELDS, row))
        seconds, _, rest = field["frame.time_epoch"].partition(".")
        self.ts_ns = int(seconds) * 10**9 + int((rest + "0" * 9)[:9])
        layers = field["frame.protocols"].split(":")
        v6 = [layer for layer in layers if layer in ("ip", "ipv6")][-1] == "ipv6"
        # with several IP headers the innermost comes last, in its own family's fields
        self.src, self.dst = ((field["ipv6.src"], field["ipv6.dst"]) if v6
                              else (field["ip.src"], field["ip.dst"]))
        self.ttl = int(field["ipv6.hlim" if v6 else "ip.ttl"] or 0)
        self.sport, self.dport = int(field["tcp.srcport"]), int(field["tcp.dstport"])
        self.flags = int(field["tcp.flags"], 16)
        self.seq, self.ack = int(field["tcp.seq_raw"]), int(field["tcp.ack_raw"] or 0)
        self.size = int(field["tcp.len"] or 0)
        self.checksum = field["tcp.checksum"]
        self.ident = 0 if v6 else int(field["ip.id"], 16)
        self.stream = field["tcp.stream"]
        self.completeness = int(field["tcp.completeness"] or 0)

    def identity(self):
        return (self.src, self.dst, self.sport, self.dport, self.seq, self.ack, self.flags,
                self.size, self.checksum, self.ident)

    def from_client(self, key):
        return (self.src, self.sport) == key[:2]


def _rows(path):
    # two passes (-2): completeness is then that of the whole stream
    command = ["tshark", "-n", "-2", "-r", path, "-Y", "tcp && !icmp && !icmpv6", "-T", "fields",
               "-E", "occurrence=l", "-o", "tcp.desegment_tcp_streams:FALSE",
               "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        row = line.split("\t")
        if len(row) == len(FIELDS) and row[FIELDS.index("tcp.flags")]:
            yield row


def segments(path):
    """Every TCP segment, in the order of the file."""
    return [Segment(row) for row in _rows(path)]


def is_copy(segment, before):
    """Rule copies. Without an IP ID, bare ACKs and RSTs without ACK may be alike and not the same:
    only a router's decrement tells them apart."""
    if not 0 <= segment.ts_ns - before.ts_ns <= DUPLICATE_WINDOW_NS:
        return False
    once = segment.flags & (SYN | FIN) or segment.flags & (RST | ACK) == RST | ACK
    if segment.ident == 0 and segment.size == 0 and not once:
        return segment.ttl < before.ttl
    return segment.ttl <= before.ttl


def without_copies(all_segments):
    """What is left when the mirror's copies are taken out."""
    kept, last = [], {}
    for segment in all_segments:
        before = last.get(segment.identity())
        if before is not None and is_copy(segment, before):
            continue
        last[segment.identity()] = segment
        kept.append(segment)
    return kept


def attempts(all_segments):
    """{(client, port, server, port, isn): facts}: tshark's streams, by the ISN of each first SYN."""
    streams = {}
    for segment in all_segments:
        streams.setdefault(segment.stream, []).append(segment)
    found = {}
    for stream in streams.values():
        first = next((one for one in stream if one.flags & (SYN | ACK | RST) == SYN), None)
        if first is None:
            continue
        key = (first.src, first.sport, first.dst, first.dport, first.seq)
        found.setdefault(key, _facts(key, stream, first))
    return found


def _facts(key, stream, first):
    syns = [one for one in stream if one.flags & (SYN | ACK | RST) == SYN and one.from_client(key)
            and one.seq == first.seq]
    synacks = [one for one in stream if one.flags & (SYN | ACK) == SYN | ACK
               and not one.from_client(key)]
    last_ack = first.seq + 1 + max(one.size for one in syns)
    valid = [one for one in synacks
             if (one.ack - first.seq - 1) & 0xFFFFFFFF <= last_ack - first.seq - 1]
    rsts = [one for one in stream if one.flags & RST]
    chosen = (valid or synacks or [None])[0]
    return {
        "ts": iso(first.ts_ns), "ttl_syn": first.ttl, "syn_count": len(syns),
        "server_isn": chosen.seq if chosen else None, "ttl_synack": chosen.ttl if chosen else None,
        "synack_count": len(valid), "all_synacks": len(synacks),
        "early_synacks": sum(1 for one in synacks if one.ts_ns < first.ts_ns),
        "rst_count": len(rsts), "ttl_rst": rsts[0].ttl if rsts else None,
        "rst_side": (("client" if rsts[0].from_client(key) else "server") if rsts else None),
        "completeness": _completeness(stream),
        "answered_after_ns": chosen.ts_ns - syns[-1].ts_ns if chosen else None,
    }


def _completeness(stream):
    bits = 0
    for one in stream:
        bits |= one.completeness
    return bits

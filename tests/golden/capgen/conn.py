# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""One TCP connection, packet by packet, and what is true of it.

Each method sends one packet `after` the one before and notes what an observer at the first vantage
must make of it. `expect` states the outcome; facts that follow from the packets alone (times, sequence
numbers, counts, TTLs, options) are filled in from what was sent.
"""

import datetime

from . import wire
from .wire import ACK, FIN, PSH, RST, SYN

STEP_NS = 1000000
LAST_SECOND = 253402300799  # of the year 9999


def iso(ts_ns):
    seconds, rest = divmod(ts_ns, 10**9)
    if seconds > LAST_SECOND:  # damaged captures say so
        return f"{ts_ns} ns"
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:09d}Z"


class Options:
    """Options that one side offers in its SYN or SYN-ACK."""

    def __init__(self, mss=1460, wscale=7, sack=True, ts=None, fast_open=None):
        self.mss, self.wscale, self.sack, self.ts, self.fast_open = mss, wscale, sack, ts, fast_open

    def pack(self, echo=0):
        data = b""
        if self.mss is not None:
            data += wire.option_mss(self.mss)
        if self.sack:
            data += wire.SACK_PERMITTED
        if self.ts is not None:
            data += wire.option_timestamps(self.ts, echo)
        if self.wscale is not None:
            data += wire.option_window_scale(self.wscale)
        if self.fast_open is not None:
            data += wire.option_fast_open(self.fast_open)
        return data

    def facts(self, side):
        return {"mss_" + side: self.mss, "wscale_" + side: self.wscale,
                "sack_" + side: bool(self.sack), "ts_" + side: self.ts is not None}


class Conn:
    def __init__(self, net, client, sport, server, port, isn=None, server_isn=None, wrap=None,
                 client_options=None, server_options=None, seen=None):
        self.net, self.hosts, self.ports = net, (client, server), (sport, port)
        self.isn = 1000000 + sport * 1000 if isn is None else isn
        self.server_isn = 5000000 + sport * 1000 if server_isn is None else server_isn
        self.next = [self.isn + 1, self.server_isn + 1]
        self.wrap, self.seen = wrap, seen
        self.options = [client_options or Options(), server_options or Options()]
        self.facts = {"ts": None, "syn_count": 0, "synack_count": 0, "rst_count": 0,
                      "server_isn": None, "ttl_syn": None, "ttl_synack": None, "ttl_rst": None,
                      "rst_side": None}
        self.times = {}
        self.bits = 0

    # One packet

    def send(self, side, flags, seq, ack=0, payload=b"", after=STEP_NS, options=b"", ttl=None,
             seen=None, bucket="tcp", window=64240, ident=None, tos=None, wrap=None, **more):
        """Any segment. `side` 0 is the client. `ttl`: as seen at the tap."""
        net, sender, receiver = self.net, self.hosts[side], self.hosts[1 - side]
        net.wait(after)
        if isinstance(payload, int):
            payload = bytes(payload)
        segment = wire.tcp(sender.addr, receiver.addr, self.ports[side], self.ports[1 - side], seq,
                           ack, flags, payload, window, options,
                           more.pop("bad_checksum", False), more.pop("data_offset", None))
        fields = dict(ident=sender.next_ident() if ident is None else ident,
                      tos=sender.tos if tos is None else tos, **more)
        if "options_ip" in fields:
            fields["options"] = fields.pop("options_ip")

        def build(shown):
            return wire.ip(sender.addr, receiver.addr, wire.TCP, segment, shown, **fields)
        ts_ns = net.emit(sender, build, bucket, seen or self.seen, wrap or self.wrap, ttl)
        shown = sender.ttl - sender.hops_to(0) if ttl is None else ttl
        if bucket == "tcp":
            self._note(side, flags, seq, len(payload), ts_ns, shown)
        return self

    def _note(self, side, flags, seq, size, ts_ns, ttl):
        facts = self.facts
        kind = flags & (SYN | ACK)
        if flags & RST:
            if facts["ttl_rst"] is None:
                facts.update(ttl_rst=ttl, rst_side=("client", "server")[side])
            facts["rst_count"] += 1
            self.bits |= 32
        if kind == SYN and side == 0 and not flags & RST:
            if facts["ts"] is None:
                facts.update(ts=iso(ts_ns), ttl_syn=ttl)
            facts["syn_count"] += 1
            self.times.setdefault("syn", ts_ns)
            self.times["last_syn"] = ts_ns
        if kind == (SYN | ACK) and side == 1:
            if facts["ttl_synack"] is None:
                facts.update(ttl_synack=ttl, server_isn=seq & 0xFFFFFFFF)
            facts["synack_count"] += 1
            self.times.setdefault("synack", ts_ns)
        if kind == ACK and side == 0 and not flags & RST and "synack" in self.times:
            self.times.setdefault("ack", ts_ns)
        self.bits |= self._completeness(flags, size)

    @staticmethod
    def _completeness(flags, size):
        """Wireshark's tcp.completeness bits of one segment."""
        bits = {SYN: 1, SYN | ACK: 2, ACK: 0 if size else 4}.get(flags & (SYN | ACK), 0)
        return bits | (8 if size else 0) | (16 if flags & FIN and flags & ACK else 0)

    # The usual packets

    def syn(self, after=0, flags=SYN, data=0, seq=None, side=0, **more):
        options = self.options[side].pack()
        isn = (self.isn, self.server_isn)[side] if seq is None else seq
        self.times["syn_data"] = data
        return self.send(side, flags, isn, 0, data, after, options, **more)

    def synack(self, ack=None, seq=None, flags=SYN | ACK, echo=None, side=1, **more):
        echo = (self.options[0].ts or 0) if echo is None else echo
        options = self.options[side].pack(echo)
        mine, other = (self.isn, self.server_isn)[::1 if side == 0 else -1]
        return self.send(side, flags, mine if seq is None else seq,
                         other + 1 if ack is None else ack, options=options, **more)

    def _timestamps(self, side):
        if self.options[0].ts is None or self.options[1].ts is None:
            return b""
        return wire.option_timestamps(self.options[side].ts, self.options[1 - side].ts)

    def ack(self, side=0, ack=None, **more):
        options = more.pop("options", self._timestamps(side))
        return self.send(side, ACK, self.next[side], self.next[1 - side] if ack is None else ack,
                         options=options, **more)

    def data(self, size, side=0, **more):
        self.send(side, ACK | PSH, self.next[side], self.next[1 - side], size,
                  options=self._timestamps(side), **more)
        self.next[side] += size
        return self

    def fin(self, side=0, **more):
        self.send(side, FIN | ACK, self.next[side], self.next[1 - side],
                  options=self._timestamps(side), **more)
        self.next[side] += 1
        return self

    def rst(self, side=0, seq=None, ack=None, window=0, **more):
        """A bare RST, or RST+ACK when `ack` is given."""
        return self.send(side, RST | (0 if ack is None else ACK),
                         self.next[side] if seq is None else seq, ack or 0, window=window, **more)

    def refuse(self, ack=None, ident=0, **more):
        """The server side answers the SYN with RST+ACK, as stacks do for a closed port."""
        return self.rst(1, 0, self.isn + 1 if ack is None else ack, ident=ident, **more)

    # Whole stretches

    def handshake(self, **more):
        return self.syn(**more).synack().ack()

    def talk(self, request=100, response=400):
        return self.data(request).ack(1).data(response, 1).ack()

    def close(self):
        return self.fin(0).fin(1).ack()

    def icmp_error(self, sender, kind, code, rest=0, quote_bytes=None, **more):
        """`sender` answers the SYN with an ICMP error that quotes it."""
        client, server = self.hosts
        v6 = wire.is_v6(client.addr)
        segment = wire.tcp(client.addr, server.addr, *self.ports, self.isn, 0, SYN,
                           options=self.options[0].pack())
        quoted = wire.ip(client.addr, server.addr, wire.TCP, segment, client.ttl - 1,
                         ident=client.ident)[1]
        quoted = quoted[:quote_bytes] if quote_bytes else quoted
        message = wire.icmp(sender.addr, client.addr, kind, code, quoted, rest)
        proto = wire.ICMPV6 if v6 else wire.ICMP
        self.net.wait(STEP_NS)
        self.net.emit(sender, lambda ttl: wire.ip(sender.addr, client.addr, proto, message, ttl,
                                                  tos=0xC0, ident=sender.next_ident(), df=False),
                      "other_ip", **more)
        return self

    # Truth

    def expect(self, outcome, **stated):
        """States the outcome; anything `stated` overrules what follows from the packets. A value of
        `...` takes a fact out of the comparison."""
        facts = dict(self.facts, outcome=outcome, client_ip=self.hosts[0].addr,
                     client_port=self.ports[0], server_ip=self.hosts[1].addr,
                     server_port=self.ports[1], client_isn=self.isn & 0xFFFFFFFF, domain=0,
                     completeness=self.bits, syn_data_bytes=self.times.get("syn_data", 0),
                     decided_by="packets")
        if outcome in ("unanswered", "half_open", "invalid_answer", "one_sided"):
            facts["decided_by"] = "end"
        facts.update(self.options[0].facts("client"))
        if facts["synack_count"]:
            facts.update(self.options[1].facts("server"))
        facts.update(self._rtts(outcome))
        facts["syn_validated"] = facts["synack_count"] > 0
        facts["ack_synchronized"] = outcome == "established"
        facts["refusals"] = 1 if outcome == "refused" else 0
        if facts["rst_count"] == 0:
            facts.update(rst_phase=None, rst_origin=None)
        facts.update(stated)
        self.net.truth.attempts.append(
            {key: value for key, value in facts.items() if value is not ...})
        return self

    def _rtts(self, outcome):
        if self.facts["syn_count"] > 1 or self.facts["synack_count"] > 1:
            return {}
        known = {"rtt_ambiguous": False, "server_rtt_us": None, "client_rtt_us": None}
        if "synack" in self.times and "syn" in self.times:
            known["server_rtt_us"] = (self.times["synack"] - self.times["syn"]) / 1000
            if outcome == "established":
                known["client_rtt_us"] = (self.times["ack"] - self.times["synack"]) / 1000
        return known

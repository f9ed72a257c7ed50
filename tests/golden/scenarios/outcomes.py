# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Every outcome of docs/semantics.md section 2, in its plainest form."""

from capgen import Options, ms, s
from capgen.wire import ACK, PSH, SYN

from . import scenario


@scenario(v6=True)
def established(net):
    t = net.tcp(*net.pair())
    t.handshake().talk().close()
    t.expect("established", conn_state="SF", history="ShADadFf", completeness=31,
             close="fin_client", bytes_client=100, bytes_server=400, packets_client=6,
             packets_server=4, invalid_answer=False, two_responders=False)
    net.expect_service(t.hosts[1], 80, state="listening", established=1, clients=1)
    net.expect_findings()


@scenario(v6=True)
def established_by_data(net):
    """No bare ACK: the client's first data acknowledges the SYN-ACK."""
    t = net.tcp(*net.pair())
    t.syn().synack().data(100).ack(1)
    t.expect("established")


@scenario()
def established_then_idle(net):
    t = net.tcp(*net.pair())
    t.handshake()
    t.expect("established", conn_state="S1", history="ShA", completeness=7)


@scenario()
def established_ack_of_unseen(net):
    """The final ACK acknowledges 500 bytes that this tap never saw: it is not the first ACK, so it
    measures no round trip."""
    t = net.tcp(*net.pair())
    t.syn().synack().ack(ack=t.server_isn + 501)
    t.expect("established", ack_synchronized=False, client_rtt_us=None, rtt_ambiguous=...)


@scenario(v6=True)
def refused(net):
    t = net.tcp(*net.pair(), 81)
    t.syn().refuse()
    t.expect("refused", rst_phase="to_syn", rst_origin="unknown", conn_state="REJ", history="Sr",
             completeness=37)
    net.expect_service(t.hosts[1], 81, state="refusing", refused=1)


@scenario(v6=True)
def unanswered(net):
    """Linux's schedule: 1, 3, 7, 15, 31, 63 s make one attempt, not seven."""
    t = net.tcp(*net.pair())
    t.syn()
    for gap in (1, 2, 4, 8, 16, 32):
        t.syn(after=s(gap))
    net.tick(s(76))
    t.expect("unanswered", decided_by="timeout", conn_state="S0", syn_count=7, completeness=1,
             waited_ms=75000)


@scenario()
def unanswered_until_the_end(net):
    """Windows' schedule; the capture ends while the last SYN is still waited for."""
    t = net.tcp(*net.pair())
    t.syn().syn(after=s(3)).syn(after=s(6))
    net.tick(s(12))
    t.expect("unanswered", decided_by="end", waited_ms=12000)


@scenario()
def unanswered_cut_short(net):
    """Waited for 200 ms only: an attempt, but no evidence for any finding."""
    client, server = net.pair()
    for _ in range(6):
        net.tcp(client, server).syn(after=ms(5)).expect("unanswered")
    net.tick(ms(200))
    net.expect_findings()


@scenario(v6=True)
def half_open(net):
    """SYN-ACKs that nobody acknowledges, repeated."""
    t = net.tcp(*net.pair())
    t.syn().synack()
    for gap in (1, 2, 4):
        t.synack(after=s(gap))
    net.tick(s(5))
    t.expect("half_open", synack_count=4, completeness=3)


@scenario(v6=True)
def aborted_after_synack(net):
    """A half-open scan: the client answers the SYN-ACK with a bare RST."""
    t = net.tcp(*net.pair())
    t.syn().synack().rst(0)
    t.expect("aborted", rst_phase="to_synack", rst_origin="endpoint", completeness=35,
             aborted="after_synack")


@scenario()
def aborted_before_synack(net):
    t = net.tcp(*net.pair())
    t.syn().rst(0)
    t.expect("aborted", conn_state="RSTOS0", rst_phase=..., rst_origin=...,
             aborted="before_synack")


@scenario(v6=True)
def reset_in_handshake(net):
    t = net.tcp(*net.pair())
    t.syn().synack().rst(1)
    t.expect("reset_in_handshake", rst_phase="to_synack", rst_origin="endpoint")


@scenario()
def invalid_answer_synack(net):
    """The only SYN-ACK acknowledges something else."""
    t = net.tcp(*net.pair())
    t.syn().synack(ack=t.isn + 5000)
    net.tick()
    t.expect("invalid_answer", syn_validated=False, synack_count=..., server_rtt_us=None,
             server_isn=..., ttl_synack=..., mss_server=..., wscale_server=..., sack_server=...,
             ts_server=...)


@scenario(v6=True)
def invalid_answer_rst(net):
    """RFC 9293: a RST in SYN-SENT counts only if it acknowledges the SYN."""
    t = net.tcp(*net.pair())
    t.syn().refuse(ack=t.isn + 2)
    net.tick()
    t.expect("invalid_answer", refusals=0, invalid_refusals=1, rst_phase=..., rst_origin=...)


@scenario()
def invalid_answer_rst_without_ack(net):
    t = net.tcp(*net.pair())
    t.syn().rst(1, seq=0)
    net.tick()
    t.expect("invalid_answer", refusals=0, invalid_refusals=1, rst_phase=..., rst_origin=...)


@scenario()
def one_sided_client(net):
    """The tap sees only what the client sends, and that goes well."""
    t = net.tcp(*net.pair())
    t.syn()
    t.ack(after=ms(2)).data(100)
    t.ack(ack=t.server_isn + 401, after=ms(2)).fin(0)
    t.expect("one_sided", decided_by=...)


@scenario()
def one_sided_synack_missed(net):
    """Both directions are seen, but the SYN-ACK is not in the capture."""
    t = net.tcp(*net.pair())
    t.syn()
    t.ack(after=ms(2)).talk().close()
    t.expect("one_sided", decided_by=...)


@scenario()
def one_sided_server_data(net):
    """After the SYN only the server is seen, sending data."""
    t = net.tcp(*net.pair())
    t.syn()
    t.send(1, ACK | PSH, t.server_isn + 1, t.isn + 101, 300)
    t.expect("one_sided", decided_by=...)


@scenario()
def syn_with_other_bits(net):
    """A SYN with PSH and data, without Fast Open, is still a SYN."""
    t = net.tcp(*net.pair(), client_options=Options(wscale=None, sack=False))
    t.syn(flags=SYN | PSH, data=10).synack().ack()
    t.expect("established", syn_data_bytes=10, tfo=False)

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""The handshake's harder ways: retransmissions, reuse, crossing, Fast Open, ECN, two responders."""

from capgen import Options, ms, s, us
from capgen.wire import ACK, CWR, ECE, SYN

from . import scenario


@scenario()
def port_reuse_after_close(net):
    client, server = net.pair()
    for isn in (1000, 900000, 70):
        t = net.tcp(client, server, 80, 50000, isn=isn, server_isn=isn * 7)
        t.handshake(after=s(3)).talk().close()
        t.expect("established")


@scenario()
def port_reuse_ends_the_old(net):
    """Another ISN on the same ports is a new attempt and ends the old one."""
    client, server = net.pair()
    old = net.tcp(client, server, 80, 50000, isn=1000)
    old.syn().syn(after=s(1))
    new = net.tcp(client, server, 80, 50000, isn=777000)
    new.handshake(after=s(5))
    old.expect("unanswered", decided_by="packets", waited_ms=5000)
    new.expect("established")


@scenario()
def port_reuse_of_established(net):
    client, server = net.pair()
    old = net.tcp(client, server, 80, 50000, isn=1000)
    old.handshake().talk()
    new = net.tcp(client, server, 80, 50000, isn=777000, server_isn=99)
    new.handshake(after=s(30))
    old.expect("established")
    new.expect("established")


@scenario()
def many_isns_on_one_tuple(net):
    client, server = net.pair()
    for index in range(12):
        t = net.tcp(client, server, 80, 50000, isn=index * 1000000 + 5)
        t.syn(after=s(2))
        t.expect("unanswered", decided_by="packets" if index < 11 else "end")
    net.tick(s(3))


@scenario(v6=True)
def syn_retransmission_with_timestamps(net):
    """The echoed timestamp tells which SYN was answered."""
    t = net.tcp(*net.pair(), client_options=Options(ts=1000), server_options=Options(ts=7))
    t.syn()
    t.options[0].ts = 2000
    t.syn(after=s(1)).synack(after=ms(20)).ack()
    t.expect("established", server_rtt_us=20000, client_rtt_us=1000, rtt_ambiguous=False)


@scenario()
def syn_retransmission_ambiguous(net):
    """Without timestamps nobody knows which SYN was answered: no RTT rather than a wrong one."""
    t = net.tcp(*net.pair())
    t.syn().syn(after=s(1)).synack(after=ms(20)).ack()
    t.expect("established", server_rtt_us=None, client_rtt_us=1000, rtt_ambiguous=True)
    net.expect_service(t.hosts[1], 80, syn_retransmits=1)


@scenario()
def synack_retransmission(net):
    """Which SYN-ACK was acknowledged is not known either."""
    t = net.tcp(*net.pair())
    t.syn().synack().synack(after=s(1)).ack()
    t.expect("established", server_rtt_us=1000, client_rtt_us=None, rtt_ambiguous=True)


@scenario(v6=True)
def synack_before_syn(net):
    """Two ports polled in turn: the SYN-ACK comes 4 ms early, within the reorder window."""
    t = net.tcp(*net.pair())
    t.synack()
    t.syn(after=ms(4)).ack(after=ms(6))
    t.expect("established", server_rtt_us=..., client_rtt_us=..., rtt_ambiguous=...)


@scenario()
def synack_long_before_syn(net):
    """50 ms early is no reordering: the attempt's own answer was never seen."""
    t = net.tcp(*net.pair())
    t.synack()
    t.syn(after=ms(50)).ack(after=ms(1))
    t.expect("one_sided", synack_count=0, server_isn=None, ttl_synack=None, mss_server=None,
             wscale_server=None, sack_server=..., ts_server=..., syn_validated=False,
             server_rtt_us=None, decided_by=..., completeness=...)


@scenario(v6=True)
def simultaneous_open(net):
    """RFC 9293 3.5, figure 7: the SYNs cross, both sides answer with SYN-ACK."""
    t = net.tcp(*net.pair(), 50001, 50000)
    t.syn().syn(side=1, after=us(300))
    t.send(0, SYN | ACK, t.isn, t.server_isn + 1)
    t.send(1, SYN | ACK, t.server_isn, t.isn + 1, after=us(300))
    t.ack().data(100).ack(1)
    t.expect("established", simultaneous_open=True, syn_count=..., synack_count=...,
             server_isn=t.server_isn, ttl_synack=..., mss_server=..., wscale_server=...,
             sack_server=..., ts_server=..., server_rtt_us=..., client_rtt_us=..., rtt_ambiguous=...,
             syn_validated=...)


COOKIE = bytes(range(8))


@scenario()
def fast_open_cookie_request(net):
    t = net.tcp(*net.pair(), client_options=Options(fast_open=b""),
                server_options=Options(fast_open=COOKIE))
    t.handshake().talk()
    t.expect("established", tfo=True, syn_data_bytes=0)


@scenario(v6=True)
def fast_open_accepted(net):
    t = net.tcp(*net.pair(), client_options=Options(fast_open=COOKIE))
    t.syn(data=120).synack(ack=t.isn + 121)
    t.next[0] += 120
    t.ack().data(300, 1).ack()
    t.expect("established", tfo=True, syn_data_bytes=120, syn_validated=True)


@scenario()
def fast_open_partly_accepted(net):
    t = net.tcp(*net.pair(), client_options=Options(fast_open=COOKIE))
    t.syn(data=120).synack(ack=t.isn + 51)
    t.next[0] += 50
    t.ack().data(70)
    t.expect("established", tfo=True, syn_data_bytes=120, syn_validated=True)


@scenario()
def fast_open_rejected(net):
    """The server wants the data again."""
    t = net.tcp(*net.pair(), client_options=Options(fast_open=COOKIE))
    t.syn(data=120).synack().ack().data(120).ack(1)
    t.expect("established", tfo=True, syn_data_bytes=120, syn_validated=True)


@scenario()
def fast_open_refused(net):
    """A RST may acknowledge the SYN's data too."""
    client, server = net.pair()
    for sport, ack in ((50000, 1), (50001, 121)):
        t = net.tcp(client, server, 81, sport, client_options=Options(fast_open=COOKIE))
        t.syn(data=120).refuse(ack=t.isn + ack)
        t.expect("refused", tfo=True, syn_data_bytes=120, rst_phase="to_syn", rst_origin="unknown")


@scenario(v6=True)
def ecn_accepted(net):
    t = net.tcp(*net.pair())
    t.syn(flags=SYN | ECE | CWR).synack(flags=SYN | ACK | ECE).ack()
    t.expect("established", ecn_setup=True, ecn_accepted=True)


@scenario()
def ecn_declined(net):
    t = net.tcp(*net.pair())
    t.syn(flags=SYN | ECE | CWR).synack().ack()
    t.expect("established", ecn_setup=True, ecn_accepted=False)


@scenario()
def ecn_reflected(net):
    """A broken stack mirrors both bits: no acceptance (RFC 3168 6.1.1)."""
    t = net.tcp(*net.pair())
    t.syn(flags=SYN | ECE | CWR).synack(flags=SYN | ACK | ECE | CWR).ack()
    t.expect("established", ecn_setup=True, ecn_accepted=False)


@scenario()
def two_responders(net):
    """One SYN, SYN-ACKs with two server ISNs: two machines share an address."""
    t = net.tcp(*net.pair())
    t.syn().synack().synack(seq=t.server_isn + 77777777, after=us(400)).ack()
    t.expect("established", two_responders=True, server_isn=t.server_isn, synack_count=...,
             server_rtt_us=1000, client_rtt_us=..., rtt_ambiguous=...)


@scenario()
def invalid_refusal_then_success(net):
    """A forged RST with a wrong ack is ignored by the client, and by us."""
    t = net.tcp(*net.pair())
    t.syn().refuse(ack=t.isn + 100, after=us(100)).synack(after=us(900)).ack()
    t.expect("established", refusals=0, invalid_refusals=1, rst_phase=..., rst_origin=...,
             rst_count=...)


@scenario(v6=True)
def windows_three_refusals(net):
    """Windows sends the same SYN three times, 0.5 s apart: one attempt."""
    t = net.tcp(*net.pair(), 81)
    t.syn().refuse()
    t.syn(after=ms(500)).refuse().syn(after=ms(500)).refuse()
    t.expect("refused", syn_count=3, rst_count=3, refusals=3, rst_phase="to_syn",
             rst_origin="unknown")


@scenario()
def refused_then_established(net):
    """The service comes up between two SYNs of one attempt."""
    t = net.tcp(*net.pair(), 81)
    t.syn().refuse().syn(after=ms(500)).synack().ack()
    t.expect("established", syn_count=2, refusals=1, rst_phase="to_syn", rst_origin=...,
             server_rtt_us=..., client_rtt_us=..., rtt_ambiguous=...)


@scenario()
def sequence_numbers_wrap(net):
    t = net.tcp(*net.pair(), isn=0xFFFFFFFF, server_isn=0xFFFFFFFE)
    t.handshake().talk().close()
    t.expect("established", client_isn=0xFFFFFFFF, server_isn=0xFFFFFFFE)


@scenario()
def isn_zero(net):
    """A client ISN of 0 is a number like any other."""
    t = net.tcp(*net.pair(), isn=0, server_isn=0)
    t.handshake().talk()
    t.expect("established", client_isn=0, server_isn=0)


@scenario()
def options_none(net):
    bare = Options(mss=None, wscale=None, sack=False)
    t = net.tcp(*net.pair(), client_options=bare, server_options=bare)
    t.handshake()
    t.expect("established")


@scenario(v6=True)
def midstream(net):
    """No SYN: one flow, no attempt, however many packets."""
    t = net.tcp(*net.pair())
    for _ in range(5):
        t.talk()
    net.truth.midstream = 1
    net.expect_findings()


@scenario()
def final_ack_lost(net):
    """The final ACK is not in the capture; the client's next data is."""
    t = net.tcp(*net.pair())
    t.syn().synack()
    t.next[0] += 100
    t.data(100, after=ms(30))
    t.expect("established", ack_synchronized=..., client_rtt_us=...)

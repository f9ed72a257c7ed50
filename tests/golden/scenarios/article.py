# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""The two worked examples of docs/semantics.md section 9, packet for packet."""

from capgen import DAY, Options, Vantage, ms, s
from capgen.wire import ACK, CWR, ECE, SYN

from . import add, scenario

WINDOWS = dict(mss=1460, wscale=8, sack=True)

# "Hello, is anybody home?"


def hello_hosts(net):
    """Both Windows, in one subnet: no router between them and the tap."""
    return (net.client("10.32.163.6", ttl=128, hops=0), net.server("10.32.163.5", ttl=128, hops=0))


def works(net, client, server, port, sport, after=s(1), ecn=False):
    t = net.tcp(client, server, port, sport, client_options=Options(**WINDOWS),
                server_options=Options(**WINDOWS))
    t.syn(after=after, flags=SYN | (ECE | CWR if ecn else 0))
    t.synack(flags=SYN | ACK | (ECE if ecn else 0)).ack().talk().close()
    return t.expect("established", ecn_setup=ecn, ecn_accepted=ecn)


def fails(net, client, server, sport, refused=False):
    """The SYN with ECN and CWR, as often as Windows sends it."""
    t = net.tcp(client, server, 80, sport, client_options=Options(**WINDOWS))
    t.syn(after=s(2), flags=SYN | ECE | CWR)
    if refused:
        t.refuse(ident=None)
    for gap in (0.5, 0.5) if refused else (1, 2, 4, 8):
        t.syn(after=s(gap), flags=SYN | ECE | CWR)
        if refused:
            t.refuse(ident=None)
    if refused:
        t.expect("refused", refusals=3, rst_phase="to_syn", rst_origin="endpoint", ecn_setup=True)
    else:
        t.expect("unanswered", ecn_setup=True, ecn_accepted=None, decided_by="timeout",
                 waited_ms=75000)
    return t


def yesterday_and_today(net, client, server):
    """Port 80 answered yesterday; today 445 and 3389 do."""
    for index in range(5):
        works(net, client, server, 80, 51000 + index, ecn=True)
    net.wait(DAY)
    for index in range(3):
        works(net, client, server, 445, 52700 + index)
        works(net, client, server, 3389, 52750 + index)


def hello(net):
    """Silence: the service does not answer, its host does."""
    client, server = hello_hosts(net)
    yesterday_and_today(net, client, server)
    fails(net, client, server, 52808)
    net.tick(s(80))
    works(net, client, server, 445, 52900)
    net.expect_finding("service_silent", "10.32.163.5:80", ended=None)
    net.expect_no_finding("host_silent", "reset_by_path", "not_listening", "recovered",
                          "one_way_tap")
    net.expect_service(server, 80, state="silent", established=5, unanswered=1)
    net.expect_service(server, 445, state="listening", established=4)


def hello_recovered(net):
    """The service is started."""
    client, server = hello_hosts(net)
    yesterday_and_today(net, client, server)
    fails(net, client, server, 52808)
    net.tick(s(80))
    for index in range(3):
        works(net, client, server, 80, 53000 + index, ecn=True)
    net.expect_finding("recovered", "10.32.163.5:80")
    net.expect_service(server, 80, state="listening", established=8, unanswered=1)


def hello_refused(net):
    """The variant: RSTs with the host's own TTL come back."""
    client, server = hello_hosts(net)
    yesterday_and_today(net, client, server)
    fails(net, client, server, 52808, refused=True)
    net.tick(s(5))
    net.expect_finding("not_listening", "10.32.163.5:80", ended=None)
    net.expect_no_finding("reset_by_path", "service_silent", "host_silent")
    net.expect_service(server, 80, state="refusing", established=5, refused=1)


for _story in (hello, hello_recovered, hello_refused):
    for _side in ("client", "server"):
        # The tap at either end of the subnet sees the same packets, at times of its own.
        add(f"{_story.__name__}_{_side}_side", _story, lambda side=_side: Vantage(side))


# "Interference"


def client_tap():
    return Vantage("client")


def server_tap():
    return Vantage("server", transit_ns=ms(0.2))


def interference(net, two_taps=False):
    """Somebody next to the client refuses in the server's name. The server knows nothing of it."""
    hops = ((0, 1), (1, 0)) if two_taps else (0, 1)
    client = net.client("192.168.1.100", ttl=128, hops=hops[0])
    server = net.server("192.168.2.10", ttl=128, hops=hops[1])
    for sequence in range(1, 5):
        net.ping(client, server, sequence=sequence)
        net.wait(s(1))
    here = {"client"} if two_taps else None
    for attempt in range(3):
        t = net.tcp(client, server, 445, 49700 + attempt, client_options=Options(**WINDOWS),
                    seen=here)
        for index in range(3):
            t.syn(after=ms(500))
            # relative Seq=1 Ack=1 Win=0, as Wireshark shows a RST with absolute sequence number 0
            t.refuse(ttl=64, ident=0, tos=0x10)
        t.expect("refused", rst_phase="to_syn", rst_origin="path", syn_count=3, refusals=3,
                 rst_count=3, ttl_syn=128, ttl_rst=64, ts=... if two_taps else t.facts["ts"])
        net.wait(s(1))
    net.ping(client, server, sequence=9)
    net.tick(s(3))
    net.expect_no_finding("not_listening", "host_silent", "service_silent")
    net.expect_rsts({("to_syn", "path"): 9})
    net.expect_service(server, 445, state="blocked", refused=3)
    net.expect_finding("reset_by_path", "192.168.2.10:445",
                       certainty="certain" if two_taps else ..., ended=None)


add("interference_client_side", interference, client_tap)
add("interference_two_taps", lambda net: interference(net, True), client_tap, server_tap)


@scenario(server_tap)
def interference_server_side(net):
    """At the server's side nothing of it is seen: pings, and no SYN at all."""
    client = net.client("192.168.1.100", ttl=128, hops=1)
    server = net.server("192.168.2.10", ttl=128, hops=0)
    for sequence in range(1, 5):
        net.ping(client, server, sequence=sequence)
        net.wait(s(1))
    net.expect_findings()

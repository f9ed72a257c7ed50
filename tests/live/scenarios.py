# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""What happens between the client and the server, and what must be said of it, from where.

Expectations follow docs/semantics.md. A place is `client` (one tap, on the client's link), `server`
(one tap, on the server's) or `both` (two vantages). What stands under `facts` holds of every attempt
of the case; {} means that nothing more is said than the outcome, None that the place does not see it.
"""

import dataclasses

PLACES = ("client", "server", "both")


@dataclasses.dataclass(frozen=True)
class Case:
    """`result`: what the client's own kernel must have told the client, for else the scenario did not
    happen. `facts`, `findings`: by place; `findings` are codes about this service."""
    port: int
    result: tuple
    facts: dict
    findings: dict = dataclasses.field(default_factory=dict)
    host: str = "main"
    act: str = "talk"
    tries: int = 2
    wave: int = 1
    versions: tuple = (4, 6)
    owner_between: bool = False   # at `both`: the owner is the one between the taps


def at(client, server, both=None):
    """By place; `both` is as `client` where nothing is said."""
    return {"client": client, "server": server, "both": client if both is None else both}


def everywhere(value):
    return at(value, value)


def up(**more):
    return {"outcome": "established", "syn_validated": True, "ack_synchronized": True, **more}


def refused(origin, ttl_rst):
    return {"outcome": "refused", "rst_side": "server", "rst_phase": "to_syn", "rst_origin": origin,
            "ttl_rst": ttl_rst, "synack_count": 0}


def cut_off(origin, ttl_rst):
    return up(rst_side="server", rst_phase="in_data", rst_origin=origin, ttl_rst=ttl_rst,
              close="rst_server")


# What the server sends comes to the tap beside it with 128, and to the client's with 127.
SERVER_AT_BOTH = (127, 128)
NO_RST = {"rst_count": 0, "rst_phase": None, "rst_origin": None}
SILENCE = {"outcome": "unanswered", "synack_count": 0, **NO_RST}
ICMP_4 = {"prohibited": (3, 13), "port": (3, 3)}
ICMP_6 = {"prohibited": (1, 1), "port": (1, 4)}


def unreachable(kind, sender):
    """`icmp` and `icmp_sender` are turned into fields by version and place."""
    return {"outcome": "unreachable", "icmp": kind, "icmp_sender": sender, **NO_RST}


CASES = {
    # A service that listens. It comes first, so that the server's TTL is known.
    "listening": Case(80, ("ok",), at(
        up(ttl_synack=127, close="fin_client", **NO_RST),
        up(ttl_synack=128, close="fin_client", **NO_RST),
        up(ttl_synack=SERVER_AT_BOTH, close="fin_client", **NO_RST)), tries=3, wave=0),
    # The router lowers the MSS in the SYN: not the same bytes any more at the second tap, and yet no
    # SYN that was sent again.
    "clamped": Case(92, ("ok",), at(
        up(ttl_synack=127, **NO_RST), up(ttl_synack=128, **NO_RST),
        up(ttl_synack=SERVER_AT_BOTH, **NO_RST))),
    # Nobody listens: the host's own RST.
    "closed": Case(9, ("ECONNREFUSED",), at(
        refused("endpoint", 127), refused("endpoint", 128), refused("endpoint", SERVER_AT_BOTH)),
        everywhere("not_listening")),
    # The router answers in the server's name.
    "reset_by_router": Case(81, ("ECONNREFUSED",), at(refused("path", 64), None),
                            at("reset_by_path", None), owner_between=True),
    # The same by a router that copies the server's TTL: only the second tap can tell.
    "imitated": Case(91, ("ECONNREFUSED",), at(
        refused("endpoint", 127), None, refused(None, 127)),
        at("not_listening", None, "reset_by_path"), owner_between=True),
    # The router drops SYNs.
    "dropped": Case(82, ("timeout",), at(SILENCE, None),
                    at("service_silent", None, "lost_between"), tries=1, owner_between=True),
    # The router says so by ICMP.
    "prohibited": Case(83, ("EHOSTUNREACH", "EACCES"), at(unreachable("prohibited", "router"), None),
                       at("blocked_by_icmp", None)),
    "port_unreachable": Case(84, ("ECONNREFUSED",), at(unreachable("port", "router"), None),
                             at("blocked_by_icmp", None)),
    # The host's own firewall: the SYNs come to it, from wherever one looks.
    "host_drops": Case(86, ("timeout",), everywhere(SILENCE), everywhere("service_silent"), tries=1),
    "host_rejects": Case(87, ("ECONNREFUSED",), everywhere(unreachable("port", "server")),
                         everywhere("blocked_by_icmp")),
    # A client that never acknowledges.
    "half_open": Case(88, ("ok",), everywhere({"outcome": "half_open", **NO_RST}),
                      everywhere("half_open_clients"), act="hold", tries=3),
    # The router drops the answers.
    "answer_dropped": Case(89, ("timeout",), at(
        SILENCE, {"outcome": "half_open", **NO_RST}, {"outcome": "half_open", **NO_RST}),
        at("service_silent", "half_open_clients", "lost_between"), tries=3, owner_between=True),
    # The router cuts connections off after 900 bytes; the server does not hear of it.
    "cut_off": Case(8080, ("ECONNRESET", "EPIPE"), at(
        cut_off("path", 64), up(close="none", **NO_RST)),
        at("reset_by_path", None), act="stream", owner_between=True),
    # The server does that itself, which is nothing wrong with the network.
    "reset_by_host": Case(8081, ("ECONNRESET", "EPIPE"), at(
        cut_off("endpoint", 127), cut_off("endpoint", 128), cut_off("endpoint", SERVER_AT_BOTH))),
    # A proxy in the router answers SYNs in the server's name, then calls the server. Whether the
    # proxy's SYN is a second one of this attempt is a matter of words.
    "proxied": Case(80, ("ok",), at(
        up(ttl_synack=64, **NO_RST), up(ttl_synack=128, ttl_syn=64, **NO_RST),
        up(syn_count=(1, 2), **NO_RST)), host="proxied", wave=0, versions=(4,)),
    # Another port of that host is not behind the proxy, so its own TTL is known.
    "not_proxied": Case(8080, ("ok",), at(
        up(ttl_synack=127, **NO_RST), up(ttl_synack=128, **NO_RST),
        up(ttl_synack=SERVER_AT_BOTH, **NO_RST)), host="proxied", wave=0, versions=(4,)),
    # Behind the proxy nobody listens: the host's own RST to a connection that seemed to be up.
    "proxied_closed": Case(9, ("ECONNRESET", "EPIPE"), at(
        cut_off("endpoint", 127), {**refused("endpoint", 128), "ttl_syn": 64},
        {**cut_off("endpoint", SERVER_AT_BOTH), "syn_count": (1, 2)}),
        at(None, "not_listening", None), host="proxied", versions=(4,)),
    # Nothing comes from the whole host.
    "dead": Case(80, ("timeout",), at(SILENCE, None), at("host_silent", None), host="dead", tries=1),
}
RESET_PORT = 8081
LISTENING = [80, 81, 82, 83, 84, 86, 87, 88, 89, 91, 92, 8080, RESET_PORT]

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Differences to tshark that are allowed, each a rule with a name; tshark_differences.md says why."""

ATTEMPT_TIMEOUT_NS = 75 * 10**9
SYN, DATA = 1, 8
SYN_ACK_FIELDS = ("synack_count", "server_isn", "ttl_synack", "completeness")


def decoding_differs(segments, port):
    """tshark found another number of TCP segments than we did, copies counted on both sides."""
    return len(segments) != port["tcp"] + port["duplicate"]


def same_isn_again(key, earlier):
    """The same ISN after another one, or after the timeout: a second attempt, and one stream."""
    return key in earlier


def answering_syn(key, attempts):
    """A SYN that crossed another is a stream of its own to tshark."""
    client, sport, server, dport, _ = key
    return any(one["simultaneous_open"] and (one["client_ip"], one["client_port"]) == (server, dport)
               and (one["server_ip"], one["server_port"]) == (client, sport) for one in attempts)


# Each takes (name of the field, our attempt, their facts, our port counters).

def synack_of_something_else(name, ours, theirs, _port):
    valid_none = theirs["synack_count"] == 0 and theirs["all_synacks"] > 0
    return name in SYN_ACK_FIELDS and (ours["invalid_answer"] or valid_none)


def synack_before_syn(name, _ours, theirs, _port):
    return name in SYN_ACK_FIELDS and theirs["early_synacks"] > 0


def synack_after_timeout(name, _ours, theirs, _port):
    return name in SYN_ACK_FIELDS and theirs["answered_after_ns"] is not None \
        and theirs["answered_after_ns"] > ATTEMPT_TIMEOUT_NS


def simultaneous_open(name, ours, _theirs, _port):
    return name != "ts" and ours["simultaneous_open"]


def invalid_refusal(name, ours, _theirs, _port):
    return name in ("ttl_rst", "rst_side") and ours["invalid_refusals"] > 0


def first_fragment(name, ours, theirs, port):
    return name == "completeness" and port["fragment"] > 0 \
        and ours[name] == theirs[name] | DATA


def syn_forgotten(name, ours, theirs, _port):
    return name == "completeness" and theirs["syn_count"] > 0 and ours[name] == theirs[name] | SYN


def time_beyond_64_bits(name, _ours, theirs, _port):
    return name == "ts" and theirs["ts"].endswith(" ns")


RULES = (synack_of_something_else, synack_before_syn, synack_after_timeout, simultaneous_open,
         invalid_refusal, first_fragment, syn_forgotten, time_beyond_64_bits)


def allows(name, ours, theirs, port):
    return any(rule(name, ours, theirs, port) for rule in RULES)

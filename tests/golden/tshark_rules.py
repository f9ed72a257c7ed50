# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Differences to tshark that are allowed, each a rule with a name; see tshark_differences.md."""


def decoding_differs(segments, port):
    """tshark found another number of TCP segments than we did: it reads another set of
    encapsulations, so nothing below can be compared."""
    return len(segments) != port["tcp"]


def attempt_not_theirs(ours):
    """Rule several_attempts_a_stream."""
    return False


def _invalid_synack(name, ours, _theirs):
    """A SYN-ACK that does not acknowledge the SYN belongs to no attempt here."""
    return name in ("synack_count", "server_isn", "ttl_synack", "completeness") \
        and ours["invalid_answer"]


def _early_synack(name, ours, theirs):
    """A SYN-ACK farther ahead of its SYN than the reorder window."""
    return name in ("synack_count", "server_isn", "ttl_synack", "completeness") \
        and theirs["early_synacks"] > 0


def _simultaneous_open(name, ours, _theirs):
    return name in ("syn_count", "synack_count", "server_isn", "ttl_synack", "completeness") \
        and ours["simultaneous_open"]


RULES = (_invalid_synack, _early_synack, _simultaneous_open)


def allows(name, ours, theirs):
    return any(rule(name, ours, theirs) for rule in RULES)

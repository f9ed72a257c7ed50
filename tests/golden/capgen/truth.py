# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""What a capture's maker knows to be true of it: the expectations of a scenario."""

from collections import Counter


class Truth:
    """`None` in an optional list or dict means: this scenario says nothing about it."""

    def __init__(self):
        self.attempts = []       # dicts by the names of attempts.jsonl
        self.buckets = []        # a Counter for each input
        self.midstream = None    # number of midstream flows
        self.rsts = None         # {(phase, origin): count}, complete
        self.findings = None     # {(code, subject)}, complete
        self.finding_facts = {}  # (code, subject): {field: value}
        self.absent_findings = set()
        self.services = {}       # (address, port): {field: value}
        self.hosts = {}          # (address, vantage name): {field: value}
        self.exit_status = 0

    def outcomes(self):
        return Counter(attempt["outcome"] for attempt in self.attempts)

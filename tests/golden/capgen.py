#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Generates captures with a known truth.

capgen.py list                 names of the golden scenarios
capgen.py scenario NAME DIR    writes one scenario's captures to DIR
capgen.py demo OUT.pcap        about 30 s of an office's traffic, with the usual mishaps
"""

import os
import sys

import scenarios
from capgen import Net, demo, files


def main(arguments):
    if arguments == ["list"]:
        print("\n".join(scenarios.load()))
        return 0
    if len(arguments) == 3 and arguments[0] == "scenario":
        build = scenarios.load().get(arguments[1])
        if build is None:
            print(f"capgen.py: no scenario named {arguments[1]}", file=sys.stderr)
            return 1
        os.makedirs(arguments[2], exist_ok=True)
        print(" ".join(build().write(arguments[2])))
        return 0
    if len(arguments) == 2 and arguments[0] == "demo":
        net = Net()
        demo.office(net)
        records = sorted(net.vantages[0].records, key=lambda record: record.ts_ns)
        files.write_pcap(arguments[1], records, nanoseconds=True)
        return 0
    print(__doc__.strip(), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

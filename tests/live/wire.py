# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""A long cable: carries frames between two interfaces and takes a while for it.

usage: wire.py INTERFACE INTERFACE MILLISECONDS     says "ready", then carries until it is killed
"""

import collections
import select
import socket
import sys
import time

ETH_P_ALL = 3
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23
FRAME = 65536


def end(interface):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    sock.bind((interface, ETH_P_ALL))
    return sock


def main():
    ends = [end(interface) for interface in sys.argv[1:3]]
    other = {ends[0]: ends[1], ends[1]: ends[0]}
    delay = float(sys.argv[3]) / 1000
    under_way = collections.deque()
    print("ready", flush=True)
    while True:
        wait = max(0, under_way[0][0] - time.monotonic()) if under_way else None
        for sock in select.select(ends, [], [], wait)[0]:
            under_way.append((time.monotonic() + delay, other[sock], sock.recv(FRAME)))
        while under_way and under_way[0][0] <= time.monotonic():
            _, sock, frame = under_way.popleft()
            sock.send(frame)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""What runs on the server: listens, answers, and resets connections on one port.

usage: listen.py RESET-PORT PORT...     says "ready", then serves until it is killed
"""

import select
import socket
import struct
import sys


def listen(family, port):
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind(("", port))
    sock.listen(1024)
    sock.setblocking(False)
    return sock


def serve(sock, reset_port):
    """True when the connection is over."""
    try:
        data = sock.recv(4096)
        if data and sock.getsockname()[1] == reset_port:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            data = b""
        elif data:
            sock.sendall(data)
    except BlockingIOError:
        return False
    except OSError:
        data = b""
    if not data:
        sock.close()
    return not data


def main():
    reset_port, ports = int(sys.argv[1]), [int(word) for word in sys.argv[1:]]
    poll = select.epoll()
    listening, talking = {}, {}
    for family in (socket.AF_INET, socket.AF_INET6):
        for port in ports:
            sock = listen(family, port)
            listening[sock.fileno()] = sock
            poll.register(sock, select.EPOLLIN)
    print("ready", flush=True)
    while True:
        for fd, _ in poll.poll():
            if fd in listening:
                sock, _ = listening[fd].accept()
                sock.setblocking(False)
                talking[sock.fileno()] = sock
                poll.register(sock, select.EPOLLIN)
            elif serve(talking[fd], reset_port):
                del talking[fd]


if __name__ == "__main__":
    main()

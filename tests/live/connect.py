# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""What runs on the client: connections through the kernel's own stack, all at a time.

usage: connect.py FIRST-CLIENT-PORT

Standard input has a JSON list of {"wave", "addr", "port", "act"}, standard output the same list with
what became of each: "result" (ok, timeout or the name of an errno), "client_port", and "syns", the
SYNs that the stack says it sent.

Acts: talk = connect, say something, hear it, close; hold = connect and wait; stream = six exchanges.
"""

import errno
import json
import socket
import sys
import threading
import time

PATIENCE = 3.4   # SYNs go out at 0, 1 and 3 s
WAVE = 0.3
TOTAL_RETRANS = 100  # place of tcpi_total_retrans in struct tcp_info


def retransmits(sock):
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return int.from_bytes(info[TOTAL_RETRANS:TOTAL_RETRANS + 4], sys.byteorder)


def act(sock, task):
    began = time.monotonic()
    try:
        sock.connect((task["addr"], task["port"]))
    finally:
        task["client_port"] = sock.getsockname()[1]
        task["syns"] = retransmits(sock) + 1
    for _ in range({"hold": 0, "talk": 1, "stream": 6}[task["act"]]):
        sock.sendall(b"x" * 200)
        if not sock.recv(1000):
            raise ConnectionResetError(errno.ECONNRESET, "closed")
        time.sleep(0.05)
    if task["act"] == "hold":
        time.sleep(max(0, began + PATIENCE - time.monotonic()))


def attempt(task):
    sock = socket.socket(socket.AF_INET6 if ":" in task["addr"] else socket.AF_INET)
    sock.settimeout(PATIENCE)
    # Taken now: the kernel forgets the port of a socket whose connect() failed.
    sock.bind(("", task["client_port"]))
    time.sleep(task["wave"] * WAVE)
    try:
        act(sock, task)
        task["result"] = "ok"
    except TimeoutError:
        task["result"] = "timeout"
    except OSError as error:
        task["result"] = errno.errorcode.get(error.errno, str(error))
    sock.close()


def main():
    tasks = json.load(sys.stdin)
    for number, task in enumerate(tasks):
        task["client_port"] = int(sys.argv[1]) + number
    threads = [threading.Thread(target=attempt, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump(tasks, sys.stdout)


if __name__ == "__main__":
    main()

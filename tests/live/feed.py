# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Made-up traffic for tests of the appliance itself: as captures, or sent to a port."""

import errno
import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))

from capgen import Net, files, ms, us  # pylint: disable=wrong-import-position
import lab                             # pylint: disable=wrong-import-position

STORIES = 5
SENDERS = {}    # by interface; they stay open, for the kernel may take a minute to close one


def tell(t, number):
    """One connection of several kinds. No two packets of it are equal, so that no count depends on
    the time between them."""
    t.syn()
    kind = number % STORIES
    if kind == 0:
        t.synack(after=us(200)).ack().talk().close()
    elif kind == 1:
        t.refuse(after=us(200))
    elif kind == 2:
        t.synack(after=us(200))
    elif kind == 3:
        t.synack(after=us(200)).ack().data(100).rst(1, ack=t.next[0])


def flows(count, first_port=10000, only=None, ports=7):
    """For each of `count` connections, to so many ports of one server, its records, in the order of
    their packets."""
    net = Net()
    client, server = net.client(), net.server()
    stories = []
    for number in range(count):
        net.wait(ms(1))
        before = len(net.vantages[0].records)
        t = net.tcp(client, server, port=80 + number % ports, sport=first_port + number)
        tell(t, number if only is None else only)
        stories.append(net.vantages[0].records[before:])
    return stories


CLOSED, REFUSED, HALF_OPEN, SILENT = 0, 1, 2, 4


def write(path, stories):
    """A capture of them, in the order of time; returns the number of frames."""
    chosen = sorted((record for story in stories for record in story), key=lambda one: one.ts_ns)
    files.write_pcap(path, chosen)
    return len(chosen)


def cable(sender="feed", port="tap", queues=1):
    """A cable from the test to a port that the appliance can be given."""
    many = f"numtxqueues {queues} numrxqueues {queues}"
    lab.command("ip", *f"link add name {sender} {many} type veth peer name {port} {many}".split())
    for interface in (sender, port):
        with open(f"/proc/sys/net/ipv6/conf/{interface}/disable_ipv6", "w", encoding="ascii") as out:
            out.write("1")
        lab.command("ip", *f"link set {interface} arp off up".split())
    lab.await_links(None, sender, port)
    return sender


def sender_on(interface):
    index = socket.if_nametoindex(interface)
    if index not in SENDERS:
        SENDERS[index] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        SENDERS[index].bind((interface, 0))
    return SENDERS[index]


def send(sock, frame):
    """The kernel says so when a queue on the way is full."""
    while True:
        try:
            return sock.send(frame)
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            time.sleep(0.001)


def play(stories, interface="feed", per_second=500):
    """Sends them through a cable, so many connections a second; returns the number of frames."""
    sent, sock = 0, sender_on(interface)
    began = time.monotonic()
    for number, story in enumerate(stories):
        time.sleep(max(0, began + number / per_second - time.monotonic()))
        for record in story:
            send(sock, record.bytes_on("ethernet", "<"))
            sent += 1
    return sent

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""The network under test: a client, a router with a firewall, a server, and what taps copy of it.

    client c0 ---- rc router rs ---- w0 wire w1 ---- s0 server
                   |                         |
              copies of both links, each to a port of the namespace `analyser`

Client and server send with TTL 128, the router with 64. The wire is a long cable, so that packets
need a time between the taps that any clock can tell. The ports of the analyser:

    client     both directions of the client's link, as a mirror port gives them
    server     likewise of the server's link
    fibre_a    what goes from the client to the router, as one fibre of a passive tap gives it
    fibre_b    the other fibre
    vlan       like client, each frame with a VLAN tag
    qinq       like client, each frame with two

`vlan` and `qinq` are made on demand, by BPF.
"""

import json
import os
import subprocess
import time

import isolate

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = ("nft", "tc", "ethtool", "tcpdump")

# By IP version: the network of the client, and of the server, without the number of the host.
NETS = {4: ("198.18.1.", "198.18.2."), 6: ("fd77:1::", "fd77:2::")}
PREFIX = {4: "24", 6: "64"}
HOSTS = {"main": 2, "proxied": 3, "dead": 4}
MIRRORS = ("client", "server", "fibre_a", "fibre_b")
TAGGED = ("vlan", "qinq")
# More than a worker is held up for on a busy machine: a port without time stamps has those of polling.
WIRE_MS = 20
LINK_SECONDS = 20
NAMESPACES = ("client", "router", "wire", "server", "analyser")
VLAN, OUTER_VLAN = 100, 200


def server(host, version):
    return NETS[version][1] + str(HOSTS[host])


def client(version):
    return NETS[version][0] + "2"


def router(version):
    return NETS[version][0] + "1"


def command(*words, text=None):
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: status {done.returncode}: "
                           f"{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def inside(namespace, *words):
    return ["ip", "netns", "exec", namespace, *words]


def ip(namespace, words):
    command("ip", "-n", namespace, *words.split())


def await_links(namespace, *interfaces):
    """The kernel takes a link for up some time after it was set so, and drops what is sent before."""
    where = [] if namespace is None else ["-n", namespace]
    waiting, until = set(interfaces), time.monotonic() + LINK_SECONDS
    while waiting:
        links = json.loads(command("ip", "-j", *where, "link", "show"))
        waiting -= {link["ifname"] for link in links if link["operstate"] == "UP"}
        if waiting and time.monotonic() > until:
            raise RuntimeError(f"{', '.join(sorted(waiting))}: not up in {LINK_SECONDS} s")
        if waiting:
            time.sleep(0.02)


def sysctl(namespace, values, optional=False):
    script = "".join(f"echo {value} >/proc/sys/net/{key}\n" for key, value in values.items())
    try:
        command(*inside(namespace, "sh", "-ec", script))
    except RuntimeError:
        if not optional:
            raise


class Lab:
    """Builds it. `tags`: with vlan and qinq, and where BPF cannot be compiled or loaded the test is
    skipped. `router_ttl` is for trying out what the tests say of a router that looks like the server."""

    def __init__(self, tags=False, router_ttl=64):
        self.mirrors = MIRRORS + (TAGGED if tags else ())
        self.processes = []
        for namespace in NAMESPACES:
            command("ip", "netns", "add", namespace)
            ip(namespace, "link set lo up")
            sysctl(namespace, {"ipv6/conf/default/accept_dad": 0})
        self.link("client", "c0", "router", "rc")
        self.link("router", "rs", "wire", "w0")
        self.link("wire", "w1", "server", "s0")
        self.addresses()
        self.stacks(router_ttl)
        for name in ("client", "router", "server"):
            with open(os.path.join(HERE, name + ".nft"), encoding="utf-8") as rules:
                command(*inside(name, "nft", "-f", "-"), text=self.fill(rules.read()))
        # What the proxy did not make itself is no connection of its.
        sysctl("router", {"netfilter/nf_conntrack_tcp_loose": 0})
        self.taps()
        self.lay_wire()
        self.await_links()
        self.settle()
        time.sleep(0.3)

    @staticmethod
    def link(one, name, other, peer, more=""):
        command("ip", *f"link add name {name} netns {one} type veth".split(),
                *f"peer name {peer} netns {other}".split())
        for namespace, interface in ((one, name), (other, peer)):
            # Frames on the link are those that a wire would carry: whole checksums, no merging.
            command(*inside(namespace, "ethtool", "-K", interface, "rx", "off", "tx", "off", "tso",
                            "off", "gso", "off", "gro", "off", *more.split()))

    @staticmethod
    def fill(rules):
        for version in (4, 6):
            for host in HOSTS:
                rules = rules.replace(f"${host}{version}", server(host, version))
        return rules

    @staticmethod
    def addresses():
        for version in (4, 6):
            near, far = NETS[version]
            more = " nodad" if version == 6 else ""
            for namespace, interface, addr in (
                    ("client", "c0", near + "2"), ("router", "rc", near + "1"),
                    ("router", "rs", far + "1"),
                    *(("server", "s0", far + str(number)) for number in HOSTS.values())):
                ip(namespace, f"addr add {addr}/{PREFIX[version]} dev {interface}{more}")
        for namespace, interface in (
                ("client", "c0"), ("router", "rc"), ("router", "rs"), ("server", "s0")):
            ip(namespace, f"link set {interface} up")
        for version in (4, 6):
            for namespace, net in zip(("client", "server"), NETS[version]):
                ip(namespace, f"route add default via {net}1")

    @staticmethod
    def stacks(router_ttl):
        for namespace, interface in (("client", "c0"), ("server", "s0")):
            sysctl(namespace, {"ipv4/ip_default_ttl": 128, "ipv6/conf/all/hop_limit": 128,
                               f"ipv6/conf/{interface}/hop_limit": 128})
            # SYNs at 0, 1 and 3 s, as before Linux 6.5
            sysctl(namespace, {"ipv4/tcp_syn_linear_timeouts": 0}, optional=True)
        sysctl("router", {
            "ipv4/ip_forward": 1, "ipv6/conf/all/forwarding": 1,
            "ipv4/ip_default_ttl": router_ttl, "ipv6/conf/all/hop_limit": router_ttl,
            "ipv6/conf/rc/hop_limit": router_ttl, "ipv6/conf/rs/hop_limit": router_ttl,
            "ipv4/tcp_syncookies": 1, "ipv4/tcp_timestamps": 1})

    def await_links(self):
        await_links("client", "c0")
        await_links("router", "rc", "rs", *(f"to_{name}" for name in self.mirrors if name != "server"))
        await_links("wire", "w0", "w1", "to_server")
        await_links("server", "s0")
        await_links("analyser", *self.mirrors)

    def lay_wire(self):
        for interface in ("w0", "w1"):
            sysctl("wire", {f"ipv6/conf/{interface}/disable_ipv6": 1})
            ip("wire", f"link set {interface} arp off promisc on up")
        process = self.start("wire", ["/usr/bin/python3", "-B", os.path.join(HERE, "wire.py"), "w0",
                                      "w1", str(WIRE_MS)], stdout=subprocess.PIPE)
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError("the wire is cut")

    def taps(self):
        for name in self.mirrors:
            where = "wire" if name == "server" else "router"
            self.link(where, "to_" + name, "analyser", name, "rxvlan off txvlan off")
            for namespace, interface in ((where, "to_" + name), ("analyser", name)):
                sysctl(namespace, {f"ipv6/conf/{interface}/disable_ipv6": 1})
                ip(namespace, f"link set {interface} mtu 1800 arp off up")
        tags = [name for name in self.mirrors if name in TAGGED]
        if tags:
            self.tag()
        for where, interface, direction, copies in (
                ("router", "rc", "ingress", ["client", "fibre_a", *tags]),
                ("router", "rc", "egress", ["client", "fibre_b", *tags]),
                ("wire", "w1", "ingress", ["server"]), ("wire", "w1", "egress", ["server"])):
            if direction == "ingress":
                command("tc", "-n", where, "qdisc", "add", "dev", interface, "clsact")
            actions = " pipe ".join(
                f"action mirred egress mirror dev to_{copy}" for copy in copies).split()
            command("tc", "-n", where, "filter", "add", "dev", interface, direction,
                    "protocol", "all", "u32", "match", "u32", "0", "0", *actions)

    def tag(self):
        """Has the kernel push tags on the copies: it may have no VLAN devices to do it."""
        isolate.require("clang")
        if not os.path.exists("/usr/include/bpf/bpf_helpers.h"):
            isolate.skip("not installed: libbpf-dev")
        compiled = os.path.join(isolate.work(), "tags.o")
        command("clang", "-O2", "-g", "-target", "bpf", "-I/usr/include/x86_64-linux-gnu",
                "-I/usr/include/aarch64-linux-gnu", "-c", os.path.join(HERE, "tags.bpf.c"),
                "-o", compiled)
        try:
            for name in TAGGED:
                command(*inside("router", "ethtool", "-K", "to_" + name, "txvlan", "off",
                                "tx-vlan-stag-hw-insert", "off"))
                command("tc", "-n", "router", "qdisc", "add", "dev", "to_" + name, "clsact")
                command("tc", "-n", "router", "filter", "add", "dev", "to_" + name, "egress",
                        "bpf", "da", "obj", compiled, "sec", name)
        except RuntimeError as error:
            isolate.skip("tags cannot be pushed by BPF: " + str(error).split("\n", maxsplit=1)[0])

    def settle(self):
        """Datagrams to each host: neighbours ask for addresses now and not in the middle of a handshake,
        and whoever goes by the packets' time sees that it went on."""
        for version in (4, 6):
            for host in HOSTS:
                probe = ("import socket,sys; s=socket.socket(int(sys.argv[1]), socket.SOCK_DGRAM);"
                         "s.sendto(b'x', (sys.argv[2], 9))")
                family = "2" if version == 4 else "10"
                command(*inside("client", "/usr/bin/python3", "-c", probe, family,
                                server(host, version)))

    def start(self, namespace, words, **more):
        process = subprocess.Popen(inside(namespace, *words), **more)
        self.processes.append(process)
        return process

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.processes = []
        for namespace in NAMESPACES:
            command("ip", "netns", "del", namespace)

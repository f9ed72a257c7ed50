# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""The same conversation in every encapsulation: the inner TCP header is what counts."""

from capgen import us, wire, wrap

from . import add, scenario

# name: (wrapper, tunnel name, VLAN id)
WRAPS = {
    "vlan": (wrap.vlan(100), "none", 100),
    "vlan_priority": (wrap.vlan(4094, priority=7), "none", 4094),
    "qinq": (wrap.qinq(200, 100), "none", 200),
    "qinq_8100": (wrap.qinq(200, 100, tpid=0x8100), "none", 200),
    "qinq_9100": (wrap.qinq(200, 100, tpid=0x9100), "none", ...),
    "mpls": (wrap.mpls(16), "none", None),
    "mpls_stack": (wrap.mpls(16, 1048575, 299776), "none", None),
    "pppoe": (wrap.pppoe(0x11), "none", None),
    "vlan_pppoe": (wrap.both(wrap.pppoe(0x11), wrap.vlan(7)), "none", 7),
    "ipip": (wrap.ip_in_ip(), "ipip", None),
    "ip_in_ip6": (wrap.ip_in_ip(v6=True), "ipip", None),
    "gre": (wrap.gre(), "gre", None),
    "gre_key": (wrap.gre(key=77), "gre", None),
    "gre_ethernet": (wrap.gre(ethernet=True), "gre", None),
    "gre_in_ip6": (wrap.gre(v6=True), "gre", None),
    "erspan1": (wrap.erspan1(), "erspan", None),
    "erspan2": (wrap.erspan2(101), "erspan", None),
    "erspan3": (wrap.erspan3(101), "erspan", None),
    "vxlan": (wrap.vxlan(5001), "vxlan", None),
    "vxlan_in_ip6": (wrap.vxlan(5001, v6=True), "vxlan", None),
    "geneve": (wrap.geneve(5001), "geneve", None),
    "geneve_options": (wrap.geneve(5001, option_bytes=16), "geneve", None),
    "gtpu": (wrap.gtpu(0xABCD), "gtpu", None),
    "gtpu_sequence": (wrap.gtpu(0xABCD, sequence=9), "gtpu", None),
    "vlan_in_vxlan": (wrap.both(wrap.vlan(30), wrap.vxlan(5001)), "vxlan", ...),
    "vxlan_in_vlan": (wrap.both(wrap.vxlan(5001), wrap.vlan(9)), "vxlan", 9),
    "gtpu_in_mpls_in_vlan": (wrap.both(wrap.gtpu(1), wrap.mpls(16), wrap.vlan(9)), "gtpu", 9),
}


def _conversation(net, around, tunnel, vlan):
    t = net.tcp(*net.pair(), wrap=around)
    t.handshake().talk().close()
    t.expect("established", completeness=31, vlan=vlan, tunnel=tunnel)


for _name, (_around, _tunnel, _vlan) in WRAPS.items():
    for _v6 in (False, True):
        add("in_" + _name + ("_v6" if _v6 else ""),
            lambda net, a=_around, t=_tunnel, v=_vlan: _conversation(net, a, t, v), v6=_v6)


@scenario()
def tunnel_ids_differ_by_direction(net):
    """Asymmetric routing: each direction in a VXLAN of its own. One connection."""
    t = net.tcp(*net.pair())
    here, back = wrap.vxlan(1), wrap.vxlan(2)
    t.syn(wrap=here).synack(wrap=back).ack(wrap=here).data(100, wrap=here).ack(1, wrap=back)
    t.expect("established")


@scenario()
def one_direction_tagged(net):
    t = net.tcp(*net.pair())
    tagged = wrap.vlan(100)
    t.syn(wrap=tagged).synack().ack(wrap=tagged).data(100, wrap=tagged).ack(1)
    t.expect("established", vlan=100)


@scenario()
def refused_inside_vxlan(net):
    t = net.tcp(*net.pair(), 81, wrap=wrap.vxlan(5001))
    t.syn().refuse()
    t.expect("refused", rst_phase="to_syn", rst_origin="unknown", tunnel="vxlan")


def _extended(net, extensions):
    """TCP behind IPv6 extension headers."""
    t = net.tcp(*net.pair())
    t.syn(extensions=extensions).synack(extensions=extensions).ack(extensions=extensions)
    t.expect("established")


for _name, _extensions in (
        ("hop_by_hop", (wire.hop_by_hop(),)),
        ("destination", (wire.destination_options(),)),
        ("routing", (wire.routing(),)),
        ("authentication", (wire.authentication(),)),
        ("atomic_fragment", (wire.fragment(0, False, 1),)),
        ("chain", (wire.hop_by_hop(), wire.destination_options(), wire.routing(),
                   wire.destination_options()))):
    add("ip6_" + _name, lambda net, e=_extensions: _extended(net, e), v6=True)


@scenario()
def ip_options(net):
    """Router alert before TCP: the header is 24 bytes long."""
    t = net.tcp(*net.pair())
    alert = bytes([148, 4, 0, 0])
    t.syn(options_ip=alert).synack(options_ip=alert).ack(options_ip=alert)
    t.expect("established")


@scenario(v6=True)
def two_tuples_in_turn(net):
    """Two connections whose packets alternate keep to themselves."""
    client, server = net.pair()
    a, b = net.tcp(client, server), net.tcp(client, server)
    for step in ("syn", "synack", "ack"):
        getattr(a, step)(after=us(500))
        getattr(b, step)(after=us(500))
    a.expect("established")
    b.expect("established")

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""usage: test_prepare.py SYNOPTIC-PREPARE: the helper on a /sys of our own, with a thread in the
kernel's part that takes cards from one driver to another, and a program in the part of ip(8)."""

import os
import select
import shutil
import stat
import subprocess
import sys
import tempfile
import threading

PREPARE = os.path.abspath(sys.argv[1])
CARD, OTHER, DISK = '0000:3b:00.0', '0000:3b:00.1', '0000:00:1f.2'

IP = r'''#!/bin/sh
# ip -o address show dev X | ip -4|-6 route show default dev X
eval "last=\${$#}"
case "$*" in
*address*) cat "$FAKE/address-$last" 2>/dev/null; true ;;
-4*route*) cat "$FAKE/route-$last" 2>/dev/null; true ;;
esac
'''


class Machine:
    """A /sys with two cards and a disk, and a kernel that binds them."""

    def __init__(self, root):
        self.root = root
        self.sys = os.path.join(root, 'sys')
        self.refuses = set()  # drivers that take nothing
        for driver in ('ice', 'ahci', 'vfio-pci'):
            os.makedirs(self.path('bus/pci/drivers', driver))
        self.fifos = {}
        self.fifo('bus/pci/drivers_probe', self.probe)
        self.native = {}
        for number, (address, kind, driver) in enumerate(
                ((CARD, '0x020000', 'ice'), (OTHER, '0x020000', 'ice'), (DISK, '0x010601', 'ahci'))):
            self.add(number, address, kind, driver)
        self.write('devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages', '8')
        self.write('devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages', '8')
        self.running = True
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def path(self, *parts):
        return os.path.join(self.sys, *parts)

    def device(self, address, *parts):
        return self.path('bus/pci/devices', address, *parts)

    def write(self, path, value):
        path = self.path(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(value + '\n')

    def read(self, path):
        with open(self.path(path), encoding='utf-8') as file:
            return file.read().strip()

    def fifo(self, path, action):
        path = self.path(path)
        os.mkfifo(path)
        self.fifos[os.open(path, os.O_RDWR | os.O_NONBLOCK)] = action

    def add(self, number, address, kind, driver):
        group = self.path('kernel/iommu_groups', str(number), 'devices', address)
        os.makedirs(os.path.dirname(group))
        os.makedirs(self.device(address))
        os.symlink(self.device(address), group)
        os.symlink(os.path.dirname(os.path.dirname(group)), self.device(address, 'iommu_group'))
        self.write(f'bus/pci/devices/{address}/class', kind)
        self.write(f'bus/pci/devices/{address}/driver_override', '')
        self.write(f'bus/pci/devices/{address}/numa_node', '0')
        self.native[address] = driver
        self.attach(address, driver)

    def attach(self, address, driver):
        os.symlink(self.path('bus/pci/drivers', driver), self.device(address, 'driver'))
        if driver == 'ice':
            os.makedirs(self.device(address, 'net', 'eth' + address[-1]))

    def driver(self, address):
        link = self.device(address, 'driver')
        return os.path.basename(os.readlink(link)) if os.path.islink(link) else None

    def unbind(self, address):
        os.unlink(self.device(address, 'driver'))
        shutil.rmtree(self.device(address, 'net'), ignore_errors=True)

    def probe(self, address):
        driver = self.read(f'bus/pci/devices/{address}/driver_override') or self.native[address]
        if driver not in self.refuses and not self.driver(address):
            self.attach(address, driver)

    def serve(self):
        for driver in ('ice', 'ahci', 'vfio-pci'):
            self.fifo(f'bus/pci/drivers/{driver}/unbind', self.unbind)
        while self.running:
            # The helper writes to unbind before it writes to drivers_probe.
            ready = select.select(list(self.fifos), [], [], 0.05)[0]
            for fd in sorted(ready, key=lambda fd: self.fifos[fd] == self.probe):
                for address in os.read(fd, 4096).decode().split():
                    self.fifos[fd](address)


class Test:
    def __init__(self, root):
        self.machine = Machine(root)
        self.root = root
        self.fake = os.path.join(root, 'bin')
        os.makedirs(self.fake)
        self.ip = os.path.join(self.fake, 'ip')
        with open(self.ip, 'w', encoding='utf-8') as file:
            file.write(IP)
        os.chmod(self.ip, 0o755)
        self.config = os.path.join(root, 'prepare.conf')

    def has(self, name, text):
        with open(os.path.join(self.fake, name), 'w', encoding='utf-8') as file:
            file.write(text)

    def run(self, *arguments, status=0):
        env = {**os.environ, 'PATH': self.fake + ':' + os.environ['PATH'], 'FAKE': self.fake,
               'SYNOPTIC_PREPARE_SYS': self.machine.sys,
               'SYNOPTIC_PREPARE_DEV': os.path.join(self.root, 'dev'),
               'SYNOPTIC_PREPARE_STATE': os.path.join(self.root, 'state')}
        result = subprocess.run([PREPARE, '--config', self.config, *arguments], env=env,
                                capture_output=True, text=True, check=False, timeout=30)
        said = result.stdout + result.stderr
        assert result.returncode == status, f'{arguments}: status {result.returncode}:\n{said}'
        return said

    def refused(self, why, address=CARD):
        before = self.machine.driver(address)
        said = self.run('bind', address, status=1)
        assert why in said, f'"{why}" is not in:\n{said}'
        assert self.machine.driver(address) == before, said


def binds_and_gives_back(test):
    test.run('bind', '3B:00.0')
    assert test.machine.driver(CARD) == 'vfio-pci'
    assert test.machine.driver(OTHER) == 'ice'
    assert 'already' in test.run('bind', CARD)
    test.run('unbind', CARD)
    assert test.machine.driver(CARD) == 'ice'
    assert test.machine.read(f'bus/pci/devices/{CARD}/driver_override') == ''
    assert 'nothing to do' in test.run('unbind', CARD)


def dry_run_changes_nothing(test):
    said = test.run('--dry-run', 'bind', CARD)
    assert f'write "{CARD}" to {test.machine.sys}/bus/pci/drivers_probe' in said, said
    test.run('--dry-run', 'hugepages', '0:100')
    assert test.machine.driver(CARD) == 'ice'
    assert test.machine.read('devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages') == '8'
    assert not os.path.exists(os.path.join(test.root, 'state'))


def refuses_what_the_host_uses(test):
    test.has('address-eth0', '2: eth0    inet 192.0.2.7/24 brd 192.0.2.255 scope global eth0\n')
    test.refused('the host uses it: eth0 has the address 192.0.2.7/24')
    test.has('address-eth0', '2: eth0    inet6 2001:db8::7/64 scope global\n')
    test.refused('2001:db8::7/64')
    test.has('address-eth0', '2: eth0    inet6 fe80::1/64 scope link\n')
    test.has('route-eth0', 'default via 192.0.2.1\n')
    test.refused('eth0 carries the default route')
    test.has('route-eth0', '')
    bond = test.machine.path('class/net/bond0')
    os.makedirs(bond)
    os.makedirs(test.machine.path('class/net/eth0'))
    os.symlink(bond, test.machine.path('class/net/eth0/upper_bond0'))
    test.refused('eth0 is part of bond0')
    os.unlink(test.machine.path('class/net/eth0/upper_bond0'))
    os.rename(test.machine.device(CARD, 'net'), test.machine.device(CARD, 'virtio0_net'))
    os.makedirs(test.machine.device(CARD, 'virtio0/net/eth9'))
    test.has('address-eth9', '2: eth9    inet 192.0.2.9/24 scope global eth9\n')
    test.refused('eth9 has the address 192.0.2.9/24')
    shutil.rmtree(test.machine.device(CARD, 'virtio0'))
    os.chmod(test.ip, 0o755)
    test.run('bind', CARD)  # only a link-local address is left: nobody's use


def refuses_without_knowing(test):
    with open(test.ip, 'w', encoding='utf-8') as file:
        file.write('#!/bin/sh\nexit 1\n')
    test.refused('cannot be looked at with ip(8)')


def refuses_other_things(test):
    test.refused('it is no network card', DISK)
    test.refused('there is no PCI device 0000:99:00.0', '0000:99:00.0')
    test.refused('is no PCI address', 'eth0')
    test.machine.write(f'bus/pci/devices/{CARD}/sriov_numvfs', '2')
    test.refused('virtual functions')
    test.machine.write(f'bus/pci/devices/{CARD}/sriov_numvfs', '0')
    os.symlink(test.machine.device(DISK), test.machine.path('kernel/iommu_groups/0/devices', DISK))
    test.refused(f'{DISK} is in the same IOMMU group, and in use by ahci')
    os.unlink(test.machine.device(CARD, 'iommu_group'))
    test.refused('there is no IOMMU')


def goes_back_when_vfio_refuses(test):
    test.machine.refuses.add('vfio-pci')
    said = test.run('bind', CARD, status=1)
    assert 'vfio-pci did not take it' in said, said
    assert test.machine.driver(CARD) == 'ice'
    assert test.machine.read(f'bus/pci/devices/{CARD}/driver_override') == ''


PAGES = 'devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages'


def huge_pages(test):
    test.run('hugepages', '0:100')
    assert test.machine.read(PAGES) == '100'
    assert 'nothing to do' in test.run('hugepages', '0:50')
    assert test.machine.read(PAGES) == '100'
    assert 'node 7 has no huge pages' in test.run('hugepages', '7:50', status=1)
    assert 'is not NODE:COUNT' in test.run('hugepages', 'many', status=1)
    os.unlink(test.machine.path(PAGES))
    os.symlink('/dev/null', test.machine.path(PAGES))
    test.run('hugepages', '0:100', status=1)


def up_and_down(test):
    test.has('address-eth1', '3: eth1    inet 192.0.2.8/24 scope global eth1\n')
    with open(test.config, 'w', encoding='utf-8') as file:
        file.write(f'HUGEPAGES="0:64"\nDEVICES="{CARD} {OTHER}"\n')
    # One that is refused does not keep the other back, and is said.
    said = test.run('up', status=1)
    assert f'{OTHER} stays with ice' in said, said
    assert (test.machine.driver(CARD), test.machine.driver(OTHER)) == ('vfio-pci', 'ice')
    assert test.machine.read(PAGES) == '64'
    test.run('up', status=1)
    said = test.run('status')
    assert 'node0: 64 pages of 2048kB' in said and 'IOMMU: on' in said, said
    assert f'{CARD}: driver vfio-pci' in said and 'interface eth1' in said, said
    assert DISK not in said, said
    test.run('down')
    assert (test.machine.driver(CARD), test.machine.driver(OTHER)) == ('ice', 'ice')
    assert test.machine.read(PAGES) == '8'
    assert test.run('down') == ''
    os.unlink(test.config)
    assert 'cannot be read' in test.run('up', status=1)


def main():
    failed = 0
    tests = [binds_and_gives_back, dry_run_changes_nothing, refuses_what_the_host_uses,
             refuses_without_knowing, refuses_other_things, goes_back_when_vfio_refuses, huge_pages,
             up_and_down]
    for test in tests:
        with tempfile.TemporaryDirectory() as root:
            subject = Test(root)
            try:
                test(subject)
                print(f'ok      {test.__name__}')
            except AssertionError as error:
                print(f'FAILED  {test.__name__}: {error}')
                failed += 1
            subject.machine.running = False
            subject.machine.thread.join()
    sys.exit(1 if failed else 0)


assert stat.S_ISREG(os.stat(PREPARE).st_mode)
main()

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""Runs the benchmarks one after the other, prints tables, and writes them all as JSON.

usage: bench.py BUILD [--quick] [--no-compare] [--update-docs]

BUILD is a build folder with bench, gencap and synoptic in it; BUILD/bench.json is written.
--update-docs puts the tables into docs/performance.md.
"""

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time

import compare
import report

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENT = os.path.join(HERE, '..', '..', 'docs', 'performance.md')
KERNELS = ('scalar', 'avx2', 'avx512')
TIMEOUT_S = 300

FULL = {
    'seconds': 1.0,
    'memory': (8, 64, 1024),
    'stages': (10_000, 1_000_000),
    'steady': (10_000, 100_000, 1_000_000, 10_000_000),
    'handshake': (10_000, 10_000_000),
    'slots': 1 << 20,
    'mix': (2_000_000, 200_000),
    'pair': 100_000,
    'kernels': ('steady', 'tunnel', 'mix'),
    'callgrind': ('steady', 'tunnel', 'synflood', 'scan'),
}
QUICK = {
    'seconds': 0.3,
    'memory': (8, 64),
    'stages': (10_000,),
    'steady': (10_000, 100_000, 1_000_000),
    'handshake': (10_000,),
    'slots': 1 << 18,
    'mix': (400_000, 40_000),
    'pair': 100_000,
    'kernels': ('steady', 'mix'),
    'callgrind': ('steady',),
}
CALLGRIND_FLOWS = {'steady': 10_000, 'tunnel': 10_000, 'synflood': 4096, 'scan': 4096}
CALLGRIND_PACKETS = 51_200


class Bench:
    """The benchmark programs of a build folder."""

    def __init__(self, build, plan, folder):
        self.program = os.path.join(build, 'tests', 'bench', 'bench')
        self.gencap = os.path.join(build, 'tests', 'bench', 'gencap')
        self.plan = plan
        self.folder = folder
        self.start = time.monotonic()

    def run(self, *arguments, before=()):
        """One line of JSON of one run; {"skipped": why} when it could not be had."""
        words = [str(word) for word in arguments]
        print(f'  {time.monotonic() - self.start:4.0f} s  {" ".join(words)}', file=sys.stderr)
        try:
            done = subprocess.run([*before, self.program, *words], capture_output=True, text=True,
                                  timeout=TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired:
            return {'skipped': f'took more than {TIMEOUT_S} s'}
        lines = [line for line in done.stdout.splitlines() if line.startswith('{')]
        if not lines:
            last = (done.stderr.strip().splitlines() or ['it said nothing'])[-1]
            return {'skipped': f'exit status {done.returncode}: {last}'}
        return json.loads(lines[-1])

    def loop(self, name, *options, verb='loop'):
        seconds = self.plan['seconds']
        result = self.run(verb, name, '--seconds', seconds, *options)
        result.setdefault('scenario', name)
        return result

    def make_mix(self, packets, connections):
        """Writes the mixed capture. Its path, and what is true of it."""
        path = os.path.join(self.folder, f'mix-{packets}.pcap')
        done = subprocess.run([self.gencap, path, '--packets', str(packets), '--connections',
                               str(connections)], capture_output=True, text=True, check=True)
        return path, json.loads(done.stdout)


def machine():
    """What the numbers were measured on."""
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        model = re.search(r'model name\s*: (.*)', file.read())
    with open('/proc/meminfo', encoding='utf-8') as file:
        memory = re.search(r'MemTotal:\s*(\d+)', file.read())
    caches = []
    for index in range(4):
        folder = f'/sys/devices/system/cpu/cpu0/cache/index{index}'
        try:
            with open(folder + '/level', encoding='utf-8') as level, \
                    open(folder + '/type', encoding='utf-8') as kind, \
                    open(folder + '/size', encoding='utf-8') as size:
                if kind.read().strip() != 'Instruction':
                    caches.append(f'L{level.read().strip()} {size.read().strip()}')
        except OSError:
            continue
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        virtual = 'a virtual machine' if ' hypervisor' in file.read() else 'no virtual machine'
    compiler = subprocess.run(['cc', '--version'], capture_output=True, text=True, check=False)
    return {
        'cpu': model.group(1) if model else platform.processor(),
        'cpus': len(os.sched_getaffinity(0)),
        'caches': caches,
        'memory_gib': round(int(memory.group(1)) / 1048576) if memory else 0,
        'virtual': virtual,
        'kernel': '.'.join(platform.release().split('.')[:2]),
        'compiler': (compiler.stdout.splitlines() or ['?'])[0],
        'date': datetime.date.today().isoformat(),
    }


def measure_limits(bench):
    seconds = bench.plan['seconds']
    return {
        'memory': [dict(bench.run('memory', size, '--seconds', seconds), megabytes=size)
                   for size in bench.plan['memory']],
        'rx_burst': bench.run('rx_burst', '--seconds', seconds),
        'rte_hash': bench.run('rte_hash', 900000, '--seconds', seconds),
    }


def measure_stages(bench, mix):
    runs = []
    for flows in bench.plan['stages']:
        for part in ('lookup', 'tcp', 'worker'):
            runs.append(bench.loop('steady', '--flows', flows, '--part', part, verb='stages'))
    for part in ('tcp', 'worker'):
        runs.append(bench.loop('mix', '--capture', mix, '--flows', bench.plan['mix'][1],
                               '--part', part, verb='stages'))
    kernels = []
    for kernel in KERNELS:
        for name in bench.plan['kernels']:
            options = ('--part', 'decode') + (('--capture', mix) if name == 'mix' else ())
            result = bench.loop(name, '--flows', 10000, '--kernel', kernel, *options,
                                verb='stages')
            kernels.append(dict(result, kernel=kernel))
            if 'skipped' in result:
                break
    return runs, kernels


def measure_loops(bench, mix, truth):
    plan, runs = bench.plan, []
    for flows in plan['steady']:
        runs.append(bench.loop('steady', '--flows', flows))
    for flows in plan['handshake']:
        result = bench.loop('steady', '--flows', flows, '--tracking', 'handshake')
        runs.append({'flows': flows, 'tracking': 'handshake', **result})
    runs.append(bench.loop('tunnel', '--flows', 100_000))
    result = bench.loop('mix', '--capture', mix, '--flows', plan['mix'][1])
    if 'ends' in result:
        result['expected'] = {name: count * result['ends']
                              for name, count in truth['attempts'].items()}
    runs.append(result)
    runs.append(bench.loop('synflood', '--flows', plan['slots']))
    runs.append(bench.loop('scan', '--flows', plan['slots']))
    return runs


def instructions_of(bench, name, options, packets):
    """Instructions in the program's loop, under callgrind, of one run."""
    out = os.path.join(bench.folder, 'callgrind.out')
    bench.run('loop', name, '--samples', 1, '--packets', packets, *options,
              before=('valgrind', '--tool=callgrind', '--toggle-collect=rig_bursts',
                      f'--callgrind-out-file={out}'))
    with open(out, encoding='utf-8', errors='replace') as file:
        found = re.search(r'^(?:summary|totals): (\d+)', file.read(), re.M)
    os.remove(out)
    return int(found.group(1))


def count_instructions(bench):
    """Per packet, from the difference of two runs, so that the set-up does not count."""
    if shutil.which('valgrind') is None:
        return [{'skipped': 'valgrind is not installed'}]
    rows = []
    for name in bench.plan['callgrind']:
        options, packets = ('--flows', CALLGRIND_FLOWS[name]), CALLGRIND_PACKETS
        try:
            once = instructions_of(bench, name, options, packets)
            twice = instructions_of(bench, name, options, 2 * packets)
        except (OSError, AttributeError):
            rows.append({'scenario': name, 'skipped': 'callgrind gave no count'})
            continue
        rows.append({'scenario': name, 'flows': CALLGRIND_FLOWS[name],
                     'per_packet': (twice - once) / packets})
    return rows


def run_all(options, folder):
    plan = QUICK if options.quick else FULL
    bench = Bench(options.build, plan, folder)
    mix, truth = bench.make_mix(*plan['mix'])
    result = {'quick': options.quick, 'machine': machine(), 'mix': truth}
    result['limits'] = measure_limits(bench)
    result['stages'], result['kernels'] = measure_stages(bench, mix)
    result['loop'] = measure_loops(bench, mix, truth)
    result['pair'] = bench.loop('steady', '--flows', plan['pair'], verb='pair')
    result['instructions'] = count_instructions(bench)
    if not options.quick and not options.no_compare:
        print(f'  {time.monotonic() - bench.start:4.0f} s  compare.py', file=sys.stderr)
        result['compare'] = compare.compare(options.build, mix, folder)
        result['memory'] = compare.memory(options.build, folder)
    result['seconds'] = round(time.monotonic() - bench.start)
    result['goals'] = report.goals(result)
    return result


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split('usage: ', 1)[1].split('\n', 1)[0])
    parser.add_argument('build')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--no-compare', action='store_true')
    parser.add_argument('--update-docs', action='store_true')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='bench-', dir=options.build) as folder:
        result = run_all(options, folder)
    with open(os.path.join(options.build, 'bench.json'), 'w', encoding='utf-8') as file:
        json.dump(result, file, indent=1)
        file.write('\n')
    text = report.render(result)
    print(text)
    print(f'All of it as JSON: {os.path.join(options.build, "bench.json")}')
    if options.update_docs:
        report.update(DOCUMENT, text)


if __name__ == '__main__':
    main()

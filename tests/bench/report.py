# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors
"""The benchmarks' results as Markdown tables, for the terminal and for docs/performance.md alike."""

import re

BEGIN = '<!-- measured: begin; ./dev bench --update-docs writes this block -->'
END = '<!-- measured: end -->'


def count(number):
    """10016 as 10 k, 1000000 as 1 M."""
    for unit, name in ((1_000_000, 'M'), (1_000, 'k')):
        if number >= unit:
            return f'{round(number / unit)} {name}'
    return str(number)


def grouped(number):
    return f'{number:,}'.replace(',', ' ')


def table(heads, rows):
    """A Markdown table with aligned columns: the first to the left, numbers to the right."""
    cells = [heads] + [[str(cell) for cell in row] for row in rows]
    width = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    right = [i > 0 and all(re.match(r'^[-–\d.,× ]*$', row[i]) for row in cells[1:])
             for i in range(len(heads))]

    def line(row):
        return '| ' + ' | '.join(cell.rjust(w) if r else cell.ljust(w)
                                 for cell, w, r in zip(row, width, right)) + ' |'

    rule = '| ' + ' | '.join('-' * (w - 1) + ':' if r else '-' * w
                             for w, r in zip(width, right)) + ' |'
    return '\n'.join([line(cells[0]), rule] + [line(row) for row in cells[1:]])


def both(value):
    """Least and median as two cells."""
    if not value:
        return ['-', '-']
    return [f'{value["min"]:.1f}', f'{value["median"]:.1f}']


def line_ns(result, megabytes):
    """Nanoseconds of one prefetched line, least, or None."""
    for row in result['limits']['memory']:
        if row['megabytes'] == megabytes and 'prefetched_ns' in row:
            return row['prefetched_ns']['min']
    return None


def wrong_of(row):
    """Attempts that were reported otherwise than they were, or None where that is not known."""
    if 'expected' not in row or not row.get('ends'):
        return None
    return sum(abs(row['reported'][name] - number)
               for name, number in row['expected'].items()) // 2


def total_of(row, which='min'):
    """ns a packet with what the ends of its flows cost."""
    return row['loop_ns'][which] + row.get('end_ns', {}).get(which, 0)


# --- goals ---

def find(rows, **wanted):
    for row in rows:
        near = all(row.get(key) == value or key == 'flows' and
                   abs(row.get(key, 0) - value) <= 32 for key, value in wanted.items())
        if near and 'skipped' not in row:
            return row
    return None


def goal(name, measured, limit, better='<='):
    """One goal; `measured` is (least, median) or None."""
    if measured is None:
        return {'goal': name, 'limit': limit, 'met': None}
    least, median = measured
    met = least <= limit if better == '<=' else least >= limit
    return {'goal': name, 'limit': limit, 'measured': least, 'median': median, 'met': met}


def loop_pair(row, divide_by=1.0):
    if row is None or not divide_by:
        return None
    return total_of(row) / divide_by, total_of(row, 'median') / divide_by


def goals(result):
    """What the project set itself, beside what was measured: the least counts."""
    loops = result['loop']
    kernels = [k for k in result['kernels'] if k.get('scenario') == 'steady' and 'decode_ns' in k]
    decode = min(((k['decode_ns']['min'], k['decode_ns']['median']) for k in kernels), default=None)
    full = {flows: find(loops, scenario='steady', flows=flows, tracking='full')
            for flows in (1_000_000, 10_000_000)}
    small, large = (find(loops, scenario='steady', flows=flows, tracking='handshake')
                    for flows in (10_000, 10_000_000))
    growth = None
    if small and large:
        growth = tuple(total_of(large, w) / total_of(small, w) for w in ('min', 'median'))
    ratio = result['pair'].get('ratio')
    return [
        goal('decode, steady, best kernel, ns', decode, 4),
        goal('loop, steady, handshake tracking, 10 k flows, ns', loop_pair(small), 12),
        goal('... 10 M flows against 10 k, ratio', growth, 1.3),
        goal('loop, steady, full tracking, 1 M flows, ns', loop_pair(full[1_000_000]), 28),
        goal('... against one prefetched line of 64 MB, ratio',
             loop_pair(full[1_000_000], line_ns(result, 64)), 2.5),
        goal('loop, steady, full tracking, 10 M flows, ns', loop_pair(full[10_000_000]), 38),
        goal('loop, mix, ns', loop_pair(find(loops, scenario='mix')), 40),
        goal('loop, synflood, ns', loop_pair(find(loops, scenario='synflood')), 45),
        goal('two workers against one, ratio',
             (ratio['min'], ratio['median']) if ratio else None, 1.85, '>='),
    ]


# --- sections ---

def machine_lines(result):
    m = result['machine']
    return [f'{m["date"]}, {m["cpu"]}, {m["cpus"]} CPUs ({", ".join(m["caches"])}; {m["virtual"]}),'
            f' {m["memory_gib"]} GiB, Linux {m["kernel"]}, {m["compiler"]}.'
            + (' A quick run.' if result['quick'] else '')]


def limits_section(result):
    limits, rows = result['limits'], []
    for row in limits['memory']:
        for key, name in (('prefetched_ns', '32 prefetched together'),
                          ('one_after_another_ns', 'one after another')):
            if key in row:
                rows.append([f'a 64-byte line at random in {row["megabytes"]} MB, {name}',
                             *both(row[key])])
    for name, row in (('a frame of `rte_eth_rx_burst` on net_null, freed again',
                       limits['rx_burst']),
                      ('a key of `rte_hash_lookup_bulk`, 32 of 0.9 M', limits['rte_hash'])):
        rows.append([name, *(both(row['ns']) if 'ns' in row else ['-', row['skipped']])])
    return ['### Limits of the machine', '', table(['ns for', 'least', 'median'], rows)]


def stage_rows(result):
    names = (('load_ns', 'load'), ('decode_ns', 'decode'), ('free_ns', 'free the mbufs'),
             ('hash_ns', 'hash'), ('duplicates_ns', 'search for duplicates'))
    columns, heads = [], []
    for scenario, flows in sorted({(r['scenario'], r['flows']) for r in result['stages']
                                   if 'skipped' not in r}, reverse=True):
        runs = {r['part']: r for r in result['stages']
                if r.get('scenario') == scenario and r.get('flows') == flows}
        if 'worker' not in runs:
            continue
        heads.append(f'{scenario}, {count(flows)}')
        column = [f'{runs["worker"][key]["min"]:.1f}' for key, _ in names]
        part = {name: run['flow_ns']['min'] for name, run in runs.items()}
        column.append(f'{part["lookup"]:.1f}' if 'lookup' in part else '-')
        column.append(f'{part["tcp"]:.1f}' if 'tcp' in part else '-')
        column.append(f'{part["worker"]:.1f}')
        columns.append(column)
    labels = [name for _, name in names] + ['lookup alone', 'lookup and tcp step',
                                            'lookup, tcp step, ageing and stats']
    return heads, [[label, *row] for label, row in zip(labels, zip(*columns))] if columns else []


def stages_section(result):
    heads, rows = stage_rows(result)
    text = ['### Stages', '', 'ns a packet, least. Fences between the stages keep them from'
            ' overlapping, so they sum up to more than the loop.', '',
            table(['stage', *heads], rows)]
    kernels = []
    for row in result['kernels']:
        if 'skipped' in row:
            kernels.append([row['kernel'], row['scenario'], '-', '-', row['skipped']])
        else:
            kernels.append([row['kernel'], row['scenario'], *both(row['decode_ns']), ''])
    return text + ['', 'Decoding, by kernel, ns a packet:', '',
                   table(['kernel', 'traffic', 'least', 'median', ''], kernels)]


def loop_section(result):
    line, rows = line_ns(result, 64), []
    for row in result['loop']:
        name = row['scenario'] + (' (handshake)' if row.get('tracking') == 'handshake' else '')
        if 'skipped' in row:
            rows.append([name, count(row.get('flows', 0)), *['-'] * 6, row['skipped']])
            continue
        wrong = wrong_of(row)
        least = total_of(row)
        rows.append([name, count(row['flows']), f'{least:.1f}', f'{total_of(row, "median"):.1f}',
                     f'{1000 / least:.2f}', f'{row["refill_ns"]["min"]:.1f}',
                     f'{least / line:.1f} ×' if line else '-',
                     '-' if wrong is None else grouped(wrong),
                     f'of which {row["end_ns"]["min"]:.1f} ns when its flows end'
                     if 'end_ns' in row else ''])
    return ['### The whole loop of one worker', '',
            table(['traffic', 'flows', 'ns', 'median', 'Mpps', 'refill', 'of a line', 'wrong', ''],
                  rows),
            '', '*refill*: what making the frames costs, measured apart and no part of the ns.'
            ' *of a line*: against one prefetched line in 64 MB. *wrong*: attempts that were'
            ' reported otherwise than the traffic was.']


def flood_lines(result):
    row = find(result['loop'], scenario='synflood')
    if row is None or 'expected' not in row:
        return []
    parts = [f'{name} {grouped(row["reported"][name])} of {grouped(row["expected"][name])}'
             for name in ('established', 'refused', 'aborted')]
    evicted = sum(row['evicted'])
    return ['', f'synflood: {grouped(row["expected"]["unanswered"])} made-up SYNs'
            f' ({grouped(evicted)} flows pushed out of the full table), and among them the real'
            f' clients\' attempts, reported: {", ".join(parts)}.']


def pair_lines(result):
    pair = result['pair']
    if 'ratio' not in pair:
        return ['', f'Two workers: {pair.get("skipped", "not measured")}.']
    alone, first, second = (pair[k]['median'] for k in ('alone_ns', 'first_ns', 'second_ns'))
    return ['', f'Two workers of {count(pair["flows"])} flows each at a time: {first:.1f} and'
            f' {second:.1f} ns against {alone:.1f} ns alone (medians), which is'
            f' {pair["ratio"]["median"]:.2f} times one worker ({pair["ratio"]["min"]:.2f} by the'
            ' least).']


def instruction_lines(result):
    rows = [[r['scenario'], count(r['flows']), f'{r["per_packet"]:.0f}']
            if 'per_packet' in r else [r.get('scenario', 'all'), '-', r['skipped']]
            for r in result['instructions']]
    return ['', 'Instructions a packet in the loop, counted by callgrind, small tables:', '',
            table(['traffic', 'flows', 'instructions'], rows)]


def compare_section(result):
    if 'compare' not in result:
        return []
    own = next((r['cpu_s'] for r in result['compare'] if r['tool'] == 'synoptic read'
                and 'cpu_s' in r), None)
    rows = []
    for r in result['compare']:
        if 'skipped' in r:
            rows.append([r['tool'], '-', '-', '-', '-', r['skipped']])
        else:
            rows.append([r['tool'], f'{r["cpu_s"]:.2f}', f'{r["cpu_s"] / own:.1f} ×' if own else '-',
                         f'{r["rss_mb"]:.0f}', r['runs'], f'`{r["command"]}`'])
    frames = grouped(result['mix']['packets'])
    text = ['', '### Whole processes', '', f'The capture of the mix, {frames} frames. CPU seconds'
            ' are user and system, medians; the tools took turns.', '',
            table(['tool', 'CPU s', 'of ours', 'peak MB', 'runs', 'command'], rows)]
    rows = [[grouped(r['attempts']), f'{r["rss_mb"]:.0f}', f'{r["cpu_s"]:.1f}'] if 'rss_mb' in r
            else [grouped(r['attempts']), '-', r['skipped']] for r in result.get('memory', [])]
    return text + ['', 'Memory of `synoptic read` with its default `--memory`, on lone SYNs from'
                   ' as many sources:', '', table(['attempts', 'peak MB', 'CPU s'], rows)]


def goals_section(result):
    rows = []
    for g in result['goals']:
        sign = '≥' if g['goal'].startswith('two workers') else '≤'
        if g['met'] is None:
            rows.append([g['goal'], f'{sign} {g["limit"]:g}', '-', '-', 'not measured'])
        else:
            rows.append([g['goal'], f'{sign} {g["limit"]:g}', f'{g["measured"]:.2f}',
                         f'{g["median"]:.2f}', 'met' if g['met'] else 'not met'])
    return ['', '### Goals', '', table(['goal', 'limit', 'least', 'median', ''], rows)]


def render(result):
    lines = machine_lines(result) + [''] + limits_section(result) + [''] + stages_section(result)
    lines += [''] + loop_section(result) + flood_lines(result) + pair_lines(result)
    lines += instruction_lines(result) + compare_section(result) + goals_section(result)
    return '\n'.join(lines) + '\n'


def update(path, text):
    """Replaces the marked block of a document."""
    with open(path, encoding='utf-8') as file:
        before, rest = file.read().split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    with open(path, 'w', encoding='utf-8') as file:
        file.write(f'{before}{BEGIN}\n\n{text}\n{END}{after}')

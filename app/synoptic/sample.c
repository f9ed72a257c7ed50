// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sample.h"

#include "poller.h"

#include "sy_decode.h"
#include "sy_duplicates.h"

#include <rte_mbuf.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MIN          1024
#define HASH_SEED         UINT64_C(0x73796e6f70746963) // any: prints are compared within one run
#define MIRROR_WINDOW_NS  (2 * SY_NS_PER_MS)           // a mirror's copies of one packet
#define DIFFERENCE_MAX_NS (INT64_C(1) << 61)           // 73 years: no clock, a damaged time

static int by_print(const void *one, const void *other)
{
	const struct sighting *a = one, *b = other;

	if (a->print != b->print)
		return a->print < b->print ? -1 : 1;
	return (a->ts_ns > b->ts_ns) - (a->ts_ns < b->ts_ns);
}

/// Sorts. A packet that a mirror copied counts once; prints that come again later are look-alikes
/// (a SYN-ACK sent again), which cannot be told apart at another place: none is kept.
static void settle(struct sample *s)
{
	uint32_t kept = 0, end;

	if (s->count > 0)
		qsort(s->seen, s->count, sizeof(s->seen[0]), by_print);
	for (uint32_t start = 0; start < s->count; start = end) {
		for (end = start + 1; end < s->count && s->seen[end].print == s->seen[start].print;)
			end++;
		if (s->seen[end - 1].ts_ns - s->seen[start].ts_ns <= MIRROR_WINDOW_NS)
			s->seen[kept++] = s->seen[start];
	}
	s->count = kept;
}

static int make_room(struct sample *s, uint32_t *room, uint32_t more, struct sy_error *err)
{
	struct sighting *seen;

	if (s->count + more <= *room)
		return 0;
	*room = *room * 2 + ROOM_MIN + more;
	seen = realloc(s->seen, *room * sizeof(s->seen[0]));
	if (seen == NULL)
		return sy_error_set(err, ENOMEM, "no memory to compare the captures' clocks");
	s->seen = seen;
	return 0;
}

/// Pure ACKs and RSTs of hosts that do not count IP IDs look alike.
static bool can_be_known(const struct sy_batch *b, uint32_t i)
{
	return b->lane[i] == SY_LANE_TCP &&
	       (b->ip_id[i] != 0 || b->payload_bytes[i] != 0 || (b->flags[i] & SY_TCP_SYN));
}

/// Takes a batch, for which there is room.
static void add_batch(struct sample *s, const struct sy_batch *b, uint32_t sparse)
{
	for (uint32_t i = 0; i < b->count; i++) {
		uint64_t print;

		if (!can_be_known(b, i))
			continue;
		print = sy_batch_fingerprint(b, i);
		if ((print >> 32 & (sparse - 1)) != 0)
			continue;
		s->seen[s->count++] = (struct sighting){
			.print = print,
			.flow = b->hash[i],
			.ts_ns = b->ts_ns[i],
			.side = (b->bits[i] & SY_SEG_SWAP) != 0,
			.ttl = b->ttl[i],
		};
	}
}

static int read_frames(struct sample *s, struct sy_source *source, const struct sample_size *size,
	struct sy_error *err)
{
	struct sy_hash_key key = sy_hash_key_from_seed(HASH_SEED);
	struct rte_mbuf *mbufs[SY_BURST_MAX];
	struct sy_burst burst;
	struct sy_batch batch;
	uint64_t frames = 0, bytes = 0;
	uint32_t room = 0;
	uint16_t count;

	while ((count = sy_source_rx_burst(source, mbufs, SY_BURST_MAX)) > 0) {
		poller_load_burst(mbufs, count, &burst);
		sy_decode_scalar(&burst, &batch);
		rte_pktmbuf_free_bulk(mbufs, count);
		sy_batch_hash(&batch, &key);
		if (make_room(s, &room, count, err) != 0)
			return -ENOMEM;
		add_batch(s, &batch, size->sparse);
		for (uint16_t i = 0; i < count; i++)
			bytes += burst.cap_bytes[i];
		frames += count;
		if (frames >= size->frames || bytes >= size->bytes) {
			s->cut_short = true;
			break;
		}
	}
	return 0;
}

int sample_read(struct sample *sample, const char *path, struct rte_mempool *pool,
	const struct sample_size *size, struct sy_error *err)
{
	struct sy_file_options file = {.path = path};
	struct sy_error ignored;
	struct sy_source *source;
	int status;

	*sample = (struct sample){.seen = NULL};
	if (sy_source_open_files(&source, &file, 1, pool, &ignored) != 0)
		return 0;
	status = read_frames(sample, source, size, err);
	sy_source_close(source);
	settle(sample);
	return status;
}

int sample_add(struct sample *to, struct sample *from, struct sy_error *err)
{
	uint32_t room = to->count;

	to->cut_short |= from->cut_short;
	if (to->count == 0) {
		from->cut_short = to->cut_short;
		sample_free(to);
		*to = *from;
		*from = (struct sample){.seen = NULL};
		return 0;
	}
	if (make_room(to, &room, from->count, err) != 0)
		return -ENOMEM;
	memcpy(&to->seen[to->count], from->seen, from->count * sizeof(from->seen[0]));
	to->count += from->count;
	settle(to);
	return 0;
}

struct sample_match sample_compare(
	const struct sample *a, const struct sample *b, struct clock_pair *pairs, uint32_t max)
{
	struct sample_match match = {.same_times = true};
	uint32_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		const struct sighting *at_a = &a->seen[i], *at_b = &b->seen[j];
		int64_t difference = (int64_t)(at_b->ts_ns - at_a->ts_ns);

		if (at_a->print != at_b->print) {
			if (at_a->print < at_b->print)
				i++;
			else
				j++;
			continue;
		}
		i++;
		j++;
		if (difference <= -DIFFERENCE_MAX_NS || difference >= DIFFERENCE_MAX_NS)
			continue;
		if (match.count < max)
			pairs[match.count] = (struct clock_pair){at_a->flow, difference, at_a->side,
				(int8_t)((at_a->ttl > at_b->ttl) - (at_a->ttl < at_b->ttl))};
		match.count++;
		match.same_times &= difference == 0 && at_a->ttl == at_b->ttl;
	}
	return match;
}

void sample_free(struct sample *sample)
{
	free(sample->seen);
	*sample = (struct sample){.seen = NULL};
}

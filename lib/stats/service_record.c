// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "service_record.h"

#include "client_set.h"
#include "minmax.h"
#include "recent.h"
#include "rtts.h"
#include "timeline.h"

#include <string.h>

// Least time for which an answer must have been waited for.
#define WATCHED_NS SY_NS_PER_S

static uint64_t syn_time(const struct sy_attempt *a)
{
	return a->note[SY_NOTE_SYN].ts_ns != 0 ? a->note[SY_NOTE_SYN].ts_ns : a->last_syn_ns;
}

static bool rests_on_silence(const struct sy_attempt *a)
{
	return a->outcome == SY_OUTCOME_UNANSWERED || a->outcome == SY_OUTCOME_INVALID_ANSWER ||
	       a->outcome == SY_OUTCOME_HALF_OPEN;
}

bool sy_silence_cut_short(enum sy_decided_by decided_by, uint64_t waited_ns)
{
	return decided_by != SY_DECIDED_BY_TIMEOUT && waited_ns < WATCHED_NS;
}

bool sy_attempt_cut_short(const struct sy_attempt *a)
{
	return rests_on_silence(a) && sy_silence_cut_short(a->decided_by, sy_attempt_waited_ns(a));
}

bool sy_attempt_answered(const struct sy_attempt *a)
{
	if ((a->flags & SY_ATT_SYN_VALIDATED) != 0 && a->note[SY_NOTE_SYNACK].ts_ns != 0)
		return true;
	return a->outcome == SY_OUTCOME_ESTABLISHED ||
	       (a->outcome == SY_OUTCOME_ONE_SIDED && (a->flags & SY_ATT_SERVER_ALIVE) != 0);
}

bool sy_attempt_failed(const struct sy_attempt *a)
{
	switch (a->outcome) {
	case SY_OUTCOME_REFUSED:
	case SY_OUTCOME_UNREACHABLE:
	case SY_OUTCOME_RESET_IN_HANDSHAKE:
		return true;
	case SY_OUTCOME_UNANSWERED:
	case SY_OUTCOME_INVALID_ANSWER:
		return !sy_attempt_cut_short(a);
	case SY_OUTCOME_ABORTED:
		// A RST that overtook the SYN-ACK had ended it for the client already.
		return a->rst_side == SY_SERVER && (a->flags & SY_ATT_RST_AFTER_SYNACK) != 0;
	default:
		return false;
	}
}

static uint64_t answered_time(const struct sy_attempt *a)
{
	uint64_t ts_ns = a->note[SY_NOTE_SYNACK].ts_ns;
	return ts_ns != 0 && (a->flags & SY_ATT_SYN_VALIDATED) != 0 ? ts_ns : a->last_syn_ns;
}

static uint64_t refused_time(const struct sy_attempt *a)
{
	return a->note[SY_NOTE_RST].ts_ns != 0 ? a->note[SY_NOTE_RST].ts_ns : a->last_syn_ns;
}

void sy_service_icmp_from(
	struct sy_service_stats *s, const struct sy_addr *from, uint8_t type, uint8_t code)
{
	int self = sy_addr_equal(from, &s->server);
	int order = self - sy_addr_equal(&s->icmp_from, &s->server);

	if (s->icmp_prohibited + s->icmp_self == 0)
		order = -1;
	if (order == 0)
		order = sy_addr_compare(from, &s->icmp_from);
	if (order == 0)
		order = (type << 8 | code) - (s->icmp_type << 8 | s->icmp_code);
	if (order >= 0)
		return;
	s->icmp_from = *from;
	s->icmp_type = type;
	s->icmp_code = code;
}

static void count_figures(struct sy_service_stats *s, const struct sy_attempt *a)
{
	bool failed = sy_attempt_failed(a);
	bool cut_short = sy_attempt_cut_short(a);

	s->outcome[a->outcome]++;
	s->aborted_failed += a->outcome == SY_OUTCOME_ABORTED && failed;
	if (a->outcome == SY_OUTCOME_HALF_OPEN)
		s->half_open_cut_short += cut_short;
	else
		s->cut_short += cut_short;
	s->syn_retransmits += a->syn_count > 0 ? a->syn_count - 1u : 0;
	s->refusals += a->refusals;
	s->invalid_refusals += a->invalid_refusals;
	if ((a->flags & SY_ATT_ECN_SETUP) != 0) {
		s->ecn_failed += failed;
		s->ecn_established += a->outcome == SY_OUTCOME_ESTABLISHED;
	}
	if (a->outcome == SY_OUTCOME_UNREACHABLE) {
		sy_service_icmp_from(s, &a->icmp_from, a->icmp_type, a->icmp_code);
		if (sy_addr_equal(&a->icmp_from, &a->tuple.server))
			s->icmp_self++;
		else
			s->icmp_prohibited++;
	}
	sy_keep_first(&s->first_seen_ns, syn_time(a));
	sy_keep_last(&s->last_seen_ns, a->last_syn_ns);
}

static void note_evidence(struct sy_service_stats *s, enum sy_evidence kind, uint64_t ts_ns)
{
	sy_keep_first(&s->first_ns[kind], ts_ns);
	sy_keep_last(&s->last_ns[kind], ts_ns);
}

// Evidence of the failures that are told apart; where a SYN-ACK was seen it is an answer first.
static void count_failure(struct sy_service_stats *s, const struct sy_attempt *a)
{
	if (a->outcome == SY_OUTCOME_REFUSED) {
		note_evidence(s, SY_EVIDENCE_REFUSED, refused_time(a));
	} else if (a->outcome == SY_OUTCOME_UNREACHABLE) {
		note_evidence(s, SY_EVIDENCE_ICMP, a->last_syn_ns);
	} else if (a->outcome != SY_OUTCOME_RESET_IN_HANDSHAKE &&
		   a->outcome != SY_OUTCOME_ABORTED) {
		note_evidence(s, SY_EVIDENCE_SILENT, a->last_syn_ns);
		s->silent_syns += a->syn_count;
	}
}

static void timeline_failed(
	struct sy_service_detail *detail, uint64_t ts_ns, struct sy_timeline_bucket event)
{
	struct sy_recent_bucket recent = {.first_ns = ts_ns,
		.refused = event.refused,
		.silent = event.silent,
		.silent_syns = event.silent_syns};

	event.first_failed_ns = event.last_failed_ns = ts_ns;
	if (ts_ns == 0)
		return;
	sy_timeline_add(&detail->timeline, ts_ns, &event);
	if (event.refused + event.silent > 0)
		sy_recent_add(&detail->recent, &recent);
}

static void draw_timeline(struct sy_service_detail *detail, const struct sy_attempt *a)
{
	struct sy_timeline_bucket none = {.answered = 0};
	struct sy_timeline_bucket refused = {.refused = 1};
	struct sy_timeline_bucket silent = {.silent = 1, .silent_syns = a->syn_count};
	struct sy_timeline_bucket answered = {.answered = 1};

	if (sy_attempt_answered(a)) {
		uint64_t ts_ns = answered_time(a);
		answered.first_answered_ns = answered.last_answered_ns = ts_ns;
		if (ts_ns != 0)
			sy_timeline_add(&detail->timeline, ts_ns, &answered);
	} else if (a->outcome == SY_OUTCOME_REFUSED) {
		timeline_failed(detail, refused_time(a), refused);
	} else if (a->outcome == SY_OUTCOME_UNREACHABLE) {
		timeline_failed(detail, a->last_syn_ns, refused);
	} else if (sy_attempt_failed(a)) {
		// The service was silent from the first SYN on.
		timeline_failed(detail, syn_time(a), none);
		timeline_failed(detail, a->last_syn_ns, silent);
	}
}

static void count_seen(
	struct sy_service_detail *detail, enum sy_seen kind, const struct sy_packet_note *note)
{
	uint32_t *count = &detail->seen[kind][note->seen_at & (SY_SEEN_MASKS - 1)];

	if (note->ts_ns != 0)
		sy_add_capped(count, 1);
}

static void count_handshake_seen(struct sy_service_detail *detail, const struct sy_attempt *a)
{
	const struct sy_packet_note *syn = &a->note[SY_NOTE_SYN];
	const struct sy_packet_note *synack = &a->note[SY_NOTE_SYNACK];

	count_seen(detail, SY_SEEN_SYN, syn);
	count_seen(detail, SY_SEEN_SYNACK, synack);
	if (!rests_on_silence(a) || sy_attempt_cut_short(a))
		return;
	if (a->outcome == SY_OUTCOME_HALF_OPEN)
		count_seen(detail, SY_SEEN_OPEN_SYNACK, synack);
	else
		count_seen(detail, SY_SEEN_SILENT_SYN, syn);
}

static void add_rtts(struct sy_details *details, struct sy_service_detail *detail,
	const struct sy_attempt *a, uint64_t *lost)
{
	if (a->server_rtt_ns != SY_NS_UNKNOWN)
		sy_rtts_add(&detail->rtt[SY_SERVER], a->server_rtt_ns, &details->hists, lost);
	if (a->client_rtt_ns != SY_NS_UNKNOWN)
		sy_rtts_add(&detail->rtt[SY_CLIENT], a->client_rtt_ns, &details->hists, lost);
}

// What an attempt is an example of, besides the RST that it may have; NULL = nothing. A reset in
// the handshake is one of a RST alone.
static struct sy_attempt **example_of(struct sy_service_detail *detail, const struct sy_attempt *a)
{
	switch (a->outcome) {
	case SY_OUTCOME_REFUSED:
		return &detail->first_refused;
	case SY_OUTCOME_UNREACHABLE:
		return &detail->first_icmp;
	case SY_OUTCOME_UNANSWERED:
	case SY_OUTCOME_INVALID_ANSWER:
		return sy_attempt_cut_short(a) ? NULL : &detail->first_silent;
	case SY_OUTCOME_ESTABLISHED:
		return &detail->first_served;
	case SY_OUTCOME_HALF_OPEN:
		return sy_attempt_cut_short(a) ? NULL : &detail->first_half_open;
	default:
		return NULL;
	}
}

static void fill_detail(struct sy_details *details, struct sy_service_detail *detail,
	const struct sy_attempt *a, struct sy_totals *totals)
{
	// Not the run's secret: the estimate is to be the same in every run, and an attacker who
	// knows the key can only make it wrong. (Digits of pi.)
	static const struct sy_hash_key fixed = {
		{UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344),
			UINT64_C(0xa4093822299f31d0), UINT64_C(0x082efa98ec4e6c89)}};
	uint64_t words[2], client;

	memcpy(words, a->tuple.client.b, sizeof(words));
	client = sy_hash_words(&fixed, words[0], words[1], 0);
	sy_client_set_add(&detail->clients, client);
	if (a->outcome == SY_OUTCOME_ESTABLISHED || a->outcome == SY_OUTCOME_ONE_SIDED)
		sy_client_set_add(&detail->served, client);
	add_rtts(details, detail, a, &totals->hists_not_tracked);
	draw_timeline(detail, a);
	count_handshake_seen(detail, a);
	if (example_of(detail, a) != NULL)
		sy_exemplar_keep(details, example_of(detail, a), a, totals);
}

void sy_service_record_begin(struct sy_service_table *table, struct sy_service_stats *s,
	const struct sy_attempt *a, struct sy_totals *totals)
{
	bool answered = sy_attempt_answered(a);
	bool failed = sy_attempt_failed(a);

	count_figures(s, a);
	if (answered) {
		sy_details_answered(&table->details, s);
		note_evidence(s, SY_EVIDENCE_ANSWERED, answered_time(a));
	}
	if (failed)
		count_failure(s, a);
	if (!answered && !failed)
		return;
	if (sy_details_take(&table->details, s) == NULL)
		totals->details_not_tracked++;
	else
		fill_detail(&table->details, s->detail, a, totals);
}

static int compare_rst(const struct sy_service_rst *a, const struct sy_service_rst *b)
{
	return (a->vantage << 8 | a->ttl) - (b->vantage << 8 | b->ttl);
}

void sy_service_rst_add(struct sy_service_stats *s, const struct sy_service_rst *add)
{
	uint32_t at = 0;

	// In order, and the least keys keep their slots: so nothing depends on the order of
	// arrival.
	while (at < s->rst_slots && compare_rst(&s->rst[at], add) < 0)
		at++;
	if (at == s->rst_slots || compare_rst(&s->rst[at], add) != 0) {
		if (at == SY_RST_SLOTS) {
			sy_add_capped(&s->rst_overflow, add->count);
			sy_add_capped(&s->rst_overflow, add->count_up);
			return;
		}
		if (s->rst_slots == SY_RST_SLOTS) {
			s->rst_slots--;
			sy_add_capped(&s->rst_overflow, s->rst[s->rst_slots].count);
			sy_add_capped(&s->rst_overflow, s->rst[s->rst_slots].count_up);
		}
		memmove(&s->rst[at + 1], &s->rst[at], (s->rst_slots - at) * sizeof(s->rst[0]));
		memset(&s->rst[at], 0, sizeof(s->rst[0]));
		s->rst[at].ttl = add->ttl;
		s->rst[at].vantage = add->vantage;
		s->rst_slots++;
	}
	sy_add_capped(&s->rst[at].count, add->count);
	sy_add_capped(&s->rst[at].count_up, add->count_up);
	sy_keep_first(&s->rst[at].first_ns, add->first_ns);
	sy_keep_last(&s->rst[at].last_ns, add->last_ns);
}

void sy_service_record_end(struct sy_service_table *table, struct sy_service_stats *s,
	const struct sy_attempt *a, struct sy_totals *totals)
{
	const struct sy_packet_note *note = &a->note[SY_NOTE_RST];
	bool kept = sy_attempt_answered(a) || sy_attempt_failed(a);

	if (note->ts_ns != 0 && a->rst_side == SY_SERVER && a->rst_phase != SY_RST_STRAY) {
		bool up = sy_attempt_cut_off(a);
		struct sy_service_rst rst = {.ttl = note->ttl,
			.vantage = note->vantage,
			.count = !up,
			.count_up = up,
			.first_ns = note->ts_ns,
			.last_ns = note->ts_ns};
		sy_service_rst_add(s, &rst);
		if (s->detail != NULL && kept) {
			if (a->outcome != SY_OUTCOME_REFUSED)
				sy_exemplar_keep_rst(
					&table->details, &s->detail->first_reset, a, totals);
			count_seen(s->detail, up ? SY_SEEN_RST_UP : SY_SEEN_RST, note);
		}
	}
	if (s->detail != NULL && kept && a->outcome == SY_OUTCOME_ESTABLISHED)
		sy_exemplar_keep(&table->details, &s->detail->first_served, a, totals);
}

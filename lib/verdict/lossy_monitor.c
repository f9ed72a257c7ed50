// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

/// What the ports of a vantage counted as lost.
struct port_loss {
	uint64_t nic_missed;
	uint64_t no_mbuf;
	uint64_t ring_full;
	uint64_t received;
};

static struct port_loss count_loss(const struct sy_facts *facts, uint8_t vantage)
{
	struct port_loss loss = {.received = 0};

	for (uint32_t i = 0; i < facts->port_count; i++) {
		const struct sy_port_stats *port = &facts->ports[i];
		if (facts->vantage_of_port == NULL || facts->vantage_of_port[i] != vantage)
			continue;
		loss.nic_missed += port->nic_missed;
		loss.no_mbuf += port->no_mbuf;
		loss.ring_full += port->ring_full;
		loss.received += port->received;
	}
	return loss;
}

static void say(struct sy_finding *f, const struct port_loss *loss, double share)
{
	uint64_t lost = loss->nic_missed + loss->no_mbuf + loss->ring_full;

	if (lost > 0)
		sy_text(f->says, sizeof(f->says),
			"The monitor itself lost %llu of %llu packets at %s; %.2f %% are known to be "
			"missing.",
			(unsigned long long)lost, (unsigned long long)(lost + loss->received),
			f->subject_text, 100.0 * share);
	else
		sy_text(f->says, sizeof(f->says),
			"At %s %.2f %% of the packets never reached the monitor, by the traffic's "
			"own proof: they were acknowledged and not seen.",
			f->subject_text, 100.0 * share);
}

static void report(struct sy_verdict *verdict, uint8_t vantage, const struct port_loss *loss)
{
	const struct sy_vantage_stats *seen = &verdict->latest->vantages[vantage];
	double share = sy_vantage_loss(verdict->latest, vantage);
	bool counted = loss->nic_missed + loss->no_mbuf + loss->ring_full > 0;
	struct sy_finding f;

	sy_draft(&f, SY_CODE_LOSSY_MONITOR, counted ? SY_CERTAIN : SY_LIKELY);
	sy_draft_vantage(&f, verdict->latest, vantage);
	f.weight = loss->nic_missed + loss->no_mbuf + loss->ring_full + seen->ack_of_unseen +
		   seen->synack_without_syn + seen->ack_without_synack;
	f.since_ns = verdict->latest->start_ns;
	f.last_seen_ns = verdict->latest->end_ns;
	sy_text(f.owner, sizeof(f.owner), "owner of the monitor: %s", f.subject_text);
	say(&f, loss, share);
	sy_draft_count(&f, "nic_missed", (double)loss->nic_missed);
	sy_draft_count(&f, "no_mbuf", (double)loss->no_mbuf);
	sy_draft_count(&f, "ring_full", (double)loss->ring_full);
	sy_draft_count(&f, "ack_of_unseen", (double)seen->ack_of_unseen);
	sy_draft_count(&f, "synack_without_syn", (double)seen->synack_without_syn);
	sy_draft_count(&f, "ack_without_synack", (double)seen->ack_without_synack);
	sy_draft_count(&f, "capture_loss_estimate", verdict->latest->loss_estimate[vantage]);
	if (!counted)
		sy_draft_alternative(&f, "some flows pass another way that is not tapped",
			"the packets are missing for the verdicts all the same");
	sy_verdict_add(verdict, &f);
}

void sy_rule_lossy_monitor(struct sy_verdict *verdict)
{
	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++) {
		struct port_loss loss = count_loss(verdict->latest, v);
		bool counted = loss.nic_missed + loss.no_mbuf + loss.ring_full > 0;
		if (counted ||
			sy_vantage_loss(verdict->latest, v) > verdict->config->loss_threshold)
			report(verdict, v, &loss);
	}
}

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "link.h"
#include "reader.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

struct libpcap_reader {
	struct sy_reader base;
	pcap_t *pcap;
	enum sy_link link;
	char *name;
};

static uint32_t libpcap_read(struct sy_reader *reader, struct sy_frame *frames, uint32_t max)
{
	struct libpcap_reader *r = (struct libpcap_reader *)reader;
	struct pcap_pkthdr *header;
	const u_char *data;

	if (max == 0)
		return 0;
	int rc = pcap_next_ex(r->pcap, &header, &data);
	if (rc != 1) {
		reader->ended = true;
		reader->end.cut_off = rc == PCAP_ERROR;
		if (rc == PCAP_ERROR)
			sy_error_set(&reader->end.why, 0,
				"%s is cut off or damaged (%s): what came before was read", r->name,
				pcap_geterr(r->pcap));
		return 0;
	}
	frames[0] = (struct sy_frame){
		.data = data,
		.ts_ns = (uint64_t)header->ts.tv_sec * UINT64_C(1000000000) +
			 (uint64_t)header->ts.tv_usec, // nanoseconds, as asked for at open
		.cap_bytes = header->caplen,
		.wire_bytes = header->len > header->caplen ? header->len : header->caplen,
		.link = (uint8_t)r->link,
	};
	return 1; // the next call of libpcap reuses its buffer
}

static void libpcap_close(struct sy_reader *reader)
{
	struct libpcap_reader *r = (struct libpcap_reader *)reader;

	if (r->pcap != NULL)
		pcap_close(r->pcap);
	free(r->name);
	free(r);
}

static const struct sy_reader_ops libpcap_ops = {
	.read = libpcap_read,
	.close = libpcap_close,
};

static int open_pcap(struct libpcap_reader *r, const char *path, struct sy_error *err)
{
	char text[PCAP_ERRBUF_SIZE];

	r->name = strdup(path);
	if (r->name == NULL)
		return sy_error_set(err, ENOMEM, "no memory to read %s", path);
	r->pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, text);
	if (r->pcap == NULL)
		return sy_error_set(err, EINVAL, "%s cannot be read: %s", path, text);
	uint32_t linktype = (uint32_t)pcap_datalink(r->pcap);
	if (!sy_link_from_linktype(linktype, &r->link)) {
		char what[SY_LINKTYPE_TEXT_SIZE];
		sy_linktype_describe(linktype, what);
		return sy_error_set(
			err, ENOTSUP, "%s has frames of %s, which cannot be read", path, what);
	}
	return 0;
}

int sy_reader_open_libpcap(struct sy_reader **reader, const char *path, struct sy_error *err)
{
	struct libpcap_reader *r = calloc(1, sizeof(*r));

	*reader = NULL;
	if (r == NULL)
		return sy_error_set(err, ENOMEM, "no memory to read %s", path);
	r->base.ops = &libpcap_ops;
	int rc = open_pcap(r, path, err);
	if (rc != 0) {
		libpcap_close(&r->base);
		return rc;
	}
	*reader = &r->base;
	return 0;
}

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A card's other end: sends the frames of a capture to a vhost port, each to the queue that
// symmetric RSS chooses for its connection. Loops over the capture, with other addresses each time.
//
// usage: shard EAL-ARGUMENTS... -- CAPTURE QUEUES LOOPS
//
// The virtio_user device is given to EAL (--vdev). Prints how many frames each queue has got, and
// ends when its standard input does. Nothing is lost on the way: a queue that is full is waited
// for.

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_thash.h>

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUEUES_MAX  8
#define FRAMES_MAX  65536
#define FRAME_BYTES 1600
#define IP_AT       14 // plain Ethernet and IPv4 without options, as the tests make them

struct frame {
	uint16_t size;
	uint8_t bytes[FRAME_BYTES];
};

static struct frame *frames;
static uint32_t frame_count;
static uint64_t sent[QUEUES_MAX];
static uint8_t key[40];

static int load(const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, why);
	struct pcap_pkthdr *head;
	const u_char *bytes;

	frames = calloc(FRAMES_MAX, sizeof(*frames));
	if (pcap == NULL || frames == NULL)
		return -1;
	while (pcap_next_ex(pcap, &head, &bytes) == 1) {
		if (frame_count == FRAMES_MAX || head->caplen > FRAME_BYTES)
			return -1;
		frames[frame_count].size = (uint16_t)head->caplen;
		memcpy(frames[frame_count++].bytes, bytes, head->caplen);
	}
	pcap_close(pcap);
	return 0;
}

static uint32_t word(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint16_t queue_of(const uint8_t *frame, uint16_t queues)
{
	uint32_t words[3] = {
		word(frame + IP_AT + 12), word(frame + IP_AT + 16), word(frame + IP_AT + 20)};

	return (uint16_t)(rte_softrss(words, 3, key) % queues);
}

/// Other addresses on both ends, the same for both directions.
static void change_addresses(uint8_t *frame, uint32_t loop)
{
	for (int at = IP_AT + 12; at <= IP_AT + 16; at += 4) {
		frame[at + 1] = (uint8_t)(frame[at + 1] + (loop >> 8));
		frame[at + 2] = (uint8_t)(frame[at + 2] + loop);
	}
}

static void send_frame(
	struct rte_mempool *pool, const struct frame *frame, uint32_t loop, uint16_t queues)
{
	struct rte_mbuf *mbuf;
	uint8_t *data;
	uint16_t queue;

	while ((mbuf = rte_pktmbuf_alloc(pool)) == NULL)
		for (uint16_t q = 0; q < queues; q++)
			rte_eth_tx_done_cleanup(0, q, 0);
	data = (uint8_t *)rte_pktmbuf_append(mbuf, frame->size);
	memcpy(data, frame->bytes, frame->size);
	change_addresses(data, loop);
	queue = queue_of(data, queues);
	while (rte_eth_tx_burst(0, queue, &mbuf, 1) != 1)
		usleep(10);
	sent[queue]++;
}

static int start(uint16_t queues, struct rte_mempool *pool)
{
	struct rte_eth_conf conf = {0};
	int status = rte_eth_dev_configure(0, queues, queues, &conf);

	for (uint16_t q = 0; q < queues && status == 0; q++) {
		status = rte_eth_rx_queue_setup(0, q, 256, SOCKET_ID_ANY, NULL, pool);
		if (status == 0)
			status = rte_eth_tx_queue_setup(0, q, 256, SOCKET_ID_ANY, NULL);
	}
	return status == 0 ? rte_eth_dev_start(0) : status;
}

int main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);
	struct rte_mempool *pool;
	uint16_t queues;

	if (used < 0 || argc - used != 4 || rte_eth_dev_count_avail() != 1)
		return 2;
	argv += used;
	queues = (uint16_t)atoi(argv[2]);
	for (int i = 0; i < 40; i++)
		key[i] = i & 1 ? 0x5a : 0x6d;
	pool = rte_pktmbuf_pool_create("frames", 8191, 128, 0, 2048, SOCKET_ID_ANY);
	if (queues == 0 || queues > QUEUES_MAX || pool == NULL || load(argv[1]) != 0 ||
		start(queues, pool) != 0)
		return 2;
	for (uint32_t loop = 0; loop < (uint32_t)atoi(argv[3]); loop++)
		for (uint32_t i = 0; i < frame_count; i++)
			send_frame(pool, &frames[i], loop, queues);
	for (uint16_t q = 0; q < queues; q++)
		printf("%llu\n", (unsigned long long)sent[q]);
	fflush(stdout);
	// What the other end has not taken yet goes with the device.
	while (getchar() != EOF)
		;
	rte_eth_dev_stop(0);
	rte_eth_dev_close(0);
	return rte_eal_cleanup();
}

// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Sources of capture files as mbufs: merging, what an mbuf says, errors of opening, pipes, stop.

#include "capture_bytes.h"

#include "sy_source.h"

#include <rte_eal.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct rte_mempool *pool;
static char dir[] = "/tmp/sy_source_XXXXXX";

static const char *path_of(const char *name)
{
	static char paths[4][64];
	static int next;

	next = (next + 1) % 4;
	snprintf(paths[next], sizeof(paths[next]), "%s/%s", dir, name);
	return paths[next];
}

static const char *store(const char *name, const struct bytes *o)
{
	const char *path = path_of(name);
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(o->b, 1, o->n, f), o->n);
	assert_int_equal(fclose(f), 0);
	return path;
}

static struct sy_source *open_or_fail(const struct sy_file_options *files, uint32_t count)
{
	struct sy_source *source;
	struct sy_error err = {0};
	int rc = sy_source_open_files(&source, files, count, pool, &err);

	if (rc != 0)
		fail_msg("%s", err.text);
	return source;
}

static int open_error(const char *path, struct sy_error *err)
{
	struct sy_file_options file = {.path = path};
	struct sy_source *source;
	int rc = sy_source_open_files(&source, &file, 1, pool, err);

	assert_null(source);
	assert_true(strchr(err->text, '\n') == NULL && err->text[0] != 0);
	return rc;
}

static uint64_t time_of(struct rte_mbuf *m)
{
	return ((struct sy_frame_meta *)rte_mbuf_to_priv(m))->ts_ns;
}

static void merges_by_time(void **state)
{
	// Seconds, in the order of each file; the second runs backwards, the third starts a tie.
	static const uint8_t times[3][6] = {
		{10, 20, 30, 40, 50, 60}, {15, 35, 25, 36, 70, 71}, {20, 20, 41, 42, 43, 80}};
	static const uint8_t expected[18][2] = {{0, 10}, {1, 15}, {0, 20}, {2, 20}, {2, 20},
		{0, 30}, {1, 35}, {1, 25}, {1, 36}, {0, 40}, {2, 41}, {2, 42}, {2, 43}, {0, 50},
		{0, 60}, {1, 70}, {1, 71}, {2, 80}};
	struct sy_file_options files[3];
	static const char *const names[3] = {"a", "b", "c"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct bytes o = {0};
		pcap_header(&o, 0xa1b2c3d4, 4, 1);
		for (int k = 0; k < 6; k++) // the first clock is 5 s ahead
			pcap_record(&o, times[i][k] + (i == 0 ? 5 : 0), 0, 64, 100, times[i][k]);
		files[i] = (struct sy_file_options){.path = store(names[i], &o),
			.port = (uint8_t)(10 + i),
			.clock_offset_ns = i == 0 ? 5000000000 : 0};
	}
	struct sy_source *source = open_or_fail(files, 3);
	struct rte_mbuf *mbufs[5];
	uint32_t seen = 0, n;
	while ((n = sy_source_rx_burst(source, mbufs, 5)) > 0) {
		for (uint32_t i = 0; i < n; i++, seen++) {
			assert_true(seen < 18);
			assert_int_equal(mbufs[i]->port, 10 + expected[seen][0]);
			assert_int_equal(
				time_of(mbufs[i]), expected[seen][1] * UINT64_C(1000000000));
			assert_int_equal(*rte_pktmbuf_mtod(mbufs[i], uint8_t *), expected[seen][1]);
			assert_int_equal(rte_pktmbuf_data_len(mbufs[i]), 64);
			assert_int_equal(rte_pktmbuf_pkt_len(mbufs[i]), 64);
		}
		rte_pktmbuf_free_bulk(mbufs, n);
	}
	assert_int_equal(seen, 18);
	struct sy_source_stats stats;
	sy_source_stats(source, &stats);
	assert_int_equal(stats.frames, 18);
	assert_int_equal(stats.bytes_done, 3 * (24 + 6 * 80));
	assert_int_equal(stats.bytes_total, stats.bytes_done);
	assert_int_equal(sy_source_end(source, 1)->frames, 6);
	assert_false(sy_source_end(source, 1)->cut_off);
	sy_source_close(source);
	assert_int_equal(rte_mempool_in_use_count(pool), 0);
}

// The mbufs of a closed source are ordinary ones again.
static void mbufs_return_clean(void **state)
{
	struct rte_mbuf *all[512];

	(void)state;
	assert_int_equal(rte_pktmbuf_alloc_bulk(pool, all, 511), 0);
	for (int i = 0; i < 511; i++) {
		assert_true(RTE_MBUF_DIRECT(all[i]));
		assert_int_equal(rte_mbuf_refcnt_read(all[i]), 1);
		assert_ptr_equal(all[i]->buf_addr, rte_mbuf_to_baddr(all[i]));
		assert_int_equal(all[i]->buf_len, rte_pktmbuf_data_room_size(pool));
	}
	rte_pktmbuf_free_bulk(all, 511);
}

static void many_and_large_frames(void **state)
{
	(void)state;
	const char *path = path_of("large");
	FILE *f = fopen(path, "wb");
	struct bytes o = {0};
	pcap_header(&o, 0xa1b23c4d, 4, 1);
	fwrite(o.b, 1, o.n, f);
	static uint8_t data[200000];
	for (uint32_t i = 0; i < 300; i++) {
		uint32_t bytes = i * 653 % sizeof(data);
		uint32_t header[4] = {i, 0, bytes, bytes + 5};
		memset(data, (int)i, bytes);
		fwrite(header, 1, 16, f);
		fwrite(data, 1, bytes, f);
	}
	fclose(f);
	struct sy_source *source = open_or_fail(&(struct sy_file_options){.path = path}, 1);
	struct rte_mbuf *mbufs[100];
	uint32_t seen = 0, n;
	while ((n = sy_source_rx_burst(source, mbufs, 100)) > 0) {
		assert_true(n <= SY_SOURCE_BURST_MAX);
		for (uint32_t i = 0; i < n; i++, seen++) {
			uint32_t bytes = seen * 653 % sizeof(data), cap = RTE_MIN(bytes, 65535u);
			const struct sy_frame_meta *meta = rte_mbuf_to_priv(mbufs[i]);
			const uint8_t *at = rte_pktmbuf_mtod(mbufs[i], uint8_t *);
			assert_int_equal(mbufs[i]->data_len, cap);
			assert_int_equal(meta->wire_bytes, bytes + 5);
			assert_int_equal(meta->ts_ns, seen == 0 ? 1 : seen * UINT64_C(1000000000));
			for (uint32_t k = 0; k < cap; k++)
				assert_true(at[k] == (uint8_t)seen);
			rte_pktmbuf_free(mbufs[i]);
		}
	}
	assert_int_equal(seen, 300);
	sy_source_close(source);
}

static void errors_of_opening(void **state)
{
	struct sy_error err;

	(void)state;
	assert_int_equal(open_error(path_of("absent"), &err), -ENOENT);
	assert_non_null(strstr(err.text, "No such file"));
	assert_int_equal(open_error(dir, &err), -EISDIR);
	struct bytes o = {0};
	assert_int_equal(open_error(store("empty", &o), &err), -EINVAL);
	assert_non_null(strstr(err.text, "empty is empty"));
	put(&o, "GIF89a", 6);
	assert_int_equal(open_error(store("gif", &o), &err), -EINVAL);
	assert_non_null(strstr(err.text, "first bytes 47 49 46 38"));
	if (geteuid() != 0) {
		chmod(path_of("gif"), 0);
		assert_int_equal(open_error(path_of("gif"), &err), -EACCES);
	}
	struct sy_source *source;
	assert_int_equal(sy_source_open_files(&source, NULL, 0, pool, &err), -EINVAL);
	struct rte_mempool *bare = rte_pktmbuf_pool_create("bare", 127, 0, 0, 0, 0);
	struct sy_file_options file = {.path = path_of("a")};
	assert_int_equal(sy_source_open_files(&source, &file, 1, bare, &err), -EINVAL);
	rte_mempool_free(bare);
}

static sem_t first_taken;

static void *write_slowly(void *arg)
{
	int fd = *(int *)arg;
	struct bytes o = {0};
	struct timespec pause = {.tv_nsec = 150000000};

	pcap_header(&o, 0xa1b2c3d4, 4, 1);
	pcap_record(&o, 1, 0, 50, 50, 7);
	assert_int_equal(write(fd, o.b, o.n - 20), o.n - 20);
	nanosleep(&pause, NULL);
	pcap_record(&o, 2, 0, 50, 50, 8);
	size_t first = 24 + 66 - 20;
	assert_int_equal(write(fd, o.b + first, 20), 20); // the first record is whole now
	sem_wait(&first_taken);
	nanosleep(&pause, NULL);
	assert_int_equal(write(fd, o.b + first + 20, 66), 66);
	return NULL;
}

static void pipes_and_stop(void **state)
{
	int fds[2], saved = dup(STDIN_FILENO);
	pthread_t writer;
	struct rte_mbuf *mbufs[4];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	dup2(fds[0], STDIN_FILENO);
	assert_int_equal(sem_init(&first_taken, 0, 0), 0);
	pthread_create(&writer, NULL, write_slowly, &fds[1]);
	struct sy_source *source = open_or_fail(&(struct sy_file_options){.path = "-"}, 1);
	// Each frame comes when it is there, not when the burst is full.
	for (uint8_t i = 0; i < 2; i++) {
		assert_int_equal(sy_source_rx_burst(source, mbufs, 4), 1);
		assert_int_equal(*rte_pktmbuf_mtod(mbufs[0], uint8_t *), 7 + i);
		rte_pktmbuf_free(mbufs[0]);
		sem_post(&first_taken);
	}
	pthread_join(writer, NULL);
	sem_destroy(&first_taken);
	sy_source_stop(source); // the pipe is open and silent
	assert_int_equal(sy_source_rx_burst(source, mbufs, 4), 0);
	assert_false(sy_source_end(source, 0)->cut_off);
	sy_source_close(source);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(fds[0]);
	close(fds[1]);
}

static void *stop_later(void *arg)
{
	struct timespec pause = {.tv_nsec = 50000000};

	nanosleep(&pause, NULL);
	sy_source_stop(arg);
	return NULL;
}

static void stop_while_waiting(void **state)
{
	struct bytes o = {0};
	struct rte_mbuf *mbufs[4];
	pthread_t stopper;

	(void)state;
	const char *path = path_of("fifo");
	assert_int_equal(mkfifo(path, 0600), 0);
	int fd = open(path, O_RDWR); // so that neither end waits for the other
	pcap_header(&o, 0xa1b2c3d4, 4, 1);
	put32(&o, 1); // a record that never gets whole
	assert_int_equal(write(fd, o.b, o.n), o.n);
	struct sy_source *source = open_or_fail(&(struct sy_file_options){.path = path}, 1);
	pthread_create(&stopper, NULL, stop_later, source);
	assert_int_equal(sy_source_rx_burst(source, mbufs, 4), 0);
	assert_false(sy_source_end(source, 0)->cut_off);
	pthread_join(stopper, NULL);
	sy_source_close(source);
	close(fd);
}

int main(void)
{
	static char options[][32] = {"test", "--no-huge", "-m", "64", "--no-shconf",
		"--no-telemetry", "--no-pci", "-l", "0", "--log-level=lib.eal:critical"};
	char *eal[sizeof(options) / sizeof(options[0])];
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_by_time),
		cmocka_unit_test(mbufs_return_clean),
		cmocka_unit_test(many_and_large_frames),
		cmocka_unit_test(errors_of_opening),
		cmocka_unit_test(pipes_and_stop),
		cmocka_unit_test(stop_while_waiting),
	};

	for (size_t i = 0; i < RTE_DIM(options); i++)
		eal[i] = options[i];
	if (rte_eal_init(RTE_DIM(options), eal) < 0 || mkdtemp(dir) == NULL)
		return 1;
	// Frames are not copied, so the data room may be tiny.
	pool = rte_pktmbuf_pool_create("frames", 511, 32,
		RTE_ALIGN(sizeof(struct sy_frame_meta), RTE_MBUF_PRIV_ALIGN), 0, 0);
	int failures = pool != NULL ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
	static const char *const names[] = {"a", "b", "c", "large", "empty", "gif", "fifo"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(names[i]));
	rmdir(dir);
	rte_mempool_free(pool);
	rte_eal_cleanup();
	return failures;
}

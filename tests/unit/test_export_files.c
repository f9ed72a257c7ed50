// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "export_cmocka.h"

#include "sy_files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char root[64];
	char dir[96];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	snprintf(place->root, sizeof(place->root), "/tmp/test_export_files.XXXXXX");
	if (mkdtemp(place->root) == NULL)
		return -1;
	snprintf(place->dir, sizeof(place->dir), "%s/out", place->root);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char command[96];

	snprintf(command, sizeof(command), "rm -r '%s'", place->root);
	int rc = system(command);
	free(place);
	return rc;
}

static void expect_file(const struct place *place, const char *name, const char *want)
{
	char path[160], text[64] = "";

	snprintf(path, sizeof(path), "%s/%s", place->dir, name);
	FILE *file = fopen(path, "r");
	if (want == NULL) {
		assert_null(file);
		return;
	}
	assert_non_null(file);
	size_t size = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	assert_int_equal(size, strlen(want));
	assert_string_equal(text, want);
}

static void test_commit(void **state)
{
	const struct place *place = *state;
	struct sy_error err = {""};
	struct sy_files *files;

	for (int run = 0; run < 2; run++) { // the second run replaces the files of the first
		assert_int_equal(sy_files_open(&files, place->dir, &err), 0);
		struct sy_text *a = sy_files_add(files, "a.jsonl", &err);
		struct sy_text *b = sy_files_add(files, "b.jsonl", &err);
		assert_non_null(a);
		assert_non_null(b);
		sy_text_puts(a, run == 0 ? "first\n" : "second\n");
		expect_file(place, "a.jsonl", run == 0 ? NULL : "first\n");
		assert_int_equal(sy_files_check(files, &err), 0);
		assert_int_equal(sy_files_commit(files, &err), 0);
		expect_file(place, "a.jsonl", run == 0 ? "first\n" : "second\n");
		expect_file(place, "b.jsonl", "");
		expect_file(place, ".a.jsonl.tmp", NULL);
	}
}

static void test_abort(void **state)
{
	const struct place *place = *state;
	struct sy_error err = {""};
	struct sy_files *files;

	assert_int_equal(sy_files_open(&files, place->dir, &err), 0);
	struct sy_text *text = sy_files_add(files, "a.jsonl", &err);
	assert_non_null(text);
	sy_text_puts(text, "half");
	sy_text_flush(text);
	expect_file(place, ".a.jsonl.tmp", "half");
	sy_files_abort(files);
	assert_int_equal(access(place->dir, F_OK), -1); // it had made the directory
	sy_files_abort(NULL);
}

static void test_two_sessions(void **state)
{
	const struct place *place = *state;
	struct sy_error err = {""};
	struct sy_files *first, *second;

	assert_int_equal(sy_files_open(&first, place->dir, &err), 0);
	assert_int_equal(sy_files_open(&second, place->dir, &err), -EBUSY);
	assert_null(second);
	assert_non_null(strstr(err.text, "another run is writing there"));
	assert_int_equal(sy_files_commit(first, &err), 0);
}

static void test_no_parent(void **state)
{
	const struct place *place = *state;
	struct sy_error err = {""};
	struct sy_files *files;
	char dir[128], want[256];

	snprintf(dir, sizeof(dir), "%s/deeper", place->dir);
	assert_int_equal(sy_files_open(&files, dir, &err), -ENOENT);
	snprintf(want, sizeof(want),
		"cannot write %s: No such file or directory; choose another -o DIR", dir);
	assert_string_equal(err.text, want);
}

static void test_disk_full(void **state)
{
	const struct place *place = *state;
	struct sy_error err = {""};
	struct sy_files *files;
	char want[256];

	assert_int_equal(sy_files_open(&files, place->dir, &err), 0);
	struct sy_text *good = sy_files_add(files, "good.jsonl", &err);
	struct sy_text *text = sy_files_add(files, "attempts.jsonl", &err);
	assert_non_null(good);
	assert_non_null(text);
	sy_text_puts(good, "whole\n");
	int fd = text->fd;
	text->fd = open("/dev/full", O_WRONLY);
	assert_true(text->fd >= 0);
	close(fd);
	sy_text_puts(text, "x");
	assert_int_equal(sy_files_commit(files, &err), -ENOSPC);
	snprintf(want, sizeof(want),
		"cannot write %s/attempts.jsonl: No space left on device; free some room or choose "
		"another -o DIR",
		place->dir);
	assert_string_equal(err.text, want);
	assert_int_equal(access(place->dir, F_OK), -1); // nothing half-written remains
}

static void test_limit_in_the_middle(void **state)
{
	const struct place *place = *state;
	struct rlimit before, limit;
	struct sy_error err = {""};
	struct sy_files *files;

	mkdir(place->dir, 0777);
	assert_int_equal(sy_files_open(&files, place->dir, &err), 0);
	struct sy_text *text = sy_files_add(files, "attempts.jsonl", &err);
	assert_non_null(text);
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = 100000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (int i = 0; i < 20000; i++) {
		sy_text_puts(text, "0123456789012345678901234567890123456789\n");
		sy_text_checkpoint(text);
	}
	int check = sy_files_check(files, &err);
	int commit = sy_files_commit(files, &err);
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, handler);
	assert_int_equal(check, -EFBIG);
	assert_int_equal(commit, -EFBIG);
	assert_non_null(strstr(err.text, "attempts.jsonl: File too large; "));
	expect_file(place, "attempts.jsonl", NULL);
	expect_file(place, ".attempts.jsonl.tmp", NULL);
	assert_int_equal(rmdir(place->dir), 0); // it was there before, and is empty
}

static void test_left_over_is_replaced(void **state)
{
	const struct place *place = *state;
	struct sy_error err = {""};
	struct sy_files *files;
	char path[160], victim[160];

	mkdir(place->dir, 0777);
	snprintf(path, sizeof(path), "%s/.a.jsonl.tmp", place->dir);
	snprintf(victim, sizeof(victim), "%s/victim", place->root);
	assert_int_equal(symlink(victim, path), 0);
	assert_int_equal(sy_files_open(&files, place->dir, &err), 0);
	assert_non_null(sy_files_add(files, "a.jsonl", &err));
	assert_int_equal(sy_files_commit(files, &err), 0);
	assert_int_equal(access(victim, F_OK), -1);
	expect_file(place, "a.jsonl", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_abort, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_two_sessions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_parent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_disk_full, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limit_in_the_middle, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_left_over_is_replaced, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

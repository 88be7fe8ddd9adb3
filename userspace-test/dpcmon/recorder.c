// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records a trace.dat.  A thread moves pages from the trace instance to one file per
 * CPU; in the end they become a single file.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "dat_write.h"
#include "instance.h"
#include "output.h"
#include "page.h"
#include "recorder.h"
#include "system_owners.h"
#include "util.h"

#define RECORDER_POLL_US	5000
#define RECORDER_PAGES		16	/* what a pipe holds */

/**
 * struct recorder - a recording
 * @path: the file, for messages
 * @out: the same file, open; what it held before stays until recorder_stop()
 * @folder: where it is
 * @instance: the trace
 * @pipe: pages go through it from the kernel to a file without being copied
 * @spools: a file without a name for each CPU, -1 if the CPU has no buffer
 * @thread: takes the pages
 * @stop: @thread is to end
 * @error: errno of what ended the recording early, or 0
 */
struct recorder {
	const char		*path;
	FILE			*out;
	char			folder[PATH_MAX];
	struct instance		*instance;
	int			pipe[2];
	int			*spools;
	pthread_t		thread;
	atomic_bool		stop;
	atomic_int		error;
};

/* ---- Taking pages out of the kernel ---------------------------------------------- */

static int recorder_write(struct recorder *rec, unsigned int nr, const void *data, size_t len)
{
	ssize_t n = write(rec->spools[nr], data, len);

	if (n == (ssize_t)len)
		return 0;
	rec->error = n < 0 ? errno : ENOSPC;
	return -1;
}

static int recorder_drain_pipe(struct recorder *rec, unsigned int nr, size_t len)
{
	ssize_t n;

	while (len) {
		n = splice(rec->pipe[0], NULL, rec->spools[nr], NULL, len, SPLICE_F_MOVE);
		if (n <= 0) {
			rec->error = n < 0 ? errno : ENOSPC;
			return -1;
		}
		len -= n;
	}
	return 0;
}

/* Full pages only: one that is not full yet would be taken in many parts. */
static void recorder_take_full(struct recorder *rec, unsigned int nr)
{
	struct instance *i = rec->instance;
	ssize_t n;

	while (!rec->error) {
		n = splice(i->cpus[nr].fd, NULL, rec->pipe[1], NULL, RECORDER_PAGES * i->page_size,
			   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
		if (n <= 0)
			break;
		recorder_drain_pipe(rec, nr, n);
	}
}

/* All that there is. */
static void recorder_take_rest(struct recorder *rec, unsigned int nr, void *page)
{
	struct instance *i = rec->instance;

	while (!rec->error && read(i->cpus[nr].fd, page, i->page_size) == (ssize_t)i->page_size)
		recorder_write(rec, nr, page, i->page_size);
}

static void recorder_take(struct recorder *rec, bool rest)
{
	void *page = rest ? xcalloc(1, rec->instance->page_size) : NULL;
	unsigned int nr;

	for (nr = 0; nr < rec->instance->nr_cpus; nr++) {
		if (rec->spools[nr] < 0)
			continue;
		recorder_take_full(rec, nr);
		if (rest)
			recorder_take_rest(rec, nr, page);
	}
	free(page);
}

static void *recorder_thread(void *arg)
{
	struct recorder *rec = arg;

	while (!rec->stop && !rec->error) {
		recorder_take(rec, false);
		usleep(RECORDER_POLL_US);
	}
	return NULL;
}

/* ---- Beginning -------------------------------------------------------------------- */

/* The folder of the recording has room for the trace; the file itself may have no name. */
static int recorder_find_folder(struct recorder *rec)
{
	char link[32], *name;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fileno(rec->out));
	if (readlink(link, rec->folder, sizeof(rec->folder) - 1) < 0 || !strrchr(rec->folder, '/'))
		return fail("%s: %m", link);
	name = strrchr(rec->folder, '/');
	/* of a file in the root folder, the slash stays */
	name[name == rec->folder] = '\0';
	return 0;
}

static int recorder_spools(struct recorder *rec)
{
	struct instance *i = rec->instance;
	unsigned int nr;

	if (recorder_find_folder(rec))
		return -1;
	rec->spools = xcalloc(i->nr_cpus, sizeof(*rec->spools));
	for (nr = 0; nr < i->nr_cpus; nr++)
		rec->spools[nr] = -1;
	for (nr = 0; nr < i->nr_cpus; nr++) {
		if (i->cpus[nr].fd < 0)
			continue;
		rec->spools[nr] = output_nameless(rec->folder);
		if (rec->spools[nr] < 0)
			return -1;
	}
	return 0;
}

/* Only opened: what it held is lost only when there is something better. */
static int recorder_open_file(struct recorder *rec)
{
	int fd = open(rec->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	struct stat st;

	if (fd < 0)
		return fail("%s: %m", rec->path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return fail("%s: not a regular file: a trace.dat is not written in order",
			    rec->path);
	}
	rec->out = fdopen(fd, "w");
	return rec->out ? 0 : fail("out of memory");
}

/*
 * Writes the kernel's release and the architecture into the trace: the file may be read on
 * another machine.
 */
static void recorder_mark_kernel(struct recorder *rec)
{
	struct utsname name;
	char *text;

	uname(&name);
	text = xasprintf(MARK_KERNEL "%s\n", name.release);
	instance_write(rec->instance, text);
	free(text);
	text = xasprintf(MARK_MACHINE "%s\n", name.machine);
	instance_write(rec->instance, text);
	free(text);
}

/* Signals are for the thread that waits for the end. */
static int recorder_start_thread(struct recorder *rec)
{
	sigset_t all, before;
	int ret;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	ret = pthread_create(&rec->thread, NULL, recorder_thread, rec);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ret ? fail("can't start a thread: %s", strerror(ret)) : 0;
}

static int recorder_begin(struct recorder *rec, const struct params *params)
{
	struct instance_params trace = {
		.buffer_kb = params->buffer_kb,
		.stop_on_overrun = params->stop_on_overrun,
		.sched_switch = params->sched_switch,
		.system = params->system,
	};

	if ((trace.system ? instance_check_system() : instance_check()) ||
	    recorder_open_file(rec))
		return -1;
	rec->instance = instance_create(&trace);
	if (!rec->instance || recorder_spools(rec))
		return -1;
	if (pipe2(rec->pipe, O_CLOEXEC))
		return fail("can't create a pipe: %m");
	if (instance_events(rec->instance, true) || instance_begin(rec->instance))
		return -1;
	recorder_mark_kernel(rec);
	if (trace.system || trace.sched_switch)
		system_owners_write(rec->instance);
	if (!trace.system)
		instance_reannounce(rec->instance);
	/* instance_begin() says why */
	recorder_take(rec, true);
	return recorder_start_thread(rec);
}

static void recorder_free(struct recorder *rec)
{
	unsigned int nr;

	for (nr = 0; rec->spools && nr < rec->instance->nr_cpus; nr++)
		if (rec->spools[nr] >= 0)
			close(rec->spools[nr]);
	free(rec->spools);
	if (rec->pipe[0] >= 0) {
		close(rec->pipe[0]);
		close(rec->pipe[1]);
	}
	instance_destroy(rec->instance);
	if (rec->out)
		fclose(rec->out);
	free(rec);
}

struct recorder *recorder_start(const struct params *params)
{
	struct recorder *rec = xcalloc(1, sizeof(*rec));

	rec->path = params->trace;
	rec->pipe[0] = -1;
	if (!recorder_begin(rec, params))
		return rec;
	recorder_free(rec);
	return NULL;
}

bool recorder_running(struct recorder *rec)
{
	return !rec->error;
}

/* ---- End ---------------------------------------------------------------------------- */

/* Events that were taken, for instance_count(). */
static void recorder_count(struct recorder *rec)
{
	struct instance *i = rec->instance;
	ssize_t size = i->page_size;
	void *data = xcalloc(1, size);
	struct page page;
	unsigned int nr;
	off_t at;

	page_init(&page, sizeof(long), __BYTE_ORDER == __BIG_ENDIAN);
	for (nr = 0; nr < i->nr_cpus; nr++) {
		if (rec->spools[nr] < 0)
			continue;
		for (at = 0; pread(rec->spools[nr], data, size, at) == size; at += size) {
			page_load(&page, data, size);
			while (page_next(&page))
				i->cpus[nr].read++;
		}
		instance_count(i, nr);
	}
	free(data);
}

/* Writes into the trace what happened to the recording, for every later report on it. */
static void recorder_mark_end(struct recorder *rec)
{
	struct instance *i = rec->instance;
	char *text;

	if (i->stopped && i->params.stop_on_overrun)
		instance_mark(i, MARK_STOPPED "\n");
	if (i->disturbed) {
		text = xasprintf(MARK_DISTURBED "%s\n", i->disturbed);
		instance_mark(i, text);
		free(text);
	}
	recorder_take(rec, true);
}

static int recorder_write_file(struct recorder *rec)
{
	struct dat_writer writer;
	unsigned int nr;

	if (ftruncate(fileno(rec->out), 0))
		return fail("%s: %m", rec->path);
	dat_write_head(&writer, rec->out, rec->instance);
	for (nr = 0; nr < rec->instance->nr_cpus; nr++)
		if (rec->spools[nr] >= 0)
			dat_write_cpu(&writer, nr, rec->spools[nr]);
	if (fflush(rec->out) || ferror(rec->out))
		return fail("%s: %m", rec->path);
	return 0;
}

int recorder_stop(struct recorder *rec)
{
	int ret = 0;

	rec->stop = true;
	pthread_join(rec->thread, NULL);
	/* of what has come meanwhile */
	if (rec->instance->params.system || rec->instance->params.sched_switch)
		system_owners_write(rec->instance);
	instance_end(rec->instance);
	recorder_take(rec, true);
	recorder_count(rec);
	recorder_mark_end(rec);
	if (rec->error)
		ret = fail("the recording ended early: %s: it needs some room in %s",
			   strerror(rec->error), rec->folder);
	if (!ret)
		ret = recorder_write_file(rec);
	recorder_free(rec);
	return ret;
}

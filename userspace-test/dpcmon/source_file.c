// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <trace-cmd.h>

#include "decode.h"
#include "source.h"
#include "util.h"

/*
 * libtracecmd keeps every compressed chunk that it has read, in a list that it
 * searches for each page: time grows with the square of the size, and memory
 * with the size.  Above this size a file is inflated to a temporary one first.
 */
#define TRACE_FILE_INFLATE_BYTES	(2 << 20)

/* Of the pages that were read this many bytes stay mapped, over all CPUs. */
#define TRACE_FILE_KEEP_BYTES		(16 << 20)

/**
 * struct trace_file - an open trace.dat
 * @input: of libtracecmd
 * @decoder: for its formats
 * @analysis: where the events go
 * @read_from: by CPU: mapped pages before this one were given back
 * @nr_cpus: of @read_from
 * @kernel: release, if the file says so
 */
struct trace_file {
	struct tracecmd_input	*input;
	struct decoder		*decoder;
	struct analysis		*analysis;
	uintptr_t		*read_from;
	int			nr_cpus;
	char			kernel[65];
};

/*
 * The head of a trace.dat: magic, version, endianness, size of long, page size,
 * and from version 7 on the name of the compression.
 */
static bool trace_file_is_compressed(int fd)
{
	static const char magic[] = "\x17\x08\x44tracing";
	const size_t magic_len = sizeof(magic) - 1;
	char head[64] = { 0 };
	const char *compression;

	if (pread(fd, head, sizeof(head) - 1, 0) < (ssize_t)sizeof(head) - 1)
		return false;
	if (memcmp(head, magic, magic_len) || atoi(head + magic_len) < 7)
		return false;
	compression = head + magic_len + strlen(head + magic_len) + 1 + 1 + 1 + 4;
	return compression < head + sizeof(head) && *compression &&
	       strcmp(compression, "none");
}

static int trace_file_convert(const char *from, const char *to)
{
	int status = -1, null;
	pid_t pid = fork();

	if (!pid) {
		null = open("/dev/null", O_RDWR);
		dup2(null, 1);
		dup2(null, 2);
		execlp("trace-cmd", "trace-cmd", "convert", "--compression", "none",
		       "-i", from, "-o", to, NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return status ? -1 : 0;
}

/* NULL if @path is to be read as it is; else the name of an inflated copy. */
static char *trace_file_inflate(const char *path)
{
	const char *dir = getenv("TMPDIR");
	struct stat st;
	char *copy;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) || st.st_size < TRACE_FILE_INFLATE_BYTES ||
	    !trace_file_is_compressed(fd)) {
		close(fd);
		return NULL;
	}
	close(fd);

	copy = xasprintf("%s/dpcmon-XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkstemp(copy);
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && !trace_file_convert(path, copy))
		return copy;
	/* no space, or no trace-cmd: it works without, only slower */
	if (fd >= 0)
		unlink(copy);
	free(copy);
	return NULL;
}

static struct tracecmd_input *trace_file_open_input(const char *path)
{
	char *copy = trace_file_inflate(path);
	struct tracecmd_input *input;

	tracecmd_set_loglevel(TEP_LOG_NONE);
	input = tracecmd_open(copy ? copy : path, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (copy)
		unlink(copy);
	free(copy);
	return input;
}

struct trace_file *trace_file_open(const char *path)
{
	struct trace_file *f;

	if (access(path, R_OK)) {
		fail("%s: %m", path);
		return NULL;
	}
	f = xcalloc(1, sizeof(*f));
	f->input = trace_file_open_input(path);
	if (!f->input) {
		fail("%s: not a complete trace.dat: record one with dpcmon record -o FILE", path);
		free(f);
		return NULL;
	}
	f->nr_cpus = trace_file_cpus(f);
	f->read_from = xcalloc(f->nr_cpus, sizeof(*f->read_from));
	f->decoder = decoder_new(trace_file_tep(f), path,
				 "record with dpc_core.ko loaded, by dpcmon record or trace-cmd record -e dpc");
	if (!f->decoder) {
		trace_file_close(f);
		return NULL;
	}
	return f;
}

/*
 * libtracecmd maps large windows of the file: what was read would stay in our
 * memory until the window moves on.  MADV_PAGEOUT loses nothing, whatever the
 * memory is.
 */
static void trace_file_release(struct trace_file *f, int cpu, const void *data)
{
	uintptr_t page = (uintptr_t)data & ~((uintptr_t)getpagesize() - 1);
	uintptr_t keep = TRACE_FILE_KEEP_BYTES / f->nr_cpus;
	uintptr_t read;

	if (cpu >= f->nr_cpus)
		return;
	read = page - f->read_from[cpu];
	if (read < keep)
		return;
	/* far away, or before it: this is another window */
	if (read < 2 * keep)
		madvise((void *)f->read_from[cpu], read, MADV_PAGEOUT);
	f->read_from[cpu] = page;
}

static int trace_file_event(struct tracecmd_input *input, struct tep_record *record,
			    int cpu, void *data)
{
	struct trace_file *f = data;
	struct dpcmon_event e;

	decoder_decode(f->decoder, record->data, &e);
	e.cpu = cpu;
	e.ts = record->ts;
	e.lost = record->missed_events;
	if (e.type == EV_MARK && !strncmp(e.name, MARK_KERNEL, strlen(MARK_KERNEL))) {
		snprintf(f->kernel, sizeof(f->kernel), "%s", e.name + strlen(MARK_KERNEL));
		f->kernel[strcspn(f->kernel, "\n")] = '\0';
	}
	analysis_event(f->analysis, &e);
	trace_file_release(f, cpu, record->data);
	return 0;
}

int trace_file_read(struct trace_file *f, struct analysis *a)
{
	f->analysis = a;
	if (tracecmd_iterate_events(f->input, NULL, 0, trace_file_event, f) < 0)
		return fail("the trace ends in the middle: it was not recorded to its end");
	return 0;
}

struct tep_handle *trace_file_tep(const struct trace_file *f)
{
	return tracecmd_get_tep(f->input);
}

int trace_file_cpus(const struct trace_file *f)
{
	return tep_get_cpus(tracecmd_get_tep(f->input));
}

const char *trace_file_kernel(const struct trace_file *f)
{
	return *f->kernel ? f->kernel : "unknown";
}

void trace_file_close(struct trace_file *f)
{
	if (!f)
		return;
	decoder_free(f->decoder);
	tracecmd_close(f->input);
	free(f->read_from);
	free(f);
}

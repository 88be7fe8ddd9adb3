// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a file to the rows of dpcmon diff.  What it is, its content says, never its name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json.h>

#include "diff_read.h"
#include "diff_windows.h"
#include "json_in.h"
#include "params.h"
#include "report_file.h"
#include "report_json.h"
#include "system_file.h"
#include "system_report.h"
#include "util.h"
#include "verdict.h"

/* JSON and text are read as a whole, and a parsed number takes 40 times the memory of its text. */
#define DIFF_READ_MIB	8
#define DIFF_READ_MAX	(DIFF_READ_MIB << 20)

/* ---- A trace.dat -------------------------------------------------------------------- */

/**
 * struct diff_read_trace - takes a report instead of writing it
 * @system: the writer for dpcmon system
 * @report: the same for dpcmon report
 * @path: of the file
 * @file: what was made of it; NULL after a message
 * @library: it has events of our library, and none of those by which others are told apart
 */
struct diff_read_trace {
	struct system_writer	system;
	struct report_writer	report;
	const char		*path;
	struct diff_file	*file;
	bool			library;
};

/* dpcmon record takes the hard interrupts, too: these say nothing. */
static bool diff_read_is_library(const struct system *s)
{
	static const enum system_event_type kernel[] = {
		SYSTEM_TIMER_ENTRY, SYSTEM_HRTIMER_ENTRY, SYSTEM_NAPI_POLL, SYSTEM_TASKLET_ENTRY,
		SYSTEM_WORK_ENTRY, SYSTEM_KTHREAD_WORK_ENTRY,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kernel); i++)
		if (s->seen[kernel[i]])
			return false;
	return s->seen[SYSTEM_LIBRARY_ISR] || s->seen[SYSTEM_LIBRARY_DPC_ENTRY];
}

static int diff_read_system(struct system_writer *w, const struct system_report *r)
{
	struct diff_read_trace *t = (struct diff_read_trace *)((char *)w -
				     offsetof(struct diff_read_trace, system));
	struct json_object *o;

	t->library = diff_read_is_library(r->s);
	if (t->library)
		return 0;
	o = system_json_object(r);
	t->file = json_in(t->path, o);
	json_object_put(o);
	return t->file ? 0 : EXIT_ERROR;
}

static int diff_read_report(struct report_writer *w, struct report *r)
{
	struct diff_read_trace *t = (struct diff_read_trace *)((char *)w -
				     offsetof(struct diff_read_trace, report));
	struct json_object *o = report_json_object(r);

	t->file = json_in(t->path, o);
	json_object_put(o);
	return t->file ? 0 : EXIT_ERROR;
}

static struct diff_file *diff_read_dat(const struct params *p, const char *path)
{
	struct diff_read_trace t = {
		.system.write = diff_read_system, .report.write = diff_read_report, .path = path,
	};
	struct params params = *p;

	params.trace = path;
	system_file(&params, path, false, &t.system);
	if (t.library)
		report_file(&params, NULL, false, &t.report);
	return t.file;
}

/* ---- JSON --------------------------------------------------------------------------- */

/* dpcmon stat --interval writes a document on each line: the last one has all that was counted. */
static struct diff_file *diff_read_json(const char *path, const char *text, size_t len)
{
	struct json_tokener *tokener = xmem(json_tokener_new());
	struct json_object *o = NULL, *next;
	struct diff_file *f = NULL;
	size_t at = 0;

	for (;;) {
		at += strspn(text + at, " \t\r\n");
		if (at >= len)
			break;
		errno = 0;
		next = json_tokener_parse_ex(tokener, text + at, len - at);
		xerrno();
		if (json_tokener_get_error(tokener) != json_tokener_success) {
			fail("%s: it begins as JSON, and is none: %s, in byte %zu", path,
			     json_tokener_error_desc(json_tokener_get_error(tokener)),
			     at + json_tokener_get_parse_end(tokener));
			goto out;
		}
		at += json_tokener_get_parse_end(tokener);
		json_object_put(o);
		o = next;
	}
	f = json_in(path, o);
out:
	json_object_put(o);
	json_tokener_free(tokener);
	return f;
}

/* ---- Text --------------------------------------------------------------------------- */

/* What PowerShell's > writes: characters of two bytes.  Those that aren't ASCII are of no use. */
static size_t diff_read_narrow(char *text, size_t len)
{
	bool big = (unsigned char)text[0] == 0xfe;
	size_t i, n = 0;

	for (i = 2; i + 1 < len; i += 2) {
		unsigned char low = text[i + !!big], high = text[i + !big];

		text[n++] = high || low > 0x7e ? '?' : low;
	}
	text[n] = '\0';
	return n;
}

/* @head: the *@len bytes that were read already: a pipe has them once. */
static char *diff_read_whole(const char *path, FILE *in, const char *head, size_t *len)
{
	char *text = NULL;
	size_t size = 0, got;

	do {
		size += size ? size : 65536;
		text = xrealloc(text, size + 1);
		if (size == 65536)
			memcpy(text, head, *len);
		got = fread(text + *len, 1, size - *len, in);
		*len += got;
	} while (got && *len <= DIFF_READ_MAX);
	text[*len] = '\0';
	if (!ferror(in) && *len <= DIFF_READ_MAX)
		return text;
	if (ferror(in))
		fail("can't read %s: %s", path, strerror(errno));
	else
		fail("%s: larger than %d MiB, more than dpcmon diff reads as JSON or text; of dpcmon stat --interval, the last line has all",
		     path, DIFF_READ_MIB);
	free(text);
	return NULL;
}

#define DIFF_READ_NOTHING \
	"it is no JSON of dpcmon, no trace.dat, no text of xperf -a dpcisr, and none of Tracerpt's report of DPCs and ISRs"

static struct diff_file *diff_read_text(const char *path, char *text, size_t len)
{
	enum diff_format format;
	char first;

	if (len >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
		len = diff_read_narrow(text, len);
	if (!memcmp(text, "\xef\xbb\xbf", len < 3 ? len : 3) && len >= 3) {
		text += 3;
		len -= 3;
	}
	if (strlen(text) == len) {
		first = text[strspn(text, " \t\r\n")];
		len = first ? len : 0;
		if (first == '{' || first == '[')
			return diff_read_json(path, text, len);
		if (diff_windows_is(text, &format))
			return diff_windows(path, text, format);
		if (first == '<') {
			fail("%s: HTML and XML are not read: let Tracerpt write its report as text",
			     path);
			return NULL;
		}
	}
	fail("%s: %s", path, len ? DIFF_READ_NOTHING : "it is empty");
	return NULL;
}

struct diff_file *diff_read(const struct params *p, const char *path)
{
	static const char magic[] = "\x17\x08\x44tracing";
	struct diff_file *f = NULL;
	FILE *in = xfopen(path, "re");
	char *text = NULL, head[sizeof(magic) - 1];
	size_t len;

	if (!in) {
		fail("can't open %s: %s", path, strerror(errno));
		return NULL;
	}
	len = fread(head, 1, sizeof(head), in);
	if (len == sizeof(head) && !memcmp(head, magic, len))
		f = diff_read_dat(p, path);
	else
		text = diff_read_whole(path, in, head, &len);
	fclose(in);
	if (text)
		f = diff_read_text(path, text, len);
	free(text);
	return f;
}

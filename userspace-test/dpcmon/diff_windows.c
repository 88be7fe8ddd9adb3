// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads what xperf and Tracerpt print.
 *
 * xperf has a section for DPCs and one for interrupts.  Each has a table with the time that each
 * module had each CPU, then the distribution of all modules together, then one for each module:
 *
 *	Total = N for module NAME
 *	Elapsed Time, > A usecs AND <= B usecs, COUNT, or PERCENT%
 *	Total, N
 *
 * with powers of two of microseconds and without empty buckets; other tables follow.
 * Tracerpt has a table in a frame for each routine, with all of its buckets:
 *
 *	Distribution of DRIVER (ADDRESS) DPC execution times for the whole trace
 *	LOWER UPPER COUNT PERCENT%
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_windows.h"
#include "measured.h"
#include "util.h"

#define WINDOWS_BUCKETS		48	/* of a row; of both tools fewer */
#define WINDOWS_US_MAX		(1ULL << 40)
#define WINDOWS_COUNT_MAX	(1ULL << 50)
#define WINDOWS_POWERS		21	/* up to 2^20 us; nobody waits for a longer one */

#define WINDOWS_TRACERPT	"Distribution of "
#define WINDOWS_TRACERPT_END	" execution times for the whole trace"

/* @end_us: 0 if it has none. */
struct windows_bucket {
	uint64_t	from_us;
	uint64_t	end_us;
	uint64_t	count;
};

/**
 * struct windows - a text that is read
 * @file: what is made of it
 * @path: for messages
 * @line: its current line, from 1
 * @kind: the section: "dpc" or "isr"; NULL before the first one
 * @row: whose buckets come; NULL for none that is wanted
 * @row_line: where they began
 * @total: number of times that @row has, UINT64_MAX if that is not said
 * @bucket: those that were read
 * @nr_buckets: how many
 * @cpus: columns of the table of times; 0 outside of one
 * @module: its lines: the time that each module had all CPUs
 * @nr_modules: how many
 */
struct windows {
	struct diff_file	*file;
	const char		*path;
	unsigned int		line;
	const char		*kind;
	struct diff_row		*row;
	unsigned int		row_line;
	uint64_t		total;
	struct windows_bucket	bucket[WINDOWS_BUCKETS];
	unsigned int		nr_buckets;
	unsigned int		cpus;
	struct windows_module {
		char		name[64];
		const char	*kind;
		uint64_t	us;
	} *module;
	unsigned int		nr_modules;
};

/* As fail(), with the place. */
static int windows_fail(const struct windows *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int windows_fail(const struct windows *w, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		xmem(NULL);
	va_end(args);
	fail("%s: line %u: %s", w->path, w->line, text);
	free(text);
	return -1;
}

/* Skips @word, and the spaces before it.  Return: what follows; NULL if it is not there. */
static const char *windows_word(const char *text, const char *word)
{
	if (!text)
		return NULL;
	text += strspn(text, " \t");
	return strncmp(text, word, strlen(word)) ? NULL : text + strlen(word);
}

/* The same for a number of at most @max. */
static const char *windows_number(const char *text, uint64_t max, uint64_t *value)
{
	unsigned int digits = 0;

	if (!text)
		return NULL;
	text += strspn(text, " \t");
	for (*value = 0; text[digits] >= '0' && text[digits] <= '9'; digits++) {
		*value = *value * 10 + (text[digits] - '0');
		if (*value > max)
			return NULL;
	}
	return digits ? text + digits : NULL;
}

/* Without spaces and quotation marks around it. */
static char *windows_trim(char *text)
{
	char *end;

	text += strspn(text, " \t\"");
	end = text + strlen(text);
	while (end > text && strchr(" \t\"\r", end[-1]))
		end--;
	*end = '\0';
	return text;
}

/* ---- Rows --------------------------------------------------------------------------- */

static int windows_begin_row(struct windows *w, const char *driver, const char *kind,
			     const char *name, uint64_t total)
{
	w->row = diff_file_row(w->file, driver, kind, name);
	if (!w->row)
		return windows_fail(w, "more than %u distributions", DIFF_ROWS_MAX);
	w->row_line = w->line;
	w->total = total;
	w->nr_buckets = 0;
	return 0;
}

static int windows_bucket(struct windows *w, uint64_t from_us, uint64_t end_us, uint64_t count)
{
	const struct windows_bucket *last = w->bucket + w->nr_buckets - 1;

	if (!w->row)
		return 0;
	if (w->nr_buckets >= WINDOWS_BUCKETS)
		return windows_fail(w, "more than %u buckets", WINDOWS_BUCKETS);
	if ((end_us && end_us <= from_us) ||
	    (w->nr_buckets && (!last->end_us || from_us < last->end_us)))
		return windows_fail(w, "the bucket that begins at %" PRIu64 " us ends before, or begins before the last one ends",
				    from_us);
	w->bucket[w->nr_buckets++] = (struct windows_bucket){ from_us, end_us, count };
	return 0;
}

/* From a power of two to the next one, and the first one up to 1. */
static bool windows_is_power(const struct windows_bucket *b)
{
	if (b->from_us & (b->from_us - 1))
		return false;
	return !b->end_us || b->end_us == (b->from_us ? 2 * b->from_us : 1);
}

/*
 * The bounds that are known: those of the buckets; and, where all of these are powers of two, the
 * other powers, too, as their buckets are left out if they are empty.
 */
static unsigned int windows_bounds(const struct windows *w, uint64_t bound_us[])
{
	bool powers = w->file->format == DIFF_XPERF, open = false;
	unsigned int i, nr = 0;
	uint64_t last = 0;

	for (i = 0; i < w->nr_buckets; i++) {
		const struct windows_bucket *b = &w->bucket[i];

		powers = powers && windows_is_power(b);
		open |= !b->end_us;
		last = b->end_us ? b->end_us : b->from_us;
		if (!nr || bound_us[nr - 1] != b->from_us)
			bound_us[nr++] = b->from_us;
		if (b->end_us)
			bound_us[nr++] = b->end_us;
	}
	if (!powers)
		return nr;
	for (i = 0, nr = 0; i < WINDOWS_POWERS || 1ULL << i <= last; i++)
		if (!open || 1ULL << i <= last)
			bound_us[nr++] = 1ULL << i;
	return nr;
}

/* Adds the buckets that were read to the row that they are of; without times, it is none. */
static int windows_end_row(struct windows *w)
{
	uint64_t bound_us[2 * WINDOWS_BUCKETS + 1], sum = 0, below;
	struct diff_row *row = w->row;
	unsigned int i, j, nr;

	w->row = NULL;
	if (!row)
		return 0;
	for (i = 0; i < w->nr_buckets; i++)
		sum += w->bucket[i].count;
	if (w->total == UINT64_MAX)
		w->total = sum;
	/* a last bucket that is not there has the rest */
	if (sum > w->total || (sum < w->total && w->file->format == DIFF_XPERF))
		return fail("%s: line %u: the buckets of %s have %" PRIu64 " times, but the total is %" PRIu64,
			    w->path, w->row_line, row->driver, sum, w->total);
	if (!w->total) {
		diff_file_drop(w->file);
		return 0;
	}
	row->times.count = w->total;
	row->times.points = xcalloc(DIFF_BOUNDS_MAX, sizeof(*row->times.points));
	nr = windows_bounds(w, bound_us);
	for (i = 0; i < nr && row->times.nr_points < DIFF_BOUNDS_MAX; i++) {
		if (!bound_us[i])
			continue;
		for (j = 0, below = 0; j < w->nr_buckets; j++)
			if (w->bucket[j].end_us && w->bucket[j].end_us <= bound_us[i])
				below += w->bucket[j].count;
		row->times.points[row->times.nr_points++] =
			(struct diff_point){ bound_us[i] * NSEC_PER_USEC, below };
	}
	return 0;
}

/* ---- xperf -------------------------------------------------------------------------- */

/* "--- DPC Info", "Interrupt Info", or in other versions "ISR Info" and "Interrupt (ISR) Info" */
static bool windows_section(struct windows *w, const char *line)
{
	if (windows_word(line, "DPC Info"))
		w->kind = "dpc";
	else if (windows_word(line, "Interrupt Info") || windows_word(line, "ISR Info") ||
		 windows_word(line, "Interrupt (ISR) Info"))
		w->kind = "isr";
	else
		return false;
	return true;
}

static int windows_total(struct windows *w, char *line)
{
	uint64_t total;
	const char *rest = windows_number(windows_word(line, "Total ="), WINDOWS_COUNT_MAX, &total);
	const char *module = windows_word(rest, "for module ");

	if (!rest)
		return windows_fail(w, "no number after \"Total =\", or one that can't be");
	if (windows_end_row(w))
		return -1;
	w->cpus = 0;
	/* of all modules together */
	if (!module)
		return 0;
	if (!w->kind)
		return windows_fail(w, "neither \"DPC Info\" nor \"Interrupt Info\" stands before it");
	return windows_begin_row(w, windows_trim(line + (module - line)), w->kind, "", total);
}

static int windows_elapsed(struct windows *w, const char *rest)
{
	uint64_t from, end = 0, count;
	const char *closed;

	rest = windows_word(windows_number(windows_word(rest, ">"), WINDOWS_US_MAX, &from), "usecs");
	closed = windows_word(rest, "AND <=");
	if (closed)
		rest = windows_word(windows_number(closed, WINDOWS_US_MAX, &end), "usecs");
	rest = windows_number(windows_word(rest, ","), WINDOWS_COUNT_MAX, &count);
	if (!rest || (closed && !end))
		return windows_fail(w, "it can't be read as \"Elapsed Time, > A usecs AND <= B usecs, COUNT\"");
	return windows_bucket(w, from, end, count);
}

/* "CPU 0 Usage, CPU 1 Usage,": the head of the table of times, or of others after it. */
static bool windows_usage_head(struct windows *w, const char *line)
{
	const char *at = line;
	unsigned int n = 0;

	if (!windows_word(line, "CPU ") || !strstr(line, "Usage"))
		return false;
	while ((at = strstr(at, "Usage"))) {
		at++;
		n++;
	}
	w->cpus = n;
	if (n > w->file->cpus)
		w->file->cpus = n;
	return true;
}

/* "USEC PERCENT, USEC PERCENT, NAME": of other lines it can't be told, and they are skipped. */
static void windows_usage(struct windows *w, char *line)
{
	struct windows_module *module;
	uint64_t us, sum = 0;
	unsigned int cpu;
	char *at = line, *comma;

	for (cpu = 0; cpu < w->cpus; cpu++) {
		comma = strchr(at, ',');
		if (!comma || !windows_number(at, WINDOWS_US_MAX, &us))
			return;
		sum += us;
		at = comma + 1;
	}
	/* with commas in numbers, there are more */
	if (strchr(at, ',') || !w->kind || w->nr_modules >= DIFF_ROWS_MAX)
		return;
	w->module = xrealloc(w->module, (w->nr_modules + 1) * sizeof(*w->module));
	module = &w->module[w->nr_modules++];
	snprintf(module->name, sizeof(module->name), "%s", windows_trim(at));
	module->kind = w->kind;
	module->us = sum;
}

static int windows_xperf_line(struct windows *w, char *line)
{
	const char *span = windows_word(line, "CPU Usage from "), *rest;
	uint64_t from, to;

	if (windows_section(w, line)) {
		w->cpus = 0;
		return windows_end_row(w);
	}
	if (span) {
		rest = windows_word(windows_number(span, WINDOWS_US_MAX, &from), "us to");
		if (windows_number(rest, WINDOWS_US_MAX, &to) && to > from)
			w->file->duration_ns = (to - from) * NSEC_PER_USEC;
		return 0;
	}
	if (windows_word(line, "Total ="))
		return windows_total(w, line);
	if (windows_word(line, "Total,"))
		return windows_end_row(w);
	rest = windows_word(line, "Elapsed Time,");
	if (rest)
		return windows_elapsed(w, rest);
	if (!windows_usage_head(w, line) && w->cpus)
		windows_usage(w, line);
	return 0;
}

/*
 * An average from the time of the CPUs.  It has to be possible with the buckets: the time is in
 * whole microseconds, and what it counts when a DPC is interrupted is not documented.
 */
static void windows_average(const struct windows *w, struct diff_row *row)
{
	const struct diff_times *t = &row->times;
	double low = 0, high = 0, us = -1;
	uint64_t before = 0;
	unsigned int i;

	for (i = 0; i < w->nr_modules; i++)
		if (!strcmp(w->module[i].name, row->driver) &&
		    !strcmp(w->module[i].kind, row->kind))
			us = w->module[i].us;
	if (us < 0 || !t->count)
		return;
	for (i = 0; i < t->nr_points; i++) {
		low += (double)(t->points[i].below - before) * (i ? t->points[i - 1].ns : 0);
		high += (double)(t->points[i].below - before) * t->points[i].ns;
		before = t->points[i].below;
	}
	us *= NSEC_PER_USEC;
	if (us < low || (before == t->count && us > high))
		return;
	row->times.avg.value = us / t->count;
}

/* ---- Tracerpt ----------------------------------------------------------------------- */

/* A row of a table: numbers with lines of a frame between them. */
static int windows_tracerpt_numbers(struct windows *w, const char *line)
{
	uint64_t number[4];
	unsigned int nr = 0;
	const char *at = line, *after;

	while (*at && nr < ARRAY_SIZE(number)) {
		at += strspn(at, " \t|-");
		after = windows_number(at, WINDOWS_COUNT_MAX, &number[nr]);
		if (!after)
			break;
		at = after;
		/* a share: of no use, and the last one */
		if (*at == '.' || *at == '%' || *at == ',') {
			nr++;
			break;
		}
		nr++;
	}
	/* LOWER UPPER COUNT PERCENT; the last bucket may have no upper bound; then the total */
	if (nr == 4)
		return number[1] > WINDOWS_US_MAX ? windows_fail(w, "a bound that can't be") :
			windows_bucket(w, number[0], number[1], number[2]);
	if (nr == 3)
		return number[0] > WINDOWS_US_MAX ? windows_fail(w, "a bound that can't be") :
			windows_bucket(w, number[0], 0, number[1]);
	if (nr == 2) {
		w->total = number[0];
		return windows_end_row(w);
	}
	return 0;
}

/* "Distribution of ipsec.sys (F7AA7449) DPC execution times for the whole trace" */
static int windows_tracerpt_head(struct windows *w, char *what)
{
	char *end = strstr(what, WINDOWS_TRACERPT_END), *kind, *address;

	if (windows_end_row(w))
		return -1;
	/* of latencies, or of something else */
	if (!end)
		return 0;
	*end = '\0';
	kind = strrchr(what, ' ');
	/* of all drivers together */
	if (!kind || !strncmp(what, "all ", 4))
		return 0;
	*kind++ = '\0';
	if (strcmp(kind, "DPC") && strcmp(kind, "ISR"))
		return 0;
	address = strrchr(what, '(');
	if (!address)
		return windows_fail(w, "no address of the routine after \"%s\"", what);
	w->kind = *kind == 'D' ? "dpc" : "isr";
	kind = xstrdup(address);
	*address = '\0';
	if (windows_begin_row(w, windows_trim(what), w->kind, windows_trim(kind), UINT64_MAX)) {
		free(kind);
		return -1;
	}
	free(kind);
	return 0;
}

static int windows_tracerpt_line(struct windows *w, char *line)
{
	char *what = strstr(line, WINDOWS_TRACERPT);

	if (what)
		return windows_tracerpt_head(w, what + strlen(WINDOWS_TRACERPT));
	return w->row ? windows_tracerpt_numbers(w, line) : 0;
}

/* ---- Both --------------------------------------------------------------------------- */

bool diff_windows_is(const char *text, enum diff_format *format)
{
	const char *tracerpt = strstr(text, WINDOWS_TRACERPT);

	if (strstr(text, "Elapsed Time, >") || strstr(text, "DPC Info") ||
	    strstr(text, "Interrupt Info")) {
		*format = DIFF_XPERF;
		return true;
	}
	*format = DIFF_TRACELOG;
	return tracerpt && strstr(tracerpt, WINDOWS_TRACERPT_END);
}

static int windows_read(struct windows *w, char *text)
{
	char *line;
	int ret = 0;

	while (!ret && (line = strsep(&text, "\n"))) {
		w->line++;
		line[strcspn(line, "\r")] = '\0';
		ret = w->file->format == DIFF_XPERF ? windows_xperf_line(w, line) :
						      windows_tracerpt_line(w, line);
	}
	ret = ret ? ret : windows_end_row(w);
	if (!ret && !w->file->nr_rows)
		ret = fail("%s: text of %s, but without the distribution of any module", w->path,
			   diff_format_names[w->file->format]);
	return ret;
}

struct diff_file *diff_windows(const char *path, char *text, enum diff_format format)
{
	struct windows w = { .file = diff_file_new(path, format), .path = path };
	unsigned int i;

	if (windows_read(&w, text)) {
		diff_file_free(w.file);
		w.file = NULL;
	}
	for (i = 0; w.file && i < w.file->nr_rows; i++)
		windows_average(&w, w.file->rows[i]);
	free(w.module);
	return w.file;
}

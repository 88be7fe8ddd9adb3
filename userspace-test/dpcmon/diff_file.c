// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of dpcmon diff: rows, and distributions put together from buckets.
 */
#include <stdlib.h>
#include <string.h>

#include "diff_file.h"
#include "measured.h"
#include "text.h"
#include "util.h"

const char * const diff_format_names[DIFF_FORMAT_NR] = {
	[DIFF_SYSTEM]	= "dpcmon system",
	[DIFF_REPORT]	= "dpcmon report",
	[DIFF_STAT]	= "dpcmon stat",
	[DIFF_COMPARE]	= "dpcmon compare",
	[DIFF_XPERF]	= "xperf -a dpcisr",
	[DIFF_TRACELOG]	= "Tracelog -dpcisr",
};

struct diff_file *diff_file_new(const char *path, enum diff_format format)
{
	struct diff_file *f = xcalloc(1, sizeof(*f));

	f->path = xstrdup(path);
	text_clean(f->path);
	f->format = format;
	return f;
}

void diff_file_free(struct diff_file *f)
{
	unsigned int i;

	if (!f)
		return;
	for (i = 0; i < f->nr_rows; i++) {
		free(f->rows[i]->times.points);
		free(f->rows[i]);
	}
	free(f->rows);
	free(f->lost);
	free(f->path);
	free(f);
}

struct diff_row *diff_file_row(struct diff_file *f, const char *driver, const char *kind,
			       const char *name)
{
	struct diff_row *row;

	if (f->nr_rows >= DIFF_ROWS_MAX)
		return NULL;
	f->rows = xrealloc(f->rows, (f->nr_rows + 1) * sizeof(*f->rows));
	row = xcalloc(1, sizeof(*row));
	text_copy(row->driver, sizeof(row->driver), driver, strlen(driver));
	text_copy(row->kind, sizeof(row->kind), kind, strlen(kind));
	text_copy(row->name, sizeof(row->name), name, strlen(name));
	row->index = f->nr_rows;
	row->times.avg = DIFF_UNKNOWN_VALUE;
	row->times.p50 = DIFF_UNKNOWN_VALUE;
	row->times.p99 = DIFF_UNKNOWN_VALUE;
	row->times.deviation_ns = NOT_MEASURED;
	row->times.max_ns = NOT_MEASURED;
	f->rows[f->nr_rows++] = row;
	return row;
}

void diff_file_drop(struct diff_file *f)
{
	struct diff_row *row = f->rows[--f->nr_rows];

	free(row->times.points);
	free(row);
}

/* Takes a bound into the sorted list.  Return: 0; -1 if that contradicts it. */
static int diff_file_point(struct diff_times *t, uint64_t ns, uint64_t below)
{
	struct diff_point *at = t->points, *end = t->points + t->nr_points;

	while (at < end && at->ns < ns)
		at++;
	if (at < end && at->ns == ns)
		return at->below == below ? 0 : -1;
	if ((at > t->points && at[-1].below > below) || (at < end && at->below < below) ||
	    t->nr_points >= DIFF_BOUNDS_MAX)
		return -1;
	memmove(at + 1, at, (end - at) * sizeof(*at));
	*at = (struct diff_point){ ns, below };
	t->nr_points++;
	return 0;
}

int diff_file_buckets(struct diff_times *t, const uint64_t *from_ns, const uint64_t *counts,
		      unsigned int nr)
{
	uint64_t below = 0;
	unsigned int i;

	if (!t->points)
		t->points = xcalloc(DIFF_BOUNDS_MAX, sizeof(*t->points));
	for (i = 0; i < nr; i++) {
		if (i && from_ns[i] <= from_ns[i - 1])
			return -1;
		/* nothing is shorter than 0 */
		if (from_ns[i] && diff_file_point(t, from_ns[i], below))
			return -1;
		if (__builtin_add_overflow(below, counts[i], &below))
			return -1;
	}
	return 0;
}

bool diff_file_below(const struct diff_times *t, uint64_t ns, uint64_t *below)
{
	unsigned int i;

	for (i = 0; i < t->nr_points; i++) {
		if (t->points[i].ns != ns)
			continue;
		*below = t->points[i].below;
		return true;
	}
	return false;
}

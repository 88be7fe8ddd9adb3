// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts the rows of a driver together, and the distributions of two drivers beside each other.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "confidence.h"
#include "diff_pair.h"
#include "diff_words.h"
#include "measured.h"
#include "util.h"

const char * const diff_pair_keys[DIFF_PAIR_STAGE_NR] = {
	[DIFF_PAIR_ISR]	= "isr",
	[DIFF_PAIR_DPC]	= "dpc",
};

const char * const diff_pair_titles[DIFF_PAIR_STAGE_NR] = {
	[DIFF_PAIR_ISR]	= "ISR",
	[DIFF_PAIR_DPC]	= "DPC, or another second stage",
};

/* Does on Linux what a DPC does on Windows: all that a softirq runs, and interrupts' threads. */
static const char * const diff_pair_second[] = {
	"dpc", "tasklet", "timer", "soft_hrtimer", "napi", "bh_work", "thread",
};

static bool diff_pair_is(const struct diff_row *row, enum diff_pair_stage stage)
{
	unsigned int i;

	if (stage == DIFF_PAIR_ISR)
		return !strcmp(row->kind, "isr");
	for (i = 0; i < ARRAY_SIZE(diff_pair_second); i++)
		if (!strcmp(row->kind, diff_pair_second[i]))
			return true;
	return false;
}

/* Whether @driver is one of "a.sys+b.sys". */
static bool diff_pair_names(const char *names, const char *driver)
{
	size_t len = strlen(driver);

	for (;;) {
		if (!strncasecmp(names, driver, len) && (!names[len] || names[len] == '+'))
			return len;
		names = strchr(names, '+');
		if (!names)
			return false;
		names++;
	}
}

static bool diff_pair_is_in(const struct diff_file *f, const char *names)
{
	unsigned int i;

	for (i = 0; i < f->nr_rows; i++)
		if (diff_pair_names(names, f->rows[i]->driver))
			return true;
	return false;
}

/* ---- Rows of a driver --------------------------------------------------------------- */

/* Adds a distribution to another one: what is left are the bounds that both have. */
static void diff_pair_merge(struct diff_times *to, const struct diff_times *from)
{
	unsigned int i, nr = 0;
	uint64_t below;

	for (i = 0; i < to->nr_points; i++) {
		if (!diff_file_below(from, to->points[i].ns, &below))
			continue;
		to->points[nr] = to->points[i];
		to->points[nr++].below += below;
	}
	to->nr_points = nr;
	/* the interval is that of one row: that of both is made of the buckets */
	to->avg = (struct diff_value){
		.value = (to->avg.value * to->count + from->avg.value * from->count) /
			 (to->count + from->count),
		.low = NOT_MEASURED, .high = NOT_MEASURED,
	};
	to->count += from->count;
	/* not known if one of them is not */
	to->max_ns = from->max_ns > to->max_ns || !is_measured(from->max_ns) ? from->max_ns :
									       to->max_ns;
	if (to->budget_ns != from->budget_ns)
		to->budget_ns = 0;
	to->over += from->over;
	/* these can't be added up; buckets give an interval */
	to->p50 = DIFF_UNKNOWN_VALUE;
	to->p99 = DIFF_UNKNOWN_VALUE;
	to->deviation_ns = NOT_MEASURED;
}

/* Whether @kind is one of "soft_hrtimer, napi". */
static bool diff_pair_has_kind(const char *kinds, const char *kind)
{
	size_t len = strlen(kind);

	for (; kinds; kinds = strchr(kinds, ' ')) {
		kinds += strspn(kinds, " ");
		if (!strncmp(kinds, kind, len) && (!kinds[len] || kinds[len] == ','))
			return true;
	}
	return false;
}

static void diff_pair_add_kind(struct diff_pair_side *side, const char *kind)
{
	char *longer;

	if (diff_pair_has_kind(side->kinds, kind))
		return;
	longer = side->kinds ? xasprintf("%s, %s", side->kinds, kind) : xstrdup(kind);
	free(side->kinds);
	side->kinds = longer;
}

static void diff_pair_side(struct diff_pair_side *side, const struct diff_file *f,
			   const char *names, enum diff_pair_stage stage)
{
	unsigned int i;

	for (i = 0; i < f->nr_rows; i++) {
		const struct diff_row *row = f->rows[i];

		if (!diff_pair_is(row, stage) || !diff_pair_names(names, row->driver))
			continue;
		diff_pair_add_kind(side, row->kind);
		if (side->nr_rows++) {
			diff_pair_merge(&side->times, &row->times);
			continue;
		}
		side->times = row->times;
		side->times.points = xcalloc(DIFF_BOUNDS_MAX, sizeof(*side->times.points));
		if (row->times.nr_points)
			memcpy(side->times.points, row->times.points,
			       row->times.nr_points * sizeof(*side->times.points));
	}
	if (side->nr_rows)
		diff_values(f, &side->times, side->value);
}

/* "ndis.sys, ntoskrnl.exe": for who has asked for a driver that is not there. */
static char *diff_pair_drivers(const struct diff_file *f)
{
	char *list = xstrdup(""), *longer;
	unsigned int i, j;

	for (i = 0; i < f->nr_rows; i++) {
		for (j = 0; j < i && strcmp(f->rows[j]->driver, f->rows[i]->driver); j++)
			;
		if (j < i)
			continue;
		longer = xasprintf("%s%s%s", list, *list ? ", " : "", f->rows[i]->driver);
		free(list);
		list = longer;
	}
	return list;
}

static int diff_pair_absent(const struct diff *d, const char *text)
{
	char *first = diff_pair_drivers(d->files[0]), *second = diff_pair_drivers(d->files[1]);

	fail("--pair %s: one name has to be a driver of %s (%s), the other one of %s (%s)", text,
	     d->files[0]->path, first, d->files[1]->path, second);
	free(first);
	free(second);
	return -1;
}

int diff_pair_make(struct diff_pair *pair, const struct diff *d, const char *text)
{
	const char *equal = strchr(text, '=');
	enum diff_pair_stage stage;
	char *left, *right, *swap;
	unsigned int i;

	memset(pair, 0, sizeof(*pair));
	left = xasprintf("%.*s", (int)(equal - text), text);
	right = xstrdup(equal + 1);
	if (!diff_pair_is_in(d->files[0], left) || !diff_pair_is_in(d->files[1], right)) {
		swap = left;
		left = right;
		right = swap;
	}
	pair->names[0] = left;
	pair->names[1] = right;
	if (!diff_pair_is_in(d->files[0], left) || !diff_pair_is_in(d->files[1], right)) {
		diff_pair_free(pair);
		return diff_pair_absent(d, text);
	}
	for (stage = 0; stage < DIFF_PAIR_STAGE_NR; stage++)
		for (i = 0; i < 2; i++)
			diff_pair_side(&pair->side[stage][i], d->files[i], pair->names[i], stage);
	return 0;
}

void diff_pair_free(struct diff_pair *pair)
{
	enum diff_pair_stage stage;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		free(pair->names[i]);
		for (stage = 0; stage < DIFF_PAIR_STAGE_NR; stage++) {
			free(pair->side[stage][i].times.points);
			free(pair->side[stage][i].kinds);
		}
	}
	memset(pair, 0, sizeof(*pair));
}

bool diff_pair_has(const struct diff_pair *pair, enum diff_pair_stage stage)
{
	return pair->side[stage][0].nr_rows && pair->side[stage][1].nr_rows;
}

/* ---- Side by side ------------------------------------------------------------------- */

unsigned int diff_pair_shares(const struct diff_pair *pair, enum diff_pair_stage stage,
			      struct diff_pair_share *shares)
{
	const struct diff_times *a = &pair->side[stage][0].times;
	const struct diff_times *b = &pair->side[stage][1].times;
	struct diff_value *v;
	unsigned int i, nr = 0;
	uint64_t below;

	for (i = 0; i < a->nr_points; i++) {
		if (!diff_file_below(b, a->points[i].ns, &below))
			continue;
		shares[nr].ns = a->points[i].ns;
		v = shares[nr].share;
		v[0].value = (double)a->points[i].below / a->count;
		confidence_share(a->points[i].below, a->count, &v[0].low, &v[0].high);
		v[1].value = (double)below / b->count;
		confidence_share(below, b->count, &v[1].low, &v[1].high);
		nr++;
	}
	return nr;
}

/* "3, 5, 10 us": bounds of @t that @other does not have, as far as there are times. */
static void diff_pair_lacking(FILE *out, unsigned int file, const struct diff_times *t,
			      const struct diff_times *other)
{
	unsigned int i, nr = 0;
	uint64_t below;

	for (i = 0; i < t->nr_points; i++) {
		if (i && t->points[i - 1].below >= t->count)
			break;
		if (diff_file_below(other, t->points[i].ns, &below))
			continue;
		if (nr++)
			fprintf(out, ", %llu", t->points[i].ns / NSEC_PER_USEC);
		else
			fprintf(out, "only %s has bounds at %llu", diff_words_letter(file),
				t->points[i].ns / NSEC_PER_USEC);
	}
	if (nr)
		fputs(" us\n", out);
}

static void diff_pair_unknown(FILE *out, const struct diff *d, unsigned int file,
			      const struct diff_pair_side *side)
{
	const struct diff_file *f = d->files[file];
	const char *letter = diff_words_letter(file);

	if (!is_measured(side->times.avg.value))
		fprintf(out, "%s has no average%s\n", letter, f->format == DIFF_XPERF ?
			": xperf's time of the CPUs is not in it, or does not fit the buckets" : "");
	else if (f->format == DIFF_XPERF)
		fprintf(out, "the average of %s is xperf's time of the CPUs by the number of calls\n",
			letter);
	if (!is_measured(side->times.max_ns))
		fprintf(out, "%s has no longest time, only the bucket that it is in\n", letter);
}

char *diff_pair_gaps(const struct diff *d, const struct diff_pair *pair,
		     enum diff_pair_stage stage)
{
	const struct diff_pair_side *side = pair->side[stage];
	unsigned int i;
	size_t len;
	char *text;
	FILE *out = xmemstream(&text, &len);

	for (i = 0; i < 2; i++) {
		if (side[i].nr_rows)
			continue;
		fprintf(out, "%s has none of %s\n", diff_words_letter(i), pair->names[i]);
	}
	for (i = 0; i < 2 && diff_pair_has(pair, stage); i++) {
		diff_pair_unknown(out, d, i, &side[i]);
		diff_pair_lacking(out, i, &side[i].times, &side[!i].times);
	}
	xmemclose(out, &text);
	return text;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the rows that are the same in several files, and says what became of their numbers.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confidence.h"
#include "diff.h"
#include "measured.h"
#include "system.h"
#include "util.h"

const char * const diff_metric_keys[DIFF_METRIC_NR] = {
	[DIFF_RATE]	= "rate_per_second",
	[DIFF_AVG]	= "avg_ns",
	[DIFF_P50]	= "p50_ns",
	[DIFF_P99]	= "p99_ns",
	[DIFF_MAX]	= "max_ns",
	[DIFF_OVER]	= "over_budget_percent",
};

const char * const diff_metric_titles[DIFF_METRIC_NR] = {
	[DIFF_RATE]	= "rate",
	[DIFF_AVG]	= "average",
	[DIFF_P50]	= "p50",
	[DIFF_P99]	= "p99",
	[DIFF_MAX]	= "longest",
	[DIFF_OVER]	= "share over budget",
};

const char * const diff_change_names[DIFF_CHANGE_NR] = {
	[DIFF_UNKNOWN]	= "not_known",
	[DIFF_SHOWN]	= "not_judged",
	[DIFF_SAME]	= "same",
	[DIFF_UNSURE]	= "within_uncertainty",
	[DIFF_BETTER]	= "better",
	[DIFF_WORSE]	= "worse",
};

/* An average of fewer has no interval: the times are not distributed normally at all. */
#define DIFF_AVG_TIMES	30

/* ---- Numbers of a row --------------------------------------------------------------- */

/*
 * Between which bounds the time of rank @from and that of rank @to are; the rank count + 1 has
 * no bound.
 */
static void diff_bounds(const struct diff_times *t, uint64_t from, uint64_t to,
			struct diff_value *v)
{
	unsigned int i;

	v->low = t->nr_points ? 0 : NOT_MEASURED;
	v->high = NOT_MEASURED;
	for (i = 0; i < t->nr_points; i++) {
		if (t->points[i].below < from)
			v->low = t->points[i].ns;
		if (!is_measured(v->high) && t->points[i].below >= to)
			v->high = t->points[i].ns;
	}
	if (t->nr_points && to <= t->count && is_measured(t->max_ns))
		v->high = fmin(v->high, t->max_ns);	/* fmin() takes the one that is a number */
}

/* What the file says; where it says no interval, the buckets of the ranks. */
static struct diff_value diff_percentile(const struct diff_times *t, const struct diff_value *said,
					 unsigned int percent)
{
	struct diff_value v = *said;
	uint64_t from, to;

	if (!t->count)
		return DIFF_UNKNOWN_VALUE;
	if (is_measured(v.low))
		return v;
	confidence_ranks(t->count, percent, 100, &from, &to);
	diff_bounds(t, from, to, &v);
	/* a bucket's bounds are not in it: the value may be one of them */
	if (is_measured(v.value)) {
		v.low = fmin(v.low, v.value);
		v.high = is_measured(v.high) ? fmax(v.high, v.value) : v.high;
	}
	return v;
}

/*
 * The largest that the standard deviation can be: each time is as far from the average as its
 * bucket allows.
 */
static double diff_deviation(const struct diff_times *t)
{
	double sum = 0, low = 0, high, far;
	uint64_t before = 0, here;
	unsigned int i;

	if (is_measured(t->deviation_ns) || !t->nr_points || t->count < 2)
		return t->deviation_ns;
	for (i = 0; i <= t->nr_points; i++) {
		here = (i < t->nr_points ? t->points[i].below : t->count) - before;
		high = i < t->nr_points ? fmin(t->points[i].ns, t->max_ns) : t->max_ns;
		if (here && !is_measured(high))
			return NOT_MEASURED;
		if (here) {
			far = fmax(fabs(low - t->avg.value), fabs(high - t->avg.value));
			sum += here * far * far;
		}
		if (i < t->nr_points) {
			before = t->points[i].below;
			low = t->points[i].ns;
		}
	}
	return sqrt(sum / (t->count - 1));
}

static struct diff_value diff_average(const struct diff_times *t)
{
	struct diff_value v = t->avg;
	double half;

	if (!is_measured(v.value) || is_measured(v.low) || t->count < DIFF_AVG_TIMES)
		return v;
	half = CONFIDENCE_Z * diff_deviation(t) / sqrt(t->count);
	v.low = is_measured(half) ? fmax(v.value - half, 0) : NOT_MEASURED;
	v.high = v.value + half;
	return v;
}

static struct diff_value diff_rate(const struct diff_file *f, const struct diff_times *t)
{
	double seconds = f->duration_ns / (double)NSEC_PER_SEC;
	struct diff_value v;

	if (!f->duration_ns)
		return DIFF_UNKNOWN_VALUE;
	v.value = t->count / seconds;
	confidence_count(t->count, &v.low, &v.high);
	v.low /= seconds;
	v.high /= seconds;
	return v;
}

/* The share of @over, of those of @t. */
static struct diff_value diff_share(const struct diff_times *t, uint64_t over)
{
	struct diff_value v;

	if (!t->count || over > t->count)
		return DIFF_UNKNOWN_VALUE;
	v.value = (double)over / t->count;
	confidence_share(over, t->count, &v.low, &v.high);
	return v;
}

void diff_values(const struct diff_file *f, const struct diff_times *t,
		 struct diff_value value[DIFF_METRIC_NR])
{
	value[DIFF_RATE] = diff_rate(f, t);
	value[DIFF_AVG] = diff_average(t);
	value[DIFF_P50] = diff_percentile(t, &t->p50, 50);
	value[DIFF_P99] = diff_percentile(t, &t->p99, 99);
	value[DIFF_MAX] = (struct diff_value){ t->max_ns, NOT_MEASURED, NOT_MEASURED };
	value[DIFF_OVER] = t->budget_ns ? diff_share(t, t->over) : DIFF_UNKNOWN_VALUE;
}

/* ---- Two files ---------------------------------------------------------------------- */

/* Whether @b is larger than @a by more than is asked; *@sure: and that is no chance. */
static bool diff_is_larger(const struct diff *d, enum diff_metric m, const struct diff_value *a,
			   const struct diff_value *b, bool *sure)
{
	double factor = 1 + d->worse_percent / 100, least = m == DIFF_OVER ? 0 : d->least_ns;
	double from = a->value, to = b->value;

	/* comparisons with a number that is not known are false */
	*sure = b->low > a->high;
	if (!is_measured(from) || !is_measured(to)) {
		from = a->high;
		to = b->low;
	}
	return to > from * factor && to - from >= least;
}

static enum diff_change diff_judge(const struct diff *d, enum diff_metric m,
				   const struct diff_value *a, const struct diff_value *b)
{
	bool known = is_measured(a->value) && is_measured(b->value), sure;

	if (!known && !is_measured(a->low) && !is_measured(b->low))
		return DIFF_UNKNOWN;
	if (!diff_metric_is_judged(m))
		return known ? DIFF_SHOWN : DIFF_UNKNOWN;
	if (diff_is_larger(d, m, a, b, &sure))
		return sure ? DIFF_WORSE : DIFF_UNSURE;
	if (diff_is_larger(d, m, b, a, &sure))
		return sure ? DIFF_BETTER : DIFF_UNSURE;
	/* of intervals alone it is not known how far they are from each other */
	return known ? DIFF_SAME : DIFF_UNKNOWN;
}

/*
 * Shares over budget are those over one budget: where the files had another one, over the
 * first's, then the second's, if the buckets of both know it.
 */
static void diff_one_budget(struct diff_line *line)
{
	const struct diff_times *t[] = { &line->row[0]->times, &line->row[1]->times };
	uint64_t below[2];
	unsigned int i, j;

	if (t[0]->budget_ns == t[1]->budget_ns)
		return;
	for (j = 0; j < 2; j++)
		line->value[j][DIFF_OVER] = DIFF_UNKNOWN_VALUE;
	for (i = 0; i < 2; i++) {
		if (!t[i]->budget_ns || !diff_file_below(t[0], t[i]->budget_ns, &below[0]) ||
		    !diff_file_below(t[1], t[i]->budget_ns, &below[1]))
			continue;
		for (j = 0; j < 2; j++)
			line->value[j][DIFF_OVER] = diff_share(t[j], t[j]->count - below[j]);
		return;
	}
}

/* The share of the times of @t that are over @ns.  Return: whether its buckets know that. */
static bool diff_tail(const struct diff_times *t, uint64_t ns, struct diff_value *v)
{
	uint64_t below;

	if (!t->count || !diff_file_below(t, ns, &below))
		return false;
	*v = diff_share(t, t->count - below);
	return true;
}

/* Whether buckets are all that tells of a line's times: a percentile of two would tell more. */
static bool diff_has_only_buckets(const struct diff *d, const struct diff_line *line)
{
	unsigned int nr[] = { 0, 0 }, i;

	for (i = 0; i < d->nr_files; i++) {
		if (!line->row[i])
			continue;
		if (line->row[i]->times.budget_ns)
			return false;
		nr[0] += is_measured(line->value[i][DIFF_P50].value);
		nr[1] += is_measured(line->value[i][DIFF_P99].value);
	}
	return nr[0] < 2 && nr[1] < 2;
}

/* Shares over the bound of both that says most: that there are more, or that there are fewer. */
static void diff_tails_of_two(const struct diff *d, struct diff_line *line)
{
	const struct diff_times *t[] = { &line->row[0]->times, &line->row[1]->times };
	enum diff_change change, most = DIFF_UNKNOWN;
	struct diff_value a, b;
	double far, farthest = 0;
	unsigned int i;

	for (i = 0; i < t[0]->nr_points; i++) {
		if (!diff_tail(t[0], t[0]->points[i].ns, &a) ||
		    !diff_tail(t[1], t[0]->points[i].ns, &b))
			continue;
		change = diff_judge(d, DIFF_OVER, &a, &b);
		far = fabs(b.value - a.value);
		if (change < most || (change == most && far <= farthest))
			continue;
		most = change;
		farthest = far;
		line->value[0][DIFF_OVER] = a;
		line->value[1][DIFF_OVER] = b;
		line->bound_ns = t[0]->points[i].ns;
	}
}

/* What is larger by more than was asked is no worse for want of an interval: that says nothing. */
static bool diff_was_judged(const struct diff_line *line, enum diff_metric m)
{
	if (line->change[m] == DIFF_UNSURE)
		return is_measured(line->value[0][m].low) || is_measured(line->value[1][m].low);
	return line->change[m] > DIFF_SHOWN;
}

/* By how much @b is more than @a: INFINITY if that was nothing. */
static double diff_percent(double a, double b)
{
	if (a == b)
		return 0;
	if (a == 0)
		return is_measured(b) ? INFINITY : NOT_MEASURED;
	return (b / a - 1) * 100;
}

static void diff_line_of_two(struct diff *d, struct diff_line *line)
{
	enum diff_metric m;

	for (m = 0; m < DIFF_METRIC_NR; m++)
		line->percent[m] = NOT_MEASURED;
	if (!line->row[0] || !line->row[1])
		return;
	diff_one_budget(line);
	if (diff_has_only_buckets(d, line))
		diff_tails_of_two(d, line);
	for (m = 0; m < DIFF_METRIC_NR; m++) {
		line->percent[m] = diff_percent(line->value[0][m].value, line->value[1][m].value);
		line->change[m] = diff_judge(d, m, &line->value[0][m], &line->value[1][m]);
		d->count[line->change[m]]++;
		d->nr_judged += diff_was_judged(line, m);
	}
}

/* ---- More files --------------------------------------------------------------------- */

static int diff_compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double diff_median(double *values, unsigned int nr)
{
	qsort(values, nr, sizeof(*values), diff_compare_doubles);
	return nr % 2 ? values[nr / 2] : (values[nr / 2 - 1] + values[nr / 2]) / 2;
}

/*
 * A number is odd if it is as far from the median of all as 3.5 standard deviations, and as what
 * was asked, and if the median is not in its interval.  The median of the distances to the
 * median stands for the deviation (1.4826 of them, for a normal distribution): what is odd
 * itself does not move it.
 */
#define DIFF_ODD	(3.5 * 1.4826)

static void diff_odd(struct diff *d, struct diff_line *line, enum diff_metric m)
{
	double values[DIFF_FILES_MAX], median, far, limit, least;
	unsigned int i, nr = 0;

	for (i = 0; i < d->nr_files; i++)
		if (line->row[i] && is_measured(line->value[i][m].value))
			values[nr++] = line->value[i][m].value;
	line->median[m] = NOT_MEASURED;
	if (nr < 3)
		return;
	median = diff_median(values, nr);
	line->median[m] = median;
	if (!diff_metric_is_judged(m))
		return;
	for (i = 0; i < nr; i++)
		values[i] = fabs(values[i] - median);
	limit = DIFF_ODD * diff_median(values, nr);
	least = m == DIFF_OVER ? 0 : d->least_ns;
	for (i = 0; i < d->nr_files; i++) {
		const struct diff_value *v = &line->value[i][m];

		far = fabs(v->value - median);
		if (!line->row[i] || !is_measured(v->value) || far <= limit || far < least ||
		    far <= fmin(median, v->value) * d->worse_percent / 100)
			continue;
		if (v->low > median || v->high < median)
			line->odd[i] |= 1u << m;
	}
}

/* Shares over different budgets are no numbers of one kind. */
static void diff_budgets(const struct diff *d, struct diff_line *line)
{
	uint64_t budget_ns = diff_any(d, line)->times.budget_ns;
	unsigned int i;
	bool differ = false;

	for (i = 0; i < d->nr_files; i++)
		if (line->row[i] && line->row[i]->times.budget_ns != budget_ns)
			differ = true;
	for (i = 0; differ && i < d->nr_files; i++)
		line->value[i][DIFF_OVER] = DIFF_UNKNOWN_VALUE;
}

static bool diff_tails_over(const struct diff *d, struct diff_line *line, uint64_t ns)
{
	unsigned int i;

	for (i = 0; i < d->nr_files; i++)
		if (line->row[i] &&
		    !diff_tail(&line->row[i]->times, ns, &line->value[i][DIFF_OVER]))
			return false;
	return true;
}

/* How far the shares over a bound are from each other; more than 1 if one is odd. */
static double diff_tails_far(struct diff *d, struct diff_line *line)
{
	double low = 1, high = 0, odd = 0;
	unsigned int i;

	diff_odd(d, line, DIFF_OVER);
	for (i = 0; i < d->nr_files; i++) {
		low = fmin(low, line->value[i][DIFF_OVER].value);
		high = fmax(high, line->value[i][DIFF_OVER].value);
		if (line->odd[i])
			odd = 2;
		line->odd[i] = 0;
	}
	return high - low + odd;
}

/* Shares over the bound of all files that tells them apart the most. */
static void diff_tails_of_many(struct diff *d, struct diff_line *line)
{
	const struct diff_times *t = &diff_any(d, line)->times;
	double far, farthest = -1;
	unsigned int i;

	for (i = 0; i < t->nr_points; i++) {
		if (!diff_tails_over(d, line, t->points[i].ns))
			continue;
		far = diff_tails_far(d, line);
		if (far <= farthest)
			continue;
		farthest = far;
		line->bound_ns = t->points[i].ns;
	}
	if (line->bound_ns) {
		diff_tails_over(d, line, line->bound_ns);
		return;
	}
	for (i = 0; i < d->nr_files; i++)
		line->value[i][DIFF_OVER] = DIFF_UNKNOWN_VALUE;
}

/* Without an interval, a number can't be odd. */
static bool diff_could_be_odd(const struct diff *d, const struct diff_line *line,
			      enum diff_metric m)
{
	unsigned int i;

	for (i = 0; i < d->nr_files; i++)
		if (line->row[i] && is_measured(line->value[i][m].low))
			return diff_metric_is_judged(m) && is_measured(line->median[m]);
	return false;
}

static void diff_line_of_many(struct diff *d, struct diff_line *line)
{
	enum diff_metric m;
	unsigned int i;

	diff_budgets(d, line);
	if (diff_has_only_buckets(d, line))
		diff_tails_of_many(d, line);
	for (m = 0; m < DIFF_METRIC_NR; m++) {
		diff_odd(d, line, m);
		d->nr_judged += diff_could_be_odd(d, line, m);
	}
	for (i = 0; i < d->nr_files; i++)
		d->odd_rows[i] += !!line->odd[i];
}

int diff_odd_one(const struct diff *d)
{
	unsigned int i, most = 0;
	int file = -1;

	for (i = 0; i < d->nr_files; i++) {
		if (d->odd_rows[i] <= most)
			continue;
		most = d->odd_rows[i];
		file = i;
	}
	return file;
}

/* ---- Rows that are the same --------------------------------------------------------- */

/* A row and the file that it is in. */
struct diff_entry {
	struct diff_row	*row;
	unsigned int	file;
};

static bool diff_is_hex(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return len > 0;
}

/* Of an interrupt's thread: its action; else the whole name. */
static const char *diff_action(const char *name)
{
	static const char thread[] = "irq/";

	return strncmp(name, thread, strlen(thread)) ? name : system_thread_action(name);
}

/*
 * What stays of a name on another boot and in another kernel: not the number of an interrupt,
 * not an address, and not what a compiler has made of a function.
 */
static void diff_key(struct diff_row *row)
{
	static const char * const made[] = { ".isra.", ".constprop.", ".part.", ".cold", ".llvm." };
	char *key = row->key, *irq;
	size_t len, i;

	snprintf(key, sizeof(row->key), "%s", diff_action(row->name));
	irq = strstr(key, " (irq ");
	if (irq)
		*irq = '\0';
	len = strlen(key);
	if (len > 2 && key[0] == '(' && key[len - 1] == ')' && diff_is_hex(key + 1, len - 2))
		*key = '\0';
	if (!strncmp(key, "0x", 2) && diff_is_hex(key + 2, len - 2))
		*key = '\0';
	for (i = 0; i < ARRAY_SIZE(made); i++)
		if (strstr(key, made[i]))
			*strstr(key, made[i]) = '\0';
}

/* The number of a row's interrupt, which gives rows of one key their order; 0 if it has none. */
static unsigned long diff_irq(const char *name)
{
	static const char * const before[] = { " (irq ", "irq/" };
	const char *at;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(before); i++) {
		at = strstr(name, before[i]);
		if (at)
			return strtoul(at + strlen(before[i]), NULL, 10);
	}
	return 0;
}

static int diff_compare_keys(const struct diff_row *a, const struct diff_row *b)
{
	/* names of Windows' modules come in large and small letters */
	int order = strcasecmp(a->driver, b->driver);

	order = order ? order : strcmp(a->kind, b->kind);
	return order ? order : strcmp(a->key, b->key);
}

static int diff_compare_entries(const void *left, const void *right)
{
	const struct diff_entry *a = left, *b = right;
	unsigned long a_irq = diff_irq(a->row->name), b_irq = diff_irq(b->row->name);
	int order = diff_compare_keys(a->row, b->row);

	if (order)
		return order;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a_irq != b_irq)
		return a_irq < b_irq ? -1 : 1;
	/* addresses, and what a compiler has made: in the order of the names */
	order = strcmp(a->row->name, b->row->name);
	if (order)
		return order;
	return a->row->index < b->row->index ? -1 : a->row->index > b->row->index;
}

static struct diff_line *diff_new_line(struct diff *d)
{
	struct diff_line *line;

	d->lines = xrealloc(d->lines, (d->nr_lines + 1) * sizeof(*d->lines));
	line = &d->lines[d->nr_lines++];
	memset(line, 0, sizeof(*line));
	line->row = xcalloc(d->nr_files, sizeof(*line->row));
	line->value = xcalloc(d->nr_files, sizeof(*line->value));
	line->odd = xcalloc(d->nr_files, sizeof(*line->odd));
	return line;
}

/* Lines of the entries of one key; the second of a file goes with the seconds of the others. */
static void diff_group(struct diff *d, const struct diff_entry *entries, unsigned int nr)
{
	unsigned int first = d->nr_lines, i, nth = 0;

	for (i = 0; i < nr; i++) {
		nth = i && entries[i].file == entries[i - 1].file ? nth + 1 : 0;
		if (first + nth == d->nr_lines)
			diff_new_line(d);
		d->lines[first + nth].row[entries[i].file] = entries[i].row;
	}
}

/* How many of the entries, from the first one on, have its key. */
static unsigned int diff_same_key(const struct diff_entry *entries, unsigned int nr)
{
	unsigned int i = 1;

	while (i < nr && !diff_compare_keys(entries[0].row, entries[i].row))
		i++;
	return i;
}

/* How many are of the file of the first one. */
static unsigned int diff_same_file(const struct diff_entry *entries, unsigned int nr)
{
	unsigned int i = 1;

	while (i < nr && entries[0].file == entries[i].file)
		i++;
	return i;
}

/*
 * The entries of one key.  A file may have it several times: three queues of a device.  If all
 * have it equally often, their order pairs them.  If not, nobody knows which one is missing, and
 * only whole names do.
 */
static void diff_same_rows(struct diff *d, struct diff_entry *entries, unsigned int nr)
{
	unsigned int often = diff_same_file(entries, nr), from, n, i;
	bool even = true;

	for (from = 0; from < nr; from += n) {
		n = diff_same_file(entries + from, nr - from);
		even = even && n == often;
	}
	if (even)
		diff_group(d, entries, nr);
	if (even && often == 1)
		return;
	/* the key does not tell one line from the other */
	for (i = 0; i < nr; i++)
		memcpy(entries[i].row->key, entries[i].row->name, sizeof(entries[i].row->key));
	if (even)
		return;
	qsort(entries, nr, sizeof(*entries), diff_compare_entries);
	for (from = 0; from < nr; from += n) {
		n = diff_same_key(entries + from, nr - from);
		diff_group(d, entries + from, n);
	}
}

static void diff_find_lines(struct diff *d)
{
	unsigned int nr = 0, i, j, from, n;
	struct diff_entry *entries;

	for (i = 0; i < d->nr_files; i++)
		nr += d->files[i]->nr_rows;
	entries = xcalloc(nr ? nr : 1, sizeof(*entries));
	nr = 0;
	for (i = 0; i < d->nr_files; i++) {
		for (j = 0; j < d->files[i]->nr_rows; j++) {
			diff_key(d->files[i]->rows[j]);
			entries[nr++] = (struct diff_entry){ d->files[i]->rows[j], i };
		}
	}
	qsort(entries, nr, sizeof(*entries), diff_compare_entries);
	for (from = 0; from < nr; from += n) {
		n = diff_same_key(entries + from, nr - from);
		diff_same_rows(d, entries + from, n);
	}
	free(entries);
}

void diff_make(struct diff *d)
{
	struct diff_line *line;
	unsigned int i, j;

	diff_find_lines(d);
	for (i = 0; i < d->nr_lines; i++) {
		line = &d->lines[i];
		for (j = 0; j < d->nr_files; j++)
			if (line->row[j])
				diff_values(d->files[j], &line->row[j]->times, line->value[j]);
		d->nr_common += diff_in_files(d, line) > 1;
		if (d->nr_files == 2)
			diff_line_of_two(d, line);
		else
			diff_line_of_many(d, line);
	}
}

void diff_free(struct diff *d)
{
	unsigned int i;

	for (i = 0; i < d->nr_lines; i++) {
		free(d->lines[i].row);
		free(d->lines[i].value);
		free(d->lines[i].odd);
	}
	free(d->lines);
	d->lines = NULL;
	d->nr_lines = 0;
}

const struct diff_row *diff_any(const struct diff *d, const struct diff_line *line)
{
	unsigned int i = 0;

	while (!line->row[i])
		i++;
	return line->row[i];
}

unsigned int diff_in_files(const struct diff *d, const struct diff_line *line)
{
	unsigned int i, n = 0;

	for (i = 0; i < d->nr_files; i++)
		n += !!line->row[i];
	return n;
}

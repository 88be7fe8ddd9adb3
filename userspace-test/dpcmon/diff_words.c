// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a comparison says, in words.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_words.h"
#include "measured.h"
#include "util.h"

/* A longer measurement finds longer times: beyond this factor, that is said. */
#define DIFF_WORDS_LONGER	1.5

const char *diff_words_letter(unsigned int file)
{
	static char letters[DIFF_FILES_MAX][3];

	if (file < 26)
		letters[file][0] = 'A' + file;
	else
		snprintf(letters[file], sizeof(letters[file]), "%c%c", 'A' + file / 26 - 1,
			 'A' + file % 26);
	return letters[file];
}

/* ---- Numbers ------------------------------------------------------------------------ */

char *diff_words_number(enum diff_metric m, double value)
{
	if (!is_measured(value))
		return xstrdup("-");
	if (m == DIFF_RATE)
		return xasprintf("%.1f/s", value);
	if (m == DIFF_OVER)
		return xasprintf("%.2f %%", value * 100);
	return xasprintf("%.1f us", value / NSEC_PER_USEC);
}

char *diff_words_range(enum diff_metric m, const struct diff_value *v)
{
	char *low, *high, *text;

	if (!is_measured(v->low))
		return xstrdup("-");
	low = diff_words_number(m, v->low);
	if (!is_measured(v->high)) {
		text = xasprintf("%s or more", low);
		free(low);
		return text;
	}
	high = diff_words_number(m, v->high);
	/* one unit is enough */
	low[strcspn(low, " /")] = '\0';
	text = xasprintf("%s to %s", low, high);
	free(low);
	free(high);
	return text;
}

char *diff_words_value(enum diff_metric m, const struct diff_value *v)
{
	return is_measured(v->value) ? diff_words_number(m, v->value) : diff_words_range(m, v);
}

char *diff_words_percent(double percent)
{
	if (!is_measured(percent))
		return xstrdup("-");
	return isinf(percent) ? xstrdup("from nothing") : xasprintf("%+.1f %%", percent);
}

/* ---- Rows --------------------------------------------------------------------------- */

char *diff_words_row(const struct diff_row *row)
{
	return xasprintf("%s%s%s of %s", row->kind, *row->name ? " " : "", row->name, row->driver);
}

/* "p99", "share over budget", "share over 256 us" */
static char *diff_words_title(const struct diff_line *line, enum diff_metric m)
{
	if (m != DIFF_OVER || !line->bound_ns)
		return xstrdup(diff_metric_titles[m]);
	return xasprintf("share over %g us", line->bound_ns / (double)NSEC_PER_USEC);
}

char *diff_words_change(const struct diff *d, const struct diff_line *line, enum diff_metric m)
{
	char *row = diff_words_row(diff_any(d, line));
	char *is = diff_words_value(m, &line->value[1][m]);
	char *is_range = diff_words_range(m, &line->value[1][m]);
	char *was = diff_words_value(m, &line->value[0][m]);
	char *was_range = diff_words_range(m, &line->value[0][m]);
	char *percent = diff_words_percent(line->percent[m]);
	char *title = diff_words_title(line, m);
	char *text = xasprintf("%s of %s: %s (%s), was %s (%s)%s%s", title, row, is,
			       is_range, was, was_range, *percent == '-' && !percent[1] ? "" : ": ",
			       *percent == '-' && !percent[1] ? "" : percent);

	free(title);
	free(row);
	free(is);
	free(is_range);
	free(was);
	free(was_range);
	free(percent);
	return text;
}

char *diff_words_odd(const struct diff *d, const struct diff_line *line, enum diff_metric m,
		     unsigned int file)
{
	char *row = diff_words_row(diff_any(d, line));
	char *value = diff_words_number(m, line->value[file][m].value);
	char *median = diff_words_number(m, line->median[m]);
	char *title = diff_words_title(line, m);
	char *text = xasprintf("%s of %s: %s, the median is %s", title, row, value, median);

	free(title);
	free(row);
	free(value);
	free(median);
	return text;
}

bool diff_words_largest(const struct diff *d, enum diff_change change,
			const struct diff_line **line, enum diff_metric *metric)
{
	double most = -1, grown;
	enum diff_metric m;
	unsigned int i;

	*line = NULL;
	for (i = 0; i < d->nr_lines; i++) {
		for (m = 0; m < DIFF_METRIC_NR; m++) {
			if (d->lines[i].change[m] != change)
				continue;
			grown = fabs(d->lines[i].percent[m]);
			/* of intervals alone there is none */
			if (!is_measured(grown))
				grown = 0;
			if (grown <= most)
				continue;
			most = grown;
			*line = &d->lines[i];
			*metric = m;
		}
	}
	return *line;
}

/* ---- The verdict -------------------------------------------------------------------- */

/* " 3 rows are in A alone, 1 in B alone.": these were compared with nothing; for free() */
static char *diff_words_alone(const struct diff *d)
{
	unsigned int alone[DIFF_FILES_MAX] = { 0 }, nr = 0, i, j;
	size_t len;
	char *text;
	FILE *out = xmemstream(&text, &len);

	for (i = 0; i < d->nr_lines; i++) {
		if (diff_in_files(d, &d->lines[i]) > 1)
			continue;
		for (j = 0; !d->lines[i].row[j]; j++)
			;
		alone[j]++;
	}
	for (j = 0; j < d->nr_files; j++) {
		if (!alone[j])
			continue;
		if (nr++)
			fprintf(out, ", %u in %s alone", alone[j], diff_words_letter(j));
		else
			fprintf(out, " %u row%s in %s alone", alone[j],
				alone[j] == 1 ? " is" : "s are", diff_words_letter(j));
	}
	if (nr)
		fputc('.', out);
	xmemclose(out, &text);
	return text;
}

static char *diff_words_verdict_of_two(const struct diff *d)
{
	unsigned int worse = d->count[DIFF_WORSE], better = d->count[DIFF_BETTER];
	const struct diff_line *line;
	enum diff_metric m;
	char *change, *text;

	if (diff_words_largest(d, DIFF_WORSE, &line, &m)) {
		change = diff_words_change(d, line, m);
		text = xasprintf("Worse: %u number%s grew by more than %g %% and beyond chance, most of all the %s.%s",
				 worse, worse == 1 ? "" : "s", d->worse_percent, change,
				 better ? " Others became better." : "");
		free(change);
		return text;
	}
	return xasprintf("Not worse: of %u row%s that both have, no number grew by more than %g %% and beyond chance.%s",
			 d->nr_common, d->nr_common == 1 ? "" : "s", d->worse_percent,
			 better ? " Some became better." : "");
}

static char *diff_words_verdict_of_many(const struct diff *d)
{
	int odd = diff_odd_one(d);
	unsigned int i, others = 0;

	if (odd < 0)
		return xasprintf("No odd one out: in %u rows, no file is far from the median of all.",
				 d->nr_common);
	for (i = 0; i < d->nr_files; i++)
		others += i != (unsigned int)odd && d->odd_rows[i];
	return xasprintf("Odd one out: %s (%s), in %u of %u rows.%s", diff_words_letter(odd),
			 d->files[odd]->path, d->odd_rows[odd], d->nr_common,
			 others ? " Others are odd, too, but not in more rows." : "");
}

char *diff_words_verdict(const struct diff *d)
{
	char *verdict = d->nr_files == 2 ? diff_words_verdict_of_two(d) :
					   diff_words_verdict_of_many(d);
	char *alone = diff_words_alone(d), *text = xasprintf("%s%s", verdict, alone);

	free(verdict);
	free(alone);
	return text;
}

char *diff_words_not_judged(const struct diff *d)
{
	return xasprintf("Not judged: of no row, %s files have an average with its interval, a percentile, or a share over the same time",
			 d->nr_files == 2 ? "both" : "three");
}

/* ---- What is unfair ----------------------------------------------------------------- */

/* "A 6.12, B not known" */
static void diff_words_each(FILE *out, const struct diff *d,
			    char *(*of)(const struct diff_file *f))
{
	unsigned int i;
	char *text;

	for (i = 0; i < d->nr_files; i++) {
		text = of(d->files[i]);
		fprintf(out, "%s%s %s", i ? ", " : " ", diff_words_letter(i), text);
		free(text);
	}
	fputc('\n', out);
}

static char *diff_words_format(const struct diff_file *f)
{
	return xstrdup(diff_format_names[f->format]);
}

static char *diff_words_known(const char *text)
{
	return xstrdup(*text ? text : "not known");
}

static char *diff_words_kernel(const struct diff_file *f)
{
	return diff_words_known(f->kernel);
}

static char *diff_words_architecture(const struct diff_file *f)
{
	return diff_words_known(f->architecture);
}

static char *diff_words_cpus(const struct diff_file *f)
{
	return f->cpus ? xasprintf("%u", f->cpus) : diff_words_known("");
}

static char *diff_words_duration(const struct diff_file *f)
{
	return f->duration_ns ? xasprintf("%.3g s", f->duration_ns / (double)NSEC_PER_SEC) :
				diff_words_known("");
}

static void diff_words_differ(FILE *out, const struct diff *d, const char *what,
			      char *(*of)(const struct diff_file *f))
{
	char *first = of(d->files[0]), *other;
	bool same = true;
	unsigned int i;

	for (i = 1; same && i < d->nr_files; i++) {
		other = of(d->files[i]);
		same = !strcmp(first, other);
		free(other);
	}
	free(first);
	if (same)
		return;
	fprintf(out, "%s:", what);
	diff_words_each(out, d, of);
}

static void diff_words_durations(FILE *out, const struct diff *d)
{
	uint64_t shortest = UINT64_MAX, longest = 0;
	unsigned int i, nr_unknown = 0;

	for (i = 0; i < d->nr_files; i++) {
		uint64_t ns = d->files[i]->duration_ns;

		nr_unknown += !ns;
		shortest = ns && ns < shortest ? ns : shortest;
		longest = ns > longest ? ns : longest;
	}
	/* none has one */
	if (!longest)
		return;
	if (longest > shortest * DIFF_WORDS_LONGER) {
		fputs("not equally long, and who measures longer finds longer times:", out);
		diff_words_each(out, d, diff_words_duration);
	} else if (nr_unknown) {
		fputs("not all lengths are known, and who measures longer finds longer times:",
		      out);
		diff_words_each(out, d, diff_words_duration);
	}
}

static void diff_words_budgets(FILE *out, const struct diff *d)
{
	unsigned int i, j, differ = 0;

	for (i = 0; i < d->nr_lines; i++) {
		const struct diff_line *line = &d->lines[i];
		uint64_t budget = diff_any(d, line)->times.budget_ns;

		for (j = 0; j < d->nr_files; j++) {
			if (!line->row[j] || line->row[j]->times.budget_ns == budget)
				continue;
			differ++;
			break;
		}
	}
	if (differ)
		fprintf(out, "budgets differ in %u row%s: shares over budget are compared where the buckets of both files know them over one of the budgets\n",
			differ, differ == 1 ? "" : "s");
}

char *diff_words_unfair(const struct diff *d)
{
	unsigned int i;
	size_t len;
	char *text;
	FILE *out = xmemstream(&text, &len);

	diff_words_differ(out, d, "measured by different tools", diff_words_format);
	diff_words_differ(out, d, "kernels differ", diff_words_kernel);
	diff_words_differ(out, d, "architectures differ", diff_words_architecture);
	diff_words_differ(out, d, "numbers of CPUs differ", diff_words_cpus);
	diff_words_durations(out, d);
	diff_words_budgets(out, d);
	for (i = 0; i < d->nr_files; i++)
		if (d->files[i]->lost)
			fprintf(out, "%s: %s\n", diff_words_letter(i), d->files[i]->lost);
	xmemclose(out, &text);
	return text;
}

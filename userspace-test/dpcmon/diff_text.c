// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison as text.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diff_report.h"
#include "diff_words.h"
#include "measured.h"
#include "params.h"
#include "util.h"

/* Prints lines, each behind @head. */
static void diff_text_lines(FILE *out, const char *head, char *text)
{
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			fprintf(out, "%s%s\n", head, line);
	free(text);
}

static void diff_text_files(const struct diff *d, FILE *out)
{
	unsigned int i;

	for (i = 0; i < d->nr_files; i++) {
		const struct diff_file *f = d->files[i];

		fprintf(out, "%s  %s: %s", diff_words_letter(i), f->path,
			diff_format_names[f->format]);
		if (*f->kernel)
			fprintf(out, ", kernel %s", f->kernel);
		if (*f->architecture)
			fprintf(out, ", %s", f->architecture);
		if (f->cpus)
			fprintf(out, ", %u CPU%s", f->cpus, f->cpus == 1 ? "" : "s");
		if (f->duration_ns)
			fprintf(out, ", %.3g s", f->duration_ns / (double)NSEC_PER_SEC);
		fputc('\n', out);
	}
	diff_text_lines(out, "!  ", diff_words_unfair(d));
}

/* The name of the driver, once above its rows. */
static void diff_text_driver(FILE *out, const struct diff_row *row, const char **driver)
{
	if (*driver && !strcasecmp(*driver, row->driver))
		return;
	fprintf(out, "%s\n", row->driver);
	*driver = row->driver;
}

#define DIFF_TEXT_ROW	"  %-18s %-22.22s"

/* ---- Two files ---------------------------------------------------------------------- */

static const char diff_text_marks[DIFF_CHANGE_NR] = {
	[DIFF_UNKNOWN]	= ' ',
	[DIFF_SHOWN]	= ' ',
	[DIFF_SAME]	= ' ',
	[DIFF_UNSURE]	= '~',
	[DIFF_BETTER]	= '+',
	[DIFF_WORSE]	= '!',
};

static void diff_text_percent(FILE *out, const struct diff_line *line, enum diff_metric m)
{
	double percent = line->percent[m];
	const struct diff_value *v[] = { &line->value[0][m], &line->value[1][m] };
	char text[32] = "-";

	/* shares are per cent already */
	if (m == DIFF_OVER && is_measured(v[0]->value) && is_measured(v[1]->value))
		snprintf(text, sizeof(text), "%+.2f", (v[1]->value - v[0]->value) * 100);
	else if (m == DIFF_OVER || !is_measured(percent))
		;
	else if (isinf(percent))
		snprintf(text, sizeof(text), "new");
	else
		snprintf(text, sizeof(text), "%+.0f", percent);
	fprintf(out, " %7s%c", text, diff_text_marks[line->change[m]]);
}

static void diff_text_two(const struct diff *d, FILE *out)
{
	static const char * const titles[DIFF_METRIC_NR] = {
		"rate", "avg", "p50", "p99", "longest", "over",
	};
	const char *driver = NULL;
	enum diff_metric m;
	unsigned int i;

	fputs("\nfrom A to B, per cent; over: percentage points of the share over budget,\n", out);
	fputs("or, of buckets alone, over the bound that tells most\n", out);
	fputs("! worse  + better  ~ changed, but that can be chance\n\n", out);
	fprintf(out, DIFF_TEXT_ROW " %9s %9s", "", "", "times A", "times B");
	for (m = 0; m < DIFF_METRIC_NR; m++)
		fprintf(out, " %7s ", titles[m]);
	fputc('\n', out);
	for (i = 0; i < d->nr_lines; i++) {
		const struct diff_line *line = &d->lines[i];

		if (!line->row[0] || !line->row[1])
			continue;
		diff_text_driver(out, line->row[0], &driver);
		fprintf(out, DIFF_TEXT_ROW " %9" PRIu64 " %9" PRIu64, line->row[0]->kind,
			line->row[0]->key, line->row[0]->times.count, line->row[1]->times.count);
		for (m = 0; m < DIFF_METRIC_NR; m++)
			diff_text_percent(out, line, m);
		fputc('\n', out);
	}
}

static void diff_text_only(const struct diff *d, unsigned int file, FILE *out)
{
	unsigned int i, nr = 0;
	char *row;

	for (i = 0; i < d->nr_lines; i++) {
		const struct diff_line *line = &d->lines[i];

		if (!line->row[file] || line->row[!file])
			continue;
		if (!nr++)
			fprintf(out, "\nonly in %s:\n", diff_words_letter(file));
		row = diff_words_row(line->row[file]);
		fprintf(out, "  %s, %" PRIu64 " time%s\n", row, line->row[file]->times.count,
			line->row[file]->times.count == 1 ? "" : "s");
		free(row);
	}
}

static void diff_text_changes(const struct diff *d, enum diff_change change, FILE *out)
{
	enum diff_metric m;
	unsigned int i;
	char *text;

	if (d->count[change])
		fprintf(out, "\n%s (in brackets, where the true number is at a confidence of 99 %%):\n",
			diff_change_names[change]);
	for (i = 0; i < d->nr_lines; i++) {
		for (m = 0; m < DIFF_METRIC_NR; m++) {
			if (d->lines[i].change[m] != change)
				continue;
			text = diff_words_change(d, &d->lines[i], m);
			fprintf(out, "  %s\n", text);
			free(text);
		}
	}
}

/* ---- More files --------------------------------------------------------------------- */

static void diff_text_number(FILE *out, double ns)
{
	char text[MEASURED_LEN];

	fprintf(out, " %9s", measured_text(text, ns / NSEC_PER_USEC, 1));
}

static void diff_text_many(const struct diff *d, FILE *out)
{
	const char *driver = NULL;
	unsigned int i, j;

	fputs("\np99 in us; ", out);
	fputs("! the p99, or ? another number, is far from the median of all\n\n", out);
	fprintf(out, DIFF_TEXT_ROW, "", "");
	for (i = 0; i < d->nr_files; i++)
		fprintf(out, " %9s ", diff_words_letter(i));
	fprintf(out, " %9s\n", "median");
	for (i = 0; i < d->nr_lines; i++) {
		const struct diff_line *line = &d->lines[i];
		const struct diff_row *row = diff_any(d, line);

		if (diff_in_files(d, line) < 2)
			continue;
		diff_text_driver(out, row, &driver);
		fprintf(out, DIFF_TEXT_ROW, row->kind, row->key);
		for (j = 0; j < d->nr_files; j++) {
			diff_text_number(out, line->row[j] ? line->value[j][DIFF_P99].value :
							     NOT_MEASURED);
			fputc(line->odd[j] & 1u << DIFF_P99 ? '!' : line->odd[j] ? '?' : ' ', out);
		}
		diff_text_number(out, line->median[DIFF_P99]);
		fputc('\n', out);
	}
}

static void diff_text_odd(const struct diff *d, unsigned int file, FILE *out)
{
	enum diff_metric m;
	unsigned int i;
	char *text;

	if (d->odd_rows[file])
		fprintf(out, "\nodd in %s:\n", diff_words_letter(file));
	for (i = 0; i < d->nr_lines; i++) {
		for (m = 0; m < DIFF_METRIC_NR; m++) {
			if (!(d->lines[i].odd[file] & 1u << m))
				continue;
			text = diff_words_odd(d, &d->lines[i], m, file);
			fprintf(out, "  %s\n", text);
			free(text);
		}
	}
}

/* What all others have, or none. */
static void diff_text_alone(const struct diff *d, FILE *out)
{
	unsigned int i, j, in, nr = 0;
	bool lacks;
	char *row;

	for (i = 0; i < d->nr_lines; i++) {
		const struct diff_line *line = &d->lines[i];

		in = diff_in_files(d, line);
		lacks = in == d->nr_files - 1;
		if (!lacks && in != 1)
			continue;
		for (j = 0; !line->row[j] != lacks; j++)
			;
		if (!nr++)
			fputs("\nnot in all, or in one alone:\n", out);
		row = diff_words_row(diff_any(d, line));
		fprintf(out, "  %s %s: %s\n", lacks ? "not in" : "only in",
			diff_words_letter(j), row);
		free(row);
	}
}

/* ---- Twins -------------------------------------------------------------------------- */

static void diff_text_side(const struct diff_pair *pair, enum diff_pair_stage stage,
			   unsigned int file, FILE *out)
{
	static const enum diff_metric shown[] = {
		DIFF_RATE, DIFF_AVG, DIFF_P50, DIFF_P99, DIFF_MAX,
	};
	const struct diff_pair_side *side = &pair->side[stage][file];
	unsigned int i;
	char *text;

	fprintf(out, "    %s  %s (%s): %" PRIu64 " times", diff_words_letter(file),
		pair->names[file], side->kinds, side->times.count);
	for (i = 0; i < ARRAY_SIZE(shown); i++) {
		text = diff_words_value(shown[i], &side->value[shown[i]]);
		if (strcmp(text, "-"))
			fprintf(out, ", %s %s", diff_metric_titles[shown[i]], text);
		free(text);
	}
	fputc('\n', out);
}

static void diff_text_stage(const struct diff *d, const struct diff_pair *pair,
			    enum diff_pair_stage stage, FILE *out)
{
	struct diff_pair_share shares[DIFF_BOUNDS_MAX];
	unsigned int nr, i, j;
	char *range;

	fprintf(out, "\n  %s\n", diff_pair_titles[stage]);
	for (i = 0; i < 2; i++)
		if (pair->side[stage][i].nr_rows)
			diff_text_side(pair, stage, i, out);
	if (diff_pair_has(pair, stage)) {
		nr = diff_pair_shares(pair, stage, shares);
		if (nr)
			fprintf(out, "    %9s %35s %35s\n", "up to us", "share of A", "share of B");
		for (i = 0; i < nr; i++) {
			fprintf(out, "    %9llu", shares[i].ns / NSEC_PER_USEC);
			for (j = 0; j < 2; j++) {
				range = diff_words_range(DIFF_OVER, &shares[i].share[j]);
				fprintf(out, " %8.2f %% %24s", shares[i].share[j].value * 100,
					range);
				free(range);
			}
			fputc('\n', out);
			/* from there on, both have all */
			if (shares[i].share[0].value >= 1 && shares[i].share[1].value >= 1)
				break;
		}
	}
	diff_text_lines(out, "    not comparable: ", diff_pair_gaps(d, pair, stage));
}

static void diff_text_pair(const struct diff *d, const struct diff_pair *pair, FILE *out)
{
	enum diff_pair_stage stage;

	fprintf(out, "\n%s of A beside %s of B\n", pair->names[0], pair->names[1]);
	for (stage = 0; stage < DIFF_PAIR_STAGE_NR; stage++)
		diff_text_stage(d, pair, stage, out);
}

void diff_text(const struct diff_report *r, FILE *out)
{
	const struct diff *d = r->d;
	unsigned int i;
	char *verdict;

	diff_text_files(d, out);
	if (d->nr_files == 2 && diff_report_has_rows(r)) {
		diff_text_two(d, out);
		for (i = 0; i < 2; i++)
			diff_text_only(d, i, out);
		diff_text_changes(d, DIFF_BETTER, out);
		diff_text_changes(d, DIFF_WORSE, out);
	} else if (d->nr_files > 2) {
		diff_text_many(d, out);
		diff_text_alone(d, out);
		for (i = 0; i < d->nr_files; i++)
			diff_text_odd(d, i, out);
	}
	for (i = 0; i < r->nr_pairs; i++)
		diff_text_pair(d, &r->pairs[i], out);
	if (!diff_report_is_judged(r))
		return;
	verdict = diff_words_verdict(d);
	fprintf(out, "\n%s\n", verdict);
	free(verdict);
}

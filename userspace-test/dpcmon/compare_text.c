// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a comparison as tables for a terminal, with its sentences folded at 100
 * columns.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "compare.h"
#include "compare_text.h"
#include "load.h"
#include "measured.h"
#include "series.h"

static const char text_marks[] = {
	[MARK_NONE]	= ' ',
	[MARK_BEST]	= '*',
	[MARK_TIE]	= '=',
	[MARK_WORST]	= '!',
};

/* @value with at most @digits after the point, so that it is never wider than @width. */
static void compare_text_number(FILE *out, int width, double value, enum mark mark)
{
	char text[MEASURED_LEN];

	fprintf(out, " %*s%c", width, measured_text(text, value, fabs(value) < 1000 ? 1 : 0),
		text_marks[mark]);
}

static void compare_text_interval(FILE *out, const struct series *s, double unit)
{
	char *text = compare_range(s, unit, "..");

	fprintf(out, " %15s", text ? text : "-");
	free(text);
}

/* A column of a table of times, for compare_marks(). */
struct text_time {
	unsigned int		stage;
	enum compare_time	time;
};

static const struct series *compare_text_time_column(const struct compare_cell *cell,
						     const void *what)
{
	const struct text_time *t = what;

	return &cell->stage[t->stage].time[t->time];
}

static void compare_text_stage(const struct compare *c, unsigned int load, unsigned int stage,
			       FILE *out)
{
	enum mark mark[TIME_NR][DPC_MODEL_NR];
	unsigned int i, t;

	for (t = 0; t < TIME_NR; t++)
		compare_marks(c, load, compare_text_time_column,
			      &(struct text_time){ stage, t }, BETTER_LOW, NULL, mark[t]);
	fprintf(out, "\n  %-18s %9s %9s %9s %15s %9s %9s %8s\n", stage_titles[stage], "avg", "p50",
		"p99", "p99 of rounds", "p99.9", "max", "over");
	for (i = 0; i < DPC_MODEL_NR; i++) {
		const struct compare_stage *s = &c->cell[load][i].stage[stage];

		if (!compare_has_model(c, i))
			continue;
		fprintf(out, "    %-15s", c->model[i].info.name);
		for (t = 0; t < TIME_NR; t++) {
			compare_text_number(out, 9, compare_time_ns(s, t) / 1000, mark[t][i]);
			if (t == TIME_P99)
				compare_text_interval(out, &s->time[t], 1000);
		}
		if (c->budget_us[stage])
			fprintf(out, " %7" PRIu64 "\n", s->over);
		else
			fprintf(out, " %7s\n", "-");
	}
}

static void compare_text_rank(FILE *out, unsigned int rank)
{
	if (rank)
		fprintf(out, " %2u", rank);
	else
		fprintf(out, " %2s", "-");
}

static void compare_text_traits(FILE *out, uint32_t traits)
{
	unsigned int i;

	fputs("  ", out);
	for (i = 0; i < compare_trait_count; i++)
		fputs(traits & compare_trait_list[i].bit ? compare_trait_list[i].letter : "-", out);
}

/* The table of numbers that belong to a model as a whole, not to a stage. */
static void compare_text_models(const struct compare *c, unsigned int load, FILE *out)
{
	enum mark mark[RANK_NR][DPC_MODEL_NR];
	unsigned int rank[RANK_NR][DPC_MODEL_NR], i, by;

	for (by = 0; by < RANK_NR; by++)
		compare_ranks(c, load, by, rank[by], mark[by]);
	fprintf(out, "\n  %-13s %8s %9s  %15s %9s %15s %8s  %s\n", "per model", "int/call",
		"CPU us", "of rounds", "int/s", "of rounds", "at rate", "   L  T  C  traits");
	for (i = 0; i < DPC_MODEL_NR; i++) {
		const struct compare_cell *cell = &c->cell[load][i];

		if (!compare_has_model(c, i))
			continue;
		fprintf(out, "    %-10s", c->model[i].info.name);
		compare_text_number(out, 7, series_median(&cell->per_call), MARK_NONE);
		compare_text_number(out, 8, series_median(&cell->cost_ns) / 1000,
				    mark[RANK_COST][i]);
		compare_text_interval(out, &cell->cost_ns, 1000);
		compare_text_number(out, 9, series_median(&cell->rate), mark[RANK_THROUGHPUT][i]);
		compare_text_interval(out, &cell->rate, 1);
		compare_text_number(out, 8, series_median(&cell->rate_per_call), MARK_NONE);
		for (by = 0; by < RANK_NR; by++)
			compare_text_rank(out, rank[by][i]);
		compare_text_traits(out, c->model[i].info.traits);
		fputc('\n', out);
	}
}

static void compare_text_load(const struct compare *c, unsigned int load, FILE *out)
{
	unsigned int stage, by;
	char *winner;

	fprintf(out, "\nload %s: %s\n", load_names[load], c->load_detail[load]);
	compare_text_models(c, load, out);
	fputs("\n  times in us\n", out);
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		compare_text_stage(c, load, stage, out);
	fputc('\n', out);
	for (by = 0; by < RANK_NR; by++) {
		winner = compare_winner(c, load, by);
		fprintf(out, "  %-40s %s\n", compare_rank_titles[by], winner);
		free(winner);
	}
}

static void compare_text_absent(const struct compare *c, FILE *out)
{
	unsigned int i;

	for (i = 0; i < DPC_MODEL_NR; i++)
		if (c->model[i].wanted && !c->model[i].info.available)
			fprintf(out, "model %s is absent: it needs %s\n", c->model[i].info.name,
				*c->model[i].info.needs ? c->model[i].info.needs : "another kernel");
	for (i = 0; i < LOAD_NR; i++)
		if (c->load_wanted[i] && c->load_absent[i])
			fprintf(out, "load %s is absent: %s\n", load_names[i], c->load_absent[i]);
}

static void compare_text_lost(const struct compare *c, FILE *out)
{
	unsigned int load, model;

	for (load = 0; load < LOAD_NR; load++)
		for (model = 0; model < DPC_MODEL_NR; model++)
			if (c->cell[load][model].lost)
				fprintf(out, "load %s, model %s: the trace lost %" PRIu64 " events; fewer --interrupts help\n",
					load_names[load], c->model[model].info.name,
					c->cell[load][model].lost);
}

#define TEXT_WIDTH	100

/* Long sentences, folded between words. */
static void compare_text_fold(FILE *out, const char *text)
{
	size_t len;

	while (strlen(text) > TEXT_WIDTH) {
		for (len = TEXT_WIDTH; len && text[len] != ' '; len--)
			;
		if (!len)
			break;
		fprintf(out, "%.*s\n  ", (int)len, text);
		text += len + 1;
	}
	fprintf(out, "%s\n", text);
}

static void compare_text_foot(const struct compare *c, FILE *out)
{
	const char * const *method;
	char *text = compare_confidence(c);
	unsigned int i;

	fputc('\n', out);
	compare_text_fold(out, text);
	free(text);
	fputs("* clearly the best, ! clearly the worst, = not clearly behind any other\n", out);
	fputs("int/call: interrupts per DPC call; ", out);
	fputs("at rate: the same at the highest rate held\n", out);
	fputs("CPU us: CPU time per interrupt; int/s: highest rate held without loss\n", out);
	fputs("ranks: L latency, T throughput, C cost; 1 plus how many are clearly better\n", out);
	fputs("traits:", out);
	for (i = 0; i < compare_trait_count; i++)
		fprintf(out, " %s %s%s\n%s", compare_trait_list[i].letter,
			compare_trait_list[i].meaning, i + 1 < compare_trait_count ? ";" : "",
			i + 1 < compare_trait_count ? "       " : "");
	for (method = compare_method(); *method; method++)
		compare_text_fold(out, *method);
}

void compare_text(const struct compare *c, FILE *out)
{
	char *workload = compare_workload(c), *where = compare_where(c);
	unsigned int load;

	fprintf(out, "kernel %s, %d CPU%s, %s%s%s\n", c->kernel, c->cpus, c->cpus == 1 ? "" : "s",
		c->date, c->params->note ? ", " : "", c->params->note ? c->params->note : "");
	fprintf(out, "%s: %s; %s\n", c->device, workload, where);
	free(workload);
	free(where);
	compare_text_absent(c, out);
	for (load = 0; load < LOAD_NR; load++)
		if (compare_has_load(c, load))
			compare_text_load(c, load, out);
	compare_text_foot(c, out);
	compare_text_lost(c, out);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a comparison as one page: a summary, and for each load its tables and
 * pictures.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analysis.h"
#include "compare.h"
#include "compare_cdf.h"
#include "compare_cost.h"
#include "compare_html.h"
#include "html.h"
#include "load.h"
#include "measured.h"
#include "output.h"
#include "params.h"
#include "series.h"
#include "util.h"

static const char * const html_marks[] = {
	[MARK_NONE]	= "",
	[MARK_BEST]	= " class=\"best\"",
	[MARK_TIE]	= " class=\"tie\"",
	[MARK_WORST]	= " class=\"worst\"",
};

static const char * const html_mark_texts[] = {
	[MARK_NONE]	= "",
	[MARK_BEST]	= " &#9733;",
	[MARK_TIE]	= " =",
	[MARK_WORST]	= " !",
};

static void compare_html_number(FILE *out, double value, enum mark mark,
				const struct series *rounds,
				double unit)
{
	char *range = rounds ? compare_range(rounds, unit, " &#8211; ") : NULL;
	char text[MEASURED_LEN];

	fprintf(out, "<td%s>%s%s", is_measured(value) ? html_marks[mark] : " class=\"zero\"",
		measured_text(text, value, fabs(value) < 1000 ? 1 : 0), html_mark_texts[mark]);
	if (range)
		fprintf(out, "<br><span class=\"range\">%s</span>", range);
	fputs("</td>", out);
	free(range);
}

/* The winners: the answer, before all the numbers. */
static void compare_html_summary(const struct compare *c, FILE *out)
{
	unsigned int load, by;
	char *winner;

	fputs("<h2>Who is best</h2>\n<div class=\"scroll\"><table>\n<tr><th>load</th>", out);
	for (by = 0; by < RANK_NR; by++)
		fprintf(out, "<th class=\"l\">%s</th>", compare_rank_titles[by]);
	fputs("</tr>\n", out);
	for (load = 0; load < LOAD_NR; load++) {
		if (!compare_has_load(c, load))
			continue;
		fprintf(out, "<tr><td>%s</td>", load_titles[load]);
		for (by = 0; by < RANK_NR; by++) {
			winner = compare_winner(c, load, by);
			fputs("<td class=\"l wrap\">", out);
			html_text(out, winner);
			fputs("</td>", out);
			free(winner);
		}
		fputs("</tr>\n", out);
	}
	fputs("</table></div>\n", out);
}

static void compare_html_legend(const struct compare *c, FILE *out)
{
	unsigned int i;

	fputs("<p class=\"legend\">", out);
	for (i = 0; i < DPC_MODEL_NR; i++)
		if (compare_has_model(c, i))
			fprintf(out, "<span><svg viewBox=\"0 0 34 10\" class=\"m%u\"><path class=\"curve\" d=\"M0 5H34\"/></svg>%s</span>\n",
				i, c->model[i].info.name);
	fputs("</p>\n", out);
}

static void compare_html_models(const struct compare *c, unsigned int load, FILE *out)
{
	static const char * const heads[] = {
		"model", "interrupts<br>per call", "CPU us per<br>interrupt",
		"highest rate<br>without loss, /s", "interrupts per<br>call, at it",
		"rank:<br>latency", "<br>throughput", "<br>cost",
	};
	unsigned int rank[RANK_NR][DPC_MODEL_NR], i, by;
	enum mark mark[RANK_NR][DPC_MODEL_NR];

	for (by = 0; by < RANK_NR; by++)
		compare_ranks(c, load, by, rank[by], mark[by]);
	fputs("<div class=\"scroll\"><table>\n<tr>", out);
	for (i = 0; i < ARRAY_SIZE(heads); i++)
		fprintf(out, "<th>%s</th>", heads[i]);
	fputs("<th class=\"l\">traits</th></tr>\n", out);
	for (i = 0; i < DPC_MODEL_NR; i++) {
		const struct compare_cell *cell = &c->cell[load][i];
		char *traits;

		if (!compare_has_model(c, i))
			continue;
		fprintf(out, "<tr><td>%s</td>", c->model[i].info.name);
		compare_html_number(out, series_median(&cell->per_call), MARK_NONE, NULL, 1);
		compare_html_number(out, series_median(&cell->cost_ns) / 1000, mark[RANK_COST][i],
				    &cell->cost_ns, 1000);
		compare_html_number(out, series_median(&cell->rate), mark[RANK_THROUGHPUT][i],
				    &cell->rate, 1);
		compare_html_number(out, series_median(&cell->rate_per_call), MARK_NONE, NULL, 1);
		for (by = 0; by < RANK_NR; by++)
			fprintf(out, rank[by][i] ? "<td>%u</td>" : "<td class=\"zero\">-</td>",
				rank[by][i]);
		traits = compare_traits(c->model[i].info.traits);
		fprintf(out, "<td class=\"l wrap\">%s</td></tr>\n", traits);
		free(traits);
	}
	fputs("</table></div>\n", out);
}

/* A column of a table of times, for compare_marks(). */
struct compare_html_column {
	unsigned int		stage;
	enum compare_time	time;
};

static const struct series *compare_html_column(const struct compare_cell *cell, const void *what)
{
	const struct compare_html_column *column = what;

	return &cell->stage[column->stage].time[column->time];
}

static void compare_html_stage(const struct compare *c, unsigned int load, unsigned int stage,
			       FILE *out)
{
	enum mark mark[TIME_NR][DPC_MODEL_NR];
	unsigned int i, t;

	for (t = 0; t < TIME_NR; t++)
		compare_marks(c, load, compare_html_column,
			      &(struct compare_html_column){ stage, t },
			      BETTER_LOW, NULL, mark[t]);
	fprintf(out, "<tr><th class=\"group\" colspan=\"7\">%s</th></tr>\n", stage_titles[stage]);
	for (i = 0; i < DPC_MODEL_NR; i++) {
		const struct compare_stage *s = &c->cell[load][i].stage[stage];

		if (!compare_has_model(c, i))
			continue;
		fprintf(out, "<tr><td>%s</td>", c->model[i].info.name);
		for (t = 0; t < TIME_NR; t++)
			compare_html_number(out, compare_time_ns(s, t) / 1000, mark[t][i],
					    t == TIME_P99 ? &s->time[t] : NULL, 1000);
		if (c->budget_us[stage])
			fprintf(out, "<td class=\"%s\">%" PRIu64 "</td></tr>\n",
				s->over ? "over" : "zero", s->over);
		else
			fputs("<td class=\"zero\">-</td></tr>\n", out);
	}
}

#define HTML_NOT_IN_PICTURE \
	"<p class=\"dim\">Not in the picture, because a round has no rate or no CPU time: "

/* A point needs both of its numbers. */
static void compare_html_not_in_picture(const struct compare *c, unsigned int load, FILE *out)
{
	unsigned int i, n = 0;

	for (i = 0; i < DPC_MODEL_NR; i++)
		if (compare_has_model(c, i) && !compare_cost_has_point(&c->cell[load][i]))
			fprintf(out, "%s%s", n++ ? ", " : HTML_NOT_IN_PICTURE,
				c->model[i].info.name);
	if (n)
		fputs(".</p>\n", out);
}

static void compare_html_load(const struct compare *c, unsigned int load, FILE *out)
{
	unsigned int stage, t;

	fprintf(out, "<h2>Load %s: %s</h2>\n<p class=\"dim\">", load_names[load],
		load_titles[load]);
	html_text(out, c->load_detail[load]);
	fputs("</p>\n", out);
	compare_html_models(c, load, out);
	fputs("<h3>Cost against rate</h3>\n<p class=\"dim\">", out);
	fputs("Down and to the right is better. ", out);
	fputs("Crosses: from the smallest to the largest round.</p>\n", out);
	compare_cost(out, c, load);
	compare_html_not_in_picture(c, load, out);
	fputs("<h3>Distributions</h3>\n<p class=\"dim\">", out);
	fputs("Upwards: the share of times that were no longer. ", out);
	fputs("Each step to 90, 99, 99.9 % is as high as the one before: ", out);
	fputs("the further left a curve stays, the better its tail.</p>\n", out);
	compare_html_legend(c, out);
	fputs("<div class=\"dists\">\n", out);
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		compare_cdf(out, c, load, stage);
	fputs("</div>\n<h3>Times in microseconds</h3>\n<div class=\"scroll\"><table>\n<tr><th></th>",
	      out);
	for (t = 0; t < TIME_NR; t++)
		fprintf(out, "<th>%s</th>", compare_time_titles[t]);
	fputs("<th>over budget</th></tr>\n", out);
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		compare_html_stage(c, load, stage, out);
	fputs("</table></div>\n", out);
}

static void compare_html_absent(const struct compare *c, FILE *out)
{
	unsigned int i;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		if (!c->model[i].wanted || c->model[i].info.available)
			continue;
		fprintf(out, "<p>Model <b>%s</b> is absent: it needs ", c->model[i].info.name);
		html_text(out, *c->model[i].info.needs ? c->model[i].info.needs : "another kernel");
		fputs(".</p>\n", out);
	}
	for (i = 0; i < LOAD_NR; i++) {
		if (!c->load_wanted[i] || !c->load_absent[i])
			continue;
		fprintf(out, "<p>Load <b>%s</b> is absent: ", load_names[i]);
		html_text(out, c->load_absent[i]);
		fputs(".</p>\n", out);
	}
}

static void compare_html_method(const struct compare *c, FILE *out)
{
	char *confidence = compare_confidence(c);
	const char * const *line;
	unsigned int load, model, i;

	fputs("<h2>How to read this</h2>\n<p>", out);
	html_text(out, confidence);
	free(confidence);
	fputs(".</p>\n<p>&#9733; clearly the best; = not clearly behind any other; ", out);
	fputs("! clearly the worst. A rank is 1 plus how many are clearly better.</p>\n", out);
	for (line = compare_method(); *line; line++) {
		fputs("<p>", out);
		html_text(out, *line);
		fputs("</p>\n", out);
	}
	fputs("<p>Traits:</p><ul>\n", out);
	for (i = 0; i < compare_trait_count; i++)
		fprintf(out, "<li><b>%s</b>: %s</li>\n", compare_trait_list[i].title,
			compare_trait_list[i].meaning);
	fputs("</ul>\n", out);
	for (load = 0; load < LOAD_NR; load++)
		for (model = 0; model < DPC_MODEL_NR; model++)
			if (c->cell[load][model].lost)
				fprintf(out, "<p>Load %s, model %s: the trace lost %" PRIu64 " events.</p>\n",
					load_names[load], c->model[model].info.name,
					c->cell[load][model].lost);
	fputs("<p class=\"dim\">dpcmon " DPCMON_VERSION "</p>\n", out);
}

static void compare_html_facts(const struct compare *c, FILE *out)
{
	char *workload = compare_workload(c), *where = compare_where(c), cpus[16];

	snprintf(cpus, sizeof(cpus), "%d", c->cpus);
	fputs("<table class=\"facts\">\n", out);
	html_fact(out, "Kernel", c->kernel);
	html_fact(out, "CPUs", cpus);
	html_fact(out, "Date", c->date);
	if (c->params->note)
		html_fact(out, "Note", c->params->note);
	html_fact(out, "Device", c->device);
	html_fact(out, "Workload", workload);
	html_fact(out, "Where", where);
	fputs("<tr><td>Command</td><td><code>", out);
	html_text(out, c->params->line);
	fputs("</code></td></tr>\n</table>\n", out);
	free(workload);
	free(where);
}

int compare_html(const struct compare *c, const char *path)
{
	struct output file;
	unsigned int load;
	FILE *out;

	if (output_open(&file, path))
		return -1;
	out = file.file;
	html_begin(out, "Models of the second stage, compared");
	compare_html_facts(c, out);
	compare_html_absent(c, out);
	compare_html_summary(c, out);
	for (load = 0; load < LOAD_NR; load++)
		if (compare_has_load(c, load))
			compare_html_load(c, load, out);
	compare_html_method(c, out);
	fputs("</body></html>\n", out);
	return output_close(&file, true);
}

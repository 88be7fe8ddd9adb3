// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison as one page: the verdict, what became worse with a picture of each, all rows, and
 * the twins.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diff_cdf.h"
#include "diff_report.h"
#include "diff_words.h"
#include "html.h"
#include "measured.h"
#include "output.h"
#include "params.h"
#include "util.h"

#define DIFF_HTML_PICTURES	12	/* of rows that became worse */

/* A cell of text that is freed. */
static void diff_html_cell(FILE *out, const char *class, char *text)
{
	fprintf(out, "<td class=\"%s\">", class);
	html_text(out, text);
	fputs("</td>", out);
	free(text);
}

/* A paragraph for each line of text that is freed. */
static void diff_html_lines(FILE *out, const char *class, char *text)
{
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		fprintf(out, "<p class=\"%s\">", class);
		html_text(out, line);
		fputs("</p>\n", out);
	}
	free(text);
}

static void diff_html_head(const struct diff_report *r, FILE *out)
{
	const struct diff *d = r->d;
	bool bad = d->nr_files == 2 ? d->count[DIFF_WORSE] : diff_odd_one(d) >= 0;
	unsigned int i;
	char *text;

	if (diff_report_is_judged(r)) {
		fprintf(out, "<p class=\"verdict %s\">", bad ? "bad" : "ok");
		text = diff_words_verdict(d);
		html_text(out, text);
		free(text);
		fputs("</p>\n", out);
	} else if (diff_report_has_rows(r)) {
		text = diff_words_not_judged(d);
		fprintf(out, "<p class=\"verdict\">%s.</p>\n", text);
		free(text);
	}
	fputs("<table class=\"facts\">\n", out);
	for (i = 0; i < d->nr_files; i++) {
		const struct diff_file *f = d->files[i];
		char cpus[32] = "", seconds[32] = "";

		if (f->cpus)
			snprintf(cpus, sizeof(cpus), ", %u CPU%s", f->cpus, f->cpus == 1 ? "" : "s");
		if (f->duration_ns)
			snprintf(seconds, sizeof(seconds), ", %.3g s",
				 f->duration_ns / (double)NSEC_PER_SEC);
		text = xasprintf("%s: %s%s%s%s%s%s%s", f->path, diff_format_names[f->format],
				 *f->kernel ? ", kernel " : "", f->kernel,
				 *f->architecture ? ", " : "", f->architecture, cpus, seconds);
		html_fact(out, diff_words_letter(i), text);
		free(text);
	}
	fputs("<tr><td>Command</td><td><code>", out);
	html_text(out, r->params->line);
	fputs("</code></td></tr>\n</table>\n", out);
	text = diff_words_unfair(d);
	if (*text)
		fputs("<h2>Not the same</h2>\n", out);
	diff_html_lines(out, "wrap", text);
}

static void diff_html_legend(FILE *out, const char * const titles[2])
{
	unsigned int i;

	fputs("<p class=\"legend\">", out);
	for (i = 0; i < 2; i++) {
		fprintf(out, "<span><svg viewBox=\"0 0 34 10\" class=\"m%u\"><path class=\"curve\" d=\"M0 5H34\"/></svg>",
			i);
		html_text(out, titles[i]);
		fputs("</span>\n", out);
	}
	fputs("</p>\n", out);
}

/* ---- Two files ---------------------------------------------------------------------- */

static void diff_html_changes(const struct diff *d, enum diff_change change, const char *title,
			      FILE *out)
{
	enum diff_metric m;
	unsigned int i;

	if (!d->count[change])
		return;
	fprintf(out, "<h2>%s</h2>\n<p class=\"dim\">In brackets, where the true number is at a confidence of 99 %%.</p>\n<ul>\n",
		title);
	for (i = 0; i < d->nr_lines; i++) {
		for (m = 0; m < DIFF_METRIC_NR; m++) {
			if (d->lines[i].change[m] != change)
				continue;
			char *text = diff_words_change(d, &d->lines[i], m);

			fputs("<li>", out);
			html_text(out, text);
			fputs("</li>\n", out);
			free(text);
		}
	}
	fputs("</ul>\n", out);
}

static bool diff_html_is_worse(const struct diff_line *line)
{
	enum diff_metric m;

	for (m = 0; m < DIFF_METRIC_NR; m++)
		if (line->change[m] == DIFF_WORSE)
			return true;
	return false;
}

static void diff_html_pictures(const struct diff *d, FILE *out)
{
	const char * const titles[] = { d->files[0]->path, d->files[1]->path };
	unsigned int i, nr = 0, worse = 0;

	for (i = 0; i < d->nr_lines; i++)
		worse += diff_html_is_worse(&d->lines[i]);
	if (!worse)
		return;
	diff_html_legend(out, titles);
	/* a single one would be as wide as the page */
	fprintf(out, "<div class=\"dists%s\">\n", worse == 1 ? " cost" : "");
	for (i = 0; i < d->nr_lines && nr < DIFF_HTML_PICTURES; i++) {
		const struct diff_line *line = &d->lines[i];
		char *title;

		if (!diff_html_is_worse(line))
			continue;
		title = diff_words_row(line->row[0]);
		diff_cdf(out, title, titles, (const struct diff_times * const[2]) {
			 &line->row[0]->times, &line->row[1]->times });
		free(title);
		nr++;
	}
	fputs("</div>\n", out);
}

static const char * const diff_html_classes[DIFF_CHANGE_NR] = {
	[DIFF_UNKNOWN]	= "zero",
	[DIFF_SHOWN]	= "",
	[DIFF_SAME]	= "",
	[DIFF_UNSURE]	= "zero",
	[DIFF_BETTER]	= "best",
	[DIFF_WORSE]	= "worst",
};

static void diff_html_metric(const struct diff_line *line, enum diff_metric m, FILE *out)
{
	char *was = diff_words_value(m, &line->value[0][m]);
	char *is = diff_words_value(m, &line->value[1][m]);
	char *percent = diff_words_percent(line->percent[m]);

	fprintf(out, "<td class=\"%s\">", diff_html_classes[line->change[m]]);
	html_text(out, percent);
	fputs("<br><span class=\"range\">", out);
	html_text(out, was);
	fputs(" &#8594; ", out);
	html_text(out, is);
	if (m == DIFF_OVER && line->bound_ns)
		fprintf(out, " over %g us", line->bound_ns / (double)NSEC_PER_USEC);
	fputs("</span></td>", out);
	free(was);
	free(is);
	free(percent);
}

static void diff_html_two(const struct diff *d, FILE *out)
{
	enum diff_metric m;
	unsigned int i;

	fputs("<h2>All rows</h2>\n", out);
	fputs("<p class=\"dim\">What changed from A to B; grey: that can be chance.</p>\n", out);
	fputs("<div class=\"scroll\"><table>\n<tr><th>row</th><th>times</th>", out);
	for (m = 0; m < DIFF_METRIC_NR; m++)
		fprintf(out, "<th>%s</th>", diff_metric_titles[m]);
	fputs("</tr>\n", out);
	for (i = 0; i < d->nr_lines; i++) {
		const struct diff_line *line = &d->lines[i];
		unsigned int in = line->row[0] && line->row[1] ? 2 : line->row[1] ? 1 : 0;

		fputs("<tr>", out);
		diff_html_cell(out, "l", diff_words_row(diff_any(d, line)));
		if (in == 2)
			diff_html_cell(out, "", xasprintf("%" PRIu64 " \u2192 %" PRIu64,
							  line->row[0]->times.count,
							  line->row[1]->times.count));
		else
			diff_html_cell(out, "zero", xasprintf("%" PRIu64 ", only in %s",
							      line->row[in]->times.count,
							      diff_words_letter(in)));
		for (m = 0; in == 2 && m < DIFF_METRIC_NR; m++)
			diff_html_metric(line, m, out);
		if (in != 2)
			fprintf(out, "<td colspan=\"%d\"></td>", DIFF_METRIC_NR);
		fputs("</tr>\n", out);
	}
	fputs("</table></div>\n", out);
}

/* ---- More files --------------------------------------------------------------------- */

static void diff_html_many(const struct diff *d, FILE *out)
{
	unsigned int i, j;

	fputs("<h2>p99 of all rows</h2>\n<p class=\"dim\">Red: this number, ", out);
	fputs("or another one of the row, is far from the median of all.</p>\n", out);
	fputs("<div class=\"scroll\"><table>\n<tr><th>row</th>", out);
	for (i = 0; i < d->nr_files; i++)
		fprintf(out, "<th>%s</th>", diff_words_letter(i));
	fputs("<th>median</th></tr>\n", out);
	for (i = 0; i < d->nr_lines; i++) {
		const struct diff_line *line = &d->lines[i];

		fputs("<tr>", out);
		diff_html_cell(out, "l", diff_words_row(diff_any(d, line)));
		for (j = 0; j < d->nr_files; j++)
			diff_html_cell(out, line->odd[j] ? "over" : line->row[j] ? "" : "zero",
				       line->row[j] ?
				       diff_words_value(DIFF_P99, &line->value[j][DIFF_P99]) :
				       xstrdup("absent"));
		diff_html_cell(out, "", diff_words_number(DIFF_P99, line->median[DIFF_P99]));
		fputs("</tr>\n", out);
	}
	fputs("</table></div>\n", out);
}

static void diff_html_odd(const struct diff *d, unsigned int file, FILE *out)
{
	enum diff_metric m;
	unsigned int i;
	char *text;

	if (!d->odd_rows[file])
		return;
	fprintf(out, "<h2>Odd in %s</h2>\n<ul>\n", diff_words_letter(file));
	for (i = 0; i < d->nr_lines; i++) {
		for (m = 0; m < DIFF_METRIC_NR; m++) {
			if (!(d->lines[i].odd[file] & 1u << m))
				continue;
			text = diff_words_odd(d, &d->lines[i], m, file);
			fputs("<li>", out);
			html_text(out, text);
			fputs("</li>\n", out);
			free(text);
		}
	}
	fputs("</ul>\n", out);
}

/* ---- Twins -------------------------------------------------------------------------- */

static void diff_html_sides(const struct diff_pair *pair, enum diff_pair_stage stage, FILE *out)
{
	static const enum diff_metric shown[] = {
		DIFF_RATE, DIFF_AVG, DIFF_P50, DIFF_P99, DIFF_MAX,
	};
	unsigned int i, j;

	fputs("<div class=\"scroll\"><table>\n<tr><th></th>", out);
	fputs("<th class=\"l\">rows</th><th>times</th>", out);
	for (i = 0; i < ARRAY_SIZE(shown); i++)
		fprintf(out, "<th>%s</th>", diff_metric_titles[shown[i]]);
	fputs("</tr>\n", out);
	for (i = 0; i < 2; i++) {
		const struct diff_pair_side *side = &pair->side[stage][i];

		if (!side->nr_rows)
			continue;
		fputs("<tr>", out);
		diff_html_cell(out, "l", xstrdup(pair->names[i]));
		diff_html_cell(out, "l", xstrdup(side->kinds));
		diff_html_cell(out, "", xasprintf("%" PRIu64, side->times.count));
		for (j = 0; j < ARRAY_SIZE(shown); j++)
			diff_html_cell(out, "", diff_words_value(shown[j], &side->value[shown[j]]));
		fputs("</tr>\n", out);
	}
	fputs("</table></div>\n", out);
}

static void diff_html_shares(const struct diff_pair *pair, enum diff_pair_stage stage, FILE *out)
{
	struct diff_pair_share shares[DIFF_BOUNDS_MAX];
	unsigned int nr = diff_pair_shares(pair, stage, shares), i, j;
	char *range;

	fputs("<div class=\"scroll\"><table>\n<tr><th>up to</th>", out);
	for (i = 0; i < 2; i++) {
		fputs("<th>", out);
		html_text(out, pair->names[i]);
		fputs("</th>", out);
	}
	fputs("</tr>\n", out);
	for (i = 0; i < nr; i++) {
		fprintf(out, "<tr><td>%llu us</td>", shares[i].ns / NSEC_PER_USEC);
		for (j = 0; j < 2; j++) {
			range = diff_words_range(DIFF_OVER, &shares[i].share[j]);
			fprintf(out, "<td>%.2f %% <span class=\"range\">%s</span></td>",
				shares[i].share[j].value * 100, range);
			free(range);
		}
		fputs("</tr>\n", out);
		/* from there on, both have all */
		if (shares[i].share[0].value >= 1 && shares[i].share[1].value >= 1)
			break;
	}
	fputs("</table></div>\n", out);
}

static void diff_html_pair(const struct diff *d, const struct diff_pair *pair, FILE *out)
{
	const char * const titles[] = { pair->names[0], pair->names[1] };
	enum diff_pair_stage stage;

	fputs("<h2>", out);
	html_text(out, pair->names[0]);
	fputs(" beside ", out);
	html_text(out, pair->names[1]);
	fputs("</h2>\n<p class=\"dim\">Share of all times that were shorter. ", out);
	fputs("A dot is known; lines only lead the eye.</p>\n", out);
	diff_html_legend(out, titles);
	fputs("<div class=\"dists\">\n", out);
	for (stage = 0; stage < DIFF_PAIR_STAGE_NR; stage++)
		if (diff_pair_has(pair, stage))
			diff_cdf(out, diff_pair_titles[stage], titles,
				 (const struct diff_times * const[2]) {
				 &pair->side[stage][0].times, &pair->side[stage][1].times });
	fputs("</div>\n", out);
	for (stage = 0; stage < DIFF_PAIR_STAGE_NR; stage++) {
		fprintf(out, "<h3>%s</h3>\n", diff_pair_titles[stage]);
		diff_html_sides(pair, stage, out);
		if (diff_pair_has(pair, stage))
			diff_html_shares(pair, stage, out);
		diff_html_lines(out, "dim", diff_pair_gaps(d, pair, stage));
	}
}

int diff_html(const struct diff_report *r, const char *path)
{
	const struct diff *d = r->d;
	struct output file;
	unsigned int i;
	FILE *out;

	if (output_open(&file, path))
		return -1;
	out = file.file;
	html_begin(out, "What was measured, compared");
	diff_html_head(r, out);
	for (i = 0; i < r->nr_pairs; i++)
		diff_html_pair(d, &r->pairs[i], out);
	if (d->nr_files == 2 && diff_report_has_rows(r)) {
		diff_html_changes(d, DIFF_WORSE, "Worse", out);
		diff_html_pictures(d, out);
		diff_html_changes(d, DIFF_BETTER, "Better", out);
		diff_html_two(d, out);
	} else if (d->nr_files > 2) {
		for (i = 0; i < d->nr_files; i++)
			diff_html_odd(d, i, out);
		diff_html_many(d, out);
	}
	fputs("<p class=\"dim\">dpcmon " DPCMON_VERSION "</p>\n</body></html>\n", out);
	return output_close(&file, true);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison as JSON; docs/schema has the fields.  What is not known is null.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <json.h>

#include "diff_report.h"
#include "diff_words.h"
#include "json_out.h"
#include "measured.h"
#include "params.h"

/* Numbers that are no integers: seven digits are more than they are worth. */
static struct json_object *diff_json_number(double value)
{
	char text[40];

	if (!is_measured(value) || isinf(value))
		return NULL;
	snprintf(text, sizeof(text), "%.7g", value);
	return json_out_new(json_object_new_double_s(value, text));
}

static struct json_object *diff_json_value(enum diff_metric m, const struct diff_value *v)
{
	struct json_object *o = json_out_object();
	double unit = m == DIFF_OVER ? 100 : 1;

	json_out_add(o, "value", diff_json_number(v->value * unit));
	json_out_add(o, "low", diff_json_number(v->low * unit));
	json_out_add(o, "high", diff_json_number(v->high * unit));
	return o;
}

static void diff_json_values(struct json_object *o, const struct diff_value value[DIFF_METRIC_NR])
{
	enum diff_metric m;

	for (m = 0; m < DIFF_METRIC_NR; m++)
		json_out_add(o, diff_metric_keys[m], diff_json_value(m, &value[m]));
}

static void diff_json_known(struct json_object *o, const char *key, uint64_t value)
{
	json_out_add(o, key, value ? json_out_new(json_object_new_uint64(value)) : NULL);
}

static struct json_object *diff_json_file(const struct diff_file *f, unsigned int i)
{
	struct json_object *o = json_out_object();

	json_out_text(o, "letter", diff_words_letter(i));
	json_out_text(o, "path", f->path);
	json_out_text(o, "format", diff_format_names[f->format]);
	json_out_text(o, "kernel", *f->kernel ? f->kernel : NULL);
	json_out_text(o, "architecture", *f->architecture ? f->architecture : NULL);
	diff_json_known(o, "cpus", f->cpus);
	diff_json_known(o, "duration_ns", f->duration_ns);
	json_out_text(o, "lost", f->lost);
	return o;
}

/* A list of the lines of @text, which is freed. */
static struct json_object *diff_json_lines(char *text)
{
	struct json_object *list = json_out_array();
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			json_out_append(list, json_out_new(json_object_new_string(line)));
	free(text);
	return list;
}

/* ---- Rows --------------------------------------------------------------------------- */

static struct json_object *diff_json_in_file(const struct diff_line *line, unsigned int i)
{
	struct json_object *o;

	if (!line->row[i])
		return NULL;
	o = json_out_object();
	json_out_text(o, "name", line->row[i]->name);
	json_out_u64(o, "count", line->row[i]->times.count);
	json_out_u64(o, "budget_ns", line->row[i]->times.budget_ns);
	diff_json_values(o, line->value[i]);
	return o;
}

/* null: the row is not in both of two files */
static struct json_object *diff_json_change(const struct diff *d, const struct diff_line *line)
{
	struct json_object *all, *o;
	enum diff_metric m;

	if (d->nr_files != 2 || !line->row[0] || !line->row[1])
		return NULL;
	all = json_out_object();
	for (m = 0; m < DIFF_METRIC_NR; m++) {
		o = json_out_object();
		json_out_text(o, "what", diff_change_names[line->change[m]]);
		json_out_add(o, "percent", diff_json_number(line->percent[m]));
		json_out_add(all, diff_metric_keys[m], o);
	}
	return all;
}

static struct json_object *diff_json_median(const struct diff *d, const struct diff_line *line)
{
	struct json_object *o;
	enum diff_metric m;
	double unit;

	if (d->nr_files == 2)
		return NULL;
	o = json_out_object();
	for (m = 0; m < DIFF_METRIC_NR; m++) {
		unit = m == DIFF_OVER ? 100 : 1;
		json_out_add(o, diff_metric_keys[m],
			     diff_json_number(line->median[m] * unit));
	}
	return o;
}

static struct json_object *diff_json_odd(const struct diff *d, const struct diff_line *line)
{
	struct json_object *list = json_out_array(), *o;
	enum diff_metric m;
	unsigned int i;

	for (i = 0; i < d->nr_files; i++) {
		for (m = 0; m < DIFF_METRIC_NR; m++) {
			if (!(line->odd[i] & 1u << m))
				continue;
			o = json_out_object();
			json_out_text(o, "letter", diff_words_letter(i));
			json_out_text(o, "number", diff_metric_keys[m]);
			json_out_append(list, o);
		}
	}
	return list;
}

static struct json_object *diff_json_line(const struct diff *d, const struct diff_line *line)
{
	struct json_object *o = json_out_object(), *list = json_out_array();
	const struct diff_row *row = diff_any(d, line);
	unsigned int i;

	json_out_text(o, "driver", row->driver);
	json_out_text(o, "kind", row->kind);
	json_out_text(o, "name", row->key);
	for (i = 0; i < d->nr_files; i++)
		json_out_append(list, diff_json_in_file(line, i));
	json_out_add(o, "files", list);
	json_out_add(o, "change", diff_json_change(d, line));
	json_out_add(o, "median", diff_json_median(d, line));
	json_out_add(o, "odd", diff_json_odd(d, line));
	diff_json_known(o, "share_bound_ns", line->bound_ns);
	return o;
}

/* ---- Twins -------------------------------------------------------------------------- */

static struct json_object *diff_json_side(const struct diff_pair *pair,
					  enum diff_pair_stage stage, unsigned int i)
{
	const struct diff_pair_side *side = &pair->side[stage][i];
	struct json_object *o;

	if (!side->nr_rows)
		return NULL;
	o = json_out_object();
	json_out_text(o, "kinds", side->kinds);
	json_out_u64(o, "rows", side->nr_rows);
	json_out_u64(o, "count", side->times.count);
	diff_json_values(o, side->value);
	return o;
}

static struct json_object *diff_json_shares(const struct diff_pair *pair,
					    enum diff_pair_stage stage)
{
	struct diff_pair_share shares[DIFF_BOUNDS_MAX];
	struct json_object *list = json_out_array(), *o, *files;
	unsigned int nr = 0, i, j;

	if (diff_pair_has(pair, stage))
		nr = diff_pair_shares(pair, stage, shares);
	for (i = 0; i < nr; i++) {
		o = json_out_object();
		json_out_u64(o, "up_to_ns", shares[i].ns);
		files = json_out_array();
		for (j = 0; j < 2; j++)
			json_out_append(files,
					diff_json_value(DIFF_OVER, &shares[i].share[j]));
		json_out_add(o, "percent", files);
		json_out_append(list, o);
	}
	return list;
}

static struct json_object *diff_json_stage(const struct diff *d, const struct diff_pair *pair,
					   enum diff_pair_stage stage)
{
	struct json_object *o = json_out_object(), *list = json_out_array();
	unsigned int i;

	for (i = 0; i < 2; i++)
		json_out_append(list, diff_json_side(pair, stage, i));
	json_out_add(o, "files", list);
	json_out_add(o, "shares", diff_json_shares(pair, stage));
	json_out_add(o, "not_comparable",
		     diff_json_lines(diff_pair_gaps(d, pair, stage)));
	return o;
}

static struct json_object *diff_json_pair(const struct diff *d, const struct diff_pair *pair)
{
	struct json_object *o = json_out_object(), *list = json_out_array();
	enum diff_pair_stage stage;
	unsigned int i;

	for (i = 0; i < 2; i++)
		json_out_append(list, json_out_new(json_object_new_string(pair->names[i])));
	json_out_add(o, "drivers", list);
	for (stage = 0; stage < DIFF_PAIR_STAGE_NR; stage++)
		json_out_add(o, diff_pair_keys[stage], diff_json_stage(d, pair, stage));
	return o;
}

/* ---- The document ------------------------------------------------------------------- */

static const char *diff_json_status(const struct diff_report *r)
{
	if (!diff_report_is_judged(r))
		return "not_judged";
	if (r->d->nr_files == 2)
		return r->d->count[DIFF_WORSE] ? "worse" : "not_worse";
	return diff_odd_one(r->d) < 0 ? "none_odd" : "odd";
}

int diff_json(const struct diff_report *r, const char *path)
{
	struct json_object *o = json_out_object(), *list = json_out_array();
	const struct diff *d = r->d;
	int odd = d->nr_files > 2 ? diff_odd_one(d) : -1;
	char *verdict = diff_report_is_judged(r) ? diff_words_verdict(d) : NULL;
	unsigned int i;

	json_out_head(o, "dpcmon-diff-1");
	json_out_text(o, "command", r->params->line);
	json_out_add(o, "worse_percent", diff_json_number(d->worse_percent));
	json_out_u64(o, "least_ns", d->least_ns);
	json_out_u64(o, "confidence_percent", 99);
	for (i = 0; i < d->nr_files; i++)
		json_out_append(list, diff_json_file(d->files[i], i));
	json_out_add(o, "files", list);
	json_out_add(o, "unfair", diff_json_lines(diff_words_unfair(d)));
	json_out_text(o, "status", diff_json_status(r));
	json_out_text(o, "odd_one", odd < 0 ? NULL : diff_words_letter(odd));
	json_out_text(o, "verdict", verdict);
	free(verdict);
	list = json_out_array();
	for (i = 0; i < d->nr_lines; i++)
		json_out_append(list, diff_json_line(d, &d->lines[i]));
	json_out_add(o, "rows", list);
	list = json_out_array();
	for (i = 0; i < r->nr_pairs; i++)
		json_out_append(list, diff_json_pair(d, &r->pairs[i]));
	json_out_add(o, "pairs", list);
	return json_out_write(o, path, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon compare without a device: statistics on numbers whose answer is known,
 * the command line, and the reports of a comparison that is made up here.
 * KTAP on stdout; JSON that is made on the way stays in the folder that the command line
 * names, for the schemas.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json.h>

#include "analysis.h"
#include "compare.h"
#include "compare_html.h"
#include "compare_json.h"
#include "compare_text.h"
#include "list.h"
#include "measured.h"
#include "parse.h"
#include "raiser.h"
#include "rate.h"
#include "shuffle.h"
#include "stat_json.h"
#include "util.h"

#include "../../tests/ktap_write.h"

static bool unit_failed;
static const char *unit_folder;

#define EXPECT(what, is, should)						\
do {										\
	double _is = (is), _should = (should);					\
										\
	if (!(fabs(_is - _should) < 0.000001)) {					\
		printf("# %s:%d: %s is %g, should be %g\n",			\
		       __func__, __LINE__, what, _is, _should);			\
		unit_failed = true;						\
	}									\
} while (0)

#define EXPECT_TRUE(cond)	EXPECT(#cond, !!(cond), 1)

static struct series unit_series(unsigned int nr, const double *values)
{
	struct series s = { 0 };

	while (nr--)
		series_add(&s, *values++);
	return s;
}

#define SERIES(...)								\
	unit_series(ARRAY_SIZE(((double[]){ __VA_ARGS__ })), (double[]){ __VA_ARGS__ })

/* ---- Statistics -------------------------------------------------------------- */

static void interval_is_from_smallest_to_largest_round(void)
{
	struct series s = SERIES(5, 3, 9, 4, 8), even = SERIES(1, 2, 3, 10), none = { 0 };

	EXPECT("low", series_low(&s), 3);
	EXPECT("high", series_high(&s), 9);
	EXPECT("median", series_median(&s), 5);
	EXPECT("median of an even number", series_median(&even), 2.5);
	EXPECT("first value is left alone", s.value[0], 5);
	EXPECT_TRUE(isnan(series_median(&none)));
	EXPECT_TRUE(isnan(series_low(&none)));
}

static void series_never_overflows(void)
{
	struct series s = { 0 };
	unsigned int i;

	for (i = 0; i < SERIES_MAX + 10; i++)
		series_add(&s, i);
	EXPECT("values", s.nr, SERIES_MAX);
}

static void confidence_is_that_of_the_median(void)
{
	EXPECT("1 round", series_confidence(1), 0);
	EXPECT("2 rounds", series_confidence(2), 50);
	EXPECT("5 rounds", series_confidence(5), 93.75);
	EXPECT("none", series_confidence(0), 0);
}

static void one_is_better_only_if_nothing_overlaps(void)
{
	struct series a = SERIES(1, 2), b = SERIES(3, 4), touches = SERIES(2, 5);

	EXPECT_TRUE(series_clearly(&a, &b, BETTER_LOW));
	EXPECT_TRUE(!series_clearly(&b, &a, BETTER_LOW));
	EXPECT_TRUE(series_clearly(&b, &a, BETTER_HIGH));
	EXPECT_TRUE(!series_clearly(&a, &touches, BETTER_LOW));
	EXPECT_TRUE(!series_clearly(&touches, &a, BETTER_HIGH));
}

/* Two percentiles that are one cell of the histogram apart. */
static void a_gap_below_the_resolution_is_a_tie(void)
{
	struct series a = SERIES(1000, 1000), b = SERIES(1010, 1010), c = SERIES(1020, 1020);

	EXPECT_TRUE(!series_clearly(&a, &b, BETTER_LOW));
	EXPECT_TRUE(series_clearly(&a, &c, BETTER_LOW));
}

static void one_round_is_never_better(void)
{
	struct series a = SERIES(1), b = SERIES(100, 200);

	EXPECT_TRUE(!series_clearly(&a, &b, BETTER_LOW));
	EXPECT_TRUE(!series_clearly(&b, &a, BETTER_HIGH));
}

/*
 *	a  |--|
 *	b        |-----|
 *	c            |-----|
 *	d                     |--|
 */
static void ranks_count_who_is_clearly_better(void)
{
	struct series a = SERIES(1, 2), b = SERIES(4, 7), c = SERIES(6, 9), d = SERIES(11, 12);
	const struct series *list[] = { &d, &b, &a, &c };
	unsigned int rank[4];
	enum mark mark[4];

	series_rank(list, 4, BETTER_LOW, rank, mark);
	EXPECT("a", rank[2], 1);
	EXPECT("b", rank[1], 2);
	EXPECT("c", rank[3], 2);
	EXPECT("d", rank[0], 4);
	EXPECT("a is the best", mark[2], MARK_BEST);
	EXPECT("b", mark[1], MARK_NONE);
	EXPECT("d is the worst", mark[0], MARK_WORST);
	series_rank(list, 4, BETTER_HIGH, rank, mark);
	EXPECT("d, high", rank[0], 1);
	EXPECT("a, high", rank[2], 4);
	EXPECT("d is the best, high", mark[0], MARK_BEST);
}

static void overlap_at_the_top_has_no_winner(void)
{
	struct series a = SERIES(1, 4), b = SERIES(3, 5), c = SERIES(8, 9);
	const struct series *list[] = { &a, &b, &c };
	unsigned int rank[3];
	enum mark mark[3];

	series_rank(list, 3, BETTER_LOW, rank, mark);
	EXPECT("a", mark[0], MARK_TIE);
	EXPECT("b", mark[1], MARK_TIE);
	EXPECT("c", mark[2], MARK_WORST);
	EXPECT("rank of a", rank[0], 1);
	EXPECT("rank of b", rank[1], 1);
	EXPECT("rank of c", rank[2], 3);
}

static void what_was_not_measured_has_no_rank(void)
{
	struct series a = SERIES(1, 4), none = { 0 };
	const struct series *list[] = { &a, NULL, &none };
	unsigned int rank[3];
	enum mark mark[3];

	series_rank(list, 3, BETTER_LOW, rank, mark);
	EXPECT("rank", rank[0], 1);
	EXPECT("rank of NULL", rank[1], 0);
	EXPECT("rank of nothing", rank[2], 0);
	EXPECT("alone there is no best", mark[0], MARK_NONE);
	EXPECT("mark of nothing", mark[2], MARK_NONE);
}

/* As a rate of which no try was held: neither the lowest nor a tie with anybody. */
static void a_round_without_a_number_ranks_nowhere(void)
{
	struct series a = SERIES(100, 110), b = SERIES(100, 105), none = { 0 };
	struct series some = SERIES(50, NOT_MEASURED, 500);
	const struct series *list[] = { &a, &some, &b, &none };
	enum better better;
	unsigned int rank[4];
	enum mark mark[4];

	series_add(&none, NOT_MEASURED);
	series_add(&none, NOT_MEASURED);
	EXPECT("known", series_known(&some), 2);
	EXPECT_TRUE(!series_measured(&some) && !series_measured(&none) && series_measured(&a));
	EXPECT_TRUE(!is_measured(series_median(&some)));
	EXPECT_TRUE(!is_measured(series_low(&some)) && !is_measured(series_high(&some)));
	for (better = BETTER_LOW; better <= BETTER_HIGH; better++) {
		EXPECT_TRUE(!series_clearly(&some, &a, better));
		EXPECT_TRUE(!series_clearly(&a, &some, better));
		series_rank(list, 4, better, rank, mark);
		EXPECT("rank of some", rank[1], 0);
		EXPECT("rank of none", rank[3], 0);
		EXPECT("mark of some", mark[1], MARK_NONE);
		EXPECT("mark of none", mark[3], MARK_NONE);
		EXPECT("mark of a", mark[0], MARK_TIE);
		EXPECT("mark of b", mark[2], MARK_TIE);
	}
}

static void cpu_time_below_the_noise_is_not_measured(void)
{
	struct series good = SERIES(4000, -100, 5000, 6000, 4500), zero = SERIES(0, 0, 0);
	struct series negative = SERIES(-4000, -100, 5000, -6000, 4500), few = SERIES(1, 2);

	EXPECT("the middle one", series_cost(&good, 3), 4500);
	EXPECT_TRUE(!is_measured(series_cost(&negative, 3)));
	EXPECT_TRUE(!is_measured(series_cost(&zero, 3)));
	EXPECT_TRUE(!is_measured(series_cost(&few, 3)));
}

static void the_same_seed_is_the_same_order(void)
{
	unsigned int a[9], b[9], c[9], i, seen = 0, differ = 0;
	uint64_t x = 7, y = 7, z = 8;

	for (i = 0; i < 9; i++) {
		a[i] = i;
		b[i] = i;
		c[i] = i;
	}
	shuffle(a, 9, &x);
	shuffle(b, 9, &y);
	shuffle(c, 9, &z);
	for (i = 0; i < 9; i++) {
		EXPECT("place", a[i], b[i]);
		seen |= 1u << a[i];
		differ += a[i] != c[i];
	}
	EXPECT("nobody is lost", seen, 0x1ff);
	EXPECT_TRUE(differ > 0);
}

static void every_order_is_about_as_frequent(void)
{
	unsigned int order[3], count[27] = { 0 }, i, used = 0;
	uint64_t state = 0;

	for (i = 0; i < 6000; i++) {
		order[0] = 0;
		order[1] = 1;
		order[2] = 2;
		shuffle(order, 3, &state);
		count[order[0] * 9 + order[1] * 3 + order[2]]++;
	}
	for (i = 0; i < ARRAY_SIZE(count); i++) {
		used += count[i] > 0;
		EXPECT_TRUE(!count[i] || (count[i] > 850 && count[i] < 1150));
	}
	EXPECT("orders", used, 6);
}

/* ---- The search for the highest rate ------------------------------------------- */

/* @limit: from this pace on it is held.  @flaky: every probe fails at first. */
struct unit_machine {
	uint32_t	limit;
	bool		flaky;
	uint32_t	last;
	unsigned int	probes;
	int		give_up;
};

static int unit_try(void *context, uint32_t pace_us, struct rate_probe *probe)
{
	struct unit_machine *m = context;
	bool first = pace_us != m->last;

	m->last = pace_us;
	m->probes++;
	if (m->give_up && !--m->give_up)
		return -1;
	probe->held = pace_us >= m->limit && !(m->flaky && first);
	probe->rate = 1e6 / pace_us;
	return 0;
}

static void rate_search_finds_the_limit(void)
{
	static const uint32_t limits[] = { 1, 2, 7, 60, 333, 5000 };
	static const uint32_t starts[] = { 0, 1, 50, 20000 };
	unsigned int i, j;
	struct rate_probe best;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		for (j = 0; j < ARRAY_SIZE(starts); j++) {
			struct unit_machine m = { .limit = limits[i] };

			EXPECT("status", rate_search(unit_try, &m, starts[j], &best), 0);
			/* never above what is held, and at most a fourth below it */
			EXPECT_TRUE(!best.held || best.rate <= 1e6 / limits[i] + 1);
			EXPECT_TRUE(m.probes >= RATE_PROBES_MAX ||
				    best.rate >= 0.75 * 1e6 / limits[i]);
			EXPECT_TRUE(m.probes <= RATE_PROBES_MAX);
		}
	}
}

static void rate_search_is_exact_near_its_start(void)
{
	struct unit_machine m = { .limit = 60 };
	struct rate_probe best;

	EXPECT("status", rate_search(unit_try, &m, 55, &best), 0);
	EXPECT_TRUE(best.rate >= 1e6 / 62);
}

static void rate_search_gives_a_second_chance(void)
{
	struct unit_machine m = { .limit = 1, .flaky = true };
	struct rate_probe best;

	EXPECT("status", rate_search(unit_try, &m, 4, &best), 0);
	EXPECT("rate", best.rate, 1e6);
}

static void rate_that_is_never_held_is_not_measured(void)
{
	struct unit_machine m = { .limit = UINT32_MAX };
	struct rate_probe best = { .rate = 5 };

	EXPECT("status", rate_search(unit_try, &m, 100, &best), 0);
	EXPECT_TRUE(!best.held && !is_measured(best.rate) && !is_measured(best.per_call));
	EXPECT_TRUE(m.probes <= RATE_PROBES_MAX);
}

static void rate_search_ends_when_asked_to(void)
{
	struct unit_machine m = { .limit = 60, .give_up = 2 };
	struct rate_probe best;

	EXPECT("status", rate_search(unit_try, &m, 100, &best), -1);
}

/* ---- Bursts ------------------------------------------------------------------------ */

static void one_late_interrupt_is_the_devices_own(void)
{
	static const struct { uint64_t came, interrupts, late; } cases[] = {
		{ 0, 0, 0 }, { 60, 60, 0 }, { 100, 100, 0 }, { 101, 100, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct raised r = { .raised = 100, .interrupts = 7, .late = 7 };

		EXPECT("accepted", raiser_count(&r, cases[i].came), 0);
		EXPECT("interrupts", r.interrupts, cases[i].interrupts);
		EXPECT("late", r.late, cases[i].late);
	}
}

static void two_interrupts_too_many_are_a_strangers(void)
{
	struct raised r = { .raised = 100 }, most = { .raised = UINT32_MAX };

	EXPECT("102 of 100", raiser_count(&r, 102), -1);
	EXPECT("no number wraps", raiser_count(&r, UINT64_MAX), -1);
	EXPECT("nor does the limit", raiser_count(&most, (uint64_t)UINT32_MAX + 1), 0);
	EXPECT("late", most.late, 1);
}

/* ---- Distributions ---------------------------------------------------------------- */

static void merged_histogram_is_that_of_all_rounds(void)
{
	struct hist a = { 0 }, b = { 0 }, all = { 0 };
	struct hist_step *steps = xcalloc(HIST_CELLS, sizeof(*steps));
	unsigned int i, nr;

	for (i = 1; i <= 100; i++) {
		hist_add(i & 1 ? &a : &b, i);
		hist_add(&all, i);
	}
	hist_merge(&a, &b);
	EXPECT("count", a.count, 100);
	EXPECT("total", a.total, 5050);
	EXPECT("max", a.max, 100);
	EXPECT("p50", hist_percentile(&a, 50, 100), 50);
	EXPECT("p99", hist_percentile(&a, 99, 100), 99);
	EXPECT("buckets", a.buckets[0], all.buckets[0]);
	nr = hist_steps(&a, steps);
	EXPECT("steps", nr, 100);
	EXPECT("first step", steps[0].ns, 1);
	EXPECT("last step", steps[nr - 1].count, 100);
	EXPECT("end", steps[nr - 1].ns, 100);
	hist_free(&a);
	hist_free(&b);
	hist_free(&all);
	free(steps);
}

/* ---- The command line --------------------------------------------------------------- */

/* Its own messages would spoil the KTAP. */
static enum parse_result unit_parse(struct params *p, const char *line)
{
	char *copy = xstrdup(line), *rest = copy, *argv[32];
	int argc = 0, err = dup(2), out = dup(1), null = open("/dev/null", O_WRONLY);
	enum parse_result result;

	while ((argv[argc] = strsep(&rest, " ")))
		argc++;
	fflush(stdout);
	dup2(null, 2);
	dup2(null, 1);
	optind = 0;
	result = parse_command_line(p, argc, argv);
	fflush(stdout);
	dup2(err, 2);
	dup2(out, 1);
	close(err);
	close(out);
	close(null);
	parse_free(p);
	free(copy);
	return result;
}

static void options_that_make_no_sense_are_refused(void)
{
	static const char * const lines[] = {
		"dpcmon compare --models nothing", "dpcmon compare --models dpc,,wq",
		"dpcmon compare --models", "dpcmon compare --load none,sun",
		"dpcmon compare --rounds 0", "dpcmon compare --rounds 51",
		"dpcmon compare --rounds x", "dpcmon compare --seed -1",
		"dpcmon compare --rt-priority 0", "dpcmon compare --rt-priority 99",
		"dpcmon compare --body isr=10", "dpcmon compare --body dpc=10001",
		"dpcmon compare --pace 1000001", "dpcmon compare --interrupts 0",
		"dpcmon compare --interrupts 100001", "dpcmon compare --budget nothing=1",
		"dpcmon compare --factorials 1",
		"dpcmon compare here", "dpcmon run --rounds 3", "dpcmon stat --models dpc",
	};
	struct params p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		EXPECT(lines[i], unit_parse(&p, lines[i]), PARSE_BAD);
}

static void options_say_what_is_compared(void)
{
	static const char line[] =
		"dpcmon compare --models dpc,hardirq --load all --rounds 2 --seed 9";
	struct params p;

	EXPECT("status", unit_parse(&p, "dpcmon compare"), PARSE_OK);
	EXPECT("all models", p.compare.models, (1 << DPC_MODEL_NR) - 1);
	EXPECT("loads", p.compare.loads, 1 << LOAD_NONE | 1 << LOAD_HOG);
	EXPECT("rounds", p.compare.rounds, 5);
	EXPECT("status", unit_parse(&p, "dpcmon compare --body dpc=10,work=50 --rt-priority 60"),
	       PARSE_OK);
	EXPECT("body", p.body_dpc_us, 10);
	EXPECT("body of work", p.body_work_us, 50);
	EXPECT("priority", p.compare.rt_priority, 60);
	EXPECT("status", unit_parse(&p, line), PARSE_OK);
	EXPECT("models", p.compare.models, 1 << DPC_MODEL_DPC | 1 << DPC_MODEL_HARDIRQ);
	EXPECT("loads", p.compare.loads, (1 << LOAD_NR) - 1);
	EXPECT("rounds", p.compare.rounds, 2);
	EXPECT("seed", p.compare.seed, 9);
}

/* ---- Reports ----------------------------------------------------------------------- */

static struct params unit_params = {
	.command = CMD_COMPARE, .line = (char *)"dpcmon compare --note '<b>'",
	.note = "<b>&\"", .interrupts = 100, .pace_us = 500,
	.compare = { .rounds = 3, .seed = 1 },
};

/* @ns of the dpc stage: around @ns, in each round a little more. */
static void unit_cell(struct compare_cell *cell, uint64_t ns, double cost, double rate)
{
	unsigned int round, stage, t, i;

	for (round = 0; round < 3; round++) {
		for (stage = 0; stage < DPC_STAGE_NR; stage++) {
			for (i = 0; i < 100; i++)
				hist_add(&cell->stage[stage].hist, ns + i);
			for (t = 0; t < TIME_NR; t++)
				series_add(&cell->stage[stage].time[t], ns + round);
		}
		series_add(&cell->per_call, 1);
		series_add(&cell->rate_per_call, 2);
		series_add(&cell->cost_ns, cost + round);
		series_add(&cell->rate, rate + round);
		cell->raised += 100;
		cell->interrupts += 100;
	}
}

/* dpc is the fastest; tasklet and wq tie in cost; bh_wq is absent. */
static struct compare *unit_compare(void)
{
	static const struct {
		uint32_t	id;
		const char	*name;
		uint64_t	ns;
		double		cost;
		double		rate;
	} models[] = {
		{ DPC_MODEL_DPC, "dpc", 1000, 5000, 90000 },
		{ DPC_MODEL_TASKLET, "tasklet", 2000, 4000, 80000 },
		{ DPC_MODEL_WQ, "wq", 9000, 4001, 20000 },
	};
	struct compare *c = xcalloc(1, sizeof(*c));
	struct dpc_model_info *info;
	unsigned int i;

	c->params = &unit_params;
	snprintf(c->kernel, sizeof(c->kernel), "%s", "6.12.0");
	snprintf(c->date, sizeof(c->date), "%s", "2026-01-01 00:00:00 +0000");
	c->cpus = 2;
	c->device = "/dev/dpc_edu0";
	c->irq_cpu = 1;
	c->raise_cpu = 0;
	c->rounds = 3;
	c->load_wanted[LOAD_NONE] = true;
	c->load_detail[LOAD_NONE] = "nothing beside the device";
	c->load_wanted[LOAD_STORM] = true;
	c->load_absent[LOAD_STORM] = "it needs a second edu device";
	for (i = 0; i < DPC_STAGE_NR; i++)
		c->budget_us[i] = 100;
	for (i = 0; i < ARRAY_SIZE(models); i++) {
		info = &c->model[models[i].id].info;
		info->model = models[i].id;
		info->available = 1;
		info->traits = DPC_MODEL_SAME_CPU;
		snprintf(info->name, sizeof(info->name), "%s", models[i].name);
		c->model[models[i].id].wanted = true;
		unit_cell(&c->cell[LOAD_NONE][models[i].id], models[i].ns, models[i].cost,
			  models[i].rate);
	}
	info = &c->model[DPC_MODEL_BH_WQ].info;
	snprintf(info->name, sizeof(info->name), "%s", "bh_wq");
	snprintf(info->needs, sizeof(info->needs), "%s", "Linux 6.9");
	c->model[DPC_MODEL_BH_WQ].wanted = true;
	return c;
}

static void unit_free(struct compare *c)
{
	unsigned int model, stage;

	for (model = 0; model < DPC_MODEL_NR; model++)
		for (stage = 0; stage < DPC_STAGE_NR; stage++)
			hist_free(&c->cell[LOAD_NONE][model].stage[stage].hist);
	free(c);
}

static void winners_are_named_and_ties_too(void)
{
	static const char * const should[RANK_NR] = {
		[RANK_LATENCY] = "best: dpc", [RANK_THROUGHPUT] = "best: dpc",
		[RANK_COST] = "tie: tasklet, wq",
	};
	struct compare *c = unit_compare();
	unsigned int by;

	for (by = 0; by < RANK_NR; by++) {
		char *winner = compare_winner(c, LOAD_NONE, by);

		EXPECT(winner, strcmp(winner, should[by]), 0);
		free(winner);
	}
	unit_free(c);
}

static void one_round_has_no_winner(void)
{
	struct compare *c = unit_compare();
	unsigned int model, by, rank[DPC_MODEL_NR];
	enum mark mark[DPC_MODEL_NR];
	char *text;

	c->rounds = 1;
	for (model = 0; model < DPC_MODEL_NR; model++) {
		struct compare_cell *cell = &c->cell[LOAD_NONE][model];

		for (by = 0; by < RANK_NR; by++)
			if (cell->rate.nr)
				((struct series *)compare_rank_series(cell, by))->nr = 1;
	}
	for (by = 0; by < RANK_NR; by++) {
		text = compare_winner(c, LOAD_NONE, by);
		EXPECT(text, strcmp(text, "one round compares nothing"), 0);
		free(text);
		compare_ranks(c, LOAD_NONE, by, rank, mark);
		EXPECT("rank", rank[DPC_MODEL_DPC], 0);
		EXPECT("mark", mark[DPC_MODEL_DPC], MARK_NONE);
	}
	text = compare_confidence(c);
	EXPECT_TRUE(strstr(text, "no winners"));
	free(text);
	unit_free(c);
}

/* Keeps a document for the schemas. */
static void unit_keep(const char *json)
{
	static unsigned int nr;
	char *path;
	FILE *file;

	if (!unit_folder)
		return;
	path = xasprintf("%s/unit-%u.json", unit_folder, nr++);
	file = fopen(path, "w");
	EXPECT_TRUE(file && fputs(json, file) >= 0);
	EXPECT_TRUE(file && !fclose(file));
	free(path);
}

/* A report through @write, as text; to be freed. */
static char *unit_file(int (*write)(const struct compare *c, const char *path),
		       const struct compare *c)
{
	char path[] = "/tmp/dpcmon-unit.XXXXXX", *text = xcalloc(1, 4 << 20);
	FILE *file;

	close(mkstemp(path));
	EXPECT("written", write(c, path), 0);
	file = fopen(path, "r");
	EXPECT_TRUE(file && fread(text, 1, (4 << 20) - 1, file));
	if (file)
		fclose(file);
	unlink(path);
	if (write == compare_json)
		unit_keep(text);
	return text;
}

static struct json_object *unit_at(struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(o, key, &value)) {
		printf("# no member %s\n", key);
		unit_failed = true;
	}
	return value;
}

static void json_says_what_was_measured(void)
{
	struct compare *c = unit_compare();
	char *text = unit_file(compare_json, c);
	struct json_object *o = json_tokener_parse(text), *load, *cell, *p99, *ranks;

	EXPECT_TRUE(o);
	EXPECT("models", json_object_array_length(unit_at(o, "models")), 4);
	EXPECT("loads", json_object_array_length(unit_at(o, "loads")), 2);
	load = json_object_array_get_idx(unit_at(o, "loads"), 0);
	EXPECT("cells", json_object_array_length(unit_at(load, "models")), 3);
	cell = json_object_array_get_idx(unit_at(load, "models"), 0);
	p99 = unit_at(unit_at(unit_at(cell, "stages"), "isr_to_dpc"), "p99_ns");
	EXPECT("low", json_object_get_double(unit_at(p99, "low")), 1000);
	EXPECT("high", json_object_get_double(unit_at(p99, "high")), 1002);
	EXPECT("rounds", json_object_array_length(unit_at(p99, "rounds")), 3);
	EXPECT("cost", json_object_get_double(unit_at(unit_at(cell, "cpu_ns_per_interrupt"),
						      "value")), 5001);
	ranks = unit_at(load, "ranks");
	EXPECT_TRUE(!strcmp(json_object_get_string(unit_at(unit_at(ranks, "latency"), "winner")),
			    "dpc"));
	EXPECT_TRUE(!unit_at(unit_at(ranks, "cost"), "winner"));
	EXPECT("tie", json_object_array_length(unit_at(unit_at(ranks, "cost"), "tie")), 2);
	load = json_object_array_get_idx(unit_at(o, "loads"), 1);
	EXPECT("storm", json_object_get_boolean(unit_at(load, "available")), 0);
	json_object_put(o);
	free(text);
	unit_free(c);
}

/* One round of wq held no rate, all of tasklet came out below the noise. */
static struct compare *unit_gaps(void)
{
	struct compare *c = unit_compare();
	struct compare_cell *cell = c->cell[LOAD_NONE];
	unsigned int i;

	cell[DPC_MODEL_WQ].rate.value[1] = NOT_MEASURED;
	for (i = 0; i < 3; i++)
		cell[DPC_MODEL_TASKLET].cost_ns.value[i] = NOT_MEASURED;
	return c;
}

static void what_was_not_measured_is_said_and_ranked_nowhere(void)
{
	static const char * const should[RANK_NR] = {
		[RANK_LATENCY] = "best: dpc",
		[RANK_THROUGHPUT] = "best: dpc; no rank, no rate held in a round: wq",
		[RANK_COST] = "best: wq; no rank, not above the noise in a round: tasklet",
	};
	struct compare *c = unit_gaps();
	char *page = unit_file(compare_html, c), *text = NULL;
	unsigned int by;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (by = 0; by < RANK_NR; by++) {
		char *winner = compare_winner(c, LOAD_NONE, by);

		EXPECT(winner, strcmp(winner, should[by]), 0);
		free(winner);
	}
	compare_text(c, out);
	fclose(out);
	EXPECT_TRUE(strstr(text, "2 of 3 rounds") && strstr(text, "0 of 3 rounds"));
	EXPECT_TRUE(strstr(page, "2 of 3 rounds") && strstr(page, "0 of 3 rounds"));
	EXPECT_TRUE(strstr(page, "no rate or no CPU time: tasklet, wq."));
	EXPECT_TRUE(!strstr(text, "nan") && !strstr(page, ">nan") && !strstr(page, "\"nan"));
	free(page);
	free(text);
	unit_free(c);
}

static void json_of_what_was_not_measured_is_null(void)
{
	struct compare *c = unit_gaps();
	char *text = unit_file(compare_json, c);
	struct json_object *o = json_tokener_parse(text), *load, *ranks, *series, *round;

	load = json_object_array_get_idx(unit_at(o, "loads"), 0);
	/* in the order of enum dpc_model_id */
	series = unit_at(json_object_array_get_idx(unit_at(load, "models"), 1),
			 "cpu_ns_per_interrupt");
	EXPECT_TRUE(!series);
	series = unit_at(json_object_array_get_idx(unit_at(load, "models"), 2), "rate_per_second");
	EXPECT_TRUE(series && !unit_at(series, "value") && !unit_at(series, "low"));
	EXPECT_TRUE(!json_object_array_get_idx(unit_at(series, "rounds"), 1));
	round = json_object_array_get_idx(unit_at(series, "rounds"), 2);
	EXPECT("round 3", json_object_get_double(round), 20002);
	ranks = unit_at(unit_at(load, "ranks"), "throughput");
	EXPECT("not ranked", json_object_array_length(unit_at(ranks, "not_ranked")), 1);
	EXPECT("ranked", json_object_object_length(unit_at(ranks, "ranks")), 2);
	EXPECT("tie", json_object_array_length(unit_at(ranks, "tie")), 0);
	json_object_put(o);
	free(text);
	unit_free(c);
}

static unsigned int unit_count(const char *text, const char *what)
{
	unsigned int n = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		n++;
	}
	return n;
}

/* Every tag that is opened is closed: XML's rules, but for HTML's single tags. */
static void unit_tags_are_closed(const char *page)
{
	static const char * const tags[] = {
		"html", "body", "table", "tr", "td", "svg", "g", "div", "p", "span", "title", "h2",
		"text", "ul", "li",
	};
	char open[16], bare[16], closed[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		snprintf(open, sizeof(open), "<%s ", tags[i]);
		snprintf(bare, sizeof(bare), "<%s>", tags[i]);
		snprintf(closed, sizeof(closed), "</%s>", tags[i]);
		EXPECT(tags[i], unit_count(page, open) + unit_count(page, bare),
		       unit_count(page, closed));
	}
}

static void page_has_a_picture_of_all(void)
{
	struct compare *c = unit_compare();
	char *page = unit_file(compare_html, c);

	unit_tags_are_closed(page);
	EXPECT("distributions", unit_count(page, "Cumulative distribution"), DPC_STAGE_NR);
	EXPECT("cost against rate", unit_count(page, "aria-label=\"Cost against rate"), 1);
	/* a curve per stage and model, and the legend's */
	EXPECT("curves", unit_count(page, "class=\"curve\""), DPC_STAGE_NR * 3 + 3);
	EXPECT("points", unit_count(page, "class=\"dot\""), 3);
	EXPECT("nothing that is no number", unit_count(page, "nan") + unit_count(page, "inf\""), 0);
	free(page);
	unit_free(c);
}

static void page_stands_alone_and_is_escaped(void)
{
	struct compare *c = unit_compare();
	char *page = unit_file(compare_html, c);

	EXPECT_TRUE(strstr(page, "</html>"));
	EXPECT_TRUE(!strstr(page, "src=") && !strstr(page, "href=") && !strstr(page, "url("));
	EXPECT_TRUE(strstr(page, "&lt;b&gt;&amp;&quot;"));
	EXPECT_TRUE(strstr(page, "prefers-color-scheme: dark"));
	free(page);
	unit_free(c);
}

static void what_is_absent_is_in_every_report(void)
{
	struct compare *c = unit_compare();
	char *page = unit_file(compare_html, c), *json = unit_file(compare_json, c), *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	compare_text(c, out);
	fclose(out);
	EXPECT_TRUE(strstr(page, "bh_wq") && strstr(page, "Linux 6.9"));
	EXPECT_TRUE(strstr(json, "bh_wq") && strstr(json, "Linux 6.9"));
	EXPECT_TRUE(strstr(text, "model bh_wq is absent: it needs Linux 6.9"));
	EXPECT_TRUE(strstr(page, "second edu"));
	EXPECT_TRUE(strstr(json, "second edu"));
	EXPECT_TRUE(strstr(text, "load storm is absent: it needs a second edu device"));
	free(page);
	free(json);
	free(text);
	unit_free(c);
}

/* Names of points that lie on each other, one line each. */
static void names_in_the_picture_do_not_overlap(void)
{
	struct compare *c = xcalloc(1, sizeof(*c));
	double y[DPC_MODEL_NR];
	char *page, *at;
	unsigned int i, nr = 0, j;

	c->params = &unit_params;
	c->rounds = 3;
	c->load_wanted[LOAD_NONE] = true;
	c->device = "";
	c->load_detail[LOAD_NONE] = "";
	for (i = 0; i < DPC_MODEL_NR; i++) {
		c->model[i].wanted = true;
		c->model[i].info.available = 1;
		snprintf(c->model[i].info.name, sizeof(c->model[i].info.name), "name%u", i);
		unit_cell(&c->cell[LOAD_NONE][i], 1000, 5000, 1000);
	}
	page = unit_file(compare_html, c);
	for (i = 0; i < DPC_MODEL_NR; i++) {
		char name[32];

		snprintf(name, sizeof(name), ">name%u</text>", i);
		at = strstr(page, name);
		if (!at)
			continue;
		while (strncmp(at, " y=\"", 4))
			at--;
		y[nr++] = atof(at + 4);
	}
	EXPECT("names", nr, DPC_MODEL_NR);
	for (i = 0; i < nr; i++)
		for (j = 0; j < i; j++)
			EXPECT_TRUE(fabs(y[i] - y[j]) >= 14);
	free(page);
	unit_free(c);
}

/* ---- list ------------------------------------------------------------------------------- */

static const struct dpc_object unit_listed[] = {
	{
		.id = 1, .irq = 29, .name = "dpc_edu0", .bus = "pci", .device = "0000:00:04.0",
		.driver = "dpc_edu", .model = DPC_MODEL_WQ_UNBOUND, .flags = DPC_OBJECT_ENABLED,
		.traits = DPC_MODEL_SERIALISED | DPC_MODEL_THREAD,
	}, {
		.id = 12, .irq = 130, .vector = 7, .name = "x", .model = DPC_MODEL_DPC,
		.flags = DPC_OBJECT_HELD | DPC_OBJECT_SHARED,
	}, {
		.id = DPC_ID_THREADED, .kind = DPC_OBJECT_THREADED, .name = "threaded",
		.flags = DPC_OBJECT_ENABLED,
	},
};

static void list_lines_up(void)
{
	static const char should[] =
"id  name      kind       irq  vector  device        driver   model       traits              enabled  held\n"
" 1  dpc_edu0  interrupt   29       0  0000:00:04.0  dpc_edu  wq_unbound  serialised, thread  yes      no\n"
"12  x         interrupt  130       7  -             -        dpc         none                no       yes\n"
" -  threaded  threaded     -       -  -             -        -           -                   yes      no\n";
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	list_text(out, unit_listed, ARRAY_SIZE(unit_listed));
	fclose(out);
	EXPECT_TRUE(!strcmp(text, should));
	if (strcmp(text, should))
		printf("# %s", text);
	free(text);
}

static void list_json_has_all_of_it(void)
{
	struct json_object *o = json_object_new_object(), *none = json_object_new_object();
	struct json_object *v;

	list_json_object(o, &unit_listed[1]);
	EXPECT("id", json_object_get_uint64(json_object_object_get(o, "id")), 12);
	EXPECT("vector", json_object_get_int(json_object_object_get(o, "vector")), 7);
	EXPECT_TRUE(json_object_get_boolean(json_object_object_get(o, "held")));
	EXPECT_TRUE(json_object_get_boolean(json_object_object_get(o, "shared")));
	EXPECT_TRUE(!json_object_get_boolean(json_object_object_get(o, "enabled")));
	EXPECT_TRUE(json_object_object_get_ex(o, "device", &v) && !v);
	list_json_object(none, &unit_listed[2]);
	EXPECT_TRUE(!json_object_object_get_ex(none, "irq", &v));
	EXPECT_TRUE(!strcmp(json_object_get_string(json_object_object_get(none, "kind")),
			    "threaded"));
	json_object_put(o);
	json_object_put(none);
}

static void list_json_is_one_document(void)
{
	const struct dpc_abi abi = { .flags = DPC_ABI_ACCOUNTS, .violations = 3 };
	struct json_object *o = list_json(&abi, unit_listed, ARRAY_SIZE(unit_listed));

	unit_keep(json_object_to_json_string(o));
	EXPECT("objects", json_object_array_length(unit_at(o, "objects")), 3);
	EXPECT("violations", json_object_get_int(unit_at(o, "violations")), 3);
	EXPECT_TRUE(json_object_get_boolean(unit_at(o, "accounting")));
	json_object_put(o);
}

/* ---- stat ------------------------------------------------------------------------------- */

/* One object beside the head, with its raises and its CPUs; then two of them, without. */
static void stat_json_has_all_of_it(void)
{
	struct counters counters = {
		.cpu = DPC_SNAPSHOT_CPU_ALL, .interrupts = 7,
		.stage[DPC_STAGE_DPC] = { .count = 4, .total_ns = 4002, .max_ns = 3000 },
	};
	const struct dpc_raises raises = { .raised = 9, .wait = { .count = 2, .total_ns = 11 } };
	const struct dpc_raises unmeasured = { .raised = 9 };
	struct json_object *one = json_object_new_object(), *several = json_object_new_object();
	struct json_object *list = json_object_new_array(), *dpc, *item;
	unsigned int i;

	stat_json_head(one, 2);
	stat_json_object(one, &unit_listed[0], &counters, &raises);
	dpc = unit_at(unit_at(one, "stages"), "dpc");
	EXPECT("avg", json_object_get_int(unit_at(dpc, "avg_ns")), 1000);
	EXPECT_TRUE(!unit_at(unit_at(unit_at(one, "stages"), "isr"), "avg_ns"));
	EXPECT("wait", json_object_get_int(unit_at(unit_at(one, "raise_to_isr"), "avg_ns")), 5);
	EXPECT_TRUE(!strcmp(json_object_get_string(unit_at(one, "cpu")), "all"));
	counters.cpu = 1;
	json_object_object_add(one, "per_cpu", json_object_new_array());
	json_object_array_add(unit_at(one, "per_cpu"), stat_json_cpu(&counters));
	unit_keep(json_object_to_json_string(one));

	stat_json_head(several, 2);
	json_object_object_add(several, "objects", list);
	for (i = 0; i < ARRAY_SIZE(unit_listed); i++) {
		item = json_object_new_object();
		stat_json_object(item, &unit_listed[i], &counters, i ? NULL : &unmeasured);
		json_object_array_add(list, item);
	}
	item = json_object_array_get_idx(list, 0);
	EXPECT("cpu", json_object_get_int(unit_at(item, "cpu")), 1);
	EXPECT_TRUE(!unit_at(item, "raise_to_isr"));
	unit_keep(json_object_to_json_string(several));
	json_object_put(one);
	json_object_put(several);
}

static const struct {
	const char	*name;
	void		(*run)(void);
} unit_tests[] = {
#define TEST(name) { #name, name }
	TEST(interval_is_from_smallest_to_largest_round),
	TEST(series_never_overflows),
	TEST(confidence_is_that_of_the_median),
	TEST(one_is_better_only_if_nothing_overlaps),
	TEST(a_gap_below_the_resolution_is_a_tie),
	TEST(one_round_is_never_better),
	TEST(ranks_count_who_is_clearly_better),
	TEST(overlap_at_the_top_has_no_winner),
	TEST(what_was_not_measured_has_no_rank),
	TEST(a_round_without_a_number_ranks_nowhere), /* M6 */
	TEST(cpu_time_below_the_noise_is_not_measured), /* M6 */
	TEST(the_same_seed_is_the_same_order),
	TEST(every_order_is_about_as_frequent),
	TEST(rate_search_finds_the_limit),
	TEST(rate_search_is_exact_near_its_start),
	TEST(rate_search_gives_a_second_chance),
	TEST(rate_that_is_never_held_is_not_measured), /* M6 */
	TEST(rate_search_ends_when_asked_to),
	TEST(one_late_interrupt_is_the_devices_own),
	TEST(two_interrupts_too_many_are_a_strangers),
	TEST(merged_histogram_is_that_of_all_rounds),
	TEST(options_that_make_no_sense_are_refused),
	TEST(options_say_what_is_compared),
	TEST(winners_are_named_and_ties_too),
	TEST(one_round_has_no_winner),
	TEST(json_says_what_was_measured),
	TEST(what_was_not_measured_is_said_and_ranked_nowhere), /* M6 */
	TEST(json_of_what_was_not_measured_is_null), /* M6 */
	TEST(page_has_a_picture_of_all),
	TEST(page_stands_alone_and_is_escaped),
	TEST(what_is_absent_is_in_every_report),
	TEST(names_in_the_picture_do_not_overlap),
	TEST(list_lines_up),
	TEST(list_json_has_all_of_it),
	TEST(list_json_is_one_document),
	TEST(stat_json_has_all_of_it),
#undef TEST
};

int main(int argc, char **argv)
{
	unsigned int i, failures = 0;

	unit_folder = argc > 1 ? argv[1] : NULL;

	ktap_plan(ARRAY_SIZE(unit_tests));
	for (i = 0; i < ARRAY_SIZE(unit_tests); i++) {
		unit_failed = false;
		unit_tests[i].run();
		ktap_result(!unit_failed, unit_tests[i].name, NULL);
		failures += unit_failed;
	}
	return failures ? 1 : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon compare: drives the device through all models under all loads, round after
 * round in mixed order, and has the results reported.  measure.c measures one model
 * under one load.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "analysis.h"
#include "commands.h"
#include "compare.h"
#include "compare_html.h"
#include "compare_json.h"
#include "compare_text.h"
#include "device.h"
#include "edu.h"
#include "hist.h"
#include "instance.h"
#include "irq_cpu.h"
#include "live.h"
#include "load.h"
#include "measure.h"
#include "output.h"
#include "raiser.h"
#include "shuffle.h"
#include "util.h"
#include "verdict.h"

#define COMPARE_WAIT_NS		(2 * NSEC_PER_SEC)	/* a round, for what a device brings */
#define COMPARE_QUIET_NS	2000000000ULL
#define COMPARE_TTY_NS		200000000ULL
#define COMPARE_LINE_NS		5000000000ULL
/* per CPU: an interrupt has nine events of some 60 bytes, a storm as many again */
#define COMPARE_KB_PER_INTERRUPT	2
#define COMPARE_KB_MIN			1024
#define COMPARE_KB_MAX			(256 << 10)

/* @next: when to say something again. */
struct compare_progress {
	uint64_t	start;
	uint64_t	next;
	unsigned int	done;
	unsigned int	total;
};

static void cmd_compare_say(struct compare_progress *g, const struct measure *m, unsigned int load,
			    unsigned int model, const char *what)
{
	bool tty = isatty(STDERR_FILENO);
	uint64_t now = now_ns();

	if (now >= g->next) {
		fprintf(stderr, "%sround %u of %u, load %s, model %s: %s; %u %%",
			tty ? "\r\033[K" : "", m->round + 1, m->c->params->compare.rounds,
			load_names[load], m->c->model[model].info.name, what,
			100 * g->done / g->total);
		if (g->done)
			fprintf(stderr, ", about %.0f s left",
				(now - g->start) / 1e9 * (g->total - g->done) / g->done);
		fputs(tty ? "" : "\n", stderr);
		g->next = now + (tty ? COMPARE_TTY_NS : COMPARE_LINE_NS);
	}
	g->done++;
}

static void cmd_compare_said(const struct compare_progress *g)
{
	bool tty = isatty(STDERR_FILENO);

	if (now_ns() <= g->start + COMPARE_QUIET_NS)
		return;
	/* who has read lines reads that it has come to its end */
	if (tty)
		fputs("\r\033[K", stderr);
	else if (g->done == g->total)
		fprintf(stderr, "all %u measured; 100 %%\n", g->total);
}

/* ---- What there is ---------------------------------------------------------- */

static int cmd_compare_find_models(struct compare *c, struct device *d)
{
	unsigned int i, found = 0;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		if (device_query_model(d, i, &c->model[i].info))
			return -1;
		c->model[i].wanted = c->params->compare.models & (1 << i);
		found += compare_has_model(c, i);
	}
	if (!found)
		return fail("%s: the driver has none of these models here", d->label);
	return 0;
}

static int cmd_compare_find_loads(struct compare *c, const struct load *load)
{
	unsigned int i, found = 0;

	for (i = 0; i < LOAD_NR; i++) {
		c->load_wanted[i] = c->params->compare.loads & (1 << i);
		c->load_absent[i] = load_absent(load, i);
		c->load_detail[i] = load_detail(load, i);
		if (c->load_wanted[i] && c->load_absent[i])
			warn("load %s is left out: %s", load_names[i], c->load_absent[i]);
		found += compare_has_load(c, i);
	}
	return found ? 0 : fail("no load is left");
}

static void cmd_compare_describe(struct compare *c, struct device *d)
{
	struct utsname name;
	unsigned int i;

	uname(&name);
	snprintf(c->kernel, sizeof(c->kernel), "%s", name.release);
	c->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	c->device = d->label;
	if (c->params->wait_ns)
		c->wait_ns = c->params->wait_ns;
	else if (!raise_possible(&d->raise))
		c->wait_ns = COMPARE_WAIT_NS;
	c->irq_cpu = irq_cpu(d->object.irq);
	c->raise_cpu = raiser_cpu(c->irq_cpu);
	for (i = 0; i < DPC_STAGE_NR; i++)
		c->budget_us[i] = c->params->budgets.given[i] ? c->params->budgets.us[i]
							      : d->budget_us[i];
}

/* ---- Rounds ------------------------------------------------------------------- */

/* A mixed order of those of @nr for which @has is true; how many. */
static unsigned int cmd_compare_order(const struct compare *c, unsigned int nr,
				      bool (*has)(const struct compare *c, unsigned int i),
				      unsigned int *order, uint64_t *random)
{
	unsigned int i, found = 0;

	for (i = 0; i < nr; i++)
		if (has(c, i))
			order[found++] = i;
	shuffle(order, found, random);
	return found;
}

static bool cmd_compare_load_there(const struct compare *c, unsigned int i)
{
	return compare_has_load(c, i);
}

static bool cmd_compare_model_there(const struct compare *c, unsigned int i)
{
	return compare_has_model(c, i);
}

/* All models once: first traced, then, in another order, not traced. */
static int cmd_compare_models(struct measure *m, unsigned int load, uint64_t *random,
			      struct compare_progress *g)
{
	struct compare *c = m->c;
	unsigned int order[DPC_MODEL_NR], nr, i;
	int ret;

	nr = cmd_compare_order(c, DPC_MODEL_NR, cmd_compare_model_there, order, random);
	ret = live_events(m->live, true);
	for (i = 0; i < nr && !ret; i++) {
		cmd_compare_say(g, m, load, order[i], "times");
		ret = measure_switch(m, order[i]) ||
		      measure_times(m, &c->cell[load][order[i]]);
	}
	if (live_events(m->live, false))
		ret = -1;
	shuffle(order, nr, random);
	for (i = 0; i < nr && !ret; i++) {
		struct compare_cell *cell = &c->cell[load][order[i]];

		cmd_compare_say(g, m, load, order[i], "cost and rate");
		ret = measure_switch(m, order[i]) || measure_cost(m, cell) ||
		      measure_rate(m, cell);
	}
	return ret ? -1 : 0;
}

static int cmd_compare_round(struct measure *m, uint64_t *random, struct compare_progress *g)
{
	unsigned int order[LOAD_NR], nr, i;
	int ret = 0;

	nr = cmd_compare_order(m->c, LOAD_NR, cmd_compare_load_there, order, random);
	for (i = 0; i < nr && !ret; i++) {
		ret = load_start(m->load, order[i]);
		if (!ret)
			ret = cmd_compare_models(m, order[i], random, g);
		if (load_stop(m->load))
			ret = -1;
	}
	return ret;
}

static int cmd_compare_rounds(struct measure *m)
{
	struct compare_progress g = { .start = now_ns(), .next = now_ns() + COMPARE_QUIET_NS };
	unsigned int i, models = 0, loads = 0, rounds = m->c->params->compare.rounds;
	uint64_t random = m->c->params->compare.seed;
	int ret = 0;

	for (i = 0; i < DPC_MODEL_NR; i++)
		models += compare_has_model(m->c, i);
	for (i = 0; i < LOAD_NR; i++)
		loads += compare_has_load(m->c, i);
	g.total = rounds * loads * models * 2;
	for (m->round = 0; m->round < rounds && !ret; m->round++) {
		ret = cmd_compare_round(m, &random, &g);
		m->c->rounds += !ret;
	}
	cmd_compare_said(&g);
	return ret;
}

/* ---- Reports -------------------------------------------------------------------- */

static void cmd_compare_date(struct compare *c)
{
	time_t t = time(NULL);
	struct tm tm;

	localtime_r(&t, &tm);
	strftime(c->date, sizeof(c->date), "%Y-%m-%d %H:%M:%S %z", &tm);
}

static bool cmd_compare_measured(const struct compare *c, unsigned int stage)
{
	unsigned int load, model;

	for (load = 0; load < LOAD_NR; load++)
		for (model = 0; model < DPC_MODEL_NR; model++)
			if (c->cell[load][model].stage[stage].hist.count)
				return true;
	return false;
}

/* Budgets are judged only for those who gave some. */
static int cmd_compare_exit_status(const struct compare *c)
{
	const struct budgets *b = &c->params->budgets;
	bool given = false, wanted = false, judged = false;
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		given |= b->given[i];
		wanted |= b->given[i] && b->us[i];
		judged |= b->given[i] && b->us[i] && cmd_compare_measured(c, i);
	}
	if (given && compare_over(c))
		return EXIT_OVER_BUDGET;
	if (!wanted || judged)
		return EXIT_WITHIN_BUDGET;
	fail("nothing was judged: no stage that has a budget was measured");
	return EXIT_ERROR;
}

static int cmd_compare_report(struct compare *c)
{
	const struct params *p = c->params;

	cmd_compare_date(c);
	if (!p->quiet && !output_is_stdout(p->json) && !output_is_stdout(p->html))
		compare_text(c, stdout);
	if (p->json && compare_json(c, p->json))
		return EXIT_ERROR;
	if (p->html && compare_html(c, p->html))
		return EXIT_ERROR;
	if (fflush(stdout)) {
		fail("can't write to stdout: %m");
		return EXIT_ERROR;
	}
	return cmd_compare_exit_status(c);
}

static int cmd_compare_measure(struct measure *m)
{
	static const struct budgets none = { .given = { [0 ... DPC_STAGE_NR - 1] = true } };
	const struct params *p = m->c->params;
	const struct raise *raise = &m->device->raise;
	int ret;

	/* what is over budget costs the kernel time and a line in the log */
	if (device_set_budgets(m->device, &none))
		return EXIT_ERROR;
	/* without --body they become zero, whatever they were */
	if ((p->body_given || edu_is_open(raise)) &&
	    edu_set_body(raise, p->body_dpc_us, p->body_work_us))
		return EXIT_ERROR;
	ret = cmd_compare_rounds(m);
	if (ret && !interrupted())
		return EXIT_ERROR;
	if (interrupted() && !m->c->rounds) {
		fail("interrupted before the first round was over; the device is as it was");
		return EXIT_ERROR;
	}
	if (interrupted())
		warn("interrupted after %u of %u rounds", m->c->rounds, p->compare.rounds);
	return cmd_compare_report(m->c);
}

static int cmd_compare_with_loads(struct compare *c, struct device *d, struct load *load)
{
	struct measure m = { .c = c, .device = d, .load = load };
	struct instance_params trace = { .dpc_only = true };
	uint64_t kb = c->params->interrupts * COMPARE_KB_PER_INTERRUPT;
	int status;

	if (cmd_compare_find_loads(c, load))
		return EXIT_ERROR;
	trace.buffer_kb = kb < COMPARE_KB_MIN ? COMPARE_KB_MIN :
			  kb > COMPARE_KB_MAX ? COMPARE_KB_MAX : kb;
	m.live = live_open(&trace);
	if (!m.live)
		return EXIT_ERROR;
	status = cmd_compare_measure(&m);
	live_close(m.live);
	return status;
}

static int cmd_compare_with_device(struct compare *c, struct device *d)
{
	struct load *load;
	int status;

	if (cmd_compare_find_models(c, d))
		return EXIT_ERROR;
	cmd_compare_describe(c, d);
	load = load_open(d, c->params->compare.loads, c->irq_cpu, c->params->compare.rt_priority);
	status = cmd_compare_with_loads(c, d, load);
	return load_close(load) ? EXIT_ERROR : status;
}

static void cmd_compare_free(struct compare *c)
{
	unsigned int load, model, stage;

	for (load = 0; load < LOAD_NR; load++)
		for (model = 0; model < DPC_MODEL_NR; model++)
			for (stage = 0; stage < DPC_STAGE_NR; stage++)
				hist_free(&c->cell[load][model].stage[stage].hist);
	free(c);
}

int cmd_compare(const struct params *p)
{
	struct compare *c;
	struct device d;
	int status = EXIT_ERROR;

	if (instance_check())
		return EXIT_ERROR;
	c = xcalloc(1, sizeof(*c));
	c->params = p;
	if (!device_open_one(&d, p->device, DEVICE_HOLD))
		status = cmd_compare_with_device(c, &d);
	device_close(&d);
	cmd_compare_free(c);
	return status;
}

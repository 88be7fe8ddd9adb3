// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures one model under one load, once: its times (traced), its CPU time for an
 * interrupt, and the highest rate that it holds (both not traced).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "compare.h"
#include "device.h"
#include "hist.h"
#include "live.h"
#include "load.h"
#include "measure.h"
#include "measured.h"
#include "model.h"
#include "raiser.h"
#include "rate.h"
#include "series.h"
#include "spin.h"
#include "util.h"

/* Interrupts after a switch of the model, and the time between two of them. */
#define MEASURE_WARM_UP		50
#define MEASURE_WARM_UP_US	200

/* The device rests when its counters stand still for MEASURE_CALM_US; waits at most so long. */
#define MEASURE_SETTLE_NS	2000000000ULL
#define MEASURE_CALM_US		2000
#define MEASURE_POLL_US		5000	/* between two looks at what came */

/* How long a switch of the model is tried at least while requests are in flight. */
#define MEASURE_SWITCH_NS	NSEC_PER_SEC

#define MEASURE_BASE_US		100000	/* of doing nothing, when there is no pace */
#define MEASURE_PIECES		5	/* of a round that counts CPU time */

/* Interrupts raised without a pause, whose average is where the search for the rate starts. */
#define MEASURE_SATURATE	500

/*
 * A probe of the search raises for so long, but not fewer and not more interrupts than
 * these.  The search ends after MEASURE_RATE_NS.
 */
#define MEASURE_PROBE_US	30000
#define MEASURE_PROBE_MIN	50
#define MEASURE_PROBE_MAX	3000
#define MEASURE_RATE_NS		3000000000ULL

/* A burst is in time if it takes no longer than due, plus this share, plus this time. */
#define MEASURE_LATE_PERCENT	5
#define MEASURE_LATE_NS		5000000ULL

/*
 * Waits until the counters rest, because a burst ends inside the last work routine: nothing
 * has changed for a while, and each stage that was waited for has begun and ended.
 * A device that does not come to rest (another program uses it) is no error here: the
 * results will say so.
 */
static int measure_settle(struct measure *m, struct counters *stats)
{
	uint64_t limit = now_ns() + MEASURE_SETTLE_NS;
	struct counters before;

	if (device_counters(m->device, DPC_SNAPSHOT_CPU_ALL, stats))
		return -1;
	do {
		before = *stats;
		usleep(MEASURE_CALM_US);
		if (device_counters(m->device, DPC_SNAPSHOT_CPU_ALL, stats))
			return -1;
		if (!memcmp(stats, &before, sizeof(before)) &&
		    stats->stage[DPC_STAGE_ISR_TO_DPC].count == stats->stage[DPC_STAGE_DPC].count &&
		    stats->stage[DPC_STAGE_DPC_TO_WORK].count == stats->stage[DPC_STAGE_WORK].count)
			return 0;
	} while (now_ns() < limit);
	return 0;
}

/* A burst from the raiser; a time-out is an error here, other than in a search. */
static int measure_burst(struct measure *m, uint32_t count, uint32_t pace_us,
			 struct raised *result)
{
	int ret = raiser_begin(m->c->raise_cpu, pace_us);

	if (!ret)
		ret = raiser_burst(m->device, count, pace_us, result);
	raiser_end();
	if (!ret && result->timed_out)
		return fail("%s: the device did not answer in time (ETIMEDOUT): %s",
			    m->device->label, m->device->raise.ops->late);
	return ret;
}

/* Says that the driver has answered EBUSY for @ns.  Nobody else holds the settings: we do. */
static int measure_still_busy(const struct measure *m, unsigned int model, uint64_t ns)
{
	const char *label = m->device->label, *name = m->c->model[model].info.name;
	double seconds = (double)ns / NSEC_PER_SEC;

	if (m->c->wait_ns)
		return fail("%s: can't switch to model %s: at each try of %.1f s a request was in flight: have what uses the device pause now and then, or try for longer by --wait",
			    label, name, seconds);
	return fail("%s: can't switch to model %s: at each try of %.1f s a request was in flight: end the other programs that use the device, or measure what they bring by --wait 10s",
		    label, name, seconds);
}

/* Others may have a request in flight, which the driver answers with EBUSY: wait for a gap. */
static int measure_switch_model(struct measure *m, unsigned int model)
{
	uint64_t ns = m->c->wait_ns > MEASURE_SWITCH_NS ? m->c->wait_ns : MEASURE_SWITCH_NS;
	uint64_t limit = now_ns() + ns;
	int ret;

	m->device->node.quiet = true;
	do {
		ret = device_switch_model(m->device, model);
		if (ret == -EBUSY)
			usleep(MEASURE_CALM_US);
	} while (ret == -EBUSY && now_ns() < limit && !interrupted());
	m->device->node.quiet = false;
	if (ret == -EBUSY)
		return interrupted() ? -1 : measure_still_busy(m, model, ns);
	/* once more, with a message */
	return ret ? device_switch_model(m->device, model) : 0;
}

int measure_switch(struct measure *m, unsigned int model)
{
	struct counters stats;
	struct raised raised;

	m->model = model;
	if (measure_switch_model(m, model))
		return -1;
	if (m->c->wait_ns)
		return 0;
	if (measure_burst(m, MEASURE_WARM_UP, MEASURE_WARM_UP_US, &raised))
		return -1;
	return measure_settle(m, &stats);
}

/* ---- Times ---------------------------------------------------------------- */

/* Adds one traced round to a stage: its percentiles to the series, its times to all. */
static void measure_take_stage(struct compare_stage *to, const struct stage *from)
{
	const struct hist *h = &from->hist;

	series_add(&to->time[TIME_AVG], hist_avg(h));
	series_add(&to->time[TIME_P50], hist_percentile(h, 50, 100));
	series_add(&to->time[TIME_P99], hist_percentile(h, 99, 100));
	series_add(&to->time[TIME_P999], hist_percentile(h, 999, 1000));
	series_add(&to->time[TIME_MAX], hist_max(h));
	to->over += from->over_budget;
	hist_merge(&to->hist, h);
}

static void measure_take(struct measure *m, struct compare_cell *cell,
			 const struct analysis *a)
{
	static const struct object nothing;
	const struct object *o = &nothing;
	unsigned int i, stage;
	bool exact;

	cell->lost += analysis_lost_total(a, &exact);
	/* a storm has an object of its own */
	for (i = 0; i < a->nr_objects; i++)
		if (a->objects[i]->id == m->device->object.id)
			o = a->objects[i];
	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		measure_take_stage(&cell->stage[stage], &o->stage[stage]);
	series_add(&cell->per_call,
		   o->dpc_calls ? (double)o->served / o->dpc_calls : NOT_MEASURED);
}

/*
 * Waits for what the device brings: as many interrupts as a round has, or so long.  If none
 * came, nothing was measured, and that is no result (M6).
 */
static int measure_wait(struct measure *m, struct analysis *a, const struct counters *before,
			struct counters *after)
{
	uint64_t limit = now_ns() + m->c->wait_ns, came;

	do {
		usleep(MEASURE_POLL_US);
		live_read(m->live, a);
		if (interrupted() || device_counters(m->device, DPC_SNAPSHOT_CPU_ALL, after))
			return -1;
		came = after->interrupts - before->interrupts;
	} while (came < m->c->params->interrupts && now_ns() < limit);
	if (!came)
		return fail("%s: nothing came in %.1f s of round %u with model %s, and nothing was measured: its device has to interrupt meanwhile",
			    m->device->label, m->c->wait_ns / 1e9, m->round + 1,
			    model_name(m->model));
	return 0;
}

/*
 * Interrupts are counted by the device's accounting, between two moments at which it
 * rests.  The burst itself does not count an interrupt that comes after its last request
 * has ended (RAISER_LATE_MAX tells when that happens).  If the machine stands still for
 * longer than measure_settle() waits, such an interrupt is counted in the next round:
 * a round can have one interrupt more than raises.
 */
int measure_times(struct measure *m, struct compare_cell *cell)
{
	const struct params *p = m->c->params;
	struct raised raised = { 0 };
	struct counters before, after;
	struct budgets budgets = { 0 };
	struct analysis *a;
	unsigned int i;
	int ret;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		budgets.given[i] = true;
		budgets.us[i] = m->c->budget_us[i];
	}
	/* a device that brings its own interrupts does not rest */
	if (m->c->wait_ns ? device_counters(m->device, DPC_SNAPSHOT_CPU_ALL, &before) :
			    measure_settle(m, &before))
		return -1;
	a = analysis_new(&budgets);
	ret = live_begin(m->live, a);
	if (!ret && m->c->wait_ns)
		ret = measure_wait(m, a, &before, &after);
	else if (!ret)
		ret = measure_burst(m, p->interrupts, p->pace_us, &raised) ||
		      measure_settle(m, &after) ? -1 : 0;
	live_stop(m->live, a);
	analysis_finish(a);
	if (!ret && a->disturbed)
		ret = fail("others disturbed the trace, and events are missing: %s", a->disturbed);
	if (!ret) {
		cell->raised += raised.raised;
		cell->interrupts += after.stage[DPC_STAGE_ISR].count -
				    before.stage[DPC_STAGE_ISR].count;
		measure_take(m, cell, a);
	}
	analysis_free(a);
	return ret;
}

/* ---- CPU time per interrupt ----------------------------------------------- */

/**
 * struct stretch - what the soakers did in a stretch of time
 * @ns: its length
 * @loops: number of loops of all threads
 * @cpu_ns: CPU time of all threads
 */
struct stretch {
	double	ns;
	double	loops;
	double	cpu_ns;
};

static void measure_since(const struct spin *soakers, const struct spin_count *before,
			  uint64_t start, struct stretch *s)
{
	struct spin_count after = spin_count(soakers);

	s->ns = now_ns() - start;
	s->loops = after.loops - before->loops;
	s->cpu_ns = after.cpu_ns - before->cpu_ns;
}

/*
 * The baseline: the raiser wakes up at the same pace but raises nothing.  What its wake-ups
 * take is then in both stretches, and no part of the difference.
 */
static int measure_stretch_base(struct measure *m, const struct spin *soakers, uint32_t count,
				struct stretch *base)
{
	uint32_t pace_us = m->c->params->pace_us;
	struct spin_count before;
	int ret = raiser_begin(m->c->raise_cpu, true);
	uint64_t start;

	start = now_ns();
	before = spin_count(soakers);
	if (!ret)
		raiser_idle(pace_us ? count : 1, pace_us ? pace_us : MEASURE_BASE_US);
	measure_since(soakers, &before, start, base);
	raiser_end();
	return interrupted() ? -1 : ret;
}

/* The same stretch with interrupts. */
static int measure_stretch_run(struct measure *m, const struct spin *soakers, uint32_t count,
			       struct stretch *run, struct raised *raised)
{
	uint64_t start = now_ns();
	struct spin_count before = spin_count(soakers);
	struct counters stats;
	int ret = measure_burst(m, count, m->c->params->pace_us, raised);

	measure_since(soakers, &before, start, run);
	return ret ? ret : measure_settle(m, &stats);
}

/*
 * A round is measured in pieces, each with its own baseline, and the middle one counts: what
 * disturbs the machine once hits one piece only.
 *
 * The baseline tells how many loops a nanosecond has, and what CPU time a loop takes.  The
 * loops that are missing in the run, at that price, are what the interrupts took.
 */
static int measure_pieces(struct measure *m, const struct spin *soakers, struct series *pieces)
{
	uint32_t count = m->c->params->interrupts / MEASURE_PIECES + 1;
	struct stretch base, run;
	struct raised raised;
	unsigned int i;
	int ret;

	for (i = 0; i < MEASURE_PIECES; i++) {
		/* which comes first changes, so that what drifts does not add up */
		if ((m->round + i) & 1)
			ret = measure_stretch_run(m, soakers, count, &run, &raised) ||
			      measure_stretch_base(m, soakers, count, &base);
		else
			ret = measure_stretch_base(m, soakers, count, &base) ||
			      measure_stretch_run(m, soakers, count, &run, &raised);
		if (ret)
			return -1;
		/* without a loop there was no CPU time left to lose */
		if (base.loops > 0 && raised.interrupts)
			series_add(pieces, (base.loops / base.ns * run.ns - run.loops) *
				   (base.cpu_ns / base.loops) / raised.interrupts);
	}
	return 0;
}

static int measure_cost_raised(struct measure *m, struct compare_cell *cell)
{
	static const struct spin_params idle = { .policy = SCHED_IDLE };
	struct spin *hogs = load_hogs(m->load), *soakers = hogs ? hogs : spin_start(&idle);
	struct series pieces = { 0 };
	int ret;

	if (!soakers)
		return -1;
	ret = measure_pieces(m, soakers, &pieces);
	if (!hogs)
		spin_stop(soakers);
	if (ret)
		return -1;
	series_add(&cell->cost_ns, series_cost(&pieces, MEASURE_PIECES / 2 + 1));
	return 0;
}

int measure_cost(struct measure *m, struct compare_cell *cell)
{
	if (m->c->wait_ns) {
		/* without our own raises there is no stretch without interrupts */
		series_add(&cell->cost_ns, NOT_MEASURED);
		return 0;
	}
	return measure_cost_raised(m, cell);
}

/* ---- Highest rate without loss -------------------------------------------- */

/**
 * struct measure_probe - what measure_try() needs for the search
 * @m: the measurement
 * @deadline: when the search ends, CLOCK_MONOTONIC; later paces count as not held
 */
struct measure_probe {
	struct measure	*m;
	uint64_t	deadline;
};

/* Interrupts that a DPC call served between two readings of the counters. */
static double measure_per_call(const struct counters *before,
			       const struct counters *after)
{
	const struct dpc_stage_stats *from = &before->stage[DPC_STAGE_DPC];
	const struct dpc_stage_stats *to = &after->stage[DPC_STAGE_DPC];

	if (to->count == from->count)
		return NOT_MEASURED;
	return 1 + (double)(to->coalesced - from->coalesced) / (to->count - from->count);
}

/* Tries a pace, for rate_search(). */
static int measure_try(void *context, uint32_t pace_us, struct rate_probe *probe)
{
	struct measure_probe *mp = context;
	uint32_t count = MEASURE_PROBE_US / pace_us;
	struct counters before, after;
	struct raised raised;
	uint64_t due;

	*probe = (struct rate_probe){ 0 };
	if (now_ns() > mp->deadline)
		return interrupted() ? -1 : 0;
	if (count < MEASURE_PROBE_MIN)
		count = MEASURE_PROBE_MIN;
	if (count > MEASURE_PROBE_MAX)
		count = MEASURE_PROBE_MAX;
	/*
	 * Waits for rest first: a late interrupt of the try before would hide that one of
	 * this try was merged.  One that comes nevertheless (raised.late) takes nothing
	 * away from the raises of this try.
	 */
	if (measure_settle(mp->m, &before) ||
	    raiser_burst(mp->m->device, count, pace_us, &raised) ||
	    device_counters(mp->m->device, DPC_SNAPSHOT_CPU_ALL, &after))
		return -1;
	due = (uint64_t)count * pace_us * NSEC_PER_USEC;
	probe->held = !raised.timed_out && raised.interrupts == count &&
		      raised.ns <= due + due * MEASURE_LATE_PERCENT / 100 + MEASURE_LATE_NS;
	probe->rate = count * 1e9 / raised.ns;
	probe->per_call = measure_per_call(&before, &after);
	return 0;
}

static int measure_rate_raised(struct measure *m, struct compare_cell *cell)
{
	struct measure_probe mp = { .m = m };
	struct rate_probe best = { 0 };
	struct counters stats;
	struct raised raised;
	int ret;

	if (measure_burst(m, MEASURE_SATURATE, 0, &raised) || measure_settle(m, &stats))
		return -1;
	mp.deadline = now_ns() + MEASURE_RATE_NS;
	ret = raiser_begin(m->c->raise_cpu, false);
	if (!ret)
		ret = rate_search(measure_try, &mp, raised.ns / MEASURE_SATURATE / NSEC_PER_USEC,
				  &best);
	raiser_end();
	if (ret)
		return -1;
	series_add(&cell->rate, best.rate);
	series_add(&cell->rate_per_call, best.per_call);
	return measure_settle(m, &stats);
}

int measure_rate(struct measure *m, struct compare_cell *cell)
{
	if (m->c->wait_ns) {
		/* the device decides how fast it interrupts */
		series_add(&cell->rate, NOT_MEASURED);
		series_add(&cell->rate_per_call, NOT_MEASURED);
		return 0;
	}
	return measure_rate_raised(m, cell);
}

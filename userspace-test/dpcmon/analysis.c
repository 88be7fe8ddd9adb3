// SPDX-License-Identifier: GPL-2.0-only
/*
 * Turns events into numbers.  Each event belongs to an object (an interrupt object, or
 * a DPC routine without one) and to a CPU; the file finds both and updates their
 * histograms, counts and chains.  It reads one event at a time and keeps none of them.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "books.h"
#include "cpu.h"
#include "errors.h"
#include "event.h"
#include "hist.h"
#include "object.h"
#include "pairs.h"
#include "text.h"
#include "util.h"
#include "worst.h"

struct analysis *analysis_new(const struct budgets *budgets)
{
	struct analysis *a = xcalloc(1, sizeof(*a));

	if (budgets)
		a->budgets = *budgets;
	return a;
}

static void analysis_free_object(struct object *o)
{
	unsigned int i;

	for (i = 0; i < STAGE_NR; i++)
		hist_free(&o->stage[i].hist);
	hist_free(&o->raise.hist);
	books_free(&o->books);
	errors_free(&o->errors);
	free(o->chains);
	free(o);
}

void analysis_free(struct analysis *a)
{
	unsigned int i;

	if (!a)
		return;
	for (i = 0; i < a->nr_objects; i++)
		analysis_free_object(a->objects[i]);
	for (i = 0; i < a->nr_cpus; i++)
		free(a->cpus[i]);
	errors_free(&a->errors);
	free(a->objects);
	free(a->cpus);
	free(a->disturbed);
	free(a);
}

/* CPUs come by number and with gaps: the table grows up to the number that is asked for. */
struct cpu *analysis_cpu(struct analysis *a, int nr)
{
	unsigned int n = nr;

	if (n >= a->nr_cpus) {
		a->cpus = xrealloc(a->cpus, (n + 1) * sizeof(*a->cpus));
		while (a->nr_cpus <= n)
			a->cpus[a->nr_cpus++] = NULL;
	}
	if (!a->cpus[n]) {
		a->cpus[n] = xcalloc(1, sizeof(**a->cpus));
		a->cpus[n]->nr = nr;
	}
	return a->cpus[n];
}

/* Sets the budgets of @o to @budget_us, but for those that the user gave. */
static void analysis_apply_budgets(const struct analysis *a, struct object *o,
				   const uint32_t *budget_us)
{
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		uint32_t us;

		if (!budgets_find(&a->budgets, o->id, o->name, i, BUDGETS_MAX, &us))
			us = budget_us[i];
		o->stage[i].budget_ns = us * NSEC_PER_USEC;
	}
}

static struct object *analysis_new_object(struct analysis *a, uint32_t id,
					  uint64_t function)
{
	uint32_t defaults[DPC_STAGE_NR];
	struct object *o;
	unsigned int i;

	if (a->nr_objects == OBJECT_MAX) {
		a->objects_left_out++;
		return NULL;
	}
	o = xcalloc(1, sizeof(*o));
	o->id = id;
	o->function = function;
	for (i = 0; i < DPC_STAGE_NR; i++)
		defaults[i] = DPC_BUDGET_DEFAULT_US;
	analysis_apply_budgets(a, o, defaults);

	a->objects = xrealloc(a->objects, (a->nr_objects + 1) * sizeof(*a->objects));
	a->objects[a->nr_objects++] = o;
	return o;
}

/* DPCs without an interrupt object all have id 0: their routine tells them apart. */
static struct object *analysis_object(struct analysis *a, uint32_t id,
				      uint64_t function)
{
	unsigned int i;

	if (id)
		function = 0;
	for (i = 0; i < a->nr_objects; i++)
		if (a->objects[i]->id == id && a->objects[i]->function == function)
			return a->objects[i];
	return analysis_new_object(a, id, function);
}

/*
 * Adds a time to a stage.  The routine and the interrupt of the longest time are kept, and
 * the time is judged by the budget that is in force now, as the kernel does it: a budget
 * that changes in the middle of a trace does not judge what was before.
 */
static void analysis_add(struct object *o, unsigned int nr, uint64_t ns,
			 const struct dpcmon_event *e)
{
	struct stage *s = &o->stage[nr];

	if (ns > s->hist.max || !s->hist.count) {
		s->function = e->function;
		s->max_seq = e->first;
	}
	hist_add(&s->hist, ns);
	if (s->budget_ns && ns > s->budget_ns)
		s->over_budget++;
}

static void analysis_name(char to[NAME_LEN], const char *from)
{
	text_copy(to, NAME_LEN, from ? from : "", from ? strlen(from) : 0);
}

static void analysis_interrupt(struct analysis *a, struct object *o,
			       const struct dpcmon_event *e)
{
	o->irq = e->irq;
	analysis_name(o->name, e->name);
	analysis_name(o->model, e->model);
	analysis_apply_budgets(a, o, e->budget_us);
}

/*
 * Joins the halves of a call.  With the second half, the whole run goes to its CPU, where
 * worst_consider() finds what ran beside the worst interrupt.
 */
static void analysis_pair(struct analysis *a, const struct dpcmon_event *e,
			  enum pair_kind kind, bool is_exit)
{
	struct pair_half other;
	struct run run;

	if (!pairs_join(&a->pairs, kind, is_exit, e, &other))
		return;
	run = (struct run){
		.kind = kind == PAIR_DPC ? RUN_DPC : RUN_WORK,
		.cpu = e->cpu, .pid = e->pid, .id = e->id,
		.seq = e->seq, .first = e->first, .function = e->function,
		.start = is_exit ? other.ts : e->ts,
		.end = is_exit ? e->ts : other.ts,
	};
	cpu_add_run(analysis_cpu(a, e->cpu), &run);
}

/* A DPC call or work item that serves no interrupt (count 0) has waited for none. */
static void analysis_entered(struct stage_run *run, const struct dpcmon_event *e)
{
	run->entered = true;
	run->cpu = e->cpu;
	run->pid = e->pid;
	run->start = e->ts;
	run->function = e->function;
	run->seq = e->seq;
	run->served = e->count;
	run->wait = e->count ? e->ns : 0;
}

/* An exit whose entry was lost still tells the duration, the CPU and the task. */
static void analysis_exited(struct stage_run *run, const struct dpcmon_event *e)
{
	if (!run->entered) {
		run->cpu = e->cpu;
		run->pid = e->pid;
		run->function = e->function;
		run->seq = e->seq;
	}
	run->exited = true;
	run->end = e->ts;
	run->duration = e->ns;
}

/*
 * One handler for each type of event.  Each of them updates the object's numbers, joins
 * the call's halves, and, if the interrupt is still in the window, extends its chain and
 * asks whether it is the longest one by now.
 *
 * An ISR has one event, after it; so its start comes from its duration.  It counts as a hard
 * interrupt of its CPU, too, because it delays a DPC routine that it hits.  An ISR that runs
 * in a thread (PREEMPT_RT, threadirqs) does not: the scheduler has chosen to run it.
 */
static void analysis_isr(struct analysis *a, struct object *o, const struct dpcmon_event *e)
{
	struct run run = {
		.kind = RUN_ISR, .cpu = e->cpu, .pid = e->pid, .id = e->id,
		.seq = e->seq, .first = e->first, .function = e->function,
		/* a file may claim that it began before the clock did */
		.start = e->ns < e->ts ? e->ts - e->ns : 0, .end = e->ts,
	};
	struct cpu *c = analysis_cpu(a, e->cpu);
	struct chain *ch;

	if (e->hardirq)
		cpu_isr(c, run.start, run.end);
	cpu_add_run(c, &run);
	if (!e->count) {
		o->not_ours++;
		return;
	}
	analysis_add(o, DPC_STAGE_ISR, e->ns, e);
	books_handled(&o->books, e->seq);
	if (!o->seq_min || e->seq < o->seq_min)
		o->seq_min = e->seq;
	if (e->seq > o->seq_max)
		o->seq_max = e->seq;
	ch = worst_chain(o, e->seq);
	if (!ch)
		return;
	ch->isr = (struct stage_run){
		.entered = true, .exited = true, .cpu = e->cpu, .pid = e->pid,
		.start = run.start, .end = run.end, .duration = e->ns,
		.function = e->function, .seq = e->seq, .served = 1,
	};
	worst_consider(o, ch, a->cpus, a->nr_cpus, a->hardirqs);
}

/*
 * The device says, in an ISR, when it raised this interrupt.  The wait is no stage of the
 * accounting, and has no budget.
 */
static void analysis_raised(struct analysis *a, struct object *o,
			    const struct dpcmon_event *e)
{
	if (e->ns > o->raise.hist.max || !o->raise.hist.count) {
		o->raise.function = e->function;
		o->raise.max_seq = e->first;
	}
	hist_add(&o->raise.hist, e->ns);
	/* a file may claim that an interrupt had no raise; then none was merged, either */
	o->raised += e->count ? e->count : 1;
}

static void analysis_dpc_entry(struct analysis *a, struct object *o,
			       const struct dpcmon_event *e)
{
	struct chain *ch = worst_chain(o, e->first);

	cpu_dpc_entry(analysis_cpu(a, e->cpu), e);
	analysis_pair(a, e, PAIR_DPC, false);
	o->dpc_calls++;
	if (e->count) {
		o->served += e->count;
		o->coalesced += e->count - 1;
		books_served(&o->books, e->first, e->seq);
		analysis_add(o, DPC_STAGE_ISR_TO_DPC, e->ns, e);
	}
	if (!ch)
		return;
	analysis_entered(&ch->dpc, e);
	worst_consider(o, ch, a->cpus, a->nr_cpus, a->hardirqs);
}

static void analysis_dpc_exit(struct analysis *a, struct object *o,
			      const struct dpcmon_event *e)
{
	struct chain *ch = worst_chain(o, e->first);
	uint64_t hardirq = 0;

	analysis_add(o, DPC_STAGE_DPC, e->ns, e);
	/* without the entry it is not known what hit the call */
	if (cpu_dpc_exit(analysis_cpu(a, e->cpu), e, &hardirq)) {
		if (hardirq > e->ns)
			hardirq = e->ns;
		analysis_add(o, STAGE_DPC_EXCLUSIVE, e->ns - hardirq, e);
	}
	analysis_pair(a, e, PAIR_DPC, true);
	if (!ch)
		return;
	analysis_exited(&ch->dpc, e);
	ch->dpc.hardirq_ns = hardirq;
	worst_consider(o, ch, a->cpus, a->nr_cpus, a->hardirqs);
}

static void analysis_work_entry(struct analysis *a, struct object *o,
				const struct dpcmon_event *e)
{
	struct chain *ch = worst_chain(o, e->first);

	analysis_pair(a, e, PAIR_WORK, false);
	o->work_calls++;
	if (e->count) {
		o->work_served += e->count;
		o->work_coalesced += e->count - 1;
		analysis_add(o, DPC_STAGE_DPC_TO_WORK, e->ns, e);
	}
	if (!ch)
		return;
	analysis_entered(&ch->work, e);
	worst_consider(o, ch, a->cpus, a->nr_cpus, a->hardirqs);
}

static void analysis_work_exit(struct analysis *a, struct object *o,
			       const struct dpcmon_event *e)
{
	struct chain *ch = worst_chain(o, e->first);

	analysis_add(o, DPC_STAGE_WORK, e->ns, e);
	analysis_pair(a, e, PAIR_WORK, true);
	if (!ch)
		return;
	analysis_exited(&ch->work, e);
	worst_consider(o, ch, a->cpus, a->nr_cpus, a->hardirqs);
}

/* "Done" is when the last request of an interrupt completes, in whatever stage that is. */
static void analysis_complete(struct analysis *a, struct object *o,
			      const struct dpcmon_event *e)
{
	struct chain late = { .first = e->first };
	struct chain *ch = worst_chain(o, e->first);

	analysis_add(o, DPC_STAGE_COMPLETE, e->ns, e);
	/* it took so long that the window has moved on: it may still be the worst one */
	if (!ch)
		ch = &late;
	/* one interrupt may complete several requests: the last one counts */
	if (ch->completed && ch->complete_ns >= e->ns)
		return;
	ch->completed = true;
	ch->complete_cpu = e->cpu;
	ch->complete_pid = e->pid;
	ch->complete_ts = e->ts;
	ch->complete_ns = e->ns;
	ch->complete_function = e->function;
	ch->complete_hardirq_ns = cpu_dpc_hardirq_ns(analysis_cpu(a, e->cpu), e);
	worst_consider(o, ch, a->cpus, a->nr_cpus, a->hardirqs);
}

/* How many times the budget the overrun took: compares overruns of different stages. */
static double analysis_share(const struct overrun *v)
{
	return v->budget_ns ? v->ns / (double)v->budget_ns : 0;
}

/*
 * Keeps two overruns: the earliest of the trace, which ended it with --stop-on-overrun, and
 * for each object the one that was furthest over its budget, which dpcmon top shows.
 */
static void analysis_overrun(struct analysis *a, struct object *o,
			     const struct dpcmon_event *e)
{
	struct overrun v = {
		.valid = true, .cpu = e->cpu, .pid = e->pid, .id = e->id,
		.stage = e->count, .ts = e->ts, .seq = e->seq, .first = e->first,
		.function = e->function, .ns = e->ns, .budget_ns = e->budget_ns,
	};

	analysis_name(v.routine, e->name);
	if (e->count < DPC_STAGE_NR)
		o->stage[e->count].overruns++;
	if (!a->overrun.valid || e->ts < a->overrun.ts)
		a->overrun = v;
	if (!o->worst_overrun.valid || analysis_share(&v) > analysis_share(&o->worst_overrun))
		o->worst_overrun = v;
}

static void analysis_error(struct analysis *a, struct object *o,
			   const struct dpcmon_event *e)
{
	errors_add(&o->errors, o, e);
}

/* A request for a DPC that was queued already (count 0) joins the one before. */
static void analysis_request(struct analysis *a, struct object *o,
			     const struct dpcmon_event *e)
{
	o->requests++;
	books_asked(&o->books, e->seq);
	if (!e->count)
		o->refused++;
}

typedef void (*analysis_handler)(struct analysis *a, struct object *o,
				 const struct dpcmon_event *e);

static const analysis_handler analysis_handlers[EV_TYPE_NR] = {
	[EV_INTERRUPT]	= analysis_interrupt,
	[EV_ISR]	= analysis_isr,
	[EV_RAISED]	= analysis_raised,
	[EV_DPC_QUEUE]	= analysis_request,
	[EV_DPC_ENTRY]	= analysis_dpc_entry,
	[EV_DPC_EXIT]	= analysis_dpc_exit,
	[EV_WORK_ENTRY]	= analysis_work_entry,
	[EV_WORK_EXIT]	= analysis_work_exit,
	[EV_COMPLETE]	= analysis_complete,
	[EV_OVERRUN]	= analysis_overrun,
	[EV_ERROR]	= analysis_error,
};

void analysis_introduce(struct analysis *a, const struct dpcmon_event *e)
{
	struct object *o = analysis_object(a, e->id, 0);

	if (o)
		analysis_interrupt(a, o, e);
}

void analysis_lost(struct analysis *a, int cpu, long long lost)
{
	cpu_lost(analysis_cpu(a, cpu), lost);
}

/*
 * Whether @e belongs to the warm-up.  It ends with an interrupt and not in the middle of one:
 * all stages of an interrupt are left out, or none.
 */
static bool analysis_is_warming(const struct analysis *a, struct object *o,
				const struct dpcmon_event *e)
{
	const struct budgets *b = &a->budgets;

	if (!b->warmup && !b->warmup_ns)
		return false;
	if (!e->seq)
		return e->ts < a->first_ts + b->warmup_ns;
	if (b->warmup && !o->warm_until)
		o->warm_until = e->first + b->warmup - 1;
	if (b->warmup_ns && e->ts < a->first_ts + b->warmup_ns && e->seq > o->warm_until)
		o->warm_until = e->seq;
	return e->first <= o->warm_until;
}

void analysis_event(struct analysis *a, const struct dpcmon_event *e)
{
	struct cpu *c = analysis_cpu(a, e->cpu);
	struct object *o;

	if (e->lost)
		cpu_lost(c, e->lost);
	if (e->type == EV_OTHER || e->type == EV_MARK)
		return;
	a->events++;
	if (!a->first_ts || e->ts < a->first_ts)
		a->first_ts = e->ts;
	if (e->ts > a->last_ts)
		a->last_ts = e->ts;

	if (e->type == EV_HARDIRQ_ENTRY) {
		a->hardirqs = true;
		cpu_hardirq_entry(c, &a->pairs, e->irq, e);
		return;
	}
	if (e->type == EV_HARDIRQ_EXIT) {
		cpu_hardirq_exit(c, &a->pairs, e->irq, e);
		return;
	}
	/* this event happened in no hard interrupt: those that seem open have ended */
	if (!e->hardirq)
		cpu_hardirq_none(c, &a->pairs);
	if (!analysis_handlers[e->type])
		return;
	/* a device without an interrupt object is no DPC routine without one */
	if (e->type == EV_ERROR && !e->id) {
		errors_add(&a->errors, NULL, e);
		return;
	}
	o = analysis_object(a, e->id, e->function);
	if (!o)
		return;
	if (e->irq)
		o->irq = e->irq;
	if (e->type != EV_INTERRUPT && analysis_is_warming(a, o, e)) {
		a->warming++;
		return;
	}
	analysis_handlers[e->type](a, o, e);
}

/*
 * Without hard interrupts in the trace it is not known what hit a DPC, so a time without
 * them is not shown (M6).  This can be decided only at the end: the first hard interrupt
 * may come after many DPC calls.
 */
static void analysis_finish_exclusive(const struct analysis *a, struct object *o)
{
	struct stage *s = &o->stage[STAGE_DPC_EXCLUSIVE];

	o->worst.hardirqs = a->hardirqs;
	if (a->hardirqs)
		return;
	hist_free(&s->hist);
	*s = (struct stage){ 0 };
}

void analysis_disturbed(struct analysis *a, const char *what)
{
	char *both = a->disturbed ? xasprintf("%s; %s", a->disturbed, what) : xstrdup(what);

	free(a->disturbed);
	a->disturbed = both;
}

void analysis_trace_stopped(struct analysis *a)
{
	if (!a->overrun.valid)
		analysis_disturbed(a, "somebody switched tracing off (tracing_on)");
}

void analysis_finish(struct analysis *a)
{
	unsigned int i;

	for (i = 0; i < a->nr_objects; i++)
		analysis_finish_exclusive(a, a->objects[i]);
	for (i = 0; i < a->nr_objects; i++)
		errors_place(&a->objects[i]->errors, a->objects[i]);

	pairs_give_up_all(&a->pairs);
	for (i = 0; i < a->nr_cpus; i++)
		if (a->cpus[i])
			cpu_hardirq_none(a->cpus[i], &a->pairs);
}

uint64_t analysis_interrupts(const struct object *o)
{
	return o->stage[DPC_STAGE_ISR].hist.count;
}

uint64_t analysis_missing(const struct object *o)
{
	uint64_t handled = analysis_interrupts(o);
	uint64_t span = o->seq_max ? o->seq_max - o->seq_min + 1 : 0;

	return span > handled ? span - handled : 0;
}

struct balance analysis_balance(const struct analysis *a, const struct object *o)
{
	bool exact;

	return books_balance(&o->books, !analysis_lost_total(a, &exact));
}

uint64_t analysis_lost_total(const struct analysis *a, bool *exact)
{
	uint64_t lost = 0;
	unsigned int i;

	*exact = true;
	for (i = 0; i < a->nr_cpus; i++) {
		if (!a->cpus[i])
			continue;
		/* a gap of unknown size is one event at least */
		lost += a->cpus[i]->lost + a->cpus[i]->lost_unknown;
		if (a->cpus[i]->lost_unknown)
			*exact = false;
	}
	return lost;
}

bool analysis_measured(const struct analysis *a)
{
	unsigned int i, j;

	for (i = 0; i < a->nr_objects; i++)
		for (j = 0; j < STAGE_NR; j++)
			if (a->objects[i]->stage[j].hist.count)
				return true;
	return false;
}

bool analysis_stopped(const struct analysis *a)
{
	return a->stop_on_overrun && a->overrun.valid;
}

uint64_t analysis_over_budget(const struct analysis *a)
{
	uint64_t over = 0;
	unsigned int i, j;

	for (i = 0; i < a->nr_objects; i++)
		for (j = 0; j < STAGE_NR; j++)
			over += a->objects[i]->stage[j].over_budget;
	return over;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows single interrupts through their stages, keeps the longest of them, and
 * breaks its time down into parts that sum to 100 %.
 */
#include <string.h>

#include "cpu.h"
#include "object.h"
#include "util.h"
#include "worst.h"

const char * const part_keys[PART_NR] = {
	[PART_ISR]		= "isr",
	[PART_ISR_TO_DPC]	= "isr_to_dpc",
	[PART_DPC_EXCLUSIVE]	= "dpc_exclusive",
	[PART_HARDIRQ]		= "hard_interrupts",
	[PART_DPC]		= "dpc",
	[PART_DPC_TO_WORK]	= "dpc_to_work",
	[PART_WORK]		= "work",
	[PART_REST]		= "rest",
};

const char * const part_titles[PART_NR] = {
	[PART_ISR]		= "ISR",
	[PART_ISR_TO_DPC]	= "wait for the DPC",
	[PART_DPC_EXCLUSIVE]	= "DPC routine itself",
	[PART_HARDIRQ]		= "hard interrupts in it",
	[PART_DPC]		= "DPC and what hit it",
	[PART_DPC_TO_WORK]	= "wait for the work item",
	[PART_WORK]		= "work item",
	[PART_REST]		= "rest",
};

struct chain *worst_chain(struct object *o, uint64_t first)
{
	struct chain *ch;

	if (!first || !o->id)
		return NULL;
	if (!o->chains)
		o->chains = xcalloc(CHAIN_WINDOW, sizeof(*o->chains));
	ch = &o->chains[first % CHAIN_WINDOW];
	if (ch->first > first)
		return NULL;
	if (ch->first < first) {
		memset(ch, 0, sizeof(*ch));
		ch->first = first;
	}
	return ch;
}

const struct chain *worst_find(const struct object *o, uint64_t first)
{
	const struct chain *ch;

	if (!first || !o->chains)
		return NULL;
	ch = &o->chains[first % CHAIN_WINDOW];
	return ch->first == first ? ch : NULL;
}

/*
 * Where the completion lies: within @run (the same task, between its entry and its exit), or
 * before it.  A stage after the completion is not part of the time that the requester waited.
 */
static bool worst_done_in(const struct chain *ch, const struct stage_run *run)
{
	return ch->completed && run->entered && ch->complete_pid == run->pid &&
	       ch->complete_ts >= run->start &&
	       (!run->exited || ch->complete_ts <= run->end);
}

static bool worst_done_before(const struct chain *ch, const struct stage_run *run)
{
	return ch->completed && run->entered && ch->complete_ts < run->start;
}

/* The time to the completion; without one, the sum of the stages that are known. */
static uint64_t worst_total(const struct chain *ch)
{
	if (ch->completed)
		return ch->complete_ns;
	return ch->isr.duration + ch->dpc.wait + ch->dpc.duration +
	       ch->work.wait + ch->work.duration;
}

void worst_span(const struct chain *ch, uint64_t *start, uint64_t *end)
{
	const struct stage_run *runs[] = { &ch->isr, &ch->dpc, &ch->work };
	unsigned int i;

	*start = UINT64_MAX;
	*end = 0;
	if (ch->completed) {
		*end = ch->complete_ts;
		*start = ch->complete_ts - ch->complete_ns;
	}
	for (i = 0; i < ARRAY_SIZE(runs); i++) {
		if (!runs[i]->entered)
			continue;
		if (runs[i]->start < *start)
			*start = runs[i]->start;
		if (runs[i]->exited && runs[i]->end > *end)
			*end = runs[i]->end;
	}
	if (*end < *start)
		*end = *start;
}

/* Takes the runs that overlap the time of the chain from all CPUs. */
static void worst_copy_runs(struct worst *w, struct cpu * const *cpus, unsigned int nr_cpus)
{
	uint64_t start, end, n;
	const struct run *run;
	unsigned int nr;

	w->nr_runs = 0;
	worst_span(&w->chain, &start, &end);
	for (nr = 0; nr < nr_cpus; nr++) {
		if (!cpus[nr])
			continue;
		n = cpus[nr]->nr_runs;
		/* newest first: if there are too many, the oldest are left out */
		for (; n && cpus[nr]->nr_runs - n < CPU_RUNS; n--) {
			run = &cpus[nr]->runs[(n - 1) % CPU_RUNS];
			if (run->end < start || w->nr_runs == WORST_RUNS)
				break;
			if (run->start <= end)
				w->runs[w->nr_runs++] = *run;
		}
	}
}

void worst_consider(struct object *o, const struct chain *ch, struct cpu * const *cpus,
		    unsigned int nr_cpus, bool hardirqs)
{
	struct worst *w = &o->worst;
	uint64_t total = worst_total(ch);
	bool same = w->valid && w->chain.first == ch->first;

	if (!total)
		return;
	/* once one request has completed, only those that did are compared */
	if (w->valid && !same) {
		if (w->chain.completed && !ch->completed)
			return;
		if (w->chain.completed == ch->completed && total <= w->total)
			return;
	}
	w->valid = true;
	w->hardirqs = hardirqs;
	w->total = total;
	w->chain = *ch;
	worst_copy_runs(w, cpus, nr_cpus);
}

/**
 * struct parts - parts that are being taken from a time
 * @list: the parts; has room for PART_NR
 * @nr: number of parts so far
 * @left: time that is left; what remains at the end is PART_REST
 */
struct parts {
	struct part	*list;
	unsigned int	nr;
	uint64_t	left;
};

/*
 * Takes a part, but not more than is left: the kernel measures the stages and the total one
 * by one, and a file may say anything.
 */
static void worst_take(struct parts *p, enum part_kind kind, uint64_t ns,
		       const struct stage_run *run)
{
	if (ns > p->left)
		ns = p->left;
	p->left -= ns;
	p->list[p->nr++] = (struct part){ .kind = kind, .ns = ns, .run = run };
}

/* The part of @run that lies before the completion. */
static uint64_t worst_until_done(const struct chain *ch, const struct stage_run *run)
{
	if (worst_done_in(ch, run))
		return ch->complete_ts - run->start;
	return run->duration;
}

static bool worst_length_known(const struct chain *ch, const struct stage_run *run)
{
	return run->exited || worst_done_in(ch, run);
}

static void worst_take_dpc(struct parts *p, const struct chain *ch, bool hardirqs)
{
	uint64_t ns = worst_until_done(ch, &ch->dpc);
	uint64_t hardirq = worst_done_in(ch, &ch->dpc) ? ch->complete_hardirq_ns
						       : ch->dpc.hardirq_ns;

	if (ns > p->left)
		ns = p->left;
	if (hardirq > ns)
		hardirq = ns;
	if (!hardirqs) {
		worst_take(p, PART_DPC, ns, &ch->dpc);
		return;
	}
	worst_take(p, PART_DPC_EXCLUSIVE, ns - hardirq, &ch->dpc);
	worst_take(p, PART_HARDIRQ, hardirq, &ch->dpc);
}

/* Largest remainder: the rounded shares sum to exactly 100.0 %. */
static void worst_share(struct part *parts, unsigned int nr, uint64_t total)
{
	__uint128_t scaled[PART_NR], rest[PART_NR];
	unsigned int i, given = 0, best;

	for (i = 0; i < nr; i++) {
		scaled[i] = (__uint128_t)parts[i].ns * 1000;
		parts[i].tenths = scaled[i] / total;
		rest[i] = scaled[i] % total;
		given += parts[i].tenths;
	}
	for (; given < 1000; given++) {
		best = 0;
		for (i = 1; i < nr; i++)
			if (rest[i] > rest[best])
				best = i;
		parts[best].tenths++;
		rest[best] = 0;
	}
}

unsigned int worst_breakdown(const struct worst *w, struct part parts[PART_NR])
{
	const struct chain *ch = &w->chain;
	struct parts p = { .list = parts, .left = w->total };

	if (!w->valid)
		return 0;
	if (ch->isr.exited)
		worst_take(&p, PART_ISR, ch->isr.duration, &ch->isr);
	if (ch->dpc.entered && !worst_done_before(ch, &ch->dpc)) {
		worst_take(&p, PART_ISR_TO_DPC, ch->dpc.wait, &ch->dpc);
		if (worst_length_known(ch, &ch->dpc))
			worst_take_dpc(&p, ch, w->hardirqs);
	}
	if (ch->work.entered && !worst_done_before(ch, &ch->work)) {
		worst_take(&p, PART_DPC_TO_WORK, ch->work.wait, &ch->work);
		if (worst_length_known(ch, &ch->work))
			worst_take(&p, PART_WORK, worst_until_done(ch, &ch->work), &ch->work);
	}
	worst_take(&p, PART_REST, p.left, NULL);
	worst_share(parts, p.nr, w->total);
	return p.nr;
}

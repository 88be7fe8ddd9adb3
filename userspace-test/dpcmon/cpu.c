// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one CPU is doing: a stack of open calls, and the last calls that have ended.
 * From these come the hard interrupts' share of a DPC routine, and what ran beside the
 * worst interrupt.
 */
#include <string.h>

#include "cpu.h"
#include "text.h"
#include "util.h"

/* Forgets the open hard interrupts beyond the first @depth: their exits were lost. */
static void cpu_give_up_hardirq(struct cpu *c, struct pairs *p, unsigned int depth)
{
	for (; c->depth > depth; c->depth--)
		p->entries[PAIR_HARDIRQ]++;
}

void cpu_hardirq_none(struct cpu *c, struct pairs *p)
{
	cpu_give_up_hardirq(c, p, 0);
}

void cpu_lost(struct cpu *c, long long lost)
{
	unsigned int i;

	if (!lost)
		return;
	c->lost_gaps++;
	if (lost > 0)
		c->lost += lost;
	else
		c->lost_unknown++;
	/* a hard interrupt too few is better than one that is too long */
	for (i = 0; i < c->depth; i++)
		c->hardirq[i].doubtful = true;
}

void cpu_hardirq_entry(struct cpu *c, struct pairs *p, uint32_t key,
		       const struct dpcmon_event *e)
{
	struct cpu_hardirq *h;

	if (c->depth == CPU_HARDIRQ_MAX)
		cpu_give_up_hardirq(c, p, 0);
	h = &c->hardirq[c->depth++];
	h->key = key;
	h->doubtful = false;
	h->start = e->ts;
	text_copy(h->name, sizeof(h->name), e->name ? e->name : "", e->name ? CPU_NAME_LEN : 0);
}

/*
 * The outermost hard interrupt has ended.  Its whole time, with those nested in it, is
 * taken from each DPC call that is open on this CPU: all of them stood still.  Inner ones
 * are not counted by themselves, or their time would be taken twice.
 */
static void cpu_hardirq_ended(struct cpu *c, const char *name, uint64_t start, uint64_t end)
{
	struct run run = { .kind = RUN_HARDIRQ, .cpu = c->nr, .start = start, .end = end };
	unsigned int i;

	for (i = 0; i < CPU_DPC_MAX; i++)
		if (c->dpc[i].used)
			c->dpc[i].hardirq_ns += end - start;

	memcpy(run.name, name, sizeof(run.name));
	cpu_add_run(c, &run);
}

void cpu_hardirq_exit(struct cpu *c, struct pairs *p, uint32_t key,
		      const struct dpcmon_event *e)
{
	unsigned int depth = c->depth;

	while (depth && c->hardirq[depth - 1].key != key)
		depth--;
	if (!depth) {
		p->exits[PAIR_HARDIRQ]++;
		return;
	}
	cpu_give_up_hardirq(c, p, depth);
	c->depth--;
	if (!c->depth && !c->hardirq[0].doubtful)
		cpu_hardirq_ended(c, c->hardirq[0].name, c->hardirq[0].start, e->ts);
}

void cpu_isr(struct cpu *c, uint64_t start, uint64_t end)
{
	static const char name[CPU_NAME_LEN];

	if (!c->depth)
		cpu_hardirq_ended(c, name, start, end);
}

/* Whether @e is the exit of the call @d. */
static bool cpu_dpc_is(const struct cpu_dpc *d, const struct dpcmon_event *e)
{
	return d->used && d->id == e->id && d->pid == e->pid &&
	       d->first == e->first && d->seq == e->seq;
}

/* If all slots are taken, the oldest call goes: its exit was probably lost. */
void cpu_dpc_entry(struct cpu *c, const struct dpcmon_event *e)
{
	struct cpu_dpc *d = &c->dpc[0];
	unsigned int i;

	for (i = 0; i < CPU_DPC_MAX; i++) {
		/* one task runs one DPC at a time: this one's exit was lost */
		if (c->dpc[i].used && c->dpc[i].pid == e->pid)
			c->dpc[i].used = false;
		if (!c->dpc[i].used || (d->used && c->dpc[i].start < d->start))
			d = &c->dpc[i];
	}
	*d = (struct cpu_dpc){
		.used = true, .pid = e->pid, .id = e->id, .seq = e->seq,
		.first = e->first, .function = e->function, .start = e->ts,
	};
}

bool cpu_dpc_exit(struct cpu *c, const struct dpcmon_event *e, uint64_t *hardirq_ns)
{
	unsigned int i;

	for (i = 0; i < CPU_DPC_MAX; i++) {
		if (!cpu_dpc_is(&c->dpc[i], e))
			continue;
		*hardirq_ns = c->dpc[i].hardirq_ns;
		c->dpc[i].used = false;
		return true;
	}
	return false;
}

uint64_t cpu_dpc_hardirq_ns(const struct cpu *c, const struct dpcmon_event *e)
{
	unsigned int i;

	for (i = 0; i < CPU_DPC_MAX; i++)
		if (c->dpc[i].used && c->dpc[i].pid == e->pid && c->dpc[i].id == e->id)
			return c->dpc[i].hardirq_ns;
	return 0;
}

void cpu_add_run(struct cpu *c, const struct run *run)
{
	c->runs[c->nr_runs++ % CPU_RUNS] = *run;
}

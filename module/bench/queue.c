// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it costs to queue objects and have them run, from a thread, for each way
 * of deferring that the kernel has.
 *
 *   what runs in   how a sample is taken
 *   -------------  -----------------------------------------------------------
 *   softirq        bottom halves off, queue n, bottom halves on: that runs them
 *   hard IRQ       interrupts off, queue n, interrupts on: likewise
 *   a thread       queue n, wait for the last one
 *
 * The whole is between two readings of the clock: a driver that queues from a
 * thread has to switch off and on, too.
 */
#include "bench.h"

#include <linux/completion.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>

/**
 * dpc_bench_run_init - objects to measure with
 * @run: what is set up
 * @m: a mechanism that this kernel has
 * @n: how many objects
 *
 * Context: may sleep; on the CPU that is measured.
 * Return: 0 or a negative errno, and then there is nothing to free.
 */
int dpc_bench_run_init(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m,
		       unsigned int n)
{
	unsigned int i;
	int err = 0;

	*run = (struct dpc_bench_run){ .n = n };
	init_completion(&run->done);
	run->items = kvcalloc(n, sizeof(*run->items), GFP_KERNEL);
	if (!run->items)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		run->items[i].run = run;
		m->init(&run->items[i]);
	}
	if (m->setup)
		err = m->setup(run);
	if (err)
		kvfree(run->items);
	return err;
}

/* All objects have run. */
void dpc_bench_run_free(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	if (m->teardown)
		m->teardown(run);
	kvfree(run->items);
}

static u64 dpc_bench_sample_softirq(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	local_bh_disable();
	m->queue(run);
	local_bh_enable();
	return dpc_bench_clock(DPC_BENCH_END);
}

/* The softirq's time was over, and ksoftirqd has the rest: that is its cost, too. */
static u64 dpc_bench_sample_late(struct dpc_bench_run *run)
{
	bool late;

	reinit_completion(&run->done);
	local_bh_disable();
	late = run->ran != run->n;
	run->wake_at = run->n;
	local_bh_enable();
	if (late)
		wait_for_completion_timeout(&run->done, msecs_to_jiffies(DPC_BENCH_LIMIT_MS));
	return dpc_bench_clock(DPC_BENCH_END);
}

static u64 dpc_bench_sample_hardirq(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	unsigned long end = jiffies + 2;

	local_irq_disable();
	m->queue(run);
	local_irq_enable();
	while (READ_ONCE(run->ran) != run->n && time_before(jiffies, end))
		cpu_relax();
	return dpc_bench_clock(DPC_BENCH_END);
}

static u64 dpc_bench_sample_thread(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	m->queue(run);
	wait_for_completion_timeout(&run->done, msecs_to_jiffies(DPC_BENCH_LIMIT_MS));
	return dpc_bench_clock(DPC_BENCH_END);
}

/**
 * dpc_bench_sample - queue all objects once, and have them run
 * @run: the objects
 * @m: their mechanism
 * @samples: where the time goes
 *
 * Context: may sleep.
 * Return: 0, or -ETIMEDOUT; then some may still be queued, and @run must stay.
 */
int dpc_bench_sample(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m,
		     struct dpc_bench_samples *samples)
{
	u64 start, end;

	run->ran = 0;
	run->wake_at = 0;
	dpc_bench_begin();
	switch (m->way) {
	case DPC_BENCH_SOFTIRQ:
		start = dpc_bench_clock(DPC_BENCH_BEGIN);
		end = dpc_bench_sample_softirq(run, m);
		break;
	case DPC_BENCH_HARDIRQ:
		start = dpc_bench_clock(DPC_BENCH_BEGIN);
		end = dpc_bench_sample_hardirq(run, m);
		break;
	default:
		run->wake_at = run->n;
		reinit_completion(&run->done);
		start = dpc_bench_clock(DPC_BENCH_BEGIN);
		end = dpc_bench_sample_thread(run, m);
		break;
	}
	if (m->way == DPC_BENCH_SOFTIRQ && READ_ONCE(run->ran) != run->n) {
		end = dpc_bench_sample_late(run);
		samples->late++;
	}
	dpc_bench_end();
	if (READ_ONCE(run->ran) != run->n)
		return -ETIMEDOUT;
	dpc_bench_samples_add(samples, start, end);
	return 0;
}

static int dpc_bench_figure(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m)
{
	unsigned int repeats = clamp(dpc_bench_items / run->n, 15U, 1001U);
	struct dpc_bench_samples samples;
	unsigned int i;
	int err;

	err = dpc_bench_samples_alloc(&samples, repeats);
	if (err)
		return err;
	/* Not the first ones: they find caches and trees as others have left them. */
	for (i = 0; !err && i < repeats / 8 + 3; i++)
		err = dpc_bench_sample(run, m, &samples);
	samples.nr = 0;
	samples.late = 0;
	for (i = 0; !err && i < repeats; i++) {
		err = dpc_bench_sample(run, m, &samples);
		cond_resched();
	}
	if (!err)
		dpc_bench_samples_report(&samples, "what=queue mechanism=%s n=%u", m->name, run->n);
	dpc_bench_samples_free(&samples);
	return err;
}

static int dpc_bench_mechanism(const struct dpc_bench_mechanism *m, unsigned int n)
{
	struct dpc_bench_run run;
	int err;

	if (m->needs) {
		dpc_bench_print("what=queue mechanism=%s n=%u absent=\"%s\"\n", m->name, n,
				m->needs);
		return 0;
	}
	err = dpc_bench_run_init(&run, m, n);
	if (err)
		return err;
	err = dpc_bench_figure(&run, m);
	/* What still was to run when time was over would use it: rather a leak. */
	if (err)
		pr_err("mechanism %s, n = %u: %d\n", m->name, n, err);
	else
		dpc_bench_run_free(&run, m);
	return err;
}

int dpc_bench_queue(void)
{
	unsigned int i, j;
	int err = 0;

	for (j = 0; !err && j < dpc_bench_sizes_nr; j++)
		for (i = 0; !err && i < dpc_bench_mechanisms_nr; i++)
			if (dpc_bench_selected(dpc_bench_mechanisms[i].name))
				err = dpc_bench_mechanism(&dpc_bench_mechanisms[i],
							  dpc_bench_sizes[j]);
	return err;
}

/* ---- Cancel -------------------------------------------------------------- */

/* Each object cancelled once, from both ends to the middle, and none runs. */
static int dpc_bench_cancel_figure(struct dpc_bench_run *run, const struct dpc_bench_mechanism *m,
				   unsigned int rounds)
{
	struct dpc_bench_samples samples;
	unsigned int i, round;
	int err;

	err = dpc_bench_samples_alloc(&samples, rounds * run->n);
	if (err)
		return err;
	for (round = 0; round < rounds; round++) {
		local_bh_disable();
		m->queue(run);
		for (i = 0; i < run->n; i++) {
			unsigned int which = i % 2 ? run->n - 1 - i / 2 : i / 2;
			u64 start, end;

			start = dpc_bench_clock(DPC_BENCH_BEGIN);
			dpc_cancel(&run->items[which].dpc);
			end = dpc_bench_clock(DPC_BENCH_END);
			dpc_bench_samples_add(&samples, start, end);
		}
		local_bh_enable();
		cond_resched();
	}
	/* One that has run was not cancelled. */
	if (run->ran)
		err = -EIO;
	else
		dpc_bench_samples_report(&samples, "what=cancel mechanism=%s n=%u", m->name,
					 run->n);
	dpc_bench_samples_free(&samples);
	return err;
}

int dpc_bench_cancel(void)
{
	const struct dpc_bench_mechanism *m = dpc_bench_mechanism_by_name("dpc");
	static const unsigned int sizes[] = { 1, 64, 4096 };
	struct dpc_bench_run run;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(sizes); i++) {
		err = dpc_bench_run_init(&run, m, sizes[i]);
		if (err)
			break;
		err = dpc_bench_cancel_figure(&run, m, max(1024 / sizes[i], 3U));
		dpc_flush_all();
		dpc_bench_run_free(&run, m);
	}
	return err;
}

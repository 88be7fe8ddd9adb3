// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon system: what it learns from events, made by hand, whose times are known; and the
 * faults that other tools have.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "system.h"
#include "system_decoder.h"
#include "util.h"

#include "../../tests/ktap.h"

#define US		1000ULL
#define ISR_FUNCTION	0xffffffffc0101000ULL
#define DPC_FUNCTION	0xffffffffc0102000ULL
#define WORK_FUNCTION	0xffffffffc0103000ULL
#define TIMER		0xffff888000001000ULL
#define ITEM		0xffff888000002000ULL
#define ITEM_2		0xffff888000003000ULL
#define NET_RX		3
#define TASKLET		6
#define RCU		9
#define SLEEPS		1	/* until the next interrupt */
#define BLOCKS		2	/* until somebody else goes on */

/* The trace that a test makes: @cpu and @pid are those of the events that follow. */
struct trace {
	struct system	*s;
	int		cpu;
	int		pid;
};

static struct trace begin(void)
{
	static const uint64_t budgets[DPC_STAGE_NR] = {
		[DPC_STAGE_ISR] = 25 * US, [DPC_STAGE_ISR_TO_DPC] = 1000 * US,
		[DPC_STAGE_DPC] = 100 * US,
	};

	return (struct trace){ .s = system_new(budgets, NULL), .pid = 100 };
}

/* At @us, on the CPU and in the thread of @t. */
static void event(const struct trace *t, uint64_t us, struct system_event e)
{
	e.cpu = t->cpu;
	e.pid = t->pid;
	e.ts = us * US;
	system_event(t->s, &e);
}

#define EVENT(_t, _us, ...)	event(_t, _us, (struct system_event){ __VA_ARGS__ })

#define IRQ_ENTRY(_t, _us, _irq) \
	EVENT(_t, _us, .type = SYSTEM_IRQ_ENTRY, .number = (_irq), .name = "eth0", .hard = true)
#define IRQ_EXIT(_t, _us, _irq) \
	EVENT(_t, _us, .type = SYSTEM_IRQ_EXIT, .number = (_irq), .hard = true)
#define SOFTIRQ(_t, _us, _what, _vec) \
	EVENT(_t, _us, .type = SYSTEM_SOFTIRQ_ ## _what, .number = (_vec))
/* In a hard interrupt. */
#define RAISE_HARD(_t, _us, _vec) \
	EVENT(_t, _us, .type = SYSTEM_SOFTIRQ_RAISE, .number = (_vec), .hard = true)
#define WORK(_t, _us, _what, _item)						\
	EVENT(_t, _us, .type = SYSTEM_WORK_ ## _what, .object = (_item),	\
	      .function = WORK_FUNCTION, .name = "events")
/* To thread @to, from one that is in @state. */
static void switched(struct trace *t, uint64_t us, uint64_t state, int to, const char *name)
{
	EVENT(t, us, .type = SYSTEM_SWITCH, .number = state, .task = to, .name = name);
	t->pid = to;
}

/* The only row of a kind; a test that finds none fails. */
static const struct system_row *row(const struct trace *t, enum system_kind kind)
{
	const struct system_row *found = NULL;
	unsigned int i;

	for (i = 0; i < t->s->rows.nr; i++) {
		if (t->s->rows.list[i]->kind != kind)
			continue;
		ASSERT(!found, "two of kind %s", system_kind_names[kind]);
		found = t->s->rows.list[i];
	}
	ASSERT(found, "none of kind %s", system_kind_names[kind]);
	return found;
}

#define EXPECT_RUN(_row, _count, _total_us, _self_us)				\
	do {									\
		const struct system_row *_r = (_row);				\
										\
		EXPECT_EQ(_r->calls, _count);					\
		EXPECT_EQ(_r->run.hist.total, (_total_us) * US);		\
		EXPECT_EQ(_r->self_ns, (_self_us) * US);			\
	} while (0)

#define EXPECT_WAIT(_row, _count, _total_us)					\
	do {									\
		const struct system_row *_r = (_row);				\
										\
		EXPECT_EQ(_r->wait.hist.count, _count);				\
		EXPECT_EQ(_r->wait.hist.total, (_total_us) * US);		\
	} while (0)

static void end(struct trace *t)
{
	system_free(t->s);
}

/* An interrupt has a tasklet run, and comes again meanwhile. */
static void tasklet_is_interrupted(const struct trace *t)
{
	IRQ_ENTRY(t, 1, 24);
	RAISE_HARD(t, 3, TASKLET);
	IRQ_EXIT(t, 5, 24);
	SOFTIRQ(t, 6, ENTRY, TASKLET);
	EVENT(t, 7, .type = SYSTEM_TASKLET_ENTRY, .object = ITEM, .function = DPC_FUNCTION);
	IRQ_ENTRY(t, 10, 24);
	IRQ_EXIT(t, 30, 24);
	EVENT(t, 127, .type = SYSTEM_TASKLET_EXIT, .object = ITEM);
	SOFTIRQ(t, 130, EXIT, TASKLET);
}

/* ---- Calls inside of each other -------------------------------------------------------- */

TEST(system, time_of_what_interrupts_is_not_ones_own)
{
	struct trace t = begin();

	tasklet_is_interrupted(&t);
	EXPECT_RUN(row(&t, SYSTEM_ISR), 2, 24, 24);
	EXPECT_RUN(row(&t, SYSTEM_TASKLET), 1, 120, 100);
	EXPECT_EQ(row(&t, SYSTEM_TASKLET)->run.over, 1);
	EXPECT_RUN(row(&t, SYSTEM_SOFTIRQ), 1, 124, 4);
	EXPECT_WAIT(row(&t, SYSTEM_SOFTIRQ), 1, 3);
	EXPECT_EQ(row(&t, SYSTEM_SOFTIRQ)->after_isr.hist.total, 1 * US);
	EXPECT_EQ(t.s->cut, 0);
	end(&t);
}

/* Two raises are one request; a raise while it runs is the next one, with a wait that is none. */
TEST(system, merged_raises_count_once)
{
	struct trace t = begin();

	SOFTIRQ(&t, 1, RAISE, NET_RX);
	SOFTIRQ(&t, 4, RAISE, NET_RX);
	SOFTIRQ(&t, 11, ENTRY, NET_RX);
	SOFTIRQ(&t, 12, RAISE, NET_RX);
	SOFTIRQ(&t, 20, EXIT, NET_RX);
	SOFTIRQ(&t, 22, ENTRY, NET_RX);
	SOFTIRQ(&t, 23, EXIT, NET_RX);
	/* of this one the raise was before the trace */
	SOFTIRQ(&t, 30, ENTRY, NET_RX);
	SOFTIRQ(&t, 31, EXIT, NET_RX);
	EXPECT_RUN(row(&t, SYSTEM_SOFTIRQ), 3, 11, 11);
	EXPECT_WAIT(row(&t, SYSTEM_SOFTIRQ), 2, 20);
	end(&t);
}

/* Idle CPUs all have thread 0: what is open on one is not the other's. */
TEST(system, idle_cpus_are_not_one_context)
{
	struct trace t = begin();

	t.pid = 0;
	SOFTIRQ(&t, 1, ENTRY, NET_RX);
	t.cpu = 1;
	SOFTIRQ(&t, 2, ENTRY, NET_RX);
	SOFTIRQ(&t, 4, EXIT, NET_RX);
	t.cpu = 0;
	SOFTIRQ(&t, 11, EXIT, NET_RX);
	EXPECT_RUN(row(&t, SYSTEM_SOFTIRQ), 2, 12, 12);
	EXPECT_EQ(t.s->cut, 0);
	end(&t);
}

/* What they leave open when a thread comes is still each CPU's own. */
TEST(system, idle_cpus_keep_what_they_have_open)
{
	struct trace t = begin();
	int cpu;

	for (cpu = 0; cpu < 2; cpu++) {
		t.cpu = cpu;
		t.pid = 0;
		SOFTIRQ(&t, 1 + cpu, ENTRY, NET_RX);
		switched(&t, 5, 0, 50 + cpu, "thread");
	}
	for (cpu = 0; cpu < 2; cpu++) {
		t.cpu = cpu;
		t.pid = 50 + cpu;
		switched(&t, 10, SLEEPS, 0, "swapper");
		SOFTIRQ(&t, 11 + 10 * cpu, EXIT, NET_RX);
	}
	EXPECT_RUN(row(&t, SYSTEM_SOFTIRQ), 2, 29, 19);
	EXPECT_EQ(t.s->cut, 0);
	end(&t);
}

TEST(system, polls_are_told_apart_by_device)
{
	unsigned int i, polls = 0;
	struct trace t = begin();

	SOFTIRQ(&t, 10, ENTRY, NET_RX);
	EVENT(&t, 20, .type = SYSTEM_NAPI_POLL, .name = "eth0");
	IRQ_ENTRY(&t, 22, 24);
	IRQ_EXIT(&t, 24, 24);
	EVENT(&t, 25, .type = SYSTEM_NAPI_POLL, .name = "eth1");
	SOFTIRQ(&t, 26, EXIT, NET_RX);
	/* in a thread, nothing says when it began */
	EVENT(&t, 40, .type = SYSTEM_NAPI_POLL, .name = "eth1");
	for (i = 0; i < t.s->rows.nr; i++) {
		const struct system_row *r = t.s->rows.list[i];

		polls += r->kind == SYSTEM_NAPI;
		if (r->kind == SYSTEM_NAPI && !strcmp(r->name, "eth0"))
			EXPECT_RUN(r, 1, 10, 10);
		if (r->kind == SYSTEM_NAPI && !strcmp(r->name, "eth1"))
			EXPECT_RUN(r, 2, 5, 3);
		if (r->kind == SYSTEM_NAPI && !strcmp(r->name, "eth1"))
			EXPECT(r->worst.ns == 5 * US && r->worst.parts[0].row == r &&
			       r->worst.parts[0].ns == 3 * US && !r->worst.rest_ns,
			       "the longest poll is not taken apart");
	}
	EXPECT_EQ(polls, 2);
	EXPECT_RUN(row(&t, SYSTEM_SOFTIRQ), 1, 16, 1);
	end(&t);
}

/* netpoll: the rest of that softirq is not the device's. */
TEST(system, poll_in_another_softirq_has_no_time)
{
	struct trace t = begin();

	SOFTIRQ(&t, 10, ENTRY, 1);
	EVENT(&t, 5000, .type = SYSTEM_NAPI_POLL, .name = "eth0");
	SOFTIRQ(&t, 5001, EXIT, 1);
	EXPECT_RUN(row(&t, SYSTEM_NAPI), 1, 0, 0);
	EXPECT_RUN(row(&t, SYSTEM_SOFTIRQ), 1, 4991, 4991);
	end(&t);
}

/*
 * The kernel takes all that is raised, and runs one after the other with interrupts on: what is
 * raised meanwhile is for the next pass, also if it has not run in this one yet.
 */
TEST(system, raise_before_its_turn_is_for_the_next_pass)
{
	struct trace t = begin();

	SOFTIRQ(&t, 1, RAISE, NET_RX);
	SOFTIRQ(&t, 4, RAISE, NET_RX);
	SOFTIRQ(&t, 21, ENTRY, NET_RX);
	SOFTIRQ(&t, 22, EXIT, NET_RX);
	SOFTIRQ(&t, 5000, ENTRY, NET_RX);
	SOFTIRQ(&t, 5001, EXIT, NET_RX);
	EXPECT_WAIT(row(&t, SYSTEM_SOFTIRQ), 2, 20 + 4996);
	end(&t);
}

/* From the interrupt that raised it, and not from one that came later. */
TEST(system, time_from_the_interrupt_to_its_softirq)
{
	struct trace t = begin();
	const struct system_row *r;
	unsigned int i;

	IRQ_ENTRY(&t, 8, 24);
	RAISE_HARD(&t, 10, NET_RX);
	IRQ_EXIT(&t, 12, 24);
	SOFTIRQ(&t, 13, ENTRY, 1);
	EVENT(&t, 3990, .type = SYSTEM_VECTOR_ENTRY, .hard = true);
	EVENT(&t, 3999, .type = SYSTEM_VECTOR_EXIT, .hard = true);
	SOFTIRQ(&t, 4000, EXIT, 1);
	SOFTIRQ(&t, 4001, ENTRY, NET_RX);
	SOFTIRQ(&t, 4002, EXIT, NET_RX);
	/* no interrupt has raised this one */
	SOFTIRQ(&t, 4010, RAISE, NET_RX);
	SOFTIRQ(&t, 4011, ENTRY, NET_RX);
	SOFTIRQ(&t, 4012, EXIT, NET_RX);
	for (i = 0; i < t.s->rows.nr; i++) {
		r = t.s->rows.list[i];
		if (r->kind == SYSTEM_SOFTIRQ)
			EXPECT_EQ(r->after_isr.hist.total, r->key == NET_RX ? 3989 * US : 0);
	}
	end(&t);
}

/* A softirq that runs no routines of others is judged itself. */
TEST(system, softirqs_that_are_no_passes_have_a_budget)
{
	struct trace t = begin();

	SOFTIRQ(&t, 10, ENTRY, RCU);
	SOFTIRQ(&t, 50010, EXIT, RCU);
	EXPECT_EQ(row(&t, SYSTEM_SOFTIRQ)->run.over, 1);
	EXPECT(!system_row_is_pass(row(&t, SYSTEM_SOFTIRQ)), "a pass");
	end(&t);
}

TEST(system, hrtimers_are_by_their_context)
{
	struct trace t = begin();

	EVENT(&t, 1, .type = SYSTEM_VECTOR_ENTRY, .hard = true);
	EVENT(&t, 2, .type = SYSTEM_HRTIMER_ENTRY, .object = TIMER, .function = DPC_FUNCTION,
	      .hard = true);
	EVENT(&t, 5, .type = SYSTEM_HRTIMER_EXIT, .object = TIMER, .hard = true);
	EVENT(&t, 101, .type = SYSTEM_VECTOR_EXIT, .hard = true);
	SOFTIRQ(&t, 110, ENTRY, 8);
	EVENT(&t, 111, .type = SYSTEM_HRTIMER_ENTRY, .object = TIMER, .function = DPC_FUNCTION);
	EVENT(&t, 115, .type = SYSTEM_HRTIMER_EXIT, .object = TIMER);
	SOFTIRQ(&t, 116, EXIT, 8);
	EXPECT_RUN(row(&t, SYSTEM_HRTIMER), 1, 3, 3);
	EXPECT_RUN(row(&t, SYSTEM_SOFT_HRTIMER), 1, 4, 4);
	EXPECT_RUN(row(&t, SYSTEM_VECTOR), 1, 100, 97);
	EXPECT_EQ(row(&t, SYSTEM_VECTOR)->run.over, 0);
	end(&t);
}

/* ---- The longest call --------------------------------------------------------------------- */

static void part_is(const struct system_worst *w, unsigned int i, enum system_kind kind,
		    uint64_t us)
{
	ASSERT(i < w->nr_parts, "%u parts", w->nr_parts);
	ASSERT(w->parts[i].row, "part %u is thread %d", i, w->parts[i].pid);
	EXPECT_EQ(w->parts[i].row->kind, kind);
	EXPECT_EQ(w->parts[i].ns, us * US);
}

TEST(system, longest_call_is_taken_apart)
{
	struct trace t = begin();
	const struct system_worst *w;

	tasklet_is_interrupted(&t);
	/* shorter ones do not matter */
	SOFTIRQ(&t, 140, ENTRY, TASKLET);
	SOFTIRQ(&t, 141, EXIT, TASKLET);

	w = &row(&t, SYSTEM_TASKLET)->worst;
	EXPECT_EQ(w->ns, 120 * US);
	EXPECT_EQ(w->nr_parts, 2);
	part_is(w, 0, SYSTEM_TASKLET, 100);
	part_is(w, 1, SYSTEM_ISR, 20);
	EXPECT_EQ(w->rest_ns, 0);

	w = &row(&t, SYSTEM_SOFTIRQ)->worst;
	EXPECT_EQ(w->ns, 127 * US);
	EXPECT_EQ(w->wait_ns, 3 * US);
	EXPECT_EQ(w->nr_parts, 4);
	part_is(w, 0, SYSTEM_TASKLET, 100);
	part_is(w, 1, SYSTEM_ISR, 22);
	part_is(w, 2, SYSTEM_SOFTIRQ, 4);
	EXPECT(!w->parts[3].row && w->parts[3].pid == 100, "no thread");
	EXPECT_EQ(w->parts[3].ns, 1 * US);
	EXPECT_EQ(w->rest_ns, 0);
	end(&t);
}

/* Of a thread that has moved, no CPU knows all; of a long time, only the end is known. */
TEST(system, what_is_not_known_of_the_longest_call_is_said)
{
	const struct system_worst *w;
	struct trace t = begin();
	unsigned int i;

	switched(&t, 20, SLEEPS, 7, "kworker/u4:1");
	WORK(&t, 25, ENTRY, ITEM);
	switched(&t, 45, 0, 200, "hog");
	t.cpu = 1;
	t.pid = 300;
	switched(&t, 100, SLEEPS, 7, "kworker/u4:1");
	WORK(&t, 125, EXIT, ITEM);
	w = &row(&t, SYSTEM_WORK)->worst;
	EXPECT_EQ(w->ns, 100 * US);
	EXPECT_EQ(w->nr_parts, 0);
	EXPECT_EQ(w->rest_ns, 100 * US);

	SOFTIRQ(&t, 200, ENTRY, NET_RX);
	for (i = 0; i < SYSTEM_STRETCHES; i++) {
		IRQ_ENTRY(&t, 202 + 2 * i, 24);
		IRQ_EXIT(&t, 203 + 2 * i, 24);
	}
	SOFTIRQ(&t, 202 + 2 * i, EXIT, NET_RX);
	w = &row(&t, SYSTEM_SOFTIRQ)->worst;
	EXPECT_EQ(w->ns, (2 + 2 * SYSTEM_STRETCHES) * US);
	EXPECT_EQ(w->parts[0].ns + w->parts[1].ns, SYSTEM_STRETCHES * US);
	EXPECT_EQ(w->rest_ns, (2 + SYSTEM_STRETCHES) * US);
	end(&t);
}

/* ---- Threads ------------------------------------------------------------------------------ */

/* It waits, runs, is preempted, interrupted, and continues on another CPU. */
TEST(system, work_item_moves_with_its_thread)
{
	struct trace t = begin();

	WORK(&t, 10, QUEUE, ITEM);
	switched(&t, 20, SLEEPS, 7, "kworker/0:1");
	WORK(&t, 25, ENTRY, ITEM);
	IRQ_ENTRY(&t, 30, 24);
	IRQ_EXIT(&t, 35, 24);
	switched(&t, 45, 0, 200, "hog");
	WORK(&t, 50, QUEUE, ITEM_2);
	switched(&t, 60, 0, 8, "kworker/0:2");
	WORK(&t, 61, ENTRY, ITEM_2);
	WORK(&t, 62, EXIT, ITEM_2);
	t.cpu = 1;
	t.pid = 300;
	switched(&t, 100, SLEEPS, 7, "kworker/0:1");
	WORK(&t, 125, EXIT, ITEM);
	EXPECT_RUN(row(&t, SYSTEM_WORK), 2, 101, 41);
	EXPECT_WAIT(row(&t, SYSTEM_WORK), 2, 26);
	EXPECT(!strcmp(row(&t, SYSTEM_WORK)->workqueue, "events"), "workqueue %s",
	       row(&t, SYSTEM_WORK)->workqueue);
	EXPECT(t.s->switches, "no switches");
	EXPECT_EQ(t.s->cut, 0);
	end(&t);
}

/* The events themselves say which thread they are of, also where switches were not recorded. */
TEST(system, threads_are_told_apart_without_switches)
{
	struct trace t = begin();

	t.pid = 7;
	WORK(&t, 10, ENTRY, ITEM);
	t.pid = 8;
	WORK(&t, 20, ENTRY, ITEM_2);
	t.pid = 7;
	WORK(&t, 30, EXIT, ITEM);
	t.pid = 8;
	WORK(&t, 50, EXIT, ITEM_2);
	EXPECT_EQ(row(&t, SYSTEM_WORK)->calls, 2);
	EXPECT_EQ(row(&t, SYSTEM_WORK)->run.hist.total, 50 * US);
	EXPECT(!t.s->switches, "switches");
	EXPECT_EQ(t.s->cut, 0);
	end(&t);
}

/* PREEMPT_RT: a thread runs softirqs, and others come in between. */
TEST(system, softirq_in_a_thread_is_preempted)
{
	struct trace t = begin();

	switched(&t, 1, SLEEPS, 15, "ksoftirqd/0");
	SOFTIRQ(&t, 2, RAISE, TASKLET);
	SOFTIRQ(&t, 10, ENTRY, TASKLET);
	EVENT(&t, 11, .type = SYSTEM_TASKLET_ENTRY, .object = ITEM, .function = DPC_FUNCTION);
	switched(&t, 20, 0, 40, "irq/24-eth0");
	switched(&t, 50, SLEEPS, 15, "ksoftirqd/0");
	EVENT(&t, 61, .type = SYSTEM_TASKLET_EXIT, .object = ITEM);
	SOFTIRQ(&t, 62, EXIT, TASKLET);
	EXPECT_RUN(row(&t, SYSTEM_TASKLET), 1, 50, 20);
	EXPECT_RUN(row(&t, SYSTEM_SOFTIRQ), 1, 52, 2);
	EXPECT_EQ(row(&t, SYSTEM_SOFTIRQ)->deferred, 1);
	EXPECT_EQ(row(&t, SYSTEM_SOFTIRQ)->deferred_wait_ns, 8 * US);
	end(&t);
}

TEST(system, interrupt_thread_runs_until_it_sleeps)
{
	struct trace t = begin();

	EVENT(&t, 10, .type = SYSTEM_WAKING, .task = 40, .name = "irq/24-eth0", .hard = true);
	switched(&t, 25, 0, 40, "irq/24-eth0");
	switched(&t, 35, 0, 50, "migration/0");
	/* woken again while it is preempted: it looks for more before it sleeps */
	EVENT(&t, 36, .type = SYSTEM_WAKING, .task = 40, .name = "irq/24-eth0", .hard = true);
	switched(&t, 45, SLEEPS, 40, "irq/24-eth0");
	switched(&t, 50, SLEEPS, 100, "hog");
	/* it has nothing to do, and was not asked */
	switched(&t, 60, 0, 40, "irq/24-eth0");
	switched(&t, 70, SLEEPS, 100, "hog");
	EXPECT_RUN(row(&t, SYSTEM_THREAD), 1, 25, 15);
	EXPECT_WAIT(row(&t, SYSTEM_THREAD), 1, 15);
	end(&t);
}

/* Its handler may wait for a lock, or for a device: the call goes on. */
TEST(system, interrupt_thread_may_wait_in_its_handler)
{
	struct trace t = begin();

	EVENT(&t, 10, .type = SYSTEM_WAKING, .task = 40, .name = "irq/24-eth0", .hard = true);
	switched(&t, 20, 0, 40, "irq/24-eth0");
	switched(&t, 30, BLOCKS, 100, "hog");
	EVENT(&t, 5000, .type = SYSTEM_WAKING, .task = 40, .name = "irq/24-eth0");
	switched(&t, 5010, 0, 40, "irq/24-eth0");
	switched(&t, 5020, SLEEPS, 100, "hog");
	EXPECT_RUN(row(&t, SYSTEM_THREAD), 1, 5000, 20);
	EXPECT_WAIT(row(&t, SYSTEM_THREAD), 1, 10);
	end(&t);
}

/* PREEMPT_RT: softirqs run in it, and wait for locks. */
TEST(system, softirq_waits_in_an_interrupt_thread)
{
	struct trace t = begin();

	EVENT(&t, 10, .type = SYSTEM_WAKING, .task = 40, .name = "irq/24-eth0", .hard = true);
	switched(&t, 20, 0, 40, "irq/24-eth0");
	SOFTIRQ(&t, 22, ENTRY, TASKLET);
	EVENT(&t, 23, .type = SYSTEM_TASKLET_ENTRY, .object = ITEM, .function = DPC_FUNCTION);
	switched(&t, 30, BLOCKS, 100, "hog");
	switched(&t, 900, SLEEPS, 40, "irq/24-eth0");
	EVENT(&t, 950, .type = SYSTEM_TASKLET_EXIT, .object = ITEM);
	SOFTIRQ(&t, 951, EXIT, TASKLET);
	switched(&t, 960, SLEEPS, 100, "hog");
	EXPECT_RUN(row(&t, SYSTEM_TASKLET), 1, 927, 57);
	EXPECT_RUN(row(&t, SYSTEM_SOFTIRQ), 1, 929, 2);
	EXPECT_RUN(row(&t, SYSTEM_THREAD), 1, 940, 11);
	EXPECT_EQ(t.s->cut, 0);
	end(&t);
}

/* A wake-up of a thread that has not slept yet is none that it waits after. */
TEST(system, stale_wake_up_is_no_wait)
{
	struct trace t = begin();

	EVENT(&t, 10, .type = SYSTEM_WAKING, .task = 40, .name = "irq/24-eth0", .hard = true);
	switched(&t, 20, 0, 40, "irq/24-eth0");
	EVENT(&t, 30, .type = SYSTEM_WAKING, .task = 40, .name = "irq/24-eth0", .hard = true);
	switched(&t, 40, SLEEPS, 100, "hog");
	EVENT(&t, 50000, .type = SYSTEM_WAKING, .task = 40, .name = "irq/24-eth0", .hard = true);
	switched(&t, 50005, 0, 40, "irq/24-eth0");
	switched(&t, 50010, SLEEPS, 100, "hog");
	EXPECT_WAIT(row(&t, SYSTEM_THREAD), 2, 10 + 5);
	EXPECT_RUN(row(&t, SYSTEM_THREAD), 2, 25, 25);
	end(&t);
}

TEST(system, threads_have_the_names_of_their_actions)
{
	EXPECT(!strcmp(system_thread_action("irq/24-eth0-rx"), "eth0-rx"), "first");
	EXPECT(!strcmp(system_thread_action("irq/24-s-eth0"), "eth0"), "second");
	EXPECT(!strcmp(system_thread_action("irq/24"), "irq/24"), "neither");
}

TEST(system, work_items_in_softirqs_are_rows_of_their_own)
{
	struct trace t = begin();

	WORK(&t, 1, QUEUE, ITEM);
	SOFTIRQ(&t, 5, ENTRY, TASKLET);
	WORK(&t, 6, ENTRY, ITEM);
	WORK(&t, 9, EXIT, ITEM);
	SOFTIRQ(&t, 10, EXIT, TASKLET);
	/* of this one, nobody saw the request */
	SOFTIRQ(&t, 20, ENTRY, TASKLET);
	WORK(&t, 21, ENTRY, ITEM);
	WORK(&t, 22, EXIT, ITEM);
	SOFTIRQ(&t, 23, EXIT, TASKLET);
	EXPECT_RUN(row(&t, SYSTEM_BH_WORK), 2, 4, 4);
	EXPECT_WAIT(row(&t, SYSTEM_BH_WORK), 1, 5);
	end(&t);
}

/* ---- The library ------------------------------------------------------------------------- */

TEST(system, stages_of_the_library_stand_for_their_carrier)
{
	struct trace t = begin();

	IRQ_ENTRY(&t, 1, 24);
	EVENT(&t, 4, .type = SYSTEM_LIBRARY_ISR, .function = ISR_FUNCTION, .hard = true);
	IRQ_EXIT(&t, 5, 24);
	SOFTIRQ(&t, 6, ENTRY, 0);
	EVENT(&t, 7, .type = SYSTEM_TASKLET_ENTRY, .object = ITEM, .function = TIMER);
	EVENT(&t, 8, .type = SYSTEM_LIBRARY_DPC_ENTRY, .function = DPC_FUNCTION, .ns = 4 * US);
	EVENT(&t, 20, .type = SYSTEM_LIBRARY_DPC_EXIT, .function = DPC_FUNCTION);
	EVENT(&t, 22, .type = SYSTEM_TASKLET_EXIT, .object = ITEM);
	SOFTIRQ(&t, 23, EXIT, 0);
	EXPECT_EQ(row(&t, SYSTEM_DPC)->function, DPC_FUNCTION);
	EXPECT_RUN(row(&t, SYSTEM_DPC), 1, 12, 12);
	EXPECT_WAIT(row(&t, SYSTEM_DPC), 1, 4);
	EXPECT_RUN(row(&t, SYSTEM_TASKLET), 0, 0, 3);
	EXPECT_EQ(t.s->cut, 0);
	end(&t);
}

/* PREEMPT_RT: the handler is in the thread, and its event has the time. */
TEST(system, isr_in_a_thread_is_an_isr)
{
	struct trace t = begin();

	EVENT(&t, 10, .type = SYSTEM_WAKING, .task = 40, .name = "irq/24-eth0", .hard = true);
	switched(&t, 12, 0, 40, "irq/24-eth0");
	EVENT(&t, 20, .type = SYSTEM_LIBRARY_ISR, .function = ISR_FUNCTION, .ns = 5 * US);
	switched(&t, 22, SLEEPS, 100, "hog");
	EXPECT_RUN(row(&t, SYSTEM_ISR), 1, 5, 5);
	EXPECT(!strcmp(row(&t, SYSTEM_ISR)->name, "eth0"), "%s", row(&t, SYSTEM_ISR)->name);
	EXPECT_RUN(row(&t, SYSTEM_THREAD), 1, 10, 5);
	end(&t);
}

/* ---- What is missing ----------------------------------------------------------------------- */

TEST(system, calls_that_a_loss_cuts_are_left_out)
{
	struct trace t = begin();

	IRQ_ENTRY(&t, 1, 24);
	SOFTIRQ(&t, 2, RAISE, TASKLET);
	WORK(&t, 3, QUEUE, ITEM);
	/* the exit of this one, and the entry of the next, are lost */
	EVENT(&t, 1000, .type = SYSTEM_IRQ_EXIT, .number = 24, .lost = 12);
	SOFTIRQ(&t, 1001, ENTRY, TASKLET);
	SOFTIRQ(&t, 1002, EXIT, TASKLET);
	WORK(&t, 1003, ENTRY, ITEM);
	WORK(&t, 1004, EXIT, ITEM);
	EVENT(&t, 2000, .type = SYSTEM_OTHER, .lost = -1);
	EXPECT_EQ(row(&t, SYSTEM_ISR)->calls, 0);
	EXPECT_WAIT(row(&t, SYSTEM_SOFTIRQ), 0, 0);
	EXPECT_WAIT(row(&t, SYSTEM_WORK), 0, 0);
	EXPECT_RUN(row(&t, SYSTEM_WORK), 1, 1, 1);
	EXPECT_EQ(t.s->lost, 12);
	EXPECT_EQ(t.s->gaps, 1);
	EXPECT_EQ(t.s->cut, 2);
	end(&t);
}

/* A switch can't come into a hard interrupt; an exit does not end what is around its call. */
TEST(system, missing_exits_leave_the_rest_in_order)
{
	struct trace t = begin();

	IRQ_ENTRY(&t, 1, 24);
	switched(&t, 2, 0, 101, "other");
	SOFTIRQ(&t, 3, ENTRY, NET_RX);
	IRQ_ENTRY(&t, 4, 25);
	SOFTIRQ(&t, 9, EXIT, NET_RX);
	IRQ_EXIT(&t, 10, 26);
	system_finish(t.s);
	EXPECT_RUN(row(&t, SYSTEM_SOFTIRQ), 1, 6, 6);
	EXPECT_EQ(t.s->cut, 3);
	end(&t);
}

TEST(system, more_rows_than_there_is_room_for_are_summed_up)
{
	struct trace t = begin();
	unsigned int i;

	for (i = 0; i < 2 * SYSTEM_ROWS_MAX; i++) {
		EVENT(&t, 10 * i + 1, .type = SYSTEM_TIMER_ENTRY, .object = TIMER,
		      .function = DPC_FUNCTION + 16 * i);
		EVENT(&t, 10 * i + 3, .type = SYSTEM_TIMER_EXIT, .object = TIMER);
	}
	EXPECT_EQ(t.s->rows.nr, SYSTEM_ROWS_MAX + 1);
	EXPECT_RUN(t.s->rows.list[SYSTEM_ROWS_MAX], SYSTEM_ROWS_MAX, 2 * SYSTEM_ROWS_MAX,
		   2 * SYSTEM_ROWS_MAX);
	end(&t);
}

/* What has not ended when the trace does is too long already, or is not known to be. */
TEST(system, calls_that_do_not_end_are_judged_as_far_as_they_go)
{
	struct trace t = begin();

	SOFTIRQ(&t, 10, RAISE, RCU);
	SOFTIRQ(&t, 12, ENTRY, TASKLET);
	EVENT(&t, 13, .type = SYSTEM_TASKLET_ENTRY, .object = ITEM, .function = DPC_FUNCTION);
	IRQ_ENTRY(&t, 9000, 24);
	system_finish(t.s);
	EXPECT_RUN(row(&t, SYSTEM_TASKLET), 1, 8987, 0);
	EXPECT_EQ(row(&t, SYSTEM_TASKLET)->unfinished, 1);
	EXPECT_EQ(row(&t, SYSTEM_TASKLET)->run.over, 1);
	EXPECT_EQ(row(&t, SYSTEM_ISR)->unfinished, 0);
	EXPECT_EQ(t.s->rows.list[t.s->rows.nr - 1]->key, RCU);
	EXPECT_EQ(t.s->rows.list[t.s->rows.nr - 1]->wait.over, 1);
	EXPECT_EQ(t.s->cut, 3);
	end(&t);
}

/* Clocks go back now and then: no time is below zero. */
TEST(system, clocks_that_go_back_have_no_time)
{
	const struct system_worst *w;
	struct trace t = begin();

	SOFTIRQ(&t, 10, RAISE, NET_RX);
	SOFTIRQ(&t, 5, ENTRY, NET_RX);
	IRQ_ENTRY(&t, 200, 24);
	IRQ_EXIT(&t, 300, 24);
	IRQ_ENTRY(&t, 110, 24);
	IRQ_EXIT(&t, 290, 24);
	SOFTIRQ(&t, 310, EXIT, NET_RX);
	EXPECT_WAIT(row(&t, SYSTEM_SOFTIRQ), 1, 0);
	w = &row(&t, SYSTEM_SOFTIRQ)->worst;
	EXPECT(w->rest_ns <= w->ns, "%llu of %llu are left over", (unsigned long long)w->rest_ns,
	       (unsigned long long)w->ns);
	w = &row(&t, SYSTEM_ISR)->worst;
	EXPECT(w->rest_ns <= w->ns, "%llu of %llu are left over", (unsigned long long)w->rest_ns,
	       (unsigned long long)w->ns);
	end(&t);
}

/* Deeper than any kernel: entries without exits. */
TEST(system, endless_entries_end_nothing)
{
	struct trace t = begin();
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		IRQ_ENTRY(&t, i, i);
		WORK(&t, i, QUEUE, ITEM + 16 * i);
	}
	for (i = 0; i < 1000; i++) {
		t.pid = i;
		SOFTIRQ(&t, i, ENTRY, NET_RX);
	}
	system_finish(t.s);
	EXPECT_EQ(t.s->cut, 2000);
	end(&t);
}

/* ---- Records ---------------------------------------------------------------------------- */

#define COMMON \
	"format:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
#define IRQ_FORMAT \
	"name: irq_handler_entry\nID: 150\n" COMMON \
	"\tfield:int irq;\toffset:8;\tsize:4;\tsigned:1;\n" \
	"\tfield:__data_loc char[] name;\toffset:12;\tsize:4;\tsigned:1;\n\nprint fmt: \"\"\n"
#define NO_NAME_FORMAT \
	"name: irq_handler_entry\nID: 150\n" COMMON \
	"\tfield:int irq;\toffset:8;\tsize:4;\tsigned:1;\n\nprint fmt: \"\"\n"

static struct system_decoder *decoder(struct formats *f, const char *format)
{
	ASSERT_EQ(format_add(f, "irq", format, strlen(format)), 0);
	return system_decoder_new(f, false, "a trace");
}

/* In memory of exactly its length. */
static char *complaint(const struct system_decoder *d, const void *record, size_t len,
		       struct system_event *e)
{
	void *exact = memcpy(malloc(len), record, len);
	char *text = NULL;

	if (system_decoder_decode(d, exact, len, e))
		text = system_decoder_complaint(d, exact, len);
	free(exact);
	return text;
}

static void complains(const struct system_decoder *d, const void *record, size_t len,
		      const char *of)
{
	struct system_event e;
	char *text = complaint(d, record, len, &e);

	EXPECT(text && strstr(text, of), "said \"%s\", wanted \"%s\"", text ? text : "nothing", of);
	free(text);
}

TEST(system_decoder, records_are_believed_as_far_as_they_go)
{
	unsigned char record[24] = { 150, 0, 0x08, 0, 42, 0, 0, 0, 24, 0, 0, 0, 16, 0, 5, 0,
				     'e', 't', 'h', '0', 0 };
	struct formats f = { 0 };
	struct system_decoder *d = decoder(&f, IRQ_FORMAT);
	struct system_event e;

	ASSERT(d, "no decoder");
	EXPECT(!complaint(d, record, sizeof(record), &e), "a good record is refused");
	EXPECT_EQ(e.type, SYSTEM_IRQ_ENTRY);
	EXPECT_EQ(e.pid, 42);
	EXPECT_EQ(e.number, 24);
	EXPECT(e.hard, "not in a hard interrupt");
	complains(d, record, 7, "an event of 7 bytes");
	complains(d, record, 15, "its format needs 16");
	complains(d, record, 20, "a text that does not end in it");
	record[14] = 4;
	complains(d, record, sizeof(record), "a text that does not end in it");
	record[14] = 0;
	complains(d, record, sizeof(record), "a text that does not end in it");
	record[0] = 151;
	EXPECT(!complaint(d, record, sizeof(record), &e), "another event is refused");
	EXPECT_EQ(e.type, SYSTEM_OTHER);
	system_decoder_free(d);
	format_free(&f);
}

TEST(system_decoder, format_without_a_field_is_refused)
{
	struct formats f = { 0 };

	EXPECT(!decoder(&f, NO_NAME_FORMAT), "a decoder without a name");
	format_free(&f);
	EXPECT(!system_decoder_new(&f, false, "nothing"), "a decoder without events");
}

int main(int argc, char **argv)
{
	return ktap_run(argv + 1, NULL, NULL);
}

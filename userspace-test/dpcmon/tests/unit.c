// SPDX-License-Identifier: GPL-2.0-only
/*
 * The analysis on synthetic events: every number that a report shows is one
 * that can be computed here by hand.  KTAP on stdout.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "choose.h"
#include "errors.h"
#include "judge.h"
#include "measured.h"
#include "util.h"
#include "worst.h"

#include "../../tests/ktap_write.h"

static bool unit_failed;

#define EXPECT(what, is, should)						\
do {										\
	uint64_t _is = (is), _should = (should);				\
										\
	if (_is != _should) {							\
		printf("# %s:%d: %s is %" PRIu64 ", should be %" PRIu64 "\n",	\
		       __func__, __LINE__, what, _is, _should);			\
		unit_failed = true;						\
	}									\
} while (0)

#define EXPECT_TRUE(cond)	EXPECT(#cond, !!(cond), 1)

#define ISR_FN	0xa1
#define DPC_FN	0xa2
#define WORK_FN	0xa3

/* An event on CPU @cpu at @ts; the rest is set by the callers. */
static struct dpcmon_event unit_event(enum dpcmon_event_type type, int cpu, uint64_t ts)
{
	return (struct dpcmon_event){
		.type = type, .cpu = cpu, .ts = ts, .id = 1, .irq = 25, .pid = 100 + cpu,
	};
}

static void unit_isr(struct analysis *a, int cpu, uint64_t ts, uint64_t seq, uint64_t ns,
		     uint32_t handled)
{
	struct dpcmon_event e = unit_event(EV_ISR, cpu, ts + ns);

	e.hardirq = true;
	e.seq = seq;
	e.first = seq;
	e.function = ISR_FN;
	e.ns = ns;
	e.count = handled;
	analysis_event(a, &e);
}

static void unit_entry(struct analysis *a, enum dpcmon_event_type type, int cpu, uint64_t ts,
		       uint64_t first, uint64_t seq, uint64_t wait, uint32_t served)
{
	struct dpcmon_event e = unit_event(type, cpu, ts);

	e.first = first;
	e.seq = seq;
	e.ns = wait;
	e.count = served;
	e.function = type == EV_DPC_ENTRY ? DPC_FN : WORK_FN;
	analysis_event(a, &e);
}

static void unit_exit(struct analysis *a, enum dpcmon_event_type type, int cpu, uint64_t ts,
		      uint64_t first, uint64_t seq, uint64_t ns)
{
	struct dpcmon_event e = unit_event(type, cpu, ts);

	e.first = first;
	e.seq = seq;
	e.ns = ns;
	e.function = type == EV_DPC_EXIT ? DPC_FN : WORK_FN;
	analysis_event(a, &e);
}

static void unit_hardirq(struct analysis *a, enum dpcmon_event_type type, int cpu,
			 uint64_t ts, uint32_t key)
{
	struct dpcmon_event e = unit_event(type, cpu, ts);

	e.id = 0;
	e.irq = key;
	e.hardirq = true;
	e.name = "timer";
	analysis_event(a, &e);
}

static const struct stage *unit_stage(const struct analysis *a, unsigned int stage)
{
	return &a->objects[0]->stage[stage];
}

static int unit_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t unit_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Against an exact sort: never below, and at most 1/64 above. */
static void hist_percentiles_are_near_the_sorted_ones(void)
{
	static const unsigned int permille[] = { 1, 100, 500, 900, 990, 999, 1000 };
	enum { N = 20000 };
	uint64_t *all = xcalloc(N, sizeof(*all)), state = 88172645463325252ULL, rank, is;
	struct hist h = { 0 };
	uint64_t total = 0;
	unsigned int i;

	for (i = 0; i < N; i++) {
		/* from 1 ns to seconds, all magnitudes equally often */
		all[i] = unit_random(&state) >> (34 + unit_random(&state) % 30);
		total += all[i];
		hist_add(&h, all[i]);
	}
	qsort(all, N, sizeof(*all), unit_compare);
	for (i = 0; i < ARRAY_SIZE(permille); i++) {
		rank = ((uint64_t)N * permille[i] + 999) / 1000;
		is = hist_percentile(&h, permille[i], 1000);
		EXPECT_TRUE(is >= all[rank - 1]);
		EXPECT_TRUE(is <= all[rank - 1] + all[rank - 1] / HIST_PARTS);
	}
	EXPECT("count", h.count, N);
	EXPECT("total", h.total, total);
	EXPECT("max", h.max, all[N - 1]);
	EXPECT("p100", hist_percentile(&h, 1, 1), all[N - 1]);
	hist_add(&h, all[N - 1] + 1);
	EXPECT("a new max", h.max, all[N - 1] + 1);
	hist_free(&h);
	free(all);
}

static void hist_small_and_huge_times_have_a_place(void)
{
	struct hist h = { 0 };

	hist_add(&h, 0);
	hist_add(&h, UINT64_MAX);
	EXPECT("p50", hist_percentile(&h, 50, 100), 0);
	EXPECT_TRUE(hist_percentile(&h, 1, 1) == 0x1p64);
	EXPECT_TRUE(hist_max(&h) == 0x1p64);
	hist_free(&h);
}

static void hist_of_nothing_has_no_numbers(void)
{
	struct hist h = { 0 };

	EXPECT_TRUE(!is_measured(hist_min(&h)));
	EXPECT_TRUE(!is_measured(hist_avg(&h)));
	EXPECT_TRUE(!is_measured(hist_max(&h)));
	EXPECT_TRUE(!is_measured(hist_percentile(&h, 1, 1)));
	/* 0 is a number */
	hist_add(&h, 0);
	EXPECT_TRUE(hist_avg(&h) == 0 && hist_max(&h) == 0 && hist_min(&h) == 0);
	hist_free(&h);
}

/* Of fewer, it would be the longest of them under another name. */
static void hist_percentiles_need_one_time_above_them(void)
{
	static const struct { unsigned int permille, needs; } cases[] = {
		{ 500, 2 }, { 900, 10 }, { 990, 100 }, { 999, 1000 }, { 1000, 1 },
	};
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct hist h = { 0 };

		EXPECT("needs", hist_percentile_needs(cases[i].permille, 1000), cases[i].needs);
		for (n = 1; n <= cases[i].needs; n++) {
			EXPECT_TRUE(!is_measured(hist_percentile(&h, cases[i].permille, 1000)));
			hist_add(&h, n);
		}
		EXPECT_TRUE(is_measured(hist_percentile(&h, cases[i].permille, 1000)));
		EXPECT_TRUE(cases[i].permille == 1000 ||
			    hist_percentile(&h, cases[i].permille, 1000) < hist_max(&h));
		hist_free(&h);
	}
}

static void what_was_not_measured_is_a_dash(void)
{
	char text[MEASURED_LEN];

	EXPECT_TRUE(!strcmp(measured_text(text, NOT_MEASURED, 1), "-"));
	EXPECT_TRUE(!strcmp(measured_text(text, 0, 1), "0.0"));
	EXPECT_TRUE(!strcmp(MEASURED_US(1234), "1.2"));
	EXPECT_TRUE(!strcmp(MEASURED_US(NOT_MEASURED), "-"));
}

static void hist_buckets_have_these_bounds(void)
{
	static const uint32_t m1[DPC_HIST_BUCKETS] = DPC_HIST_BOUNDS_US;
	static const struct { uint64_t ns; unsigned int bucket; } cases[] = {
		{ 0, 0 }, { 999, 0 }, { 1000, 1 }, { 4999, 4 }, { 5000, 5 }, { 9999, 5 },
		{ 10000, 6 }, { 24999, 6 }, { 25000, 7 }, { 99999, 8 }, { 100000, 9 },
		{ 249999, 9 }, { 250000, 10 }, { 499999, 10 }, { 500000, 11 }, { 1000000, 12 },
		{ 9999999, 14 }, { 10000000, 15 }, { 999999999, 16 }, { 1000000000, 17 },
		{ UINT64_MAX, 17 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned int used = cases[i].bucket + 1;
		struct hist h = { 0 };

		if (used < DPC_HIST_BUCKETS)
			used = DPC_HIST_BUCKETS;
		hist_add(&h, cases[i].ns);
		EXPECT("bucket", h.buckets[cases[i].bucket], 1);
		EXPECT("of a table", hist_buckets_used(&h), used);
		hist_free(&h);
	}
	/* the kernel counts in the first ones */
	for (i = 0; i < DPC_HIST_BUCKETS; i++)
		EXPECT("M1", hist_bounds_us[i], m1[i]);
}

static void hist_ranges_add_up_to_the_count(void)
{
	struct hist h = { 0 };
	uint64_t n = 0, from;

	for (from = 0; from < 1000; from++)
		hist_add(&h, from * 977);
	for (from = 0; from < 1 << 20; from += 4096)
		n += hist_between(&h, from, from + 4096);
	EXPECT("sum of all ranges", n, 1000);
	EXPECT("below 128 ns", hist_between(&h, 0, 128), 1);
	EXPECT("empty range", hist_between(&h, 128, 128), 0);
	hist_free(&h);
}

/*
 * ts   1000      3000   3500     13500     20000    40000  41000
 * cpu0 |ISR 2000|  500 |DPC 10000|
 * cpu1                                6500 |work     * done |
 */
static void unit_one_interrupt(struct analysis *a, uint64_t seq, uint64_t ts, uint64_t done)
{
	struct dpcmon_event e = unit_event(EV_COMPLETE, 1, ts + done);

	unit_isr(a, 0, ts, seq, 2000, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, ts + 2500, seq, seq, 500, 1);
	unit_exit(a, EV_DPC_EXIT, 0, ts + 12500, seq, seq, 10000);
	unit_entry(a, EV_WORK_ENTRY, 1, ts + 19000, seq, seq, 6500, 1);
	e.first = seq;
	e.seq = seq;
	e.ns = done;
	e.function = WORK_FN;
	analysis_event(a, &e);
	unit_exit(a, EV_WORK_EXIT, 1, ts + done + 1000, seq, seq, done + 1000 - 19000);
}

/* Hard interrupts are traced: one, on a CPU that nothing else uses. */
static void unit_hardirqs_are_traced(struct analysis *a)
{
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 9, 100, 5);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 9, 200, 5);
}

static void stages_are_what_the_events_say(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_hardirqs_are_traced(a);
	unit_one_interrupt(a, 1, 1000, 39000);
	analysis_finish(a);
	EXPECT("objects", a->nr_objects, 1);
	EXPECT("ISR", unit_stage(a, DPC_STAGE_ISR)->hist.total, 2000);
	EXPECT("ISR to DPC", unit_stage(a, DPC_STAGE_ISR_TO_DPC)->hist.total, 500);
	EXPECT("DPC", unit_stage(a, DPC_STAGE_DPC)->hist.total, 10000);
	EXPECT("exclusive", unit_stage(a, STAGE_DPC_EXCLUSIVE)->hist.total, 10000);
	EXPECT("DPC to work", unit_stage(a, DPC_STAGE_DPC_TO_WORK)->hist.total, 6500);
	EXPECT("work", unit_stage(a, DPC_STAGE_WORK)->hist.total, 21000);
	EXPECT("complete", unit_stage(a, DPC_STAGE_COMPLETE)->hist.total, 39000);
	EXPECT("routine of the DPC", unit_stage(a, DPC_STAGE_DPC)->function, DPC_FN);
	EXPECT("open pairs", pairs_open(&a->pairs), 0);
	EXPECT("over budget", analysis_over_budget(a), 0);
	analysis_free(a);
}

static void worst_interrupt_sums_to_a_hundred_percent(void)
{
	static const struct { enum part_kind kind; uint64_t ns; } should[] = {
		{ PART_ISR, 2000 }, { PART_ISR_TO_DPC, 500 }, { PART_DPC_EXCLUSIVE, 10000 },
		{ PART_HARDIRQ, 0 }, { PART_DPC_TO_WORK, 6500 }, { PART_WORK, 20000 },
		{ PART_REST, 0 },
	};
	struct analysis *a = analysis_new(NULL);
	struct part parts[PART_NR];
	uint64_t ns = 0, tenths = 0;
	unsigned int i, nr;

	unit_hardirqs_are_traced(a);
	unit_one_interrupt(a, 1, 1000, 30000);
	unit_one_interrupt(a, 2, 101000, 39000);
	unit_one_interrupt(a, 3, 201000, 35000);
	analysis_finish(a);
	nr = worst_breakdown(&a->objects[0]->worst, parts);
	EXPECT("worst", a->objects[0]->worst.chain.first, 2);
	EXPECT("total", a->objects[0]->worst.total, 39000);
	EXPECT("parts", nr, ARRAY_SIZE(should));
	for (i = 0; i < nr; i++) {
		EXPECT("kind", parts[i].kind, should[i].kind);
		EXPECT(part_keys[parts[i].kind], parts[i].ns, should[i].ns);
		ns += parts[i].ns;
		tenths += parts[i].tenths;
	}
	EXPECT("sum of parts", ns, 39000);
	EXPECT("sum of tenths of a percent", tenths, 1000);
	EXPECT("runs for the timeline", a->objects[0]->worst.nr_runs >= 3, 1);
	analysis_free(a);
}

/* Shares of a third each: rounding each by itself would give 99.9 %. */
static void shares_are_rounded_so_that_they_sum_up(void)
{
	struct analysis *a = analysis_new(NULL);
	struct part parts[PART_NR];
	unsigned int i, nr, tenths = 0;

	unit_isr(a, 0, 1000, 1, 1000, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 3000, 1, 1, 1000, 1);
	unit_exit(a, EV_DPC_EXIT, 0, 4000, 1, 1, 1000);
	analysis_finish(a);
	nr = worst_breakdown(&a->objects[0]->worst, parts);
	for (i = 0; i < nr; i++)
		tenths += parts[i].tenths;
	EXPECT("total without a completion", a->objects[0]->worst.total, 3000);
	EXPECT("tenths", tenths, 1000);
	analysis_free(a);
}

/* A request that completes in the DPC: what comes later is not its time. */
static void completion_inside_the_dpc_ends_the_breakdown(void)
{
	struct analysis *a = analysis_new(NULL);
	struct dpcmon_event e = unit_event(EV_COMPLETE, 0, 7000);
	struct part parts[PART_NR];
	unsigned int nr;

	unit_hardirqs_are_traced(a);
	unit_isr(a, 0, 1000, 1, 2000, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 3500, 1, 1, 500, 1);
	e.first = 1;
	e.seq = 1;
	e.ns = 6500;
	analysis_event(a, &e);
	unit_exit(a, EV_DPC_EXIT, 0, 20000, 1, 1, 16500);
	unit_entry(a, EV_WORK_ENTRY, 1, 30000, 1, 1, 10000, 1);
	unit_exit(a, EV_WORK_EXIT, 1, 90000, 1, 1, 60000);
	analysis_finish(a);
	nr = worst_breakdown(&a->objects[0]->worst, parts);
	EXPECT("parts", nr, 5);
	EXPECT("DPC until done", parts[2].ns, 3500);
	EXPECT("rest", parts[nr - 1].ns, 500);
	EXPECT("total", a->objects[0]->worst.total, 6500);
	analysis_free(a);
}

/* Nothing is known of what hit the DPC: not that it was nothing. */
static void without_hard_interrupts_nothing_is_exclusive(void)
{
	struct analysis *a = analysis_new(NULL);
	struct part parts[PART_NR];
	unsigned int i, nr;

	unit_one_interrupt(a, 1, 1000, 39000);
	analysis_finish(a);
	EXPECT("exclusive", unit_stage(a, STAGE_DPC_EXCLUSIVE)->hist.count, 0);
	nr = worst_breakdown(&a->objects[0]->worst, parts);
	EXPECT("parts", nr, 6);
	EXPECT("kind", parts[2].kind, PART_DPC);
	EXPECT("ns", parts[2].ns, 10000);
	for (i = 0; i < nr; i++)
		EXPECT_TRUE(parts[i].kind != PART_HARDIRQ && parts[i].kind != PART_DPC_EXCLUSIVE);
	analysis_free(a);
}

/* Its event is not in the trace: how long it took is not 0. */
static void an_isr_that_was_lost_has_no_share(void)
{
	struct analysis *a = analysis_new(NULL);
	struct part parts[PART_NR];

	unit_entry(a, EV_DPC_ENTRY, 0, 3000, 1, 1, 1000, 1);
	unit_exit(a, EV_DPC_EXIT, 0, 4000, 1, 1, 1000);
	analysis_finish(a);
	worst_breakdown(&a->objects[0]->worst, parts);
	EXPECT("first part", parts[0].kind, PART_ISR_TO_DPC);
	analysis_free(a);
}

/* One hard interrupt before the completion, one after it, both inside the DPC. */
static void hard_interrupts_have_their_own_share(void)
{
	struct dpcmon_event e = unit_event(EV_COMPLETE, 0, 14000);
	struct analysis *a = analysis_new(NULL);
	struct part parts[PART_NR];

	unit_isr(a, 0, 1000, 1, 1000, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 3000, 1, 1, 1000, 1);
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 0, 4000, 5);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 0, 7000, 5);
	unit_exit(a, EV_DPC_EXIT, 0, 13000, 1, 1, 10000);
	worst_breakdown(&a->objects[0]->worst, parts);
	EXPECT("no completion: DPC", parts[2].ns, 7000);
	EXPECT("no completion: hard interrupts", parts[3].ns, 3000);

	unit_isr(a, 0, 101000, 2, 1000, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 103000, 2, 2, 1000, 1);
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 0, 104000, 5);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 0, 106000, 5);
	e.ts = 113000;
	e.first = 2;
	e.seq = 2;
	e.ns = 12000;
	analysis_event(a, &e);
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 0, 114000, 5);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 0, 115000, 5);
	unit_exit(a, EV_DPC_EXIT, 0, 123000, 2, 2, 20000);
	worst_breakdown(&a->objects[0]->worst, parts);
	EXPECT("worst", a->objects[0]->worst.chain.first, 2);
	EXPECT("completion: DPC", parts[2].ns, 8000);
	EXPECT("completion: hard interrupts", parts[3].ns, 2000);
	analysis_free(a);
}

static void one_call_may_serve_several_interrupts(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_isr(a, 0, 1000, 1, 500, 1);
	unit_isr(a, 0, 2000, 2, 500, 1);
	unit_isr(a, 0, 3000, 3, 500, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 4000, 1, 3, 2500, 3);
	unit_exit(a, EV_DPC_EXIT, 0, 5000, 1, 3, 900);
	unit_isr(a, 0, 6000, 4, 500, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 7000, 4, 4, 400, 1);
	unit_exit(a, EV_DPC_EXIT, 0, 8000, 4, 4, 900);
	/* asked for outside of an ISR: serves nothing, and its wait means nothing */
	unit_entry(a, EV_DPC_ENTRY, 0, 9000, 0, 0, 777777777, 0);
	unit_exit(a, EV_DPC_EXIT, 0, 9500, 0, 0, 400);
	analysis_finish(a);
	EXPECT("calls", a->objects[0]->dpc_calls, 3);
	EXPECT("served", a->objects[0]->served, 4);
	EXPECT("coalesced", a->objects[0]->coalesced, 2);
	EXPECT("waits", unit_stage(a, DPC_STAGE_ISR_TO_DPC)->hist.count, 2);
	EXPECT("longest wait", unit_stage(a, DPC_STAGE_ISR_TO_DPC)->hist.max, 2500);
	EXPECT("open pairs", pairs_open(&a->pairs), 0);
	analysis_free(a);
}

static void isr_of_another_device_is_not_in_the_stage(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_isr(a, 0, 1000, 1, 500, 0);
	unit_isr(a, 0, 2000, 1, 700, 0);
	unit_isr(a, 0, 3000, 1, 600, 1);
	analysis_finish(a);
	EXPECT("ISR count", unit_stage(a, DPC_STAGE_ISR)->hist.count, 1);
	EXPECT("ISR max", unit_stage(a, DPC_STAGE_ISR)->hist.max, 600);
	EXPECT("not ours", a->objects[0]->not_ours, 2);
	EXPECT("missing", analysis_missing(a->objects[0]), 0);
	analysis_free(a);
}

/*
 * A vector with an ISR inside it, and a second one after it, hit the DPC; a
 * third one hits another CPU, a fourth comes after the DPC.
 */
static void hard_interrupts_are_not_exclusive_time(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_isr(a, 0, 1000, 1, 500, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 2000, 1, 1, 400, 1);
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 0, 3000, 5);
	unit_isr(a, 0, 3500, 2, 1000, 1);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 0, 5000, 5);
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 1, 5000, 6);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 1, 5900, 6);
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 0, 6000, 7);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 0, 6300, 7);
	unit_exit(a, EV_DPC_EXIT, 0, 12000, 1, 1, 10000);
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 0, 13000, 5);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 0, 14000, 5);
	analysis_finish(a);
	EXPECT("inclusive", unit_stage(a, DPC_STAGE_DPC)->hist.max, 10000);
	EXPECT("exclusive", unit_stage(a, STAGE_DPC_EXCLUSIVE)->hist.max, 10000 - 2000 - 300);
	EXPECT("open pairs", pairs_open(&a->pairs), 0);
	analysis_free(a);
}

static void lost_halves_are_counted_and_not_measured(void)
{
	struct analysis *a = analysis_new(NULL);

	/* an entry whose exit is lost, then an exit whose entry is lost */
	unit_entry(a, EV_DPC_ENTRY, 0, 2000, 1, 1, 400, 1);
	unit_exit(a, EV_DPC_EXIT, 0, 9000, 2, 2, 900);
	/* a hard interrupt without an exit: the DPC after it shows that it ended */
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 0, 10000, 5);
	unit_entry(a, EV_DPC_ENTRY, 0, 12000, 3, 3, 400, 1);
	unit_exit(a, EV_DPC_EXIT, 0, 13000, 3, 3, 800);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 0, 13500, 5);
	analysis_finish(a);
	EXPECT("entries", a->pairs.entries[PAIR_DPC], 1);
	EXPECT("exits", a->pairs.exits[PAIR_DPC], 1);
	EXPECT("hard entries", a->pairs.entries[PAIR_HARDIRQ], 1);
	EXPECT("hard exits", a->pairs.exits[PAIR_HARDIRQ], 1);
	EXPECT("open pairs", pairs_open(&a->pairs), 4);
	EXPECT("DPC count", unit_stage(a, DPC_STAGE_DPC)->hist.count, 2);
	EXPECT("exclusive count", unit_stage(a, STAGE_DPC_EXCLUSIVE)->hist.count, 1);
	EXPECT("exclusive", unit_stage(a, STAGE_DPC_EXCLUSIVE)->hist.max, 800);
	analysis_free(a);
}

/* Between entry and exit of what looks like one hard interrupt, events were lost. */
static void hard_interrupts_over_a_gap_are_not_trusted(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_entry(a, EV_DPC_ENTRY, 0, 2000, 1, 1, 400, 1);
	unit_hardirq(a, EV_HARDIRQ_ENTRY, 0, 3000, 5);
	analysis_lost(a, 0, 10);
	unit_hardirq(a, EV_HARDIRQ_EXIT, 0, 8000, 5);
	unit_exit(a, EV_DPC_EXIT, 0, 9000, 1, 1, 7000);
	analysis_finish(a);
	EXPECT("exclusive", unit_stage(a, STAGE_DPC_EXCLUSIVE)->hist.max, 7000);
	EXPECT("open pairs", pairs_open(&a->pairs), 0);
	analysis_free(a);
}

static void open_table_is_bounded_and_forgets_nothing(void)
{
	struct analysis *a = analysis_new(NULL);
	enum { N = 100000, LAST = 500 };
	uint64_t i;

	for (i = 1; i <= N; i++)
		unit_entry(a, EV_WORK_ENTRY, 0, i * 10, i, i, 1, 1);
	/* those that went were the oldest */
	for (i = N - LAST + 1; i <= N; i++)
		unit_exit(a, EV_WORK_EXIT, 0, i * 10 + 5, i, i, 5);
	analysis_finish(a);
	EXPECT("entries", a->pairs.entries[PAIR_WORK], N - LAST);
	EXPECT("exits", a->pairs.exits[PAIR_WORK], 0);
	analysis_free(a);
}

static void exit_may_be_read_before_its_entry(void)
{
	struct analysis *a = analysis_new(NULL);
	struct dpcmon_event e;

	/* a work item that moved from CPU 0 to CPU 1; CPU 1 is read first */
	e = unit_event(EV_WORK_EXIT, 1, 9000);
	e.pid = 77;
	e.first = 1;
	e.seq = 1;
	e.ns = 7000;
	analysis_event(a, &e);
	e = unit_event(EV_WORK_ENTRY, 0, 2000);
	e.pid = 77;
	e.first = 1;
	e.seq = 1;
	e.ns = 100;
	e.count = 1;
	analysis_event(a, &e);
	analysis_finish(a);
	EXPECT("open pairs", pairs_open(&a->pairs), 0);
	EXPECT("work", unit_stage(a, DPC_STAGE_WORK)->hist.max, 7000);
	analysis_free(a);
}

static void idle_cpus_are_not_mixed_up(void)
{
	struct analysis *a = analysis_new(NULL);
	struct dpcmon_event e;
	int cpu;

	/* the same DPC, serving nothing, at once on two idle CPUs (Q10): pid 0 twice */
	for (cpu = 0; cpu < 2; cpu++) {
		e = unit_event(EV_DPC_ENTRY, cpu, 1000 + cpu);
		e.pid = 0;
		analysis_event(a, &e);
	}
	EXPECT("under way", a->pairs.waiting, 2);
	for (cpu = 0; cpu < 2; cpu++) {
		e = unit_event(EV_DPC_EXIT, cpu, 2000 + cpu);
		e.pid = 0;
		e.ns = 1000;
		analysis_event(a, &e);
	}
	EXPECT("under way", a->pairs.waiting, 0);
	analysis_finish(a);
	EXPECT("open pairs", pairs_open(&a->pairs), 0);
	analysis_free(a);
}

static void lost_events_are_counted_per_cpu(void)
{
	struct analysis *a = analysis_new(NULL);
	struct dpcmon_event e = unit_event(EV_OTHER, 1, 5000);
	bool exact;

	unit_isr(a, 0, 1000, 1, 500, 1);
	e.lost = 7;
	analysis_event(a, &e);
	EXPECT("lost", analysis_lost_total(a, &exact), 7);
	EXPECT_TRUE(exact);
	e.lost = -1;
	analysis_event(a, &e);
	EXPECT("at least", analysis_lost_total(a, &exact), 8);
	EXPECT_TRUE(!exact);
	EXPECT("cpu 1", a->cpus[1]->lost, 7);
	EXPECT("cpu 0", a->cpus[0]->lost, 0);
	/* the gap is also visible in the interrupt numbers */
	unit_isr(a, 0, 9000, 5, 500, 1);
	EXPECT("missing", analysis_missing(a->objects[0]), 3);
	analysis_free(a);
}

static void budgets_come_from_the_trace_unless_given(void)
{
	struct budgets given = { .given[DPC_STAGE_ISR] = true, .us[DPC_STAGE_ISR] = 1 };
	struct analysis *a = analysis_new(&given);
	struct dpcmon_event e = unit_event(EV_INTERRUPT, 0, 500);
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++)
		e.budget_us[i] = 1000;
	e.budget_us[DPC_STAGE_DPC] = 0;
	e.name = "edu0";
	e.model = "dpc";
	analysis_event(a, &e);
	EXPECT_TRUE(!strcmp(a->objects[0]->name, "edu0"));
	EXPECT("given", unit_stage(a, DPC_STAGE_ISR)->budget_ns, 1000);
	EXPECT("announced", unit_stage(a, DPC_STAGE_WORK)->budget_ns, 1000000);
	unit_isr(a, 0, 1000, 1, 1000, 1);
	EXPECT("exactly the budget is within", analysis_over_budget(a), 0);
	unit_isr(a, 0, 9000, 2, 1001, 1);
	EXPECT("one more is over", unit_stage(a, DPC_STAGE_ISR)->over_budget, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 20000, 1, 2, 5000, 2);
	unit_exit(a, EV_DPC_EXIT, 0, 900000000, 1, 2, 800000000);
	EXPECT("budget 0 is no limit", unit_stage(a, DPC_STAGE_DPC)->over_budget, 0);
	analysis_free(a);
}

/* Nothing can be within, or over, a budget that is not there. */
static void without_a_budget_nothing_is_judged(void)
{
	struct budgets none = { .given = { [0 ... DPC_STAGE_NR - 1] = true } };
	struct analysis *a = analysis_new(&none);

	unit_isr(a, 0, 1000, 1, 1000, 1);
	EXPECT_TRUE(!judge_is_judged(a));
	analysis_free(a);
	/* of what did not happen, neither */
	none.us[DPC_STAGE_WORK] = 100;
	a = analysis_new(&none);
	unit_isr(a, 0, 1000, 1, 1000, 1);
	EXPECT_TRUE(!judge_is_judged(a));
	analysis_free(a);
	none.us[DPC_STAGE_ISR] = 100;
	a = analysis_new(&none);
	EXPECT_TRUE(!judge_is_judged(a));
	unit_isr(a, 0, 1000, 1, 1000, 1);
	EXPECT_TRUE(judge_is_judged(a));
	analysis_free(a);
}

static void budget_is_100_us_without_an_announcement(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_isr(a, 0, 1000, 1, 100001, 1);
	EXPECT("over", analysis_over_budget(a), 1);
	EXPECT("budget", unit_stage(a, DPC_STAGE_DPC)->budget_ns, 100000);
	EXPECT("exclusive has none", unit_stage(a, STAGE_DPC_EXCLUSIVE)->budget_ns, 0);
	analysis_free(a);
}

static void first_overrun_in_time_is_the_culprit(void)
{
	struct analysis *a = analysis_new(NULL);
	struct dpcmon_event e = unit_event(EV_OVERRUN, 1, 9000);

	e.count = DPC_STAGE_DPC;
	e.ns = 200000;
	e.name = "late_dpc";
	analysis_event(a, &e);
	e.ts = 5000;
	e.cpu = 0;
	e.name = "early_dpc";
	analysis_event(a, &e);
	EXPECT_TRUE(!strcmp(a->overrun.routine, "early_dpc"));
	EXPECT("events", unit_stage(a, DPC_STAGE_DPC)->overruns, 2);
	analysis_free(a);
}

static void worst_overrun_is_that_furthest_over_its_budget(void)
{
	struct analysis *a = analysis_new(NULL);
	struct dpcmon_event e = unit_event(EV_OVERRUN, 1, 9000);

	e.count = DPC_STAGE_DPC;
	e.ns = 200000;
	e.budget_ns = 100000;
	e.name = "twice";
	analysis_event(a, &e);
	e.count = DPC_STAGE_ISR;
	e.ns = 75000;
	e.budget_ns = 25000;
	e.name = "three_times";
	analysis_event(a, &e);
	e.count = DPC_STAGE_WORK;
	e.ns = 1100000;
	e.budget_ns = 1000000;
	e.name = "a_bit";
	analysis_event(a, &e);
	EXPECT_TRUE(!strcmp(a->objects[0]->worst_overrun.routine, "three_times"));
	EXPECT("stage", a->objects[0]->worst_overrun.stage, DPC_STAGE_ISR);
	EXPECT_TRUE(!strcmp(a->overrun.routine, "twice"));
	analysis_free(a);
}

static void routines_without_an_object_are_told_apart(void)
{
	struct analysis *a = analysis_new(NULL);
	struct dpcmon_event e = unit_event(EV_DPC_EXIT, 0, 1000);
	unsigned int i;

	e.id = 0;
	e.ns = 100;
	for (i = 0; i < 6; i++) {
		e.function = 0xb0 + i % 3;
		analysis_event(a, &e);
	}
	EXPECT("objects", a->nr_objects, 3);
	EXPECT("calls", unit_stage(a, DPC_STAGE_DPC)->hist.count, 2);
	analysis_free(a);
}

static void completion_after_the_window_is_still_the_worst(void)
{
	struct analysis *a = analysis_new(NULL);
	struct dpcmon_event e = unit_event(EV_COMPLETE, 1, 0);
	uint64_t i;

	for (i = 1; i <= CHAIN_WINDOW + 10; i++)
		unit_isr(a, 0, i * 1000, i, 100, 1);
	e.ts = i * 1000;
	e.first = 1;
	e.seq = 1;
	e.ns = i * 1000 - 1000;
	analysis_event(a, &e);
	EXPECT("worst", a->objects[0]->worst.chain.first, 1);
	EXPECT("total", a->objects[0]->worst.total, e.ns);
	analysis_free(a);
}

/* ---- Books ------------------------------------------------------------------------- */

static void unit_request(struct analysis *a, uint64_t ts, uint64_t seq)
{
	struct dpcmon_event e = unit_event(EV_DPC_QUEUE, 0, ts);

	e.hardirq = true;
	e.seq = seq;
	e.first = seq;
	e.count = 1;
	analysis_event(a, &e);
}

/* What the books of @a's only object should say. */
static void expect_balance(struct analysis *a, const struct balance *should)
{
	struct balance is = analysis_balance(a, a->objects[0]);

	EXPECT("handled", is.handled, should->handled);
	EXPECT("served", is.served, should->served);
	EXPECT("pending", is.pending, should->pending);
	EXPECT("not_asked", is.not_asked, should->not_asked);
	EXPECT("unknown", is.unknown, should->unknown);
	EXPECT("the sum", is.served + is.pending + is.not_asked + is.unknown, is.handled);
}

static void unit_raised(struct analysis *a, uint64_t ts, uint64_t seq, uint64_t ns, uint32_t raises)
{
	struct dpcmon_event e = unit_event(EV_RAISED, 0, ts);

	e.hardirq = true;
	e.seq = seq;
	e.first = seq;
	e.ns = ns;
	e.count = raises;
	e.function = ISR_FN;
	analysis_event(a, &e);
}

static void raises_are_what_the_events_say(void)
{
	struct analysis *a = analysis_new(NULL);
	const struct object *o;

	unit_isr(a, 0, 100, 1, 10, 1);
	unit_raised(a, 105, 1, 1500, 1);
	unit_isr(a, 0, 200, 2, 10, 1);
	unit_raised(a, 205, 2, 7000, 5);
	unit_isr(a, 0, 300, 3, 10, 1);
	o = a->objects[0];
	EXPECT("raised", o->raised, 6);
	EXPECT("interrupts of raises", o->raise.hist.count, 2);
	EXPECT("total", o->raise.hist.total, 8500);
	EXPECT("longest", o->raise.hist.max, 7000);
	EXPECT("of which", o->raise.max_seq, 2);
	EXPECT("1 us", o->raise.hist.buckets[1], 1);
	EXPECT("5 us", o->raise.hist.buckets[5], 1);
	EXPECT("interrupts", analysis_interrupts(o), 3);
	EXPECT("no stage of the accounting", analysis_over_budget(a), 0);
	analysis_free(a);
}

/* A file that lies: raised - interrupts, which the device merged, must not go below 0. */
static void an_interrupt_has_a_raise_whatever_the_file_says(void)
{
	struct analysis *a = analysis_new(NULL);
	const struct object *o;
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		unit_isr(a, 0, 100 * i, i, 10, 1);
		unit_raised(a, 100 * i + 5, i, 1500, 0);
	}
	o = a->objects[0];
	EXPECT("raised", o->raised, 3);
	EXPECT("interrupts of raises", o->raise.hist.count, 3);
	analysis_free(a);
}

/* 1 and 3 share a call; 2, between them, found nothing to do; 4 waits at the end. */
static void books_close_over_every_kind_of_interrupt(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_isr(a, 0, 100, 1, 10, 1);
	unit_request(a, 105, 1);
	unit_isr(a, 0, 200, 2, 10, 1);
	unit_isr(a, 0, 300, 3, 10, 1);
	unit_request(a, 305, 3);
	unit_entry(a, EV_DPC_ENTRY, 0, 400, 1, 3, 290, 2);
	unit_exit(a, EV_DPC_EXIT, 0, 410, 1, 3, 10);
	unit_isr(a, 0, 500, 4, 10, 1);
	unit_request(a, 505, 4);
	/* not its device's, and a request from elsewhere: neither is an interrupt */
	unit_isr(a, 0, 600, 5, 10, 0);
	unit_request(a, 700, 4);
	expect_balance(a, &(struct balance){
		.handled = 4, .served = 2, .pending = 1, .not_asked = 1 });
	analysis_free(a);
}

static void books_close_when_events_come_in_any_order(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_entry(a, EV_DPC_ENTRY, 1, 400, 1, 2, 290, 2);
	unit_request(a, 305, 3);
	unit_isr(a, 0, 200, 2, 10, 1);
	unit_request(a, 205, 2);
	unit_isr(a, 0, 300, 3, 10, 1);
	unit_request(a, 105, 1);
	unit_isr(a, 0, 100, 1, 10, 1);
	expect_balance(a, &(struct balance){
		.handled = 3, .served = 2, .pending = 1 });
	analysis_free(a);
}

/* More than the window: by sevens; the third of each did not ask, the last call is missing. */
static void books_of_a_storm_close(void)
{
	struct analysis *a = analysis_new(NULL);
	uint64_t seq, calls = 3 * BOOKS_WINDOW / 7;

	for (seq = 1; seq <= 7 * calls; seq++) {
		unit_isr(a, 0, seq * 1000, seq, 10, 1);
		if (seq % 7 != 3)
			unit_request(a, seq * 1000 + 5, seq);
		if (!(seq % 7) && seq != 7 * calls)
			unit_entry(a, EV_DPC_ENTRY, 0, seq * 1000 + 20, seq - 6, seq, 10, 6);
	}
	expect_balance(a, &(struct balance){
		.handled = 7 * calls, .served = 6 * (calls - 1), .pending = 6,
		.not_asked = calls });
	EXPECT("served", a->objects[0]->served, 6 * (calls - 1));
	analysis_free(a);
}

static void books_say_what_lost_events_hide(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_isr(a, 0, 100, 1, 10, 1);
	unit_request(a, 105, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 400, 1, 1, 290, 1);
	unit_isr(a, 0, 500, 2, 10, 1);
	unit_isr(a, 0, 600, 3, 10, 1);
	unit_request(a, 605, 3);
	analysis_lost(a, 0, 2);
	expect_balance(a, &(struct balance){
		.handled = 3, .served = 1, .unknown = 2 });
	analysis_free(a);
}

/* 1 and 2 were handled before the trace, 3 was in its ISR; the call serves all. */
static void books_of_a_call_from_before_the_trace_close(void)
{
	struct analysis *a = analysis_new(NULL);

	unit_isr(a, 0, 100, 3, 10, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 200, 1, 3, 90, 3);
	unit_isr(a, 0, 300, 4, 10, 1);
	unit_request(a, 305, 4);
	expect_balance(a, &(struct balance){
		.handled = 2, .served = 1, .pending = 1 });
	EXPECT("served", a->objects[0]->served, 3);
	analysis_free(a);
}

static void unit_error(struct analysis *a, uint64_t ts, uint64_t seq, const unsigned char *data,
		       size_t len)
{
	struct dpcmon_event e = unit_event(EV_ERROR, 0, ts);

	e.seq = seq;
	e.first = seq;
	e.name = "device";
	e.error = (struct event_error){ .code = 5, .status = -5, .data = data, .len = len };
	analysis_event(a, &e);
}

static void an_error_is_in_the_time_line_of_its_interrupt(void)
{
	static const char * const order[] = { "isr", "dpc", "error", "work" };
	static const int64_t at[] = { 0, 2000, 2500, 9000 };
	struct analysis *a = analysis_new(NULL);
	struct error_point points[ERRORS_POINTS];
	const struct errors *errors;
	unsigned int i, nr;

	unit_isr(a, 0, 1000, 7, 500, 1);
	unit_entry(a, EV_DPC_ENTRY, 0, 3000, 7, 7, 1500, 1);
	unit_error(a, 3500, 7, NULL, 0);
	unit_exit(a, EV_DPC_EXIT, 0, 4000, 7, 7, 1000);
	unit_entry(a, EV_WORK_ENTRY, 1, 10000, 7, 7, 6000, 1);
	/* what came after the error is in it, too */
	analysis_finish(a);
	errors = &a->objects[0]->errors;
	EXPECT("count", errors->count, 1);
	nr = errors_points(&errors->list[0], points);
	EXPECT("points", nr, ARRAY_SIZE(order));
	for (i = 0; i < nr && i < ARRAY_SIZE(order); i++) {
		EXPECT_TRUE(!strcmp(points[i].key, order[i]));
		EXPECT("at", points[i].ns, at[i]);
	}
	EXPECT_TRUE(!strcmp(errors->list[0].device, "device"));
	analysis_free(a);
}

static void errors_are_all_counted_and_the_first_are_kept(void)
{
	struct analysis *a = analysis_new(NULL);
	struct errors *errors;
	unsigned int i;

	for (i = 1; i <= ERRORS_KEPT + 5; i++)
		unit_error(a, 1000 * i, i, NULL, 0);
	errors = &a->objects[0]->errors;
	EXPECT("count", errors->count, ERRORS_KEPT + 5);
	EXPECT("kept", errors_kept(errors), ERRORS_KEPT);
	EXPECT("the last that is kept", errors->list[ERRORS_KEPT - 1].seq, ERRORS_KEPT);
	analysis_free(a);
}

static void data_of_an_error_are_bounded(void)
{
	unsigned char *data = xcalloc(1, 1000);
	struct analysis *a = analysis_new(NULL);

	data[ERROR_DATA_MAX - 1] = 0xab;
	unit_error(a, 1000, 1, data, 1000);
	free(data);
	EXPECT("length", a->objects[0]->errors.list[0].error.len, ERROR_DATA_MAX);
	EXPECT("last byte", a->objects[0]->errors.list[0].data[ERROR_DATA_MAX - 1], 0xab);
	analysis_free(a);
}

static void an_error_without_an_interrupt_is_no_dpc(void)
{
	struct analysis *a = analysis_new(NULL);
	struct dpcmon_event e = unit_event(EV_ERROR, 0, 1000);
	struct error_point points[ERRORS_POINTS];

	e.id = 0;
	e.name = "device";
	analysis_event(a, &e);
	unit_error(a, 2000, 0, NULL, 0);
	EXPECT("without an object", a->errors.count, 1);
	EXPECT("objects", a->nr_objects, 1);
	EXPECT("of the object", a->objects[0]->errors.count, 1);
	EXPECT("points", errors_points(&a->errors.list[0], points), 0);
	EXPECT("points", errors_points(&a->objects[0]->errors.list[0], points), 0);
	analysis_free(a);
}

/* ---- Budgets of the command line --------------------------------------------------------- */

/* Adds @text, which is "--allow-over" if it begins with a space.  Return: 0 or -1. */
static int unit_budget(struct budgets *b, const char *text)
{
	char *copy = xstrdup(*text == ' ' ? text + 1 : text);
	const char *why = NULL;
	int ret = *text == ' ' ? budgets_allow(b, copy, &why) :
				 budgets_add(b, copy, DPC_BUDGET_MAX_US, &why);

	free(copy);
	return ret;
}

static uint32_t unit_budget_us(const struct budgets *b, uint32_t id, const char *name,
			       unsigned int stage, enum budgets_of of)
{
	uint32_t us;

	return budgets_find(b, id, name, stage, of, &us) ? us : UINT32_MAX;
}

static void budgets_are_of_stages_objects_and_percentiles(void)
{
	struct budgets b = { 0 };

	EXPECT("dpc", unit_budget(&b, "dpc=100"), 0);
	EXPECT("percentile", unit_budget(&b, "dpc.p99=50"), 0);
	EXPECT("percentile with a dot", unit_budget(&b, "isr.p99.9=7"), 0);
	EXPECT("object", unit_budget(&b, "dpc_edu1.dpc=200"), 0);
	EXPECT("id", unit_budget(&b, "#7.work.p50=9"), 0);
	EXPECT("short name", unit_budget(&b, "edu2.isr.max=3"), 0);
	EXPECT("name with dots", unit_budget(&b, "a.b.isr=4"), 0);
	EXPECT("any", unit_budget_us(&b, 1, "dpc_edu0", DPC_STAGE_DPC, BUDGETS_MAX), 100);
	EXPECT("its own", unit_budget_us(&b, 2, "dpc_edu1", DPC_STAGE_DPC, BUDGETS_MAX), 200);
	EXPECT("p99", unit_budget_us(&b, 2, "dpc_edu1", DPC_STAGE_DPC, BUDGETS_P99), 50);
	EXPECT("p99.9", unit_budget_us(&b, 2, "x", DPC_STAGE_ISR, BUDGETS_P999), 7);
	EXPECT("none", unit_budget_us(&b, 2, "x", DPC_STAGE_ISR, BUDGETS_MAX), UINT32_MAX);
	EXPECT("id", unit_budget_us(&b, 7, "x", DPC_STAGE_WORK, BUDGETS_P50), 9);
	EXPECT("other id", unit_budget_us(&b, 8, "x", DPC_STAGE_WORK, BUDGETS_P50), UINT32_MAX);
	EXPECT("short", unit_budget_us(&b, 8, "dpc_edu2", DPC_STAGE_ISR, BUDGETS_MAX), 3);
	EXPECT("dots", unit_budget_us(&b, 8, "a.b", DPC_STAGE_ISR, BUDGETS_MAX), 4);
	/* one of an object stays, whatever comes after it for all */
	EXPECT("later", unit_budget(&b, "dpc=60"), 0);
	EXPECT("its own", unit_budget_us(&b, 2, "dpc_edu1", DPC_STAGE_DPC, BUDGETS_MAX), 200);
	EXPECT("later", unit_budget(&b, "edu1.dpc=70"), 0);
	EXPECT("the last", unit_budget_us(&b, 2, "dpc_edu1", DPC_STAGE_DPC, BUDGETS_MAX), 70);
	EXPECT("later", unit_budget(&b, "edu1.dpc.p99=5"), 0);
	EXPECT("later", unit_budget(&b, "dpc.p99=6"), 0);
	EXPECT("its own", unit_budget_us(&b, 2, "dpc_edu1", DPC_STAGE_DPC, BUDGETS_P99), 5);
	EXPECT("of all", unit_budget_us(&b, 1, "dpc_edu0", DPC_STAGE_DPC, BUDGETS_P99), 6);
	EXPECT_TRUE(budgets_of_times(&b) && budgets_has_rules(&b));
}

static void budgets_that_make_no_sense_are_refused(void)
{
	static const char * const wrong[] = {
		"", "dpc", "dpc=", "dpc=x", "dpc=1000001", "p99=5", "dpc.p98=5", "dpc.p99", ".dpc=5",
		"#.dpcx=5", "dpc.p99.p50=5", " dpc", " dpc=", " dpc=%", " dpc=101%", " dpc=-1%",
		" dpc=nan%", " dpc=1.5", " dpc.p99=3", " dpc=3%%",
	};
	struct budgets b = { 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT(wrong[i], unit_budget(&b, wrong[i]), -1);
		EXPECT(wrong[i], b.nr_rules, 0);
	}
	for (i = 0; i < BUDGETS_RULES; i++)
		EXPECT("room", unit_budget(&b, "a.dpc=1"), 0);
	EXPECT("no room", unit_budget(&b, "a.dpc=1"), -1);
}

/* 200 DPC calls of 10 us, of which the last @slow took 100 us; the object has id 1. */
static struct analysis *unit_calls(const struct budgets *b, unsigned int slow)
{
	struct analysis *a = analysis_new(b);
	unsigned int i;
	uint64_t ns;

	for (i = 1; i <= 200; i++) {
		ns = i > 200 - slow ? 100000 : 10000;
		unit_isr(a, 0, i * 1000000, i, 1000, 1);
		unit_entry(a, EV_DPC_ENTRY, 0, i * 1000000 + 2000, i, i, 1000, 1);
		unit_exit(a, EV_DPC_EXIT, 0, i * 1000000 + 2000 + ns, i, i, ns);
	}
	analysis_finish(a);
	return a;
}

static enum judge unit_judge(const char *budget, const char *allow, unsigned int slow)
{
	struct budgets b = { 0 };
	struct analysis *a;
	enum judge result;

	/* so that the default is none */
	unit_budget(&b, "dpc=0");
	unit_budget(&b, budget);
	if (allow)
		unit_budget(&b, allow);
	a = unit_calls(&b, slow);
	result = judge_stage(a, a->objects[0], DPC_STAGE_DPC);
	EXPECT("all", judge_is_over(a), result == JUDGE_OVER);
	analysis_free(a);
	return result;
}

/* M4 */
static void times_that_may_be_over_do_not_fail(void)
{
	EXPECT("over", unit_judge("dpc=50", NULL, 3), JUDGE_OVER);
	EXPECT("three may", unit_judge("dpc=50", " dpc=3", 3), JUDGE_WITHIN);
	EXPECT("two may", unit_judge("dpc=50", " dpc=2", 3), JUDGE_OVER);
	EXPECT("1.5 % of 200", unit_judge("dpc=50", " dpc=1.5%", 3), JUDGE_WITHIN);
	EXPECT("1.4 % of 200", unit_judge("dpc=50", " dpc=1.4%", 3), JUDGE_OVER);
	EXPECT("of this object", unit_judge("dpc=50", " 1.dpc=3", 3), JUDGE_WITHIN);
	EXPECT("of another one", unit_judge("dpc=50", " 2.dpc=3", 3), JUDGE_OVER);
	EXPECT("of another stage", unit_judge("dpc=50", " isr=3", 3), JUDGE_OVER);
	EXPECT("of this object", unit_judge("1.dpc=50", NULL, 3), JUDGE_OVER);
	EXPECT("of another one", unit_judge("2.dpc=50", NULL, 3), JUDGE_NO_BUDGET);
}

/* M4 M6 */
static void percentiles_have_budgets_of_their_own(void)
{
	EXPECT("p99 of 3 in 200", unit_judge("dpc.p99=50", NULL, 3), JUDGE_OVER);
	EXPECT("p99 of 1 in 200", unit_judge("dpc.p99=50", NULL, 1), JUDGE_WITHIN);
	EXPECT("p50", unit_judge("dpc.p50=50", NULL, 3), JUDGE_WITHIN);
	EXPECT("p50", unit_judge("dpc.p50=9", NULL, 0), JUDGE_OVER);
	EXPECT("p99.9 of 200", unit_judge("dpc.p99.9=50", NULL, 0), JUDGE_TOO_FEW);
	EXPECT("0 is none", unit_judge("dpc.p99=0", NULL, 3), JUDGE_NO_BUDGET);
	EXPECT("max", unit_judge("dpc.max=50", NULL, 1), JUDGE_OVER);
}

/* The first interrupts are in no number, with all of their stages. */
static void warm_up_is_left_out(void)
{
	struct budgets b = { .warmup = 150 };
	struct analysis *a = unit_calls(&b, 50);

	EXPECT("ISRs", unit_stage(a, DPC_STAGE_ISR)->hist.count, 50);
	EXPECT("DPCs", unit_stage(a, DPC_STAGE_DPC)->hist.count, 50);
	EXPECT("avg", hist_avg(&unit_stage(a, DPC_STAGE_DPC)->hist), 100000);
	EXPECT("missing", analysis_missing(a->objects[0]), 0);
	EXPECT("halves", a->pairs.entries[PAIR_DPC] + a->pairs.exits[PAIR_DPC], 0);
	EXPECT("left out", a->warming, 3 * 150);
	analysis_free(a);
	/* in the middle of the tenth interrupt: it is left out as a whole */
	b = (struct budgets){ .warmup_ns = 9 * 1000000 + 5000 };
	a = unit_calls(&b, 0);
	EXPECT("ISRs", unit_stage(a, DPC_STAGE_ISR)->hist.count, 190);
	EXPECT("DPCs", unit_stage(a, DPC_STAGE_DPC)->hist.count, 190);
	EXPECT("halves", a->pairs.entries[PAIR_DPC] + a->pairs.exits[PAIR_DPC], 0);
	analysis_free(a);
}

/* ---- --device ------------------------------------------------------------------------- */

/* Two edu devices of one name, a card with two vectors, and what has no interrupt. */
static const struct dpc_object unit_objects[] = {
	{ .id = 1, .name = "edu", .bus = "pci", .device = "0000:00:04.0" },
	{ .id = 3, .name = "edu", .bus = "pci", .device = "0000:00:05.0" },
	{ .id = 7, .name = "rocker-0", .bus = "pci", .device = "0001:02:00.1", .vector = 0 },
	{ .id = 12, .name = "rocker-2", .bus = "pci", .device = "0001:02:00.1", .vector = 2 },
	{ .id = 13, .name = "99", .bus = "platform", .device = "gpio/7" },
	{ .id = DPC_ID_UNBOUND, .kind = DPC_OBJECT_UNBOUND, .name = "unbound" },
};

/* The ids of what @text finds, as "1 3"; "!WHY" if that is an error. */
static char *unit_choose_of(const char *text, enum choose how, const struct dpc_object *list,
			    unsigned int nr)
{
	unsigned int chosen[ARRAY_SIZE(unit_objects)];
	int found, i;
	char *all, *longer;

	found = choose_objects(text, how, list, nr, chosen, &all);
	if (found < 0) {
		longer = xasprintf("!%s", all);
		free(all);
		return longer;
	}
	all = xstrdup("");
	for (i = 0; i < found; i++) {
		longer = xasprintf("%s%s%u", all, i ? " " : "", list[chosen[i]].id);
		free(all);
		all = longer;
	}
	return all;
}

/* @should: the ids, or the beginning of the message. */
static void unit_choose(int line, const char *text, enum choose how,
			const struct dpc_object *list, unsigned int nr, const char *should)
{
	char *is = unit_choose_of(text, how, list, nr);

	if (*should == '!' ? strncmp(is, should, strlen(should)) : strcmp(is, should)) {
		printf("# line %d: \"%s\" finds \"%s\", should be \"%s\"\n", line,
		       text ? text : "(nothing)", is, should);
		unit_failed = true;
	}
	free(is);
}

#define ALL_OBJECTS	ARRAY_SIZE(unit_objects)
#define CHOOSES(text, how, should)	\
	unit_choose(__LINE__, text, how, unit_objects, ALL_OBJECTS, should)
#define CHOOSES_OF(nr, text, how, should)	\
	unit_choose(__LINE__, text, how, unit_objects, nr, should)

static void a_device_is_chosen_by_id(void)
{
	CHOOSES("3", CHOOSE_ONE, "3");
	CHOOSES("#12", CHOOSE_ONE, "12");
	CHOOSES("#4294967294", CHOOSE_ANY, "4294967294");
	/* a name that is a number is no id */
	CHOOSES("99", CHOOSE_ONE, "!--device 99: no object has this id");
	CHOOSES("2", CHOOSE_ANY, "!--device 2: no object has this id");
	CHOOSES("#", CHOOSE_ONE, "!--device #: no object has this name");
	CHOOSES("4294967297", CHOOSE_ONE, "!--device 4294967297: no object has this name");
}

static void a_device_is_chosen_by_its_address(void)
{
	CHOOSES("0000:00:05.0", CHOOSE_ONE, "3");
	CHOOSES("00:05.0", CHOOSE_ONE, "3");
	CHOOSES("00:05.0/0", CHOOSE_ONE, "3");
	CHOOSES("00:05.0/1", CHOOSE_ONE, "!--device 00:05.0/1: no object");
	CHOOSES("0001:02:00.1/2", CHOOSE_ONE, "12");
	CHOOSES("0001:02:00.1", CHOOSE_INTERRUPTS, "7 12");
	CHOOSES("0001:02:00.1", CHOOSE_ONE,
		"!--device 0001:02:00.1: this device has several interrupts: #7 rocker-0 (0001:02:00.1), #12 rocker-2 (0001:02:00.1/2): choose one");
	/* another domain than 0 is part of the address */
	CHOOSES("02:00.1/2", CHOOSE_ONE, "!--device 02:00.1/2: no object");
	CHOOSES("0000:00:05", CHOOSE_ONE, "!--device 0000:00:05: no object");
	/* a number after a slash may belong to the name */
	CHOOSES("gpio/7/0", CHOOSE_ONE, "13");
}

static void a_name_that_several_have_is_refused(void)
{
	char label[CHOOSE_LABEL_LEN];

	CHOOSES("rocker-2", CHOOSE_ONE, "12");
	CHOOSES("unbound", CHOOSE_ANY, "4294967294");
	/* the name alone */
	choose_label(&unit_objects[ALL_OBJECTS - 1], label);
	EXPECT_TRUE(!strcmp(label, "unbound"));
	CHOOSES("edu", CHOOSE_ANY,
		"!--device edu: several objects have this name: #1 edu (0000:00:04.0), #3 edu (0000:00:05.0): choose one by --device, with its number, name or address");
	CHOOSES("ed", CHOOSE_ANY, "!--device ed: no object");
	CHOOSES("", CHOOSE_ANY, "!--device : no object");
}

static void without_a_device_it_is_the_only_one_or_all(void)
{
	CHOOSES_OF(1, NULL, CHOOSE_ONE, "1");
	CHOOSES_OF(1, NULL, CHOOSE_ANY, "1");
	CHOOSES_OF(2, NULL, CHOOSE_ONE,
		   "!there are several interrupt objects: #1 edu (0000:00:04.0), #3 edu (0000:00:05.0): choose one by --device, with its number, name or address");
	CHOOSES_OF(2, "all", CHOOSE_ONE, "!there are several interrupt objects");
	CHOOSES(NULL, CHOOSE_INTERRUPTS, "1 3 7 12 13");
	CHOOSES("all", CHOOSE_INTERRUPTS, "1 3 7 12 13");
	CHOOSES("all", CHOOSE_ANY, "1 3 7 12 13 4294967294");
	/* the only interrupt object, and what has none */
	unit_choose(__LINE__, NULL, CHOOSE_ANY, &unit_objects[ALL_OBJECTS - 2], 2, "13");
	unit_choose(__LINE__, "all", CHOOSE_ANY, &unit_objects[ALL_OBJECTS - 2], 2,
		    "13 4294967294");
	CHOOSES_OF(0, NULL, CHOOSE_ANY, "!there is no interrupt object");
	CHOOSES_OF(0, "all", CHOOSE_INTERRUPTS, "!there is no interrupt object");
}

static const struct {
	const char	*name;
	void		(*run)(void);
} unit_tests[] = {
#define TEST(name) { #name, name }
	TEST(raises_are_what_the_events_say), /* M1 */
	TEST(an_interrupt_has_a_raise_whatever_the_file_says),
	TEST(books_close_over_every_kind_of_interrupt), /* M3 Q14 */
	TEST(books_close_when_events_come_in_any_order), /* M3 */
	TEST(books_of_a_storm_close), /* M3 Q14 */
	TEST(books_say_what_lost_events_hide),
	TEST(books_of_a_call_from_before_the_trace_close),
	TEST(hist_percentiles_are_near_the_sorted_ones),
	TEST(hist_small_and_huge_times_have_a_place),
	TEST(hist_of_nothing_has_no_numbers), /* M6 */
	TEST(hist_percentiles_need_one_time_above_them), /* M6 */
	TEST(what_was_not_measured_is_a_dash), /* M6 */
	TEST(hist_buckets_have_these_bounds), /* M1 */
	TEST(hist_ranges_add_up_to_the_count),
	TEST(stages_are_what_the_events_say),
	TEST(worst_interrupt_sums_to_a_hundred_percent),
	TEST(without_hard_interrupts_nothing_is_exclusive), /* M6 */
	TEST(an_isr_that_was_lost_has_no_share), /* M6 */
	TEST(shares_are_rounded_so_that_they_sum_up),
	TEST(completion_inside_the_dpc_ends_the_breakdown),
	TEST(hard_interrupts_have_their_own_share),
	TEST(one_call_may_serve_several_interrupts),
	TEST(isr_of_another_device_is_not_in_the_stage),
	TEST(hard_interrupts_are_not_exclusive_time), /* M2 */
	TEST(lost_halves_are_counted_and_not_measured),
	TEST(hard_interrupts_over_a_gap_are_not_trusted),
	TEST(open_table_is_bounded_and_forgets_nothing),
	TEST(exit_may_be_read_before_its_entry),
	TEST(idle_cpus_are_not_mixed_up),
	TEST(lost_events_are_counted_per_cpu),
	TEST(budgets_come_from_the_trace_unless_given),
	TEST(without_a_budget_nothing_is_judged), /* M6 */
	TEST(budget_is_100_us_without_an_announcement),
	TEST(first_overrun_in_time_is_the_culprit),
	TEST(worst_overrun_is_that_furthest_over_its_budget),
	TEST(routines_without_an_object_are_told_apart),
	TEST(completion_after_the_window_is_still_the_worst),
	TEST(an_error_is_in_the_time_line_of_its_interrupt), /* P4 M3 */
	TEST(errors_are_all_counted_and_the_first_are_kept),
	TEST(data_of_an_error_are_bounded),
	TEST(an_error_without_an_interrupt_is_no_dpc),
	TEST(budgets_are_of_stages_objects_and_percentiles), /* M4 */
	TEST(budgets_that_make_no_sense_are_refused),
	TEST(times_that_may_be_over_do_not_fail), /* M4 */
	TEST(percentiles_have_budgets_of_their_own), /* M4 M6 */
	TEST(warm_up_is_left_out),
	TEST(a_device_is_chosen_by_id),
	TEST(a_device_is_chosen_by_its_address),
	TEST(a_name_that_several_have_is_refused),
	TEST(without_a_device_it_is_the_only_one_or_all),
#undef TEST
};

int main(void)
{
	unsigned int i, failures = 0;

	ktap_plan(ARRAY_SIZE(unit_tests));
	for (i = 0; i < ARRAY_SIZE(unit_tests); i++) {
		unit_failed = false;
		unit_tests[i].run();
		ktap_result(!unit_failed, unit_tests[i].name, NULL);
		failures += unit_failed;
	}
	return failures ? 1 : 0;
}

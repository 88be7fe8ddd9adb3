// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all forms of a comparison share: ranks, winners, and the sentences on how it
 * was measured.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "measured.h"
#include "util.h"

const char * const compare_time_keys[TIME_NR] = {
	[TIME_AVG]	= "avg_ns",
	[TIME_P50]	= "p50_ns",
	[TIME_P99]	= "p99_ns",
	[TIME_P999]	= "p999_ns",
	[TIME_MAX]	= "max_ns",
};

const char * const compare_time_titles[TIME_NR] = {
	[TIME_AVG]	= "avg",
	[TIME_P50]	= "p50",
	[TIME_P99]	= "p99",
	[TIME_P999]	= "p99.9",
	[TIME_MAX]	= "max",
};

const char * const compare_rank_names[RANK_NR] = {
	[RANK_LATENCY]		= "latency",
	[RANK_THROUGHPUT]	= "throughput",
	[RANK_COST]		= "cost",
};

const char * const compare_rank_titles[RANK_NR] = {
	[RANK_LATENCY]		= "latency, p99 of ISR end to DPC",
	[RANK_THROUGHPUT]	= "throughput, highest rate without loss",
	[RANK_COST]		= "cost, CPU time per interrupt",
};

const struct compare_trait compare_trait_list[] = {
	{ DPC_MODEL_SERIALISED, "serialised", "S", "serialised",
	  "never runs on two CPUs at once with itself" },
	{ DPC_MODEL_THREAD, "thread", "T", "thread",
	  "a thread: the mechanism could sleep, a DPC routine must not all the same" },
	{ DPC_MODEL_PREEMPTIBLE, "preemptible", "P", "preemptible",
	  "other threads may run before it, or preempt it" },
	{ DPC_MODEL_SAME_CPU, "same_cpu", "C", "same CPU",
	  "on the CPU that took the interrupt, so it follows the interrupt's affinity" },
	{ DPC_MODEL_IRQS_OFF, "irqs_off", "I", "interrupts off",
	  "hard interrupts are off while the routine runs" },
};

const unsigned int compare_trait_count = ARRAY_SIZE(compare_trait_list);

char *compare_traits(uint32_t traits)
{
	char *text = xstrdup(""), *longer;
	unsigned int i;

	for (i = 0; i < compare_trait_count; i++) {
		if (!(traits & compare_trait_list[i].bit))
			continue;
		longer = xasprintf("%s%s%s", text, *text ? ", " : "",
				   compare_trait_list[i].title);
		free(text);
		text = longer;
	}
	return text;
}

double compare_time_ns(const struct compare_stage *s, enum compare_time time)
{
	switch (time) {
	case TIME_AVG:
		return hist_avg(&s->hist);
	case TIME_P50:
		return hist_percentile(&s->hist, 50, 100);
	case TIME_P99:
		return hist_percentile(&s->hist, 99, 100);
	case TIME_P999:
		return hist_percentile(&s->hist, 999, 1000);
	default:
		return hist_max(&s->hist);
	}
}

void compare_marks(const struct compare *c, unsigned int load, compare_column column,
		   const void *what, enum better better, unsigned int rank[DPC_MODEL_NR],
		   enum mark mark[DPC_MODEL_NR])
{
	const struct series *list[DPC_MODEL_NR] = { NULL };
	unsigned int i;

	for (i = 0; i < DPC_MODEL_NR; i++)
		if (compare_has_model(c, i))
			list[i] = column(&c->cell[load][i], what);
	series_rank(list, DPC_MODEL_NR, better, rank, mark);
}

const struct series *compare_rank_series(const struct compare_cell *cell, enum compare_rank by)
{
	switch (by) {
	case RANK_LATENCY:
		return &cell->stage[DPC_STAGE_ISR_TO_DPC].time[TIME_P99];
	case RANK_THROUGHPUT:
		return &cell->rate;
	default:
		return &cell->cost_ns;
	}
}

static const struct series *compare_by_rank(const struct compare_cell *cell, const void *what)
{
	return compare_rank_series(cell, *(const enum compare_rank *)what);
}

void compare_ranks(const struct compare *c, unsigned int load, enum compare_rank by,
		   unsigned int rank[DPC_MODEL_NR], enum mark mark[DPC_MODEL_NR])
{
	compare_marks(c, load, compare_by_rank, &by,
		      by == RANK_THROUGHPUT ? BETTER_HIGH : BETTER_LOW, rank, mark);
}

/* "@text, @name", or "@head@name"; takes over @text. */
static char *compare_append(char *text, const char *head, const char *name)
{
	char *longer = text ? xasprintf("%s, %s", text, name) : xasprintf("%s%s", head, name);

	free(text);
	return longer;
}

static char *compare_first(const struct compare *c, const enum mark mark[DPC_MODEL_NR])
{
	char *text = NULL;
	unsigned int i;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		if (mark[i] == MARK_BEST) {
			free(text);
			return xasprintf("best: %s", c->model[i].info.name);
		}
		if (mark[i] == MARK_TIE)
			text = compare_append(text, "tie: ", c->model[i].info.name);
	}
	return text ? text : xstrdup("nothing to compare");
}

char *compare_winner(const struct compare *c, unsigned int load, enum compare_rank by)
{
	static const char * const why[RANK_NR] = {
		[RANK_LATENCY]		= "too few times in a round for a p99: ",
		[RANK_THROUGHPUT]	= "no rate held in a round: ",
		[RANK_COST]		= "not above the noise in a round: ",
	};
	unsigned int rank[DPC_MODEL_NR], i;
	enum mark mark[DPC_MODEL_NR];
	char *first, *left = NULL, *text;

	if (c->rounds < 2)
		return xstrdup("one round compares nothing");
	compare_ranks(c, load, by, rank, mark);
	for (i = 0; i < DPC_MODEL_NR; i++)
		if (compare_has_model(c, i) && !rank[i])
			left = compare_append(left, why[by], c->model[i].info.name);
	first = compare_first(c, mark);
	if (!left)
		return first;
	text = xasprintf("%s; no rank, %s", first, left);
	free(first);
	free(left);
	return text;
}

char *compare_range(const struct series *s, double unit, const char *dash)
{
	double low = series_low(s) / unit, high = series_high(s) / unit;
	int digits = high < 1000 ? 1 : 0;

	if (s->nr && !series_measured(s))
		return xasprintf("%u of %u rounds", series_known(s), s->nr);
	if (s->nr < 2)
		return NULL;
	return xasprintf("%.*f%s%.*f", digits, low, dash, digits, high);
}

const char * const *compare_method(void)
{
	static const char * const lines[] = {
		"Times come from the tracepoints, in rounds of their own: exact durations that the kernel itself takes, each one counted; a percentile is at most 1.6 % above the true one. All models pay for the same events. \"Over\" judges these times by the budgets; the kernel's own checks are off meanwhile.",
		"Rates and CPU time come from rounds without any tracing.",
		"CPU time per interrupt is what endless threads of the idle class on every CPU (with load hog: the hogs) lose, against the same time with a thread that wakes up at the same pace and raises nothing: hard interrupt, softirq, threads, switches, and the raise itself, which all models share.",
		"The highest rate is searched by pace: held when each raise got its own interrupt and the last one's work item ended within 5 % and 5 ms of its time. \"At rate\" is how many interrupts a DPC call then served: a model that lets them pile up holds more, and serves them later.",
		"What was not measured is a dash, and ranks nowhere: a percentile of too few times (a p50 needs 2, a p99 100, a p99.9 1000; those of a round decide on ranks), a rate if none that was tried was held, a CPU time that comes out at 0 or below, where the noise of the machine is larger. \"3 of 5 rounds\" means that there is a number in so many only.",
		"Latency is ranked by the p99 of ISR end to DPC. The time from the device's raise to the start of the ISR is the same for all; it is not measured, and is in none of the times.",
		NULL
	};

	return lines;
}

char *compare_workload(const struct compare *c)
{
	const struct params *p = c->params;
	char *bodies = xstrdup(""), *text;

	if (p->body_given) {
		free(bodies);
		bodies = xasprintf("; %u us more in the DPC routine, %u us in the work routine",
				   p->body_dpc_us, p->body_work_us);
	}
	if (c->wait_ns)
		text = xasprintf("dpcmon raises nothing: a round takes what the device brings, up to %"
				 PRIu64 " interrupts or %.1f s%s", p->interrupts,
				 c->wait_ns / 1e9, bodies);
	else if (p->pace_us)
		text = xasprintf("%" PRIu64 " interrupts a round, one every %u us%s",
				 p->interrupts, p->pace_us, bodies);
	else
		text = xasprintf("%" PRIu64 " raises a round, as fast as they go%s",
				 p->interrupts, bodies);
	free(bodies);
	return text;
}

char *compare_where(const struct compare *c)
{
	char irq[16] = "an unknown CPU", *raise, *text;

	if (c->irq_cpu >= 0)
		snprintf(irq, sizeof(irq), "CPU %d", c->irq_cpu);
	if (c->wait_ns)
		return xasprintf("interrupts on %s", irq);
	raise = c->raise_cpu >= 0 ? xasprintf("CPU %d", c->raise_cpu) :
				    xstrdup(c->cpus > 1 ? "any CPU" : "the same");
	text = xasprintf("interrupts on %s, raised from %s", irq, raise);
	free(raise);
	return text;
}

char *compare_confidence(const struct compare *c)
{
	if (c->rounds < 2)
		return xstrdup("1 round tells nothing about chance: no intervals, so no winners");
	return xasprintf("%u rounds in mixed order (seed %" PRIu64 "); intervals are the smallest and the largest round, which hold the median of all possible rounds with %.1f %%; where two of them overlap, or are less than 1.6 %% apart, it is a tie",
			 c->rounds, c->params->compare.seed, series_confidence(c->rounds));
}

uint64_t compare_over(const struct compare *c)
{
	unsigned int load, model, stage;
	uint64_t over = 0;

	for (load = 0; load < LOAD_NR; load++)
		for (model = 0; model < DPC_MODEL_NR; model++)
			for (stage = 0; stage < DPC_STAGE_NR; stage++)
				over += c->cell[load][model].stage[stage].over;
	return over;
}

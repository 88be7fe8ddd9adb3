/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dpcmon compare has measured, and the words that all its reports share.
 *
 * cmd_compare.c and measure.c fill struct compare; compare_text.c, compare_json.c and
 * compare_html.c (with the pictures of compare_cdf.c and compare_cost.c) print it.
 * series.c decides what is better.
 */
#ifndef DPCMON_COMPARE_H
#define DPCMON_COMPARE_H

#include <stdio.h>

#include <linux/dpc_edu.h>

#include "series.h"
#include "hist.h"
#include "load.h"
#include "params.h"

/* The times that a report shows of a stage; the series of each is one value per round. */
enum compare_time {
	TIME_AVG,
	TIME_P50,
	TIME_P99,
	TIME_P999,
	TIME_MAX,
	TIME_NR,
};

/* What models are ranked by. */
enum compare_rank {
	RANK_LATENCY,		/* p99 of the wait for the DPC; low is better */
	RANK_THROUGHPUT,	/* highest rate held; high is better */
	RANK_COST,		/* CPU time per interrupt; low is better */
	RANK_NR,
};

extern const char * const compare_time_keys[TIME_NR];	/* for JSON */
extern const char * const compare_time_titles[TIME_NR];	/* for people */
extern const char * const compare_rank_names[RANK_NR];	/* for JSON */
extern const char * const compare_rank_titles[RANK_NR];	/* for people */

/**
 * struct compare_stage - one stage of one model under one load, all rounds
 * @hist: the times of all rounds
 * @over: how many of them were over the budget
 * @time: one value per round, ns, by enum compare_time
 */
struct compare_stage {
	struct hist	hist;
	uint64_t	over;
	struct series	time[TIME_NR];
};

/**
 * struct compare_cell - one model under one load
 * @stage: the times, by enum dpc_stage; from rounds with tracing
 * @per_call: interrupts that a DPC call served; from rounds with tracing
 * @cost_ns: CPU time per interrupt, ns; from rounds without tracing, as the next two
 * @rate: highest rate without loss, interrupts per second
 * @rate_per_call: interrupts that a DPC call served at that rate
 * @raised: raises in all traced rounds
 * @interrupts: ISRs in all traced rounds; fewer than @raised if the device merged raises.
 *	Up to one a round more, if an interrupt of an earlier burst came late.
 * @lost: events that the trace lost; if it is not 0, the times are not all
 */
struct compare_cell {
	struct compare_stage	stage[DPC_STAGE_NR];
	struct series		per_call;
	struct series		cost_ns;
	struct series		rate;
	struct series		rate_per_call;
	uint64_t		raised;
	uint64_t		interrupts;
	uint64_t		lost;
};

/**
 * struct compare_model - a model of this driver
 * @wanted: the user asked for it
 * @info: what the driver says of it: its name, whether this kernel can do it, and what it
 *	needs if not
 */
struct compare_model {
	bool				wanted;
	struct dpc_model_info	info;
};

/**
 * struct compare - everything that a report needs
 * @params: the command line
 * @kernel: release of the kernel
 * @cpus: number of CPUs of this machine
 * @date: end of the measurement, with its time zone
 * @device: the object, as choose_label() says it
 * @wait_ns: how long a round waits for interrupts that dpcmon does not raise; 0 if it does
 * @irq_cpu: the CPU that takes the interrupts; -1 if that is not known
 * @raise_cpu: the CPU that raises them; -1 for any
 * @rounds: number of rounds that were finished; an interrupted one does not count
 * @budget_us: budgets by which the times are judged, us, 0 for none; by enum dpc_stage
 * @model: the models, by enum dpc_model_id
 * @load_wanted: the loads that the user asked for, by enum load_id
 * @load_absent: why this machine can't have the load; NULL if it can.  Owned by load.c
 * @load_detail: what the load does, in a few words.  Owned by load.c
 * @cell: what was measured, by load and model
 */
struct compare {
	const struct params	*params;
	char			kernel[65];
	int			cpus;
	char			date[40];
	const char		*device;
	uint64_t		wait_ns;
	int			irq_cpu;
	int			raise_cpu;
	unsigned int		rounds;
	uint32_t		budget_us[DPC_STAGE_NR];
	struct compare_model	model[DPC_MODEL_NR];
	bool			load_wanted[LOAD_NR];
	const char		*load_absent[LOAD_NR];
	const char		*load_detail[LOAD_NR];
	struct compare_cell	cell[LOAD_NR][DPC_MODEL_NR];
};

/* Whether the model was asked for, and kernel and driver can do it: then it has a column. */
static inline bool compare_has_model(const struct compare *c, unsigned int model)
{
	return c->model[model].wanted && c->model[model].info.available;
}

/* Whether the load was asked for, and this machine can have it. */
static inline bool compare_has_load(const struct compare *c, unsigned int load)
{
	return c->load_wanted[load] && !c->load_absent[load];
}

/* Chooses a series of @cell; @what is passed through by compare_marks(). */
typedef const struct series *(*compare_column)(const struct compare_cell *cell, const void *what);

/*
 * Ranks all models under @load by one series, as series_rank() does.  @rank and @mark are
 * indexed by model; either may be NULL.
 */
void compare_marks(const struct compare *c, unsigned int load, compare_column column,
		   const void *what, enum better better, unsigned int rank[DPC_MODEL_NR],
		   enum mark mark[DPC_MODEL_NR]);

/* The series by which models are ranked, and the ranks by it. */
const struct series *compare_rank_series(const struct compare_cell *cell, enum compare_rank by);
void compare_ranks(const struct compare *c, unsigned int load, enum compare_rank by,
		   unsigned int rank[DPC_MODEL_NR], enum mark mark[DPC_MODEL_NR]);

/*
 * "best: dpc" or "tie: dpc, tasklet", then the models that have no rank, and why.
 * Return: a text that the caller frees.
 */
char *compare_winner(const struct compare *c, unsigned int load, enum compare_rank by);

/*
 * The interval of @s in units of @unit, with @dash between its ends ("1.5-2.5"); or, if not
 * all rounds have a number, how many have ("3 of 5 rounds").
 * Return: a text that the caller frees; NULL for fewer than two rounds.
 */
char *compare_range(const struct series *s, double unit, const char *dash);

/* A time of all rounds together, ns; NOT_MEASURED if there were too few times for it. */
double compare_time_ns(const struct compare_stage *s, enum compare_time time);

/* "serialised, same CPU": the bits of @traits in words; the caller frees the text. */
char *compare_traits(uint32_t traits);

/**
 * struct compare_trait - a property of a model that no number shows
 * @bit: of dpc_model_info.traits
 * @key: its name in JSON
 * @letter: its name in a table
 * @title: its name for people
 * @meaning: a sentence for the legend
 */
extern const struct compare_trait {
	uint32_t	bit;
	const char	*key;
	const char	*letter;
	const char	*title;
	const char	*meaning;
} compare_trait_list[];
extern const unsigned int compare_trait_count;

/* Sentences that say how it was measured, the same for every report; NULL at the end. */
const char * const *compare_method(void);

/*
 * What was done in a round, on which CPUs, and what an interval is worth.
 * Return: a text that the caller frees.
 */
char *compare_workload(const struct compare *c);
char *compare_where(const struct compare *c);
char *compare_confidence(const struct compare *c);

/* Number of times that were over their budget, of all loads, models and stages. */
uint64_t compare_over(const struct compare *c);

#endif /* DPCMON_COMPARE_H */

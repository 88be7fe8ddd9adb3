/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dpcmon compare measures, and the forms in which it tells.
 */
#ifndef DPCMON_COMPARE_H
#define DPCMON_COMPARE_H

#include <stdio.h>

#include <linux/dpc_edu.h>

#include "series.h"
#include "hist.h"
#include "load.h"
#include "params.h"

/* The times that are shown of a stage. */
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

extern const char * const compare_time_keys[TIME_NR];
extern const char * const compare_time_titles[TIME_NR];
extern const char * const compare_rank_names[RANK_NR];
extern const char * const compare_rank_titles[RANK_NR];

/* One stage of one model under one load, all rounds. */
struct compare_stage {
	struct hist	hist;
	uint64_t	over;
	struct series	time[TIME_NR];
};

/**
 * struct compare_cell - one model under one load
 * @stage: by enum dpc_stage; traced
 * @per_call: interrupts per DPC call; traced
 * @cost_ns: CPU time per interrupt; not traced
 * @rate: highest rate held, per second; not traced
 * @rate_per_call: interrupts per DPC call at that rate
 * @raised: raises in all traced rounds
 * @interrupts: ISRs in all traced rounds; fewer than @raised if the device merged raises.
 *	Up to one a round more, if an interrupt of an earlier burst came late.
 * @lost: events that the trace lost
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

struct compare_model {
	bool				wanted;
	struct dpc_edu_model_info	info;
};

/**
 * struct compare - everything that a report needs
 * @params: the command line
 * @kernel: release
 * @cpus: of this machine
 * @date: of the end of the measurement
 * @device: its path
 * @irq_cpu: the CPU that takes the interrupts, -1 if not known
 * @raise_cpu: the CPU that raises them, -1 for any
 * @rounds: that were finished
 * @budget_us: in force
 * @model: by enum dpc_model_id
 * @load_wanted: by enum load_id
 * @load_absent: why there is no such load, or NULL
 * @load_detail: what it does
 * @cell: what was measured
 */
struct compare {
	const struct params	*params;
	char			kernel[65];
	int			cpus;
	char			date[40];
	const char		*device;
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

static inline bool compare_has_model(const struct compare *c, unsigned int model)
{
	return c->model[model].wanted && c->model[model].info.available;
}

static inline bool compare_has_load(const struct compare *c, unsigned int load)
{
	return c->load_wanted[load] && !c->load_absent[load];
}

/* The marks of one column: @series of a cell, for all models under @load. */
typedef const struct series *(*compare_column)(const struct compare_cell *cell, const void *what);
void compare_marks(const struct compare *c, unsigned int load, compare_column column,
		   const void *what, enum better better, unsigned int rank[DPC_MODEL_NR],
		   enum mark mark[DPC_MODEL_NR]);

/* What is ranked, and where everybody stands. */
const struct series *compare_rank_series(const struct compare_cell *cell, enum compare_rank by);
void compare_ranks(const struct compare *c, unsigned int load, enum compare_rank by,
		   unsigned int rank[DPC_MODEL_NR], enum mark mark[DPC_MODEL_NR]);

/* "best: dpc" or "tie: dpc, tasklet", and who has no rank, and why; to be freed. */
char *compare_winner(const struct compare *c, unsigned int load, enum compare_rank by);

/* "1.5@dash2.5", "3 of 5 rounds"; NULL if there is nothing to say; to be freed. */
char *compare_range(const struct series *s, double unit, const char *dash);

/* What all rounds together say; NOT_MEASURED of too few times. */
double compare_time_ns(const struct compare_stage *s, enum compare_time time);

/* "serialised, same CPU": what DPC_MODEL_* bits say; to be freed. */
char *compare_traits(uint32_t traits);

extern const struct compare_trait {
	uint32_t	bit;
	const char	*key;	/* for JSON */
	const char	*letter;
	const char	*title;
	const char	*meaning;
} compare_trait_list[];
extern const unsigned int compare_trait_count;

/* How it was measured, the same sentences in every form; NULL at the end. */
const char * const *compare_method(void);
/* "1000 interrupts, one every 100 us"; to be freed. */
char *compare_workload(const struct compare *c);
char *compare_where(const struct compare *c);
char *compare_confidence(const struct compare *c);
uint64_t compare_over(const struct compare *c);

#endif /* DPCMON_COMPARE_H */

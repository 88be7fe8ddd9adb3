/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The accounting of an object, as far as this dpcmon knows its stages: node.c copies it out
 * of struct dpc_snapshot.
 */
#ifndef DPCMON_COUNTERS_H
#define DPCMON_COUNTERS_H

#include <stdint.h>

#include <linux/dpc.h>

/**
 * struct counters - a reading of the counters of an object
 * @cpu: the CPU that they are of; DPC_SNAPSHOT_CPU_ALL for the sum over all
 * @epoch: number of the period that is counted: it moves on with each reset
 * @interrupts: interrupts handled since the object was connected (all CPUs)
 * @unhandled: calls of the ISR that were not for this device (all CPUs)
 * @while_disabled: calls that came while the object was disabled (all CPUs)
 * @violations: how often any driver has broken a rule since the core was loaded
 * @budget_us: the budgets in force, us, 0 for none; by enum dpc_stage
 * @stage: the stages
 */
struct counters {
	int32_t			cpu;
	uint32_t		epoch;
	uint64_t		interrupts;
	uint64_t		unhandled;
	uint64_t		while_disabled;
	uint64_t		violations;
	uint32_t		budget_us[DPC_STAGE_NR];
	struct dpc_stage_stats	stage[DPC_STAGE_NR];
};

#endif /* DPCMON_COUNTERS_H */

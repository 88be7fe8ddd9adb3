/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of budgets for dpcmon system, by what a machine is used for.
 */
#ifndef DPCMON_SYSTEM_PRESET_H
#define DPCMON_SYSTEM_PRESET_H

#include <linux/dpc.h>

/**
 * struct system_preset - a set of budgets
 * @name: as --for has it
 * @budget_us: by enum dpc_stage, 0 for none
 */
struct system_preset {
	const char	*name;
	unsigned int	budget_us[DPC_STAGE_NR];
};

/* The name of the @i-th preset; NULL after the last one. */
const char *system_preset_name(unsigned int i);
const struct system_preset *system_preset(unsigned int i);

#endif /* DPCMON_SYSTEM_PRESET_H */

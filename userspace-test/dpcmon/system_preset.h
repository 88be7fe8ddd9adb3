/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of budgets for dpcmon system, by what a machine is used for.
 */
#ifndef DPCMON_SYSTEM_PRESET_H
#define DPCMON_SYSTEM_PRESET_H

#include <stdint.h>

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

/* None was named: the first one is in force. */
#define SYSTEM_PRESET_NONE	UINT32_MAX

/* The name of the @i-th preset; NULL after the last one. */
const char *system_preset_name(unsigned int i);
/* That preset; @i may be SYSTEM_PRESET_NONE. */
const struct system_preset *system_preset(uint32_t i);

#endif /* DPCMON_SYSTEM_PRESET_H */

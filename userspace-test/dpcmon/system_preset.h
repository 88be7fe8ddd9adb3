/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of budgets for dpcmon system, by what a machine is used for.
 */
#ifndef DPCMON_SYSTEM_PRESET_H
#define DPCMON_SYSTEM_PRESET_H

#include <stdint.h>

#include <linux/dpc.h>

struct budgets;

/* None was named: the first one is in force. */
#define SYSTEM_PRESET_NONE	UINT32_MAX

/* The name of the @i-th preset; NULL after the last one.  SYSTEM_PRESET_NONE is the first one. */
const char *system_preset_name(unsigned int i);

/*
 * Fills @ns with those of the @i-th preset, but for what @budgets has for all objects.
 * @i may be SYSTEM_PRESET_NONE.
 */
void system_preset_budgets(unsigned int i, const struct budgets *budgets,
			   uint64_t ns[DPC_STAGE_NR]);

#endif /* DPCMON_SYSTEM_PRESET_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The presets of dpcmon system.  docs/system.md says where the numbers come from.
 */
#include "budgets.h"
#include "system_preset.h"
#include "util.h"

/**
 * struct system_preset - a set of budgets
 * @name: as --for has it
 * @budget_us: by enum dpc_stage, 0 for none
 */
static const struct system_preset {
	const char	*name;
	unsigned int	budget_us[DPC_STAGE_NR];
} system_presets[] = {
	/* what the guidelines for Windows drivers allow */
	{ "windows", { [DPC_STAGE_ISR] = 25, [DPC_STAGE_DPC] = 100 } },
	/* a buffer lasts a millisecond: nothing may take, or wait for, half of that */
	{ "audio", { [DPC_STAGE_ISR] = 100, [DPC_STAGE_ISR_TO_DPC] = 500, [DPC_STAGE_DPC] = 500,
		     [DPC_STAGE_DPC_TO_WORK] = 5000 } },
	/* a cycle lasts a millisecond, and a twentieth of that is what may be lost */
	{ "realtime", { [DPC_STAGE_ISR] = 25, [DPC_STAGE_ISR_TO_DPC] = 50, [DPC_STAGE_DPC] = 50,
			[DPC_STAGE_DPC_TO_WORK] = 100 } },
};

static unsigned int system_preset_index(unsigned int i)
{
	return i == SYSTEM_PRESET_NONE ? 0 : i;
}

const char *system_preset_name(unsigned int i)
{
	i = system_preset_index(i);
	return i < ARRAY_SIZE(system_presets) ? system_presets[i].name : NULL;
}

void system_preset_budgets(unsigned int i, const struct budgets *budgets,
			   uint64_t ns[DPC_STAGE_NR])
{
	unsigned int preset = system_preset_index(i), stage;

	for (stage = 0; stage < DPC_STAGE_NR; stage++)
		ns[stage] = NSEC_PER_USEC * (budgets->given[stage] ? budgets->us[stage] :
					     system_presets[preset].budget_us[stage]);
}

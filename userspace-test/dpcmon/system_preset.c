// SPDX-License-Identifier: GPL-2.0-only
/*
 * The presets of dpcmon system.  docs/system.md says where the numbers come from.
 */
#include "system_preset.h"
#include "util.h"

static const struct system_preset system_presets[] = {
	/* what the guidelines for Windows drivers allow */
	{ "windows", { [DPC_STAGE_ISR] = 25, [DPC_STAGE_DPC] = 100 } },
	/* a buffer lasts a millisecond: nothing may take, or wait for, half of that */
	{ "audio", { [DPC_STAGE_ISR] = 100, [DPC_STAGE_ISR_TO_DPC] = 500, [DPC_STAGE_DPC] = 500,
		     [DPC_STAGE_DPC_TO_WORK] = 5000 } },
	/* a cycle lasts a millisecond, and a twentieth of that is what may be lost */
	{ "realtime", { [DPC_STAGE_ISR] = 25, [DPC_STAGE_ISR_TO_DPC] = 50, [DPC_STAGE_DPC] = 50,
			[DPC_STAGE_DPC_TO_WORK] = 100 } },
};

const char *system_preset_name(unsigned int i)
{
	return i < ARRAY_SIZE(system_presets) ? system_presets[i].name : NULL;
}

const struct system_preset *system_preset(uint32_t i)
{
	return &system_presets[i == SYSTEM_PRESET_NONE ? 0 : i];
}

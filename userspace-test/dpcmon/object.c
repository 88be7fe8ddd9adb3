// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the stages of an interrupt object are called, and in which order reports have them.
 */
#include "object.h"

const char * const stage_keys[STAGE_NR] = {
	DPC_STAGES(DPC_STAGE_NAME)
	[STAGE_DPC_EXCLUSIVE]	= "dpc_exclusive",
};

const char * const stage_titles[STAGE_NR] = {
	[DPC_STAGE_ISR]		= "ISR",
	[DPC_STAGE_ISR_TO_DPC]	= "ISR end to DPC",
	[DPC_STAGE_DPC]		= "DPC",
	[DPC_STAGE_DPC_TO_WORK]	= "DPC end to work",
	[DPC_STAGE_WORK]	= "Work item",
	[DPC_STAGE_COMPLETE]	= "ISR start to done",
	[STAGE_DPC_EXCLUSIVE]	= "DPC exclusive",
};

const unsigned int stage_order[STAGE_NR] = {
	DPC_STAGE_ISR, DPC_STAGE_ISR_TO_DPC, DPC_STAGE_DPC, STAGE_DPC_EXCLUSIVE,
	DPC_STAGE_DPC_TO_WORK, DPC_STAGE_WORK, DPC_STAGE_COMPLETE,
};

unsigned int object_buckets_used(const struct object *o)
{
	unsigned int nr = 0, used, i;

	for (i = 0; i < STAGE_NR; i++) {
		used = hist_buckets_used(&o->stage[i].hist);
		if (used > nr)
			nr = used;
	}
	return nr;
}

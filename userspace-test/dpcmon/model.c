// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names of the models.
 */
#include <stddef.h>
#include <string.h>

#include <linux/dpc.h>

#include "model.h"

static const char * const model_names[DPC_MODEL_NR] = {
	[DPC_MODEL_DPC]		= "dpc",
	[DPC_MODEL_THREADED]	= "threaded",
	[DPC_MODEL_TASKLET]	= "tasklet",
	[DPC_MODEL_BH_WQ]	= "bh_wq",
	[DPC_MODEL_IRQ_POLL]	= "irq_poll",
	[DPC_MODEL_WQ]		= "wq",
	[DPC_MODEL_WQ_UNBOUND]	= "wq_unbound",
	[DPC_MODEL_KTHREAD]	= "kthread",
	[DPC_MODEL_HARDIRQ]	= "hardirq",
};

const char *model_name(uint32_t model)
{
	return model < DPC_MODEL_NR ? model_names[model] : NULL;
}

int model_by_name(const char *name)
{
	int i;

	for (i = 0; i < DPC_MODEL_NR; i++)
		if (!strcmp(model_names[i], name))
			return i;
	return -1;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of the models, and questions about them.
 *
 * Operations that may meet, and why each model is right:
 *
 *   these meet              that is right because
 *   ----------------------  ---------------------------------------------------
 *   request, request        under the interrupt's lock; only the one that sets
 *                           dpc_waiting kicks
 *   request, start of call  the call clears dpc_waiting under that lock, and
 *                           takes the requests made by then: an earlier request
 *                           is served, a later one kicks anew
 *   kick, running call      every carrier marks itself idle before it calls, so
 *                           that a kick meanwhile leads to a further call.  The
 *                           one that does not, irq_poll, looks at dpc_waiting
 *                           under the lock before it goes idle
 *   call, call              two at once only with dpc and hardirq, which lack
 *                           DPC_MODEL_SERIALISED; drivers know (Q10)
 *   kick without a call     a call finds dpc_waiting clear and does nothing:
 *                           carriers may come once too often, never too rarely
 *   kick, disable           accept_dpc goes off under the lock: then no kick
 *                           comes, and flush waits for the last one (I5, I6)
 *   flush, queued call      flush does not cancel the call but waits for it, so
 *                           earlier requests are done (I5)
 *   flush, running call     each carrier has its own way to wait for both
 *   CPU going offline       the kernel moves tasklets, BH work, polls, work items
 *                           and irq_work that are queued there; hotplug.c does so
 *                           for model dpc; threads migrate
 *   set_model, anything     the old model is disabled as above before the new one
 *                           is prepared; see exchange.c
 *
 * A kick comes under the interrupt's lock, from a thread, a softirq, the ISR or a hard
 * interrupt.  So it takes raw locks only; on PREEMPT_RT, where the interrupt's lock
 * sleeps, hard interrupts can't ask anyway.
 */
#include "models.h"

#include <linux/dpc_interrupt.h>
#include <linux/module.h>
#include <linux/string.h>

#define DPC_MODEL_ENTRY(_id, _name)	[DPC_MODEL_##_id] = &dpc_model_##_name,
static const struct dpc_model * const dpc_models[DPC_MODEL_NR] = {
	DPC_MODELS(DPC_MODEL_ENTRY)
};

/* The model of that number, available or not, or NULL. */
const struct dpc_model *dpc_model_of(u32 id)
{
	return id < DPC_MODEL_NR ? dpc_models[id] : NULL;
}

enum dpc_model_id dpc_model_id(const struct dpc_model *model)
{
	u32 i;

	for (i = 0; i < DPC_MODEL_NR - 1; i++)
		if (dpc_models[i] == model)
			break;
	return i;
}

const char *dpc_model_name(enum dpc_model_id model)
{
	return (u32)model < DPC_MODEL_NR ? dpc_models[model]->name : NULL;
}
EXPORT_SYMBOL_GPL(dpc_model_name);

int dpc_model_by_name(const char *name)
{
	int i;

	for (i = 0; i < DPC_MODEL_NR; i++)
		if (sysfs_streq(name, dpc_models[i]->name))
			return i;
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(dpc_model_by_name);

bool dpc_model_available(enum dpc_model_id model)
{
	return (u32)model < DPC_MODEL_NR && !dpc_models[model]->needs;
}
EXPORT_SYMBOL_GPL(dpc_model_available);

const char *dpc_model_needs(enum dpc_model_id model)
{
	return (u32)model < DPC_MODEL_NR ? dpc_models[model]->needs : NULL;
}
EXPORT_SYMBOL_GPL(dpc_model_needs);

u32 dpc_model_traits(enum dpc_model_id model)
{
	if (!dpc_model_available(model))
		return 0;
	return IS_ENABLED(CONFIG_PREEMPT_RT) ? dpc_models[model]->traits_rt :
					       dpc_models[model]->traits;
}
EXPORT_SYMBOL_GPL(dpc_model_traits);

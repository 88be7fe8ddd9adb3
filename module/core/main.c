// SPDX-License-Identifier: GPL-2.0
/*
 * dpc_core.ko: deferred procedure calls with the documented Windows semantics.
 */
#include "core.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static int dpc_budget_set(const char *val, const struct kernel_param *kp)
{
	unsigned int budget_us;

	if (kstrtouint(val, 0, &budget_us) || budget_us > DPC_BUDGET_MAX_US) {
		pr_err("parameter %s=%s: give microseconds from 0 (no budget) to %u\n",
		       kp->name, val, DPC_BUDGET_MAX_US);
		return -EINVAL;
	}
	*(u32 *)kp->arg = budget_us;
	return 0;
}

static const struct kernel_param_ops dpc_budget_ops = {
	.set = dpc_budget_set,
	.get = param_get_uint,
};

#define DPC_BUDGET_PARAM(_name, _stage, _what)				\
	module_param_cb(budget_##_name##_us, &dpc_budget_ops,		\
			&dpc_default_budget_us[_stage], 0644);		\
	MODULE_PARM_DESC(budget_##_name##_us, "budget of " _what	\
			 " for interrupts connected from now on, us, 0 = none (default 100)")

DPC_BUDGET_PARAM(isr, DPC_STAGE_ISR, "the ISR");
DPC_BUDGET_PARAM(isr_to_dpc, DPC_STAGE_ISR_TO_DPC, "the hand-over from ISR to DPC");
DPC_BUDGET_PARAM(dpc, DPC_STAGE_DPC, "the DPC");
DPC_BUDGET_PARAM(dpc_to_work, DPC_STAGE_DPC_TO_WORK, "the hand-over from DPC to work item");
DPC_BUDGET_PARAM(work, DPC_STAGE_WORK, "the work item");
DPC_BUDGET_PARAM(complete, DPC_STAGE_COMPLETE, "the time from interrupt to completed request");

static int __init dpc_core_init(void)
{
	int err;

	err = dpc_drain_init();
	if (err)
		return err;
	err = dpc_work_setup();
	if (err)
		goto err_drain;
	return 0;

err_drain:
	dpc_drain_exit();
	return err;
}

static void __exit dpc_core_exit(void)
{
	dpc_work_teardown();
	dpc_drain_exit();
}

module_init(dpc_core_init);
module_exit(dpc_core_exit);

MODULE_DESCRIPTION("Deferred procedure calls with Windows semantics");
MODULE_LICENSE("GPL");

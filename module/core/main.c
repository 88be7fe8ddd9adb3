// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_core.ko: deferred procedure calls with the documented Windows semantics.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "chardev.h"
#include "clock.h"
#include "control.h"
#include "dpc.h"
#include "drain.h"
#include "error.h"
#include "hotplug.h"
#include "kick.h"
#include "leave.h"
#include "policy.h"
#include "published.h"
#include "stats.h"
#include "sysfs.h"
#include "watchdog.h"
#include "work.h"

#include "../version.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

/* A parameter that is a number with a range. */
struct dpc_number {
	u32		*value;
	u32		min;
	u32		max;
	const char	*unit;
	const char	*zero;		/* what 0 means, if that is special */
	void (*changed)(void);
	u32 (*get)(void);		/* if it is not *value */
};

static int dpc_number_set(const char *val, const struct kernel_param *kp)
{
	const struct dpc_number *number = kp->arg;
	unsigned int value;

	if (kstrtouint(val, 0, &value) || value < number->min || value > number->max) {
		pr_err("parameter %s=%s: give %s from %u%s to %u\n", kp->name, val,
		       number->unit, number->min, number->zero ?: "", number->max);
		return -EINVAL;
	}
	WRITE_ONCE(*number->value, value);
	if (number->changed)
		number->changed();
	return 0;
}

static int dpc_number_get(char *buffer, const struct kernel_param *kp)
{
	const struct dpc_number *number = kp->arg;

	return sysfs_emit(buffer, "%u\n",
			  number->get ? number->get() : READ_ONCE(*number->value));
}

static const struct kernel_param_ops dpc_number_ops = {
	.set = dpc_number_set,
	.get = dpc_number_get,
};

#define DPC_NUMBER_PARAM(_name, _value, _min, _max, _unit, _zero, _changed, _what, ...) \
	static struct dpc_number dpc_number_##_name = {				\
		.value = (_value), .min = (_min), .max = (_max),		\
		.unit = (_unit), .zero = (_zero), .changed = (_changed),	\
		##__VA_ARGS__							\
	};									\
	module_param_cb(_name, &dpc_number_ops, &dpc_number_##_name, 0644);	\
	MODULE_PARM_DESC(_name, _what)

/* What each stage is in the description of its parameter. */
#define DPC_BUDGET_OF_ISR		"the ISR"
#define DPC_BUDGET_OF_ISR_TO_DPC	"the hand-over from ISR to DPC"
#define DPC_BUDGET_OF_DPC		"the DPC"
#define DPC_BUDGET_OF_DPC_TO_WORK	"the hand-over from DPC to work item"
#define DPC_BUDGET_OF_WORK		"the work item"
#define DPC_BUDGET_OF_COMPLETE		"the time from the start of the ISR to the completed request"

/* And its default. */
#define DPC_BUDGET_DEFAULT_OF_ISR		"100"
#define DPC_BUDGET_DEFAULT_OF_ISR_TO_DPC	"100"
#define DPC_BUDGET_DEFAULT_OF_DPC		"100"
#define DPC_BUDGET_DEFAULT_OF_DPC_TO_WORK	"100"
#define DPC_BUDGET_DEFAULT_OF_WORK		"100"
#define DPC_BUDGET_DEFAULT_OF_COMPLETE		"the sum of the others"

#define DPC_BUDGET_PARAM(_id, _name)						\
	static u32 dpc_budget_get_##_name(void)					\
	{									\
		return dpc_stats_default_budget_us(DPC_STAGE_##_id);		\
	}									\
	DPC_NUMBER_PARAM(budget_##_name##_us,					\
			 &dpc_default_budget_us[DPC_STAGE_##_id],		\
			 0, DPC_BUDGET_MAX_US, "microseconds", " (no budget)",	\
			 NULL, "budget of " DPC_BUDGET_OF_##_id			\
			 " for interrupts connected from now on, us, 0 = none (default " \
			 DPC_BUDGET_DEFAULT_OF_##_id ")",			\
			 .get = dpc_budget_get_##_name);

DPC_STAGES(DPC_BUDGET_PARAM)

DPC_NUMBER_PARAM(depth_limit, &dpc_policy.depth_limit, 1, 1000000, "DPCs", NULL, NULL,
		 "DPCs in a queue beyond which it is drained at once (default 4)");
DPC_NUMBER_PARAM(rate_min, &dpc_policy.rate_min, 0, 1000000, "requests per tick", NULL, NULL,
		 "requests per tick below which a DPC of low importance does not wait (default 3)");
DPC_NUMBER_PARAM(rate_ideal, &dpc_policy.rate_ideal, 0, 1000000, "requests per tick", NULL, NULL,
		 "requests per tick below which a DPC that waited lowers the limit (default 20)");
DPC_NUMBER_PARAM(adjust_ticks, &dpc_policy.adjust_ticks, 1, 1000000, "ticks", NULL, NULL,
		 "ticks without a DPC that waited after which the limit rises by one (default 20)");

static int dpc_accounting_param_set(const char *val, const struct kernel_param *kp)
{
	bool on;

	if (kstrtobool(val, &on)) {
		pr_err("parameter %s=%s: give Y or N\n", kp->name, val);
		return -EINVAL;
	}
	dpc_accounting_set(on);
	return 0;
}

static int dpc_accounting_param_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%c\n", dpc_accounting_get() ? 'Y' : 'N');
}

static const struct kernel_param_ops dpc_accounting_ops = {
	.set = dpc_accounting_param_set,
	.get = dpc_accounting_param_get,
};

module_param_cb(accounting, &dpc_accounting_ops, NULL, 0644);
MODULE_PARM_DESC(accounting,
		 "time, count and judge each stage; N: only while its events are traced (default Y)");

module_param_named(cycle_clock, dpc_clock_cycles, bool, 0444);
MODULE_PARM_DESC(cycle_clock,
		 "measure with the CPU's cycle counter where that is good; N: always with local_clock() (default Y)");
module_param_named(threaded_dpc, dpc_threaded_enabled, bool, 0644);
MODULE_PARM_DESC(threaded_dpc,
		 "run threaded DPCs in threads; N makes them ordinary ones (default Y)");
module_param_named(drain_thread, dpc_drain_thread, bool, 0644);
MODULE_PARM_DESC(drain_thread,
		 "run DPCs queued in hard interrupts in a real-time thread, not in a softirq (default: on PREEMPT_RT)");

#define DPC_WATCHDOG_MAX_US	1000000000	/* a thousand seconds */

DPC_NUMBER_PARAM(watchdog_call_us, &dpc_watchdog_limit_us[DPC_WATCHDOG_CALL], 0,
		 DPC_WATCHDOG_MAX_US, "microseconds", " (off)", dpc_watchdog_changed,
		 "longest call of a DPC routine before the watchdog says so, us, 0 = off (default 100000)");
DPC_NUMBER_PARAM(watchdog_series_us, &dpc_watchdog_limit_us[DPC_WATCHDOG_SERIES], 0,
		 DPC_WATCHDOG_MAX_US, "microseconds", " (off)", dpc_watchdog_changed,
		 "longest series of DPCs without a thread in between before the watchdog says so, us, 0 = off (default 1000000)");
module_param_named(watchdog_panic, dpc_watchdog_panic, bool, 0644);
MODULE_PARM_DESC(watchdog_panic, "panic when the watchdog has said so (default N)");

/* ---- Init and exit ------------------------------------------------------- */

static const struct dpc_published_ops dpc_core_published_ops = {
	.groups		= dpc_sysfs_groups,
	.prepare	= dpc_control_prepare,
	.leave		= dpc_control_leave,
};

/* What user space sees of the core, and of the DPCs that belong to no interrupt object. */
static int __init dpc_core_publish(void)
{
	int err;

	err = dpc_control_init();
	if (err)
		return err;
	err = dpc_published_init(&dpc_core_published_ops);
	if (err)
		goto err_control;
	err = dpc_publish(&dpc_unbound_stats, DPC_ID_UNBOUND, NULL, NULL);
	if (err)
		goto err_published;
	err = dpc_publish(&dpc_threaded_stats, DPC_ID_THREADED, NULL, NULL);
	if (err)
		goto err_unbound;
	err = dpc_chardev_init();
	if (err)
		goto err_threaded;
	return 0;

err_threaded:
	dpc_unpublish(&dpc_threaded_stats);
err_unbound:
	dpc_unpublish(&dpc_unbound_stats);
err_published:
	dpc_published_exit();
err_control:
	dpc_control_exit();
	return err;
}

static void dpc_core_unpublish(void)
{
	dpc_chardev_exit();
	dpc_unpublish(&dpc_threaded_stats);
	dpc_unpublish(&dpc_unbound_stats);
	dpc_published_exit();
	dpc_control_exit();
}

static int __init dpc_core_init(void)
{
	int err;

	dpc_clock_init();
	err = dpc_stats_setup();
	if (err)
		return err;
	dpc_drain_init();
	dpc_watchdog_init();
	err = dpc_kick_init();
	if (err)
		goto err_stats;
	err = dpc_hotplug_init();
	if (err)
		goto err_kick;
	err = dpc_work_setup();
	if (err)
		goto err_hotplug;
	dpc_error_init();
	err = dpc_core_publish();
	if (err)
		goto err_work;
	err = dpc_leave_init();
	if (err)
		goto err_publish;
	return 0;

err_publish:
	dpc_core_unpublish();
err_work:
	dpc_work_teardown();
err_hotplug:
	dpc_hotplug_exit();
err_kick:
	dpc_kick_exit();
err_stats:
	dpc_watchdog_exit();
	dpc_stats_teardown();
	return err;
}

static void __exit dpc_core_exit(void)
{
	dpc_leave_exit();
	dpc_core_unpublish();
	dpc_error_exit();
	dpc_work_teardown();
	/* While a CPU that goes offline still hands its queues on. */
	dpc_kick_wait_idle_all();
	dpc_hotplug_exit();
	dpc_kick_exit();
	dpc_watchdog_exit();
	dpc_stats_teardown();
}

module_init(dpc_core_init);
module_exit(dpc_core_exit);

MODULE_DESCRIPTION("Deferred procedure calls with Windows semantics");
MODULE_AUTHOR(DPC_AUTHOR);
MODULE_VERSION(DPC_VERSION);
MODULE_LICENSE("GPL");

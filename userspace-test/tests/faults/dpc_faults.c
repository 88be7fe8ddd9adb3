// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_faults.ko: has the n-th call of our modules that can fail do so (see faults.h).
 *
 * Parameters:
 *
 *   nth	write n: of the calls from now on, in whatever context, the n-th fails; 0: none
 *   hit	the call that has failed, and its place; empty if none has
 *   stay	Y: the place that has failed goes on to fail until nth is written
 */
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/sysfs.h>

bool dpc_fault(const char *site);

#define DPC_FAULTS_SITE_MAX	120

static DEFINE_RAW_SPINLOCK(dpc_faults_lock);
static unsigned int dpc_faults_left;		/* calls up to the one that fails; 0: none will */
static char dpc_faults_hit[DPC_FAULTS_SITE_MAX];
static bool dpc_faults_stay;

static bool dpc_faults_is_next(const char *site)
{
	if (dpc_faults_hit[0])
		return dpc_faults_stay && !strcmp(dpc_faults_hit, site);
	if (!dpc_faults_left || --dpc_faults_left)
		return false;
	strscpy(dpc_faults_hit, site, sizeof(dpc_faults_hit));
	return true;
}

/* Any context. */
bool dpc_fault(const char *site)
{
	unsigned long flags;
	bool fails;

	raw_spin_lock_irqsave(&dpc_faults_lock, flags);
	fails = dpc_faults_is_next(site);
	raw_spin_unlock_irqrestore(&dpc_faults_lock, flags);
	return fails;
}
EXPORT_SYMBOL_GPL(dpc_fault);

static int dpc_faults_nth_set(const char *val, const struct kernel_param *kp)
{
	unsigned int nth;
	int err = kstrtouint(val, 0, &nth);

	if (err)
		return err;
	raw_spin_lock_irq(&dpc_faults_lock);
	dpc_faults_left = nth;
	dpc_faults_hit[0] = '\0';
	raw_spin_unlock_irq(&dpc_faults_lock);
	return 0;
}

static int dpc_faults_nth_get(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(dpc_faults_left));
}

static const struct kernel_param_ops dpc_faults_nth_ops = {
	.set = dpc_faults_nth_set,
	.get = dpc_faults_nth_get,
};
module_param_cb(nth, &dpc_faults_nth_ops, NULL, 0644);
MODULE_PARM_DESC(nth, "the n-th call from now on fails; 0: none");

module_param_string(hit, dpc_faults_hit, sizeof(dpc_faults_hit), 0444);
MODULE_PARM_DESC(hit, "the call that has failed");

module_param_named(stay, dpc_faults_stay, bool, 0644);
MODULE_PARM_DESC(stay, "what has failed goes on to fail until nth is written (default N)");

MODULE_DESCRIPTION("Has the n-th call of the dpc modules that can fail do so");
MODULE_LICENSE("GPL");

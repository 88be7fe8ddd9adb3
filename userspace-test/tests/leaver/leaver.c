// SPDX-License-Identifier: GPL-2.0-only
/* A driver that is wrong on purpose: it leaves with something of its own still in use. */
#include <linux/delay.h>
#include <linux/dpc.h>
#include <linux/dpc_sync.h>
#include <linux/dpc_timer.h>
#include <linux/module.h>
#include <linux/slab.h>

static char *what = "dpc";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "dpc, threaded, timer: left behind; level: a DPC queued at DISPATCH is; freed: a queued DPC that is freed");

static struct dpc leaver_dpc;
static struct dpc_timer leaver_timer;

static void leaver_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	/* Called by the timer, it is given that. */
	if (!arg1)
		dpc_queue(dpc, NULL, NULL);
}

/* It waits for as long as bottom halves are off. */
static int leaver_free_queued(void)
{
	struct dpc *dpc = kmalloc(sizeof(*dpc), GFP_KERNEL);

	if (!dpc)
		return -ENOMEM;
	dpc_init(dpc, leaver_routine, NULL);
	local_bh_disable();
	dpc_queue(dpc, NULL, NULL);
	kfree(dpc);
	local_bh_enable();
	return 0;
}

/* With dpc_nt.ko between this module and the core. */
static void leaver_queue_at_dispatch(void)
{
	enum dpc_irql old = dpc_level_raise();

	dpc_queue(&leaver_dpc, NULL, NULL);
	dpc_level_lower(old);
}

static int __init leaver_init(void)
{
	if (!strcmp(what, "freed"))
		return leaver_free_queued();
	if (!strcmp(what, "threaded"))
		dpc_init_threaded(&leaver_dpc, leaver_routine, NULL);
	else
		dpc_init(&leaver_dpc, leaver_routine, NULL);
	dpc_timer_init(&leaver_timer, DPC_TIMER_NOTIFICATION);
	if (!strcmp(what, "timer"))
		dpc_timer_set(&leaver_timer, NSEC_PER_MSEC, NSEC_PER_MSEC, 0, &leaver_dpc);
	else if (!strcmp(what, "level"))
		leaver_queue_at_dispatch();
	else
		dpc_queue(&leaver_dpc, NULL, NULL);
	return 0;
}

static void __exit leaver_exit(void)
{
}

module_init(leaver_init);
module_exit(leaver_exit);
MODULE_DESCRIPTION("A driver that leaves something behind");
MODULE_LICENSE("GPL");

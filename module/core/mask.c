// SPDX-License-Identifier: GPL-2.0-only
/*
 * The line of a disabled interrupt object (I7).
 *
 * Nobody calls the ISR of a disabled object, so nobody quiets its device.
 *
 *   the line     while the object is disabled     interrupts that come meanwhile
 *   -----------  -------------------------------  ------------------------------------
 *   exclusive    masked, by disable_irq()         an edge is signalled again when it is
 *                                                 enabled (several are one); a level is
 *                                                 still there
 *   shared       stays on, for the others; the    calls are counted.  If a level goes
 *                driver's disable callback has    on and no driver handles it, the
 *                to quiet the device              line rests
 *
 * If no driver handles a level, the kernel calls the handlers without end; after
 * 100,000 times it says "nobody cared" and switches the line off for good, for the
 * others too.  To prevent that, the line is masked for DPC_MASK_REST_MS whenever hardly
 * any of DPC_MASK_STORM calls was handled.  So the others are still served, some times
 * a second, until the object is enabled or disconnected.
 *
 * Calls that another driver on the line handles are no such storm, however many they
 * are; nor are those that CONFIG_DEBUG_SHIRQ makes.  With "noirqdebug" the kernel does
 * not count unhandled interrupts, and the line never rests.
 *
 * If a call meets enable or disable, accept_dpc decides, under the lock under which it
 * changes.  If a rest meets enable, no new rest begins once accept_dpc is set, and the
 * code that clears @resting ends the one that is there, once.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "mask.h"
#include "work.h"

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/printk.h>

/*
 * If more than DPC_MASK_HANDLED calls of that many are handled, so are 100 of 100,000,
 * with which the kernel leaves the line alone.  It counts a call after the handlers
 * were called, of threads one call later: so it may be behind by two.
 */
#define DPC_MASK_STORM		1000
#define DPC_MASK_HANDLED	4

/* The kernel's count of unhandled calls begins anew after a gap of more than 100 ms. */
#define DPC_MASK_REST_MS	200

static bool dpc_mask_is_shared(const struct dpc_interrupt *intr)
{
	return intr->flags & DPC_INTERRUPT_SHARED;
}

/* The number of interrupts of the line that no driver has handled. */
static u32 dpc_mask_unhandled(const struct dpc_interrupt *intr)
{
	struct irq_data *data = irq_get_irq_data(intr->stats.irq);

	return data ? READ_ONCE(irq_data_to_desc(data)->irqs_unhandled) : 0;
}

/* Unmask a shared line, if it rests. */
static void dpc_mask_end_rest(struct dpc_interrupt *intr)
{
	bool resting;

	dpc_interrupt_lock(intr);
	resting = intr->resting;
	intr->resting = false;
	intr->storm = 0;
	dpc_interrupt_unlock(intr);
	if (resting)
		enable_irq(intr->stats.irq);
}

static void dpc_mask_rest_is_over(struct work_struct *work)
{
	dpc_mask_end_rest(container_of(to_delayed_work(work), struct dpc_interrupt, rest));
}

static void dpc_mask_rest(struct dpc_interrupt *intr)
{
	intr->resting = true;
	disable_irq_nosync(intr->stats.irq);
	queue_delayed_work(dpc_call_wq, &intr->rest, msecs_to_jiffies(DPC_MASK_REST_MS));
	if (intr->rest_told)
		return;
	intr->rest_told = true;
	pr_err("%s: disabled, but interrupt %u goes on and nobody handles it: the line rests %d ms of each %d calls, for all who share it; quiet the device in the disable callback (rule I7)\n",
	       intr->stats.name, intr->stats.irq, DPC_MASK_REST_MS, DPC_MASK_STORM);
}

/* One more call: was hardly one of the last DPC_MASK_STORM handled by anybody? */
static bool dpc_mask_is_storm(struct dpc_interrupt *intr)
{
	u32 unhandled = dpc_mask_unhandled(intr);

	if (!intr->storm++)
		intr->storm_base = unhandled;
	if (intr->storm < DPC_MASK_STORM)
		return false;
	intr->storm = 0;
	/* It begins anew after 100 ms without one. */
	return unhandled >= intr->storm_base &&
	       unhandled - intr->storm_base >= DPC_MASK_STORM - DPC_MASK_HANDLED;
}

/*
 * The handler of a disabled object was called, under the lock of the ISR.  An exclusive
 * line is masked: there, it is our own wake-up of a thread that comes late.
 */
noinline irqreturn_t dpc_mask_called_while_disabled(struct dpc_interrupt *intr)
{
	if (!dpc_mask_is_shared(intr))
		return IRQ_NONE;
	intr->while_disabled++;
	if (dpc_mask_is_storm(intr) && intr->may_rest && !intr->resting)
		dpc_mask_rest(intr);
	return IRQ_NONE;
}

/* Before the interrupt is requested for the first time. */
void dpc_mask_init(struct dpc_interrupt *intr)
{
	INIT_DELAYED_WORK(&intr->rest, dpc_mask_rest_is_over);
	if (dpc_mask_is_shared(intr) && !intr->ops.disable)
		pr_warn("%s: shares interrupt %u without a disable callback: a device that goes on signalling while it is disabled stops the others on the line; give it one that quiets the device (rule I7)\n",
			intr->stats.name, intr->stats.irq);
}

/* An exclusive line comes up masked, as that of a disabled object is. */
unsigned long dpc_mask_request_flags(const struct dpc_interrupt *intr)
{
	return dpc_mask_is_shared(intr) ? IRQF_SHARED : IRQF_NO_AUTOEN;
}

/* Before each request: no handler is there that could be called. */
void dpc_mask_requested(struct dpc_interrupt *intr)
{
	intr->may_rest = dpc_mask_is_shared(intr);
}

/* Before the interrupt is given back: for the others, the line is as it was. */
void dpc_mask_free(struct dpc_interrupt *intr)
{
	if (!dpc_mask_is_shared(intr))
		return;
	dpc_interrupt_lock(intr);
	intr->may_rest = false;
	dpc_interrupt_unlock(intr);
	cancel_delayed_work_sync(&intr->rest);
	dpc_mask_end_rest(intr);
}

/* The object is about to be disabled.  Returns when no ISR runs, if the line is masked. */
void dpc_mask_line(struct dpc_interrupt *intr)
{
	if (!dpc_mask_is_shared(intr))
		disable_irq(intr->stats.irq);
}

/* The object is enabled. */
void dpc_mask_unmask_line(struct dpc_interrupt *intr)
{
	if (!dpc_mask_is_shared(intr)) {
		enable_irq(intr->stats.irq);
		return;
	}
	cancel_delayed_work_sync(&intr->rest);
	dpc_mask_end_rest(intr);
}

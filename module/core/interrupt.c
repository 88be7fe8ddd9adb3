// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt object: connect and disconnect, enable and disable, the switch of the
 * model, and questions.  What its stages do is in stages.c.
 *
 *   state          accept_dpc  accept_work  what can run
 *   -------------  ----------  -----------  -----------------------------------
 *   disabled       no          no           nothing of the driver's
 *   enabled        yes         yes          all three stages
 *   draining DPCs  no          yes          DPCs and work asked for before
 *   draining work  no          no           work asked for before
 *
 * enable() goes from the first state to the second, disable() through the
 * other two back to the first (I5).  Both flags change under the interrupt's
 * lock, and a request is accepted and handed on under the same hold of that
 * lock: so nothing can be queued after the flush that was to wait for it (I6).
 */
#include "check.h"
#include "error.h"
#include "exchange.h"
#include "for_isr.h"
#include "held.h"
#include "interrupt.h"
#include "mask.h"
#include "models.h"
#include "notices.h"
#include "published.h"
#include "stages.h"
#include "stats.h"
#include "trace.h"
#include "wait.h"
#include "work.h"

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <trace/events/dpc.h>

/* Numbers of interrupt objects in trace events; 0 is "none". */
static atomic_t dpc_interrupt_last_id;

/* ---- The connected objects ---------------------------------------------- */

static DEFINE_MUTEX(dpc_connected_mutex);
static LIST_HEAD(dpc_connected);	/* struct dpc_interrupt.connection */

/* Whether @intr, whose memory may hold anything, is connected. */
static bool dpc_interrupt_is_connected(const struct dpc_interrupt *intr)
{
	const struct dpc_interrupt *each;
	bool found = false;

	mutex_lock(&dpc_connected_mutex);
	list_for_each_entry(each, &dpc_connected, connection) {
		if (each == intr) {
			found = true;
			break;
		}
	}
	mutex_unlock(&dpc_connected_mutex);
	return found;
}

static void dpc_interrupt_enlist(struct dpc_interrupt *intr)
{
	mutex_lock(&dpc_connected_mutex);
	list_add(&intr->connection, &dpc_connected);
	mutex_unlock(&dpc_connected_mutex);
}

static void dpc_interrupt_delist(struct dpc_interrupt *intr)
{
	mutex_lock(&dpc_connected_mutex);
	list_del(&intr->connection);
	mutex_unlock(&dpc_connected_mutex);
}

static bool dpc_interrupt_is_of(const struct dpc_interrupt *intr, const struct module *mod)
{
	return within_module((unsigned long)intr->ops.isr, mod) ||
	       within_module((unsigned long)intr, mod);
}

/**
 * dpc_interrupt_find - find a connected interrupt object of a module
 * @mod: the module
 *
 * Context: a thread that may sleep.
 * Return: one whose ISR or memory is the module's, or NULL.
 */
struct dpc_interrupt *dpc_interrupt_find(const struct module *mod)
{
	struct dpc_interrupt *intr, *found = NULL;

	mutex_lock(&dpc_connected_mutex);
	list_for_each_entry(intr, &dpc_connected, connection) {
		if (dpc_interrupt_is_of(intr, mod)) {
			found = intr;
			break;
		}
	}
	mutex_unlock(&dpc_connected_mutex);
	return found;
}

/* ---- Start and stop ------------------------------------------------------ */

/* Under the interrupt's lock, as requests are. */
static void dpc_interrupt_accept_locked(struct dpc_interrupt *intr, bool accept)
{
	lockdep_assert_held(&intr->lock);

	if (accept)
		intr->accept_work = true;
	WRITE_ONCE(intr->accept_dpc, accept);
}

/* The same inside dpc_interrupt_lock(), which takes another lock if the ISR is passive. */
static void dpc_interrupt_accept(struct dpc_interrupt *intr, bool accept)
{
	if (dpc_is_passive(intr)) {
		spin_lock_irq(&intr->lock);
		dpc_interrupt_accept_locked(intr, accept);
		spin_unlock_irq(&intr->lock);
	} else {
		dpc_interrupt_accept_locked(intr, accept);
	}
}

/*
 * The callbacks are synchronised calls (S1): they run where dpc_interrupt_synchronize()
 * would call them, and may do what its function may.
 */
static void dpc_interrupt_enable_locked(struct dpc_interrupt *intr)
{
	lockdep_assert_held(&intr->mutex);

	intr->enable_owed = false;
	if (intr->enabled)
		return;
	intr->enabled = true;

	dpc_interrupt_lock(intr);
	dpc_interrupt_accept(intr, true);
	if (trace_dpc_interrupt_enabled())
		dpc_announce(intr);
	if (intr->ops.enable)
		intr->ops.enable(intr);
	dpc_interrupt_unlock(intr);
	dpc_mask_unmask_line(intr);
}

static void dpc_interrupt_disable_locked(struct dpc_interrupt *intr)
{
	lockdep_assert_held(&intr->mutex);

	intr->enable_owed = false;
	if (!intr->enabled)
		return;
	intr->enabled = false;

	/* First: an ISR that has been on its way ends while it is still accepted. */
	dpc_mask_line(intr);
	dpc_interrupt_lock(intr);
	if (intr->ops.disable)
		intr->ops.disable(intr);
	dpc_interrupt_accept(intr, false);
	dpc_interrupt_unlock(intr);

	/* An ISR that began before has ended, and has asked for what it wants. */
	synchronize_irq(intr->stats.irq);
	intr->model->flush(intr);

	/* No DPC is left that could ask for the work item. */
	spin_lock_irq(&intr->lock);
	intr->accept_work = false;
	spin_unlock_irq(&intr->lock);
	dpc_work_flush(&intr->work);
}

static void *dpc_interrupt_create(struct dpc_interrupt *intr, const struct dpc_model *model)
{
	return model->create ? model->create(intr) : NULL;
}

static void dpc_interrupt_destroy(const struct dpc_model *model, void *carrier)
{
	if (model->destroy)
		model->destroy(carrier);
}

static bool dpc_params_valid(const struct dpc_interrupt_params *params)
{
	const struct dpc_interrupt_ops *ops = params->ops;

	return params->name && ops && ops->isr && (ops->dpc || ops->work) &&
	       (params->dev || !ops->work) && params->irq > 0 &&
	       (u32)params->model < DPC_MODEL_NR &&
	       !(params->flags & ~(DPC_INTERRUPT_SHARED | DPC_INTERRUPT_PASSIVE |
				   DPC_INTERRUPT_NO_AUTOEN | DPC_INTERRUPT_NO_HARDIRQ));
}

/* Whether this kernel has @model, and a driver that connects with @flags can take it. */
static bool dpc_model_suits(const struct dpc_model *model, u32 flags)
{
	return !model->needs && !(flags & DPC_INTERRUPT_NO_HARDIRQ &&
				  dpc_model_id(model) == DPC_MODEL_HARDIRQ);
}

/* A routine that the driver does not name is named itself. */
static void dpc_interrupt_set_named(struct dpc_interrupt *intr,
				    const struct dpc_interrupt_params *params)
{
	intr->named = params->named;
	if (!intr->named.isr)
		intr->named.isr = intr->ops.isr;
	if (!intr->named.dpc)
		intr->named.dpc = intr->ops.dpc;
	if (!intr->named.work)
		intr->named.work = intr->ops.work;
	/* NULL: the routine that runs is named, which need not be @ops.dpc; see for_isr.c. */
	intr->stats.named = params->named.dpc;
}

/* dpc_interrupt_connect() in the name of the code at @ip. */
int dpc_interrupt_connect_ip(struct dpc_interrupt *intr, const struct dpc_interrupt_params *params,
			     unsigned long ip)
{
	const struct dpc_model *model;
	void *carrier;
	int err;

	if (!dpc_may_wait(ip, "dpc_interrupt_connect"))
		return -EDEADLK;
	if (dpc_interrupt_is_connected(intr)) {
		dpc_misuse(ip, "connects an interrupt object that is connected");
		return -EBUSY;
	}
	if (!dpc_params_valid(params))
		return -EINVAL;
	model = dpc_model_of(params->model);
	if (!dpc_model_suits(model, params->flags))
		return -EOPNOTSUPP;

	memset(intr, 0, sizeof(*intr));
	spin_lock_init(&intr->lock);
	mutex_init(&intr->mutex);
	mutex_init(&intr->passive_lock);
	intr->ops = *params->ops;
	intr->flags = params->flags | (params->ops->dpc ? 0 : DPC_INTERRUPT_NO_DPC);
	dpc_work_init(&intr->work, params->dev, dpc_interrupt_run_work);
	err = dpc_stats_init(&intr->stats, params->name,
			     atomic_inc_return(&dpc_interrupt_last_id), params->irq);
	if (err)
		return err;
	dpc_mask_init(intr);
	dpc_interrupt_set_named(intr, params);
	intr->shared_lock = params->shared_lock;
	intr->affinity_hint = params->affinity_hint;
	intr->affinity_owed = true;

	carrier = dpc_interrupt_create(intr, model);
	if (IS_ERR(carrier)) {
		dpc_stats_destroy(&intr->stats);
		return PTR_ERR(carrier);
	}

	dpc_interrupt_enlist(intr);
	mutex_lock(&intr->mutex);
	err = dpc_exchange_request(intr, model, carrier);
	if (!err && !(params->flags & DPC_INTERRUPT_NO_AUTOEN))
		dpc_interrupt_enable_locked(intr);
	mutex_unlock(&intr->mutex);
	if (err) {
		dpc_interrupt_delist(intr);
		dpc_interrupt_destroy(model, carrier);
		dpc_stats_destroy(&intr->stats);
		return err;
	}
	err = dpc_publish(&intr->stats, intr->stats.id, intr, params->dev);
	if (err)
		dpc_interrupt_disconnect_ip(intr, ip);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_connect_ip);

/* dpc_interrupt_disconnect() in the name of the code at @ip. */
int dpc_interrupt_disconnect_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	if (!dpc_interrupt_may_wait(intr, ip, "dpc_interrupt_disconnect"))
		return -EDEADLK;
	/* First: nobody changes the object from user space any more. */
	dpc_unpublish(&intr->stats);
	mutex_lock(&intr->mutex);
	dpc_interrupt_disable_locked(intr);
	dpc_exchange_free(intr);
	dpc_interrupt_destroy(intr->model, intr->carrier);
	mutex_unlock(&intr->mutex);
	dpc_interrupt_delist(intr);
	dpc_for_isr_forget(intr);
	dpc_error_flush();
	dpc_stats_destroy(&intr->stats);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_disconnect_ip);

/*
 * Have the interrupt back that a failed switch has left the object without, and enable
 * the object if that switch has disabled it.
 */
static int dpc_interrupt_reconnect(struct dpc_interrupt *intr)
{
	int err = dpc_exchange_reconnect(intr);

	if (!err && intr->enable_owed)
		dpc_interrupt_enable_locked(intr);
	return err;
}

/* dpc_interrupt_enable() in the name of the code at @ip. */
int dpc_interrupt_enable_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	int err;

	if (!dpc_interrupt_may_wait(intr, ip, "dpc_interrupt_enable"))
		return -EDEADLK;
	mutex_lock(&intr->mutex);
	err = dpc_interrupt_reconnect(intr);
	if (!err)
		dpc_interrupt_enable_locked(intr);
	mutex_unlock(&intr->mutex);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_enable_ip);

/* dpc_interrupt_disable() in the name of the code at @ip. */
int dpc_interrupt_disable_ip(struct dpc_interrupt *intr, unsigned long ip)
{
	if (!dpc_interrupt_may_wait(intr, ip, "dpc_interrupt_disable"))
		return -EDEADLK;
	mutex_lock(&intr->mutex);
	dpc_interrupt_disable_locked(intr);
	mutex_unlock(&intr->mutex);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_disable_ip);

/* The new model is made first: if that fails, the old one has not even stopped. */
static int dpc_interrupt_switch(struct dpc_interrupt *intr, const struct dpc_model *model)
{
	const struct dpc_model *old = intr->model;
	void *carrier, *old_carrier = intr->carrier;
	bool enabled = intr->enabled;
	int err;

	lockdep_assert_held(&intr->mutex);

	carrier = dpc_interrupt_create(intr, model);
	if (IS_ERR(carrier))
		return PTR_ERR(carrier);
	dpc_interrupt_disable_locked(intr);
	err = dpc_exchange(intr, model, carrier);
	if (err)
		dpc_interrupt_destroy(model, carrier);
	else
		dpc_interrupt_destroy(old, old_carrier);
	if (enabled && intr->connected)
		dpc_interrupt_enable_locked(intr);
	else
		intr->enable_owed = enabled;
	return err;
}

/* dpc_interrupt_set_model() in the name of the code at @ip. */
int dpc_interrupt_set_model_ip(struct dpc_interrupt *intr, enum dpc_model_id id, unsigned long ip)
{
	const struct dpc_model *model = dpc_model_of(id);
	int err;

	if (!dpc_interrupt_may_wait(intr, ip, "dpc_interrupt_set_model"))
		return -EDEADLK;
	if (!model)
		return -EINVAL;
	if (!dpc_model_suits(model, intr->flags))
		return -EOPNOTSUPP;

	mutex_lock(&intr->mutex);
	err = dpc_interrupt_reconnect(intr);
	if (!err && intr->model != model) {
		err = dpc_interrupt_switch(intr, model);
		if (!err)
			dpc_notice_tell(DPC_NOTICE_MODEL, intr->stats.id, id, intr->stats.name);
	}
	mutex_unlock(&intr->mutex);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_set_model_ip);

/* ---- Questions ----------------------------------------------------------- */

enum dpc_model_id dpc_interrupt_model(struct dpc_interrupt *intr)
{
	return dpc_model_id(READ_ONCE(intr->model));
}
EXPORT_SYMBOL_GPL(dpc_interrupt_model);

static u64 dpc_read_counter(struct dpc_interrupt *intr, const u64 *counter)
{
	unsigned long flags;
	u64 ret;

	if (dpc_holds_lock(intr))
		return *counter;
	spin_lock_irqsave(&intr->lock, flags);
	ret = *counter;
	spin_unlock_irqrestore(&intr->lock, flags);
	return ret;
}

u64 dpc_interrupt_count(struct dpc_interrupt *intr)
{
	return dpc_read_counter(intr, &intr->seq);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_count);

u64 dpc_interrupt_unhandled(struct dpc_interrupt *intr)
{
	return dpc_read_counter(intr, &intr->unhandled);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_unhandled);

u64 dpc_interrupt_while_disabled(struct dpc_interrupt *intr)
{
	return dpc_read_counter(intr, &intr->while_disabled);
}
EXPORT_SYMBOL_GPL(dpc_interrupt_while_disabled);

int dpc_interrupt_set_budget(struct dpc_interrupt *intr, u32 stage, u32 budget_us)
{
	int err = dpc_stats_set_budget(&intr->stats, stage, budget_us);

	if (!err)
		trace_dpc_interrupt(intr, READ_ONCE(intr->model)->name);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_set_budget);

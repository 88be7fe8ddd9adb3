// SPDX-License-Identifier: GPL-2.0-only
/*
 * What user space may ask of a published object: a description, a snapshot, a reset,
 * budgets, the model, and to hold its settings.
 *
 * A hold belongs to an open file, not to a process: it ends when the file is closed for
 * the last time, whatever ends its owner.  The settings are then put back by a work item,
 * for two reasons.  The driver may have a request in flight, and refuse to switch the
 * model before that ends.  And a process that is being killed can't make the threads that
 * some models need.
 *
 *   hold        held  file  what ends it
 *   ----------  ----  ----  ----------------------------------------------------------
 *   none        no    NULL
 *   taken       yes   set   close(), then it is being restored; or the object goes
 *   restoring   yes   NULL  the work item, when all is put back; or the object goes
 *
 * The object's @sem is held for writing for all that changes the hold or the model, and
 * for reading else.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "control.h"
#include "notices.h"
#include "stats.h"

#include "../compat.h"

#include <linux/dpc_interrupt.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/string.h>

#define DPC_HOLD_RETRY_MS	10	/* until the driver's request has ended */
#define DPC_HOLD_CLOSE_MS	1000	/* close() waits at most so long */

static_assert(DPC_STAGE_NR <= DPC_STAGE_MAX);
static_assert(DPC_HIST_BUCKETS <= DPC_HIST_MAX);
static_assert(DPC_SNAPSHOT_CPU_ALL == DPC_CPU_ALL);
static_assert(DPC_COMM_LEN == TASK_COMM_LEN);

static DECLARE_WAIT_QUEUE_HEAD(dpc_hold_wait);	/* a hold has ended */

/*
 * Restorations run here and not in a workqueue of the kernel's: the end of one, after it has
 * put the last reference to its object, is still code of this module.
 */
static struct workqueue_struct *dpc_restore_wq;

/* ---- Reading -------------------------------------------------------------- */

/**
 * dpc_control_describe - say what an object is
 * @published: the object
 * @out: the answer
 *
 * Context: a thread that may sleep.
 * Return: 0; -ENODEV if the object is gone.
 */
int dpc_control_describe(struct dpc_published *published, struct dpc_object *out)
{
	struct dpc_interrupt *intr;
	int err = 0;

	*out = published->what;
	down_read(&published->sem);
	intr = published->intr;
	if (!published->stats) {
		err = -ENODEV;
	} else if (intr) {
		out->model = dpc_interrupt_model(intr);
		out->traits = dpc_model_traits(out->model);
		if (READ_ONCE(intr->accept_dpc))
			out->flags |= DPC_OBJECT_ENABLED;
	}
	if (published->holder.held)
		out->flags |= DPC_OBJECT_HELD;
	up_read(&published->sem);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_control_describe);

/* The snapshot in the form in which user space has it. */
static void dpc_control_copy_stage(struct dpc_stage_snapshot *to,
				   const struct dpc_stage_stats *from, u32 budget_us)
{
	to->count = from->count;
	to->total_ns = from->total_ns;
	to->max_ns = from->max_ns;
	to->coalesced = from->coalesced;
	to->over_budget = from->over_budget;
	to->budget_us = budget_us;
	memcpy(to->hist, from->hist, sizeof(from->hist));
}

/**
 * dpc_control_snapshot - read an object's accounting
 * @published: the object
 * @cpu: a possible CPU, or DPC_SNAPSHOT_CPU_ALL
 * @out: the answer, zeroed but for what the caller asks
 *
 * Context: a thread that may sleep.
 * Return: 0; -EINVAL if there is no such CPU; -ENODEV if the object is gone.
 */
int dpc_control_snapshot(struct dpc_published *published, int cpu, struct dpc_snapshot *out)
{
	struct dpc_stage_stats stages[DPC_STAGE_NR];
	struct dpc_interrupt *intr;
	struct dpc_stats *stats;
	int err = -ENODEV, i;

	down_read(&published->sem);
	stats = published->stats;
	intr = published->intr;
	if (stats)
		err = dpc_stats_snapshot(stats, cpu, stages, &out->epoch, NULL, NULL);
	if (!err) {
		for (i = 0; i < DPC_STAGE_NR; i++)
			dpc_control_copy_stage(&out->stage[i], &stages[i],
					       dpc_stats_budget_us(stats, i));
		if (intr) {
			out->interrupts = dpc_interrupt_count(intr);
			out->unhandled = dpc_interrupt_unhandled(intr);
			out->while_disabled = dpc_interrupt_while_disabled(intr);
		}
	}
	up_read(&published->sem);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_control_snapshot);

/**
 * dpc_control_budget - read a budget
 * @published: the object
 * @stage: below DPC_STAGE_NR
 * @us: the answer, microseconds; 0 for none
 *
 * Context: a thread that may sleep.
 * Return: 0; -ENODEV if the object is gone.
 */
int dpc_control_budget(struct dpc_published *published, enum dpc_stage stage, u32 *us)
{
	int err = -ENODEV;

	down_read(&published->sem);
	if (published->stats) {
		*us = dpc_stats_budget_us(published->stats, stage);
		err = 0;
	}
	up_read(&published->sem);
	return err;
}

/* ---- Changing ------------------------------------------------------------- */

static void dpc_control_tell(enum dpc_notice_type type, const struct dpc_published *published)
{
	dpc_notice_tell(type, published->what.id, 0, published->what.name);
}

/**
 * dpc_control_reset - set an object's accounting to zero
 * @published: the object
 *
 * Context: a thread that may sleep.
 * Return: 0; -ENODEV if the object is gone.
 */
int dpc_control_reset(struct dpc_published *published)
{
	int err = -ENODEV;

	down_read(&published->sem);
	if (published->stats) {
		dpc_stats_reset(published->stats);
		dpc_control_tell(DPC_NOTICE_RESET, published);
		err = 0;
	}
	up_read(&published->sem);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_control_reset);

/* Only the holder may, if there is one; @by is NULL for a caller without a file. */
static int dpc_control_may_set(const struct dpc_published *published, const struct dpc_file *by)
{
	if (!published->stats)
		return -ENODEV;
	return published->holder.held && (!by || published->holder.file != by) ? -EBUSY : 0;
}

/* An interrupt object tells traces of it; with @us as it is, it introduces itself again. */
static int dpc_control_set_budget(struct dpc_published *published, u32 stage, u32 us)
{
	if (published->intr)
		return dpc_interrupt_set_budget(published->intr, stage, us);
	return dpc_stats_set_budget(published->stats, stage, us);
}

static bool dpc_control_budgets_valid(u32 stages, const u32 *budget_us)
{
	int i;

	for (i = 0; i < DPC_STAGE_MAX; i++) {
		if (!(stages & BIT(i)) ? budget_us[i] : budget_us[i] > DPC_BUDGET_MAX_US)
			return false;
	}
	return !(stages >> DPC_STAGE_NR);
}

/**
 * dpc_control_set_budgets - set budgets of an object
 * @published: the object
 * @by: the file that asks, or NULL
 * @stages: which stages, a bit each; 0: the object only introduces itself to traces
 * @budget_us: DPC_STAGE_MAX budgets, zero where nothing is to be set
 *
 * Context: a thread that may sleep.
 * Return: 0; -EBUSY if another file holds the settings; -EINVAL; -ENODEV if the object
 * is gone.  After an error no budget has changed.
 */
int dpc_control_set_budgets(struct dpc_published *published, const struct dpc_file *by, u32 stages,
			    const u32 *budget_us)
{
	int err, i;

	if (!dpc_control_budgets_valid(stages, budget_us))
		return -EINVAL;
	down_read(&published->sem);
	err = dpc_control_may_set(published, by);
	for (i = 0; !err && i < DPC_STAGE_NR; i++)
		if (stages & BIT(i))
			err = dpc_control_set_budget(published, i, budget_us[i]);
	if (!err && !stages)
		err = dpc_control_set_budget(published, DPC_STAGE_ISR,
					     dpc_stats_budget_us(published->stats, DPC_STAGE_ISR));
	if (!err && stages)
		dpc_control_tell(DPC_NOTICE_BUDGET, published);
	up_read(&published->sem);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_control_set_budgets);

/* The driver may refuse; while it has agreed, it begins nothing that a switch disturbs. */
static int dpc_control_switch(struct dpc_published *published, u32 model)
{
	struct dpc_interrupt *intr = published->intr;
	int err = 0;

	lockdep_assert_held_write(&published->sem);

	if (intr->ops.switch_begin)
		err = intr->ops.switch_begin(intr);
	if (err)
		return err;
	err = dpc_interrupt_set_model(intr, model);
	if (intr->ops.switch_end)
		intr->ops.switch_end(intr);
	return err;
}

/**
 * dpc_control_set_model - switch an object's model
 * @published: the object
 * @by: the file that asks, or NULL
 * @model: enum dpc_model_id
 *
 * Context: a thread that may sleep.
 * Return: 0; -EINVAL if there is no such model; -EBUSY if another file holds the settings;
 * -EOPNOTSUPP if the kernel can't do it, or if this is no interrupt object; -ENODEV if the
 * object is gone; the error of the driver's switch_begin(); else as
 * dpc_interrupt_set_model().
 */
int dpc_control_set_model(struct dpc_published *published, const struct dpc_file *by, u32 model)
{
	int err;

	if (!dpc_model_name(model))
		return -EINVAL;
	down_write(&published->sem);
	err = dpc_control_may_set(published, by);
	if (!err && !published->intr)
		err = -EOPNOTSUPP;
	if (!err)
		err = dpc_control_switch(published, model);
	up_write(&published->sem);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_control_set_model);

/* ---- The hold -------------------------------------------------------------- */

static void dpc_control_save(struct dpc_published *published)
{
	struct dpc_settings *saved = &published->holder.saved;
	int i;

	if (published->intr)
		saved->model = dpc_interrupt_model(published->intr);
	for (i = 0; i < DPC_STAGE_NR; i++)
		saved->budget_us[i] = dpc_stats_budget_us(published->stats, i);
}

/**
 * dpc_control_hold_take - make an object's settings a file's until it is closed
 * @published: the object
 * @by: the file
 * @arg: out, the process that holds them if this returns -EBUSY
 *
 * Context: a thread that may sleep.
 * Return: 0; -EBUSY if a file has them already, also this one; -ENODEV if the object is
 * gone.
 */
int dpc_control_hold_take(struct dpc_published *published, const struct dpc_file *by,
			  struct dpc_hold *arg)
{
	struct dpc_holder *holder = &published->holder;
	int err = 0;

	down_write(&published->sem);
	if (!published->stats) {
		err = -ENODEV;
	} else if (holder->held) {
		arg->pid = pid_vnr(holder->pid);
		strscpy(arg->comm, holder->comm, sizeof(arg->comm));
		err = -EBUSY;
	} else {
		dpc_control_save(published);
		holder->held = true;
		holder->file = by;
		holder->pid = get_pid(task_tgid(current));
		get_task_comm(holder->comm, current->group_leader);
	}
	up_write(&published->sem);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_control_hold_take);

static void dpc_control_hold_drop(struct dpc_published *published)
{
	struct dpc_holder *holder = &published->holder;

	lockdep_assert_held_write(&published->sem);

	put_pid(holder->pid);
	holder->pid = NULL;
	holder->file = NULL;
	holder->held = false;
	WRITE_ONCE(holder->ended, holder->ended + 1);
	wake_up_all(&dpc_hold_wait);
}

/* Return: false if the model has to wait for a request of the driver's. */
static bool dpc_control_put_back(struct dpc_published *published)
{
	const struct dpc_holder *holder = &published->holder;
	const struct dpc_settings *saved = &holder->saved;
	int i, err;

	for (i = 0; i < DPC_STAGE_NR; i++)
		if (dpc_stats_budget_us(published->stats, i) != saved->budget_us[i])
			dpc_control_set_budget(published, i, saved->budget_us[i]);
	if (!published->intr || dpc_interrupt_model(published->intr) == saved->model)
		return true;
	err = dpc_control_switch(published, saved->model);
	if (err == -EBUSY)
		return false;
	/* -ENODEV: the driver is about to disconnect. */
	if (err && err != -ENODEV)
		pr_warn("%s (id %u): can't go back to model %s, as it was before %s[%d] changed it: %d; write the model that you want to the file model\n",
			published->what.name, published->what.id, dpc_model_name(saved->model),
			holder->comm, pid_nr(holder->pid), err);
	return true;
}

/* Has a reference to the object. */
static void dpc_control_restore(struct work_struct *work)
{
	struct dpc_published *published =
		container_of(to_delayed_work(work), struct dpc_published, holder.restore);
	bool done = true;

	down_write(&published->sem);
	/* If the object has gone, so has its hold. */
	if (published->stats) {
		done = dpc_control_put_back(published);
		if (done)
			dpc_control_hold_drop(published);
	}
	up_write(&published->sem);
	if (done)
		dpc_published_put(published);
	else
		queue_delayed_work(dpc_restore_wq, &published->holder.restore,
				   msecs_to_jiffies(DPC_HOLD_RETRY_MS));
}

/* Return: whether @by held @published, and it is being restored. */
static bool dpc_control_hold_end(struct dpc_published *published, const struct dpc_file *by)
{
	struct dpc_holder *holder = &published->holder;
	bool ends;

	down_write(&published->sem);
	ends = holder->held && holder->file == by;
	if (ends) {
		holder->file = NULL;
		get_device(&published->device);
		queue_delayed_work(dpc_restore_wq, &holder->restore, 0);
	}
	up_write(&published->sem);
	return ends;
}

/* Wait until @published is restored, at most until @limit in jiffies. */
static void dpc_control_hold_wait(struct dpc_published *published, unsigned int ended,
				  unsigned long limit)
{
	long left = limit - jiffies;

	if (left > 0)
		wait_event_timeout(dpc_hold_wait, READ_ONCE(published->holder.ended) != ended,
				   left);
}

/**
 * dpc_control_holds_end - a file is being closed
 * @by: the file
 *
 * Waits until the settings that it holds are restored, but not for long, because the
 * drivers may have requests in flight.  They stay held until these have ended.
 *
 * Context: a thread that may sleep, also with a fatal signal pending.
 */
void dpc_control_holds_end(const struct dpc_file *by)
{
	unsigned long limit = jiffies + msecs_to_jiffies(DPC_HOLD_CLOSE_MS);
	struct dpc_published *each = NULL;
	unsigned int ended;

	while ((each = dpc_published_next(each))) {
		ended = READ_ONCE(each->holder.ended);
		if (dpc_control_hold_end(each, by))
			dpc_control_hold_wait(each, ended, limit);
	}
}
EXPORT_SYMBOL_IF_KUNIT(dpc_control_holds_end);

/* "PID NAME" of the process that holds the settings, or an empty line. */
ssize_t dpc_control_hold_show(struct dpc_published *published, char *buf)
{
	const struct dpc_holder *holder = &published->holder;
	ssize_t len;

	down_read(&published->sem);
	if (holder->held)
		len = sysfs_emit(buf, "%d %s\n", pid_vnr(holder->pid), holder->comm);
	else
		len = sysfs_emit(buf, "\n");
	up_read(&published->sem);
	return len;
}

void dpc_control_prepare(struct dpc_published *published)
{
	INIT_DELAYED_WORK(&published->holder.restore, dpc_control_restore);
}

/* The object is gone, and nothing can be put back any more. */
void dpc_control_leave(struct dpc_published *published)
{
	if (published->holder.held)
		dpc_control_hold_drop(published);
}

int dpc_control_init(void)
{
	dpc_restore_wq = alloc_workqueue("dpc_restore", WQ_UNBOUND, 0);
	return dpc_restore_wq ? 0 : -ENOMEM;
}

/* Nothing is published any more, and nothing refers to what was. */
void dpc_control_exit(void)
{
	destroy_workqueue(dpc_restore_wq);
}

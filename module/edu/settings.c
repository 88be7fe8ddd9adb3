// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings (model, budgets, bodies): which file may change them, and how they are
 * restored when a tool that held them is gone.
 *
 * A hold belongs to an open file, not to a process: it ends when the file is
 * closed for the last time, whatever ends its owner.  The settings are then put
 * back by a work item, for two reasons.  A request may be in flight, and the
 * model can't be switched before it ends.  And a process that is being killed
 * can't make the threads that some models need.
 *
 * gone_sem protects all of it.  It is held for writing to take a hold, to end one, and
 * to switch the model; for reading to change anything else.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "edu.h"
#include "settings.h"

#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/string.h>

#define DPC_EDU_RETRY_MS	10	/* until a request has ended */
#define DPC_EDU_CLOSE_MS	1000	/* close() waits at most so long */

/* Only the holder may, if there is one; @by is NULL for a caller without a file. */
static int dpc_edu_may_set(struct dpc_edu *edu, const struct dpc_edu_file *by)
{
	lockdep_assert_held(&edu->gone_sem);

	if (edu->gone)
		return -ENODEV;
	return edu->holder.held && (!by || edu->holder.file != by) ? -EBUSY : 0;
}

/**
 * dpc_edu_set_model - switch the model, which carries the second stage
 * @edu: the device
 * @by: the file that asks, or NULL
 * @model: enum dpc_model_id
 *
 * Context: may sleep.
 * Return: 0; -EOPNOTSUPP if the kernel can't do it; -EBUSY while a request is in
 * flight, or if another file holds the settings; -ENODEV when the device is
 * gone; else as dpc_interrupt_set_model().
 */
int dpc_edu_set_model(struct dpc_edu *edu, const struct dpc_edu_file *by, u32 model)
{
	int err;

	if (dpc_model_needs(model))
		return -EOPNOTSUPP;
	/* For writing: no request can start meanwhile. */
	down_write(&edu->gone_sem);
	err = dpc_edu_may_set(edu, by);
	if (!err && atomic_read(&edu->in_flight))
		err = -EBUSY;
	if (!err)
		err = dpc_interrupt_set_model(&edu->intr, model);
	up_write(&edu->gone_sem);
	return err;
}

/* The core will switch the model: no request can start until it has. */
int dpc_edu_switch_begin(struct dpc_interrupt *intr)
{
	struct dpc_edu *edu = dpc_edu_of(intr);
	int err = 0;

	down_write(&edu->gone_sem);
	if (edu->gone)
		err = -ENODEV;
	else if (atomic_read(&edu->in_flight))
		err = -EBUSY;
	if (err)
		up_write(&edu->gone_sem);
	return err;
}

void dpc_edu_switch_end(struct dpc_interrupt *intr)
{
	up_write(&dpc_edu_of(intr)->gone_sem);
}

/* The caller holds gone_sem.  Return: 0, -EINVAL, or -EBUSY or -ENODEV as above. */
int dpc_edu_set_budget(struct dpc_edu *edu, const struct dpc_edu_file *by, u32 stage,
		       u32 budget_us)
{
	return dpc_edu_may_set(edu, by) ?: dpc_interrupt_set_budget(&edu->intr, stage, budget_us);
}

/* The same; @dpc_us and @work_us are valid. */
int dpc_edu_set_body(struct dpc_edu *edu, const struct dpc_edu_file *by, u32 dpc_us, u32 work_us)
{
	int err = dpc_edu_may_set(edu, by);

	if (err)
		return err;
	atomic_set(&edu->dpc_body_us, dpc_us);
	atomic_set(&edu->work_body_us, work_us);
	return 0;
}

/* ---- The hold ----------------------------------------------------------------- */

static void dpc_edu_save(struct dpc_edu *edu)
{
	struct dpc_edu_settings *saved = &edu->holder.saved;
	struct dpc_stats *stats = dpc_interrupt_stats(&edu->intr);
	int i;

	saved->model = dpc_interrupt_model(&edu->intr);
	for (i = 0; i < DPC_STAGE_NR; i++)
		saved->budget_us[i] = dpc_stats_budget_us(stats, i);
	saved->dpc_body_us = atomic_read(&edu->dpc_body_us);
	saved->work_body_us = atomic_read(&edu->work_body_us);
}

/**
 * dpc_edu_hold_take - make the settings this file's until it is closed
 * @by: the file
 * @arg: out, the process that holds them if this returns -EBUSY
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if a file has them already, also this one; -ENODEV.
 */
int dpc_edu_hold_take(struct dpc_edu_file *by, struct dpc_edu_hold *arg)
{
	struct dpc_edu *edu = by->edu;
	struct dpc_edu_holder *holder = &edu->holder;
	int err = 0;

	down_write(&edu->gone_sem);
	if (edu->gone) {
		err = -ENODEV;
	} else if (holder->held) {
		arg->pid = pid_vnr(holder->pid);
		strscpy(arg->comm, holder->comm, sizeof(arg->comm));
		err = -EBUSY;
	} else {
		dpc_edu_save(edu);
		holder->held = true;
		holder->file = by;
		holder->pid = get_pid(task_tgid(current));
		get_task_comm(holder->comm, current->group_leader);
	}
	up_write(&edu->gone_sem);
	return err;
}

static void dpc_edu_hold_drop(struct dpc_edu *edu)
{
	lockdep_assert_held_write(&edu->gone_sem);

	put_pid(edu->holder.pid);
	edu->holder.pid = NULL;
	edu->holder.file = NULL;
	edu->holder.held = false;
	WRITE_ONCE(edu->holder.ended, edu->holder.ended + 1);
	wake_up_all(&edu->wait);
}

/* Return: false if the model has to wait for a request. */
static bool dpc_edu_put_back(struct dpc_edu *edu)
{
	const struct dpc_edu_settings *saved = &edu->holder.saved;
	struct dpc_stats *stats = dpc_interrupt_stats(&edu->intr);
	int i, err;

	for (i = 0; i < DPC_STAGE_NR; i++)
		if (dpc_stats_budget_us(stats, i) != saved->budget_us[i])
			dpc_interrupt_set_budget(&edu->intr, i, saved->budget_us[i]);
	atomic_set(&edu->dpc_body_us, saved->dpc_body_us);
	atomic_set(&edu->work_body_us, saved->work_body_us);
	if (dpc_interrupt_model(&edu->intr) == saved->model)
		return true;
	if (atomic_read(&edu->in_flight))
		return false;
	err = dpc_interrupt_set_model(&edu->intr, saved->model);
	if (err)
		pr_warn("%s: can't go back to model %s, as it was before %s[%d] changed it: %d; write the model that you want to the file model\n",
			edu->name, dpc_model_name(saved->model), edu->holder.comm,
			pid_nr(edu->holder.pid), err);
	return true;
}

static void dpc_edu_restore(struct work_struct *work)
{
	struct dpc_edu *edu = container_of(to_delayed_work(work), struct dpc_edu, holder.restore);

	down_write(&edu->gone_sem);
	if (edu->gone || dpc_edu_put_back(edu))
		dpc_edu_hold_drop(edu);
	else
		schedule_delayed_work(&edu->holder.restore, msecs_to_jiffies(DPC_EDU_RETRY_MS));
	up_write(&edu->gone_sem);
}

/**
 * dpc_edu_hold_end - a file is being closed
 * @by: the file
 *
 * Waits until the settings are restored, but not for long, because the request of
 * another file may be in flight.  The settings stay held until that has ended.
 *
 * Context: may sleep, also with a fatal signal pending.
 */
void dpc_edu_hold_end(struct dpc_edu_file *by)
{
	struct dpc_edu *edu = by->edu;
	struct dpc_edu_holder *holder = &edu->holder;
	bool restoring = false;
	unsigned int ended;

	down_write(&edu->gone_sem);
	ended = holder->ended;
	if (holder->held && holder->file == by) {
		holder->file = NULL;
		restoring = !edu->gone;
		if (restoring)
			schedule_delayed_work(&holder->restore, 0);
		else
			dpc_edu_hold_drop(edu);
	}
	up_write(&edu->gone_sem);
	if (restoring)
		wait_event_timeout(edu->wait, READ_ONCE(holder->ended) != ended,
				   msecs_to_jiffies(DPC_EDU_CLOSE_MS));
}

/*
 * The device is gone, which dpc_edu_hold_end() knows from now on: nothing is
 * put back any more.  A file that is still open drops its hold itself.
 */
void dpc_edu_hold_gone(struct dpc_edu *edu)
{
	cancel_delayed_work_sync(&edu->holder.restore);
	down_write(&edu->gone_sem);
	if (edu->holder.held && !edu->holder.file)
		dpc_edu_hold_drop(edu);
	up_write(&edu->gone_sem);
}

void dpc_edu_hold_init(struct dpc_edu *edu)
{
	INIT_DELAYED_WORK(&edu->holder.restore, dpc_edu_restore);
}

/* "PID NAME" of the process that holds the settings, or an empty line. */
ssize_t dpc_edu_hold_show(struct dpc_edu *edu, char *buf)
{
	ssize_t len;

	down_read(&edu->gone_sem);
	if (edu->holder.held)
		len = sysfs_emit(buf, "%d %s\n", pid_vnr(edu->holder.pid), edu->holder.comm);
	else
		len = sysfs_emit(buf, "\n");
	up_read(&edu->gone_sem);
	return len;
}

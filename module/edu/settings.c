// SPDX-License-Identifier: GPL-2.0-only
/* When the core can switch the model, and the bodies, which make the routines slower. */
#include "edu.h"
#include "settings.h"

/* The core is about to switch the model: no request can start until it has. */
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

static void dpc_edu_body_write(struct dpc_edu *edu, const struct dpc_edu_bodies *bodies)
{
	atomic_set(&edu->dpc_body_us, bodies->dpc_us);
	atomic_set(&edu->work_body_us, bodies->work_us);
}

void dpc_edu_body_read(struct dpc_edu *edu, struct dpc_edu_bodies *bodies)
{
	bodies->dpc_us = atomic_read(&edu->dpc_body_us);
	bodies->work_us = atomic_read(&edu->work_body_us);
}

/**
 * dpc_edu_body_set - make the routines slower
 * @by: the file that asks
 * @bodies: how much, valid
 * @until_close: nobody else can set them until @by is closed, and then they are what they
 *	are now
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if another file has set them until it is closed; -ENODEV when the
 * device is gone.
 */
int dpc_edu_body_set(struct dpc_edu_file *by, const struct dpc_edu_bodies *bodies,
		     bool until_close)
{
	struct dpc_edu *edu = by->edu;
	int err = 0;

	down_write(&edu->gone_sem);
	if (edu->gone) {
		err = -ENODEV;
	} else if (edu->body_holder && edu->body_holder != by) {
		err = -EBUSY;
	} else {
		if (until_close && !edu->body_holder) {
			dpc_edu_body_read(edu, &edu->saved_bodies);
			edu->body_holder = by;
		}
		dpc_edu_body_write(edu, bodies);
	}
	up_write(&edu->gone_sem);
	return err;
}

/* A file is being closed: if it has set the bodies for as long, they go back. */
void dpc_edu_body_end(struct dpc_edu_file *by)
{
	struct dpc_edu *edu = by->edu;

	down_write(&edu->gone_sem);
	if (edu->body_holder == by) {
		dpc_edu_body_write(edu, &edu->saved_bodies);
		edu->body_holder = NULL;
	}
	up_write(&edu->gone_sem);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts that are raised by register, one at a time or in bursts.  All raises set the
 * same bit.
 */
#include "device.h"
#include "edu.h"
#include "hw.h"
#include "raise.h"
#include "regs.h"
#include "request.h"

struct dpc_edu_raise {
	struct dpc_edu		*edu;
	struct dpc_edu_request	*request;	/* waits for the last raise */
	bool			last;		/* this is it */
};

/* Under the interrupt's lock, so that the ISR knows which raises it has seen. */
static bool dpc_edu_raise_synchronized(void *context)
{
	struct dpc_edu_raise *raise = context;
	struct dpc_edu *edu = raise->edu;
	u64 number;

	if (edu->quiet)
		return false;
	number = dpc_raise_begin(&edu->raises);
	if (raise->last)
		WRITE_ONCE(raise->request->raise, number);
	dpc_edu_hw_raise(edu, DPC_EDU_INTR_RAISE);
	return true;
}

static int dpc_edu_raise_once(void *context, bool last)
{
	struct dpc_edu_raise *raise = context;
	struct dpc_edu *edu = raise->edu;
	int err;

	raise->last = last;
	err = dpc_edu_get_live(edu);
	if (err)
		return err;
	if (last)
		err = dpc_edu_request_submit(raise->request, false);
	if (!err && !dpc_interrupt_synchronize(&edu->intr, dpc_edu_raise_synchronized, raise)) {
		err = -ENODEV;
		if (last)
			dpc_edu_request_give_up(raise->request);
	}
	dpc_edu_put_live(edu);
	return err;
}

/* Raise @arg->count times, the last time with @req waiting for it. */
int dpc_edu_raise_burst(struct dpc_edu *edu, struct dpc_edu_burst *arg,
			struct dpc_edu_request *req)
{
	struct dpc_edu_raise raise = { .edu = edu, .request = req };

	return dpc_raise_paced(arg->count, arg->pace_us, dpc_edu_raise_once, &raise,
			       &arg->raised);
}

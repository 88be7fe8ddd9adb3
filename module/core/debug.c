// SPDX-License-Identifier: GPL-2.0
/*
 * DPCs and timers for debugobjects: what is freed while it is queued or set is named,
 * by its routine, and taken off.  Built with CONFIG_DEBUG_OBJECTS only.
 *
 * Objects are known from their first use on: there are those that nobody has to
 * initialise by a call (DEFINE_DPC()), and those on a stack.  So what debugobjects
 * calls a static object is any that it does not know yet.  The DPCs of interrupt
 * objects are left out: only teardown ends them, and their memory changes hands with
 * the model.
 */
#include "debug.h"
#include "leave.h"

#include <linux/debugobjects.h>
#include <linux/sched/task_stack.h>

static bool dpc_debug_is_static(void *addr)
{
	return true;
}

/* ---- DPCs ---------------------------------------------------------------- */

static const struct debug_obj_descr dpc_debug_descr;

static void *dpc_debug_hint(void *addr)
{
	return ((struct dpc *)addr)->routine;
}

/* Its memory goes away: nobody else may find it on a queue. */
static bool dpc_debug_fixup_free(void *addr, enum debug_obj_state state)
{
	if (state != ODEBUG_STATE_ACTIVE)
		return false;
	dpc_cancel(addr);
	debug_object_free(addr, &dpc_debug_descr);
	return true;
}

static const struct debug_obj_descr dpc_debug_descr = {
	.name			= "dpc",
	.debug_hint		= dpc_debug_hint,
	.is_static_object	= dpc_debug_is_static,
	.fixup_free		= dpc_debug_fixup_free,
};

void dpc_debug_init(struct dpc *dpc)
{
	if (object_is_on_stack(dpc))
		debug_object_init_on_stack(dpc, &dpc_debug_descr);
	else
		debug_object_init(dpc, &dpc_debug_descr);
}

void dpc_debug_queued(struct dpc *dpc)
{
	if (!(dpc->flags & DPC_F_OWNED))
		debug_object_activate(dpc, &dpc_debug_descr);
}

void dpc_debug_taken(struct dpc *dpc)
{
	if (!(dpc->flags & DPC_F_OWNED))
		debug_object_deactivate(dpc, &dpc_debug_descr);
}

/* ---- Timers -------------------------------------------------------------- */

static const struct debug_obj_descr dpc_timer_debug_descr;

static void *dpc_timer_debug_hint(void *addr)
{
	const struct dpc_timer *t = addr;

	return t->dpc ? (void *)t->dpc->routine : NULL;
}

static bool dpc_timer_debug_fixup_free(void *addr, enum debug_obj_state state)
{
	if (state != ODEBUG_STATE_ACTIVE)
		return false;
	dpc_timer_stop(addr);
	debug_object_free(addr, &dpc_timer_debug_descr);
	return true;
}

static const struct debug_obj_descr dpc_timer_debug_descr = {
	.name			= "dpc_timer",
	.debug_hint		= dpc_timer_debug_hint,
	.is_static_object	= dpc_debug_is_static,
	.fixup_free		= dpc_timer_debug_fixup_free,
};

void dpc_timer_debug_init(struct dpc_timer *t)
{
	debug_object_init(t, &dpc_timer_debug_descr);
}

void dpc_timer_debug_set(struct dpc_timer *t)
{
	debug_object_activate(t, &dpc_timer_debug_descr);
}

void dpc_timer_debug_done(struct dpc_timer *t)
{
	debug_object_deactivate(t, &dpc_timer_debug_descr);
}

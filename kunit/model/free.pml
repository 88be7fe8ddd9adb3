/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The routine may free its object, or queue it again, which is never refused
 * (Q9): the drain does not touch the object after it has let it go.
 *
 * Run: the routine frees it -> holds
 * Run: it queues itself again first, and is flushed: -DAGAIN -> holds
 * Run: cancelled for good, then freed: -DCANCEL -> holds
 * Run: trap: the object is looked at after its routine freed it: -DTRAP_TOUCH_AFTER -> violates not_touched_after_free
 * Run: trap: not queued only after the call: -DAGAIN -DTRAP_LATE_RELEASE -> violates own_object_can_be_queued
 */
#define WATCH_FREE
#if defined(AGAIN)
#define ROUTINE(c, o, arg)							\
	touch(o);								\
	if									\
	:: arg < 3 ->								\
		dpc_queue(c, o, arg + 1);					\
		check(queued, own_object_can_be_queued);			\
		queued = false							\
	:: else -> let_go(o)							\
	fi
#elif defined(CANCEL)
#define ROUTINE(c, o, arg)	touch(o)
#else
#define ROUTINE(c, o, arg)	let_go(o)
#endif
#define let_go(o)		freed[o] = true
#include "protocol.pml"

proctype owner()
{
	QUEUE_LOCALS;
	CANCEL_LOCALS;
	FLUSH_LOCALS;

	dpc_queue(0, 0, 1);
#ifdef CANCEL
	dpc_cancel_sync(0, 0);
	freed[0] = true
#else
	dpc_flush(0)
#endif
}

init {
	atomic {
		start_cpus();
		run owner()
	}
}

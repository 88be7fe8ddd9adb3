/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPU 1 goes offline and comes back while objects are queued to it (Q16).
 *
 * None is lost, none called twice, a queue is drained by one CPU at a time, no
 * CPU is in two routines; a flush that meets it ends, having waited for all.
 *
 * Run: two threads queue -> holds
 * Run: Low, to CPU 1: -DLOW -DLAZY -> holds
 * Run: passes end early, the routine queues itself again: -DPASS_LIMIT -DAGAIN -> holds
 * Run: Low, two objects, a flush: -DOBJECTS=2 -DLOW -DLAZY -DFLUSH -> holds
 * Run: Low, somebody cancels for good: -DLOW -DLAZY -DCANCEL -> holds
 * Run: trap: without adoption: -DLOW -DLAZY -DTRAP_NO_ADOPTION -> violates none_lost
 * Run: mistake: online before its queue is idle: -DPASS_LIMIT -DTRAP_ONLINE_AT_ONCE -> violates drains_one_at_a_time
 * Run: mistake: target chosen before interrupts are off: -DTRAP_TARGET_BEFORE_IRQS_OFF -> violates none_lost
 */
#ifdef AGAIN
#define ROUTINE(c, o, arg)							\
	if									\
	:: arg == 1 -> dpc_queue(c, o, arg + 1); queued = false			\
	:: else -> skip								\
	fi
#endif
#include "protocol.pml"

proctype queuer(byte here)
{
	QUEUE_LOCALS;

	dpc_queue(here, 0, 1);
#if OBJECTS > 1
	dpc_queue(here, 1, 1)
#else
	dpc_queue(here, 0, 1)
#endif
}

proctype hotplug()
{
	bool adopt;

	cpu_offline();
	cpu_online()
}

#ifdef FLUSH
proctype flusher()
{
	byte i;
	FLUSH_LOCALS;

	flush_begins(0, 0);
	dpc_flush(0);
	flush_ends(0)
}
#endif

#ifdef CANCEL
proctype canceller()
{
	byte i;
	CANCEL_LOCALS;
	FLUSH_LOCALS;

	dpc_cancel_sync(0)
}
#endif

init {
	atomic {
		O[0].cpu = 1;
		O[OBJECTS - 1].cpu = 1;
#ifdef LOW
		O[0].low = true;
		O[OBJECTS - 1].low = true;
#endif
		start_cpus();
#ifdef FLUSH
		run flusher();
#elif defined(CANCEL)
		run canceller();
#else
		run queuer(0);
#endif
		run queuer(1);
		run hotplug()
	}
}

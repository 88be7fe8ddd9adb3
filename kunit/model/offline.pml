/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU 1 goes offline and comes back while objects are queued to it (Q16).
 *
 * None is lost, none called twice; a queue is drained by one CPU at a time, and
 * by its own as long as that is online; no CPU is in two routines; a flush that
 * meets it ends, having waited for all.
 *
 * Run: High: at once -> holds
 * Run: Medium, at the next tick or at once: -DMEDIUM -DLAZY -> holds
 * Run: Low, passes end early: -DLOW -DLAZY -DPASS_LIMIT -> holds
 * Run: the routine queues itself again: -DAGAIN -> holds
 * Run: Low, two objects, a flush: -DOBJECTS=2 -DLOW -DLAZY -DFLUSH -> holds
 * Run: Low, cancelled for good: -DLOW -DLAZY -DCANCEL -> holds
 * Run: threaded: -DTHREADED -> holds
 * Run: threaded, a flush: -DTHREADED -DOBJECTS=2 -DFLUSH -> holds
 * Run: threaded, cancelled for good: -DTHREADED -DCANCEL -> holds
 * Run: trap: without adoption: -DTHREADED -DTRAP_NO_ADOPTION -> violates none_lost
 * Run: mistake: only objects are adopted, not the request: -DTHREADED -DCANCEL -DTRAP_ADOPT_ONLY_OBJECTS -> violates requests_end
 * Run: mistake: online before its queue is idle: -DTRAP_ONLINE_AT_ONCE -> violates runs_on_its_cpu
 * Run: mistake: target chosen before interrupts are off: -DTHREADED -DTRAP_TARGET_BEFORE_IRQS_OFF -> violates drains_one_at_a_time
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
	HOTPLUG_LOCALS;

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

	dpc_cancel_sync(0, 0)
}
#endif

init {
	atomic {
		O[0].cpu = 1;
		O[OBJECTS - 1].cpu = 1;
#if defined(LOW)
		O[0].low = true;
		O[OBJECTS - 1].low = true;
#elif !defined(MEDIUM)
		O[0].high = true;
		O[OBJECTS - 1].high = true;
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

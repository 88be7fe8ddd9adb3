/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Order of three objects of any importance, queued by two threads (Q3): High
 * goes to the head, so the latest High is called first and the others follow
 * in the order in which they were queued.  While a flush waits, later High ones
 * stay behind all that it waits for, but among those the order is the same.
 *
 * Run: three objects -> holds
 * Run: passes end early: -DPASS_LIMIT -> holds
 * Run: CPU 1 goes offline, order is kept: -DHOTPLUG -> holds
 * Run: a flush meanwhile: -DFLUSH -> holds
 * Run: mistake: High at the tail: -DTRAP_HIGH_AT_TAIL -> violates high_first
 */
#define OBJECTS			3
#define WATCH_ORDER

#include "protocol.pml"

proctype queuer(byte here; byte first; byte last)
{
	byte x;
	QUEUE_LOCALS;

	x = first;
	do
	:: x <= last -> dpc_queue(here, x, 1); queued = false; x++
	:: else -> break
	od
}

#ifdef FLUSH
proctype flusher()
{
	QUEUE_LOCALS;
	FLUSH_LOCALS;

	flush_begins(0, 0);
	dpc_flush(0);
	flush_ends(0)
}
#endif

#ifdef HOTPLUG
proctype hotplug()
{
	HOTPLUG_LOCALS;

	cpu_offline()
}
#endif

init {
	atomic {
		O[0].cpu = 1;
		O[1].cpu = 1;
		O[2].cpu = 1;
		if
		:: O[0].high = true
		:: skip
		fi;
		if
		:: O[1].high = true
		:: skip
		fi;
		if
		:: O[2].high = true
		:: skip
		fi;
		start_cpus();
		run queuer(0, 0, 1);
		run queuer(1, 2, 2);
#ifdef FLUSH
		run flusher();
#endif
#ifdef HOTPLUG
		run hotplug()
#endif
	}
}

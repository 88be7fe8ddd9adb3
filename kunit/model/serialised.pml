/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One object is queued on both CPUs while it runs (Q10).
 *
 * An ordinary object may then be in two CPUs at once: that this state is
 * reached, is what the first run shows.  A serialised one never is.
 *
 * It is claimed and seen to run in one step.  Were it two, a claim might have to be
 * taken back; one that was refused by it, and then flushes, would return before the
 * call that the first one is still about to queue.
 *
 * Run: ordinary: two CPUs at once -> violates never_on_two_cpus
 * Run: serialised: -DSERIALISED -> holds
 * Run: serialised, Low, to CPU 1: -DSERIALISED -DLAZY -DLOW -> holds
 * Run: serialised, the routine queues itself again: -DSERIALISED -DAGAIN -> holds
 * Run: serialised, cancelled for good: -DSERIALISED -DCANCEL -> holds
 * Run: serialised, CPU 1 goes offline and comes back: -DSERIALISED -DHOTPLUG -> holds
 * Run: serialised, refused, then flushed: -DSERIALISED -DFLUSH -> holds
 * Run: serialised, tasklet and thread drain by turns: -DSERIALISED -DTWO_CARRIERS -DLAZY -DLOW -> holds
 * Run: trap: claimed first, and taken back when it runs elsewhere: -DSERIALISED -DFLUSH -DTRAP_CLAIM_FIRST -> violates flush_covers_refused
 * Run: trap: queued without a look at where it runs: -DSERIALISED -DTRAP_NO_REREAD -> violates never_on_two_cpus
 */
#ifdef FLUSH
#define TIMES				1
#else
#define TIMES				2
#endif
#define NEVER_ON_TWO_CPUS
#ifdef CANCEL
#define DATA(o, v)
#else
#define DATA(o, v)			data[o] = (v)
#define AT_END				check(data[0] == 0, data_is_seen)
#endif
#ifdef AGAIN
#define ROUTINE(c, o, arg)							\
	DATA(o, 0);								\
	if									\
	:: arg == 1 -> dpc_queue(c, o, arg + 2); queued = false			\
	:: else -> skip								\
	fi
#else
#define ROUTINE(c, o, arg)	DATA(o, 0); skip
#endif
byte data[1];
#include "protocol.pml"

proctype queuer(byte here)
{
	byte n;
	QUEUE_LOCALS;

	do
	:: n < TIMES ->
		DATA(0, data[0] | (1 << here));
		dpc_queue(here, 0, 1 + here);
		queued = false;
		n++
	:: else -> break
	od
}

#ifdef FLUSH
proctype flusher()
{
	QUEUE_LOCALS;
	FLUSH_LOCALS;

	DATA(0, data[0] | 4);
	dpc_queue(0, 0, 3);
	flush_begins(0, 0);
	dpc_flush(0);
	flush_ends(0);
	check(!(data[0] & 4), flush_covers_refused)
}
#endif

#ifdef HOTPLUG
proctype hotplug()
{
	HOTPLUG_LOCALS;

	cpu_offline();
	cpu_online()
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
#ifdef SERIALISED
		O[0].serialised = true;
#endif
#ifdef LOW
		O[0].low = true;
		O[0].cpu = 1;
#endif
		start_cpus();
		run queuer(0);
		run queuer(1);
#ifdef FLUSH
		run flusher();
#endif
#ifdef HOTPLUG
		run hotplug();
#endif
#ifdef CANCEL
		run canceller()
#endif
	}
}

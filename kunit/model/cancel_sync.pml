/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dpc_cancel_sync() of an object that other threads and its own routine queue.
 *
 * Just before it lets the object go, the object is neither queued nor running
 * anywhere; and if nobody but the routine queues it, it is never called again.
 *
 * Run: two threads and the routine queue it -> holds
 * Run: only the routine does, never called again: -DONLY_ITSELF -> holds
 * Run: the same, Low: -DONLY_ITSELF -DLOW -DLAZY -> holds
 * Run: two cancel it, one thread queues: -DTWICE -> holds
 * Run: another thread flushes, one queues: -DFLUSH -> holds
 * Run: mistake: the object is not claimed: -DONLY_ITSELF -DTRAP_CANCEL_SYNC_NO_CLAIM -> violates nothing_after_cancel_sync
 * Run: mistake: the running one is not waited for: -DTRAP_CANCEL_SYNC_NO_FLUSH -> violates nothing_after_cancel_sync
 */
#define ROUTINE(c, o, arg)						\
	check(!gone, nothing_after_cancel_sync);			\
	if								\
	:: arg < AGAIN -> dpc_queue(c, o, arg + 1); queued = false	\
	:: else -> skip							\
	fi
#ifdef ONLY_ITSELF
#define AGAIN			3
#else
#define AGAIN			2
#endif
bool gone;
#include "protocol.pml"

proctype queuer(byte here; byte n)
{
	QUEUE_LOCALS;

	do
	:: n > 0 -> dpc_queue(here, 0, 1); queued = false; n--
	:: else -> break
	od
}

proctype canceller(byte here; byte f)
{
	QUEUE_LOCALS;
	CANCEL_LOCALS;
	FLUSH_LOCALS;

#ifdef ONLY_ITSELF
	dpc_queue(here, 0, 1);
#endif
	dpc_cancel_sync(0, f);
#ifdef ONLY_ITSELF
	gone = true
#endif
}

#ifdef FLUSH
proctype flusher()
{
	byte i;
	FLUSH_LOCALS;

	flush_begins(2, 0);
	dpc_flush(0);
	flush_ends(2)
}
#endif

init {
	atomic {
#ifdef LOW
		O[0].low = true;
#endif
		start_cpus();
#ifndef ONLY_ITSELF
		run queuer(1, 2);
#ifdef TWICE
		run canceller(1, 1);
#elif !defined(FLUSH)
		run queuer(0, 1);
#endif
#endif
#ifdef FLUSH
		run flusher();
#endif
		run canceller(0, 0)
	}
}

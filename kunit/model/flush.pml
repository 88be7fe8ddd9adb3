/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads flush while others queue two objects, or cancel one (HELD: the only one,
 * and its CPU lets no drain run before the flush has returned).
 *
 * When a flush returns, everything that was queued or running on any CPU when
 * it began has finished or was cancelled (Q8).  Also: what a thread wrote
 * before it queued an object, even if that was refused, has been seen by a
 * call when its flush returns.
 *
 * Run: two flush, one of them twice -> holds
 * Run: Low, to CPU 1, more than one pass: -DLAZY -DLOW -DPASS_LIMIT -> holds
 * Run: one is cancelled meanwhile: -DCANCEL -DPASS_LIMIT -> holds
 * Run: Low, one is cancelled meanwhile: -DLAZY -DLOW -DCANCEL -> holds
 * Run: cancelled where no drain has its turn: -DHELD -DCANCEL -> holds
 * Run: of one object: -DONLY=1 -> holds
 * Run: tasklet and thread drain a queue by turns: -DTWO_CARRIERS -DLAZY -DLOW -DCANCEL -DPASS_LIMIT -> holds
 * Run: trap: looks at the depth of the queues only: -DTRAP_FLUSH_DEPTH -> violates flush_waits
 * Run: trap: misses what runs on another CPU: -DTRAP_FLUSH_HERE -> violates flush_waits
 * Run: trap: takes a stale completion: -DTRAP_STALE_COMPLETION -> violates flush_waits
 * Run: mistake: the mark goes to the head: -DTRAP_MARK_AT_HEAD -> violates flush_waits
 * Run: mistake: cancel ends it although a routine runs: -DLAZY -DLOW -DCANCEL -DTRAP_CANCEL_IGNORES_RUNNING -> violates flush_waits
 * Run: mistake: cancel leaves a mark alone behind: -DHELD -DCANCEL -DTRAP_CANCEL_LEAVES_MARK -> violates mark_is_reached
 * Run: mistake: a pass leaves a mark alone behind: -DPASS_LIMIT -DTRAP_MARK_IS_NOTHING -> violates mark_is_reached
 * Run: mistake: marks a queue that is idle: -DTRAP_EXECUTING_STAYS -> violates mark_is_reached
 */
#ifndef ONLY
#define ONLY			0
#endif
#define OBJECTS			2
#define ROUTINE(c, o, arg)	data[o] = 0
byte data[OBJECTS];
#include "protocol.pml"

proctype queuer(byte here)
{
	QUEUE_LOCALS;

	dpc_queue(here, 1, 1)
}

proctype flusher(byte f; byte times)
{
	QUEUE_LOCALS;
	FLUSH_LOCALS;

	data[0] = data[0] | (1 << f);
	dpc_queue(f, 0, 2 + f);
	queued = false;
	do
	:: times > 0 ->
		flush_begins(f, ONLY);
		dpc_flush(ONLY);
		flush_ends(f);
#ifndef CANCEL
		check(!(data[0] & (1 << f)), flush_covers_refused);
#endif
		times--
	:: else -> break
	od
}

#ifdef HELD
proctype held_flusher()
{
	QUEUE_LOCALS;
	FLUSH_LOCALS;

	dpc_queue(1, 0, 1);
	run canceller();
	flush_begins(0, 0);
	dpc_flush(0);
	flush_ends(0);
	held = false
}
#endif

#ifdef CANCEL
proctype canceller()
{
	byte i;
	CANCEL_LOCALS;
	FLUSH_LOCALS;

	dpc_cancel(0)
}
#endif

init {
	atomic {
#ifdef LOW
		O[0].low = true;
		O[0].cpu = 1;
#endif
		start_cpus();
#ifdef HELD
		run held_flusher();
#else
		run queuer(1);
		run flusher(0, 2);
#endif
#ifdef HELD
#elif defined(CANCEL)
		run canceller()
#else
		run flusher(1, 1)
#endif
	}
}

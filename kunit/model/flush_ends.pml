/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A flush ends, although a routine queues itself for ever (Q8): later ones are
 * not waited for, not even High ones, which otherwise go to the head.  Every
 * thread, CPU and tick gets its turn (weak fairness, and locks that are first
 * come, first served).
 *
 * Run: one CPU, the other flushes -> holds
 * Run: Low: each time it waits for the tick: -DLAZY -DLOW -> holds
 * Run: two routines: -DOBJECTS=2 -> holds
 * Run: passes end early: -DPASS_LIMIT -> holds
 * Run: High: not ahead of the mark: -DHIGH -> holds
 * Run: High, and one that never has its turn without a flush: -DOBJECTS=2 -DHIGH -> holds
 * Run: High, passes end early: -DOBJECTS=2 -DHIGH -DPASS_LIMIT -> holds
 * Run: mistake: waits until the queue is empty: -DTRAP_MARK_MOVES -> never ends
 * Run: mistake: High goes to the head even so: -DHIGH -DTRAP_HIGH_BEFORE_MARK -> never ends
 */
#define FAIR_LOCKS
#define ROUTINE(c, o, arg)	dpc_queue(c, o, 1); queued = false
#include "protocol.pml"

bool flushed_all;

proctype flusher()
{
	QUEUE_LOCALS;
	FLUSH_LOCALS;

	dpc_queue(0, 0, 1);
#if OBJECTS > 1
#ifdef HIGH
	dpc_queue(0, 1, 1);
#else
	dpc_queue(1, 1, 1);
#endif
#endif
	dpc_flush(0);
	flushed_all = true
}

init {
	atomic {
#ifdef LOW
		O[0].low = true;
#endif
#ifdef HIGH
		O[0].high = true;
#endif
		Q[1].carrier = 1;
		run_drains();
#ifdef LAZY
		run tick(0);
#endif
		run flusher()
	}
}

ltl ends { <> flushed_all }

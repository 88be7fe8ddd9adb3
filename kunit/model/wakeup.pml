/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An object that is queued is called in the end, whatever its importance: it
 * does not stay on a list while its CPU is idle (weak fairness, fair locks).  The other
 * scenarios check the same for the state in which nothing can happen any more.
 *
 * Run: one queues for ever, one once -> holds
 * Run: Low, to CPU 1: -DLOW -DLAZY -> holds
 * Run: passes end early: -DPASS_LIMIT -> holds
 * Run: trap: kicked cleared outside the lock: -DTRAP_KICKED_OUTSIDE_LOCK -> never ends
 */
#define FAIR_LOCKS
#include "protocol.pml"

proctype thread(byte here)
{
	QUEUE_LOCALS;

	do
	:: here == 0 -> dpc_queue(here, 0, 1); queued = false
	:: break
	od;
	dpc_queue(here, 0, 1)
}

init {
	atomic {
#ifdef LOW
		O[0].low = true;
		O[0].cpu = 1;
#endif
		Q[1].carrier = 1;
		run_drains();
#ifdef LAZY
		run tick(0);
		run tick(1);
#endif
		run thread(0);
		run thread(1)
	}
}

ltl is_called { [] (owed[0] -> <> !owed[0]) }

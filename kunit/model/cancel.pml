/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One thread queues an object, now here, now there; two cancel it.
 *
 * True: that queueing is not called, and nobody else got true for it (Q7).
 * False: at some moment during the call it was not queued.  Conservation:
 * each queueing that was true is called or cancelled, exactly one of these.
 *
 * Run: two cancel -> holds
 * Run: two cancel, Low, to CPU 1: -DLAZY -DLOW -> holds
 * Run: the routine queues itself again: -DAGAIN -> holds
 * Run: trap: answered from a read before the lock: -DTRAP_CANCEL_EARLY -> violates cancel_true_is_true
 */
#define WATCH_CANCEL
#define PASS_LIMIT
#ifdef AGAIN
#define ROUTINE(c, o, arg)					\
	if							\
	:: arg < 3 -> dpc_queue(c, o, arg + 3); queued = false	\
	:: else -> skip						\
	fi
#define TIMES			2
#else
#define TIMES			3
#endif
#include "protocol.pml"

proctype queuer()
{
	byte n;
	QUEUE_LOCALS;

	do
	:: n < TIMES -> dpc_queue(n & 1, 0, 1 + n); queued = false; n++
	:: else -> break
	od
}

/* The first of these two watches for a false that was false. */
proctype canceller(bool watches)
{
	byte i;
	CANCEL_LOCALS;
	FLUSH_LOCALS;

	if
	:: watches -> was_idle = O[0].queued_on == 0
	:: else -> skip
	fi;
	dpc_cancel(0);
	if
	:: watches && !cancelled -> check(was_idle, cancel_false_is_true)
	:: else -> skip
	fi
}

init {
	atomic {
#ifdef LOW
		O[0].low = true;
		O[0].cpu = 1;
#endif
		start_cpus();
		run queuer();
		run canceller(true);
		run canceller(false)
	}
}

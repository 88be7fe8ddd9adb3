/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two threads, one on each CPU, queue an object, twice each.
 *
 * The first arguments win (Q2); every queueing that was true is one call,
 * none is lost (no lost wake-up); what a caller wrote before a queueing, a
 * refused one too, is seen by a call that starts later (Q14).
 *
 * Run: each to its own CPU -> holds
 * Run: both to CPU 0, Medium, at the next tick or at once: -DTARGET=0 -DLAZY -> holds
 * Run: both to CPU 1, Low: -DTARGET=1 -DLAZY -DLOW -> holds
 * Run: both to CPU 0, High: -DTARGET=0 -DHIGH -> holds
 * Run: two objects, each thread either of them: -DOBJECTS=2 -> holds
 * Run: two objects, Low, both to CPU 1: -DOBJECTS=2 -DTARGET=1 -DLAZY -DLOW -> holds
 * Run: tasklet and thread drain a queue by turns: -DTWO_CARRIERS -> holds
 * Run: the same, passes end early: -DTWO_CARRIERS -DTARGET=0 -> holds
 * Run: trap: arguments written before the test: -DTRAP_ARGS_BEFORE_TEST -> violates first_arguments_win
 * Run: trap: arguments read after the object was let go: -DTRAP_LATE_COPY -> violates first_arguments_win
 * Run: trap: kicked cleared outside the lock: -DTRAP_KICKED_OUTSIDE_LOCK -> violates none_lost
 * Run: trap: not queued only after the call: -DTRAP_LATE_RELEASE -> violates data_is_seen
 * Run: mistake: two carriers drain at once: -DTWO_CARRIERS -DTRAP_TWO_DRAINS -> violates drains_one_at_a_time
 */
#ifdef TARGET
#define PASS_LIMIT
#endif
#ifndef OBJECTS
#define OBJECTS			1
#endif
#define ROUTINE(c, o, arg)	data[o] = 0
#define AT_END			check(data[0] == 0 && data[OBJECTS - 1] == 0, data_is_seen)
byte data[OBJECTS];
#include "protocol.pml"

proctype thread(byte here)
{
	byte n, x;
	QUEUE_LOCALS;

	do
	:: n < 2 ->
#if OBJECTS > 1
		if
		:: x = 0
		:: x = 1
		fi;
#endif
		data[x] = data[x] | (1 << here);
		dpc_queue(here, x, 1 + 2 * here + n);
		queued = false;
		n++
	:: else -> break
	od
}

init {
	atomic {
#ifdef TARGET
		O[0].cpu = TARGET;
		O[OBJECTS - 1].cpu = TARGET;
#endif
#ifdef LOW
		O[0].low = true;
		O[OBJECTS - 1].low = true;
#endif
#ifdef HIGH
		O[0].high = true;
#endif
		start_cpus();
		run thread(0);
		run thread(1)
	}
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets, as in module/nt/packet.c: three packets, each with an owner that starts it and
 * may cancel it, on one queue; the device's DPC; and, with -DCLOSE, a device that goes.
 *
 * Each packet that is started is completed exactly once (P5), nobody touches the device
 * for it afterwards, and the start routine never runs twice at once (P2).
 *
 * Run: three packets, cancelled or not -> holds
 * Run: the device goes: -DCLOSE -> holds
 * Run: a packet may be retried: -DRETRY -> holds
 * Run: the cancel routine takes the current packet: -DTAKES -> holds
 * Run: the same, and the device goes: -DTAKES -DCLOSE -> holds
 * Run: mistake: claim leaves the packet to a routine that has left it: -DMISTAKE_TAKEN -> gets stuck
 * Run: mistake: claim does not look whether it is current: -DTAKES -DMISTAKE_NOT_CURRENT -> violates completed_once
 * Run: mistake: claim does not look at the mark: -DMISTAKE_CLAIM_BLIND -> violates cancelled_never_begins
 * Run: mistake: the cancel routine ends what is current: -DMISTAKE_CANCEL_CURRENT -> violates completed_once
 * Run: mistake: close does not take the lock: -DCLOSE -DMISTAKE_CLOSE_UNLOCKED -> gets stuck
 * Run: mistake: a wish during the start routine is forgotten: -DMISTAKE_NO_WISH -> gets stuck
 * Run: mistake: the next one starts beside the start routine: -DMISTAKE_NO_FLAG -> violates start_is_alone
 */
#define PACKETS			3

#define NOTHING			0
#define NEXT			1
#define AGAIN			2

#define check(condition, name)	assert((condition) || name)
bool completed_once, cancelled_never_begins, start_is_alone, dpc_finds_its_packet;

/* The queue. */
bool locked;
bool busy;			/* the device queue's */
chan waiting = [PACKETS] of { byte };
byte served = PACKETS;		/* PACKETS is none */
bool starting;
byte wish;
bool closed;

/* The packets. */
bool cancelled[PACKETS];
bool routine[PACKETS];		/* has a cancel routine */
bool begun[PACKETS];		/* the device works on it, and will interrupt */
byte done[PACKETS];
byte retries[PACKETS];
bool unwanted[PACKETS];		/* ghost: cancelled before the start routine was called */

byte inside;			/* ghost: start routines */

inline lock() { atomic { !locked -> locked = true } }
inline unlock() { locked = false }

inline complete(p)
{
	atomic { check(!done[p], completed_once); done[p]++ }
}

/* dpc_packet_take() and dpc_packet_set_current(): the next one in @n, or PACKETS. */
inline take(n)
{
	if
	:: nempty(waiting) -> waiting ? n
	:: empty(waiting) -> n = PACKETS; busy = false
	fi;
	served = n;
	starting = n != PACKETS
}

/* dpc_packet_start_next() where the start routine runs: in itself. */
inline next_inside()
{
	lock();
#ifndef MISTAKE_NO_WISH
	wish = NEXT;
#endif
	served = PACKETS;
	unlock()
}

/* The driver's start routine, with dpc_packet_claim(). */
inline start_routine(p)
{
	atomic { inside++; check(inside == 1, start_is_alone); unwanted[p] = cancelled[p] }
	lock();
#ifdef MISTAKE_NOT_CURRENT
	mine = true;
#else
	mine = served == p;
#endif
	mark = mine && cancelled[p];
	if
#ifdef MISTAKE_TAKEN
	:: mark && !routine[p] -> mine = false
#endif
	:: mine -> routine[p] = false
	:: else -> skip
	fi;
	unlock();
#ifdef MISTAKE_CLAIM_BLIND
	mark = false;
#endif
	if
	:: !mine -> skip
	:: mine && mark -> next_inside(); complete(p)
	:: mine && !mark ->
		check(!unwanted[p], cancelled_never_begins);
		if
		:: begun[p] = true
		:: next_inside(); complete(p)
#ifdef RETRY
		:: retries[p] == 0 -> lock(); retries[p]++; wish = AGAIN; unlock()
#endif
		fi
	fi;
	inside--
}

/* dpc_packet_run(); @p is the current one, and @starting is set. */
inline run_packets(p)
{
	do
	:: p != PACKETS ->
		start_routine(p);
		lock();
		if
		:: wish == NOTHING -> starting = false; p = PACKETS
		:: wish == AGAIN -> p = served
		:: wish == NEXT -> take(p)
		fi;
		wish = NOTHING;
		unlock()
	:: p == PACKETS -> break
	od
}

/* dpc_packet_start_next(), anywhere. */
inline start_next(n)
{
	lock();
	if
#ifndef MISTAKE_NO_FLAG
	:: starting ->
#ifndef MISTAKE_NO_WISH
		wish = NEXT;
#endif
		served = PACKETS; unlock(); n = PACKETS
	:: !starting -> take(n); unlock()
#else
	:: take(n); unlock()
#endif
	fi;
	run_packets(n)
}

inline cancel(p)
{
	lock();
	cancelled[p] = true;
	if
	:: routine[p] ->
		routine[p] = false;
		if
		:: waiting ?? [eval(p)] -> waiting ?? eval(p); unlock(); complete(p)
#ifdef TAKES
		:: served == p -> served = PACKETS; unlock(); start_next(n); complete(p)
#endif
#ifdef MISTAKE_CANCEL_CURRENT
		:: served == p -> unlock(); complete(p)
#endif
		:: else -> unlock()
		fi
	:: else -> unlock()
	fi
}

proctype owner(byte me)
{
	byte p = me, n;
	bool mark, mine;

	lock();
	if
	:: closed -> unlock(); complete(me)
	:: else ->
		routine[me] = true;
		if
		:: !busy -> busy = true; served = me; starting = true; unlock(); run_packets(p)
		:: busy -> waiting ! me; unlock()
		fi
	fi;
	if
	:: me < 2 -> cancel(me)
	:: skip
	fi;
	/* Stuck here: it never came back. */
	done[me] == 1
}

/* The DPC of an interrupt: of any packet that the device has begun. */
proctype dpc()
{
	byte p, n;
	bool mark, mine;

end:	do
	:: atomic { begun[0] -> begun[0] = false; p = 0 }
		goto finish
	:: atomic { begun[1] -> begun[1] = false; p = 1 }
		goto finish
	:: atomic { begun[2] -> begun[2] = false; p = 2 }
finish:		check(served == p, dpc_finds_its_packet);
		/* The next one is started before this one completes. */
		start_next(n);
		complete(p)
	od
}

#ifdef CLOSE
proctype close()
{
	byte p;
	bool swept[PACKETS];

#ifndef MISTAKE_CLOSE_UNLOCKED
	lock();
	closed = true;
#endif
	do
	:: nempty(waiting) -> waiting ? p; swept[p] = true
	:: empty(waiting) -> busy = false; break
	od;
#ifndef MISTAKE_CLOSE_UNLOCKED
	unlock();
#else
	closed = true;
#endif
	p = 0;
	do
	:: p < PACKETS ->
		if
		:: swept[p] -> complete(p)
		:: else -> skip
		fi;
		p++
	:: else -> break
	od
}
#endif

init {
	atomic {
		run owner(0);
		run owner(1);
		run owner(2);
		run dpc();
#ifdef CLOSE
		run close()
#endif
	}
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The queue protocol of module/core: what queue.c and drain.c do to the
 * objects and the queues.  Each scenario (the other .pml files) includes this,
 * starts a few threads and states properties.  README.md says how this
 * corresponds to the code.
 *
 * Steps.  What only the holder of a lock can see is joined with its
 * neighbours by atomic or d_step: nobody could tell the difference.  Accesses
 * that somebody makes without that lock (queued_on, running_on, the request of
 * a drain, the flush's count) are steps of their own.
 *
 * Objects are 0.., CPUs and their queues 0 and 1.  queued_on, executing and
 * running_on are 0 for none, else the number + 1.  MARK on a list is a flush's.
 */
#ifndef OBJECTS
#define OBJECTS		1
#endif
#define CPUS		2
#define CANCELLING	(CPUS + 1)
#define ANY		CPUS		/* target: the CPU that queues it */
#define MARK		OBJECTS

typedef object {
	byte queued_on;
	byte arg;
	byte running_on;		/* serialised objects only */
	byte cpu = ANY;
	bool low;
	bool high;
	bool serialised;
};

typedef queue {
#ifndef FAIR_LOCKS
	bool locked;
#endif
	byte length;			/* the mark counts */
	byte list[OBJECTS + 1];
	bool flushing;
	bool kicked;
	byte executing;			/* object + 1, or BETWEEN */
	bool ticking;
	bool armed;			/* the timer of the tick */
	byte carrier;
};

/* A drain runs, and no routine of it: DPC_BETWEEN. */
#define BETWEEN		255

object O[OBJECTS];
queue Q[CPUS];

bool online[CPUS] = true;
bool parked;				/* the thread of CPU 1 */
byte raised[CPUS];			/* drains requested on a CPU: bit q for queue q */
#ifdef TWO_CARRIERS
bool by_thread[CPUS];			/* the same of its thread dpc_drain/N; no hotplug here */
#endif
bool in_pass[CPUS];			/* that CPU's softirq, or thread, is in a drain */
byte irqs_off;				/* CPUs that stop_machine() must wait for */

bool flush_mutex;
byte refs;
byte completed;				/* the completion */

/* ---- what the properties are about: no part of the code -------------------------------- */

/*
 * check() names its property in the error that pan prints; the names below are
 * false for ever.
 */
#define check(condition, property)	assert((condition) || property)

hidden byte first_arguments_win;
hidden byte never_twice;
hidden byte none_lost;
hidden byte data_is_seen;
hidden byte cancel_true_is_true;
hidden byte cancel_false_is_true;
hidden byte flush_waits;
hidden byte flush_covers_refused;
hidden byte mark_is_reached;
hidden byte nothing_after_cancel_sync;
hidden byte drains_one_at_a_time;
hidden byte runs_on_its_cpu;
hidden byte never_on_two_cpus;
hidden byte high_first;
hidden byte own_object_can_be_queued;
hidden byte not_touched_after_free;
hidden byte requests_end;
hidden byte counts_are_right;

bool owed[OBJECTS];			/* queued was true; neither called nor cancelled yet */
byte given[OBJECTS];			/* the argument that came with that */
byte in_routine[CPUS];			/* object, from leaving the queue to its return */
byte covered_queued[OBJECTS];		/* bit f: flush f has to wait for this queueing */
byte covered_running[CPUS];		/* the same for the call on this CPU */

#ifdef WATCH_CANCEL
bool was_idle;				/* object 0, since the cancel began */
#define watch_idle(o)		was_idle = was_idle || (o) == 0
#else
#define watch_idle(o)		skip
#endif

#ifdef WATCH_ORDER
byte stamp[OBJECTS];
byte stamps;
#define watch_insert(o)		stamps++; stamp[o] = stamps

/* Object o is taken off queue q: was it its turn?  What is behind the mark does not count. */
inline check_order(q, o)
{
	i = 0;
	do
	:: i < Q[q].length && Q[q].list[i] != MARK ->
		check(Q[q].list[i] == o ||
		      (O[o].high && !O[Q[q].list[i]].high) ||
		      (O[o].high && O[Q[q].list[i]].high && stamp[o] > stamp[Q[q].list[i]]) ||
		      (!O[o].high && !O[Q[q].list[i]].high && stamp[o] < stamp[Q[q].list[i]]),
		      high_first);
		i++
	:: else -> break
	od
}
#else
#define watch_insert(o)		skip
#endif

#ifdef WATCH_FREE
bool freed[OBJECTS];
#define touch(o)		check(!freed[o], not_touched_after_free)
#else
#define touch(o)		skip
#endif

/* What a scenario may give its routine to do; runs on CPU c. */
#ifndef ROUTINE
#define ROUTINE(c, o, arg)	skip
#endif

/* ---- locks ----------------------------------------------------------------------------- */

#ifdef FAIR_LOCKS
/*
 * First come, first served, as the kernel's are: for properties that say that
 * something happens in the end.
 */
chan waiters[CPUS] = [6] of { byte };
#define lock(q)		waiters[q]!_pid; waiters[q]?<eval(_pid)>
#define unlock(q)	waiters[q]?_
#define is_free(q)	empty(waiters[q])
#else
#define lock(q)		atomic { !Q[q].locked -> Q[q].locked = true }
#define unlock(q)	Q[q].locked = false
#define is_free(q)	(!Q[q].locked)
#endif

/* ---- requests of a drain: dpc_kick() --------------------------------------------------- */

#define raise(c, q)	raised[c] = raised[c] | (1 << (q))
#define live(c)		(online[c] -> (c) : 1 - (c))

#ifdef THREADED
/* Wakes the carrier's thread; one that is parked does not notice. */
#define kick_queue(here, q)						\
	if								\
	:: Q[q].carrier == 0 || !parked -> raise(Q[q].carrier, q)	\
	:: else -> skip							\
	fi
#define may_run(c)	((c) == 0 || !parked)
#else
#ifdef TWO_CARRIERS
/* PREEMPT_RT: a hard interrupt asks the thread, a softirq the tasklet. */
#define kick_queue(here, q)						\
	if								\
	:: raise(Q[q].carrier, q)					\
	:: by_thread[q] = true						\
	fi
#else
/* A softirq on the carrier, by an IPI; here if the carrier is on its way offline. */
#define kick_queue(here, q)						\
	if								\
	:: online[Q[q].carrier] -> raise(Q[q].carrier, q)		\
	:: else -> raise(live(here), q)					\
	fi
#endif
#ifdef HELD
bool held = true;			/* bottom halves are off on CPU 1 */
#define may_run(c)	(online[c] && ((c) == 0 || !held))
#else
#define may_run(c)	online[c]
#endif
#endif

/* ---- lists ----------------------------------------------------------------------------- */

/* Whether entry i is a mark: what comes later, even High objects, must not go ahead of it. */
#ifdef TRAP_HIGH_BEFORE_MARK
/* Ours: High goes to the head even so; if it queues itself, the mark is never reached. */
#define is_mark(q, i)	false
#else
#define is_mark(q, i)	(Q[q].flushing && Q[q].list[i] == MARK)
#endif

inline insert_head(q, o)
{
	i = Q[q].length;
	do
	:: i > 0 && !is_mark(q, i - 1) -> Q[q].list[i] = Q[q].list[i - 1]; i--
	:: else -> break
	od;
	Q[q].list[i] = o;
	Q[q].length++;
	i = 0
}

inline insert_tail(q, o)
{
	Q[q].list[Q[q].length] = o;
	Q[q].length++
}

inline list_del(q, o)
{
	i = 0;
	do
	:: Q[q].list[i] != o -> i++
	:: else -> break
	od;
	Q[q].length--;
	do
	:: i < Q[q].length -> Q[q].list[i] = Q[q].list[i + 1]; i++
	:: else -> break
	od;
	Q[q].list[Q[q].length] = 0;
	i = 0
}

/* What a list holds, of which the mark is no object. */
#define depth(q)	(Q[q].length - Q[q].flushing)
#ifdef TRAP_MARK_IS_NOTHING
/* Ours: who decides whether a drain is to come looks for objects only. */
#define is_empty(q)	(depth(q) == 0)
#else
#define is_empty(q)	(Q[q].length == 0)
#endif

/* ---- dpc_queue(); answers in `queued` -------------------------------------------------- */

#ifdef TWO_CARRIERS
#define HURRY_LOCAL	; bool hurry
#else
#define HURRY_LOCAL
#endif
#define QUEUE_LOCALS	byte t; byte r; byte i; bool queued; bool kick; bool arm; bool asks HURRY_LOCAL

/* Q4: whether to drain at once; where the depth and the rate decide, either. */
inline decide(here, o)
{
	if
	:: asks = true
#ifdef LAZY
	:: O[o].low || (t != (here) && !O[o].high) -> asks = false
#endif
	fi
}

/* dpc_target(): with interrupts off, so that the CPU that it finds can't die meanwhile. */
inline target(here, o)
{
	if
	:: O[o].running_on && online[O[o].running_on - 1] -> t = O[o].running_on - 1
	:: else ->
		if
		:: O[o].cpu != ANY && online[O[o].cpu] -> t = O[o].cpu
		:: else -> t = live(here)
		fi
	fi
}

/* cmpxchg(&dpc->queued_on, 0, q->cpu + 1), again if it was refused and is idle now. */
inline claim(o)
{
	if
	:: atomic { O[o].queued_on == 0 -> touch(o); O[o].queued_on = t + 1; queued = true }
	:: O[o].queued_on != 0 -> queued = false
	fi
}

inline enqueue_locked(o, value)
{
	d_step {
		check(!owed[o], never_twice);
		owed[o] = true;
		given[o] = value;
#ifndef TRAP_ARGS_BEFORE_TEST
		O[o].arg = value;
#endif
		watch_insert(o);
		if
#ifdef TRAP_HIGH_AT_TAIL
		/* Not a known one: shows that the property can fail. */
		:: O[o].high && false -> skip
#else
		:: O[o].high -> insert_head(t, o)
#endif
		:: else -> insert_tail(t, o)
		fi;
#ifdef TWO_CARRIERS
		/* dpc_kick_rt_thread(): maybe asks for a second drain. */
		hurry = Q[t].kicked;
#endif
		kick = asks && !Q[t].kicked;
		arm = !asks && !Q[t].kicked && !Q[t].ticking;
		Q[t].kicked = Q[t].kicked || kick;
		Q[t].ticking = Q[t].ticking || arm
	}
}

inline dpc_queue(here, o, value)
{
#ifdef TRAP_TARGET_BEFORE_IRQS_OFF
	/* Ours: the target is chosen where the CPU can still go offline before the lock. */
	atomic { target(here, o) };
	irqs_off++;
#else
	irqs_off++;
	atomic { target(here, o) };
#endif
#ifdef TRAP_ARGS_BEFORE_TEST
	/* ndiswrapper: arguments are written before the test whether it is queued. */
	O[o].arg = value;
#endif
	do
	:: lock(t);
#if defined(TRAP_NO_REREAD)
	   /* Ours: the look at where it runs, before the claim, is the only one. */
	   claim(o);
	   break
#elif defined(TRAP_CLAIM_FIRST)
	   /* Ours: claim, look where it runs, let go if that is elsewhere. */
	   claim(o);
	   if
	   :: queued && O[o].serialised ->
		r = O[o].running_on;
		if
		:: r != 0 && r != t + 1 ->
			/* It has begun to run elsewhere: let go, look again. */
			O[o].queued_on = 0;
			unlock(t);
			atomic { r = 0; target(here, o) }
		:: else -> r = 0; break
		fi
	   :: else -> break
	   fi
#else
	   /* One cmpxchg, of a serialised object's running_on as well. */
	   if
	   :: atomic { O[o].queued_on == 0 && (!O[o].serialised || !O[o].running_on || O[o].running_on == t + 1) ->
		O[o].queued_on = t + 1; queued = true }; break
	   :: O[o].queued_on != 0 -> queued = false; break
	   :: O[o].queued_on == 0 && O[o].serialised && O[o].running_on && O[o].running_on != t + 1 ->
		unlock(t);
		atomic { target(here, o) }
	   fi
#endif
	od;
	atomic {
		if
		:: queued -> decide(here, o); enqueue_locked(o, value)
		:: else -> skip
		fi;
		unlock(t)
	};
	atomic {
		if
		:: kick -> kick_queue(here, t)
		:: arm -> Q[t].armed = true
#ifdef TWO_CARRIERS
		:: hurry -> by_thread[t] = true
		:: hurry -> skip
#endif
		:: else -> skip
		fi;
#ifdef TWO_CARRIERS
		hurry = false;
#endif
		kick = false;
		arm = false;
		asks = false;
		t = 0;
		irqs_off--
	}
}

#ifdef LAZY
/* The tick of queue q, in a hard interrupt; the kernel moves a dead CPU's timers. */
proctype tick(byte q)
{
	bool kick;

end_quiet:
	do
	:: atomic { Q[q].armed -> Q[q].armed = false; irqs_off++ };
	   lock(q);
	   atomic {
		Q[q].ticking = false;
		kick = !is_empty(q) && !Q[q].kicked;
		Q[q].kicked = Q[q].kicked || kick;
		unlock(q)
	   };
	   atomic {
		if
		:: kick -> kick_queue(q, q)
		:: else -> skip
		fi;
		kick = false;
		irqs_off--
	   }
	od
}
#endif

/* ---- flush ----------------------------------------------------------------------------- */

inline flush_done()
{
	atomic { refs--; last = refs == 0 };
	if
	:: last -> atomic { completed++; last = false }
	:: else -> skip
	fi
}

/* Ghost: from here on, flush f must wait for what is queued or running now (0: of all). */
inline flush_begins(f, only)
{
	d_step {
		i = 0;
		do
		:: i < OBJECTS ->
			if
			:: owed[i] && (!(only) || i + 1 == (only)) ->
				covered_queued[i] = covered_queued[i] | (1 << (f))
			:: else -> skip
			fi;
			i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < CPUS ->
			if
			:: in_routine[i] && (!(only) || in_routine[i] == (only)) ->
				covered_running[i] = covered_running[i] | (1 << (f))
			:: else -> skip
			fi;
			i++
		:: else -> break
		od;
		i = 0
	}
}

inline flush_ends(f)
{
	d_step {
		i = 0;
		do
		:: i < OBJECTS -> check(!(covered_queued[i] & (1 << (f))), flush_waits); i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < CPUS -> check(!(covered_running[i] & (1 << (f))), flush_waits); i++
		:: else -> break
		od;
		i = 0
	}
}

#define FLUSH_LOCALS	byte fq; bool last

/* Whether queue q has to be waited for; all objects, or `only` object - 1. */
#if defined(TRAP_FLUSH_DEPTH)
/* ReactOS: looks at the depth of the queue, misses the one that is running. */
#define flush_counts(q, only)	(Q[q].length > 0)
#elif defined(TRAP_FLUSH_HERE)
/* ndiswrapper: sees what runs on its own CPU (0) only. */
#define flush_counts(q, only)	(Q[q].length > 0 || ((q) == 0 && Q[q].executing))
#else
#define flush_counts(q, only)							\
	((only) -> (Q[q].executing == (only) ||					\
		    O[(only) - ((only) > 0)].queued_on == (q) + 1)		\
		 : (Q[q].executing || Q[q].length > 0))
#endif

inline flush_mark(q, only)
{
	lock(q);
	d_step {
		if
		:: flush_counts(q, only) ->
			check(!Q[q].flushing, counts_are_right);
#ifdef TRAP_MARK_AT_HEAD
			/* Ours: waits for what runs, but not for what is queued. */
			i = Q[q].length;
			do
			:: i > 0 -> Q[q].list[i] = Q[q].list[i - 1]; i--
			:: else -> break
			od;
			Q[q].list[0] = MARK;
			Q[q].length++;
#else
			insert_tail(q, MARK);
#endif
			Q[q].flushing = true;
			refs++
		:: else -> skip
		fi;
		unlock(q)
	}
}

inline dpc_flush(only)
{
	atomic { !flush_mutex -> flush_mutex = true;
#ifndef TRAP_STALE_COMPLETION
		completed = 0;
#endif
		refs = 1; fq = 0 };
	do
	:: fq < CPUS -> flush_mark(fq, only); fq++
	:: else -> fq = 0; break
	od;
#ifdef TRAP_STALE_COMPLETION
	/*
	 * NDISulator, FreeBSD: what a flush that finds nothing left to wait for leaves
	 * in the completion, the next flush takes for its own.
	 */
	if
	:: refs == 1 -> flush_done()
	:: else -> flush_done(); completed > 0 -> completed--
	fi;
#else
	atomic { refs--; last = refs == 0 };
	if
	:: last -> last = false
	:: else -> completed > 0 -> completed--
	fi;
#endif
	flush_mutex = false
}

/* ---- cancel; answers in `cancelled` ---------------------------------------------------- */

#define CANCEL_LOCALS	byte on; bool cancelled; bool early; bool claimed

/* Nothing before the mark: is nothing running either? */
#ifdef TRAP_CANCEL_IGNORES_RUNNING
#define cancel_may_end(q)	true
#else
#define cancel_may_end(q)	(!Q[q].executing)
#endif

inline dpc_cancel(o)
{
	cancelled = false;
#ifdef TRAP_CANCEL_EARLY
	/* ReactOS: the answer is read before the lock is taken. */
	early = O[o].queued_on != 0;
#endif
	do
	:: atomic { on = O[o].queued_on; touch(o) };
	   if
	   :: on == 0 || on == CANCELLING -> on = 0; break
	   :: else -> skip
	   fi;
	   lock(on - 1);
	   atomic {
		if
		:: O[o].queued_on == on ->
			d_step {
				list_del(on - 1, o);
				check(owed[o], cancel_true_is_true);
				owed[o] = false;
				given[o] = 0;
				covered_queued[o] = 0;
				O[o].queued_on = 0;
				watch_idle(o);
				cancelled = true;
#ifndef TRAP_CANCEL_LEAVES_MARK
				/* TRAP_CANCEL_LEAVES_MARK, ours: the drain may be long in coming. */
				last = Q[on - 1].flushing && Q[on - 1].list[0] == MARK &&
				       cancel_may_end(on - 1);
				if
				:: last -> list_del(on - 1, MARK); Q[on - 1].flushing = false
				:: else -> skip
				fi
#endif
			}
		:: else -> skip
		fi;
		unlock(on - 1)
	   };
	   on = 0;
	   if
	   :: last -> last = false; flush_done()
	   :: else -> skip
	   fi;
	   if
	   :: cancelled -> break
	   :: else -> skip
	   fi
	od;
#ifdef TRAP_CANCEL_EARLY
	check(!early || cancelled, cancel_true_is_true);
	early = false
#endif
}

/* f: the number of its flush, for the ghosts. */
/* The code cancels and claims in one step; two allow for more, and hold as well. */
inline dpc_cancel_sync(o, f)
{
	flush_begins(f, (o) + 1);
	do
	:: dpc_cancel(o);
#ifdef TRAP_CANCEL_SYNC_NO_CLAIM
	   /* Ours: nothing keeps the routine from queueing itself again meanwhile. */
	   break
#else
	   if
	   :: atomic { O[o].queued_on == 0 -> O[o].queued_on = CANCELLING; claimed = true }; break
	   :: O[o].queued_on == CANCELLING -> break
	   :: O[o].queued_on != 0 && O[o].queued_on != CANCELLING -> skip
	   fi
#endif
	od;
#ifndef TRAP_CANCEL_SYNC_NO_FLUSH
	/* TRAP_CANCEL_SYNC_NO_FLUSH, ours: doesn't wait for the one that is running. */
	dpc_flush((o) + 1);
#else
	skip;
#endif
	flush_ends(f);
	atomic {
		if
		:: claimed ->
			check(!owed[o] && in_routine[0] != (o) + 1 && in_routine[1] != (o) + 1,
			      nothing_after_cancel_sync);
			O[o].queued_on = 0;
			watch_idle(o);
			claimed = false
		:: else -> skip
		fi
	}
}

/* ---- the drain, and the CPU that runs it ----------------------------------------------- */

/* Take the first object off queue q and copy what its call needs. */
inline dequeue_locked(c, q)
{
	d_step {
		o = Q[q].list[0];
		touch(o);
#ifdef WATCH_ORDER
		check_order(q, o);
#endif
		list_del(q, o);
		arg = O[o].arg;
		Q[q].executing = o + 1;
		if
		:: O[o].serialised -> O[o].running_on = c + 1
		:: else -> skip
		fi;

		check(owed[o], never_twice);
#ifdef TRAP_LATE_COPY
		arg = given[o];
#endif
		check(arg == given[o], first_arguments_win);
		owed[o] = false;
		given[o] = 0;
		check(in_routine[c] == 0, drains_one_at_a_time);
		check(q == c || !online[q], runs_on_its_cpu);
		in_routine[c] = o + 1;
		covered_running[c] = covered_queued[o];
		covered_queued[o] = 0;
#ifdef NEVER_ON_TWO_CPUS
		check(in_routine[0] != in_routine[1], never_on_two_cpus);
#endif
	};
#ifndef TRAP_LATE_RELEASE
	d_step { O[o].queued_on = 0; watch_idle(o) }
#endif
}

/* Ghost: the routine has returned. */
inline routine_returned(c)
{
	d_step {
		in_routine[c] = 0;
		covered_running[c] = 0
	}
}

inline finish_call(q)
{
	d_step {
#ifdef TRAP_TOUCH_AFTER
		/* Many: looks at the object after its routine freed it, or queued it again. */
		touch(o);
#endif
		if
		:: O[o].serialised -> O[o].running_on = 0
		:: else -> skip
		fi
	}
}

/* All that was before the mark is done; somebody waits for that. */
inline mark_reached(q)
{
	atomic {
#ifdef TRAP_MARK_MOVES
		/* Ours: waits for an empty queue, so for what is queued later, too. */
		list_del(q, MARK);
		last = Q[q].length > 0;
		if
		:: last -> insert_tail(q, MARK)
		:: else -> Q[q].flushing = false
		fi;
#else
		list_del(q, MARK);
		Q[q].flushing = false;
#endif
		Q[q].executing = BETWEEN;
#ifdef PASS_LIMIT
		called = true;
#endif
		unlock(q)
	};
#ifdef TRAP_MARK_MOVES
	if
	:: last -> last = false
	:: else -> flush_done()
	fi;
#else
	flush_done();
#endif
	lock(q)
}

/* Under the lock, but for a mistake: the pass is over, with `more` to do or not. */
inline end_of_pass(q)
{
#ifndef TRAP_EXECUTING_STAYS
	/* TRAP_EXECUTING_STAYS, ours: a flush puts its mark where no drain is to come. */
	Q[q].executing = 0;
#endif
	Q[q].kicked = more
}

#ifdef TWO_CARRIERS
#define is_asked(c)		(thread && by_thread[c] || !thread && raised[c])
#define accept_request(c)							\
	if									\
	:: thread -> by_thread[c] = false; q = c				\
	:: else -> raised[c] = 0; q = c						\
	fi
#else
#define is_asked(c)		raised[c]
#define accept_request(c)							\
	if									\
	:: raised[c] & 1 -> q = 0						\
	:: raised[c] & 2 -> q = 1						\
	fi;									\
	raised[c] = raised[c] & (3 - (1 << q))
#endif

/* thread: with TWO_CARRIERS only, the thread dpc_drain/c; either may preempt the other. */
proctype softirq(byte c; bit thread)
{
	byte q, o, arg;
	bool called, more;
	QUEUE_LOCALS;
	FLUSH_LOCALS;

end_idle:
	do
	:: atomic { may_run(c) && is_asked(c) ->
		in_pass[c] = true;
		accept_request(c)
	   };
	   lock(q);
#if defined(TWO_CARRIERS) && !defined(TRAP_TWO_DRAINS)
	   /* TRAP_TWO_DRAINS, ours: the other one may be in the middle of a pass. */
	   if
	   :: Q[q].executing -> atomic { unlock(q); q = 0 }; goto end_idle
	   :: else -> skip
	   fi;
#else
#ifndef TRAP_EXECUTING_STAYS
	   check(!Q[q].executing, drains_one_at_a_time);
#endif
#endif
	   do
	   :: Q[q].length == 0 -> more = false; break
#ifdef PASS_LIMIT
	   /* The pass is over, after at least one call, or the mark. */
	   :: Q[q].length > 0 && called -> more = !is_empty(q); break
#endif
	   :: Q[q].length > 0 && Q[q].list[0] == MARK -> mark_reached(q)
	   :: Q[q].length > 0 && Q[q].list[0] != MARK ->
		dequeue_locked(c, q);
		unlock(q);
		/* [B]: what a refused dpc_queue()'s caller wrote is seen by the routine. */
#ifdef TRAP_LATE_COPY
		/* Ours: the arguments may be those of the next queueing by now. */
		check(O[o].arg == arg, first_arguments_win);
#endif
		ROUTINE(c, o, arg);
		routine_returned(c);
#ifdef TRAP_LATE_RELEASE
		/* Ours: not queued again only after the call (Q9). */
		O[o].queued_on = 0;
#endif
		lock(q);
		atomic {
			finish_call(q);
			o = 0;
			arg = 0;
#ifdef PASS_LIMIT
			called = true
#endif
		}
	   od;
#ifdef TRAP_KICKED_OUTSIDE_LOCK
	   /* Ours: who queues just before this is clear neither kicks nor is drained. */
	   unlock(q);
	   d_step { end_of_pass(q) };
#else
	   atomic { end_of_pass(q); unlock(q) };
#endif
	   atomic {
		if
		:: more -> raise(c, q)
		:: else -> skip
		fi;
		more = false;
		called = false;
		q = 0;
		in_pass[c] = false
	   }
	od
}

/* ---- hotplug of CPU 1: hotplug.c, dpc_kick_rehome() ------------------------------------ */

#define HOTPLUG_LOCALS	bool adopt

inline cpu_offline()
{
#ifdef THREADED
	/* Comes first; whoever queues to it then wakes it in vain. */
	atomic { !in_pass[1] -> parked = true; raised[1] = 0 };
#endif
	/*
	 * The kernel: stop_machine() waits for everybody with interrupts off; the
	 * dying CPU's softirqs are moved to a live one, and its timers are.
	 */
	atomic { irqs_off == 0 && !in_pass[1] ->
		online[1] = false;
		raised[0] = raised[0] | raised[1];
		raised[1] = 0
	};
#ifndef TRAP_NO_ADOPTION
	/* TRAP_NO_ADOPTION, ours: the dead CPU's queue is nobody's. */
	Q[1].carrier = 0;
	lock(1);
	atomic {
#if defined(THREADED) && defined(TRAP_ADOPT_ONLY_OBJECTS)
		/* Ours: a request whose objects were cancelled stays for ever. */
		adopt = depth(1) > 0;
#elif defined(THREADED)
		adopt = !is_empty(1) || Q[1].kicked;
#else
		adopt = !is_empty(1) && !Q[1].kicked;
#endif
		Q[1].kicked = Q[1].kicked || adopt;
		unlock(1)
	};
	atomic {
		if
		:: adopt -> kick_queue(0, 1)
		:: else -> skip
		fi;
		adopt = false
	}
#endif
}

inline cpu_online()
{
#ifndef TRAP_ONLINE_AT_ONCE
	/* TRAP_ONLINE_AT_ONCE, ours: its queue may still be drained by another CPU. */
	atomic { !Q[1].kicked && Q[1].length == 0 && is_free(1) };
#endif
	Q[1].carrier = 1;
	online[1] = true;
#ifdef THREADED
	atomic {
		parked = false;
		if
		:: Q[1].kicked -> raise(1, 1)
		:: else -> skip
		fi
	}
#endif
}

/* ---- the end --------------------------------------------------------------------------- */

/* Nothing can happen any more: then nothing may be left (no wake-up was lost). */
proctype at_end()
{
	byte i;

	timeout ->
	d_step {
		i = 0;
		do
		:: i < CPUS ->
			check(!Q[i].flushing, mark_is_reached);
			check(Q[i].length == 0, none_lost);
#ifndef TRAP_EXECUTING_STAYS
			check(!Q[i].executing, counts_are_right);
#endif
			check(!Q[i].kicked && !raised[i], requests_end);
			i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < OBJECTS ->
			check(!owed[i], none_lost);
			i++
		:: else -> break
		od;
#ifdef TWO_CARRIERS
		check(!by_thread[0] && !by_thread[1], requests_end);
#endif
		check(refs == 0, counts_are_right);
#ifdef AT_END
		AT_END;
#endif
	}
}

#ifdef TWO_CARRIERS
#define run_drains()	run softirq(0, 0); run softirq(1, 0);			\
			run softirq(0, 1); run softirq(1, 1)
#else
#define run_drains()	run softirq(0, 0); run softirq(1, 0)
#endif
#ifdef LAZY
#define start_cpus()	Q[1].carrier = 1; run_drains(); run tick(0); run tick(1); run at_end()
#else
#define start_cpus()	Q[1].carrier = 1; run_drains(); run at_end()
#endif

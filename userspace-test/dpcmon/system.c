// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows the calls on each CPU; see system.h.
 */
#include <stdlib.h>
#include <string.h>

#include "system.h"
#include "tasks.h"
#include "text.h"
#include "util.h"

#define SYSTEM_THREAD_DEPTH	6	/* of them, those that a thread takes along */
#define SYSTEM_SOFTIRQS		16	/* the kernel has 10 */
#define SYSTEM_NET_RX		3
#define SYSTEM_CPUS_MAX		8192
#define SYSTEM_WAYS		4	/* entries with the same hash */

/**
 * struct system_call - a call that has not returned
 * @row: where it is counted; its kind says what the call is
 * @key: what its exit will say
 * @start: time at which it began
 * @other_ns: time since then that was another row's, or in which the thread had no CPU
 * @wait_ns: time from its request to its beginning; 0 if that is not known
 * @from: CPU of that request
 * @id: its number
 * @moved: it has been on more than one CPU
 * @cpu: the CPU that it was on last
 * @trampoline: it has only called what is counted by itself
 * @mark: SYSTEM_SOFTIRQ: the time, and
 * @mark_other_ns: the other time, at which the last NAPI poll in it had ended
 */
struct system_call {
	struct system_row	*row;
	uint64_t		key;
	uint64_t		start;
	uint64_t		other_ns;
	uint64_t		wait_ns;
	int			from;
	uint64_t		id;
	bool			moved;
	int			cpu;
	bool			trampoline;
	uint64_t		mark;
	uint64_t		mark_other_ns;
};

/**
 * struct system_thread - a thread that does not run
 * @pid: its number; 0 if this entry is free
 * @woken: when it was woken, if that was not seen to lead to anything yet; else 0
 * @waker: CPU on which that was
 * @left: when it was switched out
 * @depth: calls that it has open
 * @calls: these
 */
struct system_thread {
	int			pid;
	uint64_t		woken;
	int			waker;
	uint64_t		left;
	unsigned int		depth;
	struct system_call	calls[SYSTEM_THREAD_DEPTH];
};

/* A request of a work item: when, where, and by which queue.  @object is 0 if the entry is free. */
struct system_request {
	uint64_t	object;
	uint64_t	ts;
	int		cpu;
	char		name[32];
};

/**
 * struct system_raise - the request of a softirq that has not begun
 * @first: when it was raised first; 0 if it was not
 * @last: when it was raised last, if that was again
 * @in_isr: the first time was in a hard interrupt
 * @isr_end: when that has ended; 0 if it has not
 */
struct system_raise {
	uint64_t	first;
	uint64_t	last;
	bool		in_isr;
	uint64_t	isr_end;
};

/**
 * struct system_cpu - what happens on a CPU
 * @pid: the thread that has it
 * @known: @pid is valid
 * @ksoftirqd: it is the thread that runs softirqs that were left over
 * @depth: calls that are open
 * @calls: these; those of the thread come first
 * @raise: the requests of softirqs
 * @nr: its number
 * @stretches: what it did lately
 * @idle: what thread 0 has open here while another thread runs
 */
struct system_cpu {
	int			pid;
	bool			known;
	bool			ksoftirqd;
	unsigned int		depth;
	struct system_call	calls[SYSTEM_DEPTH];
	struct system_raise	raise[SYSTEM_SOFTIRQS];
	int			nr;
	struct system_stretches	stretches;
	struct system_thread	idle;
};

struct system *system_new(const uint64_t *budget_ns, const struct tasks *tasks)
{
	struct system *s = xcalloc(1, sizeof(*s));

	memcpy(s->rows.budget_ns, budget_ns, sizeof(s->rows.budget_ns));
	s->threads = xcalloc(SYSTEM_THREADS, sizeof(*s->threads));
	s->requests = xcalloc(SYSTEM_REQUESTS, sizeof(*s->requests));
	s->tasks = tasks;
	return s;
}

void system_free(struct system *s)
{
	unsigned int i;

	if (!s)
		return;
	for (i = 0; i < s->nr_cpus; i++)
		free(s->cpus[i]);
	free(s->cpus);
	free(s->threads);
	free(s->requests);
	system_row_free_all(&s->rows);
	free(s);
}

static struct system_cpu *system_cpu(struct system *s, int nr)
{
	if ((unsigned int)nr >= s->nr_cpus) {
		s->cpus = xrealloc(s->cpus, (nr + 1) * sizeof(*s->cpus));
		memset(s->cpus + s->nr_cpus, 0, (nr + 1 - s->nr_cpus) * sizeof(*s->cpus));
		s->nr_cpus = nr + 1;
	}
	if (!s->cpus[nr]) {
		s->cpus[nr] = xcalloc(1, sizeof(*s->cpus[nr]));
		s->cpus[nr]->nr = nr;
	}
	return s->cpus[nr];
}

/* Clocks of two CPUs may differ a little: what was requested later has not waited. */
static uint64_t system_between(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

static bool system_begins(const char *text, const char *with)
{
	return text && !strncmp(text, with, strlen(with));
}

/* "irq/24-eth0", or "irq/24-s-eth0" of a second thread; the whole if it is neither. */
const char *system_thread_action(const char *name)
{
	const char *dash = strchr(name, '-');

	if (dash && !strncmp(dash, "-s-", 3))
		dash += 2;
	return dash && dash[1] ? dash + 1 : name;
}

/* ---- Calls ---------------------------------------------------------------------- */

/* Whether a call of this kind is of a hard interrupt, which no switch can come into. */
static bool system_is_hard(enum system_kind kind)
{
	return kind == SYSTEM_ISR || kind == SYSTEM_VECTOR || kind == SYSTEM_HRTIMER;
}

bool system_look_back(const struct system *s, int cpu, uint64_t from, uint64_t to,
		      struct system_worst *w)
{
	const struct system_cpu *c = NULL;

	if (cpu >= 0 && (unsigned int)cpu < s->nr_cpus)
		c = s->cpus[cpu];
	if (!c || c->stretches.since < to)
		return false;
	*w = (struct system_worst){ 0 };
	system_worst_offer(w, &c->stretches, cpu, to, to - from, 0, true);
	return true;
}

static struct system_call *system_top(struct system_cpu *c)
{
	return c->depth ? &c->calls[c->depth - 1] : NULL;
}

/* What the CPU did until @ts. */
static void system_until(struct system_cpu *c, uint64_t ts)
{
	system_worst_until(&c->stretches, ts, c->depth ? system_top(c)->row : NULL, c->pid);
}

static void system_enter(struct system *s, struct system_cpu *c, struct system_row *row,
			 uint64_t key, uint64_t ts)
{
	system_until(c, ts);
	if (c->depth == SYSTEM_DEPTH) {
		/* exits are missing: none of these can be told from the others */
		s->cut += c->depth;
		c->depth = 0;
	}
	c->calls[c->depth++] = (struct system_call){
		.row = row, .key = key, .start = ts, .mark = ts, .cpu = c->nr, .from = c->nr,
		.id = ++s->calls,
	};
}

/* The innermost call of @kind that @key fits, or NULL.  Those inside of it have lost their exit. */
static struct system_call *system_find(struct system *s, struct system_cpu *c,
				       enum system_kind kind, uint64_t key)
{
	unsigned int i;

	for (i = c->depth; i--; ) {
		if (c->calls[i].row->kind != kind || c->calls[i].key != key)
			continue;
		s->cut += c->depth - i - 1;
		c->depth = i + 1;
		return &c->calls[i];
	}
	return NULL;
}

/* The innermost call has waited for @ns, since it was requested on CPU @from. */
static void system_waited(struct system_cpu *c, uint64_t ns, int from)
{
	system_top(c)->wait_ns = ns;
	system_top(c)->from = from;
	system_row_add_time(&system_top(c)->row->wait, ns);
}

/* The innermost call has returned. */
static void system_leave(struct system_cpu *c, uint64_t ts)
{
	struct system_call *call = &c->calls[c->depth - 1], *outer;
	uint64_t ns = system_between(call->start, ts);
	uint64_t self = ns > call->other_ns ? ns - call->other_ns : 0;

	system_until(c, ts);
	c->depth--;
	outer = system_top(c);

	if (outer)
		outer->other_ns += ns;
	call->row->self_ns += self;
	if (call->trampoline)
		return;
	call->row->calls++;
	system_row_add_time(&call->row->run, ns);
	system_worst_offer(&call->row->worst, &c->stretches, c->nr, ts, call->wait_ns + ns,
			   call->wait_ns, !call->moved);
}

/*
 * A call of @kind has returned.
 * Return: false if its beginning is not in the trace.
 */
static bool system_exit(struct system *s, struct system_cpu *c, enum system_kind kind,
			uint64_t key, uint64_t ts)
{
	if (!system_find(s, c, kind, key)) {
		s->cut++;
		return false;
	}
	system_leave(c, ts);
	return true;
}

/* ---- Threads -------------------------------------------------------------------- */

/* The entry of thread @pid; else one for it if @make, which may be the oldest of its hash. */
static struct system_thread *system_thread(struct system *s, struct system_cpu *c, int pid,
					   bool make)
{
	struct system_thread *set, *oldest;
	unsigned int i, hash;

	if (!pid)
		return &c->idle;
	hash = (unsigned int)pid * 2654435761u;
	set = s->threads + hash % (SYSTEM_THREADS / SYSTEM_WAYS) * SYSTEM_WAYS;
	for (i = 0; i < SYSTEM_WAYS; i++)
		if (set[i].pid == pid)
			return &set[i];
	if (!make)
		return NULL;
	oldest = set;
	for (i = 0; i < SYSTEM_WAYS && oldest->pid; i++)
		if (!set[i].pid || set[i].left + set[i].woken < oldest->left + oldest->woken)
			oldest = &set[i];
	s->cut += oldest->depth;
	*oldest = (struct system_thread){ .pid = pid };
	return oldest;
}

static void system_thread_out(struct system *s, struct system_cpu *c, uint64_t ts)
{
	struct system_thread *t;
	unsigned int i, depth = 0;

	system_until(c, ts);
	/* a switch can't come into a hard interrupt: its exit is missing */
	for (i = 0; i < c->depth; i++) {
		if (system_is_hard(c->calls[i].row->kind) || depth == SYSTEM_THREAD_DEPTH)
			s->cut++;
		else
			c->calls[depth++] = c->calls[i];
	}
	c->depth = 0;
	if (!depth)
		return;
	t = system_thread(s, c, c->pid, true);
	s->cut += t->depth;
	memcpy(t->calls, c->calls, depth * sizeof(*c->calls));
	t->depth = depth;
	t->left = ts;
}

static void system_thread_in(struct system *s, struct system_cpu *c, uint64_t ts)
{
	struct system_thread *t = system_thread(s, c, c->pid, false);
	unsigned int i;

	if (!t)
		return;
	system_until(c, ts);
	memcpy(c->calls, t->calls, t->depth * sizeof(*c->calls));
	c->depth = t->depth;
	t->depth = 0;
	for (i = 0; i < c->depth; i++) {
		c->calls[i].moved |= c->calls[i].cpu != c->nr;
		c->calls[i].cpu = c->nr;
	}
	/* calls outside of the innermost one get its whole time when it returns */
	if (c->depth)
		system_top(c)->other_ns += system_between(t->left, ts);
	if (!t->woken)
		t->pid = 0;
}

/* @pid has the CPU.  Its @name may be NULL. */
static void system_run_thread(struct system *s, struct system_cpu *c, int pid, const char *name,
			      uint64_t ts)
{
	if (c->known && c->pid == pid)
		return;
	if (c->known)
		system_thread_out(s, c, ts);
	c->known = true;
	c->pid = pid;
	if (!name && pid && s->tasks)
		name = tasks_name(s->tasks, pid);
	c->ksoftirqd = system_begins(name, "ksoftirqd/");
	system_thread_in(s, c, ts);
}

/* An interrupt's thread is asked to run. */
static void system_waking(struct system *s, struct system_cpu *c, const struct system_event *e)
{
	struct system_thread *t;

	if (!system_begins(e->name, "irq/") || !e->task)
		return;
	t = system_thread(s, c, e->task, true);
	/* with a call open, it was preempted or had to wait, and goes on */
	if (!t->depth) {
		t->woken = e->ts;
		t->waker = c->nr;
	}
}

/*
 * The state of a thread that waits for the next interrupt.  In any other one, it is preempted, or
 * its handler waits for something, and the call goes on.
 */
static bool system_is_interruptible(uint64_t state)
{
	return state & 1;
}

static void system_switch(struct system *s, struct system_cpu *c, const struct system_event *e)
{
	struct system_thread *t;

	s->switches = true;
	if (system_is_interruptible(e->number) && c->depth &&
	    system_top(c)->row->kind == SYSTEM_THREAD) {
		system_leave(c, e->ts);
		t = system_thread(s, c, e->pid, false);
		/* a wake-up that came before it slept has led to nothing more */
		if (t)
			t->woken = 0;
	}
	system_run_thread(s, c, e->task, e->name, e->ts);
	if (!e->task || c->depth || !system_begins(e->name, "irq/"))
		return;
	t = system_thread(s, c, e->task, false);
	if (!t || !t->woken)
		return;
	system_enter(s, c, system_row(&s->rows, SYSTEM_THREAD, 0, 0, e->name), 0, e->ts);
	system_waited(c, system_between(t->woken, e->ts), t->waker);
	t->pid = 0;
	t->woken = 0;
}

/* ---- Work items ----------------------------------------------------------------- */

static struct system_request *system_request_set(struct system *s, uint64_t object)
{
	uint64_t hash = (object >> 4) * 0x9e3779b97f4a7c15ULL;

	return s->requests + hash % (SYSTEM_REQUESTS / SYSTEM_WAYS) * SYSTEM_WAYS;
}

/* The same item is not queued twice before it has begun: a second event means that it has. */
static void system_queue(struct system *s, const struct system_cpu *c,
			 const struct system_event *e)
{
	struct system_request *set = system_request_set(s, e->object), *r = set;
	unsigned int i;

	for (i = 0; i < SYSTEM_WAYS; i++) {
		if (set[i].object == e->object) {
			r = &set[i];
			break;
		}
		if (r->object && (!set[i].object || set[i].ts < r->ts))
			r = &set[i];
	}
	r->object = e->object;
	r->ts = e->ts;
	r->cpu = c->nr;
	*r->name = '\0';
	if (e->name)
		text_copy(r->name, sizeof(r->name), e->name, strlen(e->name));
}

/* A work item begins: in a softirq, or in a thread. */
static void system_work(struct system *s, struct system_cpu *c, const struct system_event *e,
			enum system_kind kind)
{
	struct system_request *set = system_request_set(s, e->object);
	struct system_row *row;
	unsigned int i;

	/* a thread's innermost call can be its own previous one only, whose exit is missing */
	while (kind != SYSTEM_BH_WORK && c->depth) {
		s->cut++;
		c->depth--;
	}
	row = system_row(&s->rows, kind, e->function, e->function, NULL);
	system_enter(s, c, row, e->object, e->ts);
	for (i = 0; i < SYSTEM_WAYS; i++) {
		if (set[i].object != e->object)
			continue;
		system_waited(c, system_between(set[i].ts, e->ts), set[i].cpu);
		if (!*row->workqueue)
			memcpy(row->workqueue, set[i].name, sizeof(set[i].name));
		set[i].object = 0;
		return;
	}
}

static bool system_in_softirq(struct system_cpu *c)
{
	unsigned int i;

	for (i = 0; i < c->depth; i++)
		if (c->calls[i].row->kind == SYSTEM_SOFTIRQ)
			return true;
	return false;
}

static void system_work_exit(struct system *s, struct system_cpu *c, const struct system_event *e)
{
	bool bh = system_find(s, c, SYSTEM_BH_WORK, e->object);

	system_exit(s, c, bh ? SYSTEM_BH_WORK : SYSTEM_WORK, e->object, e->ts);
}

/* ---- Softirqs and what runs in them ---------------------------------------------- */

/*
 * More raises before it runs are one request, but for one that comes after the kernel has begun
 * the pass in which it will run: that one is for the pass after it.  No event tells; but then the
 * next pass begins without a raise before it.
 */
static void system_raise(struct system_cpu *c, const struct system_event *e)
{
	struct system_raise *r = &c->raise[e->number % SYSTEM_SOFTIRQS];

	if (e->number >= SYSTEM_SOFTIRQS)
		return;
	if (r->first) {
		r->last = e->ts;
		return;
	}
	*r = (struct system_raise){ .first = e->ts, .in_isr = e->hard };
}

static void system_softirq(struct system *s, struct system_cpu *c, const struct system_event *e)
{
	struct system_row *row = system_row(&s->rows, SYSTEM_SOFTIRQ, e->number, 0, NULL);
	struct system_raise *r = &c->raise[e->number % SYSTEM_SOFTIRQS];
	uint64_t raised = r->first ? r->first : r->last, wait;

	if (!system_row_is_pass(row))
		row->run.budget_ns = s->rows.budget_ns[DPC_STAGE_DPC];
	system_enter(s, c, row, e->number, e->ts);
	row->deferred += c->ksoftirqd;
	if (!raised || e->number >= SYSTEM_SOFTIRQS)
		return;
	wait = system_between(raised, e->ts);
	system_waited(c, wait, c->nr);
	if (c->ksoftirqd) {
		row->deferred_waits++;
		row->deferred_wait_ns += wait;
	} else if (r->isr_end) {
		system_row_add_time(&row->after_isr, system_between(r->isr_end, e->ts));
	}
	*r = (struct system_raise){ .last = r->first ? r->last : 0 };
}

/*
 * A poll has ended, of which no event says that it began: it did when the softirq did, or the
 * poll before it ended.  One that runs in a thread has no time.
 */
static void system_napi(struct system *s, struct system_cpu *c, const struct system_event *e)
{
	struct system_row *row = system_row(&s->rows, SYSTEM_NAPI, 0, 0, e->name);
	struct system_call *softirq = system_top(c);
	uint64_t ns, other;

	row->calls++;
	if (!softirq || softirq->row->kind != SYSTEM_SOFTIRQ || softirq->key != SYSTEM_NET_RX)
		return;
	ns = system_between(softirq->mark, e->ts);
	other = softirq->other_ns - softirq->mark_other_ns;
	system_row_add_time(&row->run, ns);
	system_until(c, e->ts);
	/* the time that the softirq had the CPU for itself was the poll's */
	system_worst_relabel(&c->stretches, softirq->mark, softirq->row, row);
	system_worst_offer(&row->worst, &c->stretches, c->nr, e->ts, ns, 0, !softirq->moved);
	row->self_ns += ns > other ? ns - other : 0;
	softirq->other_ns += ns > other ? ns - other : 0;
	softirq->mark = e->ts;
	softirq->mark_other_ns = softirq->other_ns;
}

static void system_hrtimer(struct system *s, struct system_cpu *c, const struct system_event *e)
{
	system_enter(s, c, system_row(&s->rows, e->hard ? SYSTEM_HRTIMER : SYSTEM_SOFT_HRTIMER,
				      e->function, e->function, NULL), e->object, e->ts);
}

static void system_hrtimer_exit(struct system *s, struct system_cpu *c,
				const struct system_event *e)
{
	bool soft = system_find(s, c, SYSTEM_SOFT_HRTIMER, e->object);

	system_exit(s, c, soft ? SYSTEM_SOFT_HRTIMER : SYSTEM_HRTIMER, e->object, e->ts);
}

/* ---- The library: its stages stand for what carries them ------------------------- */

/* On PREEMPT_RT, and for passive ones, the ISR is called by the interrupt's thread. */
static void system_library_isr(struct system *s, struct system_cpu *c,
			       const struct system_event *e)
{
	struct system_call *call = system_top(c);
	const char *name = call ? call->row->name : "";
	struct system_row *row;

	row = system_row(&s->rows, SYSTEM_ISR, e->function, e->function,
			 system_begins(name, "irq/") ? system_thread_action(name) : name);
	if (call && call->row->kind == SYSTEM_ISR) {
		call->row = row;
		return;
	}
	row->calls++;
	row->self_ns += e->ns;
	system_row_add_time(&row->run, e->ns);
	if (call)
		call->other_ns += e->ns;
}

/* What carries a stage of the library, and does nothing else. */
static bool system_is_carrier(enum system_kind kind)
{
	return kind == SYSTEM_TASKLET || kind == SYSTEM_BH_WORK || kind == SYSTEM_THREAD ||
	       kind == SYSTEM_WORK || kind == SYSTEM_KTHREAD_WORK;
}

static void system_library(struct system *s, struct system_cpu *c, const struct system_event *e,
			   enum system_kind kind)
{
	struct system_call *carrier = system_top(c);
	struct system_row *row = system_row(&s->rows, kind, e->function, e->function, NULL);
	int from = c->nr;

	if (carrier && system_is_carrier(carrier->row->kind)) {
		carrier->trampoline = true;
		/* a thread need not run where it was asked to */
		if (carrier->row->kind > SYSTEM_BH_WORK)
			from = -1;
	}
	system_enter(s, c, row, e->function, e->ts);
	system_waited(c, e->ns, from);
}

/* ---- All events ------------------------------------------------------------------- */

static void system_enter_routine(struct system *s, struct system_cpu *c,
				 const struct system_event *e, enum system_kind kind)
{
	system_enter(s, c, system_row(&s->rows, kind, e->function, e->function, NULL), e->object,
		     e->ts);
}

/* What the timer's vector runs are rows of their own, and judged: the vector itself is not. */
static void system_vector(struct system *s, struct system_cpu *c, const struct system_event *e)
{
	struct system_row *row = system_row(&s->rows, SYSTEM_VECTOR, e->number, 0, NULL);

	if (e->number == SYSTEM_VECTOR_TIMER)
		row->run.budget_ns = 0;
	system_enter(s, c, row, e->number, e->ts);
}

/* The hard interrupt has ended that raised a softirq, which may run now. */
static void system_hard_exit(struct system *s, struct system_cpu *c, enum system_kind kind,
			     const struct system_event *e)
{
	struct system_raise *r;
	unsigned int i;

	if (!system_exit(s, c, kind, e->number, e->ts))
		return;
	if (c->depth && system_is_hard(system_top(c)->row->kind))
		return;
	for (i = 0; i < SYSTEM_SOFTIRQS; i++) {
		r = &c->raise[i];
		if (r->in_isr && !r->isr_end)
			r->isr_end = e->ts;
	}
}

/* Events are missing: what is open, or requested, may have ended in between. */
static void system_lost(struct system *s, struct system_cpu *c, long long lost)
{
	unsigned int i;

	if (lost < 0)
		s->gaps++;
	else
		s->lost += lost;
	s->cut += c->depth + c->idle.depth;
	c->depth = 0;
	c->idle = (struct system_thread){ 0 };
	c->known = false;
	memset(c->raise, 0, sizeof(c->raise));
	system_worst_forget(&c->stretches);
	for (i = 0; i < SYSTEM_THREADS; i++) {
		s->cut += s->threads[i].depth;
		s->threads[i] = (struct system_thread){ 0 };
	}
	memset(s->requests, 0, SYSTEM_REQUESTS * sizeof(*s->requests));
}

static void system_call_event(struct system *s, struct system_cpu *c,
			      const struct system_event *e)
{
	switch (e->type) {
	case SYSTEM_IRQ_ENTRY:
		system_enter(s, c, system_row(&s->rows, SYSTEM_ISR, e->number, 0, e->name),
			     e->number, e->ts);
		break;
	case SYSTEM_IRQ_EXIT:
		system_hard_exit(s, c, SYSTEM_ISR, e);
		break;
	case SYSTEM_VECTOR_ENTRY:
		system_vector(s, c, e);
		break;
	case SYSTEM_VECTOR_EXIT:
		system_hard_exit(s, c, SYSTEM_VECTOR, e);
		break;
	case SYSTEM_SOFTIRQ_RAISE:
		system_raise(c, e);
		break;
	case SYSTEM_SOFTIRQ_ENTRY:
		system_softirq(s, c, e);
		break;
	case SYSTEM_SOFTIRQ_EXIT:
		system_exit(s, c, SYSTEM_SOFTIRQ, e->number, e->ts);
		break;
	case SYSTEM_TASKLET_ENTRY:
		system_enter_routine(s, c, e, SYSTEM_TASKLET);
		break;
	case SYSTEM_TASKLET_EXIT:
		system_exit(s, c, SYSTEM_TASKLET, e->object, e->ts);
		break;
	case SYSTEM_TIMER_ENTRY:
		system_enter_routine(s, c, e, SYSTEM_TIMER);
		break;
	case SYSTEM_TIMER_EXIT:
		system_exit(s, c, SYSTEM_TIMER, e->object, e->ts);
		break;
	case SYSTEM_HRTIMER_ENTRY:
		system_hrtimer(s, c, e);
		break;
	case SYSTEM_HRTIMER_EXIT:
		system_hrtimer_exit(s, c, e);
		break;
	case SYSTEM_NAPI_POLL:
		system_napi(s, c, e);
		break;
	case SYSTEM_WORK_QUEUE:
	case SYSTEM_KTHREAD_WORK_QUEUE:
		system_queue(s, c, e);
		break;
	case SYSTEM_WORK_ENTRY:
		system_work(s, c, e, system_in_softirq(c) ? SYSTEM_BH_WORK : SYSTEM_WORK);
		break;
	case SYSTEM_WORK_EXIT:
		system_work_exit(s, c, e);
		break;
	case SYSTEM_KTHREAD_WORK_ENTRY:
		system_work(s, c, e, SYSTEM_KTHREAD_WORK);
		break;
	case SYSTEM_KTHREAD_WORK_EXIT:
		system_exit(s, c, SYSTEM_KTHREAD_WORK, e->object, e->ts);
		break;
	case SYSTEM_WAKING:
		system_waking(s, c, e);
		break;
	case SYSTEM_SWITCH:
		system_switch(s, c, e);
		break;
	case SYSTEM_LIBRARY_ISR:
		system_library_isr(s, c, e);
		break;
	case SYSTEM_LIBRARY_DPC_ENTRY:
		system_library(s, c, e, SYSTEM_DPC);
		break;
	case SYSTEM_LIBRARY_DPC_EXIT:
		system_exit(s, c, SYSTEM_DPC, e->function, e->ts);
		break;
	case SYSTEM_LIBRARY_WORK_ENTRY:
		system_library(s, c, e, SYSTEM_WORK);
		break;
	case SYSTEM_LIBRARY_WORK_EXIT:
		system_exit(s, c, SYSTEM_WORK, e->function, e->ts);
		break;
	default:
		break;
	}
}

void system_event(struct system *s, const struct system_event *e)
{
	struct system_cpu *c;

	if (e->cpu < 0 || e->cpu >= SYSTEM_CPUS_MAX)
		return;
	c = system_cpu(s, e->cpu);
	if (e->lost)
		system_lost(s, c, e->lost);
	s->events++;
	s->seen[e->type]++;
	if (!s->first_ts || e->ts < s->first_ts)
		s->first_ts = e->ts;
	if (e->ts > s->last_ts)
		s->last_ts = e->ts;
	/* the event says who has the CPU, also where the trace has no switches */
	if (e->type != SYSTEM_OTHER && e->type != SYSTEM_MARK)
		system_run_thread(s, c, e->pid, NULL, e->ts);
	system_call_event(s, c, e);
}

unsigned int system_open_calls(const struct system *s, int cpu,
			       struct system_open open[SYSTEM_DEPTH], int *pid)
{
	const struct system_cpu *c = cpu >= 0 && (unsigned int)cpu < s->nr_cpus ? s->cpus[cpu] :
										 NULL;
	unsigned int i;

	*pid = c && c->known ? c->pid : -1;
	if (!c)
		return 0;
	for (i = 0; i < c->depth; i++)
		open[i] = (struct system_open){
			c->calls[i].row, c->calls[i].id, c->calls[i].start, c->calls[i].wait_ns,
			c->calls[i].from,
		};
	return c->depth;
}

/* A call that has not returned: if it is too long already, that is known. */
static void system_unfinished(struct system *s, const struct system_call *call)
{
	uint64_t ns = system_between(call->start, s->last_ts);

	s->cut++;
	if (call->trampoline || !call->row->run.budget_ns || ns <= call->row->run.budget_ns)
		return;
	call->row->unfinished++;
	call->row->calls++;
	system_row_add_time(&call->row->run, ns);
}

static void system_unfinished_thread(struct system *s, const struct system_thread *t)
{
	unsigned int i;

	for (i = 0; i < t->depth; i++)
		system_unfinished(s, &t->calls[i]);
}

/* The same of a softirq that was raised and has not begun. */
static void system_unbegun(struct system *s, unsigned int vector, uint64_t raised)
{
	struct system_row *row = system_row(&s->rows, SYSTEM_SOFTIRQ, vector, 0, NULL);
	uint64_t ns = system_between(raised, s->last_ts);

	if (!row->wait.budget_ns || ns <= row->wait.budget_ns)
		return;
	row->unfinished++;
	system_row_add_time(&row->wait, ns);
}

static void system_finish_cpu(struct system *s, const struct system_cpu *c)
{
	unsigned int i;

	for (i = 0; i < c->depth; i++)
		system_unfinished(s, &c->calls[i]);
	system_unfinished_thread(s, &c->idle);
	for (i = 0; i < SYSTEM_SOFTIRQS; i++)
		if (c->raise[i].first)
			system_unbegun(s, i, c->raise[i].first);
}

void system_finish(struct system *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_cpus; i++)
		if (s->cpus[i])
			system_finish_cpu(s, s->cpus[i]);
	for (i = 0; i < SYSTEM_THREADS; i++)
		system_unfinished_thread(s, &s->threads[i]);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A test may do this outside its own thread: write down which routine was called,
 * with which arguments and where, and wait at a gate.  Nothing here asserts; tests
 * read the notes in their own thread.  Every wait has a limit.
 */
#ifndef _DPC_KUNIT_RECORDER_H
#define _DPC_KUNIT_RECORDER_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#define REC_LIMIT	(10 * HZ)	/* far above the slowest emulated machine */
#define REC_LIMIT_NS	(10 * NSEC_PER_SEC)
#define REC_MEET_LIMIT	(60 * HZ)	/* for races of many rounds */
#define REC_MAX		192

/* Wait in a thread until @cond holds; false when the limit was reached. */
#define rec_wait_until(cond)						\
({									\
	unsigned long __end = jiffies + REC_LIMIT;			\
	bool __ok;							\
									\
	while (!(__ok = (cond)) && time_before(jiffies, __end))		\
		usleep_range(50, 100);					\
	__ok || (cond);							\
})

bool rec_wait_count(const atomic_t *counter, int count);

/* Wait until @cond holds, awake: any context but NMI; false when the limit was reached. */
#define rec_spin_until(cond)						\
({									\
	u64 __end = ktime_get_mono_fast_ns() + REC_LIMIT_NS;		\
									\
	while (!(cond) && ktime_get_mono_fast_ns() < __end)		\
		cpu_relax();						\
	(cond);								\
})

/*
 * Rounds @_first to @_last of a race, and more of them until @_met holds or the
 * limit is reached.  How often two CPUs meet in a given number of rounds depends
 * on what else the host does, so a test that needs a meeting goes on until it
 * came, and then expects @_met.
 */
#define for_rounds_until_met(_round, _first, _last, _met)		\
	for (unsigned long __end = ((_round) = (_first), jiffies + REC_MEET_LIMIT); \
	     (_round) <= (_last) || (!(_met) && time_before(jiffies, __end)); (_round)++)

/* One call, as it found the world. */
struct rec_entry {
	bool			done;		/* all fields are written */
	int			tag;		/* the test's own */
	const void		*object;
	void			*context;
	void			*arg1;
	void			*arg2;
	u64			first;
	u64			last;
	u32			count;
	bool			answer;
	int			cpu;
	struct task_struct	*task;		/* to compare, not to follow */
	int			preempt;	/* preempt_count() */
	bool			hardirq;
	bool			softirq;	/* serving one */
	bool			bh_off;
	bool			irqs_off;
	bool			executing;	/* dpc_is_executing() */
};

struct recorder {
	atomic_t		taken;
	struct completion	news;
	struct rec_entry	entry[REC_MAX];
};

/*
 * At the level of a drain that an interrupt asked for: on PREEMPT_RT that is a
 * thread with bottom halves off (R4).
 */
static inline bool rec_at_dispatch(const struct rec_entry *entry)
{
	return entry->softirq || (IS_ENABLED(CONFIG_PREEMPT_RT) && entry->bh_off);
}

void recorder_init(struct recorder *rec);
struct rec_entry *recorder_begin(struct recorder *rec, int tag);
void recorder_end(struct recorder *rec, struct rec_entry *entry);
void recorder_note(struct recorder *rec, int tag);
unsigned int recorder_count(const struct recorder *rec);
unsigned int recorder_count_tag(const struct recorder *rec, int tag);
const struct rec_entry *recorder_find(const struct recorder *rec, int tag, unsigned int nth);
int recorder_position(const struct recorder *rec, int tag);
bool recorder_wait(struct recorder *rec, unsigned int count);
bool recorder_wait_tag(struct recorder *rec, int tag, unsigned int count);

/*
 * A gate holds callers, in any context, until the test opens it, or the limit
 * is reached.
 */
struct gate {
	atomic_t	arrived;
	atomic_t	expired;
	atomic_t	open;
};

void gate_init(struct gate *gate);
void gate_pass(struct gate *gate);
void gate_pass_sleeping(struct gate *gate);
bool gate_wait_arrived(struct gate *gate, int count);
void gate_open(struct gate *gate);
bool gate_expired(const struct gate *gate);

#endif /* _DPC_KUNIT_RECORDER_H */

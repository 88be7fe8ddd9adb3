// SPDX-License-Identifier: GPL-2.0-only
#include "recorder.h"

#include <linux/dpc.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

/*
 * Wait in a thread until @counter has come to @count, however long that takes;
 * false when it stood still for the limit.
 */
bool rec_wait_count(const atomic_t *counter, int count)
{
	int seen;

	do {
		seen = atomic_read(counter);
		if (seen >= count)
			return true;
	} while (rec_wait_until(atomic_read(counter) != seen));
	return false;
}

void recorder_init(struct recorder *rec)
{
	memset(rec, 0, sizeof(*rec));
	init_completion(&rec->news);
}

/*
 * Take a slot and note the context of the caller; any context but NMI.  The
 * slots are in the order of these calls.  The caller may add to the entry and
 * then calls recorder_end().  When all slots are taken, calls are only counted.
 */
struct rec_entry *recorder_begin(struct recorder *rec, int tag)
{
	unsigned int slot = atomic_inc_return(&rec->taken) - 1;
	struct rec_entry *entry;

	if (slot >= REC_MAX)
		return NULL;
	entry = &rec->entry[slot];
	entry->tag	 = tag;
	entry->cpu	 = raw_smp_processor_id();
	entry->task	 = current;
	entry->preempt	 = preempt_count();
	entry->hardirq	 = in_hardirq();
	entry->softirq	 = in_serving_softirq();
	entry->bh_off	 = in_softirq();
	entry->irqs_off	 = irqs_disabled();
	entry->executing = dpc_is_executing();
	return entry;
}

void recorder_end(struct recorder *rec, struct rec_entry *entry)
{
	if (!entry)
		return;
	/* Pairs with recorder_find(): the entry is complete. */
	smp_store_release(&entry->done, true);
	complete(&rec->news);
}

/* A note with nothing but the context. */
void recorder_note(struct recorder *rec, int tag)
{
	recorder_end(rec, recorder_begin(rec, tag));
}

/* Calls so far, those without a slot included. */
unsigned int recorder_count(const struct recorder *rec)
{
	return atomic_read(&rec->taken);
}

static unsigned int recorder_slots(const struct recorder *rec)
{
	return min_t(unsigned int, recorder_count(rec), REC_MAX);
}

static int recorder_slot(const struct recorder *rec, int tag, unsigned int nth)
{
	unsigned int i;

	for (i = 0; i < recorder_slots(rec); i++)
		/* Pairs with recorder_end(). */
		if (smp_load_acquire(&rec->entry[i].done) && rec->entry[i].tag == tag && !nth--)
			return i;
	return -1;
}

/* The @nth (from 0) complete entry with @tag, or NULL. */
const struct rec_entry *recorder_find(const struct recorder *rec, int tag, unsigned int nth)
{
	int slot = recorder_slot(rec, tag, nth);

	return slot < 0 ? NULL : &rec->entry[slot];
}

/* Where in the order the first entry with @tag stands; -1 if nowhere. */
int recorder_position(const struct recorder *rec, int tag)
{
	return recorder_slot(rec, tag, 0);
}

unsigned int recorder_count_tag(const struct recorder *rec, int tag)
{
	unsigned int count = 0;

	while (recorder_slot(rec, tag, count) >= 0)
		count++;
	return count;
}

static unsigned int recorder_complete(const struct recorder *rec)
{
	unsigned int i, count = 0;

	for (i = 0; i < recorder_slots(rec); i++)
		count += smp_load_acquire(&rec->entry[i].done); /* recorder_end() */
	return count;
}

/* Wait in a thread for @count complete entries; false when the limit was reached. */
bool recorder_wait(struct recorder *rec, unsigned int count)
{
	while (recorder_complete(rec) < count)
		if (!wait_for_completion_timeout(&rec->news, REC_LIMIT))
			return false;
	return true;
}

/* The same for entries with @tag. */
bool recorder_wait_tag(struct recorder *rec, int tag, unsigned int count)
{
	while (recorder_count_tag(rec, tag) < count)
		if (!wait_for_completion_timeout(&rec->news, REC_LIMIT))
			return false;
	return true;
}

void gate_init(struct gate *gate)
{
	atomic_set(&gate->arrived, 0);
	atomic_set(&gate->expired, 0);
	atomic_set(&gate->open, 0);
}

/* Spin until the gate is open; any context but NMI. */
void gate_pass(struct gate *gate)
{
	u64 end = ktime_get_mono_fast_ns() + REC_LIMIT_NS;

	atomic_inc(&gate->arrived);
	while (!atomic_read_acquire(&gate->open)) {
		if (ktime_get_mono_fast_ns() > end) {
			atomic_inc(&gate->expired);
			return;
		}
		cpu_relax();
	}
}

/* The same for a thread, asleep. */
void gate_pass_sleeping(struct gate *gate)
{
	atomic_inc(&gate->arrived);
	if (!rec_wait_until(atomic_read_acquire(&gate->open)))
		atomic_inc(&gate->expired);
}

/* Wait in a thread until @count callers came to the gate. */
bool gate_wait_arrived(struct gate *gate, int count)
{
	return rec_wait_until(atomic_read(&gate->arrived) >= count);
}

void gate_open(struct gate *gate)
{
	atomic_set_release(&gate->open, 1);
}

/* Whether somebody gave up waiting: what the test saw then means nothing. */
bool gate_expired(const struct gate *gate)
{
	return atomic_read(&gate->expired);
}

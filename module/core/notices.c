// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has happened to published objects: the last DPC_NOTICES_KEPT notices, for all who
 * have /dev/dpc open.  Each reader knows the number of the notice that it has seen last;
 * one that is late finds out by a gap in the numbers.
 *
 * Nothing is kept while nobody has the node open.
 */
#include "notices.h"

#include "../compat.h"

#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/string.h>

atomic_t dpc_notice_readers = ATOMIC_INIT(0);
DECLARE_WAIT_QUEUE_HEAD(dpc_notice_wait);

static DEFINE_SPINLOCK(dpc_notices_lock);
/* Both under dpc_notices_lock; notice n is at n modulo DPC_NOTICES_KEPT. */
static struct dpc_notice dpc_notices[DPC_NOTICES_KEPT];
static u64 dpc_notices_last;

/* A reader comes.  Return: the number of the notice that was posted last. */
u64 dpc_notices_open(void)
{
	u64 last;

	atomic_inc(&dpc_notice_readers);
	spin_lock(&dpc_notices_lock);
	last = dpc_notices_last;
	spin_unlock(&dpc_notices_lock);
	return last;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_notices_open);

void dpc_notices_close(void)
{
	atomic_dec(&dpc_notice_readers);
}
EXPORT_SYMBOL_IF_KUNIT(dpc_notices_close);

/* Tell all readers of the object of this name; @notice gets its number.  In a thread. */
void dpc_notice_post(struct dpc_notice *notice, const char *name)
{
	if (!dpc_notices_wanted())
		return;
	strscpy(notice->name, name, sizeof(notice->name));
	spin_lock(&dpc_notices_lock);
	notice->seq = dpc_notices_last + 1;
	dpc_notices[notice->seq % DPC_NOTICES_KEPT] = *notice;
	WRITE_ONCE(dpc_notices_last, notice->seq);
	spin_unlock(&dpc_notices_lock);
	wake_up_interruptible(&dpc_notice_wait);
}

/* The same for a notice that has no more to say than @value. */
void dpc_notice_tell(enum dpc_notice_type type, u32 id, u32 value, const char *name)
{
	struct dpc_notice notice = { .type = type, .id = id, .value = value };

	dpc_notice_post(&notice, name);
}

/* Whether there are notices after number @seen. */
bool dpc_notices_pending(u64 seen)
{
	return READ_ONCE(dpc_notices_last) != seen;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_notices_pending);

/* Take those after number @seen, which moves on.  Return: how many, at most @room. */
unsigned int dpc_notices_take(u64 *seen, struct dpc_notice *out, unsigned int room)
{
	unsigned int n = 0;

	spin_lock(&dpc_notices_lock);
	if (dpc_notices_last - *seen > DPC_NOTICES_KEPT)
		*seen = dpc_notices_last - DPC_NOTICES_KEPT;
	while (n < room && *seen != dpc_notices_last)
		out[n++] = dpc_notices[++*seen % DPC_NOTICES_KEPT];
	spin_unlock(&dpc_notices_lock);
	return n;
}
EXPORT_SYMBOL_IF_KUNIT(dpc_notices_take);

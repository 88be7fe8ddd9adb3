// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error log (P4).
 *
 * An error is traced at once, in the context that tells it.  Its line in the kernel log is
 * printed by a kernel worker, because printing to a serial console takes milliseconds: an
 * ISR or a DPC that waits for that makes the next error.  Until then the error waits in a
 * record.  There are records, and intervals of the rate limit, for as many errors and
 * devices as the arrays below have room for.  An error without room is counted, and the
 * count is printed at the end of the interval.
 *
 * A record and an interval hold a reference to their device.  The worker drops both.  None
 * outlives the driver: an interrupt object that is disconnected, and a module that leaves,
 * call dpc_error_flush().  So the routine that a line names, and the device's release
 * function, are still in memory.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "check.h"
#include "error.h"
#include "held.h"
#include "stats.h"
#include "work.h"

#include "../compat.h"

#include <linux/dev_printk.h>
#include <linux/device.h>
#include <linux/dpc_interrupt.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/ratelimit_types.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <trace/events/dpc.h>

/* Lines of one device in one interval, as the kernel's own rate limit has them. */
#define DPC_ERROR_LINES		DEFAULT_RATELIMIT_BURST
#define DPC_ERROR_INTERVAL	DEFAULT_RATELIMIT_INTERVAL
/* Three devices reach their limit before the worker has run once. */
#define DPC_ERROR_RECORDS	32
#define DPC_ERROR_DEVICES	16

/*
 * Field legend of this file:
 *   L  under dpc_error_lock
 */

/* A device in an interval of its rate limit. */
struct dpc_error_device {
	struct device	*dev;			/* L, NULL: not in use */
	unsigned long	end;			/* L, jiffies */
	unsigned int	lines;			/* L, printed or waiting */
	u64		left_out;		/* L */
};

/* An error that waits to be printed. */
struct dpc_error_record {
	struct device	*dev;			/* L */
	void		*function;		/* L */
	char		name[DPC_NAME_LEN];	/* L, of the interrupt object */
	u64		seq;			/* L */
	u32		packet;			/* L */
	u32		code;			/* L */
	u32		unique;			/* L */
	s32		status;			/* L */
	u32		retries;		/* L */
	u32		sequence;		/* L */
	size_t		len;			/* L, as the driver gave it */
	size_t		size;			/* L, of these in @data */
	u8		data[DPC_ERROR_DATA_MAX];	/* L */
};

static DEFINE_RAW_SPINLOCK(dpc_error_lock);
static struct dpc_error_device dpc_error_devices[DPC_ERROR_DEVICES];	/* L */
/* A ring: @dpc_error_waiting records, from @dpc_error_first on, wait. */
static struct dpc_error_record dpc_error_records[DPC_ERROR_RECORDS];	/* L */
static unsigned int dpc_error_first;		/* L */
static unsigned int dpc_error_waiting;		/* L */
static u64 dpc_error_unlisted;			/* L, left out: no room for their device */

/* Held while lines are printed, so that dpc_error_flush() returns after the last one. */
static DEFINE_MUTEX(dpc_error_mutex);

static siphash_key_t dpc_error_key;

/* ---- Any context --------------------------------------------------------- */

/* The same packet has the same number, and nobody can tell its address from that. */
static u32 dpc_error_packet(const struct dpc_packet *packet)
{
	return packet ? siphash_1u64((uintptr_t)packet, &dpc_error_key) : 0;
}

static struct dpc_error_device *dpc_error_find_device(struct device *dev)
{
	struct dpc_error_device *unused = NULL;
	unsigned int i;

	lockdep_assert_held(&dpc_error_lock);

	for (i = 0; i < DPC_ERROR_DEVICES; i++) {
		if (dpc_error_devices[i].dev == dev)
			return &dpc_error_devices[i];
		if (!dpc_error_devices[i].dev && !unused)
			unused = &dpc_error_devices[i];
	}
	if (unused) {
		unused->dev = get_device(dev);
		unused->end = jiffies + DPC_ERROR_INTERVAL;
		unused->lines = 0;
		unused->left_out = 0;
	}
	return unused;
}

/* A record for an error of @dev, or NULL if the error is left out, and then it is counted. */
static struct dpc_error_record *dpc_error_take_record(struct device *dev)
{
	struct dpc_error_device *of = dpc_error_find_device(dev);
	struct dpc_error_record *record;

	lockdep_assert_held(&dpc_error_lock);

	if (!of) {
		dpc_error_unlisted++;
		return NULL;
	}
	if (of->lines == DPC_ERROR_LINES || dpc_error_waiting == DPC_ERROR_RECORDS) {
		of->left_out++;
		return NULL;
	}
	of->lines++;
	record = &dpc_error_records[(dpc_error_first + dpc_error_waiting) % DPC_ERROR_RECORDS];
	record->dev = get_device(dev);
	dpc_error_waiting++;
	return record;
}

static void dpc_error_fill(struct dpc_error_record *record, const struct dpc_error *error,
			   const char *name, u64 seq, void *function, size_t size)
{
	record->function = function;
	strscpy(record->name, name, DPC_NAME_LEN);
	record->seq = seq;
	record->packet = dpc_error_packet(error->packet);
	record->code = error->code;
	record->unique = error->unique;
	record->status = error->status;
	record->retries = error->retries;
	record->sequence = error->sequence;
	record->len = error->len;
	record->size = size;
	memcpy(record->data, error->data, size);
}

static void dpc_error_print_work(struct work_struct *work);
static DECLARE_WORK(dpc_error_print, dpc_error_print_work);
/* Comes at the end of the interval that ends first. */
static DECLARE_DELAYED_WORK(dpc_error_end, dpc_error_print_work);

/* dpc_log_error() in the name of the code at @ip. */
void dpc_log_error_ip(struct dpc_interrupt *intr, const struct dpc_error *error, unsigned long ip)
{
	const struct dpc_stats *stats = intr ? &intr->stats : &dpc_unbound_stats;
	struct device *dev = intr && intr->work.dev ? intr->work.dev : error->dev;
	size_t size = error->data ? min_t(size_t, error->len, DPC_ERROR_DATA_MAX) : 0;
	struct dpc_error_record *record;
	u64 first = 0, seq = 0;
	unsigned long flags;

	if (!dev) {
		dpc_misuse(ip, "tells an error of no device");
		return;
	}
	if (intr && error->served) {
		first = error->served->first;
		seq = error->served->last;
	} else if (intr && dpc_in_isr(intr)) {
		first = intr->seq;
		seq = intr->seq;
	}
	trace_dpc_error(stats, seq, first, (void *)ip, dev, error,
			dpc_error_packet(error->packet), size);

	raw_spin_lock_irqsave(&dpc_error_lock, flags);
	record = dpc_error_take_record(dev);
	if (record)
		dpc_error_fill(record, error, intr ? stats->name : "", seq, (void *)ip, size);
	raw_spin_unlock_irqrestore(&dpc_error_lock, flags);

	if (record)
		queue_work(dpc_call_wq, &dpc_error_print);
}
EXPORT_SYMBOL_GPL(dpc_log_error_ip);

/* ---- The worker ---------------------------------------------------------- */

static bool dpc_error_next(struct dpc_error_record *record)
{
	bool found;

	raw_spin_lock_irq(&dpc_error_lock);
	found = dpc_error_waiting;
	if (found) {
		*record = dpc_error_records[dpc_error_first];
		dpc_error_first = (dpc_error_first + 1) % DPC_ERROR_RECORDS;
		dpc_error_waiting--;
	}
	raw_spin_unlock_irq(&dpc_error_lock);
	return found;
}

static void dpc_error_print_record(const struct dpc_error_record *record)
{
	char status[16], interrupt[DPC_NAME_LEN + 40] = "no interrupt";
	char data[3 * DPC_ERROR_DATA_MAX + 32] = "no data";

	if (IS_ERR_VALUE((long)record->status))
		snprintf(status, sizeof(status), "%pe", ERR_PTR(record->status));
	else
		snprintf(status, sizeof(status), "%#x", record->status);
	if (record->seq)
		snprintf(interrupt, sizeof(interrupt), "interrupt %llu of %s", record->seq,
			 record->name);
	if (record->size)
		snprintf(data, sizeof(data), "%zu bytes of data: %*ph", record->len,
			 (int)record->size, record->data);
	dev_err(record->dev,
		"error %#x (%#x) in %ps: status %s, retry %u, request %u, packet %08x, %s, %s\n",
		record->code, record->unique, record->function, status, record->retries,
		record->sequence, record->packet, interrupt, data);
}

/* End the interval of @device if its time has come, or if @all do.  Return: whether it ended. */
static bool dpc_error_end_interval(struct dpc_error_device *device, bool all)
{
	struct dpc_error_device ended = { };

	raw_spin_lock_irq(&dpc_error_lock);
	if (device->dev && (all || time_after_eq(jiffies, device->end)))
		swap(ended, *device);
	raw_spin_unlock_irq(&dpc_error_lock);

	if (!ended.dev)
		return false;
	if (ended.left_out)
		dev_err(ended.dev, "%llu more errors, left out of this log\n", ended.left_out);
	put_device(ended.dev);
	return true;
}

static void dpc_error_print_unlisted(void)
{
	u64 count = 0;

	raw_spin_lock_irq(&dpc_error_lock);
	swap(count, dpc_error_unlisted);
	raw_spin_unlock_irq(&dpc_error_lock);
	if (count)
		pr_err("%llu errors of more than %u devices at once, left out of this log\n",
		       count, DPC_ERROR_DEVICES);
}

/* Have the worker come at the end of the interval that ends first, if there is one. */
static void dpc_error_await_end(void)
{
	unsigned long now = jiffies, wait = ULONG_MAX;
	unsigned int i;

	raw_spin_lock_irq(&dpc_error_lock);
	for (i = 0; i < DPC_ERROR_DEVICES; i++) {
		const struct dpc_error_device *device = &dpc_error_devices[i];

		if (device->dev)
			wait = min(wait, time_after(device->end, now) ? device->end - now : 0);
	}
	raw_spin_unlock_irq(&dpc_error_lock);
	if (wait != ULONG_MAX)
		mod_delayed_work(dpc_call_wq, &dpc_error_end, wait);
}

static void dpc_error_print_all(bool end_all)
{
	struct dpc_error_record record;
	bool ended = false;
	unsigned int i;

	mutex_lock(&dpc_error_mutex);
	while (dpc_error_next(&record)) {
		dpc_error_print_record(&record);
		put_device(record.dev);
	}
	for (i = 0; i < DPC_ERROR_DEVICES; i++)
		ended |= dpc_error_end_interval(&dpc_error_devices[i], end_all);
	if (ended)
		dpc_error_print_unlisted();
	mutex_unlock(&dpc_error_mutex);
}

static void dpc_error_print_work(struct work_struct *work)
{
	dpc_error_print_all(false);
	dpc_error_await_end();
}

/**
 * dpc_error_flush - print what waits, and end the intervals of all devices
 *
 * Context: a thread that may sleep.
 */
void dpc_error_flush(void)
{
	dpc_error_print_all(true);
}
EXPORT_SYMBOL_IF_KUNIT(dpc_error_flush);

void dpc_error_init(void)
{
	get_random_bytes(&dpc_error_key, sizeof(dpc_error_key));
}

/* Nobody tells an error any more. */
void dpc_error_exit(void)
{
	dpc_error_flush();
	cancel_work_sync(&dpc_error_print);
	cancel_delayed_work_sync(&dpc_error_end);
}

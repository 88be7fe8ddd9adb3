// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_bench.ko: the cost of a DPC beside that of the kernel's own mechanisms.  It
 * measures while it is loaded.  The file dpc_bench/results in debugfs then has the
 * figures, one a line, in cycles.  userspace-test/bench does all that, and
 * docs/performance.md has the results.
 */
#include "bench.h"

#include "../version.h"

#include <linux/debugfs.h>
#include <linux/dpc_interrupt.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#define DPC_BENCH_RESULTS_SIZE	SZ_64K

static char *dpc_bench_part = "queue";
module_param_named(part, dpc_bench_part, charp, 0444);
MODULE_PARM_DESC(part, "what to measure: queue, cancel, sizes, interrupt, scale, known, body (default queue)");

static char *dpc_bench_only = "";
module_param_named(only, dpc_bench_only, charp, 0444);
MODULE_PARM_DESC(only, "mechanisms or models to measure, with commas in between (default all)");

unsigned int dpc_bench_items = 8192;
module_param_named(items, dpc_bench_items, uint, 0444);
MODULE_PARM_DESC(items, "objects to queue for one figure, as long as 15 to 1001 repeats do that (default 8192)");

#define DPC_BENCH_SIZES_MAX	16

unsigned int dpc_bench_sizes[DPC_BENCH_SIZES_MAX] = { 1, 8, 64, 512, 4096 };
unsigned int dpc_bench_sizes_nr = 5;
module_param_array_named(n, dpc_bench_sizes, uint, &dpc_bench_sizes_nr, 0444);
MODULE_PARM_DESC(n, "objects to queue at once, each from 1 to 100000 (default 1,8,64,512,4096)");

static char *dpc_bench_text;
static size_t dpc_bench_text_len;
static struct dentry *dpc_bench_dir;

/* A line of results. */
void dpc_bench_print(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	dpc_bench_text_len += vscnprintf(dpc_bench_text + dpc_bench_text_len,
					 DPC_BENCH_RESULTS_SIZE - dpc_bench_text_len, fmt, args);
	va_end(args);
}

/* Whether parameter "only" names it, or nothing. */
bool dpc_bench_selected(const char *name)
{
	size_t len = strlen(name);
	const char *at = dpc_bench_only;

	if (!*at)
		return true;
	for (; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (!strncmp(at, name, len) && (!at[len] || at[len] == ','))
			return true;
	return false;
}

static int dpc_bench_results_show(struct seq_file *file, void *unused)
{
	seq_write(file, dpc_bench_text, dpc_bench_text_len);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(dpc_bench_results);

static int dpc_bench_sizes_of(void)
{
#define DPC_BENCH_SIZE_OF(type) \
	dpc_bench_print("what=size of=\"" #type "\" bytes=%zu\n", sizeof(type))
	DPC_BENCH_SIZE_OF(struct dpc);
	DPC_BENCH_SIZE_OF(struct dpc_interrupt);
	DPC_BENCH_SIZE_OF(struct dpc_stats_cpu);
	DPC_BENCH_SIZE_OF(struct dpc_work);
	DPC_BENCH_SIZE_OF(struct tasklet_struct);
	DPC_BENCH_SIZE_OF(struct work_struct);
	DPC_BENCH_SIZE_OF(struct irq_work);
	DPC_BENCH_SIZE_OF(struct kthread_work);
	return 0;
}

static const struct {
	const char *name;
	int (*measure)(void);
} dpc_bench_parts[] = {
	{ "queue", dpc_bench_queue },
	{ "cancel", dpc_bench_cancel },
	{ "sizes", dpc_bench_sizes_of },
	{ "interrupt", dpc_bench_interrupt },
	{ "scale", dpc_bench_scale },
	{ "known", dpc_bench_known },
	{ "body", dpc_bench_body },
};

static int dpc_bench_measure(void)
{
	unsigned int i;

	dpc_bench_clock_calibrate();
	for (i = 0; i < ARRAY_SIZE(dpc_bench_parts); i++)
		if (sysfs_streq(dpc_bench_part, dpc_bench_parts[i].name))
			return dpc_bench_parts[i].measure();
	pr_err("parameter part=%s: there is no such part\n", dpc_bench_part);
	return -EINVAL;
}

static int __init dpc_bench_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < dpc_bench_sizes_nr; i++) {
		if (!dpc_bench_sizes[i] || dpc_bench_sizes[i] > 100000) {
			pr_err("parameter n: give numbers from 1 to 100000\n");
			return -EINVAL;
		}
	}
	dpc_bench_text = kvzalloc(DPC_BENCH_RESULTS_SIZE, GFP_KERNEL);
	if (!dpc_bench_text)
		return -ENOMEM;
	err = dpc_bench_measure();
	if (err) {
		kvfree(dpc_bench_text);
		return err;
	}
	dpc_bench_dir = debugfs_create_dir("dpc_bench", NULL);
	debugfs_create_file("results", 0444, dpc_bench_dir, NULL, &dpc_bench_results_fops);
	return 0;
}

static void __exit dpc_bench_exit(void)
{
	debugfs_remove(dpc_bench_dir);
	kvfree(dpc_bench_text);
}

module_init(dpc_bench_init);
module_exit(dpc_bench_exit);

MODULE_DESCRIPTION("What a DPC costs, beside what the kernel has itself");
MODULE_AUTHOR(DPC_AUTHOR);
MODULE_VERSION(DPC_VERSION);
MODULE_LICENSE("GPL");

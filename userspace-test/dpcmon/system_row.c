// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows of dpcmon system, found by a hash of what tells them apart.
 */
#include <stdlib.h>
#include <string.h>

#include "system_row.h"
#include "text.h"
#include "util.h"

#define SYSTEM_OTHERS	"others"

const char * const system_kind_names[SYSTEM_KIND_NR] = {
	[SYSTEM_ISR]		= "isr",
	[SYSTEM_VECTOR]		= "vector",
	[SYSTEM_HRTIMER]	= "hrtimer",
	[SYSTEM_DPC]		= "dpc",
	[SYSTEM_SOFTIRQ]	= "softirq",
	[SYSTEM_TASKLET]	= "tasklet",
	[SYSTEM_TIMER]		= "timer",
	[SYSTEM_SOFT_HRTIMER]	= "soft_hrtimer",
	[SYSTEM_NAPI]		= "napi",
	[SYSTEM_BH_WORK]	= "bh_work",
	[SYSTEM_THREAD]		= "thread",
	[SYSTEM_WORK]		= "work",
	[SYSTEM_KTHREAD_WORK]	= "kthread_work",
};

const unsigned int system_kind_run[SYSTEM_KIND_NR] = {
	[SYSTEM_ISR]		= DPC_STAGE_ISR,
	[SYSTEM_VECTOR]		= DPC_STAGE_ISR,
	[SYSTEM_HRTIMER]	= DPC_STAGE_ISR,
	[SYSTEM_DPC]		= DPC_STAGE_DPC,
	[SYSTEM_SOFTIRQ]	= DPC_STAGE_NR,	/* see system_row_is_pass() */
	[SYSTEM_TASKLET]	= DPC_STAGE_DPC,
	[SYSTEM_TIMER]		= DPC_STAGE_DPC,
	[SYSTEM_SOFT_HRTIMER]	= DPC_STAGE_DPC,
	[SYSTEM_NAPI]		= DPC_STAGE_DPC,
	[SYSTEM_BH_WORK]	= DPC_STAGE_DPC,
	[SYSTEM_THREAD]		= DPC_STAGE_DPC,
	[SYSTEM_WORK]		= DPC_STAGE_WORK,
	[SYSTEM_KTHREAD_WORK]	= DPC_STAGE_WORK,
};

const unsigned int system_kind_wait[SYSTEM_KIND_NR] = {
	[SYSTEM_ISR]		= DPC_STAGE_NR,
	[SYSTEM_VECTOR]		= DPC_STAGE_NR,
	[SYSTEM_HRTIMER]	= DPC_STAGE_NR,
	[SYSTEM_DPC]		= DPC_STAGE_ISR_TO_DPC,
	[SYSTEM_SOFTIRQ]	= DPC_STAGE_ISR_TO_DPC,
	[SYSTEM_TASKLET]	= DPC_STAGE_NR,
	[SYSTEM_TIMER]		= DPC_STAGE_NR,
	[SYSTEM_SOFT_HRTIMER]	= DPC_STAGE_NR,
	[SYSTEM_NAPI]		= DPC_STAGE_NR,
	[SYSTEM_BH_WORK]	= DPC_STAGE_ISR_TO_DPC,
	[SYSTEM_THREAD]		= DPC_STAGE_ISR_TO_DPC,
	[SYSTEM_WORK]		= DPC_STAGE_DPC_TO_WORK,
	[SYSTEM_KTHREAD_WORK]	= DPC_STAGE_DPC_TO_WORK,
};

static unsigned int system_row_slot(const struct system_rows *rows, enum system_kind kind,
				    uint64_t key, const char *name)
{
	uint64_t hash = (key + kind) * 0x9e3779b97f4a7c15ULL;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3ULL;
	return (hash >> 32) % ARRAY_SIZE(rows->hash);
}

static struct system_row *system_row_new(struct system_rows *rows, unsigned int slot,
					 enum system_kind kind, uint64_t key, const char *name)
{
	struct system_row *row = xcalloc(1, sizeof(*row));
	unsigned int run = system_kind_run[kind], wait = system_kind_wait[kind];

	row->index = rows->nr;
	rows->list[rows->nr++] = row;
	rows->hash[slot] = rows->nr;
	row->kind = kind;
	row->key = key;
	memcpy(row->name, name, sizeof(row->name));
	if (run < DPC_STAGE_NR)
		row->run.budget_ns = rows->budget_ns[run];
	if (wait < DPC_STAGE_NR)
		row->wait.budget_ns = rows->budget_ns[wait];
	return row;
}

/* The row, or NULL with the free slot in *@slot: there are many more slots than rows. */
static struct system_row *system_row_find(const struct system_rows *rows,
					  enum system_kind kind, uint64_t key,
					  const char *name, unsigned int *slot)
{
	struct system_row *row;

	*slot = system_row_slot(rows, kind, key, name);
	while (rows->hash[*slot]) {
		row = rows->list[rows->hash[*slot] - 1];
		if (row->kind == kind && row->key == key && !strcmp(row->name, name))
			return row;
		*slot = (*slot + 1) % ARRAY_SIZE(rows->hash);
	}
	return NULL;
}

struct system_row *system_row(struct system_rows *rows, enum system_kind kind, uint64_t key,
			      uint64_t function, const char *name)
{
	char clean[SYSTEM_NAME_LEN] = "";
	struct system_row *row;
	unsigned int slot;

	if (name)
		text_copy(clean, sizeof(clean), name, strlen(name));
	row = system_row_find(rows, kind, key, clean, &slot);
	if (!row && rows->nr >= SYSTEM_ROWS_MAX) {
		memcpy(clean, SYSTEM_OTHERS, sizeof(SYSTEM_OTHERS));
		key = UINT64_MAX;
		function = 0;
		row = system_row_find(rows, kind, key, clean, &slot);
	}
	if (!row) {
		row = system_row_new(rows, slot, kind, key, clean);
		row->function = function;
	}
	return row;
}

bool system_row_is_pass(const struct system_row *row)
{
	/* hi, timer, net_rx, tasklet and hrtimer */
	static const unsigned int passes = 1u << 0 | 1u << 1 | 1u << 3 | 1u << 6 | 1u << 8;

	return row->kind == SYSTEM_SOFTIRQ && row->key < 32 && passes & 1u << row->key;
}

bool system_row_is_judged(const struct system_row *row)
{
	return !system_row_is_pass(row) &&
	       !(row->kind == SYSTEM_VECTOR && row->key == SYSTEM_VECTOR_TIMER);
}

void system_row_free_all(struct system_rows *rows)
{
	unsigned int i;

	for (i = 0; i < rows->nr; i++) {
		hist_free(&rows->list[i]->run.hist);
		hist_free(&rows->list[i]->wait.hist);
		hist_free(&rows->list[i]->after_isr.hist);
		free(rows->list[i]);
	}
	rows->nr = 0;
}

static unsigned int system_row_power(uint64_t us)
{
	unsigned int i = us ? 64 - __builtin_clzll(us) : 0;

	return i < SYSTEM_POWERS ? i : SYSTEM_POWERS - 1;
}

void system_row_add_time(struct system_times *t, uint64_t ns)
{
	t->powers[system_row_power(ns / NSEC_PER_USEC)]++;
	if (t->budget_ns && ns > t->budget_ns)
		t->over++;
	hist_add(&t->hist, ns);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Users of /dev/dpc: all its ioctls, the notices, and what it does not have. */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int node_fd = -1;

/* With it end the holds. */
void torture_node_leave(void)
{
	if (node_fd >= 0)
		close(node_fd);
	node_fd = -1;
}

static int open_new(struct torture_worker *w, int flags)
{
	return torture_open(w, NODE_PATH, flags);
}

static int open_kept(struct torture_worker *w)
{
	if (torture_one_in(w, 8))
		torture_node_leave();
	if (node_fd < 0)
		node_fd = open_new(w, O_RDWR);
	return node_fd;
}

/* One that is there, or the DPCs of none, or one that may have been there. */
static uint32_t any_id(struct torture_worker *w, int fd)
{
	uint32_t choice = torture_random(w), other = torture_below(w, 8), ids[64], nr = 0;

	if (other == 0)
		return choice % 2 ? DPC_ID_UNBOUND : DPC_ID_THREADED;
	if (other == 1 || node_list(fd, ids, ARRAY_SIZE(ids), &nr) || !nr)
		return choice % 300;
	return ids[choice % (nr < ARRAY_SIZE(ids) ? nr : ARRAY_SIZE(ids))];
}

/* ---- Good arguments --------------------------------------------------------------- */

static uint32_t listed[64];

static int fill_list(struct torture_worker *w, int fd, void *arg)
{
	struct dpc_list *list = arg;

	(void)fd;
	list->room = torture_below(w, ARRAY_SIZE(listed) + 1);
	list->ids = list->room ? (uintptr_t)listed : 0;
	return 0;
}

/* Nothing but that array is there to be written to. */
static void tame_list(struct torture_worker *w, void *arg)
{
	struct dpc_list *list = arg;

	if (torture_one_in(w, 2)) {
		list->ids = 0;
		return;
	}
	list->ids = (uintptr_t)listed;
	if (list->room > ARRAY_SIZE(listed))
		list->room = ARRAY_SIZE(listed);
}

static int fill_object(struct torture_worker *w, int fd, void *arg)
{
	((struct dpc_object *)arg)->id = any_id(w, fd);
	return 0;
}

static int fill_snapshot(struct torture_worker *w, int fd, void *arg)
{
	struct dpc_snapshot *s = arg;

	s->id = any_id(w, fd);
	s->cpu = DPC_SNAPSHOT_CPU_ALL;
	if (torture_one_in(w, 2))
		s->cpu = torture_below(w, torture_cpus());
	return 0;
}

static void check_snapshot(struct torture_worker *w, const void *arg, int err)
{
	const struct dpc_snapshot *s = arg;
	unsigned int i, j;

	(void)w;
	if (err)
		return;
	for (i = 0; i < DPC_STAGE_MAX; i++) {
		const struct dpc_stage_snapshot *stage = &s->stage[i];
		uint64_t sum = 0;

		for (j = 0; j < DPC_HIST_MAX; j++)
			sum += stage->hist[j];
		EXPECT(sum == stage->count, "stage %u: %llu in the histogram, %llu counted", i,
		       (unsigned long long)sum, (unsigned long long)stage->count);
		EXPECT(stage->total_ns <= stage->count * stage->max_ns + stage->count,
		       "stage %u: %llu ns for %llu of at most %llu ns", i, stage->total_ns,
		       stage->count, stage->max_ns);
		EXPECT_LE(stage->over_budget, stage->count);
		EXPECT_LE(stage->budget_us, DPC_BUDGET_MAX_US);
	}
}

static int fill_id(struct torture_worker *w, int fd, void *arg)
{
	((struct dpc_id *)arg)->id = any_id(w, fd);
	return 0;
}

static int fill_budgets(struct torture_worker *w, int fd, void *arg)
{
	struct dpc_budgets *b = arg;
	unsigned int i;

	b->id = any_id(w, fd);
	b->stages = torture_below(w, 1 << DPC_STAGE_NR);
	for (i = 0; i < DPC_STAGE_NR; i++)
		if (b->stages & (1u << i))
			b->budget_us[i] = torture_below(w, torture_one_in(w, 2) ? 10 :
							DPC_BUDGET_MAX_US + 1);
	return 0;
}

static int fill_model_set(struct torture_worker *w, int fd, void *arg)
{
	struct dpc_model_set *m = arg;

	m->id = any_id(w, fd);
	m->model = torture_below(w, DPC_MODEL_NR);
	return 0;
}

static int fill_model_query(struct torture_worker *w, int fd, void *arg)
{
	(void)fd;
	((struct dpc_model_info *)arg)->model = torture_below(w, DPC_MODEL_NR);
	return 0;
}

static void check_model_query(struct torture_worker *w, const void *arg, int err)
{
	const struct dpc_model_info *info = arg;

	(void)w;
	if (!err)
		EXPECT(info->model < DPC_MODEL_NR && !strcmp(info->name, model_names[info->model]),
		       "model %u is %s", info->model, info->name);
}

static int fill_hold(struct torture_worker *w, int fd, void *arg)
{
	((struct dpc_hold *)arg)->id = any_id(w, fd);
	return 0;
}

/* ---- Wrong ones ------------------------------------------------------------------- */

static void spoil_list(struct torture_worker *w, void *arg)
{
	((struct dpc_list *)arg)->reserved[torture_below(w, 2)] = 1 + torture_below(w, 100);
}

static void spoil_object(struct torture_worker *w, void *arg)
{
	struct dpc_object *object = arg;

	if (torture_one_in(w, 2))
		object->reserved32 = 1;
	else
		object->reserved[torture_below(w, 4)] = 1ull << torture_below(w, 64);
}

static void spoil_snapshot(struct torture_worker *w, void *arg)
{
	struct dpc_snapshot *s = arg;

	switch (torture_below(w, 3)) {
	case 0:
		s->cpu = torture_one_in(w, 2) ? -2 - (int)torture_below(w, 1000) :
			 100000 + (int)torture_below(w, 1000000);
		break;
	case 1:
		s->reserved32 = 0x80000000;
		break;
	default:
		s->reserved[torture_below(w, 4)] = 1;
	}
}

static void spoil_id(struct torture_worker *w, void *arg)
{
	struct dpc_id *id = arg;

	if (torture_one_in(w, 2))
		id->reserved32 = 1;
	else
		id->reserved[torture_below(w, 2)] = 1ull << 63;
}

/* A stage that there is not, a budget without its bit, one that is too large. */
static void spoil_budgets(struct torture_worker *w, void *arg)
{
	struct dpc_budgets *b = arg;

	switch (torture_below(w, 4)) {
	case 0:
		b->stages |= 1u << (DPC_STAGE_NR + torture_below(w, 32 - DPC_STAGE_NR));
		break;
	case 1:
		b->stages = 1u << DPC_STAGE_DPC;
		b->budget_us[DPC_STAGE_DPC] = DPC_BUDGET_MAX_US + 1;
		break;
	case 2:
		b->stages &= ~1u;
		b->budget_us[0] = 1;
		break;
	default:
		b->reserved[torture_below(w, 2)] = 1;
	}
}

static void spoil_model_set(struct torture_worker *w, void *arg)
{
	struct dpc_model_set *m = arg;

	if (torture_one_in(w, 2))
		m->model = DPC_MODEL_NR + torture_below(w, 0x7fffffff);
	else
		m->reserved[torture_below(w, 2)] = 1;
}

static void spoil_model_query(struct torture_worker *w, void *arg)
{
	struct dpc_model_info *info = arg;

	if (torture_one_in(w, 2))
		info->model = DPC_MODEL_NR + torture_below(w, 0x7fffffff);
	else
		info->reserved32 = 1;
}

static void spoil_hold(struct torture_worker *w, void *arg)
{
	((struct dpc_hold *)arg)->reserved[torture_below(w, 2)] = 1;
}

/* Any call may lack the memory for its argument. */
static const struct torture_call calls[] = {
	{ "abi_get", DPC_IOC_ABI_GET, .errors = ERRORS(ENOMEM) },
	{ "list", DPC_IOC_LIST, fill_list, spoil_list, tame_list, .errors = ERRORS(ENOMEM) },
	{ "object_get", DPC_IOC_OBJECT_GET, fill_object, spoil_object,
	  .errors = ERRORS(ENODEV, ENOMEM) },
	{ "snapshot", DPC_IOC_SNAPSHOT, fill_snapshot, spoil_snapshot, NULL, check_snapshot,
	  .errors = ERRORS(ENODEV, ENOMEM) },
	{ "reset", DPC_IOC_RESET, fill_id, spoil_id, .errors = ERRORS(ENODEV, ENOMEM),
	  .writer = true },
	{ "budgets_set", DPC_IOC_BUDGETS_SET, fill_budgets, spoil_budgets,
	  .errors = ERRORS(EBUSY, ENODEV, EOPNOTSUPP, ENOMEM), .writer = true },
	{ "model_set", DPC_IOC_MODEL_SET, fill_model_set, spoil_model_set,
	  .errors = ERRORS(EBUSY, EOPNOTSUPP, ENOMEM, EINTR, ENODEV, ENXIO), .writer = true },
	{ "model_query", DPC_IOC_MODEL_QUERY, fill_model_query, spoil_model_query, NULL,
	  check_model_query, .errors = ERRORS(ENOMEM) },
	{ "hold_take", DPC_IOC_HOLD_TAKE, fill_hold, spoil_hold,
	  .errors = ERRORS(EBUSY, ENODEV, ENOMEM), .writer = true },
};

/* ---- The rest --------------------------------------------------------------------- */

static int node_read(struct torture_worker *w, const void *context)
{
	struct dpc_notice notices[20];
	bool block = torture_one_in(w, 4);
	int fd = open_kept(w), n, i;

	(void)context;
	if (fd < 0)
		return fd;
	if (block)
		torture_alarm(1000 + torture_below(w, 50000));
	fcntl(fd, F_SETFL, block ? O_RDWR : O_RDWR | O_NONBLOCK);
	n = node_notices(fd, notices, 1 + torture_below(w, ARRAY_SIZE(notices)));
	for (i = 0; i < n; i++) {
		EXPECT(notices[i].type >= DPC_NOTICE_CAME && notices[i].type <= DPC_NOTICE_OVERRUN,
		       "notice of type %u", notices[i].type);
		if (i)
			EXPECT(notices[i].seq > notices[i - 1].seq, "notice %llu after %llu",
			       notices[i].seq, notices[i - 1].seq);
	}
	return n;
}

/* No room for one, or no memory there; then what could not be read is still to be read. */
static int node_read_wrong(struct torture_worker *w, const void *context)
{
	int fd = open_kept(w);
	void *nowhere = (void *)(uintptr_t)(4096 * torture_below(w, 16));
	struct dpc_notice notice;
	ssize_t n;

	(void)context;
	if (fd < 0)
		return fd;
	fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
	if (torture_one_in(w, 2))
		n = read(fd, &notice, torture_below(w, sizeof(notice)));
	else
		n = read(fd, nowhere, sizeof(notice));
	return n < 0 ? -errno : n;
}

static int node_polled(struct torture_worker *w, const void *context)
{
	int fd = open_kept(w), revents;

	(void)context;
	if (fd < 0)
		return fd;
	torture_alarm(1000 + torture_below(w, 50000));
	revents = node_poll(fd, torture_below(w, 30));
	if (revents > 0)
		EXPECT(!(revents & ~(POLLIN | POLLRDNORM)), "poll() said %#x", revents);
	return revents;
}

/* What it does not have: mmap(), write(), lseek(). */
static int node_refused(struct torture_worker *w, const void *context)
{
	int fd = open_kept(w);
	char byte = 0;

	(void)context;
	if (fd < 0)
		return fd;
	switch (torture_below(w, 3)) {
	case 0:
		if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED)
			return 0;
		break;
	case 1:
		if (write(fd, &byte, 1) >= 0)
			return 0;
		break;
	default:
		if (lseek(fd, 0, SEEK_END) >= 0)
			return 0;
	}
	return -errno;
}

static int node_opened(struct torture_worker *w, const void *context)
{
	static const int flags[] = { O_RDONLY, O_WRONLY, O_RDWR, O_RDWR | O_NONBLOCK };
	int fd = open_new(w, flags[torture_below(w, ARRAY_SIZE(flags))]);

	(void)context;
	if (fd >= 0)
		close(fd);
	return fd;
}

void torture_node_add(void)
{
	static const struct torture_node node = {
		"dpc", TORTURE_NODE, open_kept, open_new, calls, ARRAY_SIZE(calls), DPC_IOC_MAGIC,
	};
	struct torture_op *op;

	torture_calls_add(&node);
	torture_add(TORTURE_NODE, "dpc.read", 4, node_read, NULL, ERRORS(EAGAIN, EINTR));
	op = torture_add(TORTURE_NODE, "dpc.read (wrong)", 1, node_read_wrong, NULL,
			 ERRORS(EINVAL, EFAULT, EAGAIN));
	op->allowed[0] = false;
	torture_add(TORTURE_NODE, "dpc.poll", 2, node_polled, NULL, ERRORS(EINTR));
	op = torture_add(TORTURE_NODE, "dpc.mmap, write, lseek", 1, node_refused, NULL,
			 ERRORS(ENODEV, EINVAL, ESPIPE));
	op->allowed[0] = false;
	torture_add(TORTURE_NODE, "dpc.open", 2, node_opened, NULL, ERRORS(ENOMEM, EINTR));
}

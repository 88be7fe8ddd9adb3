// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of /dev/dpc, with a message for each way in which they fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "model.h"
#include "node.h"
#include "text.h"
#include "util.h"

/* More objects than that come while the list is read: give up. */
#define NODE_LIST_TRIES	16

/* Says what went wrong, unless the caller has a screen.  Return: -@error. */
static int node_failed(const struct node *n, int error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int node_failed(const struct node *n, int error, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (!n->quiet) {
		va_start(ap, fmt);
		vsnprintf(text, sizeof(text), fmt, ap);
		va_end(ap);
		fail("%s", text);
	}
	return -error;
}

#define NODE_WHICH_LEN	24

/* "object #3", or what stands for all DPCs without an interrupt, by its name. */
static const char *node_which(uint32_t id, char text[NODE_WHICH_LEN])
{
	switch (id) {
	case DPC_ID_UNBOUND:
		return "object unbound";
	case DPC_ID_THREADED:
		return "object threaded";
	default:
		snprintf(text, NODE_WHICH_LEN, "object #%u", id);
		return text;
	}
}

/* What any call about an object can answer; @what: what could not be done. */
static int node_object_failed(const struct node *n, uint32_t id, int error, const char *what)
{
	char text[NODE_WHICH_LEN];
	const char *which = node_which(id, text);

	switch (error) {
	case ENODEV:
		return node_failed(n, error, "%s is gone: its driver has disconnected it; dpcmon list shows those that are there",
				   which);
	case EPERM:
		return node_failed(n, error, "%s: %s: " NODE_PATH " is not open for writing: run it with sudo",
				   which, what);
	case EBUSY:
		return node_failed(n, error, "%s: %s: another process holds its settings: wait until it has ended",
				   which, what);
	case EOPNOTSUPP:
		return node_failed(n, error, "%s: %s: this kind of object has no such setting",
				   which, what);
	default:
		return node_failed(n, error, "%s: %s: %s", which, what, strerror(error));
	}
}

static int node_open_failed(const struct node *n, int error)
{
	switch (error) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return node_failed(n, error, NODE_PATH ": it is not there: load dpc_core.ko, or a driver that uses it");
	case EACCES:
	case EPERM:
		return node_failed(n, error, NODE_PATH ": not permitted: run it with sudo, or see docs/abi/dpc.md for a group");
	default:
		return node_failed(n, error, NODE_PATH ": %s", strerror(error));
	}
}

int node_abi(struct node *n, struct dpc_abi *abi)
{
	if (!ioctl(n->fd, DPC_IOC_ABI_GET, abi))
		return 0;
	if (errno == ENOTTY)
		return node_failed(n, ENOTTY, NODE_PATH ": not the device of dpc_core.ko, or older than this dpcmon: install the two from one version");
	return node_failed(n, errno, NODE_PATH ": DPC_IOC_ABI_GET: %s", strerror(errno));
}

int node_open(struct node *n, enum node_use use, bool quiet)
{
	int ret;

	memset(n, 0, sizeof(*n));
	n->quiet = quiet;
	n->fd = open(NODE_PATH, (use == NODE_READ ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);
	if (n->fd < 0 && use == NODE_WRITE_IF_ALLOWED && (errno == EACCES || errno == EPERM))
		n->fd = open(NODE_PATH, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (n->fd < 0)
		return node_open_failed(n, errno);
	ret = node_abi(n, &n->abi);
	if (ret)
		return ret;
	if (n->abi.abi_version != DPC_ABI_VERSION)
		return node_failed(n, EPROTO, NODE_PATH ": the core speaks ABI %u, this dpcmon %u: install the two from one version",
				   n->abi.abi_version, DPC_ABI_VERSION);
	return 0;
}

void node_close(struct node *n)
{
	if (n->fd < 0)
		return;
	close(n->fd);
	n->fd = -1;
}

static void node_clean(char *text, size_t size)
{
	text[size - 1] = '\0';
	text_clean(text);
}

#define NODE_CLEAN(text)	node_clean(text, sizeof(text))

static int node_object_get(struct node *n, uint32_t id, struct dpc_object *object)
{
	memset(object, 0, sizeof(*object));
	object->id = id;
	if (ioctl(n->fd, DPC_IOC_OBJECT_GET, object))
		return -errno;
	NODE_CLEAN(object->name);
	NODE_CLEAN(object->bus);
	NODE_CLEAN(object->device);
	NODE_CLEAN(object->driver);
	return 0;
}

int node_object(struct node *n, uint32_t id, struct dpc_object *object)
{
	int ret = node_object_get(n, id, object);

	return ret ? node_object_failed(n, id, -ret, "DPC_IOC_OBJECT_GET") : 0;
}

/* The ids of now.  Return: how many, or a negative errno. */
static int node_ids(struct node *n, uint32_t **ids)
{
	struct dpc_list list = { 0 };
	unsigned int i;

	*ids = NULL;
	for (i = 0; i < NODE_LIST_TRIES; i++) {
		list.ids = (uintptr_t)*ids;
		list.nr = 0;
		if (ioctl(n->fd, DPC_IOC_LIST, &list))
			return -errno;
		if (list.nr <= list.room)
			return list.nr;
		list.room = list.nr;
		*ids = xrealloc(*ids, list.room * sizeof(**ids));
	}
	return -EAGAIN;
}

int node_objects(struct node *n, struct dpc_object **list)
{
	int nr, i, found = 0, ret = 0;
	uint32_t *ids;

	*list = NULL;
	nr = node_ids(n, &ids);
	if (nr < 0) {
		free(ids);
		return node_failed(n, -nr, NODE_PATH ": DPC_IOC_LIST: %s", strerror(-nr));
	}
	*list = xcalloc(nr + 1, sizeof(**list));
	for (i = 0; i < nr; i++) {
		ret = node_object_get(n, ids[i], &(*list)[found]);
		/* it has gone since the list was made */
		if (ret == -ENODEV)
			continue;
		if (ret)
			break;
		found++;
	}
	if (i < nr) {
		free(*list);
		*list = NULL;
		found = node_object_failed(n, ids[i], -ret, "DPC_IOC_OBJECT_GET");
	}
	free(ids);
	return found;
}

static void node_take_stage(struct counters *c, unsigned int i, const struct dpc_stage_snapshot *s)
{
	unsigned int j;

	c->budget_us[i] = s->budget_us;
	c->stage[i].count = s->count;
	c->stage[i].total_ns = s->total_ns;
	c->stage[i].max_ns = s->max_ns;
	c->stage[i].coalesced = s->coalesced;
	c->stage[i].over_budget = s->over_budget;
	for (j = 0; j < DPC_HIST_BUCKETS; j++)
		c->stage[i].hist[j] = s->hist[j];
}

int node_counters(struct node *n, uint32_t id, int cpu, struct counters *c)
{
	struct dpc_snapshot snapshot = { .id = id, .cpu = cpu };
	struct dpc_abi abi;
	unsigned int i;
	int ret;

	memset(c, 0, sizeof(*c));
	if (ioctl(n->fd, DPC_IOC_SNAPSHOT, &snapshot)) {
		if (errno == EINVAL && cpu >= 0)
			return node_failed(n, EINVAL, "no CPU %d: they are numbered from 0 to %u",
					   cpu, n->abi.nr_cpus - 1);
		return node_object_failed(n, id, errno, "DPC_IOC_SNAPSHOT");
	}
	ret = node_abi(n, &abi);
	if (ret)
		return ret;
	c->cpu = cpu;
	c->epoch = snapshot.epoch;
	c->interrupts = snapshot.interrupts;
	c->unhandled = snapshot.unhandled;
	c->while_disabled = snapshot.while_disabled;
	c->violations = abi.violations;
	for (i = 0; i < DPC_STAGE_NR; i++)
		node_take_stage(c, i, &snapshot.stage[i]);
	return 0;
}

int node_reset(struct node *n, uint32_t id)
{
	struct dpc_id arg = { .id = id };

	if (ioctl(n->fd, DPC_IOC_RESET, &arg))
		return node_object_failed(n, id, errno, "can't set its counters to zero");
	return 0;
}

int node_set_budgets(struct node *n, uint32_t id, uint32_t stages, const uint32_t us[DPC_STAGE_NR])
{
	struct dpc_budgets budgets = { .id = id, .stages = stages };
	char text[NODE_WHICH_LEN];
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++)
		if (stages & 1u << i)
			budgets.budget_us[i] = us[i];
	if (!ioctl(n->fd, DPC_IOC_BUDGETS_SET, &budgets))
		return 0;
	if (errno == EOPNOTSUPP)
		return node_failed(n, EOPNOTSUPP, "%s: it has no stage but dpc, so no other one can have a budget",
				   node_which(id, text));
	return node_object_failed(n, id, errno, stages ? "can't set its budgets"
						       : "can't make it introduce itself to the trace");
}

int node_query_model(struct node *n, const struct dpc_object *object, uint32_t model,
		     struct dpc_model_info *info)
{
	memset(info, 0, sizeof(*info));
	info->model = model;
	if (ioctl(n->fd, DPC_IOC_MODEL_QUERY, info))
		return node_failed(n, errno, NODE_PATH ": DPC_IOC_MODEL_QUERY: %s",
				   strerror(errno));
	NODE_CLEAN(info->name);
	NODE_CLEAN(info->needs);
	if (info->available && model == DPC_MODEL_HARDIRQ &&
	    object->flags & DPC_OBJECT_NO_HARDIRQ) {
		info->available = 0;
		snprintf(info->needs, sizeof(info->needs),
			 "a driver whose locks switch interrupts off");
	}
	return 0;
}

/* A model was refused: by the kernel, by an object that has none, or by its driver. */
static int node_model_absent(struct node *n, uint32_t id, uint32_t model)
{
	struct dpc_object object = { };
	struct dpc_model_info info;
	char text[NODE_WHICH_LEN];

	if (node_object(n, id, &object) || node_query_model(n, &object, model, &info))
		return -EOPNOTSUPP;
	if (object.kind != DPC_OBJECT_INTERRUPT)
		return node_failed(n, EOPNOTSUPP, "%s: it is no interrupt object, so it has no model",
				   node_which(id, text));
	return node_failed(n, EOPNOTSUPP, "%s: it can't have model %s, which needs %s; choose another one",
			   node_which(id, text), info.name,
			   *info.needs ? info.needs : "another driver");
}

int node_set_model(struct node *n, uint32_t id, uint32_t model)
{
	struct dpc_model_set set = { .id = id, .model = model };
	const char *name = model_name(model) ? model_name(model) : "?";

	if (!ioctl(n->fd, DPC_IOC_MODEL_SET, &set))
		return 0;
	switch (errno) {
	case EBUSY:
		return node_failed(n, EBUSY, "object #%u: can't switch to model %s: a request is in flight, or another process holds its settings: stop its other users",
				   id, name);
	case EOPNOTSUPP:
		return node_model_absent(n, id, model);
	case ENXIO:
		return node_failed(n, ENXIO, "object #%u: the kernel refuses its interrupt since an earlier switch of the model: load its driver anew",
				   id);
	case EINTR:
		return node_failed(n, EINTR, "object #%u: the switch to model %s was ended by a signal",
				   id, name);
	default:
		return node_object_failed(n, id, errno, "can't switch its model");
	}
}

/* Takes the hold; if another process has it, says which one. */
int node_hold(struct node *n, uint32_t id)
{
	struct dpc_hold hold = { .id = id };

	if (!ioctl(n->fd, DPC_IOC_HOLD_TAKE, &hold))
		return 0;
	if (errno != EBUSY)
		return node_object_failed(n, id, errno, "can't hold its settings");
	NODE_CLEAN(hold.comm);
	if (hold.pid)
		return node_failed(n, EBUSY, "object #%u: %s (process %d) holds its settings: wait until it has ended, or end it",
				   id, hold.comm, hold.pid);
	return node_failed(n, EBUSY, "object #%u: a %s in another container holds its settings: wait until it has ended",
			   id, hold.comm);
}

int node_notice(struct node *n, struct dpc_notice *notice)
{
	ssize_t len = read(n->fd, notice, sizeof(*notice));

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (len < 0)
		return node_failed(n, errno, NODE_PATH ": can't read notices: %s", strerror(errno));
	/* never seen: the kernel gives whole ones */
	if (len != sizeof(*notice))
		return node_failed(n, EIO, NODE_PATH ": a notice of %zd bytes", len);
	NODE_CLEAN(notice->name);
	/* the one before the first is not known */
	n->gap = notice->seq != n->seq + 1;
	n->seq = notice->seq;
	return 1;
}

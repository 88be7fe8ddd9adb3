// SPDX-License-Identifier: GPL-2.0-only
/* Each ioctl of a node, with good, random, wrong and unreadable arguments. */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum mode { GOOD, RANDOM, WRONG, UNREADABLE, READ_ONLY, MODES };

/* What an operation needs to know. */
struct use {
	const struct torture_node	*node;
	const struct torture_call	*call;
};

#define CALLS_MAX	30

static struct use uses[CALLS_MAX];
static unsigned int nr_uses;

union argument {
	uint8_t			bytes[sizeof(struct dpc_pci_recipe)];
	struct dpc_snapshot	snapshot;
	struct dpc_pci_recipe	recipe;
};

/* Half of the calls are interrupted if they wait. */
static void maybe_alarm(struct torture_worker *w, bool surely)
{
	unsigned int us = 500 + torture_below(w, 100000);

	if (surely || torture_one_in(w, 2))
		torture_alarm(us);
}

/* An errno instead of @fd that is no fault of the call. */
static int unopened(int fd)
{
	return fd == -ENOMEM || fd == -EINTR ? TORTURE_ABSENT : fd;
}

static int good(struct torture_worker *w, const void *context)
{
	const struct use *use = context;
	union argument arg = { 0 };
	int fd = use->node->open(w), err;

	if (fd < 0)
		return unopened(fd);
	err = use->call->fill ? use->call->fill(w, fd, &arg) : 0;
	if (err)
		return err;
	maybe_alarm(w, false);
	err = node_ioctl(fd, use->call->cmd, &arg);
	torture_alarm(0);
	if (use->call->check)
		use->call->check(w, &arg, err);
	return err;
}

static int random_argument(struct torture_worker *w, const void *context)
{
	const struct use *use = context;
	size_t size = _IOC_SIZE(use->call->cmd), at;
	union argument arg = { 0 };
	int fd = use->node->open(w), err;
	uint32_t value;

	if (fd < 0)
		return unopened(fd);
	if (torture_one_in(w, 2)) {
		torture_bytes(w, &arg, size);
	} else {
		err = use->call->fill ? use->call->fill(w, fd, &arg) : 0;
		if (err)
			return err;
		at = size < 4 ? 0 : torture_below(w, size / 4) * 4;
		value = torture_edge(w);
		memcpy(arg.bytes + at, &value, sizeof(value));
	}
	if (use->call->tame)
		use->call->tame(w, &arg);
	maybe_alarm(w, true);
	return node_ioctl(fd, use->call->cmd, &arg);
}

static int wrong(struct torture_worker *w, const void *context)
{
	const struct use *use = context;
	union argument arg = { 0 };
	int fd = use->node->open(w), err;

	if (fd < 0)
		return unopened(fd);
	err = use->call->fill ? use->call->fill(w, fd, &arg) : 0;
	if (err)
		return err;
	use->call->spoil(w, &arg);
	maybe_alarm(w, true);
	return node_ioctl(fd, use->call->cmd, &arg);
}

/* Where there is nothing, or where the argument begins but does not end. */
static int unreadable(struct torture_worker *w, const void *context)
{
	static uint8_t *page;
	const struct use *use = context;
	size_t size = _IOC_SIZE(use->call->cmd);
	int fd = use->node->open(w);
	void *arg = NULL;

	if (fd < 0)
		return unopened(fd);
	if (!page)
		page = map_pages(1);
	if (torture_one_in(w, 2))
		arg = page + sysconf(_SC_PAGESIZE) - torture_below(w, size);
	maybe_alarm(w, true);
	return node_ioctl(fd, use->call->cmd, arg);
}

static int read_only(struct torture_worker *w, const void *context)
{
	const struct use *use = context;
	union argument arg = { 0 };
	int fd = use->node->open_new(w, O_RDONLY), err;

	if (fd < 0)
		return unopened(fd);
	err = use->call->fill ? use->call->fill(w, fd, &arg) : 0;
	if (!err) {
		maybe_alarm(w, true);
		err = node_ioctl(fd, use->call->cmd, &arg);
	}
	close(fd);
	return err;
}

/* A number, a size, a direction or a type that no call has. */
static int unknown(struct torture_worker *w, const void *context)
{
	const struct torture_node *node = context;
	unsigned long cmd = node->calls[torture_below(w, node->nr)].cmd;
	unsigned int other = 0x20 + torture_below(w, 0xe0), more = 1 + torture_below(w, 64);
	union argument arg;
	int fd = node->open(w);

	if (fd < 0)
		return unopened(fd);
	switch (torture_below(w, 4)) {
	case 0:
		cmd = _IOC(_IOC_DIR(cmd), node->magic, other, _IOC_SIZE(cmd));
		break;
	case 1:
		cmd = _IOC(_IOC_DIR(cmd), node->magic, _IOC_NR(cmd), _IOC_SIZE(cmd) + more);
		break;
	case 2:
		cmd = _IOC(_IOC_DIR(cmd), node->magic ^ 0x04, _IOC_NR(cmd), _IOC_SIZE(cmd));
		break;
	default:
		cmd = _IOC(_IOC_NONE, node->magic, other, 0);
	}
	torture_bytes(w, &arg, sizeof(arg));
	return node_ioctl(fd, cmd, &arg);
}

static void add(const struct use *use, enum mode mode)
{
	static int (* const fns[MODES])(struct torture_worker *w, const void *context) = {
		good, random_argument, wrong, unreadable, read_only,
	};
	static const char * const names[MODES] = {
		"", " (random)", " (wrong)", " (unreadable)", " (read-only)",
	};
	static const unsigned int weights[MODES] = { 8, 2, 1, 1, 1 };
	const struct torture_call *call = use->call;
	struct torture_op *op;
	char name[60];

	snprintf(name, sizeof(name), "%s.%s%s", use->node->name, call->name, names[mode]);
	op = torture_add(use->node->kind, name, weights[mode], fns[mode], use, call->errors);
	switch (mode) {
	case RANDOM:
		torture_allow(op, ERRORS(EINVAL, EFAULT));
		torture_allow(op, call->more);
		break;
	case WRONG:
		torture_allow(op, ERRORS(EINVAL));
		op->allowed[0] = false;
		break;
	case UNREADABLE:
		torture_allow(op, ERRORS(EFAULT));
		op->allowed[0] = false;
		break;
	case READ_ONLY:
		if (call->writer)
			memset(op->allowed, 0, sizeof(op->allowed));
		if (call->writer || call->maybe_writer)
			torture_allow(op, ERRORS(EPERM));
		break;
	default:
		break;
	}
}

void torture_calls_add(const struct torture_node *node)
{
	unsigned int i;
	char name[60];

	for (i = 0; i < node->nr; i++) {
		struct use *use = &uses[nr_uses++];

		ASSERT(nr_uses < CALLS_MAX, "more than %d calls", CALLS_MAX);
		*use = (struct use){ .node = node, .call = &node->calls[i] };
		add(use, GOOD);
		add(use, READ_ONLY);
		if (_IOC_SIZE(use->call->cmd)) {
			add(use, RANDOM);
			add(use, UNREADABLE);
		}
		if (use->call->spoil)
			add(use, WRONG);
	}
	snprintf(name, sizeof(name), "%s: no such call", node->name);
	torture_add(node->kind, name, 2, unknown, node, ERRORS(ENOTTY))->allowed[0] = false;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/dpc, where the core shows the interrupt objects of all drivers: a function for
 * each ioctl, and for the notices.  Calls return 0 or a negative errno, as in the kernel.
 */
#ifndef NODE_H
#define NODE_H

#include <linux/dpc.h>

#include <stdbool.h>
#include <stdint.h>

#define NODE_PATH	"/dev/dpc"
#define POISON		0xa5

int node_open(int flags);	/* fails the test */
int node_ioctl(int fd, unsigned long cmd, void *arg);

/* What comes out is poisoned before, so that nothing can be left out. */
int node_abi(int fd, struct dpc_abi *abi);
int node_list(int fd, uint32_t *ids, uint32_t room, uint32_t *nr);
int node_object(int fd, uint32_t id, struct dpc_object *object);
int node_snapshot(int fd, uint32_t id, int cpu, struct dpc_snapshot *snapshot);
int node_reset(int fd, uint32_t id);
int node_budget_set(int fd, uint32_t id, uint32_t stage, uint32_t budget_us);
int node_model_set(int fd, uint32_t id, uint32_t model);
int node_model_query(int fd, uint32_t model, struct dpc_model_info *info);
int node_hold_take(int fd, uint32_t id, struct dpc_hold *hold);	/* NULL: never mind who */

unsigned long long node_violations(void);	/* fails the test */

/* Read up to @n of them.  Return: how many, or -errno. */
int node_notices(int fd, struct dpc_notice *notices, unsigned int n);
/* All that there are, without waiting, until one is of this type and object. */
bool node_told(int fd, uint32_t type, uint32_t id, struct dpc_notice *notice);
/* poll(): its revents, within @ms. */
int node_poll(int fd, int ms);

#endif /* NODE_H */

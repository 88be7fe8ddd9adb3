/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/dpc: a function for each ioctl of <linux/dpc.h>.
 *
 * Where nothing else is said, a function returns 0, or a negative errno after a message.
 * The texts that the kernel gives end and are printable.
 */
#ifndef DPCMON_NODE_H
#define DPCMON_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc.h>

#include "counters.h"

#define NODE_PATH	"/dev/dpc"

/* What the node is opened for. */
enum node_use {
	NODE_READ,		/* to look on */
	NODE_WRITE,		/* to change something, too */
	NODE_WRITE_IF_ALLOWED,	/* to change something if this user may */
};

/**
 * struct node - /dev/dpc, open
 * @fd: the open file; -1 if it is closed.  Holds that it has taken end when it is closed
 * @abi: what the core is
 * @quiet: no messages: the caller has a screen that they would destroy
 * @seq: number of the last notice that was read; 0 for none
 * @gap: notices may have been lost before the last one that was read
 */
struct node {
	int		fd;
	struct dpc_abi	abi;
	bool		quiet;
	uint64_t	seq;
	bool		gap;
};

/* Opens the node.  node_close() is due whatever this returns. */
int node_open(struct node *n, enum node_use use, bool quiet);
void node_close(struct node *n);

/* What the core is now: its @violations grow. */
int node_abi(struct node *n, struct dpc_abi *abi);

/*
 * All objects, in ascending order of their ids.
 * Return: how many, with *@list for free(); or as the others.
 */
int node_objects(struct node *n, struct dpc_object **list);

/* One object. */
int node_object(struct node *n, uint32_t id, struct dpc_object *object);

/* The accounting of an object: of @cpu, or of all (DPC_SNAPSHOT_CPU_ALL). */
int node_counters(struct node *n, uint32_t id, int cpu, struct counters *counters);

/* Sets the accounting of an object to zero. */
int node_reset(struct node *n, uint32_t id);

/* Sets the budgets whose bits are in @stages to those of @us; without any bit, the object
 * only introduces itself to traces.
 */
int node_set_budgets(struct node *n, uint32_t id, uint32_t stages,
		     const uint32_t us[DPC_STAGE_NR]);

/* Switches the model, enum dpc_model_id. */
int node_set_model(struct node *n, uint32_t id, uint32_t model);

/* What the kernel says of a model, and whether the object's driver can take it. */
int node_query_model(struct node *n, const struct dpc_object *object, uint32_t model,
		     struct dpc_model_info *info);

/* Holds the settings of an object until the node is closed. */
int node_hold(struct node *n, uint32_t id);

/*
 * The next notice of what has happened to an object, if there is one; never waits.
 * Return: 1 with *@notice; 0 if there is none; or as the others.
 */
int node_notice(struct node *n, struct dpc_notice *notice);

#endif /* DPCMON_NODE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The node of a driver that can make a device interrupt, and what such a driver can do: what
 * edu.c and card.c fill in, and raise.c asks.
 */
#ifndef DPCMON_RAISE_OPS_H
#define DPCMON_RAISE_OPS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc.h>

#define RAISE_PATH_LEN	64

struct raise;

/**
 * struct raise_burst - interrupts raised one after another
 * @count: in, how many
 * @pace_us: in, time between two of them; 0 for no pause
 * @raised: out, how many were; less than @count only with an error
 * @first_seq: out, number of the last interrupt before them
 * @last_seq: out, number of the one that told of the last raise
 */
struct raise_burst {
	uint32_t	count;
	uint32_t	pace_us;
	uint32_t	raised;
	uint64_t	first_seq;
	uint64_t	last_seq;
};

/**
 * struct raise_ops - what the nodes of one driver can do
 * @node: what their names begin with, in /dev and in the folder misc/ of the device in sysfs
 * @absent: what to do when there is no such node
 * @call: the ioctl that raises, for messages
 * @late: where to look when an interrupt did not come, for messages
 * @check: whether the open node is one that this dpcmon understands.  Return: 0; -1 after a
 *	message
 * @burst: raises, and waits for the last one.  Return: 0; -1 with errno: ETIMEDOUT if it did
 *	not come, EOPNOTSUPP if the device does not know how
 * @tell: what became of all raises since the driver took the device.  Return: 1 if the device
 *	can be raised, 0 if not; -1 with errno
 */
struct raise_ops {
	const char	*node;
	const char	*absent;
	const char	*call;
	const char	*late;
	int		(*check)(const struct raise *r);
	int		(*burst)(const struct raise *r, struct raise_burst *b);
	int		(*tell)(const struct raise *r, struct dpc_raises *raises);
};

/**
 * struct raise - the node that belongs to an interrupt object
 * @ops: what it can do; NULL if the object has none
 * @fd: the open node; -1 if there is none, or it is closed
 * @path: its path; empty if there is none
 * @vector: the object's vector
 */
struct raise {
	const struct raise_ops	*ops;
	int			fd;
	char			path[RAISE_PATH_LEN];
	uint32_t		vector;
};

/* A closed one. */
#define RAISE_NONE	((struct raise){ .fd = -1 })

static inline bool raise_is_open(const struct raise *r)
{
	return r->fd >= 0;
}

#endif /* DPCMON_RAISE_OPS_H */

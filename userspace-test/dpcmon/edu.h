/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/dpc_edu<N>: what QEMU's edu device can do beyond having an interrupt object, such
 * as to raise its interrupt.
 *
 * Where nothing else is said, a function returns 0, or -1 after a message.
 */
#ifndef DPCMON_EDU_H
#define DPCMON_EDU_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc_edu.h>

#define EDU_PREFIX	"/dev/dpc_edu"
#define EDU_PATH_LEN	64

/**
 * struct edu - the node of an edu device
 * @fd: the open node; -1 if the device has none, or it is closed
 * @path: its path; empty if the device has none
 */
struct edu {
	int	fd;
	char	path[EDU_PATH_LEN];
};

/*
 * Opens the node of the device to which @o belongs.  A device that has none is no error:
 * @e->fd is -1 then.  edu_close() is due whatever this returns.
 * @change: it will be changed; else to look on is enough, and what this user may not even
 *	read is no error, either.
 */
int edu_open(struct edu *e, const struct dpc_object *o, bool change);
void edu_close(struct edu *e);

/* Whether dpcmon can raise the interrupt. */
static inline bool edu_can_raise(const struct edu *e)
{
	return e->fd >= 0;
}

/* What became of all raises since the driver was bound to the device. */
int edu_raises(struct edu *e, struct dpc_raises *raises);

/*
 * Sets the time, us, that the DPC and the work routine take in addition, until the node is
 * closed.
 */
int edu_set_body(struct edu *e, uint32_t dpc_us, uint32_t work_us);

/*
 * The address of the device whose node is @path.
 * Return: 0 with it in @address; -1 after a message.
 */
int edu_address(const char *path, char address[DPC_OBJECT_DEVICE_LEN]);

#endif /* DPCMON_EDU_H */

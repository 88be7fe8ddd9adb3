/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes a device interrupt: the node of its driver, if that is dpc_edu.ko (edu.c) or
 * dpc_pci.ko (card.c).  Any other device brings its interrupts by itself.
 *
 * Where nothing else is said, a function returns 0, or -1 after a message.
 */
#ifndef DPCMON_RAISE_H
#define DPCMON_RAISE_H

#include "raise_ops.h"

/*
 * Opens the node of the device to which @o belongs.  A device that has none is no error:
 * raise_is_open() says so.  raise_close() is due whatever this returns.
 * @change: it will be changed; else to look on is enough, and what this user may not even
 *	read is no error, either.
 */
int raise_open(struct raise *r, const struct dpc_object *o, bool change);

/*
 * Opens the node that the driver of @ops makes for the device @address, to change it; waits
 * for a while until the node is there.  raise_close() is due whatever this returns.
 */
int raise_open_node(struct raise *r, const struct raise_ops *ops, const char *address);

void raise_close(struct raise *r);

/* Whether dpcmon can raise the interrupt.  A card's recipe may not say how. */
bool raise_possible(const struct raise *r);

/* As in struct raise_ops. */
int raise_burst(const struct raise *r, struct raise_burst *b);

/*
 * What became of the raises.
 * Return: 1 with it in @raises; 0 if there is nothing to tell; -1 after a message.
 */
int raise_tell(const struct raise *r, struct dpc_raises *raises);

/*
 * The address of the device whose node is @path.
 * Return: 0 with it in @address; -1 after a message.
 */
int raise_address(const char *path, char address[DPC_OBJECT_DEVICE_LEN]);

#endif /* DPCMON_RAISE_H */

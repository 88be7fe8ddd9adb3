/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What adapters and controllers have in common: a resource that serves one device at a
 * time, the devices that wait for it, and the control routine that gets it.
 *
 * Module: dpc_nt.ko.  The rule numbers (A1 ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_ALLOCATION_H
#define _LINUX_DPC_ALLOCATION_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct dpc_allocation;
struct dpc_packet;
struct task_struct;

/**
 * enum dpc_allocation_answer - what becomes of the resource when the control routine
 *	has returned
 * @DPC_ALLOCATION_KEEP: the device keeps all of it, until it is freed by
 *	dpc_controller_free() or dpc_adapter_free_channel()
 * @DPC_ALLOCATION_FREE: it is free again.  What the routine has started may go on
 *	beside the next device's operation, as a seek does.
 * @DPC_ALLOCATION_KEEP_REGISTERS: the adapter's channel is free again, and the device
 *	keeps its map registers until dpc_adapter_free_map_registers().  For adapters
 *	only.
 *
 * The numbers are those of Windows, which begin with 1, so that a forgotten answer is
 * none of them.
 */
enum dpc_allocation_answer {
	DPC_ALLOCATION_KEEP		= 1,
	DPC_ALLOCATION_FREE		= 2,
	DPC_ALLOCATION_KEEP_REGISTERS	= 3,
};

/**
 * typedef dpc_control_t - a control routine
 * @allocation: the request that is granted
 * @packet: as given with the request: the packet that was current then
 * @context: as given to dpc_allocation_init()
 *
 * The device has the resource now.  The routine may run on the stack of another device's
 * driver, the one that has freed the resource.  It may free it before it returns, and
 * then answers DPC_ALLOCATION_KEEP (A2); from then on it may request again, start the
 * next packet, which requests again (A4), or free the memory of @allocation.
 *
 * Context: DISPATCH; one at a time for each adapter and each controller.
 */
typedef enum dpc_allocation_answer (*dpc_control_t)(struct dpc_allocation *allocation,
						    struct dpc_packet *packet, void *context);

/*
 * struct dpc_allocation_queue - the resource
 *
 * It is a channel, which one device has, and a number of units that the devices share:
 * map registers, or none for a controller.  The first request that waits is granted when
 * the channel is free and as many units are free as it wants.  The others wait behind
 * it even if there are enough for them: a device that wants many is not overtaken for
 * ever.
 *
 * One thread or softirq at a time is in the loop that grants, @granter.  Whatever
 * frees something while the loop runs, on another CPU or in a control routine, leaves
 * the next grant to the loop.  So a thousand devices that free at once use one level
 * of stack.
 *
 *   @call            means, while a control routine runs
 *   ---------------  -------------------------------------------------------------
 *   INTACT           the device has what it was granted
 *   FREED            it has freed all of it, and answers KEEP; its struct
 *                    dpc_allocation may have been freed, or wait again
 *   REGISTERS_FREED  it has freed its map registers, and answers KEEP_REGISTERS,
 *                    which frees the channel; else as FREED
 *
 * Field legend:
 *   L  under @lock
 *   C  constant after initialisation
 */
struct dpc_allocation_queue {
	/* private: */
	spinlock_t		lock;
	unsigned int		units;		/* C, how many there are */
	unsigned int		unused;		/* L, how many no device has */
	bool			busy;		/* L, a device has the channel */
	bool			closed;		/* L, destroyed */
	u8			call;		/* L, see above */
	struct list_head	waiting;	/* L, in the order of the requests */
	struct dpc_allocation	*called;	/* L, its routine runs; to compare, not to follow */
	struct task_struct	*granter;	/* L, runs the loop; to compare, not to follow */
	wait_queue_head_t	done;		/* for threads that wait for routine or loop */
};

/*
 * The states of a struct dpc_allocation.  "again" is the case of a device whose routine
 * has started an operation and is about to answer FREE, while that operation's DPC, on
 * another CPU, requests the resource anew.
 *
 *   state      has            request     answer of the routine    freed before that
 *   ---------  -------------  ----------  -----------------------  -------------------
 *   idle       nothing        -> waiting  none
 *   waiting    nothing        -EBUSY      (the grant: -> called)
 *   called     channel,       -> again    KEEP -> kept             -> idle
 *              units          (1)         FREE -> idle
 *                                         KEEP_REGISTERS
 *                                         -> registers
 *   again      channel,       -EBUSY      FREE -> waiting          -> waiting
 *              units                      (2)
 *   kept       channel,       -EBUSY                               free channel
 *              units                                               -> idle
 *   registers  units          -EBUSY                               free registers
 *                                                                  -> idle
 *
 *   (1) From inside the routine it is misuse, -EDEADLK.
 *   (2) Another answer is misuse: the new request is dropped.
 *
 * Withdrawn: waiting -> idle, again -> called; in other states nothing happens.
 *
 * Field legend:
 *   L  under @lock of the queue
 *   C  constant after initialisation
 */
/**
 * struct dpc_allocation - one device's request for a resource, and what it was granted
 *
 * It is part of the driver's device structure, one for each adapter or controller that
 * the device uses, or part of a request where a device has several transfers in flight.
 * It is set up once, by dpc_allocation_init().  One request at a time is made with it:
 * the next one when the one before was freed or withdrawn (A1).
 */
struct dpc_allocation {
	/* private: */
	struct list_head		node;		/* L, in @waiting */
	struct dpc_allocation_queue	*queue;		/* L, NULL when idle */
	u8				state;		/* L */
	unsigned int			wanted;		/* L, by the request that waits */
	unsigned int			units;		/* L, what it has */
	unsigned int			used;		/* L, units in use by @pieces */
	struct list_head		pieces;		/* L, mapped by an adapter */
	struct dpc_packet		*packet;	/* L, of the request that waits */
	dpc_control_t			control;	/* C */
	void				*context;	/* C */
};

/**
 * dpc_allocation_init - initialise what requests are made with
 * @allocation: must not wait and have nothing
 * @control: the control routine
 * @context: its last argument
 *
 * Context: any.
 */
void dpc_allocation_init(struct dpc_allocation *allocation, dpc_control_t control, void *context);

/**
 * dpc_allocation_refuse - report a request that is made while another one waits
 * @ip: an address in the code that is reported, and counted in dpc_violations()
 *
 * For names over this interface that can't let the queue see such a request.
 *
 * Context: any.
 */
void dpc_allocation_refuse(unsigned long ip);

#endif /* _LINUX_DPC_ALLOCATION_H */

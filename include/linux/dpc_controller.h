/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Controllers: several devices behind one engine, which serves one of them at a time.
 *
 * Module: dpc_nt.ko.  The rule number (A4) is that of docs/semantics.md.
 */
#ifndef _LINUX_DPC_CONTROLLER_H
#define _LINUX_DPC_CONTROLLER_H

#include <linux/dpc_allocation.h>
#include <linux/instruction_pointer.h>

/**
 * struct dpc_controller - an engine that several devices share
 *
 * Each device requests it for an operation, and its control routine is called when it
 * has the engine.  The routine answers DPC_ALLOCATION_KEEP if the operation goes on when
 * it returns, and then the DPC that completes the operation frees the engine.  It answers
 * DPC_ALLOCATION_FREE if the engine can serve another device meanwhile, as during a
 * seek, or if there was nothing to do.  The DPC frees the engine **before** it starts
 * the next packet, because that one requests it with the same struct dpc_allocation.
 */
struct dpc_controller {
	/* private: */
	struct dpc_allocation_queue	queue;
};

/**
 * dpc_controller_init - initialise a controller
 * @controller: the controller
 *
 * Afterwards it is free.
 *
 * Context: any.
 */
void dpc_controller_init(struct dpc_controller *controller);

int dpc_controller_destroy_ip(struct dpc_controller *controller, unsigned long ip);

/**
 * dpc_controller_destroy - end the use of a controller
 * @controller: the controller
 *
 * It waits for control routines that run.  Afterwards requests are refused, and the
 * memory may be freed.
 *
 * Context: a thread that may sleep.
 * Return: 0; -EBUSY if a request waits, if a device has the controller, or if it was
 * destroyed before; -EDEADLK in any other context.  After an error nothing has changed,
 * and the caller is reported and counted in dpc_violations().
 */
static __always_inline int dpc_controller_destroy(struct dpc_controller *controller)
{
	return dpc_controller_destroy_ip(controller, _THIS_IP_);
}

int dpc_controller_allocate_ip(struct dpc_controller *controller,
			       struct dpc_allocation *allocation, struct dpc_packet *packet,
			       unsigned long ip);

/**
 * dpc_controller_allocate - request the controller
 * @controller: the controller
 * @allocation: what the device makes its requests with; must not wait or have the
 *	controller
 * @packet: the device's current packet, for the control routine; may be NULL
 *
 * The control routine is called when the controller is free and all earlier requests
 * were granted: within this call, or later and maybe on another CPU.  The caller is not
 * told which.
 *
 * A control routine must not request, neither for its own device nor for another one,
 * before it has freed the controller (A1).  After that the request waits until the
 * routine has returned.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: 0; -EBUSY if @allocation waits or has something, -EDEADLK inside of a control
 * routine, -ESHUTDOWN after dpc_controller_destroy(), -EPERM at device level.  After an
 * error the routine is not called, and the caller is reported and counted in
 * dpc_violations() (A1, A4).
 */
static __always_inline int dpc_controller_allocate(struct dpc_controller *controller,
						   struct dpc_allocation *allocation,
						   struct dpc_packet *packet)
{
	return dpc_controller_allocate_ip(controller, allocation, packet, _THIS_IP_);
}

bool dpc_controller_free_ip(struct dpc_controller *controller, struct dpc_allocation *allocation,
			    unsigned long ip);

/**
 * dpc_controller_free - free the controller
 * @controller: the controller
 * @allocation: that of the device which has it
 *
 * The control routine of the next request is called: within this call, or by the CPU that
 * calls such routines already.  Call this before the next packet is started, and before
 * the current one is completed.  The control routine itself may call it, and then answers
 * DPC_ALLOCATION_KEEP.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: true; false if @allocation does not have the controller, or at device level: then
 * nothing has changed, and the caller is reported and counted in dpc_violations() (A4).
 */
static __always_inline bool dpc_controller_free(struct dpc_controller *controller,
						struct dpc_allocation *allocation)
{
	return dpc_controller_free_ip(controller, allocation, _THIS_IP_);
}

bool dpc_controller_cancel_ip(struct dpc_controller *controller,
			      struct dpc_allocation *allocation, unsigned long ip);

/**
 * dpc_controller_cancel - withdraw a request
 * @controller: the controller
 * @allocation: what the request was made with
 *
 * Windows has no such call: there, a device does not go away before its packets are
 * done.  On Linux a device may be unplugged while it waits for another one.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: true if the request waited, and then its control routine is not called; false
 * if there was none, or if it was granted: the routine has been called, or runs.  At
 * device level false, and the caller is reported and counted in dpc_violations() (A1).
 */
static __always_inline bool dpc_controller_cancel(struct dpc_controller *controller,
						  struct dpc_allocation *allocation)
{
	return dpc_controller_cancel_ip(controller, allocation, _THIS_IP_);
}

bool dpc_controller_cancel_sync_ip(struct dpc_controller *controller,
				   struct dpc_allocation *allocation, unsigned long ip);

/**
 * dpc_controller_cancel_sync - withdraw a request, and wait for its control routine
 * @controller: the controller
 * @allocation: what the request was made with
 *
 * As dpc_controller_cancel(), but the routine runs nowhere when this returns.  For the
 * removal of a device: nobody makes requests any more, the device's interrupt is
 * disconnected; after this call, what the routine has kept is freed, and then the memory
 * of @allocation may be freed.
 *
 * Context: a thread that may sleep.
 * Return: as dpc_controller_cancel(); false at once in any other context, and the caller
 * is reported and counted in dpc_violations() (A1).
 */
static __always_inline bool dpc_controller_cancel_sync(struct dpc_controller *controller,
						       struct dpc_allocation *allocation)
{
	return dpc_controller_cancel_sync_ip(controller, allocation, _THIS_IP_);
}

#endif /* _LINUX_DPC_CONTROLLER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt objects of a device with several vectors, as MSI-X has them: connected,
 * enabled, disabled and disconnected together.
 *
 * Module: dpc_core.ko.
 */
#ifndef _LINUX_DPC_INTERRUPTS_H
#define _LINUX_DPC_INTERRUPTS_H

#include <linux/dpc_interrupt.h>

/* struct dpc_interrupts_params.flags */
#define DPC_INTERRUPTS_SPREAD	0x01	/* a CPU for each, those of the device's node first */

/**
 * struct dpc_interrupts_params - what dpc_interrupts_connect() needs
 * @common: what the vectors have in common; @common.name is the first part of their names
 * @vector: called once for each vector, in order, before anything of that vector is
 *	connected.  @index counts from 0.  @params is a copy of @common with the vector's
 *	name, "NAME-INDEX", and its affinity hint; the routine sets params->irq, with
 *	pci_irq_vector() for example, and may change the rest: other ops for the vector
 *	that tells of errors, or a name that says more.  Returns the vector's object,
 *	zeroed or never used, or an ERR_PTR(), which ends the connecting with that error.
 *	Runs in the thread that connects.
 * @context: given to @vector
 * @flags: DPC_INTERRUPTS_*
 *
 * The objects are the driver's, embedded in what it has for each vector, a queue for
 * example: so its stages find that with container_of(), as with a single interrupt.  A
 * routine, rather than an array of objects or a stride, lets vectors be embedded in
 * structures of different types, and keeps object, number and ops of a vector in one place.
 */
struct dpc_interrupts_params {
	struct dpc_interrupt_params	common;
	struct dpc_interrupt *(*vector)(void *context, unsigned int index,
					struct dpc_interrupt_params *params);
	void				*context;
	unsigned int			flags;
};

struct dpc_interrupts_vector;

/*
 * struct dpc_interrupts - the connected vectors of one device
 *
 * It is embedded in the driver's own structure.  Calls for one of these must not overlap,
 * as those of probe, remove, suspend and resume don't.  What user space does to single
 * objects may come at any time.
 */
struct dpc_interrupts {
	/* private: */
	unsigned int			count;
	struct dpc_interrupts_vector	*vector;	/* NULL: not connected */
};

int dpc_interrupts_connect_ip(struct dpc_interrupts *intrs, unsigned int count,
			      const struct dpc_interrupts_params *params, unsigned long ip);

/**
 * dpc_interrupts_connect - connect several vectors of a device
 * @intrs: zeroed, or disconnected
 * @count: how many vectors, as from pci_alloc_irq_vectors()
 * @params: what to connect; not needed after the call
 *
 * First connects all objects disabled, then enables them, both in order (I8).  So no
 * stage runs, and the device is not told to interrupt, before all vectors could be had.  If
 * one can't, those before it are disconnected again, and a line in the log says which one it
 * was.  Vectors whose params->flags have DPC_INTERRUPT_NO_AUTOEN stay disabled.
 *
 * The names are made, and freed, by the library: "eth0" becomes "eth0-0", "eth0-1" and so on.
 *
 * Context: a thread that may sleep.
 * Return: 0; -EDEADLK where the caller may not sleep, and -EBUSY if @intrs is connected
 * already, both counted in dpc_violations(); -EINVAL if @count is 0, or if @params lacks a
 * name or the vector routine or has flags that are not valid; -ENOMEM; the error of
 * @params->vector, -EINVAL if that returns NULL; or that of dpc_interrupt_connect().
 */
static __always_inline int dpc_interrupts_connect(struct dpc_interrupts *intrs,
						  unsigned int count,
						  const struct dpc_interrupts_params *params)
{
	return dpc_interrupts_connect_ip(intrs, count, params, _THIS_IP_);
}

int devm_dpc_interrupts_connect_ip(struct device *dev, struct dpc_interrupts *intrs,
				   unsigned int count, const struct dpc_interrupts_params *params,
				   unsigned long ip);

/**
 * devm_dpc_interrupts_connect - connect several vectors until the driver is unbound
 * @dev: the device whose driver this is
 * @intrs: as for dpc_interrupts_connect()
 * @count: as there
 * @params: as there
 *
 * The vectors are disconnected when @dev's driver is unbound or its probe fails: before
 * what was acquired with devres earlier is given back, and after what was acquired later.
 * So acquire what the stages use, and the vectors themselves, before this call.  Don't call
 * dpc_interrupts_disconnect() for them.
 *
 * Context: as dpc_interrupts_connect().
 * Return: as dpc_interrupts_connect().
 */
static __always_inline int devm_dpc_interrupts_connect(struct device *dev,
						       struct dpc_interrupts *intrs,
						       unsigned int count,
						       const struct dpc_interrupts_params *params)
{
	return devm_dpc_interrupts_connect_ip(dev, intrs, count, params, _THIS_IP_);
}

int dpc_interrupts_disconnect_ip(struct dpc_interrupts *intrs, unsigned long ip);

/**
 * dpc_interrupts_disconnect - end the connection of several vectors
 * @intrs: as from dpc_interrupts_connect(); if nothing is connected, nothing happens
 *
 * First disables all objects, then disconnects them, both in reverse order (I8): a stage of
 * one vector may use another vector's object to its end.
 *
 * Context: a thread that may sleep, except the objects' own stages and callbacks.
 * Return: 0; -EDEADLK in any other context.  Then nothing has changed, and the caller
 * is reported and counted in dpc_violations().
 */
static __always_inline int dpc_interrupts_disconnect(struct dpc_interrupts *intrs)
{
	return dpc_interrupts_disconnect_ip(intrs, _THIS_IP_);
}

int dpc_interrupts_enable_ip(struct dpc_interrupts *intrs, unsigned long ip);

/**
 * dpc_interrupts_enable - let the stages of several vectors run
 * @intrs: as from dpc_interrupts_connect()
 *
 * Calls dpc_interrupt_enable() for each, in order, those that were connected with
 * DPC_INTERRUPT_NO_AUTOEN included.  If one can't be enabled, all are disabled again.
 *
 * Context: as dpc_interrupts_disconnect().
 * Return: 0; or the error of dpc_interrupt_enable().
 */
static __always_inline int dpc_interrupts_enable(struct dpc_interrupts *intrs)
{
	return dpc_interrupts_enable_ip(intrs, _THIS_IP_);
}

int dpc_interrupts_disable_ip(struct dpc_interrupts *intrs, unsigned long ip);

/**
 * dpc_interrupts_disable - stop the stages of several vectors
 * @intrs: as from dpc_interrupts_connect()
 *
 * Calls dpc_interrupt_disable() for each, in reverse order.  When it returns, no stage of
 * any vector runs, and none will until one is enabled.
 *
 * Context: as dpc_interrupts_disconnect().
 * Return: 0; -EDEADLK in any other context, and then nothing has changed.
 */
static __always_inline int dpc_interrupts_disable(struct dpc_interrupts *intrs)
{
	return dpc_interrupts_disable_ip(intrs, _THIS_IP_);
}

#endif /* _LINUX_DPC_INTERRUPTS_H */

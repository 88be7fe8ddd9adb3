// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several interrupt objects as one, affinity hints, and connections that end with the
 * driver's binding.
 *
 *   struct dpc_interrupts   @vector   its objects
 *   ----------------------  --------  ------------------------------------------------
 *   not connected           NULL      none is connected
 *   connecting              NULL      those so far are connected, and disabled
 *   connected               set       all are connected; each enabled or disabled
 *
 * Nothing can fail after the last connection but an enable whose object has lost its
 * interrupt, by a switch of its model that user space has asked for.  All that can, comes
 * before the first enable callback.
 */
#include "check.h"
#include "exchange.h"
#include "wait.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/dpc_interrupts.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/topology.h>

struct dpc_interrupts_vector {
	struct dpc_interrupt	*intr;
	char			*name;
	bool			enable;		/* when all are connected */
};

/* ---- Affinity ------------------------------------------------------------ */

/* dpc_interrupt_set_affinity_hint() in the name of the code at @ip. */
int dpc_interrupt_set_affinity_hint_ip(struct dpc_interrupt *intr, const struct cpumask *mask,
				       unsigned long ip)
{
	if (!dpc_interrupt_may_wait(intr, ip, "dpc_interrupt_set_affinity_hint"))
		return -EDEADLK;
	mutex_lock(&intr->mutex);
	intr->affinity_hint = mask;
	intr->affinity_owed = true;
	dpc_exchange_hint(intr);
	mutex_unlock(&intr->mutex);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_interrupt_set_affinity_hint_ip);

/* The CPU for the vector of this index: the device's node first, then the others. */
static const struct cpumask *dpc_interrupts_spread(unsigned int index, struct device *dev)
{
	int node = dev ? dev_to_node(dev) : NUMA_NO_NODE;
	unsigned int cpu;

	cpus_read_lock();
	cpu = cpumask_local_spread(index, node);
	cpus_read_unlock();
	return cpumask_of(cpu);
}

/* ---- Several vectors ------------------------------------------------------ */

static int dpc_interrupts_connect_vector(struct dpc_interrupts_vector *vector, unsigned int index,
					 const struct dpc_interrupts_params *params,
					 unsigned long ip)
{
	struct dpc_interrupt_params own = params->common;
	struct dpc_interrupt *intr;
	int err;

	vector->name = kasprintf(GFP_KERNEL, "%s-%u", params->common.name, index);
	if (!vector->name)
		return -ENOMEM;
	own.name = vector->name;
	if (params->flags & DPC_INTERRUPTS_SPREAD)
		own.affinity_hint = dpc_interrupts_spread(index, own.dev);
	intr = params->vector(params->context, index, &own);
	if (IS_ERR_OR_NULL(intr))
		return intr ? PTR_ERR(intr) : -EINVAL;

	vector->enable = !(own.flags & DPC_INTERRUPT_NO_AUTOEN);
	own.flags |= DPC_INTERRUPT_NO_AUTOEN;
	err = dpc_interrupt_connect_ip(intr, &own, ip);
	if (err)
		return dev_err_probe(own.dev, err, "%s: interrupt %d can't be connected\n",
				     own.name ?: vector->name, own.irq);
	vector->intr = intr;
	return 0;
}

static void dpc_interrupts_disable_all(struct dpc_interrupts_vector *vector, unsigned int count,
				       unsigned long ip)
{
	while (count--)
		if (vector[count].intr)
			dpc_interrupt_disable_ip(vector[count].intr, ip);
}

/* Those of @count vectors that are connected; also of one that has only a name. */
static void dpc_interrupts_undo(struct dpc_interrupts_vector *vector, unsigned int count,
				unsigned long ip)
{
	dpc_interrupts_disable_all(vector, count, ip);
	while (count--) {
		if (vector[count].intr)
			dpc_interrupt_disconnect_ip(vector[count].intr, ip);
		kfree(vector[count].name);
	}
	kfree(vector);
}

static int dpc_interrupts_enable_some(struct dpc_interrupts_vector *vector, unsigned int count,
				      bool all, unsigned long ip)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < count && !err; i++)
		if (all || vector[i].enable)
			err = dpc_interrupt_enable_ip(vector[i].intr, ip);
	return err;
}

static bool dpc_interrupts_params_valid(unsigned int count,
					const struct dpc_interrupts_params *params)
{
	return count && params->vector && params->common.name &&
	       !(params->flags & ~DPC_INTERRUPTS_SPREAD);
}

/* dpc_interrupts_connect() in the name of the code at @ip. */
int dpc_interrupts_connect_ip(struct dpc_interrupts *intrs, unsigned int count,
			      const struct dpc_interrupts_params *params, unsigned long ip)
{
	struct dpc_interrupts_vector *vector;
	unsigned int i;
	int err = 0;

	if (!dpc_may_wait(ip, "dpc_interrupts_connect"))
		return -EDEADLK;
	if (intrs->vector) {
		dpc_misuse(ip, "connects interrupts that are connected");
		return -EBUSY;
	}
	if (!dpc_interrupts_params_valid(count, params))
		return -EINVAL;
	vector = kcalloc(count, sizeof(*vector), GFP_KERNEL);
	if (!vector)
		return -ENOMEM;

	for (i = 0; i < count && !err; i++)
		err = dpc_interrupts_connect_vector(&vector[i], i, params, ip);
	if (!err)
		err = dpc_interrupts_enable_some(vector, count, false, ip);
	if (err) {
		dpc_interrupts_undo(vector, count, ip);
		return err;
	}
	intrs->count = count;
	intrs->vector = vector;
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_interrupts_connect_ip);

/* Of each object, before anything changes: nothing is left half done. */
static bool dpc_interrupts_may_wait(const struct dpc_interrupts *intrs, unsigned long ip,
				    const char *function)
{
	unsigned int i;

	for (i = 0; i < intrs->count; i++)
		if (!dpc_interrupt_may_wait(intrs->vector[i].intr, ip, function))
			return false;
	return true;
}

/* dpc_interrupts_disconnect() in the name of the code at @ip. */
int dpc_interrupts_disconnect_ip(struct dpc_interrupts *intrs, unsigned long ip)
{
	if (!dpc_interrupts_may_wait(intrs, ip, "dpc_interrupts_disconnect"))
		return -EDEADLK;
	dpc_interrupts_undo(intrs->vector, intrs->count, ip);
	*intrs = (struct dpc_interrupts){ };
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_interrupts_disconnect_ip);

/* dpc_interrupts_enable() in the name of the code at @ip. */
int dpc_interrupts_enable_ip(struct dpc_interrupts *intrs, unsigned long ip)
{
	int err;

	if (!dpc_interrupts_may_wait(intrs, ip, "dpc_interrupts_enable"))
		return -EDEADLK;
	err = dpc_interrupts_enable_some(intrs->vector, intrs->count, true, ip);
	if (err)
		dpc_interrupts_disable_all(intrs->vector, intrs->count, ip);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_interrupts_enable_ip);

/* dpc_interrupts_disable() in the name of the code at @ip. */
int dpc_interrupts_disable_ip(struct dpc_interrupts *intrs, unsigned long ip)
{
	if (!dpc_interrupts_may_wait(intrs, ip, "dpc_interrupts_disable"))
		return -EDEADLK;
	dpc_interrupts_disable_all(intrs->vector, intrs->count, ip);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_interrupts_disable_ip);

/* ---- Until the driver is unbound ------------------------------------------ */

static void dpc_devm_disconnect(struct device *dev, void *res)
{
	dpc_interrupt_disconnect(*(struct dpc_interrupt **)res);
}

static void dpc_devm_disconnect_all(struct device *dev, void *res)
{
	dpc_interrupts_disconnect(*(struct dpc_interrupts **)res);
}

/* Keep what was connected, if it was: the memory for that is there before the device starts. */
static int dpc_devm_keep(struct device *dev, void *res, int err)
{
	if (err)
		devres_free(res);
	else
		devres_add(dev, res);
	return err;
}

/* devm_dpc_interrupt_connect() in the name of the code at @ip. */
int devm_dpc_interrupt_connect_ip(struct device *dev, struct dpc_interrupt *intr,
				  const struct dpc_interrupt_params *params, unsigned long ip)
{
	struct dpc_interrupt **res;

	if (!dpc_may_wait(ip, "devm_dpc_interrupt_connect"))
		return -EDEADLK;
	res = devres_alloc(dpc_devm_disconnect, sizeof(*res), GFP_KERNEL);
	if (!res)
		return -ENOMEM;
	*res = intr;
	return dpc_devm_keep(dev, res, dpc_interrupt_connect_ip(intr, params, ip));
}
EXPORT_SYMBOL_GPL(devm_dpc_interrupt_connect_ip);

/* devm_dpc_interrupts_connect() in the name of the code at @ip. */
int devm_dpc_interrupts_connect_ip(struct device *dev, struct dpc_interrupts *intrs,
				   unsigned int count, const struct dpc_interrupts_params *params,
				   unsigned long ip)
{
	struct dpc_interrupts **res;

	if (!dpc_may_wait(ip, "devm_dpc_interrupts_connect"))
		return -EDEADLK;
	res = devres_alloc(dpc_devm_disconnect_all, sizeof(*res), GFP_KERNEL);
	if (!res)
		return -ENOMEM;
	*res = intrs;
	return dpc_devm_keep(dev, res, dpc_interrupts_connect_ip(intrs, count, params, ip));
}
EXPORT_SYMBOL_GPL(devm_dpc_interrupts_connect_ip);

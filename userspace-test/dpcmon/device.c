// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds and opens the objects that a command works on.  One opened with DEVICE_HOLD has its
 * settings put back by the kernel when it is closed, even by a crash.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "model.h"
#include "util.h"

int device_argument(const char **text, char address[DPC_OBJECT_DEVICE_LEN])
{
	if (!*text || **text != '/')
		return 0;
	if (raise_address(*text, address))
		return -1;
	*text = address;
	return 0;
}

int device_find(struct node *n, const char *text, enum choose how, struct dpc_object **list)
{
	char address[DPC_OBJECT_DEVICE_LEN];
	struct dpc_object *all;
	unsigned int *chosen;
	int nr, found, i;
	char *why;

	*list = NULL;
	if (device_argument(&text, address))
		return -1;
	nr = node_objects(n, &all);
	if (nr < 0)
		return -1;
	chosen = xcalloc(nr + 1, sizeof(*chosen));
	found = choose_objects(text, how, all, nr, chosen, &why);
	if (found < 0)
		fail("%s", why);
	free(why);
	for (i = 0; i < found && how != CHOOSE_ANY; i++)
		if (all[chosen[i]].kind != DPC_OBJECT_INTERRUPT)
			found = fail("--device %s: this is no interrupt object, but stands for all DPCs without one",
				     text);
	if (found > 0)
		*list = xcalloc(found, sizeof(**list));
	for (i = 0; i < found; i++)
		(*list)[i] = all[chosen[i]];
	free(chosen);
	free(all);
	return found;
}

int device_open(struct device *d, uint32_t id, enum device_use use)
{
	struct counters counters;
	int ret;

	memset(d, 0, sizeof(*d));
	d->raise = RAISE_NONE;
	ret = node_open(&d->node, use == DEVICE_READ ? NODE_READ : NODE_WRITE, false);
	if (!ret && use == DEVICE_HOLD)
		ret = node_hold(&d->node, id);
	/* not before: until the hold was taken, somebody else could change it */
	if (!ret)
		ret = node_object(&d->node, id, &d->object);
	if (!ret)
		ret = node_counters(&d->node, id, DPC_SNAPSHOT_CPU_ALL, &counters);
	if (ret)
		return ret;
	choose_label(&d->object, d->label);
	memcpy(d->budget_us, counters.budget_us, sizeof(d->budget_us));
	return raise_open(&d->raise, &d->object, use == DEVICE_HOLD);
}

void device_close(struct device *d)
{
	raise_close(&d->raise);
	node_close(&d->node);
}

void device_close_all(struct device *list, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		device_close(&list[i]);
	free(list);
}

int device_open_all(const char *text, enum choose how, enum device_use use,
		    struct device **list, unsigned int *nr)
{
	struct dpc_object *objects = NULL;
	struct node n;
	int found = -1, ret = 0, i;

	*list = NULL;
	*nr = 0;
	if (!node_open(&n, NODE_READ, false))
		found = device_find(&n, text, how, &objects);
	node_close(&n);
	if (found > 0)
		*list = xcalloc(found, sizeof(**list));
	for (i = 0; i < found && !ret; i++) {
		ret = device_open(&(*list)[i], objects[i].id, use);
		*nr = i + 1;
	}
	free(objects);
	return ret ? -1 : found;
}

int device_open_one(struct device *d, const char *text, enum device_use use)
{
	struct dpc_object *objects = NULL;
	struct node n;
	int found = -1;

	memset(d, 0, sizeof(*d));
	d->raise = RAISE_NONE;
	d->node.fd = -1;
	if (!node_open(&n, NODE_READ, false))
		found = device_find(&n, text, CHOOSE_ONE, &objects);
	node_close(&n);
	if (found > 0)
		found = device_open(d, objects[0].id, use) ? -1 : 1;
	free(objects);
	return found > 0 ? 0 : -1;
}

bool device_is_msi(const struct dpc_object *o)
{
	char path[160];

	if (!o->irq || strcmp(o->bus, "pci") || strchr(o->device, '/'))
		return false;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/msi_irqs/%u", o->device, o->irq);
	return !access(path, F_OK);
}

int device_counters(struct device *d, int cpu, struct counters *counters)
{
	return node_counters(&d->node, d->object.id, cpu, counters);
}

int device_reset(struct device *d)
{
	return node_reset(&d->node, d->object.id);
}

int device_switch_model(struct device *d, uint32_t nr)
{
	return node_set_model(&d->node, d->object.id, nr);
}

int device_set_model(struct device *d, const char *name)
{
	int model = model_by_name(name);

	if (model < 0)
		return fail("unknown model \"%s\": see dpcmon run --help", name);
	return (uint32_t)model == d->object.model ? 0 : device_switch_model(d, model);
}

int device_query_model(struct device *d, uint32_t nr, struct dpc_model_info *info)
{
	return node_query_model(&d->node, &d->object, nr, info);
}

uint32_t device_budgets(const struct dpc_object *o, const struct budgets *budgets,
			const uint32_t before_us[DPC_STAGE_NR], uint32_t us[DPC_STAGE_NR])
{
	uint32_t stages = 0;
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++)
		if (budgets_find(budgets, o->id, o->name, i, BUDGETS_MAX, &us[i]) &&
		    us[i] != before_us[i])
			stages |= 1u << i;
	return stages;
}

int device_set_budgets(struct device *d, const struct budgets *budgets)
{
	uint32_t stages, us[DPC_STAGE_NR];

	stages = device_budgets(&d->object, budgets, d->budget_us, us);
	return stages ? node_set_budgets(&d->node, d->object.id, stages, us) : 0;
}

int device_lend(struct node *n, const struct dpc_object *o, const struct budgets *budgets)
{
	uint32_t stages, us[DPC_STAGE_NR];
	struct counters counters;
	int ret = node_counters(n, o->id, DPC_SNAPSHOT_CPU_ALL, &counters);

	if (ret)
		return ret;
	stages = device_budgets(o, budgets, counters.budget_us, us);
	if (!stages)
		return 0;
	ret = node_hold(n, o->id);
	return ret ? ret : node_set_budgets(n, o->id, stages, us);
}

int device_lend_all(struct node *n, const struct budgets *budgets)
{
	struct dpc_object *list;
	int nr = node_objects(n, &list), i, ret = 0;

	for (i = 0; i < nr && !ret; i++) {
		if (list[i].kind == DPC_OBJECT_INTERRUPT)
			ret = device_lend(n, &list[i], budgets);
		/* it has gone since the list was made */
		if (ret == -ENODEV)
			ret = 0;
	}
	free(list);
	return nr < 0 ? nr : ret;
}

int device_announce(struct device *d)
{
	static const uint32_t none[DPC_STAGE_NR];

	return node_set_budgets(&d->node, d->object.id, 0, none);
}

void device_warn_of_accounting(const struct node *n)
{
	if (!(n->abi.flags & DPC_ABI_ACCOUNTS))
		warn("dpc_core counts nothing at present, its accounting is off: echo Y >/sys/module/dpc_core/parameters/accounting");
}

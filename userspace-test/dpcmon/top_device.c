// SPDX-License-Identifier: GPL-2.0-only
/*
 * The readings of dpcmon top, from /dev/dpc; and, for root, the names of routines over
 * budget, by the only trace event that is on: it costs nothing while all is within budget.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "choose.h"
#include "device.h"
#include "instance.h"
#include "live.h"
#include "node.h"
#include "top.h"
#include "util.h"

#define TOP_DEVICE_BUFFER_KB	512

/**
 * struct top_device - what is shown
 * @node: /dev/dpc, open or not
 * @filter: what the overview shows, as choose.h describes
 * @budgets: are lent to the objects; NULL for none
 * @started: the screen may be in use: there is no place for messages
 * @one: one object is shown
 * @id: that object
 * @live: the trace of overruns; NULL if there is none
 * @a: the overruns since the last reset
 * @why: why there is no @live
 */
struct top_device {
	struct node		node;
	const char		*filter;
	const struct budgets	*budgets;
	bool			started;
	bool			one;
	uint32_t		id;
	struct live		*live;
	struct analysis		*a;
	char			why[80];
};

struct top_device *top_device_new(const char *filter, const struct budgets *budgets)
{
	struct instance_params params = { .buffer_kb = TOP_DEVICE_BUFFER_KB };
	struct top_device *d = xcalloc(1, sizeof(*d));

	d->node.fd = -1;
	d->filter = filter ? filter : "all";
	d->budgets = budgets_of_times(budgets) ? budgets : NULL;
	d->a = analysis_new(NULL);
	if (geteuid()) {
		snprintf(d->why, sizeof(d->why), "tracing needs root: run it with sudo");
		return d;
	}
	/* it says itself what is missing */
	d->live = live_open(&params);
	if (d->live && live_start_overruns(d->live, d->a)) {
		live_close(d->live);
		d->live = NULL;
	}
	if (!d->live)
		snprintf(d->why, sizeof(d->why), "there is no trace of this kernel");
	return d;
}

void top_device_free(struct top_device *d)
{
	node_close(&d->node);
	live_close(d->live);
	analysis_free(d->a);
	free(d);
}

/* The core may have been loaded anew since. */
static int top_device_node(struct top_device *d)
{
	struct dpc_abi abi;
	int ret;

	if (d->node.fd >= 0 && !node_abi(&d->node, &abi))
		return 0;
	node_close(&d->node);
	/* to look on, reading is enough */
	ret = node_open(&d->node, d->budgets ? NODE_WRITE : NODE_WRITE_IF_ALLOWED, d->started);
	if (!ret && d->budgets)
		ret = device_lend_all(&d->node, d->budgets);
	d->started = true;
	d->node.quiet = true;
	if (ret)
		node_close(&d->node);
	return ret;
}

/* The objects that @which finds.  Return: how many, or a negative errno. */
static int top_device_find(struct top_device *d, const char *which, enum choose how,
			   struct dpc_object **list)
{
	int nr = node_objects(&d->node, list), found, i;
	unsigned int *chosen;
	char *why;

	if (nr < 0)
		return nr;
	chosen = xcalloc(nr + 1, sizeof(*chosen));
	found = choose_objects(which, how, *list, nr, chosen, &why);
	/* ascending, so that none is overwritten before it is moved */
	for (i = 0; i < found; i++)
		(*list)[i] = (*list)[chosen[i]];
	free(why);
	free(chosen);
	if (found > 0)
		return found;
	free(*list);
	*list = NULL;
	return -ENODEV;
}

/* Those of the overview; that there are none is no error. */
static int top_device_all(struct top_device *d, struct dpc_object **list)
{
	int nr = top_device_find(d, d->filter, CHOOSE_ANY, list);

	return nr == -ENODEV ? 0 : nr;
}

static int top_device_open(void *data, const char *which)
{
	struct top_device *d = data;
	struct dpc_object *list;
	int ret = top_device_node(d);

	d->one = *which;
	d->id = 0;
	if (ret || !d->one)
		return ret;
	ret = top_device_find(d, which, CHOOSE_ONE, &list);
	if (ret < 0)
		return ret;
	d->id = list[0].id;
	free(list);
	return 0;
}

static int top_device_sample(struct top_device *d, uint32_t id, struct top_sample *s)
{
	int ret = node_object(&d->node, id, &s->object);

	if (ret)
		return ret;
	s->msi = device_is_msi(&s->object);
	return node_counters(&d->node, id, DPC_SNAPSHOT_CPU_ALL, &s->stats);
}

static int top_device_read(void *data, struct top_sample *s)
{
	struct top_device *d = data;

	return d->node.fd < 0 ? -ENODEV : top_device_sample(d, d->id, s);
}

/* Those of DPCs without an interrupt are there when one has run. */
static bool top_device_is_shown(const struct top_sample *s)
{
	return s->object.kind == DPC_OBJECT_INTERRUPT || s->stats.stage[DPC_STAGE_DPC].count;
}

static int top_device_list(void *data, struct top_sample *s, unsigned int max)
{
	struct top_device *d = data;
	struct dpc_object *list;
	unsigned int found = 0;
	int nr = top_device_all(d, &list), i, ret = 0;

	if (nr < 0)
		return nr;
	for (i = 0; i < nr && found < max && !ret; i++) {
		ret = top_device_sample(d, list[i].id, &s[found]);
		if (!ret)
			found += top_device_is_shown(&s[found]);
		/* it has gone since the list was made */
		if (ret == -ENODEV)
			ret = 0;
	}
	free(list);
	return ret ? ret : (int)found;
}

static int top_device_reset_all(struct top_device *d)
{
	struct dpc_object *list;
	int nr = top_device_all(d, &list), i, ret = 0;

	for (i = 0; i < nr && (!ret || ret == -ENODEV); i++)
		ret = node_reset(&d->node, list[i].id);
	free(list);
	return nr < 0 ? nr : ret;
}

/* What was over budget before the reset is read and forgotten, or it would come again. */
static int top_device_reset(void *data)
{
	struct top_device *d = data;

	if (d->live)
		live_read(d->live, d->a);
	analysis_free(d->a);
	d->a = analysis_new(NULL);
	return d->one ? node_reset(&d->node, d->id) : top_device_reset_all(d);
}

static int top_device_query_model(void *data, uint32_t nr, struct dpc_model_info *info)
{
	struct dpc_object object = { };
	struct top_device *d = data;
	int ret = d->one ? node_object(&d->node, d->id, &object) : 0;

	return ret ? ret : node_query_model(&d->node, &object, nr, info);
}

static int top_device_set_model(void *data, uint32_t nr)
{
	struct top_device *d = data;

	return node_set_model(&d->node, d->id, nr);
}

/* What has come gets the budgets, too. */
static void top_device_lend(struct top_device *d, const struct dpc_notice *notice)
{
	struct dpc_object o;

	if (d->budgets && notice->type == DPC_NOTICE_CAME &&
	    !node_object(&d->node, notice->id, &o))
		device_lend(&d->node, &o, d->budgets);
}

static int top_device_news(void *data, char text[TOP_STATUS_LEN])
{
	struct top_device *d = data;
	struct dpc_notice notice;

	while (node_notice(&d->node, &notice) > 0) {
		if (notice.type != DPC_NOTICE_CAME && notice.type != DPC_NOTICE_GONE)
			continue;
		top_device_lend(d, &notice);
		snprintf(text, TOP_STATUS_LEN, "object #%u %s has %s", notice.id, notice.name,
			 notice.type == DPC_NOTICE_CAME ? "come" : "gone");
		return 1;
	}
	return 0;
}

static void top_device_worst(void *data, struct top_worst *worst)
{
	struct top_device *d = data;
	const struct overrun *v;
	unsigned int i;

	memset(worst, 0, sizeof(*worst));
	if (!d->live) {
		worst->state = TOP_WORST_UNKNOWN;
		memcpy(worst->why, d->why, sizeof(worst->why));
		return;
	}
	live_read(d->live, d->a);
	for (i = 0; i < d->a->nr_objects; i++) {
		v = &d->a->objects[i]->worst_overrun;
		if ((d->one && d->a->objects[i]->id != d->id) || !v->valid ||
		    (worst->state == TOP_WORST_KNOWN &&
		     v->ns * worst->budget_ns <= worst->ns * v->budget_ns))
			continue;
		worst->state = TOP_WORST_KNOWN;
		snprintf(worst->routine, sizeof(worst->routine), "%.*s",
			 (int)strcspn(v->routine, " "), v->routine);
		worst->stage = v->stage;
		worst->ns = v->ns;
		worst->budget_ns = v->budget_ns;
		worst->seq = v->first;
		worst->cpu = v->cpu;
	}
}

const struct top_source top_device_source = {
	.open		= top_device_open,
	.read		= top_device_read,
	.list		= top_device_list,
	.reset		= top_device_reset,
	.query_model	= top_device_query_model,
	.set_model	= top_device_set_model,
	.news		= top_device_news,
	.worst		= top_device_worst,
};

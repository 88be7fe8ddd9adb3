// SPDX-License-Identifier: GPL-2.0-only
/*
 * The readings of dpcmon top, by ioctls; and, for root, the names of routines
 * over budget, by the only trace event that is on: it costs nothing while all
 * is within budget.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "analysis.h"
#include "device.h"
#include "instance.h"
#include "live.h"
#include "top.h"
#include "util.h"

#define TOP_DEVICE_FOLDER	"/dev"
#define TOP_DEVICE_PREFIX	"dpc_edu"
#define TOP_DEVICE_BUFFER_KB	512

/**
 * struct top_device - the device that is shown
 * @fd: it is open; -1 if it can't be
 * @id: its interrupt object, as of the last reading
 * @live: the trace of overruns; NULL if there is none
 * @a: the overruns since the last reset
 * @why: why there is no @live
 */
struct top_device {
	int			fd;
	uint32_t		id;
	struct live		*live;
	struct analysis		*a;
	char			why[80];
};

struct top_device *top_device_new(void)
{
	struct instance_params params = { .buffer_kb = TOP_DEVICE_BUFFER_KB };
	struct top_device *d = xcalloc(1, sizeof(*d));

	d->fd = -1;
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
	if (d->fd >= 0)
		close(d->fd);
	live_close(d->live);
	analysis_free(d->a);
	free(d);
}

static int top_device_ioctl(struct top_device *d, unsigned long request, void *arg)
{
	if (d->fd < 0)
		return -ENODEV;
	return ioctl(d->fd, request, arg) ? -errno : 0;
}

static int top_device_open(void *data, const char *path)
{
	struct top_device *d = data;
	struct dpc_edu_info info;
	int ret;

	if (d->fd >= 0)
		close(d->fd);
	d->fd = open(path, O_RDWR | O_CLOEXEC);
	/* to look on needs no more */
	if (d->fd < 0 && (errno == EACCES || errno == EPERM))
		d->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (d->fd < 0)
		return -errno;
	ret = top_device_ioctl(d, DPC_EDU_IOC_INFO_GET, &info);
	if (!ret && info.abi_version != DPC_EDU_ABI_VERSION)
		ret = -EPROTO;
	if (ret) {
		close(d->fd);
		d->fd = -1;
	}
	return ret;
}

static int top_device_read(void *data, struct top_sample *s)
{
	struct top_device *d = data;
	int ret = top_device_ioctl(d, DPC_EDU_IOC_INFO_GET, &s->info);

	s->stats.cpu = DPC_EDU_CPU_ALL;
	if (!ret)
		ret = top_device_ioctl(d, DPC_EDU_IOC_STATS_GET, &s->stats);
	d->id = s->info.interrupt_id;
	return ret;
}

/* What was over budget before the reset is read and forgotten, or it would come again. */
static int top_device_reset(void *data)
{
	struct top_device *d = data;

	if (d->live)
		live_read(d->live, d->a);
	analysis_free(d->a);
	d->a = analysis_new(NULL);
	return top_device_ioctl(d, DPC_EDU_IOC_STATS_RESET, NULL);
}

static int top_device_query_model(void *data, uint32_t nr, struct dpc_edu_model_info *info)
{
	*info = (struct dpc_edu_model_info){ .model = nr };
	int ret = top_device_ioctl(data, DPC_EDU_IOC_MODEL_QUERY, info);

	if (!ret)
		device_clean_model(info);
	return ret;
}

static int top_device_set_model(void *data, uint32_t nr)
{
	struct dpc_edu_model model = { .model = nr };

	return top_device_ioctl(data, DPC_EDU_IOC_MODEL_SET, &model);
}

static int top_device_is_one(const struct dirent *entry)
{
	const char *nr = entry->d_name + strlen(TOP_DEVICE_PREFIX);

	return !strncmp(entry->d_name, TOP_DEVICE_PREFIX, strlen(TOP_DEVICE_PREFIX)) &&
	       *nr >= '0' && *nr <= '9';
}

/* The device after @path by name, the first one after the last. */
static int top_device_next(void *data, char path[TOP_PATH_LEN])
{
	const char *name = strrchr(path, '/');
	struct dirent **list;
	int n = scandir(TOP_DEVICE_FOLDER, &list, top_device_is_one, versionsort), i, next = 0;

	if (n < 0)
		return -errno;
	name = name ? name + 1 : path;
	for (i = 0; i < n; i++)
		if (!strcmp(list[i]->d_name, name))
			next = (i + 1) % n;
	if (n)
		snprintf(path, TOP_PATH_LEN, TOP_DEVICE_FOLDER "/%.40s", list[next]->d_name);
	for (i = 0; i < n; i++)
		free(list[i]);
	free(list);
	return n ? 0 : -ENOENT;
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
		if (d->a->objects[i]->id != d->id || !v->valid)
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
	.reset		= top_device_reset,
	.query_model	= top_device_query_model,
	.set_model	= top_device_set_model,
	.next		= top_device_next,
	.worst		= top_device_worst,
};

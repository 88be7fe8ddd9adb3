// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of an edu device, with a message for each way in which they fail.  A
 * device opened with DEVICE_HOLD has its settings put back by the kernel when it is
 * closed, even by a crash.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"
#include "text.h"
#include "util.h"

#define DEVICE_ACCOUNTING	"/sys/module/dpc_core/parameters/accounting"

static const char * const device_models[DPC_MODEL_NR] = {
	[DPC_MODEL_DPC]		= "dpc",
	[DPC_MODEL_THREADED]	= "threaded",
	[DPC_MODEL_TASKLET]	= "tasklet",
	[DPC_MODEL_BH_WQ]	= "bh_wq",
	[DPC_MODEL_IRQ_POLL]	= "irq_poll",
	[DPC_MODEL_WQ]		= "wq",
	[DPC_MODEL_WQ_UNBOUND]	= "wq_unbound",
	[DPC_MODEL_KTHREAD]	= "kthread",
	[DPC_MODEL_HARDIRQ]	= "hardirq",
};

const char *device_model_name(uint32_t model)
{
	return model < DPC_MODEL_NR ? device_models[model] : NULL;
}

int device_model_by_name(const char *name)
{
	int i;

	for (i = 0; i < DPC_MODEL_NR; i++)
		if (!strcmp(device_models[i], name))
			return i;
	return -1;
}

/* Says what to do about an errno of open(). */
static int device_open_failed(const char *path)
{
	switch (errno) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return fail("%s: no such device: load dpc_edu.ko on a machine with QEMU's edu device (-device edu)",
			    path);
	case EACCES:
	case EPERM:
		return fail("%s: not permitted: run it with sudo", path);
	default:
		return fail("%s: %m", path);
	}
}

/* Takes the hold on the settings; if another process has it, says which one. */
static int device_hold(struct device *d)
{
	struct dpc_edu_hold hold = { 0 };

	if (!ioctl(d->fd, DPC_EDU_IOC_HOLD_TAKE, &hold))
		return 0;
	if (errno == ENOTTY)
		return fail("%s: the driver is older than this dpcmon, or not dpc_edu.ko: install the two from one version",
			    d->path);
	if (errno != EBUSY)
		return fail("%s: DPC_EDU_IOC_HOLD_TAKE: %m", d->path);
	if (hold.pid)
		return fail("%s: %.*s (process %d) holds its settings: wait until it has ended, or end it",
			    d->path, (int)sizeof(hold.comm), hold.comm, hold.pid);
	return fail("%s: a %.*s in another container holds its settings: wait until it has ended",
		    d->path, (int)sizeof(hold.comm), hold.comm);
}

int device_open(struct device *d, const char *path, enum device_use use)
{
	struct dpc_edu_budget budget = { 0 };
	unsigned int i;

	memset(d, 0, sizeof(*d));
	d->path = path;
	d->fd = open(path, (use == DEVICE_READ ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (d->fd < 0)
		return device_open_failed(path);
	if (ioctl(d->fd, DPC_EDU_IOC_INFO_GET, &d->info)) {
		if (errno == ENOTTY)
			return fail("%s: not a device of dpc_edu.ko", path);
		return fail("%s: DPC_EDU_IOC_INFO_GET: %m", path);
	}
	if (d->info.abi_version != DPC_EDU_ABI_VERSION)
		return fail("%s: the driver speaks ABI %u, this dpcmon %u: install the two from one version",
			    path, d->info.abi_version, DPC_EDU_ABI_VERSION);
	if (use == DEVICE_HOLD && device_hold(d))
		return -1;
	/* once more: until the hold was taken, somebody else could change it */
	if (ioctl(d->fd, DPC_EDU_IOC_INFO_GET, &d->info))
		return fail("%s: DPC_EDU_IOC_INFO_GET: %m", path);
	for (i = 0; i < DPC_STAGE_NR; i++) {
		budget.stage = i;
		if (ioctl(d->fd, DPC_EDU_IOC_BUDGET_GET, &budget))
			return fail("%s: DPC_EDU_IOC_BUDGET_GET: %m", path);
		d->budget_us[i] = budget.budget_us;
	}
	return 0;
}

static int device_budget(struct device *d, unsigned int stage, uint32_t us)
{
	struct dpc_edu_budget budget = { .stage = stage, .budget_us = us };

	if (ioctl(d->fd, DPC_EDU_IOC_BUDGET_SET, &budget))
		return fail("%s: can't set the budget of %s to %u us: %m", d->path,
			    stage_keys[stage], us);
	return 0;
}

void device_clean_model(struct dpc_edu_model_info *info)
{
	info->name[sizeof(info->name) - 1] = '\0';
	info->needs[sizeof(info->needs) - 1] = '\0';
	text_clean(info->name);
	text_clean(info->needs);
}

/* The kernel refused a model: asks the driver what the model needs. */
static int device_model_absent(struct device *d, uint32_t nr)
{
	struct dpc_edu_model_info info = { .model = nr };

	if (ioctl(d->fd, DPC_EDU_IOC_MODEL_QUERY, &info))
		return fail("%s: DPC_EDU_IOC_MODEL_QUERY: %m", d->path);
	device_clean_model(&info);
	return fail("%s: this kernel can't do model %s: it needs %s; choose another one", d->path,
		    info.name, info.needs);
}

int device_switch_model(struct device *d, uint32_t nr)
{
	struct dpc_edu_model model = { .model = nr };

	if (!ioctl(d->fd, DPC_EDU_IOC_MODEL_SET, &model))
		return 0;
	if (errno == EBUSY)
		return fail("%s: can't switch to model %s while a request is in flight: stop its other users",
			    d->path, device_models[nr]);
	if (errno == EOPNOTSUPP)
		return device_model_absent(d, nr);
	return fail("%s: can't switch to model %s: %m", d->path, device_models[nr]);
}

void device_close(struct device *d)
{
	if (d->fd < 0)
		return;
	close(d->fd);
	d->fd = -1;
}

int device_query_model(struct device *d, uint32_t nr, struct dpc_edu_model_info *info)
{
	memset(info, 0, sizeof(*info));
	info->model = nr;
	if (ioctl(d->fd, DPC_EDU_IOC_MODEL_QUERY, info))
		return fail("%s: DPC_EDU_IOC_MODEL_QUERY: %m", d->path);
	device_clean_model(info);
	return 0;
}

int device_stats(struct device *d, int cpu, struct dpc_edu_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->cpu = cpu;
	if (!ioctl(d->fd, DPC_EDU_IOC_STATS_GET, stats))
		return 0;
	if (errno == EINVAL && cpu >= 0)
		return fail("%s: no CPU %d: they are numbered from 0 to %u", d->path, cpu,
			    d->info.nr_cpus - 1);
	return fail("%s: DPC_EDU_IOC_STATS_GET: %m", d->path);
}

int device_stats_reset(struct device *d)
{
	if (ioctl(d->fd, DPC_EDU_IOC_STATS_RESET))
		return fail("%s: DPC_EDU_IOC_STATS_RESET: %m", d->path);
	return 0;
}

int device_raises(struct device *d, struct dpc_edu_raises *raises)
{
	if (ioctl(d->fd, DPC_EDU_IOC_RAISES_GET, raises))
		return fail("%s: DPC_EDU_IOC_RAISES_GET: %m", d->path);
	return 0;
}

int device_set_model(struct device *d, const char *name)
{
	int model = device_model_by_name(name);

	if (model < 0)
		return fail("unknown model \"%s\": see dpcmon run --help", name);
	return (uint32_t)model == d->info.model ? 0 : device_switch_model(d, model);
}

int device_set_budgets(struct device *d, const struct budgets *budgets)
{
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++) {
		if (!budgets->given[i] || budgets->us[i] == d->budget_us[i])
			continue;
		if (device_budget(d, i, budgets->us[i]))
			return -1;
	}
	return 0;
}

int device_announce(struct device *d)
{
	struct dpc_edu_budget budget = { .stage = DPC_STAGE_ISR };

	/* setting a budget announces all of them, also if none changes */
	if (ioctl(d->fd, DPC_EDU_IOC_BUDGET_GET, &budget))
		return fail("%s: DPC_EDU_IOC_BUDGET_GET: %m", d->path);
	return device_budget(d, DPC_STAGE_ISR, budget.budget_us);
}

int device_set_body(struct device *d, uint32_t dpc_us, uint32_t work_us)
{
	struct dpc_edu_body body = { .dpc_us = dpc_us, .work_us = work_us };

	if (ioctl(d->fd, DPC_EDU_IOC_BODY_SET, &body))
		return fail("%s: can't set the bodies to dpc=%u work=%u us: %m", d->path,
			    dpc_us, work_us);
	return 0;
}

void device_warn_of_accounting(void)
{
	FILE *in = fopen(DEVICE_ACCOUNTING, "re");
	bool off = in && fgetc(in) == 'N';

	if (in)
		fclose(in);
	if (off)
		warn("dpc_core counts nothing at present, its accounting is off: echo Y >"
		     DEVICE_ACCOUNTING);
}

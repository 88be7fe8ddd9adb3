// SPDX-License-Identifier: GPL-2.0-only
/* Users of attributes and of parameters: /sys/class/dpc, the samples' files, /sys/module. */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- Files of objects ------------------------------------------------------------- */

static const char * const values[] = {
	"id", "name", "irq", "vector", "bus", "device_name", "driver", "enabled", "model", "models",
	"holder", "interrupts", "unhandled", "while_disabled", "uevent",
};

static const char * const stage_values[] = {
	"budget_us", "count", "total_ns", "max_ns", "coalesced", "over_budget",
};

/* One that fits @pattern, in @path.  Return: 0 or TORTURE_ABSENT. */
static int any_path(struct torture_worker *w, const char *pattern, char *path, size_t size)
{
	uint32_t choice = torture_random(w);
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		return TORTURE_ABSENT;
	snprintf(path, size, "%s", found.gl_pathv[choice % found.gl_pathc]);
	globfree(&found);
	return 0;
}

/* A file of any object.  Those of the DPCs without an object lack most: then it is absent. */
static int any_file(struct torture_worker *w, const char *name, char *path, size_t size)
{
	char folder[200];
	int err = any_path(w, "/sys/class/dpc/*", folder, sizeof(folder));

	if (err)
		return err;
	snprintf(path, size, "%s/%s", folder, name);
	return access(path, F_OK) ? TORTURE_ABSENT : 0;
}

/* Gone between a look and an open. */
static int or_absent(int err)
{
	return err == -ENOENT ? TORTURE_ABSENT : err;
}

static int sysfs_read(struct torture_worker *w, const void *context)
{
	char path[300], name[60], text[4096];
	int err;

	(void)context;
	if (torture_one_in(w, 3))
		snprintf(name, sizeof(name), "%s",
			 values[torture_below(w, ARRAY_SIZE(values))]);
	else
		snprintf(name, sizeof(name), "%s/%s",
			 stage_values[torture_below(w, ARRAY_SIZE(stage_values))],
			 stage_names[torture_below(w, DPC_STAGE_NR)]);
	err = any_file(w, name, path, sizeof(path));
	return err ?: or_absent(file_read(path, text, sizeof(text)));
}

static int sysfs_model(struct torture_worker *w, const void *context)
{
	const char *model = model_names[torture_below(w, DPC_MODEL_NR)];
	char path[300];
	int err = any_file(w, "model", path, sizeof(path));

	(void)context;
	return err ?: or_absent(file_write(path, model));
}

static int sysfs_budget(struct torture_worker *w, const void *context)
{
	char path[300], name[60], text[20];
	int err;

	(void)context;
	snprintf(name, sizeof(name), "budget_us/%s", stage_names[torture_below(w, DPC_STAGE_NR)]);
	snprintf(text, sizeof(text), "%u", torture_below(w, DPC_BUDGET_MAX_US + 1));
	err = any_file(w, name, path, sizeof(path));
	return err ?: or_absent(file_write(path, text));
}

static int sysfs_reset(struct torture_worker *w, const void *context)
{
	static const char * const texts[] = { "1", "y", "on", "0", "n", "1\n" };
	char path[300];
	int err = any_file(w, "reset", path, sizeof(path));

	(void)context;
	return err ?: or_absent(file_write(path, texts[torture_below(w, ARRAY_SIZE(texts))]));
}

/* No value of anything here. */
static const char *wrong_text(struct torture_worker *w)
{
	static const char * const texts[] = {
		"x", "-1", "99999999999999999999", "\n", " ", "dpcdpc", "threaded x", "1 1", "0x",
		"\xff\xfe", "%s%n", "1000001",
	};
	static char many[6000];
	uint32_t choice = torture_below(w, ARRAY_SIZE(texts) + 1);

	if (choice < ARRAY_SIZE(texts))
		return texts[choice];
	memset(many, 'a', sizeof(many) - 1);
	return many;
}

static int sysfs_wrong(struct torture_worker *w, const void *context)
{
	static const char * const names[] = { "model", "uevent", "budget_us/dpc", "budget_us/isr" };
	const char *name = names[torture_below(w, ARRAY_SIZE(names))], *text = wrong_text(w);
	char path[300];
	int err = any_file(w, name, path, sizeof(path));

	(void)context;
	return err ?: or_absent(file_write(path, text));
}

/* What may only be read, or only be written. */
static int sysfs_other_way(struct torture_worker *w, const void *context)
{
	static const char * const names[] = { "id", "irq", "models", "holder", "count/dpc" };
	uint32_t choice = torture_below(w, ARRAY_SIZE(names) + 1);
	bool read = choice == ARRAY_SIZE(names);
	char path[300], text[64];
	int err = any_file(w, read ? "reset" : names[choice], path, sizeof(path));

	(void)context;
	if (err)
		return err;
	return or_absent(read ? file_read(path, text, sizeof(text)) : file_write(path, "1"));
}

/* ---- Parameters ------------------------------------------------------------------- */

struct parameter {
	const char	*module;
	const char	*name;
	uint32_t	min, max;
	bool		boolean;
};

/* watchdog_* stay off: an emulated CPU stands still when the host is busy. */
static const struct parameter parameters[] = {
	{ "dpc_core", "budget_dpc_us", 0, DPC_BUDGET_MAX_US },
	{ "dpc_core", "budget_complete_us", 0, DPC_BUDGET_MAX_US },
	{ "dpc_core", "depth_limit", 1, 1000 },
	{ "dpc_core", "rate_min", 0, 1000 },
	{ "dpc_core", "rate_ideal", 0, 1000 },
	{ "dpc_core", "adjust_ticks", 1, 1000 },
	{ "dpc_core", "accounting", .boolean = true },
	{ "dpc_core", "threaded_dpc", .boolean = true },
	{ "dpc_core", "drain_thread", .boolean = true },
	{ "dpc_edu", "request_timeout_ms", 10, 10000 },
	{ "dpc_edu", "overdue_ms", 10, 3000 },
	{ "dpc_pci", "raise_timeout_ms", 10, 10000 },
};

static int parameter_set(struct torture_worker *w, const void *context)
{
	const struct parameter *p = &parameters[torture_below(w, ARRAY_SIZE(parameters))];
	uint32_t value = p->min + torture_below(w, p->max - p->min + 1);
	char path[200], text[20];

	(void)context;
	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", p->module, p->name);
	snprintf(text, sizeof(text), "%u", value);
	return or_absent(file_write(path, p->boolean ? value % 2 ? "N" : "Y" : text));
}

static int parameter_wrong(struct torture_worker *w, const void *context)
{
	const struct parameter *p = &parameters[torture_below(w, ARRAY_SIZE(parameters))];
	const char *text = wrong_text(w);
	char path[200];

	(void)context;
	/* A boolean is what its first letter says. */
	if (p->boolean)
		text = "x";
	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", p->module, p->name);
	return or_absent(file_write(path, text));
}

static int parameter_read(struct torture_worker *w, const void *context)
{
	char path[300], text[4096];
	int err = any_path(w, "/sys/module/dpc_*/parameters/*", path, sizeof(path));

	(void)context;
	return err ?: or_absent(file_read(path, text, sizeof(text)));
}

/* ---- The samples' files ----------------------------------------------------------- */

static int sample(struct torture_worker *w, const void *context)
{
	static const char * const names[] = { "compute", "transfer", "doorbell", "buffer" };
	static const char * const counters[] = {
		"submitted", "completed", "cancelled", "wrong_level",
	};
	const char *name = names[torture_below(w, ARRAY_SIZE(names))];
	const char *counter = counters[torture_below(w, ARRAY_SIZE(counters))];
	bool wrong = context;
	char pattern[100], path[300], text[64];
	uint32_t what = torture_below(w, 4), number = torture_below(w, 20);
	int err;

	snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/*/%s", what ? name : counter);
	err = any_path(w, pattern, path, sizeof(path));
	if (err)
		return err;
	torture_alarm(1000 + torture_below(w, 300000));
	if (!what || (what == 1 && !wrong && strcmp(name, "doorbell")))
		return or_absent(file_read(path, text, sizeof(text)));
	snprintf(text, sizeof(text), "%u", number);
	return or_absent(file_write(path, wrong ? wrong_text(w) : text));
}

/* ---- What the kernel shows of us -------------------------------------------------- */

static int shown(struct torture_worker *w, const void *context)
{
	static const char * const paths[] = {
		"/proc/interrupts", "/proc/misc", "/proc/modules", "/proc/softirqs", "/proc/iomem",
		"/sys/kernel/debug/dpc/*", "/sys/kernel/tracing/events/dpc/*/format",
		"/proc/irq/*/dpc_*", "/proc/irq/*/spurious", "/sys/class/misc/dpc*/dev",
	};
	char path[300], text[8192];
	int err = any_path(w, paths[torture_below(w, ARRAY_SIZE(paths))], path, sizeof(path));

	(void)context;
	err = err ?: or_absent(file_read(path, text, sizeof(text)));
	return err == -EISDIR ? 0 : err;
}

void torture_sysfs_add(void)
{
	/* Gone while it was open. */
	const int *gone = ERRORS(ENODEV, ENOMEM);
	/* What Windows' status of a request becomes. */
	const int *request = ERRORS(ENODEV, ENOMEM, EINTR, ETIMEDOUT, EIO, EINVAL, ECANCELED);
	struct torture_op *op;

	torture_add(TORTURE_SYSFS, "sysfs.read", 10, sysfs_read, NULL, gone);
	torture_add(TORTURE_SYSFS, "sysfs.model", 3, sysfs_model, NULL,
		    ERRORS(ENODEV, ENOMEM, EBUSY, EOPNOTSUPP, EINTR, ENXIO));
	torture_add(TORTURE_SYSFS, "sysfs.budget_us", 3, sysfs_budget, NULL,
		    ERRORS(ENODEV, ENOMEM, EBUSY));
	torture_add(TORTURE_SYSFS, "sysfs.reset", 2, sysfs_reset, NULL, gone);
	op = torture_add(TORTURE_SYSFS, "sysfs.write (wrong)", 3, sysfs_wrong, NULL,
			 ERRORS(ENODEV, ENOMEM, EINVAL));
	op->allowed[0] = false;
	op = torture_add(TORTURE_SYSFS, "sysfs, the other way", 1, sysfs_other_way, NULL,
			 ERRORS(EACCES, ENODEV));
	op->allowed[0] = false;
	torture_add(TORTURE_SYSFS, "parameter.read", 3, parameter_read, NULL,
		    ERRORS(EACCES, ENODEV));
	torture_add(TORTURE_SYSFS, "parameter.write", 1, parameter_set, NULL, ERRORS(ENODEV));
	/* ERANGE: a number that its type can't hold. */
	op = torture_add(TORTURE_SYSFS, "parameter.write (wrong)", 2, parameter_wrong, NULL,
			 ERRORS(EINVAL, ERANGE, ENODEV));
	op->allowed[0] = false;
	torture_add(TORTURE_SYSFS, "sample", 3, sample, NULL, request);
	op = torture_add(TORTURE_SYSFS, "sample (wrong)", 2, sample, (void *)1, request);
	torture_allow(op, ERRORS(ERANGE, E2BIG));
	torture_add(TORTURE_SYSFS, "what the kernel shows", 2, shown, NULL,
		    ERRORS(ENODEV, ENOMEM, EINVAL));
}

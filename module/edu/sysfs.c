// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of the PCI device; each has one value, except models:
 *
 *   model		name of the model; writable while nothing is in flight and
 *			nobody holds the settings, as are the budgets
 *   models		what can be written there, the one in force in brackets
 *   holder		number and name of the process that holds the settings
 *   interrupts		interrupts handled since the driver bound
 *   unhandled		ISR calls that were not for this device
 *   while_disabled	interrupts on a shared line while it was disabled
 *   budget_us/STAGE	budget of a stage, writable
 *   count/STAGE	times the stage ran      \
 *   total_ns/STAGE	sum of its times          |
 *   max_ns/STAGE	the longest one           | since the last reset
 *   coalesced/STAGE	interrupts beyond the     |
 *			first of each call        |
 *   over_budget/STAGE	times over budget        /
 */
#include "edu.h"
#include "settings.h"
#include "sysfs.h"

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/sysfs.h>

static struct dpc_edu *dpc_edu_of_dev(struct device *dev)
{
	return dev_get_drvdata(dev);
}

static struct dpc_stats *dpc_edu_stats_of_dev(struct device *dev)
{
	return dpc_interrupt_stats(&dpc_edu_of_dev(dev)->intr);
}

static ssize_t model_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct dpc_edu *edu = dpc_edu_of_dev(dev);

	return sysfs_emit(buf, "%s\n", dpc_model_name(dpc_interrupt_model(&edu->intr)));
}

static ssize_t model_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	int model = dpc_model_by_name(buf);
	int err;

	if (model < 0) {
		dev_dbg(dev, "no such model; valid: the names in the file models\n");
		return model;
	}
	err = dpc_edu_set_model(dpc_edu_of_dev(dev), NULL, model);
	return err ?: count;
}
static DEVICE_ATTR_RW(model);

static ssize_t models_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	enum dpc_model_id in_force = dpc_interrupt_model(&dpc_edu_of_dev(dev)->intr);
	int i, len = 0;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		if (!dpc_model_available(i))
			continue;
		len += sysfs_emit_at(buf, len, i == in_force ? "%s[%s]" : "%s%s",
				     len ? " " : "", dpc_model_name(i));
	}
	return len + sysfs_emit_at(buf, len, "\n");
}
static DEVICE_ATTR_RO(models);

static ssize_t holder_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return dpc_edu_hold_show(dpc_edu_of_dev(dev), buf);
}
static DEVICE_ATTR_RO(holder);

static ssize_t interrupts_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", dpc_interrupt_count(&dpc_edu_of_dev(dev)->intr));
}
static DEVICE_ATTR_RO(interrupts);

static ssize_t unhandled_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", dpc_interrupt_unhandled(&dpc_edu_of_dev(dev)->intr));
}
static DEVICE_ATTR_RO(unhandled);

static ssize_t while_disabled_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n",
			  dpc_interrupt_while_disabled(&dpc_edu_of_dev(dev)->intr));
}
static DEVICE_ATTR_RO(while_disabled);

static struct attribute *dpc_edu_attrs[] = {
	&dev_attr_model.attr,
	&dev_attr_models.attr,
	&dev_attr_holder.attr,
	&dev_attr_interrupts.attr,
	&dev_attr_unhandled.attr,
	&dev_attr_while_disabled.attr,
	NULL
};

static const struct attribute_group dpc_edu_group = {
	.attrs = dpc_edu_attrs,
};

/* A file that belongs to a stage. */
struct dpc_edu_stage_attr {
	struct device_attribute	attr;
	enum dpc_stage		stage;
};

static enum dpc_stage dpc_edu_stage_of(struct device_attribute *attr)
{
	return container_of(attr, struct dpc_edu_stage_attr, attr)->stage;
}

static struct dpc_stage_stats dpc_edu_stage_stats(struct device *dev,
						  struct device_attribute *attr)
{
	struct dpc_stage_stats stats[DPC_STAGE_NR];

	dpc_stats_read(dpc_edu_stats_of_dev(dev), DPC_CPU_ALL, stats);
	return stats[dpc_edu_stage_of(attr)];
}

#define DPC_EDU_SHOW(_field)							\
static ssize_t _field##_show(struct device *dev, struct device_attribute *attr,	\
			     char *buf)						\
{										\
	return sysfs_emit(buf, "%llu\n", dpc_edu_stage_stats(dev, attr)._field);	\
}

DPC_EDU_SHOW(count)
DPC_EDU_SHOW(total_ns)
DPC_EDU_SHOW(max_ns)
DPC_EDU_SHOW(coalesced)
DPC_EDU_SHOW(over_budget)

static ssize_t budget_us_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", dpc_stats_budget_us(dpc_edu_stats_of_dev(dev),
							   dpc_edu_stage_of(attr)));
}

static ssize_t budget_us_store(struct device *dev, struct device_attribute *attr,
			       const char *buf, size_t count)
{
	struct dpc_edu *edu = dpc_edu_of_dev(dev);
	unsigned int budget_us;
	int err = -EINVAL;

	if (!kstrtouint(buf, 0, &budget_us)) {
		down_read(&edu->gone_sem);
		err = dpc_edu_set_budget(edu, NULL, dpc_edu_stage_of(attr), budget_us);
		up_read(&edu->gone_sem);
	}
	if (err == -EINVAL)
		dev_dbg(dev, "budget valid: 0 (none) to %u us\n", DPC_BUDGET_MAX_US);
	return err ?: count;
}

#define DPC_EDU_STAGE_FILE(_id, _name, _mode, _show, _store)			\
	[DPC_STAGE_##_id] = {							\
		.attr = __ATTR(_name, _mode, _show, _store),			\
		.stage = DPC_STAGE_##_id,					\
	},

#define DPC_EDU_STAGE_ATTR(_id, _name, _files)					\
	[DPC_STAGE_##_id] = &(_files)[DPC_STAGE_##_id].attr.attr,

/* One directory with a file per stage. */
#define DPC_EDU_STAGE_GROUP(_dir, _mode, _show, _store)				\
	static struct dpc_edu_stage_attr dpc_edu_##_dir##_files[] = {		\
		DPC_STAGES(DPC_EDU_STAGE_FILE, _mode, _show, _store)		\
	};									\
	static struct attribute *dpc_edu_##_dir##_attrs[] = {			\
		DPC_STAGES(DPC_EDU_STAGE_ATTR, dpc_edu_##_dir##_files)		\
		NULL								\
	};									\
	static const struct attribute_group dpc_edu_##_dir##_group = {		\
		.name = #_dir,							\
		.attrs = dpc_edu_##_dir##_attrs,				\
	}

DPC_EDU_STAGE_GROUP(budget_us, 0644, budget_us_show, budget_us_store);
DPC_EDU_STAGE_GROUP(count, 0444, count_show, NULL);
DPC_EDU_STAGE_GROUP(total_ns, 0444, total_ns_show, NULL);
DPC_EDU_STAGE_GROUP(max_ns, 0444, max_ns_show, NULL);
DPC_EDU_STAGE_GROUP(coalesced, 0444, coalesced_show, NULL);
DPC_EDU_STAGE_GROUP(over_budget, 0444, over_budget_show, NULL);

const struct attribute_group *dpc_edu_groups[] = {
	&dpc_edu_group,
	&dpc_edu_budget_us_group,
	&dpc_edu_count_group,
	&dpc_edu_total_ns_group,
	&dpc_edu_max_ns_group,
	&dpc_edu_coalesced_group,
	&dpc_edu_over_budget_group,
	NULL
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/class/dpc: a folder for each published object; each file has one value, except
 * models.  docs/abi/sysfs-class-dpc says what they are.
 */
#include "control.h"
#include "sysfs.h"

#include <linux/device.h>
#include <linux/dpc_interrupt.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

/* ---- What the object is --------------------------------------------------- */

#define DPC_SYSFS_WHAT(_name, _format, _value)					\
static ssize_t _name##_show(struct device *device, struct device_attribute *attr, char *buf) \
{										\
	return sysfs_emit(buf, _format "\n", dpc_published_of(device)->what._value); \
}										\
static DEVICE_ATTR_RO(_name)

DPC_SYSFS_WHAT(id, "%u", id);
DPC_SYSFS_WHAT(name, "%s", name);
DPC_SYSFS_WHAT(irq, "%u", irq);
DPC_SYSFS_WHAT(vector, "%u", vector);
DPC_SYSFS_WHAT(bus, "%s", bus);
DPC_SYSFS_WHAT(device_name, "%s", device);
DPC_SYSFS_WHAT(driver, "%s", driver);

static ssize_t enabled_show(struct device *device, struct device_attribute *attr, char *buf)
{
	struct dpc_object object;
	int err = dpc_control_describe(dpc_published_of(device), &object);

	return err ?: sysfs_emit(buf, "%d\n", !!(object.flags & DPC_OBJECT_ENABLED));
}
static DEVICE_ATTR_RO(enabled);

static ssize_t model_show(struct device *device, struct device_attribute *attr, char *buf)
{
	struct dpc_object object;
	int err = dpc_control_describe(dpc_published_of(device), &object);

	return err ?: sysfs_emit(buf, "%s\n", dpc_model_name(object.model));
}

static ssize_t model_store(struct device *device, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	int model = dpc_model_by_name(buf);
	int err;

	if (model < 0) {
		dev_dbg(device, "no such model; valid: the names in the file models\n");
		return model;
	}
	err = dpc_control_set_model(dpc_published_of(device), NULL, model);
	return err ?: count;
}
static DEVICE_ATTR_RW(model);

static ssize_t models_show(struct device *device, struct device_attribute *attr, char *buf)
{
	struct dpc_object object;
	int err = dpc_control_describe(dpc_published_of(device), &object);
	int i, len = 0;

	if (err)
		return err;
	for (i = 0; i < DPC_MODEL_NR; i++) {
		if (!dpc_model_available(i) ||
		    (i == DPC_MODEL_HARDIRQ && object.flags & DPC_OBJECT_NO_HARDIRQ))
			continue;
		len += sysfs_emit_at(buf, len, i == object.model ? "%s[%s]" : "%s%s",
				     len ? " " : "", dpc_model_name(i));
	}
	return len + sysfs_emit_at(buf, len, "\n");
}
static DEVICE_ATTR_RO(models);

static ssize_t holder_show(struct device *device, struct device_attribute *attr, char *buf)
{
	return dpc_control_hold_show(dpc_published_of(device), buf);
}
static DEVICE_ATTR_RO(holder);

/* ---- Counters ------------------------------------------------------------- */

/* Read a value of type u64 at @offset of a snapshot. */
static ssize_t dpc_sysfs_show(struct device *device, size_t offset, char *buf)
{
	struct dpc_snapshot *snapshot = kzalloc(sizeof(*snapshot), GFP_KERNEL);
	ssize_t ret;

	if (!snapshot)
		return -ENOMEM;
	ret = dpc_control_snapshot(dpc_published_of(device), DPC_SNAPSHOT_CPU_ALL, snapshot);
	if (!ret)
		ret = sysfs_emit(buf, "%llu\n", *(u64 *)((void *)snapshot + offset));
	kfree(snapshot);
	return ret;
}

#define DPC_SYSFS_COUNTER(_name)						\
static ssize_t _name##_show(struct device *device, struct device_attribute *attr, char *buf) \
{										\
	return dpc_sysfs_show(device, offsetof(struct dpc_snapshot, _name), buf);	\
}										\
static DEVICE_ATTR_RO(_name)

DPC_SYSFS_COUNTER(interrupts);
DPC_SYSFS_COUNTER(unhandled);
DPC_SYSFS_COUNTER(while_disabled);

/* A reset, if it says yes as a module parameter does: 1, y, on. */
static ssize_t reset_store(struct device *device, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	bool reset;
	int err = kstrtobool(buf, &reset);

	if (!err && reset)
		err = dpc_control_reset(dpc_published_of(device));
	return err ?: count;
}
static DEVICE_ATTR_WO(reset);

static struct attribute *dpc_sysfs_attrs[] = {
	&dev_attr_id.attr,
	&dev_attr_name.attr,
	&dev_attr_holder.attr,
	&dev_attr_reset.attr,
	NULL
};

static const struct attribute_group dpc_sysfs_group = {
	.attrs = dpc_sysfs_attrs,
};

static struct attribute *dpc_sysfs_interrupt_attrs[] = {
	&dev_attr_irq.attr,
	&dev_attr_vector.attr,
	&dev_attr_bus.attr,
	&dev_attr_device_name.attr,
	&dev_attr_driver.attr,
	&dev_attr_enabled.attr,
	&dev_attr_model.attr,
	&dev_attr_models.attr,
	&dev_attr_interrupts.attr,
	&dev_attr_unhandled.attr,
	&dev_attr_while_disabled.attr,
	NULL
};

static bool dpc_sysfs_is_interrupt(struct kobject *kobj)
{
	return dpc_published_of(kobj_to_dev(kobj))->what.kind == DPC_OBJECT_INTERRUPT;
}

static umode_t dpc_sysfs_interrupt_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	return dpc_sysfs_is_interrupt(kobj) ? attr->mode : 0;
}

static const struct attribute_group dpc_sysfs_interrupt_group = {
	.attrs = dpc_sysfs_interrupt_attrs,
	.is_visible = dpc_sysfs_interrupt_visible,
};

/* ---- A folder with a file per stage ----------------------------------------- */

/* A file that belongs to a stage. */
struct dpc_sysfs_stage_attr {
	struct device_attribute	attr;
	enum dpc_stage		stage;
};

static enum dpc_stage dpc_sysfs_stage_of(const struct device_attribute *attr)
{
	return container_of_const(attr, struct dpc_sysfs_stage_attr, attr)->stage;
}

#define DPC_SYSFS_STAGE_SHOW(_field)						\
static ssize_t _field##_show(struct device *device, struct device_attribute *attr, char *buf) \
{										\
	size_t stage = offsetof(struct dpc_snapshot, stage) +			\
		       dpc_sysfs_stage_of(attr) * sizeof(struct dpc_stage_snapshot);	\
										\
	return dpc_sysfs_show(device,						\
			      stage + offsetof(struct dpc_stage_snapshot, _field), buf); \
}

DPC_SYSFS_STAGE_SHOW(count)
DPC_SYSFS_STAGE_SHOW(total_ns)
DPC_SYSFS_STAGE_SHOW(max_ns)
DPC_SYSFS_STAGE_SHOW(coalesced)
DPC_SYSFS_STAGE_SHOW(over_budget)

static ssize_t budget_us_show(struct device *device, struct device_attribute *attr, char *buf)
{
	u32 us;
	int err = dpc_control_budget(dpc_published_of(device), dpc_sysfs_stage_of(attr), &us);

	return err ?: sysfs_emit(buf, "%u\n", us);
}

static ssize_t budget_us_store(struct device *device, struct device_attribute *attr,
			       const char *buf, size_t count)
{
	u32 budget_us[DPC_STAGE_MAX] = { };
	enum dpc_stage stage = dpc_sysfs_stage_of(attr);
	int err = kstrtou32(buf, 0, &budget_us[stage]);

	if (!err)
		err = dpc_control_set_budgets(dpc_published_of(device), NULL, BIT(stage),
					      budget_us);
	if (err == -EINVAL || err == -ERANGE)
		dev_dbg(device, "budget valid: 0 (none) to %u us\n", DPC_BUDGET_MAX_US);
	return err == -ERANGE ? -EINVAL : err ?: count;
}

/* DPCs without an interrupt object have the stage DPC alone. */
static umode_t dpc_sysfs_stage_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	return dpc_sysfs_is_interrupt(kobj) || i == DPC_STAGE_DPC ? attr->mode : 0;
}

#define DPC_SYSFS_STAGE_FILE(_id, _name, _mode, _show, _store)			\
	[DPC_STAGE_##_id] = {							\
		.attr = __ATTR(_name, _mode, _show, _store),			\
		.stage = DPC_STAGE_##_id,					\
	},

#define DPC_SYSFS_STAGE_ATTR(_id, _name, _files)				\
	[DPC_STAGE_##_id] = &(_files)[DPC_STAGE_##_id].attr.attr,

#define DPC_SYSFS_STAGE_GROUP(_dir, _mode, _show, _store)			\
	static struct dpc_sysfs_stage_attr dpc_sysfs_##_dir##_files[] = {	\
		DPC_STAGES(DPC_SYSFS_STAGE_FILE, _mode, _show, _store)		\
	};									\
	static struct attribute *dpc_sysfs_##_dir##_attrs[] = {			\
		DPC_STAGES(DPC_SYSFS_STAGE_ATTR, dpc_sysfs_##_dir##_files)	\
		NULL								\
	};									\
	static const struct attribute_group dpc_sysfs_##_dir##_group = {	\
		.name = #_dir,							\
		.attrs = dpc_sysfs_##_dir##_attrs,				\
		.is_visible = dpc_sysfs_stage_visible,				\
	}

DPC_SYSFS_STAGE_GROUP(budget_us, 0644, budget_us_show, budget_us_store);
DPC_SYSFS_STAGE_GROUP(count, 0444, count_show, NULL);
DPC_SYSFS_STAGE_GROUP(total_ns, 0444, total_ns_show, NULL);
DPC_SYSFS_STAGE_GROUP(max_ns, 0444, max_ns_show, NULL);
DPC_SYSFS_STAGE_GROUP(coalesced, 0444, coalesced_show, NULL);
DPC_SYSFS_STAGE_GROUP(over_budget, 0444, over_budget_show, NULL);

const struct attribute_group *dpc_sysfs_groups[] = {
	&dpc_sysfs_group,
	&dpc_sysfs_interrupt_group,
	&dpc_sysfs_budget_us_group,
	&dpc_sysfs_count_group,
	&dpc_sysfs_total_ns_group,
	&dpc_sysfs_max_ns_group,
	&dpc_sysfs_coalesced_group,
	&dpc_sysfs_over_budget_group,
	NULL
};

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a command works on: an object of /dev/dpc (node.c), and the node that makes its
 * device interrupt, if there is one (raise.c).
 *
 * Where nothing else is said, a function returns 0, or a negative number after a message.
 */
#ifndef DPCMON_DEVICE_H
#define DPCMON_DEVICE_H

#include <linux/dpc.h>

#include "analysis.h"
#include "choose.h"
#include "node.h"
#include "raise.h"

/**
 * enum device_use - what a device is opened for
 * @DEVICE_READ: to look at it
 * @DEVICE_WRITE: to change it for good
 * @DEVICE_HOLD: to change it until it is closed.  Nobody else can change it meanwhile, and
 *	the kernel restores its settings, also if dpcmon is killed
 */
enum device_use {
	DEVICE_READ,
	DEVICE_WRITE,
	DEVICE_HOLD,
};

/**
 * struct device - an open device
 * @object: what it was when it was opened; not updated
 * @node: /dev/dpc, open for this object alone, because it may have the hold on its settings
 * @raise: what makes its device interrupt; closed if nothing does
 * @label: "#3 dpc_edu0 (0000:00:04.0)", for messages and reports
 * @budget_us: its budgets when it was opened, us, 0 for none; by enum dpc_stage
 */
struct device {
	struct dpc_object	object;
	struct node		node;
	struct raise		raise;
	char			label[CHOOSE_LABEL_LEN];
	uint32_t		budget_us[DPC_STAGE_NR];
};

/*
 * Replaces *@text, an argument of --device, by the address of its device, in @address, if it
 * is the path of a node of dpc_edu.ko or dpc_pci.ko.
 */
int device_argument(const char **text, char address[DPC_OBJECT_DEVICE_LEN]);

/*
 * Finds the objects that @text means: what choose.h says, or the path of such a
 * node.
 * Return: how many, at least 1, with *@list for free(); -1 after a message.
 */
int device_find(struct node *n, const char *text, enum choose how, struct dpc_object **list);

/* Opens the object @id.  device_close() is due whatever this returns. */
int device_open(struct device *d, uint32_t id, enum device_use use);
void device_close(struct device *d);

/*
 * Opens all that @text means, or the one.  device_close_all() is due whatever this returns, and
 * device_close() of device_open_one().
 * Return of device_open_all(): how many, at least 1; -1 after a message.
 */
int device_open_all(const char *text, enum choose how, enum device_use use,
		    struct device **list, unsigned int *nr);
void device_close_all(struct device *list, unsigned int nr);
int device_open_one(struct device *d, const char *text, enum device_use use);

/* Whether its interrupt is message-signalled, as far as sysfs says so. */
bool device_is_msi(const struct dpc_object *o);

/* The counters of @cpu, or of all (DPC_SNAPSHOT_CPU_ALL), and setting them to zero. */
int device_counters(struct device *d, int cpu, struct counters *counters);
int device_reset(struct device *d);

/* Warns if the driver's library counts nothing at present, so that these stand still. */
void device_warn_of_accounting(const struct node *n);

/*
 * Switch the model.  By name, nothing happens if the device had that model when it was
 * opened; by number (enum dpc_model_id), the switch always happens.
 */
int device_set_model(struct device *d, const char *name);
int device_switch_model(struct device *d, uint32_t nr);

/* What the kernel says of model @nr; its texts are printable. */
int device_query_model(struct device *d, uint32_t nr, struct dpc_model_info *info);

/*
 * The budgets of @o that the user gave and that differ from @before_us, in @us.
 * Return: a bit for each of these stages.
 */
uint32_t device_budgets(const struct dpc_object *o, const struct budgets *budgets,
			const uint32_t before_us[DPC_STAGE_NR], uint32_t us[DPC_STAGE_NR]);

/* Sets the budgets that the user gave, where they differ from those at the opening. */
int device_set_budgets(struct device *d, const struct budgets *budgets);

/*
 * Set the user's budgets of single times in the kernel, of one or of all interrupt objects,
 * under a hold of @n: until it is closed.  An object for which that changes nothing is not
 * held.
 */
int device_lend(struct node *n, const struct dpc_object *o, const struct budgets *budgets);
int device_lend_all(struct node *n, const struct budgets *budgets);

/* Makes the interrupt object introduce itself to a trace that has begun. */
int device_announce(struct device *d);

#endif /* DPCMON_DEVICE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which objects an argument of --device means.
 *
 * The argument is an id ("3" or "#3"), the address of a device ("0000:00:04.0", or without
 * the PCI domain 0000; with "/2" its vector 2), a name, or "all".
 */
#ifndef DPCMON_CHOOSE_H
#define DPCMON_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/dpc.h>

/* How many objects a command can do with. */
enum choose {
	CHOOSE_ONE,		/* exactly one */
	CHOOSE_INTERRUPTS,	/* any number of interrupt objects */
	CHOOSE_ANY,		/* any number of objects of all kinds */
};

#define CHOOSE_LABEL_LEN	(DPC_OBJECT_NAME_LEN + DPC_OBJECT_DEVICE_LEN + 32)

/*
 * Finds what @text means among the @nr objects of @list.  Without a @text (NULL), it is the
 * only interrupt object if there is only one, else all of them if @how allows that.
 * @chosen: has room for @nr indices into @list.
 * Return: how many, at least 1; -1 with a message in *@why, which the caller frees.
 */
int choose_objects(const char *text, enum choose how, const struct dpc_object *list,
		   unsigned int nr, unsigned int *chosen, char **why);

/* Whether @text is "all". */
bool choose_is_all(const char *text);

/*
 * Print to @text: "#3 dpc_edu0 (0000:00:04.0)", or the name alone of what stands for the DPCs
 * without an interrupt; the device's address and vector,
 * "0000:00:04.0/2", or without a device the name: what finds the object again when its
 * driver has been loaded anew.
 */
void choose_label(const struct dpc_object *o, char text[CHOOSE_LABEL_LEN]);
void choose_again(const struct dpc_object *o, char text[CHOOSE_LABEL_LEN]);

#endif /* DPCMON_CHOOSE_H */

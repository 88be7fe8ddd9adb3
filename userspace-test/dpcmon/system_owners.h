/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose an interrupt or a network device is: an event has a number and a name only.  sysfs
 * knows, on the machine and at the time of the recording; so dpcmon writes it into the trace.
 */
#ifndef DPCMON_SYSTEM_OWNERS_H
#define DPCMON_SYSTEM_OWNERS_H

#include <stdint.h>

struct instance;

#define SYSTEM_OWNER_LEN	64
#define SYSTEM_OWNERS_MAX	4096

/* What a driver owns. */
enum system_owned {
	SYSTEM_OWNED_IRQ,	/* by its number */
	SYSTEM_OWNED_NET,	/* by its name */
	SYSTEM_OWNED_NR,
};

/* @what has @name, a number for an interrupt; @driver is the driver's module, if it is one. */
struct system_owner {
	enum system_owned	what;
	char			name[SYSTEM_OWNER_LEN];
	char			driver[SYSTEM_OWNER_LEN];
};

/* What a trace says of that; starts as { 0 }, ends with system_owners_free(). */
struct system_owners {
	struct system_owner	*list;
	unsigned int		nr;
};

/* Writes what sysfs knows into the trace. */
void system_owners_write(struct instance *i);

/* Reads a line that system_owners_write() has written, behind MARK_OWNER. */
void system_owners_read(struct system_owners *o, const char *text);

/* The driver; NULL if it is not known, or if there was more than one. */
const char *system_owners_find(const struct system_owners *o, enum system_owned what,
			       const char *name);
void system_owners_free(struct system_owners *o);

#endif /* DPCMON_SYSTEM_OWNERS_H */

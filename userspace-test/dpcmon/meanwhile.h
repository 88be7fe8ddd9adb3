/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a CPU did while the worst interrupt of a library's driver waited, for its DPC or its
 * work item: by the kernel's own events, if the recording has them.
 *
 * Which interrupt was the worst is known at the end only.  So the recording is read once more,
 * and only around these waits.
 */
#ifndef DPCMON_MEANWHILE_H
#define DPCMON_MEANWHILE_H

#include "system.h"
#include "system_owners.h"
#include "worst.h"

struct analysis;
struct symbols;

/**
 * struct meanwhile_wait - a wait
 * @object: id of the object whose worst interrupt it is
 * @kind: PART_ISR_TO_DPC or PART_DPC_TO_WORK
 * @cpu: on which the DPC or the work item then ran
 * @from: its beginning, ns of the trace's clock
 * @to: its end
 * @known: @worst is valid
 * @worst: what the CPU did
 */
struct meanwhile_wait {
	uint32_t		object;
	enum part_kind		kind;
	int			cpu;
	uint64_t		from;
	uint64_t		to;
	bool			known;
	struct system_worst	worst;
};

/**
 * struct meanwhile - all waits; starts as { 0 }, ends with meanwhile_free()
 * @waits: them
 * @nr: how many
 * @s: whose rows the parts are
 * @owners: whose interrupts are
 */
struct meanwhile {
	struct meanwhile_wait	*waits;
	unsigned int		nr;
	struct system		*s;
	struct system_owners	owners;
};

/*
 * Reads the recording @path again for the worst interrupts of @a.  Of a recording without
 * such events, nothing is known.
 * Return: 0; -1 after a message.
 */
int meanwhile_read(struct meanwhile *m, const char *path, const struct analysis *a);

/* Asks for the names of all routines in them. */
void meanwhile_symbols(const struct meanwhile *m, struct symbols *symbols);

/*
 * What is known of a wait of the worst interrupt of object @id; NULL if nothing is.  @m may be
 * NULL.
 */
const struct system_worst *meanwhile_find(const struct meanwhile *m, uint32_t id,
					  enum part_kind kind);

/* What a part is: "isr eth0 (irq 24) of e1000e", "thread hog". For free(). */
char *meanwhile_part(const struct meanwhile *m, struct symbols *symbols,
		     const struct system_part *part);

void meanwhile_free(struct meanwhile *m);

#endif /* DPCMON_MEANWHILE_H */

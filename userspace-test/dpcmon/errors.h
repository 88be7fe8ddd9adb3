/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The errors that drivers tell of their devices, and the time line of the interrupt that each
 * belongs to.  analysis.c adds them; the reports and timeline.c show them.
 */
#ifndef DPCMON_ERRORS_H
#define DPCMON_ERRORS_H

#include "object.h"

/* Points of a time line: ISR, DPC call, work item, completion, and the error. */
#define ERRORS_POINTS	5

/**
 * struct error_point - a point of an error's time line
 * @key: "isr", "dpc", "work", "complete" or "error", for JSON
 * @title: the same for people
 * @ns: time since the first one that is known of the interrupt, the start of the ISR unless
 *	that was lost; negative for an error whose CPU's clock was behind
 */
struct error_point {
	const char	*key;
	const char	*title;
	int64_t		ns;
};

/* Counts an error of @o, NULL if it has no interrupt object, and keeps it if it is an early one. */
void errors_add(struct errors *errors, const struct object *o, const struct dpcmon_event *e);

/* Takes to the errors what is known of their interrupts by now. */
void errors_place(struct errors *errors, const struct object *o);

void errors_free(struct errors *errors);

/* How many are kept. */
unsigned int errors_kept(const struct errors *errors);

/*
 * What is known of the interrupt of @e, with the error, as time passed.
 * Return: number of points; 0 if it belongs to no interrupt, or nothing else is known of it.
 */
unsigned int errors_points(const struct device_error *e, struct error_point points[ERRORS_POINTS]);

#endif /* DPCMON_ERRORS_H */

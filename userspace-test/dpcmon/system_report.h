/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dpcmon system reports: the rows, put together by driver, with their names, and a verdict.
 * system_text.c and system_json.c write it, system_check.c judges it as tests.
 */
#ifndef DPCMON_SYSTEM_REPORT_H
#define DPCMON_SYSTEM_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "system.h"
#include "system_owners.h"

struct json_object;
struct params;
struct symbols;

/**
 * struct system_driver - a driver, or what else rows belong to
 * @name: of its module; "kernel" for what is no module's
 * @rows: its rows, by kind, the most time first; owned by this struct
 * @nr_rows: how many
 * @self_ns: the time that all of them took
 * @over: number of times that were over a budget
 */
struct system_driver {
	char			name[SYSTEM_OWNER_LEN];
	struct system_row	**rows;
	unsigned int		nr_rows;
	uint64_t		self_ns;
	uint64_t		over;
};

/**
 * struct system_report - a report
 * @params: the command line
 * @s: the numbers
 * @symbols: names of routines
 * @owners: drivers of interrupts and network devices
 * @kernel: release of the kernel that was measured; empty if the trace does not say
 * @architecture: of that machine, as uname has it; empty likewise
 * @disturbed: what somebody did to the trace, as a sentence; empty if nothing
 * @date: when
 * @path: the recording
 * @began_ns: when the recording began, ns since 1970; 0 if that is not known
 * @load_failed: the command that was recorded did not end with 0
 * @cpus: number of CPUs of that machine
 * @drivers: over budget first, then by time; owned by the report
 * @nr_drivers: how many
 */
struct system_report {
	const struct params		*params;
	const struct system		*s;
	struct symbols			*symbols;
	const struct system_owners	*owners;
	const char			*kernel;
	const char			*architecture;
	const char			*disturbed;
	char				date[40];
	const char			*path;
	uint64_t			began_ns;
	bool				load_failed;
	int				cpus;
	struct system_driver		*drivers;
	unsigned int			nr_drivers;
};

/* Puts the rows of @r->s together by driver; system_report_free() frees what that makes. */
void system_report_make(struct system_report *r);
void system_report_free(struct system_report *r);

/* What a row is called: "eth0 (irq 24)", "tick_nohz_handler", "net_rx". For free(). */
char *system_report_title(const struct system_report *r, const struct system_row *row);

/* The driver that a row belongs to. */
const char *system_report_owner(const struct system_report *r, const struct system_row *row);

/* The same of a part of a longest call: "isr eth0 (irq 24) of e1000e", "thread hog". For free(). */
char *system_report_part(const struct system_report *r, const struct system_part *part);

/* The row of @d whose longest call is shown; NULL if there is none. */
const struct system_row *system_report_worst(const struct system_driver *d);

/* What the rest of a longest call is, that is in none of its parts. */
const char *system_report_rest(const struct system_worst *w);

/* The columns of the table of distributions: what is of the same kind, of all drivers. */
enum system_column {
	SYSTEM_COLUMN_ISR,
	SYSTEM_COLUMN_AFTER_ISR,
	SYSTEM_COLUMN_DPC,
	SYSTEM_COLUMN_WORK_WAIT,
	SYSTEM_COLUMN_WORK,
	SYSTEM_COLUMN_NR,
};

extern const char * const system_column_names[SYSTEM_COLUMN_NR];

/* What @row adds to a column; NULL for nothing. */
const struct system_times *system_report_column(const struct system_row *row,
						enum system_column column);

/* How long the trace is, s; and the share of one CPU that @ns is, per cent. */
double system_report_seconds(const struct system_report *r);
double system_report_percent(const struct system_report *r, uint64_t ns);

/* The exit status of the program, one of EXIT_*; and two sentences that say why, for free(). */
int system_report_status(const struct system_report *r);
char *system_report_verdict(const struct system_report *r);

/* What limits the trust in the numbers, a line each, for free(); NULL if nothing does. */
char *system_report_gaps(const struct system_report *r);

/**
 * struct system_writer - writes a report; a larger struct around it can remember things
 * @write: writes @r.  Return: the exit status of the program
 */
struct system_writer {
	int	(*write)(struct system_writer *w, const struct system_report *r);
};

void system_text(const struct system_report *r, FILE *out);
/* Return: 0; -1 after a message. */
int system_json(const struct system_report *r, const char *path);
/* The same as an object for json_object_put(). */
struct json_object *system_json_object(const struct system_report *r);

#endif /* DPCMON_SYSTEM_REPORT_H */

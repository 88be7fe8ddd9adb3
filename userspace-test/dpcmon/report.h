/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a report is made of, and the sentences that its forms share.
 *
 * drive.c (live) and report_file.c (from a file) fill struct report and give it to a
 * writer.  report_text.c, report_json.c and report_html.c print it; verdict.c says what it
 * means.
 */
#ifndef DPCMON_REPORT_H
#define DPCMON_REPORT_H

#include <stdio.h>

#include <linux/dpc_edu.h>

#include "analysis.h"
#include "choose.h"
#include "params.h"
#include "symbols.h"
#include "workload.h"
#include "worst.h"

/**
 * struct report_device - what a trace does not say of an object that was measured
 * @id: its id
 * @label: "#3 dpc_edu0 (0000:00:04.0)"
 * @again: "0000:00:04.0/0", or its name
 * @raises: what became of its raises meanwhile, as the device counted them; NULL if it was
 *	not asked
 * @brought: a sentence if dpcmon raised nothing but measured what came; else NULL
 */
struct report_device {
	uint32_t			id;
	const char			*label;
	char				again[CHOOSE_LABEL_LEN];
	const struct dpc_raises	*raises;
	char				*brought;
};

/**
 * struct report - what a report is made of
 * @params: the command line
 * @a: the numbers
 * @meanwhile: what the CPUs did while the worst interrupts waited; NULL if that was not recorded
 * @symbols: the names of routines and tasks
 * @kernel: release of the kernel that was measured; "unknown" for a file of trace-cmd
 * @cpus: number of CPUs of that machine
 * @date: when it was measured, with the time zone
 * @workload: what was done to the device; NULL if dpcmon did not do it
 * @load_failed: the load did not run to its end
 * @devices: the objects that were measured; NULL if all that is in a trace was
 * @nr_devices: how many; for 0, @devices is NULL
 * @only_devices: the user named them, and did not ask for others in the trace
 * @counters: whether the objects' own counters agree with the trace: 1 yes, 0 no, -1 not
 *	compared
 *
 * All pointers belong to whoever made the report, and stay as long as it.
 */
struct report {
	const struct params	*params;
	const struct analysis	*a;
	const struct meanwhile	*meanwhile;
	struct symbols		*symbols;
	char			kernel[65];
	int			cpus;
	char			date[40];
	const struct workload_done *workload;
	bool			load_failed;
	int			counters;
	struct report_device	*devices;
	unsigned int		nr_devices;
	bool			only_devices;
};

/* What was said of the object @id when it was measured; NULL for nothing. */
const struct report_device *report_device(const struct report *r, uint32_t id);

/**
 * struct report_writer - writes a report; a larger struct around it can remember things
 * @write: writes @r.  Return: the exit status of the program
 *
 * A measurement is given a writer and calls it when all is known, while the trace and the
 * names of routines and tasks still exist.
 */
struct report_writer {
	int	(*write)(struct report_writer *w, struct report *r);
};

/* Prints to @text: "1000 interrupts raised, 20 factorials, 5 DMA round trips". */
void report_workload(char *text, size_t size, const struct workload_done *done);

/*
 * What became of @r: "2000 raised, 526 interrupts, 1474 merged by the device".
 * Return: a text that the caller frees, as do the next functions.
 */
char *report_raises_text(const struct dpc_raises *r);

/* Sets the date of @r to @when, seconds since 1970; the second prints it to @text. */
void report_date(struct report *r, int64_t when);
void report_date_text(char *text, size_t size, int64_t when);

/* The row above the stages: the time before the ISR, which is in no stage. */
#define REPORT_RAISE_TITLE	"Raise to ISR"
#define REPORT_RAISE_UNKNOWN	"not measured: the clock starts with the ISR"

/* Why a percentile is missing: hist_percentile_needs() in words. */
#define REPORT_FEW	"of fewer than 2 times there is no p50, of 100 no p99, of 1000 no p99.9"

/*
 * The same of object @o: by the device's own count, else by the trace.  NULL if neither
 * knows of raises.
 */
char *report_raises(struct report *r, const struct object *o);

/* "943 interrupts: 941 served by a DPC call, 2 did not ask for one". */
char *report_interrupts(struct report *r, const struct object *o);

/*
 * "dpc_edu0"; "#3 dpc_edu0 (0000:00:04.0)" if other objects have that name; if the trace has
 * no name, what else identifies the object.
 */
char *report_object_name(struct report *r, const struct object *o);

/* "first overrun: stage dpc, routine edu_dpc, ..."; NULL without an overrun. */
char *report_culprit(struct report *r);

/*
 * What a driver said of an error: "0000:00:04.0: error 0x2 (0x0), status -5, ...", and its
 * place in the time line of its interrupt: "interrupt 17: 0.0 us ISR, 14.2 us ERROR in ...".
 */
char *report_error(const struct device_error *e);
char *report_error_place(struct report *r, const struct device_error *e);

/* What limits the trust in the numbers, a line each; NULL if nothing does. */
char *report_gaps(struct report *r);

/* Nanoseconds as microseconds, for printing. */
static inline double report_us(uint64_t ns)
{
	return ns / 1000.0;
}

#endif /* DPCMON_REPORT_H */

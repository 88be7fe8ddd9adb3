/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a report is made of, and the sentences that its forms share.
 */
#ifndef DPCMON_REPORT_H
#define DPCMON_REPORT_H

#include <stdio.h>

#include "analysis.h"
#include "params.h"
#include "symbols.h"
#include "workload.h"
#include "worst.h"

/**
 * struct report - what a report is made of
 * @params: the command line
 * @a: the numbers
 * @symbols: the names
 * @kernel: release of the kernel measured
 * @cpus: of that machine
 * @date: of the measurement
 * @workload: what was done to the device; NULL if dpcmon did not do it
 * @load_failed: what was measured did not run to its end
 * @raises: what became of the raises of interrupt object @raises_id meanwhile, by
 *	the device's own count; NULL if that was not asked for
 * @raises_id: see there
 * @counters: do the device's own counters agree: 1 yes, 0 no, -1 not compared
 */
struct report {
	const struct params	*params;
	const struct analysis	*a;
	struct symbols		*symbols;
	char			kernel[65];
	int			cpus;
	char			date[40];
	const struct workload_done *workload;
	bool			load_failed;
	int			counters;
	const struct dpc_edu_raises *raises;
	uint32_t		raises_id;
};

/**
 * struct report_writer - who writes a report, and keeps what it wants to remember
 * @write: writes it; the exit status of the program
 *
 * A measurement is given one and calls it when all is known, because then the trace and
 * the names of routines and tasks still exist.
 */
struct report_writer {
	int	(*write)(struct report_writer *w, struct report *r);
};

/* "1000 interrupts raised, 20 factorials, 5 DMA round trips" */
void report_workload(char *text, size_t size, const struct workload_done *done);

/* What became of @r: "2000 raised, 526 interrupts, 1474 merged by the device"; to be freed. */
char *report_raises_text(const struct dpc_edu_raises *r);

void report_date(struct report *r, int64_t when);

/* The row above the stages: all clocks start with the ISR. */
#define REPORT_RAISE_TITLE	"Raise to ISR"
#define REPORT_RAISE_UNKNOWN	"not measured: the clock starts with the ISR"

/* Why a percentile is missing. */
#define REPORT_FEW	"of fewer than 2 times there is no p50, of 100 no p99, of 1000 no p99.9"

/*
 * "2000 raised, 526 interrupts, 1474 merged by the device"; NULL if that is not
 * known; to be freed.
 */
char *report_raises(struct report *r, const struct object *o);

/* "943 interrupts: 941 served by a DPC call, 2 did not ask for one"; to be freed. */
char *report_interrupts(struct report *r, const struct object *o);

/* "dpc_edu0", or what else can be said; to be freed. */
char *report_object_name(struct report *r, const struct object *o);

/* "The DPC routine edu_dpc took 210.0 us of ..."; NULL without an overrun; to be freed. */
char *report_culprit(struct report *r);

/* What limits the trust in the numbers; NULL if nothing does; to be freed. */
char *report_gaps(struct report *r);

static inline double report_us(uint64_t ns)
{
	return ns / 1000.0;
}

#endif /* DPCMON_REPORT_H */

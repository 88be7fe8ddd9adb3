/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dpcmon top --system shows: a line for each driver, what hurts first, and below one
 * that is open a line for each of its routines and the worst of its calls.  It has no input or
 * output of its own: system_draw.c draws it, system_top.c brings the numbers and the keys.
 */
#ifndef DPCMON_SYSTEM_VIEW_H
#define DPCMON_SYSTEM_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "system_report.h"

#define SYSTEM_TITLE_LEN	96

/* In which order drivers are shown. */
enum system_sort {
	SYSTEM_SORT_HURTS,	/* those over budget now, then those that were, then by time */
	SYSTEM_SORT_CPU,	/* by their time in the last interval */
	SYSTEM_SORT_NAME,
	SYSTEM_SORT_NR,
};

extern const char * const system_sort_names[SYSTEM_SORT_NR];

enum system_line_kind {
	SYSTEM_LINE_DRIVER,
	SYSTEM_LINE_ROUTINE,
	SYSTEM_LINE_WAIT,	/* of the routine above */
	SYSTEM_LINE_WORST,	/* which call of the driver was the worst */
	SYSTEM_LINE_PART,	/* of that call */
};

/**
 * struct system_line - a line of the screen
 * @kind: what it is about
 * @driver: name of the driver that it belongs to
 * @title: what it is called
 * @open: its driver is open; a closed one's only line on the screen is its first
 * @is_over: something of it was over budget since the numbers began
 * @is_over_now: in the last interval
 * @rate: how often per second, in the last interval
 * @percent: share of a CPU in the last interval; of a SYSTEM_LINE_PART, of the call
 * @now_ns: average of the last interval
 * @p99_ns: since the numbers began; as are all that follow
 * @max_ns: the longest; of a driver, what is the furthest over its budget, or the nearest to it
 * @budget_ns: what is allowed for @max_ns; NOT_MEASURED for no budget
 * @over: how many were longer
 *
 * All are NOT_MEASURED where there is none.
 */
struct system_line {
	enum system_line_kind	kind;
	char			driver[SYSTEM_OWNER_LEN];
	char			title[SYSTEM_TITLE_LEN];
	bool			open;
	bool			is_over;
	bool			is_over_now;
	double			rate;
	double			percent;
	double			now_ns;
	double			p99_ns;
	double			max_ns;
	double			budget_ns;
	double			over;
};

/* What was known of a row at the last reading. */
struct system_seen {
	const struct system_row	*row;
	uint64_t		calls;
	uint64_t		self_ns;
	uint64_t		run_count;
	uint64_t		run_total;
	uint64_t		run_over;
	uint64_t		wait_count;
	uint64_t		wait_total;
	uint64_t		wait_over;
};

/**
 * struct system_view - all that is shown; starts as { 0 }, ends with system_view_free()
 * @lines: of all drivers, in the order of the screen
 * @nr_lines: how many
 * @at: the chosen one, of those that are shown
 * @open: names of the drivers that are open
 * @nr_open: how many
 * @all_open: all are
 * @seen: the last reading
 * @nr_seen: how many rows it had
 * @seen_ts: its time, ns of the trace's clock; 0 for none
 * @seen_events: how many events there were
 * @sort: the order of the drivers
 * @paused: the user wants to look at this for longer
 * @help: the keys are explained
 * @batch: for a pipe: no keys, no cursor, all drivers open
 * @interval_ns: time between two readings
 * @clock: time of day of the last one, as text
 * @kernel: release of the kernel
 * @cpus: its CPUs
 * @events_rate: events per second in the last interval
 * @own_percent: what dpcmon itself takes of a CPU
 * @lost: events that were lost
 * @lost_more: and more, whose number is not known
 * @verdict: see system_report_verdict()
 * @status: exit status that goes with it
 */
struct system_view {
	struct system_line	*lines;
	unsigned int		nr_lines;
	unsigned int		at;
	char			(*open)[SYSTEM_OWNER_LEN];
	unsigned int		nr_open;
	bool			all_open;
	struct system_seen	*seen;
	unsigned int		nr_seen;
	uint64_t		seen_ts;
	uint64_t		seen_events;
	enum system_sort	sort;
	bool			paused;
	bool			help;
	bool			batch;
	uint64_t		interval_ns;
	char			clock[12];
	char			kernel[65];
	int			cpus;
	double			events_rate;
	double			own_percent;
	uint64_t		lost;
	bool			lost_more;
	char			*verdict;
	int			status;
};

/* What a key asks of system_top.c. */
enum system_action {
	SYSTEM_NOTHING,
	SYSTEM_QUIT,
	SYSTEM_RESET,
};

/* Takes a reading. */
void system_view_reading(struct system_view *v, const struct system_report *r);

/* Whether a line is on the screen, or its driver closed. */
static inline bool system_view_shows(const struct system_view *v, unsigned int line)
{
	return v->lines[line].kind == SYSTEM_LINE_DRIVER || v->lines[line].open;
}

/* The numbers begin anew: the next reading has nothing before it. */
void system_view_forget(struct system_view *v);

/* Takes a key: a character or enum top_key. */
enum system_action system_view_key(struct system_view *v, int key);

void system_view_free(struct system_view *v);

#endif /* DPCMON_SYSTEM_VIEW_H */

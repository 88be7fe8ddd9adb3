/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command line asks for: parse.c fills it, and everybody reads it.
 */
#ifndef DPCMON_PARAMS_H
#define DPCMON_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis.h"

#define DPCMON_VERSION	"0.1"

enum command {
	CMD_RUN,
	CMD_RECORD,
	CMD_REPORT,
	CMD_STAT,
	CMD_COMPARE,
	CMD_TOP,
	CMD_CHECK,
	CMD_NR,
};

#define STAT_CPU_EACH	(-2)

/**
 * struct compare_params - what dpcmon compare is asked for beyond that
 * @models: a bit per enum dpc_model_id
 * @loads: a bit per enum load_id
 * @rounds: how often everything is measured
 * @seed: of the order
 * @rt_priority: of the real-time hogs
 */
struct compare_params {
	uint32_t	models;
	uint32_t	loads;
	uint32_t	rounds;
	uint64_t	seed;
	uint32_t	rt_priority;
};

/**
 * struct params - what the user asked for
 * @command: the subcommand
 * @line: the whole command line, for the reports
 * @device: path of the device
 * @interrupts: to raise; 0 for none
 * @factorials: to compute; 0 for none
 * @dmas: to write, read back and compare; 0 for none
 * @pace_us: between two raises
 * @duration_ns: 0 for no limit
 * @model: to switch to, or NULL
 * @body_given: @body_dpc_us and @body_work_us are to be set
 * @body_dpc_us: extra time in the DPC routine
 * @body_work_us: extra time in the work routine
 * @budgets: from --budget
 * @trace: trace.dat to write (run, record) or to read (report, check)
 * @json: file, "-", or NULL
 * @html: file, or NULL
 * @note: a text for the reports, or NULL
 * @quiet: no text report
 * @stop_on_overrun: stop the trace at the first overrun
 * @sched_switch: record sched:sched_switch too
 * @buffer_kb: of the trace buffers, per CPU
 * @cpu: DPC_EDU_CPU_ALL, STAT_CPU_EACH or a number
 * @reset: set the counters to zero
 * @check: exit status 2 when a counter says over budget
 * @interval_ns: between two readings; 0 for a single one
 * @count: of readings; 0 for no limit
 * @batch: text for a pipe instead of a terminal's screen
 * @kcidb: file for results in KCIDB's form, "-" or NULL
 * @kcidb_origin: who submits them
 * @kcidb_build: which build of the kernel they are of
 * @child: command to run while recording, or NULL
 * @compare: for that command
 */
struct params {
	enum command	command;
	char		*line;
	const char	*device;
	uint64_t	interrupts;
	uint64_t	factorials;
	uint64_t	dmas;
	uint32_t	pace_us;
	uint64_t	duration_ns;
	const char	*model;
	bool		body_given;
	uint32_t	body_dpc_us;
	uint32_t	body_work_us;
	struct budgets	budgets;
	const char	*trace;
	const char	*json;
	const char	*html;
	const char	*note;
	bool		quiet;
	bool		stop_on_overrun;
	bool		sched_switch;
	uint32_t	buffer_kb;
	int		cpu;
	bool		reset;
	bool		check;
	uint64_t	interval_ns;
	uint64_t	count;
	bool		batch;
	const char	*kcidb;
	const char	*kcidb_origin;
	const char	*kcidb_build;
	char		**child;
	struct compare_params compare;
};

#endif /* DPCMON_PARAMS_H */

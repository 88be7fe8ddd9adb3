/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command line asks for: parse.c and value.c fill it, everybody else only reads it.
 */
#ifndef DPCMON_PARAMS_H
#define DPCMON_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "../../module/version.h"
#include "analysis.h"

#define DPCMON_VERSION	DPC_VERSION

/* The subcommands, in the order of help and man page. */
enum command {
	CMD_RUN,
	CMD_RECORD,
	CMD_REPORT,
	CMD_STAT,
	CMD_COMPARE,
	CMD_TOP,
	CMD_CHECK,
	CMD_LIST,
	CMD_BIND,
	CMD_UNBIND,
	CMD_SYSTEM,
	CMD_DIFF,
	CMD_NR,
};

/* For @cpu, beside DPC_SNAPSHOT_CPU_ALL (-1). */
#define STAT_CPU_EACH	(-2)

/**
 * struct compare_params - what only dpcmon compare is asked for
 * @models: models to measure, a bit per enum dpc_model_id
 * @loads: loads to measure beside, a bit per enum load_id
 * @rounds: how often everything is measured, 1 to SERIES_MAX
 * @seed: chooses the mixed order of loads and models
 * @rt_priority: SCHED_FIFO priority of the threads of the load rt
 */
struct compare_params {
	uint32_t	models;
	uint32_t	loads;
	uint32_t	rounds;
	uint64_t	seed;
	uint32_t	rt_priority;
};

#define DIFF_PAIRS_MAX	16

/**
 * struct diff_params - what only dpcmon diff is asked for
 * @files: what is compared
 * @nr_files: how many
 * @worse_percent: by how much a number may grow
 * @least_ns: a smaller difference of times is none
 * @pairs: "DRIVER=DRIVER"
 * @nr_pairs: how many
 */
struct diff_params {
	char		**files;
	uint32_t	nr_files;
	double		worse_percent;
	uint64_t	least_ns;
	const char	*pairs[DIFF_PAIRS_MAX];
	uint32_t	nr_pairs;
};

/**
 * struct params - what the user asked for
 * @command: the subcommand
 * @line: the whole command line, for the reports; owned by params, freed by parse_free()
 * @device: the argument of --device; NULL without it
 * @interrupts: number of interrupts to raise; 0 for none, UINT64_MAX for no limit; for
 *	compare in each round.  The next two likewise
 * @factorials: number of factorials to compute
 * @dmas: number of transfers to write, read back and compare
 * @engines_default: the user gave none of these numbers
 * @pace_us: time between two raises; 0 for no pause
 * @duration_ns: when to stop; 0 for no limit
 * @wait_ns: how long to measure what comes, and raise nothing; 0 to raise what can be raised
 * @model: name of the model to switch to; NULL to leave it
 * @body_given: @body_dpc_us and @body_work_us are to be set in the device
 * @body_dpc_us: extra time in the DPC routine
 * @body_work_us: extra time in the work routine
 * @budgets: those of --budget
 * @trace: the trace.dat to write (run, record) or to read (report, check, system); NULL for none
 * @keep: the trace.dat to write (system); NULL for none
 * @system: the kernel's own events are recorded or read (check, system, top), not those of dpc_core
 * @preset: which budgets of system_preset_budgets() are in force; SYSTEM_PRESET_NONE if none
 *	was named
 * @json: file to write, "-" for stdout, NULL for none; the next one likewise
 * @html: file to write
 * @openmetrics: likewise (stat, system)
 * @perfetto: likewise (report, system)
 * @note: a text for the reports, printable; NULL for none
 * @quiet: print no text report
 * @stop_on_overrun: the kernel stops the trace at the first overrun
 * @sched_switch: record what dpcmon system does, too
 * @buffer_kb: size of the trace buffer of each CPU, kB
 * @cpu: whose counters stat shows: a CPU, DPC_SNAPSHOT_CPU_ALL or STAT_CPU_EACH
 * @reset: set the counters to zero afterwards
 * @check: exit status 2 if a counter says over budget
 * @interval_ns: time between two readings; 0 for a single reading (stat) or 1 s (top)
 * @count: number of readings; 0 for no limit
 * @batch: text for a pipe instead of a screen
 * @junit: file for results as JUnit's XML; NULL for none
 * @kcidb: file for results in the form of KCIDB; NULL for none
 * @kcidb_origin: who submits these results
 * @kcidb_build: the build of the kernel that they are of
 * @child: command to run while recording, ended by NULL; NULL for none
 * @address: of the card to bind or unbind
 * @recipe: file with its recipe; NULL to look for one
 * @kind: enum dpc_pci_kind it is to have; DPC_PCI_KIND_ANY for what the recipe says
 * @vectors: how many vectors; 0 for as many as the recipe says
 * @yes: don't ask
 * @compare: for dpcmon compare only
 * @diff: for dpcmon diff only
 *
 * All texts but @line are words of argv.
 */
struct params {
	enum command	command;
	char		*line;
	const char	*device;
	uint64_t	interrupts;
	uint64_t	factorials;
	uint64_t	dmas;
	bool		engines_default;
	uint32_t	pace_us;
	uint64_t	duration_ns;
	uint64_t	wait_ns;
	const char	*model;
	bool		body_given;
	uint32_t	body_dpc_us;
	uint32_t	body_work_us;
	struct budgets	budgets;
	const char	*trace;
	const char	*keep;
	bool		system;
	uint32_t	preset;
	const char	*json;
	const char	*html;
	const char	*openmetrics;
	const char	*perfetto;
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
	const char	*junit;
	const char	*kcidb;
	const char	*kcidb_origin;
	const char	*kcidb_build;
	char		**child;
	const char	*address;
	const char	*recipe;
	uint32_t	kind;
	uint32_t	vectors;
	bool		yes;
	struct compare_params compare;
	struct diff_params diff;
};

#endif /* DPCMON_PARAMS_H */

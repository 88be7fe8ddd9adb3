/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trace instance: a trace buffer of our own, whatever others trace.
 *
 * The kernel does not remove an instance when its owner dies.  So its name says
 * who that is, and the next run of dpcmon removes what a dead one left behind.
 * And root can write to its files; what was done to them is noticed at the end.
 */
#ifndef DPCMON_INSTANCE_H
#define DPCMON_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines that dpcmon writes to trace_marker; they begin with these. */
#define MARK_BEGIN	"dpcmon: begin"
#define MARK_KERNEL	"dpcmon: kernel="
#define MARK_STOPPED	"dpcmon: stopped"
#define MARK_DISTURBED	"dpcmon: disturbed="

struct tracefs_instance;

/**
 * struct instance_params - how to trace this machine
 * @buffer_kb: of the trace buffer, per CPU
 * @stop_on_overrun: the kernel stops the trace at the first dpc_overrun
 * @dpc_only: no hard interrupts of others
 * @sched_switch: switches between tasks too
 */
struct instance_params {
	unsigned int	buffer_kb;
	bool		stop_on_overrun;
	bool		dpc_only;
	bool		sched_switch;
};

/**
 * struct instance_cpu - the buffer of one CPU
 * @fd: its trace_pipe_raw, which does not block; -1 if the CPU has no buffer
 * @read: events that its owner took out of it since instance_begin()
 */
struct instance_cpu {
	int		fd;
	uint64_t	read;
};

/* Settings that only we have a reason to change while we trace. */
enum {
	INSTANCE_EVENTS,
	INSTANCE_PIDS,
	INSTANCE_NOTRACE_PIDS,
	INSTANCE_CPUMASK,
	INSTANCE_CLOCK,
	INSTANCE_BUFFER_SIZE,
	INSTANCE_SETTING_NR,
};

/**
 * struct instance - an open trace instance
 * @setting: the settings when tracing began
 * @stopped: when tracing was to end, the kernel had stopped it already
 * @disturbed: what somebody else did to it, or NULL
 */
struct instance {
	struct instance_params	params;
	char			name[64];
	struct tracefs_instance	*tracefs;
	size_t			page_size;
	unsigned int		nr_cpus;
	struct instance_cpu	*cpus;
	char			*setting[INSTANCE_SETTING_NR];
	bool			stopped;
	char			*disturbed;
};

/* Preconditions of tracing: root, tracefs, the events.  -1 after a message. */
int instance_check(void);

/* With tracing and all events off; NULL after a message. */
struct instance *instance_create(const struct instance_params *params);
void instance_destroy(struct instance *i);

/* The events that @params ask for, or none; -1 after a message. */
int instance_events(struct instance *i, bool on);
/* One event; 0 also for one that this kernel does not have. */
int instance_event(struct instance *i, const char *system, const char *event, bool on);

/* Empties the buffers and traces; -1 after a message. */
int instance_begin(struct instance *i);

/*
 * Interrupt objects introduce themselves when the event dpc_interrupt goes on:
 * once more, now that there is somebody to hear it.
 */
void instance_reannounce(struct instance *i);

/* No more events; what is in the buffers can still be read. */
void instance_end(struct instance *i);

/*
 * After all was read: how many events @nr's buffer lost by itself.  Sets
 * @disturbed if the kernel's count of what was read is not @read.
 */
uint64_t instance_count(struct instance *i, unsigned int nr);

/* A line of text among the events; -1, silently, if that can't be. */
int instance_write(struct instance *i, const char *text);

/* The same in an instance that has ended. */
void instance_mark(struct instance *i, const char *text);

#endif /* DPCMON_INSTANCE_H */

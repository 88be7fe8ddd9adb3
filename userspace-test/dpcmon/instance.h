/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trace instance: trace buffers of our own, whatever others trace.  live.c reads them
 * while events come, recorder.c copies them to a file.
 *
 * The kernel does not remove an instance when its owner dies.  So its name tells the owner,
 * and the next run of dpcmon removes what a dead one left behind.  Root can write to the
 * files of the instance, too; what was done to them is noticed at the end.
 *
 * The order of calls: instance_check(), instance_create(), instance_events(), then for each
 * measurement instance_begin(), reading, instance_end(), reading the rest,
 * instance_count(); finally instance_destroy().
 */
#ifndef DPCMON_INSTANCE_H
#define DPCMON_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lines that dpcmon writes to trace_marker begin with these.  In a recording they tell
 * trace_file.c what the events can't: the kernel, and what happened to the trace.
 */
#define MARK_BEGIN	"dpcmon: begin"
#define MARK_KERNEL	"dpcmon: kernel="
#define MARK_MACHINE	"dpcmon: machine="
#define MARK_STOPPED	"dpcmon: stopped"
#define MARK_DISTURBED	"dpcmon: disturbed="
#define MARK_OWNER	"dpcmon: owner="
#define MARK_NOW	"dpcmon: now="		/* system_live.c only */

struct tracefs_instance;

/**
 * struct instance_params - how to trace this machine
 * @buffer_kb: size of the trace buffer of each CPU, kB
 * @stop_on_overrun: the kernel stops the trace at the first dpc_overrun event
 * @dpc_only: trace no hard interrupts of others
 * @sched_switch: trace what dpcmon system needs, too: switches between tasks, softirqs and others
 * @system: trace what dpcmon system needs instead, and our own events if there are any
 */
struct instance_params {
	unsigned int	buffer_kb;
	bool		stop_on_overrun;
	bool		dpc_only;
	bool		sched_switch;
	bool		system;
};

/**
 * struct instance_cpu - the buffer of one CPU
 * @fd: its trace_pipe_raw, which does not block; -1 if the CPU has no buffer
 * @read: number of events that live.c or recorder.c took out of it since instance_begin();
 *	they count, instance_count() compares
 */
struct instance_cpu {
	int		fd;
	uint64_t	read;
};

/* Settings of the instance that nobody but us has a reason to change while we trace. */
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
 * @params: how it traces
 * @name: its folder in tracefs: dpcmon-PID-START
 * @tracefs: it, for libtracefs
 * @page_size: bytes of a page of its buffers
 * @nr_cpus: length of @cpus: the CPUs that the machine can have
 * @cpus: the buffers of the CPUs
 * @setting: contents of the files when instance_begin() was called; NULL for no file
 * @stopped: at instance_end(), tracing was off already
 * @disturbed: what somebody else did to it since instance_begin(), as a sentence; NULL if
 *	nothing.  Owned by the instance
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

/* Checks what tracing needs: root, tracefs.  Return: 0; -1 after a message. */
int instance_check_tracing(void);
/* The same, and our events. */
int instance_check(void);
/* The same, and any event that dpcmon system can use. */
int instance_check_system(void);

/*
 * Makes an instance, with tracing and all events off, and removes those of dead owners.
 * Return: NULL after a message.
 */
struct instance *instance_create(const struct instance_params *params);
void instance_destroy(struct instance *i);

/* Switches the events that @params ask for, or our own off.  Return: 0; -1 after a message. */
int instance_events(struct instance *i, bool on);
/* Switches one event.  Return: 0, also if this kernel does not have it; -1 with errno. */
int instance_event(struct instance *i, const char *system, const char *event, bool on);

/* Empties the buffers and switches tracing on.  Return: 0; -1 after a message. */
int instance_begin(struct instance *i);

/*
 * Has all interrupt objects introduce themselves again.  They do so when the event
 * dpc_interrupt is switched on, but at that time the trace had not begun.
 */
void instance_reannounce(struct instance *i);

/* Switches tracing off, and looks for what others did.  The buffers can still be read. */
void instance_end(struct instance *i);

/*
 * To be called when all was read.  If the kernel's count of what was read from the buffer of
 * CPU @nr is not ours, somebody else read from it or cleared it: @disturbed says so.
 * Return: number of events that this buffer lost because it was full.
 */
uint64_t instance_count(struct instance *i, unsigned int nr);

/* Writes a line of text among the events.  Return: 0; -1 without a message. */
int instance_write(struct instance *i, const char *text);

/* The same after instance_end(). */
void instance_mark(struct instance *i, const char *text);

#endif /* DPCMON_INSTANCE_H */

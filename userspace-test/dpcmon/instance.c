// SPDX-License-Identifier: GPL-2.0-only
/*
 * An instance of the kernel's trace buffers, of our own: what others trace, stop or
 * filter does not matter, and what they do to our instance is noticed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#include "decoder.h"
#include "instance.h"
#include "system_decoder.h"
#include "text.h"
#include "util.h"

#define INSTANCE_PREFIX	"dpcmon-"

static const struct {
	const char	*file;
	const char	*changed;
} instance_settings[INSTANCE_SETTING_NR] = {
	[INSTANCE_EVENTS]	= { "set_event", "switched events" },
	[INSTANCE_PIDS]		= { "set_event_pid", "limited the trace to some tasks" },
	[INSTANCE_NOTRACE_PIDS]	= { "set_event_notrace_pid", "left some tasks out" },
	[INSTANCE_CPUMASK]	= { "tracing_cpumask", "changed the CPUs that are traced" },
	[INSTANCE_CLOCK]	= { "trace_clock", "changed the clock" },
	[INSTANCE_BUFFER_SIZE]	= { "buffer_size_kb", "changed the size of the buffers" },
};

#define LOCKED_DOWN \
	"the kernel is locked down (confidentiality) and refuses to trace: dpcmon stat, stat --check and top work without, and dpcmon report or system --trace on a recording; to trace, boot without lockdown=confidentiality"

/* Whether a line of @path has @text in it. */
static bool instance_file_has(const char *path, const char *text)
{
	FILE *f = xfopen(path, "re");
	char line[4096];
	bool has = false;

	while (f && !has && fgets(line, sizeof(line), f))
		has = strstr(line, text);
	if (f)
		fclose(f);
	return has;
}

/* Then files of tracefs are missing, or say EPERM or EINVAL. */
static bool instance_locked_down(void)
{
	FILE *f = xfopen("/sys/kernel/security/lockdown", "re");
	char line[128] = "";
	char *path;
	int fd;

	if (f) {
		if (!fgets(line, sizeof(line), f))
			*line = '\0';
		fclose(f);
		return strstr(line, "[confidentiality]");
	}
	/* securityfs is not mounted: nothing else keeps root from reading this file */
	if (!tracefs_tracing_dir())
		return false;
	path = xasprintf("%s/tracing_on", tracefs_tracing_dir());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	/* a kernel that was locked down when it booted has made none of the files */
	if (fd < 0)
		return errno == EPERM ||
		       (errno == ENOENT &&
			instance_file_has("/proc/cmdline", "lockdown=confidentiality"));
	close(fd);
	return false;
}

int instance_check_tracing(void)
{
	if (geteuid())
		return fail("tracing needs root: run it with sudo; dpcmon report and system --trace read a recording without");
	if (instance_locked_down())
		return fail("%s", LOCKED_DOWN);
	if (!tracefs_tracing_dir() && !instance_file_has("/proc/filesystems", "\ttracefs\n"))
		return fail("this kernel can't trace: it has no tracefs, for which it needs CONFIG_FTRACE");
	if (!tracefs_tracing_dir())
		return fail("tracefs is not mounted: mount -t tracefs nodev /sys/kernel/tracing");
	if (!tracefs_dir_exists(NULL, "instances"))
		return fail("%s has no folder \"instances\": the kernel does not let anybody trace, or something is mounted over it",
			    tracefs_tracing_dir());
	return 0;
}

/* Those of another architecture, and our own. */
static bool instance_may_lack(const char *system)
{
	return !strcmp(system, "irq_vectors") || !strcmp(system, "ipi") ||
	       !strcmp(system, DPC_SYSTEM);
}

/* Without its format, nobody could read it. */
static bool instance_kernel_has(const char *system, const char *event)
{
	return tracefs_event_file_exists(NULL, system, event, "format");
}

int instance_check_system(void)
{
	const char *system, *event;
	unsigned int n;

	if (instance_check_tracing())
		return -1;
	for (n = 0; system_decoder_event(n, &system, &event); n++)
		if (!instance_may_lack(system) && instance_kernel_has(system, event))
			return 0;
	return fail("%s/events has no event of interrupts, softirqs, timers or work items: the kernel needs CONFIG_EVENT_TRACING, or something is mounted over it",
		    tracefs_tracing_dir());
}

static bool instance_has_dpc(void)
{
	return tracefs_file_exists(NULL, "events/" DPC_SYSTEM "/enable");
}

int instance_check(void)
{
	if (instance_check_tracing())
		return -1;
	if (!instance_has_dpc())
		return fail("%s/events has no system \"%s\": load dpc_core.ko",
			    tracefs_tracing_dir(), DPC_SYSTEM);
	return 0;
}

/* ---- Owners ------------------------------------------------------------------ */

/* Fields 3 and 22 of /proc/PID/stat. */
#define STAT_STATE_AND_START \
	" %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu"

/*
 * When process @pid began, in clock ticks since boot: tells it from a later one
 * that got the same number.  0 if there is none, or if it is dead.
 */
static unsigned long long instance_owner_start(int pid)
{
	unsigned long long start = 0;
	char path[32], line[1024], *at, state;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = xfopen(path, "re");
	if (!f)
		return 0;
	/* the name in parentheses can have any character in it: after the last one */
	at = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	if (at && (sscanf(at + 1, STAT_STATE_AND_START, &state, &start) != 2 ||
		   state == 'Z' || state == 'X'))
		start = 0;
	fclose(f);
	return start;
}

static bool instance_is_stale(const char *name)
{
	unsigned long long start = 0, now;
	int pid;

	if (sscanf(name, INSTANCE_PREFIX "%d-%llu", &pid, &start) < 1 || pid <= 0)
		return false;
	now = instance_owner_start(pid);
	return !now || (start && now != start);
}

static void instance_remove_one(const char *name)
{
	char *path = xasprintf("%s/instances/%s", tracefs_tracing_dir(), name);

	if (!rmdir(path))
		warn("removed the trace instance %s: a dpcmon that was killed had left it behind",
		     name);
	else if (errno == EBUSY)
		warn("a dpcmon that was killed has left the trace instance %s behind, and somebody has its files open: close them, then rmdir %s",
		     name, path);
	else if (errno != ENOENT)
		warn("can't remove %s, which a dpcmon that was killed has left behind: %m", path);
	free(path);
}

/*
 * They would trace on for ever, and keep interrupt objects from introducing
 * themselves to a new trace.
 */
static void instance_remove_stale(void)
{
	char **list = tracefs_instances(NULL);
	unsigned int i;

	for (i = 0; list && list[i]; i++)
		if (instance_is_stale(list[i]))
			instance_remove_one(list[i]);
	tracefs_list_free(list);
}

/* ---- Making one ---------------------------------------------------------------- */

static int instance_open_cpu(struct instance *i, unsigned int nr)
{
	char *path = xasprintf("per_cpu/cpu%u/trace_pipe_raw", nr);
	int fd = tracefs_instance_file_open(i->tracefs, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	free(path);
	i->cpus[nr].fd = fd;
	/* a CPU that is not possible has no buffer */
	if (fd < 0)
		return errno == ENOENT ? 0 : fail("cpu %u: can't open trace_pipe_raw: %m", nr);
	return 0;
}

/* Opens the buffers.  While they are open, nobody can remove the instance. */
static int instance_open_cpus(struct instance *i)
{
	long long kb;
	unsigned int nr;

	i->page_size = getpagesize();
	if (tracefs_file_exists(i->tracefs, "buffer_subbuf_size_kb") &&
	    !tracefs_instance_file_read_number(i->tracefs, "buffer_subbuf_size_kb", &kb))
		i->page_size = kb * 1024;

	i->nr_cpus = sysconf(_SC_NPROCESSORS_CONF);
	i->cpus = xcalloc(i->nr_cpus, sizeof(*i->cpus));
	for (nr = 0; nr < i->nr_cpus; nr++)
		i->cpus[nr].fd = -1;
	for (nr = 0; nr < i->nr_cpus; nr++)
		if (instance_open_cpu(i, nr))
			return -1;
	return 0;
}

static int instance_prepare(struct instance *i)
{
	snprintf(i->name, sizeof(i->name), INSTANCE_PREFIX "%d-%llu", getpid(),
		 instance_owner_start(getpid()));
	i->tracefs = tracefs_instance_create(i->name);
	if (!i->tracefs)
		return fail("can't create %s/instances/%s: %m", tracefs_tracing_dir(), i->name);
	if (!tracefs_file_exists(i->tracefs, "buffer_size_kb"))
		return fail("%s/instances/%s has no trace buffers: something is mounted over %s/instances",
			    tracefs_tracing_dir(), i->name, tracefs_tracing_dir());
	tracefs_trace_off(i->tracefs);
	if (tracefs_instance_set_buffer_size(i->tracefs, i->params.buffer_kb, -1) < 0)
		return fail("can't set the trace buffers to %u kB per CPU: try a smaller --buffer",
			    i->params.buffer_kb);
	if (i->params.stop_on_overrun &&
	    tracefs_event_file_write(i->tracefs, DPC_SYSTEM, "dpc_overrun", "trigger",
				     "traceoff") < 0)
		return fail("can't set the trigger traceoff on dpc:dpc_overrun: %m");
	return instance_open_cpus(i);
}

struct instance *instance_create(const struct instance_params *params)
{
	struct instance *i;

	if (params->system ? instance_check_system() : instance_check())
		return NULL;
	instance_remove_stale();
	i = xcalloc(1, sizeof(*i));
	i->params = *params;
	if (instance_prepare(i)) {
		instance_destroy(i);
		return NULL;
	}
	return i;
}

static void instance_forget_settings(struct instance *i)
{
	unsigned int s;

	for (s = 0; s < INSTANCE_SETTING_NR; s++) {
		free(i->setting[s]);
		i->setting[s] = NULL;
	}
}

void instance_destroy(struct instance *i)
{
	unsigned int nr;

	if (!i)
		return;
	for (nr = 0; i->cpus && nr < i->nr_cpus; nr++)
		if (i->cpus[nr].fd >= 0)
			close(i->cpus[nr].fd);
	free(i->cpus);
	if (i->tracefs) {
		if (tracefs_instance_destroy(i->tracefs))
			warn("can't remove the trace instance %s: %m; somebody has its files open",
			     i->name);
		tracefs_instance_free(i->tracefs);
	}
	instance_forget_settings(i);
	free(i->disturbed);
	free(i);
}

/* ---- Events --------------------------------------------------------------------- */

/* tracefs_event_enable() takes patterns, and looks at all systems for each. */
int instance_event(struct instance *i, const char *system, const char *event, bool on)
{
	if (!tracefs_event_file_exists(i->tracefs, system, event, "enable"))
		return 0;
	return tracefs_event_file_write(i->tracefs, system, event, "enable", on ? "1" : "0") < 0 ?
	       -1 : 0;
}

/*
 * Switches on the hard interrupts of others.  An event that this kernel does not have is
 * left out; the time of such interrupts then counts as the DPC's own.
 */
static void instance_enable_hardirqs(struct instance *i)
{
	static const char * const ends[] = { "entry", "exit" };
	char name[64];
	unsigned int v, e;

	instance_event(i, "irq", "irq_handler_entry", true);
	instance_event(i, "irq", "irq_handler_exit", true);
	for (v = 0; v < nr_irq_vectors; v++) {
		for (e = 0; e < ARRAY_SIZE(ends); e++) {
			snprintf(name, sizeof(name), "%s_%s", irq_vectors[v], ends[e]);
			instance_event(i, "irq_vectors", name, true);
		}
	}
}

/* Of all the threads that are woken, only those of interrupts are of interest. */
#define INSTANCE_WAKING_FILTER	"comm ~ \"irq/*\""

static bool instance_is_waking(const char *system, const char *event)
{
	return !strcmp(system, "sched") && !strcmp(event, "sched_waking");
}

/* Adds an event to a list, which may be NULL. */
static char *instance_list(char *list, const char *system, const char *event)
{
	char *longer = list ? xasprintf("%s, %s:%s", list, system, event)
			    : xasprintf("%s:%s", system, event);

	free(list);
	return longer;
}

/* A report without them has less in it, and is right otherwise. */
static void instance_say_lacking(void)
{
	const char *system, *event;
	char *lacking = NULL;
	unsigned int n;

	for (n = 0; system_decoder_event(n, &system, &event); n++)
		if (!instance_may_lack(system) && !instance_kernel_has(system, event))
			lacking = instance_list(lacking, system, event);
	if (lacking)
		warn("this kernel does not have %s: what that would tell is not in the report",
		     lacking);
	free(lacking);
}

static int instance_system_events(struct instance *i, bool on)
{
	const char *system, *event;
	unsigned int n;

	if (on)
		instance_say_lacking();
	for (n = 0; system_decoder_event(n, &system, &event); n++) {
		if (!instance_kernel_has(system, event))
			continue;
		if (instance_is_waking(system, event) &&
		    tracefs_event_file_write(i->tracefs, system, event, "filter",
					     INSTANCE_WAKING_FILTER) < 0)
			return fail("can't set a filter for %s:%s: %m", system, event);
		if (instance_event(i, system, event, on))
			return fail("can't switch the event %s:%s: %m", system, event);
	}
	return 0;
}

int instance_events(struct instance *i, bool on)
{
	if (i->params.system)
		return instance_system_events(i, on);
	if (on && !i->params.dpc_only)
		instance_enable_hardirqs(i);
	if (on && i->params.sched_switch && instance_system_events(i, true))
		return -1;
	if (tracefs_instance_file_write(i->tracefs, "events/" DPC_SYSTEM "/enable",
					on ? "1" : "0") < 0)
		return fail("can't switch the dpc events: %m");
	return 0;
}

void instance_reannounce(struct instance *i)
{
	instance_event(i, DPC_SYSTEM, "dpc_interrupt", false);
	instance_event(i, DPC_SYSTEM, "dpc_interrupt", true);
}

/* ---- Begin and end ----------------------------------------------------------------- */

/* NULL if there is no such file. */
static char *instance_setting(struct instance *i, unsigned int s)
{
	if (!tracefs_file_exists(i->tracefs, instance_settings[s].file))
		return NULL;
	return tracefs_instance_file_read(i->tracefs, instance_settings[s].file, NULL);
}

int instance_write(struct instance *i, const char *text)
{
	return tracefs_instance_file_write(i->tracefs, "trace_marker", text) < 0 ? -1 : 0;
}

int instance_begin(struct instance *i)
{
	unsigned int n;

	for (n = 0; n < i->nr_cpus; n++)
		i->cpus[n].read = 0;
	instance_forget_settings(i);
	for (n = 0; n < INSTANCE_SETTING_NR; n++)
		i->setting[n] = instance_setting(i, n);
	free(i->disturbed);
	i->disturbed = NULL;
	i->stopped = false;
	if (tracefs_instance_file_clear(i->tracefs, "trace") || tracefs_trace_on(i->tracefs))
		return fail("can't switch tracing on: %m");
	/* one event that is read at once: without it, nobody would miss what is cleared */
	if (instance_write(i, MARK_BEGIN "\n"))
		return fail("can't write to trace_marker: %m");
	return 0;
}

/* Takes @what, which may be NULL. */
static void instance_disturb(struct instance *i, char *what)
{
	char *both;

	if (!what)
		return;
	if (!i->disturbed) {
		i->disturbed = what;
		return;
	}
	both = xasprintf("%s; %s", i->disturbed, what);
	free(i->disturbed);
	free(what);
	i->disturbed = both;
}

static void instance_check_setting(struct instance *i, unsigned int s)
{
	char *now = instance_setting(i, s), *then = i->setting[s];

	if (!now != !then || (now && strcmp(now, then)))
		instance_disturb(i, xasprintf("somebody %s (%s)", instance_settings[s].changed,
					      instance_settings[s].file));
	free(now);
}

/* A filter leaves an event switched on, and throws it away. */
static void instance_check_filters(struct instance *i)
{
	char *events = xstrdup(i->setting[INSTANCE_EVENTS] ? i->setting[INSTANCE_EVENTS] : "");
	bool of_system = i->params.system || i->params.sched_switch;
	char *line, *next = events, *event, *filter;

	while ((line = strsep(&next, "\n"))) {
		event = strchr(line, ':');
		if (!event)
			continue;
		*event++ = '\0';
		filter = tracefs_event_file_read(i->tracefs, line, event, "filter", NULL);
		if (filter && strncmp(filter, "none", 4) &&
		    !(of_system && instance_is_waking(line, event) &&
		      text_after(filter, INSTANCE_WAKING_FILTER)))
			instance_disturb(i, xasprintf("somebody set a filter for %s:%s", line,
						      event));
		free(filter);
	}
	free(events);
}

void instance_end(struct instance *i)
{
	unsigned int s;

	i->stopped = tracefs_trace_is_on(i->tracefs) != 1;
	if (i->stopped && !i->params.stop_on_overrun)
		instance_disturb(i, xstrdup("somebody switched tracing off (tracing_on)"));
	tracefs_trace_off(i->tracefs);
	for (s = 0; s < INSTANCE_SETTING_NR; s++)
		instance_check_setting(i, s);
	instance_check_filters(i);
}

static uint64_t instance_stat(const char *stats, const char *key)
{
	const char *at = strstr(stats, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

uint64_t instance_count(struct instance *i, unsigned int nr)
{
	char *path = xasprintf("per_cpu/cpu%u/stats", nr);
	char *stats = tracefs_instance_file_read(i->tracefs, path, NULL);
	uint64_t lost, theirs, ours = i->cpus[nr].read;

	free(path);
	if (!stats) {
		instance_disturb(i, xasprintf("CPU %u has no counters any more", nr));
		return 0;
	}
	lost = instance_stat(stats, "\noverrun: ") + instance_stat(stats, "\ndropped events: ") +
	       instance_stat(stats, "\ncommit overrun: ");
	theirs = instance_stat(stats, "\nread events: ");
	free(stats);
	if (theirs < ours)
		instance_disturb(i, xasprintf("somebody cleared the buffer of CPU %u", nr));
	else if (theirs > ours)
		instance_disturb(i, xasprintf("somebody else read %" PRIu64 " events of CPU %u",
					      theirs - ours, nr));
	return lost;
}

void instance_mark(struct instance *i, const char *text)
{
	/* no event but this one */
	tracefs_instance_file_clear(i->tracefs, "set_event");
	tracefs_trace_on(i->tracefs);
	instance_write(i, text);
	tracefs_trace_off(i->tracefs);
}

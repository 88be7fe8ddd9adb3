// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drives devices for dpcmon run and dpcmon check, or waits for what they bring, traces
 * meanwhile, compares the trace with the objects' own counters, and has the writer report.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "analysis.h"
#include "device.h"
#include "drive.h"
#include "edu.h"
#include "event.h"
#include "instance.h"
#include "live.h"
#include "model.h"
#include "modules.h"
#include "output.h"
#include "params.h"
#include "recorder.h"
#include "report.h"
#include "report_file.h"
#include "report_write.h"
#include "symbols.h"
#include "util.h"
#include "verdict.h"
#include "workload.h"

#define DRIVE_POLL_US		5000
#define DRIVE_SETTLE_NS		500000000ULL
#define DRIVE_PROGRESS_TTY_NS	200000000ULL
#define DRIVE_PROGRESS_NS	2000000000ULL
#define DRIVE_WAIT_NS		(10 * NSEC_PER_SEC)	/* for what a device brings */

/**
 * struct drive_device - one object while it is measured
 * @device: it
 * @load: what drives it; NULL if dpcmon can't raise its interrupt or was told to wait
 * @before: its counters before
 * @after: its counters afterwards
 * @raises_before: what had become of its raises before
 * @raises: what became of those of this measurement
 * @told: there is something to tell of @raises
 */
struct drive_device {
	struct device		*device;
	struct workload		*load;
	struct counters		before;
	struct counters		after;
	struct dpc_raises	raises_before;
	struct dpc_raises	raises;
	bool			told;
};

/**
 * struct drive - a measurement
 * @p: the command line
 * @devices: what is measured
 * @nr: how many
 * @waits: some of them are waited for
 * @start: when it began, CLOCK_MONOTONIC
 * @end: when the wait for them is over
 * @done: what was done to the others
 * @failed: it did not run to its end
 */
struct drive {
	const struct params	*p;
	struct drive_device	*devices;
	unsigned int		nr;
	bool			waits;
	uint64_t		start;
	uint64_t		end;
	struct workload_done	done;
	bool			failed;
};

/**
 * struct drive_progress - the line on stderr that says how far the load is
 * @tty: stderr is a terminal: the line is overwritten; else there are few lines
 * @next: when to say something again, CLOCK_MONOTONIC
 * @said: what was said last; empty for nothing
 */
struct drive_progress {
	bool		tty;
	uint64_t	next;
	char		said[192];
};

static bool drive_is_raised(const struct drive *d, struct device *device)
{
	return !d->p->wait_ns && raise_possible(&device->raise);
}

static struct workload_done drive_done(const struct drive *d)
{
	struct workload_done all = { 0 }, one;
	unsigned int i;

	for (i = 0; i < d->nr; i++) {
		if (!d->devices[i].load)
			continue;
		one = workload_done(d->devices[i].load);
		all.raised += one.raised;
		all.factorials += one.factorials;
		all.dmas += one.dmas;
	}
	return all;
}

static bool drive_raises_any(const struct drive *d)
{
	unsigned int i;

	for (i = 0; i < d->nr; i++)
		if (d->devices[i].load)
			return true;
	return false;
}

static void drive_progress_text(const struct drive *d, char *text, size_t size)
{
	struct workload_done done = drive_done(d);
	uint64_t now = now_ns();
	int len = 0;

	*text = '\0';
	if (drive_raises_any(d)) {
		report_workload(text, size, &done);
		len = strlen(text);
	}
	if (d->waits)
		snprintf(text + len, size - len, "%swaited %.0f of %.0f s for what comes",
			 len ? ", " : "", ((now < d->end ? now : d->end) - d->start) / 1e9,
			 (d->end - d->start) / 1e9);
}

static void drive_progress(struct drive_progress *progress, const struct drive *d, bool last)
{
	char text[192];

	/* a line of its own is for those who wait; who has read one reads the end */
	if (last ? !progress->tty && !*progress->said : now_ns() < progress->next)
		return;
	progress->next = now_ns() + (progress->tty ? DRIVE_PROGRESS_TTY_NS : DRIVE_PROGRESS_NS);
	drive_progress_text(d, text, sizeof(text));
	if (!progress->tty && !strcmp(text, progress->said))
		return;
	snprintf(progress->said, sizeof(progress->said), "%s", text);
	fprintf(stderr, progress->tty ? "\r\033[K%s%s" : "%s\n%s", text, "");
	if (last && progress->tty)
		fputc('\n', stderr);
}

/* ---- The load ------------------------------------------------------------------------- */

static bool drive_running(const struct drive *d)
{
	unsigned int i;

	for (i = 0; i < d->nr; i++)
		if (d->devices[i].load && workload_running(d->devices[i].load))
			return true;
	return d->waits && now_ns() < d->end;
}

static void drive_stop(struct drive *d)
{
	unsigned int i;

	for (i = 0; i < d->nr; i++)
		if (d->devices[i].load)
			workload_stop(d->devices[i].load);
	if (d->end > now_ns())
		d->end = now_ns();
}

/* Whether a device has gone away, after a message. */
static bool drive_gone(struct drive *d)
{
	struct dpc_notice notice;
	unsigned int i;

	for (i = 0; i < d->nr; i++) {
		struct device *device = d->devices[i].device;

		while (node_notice(&device->node, &notice) > 0) {
			if (notice.type != DPC_NOTICE_GONE || notice.id != device->object.id)
				continue;
			fail("%s went away in the middle of the measurement: its driver has disconnected it",
			     device->label);
			return true;
		}
	}
	return false;
}

static void drive_watch(struct drive *d, struct live *live, struct analysis *a)
{
	struct drive_progress progress = { .tty = isatty(STDERR_FILENO) };

	progress.next = now_ns() + (progress.tty ? 0 : DRIVE_PROGRESS_NS);
	while (drive_running(d)) {
		if (!live || !live_read(live, a))
			usleep(DRIVE_POLL_US);
		if (drive_gone(d))
			d->failed = true;
		if (d->failed || interrupted() || (a && analysis_stopped(a)))
			drive_stop(d);
		drive_progress(&progress, d, false);
	}
	drive_progress(&progress, d, true);
}

/* Raises what can be raised, and waits for the rest. */
static void drive_load(struct drive *d, struct live *live, struct analysis *a)
{
	uint64_t wait = d->p->wait_ns ? d->p->wait_ns : d->p->duration_ns ? d->p->duration_ns :
			DRIVE_WAIT_NS;
	unsigned int i;

	d->start = now_ns();
	d->end = d->waits ? d->start + wait : d->start;
	for (i = 0; i < d->nr && !d->failed; i++) {
		if (!drive_is_raised(d, d->devices[i].device))
			continue;
		d->devices[i].load = workload_start(d->p, d->devices[i].device);
		d->failed = !d->devices[i].load;
	}
	if (d->failed)
		drive_stop(d);
	drive_watch(d, live, a);
	d->done = drive_done(d);
	for (i = 0; i < d->nr; i++) {
		if (!d->devices[i].load)
			continue;
		if (workload_join(d->devices[i].load))
			d->failed = true;
	}
	/* once more: a thread may have done its last unit in between */
	d->done = drive_done(d);
}

/* A request completes inside a routine: wait for the routine's end too. */
static void drive_settle(struct live *live, struct analysis *a, bool stopped)
{
	uint64_t limit = now_ns() + DRIVE_SETTLE_NS;

	do {
		while (live_read(live, a))
			;
		usleep(DRIVE_POLL_US);
	} while (!stopped && (live_read(live, a) || a->pairs.waiting) && now_ns() < limit);
}

/* ---- Counters ------------------------------------------------------------------------- */

/* Makes @after what became of the raises of this run: the difference of two readings. */
static void drive_raises(struct dpc_raises *after, const struct dpc_raises *before)
{
	after->raised -= before->raised;
	after->interrupts -= before->interrupts;
	after->merged -= before->merged;
	after->dropped -= before->dropped;
	/* what was pending before has become an interrupt of this run */
	after->raised += before->pending;
}

static int drive_read_before(struct drive *d)
{
	unsigned int i;

	for (i = 0; i < d->nr; i++) {
		struct drive_device *dd = &d->devices[i];

		if (device_counters(dd->device, DPC_SNAPSHOT_CPU_ALL, &dd->before) ||
		    raise_tell(&dd->device->raise, &dd->raises_before) < 0)
			return -1;
	}
	return 0;
}

static int drive_read_after(struct drive *d)
{
	unsigned int i;
	int told;

	for (i = 0; i < d->nr; i++) {
		struct drive_device *dd = &d->devices[i];

		if (device_counters(dd->device, DPC_SNAPSHOT_CPU_ALL, &dd->after))
			return -1;
		told = raise_tell(&dd->device->raise, &dd->raises);
		if (told < 0)
			return -1;
		dd->told = told;
		drive_raises(&dd->raises, &dd->raises_before);
	}
	return 0;
}

/* Interrupts of the measurement, by the object's own count. */
static uint64_t drive_came(const struct drive_device *dd)
{
	return dd->after.interrupts - dd->before.interrupts;
}

static const struct object *drive_object(const struct analysis *a, uint32_t id)
{
	unsigned int i;

	for (i = 0; i < a->nr_objects; i++)
		if (a->objects[i]->id == id)
			return a->objects[i];
	return NULL;
}

/*
 * Compares the trace with an object's own counters, which do not go through the trace: the
 * number and the sum of the times of each stage must be equal to the nanosecond.
 * Return: 1 if they are, 0 if not, -1 if the trace does not have the object.
 */
static int drive_counters(const struct analysis *a, const struct drive_device *dd)
{
	const struct object *o = drive_object(a, dd->device->object.id);
	unsigned int i;

	if (!o)
		return -1;
	for (i = 0; i < DPC_STAGE_NR; i++) {
		const struct hist *h = &o->stage[i].hist;

		if (dd->after.stage[i].count - dd->before.stage[i].count != h->count ||
		    dd->after.stage[i].total_ns - dd->before.stage[i].total_ns != h->total)
			return 0;
	}
	return 1;
}

/*
 * The same of all objects, but for those that were waited for: the trace and the counters
 * were not read in the same moment, and such a device does not rest in between.
 */
static int drive_all_counters(const struct drive *d, const struct analysis *a)
{
	int agree = -1;
	unsigned int i;

	for (i = 0; i < d->nr; i++) {
		if (!d->devices[i].load)
			continue;
		agree = drive_counters(a, &d->devices[i]);
		if (agree <= 0)
			break;
	}
	return agree;
}

/* ---- What the report says of the devices ----------------------------------------------- */

/*
 * What was waited for and did not come was not measured, and is no result (M6).
 * Return: 0; -1 after a message.
 */
static int drive_nothing_came(const struct drive *d)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < d->nr; i++)
		if (!d->devices[i].load && !drive_came(&d->devices[i]))
			ret = fail("%s: nothing came in %.1f s, and nothing was measured: its device has to interrupt meanwhile",
				   d->devices[i].device->label, (d->end - d->start) / 1e9);
	return ret;
}

/* A sentence on a device that brings its own interrupts; the caller frees it. */
static char *drive_brought(const struct drive *d, const struct drive_device *dd)
{
	const char *why = d->p->wait_ns ? "dpcmon raised nothing, as --wait says" :
					  "dpcmon can't raise its interrupt";

	if (dd->load)
		return NULL;
	if (!drive_came(dd))
		return xasprintf("%s: in %.1f s nothing came", why, (d->end - d->start) / 1e9);
	return xasprintf("%s: measured are the %" PRIu64 " interrupts that came in %.1f s", why,
			 drive_came(dd), (d->end - d->start) / 1e9);
}

static struct report_device *drive_report_devices(const struct drive *d)
{
	struct report_device *list = xcalloc(d->nr, sizeof(*list));
	unsigned int i;

	for (i = 0; i < d->nr; i++) {
		const struct drive_device *dd = &d->devices[i];

		list[i].id = dd->device->object.id;
		list[i].label = dd->device->label;
		choose_again(&dd->device->object, list[i].again);
		list[i].raises = dd->told ? &dd->raises : NULL;
		list[i].brought = drive_brought(d, dd);
	}
	return list;
}

static void drive_free_report_devices(struct report_device *list, unsigned int nr)
{
	unsigned int i;

	for (i = 0; list && i < nr; i++)
		free(list[i].brought);
	free(list);
}

static void drive_describe(struct report *r)
{
	struct utsname name;

	uname(&name);
	snprintf(r->kernel, sizeof(r->kernel), "%s", name.release);
	r->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	report_date(r, time(NULL));
}

/* ---- The measurement ------------------------------------------------------------------ */

static int drive_prepare(const struct drive *d)
{
	const struct params *p = d->p;
	unsigned int i;

	for (i = 0; i < d->nr; i++) {
		struct device *device = d->devices[i].device;

		if (p->model && device_set_model(device, p->model))
			return -1;
		if (device_set_budgets(device, &p->budgets))
			return -1;
		if (p->body_given && edu_set_body(&device->raise, p->body_dpc_us, p->body_work_us))
			return -1;
	}
	return 0;
}

/* The object's own view of itself: its dpc_interrupt event may come later, or be lost. */
static void drive_introduce(const struct drive *d, struct analysis *a)
{
	struct dpcmon_event e = { .type = EV_INTERRUPT };
	unsigned int i, j;

	for (i = 0; i < d->nr; i++) {
		const struct device *device = d->devices[i].device;

		e.id = device->object.id;
		e.irq = device->object.irq;
		e.name = device->object.name;
		e.model = d->p->model ? d->p->model : model_name(device->object.model);
		for (j = 0; j < DPC_STAGE_NR; j++)
			e.budget_us[j] = device->budget_us[j];
		analysis_introduce(a, &e);
	}
}

static int drive_announce(const struct drive *d)
{
	unsigned int i;

	for (i = 0; i < d->nr; i++)
		if (device_announce(d->devices[i].device))
			return -1;
	return 0;
}

static int drive_live(struct drive *d, struct live *live, struct analysis *a,
		      struct report_writer *w)
{
	struct symbols symbols = { 0 };
	struct report r = {
		.params = d->p, .a = a, .symbols = &symbols, .counters = -1,
		.nr_devices = d->nr, .only_devices = d->p->device,
	};
	bool stopped, exact;
	int status;

	drive_introduce(d, a);
	if (live_start(live, a) || drive_announce(d) || drive_read_before(d))
		return EXIT_ERROR;
	drive_load(d, live, a);
	stopped = analysis_stopped(a);
	drive_settle(live, a, stopped);
	if (drive_read_after(d))
		d->failed = true;
	live_stop(live, a);
	analysis_finish(a);
	if (!d->failed && !stopped && !a->warming && !analysis_lost_total(a, &exact))
		r.counters = drive_all_counters(d, a);

	symbols.tasks = live_tasks(live);
	symbols_load_overruns(&symbols, a);
	symbols_load_live(&symbols, a);
	drive_describe(&r);
	if (!d->failed && !stopped && !interrupted() && drive_nothing_came(d))
		d->failed = true;
	r.load_failed = d->failed;
	r.workload = drive_raises_any(d) ? &d->done : NULL;
	r.devices = drive_report_devices(d);
	status = w->write(w, &r);
	drive_free_report_devices(r.devices, d->nr);
	symbols_free(&symbols);
	return d->failed ? EXIT_ERROR : status;
}

static int drive_to_file(struct drive *d, struct report_writer *w)
{
	struct params to_temp = *d->p;
	struct recorder *rec;
	struct output out;
	int status;

	if (output_reserve(&out, d->p->trace))
		return EXIT_ERROR;
	to_temp.trace = out.temp;
	rec = recorder_start(&to_temp);
	if (!rec) {
		output_close(&out, false);
		return EXIT_ERROR;
	}
	d->failed = drive_announce(d) || drive_read_before(d);
	if (!d->failed)
		drive_load(d, NULL, NULL);
	/* as drive_settle(), without a view of the trace */
	usleep(DRIVE_SETTLE_NS / 1000 / 5);
	if (!d->failed && (drive_read_after(d) || (!interrupted() && drive_nothing_came(d))))
		d->failed = true;
	status = recorder_stop(rec);
	if (output_close(&out, !status) || status)
		return EXIT_ERROR;
	status = report_file(d->p, drive_raises_any(d) ? &d->done : NULL, d->failed, w);
	return d->failed ? EXIT_ERROR : status;
}

static int drive_devices(struct drive *d, struct report_writer *w)
{
	struct instance_params trace = {
		.buffer_kb = d->p->buffer_kb, .stop_on_overrun = d->p->stop_on_overrun,
	};
	struct analysis *a;
	struct live *live;
	int status;

	if (d->p->trace)
		return drive_prepare(d) ? EXIT_ERROR : drive_to_file(d, w);
	live = live_open(&trace);
	if (!live)
		return EXIT_ERROR;
	if (drive_prepare(d)) {
		live_close(live);
		return EXIT_ERROR;
	}
	a = analysis_new(&d->p->budgets);
	a->stop_on_overrun = d->p->stop_on_overrun;
	status = drive_live(d, live, a, w);
	analysis_free(a);
	live_close(live);
	return status;
}

static int drive_opened(const struct params *p, struct device *list, unsigned int nr,
			struct report_writer *w)
{
	struct drive d = { .p = p, .nr = nr };
	unsigned int i;
	int status;

	d.devices = xcalloc(nr, sizeof(*d.devices));
	for (i = 0; i < nr; i++) {
		d.devices[i].device = &list[i];
		d.waits |= !drive_is_raised(&d, &list[i]);
	}
	status = drive_devices(&d, w);
	for (i = 0; i < nr; i++)
		if (d.devices[i].load)
			workload_free(d.devices[i].load);
	free(d.devices);
	return status;
}

int drive(const struct params *p, struct report_writer *w)
{
	enum choose how = p->command == CMD_CHECK ? CHOOSE_INTERRUPTS : CHOOSE_ONE;
	struct device *list;
	int status = EXIT_ERROR;
	unsigned int nr;

	if (instance_check())
		return EXIT_ERROR;
	modules_watch();
	if (device_open_all(p->device, how, DEVICE_HOLD, &list, &nr) > 0)
		status = drive_opened(p, list, nr, w);
	device_close_all(list, nr);
	modules_unwatch();
	return status;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drives an edu device for dpcmon run and dpcmon check, traces meanwhile, compares the
 * trace with the device's own counters, and has the writer report.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "analysis.h"
#include "device.h"
#include "drive.h"
#include "event.h"
#include "instance.h"
#include "live.h"
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
#define DRIVE_PROGRESS_NS		2000000000ULL

/**
 * struct drive_progress - the line on stderr that says how far the load is
 * @tty: stderr is a terminal: the line is overwritten; else there are few lines
 * @next: when to say something again, CLOCK_MONOTONIC
 * @said: what was said last; empty for nothing
 */
struct drive_progress {
	bool		tty;
	uint64_t	next;
	char		said[128];
};

static void drive_progress(struct drive_progress *progress, const struct workload *w, bool last)
{
	struct workload_done done;
	char text[128];

	/* a line of its own is for those who wait; who has read one reads the end */
	if (last ? !progress->tty && !*progress->said : now_ns() < progress->next)
		return;
	progress->next = now_ns() + (progress->tty ? DRIVE_PROGRESS_TTY_NS : DRIVE_PROGRESS_NS);
	done = workload_done(w);
	report_workload(text, sizeof(text), &done);
	if (!progress->tty && !strcmp(text, progress->said))
		return;
	snprintf(progress->said, sizeof(progress->said), "%s", text);
	fprintf(stderr, progress->tty ? "\r\033[K%s%s" : "%s\n%s", text, "");
	if (last && progress->tty)
		fputc('\n', stderr);
}

static void drive_workload(struct workload *w, struct live *live, struct analysis *a)
{
	struct drive_progress progress = { .tty = isatty(STDERR_FILENO) };

	progress.next = now_ns() + (progress.tty ? 0 : DRIVE_PROGRESS_NS);
	while (workload_running(w)) {
		if (!live || !live_read(live, a))
			usleep(DRIVE_POLL_US);
		if (interrupted() || (a && analysis_stopped(a)))
			workload_stop(w);
		drive_progress(&progress, w, false);
	}
	drive_progress(&progress, w, true);
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

/* Makes @after what became of the raises of this run: the difference of two readings. */
static void drive_raises(struct dpc_edu_raises *after, const struct dpc_edu_raises *before)
{
	after->raised -= before->raised;
	after->interrupts -= before->interrupts;
	after->merged -= before->merged;
	after->dropped -= before->dropped;
	/* what was pending before has become an interrupt of this run */
	after->raised += before->pending;
}

/*
 * Compares the trace with the device's own counters, which do not go through the trace: the
 * number and the sum of the times of each stage must be equal to the nanosecond.
 * Return: 1 if they are, 0 if not, -1 if the trace does not have the object.
 */
static int drive_counters(const struct analysis *a, uint32_t id,
			  const struct dpc_edu_stats *before, const struct dpc_edu_stats *after)
{
	const struct object *o = NULL;
	unsigned int i;

	for (i = 0; i < a->nr_objects; i++)
		if (a->objects[i]->id == id)
			o = a->objects[i];
	if (!o)
		return -1;
	for (i = 0; i < DPC_STAGE_NR; i++) {
		const struct hist *h = &o->stage[i].hist;

		if (after->stage[i].count - before->stage[i].count != h->count ||
		    after->stage[i].total_ns - before->stage[i].total_ns != h->total)
			return 0;
	}
	return 1;
}

static int drive_prepare(const struct params *p, struct device *d)
{
	if (p->model && device_set_model(d, p->model))
		return -1;
	if (device_set_budgets(d, &p->budgets))
		return -1;
	if (p->body_given && device_set_body(d, p->body_dpc_us, p->body_work_us))
		return -1;
	return 0;
}

static void drive_describe(struct report *r)
{
	struct utsname name;

	uname(&name);
	snprintf(r->kernel, sizeof(r->kernel), "%s", name.release);
	r->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	report_date(r, time(NULL));
}

/* The device's own view of itself: its dpc_interrupt event may come later, or be lost. */
static void drive_introduce(const struct device *d, struct analysis *a)
{
	struct dpcmon_event e = {
		.type = EV_INTERRUPT, .id = d->info.interrupt_id, .irq = d->info.irq,
		.name = "", .model = device_model_name(d->info.model),
	};
	unsigned int i;

	for (i = 0; i < DPC_STAGE_NR; i++)
		e.budget_us[i] = d->budget_us[i];
	analysis_introduce(a, &e);
}

static int drive_load(const struct params *p, struct device *d, struct live *live,
		      struct analysis *a, struct workload_done *done)
{
	struct workload *w = workload_start(p, d);
	int ret;

	if (!w)
		return -1;
	drive_workload(w, live, a);
	ret = workload_join(w);
	*done = workload_done(w);
	workload_free(w);
	return ret;
}

static int drive_live(const struct params *p, struct device *d, struct live *live,
		      struct analysis *a, struct report_writer *w)
{
	struct dpc_edu_raises raises_before, raises;
	struct dpc_edu_stats before, after;
	struct symbols symbols = { 0 };
	struct workload_done done = { 0 };
	struct report r = {
		.params = p, .a = a, .symbols = &symbols, .workload = &done, .counters = -1,
	};
	bool stopped, exact;
	int status, ret;

	drive_introduce(d, a);
	if (live_start(live, a) || device_announce(d) ||
	    device_stats(d, DPC_EDU_CPU_ALL, &before) || device_raises(d, &raises_before))
		return EXIT_ERROR;
	ret = drive_load(p, d, live, a, &done);
	stopped = analysis_stopped(a);
	drive_settle(live, a, stopped);
	if (device_stats(d, DPC_EDU_CPU_ALL, &after) || device_raises(d, &raises)) {
		ret = -1;
	} else {
		drive_raises(&raises, &raises_before);
		r.raises = &raises;
		r.raises_id = d->info.interrupt_id;
	}
	live_stop(live, a);
	analysis_finish(a);
	if (!ret && !stopped && !analysis_lost_total(a, &exact))
		r.counters = drive_counters(a, d->info.interrupt_id, &before, &after);

	symbols.tasks = live_tasks(live);
	symbols_load_overruns(&symbols, a);
	symbols_load_live(&symbols, a);
	drive_describe(&r);
	r.load_failed = ret;
	status = w->write(w, &r);
	symbols_free(&symbols);
	return ret ? EXIT_ERROR : status;
}

static int drive_to_file(const struct params *p, struct device *d, struct report_writer *w)
{
	struct workload_done done = { 0 };
	struct params to_temp = *p;
	struct recorder *rec;
	struct output out;
	int ret, status;

	if (output_reserve(&out, p->trace))
		return EXIT_ERROR;
	to_temp.trace = out.temp;
	rec = recorder_start(&to_temp);
	if (!rec) {
		output_close(&out, false);
		return EXIT_ERROR;
	}
	ret = device_announce(d);
	if (!ret)
		ret = drive_load(p, d, NULL, NULL, &done);
	/* as drive_settle(), without a view of the trace */
	usleep(DRIVE_SETTLE_NS / 1000 / 5);
	status = recorder_stop(rec);
	if (output_close(&out, !status) || status)
		return EXIT_ERROR;
	status = report_file(p, &done, ret, w);
	return ret ? EXIT_ERROR : status;
}

static int drive_with_device(const struct params *p, struct device *d, struct report_writer *w)
{
	struct instance_params trace = {
		.buffer_kb = p->buffer_kb, .stop_on_overrun = p->stop_on_overrun,
	};
	struct analysis *a;
	struct live *live;
	int status;

	if (p->trace)
		return drive_prepare(p, d) ? EXIT_ERROR : drive_to_file(p, d, w);
	live = live_open(&trace);
	if (!live)
		return EXIT_ERROR;
	if (drive_prepare(p, d)) {
		live_close(live);
		return EXIT_ERROR;
	}
	a = analysis_new(&p->budgets);
	a->stop_on_overrun = p->stop_on_overrun;
	status = drive_live(p, d, live, a, w);
	analysis_free(a);
	live_close(live);
	return status;
}

int drive(const struct params *p, struct report_writer *w)
{
	struct device d;
	int status = EXIT_ERROR;

	if (instance_check())
		return EXIT_ERROR;
	modules_watch();
	if (!device_open(&d, p->device, DEVICE_HOLD))
		status = drive_with_device(p, &d, w);
	device_close(&d);
	modules_unwatch();
	return status;
}

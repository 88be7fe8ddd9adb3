// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sentences that all forms of a report share: what was raised, where the
 * interrupts have gone, who was over budget first, and what limits the trust in the
 * numbers.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis.h"
#include "books.h"
#include "errors.h"
#include "pairs.h"
#include "report.h"
#include "symbols.h"
#include "util.h"
#include "workload.h"

void report_date_text(char *text, size_t size, int64_t when)
{
	time_t t = when;
	struct tm tm;

	/* the time of a file may be beyond any year that has a number */
	if (localtime_r(&t, &tm))
		strftime(text, size, "%Y-%m-%d %H:%M:%S %z", &tm);
	else
		snprintf(text, size, "unknown date");
}

void report_date(struct report *r, int64_t when)
{
	report_date_text(r->date, sizeof(r->date), when);
}

void report_workload(char *text, size_t size, const struct workload_done *done)
{
	snprintf(text, size, "%" PRIu64 " interrupts raised, %" PRIu64 " factorials, %" PRIu64
		 " DMA round trips", done->raised, done->factorials, done->dmas);
}

const struct report_device *report_device(const struct report *r, uint32_t id)
{
	unsigned int i;

	for (i = 0; i < r->nr_devices; i++)
		if (r->devices[i].id == id)
			return &r->devices[i];
	return NULL;
}

/* Two cards of one driver may well have one name. */
static bool report_name_is_shared(const struct report *r, const struct object *o)
{
	unsigned int i;

	for (i = 0; i < r->a->nr_objects; i++)
		if (r->a->objects[i] != o && !strcmp(r->a->objects[i]->name, o->name))
			return true;
	return false;
}

char *report_object_name(struct report *r, const struct object *o)
{
	const struct report_device *device = report_device(r, o->id);

	if (*o->name && !report_name_is_shared(r, o))
		return xstrdup(o->name);
	if (*o->name && device)
		return xstrdup(device->label);
	if (*o->name)
		return xasprintf("#%u %s", o->id, o->name);
	if (!o->id)
		return xasprintf("DPC %s", symbols_routine(r->symbols, o->function));
	return xasprintf("interrupt object %u", o->id);
}

char *report_culprit(struct report *r)
{
	const struct overrun *v = &r->a->overrun;

	if (!v->valid)
		return NULL;
	return xasprintf("first overrun: stage %s, routine %s, interrupt %" PRIu64
			 ": %.1f us instead of %.1f us, on CPU %d in task %s (%d)",
			 v->stage < DPC_STAGE_NR ? stage_keys[v->stage] : "?",
			 symbols_routine(r->symbols, v->function), v->first,
			 report_us(v->ns), report_us(v->budget_ns), v->cpu,
			 symbols_task(r->symbols, v->pid), v->pid);
}

static void report_append(char **text, char *more)
{
	char *both = *text ? xasprintf("%s\n%s", *text, more) : xstrdup(more);

	free(*text);
	free(more);
	*text = both;
}

/* One more item of a sum, unless it is nothing. */
static void report_item(char **text, uint64_t n, const char *what)
{
	char *more;

	if (!n)
		return;
	more = xasprintf("%s%s %" PRIu64 " %s", *text, strchr(*text, ':') ? "," : ":", n, what);
	free(*text);
	*text = more;
}

char *report_raises_text(const struct dpc_raises *r)
{
	char *text = xasprintf("%llu raised, %llu interrupts, %llu merged by the device",
			       (unsigned long long)r->raised, (unsigned long long)r->interrupts,
			       (unsigned long long)r->merged), *more;

	if (r->dropped) {
		more = xasprintf("%s, %llu undone by a switch of the model", text,
				 (unsigned long long)r->dropped);
		free(text);
		text = more;
	}
	if (r->pending) {
		more = xasprintf("%s, %llu pending", text, (unsigned long long)r->pending);
		free(text);
		text = more;
	}
	return text;
}

char *report_raises(struct report *r, const struct object *o)
{
	struct dpc_raises traced = {
		.raised = o->raised, .interrupts = o->raise.hist.count,
		.merged = o->raised - o->raise.hist.count,
	};
	const struct report_device *device = report_device(r, o->id);

	if (device && device->raises)
		return device->raises->raised ? report_raises_text(device->raises) : NULL;
	return o->raised ? report_raises_text(&traced) : NULL;
}

char *report_interrupts(struct report *r, const struct object *o)
{
	struct balance b = analysis_balance(r->a, o);
	char *text = xasprintf("%" PRIu64 " interrupts", b.handled);

	report_item(&text, b.served, "served by a DPC call");
	report_item(&text, b.pending, "waiting for one when the trace ended");
	report_item(&text, b.not_asked, "did not ask for one");
	report_item(&text, b.unknown, "whose call is not in the trace");
	return text;
}

char *report_error(const struct device_error *e)
{
	const struct event_error *error = &e->error;
	char status[16], data[3 * ERROR_DATA_MAX + 1] = "";
	unsigned int i;

	/* what is no errno is an NTSTATUS */
	if (error->status < -4095 || error->status > 0)
		snprintf(status, sizeof(status), "0x%x", error->status);
	else
		snprintf(status, sizeof(status), "%d", error->status);
	for (i = 0; i < error->len; i++)
		snprintf(data + 3 * i, 4, " %02x", e->data[i]);
	return xasprintf("%s: error 0x%x (0x%x), status %s, retry %u, request %u, packet %08x%s%s",
			 e->device, error->code, error->unique, status, error->retries,
			 error->sequence, error->packet, error->len ? ", data" : "", data);
}

char *report_error_place(struct report *r, const struct device_error *e)
{
	struct error_point points[ERRORS_POINTS];
	unsigned int i, nr = errors_points(e, points);
	char which[64] = "no interrupt", line[64 * ERRORS_POINTS] = " ERROR";
	size_t len = 0;

	if (e->first && e->first == e->seq)
		snprintf(which, sizeof(which), "interrupt %" PRIu64, e->first);
	else if (e->first)
		snprintf(which, sizeof(which), "interrupts %" PRIu64 " to %" PRIu64, e->first, e->seq);
	for (i = 0; i < nr; i++)
		len += snprintf(line + len, sizeof(line) - len, "%s %.1f us %s", i ? "," : "",
				points[i].ns / 1000.0, points[i].title);
	return xasprintf("%s:%s; told by %s on CPU %d in task %s (%d)", which, line,
			 symbols_routine(r->symbols, e->function), e->cpu,
			 symbols_task(r->symbols, e->pid), e->pid);
}

static void report_lost(struct report *r, char **text)
{
	unsigned int i;

	for (i = 0; i < r->a->nr_cpus; i++) {
		const struct cpu *c = r->a->cpus[i];

		if (!c || !(c->lost + c->lost_unknown))
			continue;
		report_append(text, xasprintf("CPU %u lost %s%" PRIu64 " events: a larger --buffer helps",
					      i, c->lost_unknown ? "at least " : "",
					      c->lost + c->lost_unknown));
	}
}

static void report_open(struct report *r, char **text)
{
	const struct pairs *p = &r->a->pairs;
	unsigned int i;

	for (i = 0; i < PAIR_KIND_NR; i++)
		if (p->entries[i] + p->exits[i])
			report_append(text, xasprintf("%s: %" PRIu64 " entries without an exit, %"
						      PRIu64 " exits without an entry",
						      pair_kind_names[i], p->entries[i],
						      p->exits[i]));
}

#define REPORT_DIFFER \
	"the device's own counters differ from the trace: were they reset, or tracing stopped?"

char *report_gaps(struct report *r)
{
	char *text = NULL;
	unsigned int i;

	if (r->a->disturbed)
		report_append(&text, xasprintf("others disturbed the trace, and events are missing: %s",
					       r->a->disturbed));
	report_lost(r, &text);
	report_open(r, &text);
	for (i = 0; i < r->a->nr_objects; i++) {
		const struct object *o = r->a->objects[i];
		uint64_t missing = analysis_missing(o);
		char *name;

		if (!missing)
			continue;
		name = report_object_name(r, o);
		report_append(&text, xasprintf("%s: %" PRIu64 " interrupt numbers are missing in the trace",
					       name, missing));
		free(name);
	}
	if (r->a->objects_left_out)
		report_append(&text, xasprintf("%" PRIu64 " events of further interrupt objects were not counted (limit %d objects)",
					       r->a->objects_left_out, OBJECT_MAX));
	if (!r->counters)
		report_append(&text, xstrdup(REPORT_DIFFER));
	return text;
}

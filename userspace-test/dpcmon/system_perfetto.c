// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a recording as JSON in the Trace Event Format, event after event.
 *
 * After each event, the calls that are open on its CPU are compared with those whose beginning
 * was written: what is gone is ended, what is new begins.  So slices are always inside of each
 * other, whatever the recording says, and a thread that is switched out takes its calls along.
 * Two of these are never at the same nanosecond, for a viewer could not tell their order.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <json.h>

#include "json_out.h"
#include "output.h"
#include "params.h"
#include "system.h"
#include "system_decoder.h"
#include "system_perfetto.h"
#include "tasks.h"
#include "text.h"
#include "trace_file.h"
#include "util.h"
#include "verdict.h"

#define PERFETTO_CPUS		1	/* pid of the tracks of CPUs; their tids count from 1 */
#define PERFETTO_TASKS		2	/* pid of those of threads */
#define PERFETTO_THREADS	1024	/* that are followed at a time */
#define PERFETTO_WAYS		4	/* of these with the same hash */

/**
 * struct perfetto_track - what was written of a CPU or a thread
 * @pid: in the file
 * @tid: likewise; 0 if this one is free
 * @last: time of the last slice's beginning or end
 * @poll: since when the innermost softirq polls
 * @task: the thread that has the CPU, as a slice around the calls; 0 for none
 * @depth: slices of calls that are open
 * @open: their calls' numbers
 */
struct perfetto_track {
	int		pid;
	int		tid;
	uint64_t	last;
	uint64_t	poll;
	int		task;
	unsigned int	depth;
	uint64_t	open[SYSTEM_DEPTH];
};

/* A row's name, and what stands in each of its slices; NULL if it has not been needed yet. */
struct perfetto_row {
	char	*name;
	char	*slice;
};

/**
 * struct system_perfetto - while a recording is written
 * @reader: for trace_file.c
 * @r: the report on the same recording, for names
 * @decoder: for its formats
 * @s: follows the calls once more
 * @out: the file
 * @first: no event has been written yet
 * @flows: arrows so far
 * @cpus: by number; NULL for one without an event
 * @nr_cpus: length of @cpus
 * @threads: by a hash of their number
 * @rows: by index
 */
struct system_perfetto {
	struct trace_reader		reader;
	const struct system_report	*r;
	struct system_decoder		*decoder;
	struct system			*s;
	FILE				*out;
	bool				first;
	uint64_t			flows;
	struct perfetto_track		**cpus;
	unsigned int			nr_cpus;
	struct perfetto_track		*threads;
	struct perfetto_row		rows[SYSTEM_ROWS_MAX + SYSTEM_KIND_NR];
};

/* ---- Events of the file -------------------------------------------------------------------- */

/* @text as JSON has it between quotes; for free(). */
static char *system_perfetto_text(const char *text)
{
	struct json_object *o = json_out_new(json_object_new_string(text));
	const char *quoted = json_out_string(o, JSON_C_TO_STRING_NOSLASHESCAPE);
	char *copy = xasprintf("%.*s", (int)strlen(quoted) - 2, quoted + 1);

	json_object_put(o);
	return copy;
}

/* The event's beginning, up to its time; all others follow as members. */
static void system_perfetto_event(struct system_perfetto *w, const char *phase,
				  const struct perfetto_track *t, uint64_t ts)
{
	uint64_t ns = ts > w->r->s->first_ts ? ts - w->r->s->first_ts : 0;

	fprintf(w->out, "%s{\"ph\":\"%s\",\"pid\":%d,\"tid\":%d,\"ts\":%" PRIu64 ".%03u",
		w->first ? "\n" : ",\n", phase, t->pid, t->tid, ns / 1000,
		(unsigned int)(ns % 1000));
	w->first = false;
}

static void system_perfetto_duration(struct system_perfetto *w, uint64_t ns)
{
	fprintf(w->out, ",\"dur\":%" PRIu64 ".%03u", ns / 1000, (unsigned int)(ns % 1000));
}

/* What a viewer calls a process, or a thread if @tid is not 0. */
static void system_perfetto_name(struct system_perfetto *w, int pid, int tid, const char *name)
{
	const struct perfetto_track t = { .pid = pid, .tid = tid };
	char *text = system_perfetto_text(name);

	system_perfetto_event(w, "M", &t, 0);
	fprintf(w->out, ",\"name\":\"%s\",\"args\":{\"name\":\"%s\"}}",
		tid ? "thread_name" : "process_name", text);
	free(text);
}

static const struct perfetto_row *system_perfetto_row(struct system_perfetto *w,
						      const struct system_row *row)
{
	struct perfetto_row *text = &w->rows[row->index];
	char *title, *driver;

	if (text->name)
		return text;
	title = system_report_title(w->r, row);
	text->name = system_perfetto_text(title);
	driver = system_perfetto_text(system_report_owner(w->r, row));
	text->slice = xasprintf(",\"cat\":\"%s\",\"name\":\"%s\",\"args\":{\"driver\":\"%s\"",
				system_kind_names[row->kind], text->name, driver);
	free(driver);
	free(title);
	return text;
}

/* The next time on a track at or behind @ts that no other slice has. */
static uint64_t system_perfetto_time(struct perfetto_track *t, uint64_t ts)
{
	if (ts <= t->last)
		ts = t->last + 1;
	t->last = ts;
	return ts;
}

static void system_perfetto_end(struct system_perfetto *w, struct perfetto_track *t, uint64_t ts)
{
	system_perfetto_event(w, "E", t, system_perfetto_time(t, ts));
	fputc('}', w->out);
}

/* The slice of a call that goes on, or begins. */
static void system_perfetto_call(struct system_perfetto *w, struct perfetto_track *t,
				 const struct system_open *call, uint64_t ts)
{
	ts = system_perfetto_time(t, ts);
	if (call->row->kind == SYSTEM_SOFTIRQ)
		t->poll = ts;
	system_perfetto_event(w, "B", t, ts);
	fputs(system_perfetto_row(w, call->row)->slice, w->out);
	if (call->wait_ns)
		fprintf(w->out, ",\"waited_us\":%" PRIu64 ".%03u", call->wait_ns / 1000,
			(unsigned int)(call->wait_ns % 1000));
	fputs("}}", w->out);
	t->open[t->depth++] = call->id;
}

/* A call is the end of an arrow, whose beginning is a slice of a nanosecond for the request. */
static void system_perfetto_flow(struct system_perfetto *w, const struct perfetto_track *t,
				 const struct system_open *call)
{
	const struct perfetto_track from = { .pid = PERFETTO_CPUS, .tid = call->from + 1 };
	uint64_t at = call->start - call->wait_ns;

	/* it may have been before the recording, or on a CPU of which it has nothing */
	if (!call->wait_ns || call->wait_ns > call->start || at < w->r->s->first_ts ||
	    (unsigned int)call->from >= w->nr_cpus || !w->cpus[call->from])
		return;
	system_perfetto_event(w, "X", &from, at);
	system_perfetto_duration(w, 1);
	fprintf(w->out, ",\"cat\":\"request\",\"name\":\"request %s\"}",
		system_perfetto_row(w, call->row)->name);
	system_perfetto_event(w, "s", &from, at);
	fprintf(w->out, ",\"cat\":\"request\",\"name\":\"request\",\"id\":%" PRIu64 "}", ++w->flows);
	system_perfetto_event(w, "f", t, t->last);
	fprintf(w->out, ",\"cat\":\"request\",\"name\":\"request\",\"id\":%" PRIu64 ",\"bp\":\"e\"}",
		w->flows);
}

/*
 * Ends what is open on @t and not in @calls, and begins what is new there.  A new call is one
 * that is at @ts where it began.
 */
static void system_perfetto_follow(struct system_perfetto *w, struct perfetto_track *t,
				   const struct system_open *calls, unsigned int nr, uint64_t ts)
{
	unsigned int same = 0;

	while (same < t->depth && same < nr && t->open[same] == calls[same].id)
		same++;
	for (; t->depth > same; t->depth--)
		system_perfetto_end(w, t, ts);
	while (t->depth < nr) {
		const struct system_open *call = &calls[t->depth];

		system_perfetto_call(w, t, call, ts);
		if (t->pid == PERFETTO_CPUS && call->start == ts)
			system_perfetto_flow(w, t, call);
	}
}

/* ---- Threads -------------------------------------------------------------------------------- */

static const char *system_perfetto_task(const struct system_perfetto *w, int pid)
{
	const char *name = w->s->tasks ? tasks_name(w->s->tasks, pid) : NULL;

	return name ? name : "?";
}

/* The track of a thread; else the oldest of its hash becomes its, or NULL without @make. */
static struct perfetto_track *system_perfetto_thread(struct system_perfetto *w, int pid, bool make)
{
	unsigned int hash = (unsigned int)pid * 2654435761u, i;
	struct perfetto_track *set = w->threads +
				     hash % (PERFETTO_THREADS / PERFETTO_WAYS) * PERFETTO_WAYS;
	struct perfetto_track *oldest = set;
	char *name;

	for (i = 0; i < PERFETTO_WAYS; i++)
		if (set[i].tid == pid)
			return &set[i];
	if (!make)
		return NULL;
	for (i = 0; i < PERFETTO_WAYS && oldest->tid; i++)
		if (!set[i].tid || set[i].last < oldest->last)
			oldest = &set[i];
	system_perfetto_follow(w, oldest, NULL, 0, oldest->last);
	*oldest = (struct perfetto_track){ .pid = PERFETTO_TASKS, .tid = pid };
	name = xasprintf("%s (%d)", system_perfetto_task(w, pid), pid);
	system_perfetto_name(w, PERFETTO_TASKS, pid, name);
	free(name);
	return oldest;
}

/* How many of @calls, the outermost ones, belong to the thread and go with it. */
static unsigned int system_perfetto_own(const struct system_open *calls, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		enum system_kind kind = calls[i].row->kind;

		if (kind != SYSTEM_THREAD && kind != SYSTEM_WORK && kind != SYSTEM_KTHREAD_WORK &&
		    !(kind == SYSTEM_DPC && i))
			break;
	}
	return i;
}

/* ---- CPUs ------------------------------------------------------------------------------------ */

static struct perfetto_track *system_perfetto_cpu(struct system_perfetto *w, int cpu)
{
	char name[24];

	if ((unsigned int)cpu >= w->nr_cpus) {
		w->cpus = xrealloc(w->cpus, (cpu + 1) * sizeof(*w->cpus));
		memset(w->cpus + w->nr_cpus, 0, (cpu + 1 - w->nr_cpus) * sizeof(*w->cpus));
		w->nr_cpus = cpu + 1;
	}
	if (!w->cpus[cpu]) {
		w->cpus[cpu] = xcalloc(1, sizeof(*w->cpus[cpu]));
		w->cpus[cpu]->pid = PERFETTO_CPUS;
		w->cpus[cpu]->tid = cpu + 1;
		snprintf(name, sizeof(name), "CPU %d", cpu);
		system_perfetto_name(w, PERFETTO_CPUS, cpu + 1, name);
	}
	return w->cpus[cpu];
}

/* Another thread has the CPU: its slice is around all calls. */
static void system_perfetto_switch(struct system_perfetto *w, struct perfetto_track *t, int pid,
				   const char *name, uint64_t ts)
{
	char clean[SYSTEM_NAME_LEN], *text;

	if (t->task == pid)
		return;
	system_perfetto_follow(w, t, NULL, 0, ts);
	if (t->task)
		system_perfetto_end(w, t, ts);
	t->task = pid;
	if (!pid)
		return;
	if (!name)
		name = system_perfetto_task(w, pid);
	text_copy(clean, sizeof(clean), name, strlen(name));
	text = system_perfetto_text(clean);
	system_perfetto_event(w, "B", t, system_perfetto_time(t, ts));
	fprintf(w->out, ",\"cat\":\"thread\",\"name\":\"%s\",\"args\":{\"pid\":%d}}", text, pid);
	free(text);
}

/* What has no beginning in the recording: from @from to the event, inside of what is open. */
static void system_perfetto_past(struct system_perfetto *w, struct perfetto_track *t,
				 const struct system_row *row, uint64_t from, uint64_t ts)
{
	uint64_t to = system_perfetto_time(t, ts);

	system_perfetto_event(w, "X", t, from);
	system_perfetto_duration(w, to > from ? to - from : 0);
	fprintf(w->out, "%s}}", system_perfetto_row(w, row)->slice);
}

/* A poll has ended, which began when the softirq did, or when the poll before it ended. */
static void system_perfetto_poll(struct system_perfetto *w, struct perfetto_track *t,
				 const struct system_event *e, const struct system_open *calls,
				 unsigned int nr)
{
	const struct system_row *innermost = nr ? calls[nr - 1].row : NULL;

	if (!innermost || innermost->kind != SYSTEM_SOFTIRQ || t->depth != nr)
		return;
	system_perfetto_past(w, t, system_row(&w->s->rows, SYSTEM_NAPI, 0, 0, e->name), t->poll,
			     e->ts);
	t->poll = t->last;
}

/* A recording without interrupts knows of the library's ISRs when they have ended. */
static void system_perfetto_isr(struct system_perfetto *w, struct perfetto_track *t,
				const struct system_event *e, const struct system_open *calls,
				unsigned int nr)
{
	uint64_t from = e->ts > e->ns ? e->ts - e->ns : 0;

	if (nr && calls[nr - 1].row->kind == SYSTEM_ISR)
		return;
	system_perfetto_past(w, t, system_row(&w->s->rows, SYSTEM_ISR, e->function, e->function,
					      nr ? calls[nr - 1].row->name : ""),
			     from > t->last ? from : t->last + 1, e->ts);
}

static char *system_perfetto_record(struct trace_reader *reader, const struct trace_record *record)
{
	struct system_perfetto *w = (struct system_perfetto *)reader;
	struct system_open calls[SYSTEM_DEPTH];
	struct perfetto_track *t, *thread;
	struct system_event e;
	unsigned int nr, own;
	int pid;

	if (system_decoder_decode(w->decoder, record->data, record->len, &e))
		return system_decoder_complaint(w->decoder, record->data, record->len);
	e.cpu = record->cpu;
	e.ts = record->ts;
	e.lost = record->lost;
	system_event(w->s, &e);
	nr = system_open_calls(w->s, e.cpu, calls, &pid);
	/* it is none that could have calls, or of a CPU beyond those that are followed */
	if (pid < 0 && !e.lost)
		return NULL;
	t = system_perfetto_cpu(w, e.cpu);
	if (e.lost) {
		system_perfetto_event(w, "i", t, e.ts);
		fputs(",\"cat\":\"lost\",\"name\":\"events lost\",\"s\":\"t\"}", w->out);
	}
	system_perfetto_switch(w, t, w->s->switches && pid > 0 ? pid : 0,
			       e.type == SYSTEM_SWITCH ? e.name : NULL, e.ts);
	if (e.type == SYSTEM_NAPI_POLL)
		system_perfetto_poll(w, t, &e, calls, nr);
	if (e.type == SYSTEM_LIBRARY_ISR)
		system_perfetto_isr(w, t, &e, calls, nr);
	system_perfetto_follow(w, t, calls, nr, e.ts);
	own = system_perfetto_own(calls, nr);
	thread = pid > 0 ? system_perfetto_thread(w, pid, own) : NULL;
	if (thread)
		system_perfetto_follow(w, thread, calls, own, e.ts);
	return NULL;
}

/* ---- The file ---- */

/* What is still open ends with the recording. */
static void system_perfetto_finish(struct system_perfetto *w)
{
	unsigned int i;

	for (i = 0; i < w->nr_cpus; i++) {
		if (w->cpus[i])
			system_perfetto_switch(w, w->cpus[i], 0, NULL, w->s->last_ts);
		if (w->cpus[i])
			system_perfetto_follow(w, w->cpus[i], NULL, 0, w->s->last_ts);
	}
	for (i = 0; i < PERFETTO_THREADS; i++)
		system_perfetto_follow(w, &w->threads[i], NULL, 0, w->s->last_ts);
}

static void system_perfetto_head(const struct system_perfetto *w)
{
	char *kernel = system_perfetto_text(w->r->kernel);

	fprintf(w->out, "{\"schema\":\"dpcmon-perfetto-1\",\"displayTimeUnit\":\"ns\",");
	fprintf(w->out, "\"otherData\":{\"tool\":\"dpcmon\",\"version\":\"%s\",\"kernel\":\"%s\"},",
		DPCMON_VERSION, kernel);
	fputs("\"traceEvents\":[", w->out);
	free(kernel);
}

static int system_perfetto_write(struct system_perfetto *w, struct trace_file *f)
{
	static const uint64_t no_budgets[DPC_STAGE_NR];
	int ret;

	w->s = system_new(no_budgets, trace_file_tasks(f));
	system_perfetto_head(w);
	system_perfetto_name(w, PERFETTO_CPUS, 0, "CPUs");
	system_perfetto_name(w, PERFETTO_TASKS, 0, "threads");
	ret = trace_file_read(f, &w->reader);
	system_perfetto_finish(w);
	fputs("\n]}\n", w->out);
	return ret;
}

static void system_perfetto_free(struct system_perfetto *w)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(w->rows); i++) {
		free(w->rows[i].name);
		free(w->rows[i].slice);
	}
	for (i = 0; i < w->nr_cpus; i++)
		free(w->cpus[i]);
	free(w->cpus);
	free(w->threads);
	system_free(w->s);
	system_decoder_free(w->decoder);
	free(w);
}

static int system_perfetto_file(struct system_perfetto *w, struct trace_file *f, const char *path)
{
	struct output out;
	int ret;

	w->decoder = system_decoder_new(trace_file_formats(f), trace_file_big_endian(f),
					w->r->path);
	if (!w->decoder || output_open(&out, path))
		return -1;
	w->out = out.file;
	ret = system_perfetto_write(w, f);
	return output_close(&out, !ret) || ret ? -1 : 0;
}

int system_perfetto(const struct system_report *r, const char *path)
{
	struct system_perfetto *w = xcalloc(1, sizeof(*w));
	struct trace_file *f = trace_file_open(r->path);
	int ret = -1;

	w->reader.record = system_perfetto_record;
	w->r = r;
	w->first = true;
	w->threads = xcalloc(PERFETTO_THREADS, sizeof(*w->threads));
	if (f)
		ret = system_perfetto_file(w, f, path);
	system_perfetto_free(w);
	trace_file_close(f);
	return ret;
}

static int system_perfetto_only(struct system_writer *w, const struct system_report *r)
{
	return system_perfetto(r, r->params->perfetto) ? EXIT_ERROR : EXIT_WITHIN_BUDGET;
}

struct system_writer system_perfetto_writer = { .write = system_perfetto_only };

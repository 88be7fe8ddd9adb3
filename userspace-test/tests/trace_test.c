// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace_test: do the events and the counters tell the same story?
 *
 * Records all dpc events with trace-cmd while every kind of request runs on
 * all devices; then reads both and compares them event by event.
 */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <trace-cmd.h>

#define TRACE_FILE	"/tmp/trace_test.dat"
#define DEVICES		2
#define CPUS		64
#define SEQS		4096

enum type { INTERRUPT, ISR_EXIT, QUEUE, ENTRY, EXIT, WORK_QUEUE, WORK_ENTRY, WORK_EXIT,
	    COMPLETE, RAISED, OVERRUN, TYPES };

static const char * const event_names[TYPES] = {
	"dpc_interrupt", "dpc_isr_exit", "dpc_queue", "dpc_entry", "dpc_exit",
	"dpc_work_queue", "dpc_work_entry", "dpc_work_exit", "dpc_complete", "dpc_raised",
	"dpc_overrun",
};

struct event {
	enum type		type;
	int			cpu;
	unsigned long long	ts;
	unsigned long long	id, irq, seq, first, function;
	unsigned long long	duration, wait, served, handled, queued, stage, budget;
	uint32_t		budget_us[DPC_STAGE_NR];
	char			text[32];	/* name of an interrupt, or routine */
	char			model[32];
};

/* What was recorded, before the first test runs. */
static struct event *events;
static size_t nr_events;
static unsigned long long nr_lost;
static struct tep_handle *tep;
static int nr_devices, nr_cpus;
static struct dpc_edu_info infos[DEVICES];
static struct dpc_snapshot totals[DEVICES], per_cpu[DEVICES][CPUS];

/* What requests of the first device were told as their number. */
static struct {
	unsigned int		nr;
	unsigned long long	seq[SEQS];
} *answers;

#define FOR_EACH(_e) for (const struct event *_e = events; _e < events + nr_events; _e++)
#define FOR_EACH_OF(_d, _e) FOR_EACH(_e) if (_e->id == infos[_d].interrupt_id)
#define FOR_EACH_DEVICE(_d) for (int _d = 0; _d < nr_devices; _d++)

/* ---- The load ---------------------------------------------------------------------- */

static void answer(unsigned long long seq)
{
	unsigned int at = __sync_fetch_and_add(&answers->nr, 1);

	ASSERT(at < SEQS, "too many requests");
	answers->seq[at] = seq;
}

static int load_factorials(void *nr)
{
	struct dpc_edu_factorial arg = { 0 };
	int device = *(int *)nr, fd = edu_open_nr(device, O_RDWR);

	for (arg.n = 0; arg.n < 200; arg.n++) {
		ASSERT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_FACTORIAL_RUN, &arg));
		EXPECT_EQ(arg.result, factorial(arg.n));
		if (!device)
			answer(arg.seq);
	}
	return 0;
}

static int load_dmas(void *nr)
{
	uint8_t data[500] = { 0 };
	struct dpc_edu_dma arg = { .user = (uintptr_t)data, .count = sizeof(data) };
	int device = *(int *)nr, fd = edu_open_nr(device, O_RDWR), i;

	for (i = 0; i < 6; i++) {
		arg.direction = i & 1;
		ASSERT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_DMA_RUN, &arg));
		if (!device)
			answer(arg.seq);
	}
	return 0;
}

static int load_bursts(void *nr)
{
	int device = *(int *)nr, fd = edu_open_nr(device, O_RDWR), i;
	struct dpc_edu_burst b;

	for (i = 0; i < 10; i++) {
		ASSERT_RET(0, edu_burst(fd, 150, i & 1 ? 200 : 0, &b));
		if (!device)
			answer(b.last_seq);
	}
	return 0;
}

#define STATES	20	/* of each process */

static int load_states(void *nr)
{
	int device = *(int *)nr, fd = edu_open_nr(device, O_RDWR), i;
	struct dpc_edu_state state;

	for (i = 0; i < STATES; i++) {
		ASSERT_RET(0, edu_state(fd, &state));
		if (!device)
			answer(state.seq);
	}
	return 0;
}

/* Runs below trace-cmd, and ends when everything was counted. */
static void load(void)
{
	int (*fns[])(void *) = { load_factorials, load_dmas, load_bursts, load_bursts,
				 load_states };
	int device[DEVICES] = { 0, 1 }, d;
	pid_t pids[DEVICES * ARRAY_SIZE(fns)];
	unsigned int i, n = 0;
	struct dpc_snapshot stats;

	for (d = 0; d < nr_devices; d++)
		for (i = 0; i < ARRAY_SIZE(fns); i++)
			pids[n++] = ktap_spawn(fns[i], &device[d]);
	for (i = 0; i < n; i++)
		ASSERT_EQ(ktap_reap(pids[i], 30), 0);
	for (d = 0; d < nr_devices; d++)
		edu_stats_settled(edu_open_nr(d, O_RDWR), &stats);
}

/* ---- Recording ---------------------------------------------------------------------- */

static int run(char *const *argv)
{
	pid_t pid = fork();

	if (!pid) {
		/* Its chatter is not for the results. */
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	return ktap_reap(pid, 60);
}

static void read_devices(void)
{
	int d, cpu, fd, node = node_open(O_RDONLY);
	struct dpc_snapshot stats;
	struct dpc_abi abi;

	ASSERT_RET(0, node_abi(node, &abi));
	nr_cpus = abi.nr_cpus < CPUS ? abi.nr_cpus : CPUS;
	for (d = 0; d < nr_devices; d++) {
		fd = edu_open_nr(d, O_RDWR);
		edu_info(fd, &infos[d]);
		edu_stats_settled(fd, &stats);
		totals[d] = stats;
		for (cpu = 0; cpu < nr_cpus; cpu++)
			edu_stats(fd, cpu, &per_cpu[d][cpu]);
		close(fd);
	}
	close(node);
}

static void prepare_devices(void)
{
	struct dpc_snapshot stats;
	int d, fd;

	for (d = 0; d < nr_devices; d++) {
		fd = edu_open_nr(d, O_RDWR);
		/* Twice: to another model and back flushes all stages. */
		ASSERT(KTAP_WAIT(20, edu_model_set(fd, !edu_model) != -EBUSY), "busy");
		ASSERT_RET(0, edu_model_set(fd, edu_model));
		edu_info(fd, &infos[d]);
		ASSERT_RET(0, edu_reset(fd));
		edu_stats_settled(fd, &stats);
		close(fd);
	}
}

static unsigned long long number(struct tep_event *format, struct tep_record *record,
				 const char *name)
{
	unsigned long long value = 0;

	tep_get_field_val(NULL, format, name, record, &value, 0);
	return value;
}

static void text(struct tep_event *format, struct tep_record *record, const char *name,
		 char out[32])
{
	int length;
	const char *raw = tep_get_field_raw(NULL, format, name, record, &length, 0);

	if (raw)
		snprintf(out, 32, "%.*s", length, raw);
}

static enum type type_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < TYPES; i++)
		if (!strcmp(event_names[i], name))
			break;
	return i;
}

static int read_event(struct tracecmd_input *input, struct tep_record *record, int cpu,
		      void *unused)
{
	struct tep_event *format = tep_find_event_by_record(tep, record);
	struct event e = { .cpu = cpu, .ts = record->ts };
	static size_t room;
	const void *raw;
	int length;

	(void)input;
	(void)unused;
	nr_lost += record->missed_events > 0;
	if (!format || strcmp(format->system, "dpc"))
		return 0;
	e.type = type_of(format->name);
	e.id = number(format, record, "id");
	e.irq = number(format, record, "irq");
	e.seq = number(format, record, "seq");
	e.first = number(format, record, "first");
	e.function = number(format, record, "function");
	e.duration = number(format, record, "duration");
	e.wait = number(format, record, "wait");
	e.served = number(format, record, "served");
	e.handled = number(format, record, "handled");
	e.queued = number(format, record, "queued");
	e.stage = number(format, record, "stage");
	e.budget = number(format, record, "budget");
	text(format, record, e.type == INTERRUPT ? "name" : "routine", e.text);
	text(format, record, "model", e.model);
	raw = tep_get_field_raw(NULL, format, "budget_us", record, &length, 0);
	if (raw && length == sizeof(e.budget_us))
		memcpy(e.budget_us, raw, sizeof(e.budget_us));
	if (nr_events == room) {
		room = room ? 2 * room : 4096;
		events = realloc(events, room * sizeof(*events));
		if (!events)
			abort();
	}
	events[nr_events++] = e;
	return 0;
}

static int read_trace(void)
{
	struct tracecmd_input *input;

	tracecmd_set_loglevel(TEP_LOG_NONE);
	input = tracecmd_open(TRACE_FILE, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (!input)
		return -1;
	tep = tracecmd_get_tep(input);
	return tracecmd_iterate_events(input, NULL, 0, read_event, NULL) < 0 ? -1 : 0;
}

/* ---- Tests: the trace by itself --------------------------------------------------------- */

TEST(trace, no_event_is_lost)
{
	EXPECT_EQ(nr_lost, 0);
	EXPECT(nr_events > 5000, "%zu events", nr_events);
}

TEST(trace, every_event_came)
{
	unsigned long long count[TYPES + 1] = { 0 };
	int i;

	FOR_EACH(e)
		count[e->type]++;
	/* An overrun may or may not have happened. */
	for (i = 0; i < TYPES - 1; i++)
		EXPECT(count[i], "%s", event_names[i]);
	EXPECT_EQ(count[TYPES], 0);
}

TEST(trace, events_begin_with_the_same_fields)
{
	static const char * const key[] = { "id", "irq", "seq", "first", "function" };
	int i;
	unsigned int k, offset = 0;

	for (i = 0; i < TYPES; i++) {
		struct tep_event *format = tep_find_event_by_name(tep, "dpc", event_names[i]);
		struct tep_format_field *field;

		ASSERT(format, "%s", event_names[i]);
		field = format->format.fields;
		for (k = 0; k < ARRAY_SIZE(key); k++, field = field->next) {
			ASSERT(field, "%s has no %s", event_names[i], key[k]);
			EXPECT(!strcmp(field->name, key[k]), "%s: %s", event_names[i], field->name);
			if (k == ARRAY_SIZE(key) - 1 && !i)
				offset = field->offset;
			if (k == ARRAY_SIZE(key) - 1)
				EXPECT_EQ(field->offset, offset);
		}
	}
}

/* The formats say nothing that the library does not understand. */
TEST(trace, formats_are_understood)
{
	int i;

	for (i = 0; i < TYPES; i++) {
		struct tep_event *format = tep_find_event_by_name(tep, "dpc", event_names[i]);

		ASSERT(format, "%s", event_names[i]);
		EXPECT(!(format->flags & TEP_EVENT_FL_FAILED), "%s", event_names[i]);
	}
}

TEST(report, trace_cmd_prints_every_event, 60)
{
	char line[2000];
	int lines = 0, bad = 0;
	FILE *f = popen("trace-cmd report " TRACE_FILE " 2>&1", "r");

	ASSERT(f, "trace-cmd");
	while (fgets(line, sizeof(line), f)) {
		lines += !!strstr(line, " dpc_");
		if (strstr(line, "FAILED TO PARSE") || strstr(line, "[UNKNOWN") ||
		    strstr(line, "Error:") || strstr(line, "EVENTS DROPPED")) {
			if (bad++ < 3)
				ktap_note("%s", strtok(line, "\n"));
		}
	}
	EXPECT_EQ(pclose(f), 0);
	EXPECT_EQ(bad, 0);
	EXPECT_GE(lines, (long long)nr_events);
}

static bool resolves(unsigned long long address, const char *name)
{
	const char *found = tep_find_function(tep, address);

	return found && !strcmp(found, name);
}

TEST(trace, functions_are_the_drivers_routines)
{
	FOR_EACH(e) {
		switch (e->type) {
		case ISR_EXIT:
			EXPECT(resolves(e->function, "dpc_edu_isr"), "%llx", e->function);
			break;
		case QUEUE:
		case ENTRY:
		case EXIT:
			EXPECT(resolves(e->function, "dpc_edu_dpc"), "%llx", e->function);
			break;
		case WORK_QUEUE:
		case WORK_ENTRY:
		case WORK_EXIT:
			EXPECT(resolves(e->function, "dpc_edu_work"), "%llx", e->function);
			break;
		default:
			break;
		}
	}
}

/* The name and the budgets behind an id, before the first ISR. */
TEST(trace, interrupt_introduces_itself)
{
	FOR_EACH_DEVICE(d) {
		const char *name = strrchr(edu_path[d], '/') + 1;
		const struct event *found = NULL;

		FOR_EACH_OF(d, e) {
			if (e->type == INTERRUPT)
				found = e;
			if (e->type == ISR_EXIT)
				break;
		}
		ASSERT(found, "%s", name);
		EXPECT(!strcmp(found->text, name), "%s", found->text);
		EXPECT(!strcmp(found->model, edu_model ? "threaded" : "dpc"), "%s", found->model);
		EXPECT_EQ(found->irq, infos[d].irq);
		for (int i = 0; i < DPC_STAGE_NR; i++)
			EXPECT_EQ(found->budget_us[i], totals[d].stage[i].budget_us);
	}
}

/* ---- Tests: numbers ------------------------------------------------------------------------ */

/* M3: each handled interrupt has the next number; one not ours gives it back. */
TEST(trace, interrupt_numbers_have_no_gap)
{
	FOR_EACH_DEVICE(d) {
		unsigned long long next = 0;

		FOR_EACH_OF(d, e) {
			if (e->type != ISR_EXIT)
				continue;
			if (!next)
				next = e->seq;
			EXPECT(e->seq == next, "device %d: %llu instead of %llu", d, e->seq, next);
			EXPECT_EQ(e->first, e->seq);
			EXPECT_EQ(e->irq, infos[d].irq);
			next = e->seq + e->handled;
		}
		EXPECT_EQ(next - 1, infos[d].interrupts);
	}
}

/* Entry and exit stand in pairs on their CPU, ISRs may come in between. */
static void expect_pairs(int d, enum type entry, enum type exit)
{
	const struct event *open[CPUS] = { NULL };

	FOR_EACH_OF(d, e) {
		ASSERT(e->cpu < CPUS, "CPU %d", e->cpu);
		if (e->type == entry) {
			EXPECT(!open[e->cpu], "%s twice", event_names[entry]);
			open[e->cpu] = e;
		} else if (e->type == exit) {
			const struct event *o = open[e->cpu];

			ASSERT(o, "%s without %s", event_names[exit], event_names[entry]);
			EXPECT(o->seq == e->seq && o->first == e->first &&
			       o->function == e->function,
			       "%s %llu..%llu ends %llu..%llu", event_names[exit], e->first, e->seq,
			       o->first, o->seq);
			open[e->cpu] = NULL;
		}
	}
	for (int cpu = 0; cpu < CPUS; cpu++)
		EXPECT(!open[cpu], "%s on CPU %d never ends", event_names[entry], cpu);
}

TEST(trace, every_entry_has_its_exit)
{
	FOR_EACH_DEVICE(d) {
		expect_pairs(d, ENTRY, EXIT);
		expect_pairs(d, WORK_ENTRY, WORK_EXIT);
	}
}

/*
 * Requests that wait for one call: they begin with queued=1 and stand in the
 * order in which they were made, because all are made under one lock.
 */
struct batch {
	unsigned long long	first, last, count;
	unsigned int		calls;		/* that served it */
};

static struct batch *batches;
static size_t nr_batches;

static struct batch *new_batch(const struct event *e)
{
	batches = reallocarray(batches, nr_batches + 1, sizeof(*batches));
	ASSERT(batches, "memory");
	batches[nr_batches] = (struct batch){ .first = e->first };
	return &batches[nr_batches++];
}

/* Q2, Q14: what asked for a DPC is in exactly one call, and all of it. */
TEST(trace, every_request_is_in_one_dpc_call)
{
	FOR_EACH_DEVICE(d) {
		struct batch *b = NULL;
		size_t i;

		nr_batches = 0;
		FOR_EACH_OF(d, e) {
			if (e->type != QUEUE)
				continue;
			if (e->queued)
				b = new_batch(e);
			ASSERT(b, "the first request found one queued");
			EXPECT_EQ(e->first, b->first);
			EXPECT(e->seq > b->last, "%llu after %llu", e->seq, b->last);
			b->last = e->seq;
			b->count++;
		}
		FOR_EACH_OF(d, e) {
			if (e->type != ENTRY)
				continue;
			for (i = 0; i < nr_batches; i++)
				if (batches[i].first == e->first)
					break;
			ASSERT(i < nr_batches, "call %llu..%llu was not asked for", e->first,
			       e->seq);
			EXPECT_EQ(e->seq, batches[i].last);
			EXPECT_EQ(e->served, batches[i].count);
			batches[i].calls++;
		}
		EXPECT(nr_batches > 100, "%zu calls", nr_batches);
		for (i = 0; i < nr_batches; i++) {
			EXPECT(batches[i].calls == 1, "%llu..%llu: %u calls", batches[i].first,
			       batches[i].last, batches[i].calls);
			if (i)
				EXPECT(batches[i].first > batches[i - 1].last, "overlap at %llu",
				       batches[i].first);
		}
	}
}

/* The call that a request to the work item was made in: open on that CPU. */
static const struct event *call_around(int d, const struct event *request)
{
	const struct event *e;

	for (e = request; e >= events; e--)
		if (e->id == infos[d].interrupt_id && e->cpu == request->cpu && e->type == ENTRY)
			return e;
	return NULL;
}

/* W1, W2: the k-th batch of requests is served by the k-th work item. */
TEST(trace, every_dpc_call_is_in_one_work_item)
{
	FOR_EACH_DEVICE(d) {
		const struct event *call;
		struct batch *b = NULL;
		size_t i = 0;

		nr_batches = 0;
		FOR_EACH_OF(d, e) {
			if (e->type != WORK_QUEUE)
				continue;
			if (e->queued)
				b = new_batch(e);
			ASSERT(b, "the first request found one queued");
			call = call_around(d, e);
			ASSERT(call, "work asked for outside a DPC");
			EXPECT(e->first <= call->first && call->seq <= e->seq,
			       "%llu..%llu not in %llu..%llu", call->first, call->seq, e->first,
			       e->seq);
			b->first = e->first;
			b->last = e->seq;
			b->count += call->served;
		}
		FOR_EACH_OF(d, e) {
			if (e->type != WORK_ENTRY)
				continue;
			ASSERT(i < nr_batches, "more work items than were asked for");
			EXPECT(e->first == batches[i].first && e->seq == batches[i].last,
			       "work item %zu serves %llu..%llu, asked for were %llu..%llu", i,
			       e->first, e->seq, batches[i].first, batches[i].last);
			EXPECT_EQ(e->served, batches[i].count);
			i++;
		}
		EXPECT_EQ(i, nr_batches);
		EXPECT(i > 100, "%zu work items", i);
	}
}

/* P6: what needs the device itself is completed inside of a call; all else by the work item. */
TEST(trace, control_requests_complete_in_the_dpc)
{
	FOR_EACH_DEVICE(d) {
		unsigned int completed = 0;

		FOR_EACH_OF(d, e) {
			const struct event *before = e - 1;

			if (e->type != COMPLETE || resolves(e->function, "dpc_edu_work"))
				continue;
			EXPECT(resolves(e->function, "dpc_edu_dpc"), "%llx", e->function);
			while (before >= events &&
			       (before->id != e->id || before->cpu != e->cpu ||
				(before->type != ENTRY && before->type != EXIT)))
				before--;
			EXPECT(before >= events && before->type == ENTRY, "%llu outside of a call",
			       e->seq);
			completed++;
		}
		EXPECT_EQ(completed, STATES);
	}
}

/* M3: a stage never begins before the one that it follows has ended. */
TEST(trace, stages_follow_each_other)
{
	FOR_EACH_DEVICE(d) {
		unsigned long long *isr_end;

		isr_end = calloc(infos[d].interrupts + 2, sizeof(*isr_end));
		ASSERT(isr_end, "memory");
		FOR_EACH_OF(d, e) {
			if (e->type == ISR_EXIT && e->handled)
				isr_end[e->seq] = e->ts;
			if (e->type == ENTRY || e->type == WORK_ENTRY) {
				EXPECT(isr_end[e->first] && isr_end[e->first] <= e->ts,
				       "%s of %llu before its ISR", event_names[e->type], e->first);
				EXPECT(isr_end[e->seq] && isr_end[e->seq] <= e->ts,
				       "%s of %llu before its ISR", event_names[e->type], e->seq);
			}
		}
		free(isr_end);
	}
}

/*
 * M1: the wait for a DPC begins where its ISR ended: it fits between the request in the ISR
 * and the entry event, which are read by another clock (hence a little tolerance).
 */
TEST(trace, waits_fit_between_the_events)
{
	FOR_EACH_DEVICE(d) {
		unsigned long long *asked;

		asked = calloc(infos[d].interrupts + 2, sizeof(*asked));
		ASSERT(asked, "memory");
		FOR_EACH_OF(d, e) {
			unsigned long long room;

			if (e->type == QUEUE)
				asked[e->seq] = e->ts;
			if (e->type != ENTRY || !e->served)
				continue;
			room = e->ts - asked[e->first];
			EXPECT(e->wait <= room + room / 50 + 1000,
			       "interrupt %llu: wait %llu in %llu ns", e->first, e->wait, room);
		}
		free(asked);
	}
}

/* M3: the number a request was told is that of an interrupt that asked for a DPC. */
TEST(trace, results_name_an_interrupt_that_was_served)
{
	unsigned int i;
	bool *asked = calloc(infos[0].interrupts + 1, 1);

	ASSERT(asked, "memory");
	FOR_EACH_OF(0, e)
		if (e->type == QUEUE)
			asked[e->seq] = true;
	EXPECT_EQ(answers->nr, 200 + 6 + 2 * 10 + STATES);
	for (i = 0; i < answers->nr; i++) {
		ASSERT(answers->seq[i] <= infos[0].interrupts, "%llu", answers->seq[i]);
		EXPECT(asked[answers->seq[i]], "interrupt %llu asked for nothing", answers->seq[i]);
	}
}

/* ---- Tests: events against counters ---------------------------------------------------- */

/* The time that an event stands for in @stage; false if it does not count there. */
static bool counts(const struct event *e, int stage, unsigned long long *ns,
		   unsigned long long *served)
{
	static const enum type types[DPC_STAGE_NR] = { ISR_EXIT, ENTRY, EXIT, WORK_ENTRY, WORK_EXIT,
						       COMPLETE };

	if (e->type != types[stage])
		return false;
	*served = e->served;
	*ns = e->duration;
	if (stage == DPC_STAGE_ISR) {
		*served = 1;
		return e->handled;
	}
	if (stage == DPC_STAGE_ISR_TO_DPC || stage == DPC_STAGE_DPC_TO_WORK) {
		*ns = e->wait;
		return e->served;
	}
	return true;
}

static int bucket_of(unsigned long long ns)
{
	static const unsigned int bounds[] = DPC_HIST_BOUNDS_US;
	int i;

	for (i = ARRAY_SIZE(bounds) - 1; i > 0; i--)
		if (ns >= bounds[i] * 1000ull)
			break;
	return i;
}

/* How many interrupts the call served that this exit belongs to. */
static unsigned long long served_of_exit(const struct event *e)
{
	enum type entry = e->type == EXIT ? ENTRY : WORK_ENTRY;
	const struct event *o;

	for (o = e; o >= events; o--)
		if (o->id == e->id && o->cpu == e->cpu && o->type == entry)
			return o->served;
	return 0;
}

/* Completions happen inside a work item or a call, which may have interrupted one, on its CPU. */
static unsigned long long served_of_complete(const struct event *e)
{
	unsigned int ended = 0;
	const struct event *o;

	for (o = e; o >= events; o--) {
		if (o->id != e->id || o->cpu != e->cpu)
			continue;
		if (o->type == EXIT)
			ended++;
		if (o->type == ENTRY && !ended--)
			return o->served;
		if (o->type == WORK_ENTRY)
			return o->served;
	}
	return 0;
}

static void expect_stage(int stage)
{
	FOR_EACH_DEVICE(d) {
		struct dpc_stage_snapshot sum[CPUS] = { 0 };
		unsigned long long ns, served;

		FOR_EACH_OF(d, e) {
			struct dpc_stage_snapshot *s = &sum[e->cpu];

			if (!counts(e, stage, &ns, &served))
				continue;
			if (e->type == EXIT || e->type == WORK_EXIT)
				served = served_of_exit(e);
			if (e->type == COMPLETE)
				served = served_of_complete(e);
			s->count++;
			s->total_ns += ns;
			s->max_ns = ns > s->max_ns ? ns : s->max_ns;
			s->coalesced += served ? served - 1 : 0;
			s->over_budget += totals[d].stage[stage].budget_us &&
					  ns > totals[d].stage[stage].budget_us * 1000ull;
			s->hist[bucket_of(ns)]++;
		}
		for (int cpu = 0; cpu < nr_cpus; cpu++) {
			const struct dpc_stage_snapshot *is = &per_cpu[d][cpu].stage[stage];

#define SAME(_field)									\
			EXPECT(is->_field == sum[cpu]._field,				\
			       "device %d CPU %d %s " #_field ": counted %llu, traced %llu", d,	\
			       cpu, stage_names[stage], (unsigned long long)is->_field,	\
			       (unsigned long long)sum[cpu]._field)
			SAME(count);
			SAME(total_ns);
			SAME(max_ns);
			SAME(coalesced);
			SAME(over_budget);
			EXPECT(!memcmp(is->hist, sum[cpu].hist, sizeof(is->hist)),
			       "device %d CPU %d %s: histogram", d, cpu, stage_names[stage]);
		}
	}
}

/* M1 */
TEST(trace, isr_events_equal_the_counters)
{
	expect_stage(DPC_STAGE_ISR);
}

/* M1 */
TEST(trace, isr_to_dpc_events_equal_the_counters)
{
	expect_stage(DPC_STAGE_ISR_TO_DPC);
}

/* M1 */
TEST(trace, dpc_events_equal_the_counters)
{
	expect_stage(DPC_STAGE_DPC);
}

/* M1 */
TEST(trace, dpc_to_work_events_equal_the_counters)
{
	expect_stage(DPC_STAGE_DPC_TO_WORK);
}

/* M1 */
TEST(trace, work_events_equal_the_counters)
{
	expect_stage(DPC_STAGE_WORK);
}

/* M1 */
TEST(trace, complete_events_equal_the_counters)
{
	expect_stage(DPC_STAGE_COMPLETE);
}

/* M4: every overrun has its event, with the budget and the routine's name. */
TEST(trace, overrun_events_equal_the_counters)
{
	static const char * const routine[DPC_STAGE_NR] = {
		"dpc_edu_isr", "dpc_edu_dpc", "dpc_edu_dpc", "dpc_edu_work", "dpc_edu_work",
		"dpc_edu_work",
	};
	unsigned long long all = 0;

	FOR_EACH_DEVICE(d) {
		unsigned long long count[DPC_STAGE_NR] = { 0 };
		int i;

		FOR_EACH_OF(d, e) {
			if (e->type != OVERRUN)
				continue;
			ASSERT(e->stage < DPC_STAGE_NR, "stage %llu", e->stage);
			count[e->stage]++;
			all++;
			EXPECT(e->duration > e->budget, "%llu within %llu", e->duration, e->budget);
			EXPECT_EQ(e->budget, totals[d].stage[e->stage].budget_us * 1000ull);
			EXPECT(!strncmp(e->text, routine[e->stage], strlen(routine[e->stage])) ||
			       (e->stage == DPC_STAGE_COMPLETE &&
				!strncmp(e->text, "dpc_edu_dpc", strlen("dpc_edu_dpc"))),
			       "%s: %s", stage_names[e->stage], e->text);
		}
		for (i = 0; i < DPC_STAGE_NR; i++)
			EXPECT_EQ(totals[d].stage[i].over_budget, count[i]);
	}
	if (!all)
		ktap_skip("this machine is so fast that nothing overran");
}

/* ---- Start ----------------------------------------------------------------------------- */

static int failed(const char *what)
{
	ktap_plan(1);
	printf("# %s: %s\n", what, strerror(errno));
	ktap_result(false, "trace.recording", NULL);
	return 1;
}

static void set_up(bool is_load)
{
	int fd = open("/tmp/trace_test.answers", O_RDWR | (is_load ? 0 : O_CREAT | O_TRUNC), 0600);

	if (fd < 0 || ftruncate(fd, sizeof(*answers)))
		exit(failed("/tmp/trace_test.answers"));
	answers = mmap(NULL, sizeof(*answers), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (answers == MAP_FAILED)
		exit(failed("mmap"));
	close(fd);
	nr_devices = access(edu_path[1], F_OK) ? 1 : 2;
	ktap_prepare();
}

int main(int argc, char **argv)
{
	char *const record[] = { "trace-cmd", "record", "-q", "-C", "mono", "-b", "16384",
				 "-e", "dpc", "-o", TRACE_FILE, "--", argv[0], "--load", NULL };
	bool is_load = argc > 1 && !strcmp(argv[1], "--load");

	if (argc > 1 && !is_load) {
		if (strcmp(argv[1], "threaded") && strcmp(argv[1], "dpc")) {
			printf("usage: trace_test [dpc | threaded [GROUP | GROUP.TEST]...]\n"
			       "Do the events and the counters of all edu devices say the same?  Needs root.\n");
			return strcmp(argv[1], "--help") ? 2 : 0;
		}
		edu_model = !strcmp(argv[1], "threaded");
	}
	set_up(is_load);
	if (is_load) {
		load();
		return ktap_failures() ? 1 : 0;
	}
	prepare_devices();
	if (run(record))
		return failed("trace-cmd record, or the load below it");
	read_devices();
	if (ktap_failures() || read_trace())
		return failed(TRACE_FILE);
	return ktap_run(argc > 2 ? argv + 2 : NULL, NULL, NULL);
}

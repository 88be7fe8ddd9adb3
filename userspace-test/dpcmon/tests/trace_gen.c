// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a trace.dat (version 6) of as many events as wanted, whose numbers are
 * known: for tests of the reader and of its speed.
 *
 * Each CPU's events are written by going through all of them once per CPU, so
 * that nothing is kept in memory.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../util.h"

#define GEN_PAGE_MAX	4096
#define GEN_PAGE_HEAD	16
#define GEN_NAME	32
#define GEN_START_NS	1000000000ULL
#define GEN_TSC2NSEC	14
#define GEN_ISR		0xffffffffc0a00000ULL
#define GEN_DPC		0xffffffffc0a01000ULL
#define GEN_WORK	0xffffffffc0a02000ULL
#define GEN_DONE	(GEN_WORK + 0x24)	/* in it, as a return address is */
/* Every so many interrupts, one whose DPC is over its budget. */
#define GEN_SLOW_EVERY	1000

enum gen_id {
	GEN_INTERRUPT = 1500, GEN_ISR_ENTRY, GEN_ISR_EXIT, GEN_QUEUE, GEN_ENTRY, GEN_EXIT,
	GEN_WORK_QUEUE, GEN_WORK_ENTRY, GEN_WORK_EXIT, GEN_COMPLETE,
	GEN_IRQ_ENTRY, GEN_IRQ_EXIT, GEN_ERROR,
	GEN_SOFTIRQ_RAISE, GEN_SOFTIRQ_ENTRY, GEN_SOFTIRQ_EXIT, GEN_TASKLET_ENTRY,
	GEN_TASKLET_EXIT, GEN_NAPI, GEN_KWORK_QUEUE, GEN_KWORK_ENTRY, GEN_KWORK_EXIT, GEN_SWITCH,
	GEN_PRINT = 5,
};

#define COMMON									\
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"	\
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"	\
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
#define KEY									\
	"\tfield:u32 id;\toffset:8;\tsize:4;\tsigned:0;\n"			\
	"\tfield:u32 irq;\toffset:12;\tsize:4;\tsigned:0;\n"			\
	"\tfield:u64 seq;\toffset:16;\tsize:8;\tsigned:0;\n"			\
	"\tfield:u64 first;\toffset:24;\tsize:8;\tsigned:0;\n"			\
	"\tfield:void * function;\toffset:32;\tsize:8;\tsigned:0;\n"
#define NS(name) "\tfield:u64 " name ";\toffset:40;\tsize:8;\tsigned:0;\n"
#define COUNT_AT(name, at) "\tfield:u32 " name ";\toffset:" #at ";\tsize:4;\tsigned:0;\n"
#define TEXT "\nprint fmt: \"id=%u irq=%u seq=%llu first=%llu function=%ps"
#define ARGS ", REC->id, REC->irq, REC->seq, REC->first, REC->function"

/* Of the kernel's own events: their fields, in the order of struct gen_kernel. */
#define VECTOR "\tfield:unsigned int vec;\toffset:8;\tsize:4;\tsigned:0;\n\nprint fmt: \"\"\n"
#define POINTER(name, at) "\tfield:void * " name ";\toffset:" #at ";\tsize:8;\tsigned:0;\n"
#define LOCATED(name, at) \
	"\tfield:__data_loc char[] " name ";\toffset:" #at ";\tsize:4;\tsigned:0;\n"

static const struct gen_format {
	const char	*system;
	enum gen_id	id;
	const char	*name;
	const char	*fields;
} gen_formats[] = {
	{ "dpc", GEN_INTERRUPT, "dpc_interrupt", KEY
	  "\tfield:char name[32];\toffset:40;\tsize:32;\tsigned:1;\n"
	  "\tfield:char model[32];\toffset:72;\tsize:32;\tsigned:1;\n"
	  "\tfield:u32 budget_us[6];\toffset:104;\tsize:24;\tsigned:0;\n"
	  TEXT " name=%s model=%s\"" ARGS ", REC->name, REC->model\n" },
	/* which older modules had: their recordings are read as well */
	{ "dpc", GEN_ISR_ENTRY, "dpc_isr_entry", KEY TEXT "\"" ARGS "\n" },
	{ "dpc", GEN_ISR_EXIT, "dpc_isr_exit", KEY NS("duration") COUNT_AT("handled", 48)
	  TEXT " duration=%llu handled=%u\"" ARGS ", REC->duration, REC->handled\n" },
	{ "dpc", GEN_QUEUE, "dpc_queue", KEY COUNT_AT("queued", 40)
	  TEXT " queued=%u\"" ARGS ", REC->queued\n" },
	{ "dpc", GEN_ENTRY, "dpc_entry", KEY NS("wait") COUNT_AT("served", 48)
	  TEXT " wait=%llu served=%u\"" ARGS ", REC->wait, REC->served\n" },
	{ "dpc", GEN_EXIT, "dpc_exit", KEY NS("duration")
	  TEXT " duration=%llu\"" ARGS ", REC->duration\n" },
	{ "dpc", GEN_WORK_QUEUE, "dpc_work_queue", KEY COUNT_AT("queued", 40)
	  TEXT " queued=%u\"" ARGS ", REC->queued\n" },
	{ "dpc", GEN_WORK_ENTRY, "dpc_work_entry", KEY NS("wait") COUNT_AT("served", 48)
	  TEXT " wait=%llu served=%u\"" ARGS ", REC->wait, REC->served\n" },
	{ "dpc", GEN_WORK_EXIT, "dpc_work_exit", KEY NS("duration")
	  TEXT " duration=%llu\"" ARGS ", REC->duration\n" },
	{ "dpc", GEN_COMPLETE, "dpc_complete", KEY NS("duration")
	  TEXT " duration=%llu\"" ARGS ", REC->duration\n" },
	{ "dpc", GEN_ERROR, "dpc_error", KEY COUNT_AT("code", 40) COUNT_AT("unique", 44)
	  "\tfield:s32 status;\toffset:48;\tsize:4;\tsigned:1;\n"
	  COUNT_AT("retries", 52) COUNT_AT("sequence", 56) COUNT_AT("packet", 60)
	  "\tfield:char device[32];\toffset:64;\tsize:32;\tsigned:1;\n"
	  "\tfield:__data_loc u8[] data;\toffset:96;\tsize:4;\tsigned:0;\n"
	  TEXT " code=%#x\"" ARGS ", REC->code\n" },
	{ "irq", GEN_IRQ_ENTRY, "irq_handler_entry",
	  "\tfield:int irq;\toffset:8;\tsize:4;\tsigned:1;\n"
	  "\tfield:__data_loc char[] name;\toffset:12;\tsize:4;\tsigned:0;\n"
	  "\nprint fmt: \"irq=%d name=%s\", REC->irq, __get_str(name)\n" },
	{ "irq", GEN_IRQ_EXIT, "irq_handler_exit",
	  "\tfield:int irq;\toffset:8;\tsize:4;\tsigned:1;\n"
	  "\tfield:int ret;\toffset:12;\tsize:4;\tsigned:1;\n"
	  "\nprint fmt: \"irq=%d ret=%d\", REC->irq, REC->ret\n" },
	{ "irq", GEN_SOFTIRQ_RAISE, "softirq_raise", VECTOR },
	{ "irq", GEN_SOFTIRQ_ENTRY, "softirq_entry", VECTOR },
	{ "irq", GEN_SOFTIRQ_EXIT, "softirq_exit", VECTOR },
	{ "irq", GEN_TASKLET_ENTRY, "tasklet_entry", POINTER("tasklet", 8) POINTER("func", 16) },
	{ "irq", GEN_TASKLET_EXIT, "tasklet_exit", POINTER("tasklet", 8) POINTER("func", 16) },
	{ "napi", GEN_NAPI, "napi_poll", POINTER("napi", 8) LOCATED("dev_name", 24) },
	{ "workqueue", GEN_KWORK_QUEUE, "workqueue_queue_work",
	  POINTER("work", 8) POINTER("function", 16) LOCATED("workqueue", 24) },
	{ "workqueue", GEN_KWORK_ENTRY, "workqueue_execute_start",
	  POINTER("work", 8) POINTER("function", 16) },
	{ "workqueue", GEN_KWORK_EXIT, "workqueue_execute_end",
	  POINTER("work", 8) POINTER("function", 16) },
	{ "sched", GEN_SWITCH, "sched_switch",
	  "\tfield:long prev_state;\toffset:8;\tsize:8;\tsigned:1;\n"
	  "\tfield:pid_t next_pid;\toffset:16;\tsize:4;\tsigned:1;\n"
	  "\tfield:char next_comm[16];\toffset:28;\tsize:16;\tsigned:0;\n" },
};

/* As in the formats above. */
struct gen_event {
	uint16_t	type;
	uint8_t		flags;
	uint8_t		preempt_count;
	int32_t		pid;
	union {
		struct {
			uint32_t	id;
			uint32_t	irq;
			uint64_t	seq;
			uint64_t	first;
			uint64_t	function;
			union {
				struct {
					uint64_t	ns;
					uint32_t	count;
				};
				uint32_t	queued;
				struct {
					char		name[GEN_NAME];
					char		model[GEN_NAME];
					uint32_t	budget_us[6];
				};
				struct {
					uint32_t	code;
					uint32_t	unique;
					int32_t		status;
					uint32_t	retries;
					uint32_t	sequence;
					uint32_t	packet;
					char		device[GEN_NAME];
					uint32_t	data_loc;
					uint8_t		data[4];
				};
			};
		};
		struct {
			int32_t		line;
			uint32_t	loc;
			char		text[8];
		};
		struct {
			uint64_t	ip;
			char		mark[48];
		};
		struct {
			union {
				uint32_t	vector;
				uint64_t	object;
				uint64_t	prev_state;
			};
			union {
				uint64_t	routine;
				uint32_t	next_pid;
			};
			uint32_t	name_loc;
			char		kernel_name[16];
		};
	};
};

struct gen {
	int		fd;
	uint64_t	events;
	unsigned int	page_size;
	unsigned int	cpus;
	bool		tsc;
	bool		lossy;
	bool		errors;
	bool		system;
	bool		marks;
	const char	*symbols;
	unsigned int	pages;		/* of this CPU, so far */
	unsigned int	cpu;		/* whose events are written now */
	char		page[GEN_PAGE_MAX];
	unsigned int	len;
	uint64_t	page_ts;
	uint64_t	last_ts;
	uint64_t	written;
};

static void gen_fail(const char *what)
{
	fprintf(stderr, "trace_gen: %s: %m\n", what);
	exit(1);
}

static void gen_write(struct gen *g, const void *data, size_t len)
{
	if (write(g->fd, data, len) != (ssize_t)len)
		gen_fail("write");
}

static void gen_u16(struct gen *g, uint16_t n) { gen_write(g, &n, sizeof(n)); }
static void gen_u32(struct gen *g, uint32_t n) { gen_write(g, &n, sizeof(n)); }
static void gen_u64(struct gen *g, uint64_t n) { gen_write(g, &n, sizeof(n)); }
static void gen_text(struct gen *g, const char *s) { gen_write(g, s, strlen(s) + 1); }

/*
 * In the length of a page's data, of which its count stands behind the data.  An int, as
 * in the kernel: in a long its sign fills all that is above.
 */
#define GEN_MISSED_EVENTS	INT32_MIN
#define GEN_MISSED_STORED	(1 << 30)
#define GEN_LOST		5

/* ---- Pages ------------------------------------------------------------------------ */

static void gen_end_page(struct gen *g)
{
	uint64_t commit = g->len - GEN_PAGE_HEAD, lost = GEN_LOST;

	if (g->len <= GEN_PAGE_HEAD)
		return;
	memset(g->page + g->len, 0, g->page_size - g->len);
	/* the second page: a known number; the third: some */
	if (g->lossy && g->pages == 1) {
		memcpy(g->page + g->len, &lost, sizeof(lost));
		commit += (int64_t)GEN_MISSED_EVENTS + GEN_MISSED_STORED;
	} else if (g->lossy && g->pages == 2) {
		commit += (int64_t)GEN_MISSED_EVENTS;
	}
	g->pages++;
	memcpy(g->page, &g->page_ts, sizeof(g->page_ts));
	memcpy(g->page + 8, &commit, sizeof(commit));
	gen_write(g, g->page, g->page_size);
	g->len = GEN_PAGE_HEAD;
}

/* Up to 28 words the head has the length; else the first word after it. */
static void gen_event(struct gen *g, unsigned int cpu, uint64_t ts, struct gen_event *e, size_t len)
{
	bool large = len > 112;
	uint32_t head, size = (len + 3) & ~3u, need = 4 + size + (large ? 4 : 0);
	uint32_t room = g->page_size - (g->lossy ? sizeof(uint64_t) : 0);

	if (cpu != g->cpu)
		return;
	if (g->tsc)
		ts *= 2;
	if (g->len + need > room || ts - g->last_ts >= 1 << 27)
		gen_end_page(g);
	if (g->len == GEN_PAGE_HEAD) {
		g->page_ts = ts;
		g->last_ts = ts;
	}
	head = (uint32_t)(ts - g->last_ts) << 5 | (large ? 0 : size / 4);
	memcpy(g->page + g->len, &head, 4);
	g->len += 4;
	if (large) {
		size += 4;
		memcpy(g->page + g->len, &size, 4);
		g->len += 4;
		size -= 4;
	}
	memcpy(g->page + g->len, e, size);
	g->len += size;
	g->last_ts = ts;
	/* a report does not count what it does not need */
	g->written += e->type != GEN_ISR_ENTRY;
}

/* ---- Events ------------------------------------------------------------------------- */

/* Lengths, up to and with a field. */
enum {
	TO_FUNCTION = 40, TO_QUEUED = 44, TO_NS = 48, TO_COUNT = 52, TO_BUDGETS = 128,
	TO_RET = 16, TO_TEXT = 24, TO_DATA = 104, TO_VECTOR = 12, TO_ROUTINE = 24, TO_NAME = 44,
};

_Static_assert(sizeof(struct gen_event) == TO_BUDGETS, "as in the formats");

static void gen_call(struct gen *g, unsigned int cpu, uint64_t ts, enum gen_id id, uint64_t seq,
		     uint64_t function, uint64_t ns, size_t len)
{
	struct gen_event e = {
		.type = id, .pid = 100 + cpu, .id = 1, .irq = 29, .seq = seq, .first = seq,
		.function = function, .ns = ns, .count = 1,
	};

	if (id == GEN_ISR_ENTRY || id == GEN_ISR_EXIT || id == GEN_QUEUE)
		e.flags = 0x08;
	if (id == GEN_QUEUE || id == GEN_WORK_QUEUE)
		e.queued = 1;
	gen_event(g, cpu, ts, &e, len);
}

static void gen_irq(struct gen *g, unsigned int cpu, uint64_t ts, enum gen_id id)
{
	struct gen_event e = { .type = id, .flags = 0x08, .pid = 100 + cpu, .line = 29 };

	if (id == GEN_IRQ_ENTRY) {
		e.loc = 8 << 16 | offsetof(struct gen_event, text);
		snprintf(e.text, sizeof(e.text), "dpc_edu");
	} else {
		e.loc = 1;
	}
	gen_event(g, cpu, ts, &e, id == GEN_IRQ_ENTRY ? TO_TEXT : TO_RET);
}

/* In the work item of every tenth interrupt: the request has failed. */
static void gen_error(struct gen *g, unsigned int cpu, uint64_t ts, uint64_t seq)
{
	struct gen_event e = {
		.type = GEN_ERROR, .pid = 100 + cpu, .id = 1, .irq = 29, .seq = seq, .first = seq,
		.function = GEN_DONE, .code = 0x42, .unique = 7, .status = -5, .retries = 2,
		.sequence = seq, .packet = 0xabcd, .device = "0000:00:04.0",
		.data_loc = 4 << 16 | offsetof(struct gen_event, data),
		.data = { 0xca, 0xfe, 0, 1 },
	};

	gen_event(g, cpu, ts, &e, TO_DATA);
}

#define GEN_PER_INTERRUPT	11
#define GEN_PER_ROUND		16
#define GEN_EVERY_NS		20000

/*
 * One interrupt, that is, 11 events: the ISR takes 1 us, the DPC 2 us (slow:
 * 200 us) after 0.5 us, the work item on the next CPU 3 us after 4 us.
 */
static void gen_interrupt(struct gen *g, uint64_t seq, uint64_t ts)
{
	unsigned int cpu = seq % g->cpus, other = (seq + 1) % g->cpus;
	uint64_t dpc = seq % GEN_SLOW_EVERY ? 2000 : 200000, end;

	gen_irq(g, cpu, ts - 100, GEN_IRQ_ENTRY);
	gen_call(g, cpu, ts, GEN_ISR_ENTRY, seq, GEN_ISR, 0, TO_FUNCTION);
	gen_call(g, cpu, ts + 900, GEN_QUEUE, seq, GEN_DPC, 0, TO_QUEUED);
	gen_call(g, cpu, ts + 1000, GEN_ISR_EXIT, seq, GEN_ISR, 1000, TO_COUNT);
	gen_irq(g, cpu, ts + 1100, GEN_IRQ_EXIT);
	gen_call(g, cpu, ts + 1500, GEN_ENTRY, seq, GEN_DPC, 500, TO_COUNT);
	gen_call(g, cpu, ts + 1600, GEN_WORK_QUEUE, seq, GEN_WORK, 0, TO_QUEUED);
	end = ts + 1500 + dpc;
	gen_call(g, cpu, end, GEN_EXIT, seq, GEN_DPC, dpc, TO_NS);
	gen_call(g, other, end + 4000, GEN_WORK_ENTRY, seq, GEN_WORK, 4000, TO_COUNT);
	if (g->errors && !(seq % 10))
		gen_error(g, other, end + 5000, seq);
	gen_call(g, other, end + 6500, GEN_COMPLETE, seq, GEN_DONE, end + 6500 - ts, TO_NS);
	gen_call(g, other, end + 7000, GEN_WORK_EXIT, seq, GEN_WORK, 3000, TO_NS);
}

/* ---- The kernel's own events --------------------------------------------------------- */

#define GEN_NET_RX	3
#define GEN_TASKLETS	6
#define GEN_KWORKER	7
#define GEN_OBJECT	0xffff888000001000ULL

static void gen_vector(struct gen *g, unsigned int cpu, uint64_t ts, enum gen_id id,
		       uint32_t vector)
{
	struct gen_event e = {
		.type = id, .flags = id == GEN_SOFTIRQ_RAISE ? 0x08 : 0, .pid = 100 + cpu,
		.vector = vector,
	};

	gen_event(g, cpu, ts, &e, TO_VECTOR);
}

/* @name: NULL for an event without one. */
static void gen_routine(struct gen *g, unsigned int cpu, uint64_t ts, enum gen_id id, int pid,
			uint64_t routine, const char *name)
{
	struct gen_event e = {
		.type = id, .pid = pid, .object = GEN_OBJECT + 64 * cpu, .routine = routine,
	};

	if (name) {
		e.name_loc = (strlen(name) + 1) << 16 | offsetof(struct gen_event, kernel_name);
		snprintf(e.kernel_name, sizeof(e.kernel_name), "%s", name);
	}
	gen_event(g, cpu, ts, &e, name ? TO_NAME : TO_ROUTINE);
}

static void gen_switch(struct gen *g, unsigned int cpu, uint64_t ts, int from, int to,
		       const char *name)
{
	struct gen_event e = {
		.type = GEN_SWITCH, .pid = from, .prev_state = from == GEN_KWORKER, .next_pid = to,
	};

	snprintf(e.kernel_name, sizeof(e.kernel_name), "%s", name);
	gen_event(g, cpu, ts, &e, TO_NAME);
}

/*
 * One interrupt of a network device, 16 events: its ISR takes 1.2 us, a poll 2 us, a tasklet
 * 3 us, and a work item 4 us in a thread, after 8 us.
 */
static void gen_round(struct gen *g, uint64_t seq, uint64_t ts)
{
	unsigned int cpu = seq % g->cpus;
	int pid = 100 + cpu;

	gen_irq(g, cpu, ts, GEN_IRQ_ENTRY);
	gen_vector(g, cpu, ts + 500, GEN_SOFTIRQ_RAISE, GEN_NET_RX);
	gen_vector(g, cpu, ts + 600, GEN_SOFTIRQ_RAISE, GEN_TASKLETS);
	gen_irq(g, cpu, ts + 1200, GEN_IRQ_EXIT);
	gen_vector(g, cpu, ts + 1500, GEN_SOFTIRQ_ENTRY, GEN_NET_RX);
	gen_routine(g, cpu, ts + 3500, GEN_NAPI, pid, 0, "eth0");
	gen_vector(g, cpu, ts + 3600, GEN_SOFTIRQ_EXIT, GEN_NET_RX);
	gen_vector(g, cpu, ts + 3700, GEN_SOFTIRQ_ENTRY, GEN_TASKLETS);
	gen_routine(g, cpu, ts + 3800, GEN_TASKLET_ENTRY, pid, GEN_DPC, NULL);
	gen_routine(g, cpu, ts + 4000, GEN_KWORK_QUEUE, pid, GEN_WORK, "events");
	gen_routine(g, cpu, ts + 6800, GEN_TASKLET_EXIT, pid, GEN_DPC, NULL);
	gen_vector(g, cpu, ts + 6900, GEN_SOFTIRQ_EXIT, GEN_TASKLETS);
	gen_switch(g, cpu, ts + 11000, pid, GEN_KWORKER, "kworker/0:1");
	gen_routine(g, cpu, ts + 12000, GEN_KWORK_ENTRY, GEN_KWORKER, GEN_WORK, NULL);
	gen_routine(g, cpu, ts + 16000, GEN_KWORK_EXIT, GEN_KWORKER, GEN_WORK, NULL);
	gen_switch(g, cpu, ts + 17000, GEN_KWORKER, pid, "gen");
}

static void gen_rounds(struct gen *g)
{
	uint64_t seq, ts = GEN_START_NS;

	for (seq = 1; seq <= g->events / GEN_PER_ROUND; seq++) {
		ts += GEN_EVERY_NS;
		gen_round(g, seq, ts);
	}
	gen_end_page(g);
}

/* What dpcmon record writes into a trace. */
static void gen_marks(struct gen *g, uint64_t ts)
{
	static const char * const marks[] = {
		"dpcmon: begin\n", "dpcmon: kernel=6.12.0\n", "dpcmon: machine=x86_64\n",
		"dpcmon: owner=irq 29 e1000e\n", "dpcmon: owner=net eth0 e1000e\n",
		"dpcmon: disturbed=somebody cleared it\n", "dpcmon: stopped\n",
	};
	unsigned int i;

	for (i = 0; g->marks && i < ARRAY_SIZE(marks); i++) {
		struct gen_event e = { .type = GEN_PRINT, .pid = 100 };

		snprintf(e.mark, sizeof(e.mark), "%s", marks[i]);
		gen_event(g, 0, ts, &e, offsetof(struct gen_event, mark) + strlen(marks[i]) + 1);
	}
}

static void gen_cpu(struct gen *g, unsigned int cpu)
{
	struct gen_event e = {
		.type = GEN_INTERRUPT, .pid = 1, .id = 1, .irq = 29,
		.name = "generated", .model = "dpc", .budget_us = { 100, 100, 100, 100, 100, 0 },
	};
	uint64_t seq, n, ts = GEN_START_NS;

	g->cpu = cpu;
	g->pages = 0;
	g->len = GEN_PAGE_HEAD;
	g->last_ts = 0;
	gen_marks(g, ts);
	if (g->system) {
		gen_rounds(g);
		return;
	}
	gen_event(g, 0, ts, &e, TO_BUDGETS);
	n = g->events / GEN_PER_INTERRUPT;
	for (seq = 1; seq <= n; seq++) {
		ts += GEN_EVERY_NS;
		gen_interrupt(g, seq, ts);
		if (!(seq % GEN_SLOW_EVERY))
			ts += 200000;
	}
	gen_end_page(g);
}

/* ---- The head ------------------------------------------------------------------------ */

static void gen_sized(struct gen *g, const char *text)
{
	gen_u64(g, strlen(text));
	gen_write(g, text, strlen(text));
}

static void gen_system(struct gen *g, const char *system)
{
	unsigned int i, nr = 0, count = ARRAY_SIZE(gen_formats);
	char text[4096];

	for (i = 0; i < count; i++)
		nr += !strcmp(gen_formats[i].system, system);
	gen_text(g, system);
	gen_u32(g, nr);
	for (i = 0; i < count; i++) {
		if (strcmp(gen_formats[i].system, system))
			continue;
		snprintf(text, sizeof(text), "name: %s\nID: %d\nformat:\n" COMMON "%s",
			 gen_formats[i].name, gen_formats[i].id, gen_formats[i].fields);
		gen_sized(g, text);
	}
}

#define HEADER_PAGE								\
	"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"		\
	"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"		\
	"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"		\
	"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n"
#define HEADER_EVENT								\
	"# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n" \
	"\tarray       :   32 bits\n\n\tpadding     : type == 29\n"		\
	"\ttime_extend : type == 30\n\ttime_stamp : type == 31\n\tdata max type_len  == 28\n"
#define PRINT									\
	"name: print\nID: 5\nformat:\n" COMMON					\
	"\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n"		\
	"\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:0;\n"
#define KALLSYMS								\
	"ffffffffc0a00000 t gen_isr\t[gen]\nffffffffc0a01000 t gen_dpc\t[gen]\n"	\
	"ffffffffc0a02000 t gen_work\t[gen]\nffffffffc0a03000 t gen_end\t[gen]\n"
/* The module is gone; the last routine of another one lies two pages below it. */
#define KALLSYMS_GONE	"ffffffffc09fe000 t near_end\t[near]\n"
/* Its names were kept. */
#define KALLSYMS_KEPT	KALLSYMS_GONE						\
	"ffffffffc0a00000 t gen_isr\t[gone:gen]\nffffffffc0a01000 t gen_dpc\t[gone:gen]\n" \
	"ffffffffc0a02000 t gen_work\t[gone:gen]\n"

/* Where the table of the CPUs' data is. */
static off_t gen_head(struct gen *g)
{
	static const char comms[] = "101 gen\n";
	const char *kallsyms = g->symbols;

	gen_write(g, "\x17\x08\x44tracing", 10);
	gen_text(g, "6");
	gen_write(g, "\0\10", 2);	/* little endian, 8 bytes per long */
	gen_u32(g, g->page_size);
	gen_text(g, "header_page");
	gen_sized(g, HEADER_PAGE);
	gen_text(g, "header_event");
	gen_sized(g, HEADER_EVENT);
	gen_u32(g, g->marks);		/* ftrace's own formats */
	if (g->marks)
		gen_sized(g, PRINT);
	gen_u32(g, 5);
	gen_system(g, "dpc");
	gen_system(g, "irq");
	gen_system(g, "napi");
	gen_system(g, "workqueue");
	gen_system(g, "sched");
	gen_u32(g, strlen(kallsyms));
	gen_write(g, kallsyms, strlen(kallsyms));
	gen_u32(g, 0);			/* formats of trace_printk() */
	gen_sized(g, comms);
	gen_u32(g, g->cpus);
	gen_write(g, "options  ", 10);
	if (g->tsc) {
		/* multiplier, shift, offset: two cycles are a nanosecond */
		gen_u16(g, GEN_TSC2NSEC);
		gen_u32(g, 16);
		gen_u32(g, 1);
		gen_u32(g, 1);
		gen_u64(g, 0);
	}
	gen_u16(g, 0);
	gen_write(g, "flyrecord", 10);
	return lseek(g->fd, 0, SEEK_CUR);
}

static void gen_table_entry(struct gen *g, off_t at, uint64_t from, uint64_t to)
{
	uint64_t entry[2] = { from, to - from };

	if (pwrite(g->fd, entry, sizeof(entry), at) != sizeof(entry))
		gen_fail("write");
}

int main(int argc, char **argv)
{
	static struct gen g = { .cpus = 4, .page_size = GEN_PAGE_MAX, .symbols = KALLSYMS };
	unsigned int cpu;
	off_t table, from;

	if (argc < 3) {
		fputs("usage: trace_gen FILE EVENTS [CPUS [tsc] [lossy] [errors|system] [marks] [gone|kept] [page=BYTES]]\n"
		      "Writes a trace.dat; prints how many events and interrupts are in it.\n"
		      "tsc: with an option that says how cycles become nanoseconds.\n"
		      "page: bytes of each page, a power of two from 256 to 4096.\n"
		      "lossy: it says that events were lost before some pages.\n"
		      "errors: every tenth interrupt has an error of the device.\n"
		      "system: the kernel's own events instead, 16 for each interrupt.\n"
		      "marks: with what dpcmon record writes itself.\n"
		      "gone: the module has left; kept: but its symbols are there.\n", stderr);
		return 1;
	}
	g.events = strtoull(argv[2], NULL, 0);
	if (argc > 3)
		g.cpus = strtoul(argv[3], NULL, 0);
	for (; argc > 4; argc--) {
		g.tsc |= !strcmp(argv[argc - 1], "tsc");
		if (!strncmp(argv[argc - 1], "page=", 5))
			g.page_size = strtoul(argv[argc - 1] + 5, NULL, 0);
		g.lossy |= !strcmp(argv[argc - 1], "lossy");
		g.errors |= !strcmp(argv[argc - 1], "errors");
		g.system |= !strcmp(argv[argc - 1], "system");
		g.marks |= !strcmp(argv[argc - 1], "marks");
		if (!strcmp(argv[argc - 1], "gone"))
			g.symbols = KALLSYMS_GONE;
		if (!strcmp(argv[argc - 1], "kept"))
			g.symbols = KALLSYMS_KEPT;
	}
	if (g.page_size < 256 || g.page_size > GEN_PAGE_MAX || g.page_size & (g.page_size - 1))
		gen_fail("bytes per page");
	g.fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (g.fd < 0)
		gen_fail(argv[1]);
	table = gen_head(&g);
	from = (table + g.cpus * 16 + g.page_size - 1) & ~(off_t)(g.page_size - 1);
	for (cpu = 0; cpu < g.cpus; cpu++) {
		lseek(g.fd, from, SEEK_SET);
		gen_cpu(&g, cpu);
		gen_table_entry(&g, table + cpu * 16, from, lseek(g.fd, 0, SEEK_CUR));
		from = lseek(g.fd, 0, SEEK_CUR);
	}
	printf("%" PRIu64 " %" PRIu64 "\n", g.written,
	       g.events / (g.system ? GEN_PER_ROUND : GEN_PER_INTERRUPT));
	return close(g.fd) ? 1 : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop of dpcmon top --system: takes events all the time, shows what they say now and
 * then, and takes keys in between.
 */
#define _GNU_SOURCE
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measured.h"
#include "params.h"
#include "system_draw.h"
#include "system_live.h"
#include "system_top.h"
#include "system_view.h"
#include "top.h"
#include "util.h"
#include "verdict.h"

/**
 * struct system_top - dpcmon top --system while it runs
 * @live: the trace
 * @view: what is shown
 * @next_ns: when the next reading is due, CLOCK_MONOTONIC
 * @last_ns: when the last one was; 0 for none
 * @last_own_ns: what this process had taken of the CPUs then
 */
struct system_top {
	struct system_live	*live;
	struct system_view	view;
	uint64_t		next_ns;
	uint64_t		last_ns;
	uint64_t		last_own_ns;
};

static uint64_t system_top_own_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static void system_top_clock(struct system_view *v)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(v->clock, sizeof(v->clock), "%H:%M:%S", &tm);
}

/* What is shown from now on. */
static void system_top_reading(struct system_top *t)
{
	uint64_t now = now_ns(), own = system_top_own_ns();
	struct system_report report;

	system_live_report(t->live, &report);
	system_view_reading(&t->view, &report);
	system_report_free(&report);
	system_top_clock(&t->view);
	t->view.own_percent = t->last_ns ? 100.0 * (own - t->last_own_ns) / (now - t->last_ns) :
			      NOT_MEASURED;
	t->last_ns = now;
	t->last_own_ns = own;
}

static void system_top_reset(struct system_top *t)
{
	system_live_reset(t->live);
	system_view_forget(&t->view);
	t->next_ns = 0;
}

/* Takes the events that have come, also while nothing new is shown. */
static void system_top_take(struct system_top *t)
{
	system_live_read(t->live);
	if (now_ns() < t->next_ns)
		return;
	t->next_ns = now_ns() + t->view.interval_ns;
	if (!t->view.paused)
		system_top_reading(t);
}

static void system_top_show(const struct system_top *t)
{
	struct canvas c;
	int rows, cols;

	top_term_size(&rows, &cols);
	canvas_init(&c, rows, cols);
	system_draw(&t->view, &c);
	top_term_show(&c);
	canvas_free(&c);
}

static int system_top_terminal(struct system_top *t)
{
	enum system_action action = SYSTEM_NOTHING;

	if (top_term_begin())
		return -1;
	while (action != SYSTEM_QUIT && !interrupted()) {
		system_top_take(t);
		system_top_show(t);
		action = system_view_key(&t->view, top_term_key(SYSTEM_LIVE_MS));
		if (action == SYSTEM_RESET)
			system_top_reset(t);
	}
	top_term_end();
	return 0;
}

static int system_top_print(const struct system_top *t)
{
	struct canvas c;

	canvas_init(&c, system_draw_rows(&t->view), top_term_batch_cols());
	system_draw(&t->view, &c);
	canvas_print(&c, stdout);
	canvas_free(&c);
	return fflush(stdout) ? fail("can't write to stdout: %m") : 0;
}

/* Each reading is of an interval: the first one is after it. */
static int system_top_batch(struct system_top *t, uint64_t count)
{
	uint64_t n = 0;

	while (!interrupted()) {
		uint64_t shown = t->last_ns;

		system_top_take(t);
		if (t->last_ns == shown) {
			poll(NULL, 0, SYSTEM_LIVE_MS);
			continue;
		}
		if (n)
			putchar('\n');
		if (system_top_print(t))
			return -1;
		if (++n == count)
			break;
	}
	return 0;
}

int system_top(const struct params *p)
{
	struct system_top t = { .view = {
		.interval_ns = p->interval_ns ? p->interval_ns : NSEC_PER_SEC,
		.batch = p->batch,
	} };
	int ret;

	setlocale(LC_CTYPE, "");
	t.live = system_live_open(p);
	if (!t.live)
		return EXIT_ERROR;
	/* rates need something before them */
	system_live_read(t.live);
	system_top_reading(&t);
	t.next_ns = now_ns() + t.view.interval_ns;
	ret = p->batch ? system_top_batch(&t, p->count) : system_top_terminal(&t);
	system_live_close(t.live);
	system_view_free(&t.view);
	return ret ? EXIT_ERROR : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon top --system: what is shown of numbers that are known, and what keys change.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measured.h"
#include "params.h"
#include "symbols.h"
#include "system_draw.h"
#include "system_view.h"
#include "top.h"
#include "util.h"

#include "../../tests/ktap.h"

#define US		1000ULL
#define FAST_TASKLET	0xffffffffc0101000ULL
#define SLOW_TIMER	0xffffffffc0202000ULL
#define KERNEL_WORK	0xffffffff81303000ULL

/**
 * struct screen - a machine with three drivers, and what is shown of it
 * @s: the numbers
 * @symbols: names of the routines
 * @view: what is shown
 * @canvas: the same, drawn
 */
struct screen {
	struct system		*s;
	struct symbols		symbols;
	struct system_view	view;
	struct canvas		canvas;
};

static void begin(struct screen *t)
{
	static const uint64_t budgets[DPC_STAGE_NR] = {
		[DPC_STAGE_ISR] = 25 * US, [DPC_STAGE_DPC] = 100 * US,
		[DPC_STAGE_DPC_TO_WORK] = 2000 * US,
	};
	static char table[] =
		"ffffffff81303000 t kernel_work\n"
		"ffffffffc0101000 t fast_tasklet\t[fast]\n"
		"ffffffffc0202000 t slow_timer\t[slow]\n";
	FILE *f = fmemopen(table, strlen(table), "r");

	*t = (struct screen){ .s = system_new(budgets, NULL) };
	t->view.interval_ns = NSEC_PER_SEC;
	symbols_want(&t->symbols, KERNEL_WORK);
	symbols_want(&t->symbols, FAST_TASKLET);
	symbols_want(&t->symbols, SLOW_TIMER);
	symbols_look_up(&t->symbols, f);
	fclose(f);
}

static void end(struct screen *t)
{
	canvas_free(&t->canvas);
	system_view_free(&t->view);
	symbols_free(&t->symbols);
	system_free(t->s);
}

/* At @us, a call of @function of @len_us; @type is that of its beginning. */
static void call(struct screen *t, uint64_t us, uint64_t len_us, enum system_event_type type,
		 uint64_t function)
{
	struct system_event e = {
		.type = type, .function = function, .object = function, .pid = 100, .ts = us * US,
	};

	system_event(t->s, &e);
	/* the end of each follows its beginning */
	e.type++;
	e.ts += len_us * US;
	system_event(t->s, &e);
}

static void tasklet(struct screen *t, uint64_t us, uint64_t len_us)
{
	call(t, us, len_us, SYSTEM_TASKLET_ENTRY, FAST_TASKLET);
}

static void timer(struct screen *t, uint64_t us, uint64_t len_us)
{
	call(t, us, len_us, SYSTEM_TIMER_ENTRY, SLOW_TIMER);
}

static void work(struct screen *t, uint64_t us, uint64_t len_us)
{
	call(t, us, len_us, SYSTEM_WORK_ENTRY, KERNEL_WORK);
}

/* An event that says only how late it is. */
static void until(struct screen *t, uint64_t us)
{
	struct system_event e = { .type = SYSTEM_MARK, .name = "", .ts = us * US };

	system_event(t->s, &e);
}

static void reading(struct screen *t)
{
	static const struct params params = { 0 };
	static const struct system_owners owners = { 0 };
	struct system_report r = {
		.params = &params, .s = t->s, .symbols = &t->symbols, .owners = &owners,
		.kernel = "6.12.0", .disturbed = "", .cpus = 2,
	};

	system_report_make(&r);
	system_view_reading(&t->view, &r);
	system_report_free(&r);
}

/* Draws it on a screen of that size. */
static void draw(struct screen *t, int rows, int cols)
{
	canvas_free(&t->canvas);
	canvas_init(&t->canvas, rows, cols);
	system_draw(&t->view, &t->canvas);
}

/* Whether @text is in that row of the screen. */
static bool shows(const struct screen *t, int row, const char *text)
{
	char *line = canvas_row(&t->canvas, row);
	bool found = strstr(line, text);

	if (!found)
		printf("# row %d is: %s\n", row, line);
	free(line);
	return found;
}

/* The n-th of the lines that are on the screen. */
static const struct system_line *line(const struct screen *t, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < t->view.nr_lines; i++)
		if (system_view_shows(&t->view, i) && !n--)
			return &t->view.lines[i];
	ASSERT(false, "there are fewer lines");
}

static unsigned int lines(const struct screen *t)
{
	unsigned int i, nr = 0;

	for (i = 0; i < t->view.nr_lines; i++)
		nr += system_view_shows(&t->view, i);
	return nr;
}

static bool is(double value, double expected)
{
	return value > expected * 0.999 && value < expected * 1.001;
}

/* Two readings, a second apart: fast is fast, slow was slow before the first one. */
static void busy(struct screen *t)
{
	timer(t, 1000, 500);
	tasklet(t, 2000, 10);
	until(t, 1000000);
	reading(t);
	tasklet(t, 1001000, 30);
	tasklet(t, 1002000, 50);
	work(t, 1003000, 400);
	timer(t, 1005000, 20);
	until(t, 2000000);
	reading(t);
}

TEST(system_view, rates_are_those_of_the_interval)
{
	struct screen t;
	const struct system_line *l;

	begin(&t);
	busy(&t);
	system_view_key(&t.view, 's');
	system_view_key(&t.view, 's');
	system_view_key(&t.view, 'a');
	/* by name: fast first, its routine next */
	l = line(&t, 1);
	EXPECT(!strcmp(l->title, "tasklet      fast_tasklet"), "%s", l->title);
	EXPECT(is(l->rate, 2), "%f per s", l->rate);
	EXPECT(is(l->percent, 0.008), "%f %%", l->percent);
	EXPECT(is(l->now_ns, 40 * US), "%f ns", l->now_ns);
	/* since the beginning */
	EXPECT(is(l->max_ns, 50 * US), "%f ns", l->max_ns);
	EXPECT(l->over == 0 && !l->is_over, "%f over", l->over);
	end(&t);
}

TEST(system_view, what_has_no_reading_before_has_no_rate)
{
	struct screen t;

	begin(&t);
	tasklet(&t, 1000, 10);
	until(&t, 1000000);
	reading(&t);
	EXPECT(!is_measured(line(&t, 0)->rate) && !is_measured(line(&t, 0)->percent), "a rate");
	EXPECT(is(line(&t, 0)->max_ns, 10 * US), "%f ns", line(&t, 0)->max_ns);
	draw(&t, 24, 100);
	EXPECT(shows(&t, 5, "+ fast                                          -      -  "), "no '-'");
	/* nor after the numbers began anew */
	tasklet(&t, 1001000, 10);
	until(&t, 2000000);
	system_view_forget(&t.view);
	reading(&t);
	EXPECT(!is_measured(line(&t, 0)->rate), "a rate");
	end(&t);
}

TEST(system_view, a_driver_shows_what_is_furthest_over_its_budget)
{
	struct screen t;

	begin(&t);
	busy(&t);
	/* 500 of 100 us, of the timer; in this interval it was fit */
	EXPECT(!strcmp(line(&t, 0)->driver, "slow"), "%s", line(&t, 0)->driver);
	EXPECT(is(line(&t, 0)->max_ns, 500 * US) && is(line(&t, 0)->budget_ns, 100 * US),
	       "%f of %f", line(&t, 0)->max_ns, line(&t, 0)->budget_ns);
	EXPECT(line(&t, 0)->over == 1 && line(&t, 0)->is_over && !line(&t, 0)->is_over_now,
	       "%f over", line(&t, 0)->over);
	/* no budget: its time is in its routines' lines */
	EXPECT(!strcmp(line(&t, 1)->driver, "kernel"), "%s", line(&t, 1)->driver);
	EXPECT(!is_measured(line(&t, 1)->max_ns) && !is_measured(line(&t, 1)->over), "a budget");
	end(&t);
}

TEST(system_view, what_hurts_now_comes_first)
{
	struct screen t;

	begin(&t);
	busy(&t);
	/* over, long ago; then by time */
	EXPECT(!strcmp(line(&t, 0)->driver, "slow"), "%s", line(&t, 0)->driver);
	EXPECT(!strcmp(line(&t, 1)->driver, "kernel"), "%s", line(&t, 1)->driver);
	EXPECT(!strcmp(line(&t, 2)->driver, "fast"), "%s", line(&t, 2)->driver);
	tasklet(&t, 2001000, 101);
	timer(&t, 2002000, 90);
	timer(&t, 2003000, 90);
	until(&t, 3000000);
	reading(&t);
	EXPECT(!strcmp(line(&t, 0)->driver, "fast"), "%s", line(&t, 0)->driver);
	EXPECT(!strcmp(line(&t, 1)->driver, "slow"), "%s", line(&t, 1)->driver);
	/* by time: a call that is fit takes more than none */
	timer(&t, 3002000, 90);
	until(&t, 4000000);
	reading(&t);
	system_view_key(&t.view, 's');
	EXPECT(!strcmp(line(&t, 0)->driver, "slow"), "%s", line(&t, 0)->driver);
	system_view_key(&t.view, 's');
	EXPECT(!strcmp(line(&t, 0)->driver, "fast"), "%s", line(&t, 0)->driver);
	EXPECT(!strcmp(line(&t, 1)->driver, "kernel"), "%s", line(&t, 1)->driver);
	system_view_key(&t.view, 's');
	EXPECT_EQ(t.view.sort, SYSTEM_SORT_HURTS);
	end(&t);
}

/* Of the library's carriers, and of what only runs routines, the routines are counted. */
TEST(system_view, a_pass_over_routines_is_no_call)
{
	struct system_event e = { .type = SYSTEM_SOFTIRQ_ENTRY, .number = 6, .pid = 100 };
	const struct system_line *l;
	struct screen t;

	begin(&t);
	busy(&t);
	e.ts = 2001000 * US;
	system_event(t.s, &e);
	tasklet(&t, 2002000, 10);
	e.type = SYSTEM_SOFTIRQ_EXIT;
	e.ts = 2003000 * US;
	system_event(t.s, &e);
	work(&t, 2004000, 10);
	until(&t, 3000000);
	reading(&t);
	system_view_key(&t.view, 's');
	l = line(&t, 0);
	EXPECT(!strcmp(l->driver, "kernel"), "%s", l->driver);
	EXPECT(is(l->rate, 1), "%f per s", l->rate);
	end(&t);
}

TEST(system_view, a_wait_hurts_as_well)
{
	struct system_event e = { .type = SYSTEM_WORK_QUEUE, .function = KERNEL_WORK,
				  .object = KERNEL_WORK, .name = "events", .pid = 100 };
	const struct system_line *l;
	struct screen t;

	begin(&t);
	busy(&t);
	e.ts = 2001000 * US;
	system_event(t.s, &e);
	work(&t, 2004000, 10);
	until(&t, 3000000);
	reading(&t);
	l = line(&t, 0);
	EXPECT(!strcmp(l->driver, "kernel") && l->is_over_now && l->over == 1, "%s", l->driver);
	EXPECT(is(l->max_ns, 3000 * US) && is(l->budget_ns, 2000 * US), "%f of %f ns", l->max_ns,
	       l->budget_ns);
	/* the cursor is still on the driver that was the first one */
	system_view_key(&t.view, TOP_KEY_UP);
	system_view_key(&t.view, TOP_KEY_ENTER);
	l = line(&t, 2);
	EXPECT(!strcmp(l->title, "               waited"), "%s", l->title);
	EXPECT(is(l->now_ns, 3000 * US), "%f ns", l->now_ns);
	end(&t);
}

TEST(system_view, enter_opens_a_driver_and_closes_it)
{
	struct screen t;

	begin(&t);
	busy(&t);
	EXPECT_EQ(lines(&t), 3);
	system_view_key(&t.view, TOP_KEY_ENTER);
	/* its timer, which one was the worst, and what that consists of */
	EXPECT_EQ(lines(&t), 6);
	draw(&t, 24, 100);
	EXPECT(shows(&t, 5, "- slow"), "not open");
	EXPECT(shows(&t, 6, "    timer        slow_timer"), "no routine");
	EXPECT(shows(&t, 6, "1   0.00     20.0        -     500.0     100       1"),
	       "not its times");
	EXPECT(shows(&t, 7, "    worst: timer slow_timer, on CPU 0"), "no worst call");
	EXPECT(shows(&t, 8, "      timer slow_timer of slow"), "no part");
	EXPECT(shows(&t, 8, "100.00                       500.0"), "not all of it");
	EXPECT(shows(&t, 9, "+ kernel"), "no next driver");
	/* it stays open at the next reading, wherever it is then */
	tasklet(&t, 2001000, 101);
	until(&t, 3000000);
	reading(&t);
	EXPECT(!strcmp(line(&t, 1)->driver, "slow") && line(&t, 1)->open, "%s",
	       line(&t, 1)->driver);
	/* and so does the cursor, also on a line inside of it */
	EXPECT(!strcmp(t.view.lines[t.view.at].driver, "slow"), "%s",
	       t.view.lines[t.view.at].driver);
	system_view_key(&t.view, TOP_KEY_DOWN);
	reading(&t);
	EXPECT(!strcmp(t.view.lines[t.view.at].title, "timer        slow_timer"), "%s",
	       t.view.lines[t.view.at].title);
	/* from there, its driver is closed, and chosen */
	system_view_key(&t.view, ' ');
	EXPECT_EQ(lines(&t), 3);
	EXPECT(!strcmp(t.view.lines[t.view.at].title, "slow"), "%s",
	       t.view.lines[t.view.at].title);
	end(&t);
}

TEST(system_view, the_cursor_stays_on_the_screen)
{
	struct screen t;
	unsigned int i;

	begin(&t);
	/* nothing to choose from yet */
	system_view_key(&t.view, TOP_KEY_ENTER);
	system_view_key(&t.view, 'a');
	system_view_key(&t.view, TOP_KEY_DOWN);
	reading(&t);
	draw(&t, 24, 100);
	EXPECT(shows(&t, 5, "nothing has come yet"), "something has");
	busy(&t);
	/* from above the first to below the last line */
	for (i = 0; i < 30; i++)
		system_view_key(&t.view, TOP_KEY_UP);
	EXPECT_EQ(t.view.at, 0);
	for (i = 0; i < 30; i++)
		system_view_key(&t.view, TOP_KEY_DOWN);
	EXPECT(t.view.at == t.view.nr_lines - 1, "line %u of %u", t.view.at, t.view.nr_lines);
	/* on a low screen, the lines above it go */
	draw(&t, 10, 100);
	EXPECT(shows(&t, 8, "100.00"), "it is not in sight");
	EXPECT(canvas_at(&t.canvas, 8, 99)->look == LOOK_CHOSEN, "it is not marked");
	for (i = 0; i < 30; i++)
		system_view_key(&t.view, TOP_KEY_UP);
	draw(&t, 10, 100);
	EXPECT_EQ(t.view.at, 0);
	EXPECT(shows(&t, 5, "- slow"), "it is not in sight");
	/* lines that are not shown can't be chosen */
	system_view_key(&t.view, 'a');
	system_view_key(&t.view, TOP_KEY_DOWN);
	EXPECT(!strcmp(t.view.lines[t.view.at].title, "kernel"), "%s",
	       t.view.lines[t.view.at].title);
	end(&t);
}

TEST(system_view, all_are_opened_and_closed)
{
	struct screen t;
	unsigned int all;

	begin(&t);
	busy(&t);
	system_view_key(&t.view, 'a');
	all = lines(&t);
	EXPECT_EQ(all, t.view.nr_lines);
	/* one of them closed: the others stay open */
	system_view_key(&t.view, TOP_KEY_ENTER);
	EXPECT_EQ(lines(&t), all - 3);
	reading(&t);
	EXPECT_EQ(lines(&t), all - 3);
	system_view_key(&t.view, 'a');
	EXPECT_EQ(lines(&t), all);
	system_view_key(&t.view, 'a');
	EXPECT_EQ(lines(&t), 3);
	reading(&t);
	EXPECT_EQ(lines(&t), 3);
	end(&t);
}

TEST(system_view, a_pipe_gets_all_drivers_open)
{
	struct screen t;

	begin(&t);
	t.view.batch = true;
	busy(&t);
	EXPECT_EQ(lines(&t), t.view.nr_lines);
	EXPECT_EQ(system_draw_rows(&t.view), 5 + (int)t.view.nr_lines);
	draw(&t, system_draw_rows(&t.view), 100);
	EXPECT(shows(&t, 0, "kernel 6.12.0, 2 CPUs  every 1 s"), "no head");
	EXPECT(shows(&t, 1, " events per s; reading them takes "), "no rate");
	EXPECT(shows(&t, 2, "Not fit: timer slow_timer of slow took 500.0 us at most"), "no verdict");
	EXPECT(shows(&t, 4 + t.view.nr_lines, "100.00"), "the last line is not there");
	end(&t);
}

TEST(system_view, a_narrow_screen_keeps_what_matters)
{
	struct screen t;

	begin(&t);
	busy(&t);
	draw(&t, 24, 60);
	EXPECT(shows(&t, 4, "max  budget    over"), "no head");
	EXPECT(shows(&t, 5, "500.0     100       1"), "no numbers");
	/* a title may be where no number is */
	system_view_key(&t.view, TOP_KEY_ENTER);
	draw(&t, 24, 79);
	EXPECT(shows(&t, 7, "    worst: timer slow_timer, on CPU 0      "), "cut off");
	draw(&t, TOP_ROWS_MIN, TOP_COLS_MIN - 1);
	EXPECT(shows(&t, 0, "needed"), "drawn all the same");
	end(&t);
}

TEST(system_view, lost_events_are_said)
{
	struct screen t;
	struct system_event e = { .type = SYSTEM_MARK, .name = "", .ts = 1500 * US, .lost = 7 };

	begin(&t);
	tasklet(&t, 1000, 10);
	system_event(t.s, &e);
	reading(&t);
	draw(&t, 24, 100);
	EXPECT(shows(&t, 1, "; 7 events lost: --buffer"), "nothing");
	EXPECT(shows(&t, 2, "Not known: events were lost"), "a verdict");
	e.lost = -1;
	system_event(t.s, &e);
	reading(&t);
	draw(&t, 24, 100);
	EXPECT(shows(&t, 1, "; more than 7 events lost: --buffer"), "nothing");
	end(&t);
}

TEST(system_view, keys_pause_explain_and_end)
{
	struct screen t;

	begin(&t);
	busy(&t);
	EXPECT_EQ(system_view_key(&t.view, 'p'), SYSTEM_NOTHING);
	draw(&t, 24, 100);
	EXPECT(shows(&t, 0, "PAUSED"), "not paused");
	system_view_key(&t.view, 'p');
	EXPECT(!t.view.paused, "still");
	system_view_key(&t.view, '?');
	draw(&t, 24, 100);
	EXPECT(shows(&t, 2, "any key closes this"), "no help");
	/* the key that closes it does nothing else; no key does not close it */
	EXPECT_EQ(system_view_key(&t.view, TOP_KEY_NONE), SYSTEM_NOTHING);
	EXPECT(t.view.help, "closed");
	EXPECT_EQ(system_view_key(&t.view, 'q'), SYSTEM_NOTHING);
	EXPECT(!t.view.help, "open");
	EXPECT_EQ(system_view_key(&t.view, 'r'), SYSTEM_RESET);
	EXPECT_EQ(system_view_key(&t.view, 'q'), SYSTEM_QUIT);
	end(&t);
}

int main(int argc, char **argv)
{
	return ktap_run(argv + 1, NULL, NULL);
}

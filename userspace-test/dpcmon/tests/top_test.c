// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon top with readings that are made up here: what is drawn, and how it
 * behaves on a terminal.  KTAP on stdout.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pty.h>
#include <utmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "../../tests/ktap.h"
#include "measured.h"
#include "top.h"
#include "util.h"

#define WAIT_S	20

/* ---- Drawing ------------------------------------------------------------------------- */

static void fake_stage(struct dpc_stage_stats *s, uint64_t count, uint64_t avg, uint64_t max,
		       unsigned int bucket)
{
	s->count = count;
	s->total_ns = count * avg;
	s->max_ns = max;
	s->hist[bucket] = count - 1;
	s->hist[DPC_HIST_BUCKETS - 1] = 1;
}

static void fake_object(struct dpc_object *o, uint32_t id)
{
	memset(o, 0, sizeof(*o));
	o->id = id;
	o->irq = 28 + id;
	o->flags = DPC_OBJECT_ENABLED;
	snprintf(o->name, sizeof(o->name), "dpc_edu%u", id - 1);
	snprintf(o->device, sizeof(o->device), "0000:00:0%u.0", 3 + id);
}

/* Two readings, a second apart, 100 interrupts between them. */
static void fake_view(struct top_view *v)
{
	struct top_sample s = { .ns = 5000000000 };
	unsigned int i;

	memset(v, 0, sizeof(*v));
	snprintf(v->which, sizeof(v->which), "0000:00:04.0/0");
	snprintf(v->clock, sizeof(v->clock), "12:34:56");
	v->interval_ns = NSEC_PER_SEC;
	v->stage = DPC_STAGE_NR;
	for (i = 0; i < DPC_MODEL_NR; i++) {
		snprintf(v->models[i].name, sizeof(v->models[i].name), "model%u", i);
		v->models[i].available = i != 3;
		v->models[i].traits = DPC_MODEL_SERIALISED | DPC_MODEL_SAME_CPU;
	}
	snprintf(v->models[3].needs, sizeof(v->models[3].needs), "Linux 6.9");
	fake_object(&s.object, 1);
	s.msi = true;
	for (i = 0; i < DPC_STAGE_NR; i++) {
		s.stats.budget_us[i] = 100;
		fake_stage(&s.stats.stage[i], 1000, 10000, 50000, 6);
	}
	s.stats.interrupts = 1000;
	top_view_sample(v, &s);
	s.ns += NSEC_PER_SEC;
	s.stats.interrupts = 1100;
	for (i = 0; i < DPC_STAGE_NR; i++) {
		s.stats.stage[i].count += 100;
		s.stats.stage[i].hist[6] += 100;
		s.stats.stage[i].total_ns += 100 * 20000;
	}
	s.stats.stage[DPC_STAGE_DPC].max_ns = 330300;
	s.stats.stage[DPC_STAGE_DPC].over_budget = 7;
	top_view_sample(v, &s);
}

static int row_with(const struct canvas *c, const char *text)
{
	int row;

	for (row = 0; row < c->rows; row++) {
		char *line = canvas_row(c, row);
		bool found = strstr(line, text);

		free(line);
		if (found)
			return row;
	}
	return -1;
}

static void expect_row(const struct canvas *c, int row, const char *text)
{
	char *line = canvas_row(c, row);

	EXPECT(!strcmp(line, text), "row %d is \"%s\", wanted \"%s\"", row, line, text);
	free(line);
}

TEST(draw, all_of_it_has_its_place_on_24_lines)
{
	struct top_view v;
	struct canvas c;

	fake_view(&v);
	canvas_init(&c, 24, 110);
	top_draw(&v, &c);
	expect_row(&c, 0, "#1 dpc_edu0 (0000:00:04.0)  irq 29 MSI  model model0  every 1 s  12:34:56");
	expect_row(&c, 1, "1100 interrupts, 100 per s, 0 not ours, 0 violations");
	expect_row(&c, 2, "worst routine: none over budget since we look");
	expect_row(&c, 4, "time in us              count   per s       now       avg      ~p50        max  budget     over  0..250 us");
	expect_row(&c, 5, "ISR                      1100     100      20.0      10.9      17.5       50.0     100        0        @   .");
	expect_row(&c, 7, "DPC                      1100     100      20.0      10.9      17.5      330.3     100        7        @   .");
	expect_row(&c, 11, "DPC: longest 330.3 us, 330 % of its budget");
	EXPECT_EQ(row_with(&c, "q quit"), 23);
	EXPECT_EQ(canvas_at(&c, 7, 18 + 11 + 8 + 30 + 11 + 8 + 8)->look, LOOK_OVER);
	EXPECT_EQ(canvas_at(&c, 6, 18 + 11 + 8 + 30 + 11 + 8 + 8)->look, LOOK_PLAIN);
	canvas_free(&c);
}

#define BAR_COL	26

TEST(draw, histogram_bars_are_as_long_as_their_shares)
{
	struct top_view v;
	struct canvas c;
	int row, full = 0, half = 0, col;

	fake_view(&v);
	v.stage = DPC_STAGE_WORK;
	v.now.stats.stage[DPC_STAGE_WORK].hist[3] = v.now.stats.stage[DPC_STAGE_WORK].hist[6] / 2;
	canvas_init(&c, 30, 100);
	top_draw(&v, &c);
	row = row_with(&c, "Work item: longest 50.0 us, 50 % of its budget");
	ASSERT_GE(row, 0);
	for (col = BAR_COL; col < 100; col++) {
		full += canvas_at(&c, row + 1 + 6, col)->ch == '#';
		half += canvas_at(&c, row + 1 + 3, col)->ch == '#';
	}
	EXPECT_EQ(full, 100 - BAR_COL - 1);
	EXPECT_EQ(half, (100 - BAR_COL - 1) / 2);
	EXPECT_EQ(canvas_at(&c, row + 1 + 10, BAR_COL)->look, LOOK_OVER);
	EXPECT_EQ(canvas_at(&c, row + 1 + 6, BAR_COL)->look, LOOK_BAR);
	v.utf8 = true;
	top_draw(&v, &c);
	EXPECT_EQ(canvas_at(&c, row + 1 + 6, BAR_COL)->ch, 0x2588);
	canvas_free(&c);
}

TEST(draw, a_narrow_screen_keeps_what_matters)
{
	struct top_view v;
	struct canvas c;
	int row;

	fake_view(&v);
	canvas_init(&c, 24, 60);
	top_draw(&v, &c);
	row = row_with(&c, "time in us");
	EXPECT_EQ(row, 4);
	EXPECT(row_with(&c, "max") == row && row_with(&c, "over") >= 0, "no max, no over");
	EXPECT(row_with(&c, "~p50") < 0, "~p50 is still there");
	canvas_free(&c);
	canvas_init(&c, 5, 30);
	top_draw(&v, &c);
	expect_row(&c, 0, "40x8 needed");
	canvas_free(&c);
}

TEST(draw, any_size_is_drawn)
{
	struct top_view v;
	struct canvas c;
	int rows, cols;

	fake_view(&v);
	for (rows = 0; rows < 40; rows++) {
		for (cols = 0; cols < 130; cols += 3) {
			canvas_init(&c, rows, cols);
			for (v.overlay = 0; v.overlay <= TOP_OVERLAY_HELP; v.overlay++)
				top_draw(&v, &c);
			canvas_free(&c);
		}
	}
}

TEST(draw, absent_models_are_grey_and_say_what_they_need)
{
	struct top_view v;
	struct canvas c;
	int row;

	fake_view(&v);
	v.overlay = TOP_OVERLAY_MENU;
	v.menu_at = 1;
	canvas_init(&c, 24, 80);
	top_draw(&v, &c);
	row = row_with(&c, "model3");
	EXPECT_EQ(row, row_with(&c, "needs Linux 6.9"));
	EXPECT_EQ(canvas_at(&c, row, 3)->look, LOOK_DIM);
	EXPECT_EQ(canvas_at(&c, row - 1, 3)->look, LOOK_PLAIN);
	EXPECT_EQ(canvas_at(&c, row - 2, 3)->look, LOOK_CHOSEN);
	EXPECT_EQ(row_with(&c, "* model0      serialised, same CPU"), row - 3);
	canvas_free(&c);
}

/* M6: the first reading, and a stage that has not happened. */
TEST(draw, what_was_not_measured_is_a_dash)
{
	struct dpc_stage_stats *s;
	struct top_view v;
	struct canvas c;

	fake_view(&v);
	v.before.ns = 0;
	v.stage = DPC_STAGE_WORK;
	s = &v.now.stats.stage[DPC_STAGE_WORK];
	memset(s, 0, sizeof(*s));
	v.now.stats.budget_us[DPC_STAGE_COMPLETE] = 0;
	canvas_init(&c, 30, 110);
	top_draw(&v, &c);
	expect_row(&c, 1, "1100 interrupts, 0 not ours, 0 violations");
	expect_row(&c, 9, "Work item                   0       -         -         -         -          -     100        0");
	expect_row(&c, 10, "ISR start to done        1100       -         -      10.9      17.5       50.0       -        -        @   .");
	EXPECT_EQ(row_with(&c, "Work item: not measured yet"), 12);
	EXPECT_EQ(row_with(&c, "   0 us         0     - %"), 13);
	memset(v.now.stats.budget_us, 0, sizeof(v.now.stats.budget_us));
	top_draw(&v, &c);
	expect_row(&c, 2, "worst routine: not known, no stage has a budget");
	canvas_free(&c);
}

TEST(draw, a_device_that_is_gone_is_said)
{
	struct top_view v;
	struct canvas c;

	fake_view(&v);
	v.gone = ENODEV;
	canvas_init(&c, 24, 100);
	top_draw(&v, &c);
	EXPECT_EQ(row_with(&c, "dpc_edu0 (0000:00:04.0) is gone (No such device): looking for it"),
		  1);
	EXPECT_EQ(canvas_at(&c, 7, 20)->look, LOOK_DIM);
	canvas_free(&c);
}

TEST(draw, worst_routine_is_named_or_why_not)
{
	struct top_view v;
	struct canvas c;

	fake_view(&v);
	canvas_init(&c, 24, 110);
	v.worst.state = TOP_WORST_UNKNOWN;
	snprintf(v.worst.why, sizeof(v.worst.why), "tracing needs root: run it with sudo");
	top_draw(&v, &c);
	expect_row(&c, 2, "worst routine: not known, tracing needs root: run it with sudo");
	v.worst = (struct top_worst){
		.state = TOP_WORST_KNOWN, .routine = "dpc_edu_dpc", .stage = DPC_STAGE_DPC,
		.ns = 330300, .budget_ns = 100000, .seq = 77, .cpu = 1,
	};
	top_draw(&v, &c);
	expect_row(&c, 2, "worst routine: dpc_edu_dpc, DPC 330.3 us of 100, interrupt 77, CPU 1");
	canvas_free(&c);
}

/* ---- What is shown ---------------------------------------------------------------------- */

TEST(view, rate_is_that_of_the_last_interval)
{
	struct top_view v;
	struct top_sample s;

	fake_view(&v);
	EXPECT_EQ(top_view_rate(&v, DPC_STAGE_DPC), 100);
	EXPECT_EQ(top_view_now_ns(&v, DPC_STAGE_DPC), 20000);
	/* half a second, nothing came */
	s = v.now;
	s.ns += NSEC_PER_SEC / 2;
	top_view_sample(&v, &s);
	EXPECT_EQ(top_view_rate(&v, DPC_STAGE_DPC), 0);
	EXPECT(!is_measured(top_view_now_ns(&v, DPC_STAGE_DPC)), "an average of nothing");
}

/* The difference to what was before a reset, or to another device, means nothing. */
TEST(view, no_rate_across_a_reset_or_another_device)
{
	struct top_view v;
	struct top_sample s;

	fake_view(&v);
	s = v.now;
	s.ns += NSEC_PER_SEC;
	memset(&s.stats, 0, sizeof(s.stats));
	top_view_sample(&v, &s);
	EXPECT_EQ(v.before.ns, 0);
	fake_view(&v);
	s = v.now;
	s.ns += NSEC_PER_SEC;
	s.object.id = 2;
	top_view_sample(&v, &s);
	EXPECT_EQ(v.before.ns, 0);
	/* so soon after a reset that the counters have grown again */
	fake_view(&v);
	s = v.now;
	s.ns += NSEC_PER_SEC;
	s.stats.epoch++;
	top_view_sample(&v, &s);
	EXPECT_EQ(v.before.ns, 0);
}

/* Two objects, the second one with a DPC over its budget. */
static void fake_overview(struct top_view *v)
{
	struct top_sample s[2];

	fake_view(v);
	*v->which = '\0';
	s[0] = v->before;
	s[1] = v->before;
	fake_object(&s[1].object, 2);
	s[1].object.vector = 3;
	top_view_rows(v, s, 2);
	s[0] = v->now;
	s[1].ns += 2 * NSEC_PER_SEC;
	s[1].stats.stage[DPC_STAGE_ISR].count += 100;
	s[1].stats.interrupts = 1100;
	top_view_rows(v, s, 2);
}

TEST(overview, has_a_row_for_each_object)
{
	struct top_view v;
	struct canvas c;

	fake_overview(&v);
	v.row_at = 1;
	canvas_init(&c, 24, 120);
	top_draw(&v, &c);
	expect_row(&c, 0, "2 objects  every 1 s  12:34:56");
	expect_row(&c, 1, "2200 interrupts, 0 violations");
	expect_row(&c, 4, "   id name              device               model          count   per s  nearest to its budget");
	expect_row(&c, 5, "    1 dpc_edu0          0000:00:04.0         model0          1100     100  DPC, 330.3 of 100 us, 7 over");
	expect_row(&c, 6, "    2 dpc_edu1          0000:00:05.0/3       model0          1100      50  ISR, 50.0 of 100 us");
	EXPECT_EQ(canvas_at(&c, 6, 10)->look, LOOK_CHOSEN);
	EXPECT_EQ(row_with(&c, "Enter show"), 23);
	canvas_free(&c);
}

/* One goes, another one comes: rates are those of the same object. */
TEST(overview, a_row_is_compared_with_its_own_object)
{
	struct top_sample s[2];
	struct top_view v;

	fake_overview(&v);
	v.row_at = 1;
	s[0] = v.rows[1].now;
	s[0].ns += NSEC_PER_SEC;
	s[0].stats.stage[DPC_STAGE_ISR].count += 10;
	s[1] = s[0];
	s[1].object.id = 3;
	top_view_rows(&v, s, 2);
	EXPECT_EQ(top_view_row_rate(&v.rows[0]), 10);
	EXPECT(!is_measured(top_view_row_rate(&v.rows[1])), "the rate of one that has just come");
	top_view_rows(&v, s, 0);
	EXPECT_EQ(v.row_at, 0);
	EXPECT_EQ(top_view_key(&v, TOP_KEY_ENTER), TOP_NOTHING);
}

TEST(overview, keys_choose_an_object)
{
	struct top_view v;

	fake_overview(&v);
	top_view_key(&v, TOP_KEY_DOWN);
	EXPECT_EQ(v.row_at, 1);
	top_view_key(&v, TOP_KEY_DOWN);
	EXPECT_EQ(v.row_at, 0);
	top_view_key(&v, TOP_KEY_UP);
	EXPECT_EQ(v.row_at, 1);
	EXPECT_EQ(top_view_key(&v, TOP_KEY_ENTER), TOP_SHOW_ROW);
	EXPECT_EQ(top_view_key(&v, 'm'), TOP_NOTHING);
	fake_view(&v);
	EXPECT_EQ(top_view_key(&v, 'o'), TOP_SHOW_ALL);
}

TEST(view, median_lies_in_its_bucket)
{
	struct dpc_stage_stats s = { .max_ns = 1000000 };

	EXPECT(!is_measured(top_view_median_ns(&s)), "a median of nothing");
	s.hist[5] = 1;
	EXPECT(!is_measured(top_view_median_ns(&s)), "a median of one");
	s.hist[5] = 100;			/* 5 to 10 us */
	EXPECT_EQ(top_view_median_ns(&s), 7500);
	s.hist[0] = 1000;
	EXPECT_GE(999, top_view_median_ns(&s));
	s.hist[10] = 5000;			/* 250 us to the longest */
	EXPECT_GE(top_view_median_ns(&s), 250000);
	EXPECT_LE(top_view_median_ns(&s), 1000000);
	s.max_ns = 260000;
	EXPECT_LE(top_view_median_ns(&s), 260000);
}

TEST(view, keys_do_what_the_help_says)
{
	struct top_view v;

	fake_view(&v);
	EXPECT_EQ(top_view_key(&v, 'q'), TOP_QUIT);
	EXPECT_EQ(top_view_key(&v, 'r'), TOP_RESET);
	EXPECT_EQ(top_view_key(&v, 'd'), TOP_NEXT_DEVICE);
	EXPECT_EQ(top_view_key(&v, 'm'), TOP_OPEN_MENU);
	EXPECT_EQ(top_view_key(&v, 'p'), TOP_NOTHING);
	EXPECT(v.paused, "not paused");
	top_view_key(&v, 'p');
	EXPECT(!v.paused, "still paused");
	top_view_key(&v, '?');
	EXPECT_EQ(v.overlay, TOP_OVERLAY_HELP);
	EXPECT_EQ(top_view_key(&v, 'q'), TOP_NOTHING);
	EXPECT_EQ(v.overlay, TOP_OVERLAY_NONE);
	EXPECT_EQ(top_view_stage(&v), DPC_STAGE_DPC);
	top_view_key(&v, TOP_KEY_DOWN);
	EXPECT_EQ(top_view_stage(&v), DPC_STAGE_DPC_TO_WORK);
	top_view_key(&v, 'a');
	EXPECT_EQ(top_view_stage(&v), DPC_STAGE_DPC);
	v.overlay = TOP_OVERLAY_MENU;
	top_view_key(&v, TOP_KEY_UP);
	EXPECT_EQ(v.menu_at, DPC_MODEL_NR - 1);
	EXPECT_EQ(top_view_key(&v, TOP_KEY_ENTER), TOP_SET_MODEL);
	EXPECT_EQ(v.overlay, TOP_OVERLAY_NONE);
}

/* ---- A source, and a terminal ------------------------------------------------------------ */

/* Shared with the process that runs dpcmon top. */
struct fake {
	int		gone;		/* errno of reading and opening */
	int		set_error;
	unsigned int	resets;
	uint32_t	model;
	uint32_t	reads;
	uint32_t	id;		/* of the object that is shown */
	bool		news;
};

static struct fake *fake;

static int fake_open(void *data, const char *which)
{
	fake->id = strstr(which, ":05.0") ? 2 : 1;
	return -fake->gone;
}

static int fake_read(void *data, struct top_sample *s)
{
	struct top_view v;

	fake_view(&v);
	*s = v.now;
	fake_object(&s->object, fake->id);
	s->object.model = fake->model;
	fake->reads++;
	return -fake->gone;
}

static int fake_list(void *data, struct top_sample *s, unsigned int max)
{
	struct top_view v;

	fake_overview(&v);
	s[0] = v.rows[0].now;
	s[1] = v.rows[1].now;
	s[1].object.vector = 0;
	return fake->gone ? -fake->gone : 2;
}

static int fake_news(void *data, char text[TOP_STATUS_LEN])
{
	if (!fake->news)
		return 0;
	fake->news = false;
	snprintf(text, TOP_STATUS_LEN, "object #5 e1000 has come");
	return 1;
}

static int fake_reset(void *data)
{
	fake->resets++;
	return 0;
}

static int fake_query(void *data, uint32_t nr, struct dpc_model_info *info)
{
	struct top_view v;

	fake_view(&v);
	*info = v.models[nr];
	return 0;
}

static int fake_set(void *data, uint32_t nr)
{
	if (!fake->set_error)
		fake->model = nr;
	return -fake->set_error;
}

static void fake_worst(void *data, struct top_worst *worst)
{
	memset(worst, 0, sizeof(*worst));
}

static const struct top_source fake_source = {
	.open = fake_open, .read = fake_read, .reset = fake_reset, .query_model = fake_query,
	.set_model = fake_set, .list = fake_list, .news = fake_news, .worst = fake_worst,
};

static int top_on_this_terminal(void)
{
	struct top_options options = { .which = "0000:00:04.0/0", .interval_ns = 50000000 };

	catch_interrupts();
	return top_loop(&options, &fake_source, NULL) ? 1 : 0;
}

#define SCREEN_ROWS	48
#define SCREEN_COLS	128

/*
 * What a terminal makes of it, as far as ncurses asks for that: only what
 * differs is written.
 */
static struct {
	int		fd;
	pid_t		pid;
	struct termios	before;
	char		screen[SCREEN_ROWS][SCREEN_COLS + 1];
	int		row, col;
	char		last;
	enum { PTY_TEXT, PTY_ESCAPE, PTY_CHARSET, PTY_CSI } state;
	char		args[32];
	unsigned int	len;
	bool		alternate;	/* the other screen, that full-screen programs use */
	bool		hidden;		/* the cursor is */
} pty;

/* @hangup: what it does on SIGHUP, whatever the one who runs the tests does. */
static void pty_start_with(const char *type, void (*hangup)(int))
{
	struct winsize size = { .ws_row = 24, .ws_col = 100 };
	int slave, row;

	fake = mmap(NULL, sizeof(*fake), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT(fake != MAP_FAILED, "mmap");
	ASSERT_EQ(openpty(&pty.fd, &slave, NULL, NULL, &size), 0);
	tcgetattr(slave, &pty.before);
	memset(pty.screen, ' ', sizeof(pty.screen));
	for (row = 0; row < SCREEN_ROWS; row++)
		pty.screen[row][SCREEN_COLS] = '\0';
	pty.row = 0;
	pty.col = 0;
	pty.state = PTY_TEXT;
	pty.pid = fork();
	if (!pty.pid) {
		close(pty.fd);
		login_tty(slave);
		setenv("TERM", type, 1);
		signal(SIGHUP, hangup);
		_exit(top_on_this_terminal());
	}
	close(slave);
}

static void pty_start(const char *type)
{
	pty_start_with(type, SIG_DFL);
}

static void pty_put(char ch)
{
	if (pty.row < SCREEN_ROWS && pty.col < SCREEN_COLS)
		pty.screen[pty.row][pty.col] = ch;
	if (pty.col < SCREEN_COLS)
		pty.col++;
	pty.last = ch;
}

static void pty_blank(int row, int from, int to)
{
	if (row < SCREEN_ROWS && from < SCREEN_COLS)
		memset(&pty.screen[row][from], ' ', (to < SCREEN_COLS ? to : SCREEN_COLS) - from);
}

static void pty_command(char command)
{
	int n = atoi(pty.args), row;
	const char *second = strchr(pty.args, ';');

	if (!strcmp(pty.args, "?1049"))
		pty.alternate = command == 'h';
	if (!strcmp(pty.args, "?25") || !strcmp(pty.args, "?12;25"))
		pty.hidden = command == 'l';
	switch (command) {
	case 'H':
		pty.row = n ? n - 1 : 0;
		pty.col = second ? atoi(second + 1) - 1 : 0;
		break;
	case 'd':
		pty.row = n ? n - 1 : 0;
		break;
	case 'G':
		pty.col = n ? n - 1 : 0;
		break;
	case 'A':
		pty.row -= n ? n : 1;
		break;
	case 'B':
		pty.row += n ? n : 1;
		break;
	case 'C':
		pty.col += n ? n : 1;
		break;
	case 'D':
		pty.col -= n ? n : 1;
		break;
	case 'J':
		for (row = n == 2 ? 0 : pty.row; row < SCREEN_ROWS; row++)
			pty_blank(row, n != 2 && row == pty.row ? pty.col : 0, SCREEN_COLS);
		break;
	case 'K':
		pty_blank(pty.row, n == 1 ? 0 : pty.col, n == 1 ? pty.col + 1 : SCREEN_COLS);
		break;
	case 'X':
		pty_blank(pty.row, pty.col, pty.col + (n ? n : 1));
		break;
	case 'b':
		for (; n; n--)
			pty_put(pty.last);
		break;
	}
}

static void pty_byte(char ch)
{
	switch (pty.state) {
	case PTY_ESCAPE:
		pty.len = 0;
		pty.args[0] = '\0';
		pty.state = ch == '[' ? PTY_CSI : ch == '(' || ch == ')' ? PTY_CHARSET : PTY_TEXT;
		return;
	case PTY_CHARSET:
		pty.state = PTY_TEXT;
		return;
	case PTY_CSI:
		if (ch >= '@') {
			pty_command(ch);
			pty.state = PTY_TEXT;
		} else if (pty.len < sizeof(pty.args) - 1) {
			pty.args[pty.len++] = ch;
			pty.args[pty.len] = '\0';
		}
		return;
	case PTY_TEXT:
		break;
	}
	if (ch == 27)
		pty.state = PTY_ESCAPE;
	else if (ch == '\r')
		pty.col = 0;
	else if (ch == '\n')
		pty.row++;
	else if (ch == '\b')
		pty.col -= pty.col > 0;
	else if (ch >= ' ')
		pty_put(ch);
}

/* Whatever was written, onto the screen. */
static void pty_take(int ms)
{
	struct timeval tv = { .tv_usec = ms * 1000 };
	char text[4096];
	ssize_t len, i;
	fd_set fds;

	FD_ZERO(&fds);
	FD_SET(pty.fd, &fds);
	if (select(pty.fd + 1, &fds, NULL, NULL, &tv) <= 0)
		return;
	len = read(pty.fd, text, sizeof(text));
	for (i = 0; i < len; i++)
		pty_byte(text[i]);
}

static bool pty_has(const char *text)
{
	int row;

	for (row = 0; row < SCREEN_ROWS; row++)
		if (strstr(pty.screen[row], text))
			return true;
	return false;
}

/* Until @text is on the screen. */
static bool pty_shows(const char *text)
{
	unsigned long long end = ktap_now_ns() + WAIT_S * 1000000000ull;
	int row;

	while (ktap_now_ns() < end) {
		if (pty_has(text))
			return true;
		pty_take(50);
	}
	for (row = 0; row < 24; row++)
		ktap_note("|%.100s|", pty.screen[row]);
	return false;
}

static void pty_expect(int line, const char *text)
{
	EXPECT(pty_shows(text), "line %d: not shown: %s", line, text);
}

#define EXPECT_SHOWS(text)	pty_expect(__LINE__, text)

static void pty_keys(const char *keys)
{
	EXPECT_EQ(write(pty.fd, keys, strlen(keys)), strlen(keys));
}

/* The status that it ends with; nothing of its terminal may be changed then. */
static int pty_end(void)
{
	struct termios now;
	int status = -1, i;
	bool ended;

	ended = KTAP_WAIT(WAIT_S, (pty_take(0), waitpid(pty.pid, &status, WNOHANG) == pty.pid));
	ASSERT(ended, "it does not end");
	for (i = 0; i < 10; i++)
		pty_take(5);
	EXPECT(!pty.alternate, "the screen is not the one before");
	EXPECT(!pty.hidden, "the cursor is hidden");
	tcgetattr(pty.fd, &now);
	EXPECT_EQ(now.c_lflag, pty.before.c_lflag);
	EXPECT_EQ(now.c_iflag, pty.before.c_iflag);
	EXPECT_EQ(now.c_oflag, pty.before.c_oflag);
	return status;
}

TEST(terminal, q_ends_it_and_restores_the_terminal)
{
	int status;

	pty_start("xterm");
	EXPECT_SHOWS("1100 interrupts");
	EXPECT(pty.alternate && pty.hidden, "it uses the screen as it is");
	pty_keys("q");
	status = pty_end();
	EXPECT(WIFEXITED(status) && !WEXITSTATUS(status), "status %x", status);
}

TEST(terminal, its_end_ends_it_if_it_ignores_the_signal)
{
	int status = -1;
	bool ended;

	pty_start_with("xterm", SIG_IGN);
	EXPECT_SHOWS("1100 interrupts");
	close(pty.fd);
	ended = KTAP_WAIT(WAIT_S, waitpid(pty.pid, &status, WNOHANG) == pty.pid);
	if (!ended)
		kill(pty.pid, SIGKILL);
	ASSERT(ended, "it does not end");
	EXPECT(WIFEXITED(status), "status %x", status);
}

TEST(terminal, signals_end_it_in_order_and_restore_the_terminal)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	unsigned int i;
	int status;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		pty_start("xterm");
		EXPECT_SHOWS("1100 interrupts");
		kill(pty.pid, signals[i]);
		status = pty_end();
		EXPECT(WIFEXITED(status) && !WEXITSTATUS(status), "%s: status %x",
		       strsignal(signals[i]), status);
	}
}

TEST(terminal, fatal_signals_restore_the_terminal)
{
	static const int signals[] = { SIGSEGV, SIGABRT };
	unsigned int i;
	int status;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		pty_start("xterm");
		EXPECT_SHOWS("1100 interrupts");
		kill(pty.pid, signals[i]);
		status = pty_end();
		EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == signals[i], "%s: status %x",
		       strsignal(signals[i]), status);
	}
}

TEST(terminal, a_new_size_is_drawn)
{
	struct winsize small = { .ws_row = 6, .ws_col = 30 };
	struct winsize large = { .ws_row = 40, .ws_col = 120 };

	pty_start("xterm");
	EXPECT_SHOWS("q quit");
	ioctl(pty.fd, TIOCSWINSZ, &small);
	EXPECT_SHOWS("40x8 needed");
	ioctl(pty.fd, TIOCSWINSZ, &large);
	EXPECT_SHOWS("q quit");
	pty_keys("q");
	pty_end();
}

TEST(terminal, a_device_may_go_and_come_back)
{
	pty_start("xterm");
	EXPECT_SHOWS("1100 interrupts");
	fake->gone = ENODEV;
	EXPECT_SHOWS("is gone");
	fake->gone = 0;
	EXPECT_SHOWS("is back");
	pty_keys("q");
	pty_end();
}

TEST(terminal, a_model_is_chosen_from_the_menu)
{
	pty_start("xterm");
	EXPECT_SHOWS("q quit");
	pty_keys("m");
	EXPECT_SHOWS("switch model");
	pty_keys("jj\r");
	EXPECT_SHOWS("model model2");
	EXPECT_EQ(fake->model, 2);
	pty_keys("m");
	EXPECT_SHOWS("switch model");
	pty_keys("j\r");
	EXPECT_SHOWS("it needs Linux 6.9");
	EXPECT_EQ(fake->model, 2);
	pty_keys("q");
	pty_end();
}

TEST(terminal, a_refused_switch_is_in_the_status_line)
{
	static const struct { int error; const char *says; } cases[] = {
		{ EBUSY, "EBUSY: a request is in flight" },
		{ EPERM, "EPERM: not permitted" },
	};
	unsigned int i;

	pty_start("xterm");
	EXPECT_SHOWS("q quit");
	for (i = 0; i < 2; i++) {
		fake->set_error = cases[i].error;
		pty_keys("m");
		EXPECT_SHOWS("switch model");
		pty_keys("j\r");
		EXPECT_SHOWS(cases[i].says);
	}
	EXPECT_EQ(fake->model, 0);
	pty_keys("q");
	pty_end();
}

TEST(terminal, r_sets_to_zero_and_d_takes_the_next_object)
{
	pty_start("xterm");
	EXPECT_SHOWS("q quit");
	pty_keys("r");
	EXPECT_SHOWS("counters set to zero");
	EXPECT_EQ(fake->resets, 1);
	pty_keys("d");
	EXPECT_SHOWS("#2 dpc_edu1 (0000:00:05.0)");
	pty_keys("d");
	EXPECT_SHOWS("#1 dpc_edu0 (0000:00:04.0)");
	pty_keys("q");
	pty_end();
}

TEST(terminal, all_objects_are_an_overview)
{
	pty_start("xterm");
	EXPECT_SHOWS("q quit");
	pty_keys("o");
	EXPECT_SHOWS("2 objects");
	EXPECT_SHOWS("0000:00:05.0");
	pty_keys("j\r");
	EXPECT_SHOWS("#2 dpc_edu1 (0000:00:05.0)");
	pty_keys("q");
	pty_end();
}

TEST(terminal, an_object_that_comes_is_said)
{
	pty_start("xterm");
	EXPECT_SHOWS("q quit");
	fake->news = true;
	EXPECT_SHOWS("object #5 e1000 has come");
	pty_keys("q");
	pty_end();
}

TEST(terminal, paused_it_does_not_read)
{
	uint32_t reads;

	pty_start("xterm");
	EXPECT_SHOWS("q quit");
	pty_keys("p");
	EXPECT_SHOWS("PAUSED");
	reads = fake->reads;
	ktap_pause_us(300000);
	EXPECT_EQ(fake->reads, reads);
	pty_keys("p");
	EXPECT(KTAP_WAIT(WAIT_S, fake->reads > reads), "still paused");
	pty_keys("q");
	pty_end();
}

TEST(terminal, an_unknown_one_is_refused)
{
	int status;

	pty_start("no-such-terminal");
	EXPECT_SHOWS("is not known: set TERM");
	status = pty_end();
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %x", status);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	return ktap_run(argv + 1, NULL, NULL);
}

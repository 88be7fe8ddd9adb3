// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop of dpcmon top: reads the counters, shows them, takes keys, and looks for a
 * device that has gone away until it is back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "choose.h"
#include "model.h"
#include "top.h"
#include "util.h"

#define LOOP_BATCH_HEAD		4
#define LOOP_BATCH_ROWS		(LOOP_BATCH_HEAD + DPC_STAGE_NR + 1 + 1 + 1 + DPC_HIST_BUCKETS)

/**
 * struct loop - dpcmon top while it runs
 * @source: where readings come from
 * @data: for @source
 * @view: what is shown
 * @next_ns: when the next reading is due, CLOCK_MONOTONIC
 */
struct loop {
	const struct top_source	*source;
	void			*data;
	struct top_view		view;
	uint64_t		next_ns;
};

/* Asks the driver what it says of each model: for the head line and the menu. */
static void loop_models(struct loop *l)
{
	unsigned int i;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		struct dpc_model_info *m = &l->view.models[i];

		if (!l->source->query_model(l->data, i, m))
			continue;
		/* a driver that can't be asked: leave the choice to MODEL_SET */
		*m = (struct dpc_model_info){ .model = i, .available = 1 };
		snprintf(m->name, sizeof(m->name), "%s", model_name(i));
	}
}

static int loop_open(struct loop *l)
{
	int ret = l->source->open(l->data, l->view.which);

	if (ret)
		return ret;
	l->view.before.ns = 0;
	l->view.now.ns = 0;
	loop_models(l);
	return 0;
}

static void loop_clock(struct loop *l)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(l->view.clock, sizeof(l->view.clock), "%H:%M:%S", &tm);
}

static const char *loop_label(const struct loop *l)
{
	return *l->view.label ? l->view.label : l->view.which;
}

/* All objects: an error is one of the node. */
static int loop_read_all(struct loop *l)
{
	struct top_sample *s = xcalloc(TOP_OBJECTS, sizeof(*s));
	int nr = l->source->list(l->data, s, TOP_OBJECTS), i;

	for (i = 0; i < nr; i++)
		s[i].ns = now_ns();
	if (nr >= 0)
		top_view_rows(&l->view, s, nr);
	free(s);
	return nr < 0 ? nr : 0;
}

static int loop_read_one(struct loop *l)
{
	struct top_sample s = { 0 };
	int ret = l->source->read(l->data, &s);

	if (ret)
		return ret;
	s.ns = now_ns();
	top_view_sample(&l->view, &s);
	return 0;
}

/* An object that is gone is looked for each time: its driver may be loaded anew. */
static void loop_read(struct loop *l)
{
	struct top_view *v = &l->view;
	bool was_gone = v->gone;
	int ret = 0;

	if (v->gone)
		ret = loop_open(l);
	if (!ret)
		ret = top_view_is_overview(v) ? loop_read_all(l) : loop_read_one(l);
	loop_clock(l);
	if (ret) {
		if (!v->gone)
			top_view_status(v, now_ns(), "%s is gone: %s",
					top_view_is_overview(v) ? "/dev/dpc" : loop_label(l),
					strerror(-ret));
		v->gone = -ret;
		return;
	}
	v->gone = 0;
	if (was_gone)
		top_view_status(v, now_ns(), "%s is back",
				top_view_is_overview(v) ? "/dev/dpc" : loop_label(l));
	l->source->worst(l->data, &v->worst);
}

/* ---- What keys ask for ------------------------------------------------------------------ */

static void loop_reset(struct loop *l)
{
	int ret = l->source->reset(l->data);

	if (ret)
		top_view_status(&l->view, now_ns(), "can't set the counters to zero: %s",
				strerror(-ret));
	else
		top_view_status(&l->view, now_ns(), "counters set to zero");
	loop_read(l);
}

/* From now on shows what @which finds; empty for all. */
static void loop_show_which(struct loop *l, const char *which)
{
	int ret;

	snprintf(l->view.which, sizeof(l->view.which), "%s", which);
	*l->view.label = '\0';
	ret = loop_open(l);
	l->view.gone = -ret;
	if (ret)
		top_view_status(&l->view, now_ns(), "%s: %s", which, strerror(-ret));
	loop_read(l);
}

static void loop_show_row(struct loop *l, unsigned int row)
{
	char which[CHOOSE_LABEL_LEN];

	/* as long as it is there, its id is the surest */
	choose_again(&l->view.rows[row].now.object, which);
	l->view.row_at = row;
	loop_show_which(l, which);
}

/* The object after the one that is shown, the first one after the last. */
static void loop_next_object(struct loop *l)
{
	struct top_view *v = &l->view;
	uint32_t id = v->now.object.id;
	unsigned int i;

	if (top_view_is_overview(v)) {
		if (v->nr_rows)
			loop_show_row(l, v->row_at);
		return;
	}
	loop_read_all(l);
	for (i = 0; i < v->nr_rows && v->rows[i].now.object.id <= id; i++)
		;
	if (i == v->nr_rows)
		i = 0;
	if (!v->nr_rows || v->rows[i].now.object.id == id)
		top_view_status(v, now_ns(), "there is no other object");
	else
		loop_show_row(l, i);
}

/*
 * Switches to the model that the menu shows.  The kernel may refuse, and says so by an
 * errno; what the user can do about it goes to the status line.
 */
static void loop_set_model(struct loop *l)
{
	struct top_view *v = &l->view;
	const struct dpc_model_info *m = &v->models[v->menu_at];
	int ret;

	if (!m->available) {
		top_view_status(v, now_ns(), "%s can't be had here: it needs %.*s",
				m->name, (int)sizeof(m->needs), m->needs);
		return;
	}
	ret = l->source->set_model(l->data, v->menu_at);
	switch (-ret) {
	case 0:
		top_view_status(v, now_ns(), "model %s", m->name);
		break;
	case EBUSY:
		top_view_status(v, now_ns(),
				"EBUSY: a request is in flight, or another process holds the settings: try again");
		break;
	case EPERM:
	case EACCES:
		top_view_status(v, now_ns(), "EPERM: not permitted to write to /dev/dpc: run it with sudo");
		break;
	case EOPNOTSUPP:
		top_view_status(v, now_ns(), "EOPNOTSUPP: this kernel, or its driver, can't do %s",
				m->name);
		break;
	default:
		top_view_status(v, now_ns(), "can't switch to %s: %s", m->name, strerror(-ret));
	}
	loop_read(l);
}

static bool loop_act(struct loop *l, enum top_action action)
{
	switch (action) {
	case TOP_QUIT:
		return false;
	case TOP_RESET:
		loop_reset(l);
		break;
	case TOP_NEXT_DEVICE:
		loop_next_object(l);
		break;
	case TOP_SHOW_ROW:
		loop_show_row(l, l->view.row_at);
		break;
	case TOP_SHOW_ALL:
		loop_show_which(l, "");
		break;
	case TOP_OPEN_MENU:
		loop_models(l);
		l->view.menu_at = l->view.now.object.model % DPC_MODEL_NR;
		l->view.overlay = TOP_OVERLAY_MENU;
		break;
	case TOP_SET_MODEL:
		loop_set_model(l);
		break;
	case TOP_NOTHING:
		break;
	}
	return true;
}

/* ---- On a terminal ------------------------------------------------------------------------ */

static void loop_show(struct loop *l)
{
	struct canvas c;
	int rows, cols;

	top_term_size(&rows, &cols);
	canvas_init(&c, rows, cols);
	top_draw(&l->view, &c);
	top_term_show(&c);
	canvas_free(&c);
}

/*
 * How long to wait for a key: until the next reading, but not longer than 200 ms, because
 * a signal that comes just before the wait does not end it.
 */
static int loop_wait_ms(const struct loop *l)
{
	uint64_t now = now_ns(), left = l->next_ns > now ? l->next_ns - now : 0;

	return left > 200000000 ? 200 : (left + 999999) / 1000000;
}

/* What has come or gone is said, and shown at once. */
static void loop_news(struct loop *l)
{
	char text[TOP_STATUS_LEN];

	while (l->source->news && l->source->news(l->data, text)) {
		top_view_status(&l->view, now_ns(), "%s", text);
		l->next_ns = 0;
	}
}

static int loop_terminal(struct loop *l)
{
	bool go_on = true;

	if (top_term_begin())
		return -1;
	/* A hang-up is a signal as well, but who was started by nohup ignores that. */
	while (go_on && !interrupted() && !top_term_is_gone()) {
		loop_news(l);
		if (now_ns() >= l->next_ns) {
			if (!l->view.paused)
				loop_read(l);
			l->next_ns = now_ns() + l->view.interval_ns;
		}
		if (*l->view.status && now_ns() >= l->view.status_ns)
			*l->view.status = '\0';
		loop_show(l);
		go_on = loop_act(l, top_view_key(&l->view, top_term_key(loop_wait_ms(l))));
	}
	top_term_end();
	return 0;
}

/* ---- Into a pipe -------------------------------------------------------------------------- */

static int loop_print(struct loop *l, bool first)
{
	int rows = LOOP_BATCH_ROWS;
	struct canvas c;

	if (top_view_is_overview(&l->view))
		rows = LOOP_BATCH_HEAD + 1 + (l->view.nr_rows ? l->view.nr_rows : 1);
	canvas_init(&c, rows > TOP_ROWS_MIN ? rows : TOP_ROWS_MIN, top_term_batch_cols());
	top_draw(&l->view, &c);
	if (!first)
		putchar('\n');
	canvas_print(&c, stdout);
	canvas_free(&c);
	if (fflush(stdout))
		return fail("can't write to stdout: %m");
	return 0;
}

static int loop_batch(struct loop *l, uint64_t count)
{
	uint64_t n;

	for (n = 0; !interrupted(); ) {
		loop_read(l);
		if (loop_print(l, !n))
			return -1;
		if (++n == count)
			break;
		/* a signal ends it */
		poll(NULL, 0, l->view.interval_ns / 1000000);
	}
	return 0;
}

static const char *loop_why(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "not permitted: run it with sudo";
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return "it is gone";
	case EPROTO:
		return "the core speaks another ABI: install it and dpcmon from one version";
	default:
		return strerror(error);
	}
}

int top_loop(const struct top_options *options, const struct top_source *source, void *data)
{
	struct loop l = { .source = source, .data = data };
	int ret;

	setlocale(LC_CTYPE, "");
	memcpy(l.view.which, options->which, sizeof(l.view.which));
	l.view.interval_ns = options->interval_ns;
	l.view.stage = DPC_STAGE_NR;
	l.view.batch = options->batch;
	l.view.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	ret = loop_open(&l);
	if (ret)
		return fail("%s: %s", *options->which ? options->which : "/dev/dpc",
			    loop_why(-ret));
	return options->batch ? loop_batch(&l, options->count) : loop_terminal(&l);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dpcmon top, in layers that know nothing of those after them: what is shown
 * (top_view.c), how it looks (top_draw.c), the terminal (top_term.c), where the
 * numbers come from (top_device.c), and the loop over all of it (top_loop.c).
 */
#ifndef DPCMON_TOP_H
#define DPCMON_TOP_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/dpc.h>

#include "budgets.h"
#include "canvas.h"
#include "choose.h"
#include "counters.h"

#define TOP_NAME_LEN	32
#define TOP_STATUS_LEN	160
#define TOP_STATUS_NS	5000000000ULL	/* how long a message stays */
#define TOP_OBJECTS	64		/* objects that the overview shows */

/**
 * struct top_sample - one reading
 * @ns: when it was read, CLOCK_MONOTONIC; 0 for no reading
 * @msi: the interrupt is message-signalled
 * @object: the object
 * @stats: its counters, the sum of all CPUs
 */
struct top_sample {
	uint64_t		ns;
	bool			msi;
	struct dpc_object	object;
	struct counters		stats;
};

/**
 * struct top_row - an object in the overview
 * @now: the last reading
 * @before: the reading before it; its @ns is 0 if there is none that it can be compared with
 */
struct top_row {
	struct top_sample	now;
	struct top_sample	before;
};

/* Whether the worst routine is known. */
enum top_worst_state {
	TOP_WORST_NONE,		/* no overrun since dpcmon top runs, or since the reset */
	TOP_WORST_KNOWN,
	TOP_WORST_UNKNOWN,	/* it can't be known: @why */
};

/**
 * struct top_worst - the routine that was the furthest over its budget
 * @state: whether there is one; the other fields, but for @why, are valid if it is known
 * @why: why it can't be known
 * @routine: its name, which only a trace has
 * @stage: enum dpc_stage
 * @ns: time that the stage took
 * @budget_ns: its budget
 * @seq: number of the interrupt
 * @cpu: CPU on which it happened
 */
struct top_worst {
	enum top_worst_state	state;
	char			why[80];
	char			routine[TOP_NAME_LEN];
	unsigned int		stage;
	uint64_t		ns;
	uint64_t		budget_ns;
	uint64_t		seq;
	int			cpu;
};

/* What lies over the screen. */
enum top_overlay {
	TOP_OVERLAY_NONE,
	TOP_OVERLAY_MENU,
	TOP_OVERLAY_HELP,
};

/**
 * struct top_view - all that is shown
 * @which: what finds the object again when its driver was loaded anew; empty for all
 *	objects: the overview
 * @label: the object in words
 * @rows: the objects of the overview
 * @nr_rows: how many
 * @row_at: the chosen one
 * @now: the last reading
 * @before: the reading before it, from which rates are made; its @ns is 0 if there is none,
 *	or if the counters went back in between
 * @gone: errno of the last reading if the object can't be read, else 0
 * @paused: the user wants to look at @now for longer
 * @interval_ns: time between two readings
 * @clock: time of day of @now, as text
 * @worst: the worst routine
 * @stage: the stage whose histogram is shown large; DPC_STAGE_NR: the one that is nearest
 *	to its budget
 * @overlay: what lies over the screen
 * @menu_at: line of the menu that is chosen, enum dpc_model_id
 * @models: what the driver says of each model
 * @status: a message to the user; empty for none
 * @status_ns: when the message goes, CLOCK_MONOTONIC
 * @utf8: the terminal shows Unicode's blocks; else bars are ASCII
 * @batch: for a pipe: no keys, no cursor
 */
struct top_view {
	char			which[CHOOSE_LABEL_LEN];
	char			label[CHOOSE_LABEL_LEN];
	struct top_row		rows[TOP_OBJECTS];
	unsigned int		nr_rows;
	unsigned int		row_at;
	struct top_sample	now;
	struct top_sample	before;
	int			gone;
	bool			paused;
	uint64_t		interval_ns;
	char			clock[12];
	struct top_worst	worst;
	unsigned int		stage;
	enum top_overlay	overlay;
	unsigned int		menu_at;
	struct dpc_model_info	models[DPC_MODEL_NR];
	char			status[TOP_STATUS_LEN];
	uint64_t		status_ns;
	bool			utf8;
	bool			batch;
};

/* Keys beyond those that are a character. */
enum top_key {
	TOP_KEY_NONE,		/* none was pressed */
	TOP_KEY_UP = 256,
	TOP_KEY_DOWN,
	TOP_KEY_ENTER,
	TOP_KEY_ESCAPE,
	TOP_KEY_RESIZE,
};

/* What a key asks of top_loop.c; what only changes the view has happened already. */
enum top_action {
	TOP_NOTHING,
	TOP_QUIT,
	TOP_RESET,
	TOP_NEXT_DEVICE,
	TOP_SHOW_ROW,		/* the object of @row_at */
	TOP_SHOW_ALL,		/* the overview */
	TOP_OPEN_MENU,
	TOP_SET_MODEL,		/* to @menu_at */
};

/* ---- top_view.c ---- */

/* Takes a reading: @now becomes @before if the two can be compared. */
void top_view_sample(struct top_view *v, const struct top_sample *s);

/* Takes a reading of all objects, in the order in which they are shown. */
void top_view_rows(struct top_view *v, const struct top_sample *s, unsigned int nr);

/* Whether all objects are shown, and not one. */
static inline bool top_view_is_overview(const struct top_view *v)
{
	return !*v->which;
}

/* Takes a key: a character or enum top_key. */
enum top_action top_view_key(struct top_view *v, int key);

/* Sets the message, at the time @now_ns; it stays for TOP_STATUS_NS. */
void top_view_status(struct top_view *v, uint64_t now_ns, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Numbers of a stage, NOT_MEASURED (measured.h) where nothing was: times per second and
 * their average since the reading before; average, longest and (from the histogram) median
 * time since the counters were set to zero.  Times are ns.
 */
double top_view_rate(const struct top_view *v, unsigned int stage);
double top_view_now_ns(const struct top_view *v, unsigned int stage);
double top_view_avg_ns(const struct top_view *v, unsigned int stage);
double top_view_max_ns(const struct top_view *v, unsigned int stage);
double top_view_median_ns(const struct dpc_stage_stats *s);
double top_view_row_rate(const struct top_row *row);

/* Whether any stage has a budget: without one, nothing can be over it. */
bool top_view_has_budget(const struct top_view *v);

/* The stage whose histogram is shown, and the one that is nearest to its budget. */
unsigned int top_view_stage(const struct top_view *v);
unsigned int top_view_nearest(const struct counters *stats);

/* ---- top_draw.c ---- */
#define TOP_ROWS_MIN	8	/* a smaller screen shows only that it is too small */
#define TOP_COLS_MIN	40

/* Draws the view, as much as fits. */
void top_draw(const struct top_view *v, struct canvas *c);

/**
 * struct top_source - where readings come from: top_device.c, or a unit test
 * @open: from now on shows the object that @which finds; empty for all
 * @read: fills all but @ns of a sample
 * @list: the same for all objects, at most @max; returns how many
 * @reset: sets the counters of what is shown to zero, and forgets the worst routine
 * @query_model: as DPC_IOC_MODEL_QUERY
 * @set_model: as DPC_IOC_MODEL_SET
 * @news: an object has come or gone: says so in @text, and returns 1; 0 if there is nothing
 *	new.  May be NULL
 * @worst: fills in the worst routine of what is shown
 *
 * The functions return 0 or a negative errno, and get what top_loop() was given as @data.
 */
struct top_source {
	int (*open)(void *data, const char *which);
	int (*read)(void *data, struct top_sample *s);
	int (*list)(void *data, struct top_sample *s, unsigned int max);
	int (*reset)(void *data);
	int (*query_model)(void *data, uint32_t nr, struct dpc_model_info *info);
	int (*set_model)(void *data, uint32_t nr);
	int (*news)(void *data, char text[TOP_STATUS_LEN]);
	void (*worst)(void *data, struct top_worst *worst);
};

/* ---- top_device.c ---- */
struct top_device;

/* The source of readings for which @data is a struct top_device. */
extern const struct top_source top_device_source;

/*
 * For root also starts to trace overruns.  @filter: what the overview shows, as choose.h
 * describes; NULL for all.  @budgets: are set in the kernel as long as it is shown; stay the
 * caller's.  Never NULL: without a trace it says why.
 */
struct top_device *top_device_new(const char *filter, const struct budgets *budgets);
void top_device_free(struct top_device *d);

/**
 * struct top_options - what the command line asks of dpcmon top
 * @which: the object; empty for all: the overview
 * @interval_ns: time between two readings
 * @batch: text for a pipe instead of a screen
 * @count: number of readings with @batch; 0 for no limit
 */
struct top_options {
	char		which[CHOOSE_LABEL_LEN];
	uint64_t	interval_ns;
	bool		batch;
	uint64_t	count;
};

/* ---- top_loop.c ---- */

/* Shows until a key or a signal ends it.  Return: 0; -1 after a message. */
int top_loop(const struct top_options *options, const struct top_source *source, void *data);

/* ---- top_term.c ---- */

/*
 * Takes over the terminal.  After top_term_end(), or a signal that ends the program, it is
 * as it was before.
 * Return: 0; -1 after a message.
 */
int top_term_begin(void);
void top_term_end(void);

/* The size of the terminal now, and what it shows. */
void top_term_size(int *rows, int *cols);

/* The width of text for a pipe: COLUMNS, or else 110. */
int top_term_batch_cols(void);
void top_term_show(const struct canvas *c);

/* Waits for a key.  Return: a character or enum top_key; TOP_KEY_NONE after @ms or a signal. */
int top_term_key(int ms);

/* The terminal has hung up: nobody looks, and no key will come. */
bool top_term_is_gone(void);

#endif /* DPCMON_TOP_H */

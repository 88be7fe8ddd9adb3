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

#include <linux/dpc_edu.h>

#include "canvas.h"

#define TOP_PATH_LEN	64
#define TOP_NAME_LEN	32
#define TOP_STATUS_LEN	160
#define TOP_STATUS_NS	5000000000ULL	/* how long a message stays */

/**
 * struct top_sample - one reading
 * @ns: when, by a clock that only goes forward
 * @info: the device
 * @stats: its counters, of all CPUs
 */
struct top_sample {
	uint64_t		ns;
	struct dpc_edu_info	info;
	struct dpc_edu_stats	stats;
};

enum top_worst_state {
	TOP_WORST_NONE,		/* no overrun since we look */
	TOP_WORST_KNOWN,
	TOP_WORST_UNKNOWN,	/* it can't be known: @why */
};

/* The routine that was the longest over its budget; only a trace has its name. */
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

enum top_overlay {
	TOP_OVERLAY_NONE,
	TOP_OVERLAY_MENU,
	TOP_OVERLAY_HELP,
};

/**
 * struct top_view - all that is shown
 * @path: of the device
 * @now: the last reading
 * @before: the one before it; @ns is 0 until there is one
 * @gone: errno since the device can't be read, else 0
 * @paused: the user looks at @now for longer
 * @interval_ns: between readings
 * @clock: the time of day of @now
 * @worst: see there
 * @stage: whose histogram is shown large; DPC_STAGE_NR: that nearest to its budget
 * @overlay: what lies over it
 * @menu_at: chosen line of the menu
 * @models: answers of MODEL_QUERY, once the menu was open
 * @status: a message
 * @status_ns: until when
 * @utf8: blocks can be drawn
 * @batch: for a pipe: no keys, no cursor
 */
struct top_view {
	char			path[TOP_PATH_LEN];
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
	struct dpc_edu_model_info models[DPC_MODEL_NR];
	char			status[TOP_STATUS_LEN];
	uint64_t		status_ns;
	bool			utf8;
	bool			batch;
};

enum top_key {
	TOP_KEY_NONE,
	TOP_KEY_UP = 256,
	TOP_KEY_DOWN,
	TOP_KEY_ENTER,
	TOP_KEY_ESCAPE,
	TOP_KEY_RESIZE,
};

/* What a key asks of the loop. */
enum top_action {
	TOP_NOTHING,
	TOP_QUIT,
	TOP_RESET,
	TOP_NEXT_DEVICE,
	TOP_OPEN_MENU,
	TOP_SET_MODEL,		/* to @menu_at */
};

/* ---- top_view.c ---- */
void top_view_sample(struct top_view *v, const struct top_sample *s);
enum top_action top_view_key(struct top_view *v, int key);
void top_view_status(struct top_view *v, uint64_t now_ns, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* All of them NOT_MEASURED (measured.h) where nothing was. */
double top_view_rate(const struct top_view *v, unsigned int stage);
double top_view_now_ns(const struct top_view *v, unsigned int stage);
double top_view_avg_ns(const struct top_view *v, unsigned int stage);
double top_view_max_ns(const struct top_view *v, unsigned int stage);
double top_view_median_ns(const struct dpc_stage_stats *s);
bool top_view_has_budget(const struct top_view *v);
unsigned int top_view_stage(const struct top_view *v);

/* ---- top_draw.c ---- */
#define TOP_ROWS_MIN	8
#define TOP_COLS_MIN	40

void top_draw(const struct top_view *v, struct canvas *c);

/**
 * struct top_source - where readings come from; functions return 0 or -errno
 * @open: the device at @path; closes the one before it
 * @read: all but @ns of a sample
 * @reset: counters and worst routine to nothing
 * @query_model: see DPC_EDU_IOC_MODEL_QUERY
 * @set_model: see DPC_EDU_IOC_MODEL_SET
 * @next: replaces @path by that of the next device
 * @worst: of the device that is open
 */
struct top_source {
	int (*open)(void *data, const char *path);
	int (*read)(void *data, struct top_sample *s);
	int (*reset)(void *data);
	int (*query_model)(void *data, uint32_t nr, struct dpc_edu_model_info *info);
	int (*set_model)(void *data, uint32_t nr);
	int (*next)(void *data, char path[TOP_PATH_LEN]);
	void (*worst)(void *data, struct top_worst *worst);
};

/* ---- top_device.c ---- */
struct top_device;
extern const struct top_source top_device_source;
struct top_device *top_device_new(void);
void top_device_free(struct top_device *d);

/**
 * struct top_options - of the command line
 * @path: the device
 * @interval_ns: between readings
 * @batch: text for a pipe
 * @count: of readings in it; 0 for no end
 */
struct top_options {
	const char	*path;
	uint64_t	interval_ns;
	bool		batch;
	uint64_t	count;
};

/* ---- top_loop.c ---- */
int top_loop(const struct top_options *options, const struct top_source *source, void *data);

/* ---- top_term.c ---- */
/* -1 after a message.  After top_term_end(), or a signal, the terminal is as it was. */
int top_term_begin(void);
void top_term_end(void);
void top_term_size(int *rows, int *cols);
void top_term_show(const struct canvas *c);
/* TOP_KEY_NONE after @ms, and when a signal comes. */
int top_term_key(int ms);

#endif /* DPCMON_TOP_H */

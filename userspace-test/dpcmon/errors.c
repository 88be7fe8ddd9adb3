// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the first errors of each object, with what happened to their interrupts.  There may
 * be any number of errors in a file, so the others are counted only.
 */
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "event.h"
#include "object.h"
#include "text.h"
#include "util.h"
#include "worst.h"

unsigned int errors_kept(const struct errors *errors)
{
	return errors->count < ERRORS_KEPT ? errors->count : ERRORS_KEPT;
}

/* The interrupt may have left the window since: then what was known before stays. */
static void errors_place_one(struct device_error *e, const struct object *o)
{
	const struct chain *ch = worst_find(o, e->first);

	if (ch)
		e->chain = *ch;
}

void errors_place(struct errors *errors, const struct object *o)
{
	unsigned int i;

	for (i = 0; i < errors_kept(errors); i++)
		errors_place_one(&errors->list[i], o);
}

void errors_add(struct errors *errors, const struct object *o, const struct dpcmon_event *e)
{
	struct device_error *kept;

	if (errors->count++ >= ERRORS_KEPT)
		return;
	if (!errors->list)
		errors->list = xcalloc(ERRORS_KEPT, sizeof(*errors->list));
	kept = &errors->list[errors->count - 1];
	kept->cpu = e->cpu;
	kept->pid = e->pid;
	kept->ts = e->ts;
	kept->seq = e->seq;
	kept->first = e->first;
	kept->function = e->function;
	if (e->name)
		text_copy(kept->device, sizeof(kept->device), e->name, strlen(e->name));
	kept->error = e->error;
	/* a newer kernel may give more of them */
	if (kept->error.len > ERROR_DATA_MAX)
		kept->error.len = ERROR_DATA_MAX;
	if (kept->error.len)
		memcpy(kept->data, e->error.data, kept->error.len);
	kept->error.data = kept->data;
	if (o)
		errors_place_one(kept, o);
}

void errors_free(struct errors *errors)
{
	free(errors->list);
	*errors = (struct errors){ 0 };
}

/* Puts a point where it belongs in time; of two at the same time the one that came first. */
static void errors_point(struct error_point *points, unsigned int *nr, const char *key,
			 const char *title, int64_t ns)
{
	unsigned int i = (*nr)++;

	for (; i && points[i - 1].ns > ns; i--)
		points[i] = points[i - 1];
	points[i] = (struct error_point){ key, title, ns };
}

unsigned int errors_points(const struct device_error *e, struct error_point points[ERRORS_POINTS])
{
	const struct chain *ch = &e->chain;
	uint64_t start, end;
	unsigned int nr = 0;

	if (!ch->first)
		return 0;
	worst_span(ch, &start, &end);
	if (start == UINT64_MAX)
		return 0;
	if (ch->isr.entered)
		errors_point(points, &nr, "isr", "ISR", ch->isr.start - start);
	if (ch->dpc.entered)
		errors_point(points, &nr, "dpc", "DPC", ch->dpc.start - start);
	if (ch->work.entered)
		errors_point(points, &nr, "work", "work item", ch->work.start - start);
	errors_point(points, &nr, "error", "ERROR", e->ts - start);
	if (ch->completed)
		errors_point(points, &nr, "complete", "completed", ch->complete_ts - start);
	return nr;
}

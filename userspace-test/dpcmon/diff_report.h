/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The forms in which dpcmon diff says what it found.
 */
#ifndef DPCMON_DIFF_REPORT_H
#define DPCMON_DIFF_REPORT_H

#include <stdio.h>

#include "diff.h"
#include "diff_pair.h"

struct params;

/**
 * struct diff_report - what is written
 * @params: the command line
 * @d: the comparison
 * @pairs: those of --pair
 * @nr_pairs: how many
 */
struct diff_report {
	const struct params	*params;
	const struct diff	*d;
	struct diff_pair	*pairs;
	unsigned int		nr_pairs;
};

/* Two files without a row in common have only pairs to show. */
static inline bool diff_report_has_rows(const struct diff_report *r)
{
	return r->d->nr_common;
}

/* Whether there is a verdict: not if no number could have been found worse or odd. */
static inline bool diff_report_is_judged(const struct diff_report *r)
{
	return r->d->nr_judged;
}

void diff_text(const struct diff_report *r, FILE *out);
/* Write to @path.  Return: 0; -1 after a message. */
int diff_json(const struct diff_report *r, const char *path);
int diff_html(const struct diff_report *r, const char *path);

#endif /* DPCMON_DIFF_REPORT_H */

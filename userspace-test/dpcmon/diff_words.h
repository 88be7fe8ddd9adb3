/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sentences of a comparison, which its text, its JSON and its page share.  All texts are for
 * free(), but the letter.
 */
#ifndef DPCMON_DIFF_WORDS_H
#define DPCMON_DIFF_WORDS_H

#include "diff.h"

/* What a file is called in tables: A, B, and so on. */
const char *diff_words_letter(unsigned int file);

/* What makes the comparison unfair, a line each; empty if nothing does. */
char *diff_words_unfair(const struct diff *d);

/* A few sentences. */
char *diff_words_verdict(const struct diff *d);

/* What stands for them if no number could be judged. */
char *diff_words_not_judged(const struct diff *d);

/* "napi eth0 of virtio_net" */
char *diff_words_row(const struct diff_row *row);

/* A number with its unit: "12.3 us", "1.20 %"; "-" if it is not known. */
char *diff_words_number(enum diff_metric m, double value);
/* The same of a value; "64.0 to 128.0 us" if only its interval is known. */
char *diff_words_value(enum diff_metric m, const struct diff_value *v);
/* The interval alone: "11.9 to 12.9 us"; "-" if it is not known. */
char *diff_words_range(enum diff_metric m, const struct diff_value *v);
/* What became of it: "+12.3 %", "from nothing"; "-" if that is not known. */
char *diff_words_percent(double percent);

/* "p99 of napi eth0 of virtio_net: 12.3 us (11.9 to 12.9 us), was 8.0 us (...): +54.0 %" */
char *diff_words_change(const struct diff *d, const struct diff_line *line, enum diff_metric m);

/* "p99 of ... in C: 400.0 us, the median of all is 20.0 us" */
char *diff_words_odd(const struct diff *d, const struct diff_line *line, enum diff_metric m,
		     unsigned int file);

/* The largest change of that kind.  Return: whether there is one. */
bool diff_words_largest(const struct diff *d, enum diff_change change,
			const struct diff_line **line, enum diff_metric *m);

#endif /* DPCMON_DIFF_WORDS_H */

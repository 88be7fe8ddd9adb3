/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The arguments of options: one function for each kind of argument.
 *
 * Each checks @arg and stores it in @p, in the field of @row or in those that its comment
 * names.  @arg is a word of the command line and stays valid as long as @p.
 * Return: 0; -1 after a message that names the option.
 */
#ifndef DPCMON_VALUE_H
#define DPCMON_VALUE_H

#include "option.h"

/* bool: true.  @arg is NULL. */
int value_flag(struct params *p, const struct option_row *row, const char *arg);
/* const char *: the word itself. */
int value_text(struct params *p, const struct option_row *row, const char *arg);
/* const char *: the word, whose characters that can't be printed become "?" in place. */
int value_clean_text(struct params *p, const struct option_row *row, const char *arg);
/* const char *: the word, "-" without one. */
int value_file_or_stdout(struct params *p, const struct option_row *row, const char *arg);
/* const char *: small letters, digits, "_" and, not at the beginning, @row->extra. */
int value_id(struct params *p, const struct option_row *row, const char *arg);
/* uint64_t and uint32_t: a number from @row->min to @row->max. */
int value_u64(struct params *p, const struct option_row *row, const char *arg);
int value_u32(struct params *p, const struct option_row *row, const char *arg);
/* uint64_t, in nanoseconds: 10, 10s, 500ms, 20us or 2m; 1 us to 1e6 s. */
int value_time(struct params *p, const struct option_row *row, const char *arg);
/* The same, and 0. */
int value_time_or_0(struct params *p, const struct option_row *row, const char *arg);
/* uint32_t: which of @row->names it is. */
int value_name(struct params *p, const struct option_row *row, const char *arg);
/* uint32_t: a bit for each of @row->names that the list has; "all" for all of them. */
int value_names(struct params *p, const struct option_row *row, const char *arg);

/* Field budgets: what budgets_add() and budgets_allow() take, and "100" or "1s". */
int value_budgets(struct params *p, const struct option_row *row, const char *arg);
int value_allow(struct params *p, const struct option_row *row, const char *arg);
int value_warmup(struct params *p, const struct option_row *row, const char *arg);
/* Fields body_*: dpc=us,work=us with us up to @row->max. */
int value_body(struct params *p, const struct option_row *row, const char *arg);
/* Field model: the name of a model. */
int value_model(struct params *p, const struct option_row *row, const char *arg);
/* Field cpu: a number, "all" or "each". */
int value_cpu(struct params *p, const struct option_row *row, const char *arg);
/* double: "10%" or "2.5". */
int value_percent(struct params *p, const struct option_row *row, const char *arg);
/* Fields diff.pairs and diff.nr_pairs: one more "A=B". */
int value_pair(struct params *p, const struct option_row *row, const char *arg);
/* Fields batch and count: a single reading. */
int value_once(struct params *p, const struct option_row *row, const char *arg);

#endif /* DPCMON_VALUE_H */

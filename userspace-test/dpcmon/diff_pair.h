/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Twins: a driver on one system, and the driver that does the same on another one.  Their ISRs and
 * their second stages stand beside each other as cumulative distributions, on the bounds that
 * both have.
 */
#ifndef DPCMON_DIFF_PAIR_H
#define DPCMON_DIFF_PAIR_H

#include <stdio.h>

#include "diff.h"

enum diff_pair_stage {
	DIFF_PAIR_ISR,
	DIFF_PAIR_DPC,		/* and whatever else is a second stage on Linux */
	DIFF_PAIR_STAGE_NR,
};

/* For JSON, and for people. */
extern const char * const diff_pair_keys[DIFF_PAIR_STAGE_NR];
extern const char * const diff_pair_titles[DIFF_PAIR_STAGE_NR];

/**
 * struct diff_pair_side - a stage of one of the drivers
 * @times: of all of its rows together; as far as they are known
 * @value: the numbers of these
 * @kinds: which rows these are: "napi, timer"; owned by the pair
 * @nr_rows: how many
 */
struct diff_pair_side {
	struct diff_times	times;
	struct diff_value	value[DIFF_METRIC_NR];
	char			*kinds;
	unsigned int		nr_rows;
};

/**
 * struct diff_pair - twins
 * @names: of the drivers in the first file and in the second one; owned by the pair
 * @side: by stage and file
 */
struct diff_pair {
	char			*names[2];
	struct diff_pair_side	side[DIFF_PAIR_STAGE_NR][2];
};

/*
 * Finds what @text, "ndis.sys=e1000e", names: one driver in each of the two files of @d, in either
 * order; "a.sys+b.sys" are two drivers that are taken together.
 * Return: 0, and diff_pair_free() is due; -1 after a message.
 */
int diff_pair_make(struct diff_pair *pair, const struct diff *d, const char *text);
void diff_pair_free(struct diff_pair *pair);

/* Whether both drivers have that stage. */
bool diff_pair_has(const struct diff_pair *pair, enum diff_pair_stage stage);

/**
 * struct diff_pair_share - how many times were shorter than a bound
 * @ns: the bound, which both have
 * @share: by file; 0 to 1
 */
struct diff_pair_share {
	uint64_t		ns;
	struct diff_value	share[2];
};

/* Fills @shares, which has room for DIFF_BOUNDS_MAX.  Return: how many there are. */
unsigned int diff_pair_shares(const struct diff_pair *pair, enum diff_pair_stage stage,
			      struct diff_pair_share *shares);

/* What can't be compared, a line each, for free(); empty if all can. */
char *diff_pair_gaps(const struct diff *d, const struct diff_pair *pair,
		     enum diff_pair_stage stage);

#endif /* DPCMON_DIFF_PAIR_H */

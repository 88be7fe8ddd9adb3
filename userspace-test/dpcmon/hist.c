// SPDX-License-Identifier: GPL-2.0-only
/*
 * Histograms with 64 cells for each power of two: percentiles are at most 1.6 % above
 * the true ones, and memory does not grow with the number of times.
 */
#include <math.h>
#include <stdlib.h>

#include "confidence.h"
#include "hist.h"
#include "measured.h"
#include "util.h"

const uint32_t hist_bounds_us[HIST_BUCKETS] = {
	0, 1, 2, 3, 4, 5, 10, 25, 50, 100, 250, 500, 1000, 2000, 4000, 10000, 50000, 1000000,
};

/*
 * The cell of a time: the highest bit of @ns chooses the power of two, the next
 * HIST_PARTS_SHIFT bits the part of it.  The first powers of two have fewer nanoseconds than
 * parts; there, a cell is one nanosecond.
 */
static unsigned int hist_cell(uint64_t ns)
{
	unsigned int shift;

	if (ns < HIST_PARTS)
		return ns;
	shift = 63 - __builtin_clzll(ns) - HIST_PARTS_SHIFT;
	return (shift + 1) * HIST_PARTS + ((ns >> shift) & (HIST_PARTS - 1));
}

/* The shortest time of a cell: the reverse of hist_cell(). */
static uint64_t hist_cell_floor(unsigned int cell)
{
	unsigned int shift;

	if (cell < HIST_PARTS)
		return cell;
	shift = cell / HIST_PARTS - 1;
	return (uint64_t)(HIST_PARTS + cell % HIST_PARTS) << shift;
}

/* The last one whose smallest time is not above @ns. */
static unsigned int hist_bucket(uint64_t ns)
{
	unsigned int i = HIST_BUCKETS - 1;

	while (i && ns < hist_bounds_us[i] * NSEC_PER_USEC)
		i--;
	return i;
}

void hist_add(struct hist *h, uint64_t ns)
{
	if (!h->cells)
		h->cells = xcalloc(HIST_CELLS, sizeof(*h->cells));
	h->cells[hist_cell(ns)]++;
	h->buckets[hist_bucket(ns)]++;
	h->count++;
	h->total += ns;
	if (ns > h->max)
		h->max = ns;
}

void hist_merge(struct hist *to, const struct hist *from)
{
	unsigned int i;

	if (!from->count)
		return;
	if (!to->cells)
		to->cells = xcalloc(HIST_CELLS, sizeof(*to->cells));
	for (i = 0; i < HIST_CELLS; i++)
		to->cells[i] += from->cells[i];
	for (i = 0; i < HIST_BUCKETS; i++)
		to->buckets[i] += from->buckets[i];
	to->count += from->count;
	to->total += from->total;
	if (from->max > to->max)
		to->max = from->max;
}

unsigned int hist_buckets_used(const struct hist *h)
{
	unsigned int nr = HIST_BUCKETS;

	while (nr > DPC_HIST_BUCKETS && !h->buckets[nr - 1])
		nr--;
	return nr;
}

void hist_free(struct hist *h)
{
	free(h->cells);
	h->cells = NULL;
}

double hist_min(const struct hist *h)
{
	unsigned int i = 0;

	if (!h->count)
		return NOT_MEASURED;
	while (!h->cells[i])
		i++;
	return hist_cell_floor(i);
}

double hist_avg(const struct hist *h)
{
	return h->count ? (double)h->total / h->count : NOT_MEASURED;
}

double hist_max(const struct hist *h)
{
	return h->count ? h->max : NOT_MEASURED;
}

/* 1 / (1 - p): 2 for a median, 100 for p99, 1000 for p99.9. */
uint64_t hist_percentile_needs(uint64_t num, uint64_t den)
{
	return num < den ? (den + den - num - 1) / (den - num) : 1;
}

/* The cell with the time of that rank, counted from 1; the last one for a rank beyond all. */
static unsigned int hist_cell_of_rank(const struct hist *h, uint64_t rank)
{
	uint64_t seen = 0;
	unsigned int i;

	for (i = 0; i + 1 < HIST_CELLS; i++) {
		seen += h->cells[i];
		if (seen >= rank)
			break;
	}
	return i;
}

/*
 * The longest time of a cell.  If the cell also holds the maximum, that is known exactly and
 * taken instead.
 */
static uint64_t hist_cell_top(const struct hist *h, unsigned int cell)
{
	uint64_t top = cell + 1 < HIST_CELLS ? hist_cell_floor(cell + 1) - 1 : h->max;

	return top < h->max ? top : h->max;
}

/* Takes the longest time of the cell: so the result is never below the true percentile. */
double hist_percentile(const struct hist *h, uint64_t num, uint64_t den)
{
	uint64_t rank;

	if (h->count < hist_percentile_needs(num, den))
		return NOT_MEASURED;
	/* nearest rank, rounded up: p100 is the maximum */
	rank = ((__uint128_t)h->count * num + den - 1) / den;
	return hist_cell_top(h, hist_cell_of_rank(h, rank ? rank : 1));
}

void hist_percentile_range(const struct hist *h, uint64_t num, uint64_t den, double *low,
			   double *high)
{
	uint64_t from, to;

	*low = 0;
	*high = NOT_MEASURED;
	if (!h->count)
		return;
	confidence_ranks(h->count, num, den, &from, &to);
	if (from)
		*low = hist_cell_floor(hist_cell_of_rank(h, from));
	if (to <= h->count)
		*high = hist_cell_top(h, hist_cell_of_rank(h, to));
}

double hist_deviation(const struct hist *h)
{
	double avg = hist_avg(h), sum = 0, middle;
	unsigned int i;

	if (h->count < 2)
		return NOT_MEASURED;
	for (i = 0; i < HIST_CELLS; i++) {
		if (!h->cells[i])
			continue;
		middle = ((double)hist_cell_floor(i) + hist_cell_top(h, i)) / 2;
		sum += h->cells[i] * (middle - avg) * (middle - avg);
	}
	return sqrt(sum / (h->count - 1));
}

uint64_t hist_between(const struct hist *h, uint64_t from, uint64_t to)
{
	uint64_t n = 0;
	unsigned int i;

	if (!h->count || to <= from)
		return 0;
	for (i = hist_cell(from); i < HIST_CELLS && hist_cell_floor(i) < to; i++)
		if (hist_cell_floor(i) >= from)
			n += h->cells[i];
	return n;
}

unsigned int hist_steps(const struct hist *h, struct hist_step *steps)
{
	unsigned int i, n = 0;
	uint64_t seen = 0;

	for (i = 0; h->count && i < HIST_CELLS; i++) {
		if (!h->cells[i])
			continue;
		seen += h->cells[i];
		steps[n++] = (struct hist_step){ hist_cell_top(h, i), seen };
	}
	return n;
}

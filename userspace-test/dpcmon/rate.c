// SPDX-License-Identifier: GPL-2.0-only
/*
 * Searches the shortest pace at which every raise still gets its own interrupt: by
 * doubling and halving, then in between.
 */
#include "measured.h"
#include "rate.h"

/**
 * struct rate_state - a search
 * @try: raises at a pace
 * @context: for @try
 * @left: number of probes that may still be made
 * @best: the fastest probe that was held so far; the rate decides, not the pace, because a
 *	pace that is held late in its tolerance may have a lower rate than a longer one
 */
struct rate_state {
	rate_try	try;
	void		*context;
	unsigned int	left;
	struct rate_probe best;
};

/*
 * Tries a pace, and once more if it was not held: a single hiccup of the machine is not the
 * limit of the driver.
 * Return: 1 if it was held, 0 if not, -1 if @try gave up.
 */
static int rate_probe(struct rate_state *s, uint32_t pace_us)
{
	struct rate_probe probe = { 0 };
	unsigned int chance;

	for (chance = 0; chance < 2 && s->left; chance++) {
		s->left--;
		if (s->try(s->context, pace_us, &probe))
			return -1;
		if (!probe.held)
			continue;
		if (probe.rate > s->best.rate)
			s->best = probe;
		return 1;
	}
	return 0;
}

/*
 * First doubles or halves the pace until the limit lies between a pace that is held and one
 * that is not; with an unknown limit, that takes the logarithm of the distance.  Then halves
 * this range until it is as small as a percentile is exact (1/64), or 1 us.
 */
int rate_search(rate_try try, void *context, uint32_t start_us, struct rate_probe *best)
{
	struct rate_state s = { .try = try, .context = context, .left = RATE_PROBES_MAX };
	uint32_t held = 0, lost = 0, pace = start_us ? start_us : 1, middle;
	int ret;

	/* until one is held and one is not */
	while (s.left && !(held && lost) && held != 1) {
		ret = rate_probe(&s, pace);
		if (ret < 0)
			return -1;
		if (ret)
			held = pace;
		else
			lost = pace;
		if (!ret && pace >= RATE_PACE_MAX)
			break;
		pace = ret ? pace / 2 : pace * 2;
		if (pace > RATE_PACE_MAX)
			pace = RATE_PACE_MAX;
		if (!pace)
			pace = 1;
	}
	while (s.left && held && lost && held - lost > 1 + held / 64) {
		middle = lost + (held - lost) / 2;
		ret = rate_probe(&s, middle);
		if (ret < 0)
			return -1;
		if (ret)
			held = middle;
		else
			lost = middle;
	}
	if (s.best.held)
		*best = s.best;
	else
		*best = (struct rate_probe){ .rate = NOT_MEASURED, .per_call = NOT_MEASURED };
	return 0;
}

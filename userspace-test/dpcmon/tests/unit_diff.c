// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon diff: intervals of confidence, what comparisons say of files whose numbers are known,
 * and the texts of Windows' tools.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confidence.h"
#include "diff.h"
#include "diff_pair.h"
#include "diff_windows.h"
#include "diff_words.h"
#include "hist.h"
#include "measured.h"
#include "util.h"

#include "../../tests/ktap.h"

/* xorshift64*: the same numbers on every machine. */
static double random_share(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (*state * 2685821657736338717ULL >> 11) / (double)(1ULL << 53);
}

/* ---- Intervals ---------------------------------------------------------------------- */

static void ranks_are(uint64_t count, uint64_t percent, uint64_t low, uint64_t high)
{
	uint64_t from, to;

	confidence_ranks(count, percent, 100, &from, &to);
	EXPECT_EQ(from, low);
	EXPECT_EQ(to, high);
}

/* By hand, from sums of the binomial distribution; 0.99^528 is the first below 0.005. */
TEST(confidence, ranks_are_those_of_the_binomial_distribution)
{
	ranks_are(1, 50, 0, 2);
	ranks_are(2, 50, 0, 3);
	ranks_are(10, 50, 1, 10);
	/* of 100 times, 4 can be above p99, and none can be, too */
	ranks_are(100, 99, 96, 101);
	/* fewer than 528 have no upper limit */
	ranks_are(527, 99, 515, 528);
	ranks_are(528, 99, 516, 528);
}

/* In 99 % of the times, the interval of a percentile has the true one; 1000 is summed up. */
static void covers(unsigned int n, unsigned int percent)
{
	uint64_t state = 88172645463325252ULL;
	unsigned int trials = 3000, held = 0, i, j;
	double low, high, truth = -log(1 - percent / 100.0) * 1e6;

	for (i = 0; i < trials; i++) {
		struct hist h = { 0 };

		for (j = 0; j < n; j++)
			hist_add(&h, -log(1 - random_share(&state)) * 1e6);
		hist_percentile_range(&h, percent, 100, &low, &high);
		held += low <= truth && !(high < truth);
		hist_free(&h);
	}
	ktap_note("p%u of %u times: %u of %u", percent, n, held, trials);
	EXPECT(held >= trials * 98.5 / 100, "");
	/* an interval without an end would always hold; cells of 1.6 % widen it a little */
	EXPECT(n < 1000 || held < trials, "");
}

TEST(confidence, percentiles_are_covered)
{
	covers(20, 50);
	covers(1000, 50);
	covers(1000, 99);
}

TEST(confidence, shares_are_between_0_and_1)
{
	double low, high;

	confidence_share(0, 1000, &low, &high);
	EXPECT(low == 0 && high > 0.006 && high < 0.007, "");
	confidence_share(1000, 1000, &low, &high);
	EXPECT(high == 1 && low > 0.993 && low < 0.994, "");
	confidence_share(500, 1000, &low, &high);
	EXPECT(low > 0.459 && low < 0.460 && high > 0.540 && high < 0.541, "");
}

TEST(confidence, counts_are_poisson)
{
	double low, high;

	confidence_count(0, &low, &high);
	EXPECT(low == 0 && high > 5 && high < 5.5, "");
	confidence_count(10000, &low, &high);
	EXPECT(low > 9740 && low < 9750 && high > 10255 && high < 10265, "");
}

TEST(confidence, deviation_is_known)
{
	struct hist h = { 0 };

	hist_add(&h, 100);
	EXPECT(!is_measured(hist_deviation(&h)), "");
	hist_add(&h, 120);
	/* below 128 ns, cells are exact */
	EXPECT(fabs(hist_deviation(&h) - sqrt(200)) < 0.000001, "");
	hist_free(&h);
}

/* ---- Two files ---------------------------------------------------------------------- */

/* A file with a row of @n times, in ns; percentiles with intervals as JSON has them. */
static struct diff_row *row_of(struct diff_file *f, const char *name, const uint64_t *ns,
			       unsigned int n)
{
	struct diff_row *row = diff_file_row(f, "drv", "napi", name);
	struct diff_times *t = &row->times;
	struct hist h = { 0 };
	unsigned int i;

	for (i = 0; i < n; i++)
		hist_add(&h, ns[i]);
	t->count = n;
	t->avg.value = hist_avg(&h);
	t->deviation_ns = hist_deviation(&h);
	t->max_ns = hist_max(&h);
	t->p50.value = hist_percentile(&h, 50, 100);
	hist_percentile_range(&h, 50, 100, &t->p50.low, &t->p50.high);
	t->p99.value = hist_percentile(&h, 99, 100);
	hist_percentile_range(&h, 99, 100, &t->p99.low, &t->p99.high);
	hist_free(&h);
	return row;
}

/* Exponentially distributed, with that average. */
static struct diff_row *random_row(struct diff_file *f, const char *name, unsigned int n,
				   double avg_ns, uint64_t *state)
{
	uint64_t *ns = xcalloc(n, sizeof(*ns));
	struct diff_row *row;
	unsigned int i;

	for (i = 0; i < n; i++)
		ns[i] = -log(1 - random_share(state)) * avg_ns;
	row = row_of(f, name, ns, n);
	free(ns);
	return row;
}

static struct diff_row *same_row(struct diff_file *f, const char *name, unsigned int n,
				 uint64_t each_ns)
{
	uint64_t *ns = xcalloc(n, sizeof(*ns));
	struct diff_row *row;
	unsigned int i;

	for (i = 0; i < n; i++)
		ns[i] = each_ns;
	row = row_of(f, name, ns, n);
	free(ns);
	return row;
}

struct pair_of_files {
	struct diff_file	*files[DIFF_FILES_MAX];
	struct diff		d;
};

static void begin(struct pair_of_files *p, unsigned int nr)
{
	unsigned int i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < nr; i++)
		p->files[i] = diff_file_new("file", DIFF_SYSTEM);
	p->d = (struct diff){
		.files = p->files, .nr_files = nr, .worse_percent = 10, .least_ns = 1000,
	};
}

static void end(struct pair_of_files *p)
{
	unsigned int i;

	diff_free(&p->d);
	for (i = 0; i < p->d.nr_files; i++)
		diff_file_free(p->files[i]);
}

/* Of the only line. */
static enum diff_change change_of(struct pair_of_files *p, enum diff_metric m)
{
	diff_make(&p->d);
	ASSERT_EQ(p->d.nr_lines, 1);
	return p->d.lines[0].change[m];
}

static void is_change(unsigned int n, uint64_t was_ns, uint64_t is_ns, enum diff_change want)
{
	struct pair_of_files p;

	begin(&p, 2);
	same_row(p.files[0], "a", n, was_ns);
	same_row(p.files[1], "a", n, is_ns);
	EXPECT_EQ(change_of(&p, DIFF_P50), want);
	EXPECT_EQ(p.d.lines[0].change[DIFF_AVG], want);
	end(&p);
}

TEST(two, what_grew_is_worse)
{
	is_change(1000, 100000, 150000, DIFF_WORSE);
	is_change(1000, 150000, 100000, DIFF_BETTER);
	is_change(1000, 100000, 108000, DIFF_SAME);
	/* by 40 %, but less than a microsecond */
	is_change(1000, 2000, 2800, DIFF_SAME);
}

TEST(two, what_has_grown_from_nothing_has_no_percentage)
{
	struct pair_of_files p;
	struct diff_row *is;
	char *words;

	begin(&p, 2);
	same_row(p.files[0], "a", 1000, 0);
	is = same_row(p.files[1], "a", 1000, 5000);
	is->times.p99 = DIFF_UNKNOWN_VALUE;
	EXPECT_EQ(change_of(&p, DIFF_P50), DIFF_WORSE);
	EXPECT(isinf(p.d.lines[0].percent[DIFF_P50]), "");
	EXPECT(!is_measured(p.d.lines[0].percent[DIFF_P99]), "");
	words = diff_words_percent(p.d.lines[0].percent[DIFF_P50]);
	EXPECT(!strcmp(words, "from nothing"), "%s", words);
	free(words);
	end(&p);
}

TEST(two, what_can_be_chance_is_not_worse)
{
	uint64_t state = 88172645463325252ULL;
	unsigned int worse = 0, unsure = 0, i;

	for (i = 0; i < 300; i++) {
		struct pair_of_files p;

		begin(&p, 2);
		random_row(p.files[0], "a", 200, 50000, &state);
		random_row(p.files[1], "a", 200, 50000, &state);
		diff_make(&p.d);
		worse += p.d.count[DIFF_WORSE] + p.d.count[DIFF_BETTER];
		unsure += p.d.count[DIFF_UNSURE];
		end(&p);
	}
	ktap_note("%u worse or better, %u unsure", worse, unsure);
	/* 900 are judged, and one in 3700 is wrong; by their size alone, many would be */
	EXPECT_LE(worse, 2);
	EXPECT_GE(unsure, 100);
}

TEST(two, what_is_true_is_found)
{
	uint64_t state = 88172645463325252ULL;
	struct pair_of_files p;

	begin(&p, 2);
	random_row(p.files[0], "a", 5000, 50000, &state);
	random_row(p.files[1], "a", 5000, 65000, &state);
	EXPECT_EQ(change_of(&p, DIFF_P99), DIFF_WORSE);
	EXPECT_EQ(p.d.lines[0].change[DIFF_AVG], DIFF_WORSE);
	EXPECT_EQ(p.d.lines[0].change[DIFF_P50], DIFF_WORSE);
	end(&p);
}

TEST(two, a_p99_of_few_times_has_no_upper_limit)
{
	struct pair_of_files p;

	begin(&p, 2);
	same_row(p.files[0], "a", 150, 50000);
	same_row(p.files[1], "a", 150, 90000);
	/* of 150 times, the true p99 may be above all */
	EXPECT_EQ(change_of(&p, DIFF_P99), DIFF_UNSURE);
	EXPECT_EQ(p.d.lines[0].change[DIFF_P50], DIFF_WORSE);
	end(&p);
}

TEST(two, rate_and_longest_are_not_judged)
{
	struct pair_of_files p;

	begin(&p, 2);
	p.files[0]->duration_ns = NSEC_PER_SEC;
	p.files[1]->duration_ns = NSEC_PER_SEC;
	same_row(p.files[0], "a", 1000, 50000);
	same_row(p.files[1], "a", 5000, 50000)->times.max_ns = 9000000;
	EXPECT_EQ(change_of(&p, DIFF_RATE), DIFF_SHOWN);
	EXPECT_EQ(p.d.lines[0].change[DIFF_MAX], DIFF_SHOWN);
	EXPECT_EQ(p.d.lines[0].percent[DIFF_RATE], 400);
	EXPECT_EQ(p.d.count[DIFF_WORSE], 0);
	end(&p);
}

static void is_share(uint64_t was, uint64_t is, enum diff_change want)
{
	struct pair_of_files p;
	struct diff_row *row;
	unsigned int i;

	begin(&p, 2);
	for (i = 0; i < 2; i++) {
		row = same_row(p.files[i], "a", 1000, 50000);
		row->times.budget_ns = 100000;
		row->times.over = i ? is : was;
	}
	EXPECT_EQ(change_of(&p, DIFF_OVER), want);
	end(&p);
}

TEST(two, shares_over_budget_are_judged)
{
	is_share(10, 60, DIFF_WORSE);
	is_share(0, 30, DIFF_WORSE);
	is_share(30, 0, DIFF_BETTER);
	/* one of a thousand is chance */
	is_share(0, 1, DIFF_UNSURE);
	is_share(10, 10, DIFF_SAME);
}

/* Buckets up to and from 100 and 500 us. */
static void with_buckets(struct diff_row *row, uint64_t below_100, uint64_t below_500)
{
	const uint64_t from[] = { 0, 100000, 500000 };
	const uint64_t counts[] = {
		below_100, below_500 - below_100, row->times.count - below_500,
	};

	EXPECT_EQ(diff_file_buckets(&row->times, from, counts, 3), 0);
}

TEST(two, budgets_that_differ_are_compared_by_buckets)
{
	struct pair_of_files p;
	struct diff_row *a, *b;

	begin(&p, 2);
	a = same_row(p.files[0], "a", 1000, 50000);
	b = same_row(p.files[1], "a", 1000, 50000);
	a->times.budget_ns = 100000;
	a->times.over = 10;
	/* none is over this one, but 80 are over the other */
	b->times.budget_ns = 500000;
	b->times.over = 0;
	with_buckets(a, 990, 1000);
	with_buckets(b, 920, 1000);
	EXPECT_EQ(change_of(&p, DIFF_OVER), DIFF_WORSE);
	EXPECT(fabs(p.d.lines[0].value[1][DIFF_OVER].value - 0.08) < 0.001, "");
	end(&p);
}

TEST(two, budgets_that_no_bucket_knows_are_not_compared)
{
	struct pair_of_files p;
	unsigned int i;

	begin(&p, 2);
	for (i = 0; i < 2; i++) {
		struct diff_row *row = same_row(p.files[i], "a", 1000, 50000);

		row->times.budget_ns = i ? 70000 : 60000;
		with_buckets(row, 990, 1000);
	}
	EXPECT_EQ(change_of(&p, DIFF_OVER), DIFF_UNKNOWN);
	end(&p);
}

/* Of a file without percentiles, as of Windows or of dpcmon stat. */
static struct diff_row *bucket_row(struct diff_file *f, uint64_t count, uint64_t below_100,
				   uint64_t below_500)
{
	struct diff_row *row = diff_file_row(f, "drv", "napi", "a");

	row->times.count = count;
	with_buckets(row, below_100, below_500);
	return row;
}

TEST(two, of_buckets_alone_only_what_is_sure_is_said)
{
	struct pair_of_files p;

	begin(&p, 2);
	bucket_row(p.files[0], 1000, 1000, 1000);
	bucket_row(p.files[1], 1000, 300, 1000);
	/* the median is beyond 100 us now, where all were below; how far is not known */
	EXPECT_EQ(change_of(&p, DIFF_P50), DIFF_UNKNOWN);
	EXPECT(p.d.lines[0].value[1][DIFF_P50].low == 100000, "");
	EXPECT(p.d.lines[0].value[1][DIFF_P50].high == 500000, "");
	EXPECT_EQ(p.d.lines[0].change[DIFF_AVG], DIFF_UNKNOWN);
	end(&p);

	begin(&p, 2);
	bucket_row(p.files[0], 1000, 1000, 1000);
	bucket_row(p.files[1], 1000, 300, 300);
	/* beyond 500 us: five times as long at least */
	EXPECT_EQ(change_of(&p, DIFF_P50), DIFF_WORSE);
	end(&p);
}

TEST(two, of_buckets_alone_shares_over_a_bound_are_judged)
{
	struct pair_of_files p;

	begin(&p, 2);
	bucket_row(p.files[0], 1000, 1000, 1000);
	bucket_row(p.files[1], 1000, 600, 600);
	EXPECT_EQ(change_of(&p, DIFF_P99), DIFF_WORSE);
	EXPECT_EQ(p.d.lines[0].change[DIFF_OVER], DIFF_WORSE);
	EXPECT(fabs(p.d.lines[0].value[1][DIFF_OVER].value - 0.4) < 0.001, "");
	end(&p);

	/* 1 % more, of the same buckets: that can be chance */
	begin(&p, 2);
	bucket_row(p.files[0], 1000, 600, 980);
	bucket_row(p.files[1], 1000, 600, 990);
	EXPECT_EQ(change_of(&p, DIFF_OVER), DIFF_UNSURE);
	EXPECT_EQ(p.d.lines[0].bound_ns, 500000);
	end(&p);

	/* 5 % more are less than was asked, though no chance */
	begin(&p, 2);
	bucket_row(p.files[0], 100000, 50000, 100000);
	bucket_row(p.files[1], 100000, 47500, 100000);
	EXPECT_EQ(change_of(&p, DIFF_OVER), DIFF_SAME);
	EXPECT(p.d.nr_judged > 0, "");
	end(&p);

	/* fewer beyond 100 us, more beyond 500 us: what got worse counts */
	begin(&p, 2);
	bucket_row(p.files[0], 1000, 300, 1000);
	bucket_row(p.files[1], 1000, 900, 900);
	EXPECT_EQ(change_of(&p, DIFF_OVER), DIFF_WORSE);
	EXPECT_EQ(p.d.lines[0].bound_ns, 500000);
	end(&p);
}

TEST(two, with_percentiles_or_a_budget_no_bound_is_judged)
{
	struct pair_of_files p;
	unsigned int i;

	begin(&p, 2);
	for (i = 0; i < 2; i++)
		with_buckets(same_row(p.files[i], "a", 1000, 50000), i ? 500 : 900, 1000);
	EXPECT_EQ(change_of(&p, DIFF_OVER), DIFF_UNKNOWN);
	EXPECT_EQ(p.d.lines[0].bound_ns, 0);
	end(&p);
	begin(&p, 2);
	for (i = 0; i < 2; i++)
		bucket_row(p.files[i], 1000, i ? 500 : 900, 1000)->times.budget_ns = 700000;
	EXPECT_EQ(change_of(&p, DIFF_OVER), DIFF_SAME);
	EXPECT_EQ(p.d.lines[0].bound_ns, 0);
	end(&p);
}

TEST(two, without_a_common_number_nothing_is_judged)
{
	struct pair_of_files p;

	begin(&p, 2);
	bucket_row(p.files[0], 1000, 1000, 1000);
	diff_file_row(p.files[1], "drv", "napi", "a")->times.count = 5;
	diff_make(&p.d);
	EXPECT_EQ(p.d.nr_common, 1);
	EXPECT_EQ(p.d.nr_judged, 0);
	end(&p);
	/* without an interval, larger is no worse, and that says nothing */
	begin(&p, 2);
	diff_file_row(p.files[0], "drv", "napi", "a")->times.avg.value = 5000;
	diff_file_row(p.files[1], "drv", "napi", "a")->times.avg.value = 500000;
	EXPECT_EQ(change_of(&p, DIFF_AVG), DIFF_UNSURE);
	EXPECT_EQ(p.d.nr_judged, 0);
	end(&p);
}

TEST(two, a_percentile_may_be_in_the_buckets_of_all_its_ranks)
{
	struct diff_file *f = diff_file_new("file", DIFF_STAT);
	struct diff_value v[DIFF_METRIC_NR];

	/* the true median is one of the 460th to the 541st */
	diff_values(f, &bucket_row(f, 1000, 480, 1000)->times, v);
	EXPECT(v[DIFF_P50].low == 0 && v[DIFF_P50].high == 500000, "");
	diff_values(f, &bucket_row(f, 1000, 520, 520)->times, v);
	EXPECT(v[DIFF_P50].low == 0 && !is_measured(v[DIFF_P50].high), "");
	diff_file_free(f);
}

TEST(two, deviation_of_buckets_is_the_largest_possible)
{
	struct diff_file *f = diff_file_new("file", DIFF_STAT);
	struct diff_row *row = bucket_row(f, 1000, 1000, 1000);
	struct diff_value v[DIFF_METRIC_NR];

	row->times.avg.value = 20000;
	row->times.max_ns = 90000;
	diff_values(f, &row->times, v);
	/* each may be 70 us away: 70 * 2.576 / sqrt(1000) */
	EXPECT(fabs(v[DIFF_AVG].high - 25704) < 10, "");
	EXPECT(fabs(v[DIFF_AVG].low - 14296) < 10, "");
	row->times.max_ns = NOT_MEASURED;
	row->times.points[0].below = 900;
	row->times.points[1].below = 900;
	diff_values(f, &row->times, v);
	EXPECT(!is_measured(v[DIFF_AVG].low), "");
	diff_file_free(f);
}

/* ---- Rows that are the same --------------------------------------------------------- */

static unsigned int common(const char *a, const char *b)
{
	struct pair_of_files p;
	unsigned int n;

	begin(&p, 2);
	same_row(p.files[0], a, 10, 5000);
	same_row(p.files[1], b, 10, 5000);
	diff_make(&p.d);
	n = p.d.nr_common;
	end(&p);
	return n;
}

TEST(rows, what_changes_from_boot_to_boot_does_not_matter)
{
	EXPECT_EQ(common("eth0 (irq 24)", "eth0 (irq 31)"), 1);
	EXPECT_EQ(common("poll.isra.0", "poll"), 1);
	EXPECT_EQ(common("poll.constprop.0.isra.0", "poll.cold"), 1);
	EXPECT_EQ(common("(FFFFF80C)", "(F7AA7449)"), 1);
	EXPECT_EQ(common("eth0 (irq 24)", "eth1 (irq 24)"), 0);
	EXPECT_EQ(common("poll", "poll_all"), 0);
}

static void has_common(struct pair_of_files *p, unsigned int lines, unsigned int want)
{
	diff_make(&p->d);
	EXPECT_EQ(p->d.nr_lines, lines);
	EXPECT_EQ(p->d.nr_common, want);
}

TEST(rows, threads_of_an_interrupt_are_the_same_on_another_boot)
{
	EXPECT_EQ(common("irq/24-eth0", "irq/31-eth0"), 1);
	EXPECT_EQ(common("irq/24-s-eth0", "irq/131-s-eth0"), 1);
	EXPECT_EQ(common("irq/24-eth0", "irq/24-eth1"), 0);
	/* a work item may have a dash, too */
	EXPECT_EQ(common("ata-eh", "sas-eh"), 0);
}

TEST(rows, queues_are_paired_by_the_order_of_their_interrupts)
{
	struct pair_of_files p;
	unsigned int i;

	begin(&p, 2);
	/* the file has them in another order: the slowest first */
	same_row(p.files[0], "xhci (irq 10)", 1000, 90000);
	same_row(p.files[0], "xhci (irq 9)", 1000, 5000);
	same_row(p.files[0], "xhci (irq 8)", 1000, 20000);
	same_row(p.files[1], "xhci (irq 36)", 1000, 20000);
	same_row(p.files[1], "xhci (irq 37)", 1000, 5000);
	same_row(p.files[1], "xhci (irq 38)", 1000, 90000);
	has_common(&p, 3, 3);
	EXPECT_EQ(p.d.count[DIFF_WORSE] + p.d.count[DIFF_BETTER] + p.d.count[DIFF_UNSURE], 0);
	/* each line has a name of its own */
	for (i = 1; i < 3; i++)
		EXPECT(strcmp(p.d.lines[i].row[0]->key, p.d.lines[0].row[0]->key), "");
	end(&p);
	begin(&p, 2);
	same_row(p.files[0], "(F7AA7449)", 10, 5000);
	same_row(p.files[0], "(F7AA744B)", 10, 9000);
	same_row(p.files[1], "(F8BB844B)", 10, 9000);
	same_row(p.files[1], "(F8BB8449)", 10, 5000);
	has_common(&p, 2, 2);
	EXPECT_EQ(p.d.count[DIFF_WORSE] + p.d.count[DIFF_BETTER] + p.d.count[DIFF_UNSURE], 0);
	end(&p);
}

TEST(rows, of_queues_that_one_file_lacks_only_whole_names_tell)
{
	struct pair_of_files p;

	begin(&p, 2);
	same_row(p.files[0], "usb (irq 24)", 10, 5000);
	same_row(p.files[0], "usb (irq 25)", 10, 90000);
	same_row(p.files[1], "usb (irq 25)", 10, 90000);
	has_common(&p, 2, 1);
	EXPECT_EQ(p.d.count[DIFF_WORSE] + p.d.count[DIFF_BETTER] + p.d.count[DIFF_UNSURE], 0);
	end(&p);
	/* on another boot nobody knows which one is missing */
	begin(&p, 2);
	same_row(p.files[0], "usb (irq 24)", 10, 5000);
	same_row(p.files[0], "usb (irq 25)", 10, 90000);
	same_row(p.files[1], "usb (irq 31)", 10, 90000);
	has_common(&p, 3, 0);
	end(&p);
}

TEST(rows, twice_the_same_name_is_two_rows)
{
	struct pair_of_files p;

	begin(&p, 2);
	same_row(p.files[0], "usb", 10, 5000);
	same_row(p.files[0], "usb", 10, 9000);
	same_row(p.files[1], "usb", 10, 5000);
	diff_make(&p.d);
	EXPECT_EQ(p.d.nr_lines, 2);
	EXPECT_EQ(p.d.nr_common, 1);
	end(&p);
}

TEST(rows, more_than_can_be_are_refused)
{
	struct diff_file *f = diff_file_new("file", DIFF_SYSTEM);
	unsigned int i;

	for (i = 0; i < DIFF_ROWS_MAX; i++)
		diff_file_row(f, "drv", "isr", "a");
	EXPECT(!diff_file_row(f, "drv", "isr", "a"), "");
	diff_file_free(f);
}

TEST(rows, buckets_have_to_ascend)
{
	struct diff_file *f = diff_file_new("file", DIFF_SYSTEM);
	struct diff_times *t = &diff_file_row(f, "drv", "isr", "a")->times;
	const uint64_t from[] = { 0, 2000, 1000 }, good[] = { 0, 1000, 4000 };
	const uint64_t counts[] = { 5, 6, 7 }, others[] = { 4, 7, 7 };

	EXPECT_EQ(diff_file_buckets(t, from, counts, 3), -1);
	t->nr_points = 0;
	EXPECT_EQ(diff_file_buckets(t, good, counts, 3), 0);
	EXPECT_EQ(t->nr_points, 2);
	/* other buckets of the same times fit in, and others don't */
	EXPECT_EQ(diff_file_buckets(t, (const uint64_t[]){ 0, 2000, 4000 },
				    (const uint64_t[]){ 8, 3, 7 }, 3), 0);
	EXPECT_EQ(t->nr_points, 3);
	EXPECT_EQ(t->points[1].below, 8);
	EXPECT_EQ(diff_file_buckets(t, good, others, 3), -1);
	/* 8 are below 2 us, so 7 can't be below 3 us, nor 12 below 1.5 us */
	EXPECT_EQ(diff_file_buckets(t, (const uint64_t[]){ 0, 3000 },
				    (const uint64_t[]){ 7, 11 }, 2), -1);
	EXPECT_EQ(diff_file_buckets(t, (const uint64_t[]){ 0, 1500 },
				    (const uint64_t[]){ 12, 6 }, 2), -1);
	diff_file_free(f);
}

/* ---- More files --------------------------------------------------------------------- */

static void fleet(struct pair_of_files *p, const uint64_t *ns, unsigned int nr)
{
	unsigned int i;

	begin(p, nr);
	for (i = 0; i < nr; i++)
		same_row(p->files[i], "a", 1000, ns[i]);
	diff_make(&p->d);
}

TEST(fleet, the_odd_one_is_named)
{
	struct pair_of_files p;

	fleet(&p, (const uint64_t[]){ 50000, 51000, 49000, 90000, 50500 }, 5);
	EXPECT_EQ(diff_odd_one(&p.d), 3);
	EXPECT_EQ(p.d.lines[0].odd[3], 1u << DIFF_AVG | 1u << DIFF_P50 | 1u << DIFF_P99);
	EXPECT_EQ(p.d.odd_rows[0] + p.d.odd_rows[1] + p.d.odd_rows[2] + p.d.odd_rows[4], 0);
	end(&p);
	/* one that is faster is odd, too: two of three may have become slow */
	fleet(&p, (const uint64_t[]){ 90000, 50000, 91000 }, 3);
	EXPECT_EQ(diff_odd_one(&p.d), 1);
	end(&p);
}

TEST(fleet, where_all_differ_none_is_odd)
{
	struct pair_of_files p;

	fleet(&p, (const uint64_t[]){ 20000, 50000, 80000, 110000, 140000 }, 5);
	EXPECT_EQ(diff_odd_one(&p.d), -1);
	end(&p);
	/* far by the distances of the others, but by less than was asked */
	fleet(&p, (const uint64_t[]){ 50000, 50000, 50000, 54000 }, 4);
	EXPECT_EQ(diff_odd_one(&p.d), -1);
	end(&p);
}

TEST(fleet, the_mean_would_be_moved_by_the_odd_one)
{
	struct pair_of_files p;

	/* with standard deviations instead of distances, 1 of 5 is never 3.5 of them away */
	fleet(&p, (const uint64_t[]){ 50000, 51000, 49000, 5000000, 50500 }, 5);
	EXPECT_EQ(diff_odd_one(&p.d), 3);
	end(&p);
}

TEST(fleet, of_buckets_alone_shares_over_a_bound_are_judged)
{
	struct pair_of_files p;
	unsigned int i;

	begin(&p, 4);
	for (i = 0; i < 4; i++)
		bucket_row(p.files[i], 1000, 500 + i, i == 2 ? 600 : 1000);
	diff_make(&p.d);
	EXPECT_EQ(p.d.lines[0].bound_ns, 500000);
	EXPECT_EQ(p.d.lines[0].odd[2], 1u << DIFF_OVER);
	EXPECT_EQ(diff_odd_one(&p.d), 2);
	end(&p);
	begin(&p, 4);
	for (i = 0; i < 4; i++)
		bucket_row(p.files[i], 1000, 500 + i, 1000);
	diff_make(&p.d);
	EXPECT_EQ(diff_odd_one(&p.d), -1);
	EXPECT(p.d.nr_judged > 0, "");
	end(&p);
	/* one does not have the bounds of the others */
	begin(&p, 4);
	for (i = 0; i < 4; i++)
		bucket_row(p.files[i], 1000, 500 + i, 1000);
	p.files[3]->rows[0]->times.nr_points = 0;
	diff_make(&p.d);
	EXPECT_EQ(p.d.lines[0].bound_ns, 0);
	EXPECT_EQ(p.d.nr_judged, 0);
	end(&p);
}

TEST(fleet, what_can_be_chance_is_not_odd)
{
	struct pair_of_files p;
	unsigned int i;

	begin(&p, 4);
	for (i = 0; i < 4; i++)
		same_row(p.files[i], "a", i == 2 ? 4 : 1000, i == 2 ? 90000 : 50000);
	diff_make(&p.d);
	/* the median of 4 times may be below all of them */
	EXPECT_EQ(p.d.lines[0].odd[2] & 1u << DIFF_P50, 0);
	EXPECT_EQ(diff_odd_one(&p.d), -1);
	end(&p);
}

/* ---- Words -------------------------------------------------------------------------- */

static void says(const struct diff *d, const char *what, bool wanted)
{
	char *text = diff_words_unfair(d);

	ASSERT(text, "");
	EXPECT(!!strstr(text, what) == wanted, "%s: %s", what, text);
	free(text);
}

TEST(words, what_is_unfair_is_said)
{
	struct pair_of_files p;

	begin(&p, 2);
	snprintf(p.files[0]->kernel, sizeof(p.files[0]->kernel), "6.12");
	snprintf(p.files[1]->kernel, sizeof(p.files[1]->kernel), "6.12");
	p.files[0]->duration_ns = 10 * NSEC_PER_SEC;
	p.files[1]->duration_ns = 12 * NSEC_PER_SEC;
	same_row(p.files[0], "a", 10, 5000);
	same_row(p.files[1], "a", 10, 5000);
	diff_make(&p.d);
	says(&p.d, "", true);
	says(&p.d, "kernels", false);
	says(&p.d, "equally long", false);
	snprintf(p.files[1]->kernel, sizeof(p.files[1]->kernel), "6.13");
	snprintf(p.files[1]->architecture, sizeof(p.files[1]->architecture), "arm64");
	p.files[1]->cpus = 4;
	p.files[1]->duration_ns = 60 * NSEC_PER_SEC;
	p.files[1]->lost = xstrdup("events were lost");
	p.files[1]->rows[0]->times.budget_ns = 5000;
	says(&p.d, "kernels differ: A 6.12, B 6.13\n", true);
	says(&p.d, "architectures differ: A not known, B arm64\n", true);
	says(&p.d, "numbers of CPUs differ: A not known, B 4\n", true);
	says(&p.d, "not equally long, and who measures longer finds longer times: A 10 s, B 60 s\n",
	     true);
	says(&p.d, "budgets differ in 1 row: ", true);
	says(&p.d, "B: events were lost\n", true);
	p.files[1]->format = DIFF_XPERF;
	says(&p.d, "measured by different tools: A dpcmon system, B xperf -a dpcisr\n", true);
	end(&p);
}

TEST(words, a_length_that_is_not_known_is_not_0)
{
	struct pair_of_files p;

	begin(&p, 3);
	diff_make(&p.d);
	says(&p.d, "length", false);
	p.files[1]->duration_ns = 10 * NSEC_PER_SEC;
	p.files[2]->duration_ns = 11 * NSEC_PER_SEC;
	says(&p.d, "not equally long", false);
	says(&p.d, "not all lengths are known, and who measures longer finds longer times: A not known, B 10 s, C 11 s\n",
	     true);
	p.files[2]->duration_ns = 30 * NSEC_PER_SEC;
	says(&p.d, "not equally long, and who measures longer finds longer times: A not known, B 10 s, C 30 s\n",
	     true);
	end(&p);
}

TEST(words, the_verdict_says_what_was_not_compared)
{
	struct pair_of_files p;
	char *text;

	begin(&p, 2);
	same_row(p.files[0], "a", 10, 5000);
	same_row(p.files[1], "a", 10, 5000);
	same_row(p.files[0], "b", 10, 5000);
	same_row(p.files[1], "c", 10, 5000);
	same_row(p.files[1], "d", 10, 5000);
	diff_make(&p.d);
	text = diff_words_verdict(&p.d);
	EXPECT(strstr(text, "of 1 row that both have,"), "%s", text);
	EXPECT(strstr(text, " 1 row is in A alone, 2 in B alone."), "%s", text);
	free(text);
	end(&p);
}

TEST(words, a_name_of_a_file_is_clean)
{
	struct diff_file *f = diff_file_new("x\033[31m\377.json", DIFF_SYSTEM);

	EXPECT_EQ(strcmp(f->path, "x?[31m?.json"), 0);
	diff_file_free(f);
}

/* ---- Windows ------------------------------------------------------------------------ */

static struct diff_file *windows(const char *text)
{
	char *copy = xstrdup(text);
	enum diff_format format;
	struct diff_file *f = NULL;

	EXPECT(diff_windows_is(copy, &format), "");
	f = diff_windows("file", copy, format);
	free(copy);
	return f;
}

static const struct diff_row *find(const struct diff_file *f, const char *driver,
				   const char *kind)
{
	unsigned int i;

	for (i = 0; i < f->nr_rows; i++)
		if (!strcmp(f->rows[i]->driver, driver) && !strcmp(f->rows[i]->kind, kind))
			return f->rows[i];
	ktap_fail(__FILE__, __LINE__, "no %s of %s", kind, driver);
	ktap_end();
}

/* All kinds of lines that xperf writes, with its spaces. */
static const char xperf[] =
"\n--------------------------\nDPC Info\n\n--------------------------\n"
"CPU Usage Summing By Module For the Whole Trace\n\n"
"CPU Usage from 0 us to 20000000 us:\n\n"
"     CPU 0 Usage,      CPU 1 Usage,\n"
"     usec      %,      usec      %, Module\n"
"      900   0.00,       100   0.00, nic.sys\n"
"       40   0.00,         0   0.00, \"Unknown\"\n\n"
"Total = 121\n"
"Elapsed Time, >        2 usecs AND <=        4 usecs,     20, or  16.53%\n"
"Elapsed Time, >        8 usecs AND <=       16 usecs,    101, or  83.47%\n"
"Total,                                                   121\n\n"
"Total = 120 for module nic.sys\n"
"Elapsed Time, >        2 usecs AND <=        4 usecs,     20, or  16.67%\n"
"Elapsed Time, >        8 usecs AND <=       16 usecs,    100, or  83.33%\n"
"Total,                                                   120\n\n"
"Total = 1 for module \"Unknown\"\n"
"Elapsed Time, >        8 usecs AND <=       16 usecs,      1, or 100.00%\n"
"Total,                                                     1\n\n"
"All Module = 121,  Total = 121,   EQUAL\n\n"
"--------------------------\n"
"Usage From 0 ms to 20000 ms, Summing In 1 second intervals. Intervals=20\n\n"
"                       ,      CPU 0 Usage ,      CPU 1 Usage\n"
"Start (ms) End (ms)    ,    (usec)      % ,    (usec)      %\n"
"         0-1000      :,        18   0.00,         0   0.00\n"
"--------------------------\nInterrupt Info\n\n--------------------------\n"
"Total = 7 for module nic.sys\n"
"Elapsed Time, >        0 usecs AND <=        1 usecs,      4, or  57.14%\n"
"Elapsed Time, >     2048 usecs,      3, or  42.86%\n"
"Total,                                                     7\n"
"Distribution of number of 2000 ms intervals w.r.t. DPC/ISR usage:\n\n"
"                ,                      CPU 0,                      CPU 1\n"
" DPC/ISR Usage %,      DPC      ISR Combined,      DPC      ISR Combined\n"
">=  0 AND <=   1,       10,       10,       10,       10,       10,       10\n";

static uint64_t below(const struct diff_row *row, uint64_t us)
{
	uint64_t n = 0;

	EXPECT(diff_file_below(&row->times, us * 1000, &n), "no bound at %llu us",
	       (unsigned long long)us);
	return n;
}

TEST(windows, xperf_is_read)
{
	struct diff_file *f = windows(xperf);
	const struct diff_row *dpc, *isr;
	uint64_t n;

	ASSERT(f, "");
	EXPECT_EQ(f->format, DIFF_XPERF);
	EXPECT_EQ(f->duration_ns, 20 * NSEC_PER_SEC);
	EXPECT_EQ(f->cpus, 2);
	/* that of all modules together is none of them */
	EXPECT_EQ(f->nr_rows, 3);
	dpc = find(f, "nic.sys", "dpc");
	EXPECT_EQ(dpc->times.count, 120);
	EXPECT_EQ(below(dpc, 1), 0);
	EXPECT_EQ(below(dpc, 2), 0);
	EXPECT_EQ(below(dpc, 4), 20);
	/* empty buckets are left out, and their bounds are known */
	EXPECT_EQ(below(dpc, 8), 20);
	EXPECT_EQ(below(dpc, 16), 120);
	EXPECT_EQ(below(dpc, 65536), 120);
	EXPECT(fabs(dpc->times.avg.value - 1000000.0 / 120) < 1, "");
	EXPECT(!is_measured(dpc->times.max_ns), "");
	/* 40 us for a time of at most 16: that can't be an average */
	EXPECT(!is_measured(find(f, "Unknown", "dpc")->times.avg.value), "");
	isr = find(f, "nic.sys", "isr");
	EXPECT_EQ(isr->times.count, 7);
	EXPECT_EQ(below(isr, 1), 4);
	EXPECT_EQ(below(isr, 2048), 4);
	/* what is beyond the last bound is not known to be below any other */
	EXPECT(!diff_file_below(&isr->times, 4096000, &n), "");
	diff_file_free(f);
}

TEST(windows, an_average_has_to_be_possible)
{
	static const char * const us[] = { "39", "40", "80", "81" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(us); i++) {
		char *text = xasprintf("DPC Info\nCPU 0 Usage,\n%s 0.00, a.sys\n\n"
				       "Total = 5 for module a.sys\n"
				       "Elapsed Time, > 8 usecs AND <= 16 usecs, 5, or 100%%\n",
				       us[i]);
		struct diff_file *f = windows(text);

		ASSERT(f, "");
		EXPECT(is_measured(f->rows[0]->times.avg.value) == (i == 1 || i == 2), "%s", us[i]);
		diff_file_free(f);
		free(text);
	}
}

TEST(windows, a_module_without_times_is_no_row)
{
	struct diff_file *f = windows("DPC Info\nTotal = 0 for module a.sys\nTotal, 0\n"
				      "Total = 1 for module b.sys\n"
				      "Elapsed Time, > 4 usecs AND <= 8 usecs, 1, or 100.00%\n");

	ASSERT(f, "");
	EXPECT_EQ(f->nr_rows, 1);
	EXPECT_EQ(strcmp(f->rows[0]->driver, "b.sys"), 0);
	diff_file_free(f);
}

TEST(windows, lines_may_end_as_on_windows)
{
	char crlf[2 * sizeof(xperf)];
	const char *from = xperf;
	struct diff_file *f;
	size_t n = 0;

	for (; *from; from++) {
		if (*from == '\n')
			crlf[n++] = '\r';
		crlf[n++] = *from;
	}
	crlf[n] = '\0';
	f = windows(crlf);
	ASSERT(f, "");
	EXPECT_EQ(f->nr_rows, 3);
	EXPECT_EQ(f->cpus, 2);
	EXPECT_EQ(find(f, "Unknown", "dpc")->times.count, 1);
	diff_file_free(f);
}

/* A text that is not what it seems is refused, in a message. */
static void refused(const char *text)
{
	struct diff_file *f = windows(text);

	EXPECT(!f, "taken: %s", text);
	diff_file_free(f);
}

TEST(windows, texts_that_lie_are_refused)
{
	refused("DPC Info\nTotal = 3 for module a.sys\n"
		"Elapsed Time, > 0 usecs AND <= 1 usecs, 2, or 66.67%\n");
	refused("DPC Info\nTotal = 3 for module a.sys\n"
		"Elapsed Time, > 4 usecs AND <= 2 usecs, 3, or 100.00%\n");
	refused("DPC Info\nTotal = 4 for module a.sys\n"
		"Elapsed Time, > 4 usecs AND <= 8 usecs, 2, or 50.00%\n"
		"Elapsed Time, > 4 usecs AND <= 8 usecs, 2, or 50.00%\n");
	refused("DPC Info\nTotal = 99999999999999999999 for module a.sys\n");
	refused("DPC Info\nTotal = 1 for module a.sys\n"
		"Elapsed Time, > 4 usecs AND <= 8 usecs, many\n");
	refused("Total = 1 for module a.sys\n"
		"Elapsed Time, > 4 usecs AND <= 8 usecs, 1, or 100.00%\n");
	refused("DPC Info\nInterrupt Info\n");
}

#define FRAME	"+----------------------------------------------------------------------+\n"

/* A table, after @text, which is freed. */
static char *tracerpt(char *text, const char *what, const char *rows, const char *total)
{
	char *longer = xasprintf("%s" FRAME "| Distribution of %s for the whole trace |\n" FRAME
				 "| Lower Bound      Upper Bound         Count      Percent |\n"
				 FRAME "%s" FRAME "%s" FRAME, text ? text : "", what, rows, total);

	free(text);
	return longer;
}

TEST(windows, tracerpt_is_read)
{
	const struct diff_row *dpc, *isr;
	struct diff_file *f;
	char *text;

	text = tracerpt(NULL, "all DPC execution times",
			"|           1             2             100       100.00%  |\n",
			"|                                       100       100.00%  |\n");
	text = tracerpt(text, "nic.sys (F7AA7449) DPC execution times",
			"|           0             1               0         0.00%  |\n"
			"|           1             2               6        60.00%  |\n"
			"|         100           250               4        40.00%  |\n",
			"|                                        10       100.00%  |\n");
	text = tracerpt(text, "nic.sys (F7AA7777) ISR execution times",
			"|           0             1               5        50.00%  |\n"
			"|         250             -               5        50.00%  |\n",
			"|                                        10       100.00%  |\n");
	text = tracerpt(text, "nic.sys (F7AA7777) ISR to nic.sys (F7AA7449) DPC latencies",
			"|           0             1               5       100.00%  |\n",
			"|                                         5       100.00%  |\n");
	f = windows(text);
	free(text);
	ASSERT(f, "");
	EXPECT_EQ(f->format, DIFF_TRACELOG);
	EXPECT_EQ(f->nr_rows, 2);
	dpc = find(f, "nic.sys", "dpc");
	EXPECT_EQ(strcmp(dpc->name, "(F7AA7449)"), 0);
	EXPECT_EQ(dpc->times.count, 10);
	EXPECT_EQ(below(dpc, 1), 0);
	EXPECT_EQ(below(dpc, 2), 6);
	EXPECT_EQ(below(dpc, 100), 6);
	EXPECT_EQ(below(dpc, 250), 10);
	isr = find(f, "nic.sys", "isr");
	EXPECT_EQ(isr->times.count, 10);
	EXPECT_EQ(below(isr, 250), 5);
	diff_file_free(f);
}

TEST(windows, tracerpt_that_lies_is_refused)
{
	char *text = tracerpt(NULL, "nic.sys (F7AA7449) DPC execution times",
			      "|           1             2              11       100.00%  |\n",
			      "|                                        10       100.00%  |\n");

	refused(text);
	free(text);
	text = tracerpt(NULL, "all DPC execution times", "", "");
	refused(text);
	free(text);
}

/* ---- Twins -------------------------------------------------------------------------- */

TEST(twins, distributions_meet_on_the_bounds_of_both)
{
	struct diff_pair_share shares[DIFF_BOUNDS_MAX];
	struct pair_of_files p;
	struct diff_pair pair;
	struct diff_row *row;
	unsigned int nr;
	char *gaps;

	begin(&p, 2);
	diff_file_free(p.files[0]);
	p.files[0] = windows(xperf);
	ASSERT(p.files[0], "");
	row = diff_file_row(p.files[1], "e1000e", "napi", "eth0");
	row->times.count = 100;
	row->times.max_ns = 70000;
	EXPECT_EQ(diff_file_buckets(&row->times, (const uint64_t[]){ 0, 4000, 5000, 8000 },
				    (const uint64_t[]){ 10, 20, 30, 40 }, 4), 0);
	row = diff_file_row(p.files[1], "e1000e", "timer", "watchdog");
	row->times.count = 10;
	row->times.max_ns = 90000;
	EXPECT_EQ(diff_file_buckets(&row->times, (const uint64_t[]){ 0, 4000, 8000 },
				    (const uint64_t[]){ 10, 0, 0 }, 3), 0);
	/* what waited is none of it */
	diff_file_row(p.files[1], "e1000e", "softirq wait", "x")->times.count = 1000;
	diff_make(&p.d);
	EXPECT_EQ(p.d.nr_common, 0);
	/* in either order */
	ASSERT_EQ(diff_pair_make(&pair, &p.d, "e1000e=NIC.sys"), 0);
	EXPECT_EQ(strcmp(pair.names[0], "NIC.sys"), 0);
	EXPECT_EQ(pair.side[DIFF_PAIR_DPC][1].times.count, 110);
	EXPECT_EQ(strcmp(pair.side[DIFF_PAIR_DPC][1].kinds, "napi, timer"), 0);
	EXPECT(pair.side[DIFF_PAIR_DPC][1].times.max_ns == 90000, "");
	nr = diff_pair_shares(&pair, DIFF_PAIR_DPC, shares);
	ASSERT_EQ(nr, 2);
	EXPECT_EQ(shares[0].ns, 4000);
	EXPECT(fabs(shares[0].share[0].value - 20.0 / 120) < 0.000001, "");
	EXPECT(fabs(shares[0].share[1].value - 20.0 / 110) < 0.000001, "");
	EXPECT_EQ(shares[1].ns, 8000);
	EXPECT(fabs(shares[1].share[1].value - 70.0 / 110) < 0.000001, "");
	gaps = diff_pair_gaps(&p.d, &pair, DIFF_PAIR_DPC);
	EXPECT(strstr(gaps, "only A has bounds at 1, 2, 16 us\n"), "%s", gaps);
	EXPECT(strstr(gaps, "A has no longest time"), "%s", gaps);
	EXPECT(strstr(gaps, "B has no average"), "%s", gaps);
	free(gaps);
	EXPECT(!diff_pair_has(&pair, DIFF_PAIR_ISR), "");
	gaps = diff_pair_gaps(&p.d, &pair, DIFF_PAIR_ISR);
	EXPECT_EQ(strcmp(gaps, "B has none of e1000e\n"), 0);
	free(gaps);
	diff_pair_free(&pair);
	end(&p);
}

TEST(twins, several_drivers_are_one_side)
{
	struct pair_of_files p;
	struct diff_pair pair;

	begin(&p, 2);
	same_row(p.files[0], "a", 10, 5000);
	diff_file_row(p.files[0], "other", "dpc", "b")->times.count = 5;
	same_row(p.files[1], "c", 10, 5000);
	diff_make(&p.d);
	ASSERT_EQ(diff_pair_make(&pair, &p.d, "other+drv=drv"), 0);
	EXPECT_EQ(pair.side[DIFF_PAIR_DPC][0].times.count, 15);
	EXPECT_EQ(pair.side[DIFF_PAIR_DPC][1].times.count, 10);
	diff_pair_free(&pair);
	EXPECT_EQ(diff_pair_make(&pair, &p.d, "oth=drv"), -1);
	end(&p);
}

TEST(twins, an_average_of_two_rows_has_not_the_interval_of_one)
{
	struct pair_of_files p;
	struct diff_pair pair;
	struct diff_row *row;
	unsigned int i;

	begin(&p, 2);
	for (i = 0; i < 4; i++) {
		row = same_row(p.files[i / 2], i % 2 ? "a" : "b", 10, i % 2 ? 5000 : 90000);
		row->times.avg.low = row->times.avg.value - 10;
		row->times.avg.high = row->times.avg.value + 10;
	}
	diff_make(&p.d);
	ASSERT_EQ(diff_pair_make(&pair, &p.d, "drv=drv"), 0);
	EXPECT(fabs(pair.side[DIFF_PAIR_DPC][0].value[DIFF_AVG].value - 47500) < 500, "");
	EXPECT(!is_measured(pair.side[DIFF_PAIR_DPC][0].value[DIFF_AVG].low), "");
	EXPECT(!is_measured(pair.side[DIFF_PAIR_DPC][0].value[DIFF_AVG].high), "");
	diff_pair_free(&pair);
	end(&p);
}

TEST(twins, a_kind_in_the_name_of_another_is_listed)
{
	static const char * const kinds[] = { "soft_hrtimer", "timer", "timer" };
	struct pair_of_files p;
	struct diff_pair pair;
	unsigned int i;

	begin(&p, 2);
	for (i = 0; i < 3; i++)
		diff_file_row(p.files[0], "drv", kinds[i], "a")->times.count = 5;
	same_row(p.files[1], "a", 10, 5000);
	diff_make(&p.d);
	ASSERT_EQ(diff_pair_make(&pair, &p.d, "drv=drv"), 0);
	EXPECT_EQ(strcmp(pair.side[DIFF_PAIR_DPC][0].kinds, "soft_hrtimer, timer"), 0);
	diff_pair_free(&pair);
	end(&p);
}

int main(int argc, char **argv)
{
	return ktap_run(argv + 1, NULL, NULL);
}

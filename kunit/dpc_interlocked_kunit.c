// SPDX-License-Identifier: GPL-2.0-only
/* Interlocked lists and counters: what they return, from everywhere at once: S4. */
#include "fixture.h"

#include <linux/bitmap.h>
#include <linux/dpc_sync.h>
#include <linux/slab.h>

#define IL_ENTRIES	16
#define IL_SEEN		(256 * 1024)	/* old values that are told apart */

struct il_entry {
	struct list_head	node;
	struct dpc_slist_entry	snode;
	atomic_t		holders;	/* who has taken it off a list */
};

struct il_test {
	struct fixture		fix;
	struct dpc_lock		lock;
	struct list_head	list;
	struct list_head	other;
	struct dpc_slist_entry	slist;
	struct dpc_slist_entry	sother;
	struct il_entry		entry[IL_ENTRIES];
	u32			sum;
	u64			large;
	atomic_t		added;
	atomic_t		moved;
	atomic_t		wrong;
	unsigned long		*seen;
	void			(*step)(struct il_test *it);
	u64			violations;	/* at the start */
};

static int il_init(struct kunit *test)
{
	struct il_test *it = kunit_kzalloc(test, sizeof(*it), GFP_KERNEL);

	if (!it)
		return -ENOMEM;
	dpc_lock_init(&it->lock);
	INIT_LIST_HEAD(&it->list);
	INIT_LIST_HEAD(&it->other);
	it->violations = dpc_violations();
	return fixture_setup(test, &it->fix);
}

static struct il_test *il_of(struct kunit *test)
{
	return container_of(test->priv, struct il_test, fix);
}

static void il_exit(struct kunit *test)
{
	if (test->priv)
		KUNIT_EXPECT_EQ(test, dpc_violations() - il_of(test)->violations, 0);
	fixture_exit(test);
}

/* ---- what they return -------------------------------------------------- */

static void il_insert_head_returns_the_old_first(struct kunit *test)
{
	struct il_test *it = il_of(test);
	struct list_head *a = &it->entry[0].node, *b = &it->entry[1].node;
	struct list_head *c = &it->entry[2].node;

	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_insert_head(&it->list, a, &it->lock), NULL);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_insert_head(&it->list, b, &it->lock), a);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_insert_head(&it->list, c, &it->lock), b);
	/* c b a */
	KUNIT_EXPECT_PTR_EQ(test, it->list.next, c);
	KUNIT_EXPECT_PTR_EQ(test, it->list.prev, a);
}

static void il_insert_tail_returns_the_old_last(struct kunit *test)
{
	struct il_test *it = il_of(test);
	struct list_head *a = &it->entry[0].node, *b = &it->entry[1].node;
	struct list_head *c = &it->entry[2].node;

	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_insert_tail(&it->list, a, &it->lock), NULL);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_insert_tail(&it->list, b, &it->lock), a);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_insert_tail(&it->list, c, &it->lock), b);
	/* a b c */
	KUNIT_EXPECT_PTR_EQ(test, it->list.next, a);
	KUNIT_EXPECT_PTR_EQ(test, it->list.prev, c);
}

static void il_head_and_tail_answer_for_their_own_end(struct kunit *test)
{
	struct il_test *it = il_of(test);
	struct list_head *a = &it->entry[0].node, *b = &it->entry[1].node;
	struct list_head *c = &it->entry[2].node, *d = &it->entry[3].node;

	dpc_interlocked_insert_tail(&it->list, a, &it->lock);
	dpc_interlocked_insert_tail(&it->list, b, &it->lock);
	/* a b */
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_insert_head(&it->list, c, &it->lock), a);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_insert_tail(&it->list, d, &it->lock), b);
}

static void il_remove_head_returns_the_first_or_none(struct kunit *test)
{
	struct il_test *it = il_of(test);
	struct list_head *a = &it->entry[0].node, *b = &it->entry[1].node;

	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_remove_head(&it->list, &it->lock), NULL);
	dpc_interlocked_insert_tail(&it->list, a, &it->lock);
	dpc_interlocked_insert_tail(&it->list, b, &it->lock);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_remove_head(&it->list, &it->lock), a);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_remove_head(&it->list, &it->lock), b);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_remove_head(&it->list, &it->lock), NULL);
	KUNIT_EXPECT_TRUE(test, list_empty(&it->list));
}

static void il_push_returns_the_old_first(struct kunit *test)
{
	struct il_test *it = il_of(test);
	struct dpc_slist_entry *a = &it->entry[0].snode, *b = &it->entry[1].snode;

	a->next = b;	/* of no meaning for an entry in no list */
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_push(&it->slist, a, &it->lock), NULL);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_push(&it->slist, b, &it->lock), a);
	KUNIT_EXPECT_PTR_EQ(test, it->slist.next, b);
	KUNIT_EXPECT_PTR_EQ(test, b->next, a);
	KUNIT_EXPECT_PTR_EQ(test, a->next, NULL);
}

static void il_pop_returns_the_first_or_none(struct kunit *test)
{
	struct il_test *it = il_of(test);
	struct dpc_slist_entry *a = &it->entry[0].snode, *b = &it->entry[1].snode;

	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_pop(&it->slist, &it->lock), NULL);
	dpc_interlocked_push(&it->slist, a, &it->lock);
	dpc_interlocked_push(&it->slist, b, &it->lock);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_pop(&it->slist, &it->lock), b);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_pop(&it->slist, &it->lock), a);
	KUNIT_EXPECT_PTR_EQ(test, dpc_interlocked_pop(&it->slist, &it->lock), NULL);
}

static void il_add_returns_the_old_value(struct kunit *test)
{
	struct il_test *it = il_of(test);

	it->sum = 40;
	KUNIT_EXPECT_EQ(test, dpc_interlocked_add(&it->sum, 2, &it->lock), 40);
	KUNIT_EXPECT_EQ(test, dpc_interlocked_add(&it->sum, (u32)-3, &it->lock), 42);
	KUNIT_EXPECT_EQ(test, it->sum, 39);
}

static void il_add_wraps_at_32_bits(struct kunit *test)
{
	struct il_test *it = il_of(test);

	it->sum = U32_MAX;
	KUNIT_EXPECT_EQ(test, dpc_interlocked_add(&it->sum, 3, &it->lock), U32_MAX);
	KUNIT_EXPECT_EQ(test, it->sum, 2);
}

static void il_add_large_returns_the_old_value(struct kunit *test)
{
	struct il_test *it = il_of(test);

	it->large = U32_MAX;
	KUNIT_EXPECT_EQ(test, dpc_interlocked_add_large(&it->large, 1, &it->lock), (u64)U32_MAX);
	KUNIT_EXPECT_EQ(test, it->large, 1ULL << 32);
	KUNIT_EXPECT_EQ(test, dpc_interlocked_add_large(&it->large, (u64)-1, &it->lock),
			1ULL << 32);
	KUNIT_EXPECT_EQ(test, it->large, (u64)U32_MAX);
}

static void il_add_large_wraps_at_64_bits(struct kunit *test)
{
	struct il_test *it = il_of(test);

	it->large = U64_MAX;
	KUNIT_EXPECT_EQ(test, dpc_interlocked_add_large(&it->large, 3, &it->lock), U64_MAX);
	KUNIT_EXPECT_EQ(test, it->large, 2);
}

/* ---- from any level ---------------------------------------------------- */

KUNIT_ARRAY_PARAM(il_ctx, ctx_params, ctx_param_name);

/* Each of them once, and the level is what it was. */
static void il_use_all(void *arg)
{
	struct il_test *it = arg;
	enum dpc_irql level = dpc_level();

	if (dpc_interlocked_insert_head(&it->list, &it->entry[0].node, &it->lock) ||
	    dpc_interlocked_insert_tail(&it->list, &it->entry[1].node, &it->lock) !=
	    &it->entry[0].node ||
	    dpc_interlocked_remove_head(&it->list, &it->lock) != &it->entry[0].node ||
	    dpc_interlocked_push(&it->slist, &it->entry[0].snode, &it->lock) ||
	    dpc_interlocked_pop(&it->slist, &it->lock) != &it->entry[0].snode ||
	    dpc_interlocked_add(&it->sum, 1, &it->lock) != 0 ||
	    dpc_interlocked_add_large(&it->large, 1, &it->lock) != 0 ||
	    dpc_level() != level)
		atomic_inc(&it->wrong);
	atomic_inc(&it->added);
}

static void il_are_legal_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct il_test *it = il_of(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, il_use_all, it));
	KUNIT_EXPECT_EQ(test, atomic_read(&it->added), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&it->wrong), 0);
}

/*
 * Threads, DPC routines and hard interrupts on all CPUs at once, each calling
 * it->step() until enough interrupts have hit, and threads and routines had turns.
 */
#define IL_HITS		100

static void il_step_storm(void *arg)
{
	struct il_test *it = arg;

	it->step(it);
}

static void il_step_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct il_test *it = container_of(context, struct il_test, fix);

	it->step(it);
	atomic_inc(&it->fix.ran);
}

static void il_step_worker(void *arg)
{
	struct il_test *it = arg;

	while (!READ_ONCE(it->fix.stop)) {
		it->step(it);
		dpc_queue(&it->fix.dpc[raw_smp_processor_id() % FIX_DPCS], NULL, NULL);
		cond_resched();
	}
}

static void il_run_everywhere(struct kunit *test, void (*step)(struct il_test *it))
{
	struct il_test *it = il_of(test);
	int i, cpus = min_t(int, num_online_cpus(), FIX_WORKERS);

	it->step = step;
	for (i = 0; i < FIX_DPCS; i++)
		dpc_init(&it->fix.dpc[i], il_step_routine, &it->fix);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&it->fix.worker[i], ctx_cpu(i),
						     il_step_worker, it));
	KUNIT_ASSERT_TRUE(test, storm_start(&it->fix.storm, il_step_storm, it));
	KUNIT_ASSERT_TRUE(test, storm_wait(&it->fix.storm, IL_HITS));
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&it->fix.ran, IL_HITS));
	KUNIT_ASSERT_TRUE(test, storm_stop(&it->fix.storm));
	WRITE_ONCE(it->fix.stop, true);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&it->fix.worker[i]));
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&it->wrong), 0);
}

/* Every old value is returned to one caller only. */
static void il_step_add(struct il_test *it)
{
	u32 old;

	/* Workers are faster than interrupts; the test is about meeting, not about many. */
	if (atomic_inc_return(&it->added) > IL_SEEN) {
		atomic_dec(&it->added);
		return;
	}
	old = dpc_interlocked_add(&it->sum, 1, &it->lock);
	if (old >= IL_SEEN || test_and_set_bit(old, it->seen))
		atomic_inc(&it->wrong);
	dpc_interlocked_add_large(&it->large, (1ULL << 32) + 1, &it->lock);
}

static void il_counters_are_exact_from_everywhere(struct kunit *test)
{
	struct il_test *it = il_of(test);
	u64 added;

	it->seen = kunit_kzalloc(test, BITS_TO_LONGS(IL_SEEN) * sizeof(long), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, it->seen);
	il_run_everywhere(test, il_step_add);

	added = atomic_read(&it->added);
	KUNIT_EXPECT_EQ(test, it->sum, added);
	KUNIT_EXPECT_EQ(test, it->large, added * ((1ULL << 32) + 1));
	KUNIT_EXPECT_EQ(test, bitmap_weight(it->seen, IL_SEEN), added);
}

static void il_take(struct il_test *it, struct il_entry *entry)
{
	if (atomic_inc_return(&entry->holders) != 1)
		atomic_inc(&it->wrong);
	atomic_inc(&it->moved);
}

static void il_give(struct il_test *it, struct il_entry *entry)
{
	if (atomic_dec_return(&entry->holders))
		atomic_inc(&it->wrong);
}

/* One entry from each list to the other one. */
static void il_step_move(struct il_test *it)
{
	struct list_head *node;

	node = dpc_interlocked_remove_head(&it->list, &it->lock);
	if (node) {
		il_take(it, list_entry(node, struct il_entry, node));
		il_give(it, list_entry(node, struct il_entry, node));
		dpc_interlocked_insert_tail(&it->other, node, &it->lock);
	}
	node = dpc_interlocked_remove_head(&it->other, &it->lock);
	if (node) {
		il_take(it, list_entry(node, struct il_entry, node));
		il_give(it, list_entry(node, struct il_entry, node));
		dpc_interlocked_insert_head(&it->list, node, &it->lock);
	}
}

static unsigned int il_drain_lists(struct il_test *it)
{
	struct list_head *node;
	unsigned int count = 0;

	while ((node = dpc_interlocked_remove_head(&it->list, &it->lock)) ||
	       (node = dpc_interlocked_remove_head(&it->other, &it->lock))) {
		il_take(it, list_entry(node, struct il_entry, node));
		count++;
	}
	return count;
}

static void il_lists_lose_nothing_from_everywhere(struct kunit *test)
{
	struct il_test *it = il_of(test);
	int i;

	for (i = 0; i < IL_ENTRIES; i++)
		dpc_interlocked_insert_tail(&it->list, &it->entry[i].node, &it->lock);
	il_run_everywhere(test, il_step_move);

	KUNIT_EXPECT_GT(test, atomic_read(&it->moved), 0);
	KUNIT_EXPECT_EQ(test, il_drain_lists(it), IL_ENTRIES);
	KUNIT_EXPECT_EQ(test, atomic_read(&it->wrong), 0);
}

static void il_step_smove(struct il_test *it)
{
	struct dpc_slist_entry *node;

	node = dpc_interlocked_pop(&it->slist, &it->lock);
	if (node) {
		il_take(it, container_of(node, struct il_entry, snode));
		il_give(it, container_of(node, struct il_entry, snode));
		dpc_interlocked_push(&it->sother, node, &it->lock);
	}
	node = dpc_interlocked_pop(&it->sother, &it->lock);
	if (node) {
		il_take(it, container_of(node, struct il_entry, snode));
		il_give(it, container_of(node, struct il_entry, snode));
		dpc_interlocked_push(&it->slist, node, &it->lock);
	}
}

static unsigned int il_drain_slists(struct il_test *it)
{
	struct dpc_slist_entry *node;
	unsigned int count = 0;

	while ((node = dpc_interlocked_pop(&it->slist, &it->lock)) ||
	       (node = dpc_interlocked_pop(&it->sother, &it->lock))) {
		il_take(it, container_of(node, struct il_entry, snode));
		count++;
	}
	return count;
}

static void il_slists_lose_nothing_from_everywhere(struct kunit *test)
{
	struct il_test *it = il_of(test);
	int i;

	for (i = 0; i < IL_ENTRIES; i++)
		dpc_interlocked_push(&it->slist, &it->entry[i].snode, &it->lock);
	il_run_everywhere(test, il_step_smove);

	KUNIT_EXPECT_GT(test, atomic_read(&it->moved), 0);
	KUNIT_EXPECT_EQ(test, il_drain_slists(it), IL_ENTRIES);
	KUNIT_EXPECT_EQ(test, atomic_read(&it->wrong), 0);
}

static struct kunit_case il_cases[] = {
	KUNIT_CASE(il_insert_head_returns_the_old_first), /* S4 */
	KUNIT_CASE(il_insert_tail_returns_the_old_last), /* S4 */
	KUNIT_CASE(il_head_and_tail_answer_for_their_own_end), /* S4 */
	KUNIT_CASE(il_remove_head_returns_the_first_or_none), /* S4 */
	KUNIT_CASE(il_push_returns_the_old_first), /* S4 */
	KUNIT_CASE(il_pop_returns_the_first_or_none), /* S4 */
	KUNIT_CASE(il_add_returns_the_old_value), /* S4 */
	KUNIT_CASE(il_add_wraps_at_32_bits), /* S4 */
	KUNIT_CASE(il_add_large_returns_the_old_value), /* S4 */
	KUNIT_CASE(il_add_large_wraps_at_64_bits), /* S4 */
	KUNIT_CASE_PARAM(il_are_legal_from, il_ctx_gen_params), /* S4 */
	KUNIT_CASE(il_counters_are_exact_from_everywhere), /* S4 */
	KUNIT_CASE(il_lists_lose_nothing_from_everywhere), /* S4 */
	KUNIT_CASE(il_slists_lose_nothing_from_everywhere), /* S4 */
	{ }
};

static struct kunit_suite il_suite = {
	.name = "dpc_interlocked",
	.init = il_init,
	.exit = il_exit,
	.test_cases = il_cases,
};

kunit_test_suite(il_suite);

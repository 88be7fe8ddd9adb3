// SPDX-License-Identifier: GPL-2.0-only
/* Locks at DISPATCH: both kinds, their levels, order, and mixing them: S2, S3. */
#include "fixture.h"
#include "params.h"
#include "speed.h"

#include <linux/bottom_half.h>
#include <linux/dpc_sync.h>
#include <linux/timekeeping.h>

#define LOCK_CPUS	4

struct lock_test;

/* One acquisition, by whatever form. */
struct lock_hold {
	struct dpc_lock_handle	handle;
	enum dpc_irql		old;
};

/* Somebody who wants the lock, in a thread of its own. */
struct lock_user {
	struct lock_test		*lt;
	const struct lock_form		*form;
	struct dpc_lock_handle		handle;
	int				number;
	unsigned int			done;		/* rounds */
};

struct lock_test {
	struct fixture		fix;
	struct dpc_lock		lock;
	struct lock_user	user[LOCK_CPUS];
	const struct lock_form	*form;		/* the routines' */
	int			users;		/* threads that will come ... */
	atomic_t		came;		/* ... and are about to take @lock first */
	unsigned int		inside;		/* under @lock */
	unsigned int		count;		/* under @lock */
	unsigned int		overlaps;	/* under @lock */
	unsigned int		taken;		/* under @lock, entries of @order */
	int			order[LOCK_CPUS];
	u32			addend;
	enum dpc_irql		level;		/* that was found under the lock */
	u64			violations;	/* at the start */
};

static int lock_init(struct kunit *test)
{
	struct lock_test *lt = kunit_kzalloc(test, sizeof(*lt), GFP_KERNEL);

	if (!lt)
		return -ENOMEM;
	dpc_lock_init(&lt->lock);
	lt->violations = dpc_violations();
	return fixture_setup(test, &lt->fix);
}

static void lock_exit(struct kunit *test)
{
	if (test->priv)
		KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	fixture_exit(test);
}

static struct lock_test *lock_of(struct kunit *test)
{
	return container_of(test->priv, struct lock_test, fix);
}

static u64 lock_reports(struct lock_test *lt)
{
	return dpc_violations() - lt->violations;
}

/* ---- the forms --------------------------------------------------------- */

struct lock_form {
	const char	*name;
	bool		at_dispatch;	/* the caller has to be there */
	void		(*acquire)(struct dpc_lock *lock, struct lock_hold *hold);
	void		(*release)(struct dpc_lock *lock, struct lock_hold *hold);
};

static void lock_executive(struct dpc_lock *lock, struct lock_hold *hold)
{
	hold->old = dpc_lock_acquire(lock);
}

static void unlock_executive(struct dpc_lock *lock, struct lock_hold *hold)
{
	dpc_lock_release(lock, hold->old);
}

static void lock_executive_dispatch(struct dpc_lock *lock, struct lock_hold *hold)
{
	dpc_lock_acquire_at_dispatch(lock);
}

static void lock_executive_try(struct dpc_lock *lock, struct lock_hold *hold)
{
	while (!dpc_lock_try_at_dispatch(lock))
		cpu_relax();
}

static void unlock_executive_dispatch(struct dpc_lock *lock, struct lock_hold *hold)
{
	dpc_lock_release_at_dispatch(lock);
}

static void lock_queued(struct dpc_lock *lock, struct lock_hold *hold)
{
	dpc_lock_acquire_queued(lock, &hold->handle);
}

static void unlock_queued(struct dpc_lock *lock, struct lock_hold *hold)
{
	dpc_lock_release_queued(&hold->handle);
}

static void lock_queued_dispatch(struct dpc_lock *lock, struct lock_hold *hold)
{
	dpc_lock_acquire_queued_at_dispatch(lock, &hold->handle);
}

static void unlock_queued_dispatch(struct dpc_lock *lock, struct lock_hold *hold)
{
	dpc_lock_release_queued_at_dispatch(&hold->handle);
}

/* First those that raise, then those for DISPATCH. */
enum { FORM_EXECUTIVE, FORM_QUEUED, FORM_EXECUTIVE_DISPATCH, FORM_TRY, FORM_QUEUED_DISPATCH };

static const struct lock_form lock_forms[] = {
	[FORM_EXECUTIVE] = {
		"executive", false, lock_executive, unlock_executive },
	[FORM_QUEUED] = {
		"queued", false, lock_queued, unlock_queued },
	[FORM_EXECUTIVE_DISPATCH] = {
		"executive_at_dispatch", true, lock_executive_dispatch,
		unlock_executive_dispatch },
	[FORM_TRY] = {
		"try_at_dispatch", true, lock_executive_try, unlock_executive_dispatch },
	[FORM_QUEUED_DISPATCH] = {
		"queued_at_dispatch", true, lock_queued_dispatch, unlock_queued_dispatch },
};

static void lock_form_name(const struct lock_form *form, char *desc)
{
	strscpy(desc, form->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(lock_form, lock_forms, lock_form_name);
KUNIT_ARRAY_PARAM(lock_raising, PARAM_SLICE(lock_forms, 0, 2), lock_form_name);
KUNIT_ARRAY_PARAM(lock_at_dispatch, PARAM_SLICE(lock_forms, 2, 3), lock_form_name);

/* Acquire at the level that the form is for. */
static void lock_by(struct dpc_lock *lock, const struct lock_form *form, struct lock_hold *hold)
{
	if (form->at_dispatch)
		local_bh_disable();
	form->acquire(lock, hold);
}

static void unlock_by(struct dpc_lock *lock, const struct lock_form *form, struct lock_hold *hold)
{
	form->release(lock, hold);
	if (form->at_dispatch)
		local_bh_enable();
}

/* ---- the level --------------------------------------------------------- */

static void lock_acquire_raises_and_release_lowers(struct kunit *test)
{
	const struct lock_form *form = test->param_value;
	struct lock_test *lt = lock_of(test);
	struct lock_hold hold;
	enum dpc_irql level;

	form->acquire(&lt->lock, &hold);
	level = dpc_level();
	form->release(&lt->lock, &hold);

	KUNIT_EXPECT_EQ(test, level, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

static void lock_acquire_returns_the_old_level(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	enum dpc_irql passive, dispatch, level;

	passive = dpc_lock_acquire(&lt->lock);
	dpc_lock_release(&lt->lock, passive);
	local_bh_disable();
	dispatch = dpc_lock_acquire(&lt->lock);
	dpc_lock_release(&lt->lock, dispatch);
	level = dpc_level();
	local_bh_enable();

	KUNIT_EXPECT_EQ(test, passive, DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, dispatch, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, level, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

static void lock_release_at_dispatch_stays_there(struct kunit *test)
{
	const struct lock_form *form = test->param_value;
	struct lock_test *lt = lock_of(test);
	enum dpc_irql during, after;
	struct lock_hold hold;

	local_bh_disable();
	form->acquire(&lt->lock, &hold);
	during = dpc_level();
	form->release(&lt->lock, &hold);
	after = dpc_level();
	local_bh_enable();

	KUNIT_EXPECT_EQ(test, during, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, after, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

static void lock_inner_release_stays_at_dispatch(struct kunit *test)
{
	const struct lock_form *form = test->param_value;
	struct lock_test *lt = lock_of(test);
	struct lock_hold outer, inner;
	struct dpc_lock second;
	enum dpc_irql between;

	dpc_lock_init(&second);
	form->acquire(&lt->lock, &outer);
	form->acquire(&second, &inner);
	form->release(&second, &inner);
	between = dpc_level();
	form->release(&lt->lock, &outer);

	KUNIT_EXPECT_EQ(test, between, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

static void lock_release_drains(struct kunit *test)
{
	const struct lock_form *form = test->param_value;
	struct lock_test *lt = lock_of(test);
	unsigned int before, after;
	struct lock_hold hold;

	form->acquire(&lt->lock, &hold);
	dpc_queue(&lt->fix.dpc[0], TAG(1), NULL);
	before = recorder_count(&lt->fix.rec);
	form->release(&lt->lock, &hold);
	after = recorder_count(&lt->fix.rec);

	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, after, 1);
}

/* ---- mutual exclusion -------------------------------------------------- */

static DEFINE_DPC_LOCK(lock_defined);

static void lock_defined_equals_initialised(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	enum dpc_irql old = dpc_lock_acquire(&lock_defined);
	bool again = dpc_lock_try_at_dispatch(&lock_defined);

	dpc_lock_release(&lock_defined, old);
	KUNIT_EXPECT_FALSE(test, again);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

static void lock_try_takes_a_free_lock_only(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	bool free, held, again;

	local_bh_disable();
	free = dpc_lock_try_at_dispatch(&lt->lock);
	held = dpc_lock_try_at_dispatch(&lt->lock);
	dpc_lock_release_at_dispatch(&lt->lock);
	again = dpc_lock_try_at_dispatch(&lt->lock);
	dpc_lock_release_at_dispatch(&lt->lock);
	local_bh_enable();

	KUNIT_EXPECT_TRUE(test, free);
	KUNIT_EXPECT_FALSE(test, held);
	KUNIT_EXPECT_TRUE(test, again);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

/* Under the lock: a count that is exact only if nobody else is here. */
static void lock_count_inside(struct lock_test *lt)
{
	unsigned int count = READ_ONCE(lt->count);
	int i;

	if (READ_ONCE(lt->inside))
		lt->overlaps++;
	WRITE_ONCE(lt->inside, 1);
	/* The first one stays until all others want the lock, too. */
	if (!count)
		rec_spin_until(atomic_read(&lt->came) == lt->users);
	for (i = 0; i < 20; i++)
		cpu_relax();
	WRITE_ONCE(lt->inside, 0);
	WRITE_ONCE(lt->count, count + 1);
}

/*
 * A queued lock waits for the next in line, even if that one's emulated CPU has to
 * wait for a real one, which can take a while on a busy host: so by time as well.
 */
#define LOCK_ROUNDS	500
#define LOCK_NS		(2 * NSEC_PER_SEC)

static bool lock_more_rounds(const struct lock_user *user, u64 start)
{
	return user->done < LOCK_ROUNDS && ktime_get_mono_fast_ns() - start < LOCK_NS;
}

static void lock_user_counts(void *arg)
{
	struct lock_user *user = arg;
	struct lock_test *lt = user->lt;
	struct lock_hold hold;
	u64 start;

	gate_pass_sleeping(&lt->fix.gate[0]);
	atomic_inc(&lt->came);
	start = ktime_get_mono_fast_ns();
	do {
		lock_by(&lt->lock, user->form, &hold);
		lock_count_inside(lt);
		unlock_by(&lt->lock, user->form, &hold);
		user->done++;
	} while (lock_more_rounds(user, start));
}

/*
 * Let a thread on every CPU run @fn, by one form on the even ones and by another on
 * the odd ones.  Return: how many rounds they made.
 */
static unsigned int lock_run_users(struct kunit *test, void (*fn)(void *arg),
				   const struct lock_form *even, const struct lock_form *odd)
{
	struct lock_test *lt = lock_of(test);
	int i, cpus = min_t(int, num_online_cpus(), LOCK_CPUS);
	unsigned int done = 0;

	lt->users = cpus;
	for (i = 0; i < cpus; i++) {
		lt->user[i] = (struct lock_user){
			.lt = lt, .form = i % 2 ? odd : even, .number = i };
		KUNIT_ASSERT_TRUE(test, worker_start(&lt->fix.worker[i], ctx_cpu(i), fn,
						     &lt->user[i]));
	}
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&lt->fix.gate[0], cpus));
	gate_open(&lt->fix.gate[0]);
	for (i = 0; i < cpus; i++) {
		KUNIT_ASSERT_TRUE(test, worker_join(&lt->fix.worker[i]));
		done += lt->user[i].done;
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&lt->came), cpus);
	return done;
}

/* Each round has counted, and at no time were two inside. */
static void lock_expect_exact(struct kunit *test, unsigned int rounds)
{
	struct lock_test *lt = lock_of(test);

	KUNIT_EXPECT_EQ(test, lt->overlaps, 0);
	KUNIT_EXPECT_EQ(test, lt->count, rounds);
}

static void lock_excludes_other_cpus(struct kunit *test)
{
	const struct lock_form *form = test->param_value;

	ctx_need_cpus(test, 2);
	lock_expect_exact(test, lock_run_users(test, lock_user_counts, form, form));
	KUNIT_EXPECT_EQ(test, lock_reports(lock_of(test)), 0);
}

static void lock_executive_forms_exclude_each_other(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	lock_expect_exact(test, lock_run_users(test, lock_user_counts,
					       &lock_forms[FORM_EXECUTIVE],
					       &lock_forms[FORM_EXECUTIVE_DISPATCH]));
	KUNIT_EXPECT_EQ(test, lock_reports(lock_of(test)), 0);
}

static void lock_queued_forms_exclude_each_other(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	lock_expect_exact(test, lock_run_users(test, lock_user_counts,
					       &lock_forms[FORM_QUEUED],
					       &lock_forms[FORM_QUEUED_DISPATCH]));
	KUNIT_EXPECT_EQ(test, lock_reports(lock_of(test)), 0);
}

static void lock_routine_counts(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct lock_test *lt = container_of(context, struct lock_test, fix);
	struct lock_hold hold;

	lt->form->acquire(&lt->lock, &hold);
	lock_count_inside(lt);
	lt->form->release(&lt->lock, &hold);
	atomic_inc(&lt->fix.ran);
}

static void lock_user_counts_and_queues(void *arg)
{
	struct lock_user *user = arg;
	struct lock_test *lt = user->lt;
	struct lock_hold hold;
	u64 start;

	gate_pass_sleeping(&lt->fix.gate[0]);
	atomic_inc(&lt->came);
	start = ktime_get_mono_fast_ns();
	do {
		user->form->acquire(&lt->lock, &hold);
		lock_count_inside(lt);
		/* Runs in the release. */
		if (dpc_queue(&lt->fix.dpc[user->number], NULL, NULL))
			atomic_inc(&lt->fix.queued);
		user->form->release(&lt->lock, &hold);
		user->done++;
	} while (lock_more_rounds(user, start));
}

static void lock_excludes_routines(struct kunit *test)
{
	const struct lock_form *form = test->param_value;
	struct lock_test *lt = lock_of(test);
	unsigned int rounds;
	int i;

	lt->form = &lock_forms[form == &lock_forms[FORM_QUEUED] ? FORM_QUEUED_DISPATCH :
							  FORM_EXECUTIVE_DISPATCH];
	for (i = 0; i < LOCK_CPUS; i++)
		dpc_init(&lt->fix.dpc[i], lock_routine_counts, &lt->fix);
	rounds = lock_run_users(test, lock_user_counts_and_queues, form, form);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_GT(test, atomic_read(&lt->fix.ran), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&lt->fix.ran), atomic_read(&lt->fix.queued));
	lock_expect_exact(test, rounds + atomic_read(&lt->fix.ran));
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

/* ---- first come, first served ------------------------------------------ */

static void lock_user_notes_order(void *arg)
{
	struct lock_user *user = arg;
	struct lock_test *lt = user->lt;

	gate_pass_sleeping(&lt->fix.gate[user->number]);
	dpc_lock_acquire_queued(&lt->lock, &user->handle);
	lt->order[lt->taken++] = user->number;
	dpc_lock_release_queued(&user->handle);
}

/* At DISPATCH: wait until @user stands in line behind everyone else. */
static bool lock_wait_in_line(struct lock_test *lt, struct lock_user *user)
{
	return rec_spin_until(READ_ONCE(lt->lock.tail) == &user->handle);
}

/* Threads number 0 to @n - 1 on the CPUs behind the first one, each at its gate. */
static void lock_start_waiters(struct kunit *test, int n)
{
	struct lock_test *lt = lock_of(test);
	int i;

	lt->taken = 0;
	for (i = 0; i < n; i++) {
		gate_init(&lt->fix.gate[i]);
		lt->user[i] = (struct lock_user){ .lt = lt, .number = i };
		KUNIT_ASSERT_TRUE(test, worker_start(&lt->fix.worker[i], ctx_cpu(i + 1),
						     lock_user_notes_order, &lt->user[i]));
	}
	for (i = 0; i < n; i++)
		KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&lt->fix.gate[i], 1));
}

/* Hold the lock while they line up in the order of @came. */
static void lock_line_up(struct kunit *test, const int *came, int n)
{
	struct lock_test *lt = lock_of(test);
	struct dpc_lock_handle handle;
	bool lined_up = true;
	int i;

	lock_start_waiters(test, n);
	dpc_lock_acquire_queued(&lt->lock, &handle);
	for (i = 0; i < n; i++) {
		gate_open(&lt->fix.gate[came[i]]);
		lined_up = lined_up && lock_wait_in_line(lt, &lt->user[came[i]]);
	}
	dpc_lock_release_queued(&handle);
	for (i = 0; i < n; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&lt->fix.worker[i]));

	KUNIT_ASSERT_TRUE(test, lined_up);
	KUNIT_ASSERT_EQ(test, lt->taken, n);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, lt->order[i], came[i]);
}

static void lock_queued_serves_in_the_order_of_coming(struct kunit *test)
{
	static const int orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	int i;

	ctx_need_cpus(test, 4);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "on PREEMPT_RT priority comes first");
	for (i = 0; i < ARRAY_SIZE(orders); i++)
		lock_line_up(test, orders[i], 3);
	KUNIT_EXPECT_EQ(test, lock_reports(lock_of(test)), 0);
}

static void lock_queued_is_free_again_after_the_last(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	struct dpc_lock_handle handle;
	int i;

	for (i = 0; i < 3; i++) {
		dpc_lock_acquire_queued(&lt->lock, &handle);
		dpc_lock_release_queued(&handle);
		KUNIT_EXPECT_PTR_EQ(test, lt->lock.tail, NULL);
		KUNIT_EXPECT_PTR_EQ(test, lt->lock.holder, NULL);
	}
}

/* ---- the level is checked ---------------------------------------------- */

static void lock_at_dispatch_from_passive_is_reported_and_made_right(struct kunit *test)
{
	const struct lock_form *form = test->param_value;
	struct lock_test *lt = lock_of(test);
	struct lock_hold hold;
	enum dpc_irql level;

	form->acquire(&lt->lock, &hold);
	level = dpc_level();
	form->release(&lt->lock, &hold);

	KUNIT_EXPECT_EQ(test, level, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);

	/* And it was for this one time: used as it should be, nothing is left of it. */
	lock_by(&lt->lock, form, &hold);
	unlock_by(&lt->lock, form, &hold);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);
}

static void lock_user_holds(void *arg)
{
	struct lock_user *user = arg;
	struct lock_test *lt = user->lt;
	struct lock_hold hold;

	user->form->acquire(&lt->lock, &hold);
	gate_pass(&lt->fix.gate[0]);
	user->form->release(&lt->lock, &hold);
}

static void lock_try_that_fails_from_passive_leaves_the_level(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	enum dpc_irql level;
	bool taken;

	ctx_need_cpus(test, 2);
	lt->user[0] = (struct lock_user){ .lt = lt, .form = &lock_forms[FORM_EXECUTIVE] };
	KUNIT_ASSERT_TRUE(test, worker_start(&lt->fix.worker[0], ctx_cpu(1), lock_user_holds,
					     &lt->user[0]));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&lt->fix.gate[0], 1));
	taken = dpc_lock_try_at_dispatch(&lt->lock);
	level = dpc_level();
	gate_open(&lt->fix.gate[0]);

	KUNIT_ASSERT_TRUE(test, worker_join(&lt->fix.worker[0]));
	KUNIT_EXPECT_FALSE(test, taken);
	KUNIT_EXPECT_EQ(test, level, DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);
}

static void lock_release_below_dispatch_is_reported(struct kunit *test)
{
	const struct lock_form *form = test->param_value;
	struct lock_test *lt = lock_of(test);
	struct lock_hold hold;

	/* Not the lock of the other tests: lockdep is told that this one may be held so. */
	dpc_lock_init(&lt->lock);
	local_bh_disable();
	form->acquire(&lt->lock, &hold);
	local_bh_enable();
	form->release(&lt->lock, &hold);

	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);
}

/* The forms that raise: from there, there is no way up to DISPATCH. */
static void lock_at_device_level_is_reported(struct kunit *test)
{
	const struct lock_form *form = test->param_value;
	struct lock_test *lt = lock_of(test);
	struct lock_hold hold;
	u64 reports;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "a lock that sleeps can't be taken with interrupts off");
	local_irq_disable();
	form->acquire(&lt->lock, &hold);
	reports = lock_reports(lt);
	form->release(&lt->lock, &hold);
	local_irq_enable();

	KUNIT_EXPECT_EQ(test, reports, 1);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
}

static void lock_use_once(void *arg)
{
	struct lock_test *lt = arg;
	struct lock_hold hold;

	lt->form->acquire(&lt->lock, &hold);
	lt->level = dpc_level();
	lt->form->release(&lt->lock, &hold);
	atomic_inc(&lt->fix.ran);
}

/*
 * In a hard interrupt and with interrupts off; the lock is used there alone.  With
 * CONFIG_PROVE_RAW_LOCK_NESTING lockdep speaks for PREEMPT_RT: no such lock in the first.
 */
static void lock_at_dispatch_above_it_is_no_misuse(struct kunit *test)
{
	static const enum ctx above[] = { CTX_IRQS_OFF, CTX_HARDIRQ };
	const int nr = IS_ENABLED(CONFIG_PROVE_RAW_LOCK_NESTING) ? 1 : ARRAY_SIZE(above);
	struct lock_test *lt = lock_of(test);
	int i;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "a lock that sleeps can't be taken with interrupts off");
	lt->form = test->param_value;
	for (i = 0; i < nr; i++) {
		KUNIT_ASSERT_TRUE(test, ctx_call(above[i], lock_use_once, lt));
		KUNIT_EXPECT_EQ(test, atomic_read(&lt->fix.ran), i + 1);
		KUNIT_EXPECT_EQ(test, lt->level, DPC_DEVICE_LEVEL);
	}
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

/* ---- the kinds are not mixed ------------------------------------------- */

enum { KIND_EXECUTIVE, KIND_QUEUED, KIND_INTERLOCKED, KIND_NR };

struct lock_mix {
	const char	*name;
	int		first;
	int		second;
};

static const struct lock_mix lock_mixes[] = {
	{ "executive_executive",	KIND_EXECUTIVE,		KIND_EXECUTIVE },
	{ "executive_queued",		KIND_EXECUTIVE,		KIND_QUEUED },
	{ "executive_interlocked",	KIND_EXECUTIVE,		KIND_INTERLOCKED },
	{ "queued_executive",		KIND_QUEUED,		KIND_EXECUTIVE },
	{ "queued_queued",		KIND_QUEUED,		KIND_QUEUED },
	{ "queued_interlocked",		KIND_QUEUED,		KIND_INTERLOCKED },
	{ "interlocked_executive",	KIND_INTERLOCKED,	KIND_EXECUTIVE },
	{ "interlocked_queued",		KIND_INTERLOCKED,	KIND_QUEUED },
	{ "interlocked_interlocked",	KIND_INTERLOCKED,	KIND_INTERLOCKED },
};

static void lock_mix_name(const struct lock_mix *mix, char *desc)
{
	strscpy(desc, mix->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(lock_mix, lock_mixes, lock_mix_name);

static void lock_use_as(struct lock_test *lt, int kind)
{
	static const int forms[] = {
		[KIND_EXECUTIVE] = FORM_EXECUTIVE,
		[KIND_QUEUED] = FORM_QUEUED,
	};
	struct lock_hold hold;

	if (kind == KIND_INTERLOCKED) {
		dpc_interlocked_add(&lt->addend, 1, &lt->lock);
		return;
	}
	lock_forms[forms[kind]].acquire(&lt->lock, &hold);
	lock_forms[forms[kind]].release(&lt->lock, &hold);
}

static void lock_of_another_kind_is_reported(struct kunit *test)
{
	const struct lock_mix *mix = test->param_value;
	struct lock_test *lt = lock_of(test);

	lock_use_as(lt, mix->first);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
	lock_use_as(lt, mix->second);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), mix->first != mix->second);
	/* The first use has decided. */
	lock_use_as(lt, mix->first);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), mix->first != mix->second);
}

static void lock_init_leaves_the_kind_open(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	int kind;

	for (kind = 0; kind < KIND_NR; kind++) {
		dpc_lock_init(&lt->lock);
		lock_use_as(lt, kind);
	}
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

static void lock_mixed_forms_still_exclude_each_other(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	lock_expect_exact(test, lock_run_users(test, lock_user_counts,
					       &lock_forms[FORM_EXECUTIVE],
					       &lock_forms[FORM_QUEUED]));
	KUNIT_EXPECT_GT(test, lock_reports(lock_of(test)), (u64)0);
}

static void lock_add_interlocked(void *arg)
{
	struct lock_test *lt = arg;

	dpc_interlocked_add(&lt->addend, 1, &lt->lock);
}

static void lock_interlocked_by_an_interrupt_of_the_holder_does_not_hang(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	enum dpc_irql old = dpc_lock_acquire(&lt->lock);
	bool hit = ctx_hardirq_here(lock_add_interlocked, lt);

	dpc_lock_release(&lt->lock, old);
	KUNIT_ASSERT_TRUE(test, hit);
	KUNIT_EXPECT_EQ(test, lt->addend, 1);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);
}

static void lock_queued_released_without_its_handle_strands_nobody(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	struct dpc_lock_handle handle;
	bool lined_up;

	ctx_need_cpus(test, 2);
	lock_start_waiters(test, 1);
	dpc_lock_acquire_queued(&lt->lock, &handle);
	gate_open(&lt->fix.gate[0]);
	lined_up = IS_ENABLED(CONFIG_PREEMPT_RT) || lock_wait_in_line(lt, &lt->user[0]);
	dpc_lock_release(&lt->lock, DPC_PASSIVE_LEVEL);

	KUNIT_ASSERT_TRUE(test, worker_join(&lt->fix.worker[0]));
	KUNIT_ASSERT_TRUE(test, lined_up);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lt->taken, 1);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);
}

static void lock_queued_released_twice_is_reported(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	struct dpc_lock_handle handle;

	dpc_lock_acquire_queued(&lt->lock, &handle);
	dpc_lock_release_queued(&handle);
	dpc_lock_release_queued(&handle);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);
}

/* A copy knows the lock, but is not what stands in its line. */
static void lock_queued_released_by_a_copy_is_reported(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	struct dpc_lock_handle handle, copy;

	dpc_lock_acquire_queued(&lt->lock, &handle);
	copy = handle;
	dpc_lock_release_queued(&copy);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_DISPATCH_LEVEL);
	dpc_lock_release_queued(&handle);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);
}

/* Both kinds: the lock is free, and lowering is left to the caller. */
static void lock_released_from_dispatch_stays_there_however_taken(struct kunit *test)
{
	const struct lock_form *taken = test->param_value;
	bool queued = taken->acquire == lock_queued;
	const struct lock_form *released =
		&lock_forms[queued ? FORM_QUEUED_DISPATCH : FORM_EXECUTIVE_DISPATCH];
	struct lock_test *lt = lock_of(test);
	struct lock_hold hold, again;
	enum dpc_irql level;

	taken->acquire(&lt->lock, &hold);
	released->release(&lt->lock, &hold);
	level = dpc_level();
	released->acquire(&lt->lock, &again);
	released->release(&lt->lock, &again);
	dpc_level_lower(queued ? hold.handle.old : hold.old);

	KUNIT_EXPECT_EQ(test, level, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 0);
}

/* There is no old level in the handle. */
static void lock_queued_taken_at_dispatch_is_not_lowered_by_its_release(struct kunit *test)
{
	struct lock_test *lt = lock_of(test);
	struct dpc_lock_handle handle;
	enum dpc_irql level;

	local_bh_disable();
	dpc_lock_acquire_queued_at_dispatch(&lt->lock, &handle);
	dpc_lock_release_queued(&handle);
	level = dpc_level();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, level, DPC_DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, lock_reports(lt), 1);
}

static struct kunit_case lock_cases[] = {
	KUNIT_CASE_PARAM(lock_acquire_raises_and_release_lowers, lock_raising_gen_params), /* S2 */
	KUNIT_CASE(lock_acquire_returns_the_old_level), /* S2 */
	KUNIT_CASE_PARAM(lock_release_at_dispatch_stays_there,
			 lock_at_dispatch_gen_params), /* S2 */
	KUNIT_CASE_PARAM(lock_inner_release_stays_at_dispatch, lock_raising_gen_params), /* S2 */
	KUNIT_CASE_PARAM(lock_release_drains, lock_raising_gen_params), /* S2 S5 Q12 */
	KUNIT_CASE(lock_defined_equals_initialised), /* S2 */
	KUNIT_CASE(lock_try_takes_a_free_lock_only), /* S2 */
	KUNIT_CASE_PARAM_SLOW(lock_excludes_other_cpus, lock_form_gen_params), /* S2 S3 */
	KUNIT_CASE(lock_executive_forms_exclude_each_other), /* S2 */
	KUNIT_CASE(lock_queued_forms_exclude_each_other), /* S3 */
	KUNIT_CASE_PARAM(lock_excludes_routines, lock_raising_gen_params), /* S2 S3 */
	KUNIT_CASE(lock_queued_serves_in_the_order_of_coming), /* S3 */
	KUNIT_CASE(lock_queued_is_free_again_after_the_last), /* S3 */
	KUNIT_CASE_PARAM(lock_at_dispatch_from_passive_is_reported_and_made_right,
			 lock_at_dispatch_gen_params), /* S2 */
	KUNIT_CASE(lock_try_that_fails_from_passive_leaves_the_level), /* S2 */
	KUNIT_CASE_PARAM(lock_release_below_dispatch_is_reported,
			 lock_at_dispatch_gen_params), /* S2 */
	KUNIT_CASE_PARAM(lock_at_device_level_is_reported, lock_raising_gen_params), /* S2 */
	KUNIT_CASE_PARAM(lock_at_dispatch_above_it_is_no_misuse,
			 lock_at_dispatch_gen_params), /* S2 */
	KUNIT_CASE_PARAM(lock_of_another_kind_is_reported, lock_mix_gen_params), /* S3 */
	KUNIT_CASE(lock_init_leaves_the_kind_open), /* S3 */
	KUNIT_CASE(lock_mixed_forms_still_exclude_each_other), /* S3 */
	KUNIT_CASE(lock_interlocked_by_an_interrupt_of_the_holder_does_not_hang), /* S3 */
	KUNIT_CASE(lock_queued_released_without_its_handle_strands_nobody), /* S3 */
	KUNIT_CASE(lock_queued_released_twice_is_reported), /* S3 */
	KUNIT_CASE(lock_queued_released_by_a_copy_is_reported), /* S3 */
	KUNIT_CASE_PARAM(lock_released_from_dispatch_stays_there_however_taken,
			 lock_raising_gen_params), /* S2 S3 */
	KUNIT_CASE(lock_queued_taken_at_dispatch_is_not_lowered_by_its_release), /* S2 S3 */
	{ }
};

static struct kunit_suite lock_suite = {
	.name = "dpc_lock",
	.init = lock_init,
	.exit = lock_exit,
	.test_cases = lock_cases,
};

kunit_test_suite(lock_suite);

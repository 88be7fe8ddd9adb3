// SPDX-License-Identifier: GPL-2.0-only
/* Packets: start, next, retry, cancel, completion, the end of a queue: P1, P2, P4 to P8. */
#include "fixture.h"

#include <linux/dpc_packet.h>

#define PK_PACKETS	12
#define PK_MANY		1000	/* packets that complete in their start routine */

struct pk_test;

struct pk_packet {
	struct dpc_packet	packet;
	struct pk_test		*pt;
	atomic_t		started;
	atomic_t		completed;
	atomic_t		cancelled;	/* calls of a cancel routine of the test's own */
	atomic_t		released;
};

struct pk_test {
	struct fixture		fix;
	struct dpc_packet_queue	q;
	struct dpc_packet_queue	q2;		/* of another engine of the device */
	struct pk_packet	p[PK_PACKETS];
	struct pk_packet	*many;
	/* What the start routine does; see pk_start(). */
	bool			claim;
	bool			finish;		/* complete at once, and start the next one */
	bool			gated;		/* waits at gate[0] */
	u32			retry;		/* so often, if it does not finish */
	unsigned int		inside, deepest;
	unsigned long		stack_low, stack_high;
	u64			violations;	/* at the start */
	int			result;		/* of something in another thread */
};

static struct pk_test *pk_of(struct kunit *test)
{
	return container_of(test->priv, struct pk_test, fix);
}

static struct pk_packet *pk_packet_of(struct dpc_packet *packet)
{
	return container_of(packet, struct pk_packet, packet);
}

static u64 pk_reports(struct pk_test *pt)
{
	return dpc_violations() - pt->violations;
}

/* Its tag in the recorder is the packet's number. */
static int pk_number(struct pk_test *pt, struct dpc_packet *packet)
{
	return packet ? pk_packet_of(packet) - pt->p : -1;
}

/* The tests' packets are never freed, so it may look at them before the claim. */
static void pk_start(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	struct pk_packet *p = pk_packet_of(packet);
	unsigned long here = (unsigned long)__builtin_frame_address(0);
	struct pk_test *pt = q->context;

	if (++pt->inside > pt->deepest)
		pt->deepest = pt->inside;
	pt->stack_low = min(pt->stack_low, here);
	pt->stack_high = max(pt->stack_high, here);
	if (!pt->many) {
		recorder_note(&pt->fix.rec, pk_number(pt, packet));
		if (dpc_level() != DPC_DISPATCH_LEVEL || dpc_packet_current(q) != packet)
			atomic_inc(&pt->fix.wrong);
	}
	atomic_inc(&p->started);
	if (pt->gated)
		gate_pass(&pt->fix.gate[0]);
	if (pt->claim && !dpc_packet_claim(q, packet)) {
		pt->inside--;
		return;
	}
	if (pt->finish) {
		dpc_packet_start_next(q);
		dpc_packet_complete(packet, 0, 1);
	} else if (packet->retries < pt->retry) {
		dpc_packet_retry(packet, pt->retry);
	}
	pt->inside--;
}

static void pk_complete(struct dpc_packet *packet)
{
	atomic_inc(&pk_packet_of(packet)->completed);
}

static void pk_release(struct dpc_packet *packet)
{
	atomic_inc(&pk_packet_of(packet)->released);
}

static const struct dpc_packet_ops pk_ops = { .complete = pk_complete };
static const struct dpc_packet_ops pk_waited_ops = { .release = pk_release };

static void pk_prepare(struct pk_test *pt, struct pk_packet *p, const struct dpc_packet_ops *ops)
{
	memset(p, 0, sizeof(*p));
	p->pt = pt;
	dpc_packet_init(&p->packet, &pt->q, ops);
}

static void pk_queue_init(struct pk_test *pt, bool clear_cancel)
{
	const struct dpc_packet_queue_params params = {
		.start		= pk_start,
		.context	= pt,
		.clear_cancel	= clear_cancel,
	};

	dpc_packet_queue_init(&pt->q, &params);
}

static int pk_init(struct kunit *test)
{
	struct pk_test *pt = kunit_kzalloc(test, sizeof(*pt), GFP_KERNEL);
	int i;

	if (!pt)
		return -ENOMEM;
	pt->violations = dpc_violations();
	pt->stack_low = ULONG_MAX;
	pk_queue_init(pt, false);
	for (i = 0; i < PK_PACKETS; i++)
		pk_prepare(pt, &pt->p[i], &pk_ops);
	return fixture_setup(test, &pt->fix);
}

static void pk_start_n(struct pk_test *pt, unsigned int first, unsigned int last)
{
	unsigned int i;

	for (i = first; i <= last; i++)
		dpc_packet_start(&pt->p[i].packet, dpc_packet_cancel_waiting);
}

/* As the DPC of the current packet does it; its number, or -1. */
static int pk_serve(struct pk_test *pt)
{
	enum dpc_irql old = dpc_level_raise();
	struct dpc_packet *packet = dpc_packet_current(&pt->q);
	int number = pk_number(pt, packet);

	dpc_packet_start_next(&pt->q);
	if (packet)
		dpc_packet_complete(packet, 0, 100 + number);
	dpc_level_lower(old);
	return number;
}

static bool pk_complete_once(struct pk_test *pt, unsigned int i, int status, size_t information)
{
	struct pk_packet *p = &pt->p[i];

	return atomic_read(&p->completed) == 1 && p->packet.status == status &&
	       p->packet.information == information;
}

static void pk_expect_all_served(struct kunit *test, unsigned int n)
{
	struct pk_test *pt = pk_of(test);
	unsigned int i;

	for (i = 0; i < n; i++)
		KUNIT_EXPECT_TRUE_MSG(test, pk_complete_once(pt, i, 0, 100 + i), "packet %u", i);
	KUNIT_EXPECT_NULL(test, dpc_packet_current(&pt->q));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

/* ---- start -------------------------------------------------------------------- */

static void packet_on_an_idle_device_starts_here_at_dispatch(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);
	const struct rec_entry *entry;

	pk_start_n(pt, 0, 0);
	KUNIT_ASSERT_EQ(test, recorder_count(&pt->fix.rec), 1);
	entry = recorder_find(&pt->fix.rec, 0, 0);
	KUNIT_EXPECT_PTR_EQ(test, entry->task, current);
	KUNIT_EXPECT_TRUE(test, entry->bh_off);
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_PTR_EQ(test, dpc_packet_current(&pt->q), &pt->p[0].packet);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	pk_expect_all_served(test, 1);
}

static void packet_on_a_busy_device_waits_its_turn(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);
	int i;

	pk_start_n(pt, 0, 3);
	KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), 1);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), i + 1);
		KUNIT_EXPECT_EQ(test, pk_serve(pt), i);
	}
	KUNIT_EXPECT_EQ(test, pk_serve(pt), -1);
	pk_expect_all_served(test, 4);
}

static void packet_by_key_waits_in_the_order_of_keys(struct kunit *test)
{
	static const u32 key[] = { 9, 5, 3, 5, 1 };
	static const int order[] = { 0, 4, 2, 1, 3 };
	struct pk_test *pt = pk_of(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(key); i++)
		dpc_packet_start_by_key(&pt->p[i].packet, key[i], NULL);
	for (i = 0; i < ARRAY_SIZE(order); i++)
		KUNIT_EXPECT_EQ(test, pk_serve(pt), order[i]);
	pk_expect_all_served(test, ARRAY_SIZE(key));
}

/* The routine of P5, as a driver would write it. */
static void pk_cancel(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	struct pk_packet *p = pk_packet_of(packet);
	bool waited;

	atomic_inc(&p->cancelled);
	if (dpc_level() != DPC_DISPATCH_LEVEL || !packet->cancelled ||
	    READ_ONCE(q->cancel->owner) != current || dpc_packet_set_cancel(packet, NULL))
		atomic_inc(&p->pt->fix.wrong);
	waited = dpc_packet_remove(q, packet);
	dpc_packet_cancel_unlock(q);
	if (waited)
		dpc_packet_complete(packet, -ECANCELED, 0);
}

static void packet_cancelled_before_it_would_wait_calls_its_routine(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_FALSE(test, dpc_packet_cancel(&pt->p[1].packet));
	dpc_packet_start(&pt->p[1].packet, pk_cancel);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[1].cancelled), 1);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 1, -ECANCELED, 0));
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), -1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

static void packet_cancelled_before_an_idle_start_ends_in_claim(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pt->claim = true;
	KUNIT_EXPECT_FALSE(test, dpc_packet_cancel(&pt->p[0].packet));
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, -ECANCELED, 0));
	KUNIT_EXPECT_NULL(test, dpc_packet_current(&pt->q));
	pk_start_n(pt, 1, 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

static void packet_started_twice_is_reported(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_start_n(pt, 0, 1);
	pk_start_n(pt, 0, 1);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 2);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), -1);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, 0, 100));
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 1, 0, 101));
}

static void packet_started_again_without_init_is_reported(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 1);
	KUNIT_EXPECT_NULL(test, dpc_packet_current(&pt->q));
	pk_prepare(pt, &pt->p[0], &pk_ops);
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 1);
}

static const struct ctx_param pk_ctx_params[] = {
	{ "thread", CTX_THREAD },
	{ "bh_off", CTX_BH_OFF },
	{ "softirq", CTX_SOFTIRQ },
};

KUNIT_ARRAY_PARAM(pk_ctx, pk_ctx_params, ctx_param_name);

static void pk_use_all(void *arg)
{
	struct pk_test *pt = arg;

	pk_start_n(pt, 0, 2);
	if (!dpc_packet_cancel(&pt->p[1].packet) || pk_serve(pt) != 0 || pk_serve(pt) != 2)
		atomic_inc(&pt->fix.wrong);
	atomic_inc(&pt->fix.ran);
}

static void packet_is_usable_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct pk_test *pt = pk_of(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, pk_use_all, pt));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->fix.ran), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

/* ---- next --------------------------------------------------------------------- */

static void packet_next_by_key_sweeps(struct kunit *test)
{
	static const u32 key[] = { 20, 10, 20, 30, 40 };
	struct pk_test *pt = pk_of(test);
	enum dpc_irql old;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(key); i++)
		dpc_packet_start_by_key(&pt->p[i].packet, key[i], NULL);
	old = dpc_level_raise();
	dpc_packet_start_next_by_key(&pt->q, 20);
	KUNIT_EXPECT_EQ(test, pk_number(pt, dpc_packet_current(&pt->q)), 2);
	dpc_packet_start_next_by_key(&pt->q, 35);
	KUNIT_EXPECT_EQ(test, pk_number(pt, dpc_packet_current(&pt->q)), 4);
	dpc_packet_start_next_by_key(&pt->q, 41);
	KUNIT_EXPECT_EQ(test, pk_number(pt, dpc_packet_current(&pt->q)), 1);
	dpc_packet_start_next_by_key(&pt->q, 11);
	KUNIT_EXPECT_EQ(test, pk_number(pt, dpc_packet_current(&pt->q)), 3);
	dpc_packet_start_next_by_key(&pt->q, 0);
	KUNIT_EXPECT_NULL(test, dpc_packet_current(&pt->q));
	for (i = 0; i < ARRAY_SIZE(key); i++)
		dpc_packet_complete(&pt->p[i].packet, 0, 100 + i);
	dpc_level_lower(old);
	pk_expect_all_served(test, ARRAY_SIZE(key));
}

static void packet_next_on_an_idle_queue_only_returns(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	KUNIT_EXPECT_EQ(test, pk_serve(pt), -1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), -1);
	KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), 0);
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	pk_expect_all_served(test, 1);
}

static void packet_next_below_dispatch_is_reported(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_start_n(pt, 0, 1);
	dpc_packet_start_next(&pt->q);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 1);
	KUNIT_EXPECT_EQ(test, pk_number(pt, dpc_packet_current(&pt->q)), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->fix.wrong), 0);
	dpc_packet_complete(&pt->p[0].packet, 0, 100);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
}

/* Trap (measured): 300 packets that finish at once overflow a stack. */
static void packet_thousand_that_finish_at_once_use_one_level_of_stack(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);
	unsigned int i, wrong = 0;

	pt->many = kunit_kcalloc(test, PK_MANY, sizeof(*pt->many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pt->many);
	for (i = 0; i < PK_MANY; i++) {
		pk_prepare(pt, &pt->many[i], &pk_ops);
		dpc_packet_start(&pt->many[i].packet, NULL);
	}
	/* The first one is on the device; from its completion on, all finish at once. */
	pt->stack_low = ULONG_MAX;
	pt->stack_high = 0;
	pt->finish = true;
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->many[1].started), 0);
	pk_serve(pt);
	for (i = 0; i < PK_MANY; i++)
		wrong += atomic_read(&pt->many[i].started) != 1 ||
			 atomic_read(&pt->many[i].completed) != 1;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, pt->deepest, 1);
	KUNIT_EXPECT_EQ(test, pt->stack_low, pt->stack_high);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

static void pk_start_first(void *arg)
{
	pk_start_n(arg, 0, 0);
}

/* Packet 0 is started on another CPU, where its start routine stands at gate[0]. */
static void pk_start_at_the_gate(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pt->gated = true;
	ctx_pin(ctx_cpu(0));
	KUNIT_ASSERT_TRUE(test, worker_start(&pt->fix.worker[0], ctx_cpu(1), pk_start_first, pt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&pt->fix.gate[0], 1));
}

/* The DPC may come on another CPU while the start routine of its packet still runs. */
static void packet_next_during_the_start_routine_is_done_after_it(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	ctx_need_cpus(test, 2);
	pk_start_at_the_gate(test);
	pk_start_n(pt, 1, 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, 0, 100));
	KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), 1);
	KUNIT_EXPECT_NULL(test, dpc_packet_current(&pt->q));
	/* Another one comes: the device is not idle. */
	pk_start_n(pt, 2, 2);
	KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), 1);
	gate_open(&pt->fix.gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&pt->fix.worker[0]));
	KUNIT_EXPECT_EQ(test, pk_number(pt, dpc_packet_current(&pt->q)), 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 2);
	KUNIT_EXPECT_EQ(test, pt->deepest, 1);
	pk_expect_all_served(test, 3);
}

static void packet_next_twice_during_the_start_routine_is_reported(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	ctx_need_cpus(test, 2);
	pk_start_at_the_gate(test);
	pk_start_n(pt, 1, 2);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), -1);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 1);
	gate_open(&pt->fix.gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&pt->fix.worker[0]));
	/* None was skipped. */
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 2);
}

/* ---- overlapped --------------------------------------------------------------- */

/* A device of two engines: which of them have finished, as its ISR gathers it. */
static atomic_t pk_finished;

static void pk_overlapped_dpc(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct pk_test *pt = context;
	struct dpc_packet_queue *q[] = { &pt->q, &pt->q2 };
	int engine, finished = atomic_xchg(&pk_finished, 0);
	struct dpc_packet *packet;

	atomic_inc(&pt->fix.ran);
	for (engine = 0; engine < ARRAY_SIZE(q); engine++) {
		if (!(finished & BIT(engine)))
			continue;
		packet = dpc_packet_current(q[engine]);
		dpc_packet_start_next(q[engine]);
		dpc_packet_complete(packet, 0, 100 + pk_number(pt, packet));
	}
}

static void pk_interrupt(struct pk_test *pt, int engine)
{
	atomic_or(BIT(engine), &pk_finished);
	dpc_queue(&pt->fix.dpc[0], NULL, NULL);
}

/* Trap (virtio-win): the second interrupt overwrites what the first one has said. */
static void packet_one_dpc_completes_all_that_have_finished(struct kunit *test)
{
	const struct dpc_packet_queue_params params = { .start = pk_start, .context = pk_of(test) };
	struct pk_test *pt = pk_of(test);

	dpc_packet_queue_init(&pt->q2, &params);
	dpc_packet_init(&pt->p[1].packet, &pt->q2, &pk_ops);
	atomic_set(&pk_finished, 0);
	dpc_init(&pt->fix.dpc[0], pk_overlapped_dpc, pt);
	pk_start_n(pt, 0, 2);
	/* 0 and 1 are in flight at once, 2 waits behind 0. */
	KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), 2);
	local_bh_disable();
	pk_interrupt(pt, 0);
	pk_interrupt(pt, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->fix.ran), 0);
	local_bh_enable();
	dpc_flush_all();
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->fix.ran), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[1].completed), 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 2);
	KUNIT_EXPECT_NULL(test, dpc_packet_current(&pt->q2));
	pk_expect_all_served(test, 3);
}

/* ---- completion, retry ---------------------------------------------------------- */

static void packet_may_complete_before_the_next_is_started(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);
	enum dpc_irql old;

	pk_start_n(pt, 0, 1);
	old = dpc_level_raise();
	dpc_packet_complete(&pt->p[0].packet, 0, 100);
	KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), 1);
	dpc_packet_start_next(&pt->q);
	dpc_level_lower(old);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	pk_expect_all_served(test, 2);
}

static void packet_completed_twice_is_reported_and_changes_nothing(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_start_n(pt, 0, 0);
	pk_serve(pt);
	dpc_packet_complete(&pt->p[0].packet, -EIO, 7);
	dpc_packet_complete(&pt->p[1].packet, -EIO, 7);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 2);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, 0, 100));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[1].completed), 0);
}

static void packet_that_waits_can_not_be_completed(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_start_n(pt, 0, 1);
	dpc_packet_complete(&pt->p[1].packet, 0, 0);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[1].completed), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 1, 0, 101));
}

static void packet_that_is_complete_can_not_be_cancelled(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	dpc_packet_start(&pt->p[0].packet, pk_cancel);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_FALSE(test, dpc_packet_cancel(&pt->p[0].packet));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].cancelled), 0);
	pk_expect_all_served(test, 1);
}

static void packet_completed_under_the_cancel_lock_is_reported(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);
	enum dpc_irql old;

	pk_start_n(pt, 0, 0);
	old = dpc_cancel_lock_acquire(pt->q.cancel);
	dpc_packet_complete(&pt->p[0].packet, 0, 100);
	dpc_cancel_lock_release(pt->q.cancel, old);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 1);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, 0, 100));
	KUNIT_EXPECT_EQ(test, dpc_packet_current(&pt->q) ? 1 : 0, 1);
	old = dpc_level_raise();
	dpc_packet_start_next(&pt->q);
	dpc_level_lower(old);
}

static void packet_is_retried_up_to_its_limit(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);
	enum dpc_irql old;

	pk_start_n(pt, 0, 1);
	old = dpc_level_raise();
	KUNIT_EXPECT_TRUE(test, dpc_packet_retry(&pt->p[0].packet, 2));
	KUNIT_EXPECT_TRUE(test, dpc_packet_retry(&pt->p[0].packet, 2));
	KUNIT_EXPECT_FALSE(test, dpc_packet_retry(&pt->p[0].packet, 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].started), 3);
	KUNIT_EXPECT_EQ(test, pt->p[0].packet.retries, 2);
	dpc_level_lower(old);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	pk_expect_all_served(test, 2);
}

static void packet_retried_in_its_start_routine_starts_after_it(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pt->retry = 5;
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].started), 6);
	KUNIT_EXPECT_EQ(test, pt->deepest, 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	pk_expect_all_served(test, 1);
}

static void packet_retry_of_another_than_the_current_is_reported(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);
	enum dpc_irql old;

	pk_start_n(pt, 0, 1);
	old = dpc_level_raise();
	KUNIT_EXPECT_FALSE(test, dpc_packet_retry(&pt->p[1].packet, 2));
	dpc_level_lower(old);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 1);
	KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), 1);
	pk_serve(pt);
	pk_serve(pt);
}

/* A packet that is cancelled while its error is looked at is not tried again. */
static void packet_cancelled_is_not_begun_by_a_retry(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);
	enum dpc_irql old;

	pt->claim = true;
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_FALSE(test, dpc_packet_cancel(&pt->p[0].packet));
	old = dpc_level_raise();
	KUNIT_EXPECT_TRUE(test, dpc_packet_retry(&pt->p[0].packet, 2));
	dpc_level_lower(old);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, -ECANCELED, 0));
	KUNIT_EXPECT_NULL(test, dpc_packet_current(&pt->q));
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

/* ---- cancel ------------------------------------------------------------------- */

static void packet_that_waits_is_cancelled_at_once(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_start_n(pt, 0, 2);
	KUNIT_EXPECT_TRUE(test, dpc_packet_cancel(&pt->p[1].packet));
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 1, -ECANCELED, 0));
	KUNIT_EXPECT_FALSE(test, dpc_packet_cancel(&pt->p[1].packet));
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 2);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), -1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[1].started), 0);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

static void packet_cancel_routine_has_the_lock_and_no_routine(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_start_n(pt, 0, 0);
	dpc_packet_start(&pt->p[1].packet, pk_cancel);
	KUNIT_EXPECT_TRUE(test, dpc_packet_cancel(&pt->p[1].packet));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[1].cancelled), 1);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 1, -ECANCELED, 0));
	KUNIT_EXPECT_EQ(test, dpc_level(), DPC_PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

static void packet_that_the_device_has_begun_is_the_drivers(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pt->claim = true;
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_FALSE(test, dpc_packet_cancel(&pt->p[0].packet));
	KUNIT_EXPECT_TRUE(test, pt->p[0].packet.cancelled);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].completed), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	pk_expect_all_served(test, 1);
}

static void packet_cancelled_before_claim_does_not_reach_the_device(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	ctx_need_cpus(test, 2);
	pt->claim = true;
	pk_start_at_the_gate(test);
	pk_start_n(pt, 1, 1);
	KUNIT_EXPECT_TRUE(test, dpc_packet_cancel(&pt->p[0].packet));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].completed), 0);
	gate_open(&pt->fix.gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&pt->fix.worker[0]));
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, -ECANCELED, 0));
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

/* A cancel routine of the driver's own that ends the current packet, too. */
static void pk_cancel_any(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	bool waited = dpc_packet_remove(q, packet);
	bool current_one = !waited && dpc_packet_remove_current(q, packet);
	enum dpc_irql old;

	atomic_inc(&pk_packet_of(packet)->cancelled);
	dpc_packet_cancel_unlock(q);
	if (current_one) {
		old = dpc_level_raise();
		dpc_packet_start_next(q);
		dpc_level_lower(old);
	}
	if (waited || current_one)
		dpc_packet_complete(packet, -ECANCELED, 0);
}

static void packet_that_a_cancel_routine_leaves_ends_in_claim(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	ctx_need_cpus(test, 2);
	pt->claim = true;
	pk_start_at_the_gate(test);
	dpc_packet_set_cancel(&pt->p[0].packet, pk_cancel);
	KUNIT_EXPECT_TRUE(test, dpc_packet_cancel(&pt->p[0].packet));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].completed), 0);
	gate_open(&pt->fix.gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&pt->fix.worker[0]));
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, -ECANCELED, 0));
	pk_start_n(pt, 1, 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

static void packet_that_a_cancel_routine_has_is_not_claimed(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	ctx_need_cpus(test, 2);
	pt->claim = true;
	pk_start_at_the_gate(test);
	/* While the start routine stands at the gate. */
	dpc_packet_set_cancel(&pt->p[0].packet, pk_cancel_any);
	KUNIT_EXPECT_TRUE(test, dpc_packet_cancel(&pt->p[0].packet));
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, -ECANCELED, 0));
	gate_open(&pt->fix.gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&pt->fix.worker[0]));
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, -ECANCELED, 0));
	KUNIT_EXPECT_NULL(test, dpc_packet_current(&pt->q));
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

static void packet_without_routine_waits_though_cancelled(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pt->claim = true;
	pk_start_n(pt, 0, 0);
	dpc_packet_start(&pt->p[1].packet, NULL);
	KUNIT_EXPECT_FALSE(test, dpc_packet_cancel(&pt->p[1].packet));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[1].completed), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 1, -ECANCELED, 0));
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

static void packet_loses_its_routine_before_it_starts_where_asked_for(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_queue_init(pt, true);
	dpc_packet_start(&pt->p[0].packet, pk_cancel);
	dpc_packet_start(&pt->p[1].packet, pk_cancel);
	KUNIT_EXPECT_FALSE(test, dpc_packet_cancel(&pt->p[0].packet));
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_FALSE(test, dpc_packet_cancel(&pt->p[1].packet));
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 1);
	pk_expect_all_served(test, 2);
}

static void packet_cancelled_in_claim_goes_on_by_its_key(struct kunit *test)
{
	static const u32 key[] = { 20, 30, 10, 40 };
	struct pk_test *pt = pk_of(test);
	enum dpc_irql old;
	unsigned int i;

	pt->claim = true;
	for (i = 0; i < ARRAY_SIZE(key); i++)
		dpc_packet_start_by_key(&pt->p[i].packet, key[i], NULL);
	dpc_packet_cancel(&pt->p[1].packet);
	old = dpc_level_raise();
	dpc_packet_start_next_by_key(&pt->q, 20);
	dpc_packet_complete(&pt->p[0].packet, 0, 100);
	dpc_level_lower(old);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 1, -ECANCELED, 0));
	KUNIT_EXPECT_EQ(test, pk_number(pt, dpc_packet_current(&pt->q)), 3);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 3);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 2);
}

/* ---- waiting ------------------------------------------------------------------ */

static void pk_wait_first(void *arg)
{
	struct pk_test *pt = arg;

	pt->result = dpc_packet_wait(&pt->p[0].packet, MAX_SCHEDULE_TIMEOUT);
}

static void packet_owner_waits_until_it_is_complete(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_prepare(pt, &pt->p[0], &pk_waited_ops);
	pt->result = 1;
	pk_start_n(pt, 0, 0);
	KUNIT_ASSERT_TRUE(test, worker_start(&pt->fix.worker[0], ctx_cpu(0), pk_wait_first, pt));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&pt->fix.worker[0]));
	pk_serve(pt);
	KUNIT_ASSERT_TRUE(test, worker_join(&pt->fix.worker[0]));
	KUNIT_EXPECT_EQ(test, pt->result, 0);
	KUNIT_EXPECT_EQ(test, pt->p[0].packet.information, 100);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].released), 0);
}

static void packet_owner_that_gives_up_cancels_what_waits(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_prepare(pt, &pt->p[1], &pk_waited_ops);
	pk_start_n(pt, 0, 1);
	KUNIT_EXPECT_EQ(test, dpc_packet_wait(&pt->p[1].packet, 1), 0);
	KUNIT_EXPECT_EQ(test, pt->p[1].packet.status, -ECANCELED);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[1].released), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), -1);
}

static void packet_owner_that_gives_up_leaves_it_to_the_driver(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pt->claim = true;
	pk_prepare(pt, &pt->p[0], &pk_waited_ops);
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_EQ(test, dpc_packet_wait(&pt->p[0].packet, 1), -ETIMEDOUT);
	KUNIT_EXPECT_TRUE(test, pt->p[0].packet.cancelled);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].released), 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].released), 1);
}

/* Its memory is not its own: giving up would free it under the driver. */
static void packet_without_release_is_waited_for(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_prepare(pt, &pt->p[0], NULL);
	pt->result = 1;
	pk_start_n(pt, 0, 0);
	KUNIT_ASSERT_TRUE(test, worker_start(&pt->fix.worker[0], ctx_cpu(0), pk_wait_first, pt));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&pt->fix.worker[0]));
	KUNIT_EXPECT_EQ(test, pt->result, 1);
	pk_serve(pt);
	KUNIT_ASSERT_TRUE(test, worker_join(&pt->fix.worker[0]));
	KUNIT_EXPECT_EQ(test, pt->result, 0);
}

static void packet_with_a_completion_routine_is_not_waited_for(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_EQ(test, dpc_packet_wait(&pt->p[0].packet, MAX_SCHEDULE_TIMEOUT), -EINVAL);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 1);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
}

/* ---- the end of a queue ---------------------------------------------------------- */

static void packet_close_completes_what_waits(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);
	int i;

	pk_start_n(pt, 0, 3);
	dpc_packet_queue_close(&pt->q, -ENODEV);
	for (i = 1; i < 4; i++)
		KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, i, -ENODEV, 0));
	KUNIT_EXPECT_EQ(test, atomic_read(&pt->p[0].completed), 0);
	KUNIT_EXPECT_FALSE(test, dpc_packet_queue_drain(&pt->q, 1));
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	KUNIT_EXPECT_TRUE(test, dpc_packet_queue_drain(&pt->q, 1));
	KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), 1);
	KUNIT_EXPECT_EQ(test, pk_reports(pt), 0);
}

static void packet_start_on_a_closed_queue_completes_it(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	dpc_packet_queue_close(&pt->q, -ENODEV);
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_TRUE(test, pk_complete_once(pt, 0, -ENODEV, 0));
	KUNIT_EXPECT_EQ(test, recorder_count(&pt->fix.rec), 0);
	KUNIT_EXPECT_TRUE(test, dpc_packet_queue_drain(&pt->q, 1));
}

static void packet_drain_waits_for_the_start_routine(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	ctx_need_cpus(test, 2);
	pk_start_at_the_gate(test);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	dpc_packet_queue_close(&pt->q, -ENODEV);
	/* No packet is left, but the routine still runs. */
	KUNIT_EXPECT_FALSE(test, dpc_packet_queue_drain(&pt->q, 1));
	gate_open(&pt->fix.gate[0]);
	KUNIT_EXPECT_TRUE(test, dpc_packet_queue_drain(&pt->q, REC_LIMIT));
	KUNIT_ASSERT_TRUE(test, worker_join(&pt->fix.worker[0]));
}

/* A queue that is freed after the drain is not touched by an owner that wakes up late. */
static void packet_drain_waits_for_the_owner(struct kunit *test)
{
	struct pk_test *pt = pk_of(test);

	pk_prepare(pt, &pt->p[0], &pk_waited_ops);
	pk_start_n(pt, 0, 0);
	KUNIT_EXPECT_EQ(test, pk_serve(pt), 0);
	dpc_packet_queue_close(&pt->q, -ENODEV);
	KUNIT_EXPECT_FALSE(test, dpc_packet_queue_drain(&pt->q, 1));
	KUNIT_EXPECT_EQ(test, dpc_packet_wait(&pt->p[0].packet, MAX_SCHEDULE_TIMEOUT), 0);
	KUNIT_EXPECT_TRUE(test, dpc_packet_queue_drain(&pt->q, 1));
}

static struct kunit_case packet_cases[] = {
	KUNIT_CASE(packet_on_an_idle_device_starts_here_at_dispatch), /* P1 */
	KUNIT_CASE(packet_on_a_busy_device_waits_its_turn), /* P1 P2 */
	KUNIT_CASE(packet_by_key_waits_in_the_order_of_keys), /* P1 */
	KUNIT_CASE(packet_cancelled_before_it_would_wait_calls_its_routine), /* P1 P5 */
	KUNIT_CASE(packet_cancelled_before_an_idle_start_ends_in_claim), /* P1 P5 */
	KUNIT_CASE(packet_started_twice_is_reported), /* P1 */
	KUNIT_CASE(packet_started_again_without_init_is_reported), /* P1 P8 */
	KUNIT_CASE_PARAM(packet_is_usable_from, pk_ctx_gen_params), /* P1 */
	KUNIT_CASE(packet_next_by_key_sweeps), /* P2 */
	KUNIT_CASE(packet_next_on_an_idle_queue_only_returns), /* P2 */
	KUNIT_CASE(packet_next_below_dispatch_is_reported), /* P2 */
	KUNIT_CASE(packet_thousand_that_finish_at_once_use_one_level_of_stack), /* P2 */
	KUNIT_CASE(packet_next_during_the_start_routine_is_done_after_it), /* P2 */
	KUNIT_CASE(packet_next_twice_during_the_start_routine_is_reported), /* P2 */
	KUNIT_CASE(packet_one_dpc_completes_all_that_have_finished), /* P7 */
	KUNIT_CASE(packet_may_complete_before_the_next_is_started), /* P4 */
	KUNIT_CASE(packet_completed_twice_is_reported_and_changes_nothing), /* P4 P5 */
	KUNIT_CASE(packet_that_waits_can_not_be_completed), /* P4 */
	KUNIT_CASE(packet_that_is_complete_can_not_be_cancelled), /* P5 */
	KUNIT_CASE(packet_completed_under_the_cancel_lock_is_reported), /* P4 */
	KUNIT_CASE(packet_is_retried_up_to_its_limit), /* P4 */
	KUNIT_CASE(packet_retried_in_its_start_routine_starts_after_it), /* P2 P4 */
	KUNIT_CASE(packet_retry_of_another_than_the_current_is_reported), /* P4 */
	KUNIT_CASE(packet_cancelled_is_not_begun_by_a_retry), /* P4 P5 */
	KUNIT_CASE(packet_that_waits_is_cancelled_at_once), /* P5 */
	KUNIT_CASE(packet_cancel_routine_has_the_lock_and_no_routine), /* P5 */
	KUNIT_CASE(packet_that_the_device_has_begun_is_the_drivers), /* P5 */
	KUNIT_CASE(packet_cancelled_before_claim_does_not_reach_the_device), /* P5 */
	KUNIT_CASE(packet_that_a_cancel_routine_leaves_ends_in_claim), /* P5 */
	KUNIT_CASE(packet_that_a_cancel_routine_has_is_not_claimed), /* P5 */
	KUNIT_CASE(packet_without_routine_waits_though_cancelled), /* P5 */
	KUNIT_CASE(packet_loses_its_routine_before_it_starts_where_asked_for), /* P5 */
	KUNIT_CASE(packet_cancelled_in_claim_goes_on_by_its_key), /* P2 P5 */
	KUNIT_CASE(packet_owner_waits_until_it_is_complete), /* P8 */
	KUNIT_CASE(packet_owner_that_gives_up_cancels_what_waits), /* P8 P5 */
	KUNIT_CASE(packet_owner_that_gives_up_leaves_it_to_the_driver), /* P8 */
	KUNIT_CASE(packet_without_release_is_waited_for), /* P8 */
	KUNIT_CASE(packet_with_a_completion_routine_is_not_waited_for), /* P8 */
	KUNIT_CASE(packet_close_completes_what_waits), /* P1 P5 */
	KUNIT_CASE(packet_start_on_a_closed_queue_completes_it), /* P1 */
	KUNIT_CASE(packet_drain_waits_for_the_start_routine), /* P2 */
	KUNIT_CASE(packet_drain_waits_for_the_owner), /* P8 */
	{ }
};

static struct kunit_suite packet_suite = {
	.name = "dpc_packet",
	.init = pk_init,
	.exit = fixture_exit,
	.test_cases = packet_cases,
};

kunit_test_suite(packet_suite);

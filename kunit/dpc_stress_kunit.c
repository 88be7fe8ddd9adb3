// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything at once: ordinary, serialised and threaded objects are queued,
 * cancelled, moved and flushed from threads, with bottom halves off, with
 * interrupts off and from hard interrupts on all CPUs, while a CPU comes and
 * goes.  Of each object every queueing that was accepted ran once or was
 * cancelled once, and a serialised one never ran twice at once.
 */
#include "fixture.h"
#include "unplug.h"

#include <linux/moduleparam.h>
#include <linux/prandom.h>

static unsigned int stress_ops = 20000;
module_param(stress_ops, uint, 0444);
MODULE_PARM_DESC(stress_ops, "operations in the suite dpc_stress, all slices together");

#define STRESS_OBJECTS	16
#define STRESS_BATCH	32	/* operations in one context */

struct stress_object {
	struct dpc	dpc;
	bool		serialised;
	atomic_t	queued;
	atomic_t	cancelled;
	atomic_t	ran;
	atomic_t	inside;
};

/* What one thread does, and its interrupts on its behalf. */
struct stress_lane {
	struct worker		worker;
	struct irq_work		work;
	struct rnd_state	rnd;
	unsigned int		left;	/* operations, written by the thread */
};

/* Not of the test's memory: it stays when an assertion fails. */
static struct stress {
	struct stress_object	object[STRESS_OBJECTS];
	struct stress_lane	lane[CTX_CPUS_MAX];
	unsigned int		lanes;
	bool			stop;	/* routines don't queue themselves any more */
	atomic_t		wrong;
} stress;

static void stress_queue(struct stress_object *object)
{
	if (dpc_queue(&object->dpc, NULL, NULL))
		atomic_inc(&object->queued);
}

static void stress_routine(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct stress_object *object = context;
	unsigned int i, ran;

	if (atomic_inc_return(&object->inside) != 1 && object->serialised)
		atomic_inc(&stress.wrong);
	ran = atomic_inc_return(&object->ran);
	for (i = ran % 16; i > 0; i--)
		cpu_relax();
	if (ran % 8 == 0 && !READ_ONCE(stress.stop))
		stress_queue(object);
	atomic_dec(&object->inside);
}

static void stress_move(struct stress_lane *lane, struct dpc *dpc)
{
	int cpu = prandom_u32_state(&lane->rnd) % (nr_cpu_ids + 1);

	/* The one that is offline is refused, that's fine. */
	dpc_set_cpu(dpc, cpu == nr_cpu_ids ? DPC_CPU_QUEUEING : cpu);
}

/* One operation that is legal anywhere. */
static void stress_operation(struct stress_lane *lane)
{
	u32 random = prandom_u32_state(&lane->rnd);
	struct stress_object *object = &stress.object[random % STRESS_OBJECTS];

	switch ((random >> 8) % 16) {
	case 0:
		stress_move(lane, &object->dpc);
		break;
	case 1:
		dpc_set_importance(&object->dpc, (random >> 16) % (DPC_IMPORTANCE_HIGH + 1));
		break;
	case 2 ... 5:
		if (dpc_cancel(&object->dpc))
			atomic_inc(&object->cancelled);
		break;
	default:
		stress_queue(object);
	}
}

static void stress_batch(struct stress_lane *lane)
{
	int i;

	for (i = 0; i < STRESS_BATCH; i++)
		stress_operation(lane);
}

static void stress_hardirq(struct irq_work *work)
{
	stress_batch(container_of(work, struct stress_lane, work));
}

/* Rarely, as they wait: for a tick at times. */
static void stress_wait_operation(struct stress_lane *lane)
{
	u32 random = prandom_u32_state(&lane->rnd);
	struct stress_object *object = &stress.object[random % STRESS_OBJECTS];

	switch ((random >> 8) % 128) {
	case 0:
		if (dpc_cancel_sync(&object->dpc))
			atomic_inc(&object->cancelled);
		break;
	case 1:
		dpc_flush(&object->dpc);
		break;
	case 2:
		dpc_flush_all();
		break;
	}
}

static void stress_thread(void *arg)
{
	struct stress_lane *lane = arg;

	while (lane->left) {
		switch (prandom_u32_state(&lane->rnd) % 4) {
		case 0:
			stress_batch(lane);
			break;
		case 1:
			local_bh_disable();
			stress_batch(lane);
			local_bh_enable();
			break;
		case 2:
			local_irq_disable();
			stress_batch(lane);
			local_irq_enable();
			break;
		case 3:
			irq_work_queue(&lane->work);
			irq_work_sync(&lane->work);
			break;
		}
		stress_wait_operation(lane);
		WRITE_ONCE(lane->left, lane->left - min_t(unsigned int, lane->left, STRESS_BATCH));
		cond_resched();
	}
}

static void stress_setup(unsigned int seed)
{
	int i;

	memset(&stress, 0, sizeof(stress));
	for (i = 0; i < STRESS_OBJECTS; i++) {
		struct stress_object *object = &stress.object[i];

		if (i % 4 < 2)
			dpc_init(&object->dpc, stress_routine, object);
		else
			dpc_init_threaded(&object->dpc, stress_routine, object);
		object->serialised = i % 2;
		dpc_set_serialised(&object->dpc, object->serialised);
	}
	stress.lanes = min_t(unsigned int, num_online_cpus(), CTX_CPUS_MAX);
	for (i = 0; i < CTX_CPUS_MAX; i++) {
		prandom_seed_state(&stress.lane[i].rnd, seed * CTX_CPUS_MAX + i);
		stress.lane[i].work = IRQ_WORK_INIT_HARD(stress_hardirq);
	}
}

static bool stress_start(unsigned int ops)
{
	unsigned int i;

	for (i = 0; i < stress.lanes; i++) {
		struct stress_lane *lane = &stress.lane[i];

		lane->left = DIV_ROUND_UP(ops, stress.lanes);
		if (!worker_start(&lane->worker, ctx_cpu(i), stress_thread, lane))
			return false;
	}
	return true;
}

/* However long it takes, as long as there is progress. */
static bool stress_join(void)
{
	unsigned int i;

	for (i = 0; i < stress.lanes; i++) {
		struct stress_lane *lane = &stress.lane[i];

		while (lane->worker.task && !worker_finished(&lane->worker)) {
			unsigned int left = READ_ONCE(lane->left);

			if (!rec_wait_until(worker_finished(&lane->worker) ||
					    READ_ONCE(lane->left) != left))
				return false;
		}
		if (!worker_join(&lane->worker))
			return false;
	}
	return true;
}

static void stress_exit(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_TRUE(test, unplug_restore());
	for (i = 0; i < stress.lanes; i++)
		WRITE_ONCE(stress.lane[i].left, 0);
	WRITE_ONCE(stress.stop, true);
	KUNIT_EXPECT_TRUE(test, stress_join());
	KUNIT_EXPECT_TRUE(test, ctx_flush());
}

static int stress_init(struct kunit *test)
{
	ctx_pin(ctx_cpu(0));
	return 0;
}

static const struct stress_slice {
	unsigned int	nth;
	bool		unplug;
} stress_slices[] = {
	{ 1 }, { 2 }, { 3 }, { 4, true }, { 5 }, { 6 }, { 7 }, { 8, true }, { 9 }, { 10 },
	{ 11 }, { 12, true }, { 13 }, { 14 }, { 15 }, { 16, true }, { 17 }, { 18 }, { 19 },
	{ 20, true },
};

static void stress_slice_name(const struct stress_slice *slice, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u of %zu%s", slice->nth,
		 ARRAY_SIZE(stress_slices), slice->unplug ? ", a CPU comes and goes" : "");
}

KUNIT_ARRAY_PARAM(stress, stress_slices, stress_slice_name);

/* Off and on as long as the threads work, at least once. */
static bool stress_unplug(void)
{
	int cpu = unplug_cpu();

	do {
		if (!unplug_off(cpu) || !unplug_on(cpu))
			return false;
	} while (READ_ONCE(stress.lane[0].left));
	return true;
}

static void stress_loses_nothing(struct kunit *test)
{
	const struct stress_slice *slice = test->param_value;
	unsigned int i, total = 0;

	stress_setup(slice->nth);
	KUNIT_ASSERT_TRUE(test, stress_start(stress_ops / ARRAY_SIZE(stress_slices)));
	if (slice->unplug && num_online_cpus() > 1 && unplug_possible())
		KUNIT_ASSERT_TRUE(test, stress_unplug());
	KUNIT_ASSERT_TRUE(test, stress_join());
	/* The first ends those that queue themselves, the second what they queued last. */
	WRITE_ONCE(stress.stop, true);
	KUNIT_ASSERT_TRUE(test, ctx_flush());
	KUNIT_ASSERT_TRUE(test, ctx_flush());

	KUNIT_EXPECT_EQ(test, atomic_read(&stress.wrong), 0);
	for (i = 0; i < STRESS_OBJECTS; i++) {
		struct stress_object *object = &stress.object[i];

		KUNIT_EXPECT_EQ_MSG(test, atomic_read(&object->queued),
				    atomic_read(&object->ran) + atomic_read(&object->cancelled),
				    "object %u", i);
		KUNIT_EXPECT_FALSE(test, dpc_is_queued(&object->dpc));
		total += atomic_read(&object->ran);
	}
	KUNIT_EXPECT_GT(test, total, 0);
}

static struct kunit_case stress_cases[] = {
	KUNIT_CASE_PARAM(stress_loses_nothing, stress_gen_params), /* Q2 Q7 Q8 Q10 Q16 */
	{ }
};

static struct kunit_suite stress_suite = {
	.name = "dpc_stress",
	.init = stress_init,
	.exit = stress_exit,
	.test_cases = stress_cases,
};

kunit_test_suite(stress_suite);

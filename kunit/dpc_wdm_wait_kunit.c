// SPDX-License-Identifier: GPL-2.0-only
/* Events, waits, delays, pool memory and fast mutexes by their Windows names. */
#include "fixture.h"

#include <linux/ktime.h>
#include <linux/string.h>

#include <linux/dpc_wdm.h>

#define MS		10000LL		/* in units of 100 ns */
#define WAIT_ROUNDS	300
#define WAIT_BYTES	192
#define WAIT_TAG	0x54736554

struct wait_test {
	struct fixture	fix;		/* first: what test->priv points to */
	KEVENT		event;
	KEVENT		*on_stack;	/* of a thread that waits */
	NTSTATUS	status[2];	/* of the waits in other threads */
	LARGE_INTEGER	timeout;
	bool		limited;
	LONG		before;
	PVOID		memory;
	FAST_MUTEX	mutex;
	BOOLEAN		tried;
	u64		violations;
};

static int wait_init(struct kunit *test)
{
	struct wait_test *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	if (!w)
		return -ENOMEM;
	KeInitializeEvent(&w->event, NotificationEvent, FALSE);
	w->violations = dpc_violations();
	return fixture_setup(test, &w->fix);
}

static void wait_exit(struct kunit *test)
{
	struct wait_test *w = test->priv;

	if (!w)
		return;
	/* For threads of a test that has failed half-way. */
	KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE);
	KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE);
	fixture_exit(test);
}

static NTSTATUS wait_look(PKEVENT event)
{
	LARGE_INTEGER zero = { };

	return KeWaitForSingleObject(event, Executive, KernelMode, FALSE, &zero);
}

static NTSTATUS wait_for(struct wait_test *w)
{
	return KeWaitForSingleObject(&w->event, Executive, KernelMode, FALSE,
				     w->limited ? &w->timeout : NULL);
}

static void wait_worker_0(void *arg)
{
	struct wait_test *w = arg;

	w->status[0] = wait_for(w);
	atomic_inc(&w->fix.ran);
}

static void wait_worker_1(void *arg)
{
	struct wait_test *w = arg;

	w->status[1] = wait_for(w);
	atomic_inc(&w->fix.ran);
}

/* Two threads wait, the first one longer. */
static void wait_two(struct kunit *test)
{
	struct wait_test *w = test->priv;
	int cpu = raw_smp_processor_id();

	w->status[0] = STATUS_UNSUCCESSFUL;
	w->status[1] = STATUS_UNSUCCESSFUL;
	KUNIT_ASSERT_TRUE(test, worker_start(&w->fix.worker[0], cpu, wait_worker_0, w));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&w->fix.worker[0]));
	KUNIT_ASSERT_TRUE(test, worker_start(&w->fix.worker[1], cpu, wait_worker_1, w));
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&w->fix.worker[1]));
}

static void wait_notification_event_stays_signalled(struct kunit *test)
{
	struct wait_test *w = test->priv;

	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&w->event), 0);
	KUNIT_EXPECT_EQ(test, wait_look(&w->event), STATUS_TIMEOUT);
	KUNIT_EXPECT_EQ(test, KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE), 0);
	KUNIT_EXPECT_NE(test, KeSetEvent(&w->event, EVENT_INCREMENT, FALSE), 0);
	KUNIT_EXPECT_NE(test, KeReadStateEvent(&w->event), 0);
	KUNIT_EXPECT_EQ(test, wait_look(&w->event), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wait_for(w), STATUS_SUCCESS);
	KUNIT_EXPECT_NE(test, KeResetEvent(&w->event), 0);
	KUNIT_EXPECT_EQ(test, KeResetEvent(&w->event), 0);
	KUNIT_EXPECT_EQ(test, wait_look(&w->event), STATUS_TIMEOUT);
	KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE);
	KeClearEvent(&w->event);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&w->event), 0);
}

static void wait_synchronization_event_satisfies_one_wait(struct kunit *test)
{
	KEVENT event;

	KeInitializeEvent(&event, SynchronizationEvent, TRUE);
	KUNIT_EXPECT_NE(test, KeReadStateEvent(&event), 0);
	KUNIT_EXPECT_EQ(test, wait_look(&event), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wait_look(&event), STATUS_TIMEOUT);
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, wait_look(&event), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wait_look(&event), STATUS_TIMEOUT);
}

/* Nobody that waits at the set is lost by the reset. */
static void wait_set_and_reset_releases_all_that_wait(struct kunit *test)
{
	struct wait_test *w = test->priv;
	KIRQL old;

	wait_two(test);
	old = KeRaiseIrqlToDpcLevel();		/* they can't run in between on this CPU */
	KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE);
	w->before = KeResetEvent(&w->event);
	KeLowerIrql(old);
	KUNIT_EXPECT_NE(test, w->before, 0);
	KUNIT_EXPECT_TRUE(test, worker_join(&w->fix.worker[0]));
	KUNIT_EXPECT_TRUE(test, worker_join(&w->fix.worker[1]));
	KUNIT_EXPECT_EQ(test, w->status[0], STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, w->status[1], STATUS_SUCCESS);
}

static void wait_synchronization_event_releases_the_oldest(struct kunit *test)
{
	struct wait_test *w = test->priv;

	KeInitializeEvent(&w->event, SynchronizationEvent, FALSE);
	wait_two(test);
	KUNIT_EXPECT_EQ(test, KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE), 0);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&w->event), 0);
	KUNIT_EXPECT_TRUE(test, worker_join(&w->fix.worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&w->fix.ran), 1);
	KUNIT_EXPECT_FALSE(test, worker_finished(&w->fix.worker[1]));
	KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_TRUE(test, worker_join(&w->fix.worker[1]));
	KUNIT_EXPECT_EQ(test, wait_look(&w->event), STATUS_TIMEOUT);
}

static void wait_has_the_documented_timeouts(struct kunit *test)
{
	struct wait_test *w = test->priv;
	LARGE_INTEGER now;
	ktime_t begin;

	w->limited = true;
	w->timeout.QuadPart = -20 * MS;
	begin = ktime_get();
	KUNIT_EXPECT_EQ(test, wait_for(w), STATUS_TIMEOUT);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), begin), 20);

	KeQuerySystemTimePrecise(&now);
	w->timeout.QuadPart = now.QuadPart + 20 * MS;
	KUNIT_EXPECT_EQ(test, wait_for(w), STATUS_TIMEOUT);
	KeQuerySystemTimePrecise(&now);
	KUNIT_EXPECT_GE(test, now.QuadPart + 1, w->timeout.QuadPart);

	/* In the past. */
	w->timeout.QuadPart = 1;
	KUNIT_EXPECT_EQ(test, wait_for(w), STATUS_TIMEOUT);
	KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, wait_for(w), STATUS_SUCCESS);
}

static void wait_at_dispatch_is_reported(struct kunit *test)
{
	struct wait_test *w = test->priv;
	LARGE_INTEGER interval = { .QuadPart = -MS };
	NTSTATUS look, forever, delay;
	KIRQL old;

	old = KeRaiseIrqlToDpcLevel();
	look = wait_look(&w->event);
	forever = wait_for(w);
	delay = KeDelayExecutionThread(KernelMode, FALSE, &interval);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, look, STATUS_TIMEOUT);
	KUNIT_EXPECT_EQ(test, forever, STATUS_POSSIBLE_DEADLOCK);
	KUNIT_EXPECT_EQ(test, delay, STATUS_POSSIBLE_DEADLOCK);
	KUNIT_EXPECT_EQ(test, dpc_violations() - w->violations, 2);
}

static void wait_set(void *arg)
{
	struct wait_test *w = arg;

	w->before = KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE);
}

KUNIT_ARRAY_PARAM(wait_ctx, ctx_params, ctx_param_name);

static void wait_event_is_set_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct wait_test *w = test->priv;

	wait_two(test);
	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, wait_set, w));
	KUNIT_EXPECT_TRUE(test, worker_join(&w->fix.worker[0]));
	KUNIT_EXPECT_TRUE(test, worker_join(&w->fix.worker[1]));
	KUNIT_EXPECT_EQ(test, w->before, 0);
	KUNIT_EXPECT_EQ(test, w->status[1], STATUS_SUCCESS);
}

static void wait_setter(void *arg)
{
	struct wait_test *w = arg;
	KEVENT *event;

	while (!READ_ONCE(w->fix.stop)) {
		event = xchg(&w->on_stack, NULL);
		if (event)
			KeSetEvent(event, IO_NO_INCREMENT, FALSE);
		else
			cond_resched();
	}
}

/* The event is gone as soon as the wait returns; KASAN sees a set that is late. */
static noinline NTSTATUS wait_once_on_stack(struct wait_test *w)
{
	LARGE_INTEGER limit = { .QuadPart = -10000 * MS };
	KEVENT event;
	NTSTATUS status;

	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	WRITE_ONCE(w->on_stack, &event);
	status = KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &limit);
	/* If the time was up, nobody may have it any more. */
	if (status != STATUS_SUCCESS && !xchg(&w->on_stack, NULL))
		KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
	memset(&event, 0x5a, sizeof(event));
	barrier_data(&event);
	return status;
}

static void wait_event_on_a_stack_meets_its_set(struct kunit *test)
{
	struct wait_test *w = test->priv;
	int round;

	ctx_need_cpus(test, 2);
	ctx_pin(ctx_cpu(0));
	KUNIT_ASSERT_TRUE(test, worker_start(&w->fix.worker[0], ctx_cpu(1), wait_setter, w));
	for (round = 0; round < WAIT_ROUNDS; round++)
		KUNIT_ASSERT_EQ(test, wait_once_on_stack(w), STATUS_SUCCESS);
	WRITE_ONCE(w->fix.stop, true);
	KUNIT_EXPECT_TRUE(test, worker_join(&w->fix.worker[0]));
}

static void wait_delayed_set(void *arg)
{
	struct wait_test *w = arg;

	gate_pass_sleeping(&w->fix.gate[0]);
	ctx_busy_wait_us(w->fix.number);
	KeSetEvent(&w->event, IO_NO_INCREMENT, FALSE);
}

/* Either the wait has the signal, or the event still has it. */
static void wait_set_meets_the_timeout(struct kunit *test)
{
	struct wait_test *w = test->priv;
	unsigned int round, in_time = 0, late = 0;
	NTSTATUS status;

	ctx_need_cpus(test, 2);
	ctx_pin(ctx_cpu(0));
	KeInitializeEvent(&w->event, SynchronizationEvent, FALSE);
	w->limited = true;
	for_rounds_until_met(round, 1, 100, in_time && late) {
		gate_init(&w->fix.gate[0]);
		/* The longest one grows, for hosts that are slow. */
		w->timeout.QuadPart = -(10LL + round % 300 * (1 + round / 300)) * (MS / 1000);
		w->fix.number = round % 7 * 50;
		KUNIT_ASSERT_TRUE(test, worker_start(&w->fix.worker[0], ctx_cpu(1),
						     wait_delayed_set, w));
		KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&w->fix.gate[0], 1));
		gate_open(&w->fix.gate[0]);
		status = wait_for(w);
		KUNIT_ASSERT_TRUE(test, worker_join(&w->fix.worker[0]));
		if (status == STATUS_SUCCESS)
			in_time++;
		else
			late++;
		KUNIT_ASSERT_EQ(test, KeReadStateEvent(&w->event) != 0, status == STATUS_TIMEOUT);
		KeClearEvent(&w->event);
	}
	KUNIT_EXPECT_GT(test, in_time, 0);
	KUNIT_EXPECT_GT(test, late, 0);
}

static void wait_delay_is_not_early(struct kunit *test)
{
	LARGE_INTEGER interval = { .QuadPart = -15 * MS };
	ktime_t begin = ktime_get();

	KUNIT_EXPECT_EQ(test, KeDelayExecutionThread(KernelMode, FALSE, &interval),
			STATUS_SUCCESS);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), begin), 15);
	interval.QuadPart = 0;
	KUNIT_EXPECT_EQ(test, KeDelayExecutionThread(KernelMode, FALSE, &interval),
			STATUS_SUCCESS);
}

static void wait_pool_at_any_level(void *arg)
{
	struct wait_test *w = arg;

	w->memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, WAIT_BYTES, WAIT_TAG);
}

static const struct ctx_param wait_pool_params[] = {
	{ "thread", CTX_THREAD },
	{ "bh_off", CTX_BH_OFF },
	{ "softirq", CTX_SOFTIRQ },
};

KUNIT_ARRAY_PARAM(wait_pool, wait_pool_params, ctx_param_name);

/* On a debug kernel an allocation that might sleep is reported. */
static void wait_pool_memory_is_there_at(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct wait_test *w = test->priv;

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, wait_pool_at_any_level, w));
	KUNIT_ASSERT_NOT_NULL(test, w->memory);
	KUNIT_EXPECT_NULL(test, memchr_inv(w->memory, 0, WAIT_BYTES));
	memset(w->memory, 0xff, WAIT_BYTES);
	ExFreePoolWithTag(w->memory, WAIT_TAG);
}

static void wait_pool_memory_is_zero_where_documented(struct kunit *test)
{
	UCHAR *memory;
	int i;

	/* The same size again and again, and what is freed is not zero. */
	for (i = 0; i < 16; i++) {
		memory = ExAllocatePoolWithTag(NonPagedPoolNx, WAIT_BYTES, WAIT_TAG);
		KUNIT_ASSERT_NOT_NULL(test, memory);
		memset(memory, 0xff, WAIT_BYTES);
		ExFreePool(memory);
		memory = i % 2 ? ExAllocatePoolZero(PagedPool, WAIT_BYTES, WAIT_TAG) :
				 ExAllocatePool2(POOL_FLAG_PAGED, WAIT_BYTES, WAIT_TAG);
		KUNIT_ASSERT_NOT_NULL(test, memory);
		KUNIT_EXPECT_NULL(test, memchr_inv(memory, 0, WAIT_BYTES));
		memset(memory, 0xff, WAIT_BYTES);
		ExFreePoolWithTag(memory, WAIT_TAG);
	}
	memory = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, WAIT_BYTES,
				 WAIT_TAG);
	KUNIT_ASSERT_NOT_NULL(test, memory);
	ExFreePool(memory);
}

static void wait_try_mutex(void *arg)
{
	struct wait_test *w = arg;

	w->tried = ExTryToAcquireFastMutex(&w->mutex);
	if (w->tried)
		ExReleaseFastMutex(&w->mutex);
}

static void wait_fast_mutex_has_one_holder(struct kunit *test)
{
	struct wait_test *w = test->priv;

	ExInitializeFastMutex(&w->mutex);
	ExAcquireFastMutex(&w->mutex);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_THREAD, wait_try_mutex, w));
	KUNIT_EXPECT_EQ(test, w->tried, FALSE);
	ExReleaseFastMutex(&w->mutex);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_THREAD, wait_try_mutex, w));
	KUNIT_EXPECT_EQ(test, w->tried, TRUE);
}

static struct kunit_case wait_cases[] = {
	KUNIT_CASE(wait_notification_event_stays_signalled),
	KUNIT_CASE(wait_synchronization_event_satisfies_one_wait),
	KUNIT_CASE(wait_set_and_reset_releases_all_that_wait),
	KUNIT_CASE(wait_synchronization_event_releases_the_oldest),
	KUNIT_CASE(wait_has_the_documented_timeouts),
	KUNIT_CASE(wait_at_dispatch_is_reported), /* Q15 */
	KUNIT_CASE_PARAM(wait_event_is_set_from, wait_ctx_gen_params),
	KUNIT_CASE(wait_event_on_a_stack_meets_its_set),
	KUNIT_CASE(wait_set_meets_the_timeout),
	KUNIT_CASE(wait_delay_is_not_early),
	KUNIT_CASE_PARAM(wait_pool_memory_is_there_at, wait_pool_gen_params),
	KUNIT_CASE(wait_pool_memory_is_zero_where_documented),
	KUNIT_CASE(wait_fast_mutex_has_one_holder),
	{ }
};

static struct kunit_suite wait_suite = {
	.name = "dpc_wdm_wait",
	.init = wait_init,
	.exit = wait_exit,
	.test_cases = wait_cases,
};

kunit_test_suite(wait_suite);

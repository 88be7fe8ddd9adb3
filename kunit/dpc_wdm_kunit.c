// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Windows names: every call's documented results, arguments and units.
 * That the rules behind them hold under load and in races is tested where the
 * native calls are.
 */
#include "fixture.h"
#include "kdev.h"

#include <linux/device.h>
#include <linux/irq.h>
#include <linux/slab.h>

#include <linux/dpc_wdm.h>

#define MS		10000LL		/* in units of 100 ns */
#define FAR_MS		(600000 * MS)	/* won't come while a test runs */

static LARGE_INTEGER wdm_time(LONGLONG units)
{
	return (LARGE_INTEGER){ .QuadPart = units };
}

struct wdm {
	struct fixture		fix;		/* first: what test->priv points to */
	KTIMER			timer;
	bool			timer_used;
	LIST_ENTRY		head;
	struct {
		ULONG		before;
		LIST_ENTRY	link;
	} record[3];
	SINGLE_LIST_ENTRY	stack;
	SINGLE_LIST_ENTRY	item[2];
	KSPIN_LOCK		lock;
	KSPIN_LOCK		lock2;
	KDEVICE_QUEUE		queue;
	KDEVICE_QUEUE_ENTRY	entry[3];
	KDPC_WATCHDOG_INFORMATION watchdog;
	NTSTATUS		status;
	KIRQL			irql;
	BOOLEAN			answer;
	atomic_t		last;
	atomic_t		calls;
};

static int wdm_init(struct kunit *test)
{
	struct wdm *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	if (!w)
		return -ENOMEM;
	InitializeListHead(&w->head);
	KeInitializeSpinLock(&w->lock);
	KeInitializeSpinLock(&w->lock2);
	KeInitializeDeviceQueue(&w->queue);
	KeInitializeTimer(&w->timer);
	return fixture_setup(test, &w->fix);
}

static void wdm_exit(struct kunit *test)
{
	struct wdm *w = test->priv;

	if (!w)
		return;
	dpc_timer_destroy(&w->timer);
	fixture_exit(test);
}

/* ---- DPC objects --------------------------------------------------------- */

static void wdm_insert_is_true_when_not_queued(struct kunit *test)
{
	struct wdm *w = test->priv;
	KIRQL old = KeRaiseIrqlToDpcLevel();
	BOOLEAN inserted = KeInsertQueueDpc(&w->fix.dpc[0], NULL, NULL);

	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, inserted, TRUE);
}

static void wdm_insert_is_false_when_queued(struct kunit *test)
{
	struct wdm *w = test->priv;
	KIRQL old = KeRaiseIrqlToDpcLevel();
	BOOLEAN again;

	KeInsertQueueDpc(&w->fix.dpc[0], TAG(1), TAG(2));
	again = KeInsertQueueDpc(&w->fix.dpc[0], TAG(3), TAG(4));
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, again, FALSE);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 1));
	KUNIT_EXPECT_PTR_EQ(test, w->fix.rec.entry[0].arg1, TAG(1));
	KUNIT_EXPECT_PTR_EQ(test, w->fix.rec.entry[0].arg2, TAG(2));
}

static VOID wdm_routine(struct _KDPC *Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			PVOID SystemArgument2)
{
	struct wdm *w = DeferredContext;

	w->irql = KeGetCurrentIrql();
	w->answer = KeRemoveQueueDpc(Dpc);
	w->status = KeQueryDpcWatchdogInformation(&w->watchdog);
	fixture_note(Dpc, &w->fix, SystemArgument1, SystemArgument2);
}

static void wdm_routine_gets_its_arguments(struct kunit *test)
{
	struct wdm *w = test->priv;
	const struct rec_entry *call = &w->fix.rec.entry[0];

	KeInitializeDpc(&w->fix.dpc[0], wdm_routine, w);
	KeInsertQueueDpc(&w->fix.dpc[0], TAG(5), TAG(6));
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 1));
	KUNIT_EXPECT_PTR_EQ(test, call->object, (const void *)&w->fix.dpc[0]);
	KUNIT_EXPECT_PTR_EQ(test, call->arg1, TAG(5));
	KUNIT_EXPECT_PTR_EQ(test, call->arg2, TAG(6));
	KUNIT_EXPECT_EQ(test, w->irql, DISPATCH_LEVEL);
}

static void wdm_remove_is_true_when_queued(struct kunit *test)
{
	struct wdm *w = test->priv;
	KIRQL old = KeRaiseIrqlToDpcLevel();
	BOOLEAN removed;

	KeInsertQueueDpc(&w->fix.dpc[0], NULL, NULL);
	removed = KeRemoveQueueDpc(&w->fix.dpc[0]);
	KeLowerIrql(old);
	KeFlushQueuedDpcs();
	KUNIT_EXPECT_EQ(test, removed, TRUE);
	KUNIT_EXPECT_EQ(test, recorder_count(&w->fix.rec), 0);
}

static void wdm_remove_is_false_when_not_queued(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_EQ(test, KeRemoveQueueDpc(&w->fix.dpc[0]), FALSE);
}

/* The mistake of freeing after FALSE: it only says that there was nothing to remove. */
static void wdm_remove_is_false_while_it_runs(struct kunit *test)
{
	struct wdm *w = test->priv;

	w->answer = 0xff;
	KeInitializeDpc(&w->fix.dpc[0], wdm_routine, w);
	KeInsertQueueDpc(&w->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, w->answer, FALSE);
}

static void wdm_high_importance_goes_first(struct kunit *test)
{
	struct wdm *w = test->priv;
	KIRQL old = KeRaiseIrqlToDpcLevel();

	KeSetImportanceDpc(&w->fix.dpc[0], MediumImportance);
	KeSetImportanceDpc(&w->fix.dpc[1], MediumHighImportance);
	KeSetImportanceDpc(&w->fix.dpc[2], HighImportance);
	KeInsertQueueDpc(&w->fix.dpc[0], TAG(1), NULL);
	KeInsertQueueDpc(&w->fix.dpc[1], TAG(2), NULL);
	KeInsertQueueDpc(&w->fix.dpc[2], TAG(3), NULL);
	KeLowerIrql(old);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 3));
	KUNIT_EXPECT_EQ(test, recorder_position(&w->fix.rec, 3), 0);
	KUNIT_EXPECT_EQ(test, recorder_position(&w->fix.rec, 1), 1);
	KUNIT_EXPECT_EQ(test, recorder_position(&w->fix.rec, 2), 2);
}

static void wdm_target_processor_is_where_it_runs(struct kunit *test)
{
	struct wdm *w = test->priv;
	int last = ctx_cpu(num_online_cpus() - 1);

	KeSetTargetProcessorDpc(&w->fix.dpc[0], last);
	KeSetImportanceDpc(&w->fix.dpc[0], HighImportance);
	KeInsertQueueDpc(&w->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, w->fix.rec.entry[0].cpu, last);
}

static void wdm_target_processor_ex_takes_group_and_number(struct kunit *test)
{
	struct wdm *w = test->priv;
	int last = ctx_cpu(num_online_cpus() - 1);
	PROCESSOR_NUMBER number = { .Group = last / 64, .Number = last % 64 };

	KUNIT_EXPECT_EQ(test, KeSetTargetProcessorDpcEx(&w->fix.dpc[0], &number), STATUS_SUCCESS);
	KeSetImportanceDpc(&w->fix.dpc[0], HighImportance);
	KeInsertQueueDpc(&w->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, w->fix.rec.entry[0].cpu, last);
}

static void wdm_target_processor_ex_refuses_what_is_not_there(struct kunit *test)
{
	static const PROCESSOR_NUMBER wrong[] = {
		{ .Group = 0, .Number = 64 },
		{ .Group = 0, .Number = 0, .Reserved = 1 },
		{ .Group = U16_MAX, .Number = 63 },
	};
	struct wdm *w = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		PROCESSOR_NUMBER number = wrong[i];

		KUNIT_EXPECT_EQ(test, KeSetTargetProcessorDpcEx(&w->fix.dpc[0], &number),
				STATUS_INVALID_PARAMETER);
	}
	KUNIT_EXPECT_EQ(test, w->fix.dpc[0].cpu, DPC_CPU_QUEUEING);
}

static void wdm_flush_thread(void *arg)
{
	KeFlushQueuedDpcs();
}

static void wdm_flush_waits_for_a_running_routine(struct kunit *test)
{
	struct wdm *w = test->priv;
	struct worker *flusher = &w->fix.worker[FIX_WORKERS - 1];

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, fixture_block(&w->fix, ctx_cpu(1), &w->fix.dpc[0], 0, 1));
	KUNIT_ASSERT_TRUE(test, worker_start(flusher, ctx_cpu(0), wdm_flush_thread, NULL));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(flusher));
	gate_open(&w->fix.gate[0]);
	KUNIT_EXPECT_TRUE(test, worker_join(flusher));
}

static VOID wdm_everywhere(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			   PVOID SystemArgument2)
{
	struct wdm *w = DeferredContext;

	if (KeGetCurrentIrql() == DISPATCH_LEVEL)
		atomic_inc(&w->calls);
	if (KeSignalCallDpcSynchronize(SystemArgument2))
		atomic_inc(&w->last);
	KeSignalCallDpcDone(SystemArgument1);
}

static void wdm_generic_call_is_on_every_processor_with_one_last(struct kunit *test)
{
	struct wdm *w = test->priv;

	KeGenericCallDpc(wdm_everywhere, w);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->calls), num_online_cpus());
	KUNIT_EXPECT_EQ(test, atomic_read(&w->last), 1);
}

static void wdm_threaded_dpc_runs_at_passive(struct kunit *test)
{
	struct wdm *w = test->priv;

	w->irql = HIGH_LEVEL;
	KeInitializeThreadedDpc(&w->fix.dpc[0], wdm_routine, w);
	KUNIT_EXPECT_EQ(test, KeInsertQueueDpc(&w->fix.dpc[0], NULL, NULL), TRUE);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, w->irql, PASSIVE_LEVEL);
}

/* ---- Levels -------------------------------------------------------------- */

static void wdm_note_irql(void *arg)
{
	struct wdm *w = arg;

	w->irql = KeGetCurrentIrql();
}

static void wdm_irql_of_every_context(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_SOFTIRQ, wdm_note_irql, w));
	KUNIT_EXPECT_EQ(test, w->irql, DISPATCH_LEVEL);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_HARDIRQ, wdm_note_irql, w));
	KUNIT_EXPECT_GT(test, w->irql, DISPATCH_LEVEL);
	KUNIT_EXPECT_LT(test, w->irql, HIGH_LEVEL);
}

static void wdm_raise_returns_the_level_before(struct kunit *test)
{
	KIRQL outer, inner, inside;

	KeRaiseIrql(DISPATCH_LEVEL, &outer);
	inner = KeRaiseIrqlToDpcLevel();
	inside = KeGetCurrentIrql();
	KeLowerIrql(inner);
	KeLowerIrql(outer);
	KUNIT_EXPECT_EQ(test, outer, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, inner, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, inside, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
}

/* A drain may be left to ksoftirqd, an ordinary thread: then it comes later. */
static void wdm_lower_runs_what_was_queued(struct kunit *test)
{
	struct wdm *w = test->priv;
	unsigned int before;
	KIRQL old;

	old = KeRaiseIrqlToDpcLevel();
	KeInsertQueueDpc(&w->fix.dpc[0], NULL, NULL);
	before = recorder_count(&w->fix.rec);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_TRUE(test, recorder_wait(&w->fix.rec, 1));
}

/* ---- The watchdog, and busy waiting -------------------------------------- */

static void wdm_watchdog_query_at_passive_is_unsuccessful(struct kunit *test)
{
	KDPC_WATCHDOG_INFORMATION info = { .DpcTimeLimit = 77, .Reserved = 78 };

	KUNIT_EXPECT_EQ(test, KeQueryDpcWatchdogInformation(&info), STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_EQ(test, info.DpcTimeLimit, 77);
	KUNIT_EXPECT_EQ(test, info.Reserved, 78);
}

static void wdm_watchdog_query_in_a_dpc_succeeds(struct kunit *test)
{
	struct wdm *w = test->priv;

	w->status = STATUS_PENDING;
	KeInitializeDpc(&w->fix.dpc[0], wdm_routine, w);
	KeInsertQueueDpc(&w->fix.dpc[0], NULL, NULL);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 1));
	KUNIT_EXPECT_EQ(test, w->status, STATUS_SUCCESS);
	KUNIT_EXPECT_LE(test, w->watchdog.DpcTimeCount, w->watchdog.DpcTimeLimit);
	KUNIT_EXPECT_LE(test, w->watchdog.DpcWatchdogCount, w->watchdog.DpcWatchdogLimit);
}

static void wdm_watchdog_query_at_dispatch_is_in_microseconds(struct kunit *test)
{
	struct wdm *w = test->priv;
	struct dpc_watchdog_info info = { };
	NTSTATUS status;
	KIRQL old;

	old = KeRaiseIrqlToDpcLevel();
	status = KeQueryDpcWatchdogInformation(&w->watchdog);
	dpc_watchdog_query(&info);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, w->watchdog.DpcTimeLimit, div_u64(info.call_limit_ns, 1000));
	KUNIT_EXPECT_EQ(test, w->watchdog.DpcWatchdogLimit, div_u64(info.series_limit_ns, 1000));
}

/* An emulated delay may be short, but not 20 times. */
static void wdm_stall_is_not_cut_at_the_busy_wait_limit(struct kunit *test)
{
	ktime_t start = ktime_get();

	KeStallExecutionProcessor(20 * DPC_BUSY_WAIT_MAX_US);
	KUNIT_EXPECT_GT(test, ktime_us_delta(ktime_get(), start), (s64)DPC_BUSY_WAIT_MAX_US);
}

/* ---- Timers -------------------------------------------------------------- */

static bool wdm_timer_expired(struct wdm *w)
{
	return rec_wait_until(KeReadStateTimer(&w->timer));
}

static void wdm_set_timer_is_false_then_true(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_EQ(test, KeSetTimer(&w->timer, wdm_time(-FAR_MS), NULL), FALSE);
	KUNIT_EXPECT_EQ(test, KeSetTimer(&w->timer, wdm_time(-FAR_MS), NULL), TRUE);
}

static void wdm_set_timer_clears_the_signal(struct kunit *test)
{
	struct wdm *w = test->priv;

	KeSetTimer(&w->timer, wdm_time(-1), NULL);
	KUNIT_ASSERT_TRUE(test, wdm_timer_expired(w));
	KUNIT_EXPECT_EQ(test, KeSetTimer(&w->timer, wdm_time(-FAR_MS), NULL), FALSE);
	KUNIT_EXPECT_EQ(test, KeReadStateTimer(&w->timer), FALSE);
}

static void wdm_cancel_timer_is_true_when_pending(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_EQ(test, KeCancelTimer(&w->timer), FALSE);
	KeSetTimer(&w->timer, wdm_time(-FAR_MS), NULL);
	KUNIT_EXPECT_EQ(test, KeCancelTimer(&w->timer), TRUE);
	KUNIT_EXPECT_EQ(test, KeCancelTimer(&w->timer), FALSE);
}

static void wdm_cancel_timer_is_false_after_expiry(struct kunit *test)
{
	struct wdm *w = test->priv;

	KeSetTimer(&w->timer, wdm_time(-1), NULL);
	KUNIT_ASSERT_TRUE(test, wdm_timer_expired(w));
	KUNIT_EXPECT_EQ(test, KeCancelTimer(&w->timer), FALSE);
	KUNIT_EXPECT_EQ(test, KeReadStateTimer(&w->timer), TRUE);
}

static void wdm_cancel_periodic_timer_is_true_after_expiry(struct kunit *test)
{
	struct wdm *w = test->priv;

	KeSetTimerEx(&w->timer, wdm_time(-1), 60000, NULL);
	KUNIT_ASSERT_TRUE(test, wdm_timer_expired(w));
	KUNIT_EXPECT_EQ(test, KeCancelTimer(&w->timer), TRUE);
}

/* The third expiry comes two periods after the first. */
static void wdm_period_is_in_milliseconds(struct kunit *test)
{
	struct wdm *w = test->priv;
	ktime_t start = ktime_get();

	KeInitializeDpc(&w->fix.dpc[0], wdm_routine, w);
	KeSetTimerEx(&w->timer, wdm_time(-1), 20, &w->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 3));
	KUNIT_EXPECT_EQ(test, KeCancelTimer(&w->timer), TRUE);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 39);
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 15000);
}

/* Its arguments are the system's: what the driver wants to say is in the context. */
static void wdm_timer_queues_its_dpc(struct kunit *test)
{
	struct wdm *w = test->priv;

	KeInitializeDpc(&w->fix.dpc[0], wdm_routine, w);
	KeSetTimer(&w->timer, wdm_time(-1), &w->fix.dpc[0]);
	KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, 1));
	KUNIT_EXPECT_PTR_EQ(test, w->fix.rec.entry[0].object, (const void *)&w->fix.dpc[0]);
	KUNIT_EXPECT_EQ(test, w->irql, DISPATCH_LEVEL);
}

static void wdm_relative_time_is_in_units_of_100ns(struct kunit *test)
{
	struct wdm *w = test->priv;
	ktime_t start = ktime_get();

	KeSetTimer(&w->timer, wdm_time(-50 * MS), NULL);
	KUNIT_ASSERT_TRUE(test, wdm_timer_expired(w));
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 50);
}

static void wdm_system_time_is_since_1601(struct kunit *test)
{
	time64_t epoch = mktime64(1601, 1, 1, 0, 0, 0);
	LARGE_INTEGER now;
	time64_t unix_now;

	KUNIT_EXPECT_EQ(test, -epoch * 10000000LL, DPC_WDM_EPOCH);
	KeQuerySystemTimePrecise(&now);
	unix_now = ktime_get_real_seconds();
	KUNIT_EXPECT_LE(test, abs(div_s64(now.QuadPart, 10000000) + epoch - unix_now), 1);
}

static void wdm_absolute_time_is_since_1601(struct kunit *test)
{
	struct wdm *w = test->priv;
	ktime_t start = ktime_get();
	LARGE_INTEGER due;

	KeQuerySystemTimePrecise(&due);
	due.QuadPart += 50 * MS;
	KeSetTimer(&w->timer, due, NULL);
	KUNIT_ASSERT_TRUE(test, wdm_timer_expired(w));
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 49);
}

static void wdm_time_that_has_passed_is_at_once(struct kunit *test)
{
	static const LONGLONG past[] = { 0, 1, DPC_WDM_EPOCH - 1, DPC_WDM_EPOCH };
	struct wdm *w = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(past); i++) {
		KeSetTimer(&w->timer, wdm_time(past[i]), &w->fix.dpc[0]);
		KUNIT_EXPECT_EQ(test, KeReadStateTimer(&w->timer), TRUE);
		KUNIT_EXPECT_EQ(test, KeCancelTimer(&w->timer), FALSE);
		KUNIT_ASSERT_TRUE(test, recorder_wait(&w->fix.rec, i + 1));
	}
}

static void wdm_interrupt_time_counts_suspension_and_the_unbiased_does_not(struct kunit *test)
{
	u64 before = ktime_get_boottime_ns() / DPC_WDM_UNIT_NS;
	ULONGLONG now = KeQueryInterruptTime();
	u64 after = ktime_get_boottime_ns() / DPC_WDM_UNIT_NS;

	KUNIT_EXPECT_GE(test, now, before);
	KUNIT_EXPECT_LE(test, now, after);
	before = ktime_get_ns() / DPC_WDM_UNIT_NS;
	now = KeQueryUnbiasedInterruptTime();
	after = ktime_get_ns() / DPC_WDM_UNIT_NS;
	KUNIT_EXPECT_GE(test, now, before);
	KUNIT_EXPECT_LE(test, now, after);
}

/* No overflow on the way to nanoseconds. */
static void wdm_time_that_never_comes_stays_pending(struct kunit *test)
{
	static const LONGLONG far[] = {
		S64_MAX, S64_MIN, S64_MIN + 1, DPC_WDM_EPOCH + KTIME_MAX / DPC_WDM_UNIT_NS,
	};
	struct wdm *w = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(far); i++) {
		KeSetTimer(&w->timer, wdm_time(far[i]), NULL);
		usleep_range(2000, 3000);
		KUNIT_EXPECT_EQ(test, KeReadStateTimer(&w->timer), FALSE);
		KUNIT_EXPECT_EQ(test, KeCancelTimer(&w->timer), TRUE);
	}
}

static void wdm_coalescable_timer_is_not_early(struct kunit *test)
{
	struct wdm *w = test->priv;
	ktime_t start = ktime_get();

	KUNIT_EXPECT_EQ(test, KeSetCoalescableTimer(&w->timer, wdm_time(-20 * MS), 0, 30, NULL),
			FALSE);
	KUNIT_EXPECT_EQ(test, KeSetCoalescableTimer(&w->timer, wdm_time(-20 * MS), 0, 30, NULL),
			TRUE);
	KUNIT_ASSERT_TRUE(test, wdm_timer_expired(w));
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 20);
}

static void wdm_notification_timer_satisfies_every_wait(struct kunit *test)
{
	struct wdm *w = test->priv;
	LARGE_INTEGER now = wdm_time(0);

	KeSetTimer(&w->timer, wdm_time(-1), NULL);
	KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(&w->timer, Executive, KernelMode, FALSE, NULL),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(&w->timer, Executive, KernelMode, FALSE, &now),
			STATUS_SUCCESS);
}

static void wdm_synchronization_timer_satisfies_one_wait(struct kunit *test)
{
	struct wdm *w = test->priv;
	LARGE_INTEGER now = wdm_time(0);

	KeInitializeTimerEx(&w->timer, SynchronizationTimer);
	KeSetTimer(&w->timer, wdm_time(-1), NULL);
	KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(&w->timer, Executive, KernelMode, FALSE, NULL),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, KeWaitForSingleObject(&w->timer, Executive, KernelMode, FALSE, &now),
			STATUS_TIMEOUT);
}

static void wdm_wait_times_out(struct kunit *test)
{
	struct wdm *w = test->priv;
	LARGE_INTEGER timeout = wdm_time(-20 * MS);
	ktime_t start = ktime_get();

	KeSetTimer(&w->timer, wdm_time(-FAR_MS), NULL);
	KUNIT_EXPECT_EQ(test,
			KeWaitForSingleObject(&w->timer, Executive, KernelMode, FALSE, &timeout),
			STATUS_TIMEOUT);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 20);

	start = ktime_get();
	KeQuerySystemTimePrecise(&timeout);
	timeout.QuadPart += 20 * MS;
	KUNIT_EXPECT_EQ(test,
			KeWaitForSingleObject(&w->timer, Executive, KernelMode, FALSE, &timeout),
			STATUS_TIMEOUT);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 19);
}

/* ---- Spin locks ---------------------------------------------------------- */

static void wdm_spin_lock_raises_and_restores(struct kunit *test)
{
	struct wdm *w = test->priv;
	KIRQL old = HIGH_LEVEL, inside;

	KeAcquireSpinLock(&w->lock, &old);
	inside = KeGetCurrentIrql();
	KeReleaseSpinLock(&w->lock, old);
	KUNIT_EXPECT_EQ(test, old, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, inside, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static void wdm_try_spin_lock_says_whether_it_was_free(struct kunit *test)
{
	struct wdm *w = test->priv;
	BOOLEAN first, second;
	KIRQL old;

	old = KeRaiseIrqlToDpcLevel();
	first = KeTryToAcquireSpinLockAtDpcLevel(&w->lock);
	second = KeTryToAcquireSpinLockAtDpcLevel(&w->lock);
	KeReleaseSpinLockFromDpcLevel(&w->lock);
	KeAcquireSpinLockAtDpcLevel(&w->lock);
	KeReleaseSpinLockFromDpcLevel(&w->lock);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, first, TRUE);
	KUNIT_EXPECT_EQ(test, second, FALSE);
}

static void wdm_queued_spin_lock_raises_and_restores(struct kunit *test)
{
	struct wdm *w = test->priv;
	KLOCK_QUEUE_HANDLE handle, inner;
	KIRQL inside;

	KeAcquireInStackQueuedSpinLock(&w->lock, &handle);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&w->lock2, &inner);
	inside = KeGetCurrentIrql();
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&inner);
	KeReleaseInStackQueuedSpinLock(&handle);
	KUNIT_EXPECT_EQ(test, inside, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
}

/* Or lockdep would take two locks of a driver that nest for a deadlock. */
static void wdm_spin_locks_of_two_lines_are_two_classes(struct kunit *test)
{
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	struct wdm *w = test->priv;

	KUNIT_EXPECT_PTR_NE(test, (void *)w->lock.spin.dep_map.key,
			    (void *)w->lock2.spin.dep_map.key);
	KUNIT_EXPECT_PTR_NE(test, (void *)w->lock.raw.dep_map.key,
			    (void *)w->lock2.raw.dep_map.key);
#else
	kunit_skip(test, "needs CONFIG_DEBUG_LOCK_ALLOC");
#endif
}

/* ---- Lists and counters -------------------------------------------------- */

static void wdm_list_is_first_in_first_out(struct kunit *test)
{
	struct wdm *w = test->priv;
	int i;

	KUNIT_EXPECT_EQ(test, IsListEmpty(&w->head), TRUE);
	for (i = 1; i < 3; i++)
		InsertTailList(&w->head, &w->record[i].link);
	InsertHeadList(&w->head, &w->record[0].link);
	KUNIT_EXPECT_EQ(test, IsListEmpty(&w->head), FALSE);
	KUNIT_EXPECT_PTR_EQ(test, w->head.Flink, &w->record[0].link);
	KUNIT_EXPECT_PTR_EQ(test, w->head.Blink, &w->record[2].link);
	KUNIT_EXPECT_PTR_EQ(test, RemoveTailList(&w->head), &w->record[2].link);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_PTR_EQ(test, RemoveHeadList(&w->head), &w->record[i].link);
	KUNIT_EXPECT_EQ(test, IsListEmpty(&w->head), TRUE);
}

static void wdm_remove_head_of_an_empty_list_is_the_head(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_PTR_EQ(test, RemoveHeadList(&w->head), &w->head);
	KUNIT_EXPECT_EQ(test, IsListEmpty(&w->head), TRUE);
}

static void wdm_remove_entry_says_whether_the_list_is_empty(struct kunit *test)
{
	struct wdm *w = test->priv;

	InsertTailList(&w->head, &w->record[0].link);
	InsertTailList(&w->head, &w->record[1].link);
	KUNIT_EXPECT_EQ(test, RemoveEntryList(&w->record[1].link), FALSE);
	KUNIT_EXPECT_EQ(test, RemoveEntryList(&w->record[0].link), TRUE);
}

/* Drivers initialise an entry as a head, so that it can be removed any number of times. */
static void wdm_remove_entry_that_is_in_no_list(struct kunit *test)
{
	struct wdm *w = test->priv;

	InitializeListHead(&w->record[0].link);
	KUNIT_EXPECT_EQ(test, RemoveEntryList(&w->record[0].link), TRUE);
	KUNIT_EXPECT_EQ(test, RemoveEntryList(&w->record[0].link), TRUE);
}

static void wdm_containing_record_finds_the_record(struct kunit *test)
{
	struct wdm *w = test->priv;
	PVOID address = &w->record[1].link;

	KUNIT_EXPECT_PTR_EQ(test, &w->record[1].before,
			    &CONTAINING_RECORD(address, typeof(w->record[1]), link)->before);
}

static void wdm_interlocked_insert_returns_what_was_there(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_NULL(test, ExInterlockedInsertHeadList(&w->head, &w->record[0].link,
							    &w->lock));
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedInsertHeadList(&w->head, &w->record[1].link,
							      &w->lock), &w->record[0].link);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedInsertTailList(&w->head, &w->record[2].link,
							      &w->lock), &w->record[0].link);
}

static void wdm_interlocked_insert_tail_of_an_empty_list_is_null(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_NULL(test, ExInterlockedInsertTailList(&w->head, &w->record[0].link,
							    &w->lock));
}

static void wdm_interlocked_remove_is_the_entry_or_null(struct kunit *test)
{
	struct wdm *w = test->priv;

	ExInterlockedInsertTailList(&w->head, &w->record[0].link, &w->lock);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedRemoveHeadList(&w->head, &w->lock),
			    &w->record[0].link);
	KUNIT_EXPECT_NULL(test, ExInterlockedRemoveHeadList(&w->head, &w->lock));
}

static void wdm_interlocked_push_and_pop(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_NULL(test, ExInterlockedPushEntryList(&w->stack, &w->item[0], &w->lock));
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedPushEntryList(&w->stack, &w->item[1], &w->lock),
			    &w->item[0]);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedPopEntryList(&w->stack, &w->lock), &w->item[1]);
	KUNIT_EXPECT_PTR_EQ(test, ExInterlockedPopEntryList(&w->stack, &w->lock), &w->item[0]);
	KUNIT_EXPECT_NULL(test, ExInterlockedPopEntryList(&w->stack, &w->lock));
}

static void wdm_push_and_pop(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_NULL(test, PopEntryList(&w->stack));
	PushEntryList(&w->stack, &w->item[0]);
	PushEntryList(&w->stack, &w->item[1]);
	KUNIT_EXPECT_PTR_EQ(test, PopEntryList(&w->stack), &w->item[1]);
	KUNIT_EXPECT_PTR_EQ(test, PopEntryList(&w->stack), &w->item[0]);
	KUNIT_EXPECT_NULL(test, PopEntryList(&w->stack));
}

static void wdm_interlocked_add_returns_the_old_value(struct kunit *test)
{
	struct wdm *w = test->priv;
	ULONG count = U32_MAX;
	LARGE_INTEGER large = wdm_time(U32_MAX);

	KUNIT_EXPECT_EQ(test, ExInterlockedAddUlong(&count, 3, &w->lock), U32_MAX);
	KUNIT_EXPECT_EQ(test, count, 2);
	KUNIT_EXPECT_EQ(test, ExInterlockedAddLargeInteger(&large, wdm_time(-5), &w->lock).QuadPart,
			U32_MAX);
	KUNIT_EXPECT_EQ(test, large.QuadPart, U32_MAX - 5LL);
	KUNIT_EXPECT_EQ(test, large.LowPart, U32_MAX - 5);
	KUNIT_EXPECT_EQ(test, large.HighPart, 0);
}

static void wdm_interlocked_without_lock(struct kunit *test)
{
	LONG value = 5;

	KUNIT_EXPECT_EQ(test, InterlockedIncrement(&value), 6);
	KUNIT_EXPECT_EQ(test, InterlockedDecrement(&value), 5);
	KUNIT_EXPECT_EQ(test, InterlockedExchangeAdd(&value, 3), 5);
	KUNIT_EXPECT_EQ(test, InterlockedOr(&value, 3), 8);
	KUNIT_EXPECT_EQ(test, InterlockedAnd(&value, 10), 11);
	KUNIT_EXPECT_EQ(test, InterlockedCompareExchange(&value, 1, 9), 10);
	KUNIT_EXPECT_EQ(test, InterlockedCompareExchange(&value, 1, 10), 10);
	KUNIT_EXPECT_EQ(test, InterlockedExchange(&value, 0), 1);
	KUNIT_EXPECT_EQ(test, value, 0);
}

/* ---- Device queues ------------------------------------------------------- */

static void wdm_device_queue_insert_is_false_when_idle(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_EQ(test, KeInsertDeviceQueue(&w->queue, &w->entry[0]), FALSE);
	KUNIT_EXPECT_EQ(test, KeInsertDeviceQueue(&w->queue, &w->entry[1]), TRUE);
	KUNIT_EXPECT_PTR_EQ(test, KeRemoveDeviceQueue(&w->queue), &w->entry[1]);
}

static void wdm_device_queue_remove_of_nothing_makes_it_idle(struct kunit *test)
{
	struct wdm *w = test->priv;

	KeInsertDeviceQueue(&w->queue, &w->entry[0]);
	KUNIT_EXPECT_NULL(test, KeRemoveDeviceQueue(&w->queue));
	KUNIT_EXPECT_EQ(test, KeInsertDeviceQueue(&w->queue, &w->entry[0]), FALSE);
}

static void wdm_device_queue_by_key(struct kunit *test)
{
	struct wdm *w = test->priv;

	KUNIT_EXPECT_EQ(test, KeInsertByKeyDeviceQueue(&w->queue, &w->entry[0], 1), FALSE);
	KUNIT_EXPECT_EQ(test, KeInsertByKeyDeviceQueue(&w->queue, &w->entry[0], 20), TRUE);
	KUNIT_EXPECT_EQ(test, KeInsertByKeyDeviceQueue(&w->queue, &w->entry[1], 10), TRUE);
	KUNIT_EXPECT_PTR_EQ(test, KeRemoveByKeyDeviceQueue(&w->queue, 15), &w->entry[0]);
	KUNIT_EXPECT_PTR_EQ(test, KeRemoveByKeyDeviceQueue(&w->queue, 15), &w->entry[1]);
}

static void wdm_device_queue_remove_entry_says_whether_it_was_there(struct kunit *test)
{
	struct wdm *w = test->priv;

	KeInsertDeviceQueue(&w->queue, &w->entry[0]);
	KeInsertByKeyDeviceQueue(&w->queue, &w->entry[1], 7);
	KUNIT_EXPECT_EQ(test, KeRemoveEntryDeviceQueue(&w->queue, &w->entry[0]), FALSE);
	KUNIT_EXPECT_EQ(test, KeRemoveEntryDeviceQueue(&w->queue, &w->entry[1]), TRUE);
	KUNIT_EXPECT_EQ(test, KeRemoveEntryDeviceQueue(&w->queue, &w->entry[1]), FALSE);
}

static void wdm_device_queue_entry_may_have_any_content(struct kunit *test)
{
	struct wdm *w = test->priv;

	memset(w->entry, 0xff, sizeof(w->entry));
	KUNIT_EXPECT_EQ(test, KeInsertDeviceQueue(&w->queue, &w->entry[0]), FALSE);
	KUNIT_EXPECT_EQ(test, KeRemoveEntryDeviceQueue(&w->queue, &w->entry[0]), FALSE);
	KUNIT_EXPECT_EQ(test, KeInsertByKeyDeviceQueue(&w->queue, &w->entry[1], 7), TRUE);
	KUNIT_EXPECT_EQ(test, KeRemoveEntryDeviceQueue(&w->queue, &w->entry[2]), FALSE);
	KUNIT_EXPECT_PTR_EQ(test, KeRemoveDeviceQueue(&w->queue), &w->entry[1]);
}

static void wdm_char_is_signed(struct kunit *test)
{
	KUNIT_EXPECT_LT(test, (CHAR)0xff, 0);
	KUNIT_EXPECT_LT(test, (CCHAR)0xff, 0);
	KUNIT_EXPECT_GT(test, (UCHAR)0xff, 0);
}

static void wdm_nt_success_is_not_negative(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, NT_SUCCESS(STATUS_SUCCESS));
	KUNIT_EXPECT_TRUE(test, NT_SUCCESS(STATUS_TIMEOUT));
	KUNIT_EXPECT_TRUE(test, NT_SUCCESS(STATUS_PENDING));
	KUNIT_EXPECT_FALSE(test, NT_SUCCESS(STATUS_DEVICE_BUSY));
	KUNIT_EXPECT_FALSE(test, NT_SUCCESS(STATUS_UNSUCCESSFUL));
}

static struct kunit_case wdm_cases[] = {
	KUNIT_CASE(wdm_insert_is_true_when_not_queued), /* Q2 */
	KUNIT_CASE(wdm_insert_is_false_when_queued), /* Q2 */
	KUNIT_CASE(wdm_routine_gets_its_arguments), /* Q2 */
	KUNIT_CASE(wdm_remove_is_true_when_queued), /* Q7 */
	KUNIT_CASE(wdm_remove_is_false_when_not_queued), /* Q7 */
	KUNIT_CASE(wdm_remove_is_false_while_it_runs), /* Q7 */
	KUNIT_CASE(wdm_high_importance_goes_first), /* Q3 */
	KUNIT_CASE(wdm_target_processor_is_where_it_runs), /* Q6 */
	KUNIT_CASE(wdm_target_processor_ex_takes_group_and_number), /* Q6 */
	KUNIT_CASE(wdm_target_processor_ex_refuses_what_is_not_there), /* Q6 */
	KUNIT_CASE(wdm_flush_waits_for_a_running_routine), /* Q8 */
	KUNIT_CASE(wdm_generic_call_is_on_every_processor_with_one_last), /* Q17 */
	KUNIT_CASE(wdm_threaded_dpc_runs_at_passive), /* R1 */
	KUNIT_CASE(wdm_irql_of_every_context), /* S5 */
	KUNIT_CASE(wdm_raise_returns_the_level_before), /* S5 */
	KUNIT_CASE(wdm_lower_runs_what_was_queued), /* Q12 S5 */
	KUNIT_CASE(wdm_watchdog_query_at_passive_is_unsuccessful), /* B3 */
	KUNIT_CASE(wdm_watchdog_query_in_a_dpc_succeeds), /* B3 */
	KUNIT_CASE(wdm_watchdog_query_at_dispatch_is_in_microseconds), /* B3 */
	KUNIT_CASE(wdm_stall_is_not_cut_at_the_busy_wait_limit), /* B1 */
	KUNIT_CASE(wdm_set_timer_is_false_then_true), /* T1 */
	KUNIT_CASE(wdm_set_timer_clears_the_signal), /* T1 */
	KUNIT_CASE(wdm_cancel_timer_is_true_when_pending), /* T3 */
	KUNIT_CASE(wdm_cancel_timer_is_false_after_expiry), /* T3 */
	KUNIT_CASE(wdm_cancel_periodic_timer_is_true_after_expiry), /* T3 */
	KUNIT_CASE(wdm_period_is_in_milliseconds), /* T1 T2 */
	KUNIT_CASE(wdm_timer_queues_its_dpc), /* T2 T6 */
	KUNIT_CASE(wdm_relative_time_is_in_units_of_100ns), /* T1 */
	KUNIT_CASE(wdm_system_time_is_since_1601), /* T1 */
	KUNIT_CASE(wdm_absolute_time_is_since_1601), /* T1 */
	KUNIT_CASE(wdm_time_that_has_passed_is_at_once), /* T1 */
	KUNIT_CASE(wdm_interrupt_time_counts_suspension_and_the_unbiased_does_not),
	KUNIT_CASE(wdm_time_that_never_comes_stays_pending), /* T1 */
	KUNIT_CASE(wdm_coalescable_timer_is_not_early), /* T5 */
	KUNIT_CASE(wdm_notification_timer_satisfies_every_wait), /* T4 */
	KUNIT_CASE(wdm_synchronization_timer_satisfies_one_wait), /* T4 */
	KUNIT_CASE(wdm_wait_times_out), /* T4 */
	KUNIT_CASE(wdm_spin_lock_raises_and_restores), /* S2 */
	KUNIT_CASE(wdm_try_spin_lock_says_whether_it_was_free), /* S2 */
	KUNIT_CASE(wdm_queued_spin_lock_raises_and_restores), /* S3 */
	KUNIT_CASE(wdm_spin_locks_of_two_lines_are_two_classes), /* S2 */
	KUNIT_CASE(wdm_list_is_first_in_first_out),
	KUNIT_CASE(wdm_remove_head_of_an_empty_list_is_the_head),
	KUNIT_CASE(wdm_remove_entry_says_whether_the_list_is_empty),
	KUNIT_CASE(wdm_remove_entry_that_is_in_no_list),
	KUNIT_CASE(wdm_containing_record_finds_the_record),
	KUNIT_CASE(wdm_interlocked_insert_returns_what_was_there), /* S4 */
	KUNIT_CASE(wdm_interlocked_insert_tail_of_an_empty_list_is_null), /* S4 */
	KUNIT_CASE(wdm_interlocked_remove_is_the_entry_or_null), /* S4 */
	KUNIT_CASE(wdm_interlocked_push_and_pop), /* S4 */
	KUNIT_CASE(wdm_push_and_pop),
	KUNIT_CASE(wdm_interlocked_add_returns_the_old_value), /* S4 */
	KUNIT_CASE(wdm_interlocked_without_lock),
	KUNIT_CASE(wdm_device_queue_insert_is_false_when_idle), /* P3 */
	KUNIT_CASE(wdm_device_queue_remove_of_nothing_makes_it_idle), /* P3 */
	KUNIT_CASE(wdm_device_queue_by_key), /* P3 */
	KUNIT_CASE(wdm_device_queue_remove_entry_says_whether_it_was_there), /* P3 */
	KUNIT_CASE(wdm_device_queue_entry_may_have_any_content), /* P3 */
	KUNIT_CASE(wdm_char_is_signed),
	KUNIT_CASE(wdm_nt_success_is_not_negative),
	{ }
};

static struct kunit_suite wdm_suite = {
	.name = "dpc_wdm",
	.init = wdm_init,
	.exit = wdm_exit,
	.test_cases = wdm_cases,
};

/* ---- Device objects, work items, interrupts ------------------------------ */

struct wdm_device {
	struct kdev_test	kt;		/* first: what test->priv points to */
	DEVICE_OBJECT		object;
	PIO_WORKITEM		item;
	PKINTERRUPT		kinterrupt;
	WDFDEVICE		device;
	WDFINTERRUPT		interrupt;
	KDPC			dpc;

	/* what routines were given and were told */
	PVOID			given[4];
	ULONG			message;
	bool			in_thread;
	KIRQL			irql;
	BOOLEAN			first;
	BOOLEAN			again;
	NTSTATUS		enable_answer;
	atomic_t		isrs;
	atomic_t		dpcs;
	atomic_t		works;
	atomic_t		enables;
	atomic_t		disables;
};

typedef struct wdm_device *wdm_device_ptr;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(wdm_device_ptr, wdm_device_ptr_of)

static struct wdm_device *wdm_context(WDFOBJECT Object)
{
	return *wdm_device_ptr_of(Object);
}

static int wdm_device_init(struct kunit *test)
{
	struct wdm_device *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);
	WDF_OBJECT_ATTRIBUTES attributes;
	int err;

	if (!d)
		return -ENOMEM;
	err = kdev_setup(test, &d->kt);
	if (err)
		return err;
	dpc_wdm_device_object_init(&d->object, d->kt.dev, d);
	WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, wdm_device_ptr);
	if (!NT_SUCCESS(dpc_wdm_wdf_device_create(d->kt.dev, &attributes, &d->device)))
		return -ENOMEM;
	*wdm_device_ptr_of(d->device) = d;
	return 0;
}

/* Also after a failed assertion: nothing of the test may go on. */
static void wdm_device_exit(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	IO_DISCONNECT_INTERRUPT_PARAMETERS parameters = { .Version = CONNECT_FULLY_SPECIFIED };

	if (!d)
		return;
	if (d->kinterrupt) {
		parameters.ConnectionContext.InterruptObject = d->kinterrupt;
		IoDisconnectInterruptEx(&parameters);
	}
	if (d->interrupt)
		dpc_wdm_interrupt_disconnect(d->interrupt);
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	gate_open(&d->kt.gate[0]);
	if (d->item) {
		dpc_work_flush(&d->item->work);
		IoFreeWorkItem(d->item);
	}
	kdev_exit(test);
}

static VOID wdm_dpc_for_isr(PKDPC Dpc, PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
	struct wdm_device *d = DeviceObject->DeviceExtension;

	d->given[0] = Dpc;
	d->given[1] = DeviceObject;
	d->given[2] = Irp;
	d->given[3] = Context;
	atomic_inc(&d->dpcs);
}

static void wdm_io_request_dpc_gives_the_device_object(struct kunit *test)
{
	struct wdm_device *d = test->priv;

	IoInitializeDpcRequest(&d->object, wdm_dpc_for_isr);
	IoRequestDpc(&d->object, (PIRP)TAG(1), TAG(2));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->dpcs, 1));
	KUNIT_EXPECT_PTR_EQ(test, d->given[0], (PVOID)&d->object.Dpc);
	KUNIT_EXPECT_PTR_EQ(test, d->given[1], (PVOID)&d->object);
	KUNIT_EXPECT_PTR_EQ(test, d->given[2], TAG(1));
	KUNIT_EXPECT_PTR_EQ(test, d->given[3], TAG(2));
}

/* ---- Work items */

static VOID wdm_worker(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
	struct wdm_device *d = DeviceObject->DeviceExtension;

	d->given[0] = DeviceObject;
	d->given[1] = Context;
	d->in_thread = in_task();
	atomic_inc(&d->works);
	gate_pass_sleeping(&d->kt.gate[0]);
}

static VOID wdm_worker_ex(PVOID IoObject, PVOID Context, PIO_WORKITEM IoWorkItem)
{
	struct wdm_device *d = ((PDEVICE_OBJECT)IoObject)->DeviceExtension;

	d->given[0] = IoObject;
	d->given[1] = Context;
	d->given[2] = IoWorkItem;
	d->item = NULL;
	IoFreeWorkItem(IoWorkItem);
	atomic_inc(&d->works);
}

static struct wdm_device *wdm_work_item(struct kunit *test)
{
	struct wdm_device *d = test->priv;

	d->item = IoAllocateWorkItem(&d->object);
	KUNIT_ASSERT_NOT_NULL(test, d->item);
	return d;
}

static void wdm_work_item_gets_device_and_context(struct kunit *test)
{
	struct wdm_device *d = wdm_work_item(test);

	gate_open(&d->kt.gate[0]);
	IoQueueWorkItem(d->item, wdm_worker, DelayedWorkQueue, TAG(5));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->works, 1));
	KUNIT_EXPECT_PTR_EQ(test, d->given[0], (PVOID)&d->object);
	KUNIT_EXPECT_PTR_EQ(test, d->given[1], TAG(5));
	KUNIT_EXPECT_TRUE(test, d->in_thread);
}

static void wdm_work_item_ex_may_be_freed_by_its_routine(struct kunit *test)
{
	struct wdm_device *d = wdm_work_item(test);
	PVOID item = d->item;

	IoQueueWorkItemEx(d->item, wdm_worker_ex, CriticalWorkQueue, TAG(6));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->works, 1));
	KUNIT_EXPECT_PTR_EQ(test, d->given[0], (PVOID)&d->object);
	KUNIT_EXPECT_PTR_EQ(test, d->given[1], TAG(6));
	KUNIT_EXPECT_PTR_EQ(test, d->given[2], item);
}

/*
 * The routine stands at the gate, so what is queued next stays queued; the third
 * call is refused, and the second one's context stands.
 */
static void wdm_work_item_queued_twice_keeps_the_first_context(struct kunit *test)
{
	struct wdm_device *d = wdm_work_item(test);

	IoQueueWorkItem(d->item, wdm_worker, DelayedWorkQueue, TAG(1));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->works, 1));
	IoQueueWorkItem(d->item, wdm_worker, DelayedWorkQueue, TAG(2));
	IoQueueWorkItem(d->item, wdm_worker, DelayedWorkQueue, TAG(3));
	gate_open(&d->kt.gate[0]);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->works, 2));
	dpc_work_flush(&d->item->work);
	KUNIT_EXPECT_EQ(test, atomic_read(&d->works), 2);
	KUNIT_EXPECT_PTR_EQ(test, d->given[1], TAG(2));
}

/* ---- WDM interrupts */

static BOOLEAN wdm_sync_note(PVOID SynchronizeContext)
{
	struct wdm_device *d = SynchronizeContext;

	d->irql = KeGetCurrentIrql();
	atomic_inc(&d->works);
	return d->first;
}

static void wdm_synchronize_returns_the_boolean_as_it_is(struct kunit *test)
{
	static const BOOLEAN values[] = { FALSE, TRUE, 2, 0xff };
	struct wdm_device *d = test->priv;
	int i;

	KUNIT_ASSERT_EQ(test, kdev_connect(&d->kt, DPC_MODEL_DPC, 0), 0);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		d->first = values[i];
		KUNIT_EXPECT_EQ(test, KeSynchronizeExecution(&d->kt.kdev->intr, wdm_sync_note, d),
				values[i]);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&d->works), ARRAY_SIZE(values));
}

static void wdm_synchronize_is_above_dispatch(struct kunit *test)
{
	struct wdm_device *d = test->priv;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "the lock sleeps on PREEMPT_RT");
	KUNIT_ASSERT_EQ(test, kdev_connect(&d->kt, DPC_MODEL_DPC, 0), 0);
	KeSynchronizeExecution(&d->kt.kdev->intr, wdm_sync_note, d);
	KUNIT_EXPECT_GT(test, d->irql, DISPATCH_LEVEL);
}

static void wdm_interrupt_spin_lock_keeps_the_isr_out(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	int before;
	KIRQL old;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_EQ(test, kdev_connect(&d->kt, DPC_MODEL_DPC, 0), 0);
	KUNIT_ASSERT_TRUE(test, storm_start(&d->kt.storm, kdev_hit, &d->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->kt.isrs, 10));
	old = KeAcquireInterruptSpinLock(&d->kt.kdev->intr);
	if (atomic_inc_return(&d->kt.inside) != 1)
		atomic_inc(&d->kt.overlaps);
	before = atomic_read(&d->kt.isrs);
	ctx_busy_wait_us(2000);
	before -= atomic_read(&d->kt.isrs);
	atomic_dec(&d->kt.inside);
	KeReleaseInterruptSpinLock(&d->kt.kdev->intr, old);
	KUNIT_EXPECT_TRUE(test, storm_stop(&d->kt.storm));
	KUNIT_EXPECT_EQ(test, old, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&d->kt.overlaps), 0);
}

/* The holder owns the lock, so its request must not take it again. */
static void wdm_dpc_requested_under_the_lock_runs_after_it(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	int under;
	bool queued;
	KIRQL old;

	KUNIT_ASSERT_EQ(test, kdev_connect(&d->kt, DPC_MODEL_DPC, 0), 0);
	old = KeAcquireInterruptSpinLock(&d->kt.kdev->intr);
	queued = dpc_interrupt_request_dpc(&d->kt.kdev->intr);
	under = atomic_read(&d->kt.dpcs);
	KeReleaseInterruptSpinLock(&d->kt.kdev->intr, old);
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_EQ(test, under, 0);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&d->kt.dpcs, 1));
}

static BOOLEAN wdm_service(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
	struct wdm_device *d = ServiceContext;

	if (!atomic_xchg(&d->kt.pending, 0))
		return FALSE;
	d->given[0] = Interrupt;
	d->given[1] = ServiceContext;
	d->first = KeInsertQueueDpc(&d->dpc, NULL, NULL);
	d->again = KeInsertQueueDpc(&d->dpc, NULL, NULL);
	atomic_inc(&d->isrs);
	return TRUE;
}

static VOID wdm_custom_dpc(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			   PVOID SystemArgument2)
{
	struct wdm_device *d = DeferredContext;

	d->given[2] = (PVOID)(long)KeSynchronizeExecution(d->kinterrupt, wdm_sync_note, d);
	atomic_inc(&d->dpcs);
}

static IO_CONNECT_INTERRUPT_PARAMETERS wdm_parameters(struct wdm_device *d)
{
	return (IO_CONNECT_INTERRUPT_PARAMETERS){
		.Version = CONNECT_FULLY_SPECIFIED,
		.FullySpecified = {
			.PhysicalDeviceObject = &d->object,
			.InterruptObject = &d->kinterrupt,
			.ServiceRoutine = wdm_service,
			.ServiceContext = d,
			.Vector = d->kt.irq,
			.ProcessorEnableMask = 1,
		},
	};
}

static void wdm_service_routine_dpc_and_synchronize(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	IO_CONNECT_INTERRUPT_PARAMETERS parameters = wdm_parameters(d);

	KeInitializeDpc(&d->dpc, wdm_custom_dpc, d);
	KUNIT_ASSERT_EQ(test, IoConnectInterruptEx(&parameters), STATUS_SUCCESS);
	KUNIT_ASSERT_NOT_NULL(test, d->kinterrupt);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&d->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->dpcs, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&d->isrs), 1);
	KUNIT_EXPECT_EQ(test, d->first, TRUE);
	KUNIT_EXPECT_EQ(test, d->again, FALSE);
	KUNIT_EXPECT_PTR_EQ(test, d->given[0], (PVOID)d->kinterrupt);
	KUNIT_EXPECT_PTR_EQ(test, d->given[1], (PVOID)d);
	KUNIT_EXPECT_PTR_EQ(test, d->given[2], TAG(TRUE));
}

static void wdm_connect_refuses_what_is_wrong(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	IO_CONNECT_INTERRUPT_PARAMETERS parameters = wdm_parameters(d);

	parameters.Version = 3;
	KUNIT_EXPECT_EQ(test, IoConnectInterruptEx(&parameters), STATUS_INVALID_PARAMETER_1);
	parameters = wdm_parameters(d);
	parameters.FullySpecified.PhysicalDeviceObject = NULL;
	KUNIT_EXPECT_EQ(test, IoConnectInterruptEx(&parameters), STATUS_INVALID_PARAMETER);
	parameters = wdm_parameters(d);
	parameters.FullySpecified.ServiceRoutine = NULL;
	KUNIT_EXPECT_EQ(test, IoConnectInterruptEx(&parameters), STATUS_INVALID_PARAMETER);
	parameters = wdm_parameters(d);
	parameters.FullySpecified.ProcessorEnableMask = 0;
	KUNIT_EXPECT_EQ(test, IoConnectInterruptEx(&parameters), STATUS_INVALID_PARAMETER_10);
	parameters = wdm_parameters(d);
	parameters.FullySpecified.FloatingSave = TRUE;
	KUNIT_EXPECT_EQ(test, IoConnectInterruptEx(&parameters), STATUS_NOT_SUPPORTED);
	parameters = wdm_parameters(d);
	parameters.FullySpecified.Vector = 0;
	KUNIT_EXPECT_EQ(test, IoConnectInterruptEx(&parameters), STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_NULL(test, d->kinterrupt);
}

/* The test's device is on no bus that could name its line. */
static void wdm_connect_line_based_without_a_line_is_not_found(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	IO_CONNECT_INTERRUPT_PARAMETERS parameters = wdm_parameters(d);

	parameters.Version = CONNECT_LINE_BASED;
	KUNIT_EXPECT_EQ(test, IoConnectInterruptEx(&parameters), STATUS_NOT_FOUND);
}

/* ---- KMDF interrupts */

static BOOLEAN wdm_evt_isr(WDFINTERRUPT Interrupt, ULONG MessageID)
{
	struct wdm_device *d = wdm_context(WdfInterruptGetDevice(Interrupt));

	if (!atomic_xchg(&d->kt.pending, 0))
		return FALSE;
	d->message = MessageID;
	d->first = WdfInterruptQueueDpcForIsr(Interrupt);
	d->again = WdfInterruptQueueDpcForIsr(Interrupt);
	atomic_inc(&d->isrs);
	return TRUE;
}

static BOOLEAN wdm_evt_isr_work(WDFINTERRUPT Interrupt, ULONG MessageID)
{
	struct wdm_device *d = wdm_context(WdfInterruptGetDevice(Interrupt));

	if (!atomic_xchg(&d->kt.pending, 0))
		return FALSE;
	d->irql = KeGetCurrentIrql();
	d->first = WdfInterruptQueueWorkItemForIsr(Interrupt);
	d->again = WdfInterruptQueueWorkItemForIsr(Interrupt);
	atomic_inc(&d->isrs);
	return TRUE;
}

static VOID wdm_evt_dpc(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject)
{
	struct wdm_device *d = wdm_context(AssociatedObject);

	d->given[0] = Interrupt;
	d->given[1] = AssociatedObject;
	d->irql = KeGetCurrentIrql();
	atomic_inc(&d->dpcs);
}

static VOID wdm_evt_work(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject)
{
	struct wdm_device *d = wdm_context(AssociatedObject);

	d->given[0] = Interrupt;
	d->given[1] = AssociatedObject;
	d->in_thread = in_task() && KeGetCurrentIrql() == PASSIVE_LEVEL;
	atomic_inc(&d->works);
}

static NTSTATUS wdm_evt_enable(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice)
{
	struct wdm_device *d = wdm_context(AssociatedDevice);

	atomic_inc(&d->enables);
	return d->enable_answer;
}

static NTSTATUS wdm_evt_disable(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice)
{
	atomic_inc(&wdm_context(AssociatedDevice)->disables);
	return STATUS_SUCCESS;
}

static WDF_INTERRUPT_CONFIG wdm_config(PFN_WDF_INTERRUPT_ISR isr, PFN_WDF_INTERRUPT_DPC dpc)
{
	WDF_INTERRUPT_CONFIG config;

	WDF_INTERRUPT_CONFIG_INIT(&config, isr, dpc);
	return config;
}

static NTSTATUS wdm_create(struct wdm_device *d, WDF_INTERRUPT_CONFIG *config)
{
	return WdfInterruptCreate(d->device, config, WDF_NO_OBJECT_ATTRIBUTES, &d->interrupt);
}

/* Created and connected, as message 3. */
static NTSTATUS wdm_connect(struct wdm_device *d, WDF_INTERRUPT_CONFIG *config)
{
	NTSTATUS status = wdm_create(d, config);

	if (!NT_SUCCESS(status))
		return status;
	return dpc_wdm_interrupt_connect(d->interrupt, d->kt.irq, false, 3);
}

static void wdm_config_init_sets_the_documented_values(struct kunit *test)
{
	WDF_INTERRUPT_CONFIG config;

	memset(&config, 0xa5, sizeof(config));
	WDF_INTERRUPT_CONFIG_INIT(&config, wdm_evt_isr, wdm_evt_dpc);
	KUNIT_EXPECT_EQ(test, config.Size, sizeof(config));
	KUNIT_EXPECT_EQ(test, config.ShareVector, WdfUseDefault);
	KUNIT_EXPECT_EQ(test, config.AutomaticSerialization, FALSE);
	KUNIT_EXPECT_EQ(test, config.PassiveHandling, FALSE);
	KUNIT_EXPECT_PTR_EQ(test, (void *)config.EvtInterruptIsr, (void *)wdm_evt_isr);
	KUNIT_EXPECT_PTR_EQ(test, (void *)config.EvtInterruptDpc, (void *)wdm_evt_dpc);
	KUNIT_EXPECT_NULL(test, config.EvtInterruptEnable);
	KUNIT_EXPECT_NULL(test, config.EvtInterruptWorkItem);
}

static void wdm_create_refuses_what_is_wrong(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr, wdm_evt_dpc);

	config.Size--;
	KUNIT_EXPECT_EQ(test, wdm_create(d, &config), STATUS_INFO_LENGTH_MISMATCH);
	config = wdm_config(NULL, wdm_evt_dpc);
	KUNIT_EXPECT_EQ(test, wdm_create(d, &config), STATUS_INVALID_PARAMETER);
	config = wdm_config(wdm_evt_isr, wdm_evt_dpc);
	config.EvtInterruptWorkItem = wdm_evt_work;
	KUNIT_EXPECT_EQ(test, wdm_create(d, &config), STATUS_INVALID_PARAMETER);
	config = wdm_config(wdm_evt_isr, wdm_evt_dpc);
	config.CanWakeDevice = TRUE;
	KUNIT_EXPECT_EQ(test, wdm_create(d, &config), STATUS_NOT_SUPPORTED);
	KUNIT_EXPECT_NULL(test, d->interrupt);
}

static void wdm_queue_dpc_for_isr_is_true_then_false(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr, wdm_evt_dpc);

	KUNIT_ASSERT_EQ(test, wdm_connect(d, &config), STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&d->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->dpcs, 1));
	KUNIT_EXPECT_EQ(test, d->first, TRUE);
	KUNIT_EXPECT_EQ(test, d->again, FALSE);
}

static void wdm_evt_callbacks_get_their_arguments(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr, wdm_evt_dpc);

	KUNIT_ASSERT_EQ(test, wdm_connect(d, &config), STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&d->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->dpcs, 1));
	KUNIT_EXPECT_EQ(test, d->message, 3);
	KUNIT_EXPECT_PTR_EQ(test, d->given[0], (PVOID)d->interrupt);
	KUNIT_EXPECT_PTR_EQ(test, d->given[1], (PVOID)d->device);
	KUNIT_EXPECT_EQ(test, d->irql, DISPATCH_LEVEL);
}

static void wdm_work_item_for_a_dirql_isr(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr_work, NULL);

	config.EvtInterruptWorkItem = wdm_evt_work;
	KUNIT_ASSERT_EQ(test, wdm_connect(d, &config), STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&d->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->works, 1));
	KUNIT_EXPECT_EQ(test, d->first, TRUE);
	KUNIT_EXPECT_EQ(test, d->again, FALSE);
	KUNIT_EXPECT_TRUE(test, d->in_thread);
	KUNIT_EXPECT_PTR_EQ(test, d->given[1], (PVOID)d->device);
}

static void wdm_work_item_for_a_passive_isr(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr_work, NULL);

	config.EvtInterruptWorkItem = wdm_evt_work;
	config.PassiveHandling = TRUE;
	KUNIT_ASSERT_EQ(test, wdm_connect(d, &config), STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&d->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&d->works, 1));
	KUNIT_EXPECT_EQ(test, d->irql, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, d->first, TRUE);
	KUNIT_EXPECT_TRUE(test, d->in_thread);
}

static void wdm_queue_what_is_not_there_is_false(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr, NULL);

	KUNIT_ASSERT_EQ(test, wdm_connect(d, &config), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, WdfInterruptQueueDpcForIsr(d->interrupt), FALSE);
	KUNIT_EXPECT_EQ(test, WdfInterruptQueueWorkItemForIsr(d->interrupt), FALSE);
}

static void wdm_enable_and_disable_call_the_callbacks(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr, wdm_evt_dpc);

	config.EvtInterruptEnable = wdm_evt_enable;
	config.EvtInterruptDisable = wdm_evt_disable;
	KUNIT_ASSERT_EQ(test, wdm_create(d, &config), STATUS_SUCCESS);
	WdfInterruptEnable(d->interrupt);
	KUNIT_EXPECT_EQ(test, atomic_read(&d->enables), 0);
	KUNIT_ASSERT_EQ(test, dpc_wdm_interrupt_connect(d->interrupt, d->kt.irq, false, 0),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, atomic_read(&d->enables), 1);
	WdfInterruptDisable(d->interrupt);
	KUNIT_EXPECT_EQ(test, atomic_read(&d->disables), 1);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&d->kt));
	KUNIT_EXPECT_EQ(test, atomic_read(&d->isrs), 0);
	WdfInterruptEnable(d->interrupt);
	KUNIT_EXPECT_EQ(test, atomic_read(&d->enables), 2);
	/* What came meanwhile comes now (I7). */
	KUNIT_EXPECT_TRUE(test, rec_wait_until(atomic_read(&d->isrs) == 1));
	KUNIT_ASSERT_TRUE(test, kdev_fire(&d->kt));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(atomic_read(&d->isrs) == 2));
	dpc_wdm_interrupt_disconnect(d->interrupt);
	KUNIT_EXPECT_EQ(test, atomic_read(&d->disables), 2);
	WdfInterruptDisable(d->interrupt);
	KUNIT_EXPECT_EQ(test, atomic_read(&d->disables), 2);
}

static void wdm_enable_that_fails_fails_the_connection(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr, wdm_evt_dpc);

	config.EvtInterruptEnable = wdm_evt_enable;
	config.EvtInterruptDisable = wdm_evt_disable;
	d->enable_answer = STATUS_IO_DEVICE_ERROR;
	KUNIT_EXPECT_EQ(test, wdm_connect(d, &config), STATUS_IO_DEVICE_ERROR);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&d->kt));
	KUNIT_EXPECT_EQ(test, atomic_read(&d->isrs), 0);
	d->enable_answer = STATUS_SUCCESS;
	KUNIT_EXPECT_EQ(test, dpc_wdm_interrupt_connect(d->interrupt, d->kt.irq, false, 0),
			STATUS_SUCCESS);
}

static BOOLEAN wdm_evt_synchronize(WDFINTERRUPT Interrupt, WDFCONTEXT Context)
{
	struct wdm_device *d = Context;

	d->given[0] = Interrupt;
	d->irql = KeGetCurrentIrql();
	return 2;
}

static void wdm_interrupt_synchronize_returns_the_boolean_as_it_is(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr, wdm_evt_dpc);

	KUNIT_ASSERT_EQ(test, wdm_connect(d, &config), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, WdfInterruptSynchronize(d->interrupt, wdm_evt_synchronize, d), 2);
	KUNIT_EXPECT_PTR_EQ(test, d->given[0], (PVOID)d->interrupt);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
}

/* A DPC that is asked for under the lock runs when the level is restored. */
static void wdm_acquire_lock_holds_the_dpc_back(struct kunit *test)
{
	struct wdm_device *d = test->priv;
	WDF_INTERRUPT_CONFIG config = wdm_config(wdm_evt_isr, wdm_evt_dpc);
	BOOLEAN queued;
	int dpcs;

	KUNIT_ASSERT_EQ(test, wdm_connect(d, &config), STATUS_SUCCESS);
	WdfInterruptAcquireLock(d->interrupt);
	queued = WdfInterruptQueueDpcForIsr(d->interrupt);
	dpcs = atomic_read(&d->dpcs);
	WdfInterruptReleaseLock(d->interrupt);
	KUNIT_EXPECT_EQ(test, queued, TRUE);
	KUNIT_EXPECT_EQ(test, dpcs, 0);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&d->dpcs, 1));
	KUNIT_EXPECT_PTR_EQ(test, (void *)WdfInterruptWdmGetInterrupt(d->interrupt),
			    (void *)&d->interrupt->intr);
}

static struct kunit_case wdm_device_cases[] = {
	KUNIT_CASE(wdm_io_request_dpc_gives_the_device_object), /* Q2 */
	KUNIT_CASE(wdm_work_item_gets_device_and_context), /* W1 */
	KUNIT_CASE(wdm_work_item_ex_may_be_freed_by_its_routine), /* W1 */
	KUNIT_CASE(wdm_work_item_queued_twice_keeps_the_first_context), /* W2 */
	KUNIT_CASE(wdm_synchronize_returns_the_boolean_as_it_is), /* S1 */
	KUNIT_CASE(wdm_synchronize_is_above_dispatch), /* S1 */
	KUNIT_CASE(wdm_interrupt_spin_lock_keeps_the_isr_out), /* S1 */
	KUNIT_CASE(wdm_dpc_requested_under_the_lock_runs_after_it), /* S1 Q12 */
	KUNIT_CASE(wdm_service_routine_dpc_and_synchronize), /* I1 S1 */
	KUNIT_CASE(wdm_connect_refuses_what_is_wrong),
	KUNIT_CASE(wdm_connect_line_based_without_a_line_is_not_found),
	KUNIT_CASE(wdm_config_init_sets_the_documented_values),
	KUNIT_CASE(wdm_create_refuses_what_is_wrong), /* I2 */
	KUNIT_CASE(wdm_queue_dpc_for_isr_is_true_then_false), /* I2 */
	KUNIT_CASE(wdm_evt_callbacks_get_their_arguments), /* I1 */
	KUNIT_CASE(wdm_work_item_for_a_dirql_isr), /* I2 W4 */
	KUNIT_CASE(wdm_work_item_for_a_passive_isr), /* I4 */
	KUNIT_CASE(wdm_queue_what_is_not_there_is_false), /* I2 */
	KUNIT_CASE(wdm_enable_and_disable_call_the_callbacks), /* I5 I7 */
	KUNIT_CASE(wdm_enable_that_fails_fails_the_connection), /* I5 */
	KUNIT_CASE(wdm_interrupt_synchronize_returns_the_boolean_as_it_is), /* S1 */
	KUNIT_CASE(wdm_acquire_lock_holds_the_dpc_back), /* S1 */
	{ }
};

static struct kunit_suite wdm_device_suite = {
	.name = "dpc_wdm_device",
	.init = wdm_device_init,
	.exit = wdm_device_exit,
	.test_cases = wdm_device_cases,
};

kunit_test_suites(&wdm_suite, &wdm_device_suite);

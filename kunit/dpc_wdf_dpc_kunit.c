// SPDX-License-Identifier: GPL-2.0-only
/*
 * KMDF's names: DPCs, timers and work items, what serialises them (I3), and who is named in
 * events (M3, M5).
 */
#include "fixture.h"
#include "kdev.h"

#include <linux/dpc_wdm.h>
#include <trace/events/dpc.h>

#define WDFD_ROUNDS	200
#define WDFD_LATE_US	5000		/* from a stop's beginning to its first cancel, and more */
#define WDFD_BUSY_US	50		/* long enough for another CPU to come */

struct wdfd_test {
	struct kdev_test	kt;		/* first: what test->priv points to */
	WDFDEVICE		device;
	WDFINTERRUPT		interrupt;
	WDFDPC			dpc;
	WDFTIMER		timer;
	WDFWORKITEM		item;
	u64			violations;
	struct gate		gate;
	bool			gated;		/* callbacks stand at the gate */
	bool			busy;		/* they take their time */
	atomic_t		calls;
	atomic_t		inside;
	atomic_t		overlaps;
	WDFOBJECT		given;
	KIRQL			irql;
	bool			restart;	/* the timer's callback starts it anew */
	void (*try)(struct wdfd_test *wt);	/* in the callback */
	BOOLEAN			answer;
	atomic_t		met;		/* callbacks beside a deletion */
	NTSTATUS		status;
	/* the last event of the DPC */
	void			*function;
	u32			irq;
	u64			first;
	atomic_t		events;
};

typedef struct {
	struct wdfd_test	*wt;
} WDFD_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(WDFD_CONTEXT, wdfd_context)

static u64 wdfd_reports(struct wdfd_test *wt)
{
	return dpc_violations() - wt->violations;
}

static WDF_OBJECT_ATTRIBUTES wdfd_attributes(WDFOBJECT parent)
{
	WDF_OBJECT_ATTRIBUTES attributes;

	WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, WDFD_CONTEXT);
	attributes.ParentObject = parent;
	return attributes;
}

static void wdfd_saw_entry(void *data, const struct dpc_stats *stats, u64 seq, u64 first,
			   void *function, u64 wait, u32 served)
{
	struct wdfd_test *wt = data;

	if (function != READ_ONCE(wt->function))
		return;
	wt->irq = stats->irq;
	wt->first = first;
	atomic_inc(&wt->events);
}

static int wdfd_init(struct kunit *test)
{
	struct wdfd_test *wt = kunit_kzalloc(test, sizeof(*wt), GFP_KERNEL);
	int err;

	if (!wt)
		return -ENOMEM;
	err = kdev_setup(test, &wt->kt);
	if (err)
		return err;
	gate_init(&wt->gate);
	wt->violations = dpc_violations();
	return register_trace_dpc_entry(wdfd_saw_entry, wt);
}

static void wdfd_exit(struct kunit *test)
{
	struct wdfd_test *wt = test->priv;

	if (!wt)
		return;
	gate_open(&wt->gate);
	unregister_trace_dpc_entry(wdfd_saw_entry, wt);
	tracepoint_synchronize_unregister();
	KUNIT_EXPECT_TRUE(test, storm_stop(&wt->kt.storm));
	KUNIT_EXPECT_FALSE(test, gate_expired(&wt->gate));
	/* The device, and all below it, is deleted when kt's is unregistered. */
	kdev_exit(test);
}

static struct wdfd_test *wdfd_device(struct kunit *test, WDF_SYNCHRONIZATION_SCOPE scope,
				     WDF_EXECUTION_LEVEL level)
{
	struct wdfd_test *wt = test->priv;
	WDF_OBJECT_ATTRIBUTES attributes = wdfd_attributes(NULL);

	attributes.SynchronizationScope = scope;
	attributes.ExecutionLevel = level;
	KUNIT_ASSERT_EQ(test, dpc_wdm_wdf_device_create(wt->kt.dev, &attributes, &wt->device),
			STATUS_SUCCESS);
	wdfd_context(wt->device)->wt = wt;
	return wt;
}

static void wdfd_note(struct wdfd_test *wt, WDFOBJECT object)
{
	if (atomic_inc_return(&wt->inside) != 1)
		atomic_inc(&wt->overlaps);
	/* Of two that overlap, any. */
	WRITE_ONCE(wt->given, object);
	WRITE_ONCE(wt->irql, KeGetCurrentIrql());
	if (wt->try)
		wt->try(wt);
	if (wt->gated)
		gate_pass(&wt->gate);
	if (wt->busy)
		ctx_busy_wait_us(WDFD_BUSY_US);
	atomic_dec(&wt->inside);
	atomic_inc(&wt->calls);
}

static VOID wdfd_evt_dpc(WDFDPC Dpc)
{
	wdfd_note(wdfd_context(Dpc)->wt, Dpc);
}

static VOID wdfd_evt_timer(WDFTIMER Timer)
{
	struct wdfd_test *wt = wdfd_context(Timer)->wt;

	wdfd_note(wt, Timer);
	if (wt->restart)
		WdfTimerStart(Timer, WDF_REL_TIMEOUT_IN_US(1));
}

static VOID wdfd_evt_work(WDFWORKITEM WorkItem)
{
	wdfd_note(wdfd_context(WorkItem)->wt, WorkItem);
}

static struct wdfd_test *wdfd_dpc(struct kunit *test)
{
	struct wdfd_test *wt = test->priv;
	WDF_OBJECT_ATTRIBUTES attributes = wdfd_attributes(wt->device);
	WDF_DPC_CONFIG config;

	WDF_DPC_CONFIG_INIT(&config, wdfd_evt_dpc);
	KUNIT_ASSERT_EQ(test, WdfDpcCreate(&config, &attributes, &wt->dpc), STATUS_SUCCESS);
	wdfd_context(wt->dpc)->wt = wt;
	return wt;
}

static struct wdfd_test *wdfd_plain_dpc(struct kunit *test)
{
	wdfd_device(test, WdfSynchronizationScopeNone, WdfExecutionLevelDispatch);
	return wdfd_dpc(test);
}

static struct wdfd_test *wdfd_timer(struct kunit *test, ULONG period, WDF_EXECUTION_LEVEL level)
{
	struct wdfd_test *wt = test->priv;
	WDF_OBJECT_ATTRIBUTES attributes = wdfd_attributes(wt->device);
	WDF_TIMER_CONFIG config;

	attributes.ExecutionLevel = level;
	WDF_TIMER_CONFIG_INIT_PERIODIC(&config, wdfd_evt_timer, period);
	KUNIT_ASSERT_EQ(test, WdfTimerCreate(&config, &attributes, &wt->timer), STATUS_SUCCESS);
	wdfd_context(wt->timer)->wt = wt;
	return wt;
}

static struct wdfd_test *wdfd_plain_timer(struct kunit *test, ULONG period)
{
	wdfd_device(test, WdfSynchronizationScopeNone, WdfExecutionLevelDispatch);
	return wdfd_timer(test, period, WdfExecutionLevelInheritFromParent);
}

static struct wdfd_test *wdfd_item(struct kunit *test)
{
	struct wdfd_test *wt = test->priv;
	WDF_OBJECT_ATTRIBUTES attributes = wdfd_attributes(wt->device);
	WDF_WORKITEM_CONFIG config;

	WDF_WORKITEM_CONFIG_INIT(&config, wdfd_evt_work);
	KUNIT_ASSERT_EQ(test, WdfWorkItemCreate(&config, &attributes, &wt->item), STATUS_SUCCESS);
	wdfd_context(wt->item)->wt = wt;
	return wt;
}

static struct wdfd_test *wdfd_plain_item(struct kunit *test)
{
	wdfd_device(test, WdfSynchronizationScopeNone, WdfExecutionLevelDispatch);
	return wdfd_item(test);
}

/* ---- DPCs --------------------------------------------------------------------------- */

static void wdfd_configs_have_the_documented_values(struct kunit *test)
{
	WDF_WORKITEM_CONFIG work;
	WDF_TIMER_CONFIG timer;
	WDF_DPC_CONFIG dpc;

	WDF_DPC_CONFIG_INIT(&dpc, wdfd_evt_dpc);
	KUNIT_EXPECT_EQ(test, dpc.Size, sizeof(dpc));
	KUNIT_EXPECT_EQ(test, dpc.AutomaticSerialization, TRUE);
	WDF_TIMER_CONFIG_INIT(&timer, wdfd_evt_timer);
	KUNIT_EXPECT_EQ(test, timer.Size, sizeof(timer));
	KUNIT_EXPECT_EQ(test, timer.Period, 0);
	KUNIT_EXPECT_EQ(test, timer.AutomaticSerialization, TRUE);
	WDF_WORKITEM_CONFIG_INIT(&work, wdfd_evt_work);
	KUNIT_EXPECT_EQ(test, work.Size, sizeof(work));
	KUNIT_EXPECT_EQ(test, work.AutomaticSerialization, TRUE);
	KUNIT_EXPECT_EQ(test, WDF_REL_TIMEOUT_IN_SEC(2), -20000000);
	KUNIT_EXPECT_EQ(test, WDF_REL_TIMEOUT_IN_MS(2), -20000);
	KUNIT_EXPECT_EQ(test, WDF_REL_TIMEOUT_IN_US(2), -20);
	KUNIT_EXPECT_EQ(test, WDF_ABS_TIMEOUT_IN_MS(2), 20000);
}

static void wdfd_create_refuses_what_is_wrong(struct kunit *test)
{
	struct wdfd_test *wt = test->priv;
	WDF_OBJECT_ATTRIBUTES attributes = wdfd_attributes(NULL);
	WDF_WORKITEM_CONFIG work;
	WDF_TIMER_CONFIG timer;
	WDF_DPC_CONFIG dpc;

	WDF_DPC_CONFIG_INIT(&dpc, wdfd_evt_dpc);
	WDF_TIMER_CONFIG_INIT(&timer, wdfd_evt_timer);
	WDF_WORKITEM_CONFIG_INIT(&work, wdfd_evt_work);
	KUNIT_EXPECT_EQ(test, WdfDpcCreate(&dpc, &attributes, &wt->dpc),
			STATUS_WDF_PARENT_NOT_SPECIFIED);
	KUNIT_EXPECT_EQ(test, WdfTimerCreate(&timer, &attributes, &wt->timer),
			STATUS_WDF_PARENT_NOT_SPECIFIED);
	KUNIT_EXPECT_EQ(test, WdfWorkItemCreate(&work, WDF_NO_OBJECT_ATTRIBUTES, &wt->item),
			STATUS_WDF_PARENT_NOT_SPECIFIED);
	wdfd_device(test, WdfSynchronizationScopeDevice, WdfExecutionLevelDispatch);
	attributes.ParentObject = wt->device;
	dpc.Size--;
	KUNIT_EXPECT_EQ(test, WdfDpcCreate(&dpc, &attributes, &wt->dpc),
			STATUS_INFO_LENGTH_MISMATCH);
	timer.EvtTimerFunc = NULL;
	KUNIT_EXPECT_EQ(test, WdfTimerCreate(&timer, &attributes, &wt->timer),
			STATUS_INVALID_PARAMETER);
	/* What may sleep has no lock in common with what may not (I3). */
	KUNIT_EXPECT_EQ(test, WdfWorkItemCreate(&work, &attributes, &wt->item),
			STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL);
	work.AutomaticSerialization = FALSE;
	KUNIT_EXPECT_EQ(test, WdfWorkItemCreate(&work, &attributes, &wt->item), STATUS_SUCCESS);
}

static void wdfd_dpc_is_called_at_dispatch_with_its_handle(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_dpc(test);

	KUNIT_EXPECT_EQ(test, WdfDpcEnqueue(wt->dpc), TRUE);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 1));
	KUNIT_EXPECT_PTR_EQ(test, wt->given, (WDFOBJECT)wt->dpc);
	KUNIT_EXPECT_EQ(test, wt->irql, DISPATCH_LEVEL);
	KUNIT_EXPECT_PTR_EQ(test, WdfDpcGetParentObject(wt->dpc), (WDFOBJECT)wt->device);
}

static void wdfd_dpc_queued_twice_is_called_once(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_dpc(test);
	BOOLEAN first, again, cancelled;
	KIRQL old;

	old = KeRaiseIrqlToDpcLevel();
	first = WdfDpcEnqueue(wt->dpc);
	again = WdfDpcEnqueue(wt->dpc);
	cancelled = WdfDpcCancel(wt->dpc, FALSE);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, first, TRUE);
	KUNIT_EXPECT_EQ(test, again, FALSE);
	KUNIT_EXPECT_EQ(test, cancelled, TRUE);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 0);
	KUNIT_EXPECT_EQ(test, WdfDpcCancel(wt->dpc, FALSE), FALSE);
	KUNIT_EXPECT_EQ(test, KeInsertQueueDpc(WdfDpcWdmGetDpc(wt->dpc), NULL, NULL), TRUE);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->calls, 1));
}

static void wdfd_enqueue(void *arg)
{
	struct wdfd_test *wt = arg;

	WdfDpcEnqueue(wt->dpc);
}

static void wdfd_cancel_and_wait(void *arg)
{
	struct wdfd_test *wt = arg;

	wt->answer = WdfDpcCancel(wt->dpc, TRUE);
}

static void wdfd_dpc_cancel_waits_for_the_callback(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_dpc(test);
	bool blocked;

	ctx_need_cpus(test, 2);
	wt->gated = true;
	wt->answer = 2;
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[0], ctx_cpu(1), wdfd_enqueue, wt));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&wt->gate, 1));
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[1], ctx_cpu(0), wdfd_cancel_and_wait,
					     wt));
	blocked = worker_wait_blocked(&wt->kt.worker[1]);
	gate_open(&wt->gate);
	KUNIT_EXPECT_TRUE(test, blocked);
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->kt.worker[1]));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 1);
	KUNIT_EXPECT_EQ(test, wt->answer, FALSE);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 0);
}

static void wdfd_try_cancel(struct wdfd_test *wt)
{
	wdfd_cancel_and_wait(wt);
}

static void wdfd_try_delete(struct wdfd_test *wt)
{
	WdfObjectDelete(wt->dpc);
}

static void wdfd_dpc_that_waits_for_itself_is_refused(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_dpc(test);

	wt->try = wdfd_try_cancel;
	WdfDpcEnqueue(wt->dpc);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 1));
	KUNIT_EXPECT_EQ(test, wt->answer, FALSE);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 1);
	wt->try = wdfd_try_delete;
	WdfDpcEnqueue(wt->dpc);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 2));
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 2);
	wt->try = NULL;
	KUNIT_EXPECT_EQ(test, WdfDpcEnqueue(wt->dpc), TRUE);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->calls, 3));
	WdfObjectDelete(wt->dpc);
}

static BOOLEAN wdfd_isr(WDFINTERRUPT Interrupt, ULONG MessageID)
{
	WdfDpcEnqueue(wdfd_context(WdfInterruptGetDevice(Interrupt))->wt->dpc);
	return TRUE;
}

/* It carries the interrupt's number, and the name is the driver's. */
static void wdfd_dpc_of_an_isr_is_named_with_the_interrupt(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_dpc(test);
	WDF_INTERRUPT_CONFIG config;

	wt->function = wdfd_evt_dpc;
	WDF_INTERRUPT_CONFIG_INIT(&config, wdfd_isr, NULL);
	KUNIT_ASSERT_EQ(test, WdfInterruptCreate(wt->device, &config, WDF_NO_OBJECT_ATTRIBUTES,
						 &wt->interrupt), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, dpc_wdm_interrupt_connect(wt->interrupt, wt->kt.irq, false, 0),
			STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&wt->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 1));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->events, 1));
	KUNIT_EXPECT_EQ(test, wt->irq, wt->kt.irq);
	KUNIT_EXPECT_EQ(test, wt->first, 1);
	dpc_wdm_interrupt_disconnect(wt->interrupt);
}

/* ---- Timers --------------------------------------------------------------------------- */

static void wdfd_timer_calls_back_at_dispatch(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_timer(test, 0);

	wt->function = wdfd_evt_timer;
	KUNIT_EXPECT_EQ(test, WdfTimerStart(wt->timer, WDF_REL_TIMEOUT_IN_MS(1)), FALSE);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 1));
	KUNIT_EXPECT_PTR_EQ(test, wt->given, (WDFOBJECT)wt->timer);
	KUNIT_EXPECT_EQ(test, wt->irql, DISPATCH_LEVEL);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->events, 1));
	KUNIT_EXPECT_PTR_EQ(test, WdfTimerGetParentObject(wt->timer), (WDFOBJECT)wt->device);
}

static void wdfd_timer_start_and_stop_say_whether_it_was_set(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_timer(test, 0);

	KUNIT_EXPECT_EQ(test, WdfTimerStart(wt->timer, WDF_REL_TIMEOUT_IN_SEC(1000)), FALSE);
	KUNIT_EXPECT_EQ(test, WdfTimerStart(wt->timer, WDF_REL_TIMEOUT_IN_SEC(1000)), TRUE);
	KUNIT_EXPECT_EQ(test, WdfTimerStop(wt->timer, FALSE), TRUE);
	KUNIT_EXPECT_EQ(test, WdfTimerStop(wt->timer, FALSE), FALSE);
	KUNIT_EXPECT_EQ(test, WdfTimerStart(wt->timer, WDF_REL_TIMEOUT_IN_SEC(1000)), FALSE);
	KUNIT_EXPECT_EQ(test, WdfTimerStop(wt->timer, TRUE), TRUE);
	KUNIT_EXPECT_EQ(test, WdfTimerStop(wt->timer, TRUE), FALSE);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 0);
}

static void wdfd_periodic_timer_goes_on_until_it_is_stopped(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_timer(test, 1);
	int calls;

	WdfTimerStart(wt->timer, WDF_REL_TIMEOUT_IN_MS(1));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->calls, 3));
	KUNIT_EXPECT_EQ(test, WdfTimerStop(wt->timer, TRUE), TRUE);
	calls = atomic_read(&wt->calls);
	KUNIT_EXPECT_EQ(test, WdfTimerStop(wt->timer, TRUE), FALSE);
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), calls);
}

/* A callback that starts its timer anew ends when somebody waits for its end. */
static void wdfd_timer_stop_meets_a_callback_that_restarts(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_timer(test, 0);
	int round, calls;

	wt->restart = true;
	for (round = 0; round < WDFD_ROUNDS; round++) {
		calls = atomic_read(&wt->calls);
		WdfTimerStart(wt->timer, 0);
		KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, calls + 2));
		WdfTimerStop(wt->timer, TRUE);
		calls = atomic_read(&wt->calls);
		KUNIT_ASSERT_EQ(test, atomic_read(&wt->inside), 0);
		KUNIT_ASSERT_EQ(test, WdfTimerStop(wt->timer, FALSE), FALSE);
		ctx_busy_wait_us(50);
		KUNIT_ASSERT_EQ(test, atomic_read(&wt->calls), calls);
	}
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 0);
}

/* As WdfTimerStart() does when it has looked for a stop just before there was one. */
static void wdfd_try_late_start(struct wdfd_test *wt)
{
	rec_spin_until(atomic_read(&wt->timer->stopping));
	ctx_busy_wait_us(WDFD_LATE_US);
	dpc_timer_set(&wt->timer->timer, 1000 * NSEC_PER_SEC, 0, 0, &wt->timer->dpc);
}

static void wdfd_start_at_once(void *arg)
{
	struct wdfd_test *wt = arg;

	WdfTimerStart(wt->timer, 0);
}

static void wdfd_timer_stop_ends_a_start_that_came_just_before(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_timer(test, 0);

	ctx_need_cpus(test, 2);
	wt->try = wdfd_try_late_start;
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[0], ctx_cpu(1), wdfd_start_at_once,
					     wt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->inside, 1));
	WdfTimerStop(wt->timer, TRUE);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 1);
	KUNIT_EXPECT_EQ(test, WdfTimerStop(wt->timer, FALSE), FALSE);
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->kt.worker[0]));
}

static void wdfd_try_stop(struct wdfd_test *wt)
{
	wt->answer = WdfTimerStop(wt->timer, TRUE);
}

static void wdfd_stop_and_wait(void *arg)
{
	wdfd_try_stop(arg);
}

static void wdfd_timer_that_waits_for_itself_is_refused(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_timer(test, 0);

	wt->try = wdfd_try_stop;
	WdfTimerStart(wt->timer, 0);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 1));
	KUNIT_EXPECT_EQ(test, wt->answer, FALSE);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 1);
	/* At DISPATCH it stays as it was. */
	WdfTimerStart(wt->timer, WDF_REL_TIMEOUT_IN_SEC(1000));
	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_BH_OFF, wdfd_stop_and_wait, wt));
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 2);
	KUNIT_EXPECT_EQ(test, WdfTimerStop(wt->timer, TRUE), TRUE);
}

static void wdfd_passive_timer_calls_back_in_a_thread(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_device(test, WdfSynchronizationScopeNone,
					   WdfExecutionLevelDispatch);

	wdfd_timer(test, 0, WdfExecutionLevelPassive);
	wt->irql = HIGH_LEVEL;
	WdfTimerStart(wt->timer, 0);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 1));
	KUNIT_EXPECT_EQ(test, wt->irql, PASSIVE_LEVEL);
	wt->try = wdfd_try_stop;
	WdfTimerStart(wt->timer, 0);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 2));
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 1);
	wt->try = NULL;
	WdfTimerStart(wt->timer, 0);
	WdfTimerStop(wt->timer, TRUE);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 3);
}

/* ---- Work items ------------------------------------------------------------------------ */

static void wdfd_work_item_runs_at_passive_with_its_handle(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_item(test);

	wt->irql = HIGH_LEVEL;
	WdfWorkItemEnqueue(wt->item);
	WdfWorkItemFlush(wt->item);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 1);
	KUNIT_EXPECT_PTR_EQ(test, wt->given, (WDFOBJECT)wt->item);
	KUNIT_EXPECT_EQ(test, wt->irql, PASSIVE_LEVEL);
	KUNIT_EXPECT_PTR_EQ(test, WdfWorkItemGetParentObject(wt->item), (WDFOBJECT)wt->device);
}

/* The callback stands at the gate, so the second one stays queued; the third is ignored. */
static void wdfd_work_item_queued_twice_runs_once(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_item(test);

	ctx_need_cpus(test, 2);
	wt->gated = true;
	ctx_pin(ctx_cpu(1));
	WdfWorkItemEnqueue(wt->item);
	ctx_pin(ctx_cpu(0));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&wt->gate, 1));
	WdfWorkItemEnqueue(wt->item);
	WdfWorkItemEnqueue(wt->item);
	gate_open(&wt->gate);
	WdfWorkItemFlush(wt->item);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 2);
	KUNIT_EXPECT_EQ(test, refcount_read(&wt->item->object.refs), 1);
}

static void wdfd_try_flush(struct wdfd_test *wt)
{
	WdfWorkItemFlush(wt->item);
}

static void wdfd_enqueue_item(void *arg)
{
	struct wdfd_test *wt = arg;

	WdfWorkItemEnqueue(wt->item);
}

static void wdfd_work_item_misuse_is_refused(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_item(test);

	wt->try = wdfd_try_flush;
	WdfWorkItemEnqueue(wt->item);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 1));
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 1);
	wt->try = NULL;
	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_HARDIRQ, wdfd_enqueue_item, wt));
	WdfWorkItemFlush(wt->item);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 1);
	KUNIT_EXPECT_EQ(test, refcount_read(&wt->item->object.refs), 1);
}

static void wdfd_try_requeue_and_delete(struct wdfd_test *wt)
{
	WdfWorkItemEnqueue(wt->item);
	WdfObjectDelete(wt->item);
}

/* And a call that was asked for before does not come. */
static void wdfd_work_item_may_delete_itself(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_item(test);

	wt->try = wdfd_try_requeue_and_delete;
	WdfObjectReference(wt->item);
	WdfWorkItemEnqueue(wt->item);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 1));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(refcount_read(&wt->item->object.refs) == 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 1);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 0);
	WdfObjectDereference(wt->item);
}

/* ---- Deletion ------------------------------------------------------------------------- */

/* The device's deletion is under way on another CPU: nothing is to be queued any more. */
static bool wdfd_wait_for_deletion(struct wdfd_test *wt)
{
	return rec_spin_until(dpc_wdf_object_stops(&wt->device->object));
}

static void wdfd_delete_device(void *arg)
{
	struct wdfd_test *wt = arg;

	WdfObjectDelete(wt->device);
	wt->answer = atomic_read(&wt->inside);
}

/* Also behind WdfDpcEnqueue()'s back, with a DPC that waits for a tick of another CPU. */
static void wdfd_try_enqueue_late(struct wdfd_test *wt)
{
	wt->try = NULL;		/* the DPC's callback may come, too */
	if (!wdfd_wait_for_deletion(wt))
		return;
	wt->answer = WdfDpcEnqueue(wt->dpc);
	WdfWorkItemEnqueue(wt->item);
	KeInsertQueueDpc(WdfDpcWdmGetDpc(wt->dpc), NULL, NULL);
	atomic_inc(&wt->met);
}

static VOID wdfd_cleanup_of_the_dpc(WDFOBJECT Object)
{
	struct wdfd_test *wt = wdfd_context(Object)->wt;

	if (dpc_cancel(WdfDpcWdmGetDpc(wt->dpc)))
		atomic_inc(&wt->overlaps);
}

static void wdfd_late_objects(struct kunit *test)
{
	struct wdfd_test *wt = test->priv;
	WDF_OBJECT_ATTRIBUTES attributes = wdfd_attributes(wt->device);
	WDF_DPC_CONFIG config;

	attributes.EvtCleanupCallback = wdfd_cleanup_of_the_dpc;
	WDF_DPC_CONFIG_INIT(&config, wdfd_evt_dpc);
	KUNIT_ASSERT_EQ(test, WdfDpcCreate(&config, &attributes, &wt->dpc), STATUS_SUCCESS);
	wdfd_context(wt->dpc)->wt = wt;
	KeSetImportanceDpc(WdfDpcWdmGetDpc(wt->dpc), LowImportance);
	KeSetTargetProcessorDpc(WdfDpcWdmGetDpc(wt->dpc), ctx_cpu(0));
	wdfd_item(test);
}

static void wdfd_start_timer(void *arg)
{
	struct wdfd_test *wt = arg;

	WdfTimerStart(wt->timer, 0);
}

/* The timer is older than what its callback asks for, so it is stopped after them. */
static void wdfd_deletion_meets_a_callback_that_enqueues(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_plain_timer(test, 0);

	ctx_need_cpus(test, 2);
	wdfd_late_objects(test);
	WdfObjectReference(wt->item);
	wt->answer = TRUE;
	wt->try = wdfd_try_enqueue_late;
	ctx_pin(ctx_cpu(0));
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[0], ctx_cpu(1), wdfd_start_timer,
					     wt));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(atomic_read(&wt->inside)));
	WdfObjectDelete(wt->device);
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->kt.worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->met), 1);
	KUNIT_EXPECT_EQ(test, wt->answer, FALSE);
	KUNIT_EXPECT_PTR_NE(test, wt->given, (WDFOBJECT)wt->item);
	KUNIT_EXPECT_EQ(test, refcount_read(&wt->item->object.refs), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->overlaps), 0);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 0);
	WdfObjectDereference(wt->item);
}

static VOID wdfd_slow_cleanup(WDFOBJECT Object)
{
	struct wdfd_test *wt = wdfd_context(Object)->wt;

	if (wdfd_wait_for_deletion(wt))
		atomic_inc(&wt->met);
	ctx_busy_wait_us(WDFD_LATE_US);
}

static void wdfd_try_delete_item(struct wdfd_test *wt)
{
	WdfObjectDelete(wt->item);
}

/* It is deleted once, by itself, and the device's deletion waits for its callback. */
static void wdfd_deletion_meets_a_work_item_that_deletes_itself(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_device(test, WdfSynchronizationScopeDevice,
					   WdfExecutionLevelPassive);
	WDF_OBJECT_ATTRIBUTES attributes = wdfd_attributes(wt->device);
	WDF_WORKITEM_CONFIG config;

	ctx_need_cpus(test, 2);
	attributes.EvtCleanupCallback = wdfd_slow_cleanup;
	WDF_WORKITEM_CONFIG_INIT(&config, wdfd_evt_work);
	KUNIT_ASSERT_EQ(test, WdfWorkItemCreate(&config, &attributes, &wt->item), STATUS_SUCCESS);
	wdfd_context(wt->item)->wt = wt;
	WdfObjectReference(wt->item);
	wt->try = wdfd_try_delete_item;
	ctx_pin(ctx_cpu(0));
	WdfWorkItemEnqueue(wt->item);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(dpc_wdf_object_stops(&wt->item->object)));
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[0], ctx_cpu(1), wdfd_delete_device,
					     wt));
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->kt.worker[0]));
	KUNIT_EXPECT_EQ(test, wt->answer, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->calls), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->met), 1);
	KUNIT_EXPECT_EQ(test, refcount_read(&wt->item->object.refs), 1);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 0);
	WdfObjectDereference(wt->item);
}

static void wdfd_try_create(struct wdfd_test *wt)
{
	WDF_OBJECT_ATTRIBUTES attributes = wdfd_attributes(wt->device);
	WDFOBJECT object;

	wt->status = WdfObjectCreate(&attributes, &object);
}

static VOID wdfd_create_below(WDFOBJECT Object)
{
	wdfd_try_create(wdfd_context(Object)->wt);
}

static void wdfd_nothing_is_made_below_what_is_being_deleted(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_device(test, WdfSynchronizationScopeNone,
					   WdfExecutionLevelDispatch);
	WDF_OBJECT_ATTRIBUTES attributes = wdfd_attributes(wt->device);
	WDFOBJECT child;

	attributes.EvtCleanupCallback = wdfd_create_below;
	KUNIT_ASSERT_EQ(test, WdfObjectCreate(&attributes, &child), STATUS_SUCCESS);
	wdfd_context(child)->wt = wt;
	wdfd_try_create(wt);
	KUNIT_EXPECT_EQ(test, wt->status, STATUS_SUCCESS);
	WdfObjectDelete(wt->device);
	KUNIT_EXPECT_EQ(test, wt->status, STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 0);
}

/* ---- Automatic serialisation --------------------------------------------------------- */

static void wdfd_hit(void *arg)
{
	struct wdfd_test *wt = arg;

	WdfDpcEnqueue(wt->dpc);
}

/* A DPC on each CPU, and a timer: without the lock they do meet. */
static void wdfd_meet(struct kunit *test, WDF_SYNCHRONIZATION_SCOPE scope, bool until_met)
{
	struct wdfd_test *wt = wdfd_device(test, scope, WdfExecutionLevelDispatch);
	unsigned long round;

	wdfd_dpc(test);
	wdfd_timer(test, 0, WdfExecutionLevelInheritFromParent);
	wt->restart = true;
	wt->busy = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&wt->kt.storm, wdfd_hit, wt));
	WdfTimerStart(wt->timer, 0);
	for_rounds_until_met(round, 0, WDFD_ROUNDS, !until_met || atomic_read(&wt->overlaps)) {
		int calls = atomic_read(&wt->calls);

		if (!kdev_wait(&wt->calls, calls + 2))
			break;
	}
	KUNIT_EXPECT_GE(test, round, WDFD_ROUNDS);
	KUNIT_EXPECT_TRUE(test, storm_stop(&wt->kt.storm));
	WdfTimerStop(wt->timer, TRUE);
	WdfDpcCancel(wt->dpc, TRUE);
}

static void wdfd_serialised_dpc_and_timer_never_meet(struct kunit *test)
{
	struct wdfd_test *wt = test->priv;

	ctx_need_cpus(test, 2);
	wdfd_meet(test, WdfSynchronizationScopeDevice, false);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->overlaps), 0);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 0);
}

static void wdfd_without_a_scope_they_meet(struct kunit *test)
{
	struct wdfd_test *wt = test->priv;

	ctx_need_cpus(test, 2);
	wdfd_meet(test, WdfSynchronizationScopeNone, true);
	KUNIT_EXPECT_GT(test, atomic_read(&wt->overlaps), 0);
}

static void wdfd_try_wait_for_sibling(struct wdfd_test *wt)
{
	wt->answer = WdfTimerStop(wt->timer, TRUE);
}

/* Below a passive device: a work item that waits for a timer that waits for its lock. */
static void wdfd_serialised_callback_that_waits_for_another_is_refused(struct kunit *test)
{
	struct wdfd_test *wt = wdfd_device(test, WdfSynchronizationScopeDevice,
					   WdfExecutionLevelPassive);

	wdfd_item(test);
	wdfd_timer(test, 0, WdfExecutionLevelInheritFromParent);
	WdfTimerStart(wt->timer, 0);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 1));
	wt->try = wdfd_try_wait_for_sibling;
	WdfWorkItemEnqueue(wt->item);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->calls, 2));
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 1);
	KUNIT_EXPECT_EQ(test, WdfTimerStop(wt->timer, TRUE), FALSE);
	KUNIT_EXPECT_EQ(test, wdfd_reports(wt), 1);
}

static struct kunit_case wdfd_cases[] = {
	KUNIT_CASE(wdfd_configs_have_the_documented_values), /* T1 */
	KUNIT_CASE(wdfd_create_refuses_what_is_wrong), /* I3 */
	KUNIT_CASE(wdfd_dpc_is_called_at_dispatch_with_its_handle), /* Q2 */
	KUNIT_CASE(wdfd_dpc_queued_twice_is_called_once), /* Q2 Q7 */
	KUNIT_CASE(wdfd_dpc_cancel_waits_for_the_callback), /* Q7 Q8 */
	KUNIT_CASE(wdfd_dpc_that_waits_for_itself_is_refused), /* Q8 */
	KUNIT_CASE(wdfd_dpc_of_an_isr_is_named_with_the_interrupt), /* M3 M5 */
	KUNIT_CASE(wdfd_timer_calls_back_at_dispatch), /* T2 M5 */
	KUNIT_CASE(wdfd_timer_start_and_stop_say_whether_it_was_set), /* T1 T3 */
	KUNIT_CASE(wdfd_periodic_timer_goes_on_until_it_is_stopped), /* T2 T3 */
	KUNIT_CASE(wdfd_timer_stop_meets_a_callback_that_restarts), /* T3 */
	KUNIT_CASE(wdfd_timer_stop_ends_a_start_that_came_just_before), /* T3 */
	KUNIT_CASE(wdfd_timer_that_waits_for_itself_is_refused), /* T3 Q8 */
	KUNIT_CASE(wdfd_passive_timer_calls_back_in_a_thread), /* T2 */
	KUNIT_CASE(wdfd_work_item_runs_at_passive_with_its_handle), /* W1 */
	KUNIT_CASE(wdfd_work_item_queued_twice_runs_once), /* W2 */
	KUNIT_CASE(wdfd_work_item_misuse_is_refused), /* W4 Q8 */
	KUNIT_CASE(wdfd_work_item_may_delete_itself), /* W1 */
	KUNIT_CASE(wdfd_deletion_meets_a_callback_that_enqueues), /* I6 Q8 */
	KUNIT_CASE(wdfd_deletion_meets_a_work_item_that_deletes_itself), /* W1 I6 */
	KUNIT_CASE(wdfd_nothing_is_made_below_what_is_being_deleted),
	KUNIT_CASE(wdfd_serialised_dpc_and_timer_never_meet), /* I3 */
	KUNIT_CASE(wdfd_without_a_scope_they_meet), /* I3 */
	KUNIT_CASE(wdfd_serialised_callback_that_waits_for_another_is_refused), /* I3 Q8 */
	{ }
};

static struct kunit_suite wdfd_suite = {
	.name = "dpc_wdf_dpc",
	.init = wdfd_init,
	.exit = wdfd_exit,
	.test_cases = wdfd_cases,
};

kunit_test_suites(&wdfd_suite);

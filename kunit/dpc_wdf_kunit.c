// SPDX-License-Identifier: GPL-2.0-only
/*
 * KMDF's names: objects and contexts, locks (S2), interrupts that share a lock (S1),
 * automatic serialisation (I3).  The calls of interrupts that need none of these are in
 * dpc_wdm_kunit.c.
 */
#include "fixture.h"
#include "kdev.h"

#include <linux/dpc_wdm.h>
#include <linux/irqdesc.h>
#include <trace/events/printk.h>

#define WDF_HOLD_US	2000
#define WDF_MEETINGS	200

/* An interrupt of the test: its line, and what its ISR sees. */
struct wdf_line {
	int			irq;
	WDFINTERRUPT		interrupt;
	atomic_t		isrs;
};

struct wdf_test {
	struct kdev_test	kt;		/* first: what test->priv points to */
	WDFDEVICE		device;
	struct wdf_line		line[2];	/* the first one is kt's */
	WDFSPINLOCK		spin;
	WDFWAITLOCK		wait;
	WDFOBJECT		object;
	u64			violations;
	int			order[8];	/* in which callbacks of objects came */
	atomic_t		ordered;
	atomic_t		inside;		/* of what is to exclude each other */
	atomic_t		overlaps;
	atomic_t		hits;		/* of line 1, before the handler */
	atomic_t		handled;	/* and after it */
	atomic_t		dpcs;
	atomic_t		works;
	bool			relock;		/* the DPC takes the callback lock again */
	bool			busy;		/* the ISR takes its time */
	NTSTATUS		status;
	KIRQL			irql;
	bool			named;		/* in the log */
	bool			result;
};

/* Contexts of two types, one of them of objects that note their end. */
typedef struct {
	struct wdf_test	*wt;
	int		number;
	u8		rest[100];
} WDF_TEST_CONTEXT;

typedef struct {
	int		number;
} WDF_TEST_OTHER;

WDF_DECLARE_CONTEXT_TYPE(WDF_TEST_CONTEXT)
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(WDF_TEST_OTHER, wdf_other)

static struct wdf_test *wdf_of(WDFOBJECT object)
{
	return WdfObjectGet_WDF_TEST_CONTEXT(object)->wt;
}

static u64 wdf_reports(struct wdf_test *wt)
{
	return dpc_violations() - wt->violations;
}

static void wdf_order(struct wdf_test *wt, int number)
{
	int at = atomic_fetch_inc(&wt->ordered);

	if (at < ARRAY_SIZE(wt->order))
		wt->order[at] = number;
}

static VOID wdf_cleanup(WDFOBJECT object)
{
	wdf_order(wdf_of(object), WdfObjectGet_WDF_TEST_CONTEXT(object)->number);
}

static VOID wdf_destroy(WDFOBJECT object)
{
	wdf_order(wdf_of(object), -WdfObjectGet_WDF_TEST_CONTEXT(object)->number);
}

static WDF_OBJECT_ATTRIBUTES wdf_attributes(WDFOBJECT parent)
{
	WDF_OBJECT_ATTRIBUTES attributes;

	WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, WDF_TEST_CONTEXT);
	attributes.ParentObject = parent;
	return attributes;
}

static NTSTATUS wdf_device(struct wdf_test *wt, WDF_SYNCHRONIZATION_SCOPE scope,
			   WDF_EXECUTION_LEVEL level)
{
	WDF_OBJECT_ATTRIBUTES attributes = wdf_attributes(NULL);
	NTSTATUS status;

	attributes.SynchronizationScope = scope;
	attributes.ExecutionLevel = level;
	status = dpc_wdm_wdf_device_create(wt->kt.dev, &attributes, &wt->device);
	if (NT_SUCCESS(status))
		WdfObjectGet_WDF_TEST_CONTEXT(wt->device)->wt = wt;
	return status;
}

static void wdf_log_probe(void *data, const char *text, size_t len)
{
	struct wdf_test *wt = data;

	if (strnstr(text, "wdf_wrong_release", len))
		WRITE_ONCE(wt->named, true);
}

static int wdf_init(struct kunit *test)
{
	struct wdf_test *wt = kunit_kzalloc(test, sizeof(*wt), GFP_KERNEL);
	int err;

	if (!wt)
		return -ENOMEM;
	err = kdev_setup(test, &wt->kt);
	if (err)
		return err;
	wt->line[0].irq = wt->kt.irq;
	wt->violations = dpc_violations();
	return register_trace_console(wdf_log_probe, wt);
}

static void wdf_exit(struct kunit *test)
{
	struct wdf_test *wt = test->priv;
	int i;

	if (!wt)
		return;
	unregister_trace_console(wdf_log_probe, wt);
	tracepoint_synchronize_unregister();
	KUNIT_EXPECT_TRUE(test, storm_stop(&wt->kt.storm));
	for (i = 0; i < ARRAY_SIZE(wt->line); i++)
		if (wt->line[i].interrupt)
			dpc_wdm_interrupt_disconnect(wt->line[i].interrupt);
	if (wt->spin)
		WdfObjectDelete(wt->spin);
	if (wt->wait)
		WdfObjectDelete(wt->wait);
	if (wt->line[1].irq)
		irq_free_desc(wt->line[1].irq);
	/* The device is deleted when kt's is unregistered. */
	kdev_exit(test);
}

/* ---- Objects and contexts ----------------------------------------------------------- */

static void wdf_attributes_init_sets_the_documented_values(struct kunit *test)
{
	WDF_OBJECT_ATTRIBUTES attributes;

	memset(&attributes, 0xa5, sizeof(attributes));
	WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
	KUNIT_EXPECT_EQ(test, attributes.Size, sizeof(attributes));
	KUNIT_EXPECT_EQ(test, attributes.ExecutionLevel, WdfExecutionLevelInheritFromParent);
	KUNIT_EXPECT_EQ(test, attributes.SynchronizationScope,
			WdfSynchronizationScopeInheritFromParent);
	KUNIT_EXPECT_NULL(test, attributes.ParentObject);
	KUNIT_EXPECT_NULL(test, attributes.ContextTypeInfo);
	WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(&attributes, WDF_TEST_OTHER);
	KUNIT_EXPECT_STREQ(test, attributes.ContextTypeInfo->ContextName, "WDF_TEST_OTHER");
}

/* Each kind of handle has a context of its own, zeroed, and leads back to the object. */
static void wdf_expect_context(struct kunit *test, WDFOBJECT object, int number)
{
	WDF_TEST_CONTEXT *context = WdfObjectGet_WDF_TEST_CONTEXT(object);

	KUNIT_ASSERT_NOT_NULL(test, context);
	KUNIT_EXPECT_NULL(test, memchr_inv(context->rest, 0, sizeof(context->rest)));
	KUNIT_EXPECT_EQ(test, context->number, 0);
	context->number = number;
	context->wt = test->priv;
	KUNIT_EXPECT_PTR_EQ(test, WdfObjectContextGetObject(context), object);
	KUNIT_EXPECT_NULL(test, wdf_other(object));
	KUNIT_EXPECT_PTR_EQ(test, WdfObjectGetTypedContext(object, WDF_TEST_CONTEXT), context);
}

static BOOLEAN wdf_isr(WDFINTERRUPT interrupt, ULONG message);
static VOID wdf_dpc(WDFINTERRUPT interrupt, WDFOBJECT object);
static VOID wdf_work(WDFINTERRUPT interrupt, WDFOBJECT object);

static NTSTATUS wdf_interrupt(struct wdf_test *wt, int line, WDF_INTERRUPT_CONFIG *config)
{
	WDF_OBJECT_ATTRIBUTES attributes = wdf_attributes(NULL);
	WDFINTERRUPT interrupt;
	NTSTATUS status;

	status = WdfInterruptCreate(wt->device, config, &attributes, &interrupt);
	if (!NT_SUCCESS(status))
		return status;
	wt->line[line].interrupt = interrupt;
	WdfObjectGet_WDF_TEST_CONTEXT(interrupt)->wt = wt;
	WdfObjectGet_WDF_TEST_CONTEXT(interrupt)->number = line;
	return status;
}

static struct wdf_test *wdf_with_device(struct kunit *test)
{
	struct wdf_test *wt = test->priv;

	KUNIT_ASSERT_EQ(test, wdf_device(wt, WdfSynchronizationScopeInheritFromParent,
					 WdfExecutionLevelInheritFromParent), STATUS_SUCCESS);
	return wt;
}

static VOID wdf_never_dpc(WDFDPC dpc)
{
}

static VOID wdf_never_timer(WDFTIMER timer)
{
}

static VOID wdf_never_work(WDFWORKITEM item)
{
}

static void wdf_context_of_every_kind_of_object(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_device(test);
	WDF_OBJECT_ATTRIBUTES attributes = wdf_attributes(wt->device);
	WDF_INTERRUPT_CONFIG config;
	WDFINTERRUPT interrupt;
	WDF_WORKITEM_CONFIG of_item;
	WDF_TIMER_CONFIG of_timer;
	WDF_DPC_CONFIG of_dpc;
	WDFSPINLOCK spin;
	WDFWAITLOCK wait;
	WDFWORKITEM item;
	WDFOBJECT object;
	WDFTIMER timer;
	WDFDPC dpc;

	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	WDF_DPC_CONFIG_INIT(&of_dpc, wdf_never_dpc);
	WDF_TIMER_CONFIG_INIT(&of_timer, wdf_never_timer);
	WDF_WORKITEM_CONFIG_INIT(&of_item, wdf_never_work);
	KUNIT_ASSERT_EQ(test, WdfInterruptCreate(wt->device, &config, &attributes, &interrupt),
			STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, WdfDpcCreate(&of_dpc, &attributes, &dpc), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, WdfTimerCreate(&of_timer, &attributes, &timer), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, WdfWorkItemCreate(&of_item, &attributes, &item), STATUS_SUCCESS);
	wdf_expect_context(test, dpc, 5);
	wdf_expect_context(test, timer, 6);
	wdf_expect_context(test, item, 7);
	KUNIT_ASSERT_EQ(test, WdfSpinLockCreate(&attributes, &spin), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, WdfWaitLockCreate(&attributes, &wait), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, WdfObjectCreate(&attributes, &object), STATUS_SUCCESS);
	wdf_expect_context(test, interrupt, 1);
	wdf_expect_context(test, spin, 2);
	wdf_expect_context(test, wait, 3);
	wdf_expect_context(test, object, 4);
	KUNIT_EXPECT_EQ(test, WdfObjectGet_WDF_TEST_CONTEXT(interrupt)->number, 1);
	KUNIT_EXPECT_EQ(test, WdfObjectGet_WDF_TEST_CONTEXT(spin)->number, 2);
}

static void wdf_object_has_a_context_of_each_type_once(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_device(test);
	WDF_OBJECT_ATTRIBUTES attributes;
	PVOID first = NULL, second = NULL;

	WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, WDF_TEST_OTHER);
	KUNIT_EXPECT_NULL(test, wdf_other(wt->device));
	KUNIT_ASSERT_EQ(test, WdfObjectAllocateContext(wt->device, &attributes, &first),
			STATUS_SUCCESS);
	KUNIT_EXPECT_PTR_EQ(test, (PVOID)wdf_other(wt->device), first);
	KUNIT_EXPECT_EQ(test, WdfObjectAllocateContext(wt->device, &attributes, &second),
			STATUS_OBJECT_NAME_EXISTS);
	KUNIT_EXPECT_PTR_EQ(test, second, first);
	KUNIT_EXPECT_PTR_EQ(test, wdf_of(wt->device), wt);
	attributes.Size--;
	KUNIT_EXPECT_EQ(test, WdfObjectAllocateContext(wt->device, &attributes, &second),
			STATUS_INFO_LENGTH_MISMATCH);
}

/* An object that notes its end: its number at cleanup, less than 0 when destroyed. */
static WDFOBJECT wdf_noting(struct kunit *test, WDFOBJECT parent, int number)
{
	WDF_OBJECT_ATTRIBUTES attributes = wdf_attributes(parent);
	WDFOBJECT object;

	attributes.EvtCleanupCallback = wdf_cleanup;
	attributes.EvtDestroyCallback = wdf_destroy;
	KUNIT_ASSERT_EQ(test, WdfObjectCreate(&attributes, &object), STATUS_SUCCESS);
	WdfObjectGet_WDF_TEST_CONTEXT(object)->wt = test->priv;
	WdfObjectGet_WDF_TEST_CONTEXT(object)->number = number;
	return object;
}

/*
 *	1 - 2 - 3	made in this order, so: 4, 3, 2, 1
 *	  \ 4
 */
static void wdf_delete_goes_from_children_to_parent(struct kunit *test)
{
	static const int order[] = { 4, 3, 2, 1, -4, -3, -2, -1 };
	struct wdf_test *wt = test->priv;
	WDFOBJECT first = wdf_noting(test, NULL, 1);
	WDFOBJECT second = wdf_noting(test, first, 2);

	wdf_noting(test, second, 3);
	wdf_noting(test, first, 4);
	WdfObjectDelete(first);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->ordered), ARRAY_SIZE(order));
	KUNIT_EXPECT_EQ(test, memcmp(wt->order, order, sizeof(order)), 0);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 0);
}

/* Only the branch that it is in. */
static void wdf_delete_of_a_child_leaves_the_others(struct kunit *test)
{
	static const int order[] = { 2, -2 };
	struct wdf_test *wt = test->priv;
	WDFOBJECT first = wdf_noting(test, NULL, 1);
	WDFOBJECT second = wdf_noting(test, first, 2);

	wdf_noting(test, first, 3);
	WdfObjectDelete(second);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->ordered), 2);
	KUNIT_EXPECT_EQ(test, memcmp(wt->order, order, sizeof(order)), 0);
	WdfObjectDelete(first);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->ordered), 6);
}

static void wdf_reference_keeps_an_object_that_was_deleted(struct kunit *test)
{
	struct wdf_test *wt = test->priv;
	WDFOBJECT object = wdf_noting(test, NULL, 5);

	WdfObjectReference(object);
	WdfObjectDelete(object);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->ordered), 1);
	KUNIT_EXPECT_EQ(test, WdfObjectGet_WDF_TEST_CONTEXT(object)->number, 5);
	WdfObjectDelete(object);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->ordered), 1);
	WdfObjectDereference(object);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->ordered), 2);
	KUNIT_EXPECT_EQ(test, wt->order[1], -5);
}

static void wdf_delete_interrupt(void *arg)
{
	struct wdf_test *wt = arg;

	WdfObjectDelete(wt->line[0].interrupt);
}

static void wdf_delete_where_it_cannot_wait_is_refused(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_device(test);
	WDF_INTERRUPT_CONFIG config;

	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	KUNIT_ASSERT_EQ(test, wdf_interrupt(wt, 0, &config), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, dpc_wdm_interrupt_connect(wt->line[0].interrupt, wt->kt.irq, false,
							0), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_BH_OFF, wdf_delete_interrupt, wt));
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 1);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&wt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->dpcs, 1));
	/* In a thread it is disconnected and deleted. */
	WdfObjectDelete(wt->line[0].interrupt);
	wt->line[0].interrupt = NULL;
	KUNIT_ASSERT_TRUE(test, kdev_fire(&wt->kt));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->dpcs), 1);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 1);
}

static void wdf_unbound_device_is_deleted(struct kunit *test)
{
	struct wdf_test *wt = test->priv;
	struct device *dev = __root_device_register("dpc_kunit_wdf", NULL);
	WDF_OBJECT_ATTRIBUTES attributes = wdf_attributes(NULL);
	WDFDEVICE device;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	attributes.EvtCleanupCallback = wdf_cleanup;
	if (NT_SUCCESS(dpc_wdm_wdf_device_create(dev, &attributes, &device))) {
		WdfObjectGet_WDF_TEST_CONTEXT(device)->wt = wt;
		WdfObjectGet_WDF_TEST_CONTEXT(device)->number = 1;
		wdf_noting(test, device, 2);
	}
	root_device_unregister(dev);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->ordered), 3);
	KUNIT_EXPECT_EQ(test, wt->order[0], 2);
	KUNIT_EXPECT_EQ(test, wt->order[1], 1);
	KUNIT_EXPECT_EQ(test, wt->order[2], -2);
}

/* ---- Locks -------------------------------------------------------------------------- */

static struct wdf_test *wdf_with_spin_lock(struct kunit *test)
{
	struct wdf_test *wt = test->priv;

	KUNIT_ASSERT_EQ(test, WdfSpinLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &wt->spin),
			STATUS_SUCCESS);
	return wt;
}

static void wdf_spin_lock_raises_and_restores(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_spin_lock(test);
	KIRQL under, nested, after;
	KIRQL old;

	WdfSpinLockAcquire(wt->spin);
	under = KeGetCurrentIrql();
	WdfSpinLockRelease(wt->spin);
	KUNIT_EXPECT_EQ(test, under, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);

	old = KeRaiseIrqlToDpcLevel();
	WdfSpinLockAcquire(wt->spin);
	nested = KeGetCurrentIrql();
	WdfSpinLockRelease(wt->spin);
	after = KeGetCurrentIrql();
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, nested, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, after, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 0);
}

static void wdf_enter(struct wdf_test *wt)
{
	if (atomic_inc_return(&wt->inside) != 1)
		atomic_inc(&wt->overlaps);
}

static void wdf_leave(struct wdf_test *wt)
{
	atomic_dec(&wt->inside);
}

static void wdf_lock_rounds(void *arg)
{
	struct wdf_test *wt = arg;
	int i;

	for (i = 0; i < 10 * WDF_MEETINGS; i++) {
		WdfSpinLockAcquire(wt->spin);
		wdf_enter(wt);
		wdf_leave(wt);
		WdfSpinLockRelease(wt->spin);
	}
}

static void wdf_spin_lock_excludes_other_cpus(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_spin_lock(test);

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[0], ctx_cpu(1), wdf_lock_rounds, wt));
	wdf_lock_rounds(wt);
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->kt.worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->overlaps), 0);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 0);
}

static void wdf_lock_once(void *arg)
{
	struct wdf_test *wt = arg;

	WdfSpinLockAcquire(wt->spin);
	WdfSpinLockRelease(wt->spin);
}

static void wdf_spin_lock_above_dispatch_is_reported(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_spin_lock(test);

	if (IS_ENABLED(CONFIG_PREEMPT_RT) || IS_ENABLED(CONFIG_PROVE_LOCKING))
		kunit_skip(test, "the lock sleeps on PREEMPT_RT, and lockdep reports it itself");
	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_HARDIRQ, wdf_lock_once, wt));
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 1);
}

static void wdf_spin_lock_taken_twice_is_reported_and_does_not_hang(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_spin_lock(test);
	KIRQL under;

	WdfSpinLockAcquire(wt->spin);
	WdfSpinLockAcquire(wt->spin);
	WdfSpinLockRelease(wt->spin);
	under = KeGetCurrentIrql();
	WdfSpinLockRelease(wt->spin);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 1);
	KUNIT_EXPECT_EQ(test, under, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	wdf_lock_once(wt);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 1);
}

static noinline void wdf_wrong_release(struct wdf_test *wt)
{
	WdfSpinLockRelease(wt->spin);
}

/* The log leaves out lines when there are many, so this goes on until it has said it. */
static void wdf_spin_lock_release_without_it_names_the_caller(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_spin_lock(test);
	unsigned long rounds = 0;

	rec_wait_until((wdf_wrong_release(wt), rounds++, READ_ONCE(wt->named)));
	KUNIT_EXPECT_TRUE(test, wt->named);
	KUNIT_EXPECT_GE(test, wdf_reports(wt), rounds);
	wdf_lock_once(wt);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static struct wdf_test *wdf_with_wait_lock(struct kunit *test)
{
	struct wdf_test *wt = test->priv;

	KUNIT_ASSERT_EQ(test, WdfWaitLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &wt->wait),
			STATUS_SUCCESS);
	return wt;
}

static void wdf_try_wait_lock(void *arg)
{
	struct wdf_test *wt = arg;
	LONGLONG now = 0;

	wt->status = WdfWaitLockAcquire(wt->wait, &now);
	if (wt->status == STATUS_SUCCESS)
		WdfWaitLockRelease(wt->wait);
}

static void wdf_wait_for_wait_lock(void *arg)
{
	struct wdf_test *wt = arg;

	wt->status = WdfWaitLockAcquire(wt->wait, NULL);
	if (wt->status == STATUS_SUCCESS)
		WdfWaitLockRelease(wt->wait);
}

static void wdf_time_out_of_wait_lock(void *arg)
{
	struct wdf_test *wt = arg;
	LONGLONG timeout = -10 * 10000;		/* 10 ms */

	wt->status = WdfWaitLockAcquire(wt->wait, &timeout);
}

static void wdf_wait_lock_waits_times_out_or_only_tries(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_wait_lock(test);
	KIRQL under;

	KUNIT_ASSERT_EQ(test, WdfWaitLockAcquire(wt->wait, NULL), STATUS_SUCCESS);
	under = KeGetCurrentIrql();
	KUNIT_EXPECT_EQ(test, under, PASSIVE_LEVEL);
	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_THREAD, wdf_try_wait_lock, wt));
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[0], ctx_cpu(0),
					     wdf_time_out_of_wait_lock, wt));
	KUNIT_ASSERT_TRUE(test, worker_join(&wt->kt.worker[0]));
	KUNIT_EXPECT_EQ(test, wt->status, STATUS_TIMEOUT);
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[0], ctx_cpu(0),
					     wdf_wait_for_wait_lock, wt));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&wt->kt.worker[0]));
	WdfWaitLockRelease(wt->wait);
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->kt.worker[0]));
	KUNIT_EXPECT_EQ(test, wt->status, STATUS_SUCCESS);
}

static void wdf_wait_lock_at_dispatch_is_refused_but_may_be_tried(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_wait_lock(test);

	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_SOFTIRQ, wdf_wait_for_wait_lock, wt));
	KUNIT_EXPECT_EQ(test, wt->status, STATUS_POSSIBLE_DEADLOCK);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 1);
	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_SOFTIRQ, wdf_try_wait_lock, wt));
	KUNIT_EXPECT_EQ(test, wt->status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 1);
}

/* ---- Interrupts that share a lock ----------------------------------------------------- */

static BOOLEAN wdf_isr(WDFINTERRUPT interrupt, ULONG message)
{
	WDF_TEST_CONTEXT *context = WdfObjectGet_WDF_TEST_CONTEXT(interrupt);
	struct wdf_test *wt = context->wt;

	if (wt->busy) {
		wdf_enter(wt);
		ctx_busy_wait_us(20);
		wdf_leave(wt);
	}
	atomic_inc(&wt->line[context->number].isrs);
	if (!WdfInterruptQueueDpcForIsr(interrupt))
		WdfInterruptQueueWorkItemForIsr(interrupt);
	return TRUE;
}

static VOID wdf_dpc(WDFINTERRUPT interrupt, WDFOBJECT object)
{
	struct wdf_test *wt = wdf_of(interrupt);

	if (!wt->busy)
		wdf_enter(wt);
	if (wt->relock) {
		WdfObjectAcquireLock(object);
		WdfObjectReleaseLock(object);
	}
	if (!wt->busy)
		wdf_leave(wt);
	atomic_inc(&wt->dpcs);
}

static VOID wdf_work(WDFINTERRUPT interrupt, WDFOBJECT object)
{
	struct wdf_test *wt = wdf_of(interrupt);

	wdf_enter(wt);
	wdf_leave(wt);
	atomic_inc(&wt->works);
}

/* In a hard interrupt. */
static void wdf_hit_both(void *arg)
{
	struct wdf_test *wt = arg;

	generic_handle_irq(wt->line[raw_smp_processor_id() & 1].irq);
}

static void wdf_hit_second(void *arg)
{
	struct wdf_test *wt = arg;

	atomic_inc(&wt->hits);
	generic_handle_irq(wt->line[1].irq);
	atomic_inc(&wt->handled);
}

static struct wdf_test *wdf_two_that_share(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_device(test);
	WDF_INTERRUPT_CONFIG config;
	int i, irq;

	wdf_with_spin_lock(test);
	irq = irq_alloc_desc(NUMA_NO_NODE);
	KUNIT_ASSERT_GT(test, irq, 0);
	wt->line[1].irq = irq;
	irq_set_chip_and_handler(irq, &dummy_irq_chip, handle_edge_irq);
	irq_modify_status(irq, IRQ_NOREQUEST | IRQ_NOPROBE, 0);
	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	config.SpinLock = wt->spin;
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, wdf_interrupt(wt, i, &config), STATUS_SUCCESS);
		KUNIT_ASSERT_EQ(test, dpc_wdm_interrupt_connect(wt->line[i].interrupt,
								wt->line[i].irq, false, i),
				STATUS_SUCCESS);
	}
	return wt;
}

/* The holder's thread is interrupted by a softirq, which is another holder. */
static void wdf_wait_lock_tried_on_top_of_its_holder_is_not_granted(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_wait_lock(test);

	KUNIT_ASSERT_EQ(test, WdfWaitLockAcquire(wt->wait, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_SOFTIRQ, wdf_try_wait_lock, wt));
	KUNIT_EXPECT_EQ(test, wt->status, STATUS_TIMEOUT);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 0);
	WdfWaitLockRelease(wt->wait);
	wdf_try_wait_lock(wt);
	KUNIT_EXPECT_EQ(test, wt->status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 0);
}

static void wdf_isrs_that_share_a_lock_exclude_each_other(struct kunit *test)
{
	struct wdf_test *wt = wdf_two_that_share(test);

	ctx_need_cpus(test, 2);
	wt->busy = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&wt->kt.storm, wdf_hit_both, wt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->line[0].isrs, WDF_MEETINGS));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->line[1].isrs, WDF_MEETINGS));
	KUNIT_EXPECT_TRUE(test, storm_stop(&wt->kt.storm));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->overlaps), 0);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 0);
}

/* The lock of one interrupt keeps out the ISR of the other. */
static void wdf_shared_lock_keeps_the_other_isr_out(struct kunit *test)
{
	struct wdf_test *wt = wdf_two_that_share(test);
	int isrs, hits;
	bool hit;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, storm_start(&wt->kt.storm, wdf_hit_second, wt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->line[1].isrs, 10));
	WdfInterruptAcquireLock(wt->line[0].interrupt);
	isrs = atomic_read(&wt->line[1].isrs);
	hits = atomic_read(&wt->hits);
	/* Another CPU is on its way to the ISR, or comes. */
	hit = IS_ENABLED(CONFIG_PREEMPT_RT) ||
	      rec_spin_until(atomic_read(&wt->hits) > hits ||
			     atomic_read(&wt->handled) < atomic_read(&wt->hits));
	ctx_busy_wait_us(WDF_HOLD_US);
	isrs -= atomic_read(&wt->line[1].isrs);
	WdfInterruptReleaseLock(wt->line[0].interrupt);
	KUNIT_EXPECT_TRUE(test, hit);
	KUNIT_EXPECT_EQ(test, isrs, 0);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->line[1].isrs, atomic_read(&wt->line[1].isrs) + 1));
	KUNIT_EXPECT_TRUE(test, storm_stop(&wt->kt.storm));
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 0);
}

static void wdf_shared_lock_taken_as_a_spin_lock_is_reported(struct kunit *test)
{
	struct wdf_test *wt = wdf_two_that_share(test);

	wdf_lock_once(wt);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 1);
}

static void wdf_lock_of_the_wrong_kind_is_refused(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_device(test);
	WDF_INTERRUPT_CONFIG config;

	wdf_with_spin_lock(test);
	wdf_with_wait_lock(test);
	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	config.WaitLock = wt->wait;
	KUNIT_EXPECT_EQ(test, wdf_interrupt(wt, 0, &config), STATUS_INVALID_PARAMETER);
	config.WaitLock = NULL;
	config.SpinLock = wt->spin;
	config.PassiveHandling = TRUE;
	KUNIT_EXPECT_EQ(test, wdf_interrupt(wt, 0, &config), STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_NULL(test, wt->line[0].interrupt);
}

static void wdf_wait_lock_of_a_passive_isr(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_device(test);
	WDF_INTERRUPT_CONFIG config;

	wdf_with_wait_lock(test);
	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	config.WaitLock = wt->wait;
	config.PassiveHandling = TRUE;
	KUNIT_ASSERT_EQ(test, wdf_interrupt(wt, 0, &config), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, dpc_wdm_interrupt_connect(wt->line[0].interrupt, wt->kt.irq, false,
							0), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, WdfWaitLockAcquire(wt->wait, NULL), STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&wt->kt));
	/* Its thread stands at the lock. */
	KUNIT_EXPECT_TRUE(test, rec_wait_until(!list_empty(&wt->wait->of.lock.sem.wait_list)));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->line[0].isrs), 0);
	WdfWaitLockRelease(wt->wait);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->dpcs, 1));
}

static void wdf_lock_interrupt_once(void *arg)
{
	struct wdf_test *wt = arg;

	WdfInterruptAcquireLock(wt->line[0].interrupt);
	WdfInterruptReleaseLock(wt->line[0].interrupt);
}

static BOOLEAN wdf_synchronised(WDFINTERRUPT Interrupt, WDFCONTEXT Context)
{
	atomic_inc((atomic_t *)Context);
	return TRUE;
}

static void wdf_synchronise_once(void *arg)
{
	struct wdf_test *wt = arg;

	wt->status = WdfInterruptSynchronize(wt->line[0].interrupt, wdf_synchronised, &wt->works);
}

/* Nothing is locked afterwards, and no callback was called. */
static void wdf_wait_lock_of_a_passive_isr_at_dispatch_is_refused(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_device(test);
	WDF_INTERRUPT_CONFIG config;
	u64 reports;

	wdf_with_wait_lock(test);
	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	config.WaitLock = wt->wait;
	config.PassiveHandling = TRUE;
	KUNIT_ASSERT_EQ(test, wdf_interrupt(wt, 0, &config), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, dpc_wdm_interrupt_connect(wt->line[0].interrupt, wt->kt.irq, false,
							0), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_BH_OFF, wdf_lock_interrupt_once, wt));
	KUNIT_EXPECT_GE(test, wdf_reports(wt), 1);
	KUNIT_EXPECT_TRUE(test, ctx_call(CTX_BH_OFF, wdf_synchronise_once, wt));
	KUNIT_EXPECT_EQ(test, wt->status, FALSE);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->works), 0);
	reports = wdf_reports(wt);
	wdf_lock_interrupt_once(wt);
	wdf_synchronise_once(wt);
	KUNIT_EXPECT_EQ(test, wt->status, TRUE);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->works), 1);
	wdf_try_wait_lock(wt);
	KUNIT_EXPECT_EQ(test, wt->status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), reports);
}

/* ---- Resource and policy ---------------------------------------------------------------- */

static void wdf_info_of_an_unassigned_interrupt_is_vector_0(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_device(test);
	WDF_INTERRUPT_CONFIG config;
	WDF_INTERRUPT_INFO info;

	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	KUNIT_ASSERT_EQ(test, wdf_interrupt(wt, 0, &config), STATUS_SUCCESS);
	memset(&info, 0xa5, sizeof(info));
	WDF_INTERRUPT_INFO_INIT(&info);
	KUNIT_EXPECT_EQ(test, info.Size, sizeof(info));
	WdfInterruptGetInfo(wt->line[0].interrupt, &info);
	KUNIT_EXPECT_EQ(test, info.Vector, 0);
	KUNIT_EXPECT_EQ(test, info.Irql, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, info.MessageSignaled, FALSE);

	dpc_wdm_interrupt_assign(wt->line[0].interrupt, wt->kt.irq, true, 7);
	irq_set_irq_type(wt->kt.irq, IRQ_TYPE_NONE);
	WdfInterruptGetInfo(wt->line[0].interrupt, &info);
	KUNIT_EXPECT_EQ(test, info.Vector, wt->kt.irq);
	KUNIT_EXPECT_EQ(test, info.MessageNumber, 7);
	KUNIT_EXPECT_GT(test, info.Irql, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, info.Mode, Latched);
	KUNIT_EXPECT_EQ(test, info.ShareDisposition, CmResourceShareShared);
	KUNIT_EXPECT_EQ(test, info.MessageSignaled, FALSE);
}

static int wdf_set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	irq_data_update_effective_affinity(data, mask);
	return IRQ_SET_MASK_OK;
}

static void wdf_policy_of_processors_is_the_affinity(struct kunit *test)
{
	struct wdf_test *wt = wdf_with_device(test);
	KAFFINITY last = BIT(ctx_cpu(num_online_cpus() - 1));
	WDF_INTERRUPT_CONFIG config;
	WDF_INTERRUPT_INFO info;

	wt->kt.chip.irq_set_affinity = wdf_set_affinity;
	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	KUNIT_ASSERT_EQ(test, wdf_interrupt(wt, 0, &config), STATUS_SUCCESS);
	WdfInterruptSetPolicy(wt->line[0].interrupt, WdfIrqPolicySpecifiedProcessors,
			      WdfIrqPriorityHigh, last);
	KUNIT_ASSERT_EQ(test, dpc_wdm_interrupt_connect(wt->line[0].interrupt, wt->kt.irq, false,
							0), STATUS_SUCCESS);
	WdfInterruptGetInfo(wt->line[0].interrupt, &info);
	/* A kernel may leave it to the next interrupt. */
	if (!irqd_is_setaffinity_pending(irq_get_irq_data(wt->kt.irq)))
		KUNIT_EXPECT_EQ(test, info.TargetProcessorSet, last);
}

/* ---- Automatic serialisation -------------------------------------------------------------- */

static struct wdf_test *wdf_serialised(struct kunit *test, WDF_EXECUTION_LEVEL level,
				       WDF_INTERRUPT_CONFIG *config)
{
	struct wdf_test *wt = test->priv;

	KUNIT_ASSERT_EQ(test, wdf_device(wt, WdfSynchronizationScopeDevice, level),
			STATUS_SUCCESS);
	config->AutomaticSerialization = TRUE;
	KUNIT_ASSERT_EQ(test, wdf_interrupt(wt, 0, config), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, dpc_wdm_interrupt_connect(wt->line[0].interrupt, wt->kt.irq, false,
							0), STATUS_SUCCESS);
	return wt;
}

/*
 * While a thread holds the callback lock, the DPC stays out, and the ISR does not.  On
 * PREEMPT_RT the ISR's thread waits with its DPC.
 */
static void wdf_serialised_dpc_waits_for_the_lock_and_the_isr_does_not(struct kunit *test)
{
	WDF_INTERRUPT_CONFIG config;
	struct wdf_test *wt;
	int dpcs, isrs;

	ctx_need_cpus(test, 2);
	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	wt = wdf_serialised(test, WdfExecutionLevelInheritFromParent, &config);
	KUNIT_ASSERT_TRUE(test, storm_start(&wt->kt.storm, kdev_hit, &wt->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->dpcs, 10));
	WdfObjectAcquireLock(wt->device);
	wdf_enter(wt);
	wt->irql = KeGetCurrentIrql();
	dpcs = atomic_read(&wt->dpcs);
	isrs = atomic_read(&wt->line[0].isrs);
	ctx_busy_wait_us(WDF_HOLD_US);
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		wt->result = ctx_hardirq_here(kdev_hit, &wt->kt) &&
			     rec_spin_until(atomic_read(&wt->line[0].isrs) > isrs);
	dpcs = atomic_read(&wt->dpcs) - dpcs;
	wdf_leave(wt);
	WdfObjectReleaseLock(wt->device);
	KUNIT_EXPECT_TRUE(test, storm_stop(&wt->kt.storm));
	KUNIT_EXPECT_EQ(test, wt->irql, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, dpcs, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->overlaps), 0);
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_EXPECT_TRUE(test, wt->result);
}

static void wdf_serialised_callback_may_take_the_lock_again(struct kunit *test)
{
	WDF_INTERRUPT_CONFIG config;
	struct wdf_test *wt;

	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, wdf_dpc);
	wt = wdf_serialised(test, WdfExecutionLevelDispatch, &config);
	wt->relock = true;
	KUNIT_ASSERT_TRUE(test, kdev_fire(&wt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->dpcs, 1));
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 0);
}

static void wdf_serialised_work_item_of_a_passive_device(struct kunit *test)
{
	WDF_INTERRUPT_CONFIG config;
	struct wdf_test *wt;

	WDF_INTERRUPT_CONFIG_INIT(&config, wdf_isr, NULL);
	config.EvtInterruptWorkItem = wdf_work;
	wt = wdf_serialised(test, WdfExecutionLevelPassive, &config);
	WdfObjectAcquireLock(wt->device);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	/* These would wait for the work item, which waits for the lock. */
	WdfInterruptDisable(wt->line[0].interrupt);
	dpc_wdm_interrupt_disconnect(wt->line[0].interrupt);
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 2);
	KUNIT_EXPECT_TRUE(test, kdev_fire(&wt->kt));
	KUNIT_EXPECT_TRUE(test, rec_wait_until(!list_empty(&wt->device->lock.sem.wait_list)));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->works), 0);
	WdfObjectReleaseLock(wt->device);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&wt->works, 1));
	KUNIT_EXPECT_EQ(test, wdf_reports(wt), 2);
}

/* What may sleep and what may not have no lock in common. */
static void wdf_serialisation_of_two_levels_is_refused(struct kunit *test)
{
	struct wdf_test *wt = test->priv;
	WDF_INTERRUPT_CONFIG dpc, work;

	WDF_INTERRUPT_CONFIG_INIT(&dpc, wdf_isr, wdf_dpc);
	WDF_INTERRUPT_CONFIG_INIT(&work, wdf_isr, NULL);
	work.EvtInterruptWorkItem = wdf_work;
	dpc.AutomaticSerialization = TRUE;
	work.AutomaticSerialization = TRUE;
	KUNIT_ASSERT_EQ(test, wdf_device(wt, WdfSynchronizationScopeDevice,
					 WdfExecutionLevelDispatch), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdf_interrupt(wt, 0, &work),
			STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL);
	KUNIT_EXPECT_EQ(test, wdf_interrupt(wt, 0, &dpc), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, wdf_device(wt, WdfSynchronizationScopeDevice,
					 WdfExecutionLevelPassive), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdf_interrupt(wt, 0, &dpc),
			STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL);
	KUNIT_EXPECT_EQ(test, wdf_interrupt(wt, 0, &work), STATUS_SUCCESS);
	/* Without a scope it means nothing. */
	wdf_with_device(test);
	KUNIT_EXPECT_EQ(test, wdf_interrupt(wt, 0, &work), STATUS_SUCCESS);
	KUNIT_EXPECT_NULL(test, wt->line[0].interrupt->serial);
}

static struct kunit_case wdf_cases[] = {
	KUNIT_CASE(wdf_attributes_init_sets_the_documented_values),
	KUNIT_CASE(wdf_context_of_every_kind_of_object),
	KUNIT_CASE(wdf_object_has_a_context_of_each_type_once),
	KUNIT_CASE(wdf_delete_goes_from_children_to_parent),
	KUNIT_CASE(wdf_delete_of_a_child_leaves_the_others),
	KUNIT_CASE(wdf_reference_keeps_an_object_that_was_deleted),
	KUNIT_CASE(wdf_delete_where_it_cannot_wait_is_refused), /* Q8 I6 */
	KUNIT_CASE(wdf_unbound_device_is_deleted),
	KUNIT_CASE(wdf_spin_lock_raises_and_restores), /* S2 */
	KUNIT_CASE(wdf_spin_lock_excludes_other_cpus), /* S2 */
	KUNIT_CASE(wdf_spin_lock_above_dispatch_is_reported), /* S2 */
	KUNIT_CASE(wdf_spin_lock_taken_twice_is_reported_and_does_not_hang), /* S2 */
	KUNIT_CASE(wdf_spin_lock_release_without_it_names_the_caller), /* S2 M5 */
	KUNIT_CASE(wdf_wait_lock_waits_times_out_or_only_tries),
	KUNIT_CASE(wdf_wait_lock_at_dispatch_is_refused_but_may_be_tried), /* Q8 */
	KUNIT_CASE(wdf_wait_lock_tried_on_top_of_its_holder_is_not_granted), /* S2 */
	KUNIT_CASE(wdf_isrs_that_share_a_lock_exclude_each_other), /* S1 */
	KUNIT_CASE(wdf_shared_lock_keeps_the_other_isr_out), /* S1 */
	KUNIT_CASE(wdf_shared_lock_taken_as_a_spin_lock_is_reported), /* S1 S2 */
	KUNIT_CASE(wdf_lock_of_the_wrong_kind_is_refused),
	KUNIT_CASE(wdf_wait_lock_of_a_passive_isr), /* I4 */
	KUNIT_CASE(wdf_wait_lock_of_a_passive_isr_at_dispatch_is_refused), /* S1 Q8 */
	KUNIT_CASE(wdf_info_of_an_unassigned_interrupt_is_vector_0),
	KUNIT_CASE(wdf_policy_of_processors_is_the_affinity),
	KUNIT_CASE(wdf_serialised_dpc_waits_for_the_lock_and_the_isr_does_not), /* I3 */
	KUNIT_CASE(wdf_serialised_callback_may_take_the_lock_again), /* I3 */
	KUNIT_CASE(wdf_serialised_work_item_of_a_passive_device), /* I3 */
	KUNIT_CASE(wdf_serialisation_of_two_levels_is_refused), /* I3 */
	{ }
};

static struct kunit_suite wdf_suite = {
	.name = "dpc_wdf",
	.init = wdf_init,
	.exit = wdf_exit,
	.test_cases = wdf_cases,
};

kunit_test_suites(&wdf_suite);

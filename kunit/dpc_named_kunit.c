// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is named in traces, budgets and by the watchdog: the driver's routine, never
 * one of a layer between it and the core, nor what a tail call has left: M5, and the
 * interrupt's numbers that stand beside it: M3.
 */
#include "../module/core/watchdog.h"
#include "fixture.h"
#include "kdev.h"

#include <linux/dpc_wdm.h>
#include <linux/kallsyms.h>
#include <trace/events/dpc.h>

enum named_event {
	NAMED_ISR_EXIT,
	NAMED_QUEUE,
	NAMED_ENTRY,
	NAMED_EXIT,
	NAMED_WORK_QUEUE,
	NAMED_WORK_ENTRY,
	NAMED_WORK_EXIT,
	NAMED_COMPLETE,
	NAMED_OVERRUN,				/* of DPC_STAGE_DPC */
	NAMED_WATCHDOG,
	NAMED_NR,
};

/* The last event of a kind, of those that are asked for. */
struct named_seen {
	void			*function;
	u32			id;
	u32			irq;
	u64			seq;
	u64			first;
	atomic_t		count;
};

struct named_test {
	struct kdev_test	kt;		/* first: what test->priv points to */
	struct named_seen	seen[NAMED_NR];
	void			*plain;		/* the routine of a DPC without an interrupt */
	struct dpc		dpc;
	void			*routine;	/* of @dpc, by its layer */
	DEVICE_OBJECT		object;
	PKINTERRUPT		kinterrupt;
	WDFDEVICE		device;
	KSPIN_LOCK		lock;
	WDFINTERRUPT		interrupt;
	atomic_t		calls;
};

typedef struct named_test *named_test_ptr;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(named_test_ptr, named_test_ptr_of)

static struct named_test *named_context(WDFOBJECT Object)
{
	return *named_test_ptr_of(Object);
}

/* Of an interrupt object, or of the DPC in question: others run, too. */
static void named_note(struct named_test *nt, enum named_event event,
		       const struct dpc_stats *stats, u64 seq, u64 first, void *function)
{
	struct named_seen *seen = &nt->seen[event];

	if (stats->irq != nt->kt.irq && function != READ_ONCE(nt->plain))
		return;
	seen->function = function;
	seen->id = stats->id;
	seen->irq = stats->irq;
	seen->seq = seq;
	seen->first = first;
	atomic_inc(&seen->count);
}

static void named_saw_isr_exit(void *data, const struct dpc_stats *stats, u64 seq,
			       void *function, u64 duration, bool handled)
{
	named_note(data, NAMED_ISR_EXIT, stats, seq, seq, function);
}

#define NAMED_HANDOVER(_event, _name)						\
static void named_saw_##_name(void *data, const struct dpc_stats *stats, u64 seq,	\
			  u64 first, void *function, bool queued)		\
{										\
	named_note(data, _event, stats, seq, first, function);			\
}

#define NAMED_BEGIN(_event, _name)						\
static void named_saw_##_name(void *data, const struct dpc_stats *stats, u64 seq,	\
			  u64 first, void *function, u64 wait, u32 served)	\
{										\
	named_note(data, _event, stats, seq, first, function);			\
}

#define NAMED_END(_event, _name)						\
static void named_saw_##_name(void *data, const struct dpc_stats *stats, u64 seq,	\
			  u64 first, void *function, u64 duration)		\
{										\
	named_note(data, _event, stats, seq, first, function);			\
}

NAMED_HANDOVER(NAMED_QUEUE, queue)
NAMED_HANDOVER(NAMED_WORK_QUEUE, work_queue)
NAMED_BEGIN(NAMED_ENTRY, entry)
NAMED_BEGIN(NAMED_WORK_ENTRY, work_entry)
NAMED_END(NAMED_EXIT, exit)
NAMED_END(NAMED_WORK_EXIT, work_exit)
NAMED_END(NAMED_COMPLETE, complete)

static void named_saw_overrun(void *data, const struct dpc_stats *stats, u64 seq, u64 first,
			      void *function, u32 stage, u64 duration)
{
	if (stage == DPC_STAGE_DPC)
		named_note(data, NAMED_OVERRUN, stats, seq, first, function);
}

static void named_saw_watchdog(void *data, const struct dpc_stats *stats, void *function,
			       u32 kind, u64 used, u64 allowed)
{
	named_note(data, NAMED_WATCHDOG, stats, 0, 0, function);
}

static int named_watch(struct named_test *nt)
{
	int err;

	err = register_trace_dpc_isr_exit(named_saw_isr_exit, nt);
	err = err ?: register_trace_dpc_queue(named_saw_queue, nt);
	err = err ?: register_trace_dpc_entry(named_saw_entry, nt);
	err = err ?: register_trace_dpc_exit(named_saw_exit, nt);
	err = err ?: register_trace_dpc_work_queue(named_saw_work_queue, nt);
	err = err ?: register_trace_dpc_work_entry(named_saw_work_entry, nt);
	err = err ?: register_trace_dpc_work_exit(named_saw_work_exit, nt);
	err = err ?: register_trace_dpc_complete(named_saw_complete, nt);
	err = err ?: register_trace_dpc_overrun(named_saw_overrun, nt);
	err = err ?: register_trace_dpc_watchdog(named_saw_watchdog, nt);
	return err;
}

static void named_unwatch(struct named_test *nt)
{
	unregister_trace_dpc_isr_exit(named_saw_isr_exit, nt);
	unregister_trace_dpc_queue(named_saw_queue, nt);
	unregister_trace_dpc_entry(named_saw_entry, nt);
	unregister_trace_dpc_exit(named_saw_exit, nt);
	unregister_trace_dpc_work_queue(named_saw_work_queue, nt);
	unregister_trace_dpc_work_entry(named_saw_work_entry, nt);
	unregister_trace_dpc_work_exit(named_saw_work_exit, nt);
	unregister_trace_dpc_complete(named_saw_complete, nt);
	unregister_trace_dpc_overrun(named_saw_overrun, nt);
	unregister_trace_dpc_watchdog(named_saw_watchdog, nt);
	tracepoint_synchronize_unregister();
}

static int named_init(struct kunit *test)
{
	struct named_test *nt = kunit_kzalloc(test, sizeof(*nt), GFP_KERNEL);
	WDF_OBJECT_ATTRIBUTES attributes;
	int err;

	if (!nt)
		return -ENOMEM;
	err = kdev_setup(test, &nt->kt);
	if (err)
		return err;
	dpc_wdm_device_object_init(&nt->object, nt->kt.dev, nt);
	WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, named_test_ptr);
	if (!NT_SUCCESS(dpc_wdm_wdf_device_create(nt->kt.dev, &attributes, &nt->device)))
		return -ENOMEM;
	*named_test_ptr_of(nt->device) = nt;
	return named_watch(nt);
}

static void named_exit(struct kunit *test)
{
	struct named_test *nt = test->priv;
	IO_DISCONNECT_INTERRUPT_PARAMETERS parameters = { .Version = CONNECT_FULLY_SPECIFIED };

	if (!nt)
		return;
	if (nt->kinterrupt) {
		parameters.ConnectionContext.InterruptObject = nt->kinterrupt;
		IoDisconnectInterruptEx(&parameters);
	}
	if (nt->interrupt)
		dpc_wdm_interrupt_disconnect(nt->interrupt);
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	named_unwatch(nt);
	kdev_exit(test);
}

static bool named_saw(struct named_test *nt, enum named_event event)
{
	return kdev_wait(&nt->seen[event].count, 1);
}

static void named_expect(struct kunit *test, enum named_event event, void *function)
{
	struct named_test *nt = test->priv;

	KUNIT_ASSERT_TRUE_MSG(test, named_saw(nt, event), "event %d", event);
	KUNIT_EXPECT_PTR_EQ_MSG(test, nt->seen[event].function, function, "event %d", event);
}

/* The same, of interrupt number 1. */
static void named_expect_first(struct kunit *test, enum named_event event, void *function)
{
	struct named_test *nt = test->priv;

	named_expect(test, event, function);
	KUNIT_EXPECT_EQ_MSG(test, nt->seen[event].irq, nt->kt.irq, "event %d", event);
	KUNIT_EXPECT_NE_MSG(test, nt->seen[event].id, 0, "event %d", event);
	KUNIT_EXPECT_EQ_MSG(test, nt->seen[event].seq, 1, "event %d", event);
	KUNIT_EXPECT_EQ_MSG(test, nt->seen[event].first, 1, "event %d", event);
}

/* ---- Stages of an interrupt object ----------------------------------------- */

/* A driver's routines, as far as a layer below would tell of them. */
static void named_as_isr(void)
{
}

static void named_as_dpc(void)
{
}

static void named_as_work(void)
{
}

static void named_long_dpc(struct kdev_test *kt, struct dpc_served *served)
{
	struct named_test *nt = container_of(kt, struct named_test, kt);

	rec_spin_until(atomic_read(&nt->seen[NAMED_WATCHDOG].count));
}

static struct named_test *named_connect(struct kunit *test, struct dpc_interrupt_named named)
{
	struct named_test *nt = test->priv;
	struct dpc_interrupt_params params = kdev_params(&nt->kt);

	params.named = named;
	KUNIT_ASSERT_EQ(test, dpc_interrupt_connect(&nt->kt.kdev->intr, &params), 0);
	nt->kt.connected = true;
	nt->kt.ask_work = true;
	return nt;
}

static void named_expect_stages(struct kunit *test, void *isr, void *dpc, void *work)
{
	named_expect_first(test, NAMED_ISR_EXIT, isr);
	named_expect_first(test, NAMED_QUEUE, dpc);
	named_expect_first(test, NAMED_ENTRY, dpc);
	named_expect_first(test, NAMED_EXIT, dpc);
	named_expect_first(test, NAMED_WORK_QUEUE, work);
	named_expect_first(test, NAMED_WORK_ENTRY, work);
	named_expect_first(test, NAMED_WORK_EXIT, work);
}

static void named_stages_are_what_the_params_say(struct kunit *test)
{
	struct named_test *nt = named_connect(test, (struct dpc_interrupt_named){
		.isr = named_as_isr, .dpc = named_as_dpc, .work = named_as_work,
	});

	KUNIT_ASSERT_TRUE(test, kdev_fire(&nt->kt));
	named_expect_stages(test, named_as_isr, named_as_dpc, named_as_work);
}

static void named_stages_are_the_ops_if_the_params_say_nothing(struct kunit *test)
{
	struct named_test *nt = named_connect(test, (struct dpc_interrupt_named){ });

	KUNIT_ASSERT_TRUE(test, kdev_fire(&nt->kt));
	named_expect_stages(test, kdev_ops.isr, kdev_ops.dpc, kdev_ops.work);
}

static void named_overrun_and_watchdog_follow_the_params(struct kunit *test)
{
	struct named_test *nt = named_connect(test, (struct dpc_interrupt_named){
		.dpc = named_as_dpc,
	});

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "there, a thread may have the CPU when the watchdog looks");
	nt->kt.in_dpc = named_long_dpc;
	dpc_interrupt_set_budget(&nt->kt.kdev->intr, DPC_STAGE_DPC, 1);
	dpc_watchdog_set_limit(DPC_WATCHDOG_CALL, 1000);
	KUNIT_EXPECT_TRUE(test, kdev_fire(&nt->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&nt->kt.dpcs, 1));
	dpc_watchdog_set_limit(DPC_WATCHDOG_CALL, 0);	/* as main.c has left it for all suites */
	named_expect(test, NAMED_WATCHDOG, named_as_dpc);
	named_expect_first(test, NAMED_OVERRUN, named_as_dpc);
}

/* ---- Completion -------------------------------------------------------------- */

/* All there is to do is a call: gcc makes a jump of it, and a frame is never there. */
static noinline void named_completes(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	dpc_interrupt_complete(intr, served);
}

static noinline void named_dpc_completes(struct kdev_test *kt, struct dpc_served *served)
{
	named_completes(&kt->kdev->intr, served);
}

static void named_completion_is_by_who_completes_after_a_tail_call(struct kunit *test)
{
	struct named_test *nt = named_connect(test, (struct dpc_interrupt_named){ });
	char name[KSYM_SYMBOL_LEN];

	nt->kt.in_dpc = named_dpc_completes;
	KUNIT_ASSERT_TRUE(test, kdev_fire(&nt->kt));
	KUNIT_ASSERT_TRUE(test, named_saw(nt, NAMED_COMPLETE));
	snprintf(name, sizeof(name), "%ps", nt->seen[NAMED_COMPLETE].function);
	name[strcspn(name, " ")] = '\0';	/* the module's name behind it */
	KUNIT_EXPECT_STREQ(test, name, "named_completes");
	KUNIT_EXPECT_EQ(test, nt->seen[NAMED_COMPLETE].seq, 1);
}

/* ---- DPCs of a layer --------------------------------------------------------- */

static void named_layer(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct named_test *nt = container_of(context, struct named_test, routine);

	atomic_inc(&nt->calls);
}

static void named_dpc_of_a_layer_is_the_drivers(struct kunit *test)
{
	struct named_test *nt = test->priv;

	nt->plain = named_as_dpc;
	nt->routine = named_as_dpc;
	dpc_init_named(&nt->dpc, named_layer, &nt->routine);
	KUNIT_EXPECT_TRUE(test, dpc_queue(&nt->dpc, NULL, NULL));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&nt->calls, 1));
	named_expect(test, NAMED_QUEUE, named_as_dpc);
	named_expect(test, NAMED_ENTRY, named_as_dpc);
	named_expect(test, NAMED_EXIT, named_as_dpc);
}

static void named_on_each_cpu(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct named_test *nt = context;

	atomic_inc(&nt->calls);
}

static void named_call_all_is_the_callers_routine(struct kunit *test)
{
	struct named_test *nt = test->priv;

	nt->plain = named_on_each_cpu;
	dpc_call_all(named_on_each_cpu, nt);
	KUNIT_EXPECT_EQ(test, atomic_read(&nt->seen[NAMED_ENTRY].count),
			atomic_read(&nt->calls));
	KUNIT_EXPECT_EQ(test, atomic_read(&nt->seen[NAMED_QUEUE].count),
			atomic_read(&nt->calls));
}

/* ---- Windows' names ------------------------------------------------------------ */

static VOID named_io_dpc(PKDPC Dpc, PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
	struct named_test *nt = DeviceObject->DeviceExtension;

	atomic_inc(&nt->calls);
}

static BOOLEAN named_service(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
	struct named_test *nt = ServiceContext;

	IoRequestDpc(&nt->object, NULL, NULL);
	return TRUE;
}

static void named_connect_wdm(struct kunit *test, PKSERVICE_ROUTINE service)
{
	struct named_test *nt = test->priv;
	IO_CONNECT_INTERRUPT_PARAMETERS parameters = {
		.Version = CONNECT_FULLY_SPECIFIED,
		.FullySpecified = {
			.PhysicalDeviceObject = &nt->object,
			.InterruptObject = &nt->kinterrupt,
			.ServiceRoutine = service,
			.ServiceContext = nt,
			.Vector = nt->kt.irq,
			.ProcessorEnableMask = 1,
		},
	};

	KUNIT_ASSERT_EQ(test, IoConnectInterruptEx(&parameters), STATUS_SUCCESS);
}

static void named_wdm_routines_are_the_drivers(struct kunit *test)
{
	struct named_test *nt = test->priv;

	IoInitializeDpcRequest(&nt->object, named_io_dpc);
	named_connect_wdm(test, named_service);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&nt->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&nt->calls, 1));
	named_expect_first(test, NAMED_ISR_EXIT, named_service);
	named_expect_first(test, NAMED_QUEUE, named_io_dpc);
	named_expect_first(test, NAMED_ENTRY, named_io_dpc);
	named_expect_first(test, NAMED_EXIT, named_io_dpc);
}

/* With a lock that other interrupts share, there is one layer more. */
static void named_wdm_routines_under_a_shared_lock_are_the_drivers(struct kunit *test)
{
	struct named_test *nt = test->priv;

	KeInitializeSpinLock(&nt->lock);
	IoInitializeDpcRequest(&nt->object, named_io_dpc);
	KUNIT_ASSERT_EQ(test, IoConnectInterrupt(&nt->kinterrupt, named_service, nt, &nt->lock,
						 nt->kt.irq, HIGH_LEVEL, HIGH_LEVEL, Latched,
						 FALSE, 1, FALSE),
			STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&nt->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&nt->calls, 1));
	named_expect_first(test, NAMED_ISR_EXIT, named_service);
	named_expect_first(test, NAMED_QUEUE, named_io_dpc);
	named_expect_first(test, NAMED_ENTRY, named_io_dpc);
	named_expect_first(test, NAMED_EXIT, named_io_dpc);
}

static BOOLEAN named_evt_isr(WDFINTERRUPT Interrupt, ULONG MessageID)
{
	struct named_test *nt = named_context(WdfInterruptGetDevice(Interrupt));

	if (nt->routine)
		return WdfInterruptQueueWorkItemForIsr(Interrupt);
	return WdfInterruptQueueDpcForIsr(Interrupt);
}

static VOID named_evt_dpc(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject)
{
	struct named_test *nt = named_context(AssociatedObject);

	atomic_inc(&nt->calls);
}

static VOID named_evt_work(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject)
{
	struct named_test *nt = named_context(AssociatedObject);

	atomic_inc(&nt->calls);
}

static void named_connect_kmdf(struct kunit *test, PFN_WDF_INTERRUPT_DPC dpc,
			       PFN_WDF_INTERRUPT_WORKITEM work)
{
	struct named_test *nt = test->priv;
	WDF_INTERRUPT_CONFIG config;

	nt->routine = work;
	WDF_INTERRUPT_CONFIG_INIT(&config, named_evt_isr, dpc);
	config.EvtInterruptWorkItem = work;
	KUNIT_ASSERT_EQ(test, WdfInterruptCreate(nt->device, &config, WDF_NO_OBJECT_ATTRIBUTES,
						 &nt->interrupt), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, dpc_wdm_interrupt_connect(nt->interrupt, nt->kt.irq, false, 0),
			STATUS_SUCCESS);
}

static void named_kmdf_callbacks_are_the_drivers(struct kunit *test)
{
	struct named_test *nt = test->priv;

	named_connect_kmdf(test, named_evt_dpc, NULL);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&nt->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&nt->calls, 1));
	named_expect_first(test, NAMED_ISR_EXIT, named_evt_isr);
	named_expect_first(test, NAMED_QUEUE, named_evt_dpc);
	named_expect_first(test, NAMED_ENTRY, named_evt_dpc);
	named_expect_first(test, NAMED_EXIT, named_evt_dpc);
}

/* The DPC by which it starts is the header's: it is the work item's. */
static void named_kmdf_work_item_is_the_drivers(struct kunit *test)
{
	struct named_test *nt = test->priv;

	named_connect_kmdf(test, NULL, named_evt_work);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&nt->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&nt->calls, 1));
	named_expect_stages(test, named_evt_isr, named_evt_work, named_evt_work);
}

static struct kunit_case named_cases[] = {
	KUNIT_CASE(named_stages_are_what_the_params_say), /* M3 M5 */
	KUNIT_CASE(named_stages_are_the_ops_if_the_params_say_nothing), /* M3 M5 */
	KUNIT_CASE(named_overrun_and_watchdog_follow_the_params), /* M4 M5 B4 */
	KUNIT_CASE(named_completion_is_by_who_completes_after_a_tail_call), /* M5 */
	KUNIT_CASE(named_dpc_of_a_layer_is_the_drivers), /* M5 */
	KUNIT_CASE(named_call_all_is_the_callers_routine), /* M5 */
	KUNIT_CASE(named_wdm_routines_are_the_drivers), /* M3 M5 */
	KUNIT_CASE(named_wdm_routines_under_a_shared_lock_are_the_drivers), /* M3 M5 */
	KUNIT_CASE(named_kmdf_callbacks_are_the_drivers), /* M3 M5 */
	KUNIT_CASE(named_kmdf_work_item_is_the_drivers), /* M3 M5 */
	{ }
};

static struct kunit_suite named_suite = {
	.name = "dpc_named",
	.init = named_init,
	.exit = named_exit,
	.test_cases = named_cases,
};

kunit_test_suite(named_suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * IRPs: the routines here are a driver's, with the words of the documentation.  What each
 * rule says is tested through them; the native calls behind the names have suites of their
 * own: P1, P2, P4, P5, P8.
 */
#include "fixture.h"

#include <linux/device.h>
#include <linux/err.h>
#include <trace/events/dpc.h>

#include <linux/dpc_wdm.h>
#include <linux/dpc_wdm_last.h>

#define IRP_NR		8
#define IRP_MANY	1000	/* that finish in StartIo */
#define IRP_ROUNDS	500
#define IRP_CODE	((NTSTATUS)0xe0000077)

/* What StartIo does with an IRP that it has taken. */
enum irp_way {
	IRP_BEGIN,		/* the device works on it; irp_serve() is its DPC */
	IRP_FINISH,		/* complete it at once */
	IRP_GATED,		/* wait at gate[0] before looking at it, then IRP_BEGIN */
};

struct irp_test {
	struct fixture		fix;		/* first: what test->priv points to */
	struct device		*dev;
	DRIVER_OBJECT		driver;
	DEVICE_OBJECT		object;
	PIRP			irp[IRP_NR];
	PIRP			begun;		/* the device's */
	enum irp_way		way;
	unsigned int		inside, deepest;
	atomic_t		starts;		/* StartIo has taken an IRP */
	atomic_t		left;		/* StartIo has found that an IRP is not its own */
	atomic_t		cancels;	/* calls of the cancel routine */
	KIRQL			irql;		/* in the last routine of the driver's */
	u64			violations;
	bool			cancelled;	/* an answer of another thread */
	bool			logged;
	struct dpc_error	error;
	ULONG			dump;
};

static u64 irp_reports(struct irp_test *t)
{
	return dpc_violations() - t->violations;
}

/* ---- The driver ------------------------------------------------------------ */

static DRIVER_DISPATCH	IrpDispatchWrite;
static DRIVER_DISPATCH	IrpDispatchControl;
static DRIVER_STARTIO	IrpStartIo;
static DRIVER_CANCEL	IrpCancel;

static NTSTATUS IrpDispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PIO_STACK_LOCATION IrpSp = IoGetCurrentIrpStackLocation(Irp);
	PULONG Key = IrpSp->Parameters.Write.Key ? &IrpSp->Parameters.Write.Key : NULL;

	IoMarkIrpPending(Irp);
	IoStartPacket(DeviceObject, Irp, Key, IrpCancel);
	return STATUS_PENDING;
}

/* The answer is there at once: the sum of the bytes. */
static NTSTATUS IrpDispatchControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PIO_STACK_LOCATION IrpSp = IoGetCurrentIrpStackLocation(Irp);
	PUCHAR Buffer = Irp->AssociatedIrp.SystemBuffer;
	NTSTATUS Status = STATUS_SUCCESS;
	UCHAR Sum = 0;
	ULONG i;

	Irp->IoStatus.Information = 0;
	if (IrpSp->Parameters.DeviceIoControl.OutputBufferLength < 1) {
		Status = STATUS_BUFFER_TOO_SMALL;
	} else {
		for (i = 0; i < IrpSp->Parameters.DeviceIoControl.InputBufferLength; i++)
			Sum += Buffer[i];
		Buffer[0] = Sum;
		Irp->IoStatus.Information = 1;
	}
	Irp->IoStatus.Status = Status;
	IoCompleteRequest(Irp, IO_NO_INCREMENT);
	return Status;
}

static VOID IrpStartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	struct irp_test *t = DeviceObject->DeviceExtension;
	PIO_STACK_LOCATION IrpSp;
	KIRQL CancelIrql;

	if (t->way == IRP_GATED)
		gate_pass(&t->fix.gate[0]);

	IoAcquireCancelSpinLock(&CancelIrql);
	if (Irp != DeviceObject->CurrentIrp) {
		IoReleaseCancelSpinLock(CancelIrql);
		atomic_inc(&t->left);
		return;
	}
	IoSetCancelRoutine(Irp, NULL);
	IoReleaseCancelSpinLock(CancelIrql);

	IrpSp = IoGetCurrentIrpStackLocation(Irp);
	if (++t->inside > t->deepest)
		t->deepest = t->inside;
	t->irql = KeGetCurrentIrql();
	atomic_inc(&t->starts);
	if (t->way == IRP_FINISH) {
		Irp->IoStatus.Status = STATUS_SUCCESS;
		Irp->IoStatus.Information = IrpSp->Parameters.Write.Length;
		IoStartNextPacket(DeviceObject, TRUE);
		IoCompleteRequest(Irp, IO_NO_INCREMENT);
	} else {
		WRITE_ONCE(t->begun, Irp);
	}
	t->inside--;
}

/*
 * A current IRP has not been begun: StartIo would have cleared this routine.  The next one is
 * started at DISPATCH, wherever the cancellation came from.
 */
static VOID IrpCancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	struct irp_test *t = DeviceObject->DeviceExtension;
	KIRQL OldIrql = Irp->CancelIrql;

	t->irql = KeGetCurrentIrql();
	atomic_inc(&t->cancels);
	if (!Irp->Cancel || Irp->CancelRoutine)
		atomic_inc(&t->fix.wrong);
	if (Irp == DeviceObject->CurrentIrp) {
		IoReleaseCancelSpinLock(DISPATCH_LEVEL);
		IoStartNextPacket(DeviceObject, TRUE);
		KeLowerIrql(OldIrql);
	} else if (KeRemoveEntryDeviceQueue(&DeviceObject->DeviceQueue,
					    &Irp->Tail.Overlay.DeviceQueueEntry)) {
		IoReleaseCancelSpinLock(Irp->CancelIrql);
	} else {
		IoReleaseCancelSpinLock(Irp->CancelIrql);
		return;
	}
	Irp->IoStatus.Status = STATUS_CANCELLED;
	Irp->IoStatus.Information = 0;
	IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

/* The DPC: what the device has finished, if there is something.  The IRP that it was. */
static PIRP IrpDpc(PDEVICE_OBJECT DeviceObject)
{
	struct irp_test *t = DeviceObject->DeviceExtension;
	PIRP Irp = xchg(&t->begun, NULL);

	if (!Irp)
		return NULL;
	IoStartNextPacket(DeviceObject, TRUE);
	Irp->IoStatus.Status = STATUS_SUCCESS;
	Irp->IoStatus.Information = IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length;
	IoCompleteRequest(Irp, IO_DISK_INCREMENT);
	return Irp;
}

/* ---- The glue -------------------------------------------------------------- */

static int irp_init(struct kunit *test)
{
	struct irp_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	t->violations = dpc_violations();
	t->driver.DriverStartIo = IrpStartIo;
	t->driver.MajorFunction[IRP_MJ_WRITE] = IrpDispatchWrite;
	t->driver.MajorFunction[IRP_MJ_DEVICE_CONTROL] = IrpDispatchControl;
	/* No link to this module: on 6.1 suites run before it is in sysfs. */
	t->dev = __root_device_register("dpc_kunit_irp", NULL);
	if (IS_ERR(t->dev))
		return PTR_ERR(t->dev);
	dpc_wdm_device_object_init(&t->object, t->dev, t);
	t->object.DriverObject = &t->driver;
	return fixture_setup(test, &t->fix);
}

static PIRP irp_serve(struct irp_test *t)
{
	KIRQL old = KeRaiseIrqlToDpcLevel();
	PIRP Irp = IrpDpc(&t->object);

	KeLowerIrql(old);
	return Irp;
}

static void irp_exit(struct kunit *test)
{
	struct irp_test *t = test->priv;
	int i;

	if (!t)
		return;
	gate_open(&t->fix.gate[0]);
	fixture_exit(test);
	while (irp_serve(t))
		;
	/* Those of a test that has failed half-way. */
	for (i = 0; i < IRP_NR; i++)
		if (t->irp[i] && !dpc_wdm_irp_wait(t->irp[i], REC_LIMIT))
			dpc_wdm_irp_free(t->irp[i]);
	KUNIT_EXPECT_TRUE(test, dpc_wdm_device_object_close(&t->object, REC_LIMIT));
	root_device_unregister(t->dev);
}

/* A write of so many bytes, not sent yet. */
static PIRP irp_write(struct irp_test *t, ULONG length)
{
	PIRP Irp = dpc_wdm_irp_alloc(&t->object, IRP_MJ_WRITE, length);

	if (Irp)
		IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length = length;
	return Irp;
}

static void irp_send(struct kunit *test, unsigned int i, ULONG key)
{
	struct irp_test *t = test->priv;

	t->irp[i] = irp_write(t, 100 + i);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[i]);
	IoGetCurrentIrpStackLocation(t->irp[i])->Parameters.Write.Key = key;
	dpc_wdm_irp_send(t->irp[i]);
}

static void irp_send_n(struct kunit *test, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		irp_send(test, i, 0);
}

static bool irp_is_complete(PIRP Irp)
{
	return completion_done(&Irp->Tail.Overlay.dpc_packet.done);
}

static void irp_expect(struct kunit *test, unsigned int i, NTSTATUS status, ULONG_PTR information)
{
	struct irp_test *t = test->priv;
	PIRP Irp = t->irp[i];

	t->irp[i] = NULL;
	KUNIT_ASSERT_EQ(test, dpc_wdm_irp_wait(Irp, REC_LIMIT), 0);
	KUNIT_EXPECT_EQ(test, Irp->IoStatus.Status, status);
	KUNIT_EXPECT_EQ(test, Irp->IoStatus.Information, information);
	dpc_wdm_irp_free(Irp);
}

static void irp_expect_no_trouble(struct kunit *test)
{
	struct irp_test *t = test->priv;

	KUNIT_EXPECT_NULL(test, t->object.CurrentIrp);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, irp_reports(t), 0);
}

/* ---- Dispatch and StartIo ---------------------------------------------------- */

static void irp_that_dispatch_completes_returns_its_answer(struct kunit *test)
{
	struct irp_test *t = test->priv;
	PIRP Irp = dpc_wdm_irp_alloc(&t->object, IRP_MJ_DEVICE_CONTROL, 4);
	PIO_STACK_LOCATION IrpSp;
	PUCHAR buffer;

	KUNIT_ASSERT_NOT_NULL(test, Irp);
	t->irp[0] = Irp;
	IrpSp = IoGetCurrentIrpStackLocation(Irp);
	IrpSp->Parameters.DeviceIoControl.IoControlCode =
		CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS);
	KUNIT_EXPECT_EQ(test, IrpSp->Parameters.DeviceIoControl.IoControlCode, 0x222000);
	IrpSp->Parameters.DeviceIoControl.InputBufferLength = 4;
	IrpSp->Parameters.DeviceIoControl.OutputBufferLength = 1;
	buffer = Irp->AssociatedIrp.SystemBuffer;
	memset(buffer, 5, 4);
	dpc_wdm_irp_send(Irp);
	KUNIT_EXPECT_TRUE(test, irp_is_complete(Irp));
	KUNIT_EXPECT_EQ(test, buffer[0], 20);
	KUNIT_EXPECT_FALSE(test, Irp->PendingReturned);
	irp_expect(test, 0, STATUS_SUCCESS, 1);

	t->irp[0] = dpc_wdm_irp_alloc(&t->object, IRP_MJ_DEVICE_CONTROL, 4);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[0]);
	dpc_wdm_irp_send(t->irp[0]);
	irp_expect(test, 0, STATUS_BUFFER_TOO_SMALL, 0);
	irp_expect_no_trouble(test);
}

static void irp_without_a_dispatch_routine_is_invalid(struct kunit *test)
{
	struct irp_test *t = test->priv;

	t->irp[0] = dpc_wdm_irp_alloc(&t->object, IRP_MJ_READ, 0);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[0]);
	dpc_wdm_irp_send(t->irp[0]);
	irp_expect(test, 0, STATUS_INVALID_DEVICE_REQUEST, 0);
	irp_expect_no_trouble(test);
}

static void irp_on_an_idle_device_is_current_at_dispatch(struct kunit *test)
{
	struct irp_test *t = test->priv;

	irp_send(test, 0, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->starts), 1);
	KUNIT_EXPECT_EQ(test, t->irql, DISPATCH_LEVEL);
	KUNIT_EXPECT_PTR_EQ(test, t->object.CurrentIrp, t->irp[0]);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	KUNIT_EXPECT_FALSE(test, irp_is_complete(t->irp[0]));
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	KUNIT_EXPECT_TRUE(test, t->irp[0]->PendingReturned);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	irp_expect_no_trouble(test);
}

static void irp_may_be_started_without_dispatch(struct kunit *test)
{
	struct irp_test *t = test->priv;

	t->irp[0] = irp_write(t, 100);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[0]);
	IoStartPacket(&t->object, t->irp[0], NULL, NULL);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	irp_expect_no_trouble(test);
}

static void irp_on_a_busy_device_waits_its_turn(struct kunit *test)
{
	struct irp_test *t = test->priv;
	int i;

	irp_send_n(test, 4);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&t->starts), i + 1);
		KUNIT_EXPECT_PTR_EQ(test, t->object.CurrentIrp, t->irp[i]);
		KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[i]);
	}
	KUNIT_EXPECT_NULL(test, irp_serve(t));
	for (i = 0; i < 4; i++)
		irp_expect(test, i, STATUS_SUCCESS, 100 + i);
	irp_expect_no_trouble(test);
}

static void irp_with_a_key_waits_in_the_order_of_keys(struct kunit *test)
{
	static const ULONG key[] = { 9, 5, 3, 5, 1 };
	static const int order[] = { 0, 4, 2, 1, 3 };
	struct irp_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(key); i++)
		irp_send(test, i, key[i]);
	for (i = 0; i < ARRAY_SIZE(order); i++)
		KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[order[i]]);
	for (i = 0; i < ARRAY_SIZE(key); i++)
		irp_expect(test, i, STATUS_SUCCESS, 100 + i);
	irp_expect_no_trouble(test);
}

static void irp_next_by_key_sweeps(struct kunit *test)
{
	static const ULONG key[] = { 1, 10, 20, 30 };
	struct irp_test *t = test->priv;
	KIRQL old;
	int i;

	for (i = 0; i < 4; i++)
		irp_send(test, i, key[i]);
	KUNIT_EXPECT_PTR_EQ(test, xchg(&t->begun, NULL), t->irp[0]);
	old = KeRaiseIrqlToDpcLevel();
	IoStartNextPacketByKey(&t->object, TRUE, 15);
	KeLowerIrql(old);
	KUNIT_EXPECT_PTR_EQ(test, t->object.CurrentIrp, t->irp[2]);
	/* The DPC has taken that one from the device; it can still complete it. */
	IoCompleteRequest(t->irp[0], IO_NO_INCREMENT);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[2]);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[1]);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[3]);
	irp_expect(test, 0, STATUS_SUCCESS, 0);
	for (i = 1; i < 4; i++)
		irp_expect(test, i, STATUS_SUCCESS, 100 + i);
	irp_expect_no_trouble(test);
}

static void irp_thousand_that_finish_in_start_io_use_one_level(struct kunit *test)
{
	struct irp_test *t = test->priv;
	PIRP *many = kunit_kcalloc(test, IRP_MANY, sizeof(*many), GFP_KERNEL);
	unsigned int i, good = 0;

	KUNIT_ASSERT_NOT_NULL(test, many);
	irp_send(test, 0, 0);
	for (i = 0; i < IRP_MANY; i++) {
		many[i] = irp_write(t, i + 1);
		if (!many[i])
			break;
		dpc_wdm_irp_send(many[i]);
	}
	KUNIT_EXPECT_EQ(test, i, IRP_MANY);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->starts), 1);
	t->way = IRP_FINISH;
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	KUNIT_EXPECT_EQ(test, t->deepest, 1);
	while (i--)
		if (!dpc_wdm_irp_wait(many[i], REC_LIMIT)) {
			good += many[i]->IoStatus.Information == i + 1;
			dpc_wdm_irp_free(many[i]);
		}
	KUNIT_EXPECT_EQ(test, good, IRP_MANY);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	irp_expect_no_trouble(test);
}

static void irp_fields_of_the_driver_stay_while_it_waits(struct kunit *test)
{
	struct irp_test *t = test->priv;
	PIRP Irp;
	int i;

	irp_send(test, 0, 0);
	t->irp[1] = irp_write(t, 101);
	Irp = t->irp[1];
	KUNIT_ASSERT_NOT_NULL(test, Irp);
	for (i = 0; i < 4; i++)
		Irp->Tail.Overlay.DriverContext[i] = TAG(70 + i);
	InitializeListHead(&Irp->Tail.Overlay.ListEntry);
	dpc_wdm_irp_send(Irp);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), Irp);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_PTR_EQ(test, Irp->Tail.Overlay.DriverContext[i], TAG(70 + i));
	KUNIT_EXPECT_TRUE(test, IsListEmpty(&Irp->Tail.Overlay.ListEntry));
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	irp_expect(test, 1, STATUS_SUCCESS, 101);
}

/* A driver that has several engines keeps queues of its own. */
static void irp_may_wait_in_a_device_queue_of_the_drivers(struct kunit *test)
{
	struct irp_test *t = test->priv;
	PKDEVICE_QUEUE_ENTRY entry[2];
	KDEVICE_QUEUE queue;
	int i;

	KeInitializeDeviceQueue(&queue);
	for (i = 0; i < 2; i++) {
		t->irp[i] = irp_write(t, 100 + i);
		KUNIT_ASSERT_NOT_NULL(test, t->irp[i]);
		KUNIT_ASSERT_TRUE(test, dpc_packet_give(dpc_wdm_packet_of(t->irp[i])));
		entry[i] = &t->irp[i]->Tail.Overlay.DeviceQueueEntry;
	}
	KUNIT_EXPECT_FALSE(test, KeInsertDeviceQueue(&queue, entry[0]));
	KUNIT_EXPECT_TRUE(test, KeInsertDeviceQueue(&queue, entry[1]));
	entry[0] = KeRemoveDeviceQueue(&queue);
	KUNIT_ASSERT_NOT_NULL(test, entry[0]);
	KUNIT_EXPECT_PTR_EQ(test, CONTAINING_RECORD(entry[0], IRP, Tail.Overlay.DeviceQueueEntry),
			    t->irp[1]);
	KUNIT_EXPECT_NULL(test, KeRemoveDeviceQueue(&queue));
	for (i = 0; i < 2; i++) {
		IoCompleteRequest(t->irp[i], IO_NO_INCREMENT);
		irp_expect(test, i, STATUS_SUCCESS, 0);
	}
	irp_expect_no_trouble(test);
}

/* ---- Completion ---------------------------------------------------------------- */

static void irp_completed_twice_is_reported(struct kunit *test)
{
	struct irp_test *t = test->priv;

	irp_send(test, 0, 0);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	IoCompleteRequest(t->irp[0], IO_NO_INCREMENT);
	KUNIT_EXPECT_EQ(test, irp_reports(t), 1);
	irp_expect(test, 0, STATUS_SUCCESS, 100);

	/* One that dispatch has completed can neither be completed nor started again. */
	t->irp[1] = dpc_wdm_irp_alloc(&t->object, IRP_MJ_DEVICE_CONTROL, 4);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[1]);
	dpc_wdm_irp_send(t->irp[1]);
	IoCompleteRequest(t->irp[1], IO_NO_INCREMENT);
	KUNIT_EXPECT_EQ(test, irp_reports(t), 2);
	IoStartPacket(&t->object, t->irp[1], NULL, NULL);
	KUNIT_EXPECT_EQ(test, irp_reports(t), 3);
	KUNIT_EXPECT_NULL(test, t->object.CurrentIrp);
	dpc_wdm_irp_send(t->irp[1]);
	KUNIT_EXPECT_EQ(test, irp_reports(t), 4);
	irp_expect(test, 1, STATUS_BUFFER_TOO_SMALL, 0);
}

static void irp_completed_under_a_lock_is_reported(struct kunit *test)
{
	struct irp_test *t = test->priv;
	KSPIN_LOCK lock;
	KIRQL old;
	int i;

	KeInitializeSpinLock(&lock);
	for (i = 0; i < 2; i++) {
		t->irp[i] = irp_write(t, 100 + i);
		KUNIT_ASSERT_NOT_NULL(test, t->irp[i]);
		KUNIT_ASSERT_TRUE(test, dpc_packet_give(dpc_wdm_packet_of(t->irp[i])));
	}
	IoAcquireCancelSpinLock(&old);
	IoCompleteRequest(t->irp[0], IO_NO_INCREMENT);
	IoReleaseCancelSpinLock(old);
	KUNIT_EXPECT_EQ(test, irp_reports(t), 1);
	irp_expect(test, 0, STATUS_SUCCESS, 0);

	KeAcquireSpinLock(&lock, &old);
	IoCompleteRequest(t->irp[1], IO_NO_INCREMENT);
	KeReleaseSpinLock(&lock, old);
	/* Where spin locks sleep, or nobody counts preemption, it is not seen. */
	KUNIT_EXPECT_EQ(test, irp_reports(t), 1 + (IS_ENABLED(CONFIG_PREEMPT_COUNT) &&
						   !IS_ENABLED(CONFIG_PREEMPT_RT)));
	irp_expect(test, 1, STATUS_SUCCESS, 0);
}

/* ---- Cancellation ---------------------------------------------------------------- */

static void irp_cancel_lock_raises_and_restores(struct kunit *test)
{
	KIRQL outer, inner;

	IoAcquireCancelSpinLock(&outer);
	KUNIT_EXPECT_EQ(test, outer, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	IoReleaseCancelSpinLock(outer);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	outer = KeRaiseIrqlToDpcLevel();
	IoAcquireCancelSpinLock(&inner);
	IoReleaseCancelSpinLock(inner);
	KUNIT_EXPECT_EQ(test, inner, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeLowerIrql(outer);

	/* As a cancel routine does it that starts the next IRP. */
	IoAcquireCancelSpinLock(&outer);
	IoReleaseCancelSpinLock(DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), DISPATCH_LEVEL);
	KeLowerIrql(outer);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	irp_expect_no_trouble(test);
}

/* The level in the routine, and afterwards that of the caller, whichever that is. */
static void irp_cancelled_while_it_waits_ends_as_cancelled(struct kunit *test)
{
	struct irp_test *t = test->priv;
	KIRQL old, after;

	irp_send_n(test, 4);
	KUNIT_EXPECT_TRUE(test, IoCancelIrp(t->irp[1]));
	KUNIT_EXPECT_EQ(test, t->irql, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	KUNIT_EXPECT_TRUE(test, irp_is_complete(t->irp[1]));
	irp_expect(test, 1, STATUS_CANCELLED, 0);
	old = KeRaiseIrqlToDpcLevel();
	IoCancelIrp(t->irp[3]);
	after = KeGetCurrentIrql();
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, after, DISPATCH_LEVEL);
	irp_expect(test, 3, STATUS_CANCELLED, 0);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[2]);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	irp_expect(test, 2, STATUS_SUCCESS, 102);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->cancels), 2);
	irp_expect_no_trouble(test);
}

static void irp_cancelled_before_it_would_wait_calls_its_routine(struct kunit *test)
{
	struct irp_test *t = test->priv;

	irp_send(test, 0, 0);
	t->irp[1] = irp_write(t, 101);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[1]);
	KUNIT_EXPECT_FALSE(test, IoCancelIrp(t->irp[1]));
	KUNIT_EXPECT_TRUE(test, t->irp[1]->Cancel);
	dpc_wdm_irp_send(t->irp[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->cancels), 1);
	irp_expect(test, 1, STATUS_CANCELLED, 0);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	irp_expect_no_trouble(test);
}

static void irp_that_start_io_has_taken_is_the_drivers(struct kunit *test)
{
	struct irp_test *t = test->priv;

	irp_send(test, 0, 0);
	KUNIT_EXPECT_FALSE(test, IoCancelIrp(t->irp[0]));
	KUNIT_EXPECT_TRUE(test, t->irp[0]->Cancel);
	KUNIT_EXPECT_FALSE(test, irp_is_complete(t->irp[0]));
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->cancels), 0);
	irp_expect_no_trouble(test);
}

static void irp_send_first(void *arg)
{
	struct irp_test *t = arg;

	dpc_wdm_irp_send(t->irp[0]);
}

/* StartIo stands at its first line on one CPU, the IRP is cancelled on another one. */
static void irp_cancelled_as_the_current_one_does_not_reach_the_device(struct kunit *test)
{
	struct irp_test *t = test->priv;

	ctx_need_cpus(test, 2);
	t->way = IRP_GATED;
	t->irp[0] = irp_write(t, 100);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[0]);
	ctx_pin(ctx_cpu(0));
	KUNIT_ASSERT_TRUE(test, worker_start(&t->fix.worker[0], ctx_cpu(1), irp_send_first, t));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&t->fix.gate[0], 1));
	KUNIT_EXPECT_PTR_EQ(test, t->object.CurrentIrp, t->irp[0]);
	irp_send(test, 1, 0);
	KUNIT_EXPECT_TRUE(test, IoCancelIrp(t->irp[0]));
	irp_expect(test, 0, STATUS_CANCELLED, 0);	/* and it is free now */
	gate_open(&t->fix.gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&t->fix.worker[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&t->left), 1);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[1]);
	irp_expect(test, 1, STATUS_SUCCESS, 101);
	irp_expect_no_trouble(test);
}

static void irp_non_cancelable_loses_its_routine_before_start_io(struct kunit *test)
{
	struct irp_test *t = test->priv;

	ctx_need_cpus(test, 2);
	IoSetStartIoAttributes(&t->object, TRUE, TRUE);
	t->way = IRP_GATED;
	t->irp[0] = irp_write(t, 100);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[0]);
	ctx_pin(ctx_cpu(0));
	KUNIT_ASSERT_TRUE(test, worker_start(&t->fix.worker[0], ctx_cpu(1), irp_send_first, t));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&t->fix.gate[0], 1));
	KUNIT_EXPECT_NULL(test, t->irp[0]->CancelRoutine);
	KUNIT_EXPECT_FALSE(test, IoCancelIrp(t->irp[0]));
	gate_open(&t->fix.gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&t->fix.worker[0]));
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	irp_expect_no_trouble(test);
}

/* A routine that the driver has set by itself stays, if IoStartPacket() is given none. */
static void irp_set_cancel_routine_returns_the_one_before(struct kunit *test)
{
	struct irp_test *t = test->priv;
	PIRP Irp;

	irp_send(test, 0, 0);
	Irp = irp_write(t, 101);
	t->irp[1] = Irp;
	KUNIT_ASSERT_NOT_NULL(test, Irp);
	KUNIT_EXPECT_NULL(test, IoSetCancelRoutine(Irp, IrpCancel));
	KUNIT_EXPECT_PTR_EQ(test, Irp->CancelRoutine, (PDRIVER_CANCEL)IrpCancel);
	IoStartPacket(&t->object, Irp, NULL, NULL);
	KUNIT_EXPECT_PTR_EQ(test, IoSetCancelRoutine(Irp, IrpCancel), (PDRIVER_CANCEL)IrpCancel);
	KUNIT_EXPECT_TRUE(test, IoCancelIrp(Irp));
	KUNIT_EXPECT_NULL(test, IoSetCancelRoutine(Irp, NULL));
	irp_expect(test, 1, STATUS_CANCELLED, 0);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	irp_expect_no_trouble(test);
}

static void irp_cancel_worker(void *arg)
{
	struct irp_test *t = arg;

	gate_pass_sleeping(&t->fix.gate[1]);
	WRITE_ONCE(t->cancelled, IoCancelIrp(t->irp[1]));
}

/*
 * IRP 0 is on the device, and IRP 1 waits.  One CPU serves, so that IRP 1 is taken from the
 * queue, becomes current, is taken by StartIo; another CPU cancels it.  Whoever wins: it
 * completes once, with the winner's status, and the next one is served.
 */
static void irp_cancel_meets_the_next_start(struct kunit *test)
{
	struct irp_test *t = test->priv;
	unsigned int round, served = 0, cancelled = 0;
	NTSTATUS status;

	ctx_need_cpus(test, 2);
	ctx_pin(ctx_cpu(0));
	for_rounds_until_met(round, 1, IRP_ROUNDS, served && cancelled) {
		irp_send_n(test, 3);
		gate_init(&t->fix.gate[1]);
		KUNIT_ASSERT_TRUE(test, worker_start(&t->fix.worker[0], ctx_cpu(1),
						     irp_cancel_worker, t));
		KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&t->fix.gate[1], 1));
		gate_open(&t->fix.gate[1]);
		ctx_busy_wait_us(round % 64 * (1 + round / 64));
		KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
		KUNIT_ASSERT_TRUE(test, worker_join(&t->fix.worker[0]));
		while (irp_serve(t))
			;
		status = READ_ONCE(t->cancelled) ? STATUS_CANCELLED : STATUS_SUCCESS;
		if (status == STATUS_CANCELLED)
			cancelled++;
		else
			served++;
		irp_expect(test, 0, STATUS_SUCCESS, 100);
		irp_expect(test, 1, status, status == STATUS_CANCELLED ? 0 : 101);
		irp_expect(test, 2, STATUS_SUCCESS, 102);
		if (irp_reports(t))
			break;
	}
	KUNIT_EXPECT_GT(test, served, 0);
	KUNIT_EXPECT_GT(test, cancelled, 0);
	irp_expect_no_trouble(test);
}

/* ---- Owners ---------------------------------------------------------------------- */

static void irp_owner_that_gives_up_cancels_what_waits(struct kunit *test)
{
	struct irp_test *t = test->priv;
	PIRP Irp;

	irp_send_n(test, 2);
	Irp = t->irp[1];
	t->irp[1] = NULL;
	KUNIT_EXPECT_EQ(test, dpc_wdm_irp_wait(Irp, 1), 0);
	KUNIT_EXPECT_EQ(test, Irp->IoStatus.Status, STATUS_CANCELLED);
	dpc_wdm_irp_free(Irp);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	irp_expect_no_trouble(test);
}

/* KASAN and kmemleak see whether it is freed too early or not at all. */
static void irp_owner_that_gives_up_leaves_it_to_the_driver(struct kunit *test)
{
	struct irp_test *t = test->priv;
	PIRP Irp;

	irp_send(test, 0, 0);
	Irp = t->irp[0];
	t->irp[0] = NULL;
	KUNIT_EXPECT_EQ(test, dpc_wdm_irp_wait(Irp, 1), -ETIMEDOUT);
	KUNIT_EXPECT_TRUE(test, Irp->Cancel);		/* the driver has it, and so it is there */
	KUNIT_EXPECT_FALSE(test, dpc_wdm_device_object_close(&t->object, 1));
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), Irp);
	KUNIT_EXPECT_TRUE(test, dpc_wdm_device_object_close(&t->object, 0));
	irp_expect_no_trouble(test);
}

static void irp_of_a_closed_device_object_ends_as_delete_pending(struct kunit *test)
{
	struct irp_test *t = test->priv;

	irp_send_n(test, 2);
	KUNIT_EXPECT_FALSE(test, dpc_wdm_device_object_close(&t->object, 1));
	irp_send(test, 2, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->starts), 1);
	irp_expect(test, 1, STATUS_DELETE_PENDING, 0);
	irp_expect(test, 2, STATUS_DELETE_PENDING, 0);
	/* Not even a dispatch routine that completes at once sees one. */
	t->irp[3] = dpc_wdm_irp_alloc(&t->object, IRP_MJ_DEVICE_CONTROL, 4);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[3]);
	dpc_wdm_irp_send(t->irp[3]);
	irp_expect(test, 3, STATUS_DELETE_PENDING, 0);
	KUNIT_EXPECT_PTR_EQ(test, irp_serve(t), t->irp[0]);
	irp_expect(test, 0, STATUS_SUCCESS, 100);
	KUNIT_EXPECT_TRUE(test, dpc_wdm_device_object_close(&t->object, 0));
	irp_expect_no_trouble(test);
}

static void irp_errno_of_a_status(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(STATUS_SUCCESS), 0);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(STATUS_PENDING), 0);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(STATUS_CANCELLED), -ECANCELED);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(STATUS_INVALID_PARAMETER), -EINVAL);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(STATUS_INVALID_DEVICE_REQUEST), -ENOTTY);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(STATUS_IO_DEVICE_ERROR), -EIO);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(STATUS_NO_MEMORY), -ENOMEM);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(STATUS_DEVICE_REMOVED), -ENODEV);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno((NTSTATUS)0xe0001234), -EIO);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(dpc_wdm_status(-ENODEV)), -ENODEV);
	KUNIT_EXPECT_EQ(test, dpc_wdm_errno(dpc_wdm_status(-ENOMEM)), -ENOMEM);
}

/* ---- The error log ------------------------------------------------------------------ */

static void irp_error_probe(void *data, const struct dpc_stats *stats, u64 seq, u64 first,
			    void *function, const struct device *dev,
			    const struct dpc_error *error, u32 packet, u32 size)
{
	struct irp_test *t = data;

	if (dev != t->dev || error->code != (u32)IRP_CODE)
		return;
	t->error = *error;
	memcpy(&t->dump, error->data, min_t(size_t, size, sizeof(t->dump)));
	t->logged = true;
}

static void irp_error_log_entry_becomes_an_event(struct kunit *test)
{
	struct irp_test *t = test->priv;
	PIO_ERROR_LOG_PACKET entry;

	entry = IoAllocateErrorLogEntry(&t->object, sizeof(IO_ERROR_LOG_PACKET));
	KUNIT_ASSERT_NOT_NULL(test, entry);
	entry->ErrorCode = IRP_CODE;
	entry->UniqueErrorValue = 3;
	entry->FinalStatus = STATUS_IO_DEVICE_ERROR;
	entry->RetryCount = 2;
	entry->SequenceNumber = 17;
	entry->DumpDataSize = 200;		/* more than the entry has */
	entry->DumpData[0] = 0x11223344;
	KUNIT_ASSERT_EQ(test, register_trace_dpc_error(irp_error_probe, t), 0);
	IoWriteErrorLogEntry(entry);
	unregister_trace_dpc_error(irp_error_probe, t);
	tracepoint_synchronize_unregister();
	KUNIT_ASSERT_TRUE(test, t->logged);
	KUNIT_EXPECT_EQ(test, t->error.unique, 3);
	KUNIT_EXPECT_EQ(test, t->error.status, STATUS_IO_DEVICE_ERROR);
	KUNIT_EXPECT_EQ(test, t->error.retries, 2);
	KUNIT_EXPECT_EQ(test, t->error.sequence, 17);
	KUNIT_EXPECT_EQ(test, t->error.len, sizeof(IO_ERROR_LOG_PACKET) -
			offsetof(IO_ERROR_LOG_PACKET, DumpData));
	KUNIT_EXPECT_EQ(test, t->dump, 0x11223344);
}

static void irp_error_log_refuses_what_is_wrong(struct kunit *test)
{
	struct irp_test *t = test->priv;
	PVOID entry;

	KUNIT_EXPECT_NULL(test, IoAllocateErrorLogEntry(&t->driver, sizeof(IO_ERROR_LOG_PACKET)));
	KUNIT_EXPECT_NULL(test, IoAllocateErrorLogEntry(&t->object,
							sizeof(IO_ERROR_LOG_PACKET) - 1));
	KUNIT_EXPECT_NULL(test, IoAllocateErrorLogEntry(&t->object, ERROR_LOG_MAXIMUM_SIZE + 1));
	entry = IoAllocateErrorLogEntry(&t->object, ERROR_LOG_MAXIMUM_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	IoFreeErrorLogEntry(entry);
}

static struct kunit_case irp_cases[] = {
	KUNIT_CASE(irp_that_dispatch_completes_returns_its_answer), /* P4 */
	KUNIT_CASE(irp_without_a_dispatch_routine_is_invalid),
	KUNIT_CASE(irp_on_an_idle_device_is_current_at_dispatch), /* P1 */
	KUNIT_CASE(irp_may_be_started_without_dispatch), /* P1 */
	KUNIT_CASE(irp_on_a_busy_device_waits_its_turn), /* P1 P2 */
	KUNIT_CASE(irp_with_a_key_waits_in_the_order_of_keys), /* P1 */
	KUNIT_CASE(irp_next_by_key_sweeps), /* P2 P4 */
	KUNIT_CASE(irp_thousand_that_finish_in_start_io_use_one_level), /* P2 */
	KUNIT_CASE(irp_fields_of_the_driver_stay_while_it_waits), /* P3 */
	KUNIT_CASE(irp_may_wait_in_a_device_queue_of_the_drivers), /* P3 */
	KUNIT_CASE(irp_completed_twice_is_reported), /* P4 */
	KUNIT_CASE(irp_completed_under_a_lock_is_reported), /* P4 */
	KUNIT_CASE(irp_cancel_lock_raises_and_restores), /* P5 */
	KUNIT_CASE(irp_cancelled_while_it_waits_ends_as_cancelled), /* P5 */
	KUNIT_CASE(irp_cancelled_before_it_would_wait_calls_its_routine), /* P1 P5 */
	KUNIT_CASE(irp_that_start_io_has_taken_is_the_drivers), /* P5 */
	KUNIT_CASE(irp_cancelled_as_the_current_one_does_not_reach_the_device), /* P5 */
	KUNIT_CASE(irp_non_cancelable_loses_its_routine_before_start_io), /* P5 */
	KUNIT_CASE(irp_set_cancel_routine_returns_the_one_before), /* P5 */
	KUNIT_CASE(irp_cancel_meets_the_next_start), /* P2 P5 */
	KUNIT_CASE(irp_owner_that_gives_up_cancels_what_waits), /* P8 P5 */
	KUNIT_CASE(irp_owner_that_gives_up_leaves_it_to_the_driver), /* P8 */
	KUNIT_CASE(irp_of_a_closed_device_object_ends_as_delete_pending), /* P1 P8 */
	KUNIT_CASE(irp_errno_of_a_status),
	KUNIT_CASE(irp_error_log_entry_becomes_an_event), /* P4 */
	KUNIT_CASE(irp_error_log_refuses_what_is_wrong),
	{ }
};

static struct kunit_suite irp_suite = {
	.name = "dpc_wdm_irp",
	.init = irp_init,
	.exit = irp_exit,
	.test_cases = irp_cases,
};

kunit_test_suite(irp_suite);

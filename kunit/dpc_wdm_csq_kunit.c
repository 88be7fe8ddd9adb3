// SPDX-License-Identifier: GPL-2.0-only
/* Cancel-safe queues by their Windows names: each IRP comes back once (P5). */
#include "fixture.h"

#include <linux/dpc_wdm.h>

#define CSQ_IRPS	3
#define CSQ_ROUNDS	64
#define CSQ_STEP_US	10		/* from one round's meeting to the next one's */

struct csq_test {
	struct fixture		fix;		/* first: what test->priv points to */
	struct device		*dev;
	struct worker		worker;
	DRIVER_OBJECT		driver;
	DEVICE_OBJECT		object;
	IO_CSQ			csq;
	KSPIN_LOCK		lock;
	LIST_ENTRY		list;
	IO_CSQ_IRP_CONTEXT	context[CSQ_IRPS];
	bool			with_context;
	unsigned int		sent;
	PIRP			irp[CSQ_IRPS];
	ULONG			refuse;		/* of the Ex form: bytes that are too many */
	atomic_t		cancels;	/* calls of CompleteCanceledIrp */
	BOOLEAN			answer;		/* of IoCancelIrp() in another thread */
	u64			violations;
};

static struct csq_test *csq_of(PIO_CSQ Csq)
{
	return container_of(Csq, struct csq_test, csq);
}

/* ---- The driver --------------------------------------------------------------- */

static VOID CsqInsert(PIO_CSQ Csq, PIRP Irp)
{
	InsertTailList(&csq_of(Csq)->list, &Irp->Tail.Overlay.ListEntry);
}

static NTSTATUS CsqInsertEx(PIO_CSQ Csq, PIRP Irp, PVOID InsertContext)
{
	struct csq_test *t = InsertContext;

	if (IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length >= t->refuse)
		return STATUS_DEVICE_BUSY;
	CsqInsert(Csq, Irp);
	return STATUS_SUCCESS;
}

static VOID CsqRemove(PIO_CSQ Csq, PIRP Irp)
{
	RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}

static PIRP CsqPeek(PIO_CSQ Csq, PIRP Irp, PVOID PeekContext)
{
	PLIST_ENTRY head = &csq_of(Csq)->list;
	PLIST_ENTRY next = Irp ? Irp->Tail.Overlay.ListEntry.Flink : head->Flink;
	PIRP candidate;

	for (; next != head; next = next->Flink) {
		candidate = CONTAINING_RECORD(next, IRP, Tail.Overlay.ListEntry);
		if (!PeekContext || PeekContext == candidate)
			return candidate;
	}
	return NULL;
}

static VOID CsqAcquire(PIO_CSQ Csq, PKIRQL Irql)
{
	KeAcquireSpinLock(&csq_of(Csq)->lock, Irql);
}

static VOID CsqRelease(PIO_CSQ Csq, KIRQL Irql)
{
	KeReleaseSpinLock(&csq_of(Csq)->lock, Irql);
}

static VOID CsqEnd(PIRP Irp, NTSTATUS Status)
{
	Irp->IoStatus.Status = Status;
	Irp->IoStatus.Information = 0;
	IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static VOID CsqCompleteCanceled(PIO_CSQ Csq, PIRP Irp)
{
	atomic_inc(&csq_of(Csq)->cancels);
	CsqEnd(Irp, STATUS_CANCELLED);
}

static NTSTATUS CsqDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	struct csq_test *t = DeviceObject->DeviceExtension;
	PIO_CSQ_IRP_CONTEXT context = t->with_context ? &t->context[t->sent] : NULL;
	NTSTATUS status = IoCsqInsertIrpEx(&t->csq, Irp, context, t);

	if (NT_SUCCESS(status))
		return STATUS_PENDING;
	CsqEnd(Irp, status);
	return status;
}

/* ---- The glue ----------------------------------------------------------------- */

static int csq_init(struct kunit *test)
{
	struct csq_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	t->violations = dpc_violations();
	t->dev = __root_device_register("dpc_kunit_wdm_csq", NULL);
	if (IS_ERR(t->dev))
		return PTR_ERR(t->dev);
	KeInitializeSpinLock(&t->lock);
	InitializeListHead(&t->list);
	IoCsqInitialize(&t->csq, CsqInsert, CsqRemove, CsqPeek, CsqAcquire, CsqRelease,
			CsqCompleteCanceled);
	t->driver.MajorFunction[IRP_MJ_READ] = CsqDispatch;
	dpc_wdm_device_object_init(&t->object, t->dev, t);
	t->object.DriverObject = &t->driver;
	return fixture_setup(test, &t->fix);
}

static void csq_exit(struct kunit *test)
{
	struct csq_test *t = test->priv;
	PIRP irp;

	if (!t)
		return;
	KUNIT_EXPECT_TRUE(test, worker_join(&t->worker));
	/* A test that has failed half-way leaves some. */
	while ((irp = IoCsqRemoveNextIrp(&t->csq, NULL)))
		CsqEnd(irp, STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_TRUE(test, dpc_wdm_device_object_close(&t->object, REC_LIMIT));
	KUNIT_EXPECT_EQ(test, dpc_violations() - t->violations, 0);
	root_device_unregister(t->dev);
	fixture_exit(test);
}

static PIRP csq_alloc(struct kunit *test, ULONG length)
{
	struct csq_test *t = test->priv;
	PIRP irp = dpc_wdm_irp_alloc(&t->object, IRP_MJ_READ, 8);

	KUNIT_ASSERT_NOT_NULL(test, irp);
	IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length = length;
	return irp;
}

/* So many IRPs into the queue. */
static void csq_send(struct kunit *test, unsigned int count)
{
	struct csq_test *t = test->priv;

	for (t->sent = 0; t->sent < count; t->sent++) {
		t->irp[t->sent] = csq_alloc(test, 1);
		dpc_wdm_irp_send(t->irp[t->sent]);
	}
}

static void csq_expect(struct kunit *test, int i, NTSTATUS status)
{
	struct csq_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, dpc_wdm_irp_wait(t->irp[i], REC_LIMIT), 0);
	KUNIT_EXPECT_EQ_MSG(test, t->irp[i]->IoStatus.Status, status, "IRP %d", i);
	dpc_wdm_irp_free(t->irp[i]);
}

/* ---- Tests ----------------------------------------------------------------------- */

static void csq_next_is_what_the_driver_peeks(struct kunit *test)
{
	struct csq_test *t = test->priv;
	static const int order[] = { 1, 0, 2 };
	int i;

	csq_send(test, 3);
	KUNIT_EXPECT_TRUE(test, IoGetCurrentIrpStackLocation(t->irp[0])->Control &
				SL_PENDING_RETURNED);
	KUNIT_EXPECT_PTR_EQ(test, IoCsqRemoveNextIrp(&t->csq, t->irp[1]), t->irp[1]);
	KUNIT_EXPECT_PTR_EQ(test, IoCsqRemoveNextIrp(&t->csq, NULL), t->irp[0]);
	KUNIT_EXPECT_PTR_EQ(test, IoCsqRemoveNextIrp(&t->csq, NULL), t->irp[2]);
	KUNIT_EXPECT_NULL(test, IoCsqRemoveNextIrp(&t->csq, NULL));
	/* They are the driver's, and not cancelled any more. */
	KUNIT_EXPECT_FALSE(test, IoCancelIrp(t->irp[1]));
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		CsqEnd(t->irp[order[i]], STATUS_SUCCESS);
		csq_expect(test, order[i], STATUS_SUCCESS);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&t->cancels), 0);
}

static void csq_cancelled_one_leaves_the_queue(struct kunit *test)
{
	struct csq_test *t = test->priv;

	csq_send(test, 2);
	KUNIT_EXPECT_TRUE(test, IoCancelIrp(t->irp[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&t->cancels), 1);
	csq_expect(test, 0, STATUS_CANCELLED);
	KUNIT_EXPECT_PTR_EQ(test, IoCsqRemoveNextIrp(&t->csq, NULL), t->irp[1]);
	KUNIT_EXPECT_NULL(test, IoCsqRemoveNextIrp(&t->csq, NULL));
	CsqEnd(t->irp[1], STATUS_SUCCESS);
	csq_expect(test, 1, STATUS_SUCCESS);
}

static void csq_cancelled_before_it_is_inserted(struct kunit *test)
{
	struct csq_test *t = test->priv;

	t->irp[0] = csq_alloc(test, 1);
	KUNIT_EXPECT_FALSE(test, IoCancelIrp(t->irp[0]));
	dpc_wdm_irp_send(t->irp[0]);
	/* By now: its owner, when that gives up, would cancel it as well. */
	KUNIT_EXPECT_EQ(test, atomic_read(&t->cancels), 1);
	KUNIT_EXPECT_TRUE(test, IsListEmpty(&t->list));
	csq_expect(test, 0, STATUS_CANCELLED);
}

static void csq_context_finds_its_irp(struct kunit *test)
{
	struct csq_test *t = test->priv;

	t->with_context = true;
	csq_send(test, 3);
	KUNIT_EXPECT_PTR_EQ(test, IoCsqRemoveIrp(&t->csq, &t->context[1]), t->irp[1]);
	KUNIT_EXPECT_NULL(test, IoCsqRemoveIrp(&t->csq, &t->context[1]));
	KUNIT_EXPECT_TRUE(test, IoCancelIrp(t->irp[0]));
	csq_expect(test, 0, STATUS_CANCELLED);
	KUNIT_EXPECT_NULL(test, IoCsqRemoveIrp(&t->csq, &t->context[0]));
	KUNIT_EXPECT_PTR_EQ(test, IoCsqRemoveNextIrp(&t->csq, NULL), t->irp[2]);
	KUNIT_EXPECT_NULL(test, IoCsqRemoveIrp(&t->csq, &t->context[2]));
	CsqEnd(t->irp[1], STATUS_SUCCESS);
	CsqEnd(t->irp[2], STATUS_SUCCESS);
	csq_expect(test, 1, STATUS_SUCCESS);
	csq_expect(test, 2, STATUS_SUCCESS);
}

/* A cancellation has taken the routine, and not come to the queue yet. */
static void csq_removal_skips_what_is_being_cancelled(struct kunit *test)
{
	struct csq_test *t = test->priv;
	PDRIVER_CANCEL routine;

	t->with_context = true;
	csq_send(test, 2);
	routine = IoSetCancelRoutine(t->irp[0], NULL);
	KUNIT_ASSERT_NOT_NULL(test, routine);
	KUNIT_EXPECT_NULL(test, IoCsqRemoveIrp(&t->csq, &t->context[0]));
	KUNIT_EXPECT_PTR_EQ(test, IoCsqRemoveNextIrp(&t->csq, NULL), t->irp[1]);
	KUNIT_EXPECT_NULL(test, IoCsqRemoveNextIrp(&t->csq, NULL));
	CsqEnd(t->irp[1], STATUS_SUCCESS);
	csq_expect(test, 1, STATUS_SUCCESS);
	IoAcquireCancelSpinLock(&t->irp[0]->CancelIrql);
	routine(&t->object, t->irp[0]);
	csq_expect(test, 0, STATUS_CANCELLED);
}

static void csq_insert_that_is_refused(struct kunit *test)
{
	struct csq_test *t = test->priv;

	t->refuse = 2;
	t->with_context = true;
	KUNIT_EXPECT_EQ(test, IoCsqInitializeEx(&t->csq, CsqInsertEx, CsqRemove, CsqPeek,
						CsqAcquire, CsqRelease, CsqCompleteCanceled),
			STATUS_SUCCESS);
	csq_send(test, 1);
	t->irp[1] = csq_alloc(test, 2);
	dpc_wdm_irp_send(t->irp[1]);
	csq_expect(test, 1, STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_NULL(test, IoCsqRemoveIrp(&t->csq, &t->context[1]));
	KUNIT_EXPECT_PTR_EQ(test, IoCsqRemoveNextIrp(&t->csq, NULL), t->irp[0]);
	CsqEnd(t->irp[0], STATUS_SUCCESS);
	csq_expect(test, 0, STATUS_SUCCESS);
}

static void csq_cancel_it(void *arg)
{
	struct csq_test *t = arg;

	t->answer = IoCancelIrp(t->irp[0]);
}

/* One of the two gets it.  In one round of four the cancellation is first. */
static void csq_removal_meets_cancellation(struct kunit *test)
{
	struct csq_test *t = test->priv;
	int round;

	for (round = 0; round < CSQ_ROUNDS; round++) {
		int cancels = atomic_read(&t->cancels);
		PIRP irp;

		csq_send(test, 1);
		KUNIT_ASSERT_TRUE(test, worker_start(&t->worker, ctx_cpu(num_online_cpus() - 1),
						     csq_cancel_it, t));
		if (round % 4 == 1)
			KUNIT_ASSERT_TRUE(test, worker_join(&t->worker));
		else
			ctx_busy_wait_us(round * CSQ_STEP_US);
		irp = IoCsqRemoveNextIrp(&t->csq, NULL);
		KUNIT_ASSERT_TRUE(test, worker_join(&t->worker));
		KUNIT_ASSERT_EQ(test, t->answer, !irp);
		KUNIT_ASSERT_EQ(test, atomic_read(&t->cancels) - cancels, !irp);
		if (round % 4 == 1)
			KUNIT_ASSERT_NULL(test, irp);
		if (irp)
			CsqEnd(irp, STATUS_SUCCESS);
		csq_expect(test, 0, irp ? STATUS_SUCCESS : STATUS_CANCELLED);
	}
}

static struct kunit_case csq_cases[] = {
	KUNIT_CASE(csq_next_is_what_the_driver_peeks),
	KUNIT_CASE(csq_cancelled_one_leaves_the_queue), /* P5 */
	KUNIT_CASE(csq_cancelled_before_it_is_inserted), /* P5 */
	KUNIT_CASE(csq_context_finds_its_irp), /* P5 */
	KUNIT_CASE(csq_removal_skips_what_is_being_cancelled), /* P5 */
	KUNIT_CASE(csq_insert_that_is_refused),
	KUNIT_CASE(csq_removal_meets_cancellation), /* P5 */
	{ }
};

static struct kunit_suite csq_suite = {
	.name = "dpc_wdm_csq",
	.init = csq_init,
	.exit = csq_exit,
	.test_cases = csq_cases,
};

kunit_test_suite(csq_suite);

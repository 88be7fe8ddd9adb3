// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cancel routine and StartIo of the second sample, word for word, over an adapter that
 * grants nothing: so a request stays the current one for as long as a test wants (P5).
 */
#include "fixture.h"

#include <linux/dpc_wdm.h>

#include "../module/sample_wdm_io/edu_io.c"

#define IO_IRPS	3

struct io_test {
	struct fixture		fix;		/* first: what test->priv points to */
	struct device		*dev;
	DRIVER_OBJECT		driver;
	DEVICE_OBJECT		object;
	EDU_IO_EXTENSION	extension;
	DMA_ADAPTER		adapter;
	PIRP			irp[IO_IRPS];
	PIRP			cancel;		/* just before StartIo begins with it */
	BOOLEAN			cancelled;	/* IoCancelIrp()'s answer there */
	unsigned int		asked;		/* for the adapter */
	u64			violations;
};

static NTSTATUS io_no_channel(PDMA_ADAPTER DmaAdapter, PDEVICE_OBJECT DeviceObject,
			      ULONG NumberOfMapRegisters, PDRIVER_CONTROL ExecutionRoutine,
			      PVOID Context)
{
	struct io_test *t = container_of(DmaAdapter, struct io_test, adapter);

	t->asked++;
	return STATUS_SUCCESS;
}

static VOID io_no_registers(PDMA_ADAPTER DmaAdapter, PVOID MapRegisterBase,
			    ULONG NumberOfMapRegisters)
{
}

static VOID io_start(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	struct io_test *t = container_of(DeviceObject, struct io_test, object);

	if (t->cancel == Irp)
		t->cancelled = IoCancelIrp(Irp);
	EduIoStartIo(DeviceObject, Irp);
}

static int io_init(struct kunit *test)
{
	static const DMA_OPERATIONS operations = {
		.AllocateAdapterChannel	= io_no_channel,
		.FreeMapRegisters	= io_no_registers,
	};
	struct io_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	t->violations = dpc_violations();
	t->dev = __root_device_register("dpc_kunit_wdm_io", NULL);
	if (IS_ERR(t->dev))
		return PTR_ERR(t->dev);
	t->adapter.DmaOperations = &operations;
	t->extension.DmaAdapter = &t->adapter;
	t->extension.MapRegisterCount = 2;
	EduIoInitializeDriver(&t->driver);
	t->driver.DriverStartIo = io_start;
	dpc_wdm_device_object_init(&t->object, t->dev, &t->extension);
	t->object.DriverObject = &t->driver;
	return fixture_setup(test, &t->fix);
}

/* What the DPC does when the last piece has arrived. */
static void io_finish(struct io_test *t, NTSTATUS status)
{
	KIRQL old = KeRaiseIrqlToDpcLevel();

	EduIoEndTransfer(&t->object, t->object.CurrentIrp, status);
	KeLowerIrql(old);
}

static void io_exit(struct kunit *test)
{
	struct io_test *t = test->priv;

	if (!t)
		return;
	/* A test that has failed half-way leaves some. */
	while (t->object.CurrentIrp)
		io_finish(t, STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_TRUE(test, dpc_wdm_device_object_close(&t->object, REC_LIMIT));
	root_device_unregister(t->dev);
	fixture_exit(test);
}

static void io_send(struct kunit *test, int i)
{
	struct io_test *t = test->priv;

	t->irp[i] = dpc_wdm_irp_alloc(&t->object, IRP_MJ_WRITE, 64);
	KUNIT_ASSERT_NOT_NULL(test, t->irp[i]);
	IoGetCurrentIrpStackLocation(t->irp[i])->Parameters.Write.Length = 64;
	dpc_wdm_irp_send(t->irp[i]);
}

static void io_expect(struct kunit *test, int i, NTSTATUS status)
{
	struct io_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, dpc_wdm_irp_wait(t->irp[i], REC_LIMIT), 0);
	KUNIT_EXPECT_EQ_MSG(test, t->irp[i]->IoStatus.Status, status, "request %d", i);
	dpc_wdm_irp_free(t->irp[i]);
}

/* By their status: each request once. */
static void io_expect_ended(struct kunit *test, LONG completed, LONG cancelled)
{
	struct io_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->extension.Completed, completed);
	KUNIT_EXPECT_EQ(test, t->extension.Cancelled, cancelled);
	KUNIT_EXPECT_EQ(test, t->extension.Failed, 0);
	KUNIT_EXPECT_EQ(test, dpc_violations() - t->violations, 0);
}

static void io_request_that_waits_is_cancelled_at_once(struct kunit *test)
{
	struct io_test *t = test->priv;
	int i;

	for (i = 0; i < IO_IRPS; i++)
		io_send(test, i);
	KUNIT_EXPECT_TRUE(test, IoCancelIrp(t->irp[1]));
	io_expect_ended(test, 0, 1);
	KUNIT_EXPECT_PTR_EQ(test, t->object.CurrentIrp, t->irp[0]);
	io_finish(t, STATUS_SUCCESS);
	KUNIT_EXPECT_PTR_EQ(test, t->object.CurrentIrp, t->irp[2]);
	io_finish(t, STATUS_SUCCESS);
	KUNIT_EXPECT_NULL(test, t->object.CurrentIrp);
	KUNIT_EXPECT_EQ(test, t->asked, 2);
	io_expect_ended(test, 2, 1);
	io_expect(test, 0, STATUS_SUCCESS);
	io_expect(test, 1, STATUS_CANCELLED);
	io_expect(test, 2, STATUS_SUCCESS);
}

/* It is current already, and StartIo has not looked at it: the cancel routine leaves it. */
static void io_cancel_meets_the_start(struct kunit *test)
{
	struct io_test *t = test->priv;

	io_send(test, 0);
	io_send(test, 1);
	io_send(test, 2);
	t->cancel = t->irp[1];
	io_finish(t, STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, t->cancelled);
	KUNIT_EXPECT_PTR_EQ(test, t->object.CurrentIrp, t->irp[2]);
	io_expect_ended(test, 1, 1);
	io_finish(t, STATUS_SUCCESS);
	io_expect_ended(test, 2, 1);
	io_expect(test, 0, STATUS_SUCCESS);
	io_expect(test, 1, STATUS_CANCELLED);
	io_expect(test, 2, STATUS_SUCCESS);
}

/* Once it has begun, the DPC decides: it looks at Cancel. */
static void io_current_request_has_no_cancel_routine(struct kunit *test)
{
	struct io_test *t = test->priv;

	io_send(test, 0);
	KUNIT_EXPECT_NULL(test, t->irp[0]->CancelRoutine);
	KUNIT_EXPECT_FALSE(test, IoCancelIrp(t->irp[0]));
	KUNIT_EXPECT_TRUE(test, t->irp[0]->Cancel);
	KUNIT_EXPECT_PTR_EQ(test, t->object.CurrentIrp, t->irp[0]);
	io_expect_ended(test, 0, 0);
	io_finish(t, STATUS_CANCELLED);
	io_expect_ended(test, 0, 1);
	io_expect(test, 0, STATUS_CANCELLED);
}

static struct kunit_case io_cases[] = {
	KUNIT_CASE(io_request_that_waits_is_cancelled_at_once), /* P5 */
	KUNIT_CASE(io_cancel_meets_the_start), /* P5 */
	KUNIT_CASE(io_current_request_has_no_cancel_routine), /* P5 */
	{ }
};

static struct kunit_suite io_suite = {
	.name = "dpc_wdm_io",
	.init = io_init,
	.exit = io_exit,
	.test_cases = io_cases,
};

kunit_test_suite(io_suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA adapters and controllers by their Windows names, as a driver uses them: StartIo asks,
 * the control routine maps the first piece, the DPC flushes it and maps the next one: A1 to
 * A5.  The rules themselves are tested where the native calls are.
 */
#include "fixture.h"

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>

#include <linux/dpc_wdm.h>

#define DMA_DEVICES	3
#define DMA_MAX		(2 * PAGE_SIZE)		/* of one operation of the device */
#define DMA_LENGTH	(5 * PAGE_SIZE)		/* of a transfer */
#define DMA_MANY	1000			/* requests that free at once */

struct dma_test;

struct dma_device {
	struct dma_test		*t;
	DEVICE_OBJECT		object;
	PIRP			irp;
	IO_ALLOCATION_ACTION	answer;
	PVOID			maps;
	PUCHAR			va;		/* of the piece that is mapped */
	ULONG			length;		/* of that piece */
	ULONG			left;		/* of the transfer, with that piece */
	unsigned int		pieces;
	unsigned int		granted;
	PVOID			given[3];
};

struct dma_test {
	struct fixture		fix;		/* first: what test->priv points to */
	struct device		*dev;
	DRIVER_OBJECT		driver;
	struct dma_device	device[DMA_DEVICES];
	PDMA_ADAPTER		adapter;
	ULONG			registers;
	PCONTROLLER_OBJECT	controller;
	unsigned int		inside, deepest;
	unsigned int		many;
	u64			violations;
};

static u64 dma_reports(struct dma_test *t)
{
	return dpc_violations() - t->violations;
}

/* ---- The driver ------------------------------------------------------------- */

static DRIVER_STARTIO	DmaStartIo;
static DRIVER_CONTROL	DmaAdapterControl;
static DRIVER_CONTROL	DmaControllerControl;

static ULONG DmaSpan(PIRP Irp)
{
	PIO_STACK_LOCATION IrpSp = IoGetCurrentIrpStackLocation(Irp);
	ULONG Length = min_t(ULONG, IrpSp->Parameters.Write.Length, DMA_MAX);

	return ADDRESS_AND_SIZE_TO_SPAN_PAGES(Irp->AssociatedIrp.SystemBuffer, Length);
}

static VOID DmaFinish(PDEVICE_OBJECT DeviceObject, PIRP Irp, NTSTATUS Status, ULONG Information)
{
	Irp->IoStatus.Status = Status;
	Irp->IoStatus.Information = Information;
	IoStartNextPacket(DeviceObject, FALSE);
	IoCompleteRequest(Irp, IO_DISK_INCREMENT);
}

static VOID DmaStartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	struct dma_device *d = DeviceObject->DeviceExtension;
	PDMA_ADAPTER Adapter = d->t->adapter;
	NTSTATUS Status;

	d->va = Irp->AssociatedIrp.SystemBuffer;
	d->left = IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length;
	Status = Adapter->DmaOperations->AllocateAdapterChannel(Adapter, DeviceObject,
								DmaSpan(Irp), DmaAdapterControl, d);
	if (!NT_SUCCESS(Status))
		DmaFinish(DeviceObject, Irp, Status, 0);
}

/* The next piece.  The device is not there, so nobody has to be told. */
static VOID DmaMap(struct dma_device *d)
{
	PDMA_ADAPTER Adapter = d->t->adapter;
	PHYSICAL_ADDRESS Address;

	d->length = d->left;
	Address = Adapter->DmaOperations->MapTransfer(Adapter, NULL, d->maps, d->va, &d->length,
						      TRUE);
	if (d->length == 0 || d->length > DMA_MAX || Address.QuadPart == 0)
		atomic_inc(&d->t->fix.wrong);
	d->pieces++;
}

static IO_ALLOCATION_ACTION DmaAdapterControl(PDEVICE_OBJECT DeviceObject, PIRP Irp,
					      PVOID MapRegisterBase, PVOID Context)
{
	struct dma_device *d = Context;

	d->granted++;
	d->given[0] = DeviceObject;
	d->given[1] = Irp;
	d->maps = MapRegisterBase;
	if (KeGetCurrentIrql() != DISPATCH_LEVEL)
		atomic_inc(&d->t->fix.wrong);
	if (Irp)
		DmaMap(d);
	return d->answer;
}

/* The piece has arrived: the next one, or the end. */
static VOID DmaDpc(PDEVICE_OBJECT DeviceObject)
{
	struct dma_device *d = DeviceObject->DeviceExtension;
	PDMA_ADAPTER Adapter = d->t->adapter;
	PIRP Irp = DeviceObject->CurrentIrp;

	if (!Adapter->DmaOperations->FlushAdapterBuffers(Adapter, NULL, d->maps, d->va, d->length,
							 TRUE))
		atomic_inc(&d->t->fix.wrong);
	d->va += d->length;
	d->left -= d->length;
	if (d->left != 0) {
		DmaMap(d);
		return;
	}
	if (d->answer == KeepObject)
		Adapter->DmaOperations->FreeAdapterChannel(Adapter);
	else
		Adapter->DmaOperations->FreeMapRegisters(Adapter, d->maps, DmaSpan(Irp));
	DmaFinish(DeviceObject, Irp, STATUS_SUCCESS,
		  IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length);
}

static IO_ALLOCATION_ACTION DmaControllerControl(PDEVICE_OBJECT DeviceObject, PIRP Irp,
						 PVOID MapRegisterBase, PVOID Context)
{
	struct dma_device *d = Context;

	d->granted++;
	d->given[0] = DeviceObject;
	d->given[1] = Irp;
	d->given[2] = MapRegisterBase;
	return d->answer;
}

/* ---- The glue --------------------------------------------------------------- */

static int dma_init(struct kunit *test)
{
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION,
		.Master = TRUE,
		.Dma64BitAddresses = TRUE,
		.MaximumLength = DMA_MAX,
	};
	struct dma_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	int i;

	if (!t)
		return -ENOMEM;
	t->violations = dpc_violations();
	/* No link to this module: on 6.1 suites run before it is in sysfs. */
	t->dev = __root_device_register("dpc_kunit_wdm_dma", NULL);
	if (IS_ERR(t->dev))
		return PTR_ERR(t->dev);
	t->dev->dma_mask = &t->dev->coherent_dma_mask;
	t->driver.DriverStartIo = DmaStartIo;
	for (i = 0; i < DMA_DEVICES; i++) {
		struct dma_device *d = &t->device[i];

		d->t = t;
		d->answer = DeallocateObjectKeepRegisters;
		dpc_wdm_device_object_init(&d->object, t->dev, d);
		d->object.DriverObject = &t->driver;
	}
	t->adapter = IoGetDmaAdapter(&t->device[0].object, &description, &t->registers);
	t->controller = IoCreateController(64);
	if (!t->adapter || !t->controller)
		return -ENOMEM;
	return fixture_setup(test, &t->fix);
}

static void dma_exit(struct kunit *test)
{
	struct dma_test *t = test->priv;
	int i;

	if (!t)
		return;
	for (i = 0; i < DMA_DEVICES; i++)
		KUNIT_EXPECT_TRUE(test, dpc_wdm_device_object_close(&t->device[i].object,
								    REC_LIMIT));
	IoDeleteController(t->controller);
	t->adapter->DmaOperations->PutDmaAdapter(t->adapter);
	root_device_unregister(t->dev);
	fixture_exit(test);
}

static void dma_send(struct kunit *test, struct dma_device *d, ULONG length)
{
	d->irp = dpc_wdm_irp_alloc(&d->object, IRP_MJ_WRITE, length);
	KUNIT_ASSERT_NOT_NULL(test, d->irp);
	IoGetCurrentIrpStackLocation(d->irp)->Parameters.Write.Length = length;
	IoStartPacket(&d->object, d->irp, NULL, NULL);
}

static void dma_arrived(struct dma_device *d)
{
	KIRQL old = KeRaiseIrqlToDpcLevel();

	DmaDpc(&d->object);
	KeLowerIrql(old);
}

static void dma_expect(struct kunit *test, struct dma_device *d, NTSTATUS status, ULONG information)
{
	KUNIT_ASSERT_EQ(test, dpc_wdm_irp_wait(d->irp, REC_LIMIT), 0);
	KUNIT_EXPECT_EQ(test, d->irp->IoStatus.Status, status);
	KUNIT_EXPECT_EQ(test, d->irp->IoStatus.Information, information);
	dpc_wdm_irp_free(d->irp);
}

static void dma_expect_no_trouble(struct kunit *test)
{
	struct dma_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, atomic_read(&t->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, dma_reports(t), 0);
}

/* ---- Adapters ------------------------------------------------------------------ */

static void dma_adapter_has_registers_for_its_longest_transfer(struct kunit *test)
{
	struct dma_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->registers, 3);
	KUNIT_EXPECT_EQ(test, BYTES_TO_PAGES(DMA_MAX + 1), 3);
	KUNIT_EXPECT_EQ(test, ADDRESS_AND_SIZE_TO_SPAN_PAGES(PAGE_SIZE - 1, 2), 2);
}

static void dma_long_transfer_goes_in_pieces(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *d = &t->device[0];
	unsigned int calls = 0;

	dma_send(test, d, DMA_LENGTH);
	KUNIT_EXPECT_EQ(test, d->granted, 1);
	KUNIT_EXPECT_PTR_EQ(test, d->given[0], (PVOID)&d->object);
	KUNIT_EXPECT_PTR_EQ(test, d->given[1], (PVOID)d->irp);
	while (d->object.CurrentIrp && calls++ < 16)
		dma_arrived(d);
	KUNIT_EXPECT_EQ(test, d->granted, 1);
	KUNIT_EXPECT_GE(test, d->pieces, DMA_LENGTH / DMA_MAX);
	KUNIT_EXPECT_EQ(test, calls, d->pieces);
	dma_expect(test, d, STATUS_SUCCESS, DMA_LENGTH);
	dma_expect_no_trouble(test);
}

/* Three registers are not enough for two transfers of two or three pages. */
static void dma_device_that_waits_is_granted_when_registers_are_free(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *a = &t->device[0], *b = &t->device[1];

	dma_send(test, a, DMA_MAX);
	dma_send(test, b, DMA_MAX);
	KUNIT_EXPECT_EQ(test, a->granted, 1);
	KUNIT_EXPECT_EQ(test, b->granted, 0);
	while (a->object.CurrentIrp && a->pieces < 16)
		dma_arrived(a);
	KUNIT_EXPECT_EQ(test, b->granted, 1);
	KUNIT_EXPECT_PTR_EQ(test, b->given[1], (PVOID)b->irp);
	while (b->object.CurrentIrp && b->pieces < 16)
		dma_arrived(b);
	dma_expect(test, a, STATUS_SUCCESS, DMA_MAX);
	dma_expect(test, b, STATUS_SUCCESS, DMA_MAX);
	dma_expect_no_trouble(test);
}

/* System DMA: the channel is kept, and FreeAdapterChannel() has no device to tell. */
static void dma_kept_channel_is_freed_for_the_one_that_has_it(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *a = &t->device[0], *b = &t->device[1];

	a->answer = KeepObject;
	b->answer = KeepObject;
	dma_send(test, a, 100);
	dma_send(test, b, 200);
	KUNIT_EXPECT_EQ(test, b->granted, 0);
	dma_arrived(a);
	KUNIT_EXPECT_EQ(test, b->granted, 1);
	dma_arrived(b);
	dma_expect(test, a, STATUS_SUCCESS, 100);
	dma_expect(test, b, STATUS_SUCCESS, 200);
	dma_expect_no_trouble(test);
}

static void dma_more_registers_than_there_are_is_an_error(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *d = &t->device[0];
	KIRQL old = KeRaiseIrqlToDpcLevel();
	NTSTATUS status;

	d->answer = DeallocateObject;
	status = IoAllocateAdapterChannel(t->adapter, &d->object, t->registers + 1,
					  DmaAdapterControl, d);
	KUNIT_EXPECT_EQ(test, status, STATUS_INSUFFICIENT_RESOURCES);
	KUNIT_EXPECT_EQ(test, d->granted, 0);
	/* The next request is as if there had been none. */
	status = IoAllocateAdapterChannel(t->adapter, &d->object, t->registers,
					  DmaAdapterControl, d);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, d->granted, 1);
	KUNIT_EXPECT_NULL(test, d->given[1]);
	dma_expect_no_trouble(test);
}

static IO_ALLOCATION_ACTION dma_wrong_routine(PDEVICE_OBJECT DeviceObject, PIRP Irp,
					      PVOID MapRegisterBase, PVOID Context)
{
	struct dma_device *d = DeviceObject->DeviceExtension;

	atomic_inc(&d->t->fix.wrong);
	return DeallocateObject;
}

static void dma_second_request_of_a_device_is_reported_and_changes_nothing(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *a = &t->device[0], *b = &t->device[1];
	NTSTATUS status;
	KIRQL old;

	a->answer = KeepObject;
	dma_send(test, a, 100);
	dma_send(test, b, 200);
	old = KeRaiseIrqlToDpcLevel();
	status = IoAllocateAdapterChannel(t->adapter, &b->object, 1, dma_wrong_routine, NULL);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, status, STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_EQ(test, dma_reports(t), 1);
	dma_arrived(a);
	KUNIT_EXPECT_EQ(test, b->granted, 1);
	dma_arrived(b);
	dma_expect(test, a, STATUS_SUCCESS, 100);
	dma_expect(test, b, STATUS_SUCCESS, 200);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->fix.wrong), 0);
}

static void dma_transfer_without_room_has_length_0(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *d = &t->device[0];
	ULONG length = 100;

	dma_send(test, d, 100);
	/* All of its registers are in use. */
	KUNIT_EXPECT_EQ(test, IoMapTransfer(t->adapter, NULL, d->maps, d->va, &length,
					    TRUE).QuadPart, 0);
	KUNIT_EXPECT_EQ(test, length, 0);
	KUNIT_EXPECT_FALSE(test, IoFlushAdapterBuffers(t->adapter, NULL, d->maps, d->va + 1, 10,
						       TRUE));
	KUNIT_EXPECT_EQ(test, dma_reports(t), 1);	/* the flush */
	dma_arrived(d);
	dma_expect(test, d, STATUS_SUCCESS, 100);
}

static void dma_common_buffer_is_memory_of_both(struct kunit *test)
{
	struct dma_test *t = test->priv;
	const DMA_OPERATIONS *operations = t->adapter->DmaOperations;
	PHYSICAL_ADDRESS address = { };
	PVOID memory;

	memory = operations->AllocateCommonBuffer(t->adapter, PAGE_SIZE, &address, FALSE);
	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_EXPECT_NE(test, address.QuadPart, 0);
	memset(memory, 0xa5, PAGE_SIZE);
	operations->FreeCommonBuffer(t->adapter, PAGE_SIZE, address, memory, FALSE);
}

/* ---- Controllers ------------------------------------------------------------------ */

static void dma_allocate_controller(struct dma_device *d)
{
	KIRQL old = KeRaiseIrqlToDpcLevel();

	IoAllocateController(d->t->controller, &d->object, DmaControllerControl, d);
	KeLowerIrql(old);
}

static void dma_free_controller(struct dma_test *t)
{
	KIRQL old = KeRaiseIrqlToDpcLevel();

	IoFreeController(t->controller);
	KeLowerIrql(old);
}

static void dma_controller_serves_one_device_at_a_time(struct kunit *test)
{
	struct dma_test *t = test->priv;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, t->controller->ControllerExtension);
	for (i = 0; i < DMA_DEVICES; i++) {
		t->device[i].answer = KeepObject;
		dma_allocate_controller(&t->device[i]);
	}
	for (i = 0; i < DMA_DEVICES; i++) {
		KUNIT_EXPECT_EQ(test, t->device[i].granted, 1);
		KUNIT_EXPECT_PTR_EQ(test, t->device[i].given[0], (PVOID)&t->device[i].object);
		KUNIT_EXPECT_NULL(test, t->device[i].given[2]);
		if (i + 1 < DMA_DEVICES)
			KUNIT_EXPECT_EQ(test, t->device[i + 1].granted, 0);
		dma_free_controller(t);
	}
	dma_expect_no_trouble(test);
}

static void dma_controller_that_is_deallocated_serves_the_next_at_once(struct kunit *test)
{
	struct dma_test *t = test->priv;
	int i;

	for (i = 0; i < DMA_DEVICES; i++) {
		t->device[i].answer = DeallocateObject;
		dma_allocate_controller(&t->device[i]);
		KUNIT_EXPECT_EQ(test, t->device[i].granted, 1);
	}
	dma_expect_no_trouble(test);
}

/* Frees what it has, asks again, and answers KeepObject, a thousand times. */
static IO_ALLOCATION_ACTION dma_again(PDEVICE_OBJECT DeviceObject, PIRP Irp,
				      PVOID MapRegisterBase, PVOID Context)
{
	struct dma_device *d = DeviceObject->DeviceExtension;
	struct dma_test *t = d->t;

	if (++t->inside > t->deepest)
		t->deepest = t->inside;
	IoFreeController(t->controller);
	if (++t->many < DMA_MANY)
		IoAllocateController(t->controller, DeviceObject, dma_again, d);
	t->inside--;
	return KeepObject;
}

static void dma_controller_asked_for_again_uses_one_level_of_stack(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *d = &t->device[0];
	KIRQL old = KeRaiseIrqlToDpcLevel();

	IoAllocateController(t->controller, &d->object, dma_again, d);
	KeLowerIrql(old);
	KUNIT_EXPECT_EQ(test, t->many, DMA_MANY);
	KUNIT_EXPECT_EQ(test, t->deepest, 1);
	dma_expect_no_trouble(test);
}

static struct kunit_case dma_cases[] = {
	KUNIT_CASE(dma_adapter_has_registers_for_its_longest_transfer), /* A5 */
	KUNIT_CASE(dma_long_transfer_goes_in_pieces), /* A2 A3 */
	KUNIT_CASE(dma_device_that_waits_is_granted_when_registers_are_free), /* A1 A2 */
	KUNIT_CASE(dma_kept_channel_is_freed_for_the_one_that_has_it), /* A2 */
	KUNIT_CASE(dma_more_registers_than_there_are_is_an_error), /* A1 */
	KUNIT_CASE(dma_second_request_of_a_device_is_reported_and_changes_nothing), /* A1 */
	KUNIT_CASE(dma_transfer_without_room_has_length_0), /* A3 */
	KUNIT_CASE(dma_common_buffer_is_memory_of_both), /* A5 */
	KUNIT_CASE(dma_controller_serves_one_device_at_a_time), /* A4 */
	KUNIT_CASE(dma_controller_that_is_deallocated_serves_the_next_at_once), /* A4 */
	KUNIT_CASE(dma_controller_asked_for_again_uses_one_level_of_stack), /* A2 A4 */
	{ }
};

static struct kunit_suite dma_suite = {
	.name = "dpc_wdm_dma",
	.init = dma_init,
	.exit = dma_exit,
	.test_cases = dma_cases,
};

kunit_test_suite(dma_suite);

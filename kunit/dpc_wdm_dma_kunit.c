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
	struct gate		gate;
	struct worker		worker;
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
	gate_init(&t->gate);
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
	gate_open(&t->gate);
	KUNIT_EXPECT_TRUE(test, worker_join(&t->worker));
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

/* For requests without an IRP. */
static NTSTATUS dma_allocate(struct dma_device *d, ULONG registers)
{
	KIRQL old = KeRaiseIrqlToDpcLevel();
	NTSTATUS status;

	status = d->t->adapter->DmaOperations->AllocateAdapterChannel(d->t->adapter, &d->object,
								      registers, DmaAdapterControl,
								      d);
	KeLowerIrql(old);
	return status;
}

static void dma_free_channel(struct dma_test *t)
{
	KIRQL old = KeRaiseIrqlToDpcLevel();

	t->adapter->DmaOperations->FreeAdapterChannel(t->adapter);
	KeLowerIrql(old);
}

static void dma_free_registers(struct dma_device *d, ULONG registers)
{
	KIRQL old = KeRaiseIrqlToDpcLevel();

	d->t->adapter->DmaOperations->FreeMapRegisters(d->t->adapter, d->maps, registers);
	KeLowerIrql(old);
}

/* a, b, c: what each control routine answers decides when the next one is called. */
static void dma_answer_says_what_becomes_of_channel_and_registers(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *a = &t->device[0], *b = &t->device[1], *c = &t->device[2];

	a->answer = KeepObject;
	b->answer = DeallocateObject;
	c->answer = DeallocateObjectKeepRegisters;
	KUNIT_EXPECT_EQ(test, dma_allocate(a, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, dma_allocate(b, t->registers), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, dma_allocate(c, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, a->granted, 1);
	KUNIT_EXPECT_EQ(test, b->granted, 0);
	dma_free_channel(t);
	KUNIT_EXPECT_EQ(test, b->granted, 1);
	KUNIT_EXPECT_EQ(test, c->granted, 1);
	/* The channel is free, and one register. */
	KUNIT_EXPECT_EQ(test, dma_allocate(a, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, a->granted, 2);
	KUNIT_EXPECT_EQ(test, dma_allocate(b, 1), STATUS_SUCCESS);
	dma_free_channel(t);
	KUNIT_EXPECT_EQ(test, b->granted, 2);
	KUNIT_EXPECT_EQ(test, dma_allocate(b, t->registers), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, b->granted, 2);
	dma_free_registers(c, 2);
	KUNIT_EXPECT_EQ(test, b->granted, 3);
	dma_expect_no_trouble(test);
}

/* Whoever has the channel is known while he has it: afterwards his device may go. */
static void dma_channel_has_no_owner_when_it_is_free(struct kunit *test)
{
	static const IO_ALLOCATION_ACTION answers[] = {
		KeepObject, DeallocateObject, DeallocateObjectKeepRegisters,
	};
	struct dma_test *t = test->priv;
	struct dma_device *d = &t->device[0];
	int i;

	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		d->answer = answers[i];
		KUNIT_EXPECT_EQ(test, dma_allocate(d, 1), STATUS_SUCCESS);
		KUNIT_EXPECT_PTR_EQ(test, t->adapter->dpc_owner,
				    answers[i] == KeepObject ? &d->object.dpc_dma : NULL);
		if (answers[i] == KeepObject)
			dma_free_channel(t);
		if (answers[i] == DeallocateObjectKeepRegisters)
			dma_free_registers(d, 1);
		KUNIT_EXPECT_NULL(test, t->adapter->dpc_owner);
	}
	dma_expect_no_trouble(test);
}

static void dma_free_before_the_flush_is_reported_and_changes_nothing(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *a = &t->device[0], *b = &t->device[1];

	a->answer = KeepObject;
	dma_send(test, a, 100);
	dma_free_channel(t);
	KUNIT_EXPECT_EQ(test, dma_reports(t), 1);
	dma_send(test, b, DMA_MAX);
	KUNIT_EXPECT_EQ(test, b->granted, 0);
	dma_arrived(a);
	KUNIT_EXPECT_EQ(test, b->granted, 1);
	dma_free_registers(b, DmaSpan(b->irp));
	KUNIT_EXPECT_EQ(test, dma_reports(t), 2);
	while (b->object.CurrentIrp && b->pieces < 16)
		dma_arrived(b);
	dma_expect(test, a, STATUS_SUCCESS, 100);
	dma_expect(test, b, STATUS_SUCCESS, DMA_MAX);
	KUNIT_EXPECT_EQ(test, dma_reports(t), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->fix.wrong), 0);
}

static void dma_other_number_of_registers_is_reported(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *d = &t->device[0];

	KUNIT_EXPECT_EQ(test, dma_allocate(d, 2), STATUS_SUCCESS);
	dma_free_registers(d, 1);
	KUNIT_EXPECT_EQ(test, dma_reports(t), 1);
	dma_free_registers(d, 2);
	KUNIT_EXPECT_EQ(test, dma_reports(t), 1);
}

/* Length and address of the flush are those of the piece, whose registers it gives back. */
static void dma_flush_is_of_the_piece_that_was_mapped(struct kunit *test)
{
	struct dma_test *t = test->priv;
	const DMA_OPERATIONS *operations = t->adapter->DmaOperations;
	struct dma_device *d = &t->device[0];

	dma_send(test, d, 100);
	KUNIT_EXPECT_FALSE(test, operations->FlushAdapterBuffers(t->adapter, NULL, d->maps, d->va,
								 99, TRUE));
	KUNIT_EXPECT_EQ(test, dma_reports(t), 1);
	KUNIT_EXPECT_TRUE(test, operations->FlushAdapterBuffers(t->adapter, NULL, d->maps, d->va,
								100, TRUE));
	KUNIT_EXPECT_EQ(test, dma_reports(t), 1);
	/* There is room for it again. */
	DmaMap(d);
	dma_arrived(d);
	dma_expect(test, d, STATUS_SUCCESS, 100);
	KUNIT_EXPECT_EQ(test, dma_reports(t), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->fix.wrong), 0);
}

static IO_ALLOCATION_ACTION dma_at_the_gate(PDEVICE_OBJECT DeviceObject, PIRP Irp,
					    PVOID MapRegisterBase, PVOID Context)
{
	struct dma_device *d = DeviceObject->DeviceExtension;

	d->granted++;
	gate_pass(&d->t->gate);
	return DeallocateObject;
}

static void dma_allocate_at_the_gate(void *arg)
{
	struct dma_device *d = arg;
	KIRQL old = KeRaiseIrqlToDpcLevel();

	IoAllocateAdapterChannel(d->t->adapter, &d->object, 1, dma_at_the_gate, NULL);
	KeLowerIrql(old);
}

/*
 * The first request is granted, but its routine has not been read yet: the queue would
 * accept a second one.
 */
static void dma_second_request_does_not_get_the_routine_of_the_first(struct kunit *test)
{
	struct dma_test *t = test->priv;
	struct dma_device *d = &t->device[0];

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_TRUE(test, worker_start(&t->worker, ctx_cpu(1), dma_allocate_at_the_gate, d));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&t->gate, 1));
	WRITE_ONCE(d->object.dpc_dma.pending, true);
	KUNIT_EXPECT_EQ(test, dma_allocate(d, 1), STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_EQ(test, dma_reports(t), 1);
	WRITE_ONCE(d->object.dpc_dma.pending, false);
	gate_open(&t->gate);
	KUNIT_EXPECT_TRUE(test, worker_join(&t->worker));
	KUNIT_EXPECT_EQ(test, d->granted, 1);
	/* Reports about what the device has name the routine that was called. */
	KUNIT_EXPECT_EQ(test, dpc_wdm_request_ip(&d->object.dpc_dma),
			(unsigned long)dma_at_the_gate);
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
	KUNIT_CASE(dma_second_request_does_not_get_the_routine_of_the_first), /* A1 */
	KUNIT_CASE(dma_answer_says_what_becomes_of_channel_and_registers), /* A1 A2 */
	KUNIT_CASE(dma_channel_has_no_owner_when_it_is_free), /* A2 */
	KUNIT_CASE(dma_free_before_the_flush_is_reported_and_changes_nothing), /* A2 A3 */
	KUNIT_CASE(dma_other_number_of_registers_is_reported), /* A2 */
	KUNIT_CASE(dma_flush_is_of_the_piece_that_was_mapped), /* A3 */
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

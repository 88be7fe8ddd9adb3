/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: DMA adapters and controllers; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_DMA_H
#define _LINUX_DPC_WDM_DMA_H

#include <linux/dma-mapping.h>
#include <linux/dpc_adapter.h>
#include <linux/dpc_controller.h>
#include <linux/dpc_wdm_irp.h>
#include <linux/pfn.h>
#include <linux/slab.h>

/**
 * DOC: DMA adapters (A1, A2, A3, A5)
 *
 * A DMA_ADAPTER is a struct dpc_adapter over the kernel's DMA API.  Differences:
 *
 * - IoGetDmaAdapter() has as many map registers as a transfer of MaximumLength may touch
 *   pages.  If neither Dma32BitAddresses nor Dma64BitAddresses is set, the DMA mask is
 *   the one that glue code has set.
 * - CurrentVa is the memory's kernel address, such as SystemBuffer; the Mdl is not looked at.
 * - MapTransfer() may find no room: then *Length is 0, and the driver completes its IRP with
 *   an error.
 * - A device object has one request, or what that was granted, at a time: the next one comes
 *   after FreeMapRegisters() or FreeAdapterChannel().
 *
 * Drivers call these functions by the table DmaOperations, or by the names that begin with
 * Io.  Reports name the driver's control routine.
 */
struct _DMA_ADAPTER;

typedef struct _DMA_ADAPTER	DMA_ADAPTER, *PDMA_ADAPTER;
typedef DMA_ADAPTER		ADAPTER_OBJECT, *PADAPTER_OBJECT;

typedef struct _DMA_OPERATIONS {
	ULONG	Size;

	VOID	(*PutDmaAdapter)(PDMA_ADAPTER DmaAdapter);
	PVOID	(*AllocateCommonBuffer)(PDMA_ADAPTER DmaAdapter, ULONG Length,
					PHYSICAL_ADDRESS *LogicalAddress, BOOLEAN CacheEnabled);
	VOID	(*FreeCommonBuffer)(PDMA_ADAPTER DmaAdapter, ULONG Length,
				    PHYSICAL_ADDRESS LogicalAddress, PVOID VirtualAddress,
				    BOOLEAN CacheEnabled);
	NTSTATUS (*AllocateAdapterChannel)(PDMA_ADAPTER DmaAdapter, PDEVICE_OBJECT DeviceObject,
					   ULONG NumberOfMapRegisters,
					   PDRIVER_CONTROL ExecutionRoutine, PVOID Context);
	BOOLEAN	(*FlushAdapterBuffers)(PDMA_ADAPTER DmaAdapter, PMDL Mdl, PVOID MapRegisterBase,
				       PVOID CurrentVa, ULONG Length, BOOLEAN WriteToDevice);
	VOID	(*FreeAdapterChannel)(PDMA_ADAPTER DmaAdapter);
	VOID	(*FreeMapRegisters)(PDMA_ADAPTER DmaAdapter, PVOID MapRegisterBase,
				    ULONG NumberOfMapRegisters);
	PHYSICAL_ADDRESS (*MapTransfer)(PDMA_ADAPTER DmaAdapter, PMDL Mdl, PVOID MapRegisterBase,
					PVOID CurrentVa, PULONG Length, BOOLEAN WriteToDevice);
	/* Absent: GetDmaAlignment, ReadDmaCounter, GetScatterGatherList.  dma_map_sg(). */
} DMA_OPERATIONS, *PDMA_OPERATIONS;

struct _DMA_ADAPTER {
	USHORT			Version;
	USHORT			Size;
	const DMA_OPERATIONS	*DmaOperations;
	/* private: */
	struct dpc_adapter	dpc_adapter;
	struct dpc_wdm_request	*dpc_owner;	/* by xchg: has the channel */
};

typedef struct _DEVICE_DESCRIPTION {
	ULONG	Version;
	BOOLEAN	Master;
	BOOLEAN	ScatterGather;
	BOOLEAN	DemandMode;
	BOOLEAN	AutoInitialize;
	BOOLEAN	Dma32BitAddresses;
	BOOLEAN	IgnoreCount;
	BOOLEAN	Dma64BitAddresses;
	ULONG	BusNumber;
	ULONG	DmaChannel;
	ULONG	InterfaceType;
	ULONG	DmaWidth;
	ULONG	DmaSpeed;
	ULONG	MaximumLength;
	ULONG	DmaPort;
} DEVICE_DESCRIPTION, *PDEVICE_DESCRIPTION;

#define DEVICE_DESCRIPTION_VERSION	0
#define DEVICE_DESCRIPTION_VERSION1	1

#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Size)	\
	((ULONG)dpc_adapter_span((const void *)(Va), (Size)))
#define BYTES_TO_PAGES(Size)	((ULONG)PFN_UP(Size))

/*
 * The request of @DeviceObject for @owner's object.  The routine is read when it is granted,
 * and only then there may be the next one; until then the queue must not see a second one,
 * or that would be granted with the first one's routine.  Return: false if there is one
 * already, which is reported.
 */
static inline bool dpc_wdm_request_begin(struct dpc_wdm_request *request,
					 PDRIVER_CONTROL routine, PVOID context,
					 struct dpc_wdm_request **owner)
{
	if (xchg(&request->pending, true)) {
		dpc_allocation_refuse((unsigned long)routine);
		return false;
	}
	request->routine = routine;
	request->context = context;
	request->owner = owner;
	return true;
}

static inline unsigned long dpc_wdm_request_ip(const struct dpc_wdm_request *request)
{
	return (unsigned long)request->granted;
}

/* Nobody has the channel any more; see dpc_wdm_request_not_freed(). */
static inline struct dpc_wdm_request *dpc_wdm_request_owner(struct dpc_wdm_request **owner)
{
	return xchg(owner, NULL);
}

/* That was refused, and reported: it still has it. */
static inline void dpc_wdm_request_not_freed(struct dpc_wdm_request **owner,
					     struct dpc_wdm_request *request)
{
	cmpxchg(owner, NULL, request);
}

static inline struct dpc_wdm_request *dpc_wdm_request_of(PVOID MapRegisterBase)
{
	return container_of(MapRegisterBase, struct dpc_wdm_request, allocation);
}

static __always_inline NTSTATUS
IoAllocateAdapterChannel(PDMA_ADAPTER DmaAdapter, PDEVICE_OBJECT DeviceObject,
			 ULONG NumberOfMapRegisters, PDRIVER_CONTROL ExecutionRoutine,
			 PVOID Context)
{
	struct dpc_wdm_request *request = &DeviceObject->dpc_dma;
	int err;

	if (!dpc_wdm_request_begin(request, ExecutionRoutine, Context, &DmaAdapter->dpc_owner))
		return STATUS_DEVICE_BUSY;
	err = dpc_adapter_allocate_ip(&DmaAdapter->dpc_adapter, &request->allocation,
				      dpc_packet_current(&DeviceObject->dpc_queue),
				      NumberOfMapRegisters, (unsigned long)ExecutionRoutine);
	if (err)
		WRITE_ONCE(request->pending, false);
	return err == -E2BIG ? STATUS_INSUFFICIENT_RESOURCES : dpc_wdm_status(err);
}

static __always_inline PHYSICAL_ADDRESS IoMapTransfer(PDMA_ADAPTER DmaAdapter, PMDL Mdl,
						      PVOID MapRegisterBase, PVOID CurrentVa,
						      PULONG Length, BOOLEAN WriteToDevice)
{
	struct dpc_wdm_request *request = dpc_wdm_request_of(MapRegisterBase);
	PHYSICAL_ADDRESS address = { };
	size_t length = *Length;
	dma_addr_t bus;

	if (dpc_adapter_map_transfer_ip(&DmaAdapter->dpc_adapter, &request->allocation, CurrentVa,
					&length, WriteToDevice ? DMA_TO_DEVICE : DMA_FROM_DEVICE,
					&bus, dpc_wdm_request_ip(request))) {
		*Length = 0;
		return address;
	}
	*Length = length;
	address.QuadPart = bus;
	return address;
}

static __always_inline BOOLEAN IoFlushAdapterBuffers(PDMA_ADAPTER DmaAdapter, PMDL Mdl,
						     PVOID MapRegisterBase, PVOID CurrentVa,
						     ULONG Length, BOOLEAN WriteToDevice)
{
	struct dpc_wdm_request *request = dpc_wdm_request_of(MapRegisterBase);

	return dpc_adapter_flush_ip(&DmaAdapter->dpc_adapter, &request->allocation, CurrentVa,
				    Length, dpc_wdm_request_ip(request));
}

/* For the device whose control routine has the channel, or has kept it. */
static __always_inline VOID IoFreeAdapterChannel(PDMA_ADAPTER DmaAdapter)
{
	struct dpc_wdm_request *owner = dpc_wdm_request_owner(&DmaAdapter->dpc_owner);

	if (!WARN_ON_ONCE(!owner) &&
	    !dpc_adapter_free_channel_ip(&DmaAdapter->dpc_adapter, &owner->allocation,
					 dpc_wdm_request_ip(owner)))
		dpc_wdm_request_not_freed(&DmaAdapter->dpc_owner, owner);
}

static __always_inline VOID IoFreeMapRegisters(PDMA_ADAPTER DmaAdapter, PVOID MapRegisterBase,
					       ULONG NumberOfMapRegisters)
{
	struct dpc_wdm_request *request = dpc_wdm_request_of(MapRegisterBase);

	dpc_adapter_free_map_registers_ip(&DmaAdapter->dpc_adapter, &request->allocation,
					  NumberOfMapRegisters, dpc_wdm_request_ip(request));
}

/* Reported, and the adapter stays, if a device still has something of it. */
static __always_inline VOID dpc_wdm_put_adapter(PDMA_ADAPTER DmaAdapter)
{
	if (!dpc_adapter_destroy(&DmaAdapter->dpc_adapter))
		kfree(DmaAdapter);
}

/* A common buffer is always coherent. */
static inline PVOID dpc_wdm_common_alloc(PDMA_ADAPTER DmaAdapter, ULONG Length,
					 PHYSICAL_ADDRESS *LogicalAddress, BOOLEAN CacheEnabled)
{
	dma_addr_t bus;
	PVOID memory = dma_alloc_coherent(DmaAdapter->dpc_adapter.dev, Length, &bus, GFP_KERNEL);

	if (memory)
		LogicalAddress->QuadPart = bus;
	return memory;
}

static inline VOID dpc_wdm_common_free(PDMA_ADAPTER DmaAdapter, ULONG Length,
				       PHYSICAL_ADDRESS LogicalAddress, PVOID VirtualAddress,
				       BOOLEAN CacheEnabled)
{
	dma_free_coherent(DmaAdapter->dpc_adapter.dev, Length, VirtualAddress,
			  LogicalAddress.QuadPart);
}

static inline PDMA_ADAPTER IoGetDmaAdapter(PDEVICE_OBJECT PhysicalDeviceObject,
					   PDEVICE_DESCRIPTION DeviceDescription,
					   PULONG NumberOfMapRegisters)
{
	static const DMA_OPERATIONS operations = {
		.Size			= sizeof(operations),
		.PutDmaAdapter		= dpc_wdm_put_adapter,
		.AllocateCommonBuffer	= dpc_wdm_common_alloc,
		.FreeCommonBuffer	= dpc_wdm_common_free,
		.AllocateAdapterChannel	= IoAllocateAdapterChannel,
		.FlushAdapterBuffers	= IoFlushAdapterBuffers,
		.FreeAdapterChannel	= IoFreeAdapterChannel,
		.FreeMapRegisters	= IoFreeMapRegisters,
		.MapTransfer		= IoMapTransfer,
	};
	const DEVICE_DESCRIPTION *want = DeviceDescription;
	const struct dpc_adapter_params params = {
		.dev		= PhysicalDeviceObject->dpc_device,
		.map_registers	= PFN_UP(want->MaximumLength) + 1,
		.max_length	= want->MaximumLength,
		.address_bits	= want->Dma64BitAddresses ? 64 : want->Dma32BitAddresses ? 32 : 0,
	};
	PDMA_ADAPTER adapter = kzalloc(sizeof(*adapter), GFP_KERNEL);

	if (!adapter)
		return NULL;
	if (dpc_adapter_init(&adapter->dpc_adapter, &params)) {
		kfree(adapter);
		return NULL;
	}
	adapter->Version = 1;
	adapter->Size = sizeof(*adapter);
	adapter->DmaOperations = &operations;
	*NumberOfMapRegisters = params.map_registers;
	return adapter;
}

/* Absent: HalGetAdapter.  IoGetDmaAdapter(). */
/* Absent: KeFlushIoBuffers, MmGetMdlVirtualAddress.  MapTransfer() does the first; no MDLs. */

/**
 * DOC: Controllers (A4)
 *
 * A CONTROLLER_OBJECT is a struct dpc_controller.  As with adapters, a device object has one
 * request at a time.  IoFreeController() comes before IoStartNextPacket().
 */
typedef struct _CONTROLLER_OBJECT {
	PVOID			ControllerExtension;
	/* private: */
	struct dpc_controller	dpc_controller;
	struct dpc_wdm_request	*dpc_owner;	/* as in a DMA_ADAPTER */
} CONTROLLER_OBJECT, *PCONTROLLER_OBJECT;

static inline PCONTROLLER_OBJECT IoCreateController(ULONG Size)
{
	PCONTROLLER_OBJECT controller = kzalloc(sizeof(*controller), GFP_KERNEL);

	if (!controller)
		return NULL;
	controller->ControllerExtension = kzalloc(Size, GFP_KERNEL);
	if (!controller->ControllerExtension) {
		kfree(controller);
		return NULL;
	}
	dpc_controller_init(&controller->dpc_controller);
	return controller;
}

/* Reported, and the controller stays, if a device still has it. */
static __always_inline VOID IoDeleteController(PCONTROLLER_OBJECT ControllerObject)
{
	if (dpc_controller_destroy(&ControllerObject->dpc_controller))
		return;
	kfree(ControllerObject->ControllerExtension);
	kfree(ControllerObject);
}

static __always_inline VOID IoAllocateController(PCONTROLLER_OBJECT ControllerObject,
						 PDEVICE_OBJECT DeviceObject,
						 PDRIVER_CONTROL ExecutionRoutine, PVOID Context)
{
	struct dpc_wdm_request *request = &DeviceObject->dpc_controller;
	int err;

	if (!dpc_wdm_request_begin(request, ExecutionRoutine, Context,
				   &ControllerObject->dpc_owner))
		return;
	err = dpc_controller_allocate_ip(&ControllerObject->dpc_controller, &request->allocation,
					 dpc_packet_current(&DeviceObject->dpc_queue),
					 (unsigned long)ExecutionRoutine);
	if (err)
		WRITE_ONCE(request->pending, false);
}

static __always_inline VOID IoFreeController(PCONTROLLER_OBJECT ControllerObject)
{
	struct dpc_wdm_request *owner = dpc_wdm_request_owner(&ControllerObject->dpc_owner);

	if (!WARN_ON_ONCE(!owner) &&
	    !dpc_controller_free_ip(&ControllerObject->dpc_controller, &owner->allocation,
				    dpc_wdm_request_ip(owner)))
		dpc_wdm_request_not_freed(&ControllerObject->dpc_owner, owner);
}

#endif /* _LINUX_DPC_WDM_DMA_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver's routines as the pages of the callbacks tell to write them: first a
 * declaration by the type of the routine, then a definition with _Use_decl_annotations_
 * and the documented parameters.  Nothing here runs: that it compiles without a warning
 * is the test.
 */
#include <linux/dpc_wdm.h>

#include <linux/dpc_wdm_last.h>

static KSERVICE_ROUTINE			SkeletonService;
static KSYNCHRONIZE_ROUTINE		SkeletonSynchCritSection;
static IO_DPC_ROUTINE			SkeletonDpcForIsr;
static KDEFERRED_ROUTINE		SkeletonCustomDpc;
static KDEFERRED_ROUTINE		SkeletonCustomTimerDpc;
static IO_WORKITEM_ROUTINE		SkeletonWorkItem;
static IO_WORKITEM_ROUTINE_EX		SkeletonWorkItemEx;
static DRIVER_DISPATCH			SkeletonDispatch;
static DRIVER_STARTIO			SkeletonStartIo;
static DRIVER_CANCEL			SkeletonCancel;
static DRIVER_CONTROL			SkeletonAdapterControl;
static DRIVER_CONTROL			SkeletonControllerControl;
static EVT_WDF_INTERRUPT_ISR		SkeletonEvtInterruptIsr;
static EVT_WDF_INTERRUPT_DPC		SkeletonEvtInterruptDpc;
static EVT_WDF_INTERRUPT_WORKITEM	SkeletonEvtInterruptWorkItem;
static EVT_WDF_INTERRUPT_ENABLE		SkeletonEvtInterruptEnable;
static EVT_WDF_INTERRUPT_DISABLE	SkeletonEvtInterruptDisable;
static EVT_WDF_INTERRUPT_SYNCHRONIZE	SkeletonEvtInterruptSynchronize;
static EVT_WDF_DPC			SkeletonEvtDpcFunc;
static EVT_WDF_TIMER			SkeletonEvtTimerFunc;

typedef struct _SKELETON_EXTENSION {
	PDEVICE_OBJECT	DeviceObject;
	PKINTERRUPT	InterruptObject;
	PIO_WORKITEM	WorkItem;
	KDPC		CustomDpc;
	KDPC		CustomTimerDpc;
	KTIMER		Timer;
	LONG		Calls;
} SKELETON_EXTENSION, *PSKELETON_EXTENSION;

_Use_decl_annotations_
static BOOLEAN
SkeletonService(
	struct _KINTERRUPT	*Interrupt,
	PVOID			ServiceContext
	)
{
	PSKELETON_EXTENSION Extension = (PSKELETON_EXTENSION)ServiceContext;

	UNREFERENCED_PARAMETER(Interrupt);

	IoRequestDpc(Extension->DeviceObject, Extension->DeviceObject->CurrentIrp, Extension);
	return KeInsertQueueDpc(&Extension->CustomDpc, NULL, NULL);
}

_Use_decl_annotations_
static BOOLEAN
SkeletonSynchCritSection(
	PVOID	SynchronizeContext
	)
{
	PSKELETON_EXTENSION Extension = (PSKELETON_EXTENSION)SynchronizeContext;

	Extension->Calls = 0;
	return TRUE;
}

_Use_decl_annotations_
static VOID
SkeletonDpcForIsr(
	PKDPC			Dpc,
	struct _DEVICE_OBJECT	*DeviceObject,
	struct _IRP		*Irp,
	PVOID			Context
	)
{
	PSKELETON_EXTENSION Extension = (PSKELETON_EXTENSION)DeviceObject->DeviceExtension;

	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(Context);

	KeSynchronizeExecution(Extension->InterruptObject, SkeletonSynchCritSection, Extension);
	IoStartNextPacket(DeviceObject, TRUE);
	Irp->IoStatus.Status = STATUS_SUCCESS;
	Irp->IoStatus.Information = 0;
	IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

_Use_decl_annotations_
static VOID
SkeletonCustomDpc(
	struct _KDPC	*Dpc,
	PVOID		DeferredContext,
	PVOID		SystemArgument1,
	PVOID		SystemArgument2
	)
{
	PSKELETON_EXTENSION Extension = (PSKELETON_EXTENSION)DeferredContext;

	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(SystemArgument1);
	UNREFERENCED_PARAMETER(SystemArgument2);

	IoQueueWorkItem(Extension->WorkItem, SkeletonWorkItem, DelayedWorkQueue, Extension);
}

_Use_decl_annotations_
static VOID
SkeletonCustomTimerDpc(
	struct _KDPC	*Dpc,
	PVOID		DeferredContext,
	PVOID		SystemArgument1,
	PVOID		SystemArgument2
	)
{
	PSKELETON_EXTENSION Extension = (PSKELETON_EXTENSION)DeferredContext;

	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(SystemArgument1);
	UNREFERENCED_PARAMETER(SystemArgument2);

	IoQueueWorkItemEx(Extension->WorkItem, SkeletonWorkItemEx, DelayedWorkQueue, Extension);
}

_Use_decl_annotations_
static VOID
SkeletonWorkItem(
	PDEVICE_OBJECT	DeviceObject,
	PVOID		Context
	)
{
	UNREFERENCED_PARAMETER(DeviceObject);
	UNREFERENCED_PARAMETER(Context);

	PAGED_CODE();
}

_Use_decl_annotations_
static VOID
SkeletonWorkItemEx(
	PVOID		IoObject,
	PVOID		Context,
	PIO_WORKITEM	IoWorkItem
	)
{
	UNREFERENCED_PARAMETER(IoObject);
	UNREFERENCED_PARAMETER(Context);

	IoFreeWorkItem(IoWorkItem);
}

_Use_decl_annotations_
static NTSTATUS
SkeletonDispatch(
	struct _DEVICE_OBJECT	*DeviceObject,
	struct _IRP		*Irp
	)
{
	IoMarkIrpPending(Irp);
	IoStartPacket(DeviceObject, Irp, NULL, SkeletonCancel);
	return STATUS_PENDING;
}

_Use_decl_annotations_
static VOID
SkeletonStartIo(
	struct _DEVICE_OBJECT	*DeviceObject,
	struct _IRP		*Irp
	)
{
	PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
	KIRQL OldIrql;

	UNREFERENCED_PARAMETER(DeviceObject);

	IoAcquireCancelSpinLock(&OldIrql);
	IoSetCancelRoutine(Irp, NULL);
	IoReleaseCancelSpinLock(OldIrql);
	Irp->IoStatus.Information = Stack->Parameters.Write.Length;
}

_Use_decl_annotations_
static VOID
SkeletonCancel(
	struct _DEVICE_OBJECT	*DeviceObject,
	struct _IRP		*Irp
	)
{
	UNREFERENCED_PARAMETER(DeviceObject);

	IoReleaseCancelSpinLock(Irp->CancelIrql);
	Irp->IoStatus.Status = STATUS_CANCELLED;
	Irp->IoStatus.Information = 0;
	IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

_Use_decl_annotations_
static IO_ALLOCATION_ACTION
SkeletonAdapterControl(
	struct _DEVICE_OBJECT	*DeviceObject,
	struct _IRP		*Irp,
	PVOID			MapRegisterBase,
	PVOID			Context
	)
{
	UNREFERENCED_PARAMETER(DeviceObject);
	UNREFERENCED_PARAMETER(Irp);
	UNREFERENCED_PARAMETER(MapRegisterBase);
	UNREFERENCED_PARAMETER(Context);

	return DeallocateObjectKeepRegisters;
}

_Use_decl_annotations_
static IO_ALLOCATION_ACTION
SkeletonControllerControl(
	struct _DEVICE_OBJECT	*DeviceObject,
	struct _IRP		*Irp,
	PVOID			MapRegisterBase,
	PVOID			Context
	)
{
	UNREFERENCED_PARAMETER(DeviceObject);
	UNREFERENCED_PARAMETER(Irp);
	UNREFERENCED_PARAMETER(MapRegisterBase);

	return Context ? KeepObject : DeallocateObject;
}

_Use_decl_annotations_
static BOOLEAN
SkeletonEvtInterruptIsr(
	WDFINTERRUPT	Interrupt,
	ULONG		MessageID
	)
{
	UNREFERENCED_PARAMETER(MessageID);

	return WdfInterruptQueueDpcForIsr(Interrupt);
}

_Use_decl_annotations_
static VOID
SkeletonEvtInterruptDpc(
	WDFINTERRUPT	Interrupt,
	WDFOBJECT	AssociatedObject
	)
{
	UNREFERENCED_PARAMETER(AssociatedObject);

	WdfInterruptSynchronize(Interrupt, SkeletonEvtInterruptSynchronize, NULL);
}

_Use_decl_annotations_
static VOID
SkeletonEvtInterruptWorkItem(
	WDFINTERRUPT	Interrupt,
	WDFOBJECT	AssociatedObject
	)
{
	UNREFERENCED_PARAMETER(AssociatedObject);

	WdfInterruptAcquireLock(Interrupt);
	WdfInterruptReleaseLock(Interrupt);
}

_Use_decl_annotations_
static NTSTATUS
SkeletonEvtInterruptEnable(
	WDFINTERRUPT	Interrupt,
	WDFDEVICE	AssociatedDevice
	)
{
	UNREFERENCED_PARAMETER(Interrupt);
	UNREFERENCED_PARAMETER(AssociatedDevice);

	return STATUS_SUCCESS;
}

_Use_decl_annotations_
static NTSTATUS
SkeletonEvtInterruptDisable(
	WDFINTERRUPT	Interrupt,
	WDFDEVICE	AssociatedDevice
	)
{
	UNREFERENCED_PARAMETER(AssociatedDevice);

	return WdfInterruptGetDevice(Interrupt) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

_Use_decl_annotations_
static BOOLEAN
SkeletonEvtInterruptSynchronize(
	WDFINTERRUPT	Interrupt,
	WDFCONTEXT	Context
	)
{
	UNREFERENCED_PARAMETER(Interrupt);

	return Context ? FALSE : TRUE;
}

_Use_decl_annotations_
static VOID
SkeletonEvtDpcFunc(
	WDFDPC	Dpc
	)
{
	UNREFERENCED_PARAMETER(Dpc);
}

_Use_decl_annotations_
static VOID
SkeletonEvtTimerFunc(
	WDFTIMER	Timer
	)
{
	UNREFERENCED_PARAMETER(Timer);
}

/* Each routine where a driver puts it. */
static NTSTATUS __maybe_unused SkeletonStart(PSKELETON_EXTENSION Extension,
					     PDRIVER_OBJECT DriverObject, PDMA_ADAPTER DmaAdapter,
					     PCONTROLLER_OBJECT Controller, WDFDEVICE Device,
					     WDFINTERRUPT *Interrupt)
{
	IO_CONNECT_INTERRUPT_PARAMETERS Parameters = { };
	WDF_INTERRUPT_CONFIG WorkItemConfig;
	WDF_INTERRUPT_CONFIG Config;
	WDF_TIMER_CONFIG TimerConfig;
	WDF_DPC_CONFIG DpcConfig;

	DriverObject->DriverStartIo = SkeletonStartIo;
	DriverObject->MajorFunction[IRP_MJ_READ] = SkeletonDispatch;
	IoInitializeDpcRequest(Extension->DeviceObject, SkeletonDpcForIsr);
	KeInitializeDpc(&Extension->CustomDpc, SkeletonCustomDpc, Extension);
	KeInitializeDpc(&Extension->CustomTimerDpc, SkeletonCustomTimerDpc, Extension);
	Parameters.FullySpecified.InterruptObject = &Extension->InterruptObject;
	Parameters.FullySpecified.ServiceRoutine = SkeletonService;
	Parameters.FullySpecified.ServiceContext = Extension;
	IoConnectInterruptEx(&Parameters);
	DmaAdapter->DmaOperations->AllocateAdapterChannel(DmaAdapter, Extension->DeviceObject, 1,
							  SkeletonAdapterControl, Extension);
	IoAllocateController(Controller, Extension->DeviceObject, SkeletonControllerControl, NULL);

	WDF_DPC_CONFIG_INIT(&DpcConfig, SkeletonEvtDpcFunc);
	WDF_TIMER_CONFIG_INIT(&TimerConfig, SkeletonEvtTimerFunc);
	WDF_INTERRUPT_CONFIG_INIT(&Config, SkeletonEvtInterruptIsr, SkeletonEvtInterruptDpc);
	Config.EvtInterruptEnable = SkeletonEvtInterruptEnable;
	Config.EvtInterruptDisable = SkeletonEvtInterruptDisable;
	WDF_INTERRUPT_CONFIG_INIT(&WorkItemConfig, SkeletonEvtInterruptIsr, NULL);
	WorkItemConfig.EvtInterruptWorkItem = SkeletonEvtInterruptWorkItem;
	WorkItemConfig.PassiveHandling = TRUE;
	return WdfInterruptCreate(Device, &Config, WDF_NO_OBJECT_ATTRIBUTES, Interrupt);
}

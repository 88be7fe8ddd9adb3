// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing here runs: that it compiles without a warning is the test.  Drivers
 * declare their routines and structures by the documented tags (struct _KDPC) as
 * well as by the names of the types (PKDPC); both have to mean the same.
 */
#include <linux/dpc_wdm.h>

#include <linux/dpc_wdm_last.h>

/* The type behind a pointer name, and its tag. */
#define SAME_TYPE(Pointer, Tag)	static_assert(__builtin_types_compatible_p(Pointer, Tag *))

SAME_TYPE(PKDPC, struct _KDPC);
SAME_TYPE(PRKDPC, struct _KDPC);
SAME_TYPE(PKTIMER, struct _KTIMER);
SAME_TYPE(PRKTIMER, struct _KTIMER);
SAME_TYPE(PKEVENT, struct _KEVENT);
SAME_TYPE(PKINTERRUPT, struct _KINTERRUPT);
SAME_TYPE(PKLOCK_QUEUE_HANDLE, struct _KLOCK_QUEUE_HANDLE);
SAME_TYPE(PKDEVICE_QUEUE, struct _KDEVICE_QUEUE);
SAME_TYPE(PKDEVICE_QUEUE_ENTRY, struct _KDEVICE_QUEUE_ENTRY);
SAME_TYPE(PDEVICE_OBJECT, struct _DEVICE_OBJECT);
SAME_TYPE(PIO_WORKITEM, struct _IO_WORKITEM);
SAME_TYPE(PIRP, struct _IRP);
SAME_TYPE(PDMA_ADAPTER, struct _DMA_ADAPTER);
SAME_TYPE(PCONTROLLER_OBJECT, struct _CONTROLLER_OBJECT);
SAME_TYPE(PDRIVER_OBJECT, struct _DRIVER_OBJECT);
SAME_TYPE(PIO_STACK_LOCATION, struct _IO_STACK_LOCATION);
SAME_TYPE(PIO_STATUS_BLOCK, struct _IO_STATUS_BLOCK);
SAME_TYPE(PIO_ERROR_LOG_PACKET, struct _IO_ERROR_LOG_PACKET);
SAME_TYPE(PLIST_ENTRY, struct _LIST_ENTRY);
SAME_TYPE(PSINGLE_LIST_ENTRY, struct _SINGLE_LIST_ENTRY);
SAME_TYPE(PLARGE_INTEGER, union _LARGE_INTEGER);
SAME_TYPE(PPROCESSOR_NUMBER, struct _PROCESSOR_NUMBER);
SAME_TYPE(PKDPC_WATCHDOG_INFORMATION, struct _KDPC_WATCHDOG_INFORMATION);
SAME_TYPE(PIO_CONNECT_INTERRUPT_PARAMETERS, struct _IO_CONNECT_INTERRUPT_PARAMETERS);
SAME_TYPE(PIO_DISCONNECT_INTERRUPT_PARAMETERS, struct _IO_DISCONNECT_INTERRUPT_PARAMETERS);
SAME_TYPE(PWDF_INTERRUPT_CONFIG, struct _WDF_INTERRUPT_CONFIG);
SAME_TYPE(PWDF_OBJECT_ATTRIBUTES, struct _WDF_OBJECT_ATTRIBUTES);
SAME_TYPE(PWDF_INTERRUPT_INFO, struct _WDF_INTERRUPT_INFO);
SAME_TYPE(PWDF_DPC_CONFIG, struct _WDF_DPC_CONFIG);
SAME_TYPE(PWDF_TIMER_CONFIG, struct _WDF_TIMER_CONFIG);
SAME_TYPE(PWDF_WORKITEM_CONFIG, struct _WDF_WORKITEM_CONFIG);
SAME_TYPE(PWDF_IO_QUEUE_CONFIG, struct _WDF_IO_QUEUE_CONFIG);
SAME_TYPE(PWDF_REQUEST_PARAMETERS, struct _WDF_REQUEST_PARAMETERS);

/* A handle is no other kind of handle, but each is a WDFOBJECT. */
#define OTHER_TYPE(One, Other)	static_assert(!__builtin_types_compatible_p(One, Other))

OTHER_TYPE(WDFDEVICE, WDFINTERRUPT);
OTHER_TYPE(WDFINTERRUPT, WDFDPC);
OTHER_TYPE(WDFDPC, WDFTIMER);
OTHER_TYPE(WDFTIMER, WDFWORKITEM);
OTHER_TYPE(WDFSPINLOCK, WDFWAITLOCK);
OTHER_TYPE(WDFQUEUE, WDFREQUEST);

OTHER_TYPE(WDFDRIVER, WDFFILEOBJECT);
OTHER_TYPE(WDFDMAENABLER, WDFDMATRANSACTION);
SAME_TYPE(PUNICODE_STRING, struct _UNICODE_STRING);

static_assert(sizeof(WCHAR) == 2 && sizeof(UINT) == 4 && (INT)~0 < 0 && (UINT64)~0ULL > 0);

static_assert((CHAR)~0 < 0 && (CCHAR)~0 < 0 && (UCHAR)~0 > 0);

/* Forward declarations and typedefs of a driver's own, as headers repeat them. */
struct _KTIMER;
struct _KINTERRUPT;
typedef struct _KDPC KDPC, *PKDPC;
typedef struct _KTIMER KTIMER, *PKTIMER;
typedef struct _KDEVICE_QUEUE KDEVICE_QUEUE, *PKDEVICE_QUEUE;

/* The types of the driver's routines, by their tags, as the documentation has them. */
static KDEFERRED_ROUTINE		ByTagDeferred;
static KSERVICE_ROUTINE			ByTagService;
static KSYNCHRONIZE_ROUTINE		ByTagSynchronize;
static IO_DPC_ROUTINE			ByTagIoDpc;
static IO_WORKITEM_ROUTINE		ByTagWorkItem;
static IO_WORKITEM_ROUTINE_EX		ByTagWorkItemEx;

static VOID ByTagDeferred(struct _KDPC *Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			  PVOID SystemArgument2)
{
}

static BOOLEAN ByTagService(struct _KINTERRUPT *Interrupt, PVOID ServiceContext)
{
	return FALSE;
}

static BOOLEAN ByTagSynchronize(PVOID SynchronizeContext)
{
	return TRUE;
}

static VOID ByTagIoDpc(struct _KDPC *Dpc, struct _DEVICE_OBJECT *DeviceObject,
		       struct _IRP *Irp, PVOID Context)
{
}

static VOID ByTagWorkItem(struct _DEVICE_OBJECT *DeviceObject, PVOID Context)
{
}

static VOID ByTagWorkItemEx(PVOID IoObject, PVOID Context, struct _IO_WORKITEM *IoWorkItem)
{
}

/* A device extension with each object by its tag. */
typedef struct _BY_TAG_EXTENSION {
	struct _DEVICE_OBJECT		*DeviceObject;
	struct _KINTERRUPT		*Interrupt;
	struct _KDPC			Dpc;
	struct _KTIMER			Timer;
	struct _KDEVICE_QUEUE		Queue;
	struct _KDEVICE_QUEUE_ENTRY	Entry;
	struct _IO_WORKITEM		*WorkItem;
} BY_TAG_EXTENSION;

static VOID __maybe_unused ByTagStart(BY_TAG_EXTENSION *Extension)
{
	IO_CONNECT_INTERRUPT_PARAMETERS Parameters = { };
	struct _KLOCK_QUEUE_HANDLE Handle;
	LARGE_INTEGER DueTime = { };
	KSPIN_LOCK Lock;

	KeInitializeSpinLock(&Lock);
	KeInitializeDpc(&Extension->Dpc, ByTagDeferred, Extension);
	KeInitializeTimer(&Extension->Timer);
	KeInitializeDeviceQueue(&Extension->Queue);
	KeInsertDeviceQueue(&Extension->Queue, &Extension->Entry);
	IoInitializeDpcRequest(Extension->DeviceObject, ByTagIoDpc);
	IoInitializeWorkItem(Extension->DeviceObject, Extension->WorkItem);
	IoQueueWorkItem(Extension->WorkItem, ByTagWorkItem, DelayedWorkQueue, Extension);
	IoQueueWorkItemEx(Extension->WorkItem, ByTagWorkItemEx, DelayedWorkQueue, Extension);
	Parameters.FullySpecified.InterruptObject = &Extension->Interrupt;
	Parameters.FullySpecified.ServiceRoutine = ByTagService;
	IoConnectInterruptEx(&Parameters);
	KeSynchronizeExecution(Extension->Interrupt, ByTagSynchronize, Extension);
	KeAcquireInStackQueuedSpinLock(&Lock, &Handle);
	KeReleaseInStackQueuedSpinLock(&Handle);
	KeSetTimer(&Extension->Timer, DueTime, &Extension->Dpc);
}

/* Annotations, and messages with formats that only Windows has. */
static VOID __maybe_unused AnnotatedCopy(IN PUCHAR Source,
					 _Out_writes_bytes_(Length) PUCHAR Destination,
					 IN ULONG Length, OUT PULONG Copied OPTIONAL)
{
	NTSTATUS Status = STATUS_SUCCESS;
	ULONG Unused = Length;

	ASSERT(Length != 0);
	NT_ASSERT(KeGetCurrentIrql() <= DISPATCH_LEVEL);
	RtlCopyMemory(Destination, Source, Length);
	if (Copied)
		*Copied = Length;
	KdPrint(("copied %lu at %ws\n", Unused, Source));
	TraceEvents(TRACE_LEVEL_VERBOSE, DBG_READ, "%!FUNC! ends with %!STATUS!", Status);
	TraceEvents(TRACE_LEVEL_VERBOSE, DBG_READ, "no arguments");
	DbgPrint("%08x\n", Status);
}

/* KMDF's skeletons, by the types of their routines. */
typedef struct _PROTOTYPE_CONTEXT {
	WDFINTERRUPT	Interrupt;
	WDFSPINLOCK	Lock;
	WDFTIMER	Timer;
	WDFDPC		Dpc;
	ULONG		Vectors;
} PROTOTYPE_CONTEXT, *PPROTOTYPE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE(PROTOTYPE_CONTEXT)

static EVT_WDF_DPC			PrototypeEvtDpc;
static EVT_WDF_TIMER			PrototypeEvtTimer;
static EVT_WDF_WORKITEM			PrototypeEvtWorkItem;
static EVT_WDF_OBJECT_CONTEXT_CLEANUP	PrototypeEvtCleanup;

static VOID PrototypeEvtDpc(IN WDFDPC Dpc)
{
	PPROTOTYPE_CONTEXT Context = WdfObjectGet_PROTOTYPE_CONTEXT(WdfDpcGetParentObject(Dpc));

	WdfSpinLockAcquire(Context->Lock);
	WdfTimerStart(Context->Timer, WDF_REL_TIMEOUT_IN_MS(100));
	WdfSpinLockRelease(Context->Lock);
}

static VOID PrototypeEvtTimer(IN WDFTIMER Timer)
{
	WDFDEVICE Device = WdfTimerGetParentObject(Timer);

	WdfDpcEnqueue(WdfObjectGet_PROTOTYPE_CONTEXT(Device)->Dpc);
}

static VOID PrototypeEvtWorkItem(IN WDFWORKITEM WorkItem)
{
	WdfObjectDelete(WorkItem);
}

static VOID PrototypeEvtCleanup(IN WDFOBJECT Object)
{
	PPROTOTYPE_CONTEXT Context = WdfObjectGetTypedContext(Object, PROTOTYPE_CONTEXT);

	WdfTimerStop(Context->Timer, TRUE);
}

static EVT_WDF_REQUEST_CANCEL			PrototypeEvtCancel;
static EVT_WDF_IO_QUEUE_IO_READ			PrototypeEvtRead;
static EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL	PrototypeEvtControl;

static VOID PrototypeEvtCancel(IN WDFREQUEST Request)
{
	WdfRequestCompleteWithInformation(Request, STATUS_CANCELLED, 0);
}

static VOID PrototypeEvtRead(IN WDFQUEUE Queue, IN WDFREQUEST Request, IN size_t Length)
{
	PVOID Buffer;
	NTSTATUS Status = WdfRequestRetrieveOutputBuffer(Request, Length, &Buffer, &Length);

	if (NT_SUCCESS(Status))
		WdfRequestMarkCancelable(Request, PrototypeEvtCancel);
	else
		WdfRequestComplete(Request, Status);
}

static VOID PrototypeEvtControl(IN WDFQUEUE Queue, IN WDFREQUEST Request,
				IN size_t OutputBufferLength, IN size_t InputBufferLength,
				IN ULONG IoControlCode)
{
	WdfRequestComplete(Request, STATUS_INVALID_DEVICE_REQUEST);
}

/*
 * What a driver's header has besides: callbacks and handles of parts that are written anew.
 * DriverEntry() is declared and not defined.
 */
EXTERN_C_START

DRIVER_INITIALIZE		PrototypeDriverEntry;
DRIVER_ADD_DEVICE		PrototypeAddDevice;
EVT_WDF_DRIVER_DEVICE_ADD	PrototypeEvtDeviceAdd;
EVT_WDF_PROGRAM_DMA		PrototypeEvtProgramDma;
static EVT_WDF_DEVICE_PREPARE_HARDWARE	PrototypeEvtPrepareHardware;
static EVT_WDF_DEVICE_D0_ENTRY		PrototypeEvtD0Entry;
static EVT_WDF_IO_QUEUE_IO_STOP		PrototypeEvtStop;
static EVT_WDF_FILE_CLOSE		PrototypeEvtFileClose;
static IO_COMPLETION_ROUTINE		PrototypeCompletion;

EXTERN_C_END

typedef struct _PROTOTYPE_OPAQUE {
	WDFDRIVER		Driver;
	WDFDMAENABLER		DmaEnabler;
	WDFCOMMONBUFFER		CommonBuffer;
	WDFCOLLECTION		Collection;
	WDFMEMORY		Memory;
	WDFIOTARGET		Target;
	FAST_MUTEX		Mutex;
	UNICODE_STRING		Name;
	SYSTEM_POWER_STATE	SystemState;
	SSIZE_T			Length;
} PROTOTYPE_OPAQUE, *PPROTOTYPE_OPAQUE;

static FORCEINLINE UINT32 PrototypeLow(__in CONST PUINT64 Value)
{
	return (UINT32)*Value;
}

static NTSTATUS __maybe_unused NTAPI
PrototypeEvtPrepareHardware(IN WDFDEVICE Device, IN WDFCMRESLIST Raw, IN WDFCMRESLIST Translated)
{
	return Raw && Translated ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static NTSTATUS __maybe_unused PrototypeEvtD0Entry(_In_ WDFDEVICE Device,
						   _In_ WDF_POWER_DEVICE_STATE PreviousState)
{
	return PreviousState == WdfPowerDeviceD3Final ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static VOID __maybe_unused PrototypeEvtStop(__in WDFQUEUE Queue, __in WDFREQUEST Request,
					    __in ULONG ActionFlags)
{
	if (WdfRequestUnmarkCancelable(Request) == STATUS_SUCCESS)
		WdfRequestComplete(Request, STATUS_CANCELLED);
}

static VOID __maybe_unused PrototypeEvtFileClose(IN WDFFILEOBJECT FileObject)
{
}

static NTSTATUS __maybe_unused PrototypeCompletion(IN PDEVICE_OBJECT DeviceObject, IN PIRP Irp,
						   IN PVOID Context)
{
	UINT64 Information = Irp->IoStatus.Information;

	TraceEvents(TRACE_LEVEL_VERBOSE, 0, "%!FUNC! %!STATUS!", Irp->IoStatus.Status);
	return PrototypeLow(&Information) ? STATUS_SUCCESS : STATUS_NO_MORE_ENTRIES;
}

static NTSTATUS __maybe_unused PrototypeCreateQueue(IN WDFDEVICE Device)
{
	WDF_IO_QUEUE_CONFIG Config;

	WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&Config, WdfIoQueueDispatchSequential);
	Config.EvtIoRead = PrototypeEvtRead;
	Config.EvtIoDeviceControl = PrototypeEvtControl;
	return WdfIoQueueCreate(Device, &Config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

static NTSTATUS __maybe_unused PrototypeCreate(IN WDFDEVICE Device)
{
	PPROTOTYPE_CONTEXT Context = WdfObjectGet_PROTOTYPE_CONTEXT(Device);
	WDF_OBJECT_ATTRIBUTES Attributes;
	WDF_WORKITEM_CONFIG WorkItemConfig;
	WDF_TIMER_CONFIG TimerConfig;
	WDF_DPC_CONFIG DpcConfig;
	WDF_INTERRUPT_INFO Info;
	WDFWORKITEM WorkItem;
	NTSTATUS Status;

	WDF_OBJECT_ATTRIBUTES_INIT(&Attributes);
	Attributes.ParentObject = Device;
	Attributes.EvtCleanupCallback = PrototypeEvtCleanup;
	Status = WdfSpinLockCreate(&Attributes, &Context->Lock);
	if (!NT_SUCCESS(Status))
		return Status;
	WDF_DPC_CONFIG_INIT(&DpcConfig, PrototypeEvtDpc);
	DpcConfig.AutomaticSerialization = TRUE;
	Status = WdfDpcCreate(&DpcConfig, &Attributes, &Context->Dpc);
	if (!NT_SUCCESS(Status))
		return Status;
	WDF_TIMER_CONFIG_INIT_PERIODIC(&TimerConfig, PrototypeEvtTimer, 1000);
	Status = WdfTimerCreate(&TimerConfig, &Attributes, &Context->Timer);
	if (!NT_SUCCESS(Status))
		return Status;
	WDF_WORKITEM_CONFIG_INIT(&WorkItemConfig, PrototypeEvtWorkItem);
	Status = WdfWorkItemCreate(&WorkItemConfig, &Attributes, &WorkItem);
	if (!NT_SUCCESS(Status))
		return Status;
	WdfWorkItemEnqueue(WorkItem);
	WDF_INTERRUPT_INFO_INIT(&Info);
	WdfInterruptGetInfo(Context->Interrupt, &Info);
	if (Info.Vector != 0)
		Context->Vectors++;
	return STATUS_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt part of a driver for the "edu" device, as its Windows version has
 * it: nothing in this file is Linux's.  Two ways in and one thing to do: the WDM
 * routines (KINTERRUPT, KDPC) and the KMDF callbacks (WDFINTERRUPT) end in the
 * same functions.
 */
#include "edu_wdm.h"

static KSERVICE_ROUTINE EduInterruptService;
static KDEFERRED_ROUTINE EduDpcForIsr;
static KSYNCHRONIZE_ROUTINE EduTakeInterruptBits;
static KSYNCHRONIZE_ROUTINE EduEnableDevice;
static KSYNCHRONIZE_ROUTINE EduDisableDevice;
static EVT_WDF_INTERRUPT_ISR EduEvtInterruptIsr;
static EVT_WDF_INTERRUPT_DPC EduEvtInterruptDpc;
static EVT_WDF_INTERRUPT_ENABLE EduEvtInterruptEnable;
static EVT_WDF_INTERRUPT_DISABLE EduEvtInterruptDisable;
static EVT_WDF_INTERRUPT_SYNCHRONIZE EduEvtTakeInterruptBits;

static const ULONG EduEngineBit[EduEngineCount] = {
	[EduEngineFactorial]	= 0x00000001,
	[EduEngineDma]		= 0x00000100,
	[EduEngineDoorbell]	= 0x00010000,
};

/* ---- The device, at DIRQL ------------------------------------------------ */

/*
 * Read the status and acknowledge, until there is none: a bit that stays set is
 * not signalled again.  Returns what was set.
 */
static ULONG EduAcknowledge(PEDU_EXTENSION Extension)
{
	PEDU_REGISTERS Registers = Extension->Registers;
	ULONG Seen = 0;
	ULONG Status;
	ULONG i;

	for (i = 0; i < EDU_ACKNOWLEDGE_MAX; i++) {
		Status = READ_REGISTER_ULONG(&Registers->InterruptStatus);
		if (Status == 0 || Status == EDU_GONE)
			break;
		WRITE_REGISTER_ULONG(&Registers->InterruptAcknowledge, Status);
		Seen |= Status;
	}
	return Seen;
}

/* The ISR's work.  Returns whether there is something for the DPC. */
static BOOLEAN EduGatherInterrupt(PEDU_EXTENSION Extension)
{
	ULONG Status = EduAcknowledge(Extension);

	if (Status == 0)
		return FALSE;

	/* Several interrupts may come before the DPC runs: add, don't assign. */
	Extension->InterruptBits |= Status;
	return TRUE;
}

typedef struct _EDU_SNAPSHOT {
	PEDU_EXTENSION	Extension;
	ULONG		Bits;
} EDU_SNAPSHOT, *PEDU_SNAPSHOT;

static BOOLEAN EduTakeInterruptBits(PVOID SynchronizeContext)
{
	PEDU_SNAPSHOT Snapshot = SynchronizeContext;

	Snapshot->Bits = Snapshot->Extension->InterruptBits;
	Snapshot->Extension->InterruptBits = 0;
	return Snapshot->Bits != 0;
}

static BOOLEAN EduEnableDevice(PVOID SynchronizeContext)
{
	PEDU_EXTENSION Extension = SynchronizeContext;

	WRITE_REGISTER_ULONG(&Extension->Registers->Status, EDU_STATUS_INTERRUPT);
	return TRUE;
}

static BOOLEAN EduDisableDevice(PVOID SynchronizeContext)
{
	PEDU_EXTENSION Extension = SynchronizeContext;

	WRITE_REGISTER_ULONG(&Extension->Registers->Status, 0);
	EduAcknowledge(Extension);
	return TRUE;
}

/* ---- Requests, at DISPATCH_LEVEL ----------------------------------------- */

static VOID EduProgramDma(PEDU_EXTENSION Extension, PEDU_REQUEST Request)
{
	ULONG Memory = Extension->CommonBufferAddress.LowPart;
	ULONG Device = EDU_DMA_BUFFER + Request->Offset;
	PEDU_REGISTERS Registers = Extension->Registers;
	ULONG Command = EDU_DMA_RUN | EDU_DMA_INTERRUPT;

	if (Request->ToDevice)
		RtlCopyMemory(Extension->CommonBuffer, Request->Data, Request->Length);
	else
		Command |= EDU_DMA_TO_MEMORY;
	WRITE_REGISTER_ULONG(&Registers->DmaSource, Request->ToDevice ? Memory : Device);
	WRITE_REGISTER_ULONG(&Registers->DmaDestination, Request->ToDevice ? Device : Memory);
	WRITE_REGISTER_ULONG(&Registers->DmaCount, Request->Length);
	WRITE_REGISTER_ULONG(&Registers->DmaCommand, Command);
}

/* The engine is this request's until the DPC takes it off. */
static VOID EduStartRequest(PEDU_EXTENSION Extension, PEDU_REQUEST Request)
{
	KeAcquireSpinLockAtDpcLevel(&Extension->Lock);
	Extension->Engine[Request->Engine].Current = Request;
	switch (Request->Engine) {
	case EduEngineFactorial:
		WRITE_REGISTER_ULONG(&Extension->Registers->Factorial, Request->Argument);
		break;
	case EduEngineDma:
		EduProgramDma(Extension, Request);
		break;
	default:
		WRITE_REGISTER_ULONG(&Extension->Registers->InterruptRaise,
				     EduEngineBit[EduEngineDoorbell]);
		break;
	}
	KeReleaseSpinLockFromDpcLevel(&Extension->Lock);
}

/* Take the finished request off its engine, with its result.  NULL if there was none. */
static PEDU_REQUEST EduTakeFinished(PEDU_EXTENSION Extension, EDU_ENGINE Engine)
{
	PEDU_REQUEST Request;

	KeAcquireSpinLockAtDpcLevel(&Extension->Lock);
	Request = Extension->Engine[Engine].Current;
	Extension->Engine[Engine].Current = NULL;
	if (Request != NULL && Engine == EduEngineFactorial)
		Request->Result = READ_REGISTER_ULONG(&Extension->Registers->Factorial);
	if (Request != NULL && Engine == EduEngineDma && !Request->ToDevice)
		RtlCopyMemory(Request->Data, Extension->CommonBuffer, Request->Length);
	KeReleaseSpinLockFromDpcLevel(&Extension->Lock);
	return Request;
}

/* Start the next request just before completing the one that is done. */
static VOID EduFinishEngine(PEDU_EXTENSION Extension, EDU_ENGINE Engine)
{
	PEDU_REQUEST Finished = EduTakeFinished(Extension, Engine);
	PKDEVICE_QUEUE_ENTRY Next;

	if (Finished == NULL) {
		InterlockedIncrement(&Extension->Unexpected);
		return;
	}
	Next = KeRemoveDeviceQueue(&Extension->Engine[Engine].Queue);
	if (Next != NULL)
		EduStartRequest(Extension, CONTAINING_RECORD(Next, EDU_REQUEST, QueueEntry));
	Finished->Status = STATUS_SUCCESS;
	Finished->Complete(Finished);
}

/* The DPC's work: everything that has finished, whichever interrupt said so. */
static VOID EduFinishRequests(PEDU_EXTENSION Extension, ULONG Bits)
{
	ULONG Engine;

	InterlockedIncrement(&Extension->DpcCalls);
	if (KeGetCurrentIrql() != DISPATCH_LEVEL)
		InterlockedIncrement(&Extension->WrongLevel);
	for (Engine = 0; Engine < EduEngineCount; Engine++)
		if (Bits & EduEngineBit[Engine])
			EduFinishEngine(Extension, (EDU_ENGINE)Engine);
}

NTSTATUS EduSubmit(PEDU_EXTENSION Extension, PEDU_REQUEST Request)
{
	KIRQL OldIrql;

	if (Request->Engine >= EduEngineCount)
		return STATUS_INVALID_PARAMETER;
	if (Request->Engine == EduEngineDma &&
	    (Request->Length == 0 || Request->Length > EDU_TRANSFER_MAX ||
	     Request->Offset > EDU_DMA_BUFFER_SIZE - Request->Length))
		return STATUS_INVALID_PARAMETER;

	OldIrql = KeRaiseIrqlToDpcLevel();
	if (!KeInsertDeviceQueue(&Extension->Engine[Request->Engine].Queue, &Request->QueueEntry))
		EduStartRequest(Extension, Request);
	KeLowerIrql(OldIrql);
	return STATUS_PENDING;
}

VOID EduInitializeExtension(PEDU_EXTENSION Extension)
{
	ULONG Engine;

	KeInitializeSpinLock(&Extension->Lock);
	for (Engine = 0; Engine < EduEngineCount; Engine++)
		KeInitializeDeviceQueue(&Extension->Engine[Engine].Queue);
}

/* ---- WDM ----------------------------------------------------------------- */

static BOOLEAN EduInterruptService(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
	PEDU_EXTENSION Extension = ServiceContext;

	UNREFERENCED_PARAMETER(Interrupt);

	/* A message that finds nothing was ours all the same: nobody shares it. */
	if (!EduGatherInterrupt(Extension))
		return Extension->MessageSignaled;
	InterlockedIncrement(&Extension->Interrupts);
	if (!KeInsertQueueDpc(&Extension->Dpc, NULL, NULL))
		InterlockedIncrement(&Extension->DpcRefused);
	return TRUE;
}

static VOID EduDpcForIsr(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			 PVOID SystemArgument2)
{
	PEDU_EXTENSION Extension = DeferredContext;
	EDU_SNAPSHOT Snapshot = { Extension, 0 };

	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(SystemArgument1);
	UNREFERENCED_PARAMETER(SystemArgument2);

	KeSynchronizeExecution(Extension->InterruptObject, EduTakeInterruptBits, &Snapshot);
	EduFinishRequests(Extension, Snapshot.Bits);
}

NTSTATUS EduConnectInterrupt(PEDU_EXTENSION Extension, PDEVICE_OBJECT DeviceObject)
{
	IO_CONNECT_INTERRUPT_PARAMETERS Parameters;
	NTSTATUS Status;

	PAGED_CODE();

	KeInitializeDpc(&Extension->Dpc, EduDpcForIsr, Extension);

	RtlZeroMemory(&Parameters, sizeof(Parameters));
	Parameters.Version = CONNECT_LINE_BASED;
	Parameters.LineBased.PhysicalDeviceObject = DeviceObject;
	Parameters.LineBased.InterruptObject = &Extension->InterruptObject;
	Parameters.LineBased.ServiceRoutine = EduInterruptService;
	Parameters.LineBased.ServiceContext = Extension;
	Status = IoConnectInterruptEx(&Parameters);
	if (!NT_SUCCESS(Status))
		return Status;

	KeSynchronizeExecution(Extension->InterruptObject, EduEnableDevice, Extension);
	return STATUS_SUCCESS;
}

VOID EduDisconnectInterrupt(PEDU_EXTENSION Extension)
{
	IO_DISCONNECT_INTERRUPT_PARAMETERS Parameters;

	PAGED_CODE();

	/* No interrupt after this, then no DPC, and only then no interrupt object. */
	KeSynchronizeExecution(Extension->InterruptObject, EduDisableDevice, Extension);
	KeFlushQueuedDpcs();

	RtlZeroMemory(&Parameters, sizeof(Parameters));
	Parameters.Version = CONNECT_LINE_BASED;
	Parameters.ConnectionContext.InterruptObject = Extension->InterruptObject;
	IoDisconnectInterruptEx(&Parameters);
	Extension->InterruptObject = NULL;
}

/* ---- KMDF ---------------------------------------------------------------- */

static PEDU_EXTENSION EduGetExtension(WDFOBJECT Device)
{
	return EduGetDeviceContext(Device)->Extension;
}

static BOOLEAN EduEvtInterruptIsr(WDFINTERRUPT Interrupt, ULONG MessageID)
{
	PEDU_EXTENSION Extension = EduGetExtension(WdfInterruptGetDevice(Interrupt));

	UNREFERENCED_PARAMETER(MessageID);

	if (!EduGatherInterrupt(Extension))
		return Extension->MessageSignaled;
	InterlockedIncrement(&Extension->Interrupts);
	if (!WdfInterruptQueueDpcForIsr(Interrupt))
		InterlockedIncrement(&Extension->DpcRefused);
	return TRUE;
}

static BOOLEAN EduEvtTakeInterruptBits(WDFINTERRUPT Interrupt, WDFCONTEXT Context)
{
	UNREFERENCED_PARAMETER(Interrupt);

	return EduTakeInterruptBits(Context);
}

static VOID EduEvtInterruptDpc(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject)
{
	PEDU_EXTENSION Extension = EduGetExtension(AssociatedObject);
	EDU_SNAPSHOT Snapshot = { Extension, 0 };

	WdfInterruptSynchronize(Interrupt, EduEvtTakeInterruptBits, &Snapshot);
	EduFinishRequests(Extension, Snapshot.Bits);
}

static NTSTATUS EduEvtInterruptEnable(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice)
{
	UNREFERENCED_PARAMETER(Interrupt);

	EduEnableDevice(EduGetExtension(AssociatedDevice));
	return STATUS_SUCCESS;
}

static NTSTATUS EduEvtInterruptDisable(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice)
{
	UNREFERENCED_PARAMETER(Interrupt);

	EduDisableDevice(EduGetExtension(AssociatedDevice));
	return STATUS_SUCCESS;
}

NTSTATUS EduCreateInterrupt(WDFDEVICE Device)
{
	PEDU_EXTENSION Extension = EduGetExtension(Device);
	WDF_INTERRUPT_CONFIG Config;

	WDF_INTERRUPT_CONFIG_INIT(&Config, EduEvtInterruptIsr, EduEvtInterruptDpc);
	Config.EvtInterruptEnable = EduEvtInterruptEnable;
	Config.EvtInterruptDisable = EduEvtInterruptDisable;
	return WdfInterruptCreate(Device, &Config, WDF_NO_OBJECT_ATTRIBUTES, &Extension->Interrupt);
}

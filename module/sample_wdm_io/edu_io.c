// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that moves data from and to the "edu" device, as its Windows version has it:
 * nothing in this file is Linux's.  Read and write requests are started one at a time
 * by StartIo, get their map registers in AdapterControl, and go in pieces; the DPC that
 * the ISR asks for flushes a piece, programs the next one, and completes the request.
 * A timer's DPC finds pieces whose interrupt did not come.  It logs the error, and a
 * work item tries again after a pause.
 */
#include "edu_io.h"

static DRIVER_DISPATCH EduIoDispatchReadWrite;
static DRIVER_STARTIO EduIoStartIo;
static DRIVER_CANCEL EduIoCancel;
static DRIVER_CONTROL EduIoAdapterControl;
static KSERVICE_ROUTINE EduIoInterruptService;
static IO_DPC_ROUTINE EduIoDpcForIsr;
static KDEFERRED_ROUTINE EduIoTimerDpc;
static IO_WORKITEM_ROUTINE EduIoRecover;
static KSYNCHRONIZE_ROUTINE EduIoEnableDevice;
static KSYNCHRONIZE_ROUTINE EduIoDisableDevice;
static KSYNCHRONIZE_ROUTINE EduIoProgramPiece;
static KSYNCHRONIZE_ROUTINE EduIoTakeArrived;
static KSYNCHRONIZE_ROUTINE EduIoLookForLost;

#define EDU_IO_INTERRUPT	0x00000100

/* In units of 100 ns; negative is relative.  The engine needs about 100 ms for a piece. */
#define EDU_IO_LOOK_TIME	(-250 * 10000LL)
#define EDU_IO_PAUSE_TIME	(-20 * 10000LL)

/* ---- Dispatch and cancellation ------------------------------------------- */

static VOID EduIoCompleteRequest(PEDU_IO_EXTENSION Extension, PIRP Irp, NTSTATUS Status,
				 ULONG Information)
{
	if (NT_SUCCESS(Status))
		InterlockedIncrement(&Extension->Completed);
	else if (Status == STATUS_CANCELLED)
		InterlockedIncrement(&Extension->Cancelled);
	else
		InterlockedIncrement(&Extension->Failed);
	Irp->IoStatus.Status = Status;
	Irp->IoStatus.Information = Information;
	IoCompleteRequest(Irp, NT_SUCCESS(Status) ? IO_DISK_INCREMENT : IO_NO_INCREMENT);
}

static NTSTATUS EduIoDispatchReadWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
	ULONG Length = Stack->Parameters.Read.Length;
	LONGLONG Offset = Stack->Parameters.Read.ByteOffset.QuadPart;

	if (Length == 0 || Length > EDU_DMA_BUFFER_SIZE || Offset < 0 ||
	    Offset > EDU_DMA_BUFFER_SIZE - Length) {
		EduIoCompleteRequest(DeviceObject->DeviceExtension, Irp,
				     STATUS_INVALID_PARAMETER, 0);
		return STATUS_INVALID_PARAMETER;
	}
	IoMarkIrpPending(Irp);
	IoStartPacket(DeviceObject, Irp, NULL, EduIoCancel);
	return STATUS_PENDING;
}

static VOID EduIoCancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	BOOLEAN Waited = FALSE;

	/* StartIo has not begun with the current one yet: it will see Cancel. */
	if (Irp != DeviceObject->CurrentIrp)
		Waited = KeRemoveEntryDeviceQueue(&DeviceObject->DeviceQueue,
						  &Irp->Tail.Overlay.DeviceQueueEntry);
	IoReleaseCancelSpinLock(Irp->CancelIrql);
	if (Waited)
		EduIoCompleteRequest(DeviceObject->DeviceExtension, Irp, STATUS_CANCELLED, 0);
}

/* ---- The current request, at DISPATCH_LEVEL ------------------------------ */

static VOID EduIoFlushPiece(PEDU_IO_EXTENSION Extension, PIRP Irp)
{
	PDMA_ADAPTER Adapter = Extension->DmaAdapter;

	Adapter->DmaOperations->FlushAdapterBuffers(Adapter, Irp->MdlAddress,
						    Extension->MapRegisterBase,
						    Extension->Va + Extension->Done,
						    Extension->PieceLength, Extension->ToDevice);
}

/* Map the next piece, and let the engine move it.  If that fails, nothing is mapped. */
static NTSTATUS EduIoStartPiece(PEDU_IO_EXTENSION Extension, PIRP Irp)
{
	PDMA_ADAPTER Adapter = Extension->DmaAdapter;
	LARGE_INTEGER DueTime;

	DueTime.QuadPart = EDU_IO_LOOK_TIME;
	Extension->PieceLength = Extension->Length - Extension->Done;
	if (Extension->PieceLength > EDU_IO_PIECE_MAX)
		Extension->PieceLength = EDU_IO_PIECE_MAX;
	Extension->PieceAddress =
		Adapter->DmaOperations->MapTransfer(Adapter, Irp->MdlAddress,
						    Extension->MapRegisterBase,
						    Extension->Va + Extension->Done,
						    &Extension->PieceLength,
						    Extension->ToDevice);
	if (Extension->PieceLength == 0)
		return STATUS_INSUFFICIENT_RESOURCES;
	InterlockedIncrement(&Extension->Pieces);
	/* Before the engine runs: the DPC of its interrupt cancels the timer. */
	KeSetTimer(&Extension->Timer, DueTime, &Extension->TimerDpc);
	if (KeSynchronizeExecution(Extension->InterruptObject, EduIoProgramPiece, Extension))
		return STATUS_SUCCESS;
	KeCancelTimer(&Extension->Timer);
	EduIoFlushPiece(Extension, Irp);
	return STATUS_DEVICE_NOT_CONNECTED;
}

/* The map registers go back first, then the next request starts, then this one completes. */
static VOID EduIoEndTransfer(PDEVICE_OBJECT DeviceObject, PIRP Irp, NTSTATUS Status)
{
	PEDU_IO_EXTENSION Extension = DeviceObject->DeviceExtension;
	PDMA_ADAPTER Adapter = Extension->DmaAdapter;
	ULONG Done = Extension->Done;

	Adapter->DmaOperations->FreeMapRegisters(Adapter, Extension->MapRegisterBase,
						 Extension->MapRegisters);
	IoStartNextPacket(DeviceObject, TRUE);
	EduIoCompleteRequest(Extension, Irp, Status, Done);
}

static VOID EduIoStartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PEDU_IO_EXTENSION Extension = DeviceObject->DeviceExtension;
	PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
	PDMA_ADAPTER Adapter = Extension->DmaAdapter;
	NTSTATUS Status;
	KIRQL OldIrql;

	IoAcquireCancelSpinLock(&OldIrql);
	if (Irp != DeviceObject->CurrentIrp) {
		IoReleaseCancelSpinLock(OldIrql);
		return;
	}
	IoSetCancelRoutine(Irp, NULL);
	if (Irp->Cancel) {
		IoReleaseCancelSpinLock(OldIrql);
		IoStartNextPacket(DeviceObject, TRUE);
		EduIoCompleteRequest(Extension, Irp, STATUS_CANCELLED, 0);
		return;
	}
	IoReleaseCancelSpinLock(OldIrql);

	Extension->ToDevice = Stack->MajorFunction == IRP_MJ_WRITE;
	Extension->Va = Irp->AssociatedIrp.SystemBuffer;
	Extension->Length = Stack->Parameters.Read.Length;
	Extension->DeviceOffset = Stack->Parameters.Read.ByteOffset.LowPart;
	Extension->Done = 0;
	Extension->Retries = 0;
	Extension->SequenceNumber++;
	Extension->MapRegisters = ADDRESS_AND_SIZE_TO_SPAN_PAGES(Extension->Va,
								 Extension->Length);
	if (Extension->MapRegisters > Extension->MapRegisterCount)
		Extension->MapRegisters = Extension->MapRegisterCount;
	Status = Adapter->DmaOperations->AllocateAdapterChannel(Adapter, DeviceObject,
								Extension->MapRegisters,
								EduIoAdapterControl, Extension);
	if (!NT_SUCCESS(Status)) {
		IoStartNextPacket(DeviceObject, TRUE);
		EduIoCompleteRequest(Extension, Irp, Status, 0);
	}
}

static IO_ALLOCATION_ACTION EduIoAdapterControl(PDEVICE_OBJECT DeviceObject, PIRP Irp,
						PVOID MapRegisterBase, PVOID Context)
{
	PEDU_IO_EXTENSION Extension = Context;
	NTSTATUS Status;

	Extension->MapRegisterBase = MapRegisterBase;
	Status = EduIoStartPiece(Extension, Irp);
	if (NT_SUCCESS(Status))
		return DeallocateObjectKeepRegisters;
	IoStartNextPacket(DeviceObject, TRUE);
	EduIoCompleteRequest(Extension, Irp, Status, 0);
	return DeallocateObject;
}

/* ---- The device, at DIRQL ------------------------------------------------ */

/* Read the status and acknowledge, until there is none.  Returns what was set. */
static ULONG EduIoAcknowledge(PEDU_IO_EXTENSION Extension)
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

/* Returns FALSE if the device is being stopped. */
static BOOLEAN EduIoProgramPiece(PVOID SynchronizeContext)
{
	PEDU_IO_EXTENSION Extension = SynchronizeContext;
	ULONG Device = EDU_DMA_BUFFER + Extension->DeviceOffset + Extension->Done;
	ULONG Memory = Extension->PieceAddress.LowPart;
	PEDU_REGISTERS Registers = Extension->Registers;
	ULONG Command = EDU_DMA_RUN | EDU_DMA_INTERRUPT;

	if (Extension->Stopping)
		return FALSE;
	if (!Extension->ToDevice)
		Command |= EDU_DMA_TO_MEMORY;
	Extension->PieceRunning = TRUE;
	Extension->PieceArrived = FALSE;
	Extension->SeenIdle = FALSE;
	WRITE_REGISTER_ULONG(&Registers->DmaSource, Extension->ToDevice ? Memory : Device);
	WRITE_REGISTER_ULONG(&Registers->DmaDestination, Extension->ToDevice ? Device : Memory);
	WRITE_REGISTER_ULONG(&Registers->DmaCount, Extension->PieceLength);
	WRITE_REGISTER_ULONG(&Registers->DmaCommand, Command);
	return TRUE;
}

static BOOLEAN EduIoInterruptService(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
	PEDU_IO_EXTENSION Extension = ServiceContext;
	ULONG Status = EduIoAcknowledge(Extension);

	UNREFERENCED_PARAMETER(Interrupt);

	/* A message that finds nothing was ours all the same: nobody shares it. */
	if (Status == 0)
		return Extension->MessageSignaled;
	if ((Status & EDU_IO_INTERRUPT) && Extension->PieceRunning) {
		Extension->PieceArrived = TRUE;
		IoRequestDpc(Extension->DeviceObject, Extension->DeviceObject->CurrentIrp, NULL);
	}
	return TRUE;
}

/* Returns whether the caller has to go on with the current request. */
static BOOLEAN EduIoTakeArrived(PVOID SynchronizeContext)
{
	PEDU_IO_EXTENSION Extension = SynchronizeContext;

	if (!Extension->PieceRunning || !Extension->PieceArrived)
		return FALSE;
	Extension->PieceRunning = FALSE;
	return TRUE;
}

typedef struct _EDU_IO_LOOK {
	PEDU_IO_EXTENSION	Extension;
	BOOLEAN			Again;
	ULONG			InterruptStatus;
	ULONG			DmaCommand;
} EDU_IO_LOOK, *PEDU_IO_LOOK;

/*
 * Returns whether the interrupt of the running piece is lost, and the caller has to go on
 * with the request.  An engine that works is not disturbed: it owns the memory.  One that
 * is idle gets a second look, because its interrupt may be on its way to another processor.
 */
static BOOLEAN EduIoLookForLost(PVOID SynchronizeContext)
{
	PEDU_IO_LOOK Look = SynchronizeContext;
	PEDU_IO_EXTENSION Extension = Look->Extension;

	if (!Extension->PieceRunning || Extension->PieceArrived)
		return FALSE;
	Look->DmaCommand = READ_REGISTER_ULONG(&Extension->Registers->DmaCommand);
	Look->InterruptStatus = READ_REGISTER_ULONG(&Extension->Registers->InterruptStatus);
	if (Look->DmaCommand != EDU_GONE &&
	    ((Look->DmaCommand & EDU_DMA_RUN) || !Extension->SeenIdle)) {
		Extension->SeenIdle = !(Look->DmaCommand & EDU_DMA_RUN);
		Look->Again = TRUE;
		return FALSE;
	}
	EduIoAcknowledge(Extension);
	Extension->PieceRunning = FALSE;
	return TRUE;
}

static BOOLEAN EduIoEnableDevice(PVOID SynchronizeContext)
{
	PEDU_IO_EXTENSION Extension = SynchronizeContext;

	EduIoAcknowledge(Extension);
	return TRUE;
}

/* Returns whether a piece was running: the caller has to end its request. */
static BOOLEAN EduIoDisableDevice(PVOID SynchronizeContext)
{
	PEDU_IO_EXTENSION Extension = SynchronizeContext;
	BOOLEAN Running = Extension->PieceRunning;

	Extension->Stopping = TRUE;
	Extension->PieceRunning = FALSE;
	EduIoAcknowledge(Extension);
	return Running;
}

/* ---- DPCs, and the work item --------------------------------------------- */

static VOID EduIoDpcForIsr(PKDPC Dpc, PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
	PEDU_IO_EXTENSION Extension = DeviceObject->DeviceExtension;
	NTSTATUS Status;

	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(Context);

	if (KeGetCurrentIrql() != DISPATCH_LEVEL)
		InterlockedIncrement(&Extension->WrongLevel);
	if (!KeSynchronizeExecution(Extension->InterruptObject, EduIoTakeArrived, Extension))
		return;
	KeCancelTimer(&Extension->Timer);

	/* Of several interrupts one call: the request is the current one, not an argument. */
	Irp = DeviceObject->CurrentIrp;
	EduIoFlushPiece(Extension, Irp);
	Extension->Done += Extension->PieceLength;
	Extension->Retries = 0;
	if (Extension->Done == Extension->Length) {
		EduIoEndTransfer(DeviceObject, Irp, STATUS_SUCCESS);
	} else if (Irp->Cancel) {
		EduIoEndTransfer(DeviceObject, Irp, STATUS_CANCELLED);
	} else {
		Status = EduIoStartPiece(Extension, Irp);
		if (!NT_SUCCESS(Status))
			EduIoEndTransfer(DeviceObject, Irp, Status);
	}
}

static VOID EduIoLogError(PDEVICE_OBJECT DeviceObject, PIRP Irp, PEDU_IO_LOOK Look)
{
	PEDU_IO_EXTENSION Extension = DeviceObject->DeviceExtension;
	PIO_ERROR_LOG_PACKET Entry;

	Entry = IoAllocateErrorLogEntry(DeviceObject,
					sizeof(IO_ERROR_LOG_PACKET) + sizeof(ULONG));
	if (Entry == NULL)
		return;
	RtlZeroMemory(Entry, sizeof(IO_ERROR_LOG_PACKET) + sizeof(ULONG));
	Entry->ErrorCode = EDU_IO_NO_INTERRUPT;
	Entry->UniqueErrorValue = EDU_IO_FOUND_BY_TIMER;
	Entry->FinalStatus = Extension->Retries < EDU_IO_RETRIES ? STATUS_SUCCESS :
								   STATUS_IO_DEVICE_ERROR;
	Entry->SequenceNumber = Extension->SequenceNumber;
	Entry->MajorFunctionCode = IoGetCurrentIrpStackLocation(Irp)->MajorFunction;
	Entry->RetryCount = (UCHAR)Extension->Retries;
	Entry->DumpDataSize = 2 * sizeof(ULONG);
	Entry->DumpData[0] = Look->InterruptStatus;
	Entry->DumpData[1] = Look->DmaCommand;
	IoWriteErrorLogEntry(Entry);
}

static VOID EduIoTimerDpc(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			  PVOID SystemArgument2)
{
	PEDU_IO_EXTENSION Extension = DeferredContext;
	EDU_IO_LOOK Look = { Extension, FALSE, 0, 0 };
	LARGE_INTEGER DueTime;

	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(SystemArgument1);
	UNREFERENCED_PARAMETER(SystemArgument2);

	if (KeSynchronizeExecution(Extension->InterruptObject, EduIoLookForLost, &Look)) {
		EduIoLogError(Extension->DeviceObject, Extension->DeviceObject->CurrentIrp, &Look);
		IoQueueWorkItem(Extension->RecoverItem, EduIoRecover, DelayedWorkQueue, Extension);
	} else if (Look.Again) {
		DueTime.QuadPart = EDU_IO_LOOK_TIME;
		KeSetTimer(&Extension->Timer, DueTime, &Extension->TimerDpc);
	}
}

/* The device gets a pause, which no DPC may take, before it has to try again. */
static VOID EduIoRecover(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
	PEDU_IO_EXTENSION Extension = Context;
	PIRP Irp = DeviceObject->CurrentIrp;
	LARGE_INTEGER Pause;
	NTSTATUS Status;
	KIRQL OldIrql;

	InterlockedIncrement(&Extension->Recovered);
	if (KeGetCurrentIrql() != PASSIVE_LEVEL)
		InterlockedIncrement(&Extension->WrongLevel);
	Pause.QuadPart = EDU_IO_PAUSE_TIME;
	KeDelayExecutionThread(KernelMode, FALSE, &Pause);

	KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
	EduIoFlushPiece(Extension, Irp);
	if (Irp->Cancel) {
		EduIoEndTransfer(DeviceObject, Irp, STATUS_CANCELLED);
	} else if (Extension->Retries < EDU_IO_RETRIES) {
		Extension->Retries++;
		Status = EduIoStartPiece(Extension, Irp);
		if (!NT_SUCCESS(Status))
			EduIoEndTransfer(DeviceObject, Irp, Status);
	} else {
		EduIoEndTransfer(DeviceObject, Irp, STATUS_IO_DEVICE_ERROR);
	}
	KeLowerIrql(OldIrql);
}

/* ---- Start and stop, at PASSIVE_LEVEL ------------------------------------ */

VOID EduIoInitializeDriver(PDRIVER_OBJECT DriverObject)
{
	DriverObject->DriverStartIo = EduIoStartIo;
	DriverObject->MajorFunction[IRP_MJ_READ] = EduIoDispatchReadWrite;
	DriverObject->MajorFunction[IRP_MJ_WRITE] = EduIoDispatchReadWrite;
}

NTSTATUS EduIoStartDevice(PEDU_IO_EXTENSION Extension, PDEVICE_OBJECT DeviceObject)
{
	IO_CONNECT_INTERRUPT_PARAMETERS Parameters;
	DEVICE_DESCRIPTION Description;
	NTSTATUS Status;

	PAGED_CODE();

	Extension->DeviceObject = DeviceObject;
	KeInitializeTimer(&Extension->Timer);
	KeInitializeDpc(&Extension->TimerDpc, EduIoTimerDpc, Extension);
	IoInitializeDpcRequest(DeviceObject, EduIoDpcForIsr);

	RtlZeroMemory(&Description, sizeof(Description));
	Description.Version = DEVICE_DESCRIPTION_VERSION;
	Description.Master = TRUE;
	Description.MaximumLength = EDU_DMA_BUFFER_SIZE;
	Extension->DmaAdapter = IoGetDmaAdapter(DeviceObject, &Description,
						&Extension->MapRegisterCount);
	if (Extension->DmaAdapter == NULL)
		return STATUS_INSUFFICIENT_RESOURCES;
	Extension->RecoverItem = IoAllocateWorkItem(DeviceObject);
	if (Extension->RecoverItem == NULL) {
		Status = STATUS_INSUFFICIENT_RESOURCES;
		goto PutAdapter;
	}

	RtlZeroMemory(&Parameters, sizeof(Parameters));
	Parameters.Version = CONNECT_LINE_BASED;
	Parameters.LineBased.PhysicalDeviceObject = DeviceObject;
	Parameters.LineBased.InterruptObject = &Extension->InterruptObject;
	Parameters.LineBased.ServiceRoutine = EduIoInterruptService;
	Parameters.LineBased.ServiceContext = Extension;
	Status = IoConnectInterruptEx(&Parameters);
	if (!NT_SUCCESS(Status))
		goto FreeItem;
	KeSynchronizeExecution(Extension->InterruptObject, EduIoEnableDevice, Extension);
	return STATUS_SUCCESS;

FreeItem:
	IoFreeWorkItem(Extension->RecoverItem);
PutAdapter:
	Extension->DmaAdapter->DmaOperations->PutDmaAdapter(Extension->DmaAdapter);
	return Status;
}

/*
 * No piece begins after this, and no DPC queues the work item.  A piece is running only if
 * the device is broken: its request ends with an error.
 */
VOID EduIoHaltDevice(PEDU_IO_EXTENSION Extension)
{
	PDEVICE_OBJECT DeviceObject = Extension->DeviceObject;
	BOOLEAN Running;
	KIRQL OldIrql;

	PAGED_CODE();

	Running = KeSynchronizeExecution(Extension->InterruptObject, EduIoDisableDevice,
					 Extension);
	/* A DPC that ran meanwhile may have set the timer again, but none does so after that. */
	KeCancelTimer(&Extension->Timer);
	KeFlushQueuedDpcs();
	KeCancelTimer(&Extension->Timer);
	KeFlushQueuedDpcs();
	if (Running) {
		KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
		EduIoFlushPiece(Extension, DeviceObject->CurrentIrp);
		EduIoEndTransfer(DeviceObject, DeviceObject->CurrentIrp,
				 STATUS_DEVICE_NOT_CONNECTED);
		KeLowerIrql(OldIrql);
	}
}

/* The work item has ended.  It may have set the timer, and so a DPC may be queued. */
VOID EduIoStopDevice(PEDU_IO_EXTENSION Extension)
{
	IO_DISCONNECT_INTERRUPT_PARAMETERS Parameters;

	PAGED_CODE();

	KeFlushQueuedDpcs();
	RtlZeroMemory(&Parameters, sizeof(Parameters));
	Parameters.Version = CONNECT_LINE_BASED;
	Parameters.ConnectionContext.InterruptObject = Extension->InterruptObject;
	IoDisconnectInterruptEx(&Parameters);
	Extension->InterruptObject = NULL;
	IoFreeWorkItem(Extension->RecoverItem);
	Extension->DmaAdapter->DmaOperations->PutDmaAdapter(Extension->DmaAdapter);
}

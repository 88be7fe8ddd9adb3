/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device extension of the second sample driver, as its Windows part knows it.
 * On Windows the include would be <wdm.h>; nothing else is different.
 */
#ifndef _EDU_IO_H
#define _EDU_IO_H

#include <linux/dpc_wdm.h>

#include "../sample_wdm/edu_registers.h"

/* Bytes that the engine moves at once: longer requests go in pieces. */
#define EDU_IO_PIECE_MAX	2048

/* How often a piece that did not arrive is moved again. */
#define EDU_IO_RETRIES		2

/* Values of ErrorCode and UniqueErrorValue in the error log. */
#define EDU_IO_NO_INTERRUPT	((NTSTATUS)0xe0ed0001)
#define EDU_IO_FOUND_BY_TIMER	1

typedef struct _EDU_IO_EXTENSION {
	PDEVICE_OBJECT	DeviceObject;
	PEDU_REGISTERS	Registers;
	BOOLEAN		MessageSignaled;

	PDMA_ADAPTER	DmaAdapter;
	ULONG		MapRegisterCount;	/* the adapter has so many */
	PKINTERRUPT	InterruptObject;
	KTIMER		Timer;			/* watches a piece, by TimerDpc */
	KDPC		TimerDpc;
	PIO_WORKITEM	RecoverItem;

	/* Under the interrupt lock. */
	BOOLEAN		PieceRunning;		/* whoever clears it, goes on with it */
	BOOLEAN		PieceArrived;		/* the ISR has seen the engine's interrupt */
	BOOLEAN		Stopping;		/* no piece begins any more */
	BOOLEAN		SeenIdle;		/* the timer's DPC found the engine idle */

	/* Of the current IRP: StartIo's, then that of whoever has cleared PieceRunning. */
	PVOID		MapRegisterBase;
	ULONG		MapRegisters;
	PUCHAR		Va;			/* of the whole transfer: buffered I/O */
	ULONG		Length;
	ULONG		DeviceOffset;
	BOOLEAN		ToDevice;
	ULONG		Done;
	ULONG		PieceLength;
	PHYSICAL_ADDRESS PieceAddress;
	ULONG		Retries;
	ULONG		SequenceNumber;

	LONG		Completed;		/* by their status */
	LONG		Cancelled;
	LONG		Failed;
	LONG		Pieces;
	LONG		Recovered;		/* calls of the work item */
	LONG		WrongLevel;
} EDU_IO_EXTENSION, *PEDU_IO_EXTENSION;

/* What DriverEntry does: the driver's entry points. */
VOID EduIoInitializeDriver(PDRIVER_OBJECT DriverObject);

NTSTATUS EduIoStartDevice(PEDU_IO_EXTENSION Extension, PDEVICE_OBJECT DeviceObject);

/* The first, then the end of the work item, then the second. */
VOID EduIoHaltDevice(PEDU_IO_EXTENSION Extension);
VOID EduIoStopDevice(PEDU_IO_EXTENSION Extension);

#endif /* _EDU_IO_H */

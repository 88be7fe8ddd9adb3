/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sample driver's device extension, as its Windows part knows it.  On Windows
 * the include would be <wdf.h>; nothing else is different.
 */
#ifndef _EDU_WDM_H
#define _EDU_WDM_H

#include <linux/dpc_wdm.h>

#include "edu_registers.h"

#define EDU_TRANSFER_MAX	64

/* The units that serve requests, one at a time each. */
typedef enum _EDU_ENGINE {
	EduEngineFactorial,
	EduEngineDma,
	EduEngineDoorbell,
	EduEngineCount,
} EDU_ENGINE;

struct _EDU_REQUEST;

typedef VOID EDU_COMPLETE(struct _EDU_REQUEST *Request);

typedef struct _EDU_REQUEST {
	KDEVICE_QUEUE_ENTRY	QueueEntry;
	EDU_ENGINE		Engine;
	ULONG			Argument;	/* of the factorial */
	ULONG			Result;
	BOOLEAN			ToDevice;	/* direction of the transfer */
	ULONG			Offset;		/* in the device's buffer */
	ULONG			Length;
	UCHAR			Data[EDU_TRANSFER_MAX];
	NTSTATUS		Status;
	EDU_COMPLETE		*Complete;	/* called once, at DISPATCH_LEVEL */
} EDU_REQUEST, *PEDU_REQUEST;

typedef struct _EDU_ENGINE_STATE {
	KDEVICE_QUEUE	Queue;
	PEDU_REQUEST	Current;		/* under EDU_EXTENSION.Lock */
} EDU_ENGINE_STATE, *PEDU_ENGINE_STATE;

typedef struct _EDU_EXTENSION {
	PEDU_REGISTERS		Registers;
	PUCHAR			CommonBuffer;
	PHYSICAL_ADDRESS	CommonBufferAddress;
	BOOLEAN			MessageSignaled;

	PKINTERRUPT		InterruptObject;	/* of the WDM part */
	KDPC			Dpc;			/* of the WDM part */
	WDFINTERRUPT		Interrupt;		/* of the KMDF part */

	ULONG			InterruptBits;		/* under the interrupt lock */
	KSPIN_LOCK		Lock;
	EDU_ENGINE_STATE	Engine[EduEngineCount];

	LONG			Interrupts;		/* that were ours */
	LONG			DpcCalls;
	LONG			DpcRefused;		/* queued already */
	LONG			Unexpected;		/* bits that no request waited for */
	LONG			WrongLevel;
} EDU_EXTENSION, *PEDU_EXTENSION;

VOID EduInitializeExtension(PEDU_EXTENSION Extension);
NTSTATUS EduSubmit(PEDU_EXTENSION Extension, PEDU_REQUEST Request);

/* WDM: connects by itself. */
NTSTATUS EduConnectInterrupt(PEDU_EXTENSION Extension, PDEVICE_OBJECT DeviceObject);
VOID EduDisconnectInterrupt(PEDU_EXTENSION Extension);

/* What a WDFDEVICE of the KMDF part has; main.c owns the extension. */
typedef struct _EDU_DEVICE_CONTEXT {
	PEDU_EXTENSION	Extension;
} EDU_DEVICE_CONTEXT, *PEDU_DEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(EDU_DEVICE_CONTEXT, EduGetDeviceContext)

/* KMDF: the framework connects. */
NTSTATUS EduCreateInterrupt(WDFDEVICE Device);

#endif /* _EDU_WDM_H */

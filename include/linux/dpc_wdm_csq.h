/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: cancel-safe queues of IRPs; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_CSQ_H
#define _LINUX_DPC_WDM_CSQ_H

#include <linux/dpc_wdm_irp.h>
#include <linux/dpc_wdm_types.h>

/**
 * DOC: Cancel-safe queues (P5)
 *
 * The driver has a list and a lock, and six routines that use them; these calls do what is
 * hard: each IRP is given to the driver once, or completed as cancelled once.  An IRP that
 * is in the queue has a cancel routine.  Whoever takes that, by xchg, removes the IRP: a
 * removal, or a cancellation.  A removal skips an IRP whose cancellation is on its way.
 *
 * DriverContext[3] of the IRP is used while it is in the queue.  The lock's level is that of
 * the driver's AcquireLock: a spin lock, so that IRPs can be cancelled at DISPATCH.
 */
typedef struct _IO_CSQ		IO_CSQ, *PIO_CSQ;

typedef VOID IO_CSQ_INSERT_IRP(PIO_CSQ Csq, PIRP Irp);
typedef IO_CSQ_INSERT_IRP	*PIO_CSQ_INSERT_IRP;
typedef NTSTATUS IO_CSQ_INSERT_IRP_EX(PIO_CSQ Csq, PIRP Irp, PVOID InsertContext);
typedef IO_CSQ_INSERT_IRP_EX	*PIO_CSQ_INSERT_IRP_EX;
typedef VOID IO_CSQ_REMOVE_IRP(PIO_CSQ Csq, PIRP Irp);
typedef IO_CSQ_REMOVE_IRP	*PIO_CSQ_REMOVE_IRP;
typedef PIRP IO_CSQ_PEEK_NEXT_IRP(PIO_CSQ Csq, PIRP Irp, PVOID PeekContext);
typedef IO_CSQ_PEEK_NEXT_IRP	*PIO_CSQ_PEEK_NEXT_IRP;
typedef VOID IO_CSQ_ACQUIRE_LOCK(PIO_CSQ Csq, PKIRQL Irql);
typedef IO_CSQ_ACQUIRE_LOCK	*PIO_CSQ_ACQUIRE_LOCK;
typedef VOID IO_CSQ_RELEASE_LOCK(PIO_CSQ Csq, KIRQL Irql);
typedef IO_CSQ_RELEASE_LOCK	*PIO_CSQ_RELEASE_LOCK;
typedef VOID IO_CSQ_COMPLETE_CANCELED_IRP(PIO_CSQ Csq, PIRP Irp);
typedef IO_CSQ_COMPLETE_CANCELED_IRP	*PIO_CSQ_COMPLETE_CANCELED_IRP;

#define IO_TYPE_CSQ_IRP_CONTEXT	1
#define IO_TYPE_CSQ		2
#define IO_TYPE_CSQ_EX		3

struct _IO_CSQ {
	ULONG				Type;		/* first, as in an IO_CSQ_IRP_CONTEXT */
	union {
		PIO_CSQ_INSERT_IRP	CsqInsertIrp;
		PIO_CSQ_INSERT_IRP_EX	CsqInsertIrpEx;	/* IO_TYPE_CSQ_EX */
	};
	PIO_CSQ_REMOVE_IRP		CsqRemoveIrp;
	PIO_CSQ_PEEK_NEXT_IRP		CsqPeekNextIrp;
	PIO_CSQ_ACQUIRE_LOCK		CsqAcquireLock;
	PIO_CSQ_RELEASE_LOCK		CsqReleaseLock;
	PIO_CSQ_COMPLETE_CANCELED_IRP	CsqCompleteCanceledIrp;
	PVOID				ReservePointer;
};

/* By which the driver finds an IRP that it has put in; Irp is NULL when it is not there. */
typedef struct _IO_CSQ_IRP_CONTEXT {
	ULONG	Type;
	PIRP	Irp;		/* under the queue's lock */
	PIO_CSQ	Csq;
} IO_CSQ_IRP_CONTEXT, *PIO_CSQ_IRP_CONTEXT;

static inline NTSTATUS IoCsqInitialize(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP CsqInsertIrp,
				       PIO_CSQ_REMOVE_IRP CsqRemoveIrp,
				       PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
				       PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock,
				       PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
				       PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
	*Csq = (IO_CSQ){
		.Type			= IO_TYPE_CSQ,
		.CsqInsertIrp		= CsqInsertIrp,
		.CsqRemoveIrp		= CsqRemoveIrp,
		.CsqPeekNextIrp		= CsqPeekNextIrp,
		.CsqAcquireLock		= CsqAcquireLock,
		.CsqReleaseLock		= CsqReleaseLock,
		.CsqCompleteCanceledIrp	= CsqCompleteCanceledIrp,
	};
	return STATUS_SUCCESS;
}

static inline NTSTATUS IoCsqInitializeEx(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
					 PIO_CSQ_REMOVE_IRP CsqRemoveIrp,
					 PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
					 PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock,
					 PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
					 PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
	IoCsqInitialize(Csq, NULL, CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock, CsqReleaseLock,
			CsqCompleteCanceledIrp);
	Csq->Type = IO_TYPE_CSQ_EX;
	Csq->CsqInsertIrpEx = CsqInsertIrp;
	return STATUS_SUCCESS;
}

/* The caller holds the lock, and has taken the cancel routine. */
static inline void dpc_wdm_csq_remove(PIO_CSQ csq, PIRP irp)
{
	PIO_CSQ_IRP_CONTEXT context = irp->Tail.Overlay.DriverContext[3];

	csq->CsqRemoveIrp(csq, irp);
	if (context->Type == IO_TYPE_CSQ_IRP_CONTEXT)
		context->Irp = NULL;
	irp->Tail.Overlay.DriverContext[3] = NULL;
}

/*
 * It has taken the cancel routine, so the IRP stays in the queue when the cancel lock is
 * free: nobody else removes it.
 */
static __always_inline VOID dpc_wdm_csq_cancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PIO_CSQ_IRP_CONTEXT context = Irp->Tail.Overlay.DriverContext[3];
	PIO_CSQ csq = context->Type == IO_TYPE_CSQ_IRP_CONTEXT ? context->Csq :
								 (PIO_CSQ)(PVOID)context;
	KIRQL irql;

	IoReleaseCancelSpinLock(Irp->CancelIrql);
	csq->CsqAcquireLock(csq, &irql);
	dpc_wdm_csq_remove(csq, Irp);
	csq->CsqReleaseLock(csq, irql);
	csq->CsqCompleteCanceledIrp(csq, Irp);
}

static inline NTSTATUS dpc_wdm_csq_call_insert(PIO_CSQ csq, PIRP irp, PVOID InsertContext)
{
	if (csq->Type == IO_TYPE_CSQ_EX)
		return csq->CsqInsertIrpEx(csq, irp, InsertContext);
	csq->CsqInsertIrp(csq, irp);
	return STATUS_SUCCESS;
}

/* An IRP that the driver's routine refuses is the driver's, and is not in the queue. */
static inline NTSTATUS IoCsqInsertIrpEx(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context,
					PVOID InsertContext)
{
	bool cancelled = false;
	NTSTATUS status;
	KIRQL irql;

	if (Context)
		*Context = (IO_CSQ_IRP_CONTEXT){ IO_TYPE_CSQ_IRP_CONTEXT, Irp, Csq };
	Irp->Tail.Overlay.DriverContext[3] = Context ?: (PVOID)Csq;
	Csq->CsqAcquireLock(Csq, &irql);
	status = dpc_wdm_csq_call_insert(Csq, Irp, InsertContext);
	if (NT_SUCCESS(status)) {
		IoMarkIrpPending(Irp);
		IoSetCancelRoutine(Irp, dpc_wdm_csq_cancel);
		/* One that came before has found no routine; one that comes now takes it. */
		cancelled = READ_ONCE(Irp->Cancel) && IoSetCancelRoutine(Irp, NULL);
		if (cancelled)
			dpc_wdm_csq_remove(Csq, Irp);
	} else {
		if (Context)
			Context->Irp = NULL;
		Irp->Tail.Overlay.DriverContext[3] = NULL;
	}
	Csq->CsqReleaseLock(Csq, irql);
	if (cancelled)
		Csq->CsqCompleteCanceledIrp(Csq, Irp);
	return status;
}

static inline VOID IoCsqInsertIrp(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context)
{
	IoCsqInsertIrpEx(Csq, Irp, Context, NULL);
}

/* NULL if there is none that matches and is not being cancelled. */
static inline PIRP IoCsqRemoveNextIrp(PIO_CSQ Csq, PVOID PeekContext)
{
	PIRP irp = NULL;
	KIRQL irql;

	Csq->CsqAcquireLock(Csq, &irql);
	do {
		irp = Csq->CsqPeekNextIrp(Csq, irp, PeekContext);
	} while (irp && !IoSetCancelRoutine(irp, NULL));
	if (irp)
		dpc_wdm_csq_remove(Csq, irp);
	Csq->CsqReleaseLock(Csq, irql);
	return irp;
}

/* NULL if it was removed already, or is being cancelled. */
static inline PIRP IoCsqRemoveIrp(PIO_CSQ Csq, PIO_CSQ_IRP_CONTEXT Context)
{
	KIRQL irql;
	PIRP irp;

	Csq->CsqAcquireLock(Csq, &irql);
	irp = Context->Irp;
	if (irp && IoSetCancelRoutine(irp, NULL))
		dpc_wdm_csq_remove(Csq, irp);
	else
		irp = NULL;
	Csq->CsqReleaseLock(Csq, irql);
	return irp;
}

#endif /* _LINUX_DPC_WDM_CSQ_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: device DPCs, error log, work items, interrupts of WDM; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_IO_H
#define _LINUX_DPC_WDM_IO_H

#include <linux/device.h>
#include <linux/dpc_error.h>
#include <linux/dpc_for_isr.h>
#include <linux/dpc_interrupt.h>
#include <linux/dpc_wdm_irp.h>
#include <linux/dpc_wdm_ke.h>
#include <linux/dpc_work.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/stddef.h>

/**
 * DOC: The DPC of the device object
 *
 * The structure is in dpc_wdm_irp.h.
 */
static inline void dpc_wdm_dpc_for_isr(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	PDEVICE_OBJECT DeviceObject = context;

	DeviceObject->dpc_routine(dpc, DeviceObject, arg1, arg2);
}

static __always_inline VOID IoInitializeDpcRequest(PDEVICE_OBJECT DeviceObject,
						   PIO_DPC_ROUTINE DpcRoutine)
{
	DeviceObject->dpc_routine = DpcRoutine;
	dpc_for_isr_init(&DeviceObject->dpc_for_isr, dpc_wdm_dpc_for_isr, DeviceObject,
			 DpcRoutine);
}

static inline VOID IoRequestDpc(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
	dpc_for_isr_request(&DeviceObject->dpc_for_isr, Irp, Context);
}

/**
 * DOC: The error log (P4)
 *
 * An entry for a device object becomes an event in the trace and a line of the kernel log.
 * A driver object has no log here: IoAllocateErrorLogEntry() returns NULL for it.  There is
 * no text from a message file, and strings are ignored.
 */
typedef struct _IO_ERROR_LOG_PACKET {
	UCHAR		MajorFunctionCode;
	UCHAR		RetryCount;
	USHORT		DumpDataSize;
	USHORT		NumberOfStrings;
	USHORT		StringOffset;
	USHORT		EventCategory;
	NTSTATUS	ErrorCode;
	ULONG		UniqueErrorValue;
	NTSTATUS	FinalStatus;
	ULONG		SequenceNumber;
	ULONG		IoControlCode;
	LARGE_INTEGER	DeviceOffset;
	union {
		ULONG	dpc_first;		/* it has one at least */
		DECLARE_FLEX_ARRAY(ULONG, DumpData);
	};
} IO_ERROR_LOG_PACKET, *PIO_ERROR_LOG_PACKET;

#define ERROR_LOG_MAXIMUM_SIZE	0xf0

struct dpc_wdm_log_entry {
	struct device		*dev;
	size_t			dump_max;
	IO_ERROR_LOG_PACKET	packet;		/* the last one: it may be longer */
};

static inline PVOID IoAllocateErrorLogEntry(PVOID IoObject, UCHAR EntrySize)
{
	PDEVICE_OBJECT DeviceObject = IoObject;		/* a DRIVER_OBJECT has the same Type */
	struct dpc_wdm_log_entry *entry;

	if (DeviceObject->Type != IO_TYPE_DEVICE || EntrySize < sizeof(IO_ERROR_LOG_PACKET) ||
	    EntrySize > ERROR_LOG_MAXIMUM_SIZE)
		return NULL;
	entry = kzalloc(offsetof(struct dpc_wdm_log_entry, packet) + EntrySize, GFP_ATOMIC);
	if (!entry)
		return NULL;
	entry->dev = DeviceObject->dpc_device;
	entry->dump_max = EntrySize - offsetof(IO_ERROR_LOG_PACKET, DumpData);
	return &entry->packet;
}

static inline VOID IoFreeErrorLogEntry(PVOID ElEntry)
{
	kfree(container_of(ElEntry, struct dpc_wdm_log_entry, packet));
}

static __always_inline VOID IoWriteErrorLogEntry(PVOID ElEntry)
{
	const struct dpc_wdm_log_entry *entry =
		container_of(ElEntry, struct dpc_wdm_log_entry, packet);
	PIO_ERROR_LOG_PACKET packet = ElEntry;

	dpc_log_error(NULL, &(struct dpc_error){
		.dev		= entry->dev,
		.code		= packet->ErrorCode,
		.unique		= packet->UniqueErrorValue,
		.status		= packet->FinalStatus,
		.retries	= packet->RetryCount,
		.sequence	= packet->SequenceNumber,
		.data		= packet->DumpData,
		.len		= min_t(size_t, packet->DumpDataSize, entry->dump_max),
	});
	IoFreeErrorLogEntry(ElEntry);
}

/**
 * DOC: Work items (W)
 *
 * The queue type is ignored: all items run at high priority.  To queue an item that is
 * queued corrupts a list on Windows; here it is refused, and nothing changes.  An item
 * keeps its device alive, but not the driver's code: before the driver goes, call
 * dpc_work_flush(&IoWorkItem->work) for each item.
 */
struct _IO_WORKITEM;

typedef VOID IO_WORKITEM_ROUTINE(PDEVICE_OBJECT DeviceObject, PVOID Context);
typedef IO_WORKITEM_ROUTINE	*PIO_WORKITEM_ROUTINE;
typedef VOID IO_WORKITEM_ROUTINE_EX(PVOID IoObject, PVOID Context,
				    struct _IO_WORKITEM *IoWorkItem);
typedef IO_WORKITEM_ROUTINE_EX	*PIO_WORKITEM_ROUTINE_EX;

typedef enum _WORK_QUEUE_TYPE {
	CriticalWorkQueue,
	DelayedWorkQueue,
	HyperCriticalWorkQueue,
} WORK_QUEUE_TYPE;

typedef struct _IO_WORKITEM {
	struct dpc_work		work;
	/* private: */
	PDEVICE_OBJECT		device;
	atomic_t		queued;
	/* Written by the thread that has set @queued, read before it is cleared. */
	PIO_WORKITEM_ROUTINE	routine;
	PIO_WORKITEM_ROUTINE_EX	routine_ex;
	PVOID			context;
} IO_WORKITEM, *PIO_WORKITEM;

static inline void dpc_wdm_work(struct dpc_work *work)
{
	PIO_WORKITEM item = container_of(work, IO_WORKITEM, work);
	IO_WORKITEM call = *item;

	/* From here on it may be queued again, and the routine may free it (W1). */
	atomic_set_release(&item->queued, 0);
	if (call.routine_ex)
		call.routine_ex(call.device, call.context, item);
	else
		call.routine(call.device, call.context);
}

static __always_inline bool dpc_wdm_work_queue(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE routine,
					       PIO_WORKITEM_ROUTINE_EX routine_ex, PVOID context)
{
	if (atomic_cmpxchg(&item->queued, 0, 1))
		return false;
	item->routine = routine;
	item->routine_ex = routine_ex;
	item->context = context;
	if (dpc_work_queue(&item->work))
		return true;
	atomic_set_release(&item->queued, 0);
	return false;
}

static inline ULONG IoSizeofWorkItem(VOID)
{
	return sizeof(IO_WORKITEM);
}

static inline VOID IoInitializeWorkItem(PDEVICE_OBJECT IoObject, PIO_WORKITEM IoWorkItem)
{
	*IoWorkItem = (IO_WORKITEM){ .device = IoObject };
	dpc_work_init(&IoWorkItem->work, IoObject->dpc_device, dpc_wdm_work);
}

static inline PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject)
{
	PIO_WORKITEM item = kmalloc(sizeof(*item), GFP_ATOMIC);

	if (item)
		IoInitializeWorkItem(DeviceObject, item);
	return item;
}

static inline VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem)
{
	kfree(IoWorkItem);
}

static __always_inline VOID IoQueueWorkItem(PIO_WORKITEM IoWorkItem,
					    PIO_WORKITEM_ROUTINE WorkerRoutine,
					    WORK_QUEUE_TYPE QueueType, PVOID Context)
{
	dpc_wdm_work_queue(IoWorkItem, WorkerRoutine, NULL, Context);
}

static __always_inline VOID IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem,
					      PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
					      WORK_QUEUE_TYPE QueueType, PVOID Context)
{
	dpc_wdm_work_queue(IoWorkItem, NULL, WorkerRoutine, Context);
}

/* Absent: IoUninitializeWorkItem.  There is nothing to undo. */
/* Absent: ExQueueWorkItem.  It keeps nothing alive; on Windows it is obsolete, too. */

/**
 * DOC: Interrupt objects of WDM (S1, I)
 *
 * A KINTERRUPT is a &struct dpc_interrupt, so the calls here also work on an object
 * that dpc_interrupt_connect() has connected.  Both calls that connect take a Linux
 * interrupt number as Vector; IoConnectInterruptEx() can find vector 0 of a PCI device by
 * itself.  They ignore mode and processors, which the platform and the administrator
 * choose on Linux.  FloatingSave is STATUS_NOT_SUPPORTED.  IoConnectInterrupt() names no
 * device, so traces show the module's name for the device's.
 *
 * A SpinLock of the caller's, for several interrupts, is taken by the ISR and by
 * KeSynchronizeExecution() inside the object's own lock, so none of these interrupts is
 * served while another one is, or while one is synchronised.  A SynchronizeIrql changes
 * nothing else, because all devices have one level here.
 *
 * The ISR may run before a connecting call returns; *InterruptObject is set by then.
 * Disconnecting waits for the ISR, but not for your DPCs; call KeFlushQueuedDpcs()
 * afterwards.
 */
typedef struct dpc_interrupt	KINTERRUPT, *PKINTERRUPT;

typedef BOOLEAN KSERVICE_ROUTINE(PKINTERRUPT Interrupt, PVOID ServiceContext);
typedef KSERVICE_ROUTINE	*PKSERVICE_ROUTINE;
typedef BOOLEAN KSYNCHRONIZE_ROUTINE(PVOID SynchronizeContext);
typedef KSYNCHRONIZE_ROUTINE	*PKSYNCHRONIZE_ROUTINE;

/* A caller that has the interrupt's lock already, which is reported, has this one, too. */
static __always_inline void dpc_wdm_shared_acquire(PKINTERRUPT Interrupt)
{
	if (Interrupt->shared_lock && !Interrupt->relocks)
		dpc_lock_acquire_at_dispatch(Interrupt->shared_lock);
}

static __always_inline void dpc_wdm_shared_release(PKINTERRUPT Interrupt)
{
	if (Interrupt->shared_lock && !Interrupt->relocks)
		dpc_lock_release_at_dispatch(Interrupt->shared_lock);
}

/* A BOOLEAN has more than two values, and is returned unchanged. */
static __always_inline BOOLEAN KeSynchronizeExecution(PKINTERRUPT Interrupt,
						      PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
						      PVOID SynchronizeContext)
{
	BOOLEAN answer;

	dpc_interrupt_lock(Interrupt);
	dpc_wdm_shared_acquire(Interrupt);
	answer = SynchronizeRoutine(SynchronizeContext);
	dpc_wdm_shared_release(Interrupt);
	dpc_interrupt_unlock(Interrupt);
	return answer;
}

static __always_inline KIRQL KeAcquireInterruptSpinLock(PKINTERRUPT Interrupt)
{
	KIRQL old = dpc_level();

	dpc_interrupt_lock(Interrupt);
	dpc_wdm_shared_acquire(Interrupt);
	return old;
}

static __always_inline VOID KeReleaseInterruptSpinLock(PKINTERRUPT Interrupt, KIRQL OldIrql)
{
	dpc_wdm_shared_release(Interrupt);
	dpc_interrupt_unlock(Interrupt);
}

typedef enum _KINTERRUPT_MODE {
	LevelSensitive,
	Latched,
} KINTERRUPT_MODE;

#define CONNECT_FULLY_SPECIFIED	1
#define CONNECT_LINE_BASED	2
/* Absent: CONNECT_MESSAGE_BASED.  One CONNECT_FULLY_SPECIFIED per pci_irq_vector(). */

typedef struct _IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS {
	PDEVICE_OBJECT		PhysicalDeviceObject;
	PKINTERRUPT		*InterruptObject;
	PKSERVICE_ROUTINE	ServiceRoutine;
	PVOID			ServiceContext;
	PKSPIN_LOCK		SpinLock;
	KIRQL			SynchronizeIrql;
	BOOLEAN			FloatingSave;
	BOOLEAN			ShareVector;
	ULONG			Vector;
	KIRQL			Irql;
	KINTERRUPT_MODE		InterruptMode;
	KAFFINITY		ProcessorEnableMask;
	USHORT			Group;
} IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS;

typedef struct _IO_CONNECT_INTERRUPT_LINE_BASED_PARAMETERS {
	PDEVICE_OBJECT		PhysicalDeviceObject;
	PKINTERRUPT		*InterruptObject;
	PKSERVICE_ROUTINE	ServiceRoutine;
	PVOID			ServiceContext;
	PKSPIN_LOCK		SpinLock;
	KIRQL			SynchronizeIrql;
	BOOLEAN			FloatingSave;
} IO_CONNECT_INTERRUPT_LINE_BASED_PARAMETERS;

typedef struct _IO_CONNECT_INTERRUPT_PARAMETERS {
	ULONG	Version;
	union {
		IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS	FullySpecified;
		IO_CONNECT_INTERRUPT_LINE_BASED_PARAMETERS	LineBased;
	};
} IO_CONNECT_INTERRUPT_PARAMETERS, *PIO_CONNECT_INTERRUPT_PARAMETERS;

typedef struct _IO_DISCONNECT_INTERRUPT_PARAMETERS {
	ULONG	Version;
	union {
		PVOID		Generic;
		PKINTERRUPT	InterruptObject;
	} ConnectionContext;
} IO_DISCONNECT_INTERRUPT_PARAMETERS, *PIO_DISCONNECT_INTERRUPT_PARAMETERS;

struct dpc_wdm_kinterrupt {
	KINTERRUPT			intr;
	struct dpc_interrupt_ops	ops;
	PKSERVICE_ROUTINE		service_routine;
	PVOID				service_context;
};

static inline bool dpc_wdm_isr(struct dpc_interrupt *intr)
{
	struct dpc_wdm_kinterrupt *k = container_of(intr, struct dpc_wdm_kinterrupt, intr);

	return k->service_routine(intr, k->service_context);
}

/* Reports name the driver's routine. */
static __always_inline bool dpc_wdm_isr_shared(struct dpc_interrupt *intr)
{
	struct dpc_wdm_kinterrupt *k = container_of(intr, struct dpc_wdm_kinterrupt, intr);
	bool ours;

	dpc_lock_acquire_at_dispatch_ip(intr->shared_lock, (unsigned long)k->service_routine);
	ours = k->service_routine(intr, k->service_context);
	dpc_lock_release_at_dispatch_ip(intr->shared_lock, (unsigned long)k->service_routine);
	return ours;
}

/* A WDM driver quiets its device before it calls IoDisconnectInterruptEx() (I7). */
static inline void dpc_wdm_no_disable(struct dpc_interrupt *intr)
{
}

/* Nobody asks for this DPC, because a WDM driver queues its own KDPC. */
static inline void dpc_wdm_no_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
}

static __always_inline NTSTATUS
dpc_wdm_connect(const IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS *p)
{
	struct device *dev = p->PhysicalDeviceObject ? p->PhysicalDeviceObject->dpc_device : NULL;
	struct dpc_interrupt_params params = {
		.name	= dev ? dev_name(dev) : KBUILD_MODNAME,
		.dev	= dev,
		.irq	= p->Vector,
		.named	= { .isr = p->ServiceRoutine },
		/* Its DPCs take spin locks, which leave hard interrupts on. */
		.flags	= DPC_INTERRUPT_NO_HARDIRQ |
			  (p->ShareVector ? DPC_INTERRUPT_SHARED : 0),
		.shared_lock = p->SpinLock,
	};
	struct dpc_wdm_kinterrupt *k;
	int err;

	if (p->FloatingSave)
		return STATUS_NOT_SUPPORTED;
	k = kzalloc(sizeof(*k), GFP_KERNEL);
	if (!k)
		return STATUS_INSUFFICIENT_RESOURCES;
	k->service_routine = p->ServiceRoutine;
	k->service_context = p->ServiceContext;
	k->ops = (struct dpc_interrupt_ops){
		.isr = p->SpinLock ? dpc_wdm_isr_shared : dpc_wdm_isr,
		.dpc = dpc_wdm_no_dpc,
		.disable = dpc_wdm_no_disable,
	};
	params.ops = &k->ops;
	*p->InterruptObject = &k->intr;
	err = dpc_interrupt_connect(&k->intr, &params);
	if (err) {
		*p->InterruptObject = NULL;
		kfree(k);
	}
	return dpc_wdm_status(err);
}

static __always_inline NTSTATUS
dpc_wdm_connect_line(const IO_CONNECT_INTERRUPT_LINE_BASED_PARAMETERS *line)
{
	IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS full = {
		.PhysicalDeviceObject = line->PhysicalDeviceObject,
		.InterruptObject = line->InterruptObject,
		.ServiceRoutine = line->ServiceRoutine,
		.ServiceContext = line->ServiceContext,
		.SpinLock = line->SpinLock,
		.FloatingSave = line->FloatingSave,
	};
	struct device *dev = line->PhysicalDeviceObject->dpc_device;
	int irq;

	irq = dev_is_pci(dev) ? pci_irq_vector(to_pci_dev(dev), 0) : -ENODEV;
	if (irq <= 0)
		return STATUS_NOT_FOUND;
	full.Vector = irq;
	full.ShareVector = !pci_dev_msi_enabled(to_pci_dev(dev));
	return dpc_wdm_connect(&full);
}

static __always_inline NTSTATUS IoConnectInterruptEx(PIO_CONNECT_INTERRUPT_PARAMETERS Parameters)
{
	const IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS *full = &Parameters->FullySpecified;

	if (Parameters->Version != CONNECT_FULLY_SPECIFIED &&
	    Parameters->Version != CONNECT_LINE_BASED)
		return STATUS_INVALID_PARAMETER_1;
	/* The same in both. */
	if (!full->PhysicalDeviceObject || !full->InterruptObject || !full->ServiceRoutine)
		return STATUS_INVALID_PARAMETER;
	if (Parameters->Version == CONNECT_LINE_BASED)
		return dpc_wdm_connect_line(&Parameters->LineBased);
	return full->ProcessorEnableMask ? dpc_wdm_connect(full) : STATUS_INVALID_PARAMETER_10;
}

static __always_inline NTSTATUS
IoConnectInterrupt(PKINTERRUPT *InterruptObject, PKSERVICE_ROUTINE ServiceRoutine,
		   PVOID ServiceContext, PKSPIN_LOCK SpinLock, ULONG Vector, KIRQL Irql,
		   KIRQL SynchronizeIrql, KINTERRUPT_MODE InterruptMode, BOOLEAN ShareVector,
		   KAFFINITY ProcessorEnableMask, BOOLEAN FloatingSave)
{
	const IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS full = {
		.InterruptObject = InterruptObject,
		.ServiceRoutine = ServiceRoutine,
		.ServiceContext = ServiceContext,
		.SpinLock = SpinLock,
		.Vector = Vector,
		.ShareVector = ShareVector,
		.FloatingSave = FloatingSave,
	};

	if (!InterruptObject || !ServiceRoutine || !ProcessorEnableMask || SynchronizeIrql < Irql)
		return STATUS_INVALID_PARAMETER;
	return dpc_wdm_connect(&full);
}

static __always_inline VOID IoDisconnectInterrupt(PKINTERRUPT InterruptObject)
{
	/* Refused and reported at a level at which it may not be called. */
	if (!dpc_interrupt_disconnect(InterruptObject))
		kfree(container_of(InterruptObject, struct dpc_wdm_kinterrupt, intr));
}

static __always_inline VOID IoDisconnectInterruptEx(PIO_DISCONNECT_INTERRUPT_PARAMETERS Parameters)
{
	IoDisconnectInterrupt(Parameters->ConnectionContext.InterruptObject);
}

/* Absent: IoReportInterruptActive and ...Inactive.  dpc_interrupt_enable(), ..._disable(). */
/* Absent: HalGetInterruptVector.  pci_irq_vector(). */

#endif /* _LINUX_DPC_WDM_IO_H */

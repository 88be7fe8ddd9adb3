/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: device objects, IRPs, StartIo, cancellation; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_IRP_H
#define _LINUX_DPC_WDM_IRP_H

#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/dpc_allocation.h>
#include <linux/dpc_for_isr.h>
#include <linux/dpc_packet.h>
#include <linux/dpc_wdm_ke.h>
#include <linux/dpc_wdm_list.h>
#include <linux/dpc_wdm_types.h>
#include <linux/slab.h>
#include <linux/stddef.h>

/**
 * DOC: IRPs (P)
 *
 * An IRP is a &struct dpc_packet, and a DEVICE_OBJECT has the packet queue for its StartIo
 * routine.  StartIo is always deferred, whatever IoSetStartIoAttributes() says: a thousand
 * IRPs that StartIo completes use one level of stack, and StartIo of a device never runs
 * twice at once.
 *
 * There is one cancel lock for all IRPs, as on Windows.  A cancel routine removes the IRP from
 * its queue, by KeRemoveEntryDeviceQueue(), before it calls IoReleaseCancelSpinLock():
 * afterwards the IRP may be started, completed and freed.  It completes the IRP after the
 * release, and only if the IRP was in the queue.  Differences:
 *
 * - DriverContext has memory of its own, and doesn't share it with DeviceQueueEntry.
 * - An IRP belongs to one device object, and IoStartPacket() takes it once.
 * - The thread that waits is woken without a priority boost.
 * - IoCompleteRequest() under a spin lock is reported.
 */
struct _DEVICE_OBJECT;
struct _DRIVER_OBJECT;
typedef struct _MDL		MDL, *PMDL;
typedef struct _FILE_OBJECT	FILE_OBJECT, *PFILE_OBJECT;
/* Absent: the inside of an MDL, and MmGetSystemAddressForMdlSafe.  struct page, sg_table. */
/* Absent: FILE_OBJECT's fields.  struct file; the pointer in the IRP is the glue code's. */

typedef NTSTATUS DRIVER_DISPATCH(struct _DEVICE_OBJECT *DeviceObject, PIRP Irp);
typedef DRIVER_DISPATCH		*PDRIVER_DISPATCH;
typedef VOID DRIVER_STARTIO(struct _DEVICE_OBJECT *DeviceObject, PIRP Irp);
typedef DRIVER_STARTIO		*PDRIVER_STARTIO;
typedef VOID DRIVER_CANCEL(struct _DEVICE_OBJECT *DeviceObject, PIRP Irp);
typedef DRIVER_CANCEL		*PDRIVER_CANCEL;
typedef VOID DRIVER_UNLOAD(struct _DRIVER_OBJECT *DriverObject);
typedef DRIVER_UNLOAD		*PDRIVER_UNLOAD;
typedef VOID IO_DPC_ROUTINE(PKDPC Dpc, struct _DEVICE_OBJECT *DeviceObject, PIRP Irp,
			    PVOID Context);
typedef IO_DPC_ROUTINE		*PIO_DPC_ROUTINE;

/* What becomes of an adapter or a controller when its control routine has returned (A2). */
typedef enum _IO_ALLOCATION_ACTION {
	KeepObject			= DPC_ALLOCATION_KEEP,
	DeallocateObject		= DPC_ALLOCATION_FREE,
	DeallocateObjectKeepRegisters	= DPC_ALLOCATION_KEEP_REGISTERS,
} IO_ALLOCATION_ACTION, *PIO_ALLOCATION_ACTION;

typedef IO_ALLOCATION_ACTION DRIVER_CONTROL(struct _DEVICE_OBJECT *DeviceObject, PIRP Irp,
					    PVOID MapRegisterBase, PVOID Context);
typedef DRIVER_CONTROL		*PDRIVER_CONTROL;

#define IRP_MJ_CREATE			0x00
#define IRP_MJ_CREATE_NAMED_PIPE	0x01
#define IRP_MJ_CLOSE			0x02
#define IRP_MJ_READ			0x03
#define IRP_MJ_WRITE			0x04
#define IRP_MJ_QUERY_INFORMATION	0x05
#define IRP_MJ_SET_INFORMATION		0x06
#define IRP_MJ_QUERY_EA			0x07
#define IRP_MJ_SET_EA			0x08
#define IRP_MJ_FLUSH_BUFFERS		0x09
#define IRP_MJ_QUERY_VOLUME_INFORMATION	0x0a
#define IRP_MJ_SET_VOLUME_INFORMATION	0x0b
#define IRP_MJ_DIRECTORY_CONTROL	0x0c
#define IRP_MJ_FILE_SYSTEM_CONTROL	0x0d
#define IRP_MJ_DEVICE_CONTROL		0x0e
#define IRP_MJ_INTERNAL_DEVICE_CONTROL	0x0f
#define IRP_MJ_SHUTDOWN			0x10
#define IRP_MJ_LOCK_CONTROL		0x11
#define IRP_MJ_CLEANUP			0x12
#define IRP_MJ_CREATE_MAILSLOT		0x13
#define IRP_MJ_QUERY_SECURITY		0x14
#define IRP_MJ_SET_SECURITY		0x15
#define IRP_MJ_POWER			0x16
#define IRP_MJ_SYSTEM_CONTROL		0x17
#define IRP_MJ_DEVICE_CHANGE		0x18
#define IRP_MJ_QUERY_QUOTA		0x19
#define IRP_MJ_SET_QUOTA		0x1a
#define IRP_MJ_PNP			0x1b
#define IRP_MJ_MAXIMUM_FUNCTION		0x1b
/* Absent: IRP_MN_... and what IRP_MJ_PNP and IRP_MJ_POWER carry.  struct pci_driver, dev_pm_ops. */

#define IO_NO_INCREMENT			0
#define IO_CD_ROM_INCREMENT		1
#define IO_DISK_INCREMENT		1
#define IO_KEYBOARD_INCREMENT		6
#define IO_MAILSLOT_INCREMENT		2
#define IO_MOUSE_INCREMENT		6
#define IO_NAMED_PIPE_INCREMENT		2
#define IO_NETWORK_INCREMENT		2
#define IO_PARALLEL_INCREMENT		1
#define IO_SERIAL_INCREMENT		2
#define IO_SOUND_INCREMENT		8
#define IO_VIDEO_INCREMENT		1

#define METHOD_BUFFERED			0
#define METHOD_IN_DIRECT		1
#define METHOD_OUT_DIRECT		2
#define METHOD_NEITHER			3
#define FILE_ANY_ACCESS			0
#define FILE_READ_ACCESS		1
#define FILE_WRITE_ACCESS		2
#define FILE_DEVICE_UNKNOWN		0x22
#define CTL_CODE(DeviceType, Function, Method, Access)			\
	(((ULONG)(DeviceType) << 16) | ((Access) << 14) | ((Function) << 2) | (Method))

typedef CCHAR			KPROCESSOR_MODE;

typedef struct _IO_STATUS_BLOCK {
	union {
		NTSTATUS	Status;
		PVOID		Pointer;
	};
	ULONG_PTR	Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

#define SL_PENDING_RETURNED	0x01

typedef struct _IO_STACK_LOCATION {
	UCHAR		MajorFunction;
	UCHAR		MinorFunction;
	UCHAR		Flags;
	UCHAR		Control;
	union {
		struct {
			ULONG		Length;
			ULONG		Key;
			LARGE_INTEGER	ByteOffset;
		} Read, Write;
		struct {
			ULONG		OutputBufferLength;
			ULONG		InputBufferLength;
			ULONG		IoControlCode;
			PVOID		Type3InputBuffer;
		} DeviceIoControl;
		struct {
			PVOID		Argument1;
			PVOID		Argument2;
			PVOID		Argument3;
			PVOID		Argument4;
		} Others;
	} Parameters;
	struct _DEVICE_OBJECT	*DeviceObject;
	PFILE_OBJECT		FileObject;
} IO_STACK_LOCATION, *PIO_STACK_LOCATION;

struct _IRP {
	union {
		union {
			struct {
				union {
					KDEVICE_QUEUE_ENTRY	DeviceQueueEntry;
					/* private: */
					struct dpc_packet	dpc_packet;
				};
				/* public: */
				PVOID				DriverContext[4];
				LIST_ENTRY			ListEntry;
				PIO_STACK_LOCATION		CurrentStackLocation;
			} Overlay;
		} Tail;
		struct {	/* documented names for what the packet begins with */
			/* private: */
			KDEVICE_QUEUE_ENTRY	dpc_entry;
			/* public: */
			PDRIVER_CANCEL		CancelRoutine;
			BOOLEAN			Cancel;
		};
	};
	IO_STATUS_BLOCK		IoStatus;
	BOOLEAN			PendingReturned;
	KIRQL			CancelIrql;
	KPROCESSOR_MODE		RequestorMode;
	PVOID			UserBuffer;
	PMDL			MdlAddress;
	union {
		PVOID		SystemBuffer;
	} AssociatedIrp;
	/* private: */
	IO_STACK_LOCATION	dpc_stack;
};

static_assert(offsetof(IRP, Tail.Overlay.dpc_packet) == 0);
static_assert(offsetof(IRP, Tail.Overlay.DeviceQueueEntry) == offsetof(struct dpc_packet, entry));
static_assert(offsetof(IRP, CancelRoutine) == offsetof(struct dpc_packet, cancel));
static_assert(offsetof(IRP, Cancel) == offsetof(struct dpc_packet, cancelled));
static_assert(sizeof_field(IRP, Cancel) == sizeof_field(struct dpc_packet, cancelled));

/*
 * What DriverEntry fills in on Windows.  On Linux it is a static variable of the driver's,
 * and glue code lets the device object's DriverObject point to it.
 */
typedef struct _DRIVER_OBJECT {
	SHORT			Type;
	struct _DEVICE_OBJECT	*DeviceObject;
	PDRIVER_STARTIO		DriverStartIo;
	PDRIVER_UNLOAD		DriverUnload;
	PDRIVER_DISPATCH	MajorFunction[IRP_MJ_MAXIMUM_FUNCTION + 1];
} DRIVER_OBJECT, *PDRIVER_OBJECT;

/* Absent: DriverEntry's registry path, DriverExtension->AddDevice.  module_init(), probe(). */

/* A device object's request for an adapter or a controller; see dpc_wdm_dma.h. */
struct dpc_wdm_request {
	struct dpc_allocation	allocation;
	PDRIVER_CONTROL		routine;
	PVOID			context;
	PDRIVER_CONTROL		granted;	/* the routine of what it has: reports name it */
	struct dpc_wdm_request	**owner;	/* of the adapter or controller */
	bool			pending;	/* by xchg: waits for its routine to be called */
};

/**
 * DOC: The device object
 *
 * A driver embeds this structure in its own, and calls dpc_wdm_device_object_init()
 * where it would have called IoCreateDevice on Windows.  If it has a StartIo or dispatch
 * routines, it then sets DriverObject.  IoInitializeDpcRequest() and IoRequestDpc() work on
 * the DPC in it, by the rules of Q.  If a ServiceRoutine asks for that DPC, the call
 * carries the numbers of the interrupts (M3).
 */
#define IO_TYPE_DEVICE	3
#define IO_TYPE_DRIVER	4

typedef struct _DEVICE_OBJECT {
	SHORT		Type;
	PDRIVER_OBJECT	DriverObject;
	PVOID		DeviceExtension;
	union {
		struct {
			PIRP		CurrentIrp;
			KDEVICE_QUEUE	DeviceQueue;
		};
		/* private: */
		struct dpc_packet_queue	dpc_queue;	/* begins with the same */
	};
	/* public: */
	union {
		KDPC			Dpc;
		/* private: */
		struct dpc_for_isr	dpc_for_isr;	/* begins with the same */
	};
	/* private: */
	struct device	*dpc_device;
	PIO_DPC_ROUTINE	dpc_routine;
	struct dpc_wdm_request	dpc_dma;
	struct dpc_wdm_request	dpc_controller;
} DEVICE_OBJECT, *PDEVICE_OBJECT;

static_assert(offsetof(DEVICE_OBJECT, CurrentIrp) ==
	      offsetof(DEVICE_OBJECT, dpc_queue.served));
static_assert(offsetof(DEVICE_OBJECT, DeviceQueue) ==
	      offsetof(DEVICE_OBJECT, dpc_queue.waiting));
static_assert(offsetof(DEVICE_OBJECT, Dpc) == offsetof(DEVICE_OBJECT, dpc_for_isr.dpc));

static inline struct dpc_packet *dpc_wdm_packet_of(PIRP Irp)
{
	return &Irp->Tail.Overlay.dpc_packet;
}

static inline PIRP dpc_wdm_irp_of(struct dpc_packet *packet)
{
	return container_of(packet, IRP, Tail.Overlay.dpc_packet);
}

static inline void dpc_wdm_start_io(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	PDEVICE_OBJECT DeviceObject = container_of(q, DEVICE_OBJECT, dpc_queue);

	DeviceObject->DriverObject->DriverStartIo(DeviceObject, dpc_wdm_irp_of(packet));
}

static inline void dpc_wdm_call_cancel(struct dpc_packet_queue *q, struct dpc_packet *packet,
				       dpc_packet_cancel_fn *cancel)
{
	PDRIVER_CANCEL routine = (PDRIVER_CANCEL)(void *)cancel;
	PIRP Irp = dpc_wdm_irp_of(packet);

	Irp->CancelIrql = q->cancel->level;
	routine(container_of(q, DEVICE_OBJECT, dpc_queue), Irp);
}

/*
 * Copies are made because the routine may end in the next request, or in the end of its
 * device.  The next grant comes after this, so @owner is this request, or NULL.
 */
static inline enum dpc_allocation_answer dpc_wdm_control(struct dpc_allocation *allocation,
							 struct dpc_packet *packet, void *context)
{
	struct dpc_wdm_request *request =
		container_of(allocation, struct dpc_wdm_request, allocation);
	PDEVICE_OBJECT DeviceObject = context;
	PDRIVER_CONTROL routine = request->routine;
	PVOID maps = request == &DeviceObject->dpc_dma ? allocation : NULL;
	PVOID driver_context = request->context;
	struct dpc_wdm_request **owner = request->owner;
	IO_ALLOCATION_ACTION action;

	request->granted = routine;
	xchg(owner, request);
	smp_store_release(&request->pending, false);	/* pairs with the xchg() of the next one */
	action = routine(DeviceObject, packet ? dpc_wdm_irp_of(packet) : NULL, maps,
			 driver_context);
	if (action != KeepObject)
		xchg(owner, NULL);
	return (enum dpc_allocation_answer)action;
}

static inline void dpc_wdm_device_object_init(PDEVICE_OBJECT DeviceObject, struct device *dev,
					      PVOID DeviceExtension)
{
	const struct dpc_packet_queue_params params = {
		.start		= dpc_wdm_start_io,
		.cancel_lock	= dpc_cancel_lock_system(),
		.call_cancel	= dpc_wdm_call_cancel,
	};

	DeviceObject->Type = IO_TYPE_DEVICE;
	DeviceObject->DriverObject = NULL;
	DeviceObject->DeviceExtension = DeviceExtension;
	DeviceObject->dpc_device = dev;
	DeviceObject->dpc_dma.pending = false;
	DeviceObject->dpc_controller.pending = false;
	dpc_allocation_init(&DeviceObject->dpc_dma.allocation, dpc_wdm_control, DeviceObject);
	dpc_allocation_init(&DeviceObject->dpc_controller.allocation, dpc_wdm_control,
			    DeviceObject);
	dpc_packet_queue_init(&DeviceObject->dpc_queue, &params);
}

/* ---- StartIo and completion (P1, P2, P4) ------------------------------------------ */

static inline PIO_STACK_LOCATION IoGetCurrentIrpStackLocation(PIRP Irp)
{
	return Irp->Tail.Overlay.CurrentStackLocation;
}

static inline VOID IoMarkIrpPending(PIRP Irp)
{
	IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
}

/* DeferredStartIo is always so here.  To be called before the first IoStartPacket(). */
static inline VOID IoSetStartIoAttributes(PDEVICE_OBJECT DeviceObject, BOOLEAN DeferredStartIo,
					  BOOLEAN NonCancelable)
{
	DeviceObject->dpc_queue.clear_cancel = NonCancelable;
}

static __always_inline VOID IoStartPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp, PULONG Key,
					  PDRIVER_CANCEL CancelFunction)
{
	if (WARN_ON_ONCE(dpc_wdm_packet_of(Irp)->queue != &DeviceObject->dpc_queue))
		return;
	dpc_packet_start_ip(dpc_wdm_packet_of(Irp), Key,
			    (dpc_packet_cancel_fn *)(void *)CancelFunction, _THIS_IP_);
}

/* Cancelable does not matter: the cancel lock is always taken here. */
static __always_inline VOID IoStartNextPacket(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable)
{
	dpc_packet_start_next(&DeviceObject->dpc_queue);
}

static __always_inline VOID IoStartNextPacketByKey(PDEVICE_OBJECT DeviceObject,
						   BOOLEAN Cancelable, ULONG Key)
{
	dpc_packet_start_next_by_key(&DeviceObject->dpc_queue, Key);
}

static __always_inline VOID IoCompleteRequest(PIRP Irp, CCHAR PriorityBoost)
{
	if (IoGetCurrentIrpStackLocation(Irp)->Control & SL_PENDING_RETURNED)
		Irp->PendingReturned = TRUE;
	dpc_packet_complete(dpc_wdm_packet_of(Irp), dpc_wdm_errno(Irp->IoStatus.Status),
			    Irp->IoStatus.Information);
}

/* ---- Cancellation (P5) ------------------------------------------------------------ */

static __always_inline VOID IoAcquireCancelSpinLock(PKIRQL Irql)
{
	*Irql = dpc_cancel_lock_acquire(dpc_cancel_lock_system());
}

static __always_inline VOID IoReleaseCancelSpinLock(KIRQL Irql)
{
	dpc_cancel_lock_release(dpc_cancel_lock_system(), (enum dpc_irql)Irql);
}

static inline PDRIVER_CANCEL IoSetCancelRoutine(PIRP Irp, PDRIVER_CANCEL CancelRoutine)
{
	dpc_packet_cancel_fn *old;

	old = dpc_packet_set_cancel(dpc_wdm_packet_of(Irp),
				    (dpc_packet_cancel_fn *)(void *)CancelRoutine);
	return (PDRIVER_CANCEL)(void *)old;
}

static __always_inline BOOLEAN IoCancelIrp(PIRP Irp)
{
	return dpc_packet_cancel(dpc_wdm_packet_of(Irp));
}

/* Absent: IoAllocateIrp, IoSizeOfIrp, IoFreeIrp.  dpc_wdm_irp_alloc(). */
/* Absent: IoCallDriver, IoSetCompletionRoutine, IoCopyCurrentIrpStackLocationToNext.  No layers. */

/**
 * DOC: IRPs for the driver
 *
 * What Windows' I/O manager does, for glue code: make an IRP, send it, wait for it.
 *
 *	Irp = dpc_wdm_irp_alloc(DeviceObject, IRP_MJ_WRITE, length);
 *	memcpy(Irp->AssociatedIrp.SystemBuffer, data, length);
 *	IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length = length;
 *	dpc_wdm_irp_send(Irp);			// or IoStartPacket()
 *	err = dpc_wdm_irp_wait(Irp, HZ);
 *	if (err)
 *		return err;			// the driver still has it
 *	err = dpc_wdm_errno(Irp->IoStatus.Status);
 *	dpc_wdm_irp_free(Irp);
 */

/**
 * dpc_wdm_irp_free - free an IRP
 * @Irp: the IRP, never sent, or dpc_wdm_irp_wait() has returned 0 for it
 *
 * Its system buffer is freed with it.
 *
 * Context: any but NMI.
 */
static inline void dpc_wdm_irp_free(PIRP Irp)
{
	kfree(Irp->AssociatedIrp.SystemBuffer);
	kfree(Irp);
}

static inline void dpc_wdm_irp_release(struct dpc_packet *packet)
{
	dpc_wdm_irp_free(dpc_wdm_irp_of(packet));
}

/**
 * dpc_wdm_irp_alloc - make an IRP
 * @DeviceObject: the device object that it is for
 * @MajorFunction: IRP_MJ_...
 * @BufferLength: bytes of its system buffer, which are zero; 0 for no buffer
 *
 * The caller sets Parameters of IoGetCurrentIrpStackLocation() and what else the driver
 * looks at.
 *
 * Context: may sleep.
 * Return: the IRP; NULL if there is no memory.
 */
static inline PIRP dpc_wdm_irp_alloc(PDEVICE_OBJECT DeviceObject, UCHAR MajorFunction,
				     size_t BufferLength)
{
	static const struct dpc_packet_ops ops = { .release = dpc_wdm_irp_release };
	PIRP Irp = kzalloc(sizeof(*Irp), GFP_KERNEL);

	if (!Irp)
		return NULL;
	if (BufferLength) {
		Irp->AssociatedIrp.SystemBuffer = kzalloc(BufferLength, GFP_KERNEL);
		if (!Irp->AssociatedIrp.SystemBuffer) {
			kfree(Irp);
			return NULL;
		}
	}
	dpc_packet_init(dpc_wdm_packet_of(Irp), &DeviceObject->dpc_queue, &ops);
	Irp->dpc_stack.MajorFunction = MajorFunction;
	Irp->dpc_stack.DeviceObject = DeviceObject;
	Irp->Tail.Overlay.CurrentStackLocation = &Irp->dpc_stack;
	return Irp;
}

/**
 * dpc_wdm_irp_send - give an IRP to the dispatch routine of its major function
 * @Irp: from dpc_wdm_irp_alloc(), not sent before
 *
 * If the driver has no such routine, the IRP is completed with
 * STATUS_INVALID_DEVICE_REQUEST; if the device object was closed, with
 * STATUS_DELETE_PENDING.  Either way dpc_wdm_irp_wait() has to follow, here or in
 * another thread, before DeviceObject can go.
 *
 * Context: PASSIVE or DISPATCH, as the dispatch routine needs it.
 */
static __always_inline void dpc_wdm_irp_send(PIRP Irp)
{
	PDEVICE_OBJECT DeviceObject = Irp->dpc_stack.DeviceObject;
	PDRIVER_DISPATCH dispatch;

	if (!dpc_packet_give(dpc_wdm_packet_of(Irp)))
		return;
	dispatch = DeviceObject->DriverObject->MajorFunction[Irp->dpc_stack.MajorFunction];
	if (dispatch) {
		dispatch(DeviceObject, Irp);
	} else {
		Irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
		IoCompleteRequest(Irp, IO_NO_INCREMENT);
	}
}

/**
 * dpc_wdm_irp_wait - wait for an IRP that was sent or started, and give up at a limit
 * @Irp: the IRP
 * @timeout: limit in jiffies, or MAX_SCHEDULE_TIMEOUT
 *
 * At the limit, or on a signal, this cancels the IRP.  If the driver does not complete it
 * then, it is left to the driver, and freed when that completes it (P8).
 *
 * Context: may sleep.
 * Return: 0 if the IRP is complete, and the caller's: IoStatus tells how.  -ETIMEDOUT or
 * -EINTR if it was left to the driver: the caller must not touch it any more.
 */
static __always_inline int dpc_wdm_irp_wait(PIRP Irp, long timeout)
{
	struct dpc_packet *packet = dpc_wdm_packet_of(Irp);
	int err = dpc_packet_wait(packet, timeout);

	if (err)
		return err;
	/* A closed device object completes IRPs without the driver. */
	if (packet->status != dpc_wdm_errno(Irp->IoStatus.Status)) {
		Irp->IoStatus.Status = dpc_wdm_status(packet->status);
		Irp->IoStatus.Information = 0;
	}
	return 0;
}

/**
 * dpc_wdm_device_object_close - end the use of a device object, and wait for its IRPs
 * @DeviceObject: the device object
 * @timeout: limit in jiffies, or MAX_SCHEDULE_TIMEOUT
 *
 * IRPs that wait for StartIo, and those that are sent from now on, are completed with
 * STATUS_DELETE_PENDING.  The driver completes those that it has begun.
 *
 * Context: may sleep.
 * Return: true if all IRPs are back with their owners; false if one was not at the limit.
 */
static inline bool dpc_wdm_device_object_close(PDEVICE_OBJECT DeviceObject, long timeout)
{
	dpc_packet_queue_close(&DeviceObject->dpc_queue, dpc_wdm_errno(STATUS_DELETE_PENDING));
	return dpc_packet_queue_drain(&DeviceObject->dpc_queue, timeout);
}

#endif /* _LINUX_DPC_WDM_IRP_H */

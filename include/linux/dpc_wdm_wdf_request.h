/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Windows names: queues and requests of KMDF; see linux/dpc_wdm.h.
 *
 * Module: dpc_nt.ko.
 */
#ifndef _LINUX_DPC_WDM_WDF_REQUEST_H
#define _LINUX_DPC_WDM_WDF_REQUEST_H

#include <linux/dpc_packet.h>
#include <linux/dpc_wdm_wdf_object.h>
#include <linux/instruction_pointer.h>
#include <linux/types.h>

/**
 * DOC: Queues and requests of KMDF (P)
 *
 * A WDFREQUEST is a &struct dpc_packet with a buffer of its own, and a WDFQUEUE a packet
 * queue.  dpc_wdm_request_send() makes a request, hands it to a queue, and waits for it with
 * a limit: it stands for ReadFile() and its like.  Its buffer is the request's own, as with
 * METHOD_BUFFERED, so a driver that is late writes to no memory of others (P8).
 *
 * A sequential queue hands out the next request when the driver has completed the one
 * before; a parallel one at once.  EvtIo callbacks run at DISPATCH.  They never nest: a
 * request that is completed in its EvtIo callback, or under the callback lock, leads to the
 * next one when that has returned, or the lock is free (P2, I3).
 *
 * A request waits in its queue, and is then the driver's until it completes it, exactly
 * once (P5).  WdfRequestMarkCancelable() lets EvtRequestCancel be called, at DISPATCH at
 * most and without a lock but the callback lock.  WdfRequestUnmarkCancelable() returns
 * STATUS_CANCELLED if EvtRequestCancel was called or is about to be: then it completes
 * the request.  A driver that has not unmarked a request must not complete it elsewhere.
 *
 * A second completion, one of a request that can still be cancelled, and marks of requests
 * that are not the driver's are reported, as far as the request's memory still exists;
 * WdfObjectReference() keeps it.  A driver that unmarks a request needs such a reference, or
 * a lock of its own that says that EvtRequestCancel has not completed the request yet.
 *
 * When a queue is deleted, requests that wait in it come back with STATUS_DELETE_PENDING,
 * and so does each that is sent from now on.  Those that the driver has are cancelled, as by
 * an owner that gives up, and waited for.  Interrupts were disconnected before: a driver
 * that leaves requests to its interrupt marks them cancelable, or completes them before.
 */
typedef struct dpc_wdf_queue	*WDFQUEUE;
typedef struct dpc_wdf_request	*WDFREQUEST;

typedef VOID EVT_WDF_IO_QUEUE_IO_DEFAULT(WDFQUEUE Queue, WDFREQUEST Request);
typedef VOID EVT_WDF_IO_QUEUE_IO_READ(WDFQUEUE Queue, WDFREQUEST Request, size_t Length);
typedef VOID EVT_WDF_IO_QUEUE_IO_WRITE(WDFQUEUE Queue, WDFREQUEST Request, size_t Length);
typedef VOID EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL(WDFQUEUE Queue, WDFREQUEST Request,
						size_t OutputBufferLength,
						size_t InputBufferLength, ULONG IoControlCode);
typedef VOID EVT_WDF_REQUEST_CANCEL(WDFREQUEST Request);
typedef EVT_WDF_IO_QUEUE_IO_DEFAULT		*PFN_WDF_IO_QUEUE_IO_DEFAULT;
typedef EVT_WDF_IO_QUEUE_IO_READ		*PFN_WDF_IO_QUEUE_IO_READ;
typedef EVT_WDF_IO_QUEUE_IO_WRITE		*PFN_WDF_IO_QUEUE_IO_WRITE;
typedef EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL	*PFN_WDF_IO_QUEUE_IO_DEVICE_CONTROL;
typedef EVT_WDF_REQUEST_CANCEL			*PFN_WDF_REQUEST_CANCEL;

/* The numbers are those of IRP_MJ_READ and so on. */
typedef enum _WDF_REQUEST_TYPE {
	WdfRequestTypeRead		= 0x3,
	WdfRequestTypeWrite		= 0x4,
	WdfRequestTypeDeviceControl	= 0xe,
} WDF_REQUEST_TYPE;

typedef struct _WDF_REQUEST_PARAMETERS {
	USHORT			Size;
	UCHAR			MinorFunction;
	WDF_REQUEST_TYPE	Type;
	union {
		struct {
			size_t		Length;
			ULONG		Key;
			LONGLONG	DeviceOffset;
		} Read, Write;
		struct {
			size_t		OutputBufferLength;
			size_t		InputBufferLength;
			ULONG		IoControlCode;
			PVOID		Type3InputBuffer;
		} DeviceIoControl;
	} Parameters;
} WDF_REQUEST_PARAMETERS, *PWDF_REQUEST_PARAMETERS;

static inline VOID WDF_REQUEST_PARAMETERS_INIT(PWDF_REQUEST_PARAMETERS Parameters)
{
	*Parameters = (WDF_REQUEST_PARAMETERS){ .Size = sizeof(*Parameters) };
}

typedef enum _WDF_IO_QUEUE_DISPATCH_TYPE {
	WdfIoQueueDispatchInvalid,
	WdfIoQueueDispatchSequential,
	WdfIoQueueDispatchParallel,
	/* Absent: WdfIoQueueDispatchManual.  A list of your own. */
} WDF_IO_QUEUE_DISPATCH_TYPE;

/* PowerManaged does not matter: who sends requests has the device awake. */
typedef struct _WDF_IO_QUEUE_CONFIG {
	ULONG					Size;
	WDF_IO_QUEUE_DISPATCH_TYPE		DispatchType;
	WDF_TRI_STATE				PowerManaged;
	BOOLEAN					AllowZeroLengthRequests;
	BOOLEAN					DefaultQueue;
	PFN_WDF_IO_QUEUE_IO_DEFAULT		EvtIoDefault;
	PFN_WDF_IO_QUEUE_IO_READ		EvtIoRead;
	PFN_WDF_IO_QUEUE_IO_WRITE		EvtIoWrite;
	PFN_WDF_IO_QUEUE_IO_DEVICE_CONTROL	EvtIoDeviceControl;
	/* Absent: EvtIoInternalDeviceControl.  A function of your own. */
	/* Absent: EvtIoStop, EvtIoResume.  Your driver's suspend() and resume(). */
	/* Absent: EvtIoCanceledOnQueue.  EvtCleanupCallback of the request. */
} WDF_IO_QUEUE_CONFIG, *PWDF_IO_QUEUE_CONFIG;

static inline VOID WDF_IO_QUEUE_CONFIG_INIT(PWDF_IO_QUEUE_CONFIG Config,
					    WDF_IO_QUEUE_DISPATCH_TYPE DispatchType)
{
	*Config = (WDF_IO_QUEUE_CONFIG){
		.Size = sizeof(*Config),
		.DispatchType = DispatchType,
		.PowerManaged = WdfUseDefault,
	};
}

static inline VOID WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(PWDF_IO_QUEUE_CONFIG Config,
							  WDF_IO_QUEUE_DISPATCH_TYPE DispatchType)
{
	WDF_IO_QUEUE_CONFIG_INIT(Config, DispatchType);
	Config->DefaultQueue = TRUE;
}

/*
 * struct dpc_wdf_queue - a queue
 *
 * Field legend:
 *   I  set when it is made
 *   O  under @owned_lock
 */
struct dpc_wdf_queue {
	struct dpc_wdf_object	object;
	/* private: */
	struct dpc_packet_queue	q;
	WDF_IO_QUEUE_CONFIG	config;		/* I */
	WDFDEVICE		device;		/* I */
	struct dpc_wdf_deferred	next;		/* the next start waits for the callback lock */
	struct dpc_wdf_lock	lock;		/* the callback lock, if it has one of its own */
	spinlock_t		owned_lock;
	struct list_head	owned;		/* O: requests that the driver has */
	bool			ending;		/* O: it gets no more of them */
};

/*
 * struct dpc_wdf_request - the states of a request
 *
 *   state     OWNED  MARKED  packet's routine  what may move it on
 *   --------  -----  ------  ----------------  -----------------------------------------
 *   waiting   no     no      of the queue      start: -> owned; cancel: completed
 *   owned     yes    no      none              mark: -> marked; complete
 *   marked    yes    yes     ours              cancel: -> taken; unmark: -> owned
 *   taken     yes    yes     none              EvtRequestCancel completes it
 *   complete  no     any     none              its owner frees it
 *
 * It keeps its queue, and with that the callback lock, but is in no tree: its owner ends it,
 * which may be at DISPATCH.
 */
struct dpc_wdf_request {
	struct dpc_wdf_object	object;
	/* private: */
	struct dpc_packet	packet;
	WDFQUEUE		queue;		/* set when it is made */
	struct list_head	owned;		/* in the list of its queue, if it is OWNED */
	WDF_REQUEST_PARAMETERS	parameters;	/* set when it is made */
	size_t			in_length;	/* the same */
	size_t			out_length;	/* the same */
	unsigned long		flags;		/* atomic bits */
	PFN_WDF_REQUEST_CANCEL	cancel;		/* the driver's, before it is marked */
	NTSTATUS		status;		/* the driver's, until it completes it */
	ULONG_PTR		information;	/* the same */
	u8			buffer[] __aligned(8);
};

/**
 * dpc_wdf_queue_init - initialise a queue
 * @queue: the queue, zeroed but for its device and its config
 *
 * Context: any.
 */
void dpc_wdf_queue_init(struct dpc_wdf_queue *queue);

/**
 * dpc_wdf_queue_end - refuse requests from now on, cancel and wait for those of the driver
 * @queue: the queue
 *
 * Context: may sleep.
 */
void dpc_wdf_queue_end(struct dpc_wdf_queue *queue);

int dpc_wdf_request_send_ip(struct dpc_wdf_request *request, long timeout, unsigned long ip);

/**
 * dpc_wdf_request_send - hand a request to its queue, and wait for it
 * @request: the request; afterwards it is the caller's, or not, as with dpc_packet_wait()
 * @timeout: limit in jiffies, or MAX_SCHEDULE_TIMEOUT
 *
 * Context: may sleep.
 * Return: 0, and @status of the request says how it went; -ETIMEDOUT or -EINTR if it was
 * left to the driver (P8).
 */
static __always_inline int dpc_wdf_request_send(struct dpc_wdf_request *request, long timeout)
{
	return dpc_wdf_request_send_ip(request, timeout, _THIS_IP_);
}

void dpc_wdf_request_complete_ip(struct dpc_wdf_request *request, s32 status,
				 const unsigned long *information, unsigned long ip);

/**
 * dpc_wdf_request_complete - give a request back to its owner
 * @request: a request of the driver's
 * @status: an NTSTATUS
 * @information: what was done, mostly a number of bytes; NULL for what it was set to
 *
 * A request that is not the driver's, or that can still be cancelled, is reported and counted
 * in dpc_violations(); the first has no other effect.
 *
 * Context: PASSIVE or DISPATCH, no spin lock held (P5).
 */
static __always_inline void dpc_wdf_request_complete(struct dpc_wdf_request *request, s32 status,
						     const unsigned long *information)
{
	dpc_wdf_request_complete_ip(request, status, information, _THIS_IP_);
}

int dpc_wdf_request_mark_ip(struct dpc_wdf_request *request,
			    void (*cancel)(struct dpc_wdf_request *), bool call,
			    unsigned long ip);

/**
 * dpc_wdf_request_mark - let a request be cancelled
 * @request: a request of the driver's
 * @cancel: what to call then
 * @call: call it here if the request was cancelled already
 *
 * Context: PASSIVE or DISPATCH.
 * Return: 0; -ECANCELED if it was cancelled already, and not if @call: then the driver has to
 * complete it; -EINVAL, which is reported, if it is not the driver's or marked already.
 */
static __always_inline int dpc_wdf_request_mark(struct dpc_wdf_request *request,
						void (*cancel)(struct dpc_wdf_request *),
						bool call)
{
	return dpc_wdf_request_mark_ip(request, cancel, call, _THIS_IP_);
}

/**
 * dpc_wdf_request_unmark - let a request not be cancelled any more
 * @request: a request of the driver's
 *
 * Context: PASSIVE or DISPATCH.
 * Return: 0; -ECANCELED if its cancel callback has it (P5); -EINVAL if it is not marked.
 */
int dpc_wdf_request_unmark(struct dpc_wdf_request *request);

static inline void dpc_wdm_queue_stop(struct dpc_wdf_object *object)
{
	dpc_wdf_queue_end(container_of(object, struct dpc_wdf_queue, object));
}

static inline bool dpc_wdm_queue_may_stop(struct dpc_wdf_object *object, unsigned long ip)
{
	return dpc_wdf_may_wait(NULL, NULL, ip, "WdfObjectDelete");
}

/* Queue may be NULL: for a default queue. */
static inline NTSTATUS WdfIoQueueCreate(WDFDEVICE Device, PWDF_IO_QUEUE_CONFIG Config,
					PWDF_OBJECT_ATTRIBUTES QueueAttributes, WDFQUEUE *Queue)
{
	static const struct dpc_wdf_object_ops ops = {
		.may_stop = dpc_wdm_queue_may_stop,
		.stop = dpc_wdm_queue_stop,
	};
	static struct lock_class_key key;
	struct dpc_wdf_object *parent = &Device->object;
	NTSTATUS status = dpc_wdm_parent_check(QueueAttributes, &parent);
	WDFQUEUE created;
	int err;

	if (!NT_SUCCESS(status))
		return status;
	if (Config->Size != sizeof(*Config))
		return STATUS_INFO_LENGTH_MISMATCH;
	/* EvtIo callbacks run at DISPATCH. */
	if (dpc_wdm_level_is_passive(parent, QueueAttributes))
		return STATUS_NOT_SUPPORTED;
	created = kzalloc(sizeof(*created), GFP_KERNEL);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	created->device = Device;
	created->config = *Config;
	dpc_wdf_queue_init(created);
	err = dpc_wdf_object_init(&created->object, &ops, parent, QueueAttributes);
	if (err)
		return dpc_wdm_status(err);
	if (Device->queue_scope) {
		dpc_wdf_lock_init_key(&created->lock, DPC_WDF_LOCK_DISPATCH, true, &key);
		created->object.serial = &created->lock;
	}
	if (Config->DefaultQueue)
		Device->queue = created;
	if (Queue)
		*Queue = created;
	return STATUS_SUCCESS;
}

static inline WDFDEVICE WdfIoQueueGetDevice(WDFQUEUE Queue)
{
	return Queue->device;
}

/* NULL if there is none. */
static inline WDFQUEUE WdfDeviceGetDefaultQueue(WDFDEVICE Device)
{
	return Device->queue;
}

/*
 * struct dpc_wdm_request_params - what a request is made of
 * @In: what the driver reads: data to write, input of a device control request
 * @Out: where the result goes
 * @Attributes: of the request: its context, or NULL
 */
struct dpc_wdm_request_params {
	WDF_REQUEST_TYPE	Type;
	ULONG			IoControlCode;
	LONGLONG		DeviceOffset;
	const void		*In;
	size_t			InLength;
	PVOID			Out;
	size_t			OutLength;
	PWDF_OBJECT_ATTRIBUTES	Attributes;
};

static inline void dpc_wdm_request_describe(WDFREQUEST Request,
					    const struct dpc_wdm_request_params *params)
{
	PWDF_REQUEST_PARAMETERS p = &Request->parameters;

	WDF_REQUEST_PARAMETERS_INIT(p);
	p->Type = params->Type;
	switch (params->Type) {
	case WdfRequestTypeRead:
		p->Parameters.Read.Length = params->OutLength;
		p->Parameters.Read.DeviceOffset = params->DeviceOffset;
		break;
	case WdfRequestTypeWrite:
		p->Parameters.Write.Length = params->InLength;
		p->Parameters.Write.DeviceOffset = params->DeviceOffset;
		break;
	case WdfRequestTypeDeviceControl:
		p->Parameters.DeviceIoControl.OutputBufferLength = params->OutLength;
		p->Parameters.DeviceIoControl.InputBufferLength = params->InLength;
		p->Parameters.DeviceIoControl.IoControlCode = params->IoControlCode;
		break;
	}
}

static inline int dpc_wdm_request_make(WDFQUEUE Queue, const struct dpc_wdm_request_params *params,
				       WDFREQUEST *Request)
{
	static const struct dpc_wdf_object_ops ops = { .apart = true };
	size_t size = max(params->InLength, params->OutLength);
	WDFREQUEST request = kzalloc(struct_size(request, buffer, size), GFP_KERNEL);
	int err;

	if (!request)
		return -ENOMEM;
	request->queue = Queue;
	request->in_length = params->InLength;
	request->out_length = params->OutLength;
	dpc_wdm_request_describe(request, params);
	if (params->InLength)
		memcpy(request->buffer, params->In, params->InLength);
	err = dpc_wdf_object_init(&request->object, &ops, &Queue->object, params->Attributes);
	if (!err)
		*Request = request;
	return err;
}

/*
 * What ReadFile(), WriteFile() and DeviceIoControl() lead to on Windows.
 * @timeout: limit in jiffies, or MAX_SCHEDULE_TIMEOUT; at the limit, or on a signal, the
 *	request is cancelled
 * @Information: what the driver has said, mostly a number of bytes; or NULL
 *
 * Return: the driver's status; STATUS_CANCELLED if it was cancelled while it waited in the
 * queue; STATUS_DELETE_PENDING if the queue is gone; STATUS_IO_TIMEOUT if the driver has
 * not completed it, and will do so later (P8).
 */
static __always_inline NTSTATUS dpc_wdm_request_send(WDFQUEUE Queue,
						     const struct dpc_wdm_request_params *params,
						     long timeout, ULONG_PTR *Information)
{
	ULONG_PTR information;
	WDFREQUEST request;
	NTSTATUS status;
	int err;

	err = dpc_wdm_request_make(Queue, params, &request);
	if (err)
		return dpc_wdm_status(err);
	if (dpc_wdf_request_send(request, timeout))
		return STATUS_IO_TIMEOUT;
	status = request->status;
	information = request->information;
	if (NT_SUCCESS(status) && params->OutLength)
		memcpy(params->Out, request->buffer, min_t(size_t, information,
							   params->OutLength));
	if (Information)
		*Information = information;
	dpc_wdf_object_delete(&request->object);
	return status;
}

static inline WDFQUEUE WdfRequestGetIoQueue(WDFREQUEST Request)
{
	return Request->queue;
}

static inline VOID WdfRequestGetParameters(WDFREQUEST Request, PWDF_REQUEST_PARAMETERS Parameters)
{
	*Parameters = Request->parameters;
}

static inline NTSTATUS dpc_wdm_request_buffer(WDFREQUEST Request, size_t length, size_t minimum,
					      PVOID *Buffer, size_t *Length)
{
	if (!length || length < minimum)
		return STATUS_BUFFER_TOO_SMALL;
	*Buffer = Request->buffer;
	if (Length)
		*Length = length;
	return STATUS_SUCCESS;
}

static inline NTSTATUS WdfRequestRetrieveInputBuffer(WDFREQUEST Request,
						     size_t MinimumRequiredLength, PVOID *Buffer,
						     size_t *Length)
{
	if (Request->parameters.Type == WdfRequestTypeRead)
		return STATUS_INVALID_DEVICE_REQUEST;
	return dpc_wdm_request_buffer(Request, Request->in_length, MinimumRequiredLength, Buffer,
				      Length);
}

static inline NTSTATUS WdfRequestRetrieveOutputBuffer(WDFREQUEST Request,
						      size_t MinimumRequiredSize, PVOID *Buffer,
						      size_t *Length)
{
	if (Request->parameters.Type == WdfRequestTypeWrite)
		return STATUS_INVALID_DEVICE_REQUEST;
	return dpc_wdm_request_buffer(Request, Request->out_length, MinimumRequiredSize, Buffer,
				      Length);
}

static inline VOID WdfRequestSetInformation(WDFREQUEST Request, ULONG_PTR Information)
{
	Request->information = Information;
}

static inline ULONG_PTR WdfRequestGetInformation(WDFREQUEST Request)
{
	return Request->information;
}

static __always_inline VOID WdfRequestComplete(WDFREQUEST Request, NTSTATUS Status)
{
	dpc_wdf_request_complete(Request, Status, NULL);
}

static __always_inline VOID WdfRequestCompleteWithInformation(WDFREQUEST Request, NTSTATUS Status,
							      ULONG_PTR Information)
{
	dpc_wdf_request_complete(Request, Status, &Information);
}

/* There is no priority to boost. */
static __always_inline VOID WdfRequestCompleteWithPriorityBoost(WDFREQUEST Request,
								NTSTATUS Status,
								CCHAR PriorityBoost)
{
	dpc_wdf_request_complete(Request, Status, NULL);
}

static inline NTSTATUS dpc_wdm_mark_status(int err)
{
	if (err == -ECANCELED)
		return STATUS_CANCELLED;
	return err ? STATUS_INVALID_DEVICE_REQUEST : STATUS_SUCCESS;
}

/* If it was cancelled already, EvtRequestCancel is called before this returns. */
static __always_inline VOID WdfRequestMarkCancelable(WDFREQUEST Request,
						     PFN_WDF_REQUEST_CANCEL EvtRequestCancel)
{
	dpc_wdf_request_mark(Request, EvtRequestCancel, true);
}

static __always_inline NTSTATUS
WdfRequestMarkCancelableEx(WDFREQUEST Request, PFN_WDF_REQUEST_CANCEL EvtRequestCancel)
{
	return dpc_wdm_mark_status(dpc_wdf_request_mark(Request, EvtRequestCancel, false));
}

static inline NTSTATUS WdfRequestUnmarkCancelable(WDFREQUEST Request)
{
	int err = dpc_wdf_request_unmark(Request);

	return err == -EINVAL ? STATUS_INVALID_PARAMETER : dpc_wdm_mark_status(err);
}

static inline BOOLEAN WdfRequestIsCanceled(WDFREQUEST Request)
{
	return READ_ONCE(Request->packet.cancelled);
}

/* Absent: WdfRequestForwardToIoQueue, WdfRequestRequeue.  A list of your own. */
/* Absent: WdfIoQueueStop, WdfIoQueueStart, WdfIoQueuePurge.  Delete the queue, make another. */
/* Absent: WdfRequestSend, WDFIOTARGET.  Linux has no driver below yours in a stack. */
/* Absent: WdfRequestWdmGetIrp, WdfRequestRetrieveInputWdmMdl.  WdfRequestRetrieveInputBuffer(). */

#endif /* _LINUX_DPC_WDM_WDF_REQUEST_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues and requests of KMDF, over packets (P).
 *
 * Completion and cancellation meet in two atomic steps.  Whoever takes the packet's cancel
 * routine has the right to decide: unmark gives it back to the driver, cancellation to
 * EvtRequestCancel.  Whoever clears OWNED completes; a second one is told that the request
 * is not the driver's.  A request may be complete, and its owner through with it, as soon as
 * it has a cancel routine.  So whoever goes on to use it keeps it: the owner that cancels
 * its own, or else a reference, which keeps the queue, too.
 *
 * The next request of a sequential queue must not begin inside a callback that holds the
 * callback lock and completes the one before.  So the start is left to whoever releases the
 * lock.  One request is in flight at a time, hence one such start is to be done at most.
 */
#include "wdf_lock.h"

#include "../core/internal.h"

#include <linux/dpc_wdm_wdf_request.h>
#include <linux/module.h>

enum {
	DPC_WDF_REQUEST_OWNED,		/* by the driver */
	DPC_WDF_REQUEST_MARKED,		/* and it has let it be cancelled */
};

static struct dpc_wdf_request *dpc_wdf_request_of(struct dpc_packet *packet)
{
	return container_of(packet, struct dpc_wdf_request, packet);
}

static struct dpc_wdf_queue *dpc_wdf_queue_of(struct dpc_packet_queue *q)
{
	return container_of(q, struct dpc_wdf_queue, q);
}

/* ---- Start ------------------------------------------------------------------------ */

/* Return: false if the queue has no callback for it. */
static bool dpc_wdf_request_call(struct dpc_wdf_queue *queue, struct dpc_wdf_request *request)
{
	const WDF_IO_QUEUE_CONFIG *config = &queue->config;
	PWDF_REQUEST_PARAMETERS p = &request->parameters;

	switch (p->Type) {
	case WdfRequestTypeRead:
		if (!config->EvtIoRead)
			break;
		config->EvtIoRead(queue, request, request->out_length);
		return true;
	case WdfRequestTypeWrite:
		if (!config->EvtIoWrite)
			break;
		config->EvtIoWrite(queue, request, request->in_length);
		return true;
	case WdfRequestTypeDeviceControl:
		if (!config->EvtIoDeviceControl)
			break;
		config->EvtIoDeviceControl(queue, request, request->out_length,
					   request->in_length,
					   p->Parameters.DeviceIoControl.IoControlCode);
		return true;
	}
	if (!config->EvtIoDefault)
		return false;
	config->EvtIoDefault(queue, request);
	return true;
}

/* Is it one that the driver does not want to see?  Such a request is a success. */
static bool dpc_wdf_request_is_empty(struct dpc_wdf_queue *queue,
				     const struct dpc_wdf_request *request)
{
	return !queue->config.AllowZeroLengthRequests &&
	       request->parameters.Type != WdfRequestTypeDeviceControl &&
	       !request->in_length && !request->out_length;
}

/* Return: false if the queue is being deleted, and the driver gets no more requests. */
static bool dpc_wdf_request_own(struct dpc_wdf_queue *queue, struct dpc_wdf_request *request)
{
	unsigned long flags;
	bool ending;

	set_bit(DPC_WDF_REQUEST_OWNED, &request->flags);
	spin_lock_irqsave(&queue->owned_lock, flags);
	ending = queue->ending;
	list_add_tail(&request->owned, &queue->owned);
	spin_unlock_irqrestore(&queue->owned_lock, flags);
	return !ending;
}

/* Return: false if the driver does not have it. */
static bool dpc_wdf_request_disown(struct dpc_wdf_queue *queue, struct dpc_wdf_request *request)
{
	unsigned long flags;

	if (!test_and_clear_bit(DPC_WDF_REQUEST_OWNED, &request->flags))
		return false;
	spin_lock_irqsave(&queue->owned_lock, flags);
	list_del(&request->owned);
	spin_unlock_irqrestore(&queue->owned_lock, flags);
	return true;
}

static void dpc_wdf_queue_start(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	struct dpc_wdf_queue *queue = dpc_wdf_queue_of(q);
	struct dpc_wdf_request *request = dpc_wdf_request_of(packet);
	struct dpc_wdf_lock *serial = queue->object.serial;
	bool owned;

	if (!dpc_packet_claim(q, packet))
		return;
	owned = dpc_wdf_request_own(queue, request);
	/* Done when this has returned (P2). */
	if (queue->config.DispatchType == WdfIoQueueDispatchParallel)
		dpc_packet_start_next(q);
	if (!owned) {
		dpc_wdf_request_complete(request, STATUS_DELETE_PENDING, NULL);
		return;
	}
	if (dpc_wdf_request_is_empty(queue, request)) {
		dpc_wdf_request_complete(request, STATUS_SUCCESS, NULL);
		return;
	}
	if (serial)
		dpc_wdf_lock_enter(serial, _THIS_IP_);
	if (!dpc_wdf_request_call(queue, request))
		dpc_wdf_request_complete(request, STATUS_INVALID_DEVICE_REQUEST, NULL);
	if (serial)
		dpc_wdf_lock_leave(serial, _THIS_IP_);
}

/* Whoever has released the callback lock calls this at DISPATCH. */
static void dpc_wdf_queue_deferred(struct dpc_wdf_deferred *deferred)
{
	struct dpc_wdf_queue *queue = container_of(deferred, struct dpc_wdf_queue, next);

	dpc_packet_start_next(&queue->q);
	dpc_wdf_object_put(&queue->object);
}

void dpc_wdf_queue_init(struct dpc_wdf_queue *queue)
{
	struct dpc_packet_queue_params params = { .start = dpc_wdf_queue_start };

	dpc_packet_queue_init(&queue->q, &params);
	spin_lock_init(&queue->owned_lock);
	INIT_LIST_HEAD(&queue->owned);
	queue->next.call = dpc_wdf_queue_deferred;
}
EXPORT_SYMBOL_GPL(dpc_wdf_queue_init);

/* Return: a request of the driver's that was not cancelled, with a reference; or NULL. */
static struct dpc_wdf_request *dpc_wdf_queue_to_cancel(struct dpc_wdf_queue *queue)
{
	struct dpc_wdf_request *request, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&queue->owned_lock, flags);
	queue->ending = true;
	list_for_each_entry(request, &queue->owned, owned) {
		if (READ_ONCE(request->packet.cancelled))
			continue;
		refcount_inc(&request->object.refs);
		found = request;
		break;
	}
	spin_unlock_irqrestore(&queue->owned_lock, flags);
	return found;
}

void dpc_wdf_queue_end(struct dpc_wdf_queue *queue)
{
	struct dpc_wdf_request *request;

	dpc_packet_queue_close(&queue->q, -ENODEV);
	while ((request = dpc_wdf_queue_to_cancel(queue))) {
		dpc_packet_cancel(&request->packet);
		dpc_wdf_object_put(&request->object);
	}
	dpc_packet_queue_drain(&queue->q, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL_GPL(dpc_wdf_queue_end);

/* ---- Completion -------------------------------------------------------------------- */

/* The request has left its sequential queue: the next one, or none. */
static void dpc_wdf_queue_next(struct dpc_wdf_queue *queue)
{
	if (queue->config.DispatchType == WdfIoQueueDispatchParallel)
		return;
	/* The queue may be deleted between the completion and a start that is deferred. */
	refcount_inc(&queue->object.refs);
	if (queue->object.serial && dpc_wdf_lock_defer(queue->object.serial, &queue->next))
		return;
	dpc_packet_start_next(&queue->q);
	dpc_wdf_object_put(&queue->object);
}

/* dpc_wdf_request_complete() in the name of the code at @ip. */
void dpc_wdf_request_complete_ip(struct dpc_wdf_request *request, s32 status,
				 const unsigned long *information, unsigned long ip)
{
	struct dpc_wdf_queue *queue = request->queue;
	enum dpc_irql old;

	if (!dpc_wdf_request_disown(queue, request)) {
		dpc_misuse(ip, "completes a request that is not the driver's");
		return;
	}
	if (dpc_packet_set_cancel(&request->packet, NULL))
		dpc_misuse(ip, "completes a request that can still be cancelled");
	request->status = status;
	if (information)
		request->information = *information;
	old = dpc_level_raise_ip(ip);
	dpc_wdf_queue_next(queue);
	dpc_packet_complete_ip(&request->packet, 0, request->information, ip);
	dpc_level_lower_ip(old, ip);
}
EXPORT_SYMBOL_GPL(dpc_wdf_request_complete_ip);

/* Its owner has given up: it ends where the driver has completed it. */
static void dpc_wdf_request_release(struct dpc_packet *packet)
{
	dpc_wdf_object_delete(&dpc_wdf_request_of(packet)->object);
}

static const struct dpc_packet_ops dpc_wdf_request_ops = { .release = dpc_wdf_request_release };

/* dpc_wdf_request_send() in the name of the code at @ip. */
int dpc_wdf_request_send_ip(struct dpc_wdf_request *request, long timeout, unsigned long ip)
{
	struct dpc_packet *packet = &request->packet;
	int err;

	dpc_packet_init(packet, &request->queue->q, &dpc_wdf_request_ops);
	dpc_packet_start_ip(packet, NULL, dpc_packet_cancel_waiting, ip);
	err = dpc_packet_wait_ip(packet, timeout, ip);
	if (!err && packet->status)
		request->status = packet->status == -ECANCELED ? STATUS_CANCELLED :
								 dpc_wdm_status(packet->status);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_wdf_request_send_ip);

/* ---- Cancel ------------------------------------------------------------------------ */

/* Whoever calls this has taken the packet's cancel routine. */
static void dpc_wdf_request_call_cancel(struct dpc_wdf_request *request)
{
	struct dpc_wdf_lock *serial = request->object.serial;
	PFN_WDF_REQUEST_CANCEL cancel = request->cancel;

	if (serial)
		dpc_wdf_lock_enter(serial, (unsigned long)cancel);
	/* A driver that has not unmarked it may have completed it meanwhile (reported). */
	if (test_bit(DPC_WDF_REQUEST_OWNED, &request->flags))
		cancel(request);
	if (serial)
		dpc_wdf_lock_leave(serial, (unsigned long)cancel);
}

static void dpc_wdf_request_cancelled(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	dpc_packet_cancel_unlock(q);
	dpc_wdf_request_call_cancel(dpc_wdf_request_of(packet));
}

/* The caller has a reference.  Return: as dpc_wdf_request_mark(). */
static int dpc_wdf_request_mark_kept(struct dpc_wdf_request *request,
				     void (*cancel)(struct dpc_wdf_request *), bool call,
				     unsigned long ip)
{
	if (!test_bit(DPC_WDF_REQUEST_OWNED, &request->flags) ||
	    test_and_set_bit(DPC_WDF_REQUEST_MARKED, &request->flags)) {
		dpc_misuse(ip, "marks a request that is not the driver's, or marked already");
		return -EINVAL;
	}
	request->cancel = cancel;
	dpc_packet_set_cancel(&request->packet, dpc_wdf_request_cancelled);
	/* One that came before has found no routine; one that comes now takes it. */
	if (!READ_ONCE(request->packet.cancelled) ||
	    !dpc_packet_set_cancel(&request->packet, NULL))
		return 0;
	if (call) {
		dpc_wdf_request_call_cancel(request);
		return 0;
	}
	clear_bit(DPC_WDF_REQUEST_MARKED, &request->flags);
	return -ECANCELED;
}

/* dpc_wdf_request_mark() in the name of the code at @ip. */
int dpc_wdf_request_mark_ip(struct dpc_wdf_request *request,
			    void (*cancel)(struct dpc_wdf_request *), bool call,
			    unsigned long ip)
{
	int err;

	refcount_inc(&request->object.refs);
	err = dpc_wdf_request_mark_kept(request, cancel, call, ip);
	dpc_wdf_object_put(&request->object);
	return err;
}
EXPORT_SYMBOL_GPL(dpc_wdf_request_mark_ip);

int dpc_wdf_request_unmark(struct dpc_wdf_request *request)
{
	if (!test_bit(DPC_WDF_REQUEST_MARKED, &request->flags))
		return -EINVAL;
	if (!dpc_packet_set_cancel(&request->packet, NULL))
		return -ECANCELED;
	clear_bit(DPC_WDF_REQUEST_MARKED, &request->flags);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_wdf_request_unmark);

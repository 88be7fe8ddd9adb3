// SPDX-License-Identifier: GPL-2.0-only
/* KMDF's names: queues and requests, over packets (P). */
#include "fixture.h"
#include "kdev.h"

#include <linux/dpc_wdm.h>

#define WDFR_REQUESTS	4
#define WDFR_DATA	"written by the owner"
#define WDFR_LIMIT_MS	50		/* of an owner that gives up */
#define WDFR_ROUNDS	64
#define WDFR_STEP_US	10		/* from one round's meeting to the next one's */

/* A thread that sends a request and waits for it. */
struct wdfr_sender {
	struct wdfr_test		*wt;
	struct dpc_wdm_request_params	params;
	long				timeout;
	NTSTATUS			status;
	ULONG_PTR			information;
	char				out[32];
};

struct wdfr_test {
	struct kdev_test	kt;		/* first: what test->priv points to */
	WDFDEVICE		device;
	WDFQUEUE		queue;
	WDFQUEUE		first;		/* the same, with a reference */
	WDFDPC			dpc;
	struct wdfr_sender	sender[WDFR_REQUESTS];
	u64			violations;
	/* What EvtIo does */
	bool			keep;		/* leaves it to others to complete it */
	bool			mark;		/* lets it be cancelled */
	void (*in_io)(struct wdfr_test *wt, WDFREQUEST request);
	WDFREQUEST		request[WDFR_REQUESTS];	/* that were kept */
	atomic_t		kept;
	atomic_t		inside;		/* callbacks of requests */
	atomic_t		deepest;
	atomic_t		cancels;
	atomic_t		destroyed;
	int			destroyed_in_cancel;	/* when EvtRequestCancel has completed it */
	size_t			length[2];
	ULONG			code;
	KIRQL			irql;
	NTSTATUS		answer;
};

typedef struct {
	struct wdfr_test	*wt;
} WDFR_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(WDFR_CONTEXT, wdfr_context)

static u64 wdfr_reports(struct wdfr_test *wt)
{
	return dpc_violations() - wt->violations;
}

static struct wdfr_test *wdfr_of(WDFQUEUE queue)
{
	return wdfr_context(WdfIoQueueGetDevice(queue))->wt;
}

static VOID wdfr_cancel(WDFREQUEST request)
{
	struct wdfr_test *wt = wdfr_of(WdfRequestGetIoQueue(request));

	wt->irql = KeGetCurrentIrql();
	atomic_inc(&wt->cancels);
	WdfRequestComplete(request, STATUS_CANCELLED);
	wt->destroyed_in_cancel = atomic_read(&wt->destroyed);
}

static void wdfr_io(WDFQUEUE queue, WDFREQUEST request)
{
	struct wdfr_test *wt = wdfr_of(queue);
	int inside = atomic_inc_return(&wt->inside);

	if (inside > atomic_read(&wt->deepest))
		atomic_set(&wt->deepest, inside);
	wt->irql = KeGetCurrentIrql();
	if (wt->in_io)
		wt->in_io(wt, request);
	if (wt->mark)
		wt->answer = WdfRequestMarkCancelableEx(request, wdfr_cancel);
	if (wt->keep) {
		int at = atomic_read(&wt->kept);

		wt->request[at % WDFR_REQUESTS] = request;
		atomic_inc(&wt->kept);
	}
	atomic_dec(&wt->inside);
}

static VOID wdfr_read(WDFQUEUE queue, WDFREQUEST request, size_t length)
{
	struct wdfr_test *wt = wdfr_of(queue);
	size_t available;
	PVOID buffer;

	wt->length[0] = length;
	wdfr_io(queue, request);
	if (wt->keep)
		return;
	wt->answer = WdfRequestRetrieveInputBuffer(request, 1, &buffer, NULL);
	if (!NT_SUCCESS(WdfRequestRetrieveOutputBuffer(request, 4, &buffer, &available)))
		available = 0;
	else
		memcpy(buffer, "read", 4);
	WdfRequestCompleteWithInformation(request, STATUS_SUCCESS, min_t(size_t, available, 4));
}

static VOID wdfr_write(WDFQUEUE queue, WDFREQUEST request, size_t length)
{
	struct wdfr_test *wt = wdfr_of(queue);
	NTSTATUS status = STATUS_SUCCESS;
	PVOID buffer;

	wt->length[0] = length;
	wdfr_io(queue, request);
	if (wt->keep)
		return;
	if (!NT_SUCCESS(WdfRequestRetrieveInputBuffer(request, length, &buffer, NULL)) ||
	    memcmp(buffer, WDFR_DATA, length))
		status = STATUS_IO_DEVICE_ERROR;
	WdfRequestSetInformation(request, length);
	WdfRequestComplete(request, status);
}

static VOID wdfr_control(WDFQUEUE queue, WDFREQUEST request, size_t out, size_t in, ULONG code)
{
	struct wdfr_test *wt = wdfr_of(queue);
	WDF_REQUEST_PARAMETERS p;

	wdfr_io(queue, request);
	wt->length[0] = in;
	wt->length[1] = out;
	WDF_REQUEST_PARAMETERS_INIT(&p);
	WdfRequestGetParameters(request, &p);
	wt->code = p.Type == WdfRequestTypeDeviceControl &&
		   p.Parameters.DeviceIoControl.IoControlCode == code ? code : 0;
	WdfRequestComplete(request, STATUS_NOT_FOUND);
}

static VOID wdfr_destroy(WDFOBJECT object)
{
	atomic_inc(&wdfr_of(WdfRequestGetIoQueue(object))->destroyed);
}

static int wdfr_init(struct kunit *test)
{
	struct wdfr_test *wt = kunit_kzalloc(test, sizeof(*wt), GFP_KERNEL);
	int err;

	if (!wt)
		return -ENOMEM;
	err = kdev_setup(test, &wt->kt);
	wt->violations = dpc_violations();
	return err;
}

static WDFREQUEST wdfr_left(WDFQUEUE queue)
{
	unsigned long flags;
	WDFREQUEST request;

	spin_lock_irqsave(&queue->owned_lock, flags);
	request = list_first_entry_or_null(&queue->owned, struct dpc_wdf_request, owned);
	spin_unlock_irqrestore(&queue->owned_lock, flags);
	return request;
}

/* The queue is deleted with the device, when kt's is unregistered. */
static void wdfr_exit(struct kunit *test)
{
	struct wdfr_test *wt = test->priv;
	WDFREQUEST request;

	/* A test that has failed half-way leaves some, and the queue would wait for them. */
	while (wt && wt->first && (request = wdfr_left(wt->first)))
		WdfRequestComplete(request, STATUS_UNSUCCESSFUL);
	kdev_exit(test);
	if (wt && wt->first)
		WdfObjectDereference(wt->first);
}

static struct wdfr_test *wdfr_queue(struct kunit *test, WDF_IO_QUEUE_DISPATCH_TYPE type,
				    WDF_SYNCHRONIZATION_SCOPE scope)
{
	struct wdfr_test *wt = test->priv;
	WDF_OBJECT_ATTRIBUTES attributes;
	WDF_IO_QUEUE_CONFIG config;
	int i;

	WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, WDFR_CONTEXT);
	attributes.SynchronizationScope = scope;
	KUNIT_ASSERT_EQ(test, dpc_wdm_wdf_device_create(wt->kt.dev, &attributes, &wt->device),
			STATUS_SUCCESS);
	wdfr_context(wt->device)->wt = wt;
	WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, type);
	config.EvtIoRead = wdfr_read;
	config.EvtIoWrite = wdfr_write;
	config.EvtIoDeviceControl = wdfr_control;
	KUNIT_ASSERT_EQ(test, WdfIoQueueCreate(wt->device, &config, WDF_NO_OBJECT_ATTRIBUTES,
					       &wt->queue), STATUS_SUCCESS);
	WdfObjectReference(wt->queue);
	wt->first = wt->queue;
	for (i = 0; i < WDFR_REQUESTS; i++) {
		wt->sender[i].wt = wt;
		wt->sender[i].timeout = REC_LIMIT;
		wt->sender[i].params.Type = WdfRequestTypeWrite;
		wt->sender[i].params.In = WDFR_DATA;
		wt->sender[i].params.InLength = sizeof(WDFR_DATA);
	}
	return wt;
}

static struct wdfr_test *wdfr_sequential(struct kunit *test)
{
	return wdfr_queue(test, WdfIoQueueDispatchSequential, WdfSynchronizationScopeNone);
}

static void wdfr_send(void *arg)
{
	struct wdfr_sender *s = arg;

	s->status = dpc_wdm_request_send(s->wt->queue, &s->params, s->timeout, &s->information);
}

static void wdfr_send_in_thread(struct kunit *test, int i)
{
	struct wdfr_test *wt = test->priv;

	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[i], ctx_cpu(0), wdfr_send,
					     &wt->sender[i]));
}

static void wdfr_expect(struct kunit *test, int i, NTSTATUS status)
{
	struct wdfr_test *wt = test->priv;

	KUNIT_ASSERT_TRUE(test, worker_join(&wt->kt.worker[i]));
	KUNIT_EXPECT_EQ_MSG(test, wt->sender[i].status, status, "request %d", i);
}

/* ---- Start and completion ------------------------------------------------------------- */

static void wdfr_write_gets_its_data_and_its_status(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);

	wdfr_send(&wt->sender[0]);
	KUNIT_EXPECT_EQ(test, wt->sender[0].status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wt->sender[0].information, sizeof(WDFR_DATA));
	KUNIT_EXPECT_EQ(test, wt->length[0], sizeof(WDFR_DATA));
	KUNIT_EXPECT_EQ(test, wt->irql, DISPATCH_LEVEL);
	KUNIT_EXPECT_PTR_EQ(test, WdfDeviceGetDefaultQueue(wt->device), wt->queue);
}

static void wdfr_read_gives_what_the_driver_says(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	struct wdfr_sender *s = &wt->sender[0];

	s->params = (struct dpc_wdm_request_params){
		.Type = WdfRequestTypeRead, .Out = s->out, .OutLength = sizeof(s->out),
	};
	wdfr_send(s);
	KUNIT_EXPECT_EQ(test, s->status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, s->information, 4);
	KUNIT_EXPECT_STREQ(test, s->out, "read");
	KUNIT_EXPECT_EQ(test, wt->answer, STATUS_INVALID_DEVICE_REQUEST);
	/* Less than the driver asks for. */
	s->params.OutLength = 3;
	wdfr_send(s);
	KUNIT_EXPECT_EQ(test, s->information, 0);
}

static void wdfr_device_control_has_code_and_lengths(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	struct wdfr_sender *s = &wt->sender[0];

	s->params.Type = WdfRequestTypeDeviceControl;
	s->params.IoControlCode = 0x222000;
	s->params.Out = s->out;
	s->params.OutLength = 7;
	wdfr_send(s);
	KUNIT_EXPECT_EQ(test, s->status, STATUS_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, wt->code, 0x222000);
	KUNIT_EXPECT_EQ(test, wt->length[0], sizeof(WDFR_DATA));
	KUNIT_EXPECT_EQ(test, wt->length[1], 7);
	/* An empty one does not reach the driver, and is a success. */
	wt->length[0] = 1;
	s->params = (struct dpc_wdm_request_params){ .Type = WdfRequestTypeWrite };
	wdfr_send(s);
	KUNIT_EXPECT_EQ(test, s->status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wt->length[0], 1);
}

static void wdfr_kept(struct kunit *test, int count)
{
	struct wdfr_test *wt = test->priv;

	KUNIT_ASSERT_TRUE(test, kdev_wait(&wt->kept, count));
}

static void wdfr_sequential_queue_hands_out_one_at_a_time(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	int i;

	wt->keep = true;
	for (i = 0; i < 3; i++)
		wdfr_send_in_thread(test, i);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&wt->kt.worker[i]));
	for (i = 0; i < 3; i++) {
		wdfr_kept(test, i + 1);
		KUNIT_EXPECT_EQ(test, atomic_read(&wt->kept), i + 1);
		WdfRequestComplete(wt->request[i], STATUS_SUCCESS);
	}
	for (i = 0; i < 3; i++)
		wdfr_expect(test, i, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 0);
}

static void wdfr_parallel_queue_hands_out_all(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_queue(test, WdfIoQueueDispatchParallel,
					  WdfSynchronizationScopeNone);
	int i;

	wt->keep = true;
	for (i = 0; i < 3; i++)
		wdfr_send_in_thread(test, i);
	wdfr_kept(test, 3);
	for (i = 2; i >= 0; i--)
		WdfRequestComplete(wt->request[i], STATUS_SUCCESS);
	for (i = 0; i < 3; i++)
		wdfr_expect(test, i, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->deepest), 1);
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 0);
}

static void wdfr_completed_twice_is_reported(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	WDFREQUEST request;

	wt->keep = true;
	wdfr_send_in_thread(test, 0);
	wdfr_kept(test, 1);
	request = wt->request[0];
	WdfObjectReference(request);
	WdfRequestCompleteWithInformation(request, STATUS_SUCCESS, 5);
	WdfRequestCompleteWithInformation(request, STATUS_IO_DEVICE_ERROR, 6);
	KUNIT_EXPECT_EQ(test, WdfRequestMarkCancelableEx(request, wdfr_cancel),
			STATUS_INVALID_DEVICE_REQUEST);
	wdfr_expect(test, 0, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wt->sender[0].information, 5);
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 2);
	WdfObjectDereference(request);
}

/* ---- The callback lock ------------------------------------------------------------------ */

static VOID wdfr_evt_dpc(WDFDPC dpc)
{
	struct wdfr_test *wt = wdfr_context(WdfDpcGetParentObject(dpc))->wt;

	atomic_inc(&wt->inside);
	WdfRequestComplete(wt->request[0], STATUS_SUCCESS);
	atomic_dec(&wt->inside);
}

/* A serialised DPC completes one request: the next one begins when the DPC has returned. */
static void wdfr_next_request_waits_for_the_callback_lock(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_queue(test, WdfIoQueueDispatchSequential,
					  WdfSynchronizationScopeDevice);
	WDF_OBJECT_ATTRIBUTES attributes;
	WDF_DPC_CONFIG config;

	WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
	attributes.ParentObject = wt->device;
	WDF_DPC_CONFIG_INIT(&config, wdfr_evt_dpc);
	KUNIT_ASSERT_EQ(test, WdfDpcCreate(&config, &attributes, &wt->dpc), STATUS_SUCCESS);
	wt->keep = true;
	wdfr_send_in_thread(test, 0);
	wdfr_kept(test, 1);
	wdfr_send_in_thread(test, 1);
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&wt->kt.worker[1]));
	WdfDpcEnqueue(wt->dpc);
	wdfr_kept(test, 2);
	WdfRequestComplete(wt->request[1], STATUS_SUCCESS);
	wdfr_expect(test, 0, STATUS_SUCCESS);
	wdfr_expect(test, 1, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->deepest), 1);
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 0);
}

/* ---- Cancel ---------------------------------------------------------------------------- */

static void wdfr_owner_that_gives_up_cancels(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);

	wt->keep = true;
	wt->mark = true;
	wt->sender[0].timeout = msecs_to_jiffies(WDFR_LIMIT_MS);
	wdfr_send(&wt->sender[0]);
	KUNIT_EXPECT_EQ(test, wt->sender[0].status, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, wt->answer, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->cancels), 1);
	KUNIT_EXPECT_EQ(test, wt->irql, PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 0);
}

/* One that waits never reaches the driver. */
static void wdfr_request_that_waits_is_cancelled_without_the_driver(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);

	wt->keep = true;
	wdfr_send_in_thread(test, 0);
	wdfr_kept(test, 1);
	wt->sender[1].timeout = msecs_to_jiffies(WDFR_LIMIT_MS);
	wdfr_send(&wt->sender[1]);
	KUNIT_EXPECT_EQ(test, wt->sender[1].status, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->kept), 1);
	WdfRequestComplete(wt->request[0], STATUS_SUCCESS);
	wdfr_expect(test, 0, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->kept), 1);
}

/* Its memory is the driver's until that completes it (P8). */
static void wdfr_owner_that_gives_up_leaves_it_to_the_driver(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	WDF_OBJECT_ATTRIBUTES attributes;
	PVOID buffer;

	WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
	attributes.EvtDestroyCallback = wdfr_destroy;
	wt->sender[0].params.Attributes = &attributes;
	wt->sender[0].timeout = msecs_to_jiffies(WDFR_LIMIT_MS);
	wt->keep = true;
	wdfr_send(&wt->sender[0]);
	KUNIT_EXPECT_EQ(test, wt->sender[0].status, STATUS_IO_TIMEOUT);
	KUNIT_ASSERT_EQ(test, atomic_read(&wt->kept), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->destroyed), 0);
	KUNIT_EXPECT_EQ(test, WdfRequestIsCanceled(wt->request[0]), TRUE);
	KUNIT_EXPECT_EQ(test, WdfRequestRetrieveInputBuffer(wt->request[0], 1, &buffer, NULL),
			STATUS_SUCCESS);
	/* Too late to mark it. */
	KUNIT_EXPECT_EQ(test, WdfRequestMarkCancelableEx(wt->request[0], wdfr_cancel),
			STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->cancels), 0);
	WdfRequestMarkCancelable(wt->request[0], wdfr_cancel);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->cancels), 1);
	/* Not before WdfRequestMarkCancelable() was through with it. */
	KUNIT_EXPECT_EQ(test, wt->destroyed_in_cancel, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->destroyed), 1);
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 0);
}

static void wdfr_unmark_says_who_has_it(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	WDFREQUEST request;

	wt->keep = true;
	wdfr_send_in_thread(test, 0);
	wdfr_kept(test, 1);
	request = wt->request[0];
	KUNIT_EXPECT_EQ(test, WdfRequestUnmarkCancelable(request), STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, WdfRequestMarkCancelableEx(request, wdfr_cancel), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, WdfRequestUnmarkCancelable(request), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, WdfRequestMarkCancelableEx(request, wdfr_cancel), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 0);
	/* Completed while it can be cancelled: reported, and complete. */
	WdfRequestComplete(request, STATUS_SUCCESS);
	wdfr_expect(test, 0, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->cancels), 0);
}

/* EvtIo has a reference, because a completed request must not be unmarked. */
static void wdfr_take_reference(struct wdfr_test *wt, WDFREQUEST request)
{
	WdfObjectReference(request);
}

/* As an owner that gives up. */
static void wdfr_cancel_request(void *arg)
{
	struct wdfr_test *wt = arg;

	dpc_packet_cancel(&wt->request[0]->packet);
}

/* The moments at which two threads come to a request, one after another, wander. */
static void wdfr_meeting_delay(unsigned long round)
{
	ctx_busy_wait_us(round % WDFR_ROUNDS * WDFR_STEP_US);
}

/* A request that was sent, marked, and kept with a reference. */
static WDFREQUEST wdfr_marked(struct kunit *test)
{
	struct wdfr_test *wt = test->priv;

	atomic_set(&wt->kept, 0);
	wdfr_send_in_thread(test, 0);
	wdfr_kept(test, 1);
	return wt->request[0];
}

/*
 * The driver unmarks and completes a request while it is cancelled.  In one round of four the
 * driver is first, in another one the cancellation; in the others they meet.
 */
static void wdfr_completion_meets_cancellation(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	unsigned long round;

	wt->keep = true;
	wt->mark = true;
	wt->in_io = wdfr_take_reference;
	for (round = 0; round < WDFR_ROUNDS; round++) {
		int cancels = atomic_read(&wt->cancels);
		WDFREQUEST request = wdfr_marked(test);
		NTSTATUS status;

		if (round % 4 == 0)
			status = WdfRequestUnmarkCancelable(request);
		KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[1],
						     ctx_cpu(num_online_cpus() - 1),
						     wdfr_cancel_request, wt));
		if (round % 4 == 1)
			KUNIT_ASSERT_TRUE(test, worker_join(&wt->kt.worker[1]));
		if (round % 4) {
			wdfr_meeting_delay(round);
			status = WdfRequestUnmarkCancelable(request);
		}
		if (status == STATUS_SUCCESS)
			WdfRequestComplete(request, STATUS_SUCCESS);
		KUNIT_ASSERT_TRUE(test, worker_join(&wt->kt.worker[1]));
		wdfr_expect(test, 0, status);
		KUNIT_ASSERT_EQ(test, atomic_read(&wt->cancels) - cancels,
				status == STATUS_CANCELLED);
		if (round % 4 < 2)
			KUNIT_ASSERT_EQ(test, status, round % 4 ? STATUS_CANCELLED :
								  STATUS_SUCCESS);
		WdfObjectDereference(request);
	}
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 0);
}

/* The same for a driver that marks it while it is cancelled. */
static void wdfr_mark_meets_cancellation(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	unsigned long round;

	wt->keep = true;
	wt->in_io = wdfr_take_reference;
	for (round = 0; round < WDFR_ROUNDS; round++) {
		int cancels = atomic_read(&wt->cancels);
		WDFREQUEST request = wdfr_marked(test);
		NTSTATUS status;

		KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[1],
						     ctx_cpu(num_online_cpus() - 1),
						     wdfr_cancel_request, wt));
		wdfr_meeting_delay(round);
		status = WdfRequestMarkCancelableEx(request, wdfr_cancel);
		KUNIT_ASSERT_TRUE(test, worker_join(&wt->kt.worker[1]));
		/* The driver completes it, or EvtRequestCancel has done so. */
		KUNIT_ASSERT_EQ(test, atomic_read(&wt->cancels) - cancels,
				status == STATUS_SUCCESS);
		if (status != STATUS_SUCCESS)
			WdfRequestComplete(request, status);
		wdfr_expect(test, 0, STATUS_CANCELLED);
		WdfObjectDereference(request);
	}
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 0);
}

static void wdfr_complete_kept(void *arg)
{
	struct wdfr_test *wt = arg;

	WdfRequestCompleteWithInformation(wt->request[0], STATUS_NOT_FOUND, 1);
}

/* One of the two counts, and the other one is reported. */
static void wdfr_completion_meets_completion(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	unsigned long round;

	wt->keep = true;
	wt->in_io = wdfr_take_reference;
	for (round = 0; round < WDFR_ROUNDS; round++) {
		u64 reports = wdfr_reports(wt);
		WDFREQUEST request = wdfr_marked(test);

		KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[1],
						     ctx_cpu(num_online_cpus() - 1),
						     wdfr_complete_kept, wt));
		wdfr_meeting_delay(round);
		WdfRequestCompleteWithInformation(request, STATUS_SUCCESS, 0);
		KUNIT_ASSERT_TRUE(test, worker_join(&wt->kt.worker[1]));
		KUNIT_ASSERT_TRUE(test, worker_join(&wt->kt.worker[0]));
		KUNIT_ASSERT_EQ(test, wt->sender[0].information,
				wt->sender[0].status == STATUS_NOT_FOUND);
		KUNIT_ASSERT_EQ(test, wdfr_reports(wt) - reports, 1);
		WdfObjectDereference(request);
	}
}

/* ---- The end ----------------------------------------------------------------------------- */

static void wdfr_delete_queue(void *arg)
{
	struct wdfr_test *wt = arg;

	WdfObjectDelete(wt->queue);
}

/* Those that wait come back; the one that the driver has is waited for. */
static void wdfr_deleted_queue_waits_for_the_driver(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);

	wt->keep = true;
	wdfr_send_in_thread(test, 0);
	wdfr_kept(test, 1);
	wdfr_send_in_thread(test, 1);
	KUNIT_ASSERT_TRUE(test, worker_wait_blocked(&wt->kt.worker[1]));
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[2], ctx_cpu(0), wdfr_delete_queue, wt));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&wt->kt.worker[2]));
	wdfr_expect(test, 1, STATUS_DELETE_PENDING);
	WdfRequestComplete(wt->request[0], STATUS_SUCCESS);
	wdfr_expect(test, 0, STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->kt.worker[2]));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->kept), 1);
}

/* Its owner waits without a limit, and nobody else completes it. */
static void wdfr_deleted_queue_cancels_what_may_be(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);

	wt->keep = true;
	wt->mark = true;
	wt->sender[0].timeout = MAX_SCHEDULE_TIMEOUT;
	wdfr_send_in_thread(test, 0);
	wdfr_kept(test, 1);
	WdfObjectDelete(wt->queue);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->cancels), 1);
	wdfr_expect(test, 0, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 0);
}

/* Too late to mark it: the driver is told, and the deletion waits for its completion. */
static void wdfr_deleted_queue_tells_who_marks(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);

	wt->keep = true;
	wt->sender[0].timeout = MAX_SCHEDULE_TIMEOUT;
	wdfr_send_in_thread(test, 0);
	wdfr_kept(test, 1);
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[2], ctx_cpu(0), wdfr_delete_queue, wt));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&wt->kt.worker[2]));
	KUNIT_EXPECT_EQ(test, WdfRequestMarkCancelableEx(wt->request[0], wdfr_cancel),
			STATUS_CANCELLED);
	WdfRequestComplete(wt->request[0], STATUS_CANCELLED);
	wdfr_expect(test, 0, STATUS_CANCELLED);
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->kt.worker[2]));
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->cancels), 0);
}

/* A parallel one hands out no more, either, though the driver keeps one. */
static void wdfr_deleted_queue_refuses_requests(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_queue(test, WdfIoQueueDispatchParallel,
					  WdfSynchronizationScopeNone);
	WDFREQUEST request;

	wt->keep = true;
	wdfr_send_in_thread(test, 0);
	wdfr_kept(test, 1);
	request = wt->request[0];
	KUNIT_ASSERT_TRUE(test, worker_start(&wt->kt.worker[2], ctx_cpu(0), wdfr_delete_queue, wt));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&wt->kt.worker[2]));
	wdfr_send(&wt->sender[1]);
	KUNIT_EXPECT_EQ(test, wt->sender[1].status, STATUS_DELETE_PENDING);
	WdfObjectReference(wt->queue);
	WdfRequestComplete(request, STATUS_SUCCESS);
	wdfr_expect(test, 0, STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, worker_join(&wt->kt.worker[2]));
	wdfr_send(&wt->sender[1]);
	KUNIT_EXPECT_EQ(test, wt->sender[1].status, STATUS_DELETE_PENDING);
	WdfObjectDereference(wt->queue);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->kept), 1);
}

static VOID wdfr_queue_destroy(WDFOBJECT object)
{
	atomic_inc(&wdfr_of(object)->destroyed);
}

static void wdfr_request_keeps_its_queue(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	WDF_OBJECT_ATTRIBUTES attributes;
	WDF_IO_QUEUE_CONFIG config;
	WDFREQUEST request;

	WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
	attributes.EvtDestroyCallback = wdfr_queue_destroy;
	WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
	config.EvtIoWrite = wdfr_write;
	KUNIT_ASSERT_EQ(test, WdfIoQueueCreate(wt->device, &config, &attributes, &wt->queue),
			STATUS_SUCCESS);
	wt->in_io = wdfr_take_reference;
	wt->keep = true;
	wt->mark = true;
	request = wdfr_marked(test);
	WdfObjectDelete(wt->queue);
	wdfr_expect(test, 0, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->destroyed), 0);
	KUNIT_EXPECT_PTR_EQ(test, WdfRequestGetIoQueue(request), wt->queue);
	WdfObjectDereference(request);
	KUNIT_EXPECT_EQ(test, atomic_read(&wt->destroyed), 1);
}

/* EvtIo runs at DISPATCH, and the queue waits for it. */
static void wdfr_delete_in_io(struct wdfr_test *wt, WDFREQUEST request)
{
	WdfObjectDelete(wt->queue);
}

static void wdfr_queue_deleted_by_its_callback_is_refused(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	int i;

	wt->in_io = wdfr_delete_in_io;
	for (i = 0; i < 2; i++) {
		wdfr_send(&wt->sender[i]);
		KUNIT_EXPECT_EQ(test, wt->sender[i].status, STATUS_SUCCESS);
	}
	KUNIT_EXPECT_EQ(test, wdfr_reports(wt), 2);
}

static void wdfr_create_refuses_what_is_wrong(struct kunit *test)
{
	struct wdfr_test *wt = wdfr_sequential(test);
	WDF_OBJECT_ATTRIBUTES attributes;
	WDF_IO_QUEUE_CONFIG config;
	WDFQUEUE queue;

	WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
	KUNIT_EXPECT_EQ(test, config.Size, sizeof(config));
	KUNIT_EXPECT_EQ(test, config.DefaultQueue, FALSE);
	config.Size--;
	KUNIT_EXPECT_EQ(test, WdfIoQueueCreate(wt->device, &config, NULL, &queue),
			STATUS_INFO_LENGTH_MISMATCH);
	config.Size++;
	WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
	attributes.ExecutionLevel = WdfExecutionLevelPassive;
	KUNIT_EXPECT_EQ(test, WdfIoQueueCreate(wt->device, &config, &attributes, &queue),
			STATUS_NOT_SUPPORTED);
	/* A queue without a callback for a request. */
	KUNIT_ASSERT_EQ(test, WdfIoQueueCreate(wt->device, &config, NULL, &wt->queue),
			STATUS_SUCCESS);
	wdfr_send(&wt->sender[0]);
	KUNIT_EXPECT_EQ(test, wt->sender[0].status, STATUS_INVALID_DEVICE_REQUEST);
}

static struct kunit_case wdfr_cases[] = {
	KUNIT_CASE(wdfr_write_gets_its_data_and_its_status), /* P1 P4 */
	KUNIT_CASE(wdfr_read_gives_what_the_driver_says), /* P4 */
	KUNIT_CASE(wdfr_device_control_has_code_and_lengths),
	KUNIT_CASE(wdfr_sequential_queue_hands_out_one_at_a_time), /* P1 P2 */
	KUNIT_CASE(wdfr_parallel_queue_hands_out_all), /* P7 */
	KUNIT_CASE(wdfr_completed_twice_is_reported), /* P5 */
	KUNIT_CASE(wdfr_next_request_waits_for_the_callback_lock), /* I3 P2 */
	KUNIT_CASE(wdfr_owner_that_gives_up_cancels), /* P5 P8 */
	KUNIT_CASE(wdfr_request_that_waits_is_cancelled_without_the_driver), /* P5 */
	KUNIT_CASE(wdfr_owner_that_gives_up_leaves_it_to_the_driver), /* P8 */
	KUNIT_CASE(wdfr_unmark_says_who_has_it), /* P5 */
	KUNIT_CASE(wdfr_completion_meets_cancellation), /* P5 */
	KUNIT_CASE(wdfr_mark_meets_cancellation), /* P5 */
	KUNIT_CASE(wdfr_completion_meets_completion), /* P5 */
	KUNIT_CASE(wdfr_deleted_queue_waits_for_the_driver), /* P8 */
	KUNIT_CASE(wdfr_deleted_queue_cancels_what_may_be), /* P5 P8 */
	KUNIT_CASE(wdfr_deleted_queue_tells_who_marks), /* P5 P8 */
	KUNIT_CASE(wdfr_deleted_queue_refuses_requests), /* P8 */
	KUNIT_CASE(wdfr_request_keeps_its_queue), /* P8 */
	KUNIT_CASE(wdfr_queue_deleted_by_its_callback_is_refused), /* P8 */
	KUNIT_CASE(wdfr_create_refuses_what_is_wrong),
	{ }
};

static struct kunit_suite wdfr_suite = {
	.name = "dpc_wdf_request",
	.init = wdfr_init,
	.exit = wdfr_exit,
	.test_cases = wdfr_cases,
};

kunit_test_suites(&wdfr_suite);

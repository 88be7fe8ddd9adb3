/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Windows names: DPCs, timers and work items of KMDF; see linux/dpc_wdm.h.
 *
 * Module: dpc_nt.ko.
 */
#ifndef _LINUX_DPC_WDM_WDF_DPC_H
#define _LINUX_DPC_WDM_WDF_DPC_H

#include <linux/dpc_for_isr.h>
#include <linux/dpc_wdm_ke.h>
#include <linux/dpc_wdm_wdf_object.h>
#include <linux/dpc_work.h>
#include <linux/workqueue.h>

/**
 * DOC: DPCs of KMDF (Q)
 *
 * A WDFDPC is a &struct dpc_for_isr: if an ISR asks for it, the call carries the numbers
 * of the interrupts (M3).  Traces, budgets and log name EvtDpcFunc (M5).  Its parent leads
 * to a device, and deletes it.
 *
 * While its device is being deleted, WdfDpcEnqueue() does nothing, and returns FALSE;
 * KeInsertQueueDpc() on what WdfDpcWdmGetDpc() returns is for the driver to stop.
 *
 * WdfDpcCancel() with Wait returns when the callback has returned.  Where it can't wait, it
 * is refused and reported, and returns FALSE.
 */
struct dpc_wdm_wdf_dpc;
typedef struct dpc_wdm_wdf_dpc	*WDFDPC;

typedef VOID EVT_WDF_DPC(WDFDPC Dpc);
typedef EVT_WDF_DPC		*PFN_WDF_DPC;

typedef struct _WDF_DPC_CONFIG {
	ULONG		Size;
	PFN_WDF_DPC	EvtDpcFunc;
	BOOLEAN		AutomaticSerialization;
} WDF_DPC_CONFIG, *PWDF_DPC_CONFIG;

static inline VOID WDF_DPC_CONFIG_INIT(PWDF_DPC_CONFIG Config, PFN_WDF_DPC EvtDpcFunc)
{
	*Config = (WDF_DPC_CONFIG){
		.Size = sizeof(*Config),
		.EvtDpcFunc = EvtDpcFunc,
		.AutomaticSerialization = TRUE,
	};
}

/* All fields are set by WdfDpcCreate(). */
struct dpc_wdm_wdf_dpc {
	struct dpc_wdf_object	object;
	/* private: */
	struct dpc_for_isr	for_isr;
	PFN_WDF_DPC		function;
	struct dpc_wdf_lock	*serial;	/* or NULL */
};

static inline void dpc_wdm_evt_dpc_func(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	WDFDPC Dpc = context;

	if (Dpc->serial)
		dpc_wdf_lock_enter(Dpc->serial, (unsigned long)Dpc->function);
	Dpc->function(Dpc);
	if (Dpc->serial)
		dpc_wdf_lock_leave(Dpc->serial, (unsigned long)Dpc->function);
}

static inline bool dpc_wdm_wdf_dpc_may_stop(struct dpc_wdf_object *object, unsigned long ip)
{
	WDFDPC Dpc = container_of(object, struct dpc_wdm_wdf_dpc, object);

	return dpc_wdf_may_wait(Dpc->serial, NULL, ip, "WdfObjectDelete");
}

static __always_inline void dpc_wdm_wdf_dpc_stop(struct dpc_wdf_object *object)
{
	WDFDPC Dpc = container_of(object, struct dpc_wdm_wdf_dpc, object);

	dpc_cancel_sync_ip(&Dpc->for_isr.dpc, (unsigned long)Dpc->function);
}

static __always_inline NTSTATUS WdfDpcCreate(PWDF_DPC_CONFIG Config,
					     PWDF_OBJECT_ATTRIBUTES Attributes, WDFDPC *Dpc)
{
	static const struct dpc_wdf_object_ops ops = {
		.may_stop = dpc_wdm_wdf_dpc_may_stop,
		.stop = dpc_wdm_wdf_dpc_stop,
	};
	struct dpc_wdf_object *parent = NULL;
	struct dpc_wdf_lock *serial;
	NTSTATUS status;
	WDFDPC created;
	int err;

	if (Config->Size != sizeof(*Config))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!Config->EvtDpcFunc)
		return STATUS_INVALID_PARAMETER;
	status = dpc_wdm_parent_check(Attributes, &parent);
	if (NT_SUCCESS(status))
		status = dpc_wdm_serial(parent, Config->AutomaticSerialization, false, &serial);
	if (!NT_SUCCESS(status))
		return status;
	created = kzalloc(sizeof(*created), GFP_ATOMIC);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	created->function = Config->EvtDpcFunc;
	created->serial = serial;
	dpc_for_isr_init(&created->for_isr, dpc_wdm_evt_dpc_func, created, Config->EvtDpcFunc);
	err = dpc_wdf_object_init(&created->object, &ops, parent, Attributes);
	if (!err)
		*Dpc = created;
	return dpc_wdm_status(err);
}

/* TRUE if it was not queued, and now is (Q2). */
static inline BOOLEAN WdfDpcEnqueue(WDFDPC Dpc)
{
	return !dpc_wdf_object_stops(&Dpc->object) &&
	       dpc_for_isr_request(&Dpc->for_isr, NULL, NULL);
}

/* TRUE if it was queued, and that call will not come (Q7). */
static __always_inline BOOLEAN WdfDpcCancel(WDFDPC Dpc, BOOLEAN Wait)
{
	if (!Wait)
		return dpc_cancel(&Dpc->for_isr.dpc);
	return dpc_wdf_may_wait(Dpc->serial, NULL, _THIS_IP_, "WdfDpcCancel") &&
	       dpc_cancel_sync(&Dpc->for_isr.dpc);
}

static inline WDFOBJECT WdfDpcGetParentObject(WDFDPC Dpc)
{
	return Dpc->object.parent;
}

static inline PKDPC WdfDpcWdmGetDpc(WDFDPC Dpc)
{
	return &Dpc->for_isr.dpc;
}

/**
 * DOC: Timers of KMDF (T)
 *
 * A WDFTIMER is a &struct dpc_timer with a DPC of its own, which calls EvtTimerFunc, and which
 * is named so (M5).  With WdfExecutionLevelPassive, in its attributes or its parent's, a
 * work item calls it at PASSIVE_LEVEL, as documented.  Due times are those of
 * KeSetTimer().  Period and TolerableDelay are in ms; UseHighResolutionTimer does not
 * matter, because all are.
 *
 * WdfTimerStop() returns TRUE if the timer was set: then it does not expire because of that
 * setting.  With Wait, the callback has returned as well, and a callback that starts its
 * timer anew is refused meanwhile.  Where it can't wait, as in the callback itself, it is
 * refused and reported, and the timer stays as it was.
 */
struct dpc_wdm_wdf_timer;
typedef struct dpc_wdm_wdf_timer	*WDFTIMER;

typedef VOID EVT_WDF_TIMER(WDFTIMER Timer);
typedef EVT_WDF_TIMER			*PFN_WDF_TIMER;

typedef struct _WDF_TIMER_CONFIG {
	ULONG		Size;
	PFN_WDF_TIMER	EvtTimerFunc;
	ULONG		Period;
	BOOLEAN		AutomaticSerialization;
	ULONG		TolerableDelay;
	WDF_TRI_STATE	UseHighResolutionTimer;
} WDF_TIMER_CONFIG, *PWDF_TIMER_CONFIG;

static inline VOID WDF_TIMER_CONFIG_INIT_PERIODIC(PWDF_TIMER_CONFIG Config,
						  PFN_WDF_TIMER EvtTimerFunc, LONG Period)
{
	*Config = (WDF_TIMER_CONFIG){
		.Size = sizeof(*Config),
		.EvtTimerFunc = EvtTimerFunc,
		.Period = Period,
		.AutomaticSerialization = TRUE,
		.UseHighResolutionTimer = WdfFalse,
	};
}

static inline VOID WDF_TIMER_CONFIG_INIT(PWDF_TIMER_CONFIG Config, PFN_WDF_TIMER EvtTimerFunc)
{
	WDF_TIMER_CONFIG_INIT_PERIODIC(Config, EvtTimerFunc, 0);
}

#define DPC_WDM_UNITS_PER_US	10LL

static inline LONGLONG WDF_REL_TIMEOUT_IN_US(ULONGLONG Time)
{
	return -(LONGLONG)Time * DPC_WDM_UNITS_PER_US;
}

static inline LONGLONG WDF_REL_TIMEOUT_IN_MS(ULONGLONG Time)
{
	return WDF_REL_TIMEOUT_IN_US(Time * USEC_PER_MSEC);
}

static inline LONGLONG WDF_REL_TIMEOUT_IN_SEC(ULONGLONG Time)
{
	return WDF_REL_TIMEOUT_IN_US(Time * USEC_PER_SEC);
}

static inline LONGLONG WDF_ABS_TIMEOUT_IN_US(ULONGLONG Time)
{
	return Time * DPC_WDM_UNITS_PER_US;
}

static inline LONGLONG WDF_ABS_TIMEOUT_IN_MS(ULONGLONG Time)
{
	return WDF_ABS_TIMEOUT_IN_US(Time * USEC_PER_MSEC);
}

static inline LONGLONG WDF_ABS_TIMEOUT_IN_SEC(ULONGLONG Time)
{
	return WDF_ABS_TIMEOUT_IN_US(Time * USEC_PER_SEC);
}

/* All fields but @stopping are set by WdfTimerCreate(). */
struct dpc_wdm_wdf_timer {
	struct dpc_wdf_object	object;
	/* private: */
	struct dpc_timer	timer;
	struct dpc		dpc;
	struct dpc_work		work;		/* if its callback runs at PASSIVE */
	PFN_WDF_TIMER		function;	/* the context of @dpc points here */
	struct dpc_wdf_lock	*serial;	/* or NULL */
	ULONG			period;
	ULONG			tolerance;
	atomic_t		stopping;	/* so many wait for the callback's end */
};

static inline void dpc_wdm_timer_call(WDFTIMER Timer)
{
	if (Timer->serial)
		dpc_wdf_lock_enter(Timer->serial, (unsigned long)Timer->function);
	Timer->function(Timer);
	if (Timer->serial)
		dpc_wdf_lock_leave(Timer->serial, (unsigned long)Timer->function);
}

static inline void dpc_wdm_timer_work(struct dpc_work *work)
{
	dpc_wdm_timer_call(container_of(work, struct dpc_wdm_wdf_timer, work));
}

static __always_inline void dpc_wdm_timer_dpc(struct dpc *dpc, void *context, void *arg1,
					      void *arg2)
{
	WDFTIMER Timer = container_of(dpc, struct dpc_wdm_wdf_timer, dpc);

	if (Timer->object.passive)
		dpc_work_queue_ip(&Timer->work, (unsigned long)Timer->function);
	else
		dpc_wdm_timer_call(Timer);
}

static inline bool dpc_wdm_timer_may_wait(WDFTIMER Timer, unsigned long ip, const char *function)
{
	return dpc_wdf_may_wait(Timer->serial, Timer->object.passive ? &Timer->work : NULL, ip,
				function);
}

static inline bool dpc_wdm_timer_may_stop(struct dpc_wdf_object *object, unsigned long ip)
{
	return dpc_wdm_timer_may_wait(container_of(object, struct dpc_wdm_wdf_timer, object), ip,
				      "WdfObjectDelete");
}

/* Wait for the callback. */
static __always_inline void dpc_wdm_timer_flush(WDFTIMER Timer)
{
	dpc_flush_ip(&Timer->dpc, (unsigned long)Timer->function);
	if (Timer->object.passive)
		dpc_work_flush_ip(&Timer->work, (unsigned long)Timer->function);
}

static __always_inline void dpc_wdm_timer_stop(struct dpc_wdf_object *object)
{
	WDFTIMER Timer = container_of(object, struct dpc_wdm_wdf_timer, object);

	dpc_timer_destroy_ip(&Timer->timer, (unsigned long)Timer->function);
	dpc_wdm_timer_flush(Timer);
}

static __always_inline NTSTATUS WdfTimerCreate(PWDF_TIMER_CONFIG Config,
					       PWDF_OBJECT_ATTRIBUTES Attributes, WDFTIMER *Timer)
{
	static const struct dpc_wdf_object_ops ops = {
		.may_stop = dpc_wdm_timer_may_stop,
		.stop = dpc_wdm_timer_stop,
	};
	struct dpc_wdf_object *parent = NULL;
	NTSTATUS status;
	WDFTIMER created;
	int err;

	if (Config->Size != sizeof(*Config))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!Config->EvtTimerFunc)
		return STATUS_INVALID_PARAMETER;
	status = dpc_wdm_parent_check(Attributes, &parent);
	if (!NT_SUCCESS(status))
		return status;
	created = kzalloc(sizeof(*created), GFP_ATOMIC);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = dpc_wdm_serial(parent, Config->AutomaticSerialization,
				dpc_wdm_level_is_passive(parent, Attributes), &created->serial);
	if (!NT_SUCCESS(status)) {
		kfree(created);
		return status;
	}
	created->function = Config->EvtTimerFunc;
	created->period = Config->Period;
	created->tolerance = Config->TolerableDelay;
	dpc_timer_init(&created->timer, DPC_TIMER_NOTIFICATION);
	dpc_init_named(&created->dpc, dpc_wdm_timer_dpc, &created->function);
	dpc_work_init(&created->work, parent->dev, dpc_wdm_timer_work);
	err = dpc_wdf_object_init(&created->object, &ops, parent, Attributes);
	if (!err)
		*Timer = created;
	return dpc_wdm_status(err);
}

/* TRUE if it was set already (T1).  FALSE, and no effect, while somebody stops it. */
static inline BOOLEAN WdfTimerStart(WDFTIMER Timer, LONGLONG DueTime)
{
	LARGE_INTEGER due = { .QuadPart = DueTime };

	if (atomic_read(&Timer->stopping))
		return FALSE;
	return KeSetCoalescableTimer(&Timer->timer, due, Timer->period, Timer->tolerance,
				     &Timer->dpc);
}

/*
 * A callback that was running may have set the timer before it saw @stopping, so there is a
 * second round; the callbacks that this one waits for have seen it.
 */
static __always_inline BOOLEAN dpc_wdm_timer_stop_and_wait(WDFTIMER Timer)
{
	bool pending;

	atomic_inc(&Timer->stopping);
	/* Before the cancel: a callback that begins later finds it set. */
	smp_mb__after_atomic();
	pending = dpc_timer_cancel(&Timer->timer);
	dpc_wdm_timer_flush(Timer);
	dpc_timer_cancel(&Timer->timer);
	dpc_wdm_timer_flush(Timer);
	atomic_dec(&Timer->stopping);
	return pending;
}

static __always_inline BOOLEAN WdfTimerStop(WDFTIMER Timer, BOOLEAN Wait)
{
	if (!Wait)
		return dpc_timer_cancel(&Timer->timer);
	return dpc_wdm_timer_may_wait(Timer, _THIS_IP_, "WdfTimerStop") &&
	       dpc_wdm_timer_stop_and_wait(Timer);
}

static inline WDFOBJECT WdfTimerGetParentObject(WDFTIMER Timer)
{
	return Timer->object.parent;
}

/**
 * DOC: Work items of KMDF (W)
 *
 * One that is queued already is not queued again (W2), nor is one whose device is being
 * deleted.  Its callback may delete it; the deletion of the device waits for the end of
 * that callback.
 */
struct dpc_wdm_wdf_workitem;
typedef struct dpc_wdm_wdf_workitem	*WDFWORKITEM;

typedef VOID EVT_WDF_WORKITEM(WDFWORKITEM WorkItem);
typedef EVT_WDF_WORKITEM		*PFN_WDF_WORKITEM;

typedef struct _WDF_WORKITEM_CONFIG {
	ULONG			Size;
	PFN_WDF_WORKITEM	EvtWorkItemFunc;
	BOOLEAN			AutomaticSerialization;
} WDF_WORKITEM_CONFIG, *PWDF_WORKITEM_CONFIG;

static inline VOID WDF_WORKITEM_CONFIG_INIT(PWDF_WORKITEM_CONFIG Config,
					    PFN_WDF_WORKITEM EvtWorkItemFunc)
{
	*Config = (WDF_WORKITEM_CONFIG){
		.Size = sizeof(*Config),
		.EvtWorkItemFunc = EvtWorkItemFunc,
		.AutomaticSerialization = TRUE,
	};
}

/* All fields but @gone are set by WdfWorkItemCreate().  A queued one has a reference. */
struct dpc_wdm_wdf_workitem {
	struct dpc_wdf_object	object;
	/* private: */
	struct dpc_work		work;
	PFN_WDF_WORKITEM	function;
	struct dpc_wdf_lock	*serial;	/* or NULL */
	bool			gone;		/* its callback has deleted it */
};

/**
 * dpc_wdf_work_call - the work routine of a WDFWORKITEM
 * @work: its item
 *
 * Context: a kernel thread; for drivers only by way of WdfWorkItemCreate().
 */
void dpc_wdf_work_call(struct dpc_work *work);

static inline bool dpc_wdm_workitem_runs_here(struct dpc_wdf_object *object)
{
	WDFWORKITEM WorkItem = container_of(object, struct dpc_wdm_wdf_workitem, object);

	return current_work() == &WorkItem->work.work;
}

static inline bool dpc_wdm_workitem_may_stop(struct dpc_wdf_object *object, unsigned long ip)
{
	WDFWORKITEM WorkItem = container_of(object, struct dpc_wdm_wdf_workitem, object);

	return dpc_wdf_may_wait(dpc_wdm_workitem_runs_here(object) ? NULL : WorkItem->serial, NULL,
				ip, "WdfObjectDelete");
}

static __always_inline void dpc_wdm_workitem_stop(struct dpc_wdf_object *object)
{
	WDFWORKITEM WorkItem = container_of(object, struct dpc_wdm_wdf_workitem, object);

	WorkItem->gone = dpc_wdm_workitem_runs_here(object);
	if (!WorkItem->gone)
		dpc_work_flush_ip(&WorkItem->work, (unsigned long)WorkItem->function);
}

static inline NTSTATUS WdfWorkItemCreate(PWDF_WORKITEM_CONFIG Config,
					 PWDF_OBJECT_ATTRIBUTES Attributes, WDFWORKITEM *WorkItem)
{
	static const struct dpc_wdf_object_ops ops = {
		.may_stop = dpc_wdm_workitem_may_stop,
		.stop = dpc_wdm_workitem_stop,
		.runs_here = dpc_wdm_workitem_runs_here,
	};
	struct dpc_wdf_object *parent = NULL;
	struct dpc_wdf_lock *serial;
	WDFWORKITEM created;
	NTSTATUS status;
	int err;

	if (Config->Size != sizeof(*Config))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!Config->EvtWorkItemFunc)
		return STATUS_INVALID_PARAMETER;
	status = dpc_wdm_parent_check(Attributes, &parent);
	if (NT_SUCCESS(status))
		status = dpc_wdm_serial(parent, Config->AutomaticSerialization, true, &serial);
	if (!NT_SUCCESS(status))
		return status;
	created = kzalloc(sizeof(*created), GFP_ATOMIC);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	created->function = Config->EvtWorkItemFunc;
	created->serial = serial;
	dpc_work_init(&created->work, parent->dev, dpc_wdf_work_call);
	err = dpc_wdf_object_init(&created->object, &ops, parent, Attributes);
	if (!err)
		*WorkItem = created;
	return dpc_wdm_status(err);
}

static __always_inline VOID WdfWorkItemEnqueue(WDFWORKITEM WorkItem)
{
	if (dpc_wdf_object_stops(&WorkItem->object))
		return;
	WdfObjectReference(WorkItem);
	if (!dpc_work_queue(&WorkItem->work))
		dpc_wdf_object_put(&WorkItem->object);
}

static __always_inline VOID WdfWorkItemFlush(WDFWORKITEM WorkItem)
{
	if (dpc_wdf_may_wait(WorkItem->serial, &WorkItem->work, _THIS_IP_, "WdfWorkItemFlush"))
		dpc_work_flush(&WorkItem->work);
}

static inline WDFOBJECT WdfWorkItemGetParentObject(WDFWORKITEM WorkItem)
{
	return WorkItem->object.parent;
}

#endif /* _LINUX_DPC_WDM_WDF_DPC_H */

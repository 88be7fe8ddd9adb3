/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: events, waiting, delays; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_WAIT_H
#define _LINUX_DPC_WDM_WAIT_H

#include <linux/build_bug.h>
#include <linux/dpc_event.h>
#include <linux/dpc_wdm_ke.h>

/**
 * DOC: Events, waiting (T4)
 *
 * A KEVENT is a struct dpc_event, and may be on a stack.  KeSetEvent() may be called at any
 * level here; its Increment is ignored, and its Wait must be FALSE, or it does not compile.
 *
 * A thread can wait for one event or timer at a time, KernelMode and not alertable; nothing
 * else compiles.  An absolute Timeout is turned into a relative one when the wait begins.
 * A wait at DISPATCH_LEVEL or above is reported and returns STATUS_POSSIBLE_DEADLOCK, unless
 * its Timeout is 0.
 */
typedef struct dpc_event	KEVENT, *PKEVENT, *PRKEVENT;
typedef LONG			KPRIORITY;

typedef enum _EVENT_TYPE {
	NotificationEvent	= DPC_EVENT_NOTIFICATION,
	SynchronizationEvent	= DPC_EVENT_SYNCHRONIZATION,
} EVENT_TYPE;

#define EVENT_INCREMENT		1

typedef enum _KWAIT_REASON {
	Executive,
	FreePage,
	PageIn,
	PoolAllocation,
	DelayExecution,
	Suspended,
	UserRequest,
} KWAIT_REASON;

typedef enum _MODE {
	KernelMode,
	UserMode,
} MODE;

static inline VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
	dpc_event_init(Event, (enum dpc_event_kind)Type, State);
}

static inline LONG dpc_wdm_set_event(PRKEVENT Event, KPRIORITY Increment, int Nothing)
{
	return dpc_event_set(Event);
}

#define KeSetEvent(Event, Increment, Wait)				\
	dpc_wdm_set_event((Event), (Increment), BUILD_BUG_ON_ZERO(Wait))

static inline LONG KeResetEvent(PRKEVENT Event)
{
	return dpc_event_reset(Event);
}

static inline VOID KeClearEvent(PRKEVENT Event)
{
	dpc_event_reset(Event);
}

static inline LONG KeReadStateEvent(PRKEVENT Event)
{
	return dpc_event_is_signalled(Event);
}

static inline u64 dpc_wdm_timeout_ns(PLARGE_INTEGER Timeout)
{
	ktime_t left;

	if (!Timeout)
		return DPC_WAIT_FOREVER;
	if (Timeout->QuadPart < 0)
		return dpc_wdm_relative_ns(Timeout->QuadPart);
	left = ktime_sub(dpc_wdm_real(Timeout->QuadPart), ktime_get_real());
	return max_t(ktime_t, left, 0);
}

/* The only other error is a caller at a level that may not wait. */
static inline NTSTATUS dpc_wdm_wait_status(int err)
{
	switch (err) {
	case 0:
		return STATUS_SUCCESS;
	case -ETIMEDOUT:
		return STATUS_TIMEOUT;
	default:
		return STATUS_POSSIBLE_DEADLOCK;
	}
}

static __always_inline NTSTATUS dpc_wdm_wait_timer(PKTIMER Timer, KWAIT_REASON WaitReason,
						   int Nothing, PLARGE_INTEGER Timeout)
{
	return dpc_wdm_wait_status(dpc_timer_wait(Timer, dpc_wdm_timeout_ns(Timeout)));
}

static __always_inline NTSTATUS dpc_wdm_wait_event(PKEVENT Event, KWAIT_REASON WaitReason,
						   int Nothing, PLARGE_INTEGER Timeout)
{
	return dpc_wdm_wait_status(dpc_event_wait(Event, dpc_wdm_timeout_ns(Timeout)));
}

#define KeWaitForSingleObject(Object, WaitReason, WaitMode, Alertable, Timeout)	\
	(_Generic((Object), PKTIMER: dpc_wdm_wait_timer, PKEVENT: dpc_wdm_wait_event)	\
		((Object), (WaitReason),				\
		     BUILD_BUG_ON_ZERO((WaitMode) != KernelMode) +	\
		     BUILD_BUG_ON_ZERO(Alertable), (Timeout)))

/* A wait for an event that never comes.  An interval that has passed is over at once. */
static __always_inline NTSTATUS dpc_wdm_delay(int Nothing, PLARGE_INTEGER Interval)
{
	struct dpc_event never;

	dpc_event_init(&never, DPC_EVENT_NOTIFICATION, false);
	if (dpc_event_wait(&never, dpc_wdm_timeout_ns(Interval)) == -EDEADLK)
		return STATUS_POSSIBLE_DEADLOCK;
	return STATUS_SUCCESS;
}

#define KeDelayExecutionThread(WaitMode, Alertable, Interval)		\
	dpc_wdm_delay(BUILD_BUG_ON_ZERO((WaitMode) != KernelMode) +	\
		      BUILD_BUG_ON_ZERO(Alertable), (Interval))

/* Absent: KeWaitForMultipleObjects.  A thread can wait for one object only. */
/* Absent: KePulseEvent.  KeSetEvent(), KeResetEvent(): who waits between them is released. */
/* Absent: KSEMAPHORE, KMUTEX, threads as objects.  struct semaphore, mutex, kthread_stop(). */
/* Absent: PsCreateSystemThread.  kthread_run(), or a work item. */

#endif /* _LINUX_DPC_WDM_WAIT_H */

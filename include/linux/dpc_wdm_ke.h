/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: levels, DPCs, timers, spin locks; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_KE_H
#define _LINUX_DPC_WDM_KE_H

#include <linux/cpumask.h>
#include <linux/dpc.h>
#include <linux/dpc_sync.h>
#include <linux/dpc_timer.h>
#include <linux/dpc_watchdog.h>
#include <linux/dpc_wdm_types.h>
#include <linux/ktime.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

/**
 * DOC: Levels (S5)
 *
 * There are PASSIVE, DISPATCH, and above these one level for all devices: that of an
 * ISR, and of code with interrupts off.  Use the names for comparisons; only the order
 * means anything.  Every raise needs its lower, in the opposite order if they nest.
 *
 * On PREEMPT_RT most ISRs are threads at DISPATCH, and spin_lock_irqsave() does not
 * raise the level.
 */
#define PASSIVE_LEVEL		DPC_PASSIVE_LEVEL
#define APC_LEVEL		1	/* for comparisons: no code runs at it */
#define DISPATCH_LEVEL		DPC_DISPATCH_LEVEL
#define HIGH_LEVEL		15	/* for comparisons: no code runs at it */

static inline KIRQL KeGetCurrentIrql(VOID)
{
	return dpc_level();
}

static __always_inline KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
	return dpc_level_raise();
}

static __always_inline VOID KeLowerIrql(KIRQL NewIrql)
{
	dpc_level_lower((enum dpc_irql)NewIrql);
}

/* Any other level does not compile; use KeSynchronizeExecution() instead. */
#define KeRaiseIrql(NewIrql, OldIrql)					\
do {									\
	static_assert((NewIrql) == DISPATCH_LEVEL);			\
	*(OldIrql) = KeRaiseIrqlToDpcLevel();				\
} while (0)

/**
 * DOC: Processors
 *
 * A group has 64 processors; processor N of Linux is number N % 64 of group N / 64.
 */
typedef struct _PROCESSOR_NUMBER {
	USHORT	Group;
	UCHAR	Number;
	UCHAR	Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

#define DPC_WDM_GROUP_SIZE	64

static inline ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber)
{
	ULONG cpu = raw_smp_processor_id();

	if (ProcNumber)
		*ProcNumber = (PROCESSOR_NUMBER){
			.Group = cpu / DPC_WDM_GROUP_SIZE,
			.Number = cpu % DPC_WDM_GROUP_SIZE,
		};
	return cpu;
}

/**
 * DOC: DPC objects (Q, R)
 *
 * These work as documented.  KeRemoveQueueDpc() does not wait: after FALSE the routine
 * may be running, and KeFlushQueuedDpcs() waits for it.  Windows has no counterpart of
 * dpc_set_serialised(), which keeps an object from running on two CPUs at once.
 *
 * KeSetTargetProcessorDpcEx() refuses a processor that is not online.
 * KeSetTargetProcessorDpc() returns nothing, and refuses it silently.
 */
typedef struct dpc		KDPC, *PKDPC, *PRKDPC;

typedef VOID KDEFERRED_ROUTINE(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
			       PVOID SystemArgument2);
typedef KDEFERRED_ROUTINE	*PKDEFERRED_ROUTINE;

typedef enum _KDPC_IMPORTANCE {
	LowImportance		= DPC_IMPORTANCE_LOW,
	MediumImportance	= DPC_IMPORTANCE_MEDIUM,
	MediumHighImportance	= DPC_IMPORTANCE_MEDIUM_HIGH,
	HighImportance		= DPC_IMPORTANCE_HIGH,
} KDPC_IMPORTANCE;

static __always_inline VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
					    PVOID DeferredContext)
{
	dpc_init(Dpc, DeferredRoutine, DeferredContext);
}

static __always_inline VOID KeInitializeThreadedDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
						    PVOID DeferredContext)
{
	dpc_init_threaded(Dpc, DeferredRoutine, DeferredContext);
}

static inline BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
	return dpc_queue(Dpc, SystemArgument1, SystemArgument2);
}

static inline BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc)
{
	return dpc_cancel(Dpc);
}

static inline VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance)
{
	dpc_set_importance(Dpc, (enum dpc_importance)Importance);
}

static inline VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number)
{
	if (Number >= 0)
		dpc_set_cpu(Dpc, Number);
}

static inline NTSTATUS KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber)
{
	if (ProcNumber->Number >= DPC_WDM_GROUP_SIZE || ProcNumber->Reserved ||
	    dpc_set_cpu(Dpc, ProcNumber->Group * DPC_WDM_GROUP_SIZE + ProcNumber->Number))
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

static __always_inline VOID KeFlushQueuedDpcs(VOID)
{
	dpc_flush_all();
}

static __always_inline VOID KeGenericCallDpc(PKDEFERRED_ROUTINE Routine, PVOID Context)
{
	dpc_call_all(Routine, Context);
}

static __always_inline LOGICAL KeSignalCallDpcSynchronize(PVOID SystemArgument2)
{
	return dpc_call_all_synchronize(SystemArgument2);
}

static __always_inline VOID KeSignalCallDpcDone(PVOID SystemArgument1)
{
	dpc_call_all_done(SystemArgument1);
}

/**
 * DOC: The DPC watchdog, and busy waiting (B)
 *
 * Times are in microseconds; Windows documents no unit.  In an ISR the query is
 * refused.  KeStallExecutionProcessor() waits as long as it is told to.  More than
 * 50 us is wrong on both systems, and the time counts for the watchdog.
 */
typedef struct _KDPC_WATCHDOG_INFORMATION {
	ULONG	DpcTimeLimit;
	ULONG	DpcTimeCount;
	ULONG	DpcWatchdogLimit;
	ULONG	DpcWatchdogCount;
	ULONG	Reserved;
} KDPC_WATCHDOG_INFORMATION, *PKDPC_WATCHDOG_INFORMATION;

static inline ULONG dpc_wdm_us(u64 ns)
{
	return min_t(u64, div_u64(ns, NSEC_PER_USEC), U32_MAX);
}

static inline NTSTATUS KeQueryDpcWatchdogInformation(PKDPC_WATCHDOG_INFORMATION Information)
{
	struct dpc_watchdog_info info;

	if (dpc_watchdog_query(&info))
		return STATUS_UNSUCCESSFUL;
	*Information = (KDPC_WATCHDOG_INFORMATION){
		.DpcTimeLimit = dpc_wdm_us(info.call_limit_ns),
		.DpcTimeCount = dpc_wdm_us(info.call_left_ns),
		.DpcWatchdogLimit = dpc_wdm_us(info.series_limit_ns),
		.DpcWatchdogCount = dpc_wdm_us(info.series_left_ns),
	};
	return STATUS_SUCCESS;
}

static inline VOID KeStallExecutionProcessor(ULONG MicroSeconds)
{
	while (MicroSeconds > DPC_BUSY_WAIT_MAX_US) {
		dpc_busy_wait_us(DPC_BUSY_WAIT_MAX_US);
		MicroSeconds -= DPC_BUSY_WAIT_MAX_US;
	}
	dpc_busy_wait_us(MicroSeconds);
}

/**
 * DOC: Timers (T)
 *
 * Due times are in units of 100 ns.  A negative one is relative; any other is
 * absolute, since 1601, UTC, and follows the clock when somebody sets it.  Periods and
 * tolerances are in ms; an expiry is never early, whatever the tolerance.  Relative
 * times don't pass while the machine is suspended.  If the due time has passed (0
 * always has), the timer is signalled and its DPC queued on return.
 *
 * Before you free the memory of a timer, call dpc_timer_destroy() in a thread.
 * KeCancelTimer() and KeFlushQueuedDpcs() are not enough here, because the timer's
 * interrupt may still be about to end on another CPU.  A DPC can't free its timer.  A
 * timer must not be on a stack.
 *
 * dpc_wdm_wait.h has the wait for a timer.
 */
typedef struct dpc_timer	KTIMER, *PKTIMER, *PRKTIMER;

typedef enum _TIMER_TYPE {
	NotificationTimer	= DPC_TIMER_NOTIFICATION,
	SynchronizationTimer	= DPC_TIMER_SYNCHRONIZATION,
} TIMER_TYPE;

/* 1601-01-01 to 1970-01-01. */
#define DPC_WDM_EPOCH		116444736000000000LL
#define DPC_WDM_UNIT_NS		100

static inline u64 dpc_wdm_ns(u64 units)
{
	return units > U64_MAX / DPC_WDM_UNIT_NS ? U64_MAX : units * DPC_WDM_UNIT_NS;
}

static inline ktime_t dpc_wdm_real(LONGLONG SystemTime)
{
	s64 units = SystemTime - DPC_WDM_EPOCH;

	if (units > KTIME_MAX / DPC_WDM_UNIT_NS)
		return KTIME_MAX;
	return units > 0 ? units * DPC_WDM_UNIT_NS : 0;
}

/* The magnitude; it is right for the smallest number as well. */
static inline u64 dpc_wdm_relative_ns(LONGLONG Negative)
{
	return dpc_wdm_ns(-(u64)Negative);
}

static inline VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime)
{
	CurrentTime->QuadPart = div_u64(ktime_get_real_ns(), DPC_WDM_UNIT_NS) + DPC_WDM_EPOCH;
}

static inline VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
	KeQuerySystemTimePrecise(CurrentTime);
}

/* Time since the machine started, including the time that it was suspended. */
static inline ULONGLONG KeQueryInterruptTime(VOID)
{
	return div_u64(ktime_get_boottime_ns(), DPC_WDM_UNIT_NS);
}

/* The same without the time that it was suspended. */
static inline ULONGLONG KeQueryUnbiasedInterruptTime(VOID)
{
	return div_u64(ktime_get_ns(), DPC_WDM_UNIT_NS);
}

static __always_inline VOID KeInitializeTimer(PKTIMER Timer)
{
	dpc_timer_init(Timer, DPC_TIMER_NOTIFICATION);
}

static __always_inline VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
	dpc_timer_init(Timer, (enum dpc_timer_kind)Type);
}

static inline BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
					    ULONG TolerableDelay, PKDPC Dpc)
{
	u64 period_ns = (u64)Period * NSEC_PER_MSEC;
	u64 tolerance_ns = (u64)TolerableDelay * NSEC_PER_MSEC;

	if (DueTime.QuadPart < 0)
		return dpc_timer_set(Timer, dpc_wdm_relative_ns(DueTime.QuadPart), period_ns,
				     tolerance_ns, Dpc);
	return dpc_timer_set_at(Timer, dpc_wdm_real(DueTime.QuadPart), period_ns, tolerance_ns,
				Dpc);
}

static inline BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
	return KeSetCoalescableTimer(Timer, DueTime, max(Period, 0), 0, Dpc);
}

static inline BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
	return KeSetTimerEx(Timer, DueTime, 0, Dpc);
}

static inline BOOLEAN KeCancelTimer(PKTIMER Timer)
{
	return dpc_timer_cancel(Timer);
}

static inline BOOLEAN KeReadStateTimer(PKTIMER Timer)
{
	return dpc_timer_is_signalled(Timer);
}

/* Absent: ExAllocateTimer, ExSetTimer.  KTIMER has the resolution of hrtimers. */

/**
 * DOC: Spin locks (S2, S3)
 *
 * KeInitializeSpinLock() is a macro, so that lockdep tells the locks of different
 * lines apart; a function of yours around it makes all its locks one class.  A lock is
 * used by the plain calls, by the queued ones, or by ExInterlocked calls; a lock that
 * is used by two of these kinds is reported.  A spin lock does not protect data that
 * the ISR shares; KeSynchronizeExecution() does.
 *
 * The ...AtDpcLevel calls need DISPATCH_LEVEL or above (on PREEMPT_RT with interrupts
 * on).  ...FromDpcLevel may release a lock that the plain call has acquired; the level
 * stays.
 */
typedef struct dpc_lock		KSPIN_LOCK, *PKSPIN_LOCK;
typedef struct dpc_lock_handle	KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

#define KeInitializeSpinLock(SpinLock)	dpc_lock_init(SpinLock)

static __always_inline KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
	return dpc_lock_acquire(SpinLock);
}

static __always_inline VOID KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql)
{
	*OldIrql = KeAcquireSpinLockRaiseToDpc(SpinLock);
}

static __always_inline VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
	dpc_lock_release(SpinLock, (enum dpc_irql)NewIrql);
}

static __always_inline VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
	dpc_lock_acquire_at_dispatch(SpinLock);
}

static __always_inline BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
	return dpc_lock_try_at_dispatch(SpinLock);
}

static __always_inline VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
	dpc_lock_release_at_dispatch(SpinLock);
}

static __always_inline VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock,
							   PKLOCK_QUEUE_HANDLE LockHandle)
{
	dpc_lock_acquire_queued(SpinLock, LockHandle);
}

static __always_inline VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
{
	dpc_lock_release_queued(LockHandle);
}

static __always_inline VOID
KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
	dpc_lock_acquire_queued_at_dispatch(SpinLock, LockHandle);
}

static __always_inline VOID
KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle)
{
	dpc_lock_release_queued_at_dispatch(LockHandle);
}

/* Absent: KeAcquireSpinLockForDpc.  ...AtDpcLevel in a DPC; threaded ones: the plain call. */
/* Absent: KeTestSpinLock.  lockdep_assert_held() says more. */

#endif /* _LINUX_DPC_WDM_KE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The documented WDM and KMDF names over this project's interface: for drivers
 * that come from Windows.  Include it after the kernel's headers.
 *
 * Modules: dpc_core.ko and dpc_nt.ko.
 *
 * The header has inline functions and types only; each name stands for the call that
 * its body shows.  Names, arguments and results are the documented ones.  A difference
 * between the two systems is described above the group of functions.  A name that has
 * no meaning on Linux is absent, and a comment says what to use instead.  The rule
 * numbers (Q1 ...) are those of docs/semantics.md; docs/porting.md is the guide.
 * Functions that report a wrong call in the name of the driver's function are
 * __always_inline; if they were not, the report could name the function here.
 *
 * Names that begin with dpc_wdm_ don't exist on Windows.  Three of them are for
 * drivers, and do what the framework or the I/O manager does there unasked:
 * dpc_wdm_device_object_init(), dpc_wdm_interrupt_connect() and
 * dpc_wdm_interrupt_disconnect().
 */
#ifndef _LINUX_DPC_WDM_H
#define _LINUX_DPC_WDM_H

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/dpc.h>
#include <linux/dpc_device_queue.h>
#include <linux/dpc_for_isr.h>
#include <linux/dpc_interrupt.h>
#include <linux/dpc_sync.h>
#include <linux/dpc_timer.h>
#include <linux/dpc_watchdog.h>
#include <linux/dpc_work.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

/**
 * DOC: Types and results
 *
 * These are types and not macros, so that no other header is disturbed.  ULONG and
 * LONG have 32 bits as on Windows.  TRUE and FALSE are macros, because ACPI and AGP
 * headers define them as macros, too, and leave existing ones alone.  The NTSTATUS
 * values are those that the functions below return.
 */
typedef void			VOID;
typedef void			*PVOID;
typedef void			*HANDLE;
typedef signed char		CHAR, *PCHAR;	/* plain char is unsigned in the kernel */
typedef signed char		CCHAR, *PCCHAR;
typedef unsigned char		UCHAR, *PUCHAR;
typedef unsigned char		BOOLEAN, *PBOOLEAN;
typedef s16			SHORT;
typedef u16			USHORT, *PUSHORT;
typedef s32			LONG, *PLONG;
typedef u32			ULONG, *PULONG;
typedef u32			LOGICAL;
typedef s64			LONGLONG, LONG64, *PLONGLONG;
typedef u64			ULONGLONG, ULONG64, *PULONGLONG, *PULONG64;
typedef unsigned long		ULONG_PTR, *PULONG_PTR;
typedef unsigned long		SIZE_T;
typedef unsigned long		KAFFINITY;
typedef UCHAR			KIRQL, *PKIRQL;
typedef s32			NTSTATUS;

#ifndef TRUE
#define TRUE			1
#endif
#ifndef FALSE
#define FALSE			0
#endif

/* IN, OUT, OPTIONAL are in dpc_wdm_last.h: such short macros break other headers. */
#ifndef _In_
#define _In_
#define _In_opt_
#define _Out_
#define _Out_opt_
#define _Inout_
#define _Inout_opt_
#define _Use_decl_annotations_
#define _Must_inspect_result_
#define _Function_class_(name)
#define _IRQL_requires_(level)
#define _IRQL_requires_max_(level)
#define _IRQL_requires_min_(level)
#define _IRQL_requires_same_
#endif

typedef union _LARGE_INTEGER {
	struct {
		ULONG	LowPart;
		LONG	HighPart;
	};
	struct {
		ULONG	LowPart;
		LONG	HighPart;
	} u;
	LONGLONG	QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef LARGE_INTEGER		PHYSICAL_ADDRESS;

#define STATUS_SUCCESS			((NTSTATUS)0x00000000)
#define STATUS_TIMEOUT			((NTSTATUS)0x00000102)
#define STATUS_PENDING			((NTSTATUS)0x00000103)
#define STATUS_DEVICE_BUSY		((NTSTATUS)0x80000011)
#define STATUS_UNSUCCESSFUL		((NTSTATUS)0xc0000001)
#define STATUS_INFO_LENGTH_MISMATCH	((NTSTATUS)0xc0000004)
#define STATUS_INVALID_PARAMETER	((NTSTATUS)0xc000000d)
#define STATUS_INVALID_DEVICE_REQUEST	((NTSTATUS)0xc0000010)
#define STATUS_INSUFFICIENT_RESOURCES	((NTSTATUS)0xc000009a)
#define STATUS_IO_TIMEOUT		((NTSTATUS)0xc00000b5)
#define STATUS_NOT_SUPPORTED		((NTSTATUS)0xc00000bb)
#define STATUS_INVALID_PARAMETER_1	((NTSTATUS)0xc00000ef)
#define STATUS_INVALID_PARAMETER_10	((NTSTATUS)0xc00000f8)
#define STATUS_CANCELLED		((NTSTATUS)0xc0000120)
#define STATUS_IO_DEVICE_ERROR		((NTSTATUS)0xc0000185)
#define STATUS_POSSIBLE_DEADLOCK	((NTSTATUS)0xc0000194)
#define STATUS_NOT_FOUND		((NTSTATUS)0xc0000225)

#define NT_SUCCESS(Status)		((NTSTATUS)(Status) >= 0)

#define UNREFERENCED_PARAMETER(P)	((void)(P))
#define CONTAINING_RECORD(Address, Type, Field)	\
	container_of((PVOID)(Address), Type, Field)
#define PAGED_CODE()			might_sleep()

#define RtlZeroMemory(Destination, Length)		memset((Destination), 0, (Length))
#define RtlCopyMemory(Destination, Source, Length)	memcpy((Destination), (Source), (Length))

/* Absent: ExAllocatePool2 and its like.  kmalloc(), with GFP_ATOMIC at DISPATCH. */
/* Absent: KEVENT.  A struct completion; complete() may be called at any level. */
/* Absent: FAST_MUTEX, ERESOURCE.  A struct mutex, a struct rw_semaphore. */
/* Absent: KeDelayExecutionThread.  usleep_range() or msleep(). */
/* Absent: IRPs.  A struct dpc_packet; PIRP is only a name, which a driver may define. */
typedef struct _IRP		IRP, *PIRP;

/*
 * The documented tags, for prototypes and forward declarations that use them;
 * struct _KDPC is struct dpc.  They are macros because a structure can't have two
 * tags.
 */
#define _KDPC			dpc
#define _KTIMER			dpc_timer
#define _KLOCK_QUEUE_HANDLE	dpc_lock_handle
#define _KDEVICE_QUEUE		dpc_device_queue
#define _KDEVICE_QUEUE_ENTRY	dpc_device_queue_entry
#define _KINTERRUPT		dpc_interrupt

static inline NTSTATUS dpc_wdm_status(int err)
{
	switch (err) {
	case 0:
		return STATUS_SUCCESS;
	case -EINVAL:
		return STATUS_INVALID_PARAMETER;
	case -ENOMEM:
		return STATUS_INSUFFICIENT_RESOURCES;
	case -EBUSY:
		return STATUS_DEVICE_BUSY;
	case -EDEADLK:
		return STATUS_POSSIBLE_DEADLOCK;
	default:
		return STATUS_UNSUCCESSFUL;
	}
}

/**
 * DOC: Registers
 *
 * The pointers have no __iomem, as in drivers from Windows, and point to memory from
 * ioremap() or pcim_iomap_table().  Access is little endian, with the barriers of
 * readl() and writel().
 */
static inline UCHAR READ_REGISTER_UCHAR(const volatile UCHAR *Register)
{
	return readb((const volatile void __iomem __force *)Register);
}

static inline USHORT READ_REGISTER_USHORT(const volatile USHORT *Register)
{
	return readw((const volatile void __iomem __force *)Register);
}

static inline ULONG READ_REGISTER_ULONG(const volatile ULONG *Register)
{
	return readl((const volatile void __iomem __force *)Register);
}

static inline VOID WRITE_REGISTER_UCHAR(volatile UCHAR *Register, UCHAR Value)
{
	writeb(Value, (volatile void __iomem __force *)Register);
}

static inline VOID WRITE_REGISTER_USHORT(volatile USHORT *Register, USHORT Value)
{
	writew(Value, (volatile void __iomem __force *)Register);
}

static inline VOID WRITE_REGISTER_ULONG(volatile ULONG *Register, ULONG Value)
{
	writel(Value, (volatile void __iomem __force *)Register);
}

/* Absent: READ_PORT_ULONG and its like.  ioread32() on what pci_iomap() returned. */

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
 * A thread can wait for one timer at a time, KernelMode and not alertable; nothing
 * else compiles.  An absolute Timeout is turned into a relative one when the wait
 * begins.
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

typedef enum _KWAIT_REASON {
	Executive,
	UserRequest,
} KWAIT_REASON;

typedef enum _MODE {
	KernelMode,
	UserMode,
} MODE;

static __always_inline NTSTATUS dpc_wdm_wait(PKTIMER Timer, KWAIT_REASON WaitReason, int Nothing,
					     PLARGE_INTEGER Timeout)
{
	u64 timeout_ns = DPC_WAIT_FOREVER;
	ktime_t left;

	if (Timeout && Timeout->QuadPart < 0) {
		timeout_ns = dpc_wdm_relative_ns(Timeout->QuadPart);
	} else if (Timeout) {
		left = ktime_sub(dpc_wdm_real(Timeout->QuadPart), ktime_get_real());
		timeout_ns = max_t(ktime_t, left, 0);
	}
	/* The only other error is a caller at a level that may not wait. */
	switch (dpc_timer_wait(Timer, timeout_ns)) {
	case 0:
		return STATUS_SUCCESS;
	case -ETIMEDOUT:
		return STATUS_TIMEOUT;
	default:
		return STATUS_POSSIBLE_DEADLOCK;
	}
}

#define KeWaitForSingleObject(Object, WaitReason, WaitMode, Alertable, Timeout)	\
	dpc_wdm_wait(_Generic((Object), PKTIMER: (Object)), (WaitReason),	\
		     BUILD_BUG_ON_ZERO((WaitMode) != KernelMode) +		\
		     BUILD_BUG_ON_ZERO(Alertable), (Timeout))

/* Absent: KeWaitForMultipleObjects.  Here a thread can wait for one timer only. */
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

/**
 * DOC: Lists
 *
 * A LIST_ENTRY is a struct list_head with other names: Flink is next, Blink is
 * prev.  As on Windows, a removal does not change the entry; only the ExInterlocked
 * calls poison it.
 */
typedef struct _LIST_ENTRY {
	union {
		struct list_head	dpc_node;
		struct {
			struct _LIST_ENTRY	*Flink;
			struct _LIST_ENTRY	*Blink;
		};
	};
} LIST_ENTRY, *PLIST_ENTRY;

static_assert(offsetof(LIST_ENTRY, Flink) == offsetof(LIST_ENTRY, dpc_node.next));
static_assert(offsetof(LIST_ENTRY, Blink) == offsetof(LIST_ENTRY, dpc_node.prev));

typedef struct _SINGLE_LIST_ENTRY {
	union {
		struct dpc_slist_entry		dpc_entry;
		struct _SINGLE_LIST_ENTRY	*Next;
	};
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

static_assert(offsetof(SINGLE_LIST_ENTRY, Next) == offsetof(SINGLE_LIST_ENTRY, dpc_entry.next));

static inline VOID InitializeListHead(PLIST_ENTRY ListHead)
{
	INIT_LIST_HEAD(&ListHead->dpc_node);
}

static inline BOOLEAN IsListEmpty(const LIST_ENTRY *ListHead)
{
	return list_empty(&ListHead->dpc_node);
}

static inline VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
	list_add(&Entry->dpc_node, &ListHead->dpc_node);
}

static inline VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
	list_add_tail(&Entry->dpc_node, &ListHead->dpc_node);
}

/* TRUE if the list is empty now. */
static inline BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
	PLIST_ENTRY next = Entry->Flink;

	__list_del_entry(&Entry->dpc_node);
	return next->Flink == next;
}

/* Returns the head itself if the list is empty. */
static inline PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead)
{
	PLIST_ENTRY entry = ListHead->Flink;

	__list_del_entry(&entry->dpc_node);
	return entry;
}

static inline PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead)
{
	PLIST_ENTRY entry = ListHead->Blink;

	__list_del_entry(&entry->dpc_node);
	return entry;
}

static inline VOID PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry)
{
	Entry->Next = ListHead->Next;
	ListHead->Next = Entry;
}

static inline PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead)
{
	PSINGLE_LIST_ENTRY first = ListHead->Next;

	if (first)
		ListHead->Next = first->Next;
	return first;
}

/**
 * DOC: Interlocked lists and counters (S4)
 *
 * The ExInterlocked calls have a lock of their own and may be made in an ISR as well.
 * The Interlocked calls without a lock are instructions of the processor and full
 * barriers, as on Windows.
 */
static __always_inline PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead,
							       PLIST_ENTRY ListEntry,
							       PKSPIN_LOCK Lock)
{
	return (PLIST_ENTRY)dpc_interlocked_insert_head(&ListHead->dpc_node, &ListEntry->dpc_node,
							Lock);
}

static __always_inline PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead,
							       PLIST_ENTRY ListEntry,
							       PKSPIN_LOCK Lock)
{
	return (PLIST_ENTRY)dpc_interlocked_insert_tail(&ListHead->dpc_node, &ListEntry->dpc_node,
							Lock);
}

static __always_inline PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead,
							       PKSPIN_LOCK Lock)
{
	return (PLIST_ENTRY)dpc_interlocked_remove_head(&ListHead->dpc_node, Lock);
}

static __always_inline PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
								     PSINGLE_LIST_ENTRY ListEntry,
								     PKSPIN_LOCK Lock)
{
	return (PSINGLE_LIST_ENTRY)dpc_interlocked_push(&ListHead->dpc_entry,
							&ListEntry->dpc_entry, Lock);
}

static __always_inline PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead,
								    PKSPIN_LOCK Lock)
{
	return (PSINGLE_LIST_ENTRY)dpc_interlocked_pop(&ListHead->dpc_entry, Lock);
}

static __always_inline ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment,
						   PKSPIN_LOCK Lock)
{
	return dpc_interlocked_add(Addend, Increment, Lock);
}

static __always_inline LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend,
								  LARGE_INTEGER Increment,
								  PKSPIN_LOCK Lock)
{
	return (LARGE_INTEGER){
		.QuadPart = dpc_interlocked_add_large((u64 *)&Addend->QuadPart,
						      Increment.QuadPart, Lock),
	};
}

static inline LONG InterlockedIncrement(volatile LONG *Addend)
{
	return atomic_inc_return((atomic_t *)Addend);
}

static inline LONG InterlockedDecrement(volatile LONG *Addend)
{
	return atomic_dec_return((atomic_t *)Addend);
}

static inline LONG InterlockedExchange(volatile LONG *Target, LONG Value)
{
	return atomic_xchg((atomic_t *)Target, Value);
}

static inline LONG InterlockedExchangeAdd(volatile LONG *Addend, LONG Value)
{
	return atomic_fetch_add(Value, (atomic_t *)Addend);
}

static inline LONG InterlockedCompareExchange(volatile LONG *Destination, LONG Exchange,
					      LONG Comparand)
{
	return atomic_cmpxchg((atomic_t *)Destination, Comparand, Exchange);
}

static inline LONG InterlockedOr(volatile LONG *Destination, LONG Value)
{
	return atomic_fetch_or(Value, (atomic_t *)Destination);
}

static inline LONG InterlockedAnd(volatile LONG *Destination, LONG Value)
{
	return atomic_fetch_and(Value, (atomic_t *)Destination);
}

/* Absent: SLIST_HEADER and its calls.  struct llist_head. */

/**
 * DOC: Device queues (P3)
 *
 * As documented, an entry may have any content when it is inserted.  To insert one
 * that is queued corrupts a list on Windows; here it is reported and changes nothing.
 */
typedef struct dpc_device_queue		KDEVICE_QUEUE, *PKDEVICE_QUEUE;
typedef struct dpc_device_queue_entry	KDEVICE_QUEUE_ENTRY, *PKDEVICE_QUEUE_ENTRY;

static inline VOID KeInitializeDeviceQueue(PKDEVICE_QUEUE DeviceQueue)
{
	dpc_device_queue_init(DeviceQueue);
}

/* FALSE means that the device was idle and the entry is not queued: start it now. */
static __always_inline BOOLEAN KeInsertDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
						   PKDEVICE_QUEUE_ENTRY DeviceQueueEntry)
{
	return dpc_device_queue_insert(DeviceQueue, DeviceQueueEntry);
}

static __always_inline BOOLEAN KeInsertByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
							PKDEVICE_QUEUE_ENTRY DeviceQueueEntry,
							ULONG SortKey)
{
	return dpc_device_queue_insert_by_key(DeviceQueue, DeviceQueueEntry, SortKey);
}

static inline PKDEVICE_QUEUE_ENTRY KeRemoveDeviceQueue(PKDEVICE_QUEUE DeviceQueue)
{
	return dpc_device_queue_remove(DeviceQueue);
}

static inline PKDEVICE_QUEUE_ENTRY KeRemoveByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
							    ULONG SortKey)
{
	return dpc_device_queue_remove_by_key(DeviceQueue, SortKey);
}

static inline BOOLEAN KeRemoveEntryDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
					       PKDEVICE_QUEUE_ENTRY DeviceQueueEntry)
{
	return dpc_device_queue_remove_entry(DeviceQueue, DeviceQueueEntry);
}

/* Absent: KeRemoveByKeyDeviceQueueIfBusy.  Only the code that serves the device removes. */

/**
 * DOC: The device object
 *
 * A driver embeds this structure in its own, and calls dpc_wdm_device_object_init()
 * where it would have called IoCreateDevice on Windows.  IoInitializeDpcRequest() and
 * IoRequestDpc() work on the DPC in it, by the rules of Q.  If a ServiceRoutine asks
 * for that DPC, the call carries the numbers of the interrupts (M3).
 */
struct _DEVICE_OBJECT;

typedef VOID IO_DPC_ROUTINE(PKDPC Dpc, struct _DEVICE_OBJECT *DeviceObject, PIRP Irp,
			    PVOID Context);
typedef IO_DPC_ROUTINE		*PIO_DPC_ROUTINE;

typedef struct _DEVICE_OBJECT {
	PVOID		DeviceExtension;
	KDEVICE_QUEUE	DeviceQueue;
	union {
		KDPC			Dpc;
		/* private: */
		struct dpc_for_isr	dpc_for_isr;	/* begins with the same */
	};
	/* private: */
	struct device	*dpc_device;
	PIO_DPC_ROUTINE	dpc_routine;
} DEVICE_OBJECT, *PDEVICE_OBJECT;

static inline void dpc_wdm_device_object_init(PDEVICE_OBJECT DeviceObject, struct device *dev,
					      PVOID DeviceExtension)
{
	DeviceObject->DeviceExtension = DeviceExtension;
	DeviceObject->dpc_device = dev;
	KeInitializeDeviceQueue(&DeviceObject->DeviceQueue);
}

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

/* Absent: IoStartPacket, IoStartNextPacket, IoCancelIrp.  linux/dpc_packet.h. */
/* Absent: AllocateAdapterChannel, MapTransfer.  linux/dpc_adapter.h. */
/* Absent: IoAllocateController.  linux/dpc_controller.h. */
/* Absent: IoWriteErrorLogEntry.  dpc_log_error(). */

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
 * that dpc_interrupt_connect() has connected.  IoConnectInterruptEx() takes a Linux
 * interrupt number as Vector, or finds vector 0 of a PCI device by itself.  It ignores
 * mode and processors, which the platform and the administrator choose on Linux.  A
 * spin lock of the caller's, for several interrupts, is STATUS_NOT_SUPPORTED.
 *
 * The ISR may run before IoConnectInterruptEx() returns; *InterruptObject is set
 * by then.  IoDisconnectInterruptEx() waits for the ISR, but not for your DPCs; call
 * KeFlushQueuedDpcs() afterwards.
 */
typedef struct dpc_interrupt	KINTERRUPT, *PKINTERRUPT;

typedef BOOLEAN KSERVICE_ROUTINE(PKINTERRUPT Interrupt, PVOID ServiceContext);
typedef KSERVICE_ROUTINE	*PKSERVICE_ROUTINE;
typedef BOOLEAN KSYNCHRONIZE_ROUTINE(PVOID SynchronizeContext);
typedef KSYNCHRONIZE_ROUTINE	*PKSYNCHRONIZE_ROUTINE;

/* A BOOLEAN has more than two values, and is returned unchanged. */
static __always_inline BOOLEAN KeSynchronizeExecution(PKINTERRUPT Interrupt,
						      PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
						      PVOID SynchronizeContext)
{
	BOOLEAN answer;

	dpc_interrupt_lock(Interrupt);
	answer = SynchronizeRoutine(SynchronizeContext);
	dpc_interrupt_unlock(Interrupt);
	return answer;
}

static __always_inline KIRQL KeAcquireInterruptSpinLock(PKINTERRUPT Interrupt)
{
	KIRQL old = dpc_level();

	dpc_interrupt_lock(Interrupt);
	return old;
}

static __always_inline VOID KeReleaseInterruptSpinLock(PKINTERRUPT Interrupt, KIRQL OldIrql)
{
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
	struct dpc_interrupt_params params = {
		.name	= dev_name(p->PhysicalDeviceObject->dpc_device),
		.dev	= p->PhysicalDeviceObject->dpc_device,
		.irq	= p->Vector,
		.named	= { .isr = p->ServiceRoutine },
		.flags	= p->ShareVector ? DPC_INTERRUPT_SHARED : 0,
	};
	struct dpc_wdm_kinterrupt *k;
	int err;

	if (p->SpinLock || p->FloatingSave)
		return STATUS_NOT_SUPPORTED;
	k = kzalloc(sizeof(*k), GFP_KERNEL);
	if (!k)
		return STATUS_INSUFFICIENT_RESOURCES;
	k->service_routine = p->ServiceRoutine;
	k->service_context = p->ServiceContext;
	k->ops = (struct dpc_interrupt_ops){
		.isr = dpc_wdm_isr,
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

static __always_inline VOID IoDisconnectInterruptEx(PIO_DISCONNECT_INTERRUPT_PARAMETERS Parameters)
{
	PKINTERRUPT intr = Parameters->ConnectionContext.InterruptObject;

	/* Refused and reported at a level at which it may not be called. */
	if (!dpc_interrupt_disconnect(intr))
		kfree(container_of(intr, struct dpc_wdm_kinterrupt, intr));
}

/* Absent: IoConnectInterrupt.  It names no device; IoConnectInterruptEx(). */

/**
 * DOC: Interrupt objects of KMDF (I)
 *
 * A WDFDEVICE is a struct device.  Its context is the pointer given to
 * dev_set_drvdata(), and WDF_DECLARE_CONTEXT_TYPE_WITH_NAME() defines the accessor for
 * that.  Other objects have no context here; to ask for one does not compile.
 *
 * WdfInterruptCreate() makes the object, which lives as long as the device is
 * bound.  dpc_wdm_interrupt_connect() and dpc_wdm_interrupt_disconnect() do what the
 * framework does on the way to D0 and back: connect and enable; disable, flush and
 * disconnect.  Before the first and after the second, WdfInterruptEnable() and
 * WdfInterruptDisable() do nothing, and the other calls must not be made.
 *
 * AutomaticSerialization, locks of the driver's own, FloatingSave and
 * CanWakeDevice are refused with STATUS_NOT_SUPPORTED.  The enable and disable
 * callbacks run under the interrupt's lock at DIRQL; on PREEMPT_RT at DISPATCH_LEVEL,
 * as the ISR does; with PassiveHandling at PASSIVE_LEVEL.  They may ask for the DPC or
 * the work item.  A work item that is asked for at DIRQL starts by way of an internal
 * DPC, as documented.
 */
typedef struct device			*WDFDEVICE;
typedef HANDLE				WDFOBJECT;
typedef HANDLE				WDFCONTEXT;
typedef struct dpc_wdm_interrupt	*WDFINTERRUPT;
typedef struct WDFSPINLOCK__		*WDFSPINLOCK;	/* there is none */
typedef struct WDFWAITLOCK__		*WDFWAITLOCK;	/* there is none */
typedef struct _WDF_OBJECT_ATTRIBUTES	*PWDF_OBJECT_ATTRIBUTES;	/* there are none */

#define WDF_NO_OBJECT_ATTRIBUTES	((PWDF_OBJECT_ATTRIBUTES)NULL)

#define WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(ContextType, Function)	\
static inline ContextType *Function(WDFDEVICE Device)			\
{									\
	return dev_get_drvdata(Device);					\
}

typedef enum _WDF_TRI_STATE {
	WdfFalse,
	WdfTrue,
	WdfUseDefault,
} WDF_TRI_STATE;

typedef BOOLEAN EVT_WDF_INTERRUPT_ISR(WDFINTERRUPT Interrupt, ULONG MessageID);
typedef VOID EVT_WDF_INTERRUPT_DPC(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject);
typedef VOID EVT_WDF_INTERRUPT_WORKITEM(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject);
typedef NTSTATUS EVT_WDF_INTERRUPT_ENABLE(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice);
typedef NTSTATUS EVT_WDF_INTERRUPT_DISABLE(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice);
typedef BOOLEAN EVT_WDF_INTERRUPT_SYNCHRONIZE(WDFINTERRUPT Interrupt, WDFCONTEXT Context);
typedef EVT_WDF_INTERRUPT_ISR		*PFN_WDF_INTERRUPT_ISR;
typedef EVT_WDF_INTERRUPT_DPC		*PFN_WDF_INTERRUPT_DPC;
typedef EVT_WDF_INTERRUPT_WORKITEM	*PFN_WDF_INTERRUPT_WORKITEM;
typedef EVT_WDF_INTERRUPT_ENABLE	*PFN_WDF_INTERRUPT_ENABLE;
typedef EVT_WDF_INTERRUPT_DISABLE	*PFN_WDF_INTERRUPT_DISABLE;
typedef EVT_WDF_INTERRUPT_SYNCHRONIZE	*PFN_WDF_INTERRUPT_SYNCHRONIZE;

typedef struct _WDF_INTERRUPT_CONFIG {
	ULONG				Size;
	WDFSPINLOCK			SpinLock;
	WDF_TRI_STATE			ShareVector;
	BOOLEAN				FloatingSave;
	BOOLEAN				AutomaticSerialization;
	PFN_WDF_INTERRUPT_ISR		EvtInterruptIsr;
	PFN_WDF_INTERRUPT_DPC		EvtInterruptDpc;
	PFN_WDF_INTERRUPT_ENABLE	EvtInterruptEnable;
	PFN_WDF_INTERRUPT_DISABLE	EvtInterruptDisable;
	PFN_WDF_INTERRUPT_WORKITEM	EvtInterruptWorkItem;
	/* Absent: InterruptRaw, InterruptTranslated.  dpc_wdm_interrupt_connect() is told. */
	WDFWAITLOCK			WaitLock;
	BOOLEAN				PassiveHandling;
	WDF_TRI_STATE			ReportInactiveOnPowerDown;
	BOOLEAN				CanWakeDevice;
} WDF_INTERRUPT_CONFIG, *PWDF_INTERRUPT_CONFIG;

static inline VOID WDF_INTERRUPT_CONFIG_INIT(PWDF_INTERRUPT_CONFIG Configuration,
					     PFN_WDF_INTERRUPT_ISR EvtInterruptIsr,
					     PFN_WDF_INTERRUPT_DPC EvtInterruptDpc)
{
	*Configuration = (WDF_INTERRUPT_CONFIG){
		.Size = sizeof(*Configuration),
		.ShareVector = WdfUseDefault,
		.EvtInterruptIsr = EvtInterruptIsr,
		.EvtInterruptDpc = EvtInterruptDpc,
		.ReportInactiveOnPowerDown = WdfUseDefault,
	};
}

/* Field legend:  C  set by WdfInterruptCreate();  M  by connect and disconnect. */
struct dpc_wdm_interrupt {
	/* private: */
	KINTERRUPT			intr;
	struct dpc_interrupt_ops	ops;		/* C */
	WDF_INTERRUPT_CONFIG		config;		/* C */
	WDFDEVICE			device;		/* C */
	ULONG				message;	/* M */
	NTSTATUS			enabled;	/* M, result of EvtInterruptEnable */
	bool				connected;	/* M */
};

static inline WDFINTERRUPT dpc_wdm_interrupt_of(struct dpc_interrupt *intr)
{
	return container_of(intr, struct dpc_wdm_interrupt, intr);
}

static inline bool dpc_wdm_evt_isr(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	return Interrupt->config.EvtInterruptIsr(Interrupt, Interrupt->message);
}

static inline void dpc_wdm_evt_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	if (Interrupt->config.EvtInterruptDpc)
		Interrupt->config.EvtInterruptDpc(Interrupt, Interrupt->device);
	else
		dpc_interrupt_request_work(intr, served);
}

static inline void dpc_wdm_evt_work(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	Interrupt->config.EvtInterruptWorkItem(Interrupt, Interrupt->device);
}

static inline void dpc_wdm_evt_enable(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	Interrupt->enabled = Interrupt->config.EvtInterruptEnable(Interrupt, Interrupt->device);
}

static inline void dpc_wdm_evt_disable(struct dpc_interrupt *intr)
{
	WDFINTERRUPT Interrupt = dpc_wdm_interrupt_of(intr);

	Interrupt->config.EvtInterruptDisable(Interrupt, Interrupt->device);
}

static inline NTSTATUS dpc_wdm_config_check(const WDF_INTERRUPT_CONFIG *config)
{
	if (config->Size != sizeof(*config))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!config->EvtInterruptIsr || (config->EvtInterruptDpc && config->EvtInterruptWorkItem))
		return STATUS_INVALID_PARAMETER;
	if (config->SpinLock || config->WaitLock || config->FloatingSave ||
	    config->AutomaticSerialization || config->CanWakeDevice)
		return STATUS_NOT_SUPPORTED;
	return STATUS_SUCCESS;
}

static inline NTSTATUS WdfInterruptCreate(WDFDEVICE Device, PWDF_INTERRUPT_CONFIG Configuration,
					  PWDF_OBJECT_ATTRIBUTES Attributes,
					  WDFINTERRUPT *Interrupt)
{
	NTSTATUS status = dpc_wdm_config_check(Configuration);
	WDFINTERRUPT created;

	if (!NT_SUCCESS(status))
		return status;
	created = devm_kzalloc(Device, sizeof(*created), GFP_KERNEL);
	if (!created)
		return STATUS_INSUFFICIENT_RESOURCES;
	created->device = Device;
	created->config = *Configuration;
	created->ops = (struct dpc_interrupt_ops){
		.isr = dpc_wdm_evt_isr,
		.dpc = dpc_wdm_evt_dpc,
		.work = Configuration->EvtInterruptWorkItem ? dpc_wdm_evt_work : NULL,
		.enable = Configuration->EvtInterruptEnable ? dpc_wdm_evt_enable : NULL,
		.disable = Configuration->EvtInterruptDisable ? dpc_wdm_evt_disable : NULL,
	};
	*Interrupt = created;
	return STATUS_SUCCESS;
}

/* Afterwards the object may be connected again. */
static __always_inline void dpc_wdm_interrupt_disconnect(WDFINTERRUPT Interrupt)
{
	if (!Interrupt->connected)
		return;
	/* As in IoDisconnectInterruptEx(). */
	if (!dpc_interrupt_disconnect(&Interrupt->intr))
		Interrupt->connected = false;
}

/*
 * @irq: as from pci_irq_vector()
 * @shared: whether the line is shared, if the driver has left that to the bus
 *	(WdfUseDefault)
 * @message: MessageID for the ISR, the number of the vector
 *
 * If EvtInterruptEnable fails, the object is not connected.
 */
static __always_inline NTSTATUS dpc_wdm_interrupt_connect(WDFINTERRUPT Interrupt, int irq,
							  bool shared, ULONG message)
{
	const WDF_INTERRUPT_CONFIG *config = &Interrupt->config;
	struct dpc_interrupt_params params = {
		.dev	= Interrupt->device,
		.name	= dev_name(Interrupt->device),
		.ops	= &Interrupt->ops,
		.irq	= irq,
		.named	= {
			.isr	= config->EvtInterruptIsr,
			.dpc	= config->EvtInterruptDpc ?: (void *)config->EvtInterruptWorkItem,
			.work	= config->EvtInterruptWorkItem,
		},
	};
	int err;

	if (config->ShareVector == WdfTrue || (config->ShareVector == WdfUseDefault && shared))
		params.flags |= DPC_INTERRUPT_SHARED;
	if (config->PassiveHandling)
		params.flags |= DPC_INTERRUPT_PASSIVE;
	Interrupt->message = message;
	Interrupt->enabled = STATUS_SUCCESS;
	err = dpc_interrupt_connect(&Interrupt->intr, &params);
	Interrupt->connected = !err;
	if (err)
		return dpc_wdm_status(err);
	if (!NT_SUCCESS(Interrupt->enabled))
		dpc_wdm_interrupt_disconnect(Interrupt);
	return Interrupt->enabled;
}

static inline WDFDEVICE WdfInterruptGetDevice(WDFINTERRUPT Interrupt)
{
	return Interrupt->device;
}

static inline PKINTERRUPT WdfInterruptWdmGetInterrupt(WDFINTERRUPT Interrupt)
{
	return &Interrupt->intr;
}

/* FALSE if there is no EvtInterruptDpc; Windows stops the machine for that. */
static __always_inline BOOLEAN WdfInterruptQueueDpcForIsr(WDFINTERRUPT Interrupt)
{
	return Interrupt->config.EvtInterruptDpc && dpc_interrupt_request_dpc(&Interrupt->intr);
}

/* FALSE if there is no EvtInterruptWorkItem; Windows stops the machine for that. */
static __always_inline BOOLEAN WdfInterruptQueueWorkItemForIsr(WDFINTERRUPT Interrupt)
{
	if (!Interrupt->config.EvtInterruptWorkItem)
		return FALSE;
	if (Interrupt->config.PassiveHandling)
		return dpc_interrupt_request_work(&Interrupt->intr, NULL);
	return dpc_interrupt_request_dpc(&Interrupt->intr);
}

static __always_inline VOID WdfInterruptAcquireLock(WDFINTERRUPT Interrupt)
{
	dpc_interrupt_lock(&Interrupt->intr);
}

static __always_inline VOID WdfInterruptReleaseLock(WDFINTERRUPT Interrupt)
{
	dpc_interrupt_unlock(&Interrupt->intr);
}

static __always_inline BOOLEAN WdfInterruptSynchronize(WDFINTERRUPT Interrupt,
						       PFN_WDF_INTERRUPT_SYNCHRONIZE Callback,
						       WDFCONTEXT Context)
{
	BOOLEAN answer;

	WdfInterruptAcquireLock(Interrupt);
	answer = Callback(Interrupt, Context);
	WdfInterruptReleaseLock(Interrupt);
	return answer;
}

static __always_inline VOID WdfInterruptEnable(WDFINTERRUPT Interrupt)
{
	if (Interrupt->connected)
		dpc_interrupt_enable(&Interrupt->intr);
}

/* This waits for ISR, DPC and work item; on Windows that is left to the driver. */
static __always_inline VOID WdfInterruptDisable(WDFINTERRUPT Interrupt)
{
	if (Interrupt->connected)
		dpc_interrupt_disable(&Interrupt->intr);
}

/* Absent: WdfInterruptGetInfo.  There are no resource descriptors; /proc/interrupts. */
/* Absent: WdfInterruptSetPolicy.  irq_set_affinity_hint(). */
/* Absent: WdfDpcCreate, WdfTimerCreate, WdfWorkItemCreate.  KDPC, KTIMER, IO_WORKITEM. */

#endif /* _LINUX_DPC_WDM_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: lists, interlocked calls, device queues; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_LIST_H
#define _LINUX_DPC_WDM_LIST_H

#include <linux/atomic.h>
#include <linux/dpc_device_queue.h>
#include <linux/dpc_sync.h>
#include <linux/dpc_wdm_ke.h>

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

#endif /* _LINUX_DPC_WDM_LIST_H */

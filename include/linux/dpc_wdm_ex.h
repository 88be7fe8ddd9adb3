/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows names: pool memory and fast mutexes; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_EX_H
#define _LINUX_DPC_WDM_EX_H

#include <linux/dpc_wdm_ke.h>
#include <linux/mutex.h>
#include <linux/slab.h>

/**
 * DOC: Pool memory
 *
 * The memory is that of kmalloc(), which is never paged out, so PagedPool is the same as
 * NonPagedPool, and nothing in it can be executed.  At PASSIVE_LEVEL an allocation may
 * sleep; a Linux spin_lock() does not change the level, so allocate before you take one.
 * The tag is ignored.  An allocation that fails returns NULL; it never raises an exception.
 */
typedef enum _POOL_TYPE {
	NonPagedPool			= 0,
	NonPagedPoolExecute		= NonPagedPool,
	PagedPool			= 1,
	NonPagedPoolCacheAligned	= 4,
	PagedPoolCacheAligned		= 5,
	NonPagedPoolNx			= 512,
	NonPagedPoolNxCacheAligned	= 516,
} POOL_TYPE;

typedef ULONG64			POOL_FLAGS;

#define POOL_FLAG_UNINITIALIZED	0x0000000000000002ULL
#define POOL_FLAG_CACHE_ALIGNED	0x0000000000000008ULL
#define POOL_FLAG_NON_PAGED	0x0000000000000040ULL
#define POOL_FLAG_PAGED		0x0000000000000100ULL

static inline PVOID dpc_wdm_pool(SIZE_T NumberOfBytes, gfp_t flags)
{
	gfp_t level = KeGetCurrentIrql() == PASSIVE_LEVEL ? GFP_KERNEL : GFP_ATOMIC;

	return kmalloc(NumberOfBytes, level | flags);
}

static inline PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	return dpc_wdm_pool(NumberOfBytes, 0);
}

static inline PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	return dpc_wdm_pool(NumberOfBytes, __GFP_ZERO);
}

static inline PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
	return dpc_wdm_pool(NumberOfBytes, Flags & POOL_FLAG_UNINITIALIZED ? 0 : __GFP_ZERO);
}

static inline VOID ExFreePool(PVOID P)
{
	kfree(P);
}

static inline VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
	kfree(P);
}

/*
 * A fast mutex.  On Windows its holder is at APC_LEVEL; here there are no APCs, and lockdep
 * knows it.
 */
typedef struct mutex		FAST_MUTEX, *PFAST_MUTEX;

#define ExInitializeFastMutex(FastMutex)	mutex_init(FastMutex)

static inline VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex)
{
	mutex_lock(FastMutex);
}

static inline BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex)
{
	return mutex_trylock(FastMutex);
}

static inline VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex)
{
	mutex_unlock(FastMutex);
}

/* Absent: ExAllocatePoolWithQuotaTag, POOL_FLAG_RAISE_ON_FAILURE.  No exceptions. */
/* Absent: lookaside lists.  kmem_cache_create(). */
/* Absent: MmAllocateContiguousMemory, MmMapIoSpace.  dma_alloc_coherent(), ioremap(). */

#endif /* _LINUX_DPC_WDM_EX_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keywords, annotations and debug output of drivers that come from Windows.  Include it after
 * all other headers: its names are short, and would break headers that come later.
 *
 * Modules: none; macros only.
 *
 * DBG decides as on Windows.  If it is defined and not 0, ASSERT() and KdPrint() do
 * something; if not, they don't evaluate their arguments.
 */
#ifndef _LINUX_DPC_WDM_LAST_H
#define _LINUX_DPC_WDM_LAST_H

#include <linux/bug.h>
#include <linux/dpc_wdm.h>
#include <linux/printk.h>

#ifndef DBG
#define DBG	0
#endif

/* A compiler for Windows knows these; here there is one calling convention. */
#define CONST			const
#define NTAPI
#define __forceinline		__always_inline
#define FORCEINLINE		__always_inline
#define EXTERN_C_START
#define EXTERN_C_END
#define code_seg(...)		/* of __declspec() */
#define __declspec(...)

/* Annotations, for readers and for analysers of Windows code. */
#define IN
#define OUT
#define OPTIONAL
#define __in
#define __in_opt
#define __in_bcount(size)
#define __in_bcount_opt(size)
#define __in_ecount(count)
#define __out
#define __out_opt
#define __out_bcount(size)
#define __out_bcount_opt(size)
#define __out_ecount(count)
#define __inout
#define __inout_opt
#define __deref_out
#define __drv_aliasesMem
#define _In_reads_opt_(count)
#define _In_reads_bytes_opt_(size)
#define _Out_writes_opt_(count)
#define _Out_writes_bytes_opt_(size)
#define _Outptr_
#define _Outptr_opt_
#define _Field_size_(count)
#define _Field_size_bytes_(size)
#define _Guarded_by_(lock)
#define _Interlocked_
#define _Success_(condition)
#define _Analysis_assume_(condition)
#define _Printf_format_string_
#define _In_z_
#define _In_reads_(count)
#define _In_reads_bytes_(size)
#define _Out_writes_(count)
#define _Out_writes_bytes_(size)
#define _Inout_updates_(count)
#define _Inout_updates_bytes_(size)
#define _Ret_maybenull_
#define _When_(condition, annotations)
#define _Requires_lock_held_(lock)
#define _Requires_lock_not_held_(lock)
#define _Acquires_lock_(lock)
#define _Releases_lock_(lock)
#define _IRQL_raises_(level)
#define _IRQL_saves_
#define _IRQL_restores_

/* Formats of Windows are never printed: only gcc looks at the arguments. */
static inline void dpc_wdm_not_printed(const void *first, ...)
{
}

/*
 * pr_debug() is off until somebody switches it on, as DbgPrint() is.  The format is the
 * kernel's, and gcc checks it: %u for a ULONG, %08x for an NTSTATUS, %lld for a
 * LONGLONG; there is no %ws, %wZ or %I64d.
 */
#define DbgPrint(Format, ...)	pr_debug(Format, ##__VA_ARGS__)

#if DBG
#define KdPrint(Arguments)	DbgPrint Arguments
#define ASSERT(Expression)	((void)WARN_ON_ONCE(!(Expression)))
#else
#define KdPrint(Arguments)						\
do {									\
	if (0)								\
		dpc_wdm_not_printed Arguments;				\
} while (0)
#define ASSERT(Expression)	((void)sizeof(!(Expression)))
#endif
#define NT_ASSERT(Expression)	ASSERT(Expression)

/*
 * WPP's messages are printed nowhere, as on Windows while no session collects them, so
 * they may have formats such as %!STATUS! and %ws.  dpcmon shows ISR, DPC and work item.
 */
#define TraceEvents(Level, Flags, Message, ...)				\
do {									\
	if (0)								\
		dpc_wdm_not_printed(Message, ##__VA_ARGS__);		\
} while (0)

#ifndef TRACE_LEVEL_NONE
#define TRACE_LEVEL_NONE	0
#define TRACE_LEVEL_CRITICAL	1
#define TRACE_LEVEL_FATAL	1
#define TRACE_LEVEL_ERROR	2
#define TRACE_LEVEL_WARNING	3
#define TRACE_LEVEL_INFORMATION	4
#define TRACE_LEVEL_VERBOSE	5
#endif

/* Absent: DoTraceMessage, WPP_INIT_TRACING.  A tracepoint; nothing to initialise. */

#endif /* _LINUX_DPC_WDM_LAST_H */

// SPDX-License-Identifier: GPL-2.0
/* The one place where the tracepoints are defined. */
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include <trace/events/dpc.h>

/* For the KUnit suites, and for modules that want to act on what takes too long. */
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_isr_entry);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_isr_exit);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_queue);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_entry);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_exit);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_work_queue);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_work_entry);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_work_exit);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_complete);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_overrun);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_watchdog);

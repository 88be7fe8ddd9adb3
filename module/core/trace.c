// SPDX-License-Identifier: GPL-2.0
/* The one place where the tracepoints are defined. */
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include <trace/events/dpc.h>

/* For the KUnit suites, and for modules that want to act on what takes too long. */
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_overrun);
EXPORT_TRACEPOINT_SYMBOL_GPL(dpc_watchdog);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_nt.ko: the functions that only code from Windows needs beside those of
 * dpc_core.ko: levels, locks at DISPATCH, interlocked lists and counters, events, device
 * queues, packets, DMA adapters and controllers, objects of KMDF.  All state is in the driver's
 * objects, so there is nothing to set up.
 */
#include "../core/internal.h"
#include "../version.h"

#include <linux/module.h>

MODULE_IMPORT_NS(DPC_CORE_INTERNAL_NS);
MODULE_DESCRIPTION("Windows levels, locks, lists, events, device queues, packets, DMA adapters, controllers");
MODULE_AUTHOR(DPC_AUTHOR);
MODULE_VERSION(DPC_VERSION);
MODULE_LICENSE("GPL");

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The documented WDM and KMDF names over this project's interface: for drivers
 * that come from Windows.  Include it after the kernel's headers.
 *
 * Modules: dpc_core.ko and dpc_nt.ko.
 *
 *	dpc_wdm_types.h	types, results, registers
 *	dpc_wdm_ke.h	levels, DPCs, timers, spin locks
 *	dpc_wdm_wait.h	events, waiting, delays
 *	dpc_wdm_ex.h	pool memory, fast mutexes
 *	dpc_wdm_list.h	lists, interlocked calls, device queues
 *	dpc_wdm_irp.h	device objects, IRPs, StartIo, cancellation
 *	dpc_wdm_csq.h	cancel-safe queues of IRPs
 *	dpc_wdm_io.h	DPCs of device objects, error log, work items, interrupts of WDM
 *	dpc_wdm_dma.h	DMA adapters and controllers
 *	dpc_wdm_wdf_object.h	objects, contexts and locks of KMDF
 *	dpc_wdm_wdf_dpc.h	DPCs, timers and work items of KMDF
 *	dpc_wdm_wdf_request.h	queues and requests of KMDF
 *	dpc_wdm_wdf.h	interrupts of KMDF
 *	dpc_wdm_opaque.h	types that only prototypes need
 *
 * The headers have inline functions and types only; each name stands for the call that
 * its body shows.  Names, arguments and results are the documented ones.  A difference
 * between the two systems is described above the group of functions.  A name that has
 * no meaning on Linux is absent, and a comment says what to use instead.  The rule
 * numbers (Q1 ...) are those of docs/semantics.md; docs/porting.md is the guide.
 * Functions that report a wrong call in the name of the driver's function are
 * __always_inline; if they were not, the report could name the function here.
 *
 * Names that begin with dpc_wdm_ don't exist on Windows.  Some of them are for glue
 * code, and do what the framework or the I/O manager does there unasked; docs/api.md
 * lists these.
 */
#ifndef _LINUX_DPC_WDM_H
#define _LINUX_DPC_WDM_H

#include <linux/dpc_wdm_types.h>
#include <linux/dpc_wdm_ke.h>
#include <linux/dpc_wdm_wait.h>
#include <linux/dpc_wdm_ex.h>
#include <linux/dpc_wdm_list.h>
#include <linux/dpc_wdm_irp.h>
#include <linux/dpc_wdm_csq.h>
#include <linux/dpc_wdm_io.h>
#include <linux/dpc_wdm_dma.h>
#include <linux/dpc_wdm_wdf_object.h>
#include <linux/dpc_wdm_wdf_dpc.h>
#include <linux/dpc_wdm_wdf_request.h>
#include <linux/dpc_wdm_wdf.h>
#include <linux/dpc_wdm_opaque.h>

#endif /* _LINUX_DPC_WDM_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* What waits for a callback lock to be free. */
#ifndef _DPC_NT_WDF_LOCK_H
#define _DPC_NT_WDF_LOCK_H

#include <linux/dpc_wdm_wdf_object.h>

bool dpc_wdf_lock_defer(struct dpc_wdf_lock *lock, struct dpc_wdf_deferred *deferred);

#endif /* _DPC_NT_WDF_LOCK_H */

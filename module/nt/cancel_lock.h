/* SPDX-License-Identifier: GPL-2.0-only */
/* Cancel locks, as packets use them. */
#ifndef _DPC_NT_CANCEL_LOCK_H
#define _DPC_NT_CANCEL_LOCK_H

#include <linux/dpc_packet.h>

void dpc_cancel_lock_release_at_dispatch(struct dpc_cancel_lock *lock, unsigned long ip);
bool dpc_cancel_lock_is_mine(struct dpc_cancel_lock *lock);

#endif /* _DPC_NT_CANCEL_LOCK_H */

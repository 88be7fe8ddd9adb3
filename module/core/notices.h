/* SPDX-License-Identifier: GPL-2.0-only */
/* What has happened to published objects, for those who read /dev/dpc. */
#ifndef _DPC_CORE_NOTICES_H
#define _DPC_CORE_NOTICES_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <uapi/linux/dpc.h>

extern atomic_t dpc_notice_readers;
extern wait_queue_head_t dpc_notice_wait;

/* Whether somebody would see a notice. */
static inline bool dpc_notices_wanted(void)
{
	return atomic_read(&dpc_notice_readers);
}

u64 dpc_notices_open(void);
void dpc_notices_close(void);
void dpc_notice_post(struct dpc_notice *notice, const char *name);
void dpc_notice_tell(enum dpc_notice_type type, u32 id, u32 value, const char *name);
bool dpc_notices_pending(u64 seen);
unsigned int dpc_notices_take(u64 *seen, struct dpc_notice *out, unsigned int room);

#endif /* _DPC_CORE_NOTICES_H */

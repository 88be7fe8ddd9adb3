/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects' lives, for kernels with CONFIG_DEBUG_OBJECTS: these find an object that
 * is freed, or set up anew, while it is queued or set.  Elsewhere this is nothing.
 */
#ifndef _DPC_CORE_DEBUG_H
#define _DPC_CORE_DEBUG_H

#include "core.h"

#include <linux/dpc_timer.h>

#ifdef CONFIG_DEBUG_OBJECTS

/* It is set up. */
void dpc_debug_init(struct dpc *dpc);
/* It is on a queue, and no more.  Under the queue's lock. */
void dpc_debug_queued(struct dpc *dpc);
void dpc_debug_taken(struct dpc *dpc);

/* The same; it is pending, and no more, under the timer's lock. */
void dpc_timer_debug_init(struct dpc_timer *t);
void dpc_timer_debug_set(struct dpc_timer *t);
void dpc_timer_debug_done(struct dpc_timer *t);

#else

static inline void dpc_debug_init(struct dpc *dpc) { }
static inline void dpc_debug_queued(struct dpc *dpc) { }
static inline void dpc_debug_taken(struct dpc *dpc) { }
static inline void dpc_timer_debug_init(struct dpc_timer *t) { }
static inline void dpc_timer_debug_set(struct dpc_timer *t) { }
static inline void dpc_timer_debug_done(struct dpc_timer *t) { }

#endif

#endif /* _DPC_CORE_DEBUG_H */

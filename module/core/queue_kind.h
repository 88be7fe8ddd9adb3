/* SPDX-License-Identifier: GPL-2.0-only */
/* The two queues of a CPU. */
#ifndef _DPC_CORE_QUEUE_KIND_H
#define _DPC_CORE_QUEUE_KIND_H

enum dpc_queue_kind {
	DPC_QUEUE_ORDINARY,
	DPC_QUEUE_THREADED,
	DPC_QUEUE_KINDS,
};

#endif /* _DPC_CORE_QUEUE_KIND_H */

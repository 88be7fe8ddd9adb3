/* SPDX-License-Identifier: GPL-2.0-only */
/* The engines, and the requests that they serve. */
#ifndef _DPC_EDU_ENGINE_H
#define _DPC_EDU_ENGINE_H

#include "edu.h"

extern unsigned int dpc_edu_overdue_ms;

u32 dpc_edu_engine_bit(enum dpc_edu_engine_id id);
struct dpc_edu_request *dpc_edu_request_of(struct dpc_packet *packet);
void dpc_edu_engine_init(struct dpc_edu *edu, enum dpc_edu_engine_id id,
			 dpc_packet_start_fn *start, dpc_routine_t overdue);
bool dpc_edu_engine_idle(struct dpc_edu *edu, enum dpc_edu_engine_id id);
int dpc_edu_engine_run(struct dpc_edu_request *req, dma_addr_t bus, u32 length);
void dpc_edu_engines_end(struct dpc_edu *edu);
struct dpc_edu_request *dpc_edu_engine_take(struct dpc_edu *edu, enum dpc_edu_engine_id id);
void dpc_edu_engine_finish(struct dpc_edu_request *req, int status, bool by_work);
void dpc_edu_engines_stop(struct dpc_edu *edu, int err);
void dpc_edu_engines_forget(struct dpc_edu *edu);
void dpc_edu_unit_start(struct dpc_packet_queue *q, struct dpc_packet *packet);

#endif /* _DPC_EDU_ENGINE_H */

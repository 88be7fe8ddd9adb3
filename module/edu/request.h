/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests, from submission to the end of their owner's wait. */
#ifndef _DPC_EDU_REQUEST_H
#define _DPC_EDU_REQUEST_H

#include "edu.h"

extern unsigned int dpc_edu_request_timeout_ms;

struct dpc_edu_request *dpc_edu_request_alloc(struct dpc_edu *edu, enum dpc_edu_engine_id engine);
void dpc_edu_request_put(struct dpc_edu_request *req);
void dpc_edu_request_leave(struct dpc_edu_request *req);
int dpc_edu_request_take_user(struct dpc_edu_request *req, void __user *user);
int dpc_edu_request_take_buffer(struct dpc_edu_request *req);
int dpc_edu_request_submit(struct dpc_edu_request *req, bool nonblock);
int dpc_edu_request_wait(struct dpc_edu_request *req);
int dpc_edu_request_enter(struct dpc_edu_request *req);
int dpc_edu_request_run(struct dpc_edu_request *req, bool nonblock);
int dpc_edu_dma(struct dpc_edu *edu, u32 direction, void __user *user, u32 offset, u32 count,
		bool nonblock, u64 *seq);
bool dpc_edu_request_give_up(struct dpc_edu_request *req);
void dpc_edu_request_end(struct dpc_edu_request *req, int status);
void dpc_edu_requests_fail_waiting(struct dpc_edu *edu);
void dpc_edu_requests_fail_rest(struct dpc_edu *edu, bool dma_stopped, int err);
void dpc_edu_requests_drain(struct dpc_edu *edu);

#endif /* _DPC_EDU_REQUEST_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests, from submission to the end of their owner's wait. */
#ifndef _DPC_EDU_REQUEST_H
#define _DPC_EDU_REQUEST_H

#include "edu.h"

#include <linux/dpc_error.h>

extern unsigned int dpc_edu_request_timeout_ms;

struct dpc_edu_request *dpc_edu_request_alloc(struct dpc_edu *edu, enum dpc_edu_engine_id engine);
void dpc_edu_request_put(struct dpc_edu_request *req);
void dpc_edu_request_leave(struct dpc_edu_request *req);
void dpc_edu_request_count(struct dpc_edu_request *req);
int dpc_edu_request_take_user(struct dpc_edu_request *req, void __user *user);
int dpc_edu_request_take_buffer(struct dpc_edu_request *req);
int dpc_edu_request_submit(struct dpc_edu_request *req, bool nonblock);
int dpc_edu_request_wait(struct dpc_edu_request *req);
bool dpc_edu_request_give_up(struct dpc_edu_request *req);
void dpc_edu_request_end(struct dpc_edu_request *req, int status);
void dpc_edu_engine_start_next(struct dpc_edu *edu, enum dpc_edu_engine_id id);
void dpc_edu_requests_fail_queued(struct dpc_edu *edu);
void dpc_edu_requests_fail_rest(struct dpc_edu *edu, bool dma_stopped);

/*
 * Tell the error log that a transfer has failed after @retries; @status is 0 if it is done
 * again.  @served is the argument of the stage that found it, or NULL in a thread.  Inline:
 * the log names the function that calls this.
 */
static __always_inline void dpc_edu_request_log_error(const struct dpc_edu_request *req,
						      const struct dpc_served *served,
						      enum dpc_edu_error code,
						      unsigned int retries, int status)
{
	const u32 transfer[] = { req->offset, req->count, req->direction };
	const struct dpc_error error = {
		.served = served,
		.code = code,
		.status = status,
		.retries = retries,
		.data = transfer,
		.len = sizeof(transfer),
	};

	dpc_log_error(&req->edu->intr, &error);
}

#endif /* _DPC_EDU_REQUEST_H */

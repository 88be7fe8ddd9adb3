// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA engine.  A transfer takes these steps:
 *
 *   start routine       may it begin?  Is bus mastering on?  With "controller": its turn
 *   control routine     it is this device's turn: request the map registers
 *   control routine     they are there: map a piece, and program the device
 *   DPC                 a piece is done: flush it; map the next one; after the last one,
 *                       free the registers and the controller, start the next request,
 *                       complete this one
 *
 * A transfer that has failed is done again from its first byte, DPC_EDU_RETRIES times at
 * most, if anybody still waits for it.  Each failure goes to the error log.
 */
#include "dma.h"
#include "edu.h"
#include "engine.h"
#include "hw.h"
#include "mark.h"

#include <linux/dpc_error.h>

/* The buffer of a request is one page. */
#define DPC_EDU_MAP_REGISTERS	1

bool dpc_edu_share_controller;
unsigned int dpc_edu_dma_max = DPC_EDU_BUFFER_SIZE;

/* All devices take turns at their transfers, if they share it. */
static struct dpc_controller dpc_edu_controller;

/*
 * Tell the error log that a transfer has failed; @status is 0 if it is done again.
 * @served: the argument of the stage that found it; NULL if no interrupt has told.  Inline:
 * the log names the function that calls this.
 */
static __always_inline void dpc_edu_dma_log_error(const struct dpc_edu_request *req,
						  const struct dpc_served *served,
						  enum dpc_edu_error code, int status)
{
	const u32 transfer[] = { req->offset, req->count, req->direction };
	const struct dpc_error error = {
		.served = served,
		.packet = &req->packet,
		.code = code,
		.status = status,
		.retries = req->packet.retries,
		.data = transfer,
		.len = sizeof(transfer),
	};

	dpc_log_error(&req->edu->intr, &error);
}

/* Give back all that the transfer has; others may begin with it at once, on this stack. */
void dpc_edu_dma_release(struct dpc_edu_request *req)
{
	struct dpc_edu_channel *channel = &req->edu->channel;

	if (channel->mapped) {
		dpc_adapter_flush(&channel->adapter, &channel->registers,
				  req->buf + req->transferred, channel->mapped);
		channel->mapped = 0;
	}
	if (channel->has_registers) {
		channel->has_registers = false;
		dpc_adapter_free_map_registers(&channel->adapter, &channel->registers,
					       DPC_EDU_MAP_REGISTERS);
	}
	if (channel->has_turn) {
		channel->has_turn = false;
		dpc_controller_free(&dpc_edu_controller, &channel->turn);
	}
}

/*
 * Release what can be: the device does not come to rest, and may still write to the page.
 * It stays mapped, which CONFIG_DMA_API_DEBUG rightly reports, and is never freed.
 */
void dpc_edu_dma_give_up(struct dpc_edu_request *req)
{
	struct dpc_edu_channel *channel = &req->edu->channel;

	if (channel->mapped) {
		channel->given_up = true;
		channel->mapped = 0;
		channel->has_registers = false;
		req->buf = NULL;
	}
	dpc_edu_dma_release(req);
}

/* Release first: the next transfer makes its requests with the same objects (A4). */
static void dpc_edu_dma_finish(struct dpc_edu_request *req, int status, bool by_work)
{
	dpc_edu_dma_release(req);
	dpc_edu_engine_finish(req, status, by_work);
}

/* The transfer has failed: have it done again, or finish it; for @by_work see there. */
static void dpc_edu_dma_failed(struct dpc_edu_request *req, const struct dpc_served *served,
			       enum dpc_edu_error code, bool by_work)
{
	int stopped = READ_ONCE(req->edu->stopped);
	bool again = !stopped && !READ_ONCE(req->packet.cancelled) &&
		     req->packet.retries < DPC_EDU_RETRIES;
	int err = stopped ?: -EIO;

	dpc_edu_dma_log_error(req, served, code, again ? 0 : err);
	dpc_edu_dma_release(req);
	if (!again || !dpc_packet_retry(&req->packet, DPC_EDU_RETRIES))
		dpc_edu_engine_finish(req, err, by_work);
}

/* Map as much as goes at once, and make the device begin with it (A3, P9). */
static void dpc_edu_dma_piece(struct dpc_edu_request *req, const struct dpc_served *served,
			      bool by_work)
{
	struct dpc_edu_channel *channel = &req->edu->channel;
	size_t length = req->count - req->transferred;
	dma_addr_t bus;
	int err;

	if (dpc_adapter_map_transfer(&channel->adapter, &channel->registers,
				     req->buf + req->transferred, &length,
				     req->direction == DPC_EDU_DMA_FROM_DEVICE ? DMA_FROM_DEVICE :
										 DMA_TO_DEVICE,
				     &bus)) {
		dpc_edu_dma_log_error(req, served, DPC_EDU_ERROR_MAP, -ENOMEM);
		dpc_edu_dma_finish(req, -ENOMEM, by_work);
		return;
	}
	channel->mapped = length;
	err = dpc_edu_engine_run(req, bus, length);
	if (err)
		dpc_edu_dma_finish(req, err, by_work);
}

/* Control routine: the map registers are there. */
static enum dpc_allocation_answer dpc_edu_dma_registers(struct dpc_allocation *allocation,
							struct dpc_packet *packet, void *context)
{
	struct dpc_edu *edu = context;

	edu->channel.has_registers = true;
	dpc_edu_dma_piece(dpc_edu_request_of(packet), NULL, false);
	return DPC_ALLOCATION_KEEP_REGISTERS;
}

static void dpc_edu_dma_request_registers(struct dpc_edu_request *req)
{
	struct dpc_edu_channel *channel = &req->edu->channel;

	/* The device is the only one, and has one transfer at a time: they are free. */
	WARN_ON_ONCE(dpc_adapter_allocate(&channel->adapter, &channel->registers, &req->packet,
					  DPC_EDU_MAP_REGISTERS));
}

/*
 * Control routine: it is this device's turn, maybe much later, and on the stack of
 * another device's DPC.
 */
static enum dpc_allocation_answer dpc_edu_dma_turn(struct dpc_allocation *allocation,
						   struct dpc_packet *packet, void *context)
{
	struct dpc_edu_request *req = dpc_edu_request_of(packet);
	struct dpc_edu *edu = context;
	int err = READ_ONCE(edu->stopped);

	edu->channel.has_turn = true;
	/* The interrupt may have been disconnected: don't touch it. */
	if (err)
		dpc_edu_dma_finish(req, err, false);
	else if (READ_ONCE(packet->cancelled))
		dpc_edu_dma_finish(req, -ECANCELED, false);
	else
		dpc_edu_dma_request_registers(req);
	return DPC_ALLOCATION_KEEP;
}

/* Start routine. */
void dpc_edu_dma_start(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	struct dpc_edu_request *req = dpc_edu_request_of(packet);
	struct dpc_edu *edu = q->context;
	int err;

	if (!dpc_packet_claim(q, packet))
		return;
	req->transferred = 0;
	/* A transfer that came to nothing is checked with the other mark; see mark.h. */
	if (packet->retries)
		req->mark = ~req->mark;
	if (req->direction == DPC_EDU_DMA_FROM_DEVICE)
		dpc_edu_mark_fill(req->buf, req->count, req->mark);

	err = READ_ONCE(edu->stopped);
	if (err)
		dpc_edu_engine_finish(req, err, false);
	else if (!dpc_edu_hw_bus_master(edu))
		/* With MSI, not even the interrupt would come, and the owner would wait in vain. */
		dpc_edu_dma_failed(req, NULL, DPC_EDU_ERROR_BUS_MASTER, false);
	else if (dpc_edu_share_controller)
		WARN_ON_ONCE(dpc_controller_allocate(&dpc_edu_controller, &edu->channel.turn,
						     packet));
	else
		dpc_edu_dma_request_registers(req);
}

/*
 * At DISPATCH: the device is done with a piece.  The work item will run after this.
 * @served: NULL if no interrupt has told so.
 */
void dpc_edu_dma_done(struct dpc_edu_request *req, const struct dpc_served *served)
{
	struct dpc_edu_channel *channel = &req->edu->channel;

	/* The read of the device's register has also ordered its writes before the flush. */
	dpc_adapter_flush(&channel->adapter, &channel->registers, req->buf + req->transferred,
			  channel->mapped);
	req->transferred += channel->mapped;
	channel->mapped = 0;
	if (dpc_edu_hw_bus_failed(req->edu))
		dpc_edu_dma_failed(req, served, DPC_EDU_ERROR_BUS, true);
	else if (req->transferred < req->count && READ_ONCE(req->packet.cancelled))
		dpc_edu_dma_finish(req, -ECANCELED, true);
	else if (req->transferred < req->count)
		dpc_edu_dma_piece(req, served, true);
	else if (req->direction == DPC_EDU_DMA_FROM_DEVICE &&
		 dpc_edu_mark_left(req->buf, req->count, req->mark))
		dpc_edu_dma_failed(req, served, DPC_EDU_ERROR_LOST, true);
	else
		dpc_edu_dma_finish(req, 0, true);
}

/*
 * The device goes away: it waits for its turn no more, and no control routine of its
 * transfers runs when this returns.  May sleep.
 */
void dpc_edu_dma_withdraw(struct dpc_edu *edu)
{
	if (dpc_edu_share_controller)
		dpc_controller_cancel_sync(&dpc_edu_controller, &edu->channel.turn);
}

int dpc_edu_dma_init(struct dpc_edu *edu)
{
	struct dpc_edu_channel *channel = &edu->channel;
	const struct dpc_adapter_params params = {
		.dev = &edu->pdev->dev,
		.map_registers = DPC_EDU_MAP_REGISTERS,
		.max_length = dpc_edu_dma_max,
	};

	dpc_allocation_init(&channel->registers, dpc_edu_dma_registers, edu);
	dpc_allocation_init(&channel->turn, dpc_edu_dma_turn, edu);
	return dpc_adapter_init(&channel->adapter, &params);
}

/* The adapter of a device that was given up is still in use. */
void dpc_edu_dma_destroy(struct dpc_edu *edu)
{
	if (!edu->channel.given_up)
		dpc_adapter_destroy(&edu->channel.adapter);
}

void dpc_edu_dma_module_init(void)
{
	dpc_controller_init(&dpc_edu_controller);
}

void dpc_edu_dma_module_exit(void)
{
	dpc_controller_destroy(&dpc_edu_controller);
}

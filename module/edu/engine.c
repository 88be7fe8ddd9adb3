// SPDX-License-Identifier: GPL-2.0-only
/*
 * Engines: each has a packet queue, whose start routine makes the device begin.
 *
 * To begin is one step under the interrupt's lock, and so is what the DPC does first: it
 * takes what the ISR has gathered, together with the requests that the device is done
 * with.  So each is finished by one DPC call, even if several run at once, and none
 * begins once dpc_edu_halt() has stopped the engines.
 *
 * An interrupt that gets lost would leave the engine busy for ever.  So there is a timer
 * for each, whose DPC looks at the device when an interrupt is overdue.
 */
#include "edu.h"
#include "engine.h"
#include "hw.h"
#include "regs.h"

unsigned int dpc_edu_overdue_ms = 2000;

/* The bit of the interrupt status by which the device says that it is done. */
u32 dpc_edu_engine_bit(enum dpc_edu_engine_id id)
{
	static const u32 bit[DPC_EDU_ENGINE_NR] = {
		[DPC_EDU_ENGINE_FACTORIAL]	= DPC_EDU_INTR_FACTORIAL,
		[DPC_EDU_ENGINE_DMA]		= DPC_EDU_INTR_DMA,
		[DPC_EDU_ENGINE_CONTROL]	= DPC_EDU_INTR_CONTROL,
	};

	return bit[id];
}

struct dpc_edu_request *dpc_edu_request_of(struct dpc_packet *packet)
{
	return packet ? container_of(packet, struct dpc_edu_request, packet) : NULL;
}

void dpc_edu_engine_init(struct dpc_edu *edu, enum dpc_edu_engine_id id,
			 dpc_packet_start_fn *start, dpc_routine_t overdue)
{
	struct dpc_packet_queue_params params = { .start = start, .context = edu };
	struct dpc_edu_engine *engine = &edu->engine[id];

	engine->edu = edu;
	engine->id = id;
	dpc_packet_queue_init(&engine->queue, &params);
	mutex_init(&engine->submit);
	dpc_timer_init(&engine->limit, DPC_TIMER_NOTIFICATION);
	dpc_init(&engine->overdue, overdue, engine);
}

bool dpc_edu_engine_idle(struct dpc_edu *edu, enum dpc_edu_engine_id id)
{
	return !dpc_packet_current(&edu->engine[id].queue);
}

static void dpc_edu_engine_set_limit(struct dpc_edu_engine *engine)
{
	dpc_timer_set(&engine->limit, READ_ONCE(dpc_edu_overdue_ms) * (u64)NSEC_PER_MSEC, 0, 0,
		      &engine->overdue);
}

struct dpc_edu_begin {
	struct dpc_edu_request	*req;
	dma_addr_t		bus;	/* DMA, where the device finds the piece */
	u32			length;	/* DMA, of the piece */
	int			err;	/* why it did not begin */
};

static bool dpc_edu_begin(void *context)
{
	struct dpc_edu_begin *begin = context;
	struct dpc_edu_request *req = begin->req;
	struct dpc_edu *edu = req->edu;

	begin->err = edu->stopped;
	if (begin->err)
		return false;
	if (req->engine == DPC_EDU_ENGINE_FACTORIAL)
		dpc_edu_hw_factorial_start(edu, req->n);
	else if (req->engine == DPC_EDU_ENGINE_CONTROL)
		dpc_edu_hw_raise(edu, DPC_EDU_INTR_CONTROL);
	else
		begin->err = dpc_edu_hw_dma_start(edu, req->offset + req->transferred,
						  begin->length, begin->bus,
						  req->direction == DPC_EDU_DMA_FROM_DEVICE);
	if (WARN_ON_ONCE(begin->err))
		return false;
	edu->engine[req->engine].running = req;
	dpc_edu_engine_set_limit(&edu->engine[req->engine]);
	return true;
}

/*
 * Make the device begin with @req; from here on a DPC may finish it.
 * Return: 0, or the error with which dpc_edu_halt() has stopped the engines.
 */
int dpc_edu_engine_run(struct dpc_edu_request *req, dma_addr_t bus, u32 length)
{
	struct dpc_edu_begin begin = { .req = req, .bus = bus, .length = length };

	dpc_interrupt_synchronize(&req->edu->intr, dpc_edu_begin, &begin);
	return begin.err;
}

/*
 * Whether the device is still at what it has begun, or a DPC is on its way for it.  No
 * register tells of a bit that was raised.
 */
static bool dpc_edu_engine_runs(struct dpc_edu *edu, enum dpc_edu_engine_id id)
{
	if (edu->gathered.intr_status & dpc_edu_engine_bit(id))
		return true;
	if (id == DPC_EDU_ENGINE_DMA)
		return dpc_edu_hw_dma_running(edu);
	return id == DPC_EDU_ENGINE_FACTORIAL && dpc_edu_hw_computing(edu);
}

/*
 * What the device was at when it told that the engine is done, or when that is overdue.
 * The caller holds the interrupt's lock.
 * Return: NULL if it was at nothing, or still is at it.  The bit was a stray then:
 * somebody else has raised it, or the request that it was for was found overdue.
 */
struct dpc_edu_request *dpc_edu_engine_take(struct dpc_edu *edu, enum dpc_edu_engine_id id)
{
	struct dpc_edu_engine *engine = &edu->engine[id];
	struct dpc_edu_request *req = engine->running;

	if (!req)
		return NULL;
	if (dpc_edu_engine_runs(edu, id)) {
		dpc_edu_engine_set_limit(engine);
		return NULL;
	}
	dpc_timer_cancel(&engine->limit);
	engine->running = NULL;
	return req;
}

/*
 * The current request is done, or has failed: start the next one, and give this one
 * back.  @by_work: the work item will run after this, and ends it.
 */
void dpc_edu_engine_finish(struct dpc_edu_request *req, int status, bool by_work)
{
	req->by_work = by_work;
	dpc_packet_start_next(&req->edu->engine[req->engine].queue);
	dpc_packet_complete(&req->packet, status, status ? 0 : req->count);
}

struct dpc_edu_stop {
	struct dpc_edu	*edu;
	int		err;
};

static bool dpc_edu_stop(void *context)
{
	const struct dpc_edu_stop *stop = context;

	WRITE_ONCE(stop->edu->stopped, stop->err);
	return true;
}

/*
 * From here on no engine begins, and what would have begun ends with @err; what they have
 * begun goes on.  With 0 they may begin again.
 */
void dpc_edu_engines_stop(struct dpc_edu *edu, int err)
{
	struct dpc_edu_stop stop = { .edu = edu, .err = err };

	dpc_interrupt_synchronize(&edu->intr, dpc_edu_stop, &stop);
}

static bool dpc_edu_forget_running(void *context)
{
	struct dpc_edu *edu = context;
	int i;

	for (i = 0; i < DPC_EDU_ENGINE_NR; i++) {
		edu->engine[i].running = NULL;
		dpc_timer_cancel(&edu->engine[i].limit);
	}
	edu->gathered = (struct dpc_edu_gathered){ };
	return true;
}

/*
 * The engines are stopped and the interrupt is disabled: nothing tells any more that the
 * device is done, and nothing looks for it.  May sleep.
 */
void dpc_edu_engines_forget(struct dpc_edu *edu)
{
	int i;

	dpc_interrupt_synchronize(&edu->intr, dpc_edu_forget_running, edu);
	for (i = 0; i < DPC_EDU_ENGINE_NR; i++)
		dpc_cancel_sync(&edu->engine[i].overdue);
}

/* No engine is found overdue any more, and nothing that was goes on.  May sleep. */
void dpc_edu_engines_end(struct dpc_edu *edu)
{
	int i;

	for (i = 0; i < DPC_EDU_ENGINE_NR; i++) {
		dpc_timer_destroy(&edu->engine[i].limit);
		dpc_cancel_sync(&edu->engine[i].overdue);
	}
}

/* Start routine of the engines that need nothing but the device. */
void dpc_edu_unit_start(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	int err;

	if (!dpc_packet_claim(q, packet))
		return;
	err = dpc_edu_engine_run(dpc_edu_request_of(packet), 0, 0);
	if (err)
		dpc_edu_engine_finish(dpc_edu_request_of(packet), err, false);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The threads that drive a device for dpcmon run: raises, factorials and DMA, each in
 * a thread of its own, until their number or the time is over.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "edu.h"
#include "util.h"
#include "workload.h"

/* A burst is cut into pieces this long, so that a stop is not waited for. */
#define WORKLOAD_BURST_US	100000
#define WORKLOAD_BURST_MAX	1000

enum engine_kind {
	ENGINE_INTERRUPTS,
	ENGINE_FACTORIALS,
	ENGINE_DMA,
	ENGINE_NR,
};

struct engine;
typedef int64_t (*engine_step)(struct engine *e, uint64_t left);

/**
 * struct engine - one thread
 * @workload: it belongs to
 * @thread: its thread, if @started
 * @started: the thread was created
 * @goal: units to do
 * @step: does up to the given number of units; how many, or -1 after a message
 * @done: units done
 */
struct engine {
	struct workload		*workload;
	pthread_t		thread;
	bool			started;
	uint64_t		goal;
	engine_step		step;
	atomic_uint_least64_t	done;
};

/**
 * struct workload - the load while it runs
 * @device: the device
 * @pace_us: time between two raises
 * @deadline: when it ends, CLOCK_MONOTONIC; 0 for no limit
 * @stop: the threads are to end
 * @failed: a thread has failed, and printed why
 * @running: number of threads that are at work
 * @engines: the threads, by enum engine_kind
 */
struct workload {
	struct device		*device;
	uint32_t		pace_us;
	uint64_t		deadline;
	atomic_bool		stop;
	atomic_bool		failed;
	atomic_int		running;
	struct engine		engines[ENGINE_NR];
};

static int workload_failed(struct engine *e, const char *what)
{
	if (errno == ETIMEDOUT)
		return fail("%s: %s: the device did not answer in time (ETIMEDOUT): %s",
			    e->workload->device->label, what,
			    e->workload->device->raise.ops->late);
	return fail("%s: %s: %m", e->workload->device->label, what);
}

static int64_t workload_burst(struct engine *e, uint64_t left)
{
	const struct raise *raise = &e->workload->device->raise;
	struct raise_burst burst = { .pace_us = e->workload->pace_us };

	burst.count = WORKLOAD_BURST_MAX;
	if (burst.pace_us > WORKLOAD_BURST_US / WORKLOAD_BURST_MAX)
		burst.count = WORKLOAD_BURST_US / burst.pace_us;
	if (!burst.count)
		burst.count = 1;
	if (burst.count > left)
		burst.count = left;
	if (raise_burst(raise, &burst))
		return errno == EINTR ? (int64_t)burst.raised :
					workload_failed(e, raise->ops->call);
	return burst.raised;
}

/* The result that the device must give: n! modulo 2^32. */
static uint32_t workload_factorial_of(uint32_t n)
{
	uint32_t product = 1;

	while (n > 1)
		product *= n--;
	return product;
}

static int64_t workload_factorial(struct engine *e, uint64_t left)
{
	/* from 34 on the result is 0: 0 to 33 are the values that tell something */
	struct dpc_edu_factorial f = { .n = e->done % 34 };

	if (ioctl(e->workload->device->raise.fd, DPC_EDU_IOC_FACTORIAL_RUN, &f))
		return errno == EINTR ? 0 : workload_failed(e, "DPC_EDU_IOC_FACTORIAL_RUN");
	if (f.result != workload_factorial_of(f.n))
		return fail("%s: %u! is %u, not %u as the device says", e->workload->device->label,
			    f.n, workload_factorial_of(f.n), f.result);
	return 1;
}

/* Offsets and sizes: the corners first, then anywhere. */
static void workload_dma_range(uint64_t nr, struct dpc_edu_dma *dma)
{
	static const uint32_t corners[][2] = {
		{ 0, DPC_EDU_BUFFER_SIZE }, { 0, 1 }, { DPC_EDU_BUFFER_SIZE - 1, 1 },
		{ 1, DPC_EDU_BUFFER_SIZE - 1 }, { 7, 64 },
	};
	uint64_t x;

	if (nr < ARRAY_SIZE(corners)) {
		dma->offset = corners[nr][0];
		dma->count = corners[nr][1];
		return;
	}
	x = (nr + 1) * 0x9e3779b97f4a7c15ULL;
	dma->offset = (x >> 20) % DPC_EDU_BUFFER_SIZE;
	dma->count = 1 + (x >> 40) % (DPC_EDU_BUFFER_SIZE - dma->offset);
}

static int workload_dma_one(struct engine *e, struct dpc_edu_dma *dma,
			    uint32_t direction, void *buffer)
{
	dma->user = (uintptr_t)buffer;
	dma->direction = direction;
	if (ioctl(e->workload->device->raise.fd, DPC_EDU_IOC_DMA_RUN, dma))
		return errno == EINTR ? 1 : workload_failed(e, "DPC_EDU_IOC_DMA_RUN");
	return 0;
}

static int64_t workload_dma(struct engine *e, uint64_t left)
{
	uint8_t out[DPC_EDU_BUFFER_SIZE], in[DPC_EDU_BUFFER_SIZE];
	struct dpc_edu_dma dma = { 0 };
	uint64_t nr = e->done;
	unsigned int i;
	int ret;

	workload_dma_range(nr, &dma);
	for (i = 0; i < dma.count; i++) {
		out[i] = (nr + i) * 167 + (i >> 8);
		in[i] = ~out[i];
	}
	ret = workload_dma_one(e, &dma, DPC_EDU_DMA_TO_DEVICE, out);
	if (!ret)
		ret = workload_dma_one(e, &dma, DPC_EDU_DMA_FROM_DEVICE, in);
	if (ret)
		return ret < 0 ? -1 : 0;
	for (i = 0; i < dma.count; i++)
		if (in[i] != out[i])
			return fail("%s: DMA of %u bytes at offset %u: byte %u came back as 0x%02x instead of 0x%02x",
				    e->workload->device->label, dma.count, dma.offset, i,
				    in[i], out[i]);
	return 1;
}

static bool workload_over(const struct workload *w)
{
	return w->stop || (w->deadline && now_ns() >= w->deadline);
}

static void *workload_thread(void *arg)
{
	struct engine *e = arg;
	struct workload *w = e->workload;
	int64_t n;

	while (e->done < e->goal && !workload_over(w)) {
		n = e->step(e, e->goal - e->done);
		if (n < 0) {
			w->failed = true;
			w->stop = true;
			break;
		}
		e->done += n;
	}
	w->running--;
	return NULL;
}

struct workload *workload_start(const struct params *params, struct device *device)
{
	bool edu = edu_is_open(&device->raise);
	struct workload *w;
	struct engine *e;

	if (!edu && !params->engines_default && (params->factorials || params->dmas)) {
		fail("%s: --factorials and --dma are for an edu device: of this one only interrupts can be raised",
		     device->label);
		return NULL;
	}
	w = xcalloc(1, sizeof(*w));
	w->device = device;
	w->pace_us = params->pace_us;
	if (params->duration_ns)
		w->deadline = now_ns() + params->duration_ns;
	w->engines[ENGINE_INTERRUPTS].goal = params->interrupts;
	w->engines[ENGINE_INTERRUPTS].step = workload_burst;
	w->engines[ENGINE_FACTORIALS].goal = edu ? params->factorials : 0;
	w->engines[ENGINE_FACTORIALS].step = workload_factorial;
	w->engines[ENGINE_DMA].goal = edu ? params->dmas : 0;
	w->engines[ENGINE_DMA].step = workload_dma;

	for (e = w->engines; e < w->engines + ENGINE_NR; e++) {
		e->workload = w;
		if (!e->goal)
			continue;
		w->running++;
		e->started = !pthread_create(&e->thread, NULL, workload_thread, e);
		if (!e->started) {
			w->running--;
			fail("can't create a thread");
			workload_stop(w);
			workload_join(w);
			workload_free(w);
			return NULL;
		}
	}
	return w;
}

bool workload_running(const struct workload *w)
{
	return w->running;
}

void workload_stop(struct workload *w)
{
	w->stop = true;
}

int workload_join(struct workload *w)
{
	unsigned int i;

	for (i = 0; i < ENGINE_NR; i++) {
		if (w->engines[i].started)
			pthread_join(w->engines[i].thread, NULL);
		w->engines[i].started = false;
	}
	return w->failed ? -1 : 0;
}

void workload_free(struct workload *w)
{
	free(w);
}

struct workload_done workload_done(const struct workload *w)
{
	return (struct workload_done){
		.raised = w->engines[ENGINE_INTERRUPTS].done,
		.factorials = w->engines[ENGINE_FACTORIALS].done,
		.dmas = w->engines[ENGINE_DMA].done,
	};
}

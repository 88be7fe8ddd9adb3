/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The suites for the DPC object share this.  It holds everything that a routine may
 * touch, so that a test that fails half-way can be cleaned up.
 */
#ifndef _DPC_KUNIT_FIXTURE_H
#define _DPC_KUNIT_FIXTURE_H

#include "context.h"
#include "recorder.h"

#include <linux/dpc.h>

#define FIX_DPCS	8
#define FIX_GATES	4
#define FIX_WORKERS	CTX_CPUS_MAX

struct fixture {
	struct recorder	rec;
	struct dpc	dpc[FIX_DPCS];
	struct gate	gate[FIX_GATES];
	struct gate	hold;			/* for fixture_hold() */
	struct worker	worker[FIX_WORKERS];
	struct storm	storm;
	bool		stop;
	atomic_t	queued;			/* dpc_queue() said true */
	atomic_t	refused;
	atomic_t	cancelled;		/* dpc_cancel() said true */
	atomic_t	ran;
	atomic_t	wrong;			/* observations that must never be made */
	u64		number;
	u64		seen;
	void		*memory;
};

int fixture_setup(struct kunit *test, struct fixture *fix);
int fixture_init(struct kunit *test);
void fixture_exit(struct kunit *test);

/* A routine that notes its call; its context is the fixture, its tag arg1. */
void fixture_note(struct dpc *dpc, void *context, void *arg1, void *arg2);
/* The same, and then waits at gate[arg2]. */
void fixture_gated(struct dpc *dpc, void *context, void *arg1, void *arg2);
/* Counts, nothing else. */
void fixture_count(struct dpc *dpc, void *context, void *arg1, void *arg2);

/* Queue @dpc on @cpu from a thread there; doesn't wait. */
bool fixture_queue(struct fixture *fix, int cpu, struct dpc *dpc, void *arg1, void *arg2);
/* Queue @dpc on @cpu from a thread there that keeps bottom halves off until @hold opens. */
bool fixture_hold(struct fixture *fix, int cpu, struct dpc *dpc, void *arg1, void *arg2);
/* Queue @dpc on @cpu, gated; returns when its routine stands at the gate. */
bool fixture_block(struct fixture *fix, int cpu, struct dpc *dpc, unsigned int gate, int tag);

#define TAG(n)	((void *)(long)(n))

#endif /* _DPC_KUNIT_FIXTURE_H */

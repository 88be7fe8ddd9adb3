/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device made of nothing: an interrupt line of its own (a descriptor with
 * the kernel's dummy chip) that tests fire in true hard interrupts, and a
 * driver's three stages on it, which note their calls and do as told.
 */
#ifndef _DPC_KUNIT_KDEV_H
#define _DPC_KUNIT_KDEV_H

#include "context.h"
#include "params.h"
#include "recorder.h"

#include <linux/dpc_interrupt.h>
#include <linux/irq.h>

enum { KDEV_ISR, KDEV_DPC, KDEV_WORK, KDEV_ENABLE, KDEV_DISABLE, KDEV_OWN };

struct kdev_test;

/* One device; may be freed as soon as it is disconnected. */
struct kdev {
	struct dpc_interrupt	intr;
	struct kdev_test	*kt;
};

struct kdev_test {
	struct kdev	*kdev;
	bool		connected;
	struct device	*dev;
	int		irq;
	struct irq_chip	chip;
	atomic_t	refuse;		/* so many requests of the line fail */
	atomic_t	requests;	/* of the line */
	struct recorder	rec;
	struct gate	gate[2];
	struct worker	worker[CTX_CPUS_MAX];
	struct storm	storm;
	bool		stop;

	/* tells the stages what to do */
	atomic_t	pending;	/* the device's interrupt status */
	bool		not_ours;	/* the line fires for another device */
	bool		no_dpc;		/* ISR asks for no DPC */
	bool		ask_work;	/* DPC asks for the work item */
	void (*in_isr)(struct kdev_test *kt);
	void (*in_dpc)(struct kdev_test *kt, struct dpc_served *served);
	void (*in_work)(struct kdev_test *kt, const struct dpc_served *served);

	/* counted by the stages */
	atomic_t	isrs;		/* ISRs that found something */
	atomic_t	asked;		/* ISRs that asked for a DPC */
	atomic_t	accepted;	/* ISRs whose request returned true */
	atomic_t	dpcs;
	atomic_t	works;
	atomic64_t	served;		/* sum over the DPC calls */
	bool		gone;		/* disconnected: nothing may be called */
	atomic_t	late;		/* calls after that */
	atomic_t	inside;		/* ISR or synchronised function */
	atomic_t	overlaps;
};

extern const struct dpc_interrupt_ops kdev_ops;

int kdev_setup(struct kunit *test, struct kdev_test *kt);
int kdev_init(struct kunit *test);
void kdev_exit(struct kunit *test);

/* The parameters of kdev_connect(), for tests that want others. */
struct dpc_interrupt_params kdev_params(struct kdev_test *kt);
int kdev_connect(struct kdev_test *kt, enum dpc_model_id model, unsigned int flags);
void kdev_disconnect(struct kdev_test *kt);

/* Let the line fire, in a hard interrupt; for storms and contexts. */
void kdev_hit(void *arg);
/* The same from a thread. */
bool kdev_fire(struct kdev_test *kt);
/* The same from a section with bottom halves off, or from inside the DPC. */
bool kdev_fire_here(struct kdev_test *kt);
/* Wait for calls of a stage, see rec_wait_count(). */
bool kdev_wait(atomic_t *counter, int count);

struct kdev_model {
	const char		*name;
	enum dpc_model_id	model;
	unsigned int		flags;
};

/*
 * All models with an ISR at DIRQL; then with a passive one those that do
 * something of their own after it, and one of the others, which don't.
 */
#define KDEV_MODELS	(DPC_MODEL_NR + 3)
extern const struct kdev_model kdev_models[KDEV_MODELS];
/* Models "dpc" and "threaded", for tests that don't depend on the carrier. */
extern const struct kdev_model kdev_two_models[4];
void kdev_model_name(const struct kdev_model *model, char *desc);
void kdev_need(struct kunit *test, const struct kdev_model *model);
void kdev_need_hits(struct kunit *test, const struct kdev_model *model);
/* Those of the arrays above with an ISR at DIRQL, and those with a passive one. */
#define kdev_hard_models	PARAM_SLICE(kdev_models, 0, DPC_MODEL_NR)
#define kdev_two_hard_models	PARAM_SLICE(kdev_two_models, 0, 2)
#define kdev_two_passive_models	PARAM_SLICE(kdev_two_models, 2, 2)

#endif /* _DPC_KUNIT_KDEV_H */

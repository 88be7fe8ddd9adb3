// SPDX-License-Identifier: GPL-2.0-only
/*
 * What carries the second stage: each model keeps what its traits say, and none
 * loses a call.  dpc_interrupt_kunit.c has what holds for an interrupt object
 * with any model.
 */
#include "../module/core/watchdog.h"

#include "kdev.h"
#include "unplug.h"

#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

KUNIT_ARRAY_PARAM(model_any, kdev_models, kdev_model_name);
KUNIT_ARRAY_PARAM(model_hard, kdev_hard_models, kdev_model_name);

struct model_test {
	struct kdev_test	kt;
	atomic_t		running;	/* DPC calls at this moment */
	atomic_t		met;		/* ... that found another one */
	atomic_t		left;		/* calls that ask for another one */
	atomic_t		gate_cpu;	/* where the first call came to the gate */
	struct dpc		dpc;
	u64			call_left;	/* of a DPC that was hit */
	bool			executing;
	u64			violations;
};

static struct kdev_test *model_kt(struct kunit *test)
{
	return test->priv;
}

static struct model_test *model_of(struct kdev_test *kt)
{
	return container_of(kt, struct model_test, kt);
}

static struct dpc_interrupt *model_intr(struct kdev_test *kt)
{
	return &kt->kdev->intr;
}

static int model_init(struct kunit *test)
{
	struct model_test *mt = kunit_kzalloc(test, sizeof(*mt), GFP_KERNEL);

	if (!mt)
		return -ENOMEM;
	mt->violations = dpc_violations();
	return kdev_setup(test, &mt->kt);
}

static void model_exit(struct kunit *test)
{
	struct kdev_test *kt = model_kt(test);

	KUNIT_EXPECT_TRUE(test, unplug_restore());
	kdev_exit(test);
	if (kt)
		KUNIT_EXPECT_EQ(test, dpc_violations(), model_of(kt)->violations);
}

static struct kdev_test *model_connect(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = model_kt(test);

	kdev_need(test, model);
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, model->model, model->flags), 0);
	return kt;
}

static u32 model_traits(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;

	return dpc_model_traits(model->model);
}

static void model_request(void *arg)
{
	struct kdev_test *kt = arg;

	atomic_add(dpc_interrupt_request_dpc(model_intr(kt)), &kt->accepted);
}

/* ---- the table ----------------------------------------------------------- */

static void model_available_ones_need_nothing(struct kunit *test)
{
	int i;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		KUNIT_EXPECT_EQ(test, dpc_model_available(i), !dpc_model_needs(i));
		if (!dpc_model_available(i))
			KUNIT_EXPECT_EQ(test, dpc_model_traits(i), 0);
	}
	KUNIT_EXPECT_TRUE(test, dpc_model_available(DPC_MODEL_DPC));
	KUNIT_EXPECT_TRUE(test, dpc_model_available(DPC_MODEL_HARDIRQ));
}

static void model_unknown_one_is_nothing(struct kunit *test)
{
	static const int unknown[] = { DPC_MODEL_NR, -1, INT_MAX, INT_MIN };
	int i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		KUNIT_EXPECT_FALSE(test, dpc_model_available(unknown[i]));
		KUNIT_EXPECT_NULL(test, dpc_model_needs(unknown[i]));
		KUNIT_EXPECT_NULL(test, dpc_model_name(unknown[i]));
		KUNIT_EXPECT_EQ(test, dpc_model_traits(unknown[i]), 0);
	}
}

static void model_absent_one_is_refused(struct kunit *test)
{
	struct kdev_test *kt = model_kt(test);
	int i, absent = 0;

	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_DPC, 0), 0);
	for (i = 0; i < DPC_MODEL_NR; i++) {
		if (dpc_model_available(i))
			continue;
		absent++;
		KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(model_intr(kt), i), -EOPNOTSUPP);
		KUNIT_EXPECT_EQ(test, dpc_interrupt_model(model_intr(kt)), DPC_MODEL_DPC);
	}
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&kt->rec, KDEV_DISABLE), 0);
	kdev_disconnect(kt);
	for (i = 0; i < DPC_MODEL_NR; i++)
		if (!dpc_model_available(i))
			KUNIT_EXPECT_EQ(test, kdev_connect(kt, i, 0), -EOPNOTSUPP);
	if (!absent)
		kunit_skip(test, "this kernel can do all models");
}

/* A driver whose DPC shares locks with threads that leave hard interrupts on. */
static void model_hardirq_is_refused_for_a_driver_that_says_so(struct kunit *test)
{
	struct kdev_test *kt = model_kt(test);
	int i;

	KUNIT_EXPECT_EQ(test, kdev_connect(kt, DPC_MODEL_HARDIRQ, DPC_INTERRUPT_NO_HARDIRQ),
			-EOPNOTSUPP);
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_DPC, DPC_INTERRUPT_NO_HARDIRQ), 0);
	for (i = 0; i < DPC_MODEL_NR; i++)
		if (dpc_model_available(i) && i != DPC_MODEL_HARDIRQ)
			KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(model_intr(kt), i), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_model(model_intr(kt), DPC_MODEL_HARDIRQ),
			-EOPNOTSUPP);
	KUNIT_EXPECT_NE(test, dpc_interrupt_model(model_intr(kt)), DPC_MODEL_HARDIRQ);
}

/* ---- what the traits say -------------------------------------------------- */

/* An interrupt on another CPU than the one that connected, with that affinity. */
static const struct rec_entry *model_fire_on(struct kunit *test, int cpu)
{
	struct kdev_test *kt = model_kt(test);

	irq_data_update_effective_affinity(irq_get_irq_data(kt->irq), cpumask_of(cpu));
	model_connect(test);
	KUNIT_ASSERT_TRUE(test, ctx_call_on(cpu, CTX_HARDIRQ, kdev_hit, kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	return recorder_find(&kt->rec, KDEV_DPC, 0);
}

static void model_same_cpu_ones_run_where_the_interrupt_was(struct kunit *test)
{
	int cpu = ctx_cpu(num_online_cpus() - 1);
	const struct rec_entry *call;

	if (!(model_traits(test) & DPC_MODEL_SAME_CPU))
		kunit_skip(test, "absent, or runs anywhere");
	call = model_fire_on(test, cpu);
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_EQ(test, call->cpu, cpu);
}

static void model_interrupts_are_off_where_it_says_so(struct kunit *test)
{
	const struct rec_entry *call = model_fire_on(test, ctx_cpu(0));

	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_EQ(test, call->irqs_off, !!(model_traits(test) & DPC_MODEL_IRQS_OFF));
	KUNIT_EXPECT_TRUE(test, call->irqs_off || call->bh_off);
}

/* The others are softirqs, which PREEMPT_RT has in threads, or the handler. */
static void model_runs_in_a_thread_where_it_says_so(struct kunit *test)
{
	const struct rec_entry *call = model_fire_on(test, ctx_cpu(0));

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "on PREEMPT_RT all are threads");
	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_EQ(test, !call->softirq && !call->hardirq,
			!!(model_traits(test) & DPC_MODEL_THREAD));
}

/* Q13 */
static void model_routine_knows_that_it_executes(struct kunit *test)
{
	const struct rec_entry *call = model_fire_on(test, ctx_cpu(0));

	KUNIT_ASSERT_NOT_NULL(test, call);
	KUNIT_EXPECT_TRUE(test, call->executing);
	KUNIT_EXPECT_FALSE(test, dpc_is_executing());
}

static void model_meet(struct kdev_test *kt, struct dpc_served *served)
{
	struct model_test *mt = model_of(kt);

	if (atomic_inc_return(&mt->running) != 1)
		atomic_inc(&mt->met);
	ctx_busy_wait_us(20);
	atomic_dec(&mt->running);
}

static void model_request_until_stopped(void *arg)
{
	struct kdev_test *kt = arg;

	while (!READ_ONCE(kt->stop)) {
		model_request(kt);
		usleep_range(50, 100);
	}
}

/* Q10: asked for by interrupts and threads of all CPUs.  M3: none is lost or twice. */
static void model_serialised_ones_never_meet_themselves(struct kunit *test)
{
	struct kdev_test *kt = model_connect(test);
	int i, cpus = min_t(int, num_online_cpus(), CTX_CPUS_MAX);

	kt->in_dpc = model_meet;
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[i], ctx_cpu(i),
						     model_request_until_stopped, kt));
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 40));
	KUNIT_ASSERT_TRUE(test, storm_stop(&kt->storm));
	WRITE_ONCE(kt->stop, true);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&kt->worker[i]));
	dpc_interrupt_disable(model_intr(kt));
	if (model_traits(test) & DPC_MODEL_SERIALISED)
		KUNIT_EXPECT_EQ(test, atomic_read(&model_of(kt)->met), 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&kt->served), atomic_read(&kt->asked));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), atomic_read(&kt->dpcs));
}

/* Q12, where no thread has to be woken. */
static void model_call_asked_for_by_a_thread_has_run_on_return(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = model_connect(test);

	if (model_traits(test) & DPC_MODEL_THREAD)
		kunit_skip(test, "a thread has to be woken");
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && model->model != DPC_MODEL_DPC)
		kunit_skip(test, "softirqs may be left to ksoftirqd");
	model_request(kt);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->dpcs), 1);
}

/* ---- nothing is lost ------------------------------------------------------- */

static void model_ask_again(struct kdev_test *kt, struct dpc_served *served)
{
	if (atomic_dec_if_positive(&model_of(kt)->left) >= 0)
		model_request(kt);
}

/* More often than a poll handler may in one call. */
static void model_routine_may_ask_for_itself(struct kunit *test)
{
	struct kdev_test *kt = model_connect(test);

	kt->in_dpc = model_ask_again;
	atomic_set(&model_of(kt)->left, 200);
	model_request(kt);
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->dpcs, 201));
	dpc_interrupt_disable(model_intr(kt));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->dpcs), 201);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), 201);
}

/*
 * Bottom halves are off at the gate: threads of that CPU stand still, and one that
 * is to open it must not be among them.
 */
static void model_at_gate(struct kdev_test *kt, struct dpc_served *served)
{
	struct model_test *mt = model_of(kt);
	int cpu = raw_smp_processor_id();

	if (cpu == ctx_cpu(0))
		return;
	atomic_cmpxchg(&mt->gate_cpu, 0, cpu);
	gate_pass(&kt->gate[0]);
}

static void model_disable(void *arg)
{
	struct kdev_test *kt = arg;

	dpc_interrupt_disable(model_intr(kt));
	atomic_set(&model_of(kt)->met, atomic_read(&kt->dpcs));
}

static bool model_second_asked(struct kdev_test *kt)
{
	return READ_ONCE(model_intr(kt)->dpc_waiting) ||
	       atomic_read(&kt->gate[0].arrived) == 2;
}

static void model_fire(void *arg)
{
	kdev_fire(arg);
}

/* Have @fn ask on CPU 1 until a call is at the gate; a few may miss it. */
static bool model_bring_to_gate(struct kdev_test *kt, void (*fn)(void *arg))
{
	unsigned long end = jiffies + REC_LIMIT;
	int before;

	do {
		before = atomic_read(&kt->dpcs);
		if (!worker_join(&kt->worker[1]) ||
		    !worker_start(&kt->worker[1], ctx_cpu(1), fn, kt))
			return false;
		/* Awake, so that no scheduler takes this CPU for a good one. */
		while (!atomic_read(&kt->gate[0].arrived) && atomic_read(&kt->dpcs) == before &&
		       time_before(jiffies, end))
			cond_resched();
	} while (!atomic_read(&kt->gate[0].arrived) && time_before(jiffies, end));
	return atomic_read(&kt->gate[0].arrived);
}

/* I5, I6:  call at a gate | on another CPU one asks for the next | and one disables */
static void model_disable_waits(struct kunit *test, void (*first)(void *arg))
{
	struct kdev_test *kt = model_kt(test);
	int ask, off, i;
	bool early;

	ctx_need_cpus(test, 4);
	irq_data_update_effective_affinity(irq_get_irq_data(kt->irq), cpumask_of(ctx_cpu(1)));
	model_connect(test);
	if (dpc_interrupt_model(model_intr(kt)) == DPC_MODEL_KTHREAD)
		set_cpus_allowed_ptr(((struct kthread_worker *)model_intr(kt)->carrier)->task,
				     cpumask_of(ctx_cpu(1)));
	kt->in_dpc = model_at_gate;
	KUNIT_ASSERT_TRUE(test, model_bring_to_gate(kt, first));
	ask = atomic_read(&model_of(kt)->gate_cpu) == ctx_cpu(2) ? ctx_cpu(1) : ctx_cpu(2);
	off = atomic_read(&model_of(kt)->gate_cpu) == ctx_cpu(3) ? ctx_cpu(1) : ctx_cpu(3);
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[2], ask, model_request, kt));
	KUNIT_ASSERT_TRUE(test, rec_wait_until(model_second_asked(kt)));
	KUNIT_ASSERT_TRUE(test, worker_start(&kt->worker[3], off, model_disable, kt));
	/* The line is masked before disable() waits for anything, and some waits spin. */
	KUNIT_ASSERT_TRUE(test, rec_wait_until(irqd_irq_disabled(irq_get_irq_data(kt->irq))));
	usleep_range(20000, 30000);
	early = worker_finished(&kt->worker[3]);
	gate_open(&kt->gate[0]);
	for (i = 1; i <= 3; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&kt->worker[i]));
	KUNIT_EXPECT_FALSE(test, early);
	KUNIT_EXPECT_GE(test, atomic_read(&kt->accepted), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&model_of(kt)->met), atomic_read(&kt->accepted));
}

static void model_disable_waits_for_queued_and_running(struct kunit *test)
{
	model_disable_waits(test, model_request);
}

static void model_disable_waits_for_what_an_isr_asked_for(struct kunit *test)
{
	model_disable_waits(test, model_fire);
}

/* Q16: asked for on a CPU that is about to be gone, where no softirq runs any more. */
static void model_call_of_a_cpu_that_goes_offline_is_made(struct kunit *test)
{
	struct kdev_test *kt = model_kt(test);
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "on PREEMPT_RT a CPU that dies can't take the interrupt's lock");
	/* The kernel has run the last irq_work of this CPU by then; only it can ask now. */
	if (model_traits(test) & DPC_MODEL_IRQS_OFF)
		kunit_skip(test, "this late a CPU that dies takes no irq_work any more");
	model_connect(test);
	KUNIT_ASSERT_TRUE(test, unplug_off_calling(cpu, model_request, kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&kt->dpcs, 1));
	KUNIT_ASSERT_TRUE(test, unplug_on(cpu));
	dpc_interrupt_disable(model_intr(kt));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->dpcs), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), 1);
}

/* Q16: a CPU that goes and comes back in a storm of interrupts, its own among them. */
static void model_unplug_in_a_storm_loses_nothing(struct kunit *test)
{
	struct kdev_test *kt = model_kt(test);
	int cpu = unplug_cpu();

	unplug_need(test, 2);
	model_connect(test);
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 3));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->asked, 1));
	KUNIT_ASSERT_TRUE(test, unplug_off(cpu));
	KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 3));
	KUNIT_ASSERT_TRUE(test, unplug_on(cpu));
	KUNIT_ASSERT_TRUE(test, storm_stop(&kt->storm));
	dpc_interrupt_disable(model_intr(kt));
	KUNIT_EXPECT_EQ(test, atomic64_read(&kt->served), atomic_read(&kt->asked));
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->accepted), atomic_read(&kt->dpcs));
}

/* I5, I6: in a storm, disabled is disabled, and nothing is lost on the way. */
static void model_disable_meets_a_storm(struct kunit *test)
{
	struct kdev_test *kt = model_connect(test);
	int round, calls, works, late = 0;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	for (round = 0; round < 3; round++) {
		works = atomic_read(&kt->works);
		KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 3));
		KUNIT_ASSERT_TRUE(test, kdev_wait(&kt->works, works + 1));
		dpc_interrupt_disable(model_intr(kt));
		calls = atomic_read(&kt->dpcs) + atomic_read(&kt->works);
		late += atomic64_read(&kt->served) != atomic_read(&kt->asked);
		KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 3));
		late += atomic_read(&kt->dpcs) + atomic_read(&kt->works) - calls;
		KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(model_intr(kt)), 0);
	}
	KUNIT_EXPECT_EQ(test, late, 0);
}

/* I6: KASAN sees whatever the model has left behind. */
static void model_disconnected_object_may_be_freed(struct kunit *test)
{
	struct kdev_test *kt = model_kt(test);
	int round;

	kt->ask_work = true;
	KUNIT_ASSERT_TRUE(test, storm_start(&kt->storm, kdev_hit, kt));
	for (round = 0; round < 3; round++) {
		model_connect(test);
		KUNIT_ASSERT_TRUE(test, storm_wait(&kt->storm, 3));
		kdev_disconnect(kt);
		kfree(kt->kdev);
		kt->kdev = kzalloc(sizeof(*kt->kdev), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, kt->kdev);
		kt->kdev->kt = kt;
	}
	KUNIT_EXPECT_EQ(test, atomic64_read(&kt->served), atomic_read(&kt->asked));
}

/* ---- what can't be made ----------------------------------------------------- */

static int model_try_killed(struct kdev_test *kt, int model, bool connect)
{
	int err;

	allow_signal(SIGKILL);
	send_sig(SIGKILL, current, 1);
	err = connect ? kdev_connect(kt, model, 0) :
			dpc_interrupt_set_model(model_intr(kt), model);
	flush_signals(current);
	disallow_signal(SIGKILL);
	return err;
}

/*
 * Whoever is being killed can't make a thread: kthread_create() says so, unless
 * the thread is there before it looks.
 */
static int model_set_while_killed(struct kdev_test *kt, int model, bool connect)
{
	enum dpc_model_id old = connect ? DPC_MODEL_NR : dpc_interrupt_model(model_intr(kt));
	int tries, err = 0;

	for_rounds_until_met(tries, 1, 1, err) {
		unsigned int disables = recorder_count_tag(&kt->rec, KDEV_DISABLE);

		err = model_try_killed(kt, model, connect);
		if (err)
			return recorder_count_tag(&kt->rec, KDEV_DISABLE) == disables ? err : 0;
		if (connect)
			kdev_disconnect(kt);
		else
			err = dpc_interrupt_set_model(model_intr(kt), old) ? 1 : 0;
	}
	return err;
}

static bool model_makes_a_thread(int model)
{
	return model == DPC_MODEL_WQ || model == DPC_MODEL_WQ_UNBOUND ||
	       model == DPC_MODEL_KTHREAD;
}

/* Threads of carriers: workers, and the rescuers of workqueues. */
static int model_threads(void)
{
	struct task_struct *task;
	int count = 0;

	rcu_read_lock();
	for_each_process(task)
		count += strstr(task->comm, "dpc_w") || strstr(task->comm, "dpc_kt");
	rcu_read_unlock();
	return count;
}

/* A thread that has ended is still listed for a moment. */
static bool model_wait_threads(int count)
{
	return rec_wait_until(model_threads() == count);
}

static void model_set_unmakes_the_old_one(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	int makes = model_makes_a_thread(model->model), before = model_threads();
	struct kdev_test *kt = model_connect(test);

	KUNIT_EXPECT_TRUE(test, model_wait_threads(before + makes));
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(model_intr(kt), DPC_MODEL_KTHREAD), 0);
	KUNIT_EXPECT_TRUE(test, model_wait_threads(before + 1));
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(model_intr(kt), model->model), 0);
	KUNIT_EXPECT_TRUE(test, model_wait_threads(before + makes));
	kdev_disconnect(kt);
	KUNIT_EXPECT_TRUE(test, model_wait_threads(before));
}

/* And has not even stopped it. */
static void model_that_cannot_be_made_leaves_the_old_one(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev_test *kt = model_connect(test);
	int i;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		if (!model_makes_a_thread(i) || i == model->model)
			continue;
		KUNIT_EXPECT_LT(test, model_set_while_killed(kt, i, false), 0);
		KUNIT_EXPECT_EQ(test, dpc_interrupt_model(model_intr(kt)), model->model);
	}
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&kt->dpcs, 1));
}

static void model_that_cannot_be_made_is_not_connected(struct kunit *test)
{
	struct kdev_test *kt = model_kt(test);
	int i;

	for (i = 0; i < DPC_MODEL_NR; i++) {
		if (!model_makes_a_thread(i))
			continue;
		KUNIT_EXPECT_LT(test, model_set_while_killed(kt, i, true), 0);
		KUNIT_EXPECT_EQ(test, kdev_connect(kt, i, 0), 0);
		kdev_disconnect(kt);
	}
}

/* A line that another driver took meanwhile: the new model is unmade, and so is the switch. */
static void model_of_a_line_that_is_taken_is_not_connected(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct kdev *second = kunit_kzalloc(test, sizeof(*second), GFP_KERNEL);
	struct kdev_test *kt = model_connect(test);
	struct dpc_interrupt_params params = kdev_params(kt);

	KUNIT_ASSERT_NOT_NULL(test, second);
	second->kt = kt;
	params.model = model->model;
	KUNIT_EXPECT_EQ(test, dpc_interrupt_connect(&second->intr, &params), -EBUSY);
	KUNIT_ASSERT_TRUE(test, kdev_fire(kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&kt->dpcs, 1));
}

/* ---- hardirq ------------------------------------------------------------------ */

static void model_dpc_is_hit(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct dpc_watchdog_info info = { };
	struct kdev_test *kt = context;

	ctx_busy_wait_us(10);
	kdev_fire_here(kt);
	dpc_watchdog_query(&info);
	model_of(kt)->call_left = info.call_left_ns;
	model_of(kt)->executing = dpc_is_executing();
}

/* B3, Q13: a DPC on the same CPU goes on being what it was. */
static void model_hardirq_leaves_a_dpc_that_it_hits_alone(struct kunit *test)
{
	const u32 limit_us = 100 * USEC_PER_SEC;
	struct kdev_test *kt = model_kt(test);
	struct model_test *mt = model_of(kt);

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "on PREEMPT_RT it hits nothing");
	KUNIT_ASSERT_EQ(test, kdev_connect(kt, DPC_MODEL_HARDIRQ, 0), 0);
	dpc_init(&mt->dpc, model_dpc_is_hit, kt);
	dpc_watchdog_set_limit(DPC_WATCHDOG_CALL, limit_us);
	dpc_queue(&mt->dpc, NULL, NULL);
	dpc_flush(&mt->dpc);
	dpc_watchdog_set_limit(DPC_WATCHDOG_CALL, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&kt->dpcs), 1);
	KUNIT_EXPECT_TRUE(test, recorder_find(&kt->rec, KDEV_DPC, 0)->executing);
	KUNIT_EXPECT_TRUE(test, mt->executing);
	KUNIT_EXPECT_GT(test, mt->call_left, 0);
	KUNIT_EXPECT_LT(test, mt->call_left, limit_us * (u64)NSEC_PER_USEC);
}

#define MODEL_ANY(_case)	KUNIT_CASE_PARAM(_case, model_any_gen_params)
#define MODEL_HARD(_case)	KUNIT_CASE_PARAM(_case, model_hard_gen_params)

static struct kunit_case model_cases[] = {
	KUNIT_CASE(model_available_ones_need_nothing),
	KUNIT_CASE(model_unknown_one_is_nothing),
	KUNIT_CASE(model_absent_one_is_refused),
	KUNIT_CASE(model_hardirq_is_refused_for_a_driver_that_says_so),
	MODEL_HARD(model_same_cpu_ones_run_where_the_interrupt_was), /* Q6 Q11 */
	MODEL_ANY(model_interrupts_are_off_where_it_says_so), /* Q11 */
	MODEL_HARD(model_runs_in_a_thread_where_it_says_so), /* Q11 R4 */
	MODEL_ANY(model_routine_knows_that_it_executes), /* Q13 */
	MODEL_ANY(model_serialised_ones_never_meet_themselves), /* Q10 Q14 M3 */
	MODEL_ANY(model_call_asked_for_by_a_thread_has_run_on_return), /* Q12 */
	MODEL_ANY(model_routine_may_ask_for_itself), /* Q9 I2 */
	MODEL_ANY(model_disable_waits_for_queued_and_running), /* I5 I6 */
	MODEL_ANY(model_disable_waits_for_what_an_isr_asked_for), /* I5 I6 */
	MODEL_HARD(model_call_of_a_cpu_that_goes_offline_is_made), /* Q16 */
	MODEL_HARD(model_unplug_in_a_storm_loses_nothing), /* Q16 M3 */
	MODEL_HARD(model_disable_meets_a_storm), /* I5 I6 M3 */
	MODEL_HARD(model_disconnected_object_may_be_freed), /* I6 M3 */
	MODEL_HARD(model_set_unmakes_the_old_one), /* I6 */
	MODEL_HARD(model_that_cannot_be_made_leaves_the_old_one), /* I5 */
	KUNIT_CASE(model_that_cannot_be_made_is_not_connected), /* I5 */
	MODEL_HARD(model_of_a_line_that_is_taken_is_not_connected), /* I5 */
	KUNIT_CASE(model_hardirq_leaves_a_dpc_that_it_hits_alone), /* B3 Q13 */
	{ }
};

static struct kunit_suite model_suite = {
	.name = "dpc_model",
	.init = model_init,
	.exit = model_exit,
	.test_cases = model_cases,
};

kunit_test_suite(model_suite);

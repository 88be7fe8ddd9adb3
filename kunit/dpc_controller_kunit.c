// SPDX-License-Identifier: GPL-2.0-only
/*
 * Controllers, and with them the allocation queue: order, answers, misuse, the depth of
 * the stack, withdrawal, and races: A1, A2, A4.
 */
#include "fixture.h"
#include "speed.h"

#include <linux/dpc_controller.h>
#include <linux/dpc_sync.h>
#include <linux/slab.h>

#define CO_DEVICES	8
#define CO_MANY		1000
#define CO_ROUNDS	500	/* of each thread in a race */

struct co_test;

/* A device that shares the controller, and what its control routine is to do. */
struct co_device {
	struct co_test			*ct;
	struct dpc_allocation		allocation;
	enum dpc_allocation_answer	answer;
	void (*inside)(struct co_device *device);
	struct gate			*gate;		/* the routine waits there */
	int				result;		/* of what @inside has called */
	bool				freed;
	unsigned int			called;
	struct dpc_packet		*packet;	/* of the last call */
	unsigned int			again;		/* requests that @inside makes */
	bool				has;		/* by the test's own account */
	struct worker			worker;
};

struct co_test {
	struct fixture		fix;
	struct dpc_controller	controller;
	struct co_device	device[CO_DEVICES];
	struct co_device	*many;
	unsigned long		lowest;		/* addresses of routines' stacks */
	unsigned long		highest;
	unsigned int		order;		/* calls in order so far */
	atomic_t		holders;
	atomic_t		granted;
	atomic_t		withdrawn;
	atomic_t		rounds;
	bool			withdraw;	/* half of the devices withdraw */
	atomic_t		late;		/* true from cancel, and called nevertheless */
	u64			violations;	/* at the start */
};

/* Never followed: what a packet is, is of no concern here. */
#define CO_PACKET(n)	((struct dpc_packet *)(0x1000UL + (n)))

static struct co_test *co_of(struct kunit *test)
{
	return container_of(test->priv, struct co_test, fix);
}

static u64 co_reports(struct co_test *ct)
{
	return dpc_violations() - ct->violations;
}

/* Not in the routine itself: what is inlined there would move its frame. */
static noinline void co_note_stack(struct co_test *ct, unsigned long frame)
{
	ct->lowest = min(ct->lowest, frame);
	ct->highest = max(ct->highest, frame);
}

static enum dpc_allocation_answer co_control(struct dpc_allocation *allocation,
					     struct dpc_packet *packet, void *context)
{
	struct co_device *device = context;
	struct co_test *ct = device->ct;

	co_note_stack(ct, (unsigned long)__builtin_frame_address(0));
	device->packet = packet;
	recorder_note(&ct->fix.rec, device - ct->device);
	if (device->gate)
		gate_pass(device->gate);
	if (device->inside)
		device->inside(device);
	/* Pairs with co_cancel_sync_thread(). */
	smp_store_release(&device->called, device->called + 1);
	return device->answer;
}

static void co_device_init(struct co_test *ct, struct co_device *device)
{
	*device = (struct co_device){
		.ct = ct,
		.answer = DPC_ALLOCATION_KEEP,
	};
	dpc_allocation_init(&device->allocation, co_control, device);
}

static int co_init(struct kunit *test)
{
	struct co_test *ct = kunit_kzalloc(test, sizeof(*ct), GFP_KERNEL);
	int i;

	if (!ct)
		return -ENOMEM;
	dpc_controller_init(&ct->controller);
	for (i = 0; i < CO_DEVICES; i++)
		co_device_init(ct, &ct->device[i]);
	ct->lowest = ULONG_MAX;
	ct->violations = dpc_violations();
	return fixture_setup(test, &ct->fix);
}

/* Also after a failed assertion: no routine stands at the gate. */
static void co_exit(struct kunit *test)
{
	struct co_test *ct = test->priv ? co_of(test) : NULL;
	int i;

	if (!ct)
		return;
	gate_open(&ct->fix.gate[0]);
	for (i = 0; i < CO_DEVICES; i++)
		KUNIT_EXPECT_TRUE(test, worker_join(&ct->device[i].worker));
	fixture_exit(test);
}

static int co_allocate(struct co_device *device)
{
	return dpc_controller_allocate(&device->ct->controller, &device->allocation,
				       CO_PACKET(device - device->ct->device));
}

static bool co_free(struct co_device *device)
{
	return dpc_controller_free(&device->ct->controller, &device->allocation);
}

static bool co_cancel(struct co_device *device)
{
	return dpc_controller_cancel(&device->ct->controller, &device->allocation);
}

/* Nobody has it, nobody waits. */
static void co_expect_unused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dpc_controller_destroy(&co_of(test)->controller), 0);
}

/* Device 0 has it, the next @n wait. */
static void co_fill(struct kunit *test, unsigned int n)
{
	struct co_test *ct = co_of(test);
	unsigned int i;

	for (i = 0; i <= n; i++)
		KUNIT_ASSERT_EQ(test, co_allocate(&ct->device[i]), 0);
	KUNIT_ASSERT_EQ(test, recorder_count(&ct->fix.rec), 1);
}

/* ---- the request --------------------------------------------------------- */

static void co_free_controller_is_granted_at_once(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	const struct rec_entry *entry;

	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[3]), 0);
	KUNIT_ASSERT_EQ(test, ct->device[3].called, 1);
	KUNIT_EXPECT_PTR_EQ(test, ct->device[3].packet, CO_PACKET(3));
	entry = recorder_find(&ct->fix.rec, 3, 0);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_TRUE(test, entry->bh_off);
	KUNIT_EXPECT_FALSE(test, entry->irqs_off);
	KUNIT_EXPECT_PTR_EQ(test, entry->task, current);

	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[3]));
	co_expect_unused(test);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
}

static void co_waiting_requests_are_granted_in_order(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	static const int order[] = { 0, 5, 2, 7, 1 };
	int i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[order[i]]), 0);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		KUNIT_EXPECT_EQ(test, recorder_count(&ct->fix.rec), i + 1);
		KUNIT_EXPECT_EQ(test, recorder_position(&ct->fix.rec, order[i]), i);
		KUNIT_EXPECT_PTR_EQ(test, ct->device[order[i]].packet, CO_PACKET(order[i]));
		KUNIT_EXPECT_TRUE(test, co_free(&ct->device[order[i]]));
	}
	co_expect_unused(test);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
}

static void co_second_request_with_one_allocation_is_refused(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	co_fill(test, 1);
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[0]), -EBUSY);	/* has it */
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[1]), -EBUSY);	/* waits */
	KUNIT_EXPECT_EQ(test, co_reports(ct), 2);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[1]));
	KUNIT_EXPECT_EQ(test, recorder_count(&ct->fix.rec), 2);
	co_expect_unused(test);
}

static void co_request_of_another_controller_meanwhile_is_refused(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	struct dpc_controller other;

	dpc_controller_init(&other);
	co_fill(test, 0);
	KUNIT_EXPECT_EQ(test, dpc_controller_allocate(&other, &ct->device[0].allocation, NULL),
			-EBUSY);
	KUNIT_EXPECT_FALSE(test, dpc_controller_free(&other, &ct->device[0].allocation));
	KUNIT_EXPECT_FALSE(test, dpc_controller_cancel(&other, &ct->device[0].allocation));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 2);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_EQ(test, dpc_controller_allocate(&other, &ct->device[0].allocation, NULL), 0);
	KUNIT_EXPECT_TRUE(test, dpc_controller_free(&other, &ct->device[0].allocation));
	KUNIT_EXPECT_EQ(test, dpc_controller_destroy(&other), 0);
}

static void co_request_other(struct co_device *device)
{
	device->result = co_allocate(device + 1);
}

static void co_request_own(struct co_device *device)
{
	device->result = co_allocate(device);
}

static void co_request_inside_is_refused(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	ct->device[0].inside = co_request_other;
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[0]), 0);
	KUNIT_EXPECT_EQ(test, ct->device[0].result, -EDEADLK);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 1);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 0);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));

	ct->device[0].inside = co_request_own;
	ct->device[0].answer = DPC_ALLOCATION_FREE;
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[0]), 0);
	KUNIT_EXPECT_EQ(test, ct->device[0].result, -EDEADLK);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 2);
	KUNIT_EXPECT_EQ(test, ct->device[0].called, 2);
	co_expect_unused(test);
}

static void co_at_device_level(void *arg)
{
	struct co_test *ct = arg;

	if (co_allocate(&ct->device[1]) == -EPERM)
		atomic_inc(&ct->fix.refused);
	if (!co_free(&ct->device[0]))
		atomic_inc(&ct->fix.refused);
	if (!co_cancel(&ct->device[0]))
		atomic_inc(&ct->fix.refused);
}

static void co_calls_at_device_level_are_refused(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	co_fill(test, 0);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_IRQS_OFF, co_at_device_level, ct));
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_HARDIRQ, co_at_device_level, ct));
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->fix.refused), 6);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 6);
	KUNIT_EXPECT_EQ(test, recorder_count(&ct->fix.rec), 1);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	co_expect_unused(test);
}

static void co_use(void *arg)
{
	struct co_test *ct = arg;

	if (co_allocate(&ct->device[0]) || co_allocate(&ct->device[1]) ||
	    co_allocate(&ct->device[2]) || !co_cancel(&ct->device[1]) ||
	    !co_free(&ct->device[0]) || !co_free(&ct->device[2]))
		atomic_inc(&ct->fix.wrong);
}

static const struct ctx_param co_ctx_params[] = {
	{ "thread", CTX_THREAD },
	{ "bh_off", CTX_BH_OFF },
	{ "softirq", CTX_SOFTIRQ },
};

KUNIT_ARRAY_PARAM(co_ctx, co_ctx_params, ctx_param_name);

static void co_is_usable_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct co_test *ct = co_of(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, co_use, ct));
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, recorder_count(&ct->fix.rec), 2);
	KUNIT_EXPECT_TRUE(test, recorder_find(&ct->fix.rec, 0, 0)->bh_off);
	KUNIT_EXPECT_TRUE(test, recorder_find(&ct->fix.rec, 2, 0)->bh_off);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

/* ---- the answer ---------------------------------------------------------- */

static void co_keep_holds_it_until_it_is_freed(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	co_fill(test, 1);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 0);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 1);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[1]));
	co_expect_unused(test);
}

/* A seek: the next device gets the controller while the first one is on its way. */
static void co_free_lets_devices_overlap(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	ct->device[0].answer = DPC_ALLOCATION_FREE;
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[0]), 0);
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[1]), 0);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 1);
	/* The first one has arrived, and waits until the other one's transfer is done. */
	ct->device[0].answer = DPC_ALLOCATION_KEEP;
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[0]), 0);
	KUNIT_EXPECT_EQ(test, ct->device[0].called, 1);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[1]));
	KUNIT_EXPECT_EQ(test, ct->device[0].called, 2);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

static void co_free_inside(struct co_device *device)
{
	device->freed = co_free(device);
}

static void co_routine_that_has_freed_may_keep(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	co_fill(test, 2);
	ct->device[1].inside = co_free_inside;
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_TRUE(test, ct->device[1].freed);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 1);
	KUNIT_EXPECT_EQ(test, ct->device[2].called, 1);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[2]));
	co_expect_unused(test);
}

static void co_routine_that_has_freed_and_frees_is_reported(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	ct->device[0].inside = co_free_inside;
	ct->device[0].answer = DPC_ALLOCATION_FREE;
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[0]), 0);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 1);
	co_expect_unused(test);
}

/* Freed inside, with the next one waiting: it must not be freed from under it. */
static void co_wrong_free_answer_takes_it_from_nobody(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	co_fill(test, 3);
	ct->device[1].inside = co_free_inside;
	ct->device[1].answer = DPC_ALLOCATION_FREE;
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 1);
	KUNIT_EXPECT_EQ(test, ct->device[2].called, 1);
	KUNIT_EXPECT_EQ(test, ct->device[3].called, 0);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[2]));
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[3]));
	co_expect_unused(test);
}

static void co_answer_that_is_none_keeps(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	static const int wrong[] = { 0, 4, DPC_ALLOCATION_KEEP_REGISTERS };
	int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		ct->device[0].answer = wrong[i];
		KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[0]), 0);
		KUNIT_EXPECT_EQ(test, co_reports(ct), i + 1);
		KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	}
	co_expect_unused(test);
}

static void co_free_of_what_it_does_not_have_is_refused(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	KUNIT_EXPECT_FALSE(test, co_free(&ct->device[0]));	/* free */
	co_fill(test, 1);
	KUNIT_EXPECT_FALSE(test, co_free(&ct->device[1]));	/* waits */
	KUNIT_EXPECT_FALSE(test, co_free(&ct->device[2]));	/* another one's */
	KUNIT_EXPECT_EQ(test, co_reports(ct), 3);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 0);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_FALSE(test, co_free(&ct->device[0]));	/* twice */
	KUNIT_EXPECT_EQ(test, co_reports(ct), 4);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 1);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[1]));
	co_expect_unused(test);
}

/* ---- the next packet ------------------------------------------------------ */

/* Free first, then start the next packet, whose start routine requests. */
static void co_free_and_request(struct co_device *device)
{
	co_free(device);
	if (device->again && !--device->again)
		return;
	device->result = co_allocate(device);
}

static void co_routine_that_has_freed_may_request(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	co_fill(test, 2);
	ct->device[1].inside = co_free_and_request;
	ct->device[1].again = 2;
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	/* It went to the end of the line. */
	KUNIT_EXPECT_EQ(test, ct->device[1].result, 0);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 1);
	KUNIT_EXPECT_EQ(test, ct->device[2].called, 1);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[2]));
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 2);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

/*
 * The routine starts a seek on this CPU; before it has answered FREE, the seek's DPC
 * requests the controller for the transfer on another one.
 */
static void co_allocate_thread(void *arg)
{
	struct co_device *device = arg;

	device->result = co_allocate(device);
}

static void co_stop_in_routine(struct kunit *test, struct co_device *device,
			       enum dpc_allocation_answer answer)
{
	device->gate = &device->ct->fix.gate[0];
	device->answer = answer;
	KUNIT_ASSERT_TRUE(test, worker_start(&device->worker, ctx_cpu(1), co_allocate_thread,
					     device));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(device->gate, 1));
}

static void co_let_routine_go(struct kunit *test, struct co_device *device)
{
	gate_open(&device->ct->fix.gate[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&device->worker));
}

static void co_request_that_meets_a_routine_which_frees_is_granted(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	struct co_device *device = &ct->device[0];

	ctx_need_cpus(test, 2);
	co_stop_in_routine(test, device, DPC_ALLOCATION_FREE);
	KUNIT_EXPECT_EQ(test, co_allocate(device), 0);
	KUNIT_EXPECT_EQ(test, co_allocate(device), -EBUSY);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 1);
	co_let_routine_go(test, device);
	KUNIT_EXPECT_EQ(test, device->called, 2);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 1);
	co_expect_unused(test);
}

static void co_request_that_meets_a_routine_which_keeps_is_reported(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	struct co_device *device = &ct->device[0];

	ctx_need_cpus(test, 2);
	co_stop_in_routine(test, device, DPC_ALLOCATION_KEEP);
	KUNIT_EXPECT_EQ(test, co_allocate(device), 0);
	co_let_routine_go(test, device);
	KUNIT_EXPECT_EQ(test, device->called, 1);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 1);
	KUNIT_EXPECT_TRUE(test, co_free(device));
	KUNIT_EXPECT_EQ(test, device->called, 1);
	co_expect_unused(test);
}

/* The operation's DPC is faster than the routine that has started it. */
static void co_free_meets_the_routine(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	struct co_device *device = &ct->device[0];

	ctx_need_cpus(test, 2);
	co_stop_in_routine(test, device, DPC_ALLOCATION_KEEP);
	KUNIT_EXPECT_TRUE(test, co_free(device));
	KUNIT_EXPECT_FALSE(test, co_free(device));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 1);
	/* The next packet, and another device: both wait for the end of the routine. */
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[1]), 0);
	KUNIT_EXPECT_EQ(test, co_allocate(device), 0);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 0);
	ct->device[1].answer = DPC_ALLOCATION_FREE;
	co_let_routine_go(test, device);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 1);
	KUNIT_EXPECT_EQ(test, device->called, 2);
	KUNIT_EXPECT_TRUE(test, co_free(device));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 1);
	co_expect_unused(test);
}

/* Its allocation may be freed, too: nothing looks at it afterwards. */
static enum dpc_allocation_answer co_control_frees_memory(struct dpc_allocation *allocation,
							  struct dpc_packet *packet,
							  void *context)
{
	struct co_test *ct = context;

	if (!dpc_controller_free(&ct->controller, allocation))
		atomic_inc(&ct->fix.wrong);
	memset(allocation, 0xa5, sizeof(*allocation));
	kfree(allocation);
	atomic_inc(&ct->fix.ran);
	return DPC_ALLOCATION_KEEP;
}

static void co_routine_that_has_freed_may_free_the_memory(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	struct dpc_allocation *allocation = kzalloc(sizeof(*allocation), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, allocation);
	dpc_allocation_init(allocation, co_control_frees_memory, ct);
	co_fill(test, 0);
	KUNIT_EXPECT_EQ(test, dpc_controller_allocate(&ct->controller, allocation, NULL), 0);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->fix.ran), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

/* ---- depth ---------------------------------------------------------------- */

static enum dpc_allocation_answer co_control_many(struct dpc_allocation *allocation,
						  struct dpc_packet *packet, void *context)
{
	struct co_device *device = context;
	struct co_test *ct = device->ct;

	co_note_stack(ct, (unsigned long)__builtin_frame_address(0));
	if (device - ct->many != ct->order++)
		atomic_inc(&ct->fix.wrong);
	if (device->inside)
		device->inside(device);
	device->called++;
	return device->answer;
}

static void co_free_inside_many(struct co_device *device)
{
	dpc_controller_free(&device->ct->controller, &device->allocation);
}

static void co_expect_one_level(struct kunit *test, enum dpc_allocation_answer answer,
				void (*inside)(struct co_device *device))
{
	struct co_test *ct = co_of(test);
	unsigned int i;

	ct->many = kvcalloc(CO_MANY, sizeof(*ct->many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ct->many);
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[0]), 0);
	for (i = 0; i < CO_MANY; i++) {
		ct->many[i].ct = ct;
		ct->many[i].answer = answer;
		ct->many[i].inside = inside;
		dpc_allocation_init(&ct->many[i].allocation, co_control_many, &ct->many[i]);
		KUNIT_EXPECT_EQ(test, dpc_controller_allocate(&ct->controller,
							      &ct->many[i].allocation, NULL), 0);
	}
	ct->lowest = ULONG_MAX;
	ct->highest = 0;
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_EQ(test, ct->order, CO_MANY);
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, ct->highest, ct->lowest);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
	kvfree(ct->many);
}

static void co_thousand_that_answer_free_use_one_level_of_stack(struct kunit *test)
{
	co_expect_one_level(test, DPC_ALLOCATION_FREE, NULL);
}

static void co_thousand_that_free_inside_use_one_level_of_stack(struct kunit *test)
{
	co_expect_one_level(test, DPC_ALLOCATION_KEEP, co_free_inside_many);
}

/* One device whose packets are all done in the routine. */
static void co_thousand_that_request_again_use_one_level_of_stack(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	ct->device[0].inside = co_free_and_request;
	ct->device[0].again = CO_MANY;
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[0]), 0);
	KUNIT_EXPECT_EQ(test, ct->device[0].called, CO_MANY);
	KUNIT_EXPECT_EQ(test, ct->highest, ct->lowest);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

/* ---- a device that goes away --------------------------------------------- */

static void co_cancel_of_a_waiting_request_is_true(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	co_fill(test, 3);
	KUNIT_EXPECT_TRUE(test, co_cancel(&ct->device[2]));
	KUNIT_EXPECT_FALSE(test, co_cancel(&ct->device[2]));
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[1]));
	KUNIT_EXPECT_EQ(test, ct->device[2].called, 0);
	KUNIT_EXPECT_EQ(test, ct->device[3].called, 1);
	/* Its memory is its own again. */
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[2]), 0);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[3]));
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[2]));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

static void co_cancel_of_anything_else_is_false(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	KUNIT_EXPECT_FALSE(test, co_cancel(&ct->device[0]));
	co_fill(test, 0);
	KUNIT_EXPECT_FALSE(test, co_cancel(&ct->device[0]));
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_FALSE(test, co_cancel(&ct->device[0]));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

static void co_cancel_of_a_request_made_again_leaves_the_first(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	struct co_device *device = &ct->device[0];

	ctx_need_cpus(test, 2);
	co_stop_in_routine(test, device, DPC_ALLOCATION_KEEP);
	KUNIT_EXPECT_EQ(test, co_allocate(device), 0);
	KUNIT_EXPECT_TRUE(test, co_cancel(device));
	KUNIT_EXPECT_FALSE(test, co_cancel(device));
	co_let_routine_go(test, device);
	KUNIT_EXPECT_EQ(test, device->called, 1);
	KUNIT_EXPECT_TRUE(test, co_free(device));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

static void co_cancel_sync_thread(void *arg)
{
	struct co_device *device = arg;

	device->result = dpc_controller_cancel_sync(&device->ct->controller,
						    &device->ct->device[0].allocation);
	/* Pairs with the routine's: it had returned. */
	device->called = smp_load_acquire(&device->ct->device[0].called);
}

static void co_cancel_sync_waits_for_the_routine(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	struct co_device *waiter = &ct->device[1];

	ctx_need_cpus(test, 2);
	co_stop_in_routine(test, &ct->device[0], DPC_ALLOCATION_KEEP);
	waiter->result = -1;
	KUNIT_ASSERT_TRUE(test, worker_start(&waiter->worker, ctx_cpu(0), co_cancel_sync_thread,
					     waiter));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&waiter->worker));
	KUNIT_EXPECT_FALSE(test, worker_finished(&waiter->worker));
	co_let_routine_go(test, &ct->device[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&waiter->worker));
	KUNIT_EXPECT_EQ(test, waiter->result, false);
	KUNIT_EXPECT_EQ(test, waiter->called, 1);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

static void co_cancel_sync_does_not_wait_for_another_routine(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	ctx_need_cpus(test, 2);
	co_stop_in_routine(test, &ct->device[0], DPC_ALLOCATION_FREE);
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[1]), 0);
	KUNIT_EXPECT_TRUE(test, dpc_controller_cancel_sync(&ct->controller,
							   &ct->device[1].allocation));
	KUNIT_EXPECT_FALSE(test, dpc_controller_cancel_sync(&ct->controller,
							    &ct->device[2].allocation));
	co_let_routine_go(test, &ct->device[0]);
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 0);
	co_expect_unused(test);
}

static void co_wait_at_dispatch(void *arg)
{
	struct co_test *ct = arg;

	if (dpc_controller_cancel_sync(&ct->controller, &ct->device[1].allocation) ||
	    dpc_controller_destroy(&ct->controller) != -EDEADLK)
		atomic_inc(&ct->fix.wrong);
}

static void co_waits_at_dispatch_are_refused(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	co_fill(test, 1);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_BH_OFF, co_wait_at_dispatch, ct));
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_SOFTIRQ, co_wait_at_dispatch, ct));
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 4);
	/* Nothing has changed. */
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[1]));
	co_expect_unused(test);
}

static void co_destroy_in_use_is_refused(struct kunit *test)
{
	struct co_test *ct = co_of(test);

	co_fill(test, 1);
	KUNIT_EXPECT_EQ(test, dpc_controller_destroy(&ct->controller), -EBUSY);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 1);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	KUNIT_EXPECT_EQ(test, ct->device[1].called, 1);
	KUNIT_EXPECT_EQ(test, dpc_controller_destroy(&ct->controller), -EBUSY);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[1]));
	KUNIT_EXPECT_EQ(test, dpc_controller_destroy(&ct->controller), 0);
	KUNIT_EXPECT_EQ(test, co_allocate(&ct->device[2]), -ESHUTDOWN);
	KUNIT_EXPECT_EQ(test, dpc_controller_destroy(&ct->controller), -EBUSY);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 4);
	KUNIT_EXPECT_EQ(test, ct->device[2].called, 0);
}

static void co_destroy_thread(void *arg)
{
	struct co_device *device = arg;

	device->result = dpc_controller_destroy(&device->ct->controller);
}

static void co_destroy_waits_for_a_routine_that_has_freed(struct kunit *test)
{
	struct co_test *ct = co_of(test);
	struct co_device *waiter = &ct->device[1];

	ctx_need_cpus(test, 2);
	co_stop_in_routine(test, &ct->device[0], DPC_ALLOCATION_KEEP);
	KUNIT_EXPECT_TRUE(test, co_free(&ct->device[0]));
	waiter->result = -1;
	KUNIT_ASSERT_TRUE(test, worker_start(&waiter->worker, ctx_cpu(0), co_destroy_thread,
					     waiter));
	KUNIT_EXPECT_TRUE(test, worker_wait_blocked(&waiter->worker));
	KUNIT_EXPECT_FALSE(test, worker_finished(&waiter->worker));
	co_let_routine_go(test, &ct->device[0]);
	KUNIT_ASSERT_TRUE(test, worker_join(&waiter->worker));
	KUNIT_EXPECT_EQ(test, waiter->result, 0);
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
}

/* ---- races --------------------------------------------------------------- */

/* Whoever has it looks whether somebody else does. */
static void co_enter(struct co_device *device)
{
	struct co_test *ct = device->ct;

	if (atomic_inc_return(&ct->holders) != 1)
		atomic_inc(&ct->fix.wrong);
	if (device->has)
		atomic_inc(&ct->fix.wrong);
	device->has = true;
	atomic_inc(&ct->granted);
}

static void co_leave(struct co_device *device)
{
	device->has = false;
	atomic_dec(&device->ct->holders);
}

static enum dpc_allocation_answer co_control_race(struct dpc_allocation *allocation,
						  struct dpc_packet *packet, void *context)
{
	struct co_device *device = context;
	enum dpc_allocation_answer answer = DPC_ALLOCATION_KEEP;

	co_enter(device);
	/* Long enough for a request on another CPU to wait, and be withdrawn. */
	if (device->ct->withdraw)
		ctx_busy_wait_us(20);
	/* By turns: kept and freed by the thread, freed here, freed by the answer. */
	if (device->again % 3 == 1) {
		co_leave(device);
		if (!co_free(device))
			atomic_inc(&device->ct->fix.wrong);
	} else if (device->again % 3 == 2) {
		co_leave(device);
		answer = DPC_ALLOCATION_FREE;
	}
	/* Pairs with the thread: it may request again. */
	smp_store_release(&device->called, device->called + 1);
	return answer;
}

static void co_race_thread(void *arg)
{
	struct co_device *device = arg;
	struct co_test *ct = device->ct;
	unsigned int called;

	for_rounds_until_met(device->again, 0, CO_ROUNDS - 1,
			     !device->result || atomic_read(&ct->withdrawn)) {
		atomic_inc(&ct->rounds);
		called = device->called;
		/* Until the routine has answered FREE, this is "again". */
		if (co_allocate(device)) {
			atomic_inc(&ct->fix.wrong);
			return;
		}
		if (device->result && co_cancel(device)) {
			atomic_inc(&ct->withdrawn);
			/* Pairs with co_control_race(). */
			if (smp_load_acquire(&device->called) != called)
				atomic_inc(&ct->late);
			continue;
		}
		/* Pairs with co_control_race(). */
		if (!rec_wait_until(smp_load_acquire(&device->called) != called)) {
			atomic_inc(&ct->fix.wrong);
			return;
		}
		if (device->again % 3)
			continue;
		co_leave(device);
		if (!co_free(device))
			atomic_inc(&ct->fix.wrong);
	}
}

/* The threads go on as long. */
static bool co_wait_withdrawn(struct co_test *ct)
{
	unsigned long end = jiffies + REC_MEET_LIMIT;

	while (!atomic_read(&ct->withdrawn) && time_before(jiffies, end))
		usleep_range(1000, 2000);
	return atomic_read(&ct->withdrawn);
}

static void co_race(struct kunit *test, bool withdraw)
{
	struct co_test *ct = co_of(test);
	unsigned int i;

	ct->withdraw = withdraw;
	for (i = 0; i < CO_DEVICES; i++) {
		dpc_allocation_init(&ct->device[i].allocation, co_control_race, &ct->device[i]);
		ct->device[i].result = withdraw && i % 2;
		KUNIT_ASSERT_TRUE(test, worker_start(&ct->device[i].worker,
						     ctx_cpu(i % num_online_cpus()),
						     co_race_thread, &ct->device[i]));
	}
	KUNIT_EXPECT_TRUE(test, rec_wait_count(&ct->rounds, CO_DEVICES * CO_ROUNDS));
	if (withdraw)
		KUNIT_EXPECT_TRUE(test, co_wait_withdrawn(ct));
	for (i = 0; i < CO_DEVICES; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&ct->device[i].worker));
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->late), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->holders), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ct->granted) + atomic_read(&ct->withdrawn),
			atomic_read(&ct->rounds));
	KUNIT_EXPECT_EQ(test, co_reports(ct), 0);
	co_expect_unused(test);
}

static void co_devices_meet(struct kunit *test)
{
	co_race(test, false);
}

static void co_cancel_meets_grant(struct kunit *test)
{
	ctx_need_cpus(test, 2);
	co_race(test, true);
}

static struct kunit_case co_cases[] = {
	KUNIT_CASE(co_free_controller_is_granted_at_once), /* A1 A4 */
	KUNIT_CASE(co_waiting_requests_are_granted_in_order), /* A1 A4 */
	KUNIT_CASE(co_second_request_with_one_allocation_is_refused), /* A1 A4 */
	KUNIT_CASE(co_request_of_another_controller_meanwhile_is_refused), /* A1 */
	KUNIT_CASE(co_request_inside_is_refused), /* A1 */
	KUNIT_CASE(co_calls_at_device_level_are_refused), /* A1 */
	KUNIT_CASE_PARAM(co_is_usable_from, co_ctx_gen_params), /* A1 A4 */
	KUNIT_CASE(co_keep_holds_it_until_it_is_freed), /* A2 A4 */
	KUNIT_CASE(co_free_lets_devices_overlap), /* A2 A4 */
	KUNIT_CASE(co_routine_that_has_freed_may_keep), /* A2 */
	KUNIT_CASE(co_routine_that_has_freed_and_frees_is_reported), /* A2 */
	KUNIT_CASE(co_wrong_free_answer_takes_it_from_nobody), /* A2 */
	KUNIT_CASE(co_answer_that_is_none_keeps), /* A2 A4 */
	KUNIT_CASE(co_free_of_what_it_does_not_have_is_refused), /* A2 A4 */
	KUNIT_CASE(co_routine_that_has_freed_may_request), /* A1 A4 */
	KUNIT_CASE(co_request_that_meets_a_routine_which_frees_is_granted), /* A4 */
	KUNIT_CASE(co_request_that_meets_a_routine_which_keeps_is_reported), /* A4 */
	KUNIT_CASE(co_free_meets_the_routine), /* A2 A4 */
	KUNIT_CASE(co_routine_that_has_freed_may_free_the_memory), /* A2 */
	KUNIT_CASE(co_thousand_that_answer_free_use_one_level_of_stack), /* A1 A2 */
	KUNIT_CASE(co_thousand_that_free_inside_use_one_level_of_stack), /* A1 A2 */
	KUNIT_CASE(co_thousand_that_request_again_use_one_level_of_stack), /* A1 A4 */
	KUNIT_CASE(co_cancel_of_a_waiting_request_is_true), /* A1 */
	KUNIT_CASE(co_cancel_of_anything_else_is_false), /* A1 */
	KUNIT_CASE(co_cancel_of_a_request_made_again_leaves_the_first), /* A1 */
	KUNIT_CASE(co_cancel_sync_waits_for_the_routine), /* A1 */
	KUNIT_CASE(co_cancel_sync_does_not_wait_for_another_routine), /* A1 */
	KUNIT_CASE(co_waits_at_dispatch_are_refused), /* A1 */
	KUNIT_CASE(co_destroy_in_use_is_refused), /* A1 */
	KUNIT_CASE(co_destroy_waits_for_a_routine_that_has_freed), /* A1 */
	KUNIT_CASE_SLOW(co_devices_meet), /* A1 A2 A4 */
	KUNIT_CASE_SLOW(co_cancel_meets_grant), /* A1 */
	{ }
};

static struct kunit_suite co_suite = {
	.name = "dpc_controller",
	.init = co_init,
	.exit = co_exit,
	.test_cases = co_cases,
};

kunit_test_suite(co_suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * IoConnectInterrupt(), and the spin lock that several interrupts of a driver share: I1, S1.
 * Both objects of these tests are on one line.
 */
#include "fixture.h"
#include "kdev.h"

#include <linux/dpc_wdm.h>

#define CONN_NR		2
#define CONN_ROUNDS	200

struct conn_test;

struct conn_object {
	struct conn_test	*t;
	PKINTERRUPT		interrupt;
	DEVICE_OBJECT		device;
	atomic_t		isrs;
	atomic_t		dpcs;
	atomic_t		syncs;
};

struct conn_test {
	struct kdev_test	kt;		/* first: what test->priv points to */
	KSPIN_LOCK		lock;
	struct conn_object	object[CONN_NR];
	atomic_t		inside;		/* ISRs and synchronised functions */
	atomic_t		overlaps;
	bool			nested;		/* the ISR synchronises with itself */
	bool			stop;
	KIRQL			irql;		/* in the ISR */
	u64			violations;
};

static void conn_enter(struct conn_test *t)
{
	if (atomic_inc_return(&t->inside) != 1)
		atomic_inc(&t->overlaps);
}

static void conn_leave(struct conn_test *t)
{
	atomic_dec(&t->inside);
}

static BOOLEAN conn_sync_nothing(PVOID SynchronizeContext)
{
	return TRUE;
}

static BOOLEAN conn_service(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
	struct conn_object *o = ServiceContext;
	struct conn_test *t = o->t;

	conn_enter(t);
	if (Interrupt != READ_ONCE(o->interrupt))
		atomic_inc(&t->overlaps);
	t->irql = KeGetCurrentIrql();
	if (t->nested)
		KeSynchronizeExecution(Interrupt, conn_sync_nothing, o);
	atomic_inc(&o->isrs);
	IoRequestDpc(&o->device, NULL, o);
	conn_leave(t);
	return TRUE;
}

static VOID conn_dpc(PKDPC Dpc, PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
	struct conn_object *o = DeviceObject->DeviceExtension;

	atomic_inc(&o->dpcs);
}

static int conn_init(struct kunit *test)
{
	struct conn_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	int i, err;

	if (!t)
		return -ENOMEM;
	err = kdev_setup(test, &t->kt);
	if (err)
		return err;
	KeInitializeSpinLock(&t->lock);
	t->violations = dpc_violations();
	for (i = 0; i < CONN_NR; i++) {
		t->object[i].t = t;
		dpc_wdm_device_object_init(&t->object[i].device, t->kt.dev, &t->object[i]);
		IoInitializeDpcRequest(&t->object[i].device, conn_dpc);
	}
	return 0;
}

static void conn_exit(struct kunit *test)
{
	struct conn_test *t = test->priv;
	int i;

	if (!t)
		return;
	WRITE_ONCE(t->stop, true);
	storm_stop(&t->kt.storm);
	for (i = 0; i < CTX_CPUS_MAX; i++)
		worker_join(&t->kt.worker[i]);
	for (i = 0; i < CONN_NR; i++)
		if (t->object[i].interrupt)
			IoDisconnectInterrupt(t->object[i].interrupt);
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	kdev_exit(test);
}

static NTSTATUS conn_connect(struct conn_test *t, int i, PKSPIN_LOCK lock)
{
	struct conn_object *o = &t->object[i];

	return IoConnectInterrupt(&o->interrupt, conn_service, o, lock, t->kt.irq, HIGH_LEVEL,
				  HIGH_LEVEL, LevelSensitive, TRUE, 1, FALSE);
}

static void connect_by_the_documented_eleven_parameters(struct kunit *test)
{
	struct conn_test *t = test->priv;
	struct conn_object *o = &t->object[0];

	KUNIT_ASSERT_EQ(test, conn_connect(t, 0, NULL), STATUS_SUCCESS);
	KUNIT_ASSERT_NOT_NULL(test, o->interrupt);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&t->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&o->isrs, 1));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&o->dpcs, 1));
	IoDisconnectInterrupt(o->interrupt);
	o->interrupt = NULL;
	KUNIT_EXPECT_EQ(test, atomic_read(&t->overlaps), 0);
	KUNIT_EXPECT_EQ(test, dpc_violations() - t->violations, 0);
}

static void connect_refuses_what_is_wrong(struct kunit *test)
{
	struct conn_test *t = test->priv;
	PKINTERRUPT none = NULL;

	KUNIT_EXPECT_EQ(test, IoConnectInterrupt(&none, NULL, t, NULL, t->kt.irq, HIGH_LEVEL,
						 HIGH_LEVEL, Latched, FALSE, 1, FALSE),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, IoConnectInterrupt(&none, conn_service, t, NULL, t->kt.irq,
						 HIGH_LEVEL, HIGH_LEVEL, Latched, FALSE, 0, FALSE),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, IoConnectInterrupt(&none, conn_service, t, NULL, t->kt.irq,
						 HIGH_LEVEL, DISPATCH_LEVEL, Latched, FALSE, 1,
						 FALSE),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, IoConnectInterrupt(&none, conn_service, t, NULL, 0, HIGH_LEVEL,
						 HIGH_LEVEL, Latched, FALSE, 1, FALSE),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, IoConnectInterrupt(&none, conn_service, t, NULL, t->kt.irq,
						 HIGH_LEVEL, HIGH_LEVEL, Latched, FALSE, 1, TRUE),
			STATUS_NOT_SUPPORTED);
	KUNIT_EXPECT_NULL(test, none);
}

static void connect_isr_with_a_shared_lock_is_at_its_level(struct kunit *test)
{
	struct conn_test *t = test->priv;
	int i;

	for (i = 0; i < CONN_NR; i++)
		KUNIT_ASSERT_EQ(test, conn_connect(t, i, &t->lock), STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&t->kt));
	for (i = 0; i < CONN_NR; i++) {
		KUNIT_EXPECT_TRUE(test, kdev_wait(&t->object[i].isrs, 1));
		KUNIT_EXPECT_TRUE(test, kdev_wait(&t->object[i].dpcs, 1));
	}
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_EXPECT_EQ(test, t->irql, DISPATCH_LEVEL);
	else
		KUNIT_EXPECT_GT(test, t->irql, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->overlaps), 0);
	KUNIT_EXPECT_EQ(test, dpc_violations() - t->violations, 0);
}

/*
 * The line's first ISR is that of object 0.  Object 1 is locked: without the shared lock,
 * the first ISR would run.
 */
static void connect_shared_lock_keeps_the_other_isr_out(struct kunit *test)
{
	struct conn_test *t = test->priv;
	int before, after;
	KIRQL old;

	ctx_need_cpus(test, 2);
	KUNIT_ASSERT_EQ(test, conn_connect(t, 0, &t->lock), STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, conn_connect(t, 1, &t->lock), STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, storm_start(&t->kt.storm, kdev_hit, &t->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&t->object[0].isrs, 10));
	old = KeAcquireInterruptSpinLock(t->object[1].interrupt);
	conn_enter(t);
	before = atomic_read(&t->object[0].isrs);
	ctx_busy_wait_us(2000);
	after = atomic_read(&t->object[0].isrs);
	conn_leave(t);
	KeReleaseInterruptSpinLock(t->object[1].interrupt, old);
	KUNIT_EXPECT_TRUE(test, kdev_wait(&t->object[0].isrs, after + 1));
	KUNIT_EXPECT_TRUE(test, storm_stop(&t->kt.storm));
	KUNIT_EXPECT_EQ(test, before, after);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->overlaps), 0);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static BOOLEAN conn_sync(PVOID SynchronizeContext)
{
	struct conn_object *o = SynchronizeContext;

	conn_enter(o->t);
	atomic_inc(&o->syncs);
	conn_leave(o->t);
	return TRUE;
}

static void conn_sync_worker(void *arg)
{
	struct conn_object *o = arg;

	while (!READ_ONCE(o->t->stop)) {
		KeSynchronizeExecution(o->interrupt, conn_sync, o);
		cond_resched();
	}
}

static void connect_shared_lock_serialises_everything(struct kunit *test)
{
	struct conn_test *t = test->priv;
	int i;

	ctx_need_cpus(test, 2);
	for (i = 0; i < CONN_NR; i++)
		KUNIT_ASSERT_EQ(test, conn_connect(t, i, &t->lock), STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, storm_start(&t->kt.storm, kdev_hit, &t->kt));
	for (i = 0; i < CONN_NR; i++)
		KUNIT_ASSERT_TRUE(test, worker_start(&t->kt.worker[i], ctx_cpu(i),
						     conn_sync_worker, &t->object[i]));
	for (i = 0; i < CONN_NR; i++) {
		KUNIT_EXPECT_TRUE(test, kdev_wait(&t->object[i].syncs, CONN_ROUNDS));
		KUNIT_EXPECT_TRUE(test, kdev_wait(&t->object[i].isrs, CONN_ROUNDS));
	}
	WRITE_ONCE(t->stop, true);
	for (i = 0; i < CONN_NR; i++)
		KUNIT_EXPECT_TRUE(test, worker_join(&t->kt.worker[i]));
	KUNIT_EXPECT_TRUE(test, storm_stop(&t->kt.storm));
	KUNIT_EXPECT_EQ(test, atomic_read(&t->overlaps), 0);
	KUNIT_EXPECT_EQ(test, dpc_violations() - t->violations, 0);
}

/* Wrong on both systems.  There it hangs; here it is reported, and goes on. */
static void connect_isr_that_synchronises_with_itself_is_reported(struct kunit *test)
{
	struct conn_test *t = test->priv;

	t->nested = true;
	KUNIT_ASSERT_EQ(test, conn_connect(t, 0, &t->lock), STATUS_SUCCESS);
	KUNIT_ASSERT_TRUE(test, kdev_fire(&t->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&t->object[0].dpcs, 1));
	KUNIT_EXPECT_EQ(test, dpc_violations() - t->violations, 1);
	t->nested = false;
	KUNIT_ASSERT_TRUE(test, kdev_fire(&t->kt));
	KUNIT_EXPECT_TRUE(test, kdev_wait(&t->object[0].dpcs, 2));
}

static struct kunit_case conn_cases[] = {
	KUNIT_CASE(connect_by_the_documented_eleven_parameters), /* I1 */
	KUNIT_CASE(connect_refuses_what_is_wrong),
	KUNIT_CASE(connect_isr_with_a_shared_lock_is_at_its_level), /* I1 S1 */
	KUNIT_CASE(connect_shared_lock_keeps_the_other_isr_out), /* S1 */
	KUNIT_CASE(connect_shared_lock_serialises_everything), /* S1 */
	KUNIT_CASE(connect_isr_that_synchronises_with_itself_is_reported), /* S1 */
	{ }
};

static struct kunit_suite conn_suite = {
	.name = "dpc_wdm_connect",
	.init = conn_init,
	.exit = conn_exit,
	.test_cases = conn_cases,
};

kunit_test_suite(conn_suite);

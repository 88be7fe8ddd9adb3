// SPDX-License-Identifier: GPL-2.0-only
#include "fixture.h"

#include <linux/slab.h>

/* For a fixture inside a bigger structure. */
int fixture_setup(struct kunit *test, struct fixture *fix)
{
	int i;

	recorder_init(&fix->rec);
	for (i = 0; i < FIX_DPCS; i++)
		dpc_init(&fix->dpc[i], fixture_note, fix);
	for (i = 0; i < FIX_GATES; i++)
		gate_init(&fix->gate[i]);
	gate_init(&fix->hold);
	test->priv = fix;
	ctx_pin(ctx_cpu(0));
	return 0;
}

int fixture_init(struct kunit *test)
{
	struct fixture *fix = kunit_kzalloc(test, sizeof(*fix), GFP_KERNEL);

	return fix ? fixture_setup(test, fix) : -ENOMEM;
}

/* Also after a failed assertion: nothing of the test may go on. */
void fixture_exit(struct kunit *test)
{
	struct fixture *fix = test->priv;
	int i;

	if (!fix)
		return;
	WRITE_ONCE(fix->stop, true);
	for (i = 0; i < FIX_GATES; i++)
		gate_open(&fix->gate[i]);
	gate_open(&fix->hold);
	for (i = 0; i < FIX_WORKERS; i++)
		KUNIT_EXPECT_TRUE(test, worker_join(&fix->worker[i]));
	KUNIT_EXPECT_TRUE(test, storm_stop(&fix->storm));
	KUNIT_EXPECT_TRUE(test, ctx_flush());
	for (i = 0; i < FIX_GATES; i++)
		KUNIT_EXPECT_FALSE(test, gate_expired(&fix->gate[i]));
	KUNIT_EXPECT_FALSE(test, gate_expired(&fix->hold));
}

static void fixture_write(struct fixture *fix, struct dpc *dpc, void *arg1, void *arg2)
{
	struct rec_entry *entry = recorder_begin(&fix->rec, (long)arg1);

	atomic_inc(&fix->ran);
	if (!entry)
		return;
	entry->object = dpc;
	entry->context = fix;
	entry->arg1 = arg1;
	entry->arg2 = arg2;
	recorder_end(&fix->rec, entry);
}

void fixture_note(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	fixture_write(context, dpc, arg1, arg2);
}

void fixture_gated(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	fixture_write(fix, dpc, arg1, arg2);
	gate_pass(&fix->gate[(long)arg2]);
	/* Of this write a flush that covers the call has to know. */
	smp_store_release(&fix->seen, fix->seen + 1);
}

void fixture_count(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct fixture *fix = context;

	atomic_inc(&fix->ran);
}

struct fixture_job {
	struct fixture	*fix;
	struct dpc	*dpc;
	void		*arg1;
	void		*arg2;
	bool		hold;
};

static void fixture_job_thread(void *arg)
{
	struct fixture_job job = *(struct fixture_job *)arg;

	kfree(arg);
	if (job.hold)
		local_bh_disable();
	if (dpc_queue(job.dpc, job.arg1, job.arg2))
		atomic_inc(&job.fix->queued);
	else
		atomic_inc(&job.fix->refused);
	if (job.hold) {
		gate_pass(&job.fix->hold);
		local_bh_enable();
	}
}

static bool fixture_job_start(struct fixture *fix, int cpu, struct dpc *dpc, void *arg1,
			      void *arg2, bool hold)
{
	struct fixture_job *job = kmalloc(sizeof(*job), GFP_KERNEL);
	int i;

	if (!job)
		return false;
	*job = (struct fixture_job){ fix, dpc, arg1, arg2, hold };
	for (i = 0; i < FIX_WORKERS; i++)
		if (!fix->worker[i].task)
			return worker_start(&fix->worker[i], cpu, fixture_job_thread, job);
	kfree(job);
	return false;
}

bool fixture_queue(struct fixture *fix, int cpu, struct dpc *dpc, void *arg1, void *arg2)
{
	return fixture_job_start(fix, cpu, dpc, arg1, arg2, false);
}

bool fixture_hold(struct fixture *fix, int cpu, struct dpc *dpc, void *arg1, void *arg2)
{
	int before = atomic_read(&fix->hold.arrived);

	return fixture_job_start(fix, cpu, dpc, arg1, arg2, true) &&
	       gate_wait_arrived(&fix->hold, before + 1);
}

bool fixture_block(struct fixture *fix, int cpu, struct dpc *dpc, unsigned int gate, int tag)
{
	int before = atomic_read(&fix->gate[gate].arrived);

	dpc_init(dpc, fixture_gated, fix);
	return fixture_job_start(fix, cpu, dpc, TAG(tag), TAG(gate), false) &&
	       gate_wait_arrived(&fix->gate[gate], before + 1);
}

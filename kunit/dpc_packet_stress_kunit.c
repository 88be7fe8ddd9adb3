// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything at once: threads on all CPUs start packets by key and without, cancel
 * them, wait for them and give up; the start routine completes some at once, tries
 * others again, and leaves the rest to a DPC on whichever CPU; in the end the device
 * goes away under all that.  Each packet that was started came back exactly once (P5).
 */
#include "fixture.h"
#include "speed.h"

#include <linux/dpc_packet.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>

static unsigned int packet_ops = 4800;
module_param(packet_ops, uint, 0444);
MODULE_PARM_DESC(packet_ops, "packets in the suite dpc_packet_stress, all slices together");

#define PS_SLICES	16	/* a test has no longer than five minutes */
#define PS_PACKETS	8	/* of each lane */
#define PS_RETRIES	3

struct ps_packet {
	struct dpc_packet	packet;
	struct ps_test		*ps;
	atomic_t		driver;		/* 1 from start to completion */
	unsigned int		cancel_in;	/* so many looks of its lane */
};

/* One thread and its packets; nobody else starts or cancels these. */
struct ps_lane {
	struct worker		worker;
	struct ps_test		*ps;
	struct rnd_state	rnd;
	struct ps_packet	p[PS_PACKETS];
	unsigned int		starts;
};

struct ps_test {
	struct fixture		fix;		/* @ran: completions; @cancelled: of these */
	struct dpc_packet_queue	q;
	struct dpc		dpc;
	struct rnd_state	rnd;		/* the start routine's */
	struct ps_lane		*lane;
	atomic_t		inside;		/* start routines */
	atomic_t		released;
	atomic_t		refused;	/* the queue was closed */
	atomic_t		met;		/* calls of the DPC beside the start routine */
	unsigned int		starts;		/* of each lane, at least; more until one was */
	bool			goes;		/* cancelled or, if the device goes, refused, */
	unsigned long		end;		/* but not beyond this, in jiffies */
	u64			violations;
};

static struct ps_test *ps_of(struct kunit *test)
{
	return container_of(test->priv, struct ps_test, fix);
}

/* The packet is its owner's again. */
static void ps_back(struct dpc_packet *packet)
{
	struct ps_packet *p = container_of(packet, struct ps_packet, packet);
	struct ps_test *ps = p->ps;

	if (packet->status == -ECANCELED)
		atomic_inc(&ps->fix.cancelled);
	else if (packet->status == -ENODEV)
		atomic_inc(&ps->refused);
	else if (packet->status || packet->information != 1)
		atomic_inc(&ps->fix.wrong);
	atomic_inc(&ps->fix.ran);
	if (atomic_xchg(&p->driver, 0) != 1)
		atomic_inc(&ps->fix.wrong);
}

static void ps_release(struct dpc_packet *packet)
{
	atomic_inc(&container_of(packet, struct ps_packet, packet)->ps->released);
	ps_back(packet);
}

static const struct dpc_packet_ops ps_told = { .complete = ps_back };
static const struct dpc_packet_ops ps_waits = { .release = ps_release };

static void ps_finish(struct dpc_packet_queue *q, struct dpc_packet *packet, bool complete_first)
{
	if (complete_first)
		dpc_packet_complete(packet, 0, 1);
	dpc_packet_start_next(q);
	if (!complete_first)
		dpc_packet_complete(packet, 0, 1);
}

static void ps_dpc(struct dpc *dpc, void *context, void *arg1, void *arg2)
{
	struct ps_test *ps = context;

	if (atomic_read(&ps->inside))
		atomic_inc(&ps->met);
	ps_finish(&ps->q, dpc_packet_current(&ps->q), arg1);
}

static void ps_start(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	struct ps_test *ps = q->context;
	u32 random = prandom_u32_state(&ps->rnd);

	if (atomic_inc_return(&ps->inside) != 1)
		atomic_inc(&ps->fix.wrong);
	if (!dpc_packet_claim(q, packet))
		goto out;
	switch (random % 8) {
	case 0:
		ps_finish(q, packet, random & 0x100);
		break;
	case 1:
		if (dpc_packet_retry(packet, PS_RETRIES))
			break;
		fallthrough;
	default:
		/* Mostly here: another CPU may take long.  An offline one is refused. */
		dpc_set_cpu(&ps->dpc, random & 0xe00 ? DPC_CPU_QUEUEING :
						       (random >> 12) % nr_cpu_ids);
		dpc_queue(&ps->dpc, (void *)(unsigned long)(random & 0x100), NULL);
		/* The packet may be gone, but the DPC's next one does not start yet. */
		for (random %= 1024; random; random--)
			cpu_relax();
	}
out:
	atomic_dec(&ps->inside);
}

/* A cancel routine of the driver's: it takes the current packet, too, or leaves it. */
static void ps_cancel(struct dpc_packet_queue *q, struct dpc_packet *packet)
{
	bool waited = dpc_packet_remove(q, packet);
	bool current_one = !waited && packet->entry.key % 2 && dpc_packet_remove_current(q, packet);
	enum dpc_irql old;

	dpc_packet_cancel_unlock(q);
	if (current_one) {
		old = dpc_level_raise();
		dpc_packet_start_next(q);
		dpc_level_lower(old);
	}
	if (waited || current_one)
		dpc_packet_complete(packet, -ECANCELED, 0);
}

static void ps_start_one(struct ps_lane *lane, struct ps_packet *p, u32 random)
{
	dpc_packet_cancel_fn *cancel = random & 1 ? dpc_packet_cancel_waiting :
				       random & 2 ? ps_cancel : NULL;
	bool waits = random % 64 == 8;

	dpc_packet_init(&p->packet, &lane->ps->q, waits ? &ps_waits : &ps_told);
	p->cancel_in = !waits && random % 8 == 3 ? 1 + (random >> 8) % 1024 : 0;
	atomic_set(&p->driver, 1);
	lane->starts++;
	if (random % 64 == 15)
		dpc_packet_cancel(&p->packet);
	if (random & 0x1000)
		dpc_packet_start_by_key(&p->packet, random >> 16, cancel);
	else
		dpc_packet_start(&p->packet, cancel);
	if (waits && !dpc_packet_wait(&p->packet, random & 0x2000 ? 1 : 0))
		ps_back(&p->packet);
}

static bool ps_goes_on(struct ps_lane *lane)
{
	struct ps_test *ps = lane->ps;

	/* Which packets are cancelled is chance, and with one CPU few are. */
	bool met = atomic_read(ps->goes ? &ps->refused : &ps->fix.cancelled);

	return lane->starts < ps->starts || (!met && time_before(jiffies, ps->end));
}

static void ps_work(void *arg)
{
	struct ps_lane *lane = arg;
	struct ps_packet *p;
	u32 random;

	gate_pass_sleeping(&lane->ps->fix.gate[0]);
	while (ps_goes_on(lane)) {
		random = prandom_u32_state(&lane->rnd);
		p = &lane->p[random % PS_PACKETS];
		random >>= 8;
		if (!atomic_read(&p->driver))
			ps_start_one(lane, p, random);
		else if (p->cancel_in && !--p->cancel_in)
			/* It may be the owner's again by now: that does no harm. */
			dpc_packet_cancel(&p->packet);
		else
			cond_resched();
	}
}

static int ps_init(struct kunit *test)
{
	struct ps_test *ps = kunit_kzalloc(test, sizeof(*ps), GFP_KERNEL);
	struct dpc_packet_queue_params params = { .start = ps_start, .context = ps };

	if (!ps)
		return -ENOMEM;
	ps->violations = dpc_violations();
	prandom_seed_state(&ps->rnd, 1);
	dpc_packet_queue_init(&ps->q, &params);
	dpc_init(&ps->dpc, ps_dpc, ps);
	return fixture_setup(test, &ps->fix);
}

static unsigned int ps_lanes_start(struct kunit *test, unsigned int seed)
{
	unsigned int i, k, lanes = min_t(unsigned int, num_online_cpus(), FIX_WORKERS);
	struct ps_test *ps = ps_of(test);

	ps->lane = kunit_kcalloc(test, lanes, sizeof(*ps->lane), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ps->lane);
	ps->starts = packet_ops / PS_SLICES / lanes + 1;
	ps->end = jiffies + REC_MEET_LIMIT;
	for (i = 0; i < lanes; i++) {
		struct ps_lane *lane = &ps->lane[i];

		lane->ps = ps;
		for (k = 0; k < PS_PACKETS; k++)
			lane->p[k].ps = ps;
		prandom_seed_state(&lane->rnd, seed * FIX_WORKERS + i + 1);
		KUNIT_ASSERT_TRUE(test, worker_start(&ps->fix.worker[i], ctx_cpu(i), ps_work,
						     lane));
	}
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&ps->fix.gate[0], lanes));
	gate_open(&ps->fix.gate[0]);
	return lanes;
}

/* Wait for the end; a lane takes longer the more packets there are. */
static void ps_lanes_end(struct kunit *test, unsigned int lanes)
{
	unsigned long end = jiffies + REC_MEET_LIMIT + packet_ops / PS_SLICES * (HZ / 100);
	struct ps_test *ps = ps_of(test);
	unsigned int i;

	for (i = 0; i < lanes; i++) {
		while (!worker_finished(&ps->fix.worker[i]) && time_before(jiffies, end))
			usleep_range(1000, 2000);
		KUNIT_ASSERT_TRUE(test, worker_join(&ps->fix.worker[i]));
	}
}

static void ps_expect_conserved(struct kunit *test, unsigned int lanes)
{
	struct ps_test *ps = ps_of(test);
	unsigned int i, k, left = 0, starts = 0;

	KUNIT_ASSERT_TRUE(test, dpc_packet_queue_drain(&ps->q, REC_LIMIT));
	dpc_flush_all();
	for (i = 0; i < lanes; i++) {
		starts += ps->lane[i].starts;
		for (k = 0; k < PS_PACKETS; k++)
			left += atomic_read(&ps->lane[i].p[k].driver);
	}
	KUNIT_EXPECT_EQ(test, left, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ps->fix.ran), starts);
	KUNIT_EXPECT_EQ(test, atomic_read(&ps->fix.wrong), 0);
	KUNIT_EXPECT_NULL(test, dpc_packet_current(&ps->q));
	KUNIT_EXPECT_EQ(test, dpc_violations() - ps->violations, 0);
	kunit_info(test, "%d started, %d cancelled, %d refused, %d released, %d met\n",
		   atomic_read(&ps->fix.ran), atomic_read(&ps->fix.cancelled),
		   atomic_read(&ps->refused), atomic_read(&ps->released),
		   atomic_read(&ps->met));
}

static const unsigned int ps_slices[PS_SLICES] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
};

static void ps_slice_name(const unsigned int *slice, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%u of %u", *slice + 1, PS_SLICES);
}

KUNIT_ARRAY_PARAM(ps, ps_slices, ps_slice_name);

static void packet_each_comes_back_exactly_once(struct kunit *test)
{
	const unsigned int *slice = test->param_value;
	struct ps_test *ps = ps_of(test);
	unsigned int lanes = ps_lanes_start(test, *slice);

	ps_lanes_end(test, lanes);
	ps_expect_conserved(test, lanes);
	KUNIT_EXPECT_GT(test, atomic_read(&ps->fix.cancelled), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ps->refused), 0);
}

static void packet_each_comes_back_when_the_device_goes(struct kunit *test)
{
	struct ps_test *ps = ps_of(test);
	unsigned int lanes;

	ps->goes = true;
	lanes = ps_lanes_start(test, PS_SLICES);

	rec_wait_until(atomic_read(&ps->fix.ran) >= ps->starts / 2);
	dpc_packet_queue_close(&ps->q, -ENODEV);
	ps_lanes_end(test, lanes);
	ps_expect_conserved(test, lanes);
	KUNIT_EXPECT_GT(test, atomic_read(&ps->refused), 0);
}

static struct kunit_case ps_cases[] = {
	KUNIT_CASE_PARAM_SLOW(packet_each_comes_back_exactly_once, ps_gen_params), /* P1 P2 P5 P8 */
	KUNIT_CASE_SLOW(packet_each_comes_back_when_the_device_goes), /* P1 P5 */
	{ }
};

static struct kunit_suite ps_suite = {
	.name = "dpc_packet_stress",
	.init = ps_init,
	.exit = fixture_exit,
	.test_cases = ps_cases,
};

kunit_test_suite(ps_suite);

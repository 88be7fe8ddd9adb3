// SPDX-License-Identifier: GPL-2.0-only
/* Device queues: busy and idle, keys, removal, against a model and in races: P3. */
#include "fixture.h"

#include <linux/dpc_device_queue.h>
#include <linux/dpc_sync.h>

#define DQ_ENTRIES	12
#define DQ_REQUESTS	400	/* of each producer */
#define DQ_PRODUCERS	4

struct dq_test;

struct dq_request {
	struct dpc_device_queue_entry	entry;
	atomic_t			served;
	atomic_t			cancelled;
};

/* Somebody who makes requests, in a thread of its own. */
struct dq_producer {
	struct dq_test		*dt;
	int			number;
	struct dq_request	request[DQ_REQUESTS];
};

struct dq_test {
	struct fixture			fix;
	struct dpc_device_queue		q;
	struct dpc_device_queue_entry	e[DQ_ENTRIES];
	struct dq_producer		*producer;	/* DQ_PRODUCERS of them */
	bool				cancel;
	atomic_t			serving;	/* requests that the device has */
	atomic_t			started;	/* inserted while idle */
	atomic_t			waited;		/* taken from the queue */
	atomic_t			cancelled;
	u64				violations;	/* at the start */
};

static int dq_init(struct kunit *test)
{
	struct dq_test *dt = kunit_kzalloc(test, sizeof(*dt), GFP_KERNEL);

	if (!dt)
		return -ENOMEM;
	dpc_device_queue_init(&dt->q);
	dt->violations = dpc_violations();
	return fixture_setup(test, &dt->fix);
}

static struct dq_test *dq_of(struct kunit *test)
{
	return container_of(test->priv, struct dq_test, fix);
}

static u64 dq_reports(struct dq_test *dt)
{
	return dpc_violations() - dt->violations;
}

/* A busy device with these keys waiting, in this order of insertion. */
static void dq_fill(struct kunit *test, const u32 *keys, unsigned int n)
{
	struct dq_test *dt = dq_of(test);
	unsigned int i;

	KUNIT_ASSERT_FALSE(test, dpc_device_queue_insert(&dt->q, &dt->e[DQ_ENTRIES - 1]));
	for (i = 0; i < n; i++)
		KUNIT_ASSERT_TRUE(test, dpc_device_queue_insert_by_key(&dt->q, &dt->e[i],
								       keys[i]));
}

#define DQ_FILL(test, ...)						\
do {									\
	static const u32 __keys[] = { __VA_ARGS__ };			\
									\
	dq_fill(test, __keys, ARRAY_SIZE(__keys));			\
} while (0)

/* What remove returns: the number of the entry, -1 for none. */
static int dq_number(struct dq_test *dt, struct dpc_device_queue_entry *e)
{
	return e ? e - dt->e : -1;
}

static int dq_remove(struct dq_test *dt)
{
	return dq_number(dt, dpc_device_queue_remove(&dt->q));
}

static int dq_remove_by_key(struct dq_test *dt, u32 key)
{
	return dq_number(dt, dpc_device_queue_remove_by_key(&dt->q, key));
}

/* ---- busy and idle ----------------------------------------------------- */

static void dq_init_is_idle_and_empty(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	memset(&dt->q, 0xa5, sizeof(dt->q));
	dpc_device_queue_init(&dt->q);
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_busy(&dt->q));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
}

static void dq_insert_when_idle_is_not_queued(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	KUNIT_EXPECT_FALSE(test, dpc_device_queue_insert(&dt->q, &dt->e[0]));
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_busy(&dt->q));
	KUNIT_EXPECT_FALSE(test, dt->e[0].inserted);
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[0]));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
}

static void dq_insert_by_key_when_idle_is_not_queued(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	KUNIT_EXPECT_FALSE(test, dpc_device_queue_insert_by_key(&dt->q, &dt->e[0], 7));
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_busy(&dt->q));
	KUNIT_EXPECT_FALSE(test, dt->e[0].inserted);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
}

static void dq_insert_when_busy_is_queued(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	dpc_device_queue_insert(&dt->q, &dt->e[0]);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_insert(&dt->q, &dt->e[1]));
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_insert_by_key(&dt->q, &dt->e[2], 7));
	KUNIT_EXPECT_TRUE(test, dt->e[1].inserted);
	KUNIT_EXPECT_TRUE(test, dt->e[2].inserted);
	KUNIT_EXPECT_EQ(test, dt->e[2].key, 7);
}

static void dq_insert_is_first_in_first_out(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);
	int i;

	for (i = 0; i < DQ_ENTRIES; i++)
		dpc_device_queue_insert(&dt->q, &dt->e[i]);
	for (i = 1; i < DQ_ENTRIES; i++)
		KUNIT_EXPECT_EQ(test, dq_remove(dt), i);
}

static void dq_remove_of_the_last_entry_stays_busy(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 1);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 0);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_busy(&dt->q));
	KUNIT_EXPECT_FALSE(test, dt->e[0].inserted);
}

static void dq_remove_on_empty_is_none_and_idle(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 1);
	dq_remove(dt);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_busy(&dt->q));
	/* So the next one starts at once. */
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_insert(&dt->q, &dt->e[0]));
}

static void dq_remove_by_key_on_empty_is_none_and_idle(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	dpc_device_queue_insert(&dt->q, &dt->e[0]);
	KUNIT_EXPECT_EQ(test, dq_remove_by_key(dt, 0), -1);
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_busy(&dt->q));
}

/* ---- keys -------------------------------------------------------------- */

static void dq_insert_by_key_sorts(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 50, 10, 30, U32_MAX, 0, 20, 40);
	/* 0 10 20 30 40 50 max */
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 4);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 1);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 5);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 2);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 6);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 0);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 3);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
}

static void dq_insert_by_an_equal_key_goes_behind(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 5, 9, 5, 9, 5);
	/* 5 5 5 9 9 */
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 0);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 2);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 4);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 1);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 3);
}

static void dq_plain_insert_goes_behind_all_keys(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 5, 9);
	dt->e[2].key = 1;
	dpc_device_queue_insert(&dt->q, &dt->e[2]);
	KUNIT_EXPECT_EQ(test, dt->e[2].key, 1);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 0);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 1);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 2);
}

static void dq_remove_by_key_takes_the_first_not_below(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 10, 20, 20, 30);
	KUNIT_EXPECT_EQ(test, dq_remove_by_key(dt, 20), 1);
	KUNIT_EXPECT_EQ(test, dq_remove_by_key(dt, 11), 2);
	KUNIT_EXPECT_EQ(test, dq_remove_by_key(dt, 0), 0);
	KUNIT_EXPECT_EQ(test, dq_remove_by_key(dt, 30), 3);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_busy(&dt->q));
}

static void dq_remove_by_a_key_above_all_takes_the_first(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 10, 20);
	KUNIT_EXPECT_EQ(test, dq_remove_by_key(dt, 21), 0);
	KUNIT_EXPECT_EQ(test, dq_remove_by_key(dt, U32_MAX), 1);
}

/* ---- one entry --------------------------------------------------------- */

static void dq_remove_entry_tells_whether_it_was_there(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	dpc_device_queue_insert(&dt->q, &dt->e[0]);
	dpc_device_queue_insert(&dt->q, &dt->e[1]);
	dpc_device_queue_insert(&dt->q, &dt->e[2]);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[1]));
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[1]));
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[3]));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 2);
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[2]));
}

/* Trap (ReactOS): keyed entries not marked as inserted. */
static void dq_remove_entry_finds_keyed_entries(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 3, 1, 2);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[2]));
	KUNIT_EXPECT_FALSE(test, dt->e[2].inserted);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 1);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 0);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
}

static void dq_remove_entry_of_the_last_stays_busy(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 1);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[0]));
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_busy(&dt->q));
}

static void dq_entry_can_be_inserted_again_after_any_removal(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 1);
	dq_remove(dt);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_insert_by_key(&dt->q, &dt->e[0], 2));
	dq_remove_by_key(dt, 2);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_insert(&dt->q, &dt->e[0]));
	dpc_device_queue_remove_entry(&dt->q, &dt->e[0]);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_insert(&dt->q, &dt->e[0]));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 0);
	KUNIT_EXPECT_EQ(test, dq_reports(dt), 0);
}

static void dq_insert_of_a_queued_entry_is_reported_and_changes_nothing(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 1, 2, 3);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_insert(&dt->q, &dt->e[0]));
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_insert_by_key(&dt->q, &dt->e[0], 9));
	KUNIT_EXPECT_EQ(test, dq_reports(dt), 2);
	KUNIT_EXPECT_EQ(test, dt->e[0].key, 1);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 0);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 1);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 2);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
}

/* ---- what was in the entry before ---------------------------------------- */

/* Trap (ours): an entry that lies over other data counted as inserted, and was lost. */
static const u8 dq_content[] = { 0x01, 0x5a, DPC_DEVICE_QUEUE_INSERTED, 0xff };

static void dq_content_name(const u8 *content, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%02x", *content);
}

KUNIT_ARRAY_PARAM(dq_content, dq_content, dq_content_name);

static void dq_insert_when_idle_takes_an_entry_with_any_content(struct kunit *test)
{
	const u8 *content = test->param_value;
	struct dq_test *dt = dq_of(test);

	memset(&dt->e[0], *content, sizeof(dt->e[0]));
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_insert(&dt->q, &dt->e[0]));
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[0]));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);

	memset(&dt->e[1], *content, sizeof(dt->e[1]));
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_insert_by_key(&dt->q, &dt->e[1], 7));
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[1]));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
	KUNIT_EXPECT_EQ(test, dq_reports(dt), 0);
}

static void dq_insert_when_busy_takes_an_entry_with_any_content(struct kunit *test)
{
	const u8 *content = test->param_value;
	struct dq_test *dt = dq_of(test);

	DQ_FILL(test, 5);
	memset(&dt->e[1], *content, sizeof(dt->e[1]));
	memset(&dt->e[2], *content, sizeof(dt->e[2]));
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_insert_by_key(&dt->q, &dt->e[1], 7));
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_insert(&dt->q, &dt->e[2]));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 0);
	KUNIT_EXPECT_TRUE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[1]));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 2);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
	KUNIT_EXPECT_EQ(test, dq_reports(dt), 0);
}

static void dq_remove_entry_does_not_take_the_entrys_word(struct kunit *test)
{
	const u8 *content = test->param_value;
	struct dq_test *dt = dq_of(test);

	memset(&dt->e[1], *content, sizeof(dt->e[1]));
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[1]));
	DQ_FILL(test, 5);
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_remove_entry(&dt->q, &dt->e[1]));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), 0);
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
}

/* ---- from where -------------------------------------------------------- */

static void dq_use_all(void *arg)
{
	struct dq_test *dt = arg;

	if (dpc_device_queue_insert(&dt->q, &dt->e[0]) ||
	    !dpc_device_queue_insert(&dt->q, &dt->e[1]) ||
	    !dpc_device_queue_insert_by_key(&dt->q, &dt->e[2], 1) ||
	    !dpc_device_queue_insert_by_key(&dt->q, &dt->e[3], 2) ||
	    !dpc_device_queue_remove_entry(&dt->q, &dt->e[1]) ||
	    dq_remove_by_key(dt, 2) != 3 || dq_remove(dt) != 2 || dq_remove(dt) != -1)
		atomic_inc(&dt->fix.wrong);
	atomic_inc(&dt->fix.ran);
}

static const struct ctx_param dq_ctx_params[] = {
	{ "thread", CTX_THREAD },
	{ "bh_off", CTX_BH_OFF },
	{ "softirq", CTX_SOFTIRQ },
};

KUNIT_ARRAY_PARAM(dq_ctx, dq_ctx_params, ctx_param_name);

static void dq_is_usable_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct dq_test *dt = dq_of(test);

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, dq_use_all, dt));
	KUNIT_EXPECT_EQ(test, atomic_read(&dt->fix.ran), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&dt->fix.wrong), 0);
}

/* ---- against a model --------------------------------------------------- */

/* The rule as it stands, on an array: no list, no marks. */
struct dq_model {
	bool	busy;
	int	n;
	int	number[DQ_ENTRIES];
	u32	key[DQ_ENTRIES];	/* by number */
};

static int dq_model_find(const struct dq_model *m, int number)
{
	int i;

	for (i = 0; i < m->n; i++)
		if (m->number[i] == number)
			return i;
	return -1;
}

static void dq_model_insert_at(struct dq_model *m, int at, int number)
{
	memmove(&m->number[at + 1], &m->number[at], (m->n - at) * sizeof(m->number[0]));
	m->number[at] = number;
	m->n++;
}

static int dq_model_remove_at(struct dq_model *m, int at)
{
	int number = m->number[at];

	m->n--;
	memmove(&m->number[at], &m->number[at + 1], (m->n - at) * sizeof(m->number[0]));
	return number;
}

static bool dq_model_insert(struct dq_model *m, int number, const u32 *key)
{
	int i, at = m->n;

	if (key) {
		m->key[number] = *key;
		/* Behind the last with a key that is not greater. */
		at = 0;
		for (i = 0; i < m->n; i++)
			if (m->key[m->number[i]] <= *key)
				at = i + 1;
	}
	if (!m->busy) {
		m->busy = true;
		return false;
	}
	dq_model_insert_at(m, at, number);
	return true;
}

static int dq_model_remove(struct dq_model *m, const u32 *key)
{
	int i;

	if (!m->n) {
		m->busy = false;
		return -1;
	}
	for (i = 0; key && i < m->n; i++)
		if (m->key[m->number[i]] >= *key)
			return dq_model_remove_at(m, i);
	return dq_model_remove_at(m, 0);
}

static bool dq_model_remove_entry(struct dq_model *m, int number)
{
	int at = dq_model_find(m, number);

	if (at >= 0)
		dq_model_remove_at(m, at);
	return at >= 0;
}

static u32 dq_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

/* One random operation on both; returns whether they agree. */
static bool dq_step(struct dq_test *dt, struct dq_model *m, u32 *state)
{
	int number = dq_random(state) % DQ_ENTRIES;
	u32 key = dq_random(state) % 6;

	switch (dq_random(state) % 8) {
	case 0:
	case 1:
		if (dq_model_find(m, number) >= 0)
			return true;
		return dpc_device_queue_insert(&dt->q, &dt->e[number]) ==
		       dq_model_insert(m, number, NULL);
	case 2:
	case 3:
	case 4:
		if (dq_model_find(m, number) >= 0)
			return true;
		return dpc_device_queue_insert_by_key(&dt->q, &dt->e[number], key) ==
		       dq_model_insert(m, number, &key);
	case 5:
		return dq_remove(dt) == dq_model_remove(m, NULL);
	case 6:
		return dq_remove_by_key(dt, key) == dq_model_remove(m, &key);
	default:
		return dpc_device_queue_remove_entry(&dt->q, &dt->e[number]) ==
		       dq_model_remove_entry(m, number);
	}
}

static void dq_agrees_with_a_model(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);
	struct dq_model m = { };
	int i, first_wrong = -1;
	u32 state = 1;

	for (i = 0; i < 20000 && first_wrong < 0; i++)
		if (!dq_step(dt, &m, &state) || dpc_device_queue_busy(&dt->q) != m.busy)
			first_wrong = i;
	KUNIT_EXPECT_EQ(test, first_wrong, -1);
	KUNIT_EXPECT_EQ(test, dq_reports(dt), 0);
}

/* ---- races ------------------------------------------------------------- */

static void dq_serve(struct dq_test *dt, struct dq_request *request)
{
	int i;

	if (atomic_inc_return(&dt->serving) != 1)
		atomic_inc(&dt->fix.wrong);
	for (i = 0; i < 20; i++)
		cpu_relax();
	atomic_inc(&request->served);
	atomic_dec(&dt->serving);
}

/*
 * Where threads of several CPUs make requests, the first one keeps the device
 * until another one waits, and one was cancelled if that is to happen: else all
 * requests of a CPU may be over before the host lets the next CPU run.
 */
static void dq_wait_for_others(struct dq_test *dt)
{
	rec_spin_until(atomic_read(&dt->fix.queued) &&
		       (!dt->cancel || atomic_read(&dt->cancelled)));
}

/* As a driver does it: whoever finds the device idle serves until nothing waits. */
static void dq_request_in(struct dq_producer *producer, struct dq_request *request)
{
	struct dq_test *dt = producer->dt;
	struct dpc_device_queue_entry *e = &request->entry;
	u32 key = (request - producer->request) % 7;
	bool keyed = producer->number % 2;

	if (keyed ? dpc_device_queue_insert_by_key(&dt->q, e, key) :
		    dpc_device_queue_insert(&dt->q, e)) {
		atomic_inc(&dt->fix.queued);
		return;
	}
	if (atomic_inc_return(&dt->started) == 1)
		dq_wait_for_others(dt);
	do {
		dq_serve(dt, container_of(e, struct dq_request, entry));
		e = keyed ? dpc_device_queue_remove_by_key(&dt->q, key) :
			    dpc_device_queue_remove(&dt->q);
		if (e)
			atomic_inc(&dt->waited);
	} while (e);
}

/* The request before this one, if it still waits. */
static void dq_cancel_one(struct dq_producer *producer, struct dq_request *request)
{
	if (!dpc_device_queue_remove_entry(&producer->dt->q, &request->entry))
		return;
	atomic_inc(&request->cancelled);
	atomic_inc(&producer->dt->cancelled);
}

static void dq_produce(void *arg)
{
	struct dq_producer *producer = arg;
	struct dq_test *dt = producer->dt;
	int i;

	gate_pass_sleeping(&dt->fix.gate[0]);
	for (i = 0; i < DQ_REQUESTS; i++) {
		enum dpc_irql old = dpc_level_raise();

		dq_request_in(producer, &producer->request[i]);
		if (dt->cancel && i)
			dq_cancel_one(producer, &producer->request[i - 1]);
		dpc_level_lower(old);
	}
}

static unsigned int dq_run_producers(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);
	int i, cpus = min_t(int, num_online_cpus(), DQ_PRODUCERS);

	dt->producer = kunit_kcalloc(test, DQ_PRODUCERS, sizeof(*dt->producer), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, dt->producer);
	for (i = 0; i < cpus; i++) {
		dt->producer[i].dt = dt;
		dt->producer[i].number = i;
		KUNIT_ASSERT_TRUE(test, worker_start(&dt->fix.worker[i], ctx_cpu(i), dq_produce,
						     &dt->producer[i]));
	}
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(&dt->fix.gate[0], cpus));
	gate_open(&dt->fix.gate[0]);
	for (i = 0; i < cpus; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&dt->fix.worker[i]));
	return cpus;
}

/* Each request was served or cancelled, once, and the device is idle. */
static void dq_expect_exactly_once(struct kunit *test, unsigned int producers)
{
	struct dq_test *dt = dq_of(test);
	unsigned int i, k, wrong = 0;

	for (i = 0; i < producers; i++)
		for (k = 0; k < DQ_REQUESTS; k++) {
			struct dq_request *request = &dt->producer[i].request[k];

			wrong += atomic_read(&request->served) +
				 atomic_read(&request->cancelled) != 1;
		}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&dt->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&dt->started) + atomic_read(&dt->waited) +
			atomic_read(&dt->cancelled), producers * DQ_REQUESTS);
	KUNIT_EXPECT_FALSE(test, dpc_device_queue_busy(&dt->q));
	KUNIT_EXPECT_EQ(test, dq_remove(dt), -1);
	KUNIT_EXPECT_EQ(test, dq_reports(dt), 0);
}

static void dq_insert_meets_remove(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	ctx_need_cpus(test, 2);
	dq_expect_exactly_once(test, dq_run_producers(test));
	/* They did meet. */
	KUNIT_EXPECT_GT(test, atomic_read(&dt->waited), 0);
}

static void dq_remove_entry_meets_remove(struct kunit *test)
{
	struct dq_test *dt = dq_of(test);

	ctx_need_cpus(test, 2);
	dt->cancel = true;
	dq_expect_exactly_once(test, dq_run_producers(test));
	KUNIT_EXPECT_GT(test, atomic_read(&dt->waited), 0);
	KUNIT_EXPECT_GT(test, atomic_read(&dt->cancelled), 0);
}

static struct kunit_case dq_cases[] = {
	KUNIT_CASE(dq_init_is_idle_and_empty), /* P3 */
	KUNIT_CASE(dq_insert_when_idle_is_not_queued), /* P3 */
	KUNIT_CASE(dq_insert_by_key_when_idle_is_not_queued), /* P3 */
	KUNIT_CASE(dq_insert_when_busy_is_queued), /* P3 */
	KUNIT_CASE(dq_insert_is_first_in_first_out), /* P3 */
	KUNIT_CASE(dq_remove_of_the_last_entry_stays_busy), /* P3 */
	KUNIT_CASE(dq_remove_on_empty_is_none_and_idle), /* P3 */
	KUNIT_CASE(dq_remove_by_key_on_empty_is_none_and_idle), /* P3 */
	KUNIT_CASE(dq_insert_by_key_sorts), /* P3 */
	KUNIT_CASE(dq_insert_by_an_equal_key_goes_behind), /* P3 */
	KUNIT_CASE(dq_plain_insert_goes_behind_all_keys), /* P3 */
	KUNIT_CASE(dq_remove_by_key_takes_the_first_not_below), /* P3 */
	KUNIT_CASE(dq_remove_by_a_key_above_all_takes_the_first), /* P3 */
	KUNIT_CASE(dq_remove_entry_tells_whether_it_was_there), /* P3 */
	KUNIT_CASE(dq_remove_entry_finds_keyed_entries), /* P3 */
	KUNIT_CASE(dq_remove_entry_of_the_last_stays_busy), /* P3 */
	KUNIT_CASE(dq_entry_can_be_inserted_again_after_any_removal), /* P3 */
	KUNIT_CASE(dq_insert_of_a_queued_entry_is_reported_and_changes_nothing), /* P3 */
	KUNIT_CASE_PARAM(dq_insert_when_idle_takes_an_entry_with_any_content,
			 dq_content_gen_params), /* P3 */
	KUNIT_CASE_PARAM(dq_insert_when_busy_takes_an_entry_with_any_content,
			 dq_content_gen_params), /* P3 */
	KUNIT_CASE_PARAM(dq_remove_entry_does_not_take_the_entrys_word,
			 dq_content_gen_params), /* P3 */
	KUNIT_CASE_PARAM(dq_is_usable_from, dq_ctx_gen_params), /* P3 */
	KUNIT_CASE(dq_agrees_with_a_model), /* P3 */
	KUNIT_CASE(dq_insert_meets_remove), /* P3 */
	KUNIT_CASE(dq_remove_entry_meets_remove), /* P3 */
	{ }
};

static struct kunit_suite dq_suite = {
	.name = "dpc_device_queue",
	.init = dq_init,
	.exit = fixture_exit,
	.test_cases = dq_cases,
};

kunit_test_suite(dq_suite);

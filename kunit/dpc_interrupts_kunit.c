// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several vectors of one device, connections that end with the driver's binding, and
 * affinity hints: I5, I6, I8, I9.  The lines are descriptors with a chip that refuses a
 * request, and notes an affinity, as a test tells it to.
 */
#include "context.h"
#include "recorder.h"

#include <linux/device.h>
#include <linux/dpc_interrupts.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/slab.h>

#define VEC_NR	4

/* What a vector's callbacks note: this plus the vector's index. */
enum { VEC_ENABLE = 0, VEC_DISABLE = 10, VEC_ISR = 20, VEC_DPC = 30, VEC_DEVRES = 40 };

struct vec_test;

struct vec {
	struct vec_test		*vt;
	unsigned int		index;
	struct dpc_interrupt	intr;
	struct irq_chip		chip;
	int			irq;
	atomic_t		refuse;		/* so many requests of the line fail */
	const struct cpumask	*hint_at_end;	/* when the line was given back */
	int			affinity;	/* first CPU of the last one that was set */
	atomic_t		dpcs;
};

struct vec_test {
	struct dpc_interrupts	intrs;
	struct dpc_interrupt	*single;	/* connected outside of @intrs */
	struct device		*dev;
	struct recorder		rec;
	int			answer;		/* of a call by a work routine */
	atomic_t		works;

	/* what vec_vector() does */
	unsigned int		asked;		/* calls of it */
	int			err_at;		/* no object for that index, but an error */
	int			null_at;	/* neither of them */
	int			invalid_at;	/* no interrupt number */
	int			asleep_at;	/* stays disabled */
	const char		*name_of_0;	/* instead of the library's */
	struct vec		vec[VEC_NR];
};

/* How many of the lines are requested. */
static unsigned int vec_lines(struct vec_test *vt)
{
	unsigned int i, lines = 0;

	for (i = 0; i < VEC_NR; i++)
		lines += irq_has_action(vt->vec[i].irq);
	return lines;
}

static struct vec *vec_of(struct dpc_interrupt *intr)
{
	return container_of(intr, struct vec, intr);
}

/* Notes in @count how many lines are requested. */
static void vec_note(struct vec_test *vt, int tag)
{
	struct rec_entry *entry = recorder_begin(&vt->rec, tag);

	if (entry)
		entry->count = vec_lines(vt);
	recorder_end(&vt->rec, entry);
}

static bool vec_isr(struct dpc_interrupt *intr)
{
	vec_note(vec_of(intr)->vt, VEC_ISR + vec_of(intr)->index);
	dpc_interrupt_request_dpc(intr);
	return true;
}

static void vec_dpc(struct dpc_interrupt *intr, struct dpc_served *served)
{
	vec_note(vec_of(intr)->vt, VEC_DPC + vec_of(intr)->index);
	atomic_inc(&vec_of(intr)->dpcs);
}

static void vec_work(struct dpc_interrupt *intr, const struct dpc_served *served)
{
	struct vec_test *vt = vec_of(intr)->vt;

	vt->answer = dpc_interrupts_disconnect(&vt->intrs);
	atomic_inc(&vt->works);
}

static void vec_enable(struct dpc_interrupt *intr)
{
	vec_note(vec_of(intr)->vt, VEC_ENABLE + vec_of(intr)->index);
}

static void vec_disable(struct dpc_interrupt *intr)
{
	vec_note(vec_of(intr)->vt, VEC_DISABLE + vec_of(intr)->index);
}

static const struct dpc_interrupt_ops vec_ops = {
	.isr = vec_isr,
	.dpc = vec_dpc,
	.work = vec_work,
	.enable = vec_enable,
	.disable = vec_disable,
};

static int vec_request_resources(struct irq_data *data)
{
	struct vec *vec = irq_data_get_irq_chip_data(data);

	return atomic_add_unless(&vec->refuse, -1, 0) ? -ENOSPC : 0;
}

/* Without SMP, a line has no hint. */
static const struct cpumask *vec_hint_of(struct irq_data *data)
{
#ifdef CONFIG_SMP
	return irq_data_to_desc(data)->affinity_hint;
#else
	return NULL;
#endif
}

/* The last handler has gone. */
static void vec_irq_shutdown(struct irq_data *data)
{
	struct vec *vec = irq_data_get_irq_chip_data(data);

	vec->hint_at_end = vec_hint_of(data);
}

static int vec_set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	struct vec *vec = irq_data_get_irq_chip_data(data);

	vec->affinity = cpumask_first(mask);
	return IRQ_SET_MASK_OK;
}

static const struct cpumask *vec_hint(const struct vec *vec)
{
	return vec_hint_of(irq_get_irq_data(vec->irq));
}

/* Not only by the start of the interrupt, which allows all CPUs. */
static bool vec_affinity_was_set(const struct vec *vec)
{
	return irqd_affinity_was_set(irq_get_irq_data(vec->irq));
}

static int vec_init_line(struct vec *vec)
{
	vec->irq = irq_alloc_desc(NUMA_NO_NODE);
	if (vec->irq < 0)
		return vec->irq;
	vec->chip = dummy_irq_chip;
	vec->chip.irq_request_resources = vec_request_resources;
	vec->chip.irq_shutdown = vec_irq_shutdown;
	vec->chip.irq_set_affinity = vec_set_affinity;
	irq_set_chip_and_handler(vec->irq, &vec->chip, handle_edge_irq);
	irq_set_chip_data(vec->irq, vec);
	irq_modify_status(vec->irq, IRQ_NOREQUEST | IRQ_NOPROBE, 0);
#ifdef DPC_HAVE_IRQ_MOVE_PCNTXT
	/* It moves at once, and not with its next interrupt. */
	irq_modify_status(vec->irq, 0, IRQ_MOVE_PCNTXT);
#endif
	return 0;
}

static void vec_exit(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	unsigned int i;

	if (!vt)
		return;
	dpc_interrupts_disconnect(&vt->intrs);
	if (vt->single)
		dpc_interrupt_disconnect(vt->single);
	for (i = 0; i < VEC_NR; i++)
		if (vt->vec[i].irq > 0)
			irq_free_desc(vt->vec[i].irq);
	root_device_unregister(vt->dev);
}

static int vec_init(struct kunit *test)
{
	struct vec_test *vt = kunit_kzalloc(test, sizeof(*vt), GFP_KERNEL);
	unsigned int i;
	int err;

	if (!vt)
		return -ENOMEM;
	recorder_init(&vt->rec);
	vt->err_at = -1;
	vt->null_at = -1;
	vt->invalid_at = -1;
	vt->asleep_at = -1;
	/* No link to this module: on 6.1 suites run before it is in sysfs. */
	vt->dev = __root_device_register("dpc_kunit", NULL);
	if (IS_ERR(vt->dev))
		return PTR_ERR(vt->dev);
	test->priv = vt;
	for (i = 0; i < VEC_NR; i++) {
		vt->vec[i].vt = vt;
		vt->vec[i].index = i;
		err = vec_init_line(&vt->vec[i]);
		if (err) {
			vec_exit(test);
			test->priv = NULL;
			return err;
		}
	}
	ctx_pin(ctx_cpu(0));
	return 0;
}

static struct dpc_interrupt *vec_vector(void *context, unsigned int index,
					struct dpc_interrupt_params *params)
{
	struct vec_test *vt = context;

	vt->asked++;
	if (index == vt->err_at)
		return ERR_PTR(-ENODEV);
	if (index == vt->null_at)
		return NULL;
	if (index != vt->invalid_at)
		params->irq = vt->vec[index].irq;
	if (index == vt->asleep_at)
		params->flags |= DPC_INTERRUPT_NO_AUTOEN;
	if (!index && vt->name_of_0)
		params->name = vt->name_of_0;
	return &vt->vec[index].intr;
}

static struct dpc_interrupts_params vec_params(struct vec_test *vt)
{
	return (struct dpc_interrupts_params){
		.common = { .dev = vt->dev, .ops = &vec_ops, .name = "vec" },
		.vector = vec_vector,
		.context = vt,
	};
}

static int vec_connect(struct vec_test *vt)
{
	struct dpc_interrupts_params params = vec_params(vt);

	return dpc_interrupts_connect(&vt->intrs, VEC_NR, &params);
}

/* An emulated machine is slow; the log need not say so all the time. */
static void vec_no_budgets(struct vec_test *vt)
{
	int i, stage;

	for (i = 0; i < VEC_NR; i++)
		for (stage = 0; stage < DPC_STAGE_NR; stage++)
			dpc_interrupt_set_budget(&vt->vec[i].intr, stage, 0);
}

static struct vec_test *vec_connected(struct kunit *test)
{
	struct vec_test *vt = test->priv;

	KUNIT_ASSERT_EQ(test, vec_connect(vt), 0);
	vec_no_budgets(vt);
	return vt;
}

static void vec_hit(void *arg)
{
	generic_handle_irq(((struct vec *)arg)->irq);
}

/* Each vector's interrupt comes to its own object, and that object's DPC is called. */
static void vec_expect_served(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	int i, before[VEC_NR];

	for (i = 0; i < VEC_NR; i++)
		before[i] = atomic_read(&vt->vec[i].dpcs);
	for (i = 0; i < VEC_NR; i++) {
		KUNIT_ASSERT_TRUE(test, ctx_call(CTX_HARDIRQ, vec_hit, &vt->vec[i]));
		KUNIT_EXPECT_TRUE(test, rec_wait_count(&vt->vec[i].dpcs, before[i] + 1));
	}
	for (i = 0; i < VEC_NR; i++)
		KUNIT_EXPECT_EQ(test, atomic_read(&vt->vec[i].dpcs), before[i] + 1);
}

/* The notes @from and so on, one for each vector, in reverse order or not. */
static void vec_expect_order(struct kunit *test, unsigned int from, int tag, bool reverse)
{
	struct vec_test *vt = test->priv;
	unsigned int i;

	for (i = 0; i < VEC_NR; i++)
		KUNIT_EXPECT_EQ(test, vt->rec.entry[from + i].tag,
				tag + (reverse ? VEC_NR - 1 - i : i));
}

/* ---- connecting ---------------------------------------------------------- */

static void vec_each_is_served(struct kunit *test)
{
	struct vec_test *vt = vec_connected(test);

	KUNIT_EXPECT_EQ(test, vt->asked, VEC_NR);
	vec_expect_served(test);
}

static void vec_none_is_enabled_before_all_are_connected(struct kunit *test)
{
	struct vec_test *vt = vec_connected(test);

	KUNIT_ASSERT_EQ(test, recorder_count(&vt->rec), VEC_NR);
	vec_expect_order(test, 0, VEC_ENABLE, false);
	KUNIT_EXPECT_EQ(test, vt->rec.entry[0].count, VEC_NR);
}

struct vec_obstacle {
	const char	*name;
	size_t		offset;		/* of an index in struct vec_test; 0: refused line */
	int		err;
};

static const struct vec_obstacle vec_obstacles[] = {
	{ "refused_line", 0, -ENOSPC },
	{ "error_of_the_driver", offsetof(struct vec_test, err_at), -ENODEV },
	{ "no_object", offsetof(struct vec_test, null_at), -EINVAL },
	{ "invalid_params", offsetof(struct vec_test, invalid_at), -EINVAL },
};

static void vec_obstacle_name(const struct vec_obstacle *obstacle, char *desc)
{
	strscpy(desc, obstacle->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vec_obstacle, vec_obstacles, vec_obstacle_name);

/* At each vector: those before it are disconnected, and the driver's device never started. */
static void vec_error_leaves_nothing_connected(struct kunit *test)
{
	const struct vec_obstacle *obstacle = test->param_value;
	struct vec_test *vt = test->priv;
	int *at = obstacle->offset ? (void *)vt + obstacle->offset : NULL;
	int i;

	for (i = 0; i < VEC_NR; i++) {
		vt->asked = 0;
		if (at)
			*at = i;
		else
			atomic_set(&vt->vec[i].refuse, 1);
		KUNIT_EXPECT_EQ(test, vec_connect(vt), obstacle->err);
		KUNIT_EXPECT_EQ(test, vt->asked, i + 1);
		KUNIT_EXPECT_EQ(test, vec_lines(vt), 0);
	}
	KUNIT_EXPECT_EQ(test, recorder_count(&vt->rec), 0);
	if (at)
		*at = -1;
	vec_connected(test);
	vec_expect_served(test);
}

static void vec_names_have_the_index(struct kunit *test)
{
	struct vec_test *vt = vec_connected(test);

	KUNIT_EXPECT_STREQ(test, dpc_interrupt_name(&vt->vec[0].intr), "vec-0");
	KUNIT_EXPECT_STREQ(test, dpc_interrupt_name(&vt->vec[VEC_NR - 1].intr), "vec-3");
}

static void vec_name_of_the_driver_is_kept(struct kunit *test)
{
	struct vec_test *vt = test->priv;

	vt->name_of_0 = "vec-errors";
	vec_connected(test);
	KUNIT_EXPECT_STREQ(test, dpc_interrupt_name(&vt->vec[0].intr), "vec-errors");
	KUNIT_EXPECT_STREQ(test, dpc_interrupt_name(&vt->vec[1].intr), "vec-1");
}

struct vec_bad {
	const char	*name;
	size_t		offset;		/* of a field that is cleared */
	size_t		size;
	unsigned int	count;
	unsigned int	flags;
};

#define VEC_WITHOUT(_name, _field)					\
	{ "without_" #_name, offsetof(struct dpc_interrupts_params, _field),	\
	  sizeof_field(struct dpc_interrupts_params, _field), VEC_NR, 0 }

static const struct vec_bad vec_bad_params[] = {
	{ "no_vectors", 0, 0, 0, 0 },
	VEC_WITHOUT(vector, vector),
	VEC_WITHOUT(name, common.name),
	VEC_WITHOUT(ops, common.ops),
	{ "unknown_flag", 0, 0, VEC_NR, 0x80 },
};

static void vec_bad_name(const struct vec_bad *bad, char *desc)
{
	strscpy(desc, bad->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vec_bad, vec_bad_params, vec_bad_name);

/* By its kernel-doc. */
static void vec_connect_refuses(struct kunit *test)
{
	const struct vec_bad *bad = test->param_value;
	struct vec_test *vt = test->priv;
	struct dpc_interrupts_params params = vec_params(vt);

	memset((u8 *)&params + bad->offset, 0, bad->size);
	params.flags = bad->flags;
	KUNIT_EXPECT_EQ(test, dpc_interrupts_connect(&vt->intrs, bad->count, &params), -EINVAL);
	KUNIT_EXPECT_EQ(test, vec_lines(vt), 0);
}

static void vec_connect_of_connected_ones_is_refused(struct kunit *test)
{
	struct vec_test *vt = vec_connected(test);
	u64 before = dpc_violations();

	KUNIT_EXPECT_EQ(test, vec_connect(vt), -EBUSY);
	KUNIT_EXPECT_EQ(test, dpc_violations(), before + 1);
	vec_expect_served(test);
}

static void vec_connect_at_dispatch(void *arg)
{
	struct vec_test *vt = arg;

	vt->answer = vec_connect(vt);
}

static void vec_connect_at_dispatch_is_refused(struct kunit *test)
{
	struct vec_test *vt = test->priv;

	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_BH_OFF, vec_connect_at_dispatch, vt));
	KUNIT_EXPECT_EQ(test, vt->answer, -EDEADLK);
	KUNIT_EXPECT_EQ(test, vt->asked, 0);
}

/* ---- staying disabled ------------------------------------------------------ */

static void vec_no_autoen_leaves_all_disabled(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct dpc_interrupts_params params = vec_params(vt);

	params.common.flags = DPC_INTERRUPT_NO_AUTOEN;
	KUNIT_ASSERT_EQ(test, dpc_interrupts_connect(&vt->intrs, VEC_NR, &params), 0);
	vec_no_budgets(vt);
	KUNIT_EXPECT_EQ(test, recorder_count(&vt->rec), 0);
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_dpc(&vt->vec[0].intr));
	KUNIT_ASSERT_EQ(test, dpc_interrupts_enable(&vt->intrs), 0);
	KUNIT_ASSERT_EQ(test, recorder_count(&vt->rec), VEC_NR);
	vec_expect_order(test, 0, VEC_ENABLE, false);
	vec_expect_served(test);
}

static void vec_no_autoen_of_one_leaves_that_disabled(struct kunit *test)
{
	struct vec_test *vt = test->priv;

	vt->asleep_at = 1;
	vec_connected(test);
	KUNIT_EXPECT_EQ(test, recorder_count(&vt->rec), VEC_NR - 1);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&vt->rec, VEC_ENABLE + 1), 0);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(&vt->vec[1].intr), 0);
	vec_expect_served(test);
}

static struct dpc_interrupt_params vec_single_params(struct vec_test *vt)
{
	struct dpc_interrupt_params params = vec_params(vt).common;

	params.irq = vt->vec[0].irq;
	return params;
}

static void vec_no_autoen_of_a_single_object(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct dpc_interrupt_params params = vec_single_params(vt);

	params.flags = DPC_INTERRUPT_NO_AUTOEN;
	KUNIT_ASSERT_EQ(test, dpc_interrupt_connect(&vt->vec[0].intr, &params), 0);
	vt->single = &vt->vec[0].intr;
	KUNIT_EXPECT_EQ(test, recorder_count(&vt->rec), 0);
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_dpc(vt->single));
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(vt->single, DPC_MODEL_THREADED), 0);
	KUNIT_EXPECT_EQ(test, recorder_count(&vt->rec), 0);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(vt->single), 0);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&vt->rec, VEC_ENABLE), 1);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_HARDIRQ, vec_hit, &vt->vec[0]));
	KUNIT_EXPECT_TRUE(test, rec_wait_count(&vt->vec[0].dpcs, 1));
}

/* ---- enable, disable, disconnect ------------------------------------------ */

static void vec_disable_goes_backwards_enable_forwards(struct kunit *test)
{
	struct vec_test *vt = vec_connected(test);

	KUNIT_ASSERT_EQ(test, dpc_interrupts_disable(&vt->intrs), 0);
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_dpc(&vt->vec[2].intr));
	KUNIT_ASSERT_EQ(test, dpc_interrupts_enable(&vt->intrs), 0);
	KUNIT_ASSERT_EQ(test, recorder_count(&vt->rec), 3 * VEC_NR);
	vec_expect_order(test, VEC_NR, VEC_DISABLE, true);
	vec_expect_order(test, 2 * VEC_NR, VEC_ENABLE, false);
	vec_expect_served(test);
}

static void vec_disconnect_disables_all_first(struct kunit *test)
{
	struct vec_test *vt = vec_connected(test);
	unsigned int i;

	KUNIT_ASSERT_EQ(test, dpc_interrupts_disconnect(&vt->intrs), 0);
	KUNIT_EXPECT_EQ(test, vec_lines(vt), 0);
	KUNIT_ASSERT_EQ(test, recorder_count(&vt->rec), 2 * VEC_NR);
	vec_expect_order(test, VEC_NR, VEC_DISABLE, true);
	for (i = 0; i < VEC_NR; i++)
		KUNIT_EXPECT_EQ(test, vt->rec.entry[VEC_NR + i].count, VEC_NR);
	/* Nothing is left to do. */
	KUNIT_EXPECT_EQ(test, dpc_interrupts_disconnect(&vt->intrs), 0);
	vec_connected(test);
	vec_expect_served(test);
}

static void vec_disconnect_by_one_of_the_stages_is_refused(struct kunit *test)
{
	struct vec_test *vt = vec_connected(test);

	KUNIT_ASSERT_TRUE(test, dpc_interrupt_request_work(&vt->vec[1].intr, NULL));
	KUNIT_ASSERT_TRUE(test, rec_wait_count(&vt->works, 1));
	KUNIT_EXPECT_EQ(test, vt->answer, -EDEADLK);
	KUNIT_EXPECT_EQ(test, recorder_count(&vt->rec), VEC_NR);
	vec_expect_served(test);
}

/* Vector 2 has lost its interrupt in a switch of the model. */
static void vec_enable_that_fails_disables_all(struct kunit *test)
{
	struct vec_test *vt = vec_connected(test);

	KUNIT_ASSERT_EQ(test, dpc_interrupts_disable(&vt->intrs), 0);
	atomic_set(&vt->vec[2].refuse, INT_MAX);
	KUNIT_ASSERT_NE(test, dpc_interrupt_set_model(&vt->vec[2].intr, DPC_MODEL_THREADED), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupts_enable(&vt->intrs), -ENXIO);
	KUNIT_EXPECT_FALSE(test, dpc_interrupt_request_dpc(&vt->vec[0].intr));
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&vt->rec, VEC_DISABLE), 2);
	atomic_set(&vt->vec[2].refuse, 0);
	KUNIT_ASSERT_EQ(test, dpc_interrupts_enable(&vt->intrs), 0);
	vec_expect_served(test);
}

/* ---- until the driver is unbound ------------------------------------------ */

static void vec_devres_action(void *arg)
{
	vec_note(arg, VEC_DEVRES);
}

/* Given back: the later action, the connection, the earlier action. */
static void vec_expect_devres_order(struct kunit *test, unsigned int lines)
{
	struct vec_test *vt = test->priv;
	const struct rec_entry *later, *earlier;

	KUNIT_ASSERT_EQ(test, devm_add_action(vt->dev, vec_devres_action, vt), 0);
	KUNIT_ASSERT_GT(test, devres_release_group(vt->dev, NULL), 0);
	later = recorder_find(&vt->rec, VEC_DEVRES, 0);
	earlier = recorder_find(&vt->rec, VEC_DEVRES, 1);
	KUNIT_ASSERT_NOT_NULL(test, later);
	KUNIT_ASSERT_NOT_NULL(test, earlier);
	KUNIT_EXPECT_EQ(test, later->count, lines);
	KUNIT_EXPECT_EQ(test, earlier->count, 0);
	KUNIT_EXPECT_EQ(test, recorder_count_tag(&vt->rec, VEC_DISABLE), 1);
}

static void vec_devm_single_is_disconnected_in_its_turn(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct dpc_interrupt_params params = vec_single_params(vt);

	KUNIT_ASSERT_NOT_NULL(test, devres_open_group(vt->dev, NULL, GFP_KERNEL));
	KUNIT_ASSERT_EQ(test, devm_add_action(vt->dev, vec_devres_action, vt), 0);
	KUNIT_ASSERT_EQ(test, devm_dpc_interrupt_connect(vt->dev, &vt->vec[0].intr, &params), 0);
	vec_expect_devres_order(test, 1);
}

static void vec_devm_all_are_disconnected_in_their_turn(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct dpc_interrupts_params params = vec_params(vt);

	KUNIT_ASSERT_NOT_NULL(test, devres_open_group(vt->dev, NULL, GFP_KERNEL));
	KUNIT_ASSERT_EQ(test, devm_add_action(vt->dev, vec_devres_action, vt), 0);
	KUNIT_ASSERT_EQ(test, devm_dpc_interrupts_connect(vt->dev, &vt->intrs, VEC_NR, &params),
			0);
	vec_expect_devres_order(test, VEC_NR);
}

static void vec_devm_that_fails_leaves_nothing(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct dpc_interrupts_params params = vec_params(vt);
	struct dpc_interrupt_params single = vec_single_params(vt);

	KUNIT_ASSERT_NOT_NULL(test, devres_open_group(vt->dev, NULL, GFP_KERNEL));
	atomic_set(&vt->vec[0].refuse, 1);
	KUNIT_EXPECT_EQ(test, devm_dpc_interrupt_connect(vt->dev, &vt->vec[0].intr, &single),
			-ENOSPC);
	atomic_set(&vt->vec[VEC_NR - 1].refuse, 1);
	KUNIT_EXPECT_EQ(test, devm_dpc_interrupts_connect(vt->dev, &vt->intrs, VEC_NR, &params),
			-ENOSPC);
	/* The group alone. */
	KUNIT_EXPECT_EQ(test, devres_release_group(vt->dev, NULL), 0);
	KUNIT_EXPECT_EQ(test, vec_lines(vt), 0);
	KUNIT_EXPECT_EQ(test, recorder_count(&vt->rec), 0);
}

/* ---- affinity hints -------------------------------------------------------- */

static void vec_need_smp(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_SMP))
		kunit_skip(test, "a kernel without SMP has no affinities");
}

static void vec_spread_gives_each_its_cpu(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct dpc_interrupts_params params = vec_params(vt);
	unsigned int i, cpus = num_online_cpus();

	vec_need_smp(test);
	params.flags = DPC_INTERRUPTS_SPREAD;
	KUNIT_ASSERT_EQ(test, dpc_interrupts_connect(&vt->intrs, VEC_NR, &params), 0);
	for (i = 0; i < VEC_NR; i++) {
		int cpu = vt->vec[i].affinity;

		KUNIT_EXPECT_TRUE(test, vec_affinity_was_set(&vt->vec[i]));
		KUNIT_EXPECT_PTR_EQ(test, vec_hint(&vt->vec[i]), cpumask_of(cpu));
		/* Round and round. */
		if (i >= cpus)
			KUNIT_EXPECT_EQ(test, cpu, vt->vec[i - cpus].affinity);
		else if (i)
			KUNIT_EXPECT_NE(test, cpu, vt->vec[i - 1].affinity);
	}
}

static void vec_without_a_hint_affinity_is_left_alone(struct kunit *test)
{
	struct vec_test *vt = vec_connected(test);
	int i;

	for (i = 0; i < VEC_NR; i++) {
		KUNIT_EXPECT_FALSE(test, vec_affinity_was_set(&vt->vec[i]));
		KUNIT_EXPECT_NULL(test, vec_hint(&vt->vec[i]));
	}
}

/* free_irq() would warn of it. */
static void vec_hint_is_taken_back_before_the_line(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct vec *vec = &vt->vec[1];

	vec_need_smp(test);
	vec_connected(test);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_affinity_hint(&vec->intr, cpumask_of(ctx_cpu(0))),
			0);
	KUNIT_EXPECT_PTR_EQ(test, vec_hint(vec), cpumask_of(ctx_cpu(0)));
	KUNIT_EXPECT_EQ(test, vec->affinity, ctx_cpu(0));
	vec->hint_at_end = cpumask_of(ctx_cpu(0));
	KUNIT_ASSERT_EQ(test, dpc_interrupts_disconnect(&vt->intrs), 0);
	KUNIT_EXPECT_NULL(test, vec->hint_at_end);
	KUNIT_EXPECT_NULL(test, vec_hint(vec));
}

/* The model "threaded" has another handler: the line is given back and requested anew. */
static void vec_hint_survives_a_switch_and_so_does_the_affinity(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct vec *vec = &vt->vec[1];
	const struct cpumask *hint = cpumask_of(ctx_cpu(0));

	vec_need_smp(test);
	ctx_need_cpus(test, 2);
	vec_connected(test);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_affinity_hint(&vec->intr, hint), 0);
	/* As by a write to smp_affinity. */
	KUNIT_ASSERT_EQ(test, irq_set_affinity(vec->irq, cpumask_of(ctx_cpu(1))), 0);
	vec->hint_at_end = hint;
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_model(&vec->intr, DPC_MODEL_THREADED), 0);
	KUNIT_EXPECT_NULL(test, vec->hint_at_end);
	KUNIT_EXPECT_PTR_EQ(test, vec_hint(vec), hint);
	KUNIT_EXPECT_EQ(test, vec->affinity, ctx_cpu(1));
	vec_expect_served(test);
}

static void vec_hint_can_be_taken_back(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct vec *vec = &vt->vec[1];

	vec_need_smp(test);
	vec_connected(test);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_affinity_hint(&vec->intr, cpumask_of(ctx_cpu(0))),
			0);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_set_affinity_hint(&vec->intr, NULL), 0);
	KUNIT_EXPECT_NULL(test, vec_hint(vec));
	KUNIT_EXPECT_EQ(test, vec->affinity, ctx_cpu(0));
}

/* Its interrupt is gone: the hint waits until it is back. */
static void vec_hint_waits_for_the_line(struct kunit *test)
{
	struct vec_test *vt = test->priv;
	struct vec *vec = &vt->vec[1];

	vec_need_smp(test);
	vec_connected(test);
	atomic_set(&vec->refuse, INT_MAX);
	KUNIT_ASSERT_NE(test, dpc_interrupt_set_model(&vec->intr, DPC_MODEL_THREADED), 0);
	KUNIT_EXPECT_EQ(test, dpc_interrupt_set_affinity_hint(&vec->intr, cpumask_of(ctx_cpu(0))),
			0);
	KUNIT_EXPECT_FALSE(test, vec_affinity_was_set(vec));
	atomic_set(&vec->refuse, 0);
	KUNIT_ASSERT_EQ(test, dpc_interrupt_enable(&vec->intr), 0);
	KUNIT_EXPECT_TRUE(test, vec_affinity_was_set(vec));
	KUNIT_EXPECT_EQ(test, vec->affinity, ctx_cpu(0));
	KUNIT_EXPECT_PTR_EQ(test, vec_hint(vec), cpumask_of(ctx_cpu(0)));
}

static struct kunit_case vec_cases[] = {
	KUNIT_CASE(vec_each_is_served), /* I8 */
	KUNIT_CASE(vec_none_is_enabled_before_all_are_connected), /* I8 */
	KUNIT_CASE_PARAM(vec_error_leaves_nothing_connected, vec_obstacle_gen_params), /* I8 */
	KUNIT_CASE(vec_names_have_the_index), /* I8 */
	KUNIT_CASE(vec_name_of_the_driver_is_kept), /* I8 */
	KUNIT_CASE_PARAM(vec_connect_refuses, vec_bad_gen_params),
	KUNIT_CASE(vec_connect_of_connected_ones_is_refused), /* Q15 */
	KUNIT_CASE(vec_connect_at_dispatch_is_refused), /* Q8 */
	KUNIT_CASE(vec_no_autoen_leaves_all_disabled), /* I5 I8 */
	KUNIT_CASE(vec_no_autoen_of_one_leaves_that_disabled), /* I5 I8 */
	KUNIT_CASE(vec_no_autoen_of_a_single_object), /* I5 */
	KUNIT_CASE(vec_disable_goes_backwards_enable_forwards), /* I8 */
	KUNIT_CASE(vec_disconnect_disables_all_first), /* I6 I8 */
	KUNIT_CASE(vec_disconnect_by_one_of_the_stages_is_refused), /* Q8 I8 */
	KUNIT_CASE(vec_enable_that_fails_disables_all), /* I8 */
	KUNIT_CASE(vec_devm_single_is_disconnected_in_its_turn), /* I6 */
	KUNIT_CASE(vec_devm_all_are_disconnected_in_their_turn), /* I6 I8 */
	KUNIT_CASE(vec_devm_that_fails_leaves_nothing), /* I8 */
	KUNIT_CASE(vec_spread_gives_each_its_cpu), /* I9 */
	KUNIT_CASE(vec_without_a_hint_affinity_is_left_alone), /* I9 */
	KUNIT_CASE(vec_hint_is_taken_back_before_the_line), /* I9 */
	KUNIT_CASE(vec_hint_survives_a_switch_and_so_does_the_affinity), /* I9 */
	KUNIT_CASE(vec_hint_can_be_taken_back), /* I9 */
	KUNIT_CASE(vec_hint_waits_for_the_line), /* I9 */
	{ }
};

static struct kunit_suite vec_suite = {
	.name = "dpc_interrupts",
	.init = vec_init,
	.exit = vec_exit,
	.test_cases = vec_cases,
};

kunit_test_suite(vec_suite);

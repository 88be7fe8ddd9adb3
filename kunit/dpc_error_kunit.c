// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error log: what the event says, in every context; what the kernel log says, and how
 * often; what is left out: P4, with M3 and M5.
 */
#include "../module/core/error.h"
#include "../module/core/leave.h"
#include "kdev.h"
#include "speed.h"

#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/dpc_error.h>
#include <linux/kallsyms.h>
#include <linux/string.h>
#include <trace/events/dpc.h>
#include <trace/events/printk.h>

/* As in error.c: lines of a device and interval, and devices with an interval. */
#define ERROR_LINES	10
#define ERROR_DEVICES	16

#define ERROR_NAME	"dpc_kunit_error"
#define ERROR_CODE	0xe0000042

/* One device more than the log has room for, and then some. */
#define ERROR_OWN	(ERROR_DEVICES + 4)

/* The last event, as the tracepoint told it. */
struct error_seen {
	atomic_t	count;
	u32		id;
	u32		irq;
	u64		seq;
	u64		first;
	void		*function;
	char		device[DPC_NAME_LEN];
	u32		packet;
	u32		size;
	struct dpc_error error;
	u8		data[DPC_ERROR_DATA_MAX];
};

/* What the kernel log said; the worker writes a line at a time. */
struct error_log {
	u64		lines;
	u64		left_out;
	u64		unlisted;
	u64		lines_of[ERROR_OWN];
	char		last[512];
};

struct error_test {
	struct kdev_test	kt;	/* first: what test->priv points to */
	struct error_seen	seen;
	struct error_log	log;
	struct device		*dev[ERROR_OWN];
	struct dpc_interrupt	*intr;	/* whose errors are told; or of dev[0] */
	const struct dpc_served	*served;
	struct dpc_error	error;
	unsigned int		errors;	/* so many in one call */
	atomic_t		told;
};

static struct error_test *error_of(struct kdev_test *kt)
{
	return container_of(kt, struct error_test, kt);
}

static void error_probe(void *data, const struct dpc_stats *stats, u64 seq, u64 first,
			void *function, const struct device *dev, const struct dpc_error *error,
			u32 packet, u32 size)
{
	struct error_seen *seen = data;

	if (error->code != ERROR_CODE)
		return;
	seen->id = stats->id;
	seen->irq = stats->irq;
	seen->seq = seq;
	seen->first = first;
	seen->function = function;
	strscpy(seen->device, dev_name(dev), sizeof(seen->device));
	seen->packet = packet;
	seen->size = size;
	seen->error = *error;
	if (size && size <= sizeof(seen->data))
		memcpy(seen->data, error->data, size);
	atomic_inc(&seen->count);
}

/* The number before @after in @text; 0 if it is not there. */
static u64 error_number_before(const char *text, const char *after)
{
	const char *end = strstr(text, after), *begin = end;
	u64 number = 0;

	while (begin && begin > text && isdigit(begin[-1]))
		begin--;
	while (begin && begin < end)
		number = number * 10 + *begin++ - '0';
	return number;
}

/* Called with each line of the kernel log, in whatever context prints it. */
static void error_console_probe(void *data, const char *text, size_t len)
{
	struct error_log *log = data;
	char line[sizeof(log->last)];
	const char *own;
	unsigned int i;

	len = min(len, sizeof(line) - 1);
	memcpy(line, text, len);
	line[len] = '\0';
	if (strstr(line, "dpc_kunit") && strstr(line, ": error 0x")) {
		log->lines++;
		strscpy(log->last, line, sizeof(log->last));
		own = strstr(line, ERROR_NAME);
		if (own && sscanf(own, ERROR_NAME "%u:", &i) == 1 && i < ERROR_OWN)
			log->lines_of[i]++;
	}
	if (strstr(line, "dpc_kunit"))
		log->left_out += error_number_before(line, " more errors, left out");
	log->unlisted += error_number_before(line, " errors of more than");
}

static int error_add_devices(struct error_test *et)
{
	char name[DPC_NAME_LEN];
	unsigned int i;

	for (i = 0; i < ERROR_OWN; i++) {
		snprintf(name, sizeof(name), ERROR_NAME "%u", i);
		et->dev[i] = __root_device_register(name, NULL);
		if (IS_ERR(et->dev[i]))
			return PTR_ERR(et->dev[i]);
	}
	return 0;
}

static void error_remove_devices(struct error_test *et)
{
	unsigned int i;

	for (i = 0; i < ERROR_OWN && !IS_ERR_OR_NULL(et->dev[i]); i++)
		root_device_unregister(et->dev[i]);
}

static int error_init(struct kunit *test)
{
	struct error_test *et;
	int err;

	ctx_need_tracepoints(test);
	et = kunit_kzalloc(test, sizeof(*et), GFP_KERNEL);
	if (!et)
		return -ENOMEM;
	err = error_add_devices(et);
	if (err)
		goto err_devices;
	err = register_trace_dpc_error(error_probe, &et->seen);
	if (err)
		goto err_devices;
	dpc_error_flush();
	err = register_trace_console(error_console_probe, &et->log);
	if (err)
		goto err_probe;
	err = kdev_setup(test, &et->kt);
	if (err)
		goto err_console;
	et->errors = 1;
	et->error.dev = et->dev[0];
	et->error.code = ERROR_CODE;
	return 0;

err_console:
	unregister_trace_console(error_console_probe, &et->log);
err_probe:
	unregister_trace_dpc_error(error_probe, &et->seen);
	tracepoint_synchronize_unregister();
err_devices:
	error_remove_devices(et);
	return err;
}

static void error_exit(struct kunit *test)
{
	struct error_test *et = test->priv;

	kdev_exit(test);
	if (!et)
		return;
	dpc_error_flush();
	unregister_trace_console(error_console_probe, &et->log);
	unregister_trace_dpc_error(error_probe, &et->seen);
	tracepoint_synchronize_unregister();
	error_remove_devices(et);
}

/* What the tests take for the driver's routine. */
static noinline void error_tell(void *arg)
{
	struct error_test *et = arg;
	struct dpc_error error = et->error;
	unsigned int i;

	error.served = et->served;
	for (i = 0; i < et->errors; i++) {
		dpc_log_error(et->intr, &error);
		atomic_inc(&et->told);
	}
}

static void error_tell_in_isr(struct kdev_test *kt)
{
	error_tell(error_of(kt));
}

static void error_tell_in_dpc(struct kdev_test *kt, struct dpc_served *served)
{
	error_of(kt)->served = served;
	error_tell(error_of(kt));
	error_of(kt)->served = NULL;
}

static void error_tell_in_work(struct kdev_test *kt, const struct dpc_served *served)
{
	error_of(kt)->served = served;
	error_tell(error_of(kt));
	error_of(kt)->served = NULL;
}

static bool error_tell_locked(void *arg)
{
	error_tell(arg);
	return true;
}

static struct error_test *error_connect(struct kunit *test)
{
	const struct kdev_model *model = test->param_value;
	struct error_test *et = test->priv;

	kdev_need(test, model);
	KUNIT_ASSERT_EQ(test, kdev_connect(&et->kt, model->model, model->flags), 0);
	et->intr = &et->kt.kdev->intr;
	return et;
}

/* The event names the interrupt object, and the interrupt @nth. */
static void error_expect_interrupt(struct kunit *test, u64 nth)
{
	struct error_test *et = test->priv;

	KUNIT_ASSERT_EQ(test, atomic_read(&et->seen.count), 1);
	KUNIT_EXPECT_EQ(test, et->seen.id, dpc_interrupt_id(et->intr));
	KUNIT_EXPECT_EQ(test, et->seen.irq, et->kt.irq);
	KUNIT_EXPECT_EQ(test, et->seen.first, nth);
	KUNIT_EXPECT_EQ(test, et->seen.seq, nth);
	KUNIT_EXPECT_STREQ(test, et->seen.device, dev_name(et->kt.dev));
}

/* ---- the event ------------------------------------------------------------------ */

KUNIT_ARRAY_PARAM(error_ctx, ctx_params, ctx_param_name);
KUNIT_ARRAY_PARAM(error_any, kdev_models, kdev_model_name);
KUNIT_ARRAY_PARAM(error_two, kdev_two_models, kdev_model_name);

/* P4: without an interrupt object, the device is named. */
static void error_of_a_device_is_told_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct error_test *et = test->priv;

	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, error_tell, et));
	KUNIT_ASSERT_EQ(test, atomic_read(&et->seen.count), 1);
	KUNIT_EXPECT_EQ(test, et->seen.id, 0);
	KUNIT_EXPECT_EQ(test, et->seen.irq, 0);
	KUNIT_EXPECT_EQ(test, et->seen.seq, 0);
	KUNIT_EXPECT_EQ(test, et->seen.first, 0);
	KUNIT_EXPECT_STREQ(test, et->seen.device, dev_name(et->dev[0]));
	dpc_error_flush();
	KUNIT_EXPECT_EQ(test, et->log.lines_of[0], 1);
}

/* P4: in an interrupt that is not the object's, no number is known. */
static void error_of_an_interrupt_is_told_from(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct error_test *et = test->priv;

	KUNIT_ASSERT_EQ(test, kdev_connect(&et->kt, DPC_MODEL_DPC, 0), 0);
	et->intr = &et->kt.kdev->intr;
	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, error_tell, et));
	error_expect_interrupt(test, 0);
	dpc_error_flush();
	KUNIT_EXPECT_EQ(test, et->log.lines, 1);
}

/* M3 P4 */
static void error_in_an_isr_has_its_number(struct kunit *test)
{
	struct error_test *et = error_connect(test);

	KUNIT_ASSERT_TRUE(test, kdev_fire(&et->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&et->kt.dpcs, 1));
	et->kt.in_isr = error_tell_in_isr;
	KUNIT_ASSERT_TRUE(test, kdev_fire(&et->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&et->kt.dpcs, 2));
	error_expect_interrupt(test, 2);
}

/* M3 P4 */
static void error_in_a_dpc_has_the_numbers_that_it_serves(struct kunit *test)
{
	struct error_test *et = error_connect(test);
	const struct rec_entry *entry;

	et->kt.in_dpc = error_tell_in_dpc;
	KUNIT_ASSERT_TRUE(test, kdev_fire(&et->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&et->kt.dpcs, 1));
	error_expect_interrupt(test, 1);
	entry = recorder_find(&et->kt.rec, KDEV_DPC, 0);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_EQ(test, et->seen.first, entry->first);
	KUNIT_EXPECT_EQ(test, et->seen.seq, entry->last);
}

/* M3 P4 */
static void error_in_a_work_item_has_the_numbers_that_it_serves(struct kunit *test)
{
	struct error_test *et = error_connect(test);

	et->kt.ask_work = true;
	et->kt.in_work = error_tell_in_work;
	KUNIT_ASSERT_TRUE(test, kdev_fire(&et->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&et->kt.works, 1));
	error_expect_interrupt(test, 1);
}

/* M3 P4: several interrupts, one call. */
static void error_of_a_merged_call_has_the_first_and_the_last_number(struct kunit *test)
{
	const struct dpc_served served = { .first = 7, .last = 9, .count = 3 };
	struct error_test *et = test->priv;

	KUNIT_ASSERT_EQ(test, kdev_connect(&et->kt, DPC_MODEL_DPC, 0), 0);
	et->intr = &et->kt.kdev->intr;
	et->served = &served;
	error_tell(et);
	KUNIT_ASSERT_EQ(test, atomic_read(&et->seen.count), 1);
	KUNIT_EXPECT_EQ(test, et->seen.first, 7);
	KUNIT_EXPECT_EQ(test, et->seen.seq, 9);
}

/* P4 S1 */
static void error_under_the_interrupts_lock(struct kunit *test)
{
	struct error_test *et = error_connect(test);

	KUNIT_EXPECT_TRUE(test, dpc_interrupt_synchronize(et->intr, error_tell_locked, et));
	error_expect_interrupt(test, 0);
	dpc_error_flush();
	KUNIT_EXPECT_EQ(test, et->log.lines, 1);
}

/* P4 */
static void error_fields_are_as_given(struct kunit *test)
{
	struct error_test *et = test->priv;
	u8 data[DPC_ERROR_DATA_MAX];
	unsigned int i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i * 37 + 1;
	et->error.unique = 0x11223344;
	et->error.status = -EIO;
	et->error.retries = 2;
	et->error.sequence = 77;
	et->error.data = data;
	et->error.len = sizeof(data);
	error_tell(et);
	KUNIT_ASSERT_EQ(test, atomic_read(&et->seen.count), 1);
	KUNIT_EXPECT_EQ(test, et->seen.error.code, ERROR_CODE);
	KUNIT_EXPECT_EQ(test, et->seen.error.unique, 0x11223344);
	KUNIT_EXPECT_EQ(test, et->seen.error.status, -EIO);
	KUNIT_EXPECT_EQ(test, et->seen.error.retries, 2);
	KUNIT_EXPECT_EQ(test, et->seen.error.sequence, 77);
	KUNIT_EXPECT_EQ(test, et->seen.packet, 0);
	KUNIT_ASSERT_EQ(test, et->seen.size, sizeof(data));
	KUNIT_EXPECT_EQ(test, memcmp(et->seen.data, data, sizeof(data)), 0);
}

/* P4 */
static void error_data_is_bounded(struct kunit *test)
{
	struct error_test *et = test->priv;

	et->error.data = et->kt.rec.entry;
	et->error.len = 10 * DPC_ERROR_DATA_MAX;
	error_tell(et);
	KUNIT_ASSERT_EQ(test, atomic_read(&et->seen.count), 1);
	KUNIT_EXPECT_EQ(test, et->seen.size, DPC_ERROR_DATA_MAX);
	dpc_error_flush();
	KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, ", 640 bytes of data: "));
	/* Two digits and a space each, and nothing behind the last. */
	KUNIT_EXPECT_EQ(test, strcspn(strstr(et->log.last, "data: ") + 6, "\n"),
			3 * DPC_ERROR_DATA_MAX - 1);
}

/* P4 */
static void error_without_data_has_none(struct kunit *test)
{
	struct error_test *et = test->priv;

	et->error.len = 5;
	error_tell(et);
	KUNIT_ASSERT_EQ(test, atomic_read(&et->seen.count), 1);
	KUNIT_EXPECT_EQ(test, et->seen.size, 0);
	dpc_error_flush();
	KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, ", no data"));
}

/* P4 */
static void error_packet_is_told_by_a_number(struct kunit *test)
{
	struct error_test *et = test->priv;
	u32 first;

	et->error.packet = (const struct dpc_packet *)et;
	error_tell(et);
	first = et->seen.packet;
	KUNIT_EXPECT_NE(test, first, 0);
	KUNIT_EXPECT_NE(test, first, lower_32_bits((uintptr_t)et));
	error_tell(et);
	KUNIT_EXPECT_EQ(test, et->seen.packet, first);
	et->error.packet = (const struct dpc_packet *)test;
	error_tell(et);
	KUNIT_EXPECT_NE(test, et->seen.packet, first);
}

/* M5 */
static void error_names_the_routine_that_tells_it(struct kunit *test)
{
	struct error_test *et = test->priv;
	char name[KSYM_SYMBOL_LEN];

	error_tell(et);
	snprintf(name, sizeof(name), "%ps", et->seen.function);
	KUNIT_EXPECT_NOT_NULL(test, strstr(name, "error_tell"));
	dpc_error_flush();
	KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, " in error_tell"));
}

/* P4 Q15 */
static void error_of_no_device_is_refused_and_counted(struct kunit *test)
{
	struct error_test *et = test->priv;
	u64 violations = dpc_violations();

	et->error.dev = NULL;
	error_tell(et);
	KUNIT_EXPECT_EQ(test, dpc_violations(), violations + 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&et->seen.count), 0);
	dpc_error_flush();
	KUNIT_EXPECT_EQ(test, et->log.lines, 0);
}

/* ---- the kernel log --------------------------------------------------------------- */

/* P4 */
static void error_line_says_it_all(struct kunit *test)
{
	static const u8 data[] = { 0xca, 0xfe };
	struct error_test *et = test->priv;
	char packet[32];

	et->error.unique = 3;
	et->error.status = -EIO;
	et->error.retries = 2;
	et->error.sequence = 77;
	et->error.packet = (const struct dpc_packet *)et;
	et->error.data = data;
	et->error.len = sizeof(data);
	error_tell(et);
	/* It comes without being asked for. */
	KUNIT_ASSERT_TRUE(test, rec_wait_until(READ_ONCE(et->log.lines) == 1));
	dpc_error_flush();
	KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, "error 0xe0000042 (0x3) in error_tell"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, "retry 2, request 77, packet "));
	snprintf(packet, sizeof(packet), "packet %08x, no interrupt,", et->seen.packet);
	KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, packet));
	KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, "2 bytes of data: ca fe"));
	if (IS_ENABLED(CONFIG_SYMBOLIC_ERRNAME))
		KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, "status -EIO,"));
	else
		KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, "status -5,"));
}

/* P4 */
static void error_line_has_an_ntstatus_in_hexadecimal(struct kunit *test)
{
	struct error_test *et = test->priv;

	et->error.status = (s32)0xc0000185;
	error_tell(et);
	dpc_error_flush();
	KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, "status 0xc0000185,"));
}

/* M3 P4 */
static void error_line_has_the_interrupt(struct kunit *test)
{
	struct error_test *et = error_connect(test);

	et->kt.in_dpc = error_tell_in_dpc;
	KUNIT_ASSERT_TRUE(test, kdev_fire(&et->kt));
	KUNIT_ASSERT_TRUE(test, kdev_wait(&et->kt.dpcs, 1));
	dpc_error_flush();
	KUNIT_EXPECT_NOT_NULL(test, strstr(et->log.last, ", interrupt 1 of kdev,"));
}

/* P4: ten lines, and how many errors have none. */
static void error_lines_are_limited_and_the_rest_is_counted(struct kunit *test)
{
	struct error_test *et = test->priv;

	et->errors = ERROR_LINES + 15;
	error_tell(et);
	dpc_error_flush();
	KUNIT_EXPECT_EQ(test, atomic_read(&et->seen.count), ERROR_LINES + 15);
	KUNIT_EXPECT_EQ(test, et->log.lines, ERROR_LINES);
	KUNIT_EXPECT_EQ(test, et->log.left_out, 15);
}

/* P4 */
static void error_limit_is_each_devices_own(struct kunit *test)
{
	struct error_test *et = test->priv;

	et->errors = ERROR_LINES + 5;
	error_tell(et);
	et->error.dev = et->dev[1];
	et->errors = ERROR_LINES - 2;
	error_tell(et);
	dpc_error_flush();
	KUNIT_EXPECT_EQ(test, et->log.lines_of[0], ERROR_LINES);
	KUNIT_EXPECT_EQ(test, et->log.lines_of[1], ERROR_LINES - 2);
	KUNIT_EXPECT_EQ(test, et->log.left_out, 5);
}

/* P4: the interval ends by itself; the count comes then, and so may new lines. */
static void error_interval_ends(struct kunit *test)
{
	struct error_test *et = test->priv;

	et->errors = ERROR_LINES + 3;
	error_tell(et);
	KUNIT_ASSERT_TRUE(test, rec_wait_until(READ_ONCE(et->log.left_out)));
	KUNIT_EXPECT_EQ(test, et->log.left_out, 3);
	et->errors = 1;
	error_tell(et);
	dpc_error_flush();
	KUNIT_EXPECT_EQ(test, et->log.lines, ERROR_LINES + 1);
}

/* P4: more devices than the log has room for. */
static void error_devices_without_room_are_counted(struct kunit *test)
{
	struct error_test *et = test->priv;
	unsigned int i;

	for (i = 0; i < ERROR_OWN; i++) {
		et->error.dev = et->dev[i];
		error_tell(et);
	}
	dpc_error_flush();
	KUNIT_EXPECT_EQ(test, et->log.lines, ERROR_DEVICES);
	KUNIT_EXPECT_EQ(test, et->log.unlisted, ERROR_OWN - ERROR_DEVICES);
}

static void error_storm(void *arg)
{
	struct error_test *et = arg;
	struct dpc_error error = et->error;

	error.dev = et->dev[atomic_inc_return(&et->told) % ERROR_OWN];
	dpc_log_error(NULL, &error);
}

/* P4: whatever has no line is counted, from all CPUs and while the worker prints. */
static void error_storm_loses_none_uncounted(struct kunit *test)
{
	struct error_test *et = test->priv;

	KUNIT_ASSERT_TRUE(test, storm_start(&et->kt.storm, error_storm, et));
	KUNIT_ASSERT_TRUE(test, storm_wait(&et->kt.storm, 500));
	KUNIT_ASSERT_TRUE(test, storm_stop(&et->kt.storm));
	dpc_error_flush();
	KUNIT_EXPECT_GT(test, et->log.left_out, 0);
	KUNIT_EXPECT_EQ(test, et->log.lines + et->log.left_out + et->log.unlisted,
			atomic_read(&et->told));
}

/* P4 I6 */
static void error_is_printed_when_its_interrupt_is_disconnected(struct kunit *test)
{
	struct error_test *et = test->priv;
	unsigned int refs = kref_read(&et->kt.dev->kobj.kref);

	error_connect(test);
	et->errors = ERROR_LINES + 1;
	error_tell(et);
	kdev_disconnect(&et->kt);
	KUNIT_EXPECT_EQ(test, et->log.lines, ERROR_LINES);
	KUNIT_EXPECT_EQ(test, et->log.left_out, 1);
	KUNIT_EXPECT_EQ(test, kref_read(&et->kt.dev->kobj.kref), refs);
}

/* P4 I6: this module stands in for the one that leaves. */
static void error_is_printed_when_a_module_leaves(struct kunit *test)
{
	struct error_test *et = test->priv;
	unsigned int refs = kref_read(&et->dev[0]->kobj.kref);

	ctx_need_module(test);
	error_tell(et);
	KUNIT_EXPECT_EQ(test, dpc_leave(THIS_MODULE), 0);
	KUNIT_EXPECT_EQ(test, et->log.lines, 1);
	KUNIT_EXPECT_EQ(test, kref_read(&et->dev[0]->kobj.kref), refs);
}

#define ERROR_CTX(_case)	KUNIT_CASE_PARAM(_case, error_ctx_gen_params)
#define ERROR_ANY(_case)	KUNIT_CASE_PARAM(_case, error_any_gen_params)
#define ERROR_TWO(_case)	KUNIT_CASE_PARAM(_case, error_two_gen_params)

static struct kunit_case error_cases[] = {
	ERROR_CTX(error_of_a_device_is_told_from), /* P4 */
	ERROR_CTX(error_of_an_interrupt_is_told_from), /* P4 */
	ERROR_ANY(error_in_an_isr_has_its_number), /* M3 P4 */
	ERROR_ANY(error_in_a_dpc_has_the_numbers_that_it_serves), /* M3 P4 */
	ERROR_TWO(error_in_a_work_item_has_the_numbers_that_it_serves), /* M3 P4 */
	KUNIT_CASE(error_of_a_merged_call_has_the_first_and_the_last_number), /* M3 P4 */
	ERROR_TWO(error_under_the_interrupts_lock), /* P4 S1 */
	KUNIT_CASE(error_fields_are_as_given), /* P4 */
	KUNIT_CASE(error_data_is_bounded), /* P4 */
	KUNIT_CASE(error_without_data_has_none), /* P4 */
	KUNIT_CASE(error_packet_is_told_by_a_number), /* P4 */
	KUNIT_CASE(error_names_the_routine_that_tells_it), /* M5 */
	KUNIT_CASE(error_of_no_device_is_refused_and_counted), /* P4 Q15 */
	KUNIT_CASE(error_line_says_it_all), /* P4 */
	KUNIT_CASE(error_line_has_an_ntstatus_in_hexadecimal), /* P4 */
	ERROR_TWO(error_line_has_the_interrupt), /* M3 P4 */
	KUNIT_CASE(error_lines_are_limited_and_the_rest_is_counted), /* P4 */
	KUNIT_CASE(error_limit_is_each_devices_own), /* P4 */
	KUNIT_CASE_SLOW(error_interval_ends), /* P4 */
	KUNIT_CASE(error_devices_without_room_are_counted), /* P4 */
	KUNIT_CASE(error_storm_loses_none_uncounted), /* P4 */
	ERROR_TWO(error_is_printed_when_its_interrupt_is_disconnected), /* P4 I6 */
	KUNIT_CASE(error_is_printed_when_a_module_leaves), /* P4 I6 */
	{ }
};

static struct kunit_suite error_suite = {
	.name = "dpc_error",
	.init = error_init,
	.exit = error_exit,
	.test_cases = error_cases,
};

kunit_test_suite(error_suite);

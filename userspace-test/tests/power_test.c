// SPDX-License-Identifier: GPL-2.0-only
/*
 * power_test: the machine is suspended and resumed while the device is in use, and the device
 * alone while it is not.
 *
 * With pm_test the kernel goes on by itself after a second.  A real s2idle is ended by keys
 * that QEMU holds for some seconds.  Errors of the bus are what QEMU has the first device's
 * root port report; the kernel then resets the link.
 */
#define _GNU_SOURCE
#include "edu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define POWER		"/sys/power/"
#define SUCCESSES	POWER "suspend_stats/success"
#define DELAY		"/sys/module/suspend/parameters/pm_test_delay"
#define KEYBOARD	"/sys/devices/platform/i8042/serio0/power/wakeup"
#define TRACING		"/sys/kernel/tracing/"
#define ANNOUNCED	TRACING "events/dpc/dpc_interrupt/enable"
#define TRACE		TRACING "trace"
#define DRIVER		"/sys/bus/pci/drivers/dpc_edu/"
#define CYCLES		3
#define WAIT_S		20

/* The interrupt enable bit of the device, in the status register of BAR 0; see regs.h. */
#define REG_STATUS	(0x20 / sizeof(uint32_t))
#define STATUS_INTERRUPT 0x80

/* ---- Users of the device ------------------------------------------------------------- */

enum { USE_FACTORIAL, USE_DMA, USE_STATE, USE_BURST, USES };

/* What they have come to; shared with them. */
struct use {
	_Atomic uint32_t	served[USES];
	_Atomic uint32_t	interrupted;	/* bursts that ended with EINTR */
	_Atomic bool		stop;
};

static struct use *use;

static int use_factorial(void *arg)
{
	int fd = edu_open(O_RDWR);
	uint32_t result;

	(void)arg;
	for (; !use->stop; use->served[USE_FACTORIAL]++) {
		ASSERT_RET(0, edu_factorial(fd, 12, &result));
		ASSERT_EQ(result, factorial(12));
	}
	return 0;
}

static int use_dma(void *arg)
{
	uint8_t out[64], back[64];
	int fd = edu_open(O_RDWR);

	(void)arg;
	for (; !use->stop; use->served[USE_DMA]++) {
		fill_random(out, sizeof(out));
		ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, out, 0, sizeof(out)));
		ASSERT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, sizeof(back)));
		ASSERT(!memcmp(out, back, sizeof(out)), "other data");
	}
	return 0;
}

static int use_state(void *arg)
{
	struct dpc_edu_state state;
	int fd = edu_open(O_RDWR);

	(void)arg;
	for (; !use->stop; use->served[USE_STATE]++)
		ASSERT_RET(0, edu_state(fd, &state));
	return 0;
}

/* The only calls that freezing ends: to do them again would raise more than was asked for. */
static int use_burst(void *arg)
{
	int fd = edu_open(O_RDWR), err;

	(void)arg;
	for (; !use->stop; use->served[USE_BURST]++) {
		err = edu_burst(fd, 100, 100, NULL);
		if (err == -EINTR)
			use->interrupted++;
		else
			ASSERT_RET(0, err);
	}
	return 0;
}

static pid_t use_pids[USES];

static void use_begin(void)
{
	int (*const users[USES])(void *) = {
		[USE_FACTORIAL] = use_factorial, [USE_DMA] = use_dma, [USE_STATE] = use_state,
		[USE_BURST] = use_burst,
	};
	int i;

	use = mmap(NULL, sizeof(*use), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT(use != MAP_FAILED, "mmap: %m");
	for (i = 0; i < USES; i++)
		use_pids[i] = ktap_spawn(users[i], NULL);
}

/* Each of them gets something done, and that several times. */
static bool use_goes_on(void)
{
	uint32_t at[USES];
	int i;

	for (i = 0; i < USES; i++)
		at[i] = use->served[i];
	for (i = 0; i < USES; i++)
		if (!KTAP_WAIT(WAIT_S, use->served[i] > at[i] + 1))
			return false;
	return true;
}

/* Every raise is in one number of the books, those that were dropped at suspend too. */
static void use_end(int fd)
{
	struct dpc_raises r;
	int i;

	use->stop = true;
	for (i = 0; i < USES; i++)
		EXPECT_RET(0, ktap_reap(use_pids[i], 2 * WAIT_S));
	ASSERT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_RAISES_GET, &r));
	EXPECT_EQ(r.raised, r.interrupts + r.merged + r.dropped + r.pending);
}

/* ---- Files of the kernel ------------------------------------------------------------- */

static long long number_in(const char *path)
{
	char text[40];

	ASSERT_RET(0, file_read(path, text, sizeof(text)));
	return atoll(text);
}

static void need(const char *path)
{
	if (access(path, W_OK))
		ktap_skip("no %s in this kernel", path);
}

/* A file in power/ of the first device. */
static const char *power_file(const char *name)
{
	static char path[100];
	char bdf[32];

	edu_bdf(0, bdf);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/power/%s", bdf, name);
	return path;
}

static bool power_is(const char *status)
{
	char text[40];

	return !file_read(power_file("runtime_status"), text, sizeof(text)) &&
	       !strcmp(text, status);
}

/* Whether the device itself may interrupt.  This wakes nothing. */
static bool device_may_interrupt(void)
{
	uint32_t *bar;
	char bdf[32];
	bool may;

	edu_bdf(0, bdf);
	bar = edu_map(bdf);
	may = __atomic_load_n(&bar[REG_STATUS], __ATOMIC_RELAXED) & STATUS_INTERRUPT;
	munmap(bar, EDU_MAPPED);
	return may;
}

/* ---- The machine sleeps -------------------------------------------------------------- */

static void trace_clear(void)
{
	FILE *trace = fopen(TRACE, "we");

	ASSERT(trace, "%s: %m", TRACE);
	fclose(trace);
}

/*
 * How often the object was enabled: the core announces it then, from a thread.  Now and then
 * an ISR announces it as well, which the third of the flags tells, or the name of its thread.
 */
static int enablings(const char *name)
{
	char line[1000], *flags;
	FILE *trace = fopen(TRACE, "re");
	int n = 0;

	ASSERT(trace, "%s: %m", TRACE);
	while (fgets(line, sizeof(line), trace)) {
		flags = strstr(line, "] ");
		n += flags && flags[4] == '.' && !strstr(line, "irq/") &&
		     strstr(flags, "dpc_interrupt:") && strstr(flags, name);
	}
	fclose(trace);
	return n;
}

/* @prepare is called before each suspend. */
static void suspend_under_load(void (*prepare)(void))
{
	const char *name = strrchr(edu_path[0], '/') + 1;
	int fd = edu_open(O_RDWR), i;
	long long before;
	uint32_t result;

	need(POWER "state");
	edu_budgets_off(fd);
	ASSERT_RET(0, file_write(ANNOUNCED, "1"));
	use_begin();
	for (i = 0; i < CYCLES; i++) {
		EXPECT(use_goes_on(), "no load before cycle %d", i);
		before = number_in(SUCCESSES);
		prepare();
		trace_clear();
		EXPECT_RET(0, file_write(POWER "state", "freeze"));
		EXPECT_EQ(number_in(SUCCESSES), before + 1);
		/* One that suspend has not disabled is not enabled by resume. */
		EXPECT_EQ(enablings(name), 1);
		EXPECT(device_may_interrupt(), "the device is still quiet");
		EXPECT(use_goes_on(), "no load after cycle %d", i);
		EXPECT_RET(0, edu_factorial(fd, 9, &result));
		EXPECT_EQ(result, factorial(9));
	}
	use_end(fd);
	file_write(ANNOUNCED, "0");
	close(fd);
}

static void pm_test(const char *level)
{
	need(POWER "pm_test");
	ASSERT_RET(0, file_write(DELAY, "1"));
	ASSERT_RET(0, file_write(POWER "pm_test", level));
}

static void nothing(void)
{
}

/* I5, I6, I7: disabled at suspend, enabled at resume, and nothing is lost or mixed up. */
TEST(power, requests_go_on_after_devices_were_suspended, 200)
{
	pm_test("devices");
	suspend_under_load(nothing);
	pm_test("none");
}

/* I5, I6, I7: the same with all callbacks of the bus, which may take the power away. */
TEST(power, requests_go_on_after_interrupts_were_off, 200)
{
	pm_test("platform");
	suspend_under_load(nothing);
	pm_test("none");
}

/* One key after another, each held for three seconds: to let go of it wakes the machine. */
static void hold_keys(void)
{
	int i;

	ASSERT_RET(0, file_write(KEYBOARD, "enabled"));
	for (i = 0; i < 10; i++)
		ASSERT(!system("qemu-monitor sendkey a 3000"), "QEMU takes no key");
}

/* I5, I6, I7 */
TEST(power, requests_go_on_after_s2idle, 200)
{
	need(KEYBOARD);
	suspend_under_load(hold_keys);
}

/* A request that the device does not end prevents the suspend, and is not harmed. */
TEST(power, suspend_does_not_wait_for_ever, 100)
{
	uint8_t data[64];
	int fd = edu_open(O_RDWR);
	long long before;
	pid_t pid;

	pm_test("devices");
	before = number_in(SUCCESSES);
	/* Its interrupt gets lost, and nobody looks at the device for long. */
	ASSERT_RET(0, file_write(OVERDUE_PARAM, "60000"));
	pid = edu_spawn_dma();
	edu_bus_master(false);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ASSERT_RET(0, file_write(OVERDUE_PARAM, "500"));
	EXPECT_RET(-EBUSY, file_write(POWER "state", "freeze"));
	EXPECT_EQ(number_in(SUCCESSES), before);
	pm_test("none");
	edu_bus_master(true);
	/* Any interrupt tells of the lost one, too. */
	EXPECT_RET(0, edu_burst(fd, 1, 0, NULL));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, sizeof(data)));
	EXPECT_RET(0, file_write(OVERDUE_PARAM, "2000"));
	close(fd);
}

/* ---- The device sleeps alone --------------------------------------------------------- */

static void runtime_pm_begin(const char *delay_ms)
{
	need(power_file("control"));
	ASSERT_RET(0, file_write(power_file("autosuspend_delay_ms"), delay_ms));
	ASSERT_RET(0, file_write(power_file("control"), "auto"));
}

static void runtime_pm_end(void)
{
	ASSERT_RET(0, file_write(power_file("control"), "on"));
	EXPECT(power_is("active"), "the device still sleeps");
	EXPECT_RET(0, file_write(power_file("autosuspend_delay_ms"), "1000"));
}

static void expect_asleep(void)
{
	ASSERT(KTAP_WAIT(WAIT_S, power_is("suspended")), "the device does not suspend");
	EXPECT(!device_may_interrupt(), "it may interrupt while it is suspended");
}

/* I5: disabled while it sleeps, enabled for a request; an open file is none. */
TEST(runtime, idle_device_sleeps_and_a_request_wakes_it)
{
	uint8_t data[64], back[64];
	struct dpc_edu_state state;
	uint32_t result;
	int fd = edu_open(O_RDWR), i;

	runtime_pm_begin("10");
	for (i = 0; i < 10; i++) {
		expect_asleep();
		EXPECT_RET(0, edu_factorial(fd, i, &result));
		EXPECT_EQ(result, factorial(i));
		expect_asleep();
		fill_random(data, sizeof(data));
		EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
		expect_asleep();
		EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, sizeof(back)));
		EXPECT(!memcmp(data, back, sizeof(data)), "other data");
		expect_asleep();
		EXPECT_RET(0, edu_burst(fd, 3, 0, NULL));
		expect_asleep();
		EXPECT_RET(0, edu_state(fd, &state));
	}
	runtime_pm_end();
	EXPECT(device_may_interrupt(), "it may not interrupt");
	close(fd);
}

/* I5: nothing of that needs the device, and none of it is enabled by the way. */
TEST(runtime, questions_and_switches_do_not_wake_it)
{
	struct dpc_snapshot stats;
	struct dpc_raises raises;
	struct dpc_edu_info info;
	uint32_t result;
	int fd = edu_open(O_RDWR), model;

	runtime_pm_begin("10");
	expect_asleep();
	for (model = 0; model < DPC_MODEL_NR; model++) {
		struct dpc_model_info about;

		ASSERT_RET(0, edu_model_query(fd, model, &about));
		if (!about.available)
			continue;
		ASSERT_RET(0, edu_model_set(fd, model));
		edu_info(fd, &info);
		edu_stats(fd, -1, &stats);
		EXPECT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_RAISES_GET, &raises));
		EXPECT(power_is("suspended"), "model %s: it was woken", model_names[model]);
		EXPECT(!device_may_interrupt(), "model %s: it may interrupt", model_names[model]);
		EXPECT_RET(0, edu_factorial(fd, 7, &result));
		EXPECT_EQ(result, factorial(7));
		expect_asleep();
	}
	ASSERT_RET(0, edu_model_set(fd, edu_model));
	runtime_pm_end();
	close(fd);
}

/* I5, I6: many requests beside many suspends; those that meet one are served all the same. */
TEST(runtime, suspends_under_load, 200)
{
	int fd = edu_open(O_RDWR), i;
	uint32_t result;

	edu_budgets_off(fd);
	runtime_pm_begin("0");
	use_begin();
	EXPECT(use_goes_on() && use_goes_on(), "no load");
	use_end(fd);
	EXPECT_EQ(use->interrupted, 0);
	/* One at a time: each comes when the device has just gone to sleep, or is about to. */
	for (i = 0; i < 300; i++) {
		EXPECT_RET(0, edu_factorial(fd, i % 13, &result));
		EXPECT_EQ(result, factorial(i % 13));
	}
	expect_asleep();
	runtime_pm_end();
	close(fd);
}

/* I5: the machine's suspend finds it asleep, and it works after that. */
TEST(runtime, sleeping_device_meets_suspend_of_the_machine, 100)
{
	static const char * const levels[] = { "devices", "platform" };
	int fd = edu_open(O_RDWR), i;
	uint32_t result;

	runtime_pm_begin("10");
	for (i = 0; i < (int)ARRAY_SIZE(levels); i++) {
		expect_asleep();
		pm_test(levels[i]);
		EXPECT_RET(0, file_write(POWER "state", "freeze"));
		EXPECT_RET(0, edu_factorial(fd, 10, &result));
		EXPECT_EQ(result, factorial(10));
	}
	pm_test("none");
	expect_asleep();
	runtime_pm_end();
	close(fd);
}

/* I6: and the next driver finds a device that is awake. */
TEST(runtime, sleeping_device_is_unbound_and_bound_again)
{
	char bdf[32];
	int fd, i;

	edu_bdf(0, bdf);
	for (i = 0; i < 5; i++) {
		runtime_pm_begin("10");
		expect_asleep();
		ASSERT_RET(0, file_write(DRIVER "unbind", bdf));
		EXPECT(access(edu_path[0], F_OK), "%s stays", edu_path[0]);
		ASSERT_RET(0, file_write(DRIVER "bind", bdf));
		ASSERT(KTAP_WAIT(WAIT_S, !access(edu_path[0], F_OK)), "no %s", edu_path[0]);
		fd = edu_open(O_RDWR);
		EXPECT_RET(0, edu_factorial(fd, 5, NULL));
		expect_asleep();
		EXPECT_RET(0, edu_burst(fd, 1, 0, NULL));
		close(fd);
	}
	runtime_pm_end();
}

/* ---- Errors of the bus, and resets --------------------------------------------------- */

/* The first device is behind slot0. */
static void report_error(const char *error)
{
	char command[200];

	snprintf(command, sizeof(command), "qemu-monitor pcie_aer_inject_error slot0 %s", error);
	ASSERT(!system(command), "QEMU reports no error %s", error);
}

/* How often the kernel has recovered from an error. */
static int recoveries(void)
{
	FILE *count = popen("dmesg | grep -c 'device recovery successful'", "re");
	int n = -1, got;

	ASSERT(count, "no dmesg: %m");
	got = fscanf(count, "%d", &n);
	pclose(count);
	ASSERT_EQ(got, 1);
	return n;
}

static int works(int fd)
{
	uint32_t result;
	int err = edu_factorial(fd, 8, &result);

	return err ?: result == factorial(8) ? 0 : -EILSEQ;
}

/* A transfer that an error meets, and the reader that is told: its memory is not touched. */
static int use_met(void *arg)
{
	uint8_t *data = map_pages(1);
	int fd = edu_open(O_RDWR);

	(void)arg;
	EXPECT_RET(-EIO, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, ALL));
	EXPECT(all_bytes(data, POISON, ALL), "something came");
	return 0;
}

/* One that waits for its turn, or comes when all is well again. */
static int use_beside(void *arg)
{
	uint8_t *data = map_pages(1);
	int fd = edu_open(O_RDWR), err;

	(void)arg;
	err = edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, ALL);
	EXPECT(!err || err == -EIO, "%s", ktap_errno(err));
	return 0;
}

/* Everything works as before: by interrupt, and with access to memory. */
static void expect_recovered(int fd)
{
	uint8_t data[64], back[64];
	struct dpc_edu_state state;
	struct dpc_raises r;

	ASSERT(KTAP_WAIT(WAIT_S, !works(fd)), "it does not work");
	fill_random(data, sizeof(data));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data, 0, sizeof(data)));
	EXPECT_RET(0, edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, back, 0, sizeof(back)));
	EXPECT(!memcmp(data, back, sizeof(data)), "other data");
	EXPECT_RET(0, edu_burst(fd, 10, 0, NULL));
	EXPECT_RET(0, edu_state(fd, &state));
	EXPECT(device_may_interrupt(), "the device is quiet");
	ASSERT_RET(0, edu_ioctl(fd, DPC_EDU_IOC_RAISES_GET, &r));
	EXPECT_EQ(r.raised, r.interrupts + r.merged + r.dropped + r.pending);
}

static void recover_from(void (*error)(void))
{
	int fd = edu_open(O_RDWR), i;
	pid_t running, waiting;

	/* No lost interrupt is found, and no request is given up, within the test. */
	ASSERT_RET(0, file_write(OVERDUE_PARAM, "60000"));
	ASSERT_RET(0, file_write(TIMEOUT_PARAM, "60000"));
	for (i = 0; i < CYCLES; i++) {
		running = ktap_spawn(use_met, NULL);
		ASSERT(KTAP_WAIT(WAIT_S, edu_dma_busy(fd)), "no transfer");
		/* It comes to no end, as its interrupt gets lost. */
		edu_bus_master(false);
		waiting = ktap_spawn(use_beside, NULL);
		error();
		EXPECT_RET(0, ktap_reap(running, WAIT_S));
		EXPECT_RET(0, ktap_reap(waiting, WAIT_S));
		expect_recovered(fd);
	}
	ASSERT_RET(0, file_write(OVERDUE_PARAM, "2000"));
	ASSERT_RET(0, file_write(TIMEOUT_PARAM, "10000"));
	close(fd);
}

static void fatal_error(void)
{
	report_error("DLP");
}

/* I5, I6: frozen, reset, set up again; the request that it met has failed. */
TEST(recover, fatal_error_fails_what_runs_and_is_recovered_from)
{
	int before = recoveries();

	recover_from(fatal_error);
	EXPECT(KTAP_WAIT(WAIT_S, recoveries() == before + CYCLES), "the kernel does not say so");
}

static void nonfatal_error(void)
{
	report_error("COMP_TIME");
}

/* I5, I6: the device can still be reached, and needs no reset. */
TEST(recover, nonfatal_error_fails_what_runs_and_is_recovered_from)
{
	int before = recoveries();

	recover_from(nonfatal_error);
	EXPECT(KTAP_WAIT(WAIT_S, recoveries() == before + CYCLES), "the kernel does not say so");
}

static void reset(void)
{
	char bdf[32], path[100];

	edu_bdf(0, bdf);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset", bdf);
	ASSERT_RET(0, file_write(path, "1"));
}

static bool is_eio(int fd)
{
	uint8_t data[64];

	return edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data, 0, sizeof(data)) == -EIO;
}

/* I5: an error while it dozes: it works afterwards, and dozes again. */
TEST(recover, sleeping_device_meets_an_error)
{
	int fd = edu_open(O_RDWR), before = recoveries();

	runtime_pm_begin("10");
	expect_asleep();
	fatal_error();
	EXPECT(KTAP_WAIT(WAIT_S, recoveries() == before + 1), "not recovered");
	EXPECT(KTAP_WAIT(WAIT_S, !is_eio(fd)), "it does not work");
	expect_asleep();
	EXPECT_RET(0, works(fd));
	runtime_pm_end();
	expect_recovered(fd);
	close(fd);
}

/* I5, I6: what comes to its end in time is served, the rest fails, and all goes on. */
TEST(recover, reset_is_recovered_from)
{
	int fd = edu_open(O_RDWR), i;

	for (i = 0; i < CYCLES; i++) {
		reset();
		expect_recovered(fd);
	}
	close(fd);
}

/* I6 */
TEST(recover, device_that_was_reset_can_be_unbound)
{
	char bdf[32];
	int fd = edu_open(O_RDWR);

	edu_bdf(0, bdf);
	reset();
	ASSERT_RET(0, file_write(DRIVER "unbind", bdf));
	EXPECT_RET(-ENODEV, edu_factorial(fd, 3, NULL));
	close(fd);
	ASSERT_RET(0, file_write(DRIVER "bind", bdf));
	ASSERT(KTAP_WAIT(WAIT_S, !access(edu_path[0], F_OK)), "no %s", edu_path[0]);
	fd = edu_open(O_RDWR);
	expect_recovered(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	(void)argc;
	return ktap_run(argv + 1, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault_test: memory runs out, one allocation after the other.
 *
 * Needs fault injection (failslab, fail-nth; Documentation/fault-injection in
 * Linux).  That nothing leaks is for kmemleak to say, after this program.
 */
#define _GNU_SOURCE
#include "edu.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FAIL_NTH	"/proc/thread-self/fail-nth"
#define DRIVER		"/sys/bus/pci/drivers/dpc_edu/"
#define MOST		500	/* more allocations than anything here makes */

static int nth_fd = -1;

static void arm(int n)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", n);

	ASSERT_EQ(pwrite(nth_fd, text, length, 0), length);
}

/* Disarm; false when there was no n-th allocation to fail. */
static bool was_injected(void)
{
	char text[16] = "";

	ASSERT(pread(nth_fd, text, sizeof(text) - 1, 0) > 0, "fail-nth");
	arm(0);
	return atoi(text) == 0;
}

/* Of the kernel's symbol @wanted; fails the test. */
static unsigned long address_of(const char *wanted)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	unsigned long address, found = 0;
	char name[128];

	ASSERT(f, "/proc/kallsyms");
	while (!found && fscanf(f, "%lx %*c %127s%*[^\n]", &address, name) == 2)
		found = strcmp(name, wanted) ? 0 : address;
	fclose(f);
	ASSERT(found, "%s", wanted);
	return found;
}

/*
 * Not while ACPI interprets a method (power and routing of a PCI device): then
 * it uses what it has freed, as KASAN finds on 6.12.
 */
static void spare_acpi(const char *set)
{
	unsigned long start = address_of("acpi_ps_execute_method");
	char path[100], text[32];

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/reject-start", set);
	snprintf(text, sizeof(text), "%#lx", start);
	ASSERT_RET(0, file_write(path, text));
	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/reject-end", set);
	snprintf(text, sizeof(text), "%#lx", start + 2048);
	ASSERT_RET(0, file_write(path, text));
	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/stacktrace-depth", set);
	ASSERT_RET(0, file_write(path, "32"));
}

static void need_faults(void)
{
	static const char * const sets[] = { "failslab", "fail_page_alloc" };
	char path[100];
	unsigned int i;

	nth_fd = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	if (nth_fd < 0 || access("/sys/kernel/debug/failslab", F_OK))
		ktap_skip("this kernel has no fault injection");
	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/ignore-gfp-wait", sets[i]);
		file_write(path, "N");
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/verbose", sets[i]);
		file_write(path, "0");
		spare_acpi(sets[i]);
	}
	file_write("/sys/kernel/debug/fail_page_alloc/min-order", "0");
}

/* Call @call with its 1st, 2nd, ... allocation failing until none is left. */
#define FAIL_EACH(_call, ...)								\
	do {										\
		int _n, _err, _failed = 0;						\
		bool _hit;								\
											\
		for (_n = 1; _n < MOST; _n++) {						\
			arm(_n);							\
			_err = (_call);							\
			_hit = was_injected();						\
			if (!_hit)							\
				break;							\
			EXPECT(_err >= 0 || _err == -ENOMEM || _err == -EFAULT,		\
			       "allocation %d: %s", _n, ktap_errno(_err));		\
			_failed += _err < 0;						\
			__VA_ARGS__;							\
		}									\
		EXPECT(_n > 1, "nothing was injected");					\
		EXPECT(_n < MOST, "no end");						\
		EXPECT(_err >= 0, "without a fault: %s", ktap_errno(_err));		\
		ktap_note("%d allocations, %d of them make it fail", _n - 1, _failed);	\
	} while (0)

static int try_open(void)
{
	int fd = open(edu_path[0], O_RDWR);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

TEST(fault, open)
{
	need_faults();
	FAIL_EACH(try_open());
}

TEST(fault, factorial, 60)
{
	int fd = edu_open(O_RDWR);

	need_faults();
	FAIL_EACH(edu_factorial(fd, 9, NULL));
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, 0) != -EBUSY), "in flight");
}

TEST(fault, burst, 60)
{
	int fd = edu_open(O_RDWR);

	need_faults();
	FAIL_EACH(edu_burst(fd, 3, 0, NULL));
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, 0) != -EBUSY), "in flight");
}

TEST(fault, dma_to_device, 120)
{
	uint8_t *data = map_pages(2);
	int fd = edu_open(O_RDWR);

	need_faults();
	FAIL_EACH(edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data + 4000, 0, 200));
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, 0) != -EBUSY), "in flight");
}

TEST(fault, dma_from_device, 120)
{
	uint8_t *data = map_pages(2);
	int fd = edu_open(O_RDWR);

	need_faults();
	FAIL_EACH(edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data + 4000, 0, 200));
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, 0) != -EBUSY), "in flight");
}

/* When the interrupt can't be requested with either model, the device is without one. */
TEST(fault, model_switch, 60)
{
	int fd = edu_open(O_RDWR), model = 0;

	need_faults();
	FAIL_EACH(edu_model_set(fd, model = !model), ({
		EXPECT_EQ(edu_model_get(fd), _err ? !model : model);
		model = edu_model_get(fd);
		EXPECT_RET(0, edu_factorial(fd, 9, NULL));
	}));
	ASSERT_RET(0, edu_model_set(fd, 0));
}

static int try_open_node(void)
{
	int fd = open(NODE_PATH, O_RDWR);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* Each call of /dev/dpc copies its argument. */
TEST(fault, calls_of_the_core, 60)
{
	int fd = edu_open(O_RDWR), node = node_open(O_RDWR);
	uint32_t id = edu_id(fd), ids[64], nr;
	struct dpc_object object;
	struct dpc_snapshot s;

	need_faults();
	FAIL_EACH(try_open_node());
	FAIL_EACH(node_list(node, ids, ARRAY_SIZE(ids), &nr));
	FAIL_EACH(node_object(node, id, &object));
	FAIL_EACH(node_snapshot(node, id, DPC_SNAPSHOT_CPU_ALL, &s));
	FAIL_EACH(node_budget_set(node, id, DPC_STAGE_DPC, 100));
	FAIL_EACH(node_reset(node, id));
	EXPECT_RET(0, edu_factorial(fd, 9, NULL));
}

static char bdf[32];

static int try_bind(void)
{
	return file_write(DRIVER "bind", bdf);
}

/* Bound in spite of the fault, or not: afterwards it is unbound. */
static void unbind(int err)
{
	char path[100];

	if (!err) {
		ASSERT_RET(0, file_write(DRIVER "unbind", bdf));
		return;
	}
	snprintf(path, sizeof(path), DRIVER "%s", bdf);
	EXPECT(access(path, F_OK), "bound, but bind gave %s", ktap_errno(err));
}

TEST(fault, probe, 1200)
{
	int n, err, failed = 0;

	need_faults();
	edu_bdf(0, bdf);
	unbind(0);
	for (n = 1; n < MOST; n++) {
		arm(n);
		err = try_bind();
		if (!was_injected())
			break;
		failed += err < 0;
		unbind(err);
	}
	ktap_note("%d allocations, %d of them make it fail", n - 1, failed);
	EXPECT(n > 50, "only %d were injected", n - 1);
	EXPECT(n < MOST, "no end");
	EXPECT_RET(0, err);
	EXPECT(KTAP_WAIT(20, !access(edu_path[0], F_OK)), "%s", edu_path[0]);
	EXPECT_RET(0, edu_factorial(edu_open(O_RDWR), 9, NULL));
}

int main(int argc, char **argv)
{
	(void)argc;
	return ktap_run(argv + 1, NULL, NULL);
}

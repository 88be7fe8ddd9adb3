// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drives a device "edu" of QEMU through ISR, DPC and work item, with each model of the
 * second stage, and looks at /dev/dpc whether each interrupt was counted once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/dpc.h>
#include <linux/dpc_edu.h>

#include "../kselftest_harness.h"

#define OBJECTS		64
#define INTERRUPTS	50

FIXTURE(edu) {
	int		core;
	int		device;
	uint32_t	id;
};

static uint32_t edu_find(int core, const char *name)
{
	uint32_t ids[OBJECTS];
	struct dpc_list list = { .ids = (uintptr_t)ids, .room = OBJECTS };
	uint32_t i;

	if (ioctl(core, DPC_IOC_LIST, &list))
		return 0;
	for (i = 0; i < list.nr && i < OBJECTS; i++) {
		struct dpc_object object = { .id = ids[i] };

		if (!ioctl(core, DPC_IOC_OBJECT_GET, &object) &&
		    object.kind == DPC_OBJECT_INTERRUPT && !strcmp(object.name, name))
			return ids[i];
	}
	return 0;
}

FIXTURE_SETUP(edu)
{
	self->core = open("/dev/dpc", O_RDWR | O_CLOEXEC);
	if (self->core < 0)
		SKIP(return, "no /dev/dpc to write to: %s", strerror(errno));
	self->device = open("/dev/dpc_edu0", O_RDWR | O_CLOEXEC);
	if (self->device < 0)
		SKIP(return, "no /dev/dpc_edu0 (qemu -device edu): %s", strerror(errno));
	self->id = edu_find(self->core, "dpc_edu0");
	ASSERT_NE(0, self->id);
}

FIXTURE_TEARDOWN(edu)
{
	close(self->device);
	close(self->core);
}

FIXTURE_VARIANT(edu) {
	uint32_t model;
};

#define EDU_MODEL(_name)						\
	FIXTURE_VARIANT_ADD(edu, _name) {				\
		.model = DPC_MODEL_##_name,				\
	}

EDU_MODEL(DPC);
EDU_MODEL(TASKLET);
EDU_MODEL(BH_WQ);
EDU_MODEL(IRQ_POLL);
EDU_MODEL(THREADED);
EDU_MODEL(WQ);
EDU_MODEL(WQ_UNBOUND);
EDU_MODEL(KTHREAD);
EDU_MODEL(HARDIRQ);

/* The model of the variant, until the file is closed; false if this kernel lacks it. */
static bool edu_take_model(FIXTURE_DATA(edu) *self, uint32_t model)
{
	struct dpc_model_info info = { .model = model };
	struct dpc_hold hold = { .id = self->id };
	struct dpc_model_set set = { .id = self->id, .model = model };

	return !ioctl(self->core, DPC_IOC_MODEL_QUERY, &info) && info.available &&
	       !ioctl(self->core, DPC_IOC_HOLD_TAKE, &hold) &&
	       !ioctl(self->core, DPC_IOC_MODEL_SET, &set);
}

TEST_F(edu, each_interrupt_is_counted_once)
{
	struct dpc_edu_burst burst = { .count = INTERRUPTS, .pace_us = 500 };
	struct dpc_snapshot snapshot = { .id = self->id, .cpu = DPC_SNAPSHOT_CPU_ALL };
	struct dpc_id id = { .id = self->id };
	uint64_t came, dpcs;

	if (!edu_take_model(self, variant->model))
		SKIP(return, "this kernel has no such model");
	ASSERT_EQ(0, ioctl(self->core, DPC_IOC_RESET, &id));
	ASSERT_EQ(0, ioctl(self->device, DPC_EDU_IOC_BURST_RUN, &burst));
	ASSERT_EQ(INTERRUPTS, burst.raised);
	ASSERT_EQ(0, ioctl(self->core, DPC_IOC_SNAPSHOT, &snapshot));

	came = burst.last_seq - burst.first_seq;
	dpcs = snapshot.stage[DPC_STAGE_DPC].count + snapshot.stage[DPC_STAGE_DPC].coalesced;
	EXPECT_LE(1, came);
	EXPECT_GE(INTERRUPTS, came);
	EXPECT_EQ(came, snapshot.stage[DPC_STAGE_ISR].count);
	EXPECT_EQ(came, dpcs);
}

TEST_F(edu, factorial_is_right)
{
	struct dpc_edu_factorial factorial = { .n = 10 };

	if (!edu_take_model(self, variant->model))
		SKIP(return, "this kernel has no such model");
	ASSERT_EQ(0, ioctl(self->device, DPC_EDU_IOC_FACTORIAL_RUN, &factorial));
	EXPECT_EQ(3628800, factorial.result);
}

TEST_F(edu, transfer_arrives)
{
	uint8_t out[256], in[256] = { 0 };
	struct dpc_edu_dma dma = {
		.user = (uintptr_t)out, .count = sizeof(out), .direction = DPC_EDU_DMA_TO_DEVICE,
	};
	unsigned int i;

	if (!edu_take_model(self, variant->model))
		SKIP(return, "this kernel has no such model");
	for (i = 0; i < sizeof(out); i++)
		out[i] = i * 7 + variant->model;
	ASSERT_EQ(0, ioctl(self->device, DPC_EDU_IOC_DMA_RUN, &dma));
	dma.user = (uintptr_t)in;
	dma.direction = DPC_EDU_DMA_FROM_DEVICE;
	ASSERT_EQ(0, ioctl(self->device, DPC_EDU_IOC_DMA_RUN, &dma));
	EXPECT_EQ(0, memcmp(out, in, sizeof(in)));
}

TEST(who_may_only_read_changes_nothing)
{
	int core = open("/dev/dpc", O_RDONLY | O_CLOEXEC);
	struct dpc_id id = { .id = DPC_ID_UNBOUND };

	if (core < 0)
		SKIP(return, "no /dev/dpc: %s", strerror(errno));
	EXPECT_EQ(-1, ioctl(core, DPC_IOC_RESET, &id));
	EXPECT_EQ(EPERM, errno);
	close(core);
}

TEST_HARNESS_MAIN

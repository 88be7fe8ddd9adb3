// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault_test: whatever can fail does, one after the other (see fault.h).  Here: the device.
 *
 * That nothing leaks is for kmemleak to say, after this program.
 */
#define _GNU_SOURCE
#include "fault.h"
#include "pci.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

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
	fault_need();
	FAIL_EACH(try_open());
}

TEST(fault, factorial, 60)
{
	int fd = edu_open(O_RDWR);

	fault_need();
	FAIL_EACH(edu_factorial(fd, 9, NULL));
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, 0) != -EBUSY), "in flight");
}

TEST(fault, burst, 60)
{
	int fd = edu_open(O_RDWR);

	fault_need();
	FAIL_EACH(edu_burst(fd, 3, 0, NULL));
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, 0) != -EBUSY), "in flight");
}

TEST(fault, dma_to_device, 120)
{
	uint8_t *data = map_pages(2);
	int fd = edu_open(O_RDWR);

	fault_need();
	FAIL_EACH(edu_dma(fd, DPC_EDU_DMA_TO_DEVICE, data + 4000, 0, 200));
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, 0) != -EBUSY), "in flight");
}

TEST(fault, dma_from_device, 120)
{
	uint8_t *data = map_pages(2);
	int fd = edu_open(O_RDWR);

	fault_need();
	FAIL_EACH(edu_dma(fd, DPC_EDU_DMA_FROM_DEVICE, data + 4000, 0, 200));
	EXPECT(KTAP_WAIT(20, edu_model_set(fd, 0) != -EBUSY), "in flight");
}

static int switch_to(int fd, unsigned int model)
{
	return edu_model_set(fd, model);
}

/*
 * From model dpc to each other and back; the way back is free of faults.  Whatever fails, the
 * device has the one or the other model, and works.
 */
static void switch_each(int fd)
{
	struct dpc_model_info info;
	unsigned int model;

	for (model = 0; model < DPC_MODEL_NR; model++) {
		ASSERT_RET(0, edu_model_query(fd, model, &info));
		if (model == DPC_MODEL_DPC || !info.available)
			continue;
		ktap_note("%s:", model_names[model]);
		FAIL_EACH(switch_to(fd, model), ({
			EXPECT_EQ(edu_model_get(fd), _err ? DPC_MODEL_DPC : model);
			EXPECT_RET(0, edu_factorial(fd, 9, NULL));
			ASSERT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
		}));
	}
}

TEST(fault, model_switch, 600)
{
	int fd = edu_open(O_RDWR);

	fault_need();
	ASSERT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
	switch_each(fd);
}

/*
 * What has failed goes on to fail.  So the way back does as well, for the second that it is
 * tried, and the device is without interrupt; when there is nothing that fails any more, the next
 * switch has it back.
 */
TEST(fault, model_switch_that_has_no_way_back, 120)
{
	int fd = edu_open(O_RDWR);

	fault_need_calls();
	fault_stay(true);
	ASSERT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
	FAIL_EACH(switch_to(fd, DPC_MODEL_THREADED), ({
		ASSERT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
		EXPECT_EQ(edu_model_get(fd), DPC_MODEL_DPC);
		EXPECT_RET(0, edu_factorial(fd, 9, NULL));
	}));
}

static int try_open_node(void)
{
	int fd = open(NODE_PATH, O_RDWR);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int try_notice(int fd)
{
	struct dpc_notice notice;

	return node_notices(fd, &notice, 1);
}

/* Each call of /dev/dpc copies its argument. */
TEST(fault, calls_of_the_core, 60)
{
	int fd = edu_open(O_RDWR), node = node_open(O_RDWR);
	uint32_t id = edu_id(fd), ids[64], nr;
	struct dpc_model_info info;
	struct dpc_object object;
	struct dpc_snapshot s;
	struct dpc_abi abi;
	char path[100], text[100];

	snprintf(path, sizeof(path), "/sys/class/dpc/interrupt%u/interrupts", id);
	fault_need();
	FAIL_EACH(try_open_node());
	FAIL_EACH(node_abi(node, &abi));
	FAIL_EACH(node_list(node, ids, ARRAY_SIZE(ids), &nr));
	FAIL_EACH(node_object(node, id, &object));
	FAIL_EACH(node_snapshot(node, id, DPC_SNAPSHOT_CPU_ALL, &s));
	FAIL_EACH(node_budget_set(node, id, DPC_STAGE_DPC, 100));
	FAIL_EACH(node_model_query(node, DPC_MODEL_WQ, &info));
	FAIL_EACH(node_reset(node, id));
	FAIL_EACH(file_read(path, text, sizeof(text)));
	EXPECT_RET(0, edu_factorial(fd, 9, NULL));
}

/* A notice that could not be copied is still there. */
TEST(fault, notice, 60)
{
	int node = node_open(O_RDWR), fd = edu_open(O_RDWR);

	fault_need_calls();
	ASSERT_RET(0, edu_model_set(fd, DPC_MODEL_WQ));
	ASSERT_RET(0, edu_model_set(fd, DPC_MODEL_DPC));
	FAIL_EACH(try_notice(node));
}

int main(int argc, char **argv)
{
	(void)argc;
	pci_find_cards();
	return ktap_run(argv + 1, NULL, NULL);
}

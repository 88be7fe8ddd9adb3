// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA adapters: map registers, pieces, flushes, misuse, and races: A1 to A3, A5.  What
 * adapters have in common with controllers is in dpc_controller_kunit.c.
 */
#include "fixture.h"
#include "speed.h"

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dpc_adapter.h>
#include <linux/dpc_sync.h>
#include <linux/io.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define AD_DEVICES	4
#define AD_REGISTERS	4
#define AD_ROUNDS	400	/* of each thread in a race */

struct ad_test;

struct ad_device {
	struct ad_test			*at;
	struct dpc_allocation		allocation;
	enum dpc_allocation_answer	answer;
	void (*inside)(struct ad_device *device);
	struct gate			*gate;		/* the routine waits there */
	unsigned int			wants;		/* map registers */
	int				result;
	unsigned int			called;
	u8				*buffer;
	size_t				length;
	dma_addr_t			bus;
	struct worker			worker;
};

struct ad_test {
	struct fixture		fix;
	struct device		*dev;
	struct dpc_adapter	adapter;
	bool			made;
	struct ad_device	device[AD_DEVICES];
	atomic_t		holders;	/* of the channel */
	atomic_t		registers;	/* that devices have */
	atomic_t		rounds;
	u64			violations;	/* at the start */
};

static struct ad_test *ad_of(struct kunit *test)
{
	return container_of(test->priv, struct ad_test, fix);
}

static u64 ad_reports(struct ad_test *at)
{
	return dpc_violations() - at->violations;
}

static enum dpc_allocation_answer ad_control(struct dpc_allocation *allocation,
					     struct dpc_packet *packet, void *context)
{
	struct ad_device *device = context;

	recorder_note(&device->at->fix.rec, device - device->at->device);
	if (device->inside)
		device->inside(device);
	if (device->gate)
		gate_pass(device->gate);
	device->called++;
	return device->answer;
}

/* A device of no bus, which reaches all memory. */
static int ad_init(struct kunit *test)
{
	struct ad_test *at = kunit_kzalloc(test, sizeof(*at), GFP_KERNEL);
	int i;

	if (!at)
		return -ENOMEM;
	/* No link to this module: on 6.1 suites run before it is in sysfs. */
	at->dev = __root_device_register("dpc_kunit_dma", NULL);
	if (IS_ERR(at->dev))
		return PTR_ERR(at->dev);
	at->dev->dma_mask = &at->dev->coherent_dma_mask;
	dma_set_mask_and_coherent(at->dev, DMA_BIT_MASK(64));
	for (i = 0; i < AD_DEVICES; i++) {
		at->device[i].at = at;
		at->device[i].answer = DPC_ALLOCATION_KEEP_REGISTERS;
		at->device[i].wants = 1;
		dpc_allocation_init(&at->device[i].allocation, ad_control, &at->device[i]);
	}
	at->violations = dpc_violations();
	return fixture_setup(test, &at->fix);
}

/* Also after a failed assertion. */
static void ad_exit(struct kunit *test)
{
	struct ad_test *at = test->priv ? ad_of(test) : NULL;
	int i;

	if (!at)
		return;
	gate_open(&at->fix.gate[0]);
	for (i = 0; i < AD_DEVICES; i++)
		KUNIT_EXPECT_TRUE(test, worker_join(&at->device[i].worker));
	if (at->made)
		/* Nobody has anything, nobody waits. */
		KUNIT_EXPECT_EQ(test, dpc_adapter_destroy(&at->adapter), 0);
	root_device_unregister(at->dev);
	fixture_exit(test);
}

static void ad_make(struct kunit *test, unsigned int registers, size_t max_length)
{
	struct ad_test *at = ad_of(test);
	struct dpc_adapter_params params = {
		.dev = at->dev,
		.map_registers = registers,
		.max_length = max_length,
	};

	KUNIT_ASSERT_EQ(test, dpc_adapter_init(&at->adapter, &params), 0);
	at->made = true;
}

static int ad_allocate(struct ad_device *device)
{
	return dpc_adapter_allocate(&device->at->adapter, &device->allocation, NULL,
				    device->wants);
}

static bool ad_free(struct ad_device *device)
{
	return dpc_adapter_free_map_registers(&device->at->adapter, &device->allocation,
					      device->wants);
}

static bool ad_free_channel(struct ad_device *device)
{
	return dpc_adapter_free_channel(&device->at->adapter, &device->allocation);
}

static bool ad_cancel(struct ad_device *device)
{
	return dpc_adapter_cancel(&device->at->adapter, &device->allocation);
}

/* Device @n has @wants registers, not the channel. */
static struct ad_device *ad_have(struct kunit *test, unsigned int n, unsigned int wants)
{
	struct ad_device *device = &ad_of(test)->device[n];

	device->wants = wants;
	KUNIT_ASSERT_EQ(test, ad_allocate(device), 0);
	KUNIT_ASSERT_EQ(test, device->called, 1);
	return device;
}

static int ad_map(struct ad_device *device, void *buffer, size_t *length, dma_addr_t *bus)
{
	return dpc_adapter_map_transfer(&device->at->adapter, &device->allocation, buffer, length,
					DMA_TO_DEVICE, bus);
}

static bool ad_flush(struct ad_device *device, void *buffer, size_t length)
{
	return dpc_adapter_flush(&device->at->adapter, &device->allocation, buffer, length);
}

/* What device 0 has mapped and not flushed when a test's assertion fails. */
static u8 *ad_buffer(struct kunit *test, size_t length)
{
	u8 *buffer = kunit_kzalloc(test, length, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buffer);
	return buffer;
}

/* ---- the adapter ---------------------------------------------------------- */

static void ad_init_checks_the_parameters(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct dpc_adapter_params params = { .dev = at->dev };

	KUNIT_EXPECT_EQ(test, dpc_adapter_init(&at->adapter, &params), -EINVAL);
	params.map_registers = 1;
	params.address_bits = 65;
	KUNIT_EXPECT_EQ(test, dpc_adapter_init(&at->adapter, &params), -EINVAL);
	/* No kernel has memory for such a device. */
	params.address_bits = 8;
	KUNIT_EXPECT_EQ(test, dpc_adapter_init(&at->adapter, &params), -EIO);
	params.dev = NULL;
	params.address_bits = 0;
	KUNIT_EXPECT_EQ(test, dpc_adapter_init(&at->adapter, &params), -EINVAL);
}

static void ad_address_bits_become_the_masks(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct dpc_adapter_params params = {
		.dev = at->dev,
		.map_registers = 1,
		.address_bits = 32,
	};

	KUNIT_ASSERT_EQ(test, dpc_adapter_init(&at->adapter, &params), 0);
	at->made = true;
	KUNIT_EXPECT_EQ(test, dma_get_mask(at->dev), DMA_BIT_MASK(32));
	KUNIT_EXPECT_EQ(test, at->dev->coherent_dma_mask, DMA_BIT_MASK(32));
}

static void ad_no_address_bits_leave_the_masks(struct kunit *test)
{
	ad_make(test, 1, 0);
	KUNIT_EXPECT_EQ(test, dma_get_mask(ad_of(test)->dev), DMA_BIT_MASK(64));
}

static void ad_span_counts_pages(struct kunit *test)
{
	u8 *page = (u8 *)PAGE_SIZE;

	KUNIT_EXPECT_EQ(test, dpc_adapter_span(page, 0), 0);
	KUNIT_EXPECT_EQ(test, dpc_adapter_span(page, 1), 1);
	KUNIT_EXPECT_EQ(test, dpc_adapter_span(page, PAGE_SIZE), 1);
	KUNIT_EXPECT_EQ(test, dpc_adapter_span(page + 1, PAGE_SIZE), 2);
	KUNIT_EXPECT_EQ(test, dpc_adapter_span(page + PAGE_SIZE - 1, 2), 2);
	KUNIT_EXPECT_EQ(test, dpc_adapter_span(page + PAGE_SIZE - 1, PAGE_SIZE + 2), 3);
}

/* ---- map registers -------------------------------------------------------- */

static void ad_more_registers_than_there_are_is_an_error(struct kunit *test)
{
	struct ad_test *at = ad_of(test);

	ad_make(test, AD_REGISTERS, 0);
	at->device[0].wants = AD_REGISTERS + 1;
	KUNIT_EXPECT_EQ(test, ad_allocate(&at->device[0]), -E2BIG);
	KUNIT_EXPECT_FALSE(test, ad_cancel(&at->device[0]));
	KUNIT_EXPECT_TRUE(test, ad_free(ad_have(test, 1, AD_REGISTERS)));
	KUNIT_EXPECT_EQ(test, at->device[0].called, 0);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

/* Device 2 could have its register, but would overtake device 1. */
static void ad_requests_are_granted_in_order(struct kunit *test)
{
	struct ad_test *at = ad_of(test);

	ad_make(test, AD_REGISTERS, 0);
	ad_have(test, 0, 3);
	at->device[1].wants = 2;
	KUNIT_EXPECT_EQ(test, ad_allocate(&at->device[1]), 0);
	KUNIT_EXPECT_EQ(test, ad_allocate(&at->device[2]), 0);
	KUNIT_EXPECT_EQ(test, recorder_count(&at->fix.rec), 1);
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[0]));
	KUNIT_EXPECT_EQ(test, recorder_position(&at->fix.rec, 1), 1);
	KUNIT_EXPECT_EQ(test, recorder_position(&at->fix.rec, 2), 2);
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[1]));
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[2]));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

static void ad_cancel_of_the_first_grants_the_next(struct kunit *test)
{
	struct ad_test *at = ad_of(test);

	ad_make(test, AD_REGISTERS, 0);
	ad_have(test, 0, 3);
	at->device[1].wants = 2;
	KUNIT_EXPECT_EQ(test, ad_allocate(&at->device[1]), 0);
	KUNIT_EXPECT_EQ(test, ad_allocate(&at->device[2]), 0);
	KUNIT_EXPECT_EQ(test, at->device[2].called, 0);
	KUNIT_EXPECT_TRUE(test, ad_cancel(&at->device[1]));
	KUNIT_EXPECT_EQ(test, at->device[2].called, 1);
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[2]));
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[0]));
	KUNIT_EXPECT_EQ(test, at->device[1].called, 0);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

static void ad_keep_registers_frees_the_channel(struct kunit *test)
{
	struct ad_test *at = ad_of(test);

	ad_make(test, AD_REGISTERS, 0);
	ad_have(test, 0, 2);
	ad_have(test, 1, 2);
	KUNIT_EXPECT_EQ(test, ad_allocate(&at->device[2]), 0);
	KUNIT_EXPECT_EQ(test, at->device[2].called, 0);
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[1]));
	KUNIT_EXPECT_EQ(test, at->device[2].called, 1);
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[0]));
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[2]));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

static void ad_keep_holds_channel_and_registers(struct kunit *test)
{
	struct ad_test *at = ad_of(test);

	ad_make(test, AD_REGISTERS, 0);
	at->device[0].answer = DPC_ALLOCATION_KEEP;
	ad_have(test, 0, 2);
	/* There are registers, but no channel. */
	KUNIT_EXPECT_EQ(test, ad_allocate(&at->device[1]), 0);
	KUNIT_EXPECT_EQ(test, at->device[1].called, 0);
	KUNIT_EXPECT_TRUE(test, ad_free_channel(&at->device[0]));
	KUNIT_EXPECT_EQ(test, at->device[1].called, 1);
	/* The registers are free, too. */
	ad_have(test, 2, AD_REGISTERS - 1);
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[1]));
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[2]));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

static void ad_free_answer_frees_both(struct kunit *test)
{
	struct ad_test *at = ad_of(test);

	ad_make(test, AD_REGISTERS, 0);
	at->device[0].answer = DPC_ALLOCATION_FREE;
	ad_have(test, 0, AD_REGISTERS);
	ad_have(test, 1, AD_REGISTERS);
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[1]));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

static void ad_channel_can_be_had_without_registers(struct kunit *test)
{
	struct ad_test *at = ad_of(test);

	ad_make(test, AD_REGISTERS, 0);
	ad_have(test, 0, AD_REGISTERS);
	ad_have(test, 1, 0);
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[1]));
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[0]));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

static void ad_wrong_frees_are_refused(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct ad_device *keeps = &at->device[0], *registers;

	ad_make(test, AD_REGISTERS, 0);
	KUNIT_EXPECT_FALSE(test, ad_free(keeps));		/* has nothing */
	registers = ad_have(test, 1, 2);
	keeps->answer = DPC_ALLOCATION_KEEP;
	ad_have(test, 0, 2);
	KUNIT_EXPECT_FALSE(test, ad_free(keeps));		/* has the channel, too */
	KUNIT_EXPECT_FALSE(test, ad_free_channel(registers));	/* does not have it */
	registers->wants = 1;
	KUNIT_EXPECT_FALSE(test, ad_free(registers));		/* has 2 */
	registers->wants = 3;
	KUNIT_EXPECT_FALSE(test, ad_free(registers));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 5);

	/* Nothing of that has freed anything. */
	KUNIT_EXPECT_EQ(test, ad_allocate(&at->device[2]), 0);
	KUNIT_EXPECT_EQ(test, at->device[2].called, 0);
	registers->wants = 2;
	KUNIT_EXPECT_TRUE(test, ad_free(registers));
	KUNIT_EXPECT_EQ(test, at->device[2].called, 0);
	KUNIT_EXPECT_TRUE(test, ad_free_channel(keeps));
	KUNIT_EXPECT_TRUE(test, ad_free(&at->device[2]));
	KUNIT_EXPECT_FALSE(test, ad_free(registers));		/* twice */
	KUNIT_EXPECT_EQ(test, ad_reports(at), 6);
}

static void ad_free_inside(struct ad_device *device)
{
	device->result = ad_free(device);
}

/* The transfer is faster than the routine's way back. */
static void ad_registers_may_be_freed_before_the_answer(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct ad_device *device = &at->device[0];

	ad_make(test, AD_REGISTERS, 0);
	device->inside = ad_free_inside;
	ad_have(test, 0, AD_REGISTERS);
	KUNIT_EXPECT_TRUE(test, device->result);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
	/* Both are free again. */
	KUNIT_EXPECT_TRUE(test, ad_free(ad_have(test, 1, AD_REGISTERS)));

	/* After other answers, too, which are reported. */
	device->answer = DPC_ALLOCATION_KEEP;
	KUNIT_EXPECT_EQ(test, ad_allocate(device), 0);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 1);
	device->answer = DPC_ALLOCATION_FREE;
	KUNIT_EXPECT_EQ(test, ad_allocate(device), 0);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 2);
	KUNIT_EXPECT_TRUE(test, ad_free(ad_have(test, 2, AD_REGISTERS)));
}

static void ad_allocate_thread(void *arg)
{
	struct ad_device *device = arg;

	device->result = ad_allocate(device);
}

/* ... and its DPC starts the next packet, which requests at once. */
static void ad_free_and_request_meet_the_routine(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct ad_device *device = &at->device[0];

	ctx_need_cpus(test, 2);
	ad_make(test, AD_REGISTERS, 0);
	device->gate = &at->fix.gate[0];
	device->wants = AD_REGISTERS;
	KUNIT_ASSERT_TRUE(test, worker_start(&device->worker, ctx_cpu(1), ad_allocate_thread,
					     device));
	KUNIT_ASSERT_TRUE(test, gate_wait_arrived(device->gate, 1));
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_allocate(device), 0);
	/* The channel is the routine's until it answers. */
	KUNIT_EXPECT_EQ(test, device->called, 0);
	gate_open(device->gate);
	KUNIT_ASSERT_TRUE(test, worker_join(&device->worker));
	KUNIT_EXPECT_EQ(test, device->called, 2);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

/* ---- pieces --------------------------------------------------------------- */

/*
 * The device: it knows bus addresses alone.  No test machine has an IOMMU, so such an
 * address is that of the memory, or of a bounce buffer.
 */
static void ad_device_reads(u8 *into, dma_addr_t bus, size_t length)
{
	memcpy(into, phys_to_virt(bus), length);
}

static void ad_device_writes(dma_addr_t bus, size_t length, u8 first)
{
	u8 *memory = phys_to_virt(bus);
	size_t i;

	for (i = 0; i < length; i++)
		memory[i] = (u8)(first + i * 7);
}

/* A transfer to the device and back, piece by piece; returns the number of pieces. */
static unsigned int ad_transfer(struct kunit *test, struct ad_device *device, u8 *buffer,
				size_t total, size_t longest)
{
	struct ad_test *at = device->at;
	u8 *seen = kunit_kzalloc(test, total, GFP_KERNEL);
	unsigned int pieces = 0;
	size_t done, length, i;
	dma_addr_t bus;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (i = 0; i < total; i++)
		buffer[i] = (u8)(i * 31 + i / 256);
	for (done = 0; done < total; done += length, pieces++) {
		length = total - done;
		KUNIT_ASSERT_EQ(test, ad_map(device, buffer + done, &length, &bus), 0);
		KUNIT_EXPECT_LE(test, length, longest);
		KUNIT_ASSERT_GT(test, length, 0);
		ad_device_reads(seen + done, bus, length);
		KUNIT_EXPECT_TRUE(test, ad_flush(device, buffer + done, length));
	}
	KUNIT_EXPECT_EQ(test, memcmp(seen, buffer, total), 0);

	for (done = 0; done < total; done += length) {
		length = total - done;
		KUNIT_ASSERT_EQ(test, dpc_adapter_map_transfer(&at->adapter, &device->allocation,
							       buffer + done, &length,
							       DMA_FROM_DEVICE, &bus), 0);
		ad_device_writes(bus, length, done);
		KUNIT_EXPECT_TRUE(test, ad_flush(device, buffer + done, length));
		for (i = 0; i < length && buffer[done + i] == (u8)(done + i * 7); i++)
			;
		KUNIT_EXPECT_EQ(test, i, length);
	}
	return pieces;
}

static void ad_short_transfer_is_one_piece(struct kunit *test)
{
	struct ad_device *device;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, 1);
	KUNIT_EXPECT_EQ(test, ad_transfer(test, device, ad_buffer(test, PAGE_SIZE), 100, 100), 1);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 0);
}

/* 100 bytes into a page: the first piece is so much shorter, and the last is the rest. */
static void ad_long_transfer_goes_in_pieces(struct kunit *test)
{
	struct ad_device *device;
	u8 *buffer;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, 2);
	buffer = PTR_ALIGN(ad_buffer(test, 8 * PAGE_SIZE), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, ad_transfer(test, device, buffer + 100, 6 * PAGE_SIZE,
					  2 * PAGE_SIZE), 4);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 0);
}

static void ad_pieces_are_no_longer_than_the_device_can(struct kunit *test)
{
	struct ad_device *device;

	ad_make(test, AD_REGISTERS, 1000);
	device = ad_have(test, 0, AD_REGISTERS);
	KUNIT_EXPECT_EQ(test, ad_transfer(test, device, ad_buffer(test, 8192), 4500, 1000), 5);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 0);
}

/* Pages of vmalloc() mostly don't follow each other in memory. */
static void ad_pieces_lie_in_one_run_of_memory(struct kunit *test)
{
	const size_t length = 16 * PAGE_SIZE;
	struct ad_device *device;
	u8 *buffer;

	ad_make(test, 16, 0);
	device = ad_have(test, 0, 16);
	buffer = vmalloc(length);
	KUNIT_ASSERT_NOT_NULL(test, buffer);
	ad_transfer(test, device, buffer + 10, length - 20, length - 20);
	vfree(buffer);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 0);
}

/* With the kernel's argument swiotlb=force all of the transfers here take this way. */
static void ad_bounced_pieces_are_as_long_as_a_buffer(struct kunit *test)
{
	size_t longest = dma_max_mapping_size(ad_of(test)->dev);
	struct ad_device *device;

	if (longest == SIZE_MAX)
		kunit_skip(test, "no bounce buffers without swiotlb=force");
	ad_make(test, 512, 0);
	device = ad_have(test, 0, 512);
	KUNIT_EXPECT_GT(test, ad_transfer(test, device, ad_buffer(test, SZ_1M), SZ_1M, longest), 3);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 0);
}

static void ad_map_uses_up_the_registers(struct kunit *test)
{
	struct ad_device *device, *other;
	size_t length = PAGE_SIZE;
	dma_addr_t bus = 0;
	u8 *buffer;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, 2);
	other = ad_have(test, 1, 1);
	buffer = PTR_ALIGN(ad_buffer(test, 6 * PAGE_SIZE), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer, &length, &bus), 0);
	KUNIT_EXPECT_EQ(test, length, PAGE_SIZE);
	/* One is left. */
	length = 3 * PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer + PAGE_SIZE, &length, &bus), 0);
	KUNIT_EXPECT_EQ(test, length, PAGE_SIZE);
	length = 1;
	bus = 0x5a;
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer + 2 * PAGE_SIZE, &length, &bus), -ENOSPC);
	KUNIT_EXPECT_EQ(test, length, 1);
	KUNIT_EXPECT_EQ(test, bus, 0x5a);
	/* Another device has its own. */
	KUNIT_EXPECT_EQ(test, ad_map(other, buffer + 3 * PAGE_SIZE, &length, &bus), 0);
	KUNIT_EXPECT_TRUE(test, ad_flush(other, buffer + 3 * PAGE_SIZE, 1));
	/* A flush gives one back. */
	KUNIT_EXPECT_TRUE(test, ad_flush(device, buffer, PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer + 2 * PAGE_SIZE, &length, &bus), 0);
	KUNIT_EXPECT_TRUE(test, ad_flush(device, buffer + PAGE_SIZE, PAGE_SIZE + 1));
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_TRUE(test, ad_free(other));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 0);
}

/* ---- flush ---------------------------------------------------------------- */

static void ad_each_piece_is_flushed_once(struct kunit *test)
{
	struct ad_device *device, *other;
	size_t length = 300;
	dma_addr_t bus;
	u8 *buffer;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, 1);
	other = ad_have(test, 1, 1);
	buffer = ad_buffer(test, 1024);
	KUNIT_ASSERT_EQ(test, ad_map(device, buffer, &length, &bus), 0);
	KUNIT_EXPECT_FALSE(test, ad_flush(device, buffer, 299));
	KUNIT_EXPECT_FALSE(test, ad_flush(device, buffer, 301));
	KUNIT_EXPECT_FALSE(test, ad_flush(device, buffer + 1, 299));
	KUNIT_EXPECT_FALSE(test, ad_flush(device, buffer, 0));
	KUNIT_EXPECT_FALSE(test, ad_flush(other, buffer, 300));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 5);
	KUNIT_EXPECT_TRUE(test, ad_flush(device, buffer, 300));
	KUNIT_EXPECT_FALSE(test, ad_flush(device, buffer, 300));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 6);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_TRUE(test, ad_free(other));
}

static void ad_pieces_in_a_row_may_be_flushed_at_once(struct kunit *test)
{
	struct ad_device *device;
	size_t length, i;
	dma_addr_t bus;
	u8 *buffer;

	ad_make(test, AD_REGISTERS, 256);
	device = ad_have(test, 0, AD_REGISTERS);
	buffer = PTR_ALIGN(ad_buffer(test, 8192), PAGE_SIZE);
	/* In any order; the last one leaves a gap. */
	for (i = 0; i < 4; i++) {
		static const size_t at[] = { 256, 0, 512, 1024 };

		length = 1000;
		KUNIT_ASSERT_EQ(test, ad_map(device, buffer + at[i], &length, &bus), 0);
		KUNIT_ASSERT_EQ(test, length, 256);
	}
	KUNIT_EXPECT_FALSE(test, ad_flush(device, buffer, 1280));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 1);
	KUNIT_EXPECT_TRUE(test, ad_flush(device, buffer, 768));
	KUNIT_EXPECT_FALSE(test, ad_flush(device, buffer, 256));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 2);
	KUNIT_EXPECT_TRUE(test, ad_flush(device, buffer + 1024, 256));
	KUNIT_EXPECT_TRUE(test, ad_free(device));
}

static void ad_map_inside(struct ad_device *device)
{
	device->length = 64;
	device->result = ad_map(device, device->buffer, &device->length, &device->bus);
}

static void ad_free_before_the_flush_is_refused(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct ad_device *device = &at->device[0];

	ad_make(test, AD_REGISTERS, 0);
	device->buffer = ad_buffer(test, 64);
	device->inside = ad_map_inside;
	ad_have(test, 0, 1);
	KUNIT_EXPECT_EQ(test, device->result, 0);
	KUNIT_EXPECT_FALSE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 1);
	KUNIT_EXPECT_TRUE(test, ad_flush(device, device->buffer, 64));
	KUNIT_EXPECT_TRUE(test, ad_free(device));

	device->answer = DPC_ALLOCATION_KEEP;
	KUNIT_EXPECT_EQ(test, ad_allocate(device), 0);
	KUNIT_EXPECT_FALSE(test, ad_free_channel(device));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 2);
	KUNIT_EXPECT_TRUE(test, ad_flush(device, device->buffer, 64));
	KUNIT_EXPECT_TRUE(test, ad_free_channel(device));

	/* By the answer: it is then as if it had been KEEP. */
	device->answer = DPC_ALLOCATION_FREE;
	KUNIT_EXPECT_EQ(test, ad_allocate(device), 0);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 3);
	KUNIT_EXPECT_TRUE(test, ad_flush(device, device->buffer, 64));
	KUNIT_EXPECT_TRUE(test, ad_free_channel(device));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 3);
}

/* ---- what can't be mapped ------------------------------------------------- */

static void ad_map_without_registers_is_refused(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct ad_device *device = &at->device[0];
	u8 *buffer = ad_buffer(test, 64);
	size_t length = 64;
	dma_addr_t bus;

	ad_make(test, AD_REGISTERS, 0);
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer, &length, &bus), -EINVAL);
	ad_have(test, 0, 1);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer, &length, &bus), -EINVAL);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 2);
	KUNIT_EXPECT_EQ(test, length, 64);
}

static void ad_map_of_what_is_no_transfer_is_refused(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	u8 *buffer = ad_buffer(test, 64);
	struct ad_device *device;
	size_t length = 0;
	dma_addr_t bus;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, 2);
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer, &length, &bus), -EINVAL);
	length = 64;
	KUNIT_EXPECT_EQ(test, dpc_adapter_map_transfer(&at->adapter, &device->allocation, buffer,
						       &length, DMA_NONE, &bus), -EINVAL);
	/* An address of user space. */
	KUNIT_EXPECT_EQ(test, ad_map(device, (void *)0x400000, &length, &bus), -EINVAL);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 3);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
}

static void ad_map_without_a_flush_between_is_refused(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	u8 *buffer = ad_buffer(test, 256);
	struct ad_device *device;
	size_t length = 64;
	dma_addr_t bus;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, AD_REGISTERS);
	KUNIT_ASSERT_EQ(test, ad_map(device, buffer + 64, &length, &bus), 0);
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer + 64, &length, &bus), -EINVAL);
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer + 1, &length, &bus), -EINVAL);
	KUNIT_EXPECT_EQ(test, ad_map(device, buffer + 127, &length, &bus), -EINVAL);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 3);
	KUNIT_EXPECT_TRUE(test, ad_flush(device, buffer + 64, 64));
	KUNIT_ASSERT_EQ(test, ad_map(device, buffer + 1, &length, &bus), 0);
	KUNIT_EXPECT_TRUE(test, ad_flush(device, buffer + 1, 64));
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_reports(at), 3);
}

static void ad_map_and_flush(void *arg)
{
	struct ad_device *device = arg;

	device->length = 64;
	device->result = ad_map(device, device->buffer, &device->length, &device->bus);
	if (!ad_flush(device, device->buffer, 64))
		atomic_inc(&device->at->fix.wrong);
}

static const struct ctx_param ad_ctx_params[] = {
	{ "thread", CTX_THREAD },
	{ "bh_off", CTX_BH_OFF },
	{ "softirq", CTX_SOFTIRQ },
};

KUNIT_ARRAY_PARAM(ad_ctx, ad_ctx_params, ctx_param_name);

static void ad_maps_and_flushes_in(struct kunit *test)
{
	const struct ctx_param *param = test->param_value;
	struct ad_device *device;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, 1);
	device->buffer = ad_buffer(test, 64);
	KUNIT_ASSERT_TRUE(test, ctx_call(param->ctx, ad_map_and_flush, device));
	KUNIT_EXPECT_EQ(test, device->result, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ad_of(test)->fix.wrong), 0);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, ad_reports(ad_of(test)), 0);
}

static void ad_calls_at_device_level_are_refused(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct ad_device *device;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, 1);
	device->buffer = ad_buffer(test, 64);
	KUNIT_ASSERT_TRUE(test, ctx_call(CTX_HARDIRQ, ad_map_and_flush, device));
	KUNIT_EXPECT_EQ(test, device->result, -EPERM);
	KUNIT_EXPECT_EQ(test, atomic_read(&at->fix.wrong), 1);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 2);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
}

/* ---- the end -------------------------------------------------------------- */

static void ad_destroy_in_use_is_refused(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct ad_device *device;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, 1);
	KUNIT_EXPECT_EQ(test, dpc_adapter_destroy(&at->adapter), -EBUSY);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 1);
	KUNIT_EXPECT_TRUE(test, ad_free(device));
}

static void ad_cancel_sync_withdraws(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct ad_device *device;

	ad_make(test, AD_REGISTERS, 0);
	device = ad_have(test, 0, AD_REGISTERS);
	KUNIT_EXPECT_EQ(test, ad_allocate(&at->device[1]), 0);
	KUNIT_EXPECT_TRUE(test, dpc_adapter_cancel_sync(&at->adapter, &at->device[1].allocation));
	KUNIT_EXPECT_FALSE(test, dpc_adapter_cancel_sync(&at->adapter, &device->allocation));
	KUNIT_EXPECT_TRUE(test, ad_free(device));
	KUNIT_EXPECT_EQ(test, at->device[1].called, 0);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

/* ---- races ---------------------------------------------------------------- */

static enum dpc_allocation_answer ad_control_race(struct dpc_allocation *allocation,
						  struct dpc_packet *packet, void *context)
{
	struct ad_device *device = context;
	struct ad_test *at = device->at;

	if (atomic_inc_return(&at->holders) != 1 ||
	    atomic_add_return(device->wants, &at->registers) > AD_REGISTERS)
		atomic_inc(&at->fix.wrong);
	device->length = device->wants * 100;
	device->result = ad_map(device, device->buffer, &device->length, &device->bus);
	atomic_dec(&at->holders);
	/* Pairs with the thread, which frees before the answer is there, or after it. */
	smp_store_release(&device->called, device->called + 1);
	return DPC_ALLOCATION_KEEP_REGISTERS;
}

static void ad_race_thread(void *arg)
{
	struct ad_device *device = arg;
	struct ad_test *at = device->at;
	unsigned int round, called;

	for (round = 0; round < AD_ROUNDS; round++) {
		atomic_inc(&at->rounds);
		called = device->called;
		device->wants = 1 + (round + (device - at->device)) % AD_REGISTERS;
		if (ad_allocate(device)) {
			atomic_inc(&at->fix.wrong);
			return;
		}
		/* Pairs with ad_control_race(). */
		if (!rec_wait_until(smp_load_acquire(&device->called) != called)) {
			atomic_inc(&at->fix.wrong);
			return;
		}
		atomic_sub(device->wants, &at->registers);
		if (device->result || !ad_flush(device, device->buffer, device->length) ||
		    !ad_free(device)) {
			atomic_inc(&at->fix.wrong);
			return;
		}
	}
}

static void ad_devices_meet(struct kunit *test)
{
	struct ad_test *at = ad_of(test);
	struct ad_device *device;
	unsigned int i;

	ad_make(test, AD_REGISTERS, 0);
	for (i = 0; i < AD_DEVICES; i++) {
		device = &at->device[i];
		device->buffer = ad_buffer(test, AD_REGISTERS * 100);
		dpc_allocation_init(&device->allocation, ad_control_race, device);
		KUNIT_ASSERT_TRUE(test, worker_start(&device->worker,
						     ctx_cpu(i % num_online_cpus()),
						     ad_race_thread, device));
	}
	KUNIT_EXPECT_TRUE(test, rec_wait_count(&at->rounds, AD_DEVICES * AD_ROUNDS));
	for (i = 0; i < AD_DEVICES; i++)
		KUNIT_ASSERT_TRUE(test, worker_join(&at->device[i].worker));
	KUNIT_EXPECT_EQ(test, atomic_read(&at->fix.wrong), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&at->holders), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&at->registers), 0);
	KUNIT_EXPECT_EQ(test, ad_reports(at), 0);
}

static struct kunit_case ad_cases[] = {
	KUNIT_CASE(ad_init_checks_the_parameters), /* A5 */
	KUNIT_CASE(ad_address_bits_become_the_masks), /* A5 */
	KUNIT_CASE(ad_no_address_bits_leave_the_masks), /* A5 */
	KUNIT_CASE(ad_span_counts_pages), /* A3 */
	KUNIT_CASE(ad_more_registers_than_there_are_is_an_error), /* A1 */
	KUNIT_CASE(ad_requests_are_granted_in_order), /* A1 */
	KUNIT_CASE(ad_cancel_of_the_first_grants_the_next), /* A1 */
	KUNIT_CASE(ad_keep_registers_frees_the_channel), /* A2 */
	KUNIT_CASE(ad_keep_holds_channel_and_registers), /* A2 */
	KUNIT_CASE(ad_free_answer_frees_both), /* A2 */
	KUNIT_CASE(ad_channel_can_be_had_without_registers), /* A2 */
	KUNIT_CASE(ad_wrong_frees_are_refused), /* A2 */
	KUNIT_CASE(ad_registers_may_be_freed_before_the_answer), /* A2 */
	KUNIT_CASE(ad_free_and_request_meet_the_routine), /* A1 A2 */
	KUNIT_CASE(ad_short_transfer_is_one_piece), /* A3 A5 */
	KUNIT_CASE(ad_long_transfer_goes_in_pieces), /* A3 A5 */
	KUNIT_CASE(ad_pieces_are_no_longer_than_the_device_can), /* A3 A5 */
	KUNIT_CASE(ad_pieces_lie_in_one_run_of_memory), /* A3 A5 */
	KUNIT_CASE(ad_bounced_pieces_are_as_long_as_a_buffer), /* A3 A5 */
	KUNIT_CASE(ad_map_uses_up_the_registers), /* A3 A5 */
	KUNIT_CASE(ad_each_piece_is_flushed_once), /* A3 */
	KUNIT_CASE(ad_pieces_in_a_row_may_be_flushed_at_once), /* A3 */
	KUNIT_CASE(ad_free_before_the_flush_is_refused), /* A2 A3 */
	KUNIT_CASE(ad_map_without_registers_is_refused), /* A3 */
	KUNIT_CASE(ad_map_of_what_is_no_transfer_is_refused), /* A3 */
	KUNIT_CASE(ad_map_without_a_flush_between_is_refused), /* A3 */
	KUNIT_CASE_PARAM(ad_maps_and_flushes_in, ad_ctx_gen_params), /* A3 */
	KUNIT_CASE(ad_calls_at_device_level_are_refused), /* A3 */
	KUNIT_CASE(ad_destroy_in_use_is_refused), /* A1 */
	KUNIT_CASE(ad_cancel_sync_withdraws), /* A1 */
	KUNIT_CASE_SLOW(ad_devices_meet), /* A1 A2 A3 */
	{ }
};

static struct kunit_suite ad_suite = {
	.name = "dpc_adapter",
	.init = ad_init,
	.exit = ad_exit,
	.test_cases = ad_cases,
};

kunit_test_suite(ad_suite);

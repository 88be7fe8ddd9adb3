// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA adapters (A1 to A3, A5): an allocation queue whose units are map registers, and
 * the pieces that are mapped with them.
 *
 * A piece is in one of three places.  There are as many as map registers, and each that
 * is mapped takes at least one register, so a device that has registers finds a piece.
 *
 *   place                         then
 *   ----------------------------  -----------------------------------------------------
 *   @spare of the adapter         map: taken, registers counted as used
 *   the hands of map or flush     mapped or unmapped, with no lock held; the registers
 *                                 still count as used, so nothing can be freed
 *   @pieces of the allocation     flush: taken
 *
 * What the DMA API does for one page is not known here: it may be an entry of an IOMMU, a
 * bounce buffer, or nothing.
 */
#include "allocation.h"
#include "../core/internal.h"

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dpc_adapter.h>
#include <linux/dpc_sync.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

/*
 * Field legend:
 *   W  written in the hands of map; then constant until it is in the hands of flush
 */
struct dpc_adapter_piece {
	struct list_head	node;		/* under queue.lock */
	void			*buffer;	/* W */
	size_t			length;		/* W, bytes */
	unsigned int		registers;	/* W */
	enum dma_data_direction	direction;	/* W */
	dma_addr_t		bus;		/* W */
};

int dpc_adapter_init(struct dpc_adapter *adapter, const struct dpc_adapter_params *params)
{
	struct dpc_adapter_piece *pieces;
	unsigned int i;
	int err;

	if (!params->dev || !params->map_registers || params->address_bits > 64)
		return -EINVAL;
	if (params->address_bits) {
		err = dma_set_mask_and_coherent(params->dev, DMA_BIT_MASK(params->address_bits));
		if (err)
			return err;
	}
	pieces = kvcalloc(params->map_registers, sizeof(*pieces), GFP_KERNEL);
	if (!pieces)
		return -ENOMEM;

	*adapter = (struct dpc_adapter){
		.dev = get_device(params->dev),
		.max_length = params->max_length ?: SIZE_MAX,
		.pieces = pieces,
	};
	dpc_allocation_queue_init(&adapter->queue, params->map_registers);
	INIT_LIST_HEAD(&adapter->spare);
	for (i = 0; i < params->map_registers; i++)
		list_add_tail(&pieces[i].node, &adapter->spare);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_adapter_init);

/* dpc_adapter_destroy() in the name of the code at @ip; so are those below. */
int dpc_adapter_destroy_ip(struct dpc_adapter *adapter, unsigned long ip)
{
	int err = dpc_allocation_queue_destroy(&adapter->queue, ip);

	if (err)
		return err;
	kvfree(adapter->pieces);
	put_device(adapter->dev);
	return 0;
}
EXPORT_SYMBOL_GPL(dpc_adapter_destroy_ip);

int dpc_adapter_allocate_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
			    struct dpc_packet *packet, unsigned int map_registers,
			    unsigned long ip)
{
	return dpc_allocation_request(&adapter->queue, allocation, packet, map_registers, ip);
}
EXPORT_SYMBOL_GPL(dpc_adapter_allocate_ip);

bool dpc_adapter_free_channel_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
				 unsigned long ip)
{
	return dpc_allocation_free(&adapter->queue, allocation, ip);
}
EXPORT_SYMBOL_GPL(dpc_adapter_free_channel_ip);

bool dpc_adapter_free_map_registers_ip(struct dpc_adapter *adapter,
				       struct dpc_allocation *allocation,
				       unsigned int map_registers, unsigned long ip)
{
	return dpc_allocation_free_units(&adapter->queue, allocation, map_registers, ip);
}
EXPORT_SYMBOL_GPL(dpc_adapter_free_map_registers_ip);

bool dpc_adapter_cancel_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
			   unsigned long ip)
{
	return dpc_allocation_cancel(&adapter->queue, allocation, ip);
}
EXPORT_SYMBOL_GPL(dpc_adapter_cancel_ip);

bool dpc_adapter_cancel_sync_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
				unsigned long ip)
{
	return dpc_allocation_cancel_sync(&adapter->queue, allocation, ip);
}
EXPORT_SYMBOL_GPL(dpc_adapter_cancel_sync_ip);

/* The page at @buffer. */
static struct page *dpc_adapter_page(const void *buffer)
{
	return is_vmalloc_addr(buffer) ? vmalloc_to_page(buffer) : virt_to_page(buffer);
}

/* How many of the @length bytes at @buffer are in one run of physical memory. */
static size_t dpc_adapter_run(const void *buffer, size_t length)
{
	size_t run = PAGE_SIZE - offset_in_page(buffer);
	unsigned long pfn;

	if (!is_vmalloc_addr(buffer))
		return length;
	pfn = vmalloc_to_pfn(buffer);
	while (run < length && vmalloc_to_pfn(buffer + run) == ++pfn)
		run += PAGE_SIZE;
	return min(run, length);
}

/* Whether two ranges have a byte in common. */
static bool dpc_adapter_overlaps(const struct dpc_adapter_piece *piece, const void *buffer,
				 size_t length)
{
	return buffer < piece->buffer + piece->length && piece->buffer < buffer + length;
}

/* Whether @piece is part of a range. */
static bool dpc_adapter_covers(const struct dpc_adapter_piece *piece, const void *buffer,
			       size_t length)
{
	return buffer <= piece->buffer && piece->buffer + piece->length <= buffer + length;
}

/* A piece for the @length bytes at @buffer, or for as many as possible, not yet mapped. */
static int dpc_adapter_take(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
			    void *buffer, size_t length, struct dpc_adapter_piece **taken)
{
	struct dpc_adapter_piece *piece;
	size_t most;

	lockdep_assert_held(&adapter->queue.lock);

	if (unlikely(!dpc_allocation_has_units(&adapter->queue, allocation)))
		return -EINVAL;
	if (allocation->used == allocation->units)
		return -ENOSPC;
	most = (size_t)(allocation->units - allocation->used) * PAGE_SIZE - offset_in_page(buffer);
	length = dpc_adapter_run(buffer, min3(length, most, adapter->max_length));
	length = min(length, dma_max_mapping_size(adapter->dev));
	list_for_each_entry(piece, &allocation->pieces, node)
		if (unlikely(dpc_adapter_overlaps(piece, buffer, length)))
			return -EINVAL;

	piece = list_first_entry(&adapter->spare, struct dpc_adapter_piece, node);
	list_del(&piece->node);
	piece->buffer = buffer;
	piece->length = length;
	piece->registers = dpc_adapter_span(buffer, length);
	allocation->used += piece->registers;
	*taken = piece;
	return 0;
}

/* @piece is not mapped, or no longer; its registers can be used for others. */
static void dpc_adapter_give_back(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
				  struct dpc_adapter_piece *piece)
{
	lockdep_assert_held(&adapter->queue.lock);

	allocation->used -= piece->registers;
	list_move(&piece->node, &adapter->spare);
}

static bool dpc_adapter_map(struct dpc_adapter *adapter, struct dpc_adapter_piece *piece,
			    enum dma_data_direction direction)
{
	piece->direction = direction;
	piece->bus = dma_map_page(adapter->dev, dpc_adapter_page(piece->buffer),
				  offset_in_page(piece->buffer), piece->length, direction);
	return !dma_mapping_error(adapter->dev, piece->bus);
}

static int dpc_adapter_map_piece(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
				 void *buffer, size_t *length,
				 enum dma_data_direction direction, dma_addr_t *bus)
{
	struct dpc_adapter_piece *piece;
	bool mapped;
	int err;

	spin_lock_bh(&adapter->queue.lock);
	err = dpc_adapter_take(adapter, allocation, buffer, *length, &piece);
	spin_unlock_bh(&adapter->queue.lock);
	if (err)
		return err;

	INIT_LIST_HEAD(&piece->node);
	mapped = dpc_adapter_map(adapter, piece, direction);
	if (mapped) {
		*length = piece->length;
		*bus = piece->bus;
	}

	spin_lock_bh(&adapter->queue.lock);
	if (mapped)
		list_add_tail(&piece->node, &allocation->pieces);
	else
		dpc_adapter_give_back(adapter, allocation, piece);
	spin_unlock_bh(&adapter->queue.lock);
	return mapped ? 0 : -ENOMEM;
}

/* Whether memory can be mapped, and in that direction. */
static bool dpc_adapter_can_map(const void *buffer, size_t length,
				enum dma_data_direction direction)
{
	return length && valid_dma_direction(direction) &&
	       (is_vmalloc_addr(buffer) || virt_addr_valid(buffer));
}

int dpc_adapter_map_transfer_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
				void *buffer, size_t *length, enum dma_data_direction direction,
				dma_addr_t *bus, unsigned long ip)
{
	int err = -EINVAL;

	if (unlikely(dpc_level() == DPC_DEVICE_LEVEL)) {
		dpc_misuse(ip, "maps a transfer at device level");
		return -EPERM;
	}
	if (likely(dpc_adapter_can_map(buffer, *length, direction)))
		err = dpc_adapter_map_piece(adapter, allocation, buffer, length, direction, bus);
	if (unlikely(err == -EINVAL))
		dpc_misuse(ip, "maps what is no memory or mapped already, or has no map registers");
	return err;
}
EXPORT_SYMBOL_GPL(dpc_adapter_map_transfer_ip);

/* Take the pieces that make up the @length bytes at @buffer, if they do. */
static bool dpc_adapter_take_mapped(struct dpc_adapter *adapter,
				    struct dpc_allocation *allocation,
				    const void *buffer, size_t length, struct list_head *taken)
{
	struct dpc_adapter_piece *piece, *next;
	size_t covered = 0;

	lockdep_assert_held(&adapter->queue.lock);

	if (!length || !dpc_allocation_has_units(&adapter->queue, allocation))
		return false;
	/* They don't overlap, so the sum tells. */
	list_for_each_entry(piece, &allocation->pieces, node)
		if (dpc_adapter_covers(piece, buffer, length))
			covered += piece->length;
	if (covered != length)
		return false;
	list_for_each_entry_safe(piece, next, &allocation->pieces, node)
		if (dpc_adapter_covers(piece, buffer, length))
			list_move_tail(&piece->node, taken);
	return true;
}

bool dpc_adapter_flush_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
			  const void *buffer, size_t length, unsigned long ip)
{
	struct dpc_adapter_piece *piece, *next;
	LIST_HEAD(taken);
	bool ok;

	if (unlikely(dpc_level() == DPC_DEVICE_LEVEL)) {
		dpc_misuse(ip, "flushes a transfer at device level");
		return false;
	}
	spin_lock_bh(&adapter->queue.lock);
	ok = dpc_adapter_take_mapped(adapter, allocation, buffer, length, &taken);
	spin_unlock_bh(&adapter->queue.lock);
	if (unlikely(!ok)) {
		dpc_misuse(ip, "flushes what it has not mapped, or has flushed already");
		return false;
	}

	list_for_each_entry(piece, &taken, node)
		dma_unmap_page(adapter->dev, piece->bus, piece->length, piece->direction);

	spin_lock_bh(&adapter->queue.lock);
	list_for_each_entry_safe(piece, next, &taken, node)
		dpc_adapter_give_back(adapter, allocation, piece);
	spin_unlock_bh(&adapter->queue.lock);
	return true;
}
EXPORT_SYMBOL_GPL(dpc_adapter_flush_ip);

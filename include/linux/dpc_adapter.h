/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DMA adapters: a channel, map registers, and transfers in pieces.
 *
 * Module: dpc_nt.ko.  The rule numbers (A1 ...) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_ADAPTER_H
#define _LINUX_DPC_ADAPTER_H

#include <linux/dma-direction.h>
#include <linux/dpc_allocation.h>
#include <linux/instruction_pointer.h>
#include <linux/mm.h>
#include <linux/pfn.h>

struct device;
struct dpc_adapter_piece;

/**
 * struct dpc_adapter - the way of devices to memory
 *
 * It has one channel, and a number of map registers.  On Windows a map register maps one
 * page for the device.  Here the kernel's DMA API does that, with an IOMMU or with
 * bounce buffers if need be, and a map register is only counted: each page that a
 * device has mapped takes one.  So a driver can't use up what others need, and long
 * transfers go in pieces (A3, A5).
 *
 * A transfer is made in these steps, of which the last four are in the DPC::
 *
 *	dpc_adapter_allocate()		start routine; at most as many map registers as
 *					there are
 *	  the control routine is called
 *	dpc_adapter_map_transfer()	the first piece; then program the device, and
 *					answer DPC_ALLOCATION_KEEP_REGISTERS
 *
 *	dpc_adapter_flush()		the piece has arrived
 *	dpc_adapter_map_transfer()	the next piece, if there is one
 *	dpc_adapter_free_map_registers()
 *					after the last flush
 *	start the next packet, complete this one
 *
 * Devices that share the channel (system DMA) answer DPC_ALLOCATION_KEEP instead, and
 * call dpc_adapter_free_channel() at the end.
 */
struct dpc_adapter {
	/* private: */
	struct dpc_allocation_queue	queue;		/* units are map registers */
	struct device			*dev;
	size_t				max_length;
	struct dpc_adapter_piece	*pieces;	/* as many as map registers */
	struct list_head		spare;		/* those not in use; under queue.lock */
};

/**
 * struct dpc_adapter_params - what an adapter is made with
 * @dev: the device that does the transfers; the adapter holds a reference to it
 * @map_registers: how many there are, at least 1; each is for one page
 * @max_length: longest piece that the device can transfer, in bytes; 0 for no limit
 *	beside the map registers
 * @address_bits: width of the addresses that the device can use, in bits; 0 leaves
 *	the DMA masks of @dev as they are
 */
struct dpc_adapter_params {
	struct device	*dev;
	unsigned int	map_registers;
	size_t		max_length;
	unsigned int	address_bits;
};

/**
 * dpc_adapter_init - make an adapter
 * @adapter: the adapter
 * @params: what it is made with; not used afterwards
 *
 * Context: a thread that may sleep.
 * Return: 0; -EINVAL if @params has no device or no map register, or more than 64
 * @address_bits; -ENOMEM; -EIO if the kernel can't serve a device with so few
 * @address_bits (A5).
 */
int dpc_adapter_init(struct dpc_adapter *adapter, const struct dpc_adapter_params *params);

int dpc_adapter_destroy_ip(struct dpc_adapter *adapter, unsigned long ip);

/**
 * dpc_adapter_destroy - end the use of an adapter
 * @adapter: the adapter
 *
 * It waits for control routines that run.  Afterwards requests are refused, and the
 * memory may be freed.
 *
 * Context: a thread that may sleep.
 * Return: 0; -EBUSY if a request waits, if a device has the channel or map registers,
 * or if it was destroyed before; -EDEADLK in any other context.  After an error nothing
 * has changed, and the caller is reported and counted in dpc_violations().
 */
static __always_inline int dpc_adapter_destroy(struct dpc_adapter *adapter)
{
	return dpc_adapter_destroy_ip(adapter, _THIS_IP_);
}

int dpc_adapter_allocate_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
			    struct dpc_packet *packet, unsigned int map_registers,
			    unsigned long ip);

/**
 * dpc_adapter_span - number of map registers that a transfer needs
 * @buffer: where it begins
 * @length: its length in bytes
 *
 * Context: any.
 * Return: the number of pages that it touches.
 */
static inline size_t dpc_adapter_span(const void *buffer, size_t length)
{
	return PFN_UP(offset_in_page(buffer) + length);
}

/**
 * dpc_adapter_allocate - request the channel and map registers
 * @adapter: the adapter
 * @allocation: what the device makes its requests with; must not wait or have anything
 * @packet: the device's current packet, for the control routine; may be NULL
 * @map_registers: how many the transfer needs (see dpc_adapter_span()) or, if that is
 *	more, as many as there are; 0 for the channel alone
 *
 * The control routine is called when the channel and so many map registers are free and
 * all earlier requests were granted: within this call, or later and maybe on another
 * CPU.  The caller is not told which.
 *
 * A control routine must not request, neither for its own device nor for another one,
 * before it has freed what it has.  After that the request waits until the routine has
 * returned.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: 0; -E2BIG if there are not so many map registers.  For these errors the caller
 * is reported and counted in dpc_violations(): -EBUSY if @allocation waits or has
 * something, -EDEADLK inside of a control routine, -ESHUTDOWN after
 * dpc_adapter_destroy(), -EPERM at device level.  After an error the routine is not
 * called (A1).
 */
static __always_inline int dpc_adapter_allocate(struct dpc_adapter *adapter,
						struct dpc_allocation *allocation,
						struct dpc_packet *packet,
						unsigned int map_registers)
{
	return dpc_adapter_allocate_ip(adapter, allocation, packet, map_registers, _THIS_IP_);
}

bool dpc_adapter_free_channel_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
				 unsigned long ip);

/**
 * dpc_adapter_free_channel - free the channel and the map registers
 * @adapter: the adapter
 * @allocation: that of the device which has them
 *
 * For a device whose control routine has answered DPC_ALLOCATION_KEEP, or will do so.
 * The control routine of the next request is called: within this call, or by the CPU that
 * calls such routines already.  Call this after the last flush, and before the packet
 * is completed (A3).
 *
 * Context: PASSIVE or DISPATCH.
 * Return: true; false if @allocation does not have the channel, if a piece has not been
 * flushed, or at device level: then nothing has changed, and the caller is reported and
 * counted in dpc_violations() (A2).
 */
static __always_inline bool dpc_adapter_free_channel(struct dpc_adapter *adapter,
						     struct dpc_allocation *allocation)
{
	return dpc_adapter_free_channel_ip(adapter, allocation, _THIS_IP_);
}

bool dpc_adapter_free_map_registers_ip(struct dpc_adapter *adapter,
				       struct dpc_allocation *allocation,
				       unsigned int map_registers, unsigned long ip);

/**
 * dpc_adapter_free_map_registers - free the map registers
 * @adapter: the adapter
 * @allocation: that of the device which has them
 * @map_registers: how many; the same number as was requested
 *
 * For a device whose control routine has answered DPC_ALLOCATION_KEEP_REGISTERS, or will
 * do so: the transfer can be faster than the routine's way back.  Else as
 * dpc_adapter_free_channel().
 *
 * Context: PASSIVE or DISPATCH.
 * Return: true; false if @allocation does not have map registers or has another number of
 * them, if its device has kept the channel, too, if a piece has not been flushed, or at
 * device level: then nothing has changed, and the caller is reported and counted in
 * dpc_violations() (A2).
 */
static __always_inline bool dpc_adapter_free_map_registers(struct dpc_adapter *adapter,
							   struct dpc_allocation *allocation,
							   unsigned int map_registers)
{
	return dpc_adapter_free_map_registers_ip(adapter, allocation, map_registers, _THIS_IP_);
}

int dpc_adapter_map_transfer_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
				void *buffer, size_t *length, enum dma_data_direction direction,
				dma_addr_t *bus, unsigned long ip);

/**
 * dpc_adapter_map_transfer - map the next piece of a transfer for the device
 * @adapter: the adapter
 * @allocation: that of the device; has map registers
 * @buffer: where the piece begins: memory of kmalloc(), of the page allocator or of
 *	vmalloc(), and not on a stack
 * @length: in: bytes of the transfer that are left; out: bytes of this piece
 * @direction: DMA_TO_DEVICE, DMA_FROM_DEVICE or DMA_BIDIRECTIONAL
 * @bus: out: the address for the device
 *
 * The piece is as long as the free map registers of @allocation, the adapter's
 * max_length and the DMA API allow, and lies in one run of memory.  Until it is flushed
 * the device owns it, and the CPU must neither read nor write it.  Several pieces may be
 * mapped at once.
 *
 * Context: PASSIVE or DISPATCH; of one @allocation one call at a time.
 * Return: 0; -ENOSPC if pieces that were not flushed use all map registers of
 * @allocation; -ENOMEM if the DMA API has no room now, for example no bounce buffer.
 * For these errors the caller is reported and counted in dpc_violations(): -EINVAL if
 * @allocation has no map registers, if @length or @direction is none, for memory of
 * another kind, and for memory that overlaps a piece of @allocation which was not
 * flushed; -EPERM at device level (A3, A5).
 */
static __always_inline int dpc_adapter_map_transfer(struct dpc_adapter *adapter,
						    struct dpc_allocation *allocation,
						    void *buffer, size_t *length,
						    enum dma_data_direction direction,
						    dma_addr_t *bus)
{
	return dpc_adapter_map_transfer_ip(adapter, allocation, buffer, length, direction, bus,
					   _THIS_IP_);
}

bool dpc_adapter_flush_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
			  const void *buffer, size_t length, unsigned long ip);

/**
 * dpc_adapter_flush - end the mapping of a piece, or of several in a row
 * @adapter: the adapter
 * @allocation: that of the device
 * @buffer: where the piece begins
 * @length: its length, as dpc_adapter_map_transfer() has returned it; or the sum for
 *	several pieces that follow each other in memory
 *
 * Afterwards the memory has what the device has transferred, and the map registers can be
 * used for other pieces.  Each piece is flushed once, when the device is done with
 * it, also after an error.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: true; false if the pieces that are mapped don't make up this range, for
 * example because they were flushed before, or at device level: then nothing has
 * changed, and the caller is reported and counted in dpc_violations() (A3).
 */
static __always_inline bool dpc_adapter_flush(struct dpc_adapter *adapter,
					      struct dpc_allocation *allocation,
					      const void *buffer, size_t length)
{
	return dpc_adapter_flush_ip(adapter, allocation, buffer, length, _THIS_IP_);
}

bool dpc_adapter_cancel_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
			   unsigned long ip);

/**
 * dpc_adapter_cancel - withdraw a request
 * @adapter: the adapter
 * @allocation: what the request was made with
 *
 * Windows has no such call: there, a device does not go away before its packets are
 * done.  On Linux a device may be unplugged while it waits for another one.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: true if the request waited, and then its control routine is not called; false
 * if there was none, or if it was granted: the routine has been called, or runs.  At
 * device level false, and the caller is reported and counted in dpc_violations() (A1).
 */
static __always_inline bool dpc_adapter_cancel(struct dpc_adapter *adapter,
					       struct dpc_allocation *allocation)
{
	return dpc_adapter_cancel_ip(adapter, allocation, _THIS_IP_);
}

bool dpc_adapter_cancel_sync_ip(struct dpc_adapter *adapter, struct dpc_allocation *allocation,
				unsigned long ip);

/**
 * dpc_adapter_cancel_sync - withdraw a request, and wait for its control routine
 * @adapter: the adapter
 * @allocation: what the request was made with
 *
 * As dpc_adapter_cancel(), but the routine runs nowhere when this returns.  For the
 * removal of a device: nobody makes requests any more, the device's interrupt is
 * disconnected; after this call, what the routine has kept is flushed and freed, and
 * then the memory of @allocation may be freed.
 *
 * Context: a thread that may sleep.
 * Return: as dpc_adapter_cancel(); false at once in any other context, and the caller
 * is reported and counted in dpc_violations() (A1).
 */
static __always_inline bool dpc_adapter_cancel_sync(struct dpc_adapter *adapter,
						    struct dpc_allocation *allocation)
{
	return dpc_adapter_cancel_sync_ip(adapter, allocation, _THIS_IP_);
}

#endif /* _LINUX_DPC_ADAPTER_H */

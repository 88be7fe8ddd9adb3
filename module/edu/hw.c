// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's registers, and its traps.
 */
#include "edu.h"
#include "hw.h"
#include "regs.h"

#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/iopoll.h>

/* The device answers a DMA after about 100 ms, a factorial after a few ms. */
#define DPC_EDU_QUIESCE_US	(2 * USEC_PER_SEC)
#define DPC_EDU_POLL_US		1000

/* More than this in a row is no device that could ever be quiet. */
#define DPC_EDU_ACK_MAX		64

/* All bits set: what a read from a vanished device returns. */
#define DPC_EDU_VANISHED	0xffffffff

static u32 dpc_edu_read(struct dpc_edu *edu, u32 reg)
{
	return readl(edu->mmio + reg);
}

static void dpc_edu_write(struct dpc_edu *edu, u32 reg, u32 value)
{
	writel(value, edu->mmio + reg);
}

u32 dpc_edu_hw_id(struct dpc_edu *edu)
{
	return dpc_edu_read(edu, DPC_EDU_REG_ID);
}

/* Is it the device, does it answer, is it idle?  While the interrupt is off. */
int dpc_edu_hw_check(struct dpc_edu *edu)
{
	const u32 probe = 0x5aa5c33c;
	u32 id = dpc_edu_hw_id(edu);
	u32 alive;

	if ((id & DPC_EDU_ID_MASK) != DPC_EDU_ID)
		return dev_err_probe(&edu->pdev->dev, -ENODEV,
				     "identification %08x is not that of an edu device\n", id);
	dpc_edu_write(edu, DPC_EDU_REG_LIVENESS, probe);
	alive = dpc_edu_read(edu, DPC_EDU_REG_LIVENESS);
	if (alive != ~probe)
		return dev_err_probe(&edu->pdev->dev, -EIO,
				     "liveness check read %08x instead of %08x\n", alive, ~probe);
	/* A driver before us may have left something running. */
	if (!dpc_edu_hw_quiesce(edu))
		return dev_err_probe(&edu->pdev->dev, -EBUSY,
				     "a transfer or computation does not end\n");
	/* No driver waits for what that has signalled, and a shared line would suffer. */
	dpc_edu_hw_acknowledge(edu);
	return 0;
}

/*
 * Let the device interrupt.  To raise no bit makes it signal the bits again that it
 * could not signal while it was disabled; by itself it never does.
 */
void dpc_edu_hw_enable(struct dpc_edu *edu)
{
	dpc_edu_write(edu, DPC_EDU_REG_STATUS, DPC_EDU_STATUS_INTERRUPT);
	dpc_edu_write(edu, DPC_EDU_REG_INTR_RAISE, 0);
}

void dpc_edu_hw_disable(struct dpc_edu *edu)
{
	dpc_edu_write(edu, DPC_EDU_REG_STATUS, 0);
}

/*
 * Stop the device for good.  To unplug it while it computes with its interrupt on
 * hangs QEMU, and memory must not be freed under a running DMA.
 * Return: true if nothing runs any more.
 */
bool dpc_edu_hw_quiesce(struct dpc_edu *edu)
{
	u32 value;

	dpc_edu_hw_disable(edu);
	if (read_poll_timeout(dpc_edu_read, value,
			      value == DPC_EDU_VANISHED || !(value & DPC_EDU_STATUS_COMPUTING),
			      DPC_EDU_POLL_US, DPC_EDU_QUIESCE_US, false,
			      edu, DPC_EDU_REG_STATUS))
		return false;
	if (read_poll_timeout(dpc_edu_read, value,
			      value == DPC_EDU_VANISHED || !(value & DPC_EDU_DMA_RUN),
			      DPC_EDU_POLL_US, DPC_EDU_QUIESCE_US, false,
			      edu, DPC_EDU_REG_DMA_COMMAND))
		return false;
	return true;
}

/*
 * Acknowledge until the device reports nothing, because bits that stay set are never
 * signalled again, not even by MSI.
 * Return: all bits that were set; 0 if it was not this device.
 */
u32 dpc_edu_hw_acknowledge(struct dpc_edu *edu)
{
	u32 seen = 0, status;
	int i;

	for (i = 0; i < DPC_EDU_ACK_MAX; i++) {
		status = dpc_edu_read(edu, DPC_EDU_REG_INTR_STATUS);
		if (!status || status == DPC_EDU_VANISHED)
			break;
		dpc_edu_write(edu, DPC_EDU_REG_INTR_ACK, status);
		seen |= status;
	}
	return seen;
}

/* Raise an interrupt with one of the bits that are ours. */
void dpc_edu_hw_raise(struct dpc_edu *edu, u32 bit)
{
	dpc_edu_write(edu, DPC_EDU_REG_INTR_RAISE, bit);
}

u32 dpc_edu_hw_status(struct dpc_edu *edu)
{
	return dpc_edu_read(edu, DPC_EDU_REG_STATUS);
}

bool dpc_edu_hw_computing(struct dpc_edu *edu)
{
	return dpc_edu_hw_status(edu) & DPC_EDU_STATUS_COMPUTING;
}

/* What was written there last, inverted. */
u32 dpc_edu_hw_liveness(struct dpc_edu *edu)
{
	return dpc_edu_read(edu, DPC_EDU_REG_LIVENESS);
}

void dpc_edu_hw_set_liveness(struct dpc_edu *edu, u32 value)
{
	dpc_edu_write(edu, DPC_EDU_REG_LIVENESS, value);
}

/* The unit must be idle: it ignores a number while it computes. */
void dpc_edu_hw_factorial_start(struct dpc_edu *edu, u32 n)
{
	dpc_edu_write(edu, DPC_EDU_REG_FACTORIAL, n);
}

u32 dpc_edu_hw_factorial_result(struct dpc_edu *edu)
{
	return dpc_edu_read(edu, DPC_EDU_REG_FACTORIAL);
}

/*
 * Start a transfer, or a piece of one; the engine must be idle.  The one place that can
 * make the device leave its buffer, which kills QEMU, or worse: so it checks again.
 */
int dpc_edu_hw_dma_start(struct dpc_edu *edu, u32 offset, u32 count, dma_addr_t bus, bool to_memory)
{
	u64 inside = DPC_EDU_DMA_BUFFER + offset;

	if (!count || count > DPC_EDU_BUFFER_SIZE || offset > DPC_EDU_BUFFER_SIZE - count)
		return -EINVAL;

	/* Earlier errors on the bus are none of this transfer. */
	pci_status_get_and_clear_errors(edu->pdev);
	writeq(to_memory ? inside : bus, edu->mmio + DPC_EDU_REG_DMA_SOURCE);
	writeq(to_memory ? bus : inside, edu->mmio + DPC_EDU_REG_DMA_DESTINATION);
	writeq(count, edu->mmio + DPC_EDU_REG_DMA_COUNT);
	writeq(DPC_EDU_DMA_RUN | DPC_EDU_DMA_INTERRUPT | (to_memory ? DPC_EDU_DMA_TO_MEMORY : 0),
	       edu->mmio + DPC_EDU_REG_DMA_COMMAND);
	return 0;
}

u32 dpc_edu_hw_dma_command(struct dpc_edu *edu)
{
	return dpc_edu_read(edu, DPC_EDU_REG_DMA_COMMAND);
}

bool dpc_edu_hw_dma_running(struct dpc_edu *edu)
{
	return dpc_edu_hw_dma_command(edu) & DPC_EDU_DMA_RUN;
}

/* Whether the device may reach memory: setpci, or a reset, can take that away. */
bool dpc_edu_hw_bus_master(struct dpc_edu *edu)
{
	u16 command;

	return !pci_read_config_word(edu->pdev, PCI_COMMAND, &command) &&
	       command & PCI_COMMAND_MASTER;
}

/*
 * Whether the bus has refused anything of the device's since the transfer began.
 * Real bridges report it in the device's status; QEMU's never do.  Any context.
 */
bool dpc_edu_hw_bus_failed(struct dpc_edu *edu)
{
	return pci_status_get_and_clear_errors(edu->pdev) || !dpc_edu_hw_bus_master(edu);
}

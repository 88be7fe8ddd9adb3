/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The error log: what went wrong with a device, told from any stage.
 *
 * Module: dpc_core.ko.  The rule numbers (P4) are those of docs/semantics.md.
 */
#ifndef _LINUX_DPC_ERROR_H
#define _LINUX_DPC_ERROR_H

#include <linux/instruction_pointer.h>
#include <linux/types.h>

struct device;
struct dpc_interrupt;
struct dpc_packet;
struct dpc_served;

/* Bytes of data that the log keeps of an error. */
#define DPC_ERROR_DATA_MAX	64

/**
 * struct dpc_error - one error of a device
 * @dev: the device, if the error is told without an interrupt object, or that has none; else
 *	not looked at
 * @served: the argument of the DPC or work routine that tells the error; NULL elsewhere.
 *	It ties the error to its interrupts (M3); in the ISR the core knows the number
 * @packet: the packet that failed, or NULL.  Log and traces show a number that stands for
 *	its address
 * @code: what went wrong, in the driver's own numbers
 * @unique: where in the driver it was found, if @code does not tell
 * @status: how the request ends: 0 if it is tried again, else a negative errno, or an
 *	NTSTATUS
 * @retries: how often it was tried again before
 * @sequence: the driver's number for the request, the same in each of its errors
 * @data: bytes to dump: registers, the device's status; or NULL
 * @len: how many; more than DPC_ERROR_DATA_MAX are cut, and the log says how many there were
 *
 * Fields that are left out are zero.
 */
struct dpc_error {
	struct device			*dev;
	const struct dpc_served		*served;
	const struct dpc_packet		*packet;
	u32				code;
	u32				unique;
	s32				status;
	u32				retries;
	u32				sequence;
	const void			*data;
	size_t				len;
};

void dpc_log_error_ip(struct dpc_interrupt *intr, const struct dpc_error *error, unsigned long ip);

/**
 * dpc_log_error - tell an error of a device (P4)
 * @intr: the device's interrupt object, connected; NULL if there is none
 * @error: the error; not needed after the call
 *
 * Fires the event dpc_error at once.  The kernel log gets its line soon afterwards, from a
 * kernel worker: to print to a slow console here would delay every other interrupt.  A
 * device has at most 10 lines in 5 seconds; the log then says how many errors were left
 * out.  What waits to be printed is printed when the interrupt object is disconnected,
 * and when a module leaves.
 *
 * Context: any but NMI, under any lock.
 */
static __always_inline void dpc_log_error(struct dpc_interrupt *intr,
					  const struct dpc_error *error)
{
	dpc_log_error_ip(intr, error, _THIS_IP_);
}

#endif /* _LINUX_DPC_ERROR_H */

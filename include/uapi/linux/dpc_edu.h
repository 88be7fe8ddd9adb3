/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * ioctls of /dev/dpc_edu<N>, the character device of a QEMU "edu" PCI device
 * driven through all three stages by dpc_edu.ko.  Its accounting, budgets and model are
 * those of its interrupt object, at /dev/dpc: see <linux/dpc.h>.
 *
 * Rules for every call:
 *  - reserved fields and unknown flags must be zero, else EINVAL;
 *  - ENOTTY for a number that is not listed here;
 *  - EFAULT for a pointer that can't be read or written; nothing was started
 *    if the argument could not be read;
 *  - EPERM for a file that is not open for writing, if the call changes something
 *    that others depend on: the bodies, a register, the device's buffer;
 *  - ENODEV once the device is gone, also for calls that were waiting;
 *  - EIO while it is being recovered from an error of the bus or reset, also for those;
 *  - a call that waits ends with EINTR when a signal arrives and with
 *    ETIMEDOUT after the module parameter request_timeout_ms;
 *  - a call that waits when the machine is suspended begins again afterwards, except
 *    for a burst, which ends with EINTR.
 * The valid range behind an EINVAL is logged at debug level.
 */
#ifndef _UAPI_LINUX_DPC_EDU_H
#define _UAPI_LINUX_DPC_EDU_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <linux/dpc.h>

#define DPC_EDU_IOC_MAGIC	0xED
#define DPC_EDU_ABI_VERSION	2

#define DPC_EDU_BUFFER_SIZE	4095	/* usable bytes of the device's buffer */
#define DPC_EDU_FACTORIAL_MAX	1000000	/* bounds the device's computing time */
#define DPC_EDU_BURST_MAX	1000000	/* interrupts a burst may raise */
#define DPC_EDU_PACE_MAX_US	1000000	/* one second between two of them */
#define DPC_EDU_BODY_MAX_US	10000	/* extra time per routine, for experiments */

/**
 * struct dpc_edu_info - what this device is
 * @abi_version: DPC_EDU_ABI_VERSION of the driver
 * @device_id: the device's identification register
 * @interrupt_id: the id of the interrupt object at /dev/dpc and in every trace event
 * @irq: Linux interrupt number
 * @msi: 1 when the device signals by MSI, 0 for a legacy line
 * @buffer_size: usable bytes of the device's buffer
 * @interrupts: interrupts handled since the driver bound
 * @reserved: zero
 */
struct dpc_edu_info {
	__u32 abi_version;
	__u32 device_id;
	__u32 interrupt_id;
	__u32 irq;
	__u32 msi;
	__u32 buffer_size;
	__u64 interrupts;
	__u64 reserved[4];
};

/**
 * struct dpc_edu_factorial - compute n! modulo 2^32 in the device
 * @n: in, 0 to DPC_EDU_FACTORIAL_MAX
 * @result: out
 * @seq: out, sequence number of the interrupt that reported it, 0 if that was lost
 * @reserved: in, zero
 */
struct dpc_edu_factorial {
	__u32 n;
	__u32 result;
	__u64 seq;
	__u64 reserved[2];
};

/**
 * struct dpc_edu_burst - raise interrupts and wait until the last was served
 * @count: in, 1 to DPC_EDU_BURST_MAX
 * @pace_us: in, time between two raises, 0 (as fast as possible) to
 *	DPC_EDU_PACE_MAX_US
 * @raised: out, how many were raised: less than @count only with an error
 * @reserved32: in, zero
 * @first_seq: out, the device's last sequence number before the burst
 * @last_seq: out, the sequence number that served the last raise.  The
 *	device merges raises that come faster than it is served, so
 *	@last_seq - @first_seq may be less than @count.
 * @reserved: in, zero
 */
struct dpc_edu_burst {
	__u32 count;
	__u32 pace_us;
	__u32 raised;
	__u32 reserved32;
	__u64 first_seq;
	__u64 last_seq;
	__u64 reserved[2];
};

#define DPC_EDU_DMA_TO_DEVICE	0
#define DPC_EDU_DMA_FROM_DEVICE	1

/**
 * struct dpc_edu_dma - copy between user memory and the device's buffer
 * @user: in, address of the caller's buffer
 * @offset: in, first byte in the device's buffer
 * @count: in, bytes; 1 <= @count and @offset + @count <= DPC_EDU_BUFFER_SIZE
 * @direction: in, DPC_EDU_DMA_TO_DEVICE or DPC_EDU_DMA_FROM_DEVICE
 * @reserved32: in, zero
 * @seq: out, sequence number of the interrupt that ended the transfer, 0 if that was lost
 * @reserved: in, zero
 */
struct dpc_edu_dma {
	__u64 user;
	__u32 offset;
	__u32 count;
	__u32 direction;
	__u32 reserved32;
	__u64 seq;
	__u64 reserved[2];
};

/**
 * struct dpc_edu_state - registers of the device that change by themselves
 * @status: out, the status register: bit 0 is set while the device computes
 * @dma_command: out, the command register of the DMA engine: bit 0 is set while a
 *	transfer runs
 * @liveness: out, the liveness register: what was written there last, inverted
 * @reserved32: zero
 * @seq: out, sequence number of the interrupt whose ISR has read @status and
 *	@dma_command
 * @reserved: zero
 */
struct dpc_edu_state {
	__u32 status;
	__u32 dma_command;
	__u32 liveness;
	__u32 reserved32;
	__u64 seq;
	__u64 reserved[4];
};

/**
 * struct dpc_edu_liveness - write the liveness register
 * @value: in, what is written there
 * @inverted: out, what the device then reads
 * @seq: out, sequence number of the interrupt whose DPC has written it
 * @reserved: in, zero
 */
struct dpc_edu_liveness {
	__u32 value;
	__u32 inverted;
	__u64 seq;
	__u64 reserved[2];
};

/**
 * struct dpc_edu_body - extra time to spend inside the DPC and work routines
 * @dpc_us: in for SET, out for GET: busy-waited in the DPC routine, 0 to DPC_EDU_BODY_MAX_US
 * @work_us: in for SET, out for GET: slept or busy-waited in the work routine, 0 to
 *	DPC_EDU_BODY_MAX_US
 * @flags: in for SET, DPC_EDU_BODY_*; zero for GET
 * @reserved32: in, zero
 * @reserved: in, zero
 *
 * This shows how a driver with a slow routine looks to budgets and tools.
 */
struct dpc_edu_body {
	__u32 dpc_us;
	__u32 work_us;
	__u32 flags;
	__u32 reserved32;
	__u64 reserved;
};

/*
 * Until this open file is closed for the last time, whatever ends its owner, no other file
 * can set the bodies; then they are what they were before.
 */
#define DPC_EDU_BODY_UNTIL_CLOSE	0x01

/* Describe the device.  Errors: ENODEV, EFAULT. */
#define DPC_EDU_IOC_INFO_GET	  _IOR(DPC_EDU_IOC_MAGIC, 0x00, struct dpc_edu_info)

/*
 * Compute a factorial.  Errors: EINVAL (@n or reserved), EINTR, ETIMEDOUT,
 * ENODEV, ENOMEM, EFAULT, EAGAIN (the file is non-blocking and other
 * computations are waiting).
 */
#define DPC_EDU_IOC_FACTORIAL_RUN _IOWR(DPC_EDU_IOC_MAGIC, 0x01, struct dpc_edu_factorial)

/*
 * Raise a burst of interrupts.  On an error after the first raise @raised is
 * still written.  Errors: EINVAL (@count, @pace_us or reserved), EINTR,
 * ETIMEDOUT (the last raise was not served), ENODEV, ENOMEM, EFAULT.
 */
#define DPC_EDU_IOC_BURST_RUN	  _IOWR(DPC_EDU_IOC_MAGIC, 0x02, struct dpc_edu_burst)

/*
 * Run one DMA transfer.  Errors: EINVAL (@offset, @count, @direction or
 * reserved), EPERM (the file is not open for reading or writing, as
 * @direction needs it), EFAULT (@user), EINTR, ETIMEDOUT, ENODEV, ENOMEM, EIO
 * (the transfer did not take place: bus mastering is off, the bus has failed, or the data
 * did not arrive; @user is unchanged), EAGAIN (the file is non-blocking and other
 * transfers are waiting).  A transfer that the bus loses is run twice again before that
 * is an error, and each failure is in the error log.  QEMU reports no lost transfer to
 * the device, so only reading it back proves what is there.
 */
#define DPC_EDU_IOC_DMA_RUN	  _IOWR(DPC_EDU_IOC_MAGIC, 0x03, struct dpc_edu_dma)

/*
 * Make the routines slower.  Errors: EPERM (the file is not open for writing), EBUSY
 * (another file has set them until it is closed), EINVAL (@dpc_us, @work_us, @flags or
 * reserved), ENODEV, EFAULT.
 */
#define DPC_EDU_IOC_BODY_SET	  _IOW(DPC_EDU_IOC_MAGIC, 0x04, struct dpc_edu_body)

/* Read how much slower they are.  Errors: EINVAL (reserved), ENODEV, EFAULT. */
#define DPC_EDU_IOC_BODY_GET	  _IOWR(DPC_EDU_IOC_MAGIC, 0x05, struct dpc_edu_body)

/*
 * Read what became of the raises, by bursts of any file.  The interrupt of a raise
 * may also report a factorial or a transfer.  Errors: ENODEV, EFAULT.
 */
#define DPC_EDU_IOC_RAISES_GET	  _IOR(DPC_EDU_IOC_MAGIC, 0x06, struct dpc_raises)

/*
 * Read registers that change by themselves, with an interrupt: the ISR reads them, and
 * the DPC completes the call (with the model "hardirq" the work item).  Errors: EINTR,
 * ETIMEDOUT, ENODEV, ENOMEM, EFAULT, EIO (the interrupt was lost), EAGAIN (the file is
 * non-blocking and another call of these two is served).
 */
#define DPC_EDU_IOC_STATE_GET	  _IOR(DPC_EDU_IOC_MAGIC, 0x07, struct dpc_edu_state)

/*
 * Write a register, with an interrupt: the DPC does that, and completes the call (with the
 * model "hardirq" the work item).  Errors: EPERM (the file is not open for writing),
 * EINVAL (reserved), EINTR, ETIMEDOUT, ENODEV, ENOMEM, EFAULT, EIO (the interrupt was lost,
 * and nothing was written), EAGAIN (the file is non-blocking and another call of these two
 * is served).
 */
#define DPC_EDU_IOC_LIVENESS_SET  _IOWR(DPC_EDU_IOC_MAGIC, 0x08, struct dpc_edu_liveness)

#endif /* _UAPI_LINUX_DPC_EDU_H */

/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * ioctls of /dev/dpc_pci<N>, the character device of a PCI card that was given to
 * dpc_pci.ko: its interrupts go through ISR, DPC and work item, and nothing else of it
 * is used.  The accounting, budgets and model of each vector are those of its interrupt
 * object, at /dev/dpc: see <linux/dpc.h>.
 *
 * Rules for every call:
 *  - reserved fields and unknown flags must be zero, else EINVAL;
 *  - ENOTTY for a number that is not listed here;
 *  - EFAULT for a pointer that can't be read or written; nothing was changed if the
 *    argument could not be read;
 *  - ENOMEM when there is no memory to copy the argument to; nothing was changed;
 *  - EPERM for a call that changes something, and a file that is not open for writing;
 *  - ENODEV once the card was taken away, also for calls that were waiting.
 */
#ifndef _UAPI_LINUX_DPC_PCI_H
#define _UAPI_LINUX_DPC_PCI_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <linux/dpc.h>

#define DPC_PCI_IOC_MAGIC	0xD9
#define DPC_PCI_ABI_VERSION	1

#define DPC_PCI_VECTORS_MAX	64	/* vectors of one card */
#define DPC_PCI_BARS		6
#define DPC_PCI_BURST_MAX	1000000	/* interrupts one call may raise */
#define DPC_PCI_PACE_MAX_US	1000000	/* one second between two of them */

/**
 * enum dpc_pci_kind - how the card interrupts
 * @DPC_PCI_KIND_ANY: to start: the first of these that the card has, in this order; in
 *	struct dpc_pci_info: it is not started
 * @DPC_PCI_KIND_MSIX: messages, one for each vector
 * @DPC_PCI_KIND_MSI: messages; several vectors where the platform can have them
 * @DPC_PCI_KIND_LINE: a legacy line, INTA# to INTD#, which may be shared.  Needs a card with the
 *	status and disable bits of PCI 2.3
 */
enum dpc_pci_kind {
	DPC_PCI_KIND_ANY,
	DPC_PCI_KIND_MSIX,
	DPC_PCI_KIND_MSI,
	DPC_PCI_KIND_LINE,
};

/**
 * struct dpc_pci_info - what this card is
 * @abi_version: DPC_PCI_ABI_VERSION of the driver
 * @vendor: PCI vendor
 * @device: PCI device
 * @kind: enum dpc_pci_kind that is in use; DPC_PCI_KIND_ANY: not started
 * @vectors: vectors that are connected
 * @msix_vectors: vectors that its MSI-X table has; 0: it has no MSI-X
 * @msi_vectors: messages that its MSI capability can have; 0: it has no MSI
 * @line: 1 if it has a line that can be used
 * @reserved32: zero
 * @address: its PCI address, as in /sys/bus/pci/devices
 * @bar_size: bytes of each BAR, 0 for none
 * @reserved: zero
 */
struct dpc_pci_info {
	__u32 abi_version;
	__u16 vendor;
	__u16 device;
	__u32 kind;
	__u32 vectors;
	__u32 msix_vectors;
	__u32 msi_vectors;
	__u32 line;
	__u32 reserved32;
	char address[DPC_OBJECT_DEVICE_LEN];
	__u64 bar_size[DPC_PCI_BARS];
	__u64 reserved[4];
};

/**
 * enum dpc_pci_op - what to do with a register
 * @DPC_PCI_WRITE: write @value
 * @DPC_PCI_READ: read, and forget what was read: for registers that a read clears, and
 *	to have the writes before it arrive
 * @DPC_PCI_UPDATE: read, set the bits of @mask to those of @value, write.  For a
 *	register that belongs to one vector: two vectors may do that at the same time
 * @DPC_PCI_TEST: read; the interrupt is the card's if a bit of @mask is set.  A register
 *	that reads as all ones is one of a card that is not there, and sets none.  In
 *	DPC_PCI_STATUS only
 * @DPC_PCI_WRITE_BACK: write the bits that the last DPC_PCI_TEST has found set.  In
 *	DPC_PCI_ACKNOWLEDGE only
 */
enum dpc_pci_op {
	DPC_PCI_WRITE,
	DPC_PCI_READ,
	DPC_PCI_UPDATE,
	DPC_PCI_TEST,
	DPC_PCI_WRITE_BACK,
};

/**
 * struct dpc_pci_access - one access to a register
 * @op: enum dpc_pci_op
 * @bar: 0 to 5, of memory or ports
 * @width: bytes: 1, 2 or 4
 * @reserved8: zero
 * @value: see there, else zero; fits into @width
 * @mask: see there, else zero; fits into @width
 * @reserved32: zero
 * @offset: in the BAR, a multiple of @width
 */
struct dpc_pci_access {
	__u8 op;
	__u8 bar;
	__u8 width;
	__u8 reserved8;
	__u32 value;
	__u32 mask;
	__u32 reserved32;
	__u64 offset;
};

/**
 * enum dpc_pci_sequence - when registers are accessed, all under the interrupt's lock
 * @DPC_PCI_ENABLE: the card shall interrupt: at the start, after a switch of the model, and
 *	when the machine resumes
 * @DPC_PCI_DISABLE: it shall not
 * @DPC_PCI_STATUS: first in the ISR: is this interrupt the card's?  Without it, a line is
 *	asked by the status bit of PCI 2.3, and a message is always the card's
 * @DPC_PCI_ACKNOWLEDGE: next in the ISR, of an interrupt that is the card's
 * @DPC_PCI_RAISE: the card shall interrupt now
 */
enum dpc_pci_sequence {
	DPC_PCI_ENABLE,
	DPC_PCI_DISABLE,
	DPC_PCI_STATUS,
	DPC_PCI_ACKNOWLEDGE,
	DPC_PCI_RAISE,
};

#define DPC_PCI_SEQUENCES	5
#define DPC_PCI_ACCESSES_MAX	8	/* of one sequence */

/**
 * enum dpc_pci_why - what is wrong with a recipe
 * @DPC_PCI_WHY_NONE: nothing, or what the errno says
 * @DPC_PCI_WHY_NR: more than DPC_PCI_ACCESSES_MAX accesses
 * @DPC_PCI_WHY_OP: no such operation
 * @DPC_PCI_WHY_PLACE: the operation has no meaning in this sequence
 * @DPC_PCI_WHY_BAR: the card has no such BAR
 * @DPC_PCI_WHY_WIDTH: not 1, 2 or 4 bytes
 * @DPC_PCI_WHY_ALIGN: the offset is no multiple of the width
 * @DPC_PCI_WHY_RANGE: outside of the BAR
 * @DPC_PCI_WHY_MSIX: inside of the table or the pending bits of MSI-X, which are the kernel's
 * @DPC_PCI_WHY_VALUE: @value is wider than the register, or stands where it has no meaning
 * @DPC_PCI_WHY_MASK: the same of @mask; or there is none where it is needed
 * @DPC_PCI_WHY_RESERVED: a reserved field, or an access beyond the last one, is not zero
 */
enum dpc_pci_why {
	DPC_PCI_WHY_NONE,
	DPC_PCI_WHY_NR,
	DPC_PCI_WHY_OP,
	DPC_PCI_WHY_PLACE,
	DPC_PCI_WHY_BAR,
	DPC_PCI_WHY_WIDTH,
	DPC_PCI_WHY_ALIGN,
	DPC_PCI_WHY_RANGE,
	DPC_PCI_WHY_MSIX,
	DPC_PCI_WHY_VALUE,
	DPC_PCI_WHY_MASK,
	DPC_PCI_WHY_RESERVED,
};

#define DPC_PCI_VECTOR_ALL	0xffffffff

/**
 * struct dpc_pci_recipe - what a card wants
 * @vector: in, whose recipe: a vector, or DPC_PCI_VECTOR_ALL for all, which replaces those
 *	that single vectors had
 * @why: out, with EINVAL: enum dpc_pci_why
 * @bad_sequence: out, with @why: in which sequence
 * @bad_access: out, with @why: the access there, from 0
 * @nr: in, accesses of each sequence, by enum dpc_pci_sequence; 0: nothing is done there
 * @reserved: in, zero
 * @access: in, the accesses; those beyond @nr are zero
 */
struct dpc_pci_recipe {
	__u32 vector;
	__u32 why;
	__u32 bad_sequence;
	__u32 bad_access;
	__u8 nr[DPC_PCI_SEQUENCES];
	__u8 reserved[3];
	struct dpc_pci_access access[DPC_PCI_SEQUENCES][DPC_PCI_ACCESSES_MAX];
};

/**
 * struct dpc_pci_start - let the card interrupt
 * @kind: in, enum dpc_pci_kind; out, the one that is in use
 * @vectors: in, how many; 0 for as many as the card has, up to DPC_PCI_VECTORS_MAX, and as
 *	the kernel can give; out, how many there are
 * @reserved: in, zero
 */
struct dpc_pci_start {
	__u32 kind;
	__u32 vectors;
	__u64 reserved[2];
};

/**
 * struct dpc_pci_burst - raise interrupts and wait until the last was served
 * @vector: in
 * @count: in, 1 to DPC_PCI_BURST_MAX
 * @pace_us: in, time between two raises, 0 (as fast as possible) to DPC_PCI_PACE_MAX_US
 * @raised: out, how many were raised: less than @count only with an error
 * @first_seq: out, the vector's last sequence number before the burst
 * @last_seq: out, the sequence number that served the last raise.  Cards merge raises that
 *	come faster than they are served, so @last_seq - @first_seq may be less than @count;
 *	and it may be more, if the card interrupts for reasons of its own
 * @reserved: in, zero
 *
 * It was served when a work item that began after its DPC has ended.
 */
struct dpc_pci_burst {
	__u32 vector;
	__u32 count;
	__u32 pace_us;
	__u32 raised;
	__u64 first_seq;
	__u64 last_seq;
	__u64 reserved[2];
};

/* struct dpc_pci_raises.flags */
#define DPC_PCI_CAN_RAISE	0x01	/* the vector's recipe says how to raise */

/**
 * struct dpc_pci_raises - what became of the raises of a vector since the start
 * @vector: in
 * @flags: in, zero; out, DPC_PCI_CAN_RAISE or 0
 * @raises: out
 *
 * An interrupt that the card makes for a reason of its own, between a raise and that
 * raise's own interrupt, is taken for it.
 */
struct dpc_pci_raises {
	__u32 vector;
	__u32 flags;
	struct dpc_raises raises;
};

/* Describe the card.  Errors: ENODEV, EFAULT. */
#define DPC_PCI_IOC_INFO_GET	_IOR(DPC_PCI_IOC_MAGIC, 0x00, struct dpc_pci_info)

/*
 * Set the recipe.  Errors: EPERM (the file is not open for writing, the caller lacks
 * CAP_SYS_RAWIO, or the kernel is locked down), EBUSY (the card is started), EINVAL
 * (@vector, or @why says what, and is written), ENOMEM, ENODEV, EFAULT.
 */
#define DPC_PCI_IOC_RECIPE_SET	_IOWR(DPC_PCI_IOC_MAGIC, 0x01, struct dpc_pci_recipe)

/*
 * Connect the vectors and enable them.  Messages are writes to memory, so the card becomes
 * a bus master for as long as it uses them.  Errors: EPERM, EBUSY (it is started already,
 * or the line is in use by a driver that does not share it), EINVAL (@kind, @vectors or
 * reserved), EOPNOTSUPP (the card does not have that kind), ENOSPC (not so many vectors),
 * EIO (the bus has reported an error of the card), ENOMEM, ENODEV, EFAULT.
 */
#define DPC_PCI_IOC_START	_IOWR(DPC_PCI_IOC_MAGIC, 0x02, struct dpc_pci_start)

/* Disconnect them.  Errors: EPERM, EINVAL (it is not started), ENODEV. */
#define DPC_PCI_IOC_STOP	_IO(DPC_PCI_IOC_MAGIC, 0x03)

/*
 * Raise a burst of interrupts.  On an error after the first raise @raised is still written.
 * Errors: EPERM, EINVAL (@vector, @count, @pace_us or reserved; or the card is not started),
 * EOPNOTSUPP (the recipe does not say how), EINTR, ETIMEDOUT (the last raise was not served
 * within the module parameter raise_timeout_ms), ECANCELED (the card was stopped
 * meanwhile), EIO (the bus has reported an error of the card), ENODEV, EFAULT.
 */
#define DPC_PCI_IOC_BURST_RUN	_IOWR(DPC_PCI_IOC_MAGIC, 0x04, struct dpc_pci_burst)

/*
 * Read what became of the raises.  Errors: EINVAL (@vector or @flags; or the card is
 * not started), ENODEV, EFAULT.
 */
#define DPC_PCI_IOC_RAISES_GET	_IOWR(DPC_PCI_IOC_MAGIC, 0x05, struct dpc_pci_raises)

#endif /* _UAPI_LINUX_DPC_PCI_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of QEMU's "edu" PCI device (docs/specs/edu in QEMU), BAR 0.
 *
 * Below 0x80 only aligned 4-byte access works; from 0x80 on 4 or 8 bytes.
 */
#ifndef _DPC_EDU_REGS_H
#define _DPC_EDU_REGS_H

#define DPC_EDU_PCI_VENDOR		0x1234
#define DPC_EDU_PCI_DEVICE		0x11e8
#define DPC_EDU_BAR			0

#define DPC_EDU_REG_ID			0x00	/* RO, 0xRRrr00ed */
#define   DPC_EDU_ID_MASK		0x0000ffff
#define   DPC_EDU_ID			0x000000ed
#define DPC_EDU_REG_LIVENESS		0x04	/* RW, reads back inverted */
#define DPC_EDU_REG_FACTORIAL		0x08	/* RW, ignored while computing */
#define DPC_EDU_REG_STATUS		0x20	/* RW */
#define   DPC_EDU_STATUS_COMPUTING	0x01	/* RO */
#define   DPC_EDU_STATUS_INTERRUPT	0x80	/* interrupt when computed */
#define DPC_EDU_REG_INTR_STATUS		0x24	/* RO */
#define   DPC_EDU_INTR_FACTORIAL	0x00000001
#define   DPC_EDU_INTR_DMA		0x00000100
#define   DPC_EDU_INTR_RAISE		0x00010000	/* our choice of free bits */
#define   DPC_EDU_INTR_CONTROL		0x00020000
#define DPC_EDU_REG_INTR_RAISE		0x60	/* WO, ORs into the status */
#define DPC_EDU_REG_INTR_ACK		0x64	/* WO, clears in the status */
#define DPC_EDU_REG_DMA_SOURCE		0x80
#define DPC_EDU_REG_DMA_DESTINATION	0x88
#define DPC_EDU_REG_DMA_COUNT		0x90
#define DPC_EDU_REG_DMA_COMMAND		0x98
#define   DPC_EDU_DMA_RUN		0x01
#define   DPC_EDU_DMA_TO_MEMORY		0x02
#define   DPC_EDU_DMA_INTERRUPT		0x04

#define DPC_EDU_DMA_BUFFER		0x40000	/* in the device's DMA space */
#define DPC_EDU_DMA_MASK_BITS		28	/* wider addresses are cut silently */

#endif /* _DPC_EDU_REGS_H */

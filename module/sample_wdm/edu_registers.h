/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of the "edu" device, as a driver for Windows declares them.
 */
#ifndef _EDU_REGISTERS_H
#define _EDU_REGISTERS_H

#include <linux/dpc_wdm.h>

/* BAR 0, as ULONGs. */
typedef struct _EDU_REGISTERS {
	ULONG	Identification;
	ULONG	Liveness;
	ULONG	Factorial;
	ULONG	Reserved0[5];
	ULONG	Status;
	ULONG	InterruptStatus;
	ULONG	Reserved1[14];
	ULONG	InterruptRaise;
	ULONG	InterruptAcknowledge;
	ULONG	Reserved2[6];
	ULONG	DmaSource;
	ULONG	DmaSourceHigh;
	ULONG	DmaDestination;
	ULONG	DmaDestinationHigh;
	ULONG	DmaCount;
	ULONG	DmaCountHigh;
	ULONG	DmaCommand;
} EDU_REGISTERS, *PEDU_REGISTERS;

#define EDU_STATUS_INTERRUPT	0x80
#define EDU_DMA_RUN		0x01
#define EDU_DMA_TO_MEMORY	0x02
#define EDU_DMA_INTERRUPT	0x04
#define EDU_DMA_BUFFER		0x40000		/* in the device's address space */
#define EDU_DMA_BUFFER_SIZE	4095		/* the last byte can't be reached */
#define EDU_GONE		0xffffffff	/* read from a missing device */
#define EDU_ACKNOWLEDGE_MAX	64

#endif /* _EDU_REGISTERS_H */

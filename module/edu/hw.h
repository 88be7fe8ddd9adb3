/* SPDX-License-Identifier: GPL-2.0-only */
/* The device's registers. */
#ifndef _DPC_EDU_HW_H
#define _DPC_EDU_HW_H

#include "edu.h"

int dpc_edu_hw_check(struct dpc_edu *edu);
void dpc_edu_hw_enable(struct dpc_edu *edu);
void dpc_edu_hw_disable(struct dpc_edu *edu);
bool dpc_edu_hw_quiesce(struct dpc_edu *edu);
u32 dpc_edu_hw_acknowledge(struct dpc_edu *edu);
void dpc_edu_hw_raise(struct dpc_edu *edu, u32 bit);
void dpc_edu_hw_factorial_start(struct dpc_edu *edu, u32 n);
u32 dpc_edu_hw_factorial_result(struct dpc_edu *edu);
int dpc_edu_hw_dma_start(struct dpc_edu *edu, u32 offset, u32 count, dma_addr_t bus,
			 bool to_memory);
bool dpc_edu_hw_dma_running(struct dpc_edu *edu);
u32 dpc_edu_hw_dma_command(struct dpc_edu *edu);
u32 dpc_edu_hw_status(struct dpc_edu *edu);
bool dpc_edu_hw_computing(struct dpc_edu *edu);
u32 dpc_edu_hw_liveness(struct dpc_edu *edu);
void dpc_edu_hw_set_liveness(struct dpc_edu *edu, u32 value);
bool dpc_edu_hw_bus_master(struct dpc_edu *edu);
bool dpc_edu_hw_bus_failed(struct dpc_edu *edu);
u32 dpc_edu_hw_id(struct dpc_edu *edu);

#endif /* _DPC_EDU_HW_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The DMA engine: map registers, pieces, errors, and the controller that devices share. */
#ifndef _DPC_EDU_DMA_H
#define _DPC_EDU_DMA_H

#include "edu.h"

extern bool dpc_edu_share_controller;
extern unsigned int dpc_edu_dma_max;

void dpc_edu_dma_module_init(void);
void dpc_edu_dma_module_exit(void);
int dpc_edu_dma_init(struct dpc_edu *edu);
void dpc_edu_dma_destroy(struct dpc_edu *edu);
void dpc_edu_dma_start(struct dpc_packet_queue *q, struct dpc_packet *packet);
void dpc_edu_dma_done(struct dpc_edu_request *req, const struct dpc_served *served);
void dpc_edu_dma_withdraw(struct dpc_edu *edu);
void dpc_edu_dma_release(struct dpc_edu_request *req);
void dpc_edu_dma_give_up(struct dpc_edu_request *req);

#endif /* _DPC_EDU_DMA_H */

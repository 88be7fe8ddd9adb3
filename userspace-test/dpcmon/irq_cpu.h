/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU takes an interrupt, from /proc/irq.
 */
#ifndef DPCMON_IRQ_CPU_H
#define DPCMON_IRQ_CPU_H

#include <stddef.h>

/* -1 if that is not known. */
int irq_cpu(unsigned int irq);

/* The list as the kernel prints it; -1 without a message. */
int irq_cpu_affinity(unsigned int irq, char *list, size_t size);
int irq_cpu_set_affinity(unsigned int irq, const char *list);

#endif /* DPCMON_IRQ_CPU_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU takes an interrupt, from /proc/irq: raiser.c keeps away from it, storm.c moves
 * its own interrupt there.
 */
#ifndef DPCMON_IRQ_CPU_H
#define DPCMON_IRQ_CPU_H

#include <stddef.h>

/* Return: the first CPU that takes interrupt @irq; -1 if that is not known. */
int irq_cpu(unsigned int irq);

/*
 * Read and write the CPUs that may take interrupt @irq, as the kernel prints them ("0-3,5").
 * Return: 0; -1 without a message.
 */
int irq_cpu_affinity(unsigned int irq, char *list, size_t size);
int irq_cpu_set_affinity(unsigned int irq, const char *list);

#endif /* DPCMON_IRQ_CPU_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which CPU takes an interrupt, read from /proc/irq, and moving it to another one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "irq_cpu.h"
#include "util.h"

static int irq_cpu_read(unsigned int irq, const char *name, char *text, size_t size)
{
	char *path = xasprintf("/proc/irq/%u/%s", irq, name);
	FILE *in = xfopen(path, "re");
	char *got = NULL;

	free(path);
	if (!in)
		return -1;
	got = fgets(text, size, in);
	fclose(in);
	if (!got)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

int irq_cpu(unsigned int irq)
{
	char list[256];

	/* without the first file, the kernel does not know better than the second */
	if (irq_cpu_read(irq, "effective_affinity_list", list, sizeof(list)) &&
	    irq_cpu_read(irq, "smp_affinity_list", list, sizeof(list)))
		return -1;
	return *list >= '0' && *list <= '9' ? atoi(list) : -1;
}

int irq_cpu_affinity(unsigned int irq, char *list, size_t size)
{
	return irq_cpu_read(irq, "smp_affinity_list", list, size);
}

int irq_cpu_set_affinity(unsigned int irq, const char *list)
{
	char *path = xasprintf("/proc/irq/%u/smp_affinity_list", irq);
	FILE *out = fopen(path, "we");
	int ret = -1;

	free(path);
	if (!out)
		return -1;
	if (fputs(list, out) >= 0)
		ret = 0;
	if (fclose(out))
		ret = -1;
	return ret;
}

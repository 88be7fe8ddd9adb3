/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes a trace.dat of version 6, which trace-cmd and KernelShark read: what
 * the kernel says of its events and symbols, then each CPU's pages of events.
 */
#ifndef DPCMON_DAT_WRITE_H
#define DPCMON_DAT_WRITE_H

#include <stdio.h>

#include "instance.h"

/**
 * struct dat_writer - a trace.dat that is being written
 * @out: the file
 * @table: where in it the table of the CPUs' pages is
 * @page_size: of the pages
 */
struct dat_writer {
	FILE		*out;
	long		table;
	size_t		page_size;
};

/* All that stands before the pages.  Errors show in ferror(@out). */
void dat_write_head(struct dat_writer *w, FILE *out, const struct instance *i);

/* Then the pages of each CPU, one after another, from file descriptor @from. */
void dat_write_cpu(struct dat_writer *w, unsigned int nr, int from);

#endif /* DPCMON_DAT_WRITE_H */

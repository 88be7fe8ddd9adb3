/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes a trace.dat of version 6, which trace-cmd and KernelShark read: what the kernel
 * says of its events and symbols, then the pages of events of each CPU.  recorder.c calls
 * it; dat.c reads such files.
 */
#ifndef DPCMON_DAT_WRITE_H
#define DPCMON_DAT_WRITE_H

#include <stdio.h>

#include "instance.h"

/**
 * struct dat_writer - a trace.dat that is being written
 * @out: the file; belongs to the caller
 * @table: offset in it of the table that says where the pages of each CPU are; its entries
 *	are filled in by dat_write_cpu()
 * @page_size: bytes of a page
 */
struct dat_writer {
	FILE		*out;
	long		table;
	size_t		page_size;
};

/*
 * Begins the file: writes all that stands before the pages.  An error shows in
 * ferror(@out).
 */
void dat_write_head(struct dat_writer *w, FILE *out, const struct instance *i);

/* Appends the pages of CPU @nr, read from file descriptor @from; for one CPU after another. */
void dat_write_cpu(struct dat_writer *w, unsigned int nr, int from);

#endif /* DPCMON_DAT_WRITE_H */

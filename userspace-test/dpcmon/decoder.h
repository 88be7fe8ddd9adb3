/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From raw trace records to struct dpcmon_event.
 *
 * Where the fields are is looked up once per event, in its format; after that a
 * record is read at known offsets, without a lookup by name.  Formats and records
 * may come from anybody's file: a record is as long as its format needs, or is
 * not read.
 */
#ifndef DPCMON_DECODE_H
#define DPCMON_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"
#include "format.h"

#define DPC_SYSTEM	"dpc"

/* Pairs <name>_entry, <name>_exit of the system irq_vectors that we use. */
extern const char * const irq_vectors[];
extern const unsigned int nr_irq_vectors;

struct decoder;

/*
 * NULL after a message: @what names the trace, @remedy says what to do.
 * @big_endian: the order of its numbers.
 */
struct decoder *decoder_new(const struct formats *formats, bool big_endian, const char *what,
			    const char *remedy);
void decoder_free(struct decoder *d);

/*
 * Fills all of @e but @cpu, @ts and @lost, out of a record of @len bytes.  -1 if
 * the record is not what its format says, which decoder_complaint() puts in words.
 */
int decoder_decode(const struct decoder *d, const void *data, size_t len,
		   struct dpcmon_event *e);
char *decoder_complaint(const struct decoder *d, const void *data, size_t len);

#endif /* DPCMON_DECODE_H */

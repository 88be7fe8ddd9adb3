/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From raw trace records to struct dpcmon_event, for live.c and trace_file.c.
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

#define DPC_SYSTEM	"dpc"	/* the system of our events in tracefs */

/* The events of the system irq_vectors that we use, without their _entry and _exit. */
extern const char * const irq_vectors[];
extern const unsigned int nr_irq_vectors;

struct decoder;

/*
 * Makes a decoder for the events in @formats, which must stay as long as it.
 * @big_endian: byte order of the trace.
 * @what, @remedy: name of the trace, and what to do if it has no events of ours, for
 * messages.
 * Return: the decoder, for decoder_free(); NULL after a message.
 */
struct decoder *decoder_new(const struct formats *formats, bool big_endian, const char *what,
			    const char *remedy);
void decoder_free(struct decoder *d);

/*
 * Fills @e, but for @cpu, @ts and @lost, from a record of @len bytes.  The strings of @e
 * point into @data.
 * Return: 0; -1, without a message, if the record is not what its format says.
 * decoder_complaint() then says what is wrong, in a text that the caller frees.
 */
int decoder_decode(const struct decoder *d, const void *data, size_t len,
		   struct dpcmon_event *e);
char *decoder_complaint(const struct decoder *d, const void *data, size_t len);

#endif /* DPCMON_DECODE_H */

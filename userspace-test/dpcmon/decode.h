/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From raw trace records to struct dpcmon_event.
 *
 * Where the fields are is asked of libtraceevent once per event; after that a
 * record is read at known offsets, without a lookup by name.
 */
#ifndef DPCMON_DECODE_H
#define DPCMON_DECODE_H

#include <event-parse.h>

#include "event.h"

#define DPC_SYSTEM	"dpc"

/* Pairs <name>_entry, <name>_exit of the system irq_vectors that we use. */
extern const char * const irq_vectors[];
extern const unsigned int nr_irq_vectors;

struct decoder;

/* NULL after a message: @what names the trace, @remedy says what to do. */
struct decoder *decoder_new(struct tep_handle *tep, const char *what, const char *remedy);
void decoder_free(struct decoder *d);

/* Fills all of @e but @cpu, @ts and @lost. */
void decoder_decode(const struct decoder *d, const void *data, struct dpcmon_event *e);

#endif /* DPCMON_DECODE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decodes the records of the kernel's own events, for dpcmon system: interrupts, softirqs,
 * timers, work items, switches.  It knows no more of them than their fields' names; where
 * those are, the formats of the trace say, so kernel and machine may be any.
 */
#ifndef DPCMON_SYSTEM_DECODER_H
#define DPCMON_SYSTEM_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "system_event.h"

struct formats;
struct system_decoder;

/* Names of the vectors of SYSTEM_VECTOR_*: interrupts of the CPU itself. */
extern const char * const system_vectors[];
extern const unsigned int system_nr_vectors;

/*
 * Names the @i-th event that is used.
 * Return: whether there is one.  A kernel need not have it.
 */
bool system_decoder_event(unsigned int i, const char **system, const char **event);

/*
 * @formats must stay.  @what names the trace in messages.
 * Return: NULL after a message: an event has not the fields that it has in any kernel, or
 * there is none at all.
 */
struct system_decoder *system_decoder_new(const struct formats *formats, bool big_endian,
					  const char *what);
void system_decoder_free(struct system_decoder *d);

/*
 * Fills all of @e but @cpu, @ts and @lost from a record of @len bytes.
 * Return: 0; -1 if the record is shorter than its format needs, or if a text does not end
 * in it: system_decoder_complaint() is the message, for free().
 */
int system_decoder_decode(const struct system_decoder *d, const void *data, size_t len,
			  struct system_event *e);
char *system_decoder_complaint(const struct system_decoder *d, const void *data, size_t len);

#endif /* DPCMON_SYSTEM_DECODER_H */

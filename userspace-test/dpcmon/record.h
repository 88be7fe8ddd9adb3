/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads fields of a trace record, for decoder.c and system_decoder.c.  Where a field is, its
 * format says; that it lies in the record, the caller has checked, but for a text.
 */
#ifndef DPCMON_RECORD_H
#define DPCMON_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A field of a record: its place, in bytes; @size 0 if there is no such field. */
struct record_field {
	unsigned int	offset;
	unsigned int	size;
};

/* Where the text of an event is. */
enum record_text {
	TEXT_NONE,
	TEXT_FIXED,		/* in a field of fixed length */
	TEXT_LOCATED,		/* where a __data_loc says */
	TEXT_REST,		/* up to the end of the record */
};

/* 0 for a field that is not in this event.  @swap: the record has the other byte order. */
static inline uint64_t record_read(const void *data, struct record_field f, bool swap)
{
	const char *at = (const char *)data + f.offset;
	uint64_t eight;
	uint32_t four;
	uint16_t two;

	switch (f.size) {
	case 8:
		memcpy(&eight, at, sizeof(eight));
		return swap ? __builtin_bswap64(eight) : eight;
	case 4:
		memcpy(&four, at, sizeof(four));
		return swap ? __builtin_bswap32(four) : four;
	case 2:
		memcpy(&two, at, sizeof(two));
		return swap ? __builtin_bswap16(two) : two;
	case 1:
		return (uint8_t)*at;
	default:
		return 0;
	}
}

/* The text of field @f in a record of @len bytes; NULL if it does not end in it. */
const char *record_text(const void *data, size_t len, struct record_field f,
			enum record_text where, bool swap);

#endif /* DPCMON_RECORD_H */

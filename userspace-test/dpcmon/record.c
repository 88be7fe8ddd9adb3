// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds texts in a trace record, which may be shorter than it says.
 */
#include "record.h"

/* The text at @offset, that ends in a NUL before @end; NULL if there is none. */
static const char *record_text_at(const void *data, size_t offset, size_t end)
{
	const char *at = (const char *)data + offset;

	return memchr(at, '\0', end - offset) ? at : NULL;
}

/* The low half of a __data_loc is the offset in the record, the high one the length. */
static const char *record_located(const void *data, size_t len, struct record_field f, bool swap)
{
	uint32_t loc = record_read(data, f, swap);
	size_t offset = loc & 0xffff, end = offset + (loc >> 16);

	/* the kernel counts the NUL */
	if (end > len || end == offset || ((const char *)data)[end - 1])
		return NULL;
	return (const char *)data + offset;
}

const char *record_text(const void *data, size_t len, struct record_field f,
			enum record_text where, bool swap)
{
	switch (where) {
	case TEXT_FIXED:
		return record_text_at(data, f.offset, f.offset + f.size);
	case TEXT_LOCATED:
		return record_located(data, len, f, swap);
	case TEXT_REST:
		return record_text_at(data, f.offset, len);
	default:
		return NULL;
	}
}

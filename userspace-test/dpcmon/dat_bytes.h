/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading numbers and texts out of a piece of a file, never beyond its end: what dat.c is
 * written with.  A caller reads several values and asks @bad once, after the last one.
 */
#ifndef DPCMON_DAT_BYTES_H
#define DPCMON_DAT_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/**
 * struct dat_bytes - a piece of a file, or of a section that was inflated
 * @at: the next byte to read
 * @end: behind the last one
 * @swap: numbers are in the other byte order
 * @bad: something reached behind the end; from then on, all reads give 0
 */
struct dat_bytes {
	const char	*at;
	const char	*end;
	bool		swap;
	bool		bad;
};

/* The next @n bytes; NULL if there are not as many. */
static inline const char *dat_take(struct dat_bytes *b, uint64_t n)
{
	const char *at = b->at;

	if (b->bad || n > (uint64_t)(b->end - b->at)) {
		b->bad = true;
		return NULL;
	}
	b->at += n;
	return at;
}

/* The next number, in our byte order; it may lie at any address. */
static inline uint32_t dat_u32(struct dat_bytes *b)
{
	const char *at = dat_take(b, sizeof(uint32_t));
	uint32_t value;

	if (!at)
		return 0;
	memcpy(&value, at, sizeof(value));
	return b->swap ? __builtin_bswap32(value) : value;
}

static inline uint64_t dat_u64(struct dat_bytes *b)
{
	const char *at = dat_take(b, sizeof(uint64_t));
	uint64_t value;

	if (!at)
		return 0;
	memcpy(&value, at, sizeof(value));
	return b->swap ? __builtin_bswap64(value) : value;
}

static inline uint16_t dat_u16(struct dat_bytes *b)
{
	const char *at = dat_take(b, sizeof(uint16_t));
	uint16_t value;

	if (!at)
		return 0;
	memcpy(&value, at, sizeof(value));
	return b->swap ? __builtin_bswap16(value) : value;
}

/* The next text, which ends in a NUL; "" if it has no end.  Never NULL. */
static inline const char *dat_string(struct dat_bytes *b)
{
	const char *nul = b->bad ? NULL : memchr(b->at, 0, b->end - b->at);

	if (!nul) {
		b->bad = true;
		return "";
	}
	return dat_take(b, nul + 1 - b->at);
}

/* The next @n bytes as a piece of their own; a bad one if there are not as many. */
static inline struct dat_bytes dat_sized(struct dat_bytes *b, uint64_t n)
{
	const char *at = dat_take(b, n);

	if (!at)
		return (struct dat_bytes){ .at = b->at, .end = b->at, .bad = true };
	return (struct dat_bytes){ .at = at, .end = at + n, .swap = b->swap };
}

#endif /* DPCMON_DAT_BYTES_H */

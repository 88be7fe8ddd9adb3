// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes that libFuzzer would seldom come upon.  In texts, a number becomes another one, and an
 * item of a list, or a line, becomes many.  In a trace.dat, most of which are formats, the events
 * change and stay where they are.  For libFuzzer alone.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define MUTATE_ITEMS	80	/* more than any list may have */
#define MUTATE_BYTES	32

static bool mutate_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Puts @text for the @old bytes at @at.  Return: the new size; 0 if there is no room. */
static size_t mutate_replace(uint8_t *data, size_t size, size_t max, size_t at, size_t old,
			     const void *text, size_t len)
{
	if (size - old + len > max)
		return 0;
	memmove(data + at + len, data + at + old, size - at - old);
	memcpy(data + at, text, len);
	return size - old + len;
}

/* The first number behind @at becomes a power of two, or what is beside one. */
static size_t mutate_number(uint8_t *data, size_t size, size_t max, size_t at)
{
	uint64_t value = (1ULL << rand() % 64) + rand() % 3 - 1;
	size_t end;
	char text[24];

	while (at < size && !mutate_is_digit(data[at]))
		at++;
	for (end = at; end < size && mutate_is_digit(data[end]); end++)
		;
	snprintf(text, sizeof(text), "%" PRIu64, value);
	return at == end ? 0 : mutate_replace(data, size, max, at, end - at, text, strlen(text));
}

/* The first { } behind @at, or the first line, comes several times. */
static size_t mutate_repeat(uint8_t *data, size_t size, size_t max, size_t at)
{
	bool item = rand() & 1;
	unsigned int times = 1 + rand() % MUTATE_ITEMS;
	const uint8_t *from = memchr(data + at, item ? '{' : '\n', size - at);
	size_t len = 0, piece, n = size;
	const uint8_t *to = NULL;
	uint8_t *copy;

	if (from)
		to = memchr(from + 1, item ? '}' : '\n', data + size - from - 1);
	if (to)
		len = to - from + item;
	if (!len)
		return 0;
	piece = len + item;
	copy = malloc(piece);
	memcpy(copy, from, len);
	if (item)
		copy[len] = ',';
	at = from - data;
	while (times-- && n && n + piece <= max)
		n = mutate_replace(data, n, max, at, 0, copy, piece);
	free(copy);
	return n;
}

/* Some bytes of the events, or of the table that says where they are. */
static size_t mutate_events(uint8_t *data, size_t size)
{
	static const char table[] = "flyrecord";
	const uint8_t *found = memmem(data, size, table, sizeof(table));
	size_t from = found ? found - data + sizeof(table) : 0, at, len;

	if (from == size)
		return 0;
	at = from + rand() % (size - from);
	len = size - at < MUTATE_BYTES ? size - at : MUTATE_BYTES;
	LLVMFuzzerMutate(data + at, len, len);
	return size;
}

static size_t mutate_text(uint8_t *data, size_t size, size_t max)
{
	size_t at = rand() % size;

	return rand() % 4 ? mutate_number(data, size, max, at) : mutate_repeat(data, size, max, at);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	size_t done = 0;

	srand(seed);
	if (size && rand() & 1)
		done = fuzz_is_text() ? mutate_text(data, size, max) : mutate_events(data, size);
	return done ? done : LLVMFuzzerMutate(data, size, max);
}

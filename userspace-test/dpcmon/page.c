// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walks over one page of the kernel's ring buffer: the time stamp and the length of
 * each record, and how many were lost before the page.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "page.h"

/* The kernel's enum ring_buffer_type: more than a length in words. */
#define PAGE_LENGTH_FOLLOWS	0
#define PAGE_PADDING		29
#define PAGE_TIME_EXTEND	30
#define PAGE_TIME_STAMP		31

#define PAGE_DELTA_BITS		27
#define PAGE_DELTA_MASK		((1u << PAGE_DELTA_BITS) - 1)
/* An absolute time stamp has 59 bits. */
#define PAGE_STAMP_BITS		(PAGE_DELTA_BITS + 32)
#define PAGE_STAMP_TOP		(~0ULL << PAGE_STAMP_BITS)

/*
 * Flags beside the number of bytes of events: events were lost before the page, and their
 * number stands behind the events.
 */
#define PAGE_MISSED		(1u << 31)
#define PAGE_MISSED_STORED	(1u << 30)

static uint32_t page_u32(const struct page *p, const char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return p->swap ? __builtin_bswap32(value) : value;
}

static uint64_t page_u64(const struct page *p, const char *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return p->swap ? __builtin_bswap64(value) : value;
}

static uint64_t page_long(const struct page *p, const char *at)
{
	return p->long_size == 8 ? page_u64(p, at) : page_u32(p, at);
}

void page_init(struct page *p, unsigned int long_size, bool big_endian)
{
	*p = (struct page){
		.long_size = long_size, .big_endian = big_endian,
		.swap = big_endian != (__BYTE_ORDER == __BIG_ENDIAN),
	};
}

static bool page_bad(struct page *p, const char *what)
{
	snprintf(p->error, sizeof(p->error), "%s", what);
	p->end = p->at;
	return false;
}

/* The count of lost events stands behind the events, if there is room for it. */
static void page_load_lost(struct page *p, uint64_t commit, size_t left)
{
	p->lost = 0;
	if (!(commit & PAGE_MISSED))
		return;
	p->lost = -1;
	if (!(commit & PAGE_MISSED_STORED))
		return;
	if (left < p->long_size) {
		page_bad(p, "the page has no room for the number of lost events that it should have");
		return;
	}
	p->lost = page_long(p, p->end) & INT64_MAX;
}

void page_load(struct page *p, const void *data, size_t size)
{
	size_t head = sizeof(uint64_t) + p->long_size;
	uint64_t commit, len;

	p->data = data;
	p->at = data;
	p->end = data;
	p->lost = 0;
	*p->error = '\0';
	if (size < head) {
		page_bad(p, "the page is shorter than its head");
		return;
	}
	p->ts = page_u64(p, p->data);
	commit = page_long(p, p->data + sizeof(uint64_t));
	/* PAGE_MISSED is an int to the kernel, which adds it to a long: the sign fills the top */
	if ((commit & PAGE_MISSED) && commit >> 32 == UINT32_MAX)
		commit &= UINT32_MAX;
	len = commit & ~(uint64_t)(PAGE_MISSED | PAGE_MISSED_STORED);
	if (len > size - head) {
		snprintf(p->error, sizeof(p->error),
			 "the page has %" PRIu64 " bytes of events, but room for %zu", len,
			 size - head);
		return;
	}
	p->at += head;
	p->end = p->at + len;
	page_load_lost(p, commit, size - head - len);
}

/* An absolute time stamp has 59 bits; the bits above come from the time before it. */
static uint64_t page_stamp(const struct page *p, uint64_t stamp)
{
	uint64_t top = p->ts & PAGE_STAMP_TOP;

	if (!top)
		return stamp;
	/* the 59 bits have gone round since the last one */
	if ((stamp | top) < p->ts)
		top += 1ULL << PAGE_STAMP_BITS;
	return stamp | top;
}

/*
 * Skips a record that is no event: padding, or a time stamp, with a word behind its head.
 * Return: false if it is bad.
 */
static bool page_skip(struct page *p, unsigned int type, uint32_t delta)
{
	size_t left = p->end - p->at;
	uint64_t word;

	/* padding without a time stamp: the rest of the page is not used */
	if (type == PAGE_PADDING && !delta) {
		p->at = p->end;
		return true;
	}
	if (left < 8)
		return page_bad(p, "the events of the page end in the middle of one");
	word = page_u32(p, p->at + 4);
	if (type == PAGE_PADDING) {
		word = ((word + 3) & ~3ULL) + 4;
		if (word > left)
			return page_bad(p, "padding reaches behind the events of the page");
		p->ts += delta;
		p->at += word;
		return true;
	}
	word = word << PAGE_DELTA_BITS | delta;
	p->ts = type == PAGE_TIME_STAMP ? page_stamp(p, word) : p->ts + word;
	p->at += 8;
	return true;
}

/* The event at @p->at, whose length stands in a word of its own. */
static bool page_long_event(struct page *p, uint32_t delta)
{
	size_t left = p->end - p->at;
	uint64_t len;

	if (left < 8)
		return page_bad(p, "the events of the page end in the middle of one");
	len = page_u32(p, p->at + 4);
	/* it counts itself */
	if (len < 4)
		return page_bad(p, "an event without a length");
	len = (len + 3) & ~3ULL;
	if (len > left - 4)
		return page_bad(p, "an event reaches behind the events of the page");
	p->ts += delta;
	p->event = p->at + 8;
	p->len = len - 4;
	p->at += 4 + len;
	return true;
}

bool page_next(struct page *p)
{
	uint32_t head, delta, type;
	size_t left;

	while ((left = p->end - p->at)) {
		if (left < 4)
			return page_bad(p, "the events of the page end in the middle of one");
		head = page_u32(p, p->at);
		type = p->big_endian ? head >> PAGE_DELTA_BITS : head & 31;
		delta = p->big_endian ? head & PAGE_DELTA_MASK : head >> 5;
		if (type == PAGE_LENGTH_FOLLOWS)
			return page_long_event(p, delta);
		if (type >= PAGE_PADDING) {
			if (!page_skip(p, type, delta))
				return false;
			continue;
		}
		if (type * 4 > left - 4)
			return page_bad(p, "an event reaches behind the events of the page");
		p->ts += delta;
		p->event = p->at + 4;
		p->len = type * 4;
		p->at += 4 + p->len;
		return true;
	}
	return false;
}

size_t page_offset(const struct page *p)
{
	return p->at - p->data;
}

long long page_lost(long long before, long long after)
{
	if (before < 0 || after < 0)
		return -1;
	return after > INT64_MAX - before ? INT64_MAX : before + after;
}

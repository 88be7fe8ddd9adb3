/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page of the kernel's ring buffer, event after event.
 *
 * Nothing that stands in it is believed: the events lie in the page, or the page
 * is bad.  That is why it is not read by libtraceevent's kbuffer, which trusts
 * the kernel that wrote it; a trace.dat may come from anybody.
 */
#ifndef DPCMON_PAGE_H
#define DPCMON_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct page - where in a page we are
 * @long_size: bytes of a long of the machine that wrote it, 4 or 8
 * @big_endian: its byte order
 * @swap: that is not ours
 * @data: the page
 * @at: the next event
 * @end: of the events
 * @ts: time stamp of @event
 * @lost: events lost before the first one; -1 when the number is not known
 * @event: what page_next() found
 * @len: bytes of @event
 * @error: what is wrong with the page; empty if nothing is
 */
struct page {
	unsigned int	long_size;
	bool		big_endian;
	bool		swap;
	const char	*data;
	const char	*at;
	const char	*end;
	uint64_t	ts;
	long long	lost;
	const char	*event;
	uint32_t	len;
	char		error[96];
};

void page_init(struct page *p, unsigned int long_size, bool big_endian);

/* @data stays with the caller, and has to stay until the next page or the end. */
void page_load(struct page *p, const void *data, size_t size);

/* The next event of the page.  False at its end, and when @error says why. */
bool page_next(struct page *p);

/* Where in the page it is, or has gone wrong. */
size_t page_offset(const struct page *p);

/* Losses before a page without an event, and those before the next one. */
long long page_lost(long long before, long long after);

#endif /* DPCMON_PAGE_H */

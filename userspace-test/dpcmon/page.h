/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page of the kernel's ring buffer, event after event.  live.c gets pages from the kernel,
 * trace_file.c from a file; decoder.c reads what is in an event.
 *
 * Nothing that stands in a page is believed: the events lie in the page, or the page is bad.
 * That is why it is not read by libtraceevent's kbuffer, which trusts the kernel that wrote
 * it; a trace.dat may come from anybody.
 */
#ifndef DPCMON_PAGE_H
#define DPCMON_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct page - a position in a page
 * @long_size: bytes of a long of the machine that wrote the page, 4 or 8
 * @big_endian: byte order of that machine
 * @swap: @big_endian is not our byte order
 * @data: the page; belongs to the caller of page_load()
 * @at: the next event, as far as it was read
 * @end: behind the last event
 * @ts: time stamp of @event, in units of the trace's clock
 * @lost: number of events that were lost before the page; -1 if it is not known
 * @event: the record that page_next() found; valid after it returned true
 * @len: bytes of @event
 * @error: what is wrong with the page, as a sentence; empty if nothing is
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

/* Says from which machine pages come.  To be called once, before page_load(). */
void page_init(struct page *p, unsigned int long_size, bool big_endian);

/* Begins a page of @size bytes.  @data must stay until the next page_load(). */
void page_load(struct page *p, const void *data, size_t size);

/* Finds the next event.  Return: false at the end of the page, and if it is bad (@error). */
bool page_next(struct page *p);

/* Offset in the page of the next event, or of what is wrong. */
size_t page_offset(const struct page *p);

/*
 * Adds two numbers of lost events, of which each may be -1 (not known): those before a page
 * that has no event, and those before the next page.
 */
long long page_lost(long long before, long long after);

#endif /* DPCMON_PAGE_H */

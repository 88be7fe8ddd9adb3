// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page of the ring buffer, after a byte that says from which machine it is.
 */
#include "fuzz.h"
#include "page.h"

void fuzz_page(const uint8_t *data, size_t size)
{
	struct page p;

	if (!size)
		return;
	page_init(&p, *data & 1 ? 8 : 4, *data & 2);
	data++;
	size--;
	page_load(&p, data, size);
	while (page_next(&p)) {
		if (page_offset(&p) > size)
			fuzz_wrong("an event ends behind its page");
		fuzz_touch(p.event, p.len);
	}
	page_lost(-1, p.lost);
	if (page_offset(&p) > size)
		fuzz_wrong("a page ends behind itself");
}

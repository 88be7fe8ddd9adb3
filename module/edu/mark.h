/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mark in a buffer, that tells whether a device has written there.
 *
 * No status of the device says whether its transfer reached memory: the bus may
 * have dropped it (bus mastering off, an IOMMU that refuses, a wrong address).
 * So the buffer is filled with a random mark before.  Bytes that still carry the
 * mark were not written, or were written with just these values.  A second transfer,
 * into the complement of the mark, decides, because no byte equals both.
 */
#ifndef _DPC_EDU_MARK_H
#define _DPC_EDU_MARK_H

#include <linux/math.h>
#include <linux/string.h>
#include <linux/types.h>

/* Fill @buf for a transfer of @count bytes; it has room for a multiple of 8. */
static inline void dpc_edu_mark_fill(void *buf, size_t count, u64 mark)
{
	memset64(buf, mark, DIV_ROUND_UP(count, sizeof(mark)));
}

/*
 * Whether 8 bytes in a row, or all if there are fewer, still carry the mark.  This
 * looks at aligned words and the last 8 bytes, so a hole of 15 bytes is always seen.
 * One in 2^64 words of data looks like the mark.
 */
static inline bool dpc_edu_mark_left(const void *buf, size_t count, u64 mark)
{
	const u64 twice[2] = { mark, mark }, *word = buf;
	size_t i;

	if (count < sizeof(mark))
		return !memcmp(buf, &mark, count);
	for (i = 0; i < count / sizeof(mark); i++)
		if (word[i] == mark)
			return true;
	return !memcmp(buf + count - sizeof(mark), (const u8 *)twice + count % sizeof(mark),
		       sizeof(mark));
}

#endif /* _DPC_EDU_MARK_H */

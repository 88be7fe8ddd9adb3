// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text from outside made safe to print: what is no printable character becomes "?".
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

/* How long the character is that begins with @lead; 0 if none does. */
static unsigned int text_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/*
 * Controls; separators of lines; what turns the direction of writing, or has no width; what
 * is no character, which XML can't have.
 */
static bool text_printable(uint32_t c)
{
	return c >= 0x20 && (c < 0x7f || c > 0x9f) && (c < 0x200b || c > 0x200f) &&
	       (c < 0x2028 || c > 0x202e) && (c < 0x2060 || c > 0x206f) && c != 0xfeff &&
	       (c & 0xfffe) != 0xfffe;
}

/* How many bytes of @at are one printable character; 0 if they are none. */
static unsigned int text_character(const char *at, size_t len)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = *at;
	unsigned int n, i;
	uint32_t c;

	if (lead >= 0x20 && lead < 0x7f)
		return 1;
	n = text_length(lead);
	if (n < 2 || n > len)
		return 0;
	c = lead & (0x7f >> n);
	for (i = 1; i < n; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (at[i] & 0x3f);
	}
	/* written longer than needed, half of a pair of UTF-16, or beyond Unicode */
	if (c < smallest[n] || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		return 0;
	return text_printable(c) ? n : 0;
}

void text_copy(char *to, size_t size, const char *from, size_t len)
{
	const char *end = from + len;
	unsigned int n;

	while (from < end && *from) {
		n = text_character(from, end - from);
		if (size <= (n ? n : 1))
			break;
		if (n > 1)
			memmove(to, from, n);
		else
			*to = n ? *from : '?';
		n = n ? n : 1;
		to += n;
		from += n;
		size -= n;
	}
	*to = '\0';
}

void text_clean(char *text)
{
	size_t len = strlen(text);

	/* never longer than before */
	text_copy(text, len + 1, text, len);
}

const char *text_after(const char *text, const char *head)
{
	size_t len = strlen(head);

	return strncmp(text, head, len) ? NULL : text + len;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text that others wrote: names of tasks, routines, interrupts and devices.
 *
 * A person who records a trace, names a task or loads a module chooses such a text, and
 * could choose one that moves the cursor, recolours the terminal, or ends a line of KTAP.
 * The text is cleaned once, where it comes in, so that no writer has to think of it.
 */
#ifndef DPCMON_TEXT_H
#define DPCMON_TEXT_H

#include <stddef.h>

/*
 * Copies @from, up to a NUL or @len bytes, to @to, which has @size bytes, with a NUL.  A byte
 * that is not part of a printable character of UTF-8 becomes '?'.  Characters that do not
 * fit are left out, and none is cut into parts.
 */
void text_copy(char *to, size_t size, const char *from, size_t len);

/* The same in place. */
void text_clean(char *text);

/* What follows @head in @text, if that begins with it; else NULL. */
const char *text_after(const char *text, const char *head);

#endif /* DPCMON_TEXT_H */

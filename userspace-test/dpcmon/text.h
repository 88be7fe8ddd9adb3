/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text that others wrote: names of tasks, routines, interrupts and devices.
 *
 * Whoever records a trace, names a task or loads a module chooses it, and could
 * choose what moves the cursor, recolours the terminal, or ends a line of KTAP.
 * It is cleaned once, where it comes in, so that no writer has to think of it.
 */
#ifndef DPCMON_TEXT_H
#define DPCMON_TEXT_H

#include <stddef.h>

/*
 * Copies @from, up to a NUL or @len bytes, into @size bytes with a NUL.  A byte
 * that is no printable character of UTF-8, or part of none, becomes '?'.  What
 * does not fit is left out, no character in parts.
 */
void text_copy(char *to, size_t size, const char *from, size_t len);

/* The same in place. */
void text_clean(char *text);

#endif /* DPCMON_TEXT_H */

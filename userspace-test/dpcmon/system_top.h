/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dpcmon top --system: the loop over readings, screen and keys.
 */
#ifndef DPCMON_SYSTEM_TOP_H
#define DPCMON_SYSTEM_TOP_H

struct params;

/* Shows until a key, a signal or --count ends it.  Return: the exit status of the program. */
int system_top(const struct params *p);

#endif /* DPCMON_SYSTEM_TOP_H */

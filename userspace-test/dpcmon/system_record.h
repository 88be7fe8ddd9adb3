/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gets a trace of the kernel's own events, for dpcmon system and dpcmon check --system.
 */
#ifndef DPCMON_SYSTEM_RECORD_H
#define DPCMON_SYSTEM_RECORD_H

struct params;
struct system_writer;

/*
 * Has @w report on what @p names: a recording, or what is recorded now.
 * Return: one of EXIT_*.
 */
int system_record(const struct params *p, struct system_writer *w);

#endif /* DPCMON_SYSTEM_RECORD_H */

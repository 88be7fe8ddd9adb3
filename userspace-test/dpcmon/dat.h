/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lies where in a trace.dat of version 6 or 7, compressed or not, and its
 * pages of events, one CPU at a time.
 *
 * libtracecmd could read it, too, but allocates for every event, keeps every
 * chunk that it has inflated, and makes a list of the kernel's 200000 symbols:
 * time and memory that a report does not need.
 */
#ifndef DPCMON_DAT_H
#define DPCMON_DAT_H

#include <stdbool.h>
#include <stdio.h>

struct dat;
struct tep_handle;

/*
 * NULL, silently, when the file is @broken, or else of a kind that is left to
 * libtracecmd: another version or compression, or time stamps in cycles.
 */
struct dat *dat_open(const char *path, bool *broken);
void dat_close(struct dat *d);

/* The formats that decode.h wants, and the names of tasks. */
struct tep_handle *dat_tep(const struct dat *d);
/* Its /proc/kallsyms, for fclose(); NULL if it has none. */
FILE *dat_kallsyms(struct dat *d);

/* Bytes per page of events, and how many buffers of pages there are. */
unsigned int dat_page_size(const struct dat *d);
unsigned int dat_buffers(const struct dat *d);
/* Which CPU's events are in buffer @nr. */
int dat_cpu(const struct dat *d, unsigned int nr);
/* Its next page, until the next call for it; NULL at its end, or if it can't be read. */
void *dat_next_page(struct dat *d, unsigned int nr);
/* Something could not be read: pages are missing. */
bool dat_failed(const struct dat *d);

#endif /* DPCMON_DAT_H */

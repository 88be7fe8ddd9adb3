/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lies where in a trace.dat of version 6 or 7, compressed or not, and its
 * pages of events, one CPU at a time.
 *
 * libtracecmd could read it, too, but allocates for every event, keeps every
 * chunk that it has inflated, and makes a list of the kernel's 200000 symbols:
 * time and memory that a report does not need.  And it believes what the file
 * says.  Here each place, length and number of the file is checked before it is
 * used, and what can be inflated is limited: a file may come from anybody.
 */
#ifndef DPCMON_DAT_H
#define DPCMON_DAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "format.h"
#include "tasks.h"

struct dat;

/* NULL after a message. */
struct dat *dat_open(const char *path);
void dat_close(struct dat *d);

/* The formats that decode.h wants, and the names of tasks. */
const struct formats *dat_formats(const struct dat *d);
const struct tasks *dat_tasks(const struct dat *d);
/* Its /proc/kallsyms, for fclose(); NULL if it has none.  -1 after a message. */
int dat_kallsyms(struct dat *d, FILE **kallsyms);

/* Of the machine that it is of. */
unsigned int dat_long_size(const struct dat *d);
bool dat_big_endian(const struct dat *d);

/* Bytes per page of events, and how many buffers of pages there are. */
unsigned int dat_page_size(const struct dat *d);
unsigned int dat_buffers(const struct dat *d);
/* Which CPU's events are in buffer @nr. */
unsigned int dat_cpu(const struct dat *d, unsigned int nr);
/* Its next page, until the next call for it; NULL at its end, and after a message. */
const void *dat_next_page(struct dat *d, unsigned int nr);
/* There was a message: pages are missing. */
bool dat_failed(const struct dat *d);

/* The time stamps of the pages are cycles, and what they are in nanoseconds. */
bool dat_in_cycles(const struct dat *d);
uint64_t dat_cycles_to_ns(const struct dat *d, uint64_t cycles);

/* "FILE: byte 69632, CPU 0: @what", of the page that was read last; -1. */
int dat_bad_page(const struct dat *d, unsigned int nr, size_t offset, const char *what);

#endif /* DPCMON_DAT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lies where in a trace.dat of version 6 or 7, compressed or not, and its pages of
 * events, one CPU at a time.  trace_file.c reads the pages (by page.c), decodes the events
 * (by decoder.c) and merges the CPUs; dat_write.c writes such files.
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

/*
 * Opens the file and reads all but its events and symbols.  @path must stay.
 * Return: the file, for dat_close(); NULL after a message.
 */
struct dat *dat_open(const char *path);
void dat_close(struct dat *d);

/* The formats that decoder.c wants, and the names of tasks; until dat_close(). */
const struct formats *dat_formats(const struct dat *d);
const struct tasks *dat_tasks(const struct dat *d);
/*
 * Opens the /proc/kallsyms of the machine that was recorded, as *@kallsyms, which the
 * caller closes before dat_close(); NULL if the file has none.
 * Return: 0; -1 after a message.
 */
int dat_kallsyms(struct dat *d, FILE **kallsyms);

/* Bytes of a long, and the byte order, of the machine that was recorded. */
unsigned int dat_long_size(const struct dat *d);
bool dat_big_endian(const struct dat *d);

/* Bytes per page of events, and number of buffers of pages, one for each CPU. */
unsigned int dat_page_size(const struct dat *d);
unsigned int dat_buffers(const struct dat *d);
/* The CPU whose events are in buffer @nr. */
unsigned int dat_cpu(const struct dat *d, unsigned int nr);

/*
 * Return: the next page of buffer @nr, dat_page_size() bytes, valid until the next call for
 * this buffer; NULL at its end, and after a message.
 */
const void *dat_next_page(struct dat *d, unsigned int nr);

/* Whether dat_next_page() has printed a message: pages are missing then. */
bool dat_failed(const struct dat *d);

/* Whether the time stamps in the pages are cycles, and how many nanoseconds they are. */
bool dat_in_cycles(const struct dat *d);
uint64_t dat_cycles_to_ns(const struct dat *d, uint64_t cycles);

/*
 * Prints "FILE: byte 69632, CPU 0: @what", for byte @offset of the page of buffer @nr that
 * was read last.  Return: -1.
 */
int dat_bad_page(const struct dat *d, unsigned int nr, size_t offset, const char *what);

#endif /* DPCMON_DAT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzz targets: one for each kind of file that dpcmon reads.  libFuzzer calls them, or replay.c.
 */
#ifndef DPCMON_FUZZ_H
#define DPCMON_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* What libFuzzer calls: it has no header of its own.  --target=NAME chooses. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
/* What it offers. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
/* What it is linked with. */
void *fuzz_mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset);
int fuzz_munmap(void *data, size_t len);

/* The targets.  Nothing that one input has led to is left for the next one. */
void fuzz_page(const uint8_t *data, size_t size);
void fuzz_trace(const uint8_t *data, size_t size);
void fuzz_report(const uint8_t *data, size_t size);
void fuzz_system(const uint8_t *data, size_t size);
void fuzz_diff(const uint8_t *data, size_t size);
void fuzz_recipe(const uint8_t *data, size_t size);

#define FUZZ_FILES	2

/* Makes @size bytes the contents of file @nr.  Return: its path, the same for each input. */
const char *fuzz_file(unsigned int nr, const void *data, size_t size);

/* The target that was chosen reads text. */
bool fuzz_is_text(void);

/* Reads all of them, for ASan to see.  Return: something that depends on each. */
unsigned int fuzz_touch(const void *data, size_t size);

/* Says what is wrong, and ends the program as a crash does. */
void fuzz_wrong(const char *what) __attribute__((noreturn));

/**
 * struct fuzz_said - what is written to stdout and stderr meanwhile
 * @text: of each
 * @len: bytes
 * @stream: where it goes
 * @before: where it went
 */
struct fuzz_said {
	char	*text[2];
	size_t	len[2];
	FILE	*stream[2];
	FILE	*before[2];
};

/*
 * Whatever is written in between has to be lines of printable characters; and with @failed, some
 * word of why.
 */
void fuzz_listen(struct fuzz_said *said);
void fuzz_judge(struct fuzz_said *said, bool failed);

#endif /* DPCMON_FUZZ_H */

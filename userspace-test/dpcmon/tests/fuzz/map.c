// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instead of mmap() and munmap(), in the program for libFuzzer: a file in a block of its own size.
 * In a mapping, nobody would see who reads a little behind its end.
 */
#undef mmap
#undef munmap
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

void *fuzz_mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	void *data = malloc(len);

	if (!data || pread(fd, data, len, offset) != (ssize_t)len)
		fuzz_wrong("the input can't be read");
	return data;
}

int fuzz_munmap(void *data, size_t len)
{
	free(data);
	return 0;
}

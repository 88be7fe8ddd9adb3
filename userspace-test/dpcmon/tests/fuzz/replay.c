// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives each file that is named to a fuzz target once: for compilers without libFuzzer.  A file is
 * named before it is read, so the last one is the one that was too much.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "util.h"

/* In a block of its own size: whatever reaches behind it is seen. */
static void replay_file(const char *path)
{
	FILE *in = xfopen(path, "re");
	size_t len = 0, room = 1 << 20;
	uint8_t *data = xcalloc(1, room);

	if (in)
		len = fread(data, 1, room, in);
	if (!in || ferror(in) || len == room)
		fuzz_wrong("it can't be read, or is too large");
	fclose(in);
	data = xrealloc(data, len ? len : 1);
	LLVMFuzzerTestOneInput(data, len);
	free(data);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 3) {
		fputs("usage: dpcmon-replay --target=NAME FILE...\n", stderr);
		return 1;
	}
	LLVMFuzzerInitialize(&argc, &argv);
	for (i = 2; i < argc; i++) {
		printf("%s\n", argv[i]);
		fflush(stdout);
		replay_file(argv[i]);
	}
	return 0;
}

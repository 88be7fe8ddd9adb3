// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all fuzz targets share: the files that an input becomes, and what may be written of it.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "text.h"
#include "util.h"

static const struct fuzz_target {
	const char	*name;
	void		(*run)(const uint8_t *data, size_t size);
	bool		is_text;
} fuzz_targets[] = {
	{ "page", fuzz_page, false },
	{ "trace", fuzz_trace, false },
	{ "report", fuzz_report, false },
	{ "system", fuzz_system, false },
	{ "json", fuzz_diff, true },
	{ "windows", fuzz_diff, true },
	{ "recipe", fuzz_recipe, true },
};

static const struct fuzz_target *fuzz_target;

static struct {
	int	fd;
	char	path[32];
} fuzz_files[FUZZ_FILES];

/* What is listened to now; NULL for nothing. */
static struct fuzz_said *fuzz_heard;

void fuzz_wrong(const char *what)
{
	if (fuzz_heard) {
		fflush(fuzz_heard->stream[1]);
		dprintf(STDERR_FILENO, "%s", fuzz_heard->text[1]);
	}
	dprintf(STDERR_FILENO, "ERROR: %s\n", what);
	abort();
}

const char *fuzz_file(unsigned int nr, const void *data, size_t size)
{
	int fd = fuzz_files[nr].fd;

	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		fuzz_wrong("no room for the input");
	return fuzz_files[nr].path;
}

bool fuzz_is_text(void)
{
	return fuzz_target->is_text;
}

unsigned int fuzz_touch(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	unsigned int sum = 0;
	size_t i;

	for (i = 0; i < size; i++)
		sum += bytes[i];
	return sum;
}

void fuzz_listen(struct fuzz_said *said)
{
	unsigned int i;

	said->before[0] = stdout;
	said->before[1] = stderr;
	for (i = 0; i < 2; i++)
		said->stream[i] = xmemstream(&said->text[i], &said->len[i]);
	stdout = said->stream[0];
	stderr = said->stream[1];
	fuzz_heard = said;
}

/* Lines, and tabs of the style sheet; each else is a character that can be printed. */
static void fuzz_judge_text(char *text, size_t len)
{
	char *clean;
	size_t i;

	if (strlen(text) != len)
		fuzz_wrong("a NUL was written");
	for (i = 0; i < len; i++)
		if (text[i] == '\n' || text[i] == '\t')
			text[i] = ' ';
	clean = xstrdup(text);
	text_clean(clean);
	if (strcmp(clean, text))
		fuzz_wrong("a character was written that can't be printed");
	free(clean);
}

void fuzz_judge(struct fuzz_said *said, bool failed)
{
	unsigned int i;

	stdout = said->before[0];
	stderr = said->before[1];
	fuzz_heard = NULL;
	for (i = 0; i < 2; i++)
		xmemclose(said->stream[i], &said->text[i]);
	if (failed && !said->len[0] && !said->len[1])
		fuzz_wrong("it failed without a word");
	for (i = 0; i < 2; i++) {
		fuzz_judge_text(said->text[i], said->len[i]);
		free(said->text[i]);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char option[] = "--target=";
	const char *name = "";
	unsigned int i;
	int n;

	for (n = 1; n < *argc; n++)
		if (!strncmp((*argv)[n], option, strlen(option)))
			name = (*argv)[n] + strlen(option);
	for (i = 0; i < ARRAY_SIZE(fuzz_targets); i++)
		if (!strcmp(fuzz_targets[i].name, name))
			fuzz_target = &fuzz_targets[i];
	if (!fuzz_target)
		fuzz_wrong("--target=page, trace, report, system, json, windows or recipe is needed");
	for (i = 0; i < FUZZ_FILES; i++) {
		fuzz_files[i].fd = memfd_create("input", MFD_CLOEXEC);
		if (fuzz_files[i].fd < 0)
			fuzz_wrong("no memfd");
		snprintf(fuzz_files[i].path, sizeof(fuzz_files[i].path), "/proc/self/fd/%d",
			 fuzz_files[i].fd);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_target->run(data, size);
	return 0;
}

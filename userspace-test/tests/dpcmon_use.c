// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tests of dpcmon share: running it, what it said, its JSON, the kernel's own counts.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dpcmon_test.h"

int status_of(const char *command)
{
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int file_tail(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
	int err = n < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	if (n > 0 && text[n - 1] == '\n')
		n--;
	text[n > 0 ? n : 0] = '\0';
	return err;
}

/* Line by line: the first ones may be its progress, and the last one says why it failed. */
void note_output(void)
{
	char text[4000], *rest = text, *line;

	if (file_tail("/tmp/dpcmon.err", text, sizeof(text)))
		return;
	while ((line = strsep(&rest, "\n")))
		if (*line)
			ktap_note("dpcmon: %s", line);
}

/* For the host, which holds it against the schemas. */
static void keep(struct json_object *o)
{
	static unsigned int nr;
	char path[64];

	if (access("/out", W_OK))
		return;
	snprintf(path, sizeof(path), "/out/dpcmon-%d-%u.json", getpid(), nr++);
	ASSERT(!json_object_to_file(path, o), "%s: %s", path, json_util_get_last_err());
}

struct json_object *parsed(const char *path)
{
	struct json_object *o = json_object_from_file(path);

	ASSERT(o, "%s is no JSON: %s", path, json_util_get_last_err());
	keep(o);
	return o;
}

struct json_object *member(struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	ASSERT(json_object_object_get_ex(o, key, &value), "no member %s", key);
	return value;
}

unsigned long long number(struct json_object *o, const char *key)
{
	struct json_object *value = member(o, key);

	ASSERT(json_object_is_type(value, json_type_int), "%s is no number", key);
	return json_object_get_uint64(value);
}

void budgets_off(void)
{
	int fd = edu_open(O_RDWR);

	edu_budgets_off(fd);
	close(fd);
}

bool said(const char *text)
{
	static char output[1 << 20];
	FILE *f = fopen("/tmp/dpcmon.out", "re");
	size_t len = 0;

	if (f) {
		len = fread(output, 1, sizeof(output) - 1, f);
		fclose(f);
	}
	output[len] = '\0';
	return strstr(output, text);
}

struct json_object *member_of(struct json_object *list, const char *key, const char *value)
{
	struct json_object *o;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		o = json_object_array_get_idx(list, i);
		if (!strcmp(json_object_get_string(member(o, key)), value))
			return o;
	}
	return NULL;
}

unsigned long long kernel_counted(const char *path, const char *head, const char *tail)
{
	unsigned long long sum = 0, n;
	char line[400], *at, *end;
	FILE *f = fopen(path, "r");

	ASSERT(f, "%s", path);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (head ? !strstr(line, head) : strlen(line) < strlen(tail) ||
		    strcmp(line + strlen(line) - strlen(tail), tail))
			continue;
		at = strchr(line, ':') + 1;
		for (n = strtoull(at, &end, 10); end != at; n = strtoull(at, &end, 10)) {
			sum += n;
			at = end;
		}
	}
	fclose(f);
	return sum;
}

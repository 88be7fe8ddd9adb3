// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes files so that an error leaves the old one in place, and finds options that
 * would write over what another option reads.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diff_file.h"
#include "output.h"
#include "params.h"
#include "util.h"

/* ---- Writing -------------------------------------------------------------------- */

/* Those that have a temporary file.  They are given up when the program ends without an answer. */
static struct output *output_begun;

static void output_unlink_all(void)
{
	struct output *o;

	for (o = output_begun; o; o = o->next)
		unlink(o->temp);
}

static void output_begin(struct output *o)
{
	static bool registered;

	if (!registered)
		atexit(output_unlink_all);
	registered = true;
	o->next = output_begun;
	output_begun = o;
}

/* Its temporary file is no more. */
static void output_end(struct output *o)
{
	struct output **at = &output_begun;

	while (*at && *at != o)
		at = &(*at)->next;
	if (*at)
		*at = o->next;
}

/*
 * Makes the temporary file in the folder of the target, so that rename() can replace it, with
 * the owner and the rights of the target.
 */
static int output_temp(struct output *o)
{
	struct stat old;
	mode_t mask;
	int fd;

	o->temp = xasprintf("%s.dpcmon-XXXXXX", o->target);
	fd = mkstemp(o->temp);
	if (fd >= 0)
		output_begin(o);
	else
		return fail("%s: can't create a file beside it, to replace it when complete: %m: is its folder there and writable?",
			    o->path);
	if (!stat(o->target, &old)) {
		/* root may write to the file of somebody else: it stays theirs */
		if (fchown(fd, old.st_uid, old.st_gid))
			warn("%s: its owner changes: %m", o->path);
		fchmod(fd, old.st_mode & 07777);
	} else {
		mask = umask(0);
		umask(mask);
		fchmod(fd, 0666 & ~mask);
	}
	return fd;
}

static void output_free(struct output *o)
{
	if (o->temp)
		unlink(o->temp);
	output_end(o);
	free(o->temp);
	free(o->target);
	*o = (struct output){ 0 };
}

/* Finds what @path stands for; 1 if it can't be replaced, as a device or a pipe. */
static int output_resolve(struct output *o, const char *path)
{
	struct stat st;

	*o = (struct output){ .path = path };
	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? fail("%s: %s", path, strerror(EISDIR)) : 1;
	/* through symbolic links: they stay */
	o->target = realpath(path, NULL);
	if (!o->target && errno != ENOENT)
		return fail("%s: %m", path);
	if (!o->target && !lstat(path, &st))
		return fail("%s: a symbolic link to nothing: name the file that is to be written",
			    path);
	if (!o->target)
		o->target = xstrdup(path);
	/* the name alone could be had for a file that nobody may write to */
	if (!access(o->target, F_OK) && access(o->target, W_OK)) {
		fail("%s: %m", path);
		output_free(o);
		return -1;
	}
	return 0;
}

int output_open(struct output *o, const char *path)
{
	int fd, special;

	if (output_is_stdout(path)) {
		*o = (struct output){ .path = "stdout", .file = stdout };
		return 0;
	}
	special = output_resolve(o, path);
	if (special < 0)
		return -1;
	if (special) {
		o->file = fopen(path, "we");
		return o->file ? 0 : fail("%s: %m", path);
	}
	fd = output_temp(o);
	if (fd >= 0)
		o->file = fdopen(fd, "w");
	if (o->file)
		return 0;
	if (fd >= 0) {
		close(fd);
		fail("%s: %m", path);
	}
	output_free(o);
	return -1;
}

int output_reserve(struct output *o, const char *path)
{
	int special = output_resolve(o, path), fd;

	if (special < 0)
		return -1;
	if (special)
		return fail("%s: not a file that can be read back: name a regular one", path);
	fd = output_temp(o);
	if (fd < 0) {
		output_free(o);
		return -1;
	}
	close(fd);
	return 0;
}

/* Errors of a buffered write show at its end only. */
static int output_flush(struct output *o)
{
	int bad;

	if (!o->file)
		return 0;
	bad = ferror(o->file) | fflush(o->file);
	if (o->file != stdout)
		bad |= fclose(o->file);
	o->file = NULL;
	return bad ? fail("%s: can't write: %m", o->path) : 0;
}

int output_nameless(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *name;

	if (fd >= 0)
		return fd;
	/* not every file system can do that; then it has a name for a moment */
	name = xasprintf("%s/dpcmon-XXXXXX", folder);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		fail("%s: %m", name);
	else
		unlink(name);
	free(name);
	return fd;
}

int output_passing(char path[OUTPUT_PASSING_LEN])
{
	const char *folder = getenv("TMPDIR");
	int fd = output_nameless(folder && *folder ? folder : "/tmp");

	snprintf(path, OUTPUT_PASSING_LEN, "/proc/self/fd/%d", fd);
	return fd;
}

int output_close(struct output *o, bool good)
{
	int ret = output_flush(o);

	if (!ret && good && o->temp) {
		ret = rename(o->temp, o->target);
		if (ret) {
			fail("%s: can't replace it: %m", o->path);
		} else {
			output_end(o);
			free(o->temp);
			o->temp = NULL;
		}
	}
	output_free(o);
	return ret;
}

/* ---- What may be written ------------------------------------------------------------ */

enum output_use {
	OUTPUT_WRITES,
	OUTPUT_READS,
	OUTPUT_DRIVES,	/* a device */
};

/**
 * struct output_name - a file that the command line names
 * @option: the option that names it
 * @path: the file; NULL for stdout, or if it is not given
 * @use: what is done to it
 * @exists: it is there; then @st is that of the file, else that of its folder
 * @st: device and inode, by which two names of one file are found
 */
struct output_name {
	const char	*option;
	const char	*path;
	enum output_use	use;
	bool		exists;
	struct stat	st;
};

static const char *output_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void output_look(struct output_name *n)
{
	char *folder;

	n->exists = !(n->path ? stat(n->path, &n->st) : fstat(STDOUT_FILENO, &n->st));
	if (n->exists || !n->path)
		return;
	/* what is not there yet is known by its folder and its name */
	folder = xasprintf("%.*s.", (int)(output_base(n->path) - n->path), n->path);
	if (stat(folder, &n->st))
		memset(&n->st, 0, sizeof(n->st));
	free(folder);
}

static bool output_same(const struct output_name *a, const struct output_name *b)
{
	if (a->exists != b->exists || !a->st.st_ino)
		return false;
	if (a->exists && S_ISCHR(a->st.st_mode) && S_ISCHR(b->st.st_mode))
		return a->st.st_rdev == b->st.st_rdev;
	if (a->st.st_dev != b->st.st_dev || a->st.st_ino != b->st.st_ino)
		return false;
	return a->exists || !strcmp(output_base(a->path), output_base(b->path));
}

/* Several may go to, or come from, one pipe or /dev/null; a device is not for reports. */
static bool output_collides(const struct output_name *a, const struct output_name *b)
{
	if ((a->use != OUTPUT_WRITES && b->use != OUTPUT_WRITES) || !output_same(a, b))
		return false;
	return !a->exists || S_ISREG(a->st.st_mode) ||
	       a->use == OUTPUT_DRIVES || b->use == OUTPUT_DRIVES;
}

static int output_pair(const struct output_name *a, const struct output_name *b)
{
	if (!output_collides(a, b))
		return 0;
	if (!a->path)
		return fail("%s %s: stdout goes to that file already: name another one",
			    b->option, b->path);
	return fail("%s %s and %s %s are the same file: name another one to write to",
		    a->option, a->path, b->option, b->path);
}

bool output_has_stdout(const struct params *p)
{
	return p->command == CMD_CHECK || output_is_stdout(p->json) ||
	       output_is_stdout(p->html) || output_is_stdout(p->openmetrics) ||
	       output_is_stdout(p->perfetto);
}

static int output_stdout(const struct params *p)
{
	bool check = p->command == CMD_CHECK;

	if (output_is_stdout(p->trace) || output_is_stdout(p->keep))
		return fail("a trace.dat can't be - (stdin or stdout): name a file; ./- is one of that name");
	if (check && (output_is_stdout(p->json) || output_is_stdout(p->html) ||
		      output_is_stdout(p->kcidb) || output_is_stdout(p->junit)))
		return fail("check: stdout is for KTAP: --json, --html, --junit and --kcidb need a file");
	if (output_is_stdout(p->json) && output_is_stdout(p->html))
		return fail("--json - and --html -: only one of them can go to stdout");
	if (output_is_stdout(p->json) + output_is_stdout(p->html) +
	    output_is_stdout(p->openmetrics) + output_is_stdout(p->perfetto) > 1)
		return fail("--json, --html, --openmetrics, --perfetto: only one of them can go to stdout");
	return 0;
}

/* Room for stdout, those that options name, and those of dpcmon diff. */
#define OUTPUT_NAMES	(16 + DIFF_FILES_MAX)

int output_check(const struct params *p)
{
	bool reads = p->command == CMD_REPORT || p->command == CMD_CHECK ||
		     p->command == CMD_SYSTEM;
	bool drives = p->command != CMD_REPORT && p->command != CMD_RECORD;
	struct output_name names[OUTPUT_NAMES] = {
		{ .option = "stdout" },
		{ .option = p->command == CMD_REPORT ? "report" :
			    p->command == CMD_RECORD ? "--output" : "--trace",
		  .path = p->trace, .use = reads ? OUTPUT_READS : OUTPUT_WRITES },
		{ .option = "--device", .path = drives && p->device && *p->device == '/' ?
			p->device : NULL,
		  .use = OUTPUT_DRIVES },
		{ .option = "--output", .path = p->keep },
		{ .option = "--json", .path = p->json },
		{ .option = "--html", .path = p->html },
		{ .option = "--openmetrics", .path = p->openmetrics },
		{ .option = "--perfetto", .path = p->perfetto },
		{ .option = "--kcidb", .path = p->kcidb },
		{ .option = "--junit", .path = p->junit },
	};
	unsigned int i, j, nr = 1;

	if (output_stdout(p))
		return -1;
	for (i = 1; i < ARRAY_SIZE(names); i++)
		if (names[i].path && !output_is_stdout(names[i].path))
			names[nr++] = names[i];
	for (i = 0; i < p->diff.nr_files; i++)
		names[nr++] = (struct output_name){
			.option = "diff", .path = p->diff.files[i], .use = OUTPUT_READS,
		};
	for (i = 0; i < nr; i++) {
		output_look(&names[i]);
		for (j = 0; j < i; j++)
			if (output_pair(&names[j], &names[i]))
				return -1;
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Remembers the symbols of modules while they are loaded, in a thread of its own: a
 * driver that has left by the time of the report still has names for its routines.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "modules.h"
#include "util.h"

#define MODULES_POLL_US	20000

/* A module that has come.  If it is loaded anew, it has another inode. */
struct module {
	char		name[256];	/* of a directory entry */
	ino_t		inode;
	bool		present;
};

/*
 * What is remembered, and the thread that looks for more
 * @holders: the folders that list the modules that use dpc_core.ko and dpc_nt.ko;
 *	ends with NULL
 * @kallsyms: the symbols of now
 * @list: modules that have come
 * @nr: how many
 * @known: of these, how many @text has
 * @text: their symbols, as in /proc/kallsyms
 * @len: of it
 * @out: writes to it; NULL while nothing is watched
 * @watching: @thread runs
 * @stop: it is to end
 */
static struct {
	const char	*const *holders;
	const char	*kallsyms;
	struct module	*list;
	unsigned int	nr;
	atomic_uint	known;
	char		*text;
	size_t		len;
	FILE		*out;
	bool		watching;
	atomic_bool	stop;
	pthread_t	thread;
} modules;

static struct module *modules_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < modules.nr; i++)
		if (!strcmp(modules.list[i].name, name))
			return &modules.list[i];
	return NULL;
}

/* Whether @name has come since the last look. */
static bool modules_came(const char *name, ino_t inode)
{
	struct module *m = modules_find(name);

	if (m && m->inode == inode)
		return false;
	if (!m) {
		modules.list = xrealloc(modules.list, (modules.nr + 1) * sizeof(*m));
		m = &modules.list[modules.nr++];
		snprintf(m->name, sizeof(m->name), "%s", name);
	}
	m->inode = inode;
	m->present = false;
	return true;
}

/* Reads the routines of modules that have come from kallsyms: "addr t name\t[module]". */
static void modules_read(void)
{
	FILE *in = xfopen(modules.kallsyms, "re");
	char *line = NULL, *name, *end;
	struct module *m;
	size_t room = 0;

	while (in && xgetline(&line, &room, in) > 0) {
		name = strchr(line, '[');
		end = name ? strchr(name, ']') : NULL;
		if (!end)
			continue;
		*end = '\0';
		m = modules_find(name + 1);
		*end = ']';
		if (m && !m->present)
			fputs(line, modules.out);
	}
	free(line);
	if (in)
		fclose(in);
	fflush(modules.out);
}

/*
 * Whether a module of @folder has come.  Its entries are links: the inode of what one
 * points to is the same in each folder that lists the module.
 */
static bool modules_look_in(const char *folder)
{
	DIR *dir = xopendir(folder);
	struct dirent *entry;
	bool came = false;
	struct stat st;

	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.' && !fstatat(dirfd(dir), entry->d_name, &st, 0))
			came |= modules_came(entry->d_name, st.st_ino);
	if (dir)
		closedir(dir);
	return came;
}

static void modules_look(void)
{
	bool came = false;
	unsigned int i;

	for (i = 0; modules.holders[i]; i++)
		came |= modules_look_in(modules.holders[i]);
	if (!came)
		return;
	modules_read();
	for (i = 0; i < modules.nr; i++)
		modules.list[i].present = true;
	modules.known = modules.nr;
}

static void *modules_thread(void *arg)
{
	while (!modules.stop) {
		usleep(MODULES_POLL_US);
		modules_look();
	}
	return NULL;
}

void modules_watch_files(const char *const *holders, const char *kallsyms)
{
	sigset_t all, before;

	if (modules.out)
		return;
	modules.holders = holders;
	modules.kallsyms = kallsyms;
	modules.out = xmem(open_memstream(&modules.text, &modules.len));
	if (!modules.out)
		return;
	modules_look();
	/* signals are for the thread that waits for the end */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	modules.watching = !pthread_create(&modules.thread, NULL, modules_thread, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void modules_watch(void)
{
	static const char *const holders[] = {
		"/sys/module/dpc_core/holders", "/sys/module/dpc_nt/holders", NULL
	};

	modules_watch_files(holders, "/proc/kallsyms");
}

unsigned int modules_known(void)
{
	return modules.known;
}

void modules_unwatch(void)
{
	if (!modules.watching)
		return;
	modules.stop = true;
	pthread_join(modules.thread, NULL);
	modules.watching = false;
}

FILE *modules_symbols(void)
{
	modules_unwatch();
	if (modules.out)
		fflush(modules.out);
	return modules.len ? xmem(fmemopen(modules.text, modules.len, "r")) : NULL;
}

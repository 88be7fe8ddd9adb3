// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the drivers of interrupts and network devices in sysfs, and hands them on in lines
 * of the trace: "dpcmon: owner=irq 24 e1000e".
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instance.h"
#include "system_owners.h"
#include "text.h"
#include "util.h"

#define PCI_DEVICES	"/sys/bus/pci/devices"
#define NET_DEVICES	"/sys/class/net"

static const char * const system_owned_names[SYSTEM_OWNED_NR] = {
	[SYSTEM_OWNED_IRQ]	= "irq",
	[SYSTEM_OWNED_NET]	= "net",
};

/* ---- Into the trace ------------------------------------------------------------- */

static void system_owners_mark(struct instance *i, enum system_owned what, const char *name,
			       const char *driver)
{
	char *text = xasprintf(MARK_OWNER "%s %s %s\n", system_owned_names[what], name, driver);

	instance_write(i, text);
	free(text);
}

/* The last part of what the link @path/@link points to, for free(); NULL if there is none. */
static char *system_owners_link(const char *path, const char *link)
{
	char *full = xasprintf("%s/%s", path, link), to[PATH_MAX];
	ssize_t len = readlink(full, to, sizeof(to) - 1);

	free(full);
	if (len <= 0)
		return NULL;
	to[len] = '\0';
	return xstrdup(strrchr(to, '/') ? strrchr(to, '/') + 1 : to);
}

/* The module of the driver of device @path; one that is part of the kernel has its own name. */
static char *system_owners_driver(const char *path)
{
	char *module = system_owners_link(path, "driver/module");

	return module ? module : system_owners_link(path, "driver");
}

/* A virtio device hangs on a PCI device whose driver only carries it. */
static char *system_owners_virtio(const char *path)
{
	DIR *dir = xopendir(path);
	struct dirent *entry;
	char *driver = NULL, *child;

	while (dir && !driver && (entry = readdir(dir))) {
		if (!text_after(entry->d_name, "virtio"))
			continue;
		child = xasprintf("%s/%s", path, entry->d_name);
		driver = system_owners_driver(child);
		free(child);
	}
	if (dir)
		closedir(dir);
	return driver;
}

/* Its message-signalled interrupts.  A line may be others' as well, or not be used. */
static void system_owners_irqs(struct instance *i, const char *path, const char *driver)
{
	char *name = xasprintf("%s/msi_irqs", path);
	DIR *dir = xopendir(name);
	struct dirent *entry;

	free(name);
	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.')
			system_owners_mark(i, SYSTEM_OWNED_IRQ, entry->d_name, driver);
	if (dir)
		closedir(dir);
}

static void system_owners_pci(struct instance *i, const char *path, const char *name)
{
	char *driver = system_owners_virtio(path);

	if (!driver)
		driver = system_owners_driver(path);
	if (driver)
		system_owners_irqs(i, path, driver);
	free(driver);
}

static void system_owners_net(struct instance *i, const char *path, const char *name)
{
	char *device = xasprintf("%s/device", path), *driver = system_owners_driver(device);

	if (driver)
		system_owners_mark(i, SYSTEM_OWNED_NET, name, driver);
	free(driver);
	free(device);
}

static void system_owners_each(struct instance *i, const char *folder,
			       void (*write)(struct instance *i, const char *path,
					     const char *name))
{
	DIR *dir = xopendir(folder);
	struct dirent *entry;
	char *path;

	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		path = xasprintf("%s/%s", folder, entry->d_name);
		write(i, path, entry->d_name);
		free(path);
	}
	if (dir)
		closedir(dir);
}

void system_owners_write(struct instance *i)
{
	system_owners_each(i, PCI_DEVICES, system_owners_pci);
	system_owners_each(i, NET_DEVICES, system_owners_net);
}

/* ---- Out of the trace ------------------------------------------------------------- */

/* Takes the word at *@text.  Return: false if there is none. */
static bool system_owners_word(const char **text, char word[SYSTEM_OWNER_LEN])
{
	size_t len = strcspn(*text, "\n ");

	text_copy(word, SYSTEM_OWNER_LEN, *text, len);
	*text += len;
	*text += **text == ' ';
	return *word;
}

void system_owners_read(struct system_owners *o, const char *text)
{
	char what[SYSTEM_OWNER_LEN];
	struct system_owner owner;

	if (o->nr == SYSTEM_OWNERS_MAX || !system_owners_word(&text, what) ||
	    !system_owners_word(&text, owner.name) || !system_owners_word(&text, owner.driver))
		return;
	for (owner.what = 0; owner.what < SYSTEM_OWNED_NR; owner.what++)
		if (!strcmp(system_owned_names[owner.what], what))
			break;
	if (owner.what == SYSTEM_OWNED_NR)
		return;
	o->list = xrealloc(o->list, (o->nr + 1) * sizeof(*o->list));
	o->list[o->nr++] = owner;
}

/* What had two drivers in the time of the trace is neither's. */
const char *system_owners_find(const struct system_owners *o, enum system_owned what,
			       const char *name)
{
	const char *driver = NULL;
	unsigned int i;

	for (i = 0; i < o->nr; i++) {
		if (o->list[i].what != what || strcmp(o->list[i].name, name))
			continue;
		if (driver && strcmp(driver, o->list[i].driver))
			return NULL;
		driver = o->list[i].driver;
	}
	return driver;
}

void system_owners_free(struct system_owners *o)
{
	free(o->list);
	*o = (struct system_owners){ 0 };
}

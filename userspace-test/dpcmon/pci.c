// SPDX-License-Identifier: GPL-2.0-only
/*
 * What /sys/bus/pci says of a card, and the files there that change it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pci.h"
#include "text.h"
#include "util.h"

#define PCI_BUS		"/sys/bus/pci"
#define PCI_CLASSES	"/sys/class/*/*"

/* ---- Files ------------------------------------------------------------------------------ */

static int pci_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	if (error == EACCES || error == EPERM)
		return fail("%s: not permitted: run it with sudo", path);
	return error ? fail("%s: can't write %s there: %s", path, *text == '\n' ? "nothing" : text,
			    strerror(error)) : 0;
}

/* A line of a file of the card; "" if it can't be read.  For free(). */
static char *pci_read(const struct pci *p, const char *name)
{
	char *path = xasprintf(PCI_BUS "/devices/%s/%s", p->address, name), text[256] = "";
	FILE *in = xfopen(path, "re");

	if (in && !fgets(text, sizeof(text), in))
		*text = '\0';
	if (in)
		fclose(in);
	free(path);
	text[strcspn(text, "\n")] = '\0';
	return xstrdup(text);
}

static int pci_read_id(const struct pci *p, const char *name, uint16_t *id)
{
	char *text = pci_read(p, name);
	uint64_t value;
	int ret = parse_u64(text, UINT16_MAX, &value);

	free(text);
	if (ret)
		return -1;
	*id = value;
	return 0;
}

/* ---- The card and its driver -------------------------------------------------------------- */

int pci_find(struct pci *p, const char *text)
{
	unsigned int domain = 0, bus, slot, function;
	char end;

	memset(p, 0, sizeof(*p));
	if (sscanf(text, "%x:%x:%x.%u%c", &domain, &bus, &slot, &function, &end) != 4) {
		domain = 0;
		if (sscanf(text, "%x:%x.%u%c", &bus, &slot, &function, &end) != 3)
			return fail("%s: no address of a PCI card, as 0000:03:00.0: lspci -D shows them",
				    text);
	}
	snprintf(p->address, sizeof(p->address), "%04x:%02x:%02x.%u", domain, bus, slot, function);
	if (pci_read_id(p, "vendor", &p->vendor) || pci_read_id(p, "device", &p->device))
		return fail("%s: there is no such PCI card: lspci -D shows those that there are",
			    p->address);
	return 0;
}

char *pci_driver(const struct pci *p)
{
	char *path = xasprintf(PCI_BUS "/devices/%s/driver", p->address), link[PATH_MAX];
	ssize_t len = readlink(path, link, sizeof(link) - 1);

	free(path);
	link[len > 0 ? len : 0] = '\0';
	return xstrdup(strrchr(link, '/') ? strrchr(link, '/') + 1 : "");
}

char *pci_override(const struct pci *p)
{
	char *text = pci_read(p, "driver_override");

	/* what the kernel prints for none */
	if (!strcmp(text, "(null)"))
		*text = '\0';
	return text;
}

bool pci_has_driver(const char *driver)
{
	char *path = xasprintf(PCI_BUS "/drivers/%s", driver);
	bool there = *driver && !access(path, F_OK);

	free(path);
	return there;
}

int pci_set_override(const struct pci *p, const char *driver)
{
	char *path = xasprintf(PCI_BUS "/devices/%s/driver_override", p->address);
	int ret = pci_write(path, *driver ? driver : "\n");

	free(path);
	return ret;
}

int pci_unbind(const struct pci *p)
{
	char *driver = pci_driver(p);
	char *path = xasprintf(PCI_BUS "/drivers/%s/unbind", driver);
	int ret = *driver ? pci_write(path, p->address) : 0;

	free(path);
	free(driver);
	return ret;
}

int pci_bind(const struct pci *p, const char *driver)
{
	char *path = xasprintf(PCI_BUS "/drivers/%s/bind", driver);
	int ret = pci_write(path, p->address);

	free(path);
	return ret;
}

int pci_probe(const struct pci *p)
{
	return pci_write(PCI_BUS "/drivers_probe", p->address);
}

/* ---- What hangs on it ---------------------------------------------------------------------- */

/* A file that names what it uses in words: does a line have one of these two? */
static bool pci_is_named(const char *path, const char *a, const char *b)
{
	FILE *in = xfopen(path, "re");
	char *line = NULL, *rest, *word;
	bool found = false;
	size_t room = 0;

	while (in && !found && xgetline(&line, &room, in) > 0) {
		rest = line;
		while (!found && (word = strsep(&rest, " \t\n")))
			found = !strcmp(word, a) || !strcmp(word, b);
	}
	free(line);
	if (in)
		fclose(in);
	return found;
}

/* What makes it wrong to take the disk or the partition @name away; NULL if nothing does. */
static char *pci_disk_busy(const char *name)
{
	char *node = xasprintf("/dev/%s", name), *number_path, *holders, *why = NULL;
	char number[32] = "";
	glob_t found;
	FILE *in;

	number_path = xasprintf("/sys/class/block/%s/dev", name);
	in = xfopen(number_path, "re");
	if (in && fgets(number, sizeof(number), in))
		number[strcspn(number, "\n")] = '\0';
	if (in)
		fclose(in);
	holders = xasprintf("/sys/class/block/%s/holders/*", name);
	if (pci_is_named("/proc/self/mountinfo", node, *number ? number : node)) {
		why = xasprintf("a file system of %s is mounted: unmount it first", node);
	} else if (pci_is_named("/proc/swaps", node, node)) {
		why = xasprintf("%s is in use for swapping: swapoff %s", node, node);
	} else if (!glob(holders, 0, NULL, &found)) {
		why = xasprintf("%s is in use by %s: end that first", node,
				strrchr(found.gl_pathv[0], '/') + 1);
		globfree(&found);
	}
	free(holders);
	free(number_path);
	free(node);
	return why;
}

/* A sentence on the thing @name of @class; NULL if there is nothing to say of it. */
static char *pci_user(const char *class, const char *name)
{
	if (!strcmp(class, "dpc") || !strcmp(class, "bdi"))
		return NULL;
	if (!strcmp(class, "net"))
		return xasprintf("the network interface %s goes away, with its addresses and connections",
				 name);
	if (!strcmp(class, "block"))
		return xasprintf("the disk /dev/%s goes away", name);
	return xasprintf("%s goes away, of the class %s", name, class);
}

/* Adds what @path, of PCI_CLASSES, means for the card. */
static void pci_add_user(const char *path, char **text, char **busy)
{
	char *copy = xstrdup(path), *name = strrchr(copy, '/'), *class, *user, *longer;

	*name++ = '\0';
	class = strrchr(copy, '/') + 1;
	user = pci_user(class, name);
	if (user) {
		longer = xasprintf("%s  %s\n", *text, user);
		free(*text);
		*text = longer;
	}
	if (!*busy && !strcmp(class, "block"))
		*busy = pci_disk_busy(name);
	free(user);
	free(copy);
}

char *pci_users(const struct pci *p, char **busy)
{
	char *part = xasprintf("/%s/", p->address), *text = xstrdup(""), where[PATH_MAX];
	glob_t all;
	size_t i;

	*busy = NULL;
	if (!glob(PCI_CLASSES, 0, NULL, &all)) {
		for (i = 0; i < all.gl_pathc; i++)
			if (realpath(all.gl_pathv[i], where) && strstr(where, part))
				pci_add_user(all.gl_pathv[i], &text, busy);
		globfree(&all);
	}
	free(part);
	return text;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A card's way to dpc_pci.ko and back.  /run/dpc/ADDRESS.driver remembers, in two lines, the
 * driver that had it and the one that it was reserved for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind.h"
#include "output.h"
#include "util.h"

#define BIND_FOLDER	"/run/dpc"

/* @there: something is remembered.  The texts are for free(). */
struct bind_before {
	bool	there;
	char	*driver;
	char	*override;
};

/* ---- What is remembered --------------------------------------------------------------------- */

static char *bind_path(const struct pci *p)
{
	return xasprintf(BIND_FOLDER "/%s.driver", p->address);
}

static char *bind_line(FILE *in)
{
	char text[256] = "";

	if (in && !fgets(text, sizeof(text), in))
		*text = '\0';
	text[strcspn(text, "\n")] = '\0';
	/* it becomes part of a path */
	return xstrdup(strchr(text, '/') ? "" : text);
}

static struct bind_before bind_recall(const struct pci *p)
{
	char *path = bind_path(p);
	FILE *in = xfopen(path, "re");
	struct bind_before before = { .there = in };

	before.driver = bind_line(in);
	before.override = bind_line(in);
	if (in)
		fclose(in);
	free(path);
	return before;
}

static void bind_free(struct bind_before *before)
{
	free(before->driver);
	free(before->override);
}

static const char *bind_foreign(const char *driver)
{
	return strcmp(driver, BIND_DRIVER) ? driver : "";
}

static int bind_write(const char *path, const char *driver, const char *override)
{
	struct output out;

	if (mkdir(BIND_FOLDER, 0755) && errno != EEXIST)
		return fail(BIND_FOLDER ": %m");
	if (output_open(&out, path))
		return -1;
	fprintf(out.file, "%s\n%s\n", bind_foreign(driver), bind_foreign(override));
	return output_close(&out, true);
}

/* What an earlier dpcmon has remembered stays while the card is reserved for dpc_pci. */
static int bind_remember(const struct pci *p, const char *driver)
{
	char *path = bind_path(p), *override = pci_override(p);
	int ret = 0;

	if (access(path, F_OK) || strcmp(override, BIND_DRIVER))
		ret = bind_write(path, driver, override);
	free(override);
	free(path);
	return ret;
}

static void bind_forget(const struct pci *p)
{
	char *path = bind_path(p);

	unlink(path);
	free(path);
}

/* ---- There and back -------------------------------------------------------------------------- */

static bool bind_has(const struct pci *p, const char *driver)
{
	char *now = pci_driver(p);
	bool has = !strcmp(now, driver);

	free(now);
	return has;
}

static int bind_stopped(const struct pci *p)
{
	return interrupted() ? fail("%s: interrupted", p->address) : 0;
}

int bind_take(const struct pci *p)
{
	char *driver = pci_driver(p);
	int ret = bind_remember(p, driver);

	if (!ret)
		ret = pci_set_override(p, BIND_DRIVER);
	if (!ret && strcmp(driver, BIND_DRIVER))
		ret = bind_stopped(p) || pci_unbind(p) || bind_stopped(p) || pci_probe(p) ? -1 : 0;
	free(driver);
	if (!ret && !bind_has(p, BIND_DRIVER))
		ret = fail("%s: dpc_pci.ko does not take it: dmesg says why", p->address);
	return ret;
}

/* To the driver that had it; if that is not known or gone, to one that wants it. */
static int bind_return(const struct pci *p, const struct bind_before *before)
{
	if (pci_has_driver(before->driver))
		return pci_bind(p, before->driver);
	return before->there && !*before->driver ? 0 : pci_probe(p);
}

bool bind_is_ours(const struct pci *p)
{
	char *path = bind_path(p), *override = pci_override(p);
	bool ours = !access(path, F_OK) || !strcmp(override, BIND_DRIVER) ||
		    bind_has(p, BIND_DRIVER);

	free(override);
	free(path);
	return ours;
}

int bind_give_back(const struct pci *p)
{
	struct bind_before before = bind_recall(p);
	int ret;

	/* not before: else the kernel could give it to dpc_pci again */
	ret = pci_set_override(p, before.override);
	if (!ret && bind_has(p, BIND_DRIVER))
		ret = pci_unbind(p);
	if (!ret && bind_has(p, ""))
		ret = bind_return(p, &before);
	if (!ret)
		bind_forget(p);
	bind_free(&before);
	return ret;
}

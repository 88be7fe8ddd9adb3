// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks for recipes: first those of this machine, then those that came with this dpcmon,
 * installed or beside its sources, then those of other versions.
 */
#define _GNU_SOURCE
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recipes.h"
#include "util.h"

/* "%s" is the folder of the program. */
static const char * const recipes_folders[] = {
	RECIPES_OWN,
	"%s/../share/dpc/recipes",
	"%s/../userspace-test/dpcmon/recipes",
	"%s/recipes",
	"/usr/local/share/dpc/recipes",
	"/usr/share/dpc/recipes",
};

static char *recipes_pattern(const char *folder)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (*folder != '%')
		return xasprintf("%s/*.json", folder);
	self[len > 0 ? len : 0] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return xasprintf("%s%s/*.json", self, folder + strlen("%s"));
}

/* The first file of @list that is for the card.  Return: as recipes_find(). */
static int recipes_look(const glob_t *list, uint16_t vendor, uint16_t device, struct recipe **r)
{
	size_t i;

	for (i = 0; i < list->gl_pathc; i++) {
		*r = recipe_read(list->gl_pathv[i]);
		if (!*r || recipe_is_for(*r, vendor, device))
			return *r ? 0 : -1;
		recipe_free(*r);
		*r = NULL;
	}
	return 0;
}

static int recipes_search(uint16_t vendor, uint16_t device, struct recipe **r)
{
	unsigned int i;
	char *pattern;
	glob_t list;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(recipes_folders) && !ret && !*r; i++) {
		pattern = recipes_pattern(recipes_folders[i]);
		if (pattern && !glob(pattern, 0, NULL, &list)) {
			ret = recipes_look(&list, vendor, device, r);
			globfree(&list);
		}
		free(pattern);
	}
	return ret;
}

int recipes_find(const char *file, uint16_t vendor, uint16_t device, struct recipe **r)
{
	*r = NULL;
	if (!file)
		return recipes_search(vendor, device, r);
	*r = recipe_read(file);
	if (!*r)
		return -1;
	if (recipe_is_for(*r, vendor, device))
		return 0;
	recipe_free(*r);
	*r = NULL;
	return fail("%s: match: this card is none of these; if it has the same registers, add { \"vendor\": \"0x%04x\", \"device\": \"0x%04x\" }",
		    file, vendor, device);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the recipe of a card among the files that are installed.
 */
#ifndef DPCMON_RECIPES_H
#define DPCMON_RECIPES_H

#include "recipe.h"

/*
 * Finds the recipe of a card: @file if the user has named one, which must be for this card;
 * else the first one for it, in the order of the folders and of the files' names.  A
 * file there that is wrong is an error: it could be the one that is wanted.
 * Return: 0 with it in *@r for recipe_free(), or NULL if there is none; -1 after a message.
 */
int recipes_find(const char *file, uint16_t vendor, uint16_t device, struct recipe **r);

/* The folder in which users keep their own ones. */
#define RECIPES_OWN	"/etc/dpc/recipes"

#endif /* DPCMON_RECIPES_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the objects that an argument of --device means.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "util.h"

#define CHOOSE_DOMAIN	"0000:"		/* of a PCI address that names none */

bool choose_is_all(const char *text)
{
	return text && !strcmp(text, "all");
}

void choose_again(const struct dpc_object *o, char text[CHOOSE_LABEL_LEN])
{
	if (!*o->device)
		snprintf(text, CHOOSE_LABEL_LEN, "%s", o->name);
	else
		snprintf(text, CHOOSE_LABEL_LEN, "%s/%u", o->device, o->vector);
}

void choose_label(const struct dpc_object *o, char text[CHOOSE_LABEL_LEN])
{
	int len;

	/* there is one of each kind, so the name says which */
	if (o->kind != DPC_OBJECT_INTERRUPT)
		len = snprintf(text, CHOOSE_LABEL_LEN, "%s", o->name);
	else
		len = snprintf(text, CHOOSE_LABEL_LEN, "#%u %s", o->id, o->name);
	if (*o->device && o->vector)
		snprintf(text + len, CHOOSE_LABEL_LEN - len, " (%s/%u)", o->device, o->vector);
	else if (*o->device)
		snprintf(text + len, CHOOSE_LABEL_LEN - len, " (%s)", o->device);
}

/* The objects of @list in words, as many as a line can take. */
static char *choose_words(const struct dpc_object *list, const unsigned int *chosen,
			  unsigned int nr)
{
	char *text = xstrdup(""), *longer, label[CHOOSE_LABEL_LEN];
	unsigned int i, most = nr < 8 ? nr : 8;

	for (i = 0; i < most; i++) {
		choose_label(&list[chosen[i]], label);
		longer = xasprintf("%s%s%s", text, i ? ", " : "", label);
		free(text);
		text = longer;
	}
	if (most == nr)
		return text;
	longer = xasprintf("%s and %u more", text, nr - most);
	free(text);
	return longer;
}

/* One of @chosen would be enough, or is all that can be used. */
static int choose_too_many(char *what, const struct dpc_object *list,
			   const unsigned int *chosen, unsigned int nr, char **why)
{
	char *words = choose_words(list, chosen, nr);

	*why = xasprintf("%s: %s: choose one by --device, with its number, name or address",
			 what, words);
	free(words);
	free(what);
	return -1;
}

#define CHOOSE_SEE	": dpcmon list shows those that are there"
#define CHOOSE_NOTHING	"there is no interrupt object: load a driver that uses dpc_core.ko, such as dpc_edu.ko on a machine with QEMU's edu device (-device edu)"

static int choose_none(char *what, char **why)
{
	*why = what;
	return -1;
}

/* Without --device, or with "all". */
static int choose_default(const char *text, enum choose how, const struct dpc_object *list,
			  unsigned int nr, unsigned int *chosen, char **why)
{
	unsigned int i, found = 0;

	for (i = 0; i < nr; i++)
		if (list[i].kind == DPC_OBJECT_INTERRUPT)
			chosen[found++] = i;
	if (!found && !(text && how == CHOOSE_ANY && nr))
		return choose_none(xstrdup(CHOOSE_NOTHING), why);
	if (how == CHOOSE_ONE && found > 1)
		return choose_too_many(xstrdup("there are several interrupt objects"), list,
				       chosen, found, why);
	if (how != CHOOSE_ANY || (!text && found == 1))
		return found;
	for (i = 0; i < nr; i++)
		if (list[i].kind != DPC_OBJECT_INTERRUPT)
			chosen[found++] = i;
	return found;
}

static int choose_by_id(const char *text, uint64_t id, const struct dpc_object *list,
			unsigned int nr, unsigned int *chosen, char **why)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (list[i].id != id)
			continue;
		chosen[0] = i;
		return 1;
	}
	return choose_none(xasprintf("--device %s: no object has this id" CHOOSE_SEE, text), why);
}

/* @address: with room for a domain before it. */
static bool choose_has_address(const struct dpc_object *o, const char *address)
{
	if (!*o->device)
		return false;
	if (!strcmp(o->device, address))
		return true;
	return !strncmp(o->device, CHOOSE_DOMAIN, strlen(CHOOSE_DOMAIN)) &&
	       !strcmp(o->device + strlen(CHOOSE_DOMAIN), address);
}

/* All objects of a device, or the one of its vector. */
static unsigned int choose_by_address(const char *text, const struct dpc_object *list,
				      unsigned int nr, unsigned int *chosen)
{
	const char *slash = strrchr(text, '/');
	unsigned int i, found = 0;
	uint64_t vector = 0;
	char *address;

	/* a name of a device may have a slash, too */
	if (slash && parse_u64(slash + 1, UINT32_MAX, &vector))
		slash = NULL;
	address = slash ? strndup(text, slash - text) : xstrdup(text);
	for (i = 0; i < nr && address; i++)
		if (choose_has_address(&list[i], address) && (!slash || list[i].vector == vector))
			chosen[found++] = i;
	free(address);
	return found;
}

static unsigned int choose_by_name(const char *text, const struct dpc_object *list,
				   unsigned int nr, unsigned int *chosen)
{
	unsigned int i, found = 0;

	for (i = 0; i < nr; i++)
		if (!strcmp(list[i].name, text))
			chosen[found++] = i;
	return found;
}

int choose_objects(const char *text, enum choose how, const struct dpc_object *list,
		   unsigned int nr, unsigned int *chosen, char **why)
{
	unsigned int found;
	uint64_t id;

	*why = NULL;
	if (!text || choose_is_all(text))
		return choose_default(text, how, list, nr, chosen, why);
	if (!parse_u64(text + (*text == '#'), UINT32_MAX, &id))
		return choose_by_id(text, id, list, nr, chosen, why);
	found = choose_by_address(text, list, nr, chosen);
	if (found == 1 || (found && how != CHOOSE_ONE))
		return found;
	if (found)
		return choose_too_many(xasprintf("--device %s: this device has several interrupts",
						 text), list, chosen, found, why);
	found = choose_by_name(text, list, nr, chosen);
	if (found > 1)
		return choose_too_many(xasprintf("--device %s: several objects have this name",
						 text), list, chosen, found, why);
	return found ? 1 : choose_none(xasprintf("--device %s: no object has this name, and no device of one this address"
						 CHOOSE_SEE, text), why);
}

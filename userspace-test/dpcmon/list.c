// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects as rows of a table and as JSON.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <json.h>

#include "compare.h"
#include "json_out.h"
#include "list.h"
#include "model.h"
#include "util.h"

enum list_column {
	LIST_ID,
	LIST_NAME,
	LIST_KIND,
	LIST_IRQ,
	LIST_VECTOR,
	LIST_DEVICE,
	LIST_DRIVER,
	LIST_MODEL,
	LIST_TRAITS,
	LIST_ENABLED,
	LIST_HELD,
	LIST_NR,
};

/* @right: a number, whose last digits stand below each other. */
static const struct {
	const char	*head;
	bool		right;
} list_columns[LIST_NR] = {
	[LIST_ID]	= { "id", true },
	[LIST_NAME]	= { "name", false },
	[LIST_KIND]	= { "kind", false },
	[LIST_IRQ]	= { "irq", true },
	[LIST_VECTOR]	= { "vector", true },
	[LIST_DEVICE]	= { "device", false },
	[LIST_DRIVER]	= { "driver", false },
	[LIST_MODEL]	= { "model", false },
	[LIST_TRAITS]	= { "traits", false },
	[LIST_ENABLED]	= { "enabled", false },
	[LIST_HELD]	= { "held", false },
};

static const char *list_kind(uint32_t kind)
{
	switch (kind) {
	case DPC_OBJECT_INTERRUPT:
		return "interrupt";
	case DPC_OBJECT_UNBOUND:
		return "unbound";
	case DPC_OBJECT_THREADED:
		return "threaded";
	default:
		/* a newer core */
		return "?";
	}
}

static const char *list_model(const struct dpc_object *o)
{
	const char *name = model_name(o->model);

	return o->kind != DPC_OBJECT_INTERRUPT ? NULL : name ? name : "?";
}

static char *list_or_dash(const char *text)
{
	return xstrdup(text && *text ? text : "-");
}

/* What stands in a cell; the caller frees it. */
static char *list_cell(const struct dpc_object *o, enum list_column column)
{
	bool interrupt = o->kind == DPC_OBJECT_INTERRUPT;

	switch (column) {
	case LIST_ID:
		/* the name finds it as well, and the number says nothing */
		return interrupt ? xasprintf("%u", o->id) : xstrdup("-");
	case LIST_NAME:
		return list_or_dash(o->name);
	case LIST_KIND:
		return xstrdup(list_kind(o->kind));
	case LIST_IRQ:
		return interrupt ? xasprintf("%u", o->irq) : xstrdup("-");
	case LIST_VECTOR:
		return interrupt ? xasprintf("%u", o->vector) : xstrdup("-");
	case LIST_DEVICE:
		return list_or_dash(o->device);
	case LIST_DRIVER:
		return list_or_dash(o->driver);
	case LIST_MODEL:
		return list_or_dash(list_model(o));
	case LIST_TRAITS:
		return !interrupt ? xstrdup("-") : o->traits ? compare_traits(o->traits)
							    : xstrdup("none");
	case LIST_ENABLED:
		return xstrdup(o->flags & DPC_OBJECT_ENABLED ? "yes" : "no");
	case LIST_HELD:
		return xstrdup(o->flags & DPC_OBJECT_HELD ? "yes" : "no");
	case LIST_NR:
		break;
	}
	return xstrdup("?");
}

/* The last cell of a line has no spaces after it. */
static void list_print(FILE *out, enum list_column column, int width, const char *text)
{
	if (list_columns[column].right)
		fprintf(out, "%*s", width, text);
	else if (column + 1 < LIST_NR)
		fprintf(out, "%-*s", width, text);
	else
		fputs(text, out);
	fputs(column + 1 < LIST_NR ? "  " : "\n", out);
}

static int list_width(const struct dpc_object *list, unsigned int nr, enum list_column column)
{
	size_t width = strlen(list_columns[column].head), len;
	unsigned int i;
	char *text;

	for (i = 0; i < nr; i++) {
		text = list_cell(&list[i], column);
		len = strlen(text);
		if (len > width)
			width = len;
		free(text);
	}
	return width;
}

void list_text(FILE *out, const struct dpc_object *list, unsigned int nr)
{
	unsigned int column, i;
	int width[LIST_NR];
	char *text;

	for (column = 0; column < LIST_NR; column++) {
		width[column] = list_width(list, nr, column);
		list_print(out, column, width[column], list_columns[column].head);
	}
	for (i = 0; i < nr; i++) {
		for (column = 0; column < LIST_NR; column++) {
			text = list_cell(&list[i], column);
			list_print(out, column, width[column], text);
			free(text);
		}
	}
}

static void list_json_flag(struct json_object *json, const char *key, bool value)
{
	json_out_add(json, key, json_out_new(json_object_new_boolean(value)));
}

/* What does not exist is null: an interrupt of a DPC without one, a device. */
static void list_json_text(struct json_object *json, const char *key, const char *text)
{
	json_out_text(json, key, text && *text ? text : NULL);
}

static void list_json_interrupt(struct json_object *json, const struct dpc_object *o)
{
	struct json_object *traits = json_out_array();
	unsigned int i;

	json_out_u64(json, "irq", o->irq);
	json_out_u64(json, "vector", o->vector);
	list_json_text(json, "model", list_model(o));
	for (i = 0; i < compare_trait_count; i++)
		if (o->traits & compare_trait_list[i].bit)
			json_out_append_text(traits, compare_trait_list[i].key);
	json_out_add(json, "traits", traits);
	list_json_flag(json, "passive", o->flags & DPC_OBJECT_PASSIVE);
	list_json_flag(json, "shared", o->flags & DPC_OBJECT_SHARED);
	list_json_flag(json, "has_dpc", !(o->flags & DPC_OBJECT_NO_DPC));
	list_json_flag(json, "has_work", !(o->flags & DPC_OBJECT_NO_WORK));
}

void list_json_object(struct json_object *json, const struct dpc_object *o)
{
	json_out_u64(json, "id", o->id);
	list_json_text(json, "name", o->name);
	json_out_text(json, "kind", list_kind(o->kind));
	list_json_text(json, "bus", o->bus);
	list_json_text(json, "device", o->device);
	list_json_text(json, "driver", o->driver);
	if (o->kind == DPC_OBJECT_INTERRUPT)
		list_json_interrupt(json, o);
	list_json_flag(json, "enabled", o->flags & DPC_OBJECT_ENABLED);
	list_json_flag(json, "held", o->flags & DPC_OBJECT_HELD);
}

struct json_object *list_json(const struct dpc_abi *abi, const struct dpc_object *list,
			      unsigned int nr)
{
	struct json_object *json = json_out_object(), *objects, *o;
	struct utsname name;
	unsigned int i;

	uname(&name);
	json_out_head(json, "dpcmon-list-1");
	json_out_text(json, "kernel", name.release);
	list_json_flag(json, "accounting", abi->flags & DPC_ABI_ACCOUNTS);
	json_out_u64(json, "violations", abi->violations);
	objects = json_out_array();
	for (i = 0; i < nr; i++) {
		o = json_out_object();
		list_json_object(o, &list[i]);
		json_out_append(objects, o);
	}
	json_out_add(json, "objects", objects);
	return json;
}

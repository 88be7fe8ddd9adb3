// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a recipe, and makes of it what the kernel takes for one vector.  Every message names
 * the file, the place in it, such as all.raise[0].width, and what is needed there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json.h>

#include "card.h"
#include "recipe.h"
#include "util.h"

#define RECIPE_BYTES_MAX	(1 << 20)	/* one that is longer is no recipe */
#define RECIPE_PLACE_LEN	64

/* What an operation needs beside its place. */
#define RECIPE_VALUE	0x1
#define RECIPE_MASK	0x2

static const struct {
	const char	*name;
	unsigned int	needs;
	int		only;	/* in this sequence; -1 for in any */
} recipe_ops[] = {
	[DPC_PCI_WRITE]		= { "write", RECIPE_VALUE, -1 },
	[DPC_PCI_READ]		= { "read", 0, -1 },
	[DPC_PCI_UPDATE]	= { "update", RECIPE_VALUE | RECIPE_MASK, -1 },
	[DPC_PCI_TEST]		= { "test", RECIPE_MASK, DPC_PCI_STATUS },
	[DPC_PCI_WRITE_BACK]	= { "write_back", 0, DPC_PCI_ACKNOWLEDGE },
};

static const char * const recipe_sequence_names[DPC_PCI_SEQUENCES] = {
	[DPC_PCI_ENABLE]	= "enable",
	[DPC_PCI_DISABLE]	= "disable",
	[DPC_PCI_STATUS]	= "status",
	[DPC_PCI_ACKNOWLEDGE]	= "acknowledge",
	[DPC_PCI_RAISE]		= "raise",
};

/* ---- Places and their messages -------------------------------------------------------- */

/* A part of the file, and where it stands. */
struct recipe_at {
	const char		*path;
	struct json_object	*json;
	char			place[RECIPE_PLACE_LEN];
};

static int recipe_bad(const struct recipe_at *at, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int recipe_bad(const struct recipe_at *at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return fail("%s: %s%s%s", at->path, at->place, *at->place ? ": " : "", text);
}

/* What stands under @key, if anything does. */
static bool recipe_get(const struct recipe_at *at, const char *key, struct recipe_at *to)
{
	struct json_object *json;

	if (!json_object_object_get_ex(at->json, key, &json))
		return false;
	to->path = at->path;
	to->json = json;
	snprintf(to->place, sizeof(to->place), "%.40s%s%.20s", at->place,
		 *at->place ? "." : "", key);
	return true;
}

static void recipe_get_item(const struct recipe_at *at, unsigned int i, struct recipe_at *to)
{
	to->path = at->path;
	to->json = json_object_array_get_idx(at->json, i);
	snprintf(to->place, sizeof(to->place), "%.50s[%u]", at->place, i);
}

/* Whether @keys, "a, b, c", has @key. */
static bool recipe_has_key(const char *keys, const char *key)
{
	size_t len = strlen(key);
	const char *found = keys;

	while (len && !strpbrk(key, ", ") && (found = strstr(found, key))) {
		if ((found == keys || found[-1] == ' ') && (!found[len] || found[len] == ','))
			return true;
		found++;
	}
	return false;
}

/* An object with no keys but those of @keys. */
static int recipe_object(const struct recipe_at *at, const char *keys)
{
	struct json_object_iterator it, end;

	if (!json_object_is_type(at->json, json_type_object))
		return recipe_bad(at, "{ } with %s is needed", keys);
	it = json_object_iter_begin(at->json);
	end = json_object_iter_end(at->json);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		if (!recipe_has_key(keys, json_object_iter_peek_name(&it)))
			return recipe_bad(at, "\"%s\" has no meaning here: %s",
					  json_object_iter_peek_name(&it), keys);
	}
	return 0;
}

static int recipe_array(const struct recipe_at *at, unsigned int most)
{
	if (!json_object_is_type(at->json, json_type_array))
		return recipe_bad(at, "[ ] is needed");
	if (json_object_array_length(at->json) > most)
		return recipe_bad(at, "%zu are too many: up to %u",
				  json_object_array_length(at->json), most);
	return 0;
}

static int recipe_text(const struct recipe_at *at, const char *key, char **text)
{
	struct recipe_at to;

	if (!recipe_get(at, key, &to))
		return recipe_bad(at, "\"%s\" is missing", key);
	if (!json_object_is_type(to.json, json_type_string) || !json_object_get_string_len(to.json))
		return recipe_bad(&to, "a text is needed");
	*text = xstrdup(json_object_get_string(to.json));
	return 0;
}

/* ---- Numbers --------------------------------------------------------------------------- */

static bool recipe_take(const char **text, const char *token)
{
	while (**text == ' ')
		++*text;
	if (strncmp(*text, token, strlen(token)))
		return false;
	*text += strlen(token);
	return true;
}

static bool recipe_take_number(const char **text, uint64_t *value)
{
	char *copy, *end;
	bool good;

	recipe_take(text, "");
	copy = strndup(*text, strcspn(*text, " <+*"));
	good = copy && !parse_u64(copy, UINT64_MAX, value);
	end = copy ? copy + strlen(copy) : NULL;
	*text += end - copy;
	free(copy);
	return good;
}

static bool recipe_take_end(const char *text)
{
	recipe_take(&text, "");
	return !*text;
}

/* "0x10", "vector", "1 << vector" or "0xe8 + 4 * vector". */
static int recipe_expression(const char *text, struct recipe_number *n)
{
	*n = (struct recipe_number){ 0 };
	if (recipe_take(&text, "vector")) {
		n->factor = 1;
		return recipe_take_end(text) ? 0 : -1;
	}
	if (!recipe_take_number(&text, &n->base))
		return -1;
	if (recipe_take_end(text))
		return 0;
	if (recipe_take(&text, "<<"))
		n->shift = true;
	else if (!recipe_take(&text, "+") || !recipe_take_number(&text, &n->factor) ||
		 !recipe_take(&text, "*"))
		return -1;
	return recipe_take(&text, "vector") && recipe_take_end(text) ? 0 : -1;
}

static int recipe_number(const struct recipe_at *at, struct recipe_number *n)
{
	*n = (struct recipe_number){ 0 };
	if (json_object_is_type(at->json, json_type_int) && json_object_get_int64(at->json) >= 0) {
		n->base = json_object_get_uint64(at->json);
		return 0;
	}
	if (json_object_is_type(at->json, json_type_string) &&
	    !recipe_expression(json_object_get_string(at->json), n))
		return 0;
	return recipe_bad(at, "a number is needed, as 16, \"0x10\", \"vector\", \"1 << vector\" or \"0xe8 + 4 * vector\"");
}

/* One that is the same for all vectors. */
static int recipe_constant(const struct recipe_at *at, const char *key, uint64_t most,
			   uint64_t *value)
{
	struct recipe_number n;
	struct recipe_at to;

	if (!recipe_get(at, key, &to))
		return recipe_bad(at, "\"%s\" is missing", key);
	if (recipe_number(&to, &n))
		return -1;
	if (n.shift || n.factor || n.base > most)
		return recipe_bad(&to, "a number from 0 to %#llx is needed",
				  (unsigned long long)most);
	*value = n.base;
	return 0;
}

/* One that an operation needs, or must not have. */
static int recipe_argument(const struct recipe_at *at, const char *key, uint8_t op, bool needed,
			   struct recipe_number *n)
{
	struct recipe_at to;
	bool there = recipe_get(at, key, &to);

	if (there && needed)
		return recipe_number(&to, n);
	if (there)
		return recipe_bad(&to, "has no meaning for the operation %s", recipe_ops[op].name);
	return needed ? recipe_bad(at, "\"%s\" is missing, which the operation %s needs", key,
				   recipe_ops[op].name) : 0;
}

/* ---- Sequences ------------------------------------------------------------------------- */

static int recipe_op(const struct recipe_at *at, unsigned int sequence, uint8_t *op)
{
	struct recipe_at to;
	const char *name;
	unsigned int i;

	if (!recipe_get(at, "op", &to))
		return recipe_bad(at, "\"op\" is missing");
	name = json_object_get_string(to.json);
	for (i = 0; i < ARRAY_SIZE(recipe_ops) && strcmp(recipe_ops[i].name, name ? name : ""); i++)
		;
	if (i == ARRAY_SIZE(recipe_ops))
		return recipe_bad(&to, "write, read, update, test or write_back is needed");
	if (recipe_ops[i].only >= 0 && recipe_ops[i].only != (int)sequence)
		return recipe_bad(&to, "%s stands in \"%s\" only", name,
				  recipe_sequence_names[recipe_ops[i].only]);
	*op = i;
	return 0;
}

static int recipe_access(const struct recipe_at *at, unsigned int sequence,
			 struct recipe_access *a)
{
	uint64_t bar, width;
	unsigned int needs;
	struct recipe_at to;

	if (recipe_object(at, "op, bar, offset, width, value, mask, comment") ||
	    recipe_op(at, sequence, &a->op) ||
	    recipe_constant(at, "bar", DPC_PCI_BARS - 1, &bar) ||
	    recipe_constant(at, "width", 4, &width))
		return -1;
	if (width != 1 && width != 2 && width != 4)
		return recipe_bad(at, "\"width\" is the bytes of the register: 1, 2 or 4");
	a->bar = bar;
	a->width = width;
	if (!recipe_get(at, "offset", &to))
		return recipe_bad(at, "\"offset\" is missing");
	needs = recipe_ops[a->op].needs;
	return recipe_number(&to, &a->offset) ||
	       recipe_argument(at, "value", a->op, needs & RECIPE_VALUE, &a->value) ||
	       recipe_argument(at, "mask", a->op, needs & RECIPE_MASK, &a->mask) ? -1 : 0;
}

static int recipe_sequence(const struct recipe_at *at, unsigned int nr, struct recipe_sequence *s)
{
	struct recipe_at to, item;
	bool tests = false;
	unsigned int i;

	if (!recipe_get(at, recipe_sequence_names[nr], &to))
		return 0;
	if (recipe_array(&to, DPC_PCI_ACCESSES_MAX))
		return -1;
	s->given = true;
	s->nr = json_object_array_length(to.json);
	for (i = 0; i < s->nr; i++) {
		recipe_get_item(&to, i, &item);
		if (recipe_access(&item, nr, &s->access[i]))
			return -1;
		tests |= s->access[i].op == DPC_PCI_TEST;
	}
	if (nr == DPC_PCI_STATUS && s->nr && !tests)
		return recipe_bad(&to, "a test is needed, or no interrupt would be the card's");
	return 0;
}

static int recipe_sequences(const struct recipe_at *at, struct recipe_sequences *to)
{
	unsigned int i;

	if (recipe_object(at, "enable, disable, status, acknowledge, raise"))
		return -1;
	for (i = 0; i < DPC_PCI_SEQUENCES; i++)
		if (recipe_sequence(at, i, &to->list[i]))
			return -1;
	return 0;
}

/* ---- The file --------------------------------------------------------------------------- */

static int recipe_cards(const struct recipe_at *at, struct recipe *r)
{
	struct recipe_at to, item;
	uint64_t vendor, device;
	unsigned int i;

	if (!recipe_get(at, "match", &to))
		return recipe_bad(at, "\"match\" is missing");
	if (recipe_array(&to, 1000))
		return -1;
	r->nr_cards = json_object_array_length(to.json);
	r->cards = xcalloc(r->nr_cards + 1, sizeof(*r->cards));
	for (i = 0; i < r->nr_cards; i++) {
		recipe_get_item(&to, i, &item);
		if (recipe_object(&item, "vendor, device") ||
		    recipe_constant(&item, "vendor", UINT16_MAX, &vendor) ||
		    recipe_constant(&item, "device", UINT16_MAX, &device))
			return -1;
		r->cards[i].vendor = vendor;
		r->cards[i].device = device;
	}
	return r->nr_cards ? 0 : recipe_bad(&to, "a card is needed, as { \"vendor\": \"0x8086\", \"device\": \"0x10d3\" }");
}

static int recipe_interrupts(const struct recipe_at *at, struct recipe *r)
{
	struct recipe_at to, kind;
	uint64_t vectors;
	const char *name;

	if (!recipe_get(at, "interrupts", &to))
		return 0;
	if (recipe_object(&to, "kind, vectors"))
		return -1;
	if (recipe_get(&to, "vectors", &kind)) {
		if (recipe_constant(&to, "vectors", DPC_PCI_VECTORS_MAX, &vectors))
			return -1;
		r->vectors = vectors;
	}
	if (!recipe_get(&to, "kind", &kind))
		return 0;
	name = json_object_get_string(kind.json);
	while (card_kind(r->kind) && strcmp(card_kind(r->kind), name ? name : ""))
		r->kind++;
	return card_kind(r->kind) ? 0 : recipe_bad(&kind, "any, msix, msi or line is needed");
}

static int recipe_vectors(const struct recipe_at *at, struct recipe *r)
{
	struct recipe_at to, item;
	unsigned int i;

	if (!recipe_get(at, "vectors", &to))
		return 0;
	if (recipe_array(&to, DPC_PCI_VECTORS_MAX))
		return -1;
	r->nr_own = json_object_array_length(to.json);
	r->own = xcalloc(r->nr_own + 1, sizeof(*r->own));
	for (i = 0; i < r->nr_own; i++) {
		recipe_get_item(&to, i, &item);
		if (recipe_sequences(&item, &r->own[i]))
			return -1;
	}
	return 0;
}

static int recipe_schema(const struct recipe_at *at)
{
	struct recipe_at to;
	const char *name;

	if (!recipe_get(at, "schema", &to))
		return recipe_bad(at, "\"schema\" is missing: this dpcmon reads \"" RECIPE_SCHEMA "\"");
	name = json_object_get_string(to.json);
	if (!name || strcmp(name, RECIPE_SCHEMA))
		return recipe_bad(&to, "this dpcmon reads \"" RECIPE_SCHEMA "\"");
	return 0;
}

static int recipe_take_file(const struct recipe_at *at, struct recipe *r)
{
	static const char keys[] =
		"schema, name, source, tried, match, interrupts, all, vectors, comment";
	struct dpc_pci_recipe first;
	struct recipe_at all;

	if (recipe_object(at, keys) ||
	    recipe_schema(at) || recipe_text(at, "name", &r->name) ||
	    recipe_text(at, "source", &r->source) || recipe_text(at, "tried", &r->tried) ||
	    recipe_cards(at, r) || recipe_interrupts(at, r))
		return -1;
	if (!recipe_get(at, "all", &all))
		return recipe_bad(at, "\"all\" is missing: the sequences, as { \"raise\": [ ... ] }");
	if (recipe_sequences(&all, &r->all) || recipe_vectors(at, r))
		return -1;
	/* what is wrong for all vectors is wrong for the first */
	return recipe_expand(r, 0, &first);
}

static char *recipe_load(const char *path)
{
	FILE *in = xfopen(path, "re");
	char *text;
	size_t len;

	if (!in) {
		fail("%s: %m", path);
		return NULL;
	}
	text = xcalloc(1, RECIPE_BYTES_MAX + 1);
	len = fread(text, 1, RECIPE_BYTES_MAX, in);
	if (ferror(in) || len == RECIPE_BYTES_MAX) {
		fail("%s: can't be read, or is no recipe", path);
		free(text);
		text = NULL;
	}
	fclose(in);
	return text;
}

static struct json_object *recipe_json(const char *path, const char *text)
{
	struct json_tokener *tokener = xmem(json_tokener_new());
	struct json_object *json;
	enum json_tokener_error error;
	unsigned int line = 1;
	size_t end, i;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	errno = 0;
	json = json_tokener_parse_ex(tokener, text, strlen(text) + 1);
	xerrno();
	error = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	for (i = 0; i < end && text[i]; i++)
		line += text[i] == '\n';
	json_tokener_free(tokener);
	if (error == json_tokener_success && json)
		return json;
	fail("%s: line %u: no JSON: %s", path, line, error == json_tokener_success ?
	     "null is no recipe" : json_tokener_error_desc(error));
	json_object_put(json);
	return NULL;
}

struct recipe *recipe_read(const char *path)
{
	struct recipe_at at = { .path = path };
	char *text = recipe_load(path);
	struct recipe *r;
	int ret;

	if (!text)
		return NULL;
	at.json = recipe_json(path, text);
	free(text);
	if (!at.json)
		return NULL;
	r = xcalloc(1, sizeof(*r));
	r->path = xstrdup(path);
	ret = recipe_take_file(&at, r);
	json_object_put(at.json);
	if (!ret)
		return r;
	recipe_free(r);
	return NULL;
}

void recipe_free(struct recipe *r)
{
	if (!r)
		return;
	free(r->path);
	free(r->name);
	free(r->source);
	free(r->tried);
	free(r->cards);
	free(r->own);
	free(r);
}

/* ---- What it says ----------------------------------------------------------------------- */

bool recipe_is_for(const struct recipe *r, uint16_t vendor, uint16_t device)
{
	unsigned int i;

	for (i = 0; i < r->nr_cards; i++)
		if (r->cards[i].vendor == vendor && r->cards[i].device == device)
			return true;
	return false;
}

/* That of a vector, where @own says whether it is its own. */
static const struct recipe_sequence *recipe_of(const struct recipe *r, unsigned int vector,
					       unsigned int sequence, bool *own)
{
	*own = vector < r->nr_own && r->own[vector].list[sequence].given;
	return *own ? &r->own[vector].list[sequence] : &r->all.list[sequence];
}

bool recipe_raises(const struct recipe *r)
{
	unsigned int i;
	bool own;

	for (i = 0; i <= r->nr_own; i++)
		if (i < DPC_PCI_VECTORS_MAX && recipe_of(r, i, DPC_PCI_RAISE, &own)->nr)
			return true;
	return false;
}

static bool recipe_number_differs(const struct recipe_number *n)
{
	return n->shift || n->factor;
}

bool recipe_differs(const struct recipe *r)
{
	const struct recipe_access *a;
	unsigned int s, i;

	for (s = 0; s < DPC_PCI_SEQUENCES; s++) {
		for (i = 0; i < r->all.list[s].nr; i++) {
			a = &r->all.list[s].access[i];
			if (recipe_number_differs(&a->offset) || recipe_number_differs(&a->value) ||
			    recipe_number_differs(&a->mask))
				return true;
		}
	}
	return r->nr_own;
}

/* The place of an access, as it stands in the file. */
static void recipe_place(const struct recipe *r, unsigned int vector, unsigned int sequence,
			 unsigned int i, struct recipe_at *at)
{
	bool own;

	recipe_of(r, vector, sequence, &own);
	at->path = r->path;
	if (own)
		snprintf(at->place, sizeof(at->place), "vectors[%u].%s[%u]", vector,
			 recipe_sequence_names[sequence], i);
	else
		snprintf(at->place, sizeof(at->place), "all.%s[%u]",
			 recipe_sequence_names[sequence], i);
}

/* Return: 0; -1 if it is larger than @most. */
static int recipe_compute(const struct recipe_number *n, unsigned int vector, uint64_t most,
			  uint64_t *value)
{
	*value = n->shift ? n->base << vector : n->base + n->factor * vector;
	if (n->shift && *value >> vector != n->base)
		return -1;
	if (n->factor && (*value < n->base || (*value - n->base) / n->factor != vector))
		return -1;
	return *value > most ? -1 : 0;
}

static int recipe_expand_access(const struct recipe_access *a, unsigned int vector,
				struct dpc_pci_access *to, const char **what)
{
	uint64_t most = a->width == 4 ? UINT32_MAX : (1u << 8 * a->width) - 1, value, mask;

	*to = (struct dpc_pci_access){ .op = a->op, .bar = a->bar, .width = a->width };
	if (recipe_compute(&a->offset, vector, INT64_MAX, &value)) {
		*what = "offset";
		return -1;
	}
	to->offset = value;
	if (recipe_compute(&a->value, vector, most, &value)) {
		*what = "value";
		return -1;
	}
	if (recipe_compute(&a->mask, vector, most, &mask)) {
		*what = "mask";
		return -1;
	}
	to->value = value;
	to->mask = mask;
	return 0;
}

int recipe_expand(const struct recipe *r, unsigned int vector, struct dpc_pci_recipe *to)
{
	const struct recipe_sequence *s;
	struct recipe_at at;
	unsigned int i, nr;
	const char *what;
	bool own;

	memset(to, 0, sizeof(*to));
	for (nr = 0; nr < DPC_PCI_SEQUENCES; nr++) {
		s = recipe_of(r, vector, nr, &own);
		to->nr[nr] = s->nr;
		for (i = 0; i < s->nr; i++) {
			if (!recipe_expand_access(&s->access[i], vector, &to->access[nr][i], &what))
				continue;
			recipe_place(r, vector, nr, i, &at);
			return recipe_bad(&at, "the %s for vector %u does not fit into %u bytes",
					  what, vector, s->access[i].width);
		}
	}
	return 0;
}

static const char *recipe_why(uint32_t why)
{
	switch (why) {
	case DPC_PCI_WHY_BAR:
		return "the card has no such BAR: lspci -v shows those that it has";
	case DPC_PCI_WHY_ALIGN:
		return "the offset has to be a multiple of the width";
	case DPC_PCI_WHY_RANGE:
		return "the offset is beyond the end of the BAR: lspci -v shows its size";
	case DPC_PCI_WHY_MSIX:
		return "the kernel has the MSI-X table there: no recipe may touch it";
	case DPC_PCI_WHY_VALUE:
		return "the value is wider than the register, or has bits outside of the mask";
	case DPC_PCI_WHY_MASK:
		return "the mask is zero, or wider than the register";
	case DPC_PCI_WHY_OP:
	case DPC_PCI_WHY_PLACE:
	case DPC_PCI_WHY_WIDTH:
	case DPC_PCI_WHY_NR:
	case DPC_PCI_WHY_RESERVED:
		return "dpc_pci.ko has no such access: install it and dpcmon from one version";
	default:
		return "no known reason: install dpc_pci.ko and dpcmon from one version";
	}
}

void recipe_refused(const struct recipe *r, unsigned int vector, const struct dpc_pci_recipe *bad)
{
	struct recipe_at at = { .path = r->path };

	if (bad->bad_sequence < DPC_PCI_SEQUENCES)
		recipe_place(r, vector, bad->bad_sequence, bad->bad_access, &at);
	recipe_bad(&at, "for vector %u, %s", vector, recipe_why(bad->why));
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parses the formats of events, as tracefs and trace.dat have them: the name, offset
 * and size of each field.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "text.h"
#include "util.h"

/* A piece of the text: a line, or what is left of one. */
struct piece {
	const char	*at;
	const char	*end;
};

/* Takes what is before @c, or all, and @c itself, off @p. */
static struct piece format_piece_until(struct piece *p, char c)
{
	struct piece part = *p;
	const char *found = p->at < p->end ? memchr(p->at, c, p->end - p->at) : NULL;

	if (found)
		part.end = found;
	p->at = found ? found + 1 : p->end;
	return part;
}

static bool format_piece_skip(struct piece *p, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(p->end - p->at) < len || memcmp(p->at, text, len))
		return false;
	p->at += len;
	return true;
}

static void format_piece_skip_blanks(struct piece *p)
{
	while (p->at < p->end && (*p->at == ' ' || *p->at == '\t'))
		p->at++;
}

/* A decimal number of at most @max, and nothing else. */
static bool format_piece_number(struct piece p, unsigned int max, unsigned int *number)
{
	unsigned int n = 0;

	if (p.at == p.end)
		return false;
	for (; p.at < p.end; p.at++) {
		if (*p.at < '0' || *p.at > '9')
			return false;
		n = n * 10 + (*p.at - '0');
		if (n > max)
			return false;
	}
	*number = n;
	return true;
}

static bool format_piece_name(struct piece p, char name[FORMAT_NAME_LEN])
{
	if (p.at == p.end || p.end - p.at >= FORMAT_NAME_LEN)
		return false;
	text_copy(name, FORMAT_NAME_LEN, p.at, p.end - p.at);
	return true;
}

/* "TYPE NAME" or "TYPE NAME[LENGTH]": the name. */
static struct piece format_piece_declared(struct piece p)
{
	struct piece name = format_piece_until(&p, '[');

	/* "__data_loc char[] name" */
	if (p.at < p.end && *p.at == ']' && p.at + 1 < p.end) {
		p.at++;
		name = p;
	}
	p = name;
	while (p.at < p.end) {
		format_piece_skip_blanks(&p);
		name = format_piece_until(&p, ' ');
	}
	return name;
}

/* "\tfield:TYPE NAME;\toffset:N;\tsize:N;\tsigned:N;" */
static bool format_parse_field(struct piece line, struct format_field *f)
{
	struct piece declaration, offset, size;

	format_piece_skip_blanks(&line);
	if (!format_piece_skip(&line, "field:"))
		return false;
	declaration = format_piece_until(&line, ';');
	format_piece_skip_blanks(&line);
	if (!format_piece_skip(&line, "offset:"))
		return false;
	offset = format_piece_until(&line, ';');
	format_piece_skip_blanks(&line);
	if (!format_piece_skip(&line, "size:"))
		return false;
	size = format_piece_until(&line, ';');
	f->data_loc = format_piece_skip(&declaration, "__data_loc ");
	return format_piece_number(offset, FORMAT_END_MAX, &f->offset) &&
	       format_piece_number(size, FORMAT_END_MAX - f->offset, &f->size) &&
	       format_piece_name(format_piece_declared(declaration), f->name);
}

static int format_parse(struct format *f, struct piece text)
{
	struct piece line = format_piece_until(&text, '\n');

	if (!format_piece_skip(&line, "name: ") || !format_piece_name(line, f->name))
		return -1;
	line = format_piece_until(&text, '\n');
	if (!format_piece_skip(&line, "ID: ") || !format_piece_number(line, UINT16_MAX, &f->id))
		return -1;
	while (text.at < text.end && f->nr_fields < FORMAT_FIELDS) {
		line = format_piece_until(&text, '\n');
		if (format_piece_skip(&line, "print fmt:"))
			break;
		if (format_parse_field(line, &f->fields[f->nr_fields]))
			f->nr_fields++;
	}
	return 0;
}

int format_add(struct formats *fs, const char *system, const char *text, size_t len)
{
	struct format *f;

	if (fs->nr == FORMATS_MAX)
		return -1;
	fs->list = xrealloc(fs->list, (fs->nr + 1) * sizeof(*fs->list));
	f = &fs->list[fs->nr];
	memset(f, 0, sizeof(*f));
	text_copy(f->system, sizeof(f->system), system, strlen(system));
	if (format_parse(f, (struct piece){ text, text + len }))
		return -1;
	fs->nr++;
	return 0;
}

void format_free(struct formats *fs)
{
	free(fs->list);
	*fs = (struct formats){ 0 };
}

const struct format *format_find(const struct formats *fs, const char *system,
				 const char *name)
{
	unsigned int i;

	for (i = 0; i < fs->nr; i++)
		if (!strcmp(fs->list[i].name, name) && !strcmp(fs->list[i].system, system))
			return &fs->list[i];
	return NULL;
}

const struct format_field *format_field(const struct format *f, const char *name)
{
	unsigned int i;

	for (i = 0; i < f->nr_fields; i++)
		if (!strcmp(f->fields[i].name, name))
			return &f->fields[i];
	return NULL;
}

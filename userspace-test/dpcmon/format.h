/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files "format" of tracefs say about events: numbers, and where the fields are.
 * live.c reads them from tracefs, dat.c from a file; decoder.c looks the fields up.
 *
 * libtraceevent reads them, too, and the way in which the kernel prints an event
 * with them: a language of its own, whose reader calls itself for each bracket.
 * The text of a trace.dat may come from anybody, and only the fields are needed.
 */
#ifndef DPCMON_FORMAT_H
#define DPCMON_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#define FORMAT_NAME_LEN	40
#define FORMAT_FIELDS	32	/* of an event; further ones are left out */
/* No event is as long as this, in bytes: a field that says so is left out. */
#define FORMAT_END_MAX	65536
/* Most events that are kept.  Those that are used are 26. */
#define FORMATS_MAX	256

/**
 * struct format_field - a field of an event
 * @name: its name
 * @offset: bytes from the beginning of the record
 * @size: bytes; 0 for an array that ends with the record
 * @data_loc: the field is not the text itself, but says where in the record the text is
 */
struct format_field {
	char		name[FORMAT_NAME_LEN];
	unsigned int	offset;
	unsigned int	size;
	bool		data_loc;
};

/**
 * struct format - an event
 * @system: the system in tracefs, such as "dpc"
 * @name: its name in there
 * @id: its number in a record, common_type
 * @nr_fields: used in @fields
 * @fields: the fields, the common ones included
 */
struct format {
	char			system[FORMAT_NAME_LEN];
	char			name[FORMAT_NAME_LEN];
	unsigned int		id;
	unsigned int		nr_fields;
	struct format_field	fields[FORMAT_FIELDS];
};

/* All events whose formats are known; starts as { 0 }, and ends with format_free(). */
struct formats {
	struct format	*list;
	unsigned int	nr;
};

/*
 * Keeps what @text, of @len bytes, says of an event of @system.  A field that lies outside
 * of any possible event is left out.
 * Return: 0; -1, without a message, if it is no format, or if there are too many.
 */
int format_add(struct formats *fs, const char *system, const char *text, size_t len);
void format_free(struct formats *fs);

/* Look up an event, or a field of one.  Return: NULL if there is none of that name. */
const struct format *format_find(const struct formats *fs, const char *system,
				 const char *name);
const struct format_field *format_field(const struct format *f, const char *name);

#endif /* DPCMON_FORMAT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files "format" of tracefs say about events: numbers, and where the
 * fields are.
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
#define FORMAT_FIELDS	32
/* No event is as long: a field that says so is none. */
#define FORMAT_END_MAX	65536
/* Of all that a trace describes; those that are used are 25. */
#define FORMATS_MAX	256

/* @data_loc: it is not the text, but says where in the event the text is. */
struct format_field {
	char		name[FORMAT_NAME_LEN];
	unsigned int	offset;
	unsigned int	size;
	bool		data_loc;
};

struct format {
	char			system[FORMAT_NAME_LEN];
	char			name[FORMAT_NAME_LEN];
	unsigned int		id;
	unsigned int		nr_fields;
	struct format_field	fields[FORMAT_FIELDS];
};

struct formats {
	struct format	*list;
	unsigned int	nr;
};

/*
 * Keeps what @text says of an event of @system.  -1, silently, if it is no format;
 * a field that lies outside of any event is left out.
 */
int format_add(struct formats *fs, const char *system, const char *text, size_t len);
void format_free(struct formats *fs);

/* Both NULL if there is none of that name. */
const struct format *format_find(const struct formats *fs, const char *system,
				 const char *name);
const struct format_field *format_field(const struct format *f, const char *name);

#endif /* DPCMON_FORMAT_H */

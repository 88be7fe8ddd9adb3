// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes OpenMetrics text, by the specification of version 1.0.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "openmetrics.h"
#include "util.h"

/* "0.0000025": exact, without an exponent. */
static void openmetrics_print_seconds(FILE *out, uint64_t ns)
{
	char text[48];
	size_t len;

	snprintf(text, sizeof(text), "%" PRIu64 ".%09" PRIu64, (uint64_t)(ns / NSEC_PER_SEC),
		 (uint64_t)(ns % NSEC_PER_SEC));
	len = strlen(text);
	while (text[len - 1] == '0' && text[len - 2] != '.')
		text[--len] = '\0';
	fputs(text, out);
}

void openmetrics_begin(FILE *out, const struct openmetrics_family *f)
{
	fprintf(out, "# TYPE %s %s\n", f->name, f->type);
	if (f->unit)
		fprintf(out, "# UNIT %s %s\n", f->name, f->unit);
	fprintf(out, "# HELP %s %s\n", f->name, f->help);
}

void openmetrics_label(char **labels, const char *name, const char *value)
{
	char *escaped = xcalloc(2, strlen(value) + 1), *to = escaped, *longer;

	for (; *value; value++) {
		if (*value == '\\' || *value == '"' || *value == '\n')
			*to++ = '\\';
		*to++ = *value == '\n' ? 'n' : *value;
	}
	longer = xasprintf("%s%s%s=\"%s\"", *labels ? *labels : "", *labels ? "," : "", name,
			   escaped);
	free(escaped);
	free(*labels);
	*labels = longer;
}

static void openmetrics_name(FILE *out, const struct openmetrics_family *f, const char *suffix,
			     const char *labels)
{
	fprintf(out, "%s%s", f->name, suffix);
	if (labels)
		fprintf(out, "{%s}", labels);
	fputc(' ', out);
}

void openmetrics_number(FILE *out, const struct openmetrics_family *f, const char *suffix,
			const char *labels, uint64_t value)
{
	openmetrics_name(out, f, suffix, labels);
	fprintf(out, "%" PRIu64 "\n", value);
}

void openmetrics_seconds(FILE *out, const struct openmetrics_family *f, const char *suffix,
			 const char *labels, uint64_t ns)
{
	openmetrics_name(out, f, suffix, labels);
	openmetrics_print_seconds(out, ns);
	fputc('\n', out);
}

/* As the specification wants a bound to be printed: as Go does, which is C's %g here. */
static void openmetrics_bucket(FILE *out, const struct openmetrics_family *f, const char *labels,
			       const char *le, uint64_t count)
{
	fprintf(out, "%s_bucket{%s%sle=\"%s\"} %" PRIu64 "\n", f->name, labels ? labels : "",
		labels ? "," : "", le, count);
}

void openmetrics_histogram(FILE *out, const struct openmetrics_family *f, const char *labels,
			   const struct openmetrics_times *t)
{
	uint64_t count = 0;
	unsigned int i;
	char le[32];

	for (i = 0; i + 1 < t->nr; i++) {
		count += t->buckets[i];
		snprintf(le, sizeof(le), "%.10g",
			 (t->bounds_us[i + 1] * (double)NSEC_PER_USEC - 1) / NSEC_PER_SEC);
		openmetrics_bucket(out, f, labels, le, count);
	}
	count += t->buckets[i];
	openmetrics_bucket(out, f, labels, "+Inf", count);
	openmetrics_number(out, f, "_count", labels, count);
	openmetrics_seconds(out, f, "_sum", labels, t->total_ns);
	if (t->created_ns)
		openmetrics_seconds(out, f, "_created", labels, t->created_ns);
}

void openmetrics_end(FILE *out)
{
	fputs("# EOF\n", out);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the table of options.c into the files that describe them; "make generate" calls
 * it, and a lint check says when that was forgotten.  It is no part of the tool.
 *
 *	generate FILE		FILE to stdout, with its generated parts made anew
 *	generate --list		"COMMAND OPTION" for each option of each command
 *	generate --help		the help of all commands, "COMMAND: " before each line
 *
 * A generated part of FILE stands between two lines that contain
 *
 *	begin generated: PART
 *	end generated
 *
 * where PART is "options COMMAND" or "options all" (in the language of man pages), or
 * "completion" (in that of bash).
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "options.h"
#include "util.h"

#define GENERATE_BEGIN	"begin generated: "
#define GENERATE_END	"end generated"

/* ---- The man page ------------------------------------------------------------------- */

/* Where the man page describes a row: a command, CMD_NR for all, or -1 for not yet. */
static int *generate_described;

static void generate_man_name(const char *name)
{
	fputs("\\-\\-", stdout);
	for (; *name; name++)
		printf(*name == '-' ? "\\-" : "%c", *name);
}

static void generate_man_text(const struct option_row *row)
{
	char *copy = xstrdup(row->man), *rest = copy, *line;
	unsigned int i;

	while ((line = strsep(&rest, "\n"))) {
		if (strcmp(line, "%N")) {
			puts(line);
			continue;
		}
		for (i = 0; row->names(i); i++)
			printf(".BR %s %s\n", row->names(i), row->names(i + 1) ? "," : ".");
	}
	free(copy);
}

static void generate_man_option(const struct option_row *row)
{
	puts(".TP");
	if (row->letter)
		printf(".BR \\-%c \", \" ", row->letter);
	else
		fputs(row->takes == TAKES_NOTHING ? ".B " :
		      row->takes == TAKES_ARGUMENT ? ".BI " : ".BR ", stdout);
	generate_man_name(row->name);
	if (row->takes == TAKES_OPTIONAL)
		printf(" [=\\fI%s\\fR]", row->argument);
	else if (row->takes == TAKES_ARGUMENT)
		printf(row->letter ? " \" \\fI%s\\fR\"" : " \" %s\"", row->argument);
	putchar('\n');
	generate_man_text(row);
}

/*
 * Names the options of @command that the page has described for the command @other.
 * Return: whether there are any.  @first: nothing stands in this part yet.
 */
static bool generate_man_others(int command, int other, bool first)
{
	unsigned int i, left = 0;

	for (i = 0; i < options_count; i++)
		left += generate_described[i] == other && options_has(&options_rows[i], command);
	if (!left)
		return false;
	printf("%sAs for\n.BR %s :\n", first ? "" : ".PP\n", options_commands[other]);
	for (i = 0; left; i++) {
		if (generate_described[i] != other || !options_has(&options_rows[i], command))
			continue;
		fputs(".BR ", stdout);
		generate_man_name(options_rows[i].name);
		puts(--left ? " ," : " .");
	}
	return true;
}

/*
 * Each row is described once: for the first command of the page that has it.  The others
 * refer to that.  The options of every command have a part of their own, CMD_NR.
 */
static void generate_man(int command)
{
	unsigned int i, all = (1u << CMD_NR) - 1;
	bool first = true;
	int other;

	for (i = 0; i < options_count; i++) {
		if (generate_described[i] >= 0 ||
		    !(command == CMD_NR ? options_rows[i].commands == all :
					  options_has(&options_rows[i], command)))
			continue;
		generate_man_option(&options_rows[i]);
		generate_described[i] = command;
		first = false;
	}
	for (other = 0; other < CMD_NR; other++)
		if (other != command && command != CMD_NR &&
		    generate_man_others(command, other, first))
			first = false;
}

/* ---- The completion ----------------------------------------------------------------- */

#define GENERATE_COLUMNS	80

/* One word more of an "echo"; *@column is 0 for the first one. */
static void generate_bash_word(unsigned int *column, const char *dashes, const char *word)
{
	if (*column > GENERATE_COLUMNS) {
		fputs("\" \\\n\t\t\"", stdout);
		*column = 0;
	} else if (*column) {
		*column += printf(" ");
	}
	*column += printf("%s%s", dashes, word);
}

static void generate_bash_commands(void)
{
	unsigned int command, i, column;

	puts("# The options of a command, or the commands.\n"
	     "_dpcmon_options()\n{\n\tcase $1 in");
	for (command = 0; command < CMD_NR; command++) {
		printf("\t%s)\n\t\techo \"", options_commands[command]);
		for (i = 0, column = 0; i < options_count; i++)
			if (options_has(&options_rows[i], command))
				generate_bash_word(&column, "--", options_rows[i].name);
		puts("\" ;;");
	}
	fputs("\t*)\n\t\techo \"", stdout);
	for (command = 0, column = 0; command < CMD_NR; command++)
		generate_bash_word(&column, "", options_commands[command]);
	puts(" --help --version\" ;;\n\tesac\n}\n");
}

/* Whether the argument is completed alike for each command that has an option @row->name. */
static bool generate_bash_alike(const struct option_row *row)
{
	unsigned int i;

	for (i = 0; i < options_count; i++)
		if (!strcmp(options_rows[i].name, row->name) &&
		    (options_rows[i].takes != row->takes ||
		     options_rows[i].complete != row->complete ||
		     options_rows[i].names != row->names))
			return false;
	return true;
}

/* Patterns for "COMMAND OPTION". */
static void generate_bash_pattern(const struct option_row *row, const char *sep)
{
	unsigned int command;

	if (generate_bash_alike(row)) {
		printf("%s*\" --%s\"", sep, row->name);
		if (row->letter)
			printf(" | *\" -%c\"", row->letter);
		return;
	}
	for (command = 0; command < CMD_NR; command++) {
		if (!options_has(row, command))
			continue;
		printf("%s\"%s --%s\"", sep, options_commands[command], row->name);
		if (row->letter)
			printf(" | \"%s -%c\"", options_commands[command], row->letter);
		sep = " | ";
	}
}

static void generate_bash_names(const struct option_row *row, const char *kind, const char *end)
{
	unsigned int i;

	fputs(kind, stdout);
	for (i = 0; row->names(i); i++)
		printf(" %s%s", row->names(i), end);
}

static void generate_bash_complete(const struct option_row *row)
{
	fputs(")\n\t\techo \"", stdout);
	switch (row->complete) {
	case COMPLETE_NOTHING:
		fputs("nothing", stdout);
		break;
	case COMPLETE_FILE:
		fputs("file", stdout);
		break;
	case COMPLETE_DEVICE:
		fputs("device", stdout);
		break;
	case COMPLETE_NAME:
		generate_bash_names(row, "name", "");
		break;
	case COMPLETE_LIST:
		generate_bash_names(row, "list all", "");
		break;
	case COMPLETE_ASSIGN:
		generate_bash_names(row, "assign", "=");
		break;
	}
	puts("\" ;;");
}

/* Whether an earlier row has made the pattern of the row @i. */
static bool generate_bash_done(unsigned int i)
{
	unsigned int j;

	for (j = 0; j < i; j++)
		if (!strcmp(options_rows[j].name, options_rows[i].name))
			return generate_bash_alike(&options_rows[i]);
	return false;
}

/*
 * Only options that must have an argument: bash can't tell an optional argument from the
 * next word.
 */
static void generate_bash_arguments(void)
{
	unsigned int i;

	puts("# COMMAND OPTION: what its argument is, and the names that it can have.\n"
	     "_dpcmon_argument()\n{\n\tcase \"$1 $2\" in");
	for (i = 0; i < options_count; i++) {
		if (options_rows[i].takes != TAKES_ARGUMENT || generate_bash_done(i))
			continue;
		generate_bash_pattern(&options_rows[i], "\t");
		generate_bash_complete(&options_rows[i]);
	}
	puts("\tesac\n}");
}

/* ---- Files -------------------------------------------------------------------------- */

static int generate_part(const char *part)
{
	static const char options[] = "options ";
	int command;

	if (!strcmp(part, "completion")) {
		generate_bash_commands();
		generate_bash_arguments();
		return 0;
	}
	if (!strcmp(part, "options all")) {
		generate_man(CMD_NR);
		return 0;
	}
	for (command = 0; command < CMD_NR; command++) {
		if (strncmp(part, options, strlen(options)) ||
		    strcmp(part + strlen(options), options_commands[command]))
			continue;
		generate_man(command);
		return 0;
	}
	return fail("no such part: %s", part);
}

static int generate_file(const char *path)
{
	FILE *in = fopen(path, "re");
	bool generated = false;
	size_t size = 0;
	char *line = NULL, *part;
	int ret = 0;

	if (!in)
		return fail("%s: %m", path);
	while (!ret && getline(&line, &size, in) > 0) {
		if (strstr(line, GENERATE_END))
			generated = false;
		if (!generated)
			fputs(line, stdout);
		part = strstr(line, GENERATE_BEGIN);
		if (!part)
			continue;
		line[strcspn(line, "\n")] = '\0';
		generated = true;
		ret = generate_part(part + strlen(GENERATE_BEGIN));
	}
	if (!ret && generated)
		ret = fail("%s: a generated part has no end", path);
	free(line);
	fclose(in);
	return ret;
}

/* ---- What a lint check compares ------------------------------------------------------ */

static void generate_list(void)
{
	unsigned int command, i;

	for (command = 0; command < CMD_NR; command++)
		for (i = 0; i < options_count; i++)
			if (options_has(&options_rows[i], command))
				printf("%s %s\n", options_commands[command], options_rows[i].name);
}

static void generate_help(void)
{
	unsigned int command;
	size_t size;
	char *text, *rest, *line;
	FILE *out;

	for (command = 0; command < CMD_NR; command++) {
		out = open_memstream(&text, &size);
		help_command(out, command);
		fclose(out);
		for (rest = text; (line = strsep(&rest, "\n"));)
			printf("%s: %s\n", options_commands[command], line);
		free(text);
	}
}

int main(int argc, char **argv)
{
	unsigned int i;
	int ret = 0;

	if (argc != 2) {
		fputs("usage: generate FILE | --list | --help\n", stderr);
		return 1;
	}
	generate_described = xcalloc(options_count, sizeof(*generate_described));
	for (i = 0; i < options_count; i++)
		generate_described[i] = -1;
	if (!strcmp(argv[1], "--list"))
		generate_list();
	else if (!strcmp(argv[1], "--help"))
		generate_help();
	else
		ret = generate_file(argv[1]);
	free(generate_described);
	return ret || fclose(stdout) ? 1 : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon_test: dpcmon diff of what was recorded here, with a routine that became slower.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "dpcmon_test.h"

#define BODY_US	500

/* What became of the average of the DPC routine; NULL if it is in no row. */
static const char *dpc_change(struct json_object *diff)
{
	struct json_object *rows = member(diff, "rows"), *row;
	size_t i;

	for (i = 0; i < json_object_array_length(rows); i++) {
		row = json_object_array_get_idx(rows, i);
		if (!strcmp(json_object_get_string(member(row, "driver")), "dpc_edu") &&
		    !strcmp(json_object_get_string(member(row, "kind")), "dpc"))
			return json_object_get_string(member(member(member(row, "change"),
								    "avg_ns"), "what"));
	}
	return NULL;
}

static void record(const char *path)
{
	char command[200];

	snprintf(command, sizeof(command),
		 "dpcmon system -q -o %s --budget isr=1000000,dpc=1000000 -- dpcmon_test --load "
		 ">/tmp/dpcmon.out 2>/tmp/dpcmon.err", path);
	ASSERT_EQ(status_of(command), 0);
}

/* The documents have all that the schema has: one of two files, and one of three. */
TEST(dpcmon_diff, what_became_slower_is_found, 120)
{
	int fd = edu_open(O_RDWR);
	struct json_object *diff;
	const char *what;

	edu_budgets_off(fd);
	record("/tmp/before.dat");
	ASSERT_RET(0, edu_body_set_until_close(fd, BODY_US, 0));
	record("/tmp/after.dat");
	EXPECT_STATUS(2, "diff /tmp/before.dat /tmp/after.dat --pair dpc_edu=dpc_edu "
		      "--json /tmp/diff.json");
	diff = parsed("/tmp/diff.json");
	what = dpc_change(diff);
	EXPECT(what && !strcmp(what, "worse"), "the DPC is %s", what ? what : "not there");
	/* the machine's own, as the recorder wrote it down */
	EXPECT(json_object_get_string(member(json_object_array_get_idx(member(diff, "files"), 0),
					     "architecture")), "no architecture");
	json_object_put(diff);
	EXPECT_STATUS(2, "diff /tmp/before.dat /tmp/before.dat /tmp/after.dat --json /tmp/diff.json");
	diff = parsed("/tmp/diff.json");
	what = json_object_get_string(member(diff, "odd_one"));
	EXPECT(what && !strcmp(what, "C"), "odd is %s", what ? what : "none");
	json_object_put(diff);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon list: the objects that dpc_core.ko publishes, as a table or JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include <json.h>

#include "commands.h"
#include "device.h"
#include "json_out.h"
#include "list.h"
#include "params.h"
#include "util.h"
#include "verdict.h"

static int cmd_list_json(const struct node *n, const struct dpc_object *list, unsigned int nr,
			 const char *path)
{
	struct json_object *json = json_object_new_object(), *objects, *o;
	struct utsname name;
	unsigned int i;

	uname(&name);
	json_out_text(json, "tool", "dpcmon");
	json_out_text(json, "version", DPCMON_VERSION);
	json_out_text(json, "kernel", name.release);
	json_object_object_add(json, "accounting",
			       json_object_new_boolean(n->abi.flags & DPC_ABI_ACCOUNTS));
	json_out_u64(json, "violations", n->abi.violations);
	objects = json_object_new_array();
	for (i = 0; i < nr; i++) {
		o = json_object_new_object();
		list_json_object(o, &list[i]);
		json_object_array_add(objects, o);
	}
	json_object_object_add(json, "objects", objects);
	return json_out_write(json, path, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}

int cmd_list(const struct params *p)
{
	struct dpc_object *list = NULL;
	int nr = -1, ret = -1;
	struct node n;

	if (!node_open(&n, NODE_READ, false))
		/* none at all is no error here */
		nr = p->device && !choose_is_all(p->device) ?
			device_find(&n, p->device, CHOOSE_ANY, &list) : node_objects(&n, &list);
	if (nr >= 0 && p->json)
		ret = cmd_list_json(&n, list, nr, p->json);
	else if (nr >= 0)
		list_text(stdout, list, nr);
	if (nr >= 0 && !p->json)
		ret = fflush(stdout) ? fail("can't write to stdout: %m") : 0;
	free(list);
	node_close(&n);
	return ret ? EXIT_ERROR : EXIT_WITHIN_BUDGET;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon list: the objects that dpc_core.ko publishes, as a table or JSON.
 */
#include <stdio.h>
#include <stdlib.h>

#include <json.h>

#include "commands.h"
#include "device.h"
#include "json_out.h"
#include "list.h"
#include "params.h"
#include "util.h"
#include "verdict.h"

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
		ret = json_out_write(list_json(&n.abi, list, nr), p->json,
				     JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
	else if (nr >= 0)
		list_text(stdout, list, nr);
	if (nr >= 0 && !p->json)
		ret = fflush(stdout) ? fail("can't write to stdout: %m") : 0;
	free(list);
	node_close(&n);
	return ret ? EXIT_ERROR : EXIT_WITHIN_BUDGET;
}

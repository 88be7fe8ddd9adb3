// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon top: joins the view of the counters (top_view.c), the objects (top_device.c)
 * and the loop that shows them (top_loop.c).
 */
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "device.h"
#include "system_top.h"
#include "top.h"
#include "util.h"
#include "verdict.h"

/* Finds what is to be shown, while there is a place for messages. */
static int cmd_top_find(const char *device, struct top_options *options)
{
	struct dpc_object *list = NULL;
	struct node n;
	int nr = -1;

	if (!node_open(&n, NODE_READ, false)) {
		device_warn_of_accounting(&n);
		nr = device_find(&n, device, CHOOSE_ANY, &list);
	}
	node_close(&n);
	if (nr == 1 && !choose_is_all(device))
		choose_again(&list[0], options->which);
	free(list);
	return nr > 0 ? 0 : -1;
}

int cmd_top(const struct params *p)
{
	struct top_options options = {
		.interval_ns = p->interval_ns ? p->interval_ns : NSEC_PER_SEC,
		.batch = p->batch, .count = p->count,
	};
	char address[DPC_OBJECT_DEVICE_LEN];
	const char *device = p->device;
	struct top_device *d;
	int ret;

	/* before anything is traced */
	if (!options.batch && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		fail("top: this is no terminal: use --batch or --once, or dpcmon stat");
		return EXIT_ERROR;
	}
	if (p->system)
		return system_top(p);
	if (device_argument(&device, address) || cmd_top_find(device, &options))
		return EXIT_ERROR;
	/* of one object, the overview shows the others, too */
	d = top_device_new(*options.which ? NULL : device, &p->budgets);
	ret = top_loop(&options, &top_device_source, d);
	top_device_free(d);
	return ret ? EXIT_ERROR : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon top: joins the view of the counters (top_view.c), the device (top_device.c)
 * and the loop that shows them (top_loop.c).
 */
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "top.h"
#include "util.h"
#include "verdict.h"

int cmd_top(const struct params *p)
{
	struct top_options options = {
		.path = p->device, .interval_ns = p->interval_ns ? p->interval_ns : NSEC_PER_SEC,
		.batch = p->batch, .count = p->count,
	};
	struct top_device *d;
	int ret;

	/* before anything is traced */
	if (!options.batch && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		fail("top: this is no terminal: use --batch or --once, or dpcmon stat");
		return EXIT_ERROR;
	}
	d = top_device_new();
	ret = top_loop(&options, &top_device_source, d);
	top_device_free(d);
	return ret ? EXIT_ERROR : 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading and unloading the modules of the project, which the machine has in /lib/modules/dpc. */
#ifndef MODULES_H
#define MODULES_H

/* An emulated CPU stands still when the host is busy, and the watchdog rightly says so. */
#define MODULES_QUIET	"watchdog_call_us=0 watchdog_series_us=0"

#define MODULES_NR	6
#define MODULES_BELOW	2	/* the first ones, on which the others stand */

/* In the order of loading. */
extern const char * const module_names[MODULES_NR];

/* Return: 0 or a negative errno; -EAGAIN for a module that is in use. */
int module_load(const char *module, const char *parameters);
int module_unload(const char *module);

/* All that are not loaded, and all that are; these fail the test. */
void modules_load(void);
void modules_unload(void);

#endif /* MODULES_H */

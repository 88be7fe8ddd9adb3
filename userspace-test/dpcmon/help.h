/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPCMON_HELP_H
#define DPCMON_HELP_H

#include "params.h"

extern const char help_overall[];
extern const char * const help_commands[CMD_NR];

#endif /* DPCMON_HELP_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dpc_nt.ko uses of the core's inside, and nothing else does.  It is all that a
 * file of module/nt may include from here.  Drivers have include/linux/.
 *
 * The functions are exported in a namespace of their own: a module that uses them
 * without importing it is not linked.
 */
#ifndef _DPC_CORE_INTERNAL_H
#define _DPC_CORE_INTERNAL_H

#include "../compat.h"

#include <linux/types.h>

struct dpc_work;

#define DPC_CORE_INTERNAL_NS	DPC_NS(DPC_CORE_INTERNAL)

/* check.c: what drivers do wrong is reported and counted in one place. */
void dpc_misuse(unsigned long ip, const char *what);

/* wait.c: is the caller a thread that may sleep?  If not, the code at @caller is named. */
bool dpc_may_wait(unsigned long caller, const char *function);
bool dpc_work_may_wait(struct dpc_work *work, unsigned long caller, const char *function);

/* watchdog.c: it looks after threads at DISPATCH, too. */
void dpc_watchdog_raised(unsigned long ip);
void dpc_watchdog_lowered(void);

#endif /* _DPC_CORE_INTERNAL_H */

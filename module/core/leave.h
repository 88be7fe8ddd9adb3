/* SPDX-License-Identifier: GPL-2.0-only */
/* What is still in use when its module leaves; see leave.c. */
#ifndef _DPC_CORE_LEAVE_H
#define _DPC_CORE_LEAVE_H

struct module;

unsigned int dpc_leave(const struct module *mod);
int dpc_leave_init(void);
void dpc_leave_exit(void);

#endif /* _DPC_CORE_LEAVE_H */

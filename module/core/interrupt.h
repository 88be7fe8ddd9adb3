/* SPDX-License-Identifier: GPL-2.0-only */
/* The connected interrupt objects, for leave.c. */
#ifndef _DPC_CORE_INTERRUPT_H
#define _DPC_CORE_INTERRUPT_H

struct dpc_interrupt;
struct module;

struct dpc_interrupt *dpc_interrupt_find(const struct module *mod);

#endif /* _DPC_CORE_INTERRUPT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The error log: when its texts have to be out. */
#ifndef _DPC_CORE_ERROR_H
#define _DPC_CORE_ERROR_H

#include <linux/dpc_error.h>

void dpc_error_flush(void);
void dpc_error_init(void);
void dpc_error_exit(void);

#endif /* _DPC_CORE_ERROR_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Beside the API of linux/dpc.h: the module parameter. */
#ifndef _DPC_CORE_DPC_H
#define _DPC_CORE_DPC_H

#include <linux/types.h>

extern bool dpc_threaded_enabled;

#endif /* _DPC_CORE_DPC_H */

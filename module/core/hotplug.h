/* SPDX-License-Identifier: GPL-2.0-only */
/* CPUs that go offline and come back (Q16). */
#ifndef _DPC_CORE_HOTPLUG_H
#define _DPC_CORE_HOTPLUG_H

int dpc_hotplug_init(void);
void dpc_hotplug_exit(void);

#endif /* _DPC_CORE_HOTPLUG_H */

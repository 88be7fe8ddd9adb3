// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpcmon system: where any driver's interrupts, softirqs and work items spend their time.
 * Records the kernel's own events, or reads what was recorded, and reports by driver.
 */
#include "commands.h"
#include "system_record.h"
#include "system_write.h"

int cmd_system(const struct params *p)
{
	return system_record(p, &system_writer);
}

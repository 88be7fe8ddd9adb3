// SPDX-License-Identifier: GPL-2.0-only
/*
 * dpc_kunit.ko: KUnit suites for dpc_core.ko and dpc_nt.ko.  Each
 * dpc_<area>_kunit.c holds the suite dpc_<area>; they run when the module is loaded
 * (see ./run), right after its init function.
 */
#include "../module/compat.h"
#include "../module/core/watchdog.h"
#include "../module/version.h"

#include <linux/module.h>

static struct dpc_watchdog_info main_limits;

/* Routines that wait at gates are none that the watchdog should speak about. */
static int __init main_init(void)
{
	enum dpc_watchdog_kind kind;

	/* It answers at DISPATCH only. */
	local_bh_disable();
	dpc_watchdog_query(&main_limits);
	local_bh_enable();
	for (kind = 0; kind < DPC_WATCHDOG_NR; kind++)
		dpc_watchdog_set_limit(kind, 0);
	return 0;
}

static void __exit main_exit(void)
{
	dpc_watchdog_set_limit(DPC_WATCHDOG_CALL,
			       div_u64(main_limits.call_limit_ns, NSEC_PER_USEC));
	dpc_watchdog_set_limit(DPC_WATCHDOG_SERIES,
			       div_u64(main_limits.series_limit_ns, NSEC_PER_USEC));
}

module_init(main_init);
module_exit(main_exit);

MODULE_IMPORT_NS(DPC_NS(EXPORTED_FOR_KUNIT_TESTING));
MODULE_DESCRIPTION("KUnit suites for the DPC modules");
MODULE_AUTHOR(DPC_AUTHOR);
MODULE_VERSION(DPC_VERSION);
MODULE_LICENSE("GPL");

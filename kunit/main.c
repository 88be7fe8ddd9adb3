// SPDX-License-Identifier: GPL-2.0
/*
 * dpc_kunit.ko: KUnit suites for dpc_core.ko.  Each dpc_<area>_kunit.c holds
 * the suite dpc_<area>; they run when the module is loaded (see ./run).
 */
#include <linux/module.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING");
#else
MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
#endif
MODULE_DESCRIPTION("KUnit suites for the DPC core");
MODULE_LICENSE("GPL");

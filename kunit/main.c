// SPDX-License-Identifier: GPL-2.0
/*
 * dpc_kunit.ko: KUnit suites for dpc_core.ko.  Each dpc_<area>_kunit.c holds
 * the suite dpc_<area>; they run when the module is loaded (see ./run).
 */
#include <linux/module.h>

/* MODULE_IMPORT_NS(), whose argument is a string from 6.13 on only. */
MODULE_INFO(import_ns, "EXPORTED_FOR_KUNIT_TESTING");
MODULE_DESCRIPTION("KUnit suites for the DPC core");
MODULE_LICENSE("GPL");

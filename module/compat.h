/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that are served, by what their headers
 * define, not by version: stable kernels take changes from newer ones.
 */
#ifndef _DPC_COMPAT_H
#define _DPC_COMPAT_H

#include <linux/pci.h>

/* 6.8 gave the legacy line its name; older kernels know PCI_IRQ_LEGACY. */
#ifndef PCI_IRQ_INTX
#define PCI_IRQ_INTX	PCI_IRQ_LEGACY
#endif

#endif /* _DPC_COMPAT_H */

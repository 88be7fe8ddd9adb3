/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The version of the modules and of dpcmon, and what modinfo says of their authors.
 * dkms.conf, CHANGELOG.md, README.md and the man page repeat the version; a lint check
 * compares them.
 */
#ifndef _DPC_VERSION_H
#define _DPC_VERSION_H

#define DPC_VERSION	"1.0"
#define DPC_AUTHOR	"The DPC maintainers"

#endif /* _DPC_VERSION_H */

// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ktap.h"

#define FOLDER	"/lib/modules/dpc/"

const char * const module_names[MODULES_NR] = {
	"dpc_core", "dpc_nt", "dpc_edu", "dpc_pci", "dpc_wdm_sample", "dpc_wdm_io_sample",
};

int module_load(const char *module, const char *parameters)
{
	char path[100];
	int fd, err;

	snprintf(path, sizeof(path), FOLDER "%s.ko", module);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return err;
}

int module_unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}

void modules_load(void)
{
	int i, err;

	for (i = 0; i < MODULES_NR; i++) {
		err = module_load(module_names[i], i ? "" : MODULES_QUIET);
		EXPECT(!err || err == -EEXIST, "%s: %s", module_names[i], ktap_errno(err));
	}
}

void modules_unload(void)
{
	int i, err;

	for (i = MODULES_NR; i--;) {
		err = module_unload(module_names[i]);
		EXPECT(!err || err == -ENOENT, "%s can't be unloaded: %s", module_names[i],
		       ktap_errno(err));
	}
}

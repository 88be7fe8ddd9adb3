// SPDX-License-Identifier: GPL-2.0-only
/*
 * The node of an edu device: found by the device's address, opened, and its ioctls with a
 * message for each way in which they fail.  workload.c, raiser.c and storm.c have the
 * requests.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "edu.h"
#include "util.h"

/* The path of the node that the driver has made for the device @address. */
static void edu_find(struct edu *e, const char *address)
{
	char pattern[128];
	const char *name;
	glob_t found;

	if (strchr(address, '/'))
		return;
	snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s/misc/dpc_edu*", address);
	if (glob(pattern, 0, NULL, &found))
		return;
	name = strrchr(found.gl_pathv[0], '/') + 1;
	if (strlen(name) < sizeof(e->path) - strlen("/dev/"))
		snprintf(e->path, sizeof(e->path), "/dev/%.*s", EDU_PATH_LEN - 6, name);
	globfree(&found);
}

static int edu_open_failed(const struct edu *e)
{
	if (errno == EACCES || errno == EPERM)
		return fail("%s: not permitted: run it with sudo", e->path);
	return fail("%s: %m", e->path);
}

int edu_open(struct edu *e, const struct dpc_object *o, bool change)
{
	struct dpc_edu_info info;

	memset(e, 0, sizeof(*e));
	e->fd = -1;
	if (!strcmp(o->bus, "pci"))
		edu_find(e, o->device);
	if (!*e->path)
		return 0;
	e->fd = open(e->path, (change ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (e->fd < 0)
		return change ? edu_open_failed(e) : 0;
	if (ioctl(e->fd, DPC_EDU_IOC_INFO_GET, &info))
		return fail("%s: DPC_EDU_IOC_INFO_GET: %m", e->path);
	if (info.abi_version != DPC_EDU_ABI_VERSION)
		return fail("%s: the driver speaks ABI %u, this dpcmon %u: install the two from one version",
			    e->path, info.abi_version, DPC_EDU_ABI_VERSION);
	return 0;
}

void edu_close(struct edu *e)
{
	if (e->fd < 0)
		return;
	close(e->fd);
	e->fd = -1;
}

int edu_raises(struct edu *e, struct dpc_raises *raises)
{
	if (ioctl(e->fd, DPC_EDU_IOC_RAISES_GET, raises))
		return fail("%s: DPC_EDU_IOC_RAISES_GET: %m", e->path);
	return 0;
}

int edu_set_body(struct edu *e, uint32_t dpc_us, uint32_t work_us)
{
	struct dpc_edu_body body = { .dpc_us = dpc_us, .work_us = work_us,
				     .flags = DPC_EDU_BODY_UNTIL_CLOSE };

	if (e->fd < 0)
		return fail("--body is for an edu device: the routines of other drivers take the time that they take");
	if (ioctl(e->fd, DPC_EDU_IOC_BODY_SET, &body))
		return fail("%s: can't set the bodies to dpc=%u work=%u us: %m", e->path,
			    dpc_us, work_us);
	return 0;
}

int edu_address(const char *path, char address[DPC_OBJECT_DEVICE_LEN])
{
	char link[64], folder[PATH_MAX];
	const char *name;
	struct stat st;
	ssize_t len;

	if (stat(path, &st)) {
		if (errno == ENOENT)
			return fail("%s: no such device: load dpc_edu.ko on a machine with QEMU's edu device (-device edu)",
				    path);
		return fail("%s: %m", path);
	}
	if (!S_ISCHR(st.st_mode))
		return fail("%s: not a device of dpc_edu.ko", path);
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u/device", major(st.st_rdev),
		 minor(st.st_rdev));
	len = readlink(link, folder, sizeof(folder) - 1);
	if (len < 0)
		return fail("%s: not a device of dpc_edu.ko", path);
	folder[len] = '\0';
	name = strrchr(folder, '/') ? strrchr(folder, '/') + 1 : folder;
	if (strlen(name) >= DPC_OBJECT_DEVICE_LEN)
		return fail("%s: the name of its device is too long: %s", path, name);
	snprintf(address, DPC_OBJECT_DEVICE_LEN, "%.*s", DPC_OBJECT_DEVICE_LEN - 1, name);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The node that can make a device interrupt: found by the device's address, opened, and
 * asked by what edu.c and card.c know of their drivers.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "card.h"
#include "edu.h"
#include "raise.h"
#include "util.h"

#define RAISE_NODE_NS	(10 * NSEC_PER_SEC)	/* a busy udev */
#define RAISE_POLL_US	10000

static const struct raise_ops * const raise_drivers[] = { &edu_raise_ops, &card_raise_ops };

/* The path of the node that the driver has made for the device @address. */
static void raise_find(struct raise *r, const struct raise_ops *ops, const char *address)
{
	char pattern[128];
	const char *name;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s/misc/%s*", address, ops->node);
	if (glob(pattern, 0, NULL, &found))
		return;
	name = strrchr(found.gl_pathv[0], '/') + 1;
	if (strlen(name) < sizeof(r->path) - strlen("/dev/")) {
		snprintf(r->path, sizeof(r->path), "/dev/%.*s", RAISE_PATH_LEN - 6, name);
		r->ops = ops;
	}
	globfree(&found);
}

static int raise_open_failed(const struct raise *r)
{
	if (errno == EACCES || errno == EPERM)
		return fail("%s: not permitted: run it with sudo", r->path);
	return fail("%s: %m", r->path);
}

int raise_open(struct raise *r, const struct dpc_object *o, bool change)
{
	unsigned int i;

	*r = RAISE_NONE;
	r->vector = o->vector;
	if (strcmp(o->bus, "pci") || strchr(o->device, '/'))
		return 0;
	for (i = 0; i < ARRAY_SIZE(raise_drivers) && !r->ops; i++)
		raise_find(r, raise_drivers[i], o->device);
	if (!r->ops)
		return 0;
	r->fd = open(r->path, (change ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (r->fd < 0)
		return change ? raise_open_failed(r) : 0;
	return r->ops->check(r);
}

/* udev may take its time to make the node, or to give it its group. */
int raise_open_node(struct raise *r, const struct raise_ops *ops, const char *address)
{
	uint64_t limit = now_ns() + RAISE_NODE_NS;

	*r = RAISE_NONE;
	for (;;) {
		raise_find(r, ops, address);
		r->fd = r->ops ? open(r->path, O_RDWR | O_CLOEXEC) : -1;
		if (r->fd >= 0)
			return ops->check(r);
		if (now_ns() > limit || interrupted())
			break;
		usleep(RAISE_POLL_US);
	}
	return r->ops ? raise_open_failed(r) : fail("%s: %s has made no node for it: see dmesg",
						    address, ops->node);
}

void raise_close(struct raise *r)
{
	if (r->fd < 0)
		return;
	close(r->fd);
	r->fd = -1;
}

bool raise_possible(const struct raise *r)
{
	struct dpc_raises raises;

	return raise_is_open(r) && r->ops->tell(r, &raises) > 0;
}

int raise_burst(const struct raise *r, struct raise_burst *b)
{
	return r->ops->burst(r, b);
}

int raise_tell(const struct raise *r, struct dpc_raises *raises)
{
	int ret;

	memset(raises, 0, sizeof(*raises));
	if (!raise_is_open(r))
		return 0;
	ret = r->ops->tell(r, raises);
	if (ret < 0)
		return fail("%s: can't read what became of its raises: %m", r->path);
	return ret;
}

int raise_address(const char *path, char address[DPC_OBJECT_DEVICE_LEN])
{
	char link[64], folder[PATH_MAX];
	const char *name;
	struct stat st;
	ssize_t len;

	if (stat(path, &st)) {
		if (errno != ENOENT)
			return fail("%s: %m", path);
		return fail("%s: no such device: %s", path,
			    strstr(path, card_raise_ops.node) ? card_raise_ops.absent :
								edu_raise_ops.absent);
	}
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u/device", major(st.st_rdev),
		 minor(st.st_rdev));
	len = S_ISCHR(st.st_mode) ? readlink(link, folder, sizeof(folder) - 1) : -1;
	if (len < 0)
		return fail("%s: not a device of dpc_edu.ko or dpc_pci.ko", path);
	folder[len] = '\0';
	name = strrchr(folder, '/') ? strrchr(folder, '/') + 1 : folder;
	if (strlen(name) >= DPC_OBJECT_DEVICE_LEN)
		return fail("%s: the name of its device is too long: %s", path, name);
	snprintf(address, DPC_OBJECT_DEVICE_LEN, "%.*s", DPC_OBJECT_DEVICE_LEN - 1, name);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Who gives devices to drivers, takes them away, resets them, and has them doze. */
#define _GNU_SOURCE
#include "torture.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BUS	"/sys/bus/pci/"
#define DEVICES	BUS "devices/"

struct torture_device torture_devices[TORTURE_DEVICES_MAX];
unsigned int torture_nr_devices;

static bool has_id(const char *folder, const char *file, unsigned int id)
{
	char path[300], text[16];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return !file_read(path, text, sizeof(text)) && strtoul(text, NULL, 16) == id;
}

/*
 * All edu devices, and the cards that bear it: QEMU 7.2 dies if MSI-X of its e1000e is
 * disabled soon after a message.
 */
void torture_find_devices(void)
{
	static const enum pci_card_id cards[] = { CARD_EDU, CARD_E1000, CARD_ROCKER };
	unsigned int i;
	glob_t found;
	size_t at;

	if (glob(DEVICES "*", 0, NULL, &found))
		return;
	for (at = 0; at < found.gl_pathc; at++) {
		for (i = 0; i < ARRAY_SIZE(cards); i++) {
			struct torture_device *device = &torture_devices[torture_nr_devices];

			if (torture_nr_devices == TORTURE_DEVICES_MAX ||
			    !has_id(found.gl_pathv[at], "vendor", pci_cards[cards[i]].vendor) ||
			    !has_id(found.gl_pathv[at], "device", pci_cards[cards[i]].device))
				continue;
			device->card = cards[i];
			snprintf(device->bdf, sizeof(device->bdf), "%s",
				 strrchr(found.gl_pathv[at], '/') + 1);
			torture_nr_devices++;
		}
	}
	globfree(&found);
}

static const struct torture_device *any_device(struct torture_worker *w)
{
	return &torture_devices[torture_below(w, torture_nr_devices)];
}

/* The driver's name in @name.  Return: whether it has one. */
static bool driver_of(const struct torture_device *device, char name[64])
{
	char path[100], target[200] = "";

	snprintf(path, sizeof(path), DEVICES "%s/driver", device->bdf);
	if (readlink(path, target, sizeof(target) - 1) < 0)
		return false;
	snprintf(name, 64, "%s", strrchr(target, '/') + 1);
	return true;
}

/* It was removed, or nobody has it. */
static int or_absent(int err)
{
	return err == -ENOENT ? TORTURE_ABSENT : err;
}

static int device_unbind(struct torture_worker *w, const void *context)
{
	const struct torture_device *device = any_device(w);
	char driver[64], path[150];

	(void)context;
	if (!driver_of(device, driver))
		return TORTURE_ABSENT;
	snprintf(path, sizeof(path), BUS "drivers/%s/unbind", driver);
	return or_absent(file_write(path, device->bdf));
}

static int device_bind(struct torture_worker *w, const void *context)
{
	static const char * const drivers[] = {
		"dpc_edu", "dpc_edu", "dpc_edu", "dpc_pci", "dpc_wdm_sample", "dpc_wdm_io_sample",
	};
	const struct torture_device *device = any_device(w);
	const char *driver = drivers[torture_below(w, ARRAY_SIZE(drivers))];
	char path[150];

	(void)context;
	snprintf(path, sizeof(path), BUS "drivers/%s/bind", driver);
	return or_absent(file_write(path, device->bdf));
}

static int give(const struct torture_device *device, const char *driver)
{
	struct pci_card card = { .name = "a card" };

	memcpy(card.bdf, device->bdf, sizeof(card.bdf));
	return pci_give(&card, driver);
}

/* To another driver by driver_override, and back. */
static int device_give(struct torture_worker *w, const void *context)
{
	static const char * const drivers[] = {
		"", "", "", "", "", "dpc_edu", "dpc_pci", "dpc_pci", "dpc_wdm_sample",
		"dpc_wdm_io_sample",
	};
	const struct torture_device *device = any_device(w);
	const char *driver = drivers[torture_below(w, ARRAY_SIZE(drivers))];
	bool without = torture_one_in(w, 6);

	(void)context;
	/* Other drivers are for edu devices. */
	if (device->card != CARD_EDU)
		driver = without ? "" : "dpc_pci";
	return or_absent(give(device, driver));
}

/* A driver that there is not, a device that there is not. */
static int device_wrong(struct torture_worker *w, const void *context)
{
	static const char * const files[] = { "drivers/dpc_edu/bind", "drivers/dpc_edu/unbind",
					      "drivers/dpc_pci/bind", "drivers/dpc_pci/unbind" };
	static const char * const devices[] = { "", "x", "0000:00:1f.7", "0000:ff:00.0\n", "\n" };
	const char *device = devices[torture_below(w, ARRAY_SIZE(devices))];
	char path[100];

	(void)context;
	snprintf(path, sizeof(path), BUS "%s", files[torture_below(w, ARRAY_SIZE(files))]);
	return or_absent(file_write(path, *device ? device : "0"));
}

static int device_remove(struct torture_worker *w, const void *context)
{
	(void)context;
	return or_absent(pci_write(any_device(w)->bdf, "remove", "1"));
}

static int rescan(struct torture_worker *w, const void *context)
{
	(void)w;
	(void)context;
	return file_write(BUS "rescan", "1");
}

static int device_remove_and_rescan(struct torture_worker *w, const void *context)
{
	int err = device_remove(w, context);

	return err ?: rescan(w, context);
}

/* Only of drivers that are prepared for it: the samples are not. */
static int device_reset(struct torture_worker *w, const void *context)
{
	const struct torture_device *device = any_device(w);
	char driver[64];

	(void)context;
	if (!driver_of(device, driver) ||
	    (strcmp(driver, "dpc_edu") && strcmp(driver, "dpc_pci")))
		return TORTURE_ABSENT;
	return or_absent(pci_write(device->bdf, "reset", "1"));
}

static int device_power(struct torture_worker *w, const void *context)
{
	static const char * const delays[] = { "0", "1", "20", "1000", "-1" };
	const char *delay = delays[torture_below(w, ARRAY_SIZE(delays))];
	const struct torture_device *device = any_device(w);
	uint32_t what = torture_below(w, 3);
	int err;

	(void)context;
	if (what == 0) {
		err = pci_write(device->bdf, "power/autosuspend_delay_ms", delay);
		/* Its driver has no such thing. */
		return err == -EIO ? TORTURE_ABSENT : or_absent(err);
	}
	return or_absent(pci_write(device->bdf, "power/control", what == 1 ? "auto" : "on"));
}

void torture_devices_add(void)
{
	/* What a driver's probe can say, too: no memory, a registers' owner that still leaves. */
	const int *probe = ERRORS(ENODEV, EBUSY, ENOMEM, EINTR, EINVAL, EIO);
	struct torture_op *op;

	torture_add(TORTURE_DEVICES, "device.unbind", 3, device_unbind, NULL, ERRORS(ENODEV));
	torture_add(TORTURE_DEVICES, "device.bind", 4, device_bind, NULL, probe);
	torture_add(TORTURE_DEVICES, "device.give", 14, device_give, NULL, probe);
	op = torture_add(TORTURE_DEVICES, "device.bind, unbind (wrong)", 1, device_wrong, NULL,
			 ERRORS(ENODEV));
	op->allowed[0] = false;
	torture_add(TORTURE_DEVICES, "device.remove", 1, device_remove, NULL, ERRORS(ENODEV));
	torture_add(TORTURE_DEVICES, "device.remove, rescan", 2, device_remove_and_rescan, NULL,
		    ERRORS(ENODEV));
	torture_add(TORTURE_DEVICES, "rescan", 4, rescan, NULL, NULL);
	torture_add(TORTURE_DEVICES, "device.reset", 2, device_reset, NULL,
		    ERRORS(ENODEV, ENOTTY, EAGAIN, EINVAL, EBUSY));
	torture_add(TORTURE_DEVICES, "device.power", 2, device_power, NULL,
		    ERRORS(ENODEV, EINVAL));
}

void torture_devices_begin(void)
{
	unsigned int i;

	for (i = 0; i < torture_nr_devices; i++)
		if (torture_devices[i].card != CARD_EDU)
			EXPECT_RET(0, give(&torture_devices[i], "dpc_pci"));
}

/* ---- Afterwards ------------------------------------------------------------------- */

static bool is_there(const struct torture_device *device)
{
	char path[100];

	snprintf(path, sizeof(path), DEVICES "%s", device->bdf);
	return !access(path, F_OK);
}

void torture_devices_restore(void)
{
	unsigned int i;
	char driver[64];

	EXPECT_RET(0, file_write(BUS "rescan", "1"));
	for (i = 0; i < torture_nr_devices; i++) {
		const struct torture_device *device = &torture_devices[i];
		bool has;

		ASSERT(is_there(device), "%s does not come back", device->bdf);
		EXPECT_RET(0, pci_write(device->bdf, "power/control", "on"));
		EXPECT_RET(0, give(device, ""));
		has = driver_of(device, driver);
		if (device->card == CARD_EDU)
			EXPECT(has && !strcmp(driver, "dpc_edu"), "%s has %s", device->bdf,
			       has ? driver : "no driver");
		else
			EXPECT(!has, "%s has %s", device->bdf, driver);
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* Modules that are loaded while something fails. */
#define _GNU_SOURCE
#include "fault.h"
#include "pci.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULES	"/lib/modules/dpc/"
#define QUIET	"watchdog_call_us=0 watchdog_series_us=0"

static int load(const char *module, const char *parameters)
{
	char path[100];
	int fd, err;

	snprintf(path, sizeof(path), MODULES "%s.ko", module);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT(fd >= 0, "%s: %s", path, strerror(errno));
	err = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return err;
}

static int unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}

static bool is_loaded(const char *module)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	return !access(path, F_OK);
}

/* Of the names in the folder @path, one that begins with @prefix. */
static bool has_entry(const char *path, const char *prefix)
{
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(path);

	ASSERT(dir, "%s", path);
	while (!found && (entry = readdir(dir)))
		found = !strncmp(entry->d_name, prefix, strlen(prefix));
	closedir(dir);
	return found;
}

/* Whether a file has @text in one of its lines. */
static bool file_has(const char *path, const char *text)
{
	FILE *in = fopen(path, "re");
	bool found = false;
	char line[300];

	ASSERT(in, "%s", path);
	while (!found && fgets(line, sizeof(line), in))
		found = strstr(line, text);
	fclose(in);
	return found;
}

/* Nothing of a core that was loaded is registered any more. */
static void core_is_gone(void)
{
	EXPECT(!is_loaded("dpc_core"), "the module");
	EXPECT(access(NODE_PATH, F_OK), "%s", NODE_PATH);
	EXPECT(access("/sys/class/dpc", F_OK), "/sys/class/dpc");
	EXPECT(access("/sys/class/misc/dpc", F_OK), "/sys/class/misc/dpc");
	EXPECT(!file_has("/sys/devices/system/cpu/hotplug/states", "dpc:"), "a step of CPU hotplug");
}

/* The threads are gone: one a CPU, named dpc/N and dpc_drain/N. */
static bool has_threads(void)
{
	struct dirent *entry;
	char path[300], name[32];
	bool found = false;
	DIR *dir = opendir("/proc");

	ASSERT(dir, "/proc");
	while (!found && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		if (!file_read(path, name, sizeof(name)))
			found = !strncmp(name, "dpc/", 4) || !strncmp(name, "dpc_drain/", 10);
	}
	closedir(dir);
	return found;
}

static void unload_all(void)
{
	static const char * const modules[] = {
		"dpc_wdm_io_sample", "dpc_wdm_sample", "dpc_pci", "dpc_edu", "dpc_nt", "dpc_core",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modules); i++)
		if (is_loaded(modules[i]))
			ASSERT_RET(0, unload(modules[i]));
}

static void load_all(void)
{
	if (!is_loaded("dpc_core"))
		ASSERT_RET(0, load("dpc_core", QUIET));
	if (!is_loaded("dpc_nt"))
		ASSERT_RET(0, load("dpc_nt", ""));
	if (!is_loaded("dpc_edu"))
		ASSERT_RET(0, load("dpc_edu", ""));
	EXPECT(KTAP_WAIT(20, !access(edu_path[0], F_OK)), "%s", edu_path[0]);
	EXPECT_RET(0, edu_factorial(edu_open(O_RDWR), 9, NULL));
}

TEST(init, core, 1200)
{
	fault_need();
	unload_all();
	core_is_gone();
	fault_only_below("do_one_initcall");
	FAIL_EACH(load("dpc_core", QUIET), ({
		if (!_err)
			EXPECT_RET(0, unload("dpc_core"));
		core_is_gone();
		EXPECT(!has_threads(), "threads");
	}));
	load_all();
}

/* A driver of the bus; nobody gives it a device. */
static void load_driver(const char *module)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s", module);
	ktap_note("%s:", module);
	FAIL_EACH(load(module, ""), ({
		if (!_err)
			EXPECT_RET(0, unload(module));
		EXPECT(!is_loaded(module), "the module");
		EXPECT(access(path, F_OK), "%s", path);
	}));
}

TEST(init, drivers, 600)
{
	char bdf[32];

	fault_need();
	edu_bdf(0, bdf);
	ASSERT_RET(0, pci_write(bdf, "driver_override", "none"));
	fault_only_below("do_one_initcall");
	ASSERT_RET(0, unload("dpc_edu"));
	load_driver("dpc_edu");
	load_driver("dpc_pci");
	load_driver("dpc_wdm_sample");
	load_driver("dpc_wdm_io_sample");
	ASSERT_RET(0, pci_write(bdf, "driver_override", "\n"));
	load_all();
}

/*
 * The device is there while its driver is loaded, which does not fail when its device can't be
 * had.
 */
TEST(init, edu_with_its_device, 600)
{
	fault_need_calls();
	ASSERT_RET(0, unload("dpc_edu"));
	FAIL_EACH(load("dpc_edu", ""), ({
		if (!_err)
			EXPECT_RET(0, unload("dpc_edu"));
		EXPECT(!has_entry("/sys/class/misc", "dpc_edu"), "a device");
		EXPECT(!has_entry("/sys/class/dpc", "interrupt"), "an interrupt object");
	}));
	load_all();
}

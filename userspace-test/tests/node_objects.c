// SPDX-License-Identifier: GPL-2.0-only
/* The objects that the core shows: by /dev/dpc and in /sys/class/dpc, and they agree. */
#define _GNU_SOURCE
#include "edu.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CLASS	"/sys/class/dpc/"

static uint32_t ids[64];

static uint32_t nr_objects(int node)
{
	uint32_t nr;

	ASSERT_RET(0, node_list(node, ids, ARRAY_SIZE(ids), &nr));
	ASSERT(nr <= ARRAY_SIZE(ids), "%u objects", nr);
	return nr;
}

static bool is_listed(int node, uint32_t id)
{
	uint32_t nr = nr_objects(node), i;

	for (i = 0; i < nr; i++)
		if (ids[i] == id)
			return true;
	return false;
}

TEST(objects, the_core_describes_itself)
{
	static const uint32_t bounds_us[] = DPC_HIST_BOUNDS_US;
	int node = node_open(O_RDONLY);
	struct dpc_abi abi;

	ASSERT_RET(0, node_abi(node, &abi));
	EXPECT_EQ(abi.abi_version, DPC_ABI_VERSION);
	EXPECT_EQ(abi.nr_stages, DPC_STAGE_NR);
	EXPECT_EQ(abi.nr_buckets, DPC_HIST_BUCKETS);
	EXPECT_EQ(abi.nr_models, DPC_MODEL_NR);
	EXPECT_EQ(abi.flags, DPC_ABI_ACCOUNTS);
	EXPECT(!memcmp(abi.bounds_us, bounds_us, sizeof(bounds_us)), "other bounds");
	EXPECT(all_bytes(abi.bounds_us + DPC_HIST_BUCKETS, 0,
			 sizeof(abi.bounds_us) - sizeof(bounds_us)), "more bounds");
	EXPECT(all_bytes(abi.reserved, 0, sizeof(abi.reserved)), "reserved");
}

static void expect_object_of(int nr)
{
	int node = node_open(O_RDONLY), fd = edu_open_nr(nr, O_RDONLY);
	struct dpc_object object;
	struct dpc_edu_info info;
	char bdf[32];

	edu_info(fd, &info);
	edu_bdf(nr, bdf);
	EXPECT(is_listed(node, info.interrupt_id), "%u is not listed", info.interrupt_id);
	ASSERT_RET(0, node_object(node, info.interrupt_id, &object));
	EXPECT_EQ(object.id, info.interrupt_id);
	EXPECT_EQ(object.kind, DPC_OBJECT_INTERRUPT);
	EXPECT_EQ(object.flags, DPC_OBJECT_ENABLED | (info.msi ? 0 : DPC_OBJECT_SHARED));
	EXPECT_EQ(object.irq, info.irq);
	EXPECT_EQ(object.vector, 0);
	EXPECT(!strcmp(object.name, strrchr(edu_path[nr], '/') + 1), "%s", object.name);
	EXPECT(!strcmp(object.bus, "pci"), "%s", object.bus);
	EXPECT(!strcmp(object.device, bdf), "%s, not %s", object.device, bdf);
	EXPECT(!strcmp(object.driver, "dpc_edu"), "%s", object.driver);
	EXPECT(all_bytes(object.reserved, 0, sizeof(object.reserved)), "reserved");
}

TEST(objects, the_device_has_one)
{
	expect_object_of(0);
}

/* Two cards of one driver: two ids, two addresses, and counters of their own. */
TEST(objects, two_devices_are_two)
{
	int node = node_open(O_RDONLY), fd, fd2;
	struct dpc_object a, b;
	struct dpc_snapshot s;
	uint64_t interrupts;

	edu_need_second();
	expect_object_of(0);
	expect_object_of(1);
	fd = edu_open(O_RDWR);
	fd2 = edu_open_nr(1, O_RDWR);
	ASSERT_RET(0, node_object(node, edu_id(fd), &a));
	ASSERT_RET(0, node_object(node, edu_id(fd2), &b));
	EXPECT_NE(a.id, b.id);
	EXPECT(strcmp(a.device, b.device), "both are %s", a.device);
	edu_stats_settled(fd2, &s);
	interrupts = s.interrupts;
	ASSERT_RET(0, edu_burst(fd, 100, 0, NULL));
	edu_stats_settled(fd, &s);
	EXPECT_GE(s.stage[DPC_STAGE_ISR].count, 1);
	edu_stats_settled(fd2, &s);
	EXPECT_EQ(s.interrupts, interrupts);
	/* A setting of one is none of the other. */
	ASSERT_RET(0, edu_budget_set(fd, DPC_STAGE_DPC, 77));
	edu_stats(fd2, DPC_SNAPSHOT_CPU_ALL, &s);
	EXPECT_NE(s.stage[DPC_STAGE_DPC].budget_us, 77);
}

/* ---- /sys/class/dpc -------------------------------------------------------------------- */

static void folder_of(const struct dpc_object *object, char *path, size_t size)
{
	if (object->kind == DPC_OBJECT_INTERRUPT)
		snprintf(path, size, CLASS "interrupt%u", object->id);
	else
		snprintf(path, size, CLASS "%s",
			 object->kind == DPC_OBJECT_UNBOUND ? "unbound" : "threaded");
}

static void expect_text(const char *folder, const char *name, const char *wanted)
{
	char path[200], text[256];
	int err;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	err = file_read(path, text, sizeof(text));
	EXPECT(!err && !strcmp(text, wanted), "%s is '%s' (%s), wanted '%s'", path, err ? "" : text,
	       ktap_errno(err), wanted);
}

static void expect_number(const char *folder, const char *name, unsigned long long wanted)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", wanted);
	expect_text(folder, name, text);
}

static void expect_absent(const char *folder, const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	EXPECT(access(path, F_OK), "%s", path);
}

static void expect_stage_files(const char *folder, const struct dpc_snapshot *s, int stage)
{
	const struct dpc_stage_snapshot *t = &s->stage[stage];
	char name[64];

#define SAME(_field)									\
	do {										\
		snprintf(name, sizeof(name), #_field "/%s", stage_names[stage]);	\
		expect_number(folder, name, t->_field);					\
	} while (0)
	SAME(count);
	SAME(total_ns);
	SAME(max_ns);
	SAME(coalesced);
	SAME(over_budget);
	SAME(budget_us);
#undef SAME
}

static void expect_interrupt_files(const char *folder, const struct dpc_object *object,
				   const struct dpc_snapshot *s)
{
	char path[200], target[200] = "";
	int i;

	expect_number(folder, "irq", object->irq);
	expect_number(folder, "vector", object->vector);
	expect_text(folder, "bus", object->bus);
	expect_text(folder, "device_name", object->device);
	expect_text(folder, "driver", object->driver);
	expect_number(folder, "enabled", !!(object->flags & DPC_OBJECT_ENABLED));
	expect_text(folder, "model", model_names[object->model]);
	expect_number(folder, "interrupts", s->interrupts);
	expect_number(folder, "unhandled", s->unhandled);
	expect_number(folder, "while_disabled", s->while_disabled);
	for (i = 0; i < DPC_STAGE_NR; i++)
		expect_stage_files(folder, s, i);
	snprintf(path, sizeof(path), "%s/device", folder);
	EXPECT(readlink(path, target, sizeof(target) - 1) > 0, "%s", path);
	EXPECT(strrchr(target, '/') && !strcmp(strrchr(target, '/') + 1, object->device), "%s: %s",
	       path, target);
}

/* Each file of each folder says what the snapshot says; and there are no other folders. */
TEST(objects, sysfs_says_the_same)
{
	int node = node_open(O_RDONLY), fd = edu_open(O_RDWR), folders = 0;
	uint32_t nr = nr_objects(node), i;
	struct dirent *entry;
	DIR *dir = opendir(CLASS);

	ASSERT(dir, CLASS);
	while ((entry = readdir(dir)))
		folders += entry->d_name[0] != '.';
	closedir(dir);
	EXPECT_EQ(folders, nr);

	ASSERT_RET(0, edu_burst(fd, 100, 100, NULL));
	ASSERT_RET(0, edu_factorial(fd, 5, NULL));
	for (i = 0; i < nr; i++) {
		struct dpc_object object;
		struct dpc_snapshot s;
		char folder[64];

		ASSERT_RET(0, node_object(node, ids[i], &object));
		folder_of(&object, folder, sizeof(folder));
		if (object.id == edu_id(fd))
			edu_stats_settled(fd, &s);
		ASSERT_RET(0, node_snapshot(node, ids[i], DPC_SNAPSHOT_CPU_ALL, &s));
		expect_number(folder, "id", object.id);
		expect_text(folder, "name", object.name);
		expect_text(folder, "holder", "");
		if (object.kind == DPC_OBJECT_INTERRUPT) {
			expect_interrupt_files(folder, &object, &s);
		} else {
			expect_stage_files(folder, &s, DPC_STAGE_DPC);
			expect_absent(folder, "model");
			expect_absent(folder, "irq");
			expect_absent(folder, "count/isr");
			expect_absent(folder, "device");
		}
	}
}

TEST(objects, reset_by_sysfs)
{
	static const char * const bad[] = { "2", "-1", "perhaps" };
	int fd = edu_open(O_RDWR);
	struct dpc_snapshot s;
	unsigned int i;

	ASSERT_RET(0, edu_burst(fd, 10, 0, NULL));
	edu_stats_settled(fd, &s);
	EXPECT_RET(0, edu_sysfs_write("reset", "0"));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_RET(-EINVAL, edu_sysfs_write("reset", bad[i]));
	EXPECT_EQ(edu_sysfs_number("count/isr"), s.stage[DPC_STAGE_ISR].count);
	EXPECT_RET(0, edu_sysfs_write("reset", "1"));
	EXPECT_EQ(edu_sysfs_number("count/isr"), 0);
	EXPECT_EQ(edu_sysfs_number("interrupts"), s.interrupts);
}

// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "args.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "edu.h"

#define PAGES	3	/* the longest argument fits into them */
#define LONGEST	8192

#define FOR_EACH_CALL(_table, _c)							\
	for (const struct args_call *_c = (_table)->calls;				\
	     _c < (_table)->calls + (_table)->n; _c++)

static bool is_known(const struct args_table *table, unsigned long cmd)
{
	FOR_EACH_CALL(table, c)
		if (c->cmd == cmd)
			return true;
	return false;
}

/* An argument that is accepted; all else is zero. */
static uint8_t *valid(const struct args_table *table, const struct args_call *c)
{
	static uint8_t arg[LONGEST];

	ASSERT(_IOC_SIZE(c->cmd) <= sizeof(arg) - 64, "%s is longer", c->name);
	memset(arg, 0, sizeof(arg));
	if (c->valid)
		memcpy(arg, c->valid, _IOC_SIZE(c->cmd));
	table->complete(c, arg);
	return arg;
}

void check_valid_argument_is_accepted(const struct args_table *table)
{
	int fd = table->open(O_RDWR);

	FOR_EACH_CALL(table, c) {
		int err = edu_ioctl(fd, c->cmd, valid(table, c));

		EXPECT(!err, "%s gave %s", c->name, ktap_errno(err));
	}
}

void check_unknown_number_is_enotty(const struct args_table *table)
{
	static const unsigned int dirs[] = { _IOC_NONE, _IOC_READ, _IOC_WRITE,
					     _IOC_READ | _IOC_WRITE };
	int fd = table->open(O_RDWR);
	unsigned int nr, i, size;
	uint8_t arg[64] = { 0 };
	unsigned long cmd;

	for (nr = 0; nr < 256; nr++) {
		for (i = 0; i < ARRAY_SIZE(dirs); i++) {
			for (size = 0; size <= sizeof(arg); size += 32) {
				cmd = _IOC(dirs[i], table->magic, nr, size);
				if (!is_known(table, cmd))
					EXPECT_RET(-ENOTTY, edu_ioctl(fd, cmd, arg));
			}
		}
	}
}

void check_wrong_size_is_enotty(const struct args_table *table)
{
	int fd = table->open(O_RDWR);

	FOR_EACH_CALL(table, c) {
		int size = _IOC_SIZE(c->cmd), wrong;

		for (wrong = size - 8; wrong <= size + 8; wrong++) {
			if (wrong < 0 || wrong == size)
				continue;
			EXPECT_RET(-ENOTTY, edu_ioctl(fd, _IOC(_IOC_DIR(c->cmd), table->magic,
							       _IOC_NR(c->cmd), wrong),
						      valid(table, c)));
		}
	}
}

void check_wrong_direction_is_enotty(const struct args_table *table)
{
	int fd = table->open(O_RDWR);

	FOR_EACH_CALL(table, c) {
		unsigned int dir;

		for (dir = 0; dir < 4; dir++) {
			unsigned int cmd = _IOC(dir, table->magic, _IOC_NR(c->cmd),
						_IOC_SIZE(c->cmd));

			if (cmd != c->cmd)
				EXPECT_RET(-ENOTTY, edu_ioctl(fd, cmd, valid(table, c)));
		}
	}
}

void check_wrong_type_is_enotty(const struct args_table *table)
{
	int fd = table->open(O_RDWR);

	FOR_EACH_CALL(table, c)
		EXPECT_RET(-ENOTTY, edu_ioctl(fd, c->cmd ^ (1 << _IOC_TYPESHIFT),
					      valid(table, c)));
}

/* Each 32-bit word of the reserved fields, and each single bit of the first one. */
void check_reserved_field_must_be_zero(const struct args_table *table)
{
	int fd = table->open(O_RDWR);

	FOR_EACH_CALL(table, c) {
		size_t at;

		for (at = 0; at < c->reserved_size; at += 4) {
			uint8_t before[LONGEST], *arg = valid(table, c);
			int err;

			arg[c->reserved + at + at / 4 % 4] = 0x80;
			memcpy(before, arg, sizeof(before));
			err = edu_ioctl(fd, c->cmd, arg);
			EXPECT(err == -EINVAL, "%s, reserved + %zu: %s", c->name, at,
			       ktap_errno(err));
			EXPECT(!memcmp(arg, before, sizeof(before)), "%s wrote", c->name);
		}
		for (at = 0; c->reserved32 && at < 32; at++) {
			uint8_t *arg = valid(table, c);
			uint32_t bit = 1u << at;
			int err;

			memcpy(arg + c->reserved32, &bit, sizeof(bit));
			err = edu_ioctl(fd, c->cmd, arg);
			EXPECT(err == -EINVAL, "%s, reserved32 bit %zu: %s", c->name, at,
			       ktap_errno(err));
		}
	}
	table->works(fd);
}

/* Nothing of the kernel's memory comes out: what is not a result is zero or as it was. */
void check_nothing_else_is_written(const struct args_table *table)
{
	int fd = table->open(O_RDWR);

	FOR_EACH_CALL(table, c) {
		const uint8_t *arg = valid(table, c);
		size_t size = _IOC_SIZE(c->cmd);
		uint8_t buffer[LONGEST];

		memset(buffer, POISON, sizeof(buffer));
		memcpy(buffer, arg, size);
		ASSERT_RET(0, edu_ioctl(fd, c->cmd, buffer));
		EXPECT(all_bytes(buffer + size, POISON, sizeof(buffer) - size),
		       "%s wrote behind its argument", c->name);
		EXPECT(all_bytes(buffer + c->reserved, 0, c->reserved_size),
		       "%s: reserved not zero", c->name);
		if (!(_IOC_DIR(c->cmd) & _IOC_READ))
			EXPECT(!memcmp(buffer, arg, size), "%s wrote to its input", c->name);
	}
}

/* ---- Pointers --------------------------------------------------------------------- */

void check_unmapped_argument_is_efault(const struct args_table *table)
{
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *hole = map_pages(1) + page;
	int fd = table->open(O_RDWR);

	FOR_EACH_CALL(table, c) {
		void *bad[] = { NULL, hole, hole - 4, (void *)0xffff888000000000ul,
				(void *)(ULONG_MAX - 7) };
		unsigned int i;

		for (i = 0; i < ARRAY_SIZE(bad); i++) {
			int err = edu_ioctl(fd, c->cmd, bad[i]);

			EXPECT(err == -EFAULT, "%s at %p: %s", c->name, bad[i], ktap_errno(err));
		}
	}
	table->works(fd);
}

/* The argument ends exactly where the mapping ends, and one byte later. */
void check_argument_at_the_end_of_a_mapping(const struct args_table *table)
{
	uint8_t *end = map_pages(PAGES) + PAGES * sysconf(_SC_PAGESIZE);
	int fd = table->open(O_RDWR);

	FOR_EACH_CALL(table, c) {
		const uint8_t *arg = valid(table, c);
		size_t size = _IOC_SIZE(c->cmd);

		memcpy(end - size, arg, size);
		EXPECT_RET(0, edu_ioctl(fd, c->cmd, end - size));
		memcpy(end - size + 1, arg, size - 1);
		EXPECT_RET(-EFAULT, edu_ioctl(fd, c->cmd, end - size + 1));
	}
	table->works(fd);
}

void check_read_only_result_is_efault(const struct args_table *table)
{
	size_t size = PAGES * sysconf(_SC_PAGESIZE);
	uint8_t *p = map_pages(PAGES);
	int fd = table->open(O_RDWR);

	FOR_EACH_CALL(table, c) {
		int err, want = _IOC_DIR(c->cmd) & _IOC_READ ? -EFAULT : 0;

		ASSERT_EQ(mprotect(p, size, PROT_READ | PROT_WRITE), 0);
		memcpy(p, valid(table, c), LONGEST);
		ASSERT_EQ(mprotect(p, size, PROT_READ), 0);
		err = edu_ioctl(fd, c->cmd, p);
		EXPECT(err == want, "%s gave %s", c->name, ktap_errno(err));
	}
	table->works(fd);
}

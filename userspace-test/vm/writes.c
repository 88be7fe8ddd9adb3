// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for QEMU: which CPUs write which cache lines between two marks.
 *
 * The marks are the instructions that module/bench/sample.c has for that; each
 * emulated CPU is inside or outside for itself.  When QEMU ends it writes, to the
 * file that out= names, a line for each cache line and instruction:
 *
 *   ADDRESS-OF-LINE ADDRESS-OF-INSTRUCTION MASK-OF-CPUS TIMES
 *
 * For emulated CPUs that take turns in one thread: nothing here has a lock.
 */
#include "plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API;

#define LINE_SHIFT	6
#define MAX_CPUS	32
#define TABLE_SIZE	(1u << 20)

struct entry {
	uint64_t	line;
	uint64_t	pc;	/* 0: free */
	uint32_t	cpus;
	uint64_t	times;
};

static struct entry *table;
static bool inside[MAX_CPUS];
static const char *out;

/* nopl 0x44504301(%rax) and ...02(%rax) */
static const uint8_t mark[] = { 0x0f, 0x1f, 0x80, 0, 0x43, 0x50, 0x44 };

static struct entry *find(uint64_t line, uint64_t pc)
{
	uint64_t hash = (line * 31 + pc) * 0x9e3779b97f4a7c15ull;
	uint32_t i, at;

	for (i = 0; i < TABLE_SIZE; i++) {
		at = ((hash >> 40) + i) % TABLE_SIZE;
		if (!table[at].pc || (table[at].line == line && table[at].pc == pc))
			return &table[at];
	}
	return NULL;
}

static void at_store(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *data)
{
	uint64_t line = vaddr >> LINE_SHIFT << LINE_SHIFT;
	struct entry *entry;

	/* QEMU 7.2 reports loads, too, though asked for stores. */
	if (cpu >= MAX_CPUS || !inside[cpu] || !qemu_plugin_mem_is_store(info))
		return;
	entry = find(line, (uintptr_t)data);
	if (!entry) {
		fprintf(stderr, "writes: too many\n");
		exit(1);
	}
	entry->line = line;
	entry->pc = (uintptr_t)data;
	entry->cpus |= 1u << cpu;
	entry->times++;
}

static void at_mark(unsigned int cpu, void *data)
{
	if (cpu < MAX_CPUS)
		inside[cpu] = data;
}

/* 1 or 2; 0: no mark */
static int mark_number(const struct qemu_plugin_insn *insn)
{
	uint8_t code[PLUGIN_INSN_MAX];

	if (plugin_insn(insn, code) != sizeof(mark) || memcmp(code, mark, 3) ||
	    memcmp(code + 4, mark + 4, 3))
		return 0;
	return code[3];
}

static void at_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i;

	(void)id;
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		int number = mark_number(insn);

		if (number)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, at_mark,
							       QEMU_PLUGIN_CB_NO_REGS,
							       number == 1 ? table : NULL);
		else
			qemu_plugin_register_vcpu_mem_cb(insn, at_store, QEMU_PLUGIN_CB_NO_REGS,
							 QEMU_PLUGIN_MEM_W,
							 (void *)(uintptr_t)
							 qemu_plugin_insn_vaddr(insn));
	}
}

static void at_end(qemu_plugin_id_t id, void *data)
{
	FILE *file = fopen(out, "w");
	uint32_t i;

	(void)id;
	(void)data;
	if (!file) {
		perror(out);
		return;
	}
	for (i = 0; i < TABLE_SIZE; i++)
		if (table[i].pc)
			fprintf(file, "%016" PRIx64 " %016" PRIx64 " %x %" PRIu64 "\n",
				table[i].line, table[i].pc, table[i].cpus, table[i].times);
	if (fclose(file))
		perror(out);
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
				      int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "writes: give out=FILE\n");
		return -1;
	}
	out = strdup(argv[0] + 4);
	table = calloc(TABLE_SIZE, sizeof(*table));
	if (!out || !table)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, at_translation);
	qemu_plugin_register_atexit_cb(id, at_end, NULL);
	return 0;
}

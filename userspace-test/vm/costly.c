// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for QEMU: how many costly instructions (costly.h) are executed between the
 * marks of dpc_bench.ko.
 *
 * A mark is a reading of the clock that the benchmark needs anyway, so it costs what is
 * measured nothing, and it is not counted.  While the machine runs, the plugin writes to
 * the file that out= names, a line for each mark, with what was counted since the last
 * mark "begin":
 *
 *   MARK LOCKED FENCES CLOCK-READINGS FLAG-SWITCHES
 *
 * MARK is the number of enum dpc_bench_mark.  For one emulated CPU: nothing has a lock.
 */
#include "costly.h"
#include "plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API;

#define MARK_BEGIN	0

static uint64_t counts[COSTLY_KINDS];
static FILE *out;

static void at_costly(unsigned int cpu, void *data)
{
	(void)cpu;
	counts[(uintptr_t)data]++;
}

static void at_mark(unsigned int cpu, void *data)
{
	(void)cpu;
	if ((uintptr_t)data == MARK_BEGIN)
		memset(counts, 0, sizeof(counts));
	fprintf(out, "%u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		(unsigned int)(uintptr_t)data, counts[COSTLY_LOCKED], counts[COSTLY_FENCE],
		counts[COSTLY_CLOCK], counts[COSTLY_FLAG]);
}

static void at_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i;

	(void)id;
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint8_t code[PLUGIN_INSN_MAX];
		uintptr_t found = costly_of(code, plugin_insn(insn, code));

		if (found >= COSTLY_MARK)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, at_mark,
							       QEMU_PLUGIN_CB_NO_REGS,
							       (void *)(found - COSTLY_MARK));
		else if (found != COSTLY_NOT)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, at_costly,
							       QEMU_PLUGIN_CB_NO_REGS,
							       (void *)found);
	}
}

static void at_end(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	if (fclose(out))
		perror("costly");
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
				      int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "costly: give out=FILE\n");
		return -1;
	}
	out = fopen(argv[0] + 4, "w");
	if (!out) {
		perror(argv[0] + 4);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, at_translation);
	qemu_plugin_register_atexit_cb(id, at_end, NULL);
	return 0;
}

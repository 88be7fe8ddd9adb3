/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a plugin needs of QEMU's interface for plugins.  QEMU documents it in
 * docs/devel/tcg-plugins.rst and declares it in include/qemu/qemu-plugin.h; Debian 12
 * has no package with that header.
 *
 * A plugin names the version of the interface that it was built for, and QEMU loads it
 * only if it still has that one.  PLUGIN_API is that version: 1 for QEMU 7.2 (the
 * default), 2 for 9.0, 3 from 9.1 on; userspace-test/bench gives it.
 */
#ifndef _VM_PLUGIN_H
#define _VM_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef PLUGIN_API
#define PLUGIN_API	1
#endif

#define PLUGIN_EXPORT	__attribute__((visibility("default")))
#define PLUGIN_INSN_MAX	15	/* bytes of the longest x86 instruction */

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

typedef void (*qemu_plugin_tb_fn)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_exec_fn)(unsigned int cpu, void *data);
typedef void (*qemu_plugin_mem_fn)(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t vaddr,
				   void *data);
typedef void (*qemu_plugin_exit_fn)(qemu_plugin_id_t id, void *data);

#define QEMU_PLUGIN_CB_NO_REGS	0
#define QEMU_PLUGIN_MEM_W	2

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
#if PLUGIN_API >= 3
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *code, size_t max);
#else
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
#endif
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_tb_fn fn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, qemu_plugin_exec_fn fn,
					    int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_plugin_mem_fn fn,
				      int flags, int rw, void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_exit_fn fn, void *data);

/* Copies the instruction to @code, which has PLUGIN_INSN_MAX bytes.  Returns its size. */
static inline size_t plugin_insn(const struct qemu_plugin_insn *insn, uint8_t *code)
{
	size_t size = qemu_plugin_insn_size(insn);

	if (size > PLUGIN_INSN_MAX)
		size = PLUGIN_INSN_MAX;
#if PLUGIN_API >= 3
	return qemu_plugin_insn_data(insn, code, size);
#else
	for (size_t i = 0; i < size; i++)
		code[i] = ((const uint8_t *)qemu_plugin_insn_data(insn))[i];
	return size;
#endif
}

#endif /* _VM_PLUGIN_H */

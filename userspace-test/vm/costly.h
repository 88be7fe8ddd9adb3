/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells, by its bytes, whether an x86-64 instruction is one of those that cost far more
 * time than others, or one of the benchmark's marks.
 */
#ifndef _VM_COSTLY_H
#define _VM_COSTLY_H

#include <stddef.h>
#include <stdint.h>

/*
 * COSTLY_LOCKED: LOCK before it, or XCHG with memory, which locks without
 * COSTLY_FENCE: LFENCE, MFENCE, SFENCE
 * COSTLY_CLOCK: RDTSC, RDTSCP
 * COSTLY_FLAG: CLI, STI, POPF: what switches interrupts off and on
 * COSTLY_MARK: RDTSC after a prefix REX that means nothing there, and that no compiler
 *	makes: the benchmark reads its own clock so (enum dpc_bench_mark in
 *	module/bench/bench.h); plus the number of the mark
 */
enum costly {
	COSTLY_LOCKED,
	COSTLY_FENCE,
	COSTLY_CLOCK,
	COSTLY_FLAG,
	COSTLY_KINDS,
	COSTLY_NOT = COSTLY_KINDS,
	COSTLY_MARK,
};

#define COSTLY_REX	0x40	/* to 0x4f */

/* What the bytes before the opcode say. */
struct costly_prefixes {
	uint8_t	lock;
	uint8_t	other;	/* 66, F2 or F3, which make another instruction of 0F AE */
	uint8_t	rex;
};

/* Returns the offset of the opcode. */
static inline size_t costly_prefixes(const uint8_t *code, size_t size,
				     struct costly_prefixes *found)
{
	size_t at;

	*found = (struct costly_prefixes){ 0 };
	for (at = 0; at < size; at++) {
		switch (code[at]) {
		case 0xf0:
			found->lock = code[at];
			break;
		case 0x66: case 0xf2: case 0xf3:
			found->other = code[at];
			break;
		case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65: case 0x67:
			break;
		default:
			if ((code[at] & 0xf0) != COSTLY_REX)
				return at;
			found->rex = code[at];	/* always the last prefix */
			return at + 1;
		}
	}
	return at;
}

/* Of the two-byte opcodes, @code points behind 0F. */
static inline int costly_0f(const uint8_t *code, size_t size, const struct costly_prefixes *found)
{
	if (size < 1)
		return COSTLY_NOT;
	if (code[0] == 0x31)
		return found->rex ? COSTLY_MARK + found->rex - COSTLY_REX : COSTLY_CLOCK;
	if (size < 2)
		return COSTLY_NOT;
	if (code[0] == 0x01 && code[1] == 0xf9)
		return COSTLY_CLOCK;
	/* Groups 5 to 7 with a register; with memory they are XRSTOR, XSAVEOPT, CLFLUSH. */
	if (code[0] == 0xae && code[1] >= 0xe8 && !found->other)
		return COSTLY_FENCE;
	return COSTLY_NOT;
}

/* Returns an enum costly. */
static inline int costly_of(const uint8_t *code, size_t size)
{
	struct costly_prefixes found;
	size_t at = costly_prefixes(code, size, &found);

	if (at >= size)
		return COSTLY_NOT;
	if (found.lock)
		return COSTLY_LOCKED;
	switch (code[at]) {
	case 0x0f:
		return costly_0f(code + at + 1, size - at - 1, &found);
	case 0x86: case 0x87:
		/* ModR/M from C0 on names a register. */
		return at + 1 < size && code[at + 1] < 0xc0 ? COSTLY_LOCKED : COSTLY_NOT;
	case 0x9d: case 0xfa: case 0xfb:
		return COSTLY_FLAG;
	}
	return COSTLY_NOT;
}

#endif /* _VM_COSTLY_H */

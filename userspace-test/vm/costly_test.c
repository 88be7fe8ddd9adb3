// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of costly.h: what each instruction is, by its bytes.  ../bench-test builds and
 * runs this.
 */
#include "../tests/ktap.h"
#include "costly.h"

/* EXPECT_IS(kind, bytes of one instruction...) */
#define EXPECT_IS(_kind, ...)							\
	do {									\
		const uint8_t _code[] = { __VA_ARGS__ };			\
										\
		EXPECT_EQ(costly_of(_code, sizeof(_code)), _kind);		\
	} while (0)

TEST(costly, lock_before_any_instruction)
{
	EXPECT_IS(COSTLY_LOCKED, 0xf0, 0x83, 0x07, 0x01);	/* lock addl $1,(%rdi) */
	EXPECT_IS(COSTLY_LOCKED, 0xf0, 0x48, 0x0f, 0xb1, 0x17);	/* lock cmpxchg %rdx,(%rdi) */
	EXPECT_IS(COSTLY_LOCKED, 0xf0, 0x0f, 0xb1, 0x17);	/* lock cmpxchg %edx,(%rdi) */
	EXPECT_IS(COSTLY_LOCKED, 0xf0, 0x83, 0x44, 0x24, 0xfc, 0x00);	/* smp_mb() */
	EXPECT_IS(COSTLY_LOCKED, 0xf0, 0xff, 0x07);	/* lock incl (%rdi) */
}

TEST(costly, lock_beside_other_prefixes)
{
	EXPECT_IS(COSTLY_LOCKED, 0x66, 0xf0, 0x0f, 0xb1, 0x17);	/* 16 bits */
	EXPECT_IS(COSTLY_LOCKED, 0x3e, 0xf0, 0xff, 0x07);	/* DS */
	EXPECT_IS(COSTLY_LOCKED, 0xf0, 0x3e, 0xff, 0x07);
	EXPECT_IS(COSTLY_LOCKED, 0x65, 0xf0, 0x48, 0xff, 0x07);	/* GS */
	EXPECT_IS(COSTLY_LOCKED, 0xf2, 0xf0, 0xff, 0x07);	/* XACQUIRE */
}

TEST(costly, xchg_with_memory_locks)
{
	EXPECT_IS(COSTLY_LOCKED, 0x87, 0x07);	/* xchg %eax,(%rdi) */
	EXPECT_IS(COSTLY_LOCKED, 0x86, 0x47, 0x01);	/* xchg %al,1(%rdi) */
	EXPECT_IS(COSTLY_LOCKED, 0x48, 0x87, 0x87, 0x00, 0x01, 0x00, 0x00);	/* disp32 */
	EXPECT_IS(COSTLY_LOCKED, 0x66, 0x87, 0x07);
}

TEST(costly, fences)
{
	EXPECT_IS(COSTLY_FENCE, 0x0f, 0xae, 0xe8);	/* lfence */
	EXPECT_IS(COSTLY_FENCE, 0x0f, 0xae, 0xf0);	/* mfence */
	EXPECT_IS(COSTLY_FENCE, 0x0f, 0xae, 0xf8);	/* sfence */
}

TEST(costly, clock_readings)
{
	EXPECT_IS(COSTLY_CLOCK, 0x0f, 0x31);	/* rdtsc */
	EXPECT_IS(COSTLY_CLOCK, 0x0f, 0x01, 0xf9);	/* rdtscp */
}

TEST(costly, switches_of_the_interrupt_flag)
{
	EXPECT_IS(COSTLY_FLAG, 0xfa);	/* cli */
	EXPECT_IS(COSTLY_FLAG, 0xfb);	/* sti */
	EXPECT_IS(COSTLY_FLAG, 0x9d);	/* popf */
}

TEST(costly, marks_are_readings_that_are_not_counted)
{
	EXPECT_IS(COSTLY_MARK + 0, 0x40, 0x0f, 0x31);
	EXPECT_IS(COSTLY_MARK + 1, 0x41, 0x0f, 0x31);
	EXPECT_IS(COSTLY_MARK + 3, 0x43, 0x0f, 0x31);
}

TEST(costly, memory_without_lock)
{
	EXPECT_IS(COSTLY_NOT, 0x83, 0x07, 0x01);	/* addl $1,(%rdi) */
	EXPECT_IS(COSTLY_NOT, 0x3e, 0xff, 0x07);	/* incl (%rdi), LOCK taken away */
	EXPECT_IS(COSTLY_NOT, 0x48, 0x0f, 0xb1, 0x17);	/* cmpxchg */
	EXPECT_IS(COSTLY_NOT, 0x0f, 0xc1, 0x07);	/* xadd */
}

TEST(costly, xchg_of_registers_does_not_lock)
{
	EXPECT_IS(COSTLY_NOT, 0x87, 0xc1);	/* xchg %eax,%ecx */
	EXPECT_IS(COSTLY_NOT, 0x86, 0xff);
	EXPECT_IS(COSTLY_NOT, 0x48, 0x93);	/* xchg %rax,%rbx */
	EXPECT_IS(COSTLY_NOT, 0x66, 0x90);	/* xchg %ax,%ax: a NOP */
	EXPECT_IS(COSTLY_NOT, 0x90);
}

TEST(costly, relatives_of_the_fences)
{
	EXPECT_IS(COSTLY_NOT, 0x0f, 0xae, 0x28);	/* xrstor (%rax) */
	EXPECT_IS(COSTLY_NOT, 0x0f, 0xae, 0x30);	/* xsaveopt (%rax) */
	EXPECT_IS(COSTLY_NOT, 0x0f, 0xae, 0x38);	/* clflush (%rax) */
	EXPECT_IS(COSTLY_NOT, 0xf3, 0x0f, 0xae, 0xe8);	/* incsspd %eax */
	EXPECT_IS(COSTLY_NOT, 0xf3, 0x0f, 0xae, 0xf0);	/* umonitor %rax */
	EXPECT_IS(COSTLY_NOT, 0xf2, 0x0f, 0xae, 0xf0);	/* umwait %eax */
	EXPECT_IS(COSTLY_NOT, 0x66, 0x0f, 0xae, 0xf0);	/* tpause %eax */
	EXPECT_IS(COSTLY_NOT, 0xf3, 0x0f, 0xae, 0xd0);	/* wrfsbase %eax */
}

TEST(costly, relatives_of_the_clock_readings)
{
	EXPECT_IS(COSTLY_NOT, 0x0f, 0x33);	/* rdpmc */
	EXPECT_IS(COSTLY_NOT, 0x0f, 0x30);	/* wrmsr */
	EXPECT_IS(COSTLY_NOT, 0x0f, 0x01, 0xf8);	/* swapgs */
	EXPECT_IS(COSTLY_NOT, 0x0f, 0x01, 0xca);	/* clac */
	EXPECT_IS(COSTLY_NOT, 0x31, 0x0f);	/* xor %ecx,(%rdi) */
}

TEST(costly, relatives_of_the_flag_switches)
{
	EXPECT_IS(COSTLY_NOT, 0x9c);	/* pushf */
	EXPECT_IS(COSTLY_NOT, 0xfc);	/* cld */
	EXPECT_IS(COSTLY_NOT, 0xf8);	/* clc */
	EXPECT_IS(COSTLY_NOT, 0xf4);	/* hlt */
}

TEST(costly, the_same_bytes_behind_an_opcode)
{
	EXPECT_IS(COSTLY_NOT, 0xb0, 0xf0);	/* mov $0xf0,%al */
	EXPECT_IS(COSTLY_NOT, 0x83, 0xc0, 0xfa);	/* add $-6,%eax */
	EXPECT_IS(COSTLY_NOT, 0xb8, 0x0f, 0x31, 0x0f, 0x31);	/* mov $...,%eax */
	EXPECT_IS(COSTLY_NOT, 0x0f, 0x1f, 0x80, 0xf0, 0x0f, 0xae, 0xf0);	/* nopl */
	EXPECT_IS(COSTLY_NOT, 0x0f, 0xb1, 0xfa);	/* cmpxchg %edi,%edx */
	EXPECT_IS(COSTLY_NOT, 0xf3, 0x0f, 0x1e, 0xfa);	/* endbr64 */
	EXPECT_IS(COSTLY_NOT, 0xc5, 0xfa, 0x10, 0x07);	/* VEX: vmovss (%rdi),%xmm0 */
	EXPECT_IS(COSTLY_NOT, 0xc4, 0xe2, 0xfb, 0xf7, 0xc0);	/* VEX: shrx */
}

TEST(costly, what_ends_too_early_is_nothing)
{
	EXPECT_EQ(costly_of(NULL, 0), COSTLY_NOT);
	EXPECT_IS(COSTLY_NOT, 0xf0);
	EXPECT_IS(COSTLY_NOT, 0x0f);
	EXPECT_IS(COSTLY_NOT, 0x0f, 0xae);
	EXPECT_IS(COSTLY_NOT, 0x48);
	EXPECT_IS(COSTLY_NOT, 0x87);
}

int main(int argc, char **argv)
{
	(void)argc;
	return ktap_run(argv + 1, NULL, NULL);
}

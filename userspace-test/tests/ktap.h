/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests that report in KTAP (Documentation/dev-tools/ktap.rst in Linux).
 *
 * Every test runs in a process of its own, with a time limit: one that
 * crashes or hangs fails, and the next one runs.  A failed EXPECT goes on, a
 * failed ASSERT ends the test.
 */
#ifndef KTAP_H
#define KTAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "ktap_write.h"

struct ktap_test {
	const char		*group;
	const char		*name;
	void			(*fn)(void);
	unsigned int		limit_s;
	struct ktap_test	*next;
};

#define KTAP_LIMIT_S 60

void ktap_register(struct ktap_test *test);

/* TEST(group, name) { ... }, or with a limit in seconds as a third argument. */
#define TEST(...) KTAP_PICK(__VA_ARGS__, KTAP_TEST_LIMIT, KTAP_TEST_PLAIN)(__VA_ARGS__)
#define KTAP_PICK(_1, _2, _3, which, ...) which
#define KTAP_TEST_PLAIN(_group, _name) KTAP_TEST_LIMIT(_group, _name, KTAP_LIMIT_S)
#define KTAP_TEST_LIMIT(_group, _name, _limit_s)				\
	static void _group##_##_name(void);					\
	static struct ktap_test ktap_##_group##_##_name = {			\
		.group = #_group, .name = #_name,				\
		.fn = _group##_##_name, .limit_s = _limit_s,			\
	};									\
	static void __attribute__((constructor)) ktap_reg_##_group##_##_name(void)	\
	{									\
		ktap_register(&ktap_##_group##_##_name);			\
	}									\
	static void _group##_##_name(void)

/*
 * Run the tests whose "group" or "group.name" is in @filters (all without any).
 * @before runs in the test's process, @after in ours: it returns what is wrong
 * with what the test left behind, or NULL.  Returns an exit status.
 */
int ktap_run(char **filters, void (*before)(void), const char *(*after)(void));
void ktap_list(void);

/* Before ktap_run(), for a program that uses the checks outside a test. */
void ktap_prepare(void);
int ktap_failures(void);

/* In a test, or in a process that it started: */
void ktap_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ktap_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void ktap_skip(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void ktap_end(void) __attribute__((noreturn));

#define KTAP_CHECK(_then, _cond, ...)						\
	do {									\
		if (!(_cond)) {							\
			ktap_fail(__FILE__, __LINE__, __VA_ARGS__);		\
			_then;							\
		}								\
	} while (0)

/* Conditions, with a message. */
#define EXPECT(_cond, ...) KTAP_CHECK(, _cond, #_cond ": " __VA_ARGS__)
#define ASSERT(_cond, ...) KTAP_CHECK(ktap_end(), _cond, #_cond ": " __VA_ARGS__)

/* Integers of any kind. */
#define KTAP_COMPARE(_then, _a, _op, _b)					\
	do {									\
		long long _va = (_a), _vb = (_b);				\
										\
		KTAP_CHECK(_then, _va _op _vb, "%s is %lld, wanted " #_op " %lld (%s)",	\
			   #_a, _va, _vb, #_b);					\
	} while (0)
#define EXPECT_EQ(_a, _b) KTAP_COMPARE(, _a, ==, _b)
#define EXPECT_NE(_a, _b) KTAP_COMPARE(, _a, !=, _b)
#define EXPECT_GE(_a, _b) KTAP_COMPARE(, _a, >=, _b)
#define EXPECT_LE(_a, _b) KTAP_COMPARE(, _a, <=, _b)
#define ASSERT_EQ(_a, _b) KTAP_COMPARE(ktap_end(), _a, ==, _b)
#define ASSERT_GE(_a, _b) KTAP_COMPARE(ktap_end(), _a, >=, _b)

/* Calls that return 0 (or a count) or a negative errno. */
#define KTAP_RETURNS(_then, _want, _call)					\
	do {									\
		long _got = (_call);						\
										\
		KTAP_CHECK(_then, _got == (_want), "%s gave %s, wanted %s", #_call,	\
			   ktap_errno(_got), ktap_errno(_want));		\
	} while (0)
#define EXPECT_RET(_want, _call) KTAP_RETURNS(, _want, _call)
#define ASSERT_RET(_want, _call) KTAP_RETURNS(ktap_end(), _want, _call)
const char *ktap_errno(long value);

/* A process of the test; what it fails, the test fails.  It inherits all. */
pid_t ktap_spawn(int (*fn)(void *arg), void *arg);
/* Its exit status, or -1 (and a failure) when it has not ended in time. */
int ktap_reap(pid_t pid, unsigned int limit_s);

unsigned long long ktap_now_ns(void);
void ktap_pause_us(unsigned int us);

/* Evaluate @_cond every ms until it holds; false when that took @_limit_s. */
#define KTAP_WAIT(_limit_s, _cond)						\
({										\
	unsigned long long _end = ktap_now_ns() + (_limit_s) * 1000000000ull;	\
	bool _ok;								\
										\
	while (!(_ok = (_cond)) && ktap_now_ns() < _end)			\
		ktap_pause_us(1000);						\
	_ok;									\
})

#endif /* KTAP_H */

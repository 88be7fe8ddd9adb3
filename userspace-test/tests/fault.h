/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of failures share: something is called again and again, and the first time its
 * first allocation fails, then its second, and so on until none is left.
 *
 * What fails is an allocation that the test's thread makes in the kernel (fail-nth, which takes a
 * debug kernel); or, where dpc_faults.ko is loaded, a call that our modules make in any thread.
 */
#ifndef FAULT_H
#define FAULT_H

#include "edu.h"

void fault_need(void);			/* skips the test where nothing can be made to fail */
bool fault_is_of_calls(void);		/* dpc_faults.ko is loaded */
void fault_need_calls(void);		/* skips the test without it */
/* The call that has failed goes on to do so until the next fault_arm(). */
void fault_stay(bool on);
/*
 * Only allocations below the kernel's function of that name count; NULL: all.  Calls always
 * count.
 */
void fault_only_below(const char *function);

void fault_arm(int n);			/* 0: nothing fails */
bool fault_was_injected(void);		/* and disarms */
/* What comes out of a call of ours, when something that it needs has failed. */
bool fault_is_expected(int err);
void fault_note(const char *what, int n, int failed);

#define FAULT_MOST	2000		/* more than anything here makes */

/*
 * Call @_call with its 1st, 2nd, ... failing until none is left; after each, and disarmed, the
 * rest.
 */
#define FAIL_EACH(_call, ...)								\
	do {										\
		int _n, _err, _failed = 0;						\
		bool _hit = true;							\
											\
		for (_n = 1; _hit && _n < FAULT_MOST; _n++) {				\
			fault_arm(_n);							\
			_err = (_call);							\
			_hit = fault_was_injected();					\
			EXPECT(_err >= 0 || (_hit && fault_is_expected(_err)),		\
			       "failure %d: %s", _hit ? _n : 0, ktap_errno(_err));	\
			_failed += _hit && _err < 0;					\
			__VA_ARGS__;							\
		}									\
		EXPECT(_n > 2, "nothing has failed");					\
		EXPECT(!_hit, "no end");						\
		fault_note(#_call, _n - 2, _failed);					\
	} while (0)

#endif /* FAULT_H */

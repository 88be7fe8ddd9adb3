/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests that take seconds are marked as slow: kunit.filter=speed>slow leaves
 * them out, which is what kunit/run --fast does.  6.1 has no such marks.
 */
#ifndef _DPC_KUNIT_SPEED_H
#define _DPC_KUNIT_SPEED_H

#include <kunit/test.h>

#ifdef KUNIT_CASE_SLOW
#define KUNIT_CASE_PARAM_SLOW(_test, _gen_params) \
	KUNIT_CASE_PARAM_ATTR(_test, _gen_params, { .speed = KUNIT_SPEED_SLOW })
#else
#define KUNIT_CASE_SLOW(_test)				KUNIT_CASE(_test)
#define KUNIT_CASE_PARAM_SLOW(_test, _gen_params)	KUNIT_CASE_PARAM(_test, _gen_params)
#endif

#endif /* _DPC_KUNIT_SPEED_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parameters that are part of an array.  Only KUNIT_ARRAY_PARAM() makes
 * generators that fit every kernel: since 6.18 they are given the test.
 */
#ifndef _DPC_KUNIT_PARAMS_H
#define _DPC_KUNIT_PARAMS_H

/* @_nr elements of an array from @_from on, as an array. */
#define PARAM_SLICE(_array, _from, _nr)	(*(typeof((_array)[0]) (*)[_nr])&(_array)[_from])

#endif /* _DPC_KUNIT_PARAMS_H */

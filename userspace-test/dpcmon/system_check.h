/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dpcmon system has found, as tests that pass or fail: one for each kind of routine of
 * each driver, and one for what these waited.
 */
#ifndef DPCMON_SYSTEM_CHECK_H
#define DPCMON_SYSTEM_CHECK_H

#include "check.h"
#include "system_report.h"

/* Fills @c with the tests of @r, which must stay.  check_free() frees them. */
void system_check_judge(struct check *c, const struct system_report *r);

/**
 * struct system_checker - the writer of dpcmon check --system
 * @writer: given to system_record()
 * @written: the results are on stdout; if not, there are none
 */
struct system_checker {
	struct system_writer	writer;
	bool			written;
};

/* Makes @checker a writer that has written nothing yet. */
void system_check_init(struct system_checker *checker);

#endif /* DPCMON_SYSTEM_CHECK_H */

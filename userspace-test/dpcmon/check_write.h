/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes what was measured as tests that pass or fail: the counterpart of report_write.c
 * for dpcmon check.
 */
#ifndef DPCMON_CHECK_WRITE_H
#define DPCMON_CHECK_WRITE_H

#include <stdbool.h>

#include "check.h"
#include "report.h"

/**
 * struct check_writer - the writer of dpcmon check
 * @writer: given to drive() or report_file(), which calls it when the measurement is over
 * @written: the results are on stdout; if not, cmd_check.c prints that there are none
 */
struct check_writer {
	struct report_writer	writer;
	bool			written;
};

/*
 * Writes the results that are tests: KTAP, and what files there are to be of them.
 * Return: one of EXIT_*.
 */
int check_write_results(const struct check *c);

/* Makes @cw a writer that has written nothing yet. */
void check_write_init(struct check_writer *cw);

#endif /* DPCMON_CHECK_WRITE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes what was measured as tests that pass or fail.
 */
#ifndef DPCMON_CHECK_WRITE_H
#define DPCMON_CHECK_WRITE_H

#include <stdbool.h>

#include "report.h"

/**
 * struct check_writer - the writer of dpcmon check
 * @writer: what the measurement is given
 * @written: the results are on stdout
 */
struct check_writer {
	struct report_writer	writer;
	bool			written;
};

void check_write_init(struct check_writer *cw);

#endif /* DPCMON_CHECK_WRITE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of two distributions of which only the bounds of buckets are known.
 */
#ifndef DPCMON_DIFF_CDF_H
#define DPCMON_DIFF_CDF_H

#include <stdio.h>

#include "diff_file.h"

/* Writes it as SVG; @titles and @title may have any characters.  @t: of the files. */
void diff_cdf(FILE *out, const char *title, const char * const titles[2],
	      const struct diff_times * const t[2]);

#endif /* DPCMON_DIFF_CDF_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tools of Windows say of DPCs and ISRs: the text of "xperf -i trace.etl -a dpcisr", and of
 * the report that Tracerpt makes of what "tracelog -dpcisr" has recorded.
 */
#ifndef DPCMON_DIFF_WINDOWS_H
#define DPCMON_DIFF_WINDOWS_H

#include "diff_file.h"

/* Which of them @text is.  Return: false if none. */
bool diff_windows_is(const char *text, enum diff_format *format);

/* Reads @text, which is changed.  Return: for diff_file_free(); NULL after a message. */
struct diff_file *diff_windows(const char *path, char *text, enum diff_format format);

#endif /* DPCMON_DIFF_WINDOWS_H */

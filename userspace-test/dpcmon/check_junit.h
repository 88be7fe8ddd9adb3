/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Results of a check as JUnit's XML, for runners that read nothing else.
 */
#ifndef DPCMON_CHECK_JUNIT_H
#define DPCMON_CHECK_JUNIT_H

struct check;
struct params;

/*
 * Writes the file that the command line names.
 * Return: 0; -1 after a message.
 */
int check_junit(const struct check *c);

/* The same when nothing was measured: a test that says so. */
int check_junit_error(const struct params *p);

#endif /* DPCMON_CHECK_JUNIT_H */

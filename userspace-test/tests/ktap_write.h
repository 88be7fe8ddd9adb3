/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of a KTAP stream, for programs that run their tests themselves.
 */
#ifndef KTAP_WRITE_H
#define KTAP_WRITE_H

#include <stdbool.h>

/* The stream's head: @tests results follow. */
void ktap_plan(unsigned int tests);

/* The next result: of a test that passed, or was skipped for a reason, unless @skip is NULL. */
void ktap_result(bool passed, const char *name, const char *skip);

#endif /* KTAP_WRITE_H */

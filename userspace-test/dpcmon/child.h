/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command whose load is measured: COMMAND of dpcmon record and dpcmon check.
 */
#ifndef DPCMON_CHILD_H
#define DPCMON_CHILD_H

#include <stdbool.h>

/* What child_run() returns for a command that can't be started, as shells do. */
#define CHILD_NOT_STARTED	127

/*
 * Runs @argv and waits for its end.  A signal that was sent to dpcmon alone is passed on
 * to it; one that a terminal sends has reached both.
 * @stdout_is_ours: its stdout becomes our stderr, because our stdout has the results.
 * Return: its exit status; 128 plus the signal that killed it; -1 after a message.
 */
int child_run(char **argv, bool stdout_is_ours);

#endif /* DPCMON_CHILD_H */

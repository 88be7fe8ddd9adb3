/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command whose load is measured.
 */
#ifndef DPCMON_CHILD_H
#define DPCMON_CHILD_H

#include <stdbool.h>

/*
 * Runs @argv, and passes on the signals that dpcmon alone was sent.  @stdout_is_ours:
 * what it prints goes to stderr, because stdout has our results.
 * Return: its exit status, 128 and the signal that killed it, or -1 after a message.
 */
int child_run(char **argv, bool stdout_is_ours);

#endif /* DPCMON_CHILD_H */

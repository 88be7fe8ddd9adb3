/* SPDX-License-Identifier: GPL-2.0-only */
/* What looks after the workers. */
#ifndef TORTURE_WATCH_H
#define TORTURE_WATCH_H

#include <stdbool.h>

/* Every @ms: whether none stands in an operation for too long; else each is named. */
bool torture_watch(unsigned int ms);
/* Where each stands, with what the kernel says of it. */
void torture_watch_tell(void);

#endif /* TORTURE_WATCH_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace-cmd as a child that writes a trace.dat.
 */
#ifndef DPCMON_RECORDER_H
#define DPCMON_RECORDER_H

#include "params.h"

struct recorder;

/* Returns when tracing is on; NULL after a message. */
struct recorder *recorder_start(const struct params *params);
bool recorder_running(struct recorder *rec);

/* Ends the recording and waits for the file; -1 after a message.  Frees @rec. */
int recorder_stop(struct recorder *rec);

#endif /* DPCMON_RECORDER_H */

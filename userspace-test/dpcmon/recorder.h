/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records a trace.dat: a thread takes the pages of events out of a trace
 * instance, into files without a name; in the end they become one file.
 *
 * No process is started for it, so none can stay behind, and none can be killed
 * without anybody noticing.
 */
#ifndef DPCMON_RECORDER_H
#define DPCMON_RECORDER_H

#include "params.h"

struct recorder;

/* Returns when tracing is on; NULL after a message. */
struct recorder *recorder_start(const struct params *params);
/* False after an error that ended the recording: recorder_stop() says which. */
bool recorder_running(struct recorder *rec);

/* Ends the recording and writes the file; -1 after a message.  Frees @rec. */
int recorder_stop(struct recorder *rec);

#endif /* DPCMON_RECORDER_H */

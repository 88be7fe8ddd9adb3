/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records a trace.dat: a thread takes the pages of events out of a trace instance
 * (instance.c) into files without a name; at the end they become one file (dat_write.c).
 * For dpcmon record, run --trace and check -- COMMAND.
 *
 * No process is started for it, so none can stay behind, and none can be killed without
 * anybody noticing.
 */
#ifndef DPCMON_RECORDER_H
#define DPCMON_RECORDER_H

#include "params.h"

struct recorder;

/* Records to params.trace.  Return: when tracing is on; NULL after a message. */
struct recorder *recorder_start(const struct params *params);

/* Return: false if an error has ended the recording; recorder_stop() says which. */
bool recorder_running(struct recorder *rec);

/* Ends the recording, writes the file and frees @rec.  Return: 0; -1 after a message. */
int recorder_stop(struct recorder *rec);

#endif /* DPCMON_RECORDER_H */

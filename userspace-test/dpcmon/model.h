/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names of the models.
 */
#ifndef DPCMON_MODEL_H
#define DPCMON_MODEL_H

#include <stdint.h>

/* From enum dpc_model_id to name and back.  Return: NULL or -1 for one that is not known. */
const char *model_name(uint32_t model);
int model_by_name(const char *name);

#endif /* DPCMON_MODEL_H */

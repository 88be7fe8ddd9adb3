/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of the models. */
#ifndef _DPC_CORE_MODELS_H
#define _DPC_CORE_MODELS_H

#include "model.h"

const struct dpc_model *dpc_model_of(u32 id);
enum dpc_model_id dpc_model_id(const struct dpc_model *model);

#endif /* _DPC_CORE_MODELS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* When the model can be switched, and the bodies. */
#ifndef _DPC_EDU_SETTINGS_H
#define _DPC_EDU_SETTINGS_H

#include "edu.h"

int dpc_edu_switch_begin(struct dpc_interrupt *intr);
void dpc_edu_switch_end(struct dpc_interrupt *intr);
int dpc_edu_body_set(struct dpc_edu_file *by, const struct dpc_edu_bodies *bodies,
		     bool until_close);
void dpc_edu_body_read(struct dpc_edu *edu, struct dpc_edu_bodies *bodies);
void dpc_edu_body_end(struct dpc_edu_file *by);

#endif /* _DPC_EDU_SETTINGS_H */

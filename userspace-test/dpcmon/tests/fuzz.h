/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What libFuzzer calls: it has no header of its own.
 */
#ifndef DPCMON_FUZZ_H
#define DPCMON_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* DPCMON_FUZZ_H */

// The same head with either instruction set; memory: as many bytes as the scratch function says.
#ifndef SLUICE_ATTENTION_LEVELS_H
#define SLUICE_ATTENTION_LEVELS_H

#include "attention.h"

int64_t sluice_scratch_avx2(const sluice_head *head);
void sluice_attend_avx2(const sluice_head *head, char *memory);
int64_t sluice_scratch_avx512(const sluice_head *head);
void sluice_attend_avx512(const sluice_head *head, char *memory);

#endif

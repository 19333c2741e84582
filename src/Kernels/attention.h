// Attention over packed rows in 8-bit integers: what libsluice_kernels.so offers.
#ifndef SLUICE_ATTENTION_H
#define SLUICE_ATTENTION_H

#include <stdint.h>

#define SLUICE_EXPORT __attribute__((visibility("default")))

// One document and one head of self-attention.
// queries[i * query_stride + d], keys and values[j * stride + d], context[i * context_stride + d]; all float32.
typedef struct {
    const float *queries, *keys, *values;
    float *context;
    int64_t query_stride, stride, context_stride; // floats from one token to the next
    int32_t query_count;                          // tokens that ask: all of the document, or 1 for [CLS] alone
    int32_t length;                               // tokens of the document, at least 1
    int32_t size;                                 // of the head: a multiple of 16, at most 128
    float scale;                                  // of the scores: 1 / sqrt(size)
} sluice_head;

// Writes the context of one head of one document. 0 when done; 1 when there is no memory for its scratch. Thread-safe: scratch belongs to
// the thread.
SLUICE_EXPORT int32_t sluice_attend(const sluice_head *head);

// 2 with AVX-512 VNNI, 1 with AVX2 and FMA, 0 when this CPU has neither and sluice_attend must not be called. Both give the same bits.
SLUICE_EXPORT int32_t sluice_level(void);

// Lowers the level for comparison, for all threads; what the CPU lacks is not granted. Returns the level that holds.
SLUICE_EXPORT int32_t sluice_limit_level(int32_t level);

#endif

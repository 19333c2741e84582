// attention_rows.h with AVX-512 VNNI: four 8-bit products and their sum in one instruction.
#include <immintrin.h>

#include "attention.h"
#include "attention_levels.h"

#define INLINE inline __attribute__((always_inline))
#define WIDTH 16
#define ROWS 4
#define COLUMNS 1
#define GROUP 4
#define OFFSET 128 // VPDPBUSD takes unsigned by signed bytes
typedef __m512 vf;
typedef __m512i vi;
typedef int8_t key_t;
typedef uint8_t query_t, weight_t;

static INLINE vf zero_f(void) { return _mm512_setzero_ps(); }
static INLINE vf all_f(float x) { return _mm512_set1_ps(x); }
static INLINE vf load_f(const float *p) { return _mm512_loadu_ps(p); }
static INLINE void store_f(float *p, vf x) { _mm512_storeu_ps(p, x); }
static INLINE vf mul_f(vf a, vf b) { return _mm512_mul_ps(a, b); }
static INLINE vf div_f(vf a, vf b) { return _mm512_div_ps(a, b); }
static INLINE vf sub_f(vf a, vf b) { return _mm512_sub_ps(a, b); }
static INLINE vf max_f(vf a, vf b) { return _mm512_max_ps(a, b); }
static INLINE vf abs_f(vf a) { return _mm512_abs_ps(a); }
static INLINE vf fma_f(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
static INLINE vf round_f(vf a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
static INLINE vf times_power_of_two(vf a, vf n) { return _mm512_scalef_ps(a, n); }
static INLINE float largest(vf a) { return _mm512_reduce_max_ps(a); }
static INLINE __mmask16 lanes_below(int lanes) { return (__mmask16)(lanes >= 16 ? 0xFFFF : lanes <= 0 ? 0 : (1 << lanes) - 1); }
static INLINE vf low_beyond(vf a, int lanes) { return _mm512_mask_blend_ps(lanes_below(lanes), _mm512_set1_ps(-3e38f), a); }
static INLINE vi zero_i(void) { return _mm512_setzero_si512(); }
static INLINE vi load_i(const void *p) { return _mm512_loadu_si512(p); }
static INLINE void store_i(int32_t *p, vi x) { _mm512_storeu_si512(p, x); }
static INLINE vi add_i(vi a, vi b) { return _mm512_add_epi32(a, b); }
static INLINE vi to_i(vf a) { return _mm512_cvtps_epi32(a); }
static INLINE vf to_f(vi a) { return _mm512_cvtepi32_ps(a); }
static INLINE int32_t total(vi a) { return _mm512_reduce_add_epi32(a); }
static INLINE vi first_lanes(vi a, int lanes) { return _mm512_maskz_mov_epi32(lanes_below(lanes), a); }
static INLINE void store_weights(weight_t *p, vi x) { _mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8(x)); }

// sum + the products of four unsigned bytes with four signed ones, in each lane.
static INLINE vi add_products(vi sum, const void *four, vi keys) {
    int32_t word;
    __builtin_memcpy(&word, four, 4);
    return _mm512_dpbusd_epi32(sum, _mm512_set1_epi32(word), keys);
}

#include "attention_rows.h"

int64_t sluice_scratch_avx512(const sluice_head *head) { return bytes_of(head->size, padded_to_blocks(head->length)); }
void sluice_attend_avx512(const sluice_head *head, char *memory) { attend_any(head, memory); }

// attention_rows.h with AVX2 and FMA: two 16-bit products and their sum in one instruction. The 8-bit one of AVX2 saturates.
#include <immintrin.h>

#include "attention.h"
#include "attention_levels.h"

#define INLINE inline __attribute__((always_inline))
#define WIDTH 8
#define ROWS 4
#define COLUMNS 2
#define GROUP 2
#define OFFSET 0
typedef __m256 vf;
typedef __m256i vi;
typedef int16_t key_t, query_t, weight_t;

static INLINE vf zero_f(void) { return _mm256_setzero_ps(); }
static INLINE vf all_f(float x) { return _mm256_set1_ps(x); }
static INLINE vf load_f(const float *p) { return _mm256_loadu_ps(p); }
static INLINE void store_f(float *p, vf x) { _mm256_storeu_ps(p, x); }
static INLINE vf mul_f(vf a, vf b) { return _mm256_mul_ps(a, b); }
static INLINE vf div_f(vf a, vf b) { return _mm256_div_ps(a, b); }
static INLINE vf sub_f(vf a, vf b) { return _mm256_sub_ps(a, b); }
static INLINE vf max_f(vf a, vf b) { return _mm256_max_ps(a, b); }
static INLINE vf abs_f(vf a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
static INLINE vf fma_f(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
static INLINE vf round_f(vf a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
static INLINE vf times_power_of_two(vf a, vf n) {
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23)));
}
static INLINE vi lanes_below(int lanes) { return _mm256_cmpgt_epi32(_mm256_set1_epi32(lanes), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)); }
static INLINE vf low_beyond(vf a, int lanes) {
    return _mm256_blendv_ps(_mm256_set1_ps(-3e38f), a, _mm256_castsi256_ps(lanes_below(lanes)));
}
static INLINE vi zero_i(void) { return _mm256_setzero_si256(); }
static INLINE vi load_i(const void *p) { return _mm256_loadu_si256(p); }
static INLINE void store_i(int32_t *p, vi x) { _mm256_storeu_si256((__m256i *)p, x); }
static INLINE vi add_i(vi a, vi b) { return _mm256_add_epi32(a, b); }
static INLINE vi to_i(vf a) { return _mm256_cvtps_epi32(a); }
static INLINE vf to_f(vi a) { return _mm256_cvtepi32_ps(a); }
static INLINE vi first_lanes(vi a, int lanes) { return _mm256_and_si256(a, lanes_below(lanes)); }

static INLINE float largest(vf a) {
    __m128 x = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    x = _mm_max_ps(x, _mm_movehl_ps(x, x));
    return _mm_cvtss_f32(_mm_max_ss(x, _mm_shuffle_ps(x, x, 1)));
}

static INLINE int32_t total(vi a) {
    __m128i x = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    x = _mm_add_epi32(x, _mm_shuffle_epi32(x, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(x, _mm_shuffle_epi32(x, 0xB1)));
}

static INLINE void store_weights(weight_t *p, vi x) {
    _mm_storeu_si128((__m128i *)p, _mm_packs_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1)));
}

// sum + the products of two 16-bit numbers with two others, in each lane.
static INLINE vi add_products(vi sum, const void *two, vi keys) {
    int32_t word;
    __builtin_memcpy(&word, two, 4);
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_set1_epi32(word), keys));
}

#include "attention_rows.h"

int64_t sluice_scratch_avx2(const sluice_head *head) { return bytes_of(head->size, padded_to_blocks(head->length)); }
void sluice_attend_avx2(const sluice_head *head, char *memory) { attend_any(head, memory); }

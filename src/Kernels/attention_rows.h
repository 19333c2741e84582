// The one algorithm of attention.c, written over a vector of floats `vf`, one of int32 `vi` (WIDTH lanes each) and the operations on them
// that the including file defines. Both including files give the same bits: integer sums are exact, and every float operation is done lane
// by lane.
//
// A token's query and key are rounded to 8 bits with a scale of their own, a document's values with one for each column of the head, and
// the weights of softmax to 255ths of the largest. All scales come from the document alone, so a document's context does not depend on its
// batch mates.

#include <string.h>

#define BLOCK 16 // keys that are scored together; scratch is padded to whole blocks

static inline int padded_to_blocks(int length) { return (length + BLOCK - 1) / BLOCK * BLOCK; }

typedef struct {
    key_t *keys;      // [size / GROUP][padded][GROUP]
    key_t *values;    // [padded / GROUP][size][GROUP]
    float *key_scale; // [padded]
    int32_t *key_sum; // [padded] -OFFSET x the sum of a key: takes the queries' offset out again
    float *scores;    // [ROWS][padded]
    weight_t *weights; // [ROWS][padded]
    query_t *queries; // [ROWS][size]
} scratch;

static inline int64_t bytes_of(int64_t size, int64_t padded) {
    return padded * (2 * size * (int64_t)sizeof(key_t) + 8 + ROWS * (4 + (int64_t)sizeof(weight_t)))
        + ROWS * size * (int64_t)sizeof(query_t) + 7 * 64;
}

static inline char *aligned(char *p) { return (char *)(((uintptr_t)p + 63) & ~(uintptr_t)63); }

static inline void lay_out(scratch *s, char *memory, int64_t size, int64_t padded) {
    s->keys = (key_t *)(memory = aligned(memory));
    s->values = (key_t *)(memory = aligned(memory + padded * size * (int64_t)sizeof(key_t)));
    s->key_scale = (float *)(memory = aligned(memory + padded * size * (int64_t)sizeof(key_t)));
    s->key_sum = (int32_t *)(memory = aligned(memory + padded * 4));
    s->scores = (float *)(memory = aligned(memory + padded * 4));
    s->weights = (weight_t *)(memory = aligned(memory + ROWS * padded * 4));
    s->queries = (query_t *)aligned(memory + ROWS * padded * (int64_t)sizeof(weight_t));
}

// The largest magnitude of a row of the head.
static INLINE float magnitude(const float *row, int size) {
    vf most = zero_f();
    for (int d = 0; d < size; d += WIDTH) most = max_f(most, abs_f(load_f(row + d)));
    return largest(most);
}

// e^x for x <= 0 to 2e-5 relative: 2^n by the exponent, the rest by a polynomial (Taylor's for 2^f, |f| <= 1/2).
static INLINE vf exp_f(vf x) {
    vf t = mul_f(max_f(x, all_f(-87.0f)), all_f(1.44269504f));
    vf n = round_f(t), f = sub_f(t, n);
    vf p = all_f(0.00961812911f);
    p = fma_f(p, f, all_f(0.0555041087f));
    p = fma_f(p, f, all_f(0.240226507f));
    p = fma_f(p, f, all_f(0.693147181f));
    p = fma_f(p, f, all_f(1.0f));
    return times_power_of_two(p, n);
}

static INLINE void round_keys(const sluice_head *h, scratch *s, int size, int padded) {
    for (int j = 0; j < h->length; j++) {
        const float *row = h->keys + j * h->stride;
        float most = magnitude(row, size), inverse = most > 0 ? 127.0f / most : 0;
        vi sum = zero_i();
        _Alignas(64) int32_t rounded[128];
        for (int d = 0; d < size; d += WIDTH) {
            vi x = to_i(mul_f(load_f(row + d), all_f(inverse)));
            sum = add_i(sum, x);
            store_i(rounded + d, x);
        }

        s->key_scale[j] = most / 127.0f;
        s->key_sum[j] = -OFFSET * total(sum);
        for (int g = 0; g < size / GROUP; g++)
            for (int k = 0; k < GROUP; k++) s->keys[((int64_t)g * padded + j) * GROUP + k] = (key_t)rounded[g * GROUP + k];
    }

    for (int j = h->length; j < padded; j++) {
        s->key_scale[j] = 0;
        s->key_sum[j] = 0;
        for (int g = 0; g < size / GROUP; g++) memset(s->keys + ((int64_t)g * padded + j) * GROUP, 0, GROUP * sizeof(key_t));
    }
}

// Returns nothing; column scales go to scale[size].
static INLINE void round_values(const sluice_head *h, scratch *s, int size, int padded, float *scale) {
    for (int d = 0; d < size; d += WIDTH) {
        vf most = zero_f();
        for (int j = 0; j < h->length; j++) most = max_f(most, abs_f(load_f(h->values + j * h->stride + d)));
        store_f(scale + d, div_f(most, all_f(127.0f)));
        vf inverse = div_f(all_f(127.0f), max_f(most, all_f(1e-30f)));
        for (int j = 0; j < padded; j++) {
            _Alignas(64) int32_t rounded[WIDTH];
            store_i(rounded, j < h->length ? to_i(mul_f(load_f(h->values + j * h->stride + d), inverse)) : zero_i());
            key_t *place = s->values + ((int64_t)(j / GROUP) * size + d) * GROUP + j % GROUP;
            for (int k = 0; k < WIDTH; k++) place[k * GROUP] = (key_t)rounded[k];
        }
    }
}

// Rounds one query into its place; returns its scale times the scores'.
static INLINE float round_query(const float *row, query_t *to, int size, float scale) {
    float most = magnitude(row, size), inverse = most > 0 ? 127.0f / most : 0;
    for (int d = 0; d < size; d += WIDTH) {
        _Alignas(64) int32_t rounded[WIDTH];
        store_i(rounded, to_i(mul_f(load_f(row + d), all_f(inverse))));
        for (int k = 0; k < WIDTH; k++) to[d + k] = (query_t)(rounded[k] + OFFSET);
    }

    return most / 127.0f * scale;
}

// Softmax of one query's scores into 255ths of the largest weight; returns their sum.
static INLINE int32_t weigh(const float *scores, weight_t *weights, float most, float scale, int length, int padded) {
    vi sum = zero_i();
    for (int j = 0; j < padded; j += WIDTH) {
        vf e = exp_f(mul_f(sub_f(load_f(scores + j), all_f(most)), all_f(scale)));
        vi w = to_i(mul_f(e, all_f(255.0f)));
        if (j + WIDTH > length) w = first_lanes(w, length - j);
        sum = add_i(sum, w);
        store_weights(weights + j, w);
    }

    return total(sum);
}

static INLINE void attend(const sluice_head *h, scratch *s, const int size) {
    const int padded = padded_to_blocks(h->length);
    _Alignas(64) float value_scale[128];
    round_keys(h, s, size, padded);
    round_values(h, s, size, padded, value_scale);
    for (int first = 0; first < h->query_count; first += ROWS) {
        const int rows = h->query_count - first < ROWS ? h->query_count - first : ROWS;
        float query_scale[ROWS], most[ROWS];
        for (int r = 0; r < ROWS; r++)
            query_scale[r] = round_query(
                h->queries + (first + (r < rows ? r : 0)) * h->query_stride, s->queries + r * size, size, h->scale);

        vf best[ROWS];
        for (int r = 0; r < ROWS; r++) best[r] = all_f(-3e38f);
        for (int j = 0; j < padded; j += WIDTH) {
            vi dots[ROWS];
            for (int r = 0; r < ROWS; r++) dots[r] = load_i(s->key_sum + j);
            for (int g = 0; g < size / GROUP; g++) {
                vi keys = load_i(s->keys + ((int64_t)g * padded + j) * GROUP);
                for (int r = 0; r < ROWS; r++) dots[r] = add_products(dots[r], s->queries + r * size + g * GROUP, keys);
            }

            vf key_scale = load_f(s->key_scale + j);
            for (int r = 0; r < ROWS; r++) {
                vf score = mul_f(to_f(dots[r]), key_scale);
                store_f(s->scores + r * padded + j, score);
                best[r] = max_f(best[r], j + WIDTH > h->length ? low_beyond(score, h->length - j) : score);
            }
        }

        for (int r = 0; r < ROWS; r++) most[r] = largest(best[r]);
        float share[ROWS];
        for (int r = 0; r < ROWS; r++)
            share[r] = 1.0f / (float)weigh(s->scores + r * padded, s->weights + r * padded, most[r], query_scale[r], h->length, padded);

        for (int d = 0; d < size; d += WIDTH * COLUMNS) {
            vi sums[ROWS][COLUMNS];
            for (int r = 0; r < ROWS; r++)
                for (int c = 0; c < COLUMNS; c++) sums[r][c] = zero_i();
            for (int j = 0; j < padded; j += GROUP) {
                vi values[COLUMNS];
                for (int c = 0; c < COLUMNS; c++) values[c] = load_i(s->values + ((int64_t)(j / GROUP) * size + d + c * WIDTH) * GROUP);
                for (int r = 0; r < ROWS; r++)
                    for (int c = 0; c < COLUMNS; c++) sums[r][c] = add_products(sums[r][c], s->weights + r * padded + j, values[c]);
            }

            for (int r = 0; r < rows; r++)
                for (int c = 0; c < COLUMNS; c++)
                    store_f(h->context + (first + r) * h->context_stride + d + c * WIDTH,
                            mul_f(mul_f(to_f(sums[r][c]), all_f(share[r])), load_f(value_scale + d + c * WIDTH)));
        }
    }
}

// Constant sizes let the compiler unroll; any other multiple of 16 works too.
static void attend_any(const sluice_head *h, char *memory) {
    scratch s;
    lay_out(&s, memory, h->size, padded_to_blocks(h->length));
    switch (h->size) {
        case 32: attend(h, &s, 32); break;
        case 64: attend(h, &s, 64); break;
        default: attend(h, &s, h->size); break;
    }
}

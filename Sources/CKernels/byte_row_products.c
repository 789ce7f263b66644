#include "byte_row_products.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

enum { tile_rows = 8, digit_count = 3, panel_columns = 16, group_bytes = 4 * panel_columns };

/// Adds `bytes` terms, up to four, to the sums of 8 rows by 16 columns.
__attribute__((target("avx512f,avx512bw,avx512vnni"), always_inline))
static inline void add_terms(const uint8_t *const *rows, size_t k, size_t bytes, const int8_t *digits,
                             __m512i sum[tile_rows][digit_count]) {
    __m512i weights[digit_count];
    for (int d = 0; d < digit_count; d++) weights[d] = _mm512_loadu_si512(digits + d * group_bytes);
    for (int i = 0; i < tile_rows; i++) {
        int32_t four = 0;
        memcpy(&four, rows[i] + k, bytes);
        __m512i values = _mm512_set1_epi32(four);
        for (int d = 0; d < digit_count; d++) sum[i][d] = _mm512_dpbusd_epi32(sum[i][d], values, weights[d]);
    }
}

/// 8 rows by 16 columns, the sums of each digit by itself: 24 registers while all terms pass by.
__attribute__((target("avx512f,avx512bw,avx512vnni")))
static void multiply_tile(const uint8_t *const *rows, size_t depth, const int8_t *digits,
                          __m512i sums[tile_rows][digit_count]) {
    __m512i sum[tile_rows][digit_count];
    for (int i = 0; i < tile_rows; i++)
        for (int d = 0; d < digit_count; d++) sum[i][d] = _mm512_setzero_si512();
    size_t k = 0;
    for (; k + 4 <= depth; k += 4, digits += digit_count * group_bytes) add_terms(rows, k, 4, digits, sum);
    if (k < depth) add_terms(rows, k, depth - k, digits, sum);
    for (int i = 0; i < tile_rows; i++)
        for (int d = 0; d < digit_count; d++) sums[i][d] = sum[i][d];
}

/// Eight columns of d0 + 256 d1 + 65536 d2, scaled, less the offset.
__attribute__((target("avx512f"), always_inline))
static inline __m256 combine(__m256i d0, __m256i d1, __m256i d2, const double *scales, const double *offsets) {
    __m512d sum = _mm512_fmadd_pd(_mm512_cvtepi32_pd(d1), _mm512_set1_pd(256), _mm512_cvtepi32_pd(d0));
    sum = _mm512_fmadd_pd(_mm512_cvtepi32_pd(d2), _mm512_set1_pd(65536), sum);
    return _mm512_cvtpd_ps(_mm512_fmsub_pd(sum, _mm512_loadu_pd(scales), _mm512_loadu_pd(offsets)));
}

__attribute__((target("avx512f")))
static void finish_row(const __m512i *sums, const double *scales, const double *offsets, float *row) {
    _mm256_storeu_ps(row, combine(_mm512_castsi512_si256(sums[0]), _mm512_castsi512_si256(sums[1]),
                                  _mm512_castsi512_si256(sums[2]), scales, offsets));
    _mm256_storeu_ps(row + 8, combine(_mm512_extracti64x4_epi64(sums[0], 1), _mm512_extracti64x4_epi64(sums[1], 1),
                                      _mm512_extracti64x4_epi64(sums[2], 1), scales + 8, offsets + 8));
}

__attribute__((target("avx512f")))
void byte_row_products(const uint8_t *rows, size_t count, size_t depth, const int8_t *digits, size_t columns,
                       const double *scales, const double *offsets, float *products) {
    size_t panel = (depth + 3) / 4 * digit_count * group_bytes;
    for (size_t column = 0; column < columns; column += panel_columns, digits += panel) {
        size_t width = columns - column < panel_columns ? columns - column : panel_columns;
        for (size_t first = 0; first < count; first += tile_rows) {
            // Where fewer than eight are left, the last one stands in for the others.
            const uint8_t *pointers[tile_rows];
            for (size_t i = 0; i < tile_rows; i++)
                pointers[i] = rows + (first + i < count ? first + i : count - 1) * depth;
            __m512i sums[tile_rows][digit_count];
            multiply_tile(pointers, depth, digits, sums);
            for (size_t i = 0; i < tile_rows && first + i < count; i++) {
                float row[panel_columns];
                finish_row(sums[i], scales + column, offsets + column, row);
                memcpy(products + (first + i) * columns + column, row, width * sizeof *row);
            }
        }
    }
}

#else

void byte_row_products(const uint8_t *rows, size_t count, size_t depth, const int8_t *digits, size_t columns,
                       const double *scales, const double *offsets, float *products) {
    __builtin_trap();
}

#endif

#include "row_products.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

bool row_products_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f");
}

enum {
    tile_rows = 8,
    vector = 16,
    widest = 48,
    // So many terms are added up before they join the sum of all: fewer roundings of large sums.
    run = 384
};

/// 8 rows by up to three vectors of columns, held in 24 registers while a run of terms passes by.
__attribute__((target("avx512f"), always_inline))
static inline void add_tile(const float *const *rows, size_t first, size_t last, const float *panel, int vectors,
                            float *sums) {
    __m512 sum[tile_rows][3];
    for (int i = 0; i < tile_rows; i++)
        for (int v = 0; v < vectors; v++) sum[i][v] = _mm512_setzero_ps();
    for (size_t k = first; k < last; k++) {
        __m512 column[3];
        for (int v = 0; v < vectors; v++) column[v] = _mm512_loadu_ps(panel + (k * vectors + v) * vector);
        for (int i = 0; i < tile_rows; i++) {
            __m512 value = _mm512_set1_ps(rows[i][k]);
            for (int v = 0; v < vectors; v++) sum[i][v] = _mm512_fmadd_ps(value, column[v], sum[i][v]);
        }
    }
    for (int i = 0; i < tile_rows; i++)
        for (int v = 0; v < vectors; v++) {
            float *place = sums + i * widest + v * vector;
            _mm512_storeu_ps(place, _mm512_add_ps(_mm512_loadu_ps(place), sum[i][v]));
        }
}

__attribute__((target("avx512f")))
static void multiply_tile(const float *const *rows, size_t depth, const float *panel, int vectors, float *sums) {
    for (size_t first = 0; first < depth; first += run) {
        size_t last = first + run < depth ? first + run : depth;
        // The number of vectors is a constant in each call, so that all loops over them unroll.
        switch (vectors) {
        case 1: add_tile(rows, first, last, panel, 1, sums); break;
        case 2: add_tile(rows, first, last, panel, 2, sums); break;
        default: add_tile(rows, first, last, panel, 3, sums);
        }
    }
}

void row_products(const float *rows, size_t count, size_t depth, const float *packed, size_t columns, float *products) {
    for (size_t column = 0; column < columns; column += widest) {
        size_t width = columns - column < widest ? columns - column : widest;
        int vectors = (int)((width + vector - 1) / vector);
        for (size_t first = 0; first < count; first += tile_rows) {
            // Where fewer than eight are left, the last one stands in for the others.
            const float *pointers[tile_rows];
            for (size_t i = 0; i < tile_rows; i++)
                pointers[i] = rows + (first + i < count ? first + i : count - 1) * depth;
            float sums[tile_rows * widest] = {0};
            multiply_tile(pointers, depth, packed + column * depth, vectors, sums);
            for (size_t i = 0; i < tile_rows && first + i < count; i++)
                memcpy(products + (first + i) * columns + column, sums + i * widest, width * sizeof *sums);
        }
    }
}

#else

bool row_products_available(void) { return false; }

void row_products(const float *rows, size_t count, size_t depth, const float *packed, size_t columns, float *products) {
    __builtin_trap();
}

#endif

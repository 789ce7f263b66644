#include "byte_products.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

bool byte_products_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vnni");
}

enum { tile_rows = 8, group_bytes = 64 };

/// An 8 x 32 tile of the sums, held in 16 registers while all rows pass by. `a` holds the 8 features of the tile's rows
/// (4 bytes each, every 64 bytes), `b` and `b + panel` the 32 of its columns. VPDPBUSD multiplies unsigned by signed
/// bytes, four at a time, and adds the four products to 32 bits: all of it exact.
__attribute__((target("avx512f,avx512bw,avx512vnni")))
static void add_tile(const uint8_t *a, const uint8_t *b, size_t panel, size_t groups, int32_t *sums) {
    const __m512i shift = _mm512_set1_epi8((char)0x80);  // x ^ 0x80 is x - 128 as a signed byte
    __m512i low[tile_rows], high[tile_rows];
    for (int i = 0; i < tile_rows; i++) {
        low[i] = _mm512_loadu_si512(sums + 32 * i);
        high[i] = _mm512_loadu_si512(sums + 32 * i + 16);
    }
    for (size_t g = 0; g < groups; g++) {
        __m512i first = _mm512_xor_si512(_mm512_loadu_si512(b + group_bytes * g), shift);
        __m512i second = _mm512_xor_si512(_mm512_loadu_si512(b + panel + group_bytes * g), shift);
        for (int i = 0; i < tile_rows; i++) {
            int32_t four;
            memcpy(&four, a + group_bytes * g + 4 * i, sizeof four);
            __m512i feature = _mm512_set1_epi32(four);
            low[i] = _mm512_dpbusd_epi32(low[i], feature, first);
            high[i] = _mm512_dpbusd_epi32(high[i], feature, second);
        }
    }
    for (int i = 0; i < tile_rows; i++) {
        _mm512_storeu_si512(sums + 32 * i, low[i]);
        _mm512_storeu_si512(sums + 32 * i + 16, high[i]);
    }
}

void byte_products_add(const uint8_t *packed, size_t groups, size_t q, int32_t *sums) {
    size_t panel = groups * group_bytes;
    for (size_t i = 0; i < 32 * (q + 1); i += tile_rows) {
        add_tile(packed + i / 16 * panel + i % 16 * 4, packed + 2 * q * panel, panel, groups, sums + 32 * i);
    }
}

#else

bool byte_products_available(void) { return false; }

void byte_products_add(const uint8_t *packed, size_t groups, size_t q, int32_t *sums) { __builtin_trap(); }

#endif

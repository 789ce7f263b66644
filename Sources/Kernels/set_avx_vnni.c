// AVX2 with products of bytes in 256 bits: Alder Lake, Zen 5 and later.

#if defined(__x86_64__)

#include "x86.h"

#define SET kernel_set_avx_vnni
#define SET_NAME "avx-vnni"
#define VECTOR_BYTES 32
#define REGISTERS 16
#define FUSED 1
#define QUADS 1
#define SHIFTED 0
// VPDPBUSD multiplies unsigned by signed bytes, four at a time, and adds the products to 32 bits: all of it exact.
#define add_quads(sum, bytes, signed_bytes) \
    ((ints)_mm256_dpbusd_avx_epi32((__m256i)(sum), (__m256i)(bytes), (__m256i)(signed_bytes)))

static bool is_available(void) { return has_avx_vnni(); }

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)

#include "set.h"

#pragma clang attribute pop

#endif

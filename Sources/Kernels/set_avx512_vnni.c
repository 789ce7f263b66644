// AVX-512 with products of bytes: Cascade Lake, Ice Lake, Zen 4 and later.

#if defined(__x86_64__)

#include "x86.h"

#define SET kernel_set_avx512_vnni
#define SET_NAME "avx512-vnni"
#define VECTOR_BYTES 64
#define REGISTERS 32
#define FUSED 1
#define QUADS 1
#define SHIFTED 0
// VPDPBUSD multiplies unsigned by signed bytes, four at a time, and adds the products to 32 bits: all of it exact.
#define add_quads(sum, bytes, signed_bytes) \
    ((ints)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(bytes), (__m512i)(signed_bytes)))

static bool is_available(void) { return has_avx512_vnni(); }

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), \
                             apply_to = function)

#include "set.h"

#pragma clang attribute pop

#endif

// AVX2 with fused multiply-add: Haswell, Zen and later.

#if defined(__x86_64__)

#include "x86.h"

#define SET kernel_set_avx2
#define SET_NAME "avx2"
#define VECTOR_BYTES 32
#define REGISTERS 16
#define FUSED 1
#define QUADS 0
#define SHIFTED 0

static bool is_available(void) { return has_avx2(); }

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#include "set.h"

#pragma clang attribute pop

#endif

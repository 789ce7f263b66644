// AVX-512 without VNNI: Skylake-X.

#if defined(__x86_64__)

#include "x86.h"

#define SET kernel_set_avx512
#define SET_NAME "avx512"
#define VECTOR_BYTES 64
#define REGISTERS 32
#define FUSED 1
#define QUADS 0
#define SHIFTED 0

static bool is_available(void) { return has_avx512(); }

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

#include "set.h"

#pragma clang attribute pop

#endif

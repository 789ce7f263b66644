// NEON with products of bytes: ARMv8.2 with the dot product extension, and later.

#if defined(__aarch64__)

#include <arm_neon.h>
#include <stdbool.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

#define SET kernel_set_neon_dot
#define SET_NAME "neon-dot"
#define VECTOR_BYTES 16
#define REGISTERS 32
#define FUSED 1
#define QUADS 1
// SDOT multiplies signed by signed bytes, four at a time, and adds the products to 32 bits: all of it exact.
#define SHIFTED 1
#define add_quads(sum, bytes, signed_bytes) \
    ((ints)vdotq_s32((int32x4_t)(sum), (int8x16_t)(bytes), (int8x16_t)(signed_bytes)))

static bool is_available(void) {
#if defined(__linux__)
    // HWCAP_ASIMDDP of the kernel's asm/hwcap.h.
    return getauxval(AT_HWCAP) >> 20 & 1;
#else
    return true;
#endif
}

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#include "set.h"

#pragma clang attribute pop

#endif

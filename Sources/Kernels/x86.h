// Which instructions the processor has, and the system saves the registers for.

#ifndef X86_H
#define X86_H

#include <cpuid.h>
#include <immintrin.h>
#include <stdbool.h>

static inline bool has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static inline bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static inline bool has_avx512_vnni(void) { return has_avx512() && __builtin_cpu_supports("avx512vnni"); }

/// Bit 4 of EAX of CPUID's leaf 7, subleaf 1.
static inline bool has_avx_vnni(void) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return has_avx2() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1);
}

#endif

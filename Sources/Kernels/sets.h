// The sets that there are, for set.h and kernels.c.

#ifndef SETS_H
#define SETS_H

#include "kernels.h"

extern const struct kernel_set kernel_set_portable;
#if defined(__x86_64__)
extern const struct kernel_set kernel_set_avx2, kernel_set_avx_vnni, kernel_set_avx512, kernel_set_avx512_vnni;
#elif defined(__aarch64__)
extern const struct kernel_set kernel_set_neon, kernel_set_neon_dot;
#endif

#endif

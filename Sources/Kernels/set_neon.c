// NEON, which every ARM64 processor has.

#if defined(__aarch64__)

#include <stdbool.h>

#define SET kernel_set_neon
#define SET_NAME "neon"
#define VECTOR_BYTES 16
#define REGISTERS 32
#define FUSED 1
#define QUADS 0
#define SHIFTED 0

static bool is_available(void) { return true; }

#include "set.h"

#endif

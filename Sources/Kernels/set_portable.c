// Any processor that the rest of the program runs on: vectors of 16 bytes, whatever the compiler makes of them.

#if defined(__ARM_FEATURE_FMA)
#define FUSED 1
#else
#define FUSED 0
#endif
#define SET kernel_set_portable
#define SET_NAME "portable"
#define VECTOR_BYTES 16
#define REGISTERS 16
#define QUADS 0
#define SHIFTED 0

#include <stdbool.h>

static bool is_available(void) { return true; }

#include "set.h"

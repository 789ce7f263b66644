// One kernel set. Included by each set_*.c, which defines:
//
//     SET              its name in C              SET_NAME         its name in NNPREP_KERNELS
//     VECTOR_BYTES     16, 32 or 64               REGISTERS        how many vector registers there are, 16 or 32
//     FUSED            1 where there is fused multiply-add
//     QUADS            1 where four products of bytes are added up at once, by add_quads(sum, bytes, signed bytes)
//     SHIFTED          1 where add_quads takes both factors as signed bytes, x - 128 for x
//     is_available     a function

#include <string.h>

#include "sets.h"

// Each product is rounded, or fused with its sum, as it is written: results must not depend on the compiler.
#pragma STDC FP_CONTRACT OFF

typedef float floats __attribute__((vector_size(VECTOR_BYTES)));
typedef double doubles __attribute__((vector_size(VECTOR_BYTES)));
typedef double wide_doubles __attribute__((vector_size(2 * VECTOR_BYTES)));
typedef int32_t ints __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t wide_ints __attribute__((vector_size(2 * VECTOR_BYTES)));
typedef int16_t shorts __attribute__((vector_size(VECTOR_BYTES)));
typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint32_t words16 __attribute__((vector_size(64)));
typedef int32_t ints16 __attribute__((vector_size(64)));

#define INLINE static inline __attribute__((always_inline))
// Full unrolling, so that arrays of vectors live in registers.
#define UNROLL _Pragma("clang loop unroll(full)")

enum { lanes = VECTOR_BYTES / 4 };

/// `four` bytes in each lane.
INLINE ints broadcast(int32_t four) { return four - (ints){0}; }

INLINE ints load_ints(const void *from) {
    ints vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

INLINE int32_t load_int(const void *from) {
    int32_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

#if QUADS

#define add_products add_quads

#else

#if VECTOR_BYTES == 16
#define EVEN 0, 2, 4, 6
#define ODD 1, 3, 5, 7
#elif VECTOR_BYTES == 32
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ODD 1, 3, 5, 7, 9, 11, 13, 15
#else
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#endif

/// Adds two products of 16-bit numbers to each lane. One instruction on x86, where the compiler knows the pattern.
INLINE ints add_products(ints sum, ints a, ints b) {
    wide_ints products = __builtin_convertvector((shorts)a, wide_ints) * __builtin_convertvector((shorts)b, wide_ints);
    return sum + (__builtin_shufflevector(products, products, EVEN) + __builtin_shufflevector(products, products, ODD));
}

#endif

#include "gram.h"

// Project

// So many terms are added up by themselves before they join the sum of all: few roundings of large sums, and a panel's
// run stays in the first cache.
enum { run = 256, panel_vectors = REGISTERS == 32 ? 3 : 2 };

INLINE floats fuse_floats(floats a, floats b, floats c) {
#if FUSED
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

INLINE doubles fuse_doubles(doubles a, doubles b, doubles c) {
#if FUSED
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

#include "scatter.h"

#define SCALAR float
#define VECTOR floats
#define FUSE fuse_floats
#define PROJECT project_floats
#include "project.h"

#define SCALAR double
#define VECTOR doubles
#define FUSE fuse_doubles
#define PROJECT project_doubles
#include "project.h"

#include "project_bytes.h"

#include "search.h"

#include "maps.h"

const struct kernel_set SET = {
    .name = SET_NAME,
    .is_available = is_available,
    .is_fused = FUSED,
    .gram_group_bytes = gram_group_bytes,
    .gram_excess_of_rows = !QUADS,
    .gram_pack = gram_pack,
    .gram_add = gram_add,
    .scatter_panel = scatter_panel,
    .scatter_pack = {scatter_pack_bytes, scatter_pack_floats, scatter_pack_doubles},
    .scatter_add = scatter_add,
    .narrow = {narrow_bytes, narrow_floats, narrow_doubles},
    .sum = {sum_bytes, sum_floats, sum_doubles},
    .float_lanes = lanes,
    .panel_vectors = panel_vectors,
    .project_floats = project_floats,
    .project_doubles = project_doubles,
    .digits = digits,
    .digit_bits = digit_bits,
    .digit_group = digit_group,
    .digit_columns = lanes,
    .shifts_bytes = SHIFTED,
    .scratch_bytes = scratch_bytes,
    .project_bytes = project_bytes,
    .search = search,
    .map = MAPS,
};

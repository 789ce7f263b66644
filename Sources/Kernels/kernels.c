#include "kernels.h"

#include "sets.h"

static const struct kernel_set *const sets[] = {
#if defined(__x86_64__)
    &kernel_set_avx512_vnni, &kernel_set_avx512, &kernel_set_avx_vnni, &kernel_set_avx2,
#elif defined(__aarch64__)
    &kernel_set_neon_dot, &kernel_set_neon,
#endif
    &kernel_set_portable,
};

const struct kernel_set *kernel_set_at(size_t index) {
    return index < sizeof sets / sizeof *sets ? sets[index] : NULL;
}

void kernel_apply_map(const struct kernel_set *set, enum kernel_map map, enum kernel_scalar from, enum kernel_scalar to,
                      const void *rows, size_t count, size_t depth, const double *a, const double *b, void *result,
                      size_t stride) {
    set->map[map][from][to == kernel_doubles](rows, count, depth, a, b, result, stride);
}

void kernel_scatter_pack(const struct kernel_set *set, enum kernel_scalar kind, const void *rows, size_t count,
                         size_t features, size_t first_panel, size_t last_panel, const double *centers, size_t place,
                         size_t depth, double *packed, double *sums, double *minima, double *maxima) {
    set->scatter_pack[kind](rows, count, features, first_panel, last_panel, centers, place, depth, packed, sums, minima,
                            maxima);
}

bool kernel_narrow(const struct kernel_set *set, enum kernel_scalar kind, const void *values, size_t count,
                   uint8_t *bytes) {
    return set->narrow[kind](values, count, bytes);
}

void kernel_sum(const struct kernel_set *set, enum kernel_scalar kind, const void *rows, size_t count, size_t stride,
                size_t features, const double *centers, double *sums, double *squares, double *minima, double *maxima) {
    set->sum[kind](rows, count, stride, features, centers, sums, squares, minima, maxima);
}

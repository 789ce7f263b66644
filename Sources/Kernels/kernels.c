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

// Rows of bytes times whole numbers of 24 bits, taken apart into digits.

#if QUADS
enum { digits = 3, digit_bits = 8, digit_group = 4, digit_rows = REGISTERS == 32 ? 8 : 4 };
#else
enum { digits = 2, digit_bits = 12, digit_group = 2, digit_rows = REGISTERS == 32 ? 12 : 6 };
#endif

enum {
    // After so many terms the sums, of 255 · 128 or 2 · 255 · 2048 each at the most, are taken to double precision.
    digit_terms = QUADS ? 65536 : 4096,
    // A run of them, and the weights that belong to it, stay in the first cache; in the second where there is little else
    // to load, as bytes are multiplied as they are.
    digit_run = QUADS ? 4096 : 512,
    digit_block = 4 * digit_rows,
};

#if QUADS

/// The bytes as they are multiplied.
typedef uint8_t digit_factor;

static size_t scratch_bytes(size_t depth) { return 0; }

INLINE int32_t load_factors(const digit_factor *from, size_t available) {
    int32_t four = 0;
    if (available >= 4)
        memcpy(&four, from, 4);
    else
        memcpy(&four, from, available);
    return SHIFTED ? four ^ (int32_t)0x80808080 : four;
}

#else

typedef uint16_t digit_factor;

/// Rows of an even length, and a little apart, so that those of a tile do not meet in the same lines of the cache.
INLINE size_t scratch_stride(size_t depth) { return depth + depth % 2 + 32; }

/// Room for a block of rows, widened to 16 bits.
static size_t scratch_bytes(size_t depth) { return digit_block * scratch_stride(depth) * sizeof(digit_factor); }

INLINE int32_t load_factors(const digit_factor *from, size_t available) { return load_int(from); }

#endif

/// Adds the terms first..<last of a tile of rows.
INLINE void add_digit_run(const digit_factor *const *rows, size_t first, size_t last, const uint8_t *weights,
                          ints sums[digit_rows][digits]) {
    ints sum[digit_rows][digits];
    UNROLL for (int i = 0; i < digit_rows; i++)
        UNROLL for (int d = 0; d < digits; d++) sum[i][d] = sums[i][d];
    weights += first / digit_group * digits * VECTOR_BYTES;
    for (size_t k = first; k < last; k += digit_group, weights += digits * VECTOR_BYTES) {
        ints weight[digits];
        UNROLL for (int d = 0; d < digits; d++) weight[d] = load_ints(weights + d * VECTOR_BYTES);
        UNROLL for (int i = 0; i < digit_rows; i++) {
            ints values = broadcast(load_factors(rows[i] + k, last - k));
            UNROLL for (int d = 0; d < digits; d++) sum[i][d] = add_products(sum[i][d], values, weight[d]);
        }
    }
    UNROLL for (int i = 0; i < digit_rows; i++)
        UNROLL for (int d = 0; d < digits; d++) sums[i][d] = sum[i][d];
}

/// Adds digit · 2^(bits · d) of each sum to the totals, which are whole numbers.
INLINE void add_digits(const ints *sums, double *totals) {
    wide_doubles total;
    memcpy(&total, totals, sizeof total);
    double weight = 1;
    UNROLL for (int d = 0; d < digits; d++, weight *= 1 << digit_bits)
        total += weight * __builtin_convertvector(sums[d], wide_doubles);
    memcpy(totals, &total, sizeof total);
}

/// One panel of columns for one block of rows. By itself, as its loop needs all registers.
static __attribute__((noinline)) void add_digit_panel(const digit_factor *rows, size_t count, size_t stride, size_t depth, const uint8_t *weights,
                            double *totals) {
    ints sums[digit_block / digit_rows][digit_rows][digits];
    for (size_t start = 0; start < depth; start += digit_terms) {
        size_t end = start + digit_terms < depth ? start + digit_terms : depth;
        memset(sums, 0, sizeof sums);
        for (size_t first = start; first < end; first += digit_run) {
            size_t last = first + digit_run < end ? first + digit_run : end;
            for (size_t row = 0; row < count; row += digit_rows) {
                // Where fewer than a tile are left, the last row stands in for the others.
                const digit_factor *pointers[digit_rows];
                for (size_t i = 0; i < digit_rows; i++)
                    pointers[i] = rows + (row + i < count ? row + i : count - 1) * stride;
                add_digit_run(pointers, first, last, weights, sums[row / digit_rows]);
            }
        }
        for (size_t row = 0; row < count; row++)
            add_digits(sums[row / digit_rows][row % digit_rows], totals + row * lanes);
    }
}

static void project_bytes(const uint8_t *rows, size_t count, size_t depth, const void *weights, size_t columns,
                          const double *constants, const double *scales, const double *offsets, float *result,
                          void *scratch) {
    size_t panel = (depth + digit_group - 1) / digit_group * digits * VECTOR_BYTES;
    for (size_t block = 0; block < count; block += digit_block) {
        size_t height = count - block < digit_block ? count - block : digit_block;
#if QUADS
        const digit_factor *factors = rows + block * depth;
        size_t stride = depth;
#else
        digit_factor *factors = scratch;
        size_t stride = scratch_stride(depth);
        for (size_t row = 0; row < height; row++) {
            for (size_t k = 0; k < depth; k++) factors[row * stride + k] = rows[(block + row) * depth + k];
            factors[row * stride + depth] = 0;
        }
#endif
        for (size_t column = 0; column < columns; column += lanes) {
            size_t width = columns - column < lanes ? columns - column : lanes;
            double totals[digit_block * lanes] = {0};
            add_digit_panel(factors, height, stride, depth, (const uint8_t *)weights + column / lanes * panel, totals);
            wide_doubles constant, scale, offset, sum;
            memcpy(&constant, constants + column, sizeof constant);
            memcpy(&scale, scales + column, sizeof scale);
            memcpy(&offset, offsets + column, sizeof offset);
            for (size_t row = 0; row < height; row++) {
                memcpy(&sum, totals + row * lanes, sizeof sum);
                floats rounded = __builtin_convertvector((sum + constant) * scale + offset, floats);
                memcpy(result + (block + row) * columns + column, &rounded, width * sizeof *result);
            }
        }
    }
}

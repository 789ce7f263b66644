// Rows times a packed matrix. Included for floats and doubles with SCALAR, VECTOR, FUSE and PROJECT, the function's name.

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(PROJECT, name)

enum {
    NAME(lanes) = VECTOR_BYTES / sizeof(SCALAR),
    NAME(widest) = panel_vectors * NAME(lanes),
    // A tile's accumulators, a vector of each of its columns, and one for a row's value fit in the registers.
    NAME(tile) = REGISTERS == 32 ? 8 : 6,
    NAME(block) = 8 * NAME(tile),
};

/// Adds one run of terms to the totals of a tile.
INLINE void NAME(add_run)(const SCALAR *const *rows, size_t first, size_t last, const SCALAR *panel, int vectors,
                          double *totals) {
    VECTOR sum[NAME(tile)][panel_vectors];
    UNROLL for (int i = 0; i < NAME(tile); i++)
        UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = (VECTOR){0};
    for (size_t k = first; k < last; k++) {
        VECTOR column[panel_vectors];
        UNROLL for (int v = 0; v < vectors; v++)
            memcpy(&column[v], panel + (k * vectors + v) * NAME(lanes), sizeof(VECTOR));
        UNROLL for (int i = 0; i < NAME(tile); i++) {
            VECTOR value = rows[i][k] - (VECTOR){0};
            UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = FUSE(value, column[v], sum[i][v]);
        }
    }
    UNROLL for (int i = 0; i < NAME(tile); i++)
        UNROLL for (int v = 0; v < vectors; v++)
            for (int j = 0; j < NAME(lanes); j++)
                totals[i * NAME(widest) + v * NAME(lanes) + j] += (double)sum[i][v][j];
}

static void PROJECT(const SCALAR *rows, size_t count, size_t depth, size_t stride, const SCALAR *packed, size_t columns,
                    const double *scales, const double *offsets, SCALAR *result) {
    for (size_t column = 0; column < columns; column += NAME(widest)) {
        size_t width = columns - column < NAME(widest) ? columns - column : NAME(widest);
        int vectors = (int)((width + NAME(lanes) - 1) / NAME(lanes));
        const SCALAR *panel = packed + column * depth;
        for (size_t block = 0; block < count; block += NAME(block)) {
            size_t height = count - block < NAME(block) ? count - block : NAME(block);
            double totals[NAME(block) * NAME(widest)] = {0};
            for (size_t first = 0; first < depth; first += run) {
                size_t last = first + run < depth ? first + run : depth;
                for (size_t row = 0; row < height; row += NAME(tile)) {
                    // Where fewer than a tile are left, the last row stands in for the others.
                    const SCALAR *pointers[NAME(tile)];
                    for (size_t i = 0; i < NAME(tile); i++)
                        pointers[i] = rows + (block + (row + i < height ? row + i : height - 1)) * stride;
                    double *tile = totals + row * NAME(widest);
                    // The number of vectors is a constant in each call, so that all loops over them unroll.
                    switch (vectors) {
                    case 1: NAME(add_run)(pointers, first, last, panel, 1, tile); break;
                    case 2: NAME(add_run)(pointers, first, last, panel, 2, tile); break;
                    default: NAME(add_run)(pointers, first, last, panel, 3, tile);
                    }
                }
            }
            for (size_t row = 0; row < height; row++)
                for (size_t j = 0; j < width; j++) {
                    double product = totals[row * NAME(widest) + j] * scales[column + j];
                    result[(block + row) * columns + column + j] = (SCALAR)(product + offsets[column + j]);
                }
        }
    }
}

#undef JOIN_
#undef JOIN
#undef NAME
#undef SCALAR
#undef VECTOR
#undef FUSE
#undef PROJECT

// Search: which products of rows with columns reach their column's bound.

enum {
    search_vectors = panel_vectors,
    search_tile = REGISTERS == 32 ? 8 : 6,
};

INLINE bool any_lane(ints mask) { return __builtin_reduce_or(mask) != 0; }

/// One tile: products are added up in registers and held against the bounds there.
INLINE size_t search_in_tile(const float *const *rows, size_t first_row, size_t height, size_t depth, const float *panel,
                             size_t column, size_t width, int vectors, const float *bounds, struct kernel_hit *hits) {
    floats sum[search_tile][search_vectors];
    UNROLL for (int i = 0; i < search_tile; i++)
        UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = (floats){0};
    for (size_t k = 0; k < depth; k++) {
        floats factor[search_vectors];
        UNROLL for (int v = 0; v < vectors; v++)
            memcpy(&factor[v], panel + (k * (size_t)vectors + (size_t)v) * lanes, sizeof(floats));
        UNROLL for (int i = 0; i < search_tile; i++) {
            floats value = rows[i][k] - (floats){0};
            UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = fuse_floats(value, factor[v], sum[i][v]);
        }
    }
    size_t found = 0;
    ints reached = {0};
    floats bound[search_vectors];
    UNROLL for (int v = 0; v < vectors; v++) {
        memcpy(&bound[v], bounds + column + (size_t)v * lanes, sizeof(floats));
        UNROLL for (int i = 0; i < search_tile; i++) reached |= (ints)(sum[i][v] >= bound[v]);
    }
    if (!any_lane(reached)) return 0;
    UNROLL for (int i = 0; i < search_tile; i++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            ints mask = (ints)(sum[i][v] >= bound[v]);
            if ((size_t)i < height && any_lane(mask))
                for (size_t lane = 0; lane < lanes; lane++)
                    if (mask[lane] && (size_t)v * lanes + lane < width)
                        hits[found++] = (struct kernel_hit){(uint32_t)(first_row + (size_t)i),
                                                            (uint32_t)(column + (size_t)v * lanes + lane)};
        }
    }
    return found;
}

static size_t search(const float *rows, size_t count, size_t depth, const float *packed, size_t first_column,
                     size_t last_column, const float *bounds, struct kernel_hit *hits) {
    enum { widest = search_vectors * lanes };
    size_t found = 0;
    for (size_t column = first_column; column < last_column; column += widest) {
        size_t width = last_column - column < widest ? last_column - column : widest;
        const float *panel = packed + column * depth;
        for (size_t row = 0; row < count; row += search_tile) {
            size_t height = count - row < search_tile ? count - row : search_tile;
            // Where fewer than a tile are left, the last row stands in for the others.
            const float *pointers[search_tile];
            for (size_t i = 0; i < search_tile; i++) pointers[i] = rows + (row + (i < height ? i : height - 1)) * depth;
            found += search_in_tile(pointers, row, height, depth, panel, column, width, search_vectors, bounds,
                                    hits + found);
        }
    }
    return found;
}

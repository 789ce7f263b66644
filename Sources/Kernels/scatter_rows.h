// The passes over floating rows of one kind. Included with SCALAR and KIND, its name.

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(name, KIND)

/// Packs up to `scatter_group` rows of one panel, and adds to its sums.
INLINE void NAME(pack_rows)(const SCALAR *rows, size_t stride, size_t count, const double *centers, double *packed,
                            double *sums, double *minima, double *maxima) {
    UNROLL for (int v = 0; v < scatter_vectors; v++) {
        size_t at = v * double_lanes;
        doubles center = load_doubles(centers + at), sum = load_doubles(sums + at);
        doubles low = load_doubles(minima + at), high = load_doubles(maxima + at);
        for (size_t row = 0; row < count; row++) {
            doubles value = NAME(widen)(rows + row * stride + at);
            doubles difference = value - center;
            low = __builtin_elementwise_min(low, value);
            high = __builtin_elementwise_max(high, value);
            sum += difference;
            store_doubles(packed + row * scatter_panel + at, difference);
        }
        store_doubles(sums + at, sum);
        store_doubles(minima + at, low);
        store_doubles(maxima + at, high);
    }
}

static void NAME(scatter_pack)(const void *from, size_t count, size_t features, size_t first_panel, size_t last_panel,
                               const double *centers, size_t place, size_t depth, double *packed, double *sums,
                               double *minima, double *maxima) {
    const SCALAR *rows = from;
    size_t panel_values = (depth + kernel_scatter_extra) * scatter_panel;
    for (size_t row = 0; row < count; row += scatter_group) {
        size_t group = count - row < scatter_group ? count - row : scatter_group;
        for (size_t panel = first_panel; panel < last_panel; panel++) {
            size_t start = panel * scatter_panel;
            double *to = packed + panel * panel_values + (place + row) * scatter_panel;
            if (start + scatter_panel <= features) {
                const SCALAR *at = rows + row * features + start;
                if (group == scatter_group)
                    NAME(pack_rows)(at, features, scatter_group, centers + start, to, sums + start, minima + start,
                                    maxima + start);
                else
                    NAME(pack_rows)(at, features, group, centers + start, to, sums + start, minima + start,
                                    maxima + start);
                continue;
            }
            // The last panel's missing features are zeros, and so are their centers.
            SCALAR padded[scatter_group * scatter_panel] = {0};
            for (size_t i = 0; i < group && start < features; i++)
                memcpy(padded + i * scatter_panel, rows + (row + i) * features + start,
                       (features - start) * sizeof(SCALAR));
            NAME(pack_rows)(padded, scatter_panel, group, centers + start, to, sums + start, minima + start,
                            maxima + start);
        }
    }
}

/// Adds the vectors `vectors` of rows to their sums.
INLINE void NAME(sum_vectors)(const SCALAR *rows, size_t stride, size_t count, int vectors, const double *centers,
                              double *sums, double *squares, double *minima, double *maxima) {
    doubles center[4], sum[4], square[4], low[4], high[4];
    UNROLL for (int v = 0; v < vectors; v++) {
        size_t at = v * double_lanes;
        center[v] = load_doubles(centers + at);
        sum[v] = load_doubles(sums + at);
        square[v] = load_doubles(squares + at);
        low[v] = load_doubles(minima + at);
        high[v] = load_doubles(maxima + at);
    }
    for (size_t row = 0; row < count; row++, rows += stride)
        UNROLL for (int v = 0; v < vectors; v++) {
            doubles value = NAME(widen)(rows + v * double_lanes);
            doubles difference = value - center[v];
            low[v] = __builtin_elementwise_min(low[v], value);
            high[v] = __builtin_elementwise_max(high[v], value);
            sum[v] += difference;
            square[v] += difference * difference;
        }
    UNROLL for (int v = 0; v < vectors; v++) {
        size_t at = v * double_lanes;
        store_doubles(sums + at, sum[v]);
        store_doubles(squares + at, square[v]);
        store_doubles(minima + at, low[v]);
        store_doubles(maxima + at, high[v]);
    }
}

static bool NAME(narrow)(const void *from, size_t count, uint8_t *bytes) {
    enum { piece = 1024 };
    const SCALAR *values = from;
    for (size_t start = 0; start < count; start += piece) {
        size_t end = count - start < piece ? count : start + piece;
        int differs = 0;
        for (size_t j = start; j < end; j++) {
            SCALAR value = values[j] < 0 ? 0 : values[j] > 255 ? 255 : values[j];
            uint8_t byte = (uint8_t)(int)value;
            bytes[j] = byte;
            differs |= (SCALAR)byte != values[j];
        }
        if (differs) return false;
    }
    return true;
}

static void NAME(sum)(const void *from, size_t count, size_t stride, size_t features, const double *centers,
                      double *sums, double *squares, double *minima, double *maxima) {
    enum { vectors = REGISTERS == 32 ? 4 : 2, group = 16 };
    const SCALAR *rows = from;
    size_t widest = vectors * double_lanes;
    for (size_t row = 0; row < count; row += group, rows += group * stride) {
        size_t height = count - row < group ? count - row : group;
        size_t j = 0;
        for (; j + widest <= features; j += widest)
            NAME(sum_vectors)(rows + j, stride, height, vectors, centers + j, sums + j, squares + j, minima + j,
                              maxima + j);
        for (; j + double_lanes <= features; j += double_lanes)
            NAME(sum_vectors)(rows + j, stride, height, 1, centers + j, sums + j, squares + j, minima + j, maxima + j);
        for (; j < features; j++)
            for (size_t i = 0; i < height; i++) {
                double value = (double)rows[i * stride + j];
                double difference = value - centers[j];
                minima[j] = value < minima[j] ? value : minima[j];
                maxima[j] = value > maxima[j] ? value : maxima[j];
                sums[j] += difference;
                squares[j] += difference * difference;
            }
    }
}

#undef JOIN_
#undef JOIN
#undef NAME
#undef SCALAR
#undef KIND

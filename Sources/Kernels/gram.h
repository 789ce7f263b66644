// Gram of bytes. Included by set.h.
//
// Where four bytes are multiplied at once, unsigned by signed ones, x_i (x_j - 128) is summed, which is too large by
// 128 (x_j - 128). Elsewhere Winograd's identity takes half of the multiplications, for additions, which are cheaper
// ("A new algorithm for inner product", 1968): with a and b the shifted values of two features in four rows,
//
//     a0 b0 + a1 b1 + a2 b2 + a3 b3 = (a0 + b1)(a1 + b0) + (a2 + b3)(a3 + b2) - (a0 a1 + a2 a3) - (b0 b1 + b2 b3)

enum {
    gram_group = 4,
    // Four bytes a feature; or two pairs of 16-bit numbers, rows 0 and 2, and after those of all features rows 1 and 3.
    gram_group_bytes = QUADS ? 64 : 128,
    gram_tile_rows = REGISTERS == 32 ? 8 : 4,
    gram_tile_vectors = 2,
    // Groups that are multiplied before the sums are stored: those of a tile's columns stay in the first cache.
    gram_run = 128,
};

INLINE void load_shifted(const uint8_t *row, size_t available, ints16 *shifted) {
    bytes16 bytes = {0};
    if (available >= 16)
        memcpy(&bytes, row, 16);
    else
        memcpy(&bytes, row, available);
    *shifted = __builtin_convertvector(bytes, ints16) - 128;
}

/// Packs one group of rows of one panel. What is missing is packed as nothing that adds to any product.
INLINE void pack_group(const uint8_t *rows, size_t count, size_t features, size_t available, uint8_t *packed,
                       int32_t *excess) {
    ints16 row[gram_group], more = {0};
    UNROLL for (size_t i = 0; i < gram_group; i++)
        if (i < count)
            load_shifted(rows + i * features, available, &row[i]);
        else
            row[i] = (ints16){0};
#if QUADS
    words16 words = {0};
    UNROLL for (size_t i = 0; i < gram_group; i++) {
        // Signed bytes, or for unsigned by signed products the bytes as they were.
        ints16 factor = SHIFTED ? row[i] : i < count ? row[i] + 128 : row[i];
        words |= ((words16)factor & 0xFF) << (uint32_t)(8 * i);
        if (!SHIFTED) more += 128 * row[i];
    }
    memcpy(packed, &words, sizeof words);
#else
    words16 even = ((words16)row[0] & 0xFFFF) | (words16)row[2] << 16;
    words16 odd = ((words16)row[1] & 0xFFFF) | (words16)row[3] << 16;
    memcpy(packed, &even, sizeof even);
    memcpy(packed + sizeof even, &odd, sizeof odd);
    more = row[0] * row[1] + row[2] * row[3];
#endif
    ints16 total;
    memcpy(&total, excess, sizeof total);
    total += more;
    memcpy(excess, &total, sizeof total);
}

static void gram_pack(const uint8_t *rows, size_t count, size_t features, size_t first_panel, size_t last_panel,
                      uint8_t *packed, int32_t *excess) {
    size_t groups = (count + gram_group - 1) / gram_group;
    for (size_t group = 0; group < groups; group++) {
        const uint8_t *first = rows + group * gram_group * features;
        size_t left = count - group * gram_group;
        for (size_t panel = first_panel; panel < last_panel; panel++) {
            size_t start = panel * kernel_gram_panel;
            size_t available = start < features ? features - start : 0;
            uint8_t *to = packed + (panel * groups + group) * gram_group_bytes;
            if (left >= gram_group && available >= kernel_gram_panel)
                pack_group(first + start, gram_group, features, kernel_gram_panel, to, excess + start);
            else
                pack_group(first + (available ? start : 0), left < gram_group ? left : gram_group, features, available,
                           to, excess + start);
        }
    }
}

#if QUADS

/// The factors of a vector of columns.
typedef struct {
    ints quads;
} gram_factors;

INLINE gram_factors load_columns(const uint8_t *from) {
    ints quads = load_ints(from);
    return (gram_factors){SHIFTED ? quads : quads ^ broadcast((int32_t)0x80808080)};
}

INLINE gram_factors load_row(const uint8_t *from) { return (gram_factors){broadcast(load_int(from))}; }

INLINE ints add_gram(ints sum, gram_factors a, gram_factors b) { return add_products(sum, a.quads, b.quads); }

#else

/// The factors of a vector of columns: two 16-bit numbers of each, rows 0 and 2, and rows 1 and 3.
typedef struct {
    shorts even, odd;
} gram_factors;

INLINE gram_factors load_columns(const uint8_t *from) {
    return (gram_factors){(shorts)load_ints(from), (shorts)load_ints(from + gram_group_bytes / 2)};
}

INLINE gram_factors load_row(const uint8_t *from) {
    return (gram_factors){(shorts)broadcast(load_int(from)),
                          (shorts)broadcast(load_int(from + gram_group_bytes / 2))};
}

INLINE ints add_gram(ints sum, gram_factors a, gram_factors b) {
    return add_products(sum, (ints)(a.even + b.odd), (ints)(a.odd + b.even));
}

#endif

/// A tile of the sums, held in registers while a run of rows passes by. Where the next tile will read is fetched meanwhile.
INLINE void add_gram_tile(const uint8_t *a, const uint8_t *columns, const size_t *offsets, size_t groups,
                          int32_t *sums, const uint8_t *next, const int32_t *next_sums) {
    ints sum[gram_tile_rows][gram_tile_vectors];
    UNROLL for (int i = 0; i < gram_tile_rows; i++) {
        UNROLL for (int v = 0; v < gram_tile_vectors; v++)
            sum[i][v] = load_ints(sums + kernel_gram_columns * i + v * lanes);
        __builtin_prefetch(next_sums + kernel_gram_columns * i, 1);
        __builtin_prefetch(next_sums + kernel_gram_columns * i + 16, 1);
    }
    for (size_t g = 0; g < groups; g++, a += gram_group_bytes, columns += gram_group_bytes) {
        __builtin_prefetch(next + g * gram_group_bytes);
        if (gram_group_bytes > 64) __builtin_prefetch(next + g * gram_group_bytes + 64);
        gram_factors b[gram_tile_vectors];
        UNROLL for (int v = 0; v < gram_tile_vectors; v++) b[v] = load_columns(columns + offsets[v]);
        UNROLL for (int i = 0; i < gram_tile_rows; i++) {
            gram_factors row = load_row(a + 4 * i);
            UNROLL for (int v = 0; v < gram_tile_vectors; v++) sum[i][v] = add_gram(sum[i][v], row, b[v]);
        }
    }
    UNROLL for (int i = 0; i < gram_tile_rows; i++)
        UNROLL for (int v = 0; v < gram_tile_vectors; v++)
            memcpy(sums + kernel_gram_columns * i + v * lanes, &sum[i][v], sizeof(ints));
}

static void gram_add(const uint8_t *packed, size_t groups, size_t q, size_t first, size_t last, int32_t *sums) {
    size_t panel = groups * gram_group_bytes;
    for (size_t group = 0; group < groups; group += gram_run) {
        size_t run = groups - group < gram_run ? groups - group : gram_run;
        const uint8_t *rows = packed + group * gram_group_bytes;
        for (size_t j = 0; j < kernel_gram_columns; j += gram_tile_vectors * lanes) {
            size_t offsets[gram_tile_vectors];
            for (size_t v = 0; v < gram_tile_vectors; v++) {
                size_t column = j + v * lanes;
                offsets[v] = (2 * q + column / kernel_gram_panel) * panel + column % kernel_gram_panel * 4;
            }
            for (size_t i = first; i < last; i += gram_tile_rows) {
                size_t next = i + gram_tile_rows < last ? i + gram_tile_rows : first;
                add_gram_tile(rows + i / kernel_gram_panel * panel + i % kernel_gram_panel * 4, rows, offsets, run,
                              sums + kernel_gram_columns * i + j,
                              rows + next / kernel_gram_panel * panel + next % kernel_gram_panel * 4,
                              sums + kernel_gram_columns * next + j);
            }
        }
    }
}

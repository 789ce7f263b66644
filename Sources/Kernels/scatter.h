// Gram of floating rows: Σ (x_i - c_i)(x_j - c_j) in double precision, and the sums that need no products.
//
// Every sum is of one accumulator, rows ascending, so that results depend neither on the length of the vectors nor on
// the number of threads.

enum {
    double_lanes = VECTOR_BYTES / 8,
    // Features of a panel. Where rows are read by whole lines of the cache, each tile of them has a panel.
    scatter_panel = VECTOR_BYTES == 64 ? 8 : 24,
    scatter_vectors = scatter_panel / double_lanes,
    // A tile's accumulators, a vector of each of its columns, and one for a row's value fit in the registers.
    scatter_tile_rows = REGISTERS == 32 ? 8 : 6,
    scatter_tile_vectors = REGISTERS == 32 ? 3 : 2,
    // Rows that are multiplied before the sums are stored: those of a tile's columns stay in the first cache.
    scatter_run = 128,
    // Rows that are packed side by side: whole lines of the cache are read and written then.
    scatter_group = 8,
};

INLINE doubles load_doubles(const double *from) {
    doubles vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

INLINE void store_doubles(double *to, doubles vector) { memcpy(to, &vector, sizeof vector); }

typedef float half_floats __attribute__((vector_size(VECTOR_BYTES / 2)));
typedef uint8_t eighth_bytes __attribute__((vector_size(VECTOR_BYTES / 8)));

INLINE doubles widen_bytes(const uint8_t *from) {
    eighth_bytes values;
    memcpy(&values, from, sizeof values);
    return __builtin_convertvector(values, doubles);
}

INLINE doubles widen_floats(const float *from) {
    half_floats values;
    memcpy(&values, from, sizeof values);
    return __builtin_convertvector(values, doubles);
}

INLINE doubles widen_doubles(const double *from) { return load_doubles(from); }

#define SCALAR uint8_t
#define KIND bytes
#include "scatter_rows.h"
#define SCALAR float
#define KIND floats
#include "scatter_rows.h"
#define SCALAR double
#define KIND doubles
#include "scatter_rows.h"

/// A tile of the sums, held in registers while a run of rows passes by.
///
/// - ends: whether the two rows after the run are those that end a block.
/// - next, next_sums: where the next tile will read, which is fetched meanwhile.
INLINE void add_scatter_tile(const double *a, const double *b, const size_t *offsets, size_t count, bool ends,
                             double *sums, const double *next, const double *next_sums) {
    doubles sum[scatter_tile_rows][scatter_tile_vectors];
    UNROLL for (int i = 0; i < scatter_tile_rows; i++)
        UNROLL for (int v = 0; v < scatter_tile_vectors; v++) {
            sum[i][v] = (doubles){0};
            __builtin_prefetch(next_sums + kernel_scatter_columns * i + v * double_lanes, 1);
        }
    for (size_t k = 0; k < count; k++, a += scatter_panel, b += scatter_panel) {
        __builtin_prefetch(next + k * scatter_panel);
        doubles column[scatter_tile_vectors];
        UNROLL for (int v = 0; v < scatter_tile_vectors; v++) column[v] = load_doubles(b + offsets[v]);
        UNROLL for (int i = 0; i < scatter_tile_rows; i++) {
            doubles value = a[i] - (doubles){0};
            UNROLL for (int v = 0; v < scatter_tile_vectors; v++)
                sum[i][v] = fuse_doubles(value, column[v], sum[i][v]);
        }
    }
    if (ends)
        UNROLL for (int v = 0; v < scatter_tile_vectors; v++) {
            doubles minus = -load_doubles(b + offsets[v]);
            doubles plus = load_doubles(b + scatter_panel + offsets[v]);
            UNROLL for (int i = 0; i < scatter_tile_rows; i++)
                sum[i][v] = fuse_doubles(a[scatter_panel + i] - (doubles){0}, plus,
                                         fuse_doubles(a[i] - (doubles){0}, minus, sum[i][v]));
        }
    UNROLL for (int i = 0; i < scatter_tile_rows; i++)
        UNROLL for (int v = 0; v < scatter_tile_vectors; v++) {
            double *to = sums + kernel_scatter_columns * i + v * double_lanes;
            store_doubles(to, load_doubles(to) + sum[i][v]);
        }
}

static void scatter_add(const double *packed, size_t depth, size_t count, size_t features, size_t q, size_t first,
                        size_t last, double *sums) {
    size_t panel = (depth + kernel_scatter_extra) * scatter_panel;
    size_t tile_columns = scatter_tile_vectors * double_lanes;
    for (size_t row = 0; row < count; row += scatter_run) {
        size_t run = count - row < scatter_run ? count - row : scatter_run;
        const double *rows = packed + row * scatter_panel;
        for (size_t j = 0; j < kernel_scatter_columns; j += tile_columns) {
            size_t column = kernel_scatter_columns * q + j;
            if (column >= features) break;
            size_t offsets[scatter_tile_vectors];
            for (size_t v = 0; v < scatter_tile_vectors; v++)
                offsets[v] = (column + v * double_lanes) / scatter_panel * panel +
                             (column + v * double_lanes) % scatter_panel;
            // Below the diagonal there is nothing to do.
            for (size_t i = first; i < last && i < column + tile_columns; i += scatter_tile_rows) {
                const double *a = rows + i / scatter_panel * panel + i % scatter_panel;
                size_t next = i + scatter_tile_rows < last ? i + scatter_tile_rows : first;
                add_scatter_tile(a, rows, offsets, run, row + run == count, sums + kernel_scatter_columns * i + j,
                                 rows + next / scatter_panel * panel + next % scatter_panel,
                                 sums + kernel_scatter_columns * next + j);
            }
        }
    }
}

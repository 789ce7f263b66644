// The loops that computing spends its time in, compiled for several instruction sets.
//
// Three operations on rows:
//
//     Gram      rows of bytes in, the sums of products of all pairs of features out, exactly
//     Project   rows in, rows out: feature by feature, or times a matrix
//     Search    rows in, the pairs of rows and columns out whose product is large
//
// In C because Swift cannot compile one function for another instruction set than the rest of the program. One source,
// set.h, is compiled by each of the set_*.c with vectors of its own length; what differs beyond that is how four or two
// products of small integers are added up.
//
// Everything here runs on the caller's thread, allocates nothing, and reads and writes just what its comment says.

#ifndef KERNELS_H
#define KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What rows consist of.
enum kernel_scalar { kernel_bytes, kernel_floats, kernel_doubles };

/// What is done to each value x of a feature, in double precision, every operation rounded by itself. `a` and `b` are the
/// feature's.
enum kernel_map {
    kernel_subtract_divide,    // (x - a) / b
    kernel_subtract_multiply,  // (x - a) * b
    kernel_multiply_add,       // x * a + b
};

enum {
    /// Features are packed for Gram in panels of so many,
    kernel_gram_panel = 16,
    /// and multiplied in blocks of columns of so many.
    kernel_gram_columns = 32,
    /// and parts of so many rows of such a block, or less at its end.
    kernel_gram_part = 384,
    /// At most so many rows may be added to sums that were zero, or they would leave 32 bits.
    kernel_gram_rows = 65535,

    /// Panels of Scatter have room for so many more rows than are packed.
    kernel_scatter_extra = 2,
    /// Features are multiplied in blocks of columns of so many,
    kernel_scatter_columns = 96,
    /// and parts of so many rows of such a block, or less at its end: what a part reads and writes fits the second cache.
    kernel_scatter_part = 192,
};

/// A row and a column whose product reaches the column's bound.
struct kernel_hit {
    uint32_t row, column;
};

/// The kernels for one instruction set.
struct kernel_set {
    /// As in NNPREP_KERNELS.
    const char *name;
    /// Whether this processor, and the system on it, can run them.
    bool (*is_available)(void);
    /// Whether products are added without being rounded first. All sets that do so give the same bits.
    bool is_fused;

    // Gram

    /// Bytes that a group of four rows of a panel is packed into.
    size_t gram_group_bytes;
    /// Whether a sum is too large by the excess of both its features, or by that of its column alone.
    bool gram_excess_of_rows;

    /// Packs the panels first_panel..<last_panel of rows as [panel][group of four rows], with what counts as nothing where
    /// rows or features are missing, and adds what the sums of each feature will be too large by to its `excess`.
    ///
    /// - rows: count x features.
    /// - packed: room for all panels; excess: 16 a panel.
    void (*gram_pack)(const uint8_t *rows, size_t count, size_t features, size_t first_panel, size_t last_panel,
                      uint8_t *packed, int32_t *excess);

    /// Adds the products Σ (x_i - 128)(x_j - 128) of the features i in first..<last with 32 features, numbers 32 q to
    /// 32 q + 31, and the excess: sums[i][j] for 32 q <= j < 32 (q + 1).
    ///
    /// - packed: an even number of panels, as `gram_pack` leaves them; groups: of each panel.
    /// - first, last: multiples of 8, at most 32 (q + 1).
    /// - sums: 32 (q + 1) x 32.
    void (*gram_add)(const uint8_t *packed, size_t groups, size_t q, size_t first, size_t last, int32_t *sums);

    // Scatter: Gram of floating rows about a center, in double precision. By kinds: bytes, floats, doubles. Of centers,
    // sums and extremes there is one for each feature, up to whole panels.

    /// Features of a panel; divides `kernel_scatter_columns`.
    size_t scatter_panel;

    /// Packs the panels first_panel..<last_panel of rows as [panel][row][feature], as differences from the centers, with
    /// zeros where features are missing; adds the differences to the sums, and widens the range.
    ///
    /// - rows: count x features.
    /// - place: the number of the first one in the panels, which have room for `depth` + 2.
    void (*scatter_pack[3])(const void *rows, size_t count, size_t features, size_t first_panel, size_t last_panel,
                            const double *centers, size_t place, size_t depth, double *packed, double *sums,
                            double *minima, double *maxima);

    /// Adds the products of features i in first..<last with the 96 features of the column block q, of all pairs that
    /// are not below the diagonal, and of some that are. Of `count` rows; less the products of row `count`, plus those
    /// of row `count` + 1.
    ///
    /// - packed: panels of whole column blocks, with room for `depth` + 2 rows.
    /// - first, last: multiples of 24, at most 96 (q + 1).
    /// - sums: 96 (q + 1) x 96.
    void (*scatter_add)(const double *packed, size_t depth, size_t count, size_t features, size_t q, size_t first,
                        size_t last, double *sums);

    /// The values as bytes; false where one of them is no whole number from 0 to 255, and nothing can be said of the bytes.
    bool (*narrow[3])(const void *values, size_t count, uint8_t *bytes);

    /// Adds to the sums of differences from the centers, and to those of their squares, and widens the range.
    ///
    /// - rows: count x features, `stride` values apart.
    void (*sum[3])(const void *rows, size_t count, size_t stride, size_t features, const double *centers, double *sums,
                   double *squares, double *minima, double *maxima);

    // Project

    /// Columns of a vector of floats; of doubles half as many.
    size_t float_lanes;
    /// A matrix of floats or doubles is packed in panels of so many vectors of columns.
    size_t panel_vectors;

    /// result[r][c] = scales[c] * Σ_k rows[r][k] * matrix[k][c] + offsets[c]
    ///
    /// The sum is made of runs of 256 terms, k ascending, one accumulator each, in the scalar type; runs are added, and
    /// what is left done, in double precision, and rounded once. It depends on the row and the matrix alone.
    ///
    /// - rows: count x depth, `stride` values apart. Strides that are multiples of 4,096 bytes are slow.
    /// - packed: the matrix, depth x columns, in panels one after the other, each depth x its columns; the last one has as
    ///   many vectors as are left, with zeros beyond the last column.
    /// - scales, offsets: of the columns, up to whole vectors.
    /// - result: count x columns.
    void (*project_floats)(const float *rows, size_t count, size_t depth, size_t stride, const float *packed,
                           size_t columns, const double *scales, const double *offsets, float *result);
    void (*project_doubles)(const double *rows, size_t count, size_t depth, size_t stride, const double *packed,
                            size_t columns, const double *scales, const double *offsets, double *result);

    /// How weights are taken apart for rows of bytes: into so many balanced digits
    size_t digits;
    /// of so many bits, 8 (as bytes) or 12 (as 16-bit numbers), the lowest first.
    size_t digit_bits;
    /// Terms that are multiplied at once, 4 or 2.
    size_t digit_group;
    /// Columns of a panel of weights.
    size_t digit_columns;
    /// Where bytes are multiplied as x - 128, which makes the sums smaller by 128 Σ weight.
    bool shifts_bytes;
    /// Bytes of scratch memory that `project_bytes` wants for rows of a depth.
    size_t (*scratch_bytes)(size_t depth);

    /// result[r][c] = scales[c] * (Σ_k rows[r][k] * weight[k][c] + constants[c]) + offsets[c]
    ///
    /// The sum and the constant are whole numbers below 2^53 and exact, the rest is in double precision and rounded once:
    /// the same bits with every set.
    ///
    /// - rows: count x depth.
    /// - weights: whole numbers of magnitude 2^23 or less, as [panel of columns][group of k][digit][column][k], with zeros
    ///   beyond the last column and the last k.
    /// - constants, scales, offsets: of the columns, up to whole panels.
    /// - result: count x columns.
    void (*project_bytes)(const uint8_t *rows, size_t count, size_t depth, const void *weights, size_t columns,
                          const double *constants, const double *scales, const double *offsets, float *result,
                          void *scratch);

    // Search

    /// Finds the products rows · column that are at least the column's bound; none that is not a number. Products are sums
    /// in single precision, k ascending, one accumulator each.
    ///
    /// - rows: count x depth.
    /// - packed: the columns in panels of `panel_vectors` vectors, each depth x its columns; the last panel is as wide as
    ///   the others, with anything finite beyond the last column.
    /// - first_column: a multiple of a panel's columns; last_column: the one after the last.
    /// - bounds: of all columns, up to whole panels.
    /// - hits: room for count x (last_column - first_column).
    /// - Returns the number of hits; by panel, then in no order that matters.
    size_t (*search)(const float *rows, size_t count, size_t depth, const float *packed, size_t first_column,
                     size_t last_column, const float *bounds, struct kernel_hit *hits);

    /// The three maps of rows of the three kinds to floats ([..][..][0]) and doubles ([..][..][1]).
    void (*map[3][3][2])(const void *rows, size_t count, size_t depth, const double *a, const double *b, void *result,
                         size_t stride);
};

/// The kernel sets of this architecture, the fastest first; NULL beyond the last, which every processor can run.
const struct kernel_set *kernel_set_at(size_t index);

/// Applies one of a set's maps: `count` rows of `depth` values of the kind `from`, to floats or doubles, `stride` apart.
void kernel_apply_map(const struct kernel_set *set, enum kernel_map map, enum kernel_scalar from, enum kernel_scalar to,
                      const void *rows, size_t count, size_t depth, const double *a, const double *b, void *result,
                      size_t stride);

// What a set has one of for each kind of rows.

void kernel_scatter_pack(const struct kernel_set *set, enum kernel_scalar kind, const void *rows, size_t count,
                         size_t features, size_t first_panel, size_t last_panel, const double *centers, size_t place,
                         size_t depth, double *packed, double *sums, double *minima, double *maxima);

bool kernel_narrow(const struct kernel_set *set, enum kernel_scalar kind, const void *values, size_t count,
                   uint8_t *bytes);

void kernel_sum(const struct kernel_set *set, enum kernel_scalar kind, const void *rows, size_t count, size_t stride,
                size_t features, const double *centers, double *sums, double *squares, double *minima, double *maxima);

#endif

// Products of rows with a matrix, by AVX-512, on the caller's thread alone. In C for the reason that byte_products.h gives.

#ifndef ROW_PRODUCTS_H
#define ROW_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>

/// Whether this processor, and the system on it, can run `row_products`.
bool row_products_available(void);

/// products[r][c] = Σ_k rows[r][k] · matrix[k][c]. A row's sums do not depend on the rows beside it.
///
/// - rows: count x depth.
/// - packed: the matrix, depth x columns, in panels of 48 columns one after the other, each depth x 48; the last one has
///   as many columns as are left, rounded up to a multiple of 16 by zeros.
/// - products: count x columns.
void row_products(const float *rows, size_t count, size_t depth, const float *packed, size_t columns, float *products);

#endif

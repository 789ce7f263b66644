// Products of rows of bytes with a matrix, by AVX-512 VNNI, on the caller's thread alone. In C for the reason that
// byte_products.h gives.

#ifndef BYTE_ROW_PRODUCTS_H
#define BYTE_ROW_PRODUCTS_H

#include <stddef.h>
#include <stdint.h>

/// products[r][c] = scales[c] · Σ_k rows[r][k] · weight[k][c] - offsets[c], the sum exactly, the rest in double precision.
///
/// Each weight is a whole number of three digits, d0 + 256 d1 + 65536 d2, of -128 to 127 each. To be called where
/// `byte_products_available`.
///
/// - rows: count x depth. 128 · 255 · depth must not leave 32 bits.
/// - digits: the weights as [panel of 16 columns][group of 4 k][digit][16 columns][4 k], with zeros beyond the last
///   column and the last k.
/// - scales, offsets: of the columns, up to a multiple of 16.
/// - products: count x columns.
void byte_row_products(const uint8_t *rows, size_t count, size_t depth, const int8_t *digits, size_t columns,
                       const double *scales, const double *offsets, float *products);

#endif

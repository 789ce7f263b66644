// Sums of products of bytes with the instructions that processors have for them.
//
// In C because Swift cannot compile one function for another instruction set than the rest of the program: these are
// compiled for AVX-512 VNNI, and called only where the processor has it.

#ifndef BYTE_PRODUCTS_H
#define BYTE_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether this processor, and the system on it, can run `byte_products_add`.
bool byte_products_available(void);

/// Adds the products of 32 features, numbers 32 q to 32 q + 31, with all features up to the last of them.
///
///     sums[i][j] += Σ x_i (x_j - 128)    for 0 <= i < 32 (q + 1), 32 q <= j < 32 (q + 1), over 4 · groups rows
///
/// - packed: the rows' bytes x, as [panel of 16 features][group of 4 rows][16 features][4 rows].
/// - sums: 32 (q + 1) x 32. They must not leave 32 bits: at most 65,536 rows are added to zeros.
void byte_products_add(const uint8_t *packed, size_t groups, size_t q, int32_t *sums);

#endif

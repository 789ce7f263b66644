// The kernels against their definitions in kernels.h, bit for bit, without Swift: for processors that only an emulator has.
// Prints a line for each set that the processor can run; exits with 1 where one is wrong.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

static const struct kernel_set *set;
static size_t checks, failures;

static void check(bool isRight, const char *what, size_t rows, size_t features, size_t columns) {
    checks++;
    if (isRight) return;
    if (failures++ < 20) printf("%s: %s: %zu rows, %zu features, %zu columns\n", set->name, what, rows, features, columns);
}

static void *array(size_t count, size_t size) {
    // One more, so that there is something to allocate, and whole lines of the cache.
    void *memory = aligned_alloc(64, (count * size + 64) / 64 * 64);
    if (!memory) exit(2);
    return memset(memory, 0, (count * size + 64) / 64 * 64);
}

// Numerical Recipes' generator: the same numbers on every machine.
static uint64_t state = 1;
static uint32_t next(void) { return (uint32_t)((state = state * 6364136223846793005u + 1442695040888963407u) >> 32); }
static double uniform(void) { return (double)next() * 0x1p-32 * 2 - 1; }

static uint8_t *random_bytes(size_t count) {
    uint8_t *bytes = array(count, 1);
    // Extremes are as frequent as all else: they are what sums overflow by.
    for (size_t i = 0; i < count; i++) bytes[i] = next() % 3 ? (uint8_t)next() : next() % 2 ? 255 : 0;
    return bytes;
}

static void check_gram(size_t rows, size_t features) {
    size_t blocks = (features + kernel_gram_columns - 1) / kernel_gram_columns, groups = (rows + 3) / 4;
    size_t panels = blocks * kernel_gram_columns / kernel_gram_panel;
    uint8_t *bytes = random_bytes(rows * features);
    uint8_t *packed = array(panels * groups * set->gram_group_bytes, 1);
    int32_t *excess = array(panels * kernel_gram_panel, 4);
    set->gram_pack(bytes, rows, features, 0, panels, packed, excess);
    bool isRight = true;
    for (size_t q = 0; q < blocks; q++) {
        int32_t *sums = array(kernel_gram_columns * (q + 1) * kernel_gram_columns, 4);
        // In two parts.
        set->gram_add(packed, groups, q, 0, kernel_gram_columns / 4 * (q + 1), sums);
        set->gram_add(packed, groups, q, kernel_gram_columns / 4 * (q + 1), kernel_gram_columns * (q + 1), sums);
        for (size_t j = kernel_gram_columns * q; j < features && j < kernel_gram_columns * (q + 1); j++)
            for (size_t i = 0; i <= j; i++) {
                int64_t expected = excess[j] + (set->gram_excess_of_rows ? excess[i] : 0);
                for (size_t row = 0; row < rows; row++)
                    expected += (bytes[row * features + i] - 128) * (bytes[row * features + j] - 128);
                isRight &= sums[kernel_gram_columns * i + j % kernel_gram_columns] == expected;
            }
        free(sums);
    }
    check(isRight, "Gram", rows, features, features);
    free(bytes), free(packed), free(excess);
}

/// Doubles, floats and bytes that are alike, for each kind of rows.
static const void *random_rows(size_t count, int kind, double *values) {
    uint8_t *bytes = random_bytes(count);
    float *floats = array(count, 4);
    for (size_t i = 0; i < count; i++) {
        floats[i] = (float)uniform();
        values[i] = kind == kernel_bytes ? bytes[i] : kind == kernel_floats ? floats[i] : uniform();
    }
    if (kind == kernel_bytes) return free(floats), bytes;
    free(bytes);
    if (kind == kernel_floats) return floats;
    free(floats);
    return memcpy(array(count, 8), values, count * 8);
}

/// The order of the operations is part of the definition: runs of 128 rows, each in one accumulator.
static void check_scatter(size_t rows, size_t features, int kind) {
    enum { run = 128 };
    size_t blocks = (features + kernel_scatter_columns - 1) / kernel_scatter_columns;
    size_t padded = blocks * kernel_scatter_columns, panels = (features + set->scatter_panel - 1) / set->scatter_panel;
    size_t depth = rows + 5, panel = (depth + kernel_scatter_extra) * set->scatter_panel;
    double *values = array(rows * features, 8), *centers = array(padded, 8), *sums = array(padded, 8);
    double *minima = array(padded, 8), *maxima = array(padded, 8);
    double *packed = array(padded * (depth + kernel_scatter_extra), 8);
    double *minus = array(features, 8), *plus = array(features, 8);
    const void *input = random_rows(rows * features, kind, values);
    for (size_t j = 0; j < features; j++) {
        centers[j] = uniform();
        minima[j] = 1e300, maxima[j] = -1e300;
    }
    // The first row by itself, and the panels in two parts.
    size_t size = kind == kernel_bytes ? 1 : kind == kernel_floats ? 4 : 8;
    for (int part = 0; part < 2; part++) {
        size_t first = part ? panels / 2 : 0, last = part ? panels : panels / 2;
        kernel_scatter_pack(set, kind, input, 1, features, first, last, centers, 0, depth, packed, sums, minima, maxima);
        kernel_scatter_pack(set, kind, (const char *)input + features * size, rows - 1, features, first, last, centers, 1,
                            depth, packed, sums, minima, maxima);
    }
    bool isRight = true;
    for (size_t j = 0; j < features; j++) {
        double sum = 0, low = 1e300, high = -1e300;
        for (size_t row = 0; row < rows; row++) {
            double value = values[row * features + j];
            sum += value - centers[j];
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        isRight &= sums[j] == sum && minima[j] == low && maxima[j] == high;
        size_t end = j / set->scatter_panel * panel + rows * set->scatter_panel + j % set->scatter_panel;
        packed[end] = minus[j] = uniform();
        packed[end + set->scatter_panel] = plus[j] = uniform();
    }
    check(isRight, "sums of Scatter", rows, features, features);
    isRight = true;
    for (size_t q = 0; q < blocks; q++) {
        size_t last = kernel_scatter_columns * (q + 1) < features ? kernel_scatter_columns * (q + 1) : (features + 23) / 24 * 24;
        double *products = array(kernel_scatter_columns * (q + 1) * kernel_scatter_columns, 8);
        set->scatter_add(packed, depth, rows, features, q, 0, 24, products);
        if (last > 24) set->scatter_add(packed, depth, rows, features, q, 24, last, products);
        for (size_t j = kernel_scatter_columns * q; j < features && j < kernel_scatter_columns * (q + 1); j++)
            for (size_t i = 0; i <= j; i++) {
                double total = 0;
                for (size_t first = 0; first < rows; first += run) {
                    double sum = 0;
                    size_t row = first;
                    for (; row < rows && row < first + run; row++) {
                        double a = values[row * features + i] - centers[i], b = values[row * features + j] - centers[j];
                        sum = set->is_fused ? fma(a, b, sum) : a * b + sum;
                    }
                    if (row == rows) {
                        sum = set->is_fused ? fma(minus[i], -minus[j], sum) : minus[i] * -minus[j] + sum;
                        sum = set->is_fused ? fma(plus[i], plus[j], sum) : plus[i] * plus[j] + sum;
                    }
                    total += sum;
                }
                isRight &= products[kernel_scatter_columns * i + j % kernel_scatter_columns] == total;
            }
        free(products);
    }
    check(isRight, "Scatter", rows, features, features);
    free(values), free(centers), free(sums), free(minima), free(maxima), free(packed), free(minus), free(plus);
    free((void *)input);
}

static void check_sums(size_t rows, size_t features, int kind) {
    double *values = array(rows * features, 8), *centers = array(features, 8), *sums = array(features, 8);
    double *squares = array(features, 8), *minima = array(features, 8), *maxima = array(features, 8);
    const void *input = random_rows(rows * features, kind, values);
    for (size_t j = 0; j < features; j++) {
        centers[j] = uniform();
        minima[j] = 1e300, maxima[j] = -1e300;
    }
    kernel_sum(set, kind, input, rows, features, features, centers, sums, squares, minima, maxima);
    bool isRight = true;
    for (size_t j = 0; j < features; j++) {
        double sum = 0, square = 0, low = 1e300, high = -1e300;
        for (size_t row = 0; row < rows; row++) {
            double value = values[row * features + j], difference = value - centers[j];
            sum += difference;
            square += difference * difference;
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        isRight &= sums[j] == sum && squares[j] == square && minima[j] == low && maxima[j] == high;
    }
    check(isRight, "sums", rows, features, features);

    // Whole numbers from 0 to 255 become bytes; one that is none, anywhere, is noticed.
    static const double others[] = {-1, 256, 0.5, 254.99, 1e30, -1e30};
    size_t count = rows * features;
    float *floats = array(count, 4);
    double *doubles = array(count, 8);
    uint8_t *bytes = random_bytes(count), *found = array(count, 1);
    for (size_t i = 0; i < count; i++) floats[i] = doubles[i] = bytes[i];
    const void *inputs[] = {bytes, floats, doubles};
    isRight = kernel_narrow(set, kind, inputs[kind], count, found) && !memcmp(bytes, found, count);
    if (kind != kernel_bytes) {
        size_t place = next() % count;
        floats[place] = doubles[place] = others[next() % 6];
        isRight &= !kernel_narrow(set, kind, inputs[kind], count, found);
    }
    check(isRight, "narrow", rows, features, features);
    free(values), free(centers), free(sums), free(squares), free(minima), free(maxima), free((void *)input);
    free(floats), free(doubles), free(bytes), free(found);
}

enum { terms = 256 };

/// The definition for floats and doubles; the operations of a set that fuses, or does not.
#define DEFINE_CHECK(name, scalar, fma_of_scalar, lanes_of_set)                                                       \
    static void name(size_t rows, size_t depth, size_t columns) {                                                     \
        size_t lanes = lanes_of_set, padded = (columns + lanes - 1) / lanes * lanes;                                  \
        size_t panel = set->panel_vectors * lanes, stride = depth + 3;                                                \
        scalar *x = array(rows * stride, sizeof *x), *w = array(depth * padded, sizeof *w);                           \
        scalar *packed = array(depth * padded, sizeof *packed), *result = array(rows * columns, sizeof *result);      \
        double *scales = array(padded, 8), *offsets = array(padded, 8);                                               \
        for (size_t i = 0; i < rows * stride; i++) x[i] = (scalar)uniform();                                          \
        for (size_t i = 0; i < padded; i++) scales[i] = uniform(), offsets[i] = uniform();                            \
        for (size_t k = 0; k < depth; k++)                                                                            \
            for (size_t c = 0; c < columns; c++) {                                                                    \
                w[k * padded + c] = (scalar)uniform();                                                                \
                size_t first = c / panel * panel, width = padded - first < panel ? padded - first : panel;            \
                packed[first * depth + k * width + c - first] = w[k * padded + c];                                    \
            }                                                                                                         \
        set->project(x, rows, depth, stride, packed, columns, scales, offsets, result);                               \
        bool isRight = true;                                                                                          \
        for (size_t r = 0; r < rows; r++)                                                                             \
            for (size_t c = 0; c < columns; c++) {                                                                    \
                double total = 0;                                                                                     \
                for (size_t first = 0; first < depth; first += terms) {                                               \
                    scalar sum = 0;                                                                                   \
                    for (size_t k = first; k < depth && k < first + terms; k++) {                                     \
                        scalar a = x[r * stride + k], b = w[k * padded + c];                                          \
                        sum = set->is_fused ? fma_of_scalar(a, b, sum) : (scalar)(a * b) + sum;                       \
                    }                                                                                                 \
                    total += (double)sum;                                                                             \
                }                                                                                                     \
                isRight &= result[r * columns + c] == (scalar)(total * scales[c] + offsets[c]);                       \
            }                                                                                                         \
        check(isRight, #name, rows, depth, columns);                                                                  \
        free(x), free(w), free(packed), free(result), free(scales), free(offsets);                                    \
    }

#define project project_floats
DEFINE_CHECK(check_floats, float, fmaf, set->float_lanes)
#undef project
#define project project_doubles
DEFINE_CHECK(check_doubles, double, fma, (set->float_lanes / 2))
#undef project

static void check_bytes(size_t rows, size_t depth, size_t columns) {
    size_t panel = set->digit_columns, padded = (columns + panel - 1) / panel * panel;
    size_t group = set->digit_group, groups = (depth + group - 1) / group, size = set->digit_bits == 8 ? 1 : 2;
    uint8_t *x = random_bytes(rows * depth), *weights = array(padded * groups * set->digits * group * size, 1);
    int32_t *w = array(depth * columns, 4);
    double *constants = array(padded, 8), *scales = array(padded, 8), *offsets = array(padded, 8);
    float *result = array(rows * columns, 4);
    void *scratch = array(set->scratch_bytes(depth), 1);
    for (size_t c = 0; c < padded; c++) scales[c] = uniform(), offsets[c] = uniform();
    for (size_t k = 0; k < depth; k++)
        for (size_t c = 0; c < columns; c++) {
            // 127, 127, 127 as digits is the largest weight there is.
            int32_t weight = (int32_t)(uniform() * 8355711), rest = weight;
            if (next() % 4 == 0) rest = weight = next() % 2 ? 8355711 : -8355711;
            w[k * columns + c] = weight;
            if (set->shifts_bytes) constants[c] += 128.0 * weight;
            size_t place = (c / panel * groups + k / group) * set->digits * panel;
            place = (place + c % panel) * group + k % group;
            for (size_t digit = 0; digit < set->digits; digit++, place += panel * group) {
                int32_t value = (int32_t)((uint32_t)rest << (32 - set->digit_bits)) >> (32 - set->digit_bits);
                for (size_t i = 0; i < size; i++) weights[place * size + i] = (uint8_t)(value >> 8 * i);
                rest = (rest - value) / (1 << set->digit_bits);
            }
        }
    set->project_bytes(x, rows, depth, weights, columns, constants, scales, offsets, result, scratch);
    bool isRight = true;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            int64_t sum = 0;
            for (size_t k = 0; k < depth; k++) sum += (int64_t)x[r * depth + k] * w[k * columns + c];
            isRight &= result[r * columns + c] == (float)((double)sum * scales[c] + offsets[c]);
        }
    check(isRight, "bytes", rows, depth, columns);
    free(x), free(weights), free(w), free(constants), free(scales), free(offsets), free(result), free(scratch);
}

static double mapped(enum kernel_map map, double x, double a, double b) {
    return map == kernel_subtract_divide ? (x - a) / b : map == kernel_subtract_multiply ? (x - a) * b : x * a + b;
}

static bool is_same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static void check_maps(size_t rows, size_t depth) {
    static const double edges[] = {0, -0.0, 1, 5e-324, 2.3e-308, 1e-45, 3.4e38, -3.5e38, 1e300, -1.7e308};
    uint8_t *bytes = random_bytes(rows * depth);
    float *floats = array(rows * depth, 4), *narrow = array(rows * depth, 4);
    double *doubles = array(rows * depth, 8), *wide = array(rows * depth, 8), *a = array(depth, 8), *b = array(depth, 8);
    for (size_t i = 0; i < rows * depth; i++) {
        doubles[i] = next() % 2 ? uniform() : edges[next() % 10];
        floats[i] = (float)doubles[i];
    }
    for (size_t j = 0; j < depth; j++) {
        a[j] = next() % 4 ? uniform() : edges[next() % 10];
        b[j] = next() % 4 ? uniform() : edges[2 + next() % 8];
    }
    const void *inputs[] = {bytes, floats, doubles};
    for (int map = 0; map < 3; map++)
        for (int from = 0; from < 3; from++) {
            kernel_apply_map(set, map, from, kernel_floats, inputs[from], rows, depth, a, b, narrow, depth);
            kernel_apply_map(set, map, from, kernel_doubles, inputs[from], rows, depth, a, b, wide, depth);
            bool isRight = true;
            for (size_t i = 0; i < rows * depth; i++) {
                double x = from == kernel_bytes ? bytes[i] : from == kernel_floats ? (double)floats[i] : doubles[i];
                double y = mapped(map, x, a[i % depth], b[i % depth]);
                isRight &= is_same(wide[i], y) && is_same(narrow[i], (float)y);
            }
            check(isRight, "maps", rows, depth, depth);
        }
    free(bytes), free(floats), free(narrow), free(doubles), free(wide), free(a), free(b);
}

int main(void) {
    static const size_t counts[] = {1, 3, 4, 7, 8, 13, 65};
    static const size_t shapes[][2] = {{1, 1}, {3, 7}, {5, 16}, {9, 17}, {64, 33}, {257, 50}, {600, 9}, {7, 97}};
    for (size_t index = 0; (set = kernel_set_at(index)); index++) {
        if (!set->is_available()) {
            printf("%s: this processor does not have it\n", set->name);
            continue;
        }
        state = 1;
        checks = failures = 0;
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++) {
                check_gram(counts[i], shapes[j][1]);
                check_floats(counts[i], shapes[j][0], shapes[j][1]);
                check_doubles(counts[i], shapes[j][0], shapes[j][1]);
                check_bytes(counts[i], shapes[j][0], shapes[j][1]);
                check_maps(counts[i], shapes[j][1]);
                for (int kind = kernel_bytes; kind <= kernel_doubles; kind++) {
                    check_scatter(counts[i], shapes[j][1], kind);
                    check_sums(counts[i], shapes[j][1], kind);
                }
            }
        for (size_t rows = 127; rows < 130; rows++) check_scatter(rows, 200, kernel_floats);
        check_scatter(300, 25, kernel_doubles);
        check_gram(1024, 70);
        check_gram(kernel_gram_rows, 3);
        check_bytes(2, 4097, 5);
        check_bytes(1, 65793, 2);
        printf("%s%s: %zu checks, %zu wrong\n", set->name, set->is_fused ? " (fused)" : "", checks, failures);
        if (failures) return 1;
    }
    return 0;
}

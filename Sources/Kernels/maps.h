// The maps of single values, (x - a) / b and the like: a function for each of three maps, kinds of rows and two results.

#define DEFINE_MAP(name, from, to, expression)                                                                      \
    static void name(const void *rows, size_t count, size_t depth, const double *restrict a, const double *restrict b, \
                     void *result, size_t stride) {                                                                 \
        const from *restrict in = rows;                                                                             \
        to *restrict out = result;                                                                                  \
        for (size_t row = 0; row < count; row++, in += depth, out += stride)                                        \
            for (size_t j = 0; j < depth; j++) {                                                                    \
                double x = (double)in[j];                                                                           \
                out[j] = (to)(expression);                                                                          \
            }                                                                                                       \
    }

#define DEFINE_MAPS(name, expression)                       \
    DEFINE_MAP(name##_bytes_0, uint8_t, float, expression)  \
    DEFINE_MAP(name##_bytes_1, uint8_t, double, expression) \
    DEFINE_MAP(name##_floats_0, float, float, expression)   \
    DEFINE_MAP(name##_floats_1, float, double, expression)  \
    DEFINE_MAP(name##_doubles_0, double, float, expression) \
    DEFINE_MAP(name##_doubles_1, double, double, expression)

DEFINE_MAPS(subtract_divide, (x - a[j]) / b[j])
DEFINE_MAPS(subtract_multiply, (x - a[j]) * b[j])
DEFINE_MAPS(multiply_add, x * a[j] + b[j])

#define MAPS_OF(name)                                                                                     \
    {{name##_bytes_0, name##_bytes_1}, {name##_floats_0, name##_floats_1}, {name##_doubles_0, name##_doubles_1}}
#define MAPS {MAPS_OF(subtract_divide), MAPS_OF(subtract_multiply), MAPS_OF(multiply_add)}

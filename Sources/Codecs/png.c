#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

#include "codecs.h"

struct reader {
    const uint8_t *bytes;
    size_t left;
    jmp_buf jump;
    char *message;
};

static void fail(png_structp png, const char *words) {
    struct reader *reader = png_get_error_ptr(png);
    snprintf(reader->message, codec_message_bytes, "%s", words);
    longjmp(reader->jump, 1);
}

static void ignore_warning(png_structp png, const char *words) {
    (void)png;
    (void)words;
}

static void read_bytes(png_structp png, png_bytep out, size_t count) {
    struct reader *reader = png_get_io_ptr(png);
    if (count > reader->left) png_error(png, "The file ends in the middle of the picture");
    memcpy(out, reader->bytes, count);
    reader->bytes += count;
    reader->left -= count;
}

// 16-bit grey becomes 8-bit grey: what is above 255 is white, as in Pillow's conversion of its mode I;16.
static void clip_grey(png_structp png, png_row_infop row, png_bytep data) {
    (void)png;
    for (size_t x = 0; x < row->width; x++) data[x] = data[2 * x] != 0 ? 255 : data[2 * x + 1];
    row->bit_depth = 8;
    row->pixel_depth = 8;
    row->rowbytes = row->width;
}

// Reads the chunks before the pixels, and chooses what comes out.
static struct codec_picture start(png_structp png, png_infop info, struct reader *reader) {
    png_set_read_fn(png, reader, read_bytes);
    // None of what else a file may say changes the pixels.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, (png_const_bytep) "tRNS", 1);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_read_info(png, info);
    const int colour = png_get_color_type(png, info);
    const int depth = png_get_bit_depth(png, info);
    if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (colour == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
    if (colour & PNG_COLOR_MASK_ALPHA) png_set_strip_alpha(png);
    if (depth == 16 && colour == PNG_COLOR_TYPE_GRAY) {
        png_set_read_user_transform_fn(png, clip_grey);
        png_set_user_transform_info(png, NULL, 8, 1);
    } else if (depth == 16) {
        png_set_strip_16(png);
    }
    return (struct codec_picture){
        png_get_image_width(png, info), png_get_image_height(png, info), colour & PNG_COLOR_MASK_COLOR ? 3 : 1};
}

int codec_png(const uint8_t *bytes, size_t count, struct codec_picture *picture, uint8_t *pixels, char *message) {
    struct reader reader = {.bytes = bytes, .left = count, .message = message};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, fail, ignore_warning);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        snprintf(message, codec_message_bytes, "There is not enough memory");
        return 0;
    }
    if (setjmp(reader.jump) != 0) {
        png_destroy_read_struct(&png, &info, NULL);
        return 0;
    }
    const struct codec_picture found = start(png, info, &reader);
    if (pixels == NULL) {
        *picture = found;
    } else {
        const size_t stride = (size_t)found.width * found.channels;
        if (!codec_equal(picture, &found)) png_error(png, "It is another picture than its header");
        const int passes = png_set_interlace_handling(png);
        png_read_update_info(png, info);
        if (png_get_rowbytes(png, info) != stride) png_error(png, "Its pixels have another size than expected");
        // Each pass of an interlaced picture adds pixels to the rows that are there.
        for (int pass = 0; pass < passes; pass++)
            for (size_t y = 0; y < found.height; y++) png_read_row(png, pixels + y * stride, NULL);
    }
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
}

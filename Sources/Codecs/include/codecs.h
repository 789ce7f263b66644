// Pictures from the bytes of JPEG and PNG files.
//
// In C because both libraries tell of errors by longjmp, which must not leave a Swift function: here it ends in the
// function that called the library. What comes out is what Pillow decodes: the libraries' exact integer transform and
// smooth upsampling for JPEG; for PNG 16-bit colours cut to their high bytes, 16-bit grey clipped at 255, transparency
// left out.

#ifndef CODECS_H
#define CODECS_H

#include <stddef.h>
#include <stdint.h>

/// What a picture decodes to: rows of pixels of so many bytes: grey, red green blue, or (JPEG only) what Adobe's
/// programs write for cyan, magenta, yellow and black: 255 less each.
struct codec_picture {
    uint32_t width, height;
    uint32_t channels;
};

enum {
    /// Room for what is wrong, in words.
    codec_message_bytes = 200,
};

/// Decodes a picture, or tells only what it would decode to.
///
/// - picture: what the picture is, for the caller to read; where there are `pixels`, what it was found to be before.
/// - pixels: width x height x channels, row after row; or NULL.
/// - message: codec_message_bytes of room.
/// - Returns whether that went well; if not, `message` tells why.
int codec_jpeg(const uint8_t *bytes, size_t count, struct codec_picture *picture, uint8_t *pixels, char *message);
int codec_png(const uint8_t *bytes, size_t count, struct codec_picture *picture, uint8_t *pixels, char *message);

/// Whether two are the same.
static inline int codec_equal(const struct codec_picture *a, const struct codec_picture *b) {
    return a->width == b->width && a->height == b->height && a->channels == b->channels;
}

#endif

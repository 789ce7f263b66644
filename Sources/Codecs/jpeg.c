#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include "codecs.h"

// Progressive pictures have a dozen scans. One of thousands is made to keep decoders busy.
enum { most_scans = 500 };

struct failure {
    struct jpeg_error_mgr manager;
    jmp_buf jump;
    char *message;
};

static void fail(j_common_ptr cinfo) {
    struct failure *failure = (struct failure *)cinfo->err;
    char words[JMSG_LENGTH_MAX];
    failure->manager.format_message(cinfo, words);
    snprintf(failure->message, codec_message_bytes, "%s", words);
    longjmp(failure->jump, 1);
}

static void fail_with(j_decompress_ptr cinfo, const char *words) {
    struct failure *failure = (struct failure *)cinfo->err;
    snprintf(failure->message, codec_message_bytes, "%s", words);
    longjmp(failure->jump, 1);
}

// Warnings are of what the library can put right, such as extraneous bytes before a marker.
static void ignore_message(j_common_ptr cinfo) { (void)cinfo; }

static void count_scans(j_common_ptr cinfo) {
    if (cinfo->is_decompressor && ((j_decompress_ptr)cinfo)->input_scan_number > most_scans)
        fail_with((j_decompress_ptr)cinfo, "Too many scans");
}

// The bytes are all there is: at their end the library is told to wait for more, and what it was doing is not done.

static void nothing(j_decompress_ptr cinfo) { (void)cinfo; }

static boolean no_more(j_decompress_ptr cinfo) {
    (void)cinfo;
    return FALSE;
}

static void skip(j_decompress_ptr cinfo, long count) {
    if (count <= 0) return;
    size_t step = (size_t)count < cinfo->src->bytes_in_buffer ? (size_t)count : cinfo->src->bytes_in_buffer;
    cinfo->src->next_input_byte += step;
    cinfo->src->bytes_in_buffer -= step;
}

struct decoder {
    struct jpeg_decompress_struct cinfo;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    struct failure failure;
};

// Reads the header, and chooses what comes out.
static struct codec_picture start(struct decoder *decoder, const uint8_t *bytes, size_t count) {
    j_decompress_ptr cinfo = &decoder->cinfo;
    jpeg_create_decompress(cinfo);
    decoder->source.init_source = nothing;
    decoder->source.fill_input_buffer = no_more;
    decoder->source.skip_input_data = skip;
    decoder->source.resync_to_restart = jpeg_resync_to_restart;
    decoder->source.term_source = nothing;
    decoder->source.next_input_byte = bytes;
    decoder->source.bytes_in_buffer = count;
    cinfo->src = &decoder->source;
    decoder->progress.progress_monitor = count_scans;
    cinfo->progress = &decoder->progress;
    if (jpeg_read_header(cinfo, TRUE) == JPEG_SUSPENDED) fail_with(cinfo, "The file ends before the picture begins");
    switch (cinfo->num_components) {
    case 1: cinfo->out_color_space = JCS_GRAYSCALE; break;
    case 3: cinfo->out_color_space = JCS_RGB; break;
    case 4: cinfo->out_color_space = JCS_CMYK; break;
    default: fail_with(cinfo, "It has neither one, three nor four colour components");
    }
    return (struct codec_picture){cinfo->image_width, cinfo->image_height, (uint32_t)cinfo->num_components};
}

int codec_jpeg(const uint8_t *bytes, size_t count, struct codec_picture *picture, uint8_t *pixels, char *message) {
    struct decoder decoder;
    memset(&decoder, 0, sizeof decoder);
    j_decompress_ptr cinfo = &decoder.cinfo;
    cinfo->err = jpeg_std_error(&decoder.failure.manager);
    decoder.failure.manager.error_exit = fail;
    decoder.failure.manager.output_message = ignore_message;
    decoder.failure.message = message;
    if (setjmp(decoder.failure.jump) != 0) {
        jpeg_destroy_decompress(cinfo);
        return 0;
    }
    const struct codec_picture found = start(&decoder, bytes, count);
    if (pixels == NULL) {
        *picture = found;
    } else {
        static const char cut[] = "The file ends in the middle of the picture";
        if (!codec_equal(picture, &found)) fail_with(cinfo, "It is another picture than its header");
        if (!jpeg_start_decompress(cinfo)) fail_with(cinfo, cut);
        const size_t stride = (size_t)found.width * found.channels;
        while (cinfo->output_scanline < cinfo->output_height) {
            JSAMPROW row = pixels + cinfo->output_scanline * stride;
            if (jpeg_read_scanlines(cinfo, &row, 1) != 1) fail_with(cinfo, cut);
        }
    }
    jpeg_destroy_decompress(cinfo);
    return 1;
}

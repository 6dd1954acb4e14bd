// JPEG pictures go to FFmpeg, not to OpenCV's imdecode: that one fills in grey where bytes are damaged and says so on stderr only, and it wants the
// Huffman tables that most USB cameras leave out.
#include "guard.h"

#include <cstring>
#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
}

struct lrcv_jpeg {
    AVCodecContext* decoder = nullptr;
    SwsContext* convert = nullptr;
    AVPacket* packet = nullptr;
    AVFrame* frame = nullptr;
    std::vector<uint8_t> bytes; // the decoder reads a little past the end

    ~lrcv_jpeg() {
        sws_freeContext(convert);
        av_frame_free(&frame);
        av_packet_free(&packet);
        avcodec_free_context(&decoder);
    }
};

int32_t lrcv_jpeg_open(lrcv_jpeg** decoder) {
    LRCV_BEGIN
    av_log_set_level(AV_LOG_FATAL);
    const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_MJPEG);
    if (codec == nullptr) return lrcv_fail("FFmpeg was built without a JPEG decoder");
    auto d = std::make_unique<lrcv_jpeg>();
    d->decoder = avcodec_alloc_context3(codec);
    d->decoder->thread_count = 1;
    d->decoder->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
    if (avcodec_open2(d->decoder, codec, nullptr) < 0) return lrcv_fail("the JPEG decoder does not open");
    d->packet = av_packet_alloc();
    d->frame = av_frame_alloc();
    *decoder = d.release();
    return LRCV_OK;
    LRCV_END_GUARD
}

/* The length up to and with the end marker, 0 without one: cameras pad with zeros behind it. */
static int32_t whole_length(const uint8_t* data, int32_t length) {
    if (length < 4 || data[0] != 0xFF || data[1] != 0xD8) return 0;
    while (length > 3 && data[length - 1] == 0) length--;
    return data[length - 2] == 0xFF && data[length - 1] == 0xD9 ? length : 0;
}

static int32_t hand_over(lrcv_jpeg& d, const lrcv_image* to) {
    const AVFrame* f = d.frame;
    if (to->channels == 1) { // of every JPEG layout the first plane is the luma, full range
        for (int y = 0; y < f->height; y++)
            std::memcpy(to->data + static_cast<size_t>(y) * to->stride, f->data[0] + static_cast<ptrdiff_t>(y) * f->linesize[0], f->width);
        return LRCV_OK;
    }
    d.convert = sws_getCachedContext(d.convert, f->width, f->height, static_cast<AVPixelFormat>(f->format), to->width, to->height,
                                     AV_PIX_FMT_BGR24, SWS_BICUBIC, nullptr, nullptr, nullptr);
    if (d.convert == nullptr) return lrcv_fail("a JPEG layout that cannot be converted");
    const int* matrix = sws_getCoefficients(SWS_CS_DEFAULT);
    sws_setColorspaceDetails(d.convert, matrix, 1, matrix, 1, 0, 1 << 16, 1 << 16);
    uint8_t* planes[] = {to->data};
    int strides[] = {to->stride};
    sws_scale(d.convert, f->data, f->linesize, 0, f->height, planes, strides);
    return LRCV_OK;
}

int32_t lrcv_jpeg_decode(lrcv_jpeg* decoder, const uint8_t* data, int32_t length, const lrcv_image* destination, int32_t* width, int32_t* height) {
    LRCV_BEGIN
    lrcv_jpeg& d = *decoder;
    *width = *height = 0;
    int32_t whole = whole_length(data, length);
    if (whole == 0) return LRCV_DAMAGED;
    if (d.bytes.size() < static_cast<size_t>(whole) + AV_INPUT_BUFFER_PADDING_SIZE) d.bytes.resize(2 * static_cast<size_t>(whole) + AV_INPUT_BUFFER_PADDING_SIZE);
    std::memcpy(d.bytes.data(), data, whole);
    std::memset(d.bytes.data() + whole, 0, AV_INPUT_BUFFER_PADDING_SIZE);
    d.packet->data = d.bytes.data();
    d.packet->size = whole;
    int sent = avcodec_send_packet(d.decoder, d.packet);
    int got = sent < 0 ? sent : avcodec_receive_frame(d.decoder, d.frame);
    if (got < 0) {
        avcodec_flush_buffers(d.decoder);
        return LRCV_DAMAGED;
    }
    *width = d.frame->width;
    *height = d.frame->height;
    bool damaged = d.frame->decode_error_flags != 0 || (d.frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
    int32_t status = damaged ? static_cast<int32_t>(LRCV_DAMAGED)
                     : *width != destination->width || *height != destination->height ? static_cast<int32_t>(LRCV_OTHER_SIZE)
                                                                                      : hand_over(d, destination);
    av_frame_unref(d.frame);
    return status;
    LRCV_END_GUARD
}

int32_t lrcv_jpeg_close(lrcv_jpeg* decoder) {
    delete decoder;
    return LRCV_OK;
}

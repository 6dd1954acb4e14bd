// Raw video beside a session: FFV1 (RFC 9043), which is lossless and checks each slice by a CRC, in Matroska, which every player reads. A cluster a frame
// and a flush a packet: what was written before a process died can be read.
#include "guard.h"

#include <algorithm>
#include <cstring>
#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

struct lrcv_writer {
    AVFormatContext* format = nullptr;
    AVCodecContext* encoder = nullptr;
    AVPacket* packet = nullptr;
    AVFrame* frame = nullptr;
    int channels = 0;
    bool begun = false; // the header is written
    bool failed = false;
    int64_t last_ms = -1;

    ~lrcv_writer() {
        if (format != nullptr) avio_closep(&format->pb);
        avformat_free_context(format);
        av_frame_free(&frame);
        av_packet_free(&packet);
        avcodec_free_context(&encoder);
    }
};

static int32_t fail_with(const char* what, int error) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {0};
    av_strerror(error, text, sizeof text);
    return lrcv_fail(std::string(what) + ": " + text);
}

static int32_t open_encoder(lrcv_writer& w, int32_t width, int32_t height, double rate_hz, int32_t field_order) {
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_FFV1);
    if (codec == nullptr) return lrcv_fail("FFmpeg was built without FFV1");
    w.encoder = avcodec_alloc_context3(codec);
    w.encoder->width = width;
    w.encoder->height = height;
    w.encoder->pix_fmt = w.channels == 1 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_BGR0;
    w.encoder->time_base = AVRational{1, 1000};
    if (rate_hz > 0) w.encoder->framerate = av_d2q(rate_hz, 100000);
    w.encoder->gop_size = 1;
    w.encoder->level = 3;
    w.encoder->slices = 4;
    w.encoder->thread_count = 1; // the recorder's thread alone: a rig has other work for its processors
    w.encoder->field_order = field_order == LRCV_TOP_FIRST ? AV_FIELD_TT : field_order == LRCV_BOTTOM_FIRST ? AV_FIELD_BB : AV_FIELD_PROGRESSIVE;
    if (w.format->oformat->flags & AVFMT_GLOBALHEADER) w.encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    av_opt_set_int(w.encoder->priv_data, "slicecrc", 1, 0);
    int error = avcodec_open2(w.encoder, codec, nullptr);
    return error < 0 ? fail_with("the FFV1 encoder does not open", error) : static_cast<int32_t>(LRCV_OK);
}

static int32_t begin_file(lrcv_writer& w, const char* path) {
    AVStream* stream = avformat_new_stream(w.format, nullptr);
    avcodec_parameters_from_context(stream->codecpar, w.encoder);
    stream->time_base = w.encoder->time_base;
    stream->avg_frame_rate = w.encoder->framerate;
    int error = avio_open(&w.format->pb, path, AVIO_FLAG_WRITE);
    if (error < 0) return fail_with("cannot be written", error);
    w.format->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    AVDictionary* options = nullptr;
    av_dict_set(&options, "cluster_time_limit", "0", 0);
    error = avformat_write_header(w.format, &options);
    av_dict_free(&options);
    if (error < 0) return fail_with("the header cannot be written", error);
    avio_flush(w.format->pb);
    w.begun = true;
    return LRCV_OK;
}

int32_t lrcv_writer_open(const char* path, int32_t width, int32_t height, int32_t channels, double rate_hz, int32_t field_order, lrcv_writer** writer) {
    LRCV_BEGIN
    if (channels != 1 && channels != 3) return lrcv_fail("channels: 1 or 3");
    av_log_set_level(AV_LOG_FATAL);
    auto w = std::make_unique<lrcv_writer>();
    w->channels = channels;
    int error = avformat_alloc_output_context2(&w->format, nullptr, "matroska", path);
    if (error < 0) return fail_with("FFmpeg was built without Matroska", error);
    int32_t status = open_encoder(*w, width, height, rate_hz, field_order);
    if (status == LRCV_OK) status = begin_file(*w, path);
    if (status != LRCV_OK) return status;
    w->packet = av_packet_alloc();
    w->frame = av_frame_alloc();
    w->frame->format = w->encoder->pix_fmt;
    w->frame->width = width;
    w->frame->height = height;
    if (av_frame_get_buffer(w->frame, 0) < 0) return lrcv_fail("no memory for a frame");
    *writer = w.release();
    return LRCV_OK;
    LRCV_END_GUARD
}

static void copy_pixels(AVFrame* to, const lrcv_image* from) {
    for (int y = 0; y < from->height; y++) {
        const uint8_t* source = from->data + static_cast<size_t>(y) * from->stride;
        uint8_t* row = to->data[0] + static_cast<ptrdiff_t>(y) * to->linesize[0];
        if (from->channels == 1) {
            std::memcpy(row, source, from->width);
            continue;
        }
        for (int x = 0; x < from->width; x++, row += 4, source += 3) {
            row[0] = source[0];
            row[1] = source[1];
            row[2] = source[2];
            row[3] = 0;
        }
    }
}

static int32_t drain(lrcv_writer& w) {
    int error;
    while ((error = avcodec_receive_packet(w.encoder, w.packet)) >= 0) {
        av_packet_rescale_ts(w.packet, w.encoder->time_base, w.format->streams[0]->time_base);
        w.packet->stream_index = 0;
        error = av_write_frame(w.format, w.packet);
        av_packet_unref(w.packet);
        if (error < 0) return fail_with("a frame cannot be written", error);
        error = av_write_frame(w.format, nullptr); // lets the muxer end its cluster
        avio_flush(w.format->pb);
        if (w.format->pb->error < 0) return fail_with("a frame cannot be written", w.format->pb->error);
    }
    return error == AVERROR(EAGAIN) || error == AVERROR_EOF ? static_cast<int32_t>(LRCV_OK) : fail_with("a frame cannot be encoded", error);
}

int32_t lrcv_writer_write(lrcv_writer* writer, const lrcv_image* frame, int64_t time_ns) {
    LRCV_BEGIN
    lrcv_writer& w = *writer;
    if (frame->width != w.encoder->width || frame->height != w.encoder->height || frame->channels != w.channels)
        return lrcv_fail("a frame of another size than the file's");
    if (av_frame_make_writable(w.frame) < 0) return lrcv_fail("no memory for a frame");
    copy_pixels(w.frame, frame);
    w.last_ms = std::max(w.last_ms + 1, time_ns / 1000000); // strictly growing, or the muxer refuses
    w.frame->pts = w.last_ms;
    int error = avcodec_send_frame(w.encoder, w.frame);
    int32_t status = error < 0 ? fail_with("a frame cannot be encoded", error) : drain(w);
    w.failed |= status != LRCV_OK;
    return status;
    LRCV_END_GUARD
}

int32_t lrcv_writer_close(lrcv_writer* writer) {
    LRCV_BEGIN
    std::unique_ptr<lrcv_writer> w(writer);
    if (!w->begun || w->failed) return LRCV_OK;
    avcodec_send_frame(w->encoder, nullptr);
    int32_t status = drain(*w);
    int error = av_write_trailer(w->format);
    return status == LRCV_OK && error < 0 ? fail_with("the file cannot be finished", error) : status;
    LRCV_END_GUARD
}

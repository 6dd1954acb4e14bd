// Video goes to FFmpeg's libraries directly, not through cv::VideoCapture: OpenCV 4.6 ends a file at the first run of
// 512 packets of other streams (cameras with telemetry tracks have such runs: 29 of 315 frames were left of one) and gives
// some frames the time of their neighbour. FFmpeg's libraries are what OpenCV itself is linked with.
#include "guard.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

using Clock = std::chrono::steady_clock;

struct lrcv_video {
    AVFormatContext* format = nullptr;
    AVCodecContext* decoder = nullptr;
    SwsContext* convert = nullptr;
    AVPacket* packet = nullptr;
    AVFrame* frame = nullptr;
    int stream = -1;
    bool drained = false;   // the file has ended; the decoder may still hold frames
    int64_t start = 0;      // of the stream, in its time base
    int64_t undecodable = 0;
    bool live = false;
    std::atomic<bool> interrupted{false};
    Clock::time_point deadline;

    ~lrcv_video() {
        sws_freeContext(convert);
        av_frame_free(&frame);
        av_packet_free(&packet);
        avcodec_free_context(&decoder);
        avformat_close_input(&format);
    }

    // A camera that went away must not hold the adapter's thread for ever.
    void allow_seconds(int seconds) { deadline = Clock::now() + std::chrono::seconds(seconds); }

    static int must_stop(void* self) {
        auto* video = static_cast<lrcv_video*>(self);
        return video->interrupted || Clock::now() > video->deadline;
    }
};

static const int network_patience_s = 10;

static std::string text_of(int error) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {0};
    av_strerror(error, text, sizeof text);
    return error == AVERROR_EXIT ? "no answer within 10 s" : text;
}

static int32_t open_decoder(lrcv_video& v) {
    const AVCodec* codec = nullptr;
    v.stream = av_find_best_stream(v.format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (v.stream < 0 || codec == nullptr) return lrcv_fail("no video in it that can be decoded");
    for (unsigned i = 0; i < v.format->nb_streams; i++)
        if (static_cast<int>(i) != v.stream) v.format->streams[i]->discard = AVDISCARD_ALL;
    v.decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(v.decoder, v.format->streams[v.stream]->codecpar);
    v.decoder->thread_count = 1; // one adapter, one thread: a rig has other work for its processors
    int error = avcodec_open2(v.decoder, codec, nullptr);
    return error < 0 ? lrcv_fail(text_of(error)) : static_cast<int32_t>(LRCV_OK);
}

// A camera behind http has neither a length nor a duration; a file that a web server hands out has both or one of them.
static bool is_live(AVFormatContext* format, const std::string& uri) {
    static const char* const schemes[] = {"rtsp://", "rtsps://", "rtmp://", "rtp://", "tcp://", "udp://", "srt://"};
    for (const char* scheme : schemes)
        if (uri.rfind(scheme, 0) == 0) return true;
    if (uri.rfind("http://", 0) != 0 && uri.rfind("https://", 0) != 0) return false;
    bool known_duration = format->duration != AV_NOPTS_VALUE && format->duration > 0;
    bool known_length = format->pb != nullptr && avio_size(format->pb) > 0;
    return !known_duration && !known_length;
}

int32_t lrcv_video_open(const char* uri, lrcv_video** video, lrcv_video_info* info) {
    LRCV_BEGIN
    av_log_set_level(AV_LOG_FATAL); // what matters comes back as a status; the terminal is the program's
    auto v = std::make_unique<lrcv_video>();
    v->allow_seconds(network_patience_s);
    v->format = avformat_alloc_context();
    v->format->interrupt_callback = {lrcv_video::must_stop, v.get()};
    AVDictionary* options = nullptr;
    av_dict_set(&options, "rtsp_flags", "prefer_tcp", 0); // of RTSP only: RTP over UDP loses packets
    int error = avformat_open_input(&v->format, uri, nullptr, &options);
    av_dict_free(&options);
    if (error < 0) return lrcv_fail(text_of(error));
    error = avformat_find_stream_info(v->format, nullptr);
    if (error < 0) return lrcv_fail(text_of(error));
    int32_t status = open_decoder(*v);
    if (status != LRCV_OK) return status;
    v->packet = av_packet_alloc();
    v->frame = av_frame_alloc();

    const AVStream* s = v->format->streams[v->stream];
    v->live = is_live(v->format, uri);
    v->start = s->start_time == AV_NOPTS_VALUE ? 0 : s->start_time;
    *info = lrcv_video_info{av_q2d(s->avg_frame_rate), s->nb_frames, s->codecpar->width, s->codecpar->height};
    *video = v.release();
    return LRCV_OK;
    LRCV_END_GUARD
}

int32_t lrcv_video_get_traits(lrcv_video* video, lrcv_video_traits* traits) {
    const AVCodecParameters* p = video->format->streams[video->stream]->codecpar;
    int32_t order = p->field_order == AV_FIELD_TT || p->field_order == AV_FIELD_TB   ? LRCV_TOP_FIRST
                    : p->field_order == AV_FIELD_BB || p->field_order == AV_FIELD_BT ? LRCV_BOTTOM_FIRST
                                                                                     : LRCV_PROGRESSIVE;
    *traits = lrcv_video_traits{p->format == AV_PIX_FMT_GRAY8 ? 1 : 3, order, video->live, (video->format->iformat->flags & AVFMT_NOTIMESTAMPS) == 0};
    return LRCV_OK;
}

/* One packet of the video to the decoder, or the end of the file. A packet that cannot be decoded is counted and left out. */
static int32_t feed(lrcv_video& v) {
    while (true) {
        int error = av_read_frame(v.format, v.packet);
        if (error == AVERROR(EAGAIN)) continue;
        if (error < 0 && v.interrupted) return LRCV_END; // protocols give an interrupted read names of their own, or call it the end
        if (error < 0 && error != AVERROR_EOF) return lrcv_fail(text_of(error));
        if (error == AVERROR_EOF) {
            v.drained = true;
            avcodec_send_packet(v.decoder, nullptr);
            return LRCV_OK;
        }
        bool ours = v.packet->stream_index == v.stream;
        if (ours && avcodec_send_packet(v.decoder, v.packet) < 0) v.undecodable++;
        av_packet_unref(v.packet);
        if (ours) return LRCV_OK;
    }
}

static int32_t convert(lrcv_video& v, const lrcv_image* to) {
    const AVFrame* f = v.frame;
    if (f->width != to->width || f->height != to->height) {
        lrcv_fail("a frame is " + std::to_string(f->width) + "x" + std::to_string(f->height) + " inside a video of " +
                  std::to_string(to->width) + "x" + std::to_string(to->height));
        return LRCV_OTHER_SIZE;
    }
    if (to->channels == 1 && f->format == AV_PIX_FMT_GRAY8) {
        for (int y = 0; y < f->height; y++) std::memcpy(to->data + static_cast<size_t>(y) * to->stride, f->data[0] + static_cast<ptrdiff_t>(y) * f->linesize[0], f->width);
        return LRCV_OK;
    }
    if (to->channels != 3) return lrcv_fail("the frames are in colour");
    v.convert = sws_getCachedContext(v.convert, f->width, f->height, static_cast<AVPixelFormat>(f->format), to->width, to->height,
                                     AV_PIX_FMT_BGR24, SWS_BICUBIC, nullptr, nullptr, nullptr);
    if (v.convert == nullptr) return lrcv_fail("a pixel format that cannot be converted");
    const int* matrix = sws_getCoefficients(f->colorspace == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_DEFAULT);
    sws_setColorspaceDetails(v.convert, matrix, f->color_range == AVCOL_RANGE_JPEG, matrix, 1, 0, 1 << 16, 1 << 16);
    uint8_t* planes[] = {to->data};
    int strides[] = {to->stride};
    sws_scale(v.convert, f->data, f->linesize, 0, f->height, planes, strides);
    return LRCV_OK;
}

/* The decoder filled in what was missing: what stands there the camera has not seen. */
static bool is_concealed(const AVFrame* f) { return f->decode_error_flags != 0 || (f->flags & AV_FRAME_FLAG_CORRUPT) != 0; }

int32_t lrcv_video_read(lrcv_video* video, const lrcv_image* frame, int64_t* time_ns, int64_t* undecodable) {
    LRCV_BEGIN
    lrcv_video& v = *video;
    *undecodable = v.undecodable;
    *time_ns = LRCV_NO_TIME;
    v.allow_seconds(network_patience_s);
    while (true) {
        int got = avcodec_receive_frame(v.decoder, v.frame);
        if (got >= 0 && v.live && is_concealed(v.frame)) {
            v.undecodable++;
            av_frame_unref(v.frame);
            continue;
        }
        if (got >= 0) break;
        if (got == AVERROR_EOF || v.drained) return LRCV_END;
        if (got != AVERROR(EAGAIN)) v.undecodable++;
        int32_t status = feed(v);
        if (status != LRCV_OK) return status;
    }
    *undecodable = v.undecodable;
    int64_t time = v.frame->best_effort_timestamp;
    if (time == AV_NOPTS_VALUE && !v.live) return lrcv_fail("a frame without a time; remux the file with its times");
    if (time != AV_NOPTS_VALUE) *time_ns = av_rescale_q(time - v.start, v.format->streams[v.stream]->time_base, AVRational{1, 1000000000});
    int32_t status = convert(v, frame);
    av_frame_unref(v.frame);
    return status;
    LRCV_END_GUARD
}

int32_t lrcv_video_interrupt(lrcv_video* video) {
    video->interrupted = true;
    return LRCV_OK;
}

int32_t lrcv_video_close(lrcv_video* video) {
    delete video;
    return LRCV_OK;
}

/* OpenCV, and FFmpeg's libraries for video, for LoopRig, as C.
 *
 *   LoopRig.Native.OpenCv (C#)  ->  lrcv_* (this file)  ->  cv::*, av*
 *
 * Rules: nothing is thrown across this boundary, every function but lrcv_abi_version returns a status, and the text of
 * the last failure on this thread is fetched with lrcv_last_error. Only pointers, fixed-width integers and doubles pass.
 * Pixels stay in the caller's buffers: 8 bits a channel, rows `stride` bytes apart; colour is blue, green, red.
 */
#ifndef LRCV_H
#define LRCV_H

#include <stdint.h>

#define LRCV_API extern "C" __attribute__((visibility("default")))
#define LRCV_ABI 3

enum {
    LRCV_OK = 0,
    LRCV_FAILED = 1,    /* the message says why */
    LRCV_TOO_SMALL = 2, /* the caller's buffer is; the out parameters hold what is needed */
    LRCV_END = 3,       /* of the video */
    LRCV_OTHER_SIZE = 4, /* a frame of another size than the caller's: left out; the next may fit again */
    LRCV_DAMAGED = 5    /* bytes that are no whole picture */
};

enum { LRCV_PROGRESSIVE = 0, LRCV_TOP_FIRST = 1, LRCV_BOTTOM_FIRST = 2 };

#define LRCV_NO_TIME INT64_MIN

typedef struct lrcv_image {
    uint8_t* data;
    int32_t width, height, channels, stride;
} lrcv_image;

typedef struct lrcv_video_info {
    double rate_hz;     /* as the container says; 0 unknown */
    int64_t frames;     /* as the container says, often wrong; 0 unknown */
    int32_t width, height;
} lrcv_video_info;

typedef struct lrcv_video_traits {
    int32_t channels;    /* 1: grey and read as such, bit for bit; else 3 */
    int32_t field_order; /* as the container or the codec's headers say; progressive where they say nothing */
    int32_t live;        /* over the network, without a known end */
    int32_t has_times;   /* frames carry times */
} lrcv_video_traits;

typedef struct lrcv_ellipse {
    double centre_x, centre_y, width, height, angle_deg; /* full axes; angle of `width`'s axis, clockwise on the screen */
} lrcv_ellipse;

typedef struct lrcv_video lrcv_video;
typedef struct lrcv_writer lrcv_writer;
typedef struct lrcv_jpeg lrcv_jpeg;
typedef struct lrcv_file lrcv_file;

LRCV_API int32_t lrcv_abi_version(void);
LRCV_API int32_t lrcv_last_error(char* text, int32_t capacity);
LRCV_API int32_t lrcv_set_threads(int32_t count);

LRCV_API int32_t lrcv_video_open(const char* uri, lrcv_video** video /* new */, lrcv_video_info* info);
LRCV_API int32_t lrcv_video_get_traits(lrcv_video* video, lrcv_video_traits* traits);
LRCV_API int32_t lrcv_video_read(lrcv_video* video, const lrcv_image* frame,
                                 int64_t* time_ns /* presentation, from the stream's start; LRCV_NO_TIME: a live stream that sends none */,
                                 int64_t* undecodable /* packets left out so far */);
LRCV_API int32_t lrcv_video_interrupt(lrcv_video* video); /* from any thread: the read in progress, and every later one that must wait, ends */
LRCV_API int32_t lrcv_video_close(lrcv_video* video);

/* Lossless: FFV1 in Matroska, every frame a key frame in a cluster of its own and handed to the system before the call returns. */
LRCV_API int32_t lrcv_writer_open(const char* path, int32_t width, int32_t height, int32_t channels /* 1 or 3 */, double rate_hz /* nominal */,
                                  int32_t field_order, lrcv_writer** writer /* new */);
LRCV_API int32_t lrcv_writer_write(lrcv_writer* writer, const lrcv_image* frame, int64_t time_ns /* Matroska keeps whole ms */);
LRCV_API int32_t lrcv_writer_close(lrcv_writer* writer); /* finishes the file; frees the writer whatever it returns */

/* Single JPEG pictures, those of cameras without Huffman tables included. Grey destinations take the luma as it is. */
LRCV_API int32_t lrcv_jpeg_open(lrcv_jpeg** decoder /* new */);
LRCV_API int32_t lrcv_jpeg_decode(lrcv_jpeg* decoder, const uint8_t* data, int32_t length, const lrcv_image* destination,
                                  int32_t* width, int32_t* height);
LRCV_API int32_t lrcv_jpeg_close(lrcv_jpeg* decoder);
LRCV_API int32_t lrcv_yuyv(const uint8_t* data, int32_t stride, const lrcv_image* destination); /* grey: the luma as it is */

LRCV_API int32_t lrcv_image_open(const char* path, int32_t grey, lrcv_file** file /* new */, lrcv_image* pixels /* borrowed */);
LRCV_API int32_t lrcv_image_decode(const uint8_t* bytes, int32_t length, int32_t grey, lrcv_file** file /* new */, lrcv_image* pixels /* borrowed */);
LRCV_API int32_t lrcv_image_close(lrcv_file* file);
LRCV_API int32_t lrcv_image_write(const char* path, const lrcv_image* source);

/* Destinations have the right size already; source and destination do not overlap. */
LRCV_API int32_t lrcv_grey(const lrcv_image* source, const lrcv_image* destination);
LRCV_API int32_t lrcv_resize_area(const lrcv_image* source, const lrcv_image* destination);
LRCV_API int32_t lrcv_flip(const lrcv_image* source, const lrcv_image* destination, int32_t axes /* 0 up-down, 1 left-right, -1 both */);
LRCV_API int32_t lrcv_rotate(const lrcv_image* source, const lrcv_image* destination, int32_t quarter_turns /* clockwise, 1 to 3 */);
LRCV_API int32_t lrcv_threshold(const lrcv_image* source, const lrcv_image* destination, int32_t level, int32_t inverse);
LRCV_API int32_t lrcv_morphology(const lrcv_image* source, const lrcv_image* destination, int32_t operation /* 0 erode, 1 dilate, 2 open, 3 close */,
                                 int32_t size /* of the element, odd */, int32_t round /* an ellipse; else a square */);
LRCV_API int32_t lrcv_warp_affine(const lrcv_image* source, const lrcv_image* destination, const double* destination_to_source /* 2x3 */,
                                  int32_t linear, int32_t border);
LRCV_API int32_t lrcv_remap(const lrcv_image* source, const lrcv_image* destination, const float* map_x, const float* map_y,
                            int32_t linear, int32_t border);

/* Outlines of the non-zero regions of a one-channel image: x,y pairs one outline after the other, starts[i] in points, starts[contours] = points. */
LRCV_API int32_t lrcv_contours(const lrcv_image* source, int32_t outer_only, int32_t* points, int32_t point_capacity,
                               int32_t* starts, int32_t contour_capacity, int32_t* point_count, int32_t* contour_count);
LRCV_API int32_t lrcv_fit_ellipse(const float* points, int32_t count, lrcv_ellipse* ellipse);

#endif

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
#define LRCV_ABI 1

enum {
    LRCV_OK = 0,
    LRCV_FAILED = 1,    /* the message says why */
    LRCV_TOO_SMALL = 2, /* the caller's buffer is; the out parameters hold what is needed */
    LRCV_END = 3        /* of the video */
};

typedef struct lrcv_image {
    uint8_t* data;
    int32_t width, height, channels, stride;
} lrcv_image;

typedef struct lrcv_video_info {
    double rate_hz;     /* as the container says; 0 unknown */
    int64_t frames;     /* as the container says, often wrong; 0 unknown */
    int32_t width, height;
} lrcv_video_info;

typedef struct lrcv_ellipse {
    double centre_x, centre_y, width, height, angle_deg; /* full axes; angle of `width`'s axis, clockwise on the screen */
} lrcv_ellipse;

typedef struct lrcv_video lrcv_video;
typedef struct lrcv_file lrcv_file;

LRCV_API int32_t lrcv_abi_version(void);
LRCV_API int32_t lrcv_last_error(char* text, int32_t capacity);
LRCV_API int32_t lrcv_set_threads(int32_t count);

LRCV_API int32_t lrcv_video_open(const char* uri, lrcv_video** video /* new */, lrcv_video_info* info);
LRCV_API int32_t lrcv_video_read(lrcv_video* video, const lrcv_image* frame, int64_t* time_ns /* presentation, from the stream's start */,
                                 int64_t* undecodable /* packets left out so far */);
LRCV_API int32_t lrcv_video_interrupt(lrcv_video* video); /* from any thread: the read in progress, and every later one that must wait, ends */
LRCV_API int32_t lrcv_video_close(lrcv_video* video);

LRCV_API int32_t lrcv_image_open(const char* path, int32_t grey, lrcv_file** file /* new */, lrcv_image* pixels /* borrowed */);
LRCV_API int32_t lrcv_image_close(lrcv_file* file);
LRCV_API int32_t lrcv_image_write(const char* path, const lrcv_image* source);

/* Destinations have the right size already; source and destination do not overlap. */
LRCV_API int32_t lrcv_grey(const lrcv_image* source, const lrcv_image* destination);
LRCV_API int32_t lrcv_resize_area(const lrcv_image* source, const lrcv_image* destination);
LRCV_API int32_t lrcv_flip(const lrcv_image* source, const lrcv_image* destination, int32_t axes /* 0 up-down, 1 left-right, -1 both */);
LRCV_API int32_t lrcv_rotate(const lrcv_image* source, const lrcv_image* destination, int32_t quarter_turns /* clockwise, 1 to 3 */);
LRCV_API int32_t lrcv_threshold(const lrcv_image* source, const lrcv_image* destination, int32_t level, int32_t inverse);
LRCV_API int32_t lrcv_warp_affine(const lrcv_image* source, const lrcv_image* destination, const double* destination_to_source /* 2x3 */,
                                  int32_t linear, int32_t border);
LRCV_API int32_t lrcv_remap(const lrcv_image* source, const lrcv_image* destination, const float* map_x, const float* map_y,
                            int32_t linear, int32_t border);

/* Outlines of the non-zero regions of a one-channel image: x,y pairs one outline after the other, starts[i] in points, starts[contours] = points. */
LRCV_API int32_t lrcv_contours(const lrcv_image* source, int32_t outer_only, int32_t* points, int32_t point_capacity,
                               int32_t* starts, int32_t contour_capacity, int32_t* point_count, int32_t* contour_count);
LRCV_API int32_t lrcv_fit_ellipse(const float* points, int32_t count, lrcv_ellipse* ellipse);

#endif

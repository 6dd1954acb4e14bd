#ifndef LRCV_GUARD_H
#define LRCV_GUARD_H

#include "lrcv.h"

#include <opencv2/core.hpp>
#include <string>

int32_t lrcv_fail(const std::string& text);

/* Every export's body stands between these two. */
#define LRCV_BEGIN try {
#define LRCV_END_GUARD                                                          \
    }                                                                           \
    catch (const cv::Exception& e) { return lrcv_fail(e.err + " (" + e.func + ")"); } \
    catch (const std::exception& e) { return lrcv_fail(e.what()); }             \
    catch (...) { return lrcv_fail("unknown C++ exception"); }

/* A header over the caller's pixels; copies nothing. */
inline cv::Mat lrcv_mat(const lrcv_image* image) {
    return cv::Mat(image->height, image->width, CV_8UC(image->channels), image->data, image->stride);
}

/* OpenCV reallocates a destination of the wrong size in silence; the caller would then see nothing of the result. */
inline int32_t lrcv_check_filled(const cv::Mat& result, const lrcv_image* destination) {
    if (result.data == destination->data) return LRCV_OK;
    return lrcv_fail("the destination is " + std::to_string(destination->width) + "x" + std::to_string(destination->height) + "x" +
                     std::to_string(destination->channels) + ", the result " + std::to_string(result.cols) + "x" +
                     std::to_string(result.rows) + "x" + std::to_string(result.channels()));
}

#endif

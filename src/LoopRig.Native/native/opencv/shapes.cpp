#include "guard.h"

#include <cstring>
#include <opencv2/imgproc.hpp>

int32_t lrcv_contours(const lrcv_image* source, int32_t outer_only, int32_t* points, int32_t point_capacity, int32_t* starts,
                      int32_t contour_capacity, int32_t* point_count, int32_t* contour_count) {
    LRCV_BEGIN
    static_assert(sizeof(cv::Point) == 2 * sizeof(int32_t), "points are copied as pairs of int32");
    static thread_local std::vector<std::vector<cv::Point>> outlines; // kept, so that later frames reuse its memory
    cv::findContours(lrcv_mat(source), outlines, outer_only ? cv::RETR_EXTERNAL : cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
    size_t total = 0;
    for (const auto& outline : outlines) total += outline.size();
    *point_count = static_cast<int32_t>(total);
    *contour_count = static_cast<int32_t>(outlines.size());
    if (*point_count > point_capacity || *contour_count + 1 > contour_capacity) return LRCV_TOO_SMALL;
    int32_t at = 0;
    for (size_t i = 0; i < outlines.size(); i++) {
        starts[i] = at;
        std::memcpy(points + 2 * at, outlines[i].data(), outlines[i].size() * sizeof(cv::Point));
        at += static_cast<int32_t>(outlines[i].size());
    }
    starts[outlines.size()] = at;
    return LRCV_OK;
    LRCV_END_GUARD
}

int32_t lrcv_fit_ellipse(const float* points, int32_t count, lrcv_ellipse* ellipse) {
    LRCV_BEGIN
    if (count < 5) return lrcv_fail("an ellipse needs 5 points");
    cv::Mat list(count, 1, CV_32FC2, const_cast<float*>(points));
    cv::RotatedRect fit = cv::fitEllipse(list);
    *ellipse = lrcv_ellipse{fit.center.x, fit.center.y, fit.size.width, fit.size.height, fit.angle};
    return LRCV_OK;
    LRCV_END_GUARD
}

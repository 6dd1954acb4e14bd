#include "guard.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

struct lrcv_file {
    cv::Mat pixels;
};

static int32_t hand_over(const cv::Mat& read, lrcv_file** file, lrcv_image* pixels) {
    if (read.empty()) return lrcv_fail("not an image that OpenCV can read");
    *file = new lrcv_file{read};
    cv::Mat& m = (*file)->pixels;
    *pixels = lrcv_image{m.data, m.cols, m.rows, m.channels(), static_cast<int32_t>(m.step)};
    return LRCV_OK;
}

int32_t lrcv_image_open(const char* path, int32_t grey, lrcv_file** file, lrcv_image* pixels) {
    LRCV_BEGIN
    return hand_over(cv::imread(path, grey ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR), file, pixels);
    LRCV_END_GUARD
}

int32_t lrcv_image_decode(const uint8_t* bytes, int32_t length, int32_t grey, lrcv_file** file, lrcv_image* pixels) {
    LRCV_BEGIN
    cv::Mat encoded(1, length, CV_8UC1, const_cast<uint8_t*>(bytes)); /* only read */
    return hand_over(cv::imdecode(encoded, grey ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR), file, pixels);
    LRCV_END_GUARD
}

int32_t lrcv_image_close(lrcv_file* file) {
    delete file;
    return LRCV_OK;
}

int32_t lrcv_image_write(const char* path, const lrcv_image* source) {
    LRCV_BEGIN
    if (!cv::imwrite(path, lrcv_mat(source))) return lrcv_fail("the image could not be written");
    return LRCV_OK;
    LRCV_END_GUARD
}

int32_t lrcv_grey(const lrcv_image* source, const lrcv_image* destination) {
    LRCV_BEGIN
    cv::Mat to = lrcv_mat(destination);
    if (source->channels == 1) lrcv_mat(source).copyTo(to);
    else cv::cvtColor(lrcv_mat(source), to, source->channels == 4 ? cv::COLOR_BGRA2GRAY : cv::COLOR_BGR2GRAY);
    return lrcv_check_filled(to, destination);
    LRCV_END_GUARD
}

int32_t lrcv_yuyv(const uint8_t* data, int32_t stride, const lrcv_image* destination) {
    LRCV_BEGIN
    cv::Mat from(destination->height, destination->width, CV_8UC2, const_cast<uint8_t*>(data), stride);
    cv::Mat to = lrcv_mat(destination);
    cv::cvtColor(from, to, destination->channels == 1 ? cv::COLOR_YUV2GRAY_YUYV : cv::COLOR_YUV2BGR_YUYV);
    return lrcv_check_filled(to, destination);
    LRCV_END_GUARD
}

int32_t lrcv_resize_area(const lrcv_image* source, const lrcv_image* destination) {
    LRCV_BEGIN
    cv::Mat to = lrcv_mat(destination);
    cv::resize(lrcv_mat(source), to, to.size(), 0, 0, cv::INTER_AREA);
    return lrcv_check_filled(to, destination);
    LRCV_END_GUARD
}

int32_t lrcv_flip(const lrcv_image* source, const lrcv_image* destination, int32_t axes) {
    LRCV_BEGIN
    cv::Mat to = lrcv_mat(destination);
    cv::flip(lrcv_mat(source), to, axes);
    return lrcv_check_filled(to, destination);
    LRCV_END_GUARD
}

int32_t lrcv_rotate(const lrcv_image* source, const lrcv_image* destination, int32_t quarter_turns) {
    LRCV_BEGIN
    if (quarter_turns < 1 || quarter_turns > 3) return lrcv_fail("quarter turns: 1 to 3");
    static const int codes[] = {cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_COUNTERCLOCKWISE};
    cv::Mat to = lrcv_mat(destination);
    cv::rotate(lrcv_mat(source), to, codes[quarter_turns - 1]);
    return lrcv_check_filled(to, destination);
    LRCV_END_GUARD
}

int32_t lrcv_threshold(const lrcv_image* source, const lrcv_image* destination, int32_t level, int32_t inverse) {
    LRCV_BEGIN
    cv::Mat to = lrcv_mat(destination);
    cv::threshold(lrcv_mat(source), to, level, 255, inverse ? cv::THRESH_BINARY_INV : cv::THRESH_BINARY);
    return lrcv_check_filled(to, destination);
    LRCV_END_GUARD
}

int32_t lrcv_morphology(const lrcv_image* source, const lrcv_image* destination, int32_t operation, int32_t size, int32_t round) {
    LRCV_BEGIN
    static const int codes[] = {cv::MORPH_ERODE, cv::MORPH_DILATE, cv::MORPH_OPEN, cv::MORPH_CLOSE};
    if (operation < 0 || operation > 3 || size < 1 || size % 2 == 0) return lrcv_fail("operation: 0 to 3; size: odd and positive");
    cv::Mat to = lrcv_mat(destination);
    cv::morphologyEx(lrcv_mat(source), to, codes[operation], cv::getStructuringElement(round ? cv::MORPH_ELLIPSE : cv::MORPH_RECT, cv::Size(size, size)));
    return lrcv_check_filled(to, destination);
    LRCV_END_GUARD
}

int32_t lrcv_warp_affine(const lrcv_image* source, const lrcv_image* destination, const double* destination_to_source, int32_t linear, int32_t border) {
    LRCV_BEGIN
    cv::Mat to = lrcv_mat(destination);
    cv::Mat matrix(2, 3, CV_64F, const_cast<double*>(destination_to_source));
    int method = (linear ? cv::INTER_LINEAR : cv::INTER_NEAREST) | cv::WARP_INVERSE_MAP;
    cv::warpAffine(lrcv_mat(source), to, matrix, to.size(), method, cv::BORDER_CONSTANT, cv::Scalar::all(border));
    return lrcv_check_filled(to, destination);
    LRCV_END_GUARD
}

int32_t lrcv_remap(const lrcv_image* source, const lrcv_image* destination, const float* map_x, const float* map_y, int32_t linear, int32_t border) {
    LRCV_BEGIN
    cv::Mat to = lrcv_mat(destination);
    cv::Mat x(to.size(), CV_32F, const_cast<float*>(map_x));
    cv::Mat y(to.size(), CV_32F, const_cast<float*>(map_y));
    cv::remap(lrcv_mat(source), to, x, y, linear ? cv::INTER_LINEAR : cv::INTER_NEAREST, cv::BORDER_CONSTANT, cv::Scalar::all(border));
    return lrcv_check_filled(to, destination);
    LRCV_END_GUARD
}

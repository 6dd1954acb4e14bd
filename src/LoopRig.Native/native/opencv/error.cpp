#include "guard.h"

#include <algorithm>
#include <cstring>

static thread_local std::string last_error;


int32_t lrcv_fail(const std::string& text) {
    last_error = text;
    return LRCV_FAILED;
}

int32_t lrcv_abi_version(void) { return LRCV_ABI; }

/* Gives the message's length; copies as much as fits, with a terminator. */
int32_t lrcv_last_error(char* text, int32_t capacity) {
    if (capacity > 0) {
        size_t n = std::min(last_error.size(), static_cast<size_t>(capacity - 1));
        std::memcpy(text, last_error.data(), n);
        text[n] = 0;
    }
    return static_cast<int32_t>(last_error.size());
}

int32_t lrcv_set_threads(int32_t count) {
    LRCV_BEGIN
    cv::setNumThreads(count);
    return LRCV_OK;
    LRCV_END_GUARD
}

// For any processor: four floats are a vector of SSE2 and of NEON.
#define LR_WIDTH 4
#define LR_VECTORS 2
#define LR_PIXELS 4
#define LR_COLUMNS 4
#define LR_TILE_VECTORS 2
#define LR_TILE_ROWS 4
#define LR_TABLE kPortableKernels
#define LR_NAME "portable"
#include "vector.inc"

namespace looprig {

const Kernels& kernels() {
#if defined(__x86_64__)
    static const Kernels& chosen = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") ? kAvx512Kernels
                                   : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")                                            ? kAvx2Kernels
                                                                                                                                               : kPortableKernels;
    return chosen;
#else
    return kPortableKernels;
#endif
}

}  // namespace looprig

// For any processor: four floats are a vector of SSE2 and of NEON.
#define LR_WIDTH 4
#define LR_VECTORS 2
#define LR_PIXELS 4
#define LR_COLUMNS 4
#define LR_TILE_VECTORS 2
#define LR_TILE_ROWS 4
#define LR_WIDE_ROWS 2
#define LR_CHUNK_TILES 12
#define LR_TABLE kPortableKernels
#define LR_NAME "portable"
#include "vector.inc"

#include <string.h>

namespace looprig {

static bool runs_here(const Kernels& kernels) {
#if defined(__x86_64__)
    if (&kernels == &kAvx512Kernels) return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (&kernels == &kAvx2Kernels) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    return &kernels == &kPortableKernels;
}

static const Kernels* const kAll[] = {
#if defined(__x86_64__)
    &kAvx512Kernels, &kAvx2Kernels,
#endif
    &kPortableKernels};

static const Kernels* widest() {
    for (const Kernels* kernels : kAll)
        if (runs_here(*kernels)) return kernels;
    return &kPortableKernels;
}

static const Kernels*& chosen() {
    static const Kernels* kernels = widest();
    return kernels;
}

const Kernels& kernels() { return *chosen(); }

bool choose_kernels(const char* name) {
    for (const Kernels* kernels : kAll) {
        if (strcmp(kernels->name, name) == 0 && runs_here(*kernels)) {
            chosen() = kernels;
            return true;
        }
    }
    return false;
}

}  // namespace looprig

// Computations that libtorch does slowly for one image at a time. Plain C++ without libtorch, so that each file compiles in a
// second for several instruction sets; the widest that the processor has is chosen when the library is loaded.
//
// Images are pixel by pixel (height, width, channels), the channels padded with zeros to a multiple of the vector's width.
#pragma once

#include <stdint.h>

namespace looprig {

enum class Activation : int32_t { None, Relu, Elu, Tanh };

// A convolution of an image that is padded already. Weights lie as [tile of outputs][row][column][input][outputs of the tile].
struct ConvolutionTask {
    const float* input;
    int64_t input_row, input_pixel;  // steps in floats
    int32_t out_width;
    int32_t stride_rows, stride_columns;
    int32_t kernel_rows, kernel_columns, channels;
    const float* weights;
    const float* bias;               // one an output, padded
    int32_t outputs;                 // padded
    float* output;
    int64_t output_pixel;
    Activation activation;
};

// A convolution of each channel with its own kernel, stride 1, of an image that is padded already. Weights lie as [row][column][channel].
struct DepthwiseTask {
    const float* input;
    int64_t input_row;               // steps in floats; a pixel is `channels` long
    int32_t out_width;
    int32_t kernel_rows, kernel_columns, channels;
    const float* weights;
    const float* bias;
    float* output;
    Activation activation;
};

constexpr int kMaxPoints = 7;
constexpr int kTile = 4;

// Cook-Toom convolution by tiles of 4 x 4 outputs. A stride of 2 is four convolutions of every second pixel ("phases"), summed.
struct TileTask {
    const float* input;              // padded so that every tile is inside
    int64_t input_row, input_pixel;
    int32_t stride, channels, outputs;  // padded
    int32_t tile_rows, tile_columns, out_height, out_width;
    int32_t points, phases;
    float data_transform[kMaxPoints][kMaxPoints];
    float result_transform[kTile][kMaxPoints];
    const float* weights;            // [point][output tile][used phase][channel][outputs of the tile]
    const int64_t* weight_offsets;   // by point
    const int32_t* phase_used;       // [point][phase]: the last point of a direction is idle for phases with a tap less
    float* transformed;              // [point][tile][phase][channel]
    int64_t transformed_point, transformed_tile;  // steps; no multiples of a page, which would crowd into few sets of the cache
    float* products;                 // [point][tile][output]
    const float* bias;
    float* output;
    int64_t output_pixel;
    Activation activation;
};

struct LinearTask {
    const float* input;              // [rows, in]
    const float* weights;            // [out, in]
    const float* bias;               // may be null
    float* output;                   // [rows, out]
    int32_t rows, in, out;
    int64_t input_step;              // from row to row
    Activation activation;
};

// Reads each unit's feature vector at its place in the image: bilinear, then a weighted sum over channels.
struct ReadoutTask {
    const float* input;
    int64_t input_row, input_pixel;
    int32_t height, width, channels;  // padded
    const float* grid;               // [unit][x, y]
    const float* features;           // [unit][channel], padded
    const float* bias;               // may be null
    float* output;
    int32_t border, align_corners;   // border: outside is the nearest pixel; else zero
};

struct Kernels {
    const char* name;
    int32_t width;                   // floats of a vector
    int32_t tile;                    // outputs of a weight tile of ConvolutionTask and TileTask (or fewer vectors, if there are fewer outputs)
    void (*convolution)(const ConvolutionTask& task, int64_t first_pixel, int64_t end_pixel);
    void (*depthwise)(const DepthwiseTask& task, int64_t first_row, int64_t end_row);
    void (*tiles_in)(const TileTask& task, int64_t first, int64_t end);        // tile * phases + phase
    void (*tiles_multiply)(const TileTask& task, int64_t first, int64_t end);  // points squared
    void (*tiles_out)(const TileTask& task, int64_t first, int64_t end);       // tiles
    void (*linear)(const LinearTask& task, int64_t first, int64_t end);        // outputs
    void (*readout)(const ReadoutTask& task, int64_t first, int64_t end);      // units
};

extern const Kernels kPortableKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

const Kernels& kernels();               // the widest that this processor has
bool choose_kernels(const char* name);  // for tests, before the first program: weights are packed for one width

}  // namespace looprig

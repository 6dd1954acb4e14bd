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

// ---- maps: images whose channels are multiples of the vector, unpadded, the channels of a group together ----

constexpr int kMaxSources = 4;

// One of the maps whose channels, joined group by group, a convolution reads.
struct MapSource {
    const float* data;
    int64_t pixel;                   // step in floats
    int32_t channels;                // of a group
    int32_t group;                   // step between groups
};

// A 1x1 convolution. Weights lie as [group][output tile][channel over the sources][outputs of the tile], tiles of four vectors or what is left.
struct PointwiseTask {
    int32_t sources;
    MapSource source[kMaxSources];
    int32_t groups, outputs;         // outputs of a group
    const float* weights;
    const float* bias;               // [group][output]
    const float* addend;             // a map added before the activation; may be null
    int64_t addend_pixel;
    float* output;
    int64_t output_pixel;
    Activation activation;
    // An LSTM's gates instead of an activation: the outputs are, by vectors, the four gates of the same channels; `output` gets the hidden state.
    const float* cell;
    int64_t cell_pixel;
    float* next_cell;                // null: no gates
};

// A 3x3 convolution of stride 1 with a border of zeros by Cook-Toom tiles. Weights lie as
// [group][point][output tile of four vectors, then two, then one][channel over the sources][outputs of the tile].
struct MapTileTask {
    int32_t sources;
    MapSource source[kMaxSources];
    int32_t height, width, tile_rows, tile_columns;
    int32_t groups, outputs;         // outputs of a group
    const float* weights;
    const float* bias;
    const float* addend;             // may be null
    int64_t addend_pixel;
    float* output;
    int64_t output_pixel;
    Activation activation;
};

// Joins maps group by group and takes the means of windows (of 1 x 1: only joins).
struct PoolTask {
    int32_t sources;
    MapSource source[kMaxSources];
    int32_t groups, rows, columns;   // of a window
    int32_t width, out_width;
    float* output;
    int64_t output_pixel;
};

struct GeluTask {
    const float* input;
    float* output;
    float scale;
};

// Every pixel attends to every pixel, head by head: query, key and value are products of the input's channels of the head; queries and keys have norm 1,
// queries then a scale by channel.
struct AttentionTask {
    const float* input;              // [token][head][channel]
    int64_t input_pixel;
    int32_t tokens, channels;        // channels of a head
    const float* weights;            // [head][query, key, value][in][out]
    const float* scale;              // [head][channel], small enough for e^scale
    float* output;                   // [token][head][channel]
    int64_t output_pixel;
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
    void (*pointwise)(const PointwiseTask& task, int64_t first, int64_t end);  // pixels
    int64_t (*map_chunks)(const MapTileTask& task);                            // of a group
    int64_t (*map_scratch)(const MapTileTask& task);                           // floats that a thread needs
    void (*map_tiles)(const MapTileTask& task, int64_t first, int64_t end, float* scratch);  // group * chunks + chunk
    void (*pool)(const PoolTask& task, int64_t first, int64_t end);            // rows of the result
    void (*gelu)(const GeluTask& task, int64_t first, int64_t end);            // elements
    int64_t (*attention_scratch)(const AttentionTask& task);                   // floats that a thread needs
    void (*attention)(const AttentionTask& task, int64_t first, int64_t end, float* scratch);  // heads
};

extern const Kernels kPortableKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

const Kernels& kernels();               // the widest that this processor has
bool choose_kernels(const char* name);  // for tests, before the first program: weights are packed for one width

}  // namespace looprig

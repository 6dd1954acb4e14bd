// Kernels over maps: images [1, C, H, W] whose channels lie together, pixel after pixel, and are joined, convolved, attended and gated group by group.
#pragma once

#include "kernels/kernels.h"
#include "program.h"

namespace looprig {

// A convolution 1x1, or 3x3 with a border of zeros, of maps that are joined group by group. A run's inputs: the sources, the map that is added, the bias.
struct MapConvolutionSpec {
    std::vector<int64_t> channels;  // of each source
    int64_t groups = 1, height = 0, width = 0;
    at::Tensor weights;             // double [O, channels of a group source after source, kH, kW]
    at::Tensor bias;                // double [O]
    bool addend = false;            // a map [1, O, H, W] is added before the activation
    bool run_bias = false;          // a bias [O] comes with each run
    Activation activation = Activation::None;
};

// Null where the sizes are no multiples of the vector.
std::unique_ptr<Kernel> make_map_convolution(const MapConvolutionSpec& spec);

// A 1x1 convolution to the gates i, f, g, o of an LSTM, [group][gate][channel], and the state behind them. Inputs: the sources, c; results: h', c'.
std::unique_ptr<Kernel> make_lstm(const MapConvolutionSpec& spec);

// Maps joined group by group and averaged over windows.
std::unique_ptr<Kernel> make_pool(std::vector<int64_t> channels, int64_t groups, int64_t height, int64_t width, int64_t rows, int64_t columns);

// scale * gelu(x).
std::unique_ptr<Kernel> make_gelu(int64_t channels, int64_t height, int64_t width, double scale);

// Attention of all pixels of a map [1, heads C, H, W] to all; weights double [heads, 3, C out, C in] for queries, keys and values, scale [heads, C].
std::unique_ptr<Kernel> make_attention(const at::Tensor& weights, const at::Tensor& scale, int64_t height, int64_t width);

}  // namespace looprig

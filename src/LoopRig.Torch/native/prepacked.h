// The kernels as parts of a program: weights folded and packed once, results in buffers of their own.
#pragma once

#include "kernels/kernels.h"
#include "program.h"

namespace looprig {

// One image [1, C, H, W] by weights [O, C, kH, kW]; a bias an output, fixed, plus one that may come with each run, scaled by output.
struct ConvolutionSpec {
    at::Tensor weights;   // double, on the CPU
    at::Tensor bias;      // double [O]
    at::Tensor run_scale; // double [O], or undefined: no bias comes with a run
    int64_t stride_rows = 1, stride_columns = 1, padding_rows = 0, padding_columns = 0;
    int64_t height = 0, width = 0;
    Activation activation = Activation::None;
};

// Null where libtorch's own convolution is the better one.
std::unique_ptr<Kernel> make_convolution(const ConvolutionSpec& spec);
std::unique_ptr<Kernel> make_depthwise(const ConvolutionSpec& spec);

// [rows, in] by weights [out, in], with the shape of the result.
std::unique_ptr<Kernel> make_linear(const at::Tensor& weights, const at::Tensor& bias, Activation activation, std::vector<int64_t> shape);

// Image [1, C, H, W] sampled at a grid of U places (undefined: it comes with each run), times features [U, C], summed over channels.
std::unique_ptr<Kernel> make_readout(const at::Tensor& features, const at::Tensor& bias, const at::Tensor& grid, bool border, bool align_corners, std::vector<int64_t> shape);

}  // namespace looprig

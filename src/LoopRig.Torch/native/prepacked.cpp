#include "prepacked.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/Parallel.h>

#include <cmath>
#include <cstring>

namespace looprig {

constexpr int64_t kCacheLine = 16;  // floats

static int64_t rounded(int64_t channels) { return (channels + kernels().width - 1) / kernels().width * kernels().width; }

static at::Tensor zeros(int64_t count) { return at::zeros({count}, at::kFloat); }

static at::Tensor padded_vector(const at::Tensor& values, int64_t count) {
    auto vector = zeros(count);
    vector.narrow(0, 0, values.numel()).copy_(values);
    return vector;
}

// Splits the work over libtorch's threads; a single thread calls straight through.
template <typename F>
static void parallel(int64_t count, const F& work) {
    const int64_t threads = at::get_num_threads();
    if (threads == 1) return work(0, count);
    at::parallel_for(0, count, (count + threads - 1) / threads, work);
}

// An image as the kernels read it.
struct Image {
    const float* data;
    int64_t row, pixel;  // steps in floats
};

// Copies images into a frame of zeros, channels innermost and padded.
class Frame {
public:
    Frame(int64_t height, int64_t width, int64_t channels, int64_t top, int64_t left)
        : height_(height), width_(width), channels_(channels), top_(top), left_(left), memory_(zeros(height * width * channels)) {}

    Image fill(const at::Tensor& image) {
        const auto* from = image.data_ptr<float>();
        auto* to = memory_.data_ptr<float>() + (top_ * width_ + left_) * channels_;
        const int64_t count = image.size(1), rows = image.size(2), columns = image.size(3);
        const int64_t channel = image.stride(1), row = image.stride(2), pixel = image.stride(3);
        for (int64_t y = 0; y < rows; y++) {
            for (int64_t x = 0; x < columns; x++) {
                const float* source = from + y * row + x * pixel;
                float* target = to + (y * width_ + x) * channels_;
                if (channel == 1) {
                    std::memcpy(target, source, count * sizeof(float));
                } else {
                    for (int64_t c = 0; c < count; c++) target[c] = source[c * channel];
                }
            }
        }
        return {memory_.data_ptr<float>(), width_ * channels_, channels_};
    }

private:
    int64_t height_, width_, channels_, top_, left_;
    at::Tensor memory_;
};

// What every convolution has: sizes, folded bias, the result's buffer seen as [1, O, H', W'].
class ConvolutionKernel : public PlainKernel {
protected:
    explicit ConvolutionKernel(const ConvolutionSpec& spec) : spec_(spec) {
        const auto& weights = spec.weights;
        outputs_ = rounded(weights.size(0));
        out_height_ = (spec.height + 2 * spec.padding_rows - weights.size(2)) / spec.stride_rows + 1;
        out_width_ = (spec.width + 2 * spec.padding_columns - weights.size(3)) / spec.stride_columns + 1;
        bias_ = padded_vector(spec.bias, outputs_);
        step_bias_ = bias_;
        if (spec.run_scale.defined()) {
            step_bias_ = bias_.clone();
            run_scale_ = padded_vector(spec.run_scale, outputs_);
        }
        memory_ = zeros(out_height_ * out_width_ * outputs_);
        result_ = memory_.as_strided({1, weights.size(0), out_height_, out_width_}, {out_height_ * out_width_ * outputs_, 1, out_width_ * outputs_, outputs_});
    }

    // The bias of this run.
    const float* bias(const at::Tensor* inputs) {
        if (spec_.run_scale.defined()) {
            const auto given = inputs[1].reshape({-1}).contiguous();
            const auto* value = given.data_ptr<float>();
            for (int64_t o = 0; o < given.numel(); o++) step_bias_.data_ptr<float>()[o] = bias_.data_ptr<float>()[o] + run_scale_.data_ptr<float>()[o] * value[o];
        }
        return step_bias_.data_ptr<float>();
    }

    ConvolutionSpec spec_;
    int64_t outputs_, out_height_, out_width_;
    at::Tensor bias_, step_bias_, run_scale_, memory_, result_;
};

static const char* suffix(Activation activation) {
    static const char* const names[] = {"", "_relu", "_elu", "_tanh"};
    return names[static_cast<int>(activation)];
}

class DirectConvolution final : public ConvolutionKernel {
public:
    explicit DirectConvolution(const ConvolutionSpec& spec)
        : ConvolutionKernel(spec), frame_(spec.height + 2 * spec.padding_rows, spec.width + 2 * spec.padding_columns, spec.weights.size(1), spec.padding_rows, spec.padding_columns) {
        const auto taps = spec.weights.permute({2, 3, 1, 0}).contiguous().to(at::kFloat);  // [kH, kW, C, O]
        const int64_t count = taps.numel() / taps.size(3), tile = kernels().tile;
        packed_ = zeros(count * outputs_);
        auto* to = packed_.data_ptr<float>();
        for (int64_t first = 0; first < outputs_; first += tile) {
            const int64_t wide = std::min(tile, outputs_ - first);
            for (int64_t tap = 0; tap < count; tap++, to += wide)
                for (int64_t o = 0; o < wide && first + o < taps.size(3); o++) to[o] = taps.data_ptr<float>()[tap * taps.size(3) + first + o];
        }
        task_ = {};
        task_.out_width = static_cast<int32_t>(out_width_);
        task_.stride_rows = static_cast<int32_t>(spec.stride_rows);
        task_.stride_columns = static_cast<int32_t>(spec.stride_columns);
        task_.kernel_rows = static_cast<int32_t>(spec.weights.size(2));
        task_.kernel_columns = static_cast<int32_t>(spec.weights.size(3));
        task_.channels = static_cast<int32_t>(spec.weights.size(1));
        task_.weights = packed_.data_ptr<float>();
        task_.outputs = static_cast<int32_t>(outputs_);
        task_.output = memory_.data_ptr<float>();
        task_.output_pixel = outputs_;
        task_.activation = spec.activation;
    }

    std::string name() const override { return std::string("looprig::convolution") + suffix(spec_.activation); }

    at::Tensor value(const at::Tensor* inputs) override {
        const auto& image = inputs[0];
        const bool padded = spec_.padding_rows > 0 || spec_.padding_columns > 0;
        const bool inner = image.stride(1) == 1 || image.size(1) == 1;
        const Image in = padded || !inner ? frame_.fill(image) : Image{image.data_ptr<float>(), image.stride(2), image.stride(3)};
        auto task = task_;
        task.input = in.data;
        task.input_row = in.row;
        task.input_pixel = in.pixel;
        task.bias = bias(inputs);
        parallel(out_height_ * out_width_, [&](int64_t first, int64_t end) { kernels().convolution(task, first, end); });
        return result_;
    }

private:
    Frame frame_;
    at::Tensor packed_;
    ConvolutionTask task_;
};

// The matrices of Cook and Toom for tiles of 4 outputs and r taps, from evaluation at points and at infinity: with V(c) the powers 0 .. c-1 of
// the points, results are V(4)^T [(V(r) g) * (V(n)^-T d)], n = 4 + r - 1. The points were chosen for the smallest single-precision error.
struct CookToom {
    int points;
    at::Tensor data, kernel, result;  // double: [n, n], [n, r], [4, n]

    explicit CookToom(int64_t taps) : points(static_cast<int>(kTile + taps - 1)) {
        const double at[] = {0, 1, -1, 0.5, -2, 2};
        const auto powers = [&](int64_t count) {
            auto matrix = at::zeros({points, count}, at::kDouble);
            auto* m = matrix.data_ptr<double>();
            for (int p = 0; p < points - 1; p++)
                for (int64_t k = 0; k < count; k++) m[p * count + k] = std::pow(at[p], k);
            m[points * count - 1] = 1;
            return matrix;
        };
        data = powers(points).inverse().t().contiguous();
        kernel = powers(taps);
        result = powers(kTile).t().contiguous();
        const auto size = data.abs().amax({1}, true);
        data = data / size;
        kernel = kernel * size;
    }
};

// Strided convolutions of many channels: a quarter of the multiplications, which leaves reading the weights as the cost.
class TiledConvolution final : public ConvolutionKernel {
public:
    static int64_t taps(const ConvolutionSpec& spec) { return (std::max(spec.weights.size(2), spec.weights.size(3)) + spec.stride_rows - 1) / spec.stride_rows; }

    explicit TiledConvolution(const ConvolutionSpec& spec)
        : ConvolutionKernel(spec), matrices_(taps(spec)), channels_(rounded(spec.weights.size(1))), tile_rows_((out_height_ + kTile - 1) / kTile),
          tile_columns_((out_width_ + kTile - 1) / kTile), frame_(side(tile_rows_), side(tile_columns_), channels_, spec.padding_rows, spec.padding_columns) {
        const int n = matrices_.points;
        const int64_t tiles = tile_rows_ * tile_columns_, phases = spec.stride_rows * spec.stride_rows;
        task_ = {};
        task_.transformed_tile = phases * channels_ + kCacheLine;
        task_.transformed_point = tiles * task_.transformed_tile + kCacheLine;
        transformed_ = zeros(n * n * task_.transformed_point);
        products_ = zeros(n * n * tiles * outputs_);
        pack();
        task_.stride = static_cast<int32_t>(spec.stride_rows);
        task_.channels = static_cast<int32_t>(channels_);
        task_.outputs = static_cast<int32_t>(outputs_);
        task_.tile_rows = static_cast<int32_t>(tile_rows_);
        task_.tile_columns = static_cast<int32_t>(tile_columns_);
        task_.out_height = static_cast<int32_t>(out_height_);
        task_.out_width = static_cast<int32_t>(out_width_);
        task_.points = n;
        task_.phases = static_cast<int32_t>(phases);
        for (int p = 0; p < n; p++) {
            for (int i = 0; i < n; i++) task_.data_transform[p][i] = static_cast<float>(matrices_.data.data_ptr<double>()[p * n + i]);
            for (int i = 0; i < kTile; i++) task_.result_transform[i][p] = static_cast<float>(matrices_.result.data_ptr<double>()[i * n + p]);
        }
        task_.weights = packed_.data();
        task_.weight_offsets = offsets_.data();
        task_.phase_used = used_.data();
        task_.transformed = transformed_.data_ptr<float>();
        task_.products = products_.data_ptr<float>();
        task_.output = memory_.data_ptr<float>();
        task_.output_pixel = outputs_;
        task_.activation = spec.activation;
    }

    std::string name() const override { return std::string("looprig::convolution_tiled") + suffix(spec_.activation); }

    at::Tensor value(const at::Tensor* inputs) override {
        auto task = task_;
        const Image in = frame_.fill(inputs[0]);
        task.input = in.data;
        task.input_row = in.row;
        task.input_pixel = in.pixel;
        task.bias = bias(inputs);
        const int64_t tiles = tile_rows_ * tile_columns_;
        parallel(tiles * task.phases, [&](int64_t first, int64_t end) { kernels().tiles_in(task, first, end); });
        parallel(int64_t(task.points) * task.points, [&](int64_t first, int64_t end) { kernels().tiles_multiply(task, first, end); });
        parallel(tiles, [&](int64_t first, int64_t end) { kernels().tiles_out(task, first, end); });
        return result_;
    }

private:
    // Rows that all tiles together read.
    int64_t side(int64_t tiles) const { return (tiles * kTile + matrices_.points - kTile) * spec_.stride_rows + spec_.padding_rows + spec_.padding_columns; }

    void pack() {
        const auto& weights = spec_.weights;
        const int64_t stride = spec_.stride_rows, phases = stride * stride, taps = matrices_.kernel.size(1), n = matrices_.points;
        const int64_t outputs = weights.size(0), channels = weights.size(1), tile = 2 * kernels().width;
        used_.assign(n * n * phases, 1);
        std::vector<at::Tensor> transformed;  // by phase: [n, n, C, O]
        for (int64_t phase = 0; phase < phases; phase++) {
            auto part = at::zeros({outputs, channels, taps, taps}, at::kDouble);
            const int64_t top = phase / stride, left = phase % stride;
            const auto own = weights.slice(2, top, weights.size(2), stride).slice(3, left, weights.size(3), stride);
            part.narrow(2, 0, own.size(2)).narrow(3, 0, own.size(3)).copy_(own);
            transformed.push_back(at::matmul(at::matmul(matrices_.kernel, part), matrices_.kernel.t()).permute({2, 3, 1, 0}).contiguous().to(at::kFloat));
            for (int64_t i = 0; i < n; i++) {
                if (own.size(2) < taps) used_[((n - 1) * n + i) * phases + phase] = 0;
                if (own.size(3) < taps) used_[(i * n + n - 1) * phases + phase] = 0;
            }
        }
        for (int64_t point = 0; point < n * n; point++) {
            offsets_.push_back(static_cast<int64_t>(packed_.size()));
            for (int64_t first = 0; first < outputs_; first += tile) {
                const int64_t wide = std::min(tile, outputs_ - first);
                for (int64_t phase = 0; phase < phases; phase++) {
                    if (!used_[point * phases + phase]) continue;
                    const auto* from = transformed[phase].data_ptr<float>() + point * channels * outputs;
                    for (int64_t c = 0; c < channels_; c++)
                        for (int64_t o = first; o < first + wide; o++) packed_.push_back(c < channels && o < outputs ? from[c * outputs + o] : 0.0f);
                }
            }
        }
    }

    CookToom matrices_;
    int64_t channels_, tile_rows_, tile_columns_;
    Frame frame_;
    at::Tensor transformed_, products_;
    std::vector<float> packed_;
    std::vector<int64_t> offsets_;
    std::vector<int32_t> used_;
    TileTask task_;
};

class DepthwiseConvolution final : public ConvolutionKernel {
public:
    explicit DepthwiseConvolution(const ConvolutionSpec& spec)
        : ConvolutionKernel(spec), frame_(spec.height + 2 * spec.padding_rows, spec.width + 2 * spec.padding_columns, outputs_, spec.padding_rows, spec.padding_columns) {
        const int64_t channels = spec.weights.size(0), rows = spec.weights.size(2), columns = spec.weights.size(3);
        packed_ = at::zeros({rows, columns, outputs_}, at::kFloat);
        packed_.narrow(2, 0, channels).copy_(spec.weights.squeeze(1).permute({1, 2, 0}));
        task_ = {};
        task_.input_row = (spec.width + 2 * spec.padding_columns) * outputs_;
        task_.out_width = static_cast<int32_t>(out_width_);
        task_.kernel_rows = static_cast<int32_t>(rows);
        task_.kernel_columns = static_cast<int32_t>(columns);
        task_.channels = static_cast<int32_t>(outputs_);
        task_.weights = packed_.data_ptr<float>();
        task_.output = memory_.data_ptr<float>();
        task_.activation = spec.activation;
    }

    std::string name() const override { return std::string("looprig::convolution_depthwise") + suffix(spec_.activation); }

    at::Tensor value(const at::Tensor* inputs) override {
        auto task = task_;
        task.input = frame_.fill(inputs[0]).data;
        task.bias = bias(inputs);
        parallel(out_height_, [&](int64_t first, int64_t end) { kernels().depthwise(task, first, end); });
        return result_;
    }

private:
    Frame frame_;
    at::Tensor packed_;
    DepthwiseTask task_;
};

std::unique_ptr<Kernel> make_convolution(const ConvolutionSpec& spec) {
    const auto& weights = spec.weights;
    const int64_t taps = TiledConvolution::taps(spec), channels = weights.size(1);
    // Few channels leave too little to multiply for the transforms to pay.
    const bool tiled = spec.stride_rows == spec.stride_columns && spec.stride_rows <= 2 && (taps == 3 || taps == 4) && channels >= 32 && weights.size(0) >= 32 &&
                       weights.size(2) == weights.size(3) && weights.size(2) > spec.stride_rows;
    const int64_t pixels = ((spec.height + 2 * spec.padding_rows - weights.size(2)) / spec.stride_rows + 1) *
                           ((spec.width + 2 * spec.padding_columns - weights.size(3)) / spec.stride_columns + 1);
    if (tiled && pixels > 24) return std::make_unique<TiledConvolution>(spec);
    // The direct form reads all weights once for six pixels: it wins while they stay in the near caches, or where there are few pixels.
    const int64_t bytes = weights.numel() / weights.size(0) * std::min<int64_t>(kernels().tile, rounded(weights.size(0))) * 4;
    if (bytes <= 192 << 10 || pixels <= 24) return std::make_unique<DirectConvolution>(spec);
    return nullptr;
}

std::unique_ptr<Kernel> make_depthwise(const ConvolutionSpec& spec) { return std::make_unique<DepthwiseConvolution>(spec); }

class LinearKernel final : public PlainKernel {
public:
    LinearKernel(const at::Tensor& weights, const at::Tensor& bias, Activation activation, std::vector<int64_t> shape)
        : weights_(weights.to(at::kFloat).contiguous()), bias_(bias.defined() ? bias.to(at::kFloat).contiguous() : at::Tensor()), result_(at::zeros(shape, at::kFloat)) {
        task_ = {};
        task_.weights = weights_.data_ptr<float>();
        task_.bias = bias_.defined() ? bias_.data_ptr<float>() : nullptr;
        task_.output = result_.data_ptr<float>();
        task_.in = static_cast<int32_t>(weights.size(1));
        task_.out = static_cast<int32_t>(weights.size(0));
        task_.rows = static_cast<int32_t>(result_.numel() / weights.size(0));
        task_.input_step = task_.in;
        task_.activation = activation;
    }

    std::string name() const override { return std::string("looprig::linear") + suffix(task_.activation); }

    at::Tensor value(const at::Tensor* inputs) override {
        const auto in = inputs[0].contiguous();
        auto task = task_;
        task.input = in.data_ptr<float>();
        // Waking a thread costs about as much as reading a quarter of a megabyte.
        if (int64_t(task.in) * task.out < 1 << 16) kernels().linear(task, 0, task.out);
        else parallel(task.out, [&](int64_t first, int64_t end) { kernels().linear(task, first, end); });
        return result_;
    }

private:
    at::Tensor weights_, bias_, result_;
    LinearTask task_;
};

std::unique_ptr<Kernel> make_linear(const at::Tensor& weights, const at::Tensor& bias, Activation activation, std::vector<int64_t> shape) {
    return std::make_unique<LinearKernel>(weights, bias, activation, std::move(shape));
}

class ReadoutKernel final : public PlainKernel {
public:
    ReadoutKernel(const at::Tensor& features, const at::Tensor& bias, const at::Tensor& grid, bool border, bool align_corners, std::vector<int64_t> shape)
        : grid_(grid.defined() ? grid.contiguous() : grid), bias_(bias.defined() ? bias.to(at::kFloat).contiguous() : bias), result_(at::zeros(shape, at::kFloat)) {
        channels_ = rounded(features.size(1));
        features_ = at::zeros({features.size(0), channels_}, at::kFloat);
        features_.narrow(1, 0, features.size(1)).copy_(features);
        task_ = {};
        task_.channels = static_cast<int32_t>(channels_);
        task_.features = features_.data_ptr<float>();
        task_.bias = bias_.defined() ? bias_.data_ptr<float>() : nullptr;
        task_.output = result_.data_ptr<float>();
        task_.border = border ? 1 : 0;
        task_.align_corners = align_corners ? 1 : 0;
    }

    std::string name() const override { return "looprig::readout"; }

    at::Tensor value(const at::Tensor* inputs) override {
        const auto& image = inputs[0];
        const auto grid = grid_.defined() ? grid_ : inputs[1].contiguous();
        auto task = task_;
        task.height = static_cast<int32_t>(image.size(2));
        task.width = static_cast<int32_t>(image.size(3));
        Image in{image.data_ptr<float>(), image.stride(2), image.stride(3)};
        if (image.stride(1) != 1 || image.size(1) != channels_) {
            if (!frame_) frame_ = std::make_unique<Frame>(image.size(2), image.size(3), channels_, 0, 0);
            in = frame_->fill(image);
        }
        task.input = in.data;
        task.input_row = in.row;
        task.input_pixel = in.pixel;
        task.grid = grid.data_ptr<float>();
        parallel(result_.numel(), [&](int64_t first, int64_t end) { kernels().readout(task, first, end); });
        return result_;
    }

private:
    at::Tensor grid_, bias_, features_, result_;
    int64_t channels_;
    std::unique_ptr<Frame> frame_;
    ReadoutTask task_;
};

std::unique_ptr<Kernel> make_readout(const at::Tensor& features, const at::Tensor& bias, const at::Tensor& grid, bool border, bool align_corners, std::vector<int64_t> shape) {
    return std::make_unique<ReadoutKernel>(features, bias, grid, border, align_corners, std::move(shape));
}

}  // namespace looprig

using namespace looprig;

int32_t lr_kernels(const char** name) {
    *name = kernels().name;
    return 0;
}

int32_t lr_choose_kernels(const char* name) {
    LR_GUARD_BEGIN
    TORCH_CHECK(choose_kernels(name), "this processor does not run the kernels '", name, "'");
    LR_GUARD_END
}

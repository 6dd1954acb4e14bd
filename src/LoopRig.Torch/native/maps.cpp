#include "maps.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <cmath>
#include <cstdlib>

namespace looprig {

namespace {

// Splits the work over libtorch's threads; a single thread calls straight through.
template <typename F>
void parallel(int64_t count, const F& work) {
    const int64_t threads = at::get_num_threads();
    if (threads == 1 || at::in_parallel_region()) return work(0, count);
    at::parallel_for(0, count, (count + threads - 1) / threads, work);
}

// What a thread's kernels write and read again within a call; shared by all of them, so that it stays in the near caches.
float* scratch(int64_t floats) {
    struct Memory {
        float* data = nullptr;
        int64_t floats = 0;
        ~Memory() { std::free(data); }
    };
    static thread_local Memory memory;
    if (memory.floats < floats) {
        std::free(memory.data);
        memory.floats = (floats + 15) / 16 * 16;
        memory.data = static_cast<float*>(std::aligned_alloc(64, memory.floats * sizeof(float)));
        TORCH_CHECK(memory.data != nullptr, "out of memory");
    }
    return memory.data;
}

bool is_map(const at::Tensor& tensor) {
    return tensor.stride(1) == 1 && tensor.stride(3) == tensor.size(1) && tensor.stride(2) == tensor.size(1) * tensor.size(3) && tensor.scalar_type() == at::kFloat;
}

at::Tensor new_map(int64_t channels, int64_t height, int64_t width) {
    return at::zeros({height * width * channels}, at::kFloat).as_strided({1, channels, height, width}, {height * width * channels, 1, width * channels, channels});
}

// An input that may lie otherwise: in the first runs a state does.
class MapInput {
public:
    const float* data(const at::Tensor& given) {
        if (is_map(given)) return given.data_ptr<float>();
        if (!copy_.defined()) copy_ = new_map(given.size(1), given.size(2), given.size(3));
        copy_.copy_(given);
        return copy_.data_ptr<float>();
    }

private:
    at::Tensor copy_;
};

// A result in as many buffers as runs need it, taken in turn.
class MapResult {
public:
    MapResult(int64_t channels, int64_t height, int64_t width) : buffers_{new_map(channels, height, width)} {}

    void keep(int64_t runs) {
        const auto first = buffers_[0];
        while (static_cast<int64_t>(buffers_.size()) <= runs) buffers_.push_back(new_map(first.size(1), first.size(2), first.size(3)));
    }

    const at::Tensor& of(int64_t turn) const { return buffers_[turn % buffers_.size()]; }

private:
    std::vector<at::Tensor> buffers_;
};

class MapKernel : public Kernel {
public:
    bool keep(size_t result, int64_t runs) override {
        results_[result].keep(runs);
        return true;
    }

protected:
    void add_result(int64_t channels, int64_t height, int64_t width) { results_.emplace_back(channels, height, width); }

    float* result(size_t index, int64_t turn, at::Tensor* results) const {
        results[index] = results_[index].of(turn);
        return results[index].data_ptr<float>();
    }

private:
    std::vector<MapResult> results_;
};

// Joined maps as the kernels read them.
class Sources {
public:
    Sources(std::vector<int64_t> channels, int64_t groups) : channels_(std::move(channels)), inputs_(channels_.size()), groups_(groups) {}

    int32_t count() const { return static_cast<int32_t>(channels_.size()); }

    void read(const at::Tensor* inputs, MapSource* sources) {
        for (size_t s = 0; s < channels_.size(); s++) {
            const auto group = static_cast<int32_t>(channels_[s] / groups_);
            sources[s] = {inputs_[s].data(inputs[s]), channels_[s], group, group};
        }
    }

private:
    std::vector<int64_t> channels_;
    std::vector<MapInput> inputs_;
    int64_t groups_;
};

const char* suffix(Activation activation) {
    static const char* const names[] = {"", "_relu", "_elu", "_tanh"};
    return names[static_cast<int>(activation)];
}

class MapConvolution : public MapKernel {
protected:
    explicit MapConvolution(const MapConvolutionSpec& spec)
        : spec_(spec), sources_(spec.channels, spec.groups), outputs_(spec.weights.size(0)), bias_(spec.bias.to(at::kFloat).contiguous().clone()), step_bias_(bias_.clone()) {}

    // The bias of this run.
    const float* bias(const at::Tensor& given) {
        const auto values = given.reshape({-1}).contiguous();
        const auto* value = values.data_ptr<float>();
        for (int64_t o = 0; o < outputs_; o++) step_bias_.data_ptr<float>()[o] = bias_.data_ptr<float>()[o] + value[o];
        return step_bias_.data_ptr<float>();
    }

    template <typename Task>
    void read(Task& task, const at::Tensor* inputs) {
        sources_.read(inputs, task.source);
        inputs += sources_.count();
        if (spec_.addend) task.addend = addend_.data(*inputs++);
        if (spec_.run_bias) task.bias = bias(*inputs++);
    }

    template <typename Task>
    void begin(Task& task) const {
        task = {};
        task.sources = sources_.count();
        task.groups = static_cast<int32_t>(spec_.groups);
        task.outputs = static_cast<int32_t>(outputs_ / spec_.groups);
        task.bias = bias_.data_ptr<float>();
        task.addend_pixel = outputs_;
        task.output_pixel = outputs_;
        task.activation = spec_.activation;
    }

    MapConvolutionSpec spec_;
    Sources sources_;
    MapInput addend_;
    int64_t outputs_;
    at::Tensor bias_, step_bias_;
};

class Pointwise final : public MapConvolution {
public:
    // With gates the outputs are [group][gate][channel], and a tile of four vectors holds the gates of one vector of channels.
    Pointwise(const MapConvolutionSpec& spec, bool gates) : MapConvolution(spec), gates_(gates) {
        const int64_t width = kernels().width, size = outputs_ / spec.groups;
        auto weights = spec.weights.flatten(1).view({spec.groups, size, -1});
        if (gates) {
            const auto by_tile = [&](const at::Tensor& x) { return x.view({spec.groups, 4, size / 4 / width, width, -1}).transpose(1, 2).reshape({spec.groups, size, -1}); };
            weights = by_tile(weights);
            bias_.copy_(by_tile(bias_.view({spec.groups, size, 1})).reshape({-1}));
        }
        std::vector<at::Tensor> tiles;
        for (int64_t group = 0; group < spec.groups; group++)
            for (int64_t first = 0; first < size; first += 4 * width) tiles.push_back(weights[group].slice(0, first, first + 4 * width).t().reshape({-1}));
        packed_ = at::cat(tiles).to(at::kFloat).contiguous();
        begin(task_);
        task_.weights = packed_.data_ptr<float>();
        const int64_t channels = gates ? outputs_ / 4 : outputs_;
        task_.output_pixel = channels;
        task_.cell_pixel = channels;
        add_result(channels, spec.height, spec.width);
        if (gates) add_result(channels, spec.height, spec.width);
    }

    std::string name() const override { return gates_ ? "looprig::lstm" : std::string("looprig::map_convolution_1x1") + suffix(spec_.activation); }

    void run(const at::Tensor* inputs, at::Tensor* results, int64_t turn) override {
        auto task = task_;
        read(task, inputs);
        task.output = result(0, turn, results);
        if (gates_) {
            task.cell = addend_.data(inputs[sources_.count()]);
            task.next_cell = result(1, turn, results);
        }
        parallel(spec_.height * spec_.width, [&](int64_t first, int64_t end) { kernels().pointwise(task, first, end); });
    }

private:
    bool gates_;
    at::Tensor packed_;
    PointwiseTask task_;
};

class MapTiles final : public MapConvolution {
public:
    explicit MapTiles(const MapConvolutionSpec& spec) : MapConvolution(spec) {
        const int64_t width = kernels().width, size = outputs_ / spec.groups, channels = spec.weights.size(1);
        // The kernel at the points of kernels/maps.inc, each divided by the derivative of their polynomial there: [6, 3].
        const double a = 0.75, b = 1.5, at[] = {0, a, -a, b, -b};
        const double slope[] = {a * a * b * b, 2 * a * a * (a * a - b * b), 2 * a * a * (a * a - b * b), 2 * b * b * (b * b - a * a), 2 * b * b * (b * b - a * a)};
        auto matrix = at::zeros({6, 3}, at::kDouble);
        auto* m = matrix.data_ptr<double>();
        for (int p = 0; p < 5; p++)
            for (int k = 0; k < 3; k++) m[p * 3 + k] = std::pow(at[p], k) / slope[p];
        m[17] = 1;
        const auto points = at::matmul(at::matmul(matrix, spec.weights), matrix.t()).view({spec.groups, size, channels, 36}).permute({0, 3, 2, 1}).to(at::kFloat).contiguous();  // [G, 36, C, O]
        packed_ = at::empty({points.numel()}, at::kFloat);
        const auto* from = points.data_ptr<float>();
        auto* to = packed_.data_ptr<float>();
        for (int64_t item = 0; item < spec.groups * 36; item++, from += channels * size)
            for (int64_t first = 0, tile; first < size; first += tile) {
                const int64_t left = (size - first) / width;
                tile = (left >= 4 ? 4 : left >= 2 ? 2 : 1) * width;
                for (int64_t c = 0; c < channels; c++)
                    for (int64_t o = first; o < first + tile; o++) *to++ = from[c * size + o];
            }
        begin(task_);
        task_.weights = packed_.data_ptr<float>();
        task_.height = static_cast<int32_t>(spec.height);
        task_.width = static_cast<int32_t>(spec.width);
        task_.tile_rows = static_cast<int32_t>((spec.height + kTile - 1) / kTile);
        task_.tile_columns = static_cast<int32_t>((spec.width + kTile - 1) / kTile);
        add_result(outputs_, spec.height, spec.width);
    }

    std::string name() const override { return std::string("looprig::map_convolution_3x3") + suffix(spec_.activation); }

    void run(const at::Tensor* inputs, at::Tensor* results, int64_t turn) override {
        auto task = task_;
        read(task, inputs);
        task.output = result(0, turn, results);
        parallel(spec_.groups * kernels().map_chunks(task), [&](int64_t first, int64_t end) { kernels().map_tiles(task, first, end, scratch(kernels().map_scratch(task))); });
    }

private:
    at::Tensor packed_;
    MapTileTask task_;
};

class Pool final : public MapKernel {
public:
    Pool(std::vector<int64_t> channels, int64_t groups, int64_t height, int64_t width, int64_t rows, int64_t columns) : sources_(channels, groups) {
        task_ = {};
        task_.sources = sources_.count();
        task_.groups = static_cast<int32_t>(groups);
        task_.rows = static_cast<int32_t>(rows);
        task_.columns = static_cast<int32_t>(columns);
        task_.width = static_cast<int32_t>(width);
        task_.out_width = static_cast<int32_t>(width / columns);
        out_height_ = height / rows;
        for (const int64_t count : channels) task_.output_pixel += count;
        add_result(task_.output_pixel, out_height_, width / columns);
    }

    std::string name() const override { return "looprig::pool"; }

    void run(const at::Tensor* inputs, at::Tensor* results, int64_t turn) override {
        auto task = task_;
        sources_.read(inputs, task.source);
        task.output = result(0, turn, results);
        parallel(out_height_, [&](int64_t first, int64_t end) { kernels().pool(task, first, end); });
    }

private:
    Sources sources_;
    int64_t out_height_;
    PoolTask task_;
};

class Gelu final : public MapKernel {
public:
    Gelu(int64_t channels, int64_t height, int64_t width, double scale) : count_(channels * height * width), scale_(static_cast<float>(scale)) { add_result(channels, height, width); }

    std::string name() const override { return "looprig::gelu"; }

    void run(const at::Tensor* inputs, at::Tensor* results, int64_t turn) override {
        const GeluTask task{input_.data(inputs[0]), result(0, turn, results), scale_};
        // Whole cache lines: two threads never write into one.
        parallel(count_ / 16, [&](int64_t first, int64_t end) { kernels().gelu(task, first * 16, end == count_ / 16 ? count_ : end * 16); });
    }

private:
    MapInput input_;
    int64_t count_;
    float scale_;
};

class Attention final : public MapKernel {
public:
    Attention(const at::Tensor& weights, const at::Tensor& scale, int64_t height, int64_t width)
        : heads_(weights.size(0)), weights_(weights.transpose(2, 3).to(at::kFloat).contiguous()), scale_(scale.to(at::kFloat).contiguous().clone()) {
        task_ = {};
        task_.tokens = static_cast<int32_t>(height * width);
        task_.channels = static_cast<int32_t>(weights.size(2));
        task_.input_pixel = task_.output_pixel = heads_ * weights.size(2);
        task_.weights = weights_.data_ptr<float>();
        task_.scale = scale_.data_ptr<float>();
        add_result(task_.output_pixel, height, width);
    }

    std::string name() const override { return "looprig::attention"; }

    void run(const at::Tensor* inputs, at::Tensor* results, int64_t turn) override {
        auto task = task_;
        task.input = input_.data(inputs[0]);
        task.output = result(0, turn, results);
        parallel(heads_, [&](int64_t first, int64_t end) { kernels().attention(task, first, end, scratch(kernels().attention_scratch(task))); });
    }

private:
    int64_t heads_;
    at::Tensor weights_, scale_;
    MapInput input_;
    AttentionTask task_;
};

bool fits(const std::vector<int64_t>& channels, int64_t groups) {
    if (channels.empty() || channels.size() > kMaxSources) return false;
    for (const int64_t count : channels)
        if (count % groups != 0 || count / groups % kernels().width != 0) return false;
    return true;
}

}  // namespace

std::unique_ptr<Kernel> make_map_convolution(const MapConvolutionSpec& spec) {
    const auto& weights = spec.weights;
    if (!fits(spec.channels, spec.groups) || weights.size(0) % spec.groups != 0 || weights.size(0) / spec.groups % kernels().width != 0) return nullptr;
    if (weights.size(2) == 1 && weights.size(3) == 1) return std::make_unique<Pointwise>(spec, false);
    if (weights.size(2) == 3 && weights.size(3) == 3) return std::make_unique<MapTiles>(spec);
    return nullptr;
}

std::unique_ptr<Kernel> make_lstm(const MapConvolutionSpec& spec) {
    if (!fits(spec.channels, spec.groups) || spec.weights.size(0) % (spec.groups * 4 * kernels().width) != 0) return nullptr;
    return std::make_unique<Pointwise>(spec, true);
}

std::unique_ptr<Kernel> make_pool(std::vector<int64_t> channels, int64_t groups, int64_t height, int64_t width, int64_t rows, int64_t columns) {
    return fits(channels, groups) ? std::make_unique<Pool>(std::move(channels), groups, height, width, rows, columns) : nullptr;
}

std::unique_ptr<Kernel> make_gelu(int64_t channels, int64_t height, int64_t width, double scale) { return std::make_unique<Gelu>(channels, height, width, scale); }

std::unique_ptr<Kernel> make_attention(const at::Tensor& weights, const at::Tensor& scale, int64_t height, int64_t width) {
    // The softmax is taken without its maximum, which a query's norm bounds.
    const bool small = scale.abs().max().item<double>() <= 40;
    return small && weights.size(2) % kernels().width == 0 ? std::make_unique<Attention>(weights, scale, height, width) : nullptr;
}

}  // namespace looprig

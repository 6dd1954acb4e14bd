// Rewrites a recorded step. Chains of calls that are one computation become one kernel; batch norm disappears into weights.
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "prepacked.h"
#include "rewriter.h"

namespace looprig {

using c10::IValue;

namespace {

class Optimiser : Rewriter {
public:
    explicit Optimiser(Program& program) : Rewriter(program), cpu_(program.device.is_cpu()) {}

    void run() {
        using Rewrite = void (Optimiser::*)(size_t);
        // The kernels are the processor's; on a GPU only norms are folded.
        const auto rewrites = cpu_ ? std::vector<Rewrite>{&Optimiser::fuse_convolution, &Optimiser::fuse_linear, &Optimiser::fuse_readout} : std::vector<Rewrite>{&Optimiser::fuse_convolution};
        for (const auto rewrite : rewrites) {
            index();
            for (size_t i = 0; i < program_.nodes.size(); i++) (this->*rewrite)(i);
            drop_dead(program_);
        }
    }

private:
    struct Norm {
        at::Tensor scale, shift;  // double [C]
    };

    // aten::batch_norm(input, weight?, bias?, running_mean?, running_var?, training, momentum, eps, cudnn_enabled) as a scale and a shift.
    static bool norm_of(const Node& node, Norm& norm) {
        if (!node.is("aten::batch_norm") || node.feeds.size() != 1 || node.fed(0) < 0) return false;
        const auto mean = weights(node, 3), variance = weights(node, 4);
        if (!mean.defined() || !variance.defined()) return false;
        norm.scale = (as_double(variance) + node.constant(7).toDouble()).rsqrt();
        if (const auto gain = weights(node, 1); gain.defined()) norm.scale = norm.scale * as_double(gain);
        norm.shift = -as_double(mean) * norm.scale;
        if (const auto bias = weights(node, 2); bias.defined()) norm.shift = norm.shift + as_double(bias);
        return true;
    }

    // conv2d [+ a bias by output that the step computes] [batch_norm] [relu, elu or tanh]
    void fuse_convolution(size_t at) {
        auto& node = program_.nodes[at];
        if (!node.is("aten::conv2d") || node.feeds.size() != 1 || node.fed(0) < 0) return;
        const auto kernel = weights(node, 1), bias = weights(node, 2);
        const auto& in = shape(node.fed(0));
        const auto stride = node.constant(3).toIntVector(), padding = node.constant(4).toIntVector(), dilation = node.constant(5).toIntVector();
        const int64_t groups = node.constant(6).toInt();
        if (!plain_float(kernel) || in.size() != 4 || in[0] != 1 || dilation[0] != 1 || dilation[1] != 1) return;
        const bool depthwise = groups == in[1] && kernel.size(0) == groups && kernel.size(1) == 1 && groups > 1 && stride[0] == 1 && stride[1] == 1;
        if (groups != 1 && !depthwise) return;
        ConvolutionSpec spec;
        spec.stride_rows = stride[0];
        spec.stride_columns = stride[1];
        spec.padding_rows = padding[0];
        spec.padding_columns = padding[1];
        spec.height = in[2];
        spec.width = in[3];
        auto scale = at::ones({kernel.size(0)}, at::kDouble);
        spec.bias = bias.defined() ? as_double(bias) : at::zeros({kernel.size(0)}, at::kDouble);
        std::vector<int> inputs{node.fed(0)};
        Node* last = &node;
        while (auto* next = only_reader(last->result())) {
            Norm norm;
            if (norm_of(*next, norm)) {
                scale = scale * norm.scale;
                spec.bias = spec.bias * norm.scale + norm.shift;
                if (spec.run_scale.defined()) spec.run_scale = spec.run_scale * norm.scale;
            } else if (const int added = bias_of_run(*next, last->result(), kernel.size(0)); added >= 0 && !spec.run_scale.defined()) {
                inputs.push_back(added);
                spec.run_scale = at::ones({kernel.size(0)}, at::kDouble);
            } else {
                if (activation_of(*next, spec.activation)) last = next;
                break;
            }
            last = next;
        }
        spec.weights = as_double(kernel) * scale.view({-1, 1, 1, 1});
        std::unique_ptr<Kernel> made;
        if (cpu_) made = depthwise ? make_depthwise(spec) : make_convolution(spec);
        if (made) {
            replace(*last, std::move(made), inputs);
        } else if (last != &node && !spec.run_scale.defined()) {
            // libtorch convolves; norm and bias are folded all the same, a nonlinearity stays a call of its own.
            fold_into(node, *last, spec);
        }
    }

    // add(convolution, other) where other is [1, O, 1, 1] and comes with each run: its register, or -1.
    int bias_of_run(const Node& node, int convolution, int64_t outputs) const {
        if (!node.is("aten::add.Tensor") || node.feeds.size() != 2 || node.constant(2).toScalar().toDouble() != 1) return -1;
        const int other = node.fed(0) == convolution ? node.fed(1) : node.fed(0);
        return other != convolution && shape(other) == std::vector<int64_t>{1, outputs, 1, 1} ? other : -1;
    }

    void fold_into(Node& node, Node& last, const ConvolutionSpec& spec) {
        Node* end = &last;
        if (spec.activation != Activation::None) end = &program_.nodes[writer_[last.fed(0)]];
        if (end == &node) return;
        end->op = node.op;
        end->arguments = node.arguments;
        end->arguments[1] = spec.weights.to(program_.device, at::kFloat);
        end->arguments[2] = spec.bias.to(program_.device, at::kFloat);
        end->feeds = node.feeds;
    }

    // [batch_norm] linear [batch_norm] [relu, elu or tanh], or a product with a constant matrix, of few rows
    void fuse_linear(size_t at) {
        auto& node = program_.nodes[at];
        const bool product = node.is("aten::matmul");
        if ((!product && !node.is("aten::linear")) || node.feeds.size() != 1 || node.fed(0) < 0) return;
        const auto given = weights(node, 1);
        if (!plain_float(given) || given.dim() != 2) return;
        int input = node.fed(0);
        const auto& in = shape(input);
        auto matrix = as_double(product ? given.t() : given);
        int64_t rows = 1;
        for (size_t i = 0; i + 1 < in.size(); i++) rows *= in[i];
        // Eight rows hold every published window of the Xu network. Beyond, BLAS is faster, but it wakes threads of its own.
        if (in.empty() || rows > 8) return;
        auto bias = at::zeros({matrix.size(0)}, at::kDouble);
        if (!product)
            if (const auto own = weights(node, 2); own.defined()) bias = as_double(own);
        Norm norm;
        if (in.size() == 2 && writer_[input] >= 0 && reads_[input] == 1 && norm_of(program_.nodes[writer_[input]], norm)) {
            bias = bias + at::matmul(matrix, norm.shift);
            matrix = matrix * norm.scale;
            input = program_.nodes[writer_[input]].fed(0);
        }
        auto out = in;
        out.back() = matrix.size(0);
        auto activation = Activation::None;
        Node* last = &node;
        if (auto* next = only_reader(last->result()); next != nullptr && in.size() == 2 && norm_of(*next, norm)) {
            matrix = matrix * norm.scale.view({-1, 1});
            bias = bias * norm.scale + norm.shift;
            last = next;
        }
        if (auto* next = only_reader(last->result()); next != nullptr && activation_of(*next, activation)) last = next;
        // A small product with nothing to fold keeps libtorch's bits: angles of an eye, say, that decide where dark pixels are sampled.
        if (last == &node && input == node.fed(0) && matrix.numel() < kSmallProduct) return;
        replace(*last, make_linear(matrix, bias, activation, out), {input});
    }

    // sum(grid_sampler(image [1, C, H, W], grid of U places) * features [1, C, U], 1) [+ bias [U]], with any squeezing in between
    void fuse_readout(size_t at) {
        auto& node = program_.nodes[at];
        if (!node.is("aten::grid_sampler") || node.fed(0) < 0 || node.constant(2).toInt() != 0 || node.constant(3).toInt() > 1) return;
        const auto& sampled = shape(node.result());
        if (sampled.size() != 4 || sampled[0] != 1) return;
        const int64_t channels = sampled[1], units = sampled[2] * sampled[3];
        Node* last = only_reader(node.result());
        while (last != nullptr && (last->is("aten::squeeze.dim") || last->is("aten::reshape") || last->is("aten::view") || last->is("aten::flatten.using_ints")) && last->feeds.size() == 1)
            last = only_reader(last->result());
        if (last == nullptr || !last->is("aten::mul.Tensor") || last->feeds.size() != 1) return;
        const auto features = weights(*last, last->fed(0) >= 0 ? 1 : 0);
        const auto& product = shape(last->result());
        if (!plain_float(features) || features.numel() != channels * units || features.dim() != static_cast<int64_t>(product.size())) return;
        if (features.sizes() != at::IntArrayRef(product) || product.size() < 3 || product[0] != 1 || product[1] != channels) return;
        last = only_reader(last->result());
        if (last == nullptr || !last->is("aten::sum.dim_IntList") || last->constant(1).toIntVector() != std::vector<int64_t>{1} || !last->constant(3).isNone()) return;
        at::Tensor bias;
        const auto out = shape(last->result());
        if (auto* next = only_reader(last->result()); next != nullptr && next->is("aten::add.Tensor") && next->feeds.size() == 1 && next->constant(2).toScalar().toDouble() == 1) {
            const auto added = weights(*next, next->fed(0) >= 0 ? 1 : 0);
            if (plain_float(added) && added.numel() == units && shape(next->result()) == out && out.back() == units) {
                bias = added;
                last = next;
            }
        }
        const int grid = node.fed(1);
        auto kernel = make_readout(features.reshape({channels, units}).t(), bias, grid < 0 ? weights(node, 1) : at::Tensor(), node.constant(3).toInt() == 1, node.constant(4).toBool(), out);
        replace(*last, std::move(kernel), grid < 0 ? std::vector<int>{node.fed(0)} : std::vector<int>{node.fed(0), grid});
    }

    static constexpr int64_t kSmallProduct = 512;
    const bool cpu_;
};

}  // namespace

void optimise(Program& program) {
    if (program.device.is_cpu()) optimise_maps(program);
    Optimiser(program).run();
}

}  // namespace looprig

// Rewrites the parts of a recorded step that convolve, join, attend and gate maps, so that from one kernel to the next a map's channels lie together:
// nothing is joined, stacked or laid out anew in between.
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "maps.h"
#include "rewriter.h"

namespace looprig {

namespace {

class MapOptimiser : Rewriter {
public:
    explicit MapOptimiser(Program& program) : Rewriter(program) {}

    void run() {
        using Rewrite = bool (MapOptimiser::*)(size_t);
        // From the large to the small: what a large one takes in, a small one must not have taken apart.
        for (const Rewrite rewrite : {&MapOptimiser::fuse_attention, &MapOptimiser::fuse_lstm, &MapOptimiser::fuse_pool, &MapOptimiser::fuse_gelu, &MapOptimiser::fuse_convolution}) {
            // What has been taken in must not be taken once more, so the dead go at once.
            index();
            for (size_t i = 0; i < program_.nodes.size();) {
                if (!(this->*rewrite)(i)) {
                    i++;
                    continue;
                }
                drop_dead(program_);
                index();
                i = 0;
            }
        }
    }

private:
    // Maps joined group by group.
    struct Joined {
        std::vector<int> parts;
        int64_t groups = 1;
    };

    bool is_map(int reg) const { return shape(reg).size() == 4 && shape(reg)[0] == 1; }

    // The registers of a list, if each of its tensors is known only when the step runs.
    static bool elements(const Node& node, std::vector<int>& registers) {
        const size_t count = node.constant(0).toTensorList().size();
        registers.assign(count, -1);
        for (const auto& feed : node.feeds) {
            if (feed.argument != 0 || feed.element < 0) return false;
            registers[feed.element] = feed.reg;
        }
        return std::find(registers.begin(), registers.end(), -1) == registers.end();
    }

    // cat(maps, 1), or flatten(cat([map.reshape(1, G, C/G, H, W), ...], 2), 1, 2); else the map itself.
    Joined joined(int reg) const {
        Joined result;
        if (const auto* cat = writer(reg, "aten::cat"); cat != nullptr && is_map(reg) && cat->constant(1).toInt() == 1 && elements(*cat, result.parts)) return result;
        const auto* flat = writer(reg, "aten::flatten.using_ints");
        if (flat != nullptr && is_map(reg) && flat->constant(1).toInt() == 1 && flat->constant(2).toInt() == 2) {
            const auto* cat = writer(flat->fed(0), "aten::cat");
            std::vector<int> split;
            if (cat != nullptr && cat->constant(1).toInt() == 2 && shape(cat->result()).size() == 5 && elements(*cat, split)) {
                result.groups = shape(cat->result())[1];
                for (const int part : split) {
                    const auto* reshape = writer(part, "aten::reshape");
                    if (reshape == nullptr || !is_map(reshape->fed(0))) break;
                    const auto& whole = shape(reshape->fed(0));
                    if (shape(part) != std::vector<int64_t>{1, result.groups, whole[1] / result.groups, whole[2], whole[3]}) break;
                    result.parts.push_back(reshape->fed(0));
                }
                if (result.parts.size() == split.size()) return result;
            }
        }
        return {{reg}, 1};
    }

    std::vector<int64_t> channels(const std::vector<int>& parts) const {
        std::vector<int64_t> counts;
        for (const int part : parts) counts.push_back(shape(part)[1]);
        return counts;
    }

    // A kernel's inputs lie as the maps were joined; in a kernel of one group they are to follow source after source.
    bool arrange(at::Tensor& kernel, int64_t groups, const Joined& input) const {
        if (groups == input.groups || input.parts.size() == 1) return true;
        if (groups != 1) return false;
        const auto by_group = kernel.view({kernel.size(0), input.groups, -1, kernel.size(2), kernel.size(3)});
        std::vector<at::Tensor> sources;
        int64_t first = 0;
        for (const int64_t count : channels(input.parts)) {
            const int64_t own = count / input.groups;
            sources.push_back(by_group.narrow(2, first, own).flatten(1, 2));
            first += own;
        }
        kernel = at::cat(sources, 1);
        return true;
    }

    // conv2d of maps, or conv3d over as many frames as its kernel has: sources and kernel; the map's register that it gives, or -1.
    int convolution(const Node& node, MapConvolutionSpec& spec, std::vector<int>& sources) {
        if (node.feeds.size() != 1 || node.fed(0) < 0) return -1;
        auto kernel = weights(node, 1);
        if (!plain_float(kernel)) return -1;
        const auto stride = node.constant(3).toIntVector(), padding = node.constant(4).toIntVector(), dilation = node.constant(5).toIntVector();
        for (const int64_t step : stride)
            if (step != 1) return -1;
        for (const int64_t step : dilation)
            if (step != 1) return -1;
        spec.groups = node.constant(6).toInt();
        kernel = as_double(kernel);
        spec.bias = weights(node, 2).defined() ? as_double(weights(node, 2)) : at::zeros({kernel.size(0)}, at::kDouble);
        const int64_t rows = kernel.size(-2), columns = kernel.size(-1);
        if (rows != columns || (rows != 1 && rows != 3) || padding[padding.size() - 1] != rows / 2 || padding[padding.size() - 2] != rows / 2) return -1;
        int result = node.result();
        if (node.is("aten::conv2d")) {
            if (!is_map(node.fed(0))) return -1;
            const auto input = joined(node.fed(0));
            if (!arrange(kernel, spec.groups, input)) return -1;
            sources = input.parts;
        } else {
            const auto* stack = writer(node.fed(0), "aten::stack");
            const auto* select = only_reader(result);
            if (padding[0] != 0 || stack == nullptr || stack->constant(1).toInt() != 2 || !elements(*stack, sources) || static_cast<int64_t>(sources.size()) != kernel.size(2)) return -1;
            if (select == nullptr || !select->is("aten::select.int") || select->constant(1).toInt() != 2 || !is_map(sources[0])) return -1;
            kernel = at::cat(kernel.unbind(2), 1);
            result = select->result();
        }
        spec.weights = kernel;
        spec.channels = channels(sources);
        spec.height = shape(result)[2];
        spec.width = shape(result)[3];
        return result;
    }

    // Takes the other term of a sum in, if it is a 1x1 convolution as well: its sources join the first one's.
    bool merge(int other, MapConvolutionSpec& spec, std::vector<int>& inputs) {
        const auto* node = writer(other, "aten::conv2d");
        MapConvolutionSpec added;
        std::vector<int> sources;
        if (node == nullptr || reads_[other] != 1 || convolution(*node, added, sources) != other) return false;
        if (added.groups != spec.groups || added.weights.size(2) != 1 || spec.weights.size(2) != 1 || inputs.size() + sources.size() > kMaxSources) return false;
        spec.weights = at::cat({spec.weights, added.weights}, 1);
        spec.bias = spec.bias + added.bias;
        spec.channels.insert(spec.channels.end(), added.channels.begin(), added.channels.end());
        inputs.insert(inputs.end(), sources.begin(), sources.end());
        return true;
    }

    // convolution [+ a map or another convolution] [+ a bias of the step] [activation]
    bool fuse_convolution(size_t at) {
        auto& node = program_.nodes[at];
        if (!node.is("aten::conv2d") && !node.is("aten::conv3d")) return false;
        MapConvolutionSpec spec;
        std::vector<int> inputs;
        int result = convolution(node, spec, inputs);
        if (result < 0 || spec.height * spec.width < kFewestPixels) return false;
        const std::vector<int64_t> bias{1, spec.weights.size(0), 1, 1};
        int addend = -1, run_bias = -1;
        while (const auto* next = only_reader(result)) {
            if (next->is("aten::batch_norm")) return false;
            if (next->is("aten::add.Tensor") && next->feeds.size() == 2 && next->constant(2).toScalar().toDouble() == 1) {
                const int other = next->fed(0) == result ? next->fed(1) : next->fed(0);
                const bool merged = shape(other) == shape(result) && merge(other, spec, inputs);
                if (!merged) {
                    if (shape(other) == shape(result) && addend < 0) addend = other;
                    else if (shape(other) == bias && run_bias < 0) run_bias = other;
                    else break;
                }
                result = next->result();
                continue;
            }
            if (activation_of(*next, spec.activation)) result = next->result();
            break;
        }
        // A plain convolution with a rectifier is the other rewriter's.
        const bool plain = node.is("aten::conv2d") && spec.groups == 1 && inputs.size() == 1;
        if (plain && (spec.weights.size(2) == 3 || spec.activation == Activation::Relu || spec.activation == Activation::Elu)) return false;
        spec.addend = addend >= 0;
        spec.run_bias = run_bias >= 0;
        for (const int other : {addend, run_bias})
            if (other >= 0) inputs.push_back(other);
        auto kernel = make_map_convolution(spec);
        if (!kernel) return false;
        replace(program_.nodes[writer_[result]], std::move(kernel), inputs);
        return true;
    }

    // mul(gelu(map), number)
    bool fuse_gelu(size_t at) {
        auto& node = program_.nodes[at];
        if (!node.is("aten::mul.Scalar")) return false;
        const auto* gelu = writer(node.fed(0), "aten::gelu");
        if (gelu == nullptr || gelu->constant(1).toStringRef() != "none" || !is_map(gelu->fed(0))) return false;
        const auto& size = shape(gelu->fed(0));
        if (size[1] % kernels().width != 0 || size[2] * size[3] < kFewestPixels) return false;
        replace(node, make_gelu(size[1], size[2], size[3], node.constant(1).toScalar().toDouble()), {gelu->fed(0)});
        return true;
    }

    // avg_pool2d of joined maps
    bool fuse_pool(size_t at) {
        auto& node = program_.nodes[at];
        if (!node.is("aten::avg_pool2d") || !is_map(node.fed(0))) return false;
        const auto window = node.constant(1).toIntVector(), stride = node.constant(2).toIntVector(), padding = node.constant(3).toIntVector();
        const auto& size = shape(node.fed(0));
        if (window.size() != 2 || (!stride.empty() && stride != window) || padding != std::vector<int64_t>{0, 0} || node.constant(4).toBool() || !node.constant(6).isNone()) return false;
        if (size[2] % window[0] != 0 || size[3] % window[1] != 0 || size[2] * size[3] < kFewestPixels) return false;
        const auto input = joined(node.fed(0));
        auto kernel = make_pool(channels(input.parts), input.groups, size[2], size[3], window[0], window[1]);
        if (!kernel) return false;
        replace(node, std::move(kernel), input.parts);
        return true;
    }

    // The map behind parts.select(2, index) of parts [1, G, parts, C, ...] = [flatten(2)] reshape of a map [1, G parts C, H, W], or -1.
    int part_of(int reg, int64_t index, int64_t parts, int64_t& groups) const {
        const auto* select = writer(reg, "aten::select.int");
        if (select == nullptr || select->constant(1).toInt() != 2 || select->constant(2).toInt() != index) return -1;
        const auto* reshape = writer(select->fed(0), "aten::reshape");
        if (reshape == nullptr) return -1;
        const auto& split = shape(reshape->result());
        if (split.size() < 5 || split[0] != 1 || split[2] != parts) return -1;
        int map = reshape->fed(0);
        if (const auto* flat = writer(map, "aten::flatten.using_ints"); flat != nullptr && flat->constant(1).toInt() == 2) map = flat->fed(0);
        if (!is_map(map) || shape(map)[1] != split[1] * parts * split[3]) return -1;
        groups = split[1];
        return map;
    }

    // x / max(|x|, tiny) with norms over channels [1, G, C, L]: x, or -1.
    int normalised(int reg) const {
        const auto* divide = writer(reg, "aten::div.Tensor");
        const auto* clamp = divide != nullptr ? writer(divide->fed(1), "aten::clamp") : nullptr;
        const auto* norm = clamp != nullptr ? writer(clamp->fed(0), "aten::linalg_vector_norm") : nullptr;
        if (norm == nullptr || norm->fed(0) != divide->fed(0) || !clamp->constant(2).isNone()) return -1;
        const bool over_channels = norm->constant(1).toScalar().toDouble() == 2 && norm->constant(2).toIntVector() == std::vector<int64_t>{2} && norm->constant(3).toBool();
        return over_channels && clamp->constant(1).toScalar().toDouble() <= 1e-6 ? divide->fed(0) : -1;
    }

    static bool swaps(const Node* node) {
        return node != nullptr && node->is("aten::transpose.int") && node->constant(1).toInt() == 2 && node->constant(2).toInt() == 3;
    }

    // values softmax((scale |queries|)^T |keys|)^T of a grouped projection to queries, keys and values, reshaped to a map
    bool fuse_attention(size_t at) {
        const auto& softmax = program_.nodes[at];
        if (!softmax.is("aten::softmax.int") || softmax.constant(1).toInt() != 3 || shape(softmax.fed(0)).size() != 4) return false;
        const auto* logits = writer(softmax.fed(0), "aten::matmul");
        const auto* turned = logits != nullptr ? writer(logits->fed(0)) : nullptr;
        if (!swaps(turned)) return false;
        const auto* scaled = writer(turned->fed(0), "aten::mul.Tensor");
        if (scaled == nullptr || scaled->feeds.size() != 1) return false;
        const auto scale = weights(*scaled, scaled->fed(0) >= 0 ? 1 : 0);
        const int query = normalised(scaled->feeds[0].reg), key = normalised(logits->fed(1));
        const auto* back = only_reader(softmax.result());
        if (query < 0 || key < 0 || !swaps(back)) return false;
        auto* product = only_reader(back->result());
        if (product == nullptr || !product->is("aten::matmul") || product->fed(1) != back->result()) return false;
        auto* last = only_reader(product->result());
        if (last == nullptr || !last->is("aten::reshape") || !is_map(last->result())) return false;
        int64_t heads = 0, same = 0;
        const int projected = part_of(query, 0, 3, heads);
        if (projected < 0 || part_of(key, 1, 3, same) != projected || part_of(product->fed(0), 2, 3, same) != projected) return false;
        const auto* projection = writer(projected, "aten::conv2d");
        MapConvolutionSpec spec;
        std::vector<int> sources;
        if (projection == nullptr || convolution(*projection, spec, sources) != projected || sources.size() != 1 || spec.groups != heads || spec.bias.count_nonzero().item<int64_t>() != 0) return false;
        const int64_t size = shape(sources[0])[1] / heads;
        if (!plain_float(scale) || scale.sizes() != at::IntArrayRef({heads, size, 1}) || shape(projected)[1] != 3 * heads * size || shape(last->result()) != shape(sources[0]) || spec.weights.size(2) != 1) return false;
        auto kernel = make_attention(spec.weights.view({heads, 3, size, size}), scale.view({heads, size}), spec.height, spec.width);
        if (!kernel) return false;
        replace(*last, std::move(kernel), sources);
        return true;
    }

    int64_t calls_reading(int reg) const {
        int64_t count = 0;
        for (const auto& node : program_.nodes)
            for (const auto& feed : node.feeds) count += feed.reg == reg;
        return count;
    }

    // The gates' map behind f(part.flatten(1, 2)), or -1.
    int gate(int reg, const char* function, int64_t index, int64_t& groups) const {
        const auto* activation = writer(reg, function);
        const auto* flat = activation != nullptr ? writer(activation->fed(0), "aten::flatten.using_ints") : nullptr;
        return flat != nullptr && flat->constant(1).toInt() == 1 && flat->constant(2).toInt() == 2 ? part_of(flat->fed(0), index, 4, groups) : -1;
    }

    // c' = sigmoid(f) c + sigmoid(i) tanh(g); h' = sigmoid(o) tanh(c'); the gates i, f, g, o of a 1x1 convolution, group by group
    bool fuse_lstm(size_t at) {
        auto& hidden = program_.nodes[at];
        if (!hidden.is("aten::mul.Tensor") || hidden.feeds.size() != 2 || !is_map(hidden.result())) return false;
        int64_t groups = 0, same = 0;
        const int gates = gate(hidden.fed(0), "aten::sigmoid", 3, groups);
        const auto* squashed = writer(hidden.fed(1), "aten::tanh");
        const auto* cell = squashed != nullptr ? writer(squashed->fed(0), "aten::add.Tensor") : nullptr;
        if (gates < 0 || cell == nullptr || cell->feeds.size() != 2) return false;
        const auto* forget = writer(cell->fed(0), "aten::mul.Tensor");
        const auto* input = writer(cell->fed(1), "aten::mul.Tensor");
        if (forget == nullptr || input == nullptr || forget->feeds.size() != 2 || input->feeds.size() != 2) return false;
        const bool all = gate(forget->fed(0), "aten::sigmoid", 1, same) == gates && gate(input->fed(0), "aten::sigmoid", 0, same) == gates && gate(input->fed(1), "aten::tanh", 2, same) == gates;
        const int before = forget->fed(1), after = cell->result();
        const auto* convolved = writer(gates, "aten::conv2d");
        // The new cell is read here and handed on as state; a call in between could not wait for the kernel.
        if (!all || convolved == nullptr || shape(before) != shape(after) || calls_reading(after) != 1) return false;
        MapConvolutionSpec spec;
        std::vector<int> inputs;
        if (convolution(*convolved, spec, inputs) != gates || spec.groups != groups || spec.weights.size(2) != 1) return false;
        auto kernel = make_lstm(spec);
        if (!kernel) return false;
        inputs.push_back(before);
        program_.nodes[writer_[after]].outputs[0][0] = -1;
        replace(hidden, std::move(kernel), inputs);
        hidden.outputs.push_back({after});
        return true;
    }

    static constexpr int64_t kFewestPixels = 24;
};

}  // namespace

void optimise_maps(Program& program) {
    MapOptimiser(program).run();
}

}  // namespace looprig

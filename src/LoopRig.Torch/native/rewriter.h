// What the rewriters of recorded steps share: who writes and reads each register.
#pragma once

#include <ATen/Functions.h>

#include "kernels/kernels.h"
#include "program.h"

namespace looprig {

class Rewriter {
protected:
    explicit Rewriter(Program& program) : program_(program) {}

    void index() {
        reads_.assign(program_.registers, 0);
        reader_.assign(program_.registers, -1);
        writer_.assign(program_.registers, -1);
        for (size_t i = 0; i < program_.nodes.size(); i++) {
            for (const auto& feed : program_.nodes[i].feeds) {
                reads_[feed.reg]++;
                reader_[feed.reg] = static_cast<int>(i);
            }
            for (const auto& results : program_.nodes[i].outputs)
                for (int reg : results)
                    if (reg >= 0) writer_[reg] = static_cast<int>(i);
        }
        for (const auto* sources : {&program_.outputs, &program_.next_state})
            for (const auto& source : *sources)
                if (source.reg >= 0) reads_[source.reg] += 2;  // never only an intermediate
    }

    const std::vector<int64_t>& shape(int reg) const { return program_.shapes[reg]; }

    // The one call that reads a register and nothing else does, or null.
    Node* only_reader(int reg) { return reads_[reg] == 1 ? &program_.nodes[reader_[reg]] : nullptr; }

    // The call that gives a register, or null for an input or a state.
    const Node* writer(int reg) const { return reg >= 0 && writer_[reg] >= 0 ? &program_.nodes[writer_[reg]] : nullptr; }

    // The same if it is that operator.
    const Node* writer(int reg, const char* name) const {
        const Node* node = writer(reg);
        return node != nullptr && node->is(name) ? node : nullptr;
    }

    // A constant tensor among a call's arguments, or an undefined one.
    static at::Tensor weights(const Node& node, int argument) {
        const auto& value = node.constant(argument);
        return value.isTensor() && node.fed(argument) < 0 ? value.toTensor() : at::Tensor();
    }

    static at::Tensor as_double(const at::Tensor& tensor) { return tensor.to(at::kCPU, at::kDouble).contiguous(); }

    static bool activation_of(const Node& node, Activation& activation) {
        if (node.is("aten::relu")) activation = Activation::Relu;
        else if (node.is("aten::tanh")) activation = Activation::Tanh;
        else if (node.is("aten::elu") && node.constant(1).toScalar().toDouble() == 1 && node.constant(2).toScalar().toDouble() == 1 && node.constant(3).toScalar().toDouble() == 1)
            activation = Activation::Elu;
        else return false;
        return true;
    }

    static bool plain_float(const at::Tensor& tensor) { return tensor.defined() && tensor.scalar_type() == at::kFloat; }

    void replace(Node& last, std::unique_ptr<Kernel> kernel, const std::vector<int>& inputs) {
        last.op = nullptr;
        last.kernel = std::move(kernel);
        last.arguments.clear();
        last.feeds.clear();
        for (size_t i = 0; i < inputs.size(); i++) last.feeds.push_back({static_cast<int>(i), -1, inputs[i]});
    }

    Program& program_;
    std::vector<int> reads_, reader_, writer_;
};

}  // namespace looprig

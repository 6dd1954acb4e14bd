// A recorded step: a flat list of calls between numbered registers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "shim.h"

namespace looprig {

constexpr size_t kMaxKernelInputs = 8, kMaxKernelResults = 2;

// A computation that replaces recorded calls: weights prepacked, results in buffers of its own.
struct Kernel {
    virtual ~Kernel() = default;
    virtual std::string name() const = 0;
    // `turn` counts the program's runs: what a kernel keeps from run to run it finds by it, so that a run that failed leaves nothing behind.
    virtual void run(const at::Tensor* inputs, at::Tensor* results, int64_t turn) = 0;
    // Asks that a result holds while that many further runs are made, so that it can be state without a copy. False: the next run overwrites it.
    virtual bool keep(size_t /*result*/, int64_t /*runs*/) { return false; }
};

// A kernel of one result, which the next run overwrites.
struct PlainKernel : Kernel {
    virtual at::Tensor value(const at::Tensor* inputs) = 0;
    void run(const at::Tensor* inputs, at::Tensor* results, int64_t) final { results[0] = value(inputs); }
};

// Where a call takes a value that is only known when the step runs.
struct Feed {
    int argument;
    int element;  // of a list, or -1
    int reg;
};

struct Node {
    const Operator* op = nullptr;  // null for a kernel
    std::unique_ptr<Kernel> kernel;
    torch::jit::Stack arguments;   // the constants, with holes where the feeds go
    std::vector<Feed> feeds;
    std::vector<std::vector<int>> outputs;  // per result its register, per list its elements' registers
    std::vector<int> release;      // registers read here for the last time

    bool is(const char* name) const { return op != nullptr && op->name == name; }
    // The register that feeds an argument, or -1.
    int fed(int argument) const;
    const at::IValue& constant(int argument) const { return arguments[argument]; }
    int result() const { return outputs[0][0]; }
    std::string title() const { return op != nullptr ? op->name : kernel->name(); }
};

// The source of an output or of the next state.
struct Source {
    int reg;              // or -1:
    at::Tensor constant;
    bool shared = false;  // of a next state: the value itself is handed on, because its kernel keeps it long enough
};

struct Program;

// Runs the step in another way than call by call: a graph on a GPU.
struct Accelerator {
    virtual ~Accelerator() = default;
    virtual void run(Program& program) = 0;
    virtual void wait() = 0;  // until the device is idle
};

// Visible, because the CUDA library works on it.
struct LR_API Program {
    c10::Device device{c10::kCPU};
    int registers = 0;
    std::vector<std::vector<int64_t>> shapes;  // of the registers
    std::vector<Node> nodes;
    std::vector<int> input_registers, state_registers;
    std::vector<Source> outputs, next_state;
    std::vector<at::Tensor> input_buffers, output_buffers;
    at::Tensor input_block, output_block;               // the bytes that the buffers are views of, so that one copy moves all
    std::vector<at::Tensor> host_inputs, host_outputs;  // what the caller sees of a step on a GPU; else empty
    std::unique_ptr<Accelerator> accelerator;
    std::vector<at::Tensor> initial_state, state[2];
    int current = 0;
    int64_t turn = 0;                // runs made
    std::string listing;
    bool timed = false;
    std::vector<int64_t> elapsed;    // nanoseconds of each node, summed over timed runs

    std::vector<at::Tensor> values;  // the registers while the step runs
    size_t running = 0;              // node at work, for the error's text
    std::vector<size_t> head, tail;  // nodes before and after the lanes; all are in the head where there are no lanes
    std::vector<std::vector<size_t>> lanes;  // nodes that need nothing of another lane's, so that each may run on a thread of its own

    // Makes output buffers and the plan of releases once the nodes are final.
    void seal();
    // The calls and the copies to outputs and next state, without swapping the sets.
    void compute();
    void run();
    void reset();

private:
    void call(Node& node, torch::jit::Stack& stack);
    void call_kernel(Node& node);
    void call_all(const std::vector<size_t>& indices);
    void share_state();
    void plan_releases();
};

// Packed tensors of the examples' shapes and types, each aligned, all in one block.
std::vector<at::Tensor> make_block(const std::vector<at::Tensor>& examples, c10::Device device, at::Tensor& block);

// Rewrites the nodes: dead calls dropped, batch norm folded, convolutions and products prepacked.
void optimise(Program& program);
// The part of it that keeps maps with their channels together.
void optimise_maps(Program& program);
// Finds the lanes of the final nodes.
void find_lanes(Program& program);
// Drops calls that nothing reads.
void drop_dead(Program& program);

}  // namespace looprig

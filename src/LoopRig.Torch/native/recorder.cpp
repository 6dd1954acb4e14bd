// Recording a step: while a thread records, each operator call that depends on the step's inputs or state is appended.
// Whatever depends on neither has its final value already and enters as a constant.
#include "recorder.h"

#include <ATen/Functions.h>
#include <c10/core/InferenceMode.h>

#include <unordered_map>

#include "program.h"

namespace looprig {

using c10::IValue;
using torch::jit::Stack;

struct Recording {
    std::unique_ptr<Program> program = std::make_unique<Program>();
    std::unordered_map<const at::TensorImpl*, int> known;  // tensors that depend on inputs or state
    std::vector<at::Tensor> alive;                         // so that no address is used twice
    c10::InferenceMode inference{true};

    int add(const at::Tensor& tensor) {
        const int reg = program->registers++;
        known[tensor.unsafeGetTensorImpl()] = reg;
        alive.push_back(tensor);
        program->shapes.push_back(tensor.sizes().vec());
        return reg;
    }

    int find(const at::Tensor& tensor) const {
        const auto entry = known.find(tensor.unsafeGetTensorImpl());
        return entry == known.end() ? -1 : entry->second;
    }
};

static thread_local std::unique_ptr<Recording> t_recording;

static std::vector<Feed> find_feeds(const Recording& recording, const Stack& inputs) {
    std::vector<Feed> feeds;
    const auto look = [&](const at::Tensor& tensor, int argument, int element) {
        const int reg = tensor.defined() ? recording.find(tensor) : -1;
        if (reg >= 0) feeds.push_back({argument, element, reg});
    };
    for (size_t i = 0; i < inputs.size(); i++) {
        const auto& value = inputs[i];
        const int argument = static_cast<int>(i);
        if (value.isTensor()) {
            look(value.toTensor(), argument, -1);
        } else if (value.isTensorList()) {
            int element = 0;
            for (const at::Tensor& tensor : value.toTensorVector()) look(tensor, argument, element++);
        } else if (value.isList()) {
            const auto list = value.toListRef();
            for (size_t e = 0; e < list.size(); e++)
                if (list[e].isTensor()) look(list[e].toTensor(), argument, static_cast<int>(e));
        }
    }
    return feeds;
}

bool recording() noexcept { return t_recording != nullptr; }

static bool truth_of(const Operator& op, const Stack& inputs, const char* argument) {
    for (size_t i = 0; i < op.arguments.size(); i++)
        if (op.arguments[i].name == argument && inputs[i].isBool()) return inputs[i].toBool();
    return true;
}

void refuse_recording(const Operator& op, const Stack& inputs) {
    TORCH_CHECK(!op.random || !truth_of(op, inputs, "train"), "draws random numbers, which a frozen step cannot repeat");
    const bool fed = !find_feeds(*t_recording, inputs).empty();
    TORCH_CHECK(!fed || !op.writes, "writes in place, which a frozen step cannot repeat");
    TORCH_CHECK(op.name != "aten::batch_norm" || !truth_of(op, inputs, "training"), "normalises by the batch's statistics: freeze in evaluation mode");
}

void refuse_reading(lr_tensor tensor) {
    TORCH_CHECK(!recording() || t_recording->find(borrow(tensor)) < 0,
                "the step reads the elements of a value that is only known when it runs; a frozen step can only compute with operators");
}

void record(const Operator& op, const Stack& inputs, const Stack& outputs) {
    auto& recording = *t_recording;
    Node node;
    node.feeds = find_feeds(recording, inputs);
    if (node.feeds.empty()) return;
    node.op = &op;
    bool fresh = false;
    const auto name = [&](const at::Tensor& tensor) {
        const int reg = tensor.defined() ? recording.find(tensor) : -1;
        if (reg >= 0) return -1;  // the operator returned its input (a dropout in evaluation, a conversion to what it is)
        fresh = true;
        return recording.add(tensor);
    };
    for (const auto& value : outputs) {
        std::vector<int> registers;
        if (value.isTensor()) {
            registers.push_back(name(value.toTensor()));
        } else if (value.isTensorList()) {
            for (const at::Tensor& tensor : value.toTensorVector()) registers.push_back(name(tensor));
        } else {
            TORCH_CHECK(false, "gives a number that is only known when the step runs; a frozen step can only compute with tensors");
        }
        node.outputs.push_back(std::move(registers));
    }
    if (!fresh) return;
    // Lists are copied, because a run writes the values into them.
    node.arguments.reserve(inputs.size());
    for (const auto& value : inputs) {
        node.arguments.push_back(value.isTensorList() ? IValue(c10::List<at::Tensor>(value.toTensorList().copy())) : value.isList() ? IValue(value.toList().copy()) : value);
        if (value.isTensor()) recording.alive.push_back(value.toTensor());
    }
    recording.program->nodes.push_back(std::move(node));
}

std::vector<size_t> fed_inputs(const std::vector<at::Tensor>& tensors) {
    std::vector<size_t> fed;
    for (size_t i = 0; i < tensors.size(); i++)
        if (t_recording->find(tensors[i]) >= 0) fed.push_back(i);
    return fed;
}

void record_kernel(std::unique_ptr<Kernel> kernel, const std::vector<at::Tensor>& tensors, const std::vector<size_t>& fed, const at::Tensor& result) {
    if (t_recording->find(result) >= 0) return;  // an input, unchanged
    Node node;
    node.kernel = std::move(kernel);
    for (size_t i = 0; i < fed.size(); i++) node.feeds.push_back({static_cast<int>(i), -1, t_recording->find(tensors[fed[i]])});
    node.outputs.push_back({t_recording->add(result)});
    t_recording->program->nodes.push_back(std::move(node));
}

}  // namespace looprig

using namespace looprig;

int32_t lr_record_begin(const lr_tensor* inputs, int32_t input_count, const lr_tensor* state, int32_t state_count, int32_t device_type, int32_t device_index,
                        lr_tensor* step_inputs, lr_tensor* step_state) {
    LR_GUARD_BEGIN
    TORCH_CHECK(!recording(), "this thread records a step already");
    auto recording = std::make_unique<Recording>();
    auto& program = *recording->program;
    program.device = c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    const auto fixed = [&](lr_tensor tensor) { return borrow(tensor).detach().to(program.device).clone(at::MemoryFormat::Contiguous); };
    std::vector<at::Tensor> examples;
    for (int32_t i = 0; i < input_count; i++) examples.push_back(borrow(inputs[i]));
    program.input_buffers = make_block(examples, program.device, program.input_block);
    for (int32_t i = 0; i < input_count; i++) {
        program.input_buffers[i].copy_(examples[i]);
        program.input_registers.push_back(recording->add(program.input_buffers[i]));
    }
    for (int32_t i = 0; i < state_count; i++) {
        program.initial_state.push_back(fixed(state[i]));
        program.state[0].push_back(program.initial_state.back().clone());
        program.state[1].push_back(program.initial_state.back().clone());
        program.state_registers.push_back(recording->add(program.state[0].back()));
    }
    for (int32_t i = 0; i < input_count; i++) step_inputs[i] = give(program.input_buffers[i]);
    for (int32_t i = 0; i < state_count; i++) step_state[i] = give(program.state[0][i]);
    t_recording = std::move(recording);
    LR_GUARD_END
}

int32_t lr_record_cancel(void) {
    LR_GUARD_BEGIN
    t_recording.reset();
    LR_GUARD_END
}

int32_t lr_record_end(const lr_tensor* outputs, int32_t output_count, const lr_tensor* next_state, int32_t state_count, int32_t optimised, lr_program* result) {
    const auto recording = std::move(t_recording);
    LR_GUARD_BEGIN
    TORCH_CHECK(recording != nullptr, "this thread records no step");
    auto& program = *recording->program;
    const auto source = [&](lr_tensor handle) {
        const auto tensor = borrow(handle);
        const int reg = recording->find(tensor);
        return Source{reg, reg < 0 ? tensor : at::Tensor()};
    };
    TORCH_CHECK(state_count == static_cast<int32_t>(program.initial_state.size()), "the step was given ", program.initial_state.size(), " state tensors and returns ", state_count);
    std::vector<at::Tensor> results;
    for (int32_t i = 0; i < output_count; i++) {
        program.outputs.push_back(source(outputs[i]));
        results.push_back(borrow(outputs[i]));
    }
    program.output_buffers = make_block(results, program.device, program.output_block);
    for (int32_t i = 0; i < state_count; i++) {
        const auto tensor = borrow(next_state[i]);
        const auto& before = program.initial_state[i];
        TORCH_CHECK(tensor.sizes() == before.sizes() && tensor.scalar_type() == before.scalar_type(), "state tensor ", i, " is ", before.scalar_type(), before.sizes(),
                    " and becomes ", tensor.scalar_type(), tensor.sizes(), "; a state keeps its shape and type");
        program.next_state.push_back(source(next_state[i]));
    }
    drop_dead(program);
    if (optimised != 0) optimise(program);
    program.seal();
    *result = reinterpret_cast<lr_program>(recording->program.release());
    LR_GUARD_END
}

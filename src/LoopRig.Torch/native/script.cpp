// TorchScript modules, loaded and called; inside a recorded step a call becomes one call of the program.
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "program.h"
#include "recorder.h"

namespace looprig {

using c10::IValue;

static void flatten(const IValue& value, std::vector<at::Tensor>& tensors) {
    if (value.isTensor()) {
        tensors.push_back(value.toTensor());
    } else if (value.isTuple()) {
        for (const auto& element : value.toTupleRef().elements()) flatten(element, tensors);
    } else if (value.isList()) {
        for (const IValue& element : value.toListRef()) flatten(element, tensors);
    } else {
        TORCH_CHECK(false, "the module gives a ", value.tagKind(), "; only tensors, and tuples and lists of them, can be served");
    }
}

static std::vector<at::Tensor> forward(torch::jit::Module& module, const std::vector<at::Tensor>& inputs) {
    std::vector<at::Tensor> tensors;
    flatten(module.forward({inputs.begin(), inputs.end()}), tensors);
    return tensors;
}

// A module's call in a program; some inputs come with the run, the others are constants.
class ScriptKernel final : public PlainKernel {
public:
    ScriptKernel(torch::jit::Module module, std::vector<at::Tensor> inputs, std::vector<size_t> fed) : module_(std::move(module)), inputs_(std::move(inputs)), fed_(std::move(fed)) {}

    std::string name() const override { return "torchscript::forward"; }

    at::Tensor value(const at::Tensor* values) override {
        for (size_t i = 0; i < fed_.size(); i++) inputs_[fed_[i]] = values[i];
        return forward(module_, inputs_).at(0);
    }

private:
    torch::jit::Module module_;
    std::vector<at::Tensor> inputs_;
    std::vector<size_t> fed_;
};

}  // namespace looprig

using namespace looprig;

int32_t lr_module_load(const char* path, int32_t device_type, int32_t device_index, lr_module* module) {
    LR_GUARD_BEGIN
    auto loaded = std::make_unique<torch::jit::Module>(torch::jit::load(path, c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index))));
    loaded->eval();
    // A graph would be built for parameters that ask for gradients, which inference mode forbids.
    for (auto parameter : loaded->parameters()) parameter.set_requires_grad(false);
    *module = reinterpret_cast<lr_module>(loaded.release());
    LR_GUARD_END
}

int32_t lr_module_free(lr_module module) {
    LR_GUARD_BEGIN
    delete reinterpret_cast<torch::jit::Module*>(module);
    LR_GUARD_END
}

int32_t lr_module_call(lr_module handle, const lr_tensor* inputs, int32_t input_count, lr_tensor* outputs, int32_t capacity, int32_t* output_count) {
    LR_GUARD_BEGIN
    auto& module = *reinterpret_cast<torch::jit::Module*>(handle);
    std::vector<at::Tensor> given;
    for (int32_t i = 0; i < input_count; i++) given.push_back(borrow(inputs[i]));
    const auto results = forward(module, given);
    TORCH_CHECK(static_cast<int32_t>(results.size()) <= capacity, "the module gives ", results.size(), " tensors, more than ", capacity);
    if (recording()) {
        const auto fed = fed_inputs(given);
        if (!fed.empty()) {
            TORCH_CHECK(results.size() == 1, "a module that gives ", results.size(), " tensors cannot be part of a frozen step");
            TORCH_CHECK(fed.size() <= kMaxKernelInputs, "a module of ", fed.size(), " inputs cannot be part of a frozen step");
            record_kernel(std::make_unique<ScriptKernel>(module, given, fed), given, fed, results[0]);
        }
    }
    for (size_t i = 0; i < results.size(); i++) outputs[i] = give(results[i]);
    *output_count = static_cast<int32_t>(results.size());
    LR_GUARD_END
}

// The hooks of operator calls into the program that the calling thread may be recording.
#pragma once

#include <memory>

#include "shim.h"

namespace looprig {

struct Kernel;

// Whether this thread records a program.
bool recording() noexcept;

// Throws if a frozen step could not repeat this call (random, or writing into a value of the step).
void refuse_recording(const Operator& op, const torch::jit::Stack& inputs);

// Appends a call that has been made.
void record(const Operator& op, const torch::jit::Stack& inputs, const torch::jit::Stack& outputs);

// Which of these tensors depend on the step's inputs or state.
std::vector<size_t> fed_inputs(const std::vector<at::Tensor>& tensors);

// Appends a computation that is no operator: it reads those of the tensors that are fed, and gives one.
void record_kernel(std::unique_ptr<Kernel> kernel, const std::vector<at::Tensor>& tensors, const std::vector<size_t>& fed, const at::Tensor& result);

// Throws if the step being recorded looks into a value that is only known when it runs.
void refuse_reading(lr_tensor tensor);

}  // namespace looprig

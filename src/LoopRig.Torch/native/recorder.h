// The hooks of operator calls into the program that the calling thread may be recording.
#pragma once

#include "shim.h"

namespace looprig {

// Whether this thread records a program.
bool recording() noexcept;

// Throws if a frozen step could not repeat this call (random, or writing into a value of the step).
void refuse_recording(const Operator& op, const torch::jit::Stack& inputs);

// Appends a call that has been made.
void record(const Operator& op, const torch::jit::Stack& inputs, const torch::jit::Stack& outputs);

// Throws if the step being recorded looks into a value that is only known when it runs.
void refuse_reading(lr_tensor tensor);

}  // namespace looprig

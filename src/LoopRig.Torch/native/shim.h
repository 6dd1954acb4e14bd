// What the shim's files share: the guard that turns every exception into a status, and handles.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <torch/csrc/api/include/torch/version.h>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "looprig_torch.h"

namespace looprig {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
template <typename T>
using Optional = std::optional<T>;
#else
template <typename T>
using Optional = c10::optional<T>;
#endif

// Keeps the message for lr_last_error and returns the failing status.
LR_API int32_t fail(const std::string& message) noexcept;

// c10::Error derives from std::exception, but its what() carries a C++ backtrace that helps nobody at a rig.
#define LR_GUARD_BEGIN try {
#define LR_GUARD_END                                                     \
    return 0;                                                            \
    }                                                                    \
    catch (const c10::Error& e) {                                        \
        return ::looprig::fail(e.what_without_backtrace());              \
    }                                                                    \
    catch (const std::exception& e) {                                    \
        return ::looprig::fail(e.what());                                \
    }                                                                    \
    catch (...) {                                                        \
        return ::looprig::fail("an exception of an unknown type");       \
    }

LR_API extern std::atomic<int64_t> live_tensors;

// A handle is the TensorImpl itself with one reference of its own: no box, no second allocation.
inline lr_tensor give(at::Tensor tensor) {
    if (!tensor.defined()) return nullptr;
    live_tensors.fetch_add(1, std::memory_order_relaxed);
    return reinterpret_cast<lr_tensor>(tensor.unsafeReleaseTensorImpl());
}

inline at::Tensor borrow(lr_tensor handle) {
    if (handle == nullptr) return {};
    auto* impl = reinterpret_cast<at::TensorImpl*>(handle);
    return at::Tensor(c10::intrusive_ptr<at::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(impl));
}

// How one argument of a schema is made from a slot, worked out once when the operator is found.
enum class ArgumentKind { Tensor, Int, Float, Scalar, Bool, String, Device, Generator, IntList, FloatList, BoolList, TensorList, OptionalTensorList, Other };

struct ArgumentPlan {
    ArgumentKind kind;
    bool optional;
    bool written;      // the schema says the operator writes into it
    int32_t repeat;    // int[2]: one number stands for that many
    std::string name;
    Optional<c10::IValue> default_value;
};

struct Operator {
    explicit Operator(c10::OperatorHandle handle);

    c10::OperatorHandle handle;
    std::string name;
    std::string schema;
    std::vector<ArgumentPlan> arguments;
    bool random;       // takes a generator, or is known to draw
    bool writes;
};

// Pushes the slots' values onto the stack in the schema's order, its defaults at the end.
void push_arguments(const Operator& op, const lr_slot* slots, int32_t count, torch::jit::Stack& stack);

// Finds an operator by name and overload; throws with the overloads that exist.
Operator& find_operator(const std::string& name, const std::string& overload);

}  // namespace looprig

// Operators: found once by schema name, called boxed, arguments converted by the live schema's types.
#include <cstring>
#include <memory>
#include <mutex>
#include <sstream>
#include <unordered_map>

#include "recorder.h"
#include "shim.h"

namespace looprig {

using c10::IValue;
using c10::TypeKind;
using torch::jit::Stack;

static ArgumentKind scalar_kind(const c10::Type& type) {
    switch (type.kind()) {
        case TypeKind::TensorType: return ArgumentKind::Tensor;
        case TypeKind::SymIntType:
        case TypeKind::IntType: return ArgumentKind::Int;
        case TypeKind::FloatType: return ArgumentKind::Float;
        case TypeKind::NumberType: return ArgumentKind::Scalar;
        case TypeKind::BoolType: return ArgumentKind::Bool;
        case TypeKind::StringType: return ArgumentKind::String;
        case TypeKind::DeviceObjType: return ArgumentKind::Device;
        case TypeKind::GeneratorType: return ArgumentKind::Generator;
        default: return ArgumentKind::Other;
    }
}

static ArgumentKind list_kind(const c10::Type& element) {
    switch (element.kind()) {
        case TypeKind::TensorType: return ArgumentKind::TensorList;
        case TypeKind::OptionalType: return ArgumentKind::OptionalTensorList;
        case TypeKind::SymIntType:
        case TypeKind::IntType: return ArgumentKind::IntList;
        case TypeKind::FloatType: return ArgumentKind::FloatList;
        case TypeKind::BoolType: return ArgumentKind::BoolList;
        default: return ArgumentKind::Other;
    }
}

Operator::Operator(c10::OperatorHandle found) : handle(found), random(false), writes(false) {
    const auto& live = handle.schema();
    name = live.name();
    if (!live.overload_name().empty()) name += "." + live.overload_name();
    std::ostringstream text;
    text << live;
    schema = text.str();
    for (const auto& argument : live.arguments()) {
        ArgumentPlan plan{};
        auto type = argument.type();
        if (type->kind() == TypeKind::OptionalType) {
            plan.optional = true;
            type = type->castRaw<c10::OptionalType>()->getElementType();
        }
        plan.kind = type->kind() == TypeKind::ListType ? list_kind(*type->castRaw<c10::ListType>()->getElementType()) : scalar_kind(*type);
        plan.name = argument.name();
        plan.repeat = argument.N() ? *argument.N() : 1;
        plan.default_value = argument.default_value();
        plan.written = argument.alias_info() != nullptr && argument.alias_info()->isWrite();
        random |= plan.kind == ArgumentKind::Generator;
        writes |= plan.written;
        arguments.push_back(std::move(plan));
    }
    // These draw from the default generator and take none.
    random |= name == "aten::dropout" || name == "aten::native_dropout" || name == "aten::feature_dropout" || name == "aten::rand_like" || name == "aten::randn_like";
}

[[noreturn]] static void wrong_argument(const ArgumentPlan& plan, const lr_slot& slot) {
    static const char* const tags[] = {"None", "Tensor", "int", "float", "bool", "int list", "float list", "Tensor list", "str", "Device", "Generator", "default"};
    TORCH_CHECK(false, "argument '", plan.name, "' cannot be made from a value of kind ", slot.tag >= 0 && slot.tag <= LR_DEFAULT ? tags[slot.tag] : "?");
}

static double bits_to_double(int64_t bits) {
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

static IValue int_list(const ArgumentPlan& plan, const lr_slot& slot) {
    c10::List<int64_t> list;
    if (slot.tag == LR_INT) {
        for (int32_t i = 0; i < plan.repeat; i++) list.push_back(slot.value);
    } else if (slot.tag == LR_INT_LIST) {
        list.reserve(slot.count);
        const auto* values = reinterpret_cast<const int64_t*>(slot.value);
        for (int32_t i = 0; i < slot.count; i++) list.push_back(values[i]);
    } else {
        wrong_argument(plan, slot);
    }
    return list;
}

static IValue float_list(const ArgumentPlan& plan, const lr_slot& slot) {
    c10::List<double> list;
    if (slot.tag == LR_DOUBLE) {
        for (int32_t i = 0; i < plan.repeat; i++) list.push_back(bits_to_double(slot.value));
    } else if (slot.tag == LR_DOUBLE_LIST) {
        const auto* values = reinterpret_cast<const double*>(slot.value);
        for (int32_t i = 0; i < slot.count; i++) list.push_back(values[i]);
    } else {
        wrong_argument(plan, slot);
    }
    return list;
}

static IValue bool_list(const ArgumentPlan& plan, const lr_slot& slot) {
    c10::List<bool> list;
    if (slot.tag != LR_INT_LIST) wrong_argument(plan, slot);
    const auto* values = reinterpret_cast<const int64_t*>(slot.value);
    for (int32_t i = 0; i < slot.count; i++) list.push_back(values[i] != 0);
    return list;
}

static IValue tensor_list(const ArgumentPlan& plan, const lr_slot& slot) {
    if (slot.tag != LR_TENSOR_LIST) wrong_argument(plan, slot);
    const auto* handles = reinterpret_cast<const lr_tensor*>(slot.value);
    if (plan.kind == ArgumentKind::OptionalTensorList) {
        c10::List<Optional<at::Tensor>> list;
        for (int32_t i = 0; i < slot.count; i++) list.push_back(handles[i] == nullptr ? Optional<at::Tensor>() : Optional<at::Tensor>(borrow(handles[i])));
        return list;
    }
    c10::List<at::Tensor> list;
    list.reserve(slot.count);
    for (int32_t i = 0; i < slot.count; i++) list.push_back(borrow(handles[i]));
    return list;
}

static IValue convert(const ArgumentPlan& plan, const lr_slot& slot) {
    if (slot.tag == LR_NONE) {
        if (!plan.optional && plan.kind != ArgumentKind::Tensor) wrong_argument(plan, slot);
        return plan.optional ? IValue() : IValue(at::Tensor());
    }
    switch (plan.kind) {
        case ArgumentKind::Tensor:
            if (slot.tag == LR_TENSOR) return borrow(reinterpret_cast<lr_tensor>(slot.value));
            break;
        case ArgumentKind::Int:
            if (slot.tag == LR_INT || slot.tag == LR_BOOL) return slot.value;
            break;
        case ArgumentKind::Float:
            if (slot.tag == LR_DOUBLE) return bits_to_double(slot.value);
            if (slot.tag == LR_INT) return static_cast<double>(slot.value);
            break;
        case ArgumentKind::Scalar:
            if (slot.tag == LR_DOUBLE) return bits_to_double(slot.value);
            if (slot.tag == LR_INT) return slot.value;
            if (slot.tag == LR_BOOL) return slot.value != 0;
            break;
        case ArgumentKind::Bool:
            if (slot.tag == LR_BOOL || slot.tag == LR_INT) return slot.value != 0;
            break;
        case ArgumentKind::String:
            if (slot.tag == LR_STRING) return std::string(reinterpret_cast<const char*>(slot.value), slot.count);
            break;
        case ArgumentKind::Device:
            if (slot.tag == LR_DEVICE)
                return c10::Device(static_cast<c10::DeviceType>(slot.value >> 32), static_cast<c10::DeviceIndex>(static_cast<int32_t>(slot.value & 0xffffffff)));
            break;
        case ArgumentKind::Generator:
            if (slot.tag == LR_GENERATOR) return *reinterpret_cast<at::Generator*>(slot.value);
            break;
        case ArgumentKind::IntList: return int_list(plan, slot);
        case ArgumentKind::FloatList: return float_list(plan, slot);
        case ArgumentKind::BoolList: return bool_list(plan, slot);
        case ArgumentKind::TensorList:
        case ArgumentKind::OptionalTensorList: return tensor_list(plan, slot);
        case ArgumentKind::Other: break;
    }
    wrong_argument(plan, slot);
}

void push_arguments(const Operator& op, const lr_slot* slots, int32_t count, Stack& stack) {
    TORCH_CHECK(count <= static_cast<int32_t>(op.arguments.size()), count, " arguments given, at most ", op.arguments.size(), " taken");
    for (size_t i = 0; i < op.arguments.size(); i++) {
        const auto& plan = op.arguments[i];
        if (static_cast<int32_t>(i) < count && slots[i].tag != LR_DEFAULT) {
            stack.push_back(convert(plan, slots[i]));
        } else {
            TORCH_CHECK(plan.default_value.has_value(), "argument '", plan.name, "' is missing and has no default");
            stack.push_back(*plan.default_value);
        }
    }
}

Operator& find_operator(const std::string& name, const std::string& overload) {
    static std::mutex mutex;
    static std::unordered_map<std::string, std::unique_ptr<Operator>> found;
    std::lock_guard<std::mutex> lock(mutex);
    auto& entry = found[name + "." + overload];
    if (!entry) {
        auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
        TORCH_CHECK(handle.has_value(), "this libtorch has no operator ", name, overload.empty() ? "" : ".", overload);
        entry = std::make_unique<Operator>(*handle);
    }
    return *entry;
}

static thread_local std::vector<lr_slot> t_results;

static void take(const IValue& value, std::vector<lr_slot>& results) {
    if (value.isTensor()) {
        auto* handle = give(value.toTensor());
        results.push_back({handle == nullptr ? LR_NONE : LR_TENSOR, 0, reinterpret_cast<int64_t>(handle)});
    } else if (value.isTensorList()) {
        for (const at::Tensor& tensor : value.toTensorVector()) results.push_back({LR_TENSOR, 0, reinterpret_cast<int64_t>(give(tensor))});
    } else if (value.isInt()) {
        results.push_back({LR_INT, 0, value.toInt()});
    } else if (value.isBool()) {
        results.push_back({LR_BOOL, 0, value.toBool() ? 1 : 0});
    } else if (value.isDouble()) {
        const double number = value.toDouble();
        lr_slot slot{LR_DOUBLE, 0, 0};
        std::memcpy(&slot.value, &number, sizeof number);
        results.push_back(slot);
    } else if (value.isNone()) {
        results.push_back({LR_NONE, 0, 0});
    } else {
        TORCH_CHECK(false, "a result of type ", value.tagKind(), " has no slot");
    }
}

}  // namespace looprig

using namespace looprig;

int32_t lr_op_find(const char* name, const char* overload, lr_op* op) {
    LR_GUARD_BEGIN
    *op = reinterpret_cast<lr_op>(&find_operator(name, overload));
    LR_GUARD_END
}

int32_t lr_op_schema(lr_op op, const char** schema) {
    *schema = reinterpret_cast<Operator*>(op)->schema.c_str();
    return 0;
}

static int32_t fail_in(const Operator& op, const char* message) noexcept {
    try {
        return fail(op.name + ": " + message + "\n  schema: " + op.schema);
    } catch (...) {
        return fail("out of memory");
    }
}

int32_t lr_op_call(lr_op handle, const lr_slot* arguments, int32_t argument_count, lr_slot* results, int32_t capacity, int32_t* result_count) {
    auto& op = *reinterpret_cast<Operator*>(handle);
    // Taken from the thread and put back: an operator may call back into this function (an autograd hook).
    static thread_local Stack t_stack;
    Stack stack = std::move(t_stack);
    stack.clear();
    try {
        push_arguments(op, arguments, argument_count, stack);
        if (recording()) {
            const Stack inputs = stack;
            refuse_recording(op, inputs);
            op.handle.callBoxed(&stack);
            record(op, inputs, stack);
        } else {
            op.handle.callBoxed(&stack);
        }
        auto& taken = t_results;
        taken.clear();
        for (const auto& value : stack) take(value, taken);
        *result_count = static_cast<int32_t>(taken.size());
        if (*result_count <= capacity) std::memcpy(results, taken.data(), taken.size() * sizeof(lr_slot));
        stack.clear();
        t_stack = std::move(stack);
        return 0;
    } catch (const c10::Error& e) {
        return fail_in(op, e.what_without_backtrace());
    } catch (const std::exception& e) {
        return fail_in(op, e.what());
    } catch (...) {
        return fail_in(op, "an exception of an unknown type");
    }
}

int32_t lr_op_take_results(lr_slot* results, int32_t capacity) {
    if (capacity < static_cast<int32_t>(t_results.size())) return fail("too little room for the results");
    std::memcpy(results, t_results.data(), t_results.size() * sizeof(lr_slot));
    return 0;
}

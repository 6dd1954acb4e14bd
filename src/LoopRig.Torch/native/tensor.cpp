// Tensors, autograd, modes, random numbers: everything but operators.
#include <dlfcn.h>

#include <cstdlib>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "recorder.h"
#include "shim.h"

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
#define LR_AUTOCAST_BY_DEVICE 1
#else
#define LR_AUTOCAST_BY_DEVICE 0
#endif

namespace looprig {

std::atomic<int64_t> live_tensors{0};

static thread_local std::string t_message;

// Debian's libtorch multiplies matrices with OpenBLAS, whose threads know nothing of OpenMP's: left alone, "one thread" uses every processor, and with two both kinds
// spin and fight over the cores, which made a training step of the foundation network a quarter slower. Who sets OPENBLAS_NUM_THREADS is obeyed.
static const bool s_one_blas_thread = [] {
    void* blas = std::getenv("OPENBLAS_NUM_THREADS") ? nullptr : dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
    if (!blas) {
        return false;
    }
    auto set = reinterpret_cast<void (*)(int)>(dlsym(blas, "openblas_set_num_threads"));
    if (set) {
        set(1);
    }
    dlclose(blas);
    return set != nullptr;
}();

int32_t fail(const std::string& message) noexcept {
    try {
        t_message = message;
    } catch (...) {
        t_message.clear();
    }
    return 1;
}

// Autocast of one kind of device on this thread, until it is destroyed. 2.4 has one set of functions for all devices, before that each has its own.
class Autocast {
public:
    Autocast(c10::DeviceType device, at::ScalarType dtype) : device_(device) {
        TORCH_CHECK(device == c10::kCPU || device == c10::kCUDA, "autocast is of the CPU or of CUDA, not of ", c10::DeviceTypeName(device));
#if LR_AUTOCAST_BY_DEVICE
        enabled_ = at::autocast::is_autocast_enabled(device);
        dtype_ = at::autocast::get_autocast_dtype(device);
#else
        enabled_ = device == c10::kCPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
        dtype_ = device == c10::kCPU ? at::autocast::get_autocast_cpu_dtype() : at::autocast::get_autocast_gpu_dtype();
#endif
        set(true, dtype);
    }

    ~Autocast() {
        set(enabled_, dtype_);
        // Converted weights are kept by their address: those of this step must not serve the next.
        at::autocast::clear_cache();
    }

    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

private:
    void set(bool enabled, at::ScalarType dtype) {
#if LR_AUTOCAST_BY_DEVICE
        at::autocast::set_autocast_enabled(device_, enabled);
        at::autocast::set_autocast_dtype(device_, dtype);
#else
        if (device_ == c10::kCPU) {
            at::autocast::set_cpu_enabled(enabled);
            at::autocast::set_autocast_cpu_dtype(dtype);
        } else {
            at::autocast::set_enabled(enabled);
            at::autocast::set_autocast_gpu_dtype(dtype);
        }
#endif
    }

    c10::DeviceType device_;
    bool enabled_;
    at::ScalarType dtype_;
};

}  // namespace looprig

using namespace looprig;

int32_t lr_abi_version(void) { return LR_ABI_VERSION; }

const char* lr_last_error(void) { return t_message.c_str(); }

int32_t lr_libtorch_version(int32_t* major, int32_t* minor, int32_t* patch) {
    *major = TORCH_VERSION_MAJOR;
    *minor = TORCH_VERSION_MINOR;
    *patch = TORCH_VERSION_PATCH;
    return 0;
}

int32_t lr_get_num_threads(int32_t* threads) {
    LR_GUARD_BEGIN
    *threads = at::get_num_threads();
    LR_GUARD_END
}

int32_t lr_set_num_threads(int32_t threads) {
    LR_GUARD_BEGIN
    at::set_num_threads(threads);
    LR_GUARD_END
}

int32_t lr_manual_seed(uint64_t seed) {
    LR_GUARD_BEGIN
    at::manual_seed(seed);
    LR_GUARD_END
}

int32_t lr_set_flush_denormal(int32_t on, int32_t* supported) {
    LR_GUARD_BEGIN
    *supported = at::globalContext().setFlushDenormal(on != 0) ? 1 : 0;
    LR_GUARD_END
}

int32_t lr_set_allow_tf32(int32_t on) {
    LR_GUARD_BEGIN
    at::globalContext().setAllowTF32CuBLAS(on != 0);
    at::globalContext().setAllowTF32CuDNN(on != 0);
    LR_GUARD_END
}

int64_t lr_live_tensors(void) { return live_tensors.load(std::memory_order_relaxed); }

int32_t lr_tensor_free(lr_tensor tensor) {
    LR_GUARD_BEGIN
    if (tensor != nullptr) {
        live_tensors.fetch_sub(1, std::memory_order_relaxed);
        auto* impl = reinterpret_cast<at::TensorImpl*>(tensor);
        c10::intrusive_ptr<at::TensorImpl, c10::UndefinedTensorImpl>::reclaim(impl).reset();
    }
    LR_GUARD_END
}

int32_t lr_tensor_share(lr_tensor tensor, lr_tensor* same) {
    LR_GUARD_BEGIN
    *same = give(borrow(tensor));
    LR_GUARD_END
}

int32_t lr_tensor_describe(lr_tensor tensor, lr_tensor_info* info) {
    LR_GUARD_BEGIN
    const auto* impl = reinterpret_cast<const at::TensorImpl*>(tensor);
    info->dtype = static_cast<int32_t>(c10::typeMetaToScalarType(impl->dtype()));
    info->device_type = static_cast<int32_t>(impl->device().type());
    info->device_index = impl->device().index();
    info->rank = static_cast<int32_t>(impl->dim());
    info->elements = impl->numel();
    info->contiguous = impl->is_contiguous() ? 1 : 0;
    info->requires_grad = borrow(tensor).requires_grad() ? 1 : 0;
    LR_GUARD_END
}

int32_t lr_tensor_shape(lr_tensor tensor, int64_t* sizes, int64_t* strides, int32_t capacity) {
    LR_GUARD_BEGIN
    const auto* impl = reinterpret_cast<const at::TensorImpl*>(tensor);
    TORCH_CHECK(impl->dim() <= capacity, "a tensor of ", impl->dim(), " dimensions");
    for (int64_t i = 0; i < impl->dim(); i++) {
        sizes[i] = impl->sizes()[i];
        strides[i] = impl->strides()[i];
    }
    LR_GUARD_END
}

int32_t lr_tensor_data(lr_tensor tensor, void** data) {
    LR_GUARD_BEGIN
    refuse_reading(tensor);
    *data = borrow(tensor).data_ptr();
    LR_GUARD_END
}

int32_t lr_tensor_over_memory(void* data, const int64_t* sizes, const int64_t* strides, int32_t rank, int32_t dtype, void (*release)(void* context), void* context,
                              lr_tensor* tensor) {
    LR_GUARD_BEGIN
    const auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
    const auto shape = at::IntArrayRef(sizes, rank);
    const auto deleter = [release, context](void*) {
        if (release != nullptr) release(context);
    };
    *tensor = give(strides == nullptr ? at::from_blob(data, shape, deleter, options) : at::from_blob(data, shape, at::IntArrayRef(strides, rank), deleter, options));
    LR_GUARD_END
}

int32_t lr_tensor_set_requires_grad(lr_tensor tensor, int32_t on) {
    LR_GUARD_BEGIN
    borrow(tensor).set_requires_grad(on != 0);
    LR_GUARD_END
}

int32_t lr_tensor_grad(lr_tensor tensor, lr_tensor* gradient) {
    LR_GUARD_BEGIN
    *gradient = give(borrow(tensor).grad());
    LR_GUARD_END
}

int32_t lr_tensor_set_grad(lr_tensor tensor, lr_tensor gradient) {
    LR_GUARD_BEGIN
    borrow(tensor).mutable_grad() = borrow(gradient);
    LR_GUARD_END
}

int32_t lr_tensor_backward(lr_tensor tensor, lr_tensor gradient, int32_t retain_graph, int32_t create_graph) {
    LR_GUARD_BEGIN
    std::vector<at::Tensor> gradients;
    if (gradient != nullptr) gradients.push_back(borrow(gradient));
    torch::autograd::backward({borrow(tensor)}, gradients, retain_graph != 0, create_graph != 0);
    LR_GUARD_END
}

int32_t lr_autograd_grad(const lr_tensor* outputs, int32_t output_count, const lr_tensor* inputs, int32_t input_count, const lr_tensor* output_gradients,
                         int32_t retain_graph, int32_t create_graph, int32_t allow_unused, lr_tensor* gradients) {
    LR_GUARD_BEGIN
    std::vector<at::Tensor> from, to, seeds;
    for (int32_t i = 0; i < output_count; i++) {
        from.push_back(borrow(outputs[i]));
        if (output_gradients != nullptr) seeds.push_back(borrow(output_gradients[i]));
    }
    for (int32_t i = 0; i < input_count; i++) to.push_back(borrow(inputs[i]));
    auto result = torch::autograd::grad(from, to, seeds, retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (int32_t i = 0; i < input_count; i++) gradients[i] = give(std::move(result[i]));
    LR_GUARD_END
}

int32_t lr_grad_mode_exchange(int32_t on, int32_t* before) {
    LR_GUARD_BEGIN
    *before = c10::GradMode::is_enabled() ? 1 : 0;
    c10::GradMode::set_enabled(on != 0);
    LR_GUARD_END
}

int32_t lr_inference_mode_enter(int32_t on, lr_guard* guard) {
    LR_GUARD_BEGIN
    *guard = reinterpret_cast<lr_guard>(new c10::InferenceMode(on != 0));
    LR_GUARD_END
}

int32_t lr_inference_mode_leave(lr_guard guard) {
    LR_GUARD_BEGIN
    delete reinterpret_cast<c10::InferenceMode*>(guard);
    LR_GUARD_END
}

int32_t lr_autocast_enter(int32_t device_type, int32_t dtype, lr_guard* guard) {
    LR_GUARD_BEGIN
    *guard = reinterpret_cast<lr_guard>(new Autocast(static_cast<c10::DeviceType>(device_type), static_cast<at::ScalarType>(dtype)));
    LR_GUARD_END
}

int32_t lr_autocast_leave(lr_guard guard) {
    LR_GUARD_BEGIN
    delete reinterpret_cast<Autocast*>(guard);
    LR_GUARD_END
}

int32_t lr_generator_new(uint64_t seed, lr_generator* generator) {
    LR_GUARD_BEGIN
    *generator = reinterpret_cast<lr_generator>(new at::Generator(at::detail::createCPUGenerator(seed)));
    LR_GUARD_END
}

int32_t lr_generator_free(lr_generator generator) {
    LR_GUARD_BEGIN
    delete reinterpret_cast<at::Generator*>(generator);
    LR_GUARD_END
}

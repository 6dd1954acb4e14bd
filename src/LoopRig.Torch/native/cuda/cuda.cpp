// Everything CUDA: transfer, pinned memory, streams, graphs of programs.
#include "looprig_torch_cuda.h"

#include <ATen/Functions.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "../program.h"

namespace looprig {

// A step as two graphs, one for each of the state sets that it may read. Each graph is: one copy of all inputs from pinned memory, the
// step, one copy of all outputs to pinned memory.
class GraphRunner final : public Accelerator {
public:
    explicit GraphRunner(Program& program) : stream_(c10::cuda::getStreamFromPool(true, program.device.index())) {
        c10::cuda::CUDAGuard device(program.device);
        c10::InferenceMode inference(true);
        host_in_ = program.input_block.cpu().pin_memory();
        host_out_ = program.output_block.cpu().pin_memory();
        program.host_inputs = views(program.input_buffers, program.input_block, host_in_);
        program.host_outputs = views(program.output_buffers, program.output_block, host_out_);

        // Libraries choose algorithms and take workspaces on their first calls, which must not happen inside a capture.
        c10::cuda::device_synchronize();
        c10::cuda::CUDAStreamGuard guard(stream_);
        for (int i = 0; i < 3; i++) step(program);
        stream_.synchronize();
        for (int set = 0; set < 2; set++) {
            program.current = set;
            graphs_[set].capture_begin();
            try {
                step(program);
            } catch (...) {
                graphs_[set].capture_end();
                throw;
            }
            graphs_[set].capture_end();
        }
        program.current = 0;
        for (size_t i = 0; i < program.initial_state.size(); i++) program.state[0][i].copy_(program.initial_state[i]);
        stream_.synchronize();
    }

    void run(Program& program) override {
        c10::cuda::CUDAStreamGuard guard(stream_);
        graphs_[program.current].replay();
        stream_.synchronize();
        program.current = 1 - program.current;
    }

    void wait() override { c10::cuda::device_synchronize(); }

private:
    // What a graph holds; leaves the program's current set as it is.
    void step(Program& program) {
        program.input_block.copy_(host_in_, /*non_blocking=*/true);
        program.compute();
        host_out_.copy_(program.output_block, /*non_blocking=*/true);
    }

    // The buffers of a block, at the same places of its copy on the host.
    static std::vector<at::Tensor> views(const std::vector<at::Tensor>& buffers, const at::Tensor& block, const at::Tensor& host) {
        std::vector<at::Tensor> result;
        for (const auto& buffer : buffers) {
            const auto offset = static_cast<const char*>(buffer.data_ptr()) - static_cast<const char*>(block.data_ptr());
            result.push_back(host.narrow(0, offset, static_cast<int64_t>(buffer.nbytes())).view(buffer.scalar_type()).view(buffer.sizes()));
        }
        return result;
    }

    c10::cuda::CUDAStream stream_;
    at::cuda::CUDAGraph graphs_[2];
    at::Tensor host_in_, host_out_;
};

}  // namespace looprig

using namespace looprig;

int32_t lr_cuda_device_count(int32_t* count) {
    LR_GUARD_BEGIN
    *count = static_cast<int32_t>(c10::cuda::device_count());
    LR_GUARD_END
}

int32_t lr_cuda_synchronize(int32_t device) {
    LR_GUARD_BEGIN
    c10::cuda::CUDAGuard guard(static_cast<c10::DeviceIndex>(device));
    c10::cuda::device_synchronize();
    LR_GUARD_END
}

int32_t lr_cuda_pin(lr_tensor tensor, lr_tensor* pinned) {
    LR_GUARD_BEGIN
    *pinned = give(borrow(tensor).pin_memory());
    LR_GUARD_END
}

int32_t lr_cuda_copy(lr_tensor to, lr_tensor from) {
    LR_GUARD_BEGIN
    borrow(to).copy_(borrow(from), /*non_blocking=*/true);
    LR_GUARD_END
}

int32_t lr_cuda_stream_new(int32_t device, int32_t high_priority, lr_stream* stream) {
    LR_GUARD_BEGIN
    *stream = reinterpret_cast<lr_stream>(new c10::cuda::CUDAStream(c10::cuda::getStreamFromPool(high_priority != 0, static_cast<c10::DeviceIndex>(device))));
    LR_GUARD_END
}

int32_t lr_cuda_stream_free(lr_stream stream) {
    LR_GUARD_BEGIN
    delete reinterpret_cast<c10::cuda::CUDAStream*>(stream);
    LR_GUARD_END
}

int32_t lr_cuda_stream_synchronize(lr_stream stream) {
    LR_GUARD_BEGIN
    reinterpret_cast<c10::cuda::CUDAStream*>(stream)->synchronize();
    LR_GUARD_END
}

int32_t lr_cuda_stream_enter(lr_stream stream, lr_guard* guard) {
    LR_GUARD_BEGIN
    *guard = reinterpret_cast<lr_guard>(new c10::cuda::CUDAStreamGuard(*reinterpret_cast<c10::cuda::CUDAStream*>(stream)));
    LR_GUARD_END
}

int32_t lr_cuda_stream_leave(lr_guard guard) {
    LR_GUARD_BEGIN
    delete reinterpret_cast<c10::cuda::CUDAStreamGuard*>(guard);
    LR_GUARD_END
}

int32_t lr_cuda_program_capture(lr_program handle) {
    LR_GUARD_BEGIN
    auto& program = *reinterpret_cast<Program*>(handle);
    TORCH_CHECK(program.device.is_cuda(), "the program runs on ", program.device, ", not on CUDA");
    program.accelerator = std::make_unique<GraphRunner>(program);
    LR_GUARD_END
}

/* The second library, for a libtorch with CUDA. Loading it also loads libtorch's CUDA operators. Conventions as in looprig_torch.h. */
#ifndef LOOPRIG_TORCH_CUDA_H
#define LOOPRIG_TORCH_CUDA_H

#include "../looprig_torch.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lr_stream_s* lr_stream;

LR_API int32_t lr_cuda_device_count(int32_t* count);
LR_API int32_t lr_cuda_synchronize(int32_t device);
LR_API int32_t lr_cuda_pin(lr_tensor tensor, lr_tensor* pinned /* new */);
LR_API int32_t lr_cuda_copy(lr_tensor to, lr_tensor from);              /* queued on this thread's current stream; returns at once if pinned */

LR_API int32_t lr_cuda_stream_new(int32_t device, int32_t high_priority, lr_stream* stream /* new */);
LR_API int32_t lr_cuda_stream_free(lr_stream stream);
LR_API int32_t lr_cuda_stream_synchronize(lr_stream stream);
LR_API int32_t lr_cuda_stream_enter(lr_stream stream, lr_guard* guard /* new */); /* the current stream of this thread until the guard is left */
LR_API int32_t lr_cuda_stream_leave(lr_guard guard);

/* Captures the program's step as graphs; from then on lr_program_run copies in, replays and copies out in one launch. */
LR_API int32_t lr_cuda_program_capture(lr_program program);

#ifdef __cplusplus
}
#endif
#endif

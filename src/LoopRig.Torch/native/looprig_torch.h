/* The C face of libtorch that LoopRig.Torch calls. Every function returns a status first (0 is success; otherwise
 * lr_last_error() of the same thread has the message) and takes its out-parameters last. Handles are opaque; an
 * out-handle is marked "new" (the caller frees it) or "borrowed". Nothing here throws. */
#ifndef LOOPRIG_TORCH_H
#define LOOPRIG_TORCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LR_API __attribute__((visibility("default")))

/* Raised when a declaration changes or is added; the managed side refuses another number. */
#define LR_ABI_VERSION 2

typedef struct lr_tensor_s* lr_tensor;
typedef struct lr_op_s* lr_op;
typedef struct lr_generator_s* lr_generator;
typedef struct lr_guard_s* lr_guard;
typedef struct lr_program_s* lr_program;
typedef struct lr_module_s* lr_module;

/* One argument or result: 16 bytes. Lists point to caller's memory that only needs to live during the call. */
typedef struct lr_slot {
    int32_t tag;   /* one of lr_tag */
    int32_t count; /* elements of a list, bytes of a string */
    int64_t value; /* handle, integer, bits of a double, or pointer */
} lr_slot;

enum lr_tag {
    LR_NONE = 0,         /* None, an absent tensor */
    LR_TENSOR = 1,       /* value: lr_tensor */
    LR_INT = 2,          /* also dtype, layout and memory format */
    LR_DOUBLE = 3,       /* value: bits */
    LR_BOOL = 4,
    LR_INT_LIST = 5,     /* value: const int64_t* */
    LR_DOUBLE_LIST = 6,  /* value: const double* */
    LR_TENSOR_LIST = 7,  /* value: const lr_tensor*, null for an absent one */
    LR_STRING = 8,       /* value: const char*, UTF-8, count bytes */
    LR_DEVICE = 9,       /* value: type << 32 | (uint32) index; index -1 is the current one */
    LR_GENERATOR = 10,   /* value: lr_generator */
    LR_DEFAULT = 11      /* the schema's own default */
};

typedef struct lr_tensor_info {
    int32_t dtype;
    int32_t device_type;
    int32_t device_index;
    int32_t rank;
    int64_t elements;
    int32_t contiguous;
    int32_t requires_grad;
} lr_tensor_info;

/* ---- library ---- */
LR_API int32_t lr_abi_version(void);
LR_API const char* lr_last_error(void);                      /* borrowed, until this thread's next failure */
LR_API int32_t lr_libtorch_version(int32_t* major, int32_t* minor, int32_t* patch);
LR_API int32_t lr_get_num_threads(int32_t* threads);
LR_API int32_t lr_set_num_threads(int32_t threads);
LR_API int32_t lr_manual_seed(uint64_t seed);                /* every device's default generator */
LR_API int32_t lr_set_flush_denormal(int32_t on, int32_t* supported);
LR_API int32_t lr_set_allow_tf32(int32_t on);                /* on a GPU: products and convolutions of 10-bit mantissas */
LR_API int64_t lr_live_tensors(void);                        /* handles given out and not freed */

/* ---- tensors ---- */
LR_API int32_t lr_tensor_free(lr_tensor tensor);
LR_API int32_t lr_tensor_share(lr_tensor tensor, lr_tensor* same /* new */);
LR_API int32_t lr_tensor_describe(lr_tensor tensor, lr_tensor_info* info);
LR_API int32_t lr_tensor_shape(lr_tensor tensor, int64_t* sizes, int64_t* strides, int32_t capacity);
LR_API int32_t lr_tensor_data(lr_tensor tensor, void** data /* borrowed */);
LR_API int32_t lr_tensor_over_memory(void* data, const int64_t* sizes, const int64_t* strides /* null: packed */, int32_t rank, int32_t dtype,
                                     void (*release)(void* context) /* may be null */, void* context, lr_tensor* tensor /* new */);

/* ---- autograd ---- */
LR_API int32_t lr_tensor_set_requires_grad(lr_tensor tensor, int32_t on);
LR_API int32_t lr_tensor_grad(lr_tensor tensor, lr_tensor* gradient /* new, or null */);
LR_API int32_t lr_tensor_set_grad(lr_tensor tensor, lr_tensor gradient /* may be null */);
LR_API int32_t lr_tensor_backward(lr_tensor tensor, lr_tensor gradient /* may be null */, int32_t retain_graph, int32_t create_graph);
LR_API int32_t lr_autograd_grad(const lr_tensor* outputs, int32_t output_count, const lr_tensor* inputs, int32_t input_count,
                                const lr_tensor* output_gradients /* null: ones */, int32_t retain_graph, int32_t create_graph, int32_t allow_unused,
                                lr_tensor* gradients /* input_count, new or null */);
LR_API int32_t lr_grad_mode_exchange(int32_t on, int32_t* before);
LR_API int32_t lr_inference_mode_enter(int32_t on, lr_guard* guard /* new */);
LR_API int32_t lr_inference_mode_leave(lr_guard guard);      /* on the same thread, innermost first */
/* From here this thread's operators on the device's tensors choose their own precision: products and convolutions take 16-bit floats. */
LR_API int32_t lr_autocast_enter(int32_t device_type, int32_t dtype, lr_guard* guard /* new */);
LR_API int32_t lr_autocast_leave(lr_guard guard);            /* on the same thread, innermost first; forgets the weights that were converted */

/* ---- random numbers ---- */
LR_API int32_t lr_generator_new(uint64_t seed, lr_generator* generator /* new */);
LR_API int32_t lr_generator_free(lr_generator generator);

/* ---- operators ---- */
LR_API int32_t lr_op_find(const char* name, const char* overload, lr_op* op /* borrowed, lives for ever */);
LR_API int32_t lr_op_schema(lr_op op, const char** schema /* borrowed */);
LR_API int32_t lr_op_call(lr_op op, const lr_slot* arguments, int32_t argument_count, lr_slot* results, int32_t capacity, int32_t* result_count);
LR_API int32_t lr_op_take_results(lr_slot* results, int32_t capacity); /* what lr_op_call had no room for: all of them, again */

/* ---- programs: a step recorded once, run with one call ---- */
enum lr_buffer { LR_BUFFER_INPUT = 0, LR_BUFFER_OUTPUT = 1, LR_BUFFER_STATE = 2 };

/* From here this thread's operator calls are recorded, in inference mode; the step is called with the tensors given back. */
LR_API int32_t lr_record_begin(const lr_tensor* inputs, int32_t input_count, const lr_tensor* state, int32_t state_count, int32_t device_type,
                               int32_t device_index, lr_tensor* step_inputs /* new */, lr_tensor* step_state /* new */);
LR_API int32_t lr_record_cancel(void);
LR_API int32_t lr_record_end(const lr_tensor* outputs, int32_t output_count, const lr_tensor* next_state, int32_t state_count, int32_t optimised,
                             lr_program* program /* new */);
LR_API int32_t lr_program_free(lr_program program);
LR_API int32_t lr_program_run(lr_program program);
LR_API int32_t lr_program_reset(lr_program program);
/* State buffers are those that the next run reads. */
LR_API int32_t lr_program_buffer(lr_program program, int32_t kind, int32_t index, lr_tensor* buffer /* new */);
LR_API int32_t lr_program_listing(lr_program program, const char** text /* borrowed */);
/* While on, each run adds up the processor's time of each call on its thread; turning it on begins from zero. Not of a program on a GPU, which runs as one graph. */
LR_API int32_t lr_program_time_calls(lr_program program, int32_t on);
/* One a line of the listing, summed over the runs since. */
LR_API int32_t lr_program_call_times(lr_program program, const int64_t** nanoseconds /* borrowed, until time_calls */, int32_t* count);
LR_API int32_t lr_kernels(const char** name /* borrowed */); /* the instruction set of the shim's own kernels */
LR_API int32_t lr_choose_kernels(const char* name);           /* for tests: no program of another choice may live */

/* ---- TorchScript ---- */
LR_API int32_t lr_module_load(const char* path, int32_t device_type, int32_t device_index, lr_module* module /* new */); /* in evaluation mode */
LR_API int32_t lr_module_free(lr_module module);
LR_API int32_t lr_module_call(lr_module module, const lr_tensor* inputs, int32_t input_count, lr_tensor* outputs /* new */, int32_t capacity,
                              int32_t* output_count);

#ifdef __cplusplus
}
#endif
#endif

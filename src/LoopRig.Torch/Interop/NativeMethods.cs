using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace LoopRig.Torch.Interop;

/// <summary>The shim's functions under their C names; see <c>native/looprig_torch.h</c>.</summary>
internal static unsafe partial class NativeMethods
{
    public const string Library = "looprig_torch";
    public const string CudaLibrary = "looprig_torch_cuda";

    [LibraryImport(Library)] public static partial byte* lr_last_error();
    [LibraryImport(Library)] public static partial int lr_libtorch_version(int* major, int* minor, int* patch);
    [LibraryImport(Library)] public static partial int lr_get_num_threads(int* threads);
    [LibraryImport(Library)] public static partial int lr_set_num_threads(int threads);
    [LibraryImport(Library)] public static partial int lr_manual_seed(ulong seed);
    [LibraryImport(Library)] public static partial int lr_set_flush_denormal(int on, int* supported);
    [LibraryImport(Library)] public static partial int lr_set_allow_tf32(int on);
    [LibraryImport(Library)] public static partial long lr_live_tensors();

    [LibraryImport(Library)] public static partial int lr_tensor_free(nint tensor);
    [LibraryImport(Library)] public static partial int lr_tensor_share(nint tensor, nint* same);
    [LibraryImport(Library)] public static partial int lr_tensor_describe(nint tensor, TensorInfo* info);
    [LibraryImport(Library)] public static partial int lr_tensor_shape(nint tensor, long* sizes, long* strides, int capacity);
    [LibraryImport(Library)] public static partial int lr_tensor_data(nint tensor, void** data);
    [LibraryImport(Library)] public static partial int lr_tensor_over_memory(void* data, long* sizes, long* strides, int rank, int dtype, delegate* unmanaged<nint, void> release, nint context, nint* tensor);

    [LibraryImport(Library)] public static partial int lr_tensor_set_requires_grad(nint tensor, int on);
    [LibraryImport(Library)] public static partial int lr_tensor_grad(nint tensor, nint* gradient);
    [LibraryImport(Library)] public static partial int lr_tensor_set_grad(nint tensor, nint gradient);
    [LibraryImport(Library)] public static partial int lr_tensor_backward(nint tensor, nint gradient, int retainGraph, int createGraph);
    [LibraryImport(Library)] public static partial int lr_autograd_grad(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* outputGradients, int retainGraph, int createGraph, int allowUnused, nint* gradients);
    [LibraryImport(Library)] public static partial int lr_grad_mode_exchange(int on, int* before);
    [LibraryImport(Library)] public static partial int lr_inference_mode_enter(int on, nint* guard);
    [LibraryImport(Library)] public static partial int lr_inference_mode_leave(nint guard);
    [LibraryImport(Library)] public static partial int lr_autocast_enter(int deviceType, int dtype, nint* guard);
    [LibraryImport(Library)] public static partial int lr_autocast_leave(nint guard);

    [LibraryImport(Library)] public static partial int lr_generator_new(ulong seed, nint* generator);
    [LibraryImport(Library)] public static partial int lr_generator_free(nint generator);

    [LibraryImport(Library)] public static partial int lr_op_find(byte* name, byte* overload, nint* op);
    [LibraryImport(Library)] public static partial int lr_op_schema(nint op, byte** schema);
    [LibraryImport(Library)] public static partial int lr_op_call(nint op, Slot* arguments, int argumentCount, Slot* results, int capacity, int* resultCount);
    [LibraryImport(Library)] public static partial int lr_op_take_results(Slot* results, int capacity);

    [LibraryImport(Library)] public static partial int lr_record_begin(nint* inputs, int inputCount, nint* state, int stateCount, int deviceType, int deviceIndex, nint* stepInputs, nint* stepState);
    [LibraryImport(Library)] public static partial int lr_record_cancel();
    [LibraryImport(Library)] public static partial int lr_record_end(nint* outputs, int outputCount, nint* nextState, int stateCount, int optimised, nint* program);
    [LibraryImport(Library)] public static partial int lr_program_free(nint program);
    [LibraryImport(Library)] public static partial int lr_program_run(nint program);
    [LibraryImport(Library)] public static partial int lr_program_reset(nint program);
    [LibraryImport(Library)] public static partial int lr_program_buffer(nint program, int kind, int index, nint* buffer);
    [LibraryImport(Library)] public static partial int lr_program_listing(nint program, byte** text);
    [LibraryImport(Library)] public static partial int lr_program_time_calls(nint program, int on);
    [LibraryImport(Library)] public static partial int lr_program_call_times(nint program, long** nanoseconds, int* count);

    [LibraryImport(Library)] public static partial int lr_kernels(byte** name);
    [LibraryImport(Library)] public static partial int lr_choose_kernels(byte* name);

    [LibraryImport(Library)] public static partial int lr_module_load(byte* path, int deviceType, int deviceIndex, nint* module);
    [LibraryImport(Library)] public static partial int lr_module_free(nint module);
    [LibraryImport(Library)] public static partial int lr_module_call(nint module, nint* inputs, int inputCount, nint* outputs, int capacity, int* outputCount);

    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_device_count(int* count);
    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_synchronize(int device);
    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_pin(nint tensor, nint* pinned);
    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_copy(nint to, nint from);
    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_stream_new(int device, int highPriority, nint* stream);
    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_stream_free(nint stream);
    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_stream_synchronize(nint stream);
    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_stream_enter(nint stream, nint* guard);
    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_stream_leave(nint guard);
    [LibraryImport(CudaLibrary)] public static partial int lr_cuda_program_capture(nint program);
}

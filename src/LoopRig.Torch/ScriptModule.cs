using System.Runtime.InteropServices;
using System.Text;
using LoopRig.Core;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>
/// A TorchScript module (<c>torch.jit.save</c>), in evaluation mode. Unlike a checkpoint it holds code, which libtorch's interpreter runs:
/// load only what you trust. Inside <see cref="Program.Record"/> a call becomes one call of the program.
/// </summary>
public sealed unsafe class ScriptModule : SafeHandle
{
    private const int MaxOutputs = 64;

    private ScriptModule(nint module, string path) : base(0, ownsHandle: true)
    {
        SetHandle(module);
        Path = path;
    }

    /// <summary>The file that it came from.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Loads a module onto a device.</summary>
    /// <exception cref="DataFileException">The file is absent or no TorchScript module.</exception>
    public static ScriptModule Load(string path, Device device = default)
    {
        if (!File.Exists(path)) throw new DataFileException(path, "there is no such file");
        nint module;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            if (NativeMethods.lr_module_load(name, device.Type, device.IsCpu ? -1 : device.Index, &module) != 0)
                throw new DataFileException(path, $"is no TorchScript module that libtorch {LibTorch.Version} reads: {Status.LastMessage()}");
        }
        return new ScriptModule(module, path);
    }

    /// <summary>Calls <c>forward</c>. Tuples and lists of tensors come flattened.</summary>
    /// <exception cref="TorchException">The call failed, or the module gives something other than tensors.</exception>
    public Tensor[] Call(params Tensor[] inputs)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        var given = Array.ConvertAll(inputs, tensor => tensor.Handle);
        var outputs = stackalloc nint[MaxOutputs];
        int count;
        fixed (nint* handles = given)
        {
            if (NativeMethods.lr_module_call(handle, handles, given.Length, outputs, MaxOutputs, &count) != 0)
                throw new TorchException($"{Path}: {Status.LastMessage()}");
        }
        GC.KeepAlive(inputs);
        var tensors = new Tensor[count];
        for (int i = 0; i < count; i++) tensors[i] = Tensor.Take(outputs[i]);
        return tensors;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeMethods.lr_module_free(handle) == 0;
}

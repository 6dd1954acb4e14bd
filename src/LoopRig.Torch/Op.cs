using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using LoopRig.Core;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>
/// An operator of libtorch, named by its schema. It is looked up once, on its first call; arguments pass as tagged 64-bit slots on the
/// stack, without managed allocation, and the shim converts them by the live schema, so that one declaration serves every libtorch from 1.13.
/// </summary>
public sealed unsafe class Op
{
    private const int StackWords = 64;
    private static readonly ConcurrentDictionary<(string Name, string Overload), Op> s_declared = new();
    private nint _handle;

    private Op(string name, string overload)
    {
        Name = name;
        Overload = overload;
    }

    /// <summary>Name with its namespace, such as <c>aten::conv2d</c>.</summary>
    public string Name { get; }

    /// <summary>Overload, such as <c>Tensor</c>; often empty.</summary>
    public string Overload { get; }

    /// <summary>The live schema.</summary>
    /// <exception cref="TorchException">The libtorch at hand has no such operator.</exception>
    public string Schema
    {
        get
        {
            byte* text;
            Status.Check(NativeMethods.lr_op_schema(Handle, &text));
            return Marshal.PtrToStringUTF8((nint)text) ?? "";
        }
    }

    /// <summary>Every operator declared so far.</summary>
    public static IReadOnlyCollection<Op> Declared => [.. s_declared.Values];

    private nint Handle => _handle != 0 ? _handle : Find();

    /// <summary>Declares an operator; nothing native happens before its first use.</summary>
    public static Op Get(string name, string overload = "") => s_declared.GetOrAdd((name, overload), static key => new Op(key.Name, key.Overload));

    /// <summary>Calls the operator and returns its one result, a tensor that the caller (or the current <see cref="Scope"/>) disposes.</summary>
    /// <exception cref="TorchException">The call failed; the message names operator, schema and libtorch's reason.</exception>
    public Tensor Call(params ReadOnlySpan<Arg> arguments)
    {
        Slot result;
        int count = Invoke(arguments, &result, 1);
        if (count == 1 && result.Tag == SlotTag.Tensor) return Tensor.Take((nint)result.Value);
        Drop(count, &result, 1);
        throw new TorchException($"{Name}: one tensor was expected, {count} results came\n  schema: {Schema}");
    }

    /// <summary>Calls an operator that returns several tensors, or a list of them; an undefined one is null.</summary>
    /// <exception cref="TorchException">The call failed.</exception>
    public Tensor?[] CallMany(params ReadOnlySpan<Arg> arguments)
    {
        const int capacity = 8;
        var near = stackalloc Slot[capacity];
        int count = Invoke(arguments, near, capacity);
        var tensors = new Tensor?[count];
        if (count <= capacity)
        {
            for (int i = 0; i < count; i++) tensors[i] = Take(near[i]);
            return tensors;
        }
        var far = new Slot[count];
        fixed (Slot* slots = far) Status.Check(NativeMethods.lr_op_take_results(slots, count));
        for (int i = 0; i < count; i++) tensors[i] = Take(far[i]);
        return tensors;
    }

    /// <summary>Calls an operator whose one result is a number or truth value (1 or 0).</summary>
    /// <exception cref="TorchException">The call failed or gave something else.</exception>
    public double CallNumber(params ReadOnlySpan<Arg> arguments)
    {
        Slot result;
        int count = Invoke(arguments, &result, 1);
        if (count == 1 && result.Tag == SlotTag.Double) return BitConverter.Int64BitsToDouble(result.Value);
        if (count == 1 && result.Tag is SlotTag.Int or SlotTag.Bool) return result.Value;
        Drop(count, &result, 1);
        throw new TorchException($"{Name}: a number was expected\n  schema: {Schema}");
    }

    /// <summary>Calls an operator for its effect.</summary>
    /// <exception cref="TorchException">The call failed.</exception>
    public void Invoke(params ReadOnlySpan<Arg> arguments)
    {
        var near = stackalloc Slot[1];
        Drop(Invoke(arguments, near, 1), near, 1);
    }

    /// <inheritdoc/>
    public override string ToString() => Overload.Length == 0 ? Name : $"{Name}.{Overload}";

    private static Tensor? Take(in Slot slot) => slot.Tag == SlotTag.Tensor ? Tensor.Take((nint)slot.Value) : null;

    private static void Drop(int count, Slot* slots, int capacity)
    {
        if (count > capacity)
        {
            var all = new Slot[count];
            fixed (Slot* far = all)
            {
                Status.Check(NativeMethods.lr_op_take_results(far, count));
                Drop(count, far, count);
            }
            return;
        }
        for (int i = 0; i < count; i++)
        {
            if (slots[i].Tag == SlotTag.Tensor) Status.Check(NativeMethods.lr_tensor_free((nint)slots[i].Value));
        }
    }

    private int Invoke(ReadOnlySpan<Arg> arguments, Slot* results, int capacity)
    {
        var handle = Handle;
        int words = 0;
        foreach (ref readonly var argument in arguments) words += argument.ScratchWords;
        Span<long> scratch = words <= StackWords ? stackalloc long[StackWords] : new long[words];
        var slots = stackalloc Slot[arguments.Length];
        int count;
        fixed (long* memory = scratch)
        {
            int used = 0;
            for (int i = 0; i < arguments.Length; i++) slots[i] = ToSlot(in arguments[i], memory, ref used);
            if (NativeMethods.lr_op_call(handle, slots, arguments.Length, results, capacity, &count) != 0) Status.Throw();
        }
        // The tensors stay reachable, and so unfinalised, until the native call is over.
        foreach (ref readonly var argument in arguments) GC.KeepAlive(argument.Reference);
        return count;
    }

    private static Slot ToSlot(in Arg argument, long* memory, ref int used)
    {
        var slot = new Slot { Tag = argument.Tag, Count = argument.Count, Value = argument.A };
        switch (argument.Tag)
        {
            case SlotTag.Device when argument.A >> 32 == 1:
                Cuda.Load();
                break;
            case SlotTag.Tensor:
                slot.Value = ((Tensor)argument.Reference!).Handle;
                break;
            case SlotTag.Generator:
                slot.Value = ((Generator)argument.Reference!).Handle;
                break;
            case SlotTag.IntList or SlotTag.DoubleList or SlotTag.TensorList:
                slot.Value = (long)(memory + used);
                WriteList(in argument, new Span<long>(memory + used, argument.Count));
                used += argument.Count;
                break;
            case SlotTag.String:
                slot.Value = (long)(memory + used);
                slot.Count = Encoding.UTF8.GetBytes((string)argument.Reference!, new Span<byte>(memory + used, argument.ScratchWords * sizeof(long)));
                used += argument.ScratchWords;
                break;
        }
        return slot;
    }

    private static void WriteList(in Arg argument, Span<long> to)
    {
        switch (argument.Reference)
        {
            case long[] integers:
                integers.CopyTo(to);
                break;
            case double[] reals:
                MemoryMarshal.Cast<double, long>(reals).CopyTo(to);
                break;
            case Tensor?[] tensors:
                for (int i = 0; i < tensors.Length; i++) to[i] = tensors[i]?.Handle ?? 0;
                break;
            default:
                ReadOnlySpan<long> inline = [argument.A, argument.B, argument.C];
                inline[..argument.Count].CopyTo(to);
                break;
        }
    }

    private nint Find()
    {
        var name = Encoding.UTF8.GetBytes(Name + '\0');
        var overload = Encoding.UTF8.GetBytes(Overload + '\0');
        nint handle;
        fixed (byte* n = name, o = overload) Status.Check(NativeMethods.lr_op_find(n, o, &handle));
        return _handle = handle;
    }
}

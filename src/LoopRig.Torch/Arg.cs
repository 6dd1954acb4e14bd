using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>
/// One argument of an operator call: a tensor, number, truth value, list, text, element type or device. It converts from those
/// implicitly; the shim converts on to what the operator's live schema asks for. Lives on the stack of the call.
/// </summary>
public readonly struct Arg
{
    internal readonly SlotTag Tag;
    internal readonly int Count;
    internal readonly object? Reference;
    internal readonly long A, B, C;

    private Arg(SlotTag tag, object? reference = null, int count = 0, long a = 0, long b = 0, long c = 0)
    {
        Tag = tag;
        Reference = reference;
        Count = count;
        A = a;
        B = b;
        C = c;
    }

    /// <summary>None: an absent tensor or optional value.</summary>
    public static Arg None => default;

    /// <summary>The schema's own default.</summary>
    public static Arg Default => new(SlotTag.Default);

    /// <summary>A tensor; null is None.</summary>
    public static implicit operator Arg(Tensor? tensor) => tensor is null ? None : new(SlotTag.Tensor, tensor);

    /// <summary>An integer.</summary>
    public static implicit operator Arg(long value) => new(SlotTag.Int, a: value);

    /// <summary>An integer.</summary>
    public static implicit operator Arg(int value) => new(SlotTag.Int, a: value);

    /// <summary>An optional integer.</summary>
    public static implicit operator Arg(long? value) => value is { } number ? number : None;

    /// <summary>A real number.</summary>
    public static implicit operator Arg(double value) => new(SlotTag.Double, a: BitConverter.DoubleToInt64Bits(value));

    /// <summary>An optional real number.</summary>
    public static implicit operator Arg(double? value) => value is { } number ? number : None;

    /// <summary>A truth value.</summary>
    public static implicit operator Arg(bool value) => new(SlotTag.Bool, a: value ? 1 : 0);

    /// <summary>A list of integers; null is None.</summary>
    public static implicit operator Arg(long[]? values) => values is null ? None : new(SlotTag.IntList, values, values.Length);

    /// <summary>A list of real numbers; null is None.</summary>
    public static implicit operator Arg(double[]? values) => values is null ? None : new(SlotTag.DoubleList, values, values.Length);

    /// <summary>A list of tensors, of which some may be null where the schema allows it.</summary>
    public static implicit operator Arg(Tensor?[] tensors) => new(SlotTag.TensorList, tensors, tensors.Length);

    /// <summary>Two integers.</summary>
    public static implicit operator Arg(Size2 size) => new(SlotTag.IntList, count: 2, a: size.Height, b: size.Width);

    /// <summary>Three integers.</summary>
    public static implicit operator Arg(Size3 size) => new(SlotTag.IntList, count: 3, a: size.Depth, b: size.Height, c: size.Width);

    /// <summary>Text.</summary>
    public static implicit operator Arg(string? text) => text is null ? None : new(SlotTag.String, text, text.Length);

    /// <summary>An element type.</summary>
    public static implicit operator Arg(ScalarType type) => (int)type;

    /// <summary>An optional element type.</summary>
    public static implicit operator Arg(ScalarType? type) => type is { } known ? (int)known : None;

    /// <summary>A device.</summary>
    public static implicit operator Arg(Device device) => new(SlotTag.Device, a: ((long)device.Type << 32) | (uint)device.Index);

    /// <summary>A source of random numbers; null is the default one.</summary>
    public static implicit operator Arg(Generator? generator) => generator is null ? None : new(SlotTag.Generator, generator);

    /// <summary>64-bit words that the list or text needs beside its slot.</summary>
    internal int ScratchWords => Tag switch
    {
        SlotTag.IntList or SlotTag.DoubleList or SlotTag.TensorList => Count,
        SlotTag.String => (Count * 3 + 7) / 8,
        _ => 0,
    };
}

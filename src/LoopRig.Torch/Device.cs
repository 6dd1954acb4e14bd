using System.Globalization;

namespace LoopRig.Torch;

/// <summary>Where a tensor lives. The numbers of <see cref="Type"/> are libtorch's: 0 is the CPU, 1 is CUDA.</summary>
/// <param name="Type">Kind of the device.</param>
/// <param name="Index">Which of them; -1 is the current one.</param>
public readonly record struct Device(int Type, int Index)
{
    /// <summary>The processor.</summary>
    public static Device Cpu => new(0, -1);

    /// <summary>A CUDA device.</summary>
    public static Device Cuda(int index = 0) => new(1, index);

    /// <summary>Whether this is the processor.</summary>
    public bool IsCpu => Type == 0;

    /// <summary>Whether this is a CUDA device.</summary>
    public bool IsCuda => Type == 1;

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <exception cref="FormatException">The text names no such device.</exception>
    public static Device Parse(string text) => text switch
    {
        "cpu" => Cpu,
        "cuda" => Cuda(),
        _ when text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) => Cuda(index),
        _ => throw new FormatException($"'{text}' is no device; use cpu, cuda or cuda:N"),
    };

    /// <inheritdoc/>
    public override string ToString() => IsCpu ? "cpu" : IsCuda ? $"cuda:{Math.Max(Index, 0)}" : $"device {Type}:{Index}";
}

using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>The only globals that a state dict may name, and what each of them builds.</summary>
internal static class PickleGlobals
{
    private const string OrderedDict = "collections.OrderedDict";
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2";
    private const string RebuildParameter = "torch._utils._rebuild_parameter";

    private static readonly Dictionary<string, PickleGlobal> s_known = Known();

    /// <summary>Looks a global up; one that is not in the list is refused by its name.</summary>
    internal static PickleGlobal Find(string path, string module, string attribute)
    {
        string name = $"{module}.{attribute}";
        if (s_known.TryGetValue(name, out PickleGlobal? global)) return global;
        throw new DataFileException(path, $"is refused: it asks for {name}; a state dict holds tensors and plain containers only, and nothing in it is executed");
    }

    /// <summary>What calling the global with these arguments gives.</summary>
    internal static object Construct(string path, PickleGlobal global, object?[] arguments) => global.Name switch
    {
        OrderedDict when arguments.Length == 0 => new PickleDictionary(),
        // (storage, offset, size, stride, requires_grad, backward hooks[, metadata])
        RebuildTensor when arguments is [PickledStorage storage, long offset, object?[] size, object?[] stride, ..]
            => PickledTensor.Create(path, storage, offset, Lengths(path, size), Lengths(path, stride)),
        RebuildParameter when arguments is [PickledTensor tensor, ..] => tensor,
        _ => throw new DataFileException(path, $"is refused: {global.Name} is called with arguments that a state dict never has"),
    };

    private static long[] Lengths(string path, object?[] values)
    {
        long[] lengths = new long[values.Length];
        for (int i = 0; i < values.Length; i++)
            lengths[i] = values[i] is long length and >= 0 ? length
                : throw new DataFileException(path, $"is refused: a tensor's size or stride is not a natural number");
        return lengths;
    }

    private static Dictionary<string, PickleGlobal> Known()
    {
        Dictionary<string, PickleGlobal> known = [];
        foreach (string name in new[] { OrderedDict, RebuildTensor, RebuildParameter })
            known.Add(name, new PickleGlobal(name));
        foreach ((string storage, ArrayType type) in new[]
        {
            ("BoolStorage", ArrayType.Bool), ("ByteStorage", ArrayType.U8), ("CharStorage", ArrayType.I8), ("ShortStorage", ArrayType.I16),
            ("IntStorage", ArrayType.I32), ("LongStorage", ArrayType.I64), ("HalfStorage", ArrayType.F16), ("BFloat16Storage", ArrayType.BF16),
            ("FloatStorage", ArrayType.F32), ("DoubleStorage", ArrayType.F64),
        })
            known.Add($"torch.{storage}", new PickleGlobal($"torch.{storage}", type));
        return known;
    }
}

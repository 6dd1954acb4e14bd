namespace LoopRig.Torch.Formats;

/// <summary>Weights of a network by name, from a PyTorch checkpoint (.pth, .pt) or a safetensors file.</summary>
public static class StateDict
{
    /// <summary>Reads every tensor of a file, on the CPU. The caller disposes the tensors, or the current scope does.</summary>
    /// <exception cref="Core.DataFileException">As for <see cref="WeightsFile.Open"/>.</exception>
    public static IReadOnlyDictionary<string, Tensor> Load(string path)
    {
        using WeightsFile file = WeightsFile.Open(path);
        return ReadAll(file.Arrays);
    }

    internal static IReadOnlyDictionary<string, Tensor> ReadAll(IReadOnlyDictionary<string, NamedArray> arrays)
    {
        OrderedDictionary<string, Tensor> tensors = [];
        foreach ((string name, NamedArray array) in arrays)
            tensors.Add(name, array.ToTensor());
        return tensors;
    }
}

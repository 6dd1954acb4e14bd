namespace LoopRig.Torch.Formats;

/// <summary>Tensors from and to safetensors files. For large files, or arrays one by one, see <see cref="SafetensorsFile"/>.</summary>
public static class Safetensors
{
    /// <summary>Reads every tensor of a file, on the CPU, and its metadata. The caller disposes the tensors, or the current scope does.</summary>
    /// <exception cref="Core.DataFileException">As for <see cref="SafetensorsFile.Open"/>.</exception>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return (StateDict.ReadAll(file.Arrays), file.Metadata);
    }

    /// <summary>Writes tensors, from any device, and metadata; see <see cref="SafetensorsWriter.Write"/>.</summary>
    /// <exception cref="Core.DataFileException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
        => SafetensorsWriter.Write(path, tensors.Select(static pair => TensorArrays.FromTensor(pair.Key, pair.Value)), metadata);
}

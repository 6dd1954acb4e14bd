using System.Runtime.InteropServices;
using LoopRig.Torch.Formats;

namespace LoopRig.Benchmarks;

/// <summary>A folder for the files that both sides read; it goes when the benchmark ends.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("looprig-bench-").FullName;

    public string this[string file] => Path.Combine(_path, file);

    /// <summary>Writes sequences as a .safetensors file and returns its path.</summary>
    public string Write(string file, IEnumerable<Sequence> sequences)
    {
        SafetensorsWriter.Write(this[file], sequences.Select(sequence => new MemoryArray(
            sequence.Name, ArrayType.F32, [sequence.Frames, .. sequence.FrameShape], MemoryMarshal.AsBytes(sequence.Values.AsSpan()).ToArray())));
        return this[file];
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}

using LoopRig.Core;

namespace LoopRig.Training.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("looprig-data-").FullName;

    internal string Of(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes an array, and its folder.</summary>
    internal void Write<T>(T[] values, int[] shape, params string[] parts) where T : unmanaged
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Of(parts))!);
        NpyFile.Write<T>(Of(parts), values, shape);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

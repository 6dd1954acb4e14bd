using LoopRig.Torch.Tests.Formats;

namespace LoopRig.Models.Tests;

/// <summary>Golden files of random foundation networks, by the plain PyTorch of tests/python/foundation.py.</summary>
internal static class FoundationReference
{
    /// <summary>Writes a file; the test is skipped where Python has no torch.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sizes">NAME=VALUE pairs over the released sizes.</param>
    internal static void Write(string path, string sizes)
        => PythonTorch.Run(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "foundation.py")), [path, .. sizes.Split(' ')]);
}

using LoopRig.Torch;
using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Training.Tests;

/// <summary>Golden files beside the checkout, or beside the data that LOOPRIG_DATA names.</summary>
internal static class Golden
{
    internal static SafetensorsFile Open(string name)
    {
        string? data = Environment.GetEnvironmentVariable("LOOPRIG_DATA");
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "LoopRig.sln")))
            at = at.Parent;
        string shared = string.IsNullOrEmpty(data) ? Path.Combine(at?.Parent?.FullName ?? "/", "shared") : Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(data))!;
        string path = Path.Combine(shared, "golden", name);
        Assert.SkipUnless(File.Exists(path), $"{path} is absent (LOOPRIG_DATA chooses the data folder)");
        return SafetensorsFile.Open(path);
    }

    internal static Tensor Tensor(this SafetensorsFile file, string name) => file.Arrays[name].ToTensor();
}

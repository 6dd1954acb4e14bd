using Xunit;

namespace LoopRig.Training.Tests;

/// <summary>Real recordings beside the checkout, or in the folder that LOOPRIG_DATA names.</summary>
internal static class SharedData
{
    internal static string Folder(string name)
    {
        string? data = Environment.GetEnvironmentVariable("LOOPRIG_DATA");
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "LoopRig.sln")))
            at = at.Parent;
        string folder = Path.Combine(string.IsNullOrEmpty(data) ? Path.Combine(at?.Parent?.FullName ?? "/", "shared", "data") : data, name);
        Assert.SkipUnless(Directory.Exists(folder), $"{folder} is absent (LOOPRIG_DATA chooses the data folder)");
        return folder;
    }
}

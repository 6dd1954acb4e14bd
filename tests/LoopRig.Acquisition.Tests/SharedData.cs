using Xunit;

namespace LoopRig.Acquisition.Tests;

/// <summary>The recorded data beside the checkout, or where LOOPRIG_DATA says.</summary>
internal static class SharedData
{
    internal static string Path(string relative)
    {
        string? root = Environment.GetEnvironmentVariable("LOOPRIG_DATA");
        if (string.IsNullOrEmpty(root))
        {
            DirectoryInfo? at = new(AppContext.BaseDirectory);
            while (at is not null && !File.Exists(System.IO.Path.Combine(at.FullName, "LoopRig.sln"))) at = at.Parent;
            root = System.IO.Path.Combine(at?.Parent?.FullName ?? "/", "shared", "data");
        }

        string path = System.IO.Path.Combine(root, relative);
        Assert.SkipUnless(File.Exists(path), $"{path} is absent (LOOPRIG_DATA chooses the data folder)");
        return path;
    }
}

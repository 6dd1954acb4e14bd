using Xunit;

namespace LoopRig.Synthesis.Tests;

/// <summary>The recorded data beside the checkout.</summary>
internal static class SharedData
{
    /// <summary>A file of the data; the test is skipped where it is absent.</summary>
    internal static string Find(string file)
    {
        string? folder = Environment.GetEnvironmentVariable("LOOPRIG_DATA") ?? Beside();
        string path = Path.Combine(folder ?? "data", file);
        if (!File.Exists(path)) Assert.Skip($"{path} is not there (LOOPRIG_DATA names the data)");
        return path;
    }

    /// <summary>The trained Sensorium network, of images alone.</summary>
    internal static string Sensorium => Find("mouse_v1_networks/sensorium_sota_model.pth");

    private static string? Beside()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "LoopRig.sln"))) return Path.Combine(at.Parent!.FullName, "shared", "data");
        return null;
    }
}

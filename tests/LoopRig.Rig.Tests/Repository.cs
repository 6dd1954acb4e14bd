namespace LoopRig.Rig.Tests;

/// <summary>The checkout that the tests were built in, and the recordings beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of real recordings, or null where there is none.</summary>
    public static string? Data { get; } = FindData();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static void SkipWithoutData() => Assert.SkipWhen(Data is null, "the recordings are absent: ../shared/data beside the checkout, or LOOPRIG_DATA");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LoopRig.sln")))
        {
            folder = folder.Parent!;
        }
        return folder.FullName;
    }

    private static string? FindData()
    {
        var chosen = Environment.GetEnvironmentVariable("LOOPRIG_DATA");
        var folder = string.IsNullOrEmpty(chosen) ? Path.GetFullPath(Path.Combine(FindRoot(), "..", "shared", "data")) : chosen;
        return Directory.Exists(folder) ? folder : null;
    }
}

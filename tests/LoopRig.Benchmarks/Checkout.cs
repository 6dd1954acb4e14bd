using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>Where this program's sources and the recorded data lie.</summary>
internal static class Checkout
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The recorded data: LOOPRIG_DATA, else ../shared/data beside the checkout.</summary>
    public static string Data => Environment.GetEnvironmentVariable("LOOPRIG_DATA") ?? Path.GetFullPath(Path.Combine(Root, "..", "shared", "data"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LoopRig.sln")))
            {
                return folder.FullName;
            }
        }
        throw new NotReadyException("this program does not lie inside a checkout of LoopRig");
    }
}

using LoopRig.Rig.CommandLine;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Inception;

/// <summary><c>demo</c>: the inception loop of rig-configs/inception-demo.json, into a folder of its own. One that was interrupted goes on; one that is done begins anew.</summary>
internal static class InceptionDemo
{
    /// <summary>The loop's file.</summary>
    public static string File { get; } = Path.Combine(Checkout.Root, "rig-configs", "inception-demo.json");

    /// <summary>Runs it.</summary>
    public static VerbResult Execute(CancellationToken stop) => Execute(InceptionConfig.Load(File), Path.Combine(Checkout.Root, "sessions", "demo"), stop);

    /// <summary>Runs a loop as the demo does.</summary>
    public static VerbResult Execute(InceptionConfig config, string folder, CancellationToken stop)
    {
        if (Directory.Exists(folder) && !InceptionRun.IsUnfinished(config, folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        return InceptionRun.Execute(config, folder, Console.Error, stop);
    }
}

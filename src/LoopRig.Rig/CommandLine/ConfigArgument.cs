using System.CommandLine;

namespace LoopRig.Rig.CommandLine;

/// <summary>The CONFIG of the verbs that have one.</summary>
internal static class ConfigArgument
{
    public static Argument<string> Create() => new("CONFIG") { Description = "a rig's configuration, such as rig-configs/replay-real.json" };
}

using LoopRig.Core;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Inception;

/// <summary>Opens the rig of a loop.</summary>
internal static class InceptionRigs
{
    /// <summary>The rig as its file has it; collected in real time, or of a simulated animal as fast as it goes.</summary>
    /// <exception cref="RigConfigException">The rig lacks what a loop needs.</exception>
    public static IInceptionRig Open(InceptionConfig config, TextWriter output)
    {
        var rig = RigConfigFile.Load(config.Rig);
        var live = new LiveInceptionRig(rig, output);
        if (config.Collect.RealTime)
        {
            return live;
        }
        return rig.Adapters.OfType<SimulatedHeadFixedConfig>().FirstOrDefault() is { } animal
            ? new SimulatedInceptionRig(live, animal)
            : throw new RigConfigException(config.File, "collect.realTime", $"{config.Rig} has no simulated-head-fixed animal: only a simulation can be collected faster than real time");
    }
}

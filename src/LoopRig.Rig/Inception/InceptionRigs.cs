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
        if (config.Collect.RealTime)
        {
            return new LiveInceptionRig(rig, output);
        }
        var animal = rig.Adapters.OfType<SimulatedHeadFixedConfig>().FirstOrDefault()
            ?? throw new RigConfigException(config.File, "collect.realTime", $"{config.Rig} has no simulated-head-fixed animal: only a simulation can be collected faster than real time");
        // Sockets of its own: a simulation beside a running rig takes none of its ports.
        var sockets = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(Path.GetTempPath(), $"looprig-inception-{Environment.ProcessId}") };
        return new SimulatedInceptionRig(new LiveInceptionRig(rig with { Transport = sockets }, output), animal);
    }
}

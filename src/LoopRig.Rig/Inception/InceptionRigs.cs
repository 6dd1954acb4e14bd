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
        var rig = OpenUnchecked(config, output);
        CheckNetwork(config, rig);
        return rig;
    }

    // Before anything is recorded: a network that cannot see what is shown would fail only when it is trained.
    private static void CheckNetwork(InceptionConfig config, IInceptionRig rig)
    {
        InputSpec[] offered =
        [
            new InputSpec { Name = "image", Kind = InputKind.Image, Channels = 1, Height = rig.Frames.Height, Width = rig.Frames.Width },
            new InputSpec { Name = "behaviour", Kind = InputKind.Vector, Variables = [.. BehaviourVariables.All.Select(static variable => variable.Name)] },
        ];
        try
        {
            var wanted = config.Train.Network.Inputs(offered);
            var image = wanted.Where(static i => i.Kind == InputKind.Image).ToArray();
            if (image.Length != 1 || (image[0].Height, image[0].Width) != rig.Frames)
            {
                throw new NetworkException($"the network wants {(image.Length == 1 ? $"images of {image[0].Height} x {image[0].Width}" : $"{image.Length} images")}; display {rig.Display} gives frames of {rig.Frames.Height} x {rig.Frames.Width} (its key frames)");
            }
            config.Train.Network.Spec(wanted, ["unit"], config.Train.OutputDelayBins).Validate();
        }
        catch (NetworkException e)
        {
            throw new RigConfigException(config.File, "train.network", e.Message);
        }
    }

    private static IInceptionRig OpenUnchecked(InceptionConfig config, TextWriter output)
    {
        var rig = RigConfigFile.Load(config.Rig);
        if (config.Collect.RealTime)
        {
            return new LiveInceptionRig(rig, output);
        }
        // Sockets of its own: a simulation beside a running rig takes none of its ports.
        var sockets = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(Path.GetTempPath(), $"looprig-inception-{Environment.ProcessId}") };
        return new SimulatedInceptionRig(new LiveInceptionRig(rig with { Transport = sockets }, output), config.File);
    }
}

using LoopRig.Core.Stimuli;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.HeadFixed;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Inception;

/// <summary>A rig with a simulated head-fixed animal: collected faster than real time, through the same renderer, estimators and recorder; presented live, as any rig.</summary>
/// <param name="live">The rig as it runs live.</param>
/// <param name="animal">The animal.</param>
internal sealed class SimulatedInceptionRig(LiveInceptionRig live, SimulatedHeadFixedConfig animal) : IInceptionRig
{
    /// <inheritdoc/>
    public (int Height, int Width) Frames => live.Frames;

    /// <inheritdoc/>
    public string Display => live.Display;

    /// <inheritdoc/>
    public MonitorDescription Monitor => live.Monitor;

    /// <inheritdoc/>
    public double BinMs => live.BinMs;

    /// <inheritdoc/>
    public string Record(string stimulus, string folder, int number, Action<double> progress, CancellationToken stop)
    {
        var file = StimulusFile.Load(stimulus);
        var plan = file.Plan(Monitor, new Stimulus.Pictures.PictureFiles());
        var settings = new HeadFixedSettings { Seed = animal.Seed, Session = number, Units = animal.Units, Monitor = Monitor, Height = Frames.Height, Width = Frames.Width };
        var session = InceptionFolder.NewSession(folder, Path.GetFileNameWithoutExtension(stimulus));
        HeadFixedRecording.Record(plan, settings, session, seconds => progress(seconds / plan.Seconds), stop);
        return session;
    }

    /// <inheritdoc/>
    public RunSummary Present(string stimulus, string network, string folder, int number, Action<double> progress, CancellationToken stop) =>
        live.Present(stimulus, network, folder, number, progress, stop);
}

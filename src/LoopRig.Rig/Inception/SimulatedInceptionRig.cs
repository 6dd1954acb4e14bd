using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.HeadFixed;
using LoopRig.Rig.Live;
using LoopRig.Stimulus.Live;
using LoopRig.Stimulus.Pictures;

namespace LoopRig.Rig.Inception;

/// <summary>A rig with a simulated head-fixed animal: collected faster than real time, through the same renderer, estimators and recorder, all as the rig has them; presented live, as any rig.</summary>
internal sealed class SimulatedInceptionRig : IInceptionRig
{
    private readonly LiveInceptionRig _live;
    private readonly DisplayConfig _display;
    private readonly AdapterConfig[] _animal;

    /// <summary>Takes a rig.</summary>
    /// <param name="live">The rig as it runs live.</param>
    /// <param name="file">The loop's file, for errors.</param>
    /// <exception cref="RigConfigException">Something of the rig does not exist but in real time.</exception>
    public SimulatedInceptionRig(LiveInceptionRig live, string file)
    {
        _live = live;
        _display = live.Config.Adapters.OfType<DisplayConfig>().Single();
        _animal = [.. live.Config.Adapters.Where(a => a != _display)];
        if (_animal.OfType<SimulatedHeadFixedConfig>().Count() != 1)
        {
            throw new RigConfigException(file, "collect.realTime", $"{live.Config.File} has no simulated-head-fixed animal, or several: only a simulation can be collected faster than real time");
        }
        if (Array.Find(_animal, static a => a.SourceStream is null || a.Faults.Length > 0) is { } real)
        {
            throw new RigConfigException(file, "collect.realTime", $"adapter {real.Name} of {live.Config.File} {(real.SourceStream is null ? "takes no stream of the rig" : "has faults")}: that is there in real time alone");
        }
    }

    /// <inheritdoc/>
    public RigConfig Config => _live.Config;

    /// <inheritdoc/>
    public (int Height, int Width) Frames => _live.Frames;

    /// <inheritdoc/>
    public string Display => _live.Display;

    /// <inheritdoc/>
    public MonitorDescription Monitor => _live.Monitor;

    /// <inheritdoc/>
    public double BinMs => _live.BinMs;

    /// <inheritdoc/>
    public string Record(string stimulus, string folder, int number, Action<double> progress, CancellationToken stop)
    {
        var plan = StimulusFile.Load(stimulus).Plan(Monitor, new PictureFiles());
        var display = new DisplayOptions { Name = Display, FlipCode = _display.FlipCode, FramesHeight = Frames.Height, FramesWidth = Frames.Width };
        var session = InceptionFolder.NewSession(folder, Path.GetFileNameWithoutExtension(stimulus));
        HeadFixedRecording.Record(plan, display, OfSession(_animal, number), session, seconds => progress(seconds / plan.Seconds), stop);
        return session;
    }

    /// <inheritdoc/>
    public RunSummary Present(string stimulus, string network, string folder, int number, Action<double> progress, CancellationToken stop) =>
        _live.Present(stimulus, network, folder, number, progress, stop);

    // A recording of its own: other behaviour and other spikes.
    private static AdapterConfig[] OfSession(AdapterConfig[] animal, int number) => [.. animal.Select(a => a is SimulatedHeadFixedConfig mouse ? SimulatedHeadFixedRig.OfSession(mouse, number) : a)];
}

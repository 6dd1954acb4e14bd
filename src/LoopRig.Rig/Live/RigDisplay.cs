using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.Zmq;
using LoopRig.Rig.Configuration;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Live;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Rig.Live;

/// <summary>A rig's displays: made from their configuration, measured before a session, summed up after it.</summary>
internal static class RigDisplay
{
    private const int MeasuredFlips = 120;

    /// <summary>Opens a display; its window opens when it runs.</summary>
    /// <exception cref="RigConfigException">A stimulus file is wrong.</exception>
    public static DisplayAdapter Open(DisplayConfig config, ZmqContext? context, CancellationToken stop)
    {
        var data = ConfigPaths.FindDataFolder();
        return new DisplayAdapter(new DisplayOptions
        {
            Name = config.Name,
            Monitor = config.Monitor,
            Window = config.Window,
            Screen = config.Screen,
            Clock = config.Clock,
            FlipCode = config.FlipCode,
            Stimuli = config.Stimuli.ToDictionary(s => s.Key, s => StimulusFile.Load(s.Value, data)),
            First = config.First,
            Repeat = config.Repeat,
            CommandEndpoint = config.Commands,
            FramesHeight = config.Frames?.Height ?? 0,
            FramesWidth = config.Frames?.Width ?? 0,
            Safety = new SafetyLimits { MostMeanLevel = config.Safety.MostMeanLevel, MostFlashesPerS = config.Safety.MostFlashesPerS, MostSeconds = config.Safety.MostSeconds, MostSilenceSeconds = config.Safety.MostSilenceSeconds },
        }, context, stop);
    }

    /// <summary>Shows gray for a while, and says what is wrong with the display's timing.</summary>
    public static IEnumerable<PreflightLine> Check(DisplayConfig config, CancellationToken stop)
    {
        var name = $"display {config.Name}";
        if (!config.Window)
        {
            return [new(PreflightResult.Warn, name, "drawn without a display: timing unverified, a simulation and no experiment")];
        }
        try
        {
            var file = StimulusFile.Parse("""{ "stimuli": { "gray": { "kind": "blank", "seconds": 60 } } }"""u8, "gray");
            var plan = file.Plan(config.Monitor, new Stimulus.Pictures.PictureFiles());
            using var display = new WindowDisplay(config.Monitor.WidthPx, config.Monitor.HeightPx, config.Screen, config.Clock == DisplayClock.Vsync);
            using var renderer = new StimulusRenderer(display.Gl, plan.Geometry);
            var watch = new FlipWatch(config.Monitor.RefreshHz);
            PlanPlayer.Show(plan, renderer, display, config.Clock, config.FlipCode, new FlipRecord[Math.Min(plan.Frames, MeasuredFlips)], watch, stop);
            var lines = watch.Faults(config.Clock, display.Gl.IsSoftware).Select(f => new PreflightLine(PreflightResult.Fail, name, f)).ToList();
            if (watch.Remark is { } remark)
            {
                lines.Add(new(PreflightResult.Warn, name, remark));
            }
            if (display.Size != (config.Monitor.WidthPx, config.Monitor.HeightPx))
            {
                lines.Add(new(PreflightResult.Fail, name, $"shows {display.Size.Width} x {display.Size.Height} px, monitor.widthPx and heightPx say {config.Monitor.WidthPx} x {config.Monitor.HeightPx}"));
            }
            var figures = FormattableString.Invariant($"{display.Description}: {1e9 / watch.MeanIntervalNs:0.00} Hz, jitter {watch.JitterNs / 1e6:0.000} ms, {watch.MissedByInterval} of {watch.Flips} refreshes missed");
            return [new(lines.Any(l => l.Result == PreflightResult.Fail) ? PreflightResult.Warn : PreflightResult.Ok, name, figures), .. lines];
        }
        catch (LoopRigException e)
        {
            return [new(PreflightResult.Fail, name, e.Message)];
        }
    }

    /// <summary>What a run's summary says of its displays.</summary>
    public static IEnumerable<JsonObject> Summarise(LiveRig rig) => rig.Sources
        .Select(s => AdapterFactory.Bare(s.Adapter)).OfType<DisplayAdapter>()
        .Select(d => Json(d, rig.Config.Adapters.OfType<DisplayConfig>().First(c => c.Name == d.Name).Clock));

    private static JsonObject Json(DisplayAdapter display, DisplayClock clock) => new()
    {
        ["name"] = display.Name,
        ["display"] = display.Description,
        ["flips"] = display.Watch.Flips,
        ["interval_ms"] = Math.Round(display.Watch.MeanIntervalNs / 1e6, 4),
        ["jitter_ms"] = Math.Round(display.Watch.JitterNs / 1e6, 4),
        ["missed_by_interval"] = display.Watch.MissedByInterval,
        ["missed_by_counter"] = display.Watch.MissedByCounter,
        ["commands_refused"] = display.Commands.Refused,
        ["timing"] = clock == DisplayClock.Vsync && display.Watch.Source == StampSource.Refresh ? "verified by the driver" : "unverified",
    };
}

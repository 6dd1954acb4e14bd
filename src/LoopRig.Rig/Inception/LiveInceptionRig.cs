using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;
using LoopRig.Stimulus.Live;
using LoopRig.Stimulus.Pictures;

namespace LoopRig.Rig.Inception;

/// <summary>A rig as it runs live: its own configuration, with the display told what to show and the network that the loop has trained.</summary>
internal sealed class LiveInceptionRig : IInceptionRig
{
    // What the display is asked for by.
    private const string StimulusName = "inception";
    // Behind the last frame of the plan, so that its activity is recorded too.
    private const double AfterSeconds = 1;
    // A display that misses refreshes needs longer than its plan; one that needs so many times as long does not work.
    private const double MostTimes = 4;
    private const int LookMs = 50;

    private readonly DisplayConfig _display;
    private readonly TextWriter _output;

    /// <summary>Takes a rig's configuration.</summary>
    /// <param name="config">The rig: one display with frames.</param>
    /// <param name="output">Where the runs' own words go.</param>
    /// <exception cref="RigConfigException">It has no display with frames, or several.</exception>
    public LiveInceptionRig(RigConfig config, TextWriter output)
    {
        Config = config;
        _output = output;
        var displays = config.Adapters.OfType<DisplayConfig>().ToArray();
        _display = displays.Length == 1 ? displays[0] : throw new RigConfigException(config.File, "adapters", $"an inception loop needs one display; there are {displays.Length}");
        Frames = _display.Frames is { } frames ? (frames.Height, frames.Width) : throw new RigConfigException(config.File, $"adapters.{_display.Name}.frames", "the loop's network sees what is shown: give the size of the frames");
    }

    /// <inheritdoc/>
    public RigConfig Config { get; }

    /// <inheritdoc/>
    public (int Height, int Width) Frames { get; }

    /// <inheritdoc/>
    public string Display => _display.Name;

    /// <inheritdoc/>
    public MonitorDescription Monitor => _display.Monitor;

    /// <inheritdoc/>
    public double BinMs => Config.Aligner.BinMs;

    /// <inheritdoc/>
    public string Record(string stimulus, string folder, int number, Action<double> progress, CancellationToken stop)
    {
        var summary = Run(With(stimulus, folder, number, network: null), stimulus, progress, stop);
        return summary.Session ?? throw new LoopRigException("the session was not recorded: session.record is false");
    }

    /// <inheritdoc/>
    public RunSummary Present(string stimulus, string network, string folder, int number, Action<double> progress, CancellationToken stop) => Run(With(stimulus, folder, number, network), stimulus, progress, stop);

    private RunSummary Run(RigConfig config, string stimulus, Action<double> progress, CancellationToken stop)
    {
        var plan = StimulusFile.Load(stimulus).Plan(Monitor, new PictureFiles());
        var frames = plan.Frames + (long)(AfterSeconds * Monitor.RefreshHz);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        DisplayAdapter? display = null;
        Thread? watch = null;
        var options = new RunOptions
        {
            Seconds = MostTimes * (plan.Seconds + AfterSeconds),
            Output = _output,
            Plain = true,
            Started = rig =>
            {
                display = rig.Sources.Select(s => AdapterFactory.Bare(s.Adapter)).OfType<DisplayAdapter>().Single();
                // The run ends when everything was shown, however long that took.
                watch = new Thread(() =>
                {
                    while (!ended.Token.WaitHandle.WaitOne(LookMs))
                    {
                        progress((double)display.Watch.Flips / frames);
                        if (display.Watch.Flips >= frames)
                        {
                            ended.Cancel();
                        }
                    }
                })
                { Name = "inception", IsBackground = true };
                watch.Start();
            },
        };
        try
        {
            var summary = LiveRun.Execute(config, options, ended.Token);
            stop.ThrowIfCancellationRequested();
            return summary.Fault is null && display?.Watch.Flips >= frames
                ? summary
                : throw new LoopRigException($"the session ended before its time: {summary.Fault ?? $"{display?.Watch.Flips ?? 0} of {frames} flips in {summary.Seconds:F0} s"}");
        }
        finally
        {
            ended.Cancel();
            watch?.Join();
        }
    }

    /// <summary>The rig with another stimulus, another folder for its sessions, and a network or none. Nothing but the loop says what is shown: the rig's own controller is left out.</summary>
    internal RigConfig With(string stimulus, string folder, int number, string? network)
    {
        var json = JsonNode.Parse(RigConfigFile.ToJson(Config).GetRawText())!.AsObject();
        var display = json["adapters"]!.AsArray().First(a => (string?)a!["name"] == Display)!.AsObject();
        display["stimuli"] = new JsonObject { [StimulusName] = stimulus };
        display["first"] = StimulusName;
        display["repeat"] = false;
        foreach (var animal in json["adapters"]!.AsArray().Where(static a => a!["session"] is not null))
        {
            animal!["session"] = number;
        }
        var config = RigConfigFile.FromJson(JsonSerializer.SerializeToElement(json));
        return config with
        {
            File = Config.File,
            Session = config.Session with { Record = true, Folder = folder },
            Controller = null,
            Network = network is null ? null : new NetworkConfig { File = network, Inputs = new() { ["image"] = $"{Display}/frames" } },
        };
    }
}

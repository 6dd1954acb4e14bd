using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Tests.Live;

/// <summary>Faults injected into the simulated mouse, and what a running rig makes of them: noticed, told, recorded, with their extents, and no others.</summary>
public sealed class FaultRunTests : IDisposable
{
    private const double ToleranceSeconds = 1;
    private const double JitterToleranceSeconds = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-faults-").FullName;
    private readonly StringWriter _said = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Execute_EveryKindInjected_IsNoticedWithItsExtentAndNoOther()
    {
        var config = Mouse(
        [
            new DropFaultConfig { AtSeconds = 5, Seconds = 3, Streams = ["worldcam"], LossPercent = 25 },
            new GapFaultConfig { AtSeconds = 5, Seconds = 1.5, Streams = ["eye/pupil"] },
            new DisconnectFaultConfig { AtSeconds = 6, Seconds = 2, Streams = ["treadmill"] },
            new FreezeFaultConfig { AtSeconds = 7, Seconds = 3, Streams = ["head/orientation"] },
            new JitterFaultConfig { AtSeconds = 11, Seconds = 5, Streams = ["worldcam"], DelayMs = 300 },
            new GarbageFaultConfig { AtSeconds = 11, Seconds = 2, Streams = ["eye/pupil"], DamagePercent = 30 },
            new GarbageFaultConfig { AtSeconds = 12, Seconds = 2, Streams = ["treadmill"], DamagePercent = 100 },
            new ClockResetFaultConfig { AtSeconds = 14, Streams = ["truth-gain"] },
        ]);
        var summary = LiveRun.Execute(config, new RunOptions { Seconds = 21, Output = _said }, Stop);

        Assert.Contains("8 FAULT(S) WILL BE INJECTED", _said.ToString());
        Assert.Null(summary.Fault); // the loop has not stopped
        Assert.True(summary.Predictions > 350, $"{summary.Predictions} predictions");
        Assert.Equal(0, summary.DeadlineMisses);
        Assert.True(summary.Fallbacks > 20, $"{summary.Fallbacks} fallbacks"); // the stale and the frozen inputs
        Assert.Equal(8, summary.InjectedFaults.Count);
        var noticed = summary.Faults.ToList();
        foreach (var injected in summary.InjectedFaults)
        {
            var match = noticed.Find(f => f.Stream == injected.Stream && f.Kind == injected.Kind && Fits(f, injected));
            Assert.True(match is not null, $"{injected.Text} was not noticed: {Words(summary.Faults)}");
            noticed.Remove(match);
            Assert.Equal(FaultWitness.Receiver, match.By);
            if (injected.Kind is FaultKind.Drop or FaultKind.Garbage)
            {
                Assert.Equal(injected.Count, match.Count);
            }
            Assert.Contains(match.Text, _said.ToString());
        }
        // Scattered delivery is the one fault that a busy machine may add by itself.
        Assert.True(noticed.All(f => f.Kind == FaultKind.Jitter), $"more than was injected: {Words(noticed)}");
        CheckSession(summary);
    }

    private static void CheckSession(RunSummary summary)
    {
        using var reader = new SessionReader(summary.Session!);
        var events = reader.Index.Events.Select(e => JsonNode.Parse(e.Json)!).ToArray();
        Assert.Equal(8, events.Count(e => (string?)e["kind"] == "fault_injected"));
        foreach (var fault in summary.Faults)
        {
            var over = Assert.Single(events, e => (string?)e["kind"] == "fault_over" && (string?)e["stream"] == fault.Stream && (long?)e["start_ns"] == fault.StartNs);
            Assert.Equal((fault.Kind.Name(), fault.EndNs, fault.Count), ((string)over["fault"]!, (long)over["end_ns"]!, (long)over["count"]!));
        }
        var json = summary.ToJson()["faults"]!.AsArray();
        Assert.Equal(summary.Faults.Count, json.Count);
        Assert.All(json, f => Assert.InRange((double)f!["start_s"]!, 0, (double)f["end_s"]! + 1e-9));
    }

    [Fact]
    public void Preflight_FaultsConfigured_Warns()
    {
        var lines = Preflight.Run(Mouse([new GapFaultConfig { AtSeconds = 1, Seconds = 1 }], network: false), Stop);
        Assert.Contains(lines, l => l.Check == "faults mouse" && l.Result == PreflightResult.Warn);
    }

    [Fact]
    public void Execute_MouseWithoutFaults_NothingIsNoticed()
    {
        var summary = LiveRun.Execute(Mouse([]), new RunOptions { Seconds = 6 }, Stop);
        Assert.True(summary.Faults.All(f => f.Kind == FaultKind.Jitter), Words(summary.Faults));
        Assert.Empty(summary.InjectedFaults);
    }

    [Fact]
    public async Task Execute_AdapterInAnotherProcessReports_ItReachesSessionAndSummary()
    {
        var config = Mouse([new GapFaultConfig { AtSeconds = 1, Seconds = 1, Streams = ["eyecam"] }], AdapterProcess.Alone, network: false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task? source = null;
        var summary = LiveRun.Execute(config, new RunOptions
        {
            // As `run CONFIG --only mouse` does, here on a thread: the sockets between are the same.
            Started = _ => source = Task.Run(
                () =>
                {
                    LiveRun.Execute(config, new RunOptions { Seconds = 3, Only = "mouse" }, Stop);
                    stop.CancelAfter(1000); // what it said last is on its way
                },
                Stop),
        }, stop.Token);
        await source!;
        var injected = Assert.Single(summary.InjectedFaults);
        Assert.Equal(("eyecam", FaultKind.Gap), (injected.Stream, injected.Kind));
        Assert.Contains(summary.Faults, f => f is { Stream: "eyecam", Kind: FaultKind.Gap, By: FaultWitness.Receiver } && Fits(f, injected)); // seen at the recorder
        using var reader = new SessionReader(summary.Session!);
        Assert.Single(reader.Index.Events, e => e.Kind == "fault_injected");
        Assert.Single(reader.Index.Find("mouse/reports")!.Messages); // the adapter's own words, on the recorder's edge
    }

    [Fact]
    public void Execute_AdapterOfARunningRigByItself_IsRefused()
    {
        var config = Mouse([], network: false);
        NotReadyException? error = null;
        var summary = LiveRun.Execute(config, new RunOptions
        {
            Seconds = 1,
            Started = _ => error = Assert.Throws<NotReadyException>(() => LiveRun.Execute(config, new RunOptions { Seconds = 1, Only = "mouse" }, Stop)),
        }, Stop);
        Assert.Contains("mouse", error!.Message);
        Assert.Contains("alone", error.Message);
        Assert.Null(summary.Fault);
        Assert.True(summary.Streams.Single(s => s.Name == "worldcam").Published > 20);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RigConfig Mouse(FaultConfig[] faults, AdapterProcess process = AdapterProcess.Server, bool network = true) => new()
    {
        Subject = new SubjectConfig { Id = "faults" },
        Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
        Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
        Adapters =
        [
            new SimulatedMouseConfig { Name = "mouse", Units = 8, Faults = On(faults, "worldcam", "truth-gain", "eyecam"), Process = process },
            // At the end of each chain, so that one fault is not noticed on two streams.
            new EyeVideoConfig { Name = "eye", Source = "stream:eyecam", DegreesPerPixel = 1.2, Faults = On(faults, "eye/pupil") },
            new ImuConfig { Name = "head", Source = "stream:imu", Faults = On(faults, "head/orientation") },
            new TreadmillConfig { Name = "treadmill", Source = "stream:encoder", CountsPerTurn = 4096, RadiusCm = 10, Faults = On(faults, "treadmill") },
        ],
        Aligner = new AlignerConfig { Missing = StalePolicy.Fallback },
        Network = network ? new NetworkConfig { File = Path.Combine(_folder, "absent.safetensors"), UntrainedIfMissing = UntrainedKind.Xu } : null,
        Prediction = new PredictionConfig { DeadlineMs = 40 },
    };

    private static FaultConfig[] On(FaultConfig[] faults, params string[] streams) => [.. faults.Where(f => f.Streams.All(s => streams.Contains(s)))];

    // Scatter is judged in windows, and a busy machine may add its own before and after.
    private static bool Fits(FaultRecord noticed, FaultRecord injected) => injected.Kind == FaultKind.Jitter
        ? noticed.StartNs < injected.StartNs + JitterToleranceSeconds * 1e9 && noticed.EndNs > injected.EndNs - JitterToleranceSeconds * 1e9
        : Math.Max(Math.Abs(noticed.StartNs - injected.StartNs), Math.Abs(noticed.EndNs - injected.EndNs)) < ToleranceSeconds * 1e9;

    private static string Words(IEnumerable<FaultRecord> faults) => string.Join("; ", faults.Select(f => f.Text));
}

using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;
using LoopRig.Rig.Simulated;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Live;

namespace LoopRig.Rig.Tests.ClosedLoop;

/// <summary>The whole way: simulated mouse, sockets, network, controller, renderer, session; read back from the log.</summary>
public sealed class ClosedLoopRunTests(ITestOutputHelper output) : IDisposable
{
    private const string Long = """{ "stimuli": { "s": { "kind": "blank", "seconds": 0.4, "level": 0.3 } } }""";

    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-closed-loop-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Execute_ThresholdOnPredictions_EveryCrossingIsFollowedByItsStimulus()
    {
        RequireRenderer();
        var levels = Medians();
        // Queued, so that none takes the screen from another.
        var summary = Run(Rig(new ThresholdControllerConfig
        {
            Policy = CommandPolicy.Queued,
            Rules = [.. levels.Select((level, u) => new ThresholdRuleConfig { Units = [$"unit{u:D3}"], Above = level, RefractoryMs = u % 2 * 1000, Stimulus = u % 2 == 0 ? "white" : "black" })],
        }), bins: 100);
        Assert.Null(summary.Fault);
        Assert.Equal(0.0, summary.AllocatedBytesPerFrame);
        var told = summary.ToJson()["controller"]!;
        output.WriteLine(told.ToJsonString());
        var reading = ClosedLoopReading.Of(summary.Session!);

        Assert.Equal(summary.Predictions, told["decisions"]!.GetValue<long>() + told["replaced"]!.GetValue<long>());
        Assert.True(reading.Crossings.Count >= 2, $"{reading.Crossings.Count} crossings");
        Assert.Equal(reading.Crossings.Count, told["counted"]!["crossings"]!.GetValue<long>() - told["counted"]!["suppressed"]!.GetValue<long>());
        Assert.Equal(reading.Crossings.Count, told["commands"]!.GetValue<long>());
        Assert.True(reading.Crossings.Count(c => c.Answered) >= 2);
        Assert.All(reading.Crossings.Where(c => c.Answered), c => Assert.True(c.Flip is not null, $"bin {c.Bin} was followed by nothing"));
    }

    [Fact]
    public void Execute_AnyController_LeavesTheWayOfEveryFrameInTheLog()
    {
        RequireRenderer();
        var summary = Run(Rig(new ThresholdControllerConfig { Rules = [new ThresholdRuleConfig { Above = 1e6, Stimulus = "white" }] }), bins: 50);
        Assert.Null(summary.Fault);
        using var session = new SessionReader(summary.Session!);
        var decisions = new RecordedNumbers(session, "controller");
        // On a machine that keeps the controller's thread waiting the latest bin wins; what it replaced was counted.
        var recorded = session.Index.Bins.ToDictionary(b => b.Record.Index, b => b.Record.SentNs);
        Assert.Equal(recorded.Count, decisions.Count + summary.ToJson()["controller"]!["replaced"]!.GetValue<long>());
        Assert.Equal(decisions.Of("bin").Select(b => recorded[b]), decisions.Of("sent_ns"));
        Assert.All(decisions.Of("commands"), c => Assert.Equal(0, c));
        // Frame received, bin closed, prediction sent, decided: in this order.
        var (frame, closed, sent, decided) = (decisions.Of("frame_ns"), decisions.Of("closed_ns"), decisions.Of("sent_ns"), decisions.Of("decided_ns"));
        Assert.All(Enumerable.Range(0, decisions.Count), i => Assert.True(frame[i] <= closed[i] && closed[i] <= sent[i] && sent[i] <= decided[i]));
        // The frame is the one that was recorded, and was received after it was sent. A bin of a machine that has no time for the mouse may have none.
        var camera = session.Index.Find("worldcam")!;
        Assert.All(Enumerable.Range(0, decisions.Count).Where(i => decisions.Of("frame")[i] >= 0), i => Assert.InRange(decisions.Of("frame_ns")[i] - camera.Messages[camera.Find((ulong)decisions.Of("frame")[i])].HostTimeNs, 0, RigClock.SecondNs));
        // Each bin is answered by a flip, but for the last ones, and the times of the answer are those of its decision.
        var flips = new RecordedNumbers(session, "screen");
        var (answers, received, drawn) = (flips.Of("answers"), flips.Of("frame_ns"), flips.Of("drawn_ns"));
        var bins = decisions.Of("bin");
        var answered = 0;
        foreach (var (i, bin) in bins.Index().Where(b => b.Item <= answers[^1]))
        {
            // A flip may come too late for a bin, and answer the next one with it.
            var first = Array.FindIndex(answers, a => a >= bin);
            Assert.True(drawn[first] > decided[i]);
            if (answers[first] == bin)
            {
                answered++;
                Assert.Equal(frame[i], received[first]);
            }
        }
        Assert.True(answered > bins.Length / 2, $"{answered} of {bins.Length}");
        var told = summary.ToJson()["controller"]!;
        Assert.InRange(told["frame_to_flip_us"]!["p50"]!.GetValue<double>(), 1, 1e6);
    }

    [Fact]
    public void Execute_LimitThatRefusesTheStimulus_IsCountedAndTold()
    {
        RequireRenderer();
        // The mouse's speed is never negative: the state begins with the first sample.
        var summary = Run(Rig(new BehaviourControllerConfig { States = [new BehaviourStateConfig { Variable = "treadmill.speed", Above = -1, Enter = "white" }] },
            new DisplaySafetyConfig { MostMeanLevel = 0.7 }), bins: 50);
        Assert.Null(summary.Fault);
        var told = summary.ToJson()["controller"]!;
        Assert.Equal((1L, 0L, 1L), (told["commands"]!.GetValue<long>(), told["commands_drawn"]!.GetValue<long>(), told["stopped_by_safety"]!.GetValue<long>()));
        using var session = new SessionReader(summary.Session!);
        Assert.All(new RecordedNumbers(session, "screen").Of("stimulus"), s => Assert.Equal(-1, s));
        Assert.Contains(session.Index.Events, e => e.Json.Contains("too bright", StringComparison.Ordinal));
    }

    [Fact]
    public void Execute_NextBest_ShowsEachCandidate()
    {
        RequireRenderer();
        var summary = Run(Rig(new NextBestControllerConfig { Candidates = ["first", "second"], PauseMs = 100 }, more: [("first", Long), ("second", Long)]), bins: 50);
        Assert.Null(summary.Fault);
        var counted = summary.ToJson()["controller"]!["counted"]!;
        Assert.All(counted["stimuli"]!.AsArray(), s => Assert.True(s!["shown"]!.GetValue<long>() > 0 && s["bins"]!.GetValue<long>() > 0));
        Assert.True(counted["predicted_information_nats"]!.GetValue<double>() > 0);
    }

    [Fact]
    public void Execute_BehaviouralState_FollowsTheTreadmill()
    {
        RequireRenderer();
        // The mouse's speed is never negative: the state begins with the first sample.
        var summary = Run(Rig(new BehaviourControllerConfig { States = [new BehaviourStateConfig { Variable = "treadmill.speed", Above = -1, Enter = "black" }] }), bins: 50);
        Assert.Null(summary.Fault);
        Assert.Equal(1, summary.ToJson()["controller"]!["counted"]!["states"]![0]!["entered"]!.GetValue<long>());
        using var session = new SessionReader(summary.Session!);
        Assert.Contains(1L, new RecordedNumbers(session, "screen").Of("stimulus"));
    }

    [Theory]
    [InlineData("no such unit", "controller.rules[0].units[0]", "no unit 'no such unit'")]
    public void Build_UnitThatTheNetworkLacks_NamesIt(string unit, string key, string message)
    {
        var config = Rig(new ThresholdControllerConfig { Rules = [new ThresholdRuleConfig { Units = [unit], Above = 1, Stimulus = "white" }] });
        var error = Assert.Throws<RigConfigException>(() => new LiveRig(config, Stop));
        Assert.Equal(key, error.Key);
        Assert.Contains(message, error.Message);
        Assert.Contains(Preflight.Run(config, Stop), l => l.Result == PreflightResult.Fail && l.Text.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public void Build_ChannelThatThereIsNot_NamesTheNearest()
    {
        var error = Assert.Throws<RigConfigException>(() => new LiveRig(Rig(new BehaviourControllerConfig { States = [new BehaviourStateConfig { Variable = "treadmill.sped", Above = 1, Enter = "white" }] }), Stop));
        Assert.Equal("controller.states[0].variable", error.Key);
        Assert.Contains("did you mean 'treadmill.speed'?", error.Message);
    }

    [Fact]
    public void Build_SetOfAnotherNetwork_IsRefusedAndNamed()
    {
        var set = new MeiSet { NetworkHash = new string('a', 64), Preset = "test", Frames = "frames.npy", Items = [new MeiSetItem { Name = "one" }] };
        set.Save(Path.Combine(_folder, "set.json"));
        NpyFile.Write<byte>(Path.Combine(_folder, "frames.npy"), new byte[16], 1, 4, 4);
        var config = Rig(new ThresholdControllerConfig { Rules = [new ThresholdRuleConfig { Above = 1, Stimulus = "mei" }] }, more: ("mei", $$"""{ "stimuli": { "set": { "kind": "mei-set", "path": "{{Path.Combine(_folder, "set.json")}}" } } }"""));
        var error = Assert.Throws<RigConfigException>(() => new LiveRig(config, Stop));
        Assert.EndsWith("stimuli.mei", error.Key, StringComparison.Ordinal);
        Assert.Contains("aaaaaaaaaaaaaaaa", error.Message);
        Assert.Contains(Preflight.Run(config, Stop), l => l.Result == PreflightResult.Fail && l.Text.Contains("set.json", StringComparison.Ordinal));
        // Made for no network, it may be shown to any.
        (set with { NetworkHash = "none" }).Save(Path.Combine(_folder, "set.json"));
        using var rig = new LiveRig(config, Stop);
    }

    // Until so many bins were predicted, however long the machine takes for it.
    private static RunSummary Run(RigConfig config, int bins)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        return LiveRun.Execute(config, new RunOptions
        {
            Seconds = 120,
            Started = rig => _ = Task.Run(async () =>
            {
                while (rig.Inference!.Loop.Counters.Predictions < bins)
                {
                    await Task.Delay(20, Stop);
                }
                await enough.CancelAsync();
            }, Stop),
        }, enough.Token);
    }

    // What the untrained network predicts of each unit is below it half of the time.
    private double[] Medians()
    {
        var summary = Run(Rig(null), bins: 50);
        using var session = new SessionReader(summary.Session!);
        var (values, message) = (new List<float[]>(), new RecordedMessage());
        foreach (var entry in session.Index.Find("predictions")!.Messages)
        {
            session.Read(entry, message);
            values.Add(MemoryMarshal.Cast<byte, float>(message.Payload).ToArray());
        }
        return [.. Enumerable.Range(0, values[0].Length).Select(u => (double)values.Select(v => v[u]).Order().ElementAt(values.Count / 2))];
    }

    private RigConfig Rig(ControllerConfig? controller, DisplaySafetyConfig? safety = null, params (string Name, string Json)[] more)
    {
        var stimuli = new Dictionary<string, string>();
        foreach (var (name, json) in (ReadOnlySpan<(string, string)>)[("white", """{ "stimuli": { "s": { "kind": "blank", "seconds": 0.06, "level": 1 } } }"""), ("black", """{ "stimuli": { "s": { "kind": "blank", "seconds": 0.06, "level": 0 } } }"""), .. more])
        {
            stimuli[name] = Path.Combine(_folder, name + ".json");
            File.WriteAllText(stimuli[name], json);
        }
        var config = new RigConfig
        {
            Subject = new SubjectConfig { Id = "test" },
            Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
            Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
            Adapters =
            [
                .. SimulatedRig.Adapters(seed: 1, session: 0, units: 8, encoderPort: null),
                new DisplayConfig { Name = "screen", Window = false, Clock = DisplayClock.Paced, Monitor = new MonitorDescription { WidthPx = 160, HeightPx = 90, RefreshHz = 100 }, Stimuli = stimuli, Safety = safety ?? new() },
            ],
            Network = new NetworkConfig { File = Path.Combine(_folder, "absent.safetensors"), UntrainedIfMissing = UntrainedKind.Xu },
            // Long bins and much patience: what a busy machine brings late is in its bin all the same.
            Aligner = new AlignerConfig { BinMs = 96, LatenessMs = 50 },
            Prediction = new PredictionConfig { DeadlineMs = 40 },
            Controller = controller,
        };
        ControllerCheck.Check(config);
        return config;
    }

    private static void RequireRenderer()
    {
        try
        {
            new SurfacelessDisplay().Dispose();
        }
        catch (NativeLibraryException e)
        {
            Assert.Skip(e.Message);
        }
    }
}

using LoopRig.Core;
using LoopRig.Native.Zmq;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;
using LoopRig.Rig.Simulated;

namespace LoopRig.Rig.Tests.Live;

public sealed class LiveRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-live-").FullName;
    private readonly StringWriter _said = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Nothing but the network's own time decides here: the machine that tests may be busy.
    private RigConfig Mouse(bool network = true, TransportKind transport = TransportKind.Ipc, int port = 5560) => new()
    {
        Subject = new SubjectConfig { Id = "test" },
        Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
        Transport = new TransportConfig { Kind = transport, Folder = Path.Combine(_folder, "sockets"), Port = port },
        Adapters = SimulatedRig.Adapters(seed: 1, session: 0, units: 8, encoderPort: null),
        Network = network ? new NetworkConfig { File = Path.Combine(_folder, "absent.safetensors"), UntrainedIfMissing = UntrainedKind.Xu } : null,
        Prediction = new PredictionConfig { DeadlineMs = 40 },
    };

    [Fact]
    public void Execute_SimulatedMouse_PredictsRecordsAndReplaysBitForBit()
    {
        var summary = LiveRun.Execute(Mouse(), new RunOptions { Seconds = 4, Output = _said }, Stop);

        Assert.Null(summary.Fault);
        Assert.InRange(summary.Predictions, 40, 120); // on a busy machine it takes a while to stop
        Assert.Equal(0, summary.Drops);
        Assert.True(summary.Untrained);
        Assert.Contains("UNTRAINED", _said.ToString());
        Assert.Equal(8, summary.Correlation.Count);
        Assert.Contains(summary.Streams, s => s.Name == "worldcam" && s.Needed && s.Published > 200 && s.Received == s.Published);
        Assert.Equal(0.0, summary.AllocatedBytesPerFrame);
        Assert.Equal(0, summary.ToJson()["degraded"]!.GetValue<long>());

        var info = SessionFolder.ReadInfo(summary.Session!);
        Assert.Equal(SessionState.Closed, info.State);
        Assert.Equal(summary.NetworkHash, info.NetworkHash);
        using (var reader = new SessionReader(summary.Session!))
        {
            Assert.Equal(summary.Predictions, reader.Index.Bins.Count(b => b.Record.SentNs != 0));
            Assert.Contains(reader.Index.Events, e => e.Kind == "ready");
            var described = reader.Index.Find("predictions")!.Descriptor!;
            Assert.Equal(summary.NetworkHash, described.NetworkHash);
            Assert.Equal(summary.Correlation.Select(c => c.Unit), described.Channels);
            Assert.Equal(summary.Streams.Single(s => s.Name == "worldcam").Published, reader.Index.Find("worldcam")!.Messages.Count);
        }

        var replay = ReplayRun.Execute(summary.Session!, null, Stop);
        Assert.Null(replay.FirstProblem);
        Assert.Equal((summary.Predictions, 0), (replay.Predictions, replay.Different));
        Assert.True(replay.Passed);
        Assert.Equal(summary.Fallbacks, replay.Fallbacks);
    }

    [Fact]
    public void Execute_SwapWhileRunning_IsReplayedToo()
    {
        var config = Mouse();
        var other = Path.Combine(_folder, "other.safetensors");
        Task? swap = null;
        var summary = LiveRun.Execute(config, new RunOptions
        {
            Seconds = 5,
            Started = rig =>
            {
                using var network = Models.NetworkFile.Create(new Models.Xu.XuSpec
                {
                    Inputs = Models.Xu.XuSpec.InputsFor(Models.Xu.XuBehaviour.Behaviour),
                    UnitIds = [.. rig.Inference!.Predictor.Network.Step.UnitIds],
                    Window = 2,
                    Hidden = 32,
                    ConvolutionChannels = [8, 8, 8],
                }, 7);
                Models.NetworkFile.Save(network, other);
                swap = rig.Swap(other);
            },
        }, Stop);
        Assert.Null(summary.Fault);
        Assert.True(swap!.IsCompletedSuccessfully, swap.Exception?.ToString());
        var replay = ReplayRun.Execute(summary.Session!, null, Stop);
        Assert.Equal(1, replay.Swaps);
        Assert.True(replay.Passed, $"{replay.Equal} of {replay.Predictions} equal, first different {replay.FirstDifferentBin}, {replay.FirstProblem}");
    }

    [Fact]
    public void Execute_StopAsked_EndsInOrder()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var summary = LiveRun.Execute(Mouse(network: false), new RunOptions { Started = _ => stop.CancelAfter(500) }, stop.Token);
        Assert.Null(summary.Fault);
        Assert.Equal(SessionState.Closed, SessionFolder.ReadInfo(summary.Session!).State);
        Assert.True(summary.Streams.Single(s => s.Name == "worldcam").Published > 0);
    }

    [Fact]
    public void Execute_StopAskedWhileItWaitsForSubscribers_EndsWithoutStartingTheSources()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var said = new StopsAt("waiting for 1 subscriber", stop);
        var summary = LiveRun.Execute(Mouse(), new RunOptions { WaitSubscribers = 1, Output = said }, stop.Token);
        Assert.Equal((0L, 0d), (summary.Predictions, summary.Seconds));
        Assert.All(summary.Streams, s => Assert.Equal(0, s.Published));
        Assert.All(summary.Collections, c => Assert.Equal(0, c));
        Assert.Null(summary.AllocatedBytesPerFrame); // nothing was measured
        Assert.Equal(SessionState.Closed, SessionFolder.ReadInfo(summary.Session!).State);
    }

    [Fact]
    public void Execute_PortInUse_NamesItAndStartsNothing()
    {
        using var context = new ZmqContext();
        using var other = context.CreateSocket(ZmqSocketType.Pub);
        other.Bind("tcp://127.0.0.1:*");
        var port = int.Parse(other.LastEndpoint.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        var error = Assert.Throws<NotReadyException>(() => LiveRun.Execute(Mouse(transport: TransportKind.Tcp, port: port), new RunOptions { Seconds = 1 }, Stop));
        Assert.Contains($":{port}", error.Message);
        Assert.Contains("in use", error.Message);
        Assert.Empty(Directory.GetDirectories(Path.Combine(_folder, "sessions")));
    }

    [Fact]
    public void Execute_AnotherRigInTheSameFolder_NamesItAndLeavesTheFirstAlone()
    {
        NotReadyException? error = null;
        var first = Mouse();
        var second = first with { Session = new SessionConfig { Folder = Path.Combine(_folder, "second") } };
        var summary = LiveRun.Execute(first, new RunOptions
        {
            Seconds = 2,
            Started = _ => error = Assert.Throws<NotReadyException>(() => LiveRun.Execute(second, new RunOptions { Seconds = 1 }, Stop)),
        }, Stop);
        Assert.Contains(first.Transport.Folder, error!.Message);
        Assert.Contains("another rig", error.Message);
        Assert.False(Directory.Exists(second.Session.Folder));
        Assert.Null(summary.Fault);
        Assert.True(summary.Predictions > 10, $"{summary.Predictions} predictions");
        Assert.Null(LiveRun.Execute(second, new RunOptions { Seconds = 0.2 }, Stop).Fault); // the folder is free again
    }

    [Fact]
    public void Execute_NetworkNeedsAnotherStream_NamesInputAndStreams()
    {
        var file = Path.Combine(_folder, "wide.safetensors");
        using (var network = Models.NetworkFile.Create(new Models.Xu.XuSpec { Inputs = Models.Xu.XuSpec.InputsFor([], shifter: false, 36, 64), UnitIds = ["a"], ConvolutionChannels = [4] }, 1))
        {
            Models.NetworkFile.Save(network, file);
        }
        var config = Mouse();
        var wide = new RigConfig { Subject = config.Subject, Session = config.Session, Transport = config.Transport, Adapters = config.Adapters, Network = new NetworkConfig { File = file } };
        var error = Assert.Throws<NetworkException>(() => LiveRun.Execute(wide, new RunOptions { Seconds = 1 }, Stop));
        Assert.Contains("(36,64)", error.Message);
        Assert.Contains("worldcam", error.Message);
        Assert.Empty(Directory.GetDirectories(Path.Combine(_folder, "sessions")));
    }

    [Fact]
    public void Execute_OnlyOneAdapter_PublishesWithoutRecorder()
    {
        var summary = LiveRun.Execute(Mouse(), new RunOptions { Seconds = 0.5, Only = "mouse" }, Stop);
        Assert.Null(summary.Session);
        Assert.True(summary.Streams.Single(s => s.Name == "worldcam").Published > 0);
        Assert.Throws<RigConfigException>(() => LiveRun.Execute(Mouse(), new RunOptions { Only = "nobody" }, Stop));
    }

    [Fact]
    public void Preflight_SimulatedMouse_ChecksEverythingAndMayStart()
    {
        var lines = Preflight.Run(Mouse(), Stop);
        Assert.DoesNotContain(lines, l => l.Result == PreflightResult.Fail);
        Assert.Contains(lines, l => l.Check == "network" && l.Result == PreflightResult.Warn && l.Text.Contains("random weights"));
        Assert.Contains(lines, l => l.Check == "subject" && l.Result == PreflightResult.Warn);
        foreach (var check in new[] { "config", "source mouse", "sockets", "disk", "clock", "processors" })
        {
            Assert.Contains(lines, l => l.Check == check);
        }
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "sessions"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Preflight_PortInUse_Fails()
    {
        using var context = new ZmqContext();
        using var other = context.CreateSocket(ZmqSocketType.Pub);
        other.Bind("tcp://127.0.0.1:*");
        var port = int.Parse(other.LastEndpoint.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        var lines = Preflight.Run(Mouse(network: false, TransportKind.Tcp, port), Stop);
        Assert.Contains(lines, l => l.Check == "sockets" && l.Result == PreflightResult.Fail && l.Text.Contains($":{port}"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Asks for the stop when certain words are said.</summary>
    private sealed class StopsAt(string words, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(words, StringComparison.Ordinal) == true)
            {
                stop.Cancel();
            }
        }
    }
}

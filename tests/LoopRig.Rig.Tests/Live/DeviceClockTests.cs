using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Tests.Live;

public sealed class DeviceClockTests : IDisposable
{
    private const long CameraOffsetNs = 500 * RigClock.SecondNs;
    private const long ProbeOffsetNs = -90 * RigClock.SecondNs;
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-clocks-").FullName;
    private readonly ZmqContext _outside = new();
    private readonly CancellationTokenSource _ending = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Two programs outside, which both call their clock number 1.
    [Fact]
    public void Execute_TwoDevicesWithClocksOfTheirOwn_NumbersModelsAndSavesThem()
    {
        using var camera = Publisher("camera");
        using var probe = Publisher("probe");
        var source = new Thread(() => Publish(camera, probe));
        source.Start();
        var said = new StringWriter();
        var summary = LiveRun.Execute(Rig(camera, probe, "probe"), new RunOptions { Seconds = 6, Output = said }, Stop);
        _ending.Cancel();
        source.Join();

        Assert.Null(summary.Fault);
        Assert.Equal(["camera", "probe"], summary.Clocks.Select(c => c.Name).Order());
        var (ofCamera, ofProbe) = (summary.Clocks.Single(c => c.Name == "camera"), summary.Clocks.Single(c => c.Name == "probe"));
        Assert.NotEqual(ofCamera.Clock, ofProbe.Clock);
        Assert.InRange(ofCamera.OffsetNs, -CameraOffsetNs - 1_000_000, -CameraOffsetNs + 20_000_000);
        Assert.InRange(ofProbe.OffsetNs, -ProbeOffsetNs - 1_000_000, -ProbeOffsetNs + 20_000_000);
        Assert.All(summary.Clocks, c => Assert.Equal((0L, 0L), (c.Resets, c.Outliers)));
        Assert.All(summary.Clocks, c => Assert.InRange(c.UncertaintyNs, 1, 30e6));
        Assert.Equal(2, summary.ToJson()["clocks"]!.AsArray().Count);
        Assert.Contains("clock camera", said.ToString());

        using var session = new SessionReader(summary.Session!);
        Assert.Equal("probe", session.Info.SyncReference);
        var message = new RecordedMessage();
        foreach (var stream in session.Index.Streams)
        {
            session.Read(stream.Messages[^1], message);
            Assert.Equal((stream.Name, ClockId.Of(stream.Name)), (stream.Descriptor!.Clock, new ClockId(stream.Descriptor.ClockId)));
            Assert.Equal(stream.Descriptor.ClockId, message.Header.Clock.Value);
        }
        Assert.InRange(session.Index.Events.Count(e => e.Kind == SessionEvent.ClockKind), 8, 16); // two clocks, six seconds, their first messages
        Assert.Equal(summary.Clocks.OrderBy(c => c.Name), session.Info.Clocks.OrderBy(c => c.Name));
    }

    [Fact]
    public void Execute_ASyncReferenceThatIsNoStreamWithPulses_NamesTheKeyAndWhatThereIs()
    {
        using var camera = Publisher("camera");
        using var probe = Publisher("probe");
        var error = Assert.Throws<RigConfigException>(() => LiveRun.Execute(Rig(camera, probe, "prob"), new RunOptions { Seconds = 1 }, Stop));
        Assert.Equal("sync.reference", error.Key);
        Assert.Contains("camera, probe", error.Message);
    }

    public void Dispose()
    {
        _ending.Dispose();
        _outside.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private RigConfig Rig(StreamPublisher camera, StreamPublisher probe, string reference) => new()
    {
        Subject = new SubjectConfig { Id = "test" },
        Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
        Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
        Sync = new SyncConfig { Reference = reference },
        Adapters =
        [
            new WireConfig { Name = "camera", Endpoint = camera.Endpoint, Streams = ["camera"] },
            new WireConfig { Name = "probe", Endpoint = probe.Endpoint, Streams = ["probe"] },
        ],
    };

    private StreamPublisher Publisher(string name) => new(_outside,
        [new StreamDescriptor { Name = name, Kind = StreamKind.Vector, DType = DType.F32, Shape = [1], Channels = ["sync"], RateHz = 200, ClockId = 1, Clock = name }],
        new StreamPublisherOptions { Endpoint = "tcp://127.0.0.1:*" });

    private void Publish(StreamPublisher camera, StreamPublisher probe)
    {
        using var pacer = new Pacer(_ending.Token);
        for (var next = RigClock.Now; pacer.WaitUntil(next); next += 5 * RigClock.MillisecondNs)
        {
            var now = RigClock.Now;
            camera.Publish(0, FrameHeader.Samples(DType.F32, [1], now + CameraOffsetNs), MemoryMarshal.AsBytes<float>([0]));
            probe.Publish(0, FrameHeader.Samples(DType.F32, [1], now + ProbeOffsetNs), MemoryMarshal.AsBytes<float>([0]));
        }
    }
}

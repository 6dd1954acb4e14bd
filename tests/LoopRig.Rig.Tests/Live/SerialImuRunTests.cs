using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Tests.Live;

/// <summary>An inertial sensor on a pseudo-terminal as a device of a running rig, and a second filter that takes its raw stream over the wire.</summary>
public sealed class SerialImuRunTests : IDisposable
{
    private const int PeriodMs = 5;
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-imu-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Execute_SerialImuAndAStreamOfIt_RecordsBothWithTheDevicesClock()
    {
        using var device = new EmulatedSensor("head-2", "imu", bits: 64);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var sender = new Thread(() => Send(device, stop.Token));
        sender.Start();
        var config = Config(device.Path, AdapterProcess.Server);

        var summary = LiveRun.Execute(config, new RunOptions { Seconds = 2, Output = TextWriter.Null }, TestContext.Current.CancellationToken);
        stop.Cancel();
        sender.Join();

        Assert.Null(summary.Fault);
        using var session = new SessionReader(summary.Session!);
        var (raw, made, again) = (session.Index.Find("head")!, session.Index.Find("head/orientation")!, session.Index.Find("again/orientation")!);
        Assert.InRange(raw.Messages.Count, 10, int.MaxValue);
        Assert.Equal(raw.Messages.Count, made.Messages.Count);
        Assert.InRange(again.Messages.Count, raw.Messages.Count - 5, raw.Messages.Count); // the last may come after the stop
        Assert.All([raw, made, again], s => Assert.Equal(("head", ClockId.Of("head").Value), (s.Descriptor!.Clock, s.Descriptor.ClockId)));
        Assert.All([raw, made, again], s => Assert.Equal(2_500_000, s.Descriptor!.LatencyNs));
        // 30 degrees about the sensor's x: the right ear down for the one, for the other, whose nose lies along the sensor's y, the nose up.
        Assert.Equal((0.0, 30.0), Angles(session, made));
        Assert.Equal((30.0, 0.0), Angles(session, again));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Execute_SerialImuInAProcessOfItsOwn_StartsInEitherOrder(bool deviceFirst)
    {
        using var device = new EmulatedSensor("head-2", "imu", bits: 64);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var sender = new Thread(() => Send(device, stop.Token));
        sender.Start();
        var config = Config(device.Path, AdapterProcess.Alone);
        using var waits = new SetsWhenSaid("waits for the rig");
        Task? alone = null;
        // As `run CONFIG --only head` does, here on a thread: the sockets between, and the line that only one may open, are the same.
        void StartAlone() => alone = Task.Run(() => LiveRun.Execute(config, new RunOptions { Only = "head", Output = waits }, stop.Token), CancellationToken.None);
        if (deviceFirst)
        {
            StartAlone();
            await waits.Said.WaitAsync(TestContext.Current.CancellationToken);
        }
        var summary = LiveRun.Execute(config, new RunOptions { Seconds = 3, Output = TextWriter.Null, Started = _ => { if (!deviceFirst) { StartAlone(); } } }, TestContext.Current.CancellationToken);
        stop.Cancel();
        sender.Join();
        await alone!;

        Assert.Null(summary.Fault);
        using var session = new SessionReader(summary.Session!);
        var (made, again) = (session.Index.Find("head/orientation")!, session.Index.Find("again/orientation")!);
        Assert.InRange(made.Messages.Count, 10, int.MaxValue);
        Assert.InRange(again.Messages.Count, 10, int.MaxValue);
        Assert.Equal((0.0, 30.0), Angles(session, made));
        Assert.Equal((30.0, 0.0), Angles(session, again));
    }

    [Fact]
    public void Execute_RigThatCannotBeBuilt_LetsGoOfTheDevice()
    {
        using var device = new EmulatedSensor("head-2", "imu", bits: 64);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var sender = new Thread(() => Send(device, stop.Token));
        sender.Start();
        var config = Config(device.Path, AdapterProcess.Server);
        var twice = config with { Adapters = [config.Adapters[0], new ImuConfig { Name = "head", Source = "stream:head" }] };
        Assert.Contains("2 adapters publish", Assert.Throws<RigConfigException>(() => LiveRun.Execute(twice, new RunOptions { Seconds = 1 }, TestContext.Current.CancellationToken)).Message);
        Assert.Null(LiveRun.Execute(config, new RunOptions { Seconds = 0.2 }, TestContext.Current.CancellationToken).Fault); // the line may be opened by one only
        stop.Cancel();
        sender.Join();
    }

    private RigConfig Config(string device, AdapterProcess process) => new()
    {
        Subject = new SubjectConfig { Id = "test" },
        Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
        Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
        Adapters =
        [
            new ImuConfig
            {
                Name = "head",
                Process = process,
                Source = "serial:" + device,
                Device = "head-2",
                LatencyMs = 2.5,
                RateHz = 1000 / PeriodMs,
                GyroscopeUnit = GyroscopeUnit.DegPerS,
                GyroscopeCountsPerUnit = 16.4,
                AccelerometerUnit = AccelerometerUnit.G,
                AccelerometerCountsPerUnit = 2048,
            },
            new ImuConfig { Name = "again", Source = "stream:head", Forward = [0, 1, 0] },
        ],
    };

    private static void Send(EmulatedSensor device, CancellationToken stop)
    {
        var begin = RigClock.Now;
        while (!stop.WaitHandle.WaitOne(PeriodMs))
        {
            device.Send((uint)((RigClock.Now - begin) / 1000), [0, 0, 0, 0, 1024, 1774]);
        }
    }

    private static (double Pitch, double Roll) Angles(SessionReader session, StreamIndex stream)
    {
        var message = new RecordedMessage();
        session.Read(stream.Messages[^1], message);
        var values = message.Payload[message.Header.TimesLength..];
        return (Math.Round(DType.F32.ReadAsDouble(values, 0), 1), Math.Round(DType.F32.ReadAsDouble(values, 1), 1));
    }

    /// <summary>Knows when certain words have been said.</summary>
    private sealed class SetsWhenSaid(string words) : StringWriter
    {
        private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Said => _said.Task;

        public override void WriteLine(string? value)
        {
            if (value?.Contains(words, StringComparison.Ordinal) == true)
            {
                _said.TrySetResult();
            }
        }
    }
}

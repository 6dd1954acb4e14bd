using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Demo;

/// <summary>The animal's next session: the same cortex, another exploration, in real time through the same live run as on a rig: eye video and inertial samples over ZeroMQ, the encoder
/// on a serial line.</summary>
internal static class DemoLive
{
    /// <summary>Predicts live.</summary>
    /// <param name="settings">For how long, and of which animal.</param>
    /// <param name="folder">Where the session goes.</param>
    /// <param name="network">The trained network's file.</param>
    /// <param name="stop">Ends in order, before the time is over.</param>
    public static RunSummary Predict(DemoSettings settings, string folder, string network, CancellationToken stop)
    {
        var sockets = Path.Combine(Path.GetTempPath(), $"looprig-demo-{Environment.ProcessId}");
        var config = new RigConfig
        {
            Description = "demo: the digital mouse's next session",
            Subject = new SubjectConfig { Id = "digital-mouse", Description = "simulated" },
            Session = new SessionConfig { Folder = folder },
            Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = sockets },
            Adapters = SimulatedRig.Adapters(settings.Seed, session: 1, settings.Units, Path.Combine(sockets, "encoder"), Path.Combine(folder, DemoRun.CalibrationName)),
            Aligner = new AlignerConfig { LatenessMs = 10 }, // a block of the inertial sensor is up to 4 ms old when it leaves
            Network = new NetworkConfig { File = network },
        };
        Console.Error.WriteLine($"4/4 predict live for {settings.LiveSeconds} s, in real time over ZeroMQ");
        return LiveRun.Execute(config, new RunOptions { Seconds = settings.LiveSeconds, Output = Console.Error, Plain = true }, stop);
    }
}

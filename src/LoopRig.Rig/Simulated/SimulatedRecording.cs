using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;
using LoopRig.Simulation;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Rig.Simulated;

/// <summary>
/// Records a simulation faster than real time: the same messages as live, pushed to the same recorder over ZeroMQ, which holds the simulation back
/// where the disk is slower; nothing is dropped.
/// </summary>
internal static class SimulatedRecording
{
    private const string Endpoint = "inproc://simulated-recorder";
    private const string StreamsEndpoint = "inproc://simulated-streams";

    /// <summary>When a simulation begins. Not 0: a host time of 0 asks the publisher to stamp the real time, which has nothing to do with the simulated one.</summary>
    public const long StartNs = Cortex.BinNs;

    /// <summary>Records <paramref name="seconds"/> of simulated time into a new session: the mouse's streams, and what the other adapters make of them.</summary>
    /// <param name="adapters">A digital mouse, then adapters whose sources are streams.</param>
    /// <param name="seconds">Simulated time, s.</param>
    /// <param name="folder">The session's folder; must not hold a session.</param>
    /// <param name="progress">Told the simulated seconds that are done, a few times a second.</param>
    /// <param name="stop">Ends early, with what is recorded kept.</param>
    /// <param name="omitted">Streams that adapters take but the session does not keep.</param>
    /// <returns>The truth about the mouse.</returns>
    public static GroundTruth Record(IReadOnlyList<AdapterConfig> adapters, double seconds, string folder, Action<double> progress, CancellationToken stop, params string[] omitted)
    {
        var config = (SimulatedMouseConfig)adapters[0];
        var mouse = new DigitalMouse(AdapterFactory.Options(config), StartNs);
        using var adapter = new DigitalMouseAdapter(config.Name, mouse, realTime: false, (long)(seconds * RigClock.SecondNs));
        Record(adapter, adapters.Skip(1), Subject($"simulated, seed {config.Seed}, session {config.Session}"), _ => mouse.Truth.ToEvent(), folder, progress, stop, omitted);
        return mouse.Truth;
    }

    /// <summary>Records what a simulated source publishes, and what adapters make of it, into a new session.</summary>
    /// <param name="source">The source; it runs to its end, its first sample at <see cref="StartNs"/>.</param>
    /// <param name="adapters">Adapters whose sources are streams.</param>
    /// <param name="subject">Of the session.</param>
    /// <param name="truth">Gives the event that tells what is known beforehand.</param>
    /// <param name="folder">The session's folder; must not hold a session.</param>
    /// <param name="progress">Told the simulated seconds that are done, a few times a second.</param>
    /// <param name="stop">Ends early, with what is recorded kept.</param>
    /// <param name="omitted">Streams that adapters take but the session does not keep.</param>
    public static void Record(IAdapter source, IEnumerable<AdapterConfig> adapters, Subject subject, Func<SimulatedPipeline, byte[]> truth, string folder, Action<double> progress, CancellationToken stop, params string[] omitted)
    {
        using var context = new ZmqContext();
        using var writer = new SessionWriter(folder, new SessionInfo { Subject = subject });
        using var recorder = new SessionRecorder(writer);
        var endpoint = recorder.Listen(context, Endpoint);
        var events = recorder.OpenInlet("ground truth");
        recorder.Start();
        StreamPublisher? publisher = null;
        try
        {
            using var pipeline = new SimulatedPipeline(source.Streams, adapters, streams =>
            {
                publisher = new StreamPublisher(context, [.. streams.Where(s => !omitted.Contains(s.Name))], new StreamPublisherOptions { Endpoint = StreamsEndpoint, RecorderEndpoint = endpoint });
                return omitted.Length == 0 ? publisher : new Omitting(publisher, streams, omitted);
            });
            events.Event(truth(pipeline));
            source.Run(new Metered(pipeline, StartNs, progress), stop);
        }
        finally
        {
            publisher?.Dispose();
        }
        recorder.Stop();
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>A simulated animal, as sessions name it.</summary>
    public static Subject Subject(string description) => new() { Id = "digital-mouse", Species = "Mus musculus", Description = description };

    // Lets through what is kept, under the numbers it has there.
    private sealed class Omitting : IStreamOutput
    {
        private readonly IStreamOutput _inner;
        private readonly int[] _kept;

        public Omitting(IStreamOutput inner, IReadOnlyList<StreamDescriptor> streams, string[] omitted)
        {
            _inner = inner;
            var next = 0;
            _kept = [.. streams.Select(s => omitted.Contains(s.Name) ? -1 : next++)];
        }

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            if (_kept[stream] >= 0)
            {
                _inner.Publish(_kept[stream], header, payload);
            }
        }

        public void Report(int stream, in SourceReport report)
        {
            if (_kept[stream] >= 0)
            {
                _inner.Report(_kept[stream], report);
            }
        }
    }

    // Reports how far the simulated clock has come.
    private sealed class Metered(IStreamOutput inner, long startNs, Action<double> progress) : IStreamOutput
    {
        private const long EveryNs = 250 * RigClock.MillisecondNs;
        private long _nextNs;

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            inner.Publish(stream, header, payload);
            if (RigClock.Now >= _nextNs)
            {
                _nextNs = RigClock.Now + EveryNs;
                progress((double)(header.HostTimeNs - startNs) / RigClock.SecondNs);
            }
        }
    }
}

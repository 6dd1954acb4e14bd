using LoopRig.Core;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Simulated;

/// <summary>
/// The adapters of a rig that take the streams of a simulated source, driven by it directly and in its time instead of over the wire in real time: the same estimators
/// on the same samples, as fast as they can.
/// </summary>
internal sealed class SimulatedPipeline : IStreamOutput, IDisposable
{
    private readonly List<StreamDescriptor> _streams = [];
    private readonly List<Stage>[] _takers;
    private readonly List<Stage> _stages = [];
    private readonly IStreamOutput _output;

    /// <summary>Wires the estimators.</summary>
    /// <param name="source">The streams that will be published here.</param>
    /// <param name="adapters">Adapters whose sources are streams, of the source or of each other.</param>
    /// <param name="open">Opens the output, told of all streams: the source's, then those of each adapter.</param>
    /// <exception cref="LoopRigException">An adapter takes a stream that is not there, or that it cannot use.</exception>
    public SimulatedPipeline(IReadOnlyList<StreamDescriptor> source, IEnumerable<AdapterConfig> adapters, Func<IReadOnlyList<StreamDescriptor>, IStreamOutput> open)
    {
        _streams.AddRange(source);
        var waiting = adapters.ToList();
        while (waiting.Count > 0)
        {
            // As in a rig, an adapter may stand before the one whose stream it takes.
            var adapter = waiting.Find(a => _streams.Exists(s => s.Name == a.SourceStream))
                ?? throw new LoopRigException($"adapter {waiting[0].Name}: there is no stream '{waiting[0].SourceStream}' to take");
            waiting.Remove(adapter);
            var input = _streams.FindIndex(s => s.Name == adapter.SourceStream);
            var stage = new Stage(this, AdapterFactory.CreateProcessor(adapter, _streams[input]), input, _streams.Count);
            _stages.Add(stage);
            _streams.AddRange(stage.Processor.Streams);
        }
        _takers = [.. _streams.Select((_, i) => _stages.Where(s => s.Input == i).ToList())];
        _output = open(_streams);
    }

    /// <summary>The estimators, in the order of the adapters.</summary>
    public IEnumerable<IStreamProcessor> Processors => _stages.Select(static s => s.Processor);

    /// <inheritdoc/>
    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        _output.Publish(stream, header, payload);
        foreach (var taker in _takers[stream])
        {
            taker.Take(header, payload);
        }
    }

    /// <inheritdoc/>
    public void Report(int stream, in SourceReport report) => _output.Report(stream, report);

    /// <summary>Disposes the estimators; the output is the caller's.</summary>
    public void Dispose()
    {
        foreach (var stage in _stages)
        {
            stage.Processor.Dispose();
        }
    }

    /// <summary>One estimator: its streams follow those that were there before it.</summary>
    private sealed class Stage(SimulatedPipeline pipeline, IStreamProcessor processor, int input, int firstStream) : IStreamOutput
    {
        private long _hostNs;
        private bool _begun;

        public IStreamProcessor Processor => processor;

        public int Input => input;

        public void Take(in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            var first = header with { Flags = _begun ? header.Flags : header.Flags | FrameFlags.NewEpoch, PayloadLength = (uint)payload.Length };
            (_begun, _hostNs) = (true, header.HostTimeNs);
            processor.Process(first, payload, this);
        }

        // The real time of the hand-over means nothing here.
        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) =>
            pipeline.Publish(firstStream + stream, header with { HostTimeNs = header.HostTimeNs == 0 ? _hostNs : header.HostTimeNs }, payload);

        public void Report(int stream, in SourceReport report) => pipeline.Report(firstStream + stream, report);
    }
}

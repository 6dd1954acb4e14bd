using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Acquisition;

/// <summary>
/// Feeds the stream of another adapter to an estimator: what a camera publishes to the eye tracker, what a simulated sensor publishes to the filter that
/// a real one has. Device times and clock stay as they came, and so does the host time, because the sample was in the host's hand then. What the inner
/// edge loses counts as this adapter's drops and is told.
/// </summary>
public sealed class ProcessorAdapter : IAdapter
{
    private const double LeastRateHz = 100;
    private const int LongestQueue = 100_000;
    private const long DrainNs = 2 * RigClock.SecondNs;

    private readonly StreamDescriptor _input;
    private readonly IStreamProcessor _processor;
    private readonly CancellationTokenSource _stop = new();
    private readonly StreamReceiver _receiver;
    private readonly EdgeLosses _losses;
    private readonly byte[] _slot;

    /// <summary>Subscribes; the publisher may start later.</summary>
    /// <param name="context">The process's context.</param>
    /// <param name="name">The adapter's name.</param>
    /// <param name="source">The stream that is taken.</param>
    /// <param name="processor">What is made of it; disposed with the adapter.</param>
    /// <exception cref="DeviceException">The endpoint is misspelt.</exception>
    public ProcessorAdapter(ZmqContext context, string name, StreamSource source, IStreamProcessor processor)
    {
        (Name, _input, _processor) = (name, source.Stream, processor);
        _slot = GC.AllocateUninitializedArray<byte>(WireAdapter.SlotBytes(_input));
        _receiver = new StreamReceiver(context, (int)Math.Min(LongestQueue, Math.Ceiling(2 * Math.Max(_input.RateHz, LeastRateHz))), _stop.Token);
        try
        {
            _receiver.AddStream(_input.Name);
            foreach (string endpoint in source.Endpoints) _receiver.Connect(endpoint);
        }
        catch
        {
            Dispose();
            throw;
        }

        _losses = new EdgeLosses(_receiver.Counters(0), _input.Name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams => _processor.Streams;

    /// <summary>What is made of the stream.</summary>
    public IStreamProcessor Processor => _processor;

    /// <summary>Messages of the input that the sequence numbers say were lost on the way here, and those refused.</summary>
    public long Drops => _losses.Count;

    /// <summary>Processes until the stop, and then what has arrived by then.</summary>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        using CancellationTokenRegistration registration = stop.UnsafeRegister(static own => ((CancellationTokenSource)own!).Cancel(), _stop);
        EpochOutput marked = new(output, Streams.Count);
        while (_receiver.Wait(_losses.DueNs) != WaitResult.Stopped)
        {
            while (Take(marked))
            {
            }

            _losses.Tell(output, 0, RigClock.Now);
        }

        long until = RigClock.Now + DrainNs;
        while (RigClock.Now < until && Take(marked))
        {
        }

        _losses.Tell(output, 0, long.MaxValue - 1);
    }

    /// <summary>Closes the socket and disposes the processor.</summary>
    public void Dispose()
    {
        _receiver.Dispose();
        _processor.Dispose();
        _stop.Dispose();
    }

    // False when nothing was waiting.
    private bool Take(EpochOutput output)
    {
        ReceiveResult result = _receiver.Receive(_slot, out ReceivedMessage message);
        if (result == ReceiveResult.Empty) return false;
        if (result == ReceiveResult.Message)
        {
            FrameHeader header = message.Header;
            if (header.DType == _input.DType && message.Length == header.TimesLength + ((long)header.SampleCount * _input.SampleBytes))
            {
                header.Clock = new ClockId(_input.ClockId);
                if ((header.Flags & FrameFlags.NewEpoch) != 0) output.BeginEpoch();
                _processor.Process(header, _slot.AsSpan(0, message.Length), output);
            }
            else
            {
                _losses.RefuseForeign();
            }
        }

        _losses.Look(RigClock.Now);
        return true;
    }

    /// <summary>Marks the first sample of each stream after the input began another epoch, however many inputs the processor needs for it.</summary>
    private sealed class EpochOutput(IStreamOutput inner, int streams) : IStreamOutput
    {
        private readonly bool[] _begins = new bool[streams];

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            if (!_begins[stream])
            {
                inner.Publish(stream, header, payload);
                return;
            }

            _begins[stream] = false;
            inner.Publish(stream, header with { Flags = header.Flags | FrameFlags.NewEpoch }, payload);
        }

        public void Report(int stream, in SourceReport report) => inner.Report(stream, report);

        internal void BeginEpoch() => Array.Fill(_begins, true);
    }
}

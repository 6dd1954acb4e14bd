using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Acquisition;

/// <summary>
/// Takes the streams of an outside publisher (a camera server, an acquisition system, a Python script) into the rig, so that they are recorded and
/// received like every other. Device times, clock and flags stay as they came; the host time is the arrival here, because the other computer's is on
/// another clock.
/// </summary>
public sealed class WireAdapter : IAdapter
{
    private const double LeastRateHz = 100;
    private const int LongestQueue = 100_000;

    private readonly WireOptions _options;
    private readonly ZmqContext _context;
    private readonly byte[] _slot;
    private readonly bool[] _changed;
    private EdgeLosses[] _losses = [];

    /// <summary>Connects, and waits until each stream has sent its descriptor.</summary>
    /// <exception cref="NotReadyException">A stream sent none in time.</exception>
    /// <exception cref="DeviceException">The endpoint is misspelt.</exception>
    public WireAdapter(ZmqContext context, WireOptions options, CancellationToken stop)
    {
        _options = options;
        _context = context;
        Streams = Discover(stop);
        _changed = new bool[Streams.Count];
        _slot = GC.AllocateUninitializedArray<byte>(Streams.Max(SlotBytes));
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Messages that the sequence numbers say were lost on the way here, and those refused as malformed or not of their stream's type.</summary>
    public long Drops
    {
        get
        {
            long drops = 0;
            foreach (EdgeLosses losses in Volatile.Read(ref _losses)) drops += losses.Count;
            return drops;
        }
    }

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        using StreamReceiver receiver = Open((int)Math.Min(LongestQueue, 2 * Math.Ceiling(Streams.Sum(s => Math.Max(s.RateHz, LeastRateHz)))), stop);
        EdgeLosses[] losses = [.. Enumerable.Range(0, receiver.Count).Select(i => new EdgeLosses(receiver.Counters(i), $"{Streams[i].Name} of {_options.Endpoint}"))];
        Volatile.Write(ref _losses, losses);
        StreamDescriptor?[] described = new StreamDescriptor?[receiver.Count];
        long dueNs = long.MaxValue;
        while (receiver.Wait(dueNs) != WaitResult.Stopped)
        {
            ReceiveResult result;
            while ((result = receiver.Receive(_slot, out ReceivedMessage message)) != ReceiveResult.Empty)
            {
                if (result == ReceiveResult.Message) Forward(output, message);
                else if (result == ReceiveResult.Descriptor) Compare(receiver, described, output);
            }

            dueNs = long.MaxValue;
            for (int i = 0; i < losses.Length; i++)
            {
                losses[i].Look(RigClock.Now);
                losses[i].Tell(output, i, RigClock.Now);
                dueNs = Math.Min(dueNs, losses[i].DueNs);
            }
        }
    }

    /// <summary>Nothing is held outside <see cref="Run"/>.</summary>
    public void Dispose()
    {
    }

    // A block may hold up to a second of samples.
    internal static int SlotBytes(StreamDescriptor stream) => stream.Kind == StreamKind.Image
        ? stream.SampleBytes + sizeof(long)
        : (int)Math.Min(WireFormat.MaxPayload, (stream.SampleBytes + sizeof(long)) * Math.Ceiling(Math.Max(stream.RateHz, LeastRateHz)));

    private void Forward(IStreamOutput output, in ReceivedMessage message)
    {
        StreamDescriptor stream = Streams[message.Stream];
        FrameHeader header = message.Header;
        if (_changed[message.Stream] || header.DType != stream.DType || header.Clock.Value != stream.ClockId || message.Length != header.TimesLength + ((long)header.SampleCount * stream.SampleBytes))
        {
            _losses[message.Stream].RefuseForeign();
            return;
        }

        header.HostTimeNs = message.ReceivedNs;
        output.Publish(message.Stream, header, _slot.AsSpan(0, message.Length));
    }

    // A publisher that was started again with other units, or the same in another order, would be taken for the old ones.
    private void Compare(StreamReceiver receiver, StreamDescriptor?[] described, IStreamOutput output)
    {
        for (int i = 0; i < described.Length; i++)
        {
            if (receiver.Descriptor(i) is not { } now || ReferenceEquals(now, described[i])) continue;
            described[i] = now;
            string[] old = Streams[i].Channels;
            bool changed = !now.Channels.AsSpan().SequenceEqual(old);
            if (changed && !_changed[i])
            {
                int first = 0;
                while (first < Math.Min(old.Length, now.Channels.Length) && old[first] == now.Channels[first]) first++;
                string difference = first < old.Length && first < now.Channels.Length ? $"number {first} was '{old[first]}' and is '{now.Channels[first]}'" : "those before are the same";
                string text = $"{Streams[i].Name} of {_options.Endpoint}: it had {old.Length} {(now.Kind == StreamKind.Activity ? "units" : "channels")} and has {now.Channels.Length} now, {difference}; its samples are refused until they are the old ones";
                output.Report(i, new SourceReport(SourceReportKind.Mismatch, RigClock.Now, RigClock.Now, 0, text));
            }

            _changed[i] = changed;
        }
    }

    private StreamReceiver Open(int queue, CancellationToken stop)
    {
        StreamReceiver receiver = new(_context, queue, stop);
        try
        {
            foreach (string stream in _options.Streams) receiver.AddStream(stream);
            receiver.Connect(_options.Endpoint);
            return receiver;
        }
        catch
        {
            receiver.Dispose();
            throw;
        }
    }

    private StreamDescriptor[] Discover(CancellationToken stop)
    {
        using StreamReceiver receiver = Open(queue: 1000, stop);
        byte[] slot = new byte[1]; // only descriptors matter here, and those have a place of their own
        long until = RigClock.Now + (long)(_options.PatienceSeconds * 1e9);
        StreamDescriptor?[] found = new StreamDescriptor?[receiver.Count];
        while (Array.IndexOf(found, null) is >= 0 and int missing)
        {
            WaitResult wait = receiver.Wait(until);
            if (wait == WaitResult.Stopped) throw new OperationCanceledException(stop);
            if (wait == WaitResult.TimedOut)
                throw new NotReadyException($"{Name}: stream {_options.Streams[missing]} of {_options.Endpoint} sent no descriptor within {_options.PatienceSeconds:0.#} s; is its publisher running?");
            while (receiver.Receive(slot, out _) != ReceiveResult.Empty)
            {
            }

            for (int i = 0; i < found.Length; i++) found[i] = receiver.Descriptor(i);
        }

        return found!;
    }
}

using System.Text;
using LoopRig.Core;

namespace LoopRig.Inference.Tests;

/// <summary>Keeps what a recorder would write. Thread-safe, so that a test may look while the loop runs.</summary>
internal sealed class FakeSink : ISessionSink
{
    private readonly Lock _gate = new();
    private readonly List<(byte[] Topic, byte[] Header, byte[] Payload)> _messages = [];
    private readonly List<(byte[] Topic, byte[] Header, byte[] Payload)> _descriptors = [];
    private readonly List<(BinRecord Bin, SampleRange[] Ranges)> _bins = [];
    private readonly List<LateRecord> _lates = [];
    private readonly List<string> _events = [];

    public (byte[] Topic, byte[] Header, byte[] Payload)[] Messages { get { lock (_gate) { return [.. _messages]; } } }
    public (byte[] Topic, byte[] Header, byte[] Payload)[] Descriptors { get { lock (_gate) { return [.. _descriptors]; } } }
    public (BinRecord Bin, SampleRange[] Ranges)[] Bins { get { lock (_gate) { return [.. _bins]; } } }
    public LateRecord[] Lates { get { lock (_gate) { return [.. _lates]; } } }
    public string[] Events { get { lock (_gate) { return [.. _events]; } } }

    public void Message(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            (topic.IndexOf("/descriptor"u8) >= 0 ? _descriptors : _messages).Add((topic.ToArray(), header.ToArray(), payload.ToArray()));
        }
    }

    public void Bin(in BinRecord bin, ReadOnlySpan<SampleRange> streams)
    {
        lock (_gate)
        {
            _bins.Add((bin, streams.ToArray()));
        }
    }

    public void Late(ReadOnlySpan<byte> topic, in LateRecord late)
    {
        lock (_gate)
        {
            _lates.Add(late);
        }
    }

    public void Event(ReadOnlySpan<byte> json)
    {
        lock (_gate)
        {
            _events.Add(Encoding.UTF8.GetString(json));
        }
    }
}

/// <summary>Records nothing, so that a test can count what the loop itself allocates.</summary>
internal sealed class NullSink : ISessionSink
{
    public long Count { get; private set; }

    public void Message(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) => Count++;

    public void Bin(in BinRecord bin, ReadOnlySpan<SampleRange> streams) => Count++;

    public void Event(ReadOnlySpan<byte> json) => Count++;
}

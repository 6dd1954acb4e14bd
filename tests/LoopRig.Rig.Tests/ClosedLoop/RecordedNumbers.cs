using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Recording;

namespace LoopRig.Rig.Tests.ClosedLoop;

/// <summary>A recorded stream of int64 records, read by the names of its channels.</summary>
internal sealed class RecordedNumbers
{
    private readonly string[] _channels;
    private readonly List<long[]> _records = [];

    public RecordedNumbers(SessionReader session, string stream)
    {
        var index = session.Index.Find(stream) ?? throw new InvalidOperationException($"the session has no stream {stream}");
        _channels = index.Descriptor!.Channels;
        var message = new RecordedMessage();
        foreach (var entry in index.Messages)
        {
            session.Read(entry, message);
            Assert.Equal(DType.I64, message.Header.DType);
            _records.Add(MemoryMarshal.Cast<byte, long>(message.Payload).ToArray());
        }
    }

    public int Count => _records.Count;

    public long[] Of(string channel)
    {
        var place = Array.IndexOf(_channels, channel);
        Assert.True(place >= 0, $"no channel {channel} among {string.Join(", ", _channels)}");
        return [.. _records.Select(r => r[place])];
    }
}

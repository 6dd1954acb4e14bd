using System.Diagnostics.CodeAnalysis;
using LoopRig.Core;

namespace LoopRig.Native.Wire;

/// <summary>What a receiver keeps of one of its streams.</summary>
internal sealed class ReceivedStream
{
    private uint _epoch;
    private ulong _sequence;
    private bool _any;
    private uint _descriptorChecksum;
    private StreamDescriptor? _descriptor;

    internal ReceivedStream(string name)
    {
        Name = name;
        Topic = WireFormat.Topic(name);
        DescriptorTopic = WireFormat.Topic(name + WireFormat.DescriptorSuffix);
    }

    internal string Name { get; }

    internal byte[] Topic { get; }

    internal byte[] DescriptorTopic { get; }

    internal StreamCounters Counters { get; } = new();

    internal StreamDescriptor? Descriptor => Volatile.Read(ref _descriptor);

    /// <summary>Follows the sequence: counts what is missing, and refuses what is not newer than the last message.</summary>
    internal bool Accept(ref FrameHeader header)
    {
        if (_any && (header.Epoch < _epoch || (header.Epoch == _epoch && header.Sequence <= _sequence)))
        {
            Counters.CountReplayed();
            return false;
        }

        if (!_any || header.Epoch != _epoch) header.Flags |= FrameFlags.NewEpoch;

        // A source that was started again counts from 0; one that loops counts on.
        if (_any && header.Sequence > _sequence + 1) Counters.CountMissing(header.Sequence - _sequence - 1);
        (_any, _epoch, _sequence) = (true, header.Epoch, header.Sequence);
        return true;
    }

    /// <summary>True when the descriptor is new; parses, and so allocates, only then.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "whatever is wrong with a descriptor costs a counter")]
    internal bool TakeDescriptor(ReadOnlySpan<byte> json)
    {
        uint checksum = Crc32.Compute(json);
        if (_descriptor is not null && checksum == _descriptorChecksum) return false;
        try
        {
            StreamDescriptor descriptor = StreamDescriptor.FromJson(json);
            if (descriptor.Name != Name) throw new LoopRigException($"a descriptor of {descriptor.Name} came on the topic of {Name}");
            _descriptorChecksum = checksum;
            Volatile.Write(ref _descriptor, descriptor);
            return true;
        }
        catch (Exception)
        {
            Counters.CountMalformed();
            return false;
        }
    }
}

using LoopRig.Core;

namespace LoopRig.Native.Wire;

/// <summary>What a publisher keeps of one of its streams.</summary>
internal sealed class PublishedStream
{
    private readonly byte[] _descriptorTopic;
    private ulong _descriptorSequence;

    internal PublishedStream(StreamDescriptor descriptor, uint epoch)
    {
        Name = descriptor.Name;
        Topic = WireFormat.Topic(descriptor.Name);
        _descriptorTopic = WireFormat.Topic(descriptor.Name + WireFormat.DescriptorSuffix);
        DescriptorJson = descriptor.ToJson();
        Clock = new ClockId(descriptor.ClockId);
        Epoch = epoch;
    }

    internal string Name { get; }

    internal byte[] Topic { get; }

    internal byte[] DescriptorTopic => _descriptorTopic;

    internal ReadOnlyMemory<byte> DescriptorJson { get; private set; }

    internal ClockId Clock { get; private set; }

    internal uint Epoch { get; set; }

    internal ulong NextSequence { get; set; }

    internal int Subscribers { get; set; }

    internal void Describe(StreamDescriptor descriptor, ReadOnlyMemory<byte> json)
    {
        if (descriptor.Name != Name) throw new LoopRigException($"stream {descriptor.Name} cannot take the topic of {Name}");
        DescriptorJson = json;
        Clock = new ClockId(descriptor.ClockId);
    }

    /// <summary>The header of the next message that carries the descriptor.</summary>
    internal FrameHeader NextDescriptorHeader()
    {
        long now = RigClock.Now;
        FrameHeader header = new()
        {
            Kind = MessageKind.Descriptor,
            DType = DType.U8,
            Rank = 1,
            Epoch = Epoch,
            Sequence = _descriptorSequence++,
            DeviceTimeNs = now,
            HostTimeNs = now,
        };
        header.Shape[0] = (uint)DescriptorJson.Length;
        return header;
    }
}

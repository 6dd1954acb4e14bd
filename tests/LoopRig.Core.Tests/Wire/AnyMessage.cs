using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace LoopRig.Core.Tests.Wire;

/// <summary>Any message that the format allows, small enough to try thousands.</summary>
/// <param name="Topic">The first part.</param>
/// <param name="Header">The second part, read.</param>
/// <param name="HeaderPart">The second part.</param>
/// <param name="Payload">The third part.</param>
internal sealed record AnyMessage(byte[] Topic, FrameHeader Header, byte[] HeaderPart, byte[] Payload)
{
    public static Arbitrary<AnyMessage> Arbitrary { get; } = Generator().ToArbitrary();

    public static AnyMessage Make(FrameHeader header, int seed)
    {
        var random = new Random(seed);
        var payload = new byte[((int)header.ElementCount * header.DType.Size()) + header.TimesLength];
        random.NextBytes(payload);
        header.PayloadLength = (uint)payload.Length;
        var part = new byte[WireFormat.HeaderLength];
        WireFormat.WriteHeader(part, header, payload);
        return new AnyMessage(WireFormat.Topic($"stream{seed % 10}"), header, part, payload);
    }

    public override string ToString() => $"{Header.Kind} {Header.DType} rank {Header.Rank} flags {Header.Flags} payload {Payload.Length}: {Convert.ToHexString(HeaderPart)}";

    private static Gen<AnyMessage> Generator() =>
        from kind in Gen.Choose(1, 4)
        from dtype in Gen.Choose(1, 10)
        from shape in Gen.Choose(0, 5).ListOf().Where(s => s.Count <= WireFormat.MaxRank)
        from flags in Gen.Choose(0, 31)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Make(AnyHeader(kind, dtype, [.. shape], (FrameFlags)flags, seed), seed);

    private static FrameHeader AnyHeader(int kind, int dtype, int[] shape, FrameFlags flags, int seed)
    {
        var numbers = new byte[64];
        new Random(seed).NextBytes(numbers);
        long Number(int i) => BinaryPrimitives.ReadInt64LittleEndian(numbers.AsSpan(i * 8));
        return FrameHeader.Samples((DType)dtype, shape, Number(0)) with
        {
            Kind = (MessageKind)kind,
            Flags = shape.Length == 0 ? flags & ~FrameFlags.SampleTimes : flags,
            Clock = new ClockId((uint)Number(1)),
            Epoch = (uint)Number(2),
            Sequence = (ulong)Number(3),
            HostTimeNs = Number(4),
            BinStartNs = Number(5),
            BinEndNs = Number(6),
            FirstInput = (ulong)Number(7),
            LastInput = ~(ulong)Number(7),
        };
    }
}

using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace LoopRig.Core.Tests.Wire;

public sealed class WireFormatTests
{
    private static readonly Config s_thousand = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static WireError Read(AnyMessage message, out FrameHeader header) => WireFormat.TryRead(message.Topic, message.HeaderPart, message.Payload, out header);

    [Fact]
    public void TryRead_OfWhatWasWritten_GivesItBack()
        => Prop.ForAll(AnyMessage.Arbitrary, m => Read(m, out var header) == WireError.None && Same(header, m.Header)).Check(s_thousand);

    [Fact]
    public void TryRead_OfAnyBytes_NeverThrowsAndNeverAccepts()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (topic, header, payload) =>
        {
            var full = new byte[WireFormat.HeaderLength];
            header.AsSpan(0, Math.Min(header.Length, full.Length)).CopyTo(full);
            BinaryPrimitives.WriteUInt32LittleEndian(full, WireFormat.Magic);
            full[4] = WireFormat.Version; // so that more than the first check is tried
            return WireFormat.TryRead(topic, header, payload, out _) != WireError.None && WireFormat.TryRead([65, 0], full, payload, out _) != WireError.None;
        }).Check(s_thousand);

    [Fact]
    public void TryRead_WithAnyFieldAnyValueAndARightChecksum_NeverThrows()
        => Prop.ForAll(AnyMessage.Arbitrary, ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<NonNegativeInt>(), (m, bytes, where) =>
        {
            // A hostile sender computes the checksum too: lengths and shapes must hold by themselves.
            var part = (byte[])m.HeaderPart.Clone();
            var at = where.Get % (WireFormat.HeaderLength - 4);
            bytes.AsSpan(0, Math.Min(bytes.Length, WireFormat.HeaderLength - 4 - at)).CopyTo(part.AsSpan(at));
            BinaryPrimitives.WriteUInt32LittleEndian(part.AsSpan(124), Crc32.Append(Crc32.Compute(part.AsSpan(0, 124)), m.Payload));
            var error = WireFormat.TryRead(m.Topic, part, m.Payload, out var header);
            return error != WireError.None || (header.ElementCount * (ulong)header.DType.Size()) + (ulong)header.TimesLength == (ulong)m.Payload.Length;
        }).Check(s_thousand);

    [Fact]
    public void TryRead_WithAnyOneBitWrong_Refuses()
    {
        var header = FrameHeader.Samples(DType.F32, [3, 5], 123) with { Flags = FrameFlags.SampleTimes, Sequence = 9, HostTimeNs = 77 };
        var message = AnyMessage.Make(header, 4);
        Assert.Equal(WireError.None, Read(message, out _));
        foreach (var part in new[] { message.HeaderPart, message.Payload })
        {
            for (var bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.NotEqual(WireError.None, Read(message, out _));
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void TryRead_WhenCutOrLengthened_Refuses()
        => Prop.ForAll(AnyMessage.Arbitrary, ArbMap.Default.ArbFor<NonNegativeInt>(), (m, n) =>
        {
            var shorter = m.Payload.Length == 0 ? WireError.Length : WireFormat.TryRead(m.Topic, m.HeaderPart, m.Payload.AsSpan(0, n.Get % m.Payload.Length), out _);
            var longer = WireFormat.TryRead(m.Topic, m.HeaderPart, [.. m.Payload, .. new byte[(n.Get % 9) + 1]], out _);
            var cut = WireFormat.TryRead(m.Topic, m.HeaderPart.AsSpan(0, n.Get % WireFormat.HeaderLength), m.Payload, out _);
            return (shorter, longer, cut) == (WireError.Length, WireError.Length, WireError.Parts);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 0xFFFFFFFFu, WireError.Magic)]
    [InlineData(4, 2u, WireError.Version)]
    [InlineData(5, 0u, WireError.Header)]
    [InlineData(5, 5u, WireError.Header)]
    [InlineData(6, 0u, WireError.Header)]
    [InlineData(6, 11u, WireError.Header)]
    [InlineData(7, 7u, WireError.Header)]
    [InlineData(8, 32u, WireError.Header)]
    [InlineData(28, 67108865u, WireError.Length)]
    [InlineData(80, 0xFFFFFFFFu, WireError.Header)]
    public void TryReadHeader_WithAFieldThatCannotBe_SaysWhich(int offset, uint value, WireError expected)
    {
        var part = AnyMessage.Make(FrameHeader.Samples(DType.U8, [4, 4], 0), 1).HeaderPart;
        if (offset is >= 4 and < 8) part[offset] = (byte)value;
        else BinaryPrimitives.WriteUInt32LittleEndian(part.AsSpan(offset), value);
        Assert.Equal(expected, WireFormat.TryReadHeader(part, out _));
    }

    [Fact]
    public void TryReadHeader_WithAShapeWhoseProductWraps_Refuses()
    {
        // 2^16 * 2^16 * 2^16 * 2^16 elements wrap to 0 in 64 bits.
        var header = FrameHeader.Samples(DType.U8, [1 << 16, 1 << 16, 1 << 16, 1 << 16], 0);
        var part = new byte[WireFormat.HeaderLength];
        WireFormat.WriteHeader(part, header, []);
        Assert.Equal(WireError.Header, WireFormat.TryReadHeader(part, out _));
    }

    [Theory]
    [InlineData("a\0b\0")]
    [InlineData("a")]
    [InlineData("\0")]
    [InlineData("")]
    public void TryRead_WithATopicThatCannotBe_Refuses(string topic)
    {
        var message = AnyMessage.Make(FrameHeader.Samples(DType.U8, [4], 0), 1);
        Assert.Equal(WireError.Topic, WireFormat.TryRead(System.Text.Encoding.ASCII.GetBytes(topic), message.HeaderPart, message.Payload, out _));
        Assert.Equal(WireError.Topic, WireFormat.TryRead([.. Enumerable.Repeat((byte)'a', WireFormat.MaxTopicLength), 0], message.HeaderPart, message.Payload, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("with blank")]
    [InlineData("tab\t")]
    [InlineData("ä")]
    public void Topic_OfANameThatCannotBe_NamesIt(string name) => Assert.Contains($"'{name}'", Assert.Throws<LoopRigException>(() => WireFormat.Topic(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void WriteHeader_LaysTheFieldsOutAsDocumented()
    {
        var header = FrameHeader.Samples(DType.U16, [2, 3], 0x0102030405060708) with
        {
            Kind = MessageKind.Prediction,
            Flags = FrameFlags.WarmUp,
            Clock = new ClockId(7),
            Epoch = 5,
            Sequence = 0x1122334455667788,
            HostTimeNs = -2,
            BinStartNs = 10,
            BinEndNs = 20,
            FirstInput = 30,
            LastInput = 40,
        };
        var part = new byte[WireFormat.HeaderLength];
        WireFormat.WriteHeader(part, header, new byte[12]);
        Assert.Equal(
            "4C524947" + "01030302" + "08000000" + "07000000" + "8877665544332211" + "05000000" + "0C000000" + "0807060504030201" + "FEFFFFFFFFFFFFFF"
            + "0A00000000000000" + "1400000000000000" + "1E00000000000000" + "2800000000000000" + "02000000" + "03000000" + new string('0', 32) + new string('0', 40),
            Convert.ToHexString(part.AsSpan(0, 124)));
    }

    [Fact]
    public void WriteAndRead_TenThousandFrames_AllocateNothing()
    {
        var message = AnyMessage.Make(FrameHeader.Samples(DType.U8, [60, 80], 0), 1);
        void Tick()
        {
            WireFormat.WriteHeader(message.HeaderPart, message.Header, message.Payload);
            if (WireFormat.TryRead(message.Topic, message.HeaderPart, message.Payload, out _) != WireError.None) throw new InvalidOperationException();
        }
        Tick();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Tick();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool Same(in FrameHeader a, in FrameHeader b)
    {
        for (var i = 0; i < WireFormat.MaxRank; i++)
        {
            if (a.Shape[i] != b.Shape[i]) return false;
        }
        return (a.Kind, a.DType, a.Rank, a.Flags, a.Clock, a.Epoch, a.Sequence) == (b.Kind, b.DType, b.Rank, b.Flags, b.Clock, b.Epoch, b.Sequence)
            && (a.DeviceTimeNs, a.HostTimeNs, a.BinStartNs, a.BinEndNs, a.FirstInput, a.LastInput, a.PayloadLength)
                == (b.DeviceTimeNs, b.HostTimeNs, b.BinStartNs, b.BinEndNs, b.FirstInput, b.LastInput, b.PayloadLength);
    }
}

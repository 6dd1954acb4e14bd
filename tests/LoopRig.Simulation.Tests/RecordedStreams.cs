using LoopRig.Core;

namespace LoopRig.Simulation.Tests;

/// <summary>An output that keeps everything it is given.</summary>
internal sealed class RecordedStreams : IStreamOutput
{
    public List<(int Stream, FrameHeader Header, byte[] Payload)> Messages { get; } = [];

    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => Messages.Add((stream, header, payload.ToArray()));

    public static RecordedStreams Live(MouseOptions options, double seconds)
    {
        var output = new RecordedStreams();
        new DigitalMouse(options).Advance((long)(seconds * RigClock.SecondNs), output);
        return output;
    }

    /// <summary>A checksum of everything, times and flags included.</summary>
    public uint Checksum()
    {
        uint sum = 0;
        var header = new byte[WireFormat.HeaderLength];
        foreach ((int stream, FrameHeader published, byte[] payload) in Messages)
        {
            WireFormat.WriteHeader(header, published with { Sequence = (ulong)stream, PayloadLength = (uint)payload.Length }, payload);
            sum = uint.RotateLeft(sum, 1) ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(WireFormat.HeaderLength - 4));
        }
        return sum;
    }
}

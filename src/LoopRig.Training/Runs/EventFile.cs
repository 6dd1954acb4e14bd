using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LoopRig.Training;

/// <summary>
/// A TensorBoard event file of numbers: TFRecords (length, masked CRC-32C of it, data, masked CRC-32C of them), each a tensorflow.Event message in protobuf
/// (tensorflow/core/util/event.proto and summary.proto, framework/record_writer).
/// </summary>
internal sealed class EventFile : IDisposable
{
    // Field numbers shifted by three, with the wire type: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes.
    private const byte WallTime = (1 << 3) | 1, Step = (2 << 3) | 0, FileVersion = (3 << 3) | 2, Summary = (5 << 3) | 2;
    private const byte Value = (1 << 3) | 2, Tag = (1 << 3) | 2, SimpleValue = (2 << 3) | 5;

    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _event = new(), _summary = new();

    private EventFile(FileStream file)
    {
        _file = file;
        Begin(0);
        Text(_event, FileVersion, "brain.Event:2");
        WriteRecord();
    }

    /// <summary>Begins a file in a folder, beside those of earlier runs: a reader joins them.</summary>
    internal static EventFile Create(string folder)
    {
        long seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (int number = 0; ; number++)
        {
            string path = Path.Combine(folder, $"events.out.tfevents.{seconds:D10}.{Environment.MachineName}.{Environment.ProcessId}.{number}");
            if (!File.Exists(path))
                return new EventFile(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read));
        }
    }

    /// <summary>Adds a number.</summary>
    internal void Add(long step, string tag, double value)
    {
        _summary.ResetWrittenCount();
        Text(_summary, Tag, tag);
        _summary.Write([SimpleValue]);
        BinaryPrimitives.WriteSingleLittleEndian(_summary.GetSpan(sizeof(float)), (float)value);
        _summary.Advance(sizeof(float));
        Begin(step);
        // A summary is a list of values; this one has one.
        _event.Write([Summary]);
        Varint(_event, 1 + VarintLength(_summary.WrittenCount) + _summary.WrittenCount);
        _event.Write([Value]);
        Varint(_event, _summary.WrittenCount);
        _event.Write(_summary.WrittenSpan);
        WriteRecord();
    }

    internal void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private void Begin(long step)
    {
        _event.ResetWrittenCount();
        _event.Write([WallTime]);
        BinaryPrimitives.WriteDoubleLittleEndian(_event.GetSpan(sizeof(double)), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
        _event.Advance(sizeof(double));
        _event.Write([Step]);
        Varint(_event, step);
    }

    private void WriteRecord()
    {
        Span<byte> head = stackalloc byte[sizeof(long) + sizeof(uint)], tail = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt64LittleEndian(head, _event.WrittenCount);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(long)..], Crc32C.Masked(head[..sizeof(long)]));
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Crc32C.Masked(_event.WrittenSpan));
        _file.Write(head);
        _file.Write(_event.WrittenSpan);
        _file.Write(tail);
    }

    private static void Text(ArrayBufferWriter<byte> to, byte field, string text)
    {
        to.Write([field]);
        Varint(to, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, to);
    }

    private static void Varint(ArrayBufferWriter<byte> to, long value)
    {
        ulong rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
            to.Write([(byte)(rest | 0x80)]);
        to.Write([(byte)rest]);
    }

    private static int VarintLength(int value)
    {
        int length = 1;
        for (uint rest = (uint)value; rest >= 0x80; rest >>= 7)
            length++;
        return length;
    }
}

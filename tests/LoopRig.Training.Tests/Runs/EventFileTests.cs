using System.Globalization;
using System.Text;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class EventFileTests : IDisposable
{
    // Reads TFRecords and protobuf by hand; the CRC is computed bit by bit.
    private const string Reader = """
        import struct, sys
        def crc32c(data):
            crc = 0xFFFFFFFF
            for byte in data:
                crc ^= byte
                for _ in range(8):
                    crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
            crc ^= 0xFFFFFFFF
            return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
        def fields(data):
            at = 0
            def varint():
                nonlocal at
                value = shift = 0
                while True:
                    byte = data[at]; at += 1
                    value |= (byte & 127) << shift; shift += 7
                    if byte < 128: return value
            while at < len(data):
                key = varint()
                kind = key & 7
                if kind == 0: yield key >> 3, varint()
                elif kind == 1: yield key >> 3, struct.unpack_from("<d", data, at)[0]; at += 8
                elif kind == 5: yield key >> 3, struct.unpack_from("<f", data, at)[0]; at += 4
                elif kind == 2:
                    length = varint()
                    yield key >> 3, data[at:at + length]; at += length
                else: raise ValueError(kind)
        data = open(sys.argv[1], "rb").read()
        at = 0
        while at < len(data):
            length, = struct.unpack_from("<Q", data, at)
            assert struct.unpack_from("<I", data, at + 8)[0] == crc32c(data[at:at + 8])
            event = data[at + 12:at + 12 + length]
            assert struct.unpack_from("<I", data, at + 12 + length)[0] == crc32c(event)
            at += 16 + length
            event = dict(fields(event))
            assert 1.6e9 < event[1] < 1e10
            if 3 in event: print("version", event[3].decode())
            if 5 in event:
                value = dict(fields(dict(fields(event[5]))[1]))
                print(event[2], value[1].decode(), "%.6g" % value[2])
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_Numbers_AreReadBackByPython()
    {
        using (EventFile events = EventFile.Create(_folder.Path))
        {
            events.Add(1, "loss/training", 0.25);
            events.Add(300, "loss/training", -1.5);
            events.Add(70_000_000_000, new string('x', 200), 1e10);
        }
        string file = Assert.Single(Directory.GetFiles(_folder.Path, "events.out.tfevents.*"));
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "there is no /usr/bin/python3");
        (int code, byte[] output) = Python.Run(Reader, [file]);
        Assert.Equal(0, code);
        Assert.Equal(
            ["version brain.Event:2", "1 loss/training 0.25", "300 loss/training -1.5", string.Create(CultureInfo.InvariantCulture, $"70000000000 {new string('x', 200)} 1e+10")],
            Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Create_Twice_KeepsBoth()
    {
        using EventFile first = EventFile.Create(_folder.Path), second = EventFile.Create(_folder.Path);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    // RFC 3720, B.4: 32 bytes of zeros, and of ones.
    [Theory]
    [InlineData(0x00, 0x8A9136AAu)]
    [InlineData(0xFF, 0x62A8AB43u)]
    public void Crc32C_OfThePublishedExamples_IsAsPublished(byte value, uint expected)
    {
        byte[] bytes = new byte[32];
        Array.Fill(bytes, value);
        Assert.Equal(expected, Crc32C.Of(bytes));
    }
}

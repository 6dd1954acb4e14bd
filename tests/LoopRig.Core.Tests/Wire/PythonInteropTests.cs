using System.Diagnostics;
using Xunit;

namespace LoopRig.Core.Tests.Wire;

/// <summary>examples/python/looprig_wire.py reads what this program writes, and writes the same bytes.</summary>
public sealed class PythonInteropTests
{
    private const string Python = "/usr/bin/python3";

    // Reads parts as hex, one message a line; writes what it understood and the message packed anew.
    private const string Script = """
        import sys
        import looprig_wire as wire
        for line in sys.stdin:
            parts = [bytes.fromhex(part) for part in line.rstrip("\n").split(" ")]
            m = wire.unpack(parts)
            times = [] if m.sample_times_ns is None else m.sample_times_ns.tolist()
            print(m.stream, m.kind, m.data.dtype.str, "x".join(map(str, m.data.shape)), m.flags, m.clock, m.sequence, m.epoch, m.device_time_ns, m.host_time_ns,
                  m.bin_start_ns, m.bin_end_ns, m.first_input, m.last_input, sum(times), sep=" ", end="|")
            print(" ".join(part.hex().upper() for part in wire.pack(m)))
        """;

    [Fact]
    public void Python_ReadsEveryKindOfMessageAndPacksTheSameBytes()
    {
        var messages = Enumerable.Range(0, 300).Select(Make).ToArray();
        var lines = Run(Script, messages.Select(m => $"{Convert.ToHexString(m.Topic)} {Convert.ToHexString(m.HeaderPart)} {Convert.ToHexString(m.Payload)}"));
        Assert.Equal(messages.Length, lines.Length);
        foreach (var (message, line) in messages.Zip(lines))
        {
            var h = message.Header;
            var shape = string.Join('x', Enumerable.Range(0, h.Rank).Select(i => h.Shape[i]));
            var times = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(message.Payload.AsSpan(0, h.TimesLength)).ToArray().Aggregate(new System.Numerics.BigInteger(0), (sum, t) => sum + t);
            var name = System.Text.Encoding.ASCII.GetString(message.Topic.AsSpan(..^1));
            var expected = $"{name} {(int)h.Kind} {Name(h.DType)} {shape} {(uint)h.Flags} {h.Clock.Value} {h.Sequence} {h.Epoch} {h.DeviceTimeNs} {h.HostTimeNs} {h.BinStartNs} {h.BinEndNs} {h.FirstInput} {h.LastInput} {times}"
                + $"|{Convert.ToHexString(message.Topic)} {Convert.ToHexString(message.HeaderPart)} {Convert.ToHexString(message.Payload)}";
            Assert.Equal(expected, line);
        }
    }

    [Fact]
    public void Python_RefusesEveryMessageWithAWrongBit()
    {
        var message = AnyMessage.Make(FrameHeader.Samples(DType.F32, [2, 2], 5), 3);
        var lines = new List<string>();
        foreach (var part in new[] { message.HeaderPart, message.Payload })
        {
            for (var bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                lines.Add($"{Convert.ToHexString(message.Topic)} {Convert.ToHexString(message.HeaderPart)} {Convert.ToHexString(message.Payload)}");
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
        var answers = Run("""
            import sys
            import looprig_wire as wire
            for line in sys.stdin:
                try:
                    wire.unpack([bytes.fromhex(part) for part in line.split()])
                    print("taken")
                except wire.WireError:
                    print("refused")
            """, lines);
        Assert.Equal(lines.Select(_ => "refused"), answers);
    }

    [Fact]
    public void Crc32_OfEveryLength_IsWhatPythonsZlibSays()
    {
        var data = Enumerable.Range(0, 200).Select(n =>
        {
            var bytes = new byte[n];
            new Random(n).NextBytes(bytes);
            return bytes;
        }).ToArray();
        var answers = Run("import sys, zlib\nfor line in sys.stdin: print(zlib.crc32(bytes.fromhex(line)))", data.Select(Convert.ToHexString));
        Assert.Equal(data.Select(d => Crc32.Compute(d).ToString()), answers);
    }

    [Fact]
    public void Python_MakesDescriptorsThatAreRead()
    {
        var json = Run("""
            import sys, numpy as np
            import looprig_wire as wire
            content = wire.descriptor("worldcam", "Image", np.uint8, (60, 80), rateHz=62.5, units=["grey"], source="test")
            print(wire.unpack(wire.pack_descriptor(content, 5)).data.tobytes().hex())
            """, []);
        var descriptor = StreamDescriptor.FromJson(Convert.FromHexString(Assert.Single(json)));
        Assert.Equal(("worldcam", StreamKind.Image, DType.U8, 62.5, "test"), (descriptor.Name, descriptor.Kind, descriptor.DType, descriptor.RateHz, descriptor.Source));
        Assert.Equal([60, 80], descriptor.Shape);
    }

    private static AnyMessage Make(int seed)
    {
        var random = new Random(seed);
        var shape = Enumerable.Range(0, random.Next(0, 5)).Select(_ => random.Next(0, 5)).ToArray();
        var header = FrameHeader.Samples((DType)random.Next(1, 11), shape, random.NextInt64(long.MinValue, long.MaxValue)) with
        {
            Kind = (MessageKind)random.Next(1, 5),
            Flags = (FrameFlags)random.Next(32) & (shape.Length == 0 ? ~FrameFlags.SampleTimes : (FrameFlags)31),
            Clock = new ClockId((uint)random.NextInt64(uint.MaxValue)),
            Epoch = (uint)random.NextInt64(uint.MaxValue),
            Sequence = (ulong)random.NextInt64(),
            HostTimeNs = random.NextInt64(),
            BinStartNs = random.NextInt64(),
            BinEndNs = -random.NextInt64(),
            FirstInput = ulong.MaxValue - (ulong)seed,
            LastInput = (ulong)random.NextInt64(),
        };
        return AnyMessage.Make(header, seed);
    }

    private static string Name(DType type) => type switch
    {
        DType.U8 => "|u1",
        DType.I8 => "|i1",
        DType.U16 => "<u2",
        DType.I16 => "<i2",
        DType.U32 => "<u4",
        DType.I32 => "<i4",
        DType.I64 => "<i8",
        DType.F16 => "<f2",
        DType.F32 => "<f4",
        _ => "<f8",
    };

    private static string[] Run(string script, IEnumerable<string> lines)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "LoopRig.sln")))
        {
            root = root.Parent;
        }
        if (!File.Exists(Python) || root is null) Assert.Skip($"{Python} or the repository is not there");
        var start = new ProcessStartInfo(Python, ["-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(root.FullName, "examples", "python"),
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        foreach (var line in lines)
        {
            process.StandardInput.WriteLine(line);
        }
        process.StandardInput.Close();
        process.WaitForExit();
        var text = error.GetAwaiter().GetResult();
        if (text.Contains("No module named 'numpy'", StringComparison.Ordinal)) Assert.Skip("numpy is not installed for " + Python);
        Assert.True(process.ExitCode == 0, text);
        return output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

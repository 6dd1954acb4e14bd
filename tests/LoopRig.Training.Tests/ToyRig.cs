using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Training.Tests;

/// <summary>
/// A rig without animals: frames of one brightness, a behaviour variable, and two units whose counts one bin later follow the one and the other.
/// </summary>
internal static class ToyRig
{
    public const long BinNs = 48_000_000;
    public const int Size = 16;

    public static StreamDescriptor[] Streams { get; } =
    [
        new() { Name = "worldcam", Kind = StreamKind.Image, DType = DType.U8, Shape = [Size, Size] },
        new() { Name = "treadmill", Kind = StreamKind.Vector, DType = DType.F32, Shape = [1], Channels = ["speed"] },
        new() { Name = "activity", Kind = StreamKind.Activity, DType = DType.U16, Shape = [2], Channels = ["bright", "fast"], BinNs = BinNs },
        new() { Name = "truth", Kind = StreamKind.Vector, DType = DType.F32, Shape = [2], Channels = ["bright", "fast"] },
    ];

    public static DatasetSpec Spec { get; } = new()
    {
        Inputs =
        [
            new InputSpec { Name = "image", Kind = InputKind.Image, Height = Size, Width = Size },
            new InputSpec { Name = "behaviour", Kind = InputKind.Vector, Variables = ["speed", "speed'"] },
        ],
        ActivityStream = "activity",
        TruthStream = "truth",
    };

    /// <summary>Level of the frames and speed of one bin.</summary>
    public readonly record struct Moment(byte Level, float Speed);

    public static Moment[] Wander(int bins, int seed)
    {
        var random = new Random(seed);
        var moments = new Moment[bins];
        for (int bin = 0; bin < bins; bin++)
            moments[bin] = new Moment((byte)random.Next(20, 236), (float)(random.NextDouble() * 20));
        return moments;
    }

    /// <summary>Plays bins 0, 1, 2 ... but those that <paramref name="skip"/> names: their frames are missing.</summary>
    public static DatasetBuilder Play(Moment[] moments, Func<int, bool>? skip = null, Func<int, bool>? silent = null, int newEpochAt = -1)
    {
        var builder = new DatasetBuilder(Streams, Spec);
        Play(moments, builder, skip, silent, newEpochAt);
        return builder;
    }

    /// <summary>The same into any output.</summary>
    public static void Play(Moment[] moments, IStreamOutput output, Func<int, bool>? skip = null, Func<int, bool>? silent = null, int newEpochAt = -1)
    {
        var random = new Random(7);
        for (int bin = 0; bin < moments.Length; bin++)
        {
            long start = bin * BinNs;
            for (int frame = 0; frame < 3 && skip?.Invoke(bin) != true; frame++)
            {
                FrameHeader header = FrameHeader.Samples(DType.U8, [Size, Size], start + frame * 16_000_000);
                header.HostTimeNs = header.DeviceTimeNs;
                header.Epoch = newEpochAt >= 0 && bin >= newEpochAt ? 1u : 0;
                byte[] pixels = new byte[Size * Size];
                Array.Fill(pixels, (byte)(moments[bin].Level + 10 * (frame - 1)));
                output.Publish(0, header, pixels);
            }
            Vector(output, 1, DType.F32, start + 40_000_000, start + 40_000_000, [moments[bin].Speed]);
            if (bin == 0 || silent?.Invoke(bin) == true)
                continue;
            float[] expected = [moments[bin - 1].Level / 40f, moments[bin - 1].Speed / 4];
            FrameHeader counts = FrameHeader.Samples(DType.U16, [2], start);
            counts.HostTimeNs = start + 47_000_000;
            output.Publish(2, counts, MemoryMarshal.AsBytes<ushort>([Poisson(random, expected[0]), Poisson(random, expected[1])]));
            Vector(output, 3, DType.F32, start, start + 47_000_000, expected);
        }
    }

    private static void Vector(IStreamOutput output, int stream, DType type, long deviceNs, long hostNs, float[] values)
    {
        FrameHeader header = FrameHeader.Samples(type, [values.Length], deviceNs);
        header.HostTimeNs = hostNs;
        output.Publish(stream, header, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static ushort Poisson(Random random, double mean)
    {
        ushort count = 0;
        for (double product = random.NextDouble(); product > Math.Exp(-mean); product *= random.NextDouble())
            count++;
        return count;
    }
}

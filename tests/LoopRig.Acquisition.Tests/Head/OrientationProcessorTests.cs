using System.Runtime.InteropServices;
using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class OrientationProcessorTests
{
    private const double Degree = Math.PI / 180;

    [Fact]
    public void Process_BlockOfAMovingHead_GivesPitchAndRollForEachSample()
    {
        using OrientationProcessor processor = new("imu", ImuChannels.Describe("imu", 6, 500, "test"), Mounting.Straight);
        Assert.Equal("imu/orientation", processor.Streams[0].Name);
        Assert.Equal(["pitch", "roll"], processor.Streams[0].Channels[..2]);
        using CollectingOutput output = new();
        HeadMotion motion = new();
        for (int block = 0; block < 100; block++) processor.Process(Block(motion, block * 50, 50, out byte[] payload), payload, output);
        Assert.Equal(100, output.Messages.Count);
        CollectedMessage last = output.Messages[^1];
        Assert.Equal(50, last.Header.SampleCount);
        Assert.Equal(last.Header.DeviceTimeNs, last.Times[^1]);
        for (int i = 0; i < 50; i++)
        {
            (double pitch, double roll) = Mounting.Straight.Angles(motion.UpAt(last.Times[i] * 1e-9));
            Assert.Equal(pitch, last.Values[6 * i], 0.2);
            Assert.Equal(roll, last.Values[(6 * i) + 1], 0.3);
            Assert.InRange(last.Values[(6 * i) + 2], 0.1f, 5);
        }
    }

    [Fact]
    public void Process_OtherUnitsAndOrder_GivesTheSame()
    {
        StreamDescriptor odd = ImuChannels.Describe("x", 9, 100, "test") with
        {
            DType = DType.F64,
            Shape = [7],
            Channels = ["temperature", "acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z"],
            Units = ["degC", "g", "g", "g", "deg/s", "deg/s", "deg/s"],
        };
        using OrientationProcessor processor = new("imu", odd, Mounting.Straight);
        using CollectingOutput output = new();
        double[] sample = [20, 0.5, 0, 0.866, 0, 0, 0];
        processor.Process(FrameHeader.Samples(DType.F64, [7], 1_000_000_000), MemoryMarshal.AsBytes(sample.AsSpan()), output);
        Assert.Equal(30, output.Messages[0].Values[0], 0.01);
        Assert.Equal(0, output.Messages[0].Values[1], 0.01);
    }

    [Fact]
    public void Process_SampleThatIsNoNumber_GivesNone()
    {
        using OrientationProcessor processor = new("imu", ImuChannels.Describe("imu", 6, 100, "test"), Mounting.Straight);
        using CollectingOutput output = new();
        float[] good = [0, 0, 0, 0, 0, 9.8f], bad = [float.NaN, 0, 0, 0, 0, 9.8f];
        processor.Process(FrameHeader.Samples(DType.F32, [6], 0), MemoryMarshal.AsBytes(good.AsSpan()), output);
        processor.Process(FrameHeader.Samples(DType.F32, [6], 10_000_000), MemoryMarshal.AsBytes(bad.AsSpan()), output);
        processor.Process(FrameHeader.Samples(DType.F32, [6], 20_000_000), MemoryMarshal.AsBytes(good.AsSpan()), output);
        Assert.Equal(0, output.Messages[0].Values[0], 1e-3);
        Assert.All(output.Messages[1].Values, v => Assert.True(float.IsNaN(v)));
        Assert.Equal(0, output.Messages[2].Values[0], 1e-3);
    }

    [Fact]
    public void Process_NewEpoch_BeginsAnewFromTheAccelerometer()
    {
        using OrientationProcessor processor = new("imu", ImuChannels.Describe("imu", 6, 500, "test"), Mounting.Straight);
        using CollectingOutput output = new();
        HeadMotion upright = new() { Amount = 0 };
        HeadMotion turned = new() { Amount = 0, SensorFromHead = Rotation.By(new Vector3D(40 * Degree, 0, 0)) };
        processor.Process(Block(upright, 0, 500, out byte[] payload), payload, output);
        FrameHeader header = Block(turned, 500, 1, out payload);
        header.Flags |= FrameFlags.NewEpoch;
        processor.Process(header, payload, output);
        Assert.True((output.Messages[^1].Header.Flags & FrameFlags.NewEpoch) != 0);
        (_, double roll) = Mounting.Straight.Angles(turned.UpAt(1));
        Assert.Equal(roll, output.Messages[^1].Values[1], 0.01);
    }

    [Theory]
    [InlineData("rpm", "m/s2", "gyro_x is in 'rpm'")]
    [InlineData("rad/s", "ft/s2", "acc_x is in 'ft/s2'")]
    public void Create_UnknownUnit_NamesStreamAndChannel(string rate, string acceleration, string expected)
    {
        StreamDescriptor stream = ImuChannels.Describe("imu7", 6, 100, "test") with { Units = [rate, rate, rate, acceleration, acceleration, acceleration] };
        string message = Assert.Throws<DeviceException>(() => new OrientationProcessor("head", stream, Mounting.Straight)).Message;
        Assert.Contains("imu7", message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Create_StreamWithoutAccelerometer_SaysWhatIsMissing()
    {
        StreamDescriptor stream = ImuChannels.Describe("gyro", 6, 100, "test") with { Shape = [3], Channels = ["gyro_x", "gyro_y", "gyro_z"], Units = ["rad/s"] };
        Assert.Contains("acc_x", Assert.Throws<DeviceException>(() => new OrientationProcessor("head", stream, Mounting.Straight)).Message);
    }

    [Fact]
    public void Process_ThirtyKilohertzInBlocks_AllocatesNothing()
    {
        using OrientationProcessor processor = new("imu", ImuChannels.Describe("imu", 6, 30_000, "test"), Mounting.Straight);
        AllocationOutput output = new(warmUp: 20);
        byte[] payload = new byte[300 * (8 + 24)];
        for (int block = 0; block < 200; block++)
        {
            Span<long> times = MemoryMarshal.Cast<byte, long>(payload.AsSpan(0, 2400));
            for (int i = 0; i < 300; i++) times[i] = ((block * 300L) + i) * 33_333;
            Span<float> values = MemoryMarshal.Cast<byte, float>(payload.AsSpan(2400));
            for (int i = 5; i < values.Length; i += 6) values[i] = 9.8f;
            FrameHeader header = FrameHeader.Samples(DType.F32, [300, 6], times[^1]);
            header.Flags = FrameFlags.SampleTimes;
            processor.Process(header, payload, output);
        }

        Assert.Equal(200, output.Count);
        Assert.Equal(0, output.Allocated);
    }

    private static FrameHeader Block(HeadMotion motion, int first, int count, out byte[] payload)
    {
        payload = new byte[count * (8 + 24)];
        Span<long> times = MemoryMarshal.Cast<byte, long>(payload.AsSpan(0, count * 8));
        Span<float> values = MemoryMarshal.Cast<byte, float>(payload.AsSpan(count * 8));
        for (int i = 0; i < count; i++)
        {
            double t = (first + i) / 500.0;
            times[i] = (long)(t * 1e9);
            (Vector3D rate, Vector3D acceleration) = (motion.RateAt(t, 0.002), motion.AccelerationAt(t));
            float[] sample = [(float)rate.X, (float)rate.Y, (float)rate.Z, (float)acceleration.X, (float)acceleration.Y, (float)acceleration.Z];
            sample.CopyTo(values[(6 * i)..]);
        }

        FrameHeader header = FrameHeader.Samples(DType.F32, [count, 6], times[^1]);
        header.Flags = FrameFlags.SampleTimes;
        return header;
    }
}

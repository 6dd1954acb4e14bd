using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.LibC;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class MouseSensorTests
{
    private const double Gravity = 9.80665, Radian = 180 / Math.PI;

    private static readonly Lazy<MouseRecording> s_minute = new(() => new MouseRecording(new MouseOptions { Seed = 5, Units = 4, ImuRateHz = 125, ImuBlock = 6, EyecamRateHz = 20 }, 60));

    [Theory]
    [InlineData(250, 2)]
    [InlineData(30_000, 300)]
    public void Imu_Blocks_CarryOneTimeASample(double rateHz, int block)
    {
        var recording = new MouseRecording(new MouseOptions { Seed = 5, Units = 4, ImuRateHz = rateHz, ImuBlock = block }, 0.2);
        Assert.All(recording.Of(MouseStreams.Imu), m => Assert.Equal((block, FrameFlags.SampleTimes), (m.Header.SampleCount, m.Header.Flags)));
        Assert.All(recording.Of(MouseStreams.Imu), m => Assert.Equal(m.Header.DeviceTimeNs, MemoryMarshal.Cast<byte, long>(m.Payload.AsSpan(0, m.Header.TimesLength))[^1]));
        long[] times = [.. recording.Samples(MouseStreams.Imu).Select(s => s.TimeNs)];
        Assert.InRange(times.Length, (0.2 * rateHz) - block, (0.2 * rateHz) + 1);
        Assert.Equal(Enumerable.Range(0, times.Length).Select(i => i * (long)Math.Round(1e9 / rateHz)), times);
    }

    [Fact]
    public void Imu_Accelerometer_ReadsGravityByTheTrueAnglesAndWhatTheAnimalAdds()
    {
        var (samples, pose) = (s_minute.Value.Samples(MouseStreams.Imu), s_minute.Value.Samples(MouseStreams.TruthPose));
        var (resting, running) = (new List<double>(), new List<double>());
        for (int i = 0; i < samples.Length; i++)
        {
            Assert.Equal(pose[i].TimeNs, samples[i].TimeNs); // both at 125 Hz
            double pitch = pose[i].Values[3] / Radian, roll = pose[i].Values[4] / Radian;
            double[] up = [Math.Sin(pitch), Math.Cos(pitch) * Math.Sin(roll), Math.Cos(pitch) * Math.Cos(roll)];
            double beyond = Math.Sqrt(Enumerable.Range(0, 3).Sum(axis => Math.Pow(samples[i].Values[3 + axis] - (Gravity * up[axis]), 2)));
            (pose[i].Values[5] > 8 ? running : pose[i].Values[5] < 0.05 ? resting : []).Add(beyond);
        }
        Assert.InRange(Median(resting), 0.01, 0.3); // noise and a bias
        Assert.InRange(Median(running), 0.4, 3);
    }

    [Fact]
    public void Imu_Gyroscope_AddsUpToTheTurnThatWasMadeAndItsBias()
    {
        var (samples, pose) = (s_minute.Value.Samples(MouseStreams.Imu), s_minute.Value.Samples(MouseStreams.TruthPose));
        // Bias is what is left of the rates when the true ones are taken off.
        double[][] left = [.. Enumerable.Range(0, 3).Select(_ => new double[samples.Length - 1])];
        for (int i = 1; i < samples.Length; i++)
        {
            double pitch = pose[i].Values[3] / Radian, roll = pose[i].Values[4] / Radian;
            double yawRate = Math.IEEERemainder(pose[i].Values[2] - pose[i - 1].Values[2], 360) / Radian * 125;
            double pitchRate = (pose[i].Values[3] - pose[i - 1].Values[3]) / Radian * 125, rollRate = (pose[i].Values[4] - pose[i - 1].Values[4]) / Radian * 125;
            left[0][i - 1] = samples[i].Values[0] - ((yawRate * Math.Sin(pitch)) + rollRate);
            left[1][i - 1] = samples[i].Values[1] - ((yawRate * Math.Cos(pitch) * Math.Sin(roll)) - (pitchRate * Math.Cos(roll)));
            left[2][i - 1] = samples[i].Values[2] - ((yawRate * Math.Cos(pitch) * Math.Cos(roll)) + (pitchRate * Math.Sin(roll)));
        }
        foreach (double[] axis in left)
        {
            double bias = axis.Average();
            Assert.InRange(Math.Abs(bias) * Radian, 0.01, 4);
            Assert.InRange(Median([.. axis.Select(value => Math.Abs(value - bias) * Radian)]), 0.005, 0.3);
        }
    }

    [Fact]
    public void Eyecam_Frames_ShowADarkPupilWhereTheTruthSays()
    {
        (FrameHeader Header, byte[] Payload)[] frames = s_minute.Value.Of(MouseStreams.Eyecam);
        (long TimeNs, double[] Values)[] truth = s_minute.Value.Samples(MouseStreams.TruthEye);
        Assert.Equal(frames.Length, truth.Length);
        int dark = 0, open = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.Equal(frames[i].Header.DeviceTimeNs, truth[i].TimeNs);
            if (truth[i].Values[7] < 1) continue;
            open++;
            // The middle of the pupil may carry the lamp's reflection: what is asked is whether most of it is dark.
            int below = 0, all = 0;
            for (int y = -5; y <= 5; y++)
            {
                for (int x = -5; x <= 5; x++, all++)
                    below += frames[i].Payload[(((int)truth[i].Values[5] + y) * 160) + (int)truth[i].Values[4] + x] < 70 ? 1 : 0;
            }
            dark += below > all / 2 ? 1 : 0;
        }
        Assert.InRange(open / (double)frames.Length, 0.7, 1);
        Assert.InRange(dark / (double)open, 0.98, 1);
    }

    [Fact]
    public void Eyelids_OverTenMinutes_BlinkAFewTimesAMinute()
    {
        var mouse = new Body.Mouse(new World.Arena(2), 2);
        var (closed, blinks, before) = (0, 0, 1.0);
        for (int step = 0; step < 60_000; step++)
        {
            double opening = mouse.At(step * 10_000_000L).LidOpening;
            closed += opening < 0.1 ? 1 : 0;
            blinks += opening < 0.1 && before >= 0.1 ? 1 : 0;
            before = opening;
        }
        Assert.InRange(blinks, 20, 80);
        Assert.InRange(closed / (double)blinks, 2, 12); // samples of 10 ms
    }

    [Fact]
    public void Encoder_Counts_AreTheWayInWholeSteps()
    {
        var recording = s_minute.Value;
        double cmPerCount = recording.Mouse.Truth.CmPerCount;
        (long TimeNs, double[] Values)[] pose = recording.Samples(MouseStreams.TruthPose);
        foreach ((long time, double[] counts) in recording.Samples(MouseStreams.Encoder).Where((_, i) => i % 8 == 0)) // at 200 Hz, the truth at 125
        {
            double way = pose[(int)(time / 8_000_000)].Values[6];
            Assert.InRange(way - (counts[0] * cmPerCount), -0.01, cmPerCount + 0.01);
        }
        Assert.True(pose[^1].Values[6] > 50);
    }

    [Fact]
    public void Encoder_OnALine_SpeaksTheLineProtocolAtItsPath()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("looprig-").FullName, "encoder");
        var options = new MouseOptions { Seed = 5, Units = 2, EncoderPort = path };
        using var mouse = new DigitalMouse(options);
        Assert.DoesNotContain(mouse.Streams, s => s.Name == MouseStreams.Encoder);
        mouse.PlugInEncoder();
        using var another = new DigitalMouse(options);
        Assert.Contains(path, Assert.Throws<DeviceException>(another.PlugInEncoder).Message);

        using (var port = SerialPort.Open(path, 115200))
        using (var wake = new EventFd())
        {
            mouse.Advance(RigClock.SecondNs / 2, new RecordedStreams());
            byte[] bytes = new byte[1 << 16];
            int length = 0;
            while (port.Read(bytes.AsSpan(length), 50, wake, out int read) == SerialRead.Data) length += read;
            var times = new List<uint>();
            string device = "";
            for (ReadOnlySpan<byte> rest = bytes.AsSpan(0, length); rest.Length > 0;)
            {
                Assert.Equal(ParseOutcome.Message, SensorLine.TryRead(rest, out SensorLine line, out int used));
                if (line.Kind == SensorLineKind.Hello) device = System.Text.Encoding.ASCII.GetString(line.Device);
                if (line.Kind == SensorLineKind.Sample) times.Add(line.TimeUs);
                rest = rest[used..];
            }
            Assert.Equal("digital-mouse", device);
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (uint)(i * 5000)), times);
        }

        mouse.Dispose();
        Assert.False(Path.Exists(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Clocks_WithOffsetDriftAndReset_AreAsTheTruthSays()
    {
        var options = new MouseOptions
        {
            Seed = 5,
            Units = 2,
            Clocks =
            [
                new MouseClockOptions { Device = MouseDevice.Worldcam, OffsetSeconds = 1000, DriftPpm = 5000 },
                new MouseClockOptions { Device = MouseDevice.Imu, DriftPpm = -50, ResetSeconds = [2.5] },
            ],
        };
        const long StartNs = 48 * RigClock.SecondNs;
        var recording = new MouseRecording(options, 5, StartNs);
        uint clock = ClockId.Of("worldcam").Value;
        Assert.Equal((clock, "worldcam"), (recording.Describe(MouseStreams.Worldcam).ClockId, recording.Describe(MouseStreams.Worldcam).Clock));
        Assert.Equal((0u, "rig"), (recording.Describe(MouseStreams.Eyecam).ClockId, recording.Describe(MouseStreams.Eyecam).Clock));

        (FrameHeader Header, byte[] Payload)[] frames = recording.Of(MouseStreams.Worldcam);
        Assert.All(frames, f => Assert.Equal(clock, f.Header.Clock.Value));
        Assert.Equal(1000 * RigClock.SecondNs, frames[0].Header.DeviceTimeNs);
        Assert.InRange(frames.Length, 314, 315); // 5000 ppm more than 312.5
        Assert.Equal(16_000_000, frames[^1].Header.DeviceTimeNs - frames[^2].Header.DeviceTimeNs, 2.0); // by its own clock
        long since = frames[^1].Header.HostTimeNs - StartNs;
        Assert.Equal((1000 * RigClock.SecondNs) + (since * 1.005), frames[^1].Header.DeviceTimeNs, 2.0);

        (long TimeNs, double[] Values)[] imu = recording.Samples(MouseStreams.Imu);
        int reset = Enumerable.Range(1, imu.Length - 1).First(i => imu[i].TimeNs < imu[i - 1].TimeNs);
        Assert.InRange(reset, 624, 626);
        Assert.InRange(imu[reset].TimeNs, 0, 4_000_000);
        Assert.True(imu[reset - 1].TimeNs > 2_490_000_000);

        (long TimeNs, double[] Values)[] truth = recording.Samples(MouseStreams.TruthClocks);
        Assert.Equal(5, truth.Length);
        StreamDescriptor described = recording.Describe(MouseStreams.TruthClocks);
        Assert.Equal(["worldcam_beyond_rig", "worldcam_drift"], described.Channels[..2]);
        Assert.Equal((1000 * RigClock.SecondNs) - StartNs + 20e6, truth[4].Values[0], 2.0); // 5000 ppm of 4 s
        Assert.Equal(5000, truth[4].Values[1], 1e-6);
        Assert.Equal(0, truth[4].Values[2]);
        Assert.Equal(1.5e9 * (1 - 50e-6) - 4e9 - StartNs, truth[4].Values[4], 2.0);
    }

    [Fact]
    public void Worldcam_Interlaced_WeavesTheFieldsOfTwoPictures()
    {
        var options = new MouseOptions { Seed = 5, Units = 2 };
        (FrameHeader Header, byte[] Payload)[] whole = new MouseRecording(options, 1).Of(MouseStreams.Worldcam);
        var recording = new MouseRecording(new MouseOptions { Seed = 5, Units = 2, WorldcamInterlaced = true }, 1);
        Assert.Equal(31.25, recording.Describe(MouseStreams.Worldcam).RateHz);
        (FrameHeader Header, byte[] Payload)[] woven = recording.Of(MouseStreams.Worldcam);
        Assert.Equal(31, woven.Length);
        for (int frame = 0; frame < woven.Length; frame++)
        {
            Assert.Equal(whole[2 * frame].Header.DeviceTimeNs, woven[frame].Header.DeviceTimeNs);
            Assert.Equal(whole[(2 * frame) + 1].Header.HostTimeNs, woven[frame].Header.HostTimeNs);
            for (int row = 0; row < 60; row++)
                Assert.Equal(whole[(2 * frame) + (row & 1)].Payload.AsSpan(row * 80, 80), woven[frame].Payload.AsSpan(row * 80, 80));
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}

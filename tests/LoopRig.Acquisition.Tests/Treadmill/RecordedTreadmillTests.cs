using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests.Treadmill;

public sealed class RecordedTreadmillTests : IDisposable
{
    private const int Speed = 0, Counts = 1;
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"looprig-{Guid.NewGuid():N}.npy");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Run_RealWheelArray_MovesAsFarAsTheReferenceSays()
    {
        using CollectingOutput output = CollectingOutput.RunAll(Play(SharedData.Path("wheel/wheel_session1_t_pos.npy"), Wheel with { CountsPerTurn = 4096 }));
        using NpyFile movements = new(SharedData.Path("wheel/wheel_session1_movements_on_off_amp.npy"));
        using NpyFile log = new(SharedData.Path("wheel/wheel_session1_t_pos.npy"));
        double start = log.ReadDoubles()[0];
        double[] movement = new double[3];
        double cmPerCount = 2 * Math.PI * 3.1 / 4096;
        CollectedMessage[] speeds = output.Of(Speed);
        for (int i = 0; i < movements.Rows; i++)
        {
            movements.ReadRow(i, movement);
            if (Math.Abs(movement[2]) < 20) continue; // as small as what its neighbours smear into it through the speed's window
            double way = 0, furthest = 0;
            foreach (CollectedMessage m in speeds)
            {
                double at = start + ((m.Header.DeviceTimeNs - speeds[0].Header.DeviceTimeNs) / 1e9) - 0.05; // the filter's delay
                if (at < movement[0] - 0.02 || at > movement[1] + 0.05) continue;
                way += m.Values[0] / 100.0; // cm/s at 100 Hz
                if (Math.Abs(way) > Math.Abs(furthest)) furthest = way;
            }

            // The reference's amplitude is the furthest that a movement got from its onset.
            Assert.Equal(movement[2] * cmPerCount, furthest, 0.05 + (0.05 * Math.Abs(movement[2] * cmPerCount)));
        }

        Assert.Equal(20205, speeds.Length, 5.0);
        Assert.Equal(202043, output.Of(Counts).Sum(m => m.Header.SampleCount));
        Assert.Equal(log.ReadDoubles()[1], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(output.Of(Counts)[0].Payload.AsSpan(output.Of(Counts)[0].Header.TimesLength))[0]);
    }

    [Fact]
    public void Run_RealWheelArray_FlagsTheReferenceMovementsAndNothingElse()
    {
        using CollectingOutput output = CollectingOutput.RunAll(Play(SharedData.Path("wheel/wheel_session1_t_pos.npy"), Wheel with { CountsPerTurn = 4096 }));
        using NpyFile file = new(SharedData.Path("wheel/wheel_session1_movements_on_off_amp.npy"));
        using NpyFile log = new(SharedData.Path("wheel/wheel_session1_t_pos.npy"));
        double[] movements = file.ReadDoubles();
        double start = log.ReadDoubles()[0];
        CollectedMessage[] speeds = output.Of(Speed);
        List<(double On, double Off)> flagged = [];
        for (int i = 1; i < speeds.Length; i++)
        {
            double at = start + ((speeds[i].Header.DeviceTimeNs - speeds[0].Header.DeviceTimeNs) / 1e9) - 0.05; // the filter's delay
            if (speeds[i].Values[2] == 0 && speeds[i - 1].Values[2] == 1) flagged.Add((at, double.MaxValue));
            else if (speeds[i].Values[2] == 1 && speeds[i - 1].Values[2] == 0) flagged[^1] = (flagged[^1].On, at - 0.2);
        }

        bool[] used = new bool[flagged.Count];
        for (int i = 0; i < movements.Length; i += 3)
        {
            int found = flagged.FindIndex(f => f.On < movements[i + 1] && f.Off > movements[i]);
            Assert.True(found >= 0, $"movement at {movements[i]:0.00} s");
            used[found] = true;
        }

        Assert.InRange(used.Count(u => !u), 0, 2);
    }

    [Theory]
    [InlineData("wheel/session_biased_ge5__raw_behavior_data___iblrig_encoderPositions.raw.ssv", 90.47)]
    [InlineData("wheel/session_training_ge5__raw_behavior_data___iblrig_encoderPositions.raw.ssv", 108.1)]
    public void Run_RealEncoderLog_HasNoJumpsAtTheResets(string file, double seconds)
    {
        using CollectingOutput output = CollectingOutput.RunAll(Play(SharedData.Path(file), Wheel));
        CollectedMessage[] speeds = output.Of(Speed);
        Assert.Equal(seconds * 100, speeds.Length, 20.0);
        float[] position = [.. speeds.Select(m => m.Values[1])];
        float[] speed = [.. speeds.Select(m => m.Values[0])];
        for (int i = 1; i < position.Length; i++) Assert.InRange(Math.Abs(position[i] - position[i - 1]), 0, 0.23); // at most a count a millisecond
        Assert.InRange(speed.Max(Math.Abs), 1, 20);
        Assert.True(speed.Count(s => s == 0) > 0.5 * speed.Length); // this mouse mostly holds the wheel still
        for (int i = 1; i < speeds.Length; i++) Assert.Equal(10_000_000, speeds[i].Header.DeviceTimeNs - speeds[i - 1].Header.DeviceTimeNs); // however long it does
    }

    [Fact]
    public void Run_RealHarpLog_UnwrapsTheMagneticEncoder()
    {
        HarpEncoderOptions harp = new() { Register = 90 };
        TreadmillOptions wheel = new() { Name = "wheel", CountsPerTurn = 16384, RadiusCm = 4, CounterBits = 14 };
        using CollectingOutput output = CollectingOutput.RunAll(Play(SharedData.Path("harp/aeon/Patch2_90_2022-06-13T12-00-00.bin"), wheel, harp));
        Assert.Equal(2000, output.Of(Counts).Sum(m => m.Header.SampleCount));
        Assert.Equal(400, output.Of(Speed).Length, 2.0); // 4.00 s
        Assert.All(output.Of(Speed), m => Assert.InRange(Math.Abs(m.Values[0]), 0, 10)); // nobody ran; its lowest bits are noise
        Assert.Contains("counts in 16 bits", Assert.Throws<DataFileException>(() => Play(SharedData.Path("harp/aeon/Patch2_90_2022-06-13T12-00-00.bin"), wheel with { CounterBits = 32 }, harp)).Message);
        Assert.Contains("no event of register 91", Assert.Throws<DataFileException>(() => Play(SharedData.Path("harp/aeon/Patch2_90_2022-06-13T12-00-00.bin"), wheel, harp with { Register = 91 })).Message);
        Assert.Contains("has 2 numbers", Assert.Throws<DataFileException>(() => Play(SharedData.Path("harp/aeon/Patch2_90_2022-06-13T12-00-00.bin"), wheel, harp with { Element = 2 })).Message);
    }

    [Fact]
    public void Run_Looping_StartsFromStandstill()
    {
        NpyFile.Write<double>(_path, [0, 0, 0.5, 500, 1, 1000], 3, 2);
        using CollectingOutput output = CollectingOutput.RunAll(Play(_path, Wheel, loop: true), stopAfter: 150);
        CollectedMessage[] speeds = output.Of(Speed);
        int second = Enumerable.Range(0, speeds.Length).Single(i => (speeds[i].Header.Flags & FrameFlags.NewEpoch) != 0);
        Assert.Equal(101, second);
        Assert.Equal([0f, speeds[second - 1].Values[1], 1f, 0f], speeds[second].Values);
        Assert.True(speeds[second].Header.DeviceTimeNs > speeds[second - 1].Header.DeviceTimeNs);
    }

    [Fact]
    public void Create_FileThatIsNoEncoderLog_SaysWhy()
    {
        NpyFile.Write<double>(_path, new double[9], 3, 3);
        Assert.Contains("3 columns", Assert.Throws<DataFileException>(() => Play(_path, Wheel)).Message);
        NpyFile.Write<double>(_path, [0, 0, -1, 0], 2, 2);
        Assert.Contains("row 1", Assert.Throws<DataFileException>(() => Play(_path, Wheel)).Message);
        Assert.Contains("byte 0: no message of the Harp protocol", Assert.Throws<DataFileException>(() => Play(_path, Wheel, new HarpEncoderOptions { Register = 32 })).Message);
        string events = SharedData.Path("wheel/session_ephys__raw_behavior_data___iblrig_encoderEvents.raw.ssv");
        Assert.Contains(events, Assert.Throws<DataFileException>(() => Play(events, Wheel)).Message);
    }

    private static TreadmillOptions Wheel => new() { Name = "wheel", CountsPerTurn = 1024, RadiusCm = 3.1 };

    private static RecordedTreadmill Play(string path, TreadmillOptions wheel, HarpEncoderOptions? harp = null, bool loop = false) => new(wheel, path, harp, loop, Pace.FullSpeed);
}

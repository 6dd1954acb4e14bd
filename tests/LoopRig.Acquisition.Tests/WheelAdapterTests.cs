using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class WheelAdapterTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"looprig-{Guid.NewGuid():N}.npy");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Run_RealWheelArray_MovesWhereTheReferenceSaysItMoves()
    {
        using CollectingOutput output = CollectingOutput.RunAll(new WheelAdapter(Wheel(SharedData.Path("wheel/wheel_session1_t_pos.npy")) with { CountsPerTurn = 4096 }));
        using NpyFile movements = new(SharedData.Path("wheel/wheel_session1_movements_on_off_amp.npy"));
        using NpyFile log = new(SharedData.Path("wheel/wheel_session1_t_pos.npy"));
        double start = log.ReadDoubles()[0];
        double[] movement = new double[3];
        double cmPerCount = 2 * Math.PI * 3.1 / 4096;
        for (int i = 0; i < movements.Rows; i++)
        {
            movements.ReadRow(i, movement);
            if (Math.Abs(movement[2]) < 20) continue; // as small as what its neighbours smear into it through the speed's window
            double way = 0, furthest = 0;
            foreach (CollectedMessage m in output.Messages)
            {
                double at = start + ((m.Header.DeviceTimeNs - output.Messages[0].Header.DeviceTimeNs) / 1e9);
                if (at < movement[0] || at > movement[1] + 0.05) continue;
                way += m.Values[1] / 100.0; // cm/s at 100 Hz
                if (Math.Abs(way) > Math.Abs(furthest)) furthest = way;
            }

            // The reference's amplitude is the furthest that a movement got from its onset.
            Assert.Equal(movement[2] * cmPerCount, furthest, 0.05 + (0.05 * Math.Abs(movement[2] * cmPerCount)));
        }

        Assert.Equal(20205, output.Messages.Count, 5.0);
    }

    [Theory]
    [InlineData("wheel/session_biased_ge5__raw_behavior_data___iblrig_encoderPositions.raw.ssv", 90.47)]
    [InlineData("wheel/session_training_ge5__raw_behavior_data___iblrig_encoderPositions.raw.ssv", 108.1)]
    public void Run_RealEncoderLog_HasNoJumpsAtTheResets(string file, double seconds)
    {
        using CollectingOutput output = CollectingOutput.RunAll(new WheelAdapter(Wheel(SharedData.Path(file))));
        Assert.Equal(seconds * 100, output.Messages.Count, 20.0);
        float[] position = [.. output.Messages.Select(m => m.Values[0])];
        float[] speed = [.. output.Messages.Select(m => m.Values[1])];
        for (int i = 1; i < position.Length; i++) Assert.InRange(Math.Abs(position[i] - position[i - 1]), 0, 12); // at most a count a millisecond
        Assert.InRange(speed.Max(Math.Abs), 1, 20);
        Assert.True(speed.Count(s => s == 0) > 0.5 * speed.Length); // this mouse mostly holds the wheel still
    }

    [Fact]
    public void Run_SteadyTurning_GivesItsSpeedOneWindowAfterTheStart()
    {
        double[] log = new double[2 * 1000];
        for (int i = 0; i < 1000; i++) (log[2 * i], log[(2 * i) + 1]) = (i * 0.001, i < 500 ? 0 : (i - 500) * 2);
        NpyFile.Write<double>(_path, log, 1000, 2);
        using CollectingOutput output = CollectingOutput.RunAll(new WheelAdapter(Wheel(_path) with { SpeedWindowMs = 40, Reverse = true }));
        float[] speed = [.. output.Messages.Select(m => m.Values[1])];
        double expected = -2000 * 2 * Math.PI * 3.1 / 1024;
        Assert.Equal(0, speed[50]);                     // causal: nothing before the movement
        Assert.Equal(expected / 2, speed[52], 0.01);    // half a window later half the speed: the delay
        Assert.Equal(expected, speed[54], 0.01);
        Assert.Equal(expected, speed[99], 0.01);
        Assert.Equal(980, output.Messages[99].Values[0]);
    }

    [Fact]
    public void Run_Looping_StartsFromStandstill()
    {
        NpyFile.Write<double>(_path, [0, 0, 0.5, 500, 1, 1000], 3, 2);
        using CollectingOutput output = CollectingOutput.RunAll(new WheelAdapter(Wheel(_path) with { Loop = true }), stopAfter: 150);
        int second = Enumerable.Range(0, 150).Single(i => (output.Messages[i].Header.Flags & FrameFlags.NewEpoch) != 0);
        Assert.Equal(101, second);
        Assert.Equal([0f, 0f], output.Messages[second].Values);
        Assert.Equal(10_000_000, output.Messages[second].Header.DeviceTimeNs - output.Messages[second - 1].Header.DeviceTimeNs);
    }

    [Fact]
    public void Create_FileThatIsNoWheelLog_SaysWhy()
    {
        NpyFile.Write<double>(_path, new double[9], 3, 3);
        Assert.Contains("3 columns", Assert.Throws<DataFileException>(() => new WheelAdapter(Wheel(_path))).Message);
        NpyFile.Write<double>(_path, [0, 0, -1, 0], 2, 2);
        Assert.Contains("row 1", Assert.Throws<DataFileException>(() => new WheelAdapter(Wheel(_path))).Message);
        string events = SharedData.Path("wheel/session_ephys__raw_behavior_data___iblrig_encoderEvents.raw.ssv");
        Assert.Contains(events, Assert.Throws<DataFileException>(() => new WheelAdapter(Wheel(events))).Message);
    }

    [Theory]
    [InlineData("countsPerTurn")]
    [InlineData("radiusCm")]
    public void Create_OptionOutOfRange_NamesTheKey(string key)
    {
        WheelOptions options = Wheel("x.npy");
        options = key == "radiusCm" ? options with { RadiusCm = double.NaN } : options with { CountsPerTurn = 0 };
        Assert.Contains(key, Assert.Throws<DeviceException>(() => new WheelAdapter(options)).Message);
    }

    private static WheelOptions Wheel(string path) => new() { Name = "wheel", Source = path, CountsPerTurn = 1024, RadiusCm = 3.1, Pace = Pace.FullSpeed };
}

using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class SamplesAdapterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig").FullName;

    private static string Gyroscope => SharedData.Path("imu/broad/02_undisturbed_slow_rotation_B/imu_gyr.npy");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_RealImuTrial_PublishesItsSamplesInBlocksWithOneTimeEach()
    {
        using CollectingOutput output = CollectingOutput.RunAll(new SamplesAdapter(new SamplesOptions
        {
            Name = "imu/gyr",
            Source = Gyroscope,
            Channels = ["gyr_x", "gyr_y", "gyr_z"],
            Units = ["rad/s"],
            RateHz = 285.714,
            BlockSamples = 10,
            Pace = Pace.FullSpeed,
        }));
        using NpyFile file = new(Gyroscope);
        float[] all = [.. output.Messages.SelectMany(m => m.Values)];
        Assert.Equal(file.ReadSingles(), all);
        long[] times = [.. output.Messages.SelectMany(m => m.Times)];
        Assert.Equal(file.Rows, times.Length);
        for (int i = 0; i < times.Length; i++) Assert.InRange(times[i] - times[0] - (i * 1e9 / 285.714), -1, 1);
        Assert.All(output.Messages, m => Assert.Equal(m.Times[^1], m.Header.DeviceTimeNs));
        Assert.Equal((file.Rows % 10 == 0 ? 10 : file.Rows % 10), output.Messages[^1].Header.SampleCount);
    }

    [Fact]
    public void Run_RealCsvWithATimeColumn_UsesItsTimesAndNames()
    {
        using SamplesAdapter adapter = new(new SamplesOptions
        {
            Name = "imu",
            Source = SharedData.Path("imu/xio/sensor_data.csv"),
            Channels = ["acc_z", "gyr_x"],
            Columns = ["Accelerometer Z (g)", "1"],
            Units = ["g", "deg/s"],
            TimeColumn = 0,
            Pace = Pace.FullSpeed,
        });
        Assert.Equal(100, adapter.Streams[0].RateHz, 5.0);
        using CollectingOutput output = new();
        adapter.Run(output, CancellationToken.None);
        Assert.Equal(13513, output.Messages.Count, 2.0);
        Assert.Equal([0.9970807f, 0.01644619f], output.Messages[0].Values);
        Assert.Equal(10_078_907, output.Messages[1].Header.DeviceTimeNs - output.Messages[0].Header.DeviceTimeNs);
    }

    [Fact]
    public void Run_Looping_StartsANewEpochOneIntervalLater()
    {
        string path = File("a.csv", "t,v\n0,1\n0.01,2\n0.03,3\n");
        using CollectingOutput output = CollectingOutput.RunAll(new SamplesAdapter(Csv(path) with { Loop = true }), stopAfter: 8);
        long start = output.Messages[0].Header.DeviceTimeNs;
        Assert.Equal([0, 10, 30, 50, 60, 80, 100, 110], output.Messages.Select(m => (m.Header.DeviceTimeNs - start) / 1_000_000));
        Assert.Equal([3, 6], Enumerable.Range(0, 8).Where(i => (output.Messages[i].Header.Flags & FrameFlags.NewEpoch) != 0));
        Assert.Equal([1f, 2, 3, 1, 2, 3, 1, 2], output.Messages.Select(m => m.Values[0]));
    }

    [Fact]
    public void Run_InRealTime_KeepsTimeAt62Hz()
    {
        string path = Path.Combine(_folder, "a.npy");
        NpyFile.Write<float>(path, new float[60], 60);
        using CollectingOutput output = CollectingOutput.RunAll(new SamplesAdapter(new SamplesOptions { Name = "a", Source = path, Channels = ["v"], RateHz = 62.5 }));
        long start = output.Messages[0].Header.DeviceTimeNs;
        long[] late = [.. output.Messages.Select((m, i) => m.AtNs - start - (i * 16_000_000L)).Order()];
        TestContext.Current.TestOutputHelper?.WriteLine($"late by {late[30] / 1e3:F0} us (median), {late[^1] / 1e3:F0} us (worst)");
        Assert.True(late[0] >= 0);
        Assert.True(output.Messages[^1].AtNs - start >= 59 * 16_000_000L);
    }

    [Theory]
    [InlineData("t,v\n0,1\n0.02,2\n0.01,3\n", "sample 2")]
    [InlineData("t,v\n0,1\n,2\n", "sample 1")]
    [InlineData("t,v\n0,1\n0.1\n", "line 3 has 1 columns")]
    [InlineData("t,v\n0,1\n0.1,abc\n", "'abc' is no number")]
    [InlineData("t,v,w\n0,1,2\n", "1 names (v) for 2 columns")]
    [InlineData("t,v\n", "no numbers")]
    [InlineData("", "no numbers")]
    public void Create_WrongCsv_NamesThePlace(string text, string expected)
    {
        string path = File("a.csv", text);
        string message = Assert.Throws<DataFileException>(() => new SamplesAdapter(Csv(path))).Message;
        Assert.Contains(path, message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Create_WrongColumn_ListsWhatThereIs()
    {
        string path = File("a.csv", "t,v\n0,1\n");
        Assert.Contains("no column 'w'; the file has t, v", Assert.Throws<DataFileException>(() => new SamplesAdapter(Csv(path) with { Columns = ["w"] })).Message);
        Assert.Contains("timeColumn", Assert.Throws<DataFileException>(() => new SamplesAdapter(Csv(path) with { TimeColumn = 7 })).Message);
    }

    [Fact]
    public void Create_MissingOrTruncatedFile_NamesIt()
    {
        Assert.Contains("/nowhere/a.csv: no such file", Assert.Throws<DataFileException>(() => new SamplesAdapter(Csv("/nowhere/a.csv"))).Message);
        string path = Path.Combine(_folder, "cut.npy");
        NpyFile.Write<float>(path, new float[100], 100);
        System.IO.File.WriteAllBytes(path, System.IO.File.ReadAllBytes(path)[..^10]);
        Assert.Contains("cut short", Assert.Throws<DataFileException>(() => new SamplesAdapter(new SamplesOptions { Name = "a", Source = path, Channels = ["v"], RateHz = 1 })).Message);
        NpyFile.Write<float>(path, new float[8], 2, 2, 2);
        Assert.Contains("(2, 2, 2)", Assert.Throws<DataFileException>(() => new SamplesAdapter(new SamplesOptions { Name = "a", Source = path, Channels = ["v"], RateHz = 1 })).Message);
    }

    [Fact]
    public void Create_NoTimesAndNoRate_NamesTheKey()
        => Assert.Contains("rateHz", Assert.Throws<DeviceException>(() => new SamplesAdapter(new SamplesOptions { Name = "a", Source = "a.npy", Channels = ["v"] })).Message);

    [Fact]
    public void Run_AfterWarmUp_AllocatesNothing()
    {
        string path = Path.Combine(_folder, "a.npy");
        NpyFile.Write<float>(path, new float[30_000], 10_000, 3);
        using SamplesAdapter adapter = new(new SamplesOptions { Name = "a", Source = path, Channels = ["x", "y", "z"], RateHz = 1000, BlockSamples = 2, Pace = Pace.FullSpeed });
        AllocationOutput output = new(warmUp: 1000);
        adapter.Run(output, CancellationToken.None);
        Assert.Equal(5000, output.Count);
        Assert.Equal(0, output.Allocated);
    }

    private static SamplesOptions Csv(string path) => new() { Name = "a", Source = path, Channels = ["v"], TimeColumn = 0, Pace = Pace.FullSpeed };

    private string File(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}

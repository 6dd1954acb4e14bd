using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class ImuFileAdapterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig").FullName;

    private static string Headmount => Path.GetDirectoryName(SharedData.Path("headmount/multi_part/extimu ps1.raw"))!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_HeadmountParts_PlaysGapsAndBeginsEpochs()
    {
        using ReportingOutput output = new();
        using (ImuFileAdapter adapter = new(File(Headmount))) adapter.Run(output, CancellationToken.None);
        CollectedMessage[] raw = output.Of(0), orientation = output.Of(1);
        Assert.Equal(539 + 864 + 1043, raw.Sum(m => m.Header.SampleCount));
        Assert.Equal(raw.Select(m => m.Header.DeviceTimeNs), orientation.Select(m => m.Header.DeviceTimeNs));
        int[] epochs = [.. Enumerable.Range(0, raw.Length).Where(i => (raw[i].Header.Flags & FrameFlags.NewEpoch) != 0)];
        Assert.Equal(2, epochs.Length);
        Assert.Equal(epochs, Enumerable.Range(0, raw.Length).Where(i => (orientation[i].Header.Flags & FrameFlags.NewEpoch) != 0));
        Assert.Equal(10.190534, (raw[epochs[0]].Times[0] - raw[epochs[0] - 1].Times[^1]) * 1e-9, 1e-6);
        Assert.Equal(10.825971, (raw[epochs[1]].Times[0] - raw[epochs[1] - 1].Times[^1]) * 1e-9, 1e-6);
        Assert.Equal([SourceReportKind.Lost, SourceReportKind.Returned, SourceReportKind.Lost, SourceReportKind.Returned], output.Reports.Select(r => r.Kind));
        Assert.Equal(raw[epochs[0]].Times[0], output.Reports[1].EndNs);
        float[] first = raw[0].Values[..6];
        Assert.Equal(15.625 * Math.PI / 180, first[0], 1e-5);
        Assert.Equal(1.021 * 9.80665, first[5], 0.01);
    }

    // Acceptance: after each return the orientation is back under 3 degrees within a second, against the accelerometer's own gravity while the head is
    // still (this head turns by up to 15 deg/s even then). The device's own orientation is off by about 160 degrees at that time.
    [Fact]
    public void Run_HeadmountParts_OrientationIsRightWithinASecondOfEachReturn()
    {
        using ReportingOutput output = new();
        using (ImuFileAdapter adapter = new(File(Headmount))) adapter.Run(output, CancellationToken.None);
        (long Time, Vector3D Up, double ErrorDeg)[] track = [.. Track(output)];
        int[] starts = [.. Enumerable.Range(1, track.Length - 1).Where(i => track[i].Time - track[i - 1].Time > RigClock.SecondNs)];
        Assert.Equal(2, starts.Length);
        foreach (int start in starts)
        {
            (long Time, Vector3D Up, double ErrorDeg)[] part = [.. track.Skip(start).TakeWhile(s => s.Time - track[start].Time < 4 * RigClock.SecondNs)];
            long lastBad = part.Where(s => s.ErrorDeg > 3).Select(s => s.Time).LastOrDefault(track[start].Time);
            double recoveredS = (lastBad - track[start].Time) * 1e-9;
            double before = DeviceErrorDeg(Array.IndexOf(starts, start) + 2);
            TestContext.Current.TestOutputHelper?.WriteLine($"return {Array.IndexOf(starts, start) + 1}: under 3 degrees for good after {recoveredS:0.000} s, then at most "
                + $"{part.Where(s => s.Time > lastBad).Max(s => s.ErrorDeg):0.00}; the device's own orientation is off by {before:0} degrees in that second");
            Assert.InRange(recoveredS, 0, 1);
            Assert.InRange(before, 90, 180); // the fault that this recording has
        }
    }

    [Fact]
    public void Run_XioCsv_ConvertsItsUnits()
    {
        using ReportingOutput output = new();
        using (ImuFileAdapter adapter = new(File(SharedData.Path("imu/xio/sensor_data.csv"))))
        {
            Assert.Equal(9, adapter.Streams[0].Channels.Length);
            Assert.Equal(100, adapter.Streams[0].RateHz, 5.0);
            adapter.Run(output, CancellationToken.None);
        }

        float[] first = output.Of(0)[0].Values;
        Assert.Equal(0.01644619 * Math.PI / 180, first[0], 1e-7);
        Assert.Equal(0.9970807 * 9.80665, first[5], 1e-4);
        Assert.Equal(15.3017, first[6], 1e-3);
        float[] pitches = [.. output.Of(1).SelectMany(m => m.Values.Where((_, i) => i % 6 == 0))];
        Assert.Equal(13513, pitches.Length, 2.0);
        Assert.All(pitches, p => Assert.InRange(p, -90, 90));
    }

    [Theory]
    [InlineData("02_undisturbed_slow_rotation_B", 1.5)]
    [InlineData("06_undisturbed_fast_rotation_A", 1.5)]
    [InlineData("11_undisturbed_slow_translation_B", 1.5)]
    [InlineData("16_undisturbed_fast_translation_B", 1.5)]
    [InlineData("25_disturbed_tapping_B", 3)]
    public void Run_BroadTrial_InclinationErrorIsSmall(string trial, double mostDeg)
    {
        string folder = Path.GetDirectoryName(SharedData.Path($"imu/broad/{trial}/imu_gyr.npy"))!;
        using ReportingOutput output = new();
        using (ImuFileAdapter adapter = new(File(folder))) adapter.Run(output, CancellationToken.None);
        using NpyFile truth = new(Path.Combine(folder, "opt_quat.npy")), movement = new(Path.Combine(folder, "movement.npy"));
        double[] q = new double[4], moving = new double[1];
        double squares = 0;
        int judged = 0, sample = 0;
        foreach (CollectedMessage message in output.Of(1))
        {
            for (int i = 0; i < message.Header.SampleCount; i++, sample++)
            {
                truth.ReadRow(sample, q);
                movement.ReadRow(sample, moving);
                if (moving[0] == 0 || double.IsNaN(q[0]) || sample < 5 * 2000 / 7) continue;
                Vector3D up = HeadMotion.Inverse(new Rotation(q[0], q[1], q[2], q[3])).Apply(Vector3D.UnitZ);
                double error = Vector3D.AngleDeg(UpOf(message.Values[6 * i], message.Values[(6 * i) + 1]), up);
                squares += error * error;
                judged++;
            }
        }

        Assert.Equal(truth.Rows, sample);
        Assert.InRange(Math.Sqrt(squares / judged), 0, mostDeg);
    }

    [Fact]
    public void Run_TableWithoutNames_TakesTheOrderOfItsColumns()
    {
        string path = Write("imu.csv", "0,0.1,0,0,0,0,9.8\n0.01,0.1,0,0,0,0,9.8\n0.02,0.1,0,0,0,0,9.8\n");
        using ReportingOutput output = new();
        using (ImuFileAdapter adapter = new(File(path) with { BlockMs = 15 })) adapter.Run(output, CancellationToken.None);
        Assert.Equal([2, 1], output.Of(0).Select(m => m.Header.SampleCount));
        Assert.Equal([0.1f, 0, 0, 0, 0, 9.8f], output.Of(0)[1].Values);
    }

    [Fact]
    public void Run_MissingSamples_ReportsTheGapAndGoesOn()
    {
        string path = Write("imu.csv", string.Concat(Enumerable.Range(0, 100).Where(i => i is < 40 or >= 90).Select(i => $"{i * 0.01:0.00},0,0,0,0,0,9.8\n")));
        using ReportingOutput output = new();
        using (ImuFileAdapter adapter = new(File(path))) adapter.Run(output, CancellationToken.None);
        SourceReport gap = Assert.Single(output.Reports);
        Assert.Equal(SourceReportKind.Gap, gap.Kind);
        Assert.Equal(0.51, (gap.EndNs - gap.StartNs) * 1e-9, 1e-6);
        Assert.Contains("0.510 s without samples", gap.Text);
    }

    [Fact]
    public void Run_Looping_BeginsAnEpochAndGoesOnInTime()
    {
        string path = Write("imu.csv", "0,0,0,0,0,0,9.8\n0.01,0,0,0,0,0,9.8\n");
        using CollectingOutput output = CollectingOutput.RunAll(new ImuFileAdapter(File(path) with { Loop = true, BlockMs = 0 }), stopAfter: 12);
        CollectedMessage[] raw = output.Of(0);
        Assert.Equal([0, 10, 20, 30, 40, 50], raw.Select(m => (m.Times[0] - raw[0].Times[0]) / 1_000_000));
        Assert.Equal([2, 4], Enumerable.Range(0, 6).Where(i => (raw[i].Header.Flags & FrameFlags.NewEpoch) != 0));
    }

    [Theory]
    [InlineData("a.csv", "0,1,2\n", "3 columns")]
    [InlineData("a.csv", "t,gyro_x,gyro_y,gyro_z,acc_x,acc_y\n0,0,0,0,0,0\n", "no columns of acc")]
    [InlineData("a.csv", "t,gyro_x (rpm),gyro_y (rpm),gyro_z (rpm),acc_x,acc_y,acc_z\n0,0,0,0,0,0,1\n", "'rpm'")]
    [InlineData("a.csv", "gyro_x,gyro_y,gyro_z,acc_x,acc_y,acc_z\n0,0,0,0,0,1\n", "rateHz")]
    [InlineData("a.csv", "t,gyro_x,gyro_y,gyro_z,acc_x,acc_y,acc_z\n1,0,0,0,0,0,1\n0,0,0,0,0,0,1\n", "sample 1")]
    [InlineData("extimu ps1.raw", "\u0005", "cut short in sample 0")]
    [InlineData("extimu ps1.raw", "\u0003\u0000abc", "is none of an IMU")]
    public void Create_WrongFile_NamesItAndThePlace(string name, string content, string expected)
    {
        string path = Write(name, content);
        Write(Path.ChangeExtension(name, ".time"), "12345678");
        string message = Assert.Throws<DataFileException>(() => new ImuFileAdapter(File(path))).Message;
        Assert.Contains(path, message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Create_FolderThatIsNoRecording_SaysWhatIsWanted()
    {
        Assert.Contains("extimu psN.raw", Assert.Throws<DataFileException>(() => new ImuFileAdapter(File(_folder))).Message);
        Assert.Contains("no such file", Assert.Throws<DataFileException>(() => new ImuFileAdapter(File("/nowhere/imu.csv"))).Message);
    }

    [Fact]
    public void Create_TrialWithArraysOfDifferentLength_NamesTheArray()
    {
        NpyFile.Write<float>(Path.Combine(_folder, "imu_gyr.npy"), new float[30], 10, 3);
        NpyFile.Write<float>(Path.Combine(_folder, "imu_acc.npy"), new float[27], 9, 3);
        Assert.Contains("imu_acc.npy: an array of shape (9, 3), where (10, 3)", Assert.Throws<DataFileException>(() => new ImuFileAdapter(File(_folder))).Message);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("times")]
    public void Create_DamagedHeadmountPart_NamesTheFile(string damage)
    {
        byte[] raw = System.IO.File.ReadAllBytes(Path.Combine(Headmount, "extimu ps1.raw")), times = System.IO.File.ReadAllBytes(Path.Combine(Headmount, "extimu ps1.time"));
        System.IO.File.WriteAllBytes(Path.Combine(_folder, "extimu ps1.raw"), damage == "cut" ? raw[..^10] : raw);
        System.IO.File.WriteAllBytes(Path.Combine(_folder, "extimu ps1.time"), damage == "times" ? times[..^8] : times);
        Assert.Contains(_folder, Assert.Throws<DataFileException>(() => new ImuFileAdapter(File(_folder))).Message);
    }

    [Fact]
    public void Run_AfterWarmUp_AllocatesNothing()
    {
        string path = Path.Combine(_folder, "imu.npy");
        float[] samples = new float[60_000];
        for (int i = 5; i < samples.Length; i += 6) samples[i] = 9.8f;
        NpyFile.Write<float>(path, samples, 10_000, 6);
        using ImuFileAdapter adapter = new(File(path) with { RateHz = 1000 });
        AllocationOutput output = new(warmUp: 200);
        adapter.Run(output, CancellationToken.None);
        Assert.Equal(2000, output.Count);
        Assert.Equal(0, output.Allocated);
    }

    private static ImuFileOptions File(string path) => new() { Name = "imu", Source = path, Pace = Pace.FullSpeed };

    private static Vector3D UpOf(double pitchDeg, double rollDeg)
    {
        (double sinPitch, double cosPitch) = Math.SinCos(pitchDeg * Math.PI / 180);
        (double sinRoll, double cosRoll) = Math.SinCos(rollDeg * Math.PI / 180);
        return new Vector3D(sinPitch, cosPitch * sinRoll, cosPitch * cosRoll);
    }

    // Each sample's estimate and its angle to the accelerometer's own up, averaged over 0.1 s, which takes off the sensor's noise.
    private static IEnumerable<(long Time, Vector3D Up, double ErrorDeg)> Track(ReportingOutput output)
    {
        (long Time, Vector3D Acceleration, Vector3D Up)[] all =
        [
            .. output.Of(0).Zip(output.Of(1)).SelectMany(pair => Enumerable.Range(0, pair.First.Header.SampleCount).Select(i =>
            {
                float[] raw = pair.First.Values, made = pair.Second.Values;
                return (pair.First.Times[i], new Vector3D(raw[(6 * i) + 3], raw[(6 * i) + 4], raw[(6 * i) + 5]), UpOf(made[6 * i], made[(6 * i) + 1]));
            })),
        ];
        for (int i = 0; i < all.Length; i++)
        {
            Vector3D sum = default;
            for (int k = i; k >= 0 && all[i].Time - all[k].Time < 100_000_000; k--) sum += all[k].Acceleration;
            yield return (all[i].Time, all[i].Up, Vector3D.AngleDeg(sum, all[i].Up));
        }
    }

    // The mean angle between the accelerometer and the up of the device's own quaternion (field 4) in the first second of a part.
    private static double DeviceErrorDeg(int part)
    {
        byte[] raw = System.IO.File.ReadAllBytes(Path.Combine(Headmount, $"extimu ps{part}.raw"));
        double sum = 0;
        int count = 0;
        for (int at = 0; count < 100; count++)
        {
            int length = BitConverter.ToUInt16(raw, at);
            double[] a = Fields(raw, at + 2, length, 2), q = Fields(raw, at + 2, length, 4);
            Vector3D up = HeadMotion.Inverse(new Rotation(q[0], q[1], q[2], q[3])).Apply(Vector3D.UnitZ);
            sum += Vector3D.AngleDeg(up, new Vector3D(a[0], a[1], a[2]));
            at += 2 + length;
        }

        return sum / count;
    }

    private static double[] Fields(byte[] raw, int at, int length, int wanted)
    {
        double[] values = new double[4];
        ProtobufReader message = new(raw.AsSpan(at, length));
        while (message.TryNext(out int field, out ReadOnlySpan<byte> body))
        {
            if (field != wanted) continue;
            ProtobufReader parts = new(body);
            while (parts.TryNext(out int part, out ReadOnlySpan<byte> number))
            {
                if (part is >= 1 and <= 4 && number.Length == 4) values[part - 1] = BitConverter.ToSingle(number);
            }
        }

        return values;
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}

using LoopRig.Core;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class DigitalTwinDataTests
{
    private const int Units = 4, Height = 9, Width = 16, Frames = 12;

    private static readonly InputSpec[] s_inputs =
    [
        new() { Name = "stimulus", Kind = InputKind.Image, Height = Height, Width = Width },
        new() { Name = "eye", Kind = InputKind.Vector, Variables = ["pupil_x", "pupil_y"] },
        new() { Name = "behaviour", Kind = InputKind.Vector, Variables = ["eyerad", "speed"] },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Open_AnyWindow_SharesNothingBetweenParts(int window)
    {
        using TempFolder folder = Twin(8);
        using Dataset data = Open(folder, out SessionData session);
        LeakAssert.NothingShared(session, window);
        Assert.Equal(6 * (Frames - window + 1), session.Split(window).Fit.Length);
        Assert.Equal(2 * (Frames - window + 1), session.Split(window).Validation.Length);
        Assert.Empty(session.Split(window).Test);
    }

    [Fact]
    public void Open_WithARandomSplit_KeepsRepeatsOfAFilmTogether()
    {
        using TempFolder folder = Twin(20, film: static trial => trial % 7);
        SessionData session = new DigitalTwinConfig { Folder = folder.Path, Split = new RandomSplit { Seed = 4, TestShare = 0.3, ValidationShare = 0.3 } }.Open(s_inputs)[0];
        using Dataset data = session.Data;
        LeakAssert.NothingShared(session, 3);
        Assert.NotEmpty(session.Split(3).Test);
        Assert.Equal(7 * Frames, data.Repeats!.Distinct().Count());
        Assert.Equal(data.Repeats![3], data.Repeats[7 * Frames + 3]);
        Assert.Empty(data.Notes);
    }

    [Fact]
    public void Windows_AndTargets_AreWhatTheFilesHold()
    {
        using TempFolder folder = Twin(4);
        using Dataset data = Open(folder, out _);
        using var film = new NpyFile(folder.Of("stimuli", "2.npy"));
        using var scope = new Scope();
        int first = data.Trials[2].First;
        float[] frames = data.Windows(0, data.Inputs[0], [first + 4], 2).ToArray();
        for (int at = 0; at < frames.Length; at++)
            Assert.Equal(film.Data[3 * Height * Width + at] / 255f, frames[at], 1e-6);
        using var eye = new NpyFile(folder.Of("perspectives", "2.npy"));
        Assert.Equal(eye.ReadSingles().AsSpan(8, 2).ToArray(), data.Windows(1, data.Inputs[1], [first + 4], 1).ToArray());
        // Responses are in multiples of the mean over the trials that fit, which are all but every fourth.
        var sums = new double[Units];
        foreach (int trial in (int[])[1, 2, 3])
        {
            using var units = new NpyFile(folder.Of("units", $"{trial}.npy"));
            double[] values = units.ReadDoubles();
            for (int at = 0; at < values.Length; at++)
                sums[at % Units] += values[at] / (3 * Frames);
        }
        using var responses = new NpyFile(folder.Of("units", "2.npy"));
        var row = new double[Units];
        responses.ReadRow(4, row);
        float[] targets = data.Targets([first + 4], 0).ToArray();
        for (int unit = 0; unit < Units; unit++)
            Assert.Equal(row[unit] / sums[unit], targets[unit], 1e-5);
    }

    [Fact]
    public void Windows_OfAnotherSize_AreResizedByArea()
    {
        using TempFolder folder = Twin(4);
        InputSpec[] inputs = [s_inputs[0] with { Height = 3, Width = 8 }];
        using Dataset data = new DigitalTwinConfig { Folder = folder.Path }.Open(inputs)[0].Data;
        using var film = new NpyFile(folder.Of("stimuli", "0.npy"));
        byte[] pixels = film.Data.ToArray();
        using var scope = new Scope();
        float[] frame = data.Windows(0, data.Inputs[0], [5], 1).ToArray();
        for (int y = 0; y < 3; y++)
        {
            for (int x = 0; x < 8; x++)
            {
                double mean = Enumerable.Range(0, 6).Average(at => pixels[5 * Height * Width + (3 * y + at / 2) * Width + 2 * x + at % 2] / 255.0);
                Assert.Equal(mean, frame[y * 8 + x], 1e-5);
            }
        }
    }

    [Fact]
    public void Windows_OfALostPupil_AreTheNetworksMeanOfIt()
    {
        using TempFolder folder = Twin(4);
        float[] eye = [.. Enumerable.Range(0, 2 * Frames).Select(static at => at % 5f)];
        eye[6] = float.NaN;
        folder.Write(eye, [Frames, 2], "perspectives", "1.npy");
        using Dataset data = Open(folder, out SessionData session);
        InputSpec standardised = data.Inputs[1] with { Mean = [2, 3], Std = [4, 5] };
        using var scope = new Scope();
        float[] values = data.Windows(1, standardised, [data.Trials[1].First + 3], 1).ToArray();
        Assert.Equal([0, (eye[7] - 3) / 5], values);
    }

    [Fact]
    public void Open_ATrialWithoutResponses_LeavesItOutAndCounts()
    {
        using TempFolder folder = Twin(8);
        folder.Write(Enumerable.Repeat(float.NaN, Frames * Units).ToArray(), [Frames, Units], "units", "5.npy");
        using Dataset data = Open(folder, out SessionData session);
        Assert.Contains("1 trials without any response are left out: 5", Assert.Single(data.Notes), StringComparison.Ordinal);
        Assert.Equal(5 * Frames, session.Split(1).Fit.Length);
    }

    [Fact]
    public void Open_AnInfiniteResponse_NamesTrialAndUnit()
    {
        using TempFolder folder = Twin(8);
        float[] values = new float[Frames * Units];
        values[2 * Units + 3] = float.PositiveInfinity;
        folder.Write(values, [Frames, Units], "units", "5.npy");
        string message = Assert.Throws<DataFileException>(() => Open(folder, out _)).Message;
        Assert.Contains(folder.Of("units", "5.npy"), message, StringComparison.Ordinal);
        Assert.Contains("trial 5: the response of unit 3 in bin 2 is infinite", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("units")]
    [InlineData("samples")]
    [InlineData("modulations")]
    public void Open_ATrialMissingFromASubfolder_NamesIt(string subfolder)
    {
        using TempFolder folder = Twin(8);
        File.Delete(folder.Of(subfolder, "6.npy"));
        string message = Assert.Throws<DataFileException>(() => Open(folder, out _)).Message;
        Assert.Contains(Path.Combine(subfolder, "6.npy"), message, StringComparison.Ordinal);
        Assert.Contains("trial 6 is in", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherUnitsInATrial_NamesTheFile()
    {
        using TempFolder folder = Twin(8);
        folder.Write(new float[Frames * 3], [Frames, 3], "units", "6.npy");
        Assert.Contains(Path.Combine("units", "6.npy"), Assert.Throws<DataFileException>(() => Open(folder, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FewerFramesThanPromised_NamesTheTrial()
    {
        using TempFolder folder = Twin(8);
        folder.Write([Frames + 1L], [], "samples", "3.npy");
        Assert.Contains("trial 3 has 12 frames", Assert.Throws<DataFileException>(() => Open(folder, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OneTrial_SaysThatItCannotBeSplit()
    {
        using TempFolder folder = Twin(1);
        Assert.Contains("cannot be split", Assert.Throws<LoopRigException>(() => Open(folder, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnEmptyFolder_SaysSo()
    {
        using TempFolder folder = Twin(0);
        Assert.Contains("no trial in it", Assert.Throws<DataFileException>(() => Open(folder, out _)).Message, StringComparison.Ordinal);
    }

    private static Dataset Open(TempFolder folder, out SessionData session)
    {
        session = Assert.Single(new DigitalTwinConfig { Folder = folder.Path }.Open(s_inputs));
        return session.Data;
    }

    internal static TempFolder Twin(int trials, Func<int, int>? film = null)
    {
        var folder = new TempFolder();
        foreach (string subfolder in DigitalTwinFolder.Subfolders)
            Directory.CreateDirectory(folder.Of(subfolder));
        var random = new Random(3);
        for (int trial = 0; trial < trials; trial++)
        {
            byte[] pixels = new byte[Frames * Height * Width];
            new Random(film?.Invoke(trial) ?? 100 + trial).NextBytes(pixels);
            string file = $"{trial}.npy";
            folder.Write(pixels, [Frames, Height, Width], "stimuli", file);
            folder.Write([(byte)(trial % 4 == 0 && film is null ? 0 : 1)], [], "training", file);
            folder.Write([(long)Frames], [], "samples", file);
            folder.Write(Enumerable.Range(0, 2 * Frames).Select(_ => random.NextSingle()).ToArray(), [Frames, 2], "perspectives", file);
            folder.Write(Enumerable.Range(0, 2 * Frames).Select(_ => random.NextSingle()).ToArray(), [Frames, 2], "modulations", file);
            folder.Write(Enumerable.Range(0, Units * Frames).Select(_ => 3 * random.NextSingle()).ToArray(), [Frames, Units], "units", file);
        }
        return folder;
    }
}

using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

/// <summary>On folders that Python's numpy wrote, as the competitions' were.</summary>
public sealed class SensoriumDataTests
{
    private const string Images = """
        import os, sys, numpy as np
        root = sys.argv[1]
        r = np.random.default_rng(2)
        for d in ('data/images', 'data/responses', 'data/behavior', 'data/pupil_center', 'meta/trials', 'meta/neurons', 'meta/statistics/images/all',
                  'meta/statistics/behavior/all', 'meta/statistics/pupil_center/all', 'meta/statistics/responses/all'):
            os.makedirs(os.path.join(root, d))
        save = lambda name, value: np.save(os.path.join(root, name), value)
        tiers = ['train'] * 12 + ['validation'] * 4 + ['test'] * 6 + ['final_test'] * 2
        for t in range(24):
            shown = 16 + (t - 16) % 2 if t in range(16, 22) else t
            image = np.random.default_rng(shown).integers(0, 256, (1, 9, 16)).astype(np.float64)
            save(f'data/images/{t}.npy', image)
            save(f'data/responses/{t}.npy', r.exponential(2, 7).astype(np.float32) * np.arange(1, 8))
            save(f'data/behavior/{t}.npy', r.normal(size=3))
            save(f'data/pupil_center/{t}.npy', r.normal(size=2))
        save('meta/trials/tiers.npy', np.array(tiers))
        save('meta/neurons/unit_ids.npy', np.arange(7) * 10 + 3)
        save('meta/statistics/images/all/mean.npy', np.array([110.0])); save('meta/statistics/images/all/std.npy', np.array([60.0]))
        save('meta/statistics/behavior/all/mean.npy', np.arange(3.0)); save('meta/statistics/behavior/all/std.npy', np.arange(3.0) + 1)
        save('meta/statistics/pupil_center/all/mean.npy', np.arange(2.0)); save('meta/statistics/pupil_center/all/std.npy', np.arange(2.0) + 5)
        save('meta/statistics/responses/all/std.npy', np.arange(7.0) + 1)
        """;

    internal const string Films = """
        import os, sys, numpy as np
        root = sys.argv[1]
        r = np.random.default_rng(4)
        for d in ('data/videos', 'data/responses', 'data/behavior', 'data/pupil_center', 'meta/trials'):
            os.makedirs(os.path.join(root, d))
        tiers = np.array(['train'] * 6 + ['oracle'] * 3 + ['live_test_main'] * 2 + ['none'])
        np.save(os.path.join(root, 'meta/trials/tiers.npy'), tiers)
        for t in range(12):
            true, padded = 70 + t, 90
            def pad(a):
                a[..., true:] = np.nan
                return a
            shown = 6 if t in (6, 7) else t
            true = 76 if t in (6, 7) else true
            np.save(os.path.join(root, f'data/videos/{t}.npy'), pad(np.random.default_rng(shown).uniform(0, 255, (9, 16, padded))).astype(np.float32))
            np.save(os.path.join(root, f'data/responses/{t}.npy'), pad(r.exponential(1, (5, padded))))
            np.save(os.path.join(root, f'data/behavior/{t}.npy'), pad(r.normal(size=(2, padded))))
            np.save(os.path.join(root, f'data/pupil_center/{t}.npy'), pad(r.normal(size=(2, padded))))
        """;

    private static readonly InputSpec[] s_inputs =
    [
        new() { Name = "image", Kind = InputKind.Image, Height = 9, Width = 16 },
        new() { Name = "behaviour", Kind = InputKind.Vector, Variables = ["eyerad", "eyerad'", "speed"] },
        new() { Name = "pupil_centre", Kind = InputKind.Vector, Variables = ["pupil_x", "pupil_y"] },
    ];

    [Fact]
    public void Open_OfImages_KeepsTiersAndRepeatsApart()
    {
        using TempFolder folder = Written(Images);
        var config = new SensoriumConfig { Folder = folder.Path };
        Assert.Equal(["image", "behaviour", "pupil_centre"], config.Offered().Select(static input => input.Name));
        SessionData session = Assert.Single(config.Open(s_inputs));
        using Dataset data = session.Data;
        LeakAssert.NothingShared(session, 1);
        DataSplit split = session.Split(1);
        Assert.Equal((12, 4, 6), (split.Fit.Length, split.Validation.Length, split.Test.Length));
        Assert.Equal(2, split.Test.Select(bin => data.Repeats![bin]).Distinct().Count());
        Assert.Contains("2 trials of the tier 'final_test'", Assert.Single(data.Notes), StringComparison.Ordinal);
        Assert.Equal(["3", "13", "23", "33", "43", "53", "63"], data.UnitIds);
    }

    [Fact]
    public void Open_OfImages_HoldsWhatTheFilesHold()
    {
        using TempFolder folder = Written(Images);
        using Dataset data = new SensoriumConfig { Folder = folder.Path }.Open(s_inputs)[0].Data;
        using var scope = new Scope();
        Assert.Equal(Read(folder, "images", 5).Select(static pixel => pixel / 255), data.Windows(0, data.Inputs[0], [5], 1).ToArray(), Near);
        Assert.Equal(Read(folder, "behavior", 5), data.Windows(1, data.Inputs[1], [5], 1).ToArray());
        Assert.Equal(Read(folder, "pupil_center", 5), data.Windows(2, data.Inputs[2], [5], 1).ToArray());
        // Divided by the deviation over the trials that fit.
        float[][] fit = [.. Enumerable.Range(0, 12).Select(trial => Read(folder, "responses", trial))];
        float[] targets = data.Targets([17], 0).ToArray(), raw = Read(folder, "responses", 17);
        for (int unit = 0; unit < 7; unit++)
        {
            double mean = fit.Average(row => (double)row[unit]), deviation = Math.Sqrt(fit.Average(row => (row[unit] - mean) * (row[unit] - mean)));
            Assert.Equal(raw[unit] / deviation, targets[unit], 1e-4);
        }
    }

    [Fact]
    public void Open_WithPublishedStatistics_TakesThemFromTheFolder()
    {
        using TempFolder folder = Written(Images);
        using Dataset data = new SensoriumConfig { Folder = folder.Path, PublishedStatistics = true }.Open(s_inputs)[0].Data;
        InputSpec[] inputs = data.WithStatistics([0, 1], new Standardising());
        Assert.Equal(110f / 255, inputs[0].Mean[0], 1e-6);
        Assert.Equal([0, 1, 2], inputs[1].Mean);
        Assert.Equal([5, 6], inputs[2].Std);
        using var scope = new Scope();
        Assert.Equal(Read(folder, "responses", 3).Select(static (value, unit) => value / (unit + 1)), data.Targets([3], 0).ToArray(), Near);
    }

    [Fact]
    public void Open_OfFilms_EndsWhereThePaddingBeginsAndDoesNotScoreTheBeginning()
    {
        using TempFolder folder = Written(Films);
        SessionData session = Assert.Single(new SensoriumConfig { Folder = folder.Path }.Open([s_inputs[0], s_inputs[2]]));
        using Dataset data = session.Data;
        Assert.Equal([70, 71, 72, 73, 74, 75, 76, 76, 78, 79, 80, 81], data.Trials.Select(static trial => trial.Bins));
        foreach (int window in (int[])[1, 20])
        {
            LeakAssert.NothingShared(session, window);
            DataSplit split = session.Split(window);
            foreach (int last in split.Validation.Concat(split.Test))
                Assert.True(last - data.Trials.Last(trial => trial.First <= last).First >= 50);
            Assert.Equal(6 * 72.5 - 6 * (window - 1), split.Fit.Length);
            Assert.Equal(26 + 26 + 28, split.Validation.Length);
            Assert.Equal(29 + 30, split.Test.Length);
        }
        Assert.Equal(data.Repeats![data.Trials[6].First + 9], data.Repeats[data.Trials[7].First + 9]);
        Assert.Contains("1 trials of the tier 'none'", Assert.Single(data.Notes), StringComparison.Ordinal);
        using var scope = new Scope();
        int first = data.Trials[4].First;
        float[] film = Read(folder, "videos", 4), frames = data.Windows(0, data.Inputs[0], [first + 61], 2).ToArray();
        for (int frame = 0; frame < 2; frame++)
        {
            for (int pixel = 0; pixel < 144; pixel++)
                Assert.Equal(film[pixel * 90 + 60 + frame] / 255, frames[frame * 144 + pixel], 1e-5);
        }
        Assert.Equal([Read(folder, "pupil_center", 4)[61], Read(folder, "pupil_center", 4)[90 + 61]], data.Windows(1, data.Inputs[1], [first + 61], 1).ToArray());
        float[] responses = Read(folder, "responses", 4), sequence = data.SequenceTargets([first + 61], 3, 0).ToArray(), other = data.Targets([first + 60], 0).ToArray();
        Assert.Equal(other, sequence[5..10]);
        Assert.Equal(responses[60] / responses[59], sequence[5] / sequence[0], 1e-3);
    }

    [Fact]
    public void Open_WithAnotherNumberOfTiers_NamesTheFile()
    {
        using TempFolder folder = Written(Images);
        File.Delete(folder.Of("data", "images", "23.npy"));
        foreach (string field in (string[])["responses", "behavior", "pupil_center"])
            File.Delete(folder.Of("data", field, "23.npy"));
        string message = Assert.Throws<DataFileException>(() => new SensoriumConfig { Folder = folder.Path }.Open(s_inputs)).Message;
        Assert.Contains("tiers.npy: 24 tiers, but 23 trials", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnImageWithABrokenPixel_NamesFileAndTrial()
    {
        using TempFolder folder = Written(Images);
        float[] pixels = Read(folder, "images", 7);
        pixels[5] = float.NaN;
        folder.Write(pixels, [1, 9, 16], "data", "images", "7.npy");
        string message = Assert.Throws<DataFileException>(() => new SensoriumConfig { Folder = folder.Path }.Open(s_inputs)).Message;
        Assert.Contains(folder.Of("data", "images", "7.npy"), message, StringComparison.Ordinal);
        Assert.Contains("pixel 5 of trial 7 is NaN", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithAGapInTheNumbers_NamesTheTrial()
    {
        using TempFolder folder = Written(Images);
        foreach (string field in (string[])["images", "responses", "behavior", "pupil_center"])
            File.Delete(folder.Of("data", field, "9.npy"));
        Assert.Contains("9.npy: trials are numbered from 0", Assert.Throws<DataFileException>(() => new SensoriumConfig { Folder = folder.Path }.Open(s_inputs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFilmInFortranOrder_SaysWhatToDo()
    {
        using TempFolder folder = Written(Films);
        Assert.Equal(0, Python.Run("import sys, numpy as np; np.save(sys.argv[1], np.asfortranarray(np.load(sys.argv[1])))", [folder.Of("data", "videos", "3.npy")]).ExitCode);
        string message = Assert.Throws<DataFileException>(() => new SensoriumConfig { Folder = folder.Path }.Open([s_inputs[0]])).Message;
        Assert.Contains("3.npy: is in Fortran order", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFilmOfForeignNumbers_NamesThem()
    {
        using TempFolder folder = Written(Films);
        Assert.Equal(0, Python.Run("import sys, numpy as np; np.save(sys.argv[1], np.load(sys.argv[1]).astype('>f4'))", [folder.Of("data", "videos", "3.npy")]).ExitCode);
        string message = Assert.Throws<DataFileException>(() => new SensoriumConfig { Folder = folder.Path }.Open([s_inputs[0]])).Message;
        Assert.Contains("'>f4'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PickledTiers_AreRefused()
    {
        using TempFolder folder = Written(Images);
        Assert.Equal(0, Python.Run("import sys, numpy as np; np.save(sys.argv[1], np.load(sys.argv[1]).astype(object))", [folder.Of("meta", "trials", "tiers.npy")]).ExitCode);
        Assert.Contains("'|O' are no text", Assert.Throws<DataFileException>(() => new SensoriumConfig { Folder = folder.Path }.Open(s_inputs)).Message, StringComparison.Ordinal);
    }

    private static bool Near(float expected, float actual) => Math.Abs(expected - actual) < 1e-5;

    private static float[] Read(TempFolder folder, string field, int trial)
    {
        using var file = new NpyFile(folder.Of("data", field, $"{trial}.npy"));
        return file.ReadSingles();
    }

    internal static TempFolder Written(string program)
    {
        Assert.SkipUnless(Python.IsAvailable, "python3 with numpy is absent");
        var folder = new TempFolder();
        Assert.Equal(0, Python.Run(program, [folder.Path]).ExitCode);
        return folder;
    }

    private sealed record Standardising : NetworkRecipe
    {
        public override InputScaling ScalingOf(InputSpec input) => InputScaling.Standardised;

        public override InputSpec[] Inputs(IReadOnlyList<InputSpec> offered) => throw new NotSupportedException();

        public override NetworkSpec Spec(InputSpec[] inputs, string[] unitIds, int outputDelayBins) => throw new NotSupportedException();
    }
}

using System.Text;
using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Core.Tests.Stimuli;

public class StimulusFileTests
{
    [Fact]
    public void Parse_CommentedFile_TakesDefaults()
    {
        var file = Parse("""
            { // a trial
              "stimuli": { "g": { "filters": 3, "kind": "gabor", }, } }
            """);
        var gabor = Assert.IsType<GaborStimulus>(file.Stimuli["g"]);
        Assert.Equal((3, 1.0, 16.4), (gabor.Filters, gabor.FilterSeconds, gabor.SigmaDeg));
    }

    [Theory]
    [InlineData("""{ "stimuli": { "g": { "kind": "gabbor" } } }""", "gabbor")]
    [InlineData("""{ "stimuli": { "g": { "kind": "gabor", "filter": 3 } } }""", "filter")]
    [InlineData("""{ "stimuli": { "g": { "kind": "gabor", "contrast": 2 } } }""", "stimuli.g.contrast")]
    [InlineData("""{ "stimuli": { "g": { "kind": "gabor", "temporalFrequenciesHz": [1, -2] } } }""", "stimuli.g.temporalFrequenciesHz")]
    [InlineData("""{ "stimuli": { "g": { "kind": "gabor", "temporalFrequenciesHz": [] } } }""", "stimuli.g.temporalFrequenciesHz")]
    [InlineData("""{ "stimuli": { "g": { "kind": "grating", "aperture": { "radiusDeg": -1 } } } }""", "stimuli.g.aperture.radiusDeg")]
    [InlineData("""{ "monitor": { "distanceCm": 0 }, "stimuli": { "g": { "kind": "gabor" } } }""", "monitor.distanceCm")]
    [InlineData("""{ "stimuli": { "i": { "kind": "images" } } }""", "path")]
    [InlineData("""{ "stimuli": { "i": { "kind": "images", "path": "nowhere/x.png" } } }""", "nowhere/x.png")]
    [InlineData("""{ "stimuli": { } }""", "stimuli")]
    [InlineData("""{ "stimuli": { "g": { "kind": "gabor" } }, "sequence": { "trials": ["h"] } }""", "'h'")]
    [InlineData("""{ "stimuli": { "g": { "kind": "gabor", "kind": "flash" } } }""", "kind")]
    public void Parse_WrongFile_NamesTheKey(string json, string named)
    {
        var error = Assert.Throws<RigConfigException>(() => Parse(json));
        Assert.Contains(named, error.Message);
        Assert.Contains("test.json", error.Message);
    }

    [Fact]
    public void Parse_DataVariableWithoutFolder_IsNotReady() =>
        Assert.Throws<NotReadyException>(() => Parse("""{ "stimuli": { "i": { "kind": "images", "path": "${LOOPRIG_DATA}/x" } } }"""));

    [Fact]
    public void Plan_ImpossibleGeometry_NamesTheMonitor() =>
        Assert.Equal("monitor", Assert.Throws<RigConfigException>(() => Plan("""{ "monitor": { "panDeg": 80, "centreRightCm": -200 }, "stimuli": { "g": { "kind": "gabor" } } }""")).Key);

    [Fact]
    public void Plan_TooFineAndTooFast_WarnsWithTheLimits()
    {
        var plan = Plan("""{ "monitor": { "widthPx": 640, "heightPx": 360 }, "stimuli": { "g": { "kind": "grating", "spatialFrequenciesCpd": [4], "temporalFrequenciesHz": [45] } } }""");
        Assert.Contains(plan.Warnings, w => w.Contains("at most 1.5", StringComparison.Ordinal) && w.Contains("pixels", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, w => w.Contains("at most 30", StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_GaborTrial_IsTenFiltersOfASecond()
    {
        var plan = Plan("""{ "stimuli": { "g": { "kind": "gabor" } } }""");
        Assert.Equal(600, plan.Frames);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i * 60), plan.Segments.Select(s => s.FirstFrame));
        Assert.Equal(10, plan.Segments.Select(s => ((GratingPattern)s.Pattern).Centre).Distinct().Count());
    }

    [Fact]
    public void Plan_SameSeed_SamePlan()
    {
        const string Text = """{ "seed": 4, "stimuli": { "g": { "kind": "gabor" }, "d": { "kind": "gaussian-dots" } } }""";
        Assert.Equal(Centres(Plan(Text)), Centres(Plan(Text)));
        Assert.NotEqual(Centres(Plan(Text)), Centres(Plan(Text.Replace("4", "5", StringComparison.Ordinal))));
    }

    [Fact]
    public void Plan_Repeats_AreTheSameStimulusUnlessRedrawn()
    {
        const string Text = """{ "stimuli": { "g": { "kind": "gabor", "filters": 1 } }, "sequence": { "repeats": 2, "redraw": REDRAW } }""";
        Assert.Single(Centres(Plan(Text.Replace("REDRAW", "false", StringComparison.Ordinal))).Distinct());
        Assert.Equal(2, Centres(Plan(Text.Replace("REDRAW", "true", StringComparison.Ordinal))).Distinct().Count());
    }

    [Fact]
    public void Plan_ShuffledTrials_ShowEachAsOftenAsListed()
    {
        var plan = Plan("""
            { "stimuli": { "a": { "kind": "blank" }, "b": { "kind": "flash", "count": 1 }, "c": { "kind": "blank" } },
              "sequence": { "trials": ["a", "b", "b", "c"], "order": "shuffled", "repeats": 3, "betweenSeconds": 0.5, "beforeSeconds": 1 } }
            """);
        var trials = plan.Segments.Where(s => s.Trial >= 0).DistinctBy(s => s.Trial).Select(s => s.Stimulus).ToArray();
        Assert.Equal(12, trials.Length);
        Assert.Equal(6, trials.Count(t => t == "b"));
        Assert.Equal(11 + 1, plan.Segments.Count(s => s.Trial < 0));
    }

    [Fact]
    public void Plan_GaussianDots_CoverTheGridOncePerPolarity()
    {
        var plan = Plan("""{ "stimuli": { "d": { "kind": "gaussian-dots" } } }""");
        var spots = plan.Segments.Select(s => (GaussianSpotPattern)s.Pattern).ToArray();
        Assert.Equal(17 * 29 * 2, spots.Length);
        Assert.Equal(17 * 29, spots.Select(s => s.Centre).Distinct().Count());
        Assert.Equal(0, spots.Sum(s => s.Contrast));
        Assert.All(plan.Segments, s => Assert.Equal(18, s.Frames));
        // The middle cell looks straight ahead; the one at the right edge's middle lies half a cell inside it.
        Assert.Contains(spots, s => Math.Abs(s.Centre.AzimuthDeg) < 1e-9 && Math.Abs(s.Centre.ElevationDeg) < 1e-9);
        Assert.Equal(Math.Atan(27.6 * (1 - 1.0 / 29) / 15) * 180 / Math.PI, spots.Max(s => s.Centre.AzimuthDeg), 1e-9);
        Assert.Equal(Math.Atan(15.5 * (1 - 1.0 / 17) / 15) * 180 / Math.PI, spots.Max(s => s.Centre.ElevationDeg), 1e-9);
    }

    [Fact]
    public void Plan_LoomingApproach_EndsAtItsSize()
    {
        var plan = Plan("""{ "stimuli": { "l": { "kind": "looming", "count": 1, "sizeOverSpeedMs": 40, "fromDeg": 4, "toDeg": 80 } } }""");
        var radii = ((DiscPattern)plan.Segments[0].Pattern).RadiusDeg;
        Assert.Equal(2, radii[0], 1e-4);
        Assert.InRange(radii[^1], 20, 40);
        // 2 atan(l/v / t): time to collision falls by a frame a frame.
        for (var i = 1; i < radii.Length; i++)
        {
            Assert.Equal(1.0 / 60, 0.04 / Math.Tan(radii[i - 1] * Math.PI / 180) - 0.04 / Math.Tan(radii[i] * Math.PI / 180), 1e-4);
        }
    }

    [Fact]
    public void Plan_Chirp_SweepsFromHalfToEightHertz()
    {
        var plan = Plan("""{ "stimuli": { "c": { "kind": "chirp" } } }""");
        var levels = ((LevelPattern)plan.Segments.Single(s => s.Label == "frequency").Pattern).Levels;
        var crossings = Enumerable.Range(1, levels.Length - 1).Count(i => levels[i - 1] <= Pattern.Gray && levels[i] > Pattern.Gray);
        Assert.InRange(crossings, 33, 35); // (0.5 + 8) / 2 x 8 s = 34 cycles
        Assert.Equal(480, levels.Length);
    }

    [Fact]
    public void Plan_CalibrationOfALinearisedMonitor_IsRefused() =>
        Assert.Throws<RigConfigException>(() => Plan("""{ "monitor": { "gamma": { "linearise": true } }, "stimuli": { "c": { "kind": "calibration" } } }"""));

    [Fact]
    public void Plan_Calibration_ShowsEveryFifthLevel()
    {
        var plan = Plan("""{ "stimuli": { "c": { "kind": "calibration" } } }""");
        Assert.Equal(Enumerable.Range(0, 52).Select(i => i * 5), plan.Segments.Select(s => (int)Math.Round(((UniformPattern)s.Pattern).Level * 255)));
    }

    [Fact]
    public void SegmentAt_EveryFrame_FindsItsSegment()
    {
        var plan = Plan("""{ "stimuli": { "f": { "kind": "flash", "count": 4 } } }""");
        var at = 0;
        for (var frame = 0; frame < plan.Frames; frame++)
        {
            at = plan.SegmentAt(frame, at);
            Assert.InRange(frame, plan.Segments[at].FirstFrame, plan.Segments[at].FirstFrame + plan.Segments[at].Frames - 1);
        }
        Assert.Equal(0, plan.SegmentAt(0, at));
    }

    private static StimulusFile Parse(string json) => StimulusFile.Parse(Encoding.UTF8.GetBytes(json), "test.json");

    private static StimulusPlan Plan(string json) => Parse(json).Plan(null, new NoPictures());

    private static VisualAngle[] Centres(StimulusPlan plan) =>
        [.. plan.Segments.Select(s => s.Pattern).Select(p => p is GratingPattern g ? g.Centre : p is GaussianSpotPattern s ? s.Centre : default)];

    private sealed class NoPictures : IPictureFiles
    {
        public PictureListing List(string path) => throw new DataFileException(path, "no pictures here");
    }
}

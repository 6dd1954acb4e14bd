using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Recording;
using LoopRig.Rig.HeadFixed;
using LoopRig.Simulation.HeadFixed;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Pictures;
using LoopRig.Training;

namespace LoopRig.Rig.Tests.HeadFixed;

/// <summary>What is shown by the real renderer, and answered by the mouse that sees its frames.</summary>
public sealed class HeadFixedRecordingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-headfixed-").FullName;

    public HeadFixedRecordingTests()
    {
        try
        {
            using var display = new SurfacelessDisplay();
        }
        catch (NativeLibraryException e)
        {
            Assert.Skip(e.Message);
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Record_DriftingGratings_FindOrientationAndFrequencyOfTheUnits()
    {
        double[] directions = [.. Enumerable.Range(0, 12).Select(i => 15.0 * i)], frequencies = [0.035, 0.05, 0.07, 0.1, 0.14];
        var (plan, truth, session) = Record($$"""
            { "stimuli": { "gratings": { "kind": "grating", "seconds": 0.96, "blankSeconds": 0, "directionsDeg": [{{string.Join(",", directions)}}],
              "spatialFrequenciesCpd": [{{string.Join(",", frequencies.Select(f => f.ToString(CultureInfo.InvariantCulture)))}}] } }, "sequence": { "trials": ["gratings"], "repeats": 5 } }
            """, new HeadFixedSettings { Units = 24 });
        // Whole-field gratings; their bars are at a right angle to the direction of motion.
        GratingComponent Grating(Segment segment) => ((GratingPattern)segment.Pattern).Components[0];
        var stimuli = plan.Segments.Select(s => (Orientation: (Grating(s).DirectionDeg + 90) % 180, Frequency: Grating(s).SpatialFrequencyCpd)).Distinct().ToArray();
        Assert.Equal(60, stimuli.Length);
        var responses = new Showings(session).Of(plan);

        var (turned, ratio) = (new List<double>(), new List<double>());
        for (var unit = 0; unit < truth.Units.Count; unit++)
        {
            var tuning = new double[stimuli.Length];
            for (var s = 0; s < plan.Segments.Count; s++)
            {
                tuning[Array.IndexOf(stimuli, ((Grating(plan.Segments[s]).DirectionDeg + 90) % 180, Grating(plan.Segments[s]).SpatialFrequencyCpd))] += responses[s][unit];
            }
            // The best of the grid, refined: circular mean of the orientations at the best frequency, weighted mean of log frequency at the best orientation.
            var (best, floor) = (Array.IndexOf(tuning, tuning.Max()), tuning.Order().Take(stimuli.Length / 2).Average());
            double Above(int i) => Math.Pow(Math.Max(0, tuning[i] - floor), 2);
            var (x, y, log, weight) = (0.0, 0.0, 0.0, 0.0);
            for (var i = 0; i < stimuli.Length; i++)
            {
                var apart = Apart(stimuli[i].Orientation, stimuli[best].Orientation);
                if (stimuli[i].Frequency == stimuli[best].Frequency && apart <= 30)
                {
                    var (sin, cos) = Math.SinCos(2 * stimuli[i].Orientation * Math.PI / 180);
                    (x, y) = (x + Above(i) * cos, y + Above(i) * sin);
                }
                if (apart == 0)
                {
                    (log, weight) = (log + Above(i) * Math.Log(stimuli[i].Frequency), weight + Above(i));
                }
            }
            turned.Add(Apart(Math.Atan2(y, x) / 2 * 180 / Math.PI, truth.Units[unit].Unit.OrientationDeg));
            ratio.Add(Math.Abs(Math.Exp(log / weight) / truth.Units[unit].Unit.CyclesPerDegree - 1));
        }
        Assert.True(Median(turned) <= 8, $"orientation off by {Median(turned):F1} deg (median)");
        Assert.True(Median(ratio) <= 0.2, $"frequency off by {100 * Median(ratio):F0} % (median)");
    }

    [Fact]
    public void Record_GaborsAnywhere_FindWhereTheUnitsLook()
    {
        var (plan, truth, session) = Record("""
            { "seed": 3, "stimuli": { "gabors": { "kind": "gabor", "filters": 1500, "filterSeconds": 0.192, "sigmaDeg": 4, "spatialFrequenciesCpd": [0.06, 0.09], "temporalFrequenciesHz": [0] } } }
            """, new HeadFixedSettings { Units = 24 });
        var responses = new Showings(session).Of(plan);
        var (across, down) = (new List<double>(), new List<double>());
        for (var unit = 0; unit < truth.Units.Count; unit++)
        {
            var floor = responses.Select(r => r[unit]).Average();
            var (x, y, sum) = (0.0, 0.0, 0.0);
            for (var s = 0; s < plan.Segments.Count; s++)
            {
                var place = plan.Geometry.PointOf(((GratingPattern)plan.Segments[s].Pattern).Centre);
                var weight = Math.Pow(Math.Max(0, responses[s][unit] - 2 * floor), 2);
                (x, y, sum) = (x + weight * (place.U + 1) / 2, y + weight * (place.V / plan.Geometry.Aspect + 1) / 2, sum + weight);
            }
            across.Add(Math.Abs(x / sum - truth.Units[unit].Picture.X));
            down.Add(Math.Abs(y / sum - truth.Units[unit].Picture.Y));
        }
        Assert.True(Median(across) <= 0.06, $"off by {Median(across):F3} of the width (median)");
        Assert.True(Median(down) <= 0.1, $"off by {Median(down):F3} of the height (median)");
    }

    [Fact]
    public void Record_TheSameTwice_IsTheSameToTheBit()
    {
        const string Text = """{ "stimuli": { "g": { "kind": "gabor", "filters": 4, "filterSeconds": 0.48 }, "n": { "kind": "monet2", "seconds": 1, "directions": 1 } } }""";
        var settings = new HeadFixedSettings { Units = 6 };
        var (plan, truth, first) = Record(Text, settings);
        var (_, _, again) = Record(Text, settings);
        Assert.Equal(Messages(first), Messages(again));
        Assert.NotEqual(Messages(first)["activity"], Messages(Record(Text, settings with { Session = 1 }).Session)["activity"]);

        using var reader = new SessionReader(first);
        Assert.Equal(plan.Frames, reader.Index.Find("display")!.Messages.Count);
        Assert.Equal(plan.Frames, reader.Index.Find(SimulatedHeadFixedRig.Frames)!.Messages.Count);
        Assert.Contains(reader.Index.Events, e => e.Kind == "ground-truth");
        Assert.Equal(truth.Units.Select(u => u.Unit.Id), reader.Index.Find("activity")!.Descriptor!.Channels);
        var kept = HeadFixedTruth.FromJson(File.ReadAllBytes(Path.Combine(first, HeadFixedRecording.TruthName)));
        Assert.Equal(truth.Units.Select(u => u.Picture), kept.Units.Select(u => u.Picture));
        Assert.Equal(truth.Units.Select(u => u.Picture), SimulatedHeadFixedRig.Truth(settings).Units.Select(u => u.Picture));
    }

    [Fact]
    public void Open_AsOrdinarySession_HasEveryBinWithFramesPupilAndSpeed()
    {
        var (_, _, session) = Record("""{ "stimuli": { "g": { "kind": "gabor", "filters": 40, "filterSeconds": 0.48 } } }""", new HeadFixedSettings { Units = 6 });
        InputSpec[] inputs =
        [
            new() { Name = "image", Kind = InputKind.Image, Height = 36, Width = 64 },
            new() { Name = "behaviour", Kind = InputKind.Vector, Variables = ["eyerad", "eyerad'", "speed"] },
            new() { Name = "shifter", Kind = InputKind.Vector, Variables = ["pupil_x", "pupil_y"] },
        ];
        using var data = new SessionsConfig { Folder = session }.Open(inputs)[0].Data;
        Assert.InRange(data.Length, 395, 400);
        Assert.Equal(6, data.UnitIds.Length);
    }

    private (StimulusPlan Plan, HeadFixedTruth Truth, string Session) Record(string stimulus, HeadFixedSettings settings)
    {
        var folder = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        var plan = StimulusFile.Parse(Encoding.UTF8.GetBytes(stimulus), "test.json").Plan(settings.Monitor, new PictureFiles());
        return (plan, HeadFixedRecording.Record(plan, settings, folder, _ => { }, Stop), folder);
    }

    // Of each stream, times and contents of all messages.
    private static Dictionary<string, string> Messages(string session)
    {
        using var reader = new SessionReader(session);
        var message = new RecordedMessage();
        return reader.Index.Streams.Where(s => s.Descriptor is not null).ToDictionary(s => s.Descriptor!.Name, s =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var entry in s.Messages)
            {
                reader.Read(entry, message);
                hash.AppendData(BitConverter.GetBytes(message.Header.DeviceTimeNs));
                hash.AppendData(message.Payload);
            }
            return Convert.ToHexString(hash.GetHashAndReset());
        });
    }

    private static double Apart(double one, double other)
    {
        var apart = Math.Abs(one - other) % 180;
        return Math.Min(apart, 180 - apart);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

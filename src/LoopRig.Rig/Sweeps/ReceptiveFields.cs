using System.Globalization;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Rig.HeadFixed;
using LoopRig.Rig.Synthesis;
using LoopRig.Simulation.HeadFixed;
using LoopRig.Training;

namespace LoopRig.Rig.Sweeps;

/// <summary>
/// Most exciting images of a sweep's networks against the receptive fields of the simulated mice that they learnt from. A cell's images lie in its folder; what is there is not made again.
/// </summary>
internal sealed class ReceptiveFields(ReceptiveFieldsConfig config)
{
    private const string Blue = "#2563eb", Grey = "#6b7280";
    private readonly List<(string Cell, FieldMatch[] Fields)> _cells = [];

    /// <summary>Synthesises for all neurons of a trained cell and compares.</summary>
    /// <param name="cell">Its name.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="session">The folder of the simulated session that it learnt from.</param>
    /// <param name="progress">Told the share that is done, and what is at work.</param>
    /// <param name="stop">Ends it; the next time it goes on.</param>
    /// <exception cref="DataFileException">The session's truth is not there: it is of no head-fixed mouse.</exception>
    public void Measure(string cell, string folder, string session, Action<double, string> progress, CancellationToken stop)
    {
        var path = Path.Combine(session, HeadFixedRecording.TruthName);
        var truth = HeadFixedTruth.FromJson(File.Exists(path) ? File.ReadAllBytes(path) : throw new DataFileException(path, "no such file: receptive fields are known of simulated head-fixed mice alone"));
        var report = SynthesisRun.Execute(new SynthesisOptions
        {
            Network = Directory.GetFiles(Path.Combine(folder, "best"), "*.safetensors").Single(),
            Neurons = string.Create(CultureInfo.InvariantCulture, $"0..{truth.Units.Count - 1}"),
            Preset = config.Preset,
            Steps = config.Steps,
            Contrast = config.Contrast,
            Folder = Path.Combine(folder, "synthesis"),
        }, progress, stop);
        var scores = CellResult.Read(folder)!;
        var width = report.Json["size"]![1]!.GetValue<double>();
        _cells.Add((cell, [.. report.Json["neurons"]!.AsArray().Select(neuron => Match(neuron!, truth, scores, width))]));
    }

    /// <summary>Each limit, what was measured, and whether it holds.</summary>
    public IEnumerable<(string Claim, double Median, bool Holds)> Verdicts
    {
        get
        {
            yield return Verdict("orientation within", config.MostOrientationDeg, " degrees", static match => match.OrientationError);
            yield return Verdict("centre within", config.MostDistance, " of the image's width", static match => match.Distance);
            yield return Verdict("frequency within", config.MostFrequency, " of the true one", static match => match.FrequencyError);
        }
    }

    /// <summary>Whether every limit holds.</summary>
    public bool Passed => Verdicts.All(static verdict => verdict.Holds);

    /// <summary>The verdicts, and each cell's medians, for a terminal.</summary>
    public IEnumerable<string> Lines()
    {
        yield return "";
        yield return $"Most exciting images against true receptive fields, medians over {All.Count()} neurons (images of every neuron, {config.Preset})";
        foreach (var (claim, median, holds) in Verdicts)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{(holds ? "passed" : "NOT   ")}  {claim}: {median:F3}");
        }
        foreach (var (cell, fields) in _cells)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  {cell}: {Median(fields, static f => f.OrientationError):F1} degrees, {Median(fields, static f => f.Distance):F3} of the width, {Median(fields, static f => f.FrequencyError):F3} of the frequency");
        }
    }

    /// <summary>Verdicts, and a line a neuron.</summary>
    public JsonObject Json() => new()
    {
        ["passed"] = Passed,
        ["neurons"] = All.Count(),
        ["median_orientation_error_deg"] = Finite(Verdicts.ElementAt(0).Median),
        ["median_distance_of_width"] = Finite(Verdicts.ElementAt(1).Median),
        ["median_frequency_error"] = Finite(Verdicts.ElementAt(2).Median),
        ["cells"] = new JsonArray([.. _cells.Select(static cell => new JsonObject
        {
            ["name"] = cell.Cell,
            ["neurons"] = new JsonArray([.. cell.Fields.Select(static field => new JsonObject
            {
                ["unit"] = field.Unit,
                ["score"] = Finite(field.Score),
                ["orientation_deg"] = Finite(field.OrientationDeg),
                ["true_orientation_deg"] = field.TrueOrientationDeg,
                ["orientation_error_deg"] = Finite(field.OrientationError),
                ["x"] = Finite(field.Place.X),
                ["y"] = Finite(field.Place.Y),
                ["true_x"] = field.TruePlace.X,
                ["true_y"] = field.TruePlace.Y,
                ["distance_of_width"] = Finite(field.Distance),
                ["cycles_of_width"] = Finite(field.Cycles),
                ["true_cycles_of_width"] = field.TrueCycles,
                ["frequency_error"] = Finite(field.FrequencyError),
                ["explained"] = Finite(field.Explained),
            })]),
        })]),
    };

    /// <summary>The page: found against true, and a table of all neurons.</summary>
    public string Html()
    {
        var page = new Page("Most exciting images against true receptive fields");
        page.Paragraph($"A Gabor is fitted to each neuron's most exciting image ({config.Preset}, standard deviation of pixels {config.Contrast.ToString(CultureInfo.InvariantCulture)}) and compared with the neuron's Gabor as the simulation drew it, seen on the monitor. Nothing is selected: all neurons count. Frequencies are those of the grating that each of the two answers most.");
        foreach (var (claim, median, holds) in Verdicts)
        {
            page.Paragraph(string.Create(CultureInfo.InvariantCulture, $"{(holds ? "passed" : "not passed")}: median {claim}: {median:F3}"), holds ? "good" : "bad");
        }
        FieldMatch[] all = [.. All];
        var cycles = Chart.Range(all.SelectMany(static match => new[] { match.Cycles, match.TrueCycles }));
        page.Charts(
            Against("Orientation", "true, degrees", (0, 180), all.Select(static match => (match.TrueOrientationDeg, match.OrientationDeg, match.Unit))),
            Against("Centre, to the right", "true, of the width", (0, 1), all.Select(static match => (match.TruePlace.X, match.Place.X, match.Unit))),
            Against("Centre, down", "true, of the width", (0, 1), all.Select(static match => (match.TruePlace.Y, match.Place.Y, match.Unit))),
            Against("Frequency", "true, cycles in the width", cycles, all.Select(static match => (match.TrueCycles, match.Cycles, match.Unit))),
            new Chart("Orientation and prediction", "correlation on the test part", "error, degrees", Chart.Range(all.Select(static match => match.Score)), (0, 90)).Dots(all.Select(static match => (match.Score, match.OrientationError, match.Unit)), Blue));
        foreach (var (cell, fields) in _cells)
        {
            page.Heading(cell).Table(["neuron", "correlation", "orientation", "true", "error, deg", "x", "true", "y", "true", "distance", "cycles", "true", "error, %", "explained, %"], fields.Select(static field => (string[])
            [
                field.Unit, Text(field.Score, 3), Text(field.OrientationDeg, 0), Text(field.TrueOrientationDeg, 0), Text(field.OrientationError, 1), Text(field.Place.X, 3), Text(field.TruePlace.X, 3), Text(field.Place.Y, 3), Text(field.TruePlace.Y, 3),
                Text(field.Distance, 3), Text(field.Cycles, 2), Text(field.TrueCycles, 2), Text(100 * field.FrequencyError, 0), Text(100 * field.Explained, 0),
            ]));
        }
        return page.ToString();
    }

    private IEnumerable<FieldMatch> All => _cells.SelectMany(static cell => cell.Fields);

    private (string, double, bool) Verdict(string words, double limit, string unit, Func<FieldMatch, double> of)
    {
        var median = Median(All, of);
        return (string.Create(CultureInfo.InvariantCulture, $"{words} {limit}{unit}"), median, median <= limit);
    }

    // An image without contrast has no Gabor: its numbers are none, and its errors count as boundless.
    private static FieldMatch Match(JsonNode neuron, HeadFixedTruth truth, CellResult scores, double width)
    {
        var id = neuron["unit"]!.GetValue<string>();
        var gabor = neuron["gabor"];
        double Found(string key) => gabor?[key]!.GetValue<double>() ?? double.NaN;
        var picture = truth.Units.First(unit => unit.Unit.Id == id).Picture;
        // In units of the width both ways; the picture's height is given by its own share.
        double aspect = truth.Monitor.HeightCm / truth.Monitor.WidthCm, height = truth.Height;
        return new FieldMatch
        {
            Unit = id,
            TruePlace = (picture.X, picture.Y * aspect),
            Place = ((Found("x_px") + 0.5) / width, (Found("y_px") + 0.5) / height * aspect),
            TrueOrientationDeg = picture.OrientationDeg,
            OrientationDeg = Found("orientation_deg"),
            TrueCycles = Gabor.Preferred(picture.CyclesPerWidth, picture.SigmaOfWidth),
            Cycles = Found("preferred_cycles_per_px") * width,
            Explained = Found("explained"),
            Score = Array.IndexOf(scores.Units, id) is var at and >= 0 && scores.Scores.TryGetValue(ScoreKind.SingleBin, out var values) ? values[at] : double.NaN,
        };
    }

    private static Chart Against(string title, string axis, (double, double) range, IEnumerable<(double, double, string)> dots)
        => new Chart(title, axis, axis.Replace("true", "found", StringComparison.Ordinal), range, range).Line([(range.Item1, range.Item1), (range.Item2, range.Item2)], Grey, dashed: true).Dots(dots, Blue);

    private static double Median(IEnumerable<FieldMatch> fields, Func<FieldMatch, double> of)
    {
        var sorted = fields.Select(of).Select(static value => double.IsNaN(value) ? double.PositiveInfinity : value).Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static string Text(double value, int digits) => double.IsFinite(value) ? value.ToString("F" + digits, CultureInfo.InvariantCulture) : "";
}

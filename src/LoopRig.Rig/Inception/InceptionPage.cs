using System.Globalization;
using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Training;

namespace LoopRig.Rig.Inception;

/// <summary>The page of a finished loop: what was promised and found, the images themselves, and plots of each stage. One file, no script.</summary>
internal sealed class InceptionPage(InceptionReport report)
{
    private const string Blue = "#2563eb", Gray = "#94a3b8", Red = "#dc2626", Green = "#16a34a", Violet = "#7c3aed", Orange = "#ea580c";
    private const int ImageWidth = 200;

    private static readonly Dictionary<string, string> s_colours = new()
    {
        [StimulusClass.Natural] = Green,
        [StimulusClass.Gabor] = Violet,
        [StimulusClass.Others] = Orange,
        [StimulusClass.Scrambled] = Gray,
    };

    private Verification Verification => report.Verification;

    public override string ToString()
    {
        var page = new Page("Inception loop");
        page.Paragraph(report.Config.Description);
        foreach (var (promise, measured, holds) in report.Promises)
        {
            page.Paragraph($"{(holds ? "ok" : "MISS")}: {promise}: {measured}", holds ? "good" : "bad");
        }
        page.Heading("Each neuron's own image against the controls");
        page.Paragraph(FormattableString.Invariant(
            $"Recorded rates while each image was on the screen, {report.Verification.LeastRepeats} repeats or more in random order, {report.Verification.Presentations} presentations. Every image has the screen's gray as its mean and a contrast (standard deviation of all pixels) of {report.Config.Synthesise.Contrast}. A class counts by the mean over its images."));
        page.Charts([.. StimulusClass.Controls.Select(Against), Lines()]);
        page.Table(["neuron", "own MEI, Hz", .. StimulusClass.Controls.Select(static c => $"{StimulusClass.Words(c)}, Hz (p)"), "most exciting MEI"],
            Verification.Units.Select(u => (IEnumerable<string>)[u.Unit, (u.Above ? "*" : "") + F(u.OwnHz), .. StimulusClass.Controls.Select(c => $"{F(u.ControlHz[c])} ({P(u.P[c])})"), u.BestMei == u.Unit ? "its own" : u.BestMei]));
        page.Paragraph("Bold: above every class. p: paired t-test over the repeats, two-sided, own image against the class's mean in the same repeat.");
        page.Heading("The images");
        Images(page);
        page.Heading("Confusion: neuron x MEI");
        page.Paragraph(FormattableString.Invariant($"Rate of each neuron (row) to each neuron's image (column), over the row's largest; {100 * Verification.ShareOwnBest:F0} % of the neurons are driven most by their own."));
        page.Charts(Confusion(), Predicted());
        page.Heading("The neurons");
        page.Paragraph($"{report.Selection.Images} images that the network was not trained on, {report.Selection.Presentations} presentations. Reliability is cc_max: how well the mean over repeats knows the true response. Chosen (blue): the best predicted of those with {report.Config.Select.LeastReliability} or more.");
        page.Charts([Quality(), .. Curves()]);
        page.Heading("The loop");
        page.Paragraph($"Network: {report.Network}");
        page.Paragraph($"Natural images: {report.Images}");
        page.Paragraph($"Recipe of the images: {report.Set.Preset}, seed {report.Set.Seed}, network {report.Set.NetworkHash}");
        Live(page);
        page.Table(["stage", "seconds"], report.State.Seconds.Select(static s => (IEnumerable<string>)[s.Key, s.Value.ToString("F1", CultureInfo.InvariantCulture)]));
        if (report.State.ResumedIn.Length > 0)
        {
            page.Paragraph($"Interrupted and gone on with in: {string.Join(", ", report.State.ResumedIn)}.");
        }
        return page.ToString();
    }

    private void Live(Page page)
    {
        var live = report.Live;
        string Text(string key) => live[key]?.ToJsonString() ?? "-";
        string Us(string key) => FormattableString.Invariant($"{(double?)live["latency_us"]?[key]:F0}");
        page.Table(["live part, in real time", ""],
        [
            ["predictions", Text("predictions")],
            ["deadline misses", Text("deadline_misses")],
            ["fallbacks", Text("fallbacks")],
            ["drops", Text("drops")],
            ["bin closed to prediction out, us: p50, p99, p99.9, max", $"{Us("p50")}, {Us("p99")}, {Us("p999")}, {Us("max")}"],
            ["managed bytes a frame", Text("allocated_bytes_per_frame")],
            ["collections", Text("gc")],
            ["correlation of live predictions with the recorded activity (bin, 2 s)", live["correlation"] is { } r ? $"{r["mean_single_bin"]}, {r["mean_boxcar"]}" : "-"],
        ]);
    }

    // One dot a neuron: above the diagonal its own image drives it more.
    private Chart Against(string name)
    {
        var (low, high) = Chart.Range(Verification.Units.SelectMany(u => (double[])[u.OwnHz, u.ControlHz[name], 0]));
        var c = Verification.Classes.First(c => c.Class == name);
        return new Chart(FormattableString.Invariant($"{c.Above} of {Verification.Units.Length} above, p {c.WilcoxonP:G2}"), $"{StimulusClass.Words(name)}, Hz", "own MEI, Hz", (low, high), (low, high))
            .Line([(low, low), (high, high)], Gray, dashed: true)
            .Dots(Verification.Units.Select(u => (u.ControlHz[name], u.OwnHz, u.Unit)), s_colours[name]);
    }

    // One line a neuron over the classes.
    private Chart Lines()
    {
        string[] names = [StimulusClass.Mei, .. StimulusClass.Controls];
        double Rate(UnitVerification u, int at) => (at == 0 ? u.OwnHz : u.ControlHz[names[at]]) / Math.Max(u.OwnHz, 1e-3);
        var chart = new Chart("rate over that to the own MEI", "1 own, 2 natural, 3 Gabors, 4 others, 5 scrambled", "share", (0.7, names.Length + 0.3), Chart.Range(Verification.Units.SelectMany(u => names.Select((_, at) => Rate(u, at))).Append(0)));
        foreach (var u in Verification.Units)
        {
            chart.Line(names.Select((_, at) => (at + 1.0, Rate(u, at))), Gray, thickness: 1);
        }
        return chart.Line(names.Select((_, at) => (at + 1.0, Verification.Units.Average(u => Rate(u, at)))), Red, "mean", thickness: 2.5);
    }

    private Chart Confusion()
    {
        var units = Verification.Units.Length;
        var chart = new Chart("share of the row's largest rate", "MEI of neuron", "neuron (first at the top)", (0, units), (0, units));
        for (var row = 0; row < units; row++)
        {
            var most = Math.Max(Verification.ConfusionHz[row].Max(), 1e-3);
            for (var column = 0; column < units; column++)
            {
                chart.Cell(column, units - 1 - row, 1, 1, Shade(Verification.ConfusionHz[row][column] / most), FormattableString.Invariant($"{Verification.Units[row].Unit}, MEI of {Verification.Units[column].Unit}: {Verification.ConfusionHz[row][column]:F1} Hz"));
            }
        }
        return chart;
    }

    private Chart Predicted()
    {
        var dots = Verification.Units.SelectMany((u, row) => report.Set.Items.Select((item, i) => (item, i)).Where(p => p.item.Unit == u.Unit)
            .Select(p => (X: p.item.Activation ?? double.NaN, Y: Verification.RatesHz[row][p.i], Label: p.item.Name, Own: p.item.Role == StimulusClass.Mei))).ToArray();
        return new Chart("predicted and recorded, each neuron's own images", "predicted, events a bin", "recorded, Hz", Chart.Range(dots.Select(static d => d.X)), Chart.Range(dots.Select(static d => d.Y)))
            .Dots(dots.Where(static d => !d.Own).Select(static d => (d.X, d.Y, d.Label)), Gray)
            .Dots(dots.Where(static d => d.Own).Select(static d => (d.X, d.Y, d.Label)), Red);
    }

    private Chart Quality() =>
        new Chart("prediction and reliability", "reliability (cc_max)", "correlation with the mean response", (0, 1.05), Chart.Range(report.Selection.Units.Select(static u => u.Prediction).Append(0).Append(1)))
            .Line([(report.Config.Select.LeastReliability, -1), (report.Config.Select.LeastReliability, 1)], Gray, dashed: true)
            .Dots(report.Selection.Units.Where(static u => !u.Selected).Select(static u => (u.Reliability, u.Prediction, u.Unit)), Gray)
            .Dots(report.Selection.Units.Where(static u => u.Selected).Select(static u => (u.Reliability, u.Prediction, u.Unit)), Blue);

    private IEnumerable<Chart> Curves()
    {
        foreach (var word in (string[])["correlation", "loss"])
        {
            var columns = report.Curve?.With(word).ToArray() ?? [];
            if (columns.Length == 0)
            {
                continue;
            }
            var chart = new Chart($"training: {word}", "pass", word, (1, Math.Max(2, columns.Max(static c => c.Value.Length))), Chart.Range(columns.SelectMany(static c => c.Value)));
            var colours = (string[])[Blue, Red, Green, Violet, Orange];
            for (var i = 0; i < columns.Length; i++)
            {
                chart.Line(columns[i].Value.Select(static (v, at) => (at + 1.0, v)), colours[i % colours.Length], columns[i].Key);
            }
            yield return chart;
        }
    }

    private void Images(Page page)
    {
        using var frames = new NpyFile(report.Set.FramesPath);
        var (height, width) = (frames.Shape[1], frames.Shape[2]);
        // The page's pictures all have one scale: black to white of the screen, stretched about gray by the same factor, so that weak contrasts are seen.
        var stretch = 0.5 / Math.Clamp(4 * report.Config.Synthesise.Contrast, 0.05, 0.5);
        page.Paragraph(FormattableString.Invariant($"What was shown, contrast raised {stretch:F1} times for the eye, all alike; below each the neuron's recorded rate and the network's prediction."));
        var temporary = Directory.CreateTempSubdirectory("looprig-page-").FullName;
        try
        {
            for (var row = 0; row < Verification.Units.Length; row++)
            {
                var unit = Verification.Units[row];
                var figures = new List<(byte[], string)>();
                for (var i = 0; i < report.Set.Items.Length; i++)
                {
                    var item = report.Set.Items[i];
                    if (item.Unit == unit.Unit)
                    {
                        figures.Add((Png(frames.Elements((long)i * height * width, height * width), height, width, stretch, temporary), FormattableString.Invariant($"{item.Name}: {Verification.RatesHz[row][i]:F1} Hz, predicted {item.Activation:F2}")));
                    }
                }
                page.Figures(figures, ImageWidth);
            }
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static byte[] Png(ReadOnlySpan<byte> pixels, int height, int width, double stretch, string folder)
    {
        var image = new Image(width, height, 1);
        for (var at = 0; at < pixels.Length; at++)
        {
            image.Pixels[at] = (byte)Math.Clamp(Math.Round(128 + stretch * (pixels[at] - 128)), 0, 255);
        }
        var path = Path.Combine(folder, "image.png");
        Imaging.Write(path, image);
        return File.ReadAllBytes(path);
    }

    // White to blue.
    private static string Shade(double share)
    {
        var s = Math.Clamp(share, 0, 1);
        return string.Create(CultureInfo.InvariantCulture, $"rgb({255 - (int)(218 * s)},{255 - (int)(156 * s)},{255 - (int)(20 * s)})");
    }

    private static string F(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string P(double value) => double.IsFinite(value) ? value.ToString("G2", CultureInfo.InvariantCulture) : "-";
}

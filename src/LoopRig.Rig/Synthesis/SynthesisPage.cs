using System.Globalization;
using LoopRig.Training;

namespace LoopRig.Rig.Synthesis;

/// <summary>The page of a synthesis: receptive fields with one colour scale, the images, and what was measured.</summary>
internal static class SynthesisPage
{
    private const string Blue = "#2563eb", Orange = "#d97706", Grey = "#6b7280";
    private const int PictureWidth = 150, BehaviourColumns = 10;
    private const double MostRelative = 3; // an axis for one wild neuron would flatten all others

    /// <summary>One self-contained page.</summary>
    public static string Html(SynthesisFindings findings, SynthesisPictures pictures)
    {
        var what = (findings.Options.Least ? "Least" : "Most") + (findings.Options.Frames > 1 ? " exciting movies" : " exciting images");
        var page = new Page($"{what} of {findings.Neurons.Length} neurons");
        var (mean, rms) = findings.Shown.InPixels;
        page.Paragraph(Invariant($"Network {Path.GetFileName(findings.Options.Network)} ({findings.NetworkKind}, {findings.NetworkUnits} neurons), hash {findings.NetworkHash}. Preset {findings.Preset.Name}, {findings.Neurons.Max(static n => n.Steps)} steps, {findings.Preset.Batch * findings.Preset.Repeats} start(s) a neuron, seed {findings.Options.Seed}; {findings.Seconds:F0} s."))
            .Paragraph($"Neurons: {findings.ChosenBy}.")
            .Paragraph(Invariant($"All images are shown at one mean and one contrast: {findings.Shown.Contrast.Mean:F3} and {findings.Shown.Contrast.Rms:F3} (standard deviation of the pixels) in the network's units, {mean:F3} and {rms:F3} of the monitor's range from 0 black to 1 white, within which every pixel lies. The network's units: (pixel - {findings.Shown.Units.Mean:F4}) / {findings.Shown.Units.Deviation:F4}, by {findings.Shown.Units.Source}."));
        if (findings.IsCompared)
        {
            var all = findings.BeyondAllCrops == findings.Neurons.Length;
            page.Paragraph($"{findings.BeyondAllCrops} of {findings.Neurons.Length} neurons are driven {(findings.Options.Least ? "less" : "more")} by their {(findings.Options.Frames > 1 ? "movie" : "image")} than by any of {findings.Crops!.Compared.Count} natural crops at the same mean and contrast.", all ? "good" : "")
                .Paragraph($"Crops: {findings.Crops.Geometry}. They are scaled to that mean and contrast and not cut at black and white, which lets them be more than a monitor could show.");
        }
        page.Heading("Receptive fields")
            .Paragraph(Invariant($"The image less its grey, smoothed by a Butterworth low-pass (half at {findings.Smoothing} cycles a pixel, order 2). One colour scale for all: -{pictures.Limit:F2} blue, 0 white, {pictures.Limit:F2} red, in the network's units.{(findings.Options.Frames > 1 ? " Of movies the frame of highest contrast." : "")}"))
            .Figures(findings.Neurons.Zip(pictures.Neurons, (neuron, picture) => (picture.Field, Caption(neuron))), PictureWidth)
            .Heading("As shown")
            .Figures(findings.Neurons.Zip(pictures.Neurons, static (neuron, picture) => (picture.Image, neuron.Id)), PictureWidth);
        Relatives(page, findings.Neurons, pictures);
        page.Heading("Responses")
            .Charts(Charts(findings))
            .Table(Head(findings), findings.Neurons.Select(Row));
        if (findings.Neurons[0].Behaviour.Count > 0)
        {
            Behaviour(page, findings.Neurons);
        }
        return page.ToString();
    }

    // One column a variable, those that were moved furthest over all neurons first.
    private static void Behaviour(Page page, SynthesizedNeuron[] neurons)
    {
        var count = neurons[0].Behaviour.Count;
        int[] order = [.. Enumerable.Range(0, count).OrderByDescending(at => neurons.Average(neuron => Math.Abs(neuron.Behaviour[at].Value))).Take(BehaviourColumns)];
        page.Heading("Behaviour")
            .Paragraph("The recipe seeks the behaviour that drives a neuron most together with its image; all responses on this page, those to the crops too, are at the behaviour found. In the network's units: standard deviations from the mean, of normalised behaviour."
                + (count > order.Length ? $" The {order.Length} of {count} variables that were moved furthest; synthesis.json has all." : ""))
            .Table(["neuron", .. order.Select(at => neurons[0].Behaviour[at].Variable)], neurons.Select(neuron => (IEnumerable<string>)[neuron.Id, .. order.Select(at => Number(neuron.Behaviour[at].Value, 2))]));
    }

    private static void Relatives(Page page, SynthesizedNeuron[] neurons, SynthesisPictures pictures)
    {
        foreach (var (heading, words, diverse) in new[]
        {
            ("Diverse inputs", "They are to look as different from each other as they can and keep 85 % of the response to the best input; at the same mean and contrast. The share is what they keep as shown.", true),
            ("Rivals", "The best Gabor and the best centre-surround (of random ones, the best four climbed from) at the same mean and contrast: what a neuron that is no more than a filter of that kind would like as much as its best input.", false),
        })
        {
            var figures = neurons.Zip(pictures.Relatives, (neuron, pngs) => neuron.Relatives.Zip(pngs).Where(pair => pair.First.Kind == SynthesizedRelative.Diverse == diverse)
                .Select(pair => (pair.Second, $"{neuron.Id}{(diverse ? "" : ", " + pair.First.Kind)}: {Response(pair.First.Activation)}{Share(neuron.ShareOf(pair.First))}"))).SelectMany(static one => one).ToArray();
            if (figures.Length > 0)
            {
                page.Heading(heading).Paragraph(words).Figures(figures, PictureWidth);
            }
        }

        static string Share(double share) => double.IsFinite(share) ? Invariant($", {100 * share:F0} %") : "";
    }

    private static string Caption(SynthesizedNeuron neuron) => $"{neuron.Id}: {Response(neuron.Activation)}" + (neuron.Crops.Length > 0 ? $", {(neuron.Least ? "lowest" : "best")} crop {Response(neuron.BestCrop)}" : "");

    // The least exciting leave next to nothing, which is still to be told from less.
    private static string Response(double value) => !double.IsFinite(value) ? "no number" : value.ToString(Math.Abs(value) < 0.1 ? "G2" : "F2", CultureInfo.InvariantCulture);

    private static IEnumerable<Chart> Charts(SynthesisFindings findings)
    {
        if (findings.IsCompared)
        {
            var range = Chart.Range(findings.Neurons.SelectMany(static neuron => new[] { neuron.Activation, neuron.BestCrop, 0 }));
            var best = findings.Options.Least ? "lowest" : "best";
            yield return new Chart($"Against the {best} natural crop", $"response to the {best} crop", "response to the image", range, range)
                .Line([(range.Low, range.Low), (range.High, range.High)], Grey, dashed: true)
                .Dots(findings.Neurons.Select(static neuron => (neuron.BestCrop, neuron.Activation, neuron.Id)), Blue);
        }
        foreach (var curves in findings.Neurons[0].Tuning.Select((_, i) => findings.Neurons.Select(neuron => neuron.Tuning[i]).ToArray()).Append([.. findings.Neurons.Select(static neuron => neuron.ContrastResponse)]))
        {
            yield return Relative(findings, curves);
        }
    }

    // Each neuron's response over that to its image, the median over neurons on top. Of the least exciting the response itself: it is next to nothing, and not to be divided by.
    private static Chart Relative(SynthesisFindings findings, ResponseCurve[] curves)
    {
        var least = findings.Options.Least;
        double[][] relative = [.. curves.Zip(findings.Neurons, (curve, neuron) => curve.Response.Select(response => least ? response : neuron.Activation > 0 ? Math.Min(MostRelative, response / neuron.Activation) : double.NaN).ToArray())];
        var at = curves[0].At;
        var chart = new Chart($"Around it: {curves[0].Name}", curves[0].Unit, least ? "response" : "response over that to the image", (at[0], at[^1]), Chart.Range(relative.SelectMany(static one => one).Append(0)));
        foreach (var one in relative)
        {
            chart.Line(at.Zip(one), Grey, thickness: 0.5);
        }
        return chart.Line(at.Select((x, i) => (x, Median(relative.Select(one => one[i])))), Orange, "median", thickness: 2.4);
    }

    private static string[] Head(SynthesisFindings findings)
    {
        var least = findings.Options.Least;
        return
        [
            "neuron", "chosen by", "response", least ? "lowest crop" : "best crop", least ? "99 % above" : "99 % below", "rank", "orientation", "cycles/px", "centre, px", "Gabor fit", "half width",
            least ? "falls with contrast" : "rises with contrast", "95 % at",
        ];
    }

    private static IEnumerable<string> Row(SynthesizedNeuron neuron)
    {
        var (monotonic, _, saturates) = neuron.ContrastResponse.Contrast(neuron.Least);
        return
        [
            neuron.Id, Number(neuron.Score, 3), Response(neuron.Activation), neuron.Crops.Length > 0 ? Response(neuron.BestCrop) : "", neuron.Crops.Length > 0 ? Response(neuron.CropAt(0.99)) : "",
            neuron.Crops.Length > 0 ? $"{neuron.Rank} of {neuron.Crops.Length + 1}" : "", Degrees(neuron.Gabor?.OrientationDeg), Number(neuron.Gabor?.PreferredCyclesPerPixel, 3), neuron.Gabor is { } gabor ? Invariant($"{gabor.X:F1}, {gabor.Y:F1}") : "",
            Number(100 * neuron.Gabor?.Explained, 0) is { Length: > 0 } share ? share + " %" : "", Degrees(neuron.Tuning.Count > 0 ? neuron.Tuning[0].HalfWidth(neuron.Least) : double.NaN), monotonic ? "yes" : "no", Number(saturates, 2),
        ];
    }

    private static string Degrees(double? value) => Number(value, 0) is { Length: > 0 } number ? number + "\u00b0" : "";

    private static string Number(double? value, int digits) => value is { } number && double.IsFinite(number) ? number.ToString("F" + digits, CultureInfo.InvariantCulture) : "";

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
